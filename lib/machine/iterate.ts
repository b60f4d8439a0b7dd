/** What `for … of` and spreading go through: maps, generators, and objects that say how to iterate over them. */
import { grown, pairsOf, setElements } from "./arrays.ts";
import { elementsOf } from "./evaluate.ts";
import type { CallSite } from "./regions.ts";
import { NOWHERE, Sink, type Frame, type Run } from "./run.ts";
import { plain, type At, type Core, type ValueAt } from "./state.ts";
import { GENERATOR, KEY, OTHERS, boxVariables, fieldCell, fieldsOf, giveAway, isGenerator, keyNamed, makeObject, reaches, readField, walked } from "./store.ts";
import { enter, restoring, shortest } from "./summaries.ts";
import type { Value } from "./values.ts";

// The field of such an object that keeps the function, with its arguments.
const BODY = "* body";
// Longer lists are not made.
const MAX_LENGTH = 64;
// Generators that run for one another: so deep.
const MAX_DEPTH = 40;

type Callee = Extract<Value, { k: "fn" }>;

/** What becomes of a state for each value that a generator yields. `site` is where it does so. */
export type Take = (value: Value, at: At, site: number) => readonly At[];

/** A call of a generator: nothing of it runs yet. */
export function makeGenerator(run: Run, callee: Callee, self: Value | undefined, args: readonly Value[], at: At, frame: Frame, site: CallSite): ValueAt {
  const { values, cores } = run.shared;
  const made = makeObject(run, site.id, frame.path, at.core, { type: GENERATOR }, values.undefined);
  if (made.value.k !== "object") return { ...at, value: made.value };
  const body = values.fn(callee.fn, callee.self ?? self, args, callee.captured);
  return { core: cores.set(made.core, fieldCell(run, made.value.object, BODY), body), trace: at.trace, value: made.value };
}

/** What to take elements from: the list that a map stands for, what an object's own iterator gives; else the value itself. */
export function iterated(run: Run, found: ValueAt, frame: Frame, site: number): readonly ValueAt[] {
  const { value, core } = found;
  if (value.k !== "object") return [found];
  const info = run.shared.values.objectInfo(value.object);
  if (info?.type === "Map") return [entryPairs(run, value.object, found, frame, site) ?? found];
  if (info === undefined || info.isArray || info.type === "Set" || info.type === GENERATOR) return [found];
  const method = readField(run, value, "[Symbol.iterator]", core);
  return method.k === "fn" ? run.machine.call(method, value, [], found, frame, { ...NOWHERE, id: site }) : [found];
}

/** The entries of a map as a list of pairs, where all of it is known. */
export function entryPairs(run: Run, object: number, at: At, frame: Frame, site: number): ValueAt | undefined {
  const entries = entriesOf(run, object, at.core);
  return entries && pairsOf(run, entries, at, frame, site);
}

/** The keys of a map and what it keeps under each, in the order in which they were first set. */
export function entriesOf(run: Run, object: number, core: Core): [key: Value, value: Value][] | undefined {
  const { values } = run.shared;
  if (core.cells.get(fieldCell(run, object, OTHERS)) !== values.undefined) return undefined;
  const fields = fieldsOf(run, object, core).filter(([, value, name]) => name.startsWith(KEY) && value !== values.undefined).toSorted((a, b) => a[0] - b[0]);
  const entries: [Value, Value][] = [];
  for (const [cell, value, name] of fields) {
    const key = keyNamed(run, name);
    // Of a field that was forgotten it is not even known whether it is there.
    if (!key || run.isForgotten(cell, value)) return undefined;
    entries.push([key, value]);
  }
  return entries.length > MAX_LENGTH ? undefined : entries;
}

/** Whether a generator was walked before: it has nothing left. */
function isSpent(run: Run, generator: Value, core: Core): boolean {
  return generator.k === "object" && isGenerator(run, generator) && core.cells.get(fieldCell(run, generator.object, BODY)) === run.shared.values.undefined;
}

