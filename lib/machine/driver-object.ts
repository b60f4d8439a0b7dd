/** The driver object: initialising its structs, creating it, deleting it with its callbacks. */
import type { CallMeaning } from "../api/vocabulary.ts";
import { fillBox, isBox, raise, type ApiCall } from "./effects.ts";
import { CLEANUP, CREATED, DESTROY, DRIVER, EARLY, EARLY_CREATE, FLAGS, ORPHAN, PROPERTY, UNCLEAN, UNLOAD, outcome, type Frame, type Run } from "./run.ts";
import { extend, type At, type Core, type ValueAt } from "./state.ts";
import { CHILDREN, fieldsOf, CONSUMED, DRIVER_OBJECT, INITIALISED, clearFields, fieldCell, fieldMarks, makeObject, materialise, objectOf, protocolObject, readField, writeField } from "./store.ts";
import { nullness, type Value } from "./values.ts";

/** Bits of DriverInitFlags. */
export const NON_PNP = 1;
export const NO_DISPATCH_OVERRIDE = 2;

/** `*_INIT(struct, …)` in place, or returning the struct. Zeroes it: fields set before are lost (contract, fact 9). */
export function initialise(run: Run, meaning: CallMeaning, call: ApiCall, at: At, frame: Frame): ValueAt[] {
  const { values, cores } = run.shared;
  const isConfig = meaning.effect === "init-config";
  const [first] = call.args;
  const [firstExpr] = call.exprs;
  let core = at.core;
  let struct: Value | undefined;
  if (first?.k === "object") struct = first;
  else if (first?.k === "unknown" && firstExpr && !(isConfig && call.args.length < 2)) {
    const made = materialise(run, firstExpr, at, frame.path);
    if (made) ({ value: struct, core } = made);
  }
  const isInPlace = struct !== undefined;
  if (!struct) {
    if (first?.k === "unknown" && !(isConfig && call.args.length < 2)) return [{ ...at, value: values.unknown(call.site.id) }];
    const made = makeObject(run, call.site.id, frame.path, core, { type: isConfig ? "WDF_DRIVER_CONFIG" : "WDF_OBJECT_ATTRIBUTES" });
    struct = made.value;
    core = made.core;
  }
  const object = objectOf(run, struct);
  if (object === undefined) return [{ ...at, value: values.unknown(call.site.id) }];
  if (run.log) {
    for (const mark of fieldMarks(run, object, core)) {
      if (!core.cells.has(fieldCell(run, object, CONSUMED)) || !run.log.consumed.has(mark)) run.log.wiped.set(mark, call.site);
    }
  }
  core = clearFields(run, object, values.null, core);
  core = cores.with(core, [[fieldCell(run, object, INITIALISED), values.true]]);
  const callback = call.args[isInPlace ? 1 : 0];
  if (isConfig) {
    core = writeField(run, struct, "EvtDriverDeviceAdd", callback ?? values.null, core);
    core = writeField(run, struct, "DriverInitFlags", values.const(0), core);
  }
  return [{ core, trace: at.trace, value: struct }];
}

/** WdfDriverCreate. */
export function createDriver(run: Run, call: ApiCall, at: At, frame: Frame): ValueAt[] {
  const { values, cores } = run.shared;
  const { site, args } = call;
  run.shared.callSites.set(site.id, site);
  let { core } = at;
  if (core.cells.has(EARLY) && !core.cells.has(EARLY_CREATE)) core = cores.set(core, EARLY_CREATE, values.mark(site.id));
  const attributes = args[2];
  const config = args[3];
  const driver = core.cells.get(DRIVER);
  const isAlive = driver?.k === "const" && driver.value === "alive";
  const isBoxed = !call.isResult && args[4] !== undefined && isBox(run, args[4], core);
  const results: ValueAt[] = [];
  const mayFail = run.phase !== "module";
  if (!isAlive && !isRefused(run, attributes, config, core)) {
    const alive: At = { core: bringAlive(run, call, attributes, config, core), trace: extend(at.trace, outcome(site, true)) };
    const value = run.shared.settings.failure === "throw" ? values.driver() : isBoxed ? values.status(true) : values.result(true, values.driver());
    results.push(...fillBox(run, call, 4, values.driver(), alive, frame).map((filled) => ({ ...filled, value })));
  }
  if (mayFail) {
    const failed: At = {
      core: isAlive ? core : cores.set(core, DRIVER, values.const("failed")),
      trace: extend(at.trace, outcome(site, false)),
    };
    if (run.shared.settings.failure === "throw") raise(run, site, failed, frame);
    else results.push({ ...failed, value: isBoxed ? values.status(false) : values.result(false, values.null) });
  }
  return results;
}

