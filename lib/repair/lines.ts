/** Edits of whole lines: statements put in, taken out, and put into another order. */
import type { TSESTree } from "@typescript-eslint/utils";
import { applied, isRefusal, type Change, type Outcome } from "./edit.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { chunkOf, commentsIn, directiveOf, listOf, ownRange, pinOf, topOf, wouldJoin, type Chunk, type Source, type Statement } from "./statements.ts";
import { indentationAt, lineEnd, lineStart, styleOf } from "./style.ts";

/** A position for a statement in a new order: as it is, or with changes made inside it. */
export interface Placed {
  readonly statement: Statement;
  /** Changes within the statement, in positions of the old text. */
  readonly changes?: readonly Change[];
  /** Belongs to the one before it: no blank line in between, but behind it where one stood behind that. */
  readonly isAttached?: boolean;
}

/**
 * New lines before a statement, indented as it is. A statement that is the whole body of an `if` or a loop gets braces.
 * @param lines without indentation, further steps of it as `styleOf(…).unit`
 */
export function insertBefore(sourceCode: Source, statement: Statement, lines: readonly string[]): Outcome {
  if (!listOf(statement)) return inBraces(sourceCode, statement, lines, []);
  const chunk = chunkOf(sourceCode, statement);
  if (isRefusal(chunk)) {
    const top = topOf(sourceCode, statement);
    return top === undefined ? chunk : [insertionAt(sourceCode, top, indentationAt(sourceCode.text, statement.range[0]), lines)];
  }
  return [insertionAt(sourceCode, chunk.range[0], chunk.indentation, lines)];
}

/** New lines after a statement, indented as it is. */
export function insertAfter(sourceCode: Source, statement: Statement, lines: readonly string[]): Outcome {
  if (!listOf(statement)) return inBraces(sourceCode, statement, [], lines);
  const { text } = sourceCode;
  const last = sourceCode.getLastToken(statement);
  const next = last && sourceCode.getTokenAfter(last);
  if (!last || next?.loc.start.line === last.loc.end.line) return refuse("line", statement.loc.end.line);
  const position = lineEnd(text, last.range[1]);
  if (commentsIn(sourceCode, last.range[1], text.length).some(({ range }) => range[0] < position && range[1] > position)) return refuse("comment", last.loc.end.line);
  const { eol } = styleOf(sourceCode);
  const indentation = indentationAt(text, statement.range[0]);
  return [{ range: [position, position], text: lines.map((line) => eol + indented(line, indentation)).join("") }];
}

/** New lines at the end of a block. */
export function appendTo(sourceCode: Source, block: TSESTree.BlockStatement, lines: readonly string[]): Outcome {
  const { text } = sourceCode;
  const { eol, unit } = styleOf(sourceCode);
  const last = block.body.at(-1);
  const close = block.range[1] - 1;
  const outer = indentationAt(text, block.range[0]);
  const inner = last && isOnOwnLine(sourceCode, last) ? indentationAt(text, last.range[0]) : outer + unit;
  const start = lineStart(text, close);
  // `}` on a line of its own: in front of that line.
  if (text.slice(start, close).trim() === "") return [{ range: [start, start], text: lines.map((line) => indented(line, inner) + eol).join("") }];
  if (block.body.length > 0 || sourceCode.getCommentsInside(block).length > 0) return refuse("line", block.loc.end.line);
  return [{ range: [block.range[0] + 1, close], text: `${eol}${lines.map((line) => indented(line, inner) + eol).join("")}${outer}` }];
}

/** New lines at the beginning of a block. */
export function prependTo(sourceCode: Source, block: TSESTree.BlockStatement, lines: readonly string[]): Outcome {
  const [first] = block.body;
  return first ? insertBefore(sourceCode, first, lines) : appendTo(sourceCode, block, lines);
}

/** Takes neighbouring statements of a list out, with the comments they own, and one of the blank lines around them. */
export function remove(sourceCode: Source, ...statements: readonly Statement[]): Outcome {
  return without(sourceCode, statements, directiveOf);
}

/** The same for statements that will stand somewhere else, as they are. */
export function takeOut(sourceCode: Source, ...statements: readonly Statement[]): Outcome {
  return without(sourceCode, statements, pinOf);
}

