/** What all rules share: an invalid setting and a defect of the machine are told once a file, and meant leaks not at all. */
import { Linter } from "eslint";
import { afterEach, describe, expect, test, vi } from "vitest";
import wdf from "../lib/index.ts";
import { NO_FACTS, type Facts, type Place, type Resource } from "../lib/machine/facts.ts";
import { analyse } from "../lib/machine/loader.ts";

vi.mock(import("../lib/machine/loader.ts"), async (importOriginal) => ({ ...(await importOriginal()), analyse: vi.fn(() => NO_FACTS) }));

const place: Place = { loc: { start: { line: 1, column: 0 }, end: { line: 1, column: 3 } }, range: [0, 3] };

const resource = (kind: string): Resource => ({
  kind,
  call: "Acquire",
  name: "thing",
  acquire: place,
  releases: ["Release"],
  framework: false,
});

const lint = (code: string, settings?: unknown, linter = new Linter()): Linter.LintMessage[] =>
  linter.verify(code, [wdf.configs.strict, { settings: { wdf: settings } }]);

afterEach(() => {
  vi.mocked(analyse).mockReset().mockImplementation(() => NO_FACTS);
});

test("the facts are asked once a file, whatever the number of rules", () => {
  lint("DriverEntry();");
  expect(analyse).toHaveBeenCalledTimes(1);
});

describe("an invalid setting", () => {
  const message = 'Invalid setting: "wdf.failure" is 1. Allowed: "status", "throw".';

  test("is told once, at the first token", () => {
    expect(lint("// remark\n\n  start();", { failure: 1 })).toMatchObject([{ message, line: 3, column: 3, endColumn: 8 }]);
    expect(analyse).not.toHaveBeenCalled();
  });

  test("is told in an empty file too", () => {
    expect(lint("", { failure: 1 })).toMatchObject([{ message, line: 1, column: 1 }]);
  });

  test("is told again when the same source is linted again", () => {
    const linter = new Linter();
    expect(lint("f();", { failure: 1 }, linter)).toHaveLength(1);
    const { ast, text } = linter.getSourceCode();
    expect(text).toBe("f();");
    expect(ast.tokens).toHaveLength(4);
    const again = linter.verify(linter.getSourceCode(), [wdf.configs.strict, { settings: { wdf: { failure: 1 } } }]);
    expect(again).toMatchObject([{ message }]);
  });

  test("that has been mended is not told", () => {
    const linter = new Linter();
    expect(lint("f();", { failure: 1 }, linter)).toHaveLength(1);
    expect(linter.verify(linter.getSourceCode(), wdf.configs.strict)).toEqual([]);
  });
});

test("a defect of the machine is told once, and does not stop the run", () => {
  vi.mocked(analyse).mockReturnValue({ ...NO_FACTS, internalError: "a region without a place" });
  expect(lint("DriverEntry();")).toMatchObject([
    {
      message: "Internal error in eslint-plugin-wdf: a region without a place. The file was not checked; please report this.",
      line: 1,
      column: 1,
    },
  ]);
});

test("leaks of an ignored kind are not told", () => {
  const exit = { place, how: "return", functionName: "DriverEntry", inEntry: true } as const;
  const routines = { cleanup: undefined, unload: undefined };
  const leaks = (kind: string): Facts => ({
    ...NO_FACTS,
    failureLeaks: [{ resource: resource(kind), exit, witness: [], failing: undefined, failedEarlier: false, driver: "none", routines }],
    unloadLeaks: [{ resource: resource(kind), witness: [], driver: "none", unload: undefined, routines }],
    missingCleanups: [{ place, why: "null", held: [resource(kind)], leaked: [resource(kind)] }],
  });
  const told = (kind: string): (string | null)[] => {
    vi.mocked(analyse).mockReturnValue(leaks(kind));
    return lint("DriverEntry();", { ignore: ["pool", "wpp"] }).map(({ ruleId }) => ruleId);
  };
  expect(told("timer")).toEqual(["wdf/no-leak-on-failure", "wdf/no-leak-on-unload", "wdf/require-driver-cleanup"]);
  expect(told("pool")).toEqual([]);
  expect(told("wpp")).toEqual([]);
});
