/** What a driver does: run under every schedule by the simulator, and reduced to what each rule should say. */
import * as sim from "../../lib/sim/index.ts";
import type { RunRecord, Verification } from "../../lib/sim/index.ts";
import type { Program } from "./program.ts";
import { emptyReports, entryLines, type EntryLines, type Reports } from "./reports.ts";
import { Runnable, type Left } from "./runnable.ts";

/** Why the simulator could not say everything of a program. */
export interface Undecided {
  /** "bound": more schedules than are run. "stopped": a bug check ended a run, so that leaks behind it stay unseen. "broken": the program is none. */
  readonly how: "bound" | "stopped" | "broken";
  readonly why: string;
}

/** What all runs of a program showed. */
export interface Truth {
  readonly reports: Reports;
  readonly undecided: Undecided | null;
  /** Lines of acquisitions whose handle some run gives to a function that nobody can see into. */
  readonly handed: ReadonlySet<string>;
  readonly verification: Verification;
  /** Its journals are those of the verification's runs, in order. */
  readonly runnable: Runnable;
}

/** The most schedules that are run for one program. */
const MOST_RUNS = 1500;

/** The most calls of one run. */
export const MOST_CALLS = 400;

/** Runs a program under every schedule of failing calls. */
export async function truthOf(program: Program): Promise<Truth> {
  const runnable = new Runnable(program);
  const { fresh, locate } = runnable;
  const verification = await sim.verify({ fresh }, { maxRuns: MOST_RUNS, maxCalls: MOST_CALLS, locate });
  const reports = reportsOf(verification);
  const entry = entryLines(program.text);
  verification.runs.forEach((run, index) => {
    for (const pair of leakingExits(run, runnable.journals[index]?.exits ?? [], entry)) reports["leaking-exit"].add(pair);
  });
  const handed = new Set(verification.runs.flatMap(({ resources }) => resources.flatMap(({ acquired, escapedTo }) => (escapedTo === null ? [] : [lineOf(acquired)]))));
  return { reports, undecided: undecidedOf(verification, runnable.isEndless), handed, verification, runnable };
}

function undecidedOf({ runs, incomplete }: Verification, isEndless: boolean): Undecided | null {
  if (isEndless) return { how: "broken", why: "a loop that never ends" };
  const crash = crashOf(runs);
  if (crash !== null) return { how: "broken", why: crash };
  if (incomplete !== null) return { how: "bound", why: incomplete };
  const stopped = runs.find((run) => run.stopped !== null)?.stopped;
  return stopped === null || stopped === undefined ? null : { how: "stopped", why: stopped };
}

/** An exception that is the program's own mistake, a TypeError say: the generator wrote what no driver would. */
function crashOf(runs: readonly RunRecord[]): string | null {
  const thrown = runs.find(({ exit }) => exit.thrown instanceof TypeError || exit.thrown instanceof ReferenceError)?.exit.thrown;
  if (thrown instanceof Error) return String(thrown);
  const crash = runs.flatMap(({ findings }) => findings).find(({ kind, message }) => kind === "exception" && /TypeError|ReferenceError/u.test(message));
  return crash?.message ?? null;
}

const LEAKS: Readonly<Partial<Record<string, "no-leak-on-failure" | "no-leak-on-unload" | "no-unmatched-wpp-init">>> = {
  "leak-on-failure": "no-leak-on-failure",
  "leak-on-unload": "no-leak-on-unload",
  "unmatched-wpp": "no-unmatched-wpp-init",
};

function reportsOf({ runs, findings }: Verification): Reports {
  const reports = emptyReports();
  for (const run of runs) {
    for (const { kind, call, resource } of run.findings) {
      const rule = LEAKS[kind];
      if (rule !== undefined && resource !== null) reports[rule].add(lineOf(resource.acquired));
      if (kind === "order" && call !== null) reports["driver-create-first"].add(lineOf(call));
    }
  }
  for (const { kind, lost } of findings) {
    // A context type is set by a call, not by an assignment that a report could mark.
    if (kind !== "lost-attribute" || lost === null || lost.cleared || lost.field === "ContextTypeInfo") continue;
    const how = HOW[lost.reason];
    if (how !== undefined) reports["no-lost-attributes"].add(`${lost.field} ${how}`);
  }
  for (const run of runs) for (const line of creationsWithoutCleanup(run, reports)) reports["require-driver-cleanup"].add(line);
  return reports;
}

/** Each acquisition in the entry that a failing run leaves held, with the return or throw it was left by. */
function leakingExits(run: RunRecord, exits: readonly Left[], entry: EntryLines): string[] {
  const exit = exitOf(run, exits, entry);
  // Where an exception of a callee's call leaves it, the exit stands in the callee.
  if (exit === undefined || !entry.has(exit)) return [];
  return run.findings.flatMap(({ kind, resource }) => {
    const line = resource?.acquired.position?.line ?? 0;
    return kind === "leak-on-failure" && entry.has(line) ? [`${String(line)}>${String(exit)}`] : [];
  });
}

/** The line on which a run left the entry; undefined where that is not known. */
export function exitOf({ exit: { outcome, thrown }, trace }: RunRecord, exits: readonly Left[], entry: EntryLines): number | undefined {
  // What was caught and thrown on leaves by that throw.
  const rethrown = outcome === "thrown" ? exits.findLast(({ owner, value }) => owner === entry.first && value === thrown)?.line : undefined;
  if (rethrown !== undefined) return rethrown;
  // An exception of a call that leaves the entry: there the call is the exit.
  const thrower = outcome === "thrown" ? trace.findLast((site) => site.phase === "entry" && site.outcome === "fails")?.position?.line : undefined;
  return thrower ?? exits.findLast(({ owner }) => owner === entry.first)?.line;
}

const HOW: Readonly<Partial<Record<string, string>>> = {
  "wiped-by-init": "wiped",
  "set-after-create": "dead",
  "never-passed": "unpassed",
};

/** The definition in the rules' design: something is held when the entry succeeds, and the attributes carry no callback. */
function creationsWithoutCleanup({ exit, resources, driver, stopped }: RunRecord, reports: Reports): string[] {
  if (exit.outcome !== "success" || stopped !== null) return [];
  if (!resources.some(({ owner, heldAtExit, escapedTo }) => owner === "driver" && heldAtExit && escapedTo === null)) return [];
  const lost = [...reports["no-lost-attributes"]].filter((key) => key.startsWith("EvtCleanupCallback "));
  return driver.creates.flatMap(({ succeeded, attributes, site }) => {
    if (!succeeded || attributes === "with-cleanup") return [];
    const isExplained = lost.some((key) => key.endsWith("unpassed") === (attributes === "none"));
    return isExplained ? [] : [lineOf(site)];
  });
}

function lineOf({ position }: { readonly position: { readonly line: number } | null }): string {
  return String(position?.line ?? 0);
}
