/** Processes that share the oracle's work. What they find does not depend on how many they are. */
import { fork, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import type { Case } from "./cases.ts";
import type { Outcome } from "./outcome.ts";
import type { RepairCase } from "./repair-cases.ts";
import { brokenRepairs, type ForcedOutcome, type RepairOutcome } from "./repair-outcome.ts";
import { RULES, type Rule } from "./reports.ts";

/** What all tasks have in common. */
export interface Orders {
  readonly seed: number;
  /** The built plugin is judged, not the sources. */
  readonly isBuilt: boolean;
  /** Every generated program is judged spread over several files. */
  readonly isSpread: boolean;
}

/** What a process is asked to do. */
export type Task =
  | { readonly do: "judge"; readonly cases: readonly Case[]; readonly withMutants: boolean }
  | { readonly do: "show"; readonly of: Case; readonly cause: string; readonly milliseconds: number }
  | { readonly do: "repair"; readonly cases: readonly RepairCase[] }
  | { readonly do: "force"; readonly cases: readonly Refused[] }
  | ShowRepair;

/** Refused repairs of a driver that are to be made all the same. */
export interface Refused {
  readonly of: RepairCase;
  readonly numbers: readonly number[];
}

/** A driver of which a repair goes wrong. */
export interface ShowRepair {
  readonly do: "show repair";
  readonly of: RepairCase;
  readonly fault: { readonly name: string; readonly how: string };
  readonly milliseconds: number;
}

/** What it answers: what came of one case after the other, and that all are done; or a text; or what broke it. */
export type Answer =
  | { readonly say: "outcomes"; readonly outcomes: readonly Outcome[] }
  | { readonly say: "repaired"; readonly outcome: RepairOutcome }
  | { readonly say: "forced"; readonly outcomes: readonly ForcedOutcome[] }
  | { readonly say: "done" }
  | { readonly say: "text"; readonly text: string }
  | { readonly say: "broken"; readonly why: string };

/** A process that says nothing for so long, in milliseconds, is stopped. */
const SILENCE = 120_000;

/** What lives as long as a driver is under its judges is not copied about: a sixth of the time otherwise. */
const ROOM = "--max-semi-space-size=64";

/** How many cases are given out at once. */
const BLOCK = 10;

/** What the crew is to judge, and who is told. */
export interface Work {
  readonly cases: readonly Case[];
  /** Clean programs below this number are judged with a mutant. */
  readonly mutants: number;
  /** When no more work is given out, as Date.now(). */
  readonly deadline: number;
  readonly take: (outcome: Outcome) => void;
}

/** What is shared out: in blocks, until there is nothing left or it is over. */
interface Share<Item> {
  readonly items: Iterable<Item>;
  readonly task: (block: readonly Item[]) => Task;
  readonly isOver: () => boolean;
  /** Told what came of each item. */
  readonly hear: (answer: Answer) => void;
  /** Told of an item that broke its process. */
  readonly lose: (item: Item, why: string) => void;
}

export class Crew {
  readonly #orders: Orders;
  readonly #size: number;

  constructor(size: number, orders: Orders) {
    this.#size = Math.max(1, size);
    this.#orders = orders;
  }

  /** Has cases judged, in any order; gives how many were. */
  judge({ cases, mutants, deadline, take }: Work): Promise<number> {
    return this.#share<Case>({
      items: cases,
      task: (block) => ({ do: "judge", cases: block, withMutants: (block.at(-1)?.index ?? 0) < mutants }),
      isOver: () => Date.now() >= deadline,
      hear: (answer) => {
        if (answer.say === "outcomes") answer.outcomes.forEach(take);
      },
      lose: (culprit, why) => {
        take(brokenOutcome(culprit, why));
      },
    });
  }

  /** Has the repairs of drivers applied, until it is over; they come in any order. */
  repair(cases: Iterable<RepairCase>, isOver: () => boolean, take: (outcome: RepairOutcome) => void): Promise<number> {
    return this.#share<RepairCase>({
      items: cases,
      task: (block) => ({ do: "repair", cases: block }),
      isOver,
      hear: (answer) => {
        if (answer.say === "repaired") take(answer.outcome);
      },
      lose: (culprit, why) => {
        take(brokenRepairs(culprit, why));
      },
    });
  }

  /** Has refused repairs made all the same; nothing is told of those that nobody comes to the end of. */
  force(cases: readonly Refused[], isOver: () => boolean, take: (outcome: ForcedOutcome) => void): Promise<number> {
    return this.#share<Refused>({
      items: cases,
      task: (block) => ({ do: "force", cases: block }),
      isOver,
      hear: (answer) => {
        if (answer.say === "forced") answer.outcomes.forEach(take);
      },
      lose: () => undefined,
    });
  }

  /** Has items worked through in blocks; gives how many were. */
  async #share<Item>({ items, task, isOver, hear, lose }: Share<Item>): Promise<number> {
    const source = items[Symbol.iterator]();
    const left: Item[] = [];
    const block = (): Item[] => {
      while (left.length < BLOCK) {
        const next = source.next();
        if (next.done === true) break;
        left.push(next.value);
      }
      return left.splice(0, BLOCK);
    };
    let count = 0;
    const work = async (first: readonly Item[]): Promise<void> => {
      let worker = new Worker(this.#orders);
      for (let own = [...first]; own.length > 0 && !isOver(); own = block()) {
        let done = 0;
        const why = await worker.run(task(own), (answer) => {
          if (answer.say === "done") return;
          done += 1;
          hear(answer);
        });
        count += done;
        if (why === "") continue;
        // The item in hand broke the process: the others of its block go to a new one.
        const [culprit] = own.splice(0, done + 1);
        if (culprit !== undefined) lose(culprit, why);
        count += 1;
        left.unshift(...own);
        worker.stop();
        worker = new Worker(this.#orders);
      }
      worker.stop();
    };
    const blocks = Array.from({ length: this.#size }, block).filter((first) => first.length > 0);
    await Promise.all(blocks.map(work));
    return count;
  }

  /** Has each task done that ends in a text; `show` is told in order. */
  async show(wanted: readonly (Extract<Task, { do: "show" }> | ShowRepair)[], show: (text: string) => void): Promise<void> {
    const queue = wanted.map((task, index) => ({ task, index }));
    const texts = wanted.map(() => "");
    await Promise.all(
      Array.from({ length: Math.min(this.#size, wanted.length) }, async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const { task, index } = next;
          const worker = new Worker(this.#orders);
          const why = await worker.run(task, (answer) => {
            if (answer.say === "text") texts[index] = answer.text;
          });
          worker.stop();
          if (why !== "") texts[index] = `=== ${titleOf(task)} of seed ${String(this.#orders.seed)}): cannot be shown in small: ${why}`;
        }
      }),
    );
    texts.forEach(show);
  }
}

function titleOf(task: Extract<Task, { do: "show" }> | ShowRepair): string {
  if (task.do === "show") return `${task.cause} (${task.of.kind} ${String(task.of.index)}`;
  return `${task.fault.name}: ${task.fault.how} (${task.of.part} ${String(task.of.index)}`;
}

/** One process. */
class Worker {
  readonly #child: ChildProcess;

  constructor(orders: Orders) {
    const jiti = path.join(path.dirname(createRequire(import.meta.url).resolve("jiti/package.json")), "lib/jiti-cli.mjs");
    this.#child = fork(jiti, [path.join(import.meta.dirname, "worker.ts"), JSON.stringify(orders)], { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv: [ROOM] });
  }

  /** Does a task; gives why it could not, empty where it could. */
  run(task: Task, hear: (answer: Answer) => void): Promise<string> {
    const child = this.#child;
    return new Promise((resolve) => {
      let timer = setTimeout(quiet, SILENCE);
      const end = (why: string): void => {
        clearTimeout(timer);
        child.off("message", listen);
        child.off("exit", gone);
        resolve(why);
      };
      function quiet(): void {
        end(`nothing was heard for ${String(SILENCE / 1000)} s`);
      }
      function gone(code: number | null, signal: string | null): void {
        end(`the process ended with ${signal ?? String(code)}`);
      }
      function listen(answer: Answer): void {
        clearTimeout(timer);
        timer = setTimeout(quiet, SILENCE);
        if (answer.say === "broken") {
          end(answer.why);
          return;
        }
        hear(answer);
        if (answer.say === "done" || answer.say === "text") end("");
      }
      child.on("message", listen);
      child.on("exit", gone);
      child.send(task);
    });
  }

  stop(): void {
    this.#child.kill("SIGKILL");
  }
}

/** The outcome of a case that nobody came to the end of. */
function brokenOutcome(of: Case, why: string): Outcome {
  return {
    of,
    features: [],
    facts: Object.fromEntries(RULES.map((rule) => [rule, 0])) as Record<Rule, number>,
    disagreements: [],
    causes: ["crash"],
    undecided: { how: "broken", why },
    isLeaky: false,
    runs: 0,
    milliseconds: 0,
    paths: 0,
    lostPaths: 0,
    handed: 0,
    handedReported: 0,
    dialect: "status",
    spread: null,
  };
}
