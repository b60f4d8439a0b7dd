/** The suggestions: releases before an exit or in a routine, a cleanup callback, attributes that are passed. Each is shown to be right. */
import type { TSESTree } from "@typescript-eslint/utils";
import { ATTRIBUTES_ARGUMENT } from "../api/calls.ts";
import { PAIRS } from "../api/pairs.ts";
import type { Facts, FailureLeak, LostField, MissingCleanup, Resource, Routines, UnloadLeak, UnloadOnlyRelease } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import { parametersOf, unwrap } from "../source/syntax.ts";
import { scrutinise } from "../machine/loader.ts";
import { apiOf, callAt, codeOf, functionAround, isVisible, type Call, type DriverCode } from "./code.ts";
import { isRefusal, type Outcome } from "./edit.ts";
import { statementOf, writingsBefore } from "./exits.ts";
import { callsOf, homesOf } from "./homes.ts";
import { search, type Failed, type Offer } from "./offers.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { acquisitionOf, writingsOf, type Acquisition, type Spot, type Writing } from "./release.ts";
import { driverObjectIn, lastAcquiredFirst, movable, routineWith, writeInto, type Entry, type Routine } from "./routines.ts";
import { together } from "./spelling.ts";
import { cleanupTarget, type Target } from "./targets.ts";
import { wrapped } from "./wrapped.ts";

/** What came of looking for a suggestion. */
export type Suggested = Offer | Failed | Refusal;

type Leak = FailureLeak | UnloadLeak;

/** Releases what is held at one failing exit, before that exit. */
export function releaseAtExit(file: LintedFile, leaks: readonly FailureLeak[]): Suggested {
  const code = codeOf(file);
  const wrong = wronglyReleased(file, leaks);
  if (wrong) return wrong;
  const parts = entriesFor(code, leaks, (acquisition) => exitChoices(code, acquisition, leaks));
  if (isRefusal(parts)) return parts;
  return search<Choice>({
    file,
    choices: [...parts, shapesAt(file, leaks)],
    build: (chosen) => beforeExit(code, leaks, chosen),
    renewed: (chosen) => renewedBy(chosen.filter((choice): choice is Entry => typeof choice !== "string")),
    isRepaired: isLess(file, leaks),
  });
}

/** Releases what is held in the driver object's cleanup callback; in a new one where there is none. */
export function releaseInCleanup(file: LintedFile, leaks: readonly Leak[]): Suggested {
  const wrong = wronglyReleased(file, leaks.filter((leak): leak is FailureLeak => "exit" in leak));
  if (wrong) return wrong;
  return intoCleanup(codeOf(file), leaks[0]?.routines, undefined, resourcesOf(leaks), isLess(file, leaks));
}

/** Releases what a driver without a driver object still holds in its unload routine. */
export function releaseInUnload(file: LintedFile, leaks: readonly UnloadLeak[]): Suggested {
  const code = codeOf(file);
  const into = unloadTarget(code, leaks);
  if (isRefusal(into)) return into;
  const parts = entriesFor(code, leaks, into.choices);
  return isRefusal(parts) ? parts : search({ file, choices: parts, build: into.write, renewed: renewedBy, isRepaired: isLess(file, leaks) });
}

/** The unload routine as a place for releases. */
interface UnloadTarget {
  readonly choices: (acquisition: Acquisition) => Writing[] | Refusal;
  readonly write: (entries: readonly Entry[]) => Outcome;
}

/** The unload routine of a driver without a driver object; where it stands in another file, a function beside it. */
function unloadTarget(code: DriverCode, leaks: readonly UnloadLeak[]): UnloadTarget | Refusal {
  const what = "the unload routine";
  const routine = routineWith(code, leaks[0]?.routines.unload, what);
  if (!isRefusal(routine)) return { choices: (acquisition) => unloadChoices(code, routine, acquisition), write: (entries) => intoRoutine(code, routine, entries) };
  const beside = wrapped(code, "DriverUnload", what);
  if (isRefusal(beside)) return beside;
  const useful = (writings: Writing[] | Refusal): Writing[] | Refusal => (isRefusal(writings) ? writings : writings.filter(({ lines }) => lines.length > 0));
  return { choices: (acquisition) => useful(writingsOf(code, acquisition, beside.spot(acquisition.call))), write: (entries) => merged([beside.write(entries)]) };
}

/** Gives the driver object a cleanup callback that releases what the driver holds. */
export function registerCleanup(file: LintedFile, missing: MissingCleanup): Suggested {
  const routines = file.facts.failureLeaks.find(({ driver }) => driver === "alive-without-cleanup")?.routines ?? file.facts.unloadLeaks[0]?.routines;
  return intoCleanup(codeOf(file), routines, missing, [], (facts) => facts.missingCleanups.length < file.facts.missingCleanups.length);
}

