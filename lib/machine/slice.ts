/** Slices: which plain values can correlate with a resource, and how far each is from it. */
import type { CallRecord, Dependences } from "./dependence.ts";
import type { CallExpr, FunctionInfo } from "./regions.ts";
import type { Names } from "./names.ts";
import type { Pair } from "../api/pairs.ts";

// Of one function, so many variables are kept for one resource; farther ones are not. As many of each module, fields among those of the file under lint.
const MAX_CELLS = 40;
// So many nodes of the dependence graph are looked at to find them; more, where there are few resources.
const MIN_VISITS = 20_000;
const ALL_VISITS = 4_000_000;
// Rank of what is kept although it lies nowhere near.
const FAR = 1_000_000;
// Rank of what an entry returns: without it, no exit is known to fail.
const VERDICT = -1;
// And of one node, so many of the nodes it depends on.
const MAX_SOURCES = 300;
// What decides a function's answer is looked for among so many nodes.
const MAX_DECIDING = 200;
// Stands for the arguments of a release that has none.
const NO_ARGUMENT = 0;
// Forward, a handle is followed through so many nodes.
const MAX_FLOW = 200;

// What a verdict on the driver object always needs.
const PROTOCOL_FIELDS = ["EvtCleanupCallback", "EvtDestroyCallback", "EvtDriverUnload", "EvtDriverDeviceAdd", "DriverInitFlags", "ParentObject", "DriverUnload"];

/** Computes slices over one file's dependences. */
export class Slicer {
  readonly #dependences: Dependences;
  readonly #common: readonly number[];
  /** The function that a cell is a variable of; the module of a module variable, below 0. */
  readonly #owners = new Map<number, number>();
  readonly #retested: readonly number[];
  /** The variables that entries return. */
  readonly #verdicts: readonly number[];
  readonly #maxVisits: number;
  /** By a variable or a call, the variables that are tested before an exit and tell of it. */
  readonly #tellers: ReadonlyMap<number, readonly number[]>;

