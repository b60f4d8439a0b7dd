/** Reading and writing cells: variables, fields of objects, and what of it a run keeps. */
import type { TSESTree } from "@typescript-eslint/utils";
import { isInherited, isLanguageGlobal } from "../source/globals.ts";
import type { CallSite, Expr, FunctionInfo, VariableRef } from "./regions.ts";
import { methodOf, staticOf } from "./classes.ts";
import { IDENTITY, PROPERTY, isPlain, type Run } from "./run.ts";
import type { At, Core } from "./state.ts";
import { nullness, type ObjectInfo, type Value } from "./values.ts";

/** The field that stands for all fields of an object that were never set. */
export const OTHERS = "*";
/** Whether a struct was initialised: false for one that is raw. */
export const INITIALISED = "* init";
/** Keeps the object that another one has as its prototype. */
const PROTOTYPE = "* prototype";
/** Marks which call copied the values of a struct. */
export const CONSUMED = "* consumed";
/** Prefix of the cells that remember where a field was set. */
const SET_AT = "@";

/** Fields of WDF_OBJECT_ATTRIBUTES and WDF_DRIVER_CONFIG. */
export const ATTRIBUTE_FIELDS: ReadonlySet<string> = new Set([
  "EvtCleanupCallback", "EvtDestroyCallback", "ParentObject", "ExecutionLevel", "SynchronizationScope",
  "ContextSizeOverride", "ContextTypeInfo",
]);
export const CONFIG_FIELDS: ReadonlySet<string> = new Set(["EvtDriverDeviceAdd", "EvtDriverUnload", "DriverInitFlags", "DriverPoolTag"]);

// Plain values of these fields always matter.
const KEPT_FIELDS: ReadonlySet<string> = new Set([
  ...ATTRIBUTE_FIELDS, ...CONFIG_FIELDS, OTHERS, INITIALISED, CONSUMED,
  "value", "status", "ok", "length", "DriverUnload", "DeviceObject", "NextDevice", "Buffer",
]);

/** The structs that their INIT calls fill. */
export const STRUCTS: ReadonlySet<string> = new Set(["WDF_OBJECT_ATTRIBUTES", "WDF_DRIVER_CONFIG"]);
// Collections that tell their size.
const SIZED: ReadonlySet<string> = new Set(["Set", "Map"]);

/** The type of what a call of a generator gives. */
export const GENERATOR = "Generator";
/** The type of what `entries()`, `keys()` and `values()` give: a list that is gone through once. */
export const ITERATOR = "Iterator";
/** How the name of a field begins under which a set or a map keeps something. */
export const KEY = "key ";
/** What keeps the callbacks of the driver object's children. */
export const CHILDREN = "CHILDREN";
export const DRIVER_OBJECT = "DRIVER_OBJECT";
export const REGISTRY_PATH = "REGISTRY_PATH";

/** The object of the protocol with this name. */
export function protocolObject(run: Run, name: string): Value {
  return run.shared.values.object(run.shared.values.objectOf(name, { site: 0, info: undefined, type: name, isForeign: false, isArray: false }));
}

/**
 * The cell of an object's field.
 * @param own its node in the dependence graph, where that is not the one of all fields of the name
 */
export function fieldCell(run: Run, object: number, name: string, own?: number): number {
  const { fields, fieldCells, names } = run.shared;
  const key = `${String(object)}.${name}`;
  const known = fields.get(key);
  if (known !== undefined) return known;
  const cell = names.fresh();
  fields.set(key, cell);
  const list = run.shared.fieldsByObject.get(object);
  if (list) list.push(cell);
  else run.shared.fieldsByObject.set(object, [cell]);
  fieldCells.set(cell, { object, name, node: own ?? names.field(name.startsWith(SET_AT) ? name.slice(1) : name) });
  return cell;
}

/** The object in which one call of a function keeps a variable for its closures; undefined where there is but one call. */
export function boxOf(run: Run, ref: VariableRef, core: Core): Value | undefined {
  const held = ref.shared && core.cells.get(ref.id);
  if (!ref.shared || held?.k !== "object") return undefined;
  return run.shared.values.objectInfo(held.object)?.site === ref.shared.site ? held : undefined;
}

