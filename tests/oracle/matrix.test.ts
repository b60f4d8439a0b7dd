/** Every cell of the control-flow matrix, judged by the simulator and by the linter. */
import { describe, expect, test } from "vitest";
import { examine } from "./examine.ts";
import { cells, KINDS, type Cell } from "./matrix.ts";

const all = cells();

test("there are at least a hundred ways, for at least four kinds, each named once", () => {
  const names = new Set(all.map(({ template }) => template));
  expect(names.size).toBeGreaterThan(100);
  expect(KINDS.length).toBeGreaterThanOrEqual(4);
  expect(all).toHaveLength(names.size * KINDS.length * 2);
});

describe.each(KINDS.map(({ name }) => name))("%s", (kind) => {
  const of = (isBad: boolean): Cell[] => all.filter((cell) => cell.kind === kind && cell.isBad === isBad);

  test.each(of(false))("$template: released", async ({ program }) => {
    const { truth, isLeaky, verdict } = await examine(program);
    expect({ undecided: truth.undecided, isLeaky }).toEqual({ undecided: null, isLeaky: false });
    expect(verdict.messages).toEqual([]);
  });

  test.each(of(true))("$template: leaked", async ({ program }) => {
    const { truth, isLeaky, causes } = await examine(program);
    expect({ undecided: truth.undecided, isLeaky }).toEqual({ undecided: null, isLeaky: true });
    expect(causes).toEqual([]);
  });
});
