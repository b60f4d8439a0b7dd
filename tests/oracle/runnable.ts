/** A driver's text as code that runs, and what is noted while it does. */
import * as sim from "../../lib/sim/index.ts";
import * as resultDialect from "../../lib/sim/result.ts";
import * as throwingDialect from "../../lib/sim/throwing.ts";
import { disposableStack } from "./disposable.ts";
import { instrumented, type Test } from "./instrument.ts";
import { Loader, type Code } from "./loader.ts";
import type { External, Program } from "./program.ts";

/** A return, a throw, or the end of a function's body that was come to. */
export interface Left {
  readonly line: number;
  /** The line on which the function begins that is left there. */
  readonly owner: number;
  /** What is returned or thrown. */
  readonly value: unknown;
}

/** What one run did, oldest first. */
export interface Journal {
  readonly exits: Left[];
  /** Tests, by twice their number, and one more where they came out true. */
  readonly tests: number[];
}

/** The API under each of its dialects. */
const DIALECTS = { status: sim, result: resultDialect, throw: throwingDialect };

/** How often in a run there is more: the third turn can lose what the second acquired over the first. */
const MOST_MORE = 3;

/** The most turns of loops in one run. */
const MOST_TURNS = 2000;

/** A driver whose module is made anew for each run. */
export class Runnable {
  readonly tests: readonly Test[];
  /** One for each time the module was made. */
  readonly journals: Journal[] = [];
  /** Some run went round a loop for ever. */
  isEndless = false;
  readonly #loader: Loader;
  #line = 0;
  #turns = 0;

  constructor({ text, entry, dialect, externals, beside }: Program) {
    const tests: Test[] = [];
    const api = DIALECTS[dialect];
    const marks = { $at: this.#at, $test: this.#test, $switch: this.#switch, $turn: this.#turn, $exit: this.#exit };
    let above = 0;
    const compiled = (source: string, result: string): Code => {
      const { code } = instrumented(source, tests, above);
      above += source.split("\n").length;
      const words = new Set(code.match(/[A-Za-z_$][\w$]*/gu));
      const declared = new Set([...source.matchAll(/^(?:import|const) .*\{(.*)\} (?:from|=) /gmu)].flatMap(([, names = ""]) => names.match(/\w+/gu) ?? []));
      const names = Object.keys(api).filter((name) => words.has(name) && !declared.has(name));
      const parameters = ["module", "exports", "require", "DisposableStack", ...Object.keys(marks), ...externals.map(({ name }) => name), ...names];
      // A program is text, and each run of it wants module variables of its own.
      // eslint-disable-next-line @typescript-eslint/no-implied-eval
      const make = new Function(...parameters, `"use strict";${code}\n;exports = module.exports; return (${result});`) as Code["make"];
      return { make, values: () => [disposableStack, ...Object.values(marks), ...externals.map(external), ...names.map((name) => Reflect.get(api, name) as unknown)] };
    };
    const main = beside?.main ?? "driver.ts";
    const files = new Map([[main, compiled(text, entry)]]);
    for (const [name, source] of beside?.others ?? []) if (name.endsWith(".ts")) files.set(name, compiled(source, "undefined"));
    this.#loader = new Loader(main, files, api);
    this.tests = tests;
  }

  /** Where the running call stands. It takes no error: none is made for it then. */
  readonly locate = (): sim.Position => ({ file: "driver.ts", line: this.#line, column: 1 });

  /** The entry of a module made anew. */
  readonly fresh = (): sim.AsyncDriverEntry => {
    this.#turns = 0;
    this.journals.push({ exits: [], tests: [] });
    return this.#loader.load() as sim.AsyncDriverEntry;
  };

  readonly #at = (line: number, value?: unknown): unknown => {
    this.#line = line;
    return value;
  };

  readonly #test = (number: number, value: unknown): unknown => {
    this.journals.at(-1)?.tests.push(2 * number + (value ? 1 : 0));
    return value;
  };

  readonly #switch = (value: unknown, cases: readonly (readonly [number, unknown])[]): unknown => {
    for (const [number, tested] of cases) {
      this.#test(number, value === tested);
      if (value === tested) break;
    }
    return value;
  };

  readonly #turn = (): void => {
    this.#turns += 1;
    if (this.#turns <= MOST_TURNS) return;
    this.isEndless = true;
    throw new Error("a loop that never ends");
  };

  readonly #exit = (line: number, owner: number, value?: unknown): unknown => {
    this.journals.at(-1)?.exits.push({ line, owner, value });
    return value;
  };
}

/** What stands for a function that the driver declares only. Of a function that it is given it takes that and what it gives. */
function external({ name, returns }: External): unknown {
  switch (returns) {
    case "mode":
      return () => (sim.choice(name) ? 0 : sim.choice(name) ? 1 : 2);
    case "more": {
      let left = MOST_MORE;
      return () => {
        const isMore = left > 0 && sim.choice(name);
        if (isMore) left -= 1;
        return isMore;
      };
    }
    default: {
      const known = sim.external(name, { returns });
      return (...args: readonly unknown[]) => known(...args.map((argument) => (typeof argument === "function" ? [argument, (argument as () => unknown)()] : argument)));
    }
  }
}
