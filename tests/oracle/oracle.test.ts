/** The oracle's own parts: it finds what is wrong, says it in small, and says the same each time. */
import type { Rule } from "eslint";
import { describe, expect, test } from "vitest";
import { exampleMutants, programOf } from "./cases.ts";
import { Crew } from "./crew.ts";
import { examine } from "./examine.ts";
import { instrumented } from "./instrument.ts";
import { within } from "./limit.ts";
import { mutantOf, mutantsOf } from "./mutate.ts";
import { Oracle } from "./oracle.ts";
import { outcomeOf, type Outcome } from "./outcome.ts";
import { fromSources } from "./plugin.ts";
import type { Program } from "./program.ts";
import { RULES, type Rule as RuleName } from "./reports.ts";
import { Runnable } from "./runnable.ts";
import { Totals } from "./totals.ts";
import { judgeOf, verdictOn, type Judge } from "./verdict.ts";

const LEAKY = program(`let gBuffer: PoolBlock | null = null;

export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  DriverObject.DriverUnload = DriverUnload;
  gBuffer = ExAllocatePool2(POOL_FLAG_PAGED, 64, "elpS");
  if (gBuffer === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  const status = IoCreateSymbolicLink(LINK, LINK);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return STATUS_SUCCESS;
}

const LINK = RTL_CONSTANT_STRING("link");

function DriverUnload(): void {
  IoDeleteSymbolicLink(LINK);
  if (gBuffer !== null) {
    ExFreePool(gBuffer);
    gBuffer = null;
  }
}
`);
const CLEAN = program(LEAKY.text.replace("    return status;\n", "    ExFreePool(gBuffer);\n    return status;\n"));

function program(text: string, externals: Program["externals"] = []): Program {
  return { text, entry: "DriverEntry", dialect: "status", externals, features: new Set() };
}

/** A judge that says other than the linter. */
function biased(change: (rule: RuleName, lines: Set<string>) => void): Judge {
  return (judged, limit) => {
    const verdict = verdictOn(judged, limit);
    for (const rule of RULES) change(rule, verdict.reports[rule]);
    return verdict;
  };
}

describe("two judges", () => {
  test("agree where the linter is right, and its path shows the leak", async () => {
    const leaky = await examine(LEAKY);
    expect(leaky.causes).toEqual([]);
    expect([...leaky.truth.reports["no-leak-on-failure"]]).toEqual(["5"]);
    expect([...leaky.truth.reports["leaking-exit"]]).toEqual(["5>11"]);
    expect(leaky.replays).toEqual([
      { isShown: true, words: expect.stringMatching(/^ {2}ExAllocatePool2 of line 5, left at 11: .*`IoCreateSymbolicLink` fails \(9\)\n {4}replayed as \{"IoCreateSymbolicLink#1":"fails"\}$/u) as string },
    ]);
    const clean = await examine(CLEAN);
    expect({ causes: clean.causes, isLeaky: clean.isLeaky, replays: clean.replays }).toEqual({ causes: [], isLeaky: false, replays: [] });
  });

  test("disagree on a report left out: a miss", async () => {
    const silent = biased((_rule, lines) => {
      lines.clear();
    });
    const examination = await examine(LEAKY, silent);
    expect(examination.disagreements).toEqual([{ kind: "missed", rule: "no-leak-on-failure", what: "5" }]);
    const totals = new Totals();
    totals.add(outcomeOf({ kind: "program", index: 0 }, examination));
    expect(totals.problems()).toEqual(["1 missed, where none may be"]);
  });

  test("disagree on a report too many: a false one", async () => {
    const loud = biased((rule, lines) => {
      if (rule === "no-leak-on-unload") lines.add("5");
    });
    const examination = await examine(CLEAN, loud);
    expect(examination.causes).toEqual(["false no-leak-on-unload"]);
    const totals = new Totals();
    totals.add(outcomeOf({ kind: "program", index: 0 }, examination));
    expect(totals.problems()).toEqual(["1 false, where in 1 decided programs none may be"]);
  });

  test("disagree on the exit alone", async () => {
    const elsewhere = biased((rule, lines) => {
      if (rule !== "leaking-exit") return;
      lines.clear();
      lines.add("5>7");
    });
    const { causes } = await examine(LEAKY, elsewhere);
    expect(causes).toEqual(["missed leaking-exit", "false leaking-exit"]);
  });

  test("a path whose calls come out otherwise shows nothing", async () => {
    const wrong: Judge = (judged, limit) => {
      const verdict = verdictOn(judged, limit);
      const leaks = verdict.leaks.map((leak) => ({ ...leak, witness: leak.witness.map((step) => ({ ...step, text: step.text.replace("fails", "succeeds") })) }));
      return { ...verdict, leaks };
    };
    const { causes, replays } = await examine(LEAKY, wrong);
    expect(causes).toEqual(["witness"]);
    expect(replays.map(({ isShown }) => isShown)).toEqual([false]);
  });

  test("a handle given to an unknown function is nobody's leak, in each form", async () => {
    for (const given of ["gBuffer", "{ handle: gBuffer }", "() => gBuffer", "[gBuffer]"]) {
      const text = LEAKY.text.replace("  const status", `  Publish(${given});\n  const status`);
      const { truth, causes } = await examine(program(`declare function Publish(...parameters: unknown[]): void;\n${text}`, [{ name: "Publish", returns: "void" }]));
      expect({ given, handed: [...truth.handed], leaks: [...truth.reports["no-leak-on-failure"]], causes }).toEqual({ given, handed: ["6"], leaks: [], causes: [] });
    }
  });

  test("a program that throws by mistake, and one that never ends, are broken, not judged", async () => {
    const typeError = await examine(program(LEAKY.text.replace("  const status", "  (null as unknown as { x: { y: 1 } }).x.y;\n  const status")));
    expect(typeError.truth.undecided?.how).toBe("broken");
    expect(typeError.causes).toEqual([]);
    const endless = await examine(program(LEAKY.text.replace("  const status", "  for (;;) {}\n  const status")));
    expect(endless.truth.undecided).toEqual({ how: "broken", why: "a loop that never ends" });
  });
});

