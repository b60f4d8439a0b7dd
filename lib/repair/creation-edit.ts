/** The text of a creation put first: the statements in their new order, with what changes inside them. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { Variable } from "../source/scopes.ts";
import type { Posed } from "./creation.ts";
import { removed } from "./check.ts";
import { contiguous, isRefusal, type Change, type Edit } from "./edit.ts";
import { meet } from "./effects.ts";
import { linesOf, takeOut, reorder, type Placed } from "./lines.ts";
import type { Order, Question } from "./order.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { chunkOf, listOf, type Source, type Statement } from "./statements.ts";
import { indentationAt, styleOf } from "./style.ts";

/** Changes inside of items, by their index. */
type Changes = ReadonlyMap<number, readonly Change[]>;

/** Which releases go with those of the failed creation: the cleanup callback does as much. */
export interface Without {
  /** Those on the ways out of what is moved. */
  readonly byHand: boolean;
  /** Those behind the creation, for a failed start. */
  readonly later: boolean;
}

/** Writes an order down. */
export function editFor(sourceCode: Source, posed: Posed, order: Order, without: Without): Edit | Refusal {
  const { question, check, outer } = posed;
  const changes = changesFor(sourceCode, posed, order, without);
  if (isRefusal(changes)) return changes;
  const behind = without.later ? removed(sourceCode, posed.later.map(emptied)) : [];
  if (isRefusal(behind)) return behind;
  const isLifted = outer < question.items.length;
  if (isLifted) {
    const edit = check.inside ? swappingEdit(sourceCode, posed, check.inside, order, changes) : liftingEdit(sourceCode, posed, order, changes);
    return isRefusal(edit) ? edit : wholeOf(sourceCode, [...edit, ...behind]);
  }
  const run = question.items.map(({ statement }) => statement);
  const after = placed(question, order.after, changes);
  const inside = check.inside && insertionInto(sourceCode, check.inside, after);
  if (inside && isRefusal(inside)) return inside;
  const escaping = check.inside && escapingFrom(question, order, run, check.inside);
  if (escaping) return refuse("needed-by-both", escaping.name);
  const last = question.items.length - 1;
  const more = new Map(changes);
  if (inside) more.set(last, [...(changes.get(last) ?? []), inside]);
  const trailing = trailingOver(posed, order).map(({ statement }) => statement);
  const edit = reorder(sourceCode, [...run, ...trailing], [...placed(question, order.before, more), ...trailing.map((statement) => ({ statement })), ...(check.inside ? [] : after)]);
  if (isRefusal(edit)) return edit;
  return wholeOf(sourceCode, [...edit.map((change) => ({ ...change, text: change.text + (check.end ?? "") })), ...behind, ...(check.elsewhere ?? [])]);
}

/** An `if` that does nothing but release goes as a whole. */
function emptied(group: readonly Statement[]): readonly Statement[] {
  const [first] = group;
  const block = first?.parent;
  if (block?.type !== "BlockStatement" || group.length !== block.body.length) return group;
  const { parent: around } = block;
  return around.type === "IfStatement" && !around.alternate && listOf(around) ? [around] : group;
}

function wholeOf(sourceCode: Source, edit: Edit): Edit {
  const whole = contiguous(sourceCode.text, edit);
  return whole ? [whole] : [];
}

/** What stays right behind the test, for nothing that is moved has to do with it. */
function trailingOver({ question: { items }, trailing }: Posed, { after }: Order): Posed["trailing"] {
  const moved = after.flatMap((index) => items[index]?.effects.accesses ?? []);
  return trailing.some(({ effects }) => effects.accesses.some((own) => moved.some((other) => meet(own, other)))) ? [] : trailing;
}

/** What changes inside of the statements: declarations passed on, releases that go. */
function changesFor(sourceCode: Source, { question, check, releases, orphaned, byHand }: Posed, order: Order, without: Without): Changes | Refusal {
  const changes = new Map<number, Change[]>();
  const add = (index: number, more: readonly Change[]): void => {
    changes.set(index, [...(changes.get(index) ?? []), ...more]);
  };
  const declared = movedDeclarations(sourceCode, question, order);
  if (isRefusal(declared)) return declared;
  for (const [index, more] of declared) add(index, more);
  const left = orphaned(order.after);
  if (left !== undefined) return refuse("untested-release", left);
  const stripped = check.strip(sourceCode, releases(order.after));
  if (isRefusal(stripped)) return stripped;
  add(question.items.length - 1, stripped);
  for (const index of without.byHand ? order.after : []) {
    const gone = removed(sourceCode, byHand[index] ?? []);
    if (isRefusal(gone)) return gone;
    add(index, gone);
  }
  return changes;
}

function placed({ items }: Question, indexes: readonly number[], changes: Changes): Placed[] {
  return indexes.flatMap((index): Placed[] => {
    const item = items[index];
    return item ? [{ statement: item.statement, changes: changes.get(index) ?? [] }] : [];
  });
}

