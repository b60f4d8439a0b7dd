/** What is asked about the order of a creation and of the early calls before it: which statements it is about, and what tells that it failed. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { EarlyCall } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import type { Variable } from "../source/scopes.ts";
import { isFunction, unwrap, type FunctionNode } from "../source/syntax.ts";
import { addedCheck } from "./added-check.ts";
import { checkOf, endsInExit, isSettled, outcomeOf, removed, type Check } from "./check.ts";
import { isRefusal } from "./edit.ts";
import type { Effects, EffectsOf, Root } from "./effects.ts";
import type { Item, Question } from "./order.ts";
import { isReadBehind } from "./liveness.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { orphanIn, releasesIn, type Owed } from "./releases.ts";
import { listOf, type Statement } from "./statements.ts";
import type { Ways } from "./ways.ts";

/** Early calls that one edit moves. */
export interface Plan {
  readonly fn: FunctionNode;
  /** The list in which the early statements stand. */
  readonly list: readonly Statement[];
  /** Statements around the creation, outermost first: the first is an item of `list`, the last is the creation. */
  readonly path: readonly Statement[];
  readonly creationCall: TSESTree.Node;
  readonly early: Map<EarlyCall, Statement>;
}

/** What a question is asked with. */
export interface Asking {
  readonly file: LintedFile;
  readonly effects: EffectsOf;
  readonly ways: Ways;
}

/** A question with what an edit needs beside the order. */
export interface Posed {
  readonly question: Question;
  readonly check: Check;
  /** Releases that the failing creation no longer owes, once these items follow it. */
  readonly releases: (after: readonly number[]) => readonly (readonly Statement[])[];
  /** What a release that would stay there is given, of a kind that is no longer held there. */
  readonly orphaned: (after: readonly number[]) => string | undefined;
  /** Of each item, the releases before its own exits: the cleanup callback may do as much. */
  readonly byHand: readonly (readonly (readonly Statement[])[])[];
  /** Releases behind the creation, where a failed start is tidied up: they may be more than is owed. */
  readonly later: readonly (readonly Statement[])[];
  /** What follows the test without a blank line and only passes on what the creation has given. */
  readonly trailing: readonly Item[];
  /** How many items stand in the list of the early statements; those behind them are lifted out of blocks. */
  readonly outer: number;
}

/** What may be asked: with the creation lifted out of all blocks around it, of all but the innermost, and so on; at last with the outermost block moved as a whole. */
export function questions(asking: Asking, plan: Plan): (Posed | Refusal)[] {
  return plan.path.map((_, index) => questionOf(asking, plan, plan.path.slice(0, plan.path.length - index)));
}

