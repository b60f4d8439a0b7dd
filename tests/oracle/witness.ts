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
  if (schedule === null) return { isShown: false, words: `${words}\n    in no run its calls come out so` };
  const { fresh, locate } = truth.runnable;
  const loaded = await loadDriver({ fresh }, { schedule, locate, maxCalls: MOST_CALLS });
  const run = loaded.run.unload === "pending" ? await loaded.unload() : loaded.run;
  return { isShown: shows(run, leak), words: `${words}\n    replayed as ${JSON.stringify(schedule)}` };
}

/**
 * The schedule of the run that takes the finding's path: the one to the finding's exit in which every call of the path
 * comes out as it says. Tests are no part of a schedule, so of several such runs it is the one that agrees with most of
 * the path's tests, then the one with the fewest calls, and then the one with the fewest failures. Null where there is none.
 */
function scheduleOf(leak: Leak, truth: Truth, entry: EntryLines): Schedule | null {
  let best: { readonly schedule: Schedule; readonly tests: number; readonly length: number; readonly size: number } | null = null;
  for (const [index, run] of truth.verification.runs.entries()) {
    const journal = truth.runnable.journals[index];
    if (journal === undefined || !leaves(run, journal, leak, entry)) continue;
    const tests = agreement(run, journal, leak.witness, truth);
    if (tests === null) continue;
    const { schedule } = run;
    const found = { schedule, tests, length: run.trace.length, size: Object.keys(schedule).length };
    if (best === null || (best.tests - tests || found.length - best.length || found.size - best.size) < 0) best = found;
  }
  return best?.schedule ?? null;
}

/** Whether a run leaves the way the finding says. */
function leaves(run: RunRecord, { exits }: Journal, leak: Leak, entry: EntryLines): boolean {
  if (!("exit" in leak)) return run.unload === "unloaded";
  if (run.exit.outcome === "success") return false;
  const { line } = leak.exit.how === "end" ? leak.exit.place.loc.end : leak.exit.place.loc.start;
  if (leak.exit.inEntry) return exitOf(run, exits, entry) === line;
  return exits.some((exit) => exit.line === line) || run.trace.some(({ outcome, position }) => outcome === "fails" && position?.line === line);
}

/** How many tests of a path come out in a run as it says; null where a call of it does not, as often as the path has it. */
function agreement({ trace }: RunRecord, { tests }: Journal, witness: Witness, { runnable }: Truth): number | null {
  const calls = new Map<string, number>();
  for (const { call, outcome, position } of trace) {
    const key = `${String(position?.line)} \`${call}\` ${outcome === "fails" || outcome === "false" ? "fails" : "succeeds"}`;
    calls.set(key, (calls.get(key) ?? 0) + 1);
  }
  const outcomes = new Set(
    tests.map((number) => {
      const test = runnable.tests[number >> 1];
      return `${String(test?.line)} \`${test?.text ?? ""}\` is ${String(number % 2 === 1)}`;
    }),
  );
  let agreeing = 0;
  for (const { text, line } of witness) {
    const key = `${String(line)} ${text}`;
    if (/` is (?:true|false)$/u.test(text)) {
      if (outcomes.has(key)) agreeing += 1;
      continue;
    }
    const left = calls.get(key) ?? 0;
    if (left === 0) return null;
    calls.set(key, left - 1);
  }
  return agreeing;
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