function without(sourceCode: Source, statements: readonly Statement[], obstacleIn: typeof directiveOf): Outcome {
  const changes: Change[] = [];
  for (const run of byLines(sourceCode, statements)) {
    const ranges: (readonly [number, number])[] = [];
    for (const statement of run) {
      if (!listOf(statement)) return refuse("shape", `line ${String(statement.loc.start.line)} has no braces around it`);
      const chunk = chunkOf(sourceCode, statement);
      if (isRefusal(chunk) && chunk.reason !== "line") return chunk;
      if (isRefusal(chunk)) continue;
      const directive = obstacleIn(sourceCode, chunk);
      if (directive) return refuse("directive", directive.loc.start.line);
      ranges.push(chunk.range);
    }
    const [first] = ranges;
    const last = ranges.at(-1);
    const gone = first && last && ranges.length === run.length ? [{ range: withBlankLine(sourceCode, [first[0], last[1]]), text: "" }] : fromLine(sourceCode, run);
    if (isRefusal(gone)) return gone;
    changes.push(...gone);
  }
  return changes;
}

/** Neighbouring statements, those with lines of their own apart from those that share one. */
function byLines(sourceCode: Source, statements: readonly Statement[]): Statement[][] {
  const runs: { readonly isOwn: boolean; readonly run: Statement[] }[] = [];
  for (const statement of statements) {
    const chunk = listOf(statement) ? chunkOf(sourceCode, statement) : undefined;
    const isOwn = !chunk || !isRefusal(chunk) || chunk.reason !== "line";
    const last = runs.at(-1);
    if (last?.isOwn === isOwn) last.run.push(statement);
    else runs.push({ isOwn, run: [statement] });
  }
  return runs.map(({ run }) => run);
}

/** Neighbouring statements taken out of a line that holds others: `{ Release(); return; }`. */
function fromLine(sourceCode: Source, statements: readonly Statement[]): Outcome {
  const [first] = statements;
  const last = statements.at(-1);
  const list = first && listOf(first);
  if (!first || !last || list?.[list.indexOf(first) + statements.length - 1] !== last || first.loc.start.line !== last.loc.end.line) return refuse("line", first?.loc.start.line ?? 0);
  const [[start], [, end]] = [ownRange(sourceCode, first), ownRange(sourceCode, last)];
  const { text } = sourceCode;
  if (commentsIn(sourceCode, lineStart(text, start), lineEnd(text, end)).length > 0) return refuse("comment", first.loc.start.line);
  const before = sourceCode.getTokenBefore(first);
  const next = sourceCode.getTokenAfter(last);
  if (before?.value !== "{" && before?.value !== ";") return refuse("line", first.loc.start.line);
  return next?.loc.start.line === last.loc.end.line ? [{ range: [start, next.range[0]], text: "" }] : [{ range: [before.range[1], end], text: "" }];
}

/** The lines of a chunk with their line end, and a blank line where its neighbours would otherwise keep two or begin with one. */
function withBlankLine(sourceCode: Source, [start, end]: readonly [number, number]): [number, number] {
  const { text } = sourceCode;
  let [from, to] = [start, nextLine(text, end)];
  const opensBlock = /[{:]\s*$/u.test(text.slice(0, start)) || text.slice(0, start).trim() === "";
  const closesBlock = /^\s*\}/u.test(text.slice(to));
  const isBlank = (position: number): boolean => text.slice(position, lineEnd(text, position)).trim() === "";
  const before = start > 0 ? lineStart(text, start - 1) : 0;
  if (to < text.length && isBlank(to) && (opensBlock || (start > 0 && isBlank(before)))) to = nextLine(text, lineEnd(text, to));
  else if (closesBlock && start > 0 && isBlank(before)) from = before;
  return [from, to];
}

function nextLine(text: string, end: number): number {
  const position = text.indexOf("\n", end);
  return position < 0 ? text.length : position + 1;
}

/**
 * Puts a run of neighbouring statements of one list into another order, as one change of one stretch. Comments go with
 * the statement they belong to; blank lines stay where neighbours stay, and stand between those who were set apart before.
 * @param before the run, in the order of the text
 * @param after the same statements; those that are left out are removed
 */
