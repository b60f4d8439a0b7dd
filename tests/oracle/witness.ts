/** Replays the paths of the linter's findings: each is made a schedule, and its run must show the leak. */
import { loadDriver, type RunRecord, type Schedule } from "../../lib/sim/index.ts";
import type { Witness } from "../../lib/machine/facts.ts";
import type { Program } from "./program.ts";
import { entryLines, type EntryLines } from "./reports.ts";
import type { Journal } from "./runnable.ts";
import { exitOf, MOST_CALLS, type Truth } from "./truth.ts";
import type { Leak, Verdict } from "./verdict.ts";

/** What became of one finding's path. */
export interface Replay {
  readonly isShown: boolean;
  /** The finding, its path, and what its replay showed instead. */
  readonly words: string;
}

/** The replay of each leak that the linter finds. Without all runs a path cannot be placed: then nothing is replayed. */
export async function replays({ text }: Program, truth: Truth, { leaks }: Verdict): Promise<Replay[]> {
  if (truth.undecided !== null) return [];
  const entry = entryLines(text);
  const found: Replay[] = [];
  for (const leak of leaks) found.push(await replay(leak, truth, entry));
  return found;
}

async function replay(leak: Leak, truth: Truth, entry: EntryLines): Promise<Replay> {
  const words = describe(leak);
  const schedule = scheduleOf(leak, truth, entry);
  if (schedule === null) return { isShown: false, words: `${words}\n    no run takes this path` };
  const { fresh, locate } = truth.runnable;
  const loaded = await loadDriver({ fresh }, { schedule, locate, maxCalls: MOST_CALLS });
  const run = loaded.run.unload === "pending" ? await loaded.unload() : loaded.run;
  return { isShown: shows(run, leak), words: `${words}\n    replayed as ${JSON.stringify(schedule)}` };
}

/** The schedule with the fewest failures of those whose runs take the finding's path to the finding's exit. */
function scheduleOf(leak: Leak, truth: Truth, entry: EntryLines): Schedule | null {
  const fit = truth.verification.runs.flatMap((run, index) => {
    const journal = truth.runnable.journals[index];
    return journal !== undefined && leaves(run, journal, leak, entry) && takes(run, journal, leak.witness, truth) ? [run.schedule] : [];
  });
  const size = (schedule: Schedule): number => Object.keys(schedule).length;
  return fit.reduce<Schedule | null>((best, schedule) => (best === null || size(schedule) < size(best) ? schedule : best), null);
}

/** Whether a run leaves the way the finding says. */
function leaves(run: RunRecord, { exits }: Journal, leak: Leak, entry: EntryLines): boolean {
  if (!("exit" in leak)) return run.unload === "unloaded";
  if (run.exit.outcome === "success") return false;
  const { line } = leak.exit.how === "end" ? leak.exit.place.loc.end : leak.exit.place.loc.start;
  if (leak.exit.inEntry) return exitOf(run, exits, entry) === line;
  return exits.some((exit) => exit.line === line) || run.trace.some(({ outcome, position }) => outcome === "fails" && position?.line === line);
}

/** Whether a run takes every decision of a path, each as often as the path does. */
function takes(run: RunRecord, journal: Journal, witness: Witness, { runnable }: Truth): boolean {
  const taken = new Map<string, number>();
  const count = (what: string, line: number | undefined): void => {
    const key = `${String(line)} ${what}`;
    taken.set(key, (taken.get(key) ?? 0) + 1);
  };
  for (const { call, outcome, position } of run.trace) {
    const good = outcome !== "fails" && outcome !== "false";
    count(`\`${call}\` ${good ? "succeeds" : "fails"}`, position?.line);
  }
  for (const number of journal.tests) {
    const test = runnable.tests[number >> 1];
    if (test !== undefined) count(`\`${test.text}\` is ${String(number % 2 === 1)}`, test.line);
  }
  return witness.every(({ text, line }) => {
    const key = `${String(line)} ${text}`;
    const left = taken.get(key) ?? 0;
    taken.set(key, left - 1);
    return left > 0;
  });
}

function shows({ findings }: RunRecord, { resource, ...leak }: Leak): boolean {
  const kind = resource.kind === "wpp" ? "unmatched-wpp" : "exit" in leak ? "leak-on-failure" : "leak-on-unload";
  return findings.some((finding) => finding.kind === kind && finding.resource?.acquired.position?.line === resource.acquire.loc.start.line);
}

function describe({ resource, witness, ...leak }: Leak): string {
  const exit = "exit" in leak ? `left at ${String(leak.exit.place.loc.start.line)}` : "unloaded";
  const path = witness.map(({ text, line }) => `${text} (${String(line)})`).join(", ");
  return `  ${resource.call} of line ${String(resource.acquire.loc.start.line)}, ${exit}: ${path}`;
}
