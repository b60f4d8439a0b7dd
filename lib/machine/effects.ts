/** What a call of the API does to a state: acquire, release, transfer, create, initialise. */
import { ATTRIBUTES_ARGUMENT, givesStatus } from "../api/calls.ts";
import type { CallMeaning } from "../api/vocabulary.ts";
import type { ArgumentCondition, Pair } from "../api/pairs.ts";
import { setterName } from "./classes.ts";
import { testStatus } from "./conditions.ts";
import { createDriver, initialise } from "./driver-object.ts";
import { external } from "./invoke.ts";
import type { CallExpr, CallSite, Expr } from "./regions.ts";
import { AGAIN, DRIVER, EARLY, IDENTITY, NOWHERE, NULL_ATTRIBUTES, ORPHAN, OTHER_HELD, PROPERTY, RELEASED_EARLY, WRONG, outcome, type Frame, type Run } from "./run.ts";
import { extend, plain, type At, type Core, type ValueAt } from "./state.ts";
import { CHILDREN, DRIVER_OBJECT, accessorOf, clearFields, consume, fieldCell, giveAway, makeObject, materialise, objectOf, protocolObject, reaches, readField, readVariable, writeField } from "./store.ts";
import { nullness, type Value } from "./values.ts";

/** A call of the API with its arguments evaluated. */
export interface ApiCall {
  readonly site: CallSite;
  readonly args: readonly Value[];
  /** The argument expressions, where the call is spelt out. */
  readonly exprs: readonly Expr[];
  readonly texts: readonly string[];
  /** The answer is read as an object. */
  readonly isResult: boolean;
}

/** Applies a call of the API. */
export function applyMeaning(run: Run, meaning: CallMeaning, call: ApiCall, at: At, frame: Frame, expr?: CallExpr): ValueAt[] {
  let { core } = at;
  if (isCopied(meaning)) {
    for (const value of call.args) core = consume(run, value, core, call.site);
    const attributes = call.args[ATTRIBUTES_ARGUMENT[meaning.name] ?? -1];
    // Of several, the creation of the driver object is the one to name, else the first.
    const isTold = core.cells.has(NULL_ATTRIBUTES) && meaning.effect !== "create-driver";
    if (run.log && !isTold && (!attributes || nullness(attributes) === true)) core = run.shared.cores.set(core, NULL_ATTRIBUTES, run.shared.values.mark(call.site.id));
    run.shared.callSites.set(call.site.id, call.site);
  }
  const state: At = { core: release(run, meaning, call, core), trace: at.trace };
  const acquired = acquire(run, meaning, call, state, frame);
  if (acquired) return acquired;
  if (meaning.effect !== undefined) return effect(run, meaning, call, state, frame, expr);
  const value = run.shared.values.unknown(call.site.id, undefined, call.site);
  return [{ core: transfer(run, meaning, call, state.core, true), trace: at.trace, value }];
}

/** Calls that create something copy the structs they are given. */
function isCopied(meaning: CallMeaning): boolean {
  return Object.hasOwn(ATTRIBUTES_ARGUMENT, meaning.name);
}

/** Whether a condition on a literal argument holds; undefined where the argument is not known. */
function holds(condition: ArgumentCondition | undefined, args: readonly Value[]): boolean | undefined {
  if (!condition) return true;
  const value = args[condition.argument];
  if (!value) return condition.is === false || condition.is === null;
  return value.k === "const" ? (value.value ?? null) === condition.is : undefined;
}

/* ---------- release ---------- */

function release(run: Run, meaning: CallMeaning, call: ApiCall, before: Core): Core {
  const { pair: tracked } = run.tracked;
  let core = before;
  let isMatched = false;
  for (const { pair, release: way } of meaning.releases) {
    const applies = holds(way.when, call.args);
    if (applies === false) continue;
    const value = way.argument === null ? undefined : call.args[way.argument];
    if (pair.alsoAt !== undefined && value) core = unlinkDevice(run, value, core);
    if (tracked?.kind !== pair.kind) continue;
    isMatched = true;
    // By the state before the call: several rows of one kind can name the same release.
    if (applies === true && run.tracked.looksIntoReleases === true && isWrong(run, call, way.argument, isSame(run, tracked, way.argument, value, before), before)) {
      core = markWrong(run, core, call.site);
    }
    const same = isSame(run, tracked, way.argument, value, core);
    if (way.argument === null || isSpeltAlike(run, pair, call, { from: "argument", argument: way.argument }, core)) core = run.shared.cores.set(core, OTHER_HELD, undefined);
    if (same === false) continue;
    if (same === true && applies === true) return markReleased(run, core, call.site);
    core = giveAway(run, core);
  }
  // Handed to the release of another kind: whose it is then is not known.
  // One that names a resource by something else's handle leaves that alone.
  const takesHandle = meaning.releases.some(({ pair: { handle } }) => handle.from === "return" || handle.from === "out");
  if (!isMatched && takesHandle && call.args.some((value) => value.k === "tracked")) core = giveAway(run, core);
  return core;
}