/** Moves what is released in EvtDriverUnload only to the cleanup callback: the one that is set, or is set too late, or a new one. */
export function moveToCleanup(file: LintedFile, releases: readonly UnloadOnlyRelease[]): Suggested {
  const isRepaired = ({ unloadOnlyReleases }: Facts): boolean => unloadOnlyReleases.length <= file.facts.unloadOnlyReleases.length - releases.length;
  return intoCleanup(codeOf(file), releases[0]?.routines, undefined, [...new Set(releases.map(({ resource }) => resource))], isRepaired);
}

/** Stops tracing on every way out of one start of it. */
export function stopTracing(file: LintedFile, ways: readonly Leak[]): Suggested {
  const code = codeOf(file);
  const isWithDriver = ({ driver }: Leak): boolean => driver === "alive-with-cleanup" || driver === "alive-without-cleanup";
  const exits = ways.filter((way): way is FailureLeak => "exit" in way && !isWithDriver(way));
  const callbacks = ways.filter(isWithDriver);
  const unloads = ways.filter((way): way is UnloadLeak => !("exit" in way) && !isWithDriver(way));
  const steps = [
    ...[...new Set(exits.map(({ exit }) => exit.place.range.join()))].map((key) => exits.filter(({ exit }) => exit.place.range.join() === key)).map((group) => (): StepChoices => exitStep(code, group)),
    ...(callbacks.length > 0 ? [(): StepChoices => callbackStep(code, callbacks)] : []),
    ...(unloads.length > 0 ? [(): StepChoices => unloadStep(code, unloads)] : []),
  ];
  const choices: (() => Outcome)[][] = [];
  for (const step of steps) {
    const ways = step();
    if (isRefusal(ways)) return ways;
    choices.push(ways);
  }
  return search({ file, choices, build: (chosen) => merged(chosen.map((make) => make())), isRepaired: (facts) => tracingLeaks(facts) <= tracingLeaks(file.facts) - ways.length });
}

/** Passes attributes that were prepared to the call that is given null. */
export function passAttributes(file: LintedFile, lost: LostField): Suggested {
  const code = codeOf(file);
  const call = callAt(code, lost.by.place);
  const argument = call?.arguments[ATTRIBUTES_ARGUMENT[lost.by.call] ?? -1];
  if (!argument) return refuse("shape", `the call on line ${String(lost.by.place.loc.start.line)} is not followed`);
  return search({
    file,
    choices: [[lost.struct]],
    build: ([struct = ""]) => [{ range: argument.range, text: struct }],
    isRepaired: (facts) => facts.lostFields.length < file.facts.lostFields.length,
  });
}

/* ---------- parts ---------- */

/** What is chosen for one part: a writing, or how an exit is written. */
type Choice = Entry | Shape;
/** Lines at an exit as they are, or under a test of the status. */
type Shape = "plain" | "tested";
const SHAPES: readonly Shape[] = ["plain", "tested"];

/** Where the same exit may be a success, the releases stand under a test, even where nothing is known to be held then: others may have been given it. */
function shapesAt(file: LintedFile, [leak]: readonly FailureLeak[]): readonly Shape[] {
  const outcomes = scrutinise(file.sourceCode, file.settings)?.scrutiny.outcomes ?? [];
  const isMixed = outcomes.some(({ place, result }) => result === "succeeds" && place?.range.join() === leak?.exit.place.range.join());
  return isMixed ? ["tested"] : SHAPES;
}

type StepChoices = (() => Outcome)[] | Refusal;

/** What is released at an exit already, where or when it is not held: a release more may make that worse, where it cannot be told apart. */
function wronglyReleased(file: LintedFile, leaks: readonly FailureLeak[]): Refusal | undefined {
  const wrong = scrutinise(file.sourceCode, file.settings)?.scrutiny.wrongReleases.filter(({ unheld }) => unheld === "fatal") ?? [];
  const leak = leaks.find(({ resource, exit }) => wrong.some(({ kind, exit: other }) => kind === resource.kind && other?.range.join() === exit.place.range.join()));
  return leak && refuse("double-release", leak.resource.name ?? leak.resource.call);
}

/** For each resource that leaks, the ways to release it. */
function entriesFor(code: DriverCode, leaks: readonly Leak[], writings: (acquisition: Acquisition) => Writing[] | Refusal): Entry[][] | Refusal {
  const parts: Entry[][] = [];
  for (const resource of resourcesOf(leaks)) {
    const acquisition = acquisitionOf(code, resource);
    if (isRefusal(acquisition)) return acquisition;
    const ways = writings(acquisition);
    if (isRefusal(ways)) return ways;
    parts.push(ways.map((writing) => ({ acquisition, writing })));
  }
  return parts;
}