export function reorder(sourceCode: Source, before: readonly Statement[], after: readonly Placed[]): Outcome {
  const chunks = chunksOf(sourceCode, before);
  if (!(chunks instanceof Map)) return chunks;
  const obstacle = before.map((statement, index) => (after[index]?.statement === statement ? undefined : pinned(sourceCode, after.find((item) => item.statement === statement), chunks, statement))).find((each) => each) ?? joined(sourceCode, before, after);
  if (obstacle) return obstacle;
  const [first] = before;
  const last = before.at(-1);
  const [from, to] = [first && chunks.get(first), last && chunks.get(last)];
  if (!from || !to) return [];
  return [{ range: [from.range[0], to.range[1]], text: joinedText(sourceCode, after, chunks, undefined, losesBlank(sourceCode, before, after)) }];
}

/**
 * The lines of some statements, one after the other, as they would stand somewhere else.
 * @param indentation that they get there
 */
export function linesOf(sourceCode: Source, after: readonly Placed[], indentation: string): string | Refusal {
  const chunks = chunksOf(sourceCode, after.map(({ statement }) => statement));
  if (!(chunks instanceof Map)) return chunks;
  for (const item of after) {
    const directive = pinned(sourceCode, item, chunks);
    if (directive) return directive;
  }
  const seam = after.findIndex(({ statement }, index) => wouldJoin(sourceCode, statement, after[index + 1]?.statement));
  if (seam >= 0) return refuse("semicolon", after[seam]?.statement.loc.end.line ?? 0);
  return joinedText(sourceCode, after, chunks, indentation);
}

function chunksOf(sourceCode: Source, run: readonly Statement[]): Map<Statement, Chunk> | Refusal {
  const chunks = new Map<Statement, Chunk>();
  for (const statement of run) {
    const chunk = chunkOf(sourceCode, statement);
    if (isRefusal(chunk)) return chunk;
    chunks.set(statement, chunk);
  }
  return chunks;
}

/** Whether two statements are parted that a blank line stood between: one stands at the new seams then. */
function losesBlank(sourceCode: Source, before: readonly Statement[], after: readonly Placed[]): boolean {
  const order = after.map(({ statement }) => statement);
  return before.some((statement, index) => {
    const next = before[index + 1];
    return next !== undefined && order[order.indexOf(statement) + 1] !== next && isApart(sourceCode, statement, next);
  });
}

function joinedText(sourceCode: Source, after: readonly Placed[], chunks: ReadonlyMap<Statement, Chunk>, indentation: string | undefined, isLoose = false): string {
  const { eol } = styleOf(sourceCode);
  let text = "";
  let previous: Statement | undefined;
  for (const [index, item] of after.entries()) {
    const chunk = chunks.get(item.statement);
    if (!chunk) throw new TypeError("a statement that is not in the run");
    if (index > 0) text += eol + (previous && item.isAttached !== true && (isApart(sourceCode, previous, item.statement) || (isLoose && !isNext(previous, item.statement))) ? eol : "");
    if (item.isAttached !== true) previous = item.statement;
    const own = item.changes ?? [];
    const shifts = indentation === undefined ? [] : shifted(sourceCode, chunk, indentation).filter(({ range }) => !own.some((change) => change.range[0] <= range[0] && range[0] < change.range[1]));
    const changes = [...shifts, ...own].map((change): Change => ({ ...change, range: [change.range[0] - chunk.range[0], change.range[1] - chunk.range[0]] }));
    text += applied(sourceCode.text.slice(chunk.range[0], chunk.range[1]), changes);
  }
  return text;
}

/** A directive on a statement that would move, be changed or be gone. */
function pinned(sourceCode: Source, item: Placed | undefined, chunks: ReadonlyMap<Statement, Chunk>, statement = item?.statement): Refusal | undefined {
  const chunk = statement && chunks.get(statement);
  const isAsItIs = item && (item.changes ?? []).length === 0;
  const directive = chunk && (isAsItIs ? pinOf(sourceCode, chunk) : directiveOf(sourceCode, chunk));
  return directive && refuse("directive", directive.loc.start.line);
}

