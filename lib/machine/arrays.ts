/** Arrays whose length is known: their methods, callbacks included. */
import { elementsOf } from "./evaluate.ts";
import type { CallSite } from "./regions.ts";
import type { Frame, Run } from "./run.ts";
import { plain, type At, type Core, type ValueAt } from "./state.ts";
import { ITERATOR, OTHERS, fieldCell, giveAway, isForeign, isSame, makeObject, reaches, readField, writeField } from "./store.ts";
import { equality, truthiness, type Value } from "./values.ts";

// So many ways through the callbacks of one call are told apart.
const MAX_WALKS = 64;
// Longer lists are not made.
const MAX_LENGTH = 64;

/** A call of a method of an array: undefined where the machine does not follow it. */
export function arrayMethod(run: Run, name: string, self: Value, object: number, args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] | undefined {
  const elements = elementsOf(run, self, at.core);
  if (!elements) return undefined;
  const { values } = run.shared;
  const changed = (list: readonly Value[], value: Value): ValueAt[] => [{ ...at, core: setElements(run, self, object, list, at.core), value }];
  const copied = (list: readonly Value[]): ValueAt[] | undefined => copyOf(run, list, at, frame, site);
  switch (name) {
    case "push":
      return changed(args.reduce(grown, elements), values.const(elements.length + args.length));
    case "unshift":
      return changed([...args, ...elements], values.const(elements.length + args.length));
    case "pop":
      return changed(elements.slice(0, -1), elements.at(-1) ?? values.undefined);
    case "shift":
      return changed(elements.slice(1), elements[0] ?? values.undefined);
    case "reverse":
      return changed(elements.toReversed(), self);
    case "fill":
      return args.length === 1 ? changed(elements.map(() => args[0] ?? values.undefined), self) : undefined;
    case "splice":
      return spliced(run, self, object, elements, args, at, frame, site);
    case "at": {
      const index = numberOf(args[0]);
      return index === undefined ? undefined : [{ ...at, value: elements.at(index) ?? values.undefined }];
    }
    case "includes":
      return [{ ...at, value: includes(run, elements, args[0], site) }];
    case "indexOf":
    case "lastIndexOf":
      return [{ ...at, value: indexOf(run, name === "indexOf" ? elements : elements.toReversed(), args, site, name === "indexOf" ? 0 : elements.length - 1) }];
    case "sort":
    case "toSorted": {
      const list = sorted(run, elements, args[0], at, frame, site);
      return list && (name === "sort" ? changed(list, self) : copied(list));
    }
    case "toReversed":
      return copied(elements.toReversed());
    case "slice": {
      const [from, to] = args.map(numberOf);
      return args.length > 2 || [from, to].slice(0, args.length).includes(undefined) ? undefined : copied(elements.slice(from, to));
    }
    case "concat": {
      const parts = args.map((arg) => elementsOf(run, arg, at.core) ?? (isArray(run, arg) || arg.k === "unknown" ? undefined : [arg]));
      return parts.includes(undefined) ? undefined : copied([...elements, ...parts.flatMap((part) => part ?? [])]);
    }
    case "entries":
      return [pairsOf(run, elements.map((element, index) => [values.const(index), element]), at, frame, site.id) ?? { ...at, value: values.opaque(site.id) }];
    case "keys":
      return listOf(run, elements.map((_, index) => values.const(index)), at, frame, site, ITERATOR);
    case "values":
      return listOf(run, elements, at, frame, site, ITERATOR);
    default:
      return withCallback(run, name, self, elements, args, at, frame, site);
  }
}

