/** `npm run oracle -- --repairs`: every fix and suggestion on examples, fixtures and generated drivers, applied and judged. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Crew, type Refused, type ShowRepair } from "./crew.ts";
import { PARTS, sizeOf, type Part, type RepairCase } from "./repair-cases.ts";
import type { ForcedOutcome, RefusalCount, RepairOutcome } from "./repair-outcome.ts";
import { RepairTotals } from "./repair-totals.ts";

/** How much is to be done. */
export interface Amount {
  readonly seed: number;
  /** The number of the first generated driver, and how many there are at most. */
  readonly first: number;
  readonly programs: number;
  /** It ends once so many repairs were applied to generated drivers. */
  readonly applications: number;
  readonly seconds: number;
  readonly parts: readonly Part[];
  /** Of each reason of each rule, so many refused edits are made all the same. */
  readonly forced: number;
  /** So many failures, each of another kind, are made small and told in full, each within so many seconds. */
  readonly show: number;
  readonly patience: number;
  /** Shown are those whose rule, fault or reason contains this. */
  readonly only: string;
  readonly workers: number;
  /** The plugin of dist/ is judged, not the sources. */
  readonly isBuilt: boolean;
  /** Every generated driver is spread over several files, not a third of them. */
  readonly isSpread: boolean;
}

/** What came of a run. */
export interface Applied {
  readonly totals: RepairTotals;
  readonly told: readonly string[];
  /** Time ran out before all was done. */
  readonly isShort: boolean;
}

/** Runs as the command line says; gives whether nothing went wrong. */
export async function main(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      repairs: { type: "boolean" },
      /** As in `Amount`. */
      seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
      first: { type: "string", default: "0" },
      programs: { type: "string", default: "Infinity" },
      applications: { type: "string", default: "50000" },
      seconds: { type: "string", default: "36000" },
      /** Generated drivers only; or these and the examples, without the fixtures. */
      generated: { type: "boolean", default: false },
      documented: { type: "boolean", default: false },
      forced: { type: "string", default: "50" },
      show: { type: "string", default: "5" },
      patience: { type: "string", default: "60" },
      only: { type: "string", default: "" },
      workers: { type: "string", default: String(availableParallelism()) },
      built: { type: "boolean", default: false },
      spread: { type: "boolean", default: false },
    },
  });
  const amount: Amount = {
    seed: Number(values.seed),
    first: Number(values.first),
    programs: Number(values.programs),
    applications: Number(values.applications),
    seconds: Number(values.seconds),
    parts: values.generated ? ["generated"] : values.documented ? ["examples", "generated"] : PARTS,
    forced: Number(values.forced),
    show: Number(values.show),
    patience: Number(values.patience),
    only: values.only,
    workers: Number(values.workers),
    isBuilt: values.built,
    isSpread: values.spread,
  };
  console.log(`seed ${values.seed}`);
  const start = performance.now();
  const { totals, told, isShort } = await applyRepairs(amount, progress);
  for (const text of told) console.log(text);
  console.log(totals.toString());
  const seconds = (performance.now() - start) / 1000;
  const all = PARTS.reduce((sum, part) => sum + totals.applicationsTo(part), 0);
  console.log(`${String(all)} applied, ${(all / seconds).toFixed(1)} a second, ${values.workers} processes, ${seconds.toFixed(0)} s`);
  const problems = [
    ...(totals.failures > 0 ? [`${String(totals.failures)} failures`] : []),
    ...(totals.tooCareful > 0 ? [`${String(totals.tooCareful)} refused edits break nothing`] : []),
    ...(isShort ? ["out of time"] : []),
  ];
  console.log(`seed ${values.seed}: ${problems.length === 0 ? "no repair breaks a driver" : `NOT right: ${problems.join("; ")}`}`);
  return problems.length === 0;
}

/** Applies what is offered, and some of what is refused. What it finds depends on the seed only, not on the number of processes. */
export async function applyRepairs(amount: Amount, tell: (totals: RepairTotals) => void = () => undefined): Promise<Applied> {
  const crew = new Crew(amount.workers, { seed: amount.seed, isBuilt: amount.isBuilt, isSpread: amount.isSpread });
  const deadline = Date.now() + amount.seconds * 1000;
  const isLate = (): boolean => Date.now() >= deadline;
  const run = new Run(amount);
  for (const part of amount.parts) {
    const cases = part === "generated" ? numbered(part, amount.first, amount.programs) : numbered(part, 0, sizeOf(part));
    const line = new Line(part === "generated" ? amount.first : 0, (outcome) => {
      if (part === "generated" && run.isEnough) return;
      run.take(outcome);
      tell(run.totals);
    });
    await crew.repair(cases, () => isLate() || (part === "generated" && run.isEnough), (outcome) => {
      line.add(outcome);
    });
  }
  await crew.force(run.forced(), isLate, (outcome) => {
    run.force(outcome);
  });
  const told = run.heldOnes();
  await crew.show(run.wanted(), (text) => told.push(text));
  return { totals: run.totals, told, isShort: isLate() };
}

