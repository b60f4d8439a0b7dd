/** What a function, or a remembered region, does to states: computed once for each state as far as it can tell them apart. */
import { applyMeaning } from "./effects.ts";
import { initialiseFields, isFailing } from "./invoke.ts";
import { makeGenerator } from "./iterate.ts";
import { moduleNumber } from "./lines.ts";
import type { CallSite, ExitSite, FunctionInfo, MemoRegion, Touched } from "./regions.ts";
import { FAILED_EXIT, IDENTITY, NOWHERE, Needed, PROPERTY, PROPERTY_CELLS, PROTOCOL_CELLS, Sink, dedupeValues, type Exits, type Frame, type Outcome, type Run } from "./run.ts";
import { follow, lengthOf, type At, type Core, type Trace, type ValueAt } from "./state.ts";
import { boxVariables, fieldsOf, heldBy, giveAway, makeObject, objectOf, reaches, writeField } from "./store.ts";
import { TRUTHY, severity, type Value } from "./values.ts";

// Beyond this depth of calls, the innermost is run first, from fresh.
const MAX_DEPTH = 40;
const NONE: readonly number[] = [];
// A function within itself so many times: what the innermost does is not known.
const MAX_RECURSION = 3;

/** Calls a function value. */
export function callValue(run: Run, callee: Value, self: Value | undefined, args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] {
  if (callee.k === "api") return applyMeaning(run, callee.meaning, { site, args: [...callee.bound, ...args], exprs: [], texts: [], isResult: false }, at, frame);
  if (callee.k !== "fn") return [{ ...at, value: run.shared.values.unknown(site.id, undefined, site) }];
  const { fn } = callee;
  const all = [...callee.bound, ...args];
  if (fn.isGenerator) return [makeGenerator(run, callee, self, all, at, frame, site)];
  if (fn.readsArguments && all.some((value) => reaches(run, value, at.core))) return giveUp(run, callee, all, at, site);
  const entered = enter(run, callee, self, all, at, frame);
  const restore = restoring(run, callee, at.core);
  return entered.flatMap((next) => callEntered(run, callee, all, next, frame, site, restore));
}

/** Puts the `this` and the captured variables of the caller back in place of the callee's, where they share cells. */
export function restoring(run: Run, { fn, captured }: Extract<Value, { k: "fn" }>, before: Core): (after: Core) => Core {
  const cells = captured.map(([cell]) => cell);
  if (!fn.isArrow) cells.push(fn.thisCell);
  const changes = cells.map((cell): [number, Value | undefined] => [cell, before.cells.get(cell)]);
  return (after) => run.shared.cores.with(after, changes);
}

/** Sets the cells a function finds its arguments, its `this` and what it closed over in. */
export function enter(run: Run, callee: Extract<Value, { k: "fn" }>, self: Value | undefined, args: readonly Value[], at: At, frame: Frame): At[] {
  const { values, cores } = run.shared;
  const { fn } = callee;
  const changes: [number, Value | undefined][] = callee.captured.map(([cell, value]): [number, Value] => [cell, value]);
  let { core } = at;
  for (const [index, cell] of fn.argumentCells.entries()) {
    if (index === fn.restFrom) {
      core = setRest(run, cell, args.slice(index), frame, core);
    } else changes.push([cell, args[index] ?? values.undefined]);
  }
  const receiver = callee.self ?? self;
  const entered: At = { core: cores.with(core, changes), trace: at.trace };
  if (fn.isArrow) return [entered];
  if (receiver && objectOf(run, receiver) !== undefined) return [{ ...entered, core: cores.set(entered.core, fn.thisCell, receiver) }];
  return bindContainer(run, fn, entered, frame);
}

/** Puts the rest of the arguments into an array. */
export function setRest(run: Run, cell: number, args: readonly Value[], frame: Frame, core: Core): Core {
  const { values, cores } = run.shared;
  const made = makeObject(run, cell, frame.path, core, { isArray: true }, values.undefined);
  let filled = made.core;
  for (const [offset, value] of args.entries()) filled = writeField(run, made.value, String(offset), value, filled);
  return cores.set(writeField(run, made.value, "length", values.const(args.length), filled), cell, made.value);
}

