/** Processes that share the oracle's work. What they find does not depend on how many they are. */
import { fork, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import type { Case } from "./cases.ts";
import type { Outcome } from "./outcome.ts";
import { RULES, type Rule } from "./reports.ts";

/** What all tasks have in common. */
export interface Orders {
  readonly seed: number;
  /** The built plugin is judged, not the sources. */
  readonly isBuilt: boolean;
}

/** What a process is asked to do. */
export type Task =
  | { readonly do: "judge"; readonly cases: readonly Case[]; readonly withMutants: boolean }
  | { readonly do: "show"; readonly of: Case; readonly cause: string; readonly milliseconds: number };

/** What it answers: the outcomes of one case after the other, and that all are done; or a text; or what broke it. */
export type Answer =
  | { readonly say: "outcomes"; readonly outcomes: readonly Outcome[] }
  | { readonly say: "done" }
  | { readonly say: "text"; readonly text: string }
  | { readonly say: "broken"; readonly why: string };

/** A process that says nothing for so long, in milliseconds, is stopped. */
const SILENCE = 120_000;

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

export class Crew {
  readonly #orders: Orders;
  readonly #size: number;

  constructor(size: number, orders: Orders) {
    this.#size = Math.max(1, size);
    this.#orders = orders;
  }

  /** Has cases judged, in any order; gives how many were. */
  async judge({ cases, mutants, deadline, take }: Work): Promise<number> {
    const queue: Case[] = [...cases];
    let judged = 0;
    await Promise.all(
      Array.from({ length: Math.min(this.#size, Math.ceil(cases.length / BLOCK)) }, async () => {
        let worker = new Worker(this.#orders);
        while (queue.length > 0 && Date.now() < deadline) {
          const block = queue.splice(0, BLOCK);
          const withMutants = (block.at(-1)?.index ?? 0) < mutants;
          let done = 0;
          const why = await worker.run({ do: "judge", cases: block, withMutants }, (answer) => {
            if (answer.say !== "outcomes") return;
            done += 1;
            answer.outcomes.forEach(take);
          });
          judged += done;
          if (why === "") continue;
          // The case in hand broke the process: the others of its block go to a new one.
          const [culprit] = block.splice(0, done + 1);
          if (culprit !== undefined) take(brokenOutcome(culprit, why));
          judged += 1;
          queue.unshift(...block);
          worker.stop();
          worker = new Worker(this.#orders);
        }
        worker.stop();
      }),
    );
    return judged;
  }

  /** Has each case shown in small; `show` is told in order. */
  async show(wanted: readonly Extract<Task, { do: "show" }>[], show: (text: string) => void): Promise<void> {
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
          if (why !== "") texts[index] = `=== ${task.cause} (${task.of.kind} ${String(task.of.index)} of seed ${String(this.#orders.seed)}): cannot be shown in small: ${why}`;
        }
      }),
    );
    texts.forEach(show);
  }
}

/** One process. */
class Worker {
  readonly #child: ChildProcess;

  constructor(orders: Orders) {
    const jiti = path.join(path.dirname(createRequire(import.meta.url).resolve("jiti/package.json")), "lib/jiti-cli.mjs");
    this.#child = fork(jiti, [path.join(import.meta.dirname, "worker.ts"), JSON.stringify(orders)], { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv: [] });
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
        if (answer.say !== "outcomes") end("");
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
  };
}
