/** What a driver does: run under every schedule by the simulator, and reduced to what each rule should say. */
import ts from "typescript";
import * as sim from "../../lib/sim/index.ts";
import * as resultDialect from "../../lib/sim/result.ts";
import type { RunRecord, Verification } from "../../lib/sim/index.ts";
import { disposableStack } from "./disposable.ts";
import type { External, Program } from "./program.ts";
import { emptyReports, entryLines, type Reports } from "./reports.ts";

/** What all runs of a program showed. */
export interface Truth {
  readonly reports: Reports;
  /** Every schedule ran to its end. */
  readonly isComplete: boolean;
  /** Why not, or a bug check that ended some run, so that leaks behind it stay unseen. */
  readonly undecided: string | null;
  /** The program itself is broken: it says nothing of either judge. */
  readonly isBroken: boolean;
  readonly runs: number;
  readonly verification: Verification;
}

const dialects = { status: sim, result: resultDialect };

/** What is known of the running module between two calls. */
interface Clock {
  line: number;
  /** Lines of the returns and throws executed, oldest first, run by run. */
  readonly exits: number[][];
  turns: number;
  isEndless: boolean;
}

/** How often in a run there is more: the third turn can lose what the second acquired over the first. */
const MOST_MORE = 3;

/** The most turns of loops in one run. */
const MOST_TURNS = 2000;

/** The most schedules that are run for one program. */
const MOST_RUNS = 1500;

/** Runs a program under every schedule of failing calls. */
export async function truthOf(program: Program): Promise<Truth> {
  const clock: Clock = { line: 0, exits: [], turns: 0, isEndless: false };
  const fresh = compile(program, clock);
  const verification = await sim.verify({
    fresh: () => fresh() as sim.AsyncDriverEntry,
  } as sim.AsyncEntrySource, {
    maxRuns: MOST_RUNS,
    maxCalls: 400,
    locate: () => ({ file: "driver.ts", line: clock.line, column: 1 }),
  });
  const reports = reportsOf(verification);
  const isInEntry = entryLines(program.text);
  verification.runs.forEach((run, index) => {
    for (const pair of leakingExits(run, clock.exits[index] ?? [], isInEntry)) reports["leaking-exit"].add(pair);
  });
  const stopped = verification.runs.find((run) => run.stopped !== null)?.stopped ?? null;
  return {
    reports,
    isComplete: verification.complete,
    undecided: verification.incomplete ?? stopped ?? (clock.isEndless ? "a loop that never ends" : crashOf(verification)),
    isBroken: clock.isEndless || crashOf(verification) !== null,
    runs: verification.runs.length,
    verification,
  };
}

/** An exception that is the program's own mistake, a TypeError say: the generator wrote what no driver would. */
function crashOf({ runs }: Verification): string | null {
  const thrown = runs.find(({ exit }) => exit.thrown instanceof TypeError || exit.thrown instanceof ReferenceError)?.exit.thrown;
  if (thrown instanceof Error) return String(thrown);
  const crash = runs.flatMap(({ findings }) => findings).find(({ kind, message }) => kind === "exception" && /TypeError|ReferenceError/u.test(message));
  return crash?.message ?? null;
}

/** Makes the driver's module anew at each call, with the line of the running call kept on the clock. */
function compile(program: Program, clock: Clock): () => unknown {
  const api = dialects[program.dialect];
  const callable = [
    ...Object.entries(api).flatMap(([name, value]) => (typeof value === "function" ? [name] : [])),
    ...program.aliases,
    ...program.externals.map(({ name }) => name),
  ];
  const { outputText } = ts.transpileModule(withLines(program.text, new Set(callable)), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, verbatimModuleSyntax: false, esModuleInterop: false },
  });
  const words = new Set(outputText.match(/[A-Za-z_$][\w$]*/gu));
  const declared = new Set([...program.text.matchAll(/^(?:import|const) .*\{(.*)\} (?:from|=) /gmu)].flatMap(([, names = ""]) => names.match(/\w+/gu) ?? []));
  const names = Object.keys(api).filter((name) => words.has(name) && !declared.has(name));
  const outside = program.externals.map(({ name }) => name);
  const body = `"use strict";${outputText}\n;return (${program.entry});`;
  // A program is text, and each run of it wants module variables of its own.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function("exports", "require", "DisposableStack", "$at", "$turn", "$exit", ...outside, ...names, body) as (...values: unknown[]) => unknown;
  const at = (line: number, callee: unknown): unknown => {
    clock.line = line;
    return callee;
  };
  const turn = (): void => {
    clock.turns += 1;
    if (clock.turns <= MOST_TURNS) return;
    clock.isEndless = true;
    throw new Error("a loop that never ends");
  };
  const leave = (line: number, value: unknown): unknown => {
    clock.exits.at(-1)?.push(line);
    return value;
  };
  return () => {
    clock.turns = 0;
    clock.exits.push([]);
    return make({}, () => api, disposableStack, at, turn, leave, ...program.externals.map(external), ...names.map((name) => Reflect.get(api, name) as unknown));
  };
}

