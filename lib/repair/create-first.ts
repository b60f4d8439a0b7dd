/** Puts the creation of the driver object before what is acquired too early: one edit of one stretch. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { EarlyCall, Place } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import { scrutinise } from "../machine/loader.ts";
import type { Scrutiny } from "../machine/scrutiny.ts";
import type { Variable } from "../source/scopes.ts";
import { unwrap, type FunctionNode } from "../source/syntax.ts";
import { addedCheck } from "./added-check.ts";
import { checkOf, endsInExit, isSettled, removed, type Check } from "./check.ts";
import { attempted, contiguous, isRefusal, type Change, type Edit, type Repair } from "./edit.ts";
import { EffectsOf, type Effects, type Root } from "./effects.ts";
import { noteRefusals } from "./ledger.ts";
import { linesOf, remove, reorder, type Placed } from "./lines.ts";
import { creationFirst, type Item, type Order, type Question } from "./order.ts";
import { proveGuarding } from "./guard.ts";
import { furtherWrongRelease, type Edited } from "./proof.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { releasesIn, type Owed } from "./releases.ts";
import { callAt, itemOf, meetingOf } from "./sites.ts";
import { chunkOf, listOf, listedStatement, type Source, type Statement } from "./statements.ts";
import { indentationAt, styleOf } from "./style.ts";


/** Early calls that one edit moves. */
interface Plan {
  readonly fn: FunctionNode;
  /** The list in which the early statements stand. */
  readonly list: readonly Statement[];
  /** Statements around the creation, outermost first: the first is an item of `list`, the last is the creation. */
  readonly path: readonly Statement[];
  readonly creationCall: TSESTree.Node;
  readonly early: Map<EarlyCall, Statement>;
}

/** Finds, for the early calls of a file, the edits that repair them: calls that one edit moves share it. */
export function driverFirst(file: LintedFile, calls: readonly EarlyCall[]): ReadonlyMap<EarlyCall, Repair | Refusal> {
  const results = new Map<EarlyCall, Repair | Refusal>();
  const effects = new EffectsOf(file);
  const plans: Plan[] = [];
  for (const call of calls) {
    const found = attempted(() => planFor(file.sourceCode, effects, call));
    if (isRefusal(found)) {
      results.set(call, found);
      continue;
    }
    const plan = plans.find(({ list, creationCall }) => list === found.list && creationCall === found.creationCall);
    if (!plan) plans.push(found);
    else for (const [each, statement] of found.early) plan.early.set(each, statement);
  }
  for (const group of grouped(plans)) {
    const [outer] = group;
    const together: Plan = { ...outer, early: new Map(group.flatMap(({ early }) => [...early])) };
    const repair = attempted(() => repaired(file, effects, together));
    for (const call of together.early.keys()) results.set(call, repair);
    if (!isRefusal(repair) || group.length === 1) continue;
    // Where they cannot be moved together, some of them may.
    for (const plan of group) {
      const alone = attempted(() => repaired(file, effects, plan));
      for (const call of plan.early.keys()) results.set(call, alone);
    }
  }
  noteRefusals(file, "driver-create-first", results);
  return results;
}

/** Plans for one creation, that of the outermost list first. */
function grouped(plans: readonly Plan[]): [Plan, ...Plan[]][] {
  const groups: [Plan, ...Plan[]][] = [];
  for (const plan of [...plans].sort((left, right) => right.path.length - left.path.length)) {
    const group = groups.find(([{ creationCall, fn }]) => creationCall === plan.creationCall && fn === plan.fn);
    if (group) group.push(plan);
    else groups.push([plan]);
  }
  return groups;
}

