/** How the machine's time grows with the size of a driver, shape by shape, each in a fresh process. */
import { runWorker } from "./child.ts";
import type { Sample } from "./growth-worker.ts";
import { growing, nesting, type Shape } from "./shapes.ts";

/** How thoroughly to measure. */
export interface Effort {
  /** Sizes n at which time(2n) / time(n) is looked at. */
  readonly sizes: readonly number[];
  readonly depths: readonly number[];
  readonly rounds: number;
  /** For one shape, in milliseconds. */
  readonly limit: number;
}

const GOAL = 2.2;
// Below this, the clock and the collector say more than the machine.
const SHORT = 5;

/** Measures every shape whose name contains the filter, prints a table, and gives the goals that are missed. */
export async function growth({ sizes, depths, rounds, limit }: Effort, filter: string): Promise<string[]> {
  console.log(`\nGrowth: milliseconds for n, and time(2n) / time(n); the goal is ${String(GOAL)}`);
  const missed: string[] = [];
  const measured = [...new Set(sizes.flatMap((n) => [n, 2 * n]))].sort((a, b) => a - b);
  for (const shape of growing.filter(({ name }) => name.includes(filter))) {
    let outcome = await run(shape, measured, rounds, limit);
    let goals = judge(outcome, sizes);
    if (goals.length > 0 && outcome.ended === "") {
      // A slow moment is not growth: only what is missed twice is missed.
      const again = await run(shape, measured, rounds, limit);
      const still = judge(again, sizes);
      if (still.length < goals.length) [outcome, goals] = [again, still];
    }
    print(shape, outcome, sizes);
    missed.push(...goals.map((goal) => `${shape.name}: ${goal}`));
  }
  console.log("\nDepth: milliseconds for nesting, on the machine's own interface");
  for (const shape of nesting.filter(({ name }) => name.includes(filter))) {
    const outcome = await run(shape, depths, rounds, limit);
    print(shape, outcome, []);
    missed.push(...judge(outcome, []).map((goal) => `${shape.name}: ${goal}`));
  }
  return missed;
}

interface Outcome {
  readonly samples: ReadonlyMap<number, Sample>;
  /** Why the process ended before its work; empty where it did not. */
  readonly ended: string;
}

/** Times one shape in a process of its own. One that takes too long is stopped; what it had printed counts. */
async function run(shape: Shape, sizes: readonly number[], rounds: number, limit: number): Promise<Outcome> {
  const samples = new Map<number, Sample>();
  const ended = await runWorker(["growth-worker", shape.name, String(rounds), ...sizes.map(String)], limit, (line) => {
    const sample = JSON.parse(line) as Sample;
    samples.set(sample.size, sample);
  });
  // A first look at every size is enough; the rounds beyond it only make it surer.
  const isDone = sizes.every((size) => samples.has(size));
  return { samples, ended: isDone && ended.startsWith("took") ? "" : ended };
}

/** The goals that a shape misses, in words. */
function judge({ samples, ended }: Outcome, sizes: readonly number[]): string[] {
  const slow = sizes.flatMap((n) => {
    const ratio = ratioAt(samples, n);
    return ratio !== undefined && ratio > GOAL ? [`time(${String(2 * n)}) / time(${String(n)}) is ${ratio.toFixed(2)}`] : [];
  });
  const wrong = [...samples.values()].flatMap((sample) => (sample.wrong === "" ? [] : [`at ${String(sample.size)} it ${sample.wrong}`]));
  return [...slow, ...wrong.slice(0, 1), ...(ended === "" ? [] : [`${ended} (${String(samples.size)} sizes done)`])];
}

function ratioAt(samples: Outcome["samples"], n: number): number | undefined {
  const one = samples.get(n);
  const two = samples.get(2 * n);
  return one === undefined || two === undefined || two.ms < SHORT ? undefined : two.ms / one.ms;
}

function print(shape: Shape, { samples, ended }: Outcome, sizes: readonly number[]): void {
  const times = [...samples.values()].sort((a, b) => a.size - b.size).map(({ size, ms }) => `${String(size)}: ${ms.toFixed(ms < 10 ? 1 : 0)}`);
  const ratios = sizes.map((n) => ratioAt(samples, n)?.toFixed(2) ?? "-");
  const wrong = [...samples.values()].find((sample) => sample.wrong !== "");
  const remarks = [ended, wrong === undefined ? "" : `at ${String(wrong.size)} it ${wrong.wrong.split("\n")[0] ?? ""}`].filter((text) => text !== "");
  console.log(`${shape.name.padEnd(28)}${ratios.map((ratio) => ratio.padStart(6)).join("")}   ${times.join("  ")}${remarks.map((text) => `   ! ${text}`).join("")}`);
}