/** Runs a generator to its end, each value that it yields taken as it comes; undefined where that cannot be followed. */
export function drive(run: Run, generator: Value, at: At, frame: Frame, site: number, take: Take): ValueAt[] | undefined {
  if (isSpent(run, generator, at.core)) return [{ ...at, value: run.shared.values.undefined }];
  const callee = bodyOf(run, generator, at.core);
  if (!callee || generator.k !== "object") return undefined;
  const { fn } = callee;
  // Within itself its variables would be those of the outer one; and whoever stops early runs its finalizers.
  if (fn.hasFinalizer || (run.recursion.get(fn.id) ?? 0) > 0 || run.depth >= MAX_DEPTH) return undefined;
  if (fn.readsArguments && callee.bound.some((value) => reaches(run, value, at.core))) return undefined;
  const { cores } = run.shared;
  const own = [...callee.captured.map(([cell]) => cell), fn.thisCell];
  const spent = cores.set(at.core, fieldCell(run, generator.object, BODY), run.shared.values.undefined);
  const leave = restoring(run, callee, at.core);
  const sink = new Sink();
  const path = run.pathInto(frame.path, site);
  const inner: Frame = {
    fn, sink, path, isEntry: false,
    take: (value, next, where) => {
      const inside = own.map((cell): [number, Value | undefined] => [cell, next.core.cells.get(cell)]);
      return take(value, { core: leave(next.core), trace: next.trace }, where).map((after) => ({ core: cores.with(after.core, inside), trace: after.trace }));
    },
  };
  run.recursion.set(fn.id, 1);
  run.depth += 1;
  const normal: At[] = [];
  try {
    const entered = enter(run, callee, undefined, callee.bound, { core: spent, trace: at.trace }, frame).map((next) => ({ core: boxVariables(run, fn, path, next.core), trace: next.trace }));
    normal.push(...run.machine.execute(fn.body, entered, inner));
  } finally {
    run.recursion.set(fn.id, 0);
    run.depth -= 1;
  }
  const clear = (core: Core): Core => leave(cores.with(core, fn.locals.map((cell): [number, undefined] => [cell, undefined])));
  for (const thrown of sink.throws.values()) frame.sink.leave("throws", { ...thrown, core: clear(thrown.core) });
  return [
    ...normal.map(({ core, trace }): ValueAt => ({ core: clear(core), trace, value: run.shared.values.undefined })),
    ...[...sink.returns.values()].map(({ value, core, exits }): ValueAt => ({ core: clear(core), trace: shortest(exits), value })),
  ];
}

/** `steps.next()`: how far it runs is not followed, so what it can release has an unknown owner. */
export function steppedByHand(run: Run, generator: Value, at: At, site: CallSite): ValueAt {
  const { values, dependences } = run.shared;
  const { pair } = run.tracked;
  const body = bodyOf(run, generator, at.core);
  const mayRelease = !body || !pair || dependences.releasersOf(pair.kind).has(body.fn) || reaches(run, generator, at.core);
  return { core: mayRelease ? giveAway(run, at.core) : at.core, trace: at.trace, value: values.opaque(site.id) };
}

function bodyOf(run: Run, generator: Value, core: Core): Callee | undefined {
  if (generator.k !== "object" || !isGenerator(run, generator)) return undefined;
  const body = core.cells.get(fieldCell(run, generator.object, BODY));
  return body?.k === "fn" ? body : undefined;
}

/** What is spread: an array of all that it yields, where that is known; else the value itself. */
export function spreadable(run: Run, found: ValueAt, frame: Frame, site: number): readonly ValueAt[] {
  return iterated(run, found, frame, site).flatMap((way) => collected(run, way, frame, site) ?? way);
}

/** A list of what a generator yields. */
function collected(run: Run, generator: ValueAt, frame: Frame, site: number): ValueAt[] | undefined {
  if (!isGenerator(run, generator.value)) return undefined;
  const { values } = run.shared;
  const made = makeObject(run, run.turnOf(site, -1), frame.path, generator.core, { isArray: true }, values.undefined);
  if (made.value.k !== "object") return undefined;
  const { value } = made;
  const { object } = made.value;
  const driven = drive(run, generator.value, { core: setElements(run, value, object, [], made.core), trace: generator.trace }, frame, site, (element, at) => {
    const elements = elementsOf(run, value, at.core);
    if (elements && elements.length < MAX_LENGTH) return [{ core: setElements(run, value, object, grown(elements, element), at.core), trace: at.trace }];
    const core = reaches(run, element, at.core) ? giveAway(run, at.core) : at.core;
    return [{ core: run.shared.cores.set(core, fieldCell(run, object, "length"), undefined), trace: at.trace }];
  });
  return driven?.map((end) => ({ ...end, value }));
}

/** `yield x` and `yield* list` in a generator that someone drives. */
export function yielded(run: Run, value: ValueAt, isEach: boolean, frame: Frame, site: number): ValueAt[] {
  const { take } = frame;
  const { values } = run.shared;
  if (!take) return [{ ...value, core: reaches(run, value.value, value.core) ? giveAway(run, value.core) : value.core, value: values.unknown(site) }];
  if (!isEach) return take(value.value, plain(value), site).map((at) => ({ ...at, value: values.undefined }));
  return iterated(run, value, frame, site).flatMap((way) => {
    const driven = drive(run, way.value, plain(way), frame, site, take);
    if (driven) return driven;
    const elements = elementsOf(run, way.value, way.core);
    // What is yielded is not known, nor how often: once, as any other.
    const list = elements ?? [values.unknown(site)];
    let states: At[] = [elements ? plain(way) : { core: walked(run, way.value, way.core), trace: way.trace }];
    for (const element of list) states = run.join(states.flatMap((at) => take(element, at, site)));
    return states.map((at): ValueAt => ({ ...at, value: values.undefined }));
  });
}
