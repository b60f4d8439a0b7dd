/** Runs a driver under every schedule of failing calls, and gathers what went wrong. */
import type { RunOptions } from "./kernel.ts";
import { runProtocol } from "./loader.ts";
import type { AsyncEntrySource, EntrySource } from "./loader.ts";
import type { Decision, Finding, Outcome, RunRecord, Schedule } from "./records.ts";
import { isThenable } from "./values.ts";

/** Where a long verification stands. */
export interface Progress {
  readonly runs: number;
  readonly findings: number;
  /** The schedule about to be run. */
  readonly schedule: Schedule;
}

export interface VerifyOptions extends Omit<RunOptions, "schedule"> {
  /** Makes the entry anew for every run (as `{ fresh }` in its place does). */
  readonly fresh?: () => EntryOf;
  /** At most so many schedules. Default 10,000. */
  readonly maxRuns?: number;
  /** Called before the first run, after every `progressEvery` runs (default 100), and at the end. */
  readonly onProgress?: (progress: Progress) => void;
  readonly progressEvery?: number;
}
type EntryOf = Extract<EntrySource, (...parameters: never[]) => unknown>;

/** A finding, and in how many runs it came up. Its schedule is one of the shortest that show it. */
export interface VerifiedFinding extends Finding {
  readonly runs: number;
}

/** What all schedules together showed. */
export interface Verification {
  /** Every schedule was run to its end. */
  readonly complete: boolean;
  /** Why not, or null. */
  readonly incomplete: string | null;
  /** Complete, and no finding but harmless ones. */
  readonly ok: boolean;
  /** One for each cause: the same kind, resource, call at fault and, for a leak after failure, exit. */
  readonly findings: readonly VerifiedFinding[];
  /** Every run, in depth-first order; the first is the one where all calls succeed. */
  readonly runs: readonly RunRecord[];
}

/**
 * Runs the protocol under every schedule of failing calls, depth first: a schedule is keyed by call and occurrence. A
 * driver that keeps module variables must be made anew for each run: `verify({ fresh: () => makeEntry() })`, or
 * `options.fresh`. An entry that awaits makes the answer a promise.
 */
export function verify(entry: EntrySource, options?: VerifyOptions): Verification;
export function verify(entry: AsyncEntrySource, options?: VerifyOptions): Promise<Verification>;
export function verify(
  entry: EntrySource | AsyncEntrySource,
  options: VerifyOptions = {},
): Verification | Promise<Verification> {
  const search = new Search(options);
  const source = options.fresh === undefined ? entry : { fresh: options.fresh };
  while (!search.over) {
    const run = runProtocol(source, search.runOptions());
    if (isThenable(run)) return verifyAwaiting(source, search, run);
    search.take(run);
  }
  return search.result();
}

async function verifyAwaiting(
  source: EntrySource | AsyncEntrySource,
  search: Search,
  first: RunRecord | Promise<RunRecord>,
): Promise<Verification> {
  search.take(await first);
  while (!search.over) search.take(await runProtocol(source, search.runOptions()));
  return search.result();
}

/** The depth-first search over schedules. */
class Search {
  readonly #options: VerifyOptions;
  readonly #runs: RunRecord[] = [];
  readonly #findings = new Map<string, Gathered>();
  readonly #passedAttributes = new Set<number>();
  /** The decisions that the next run must repeat. */
  #prefix: readonly Decision[] = [];
  #incomplete: string | null = null;
  over = false;

  constructor(options: VerifyOptions) {
    this.#options = options;
    this.#tell();
  }

  runOptions(): RunOptions {
    return { ...this.#options, schedule: scheduleOf(this.#prefix) };
  }

  /** Takes a finished run and finds the next schedule: the last call that succeeded fails. */
  take(run: RunRecord): void {
    this.#runs.push(run);
    for (const number of run.passedAttributes) this.#passedAttributes.add(number);
    for (const finding of run.findings) this.#gather(finding);
    const { decisions } = run;
    const astray = this.#prefix.find((wanted, index) => decisions[index]?.key !== wanted.key);
    if (astray !== undefined) {
      this.#giveUp(
        `run ${String(this.#runs.length)} did not come to ${astray.key} again: the driver keeps state between runs; give verify({ fresh })`,
      );
      return;
    }
    if (run.findings.some(({ kind }) => kind === "endless"))
      this.#incomplete ??= "a run made too many calls and was stopped";
    if (run.stale) {
      this.#incomplete ??= "the driver kept a handle of an earlier run: give verify({ fresh })";
    }
    const last = decisions.findLastIndex(({ outcome }) => outcome === "succeeds" || outcome === "true");
    const turned = decisions[last];
    if (turned === undefined) {
      this.over = true;
      this.#tell();
      return;
    }
    const outcome: Outcome = turned.outcome === "true" ? "false" : "fails";
    this.#prefix = [...decisions.slice(0, last), { ...turned, outcome }];
    const most = this.#options.maxRuns ?? 10_000;
    if (this.#runs.length >= most) this.#giveUp(`there are more than ${String(most)} schedules: raise maxRuns`);
    else if (this.#runs.length % (this.#options.progressEvery ?? 100) === 0) this.#tell();
  }

  result(): Verification {
    const findings = [...this.#findings.values()]
      .filter(({ finding: { lost } }) => lost?.reason !== "never-passed" || !this.#passedAttributes.has(lost.number))
      .map(({ finding, runs }): VerifiedFinding => ({ ...finding, runs }));
    const complete = this.#incomplete === null;
    const ok = complete && findings.every(({ harmless }) => harmless);
    return { complete, incomplete: this.#incomplete, ok, findings, runs: this.#runs };
  }

  #gather(finding: Finding): void {
    const key = causeOf(finding);
    const known = this.#findings.get(key);
    if (known === undefined) {
      this.#findings.set(key, { finding, runs: 1 });
      return;
    }
    known.runs += 1;
    const size = (schedule: Schedule): number => Object.keys(schedule).length;
    if (size(finding.schedule) < size(known.finding.schedule)) known.finding = finding;
  }

  #giveUp(why: string): void {
    this.#incomplete = why;
    this.over = true;
    this.#tell();
  }

  #tell(): void {
    this.#options.onProgress?.({
      runs: this.#runs.length,
      findings: this.#findings.size,
      schedule: scheduleOf(this.#prefix),
    });
  }
}

interface Gathered {
  finding: Finding;
  runs: number;
}

function scheduleOf(decisions: readonly Decision[]): Schedule {
  const unusual = decisions.filter(({ outcome }) => outcome === "fails" || outcome === "false");
  return Object.fromEntries(unusual.map(({ key, outcome }) => [key, outcome]));
}

/** What makes two findings the same. */
function causeOf(finding: Finding): string {
  const { kind, resource, call, lost, phase, exit } = finding;
  const parts: unknown[] = [kind, phase];
  if (kind !== "order") parts.push(resource?.kind, resource?.acquired.call, resource?.acquired.occurrence);
  parts.push(call?.call, call?.occurrence, lost?.struct, lost?.number, lost?.field, lost?.reason, lost?.cleared);
  if (phase === "failure") parts.push(exit?.outcome, exit?.status, exit?.after?.key);
  if (kind === "exception" || kind === "refused-call") parts.push(finding.message);
  return parts.join("|");
}
