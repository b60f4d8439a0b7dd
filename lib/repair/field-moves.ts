/** Where assignments to fields belong, and the edits that put them there: behind the INIT that wipes them, or before the call that copies them. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { LostField } from "../machine/facts.ts";
import { unwrap } from "../source/syntax.ts";
import { checkOf } from "./check.ts";
import { contiguous, isRefusal, type Change, type Edit, type Outcome } from "./edit.ts";
import { meet, nameOf, type Effects, type EffectsOf } from "./effects.ts";
import { insertAfter, insertBefore, linesOf, remove, reorder, type Placed } from "./lines.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { callAt, functionAround, itemOf, meetingOf } from "./sites.ts";
import { chunkOf, commentsIn, listOf, listedStatement, runsOf, wouldJoin, type Source, type Statement } from "./statements.ts";
import { indentationAt, styleOf } from "./style.ts";

/** Assignments that belong before or behind one call. */
export interface Group {
  /** The list of the call's statement. */
  readonly list: readonly Statement[];
  /** The statement of the call that wipes or copies. */
  readonly call: Statement;
  readonly isBefore: boolean;
  /** The structure, as written. */
  readonly struct: string;
  /** What is moved for each field: its assignment, or the `if` that holds nothing else. */
  readonly fields: ReadonlyMap<LostField, Statement>;
}

/** The fields of a file by where they belong; those that belong nowhere, with the reason. */
export function groupsOf(sourceCode: Source, effects: EffectsOf, fields: readonly LostField[]): { readonly groups: readonly Group[]; readonly refused: ReadonlyMap<LostField, Refusal> } {
  const groups: Group[] = [];
  const refused = new Map<LostField, Refusal>();
  const assignments = new Map(fields.map((field) => [field, assignmentOf(sourceCode, field)]));
  for (const [field, assignment] of assignments) {
    const companions = [...assignments].flatMap(([other, statement]) => (other.struct === field.struct && other.how === field.how && !isRefusal(statement) ? [statement] : []));
    const found = isRefusal(assignment) ? assignment : groupOf(sourceCode, effects, field, assignment, companions);
    if (isRefusal(found)) {
      refused.set(field, found);
      continue;
    }
    const index = groups.findIndex((group) => group.call === found.call && group.isBefore === found.isBefore && group.struct === found.struct && isSameList(group) === isSameList(found));
    const same = groups[index];
    if (same) groups[index] = { ...same, fields: new Map([...same.fields, ...found.fields]) };
    else groups.push(found);
  }
  return { groups, refused };
}

/** The statement that sets a field and does nothing else. */
function assignmentOf(sourceCode: Source, { place }: LostField): Statement | Refusal {
  const node = sourceCode.getNodeByRangeIndex(place.range[0]);
  const statement = node && listedStatement(node);
  if (!statement) return refuse("shape", "the assignment is not followed");
  const isAlone = statement.type === "ExpressionStatement" && statement.expression.range[0] === place.range[0] && statement.expression.range[1] === place.range[1];
  return isAlone ? statement : refuse("same-statement", place.loc.start.line);
}

function groupOf(sourceCode: Source, effects: EffectsOf, field: LostField, assignment: Statement, companions: readonly Statement[]): Group | Refusal {
  const call = callAt(sourceCode, field.by.place);
  if (!call) return refuse("shape", "the call is not spelt out");
  const isNear = functionAround(call) === functionAround(assignment);
  const meeting = isNear ? { early: assignment, creation: call } : meetingOf(effects.scopes, assignment, call);
  if (isRefusal(meeting)) return meeting;
  const { early, creation: site } = meeting;
  const own = listedStatement(site);
  const setting = listedStatement(early);
  const list = own && listOf(own);
  if (!list || !setting) return refuse("shape", "the call is not spelt out");
  // A helper that sets fields is called where they are to be set.
  const isCall = setting.type === "ExpressionStatement" && unwrap(setting.expression) === early;
  if (setting !== assignment && !isCall) return refuse("same-statement", setting.loc.start.line);
  const isBefore = field.how === "dead";
  const moved = setting === assignment ? grown(effects, assignment, site, companions) : setting;
  const item = itemOf(listOf(moved) ?? [], site);
  const made = { isBefore, struct: field.struct, fields: new Map([[field, moved]]) };
  // Behind a whole block in which the struct is cleared it may have been copied already.
  if (item && item !== moved && (isBefore || item === own)) return { ...made, list: listOf(moved) ?? [], call: item };
  const isInReach = item ? item !== moved : isReached(effects, moved, { list, call: own, site });
  return isInReach ? { ...made, list, call: own } : refuse("other-block", site.loc.start.line);
}