/** Whether a release finds nothing to release (contract, fact 22): it was never acquired on this path, or it is released already. */
function isWrong(run: Run, call: ApiCall, argument: number | null, same: boolean | undefined, core: Core): boolean {
  const { call: acquiring, pair } = run.tracked;
  const property = core.cells.get(PROPERTY);
  if (!acquiring || !pair || property === run.held || property === run.escaped) return false;
  if (property !== undefined && same === true) return true;
  if (pair.handle.from === "global") return property === undefined && !core.cells.has(OTHER_HELD);
  if (pair.handle.from === "argument") return property === undefined && argument !== null && isSpeltAlike(run, pair, call, { from: "argument", argument }, core) && !core.cells.has(OTHER_HELD);
  const value = argument === null ? undefined : call.args[argument];
  // A status, a number: no handle at all.
  return value !== undefined && (nullness(value) === true || value.k === "status" || value.k === "const");
}

function markWrong(run: Run, core: Core, site: CallSite): Core {
  run.shared.callSites.set(site.id, site);
  return core.cells.has(WRONG) ? core : run.shared.cores.set(core, WRONG, run.shared.values.mark(site.id));
}

/** Whether an argument is the one that identifies the tracked resource: spelt as that is, or the same object by another name. */
function isSpeltAlike(run: Run, pair: Pair, call: ApiCall, handle: Pair["handle"], core: Core): boolean {
  const { call: acquiring, pair: tracked } = run.tracked;
  if (!acquiring || tracked?.handle.from !== "argument" || handle.from !== "argument" || pair.kind !== tracked.kind) return false;
  if (call.texts[handle.argument] === acquiring.argTexts[tracked.handle.argument]) return true;
  const expr = acquiring.args[tracked.handle.argument];
  const value = call.args[handle.argument];
  return expr?.k === "var" && value?.k === "object" && readVariable(run, expr.ref, core) === value;
}

/** Whether the released resource is the tracked one. */
function isSame(run: Run, tracked: Pair, argument: number | null, value: Value | undefined, core: Core): boolean | undefined {
  const property = core.cells.get(PROPERTY);
  if (property === undefined) return false;
  if (argument === null) return tracked.handle.from === "global" || run.shared.soleSites.has(tracked.kind) ? true : undefined;
  if (!value) return undefined;
  if (tracked.handle.from === "argument") {
    const identity = core.cells.get(IDENTITY);
    return identity && sameIdentity(run, tracked, identity, value, core);
  }
  if (value.k === "tracked") return true;
  return value.k === "object" && reaches(run, value, core) ? undefined : false;
}

function sameIdentity(run: Run, tracked: Pair, identity: Value, value: Value, core: Core): boolean | undefined {
  const left = characters(run, identity, core);
  const right = characters(run, value, core);
  if (tracked.kind === "symbolic-link" && left !== undefined && right !== undefined) return left === right;
  if (identity === value && (identity.k !== "unknown" || tracked.handle.from === "argument")) return true;
  if (nullness(value) === true) return false;
  if (tracked.kind === "symbolic-link") return left === undefined || right === undefined ? undefined : left === right;
  if (identity.k === "unknown" || value.k === "unknown") return undefined;
  if (identity.k === "fn" && value.k === "fn") return identity.fn === value.fn && boundAt(identity) === boundAt(value) ? undefined : false;
  return false;
}

/** The call of `bind` that made a function. */
function boundAt(value: Extract<Value, { k: "fn" }>): number | undefined {
  return value.captured.findLast(([, held]) => held.k === "mark")?.[0];
}

/** The characters of a string object, where they are known. */
function characters(run: Run, value: Value, core: Core): string | undefined {
  if (value.k === "const") return typeof value.value === "string" ? value.value : undefined;
  if (value.k !== "object") return undefined;
  const buffer = readField(run, value, "Buffer", core);
  return buffer.k === "const" && typeof buffer.value === "string" ? buffer.value : undefined;
}

