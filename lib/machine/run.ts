/** One run of the machine: which resource it tracks, what it keeps, and the sinks for what leaves a region. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { Pair } from "../api/pairs.ts";
import type { Names } from "./names.ts";
import type { CallExpr, CallSite, ClassInfo, ExitSite, Expr, FunctionInfo, Region, Touched, VariableRef } from "./regions.ts";
import { Cores, lengthOf, type At, type Core, type Trace, type TraceStep, type ValueAt } from "./state.ts";
import { Values, type Value } from "./values.ts";
import { kindNode, type Dependences } from "./dependence.ts";
import type { ResolvedSettings } from "../settings.ts";

/** The place of calls that the code does not spell. */
export const NOWHERE: CallSite = {
  id: 0,
  place: { loc: { start: { line: 1, column: 0 }, end: { line: 1, column: 0 } }, range: [0, 0] },
  line: 1,
  label: "",
  inLoop: false,
  isPending: false,
  inField: false,
  fn: undefined,
};

// Cells of the protocol. Negative, so that they never meet a numbered name.
/** What became of the tracked resource: absent, or one of the strings below, or the mark of the site that released it. */
export const PROPERTY = -1;
/** What identifies the tracked resource, where an argument does. */
export const IDENTITY = -2;
/** The exit at which the frame that held the duty failed. */
export const FAILED_EXIT = -3;
/** Mark of the tracked site once it ran before the driver object existed. */
export const EARLY = -4;
/** Mark of the creation that followed an early call. */
export const EARLY_CREATE = -5;
/** "alive", "failed" or "unknown"; absent while there was no creation. */
export const DRIVER = -6;
export const CLEANUP = -7;
export const DESTROY = -8;
export const UNLOAD = -9;
/** Driver init flags as they were given. */
export const FLAGS = -10;
/** Mark of the creation that succeeded. */
export const CREATED = -11;
/** Why that creation carries no cleanup callback: "null", "unset"; absent where it does or may. */
export const UNCLEAN = -12;
/** Something of the tracked kind is held that the run does not track (for kinds of which there is one). */
export const OTHER_HELD = -13;
/** The tracked resource was released by the entry itself on this path. */
export const RELEASED_EARLY = -14;
/** The tracked framework object has no parent, since it was made before the driver object. */
export const ORPHAN = -15;
/** The variable or field the handle was first stored in: a mark, for messages. */
export const HOLDER = -16;

/** Mark of a creation that was given null for its attributes; only in the run that follows structs. */
export const NULL_ATTRIBUTES = -17;

/** Mark of the first release on this path of what was not held; only where releases are looked into. */
export const WRONG = -18;

/** Set once the place that a question is about has been passed. */
export const WATCHED = -19;

/** The same registration was made again while it was held: "once" or "often". */
export const AGAIN = -20;

export const PROTOCOL_CELLS: readonly number[] = [
  PROPERTY, IDENTITY, FAILED_EXIT, EARLY, EARLY_CREATE, DRIVER, CLEANUP, DESTROY, UNLOAD, FLAGS, CREATED, UNCLEAN,
  OTHER_HELD, RELEASED_EARLY, ORPHAN, HOLDER, NULL_ATTRIBUTES, WRONG, WATCHED, AGAIN,
];
/** Those of them that only what touches the tracked resource reads. */
export const PROPERTY_CELLS: ReadonlySet<number> = new Set([PROPERTY, IDENTITY, FAILED_EXIT, OTHER_HELD, RELEASED_EARLY, ORPHAN, HOLDER, WRONG, AGAIN]);

/** What a run follows. */
export interface Tracked {
  /** The acquiring call, or a registration; undefined for the run that only follows the driver object. */
  readonly call: CallExpr | undefined;
  readonly pair: Pair | undefined;
  /** Nodes whose plain values are worth keeping, by their distance from the resource. */
  readonly slice: ReadonlyMap<number, number>;
  /** Whether objects are kept wherever they are, or only in the slice. */
  readonly keepObjects: boolean;
  /** Whether releases of what is not held are looked into. */
  readonly looksIntoReleases?: boolean;
}

/** A way out of a function. */
export interface Leave {
  readonly value: Value;
  readonly core: Core;
  readonly exits: Exits;
}

/** The exits that leave alike, each with its path: a rope, since a long function has many. */
export type Exits =
  | { readonly k: "one"; readonly site: ExitSite; readonly trace: Trace | undefined }
  | { readonly k: "two"; readonly left: Exits; readonly right: Exits }
  | { readonly k: "after"; readonly trace: Trace; readonly exits: Exits };

