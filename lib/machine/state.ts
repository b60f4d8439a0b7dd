/** States: which cell holds what. Immutable and interned, so that equal states are identical. */
import { Cells } from "./cells.ts";
import type { CallSite } from "./regions.ts";
import type { Value } from "./values.ts";

/** One state; absent cells hold what nothing is known of. */
export interface Core {
  readonly id: number;
  readonly cells: Cells;
  readonly low: number;
  readonly high: number;
}

/** One decision on a path, as a rope: steps before, then one step or a part that was remembered. */
export interface Trace {
  readonly before: Trace | undefined;
  readonly step: TraceStep | undefined;
  readonly part: Trace | undefined;
  readonly length: number;
  /** The last step that failed. */
  readonly failing: TraceStep | undefined;
  /** The resource of the run is acquired on it. */
  readonly acquires: boolean;
  /** The last step that failed after that; where it does not acquire, the last one that failed at all. */
  readonly failingSince: TraceStep | undefined;
}

export interface TraceStep {
  readonly text: string;
  readonly line: number;
  /** A step that failed: what a message names as the cause. */
  readonly fails: boolean;
  /** It acquires the resource of the run. */
  readonly acquires: boolean;
  /** The call whose outcome a later test decides: the step then stands where the test does. */
  readonly tested: CallSite | undefined;
}

/** A state and the shortest way to it that was found. */
export interface At {
  readonly core: Core;
  readonly trace: Trace | undefined;
}

/** A state without the value it came with. */
export function plain({ core, trace }: At): At {
  return { core, trace };
}

/** A value and the state it was found in. */
export interface ValueAt extends At {
  readonly value: Value;
}

// What writing a cell counts.
const WORK = 4;

/** Who holds such a value is asked for often. */
function isNoted({ k }: Value): boolean {
  return k === "unknown" || k === "object";
}

/** Makes states. */
export class Cores {
  /** Cells written so far, each with what it takes to write it: the measure of what a run costs. */
  work = 0;
  readonly #byHash = new Map<number, Core[]>();
  #count = 0;
  readonly empty = this.#intern(Cells.EMPTY, 0, 0);

  #intern(cells: Cells, low: number, high: number): Core {
    const key = (low >>> 0) * 0x100000 + (high & 0xfffff);
    const bucket = this.#byHash.get(key);
    const known = bucket?.find((core) => core.cells.equals(cells));
    if (known) return known;
    this.#count += 1;
    const made: Core = { id: this.#count, cells, low, high };
    if (bucket) bucket.push(made);
    else this.#byHash.set(key, [made]);
    return made;
  }

  /** The state with some cells changed; undefined empties a cell. */
  with(core: Core, changes: Iterable<readonly [number, Value | undefined]>): Core {
    let { low, high } = core;
    const cells = core.cells.with(changes, (cell, old, value) => {
      this.work += WORK;
      if (old) {
        low = (low - mixLow(cell, old.id)) | 0;
        high = (high - mixHigh(cell, old.id)) | 0;
      }
      if (!value) return;
      low = (low + mixLow(cell, value.id)) | 0;
      high = (high + mixHigh(cell, value.id)) | 0;
      if (isNoted(value)) this.#note(value, cell);
    });
    return cells === core.cells ? core : this.#intern(cells, low, high);
  }

  readonly #holders = new Map<Value, Set<number>>();

  #note(value: Value, cell: number): void {
    const known = this.#holders.get(value);
    if (known) known.add(cell);
    else this.#holders.set(value, new Set([cell]));
  }

  /** The cells that hold a value. */
  holders(core: Core, value: Value): number[] {
    if (!isNoted(value)) return [...core.cells].flatMap(([cell, held]) => (held === value ? [cell] : []));
    return [...(this.#holders.get(value) ?? [])].filter((cell) => core.cells.get(cell) === value);
  }

  set(core: Core, cell: number, value: Value | undefined): Core {
    return core.cells.get(cell) === value ? core : this.with(core, [[cell, value]]);
  }
}

// Two multiplicative hashes; a state's hash is the sum over its cells, so that it can be kept up step by step.
function mixLow(cell: number, value: number): number {
  let hash = Math.imul(cell, 0x9e3779b1) ^ Math.imul(value, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

function mixHigh(cell: number, value: number): number {
  let hash = Math.imul(cell, 0xc2b2ae35) ^ Math.imul(value, 0x27d4eb2f);
  hash = Math.imul(hash ^ (hash >>> 16), 0x165667b1);
  return hash ^ (hash >>> 14);
}

export function lengthOf(trace: Trace | undefined): number {
  return trace ? trace.length : 0;
}

/** A path with one more decision. */
export function extend(trace: Trace | undefined, step: TraceStep): Trace {
  return {
    before: trace,
    step,
    part: undefined,
    length: lengthOf(trace) + 1,
    failing: step.fails ? step : trace?.failing,
    acquires: step.acquires || trace?.acquires === true,
    failingSince: step.acquires ? undefined : step.fails ? step : trace?.failingSince,
  };
}

/** A path followed by another. */
export function follow(trace: Trace | undefined, part: Trace | undefined): Trace | undefined {
  if (!part) return trace;
  if (!trace) return part;
  return {
    before: trace,
    step: undefined,
    part,
    length: trace.length + part.length,
    failing: part.failing ?? trace.failing,
    acquires: part.acquires || trace.acquires,
    failingSince: part.acquires ? part.failingSince : (part.failingSince ?? trace.failingSince),
  };
}

/** The decisions of a path in order. */
export function stepsOf(trace: Trace | undefined): TraceStep[] {
  const steps: TraceStep[] = [];
  const pending: (Trace | undefined)[] = [trace];
  while (pending.length > 0) {
    const next = pending.pop();
    if (!next) continue;
    if (next.step) steps.push(next.step);
    pending.push(next.before);
    if (next.part) pending.push(next.part);
  }
  return steps.reverse();
}