describe("a linter that breaks", () => {
  const withRule = (create: () => Rule.RuleListener): Judge => {
    const { plugin } = fromSources;
    const strict = { ...plugin.configs.strict, plugins: { wdf: { rules: { broken: { create } } } }, rules: { "wdf/broken": "error" } as const };
    return judgeOf({ ...fromSources, plugin: { ...plugin, configs: { ...plugin.configs, strict } } });
  };

  test("by an exception is a crash", async () => {
    const judge = withRule(() => {
      throw new Error("out of order");
    });
    const { causes, verdict } = await examine(CLEAN, judge);
    expect(causes).toEqual(["crash"]);
    expect(verdict.crash).toContain("out of order");
  });

  test("by never coming back is a hang, and the next program is judged", async () => {
    let isBroken = true;
    const judge = withRule(() => {
      while (isBroken);
      return {};
    });
    const hanging = await examine(CLEAN, judge, 200);
    expect({ causes: hanging.causes, crash: hanging.verdict.crash }).toEqual({ causes: ["hang"], crash: "took more than 0.2 s" });
    isBroken = false;
    expect((await examine(CLEAN, judge, 5000)).causes).toEqual([]);
  });

  test("work in time gives its result or its own error", () => {
    expect(within(1000, () => 3)).toBe(3);
    expect(() =>
      within(1000, () => {
        throw new RangeError("mine");
      }),
    ).toThrow(new RangeError("mine"));
  });
});

describe("a seed", () => {
  test("gives the same programs and mutants each time, whichever is asked for first", () => {
    const texts = (indices: readonly number[]): Map<number, string[]> =>
      new Map(indices.map((index) => [index, (["program", "mutant"] as const).map((kind) => programOf(4, { kind, index })?.text ?? "")]));
    const forth = texts([0, 1, 2, 3, 4, 5, 6, 7]);
    const back = texts([7, 6, 5, 4, 3, 2, 1, 0]);
    for (const [index, found] of forth) expect(back.get(index)).toEqual(found);
    expect(new Set([...forth.values()].flat()).size).toBe(16);
    expect(programOf(5, { kind: "program", index: 0 })?.text).not.toBe(forth.get(0)?.[0]);
  });

  test("gives programs that run", async () => {
    for (let index = 0; index < 30; index += 1) {
      const generated = programOf(8, { kind: "program", index });
      if (generated === null) throw new Error("there is always a program");
      expect((await examine(generated)).truth.undecided?.how).not.toBe("broken");
    }
  });

  test("is judged alike by one process and by several", async () => {
    const cases = Array.from({ length: 24 }, (_, index) => ({ kind: "program", index }) as const);
    const run = async (size: number): Promise<Outcome[]> => {
      const outcomes: Outcome[] = [];
      const crew = new Crew(size, { seed: 6, isBuilt: false, isSpread: false });
      const judged = await crew.judge({ cases, mutants: 24, deadline: Infinity, take: (outcome) => outcomes.push({ ...outcome, milliseconds: 0 }) });
      expect(judged).toBe(24);
      return outcomes.toSorted((left, right) => left.of.index - right.of.index || left.of.kind.localeCompare(right.of.kind));
    };
    const [alone, together] = [await run(1), await run(3)];
    expect(alone.filter(({ of }) => of.kind === "program")).toHaveLength(24);
    expect(alone.filter(({ of }) => of.kind === "mutant").length).toBeGreaterThan(3);
    expect(together).toEqual(alone);
  });
});