/** A method called without a receiver is taken to be called on the instance there is. */
export function bindContainer(run: Run, fn: FunctionInfo, at: At, frame: Frame): At[] {
  const { values, cores } = run.shared;
  const { container } = fn;
  if (!container) return [{ ...at, core: cores.set(at.core, fn.thisCell, undefined) }];
  if ("k" in container) {
    const object = values.objectOf(`${String(container.site)}@0`, { site: container.site, info: undefined, type: container.type, isForeign: false, isArray: false });
    return [{ ...at, core: cores.set(at.core, fn.thisCell, values.object(object)) }];
  }
  if ([...container.statics.values()].includes(fn)) return [{ ...at, core: cores.set(at.core, fn.thisCell, values.class(container)) }];
  const instance = values.object(values.objectOf(`instance ${String(container.id)}`, { site: container.site, info: container, type: undefined, isForeign: false, isArray: false }));
  const isNew = fieldsOf(run, objectOf(run, instance) ?? 0, at.core).length === 0;
  const states = isNew ? initialiseFields(run, container, instance, at, frame) : [at];
  return states.map((next) => ({ ...next, core: cores.set(next.core, fn.thisCell, instance) }));
}

function callEntered(run: Run, callee: Extract<Value, { k: "fn" }>, args: readonly Value[], at: At, frame: Frame, site: CallSite, restore: (after: Core) => Core): ValueAt[] {
  const { fn } = callee;
  const touched = touchedBy(fn, () => run.shared.dependences.touched(fn));
  const makes = makesObjects(run, touched);
  // Where it is called at one place only, that tells nothing apart.
  const path = makes ? (fn.callSites === 1 && !fn.escapes ? frame.path : run.pathInto(frame.path, site.id)) : 0;
  const key = `f${String(fn.id)}|${String(path)}`;
  const depth = run.recursion.get(fn.id) ?? 0;
  if (depth >= MAX_RECURSION) return giveUp(run, callee, args, at, site);
  // What the caller alone can see is set aside: a deep chain of calls is not carried along.
  const outcome = remember(run, key, fn.id, touched, at.core, asideOf(frame.fn, fn), (core) => {
    run.recursion.set(fn.id, (run.recursion.get(fn.id) ?? 0) + 1);
    const sink = new Sink();
    const inner: Frame = { fn, sink, path, isEntry: false };
    const normal = run.machine.execute(fn.body, [{ core: boxVariables(run, fn, path, core), trace: undefined }], inner);
    run.recursion.set(fn.id, (run.recursion.get(fn.id) ?? 1) - 1);
    return finish(run, fn, core, normal, sink);
  });
  if (!outcome) return giveUp(run, callee, args, at, site);
  const attach = (after: Core): Core => restore(outcome.attach(after));
  const results = outcome.values.map((found): ValueAt => ({ value: found.value, core: attach(found.core), trace: follow(at.trace, found.trace) }));
  for (const leave of outcome.sink.throws.values()) {
    if (fn.isAsync && site.isPending) {
      // A promise that is rejected: who waits for it is not followed.
      results.push({ value: run.shared.values.unknown(site.id, TRUTHY), core: giveAway(run, attach(leave.core)), trace: at.trace });
    } else frame.sink.leave("throws", { value: leave.value, core: attach(leave.core), exits: after(at.trace, crossing(run, leave.exits, site)) });
  }
  return results;
}

/** The cells that only the caller sees; an arrow function takes the `this` it needs along, a function within itself has its own. */
function asideOf(caller: FunctionInfo | undefined, callee: FunctionInfo): readonly number[] {
  if (!caller) return NONE;
  return caller.isArrow || caller.thisCell === callee.thisCell ? caller.locals : [...caller.locals, caller.thisCell];
}