/** A function as a value: what it closes over and is never written again goes with it. */
export function closure(run: Run, fn: FunctionInfo, core: Core): Value {
  const captured: [number, Value][] = [];
  for (const ref of fn.captures) {
    const value = core.cells.get(ref.id);
    if (value) captured.push([ref.id, value]);
  }
  for (const ref of fn.outer) {
    const box = boxOf(run, ref, core);
    if (box) captured.push([ref.id, box]);
  }
  const self = fn.isArrow && fn.usesThis ? core.cells.get(fn.thisCell) : undefined;
  if (self) captured.push([fn.thisCell, self]);
  return run.shared.values.fn(fn, undefined, [], captured);
}

/** The variables of a function that closures see, each in an object of its own: a factory's next call has others. */
export function boxVariables(run: Run, fn: FunctionInfo, path: number, core: Core): Core {
  if (!fn.isRepeated) return core;
  let boxed = core;
  for (const ref of fn.shared) {
    const made = makeObject(run, ref.shared?.site ?? 0, path, boxed);
    boxed = run.shared.cores.set(made.core, ref.id, made.value);
  }
  return boxed;
}

/** The cell of a variable in its object. */
function boxedCell(run: Run, box: Value, ref: VariableRef): number {
  return fieldCell(run, objectOf(run, box) ?? 0, `variable ${String(ref.id)}`, ref.id);
}

/** What a variable holds. */
export function readVariable(run: Run, ref: VariableRef, core: Core): Value {
  const box = boxOf(run, ref, core);
  if (box) {
    const cell = boxedCell(run, box, ref);
    return core.cells.get(cell) ?? run.shared.values.unknown(cell);
  }
  const held = core.cells.get(ref.id);
  if (held) return held;
  const { values, constantFunctions } = run.shared;
  if (ref.hoisted) return "body" in ref.hoisted ? hoistedFunction(run, ref.hoisted, core) : values.class(ref.hoisted);
  const constant = ref.isModuleLevel ? constantFunctions.get(ref) : undefined;
  if (constant) return values.fn(constant);
  return ref.imported === "external" && isLanguageGlobal(ref.name) ? values.opaque(ref.id) : values.unknown(ref.id);
}

/** A declared function as a value: it takes along what each call of the function around it has of its own. */
function hoistedFunction(run: Run, fn: FunctionInfo, core: Core): Value {
  for (const ref of fn.outer) if (boxOf(run, ref, core)) return closure(run, fn, core);
  return run.shared.values.fn(fn);
}

/**
 * Sets a variable, as far as the run keeps it.
 * @param isAnswer what is written is no constant: where a test with a way out follows, it is kept until then; constants only of flags
 */
export function writeVariable(run: Run, ref: VariableRef, value: Value, core: Core, isAnswer = false): Core {
  const keep = run.keeps(ref.id) || !isPlain(value) || (isAnswer ? run.shared.transient.has(ref.id) : run.shared.flags.has(ref.id));
  const small = value.k !== "object" || run.tracked.keepObjects || run.keeps(ref.id) || isGenerator(run, value) || reaches(run, value, core);
  const box = boxOf(run, ref, core);
  if (box) {
    const cell = boxedCell(run, box, ref);
    return settled(run, run.shared.cores.set(core, cell, keep && small ? value : run.shared.values.unknown(cell)), ref.id);
  }
  return settled(run, run.shared.cores.set(core, ref.id, keep && small ? value : undefined), ref.id);
}

/** What a call of a generator gives is as good as a function. */
export function isGenerator(run: Run, value: Value): boolean {
  return value.k === "object" && run.shared.values.objectInfo(value.object)?.type === GENERATOR;
}

/** Forgets the outcomes of conditions that read a node. */
export function settled(run: Run, core: Core, node: number): Core {
  const cells = run.shared.correlatedBy.get(node);
  return cells ? run.shared.cores.with(core, cells.map((cell): [number, undefined] => [cell, undefined])) : core;
}