function markReleased(run: Run, core: Core, site: CallSite): Core {
  const { values, cores } = run.shared;
  const property = core.cells.get(PROPERTY);
  // A repair must not release twice what it cannot follow either.
  if (property !== run.held && !(property === run.escaped && run.tracked.looksIntoReleases === true)) return core;
  const again = core.cells.get(AGAIN);
  // One release takes one registration back.
  if (again === values.const("once")) return cores.set(core, AGAIN, undefined);
  if (again) return giveAway(run, core);
  run.shared.callSites.set(site.id, site);
  const changes: [number, Value | undefined][] = [[PROPERTY, values.mark(site.id)]];
  if (run.phase === "entry") changes.push([RELEASED_EARLY, values.true]);
  return cores.with(core, changes);
}

/** IoDeleteDevice takes a device out of the driver object's list (contract, fact 20). */
function unlinkDevice(run: Run, value: Value, core: Core): Core {
  const driverObject = protocolObject(run, DRIVER_OBJECT);
  if (readField(run, driverObject, "DeviceObject", core) !== value || value.k === "unknown") return core;
  return writeField(run, driverObject, "DeviceObject", readField(run, value, "NextDevice", core), core);
}

/* ---------- transfer ---------- */

function transfer(run: Run, meaning: CallMeaning, call: ApiCall, core: Core, succeeded: boolean): Core {
  const { pair: tracked } = run.tracked;
  for (const pair of meaning.transfers) {
    const way = pair.transfer;
    const value = way && call.args[way.argument];
    if (!value || (way.on === "success" && !succeeded)) continue;
    // The handle itself, or the box that holds it, which is emptied (contract, fact 21).
    const boxed = value.k === "object" ? readField(run, value, "value", core) : undefined;
    const handle = boxed?.k === "tracked" || boxed?.k === "handle" ? boxed : value;
    if (boxed === handle) core = writeField(run, value, "value", run.shared.values.null, core);
    if (tracked?.kind === pair.kind && handle.k === "tracked" && core.cells.get(PROPERTY) === run.held) {
      core = run.shared.cores.set(core, PROPERTY, run.shared.values.const("transferred"));
    }
  }
  return core;
}

/* ---------- acquire ---------- */

function acquire(run: Run, meaning: CallMeaning, call: ApiCall, at: At, frame: Frame): ValueAt[] | undefined {
  for (const pair of meaning.acquires) {
    const applies = holds(pair.acquireWhen, call.args);
    if (applies === true) return acquirePair(run, meaning, pair, call, at, frame);
    if (applies === undefined) return [{ ...at, value: run.shared.values.unknown(call.site.id, undefined, call.site) }];
  }
  return undefined;
}

function acquirePair(run: Run, meaning: CallMeaning, pair: Pair, call: ApiCall, at: At, frame: Frame): ValueAt[] {
  const results: ValueAt[] = [];
  const isTracked = run.phase === "entry" && run.tracked.call?.site.id === call.site.id && run.tracked.pair === pair && !at.core.cells.has(PROPERTY);
  const isTaken = pair.handle.from === "global" && at.core.cells.has(OTHER_HELD) && run.tracked.pair?.kind === pair.kind;
  const choices = isTracked && !isTaken ? (call.site.inLoop || call.site.inField || call.site.fn?.isRepeated === true ? [true, false] : [true]) : [false];
  for (const choice of choices) results.push(...succeed(run, meaning, pair, call, at, frame, choice));
  const { trace } = at;
  const fails: At = { core: at.core, trace: extend(trace, outcome(call.site, false)) };
  const { values } = run.shared;
  switch (pair.succeeds) {
    case "always":
      break;
    case "status":
      if (run.shared.settings.failure === "throw") raise(run, call.site, fails, frame);
      else results.push({ ...fails, value: hasBox(run, pair, call, at.core) ? values.status(false) : values.result(false, values.null) });
      break;
    case "non-null":
      results.push({ ...fails, value: values.null });
      break;
    case "boolean":
      results.push({ ...fails, value: values.false });
      break;
    case "throws":
      if (answersNull(call)) results.push({ ...fails, value: values.null });
      else raise(run, call.site, fails, frame);
  }
  return results;
}

