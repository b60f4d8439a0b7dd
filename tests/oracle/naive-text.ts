/** Cuts statements out of a text and puts them elsewhere, with no regard for what that does. */
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import type { Place } from "../../lib/machine/facts.ts";
import type { Edit } from "../repair/repairs.ts";

export type Statement = TSESTree.Node;
export type Call = TSESTree.CallExpression | TSESTree.NewExpression;

/** A function with a body in braces. */
export type Routine = TSESTree.Node & { readonly params: TSESTree.Parameter[]; readonly body: TSESTree.BlockStatement };

/** The most functions that a call is followed out of. */
const MOST_CALLERS = 3;

const FUNCTIONS: ReadonlySet<string> = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

/** A file to be edited. */
export class NaiveText {
  readonly code: Readonly<TSESLint.SourceCode>;
  readonly text: string;
  readonly eol: string;
  /** Attributes that are set up and not passed, as written. */
  readonly prepared: string | undefined;
  readonly #nodes: TSESTree.Node[] = [];

  constructor(code: Readonly<TSESLint.SourceCode>, prepared: string | undefined) {
    this.code = code;
    this.prepared = prepared;
    this.text = code.text;
    this.eol = this.text.includes("\r\n") ? "\r\n" : "\n";
    const pending: TSESTree.Node[] = [code.ast];
    for (let node = pending.pop(); node; node = pending.pop()) {
      this.#nodes.push(node);
      for (const key of code.visitorKeys[node.type] ?? []) {
        const child = (node as unknown as Record<string, unknown>)[key];
        pending.push(...[child].flat().filter((item): item is TSESTree.Node => typeof item === "object" && item !== null));
      }
    }
    this.#nodes.sort((left, right) => left.range[0] - right.range[0]);
  }

  of({ range: [start, end] }: TSESTree.Node): string {
    return this.text.slice(start, end);
  }

  /** The call whose callee stands at a place. */
  callAt({ range: [start, end] }: Place): Call | undefined {
    return this.#nodes.find((node): node is Call => (node.type === "CallExpression" || node.type === "NewExpression") && node.callee.range[0] <= start && node.callee.range[1] === end);
  }

  /** The outermost node with exactly the range of a place. */
  nodeAt({ range: [start, end] }: Place): TSESTree.Node | undefined {
    return this.#nodes.find(({ range }) => range[0] === start && range[1] === end);
  }

  /** The functions that have a body in braces, in order. */
  get functions(): Routine[] {
    return this.#nodes.filter((node): node is Routine => FUNCTIONS.has(node.type) && "body" in node && (node.body as TSESTree.Node | null)?.type === "BlockStatement");
  }

  /** The calls of a name. */
  callsOf(name: string): Call[] {
    return this.#nodes.filter((node): node is Call => node.type === "CallExpression" && this.of(node.callee).split(".").at(-1) === name);
  }

  /** The statements around a node, the innermost first; then those around the calls of its function. */
  around(node: TSESTree.Node, depth = 0): Statement[] {
    const found: Statement[] = [];
    for (let current: TSESTree.Node | undefined = node; current; current = current.parent) {
      if (listOf(current) !== undefined) found.push(current);
      if (!FUNCTIONS.has(current.type)) continue;
      const name = nameOf(current);
      if (depth < MOST_CALLERS && name !== undefined) found.push(...this.callsOf(name).flatMap((call) => this.around(call, depth + 1)));
      break;
    }
    return found;
  }

  /** Takes statements out: their lines where they have them to themselves, with the comments above them where that is asked. */
  cut(statements: readonly Statement[], withComments: boolean): Edit[] {
    return statements.map((statement) => ({ range: this.#rangeOf(statement, withComments), text: "" }));
  }

  /** The text of statements, as lines. */
  lines(statements: readonly Statement[], withComments: boolean): string {
    return statements
      .map((statement) => {
        const range = this.#rangeOf(statement, withComments);
        const words = this.text.slice(...range);
        return words.endsWith("\n") ? words : words + this.eol;
      })
      .join("");
  }

  /** Puts lines before a statement. */
  before(statement: Statement, lines: string): Edit {
    const [start] = statement.range;
    const line = this.lineStart(start);
    const at = this.text.slice(line, start).trim() === "" ? line : start;
    return { range: [at, at], text: lines };
  }

  /** Puts lines behind a statement. */
  behind(statement: Statement, lines: string): Edit {
    const [, end] = statement.range;
    const line = this.#nextLine(end);
    const isAlone = /^[ \t;]*(?:\/\/.*|\/\*.*\*\/[ \t]*)?\r?$/u.test(this.text.slice(end, line).replace(/\n$/u, ""));
    return isAlone ? { range: [line, line], text: this.text[line - 1] === "\n" ? lines : this.eol + lines } : { range: [end, end], text: this.eol + lines };
  }

  /** Puts lines at the beginning or at the end of a block. */
  into(block: TSESTree.BlockStatement, lines: string, isFirst: boolean): Edit {
    const at = isFirst ? block.range[0] + 1 : block.range[1] - 1;
    return { range: [at, at], text: this.eol + lines };
  }

  /** Whether comments stand above a statement or behind it. */
  hasComments(statement: Statement): boolean {
    return this.code.getCommentsBefore(statement).length > 0 || this.code.getCommentsAfter(statement).length > 0;
  }

  lineStart(position: number): number {
    return this.text.lastIndexOf("\n", position - 1) + 1;
  }

  #nextLine(position: number): number {
    const end = this.text.indexOf("\n", position);
    return end < 0 ? this.text.length : end + 1;
  }

  #rangeOf(statement: Statement, withComments: boolean): [number, number] {
    const [start, end] = statement.range;
    const first = withComments ? this.code.getCommentsBefore(statement).find(({ range }) => this.text.slice(this.lineStart(range[0]), range[0]).trim() === "") : undefined;
    const from = this.lineStart(Math.min(start, first?.range[0] ?? start));
    const next = this.#nextLine(end);
    const isAlone = this.text.slice(this.lineStart(start), start).trim() === "" && /^[ \t;]*(?:(?:\/\/|\/\*).*)?\s*$/u.test(this.text.slice(end, next));
    return isAlone ? [from, next] : [start, end];
  }
}

/** The list that a statement is an item of. */
export function listOf({ parent }: Statement): readonly Statement[] | undefined {
  if (parent?.type === "BlockStatement" || parent?.type === "Program") return parent.body;
  return parent?.type === "SwitchCase" ? parent.consequent : undefined;
}

/** The statement that follows in its list. */
export function nextOf(statement: Statement): Statement | undefined {
  const list = listOf(statement) ?? [];
  return list[list.indexOf(statement) + 1];
}

function nameOf(fn: TSESTree.Node): string | undefined {
  if (fn.type === "FunctionDeclaration") return fn.id?.name;
  return fn.parent?.type === "VariableDeclarator" && fn.parent.id.type === "Identifier" ? fn.parent.id.name : undefined;
}
