/** Gives a release the test that it needs, in a callback or on a common way out: a start that fails early leaves it nothing to release (contract, fact 22). */
import type { TSESTree } from "@typescript-eslint/utils";
import type { LintedFile } from "../machine/linted-file.ts";
import { scrutinise } from "../machine/loader.ts";
import type { Scrutiny, WrongRelease } from "../machine/scrutiny.ts";
import { unwrap } from "../source/syntax.ts";
import { applied, contiguous, isRefusal, type Change, type Edit } from "./edit.ts";
import { withEdit } from "./ledger.ts";
import { linesOf } from "./lines.ts";
import { prove, edited, type Claim, type Edited } from "./proof.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { callAt } from "./sites.ts";
import { chunkOf, listOf, listedStatement, type Source, type Statement } from "./statements.ts";
import { styleOf } from "./style.ts";

/** An edit that is right, and the file as it would be. */
interface Proven {
  readonly edit: Edit;
  readonly edited: Edited;
}

/** Proves an edit; where something would be released that was never acquired, with a test in front of that release. */
export function proveGuarding(file: LintedFile, claim: Claim): Proven | Refusal {
  const proof = prove(file, claim);
  if (!isRefusal(proof)) return { edit: claim.edit, edited: proof };
  const guarded = proof.reason === "untested-release" ? withTests(file, claim.edit) : proof;
  if (isRefusal(guarded)) return withEdit(proof, claim.edit);
  const second = prove(file, { ...claim, edit: guarded });
  return isRefusal(second) ? withEdit(proof, claim.edit) : { edit: guarded, edited: second };
}

/** The edit with a test before each release that it makes wrong. */
function withTests(file: LintedFile, edit: Edit): Edit | Refusal {
  const after = edited(file, edit);
  const before = scrutinise(file.sourceCode, file.settings);
  if (isRefusal(after) || !before) return refuse("unproved", "the file could not be followed");
  const changes = new Map<Statement, readonly Change[]>();
  for (const wrong of further(before.scrutiny, after.scrutiny)) {
    const call = callAt(after.sourceCode, wrong.release);
    const statement = call && listedStatement(call);
    if (!statement) return refuse("untested-release", wrong.kind);
    const change = tested(after.sourceCode, statement, call);
    if (isRefusal(change)) return change;
    changes.set(statement, change);
  }
  const made = applied(after.sourceCode.text, [...changes.values()].flat());
  const whole = contiguous(file.sourceCode.text, [{ range: [0, file.sourceCode.text.length], text: made }]);
  return whole ? [whole] : [];
}

/** Fatal ones, of kinds that there are more of than before. */
function further(before: Scrutiny, after: Scrutiny): WrongRelease[] {
  const fatal = ({ wrongReleases }: Scrutiny, kind?: string): WrongRelease[] => wrongReleases.filter((wrong) => wrong.unheld === "fatal" && (kind === undefined || wrong.kind === kind));
  return fatal(after).filter(({ kind }) => fatal(after, kind).length > fatal(before, kind).length);
}

/** `if (handle !== null) { … }` around a release and what resets the handle behind it. */
function tested(sourceCode: Source, statement: Statement, call: TSESTree.CallExpression | TSESTree.NewExpression): readonly Change[] | Refusal {
  const [argument] = call.arguments;
  const handle = argument && unwrap(argument);
  const isSpelt = statement.type === "ExpressionStatement" && unwrap(statement.expression) === call;
  if (!isSpelt || !handle || (handle.type !== "Identifier" && handle.type !== "MemberExpression")) return refuse("untested-release", sourceCode.getText(call.callee));
  const list = listOf(statement) ?? [];
  const name = sourceCode.getText(handle);
  const next = list[list.indexOf(statement) + 1];
  const block = next && resets(sourceCode, next, name) ? [statement, next] : [statement];
  const [first, last] = [chunkOf(sourceCode, statement), chunkOf(sourceCode, block.at(-1) ?? statement)];
  if (isRefusal(first)) return first;
  if (isRefusal(last)) return last;
  const { eol, unit } = styleOf(sourceCode);
  const lines = linesOf(sourceCode, block.map((each) => ({ statement: each })), first.indentation + unit);
  if (typeof lines !== "string") return lines;
  return [{ range: [first.range[0], last.range[1]], text: `${first.indentation}if (${name} !== null) {${eol}${lines}${eol}${first.indentation}}` }];
}

/** `handle = null;` */
function resets(sourceCode: Source, statement: Statement, name: string): boolean {
  if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression") return false;
  const { left, right } = statement.expression;
  return sourceCode.getText(unwrap(left)) === name && right.type === "Literal" && right.value === null;
}