// POOL_QUOTA_FAIL_INSTEAD_OF_RAISE, alone or or-ed with a pool type.
function answersNull(call: ApiCall): boolean {
  const [type] = call.args;
  if (type?.k === "const" && typeof type.value === "number") return (type.value & 8) !== 0;
  return call.texts[0]?.includes("FAIL_INSTEAD_OF_RAISE") === true;
}

export function raise(run: Run, site: CallSite, at: At, frame: Frame): void {
  const exit = { id: -site.id, place: site.place, how: "throw" as const, line: site.line, fn: site.fn };
  run.shared.exitSites.set(exit.id, exit);
  const { values } = run.shared;
  // What is thrown carries the failing status.
  frame.sink.leave("throws", { value: values.result(false, values.undefined), core: at.core, exits: { k: "one", site: exit, trace: at.trace } });
}

/** Whether the call is given an out box: the status dialect. */
function hasBox(run: Run, pair: Pair, call: ApiCall, core: Core): boolean {
  if (pair.handle.from !== "out") return true;
  if (call.isResult) return false;
  const value = call.args[pair.handle.argument];
  // Of an argument that is not known it cannot be told: then the handle is in the answer as well.
  if (value === undefined || value.k === "unknown" || !isBox(run, value, core)) return false;
  return value.k !== "object" || run.shared.values.objectInfo(value.object)?.isGuess !== true;
}

/**
 * A box has a `value`, or nothing is known of it. Null can say that the handle is not wanted, or be an argument of the
 * result dialect that has moved up: then the handle is in the answer, for whoever reads it.
 */
export function isBox(run: Run, value: Value, core: Core): boolean {
  if (value.k === "unknown") return true;
  if (value.k !== "object") return false;
  return core.cells.has(fieldCell(run, value.object, "value")) || readField(run, value, "value", core).k === "unknown" || accessorOf(run, value, setterName("value"), core) !== undefined;
}

function succeed(run: Run, meaning: CallMeaning, pair: Pair, call: ApiCall, at: At, frame: Frame, isTracked: boolean): ValueAt[] {
  const { values, cores } = run.shared;
  const { site } = call;
  const object = values.objectOf(isTracked ? "tracked" : `handle ${String(site.id)}`, { site: site.id, info: undefined, type: undefined, isForeign: false, isArray: false });
  const handle = isTracked ? values.tracked(object) : values.handle(object);
  let core = transfer(run, meaning, call, at.core, true);
  const driver = core.cells.get(DRIVER);
  const driverState = driver?.k === "const" ? driver.value : undefined;
  if (isTracked) {
    core = cores.with(core, [[PROPERTY, run.held]]);
    if (driverState !== "alive") core = cores.set(core, EARLY, values.mark(site.id));
    if (pair.owner === "framework") core = ownedByFramework(run, meaning, call, core, driverState);
    if (pair.handle.from === "argument") core = identify(run, call, pair.handle.argument, core, frame);
  } else if (run.tracked.pair?.kind === pair.kind && !core.cells.has(PROPERTY) && (pair.handle.from === "global" || (run.tracked.looksIntoReleases === true && isSpeltAlike(run, pair, call, pair.handle, core)))) {
    core = cores.set(core, OTHER_HELD, values.true);
  } else if (isAgain(run, pair, call, core)) core = cores.set(core, AGAIN, values.const(core.cells.has(AGAIN) ? "often" : "once"));
  if (pair.owner === "framework" && driverState === "alive") core = adopt(run, meaning, call, core);
  // Where failures throw, the handle is in the answer, and the arguments have moved up.
  const trace = pair.succeeds === "always" && !isTracked ? at.trace : extend(at.trace, outcome(site, true, { acquires: isTracked }));
  const isBoxed = pair.handle.from === "out" && !call.isResult && run.shared.settings.failure !== "throw";
  const filled = isBoxed ? fillBox(run, call, pair.handle.argument, handle, { core, trace }, frame) : [{ core, trace }];
  const value = answer(run, pair, call, handle, at.core);
  return filled.map((end) => ({ core: pair.alsoAt === undefined ? end.core : linkDevice(run, handle, end.core), trace: end.trace, value }));
}

/** Whether what an argument identifies is registered once more while it is: each is to be taken back. */
function isAgain(run: Run, pair: Pair, call: ApiCall, core: Core): boolean {
  const { pair: tracked } = run.tracked;
  if (tracked?.kind !== pair.kind || pair.handle.from !== "argument" || pair.kind === "symbolic-link" || core.cells.get(PROPERTY) !== run.held) return false;
  const identity = core.cells.get(IDENTITY);
  const value = call.args[pair.handle.argument];
  return identity !== undefined && value !== undefined && sameIdentity(run, tracked, identity, value, core) === true;
}

