/** Flags that say whether something is held: those that the file has, and new ones for what has no handle to ask. */
import type { TSESTree } from "@typescript-eslint/utils";
import { unwrap } from "../source/syntax.ts";
import { PAIRS } from "../api/pairs.ts";
import { apiOf, freshName, functionAround, isVisible, rootOf, type Call, type DriverCode } from "./code.ts";
import { isRefusal, type Edit } from "./edit.ts";
import { callsOf, type Home } from "./homes.ts";
import { declaredFor, hoistedFlag } from "./hoists.ts";
import { insertAfter } from "./lines.ts";
import { whereItSucceeded } from "./moments.ts";
import { listOf, listedStatement, type Statement } from "./statements.ts";
import { styleOf } from "./style.ts";

/** Something to ask whether a resource is held, and to set when it is not held any more. */
export interface Flag {
  readonly text: string;
  /** What makes it visible, where it is not. */
  readonly edit: Edit;
}

// A flag is set within so many statements after the acquisition.
const NEAR = 4;
const MAX_DEPTH = 4;

/** The flags that can be asked at a node: first those that are there, and set once this is acquired. */
export function flagsOf(code: DriverCode, call: Call, at: TSESTree.Node): Flag[] {
  return settingsAfter(code, call, 0).flatMap((home) => {
    if (isVisible(code, home.root, at)) return [{ text: home.text, edit: [] }];
    const hoist = hoistedFlag(code, home);
    return hoist ? [{ text: hoist.text, edit: hoist.edit }] : [];
  });
}

/** The places that are set to true behind a call, and nowhere else. */
function settingsAfter(code: DriverCode, call: Call, depth: number): Home[] {
  const statement = listedStatement(call);
  const list = statement && listOf(statement);
  if (!statement || !list || depth > MAX_DEPTH) return [];
  const fn = functionAround(call);
  const further = fn && (statement.type === "ReturnStatement" || list.at(-1) === statement) ? callsOf(code, fn).flatMap((caller) => settingsAfter(code, caller, depth + 1)) : [];
  const index = list.indexOf(statement);
  // Behind another acquisition, a flag is that one's.
  const behind = list.slice(index + 1, index + 1 + NEAR);
  const other = behind.findIndex((each) => acquires(code, each));
  const near = [statement, ...behind.slice(0, other < 0 ? behind.length : other)].flatMap(inBranches);
  return [...near.flatMap((each) => listOfHome(code, each)), ...further];
}

const ACQUIRING = new Set(PAIRS.flatMap(({ acquire }) => acquire));

function acquires(code: DriverCode, { range: [start, end] }: Statement): boolean {
  return code.calls.some((call) => start <= call.range[0] && call.range[1] <= end && ACQUIRING.has(apiOf(code, call) ?? ""));
}

/** A statement, and those of the branches of an `if`. */
function inBranches(statement: Statement): Statement[] {
  if (statement.type !== "IfStatement") return [statement];
  return [statement.consequent, statement.alternate].flatMap((branch) => (branch?.type === "BlockStatement" ? branch.body : branch ? [branch] : []));
}

function listOfHome(code: DriverCode, statement: Statement): Home[] {
  const set = setTo(statement, true);
  const root = set && rootOf(set);
  if (!set || root?.type !== "Identifier") return [];
  const text = code.sourceCode.getText(set);
  const settings = code.sourceCode.text.split(text).length - 1;
  return settings > 1 && timesSet(code, text) === 1 ? [{ text, root }] : [];
}

function timesSet({ sourceCode: { text } }: DriverCode, place: string): number {
  return text.replace(/\s+/gu, " ").split(`${place} = true`).length - 1;
}

/** What a statement sets to a boolean. */
function setTo(statement: Statement, value: boolean): TSESTree.Node | undefined {
  if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression") return undefined;
  const { left, operator, right } = statement.expression;
  const set = unwrap(right);
  return operator === "=" && set.type === "Literal" && set.value === value ? unwrap(left) : undefined;
}

/** A new flag of the module, set once something is acquired, and reset behind its other releases. */
export function newFlag(code: DriverCode, call: Call, name: string, isUntested: boolean, releases: readonly Call[]): Flag | undefined {
  const { semicolon } = styleOf(code.sourceCode);
  const text = freshName(code, name);
  const declared = declaredFor(code, call, [`let ${text} = false${semicolon}`]);
  const set = whereItSucceeded(code, call, [`${text} = true${semicolon}`], isUntested);
  if (isRefusal(declared) || isRefusal(set)) return undefined;
  const edit: Edit[] = [declared, set];
  for (const release of releases) {
    const reset = resetBehind(code, release, text, "false");
    if (reset === undefined) return undefined;
    edit.push(reset);
  }
  return { text, edit: edit.flat() };
}

/** `held = null` behind a release that stands by itself; nothing where that follows already; undefined where it cannot be put there. */
export function resetBehind(code: DriverCode, release: Call, text: string, value: "null" | "false"): Edit | undefined {
  const statement = listedOrBranch(release);
  if (statement?.type !== "ExpressionStatement") return undefined;
  const list = listOf(statement) ?? [];
  const next = list[list.indexOf(statement) + 1];
  if (next?.type === "ExpressionStatement" && next.expression.type === "AssignmentExpression" && code.sourceCode.getText(unwrap(next.expression.left)) === text) return [];
  const inserted = insertAfter(code.sourceCode, statement, [`${text} = ${value}${styleOf(code.sourceCode).semicolon}`]);
  return isRefusal(inserted) ? undefined : inserted;
}

/** The statement around a node: an item of a list, or a branch without braces. */
function listedOrBranch(node: TSESTree.Node): Statement | undefined {
  let current: TSESTree.Node | undefined = node;
  while (current && !/Statement$|Declaration$/u.test(current.type)) current = current.parent;
  return current as Statement | undefined;
}
