/** The language's own objects, as far as handles travel through them: arrays, DisposableStack, Object.assign, bind. */
import { arrayFunction, arrayMethod, grown, listOf, newArray, pairsOf, setElements, withCallback } from "./arrays.ts";
import { getterName } from "./classes.ts";
import { elementsOf, membersOf } from "./evaluate.ts";
import { dispose } from "./invoke.ts";
import { entriesOf, entryPairs, spreadable, steppedByHand } from "./iterate.ts";
import type { CallExpr, CallSite } from "./regions.ts";
import { isPlain, type Frame, type Run } from "./run.ts";
import { plain, type At, type Core, type ValueAt } from "./state.ts";
import { GENERATOR, INITIALISED, ITERATOR, KEY, OTHERS, STRUCTS, clearFields, copyFields, fieldCell, fieldsOf, giveAway, isPlainName, makeObject, prototypeOf, reaches, readField, setPrototype, walked, writeField } from "./store.ts";
import { equality, type Value } from "./values.ts";

/** The elements a spread argument stands for. */
export function nativeSpread(run: Run, value: Value, core: Core): Value[] | undefined {
  return elementsOf(run, value, core);
}

const COLLECTIONS: ReadonlySet<string> = new Set(["Set", "Map", "WeakSet", "WeakMap"]);

/** `new` of something that the language or the API brings. */
export function constructNative(run: Run, call: CallExpr, args: readonly Value[], at: At, frame: Frame): ValueAt[] | undefined {
  const { values, cores } = run.shared;
  const name = call.site.label.slice(call.site.label.lastIndexOf(".") + 1);
  if (name === "DisposableStack" || name === "AsyncDisposableStack") {
    const made = makeObject(run, call.site.id, frame.path, at.core, { type: "DisposableStack", isArray: true }, values.undefined);
    if (made.value.k !== "object") return undefined;
    return [{ ...at, core: cores.set(made.core, fieldCell(run, made.value.object, "length"), values.const(0)), value: made.value }];
  }
  if (COLLECTIONS.has(name) && call.callee?.k === "var" && call.callee.ref.imported !== undefined) {
    return newCollection(run, call, name.endsWith("Set"), args, at, frame);
  }
  const struct = name.startsWith("_") ? name.slice(1) : name;
  if (STRUCTS.has(struct)) {
    const made = makeObject(run, call.site.id, frame.path, at.core, { type: struct }, values.null);
    if (made.value.k !== "object") return undefined;
    const cell = fieldCell(run, made.value.object, INITIALISED);
    return [{ ...at, core: cores.set(made.core, cell, values.boolean(args.length > 0)), value: made.value }];
  }
  const [first] = args;
  if (name === "Array" && call.callee?.k === "var" && call.callee.ref.imported !== undefined) return newArray(run, args, at, frame, call.site);
  if (call.site.label.endsWith("STRING") && first?.k === "const") {
    const made = makeObject(run, call.site.id, frame.path, at.core);
    return [{ ...at, core: writeField(run, made.value, "Buffer", first, made.core), value: made.value }];
  }
  return undefined;
}

/** A call of a built-in method; undefined where it is none that the machine follows. */
export function callNative(
  run: Run,
  call: CallExpr | undefined,
  self: Value | undefined,
  args: readonly Value[],
  at: At,
  frame: Frame,
  named?: { readonly name: string; readonly site: CallSite },
): ValueAt[] | undefined {
  const name = named?.name ?? call?.method;
  const site = named?.site ?? call?.site;
  if (name === undefined || !site) return undefined;
  const global = call?.callee?.k === "member" && call.callee.object.k === "var" && call.callee.object.ref.imported ? call.callee.object.ref.name : undefined;
  if (call?.callee?.k === "var" && call.callee.ref.imported && call.callee.ref.name === "Array") return newArray(run, args, at, frame, site);
  if (global === "Object") return objectMethod(run, name, args, at, site);
  if (global === "Array") return arrayFrom(run, name, args, at, frame, site);
  if (global === "Promise") return promiseMethod(run, name, args, at, frame, site);
  if (!self) return undefined;
  if (self.k === "fn" || self.k === "api") return functionMethod(run, name, self, args, at, frame, site);
  if (self.k === "const" && typeof self.value === "string" && name === "split") return splitText(run, self.value, args, at, frame, site);
  if (self.k !== "object") return undefined;
  const info = run.shared.values.objectInfo(self.object);
  if (info?.type === "Set" || info?.type === "Map") return collectionMethod(run, name, self, self.object, args, at, frame, site);
  if (info?.type === GENERATOR) return [steppedByHand(run, self, at, site)];
  if (info?.type === ITERATOR) return iteratorMethod(run, name, self, self.object, args, at, frame, site);
  if (info?.type === "DisposableStack") return stackMethod(run, name, self, self.object, args, at, frame, site);
  return info?.isArray === true ? arrayMethod(run, name, self, self.object, args, at, frame, site) : undefined;
}

