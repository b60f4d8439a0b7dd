/** Call expressions: who is called, and what a call of code that cannot be seen may do. */
import { isLanguageGlobal } from "../source/globals.ts";
import { constructorOf, upwards } from "./classes.ts";
import { applyMeaning } from "./effects.ts";
import { evaluate, evaluateAll } from "./evaluate.ts";
import { spreadable } from "./iterate.ts";
import { callNative, constructNative, nativeSpread } from "./natives.ts";
import { promiseStep } from "./promises.ts";
import type { CallExpr, CallSite, ClassInfo, Expr } from "./regions.ts";
import { DRIVER, NOWHERE, dedupeValues, isPlain, type Frame, type Run } from "./run.ts";
import type { At, Core, ValueAt } from "./state.ts";
import { DRIVER_OBJECT, GENERATOR, INITIALISED, OTHERS, REGISTRY_PATH, consume, fieldCell, fieldsOf, giveAway, makeObject, objectOf, protocolObject, reaches, readField, renewAnswer, setPrototype, writeField } from "./store.ts";
import { nullness, severity, truthiness, type Value } from "./values.ts";

// An instance within an instance of the same class, and so on: so deep.
const MAX_INSTANCES = 3;
// Objects whose methods the machine knows.
const NATIVE_TYPES: ReadonlySet<string> = new Set(["Set", "Map", "DisposableStack", GENERATOR]);
// No call of the API has more.
const MAX_ARGUMENTS = 12;

/** Evaluates a call. */
export function callExpression(run: Run, call: CallExpr, at: At, frame: Frame): ValueAt[] {
  const step = promiseStep(run, call, at, frame);
  if (step) return dedupeValues(step);
  const { same } = call;
  if (!same?.reads.some((node) => run.keeps(node))) return calledAnew(run, call, at, frame);
  const known = at.core.cells.get(same.cell);
  if (known) return [{ ...at, value: known }];
  // What is told of the answer is told of it wherever the same is asked.
  return calledAnew(run, call, at, frame).map((found) => (found.value.k === "unknown" && !found.value.opaque ? { ...found, core: run.shared.cores.set(found.core, same.cell, found.value) } : found));
}

function calledAnew(run: Run, call: CallExpr, at: At, frame: Frame): ValueAt[] {
  const results = callees(run, call, at, frame).flatMap((callee) => {
    if (call.isOptional && (nullness(callee.self ?? callee.value) === true || isKnownAbsent(run, call, callee))) return [{ ...callee, value: run.shared.values.undefined }];
    return evaluateAll(run, call.args, callee, frame).flatMap((found) =>
      spreadArguments(run, call, found, frame).flatMap(({ values: args, core, trace }) => apply(run, call, callee, args, { core, trace }, frame)),
    );
  });
  return dedupeValues(results);
}

/** Arguments, in the state they were found in. */
interface Given extends At {
  readonly values: readonly Value[];
}

interface Callee extends ValueAt {
  readonly self: Value | undefined;
}

/** `undo.release?.()` where the property was set, to nothing. */
function isKnownAbsent(run: Run, call: CallExpr, { self, value, core }: Callee): boolean {
  const object = self && objectOf(run, self);
  if (object === undefined || call.method === undefined || nullness(value) !== true) return false;
  const info = run.shared.values.objectInfo(object);
  const isPlainObject = info !== undefined && !info.isArray && !NATIVE_TYPES.has(info.type ?? "");
  return isPlainObject || core.cells.has(fieldCell(run, object, call.method));
}

function callees(run: Run, call: CallExpr, at: At, frame: Frame): Callee[] {
  const { values } = run.shared;
  const { callee } = call;
  if (!callee) return [{ ...at, value: call.api ? values.api(call.api) : values.undefined, self: undefined }];
  if (callee.k === "member" && callee.name !== undefined) {
    const { name } = callee;
    return evaluate(run, callee.object, at, frame).map((base) => ({
      ...base,
      self: base.value,
      value: call.api ? values.api(call.api) : readField(run, base.value, name, base.core),
    }));
  }
  return evaluate(run, callee, at, frame).map((found) => ({ ...found, self: undefined, value: call.api ? values.api(call.api) : found.value }));
}

