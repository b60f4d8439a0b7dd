/** Slices: which plain values can correlate with a resource, and how far each is from it. */
import type { Dependences } from "./dependence.ts";
import type { CallExpr, FunctionInfo } from "./regions.ts";
import type { Names } from "./names.ts";
import type { Pair } from "../api/pairs.ts";

// So many variables and fields are kept for one resource; farther ones are not.
const MAX_CELLS = 40;
// So many nodes of the dependence graph are looked at to find them.
const MAX_VISITS = 3000;
// Forward, a handle is followed through so many nodes.
const MAX_FLOW = 200;

// What a verdict on the driver object always needs.
const PROTOCOL_FIELDS = ["EvtCleanupCallback", "EvtDestroyCallback", "EvtDriverUnload", "EvtDriverDeviceAdd", "DriverInitFlags", "ParentObject", "DriverUnload"];

/** Computes slices over one file's dependences. */
export class Slicer {
  readonly #dependences: Dependences;
  readonly #names: Names;
  readonly #common: readonly number[];
  readonly #retested: readonly number[];
  /** What exits test, where it comes from other variables: with those. */
  readonly #derived: readonly (readonly [number, readonly number[]])[];

  constructor(dependences: Dependences, names: Names, entries: readonly FunctionInfo[]) {
    this.#dependences = dependences;
    this.#names = names;
    const common: number[] = entries.map((entry) => dependences.returnOf(entry));
    for (const { call, guard, args } of dependences.records) {
      if (call.api?.effect === "create-driver") common.push(guard, ...args.flat());
    }
    this.#common = [...common, ...PROTOCOL_FIELDS.map((name) => names.field(name))];
    const tested = entries.flatMap((entry) => [...(dependences.exitTests.get(entry)?.keys() ?? [])]);
    this.#derived = tested.flatMap((node) => {
      const sources = [...(dependences.backward.get(node) ?? [])].filter((source) => source !== node && dependences.cells.has(source));
      return sources.length > 0 ? [[node, sources] as const] : [];
    });
    this.#retested = entries.flatMap((entry) =>
      [...(dependences.exitTests.get(entry) ?? [])].filter(([, times]) => times > 1).map(([node]) => node),
    );
  }

  /** The slice of a resource; of the driver object alone where there is none. */
  slice(call: CallExpr | undefined, pair: Pair | undefined): Map<number, number> {
    const seeds = call ? this.#seeds(call, pair) : [];
    const ranks = new Map<number, number>();
    const visited = new Set<number>();
    let level: number[] = [...seeds, ...this.#common];
    for (let rank = 0; level.length > 0 && ranks.size < MAX_CELLS && visited.size < MAX_VISITS; rank += 1) {
      const next: number[] = [];
      for (const node of level) {
        if (visited.has(node)) continue;
        visited.add(node);
        if (this.#dependences.cells.has(node) && ranks.size < MAX_CELLS) ranks.set(node, rank);
        for (const source of this.#dependences.backward.get(node) ?? []) {
          if (next.length + visited.size > MAX_VISITS) break;
          if (!visited.has(source)) next.push(source);
        }
      }
      level = next;
    }
    this.#addDerived(ranks);
    for (const node of this.#retested) if (ranks.size < MAX_CELLS && !ranks.has(node)) ranks.set(node, MAX_VISITS);
    return ranks;
  }

  /** Flags that an exit tests and that follow from what is kept: `const failed = !NT_SUCCESS(status)`. */
  #addDerived(ranks: Map<number, number>): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const [node, sources] of this.#derived) {
        if (ranks.has(node) || ranks.size >= MAX_CELLS || !sources.some((source) => ranks.has(source))) continue;
        ranks.set(node, MAX_VISITS - 1);
        changed = true;
      }
    }
  }

  #seeds(call: CallExpr, pair: Pair | undefined): number[] {
    const reached = this.#flow(call.site.id);
    const seeds: number[] = [call.site.id, ...reached];
    const record = this.#dependences.records.find((each) => each.call === call);
    if (record) seeds.push(record.guard, ...record.args.flat());
    if (!pair) return seeds;
    const isNamed = pair.handle.from === "return" || pair.handle.from === "out";
    for (const { call: other, guard, args } of this.#releasesOf(pair.kind)) {
      const nodes = args.flat();
      const isNear = !isNamed || nodes.length === 0 || nodes.some((node) => reached.has(node));
      if (isNear) seeds.push(guard, ...nodes, other.site.id);
    }
    return seeds;
  }

  readonly #releases = new Map<string, Dependences["records"]>();

  #releasesOf(kind: string): Dependences["records"] {
    let known = this.#releases.get(kind);
    if (!known) {
      known = this.#dependences.records.filter(({ call }) => call.api?.releases.some(({ pair }) => pair.kind === kind));
      this.#releases.set(kind, known);
    }
    return known;
  }

  /** Where the handle of a site may go. */
  #flow(site: number): Set<number> {
    const reached = new Set<number>([site]);
    const pending = [site];
    for (let node = pending.pop(); node !== undefined && reached.size < MAX_FLOW; node = pending.pop()) {
      for (const target of this.#dependences.forward.get(node) ?? []) {
        if (reached.has(target) || reached.size >= MAX_FLOW) continue;
        reached.add(target);
        pending.push(target);
      }
    }
    return reached;
  }

  get names(): Names {
    return this.#names;
  }
}