/** Puts the line number into every call, so that the simulator learns where it stands. */
function withLines(text: string, callable: ReadonlySet<string>): string {
  return text
    .split("\n")
    .map((line, index) =>
      /^\s*(?:declare|import|export \{|\/\/|\/?\*)/u.test(line)
        ? line
        : line.replace(/(?<!new |function |[\w$.])((?:wdf|api)\.)?([A-Za-z_]\w*)\(/gu, (call, _prefix: string | undefined, name: string) =>
            callable.has(name) ? `$at(${String(index + 1)}, ${call.slice(0, -1)})(` : call,
          ).replace(/^(?<before>\s*(?:case .*: |default: )?)(?<how>return|throw) (?<value>.+);$/u, `$<before>$<how> $exit(${String(index + 1)}, $<value>);`).replace(/^\s*(?:\w+: )?(?:for \(.*\)|while \(.*\)|do) \{$/u, "$& $turn();"),
    )
    .join("\n");
}

function external({ name, returns }: External): unknown {
  switch (returns) {
    case "mode":
      return () => (sim.choice(name) ? 0 : sim.choice(name) ? 1 : 2);
    case "more": {
      let left = MOST_MORE;
      return () => {
        left -= 1;
        return left >= 0 && sim.choice(name);
      };
    }
    default:
      return sim.external(name, { returns });
  }
}

const LEAKS: Readonly<Partial<Record<string, "no-leak-on-failure" | "no-leak-on-unload" | "no-unmatched-wpp-init">>> = {
  "leak-on-failure": "no-leak-on-failure",
  "leak-on-unload": "no-leak-on-unload",
  "unmatched-wpp": "no-unmatched-wpp-init",
};

function reportsOf({ runs, findings }: Verification): Reports {
  const reports = emptyReports();
  for (const run of runs) {
    for (const { kind, call, resource } of run.findings) {
      const rule = LEAKS[kind];
      if (rule !== undefined && resource !== null) reports[rule].add(lineOf(resource.acquired));
      if (kind === "order" && call !== null) reports["driver-create-first"].add(lineOf(call));
    }
  }
  for (const { kind, lost } of findings) {
    // A context type is set by a call, not by an assignment that a report could mark.
    if (kind !== "lost-attribute" || lost === null || lost.cleared || lost.field === "ContextTypeInfo") continue;
    const how = HOW[lost.reason];
    if (how !== undefined) reports["no-lost-attributes"].add(`${lost.field} ${how}`);
  }
  for (const run of runs) for (const line of creationsWithoutCleanup(run, reports)) reports["require-driver-cleanup"].add(line);
  return reports;
}

/** Each acquisition in the entry that a failing run leaves held, with the return or throw it was left by. */
function leakingExits({ findings, exit: { outcome }, trace }: RunRecord, exits: readonly number[], isInEntry: (line: number) => boolean): string[] {
  // An exception of a call that leaves the entry: there the call is the exit.
  const thrower = outcome === "thrown" ? trace.findLast((site) => site.phase === "entry" && site.outcome === "fails")?.position?.line : undefined;
  const exit = thrower ?? exits.findLast(isInEntry);
  if (exit === undefined) return [];
  return findings.flatMap(({ kind, resource }) => {
    const line = resource?.acquired.position?.line ?? 0;
    return kind === "leak-on-failure" && isInEntry(line) ? [`${String(line)}>${String(exit)}`] : [];
  });
}

const HOW: Readonly<Partial<Record<string, string>>> = {
  "wiped-by-init": "wiped",
  "set-after-create": "dead",
  "never-passed": "unpassed",
};

/** The definition in the rules' design: something is held when the entry succeeds, and the attributes carry no callback. */
function creationsWithoutCleanup({ exit, resources, driver, stopped }: RunRecord, reports: Reports): string[] {
  if (exit.outcome !== "success" || stopped !== null) return [];
  if (!resources.some(({ owner, heldAtExit, escapedTo }) => owner === "driver" && heldAtExit && escapedTo === null)) return [];
  const lost = [...reports["no-lost-attributes"]].filter((key) => key.startsWith("EvtCleanupCallback "));
  return driver.creates.flatMap(({ succeeded, attributes, site }) => {
    if (!succeeded || attributes === "with-cleanup") return [];
    const isExplained = lost.some((key) => key.endsWith("unpassed") === (attributes === "none"));
    return isExplained ? [] : [lineOf(site)];
  });
}

function lineOf({ position }: { readonly position: { readonly line: number } | null }): string {
  return String(position?.line ?? 0);
}