/** A state without the fields of plain objects that nothing leads to: where variables are not kept, what they held is litter. */
export function swept(run: Run, core: Core): Core {
  const { fieldCells, values, containers } = run.shared;
  const seen = new Set<number>();
  const pending: number[] = [];
  const follow = (value: Value): void => {
    if (value.k === "fn") {
      for (const [, captured] of value.captured) follow(captured);
      for (const bound of value.bound) follow(bound);
      if (value.self) follow(value.self);
    } else if (value.k === "result") follow(value.handle);
    const object = objectOf(run, value);
    if (object === undefined || seen.has(object)) return;
    seen.add(object);
    pending.push(object);
  };
  const objects = new Set<number>();
  for (const [cell, value] of core.cells) {
    const field = cell > 0 ? fieldCells.get(cell) : undefined;
    if (field) objects.add(field.object);
    else follow(value);
  }
  for (const object of objects) {
    const info = values.objectInfo(object);
    const isPlainObject = info !== undefined && info.site !== 0 && !info.info && info.type === undefined && !info.isForeign && !containers.has(info.site);
    if (isPlainObject || seen.has(object)) continue;
    seen.add(object);
    pending.push(object);
  }
  for (let object = pending.pop(); object !== undefined; object = pending.pop()) for (const value of heldBy(run, object, core)) follow(value);
  const litter = [...objects].filter((object) => !seen.has(object));
  return litter.length === 0 ? core : run.shared.cores.with(core, litter.flatMap((object) => fieldsOf(run, object, core).map(([cell]): [number, undefined] => [cell, undefined])));
}

/** The object whose fields a value has. */
export function objectOf(run: Run, value: Value): number | undefined {
  const { values } = run.shared;
  switch (value.k) {
    case "object":
    case "tracked":
    case "handle":
      return value.object;
    case "driver":
      return values.objectOf("driver", { site: 0, info: undefined, type: undefined, isForeign: false, isArray: false });
    case "class":
      return values.objectOf(`class ${String(value.info.id)}`, { site: value.info.site, info: undefined, type: undefined, isForeign: false, isArray: false });
    case "fn":
      // Each closure has properties of its own.
      return values.objectOf(`function ${String(value.captured.length > 0 ? value.id : value.fn.id)}`, { site: value.fn.id, info: undefined, type: undefined, isForeign: false, isArray: false });
    case "unknown":
      return value.call ? run.shared.answered.get(value.site) : undefined;
    default:
      return undefined;
  }
}

/** The object that stands for what code out of sight answered, to know what is told of its fields. */
export function answerObject(run: Run, value: Value): number | undefined {
  if (value.k !== "unknown" || !value.call || value.opaque) return undefined;
  const { answered, values } = run.shared;
  let object = answered.get(value.site);
  if (object === undefined) {
    object = values.objectOf(`answer ${String(value.site)}`, { site: value.site, info: undefined, type: undefined, isForeign: true, isArray: false });
    answered.set(value.site, object);
  }
  return object;
}

/** A new answer has nothing of an earlier one. */
export function renewAnswer(run: Run, value: Value, core: Core): Core {
  const object = objectOf(run, value);
  if (object === undefined) return core;
  return run.shared.cores.with(core, (run.shared.fieldsByObject.get(object) ?? []).map((cell): [number, undefined] => [cell, undefined]));
}

/** Not one of the machine's own fields, which have a mark before the name or a space in it. */
export function isPlainName(field: string): boolean {
  return !field.includes(" ") && !"*@".includes(field.charAt(0));
}

/** The names of an object's properties, where it shows all it has. */
export function propertyNames(run: Run, base: Value, core: Core): string[] | undefined {
  if (base.k !== "object" || core.cells.get(fieldCell(run, base.object, OTHERS))?.k !== "const" || prototypeOf(run, base, core)) return undefined;
  if (run.shared.values.objectInfo(base.object)?.info) return undefined;
  return fieldsOf(run, base.object, core).flatMap(([, , name]) => (isPlainName(name) ? [name] : []));
}

