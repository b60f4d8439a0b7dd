/** Puts assignments to fields where they have an effect: behind the INIT that wipes them, or before the call that copies them. */
import type { LostField } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import { attempted, contiguous, isRefusal, type Repair } from "./edit.ts";
import { EffectsOf, meet, nameOf, type Effects } from "./effects.ts";
import { proveGuarding } from "./guard.ts";
import { noteRefusals } from "./ledger.ts";
import { reorder, type Placed } from "./lines.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { callAt, itemOf } from "./sites.ts";
import { listOf, listedStatement, type Source, type Statement } from "./statements.ts";

/** Assignments that belong before or behind one call, in one list. */
interface Group {
  readonly list: readonly Statement[];
  /** The statement of the call that wipes or copies. */
  readonly call: Statement;
  readonly isBefore: boolean;
  /** The structure, as written. */
  readonly struct: string;
  readonly fields: Map<LostField, Statement>;
}

/** The edits for the lost fields of a file, but for those that are not passed; those that one edit moves share it. */
export function setInTime(file: LintedFile, fields: readonly LostField[]): ReadonlyMap<LostField, Repair | Refusal> {
  const results = new Map<LostField, Repair | Refusal>();
  const groups: Group[] = [];
  for (const field of fields) {
    if (field.how === "unpassed") continue;
    const found = attempted(() => groupOf(file.sourceCode, field));
    if (isRefusal(found)) {
      results.set(field, found);
      continue;
    }
    const group = groups.find(({ call, isBefore, struct }) => call === found.call && isBefore === found.isBefore && struct === found.struct);
    if (!group) groups.push(found);
    else for (const [each, statement] of found.fields) group.fields.set(each, statement);
  }
  const effects = new EffectsOf(file);
  for (const list of new Set(groups.map((group) => group.list))) {
    const own = groups.filter((group) => group.list === list);
    for (const [field, repair] of repairedIn(file, effects, own)) results.set(field, repair);
  }
  noteRefusals(file, "no-lost-attributes", results);
  return results;
}

/** All of a list together, so that one pass does; where that cannot be, each group, and where not even that, each field. */
function repairedIn(file: LintedFile, effects: EffectsOf, groups: readonly Group[]): Map<LostField, Repair | Refusal> {
  const results = new Map<LostField, Repair | Refusal>();
  const attempt = (some: readonly Group[]): boolean => {
    const repair = attempted(() => repaired(file, effects, some));
    for (const field of some.flatMap(({ fields }) => [...fields.keys()])) results.set(field, repair);
    return !isRefusal(repair);
  };
  if (attempt(groups)) return results;
  for (const group of groups) {
    if (groups.length > 1 && attempt([group])) continue;
    if (group.fields.size === 1) continue;
    for (const [field, statement] of group.fields) attempt([{ ...group, fields: new Map([[field, statement]]) }]);
  }
  return results;
}

function groupOf(sourceCode: Source, field: LostField): Group | Refusal {
  const node = sourceCode.getNodeByRangeIndex(field.place.range[0]);
  const statement = node && listedStatement(node);
  const call = callAt(sourceCode, field.by.place);
  const list = statement && listOf(statement);
  if (!list || !call) return refuse("shape", "the call is not spelt out");
  const isAlone = statement.type === "ExpressionStatement" && statement.expression.range[0] === field.place.range[0] && statement.expression.range[1] === field.place.range[1];
  if (!isAlone) return refuse("same-statement", field.place.loc.start.line);
  const other = itemOf(list, call);
  if (!other || other === statement) return refuse("other-block", call.loc.start.line);
  return { list, call: other, isBefore: field.how === "dead", struct: field.struct, fields: new Map([[field, statement]]) };
}

function repaired(file: LintedFile, effects: EffectsOf, groups: readonly Group[]): Repair | Refusal {
  const [{ list } = { list: [] }] = groups;
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
  const edit = reorder(file.sourceCode, list.slice(start, last + 1), order.slice(start, last + 1));
  if (isRefusal(edit)) return edit;
  const whole = contiguous(file.sourceCode.text, edit);
  if (!whole) return refuse("shape", "it stands there already");
  const count = groups.reduce((sum, { fields }) => sum + fields.size, 0);
  const before = file.facts.lostFields.length;
  const proven = proveGuarding(file, { edit: [whole], isRepaired: ({ facts }) => facts.lostFields.length <= before - count });
  return isRefusal(proven) ? proven : { edit: proven.edit, doubt: undefined };
}

/** An order with the assignments of a group where they belong. */
function moved(effects: EffectsOf, { list, call, isBefore, fields }: Group, order: readonly Placed[]): readonly Placed[] | Refusal {
  const statements = [...new Set(fields.values())].sort((left, right) => left.range[0] - right.range[0]);
  const anchor = isBefore ? anchorOf(effects, list, call, statements) : call;
  const last = anchor ? list.indexOf(anchor) : list.indexOf(call) - 1;
  for (const statement of statements) {
    const from = list.indexOf(statement);
    const passed = list.filter((other, index) => other !== call && !statements.includes(other) && (isBefore ? index > last && index < from : index > from && index < last));
    const obstacle = obstacleTo(effects.of(statement), passed.map((other) => effects.of(other)), effects.of(call));
    if (obstacle) return obstacle;
  }
  return order.flatMap((item): Placed[] => {
    if (statements.includes(item.statement)) return [];
    if (item.statement === anchor) return [item, ...statements.map((statement) => ({ statement, isAttached: true }))];
    return item.statement === call && !anchor ? [...statements.map((statement) => ({ statement })), item] : [item];
  });
}

/** The last statement before a creation that sets up the same struct, if the assignments can stand behind it. */
function anchorOf(effects: EffectsOf, list: readonly Statement[], call: Statement, statements: readonly Statement[]): Statement | undefined {
  const structs = new Set(statements.flatMap((statement) => effects.of(statement).accesses.filter(({ isWrite }) => isWrite).map(({ root }) => root)));
  const [struct] = structs;
  if (structs.size !== 1) return undefined;
  return list.slice(0, list.indexOf(call)).findLast((statement) => effects.of(statement).accesses.some(({ root, isWrite }) => isWrite && root === struct));
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