describe("a disagreement", () => {
  test("is shown by the smallest program that still has it", async () => {
    const blind = biased((rule, lines) => {
      if (rule === "no-leak-on-failure" || rule === "leaking-exit") lines.clear();
    });
    const oracle = new Oracle(12, blind);
    let index = 0;
    let outcome: Outcome | undefined;
    do [outcome] = await oracle.outcomes({ kind: "program", index: index++ });
    while (outcome?.causes.includes("missed no-leak-on-failure") !== true && index < 100);
    const shown = await oracle.shown({ kind: "program", index: index - 1 }, "missed no-leak-on-failure", 30_000);
    expect(shown).toMatch(/^=== missed no-leak-on-failure \(program \d+ of seed 12\): missed no-leak-on-failure \(\d+\)/u);
    expect(shown).toContain("leak-on-failure at ");
    const lines = shown.split("\n").filter((line) => /^ {0,2}\d+ /u.test(line));
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.length).toBeLessThan(20);
  });
});

describe("mutants", () => {
  test("lose a statement or a test, or have a statement elsewhere", () => {
    const text = ["function f(): void {", "  if (gBuffer !== null) {", "    ExFreePool(gBuffer);", "    gBuffer = null;", "  }", "  KdPrint();", "}"].join("\n");
    const inside = (...lines: string[]): string => ["function f(): void {", ...lines.map((line) => `  ${line}`), "}"].join("\n");
    expect(mutantsOf(text)).toEqual([
      inside("KdPrint();"),
      inside("ExFreePool(gBuffer);", "gBuffer = null;", "KdPrint();"),
      inside("if (gBuffer !== null) {", "  gBuffer = null;", "}", "KdPrint();"),
      inside("if (gBuffer !== null) {", "  gBuffer = null;", "  ExFreePool(gBuffer);", "}", "KdPrint();"),
      inside("if (gBuffer !== null) {", "  ExFreePool(gBuffer);", "}", "KdPrint();"),
      inside("if (gBuffer !== null) {", "  gBuffer = null;", "  ExFreePool(gBuffer);", "}", "KdPrint();"),
    ]);
    for (let number = 0; number < 12; number += 1) expect(mutantsOf(text)).toContain(mutantOf(text, (below) => number % below));
    expect(mutantOf("const a = 1;", () => 0)).toBeNull();
  });

  test("of the examples differ from them, and are many", () => {
    const texts = exampleMutants().map(({ text }) => text);
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.every((text) => text.includes("DriverEntry("))).toBe(true);
  });
});

describe("marked code", () => {
  const TEXT = `export function DriverEntry(DriverObject: DRIVER_OBJECT): NTSTATUS {
  const wanted = Choose(
    1,
  );
  switch (Mode()) {
    case 1:
      return STATUS_SUCCESS;
    default:
  }
  for (let i = 0; i < 2; i += 1) Helper();
  return wanted && i(3) > 2 ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
function i(x: number): number {
  return x;
}
function Helper(): void {
  const inner = (): void => {
    KdPrint("x");
  };
  inner();
}
declare function Choose(...parameters: unknown[]): boolean;
declare function Mode(...parameters: unknown[]): number;
`;

  test("tells tests by line and text", () => {
    expect(instrumented(TEXT).tests).toEqual([
      { line: 6, text: "Mode() === 1" },
      { line: 10, text: "i < 2" },
      { line: 11, text: "wanted" },
      { line: 11, text: "i(3) > 2" },
    ]);
  });

  test("is made of code only", () => {
    expect(() => instrumented("export function DriverEntry() {\n  do {\n}\n")).toThrow(SyntaxError);
  });

  test("notes how tests come out and where functions are left", async () => {
    const runnable = new Runnable(program(TEXT, [{ name: "Choose", returns: "boolean" }, { name: "Mode", returns: "mode" }]));
    const { loadDriver } = await import("../../lib/sim/index.ts");
    const { run } = await loadDriver({ fresh: runnable.fresh }, { locate: runnable.locate });
    expect(run.trace.filter(({ phase }) => phase === "entry").map(({ call, position }) => `${call} ${String(position?.line)}`)).toEqual(["Choose 2", "Mode 5", "KdPrint 18", "KdPrint 18"]);
    const [journal] = runnable.journals;
    expect(journal?.tests.map((number) => `${runnable.tests[number >> 1]?.text ?? ""}: ${String(number % 2 === 1)}`)).toEqual(["Mode() === 1: false", "i < 2: true", "i < 2: true", "i < 2: false", "wanted: true", "i(3) > 2: true"]);
    const helper = [{ line: 19, owner: 17, value: undefined }, { line: 21, owner: 16, value: undefined }];
    expect(journal?.exits).toEqual([...helper, ...helper, { line: 14, owner: 13, value: 3 }, { line: 11, owner: 1, value: 0 }]);
  });
});