/** What `base.name` holds. */
export function readField(run: Run, base: Value, name: string, core: Core): Value {
  const { values } = run.shared;
  if (base.k === "result" || base.k === "status") {
    if (name === "status") return values.status(base.ok, base.k === "status" ? base.name : undefined);
    if (name === "ok") return values.boolean(base.ok);
    if (base.k === "status") return values.unknown(stableSite(run, base.id, name));
    if (base.handle === values.undefined) return values.unknown(stableSite(run, base.id, name));
    return base.ok ? base.handle : values.null;
  }
  if (base.k === "const" && typeof base.value === "string" && name === "length") return values.const(base.value.length);
  if (base.k === "const") return base.value === null || base.value === undefined ? values.undefined : values.computed(stableSite(run, base.id, name), [base]);
  if (base.k === "unknown") {
    const answer = objectOf(run, base);
    const told = answer === undefined ? undefined : core.cells.get(fieldCell(run, answer, name));
    if (told) return told;
    const site = stableSite(run, -base.site, name);
    if (run.shared.foreign.has(base.site) && !run.shared.assigned.has(name)) run.shared.foreign.add(site);
    return base.opaque ? values.opaque(site) : values.unknown(site, undefined, base.call);
  }
  const made = name === "prototype" ? prototypeCell(run, base) : undefined;
  if (made !== undefined && base.k === "fn") return core.cells.get(made) ?? siteless(run, `prototype ${String(base.fn.id)}`);
  const object = objectOf(run, base);
  if (object === undefined) return values.unknown(stableSite(run, base.id, name));
  const cell = fieldCell(run, object, name);
  const held = core.cells.get(cell);
  if (held) return held;
  const prototype = prototypeOf(run, base, core);
  if (prototype) return inheritedField(run, prototype, name, core);
  if (name === "size" && SIZED.has(values.objectInfo(object)?.type ?? "")) return sizeOf(run, object, core) ?? values.computed(cell, [base]);
  const info = base.k === "class" ? base.info : values.objectInfo(object)?.info;
  const method = base.k === "class" ? staticOf(base.info, name) : methodOf(info, name);
  if (method) return values.fn(method, base);
  const others = core.cells.get(fieldCell(run, object, OTHERS));
  if (others) return isInherited(name) && others === values.undefined ? values.opaque(cell) : others;
  if (isLanguageGlobal(values.objectInfo(object)?.type ?? "")) return values.opaque(cell);
  return base.k === "tracked" || base.k === "handle" ? values.computed(cell, [base]) : values.unknown(cell);
}

/** How many members a collection has, where all of it is known. */
function sizeOf(run: Run, object: number, core: Core): Value | undefined {
  const { values } = run.shared;
  const members = fieldsOf(run, object, core).filter(([, , name]) => name.startsWith(KEY));
  const isKnown = core.cells.get(fieldCell(run, object, OTHERS)) === values.undefined && !members.some(([cell, value]) => run.isForgotten(cell, value));
  return isKnown ? values.const(members.filter(([, value]) => value !== values.undefined).length) : undefined;
}

/** An object of which there is one in the program. */
function siteless(run: Run, key: string): Value {
  return run.shared.values.object(run.shared.values.objectOf(key, { site: 0, info: undefined, type: undefined, isForeign: false, isArray: false }));
}

/** Where a function keeps the prototype of what `new` makes of it; a closure that is made anew each time is not followed. */
function prototypeCell(run: Run, base: Value): number | undefined {
  if (base.k !== "fn" || base.fn.isArrow || base.captured.length > 0) return undefined;
  const own = objectOf(run, base);
  return own === undefined ? undefined : fieldCell(run, own, "prototype");
}

/** The prototype that an object was given. */
export function prototypeOf(run: Run, base: Value, core: Core): Value | undefined {
  if (base.k !== "object") return undefined;
  const cell = run.shared.fields.get(`${String(base.object)}.${PROTOTYPE}`);
  return cell === undefined ? undefined : core.cells.get(cell);
}

/** Makes an object the prototype of another. */
export function setPrototype(run: Run, base: Value, prototype: Value, core: Core): Core {
  return base.k === "object" ? run.shared.cores.set(core, fieldCell(run, base.object, PROTOTYPE), prototype) : core;
}

