/** What Windows does with a driver: call the entry; if it failed, delete the driver object; if not, unload it later. Facts are read off at the end. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { DriverFile } from "./file.ts";
import { FactBook } from "./fact-book.ts";
import type { DriverState, Facts, Routines } from "./facts.ts";
import { NON_PNP, NO_DISPATCH_OVERRIDE, deleteDriver } from "./driver-object.ts";
import { condition } from "./conditions.ts";
import { evaluate } from "./evaluate.ts";
import { execute } from "./execute.ts";
import { moduleNumber } from "./lines.ts";
import type { CallSite, ExitSite, FunctionInfo } from "./regions.ts";
import { CLEANUP, CREATED, DRIVER, EARLY_CREATE, Exhausted, FAILED_EXIT, FLAGS, NOWHERE, NULL_ATTRIBUTES, ORPHAN, PROPERTY, RELEASED_EARLY, Run, Sink, UNCLEAN, UNLOAD, WATCHED, WRONG, dedupe, type Frame, type Leave, type Machine, type StructLog, type Tracked } from "./run.ts";
import type { Outcome, ScrutinyBook } from "./scrutiny.ts";
import { plain, type At, type Core, type Trace } from "./state.ts";
import { CONSUMED, DRIVER_OBJECT, REGISTRY_PATH, fieldCell, fieldMarks, protocolObject, reaches, readField, readVariable, swept, writeField } from "./store.ts";
import { bindContainer, callValue, exitsOf, runDeep, setRest } from "./summaries.ts";
import { FALSY, nullness, severity, type Value } from "./values.ts";

/**
 * Runs every entry of a file, once for each resource, and collects the facts.
 * @param scrutiny collects what only a repair asks, at some cost
 */
export function collectFacts(file: DriverFile, scrutiny?: ScrutinyBook): Facts {
  const book = new FactBook(file, scrutiny);
  const { dependences } = file.shared;
  for (const entry of file.entries) {
    const reachable = reachableFrom(file, entry);
    runEntry(file, book, entry, { call: undefined, pair: undefined, slice: file.slicer.slice(undefined, undefined), keepObjects: true }, true);
    for (const { call } of dependences.records) {
      if (!call.api || (call.site.fn && !reachable.has(call.site.fn)) || (!call.site.fn && !call.site.inField)) continue;
      const pairs = call.api.effect === "registration" ? [undefined] : call.api.acquires;
      for (const pair of pairs) {
        const slice = file.slicer.slice(call, pair);
        if (slice) runEntry(file, book, entry, { call, pair, slice, keepObjects: file.isSmall, looksIntoReleases: scrutiny !== undefined }, false);
      }
    }
  }
  followStructs(file, book);
  return book.facts();
}

/** Only how the starts of a file end, by one run of each entry; false where one is given up. */
export function collectOutcomes(file: DriverFile, scrutiny: ScrutinyBook): boolean {
  const book = new FactBook(file, scrutiny);
  return file.entries.every((entry) => runEntry(file, book, entry, { call: undefined, pair: undefined, slice: file.slicer.slice(undefined, undefined), keepObjects: true }, false));
}

/** Entries that the module makes when it is loaded: `export const DriverEntry = makeEntry()`. */
export function entriesMade(file: DriverFile): Set<TSESTree.Node> {
  const found = new Set<TSESTree.Node>();
  if (file.unresolvedEntries.length === 0) return found;
  const tracked: Tracked = { call: undefined, pair: undefined, slice: file.slicer.slice(undefined, undefined), keepObjects: true };
  const run: Run = new Run(file.shared, tracked, machineOf(() => run), undefined);
  try {
    for (const { core } of loadModule(file, run)) {
      for (const ref of file.unresolvedEntries) {
        const value = readVariable(run, ref, core);
        if (value.k === "fn") found.add(value.fn.node);
      }
    }
  } catch (error) {
    if (!(error instanceof Exhausted)) throw error;
  }
  return found;
}

/** Runs the module's own statements. What cannot be loaded by one run cannot be by any: nothing is known then, and nothing said. */
function loadModule(file: DriverFile, run: Run): At[] {
  const start: At = { core: run.shared.cores.empty, trace: undefined };
  if (run.shared.cannotLoad) throw new Exhausted("too much to load");
  try {
    const loaded = runDeep(run, () => execute(run, file.program, [start], protocolFrame()));
    if (loaded.length === 0) return [start];
    return run.tracked.keepObjects ? loaded : dedupe(loaded.map(({ core, trace }) => ({ core: swept(run, core), trace })));
  } catch (error) {
    if (error instanceof Exhausted) run.shared.cannotLoad = true;
    throw error;
  }
}