describe("totals", () => {
  const outcome = (changes: Partial<Outcome>, index = 0): Outcome => ({
    of: { kind: "program", index },
    features: ["if"],
    facts: Object.fromEntries(RULES.map((rule) => [rule, 0])) as Record<RuleName, number>,
    disagreements: [],
    causes: [],
    undecided: null,
    isLeaky: index % 2 === 0,
    runs: 1,
    milliseconds: 1,
    paths: 0,
    lostPaths: 0,
    handed: 0,
    handedReported: 0,
    dialect: "status",
    spread: null,
    ...changes,
  });
  const sums = (count: number, changes: Partial<Outcome> = {}, expected: readonly string[] = []): Totals => {
    const totals = new Totals(expected);
    for (let index = 0; index < count; index += 1) totals.add(outcome({}, index));
    totals.add(outcome(changes, count));
    return totals;
  };
  const wrong = { disagreements: [{ kind: "false", rule: "no-leak-on-unload" }], causes: ["false no-leak-on-unload"] } as const;

  test("one false report in ten thousand programs passes, in fewer it does not", () => {
    expect(sums(9_999, wrong).problems()).toEqual([]);
    expect(sums(9_998, wrong).problems()).toEqual(["1 false, where in 9999 decided programs none may be"]);
    expect(sums(19_998, { disagreements: [...wrong.disagreements, ...wrong.disagreements], causes: wrong.causes }).problems()).toEqual(["2 false, where in 19999 decided programs at most 1 may be"]);
  });

  test("programs that are not decided do not count towards it, and are told apart", () => {
    const undecided = { undecided: { how: "bound", why: "there are more than 1500 schedules: raise maxRuns" } } as const;
    const totals = sums(9_998, wrong);
    totals.add(outcome(undecided));
    expect(totals.problems()).toHaveLength(1);
    expect(totals.toString()).toContain("over the bound 1, stopped by a bug check 0, broken 0\n  1: there are more than … schedules");
  });

  test("crashes, hangs and lost paths are no pass", () => {
    expect(sums(9, { causes: ["crash"] }).problems()).toEqual(["crash: 1"]);
    expect(sums(9, { causes: ["hang"] }).problems()).toEqual(["hang: 1"]);
    expect(sums(9, { paths: 999, lostPaths: 1 }).problems()).toEqual(["1 of 999 paths show no leak: at least 99.9 % must"]);
    expect(sums(9, { paths: 1000, lostPaths: 1 }).problems()).toEqual([]);
  });

  test("shares are asked of long runs only: of rare constructs, of leaky programs", () => {
    expect(sums(1_000, {}, ["if", "switch"]).problems()).toEqual([]);
    expect(sums(1_999, {}, ["if", "switch"]).problems()).toEqual(["under 2 %: switch 0.0 %"]);
    const clean = new Totals();
    for (let index = 0; index < 2_000; index += 1) clean.add(outcome({ isLeaky: index < 680 }));
    expect(clean.problems()).toEqual(["34.0 % of the programs leak: it should be 35 % to 65 %"]);
  });

  test("of a hundred leaks of mutants one may be missed", () => {
    const leaks = (count: number): Partial<Outcome> => ({ facts: { ...outcome({}).facts, "no-leak-on-failure": count }, disagreements: [{ kind: "missed", rule: "no-leak-on-failure" }], causes: ["missed no-leak-on-failure"] });
    expect(sums(0, leaks(100)).problemsOfMutants()).toEqual([]);
    expect(sums(0, leaks(99)).problemsOfMutants()).toEqual(["1 of 99 leaks of mutants missed: at least 99 % must be reported"]);
  });
});