/** The arguments as far as they are known by number. */
function spreadArguments(run: Run, call: CallExpr, found: Given, frame: Frame): readonly Given[] {
  const { spreadFrom } = call;
  const spread = spreadFrom === undefined ? undefined : found.values[spreadFrom];
  if (spreadFrom === undefined || !spread) return [found];
  const known = found.values.slice(0, spreadFrom);
  return spreadable(run, { core: found.core, trace: found.trace, value: spread }, frame, call.site.id).map(({ value, core, trace }) => {
    const elements = nativeSpread(run, value, core);
    if (elements) return { core, trace, values: [...known, ...elements, ...found.values.slice(spreadFrom + 1)] };
    // From there on any argument may be anything, a handle among the spread ones included.
    return { core, trace, values: [...known, ...Array.from({ length: MAX_ARGUMENTS }, () => value)] };
  });
}

function apply(run: Run, call: CallExpr, callee: Callee, args: readonly Value[], at: At, frame: Frame): ValueAt[] {
  const { value, self } = callee;
  if (call.isNew) return construct(run, call, value, args, at, frame);
  if (value.k === "api" && !call.isBuiltin) return applyMeaning(run, value.meaning, { site: call.site, args: [...value.bound, ...args], exprs: value.bound.length > 0 ? [] : call.args, texts: call.argTexts, isResult: call.isResult }, at, frame, call);
  if (value.k === "fn") return run.machine.call(value, self, args, at, frame, call.site);
  const native = callNative(run, call, self, args, at, frame);
  if (native) return native;
  const builtin = callBuiltin(run, call, self, args, at);
  if (builtin) return [{ ...at, value: builtin }];
  const isLanguage = self ? isKnownReceiver(run, self, at.core) : value.k === "unknown" && value.opaque;
  const after = external(run, call, self, args, at);
  return isLanguage ? after.map((found) => ({ ...found, value: run.shared.values.opaque(call.site.id) })) : after;
}

/** Whether a method that the machine does not follow is one that the language brings. */
function isKnownReceiver(run: Run, self: Value, core: Core): boolean {
  if (self.k === "const") return true;
  if (self.k === "unknown") return self.opaque;
  if (self.k !== "object") return false;
  const info = run.shared.values.objectInfo(self.object);
  return info?.isArray === true || NATIVE_TYPES.has(info?.type ?? "") || isLanguageGlobal(info?.type ?? "") || core.cells.get(fieldCell(run, self.object, OTHERS))?.k === "const";
}

/** Number(…), Math.max(…), "text".startsWith(…): what they give follows from what they are given. */
function callBuiltin(run: Run, call: CallExpr, self: Value | undefined, args: readonly Value[], at: At): Value | undefined {
  const { values } = run.shared;
  const [first] = args;
  if (call.isBuiltin) {
    const known = call.site.label === "Boolean" && first ? truthiness(first) : undefined;
    if (known !== undefined) return values.boolean(known);
    if (call.site.label === "String" && first?.k === "const") return values.const(String(first.value));
    if (call.site.label === "Number" && first?.k === "const") return values.const(Number(first.value));
    // What is written into a text, or into an object, is all there is to know of it.
    return values.computed(call.site.id, args.filter((value) => value.k !== "unknown" || !value.opaque).length === 0 ? [] : args);
  }
  if (self?.k === "const" && typeof self.value === "number" && call.method === "toString" && args.length === 0) return values.const(String(self.value));
  const text = self?.k === "const" && typeof self.value === "string" ? self.value : undefined;
  const told = text === undefined ? undefined : toldByText(run, text, call.method, args);
  if (told) return told;
  const isText = text !== undefined && !args.some((value) => reaches(run, value, at.core));
  const isPattern = self?.k === "unknown" && self.opaque && args.every(isPlain) && !args.some((value) => reaches(run, value, at.core));
  return self && (isText || isPattern) ? values.computed(call.site.id, [self, ...args]) : undefined;
}

// Methods of a text that give a text, a number or a boolean, and nothing but that.
const TEXT_METHODS = [
  "at", "charAt", "charCodeAt", "codePointAt", "concat", "endsWith", "includes", "indexOf", "lastIndexOf", "padEnd", "padStart",
  "replace", "replaceAll", "slice", "startsWith", "substring", "toLowerCase", "toUpperCase", "trim", "trimEnd", "trimStart",
] as const;
// Longer texts are not made.
const MAX_TEXT = 1000;

/** `"text".startsWith("t")`: what the language says, of what is known. */
function toldByText(run: Run, text: string, method: string | undefined, args: readonly Value[]): Value | undefined {
  const name = TEXT_METHODS.find((each) => each === method);
  const given = args.flatMap((arg) => (arg.k === "const" && (typeof arg.value === "string" || typeof arg.value === "number") ? [arg.value] : []));
  if (!name || given.length < args.length || text.length > MAX_TEXT || given.some((each) => typeof each === "number" && each > MAX_TEXT)) return undefined;
  const fn: unknown = Reflect.get(String.prototype, name);
  const told: unknown = typeof fn === "function" ? Reflect.apply(fn, text, given) : null;
  return typeof told === "string" || typeof told === "number" || typeof told === "boolean" || told === undefined ? run.shared.values.const(told) : undefined;
}