/** What an object inherits; a chain that comes back to itself ends. */
function inheritedField(run: Run, start: Value, name: string, core: Core): Value {
  const seen = new Set<Value>();
  let last = start;
  for (let each: Value | undefined = start; each && !seen.has(each); each = prototypeOf(run, each, core)) {
    const held: Value | undefined = each.k === "object" ? core.cells.get(fieldCell(run, each.object, name)) : undefined;
    // A method of a literal has its own object as `this` only where it is called on that.
    if (held) return held.k === "fn" && held.self === each ? run.shared.values.fn(held.fn, undefined, held.bound, held.captured) : held;
    seen.add(each);
    last = each;
  }
  return prototypeOf(run, last, core) ? run.shared.values.unknown(stableSite(run, last.id, name)) : readField(run, last, name, core);
}

/** The getter or setter, by that name, that an access of a property runs. */
export function accessorOf(run: Run, base: Value, name: string, core: Core): Value | undefined {
  if (base.k === "class") {
    const inherited = staticOf(base.info, name);
    return inherited && run.shared.values.fn(inherited, base);
  }
  if (base.k !== "object") return undefined;
  const kept = run.shared.fields.get(`${String(base.object)}.${name}`);
  const own = kept === undefined ? undefined : core.cells.get(kept);
  if (own) return own;
  const fn = methodOf(run.shared.values.objectInfo(base.object)?.info, name);
  return fn && run.shared.values.fn(fn, base);
}

/** Whether a value is a constant of other code: it is itself wherever it went. */
export function isForeign(run: Run, value: Value): value is Extract<Value, { k: "unknown" }> {
  return value.k === "unknown" && run.shared.foreign.has(value.site);
}

/** Whether two values are the same constant of other code. */
export function isSame(run: Run, left: Value, right: Value): boolean {
  return isForeign(run, left) && isForeign(run, right) && left.site === right.site;
}

/** A number for what is read of something unknown, so that two reads of the same agree. */
function stableSite(run: Run, base: number, name: string): number {
  const key = `?${String(base)}.${name}`;
  const { fields, names } = run.shared;
  let site = fields.get(key);
  if (site === undefined) {
    site = names.fresh();
    fields.set(key, site);
  }
  return site;
}

/**
 * Whether a field is an element's number. Not by an expression: one that is compiled where the stack is nearly full
 * ends the process.
 */
export function isIndex(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 48 && first <= 57;
}

/** Whether plain values of a field are kept. */
export function keepsField(run: Run, name: string, cell: number): boolean {
  return KEPT_FIELDS.has(name) || name.startsWith(SET_AT) || isIndex(name) || name.startsWith(KEY) || run.keeps(run.shared.fieldCells.get(cell)?.node ?? cell);
}

/** Sets a field of an object of this file, whatever the run keeps. */
export function setField(run: Run, base: Value, name: string, value: Value, core: Core): Core {
  const object = objectOf(run, base);
  if (object === undefined) return core;
  return settled(run, run.shared.cores.set(core, fieldCell(run, object, name), value), run.shared.names.field(name));
}

/** Sets `base.name`. Storing the tracked handle where it cannot be followed gives it away. */
export function writeField(run: Run, base: Value, name: string, value: Value, core: Core, isAnswer = false): Core {
  const made = name === "prototype" ? prototypeCell(run, base) : undefined;
  if (made !== undefined) return run.shared.cores.set(core, made, value);
  const object = objectOf(run, base);
  if (object === undefined || run.shared.values.objectInfo(object)?.isForeign === true) {
    const given = reaches(run, value, core) ? giveAway(run, core) : core;
    if (object === undefined) return given;
    core = given;
  }
  const cell = fieldCell(run, object, name);
  const keep = !isPlain(value) || keepsField(run, name, cell) || (isAnswer && run.shared.transient.has(run.shared.names.field(name)));
  const kept = keep ? value : run.shared.values.unknown(cell);
  return settled(run, run.shared.cores.set(core, cell, kept), run.shared.names.field(name));
}

