/** What the oracle looks at, by number: generated programs, and mutants of clean ones and of the examples. */
import fc from "fast-check";
import { examples } from "../examples.ts";
import { writeDriver } from "./grammar/driver.ts";
import { driverPlan, type DriverPlan } from "./grammar/plan.ts";
import { mutantOf, mutantsOf } from "./mutate.ts";
import type { Program } from "./program.ts";

/** One program: the generated one of a number, its mutant, or the mutant of that number of all examples'. */
export interface Case {
  readonly kind: "program" | "mutant" | "example";
  readonly index: number;
}

/** The plan of a seed's program. Each is drawn from a seed of its own, so that it does not depend on those before it. */
export function planOf(seed: number, index: number): DriverPlan {
  const [plan] = fc.sample(fc.noShrink(driverPlan), { seed: scattered(seed, index), numRuns: 1 });
  if (plan === undefined) throw new Error("fast-check draws nothing");
  return plan;
}

/** One in so many programs is spread over several files. */
const SPREAD = 3;

/** The program of a case; null where a text has no mutant. All of them are spread where that is asked for. */
export function programOf(seed: number, { kind, index }: Case, isSpread = false): Program | null {
  if (kind === "example") return exampleMutants()[index] ?? null;
  const program = placedAs(seed, index, writeDriver(planOf(seed, index)), isSpread);
  if (kind === "program") return program;
  let state = scattered(seed, index) >>> 0;
  const choose = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
  const text = mutantOf(program.text, choose);
  return text === null ? null : { ...program, text };
}

/** A program in the files that its number asks for. */
export function placedAs(seed: number, index: number, program: Program, isSpread: boolean): Program {
  const spreadBy = spreadOf(seed, index, isSpread);
  return spreadBy === undefined ? program : { ...program, spreadBy };
}

/** How the program of a number is spread over files; undefined where it is not. */
export function spreadOf(seed: number, index: number, isSpread: boolean): number | undefined {
  const spreadBy = scattered(~seed, index);
  return isSpread || (spreadBy >>> 0) % SPREAD === 0 ? spreadBy : undefined;
}

let mutants: readonly Program[] | undefined;

/** All mutants of docs/examples. */
export function exampleMutants(): readonly Program[] {
  mutants ??= examples().flatMap(({ code }) => mutantsOf(code).map(exampleProgram));
  return mutants;
}

/** An example as a program. */
export function exampleProgram(text: string): Program {
  // The examples speak of one value that is not the API's.
  const externals = text.includes("hwInitializationData") ? [{ name: "hwInitializationData", returns: "void" } as const] : [];
  return { text, entry: "DriverEntry", dialect: "status", externals, features: new Set() };
}

/** A number of 32 bits that differs in all of them from that of a neighbour. */
export function scattered(seed: number, index: number): number {
  let hash = Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return hash ^ (hash >>> 16);
}
