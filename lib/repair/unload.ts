/** Moves releases from EvtDriverUnload to the cleanup callback, which runs when the start fails as well. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { UnloadOnlyRelease } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import { memberName, unwrap, type FunctionNode } from "../source/syntax.ts";
import { attempted, isRefusal, type Change, type Edit, type Repair } from "./edit.ts";
import { EffectsOf, meet, nameOf } from "./effects.ts";
import { proveGuarding } from "./guard.ts";
import { noteRefusals, wantsRepairs } from "./ledger.ts";
import { linesOf, remove } from "./lines.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { releasesIn } from "./releases.ts";
import { callAt, sitesOf } from "./sites.ts";
import { listOf, listedStatement, type Source, type Statement } from "./statements.ts";
import { indentationAt, styleOf } from "./style.ts";
import { moveToCleanup } from "./suggestions.ts";

/** Releases that stand together in one routine, and where they belong. */
interface Move {
  readonly from: FunctionNode;
  readonly to: FunctionNode;
  readonly statements: readonly Statement[];
}

type Results = Map<UnloadOnlyRelease, Repair | Refusal>;

/** The edits for the releases of a file that stand in EvtDriverUnload only, and can go into a callback that there is; those that one edit moves share it. */
export function intoCleanup(file: LintedFile, releases: readonly UnloadOnlyRelease[]): ReadonlyMap<UnloadOnlyRelease, Repair | Refusal> {
  const results = wantsRepairs() ? moved(file, releases) : new Map(releases.map((release) => [release, refuse("unproved", "nobody has asked")]));
  noteRefusals(file, "prefer-cleanup-callback", results);
  return results;
}

/** All together, so that one pass does; where that cannot be, as many as go together. */
function moved(file: LintedFile, releases: readonly UnloadOnlyRelease[]): Results {
  const effects = new EffectsOf(file);
  const results: Results = new Map();
  const all = together(file, effects, releases);
  if (!isRefusal(all)) return new Map(releases.map((release) => [release, all]));
  let taken: readonly UnloadOnlyRelease[] = [];
  let made: Repair | undefined;
  for (const release of releases) {
    const repair = releases.length === 1 ? all : together(file, effects, [...taken, release]);
    if (isRefusal(repair)) results.set(release, repair);
    else [taken, made] = [[...taken, release], repair];
  }
  for (const release of taken) if (made) results.set(release, made);
  return results;
}

/** Several moved as they stand, before what the callback does; or, where that does not do, written where they belong in it. */
function together(file: LintedFile, effects: EffectsOf, releases: readonly UnloadOnlyRelease[]): Repair | Refusal {
  const moves: Move[] = [];
  let refusal: Refusal | undefined;
  for (const release of releases) {
    const move = attempted(() => moveOf(file, effects, release));
    if (isRefusal(move)) refusal ??= move;
    else moves.push(move);
  }
  const asTheyStand = refusal ?? attempted(() => repaired(file, effects, moves));
  if (!isRefusal(asTheyStand) || !hasCallback(file, releases)) return asTheyStand;
  const written = attempted(() => moveToCleanup(file, releases));
  return "edit" in written && !("refusal" in written) ? { edit: written.edit, doubt: undefined } : asTheyStand;
}

/** There is a callback, or there is one that is set too early or too late to have an effect. */
function hasCallback({ facts: { lostFields } }: LintedFile, releases: readonly UnloadOnlyRelease[]): boolean {
  return releases.every(({ hasCleanup }) => hasCleanup) || lostFields.some(({ how, field }) => how !== "unpassed" && field === "EvtCleanupCallback");
}

