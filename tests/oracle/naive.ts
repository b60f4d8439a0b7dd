/** What an edit would be that was refused, written without any of the care that refused it, in several ways. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { EarlyCall, FailureLeak, LostField, MissingCleanup, Resource, UnloadLeak, UnloadOnlyRelease } from "../../lib/machine/facts.ts";
import type { Considered } from "../../lib/repair/ledger.ts";
import type { Edit } from "../repair/repairs.ts";
import { releasesOf, spellingOf } from "./naive-releases.ts";
import { listOf, NaiveText, nextOf, type Routine, type Statement } from "./naive-text.ts";

type Edits = readonly Edit[];
type Leak = FailureLeak | UnloadLeak;

/** The most ways that are tried: each is a run of the driver under every schedule. */
const MOST_WAYS = 16;

/** The edits that a refused repair could have been; none where there is nothing to write. */
export function naiveEdits({ file: { sourceCode, facts: { lostFields } }, offer, facts, edit }: Considered): Edits[] {
  const file = new NaiveText(sourceCode, lostFields.find(({ how }) => how === "unpassed")?.struct);
  const ways = edit === undefined ? [] : [edit];
  for (const each of waysOf(file, offer, facts)) {
    if (ways.length === MOST_WAYS) break;
    if (!overlaps(each) && !ways.some((other) => JSON.stringify(other) === JSON.stringify(each))) ways.push(each);
  }
  return ways;
}

function overlaps(edits: Edits): boolean {
  const inOrder = [...edits].sort((left, right) => left.range[0] - right.range[0] || left.range[1] - right.range[1]);
  return inOrder.some(({ range }, index) => index > 0 && range[0] < (inOrder[index - 1]?.range[1] ?? 0));
}

function waysOf(file: NaiveText, offer: Considered["offer"], facts: Considered["facts"]): Iterable<Edits> {
  const [fact] = facts;
  if (fact === undefined) return [];
  switch (offer) {
    case "move":
      if ("create" in fact) return earlyMoves(file, fact);
      if ("struct" in fact) return fieldMoves(file, fact);
      return "hasCleanup" in fact ? releaseMoves(file, fact) : [];
    case "atExit":
      return atExit(file, facts as readonly FailureLeak[]);
    case "inCleanup":
    case "inUnload":
      return inRoutines(file, facts as readonly Leak[]);
    case "stop":
      return stops(file, facts as readonly Leak[]);
    case "register":
      return "held" in fact ? registrations(file, fact, [...new Set([...fact.held, ...fact.leaked])]) : [];
    case "pass":
      return "struct" in fact ? passes(file, fact) : [];
  }
}

/* ---------- moves ---------- */

/** The early call's statement behind the creation's, with its test and what follows from it, or without. */
function* earlyMoves(file: NaiveText, { place, create, resource }: EarlyCall): Generator<Edits> {
  const [early, creation] = [file.callAt(place), file.callAt(create)];
  if (early === undefined || creation === undefined) return;
  const pairs = file.around(early).flatMap((statement) => file.around(creation).map((made) => ({ statement, made })));
  const near = pairs.filter(({ statement, made }) => statement !== made && listOf(statement) === listOf(made) && statement.range[1] <= made.range[0]);
  for (const { statement, made } of near.length > 0 ? near : pairs.filter(({ statement, made }) => statement.range[1] <= made.range[0])) {
    const next = nextOf(made);
    const behind = made.type !== "IfStatement" && next?.type === "IfStatement" ? next : made;
    const test = nextOf(statement);
    const groups = [[statement], ...(test?.type === "IfStatement" && test !== made ? [[statement, test]] : []), dependents(file, statement, made)];
    for (const withComments of [false, true]) {
      for (const group of groups) {
        if (withComments && !group.some((each) => file.hasComments(each))) continue;
        const moved = [...file.cut(group, withComments), file.behind(behind, file.lines(group, withComments))];
        const released = releasingIn(file, behind, resource);
        if (released.length > 0) yield [...moved, ...file.cut(released, false)];
        yield moved;
      }
    }
  }
}