function questionOf(asking: Asking, plan: Plan, path: readonly Statement[]): Posed | Refusal {
  const { effects } = asking;
  const { list, early } = plan;
  const creation = path.at(-1);
  if (!creation) return refuse("shape", "the call is not spelt out");
  const check = checkFor(asking, plan, path, creation);
  if (isRefusal(check)) return check;
  const first = Math.min(...[...early.values()].map((statement) => list.indexOf(statement)).filter((index) => index >= 0));
  const [outermost = creation] = path;
  const outer = list.slice(first, path.length > 1 ? list.indexOf(outermost) : list.indexOf(check.statement) + 1);
  if (first > list.indexOf(outermost)) return refuse("shape", "the early call follows the creation");
  const lifted = path.length > 1 ? liftedFrom(effects, path, check) : [];
  if (isRefusal(lifted)) return lifted;
  const run = [...outer, ...lifted];
  const blocks = new Map(path.slice(0, -1).map((statement, index): [Statement, TSESTree.Node | undefined] => [statement, path[index + 1]?.parent]));
  const owedOf = (statements: readonly Statement[]): Owed => ({
    kinds: new Set([...early].flatMap(([{ resource }, statement]) => (statements.includes(statement) ? (resource?.kind ?? []) : []))),
    effects: statements.filter((statement) => statement.range[1] <= creation.range[0]).map((statement) => effects.of(statement)),
  });
  const owed: Owed = { ...owedOf(run), kinds: new Set([...early.keys()].flatMap(({ resource }) => resource?.kind ?? [])) };
  const releases = (after: Owed): Statement[][] => releasesIn(asking.file.sourceCode, effects, check.failing, after);
  const without = new Set<TSESTree.Node>([...releases(owed).flat(), ...(check.inside ? [check.inside] : [])]);
  const items = run.map((statement): Item => ({ statement, effects: blocks.has(statement) ? headOf(effects, statement, blocks.get(statement)) : effects.of(statement, without) }));
  const needed = neededLater(asking, check, items);
  if (needed) return needed;
  const isHead = (node: TSESTree.Node): boolean => blocks.has(node as Statement);
  return {
    check,
    releases: (after) => releases(owedOf(after.flatMap((index) => run[index] ?? []))),
    orphaned: (after) => {
      const moved = after.flatMap((index) => run[index] ?? []);
      const gone = releases(owedOf(moved)).flat();
      const staying = list.filter((statement) => statement.range[1] <= creation.range[0] && !moved.includes(statement));
      return orphanIn(effects, check.failing, gone, owedOf(moved).kinds, staying.map((statement) => effects.of(statement)));
    },
    byHand: items.map(({ statement }) => (isHead(statement) || statement === check.statement ? [] : releasesIn(asking.file.sourceCode, effects, [statement], owed).filter((group) => !group.includes(statement) && isBeforeExit(group)))),
    later: releasesIn(asking.file.sourceCode, effects, failingTestsBehind(effects, path.length > 1 ? outermost : check.statement), owed),
    trailing: path.length > 1 || check.inside || check.end !== undefined ? [] : trailingOf(effects, check.statement, givenBy(items.find(({ statement }) => statement === creation))),
    outer: outer.length,
    question: questionAbout(asking, plan, { items, creation, heads: new Set(blocks.keys()), check }),
  };
}

/** What a question is made of. */
interface Parts {
  readonly items: readonly Item[];
  readonly creation: Statement;
  readonly heads: ReadonlySet<Statement>;
  readonly check: Check;
}

function questionAbout({ effects, ways }: Asking, { fn, early, path }: Plan, { items, creation, heads, check }: Parts): Question {
  const statements = new Set(early.values());
  const made = items.findIndex(({ statement }) => statement === creation);
  const isHead = (node: TSESTree.Node): boolean => heads.has(node as Statement);
  return {
    items,
    heads: new Set(items.flatMap(({ statement }, index) => (heads.has(statement) ? [index] : []))),
    early: new Set(items.flatMap(({ statement }, index) => (statements.has(statement) || heads.has(statement) ? [index] : []))),
    creation: new Set([made]),
    isBlock: creation !== path.at(-1),
    isLifted: heads.size > 0,
    followers: followersOf(items, made),
    driverObject: driverObjectOf(items[made]?.effects),
    isTemporary: (variable) => isTemporary(effects, fn, variable),
    isReadBehind: (variable) => check.inside !== undefined || isReadBehind(effects, variable, check.statement),
    isSettled: (variable, statement) => (isHead(statement) ? ways.failsOtherwise(statement) : isSettled(effects, variable, statement, heads, check.goesOn, (node) => ways.isReached(node))),
    fails: (exit) => (isHead(exit) ? ways.failsOtherwise(exit) : ways.fails(exit)),
  };
}