/** A list of pairs, as `entries()` gives. */
export function pairsOf(run: Run, entries: readonly (readonly Value[])[], at: At, frame: Frame, site: number): ValueAt | undefined {
  const { values } = run.shared;
  let { core } = at;
  const pairs: Value[] = [];
  for (const [index, pair] of entries.entries()) {
    const made = makeObject(run, run.turnOf(site, index), frame.path, core, { isArray: true }, values.undefined);
    if (made.value.k !== "object") return undefined;
    core = setElements(run, made.value, made.value.object, pair, made.core);
    pairs.push(made.value);
  }
  const list = makeObject(run, run.turnOf(site, -1), frame.path, core, { isArray: true, type: ITERATOR }, values.undefined);
  return list.value.k === "object" ? { core: setElements(run, list.value, list.value.object, pairs, list.core), trace: at.trace, value: list.value } : undefined;
}

/** `new Array(length)`, or of these elements. */
export function newArray(run: Run, args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] | undefined {
  const length = args.length === 1 ? numberOf(args[0]) : undefined;
  const elements = length === undefined ? args : slots(run, length);
  return elements && copyOf(run, elements, at, frame, site);
}

/** So many elements that were never set. */
function slots(run: Run, length: number): Value[] | undefined {
  return length >= 0 && length <= MAX_LENGTH ? Array.from({ length }, () => run.shared.values.undefined) : undefined;
}

/** Array.from and Array.of. */
export function arrayFunction(run: Run, name: string, args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] | undefined {
  if (name === "of") return copyOf(run, args, at, frame, site);
  const [source, callback] = args;
  if (name !== "from" || !source) return undefined;
  const length = numberOf(readField(run, source, "length", at.core));
  const elements = elementsOf(run, source, at.core) ?? (source.k === "object" && length !== undefined ? slots(run, length) : undefined);
  if (!elements) return undefined;
  return callback ? withCallback(run, "map", source, elements, [callback], at, frame, site) : copyOf(run, elements, at, frame, site);
}

/** A list with one more element. The very same function is not added again: a loop that adds one in each turn comes to an end. */
export function grown(elements: readonly Value[], added: Value): readonly Value[] {
  return added.k === "fn" && elements.includes(added) ? elements : [...elements, added];
}

/** Makes these the elements of an array, and no others. */
export function setElements(run: Run, self: Value, object: number, elements: readonly Value[], core: Core): Core {
  const { values, cores } = run.shared;
  const before = elementsOf(run, self, core) ?? [];
  let written = core;
  for (let index = elements.length; index < before.length; index += 1) written = cores.set(written, fieldCell(run, object, String(index)), undefined);
  for (const [index, element] of elements.entries()) written = writeField(run, self, String(index), element, written);
  const length = fieldCell(run, object, "length");
  return cores.with(written, [[length, values.const(elements.length)], [fieldCell(run, object, OTHERS), values.undefined]]);
}

/** A new array of the call. */
function copyOf(run: Run, elements: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] | undefined {
  return listOf(run, elements, at, frame, site, undefined);
}

/** A new list of the call: an array, or what goes through one. */
export function listOf(run: Run, elements: readonly Value[], at: At, frame: Frame, site: CallSite, type: typeof ITERATOR | undefined): ValueAt[] | undefined {
  if (elements.length > MAX_LENGTH) return undefined;
  const made = makeObject(run, site.id, frame.path, at.core, { isArray: true, type }, run.shared.values.undefined);
  return made.value.k === "object" ? [{ ...at, core: setElements(run, made.value, made.value.object, elements, made.core), value: made.value }] : undefined;
}