function* numbered(part: Part, first: number, count: number): Generator<RepairCase> {
  for (let index = first; index < first + count; index += 1) yield { part, index };
}

/** Puts what comes in any order in line again. */
class Line {
  readonly #waiting = new Map<number, RepairOutcome>();
  readonly #take: (outcome: RepairOutcome) => void;
  #next: number;

  constructor(first: number, take: (outcome: RepairOutcome) => void) {
    this.#next = first;
    this.#take = take;
  }

  add(outcome: RepairOutcome): void {
    this.#waiting.set(outcome.of.index, outcome);
    for (let next = this.#waiting.get(this.#next); next !== undefined; next = this.#waiting.get(this.#next)) {
      this.#waiting.delete(this.#next);
      this.#next += 1;
      this.#take(next);
    }
  }
}

/** A refusal that is to be looked into. */
interface Sampled {
  readonly of: RepairCase;
  readonly number: number;
  readonly refusal: RefusalCount;
}

/** What a run gathers. */
class Run {
  readonly totals = new RepairTotals();
  readonly #amount: Amount;
  readonly #faults = new Map<string, ShowRepair>();
  readonly #samples = new Map<string, Sampled[]>();
  readonly #held = new Map<string, string[]>();

  constructor(amount: Amount) {
    this.#amount = amount;
  }

  get isEnough(): boolean {
    return this.totals.applicationsTo("generated") >= this.#amount.applications;
  }

  take(outcome: RepairOutcome): void {
    this.totals.add(outcome);
    const { of, applications, refusals, isDecided } = outcome;
    for (const { name, faults } of applications) {
      for (const how of faults) {
        const key = `${name}: ${how}`;
        if (!this.#faults.has(key)) this.#faults.set(key, { do: "show repair", of, fault: { name, how }, milliseconds: this.#amount.patience * 1000 });
      }
    }
    // What breaks a driver is told by its runs.
    if (isDecided !== true) return;
    for (const [number, refusal] of refusals.entries()) {
      const samples = this.#samples.get(keyOf(refusal)) ?? [];
      if (samples.length < this.#amount.forced) this.#samples.set(keyOf(refusal), [...samples, { of, number, refusal }]);
    }
  }

  /** The refused edits to be made, driver by driver. */
  forced(): Refused[] {
    const drivers = new Map<string, Refused>();
    for (const { of, number } of [...this.#samples.values()].flat()) {
      const key = `${of.part} ${String(of.index)}`;
      drivers.set(key, { of, numbers: [...(drivers.get(key)?.numbers ?? []), number] });
    }
    return [...drivers.values()];
  }

  force(outcome: ForcedOutcome): void {
    const { of, number, held } = outcome;
    const sample = [...this.#samples.values()].flat().find((each) => each.number === number && each.of.part === of.part && each.of.index === of.index);
    if (sample === undefined) return;
    this.totals.force(sample.refusal, outcome);
    const key = keyOf(sample.refusal);
    if (held !== null) this.#held.set(key, [...(this.#held.get(key) ?? []), held]);
  }

  /** For each reason that is too careful, the shortest driver. */
  heldOnes(): string[] {
    const shortest = [...this.#held].sort(([left], [right]) => left.localeCompare(right)).filter(([key]) => key.includes(this.#amount.only)).map(([, texts]) => texts.toSorted((left, right) => left.length - right.length || left.localeCompare(right))[0] ?? "");
    return shortest.slice(0, this.#amount.show);
  }

  /** The failures to be made small. */
  wanted(): ShowRepair[] {
    return [...this.#faults].filter(([key]) => key.includes(this.#amount.only)).map(([, wanted]) => wanted).slice(0, this.#amount.show);
  }
}

const keyOf = ({ rule, reason }: RefusalCount): string => `${rule}: ${reason}`;

let last = 0;

/** Tells on the error stream how far a run is: all the time on a terminal, else once a minute. */
function progress(totals: RepairTotals): void {
  const { stderr } = process;
  const now = Date.now();
  if (now - last < (stderr.isTTY ? 200 : 60_000)) return;
  last = now;
  const applied = PARTS.map((part) => `${part} ${String(totals.applicationsTo(part))}`).join(", ");
  stderr.write(`${stderr.isTTY ? "\r" : ""}applied: ${applied}; failures: ${String(totals.failures)} ${stderr.isTTY ? "" : "\n"}`);
}