function planFor(sourceCode: Source, { scopes }: EffectsOf, call: EarlyCall): Plan | Refusal {
  const [early, creation] = [callAt(sourceCode, call.place), callAt(sourceCode, call.create)];
  if (!early || !creation) return refuse("shape", "the call is not spelt out");
  const meeting = meetingOf(scopes, early, creation);
  if (isRefusal(meeting)) return meeting;
  const path: Statement[] = [];
  for (let node = listedStatement(meeting.creation); node; node = listedStatement(node.parent)) {
    if (path[0] === node || !isWithin(node, meeting.fn)) break;
    path.unshift(node);
    const list = listOf(node);
    const statement = list && itemOf(list, meeting.early);
    if (!list || !statement) continue;
    if (statement === node) return refuse("same-statement", statement.loc.start.line);
    return { fn: meeting.fn, list, path, creationCall: meeting.creation, early: new Map([[call, statement]]) };
  }
  return refuse("other-block", creation.loc.start.line);
}

function isWithin(inner: TSESTree.Node, outer: TSESTree.Node): boolean {
  return outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1];
}

function repaired(file: LintedFile, effects: EffectsOf, plan: Plan): Repair | Refusal {
  const scrutinised = scrutinise(file.sourceCode, file.settings);
  if (!scrutinised) return refuse("unproved", "the file could not be followed");
  const { scrutiny } = scrutinised;
  let refusal: Refusal | undefined;
  // An order that was found and not proved says more than one that was not found.
  let unproved: Refusal | undefined;
  for (const posed of questions(file, effects, plan, scrutiny)) {
    if (isRefusal(posed)) {
      refusal ??= posed;
      continue;
    }
    for (const order of creationFirst(posed.question)) {
      if (isRefusal(order)) {
        refusal ??= order;
        continue;
      }
      const moved = [...plan.early.values()].filter((statement) => order.after.some((index) => posed.question.items[index]?.statement === statement)).length;
      const before = scrutinised.facts.earlyCalls.length;
      const made = bestOf(file, scrutiny, [editFor(file.sourceCode, posed, order, false), editFor(file.sourceCode, posed, order, true)], ({ facts }) => facts.earlyCalls.length === before - moved);
      if (!isRefusal(made)) return { edit: made, doubt: order.doubts[0] };
      unproved ??= made;
    }
  }
  return unproved ?? refusal ?? refuse("shape", "nothing could be moved");
}

/**
 * The first of some edits that is right, in the order given; one after which something is released twice, if harmlessly,
 * gives way to one after which it is not. Where a callback needs a test, it gets one.
 */
function bestOf(file: LintedFile, before: Scrutiny, edits: readonly (Edit | Refusal)[], isRepaired: (edited: Edited) => boolean): Edit | Refusal {
  let refusal: Refusal | undefined;
  let second: Edit | undefined;
  for (const edit of edits) {
    const proven = isRefusal(edit) ? edit : proveGuarding(file, { edit, isRepaired });
    if (isRefusal(proven)) refusal ??= proven;
    else if (furtherWrongRelease(before, proven.edited.scrutiny, "harmless") === undefined) return proven.edit;
    else second ??= proven.edit;
  }
  return second ?? refusal ?? refuse("shape", "nothing could be moved");
}

/** A question with what an edit needs beside the order. */
interface Posed {
  readonly question: Question;
  readonly check: Check;
  /** Releases that the failing creation no longer owes. */
  readonly releases: readonly (readonly Statement[])[];
  /** Of each item, the releases before its own exits: the cleanup callback may do as much. */
  readonly byHand: readonly (readonly (readonly Statement[])[])[];
  /** How many items stand in the list of the early statements; those behind them are lifted out of blocks. */
  readonly outer: number;
}

/** What may be asked: with the creation where it stands, or lifted out of the blocks around it, or with the outermost block moved as a whole. */
function questions(file: LintedFile, effects: EffectsOf, plan: Plan, scrutiny: Scrutiny): (Posed | Refusal)[] {
  const [outermost] = plan.path;
  if (plan.path.length === 1 || !outermost) return [questionOf(file, effects, plan, scrutiny, plan.path)];
  return [questionOf(file, effects, plan, scrutiny, plan.path), questionOf(file, effects, plan, scrutiny, [outermost])];
}