/** Collects what leaves a region otherwise than by its end. */
export class Sink {
  readonly returns = new Map<string, Leave>();
  readonly throws = new Map<string, Leave>();
  /** By target, the states that jump there; equal ones once, with the shortest path. */
  readonly jumps = new Map<number, Map<number, At>>();

  leave(into: "returns" | "throws", leave: Leave): void {
    const key = `${String(leave.value.id)}:${String(leave.core.id)}`;
    const known = this[into].get(key);
    this[into].set(key, known ? { ...known, exits: { k: "two", left: known.exits, right: leave.exits } } : leave);
  }

  jump(id: number, at: At): void {
    let states = this.jumps.get(id);
    if (!states) {
      states = new Map();
      this.jumps.set(id, states);
    }
    const known = states.get(at.core.id);
    if (!known || lengthOf(at.trace) < lengthOf(known.trace)) states.set(at.core.id, at);
  }
}

/** Where in the program a run stands. */
export interface Frame {
  readonly fn: FunctionInfo | undefined;
  readonly sink: Sink;
  /** Number of the calls that led here, as far as objects are told apart by them. */
  readonly path: number;
  /** Returned statuses matter only as success or failure. */
  readonly isEntry: boolean;
  /** In a generator: what becomes of the values that it yields. */
  readonly take?: ((value: Value, at: At, site: number) => readonly At[]) | undefined;
}

/** The machine gave up on a run: too much to do. The run's facts are dropped: silence. */
export class Exhausted extends Error {}

/** Execution went too deep: this region or function must be run first, from fresh. */
export class Needed extends Error {
  readonly key: string;
  readonly compute: () => void;

  constructor(key: string, compute: () => void) {
    super("needed");
    this.key = key;
    this.compute = compute;
  }
}

/** The outcome of a remembered region or function. */
export interface Outcome {
  readonly normal: readonly At[];
  readonly values: readonly ValueAt[];
  readonly sink: Sink;
}

/** A field of attributes or config that was set, for `no-lost-attributes`. */
export interface FieldSet {
  readonly mark: number;
  readonly field: string;
  readonly struct: string;
  readonly node: TSESTree.Node;
}

/** What the run of the driver object notices about structs on the way. */
export interface StructLog {
  readonly sets: Map<number, FieldSet>;
  readonly wiped: Map<number, CallSite>;
  readonly consumed: Set<number>;
  readonly dead: Map<number, CallSite>;
  readonly unpassed: Map<number, CallSite>;
}

/** All that is shared by the runs over one file. */
export interface Shared {
  readonly values: Values;
  readonly cores: Cores;
  readonly names: Names;
  readonly dependences: Dependences;
  readonly settings: ResolvedSettings;
  readonly entries: ReadonlySet<FunctionInfo>;
  readonly constantFunctions: ReadonlyMap<VariableRef, FunctionInfo>;
  /** Classes whose parent a run told, by class and parent. */
  readonly extendedClasses: Map<string, ClassInfo>;
  /** Outcomes that runs share. */
  readonly outcomes: Map<string, Outcome>;
  readonly fields: Map<string, number>;
  readonly fieldCells: Map<number, { readonly object: number; readonly name: string; readonly node: number }>;
  readonly exitSites: Map<number, ExitSite>;
  readonly callSites: Map<number, CallSite>;
  /** What stands for a place at which a field of attributes or config is set. */
  readonly setAt: Map<TSESTree.Node, number>;
  readonly paths: Map<string, number>;
  /** Of each path, the last calls. */
  readonly pathTails: Map<number, readonly number[]>;
  /** Sites that make objects. */
  readonly objectSites: readonly number[];
  /** Sites of objects whose methods find them without being told, and of classes. */
  readonly containers: ReadonlySet<number>;
  readonly makers: WeakMap<Touched, boolean>;
  /** Cells that all runs over the file may copy: beyond it, what is left is silence. */
  readonly workLimit: number;
  /** Names of the file under lint, and of what it imports, roughly. */
  readonly size: { readonly own: number; readonly others: number };
  /** The modules' own statements were too much to do: no run will get past them. */
  cannotLoad: boolean;
  /** The cells of each object's fields. */
  readonly fieldsByObject: Map<number, number[]>;
  /** The file calls WdfDriverMiniportUnload somewhere. */
  readonly mentionsMiniportUnload: boolean;
  /** Kinds that the file acquires at one place only. */
  readonly soleSites: ReadonlySet<string>;
  /** Module variables that other files can reach. */
  readonly exported: readonly VariableRef[];
  /** Variables that are kept until a test with a way out has told what they hold. */
  readonly transient: ReadonlySet<number>;
  /** Those of them that are kept to the end of their function, which returns them. */
  readonly answers: ReadonlySet<number>;
  /** Those of them of which constants are kept, too. */
  readonly flags: ReadonlySet<number>;
  /** The sites of constants of other code: of its variables, and of what is read of them. */
  readonly foreign: Set<number>;
  /** The objects that stand for what code out of sight answered, by the sites of the calls: made once something is told of their fields. */
  readonly answered: Map<number, number>;
  /** Calls of code out of sight that were given a status: what they answer may tell of it. */
  readonly aboutStatus: Set<number>;
  /** The names of all fields that something sets by a member expression. */
  readonly assigned: ReadonlySet<string>;
  /** The cells of conditions, by the nodes they read. */
  readonly correlatedBy: ReadonlyMap<number, readonly number[]>;
}