function moveOf(file: LintedFile, effects: EffectsOf, { place, resource, cleanup, hasCleanup }: UnloadOnlyRelease): Move | Refusal {
  const { sourceCode } = file;
  const call = callAt(sourceCode, place);
  if (!call) return refuse("shape", "the call is not spelt out");
  if (!hasCleanup) return refuse("shape", "there is no EvtCleanupCallback");
  const to = cleanup === undefined ? callbackSet(sourceCode, effects) : functionNamed(effects, cleanup);
  if (!to) return refuse("shape", `${cleanup === undefined ? "EvtCleanupCallback" : `\`${cleanup}\``} could not be found`);
  // The helper that releases is called from the routine.
  const site = sitesOf(effects.scopes, call).at(-1);
  const statement = site && listedStatement(site.node);
  if (!site || !statement) return refuse("shape", "the release is not a statement");
  let outermost = statement;
  for (let node: TSESTree.Node | undefined = statement.parent; node !== undefined && node !== site.fn.body; node = node.parent) {
    const around = listedStatement(node);
    if (!around || around === outermost) break;
    outermost = around;
  }
  const owed = { kinds: new Set([resource.kind]), effects: [effects.of(callAt(sourceCode, resource.acquire)?.parent ?? call), effects.of(outermost)] };
  const group = releasesIn(sourceCode, effects, [site.fn.body], owed).find((statements) => statements.includes(outermost));
  if (!group) return refuse("shape", `line ${String(outermost.loc.start.line)} does more than release`);
  return { from: site.fn, to, statements: group };
}

/** The only function of a name. */
function functionNamed(effects: EffectsOf, name: string): FunctionNode | undefined {
  return effects.functionsNamed(name).length === 1 ? effects.functionsNamed(name)[0] : undefined;
}

/** The one function that is set as EvtCleanupCallback, or that the function set hands its argument on to. */
function callbackSet(sourceCode: Source, effects: EffectsOf): FunctionNode | undefined {
  const values = sourceCode.ast.tokens.flatMap((token) => {
    if (token.value !== "EvtCleanupCallback") return [];
    const node = sourceCode.getNodeByRangeIndex(token.range[0]);
    const { parent } = node ?? {};
    if (parent?.type === "Property" && parent.key === node) return [parent.value];
    return parent?.type === "MemberExpression" && parent.parent.type === "AssignmentExpression" && parent.parent.left === parent ? [parent.parent.right] : [];
  });
  const [value] = values;
  if (values.length !== 1 || !value) return undefined;
  const call = unwrap(value);
  // `callback.bind(null)`
  const bound = call.type === "CallExpression" && call.callee.type === "MemberExpression" && memberName(call.callee) === "bind" ? call.callee.object : value;
  const fn = effects.functionOf(bound);
  const only = fn && onlyCall(fn);
  return (only && effects.functionOf(only.callee)) ?? fn;
}

/** The call that a function consists of. */
function onlyCall({ body }: FunctionNode): TSESTree.CallExpression | undefined {
  if (body.type === "CallExpression") return body;
  const [statement] = body.type === "BlockStatement" ? body.body : [];
  if (body.type !== "BlockStatement" || body.body.length !== 1 || statement?.type !== "ExpressionStatement") return undefined;
  return statement.expression.type === "CallExpression" ? statement.expression : undefined;
}

function repaired(file: LintedFile, effects: EffectsOf, moves: readonly Move[]): Repair | Refusal {
  const edit: Change[] = [];
  const done = new Set<Statement>();
  const added = new Map<FunctionNode, string[]>();
  for (const move of moves) {
    if (move.statements.some((statement) => done.has(statement))) continue;
    for (const statement of move.statements) done.add(statement);
    const obstacle = obstacleTo(effects, move, done);
    if (obstacle) return obstacle;
    const gone = remove(file.sourceCode, ...move.statements);
    if (isRefusal(gone)) return gone;
    edit.push(...gone);
    const lines = linesFor(file.sourceCode, effects, move);
    if (typeof lines !== "string") return lines;
    if (lines !== "") added.set(move.to, [...(added.get(move.to) ?? []), lines]);
  }
  for (const [to, lines] of added) {
    const change = atBeginning(file.sourceCode, to, lines);
    if (isRefusal(change)) return change;
    edit.push(change);
  }
  return proved(file, edit, moves.length);
}

function proved(file: LintedFile, edit: Edit, moved: number): Repair | Refusal {
  const before = file.facts.unloadOnlyReleases.length;
  const proven = proveGuarding(file, { edit, isRepaired: ({ facts }) => facts.unloadOnlyReleases.length <= before - moved });
  return isRefusal(proven) ? proven : { edit: proven.edit, doubt: undefined };
}

/** What in the routine needs the release where it stands. */
function obstacleTo(effects: EffectsOf, { from, statements }: Move, done: ReadonlySet<Statement>): Refusal | undefined {
  const [first] = statements;
  const list = first && listOf(first);
  if (!list || list !== bodyOf(from)) return refuse("other-block", first?.loc.start.line ?? 0);
  const own = statements.flatMap((statement) => effects.of(statement).accesses);
  for (const other of list) {
    if (done.has(other)) continue;
    const found = effects.of(other);
    const exit = found.exits[0];
    if (exit && other.range[0] < first.range[0]) return refuse("exit", exit.loc.start.line);
    const met = found.accesses.find((access) => own.some((mine) => meet(mine, access)));
    if (met) return refuse("needed-by-both", nameOf(met));
  }
  return undefined;
}

function bodyOf(fn: FunctionNode): readonly Statement[] | undefined {
  return fn.body.type === "BlockStatement" ? fn.body.body : undefined;
}

/** The statements as they stand in the other routine: its parameter goes by its own name. */
function linesFor(sourceCode: Source, effects: EffectsOf, { from, to, statements }: Move): string | Refusal {
  const body = to.body;
  if (body.type !== "BlockStatement") return refuse("shape", "the cleanup callback is an expression");
  const { unit } = styleOf(sourceCode);
  const [parameter] = to.params;
  const changes = new Map<Statement, Change[]>();
  for (const statement of statements) {
    for (const variable of variablesIn(effects, statement)) {
      if (variable.scope.block !== from) continue;
      const isParameter = from.params[0]?.type === "Identifier" && variable.identifiers[0] === from.params[0];
      if (!isParameter || parameter?.type !== "Identifier") return refuse("needed-by-both", variable.name);
      const uses = variable.references.filter(({ identifier }) => statement.range[0] <= identifier.range[0] && identifier.range[1] <= statement.range[1]);
      const renamed = uses.map(({ identifier }): Change => ({ range: identifier.range, text: parameter.name }));
      changes.set(statement, [...(changes.get(statement) ?? []), ...renamed]);
    }
  }
  // What the callback does already, it need not do twice.
  const known = new Set(body.body.map((statement) => wordsOf(sourceCode, statement)));
  const missing = statements.every((statement) => known.has(wordsOf(sourceCode, statement))) ? [] : statements;
  // Without a test it does it twice as it is: which of the two is meant is not for a fix to say.
  const twice = missing.length === 0 ? statements.find(({ type }) => type === "ExpressionStatement") : undefined;
  if (twice) return refuse("double-release", sourceCode.getText(twice).replace(/;$/u, ""));
  return linesOf(sourceCode, missing.map((statement) => ({ statement, changes: changes.get(statement) ?? [] })), indentationAt(sourceCode.text, body.range[0]) + unit);
}

function wordsOf(sourceCode: Source, statement: Statement): string {
  return sourceCode.getTokens(statement).map(({ value }) => value).join(" ");
}

function variablesIn(effects: EffectsOf, statement: Statement): Set<NonNullable<ReturnType<EffectsOf["scopes"]["variableOf"]>>> {
  const found = effects.of(statement);
  const roots = [...found.accesses.map(({ root }) => root), ...found.uses.flatMap(({ args }) => args.flatMap((place) => place?.root ?? []))];
  return new Set(roots.flatMap((root) => (typeof root === "object" ? [root] : [])));
}

/** Lines before everything else that a function does: what the unload routine did came first. */
function atBeginning(sourceCode: Source, { body }: FunctionNode, lines: readonly string[]): Change | Refusal {
  const opening = sourceCode.getFirstToken(body);
  const next = opening && sourceCode.getTokenAfter(opening, { includeComments: true });
  if (!opening || body.type !== "BlockStatement") return refuse("shape", "the cleanup callback is an expression");
  const { eol } = styleOf(sourceCode);
  const text = lines.map((each) => eol + each).join("");
  if (body.body.length === 0 && body.loc.start.line === body.loc.end.line && sourceCode.getCommentsInside(body).length === 0) {
    return { range: body.range, text: `{${text}${eol}${indentationAt(sourceCode.text, body.range[0])}}` };
  }
  if (next?.loc.start.line === opening.loc.end.line) return refuse("line", body.loc.start.line);
  return { range: [opening.range[1], opening.range[1]], text };
}