/** Creation that the framework always refuses (facts 8, 9 and 10). */
function isRefused(run: Run, attributes: Value | undefined, config: Value | undefined, core: Core): boolean {
  if (attributes && isRaw(run, attributes, core)) return true;
  if (attributes?.k === "object" && nullness(readField(run, attributes, "ParentObject", core)) === false) return true;
  if (!config || objectOf(run, config) === undefined) return false;
  if (isRaw(run, config, core)) return true;
  const flags = flagsOf(run, config, core);
  if (flags === undefined || (flags & NO_DISPATCH_OVERRIDE) !== 0) return false;
  return (flags & NON_PNP) !== 0 && nullness(readField(run, config, "EvtDriverDeviceAdd", core)) === false;
}

/** Never initialised: STATUS_INFO_LENGTH_MISMATCH. */
function isRaw(run: Run, struct: Value, core: Core): boolean {
  return struct.k === "object" && core.cells.get(fieldCell(run, struct.object, INITIALISED)) === run.shared.values.false;
}

function flagsOf(run: Run, config: Value, core: Core): number | undefined {
  const flags = readField(run, config, "DriverInitFlags", core);
  if (flags.k !== "const") return undefined;
  return typeof flags.value === "number" ? flags.value : 0;
}

/** The values of attributes and config are copied; the framework sets DriverUnload itself (fact 19). */
function bringAlive(run: Run, call: ApiCall, attributes: Value | undefined, config: Value | undefined, core: Core): Core {
  const { values, cores } = run.shared;
  const isGiven = attributes !== undefined && nullness(attributes) !== true;
  const field = (struct: Value | undefined, name: string): Value =>
    struct === undefined || nullness(struct) === true ? values.null : readField(run, struct, name, core);
  const cleanup = field(attributes, "EvtCleanupCallback");
  const changes: [number, Value | undefined][] = [
    [DRIVER, values.const("alive")],
    [CREATED, values.mark(call.site.id)],
    [CLEANUP, cleanup],
    [DESTROY, field(attributes, "EvtDestroyCallback")],
    [UNLOAD, field(config, "EvtDriverUnload")],
    [UNCLEAN, nullness(cleanup) === true ? values.const(isGiven ? "unset" : "null") : undefined],
  ];
  const flags = config && objectOf(run, config) !== undefined ? flagsOf(run, config, core) : undefined;
  changes.push([FLAGS, flags === undefined ? values.unknown(call.site.id) : values.const(flags)]);
  const alive = cores.with(core, changes);
  if (flags === undefined || (flags & NO_DISPATCH_OVERRIDE) !== 0) return alive;
  return writeField(run, protocolObject(run, DRIVER_OBJECT), "DriverUnload", values.unknown(call.site.id), alive);
}

/** Deletes the driver object: children, cleanup callback, destroy callback (facts 2, 4, 5). Unknown callbacks may release anything. */
export function deleteDriver(run: Run, at: At, frame: Frame, call: (fn: Value, args: readonly Value[], at: At, frame: Frame) => At[]): At[] {
  const { values, cores } = run.shared;
  let core = at.core;
  const property = core.cells.get(PROPERTY);
  if (run.tracked.pair?.owner === "framework" && property === run.held && !core.cells.has(ORPHAN)) core = cores.set(core, PROPERTY, values.const("transferred"));
  let states: At[] = [{ core, trace: at.trace }];
  const children = protocolObject(run, CHILDREN);
  for (const [cell, callback] of children.k === "object" ? fieldsOf(run, children.object, core) : []) {
    states = states.flatMap((next) => call(callback, [values.unknown(cell)], next, frame));
  }
  for (const cell of [CLEANUP, DESTROY]) {
    states = states.flatMap((next) => {
      const callback = next.core.cells.get(cell);
      if (!callback || nullness(callback) === true) return [next];
      if (callback.k === "fn" || callback.k === "api") return call(callback, [values.driver()], next, frame);
      return next.core.cells.get(PROPERTY) === run.held ? [{ ...next, core: cores.set(next.core, PROPERTY, run.escaped) }] : [next];
    });
  }
  return states.map((next) => ({ ...next, core: cores.set(next.core, DRIVER, values.const("deleted")) }));
}