function answer(run: Run, pair: Pair, call: ApiCall, handle: Value, core: Core): Value {
  const { values } = run.shared;
  switch (pair.succeeds) {
    case "always":
      return pair.handle.from === "return" ? handle : values.undefined;
    case "boolean":
      return values.true;
    case "non-null":
    case "throws":
      return handle;
    case "status":
      if (run.shared.settings.failure === "throw") return pair.handle.from === "out" ? handle : values.undefined;
      return hasBox(run, pair, call, core) ? values.status(true) : values.result(true, handle);
  }
}

/** A child of the driver object goes with it: its callbacks run then (facts 4 and 5). */
function adopt(run: Run, meaning: CallMeaning, call: ApiCall, core: Core): Core {
  const attributes = call.args[ATTRIBUTES_ARGUMENT[meaning.name] ?? -1];
  if (!attributes || objectOf(run, attributes) === undefined) return core;
  let adopted = core;
  for (const name of ["EvtCleanupCallback", "EvtDestroyCallback"]) {
    const callback = readField(run, attributes, name, core);
    if (callback.k === "fn" || callback.k === "api") adopted = writeField(run, protocolObject(run, CHILDREN), `${name} ${String(call.site.id)}`, callback, adopted);
  }
  return adopted;
}

/** Framework objects are children of the driver by default; made before it, they have no parent and are never released (fact 7). */
function ownedByFramework(run: Run, meaning: CallMeaning, call: ApiCall, core: Core, driver: unknown): Core {
  const { values, cores } = run.shared;
  if (driver === "unknown") return cores.set(core, PROPERTY, run.escaped);
  if (driver === "alive") return core;
  const attributes = call.args[ATTRIBUTES_ARGUMENT[meaning.name] ?? -1];
  const parent = attributes && nullness(attributes) !== true ? readField(run, attributes, "ParentObject", core) : values.null;
  // A parent of its own: it goes where that goes.
  return nullness(parent) === true ? cores.set(core, ORPHAN, values.true) : cores.set(core, PROPERTY, run.escaped);
}

/** Resources that an argument identifies: its value, made into an object where nothing is known of it. */
function identify(run: Run, call: ApiCall, argument: number, core: Core, frame: Frame): Core {
  const { cores } = run.shared;
  const value = call.args[argument];
  if (!value) return core;
  const text = run.tracked.pair?.kind === "symbolic-link" ? characters(run, value, core) : undefined;
  if (text !== undefined) return cores.set(core, IDENTITY, run.shared.values.const(text));
  const expr = call.exprs[argument];
  const made = expr && objectOf(run, value) === undefined ? materialise(run, expr, { core, trace: undefined }, frame.path) : undefined;
  return made ? cores.set(made.core, IDENTITY, made.value) : cores.set(core, IDENTITY, value);
}

/** Puts a handle into the out box that a call is given; where that has a setter, it runs. */
export function fillBox(run: Run, call: ApiCall, argument: number, handle: Value, at: At, frame: Frame): readonly At[] {
  const value = call.args[argument];
  const { core, trace } = at;
  const filled = (changed: Core): At[] => [{ core: changed, trace }];
  if (!value || nullness(value) === true) return [at];
  if (value.k === "object") {
    const setter = accessorOf(run, value, setterName("value"), core);
    if (setter) return run.machine.call(setter, value, [handle], at, frame, { ...NOWHERE, id: call.site.id }).map(plain);
    return isBox(run, value, core) ? filled(writeField(run, value, "value", handle, core)) : [at];
  }
  const expr = call.exprs[argument];
  const made = value.k === "unknown" && expr ? materialise(run, expr, { core, trace: undefined }, frame.path) : undefined;
  if (made) return filled(writeField(run, made.value, "value", handle, made.core));
  return handle.k === "tracked" && value.k === "unknown" ? filled(giveAway(run, core)) : [at];
}

/** The new device heads the driver object's list (fact 20). */
function linkDevice(run: Run, handle: Value, core: Core): Core {
  const driverObject = protocolObject(run, DRIVER_OBJECT);
  const head = readField(run, driverObject, "DeviceObject", core);
  return writeField(run, driverObject, "DeviceObject", handle, writeField(run, handle, "NextDevice", head, core));
}