/** A statement and those behind it that name what it writes, up to another. */
function dependents(file: NaiveText, statement: Statement, end: Statement): Statement[] {
  const list = listOf(statement) ?? [];
  const names = new Set(/^(?:const |let |var )?(?:\{(?<list>[^}]*)\}|(?<name>[\w.]+))/u.exec(file.of(statement))?.slice(1).flatMap((words) => words?.match(/\w+/gu) ?? []));
  const between = list.slice(list.indexOf(statement) + 1, list.indexOf(end));
  return [statement, ...between.filter((each) => (file.of(each).match(/\w+/gu) ?? []).some((word) => names.has(word)))];
}

/** The statements of a test that release a kind of resource. */
function releasingIn(file: NaiveText, test: Statement, resource: Resource | undefined): Statement[] {
  if (test.type !== "IfStatement" || test.consequent.type !== "BlockStatement") return [];
  return test.consequent.body.filter((each) => each.type === "ExpressionStatement" && (resource?.releases ?? []).some((name) => file.of(each).includes(name)));
}

/** The assignment behind the INIT that wipes it, or before the call that copies the struct. */
function* fieldMoves(file: NaiveText, { place, struct, field, how, by }: LostField): Generator<Edits> {
  const [node, call] = [file.nodeAt(place), file.callAt(by.place)];
  if (node === undefined || call === undefined) return;
  const [own] = file.around(node);
  const isAlone = own?.type === "ExpressionStatement" && own.expression.range.join() === node.range.join();
  for (const target of file.around(call)) {
    const put = (lines: string): Edit => (how === "wiped" ? file.behind(target, lines) : file.before(target, lines));
    if (own !== undefined && isAlone) {
      for (const withComments of file.hasComments(own) ? [true, false] : [false]) yield [...file.cut([own], withComments), put(file.lines([own], withComments))];
      const around = file.around(node)[1];
      if (around?.type === "IfStatement") yield [...file.cut([around], true), put(file.lines([around], true))];
    } else {
      const value = node.type === "AssignmentExpression" ? node.right : node.type === "Property" ? node.value : undefined;
      if (value === undefined) continue;
      const gone: Edit = node.type === "Property" ? { range: [node.range[0], node.range[1] + (/^\s*,?/u.exec(file.text.slice(node.range[1]))?.[0].length ?? 0)], text: "" } : { range: node.range, text: file.of(value) };
      yield [gone, put(`${struct}.${field} = ${file.of(value)};${file.eol}`)];
    }
  }
}

/** The release in the callback: of its name, or in any other function; or in a new one where there is none. */
function* releaseMoves(file: NaiveText, { place, cleanup, hasCleanup }: UnloadOnlyRelease): Generator<Edits> {
  const call = file.callAt(place);
  const [own, around] = call === undefined ? [] : file.around(call);
  if (call === undefined || own === undefined) return;
  const from = file.functions.findLast(({ range }) => range[0] <= own.range[0] && own.range[1] <= range[1]);
  const next = nextOf(own);
  const groups = [[own], ...(next !== undefined && /= (?:null|false|undefined)\b/u.test(file.of(next)) ? [[own, next]] : []), ...(around?.type === "IfStatement" ? [[around]] : [])];
  const argument = call.arguments[0] ? file.of(call.arguments[0]) : "";
  for (const group of groups) {
    const gone = file.cut(group, true);
    const lines = file.lines(group, true);
    const ways = [lines, ...(around?.type === "IfStatement" ? [] : [`if (${argument} !== null) {${file.eol}${lines}}${file.eol}`])];
    for (const words of ways) {
      if (!hasCleanup) yield* newCallback(file, undefined, words).map((added) => [...gone, ...added]);
      for (const to of routines(file, cleanup, own)) {
        const named = renamed(words, parameterOf(from), parameterOf(to));
        for (const isFirst of [true, false]) yield [...gone, file.into(to.body, named, isFirst)];
      }
    }
  }
}

/** Functions that something may be put into: the one of a name, or all others but the entry. */
function routines(file: NaiveText, name: string | undefined, from: TSESTree.Node | undefined): Routine[] {
  const others = file.functions.filter(({ range, body, params }) => params.length < 2 && (from === undefined || from.range[0] < range[0] || from.range[1] > range[1]) && !file.of(body).includes("WdfDriverCreate"));
  const named = others.filter((fn) => fn.type === "FunctionDeclaration" && fn.id?.name === name);
  return named.length > 0 ? named : others.slice(0, 4);
}

const parameterOf = (fn: Routine | undefined): string => (fn?.params[0]?.type === "Identifier" ? fn.params[0].name : "Driver");