/** `"a,b".split(",")` */
function splitText(run: Run, text: string, [separator, ...others]: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] | undefined {
  if (separator?.k !== "const" || typeof separator.value !== "string" || others.length > 0) return undefined;
  return arrayFunction(run, "of", text.split(separator.value).map((part) => run.shared.values.const(part)), at, frame, site);
}

// What goes through a list has these of an array's methods.
const ITERATOR_METHODS: ReadonlySet<string> = new Set(["every", "filter", "find", "flatMap", "forEach", "map", "reduce", "some"]);

/** What goes through a list once; how far it came when it is asked by hand is not followed. */
function iteratorMethod(run: Run, name: string, self: Value, object: number, args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] {
  if (name === "toArray") return arrayMethod(run, "slice", self, object, [], at, frame, site) ?? walkedAsAWhole(run, self, at, site);
  const found = ITERATOR_METHODS.has(name) ? arrayMethod(run, name, self, object, args, at, frame, site) : undefined;
  return found ?? walkedAsAWhole(run, self, at, site);
}

/** Array.from of anything that can be iterated over, and Array.of. */
function arrayFrom(run: Run, name: string, args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] | undefined {
  const [source, ...rest] = args;
  if (name !== "from" || !source) return arrayFunction(run, name, args, at, frame, site);
  const ways = spreadable(run, { ...at, value: source }, frame, site.id).map((way) => arrayFunction(run, name, [way.value, ...rest], plain(way), frame, site));
  return ways.includes(undefined) ? undefined : ways.flatMap((way) => way ?? []);
}

/** Promises of which each is known to be fulfilled, since a rejected one is not followed. */
function promiseMethod(run: Run, name: string, args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] | undefined {
  const [first] = args;
  if (name === "resolve") return [{ ...at, value: first ?? run.shared.values.undefined }];
  const elements = first && elementsOf(run, first, at.core);
  if (!elements || name !== "all") return undefined;
  return arrayFunction(run, "of", elements, at, frame, site);
}

function objectMethod(run: Run, name: string, args: readonly Value[], at: At, site: CallSite): ValueAt[] {
  const [target, ...sources] = args;
  const { values } = run.shared;
  if (!target) return [{ ...at, value: values.unknown(site.id) }];
  if (name === "assign") {
    let { core } = at;
    for (const source of sources) core = copyFields(run, source, target, core);
    return [{ ...at, core, value: target }];
  }
  if ((name === "keys" || name === "values" || name === "entries") && target.k === "object") {
    const listed = listFields(run, name, target.object, at, site);
    if (listed) return [listed];
  }
  if ((name === "defineProperty" || name === "defineProperties") && target.k === "object") {
    const core = name === "defineProperty" ? defined(run, target, sources[0], sources[1], site, at.core) : definedAll(run, target, sources[0], site, at.core);
    if (core) return [{ ...at, core, value: target }];
  }
  if (name === "is" && sources[0]) {
    const same = equality(target, sources[0]);
    return [{ ...at, value: same === undefined ? values.computed(site.id, args) : values.boolean(same) }];
  }
  if (name === "create" && sources.length === 0) {
    const made = makeObject(run, site.id, 0, at.core, {}, values.undefined);
    return [{ ...at, core: setPrototype(run, made.value, target, made.core), value: made.value }];
  }
  if (name === "setPrototypeOf" && sources[0] && target.k === "object") return [{ ...at, core: setPrototype(run, target, sources[0], at.core), value: target }];
  if (name === "getPrototypeOf" && target.k === "object") return [{ ...at, value: prototypeOf(run, target, at.core) ?? values.unknown(site.id) }];
  if (name === "freeze" || name === "seal" || name === "preventExtensions") return [{ ...at, value: target }];
  // What is done with an object that holds the handle, or with a handle given along, is not followed.
  const isHarmless = name === "keys" || name === "is" || name.startsWith("is");
  const core = !isHarmless && args.some((value) => reaches(run, value, at.core)) ? giveAway(run, at.core) : at.core;
  return [{ ...at, core, value: values.computed(site.id, args) }];
}

