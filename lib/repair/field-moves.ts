/** Where assignments to fields belong, and the edits that put them there: behind the INIT that wipes them, or before the call that copies them. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { LostField } from "../machine/facts.ts";
import { checkOf } from "./check.ts";
import { contiguous, isRefusal, type Change, type Edit, type Outcome } from "./edit.ts";
import { meet, nameOf, type Effects, type EffectsOf } from "./effects.ts";
import { linesOf, remove, reorder, type Placed } from "./lines.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { callAt, functionAround, itemOf, sitesOf } from "./sites.ts";
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
  const site = call && siteIn(effects, call, assignment);
  const own = site && listedStatement(site);
  const list = own && listOf(own);
  if (!site || !list) return refuse("shape", `line ${String(field.by.place.loc.start.line)} is reached in several ways`);
  const isBefore = field.how === "dead";
  const moved = grown(effects, assignment, site, companions);
  const item = itemOf(listOf(moved) ?? [], site);
  const made = { isBefore, struct: field.struct, fields: new Map([[field, moved]]) };
  // Behind a whole block in which the struct is cleared it may have been copied already.
  if (item && item !== moved && (isBefore || item === own)) return { ...made, list: listOf(moved) ?? [], call: item };
  const isInReach = item ? item !== moved : isReached(effects, moved, { list, call: own, site });
  return isInReach ? { ...made, list, call: own } : refuse("other-block", site.loc.start.line);
}

/** The call, or that of the helper that makes it, in the function of a statement. */
function siteIn(effects: EffectsOf, call: TSESTree.Node, statement: Statement): TSESTree.Node | undefined {
  const fn = functionAround(statement);
  return functionAround(call) === fn ? call : sitesOf(effects.scopes, call).find((site) => site.fn === fn)?.node;
}

/** The assignment; where an `if` holds nothing but assignments that are to be moved, the `if`. */
function grown(effects: EffectsOf, assignment: Statement, site: TSESTree.Node, companions: readonly Statement[]): Statement {
  const block = assignment.parent;
  const branch = block.type === "BlockStatement" ? block.parent : block;
  if (branch?.type !== "IfStatement" || branch.alternate || itemOf(listOf(assignment) ?? [], site)) return assignment;
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
    const refusal = add(reordered(sourceCode, effects, list, own), own.flatMap(({ fields }) => [...fields.keys()]));
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
  return order.flatMap((item): Placed[] => {
    if (statements.includes(item.statement)) return [];
    if (item.statement === anchor) return [item, ...statements.map((statement) => ({ statement, isAttached: true }))];
    return item.statement === call && !anchor ? [...statements.map((statement) => ({ statement })), item] : [item];
  });
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
  for (let node: TSESTree.Node | undefined = statement; node && node !== fn; node = node.parent) {
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

/** Takes statements out; an `if` that is left with nothing to do goes with them. */
function takenOut(sourceCode: Source, effects: EffectsOf, statements: readonly Statement[]): Outcome {
  const edits: Edit[] = [];
  for (const list of new Set(statements.map((statement) => listOf(statement) ?? []))) {
    const own = statements.filter((statement) => list.includes(statement));
    const emptied = own.length === list.length ? emptiedBy(sourceCode, effects, own) : undefined;
    if (emptied && isRefusal(emptied)) return emptied;
    for (const gone of emptied ? [[emptied]] : runsOf(list, own)) {
      const edit = remove(sourceCode, ...gone);
      if (isRefusal(edit)) return edit;
      edits.push(edit);
    }
  }
  return edits.flat();
}

/** The `if` that has nothing to do without some statements; refused where something else would be left empty, or a comment lost. */
function emptiedBy(sourceCode: Source, effects: EffectsOf, statements: readonly Statement[]): Statement | Refusal {
  const [statement] = statements;
  const branch = statement?.parent.type === "BlockStatement" ? statement.parent.parent : undefined;
  const line = statement?.loc.start.line ?? 0;
  if (branch?.type !== "IfStatement" || branch.alternate || !listOf(branch) || !isHarmless(effects.of(branch.test))) return refuse("shape", `nothing else stands in the block of line ${String(line)}`);
  const chunk = chunkOf(sourceCode, branch);
  if (isRefusal(chunk)) return chunk;
  const own = statements.map((each) => chunkOf(sourceCode, each));
  const lost = commentsIn(sourceCode, chunk.range[0], chunk.range[1]).find(({ range }) => !own.some((each) => !isRefusal(each) && each.range[0] <= range[0] && range[1] <= each.range[1]));
  return lost ? refuse("comment", lost.loc.start.line) : branch;
}

/** Asks and changes nothing. */
function isHarmless({ accesses, unknown, uses }: Effects): boolean {
  return unknown.length === 0 && !accesses.some(({ isWrite }) => isWrite) && uses.every(({ meaning: { effect, acquires, releases } }) => acquires.length === 0 && releases.length === 0 && (effect === "test-success" || effect === "test-error"));
}