/** The parts of the machine, so that none need import another that imports it. */
export interface Machine {
  evaluate(expr: Expr, at: At, frame: Frame): ValueAt[];
  condition(expr: Expr, at: At, frame: Frame, text: string, line: number): { yes: At[]; no: At[] };
  execute(region: Region, states: readonly At[], frame: Frame): At[];
  call(fn: Value, self: Value | undefined, args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[];
  /** Whether a value leads to the tracked handle. */
  reaches(value: Value, core: Core): boolean;
  /** Deletes the driver object, callbacks and all. */
  deleteDriver(at: At): At[];
}

const MAX_STEPS = 120_000;
// Cells that one run may copy.
const MAX_WORK = 3_000_000;
const STEPS_PER_NAME = 60;
const WORK_PER_NAME = 300;
const STEPS_PER_OTHER = 4;
const WORK_PER_OTHER = 20;
// So many calls that led to where an object is made tell it apart.
const MAX_PATH = 4;
const MAX_STATES = 128;

/** One run. */
export class Run {
  readonly shared: Shared;
  readonly tracked: Tracked;
  readonly machine: Machine;
  readonly log: StructLog | undefined;
  /** Key of the slice, by what a region touches: part of what its outcome is remembered under. */
  readonly sliceKeys = new Map<number, string>();
  /** What is being computed, to cut recursion. */
  readonly active = new Set<string>();
  /** How often each function is within itself. */
  readonly recursion = new Map<number, number>();
  readonly #own = new Map<string, Outcome>();
  readonly #site: number | undefined;
  /** The nodes of the tracked site and of releases of its kind that name no handle. */
  readonly trackedNodes: readonly number[];
  /** The functions that release the tracked kind, where that takes no handle. */
  readonly releasers: ReadonlySet<FunctionInfo> | undefined;
  /** The entry's own statements are running, not the callbacks. */
  phase: "module" | "entry" | "unload" | "cleanup" = "module";
  /** Counts the tests of values that are known in principle but not to the machine. */
  opaqueTests = 0;
  depth = 0;
  steps = 0;
  readonly #maxSteps: number;
  readonly #limit: number;
  /** Of each state, which values lead to the tracked handle. */
  readonly reached = new WeakMap<Core, Map<number, boolean>>();
  readonly held: Value;
  readonly escaped: Value;

  constructor(shared: Shared, tracked: Tracked, machine: Machine, log: StructLog | undefined) {
    this.shared = shared;
    this.tracked = tracked;
    this.machine = machine;
    this.log = log;
    // A large file may take more, in proportion; less so for what it imports.
    const { own, others } = shared.size;
    this.#maxSteps = MAX_STEPS + STEPS_PER_NAME * own + STEPS_PER_OTHER * others;
    this.#limit = Math.min(shared.cores.work + MAX_WORK + WORK_PER_NAME * own + WORK_PER_OTHER * others, shared.workLimit);
    this.held = shared.values.const("held");
    this.escaped = shared.values.const("escaped");
    const { call, pair } = tracked;
    this.#site = call?.site.id;
    this.releasers = pair && (pair.handle.from === "argument" || pair.handle.from === "global") ? shared.dependences.releasersOf(pair.kind) : undefined;
    this.trackedNodes = [...(call ? [call.site.id] : []), ...(pair ? [kindNode(shared.names, pair.kind)] : [])];
  }