/** Gives an object what a descriptor says: a value; of a getter and a setter it is not told when they run. */
function defined(run: Run, target: Value, key: Value | undefined, descriptor: Value | undefined, site: CallSite, core: Core): Core | undefined {
  if (key?.k !== "const" || (typeof key.value !== "string" && typeof key.value !== "number")) return undefined;
  const held = descriptor?.k === "object" ? readField(run, descriptor, "value", core) : undefined;
  const isKnown = descriptor && held && held.k !== "unknown" && ACCESSORS.every((part) => readField(run, descriptor, part, core) === run.shared.values.undefined);
  const given = !isKnown && descriptor && reaches(run, descriptor, core) ? giveAway(run, core) : core;
  return writeField(run, target, String(key.value), isKnown ? held : run.shared.values.opaque(site.id), given);
}

const ACCESSORS = ["get", "set"] as const;

/** Object.defineProperties, of descriptors that are all known. */
function definedAll(run: Run, target: Value, descriptors: Value | undefined, site: CallSite, core: Core): Core | undefined {
  if (descriptors?.k !== "object" || core.cells.get(fieldCell(run, descriptors.object, OTHERS))?.k !== "const") return undefined;
  let changed: Core | undefined = core;
  for (const [, descriptor, name] of fieldsOf(run, descriptors.object, core)) {
    if (isPlainName(name)) changed &&= defined(run, target, run.shared.values.const(name), descriptor, site, changed);
  }
  return changed;
}

/** Object.keys, values and entries of an object that shows all it has. */
function listFields(run: Run, name: "keys" | "values" | "entries", object: number, at: At, site: CallSite): ValueAt | undefined {
  const { values } = run.shared;
  if (at.core.cells.get(fieldCell(run, object, OTHERS))?.k !== "const") return undefined;
  const all = fieldsOf(run, object, at.core);
  // What a getter gives is not asked for here.
  if (name !== "keys" && all.some(([, , field]) => field.startsWith(getterName("")))) return undefined;
  const fields = all.filter(([, , field]) => isPlainName(field));
  let { core } = at;
  const list = (path: number, elements: readonly Value[]): Value => {
    const made = makeObject(run, site.id, path, core, { isArray: true }, values.undefined);
    core = made.value.k === "object" ? setElements(run, made.value, made.value.object, elements, made.core) : core;
    return made.value;
  };
  const elements = fields.map(([, value, field], index) => {
    if (name === "values") return value;
    return name === "keys" ? values.const(field) : list(-index - 1, [values.const(field), value]);
  });
  const value = list(0, elements);
  return { core, trace: at.trace, value };
}

function functionMethod(run: Run, name: string, self: Extract<Value, { k: "fn" | "api" }>, args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] | undefined {
  const [receiver, ...rest] = args;
  switch (name) {
    case "bind":
      if (self.k === "api") return [{ ...at, value: run.shared.values.api(self.meaning, [...self.bound, ...rest]) }];
      // Another function than the one made by any other call of `bind`.
      return [{ ...at, value: run.shared.values.fn(self.fn, self.self ?? receiver, [...self.bound, ...rest], [...self.captured, [site.id, run.shared.values.mark(site.id)]]) }];
    case "call":
      return run.machine.call(self, receiver, rest, at, frame, site);
    case "apply": {
      const list = rest[0] && elementsOf(run, rest[0], at.core);
      return list ? run.machine.call(self, receiver, list, at, frame, site) : undefined;
    }
    default:
      return undefined;
  }
}