function questionOf(file: LintedFile, effects: EffectsOf, plan: Plan, scrutiny: Scrutiny, path: readonly Statement[]): Posed | Refusal {
  const { sourceCode } = file;
  const { fn, list, early } = plan;
  const creation = path.at(-1);
  const innermost = creation && listOf(creation);
  if (!creation || !innermost) return refuse("shape", "the call is not spelt out");
  const tested = path.length === plan.path.length ? checkOf(effects, innermost, creation, plan.creationCall) : wholeCheck(creation);
  const check = isRefusal(tested) && path.length === 1 ? (addedCheck(file, innermost, creation, plan.creationCall) ?? tested) : tested;
  if (isRefusal(check)) return check;
  const first = Math.min(...[...early.values()].map((statement) => list.indexOf(statement)).filter((index) => index >= 0));
  const [outermost = creation] = path;
  const outer = list.slice(first, path.length > 1 ? list.indexOf(outermost) : list.indexOf(check.statement) + 1);
  if (first > list.indexOf(outermost)) return refuse("shape", "the early call follows the creation");
  const lifted = path.length > 1 ? liftedFrom(effects, path, check) : [];
  if (isRefusal(lifted)) return lifted;
  const run = [...outer, ...lifted];
  const statements = new Set(early.values());
  const owed: Owed = {
    kinds: new Set([...early.keys()].flatMap(({ resource }) => resource?.kind ?? [])),
    effects: run.filter((statement) => statement.range[1] <= creation.range[0]).map((statement) => effects.of(statement)),
  };
  const releases = releasesIn(sourceCode, effects, check.failing, owed);
  const without = new Set<TSESTree.Node>([...releases.flat(), ...(check.inside ? [check.inside] : [])]);
  const heads = new Set(path.slice(0, -1));
  const items = run.map((statement): Item => ({ statement, effects: heads.has(statement) ? headOf(effects, statement) : effects.of(statement, without) }));
  const succeedsWithout = scrutiny.outcomes.some(({ result, hasDriver, place }) => result === "succeeds" && !hasDriver && !(place && isBefore(place, run[0])));
  const made = run.indexOf(creation);
  return {
    check,
    releases,
    byHand: items.map(({ statement }) => (heads.has(statement) || statement === check.statement ? [] : releasesIn(sourceCode, effects, [statement], owed).filter(isBeforeExit))),
    outer: outer.length,
    question: {
      items,
      early: new Set(run.flatMap((statement, index) => (statements.has(statement) || heads.has(statement) ? [index] : []))),
      creation: new Set([made]),
      driverObject: driverObjectOf(items[made]?.effects),
      isTemporary: (variable) => isTemporary(effects, fn, variable),
      isSettled: (variable, statement) => isSettled(effects, variable, statement, heads),
      fails: (exit) => (heads.has(exit as Statement) ? !succeedsWithout : (failsAt(scrutiny, exit) ?? !succeedsWithout)),
    },
  };
}

/** A statement that creates the driver object, tests that, and leaves when it has failed, all by itself. */
function wholeCheck(statement: Statement): Check {
  return { statement, failing: [statement], inside: undefined, leaves: true, strip: removed };
}

/** What stands around the creation and before it in its blocks: each block's statement stands for its test. */
function liftedFrom(effects: EffectsOf, path: readonly Statement[], check: Check): Statement[] | Refusal {
  const lifted: Statement[] = [];
  for (const [index, around] of path.slice(0, -1).entries()) {
    const next = path[index + 1];
    const list = next && listOf(next);
    if (!list || !isEntered(around, next)) return refuse("other-block", around.loc.start.line);
    const end = index === path.length - 2 ? list.indexOf(check.statement) + 1 : list.indexOf(next);
    lifted.push(around, ...list.slice(0, end));
  }
  const [outermost] = path;
  const jump = outermost && effects.of(check.statement).exits.find((exit) => !isFreeOf(exit, outermost));
  if (jump) return refuse("exit", jump.loc.start.line);
  if (check.inside) return refuse("other-block", check.statement.loc.start.line);
  return lifted;
}