/** Sets every field of an object that was never set, and forgets those that were. */
export function clearFields(run: Run, object: number, others: Value | undefined, core: Core): Core {
  const changes: [number, Value | undefined][] = fieldsOf(run, object, core).map(([cell]): [number, undefined] => [cell, undefined]);
  changes.push([fieldCell(run, object, OTHERS), others]);
  let cleared = run.shared.cores.with(core, changes);
  for (const [, , name] of fieldsOf(run, object, core)) cleared = settled(run, cleared, run.shared.names.field(name));
  return cleared;
}

/** The fields of an object that are set: cell, value, name. */
export function fieldsOf(run: Run, object: number, core: Core): readonly (readonly [number, Value, string])[] {
  const { fieldCells, fieldsByObject } = run.shared;
  return (fieldsByObject.get(object) ?? []).flatMap((cell): [number, Value, string][] => {
    const value = core.cells.get(cell);
    return value ? [[cell, value, fieldCells.get(cell)?.name ?? ""]] : [];
  });
}

/** What an object leads to: what its fields hold, and the keys of a collection. */
export function heldBy(run: Run, object: number, core: Core): Value[] {
  return fieldsOf(run, object, core).flatMap(([, value, name]) => {
    const key = name.startsWith(KEY) && value !== run.shared.values.undefined ? keyNamed(run, name) : undefined;
    return key ? [value, key] : [value];
  });
}

/** The key of a set or map that the name of a field stands for. */
export function keyNamed(run: Run, name: string): Value | undefined {
  return run.shared.values.withId(Number(name.slice(KEY.length)));
}

/**
 * A new object of a site. One that the site made before, and that leads to the tracked handle or identifies it, is told
 * apart as the older one; of several older ones, none is: they give the handle away.
 */
export function makeObject(run: Run, site: number, path: number, core: Core, info: Partial<Omit<ObjectInfo, "id" | "site">> = {}, others?: Value): { value: Value; core: Core } {
  const { values } = run.shared;
  const object = values.objectOf(`${String(site)}@${String(path)}`, { site, info: info.info, type: info.type, isForeign: info.isForeign ?? false, isArray: info.isArray ?? false });
  const value = values.object(object);
  const isInUse = run.shared.cores.holders(core, value).length > 0;
  const matters = isInUse && (core.cells.get(IDENTITY) === value || reaches(run, value, core));
  const aged = matters ? age(run, value, `${String(site)}@${String(path)} before`, core) : core;
  return { value, core: clearFields(run, object, others, aged) };
}

/** Makes the object of a site the older one, wherever it is referred to. */
function age(run: Run, value: Value, key: string, core: Core): Core {
  const { values, cores } = run.shared;
  const info = value.k === "object" ? values.objectInfo(value.object) : undefined;
  if (value.k !== "object" || !info) return giveAway(run, core);
  const older = values.object(values.objectOf(key, info));
  if ([...core.cells.values()].some((held) => mentions(held, older))) return giveAway(run, core);
  const changes: [number, Value | undefined][] = [];
  for (const [cell, held] of core.cells) {
    const field = cell > 0 ? run.shared.fieldCells.get(cell) : undefined;
    const renamed = replaced(run, held, value, older);
    if (field?.object === value.object) changes.push([cell, undefined], [fieldCell(run, objectOf(run, older) ?? 0, field.name, field.node), renamed]);
    else if (renamed !== held) changes.push([cell, renamed]);
  }
  return cores.with(core, changes);
}

/** Whether a value is an object, or has it among what it closes over. */
function mentions(value: Value, object: Value): boolean {
  if (value === object) return true;
  if (value.k === "result") return mentions(value.handle, object);
  if (value.k !== "fn") return false;
  return value.self === object || value.bound.some((each) => mentions(each, object)) || value.captured.some(([, each]) => mentions(each, object));
}

/** A value with one object in the place of another. */
function replaced(run: Run, value: Value, from: Value, to: Value): Value {
  const { values } = run.shared;
  if (value === from) return to;
  if (value.k === "result") return values.result(value.ok, replaced(run, value.handle, from, to));
  if (value.k !== "fn" || !mentions(value, from)) return value;
  const self = value.self && replaced(run, value.self, from, to);
  const bound = value.bound.map((each) => replaced(run, each, from, to));
  return values.fn(value.fn, self, bound, value.captured.map(([cell, each]) => [cell, replaced(run, each, from, to)]));
}

