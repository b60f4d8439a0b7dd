/** What the plugin, and what others cost against the floor: ESLint, the parser, and one rule that does nothing. */
import { runWorker } from "./child.ts";
import { median } from "./clock.ts";
import type { Timing } from "./floor-worker.ts";
import { SETS, type FileSet } from "./inputs.ts";
import { RIVALS, type Rival } from "./rivals.ts";

/** How many times the floor all rules may take: on other code nothing that can be told from noise, on drivers a little. */
const GOALS: Readonly<Partial<Record<FileSet, number>>> = { others: 1.03, generated: 1.05 };

const TITLES: Readonly<Record<FileSet, string>> = {
  others: "TypeScript of published packages",
  generated: "generated drivers",
  drivers: "the drivers of the tests, most of them wrong",
};

/**
 * Measures each set of files, each run in a fresh process, the configurations in turn; prints the ratios.
 * @returns the goals that are missed
 */
export async function floor(runs: number): Promise<string[]> {
  const missed: string[] = [];
  console.log("\nAgainst the floor (ESLint, the parser, one rule that does nothing): medians of fresh processes");
  for (const set of SETS) {
    const rivals = set === "drivers" ? RIVALS.slice(0, 2) : RIVALS;
    const timings = new Map<Rival, Timing[]>(rivals.map((rival) => [rival, []]));
    // Minutes for each: what differs by so much needs no second time.
    const rounds = set === "generated" ? 1 : runs;
    for (let run = 0; run < rounds; run += 1) for (const [rival, own] of timings) own.push(await time(set, rival));
    const bare = median(timings.get("floor") ?? []);
    const [size] = timings.get("floor") ?? [];
    console.log(`\n${TITLES[set]}: ${String(size?.files ?? 0)} files, ${String(size?.lines ?? 0)} lines; the floor is ${bare.toFixed(0)} ms`);
    for (const [rival, own] of timings) {
      if (rival === "floor") continue;
      const ratio = median(own) / bare;
      console.log(`  ${rival.padEnd(46)}${ratio.toFixed(2).padStart(6)}   ${String(own[0]?.reports ?? 0).padStart(6)} reports`);
      const goal = rival === "plugin" ? GOALS[set] : undefined;
      if (goal !== undefined && ratio > goal) missed.push(`${TITLES[set]}: ${ratio.toFixed(2)} times the floor, not ${String(goal)}`);
    }
  }
  return missed;
}

/** Milliseconds that one configuration may take. */
const LIMIT = 1_200_000;

async function time(set: FileSet, rival: Rival): Promise<Timing> {
  let timing: Timing | undefined;
  const ended = await runWorker(["floor-worker", set, rival], LIMIT, (line) => {
    timing = JSON.parse(line) as Timing;
  });
  if (timing === undefined) throw new Error(`Linting ${set} with ${rival} gave no time: it ${ended}`);
  return timing;
}
