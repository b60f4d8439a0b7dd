/** The sources of the packages that are installed here, in disguise as drivers. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { disguise } from "./disguise.ts";
import { lint, type Outcome } from "./lint.ts";
import { seen } from "./observe.ts";
import type { Dialect } from "./odd.ts";
import { Random } from "./random.ts";

vi.mock(import("../../lib/machine/protocol.ts"), async (original) => {
  const { watched } = await import("./observe.ts");
  const real = await original();
  return { ...real, collectFacts: watched(real.collectFacts) };
});

/** Larger files take time and show no other syntax. */
const BYTES = 12_000;

const modules = path.resolve(import.meta.dirname, "../../node_modules");
const all = readdirSync(modules, { recursive: true, encoding: "utf8" })
  .filter((file) => !file.startsWith("."))
  .sort();
const random = new Random(1);

describe.each<[kind: string, pattern: RegExp, dialects: readonly Dialect[], count: number]>([
  ["TypeScript", /(?<!\.d)\.[cm]?ts$/u, ["ts"], 150],
  ["declarations", /\.d\.[cm]?ts$/u, ["ts"], 300],
  ["JavaScript", /\.[cm]?js$/u, ["js", "script"], 100],
])("published %s", (_, pattern, dialects, count) => {
  const files = sample(all.filter((file) => pattern.test(file)), count);

  test("is linted if it parses", { timeout: 300_000 }, () => {
    const before = { ...seen, overflows: seen.overflows.length };
    const defects: string[] = [];
    let parsed = 0;
    for (const [index, file] of files.entries()) {
      const code = disguise(readFileSync(path.join(modules, file), "utf8"), index);
      const { parses, defect } = first(dialects, (dialect) => lint(`${file}, disguised with ${String(index)}`, code, dialect));
      if (parses) parsed += 1;
      if (defect !== undefined) defects.push(`${file}, disguised with ${String(index)}: ${defect}`);
    }
    expect(defects.join("\n\n")).toBe("");
    expect(seen.overflows.slice(before.overflows)).toEqual([]);
    expect(parsed).toBeGreaterThan(files.length * 0.8);
    if (pattern.test("x.js")) expect(seen.withEntry - before.withEntry).toBeGreaterThan(parsed * 0.4);
  });
});

/** Some of the files, the same ones each time as long as the same packages are installed. */
function sample(files: readonly string[], count: number): string[] {
  const fitting = files.filter((file) => {
    const { size } = statSync(path.join(modules, file));
    return size > 100 && size < BYTES;
  });
  const share = count / fitting.length;
  return fitting.filter(() => random.chance(share));
}

/** The outcome in the first dialect that the text is written in. */
function first(dialects: readonly Dialect[], run: (dialect: Dialect) => Outcome): Outcome {
  const outcomes = dialects.map(run);
  return outcomes.find(({ parses, defect }) => parses || defect !== undefined) ?? { parses: false, defect: undefined, messages: [] };
}
