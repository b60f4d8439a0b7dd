/** Where an acquisition is known to have succeeded: what is to be noted about it is noted there. */
import type { TSESTree } from "@typescript-eslint/utils";
import { unwrap } from "../source/syntax.ts";
import { apiOf, functionAround, resolved, type Call, type DriverCode } from "./code.ts";
import type { Outcome } from "./edit.ts";
import { callsOf } from "./homes.ts";
import { insertAfter, prependTo } from "./lines.ts";
import { refuse } from "./refusal.ts";
import { listOf, listedStatement, type Statement } from "./statements.ts";

// A status is tested within so many statements after the call.
const NEAR = 4;
// And a call is followed through so many helpers.
const MAX_DEPTH = 4;

/** Puts lines where a call has succeeded: behind the test of what it answers, or into the branch that success takes. */
export function whereItSucceeded(code: DriverCode, call: Call, lines: readonly string[], isUntested: boolean, depth = 0): Outcome {
  const statement = listedStatement(call);
  const list = statement && listOf(statement);
  if (!statement || !list) return refuse("shape", "the acquisition is no statement");
  if (statement.type === "ReturnStatement") {
    const fn = functionAround(call);
    const [caller, ...others] = fn && depth < MAX_DEPTH ? callsOf(code, fn) : [];
    return caller && others.length === 0 ? whereItSucceeded(code, caller, lines, isUntested, depth + 1) : refuse("shape", "the helper has several callers");
  }
  if (isUntested) return insertAfter(code.sourceCode, statement, lines);
  if (statement.type === "IfStatement") return behindTest(code, statement, lines);
  const index = list.indexOf(statement);
  const names = namesIn(code, statement);
  for (const next of list.slice(index + 1, index + 1 + NEAR)) {
    const test = next.type === "IfStatement" ? next.test : next.type === "SwitchStatement" ? next.discriminant : undefined;
    if (test && namesIn(code, test).some((name) => names.includes(name))) return next.type === "IfStatement" ? behindTest(code, next, lines) : insertAfter(code.sourceCode, next, lines);
    const further = namesIn(code, next);
    if (further.some((name) => names.includes(name))) names.push(...further);
  }
  return refuse("shape", `what line ${String(call.loc.start.line)} answers is not tested`);
}

function behindTest(code: DriverCode, statement: TSESTree.IfStatement, lines: readonly string[]): Outcome {
  const { consequent, alternate, test } = statement;
  const isFailure = saysFailure(code, test) ?? leaves(consequent);
  if (!isFailure) return consequent.type === "BlockStatement" ? prependTo(code.sourceCode, consequent, lines) : refuse("shape", `line ${String(consequent.loc.start.line)} has no braces around it`);
  if (alternate?.type === "BlockStatement") return prependTo(code.sourceCode, alternate, lines);
  return leaves(consequent) && !alternate ? insertAfter(code.sourceCode, statement, lines) : refuse("shape", `line ${String(statement.loc.start.line)} goes on after a failure`);
}

/** Whether a branch ends with a jump out of where it stands. */
function leaves(branch: TSESTree.Statement): boolean {
  const last = branch.type === "BlockStatement" ? branch.body.at(-1) : branch;
  return last !== undefined && ["ReturnStatement", "ThrowStatement", "BreakStatement", "ContinueStatement"].includes(last.type);
}

/** Whether a test is true of a failure; undefined where that cannot be told. */
function saysFailure(code: DriverCode, test: TSESTree.Node): boolean | undefined {
  const node = unwrap(test);
  switch (node.type) {
    case "UnaryExpression": {
      const inner = node.operator === "!" ? saysFailure(code, node.argument) : undefined;
      return inner === undefined ? undefined : !inner;
    }
    case "CallExpression": {
      const name = apiOf(code, node);
      if (name === "NT_ERROR") return true;
      return name === undefined ? undefined : false;
    }
    case "BinaryExpression":
      return comparedAsFailure(code, node);
    case "Identifier": {
      const definition = code.scopes.variableOf(node)?.defs[0]?.node as TSESTree.Node | undefined;
      const init = definition?.type === "VariableDeclarator" ? definition.init : null;
      return init?.type === "UnaryExpression" || init?.type === "BinaryExpression" || init?.type === "CallExpression" ? saysFailure(code, init) : false;
    }
    case "MemberExpression":
    case "AssignmentExpression":
      return false;
    default:
      return undefined;
  }
}

function comparedAsFailure({ binder }: DriverCode, { left, operator, right }: TSESTree.BinaryExpression): boolean | undefined {
  const isEqual = operator === "===" || operator === "==";
  const isUnequal = operator === "!==" || operator === "!=";
  const isNothing = (right.type === "Literal" && right.value === null) || (right.type === "Identifier" && right.name === "undefined");
  if (isNothing) return isEqual ? true : isUnequal ? false : undefined;
  const isSuccess = binder.apiName(right) === "STATUS_SUCCESS" && left.type !== "Literal";
  if (isSuccess) return isEqual ? false : isUnequal ? true : undefined;
  if (right.type !== "Literal" || right.value !== 0) return undefined;
  return operator === "<" ? true : operator === ">=" ? false : undefined;
}

/** The names of variables that stand in a node, but for those that are called. */
function namesIn(code: DriverCode, node: TSESTree.Node | Statement): string[] {
  const { sourceCode } = code;
  return sourceCode.getTokens(node).flatMap((token, index, tokens) => {
    if (token.type !== "Identifier" || tokens[index - 1]?.value === ".") return [];
    const isCalled = tokens[index + 1]?.value === "(";
    const definition = isCalled ? undefined : (resolved(code, token.value, node)?.defs[0]?.node as TSESTree.Node | undefined);
    return definition?.type === "VariableDeclarator" ? [token.value] : [];
  });
}
