/** Puts releases before a failing exit. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { Exit } from "../machine/facts.ts";
import { unwrap } from "../source/syntax.ts";
import { freshName, resolved, rootOf, type Call, type DriverCode } from "./code.ts";
import { isRefusal, type Edit, type Outcome } from "./edit.ts";
import { appendTo, insertBefore } from "./lines.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { spell } from "./spelling.ts";
import { listOf } from "./statements.ts";
import { styleOf } from "./style.ts";

/** A statement that leaves a function. */
export type Leaving = TSESTree.ReturnStatement | TSESTree.ThrowStatement;

/** The statement of an exit; refused where a call's exception leaves, or a function ends. */
export function statementOf({ sourceCode }: DriverCode, { place, how }: Exit): Leaving | Refusal {
  let node: TSESTree.Node | null | undefined = sourceCode.getNodeByRangeIndex(place.range[0]);
  while (node && node.type !== "ReturnStatement" && node.type !== "ThrowStatement") node = node.parent;
  if (node?.range[0] !== place.range[0] || node.range[1] !== place.range[1]) {
    return refuse("shape", how === "throw" ? `the exception of the call on line ${String(place.loc.start.line)} leaves` : `the function ends on line ${String(place.loc.start.line)}`);
  }
  return node;
}

/**
 * The ways to put lines before a failing exit, the plainest first: as they are; or where the same exit may be a success,
 * under a test of the status.
 * @param near a call of the API, for the spelling of others
 */
export function writingsBefore(code: DriverCode, leaving: Leaving, lines: readonly string[], near: Call): Outcome[] {
  const argument = leaving.type === "ReturnStatement" ? leaving.argument : undefined;
  const plain = insertBefore(code.sourceCode, leaving, lines);
  if (!argument) return [plain];
  const value = unwrap(argument);
  const isPath = rootOf(value) !== undefined;
  if (isPath) return isConstantName(code, value) ? [plain] : [plain, underTest(code, leaving, code.sourceCode.getText(argument), lines, near)];
  return value.type === "Literal" ? [plain] : [hoisted(code, leaving, argument, lines, near)];
}

function isConstantName({ binder }: DriverCode, node: TSESTree.Node): boolean {
  return binder.apiName(node)?.startsWith("STATUS_") ?? false;
}

/** `if (!NT_SUCCESS(status)) { … }` before the exit; where that stands there already, in it. */
function underTest(code: DriverCode, leaving: Leaving, status: string, lines: readonly string[], near: Call): Outcome {
  const test = testOf(code, leaving, status, near);
  if (isRefusal(test)) return test;
  const list = listOf(leaving) ?? [];
  const before = list[list.findIndex((statement) => statement === leaving) - 1];
  if (before?.type === "IfStatement" && !before.alternate && before.consequent.type === "BlockStatement" && code.sourceCode.getText(before.test) === test.text && !isJump(before.consequent.body.at(-1))) {
    return appendTo(code.sourceCode, before.consequent, lines);
  }
  const inserted = insertBefore(code.sourceCode, leaving, [`if (${test.text}) {`, ...deeper(code, lines), "}"]);
  return isRefusal(inserted) ? inserted : [...inserted, ...test.edit];
}

function isJump(statement: TSESTree.Statement | undefined): boolean {
  return statement !== undefined && ["ReturnStatement", "ThrowStatement", "BreakStatement", "ContinueStatement"].includes(statement.type);
}

/** `return StorPortInitialize(…)`: its status is looked at before it is returned. */
function hoisted(code: DriverCode, leaving: Leaving, argument: TSESTree.Expression, lines: readonly string[], near: Call): Outcome {
  if (!listOf(leaving)) return refuse("shape", `line ${String(leaving.loc.start.line)} has no braces around it`);
  const { semicolon } = styleOf(code.sourceCode);
  const known = resolved(code, "status", leaving);
  const isOwn = known?.scope.variableScope === code.sourceCode.getScope(leaving).variableScope && known.defs[0]?.node.type === "VariableDeclarator" && known.defs[0].node.parent.kind === "let";
  const name = known && !isOwn ? freshName(code, "lastStatus") : "status";
  const test = testOf(code, leaving, name, near);
  if (isRefusal(test)) return test;
  const inserted = insertBefore(code.sourceCode, leaving, [
    `${isOwn ? "" : "const "}${name} = ${code.sourceCode.getText(argument)}${semicolon}`,
    `if (${test.text}) {`,
    ...deeper(code, lines),
    "}",
  ]);
  const returned: Edit = [{ range: argument.range, text: name }];
  return isRefusal(inserted) ? inserted : [...inserted, ...returned, ...test.edit];
}

function testOf(code: DriverCode, leaving: Leaving, status: string, near: Call): { readonly text: string; readonly edit: Edit } | Refusal {
  const spelt = spell(code, "NT_SUCCESS", near.callee, leaving);
  return isRefusal(spelt) ? spelt : { text: `!${spelt.text}(${status})`, edit: spelt.edit };
}

function deeper({ sourceCode }: DriverCode, lines: readonly string[]): string[] {
  const { unit } = styleOf(sourceCode);
  return lines.map((line) => (line === "" ? "" : unit + line));
}