/** The values a function gives back, and what it leaves behind. */
function finish(run: Run, fn: FunctionInfo, before: Core, normal: readonly At[], sink: Sink): Outcome {
  const { values, cores } = run.shared;
  const left = new Sink();
  const results: ValueAt[] = [];
  const clear = (core: Core): Core => cores.with(core, [...fn.locals, ...(fn.isArrow ? [] : [fn.thisCell])].map((cell): [number, undefined] => [cell, undefined]));
  const isFresh = (core: Core): boolean => !before.cells.has(PROPERTY) && core.cells.get(PROPERTY) === run.held;
  const failedAt = (core: Core, exit: ExitSite): Core => {
    if (core.cells.has(FAILED_EXIT)) return core;
    run.shared.exitSites.set(exit.id, exit);
    return cores.set(core, FAILED_EXIT, values.mark(exit.id));
  };
  const leaves = [...sink.returns.values()];
  const tellsStatus = leaves.some(({ value }) => severity(value) === false);
  for (const leave of leaves) {
    for (const { value, core } of splitStatus(run, fn, leave.value, leave.core, isFresh(leave.core))) {
      if (!isFresh(core) || !isFailing(run, value, core, tellsStatus)) {
        results.push({ value, core: clear(core), trace: shortest(leave.exits) });
        continue;
      }
      for (const exit of exitsOf(leave.exits)) results.push({ value, core: clear(failedAt(core, exit.site)), trace: exit.trace });
    }
  }
  for (const leave of sink.throws.values()) {
    if (!isFresh(leave.core)) {
      left.leave("throws", { ...leave, core: clear(leave.core) });
      continue;
    }
    for (const exit of exitsOf(leave.exits)) left.leave("throws", { value: leave.value, core: clear(failedAt(leave.core, exit.site)), exits: { k: "one", ...exit } });
  }
  for (const { core, trace } of normal) results.push({ value: values.undefined, core: clear(core), trace });
  return { normal: [], values: dedupeValues(results), sink: left };
}

/** `return Register(…)` while holding: whether this frame fails is decided here. */
function splitStatus(run: Run, fn: FunctionInfo, value: Value, core: Core, isFresh: boolean): { value: Value; core: Core }[] {
  if (!isFresh || !fn.returnsStatus || value.k !== "unknown" || !value.call) return [{ value, core }];
  return [true, false].map((ok) => ({ value: run.shared.values.status(ok), core }));
}

/** What cannot be followed: the value is unknown, and a handle that it is given has an unknown owner. */
function giveUp(run: Run, callee: Value, args: readonly Value[], at: At, site: CallSite): ValueAt[] {
  const core = [callee, ...args].some((value) => reaches(run, value, at.core)) ? giveAway(run, at.core) : at.core;
  return [{ core, trace: at.trace, value: run.shared.values.unknown(site.id, undefined, site) }];
}

/** Executes a remembered region. */
export function executeMemo(run: Run, region: MemoRegion, states: readonly At[], frame: Frame): At[] {
  // What a generator does with what it yields is its caller's.
  if (frame.take) return run.machine.execute(region.body, states, frame);
  const touched = touchedBy(region, () => run.shared.dependences.touched(region));
  const key = `r${String(region.id)}|${makesObjects(run, touched) ? String(frame.path) : ""}${frame.isEntry ? "E" : ""}`;
  return states.flatMap((at) => {
    const outcome = remember(run, key, region.id, touched, at.core, NONE, (core) => {
      const sink = new Sink();
      const normal = run.machine.execute(region.body, [{ core, trace: undefined }], { ...frame, sink });
      return { normal, values: [], sink };
    });
    if (!outcome) return [at];
    const { attach } = outcome;
    for (const into of ["returns", "throws"] as const) {
      for (const leave of outcome.sink[into].values()) {
        frame.sink.leave(into, { value: leave.value, core: attach(leave.core), exits: after(at.trace, leave.exits) });
      }
    }
    for (const [id, jumps] of outcome.sink.jumps) {
      for (const jump of jumps.values()) frame.sink.jump(id, { core: attach(jump.core), trace: follow(at.trace, jump.trace) });
    }
    return outcome.normal.map((next) => ({ core: attach(next.core), trace: follow(at.trace, next.trace) }));
  });
}

/** The outcome of something for a state, looked up under what of the state it can touch; undefined inside itself. */
function remember(run: Run, key: string, id: number, touched: Touched, core: Core, aside: readonly number[], compute: (core: Core) => Outcome): (Outcome & { attach: (core: Core) => Core }) | undefined {
  const inside = project(run, touched, core, aside);
  const full = `${key}|${sliceKey(run, id, touched)}|${run.phase}|${String(inside.id)}`;
  const outcomes = run.outcomes(touched, inside);
  let outcome = outcomes.get(full);
  if (!outcome) {
    if (run.active.has(full)) return undefined;
    const computed = (): void => {
      run.active.add(full);
      run.depth += 1;
      try {
        outcomes.set(full, compute(inside));
      } finally {
        run.depth -= 1;
        run.active.delete(full);
      }
    };
    if (run.depth >= MAX_DEPTH) throw new Needed(full, computed);
    computed();
    outcome = outcomes.get(full);
  }
  if (!outcome) return undefined;
  const attach = inside === core ? (after: Core): Core => after : framed(run, core, inside);
  return { ...outcome, attach };
}