/** Where a creation is tested: right behind it; where a block around it is moved as a whole, in that block or right behind it. */
function checkFor({ file, effects }: Asking, { path: whole, creationCall }: Plan, path: readonly Statement[], creation: Statement): Check | Refusal {
  const list = listOf(creation);
  if (!list) return refuse("shape", "the call is not spelt out");
  if (path.length === whole.length) {
    const check = checkOf(effects, list, creation, creationCall);
    return isRefusal(check) && path.length === 1 ? (addedCheck(file, list, creation, creationCall) ?? check) : check;
  }
  const innermost = whole.at(-1);
  const inner = innermost && checkOf(effects, listOf(innermost) ?? [], innermost, creationCall);
  if (!inner || isRefusal(inner)) return inner ?? refuse("shape", "the call is not spelt out");
  const { exits } = effects.of(creation);
  const leaves = inner.failing.length > 0 && inner.failing.every((part) => endsInExit(part) && exits.some((exit) => isWithin(exit, part)));
  const isSwitch = inner.statement.type === "SwitchStatement" && exits.some((exit) => isWithin(exit, inner.statement));
  const ofBlock: Check = { statement: creation, failing: [creation], inside: undefined, leaves: true, strip: removed };
  if (leaves || isSwitch) return ofBlock;
  const outer = checkOf(effects, list, creation, creationCall, innermost);
  // The driver does without the driver object then: what comes behind it comes either way.
  return isRefusal(outer) ? { ...ofBlock, leaves: false, goesOn: true } : outer;
}

function isWithin(inner: TSESTree.Node, outer: TSESTree.Node): boolean {
  return outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1];
}

/** What stands around the creation and before it in its blocks: each block's statement stands for its test. */
function liftedFrom(effects: EffectsOf, path: readonly Statement[], check: Check): Statement[] | Refusal {
  const lifted: Statement[] = [];
  const exits = effects.of(check.statement).exits;
  for (const [index, around] of path.slice(0, -1).entries()) {
    const next = path[index + 1];
    const list = next && listOf(next);
    if (!list || !isEntered(around, next, exits.length > 0) || (effects.throws && isCaught(around))) return refuse("other-block", around.loc.start.line);
    const last = index === path.length - 2 ? check.statement : next;
    // What follows would run after a success only, were the rest put into the branch for that.
    if (check.inside && list.at(-1) !== last) return refuse("other-block", last.loc.start.line);
    lifted.push(around, ...list.slice(0, list.indexOf(last) + (index === path.length - 2 ? 1 : 0)));
  }
  const [outermost] = path;
  const jump = outermost && exits.find((exit) => !isFreeOf(exit, outermost));
  return jump ? refuse("exit", jump.loc.start.line) : lifted;
}

/** Whether a block is entered once, its statements run from the first on, and nothing else is done when it is left. */
function isEntered(around: Statement, inner: Statement, isLeft: boolean): boolean {
  const block = inner.parent;
  switch (around.type) {
    case "BlockStatement":
      return true;
    case "IfStatement":
      return around.consequent === block;
    case "TryStatement":
      return around.block === block && !(isLeft && around.finalizer);
    case "LabeledStatement":
      return around.body === block;
    case "DoWhileStatement":
      return around.body === block && around.test.type === "Literal" && around.test.value === false;
    default:
      return false;
  }
}

/** Whether what fails in a statement, by throwing, is dealt with there. */
function isCaught(around: Statement): boolean {
  return around.type === "TryStatement" && around.handler !== null;
}

/** Whether an exit does the same outside of a statement: it does not jump to it, and is not caught by it. */
function isFreeOf(exit: TSESTree.Node, outermost: Statement): boolean {
  const around: TSESTree.Node[] = [];
  for (let node: TSESTree.Node | undefined = exit.parent; node && isWithin(node, outermost); node = node.parent) around.push(node);
  if (exit.type === "ReturnStatement") return true;
  if (exit.type !== "BreakStatement" && exit.type !== "ContinueStatement") return !around.some((node) => node.type === "TryStatement" && node.handler);
  const { label } = exit;
  if (label) return !around.some((node) => node.type === "LabeledStatement" && node.label.name === label.name);
  return !around.some(({ type }) => JUMPED_TO.has(type));
}

