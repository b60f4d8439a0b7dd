/** What the plugin costs against the floor: ESLint, the parser, and one rule that does nothing. */
import { runWorker } from "./child.ts";
import { median } from "./clock.ts";
import type { Timing } from "./floor-worker.ts";

/** Measures both sets of files, each run in a fresh process, the two configurations in turn; prints the ratios. */
export async function floor(runs: number): Promise<void> {
  console.log("\nAgainst the floor (ESLint, the parser, one rule that does nothing): medians of fresh processes");
  for (const set of ["drivers", "others"] as const) {
    const timings = { floor: [] as Timing[], plugin: [] as Timing[] };
    for (let run = 0; run < runs; run += 1) {
      for (const what of ["floor", "plugin"] as const) timings[what].push(await time(set, what));
    }
    const [bare, all] = [median(timings.floor), median(timings.plugin)];
    const size = timings.plugin[0];
    console.log(
      `${set.padEnd(10)}${(all / bare).toFixed(2).padStart(6)}   floor ${bare.toFixed(0)} ms, all rules ${all.toFixed(0)} ms` +
        ` (${String(size?.files ?? 0)} files, ${String(size?.lines ?? 0)} lines, ${String(size?.reports ?? 0)} reports)`,
    );
  }
}

async function time(set: string, what: string): Promise<Timing> {
  let timing: Timing | undefined;
  const ended = await runWorker(["floor-worker", set, what], 120_000, (line) => {
    timing = JSON.parse(line) as Timing;
  });
  if (timing === undefined) throw new Error(`Linting ${set} with ${what} gave no time: it ${ended}`);
  return timing;
}