/** Whether a block is entered once, and its statements run from the first on. */
function isEntered(around: Statement, inner: Statement): boolean {
  const block = inner.parent;
  switch (around.type) {
    case "BlockStatement":
      return true;
    case "IfStatement":
      return around.consequent === block;
    case "TryStatement":
      return around.block === block;
    case "LabeledStatement":
      return around.body === block;
    case "DoWhileStatement":
      return around.body === block && around.test.type === "Literal" && around.test.value === false;
    default:
      return false;
  }
}

/** Whether an exit does the same outside of a statement: it does not jump to it, and is not caught by it. */
function isFreeOf(exit: TSESTree.Node, outermost: Statement): boolean {
  if (exit.type === "ReturnStatement") return true;
  if (exit.type !== "ThrowStatement") return false;
  for (let node: TSESTree.Node | undefined = exit.parent; node && isWithin(node, outermost); node = node.parent) if (node.type === "TryStatement" && node.handler) return false;
  return true;
}

/** What is done on entering a block: its test. It counts as a way out, for what is lifted over it no longer depends on it. */
function headOf(effects: EffectsOf, statement: Statement): Effects {
  const tested = statement.type === "IfStatement" ? effects.of(statement.test) : undefined;
  const nothing: Effects = { accesses: [], uses: [], unknown: [], exits: [], declared: [], captured: new Set() };
  return { ...(tested ?? nothing), exits: statement.type === "IfStatement" ? [statement] : [] };
}

function isBefore({ range }: Place, statement: Statement | undefined): boolean {
  return statement !== undefined && range[0] < statement.range[0];
}

/** Whether an exit of the entry is taken by failing starts only; undefined where it is none of the entry's own. */
function failsAt({ outcomes }: Scrutiny, exit: TSESTree.Node): boolean | undefined {
  const own = outcomes.filter(({ place }) => place?.range[0] === exit.range[0]);
  return own.length === 0 ? undefined : own.every(({ result }) => result === "fails");
}

function driverObjectOf(effects: Effects | undefined): Root | undefined {
  return effects?.uses.find(({ meaning }) => meaning.effect === "create-driver")?.args[0]?.root;
}

/** A variable of the function that no closure sees and that is never looked into. */
function isTemporary({ scopes }: EffectsOf, fn: FunctionNode, variable: Variable): boolean {
  if (variable.scope.variableScope.block !== fn || scopes.isCaptured(variable)) return false;
  if (variable.defs.some((definition) => definition.type === ("Parameter" as typeof definition.type))) return false;
  return variable.references.every(({ identifier }) => identifier.parent.type !== "MemberExpression" || unwrap(identifier.parent.object) !== identifier);
}

/* ---------- the text ---------- */

/** Whether releases stand on a way out. */
function isBeforeExit(group: readonly Statement[]): boolean {
  const [first] = group;
  const last = first && listOf(first)?.at(-1);
  return last !== undefined && endsInExit(last);
}