const JUMPED_TO: ReadonlySet<string> = new Set(["SwitchStatement", "DoWhileStatement", "WhileStatement", "ForStatement", "ForInStatement", "ForOfStatement"]);

/** What is done on entering a block, and instead of it. It counts as a way out, for what is lifted over it no longer depends on it. */
function headOf(effects: EffectsOf, statement: Statement, block: TSESTree.Node | undefined): Effects {
  const found = effects.of(statement, new Set(block ? [block] : []));
  return { ...found, exits: statement.type === "IfStatement" ? [statement] : [] };
}

/** What only passes on what the creation has given. */
function followersOf(items: readonly Item[], made: number): Set<number> {
  const found = new Set<number>();
  const given = givenBy(items[made]);
  for (let index = made + 1; index < items.length - 1; index += 1) {
    const item = items[index];
    if (!item || !passesOn(item, given)) continue;
    found.add(index);
    for (const { root, isWrite } of item.effects.accesses) if (isWrite) given.add(root);
  }
  return found;
}

/** The variables that hold what a creation has given. */
function givenBy(creation: Item | undefined): Set<Root> {
  return new Set(creation?.effects.accesses.flatMap(({ root, isWrite, path }) => (isWrite && typeof root === "object" && (path.length === 0 || path[0] === "value") ? [root] : [])));
}

function passesOn({ effects: { accesses, uses, unknown, exits } }: Item, given: ReadonlySet<Root>): boolean {
  return uses.length + unknown.length + exits.length === 0 && accesses.some(({ root, isWrite }) => !isWrite && given.has(root));
}

function trailingOf(effects: EffectsOf, test: Statement, given: ReadonlySet<Root>): Item[] {
  const found: Item[] = [];
  const list = listOf(test) ?? [];
  let line = test.loc.end.line;
  for (const statement of list.slice(list.indexOf(test) + 1)) {
    const item: Item = { statement, effects: effects.of(statement) };
    if (statement.loc.start.line !== line + 1 || !passesOn(item, given)) break;
    found.push(item);
    line = statement.loc.end.line;
  }
  return found;
}

/** What stands behind a test whose failing branch goes on, and uses there what was acquired. */
function neededLater({ effects, ways }: Asking, { inside, leaves, statement: test }: Check, items: readonly Item[]): Refusal | undefined {
  if (!inside || leaves) return undefined;
  const list = listOf(test) ?? [];
  const written = new Set(items.slice(0, -1).flatMap((item) => item.effects.accesses.flatMap(({ root, isWrite }) => (isWrite && typeof root === "object" ? [root] : []))));
  for (const statement of list.slice(list.indexOf(test) + 1)) {
    const { uses, unknown } = effects.of(statement);
    const given = [...uses.filter(({ meaning }) => meaning.releases.length === 0 && meaning.acquires.length + meaning.transfers.length > 0), ...unknown];
    const needed = given.flatMap(({ args }) => args).find((place) => place && typeof place.root === "object" && written.has(place.root));
    if (needed && typeof needed.root === "object" && ways.isReachedWithoutDriver(statement)) return refuse("needed-by-both", needed.root.name);
  }
  return undefined;
}

/** The statements behind one that do something for a failed start only. */
function failingTestsBehind(effects: EffectsOf, statement: Statement): Statement[] {
  const found: Statement[] = [];
  for (let node: TSESTree.Node = statement; !isFunction(node) && node.type !== "Program"; node = node.parent) {
    const list = listOf(node) ?? [];
    found.push(...list.slice(list.indexOf(node as Statement) + 1).filter((each) => each.type === "IfStatement" && !each.alternate && outcomeOf(effects, each.test) === "failure"));
  }
  return found;
}

/** Whether releases stand on a way out. */
function isBeforeExit(group: readonly Statement[]): boolean {
  const [first] = group;
  const last = first && listOf(first)?.at(-1);
  return last !== undefined && endsInExit(last);
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