/** Makes the changes in a state that were made in a part of it; cells that were set aside stay as they are. */
function framed(run: Run, core: Core, inside: Core): (after: Core) => Core {
  return (after) => run.shared.cores.with(core, inside.cells.differences(after.cells).filter(([cell]) => inside.cells.has(cell) || !core.cells.has(cell)));
}

/** The part of a state that something can touch: its cells, and all of every object that can be reached from them. */
function project(run: Run, touched: Touched, whole: Core, aside: readonly number[]): Core {
  const hidden = new Set(aside.filter((cell) => whole.cells.has(cell)));
  if (touched.open || whole.cells.size === 0) return hidden.size === 0 ? whole : without(run, whole, hidden);
  const { nodes } = touched;
  const { cores, fieldCells, values } = run.shared;
  const kept = new Map<number, Value>();
  const objects: number[] = [];
  const seen = new Set<number>();
  const tracked: Value[] = [];
  const identity = whole.cells.get(IDENTITY);
  const enter = (object: number): void => {
    if (seen.has(object)) return;
    seen.add(object);
    objects.push(object);
  };
  const follow = (value: Value): void => {
    if (value.k === "tracked" || value === identity) tracked.push(value);
    if (value.k === "fn") {
      for (const [, captured] of value.captured) follow(captured);
      for (const bound of value.bound) follow(bound);
      if (value.self) follow(value.self);
      return;
    }
    if (value.k === "result") follow(value.handle);
    const object = objectOf(run, value);
    if (object !== undefined) enter(object);
  };
  const take = (cell: number, value: Value | undefined): void => {
    if (!value || cell < 0 || hidden.has(cell) || fieldCells.has(cell)) return;
    kept.set(cell, value);
    follow(value);
  };
  // Whichever are fewer are gone through.
  if (nodes.size < whole.cells.size) {
    for (const object of values.objectsOf(0)) enter(object);
    for (const node of nodes) {
      take(node, whole.cells.get(node));
      for (const object of values.objectsOf(node)) enter(object);
    }
  } else {
    for (const [cell, value] of whole.cells) {
      const field = cell < 0 ? undefined : fieldCells.get(cell);
      const site = field && (values.objectInfo(field.object)?.site ?? 0);
      if (field && (site === 0 || nodes.has(site ?? 0))) enter(field.object);
      else if (!field && nodes.has(cell)) take(cell, value);
    }
  }
  for (let object = objects.pop(); object !== undefined; object = objects.pop()) {
    for (const [cell, value] of fieldsOf(run, object, whole)) {
      if (hidden.has(cell)) continue;
      kept.set(cell, value);
    }
    for (const value of heldBy(run, object, whole)) follow(value);
  }
  const touchesDriver = nodes.has(run.shared.dependences.driver);
  const touchesProperty = tracked.length > 0 || run.trackedNodes.some((node) => nodes.has(node));
  for (const cell of PROTOCOL_CELLS) {
    const value = whole.cells.get(cell);
    if (value && (PROPERTY_CELLS.has(cell) ? touchesProperty : touchesDriver || touchesProperty)) kept.set(cell, value);
  }
  // What a test tells of a value it tells of all that hold it.
  for (const value of [...kept.values()]) {
    if (value.k !== "unknown") continue;
    for (const cell of cores.holders(whole, value)) kept.set(cell, value);
  }
  if (kept.size === whole.cells.size) return whole;
  if (kept.size * 2 < whole.cells.size) return cores.with(cores.empty, kept);
  return cores.with(whole, [...whole.cells.keys()].flatMap((cell): [number, undefined][] => (kept.has(cell) ? [] : [[cell, undefined]])));
}