/** A variable that a moved statement declares for what stands outside of the branch that it is moved into. */
function escapingFrom({ items }: Question, { before, after }: Order, run: readonly Statement[], inside: TSESTree.BlockStatement): Variable | undefined {
  const isPassedOn = (variable: Variable): boolean => before.some((index) => items[index]?.effects.accesses.some(({ root }) => root === variable) === true);
  return after.flatMap((index) => items[index]?.effects.declared ?? []).find((variable) => !isPassedOn(variable) && isUsedOutside(variable, run, inside));
}

/** The creation and its test before the early statements, out of the blocks that they stood in. */
function liftingEdit(sourceCode: Source, { question, outer }: Posed, { before, after }: Order, changes: Changes): Edit | Refusal {
  const { items } = question;
  const stretch = stretchOf(sourceCode, items, outer);
  if (isRefusal(stretch)) return stretch;
  const lifted = before.filter((index) => index >= outer);
  const clash = clashOf(question, lifted);
  if (clash) return refuse("needed-by-both", clash.name);
  const text = linesOf(sourceCode, placed(question, [...before, ...after.filter((index) => index < outer)], changes), stretch.indentation);
  if (typeof text !== "string") return text;
  const gone = takenOut(sourceCode, lifted.flatMap((index) => items[index]?.statement ?? []));
  if (isRefusal(gone)) return gone;
  // What stays inside keeps its own changes.
  const kept = after.flatMap((index) => (index >= outer ? (changes.get(index) ?? []) : []));
  return [{ range: stretch.range, text }, ...gone, ...kept];
}

/** The outer statements that change places with the creation. */
function stretchOf(sourceCode: Source, items: Question["items"], outer: number): { readonly range: readonly [number, number]; readonly indentation: string } | Refusal {
  const [first] = items;
  const last = items[outer - 1];
  const from = first ? chunkOf(sourceCode, first.statement) : NOTHING_MOVED;
  const to = last ? chunkOf(sourceCode, last.statement) : NOTHING_MOVED;
  if (isRefusal(from)) return from;
  return isRefusal(to) ? to : { range: [from.range[0], to.range[1]], indentation: from.indentation };
}

const NOTHING_MOVED = refuse("shape", "nothing could be moved");

function clashOf({ items }: Question, lifted: readonly number[]): Variable | undefined {
  const [first] = items;
  return first && lifted.flatMap((index) => items[index]?.effects.declared ?? []).find((variable) => clashes(variable, first.statement));
}

/** Statements of one or several lists taken out; a blank line between two of them goes once. */
function takenOut(sourceCode: Source, statements: readonly Statement[]): Change[] | Refusal {
  const changes: Change[] = [];
  let end = 0;
  for (const group of neighbours(statements)) {
    const gone = takeOut(sourceCode, ...group);
    if (isRefusal(gone)) return gone;
    changes.push(...gone.map(({ range, text }): Change => ({ range: [Math.max(range[0], end), range[1]], text })));
    end = gone.at(-1)?.range[1] ?? end;
  }
  return changes;
}

/**
 * The nest of two tests turned inside out: the creation with its test goes out of the block around it, and the early
 * statements with that block into the branch for a creation that has succeeded.
 */
function swappingEdit(sourceCode: Source, { question, check, outer }: Posed, inside: TSESTree.BlockStatement, { before, after }: Order, changes: Changes): Edit | Refusal {
  const { items } = question;
  const { text } = sourceCode;
  const { eol, unit } = styleOf(sourceCode);
  const last = items.length - 1;
  const outermost = items[outer]?.statement;
  const stretch = stretchOf(sourceCode, items, outer);
  const closing = sourceCode.getLastToken(inside);
  const own = chunkOf(sourceCode, check.statement);
  if (isRefusal(stretch)) return stretch;
  if (isRefusal(own)) return own;
  const end = outermost ? chunkOf(sourceCode, outermost) : NOTHING_MOVED;
  if (isRefusal(end) || !outermost || !closing) return isRefusal(end) ? end : NOTHING_MOVED;
  const lifted = before.filter((index) => index >= outer && index !== last);
  const run = [...items.slice(0, outer).map(({ statement }) => statement), outermost];
  const clash = clashOf(question, lifted) ?? escapingFrom(question, { before, after: after.filter((index) => index < outer), doubts: [] }, run, inside);
  if (clash) return refuse("needed-by-both", clash.name);
  const rest = linesOf(sourceCode, inside.body.map((statement) => ({ statement })), own.indentation + unit);
  if (typeof rest !== "string") return rest;
  const gone = takenOut(sourceCode, lifted.flatMap((index) => items[index]?.statement ?? []));
  if (isRefusal(gone)) return gone;
  const kept = after.flatMap((index) => (index >= outer ? (changes.get(index) ?? []) : []));
  const emptied = rest === "" ? takenOut(sourceCode, [check.statement]) : [{ range: own.range, text: rest }];
  if (isRefusal(emptied)) return emptied;
  const block: Placed = { statement: outermost, changes: [...gone, ...kept, ...emptied] };
  const body = linesOf(sourceCode, [...placed(question, after.filter((index) => index < outer), changes), block], stretch.indentation + unit);
  if (typeof body !== "string") return body;
  const opening = inside.range[0] + 1;
  const start = text.lastIndexOf("\n", closing.range[0]) + 1;
  if (text.slice(start, closing.range[0]).trim() !== "" && inside.body.length > 0) return refuse("line", closing.loc.start.line);
  const filled: Change = { range: [opening, closing.range[0]], text: `${eol}${body}${eol}${stretch.indentation}` };
  const all = new Map(changes);
  all.set(last, [...(changes.get(last) ?? []), filled]);
  const made = linesOf(sourceCode, placed(question, [...before.filter((index) => index !== last), last], all), stretch.indentation);
  if (typeof made !== "string") return made;
  return [{ range: [stretch.range[0], end.range[1]], text: made }];
}