/** A seam of the new order at which two statements would be read as one. */
function joined(sourceCode: Source, before: readonly Statement[], after: readonly Placed[]): Refusal | undefined {
  const [first] = before;
  const last = before.at(-1);
  const list = first && listOf(first);
  if (!list || !last) return undefined;
  const order = [list[list.indexOf(first) - 1], ...after.map(({ statement }) => statement), list[list.indexOf(last) + 1]];
  for (const [index, statement] of order.entries()) {
    if (wouldJoin(sourceCode, statement, order[index + 1])) return refuse("semicolon", statement?.loc.end.line ?? 0);
  }
  return undefined;
}

/** Whether a blank line goes between two statements of the new order: one stood behind the one or before the other. */
export function isApart(sourceCode: Source, left: Statement, right: Statement): boolean {
  const { text } = sourceCode;
  const isBlankBehind = /^[^\n]*\n[^\S\n]*\r?\n/u.test(text.slice(left.range[1]));
  const chunk = chunkOf(sourceCode, right);
  const isBlankBefore = !isRefusal(chunk) && /\n[^\S\n]*\r?\n$/u.test(text.slice(0, chunk.range[0]));
  return isNext(left, right) ? isBlankBehind : isBlankBehind || isBlankBefore;
}

function isNext(left: Statement, right: Statement): boolean {
  const list = listOf(left) ?? [];
  return list[list.indexOf(left) + 1] === right;
}

/** Whether nothing else stands before a node on its line. */
export function isOnOwnLine(sourceCode: Source, node: TSESTree.Node): boolean {
  const { text } = sourceCode;
  return text.slice(lineStart(text, node.range[0]), node.range[0]).trim() === "";
}

/** Lines as one change at the beginning of a line. */
function insertionAt(sourceCode: Source, position: number, indentation: string, lines: readonly string[]): Change {
  const { eol } = styleOf(sourceCode);
  return { range: [position, position], text: lines.map((line) => indented(line, indentation) + eol).join("") };
}

/** `if (x) return y;` becomes a block with lines around the statement. */
function inBraces(sourceCode: Source, statement: Statement, before: readonly string[], after: readonly string[]): Outcome {
  const { text } = sourceCode;
  const { eol, unit } = styleOf(sourceCode);
  const { parent } = statement;
  const [start, own] = ownRange(sourceCode, statement);
  const outer = indentationAt(text, parent.range[0]);
  const previous = sourceCode.getTokenBefore(statement);
  if (!previous) return refuse("line", statement.loc.start.line);
  if (commentsIn(sourceCode, previous.range[1], own).length > 0) return refuse("comment", statement.loc.start.line);
  const end = withRemark(sourceCode, own);
  if (typeof end !== "number") return end;
  const body = [...before, text.slice(start, end), ...after].map((line) => outer + unit + line).join(eol);
  return [{ range: [previous.range[1], end], text: ` {${eol}${body}${eol}${outer}}` }];
}

/** Where a statement ends with the comment that follows it on its line: that goes into the braces as well. */
function withRemark(sourceCode: Source, end: number): number | Refusal {
  const { text } = sourceCode;
  const line = lineEnd(text, end);
  const remark = commentsIn(sourceCode, end, text.length).find(({ range }) => range[0] < line && text.slice(end, range[0]).trim() === "");
  if (!remark) return end;
  const { range, loc } = remark;
  // A directive speaks of the line as it is; what follows a comment on its line would come to stand behind the brace.
  if (directiveOf(sourceCode, { range })) return refuse("directive", loc.start.line);
  return range[1] <= line && text.slice(range[1], line).trim() === "" ? range[1] : refuse("comment", loc.start.line);
}

/** A line with its indentation; a blank one stays blank. */
function indented(line: string, indentation: string): string {
  return line === "" ? "" : indentation + line;
}

/** Indents lines otherwise, but for those that begin inside of a template. */
function shifted(sourceCode: Source, { range: [start, end], indentation }: Chunk, to: string): Change[] {
  const { text } = sourceCode;
  const inside = sourceCode.ast.tokens.filter(({ range, loc }) => range[0] < end && range[1] > start && loc.start.line !== loc.end.line);
  const changes: Change[] = [];
  for (let line = lineStart(text, start); line < end; line = nextLine(text, line)) {
    const isBlank = text.slice(line, lineEnd(text, line)).trim() === "";
    if (!isBlank && text.startsWith(indentation, line) && !inside.some(({ range }) => range[0] < line && line < range[1])) changes.push({ range: [line, line + indentation.length], text: to });
  }
  return changes;
}