/** A state without some cells. Those that hold the same unknown value as one that stays do stay. */
function without(run: Run, core: Core, dropped: ReadonlySet<number>): Core {
  const { cores } = run.shared;
  const isShared = (value: Value | undefined): boolean => value?.k === "unknown" && cores.holders(core, value).some((cell) => !dropped.has(cell));
  return cores.with(core, [...dropped].flatMap((cell): [number, undefined][] => (isShared(core.cells.get(cell)) ? [] : [[cell, undefined]])));
}

/** Which of the nodes that the run keeps a region touches: outcomes are shared between runs that agree in it. */
function sliceKey(run: Run, id: number, touched: Touched): string {
  if (touched.open) return "";
  const known = run.sliceKeys.get(id);
  if (known !== undefined) return known;
  const nodes: number[] = [];
  for (const node of run.tracked.slice.keys()) if (touched.nodes.has(node)) nodes.push(node);
  for (const node of run.trackedNodes) if (touched.nodes.has(node)) nodes.push(-node);
  const key = nodes.sort((a, b) => a - b).join();
  run.sliceKeys.set(id, key);
  return key;
}

function touchedBy(of: { touched: Touched | undefined }, compute: () => Touched): Touched {
  of.touched ??= compute();
  return of.touched;
}

function makesObjects(run: Run, touched: Touched): boolean {
  if (touched.open) return true;
  let known = run.shared.makers.get(touched);
  if (known === undefined) {
    known = false;
    for (const site of run.shared.objectSites) {
      if (touched.nodes.has(site)) {
        known = true;
        break;
      }
    }
    run.shared.makers.set(touched, known);
  }
  return known;
}

/** Exceptions that come from another file into the one under lint: told apart by the call that they come out of. */
function crossing(run: Run, exits: Exits, site: CallSite): Exits {
  if (moduleNumber(site.line) !== 0 || site.place === NOWHERE.place) return exits;
  const all = exitsOf(exits);
  if (all.every((exit) => isHere(exit.site))) return exits;
  return all
    .map((exit): Exits => ({ k: "one", trace: exit.trace, site: isHere(exit.site) ? exit.site : { ...exit.site, id: run.turnOf(exit.site.id, site.id), via: site } }))
    .reduce((left, right): Exits => ({ k: "two", left, right }));
}

function isHere(exit: ExitSite): boolean {
  return exit.via !== undefined || moduleNumber(exit.line) === 0;
}

function after(trace: Trace | undefined, exits: Exits): Exits {
  return trace ? { k: "after", trace, exits } : exits;
}

/** Every exit of a rope, each with its whole path. */
export function exitsOf(exits: Exits): { site: ExitSite; trace: Trace | undefined }[] {
  const bySite = new Map<number, { site: ExitSite; trace: Trace | undefined }>();
  const pending: { exits: Exits; before: Trace | undefined }[] = [{ exits, before: undefined }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { exits: part, before } = next;
    if (part.k === "two") pending.push({ exits: part.right, before }, { exits: part.left, before });
    else if (part.k === "after") pending.push({ exits: part.exits, before: follow(before, part.trace) });
    else {
      const trace = follow(before, part.trace);
      const known = bySite.get(part.site.id);
      if (!known || lengthOf(trace) < lengthOf(known.trace)) bySite.set(part.site.id, { site: part.site, trace });
    }
  }
  return [...bySite.values()];
}

export function shortest(exits: Exits): Trace | undefined {
  let best: Trace | undefined;
  let length = Number.POSITIVE_INFINITY;
  for (const { trace } of exitsOf(exits)) {
    if (lengthOf(trace) < length) {
      best = trace;
      length = lengthOf(trace);
    }
  }
  return best;
}

/** Runs something that may go too deep: what is needed first is run first, each from a fresh stack. */
export function runDeep<T>(run: Run, compute: () => T): T {
  const waiting: Needed[] = [];
  for (;;) {
    const next = waiting.at(-1);
    try {
      run.depth = 0;
      if (!next) return compute();
      next.compute();
      waiting.pop();
    } catch (error) {
      run.recursion.clear();
      if (!(error instanceof Needed)) throw error;
      run.tick(50);
      waiting.push(error);
    }
    run.active.clear();
    for (const { key } of waiting.slice(0, -1)) run.active.add(key);
  }
}
