/** `jiti tests/bench/growth-worker.ts SHAPE ROUNDS SIZE...`: times the machine on one shape of driver, in a process of its own. */
import { median, stopwatch, type Measured } from "./clock.ts";
import { builtMachine } from "./plugin.ts";
import { growing, nesting } from "./shapes.ts";
import { parse, parseScript, type Parsed } from "./source.ts";

/** One line of output: what is known of a size so far. */
export interface Sample {
  readonly size: number;
  /** Median over the rounds so far. */
  readonly ms: number;
  readonly rounds: number;
  /** What is wrong with the facts, in words; empty where nothing is. */
  readonly wrong: string;
}

const [name, rounds, ...sizes] = process.argv.slice(2);
const shape = [...growing, ...nesting].find((one) => one.name === name);
if (shape === undefined) throw new Error(`There is no shape ${String(name)}.`);
const parseShape = (size: number): Parsed => (nesting.includes(shape) ? parseScript : parse)(shape.source(size));

const { analyse, readSettings } = builtMachine();
const read = readSettings(undefined);
if ("error" in read) throw new Error(read.error);
const { settings } = read;

const inputs = sizes.map((size) => ({ size: Number(size), times: [] as Measured[], parsed: undefined as Parsed | undefined }));

// Before anything is timed, Node compiles what runs often.
for (let turn = 0; turn < 5; turn += 1) analyse(parseShape(Math.min(200, inputs[0]?.size ?? 200)).fresh(), settings);

for (let round = 0; round < Number(rounds); round += 1) {
  // Sizes take turns, so that a slow moment of the machine meets all of them.
  for (const input of inputs) {
    input.parsed ??= parseShape(input.size);
    const source = input.parsed.fresh();
    globalThis.gc?.();
    const stop = stopwatch();
    const facts = analyse(source, settings);
    input.times.push(stop());
    const leaks = shape.leaks(input.size);
    const found = { failure: facts.failureLeaks.length, unload: facts.unloadLeaks.length };
    const wrong =
      facts.internalError ??
      (found.failure === leaks.failure && found.unload === leaks.unload
        ? ""
        : `finds ${String(found.failure)} leaks on failure and ${String(found.unload)} on unload, not ${String(leaks.failure)} and ${String(leaks.unload)}`);
    const sample: Sample = { size: input.size, ms: median(input.times), rounds: input.times.length, wrong };
    console.log(JSON.stringify(sample));
  }
}