function editFor(sourceCode: Source, { question, check, releases, byHand, outer }: Posed, order: Order, isByHandToo: boolean): Edit | Refusal {
  const changes = new Map<number, Change[]>();
  const add = (index: number, more: readonly Change[]): void => {
    changes.set(index, [...(changes.get(index) ?? []), ...more]);
  };
  const declared = movedDeclarations(sourceCode, question, order);
  if (isRefusal(declared)) return declared;
  for (const [index, more] of declared) add(index, more);
  const last = question.items.length - 1;
  const stripped = check.strip(sourceCode, releases);
  if (isRefusal(stripped)) return stripped;
  add(last, stripped);
  for (const index of isByHandToo ? order.after : []) {
    const gone = removed(sourceCode, byHand[index] ?? []);
    if (isRefusal(gone)) return gone;
    add(index, gone);
  }
  if (outer < question.items.length) return liftingEdit(sourceCode, question, outer, order, changes);
  const placed = (indexes: readonly number[]): Placed[] =>
    indexes.flatMap((index) => {
      const item = question.items[index];
      return item ? [{ statement: item.statement, changes: changes.get(index) ?? [] }] : [];
    });
  const run = question.items.map(({ statement }) => statement);
  if (check.inside) {
    const inside = insertionInto(sourceCode, check.inside, placed(order.after));
    if (isRefusal(inside)) return inside;
    const escaping = question.items.filter((_, index) => order.after.includes(index)).flatMap(({ effects }) => effects.declared).find((variable) => isUsedOutside(variable, run, check));
    if (escaping) return refuse("needed-by-both", escaping.name);
    add(last, [inside]);
  }
  const edit = reorder(sourceCode, run, placed(check.inside ? order.before : [...order.before, ...order.after]));
  if (isRefusal(edit)) return edit;
  const spelt = check.elsewhere ?? [];
  const whole = contiguous(sourceCode.text, [...edit.map((change) => ({ ...change, text: change.text + (check.end ?? "") })), ...spelt]);
  return whole ? [whole] : [];
}

/** The creation and its test before the early statements, out of the blocks that they stood in. */
function liftingEdit(sourceCode: Source, { items }: Question, outer: number, { before, after }: Order, changes: ReadonlyMap<number, readonly Change[]>): Edit | Refusal {
  const [first] = items;
  const last = items[outer - 1];
  const from = first && chunkOf(sourceCode, first.statement);
  const to = last && chunkOf(sourceCode, last.statement);
  if (!from || !to || isRefusal(from) || isRefusal(to)) return from && isRefusal(from) ? from : to && isRefusal(to) ? to : refuse("shape", "nothing could be moved");
  const lifted = before.filter((index) => index >= outer);
  const clash = lifted.flatMap((index) => items[index]?.effects.declared ?? []).find((variable) => clashes(variable, first.statement));
  if (clash) return refuse("needed-by-both", clash.name);
  const order = [...before, ...after.filter((index) => index < outer)];
  const placed = order.flatMap((index): Placed[] => {
    const item = items[index];
    return item ? [{ statement: item.statement, changes: changes.get(index) ?? [] }] : [];
  });
  const text = linesOf(sourceCode, placed, from.indentation);
  if (typeof text !== "string") return text;
  const edit: Change[] = [{ range: [from.range[0], to.range[1]], text }];
  let end = 0;
  for (const group of neighbours(lifted.flatMap((index) => items[index]?.statement ?? []))) {
    const gone = remove(sourceCode, ...group);
    if (isRefusal(gone)) return gone;
    // A blank line between two of them goes once.
    edit.push(...gone.map(({ range, text: made }): Change => ({ range: [Math.max(range[0], end), range[1]], text: made })));
    end = gone.at(-1)?.range[1] ?? end;
  }
  // What stays inside keeps its own changes.
  for (const index of after) if (index >= outer) edit.push(...(changes.get(index) ?? []));
  const whole = contiguous(sourceCode.text, edit);
  return whole ? [whole] : [];
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

function isUsedOutside(variable: Variable, run: readonly Statement[], { inside }: Check): boolean {
  const within = (node: TSESTree.Node, around: TSESTree.Node): boolean => around.range[0] <= node.range[0] && node.range[1] <= around.range[1];
  return variable.references.some(({ identifier }) => !run.slice(0, -1).some((statement) => within(identifier, statement)) && !(inside && within(identifier, inside)));
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
    const more: Change = target
      ? { range: [item.statement.range[0], target.range[1]], text: `let ${id.name}${annotation}` }
      : { range: [chunk.start, chunk.start], text: `let ${id.name}${annotation}${semicolon}${eol}${chunk.indentation}` };
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