  constructor(dependences: Dependences, names: Names, functions: readonly FunctionInfo[], entries: readonly FunctionInfo[]) {
    this.#dependences = dependences;
    this.#records = new Map(dependences.records.map((record) => [record.call, record]));
    for (const fn of functions) for (const cell of [...fn.locals, ...fn.argumentCells]) this.#owners.set(cell, fn.id);
    for (const [cell, module] of dependences.modules) this.#owners.set(cell, -module);
    const resources = dependences.records.filter(({ call: { api } }) => api && (api.acquires.length > 0 || api.effect === "registration"));
    this.#maxVisits = Math.max(MIN_VISITS, Math.floor(ALL_VISITS / (1 + resources.length)));
    const common: number[] = entries.map((entry) => dependences.returnOf(entry));
    for (const { call, guard, args } of dependences.records) {
      if (call.api?.effect === "create-driver") common.push(guard, ...args.flat(), ...this.#flow(call.site.id));
    }
    this.#common = [...common, ...[...dependences.indexes].slice(0, MAX_CELLS), ...PROTOCOL_FIELDS.map((name) => names.field(name))];
    this.#tellers = this.#told([...entries.flatMap((entry) => [...(dependences.exitTests.get(entry)?.keys() ?? [])]), ...dependences.leavingTests]);
    this.#verdicts = entries.flatMap((entry) => [...(dependences.inputs.get(dependences.returnOf(entry)) ?? [])].filter((node) => dependences.cells.has(node)));
    this.#retested = entries.flatMap((entry) =>
      [...(dependences.exitTests.get(entry) ?? [])].filter(([node, times]) => times > 1 || this.#isDecided(node)).map(([node]) => node),
    );
  }

  /** Whether a variable is set once, to what the functions of this file alone decide: it has one value, or tells their returns apart. */
  #isDecided(node: number): boolean {
    const { cells, reassigned, answered, followed, inputs } = this.#dependences;
    if (!cells.has(node) || reassigned.has(node)) return false;
    const seen = new Set<number>([node]);
    const pending = [node];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (answered.has(next) || seen.size > MAX_DECIDING || (next !== node && cells.has(next))) return false;
      for (const source of inputs.get(next) ?? []) {
        if (seen.has(source) || followed.has(source)) continue;
        seen.add(source);
        pending.push(source);
      }
    }
    return true;
  }

  /** What the tests before an exit read, and what that comes from: by each node that it comes from, the cells that tell of it. */
  #told(tested: Iterable<number>): Map<number, number[]> {
    const { cells, inputs, answered } = this.#dependences;
    const returns = new Set(this.#dependences.returns.values());
    const tellers = new Map<number, number[]>();
    const sourcesOf = (node: number): number[] => {
      if (returns.has(node)) return this.#decidedBy(node);
      return cells.has(node) || answered.has(node) ? [node] : [];
    };
    const seen = new Set<number>();
    const pending = [...tested].flatMap(sourcesOf);
    for (const node of pending) {
      if (seen.has(node) || !cells.has(node)) continue;
      seen.add(node);
      const from = new Set([...(inputs.get(node) ?? []), ...this.#flagged(node)].flatMap(sourcesOf));
      from.delete(node);
      for (const source of [...from].slice(0, MAX_SOURCES)) {
        pending.push(source);
        const known = tellers.get(source);
        if (known) known.push(node);
        else tellers.set(source, [node]);
      }
    }
    return tellers;
  }

  /** Of a variable that is only ever set to constants: what the tests around those assignments read. */
  #flagged(node: number): number[] {
    const { backward, inputs } = this.#dependences;
    for (const source of inputs.get(node) ?? []) if (source !== node) return [];
    const read = new Set<number>();
    for (const guard of backward.get(node) ?? []) {
      for (const test of this.#dependences.testsAround(guard)) {
        if (read.size >= MAX_SOURCES) return [...read];
        read.add(test);
      }
    }
    return [...read];
  }

  /** The variables that decide what a function returns. */
  #decidedBy(returned: number): number[] {
    const seen = new Set<number>([returned]);
    const found: number[] = [];
    const pending = [returned];
    for (let node = pending.pop(); node !== undefined && seen.size < MAX_DECIDING; node = pending.pop()) {
      for (const source of this.#dependences.backward.get(node) ?? []) {
        if (seen.has(source)) continue;
        seen.add(source);
        if (this.#dependences.cells.has(source)) found.push(source);
        else pending.push(source);
      }
    }
    return found;
  }

  /**
   * The slice of a resource; of the driver object alone where there is none. Undefined where the nodes to look at are
   * too many: what is not kept would then be taken for unknown, and the resource for held on paths that cannot be.
   */
  slice(call: CallExpr, pair: Pair | undefined): Map<number, number> | undefined;
  slice(call: undefined, pair: undefined): Map<number, number>;
  slice(call: CallExpr | undefined, pair: Pair | undefined): Map<number, number> | undefined {
    const seeds = call ? this.#seeds(call, pair) : [];
    const ranks = new Map<number, number>();
    const visited = new Set<number>();
    const counts = new Map<number, number>();
    let level: number[] = [...seeds, ...this.#common];
    for (let rank = 0; level.length > 0 && visited.size < this.#maxVisits; rank += 1) {
      const next: number[] = [];
      for (const node of level) {
        if (visited.has(node)) continue;
        visited.add(node);
        if (this.#dependences.cells.has(node) && !this.#admit(ranks, counts, node, rank)) continue;
        let sources = 0;
        for (const source of this.#dependences.backward.get(node) ?? []) {
          sources += 1;
          if (sources > MAX_SOURCES) break;
          if (!visited.has(source)) next.push(source);
        }
      }
      level = next;
    }
    if (call && level.length > 0) return undefined;
    for (const cell of this.#verdicts) if (ranks.has(cell)) ranks.set(cell, VERDICT);
    this.#addTellers(ranks, counts, call ? [call.site.id] : []);
    for (const node of this.#retested) if (!ranks.has(node)) this.#admit(ranks, counts, node, FAR);
    return ranks;
  }

  /** Takes a cell into a slice, if its function has room. */
  #admit(ranks: Map<number, number>, counts: Map<number, number>, node: number, rank: number): boolean {
    const owner = this.#owners.get(node) ?? 0;
    const count = counts.get(owner) ?? 0;
    if (count >= MAX_CELLS) return false;
    counts.set(owner, count + 1);
    ranks.set(node, rank);
    return true;
  }

  /** Flags that are tested before an exit and that follow from what is kept: `const failed = !NT_SUCCESS(status)`, `if (pool === null) failed = true`. */
  #addTellers(ranks: Map<number, number>, counts: Map<number, number>, calls: Iterable<number>): void {
    const pending = [...ranks.keys(), ...calls];
    for (const node of pending) {
      for (const teller of this.#tellers.get(node) ?? []) {
        if (!ranks.has(teller) && this.#admit(ranks, counts, teller, FAR - 1)) pending.push(teller);
      }
    }
  }

  #seeds(call: CallExpr, pair: Pair | undefined): number[] {
    const reached = this.#flow(call.site.id);
    const seeds: number[] = [call.site.id, ...reached];
    const record = this.#records.get(call);
    if (record) seeds.push(record.guard, ...record.args.flat());
    if (!pair) return seeds;
    const isNamed = pair.handle.from === "return" || pair.handle.from === "out";
    const near = new Set<CallRecord>();
    const releases = this.#releasesOf(pair.kind);
    for (const node of isNamed ? [...reached, NO_ARGUMENT] : releases.keys()) {
      for (const each of releases.get(node) ?? []) near.add(each);
    }
    for (const { call: other, guard, args } of near) seeds.push(guard, ...args.flat(), other.site.id);
    return seeds;
  }

  readonly #records: ReadonlyMap<CallExpr, CallRecord>;
  readonly #releases = new Map<string, ReadonlyMap<number, readonly CallRecord[]>>();

  /** The releases of a kind, by what their arguments mention. */
  #releasesOf(kind: string): ReadonlyMap<number, readonly CallRecord[]> {
    const known = this.#releases.get(kind);
    if (known) return known;
    const byNode = new Map<number, CallRecord[]>();
    for (const record of this.#dependences.records) {
      if (!record.call.api?.releases.some(({ pair }) => pair.kind === kind)) continue;
      const nodes = record.args.flat();
      for (const node of nodes.length > 0 ? nodes : [NO_ARGUMENT]) {
        const list = byNode.get(node);
        if (list) list.push(record);
        else byNode.set(node, [record]);
      }
    }
    this.#releases.set(kind, byNode);
    return byNode;
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
}
