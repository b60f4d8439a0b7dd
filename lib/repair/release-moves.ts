/** Takes releases out of EvtDriverUnload as they stand there, and puts them before everything that the cleanup callback does. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { UnloadOnlyRelease } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import type { FunctionNode } from "../source/syntax.ts";
import { callAt, codeOf, functionAround, type DriverCode } from "./code.ts";
import { isRefusal, type Change, type Edit, type Outcome } from "./edit.ts";
import { EffectsOf, meet, nameOf } from "./effects.ts";
import { callsOf } from "./homes.ts";
import { linesOf, remove } from "./lines.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { releasesIn } from "./releases.ts";
import { parameterOf, routineWith, type Routine } from "./routines.ts";
import { chunkOf, listOf, runsOf, type Source, type Statement } from "./statements.ts";
import { together } from "./spelling.ts";
import { indentationAt, styleOf } from "./style.ts";

/** Releases that stand together in one routine, and where they belong. */
interface Move {
  readonly from: Routine;
  readonly to: Routine;
  readonly statements: readonly Statement[];
}

/** The edit that moves some releases. */
export function movedReleases(file: LintedFile, releases: readonly UnloadOnlyRelease[]): Outcome {
  const code = codeOf(file);
  const effects = new EffectsOf(file);
  const moves: Move[] = [];
  for (const release of releases) {
    const move = moveOf(code, effects, release);
    if (isRefusal(move)) return move;
    moves.push(move);
  }
  return editOf(code, effects, moves);
}

function moveOf(code: DriverCode, effects: EffectsOf, { place, resource, routines, hasCleanup }: UnloadOnlyRelease): Move | Refusal {
  if (!hasCleanup) return refuse("shape", "there is no EvtCleanupCallback");
  const call = callAt(code, place);
  const to = routineWith(code, routines.cleanup, "EvtCleanupCallback");
  const from = routineWith(code, routines.unload, "EvtDriverUnload");
  if (isRefusal(to)) return to;
  if (isRefusal(from)) return from;
  const site = call && siteIn(code, call, from);
  if (!call || !site) return refuse("shape", "the release is not followed");
  const outermost = from.body.type === "BlockStatement" ? from.body.body.find(({ range }) => range[0] <= site.range[0] && site.range[1] <= range[1]) : undefined;
  if (!outermost) return refuse("shape", "EvtDriverUnload is an expression");
  const acquisition = callAt(code, resource.acquire);
  const owed = { kinds: new Set([resource.kind]), effects: [effects.of(acquisition?.parent ?? call), effects.of(outermost)] };
  const group = releasesIn(code.sourceCode, effects, [from.body], owed).find((statements) => statements.includes(outermost));
  return group ? { from, to, statements: group } : refuse("shape", `line ${String(outermost.loc.start.line)} does more than release`);
}

/** A call in a routine, or the call there of the helper that makes it. */
function siteIn(code: DriverCode, call: TSESTree.Node, routine: Routine): TSESTree.Node | undefined {
  const pending: { readonly node: TSESTree.Node; readonly depth: number }[] = [{ node: call, depth: 0 }];
  for (let next = pending.shift(); next; next = pending.shift()) {
    const fn: FunctionNode | undefined = functionAround(next.node);
    if (fn === routine) return next.node;
    if (fn && next.depth < MAX_DEPTH) for (const node of callsOf(code, fn)) pending.push({ node, depth: next.depth + 1 });
  }
  return undefined;
}

// A helper is followed through so many others.
const MAX_DEPTH = 4;

function editOf(code: DriverCode, effects: EffectsOf, moves: readonly Move[]): Outcome {
  const { sourceCode } = code;
  const edit: Change[] = [];
  const added = new Map<Routine, string[]>();
  const all = new Set(moves.flatMap(({ statements }) => statements));
  for (const from of new Set(moves.map((move) => move.from))) {
    const gone = takenOut(sourceCode, from, all);
    if (isRefusal(gone)) return gone;
    edit.push(...gone);
  }
  const done = new Set<Statement>();
  for (const move of moves) {
    const isNew = move.statements.some((statement) => !done.has(statement));
    for (const statement of move.statements) done.add(statement);
    const obstacle = obstacleTo(effects, move, all);
    if (obstacle) return obstacle;
    const written = isNew ? linesFor(code, effects, move) : undefined;
    if (written && isRefusal(written)) return written;
    if (!written) continue;
    edit.push(...written.edit);
    added.set(move.to, [...(added.get(move.to) ?? []), written.lines]);
  }
  for (const [to, lines] of added) {
    const change = atBeginning(sourceCode, to, lines);
    if (isRefusal(change)) return change;
    edit.push(change);
  }
  return together([edit]);
}