/* ---------- other effects ---------- */

function effect(run: Run, meaning: CallMeaning, call: ApiCall, at: At, frame: Frame, expr: CallExpr | undefined): ValueAt[] {
  const { values } = run.shared;
  const [first] = call.args;
  const unknown = (core = at.core): ValueAt[] => [{ core, trace: at.trace, value: values.unknown(call.site.id, undefined, call.site) }];
  switch (meaning.effect) {
    case "create-driver":
      return createDriver(run, call, at, frame);
    case "init-config":
    case "init-attributes":
      return initialise(run, meaning, call, at, frame);
    case "keep-attributes":
      return [{ ...at, value: values.undefined }];
    case "test-success":
    case "test-error":
      return testStatus(run, call.exprs[0], first ?? values.undefined, at, frame, meaning.effect === "test-success");
    case "driver-object":
      return [{ ...at, value: protocolObject(run, DRIVER_OBJECT) }];
    case "driver-handle":
      return [{ ...at, value: values.driver() }];
    case "context-of": {
      const owner = first ? (objectOf(run, first) ?? 0) : 0;
      const object = values.objectOf(`context of ${String(owner)} ${call.texts[1] ?? ""}`, { site: 0, info: undefined, type: undefined, isForeign: owner === 0, isArray: false });
      return [{ ...at, value: values.object(object) }];
    }
    case "miniport-unload":
      return run.deleteDriver(at).map((next) => ({ ...next, value: values.undefined }));
    case "make-out": {
      const made = makeObject(run, call.site.id, frame.path, at.core, { type: "Out" });
      return [{ trace: at.trace, core: writeField(run, made.value, "value", first ?? values.null, made.core), value: made.value }];
    }
    case "init-string": {
      const core = initString(run, call, at.core, frame);
      return [{ core, trace: at.trace, value: values.undefined }];
    }
    case "make-string": {
      const made = makeObject(run, call.site.id, frame.path, at.core);
      return [{ trace: at.trace, core: writeField(run, made.value, "Buffer", call.args.at(-1) ?? values.undefined, made.core), value: made.value }];
    }
    case "zero": {
      const object = first?.k === "object" ? first.object : undefined;
      return [{ trace: at.trace, core: object === undefined ? at.core : clearFields(run, object, values.null, at.core), value: values.undefined }];
    }
    case "raise":
      raise(run, call.site, at, frame);
      return [];
    case "bugcheck":
      return [];
    case "registration":
      return register(run, call, at, frame);
    case "load-driver":
      return unknown();
    case "borrow": {
      const core = transfer(run, meaning, call, at.core, true);
      if (run.shared.settings.failure !== "throw" || !givesStatus(meaning.name)) return unknown(core);
      raise(run, call.site, { core: at.core, trace: extend(at.trace, outcome(call.site, false)) }, frame);
      return unknown(core).map((next) => ({ ...next, trace: extend(at.trace, outcome(call.site, true)) }));
    }
    case undefined:
      return expr ? external(run, expr, undefined, call.args, at) : unknown();
  }
}

function initString(run: Run, call: ApiCall, core: Core, frame: Frame): Core {
  const [target, text] = call.args;
  const expr = call.exprs[0];
  if (!target) return core;
  const made = objectOf(run, target) === undefined && expr ? materialise(run, expr, { core, trace: undefined }, frame.path) : undefined;
  const object = made ? made.value : target;
  return writeField(run, object, "Buffer", text ?? run.shared.values.undefined, made ? made.core : core);
}

/** Hands the driver to a port driver; that can fail (fact 16). */
function register(run: Run, call: ApiCall, at: At, frame: Frame): ValueAt[] {
  const { values, cores } = run.shared;
  const { site } = call;
  const driver = at.core.cells.get(DRIVER);
  const isEarly = run.phase === "entry" && run.tracked.call?.site.id === site.id && !(driver?.k === "const" && driver.value === "alive");
  const core = isEarly ? cores.set(at.core, EARLY, values.mark(site.id)) : at.core;
  const ok: ValueAt = { core, trace: extend(at.trace, outcome(site, true)), value: values.result(true, values.undefined) };
  const failed: At = { core, trace: extend(at.trace, outcome(site, false)) };
  if (run.shared.settings.failure === "throw") {
    raise(run, site, failed, frame);
    return [{ ...ok, value: values.undefined }];
  }
  return [ok, { ...failed, value: values.result(false, values.undefined) }];
}