/** What is released before it is acquired anew. */
const renewedBy = (entries: readonly Entry[]): Resource[] => entries.flatMap(({ acquisition, writing }) => (writing.isRenewal === true ? [acquisition.resource] : []));

function resourcesOf(leaks: readonly Leak[]): Resource[] {
  return [...new Set(leaks.map(({ resource }) => resource))];
}

/* ---------- exits ---------- */

function exitChoices(code: DriverCode, acquisition: Acquisition, leaks: readonly FailureLeak[]): Writing[] | Refusal {
  const [leak] = leaks;
  const leaving = leak && statementOf(code, leak.exit);
  if (!leaving || isRefusal(leaving)) return leaving ?? refuse("shape", "there is no exit");
  const driverObject = argumentAt(code, acquisition.call, 0, leaving);
  const spot: Spot = { at: leaving, driverObject: driverObject && { text: code.sourceCode.getText(driverObject), edit: [] }, isUncertain: false };
  return writingsOf(code, acquisition, spot);
}

/** An argument of a call as it is named at a node; where a helper makes the call, the one that the helper is given. */
function argumentAt(code: DriverCode, call: Call, index: number, at: TSESTree.Node): TSESTree.Node | undefined {
  const argument = call.arguments[index];
  const fn = functionAround(call);
  if (!argument || !fn) return undefined;
  if (isVisible(code, argument, at)) return argument;
  const variable = code.scopes.variableOf(unwrap(argument));
  const position = parametersOf(fn).findIndex((parameter) => variable !== undefined && code.scopes.variableOf(parameter) === variable);
  const [caller, ...others] = position < 0 ? [] : callsOf(code, fn);
  return caller && others.length === 0 ? argumentAt(code, caller, position, at) : undefined;
}

function beforeExit(code: DriverCode, [leak]: readonly FailureLeak[], chosen: readonly Choice[]): Outcome {
  const entries = chosen.filter((choice): choice is Entry => typeof choice !== "string");
  const [near] = entries;
  const leaving = leak && statementOf(code, leak.exit);
  if (!near || !leaving) return refuse("shape", "there is no exit");
  if (isRefusal(leaving)) return leaving;
  const lines = lastAcquiredFirst(entries).flatMap(({ writing }) => writing.lines);
  if (lines.length === 0) return merged(entries.map(({ writing }) => writing.edit));
  const ways = writingsBefore(code, leaving, lines, near.acquisition.call);
  const way = chosen.includes("tested") ? ways.at(-1) : ways[0];
  return way === undefined ? refuse("shape", "the exit can be written in one way only") : merged([way, ...entries.map(({ writing }) => writing.edit)]);
}

/* ---------- routines ---------- */

/** The ways to release something in the unload routine of a driver without a driver object. */
function unloadChoices(code: DriverCode, routine: Routine, acquisition: Acquisition): Writing[] | Refusal {
  return writingsOf(code, acquisition, { at: routine.body, driverObject: driverObjectIn(code, routine, acquisition.call, false), isUncertain: true });
}

/** What stands in the unload routine goes where it also runs when the start fails. */
function withMoved(code: DriverCode, unload: Routine | undefined, acquisition: Acquisition, writings: Writing[] | Refusal, at: TSESTree.Node): Writing[] | Refusal {
  const [release, ...others] = unload ? movable(code, unload, acquisition, at) : [];
  if (!release || others.length > 0 || isRefusal(writings)) return writings;
  if (release.isAsked) return [release, ...writings];
  // Where it was called only after success it was not asked for; and tracing is stopped with another argument.
  const moved = writings.map(({ lines, edit }): Writing => ({ lines: [...release.remarks, ...lines], edit: [...edit, ...release.edit] }));
  return release.hasInnerComment ? writings : [...moved, ...writings];
}

function intoRoutine(code: DriverCode, routine: Routine, entries: readonly Entry[]): Outcome {
  return merged([writeInto(code, routine, entries, (release) => acquiredBy(code, release))]);
}

/** Where what a call releases was acquired. */
const acquiredBy = (code: DriverCode, release: Call): number | undefined => acquirersOf(code).get(releasedBy(code, release));

const acquirers = new WeakMap<DriverCode, ReadonlyMap<string, number>>();

/** By the place where a handle lives, where it is acquired. */
function acquirersOf(code: DriverCode): ReadonlyMap<string, number> {
  const known = acquirers.get(code);
  if (known) return known;
  const found = new Map<string, number>();
  for (const call of code.calls) {
    const name = apiOf(code, call) ?? "";
    for (const pair of PAIRS) {
      if (!pair.acquire.includes(name)) continue;
      for (const { text } of homesOf(code, call, pair)) found.set(text, call.range[0]);
    }
  }
  acquirers.set(code, found);
  return found;
}