/** Takes statements out of a routine, which is empty where nothing is left. */
function takenOut(sourceCode: Source, { body }: Routine, gone: ReadonlySet<Statement>): Outcome {
  const list = body.type === "BlockStatement" ? body.body : [];
  const own = list.filter((statement) => gone.has(statement));
  const chunks = own.map((statement) => chunkOf(sourceCode, statement));
  const isLeft = sourceCode.getCommentsInside(body).some(({ range }) => !chunks.some((chunk) => !isRefusal(chunk) && chunk.range[0] <= range[0] && range[1] <= chunk.range[1]));
  const edits = runsOf(list, own).map((run) => remove(sourceCode, ...run));
  const refusal = edits.find(isRefusal);
  if (refusal) return refusal;
  return own.length === list.length && !isLeft ? [{ range: body.range, text: "{}" }] : edits.flatMap((each) => (isRefusal(each) ? [] : each));
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
    // What comes before it is still done before.
    const met = other.range[0] > first.range[0] ? found.accesses.find((access) => own.some((mine) => meet(mine, access))) : undefined;
    if (met) return refuse("needed-by-both", nameOf(met));
  }
  return undefined;
}

function bodyOf(fn: FunctionNode): readonly Statement[] | undefined {
  return fn.body.type === "BlockStatement" ? fn.body.body : undefined;
}

/** Statements as they are written somewhere else. */
interface Written {
  readonly lines: string;
  /** What they need besides. */
  readonly edit: Edit;
}

/** The statements as they stand in the other routine: its parameter goes by its own name. */
function linesFor(code: DriverCode, effects: EffectsOf, { from, to, statements }: Move): Written | Refusal {
  const { sourceCode } = code;
  const { unit } = styleOf(sourceCode);
  const edit: Change[] = [];
  const changes = new Map<Statement, Change[]>();
  for (const statement of statements) {
    for (const variable of variablesIn(effects, statement)) {
      if (variable.scope.block !== from) continue;
      const isParameter = from.params[0]?.type === "Identifier" && variable.identifiers[0] === from.params[0];
      const parameter = isParameter ? parameterOf(code, to, true) : undefined;
      if (!parameter) return refuse("needed-by-both", variable.name);
      const uses = variable.references.filter(({ identifier }) => statement.range[0] <= identifier.range[0] && identifier.range[1] <= statement.range[1]);
      const renamed = uses.map(({ identifier }): Change => ({ range: identifier.range, text: parameter.text }));
      changes.set(statement, [...(changes.get(statement) ?? []), ...renamed]);
      edit.push(...parameter.edit);
    }
  }
  const lines = linesOf(sourceCode, statements.map((statement) => ({ statement, changes: changes.get(statement) ?? [] })), indentationAt(sourceCode.text, to.range[0]) + unit);
  return typeof lines === "string" ? { lines, edit } : lines;
}

function variablesIn(effects: EffectsOf, statement: Statement): Set<NonNullable<ReturnType<EffectsOf["scopes"]["variableOf"]>>> {
  const found = effects.of(statement);
  const roots = [...found.accesses.map(({ root }) => root), ...found.uses.flatMap(({ args }) => args.flatMap((place) => place?.root ?? []))];
  return new Set(roots.flatMap((root) => (typeof root === "object" ? [root] : [])));
}

/** Lines before everything else that a function does: what the unload routine did came first. An expression becomes a block. */
function atBeginning(sourceCode: Source, fn: Routine, lines: readonly string[]): Change | Refusal {
  const { body } = fn;
  const { eol, unit, semicolon } = styleOf(sourceCode);
  const text = lines.map((each) => eol + each).join("");
  const outer = indentationAt(sourceCode.text, fn.range[0]);
  if (body.type !== "BlockStatement") {
    const arrow = sourceCode.getTokenBefore(body, { filter: ({ value }) => value === "=>" });
    if (!arrow || sourceCode.commentsExistBetween(arrow, body)) return refuse("comment", body.loc.start.line);
    const own = body.type === "Identifier" || body.type === "Literal" ? "" : `${eol}${outer}${unit}${sourceCode.getText(body)}${semicolon}`;
    return { range: [arrow.range[1], fn.range[1]], text: ` {${text}${own}${eol}${outer}}` };
  }
  const opening = sourceCode.getFirstToken(body);
  const next = opening && sourceCode.getTokenAfter(opening, { includeComments: true });
  if (!opening) return refuse("line", body.loc.start.line);
  if (body.body.length === 0 && body.loc.start.line === body.loc.end.line && sourceCode.getCommentsInside(body).length === 0) {
    return { range: body.range, text: `{${text}${eol}${outer}}` };
  }
  if (next?.loc.start.line === opening.loc.end.line) return refuse("line", body.loc.start.line);
  return { range: [opening.range[1], opening.range[1]], text };
}
