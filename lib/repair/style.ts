/** How a file is written: line ends, indentation, semicolons, quotes. New code is written the same way. */
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";

type Source = Readonly<TSESLint.SourceCode>;

/** The habits of a file. */
export interface Style {
  readonly eol: "\n" | "\r\n";
  /** One step of indentation. */
  readonly unit: string;
  /** What ends a statement: nothing in code without semicolons. */
  readonly semicolon: ";" | "";
  readonly quote: '"' | "'";
}

const styles = new WeakMap<Source, Style>();

/** The habits of a file: what most of its lines do. */
export function styleOf(sourceCode: Source): Style {
  const known = styles.get(sourceCode);
  if (known) return known;
  const { text } = sourceCode;
  const crlf = countOf(text, /\r\n/gu);
  const style: Style = {
    eol: crlf * 2 > countOf(text, /\n/gu) ? "\r\n" : "\n",
    unit: unitOf(text),
    semicolon: endsWithSemicolons(sourceCode) ? ";" : "",
    quote: countOf(text, /'[^'"\n]*'/gu) > countOf(text, /"[^'"\n]*"/gu) ? "'" : '"',
  };
  styles.set(sourceCode, style);
  return style;
}

/** The white space that the line of a position begins with. */
export function indentationAt(text: string, position: number): string {
  const start = lineStart(text, position);
  return /^[^\S\r\n]*/u.exec(text.slice(start, start + 400))?.[0] ?? "";
}

/** Where the line of a position begins. */
export function lineStart(text: string, position: number): number {
  return text.lastIndexOf("\n", position - 1) + 1;
}

/** Where the line of a position ends, before its line end. */
export function lineEnd(text: string, position: number): number {
  const next = text.indexOf("\n", position);
  const end = next < 0 ? text.length : next;
  return end > position && text[end - 1] === "\r" ? end - 1 : end;
}

/** The step by which most lines are indented further than the one before. */
function unitOf(text: string): string {
  const counts = new Map<string, number>();
  let before = "";
  for (const line of text.split(/\r?\n/u)) {
    if (line.trim() === "" || /^\s*\*/u.test(line)) continue;
    const indentation = /^\s*/u.exec(line)?.[0] ?? "";
    const step = indentation.startsWith(before) ? indentation.slice(before.length) : "";
    if (step !== "") counts.set(step, (counts.get(step) ?? 0) + 1);
    before = indentation;
  }
  const [most] = [...counts].sort(([step, left], [other, right]) => right - left || step.length - other.length);
  return most?.[0] ?? "  ";
}

const ENDED = new Set(["ExpressionStatement", "VariableDeclaration", "ReturnStatement", "ThrowStatement", "ImportDeclaration", "BreakStatement"]);

function endsWithSemicolons(sourceCode: Source): boolean {
  let ended = 0;
  let open = 0;
  const pending: TSESTree.Node[] = [sourceCode.ast];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (ENDED.has(node.type) && !isLoopHead(node)) {
      if (sourceCode.getLastToken(node)?.value === ";") ended += 1;
      else open += 1;
    }
    for (const key of sourceCode.visitorKeys[node.type] ?? []) {
      const child = (node as unknown as Record<string, unknown>)[key];
      if (Array.isArray(child)) pending.push(...(child as (TSESTree.Node | null)[]).filter((item) => item !== null));
      else if (child !== null && child !== undefined) pending.push(child as TSESTree.Node);
    }
  }
  return ended >= open;
}

function isLoopHead(node: TSESTree.Node): boolean {
  const { parent } = node;
  if (parent?.type === "ForStatement") return parent.init === node;
  return (parent?.type === "ForOfStatement" || parent?.type === "ForInStatement") && parent.left === node;
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