/** Whether a name means something else where a variable would be declared. */
function clashes(variable: Variable, there: Statement): boolean {
  for (let scope: Variable["scope"] | null = variable.scope; scope; scope = scope.upper) {
    const other = scope === variable.scope ? undefined : scope.set.get(variable.name);
    if (other) return true;
    if (scope.block.range[0] <= there.range[0] && there.range[1] <= scope.block.range[1] && scope.through.some(({ identifier }) => identifier.name === variable.name)) return true;
    if (scope.type === "function") return false;
  }
  return false;
}

/** Statements of which each follows the one before it in its list, together. */
function neighbours(statements: readonly Statement[]): Statement[][] {
  const groups: Statement[][] = [];
  for (const statement of statements) {
    const group = groups.at(-1);
    const previous = group?.at(-1);
    const list = previous && listOf(previous);
    if (group && previous && list?.[list.indexOf(previous) + 1] === statement) group.push(statement);
    else groups.push([statement]);
  }
  return groups;
}

/** The moved lines, further indented, at the beginning of the block for a successful creation. */
function insertionInto(sourceCode: Source, block: TSESTree.BlockStatement, moved: readonly Placed[]): Change | Refusal {
  const { eol, unit } = styleOf(sourceCode);
  const indentation = indentationAt(sourceCode.text, block.range[0]) + unit;
  const opening = sourceCode.getFirstToken(block);
  const next = opening && sourceCode.getTokenAfter(opening, { includeComments: true });
  if (!opening || next?.loc.start.line === opening.loc.end.line) return refuse("line", block.loc.start.line);
  const lines = linesOf(sourceCode, moved, indentation);
  return typeof lines === "string" ? { range: [opening.range[1], opening.range[1]], text: eol + lines } : lines;
}

function isUsedOutside(variable: Variable, run: readonly Statement[], inside: TSESTree.BlockStatement): boolean {
  const within = (node: TSESTree.Node, around: TSESTree.Node): boolean => around.range[0] <= node.range[0] && node.range[1] <= around.range[1];
  const test = inside.parent;
  return variable.references.some(({ identifier }) => (within(identifier, test) ? !within(identifier, inside) : !run.some((statement) => within(identifier, statement))));
}

/** `let` passes from a declaration that has moved down to the first statement that now writes the variable. */
function movedDeclarations(sourceCode: Source, { items }: Question, { before, after }: Order): Map<number, Change[]> | Refusal {
  const changes = new Map<number, Change[]>();
  const order = [...before, ...after];
  for (const [index, { statement, effects }] of items.entries()) {
    const variable = effects.declared[0];
    if (statement.type !== "VariableDeclaration" || statement.kind !== "let" || !variable) continue;
    const first = order.find((each) => items[each]?.effects.accesses.some(({ root }) => root === variable) === true);
    const item = first === undefined ? undefined : items[first];
    const [declarator] = statement.declarations;
    if (first === undefined || first === index || !item || declarator?.id.type !== "Identifier" || !declarator.init) continue;
    if (order.indexOf(first) > order.indexOf(index)) continue;
    const { id } = declarator;
    const annotation = id.typeAnnotation ? sourceCode.getText(id.typeAnnotation) : "";
    changes.set(index, [...(changes.get(index) ?? []), { range: [statement.range[0], id.range[1]], text: id.name }]);
    const target = assignedFirst(item.statement, id.name);
    const { eol, semicolon } = styleOf(sourceCode);
    const chunk = chunkOf(sourceCode, item.statement);
    if (isRefusal(chunk)) return chunk;
    const indentation = indentationAt(sourceCode.text, statement.range[0]);
    const more: Change = target
      ? { range: [item.statement.range[0], target.range[1]], text: `let ${id.name}${annotation}` }
      : { range: [chunk.range[0], chunk.range[0]], text: `${indentation}let ${id.name}${annotation}${semicolon}${eol}` };
    changes.set(first, [...(changes.get(first) ?? []), more]);
  }
  return changes;
}

/** The target of `name = …;`. */
function assignedFirst(statement: Statement, name: string): TSESTree.Identifier | undefined {
  if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression") return undefined;
  const { left, operator } = statement.expression;
  return operator === "=" && left.type === "Identifier" && left.name === name ? left : undefined;
}