const RELEASES = new Set(PAIRS.flatMap(({ release }) => release.map(({ call }) => call)));

/** What a call releases, as it is spelt. */
function releasedBy(code: DriverCode, call: Call): string {
  const [argument] = call.arguments;
  return argument && RELEASES.has(apiOf(code, call) ?? "") ? code.sourceCode.getText(argument) : "";
}

/* ---------- the cleanup callback ---------- */

/** Releases resources in the cleanup callback; where it is to be made, also all else that the driver then has to release there. */
function intoCleanup(code: DriverCode, routines: Routines | undefined, given: MissingCleanup | undefined, resources: readonly Resource[], isRepaired: (facts: Facts) => boolean): Suggested {
  const missing = given ?? code.file.facts.missingCleanups[0];
  const target = cleanupTarget(code, routines, missing);
  if (isRefusal(target)) return target;
  const owed = resources.every(({ kind }) => kind === "wpp") && resources.length > 0 ? [] : [...(missing?.held ?? []), ...(missing?.leaked ?? [])];
  const parts: Entry[][] = [];
  for (const resource of new Set([...owed, ...resources])) {
    const entries = entriesInto(code, target, resource);
    if (isRefusal(entries)) return entries;
    parts.push(entries);
  }
  return search({ file: code.file, choices: parts, build: (entries) => merged([target.write(entries, (release) => acquiredBy(code, release))]), renewed: renewedBy, isRepaired });
}

function entriesInto(code: DriverCode, target: Target, resource: Resource): Entry[] | Refusal {
  const acquisition = acquisitionOf(code, resource);
  if (isRefusal(acquisition)) return acquisition;
  const spot = target.spot(acquisition.call);
  const writings = withMoved(code, target.unload, acquisition, writingsOf(code, acquisition, spot), spot.at);
  return isRefusal(writings) ? writings : writings.filter(({ lines }) => !target.isNew || lines.length > 0).map((writing) => ({ acquisition, writing }));
}

/* ---------- tracing ---------- */

function exitStep(code: DriverCode, leaks: readonly FailureLeak[]): StepChoices {
  const parts = entriesFor(code, leaks, (acquisition) => exitChoices(code, acquisition, leaks));
  if (isRefusal(parts)) return parts;
  const entries = parts.flat();
  return shapesAt(code.file, leaks).map((shape) => () => beforeExit(code, leaks, [...entries.slice(0, 1), shape]));
}

function callbackStep(code: DriverCode, [leak]: readonly Leak[]): StepChoices {
  if (leak === undefined) return [];
  const target = cleanupTarget(code, leak.routines);
  if (isRefusal(target)) return target;
  const entries = entriesInto(code, target, leak.resource);
  return isRefusal(entries) ? entries : entries.map((entry) => () => merged([target.write([entry], (release) => acquiredBy(code, release))]));
}

function unloadStep(code: DriverCode, leaks: readonly UnloadLeak[]): StepChoices {
  const into = unloadTarget(code, leaks);
  if (isRefusal(into)) return into;
  const parts = entriesFor(code, leaks, into.choices);
  return isRefusal(parts) ? parts : parts.flat().map((entry) => () => into.write([entry]));
}

/* ---------- what is to be gone ---------- */

const failureLeaks = ({ failureLeaks: leaks }: Facts): FailureLeak[] => leaks.filter(({ resource }) => resource.kind !== "wpp");
const unloadLeaks = ({ unloadLeaks: leaks }: Facts): UnloadLeak[] => leaks.filter(({ resource }) => resource.kind !== "wpp");
const tracingLeaks = ({ failureLeaks: failing, unloadLeaks: unloading }: Facts): number => [...failing, ...unloading].filter(({ resource }) => resource.kind === "wpp").length;

/** Fewer leaks by at least these, and one exit fewer that has any. */
function isLess({ facts: before }: LintedFile, leaks: readonly Leak[]): (facts: Facts) => boolean {
  if (!leaks.some((leak) => "exit" in leak)) return (facts) => unloadLeaks(facts).length <= unloadLeaks(before).length - leaks.length;
  const exits = (facts: Facts): number => new Set(failureLeaks(facts).map(({ exit }) => exit.place.range.join())).size;
  return (facts) => failureLeaks(facts).length <= failureLeaks(before).length - leaks.length && exits(facts) < exits(before);
}

/** Several edits as one. */
function merged(outcomes: readonly Outcome[]): Outcome {
  const refusal = outcomes.find(isRefusal);
  return refusal ?? together(outcomes.flatMap((outcome) => (isRefusal(outcome) ? [] : [outcome])));
}