/** The assignment; where an `if` holds nothing but assignments that are to be moved, the `if`. */
function grown(effects: EffectsOf, assignment: Statement, site: TSESTree.Node, companions: readonly Statement[]): Statement {
  const block = assignment.parent;
  const branch = block.type === "BlockStatement" ? block.parent : block;
  if (branch.type !== "IfStatement" || branch.alternate || itemOf(listOf(assignment) ?? [], site)) return assignment;
  const inner = block.type === "BlockStatement" ? block.body : [assignment];
  const list = listOf(branch);
  const creation = list && itemOf(list, site);
  if (!creation || !inner.every((statement) => companions.includes(statement))) return assignment;
  return isSuccessOf(effects, block, { list, call: creation, site }) ? assignment : branch;
}

/** A call, its statement and the list of that. */
interface Made {
  readonly list: readonly Statement[];
  readonly call: Statement;
  readonly site: TSESTree.Node;
}

/** Whether a statement of an inner block runs whenever the call has been made, and has succeeded. */
function isReached(effects: EffectsOf, statement: Statement, made: Made): boolean {
  let inner: TSESTree.Node = statement;
  for (let node: TSESTree.Node | undefined = statement.parent; node; inner = node, node = node.parent) {
    const list = listOf(inner);
    if (list && itemOf(list, made.site)) return true;
    if (!isPassed(effects, inner, node, made)) return false;
  }
  return false;
}

/** Whether what stands in a node stands in the way of nothing inside it. */
function isPassed(effects: EffectsOf, inner: TSESTree.Node, node: TSESTree.Node, made: Made): boolean {
  switch (node.type) {
    case "BlockStatement":
    case "LabeledStatement":
      return true;
    case "TryStatement":
      return node.block === inner;
    case "IfStatement":
      return isSuccessOf(effects, inner, made);
    default:
      return false;
  }
}

/** Whether a block runs when the call has succeeded. */
function isSuccessOf(effects: EffectsOf, block: TSESTree.Node, { list, call, site }: Made): boolean {
  const check = checkOf(effects, list, call, site);
  return !isRefusal(check) && check.inside === block;
}

function isSameList({ list, fields }: Group): boolean {
  return [...fields.values()].every((statement) => list.includes(statement));
}

/** The edits that move the fields of some groups: one for each stretch of the text. Refused where one cannot be made, or two meet. */
export function movesOf(sourceCode: Source, effects: EffectsOf, groups: readonly Group[]): readonly Stretch[] | Refusal {
  const stretches: Stretch[] = [];
  const add = (edit: Outcome, fields: readonly LostField[]): Refusal | undefined => {
    if (isRefusal(edit)) return edit;
    const whole = contiguous(sourceCode.text, edit);
    if (!whole) return refuse("shape", "it stands there already");
    stretches.push({ change: whole, fields });
    return undefined;
  };
  const inside = groups.filter(isSameList);
  for (const list of new Set(inside.map((group) => group.list))) {
    const own = inside.filter((group) => group.list === list);
    const lines = reordered(sourceCode, effects, list, own);
    const [group, ...others] = own;
    // Statements that share their line are moved without it.
    const isOnLines = !isRefusal(lines) || lines.reason !== "line" || !group || others.length > 0;
    const refusal = add(isOnLines ? lines : spliced(sourceCode, effects, group), own.flatMap(({ fields }) => [...fields.keys()]));
    if (refusal) return refusal;
  }
  for (const group of groups) {
    const refusal = inside.includes(group) ? undefined : add(carried(sourceCode, effects, group), [...group.fields.keys()]);
    if (refusal) return refusal;
  }
  stretches.sort((left, right) => left.change.range[0] - right.change.range[0]);
  const isApart = stretches.every(({ change }, index) => index === 0 || (stretches[index - 1]?.change.range[1] ?? 0) < change.range[0]);
  return isApart ? stretches : refuse("shape", "it stands among others that are to be moved");
}

