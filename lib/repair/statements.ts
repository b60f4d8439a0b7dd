/** Statements as they stand in the text: with the lines and comments that are theirs. */
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import { isRefusal } from "./edit.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { indentationAt, lineEnd, lineStart } from "./style.ts";

export type Source = Readonly<TSESLint.SourceCode>;
export type Statement = TSESTree.ProgramStatement;
type Token = TSESTree.Token;
type Comment = TSESTree.Comment;

/** The lines of a statement: those of the comments it owns, and its own. */
export interface Chunk {
  readonly statement: Statement;
  /** From the beginning of its first line to the end of its last one, without the line end. */
  readonly range: readonly [number, number];
  /** The white space before its first token. */
  readonly indentation: string;
  /** Where its own text begins: a `;` that guards its line is part of it. */
  readonly start: number;
  /** Where its own text ends: the guard of the next line is not. */
  readonly end: number;
}

// What a tool is told about the lines around it, or about a whole part of the file.
const DIRECTIVE = /^\s*(?:eslint-(?:dis|en)able|@ts-|tslint:|oxlint-|prettier-ignore|biome-ignore|#?(?:end)?region\b|[cv]8 ignore|istanbul ignore)/u;
// Those that speak of the line below, or of the statement that begins there: they go with it.
const OF_NEXT_LINE = /^\s*(?:(?:eslint|oxlint)-disable-next-line\b|tslint:disable-next-line\b|@ts-(?:expect-error|ignore)\b|prettier-ignore\s*$|biome-ignore\s|(?:[cv]8|istanbul) ignore next\b)/u;
const HAZARD = /^[([`/+-]/u;

/** The list that a statement is an item of. */
export function listOf(statement: TSESTree.Node): readonly Statement[] | undefined {
  const { parent } = statement;
  switch (parent?.type) {
    case "BlockStatement":
    case "Program":
    case "StaticBlock":
    case "TSModuleBlock":
      return parent.body;
    case "SwitchCase":
      return parent.consequent;
    default:
      return undefined;
  }
}

/** The innermost statement around a node that is an item of a list. */
export function listedStatement(node: TSESTree.Node): Statement | undefined {
  let current: TSESTree.Node | undefined = node;
  while (current) {
    const list: readonly TSESTree.Node[] | undefined = listOf(current);
    if (list?.includes(current) === true) return current as Statement;
    current = current.parent;
  }
  return undefined;
}

/** Some statements of a list, neighbours together. */
export function runsOf(list: readonly Statement[], statements: readonly Statement[]): Statement[][] {
  const runs: Statement[][] = [];
  for (const statement of statements) {
    const last = runs.at(-1);
    const previous = last?.at(-1);
    if (last && previous && list.indexOf(previous) + 1 === list.indexOf(statement)) last.push(statement);
    else runs.push([statement]);
  }
  return runs;
}

/** The lines of a statement; refused where they are not its own. */
export function chunkOf(sourceCode: Source, statement: Statement): Chunk | Refusal {
  const { text } = sourceCode;
  const first = firstToken(sourceCode, statement);
  const last = lastToken(sourceCode, statement);
  const previous = sourceCode.getTokenBefore(first);
  const next = sourceCode.getTokenAfter(last);
  const above = ownedAbove(sourceCode, first, previous);
  if (isRefusal(above)) return above;
  const trailing = ownedBehind(sourceCode, last, next);
  if (isRefusal(trailing)) return trailing;
  if (next?.loc.start.line === last.loc.end.line) return refuse("line", last.loc.end.line);
  const top = above[0] ?? first;
  const start = lineStart(text, top.range[0]);
  if (text.slice(start, top.range[0]).trim() !== "") return refuse("line", top.loc.start.line);
  const bottom = trailing.at(-1) ?? last;
  return {
    statement,
    range: [start, lineEnd(text, bottom.range[1])],
    indentation: indentationAt(text, first.range[0]),
    start: first.range[0],
    end: last.range[1],
  };
}

/** The start of a statement's first line, or of the comments directly above; undefined where something else begins that line. */
export function topOf(sourceCode: Source, statement: Statement): number | undefined {
  const { text } = sourceCode;
  const first = firstToken(sourceCode, statement);
  const start = lineStart(text, first.range[0]);
  if (text.slice(start, first.range[0]).trim() !== "") return undefined;
  const above = ownedAbove(sourceCode, first, sourceCode.getTokenBefore(first));
  // Comments further above may speak of more than the statement: the lines go between.
  const [top] = isRefusal(above) ? [] : above;
  const position = top && lineStart(text, top.range[0]);
  return position !== undefined && text.slice(position, top?.range[0]).trim() === "" ? position : start;
}

/** A directive above a statement, behind it or in it: it keeps what it governs as it is. */
export function directiveOf(sourceCode: Source, { range }: Pick<Chunk, "range">): Comment | undefined {
  return commentsIn(sourceCode, range[0], range[1]).find((comment) => DIRECTIVE.test(comment.value));
}

/** A directive that keeps what it governs where it is, too. */
export function pinOf(sourceCode: Source, { range }: Pick<Chunk, "range">): Comment | undefined {
  return commentsIn(sourceCode, range[0], range[1]).find(({ value }) => DIRECTIVE.test(value) && !OF_NEXT_LINE.test(value));
}

/** The comments of a stretch of the text. */
export function commentsIn(sourceCode: Source, start: number, end: number): Comment[] {
  return sourceCode.getAllComments().filter(({ range }) => range[0] >= start && range[1] <= end);
}

/** Whether one statement could be read as going on in the other, were it to follow it. */
export function wouldJoin(sourceCode: Source, before: Statement | undefined, after: Statement | undefined): boolean {
  if (!before || !after || !isOpenEnded(sourceCode, before)) return false;
  return HAZARD.test(firstToken(sourceCode, after).value);
}

/** Ends where the next line lets it end: without a semicolon. */
function isOpenEnded(sourceCode: Source, statement: Statement): boolean {
  switch (statement.type) {
    case "ExpressionStatement":
    case "VariableDeclaration":
    case "ReturnStatement":
    case "ThrowStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return lastToken(sourceCode, statement).value !== ";";
    case "IfStatement":
      return isOpenEnded(sourceCode, statement.alternate ?? statement.consequent);
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "LabeledStatement":
      return isOpenEnded(sourceCode, statement.body);
    default:
      return false;
  }
}

/** A statement's own text: from its first token, and without a `;` that guards the next line. */
export function ownRange(sourceCode: Source, statement: Statement): [number, number] {
  return [firstToken(sourceCode, statement).range[0], lastToken(sourceCode, statement).range[1]];
}

/** The first token; a `;` on its line that keeps the line above from going on is taken to be its own. */
function firstToken(sourceCode: Source, statement: Statement): Token {
  const first = tokenAt(sourceCode, startOf(statement)) ?? tokenOf(sourceCode.getFirstToken(statement));
  const guard = sourceCode.getTokenBefore(first);
  return guard && isGuard(sourceCode, guard) && guard.loc.end.line === first.loc.start.line ? guard : first;
}

/** The last token, without the `;` that guards the next line. */
function lastToken(sourceCode: Source, statement: Statement): Token {
  const last = tokenOf(sourceCode.getLastToken(statement));
  if (!isGuard(sourceCode, last)) return last;
  return tokenOf(sourceCode.getTokenBefore(last));
}

function isGuard(sourceCode: Source, token: Token): boolean {
  if (token.value !== ";" || token.type !== ("Punctuator" as Token["type"])) return false;
  const before = sourceCode.getTokenBefore(token);
  return before !== null && before.loc.end.line < token.loc.start.line;
}

function tokenOf(token: Token | null): Token {
  if (!token) throw new TypeError("a statement without tokens");
  return token;
}

function tokenAt(sourceCode: Source, position: number): Token | null {
  return sourceCode.getTokenByRangeStart(position);
}

/** Where a statement begins: at its first decorator, where it has any. */
function startOf(statement: Statement): number {
  const declared = "declaration" in statement && statement.declaration ? statement.declaration : statement;
  const decorators = "decorators" in declared ? (declared as { decorators?: readonly TSESTree.Node[] }).decorators : undefined;
  return Math.min(statement.range[0], ...(decorators ?? []).map(({ range }) => range[0]));
}

/** The comments directly above, without a blank line in between; refused where others stand between the statements. */
function ownedAbove(sourceCode: Source, first: Token, previous: Token | null): Comment[] | Refusal {
  const owned: Comment[] = [];
  let line = first.loc.start.line;
  const comments = sourceCode.getCommentsBefore(first).filter((comment) => comment.loc.start.line !== previous?.loc.end.line);
  for (const comment of comments.reverse()) {
    if (comment.loc.end.line < line - 1) return refuse("comment", comment.loc.start.line);
    owned.unshift(comment);
    line = comment.loc.start.line;
  }
  return owned;
}

/** The comments behind it on its last line. */
function ownedBehind(sourceCode: Source, last: Token, next: Token | null): Comment[] | Refusal {
  const owned = sourceCode.getCommentsAfter(last).filter((comment) => comment.loc.start.line === last.loc.end.line);
  const far = owned.find((comment) => comment.loc.end.line !== last.loc.end.line);
  if (far) return refuse("comment", far.loc.start.line);
  // Comments at the end of a block, after its last statement, may speak of anything.
  const dangling = next?.value === "}" ? sourceCode.getCommentsAfter(last).find((comment) => comment.loc.start.line > last.loc.end.line) : undefined;
  return dangling ? refuse("comment", dangling.loc.start.line) : owned;
}