function construct(run: Run, call: CallExpr, callee: Value, args: readonly Value[], at: At, frame: Frame): ValueAt[] {
  const { values } = run.shared;
  if (callee.k === "class") return instantiate(run, callee.info, args, at, frame, call.site);
  if (callee.k === "fn" && isConstructor(callee)) return constructed(run, callee, args, at, frame, call.site);
  const native = constructNative(run, call, args, at, frame);
  if (native) return native;
  const after = call.isBuiltin ? [{ ...at, value: values.undefined }] : external(run, call, undefined, args, at);
  return after.map(({ core, trace }) => {
    const made = makeObject(run, call.site.id, frame.path, core, { isForeign: call.origin === "local", type: call.site.label });
    return { ...made, trace };
  });
}

/** A function that `new` can make an object of; one that closes over what each call of another has of its own is not followed. */
function isConstructor({ fn, self, bound, captured }: Extract<Value, { k: "fn" }>): boolean {
  return !fn.isArrow && !fn.isAsync && !fn.isGenerator && self === undefined && bound.length === 0 && captured.length === 0;
}

/** `new` of a function: an object with its prototype, which it fills. */
function constructed(run: Run, callee: Extract<Value, { k: "fn" }>, args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] {
  const made = makeObject(run, site.id, frame.path, at.core, {}, run.shared.values.undefined);
  const core = setPrototype(run, made.value, readField(run, callee, "prototype", made.core), made.core);
  return run.machine.call(callee, made.value, args, { core, trace: at.trace }, frame, site).map((found) => (found.value.k === "object" ? found : { ...found, value: made.value }));
}

/** `new` of a class of this file: fields in order, then the constructor. */
export function instantiate(run: Run, info: ClassInfo, args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] {
  const made = makeObject(run, site.id, frame.path, at.core, { info }, info.isOpen ? undefined : run.shared.values.undefined);
  const depth = run.recursion.get(info.id) ?? 0;
  if (depth >= MAX_INSTANCES) return [{ core: made.core, trace: at.trace, value: made.value }];
  run.recursion.set(info.id, depth + 1);
  // What the fields of one instance hold is told apart from what those of another do.
  const inner: Frame = { ...frame, path: run.pathInto(frame.path, site.id) };
  const states = initialiseFields(run, info, made.value, { core: made.core, trace: at.trace }, inner);
  run.recursion.set(info.id, depth);
  const fn = constructorOf(info);
  if (!fn) return states.map((next) => ({ ...next, value: made.value }));
  return states.flatMap((next) => run.machine.call(run.shared.values.fn(fn), made.value, args, next, frame, site).map((found) => ({ ...found, value: made.value })));
}

/** Runs the field initialisers of a class on an instance. */
export function initialiseFields(run: Run, info: ClassInfo, instance: Value, at: At, frame: Frame): At[] {
  const { cores } = run.shared;
  let states: At[] = [at];
  for (const field of upwards(info).toReversed().flatMap((each) => each.fields.map((one) => ({ ...one, thisCell: each.thisCell })))) {
    const init: Expr = field.value ?? { k: "const", value: undefined };
    states = states.flatMap((next) =>
      evaluate(run, init, { ...next, core: cores.set(next.core, field.thisCell, instance) }, frame).map((found) => ({
        core: cores.set(writeField(run, instance, field.name, found.value, found.core), field.thisCell, undefined),
        trace: found.trace,
      })),
    );
  }
  return states;
}

/**
 * A call of code that cannot be seen. It may succeed or fail; it touches what it is given: a tracked handle, itself or
 * inside an object or closure, has an unknown owner from then on.
 */