/** Whether a value is, holds or closes over the tracked handle, or is a function that releases what needs no handle. */
export function reaches(run: Run, value: Value, core: Core): boolean {
  if (run.tracked.call === undefined) return false;
  if (isPlain(value) && value.k !== "handle") return value.k === "unknown" && identityOf(run, core) === value;
  let known = run.reached.get(core);
  if (!known) {
    known = new Map();
    run.reached.set(core, known);
  }
  let answer = known.get(value.id);
  if (answer === undefined) {
    answer = leads(run, value, core);
    known.set(value.id, answer);
  }
  return answer;
}

/** What identifies the tracked resource, where that is an argument it was acquired with. */
function identityOf(run: Run, core: Core): Value | undefined {
  return run.tracked.pair?.handle.from === "argument" && core.cells.get(PROPERTY) === run.held ? core.cells.get(IDENTITY) : undefined;
}

function leads(run: Run, value: Value, core: Core): boolean {
  const identity = identityOf(run, core);
  const seen = new Set<number>();
  const pending: Value[] = [value];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    if (next === identity) return true;
    switch (next.k) {
      case "tracked":
        return true;
      case "result":
        pending.push(next.handle);
        break;
      case "api":
        pending.push(...next.bound);
        break;
      case "fn":
        if (run.releasers?.has(next.fn) === true && core.cells.has(PROPERTY)) return true;
        pending.push(...next.bound);
        if (next.self) pending.push(next.self);
        for (const [, captured] of next.captured) pending.push(captured);
        for (const ref of next.fn.outer) {
          const held = core.cells.get(ref.id);
          if (held) pending.push(held);
          else if (ref.hoisted && "body" in ref.hoisted) pending.push(run.shared.values.fn(ref.hoisted));
        }
        pending.push(...fieldsHeld(run, next, core));
        break;
      case "object":
      case "handle":
      case "driver":
      case "class":
        pending.push(...fieldsHeld(run, next, core));
        break;
      default:
    }
  }
  return false;
}

function fieldsHeld(run: Run, value: Value, core: Core): readonly Value[] {
  const object = objectOf(run, value);
  return object === undefined ? [] : heldBy(run, object, core);
}

/** Whether an array or object has functions among its elements, or among theirs. */
function holdsFunctions(run: Run, value: Value, core: Core, depth = 0): boolean {
  if (value.k === "fn") return true;
  if (value.k !== "object" || depth > 2) return false;
  return fieldsOf(run, value.object, core).some(([, held]) => holdsFunctions(run, held, core, depth + 1));
}

/** Any part of a value may be what is used next: the handle in it, or a function, is not followed further. */
export function walked(run: Run, value: Value, core: Core): Core {
  return reaches(run, value, core) || holdsFunctions(run, value, core) ? giveAway(run, core) : core;
}

/** The tracked resource has an owner that is not known from here on. */
export function giveAway(run: Run, core: Core): Core {
  const property = core.cells.get(PROPERTY);
  return property === run.held ? run.shared.cores.set(core, PROPERTY, run.escaped) : core;
}

/** Makes a path expression that holds nothing known into an object, so that its fields can be followed. */
export function materialise(run: Run, expr: Expr, at: At, path: number): { value: Value; core: Core } | undefined {
  const { values, cores } = run.shared;
  switch (expr.k) {
    case "var": {
      const value = readVariable(run, expr.ref, at.core);
      if (objectOf(run, value) !== undefined) return { value, core: at.core };
      if (!isBlank(value)) return undefined;
      if (value.k === "unknown" && (value.call || value.opaque)) return undefined;
      const made = values.object(values.objectOf(`variable ${String(expr.ref.id)}`, { site: expr.ref.id, info: undefined, type: undefined, isForeign: expr.ref.imported === "local", isArray: false, isGuess: true }));
      return { value: made, core: boxOf(run, expr.ref, at.core) ? writeVariable(run, expr.ref, made, at.core) : cores.set(at.core, expr.ref.id, made) };
    }
    case "member": {
      if (expr.name === undefined) return undefined;
      const base = materialise(run, expr.object, at, path);
      const object = base && objectOf(run, base.value);
      if (!base || object === undefined) return undefined;
      const value = readField(run, base.value, expr.name, base.core);
      if (objectOf(run, value) !== undefined) return { value, core: base.core };
      if (!isBlank(value) || (value.k === "unknown" && (value.call || value.opaque))) return undefined;
      const isForeign = values.objectInfo(object)?.isForeign === true;
      const made = values.object(values.objectOf(`field ${String(object)}.${expr.name}`, { site: expr.field, info: undefined, type: undefined, isForeign, isArray: false, isGuess: true }));
      return { value: made, core: writeField(run, base.value, expr.name, made, base.core) };
    }
    case "this": {
      const value = at.core.cells.get(expr.cell);
      return value && objectOf(run, value) !== undefined ? { value, core: at.core } : undefined;
    }
    default:
      return undefined;
  }
}

