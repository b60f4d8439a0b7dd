/** Executes what docs/guide/simulator.md shows: the test in five lines, its driver, the table, the replay. */
import vm from "node:vm";
import ts from "typescript";
import { expect, test } from "vitest";
import * as sim from "../lib/sim/index.ts";
import { guideBlock } from "./guide.ts";

const driver = guideBlock("ts", "export function createDriver");
const suite = guideBlock("ts", 'test("no schedule leaks"');
const RELEASE = "    if (!NT_SUCCESS(status)) ExFreePoolWithTag(gPath, TAG);\n";

test.each(["vitest", "node:test"])("the snippet passes under %s", (runner) => {
  expect(() => {
    runSuite(suite.replace('"vitest"', `"${runner}"`), driver);
  }).not.toThrow();
});

test("without the release it fails, with the table that is shown", () => {
  expect(driver).toContain(RELEASE);
  const table = guideBlock("text", "what fails").trimEnd();
  const leaking = driver.replace(RELEASE, "");
  expect(() => {
    runSuite(suite, leaking);
  }).toThrow(table);
});

test("the schedule of a finding replays", () => {
  const { createDriver } = run(driver.replace(RELEASE, ""), {}) as { createDriver: () => sim.DriverEntry };
  const [finding] = sim.verify({ fresh: () => createDriver() }).findings;
  const printed: unknown[] = [];
  const console = { log: (...values: unknown[]): unknown => printed.push(...values) };
  run(guideBlock("ts", "schedule: finding.schedule"), { ...sim, createDriver, finding, console });
  expect(printed).toEqual([sim.STATUS_UNSUCCESSFUL, [expect.objectContaining({ label: "pool 'htaP' of 64 bytes" })]]);
});

/** Runs a suite with one test over a driver; throws what its test throws. */
function runSuite(code: string, driverCode: string): void {
  let ran = 0;
  const test = (_title: string, body: () => void): void => {
    ran += 1;
    body();
  };
  run(code, {}, { vitest: { test }, "node:test": { test }, "./driver.js": run(driverCode, {}) });
  expect(ran).toBe(1);
}

/** Runs a block as a module; returns its exports. */
function run(code: string, globals: Readonly<Record<string, unknown>>, modules: Readonly<Record<string, unknown>> = {}): unknown {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const known: Readonly<Record<string, unknown>> = { ...modules, "eslint-plugin-wdf/sim": sim };
  const require = (name: string): unknown => known[name];
  const exports = {};
  const load = vm.compileFunction(outputText, ["exports", "require", ...Object.keys(globals)]) as (...values: unknown[]) => void;
  load(exports, require, ...Object.values(globals));
  return exports;
}
