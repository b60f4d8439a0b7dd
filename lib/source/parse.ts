/** Parses a text as ESLint has parsed the file under lint: a text after an edit, a module that it imports. */
import { createRequire } from "node:module";
import path from "node:path";
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";

/** How ESLint has parsed a file. */
export interface ParsedFile {
  readonly sourceCode: Readonly<TSESLint.SourceCode>;
  readonly filename: string;
  /** ESLint's `languageOptions`: the parser and its options, the kind of source, the globals. */
  readonly languageOptions: Readonly<Record<string, unknown>>;
}

/** The parser as ESLint calls it. */
interface Parser {
  parseForESLint?(text: string, options: object): ParseResult;
  parse?(text: string, options: object): object;
}

interface ParseResult {
  readonly ast: object | undefined;
  readonly scopeManager?: object | null;
  readonly visitorKeys?: object;
}

/** What ESLint does to a source before rules see it; other hosts may not. */
interface Finished {
  applyLanguageOptions?(options: object): void;
  finalize?(): void;
}

/** What of `languageOptions` is read here. */
interface LanguageOptions {
  readonly parser?: Parser;
  readonly parserOptions?: Readonly<Record<string, unknown>> & { readonly ecmaFeatures?: { readonly globalReturn?: boolean; readonly impliedStrict?: boolean } };
  readonly ecmaVersion?: number;
  readonly sourceType?: "module" | "script" | "commonjs";
}

/**
 * A text made into a SourceCode of the running ESLint's own class, without type information.
 * Throws what the parser throws, and a TypeError where the parser is not known.
 */
export function parsed(file: ParsedFile, text: string): Readonly<TSESLint.SourceCode> {
  const { sourceCode, languageOptions } = file;
  const result = parse(file, text, { raw: true, tokens: true, comment: true });
  const { ast, visitorKeys = sourceCode.visitorKeys } = result;
  if (!ast) throw new TypeError("the parser gives no tree");
  const scopeManager = result.scopeManager ?? scopesOf(ast, languageOptions, visitorKeys);
  const SourceCode = classOf(sourceCode);
  const made = new SourceCode({ text, ast, parserServices: {}, scopeManager, visitorKeys, hasBOM: sourceCode.hasBOM });
  linkParents(made.ast, visitorKeys as Readonly<Record<string, readonly string[]>>);
  // The globals of the configuration, as ESLint adds them.
  const finished: Finished = made;
  finished.applyLanguageOptions?.(languageOptions);
  finished.finalize?.();
  return made;
}

/** As much of a file as it takes to follow it. */
export interface ParsedModule {
  readonly ast: TSESTree.Program;
  readonly text: string;
  readonly scopeManager: TSESLint.Scope.ScopeManager | null;
  /** It exports by assigning to `exports`. */
  readonly isCommon: boolean;
}

/** A module that the file under lint imports: without its tokens and comments. Throws what the parser throws. */
export function parsedModule(file: ParsedFile, text: string): Omit<ParsedModule, "isCommon"> {
  const { languageOptions, sourceCode } = file;
  let result: ParseResult;
  try {
    result = parse(file, text, LEAN);
  } catch {
    // A script imports modules, and the other way about.
    result = parse(file, text, { ...LEAN, sourceType: "module" });
  }
  const { ast, visitorKeys = sourceCode.visitorKeys } = result;
  if (!ast) throw new TypeError("the parser gives no tree");
  const scopeManager = (result.scopeManager ?? scopesOf(ast, languageOptions, visitorKeys)) as TSESLint.Scope.ScopeManager;
  linkParents(ast as TSESTree.Program, visitorKeys as Readonly<Record<string, readonly string[]>>);
  mark(scopeManager);
  return { ast: ast as TSESTree.Program, text, scopeManager };
}

// Neither tokens nor comments, nor the hundreds of names that the language's library declares.
const LEAN = { lib: [], tokens: false, comment: false };