  /**
   * Where outcomes are remembered: those that depend on nothing but what they touch are shared by all runs. Those that
   * no other run can ask for, since they know the tracked resource, go with this one.
   */
  outcomes(touched: Touched, core: Core): Map<string, Outcome> {
    if (touched.open || this.log || this.tracked.looksIntoReleases === true || (this.#site !== undefined && touched.nodes.has(this.#site))) return this.#own;
    for (const value of core.cells.values()) if (value.k === "tracked") return this.#own;
    return this.shared.outcomes;
  }

  deleteDriver(at: At): At[] {
    return this.machine.deleteDriver(at);
  }

  tick(amount = 1): void {
    this.steps += amount;
    if (this.steps > this.#maxSteps || this.shared.cores.work > this.#limit) throw new Exhausted("too much to do");
  }

  /** Objects are told apart by their site and the last calls that led to it, of functions that are called at several places. */
  pathInto(path: number, site: number): number {
    const { paths, pathTails } = this.shared;
    const calls = [...(pathTails.get(path) ?? []), site].slice(-MAX_PATH);
    const key = calls.join(">");
    const known = paths.get(key);
    if (known !== undefined) return known;
    const made = paths.size + 1;
    paths.set(key, made);
    pathTails.set(made, calls);
    return made;
  }

  /** The site that stands for one turn over a list: what is made in it is told apart from that of the next. */
  turnOf(site: number, index: number): number {
    const key = `turn ${String(site)}.${String(index)}`;
    const { fields, names } = this.shared;
    const known = fields.get(key);
    if (known !== undefined) return known;
    const made = names.fresh();
    fields.set(key, made);
    return made;
  }

  /** Whether a node's plain values are kept. */
  keeps(node: number): boolean {
    return this.tracked.slice.has(node);
  }

  /**
   * Equal states become one, with the shorter path. Beyond a bound, the cells farthest from the resource are forgotten
   * until few enough states differ; what is held, and where, is never forgotten.
   */
  join(states: readonly At[]): At[] {
    const joined = dedupe(states);
    return joined.length > MAX_STATES ? this.#reduce(joined, MAX_STATES / 2).states : joined;
  }

  /** Forgets cells, farthest first, first singly and then more each time, until few enough states differ. */
  #reduce(states: readonly At[], bound: number): { states: At[]; cells: number[]; counters: Set<number> } {
    const counters = new Set<number>();
    const order = this.#farthestFirst(states);
    let reduced = [...states];
    let done = 0;
    for (let passes = 0; reduced.length > bound && done < order.length; passes += 1) {
      const cells = order.slice(done, done + 2 ** (passes >> 2));
      done += cells.length;
      for (const cell of this.#countersAmong(cells, states)) counters.add(cell);
      reduced = dedupe(reduced.map((at) => ({ core: this.forgetAll(at.core, cells, counters), trace: at.trace })));
    }
    return { states: reduced, cells: order.slice(0, done), counters };
  }

  /** The cells to forget for the states to be few enough. */
  cellsToForget(states: readonly At[], bound: number): { readonly cells: readonly number[]; readonly counters: ReadonlySet<number> } {
    return this.#reduce(states, bound);
  }

  /** @param counters those of the cells that count: a test of one is no guess at either outcome from then on */
  forgetAll(core: Core, cells: readonly number[], counters: ReadonlySet<number>): Core {
    const changes = cells.filter((cell) => !this.#isWhere(core, cell)).map((cell): [number, Value | undefined] => [cell, counters.has(cell) ? this.shared.values.opaque(cell) : this.#forgotten(core, cell)]);
    // The text that identifies the resource: nobody can tell any more what is released.
    const identity = core.cells.get(IDENTITY);
    const isLost = identity?.k === "const" && core.cells.get(PROPERTY) === this.held && cells.some((cell) => core.cells.get(cell) === identity);
    return this.shared.cores.with(core, isLost ? [...changes, [PROPERTY, this.escaped]] : changes);
  }

  /** The cells that count something in a row of states. */
  countersIn(states: readonly At[]): number[] {
    return this.#countersAmong([...new Set(states.flatMap(({ core }) => [...core.cells.keys()]))].filter((cell) => cell >= 0), states);
  }

  /** Of some cells, those that hold many numbers in a row of states: they count turns, or what is in a list. */
  #countersAmong(cells: readonly number[], states: readonly At[]): number[] {
    return cells.filter((cell) => {
      const numbers = new Set(states.map(({ core }) => core.cells.get(cell)).filter((value) => value?.k === "const" && typeof value.value === "number"));
      return numbers.size >= MANY_NUMBERS;
    });
  }

  /** One of many states, with less to tell it apart from the others. */
  forgetFarthest(states: readonly At[], core: Core, bound: number): Core {
    const known = this.#forgets.get(states) ?? this.cellsToForget(dedupe(states), bound);
    this.#forgets.set(states, known);
    return this.forgetAll(core, known.cells, known.counters);
  }

  readonly #forgets = new WeakMap<readonly At[], { readonly cells: readonly number[]; readonly counters: ReadonlySet<number> }>();

  /** Empties a cell, so that nothing is known of it. A field's absence means something else: it is set to unknown. */
  #forgotten(core: Core, cell: number): Value | undefined {
    const { values, fieldCells } = this.shared;
    const value = core.cells.get(cell);
    // One of several statuses can be a failure as much as any of them.
    const call = value?.k === "unknown" ? value.call : undefined;
    const isStatus = value?.k === "status" || value?.k === "result" || call !== undefined;
    if (isStatus) return values.unknown(cell, undefined, NOWHERE);
    return fieldCells.has(cell) ? values.unknown(cell) : undefined;
  }

  /** The cells that tell states apart and may be forgotten, farthest from the resource first. */
  #farthestFirst(states: readonly At[]): number[] {
    const [first] = states;
    if (!first) return [];
    this.shared.cores.work += states.length * first.core.cells.size;
    this.tick(states.length);
    const counts = new Map<number, { readonly value: Value; count: number; differs: boolean }>();
    for (const { core } of states) {
      for (const [cell, value] of core.cells) {
        if (cell < 0 || this.isForgotten(cell, value)) continue;
        const known = counts.get(cell);
        if (!known) counts.set(cell, { value, count: 1, differs: false });
        else {
          known.count += 1;
          if (known.value !== value) known.differs = true;
        }
      }
    }
    const ranked: [number, number][] = [];
    for (const [cell, { count, differs }] of counts) {
      if (!differs && count === states.length) continue;
      const rank = this.#rankOf(cell, states);
      if (rank !== undefined) ranked.push([cell, rank]);
    }
    return ranked.sort((a, b) => b[1] - a[1]).map(([cell]) => cell);
  }

  /** How far a cell is from the resource; undefined where it leads to the tracked handle in all states. */
  #rankOf(cell: number, states: readonly At[]): number | undefined {
    const places = states.filter(({ core }) => this.#isWhere(core, cell)).length;
    if (places === states.length) return undefined;
    // An element of a list, say: where another holds the handle, this one tells nothing.
    if (places > 0) return this.shared.fieldCells.has(cell) ? SOMETIMES : undefined;
    const node = this.shared.fieldCells.get(cell)?.node ?? cell;
    return this.tracked.slice.get(node) ?? Number.MAX_SAFE_INTEGER;
  }

  /** Whether a cell leads to the tracked handle. */
  #isWhere(core: Core, cell: number): boolean {
    const value = core.cells.get(cell);
    return value !== undefined && !isPlain(value) && this.machine.reaches(value, core);
  }

