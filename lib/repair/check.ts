/** Where a function finds out that the creation has failed, and what it does then. */
import type { TSESTree } from "@typescript-eslint/utils";
import { statusOfName } from "../api/calls.ts";
import type { Variable } from "../source/scopes.ts";
import { memberName, unwrap } from "../source/syntax.ts";
import { isRefusal, type Change } from "./edit.ts";
import { isExposed, isParameter, type Effects, type EffectsOf, type Root } from "./effects.ts";
import { remove } from "./lines.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { listOf, listedStatement, ownRange, type Source, type Statement } from "./statements.ts";
import { indentationAt, styleOf } from "./style.ts";

/** The test of a creation. */
export interface Check {
  /** The statement after which the driver object exists. */
  readonly statement: Statement;
  /** The parts that run when the creation has failed. */
  readonly failing: readonly TSESTree.Node[];
  /** The block that runs when it has succeeded, where the statement has one: what follows the test stands there. */
  readonly inside: TSESTree.BlockStatement | undefined;
  /** What goes behind the statements that are moved behind the test. */
  readonly end?: string;
  /** What the test needs elsewhere: an import. */
  readonly elsewhere?: readonly Change[];
  /** What follows is done whether or not the creation has succeeded. */
  readonly goesOn?: boolean;
  /** The failing part leaves by itself. */
  readonly leaves: boolean;
  /** Takes releases out of the failing part; where nothing leaves there, it leaves as the function does next. */
  readonly strip: (sourceCode: Source, releases: readonly (readonly Statement[])[]) => readonly Change[] | Refusal;
}

// The answer is tested at once, or a few statements on.
const MAX_DISTANCE = 4;

/**
 * Finds the test of a creation in its list.
 * @param innermost the creation itself, where it stands inside of a statement of the list, which is not its test
 */
export function checkOf(effects: EffectsOf, list: readonly Statement[], creation: Statement, call: TSESTree.Node, innermost = creation): Check | Refusal {
  if (effects.throws) return { statement: creation, failing: [], inside: undefined, leaves: true, strip: removed };
  const derived = new Set<Root>();
  // A copy is tested as well as what it was copied from.
  const copied = creation.type === "ExpressionStatement" && creation.expression.type === "AssignmentExpression" ? effects.placeOf(creation.expression.right) : undefined;
  if (copied) derived.add(copied.root);
  if (innermost !== creation) for (const statement of behind(listOf(innermost) ?? [], innermost)) derive(derived, effects.of(statement), statement === innermost);
  for (const statement of behind(list, creation).slice(innermost === creation ? 0 : 1)) {
    const found = effects.of(statement);
    const reads = statement === creation || readsAny(found, derived);
    if (reads && (statement.type === "IfStatement" || statement.type === "SwitchStatement")) return testIn(effects, list, statement);
    if (reads && found.exits.length > 0) break;
    derive(derived, found, statement === creation);
  }
  return refuse("shape", `the creation on line ${String(call.loc.start.line)} is not tested`);
}

/** A statement with those that follow it soon. */
function behind(list: readonly Statement[], statement: Statement): readonly Statement[] {
  const start = list.indexOf(statement);
  return list.slice(start, start + 1 + MAX_DISTANCE);
}

/** Whether a statement reads one of some values before it writes there. */
function readsAny(found: Effects, derived: ReadonlySet<Root>): boolean {
  return [...derived].some((root) => isExposed(found, root));
}

/** What a statement makes of some values: copies are added, what is overwritten goes. */
function derive(derived: Set<Root>, found: Effects, isSource: boolean): void {
  const reads = isSource || readsAny(found, derived);
  for (const { root, isWrite, path, branch } of found.accesses) {
    if (!isWrite || typeof root !== "object" || isParameter(root)) continue;
    if (reads) derived.add(root);
    else if (path.length === 0 && branch === "") derived.delete(root);
  }
}

/**
 * Whether each value that a statement writes to a status is tested, and the function left where it is a failure.
 * @param isLeftAtOnce no value may be left behind, not even one of success
 * @param isReached whether anything comes to a statement at all
 * @param heads statements whose blocks are entered after a success only, and that are passed by otherwise as before
 */