/** Nothing, or nothing known: `let link: UNICODE_STRING` before its first use. */
function isBlank(value: Value): boolean {
  return value.k === "unknown" ? nullness(value) !== true : value.k === "const" && value.value === undefined;
}

/** Remembers where a field of attributes or config was set; only in the run that follows them. */
export function noteFieldSet(run: Run, base: Value, name: string, value: Value, core: Core, node: TSESTree.Node, struct: string): Core {
  const object = objectOf(run, base);
  if (!run.log || object === undefined || !(ATTRIBUTE_FIELDS.has(name) || CONFIG_FIELDS.has(name))) return core;
  const cell = fieldCell(run, object, `${SET_AT}${name}`);
  if (nullness(value) === true) return run.shared.cores.set(core, cell, undefined);
  const { setAt, names } = run.shared;
  const mark = setAt.get(node) ?? names.fresh();
  setAt.set(node, mark);
  run.log.sets.set(mark, { mark, field: name, struct, node });
  return run.shared.cores.set(core, cell, run.shared.values.mark(mark));
}

/** The places at which the fields of a struct were set. */
export function fieldMarks(run: Run, object: number, core: Core): number[] {
  return fieldsOf(run, object, core).flatMap(([, value, name]) => (name.startsWith(SET_AT) && value.k === "mark" ? [value.n] : []));
}

/** A call copied the values of a struct. */
export function consume(run: Run, value: Value, core: Core, site: CallSite): Core {
  const object = objectOf(run, value);
  if (!run.log || object === undefined) return core;
  for (const mark of fieldMarks(run, object, core)) run.log.consumed.add(mark);
  return run.shared.cores.set(core, fieldCell(run, object, CONSUMED), run.shared.values.mark(site.id));
}

/** Copies the fields of one object onto another: a spread, Object.assign. */
export function copyFields(run: Run, from: Value, to: Value, core: Core): Core {
  const source = objectOf(run, from);
  const target = objectOf(run, to);
  if (target === undefined) return core;
  if (source === undefined) {
    if (from.k === "const") return core;
    // Whatever it has may overwrite what is there.
    const changes = fieldsOf(run, target, core).map(([cell, value, name]): [number, Value] => [cell, isPlain(value) && name !== INITIALISED ? run.shared.values.unknown(cell) : value]);
    return run.shared.cores.with(core, [...changes, [fieldCell(run, target, OTHERS), undefined]]);
  }
  let copied = core;
  for (const [, value, name] of fieldsOf(run, source, core)) {
    if (name === OTHERS || name === CONSUMED || name === PROTOTYPE) continue;
    copied = run.shared.cores.set(copied, fieldCell(run, target, name), value);
  }
  // A struct has all its fields, null where they were never set.
  const others = core.cells.get(fieldCell(run, source, OTHERS));
  if (others === run.shared.values.null) {
    for (const [cell, , name] of fieldsOf(run, target, core)) {
      const isField = ATTRIBUTE_FIELDS.has(name) || CONFIG_FIELDS.has(name);
      if (isField && !core.cells.has(fieldCell(run, source, name))) copied = run.shared.cores.set(copied, cell, others);
    }
  }
  if (!others) copied = run.shared.cores.set(copied, fieldCell(run, target, OTHERS), undefined);
  return copied;
}