/** A change of one stretch of the text, and the fields that have an effect with it. */
export interface Stretch {
  readonly change: Change;
  readonly fields: readonly LostField[];
}

/* ---------- within one list ---------- */

function reordered(sourceCode: Source, effects: EffectsOf, list: readonly Statement[], groups: readonly Group[]): Outcome {
  let order = list.map((statement): Placed => ({ statement }));
  // What is wiped first: what is set too late may stand behind it.
  for (const group of [...groups].sort((left, right) => Number(left.isBefore) - Number(right.isBefore))) {
    const next = moved(effects, group, order);
    if (isRefusal(next)) return next;
    order = [...next];
  }
  const first = order.findIndex(({ statement }, index) => statement !== list[index]);
  const last = order.findLastIndex(({ statement }, index) => statement !== list[index]);
  if (first < 0) return refuse("shape", "it stands there already");
  // An anchor belongs to the run: what is attached to it has no blank line before it.
  const start = order[first]?.isAttached === true ? first - 1 : first;
  return reorder(sourceCode, list.slice(start, last + 1), order.slice(start, last + 1));
}

/** An order with the assignments of a group where they belong. */
function moved(effects: EffectsOf, group: Group, order: readonly Placed[]): readonly Placed[] | Refusal {
  const { call, isBefore } = group;
  if (!isBefore) {
    const obstacle = obstacleOn(effects, group, call);
    return obstacle ? lifted(effects, group, order) ?? obstacle : placed(group, order, call);
  }
  const anchor = anchorOf(effects, group);
  if (anchor && !obstacleOn(effects, group, anchor)) return placed(group, order, anchor);
  return obstacleOn(effects, group, undefined) ?? placed(group, order, undefined);
}

/** The order with the assignments behind an anchor, or before the call. */
function placed({ call, fields }: Group, order: readonly Placed[], anchor: Statement | undefined): readonly Placed[] {
  const statements = inOrder(fields);
  const others = order.filter(({ statement }) => !statements.includes(statement));
  const start = others.findIndex(({ statement }) => statement === (anchor ?? call));
  if (!anchor) return others.toSpliced(start, 0, ...statements.map((statement) => ({ statement })));
  // Behind what was put there before.
  const end = others.findIndex((item, index) => index > start && item.isAttached !== true);
  return others.toSpliced(end < 0 ? others.length : end, 0, ...statements.map((statement) => ({ statement, isAttached: true })));
}

/** The order with the INIT before the first of the assignments, where it can stand there. */
function lifted(effects: EffectsOf, { list, call, fields }: Group, order: readonly Placed[]): readonly Placed[] | undefined {
  const statements = inOrder(fields);
  const [first] = statements;
  if (!first || call.type !== "ExpressionStatement") return undefined;
  const own = effects.of(call);
  const structs = new Set(statements.flatMap((statement) => writtenBy(effects.of(statement))));
  const passed = list.slice(list.indexOf(first), list.indexOf(call));
  const isMet = passed.some((statement) => {
    const other = effects.of(statement);
    const meets = own.accesses.some((left) => other.accesses.some((right) => meet(left, right) && !(statements.includes(statement) && structs.has(left.root))));
    return meets || other.unknown.some(({ isLocal }) => isLocal) || other.declared.some((variable) => own.accesses.some(({ root }) => root === variable));
  });
  if (isMet || own.unknown.length > 0) return undefined;
  return order.flatMap((item) => (item.statement === call ? [] : item.statement === first ? [{ statement: call }, item] : [item]));
}