export function isSettled(effects: EffectsOf, variable: Variable, around: Statement, heads: ReadonlySet<Statement>, isLeftAtOnce = false, isReached: (node: TSESTree.Node) => boolean = () => true): boolean {
  const writes = variable.references.filter((reference) => reference.isWrite() && around.range[0] <= reference.identifier.range[0] && reference.identifier.range[1] <= around.range[1]);
  return writes.every(({ identifier, writeExpr }) => {
    const status = writeExpr ? statusOfName(effects.binder.apiName(writeExpr) ?? "") : undefined;
    if (status?.ok === true && !isLeftAtOnce) return true;
    const statement = listedStatement(identifier);
    const list = statement && listOf(statement);
    if (statement && endsInExit(statement)) return true;
    if (!list) return false;
    const next = list[list.indexOf(statement) + 1];
    if (next && endsInExit(next)) return true;
    if (!isReached(statement)) return true;
    if (isLeftAtOnce) return false;
    const check = checkOf(effects, list, statement, identifier);
    return !isRefusal(check) && (check.leaves || heads.has(check.statement));
  });
}

function testIn(effects: EffectsOf, list: readonly Statement[], statement: TSESTree.IfStatement | TSESTree.SwitchStatement): Check | Refusal {
  if (statement.type === "SwitchStatement") {
    if (effects.of(statement).exits.length === 0) return refuse("shape", `line ${String(statement.loc.start.line)} goes on when the creation fails`);
    return { statement, failing: [statement], inside: undefined, leaves: true, strip: removed };
  }
  const both = conjunction(effects, list, statement);
  if (both) return both;
  const { consequent, alternate } = statement;
  const way = outcomeOf(effects, statement.test) ?? (endsInExit(consequent) || !alternate ? "failure" : "success");
  if (way === "success") {
    if (consequent.type !== "BlockStatement") return refuse("shape", `line ${String(statement.loc.start.line)} has no braces`);
    return { statement, failing: alternate ? [alternate] : [], inside: consequent, leaves: alternate !== null && endsInExit(alternate), strip: (sourceCode, releases) => strippedOfElse(sourceCode, consequent, alternate, releases) };
  }
  if (alternate) return refuse("shape", `line ${String(statement.loc.start.line)} goes two ways`);
  const leaves = endsInExit(consequent);
  const next = list[list.indexOf(statement) + 1];
  return {
    statement,
    failing: [consequent],
    inside: undefined,
    leaves,
    strip: (sourceCode, releases) => {
      if (leaves) return removed(sourceCode, releases);
      if (next?.type !== "ReturnStatement") return refuse("shape", `line ${String(statement.loc.start.line)} goes on when the creation fails`);
      return leavingInstead(sourceCode, consequent, next, releases);
    },
  };
}

/** `if (failed && held) { Release(); }`: with the release goes the part of the test that was for it. */
function conjunction(effects: EffectsOf, list: readonly Statement[], statement: TSESTree.IfStatement): Check | undefined {
  const { consequent, alternate } = statement;
  const test = unwrap(statement.test);
  if (test.type !== "LogicalExpression" || test.operator !== "&&" || alternate) return undefined;
  const [failed, other] = outcomeOf(effects, test.left) === "failure" ? [test.left, test.right] : [test.right, test.left];
  const { uses, unknown } = effects.of(other);
  if (outcomeOf(effects, failed) !== "failure" || uses.length + unknown.length > 0) return undefined;
  const next = list[list.indexOf(statement) + 1];
  return {
    statement,
    failing: [consequent],
    inside: undefined,
    leaves: endsInExit(consequent),
    strip: (sourceCode, releases) => {
      const gone = new Set(releases.flat());
      const rest = (consequent.type === "BlockStatement" ? consequent.body : [consequent]).filter((each) => !gone.has(each));
      const isEmptied = rest.length === 0 && next?.type === "ReturnStatement";
      if (!isEmptied && (rest.length !== 1 || rest[0]?.type !== "ReturnStatement")) return refuse("shape", `line ${String(statement.loc.start.line)} tests more than the creation`);
      const changes = isEmptied ? leavingInstead(sourceCode, consequent, next, releases) : removed(sourceCode, releases);
      return isRefusal(changes) ? changes : [{ range: test.range, text: sourceCode.getText(failed) }, ...changes];
    },
  };
}