const renamed = (words: string, from: string, to: string): string => words.replace(new RegExp(`\\b${from}\\b`, "gu"), to);

/* ---------- releases ---------- */

const resourcesOf = (leaks: readonly Leak[]): Resource[] => [...new Map(leaks.map(({ resource }) => [resource.acquire.range.join(), resource])).values()];

/** The releases before an exit, as they are or where the status is a failure. */
function* atExit(file: NaiveText, leaks: readonly FailureLeak[]): Generator<Edits> {
  const [leak] = leaks;
  if (leak === undefined) return;
  for (const release of releasesOf(file, resourcesOf(leaks), driverObjectOf(file, leak))) yield* beforeExit(file, leak, release);
}

function driverObjectOf(file: NaiveText, { resource }: Leak): string {
  const argument = file.callAt(resource.acquire)?.arguments[0];
  return argument === undefined ? "DriverObject" : file.of(argument);
}

function* beforeExit(file: NaiveText, { exit: { place, how } }: FailureLeak, release: readonly string[]): Generator<Edits> {
  const lines = release.map((line) => line + file.eol).join("");
  const found = file.nodeAt(place);
  const leaving = found?.type === "ReturnStatement" || found?.type === "ThrowStatement" ? found : undefined;
  if (leaving === undefined) {
    const node = file.code.getNodeByRangeIndex(place.range[0]);
    const [statement] = node === null ? [] : file.around(node);
    // The brace that a function ends with, or the call whose exception leaves.
    if (how === "end") yield [{ range: [place.range[0], place.range[0]], text: lines }];
    else if (statement !== undefined) yield* [[file.before(statement, lines)], [file.before(statement, `try {${file.eol}`), file.behind(statement, `} catch (error) {${file.eol}${lines}throw error;${file.eol}}${file.eol}`)]];
    return;
  }
  const put = (words: string): Edit[] => (listOf(leaving) === undefined ? [{ range: [leaving.range[0], leaving.range[0]], text: `{ ${words}` }, { range: [leaving.range[1], leaving.range[1]], text: " }" }] : [file.before(leaving, words)]);
  yield put(lines);
  const value = leaving.type === "ReturnStatement" ? leaving.argument : null;
  if (value === null) return;
  if (value.type === "Identifier" || value.type === "MemberExpression") yield put(`if (${file.of(value)} < 0) {${file.eol}${lines}}${file.eol}`);
  else yield [...put(`const naiveStatus = ${file.of(value)};${file.eol}if (naiveStatus < 0) {${file.eol}${lines}}${file.eol}`), { range: value.range, text: "naiveStatus" }];
}

/** The releases in the routine that is known, or in each other function; or in a new callback. */
function* inRoutines(file: NaiveText, leaks: readonly Leak[]): Generator<Edits> {
  const [leak] = leaks;
  if (leak === undefined) return;
  const { driver, routines: { cleanup, unload } } = leak;
  const isFramework = driver === "alive-with-cleanup" || driver === "alive-without-cleanup";
  const range = isFramework ? cleanup : unload;
  const known = file.functions.filter((fn) => fn.range[0] === range?.[0] && fn.range[1] === range[1]);
  const entry = file.callAt(leak.resource.acquire);
  for (const release of releasesOf(file, resourcesOf(leaks), isFramework ? "WdfDriverWdmGetDriverObject(Driver)" : "DriverObject")) {
    const lines = release.map((line) => line + file.eol).join("");
    if (driver === "alive-without-cleanup") yield* newCallback(file, undefined, lines);
    for (const to of known.length > 0 ? known : routines(file, undefined, entry)) {
      const named = renamed(lines, isFramework ? "Driver" : "DriverObject", parameterOf(to));
      const opening = to.params.length === 0 ? openingOf(file, to) : undefined;
      for (const isFirst of [false, true]) yield [file.into(to.body, named, isFirst), ...(opening === undefined ? [] : [{ range: [opening, opening] as const, text: parameterOf(to) }])];
    }
  }
}

/** Behind the parenthesis of a function without parameters. */
function openingOf(file: NaiveText, { range: [start], body }: Routine): number | undefined {
  const found = file.text.slice(start, body.range[0]).lastIndexOf("()");
  return found < 0 ? undefined : start + found + 1;
}

