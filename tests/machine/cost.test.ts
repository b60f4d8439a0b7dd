/** What a file costs that has nothing to do with drivers: one scan of its text, whatever the number of rules. */
import { Linter, SourceCode } from "eslint";
import { beforeEach, expect, test, vi } from "vitest";
import wdf from "../../lib/index.ts";
import { analyse, type Observer } from "../../lib/machine/loader.ts";
import { readFacts } from "../../lib/read-facts.ts";
import { readSettings, type ResolvedSettings } from "../../lib/settings.ts";
import { parse } from "../bench/source.ts";

const counts = vi.hoisted(() => ({ scanned: 0, lowered: 0 }));
const observer = { lowered: () => (counts.lowered += 1) };

// The rules do not pass an observer: this does it for them.
vi.mock(import("../../lib/machine/loader.ts"), async (original) => {
  const real = await original();
  const counting: Observer = { lowered: () => (counts.lowered += 1) };
  return { ...real, analyse: (source, settings, given?: Observer) => real.analyse(source, settings, given ?? counting) };
});

vi.mock(import("../../lib/mention.ts"), async (original) => {
  const real = await original();
  return {
    ...real,
    mayConcern: (text, settings) => {
      counts.scanned += 1;
      return real.mayConcern(text, settings);
    },
  };
});

beforeEach(() => {
  counts.scanned = 0;
  counts.lowered = 0;
});

const ORDINARY = "export function main(args) {\n  if (args.length === 0) return 1;\n  return run(args);\n}\n";

test("a file without a catalogue name is scanned once by all rules together, and not looked at further", () => {
  expect(new Linter().verify(ORDINARY, wdf.configs.strict)).toEqual([]);
  expect(counts).toEqual({ scanned: 1, lowered: 0 });
});

test("a file with a catalogue name is lowered once for all rules together", () => {
  new Linter().verify(`${ORDINARY}WdfDriverCreate();`, wdf.configs.strict);
  expect(counts).toEqual({ scanned: 1, lowered: 1 });
});

test("each further file costs one scan more", () => {
  const linter = new Linter();
  for (let index = 0; index < 5; index += 1) linter.verify(ORDINARY, wdf.configs.strict);
  expect(counts).toEqual({ scanned: 5, lowered: 0 });
});

test("of a file without a catalogue name nothing but the text is read", () => {
  const read: PropertyKey[] = [];
  const source = new Proxy(parse(ORDINARY).fresh(), {
    get(target, property) {
      read.push(property);
      return Reflect.get(target, property, target) as unknown;
    },
  });
  const rule = vi.fn();
  readFacts({ id: "wdf/rule", settings: {}, sourceCode: source as unknown as SourceCode, report: vi.fn(), cwd: "/", filename: "/main.js", languageOptions: {} }, rule);
  expect(rule).not.toHaveBeenCalled();
  expect(source).toBeInstanceOf(SourceCode);
  expect(new Set(read)).toEqual(new Set(["text"]));
});

test("the same source is not lowered again under the same settings", () => {
  const source = parse(`${ORDINARY}WdfDriverCreate();`).fresh();
  const same = settings();
  for (let index = 0; index < 3; index += 1) analyse(source, same, observer);
  expect(counts.lowered).toBe(1);
  analyse(source, settings(), observer);
  expect(counts.lowered).toBe(2);
});

function settings(): ResolvedSettings {
  const read = readSettings({});
  if ("error" in read) throw new Error(read.error);
  return read.settings;
}