function spliced(run: Run, self: Value, object: number, elements: readonly Value[], args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt[] | undefined {
  const start = numberOf(args[0]);
  const count = args.length > 1 ? numberOf(args[1]) : elements.length;
  if (start === undefined || count === undefined) return undefined;
  const left = [...elements];
  const removed = left.splice(start, count, ...args.slice(2));
  return copyOf(run, removed, { ...at, core: setElements(run, self, object, left, at.core) }, frame, site);
}

// Longer lists are not put into order.
const MAX_SORTED = 16;

/** A list in the order that a comparison gives, where that is known for each two that are compared. */
function sorted(run: Run, elements: readonly Value[], comparison: Value | undefined, at: At, frame: Frame, site: CallSite): Value[] | undefined {
  if (elements.length > MAX_SORTED) return undefined;
  const list: Value[] = [];
  for (const element of elements) {
    let place = list.length;
    for (let before = list[place - 1]; before; before = list[place - 1]) {
      const order = compared(run, before, element, comparison, at, frame, site);
      if (order === undefined) return undefined;
      if (order <= 0) break;
      place -= 1;
    }
    list.splice(place, 0, element);
  }
  return list;
}

function compared(run: Run, left: Value, right: Value, comparison: Value | undefined, at: At, frame: Frame, site: CallSite): number | undefined {
  if (!comparison) {
    if (left.k !== "const" || right.k !== "const") return undefined;
    const [one, other] = [String(left.value), String(right.value)];
    return one < other ? -1 : Number(one > other);
  }
  if (comparison.k !== "fn") return undefined;
  const [answer, ...others] = run.machine.call(comparison, undefined, [left, right], at, frame, site);
  return others.length === 0 ? numberOf(answer?.value) : undefined;
}

function includes(run: Run, elements: readonly Value[], wanted: Value | undefined, site: CallSite): Value {
  const { values } = run.shared;
  const answers = wanted ? elements.map((element) => (isSame(run, element, wanted) ? true : equality(element, wanted))) : [];
  if (answers.includes(true)) return values.true;
  if (wanted && isForeign(run, wanted)) return answers.length === 0 ? values.false : values.opaque(site.id);
  return answers.includes(undefined) ? values.unknown(site.id) : values.false;
}

/** The place of a value, counted from one end. */
function indexOf(run: Run, elements: readonly Value[], args: readonly Value[], site: CallSite, from: number): Value {
  const { values } = run.shared;
  const [wanted] = args;
  if (!wanted || args.length > 1) return values.computed(site.id, [...elements, ...args]);
  for (const [index, element] of elements.entries()) {
    const same = isSame(run, element, wanted) ? true : equality(element, wanted);
    if (same === undefined && isForeign(run, wanted)) return values.opaque(site.id);
    if (same === undefined) return values.computed(site.id, [element, wanted]);
    if (same) return values.const(Math.abs(from - index));
  }
  return values.const(-1);
}

function numberOf(value: Value | undefined): number | undefined {
  return value?.k === "const" && typeof value.value === "number" ? value.value : undefined;
}

function isArray(run: Run, value: Value): boolean {
  return value.k === "object" && run.shared.values.objectInfo(value.object)?.isArray === true;
}

/** One way through the callbacks: what was gathered so far, and the answer once there is one. */
interface Walk {
  readonly at: At;
  readonly list: readonly Value[];
  readonly answer: Value | undefined;
}

/**
 * Methods that call a function for each element, in turn.
 * @param keys what the function gets for each element beside it, where that is not its number
 */
export function withCallback(run: Run, name: string, self: Value, elements: readonly Value[], args: readonly Value[], at: At, frame: Frame, site: CallSite, keys?: readonly Value[]): ValueAt[] | undefined {
  const [callback, second] = args;
  const visit = VISITS[name];
  if (!visit || (callback?.k !== "fn" && callback?.k !== "api")) return undefined;
  const { values } = run.shared;
  const isFold = name === "reduce" || name === "reduceRight";
  const entries = [...elements.entries()];
  if (name === "reduceRight" || name === "findLast") entries.reverse();
  const first = isFold && args.length < 2 ? entries.shift()?.[1] : second;
  let walks: Walk[] = [{ at, list: isFold && first ? [first] : [], answer: undefined }];
  for (const [index, element] of entries) {
    const next: Walk[] = [];
    const turn = callback.k === "fn" ? { ...site, id: run.turnOf(site.id, index) } : site;
    for (const walk of walks) {
      if (walk.answer) {
        next.push(walk);
        continue;
      }
      const given = isFold ? [walk.list[0] ?? values.undefined, element, values.const(index), self] : [element, keys?.[index] ?? values.const(index), self];
      for (const found of run.machine.call(callback, isFold ? undefined : second, given, walk.at, frame, turn)) next.push(...visit(run, walk, found, element, index));
    }
    walks = distinct(next);
    if (walks.length > MAX_WALKS) return undefined;
  }
  return walks.flatMap((walk) => finished(run, name, walk, frame, site));
}

type Visit = (run: Run, walk: Walk, found: ValueAt, element: Value, index: number) => readonly Walk[];

/** What one answer of the callback makes of a walk. */
const VISITS: Readonly<Record<string, Visit>> = {
  forEach: (_, walk, found) => [{ ...walk, at: plain(found) }],
  map: (_, walk, found) => [{ ...walk, at: plain(found), list: [...walk.list, found.value] }],
  flatMap: (run, walk, found) => {
    const inner = elementsOf(run, found.value, found.core);
    if (inner) return [{ ...walk, at: plain(found), list: [...walk.list, ...inner] }];
    const core = isArray(run, found.value) && reaches(run, found.value, found.core) ? giveAway(run, found.core) : found.core;
    return [{ ...walk, at: { core, trace: found.trace }, list: [...walk.list, found.value] }];
  },
  reduce: (_, walk, found) => [{ ...walk, at: plain(found), list: [found.value] }],
  reduceRight: (_, walk, found) => [{ ...walk, at: plain(found), list: [found.value] }],
  filter: (_, walk, found, element) => split(found, (isTrue, at) => ({ ...walk, at, list: isTrue ? [...walk.list, element] : walk.list })),
  every: (run, walk, found) => split(found, (isTrue, at) => ({ ...walk, at, answer: isTrue ? undefined : run.shared.values.false })),
  some: (run, walk, found) => split(found, (isTrue, at) => ({ ...walk, at, answer: isTrue ? run.shared.values.true : undefined })),
  find: (_, walk, found, element) => split(found, (isTrue, at) => ({ ...walk, at, answer: isTrue ? element : undefined })),
  findIndex: (run, walk, found, _, index) => split(found, (isTrue, at) => ({ ...walk, at, answer: isTrue ? run.shared.values.const(index) : undefined })),
  findLast: (_, walk, found, element) => split(found, (isTrue, at) => ({ ...walk, at, answer: isTrue ? element : undefined })),
};

/** Both ways where the callback's answer can be either. */
function split(found: ValueAt, next: (isTrue: boolean, at: At) => Walk): Walk[] {
  const known = truthiness(found.value);
  return (known === undefined ? [true, false] : [known]).map((isTrue) => next(isTrue, plain(found)));
}

function distinct(walks: readonly Walk[]): Walk[] {
  const byKey = new Map<string, Walk>();
  for (const walk of walks) {
    const key = `${String(walk.at.core.id)}|${String(walk.answer?.id)}|${walk.list.map(({ id }) => id).join()}`;
    if (!byKey.has(key)) byKey.set(key, walk);
  }
  return [...byKey.values()];
}

/** What the call gives at the end of a walk. */
function finished(run: Run, name: string, { at, list, answer }: Walk, frame: Frame, site: CallSite): ValueAt[] {
  const { values } = run.shared;
  switch (name) {
    case "every":
      return [{ ...at, value: answer ?? values.true }];
    case "findIndex":
      return [{ ...at, value: answer ?? values.const(-1) }];
    case "some":
      return [{ ...at, value: answer ?? values.false }];
    case "reduce":
    case "reduceRight":
      return [{ ...at, value: list[0] ?? values.undefined }];
    case "map":
    case "flatMap":
    case "filter":
      return copyOf(run, list, at, frame, site) ?? [{ ...at, value: values.unknown(site.id) }];
    default:
      return [{ ...at, value: answer ?? values.undefined }];
  }
}