/** Tracing stopped on each way out: before the exits, in a routine, in a new callback. */
function* stops(file: NaiveText, leaks: readonly Leak[]): Generator<Edits> {
  const isBare = ({ driver }: Leak): boolean => driver === "none" || driver === "failed";
  const exits = [...new Map(leaks.filter((leak): leak is FailureLeak => isBare(leak) && "exit" in leak).map((leak) => [leak.exit.place.range.join(), leak])).values()];
  const later = [leaks.find((leak) => !isBare(leak)), leaks.find((leak) => isBare(leak) && !("exit" in leak))].flatMap((leak) => (leak === undefined ? [] : [leak]));
  for (const way of [0, 1]) {
    const parts = exits.map((leak) => {
      const ways = releasesOf(file, [leak.resource], driverObjectOf(file, leak)).flatMap((release) => [...beforeExit(file, leak, release)]);
      return ways[Math.min(way, ways.length - 1)] ?? [];
    });
    const choices = later.map((leak) => [...inRoutines(file, [leak])]);
    for (let choice = 0; choice < Math.max(1, ...choices.map((ways) => ways.length)); choice += 1) yield [...parts, ...choices.map((ways) => ways[Math.min(choice, ways.length - 1)] ?? [])].flat();
  }
}

/* ---------- a new callback, and attributes ---------- */

function* registrations(file: NaiveText, missing: MissingCleanup, resources: readonly Resource[]): Generator<Edits> {
  for (const release of releasesOf(file, resources, "WdfDriverWdmGetDriverObject(Driver)")) yield* newCallback(file, missing, release.map((line) => line + file.eol).join(""));
}

/** A callback with some lines, registered where the driver object is created. */
function newCallback(file: NaiveText, missing: MissingCleanup | undefined, lines: string): Edits[] {
  const { prepared } = file;
  const at = missing ? file.code.getNodeByRangeIndex(missing.place.range[0])?.parent : undefined;
  const creations = at?.type === "CallExpression" ? [at] : ["WdfDriverCreate", spellingOf(file, "", "", "WdfDriverCreate")].flatMap((name) => file.callsOf(name)).slice(0, 1);
  return creations.flatMap((create): Edits[] => {
    const [statement] = file.around(create);
    const attributes = create.arguments[2];
    if (statement === undefined || attributes === undefined) return [];
    const { eol } = file;
    const init = spellingOf(file, file.of(create.callee), "WdfDriverCreate", "WDF_OBJECT_ATTRIBUTES_INIT");
    const callback: Edit = { range: [file.text.length, file.text.length], text: `${eol}function NaiveCleanup(Driver) {${eol}${lines}}${eol}` };
    const words = file.of(attributes);
    // What is prepared has its callback: it only has to be passed.
    if (prepared !== undefined) return routines(file, undefined, create).map((to): Edits => [{ range: attributes.range, text: prepared }, file.into(to.body, renamed(lines, "Driver", parameterOf(to)), false)]);
    if (!/^(?:null|\w*WDF_NO_OBJECT_ATTRIBUTES)$/u.test(words)) return [[file.before(statement, `${words}.EvtCleanupCallback = NaiveCleanup;${eol}`), callback]];
    const made = `const naiveAttributes = {};${eol}${init}(naiveAttributes);${eol}naiveAttributes.EvtCleanupCallback = NaiveCleanup;${eol}`;
    return [[file.before(statement, made), { range: attributes.range, text: "naiveAttributes" }, callback]];
  });
}

function passes(file: NaiveText, { struct, by }: LostField): Edits[] {
  const given = file.callAt(by.place)?.arguments ?? [];
  return given.flatMap((argument): Edits[] => (/^(?:null|\w*NO_OBJECT_ATTRIBUTES)$/u.test(file.of(argument)) ? [[{ range: argument.range, text: struct }]] : []));
}

/** Why nobody can write an edit that a rule refused. */
export function noEditFor(key: string): string {
  const [rule = ""] = key.split(":");
  return NO_EDIT[rule] ?? "what is to be released or moved is not spelt out in the file";
}

const NO_EDIT: Readonly<Record<string, string>> = {
  "driver-create-first": "the early call does not stand before the creation in any list of statements",
  "no-lost-attributes": "the field is set by no assignment or property of its own",
  "prefer-cleanup-callback": "no function of the file could take the release",
};