/** Functions that an entry may run, directly or through others. */
function reachableFrom(file: DriverFile, entry: FunctionInfo): Set<FunctionInfo> {
  const reached = new Set<FunctionInfo>();
  const containers = new Set<object>();
  const pending = [entry];
  for (let fn = pending.pop(); fn; fn = pending.pop()) {
    if (reached.has(fn)) continue;
    reached.add(fn);
    if (file.shared.dependences.isOpen(fn)) return new Set(file.functions);
    pending.push(...file.shared.dependences.mentionedBy(fn));
    if (!fn.container || containers.has(fn.container)) continue;
    containers.add(fn.container);
    for (const method of siblingMethods(fn)) pending.push(method);
  }
  return reached;
}

/** A method may call the others of its class through `this`. */
function siblingMethods(fn: FunctionInfo): FunctionInfo[] {
  const { container } = fn;
  if (!container) return [];
  if ("k" in container) return container.properties.flatMap((part) => (part.k === "property" && part.value.k === "fn" ? [part.value.fn] : []));
  return [...container.methods.values(), ...container.statics.values()];
}

/** Struct fields can be lost in functions that no entry runs, too: device callbacks, say. */
function followStructs(file: DriverFile, book: FactBook): void {
  const { dependences } = file.shared;
  const run = new Set(file.entries.flatMap((entry) => [...reachableFrom(file, entry)]));
  const initialising = new Set(
    dependences.records.flatMap(({ call }) => (call.api?.effect === "init-config" || call.api?.effect === "init-attributes" ? (call.site.fn ?? []) : [])),
  );
  for (const fn of file.functions) {
    if (run.has(fn) && !fn.escapes) continue;
    if (!initialising.has(fn) || file.entries.includes(fn) || dependences.callersOf(fn).length > 0) continue;
    runEntry(file, book, fn, { call: undefined, pair: undefined, slice: file.slicer.slice(undefined, undefined), keepObjects: true }, true, false);
  }
}

/** One run of an entry under the protocol; false where it is given up. */
function runEntry(file: DriverFile, book: FactBook, entry: FunctionInfo, tracked: Tracked, followsStructs: boolean, isEntry = true): boolean {
  const log: StructLog | undefined = followsStructs ? { sets: new Map(), wiped: new Map(), consumed: new Set(), dead: new Map(), unpassed: new Map() } : undefined;
  const run: Run = new Run(file.shared, tracked, machineOf(() => run), log);
  try {
    const protocol = new Protocol(file, book, run, entry, isEntry);
    protocol.start();
    return true;
  } catch (error) {
    if (!(error instanceof Exhausted)) throw error;
    return false;
  }
}

/** Ties the parts of the machine together for a run. */
function machineOf(run: () => Run): Machine {
  return {
    evaluate: (expr, at, frame) => evaluate(run(), expr, at, frame),
    condition: (expr, at, frame, text, line) => condition(run(), expr, at, frame, text, line),
    execute: (region, states, frame) => execute(run(), region, states, frame),
    call: (fn, self, args, at, frame, site) => callValue(run(), fn, self, args, at, frame, site),
    reaches: (value, core) => reaches(run(), value, core),
    deleteDriver: (at) => deleteDriver(run(), at, protocolFrame(), (fn, args, next, frame) => callValue(run(), fn, undefined, args, next, frame, NOWHERE)),
  };
}

function protocolFrame(): Frame {
  return { fn: undefined, sink: new Sink(), path: 0, isEntry: false };
}

/** One way the entry ends. */
interface Ending {
  readonly core: Core;
  /** Asked for only where something is held: a long function has many. */
  readonly exits: () => readonly { readonly site: ExitSite; readonly trace: Trace | undefined }[];
}

class Protocol {
  readonly #file: DriverFile;
  readonly #book: FactBook;
  readonly #run: Run;
  readonly #entry: FunctionInfo;
  readonly #isEntry: boolean;

  constructor(file: DriverFile, book: FactBook, run: Run, entry: FunctionInfo, isEntry: boolean) {
    this.#file = file;
    this.#book = book;
    this.#run = run;
    this.#entry = entry;
    this.#isEntry = isEntry;
  }

