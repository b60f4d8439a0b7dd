/** Sources for the machine without ESLint around them: parsed, their scopes analysed, nothing else. */
import { createRequire } from "node:module";
import * as parser from "@typescript-eslint/parser";
import type { TSESLint } from "@typescript-eslint/utils";
import { SourceCode } from "eslint";

/** A parsed text, of which any number of sources can be made: the machine remembers what it knows of each. */
export interface Parsed {
  readonly text: string;
  readonly fresh: () => TSESLint.SourceCode;
}

/** Parses TypeScript. */
export function parse(text: string): Parsed {
  return parsed(text, parser.parseForESLint(text, { range: true, loc: true, tokens: true, comment: true, sourceType: "module" }));
}

/** Parses JavaScript with what ESLint itself uses: it bears deeper nesting than the parser of TypeScript. */
export function parseScript(text: string): Parsed {
  const own = createRequire(createRequire(import.meta.url).resolve("eslint/package.json")) as (name: string) => unknown;
  const espree = own("espree") as { parse(text: string, options: object): Node; readonly VisitorKeys: Keys };
  const scopes = own("eslint-scope") as { analyze(ast: Node, options: object): unknown };
  const ast = espree.parse(text, { ecmaVersion: "latest", sourceType: "module", range: true, loc: true, tokens: true, comment: true });
  const scopeManager = scopes.analyze(ast, { ecmaVersion: 2026, sourceType: "module", childVisitorKeys: espree.VisitorKeys, fallback: "none" });
  return parsed(text, { ast, scopeManager, visitorKeys: espree.VisitorKeys });
}

function parsed(text: string, { ast, scopeManager, visitorKeys }: { ast: unknown; scopeManager: unknown; visitorKeys: unknown }): Parsed {
  setParents(ast as Node, visitorKeys as Keys);
  // The seam: the parsers' types of tree and scopes are their own, ESLint's are ESTree's. The objects are those that ESLint gets.
  const config = { text, ast, scopeManager, visitorKeys } as SourceCode.Config;
  return { text, fresh: () => new SourceCode(config) as unknown as TSESLint.SourceCode };
}

type Keys = Readonly<Record<string, readonly string[]>>;

interface Node {
  readonly type: string;
  parent?: Node | null;
  readonly [key: string]: unknown;
}

/** What ESLint does on its way through the tree, without its code paths. */
function setParents(root: Node, keys: Keys): void {
  root.parent = null;
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const key of keys[node.type] ?? []) {
      for (const child of [node[key]].flat() as (Node | null | undefined)[]) {
        if (child === null || child === undefined) continue;
        child.parent = node;
        pending.push(child);
      }
    }
  }
}