/** What keeps assignments from standing behind an anchor, or before the call. */
function obstacleOn(effects: EffectsOf, { list, call, isBefore, fields }: Group, anchor: Statement | undefined): Refusal | undefined {
  const statements = inOrder(fields);
  const last = anchor ? list.indexOf(anchor) : list.indexOf(call) - 1;
  for (const statement of statements) {
    const from = list.indexOf(statement);
    const passed = list.filter((other, index) => other !== call && !statements.includes(other) && (isBefore ? index > last && index < from : index > from && index < last));
    const obstacle = obstacleTo(effects.of(statement), passed.map((other) => effects.of(other)), effects.of(call));
    if (obstacle) return obstacle;
  }
  return undefined;
}

function inOrder(fields: Group["fields"]): Statement[] {
  return [...new Set(fields.values())].sort((left, right) => left.range[0] - right.range[0]);
}

const writtenBy = ({ accesses }: Effects): unknown[] => accesses.filter(({ isWrite }) => isWrite).map(({ root }) => root);

/** The last statement before a creation that sets up the same struct. */
function anchorOf(effects: EffectsOf, { list, call, fields }: Group): Statement | undefined {
  const structs = new Set(inOrder(fields).flatMap((statement) => writtenBy(effects.of(statement))));
  const [struct] = structs;
  if (structs.size !== 1) return undefined;
  return list.slice(0, list.indexOf(call)).findLast((statement) => writtenBy(effects.of(statement)).includes(struct));
}

/** What keeps an assignment from passing other statements, and the call itself but for what this does to the struct. */
function obstacleTo(own: Effects, passed: readonly Effects[], call: Effects): Refusal | undefined {
  if (own.unknown[0]) return refuse("unknown-call", own.unknown[0].name);
  const struct = own.accesses.find(({ isWrite }) => isWrite)?.root;
  for (const [index, other] of [...passed, call].entries()) {
    const isCall = index === passed.length;
    const declared = other.declared.find((variable) => own.accesses.some(({ root }) => root === variable) || own.captured.has(variable));
    if (declared) return refuse("needed-by-both", declared.name);
    for (const left of own.accesses) {
      const met = other.accesses.find((right) => meet(left, right) && !(isCall && left.root === struct));
      if (met) return refuse("needed-by-both", nameOf(met));
    }
    if (!isCall && other.unknown[0] && typeof struct === "object" && other.unknown[0].isLocal) return refuse("unknown-call", other.unknown[0].name);
  }
  return undefined;
}

/** The assignments of a group where they belong, where some statement shares its line with others. */
function spliced(sourceCode: Source, effects: EffectsOf, group: Group): Outcome {
  const { call, isBefore } = group;
  const anchor = isBefore ? anchorOf(effects, group) : call;
  const hasOwnLine = (statement: Statement): boolean => !isRefusal(chunkOf(sourceCode, statement));
  const isBehind = anchor !== undefined && (!isBefore || hasOwnLine(anchor)) && !obstacleOn(effects, group, anchor);
  const obstacle = isBehind ? undefined : obstacleOn(effects, group, isBefore ? undefined : call);
  if (obstacle) return obstacle;
  const edits: Edit[] = [];
  for (const statement of inOrder(group.fields)) {
    const text = hasOwnLine(statement) ? linesOf(sourceCode, [{ statement }], "") : sourceCode.getText(statement);
    if (typeof text !== "string") return text;
    for (const outcome of [cut(sourceCode, statement), isBehind ? pastedBehind(sourceCode, anchor, text) : pastedBefore(sourceCode, call, text)]) {
      if (isRefusal(outcome)) return outcome;
      edits.push(outcome);
    }
  }
  return edits.flat();
}

/** Takes a statement out of its line. */
function cut(sourceCode: Source, statement: Statement): Outcome {
  const { start, end } = statement.loc;
  const [previous, next] = [sourceCode.getTokenBefore(statement, { includeComments: true }), sourceCode.getTokenAfter(statement, { includeComments: true })];
  const isBehind = previous?.loc.end.line === start.line;
  const isBefore = next?.loc.start.line === end.line;
  if (!isRefusal(chunkOf(sourceCode, statement))) return remove(sourceCode, statement);
  const isComment = (token: typeof next): boolean => token?.type === "Line" || token?.type === "Block";
  if (start.line !== end.line || (isBefore && isComment(next)) || (isBehind && isComment(previous)) || (!isBefore && !isBehind)) return refuse("line", start.line);
  return [{ range: isBehind ? [previous.range[1], statement.range[1]] : [statement.range[0], next?.range[0] ?? statement.range[1]], text: "" }];
}

