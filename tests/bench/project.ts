/** What following imports costs: a driver of a thousand modules, against parsing them. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runWorker } from "./child.ts";
import type { ProjectTiming } from "./project-worker.ts";

/** Milliseconds that a first lint may take above parsing, and one after a change of one module above parsing that. */
const GOALS = { first: 2000, again: 50 };

/** Measures in fresh processes, each time with the files as they were; prints the figures, and gives the goals that are missed. */
export async function project(modules: number, runs: number): Promise<string[]> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "eslint-plugin-wdf-bench-")));
  try {
    const timings: ProjectTiming[] = [];
    for (let run = 0; run < runs; run += 1) timings.push(await time(folder, modules));
    const middle = (of: (timing: ProjectTiming) => number): number => timings.map(of).sort((a, b) => a - b)[timings.length >> 1] ?? Number.NaN;
    const [parse, first, again, leaf] = [middle(({ parse }) => parse), middle(({ first }) => first), middle(({ again }) => again), middle(({ leaf }) => leaf)];
    const [sample] = timings;
    console.log(
      `\nA driver of ${String(modules)} modules, ${String(sample?.lines ?? 0)} lines: medians of ${String(runs)} fresh processes\n` +
        `parsing ${parse.toFixed(0)} ms, first lint ${first.toFixed(0)} ms (${(first / parse).toFixed(2)} of parsing)\n` +
        `one module changed: ${again.toFixed(0)} ms, of which ${leaf.toFixed(0)} ms parse it and the linted file\n` +
        `heap ${middle(({ heap }) => heap).toFixed(0)} MB after the first lint, ${middle(({ later }) => later).toFixed(0)} MB after ${String(sample?.changes ?? 0)} changes`,
    );
    return [
      ...(first - parse > GOALS.first ? [`first lint: ${(first - parse).toFixed(0)} ms above parsing, not ${String(GOALS.first)}`] : []),
      ...(again - leaf > GOALS.again ? [`lint after a change: ${(again - leaf).toFixed(0)} ms above parsing, not ${String(GOALS.again)}`] : []),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function time(folder: string, modules: number): Promise<ProjectTiming> {
  let timing: ProjectTiming | undefined;
  const ended = await runWorker(["project-worker", folder, String(modules)], 300_000, (line) => {
    timing = JSON.parse(line) as ProjectTiming;
  });
  if (timing === undefined) throw new Error(`Linting a driver of ${String(modules)} modules gave no time: it ${ended}`);
  return timing;
}