export function external(run: Run, call: CallExpr, self: Value | undefined, args: readonly Value[], at: At): ValueAt[] {
  const { values, cores } = run.shared;
  let { core } = at;
  // A handle does not own itself: `block.fill(0)` is a use.
  const given = self && self.k !== "tracked" ? [self, ...args] : args;
  const isProtocol = (value: Value): boolean => value === protocolObject(run, DRIVER_OBJECT) || value === protocolObject(run, REGISTRY_PATH);
  for (const value of given) {
    if (isProtocol(value)) continue;
    if (reaches(run, value, core)) core = giveAway(run, core);
    core = disturb(run, value, core, call.site);
  }
  // What it was given before may be called now.
  if (isHandedRelease(run, call)) core = giveAway(run, core);
  if (call.origin === "local") {
    core = giveAwayExported(run, core);
    const driver = core.cells.get(DRIVER);
    const alive = driver?.k === "const" && driver.value === "alive";
    const mayCreate = args.some((value) => value === protocolObject(run, DRIVER_OBJECT) || isStruct(run, value, core));
    if (mayCreate && !alive) core = cores.set(core, DRIVER, values.const("unknown"));
  }
  if (args.some(isOutcome)) run.shared.aboutStatus.add(call.site.id);
  const answer = values.unknown(call.site.id, undefined, call.site);
  return [{ core: renewAnswer(run, answer, core), trace: at.trace, value: answer }];
}

/** Whether a value says how a call ended. */
function isOutcome(value: Value): boolean {
  return value.k === "status" || value.k === "result" || (value.k === "unknown" && value.call !== undefined && value.call !== NOWHERE);
}

function isHandedRelease(run: Run, { callee }: CallExpr): boolean {
  const { pair } = run.tracked;
  const handed = pair && callee ? run.shared.dependences.handedTo(callee) : [];
  if (!pair || handed.length === 0) return false;
  const releasers = run.shared.dependences.releasersOf(pair.kind);
  return handed.some((fn) => releasers.has(fn));
}

function isStruct(run: Run, value: Value, core: Core): boolean {
  return value.k === "object" && core.cells.has(fieldCell(run, value.object, INITIALISED));
}

/** What code out of sight may have written into an object, or assigned in a closure, that it was given. */
function disturb(run: Run, value: Value, core: Core, site: CallSite): Core {
  const { values, cores } = run.shared;
  if (value.k === "fn") {
    const changes: [number, undefined][] = [];
    for (const ref of value.fn.writes) {
      const held = core.cells.get(ref.id);
      const own = value.captured.find(([cell]) => cell === ref.id)?.[1];
      if (own?.k === "object" && ref.shared) core = disturb(run, own, core, site);
      else if (!ref.isConstant && held && isPlain(held)) changes.push([ref.id, undefined]);
    }
    return cores.with(core, changes);
  }
  const object = value.k === "object" ? value.object : undefined;
  if (object === undefined) return core;
  const changes: [number, Value | undefined][] = [[fieldCell(run, object, OTHERS), undefined]];
  for (const [cell, held, name] of fieldsOf(run, object, core)) {
    if (name === INITIALISED || name === OTHERS || !isPlain(held)) continue;
    changes.push([cell, values.unknown(cell)]);
  }
  const raw = fieldCell(run, object, INITIALISED);
  if (core.cells.get(raw) === values.false) changes.push([raw, values.unknown(raw)]);
  return consume(run, value, cores.with(core, changes), site);
}

/** Code of the user's that is not followed may reach what this file exports. */
function giveAwayExported(run: Run, core: Core): Core {
  for (const ref of run.shared.exported) {
    const held = core.cells.get(ref.id);
    if (held && reaches(run, held, core)) return giveAway(run, core);
  }
  return core;
}

/** Runs a value as a disposer would: `[Symbol.dispose]()`, or the entries of a stack. */
export function dispose(run: Run, value: Value, at: At, frame: Frame, site: CallSite): At[] {
  if (nullness(value) === true) return [at];
  const object = objectOf(run, value);
  if (object !== undefined) {
    const native = callNative(run, undefined, value, [], at, frame, { name: "dispose", site });
    if (native) return native;
    for (const name of ["[Symbol.dispose]", "[Symbol.asyncDispose]"]) {
      const method = readField(run, value, name, at.core);
      if (method.k === "fn") return run.machine.call(method, value, [], at, frame, site);
    }
  }
  return [{ ...at, core: reaches(run, value, at.core) ? giveAway(run, at.core) : at.core }];
}

/**
 * Whether a returned value says that the function failed: a failing status, or nothing where something was asked for.
 * @param tellsStatus it fails with statuses: where it returns `null`, there is nothing to tell
 */
export function isFailing(run: Run, value: Value, core: Core, tellsStatus: boolean): boolean {
  const ok = severity(value);
  if (ok !== undefined) return !ok;
  if (value.k === "const") return (value.value === null && !tellsStatus) || value.value === false;
  if (value.k !== "object") return false;
  const status = severity(readField(run, value, "status", core));
  if (status !== undefined) return !status;
  const flag = readField(run, value, "ok", core);
  return flag.k === "const" && flag.value === false;
}