/** Lines behind a statement; on the same line where others follow there, or between them. */
function pastedBehind(sourceCode: Source, anchor: Statement, text: string): Outcome {
  const next = sourceCode.getTokenAfter(anchor);
  if (next?.loc.start.line !== anchor.loc.end.line) return insertAfter(sourceCode, anchor, text.split(/\r?\n/u));
  if (isInline(text) && sourceCode.getText(anchor).endsWith(";")) return [{ range: [anchor.range[1], anchor.range[1]], text: ` ${text}` }];
  if (next.value === "}" || sourceCode.commentsExistBetween(anchor, next)) return refuse("line", anchor.loc.end.line);
  const indentation = indentationAt(sourceCode.text, anchor.range[0]);
  const { eol } = styleOf(sourceCode);
  return [{ range: [anchor.range[1], next.range[0]], text: [...text.split(/\r?\n/u), ""].map((line) => eol + indentation + line).join("") }];
}

/** Lines before a statement; on the same line where others precede there. */
function pastedBefore(sourceCode: Source, statement: Statement, text: string): Outcome {
  const previous = sourceCode.getTokenBefore(statement);
  if (previous?.loc.end.line !== statement.loc.start.line) return insertBefore(sourceCode, statement, text.split(/\r?\n/u));
  return isInline(text) ? [{ range: [statement.range[0], statement.range[0]], text: `${text} ` }] : refuse("line", statement.loc.start.line);
}

/** Can stand among others on a line. */
const isInline = (text: string): boolean => text.endsWith(";") && !text.includes("\n");

/* ---------- from one list to another ---------- */

/** Takes the assignments of a group out of their block and puts them where the call stands. */
function carried(sourceCode: Source, effects: EffectsOf, group: Group): Outcome {
  const { list, call, isBefore, fields } = group;
  const statements = inOrder(fields);
  const anchors = isBefore ? [anchorOf(effects, group), undefined] : [call];
  let refusal: Refusal | undefined;
  for (const anchor of anchors) {
    const from = anchor ? list.indexOf(anchor) + 1 : list.indexOf(call);
    refusal = statements.map((statement) => obstacleTo(effects.of(statement), passedBy(statement, list, from, group).map((each) => effects.of(each)), effects.of(call))).find((each) => each !== undefined);
    if (refusal) continue;
    const put = insertion(sourceCode, statements, list, from, anchor !== undefined);
    if (isRefusal(put) && anchor && isBefore) {
      refusal = put;
      continue;
    }
    const taken = takenOut(sourceCode, effects, statements);
    const failed = [put, taken].find(isRefusal);
    return failed ?? [...(isRefusal(put) ? [] : put), ...(isRefusal(taken) ? [] : taken)];
  }
  return refusal ?? refuse("other-block", call.loc.start.line);
}

/** The statements between an assignment and a position in another list: those of each block on the way. */
function passedBy(statement: Statement, list: readonly Statement[], position: number, { call, isBefore, fields }: Group): Statement[] {
  const isOther = (other: Statement): boolean => other !== call && ![...fields.values()].includes(other);
  const between = (items: readonly Statement[], start: number, end: number): Statement[] => items.filter(({ range }) => range[0] >= start && range[1] <= end);
  const target = list[position]?.range[0] ?? list.at(-1)?.range[1] ?? 0;
  const lists = [...listsAround(statement), ...listsAround(call)];
  return lists.flatMap((items) => (isBefore ? between(items, target, statement.range[0]) : between(items, statement.range[1], target))).filter((other) => isOther(other) && !holds(other, call) && !holds(other, statement));
}

const holds = (outer: TSESTree.Node, inner: TSESTree.Node): boolean => outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1];

