/** The cells of a state against a plain map. */
import { expect, test } from "vitest";
import { Cells } from "../../lib/machine/cells.ts";
import { Values, type Value } from "../../lib/machine/values.ts";
import { Random } from "../bad-input/random.ts";

const values = new Values();

/** Cells as the machine has them: a few of the protocol, names in the order they were handed out, some far off. */
function cellOf(random: Random): number {
  return [-1 - random.below(19), random.below(40), random.below(4000), random.below(1_000_000)][random.below(4)] ?? 0;
}

test("they hold what a map holds, whatever is written to them, and stay as they were", () => {
  const random = new Random(7);
  let cells = Cells.EMPTY;
  const map = new Map<number, Value>();
  for (let round = 0; round < 3000; round += 1) {
    const [earlier, before] = [cells, [...cells]];
    const changes = Array.from({ length: 1 + random.below(4) }, (): [number, Value | undefined] => [cellOf(random), random.below(3) === 0 ? undefined : values.const(random.below(9))]);
    const noted = new Map(map);
    cells = cells.with(changes, (cell, old, value) => {
      expect(old).toBe(noted.get(cell));
      if (value) noted.set(cell, value);
      else noted.delete(cell);
    });
    for (const [cell, value] of changes) {
      if (value) map.set(cell, value);
      else map.delete(cell);
    }
    expect(noted).toEqual(map);
    if (round % 100 > 0) continue;
    expect([...earlier]).toEqual(before);
    expect([...cells]).toEqual([...map].sort(([left], [right]) => left - right));
    expect(cells.size).toBe(map.size);
    expect([cells.keys(), cells.values()]).toEqual([[...cells].map(([cell]) => cell), [...cells].map(([, value]) => value)]);
    for (const [cell] of changes) expect([cells.get(cell), cells.has(cell)]).toEqual([map.get(cell), map.has(cell)]);
  }
});

test("those that hold the same are equal, however they were made", () => {
  const [one, two] = [values.const(1), values.const(2)];
  const none = (): void => undefined;
  const deep = Cells.EMPTY.with([[70_000, one], [3, two]], none);
  const shrunk = deep.with([[70_000, undefined]], none);
  expect(shrunk.equals(Cells.EMPTY.with([[3, two]], none))).toBe(true);
  expect(Cells.EMPTY.with([[3, two]], none).equals(shrunk)).toBe(true);
  expect(shrunk.equals(Cells.EMPTY.with([[3, one]], none))).toBe(false);
  expect(deep.equals(shrunk)).toBe(false);
  expect(deep.with([[3, two]], none)).toBe(deep);
});

test("what differs is told, whatever is shared, with what the other holds", () => {
  const [one, two] = [values.const(1), values.const(2)];
  const none = (): void => undefined;
  const before = Cells.EMPTY.with([[3, one], [-5, two], [400, one]], none);
  const after = before.with([[3, two], [400, undefined], [9, one]], none);
  expect(before.differences(after)).toEqual([[3, two], [9, one], [400, undefined]]);
  expect(after.differences(before)).toEqual([[3, one], [9, undefined], [400, one]]);
  expect(before.differences(before.with([[3, one]], none))).toEqual([]);
  // One is deeper than the other.
  const deep = before.with([[70_000, one]], none);
  expect(before.differences(deep)).toEqual([[70_000, one]]);
  expect(deep.differences(before)).toEqual([[70_000, undefined]]);
});
