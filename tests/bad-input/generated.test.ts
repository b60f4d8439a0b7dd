/** Odd syntax of every kind around catalogue calls: whatever parses is linted, and the machine runs on it. */
import { describe, expect, test, vi } from "vitest";
import { lint } from "./lint.ts";
import { seen } from "./observe.ts";
import { oddDriver, type Dialect } from "./odd.ts";

vi.mock(import("../../lib/machine/protocol.ts"), async (original) => {
  const { watched } = await import("./observe.ts");
  const real = await original();
  return { ...real, collectFacts: watched(real.collectFacts) };
});

const DRIVERS = 200;

describe.each<Dialect>(["ts", "tsx", "js", "script"])("odd drivers in %s", (dialect) => {
  test("are linted if they parse", { timeout: 300_000 }, () => {
    const before = { ...seen, overflows: seen.overflows.length };
    const defects: string[] = [];
    let parsed = 0;
    for (let seed = 1; seed <= DRIVERS; seed += 1) {
      const name = `oddDriver(${String(seed)}, "${dialect}")`;
      const { parses, defect } = lint(name, oddDriver(seed, dialect), dialect);
      if (parses) parsed += 1;
      if (defect !== undefined) defects.push(`${name}: ${defect}`);
    }
    expect(defects.join("\n\n")).toBe("");
    expect(seen.overflows.slice(before.overflows)).toEqual([]);
    // The generator is no good if the parser accepts little of it, or the machine finds no entry in it.
    expect(parsed).toBeGreaterThan(DRIVERS * 0.6);
    expect(seen.withEntry - before.withEntry).toBeGreaterThan(parsed * 0.9);
  });
});