  isForgotten(cell: number, value: Value): boolean {
    return value.k === "unknown" && value.site === cell;
  }
}

// Rank of what leads to the tracked handle in some states: forgotten in the others, when all else is.
const SOMETIMES = -0.5;
// What holds so many numbers is no flag.
const MANY_NUMBERS = 4;

/** Values that are only worth keeping where they can correlate with the resource. */
export function isPlain(value: Value): boolean {
  return value.k === "const" || value.k === "status" || value.k === "unknown" || value.k === "handle" || (value.k === "api" && value.bound.length === 0);
}

export function dedupe(states: readonly At[]): At[] {
  if (states.length < 2) return [...states];
  const byCore = new Map<number, At>();
  for (const at of states) {
    const known = byCore.get(at.core.id);
    if (!known || lengthOf(at.trace) < lengthOf(known.trace)) byCore.set(at.core.id, at);
  }
  return [...byCore.values()];
}

/** Equal values in equal states become one. */
export function dedupeValues(states: readonly ValueAt[]): ValueAt[] {
  if (states.length < 2) return [...states];
  const byKey = new Map<string, ValueAt>();
  for (const at of states) {
    const key = `${String(at.value.id)}:${String(at.core.id)}`;
    const known = byKey.get(key);
    if (!known || lengthOf(at.trace) < lengthOf(known.trace)) byKey.set(key, at);
  }
  return [...byKey.values()];
}

/** How a call comes out. `tested`: a later test decides. */
export function outcome(site: CallSite, succeeds: boolean, { acquires = false, tested = false } = {}): TraceStep {
  return { text: `\`${site.label}\` ${succeeds ? "succeeds" : "fails"}`, line: site.line, fails: !succeeds, acquires, tested: tested ? site : undefined };
}

/** A test and its answer, in words. */
export function step(text: string, line: number): TraceStep {
  return { text, line, fails: false, acquires: false, tested: undefined };
}