  start(): void {
    const run = this.#run;
    const { values, cores } = run.shared;
    const states = loadModule(this.#file, run);
    const driverObject = protocolObject(run, DRIVER_OBJECT);
    const args: Value[] = this.#isEntry ? [driverObject, protocolObject(run, REGISTRY_PATH)] : [];
    const { argumentCells, restFrom } = this.#entry;
    for (let index = args.length; index < argumentCells.length; index += 1) args.push(values.unknown(argumentCells[index] ?? 0));
    run.phase = "entry";
    const sink = new Sink();
    const ends: At[] = [];
    for (const at of states) {
      let core = cores.with(at.core, argumentCells.map((cell, index): [number, Value | undefined] => [cell, args[index]]));
      if (restFrom !== undefined) core = setRest(run, argumentCells[restFrom] ?? 0, args.slice(restFrom), protocolFrame(), core);
      core = writeField(run, driverObject, "DeviceObject", values.null, core);
      const entered = runDeep(run, () => this.#enter({ core, trace: undefined }));
      ends.push(...runDeep(run, () => execute(run, this.#entry.body, entered, { fn: this.#entry, sink, path: 0, isEntry: true })));
    }
    this.#structs([...[...sink.returns.values(), ...sink.throws.values()].map((leave) => leave.core), ...ends.map((at) => at.core)]);
    if (!this.#isEntry) return;
    for (const leave of sink.throws.values()) this.#failed(ending(leave));
    for (const leave of sink.returns.values()) this.#returned(leave);
    if (!this.#entry.returnsValue) {
      for (const at of dedupe(ends)) this.#succeeded({ core: at.core, exits: () => [{ site: this.#entry.end, trace: at.trace }] });
    } else for (const at of ends) this.#note({ core: at.core, exits: () => [] }, false);
    this.#settle();
  }

  /** `this` of a method that is an entry. */
  #enter(at: At): At[] {
    return this.#entry.container ? bindContainer(this.#run, this.#entry, at, protocolFrame()) : [at];
  }

  /** A return: what it says of the start. */
  #returned(leave: Leave): void {
    const ok = severity(leave.value);
    if (ok === true || (leave.value.k === "const" && leave.value.value === undefined && !this.#entry.returnsValue)) this.#succeeded(ending(leave));
    else if (ok === false) this.#failed(ending(leave));
    else if (leave.value.k === "unknown" && leave.value.call) {
      const { call } = leave.value;
      // A status that is known not to be 0 is taken to be a failure.
      if ((leave.value.mask & FALSY) !== 0) this.#succeeded(ending(leave));
      this.#failed(ending(leave), call === NOWHERE ? undefined : call);
    } else this.#note(ending(leave), false);
  }

  readonly #observed = { leaksOnFailure: false, heldBeforeCreation: false, releasedInEntry: false, releasedInCleanup: false, leaksOnUnload: false };
  readonly #releasedInUnload = new Map<number, { readonly cleanup: Value | undefined; readonly routines: Routines }>();
  #mayHideRelease = false;

  /** What every ending tells, whatever it returns. */
  #note(end: Ending, isFailure: boolean): void {
    const { cells } = end.core;
    const early = cells.get(EARLY_CREATE);
    if (early?.k === "mark") this.#book.early(this.#run.tracked, early.n);
    const driver = this.#driver(end.core);
    if (isFailure && this.#isHeld(end.core) && driver !== "alive" && driver !== "deleted") this.#observed.heldBeforeCreation = true;
    if (cells.has(RELEASED_EARLY)) this.#observed.releasedInEntry = true;
    const created = cells.get(CREATED);
    const unclean = cells.get(UNCLEAN);
    if (created?.k === "mark" && unclean?.k === "const") this.#book.unclean(created.n, unclean.value === "null" ? "null" : "unset");
  }

  #isHeld(core: Core): boolean {
    return core.cells.get(PROPERTY) === this.#run.held;
  }

  /** Whether the driver must release the resource itself: an object of the framework only where it has no parent. */
  #isOwed(core: Core): boolean {
    return this.#run.tracked.pair?.owner === "driver" || core.cells.has(ORPHAN);
  }

  #driver(core: Core): string {
    const driver = core.cells.get(DRIVER);
    return driver?.k === "const" ? String(driver.value) : "none";
  }

  /** Where the code of the callbacks stands. */
  #routines({ cells }: Core): Routines {
    const isWdm = cells.get(DRIVER) === undefined;
    const unload = isWdm ? cells.get(fieldCell(this.#run, objectId(protocolObject(this.#run, DRIVER_OBJECT)), "DriverUnload")) : cells.get(UNLOAD);
    return { cleanup: rangeOf(cells.get(CLEANUP)), unload: rangeOf(unload) };
  }

  #driverState(core: Core): DriverState {
    const driver = this.#driver(core);
    if (driver === "none" || driver === "unknown") return "none";
    if (driver === "failed") return "failed";
    return core.cells.has(UNCLEAN) ? "alive-without-cleanup" : "alive-with-cleanup";
  }

  #noteOutcome(end: Ending, result: Outcome["result"]): void {
    const { scrutiny } = this.#book;
    if (!scrutiny) return;
    const hasDriver = this.#driver(end.core) !== "none" && this.#driver(end.core) !== "failed";
    const exits = end.exits();
    const isPast = end.core.cells.has(WATCHED);
    for (const { site } of exits) scrutiny.outcome(site, { result, hasDriver, isPast });
    if (exits.length === 0) scrutiny.outcome(undefined, { result, hasDriver, isPast });
  }

  /** What was released on the way to an ending, and in the callbacks after it, without being held. */
  #noteWrong(end: Ending, after: readonly At[]): void {
    const { scrutiny } = this.#book;
    const { pair } = this.#run.tracked;
    if (!scrutiny || !pair) return;
    for (const [core, isLater] of [[end.core, false], ...after.map((at): [Core, boolean] => [at.core, true])] as [Core, boolean][]) {
      const mark = core.cells.get(WRONG);
      const release = mark?.k === "mark" ? this.#run.shared.callSites.get(mark.n) : undefined;
      if (!release || (isLater && end.core.cells.has(WRONG))) continue;
      const wrong = { kind: pair.kind, unheld: pair.unheld, release: this.#book.placeOf(release), isLater, wasAcquired: core.cells.has(PROPERTY) };
      for (const exit of end.exits()) scrutiny.wrongRelease({ ...wrong, exit: this.#book.placeOf(exit.site), failing: exit.trace?.failing?.text });
    }
  }

  /** A failed start: the driver object is deleted, the unload routine is not called (facts 1 and 2). */
  #failed(end: Ending, failing?: CallSite): void {
    this.#note(end, true);
    const driver = this.#driver(end.core);
    if (this.#book.scrutiny) {
      this.#noteOutcome(end, "fails");
      this.#noteWrong(end, driver === "alive" ? this.#phase("cleanup", [{ core: end.core, trace: undefined }], (at) => this.#run.deleteDriver(at)) : []);
    }
    if (!this.#isHeld(end.core)) return;
    if (driver === "unknown" && this.#isReachable(end.core)) return;
    if (driver === "alive") {
      const after = this.#phase("cleanup", [{ core: end.core, trace: undefined }], (at) => this.#run.deleteDriver(at));
      if (after.some((at) => at.core.cells.get(PROPERTY)?.k === "mark")) this.#observed.releasedInCleanup = true;
      if (!after.some((at) => this.#isHeld(at.core))) return;
    }
    this.#observed.leaksOnFailure = true;
    const mark = end.core.cells.get(FAILED_EXIT);
    const helper = mark?.k === "mark" ? this.#run.shared.exitSites.get(mark.n) : undefined;
    for (const exit of end.exits()) {
      this.#book.failureLeak(this.#run.tracked, helper ?? exit.site, exit.trace, this.#driverState(end.core), this.#routines(end.core), this.#entry, failing);
    }
    this.#noteLeaked(end.core);
  }

  #noteLeaked(core: Core): void {
    const created = core.cells.get(CREATED);
    if (created?.k === "mark" && core.cells.has(UNCLEAN)) this.#book.leaked(created.n, this.#run.tracked);
  }

  /** Whether code in other files may get at the resource: not where only this function's variables hold it. */
  #isReachable(core: Core): boolean {
    const { pair } = this.#run.tracked;
    if (!pair || pair.handle.from === "global" || pair.handle.from === "argument") return true;
    for (const [cell, value] of core.cells) {
      if (cell < 0 || this.#entry.locals.includes(cell)) continue;
      const field = this.#run.shared.fieldCells.get(cell);
      if (field) {
        if (value.k === "tracked" && !this.#isLocalObject(core, field.object)) return true;
      } else if (reaches(this.#run, value, core)) return true;
    }
    return false;
  }

  #isLocalObject(core: Core, object: number): boolean {
    for (const [cell, value] of core.cells) {
      if (value.k === "object" && value.object === object && !this.#entry.locals.includes(cell)) return false;
    }
    return this.#run.shared.values.objectInfo(object)?.site !== 0;
  }

  /** A successful start, then the unload (fact 4), if there is one (facts 10, 11 and 18). */
  #succeeded(end: Ending): void {
    this.#note(end, false);
    const driver = this.#driver(end.core);
    if (this.#book.scrutiny) this.#scrutinise(end, driver);
    if (!this.#isHeld(end.core)) return;
    const { cells } = end.core;
    const created = cells.get(CREATED);
    if (driver === "alive" && created?.k === "mark" && cells.has(UNCLEAN) && this.#isOwed(end.core)) this.#book.heldAtSuccess(created.n, this.#run.tracked);
    if (driver === "unknown") {
      this.#mayHideRelease = true;
      return;
    }
    const at: At = { core: end.core, trace: undefined };
    const after = driver === "alive" ? this.#unloadFramework(at) : this.#unloadWdm(at);
    if (!after) return;
    if (after.states.some((state) => this.#isHeld(state.core))) {
      this.#observed.leaksOnUnload = true;
      const [first] = end.exits();
      this.#book.unloadLeak(this.#run.tracked, first?.trace, this.#driverState(end.core), this.#routines(end.core), after.name);
      this.#noteLeaked(end.core);
    }
  }

  #scrutinise(end: Ending, driver: string): void {
    this.#noteOutcome(end, "succeeds");
    const property = end.core.cells.get(PROPERTY);
    if (property) this.#book.acquired(this.#run.tracked);
    if (property?.k === "mark" && end.core.cells.has(RELEASED_EARLY)) this.#book.shortLived(this.#run.tracked, property.n);
    const at: At = { core: end.core, trace: undefined };
    const after = driver === "unknown" ? undefined : driver === "alive" ? this.#unloadFramework(at) : this.#unloadWdm(at);
    this.#noteWrong(end, after?.states ?? []);
  }

  #unloadWdm(at: At): { states: readonly At[]; name: string | undefined } | undefined {
    const routine = this.#unloadRoutine(at.core);
    if (!routine) return undefined;
    const states = this.#phase("unload", [at], (state) => callValue(this.#run, routine, undefined, [protocolObject(this.#run, DRIVER_OBJECT)], state, protocolFrame(), NOWHERE));
    return { states, name: nameOf(routine) };
  }

  /** DriverObject.DriverUnload: undefined where there is none, or none that is known. */
  #unloadRoutine(core: Core): Value | undefined {
    const cell = fieldCell(this.#run, objectId(protocolObject(this.#run, DRIVER_OBJECT)), "DriverUnload");
    const routine = core.cells.get(cell);
    return routine?.k === "fn" || routine?.k === "api" ? routine : undefined;
  }

  #unloadFramework(at: At): { states: readonly At[]; name: string | undefined } | undefined {
    const { cells } = at.core;
    const run = this.#run;
    const unload = cells.get(UNLOAD);
    const flagValue = cells.get(FLAGS);
    const flags = flagValue?.k === "const" && typeof flagValue.value === "number" ? flagValue.value : undefined;
    if (flags !== undefined && (flags & NO_DISPATCH_OVERRIDE) !== 0) {
      // Only the miniport's own unload routine can delete the driver object.
      const after = this.#unloadWdm(at);
      return after && (run.shared.mentionsMiniportUnload && after.states.some((state) => this.#driver(state.core) !== "deleted") ? undefined : after);
    }
    const isAbsent = !unload || nullness(unload) === true;
    if (isAbsent && (flags === undefined || (flags & NON_PNP) !== 0)) return undefined;
    if (!isAbsent && unload.k !== "fn" && unload.k !== "api") return undefined;
    const before: readonly At[] = [at];
    const unloaded = isAbsent ? before : this.#phase("unload", before, (state) => callValue(run, unload, undefined, [values(run).driver()], state, protocolFrame(), NOWHERE));
    const cleanup = cells.get(CLEANUP);
    for (const state of unloaded) {
      const property = state.core.cells.get(PROPERTY);
      if (property?.k === "mark" && this.#isOwed(state.core) && !this.#cleansUp(at)) this.#releasedInUnload.set(property.n, { cleanup, routines: this.#routines(at.core) });
    }
    const states = this.#phase("cleanup", unloaded, (state) => run.deleteDriver(state));
    if (unloaded.some((state) => this.#isHeld(state.core)) && states.some((state) => state.core.cells.get(PROPERTY)?.k === "mark")) this.#observed.releasedInCleanup = true;
    return { states, name: isAbsent ? undefined : nameOf(unload) };
  }

  /** Whether the cleanup callback releases the resource, too, where the unload routine has not: it asks first. */
  #cleansUp(at: At): boolean {
    return this.#phase("cleanup", [at], (state) => this.#run.deleteDriver(state)).some((state) => state.core.cells.get(PROPERTY)?.k === "mark");
  }

  #phase(phase: Run["phase"], states: readonly At[], each: (at: At) => readonly At[]): At[] {
    const run = this.#run;
    const before = run.phase;
    run.phase = phase;
    const after = states.flatMap((at) => runDeep(run, () => each(at))).map(plain);
    run.phase = before;
    return dedupe(after);
  }

  /** What only all endings together tell. */
  #settle(): void {
    const { tracked } = this.#run;
    const { leaksOnFailure, heldBeforeCreation, releasedInEntry, releasedInCleanup, leaksOnUnload } = this.#observed;
    if (!heldBeforeCreation) this.#book.notHeldBeforeCreation(tracked);
    if (leaksOnFailure || releasedInEntry || releasedInCleanup || leaksOnUnload || this.#mayHideRelease) return;
    for (const [site, { cleanup, routines }] of this.#releasedInUnload) {
      if (cleanup && nullness(cleanup) === undefined) continue;
      this.#book.unloadOnly(tracked, site, cleanup && nullness(cleanup) === false ? cleanup : undefined, routines);
    }
  }

  /** Fields of structs that had no effect, read off at the end of the entry. */
  #structs(cores: readonly Core[]): void {
    const { log } = this.#run;
    if (!log) return;
    for (const core of cores) {
      const nullCreation = core.cells.get(NULL_ATTRIBUTES);
      const objects = new Set([...core.cells.keys()].flatMap((cell) => this.#run.shared.fieldCells.get(cell)?.object ?? []));
      for (const object of objects) {
        const marks = fieldMarks(this.#run, object, core).filter((mark) => !log.consumed.has(mark));
        if (marks.length === 0) continue;
        const consumed = core.cells.get(fieldCell(this.#run, object, CONSUMED));
        const site = consumed?.k === "mark" ? this.#run.shared.callSites.get(consumed.n) : undefined;
        const creation = nullCreation?.k === "mark" ? this.#run.shared.callSites.get(nullCreation.n) : undefined;
        for (const mark of marks) {
          if (site) log.dead.set(mark, site);
          else if (creation && this.#isEntry && this.#isAttributes(object, core, log.sets.get(mark)?.field)) log.unpassed.set(mark, creation);
        }
      }
    }
    this.#book.structs(log);
  }

  #isAttributes(object: number, core: Core, field: string | undefined): boolean {
    const type = this.#run.shared.values.objectInfo(object)?.type;
    if (type !== undefined && type !== "WDF_OBJECT_ATTRIBUTES" && type.startsWith("WDF_")) return false;
    const isConfig = readField(this.#run, this.#run.shared.values.object(object), "EvtDriverDeviceAdd", core);
    if (isConfig.k === "fn") return false;
    return field === "EvtCleanupCallback" || field === "EvtDestroyCallback" || type === "WDF_OBJECT_ATTRIBUTES";
  }
}

function values(run: Run): Run["shared"]["values"] {
  return run.shared.values;
}

function ending(leave: Leave): Ending {
  return { core: leave.core, exits: () => exitsOf(leave.exits) };
}

function objectId(value: Value): number {
  return value.k === "object" ? value.object : 0;
}

function rangeOf(value: Value | undefined): readonly [number, number] | undefined {
  return value?.k === "fn" && moduleNumber(value.fn.end.line) === 0 ? value.fn.node.range : undefined;
}

function nameOf(value: Value): string | undefined {
  if (value.k === "api") return value.meaning.name;
  return value.k === "fn" && value.fn.name !== "" ? value.fn.name : undefined;
}