/** A Set or Map: what is kept under a key is a field of its own. */
function newCollection(run: Run, call: CallExpr, isSet: boolean, args: readonly Value[], at: At, frame: Frame): ValueAt[] | undefined {
  const { values } = run.shared;
  const made = makeObject(run, call.site.id, frame.path, at.core, { type: isSet ? "Set" : "Map" }, values.undefined);
  const [initial] = args;
  const elements = initial === undefined ? [] : isSet ? elementsOf(run, initial, at.core)?.map((member): Entry => [member, memberOf(run, member)]) : givenPairs(run, initial, at.core);
  let { core } = made;
  if (!elements || elements.some(([key]) => !isKey(key))) {
    // What it begins with is not known: nothing can be said of any key.
    if (made.value.k === "object") core = run.shared.cores.set(core, fieldCell(run, made.value.object, OTHERS), undefined);
    if (initial && reaches(run, initial, core)) core = giveAway(run, core);
  } else for (const [key, held] of elements) core = writeField(run, made.value, keyOf(key), held, core);
  return [{ ...at, core, value: made.value }];
}

type Entry = readonly [key: Value, held: Value];

/** The pairs that a map is made of, each a list of its own; or another map. */
function givenPairs(run: Run, initial: Value, core: Core): Entry[] | undefined {
  if (initial.k === "object" && run.shared.values.objectInfo(initial.object)?.type === "Map") return entriesOf(run, initial.object, core);
  const pairs = elementsOf(run, initial, core)?.map((each) => elementsOf(run, each, core));
  return pairs?.some((pair) => pair === undefined) === false ? pairs.map((pair): Entry => [pair?.[0] ?? run.shared.values.undefined, pair?.[1] ?? run.shared.values.undefined]) : undefined;
}

function isKey(value: Value): boolean {
  return value.k !== "unknown" && value.k !== "result";
}

/** What a set keeps of a member: the handle, object or function itself. */
function memberOf(run: Run, value: Value): Value {
  return isPlain(value) ? run.shared.values.true : value;
}

function keyOf(value: Value): string {
  return `${KEY}${String(value.id)}`;
}

function collectionMethod(run: Run, name: string, self: Value, object: number, args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] | undefined {
  const { values, cores } = run.shared;
  const [key, item] = args;
  const isKnown = key !== undefined && isKey(key);
  const held = isKnown ? readField(run, self, keyOf(key), at.core) : undefined;
  const has = held === undefined || held.k === "unknown" ? values.opaque(site.id) : values.boolean(held !== values.undefined);
  switch (name) {
    case "add":
    case "set":
      if (!isKnown) {
        const core = [key, item].some((value) => value && reaches(run, value, at.core)) ? giveAway(run, at.core) : at.core;
        return [{ ...at, core: cores.set(core, fieldCell(run, object, OTHERS), undefined), value: self }];
      }
      return [{ ...at, core: writeField(run, self, keyOf(key), name === "add" ? memberOf(run, key) : (item ?? values.undefined), at.core), value: self }];
    case "has":
      return [{ ...at, value: has }];
    case "get":
      if (held) return [{ ...at, value: held }];
      return [{ ...at, core: walked(run, self, at.core), value: values.opaque(site.id) }];
    case "delete":
      if (!isKnown) return undefined;
      return [{ ...at, core: writeField(run, self, keyOf(key), values.undefined, at.core), value: has }];
    case "clear":
      return [{ ...at, core: clearFields(run, object, values.undefined, at.core), value: values.undefined }];
    case "entries":
    case "keys": {
      const isSet = values.objectInfo(object)?.type === "Set";
      if (!isSet && name === "entries") {
        const pairs = entryPairs(run, object, at, frame, site.id);
        if (pairs) return [pairs];
      }
      const keys = isSet ? undefined : entriesOf(run, object, at.core)?.map(([each]) => each);
      const members = isSet ? membersOf(run, object, at.core) : undefined;
      if (members && name === "entries") return [pairsOf(run, members.map((each) => [each, each]), at, frame, site.id) ?? { ...at, value: values.opaque(site.id) }];
      const all = name === "keys" ? (keys ?? members) : undefined;
      const listed = all && listOf(run, all, at, frame, site, ITERATOR);
      return listed ?? walkedAsAWhole(run, self, at, site);
    }
    case "values":
    case "forEach": {
      const isMap = values.objectInfo(object)?.type === "Map";
      const entries = isMap ? entriesOf(run, object, at.core) : undefined;
      const members = isMap ? entries?.map(([, each]) => each) : membersOf(run, object, at.core);
      const visited = members && (name === "values" ? listOf(run, members, at, frame, site, ITERATOR) : withCallback(run, "forEach", self, members, args, at, frame, site, entries?.map(([each]) => each) ?? members));
      if (visited) return visited;
      return walkedAsAWhole(run, self, at, site);
    }
    default:
      return walkedAsAWhole(run, self, at, site);
  }
}