/** The lists around a statement, within its function. */
function listsAround(statement: Statement): (readonly Statement[])[] {
  const lists: (readonly Statement[])[] = [];
  const fn = functionAround(statement);
  for (let node: TSESTree.Node = statement; node.parent && node !== fn; node = node.parent) {
    const list = listOf(node);
    if (list) lists.push(list);
  }
  return lists;
}

/** Statements put before an item of another list, or at its end. */
function insertion(sourceCode: Source, statements: readonly Statement[], list: readonly Statement[], position: number, isAttached: boolean): Outcome {
  const before = list[position - 1];
  const after = list[position];
  const near = isAttached ? before : after;
  const [first] = statements;
  const last = statements.at(-1);
  if (!near || !first || !last) return refuse("shape", "there is no place for it");
  if (wouldJoin(sourceCode, before, first) || wouldJoin(sourceCode, last, after)) return refuse("semicolon", near.loc.start.line);
  const chunk = chunkOf(sourceCode, near);
  if (isRefusal(chunk)) return chunk;
  const lines = linesOf(sourceCode, statements.map((statement) => ({ statement })), indentationAt(sourceCode.text, near.range[0]));
  if (typeof lines !== "string") return lines;
  const { eol } = styleOf(sourceCode);
  const place = isAttached ? chunk.range[1] : chunk.range[0];
  return [{ range: [place, place], text: isAttached ? eol + lines : lines + eol }];
}

/** Takes statements out; an `if` that is left with nothing to do goes with them, or turns round. */
function takenOut(sourceCode: Source, effects: EffectsOf, statements: readonly Statement[]): Outcome {
  const edits: Edit[] = [];
  for (const list of new Set(statements.map((statement) => listOf(statement) ?? []))) {
    const own = statements.filter((statement) => list.includes(statement));
    const outcomes = own.length === list.length ? [withoutBranch(sourceCode, effects, own)] : runsOf(list, own).map((run) => remove(sourceCode, ...run));
    for (const outcome of outcomes) {
      if (isRefusal(outcome)) return outcome;
      edits.push(outcome);
    }
  }
  return edits.flat();
}

/** Takes out all that a branch of an `if` does; refused where something else would be left empty, or a comment lost. */
function withoutBranch(sourceCode: Source, effects: EffectsOf, statements: readonly Statement[]): Outcome {
  const [statement] = statements;
  const block = statement?.parent;
  const branch = block?.type === "BlockStatement" ? block.parent : undefined;
  const line = statement?.loc.start.line ?? 0;
  if (branch?.type !== "IfStatement" || branch.consequent !== block || !listOf(branch) || !isHarmless(effects.of(branch.test))) return refuse("shape", `nothing else stands in the block of line ${String(line)}`);
  const { test, alternate } = branch;
  if (alternate && alternate.type !== "BlockStatement") return refuse("shape", `line ${String(alternate.loc.start.line)} asks further`);
  const chunk = chunkOf(sourceCode, branch);
  if (isRefusal(chunk)) return chunk;
  const own = statements.map((each) => chunkOf(sourceCode, each));
  const [start, end] = alternate ? [branch.range[0], alternate.range[0]] : chunk.range;
  const lost = commentsIn(sourceCode, start, end).find(({ range }) => !own.some((each) => !isRefusal(each) && each.range[0] <= range[0] && range[1] <= each.range[1]));
  if (lost) return refuse("comment", lost.loc.start.line);
  return alternate ? [{ range: [start, end], text: `if (${negated(sourceCode, test)}) ` }] : remove(sourceCode, branch);
}

function negated(sourceCode: Source, test: TSESTree.Expression): string {
  if (test.type === "UnaryExpression" && test.operator === "!") return sourceCode.getText(test.argument);
  const text = sourceCode.getText(test);
  return test.type === "CallExpression" || test.type === "Identifier" || test.type === "MemberExpression" ? `!${text}` : `!(${text})`;
}

/** Asks and changes nothing. */
function isHarmless({ accesses, unknown, uses }: Effects): boolean {
  return unknown.length === 0 && !accesses.some(({ isWrite }) => isWrite) && uses.every(({ meaning: { effect, acquires, releases } }) => acquires.length === 0 && releases.length === 0 && (effect === "test-success" || effect === "test-error"));
}