function parse(file: ParsedFile, text: string, further: object): ParseResult {
  const { filename, languageOptions } = file;
  const { parserOptions, ecmaVersion, sourceType } = languageOptions as LanguageOptions;
  const parser = parserOf(file);
  const options = {
    ecmaVersion,
    sourceType,
    ...parserOptions,
    // The machine needs no types, and the program that has them knows the file as it is.
    project: null,
    projectService: false,
    programs: null,
    loc: true,
    range: true,
    eslintVisitorKeys: true,
    eslintScopeManager: true,
    filePath: filename,
    ...further,
  };
  return parser.parseForESLint ? parser.parseForESLint(text, options) : { ast: parser.parse?.(text, options) };
}

/** The parser that has parsed a file; where the host lends none, that of the project. */
function parserOf({ sourceCode, filename, languageOptions }: ParsedFile): Parser {
  const { parser } = languageOptions as LanguageOptions;
  if (isOfESLint(sourceCode)) {
    if (!parser) throw new TypeError("the parser is not known");
    return parser;
  }
  const project = createRequire(path.resolve(filename));
  try {
    return project("@typescript-eslint/parser") as Parser;
  } catch {
    throw new TypeError("this linter lends no parser, and `@typescript-eslint/parser` is not installed");
  }
}

/** Other hosts than ESLint give rules an object that looks like a SourceCode, and a parser that parses nothing. */
function isOfESLint(sourceCode: Readonly<TSESLint.SourceCode>): boolean {
  return sourceCode.constructor !== Object;
}

/** The class of the running ESLint's sources; of another host, that of the ESLint which is installed beside the plugin. */
function classOf(sourceCode: Readonly<TSESLint.SourceCode>): new (parts: object) => TSESLint.SourceCode {
  const made = isOfESLint(sourceCode) ? sourceCode.constructor : (createRequire(import.meta.url)("eslint") as { readonly SourceCode: unknown }).SourceCode;
  // The seam: a class can be told by its name only.
  return made as new (parts: object) => TSESLint.SourceCode;
}

const VARIABLE = Symbol("variable");
const SCOPES = Symbol("scopes");

/** What a tree of one's own remembers with its nodes. The file under lint belongs to ESLint: its nodes stay as they are. */
type Marked = TSESTree.Node & { [VARIABLE]?: TSESLint.Scope.Variable; [SCOPES]?: TSESLint.Scope.Scope[] };

/** The variable that an identifier of a module declares, reads or writes. */
export function markedVariable(node: TSESTree.Node): TSESLint.Scope.Variable | undefined {
  return (node as Marked)[VARIABLE];
}

/** The scopes that a node of a module makes, the outer one first. */
export function markedScopes(node: TSESTree.Node): readonly TSESLint.Scope.Scope[] | undefined {
  return (node as Marked)[SCOPES];
}

function mark({ scopes }: TSESLint.Scope.ScopeManager): void {
  for (const scope of scopes) {
    const block: Marked = scope.block;
    const known = block[SCOPES];
    if (known) known.push(scope);
    else block[SCOPES] = [scope];
    for (const variable of scope.variables) for (const identifier of variable.identifiers) (identifier as Marked)[VARIABLE] = variable;
    for (const { identifier, resolved } of scope.references) if (resolved) (identifier as Marked)[VARIABLE] = resolved;
  }
}

/** Tells each node its parent, as ESLint does when it first walks a tree. */
function linkParents(root: TSESTree.Node, visitorKeys: Readonly<Record<string, readonly string[]>>): void {
  const pending = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    for (const key of visitorKeys[node.type] ?? []) {
      for (const child of [(node as unknown as Record<string, unknown>)[key]].flat() as (TSESTree.Node | null | undefined)[]) {
        if (!child) continue;
        (child as { parent?: TSESTree.Node }).parent = node;
        pending.push(child);
      }
    }
  }
}

/** The variables of a tree, for parsers that leave them to ESLint. */
function scopesOf(ast: object, { ecmaVersion = 2022, sourceType = "module", parserOptions }: LanguageOptions, childVisitorKeys: object): object {
  const scope = createRequire(import.meta.url)("eslint-scope") as { analyze(ast: object, options: object): object };
  return scope.analyze(ast, {
    ignoreEval: true,
    nodejsScope: sourceType === "commonjs" || parserOptions?.ecmaFeatures?.globalReturn === true,
    impliedStrict: parserOptions?.ecmaFeatures?.impliedStrict === true,
    ecmaVersion,
    sourceType,
    childVisitorKeys,
    fallback: () => [],
  });
}