/** The failing branch leaves as the function does next. */
function leavingInstead(sourceCode: Source, consequent: TSESTree.Statement, next: TSESTree.ReturnStatement, releases: readonly (readonly Statement[])[]): readonly Change[] | Refusal {
  if (consequent.type !== "BlockStatement") return releases.flat().includes(consequent) ? [replacing(sourceCode, consequent, next)] : refuse("line", consequent.loc.start.line);
  const changes = removed(sourceCode, releases);
  return isRefusal(changes) ? changes : leaving(sourceCode, consequent, next, releases, changes);
}

/** The releases taken out. */
export function removed(sourceCode: Source, releases: readonly (readonly Statement[])[]): readonly Change[] | Refusal {
  const changes: Change[] = [];
  for (const group of releases) {
    const edit = remove(sourceCode, ...group);
    if (isRefusal(edit)) return edit;
    changes.push(...edit);
  }
  return changes;
}

/** An `else` that does nothing but release goes as a whole. */
function strippedOfElse(sourceCode: Source, consequent: TSESTree.Node, alternate: TSESTree.Statement | null, releases: readonly (readonly Statement[])[]): readonly Change[] | Refusal {
  const gone = new Set(releases.flat());
  const isEmptied = alternate && (alternate.type === "BlockStatement" ? alternate.body.every((statement) => gone.has(statement)) && alternate.body.length > 0 : gone.has(alternate));
  return isEmptied === true ? [{ range: [consequent.range[1], alternate.range[1]], text: "" }] : removed(sourceCode, releases);
}

/** `if (failed) Release();` leaves instead. */
function replacing(sourceCode: Source, statement: Statement, next: TSESTree.ReturnStatement): Change {
  const [start, end] = ownRange(sourceCode, next);
  return { range: ownRange(sourceCode, statement), text: sourceCode.text.slice(start, end) };
}

/** The failing block ends with the return that follows it. */
function leaving(sourceCode: Source, block: TSESTree.BlockStatement, next: TSESTree.ReturnStatement, releases: readonly (readonly Statement[])[], changes: readonly Change[]): readonly Change[] | Refusal {
  const { eol, unit } = styleOf(sourceCode);
  const [start, end] = ownRange(sourceCode, next);
  const outer = indentationAt(sourceCode.text, block.range[0]);
  const line = `${outer}${unit}${sourceCode.text.slice(start, end)}`;
  if (block.loc.start.line === block.loc.end.line) return refuse("line", block.loc.start.line);
  const last = block.body.at(-1);
  const [final] = changes.slice(-1);
  // In the place of the releases at the end of the block, or behind what stays.
  if (last && final && releases.at(-1)?.includes(last) === true) return [...changes.slice(0, -1), { ...final, text: `${line}${eol}` }];
  const close = sourceCode.text.lastIndexOf("\n", block.range[1] - 1) + 1;
  return [...changes, { range: [close, close], text: `${line}${eol}` }];
}

/** Whether a statement leaves its list, whatever it does before. */
export function endsInExit(node: TSESTree.Node): boolean {
  switch (node.type) {
    case "ReturnStatement":
    case "ThrowStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return true;
    case "BlockStatement": {
      const last = node.body.at(-1);
      return last !== undefined && endsInExit(last);
    }
    default:
      return false;
  }
}

/** What a test says of the status when it is passed; undefined where it is not a test of a status that one can read. */
export function outcomeOf(effects: EffectsOf, wrapped: TSESTree.Node): "success" | "failure" | undefined {
  const test = unwrap(wrapped);
  const opposite = (outcome: "success" | "failure" | undefined): "success" | "failure" | undefined =>
    outcome && (outcome === "success" ? "failure" : "success");
  switch (test.type) {
    case "UnaryExpression":
      return test.operator === "!" ? opposite(outcomeOf(effects, test.argument)) : undefined;
    case "CallExpression": {
      const effect = effects.meaningOf(test)?.effect;
      return effect === "test-success" ? "success" : effect === "test-error" ? "failure" : undefined;
    }
    case "MemberExpression":
      return memberName(test) === "ok" ? "success" : undefined;
    case "BinaryExpression": {
      const isZero = test.right.type === "Literal" && test.right.value === 0;
      if (isZero && (test.operator === ">=" || test.operator === "<")) return test.operator === "<" ? "failure" : "success";
      const status = statusOfName(effects.binder.apiName(test.right) ?? "");
      if (!status) return undefined;
      const equal = status.ok ? "success" : "failure";
      return /^===?$/u.test(test.operator) ? equal : /^!==?$/u.test(test.operator) ? opposite(equal) : undefined;
    }
    default:
      return undefined;
  }
}