/** In what order, and to what end, is not followed. */
function walkedAsAWhole(run: Run, self: Value, at: At, site: CallSite): ValueAt[] {
  return [{ ...at, core: walked(run, self, at.core), value: run.shared.values.opaque(site.id) }];
}

/** DisposableStack: its entries are kept as the elements of a list, each a value to dispose of or a bound function. */
function stackMethod(run: Run, name: string, self: Value, object: number, args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] | undefined {
  const { values } = run.shared;
  const elements = elementsOf(run, self, at.core);
  const [first, second] = args;
  if (!elements) return undefined;
  switch (name) {
    case "use":
      if (!first) return undefined;
      return [{ ...at, core: setElements(run, self, object, [...elements, first], at.core), value: first }];
    case "defer": {
      if (!first) return undefined;
      const bound = first.k === "fn" ? values.fn(first.fn, first.self ?? values.undefined, first.bound, first.captured) : first;
      return [{ ...at, core: setElements(run, self, object, grown(elements, bound), at.core), value: values.undefined }];
    }
    case "adopt": {
      if (!first || !second) return undefined;
      if (second.k === "fn") {
        const bound = values.fn(second.fn, second.self, [...second.bound, first], second.captured);
        return [{ ...at, core: setElements(run, self, object, grown(elements, bound), at.core), value: first }];
      }
      const made = makeObject(run, site.id, frame.path, at.core, { type: "adopted" }, values.undefined);
      const core = writeField(run, made.value, "release", second, writeField(run, made.value, "value", first, made.core));
      return [{ ...at, core: setElements(run, self, object, [...elements, made.value], core), value: first }];
    }
    case "move": {
      const made = makeObject(run, site.id, frame.path, at.core, { type: "DisposableStack", isArray: true }, values.undefined);
      if (made.value.k !== "object") return undefined;
      const moved = setElements(run, made.value, made.value.object, elements, made.core);
      return [{ ...at, core: setElements(run, self, object, [], moved), value: made.value }];
    }
    case "dispose":
    case "disposeAsync": {
      let states: At[] = [{ ...at, core: setElements(run, self, object, [], at.core) }];
      for (const element of elements.toReversed()) states = states.flatMap((next) => disposeEntry(run, element, next, frame, site));
      return states.map((next) => ({ ...next, value: values.undefined }));
    }
    default:
      return undefined;
  }
}

function disposeEntry(run: Run, element: Value, at: At, frame: Frame, site: CallSite): At[] {
  if (element.k === "fn" || element.k === "api") return run.machine.call(element, undefined, [], at, frame, site);
  if (element.k === "object" && run.shared.values.objectInfo(element.object)?.type === "adopted") {
    const release = readField(run, element, "release", at.core);
    const value = readField(run, element, "value", at.core);
    if (release.k === "api") return run.machine.call(release, undefined, [value], at, frame, site);
  }
  return dispose(run, element, at, frame, site);
}
