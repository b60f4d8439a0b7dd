/** `jiti tests/bench/floor-worker.ts FILES RIVAL`: lints one set of files once, in a process of its own, and prints how long it took. */
import path from "node:path";
import { Linter } from "eslint";
import { stopwatch, type Measured } from "./clock.ts";
import { inputs, isSet } from "./inputs.ts";
import { isRival, readyFor } from "./rivals.ts";

/** What is printed. */
export interface Timing extends Measured {
  readonly files: number;
  readonly lines: number;
  readonly reports: number;
}

const [set, rival] = process.argv.slice(2);
if (!isSet(set)) throw new Error("Give drivers, generated or others.");
if (!isRival(rival)) throw new Error("Give one of the configurations of rivals.ts.");

const texts = inputs(set);
const start = stopwatch();
const { config, folder } = await readyFor(rival, texts);
// Reading types is part of what a configuration costs; loading it is not.
const before = rival.endsWith("type-checked") ? start() : undefined;
const linter = new Linter({ cwd: folder ?? process.cwd() });
const stop = stopwatch();
const reports = texts.flatMap(({ name, code }) => linter.verify(code, config, { filename: folder === undefined ? name : path.join(folder, name) })).filter(({ ruleId }) => ruleId !== null).length;
const measured = stop();
const timing: Timing = {
  ms: measured.ms + (before?.ms ?? 0),
  isDisturbed: measured.isDisturbed,
  files: texts.length,
  lines: texts.reduce((sum, { code }) => sum + code.split("\n").length, 0),
  reports,
};
console.log(JSON.stringify(timing));
