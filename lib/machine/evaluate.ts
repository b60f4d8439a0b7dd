/** Expressions × states: what a value can be, and in which states. */
import { isSymbolText } from "../source/syntax.ts";
import { doubt } from "./guards.ts";
import { constructorOf, getterName, methodOf, parentOf, setterName, staticOf } from "./classes.ts";
import { compare, isGuess, refine } from "./conditions.ts";
import { callExpression } from "./invoke.ts";
import { spreadable, yielded } from "./iterate.ts";
import type { ClassInfo, Expr, ObjectExpr, Pattern, Target } from "./regions.ts";
import { NOWHERE, dedupeValues, isPlain, type Frame, type Run } from "./run.ts";
import type { At, Core, ValueAt } from "./state.ts";
import { INITIALISED, KEY, OTHERS, STRUCTS, closure, copyFields, fieldCell, fieldsOf, accessorOf, giveAway, isForeign, makeObject, materialise, noteFieldSet, objectOf, isIndex, reaches, readField, readVariable, setField, walked, writeField, writeVariable } from "./store.ts";
import { FALSY, NULLISH, TRUTHY, nullness, truthiness, type Value } from "./values.ts";

// Elements of longer arrays, and plain properties of larger literals, are not followed.
const MAX_ELEMENTS = 64;
// More ways through one list of expressions are not told apart.
const MAX_LISTS = 64;

/** The values an expression can have, each in the state it is found in. */
export function evaluate(run: Run, expr: Expr, at: At, frame: Frame): ValueAt[] {
  run.tick();
  const { values } = run.shared;
  switch (expr.k) {
    case "const":
      return [{ ...at, value: values.const(expr.value) }];
    case "status":
      return [{ ...at, value: values.status(expr.ok, expr.name) }];
    case "api":
      return [{ ...at, value: values.api(expr.meaning) }];
    case "var":
      return [{ ...at, value: readVariable(run, expr.ref, at.core) }];
    case "arg":
      return [{ ...at, value: at.core.cells.get(expr.cell) ?? values.unknown(expr.site) }];
    case "this":
      return [{ ...at, value: at.core.cells.get(expr.cell) ?? values.unknown(expr.cell) }];
    case "member":
      return member(run, expr, at, frame);
    case "lookup":
      return evaluate(run, expr.index, at, frame).map(({ value, core, trace }) => {
        const name = propertyName(value);
        return { core, trace, value: name === undefined ? values.computed(expr.site, [value]) : values.const(expr.table.get(name)) };
      });
    case "assign":
      return evaluate(run, expr.value, at, frame).flatMap(({ value, ...next }) => {
        return bind(run, expr.pattern, value, next, frame, expr).map((bound): ValueAt => ({ ...bound, value }));
      });
    case "call":
      return callExpression(run, expr, at, frame);
    case "cond": {
      const before = run.opaqueTests;
      const tested = run.machine.condition(expr.test, at, frame, expr.text, expr.line);
      const [yes, no] = [tested.yes, tested.no].map((states) => doubt(run, before, [expr.then, expr.else], states, frame));
      const then = (yes ?? []).flatMap((next) => evaluate(run, expr.then, next, frame));
      return dedupeValues([...then, ...(no ?? []).flatMap((next) => evaluate(run, expr.else, next, frame))]);
    }
    case "logic":
      return logic(run, expr, at, frame);
    case "not":
      return negation(run, expr, at, frame);
    case "typeof":
      return evaluate(run, expr.value, at, frame).map((found) => ({ ...found, value: typeName(run, found.value, expr.site) }));
    case "binary":
      return compare(run, expr, at, frame);
    case "template":
      return template(run, expr, at, frame);
    case "object":
      return objectLiteral(run, expr, at, frame);
    case "array":
      return arrayLiteral(run, expr, at, frame);
    case "fn":
      return [{ ...at, value: closure(run, expr.fn, at.core) }];
    case "super": {
      const self = at.core.cells.get(expr.cell);
      const own = self?.k === "object" ? values.objectInfo(self.object)?.info : self?.k === "class" ? self.info : undefined;
      const parent = parentOf(expr.container, own);
      const method = expr.name === undefined ? constructorOf(parent) : self?.k === "class" ? staticOf(parent, expr.name) : methodOf(parent, expr.name);
      return [{ ...at, value: method ? values.fn(method, self) : values.unknown(expr.site) }];
    }
    case "class":
      return classValue(run, expr.info, at, frame);
    case "seq": {
      let states: ValueAt[] = [{ ...at, value: values.undefined }];
      for (const item of expr.items) states = dedupeValues(states.flatMap((next) => evaluate(run, item, next, frame)));
      return states;
    }
    case "yield":
      return evaluate(run, expr.value, at, frame).flatMap((found) => yielded(run, found, expr.isEach, frame, expr.site));
    case "unknown":
      return evaluateAll(run, expr.children, at, frame).map(({ values: parts, core, trace }) => ({
        value: values.computed(expr.site, parts),
        core: expr.leaks && parts.some((part) => reaches(run, part, core)) ? giveAway(run, core) : core,
        trace,
      }));
  }
}

/** A list of expressions, in order. */
export function evaluateAll(run: Run, exprs: readonly Expr[], at: At, frame: Frame): (At & { readonly values: readonly Value[] })[] {
  let states: (At & { readonly values: readonly Value[] })[] = [{ ...at, values: [] }];
  for (const expr of exprs) {
    states = joinLists(run, states.flatMap((known) =>
      evaluate(run, expr, known, frame).map(({ value, core, trace }) => ({ core, trace, values: [...known.values, value] })),
    ));
  }
  return states;
}

/** Equal lists in equal states become one. Where there are too many, plain values are given up, then what tells states apart. */
function joinLists<T extends At & { readonly values: readonly Value[] }>(run: Run, states: readonly T[]): T[] {
  const distinct = (list: readonly T[]): T[] => [...new Map(list.map((each) => [`${String(each.core.id)}:${each.values.map((value) => value.id).join()}`, each])).values()];
  let joined = states.length < 2 ? [...states] : distinct(states);
  if (joined.length <= MAX_LISTS) return joined;
  run.tick(joined.length);
  joined = distinct(joined.map((each) => ({ ...each, values: each.values.map((value, index) => (isPlain(value) ? run.shared.values.unknown(-index - 1) : value)) })));
  return joined.length <= MAX_LISTS ? joined : distinct(joined.map((each) => ({ ...each, core: run.forgetFarthest(joined, each.core, MAX_LISTS) })));
}

function typeName(run: Run, value: Value, site: number): Value {
  const { values } = run.shared;
  switch (value.k) {
    case "const":
      if (typeof value.value === "string" && isSymbolText(value.value)) return values.const("symbol");
      return values.const(value.value === null ? "object" : typeof value.value);
    case "status":
      return values.const("number");
    case "fn":
    case "class":
    case "api":
      return values.const("function");
    case "object":
      return values.const("object");
    default:
      return values.computed(site, [value]);
  }
}

function member(run: Run, expr: Extract<Expr, { k: "member" }>, at: At, frame: Frame): ValueAt[] {
  const { values } = run.shared;
  return evaluate(run, expr.object, at, frame).flatMap((base): ValueAt[] => {
    if (expr.isOptional && base.value.k === "unknown" && nullness(base.value) === undefined) {
      const absent = refine(run, expr.object, base, values.unknown(base.value.site, NULLISH, base.value.call), frame);
      const present = refine(run, expr.object, base, values.unknown(base.value.site, base.value.mask & ~NULLISH, base.value.call), frame);
      return [
        { ...absent, value: values.undefined },
        ...readMember(run, expr, { ...present, value: base.value }, frame),
      ];
    }
    return readMember(run, expr, base, frame);
  });
}

function readMember(run: Run, expr: Extract<Expr, { k: "member" }>, base: ValueAt, frame: Frame): ValueAt[] {
  if (expr.name !== undefined) {
    const getter = accessorOf(run, base.value, getterName(expr.name), base.core);
    if (getter) return run.machine.call(getter, base.value, [], base, frame, { ...NOWHERE, id: expr.site });
    return [{ ...base, value: readField(run, base.value, expr.name, base.core) }];
  }
  const opaque = base.value.k === "unknown" && base.value.opaque;
  if (!expr.index) return [{ ...base, value: opaque ? run.shared.values.opaque(expr.site) : run.shared.values.unknown(expr.site) }];
  return evaluate(run, expr.index, base, frame).map((index) => {
    const name = propertyName(index.value);
    if (name !== undefined) return { ...index, value: readField(run, base.value, name, index.core) };
    const held = isForeign(run, index.value) && objectOf(run, base.value) !== undefined ? readField(run, base.value, foreignName(index.value), index.core) : undefined;
    if (held) return { ...index, value: held.k === "unknown" ? run.shared.values.opaque(expr.site) : held };
    // Any of the elements: what becomes of the handle among them, or what a function among them does, cannot be followed.
    return { core: walked(run, base.value, index.core), trace: index.trace, value: opaque ? run.shared.values.opaque(expr.site) : run.shared.values.unknown(expr.site) };
  });
}

/** The field that a constant of other code names: not that of any other. */
function foreignName({ site }: Extract<Value, { k: "unknown" }>): string {
  return `named by ${String(site)}`;
}

function propertyName(value: Value): string | undefined {
  return value.k === "const" && (typeof value.value === "string" || typeof value.value === "number") ? String(value.value) : undefined;
}

function logic(run: Run, expr: Extract<Expr, { k: "logic" }>, at: At, frame: Frame): ValueAt[] {
  const { values } = run.shared;
  const results = evaluate(run, expr.left, at, frame).flatMap((left): ValueAt[] => {
    const isNullish = expr.op === "??";
    const known = isNullish ? nullness(left.value) : truthiness(left.value);
    const takesRight = expr.op === "||" ? false : true;
    if (known !== undefined) return known === takesRight ? evaluate(run, expr.right, left, frame) : [left];
    const { value } = left;
    if (value.k !== "unknown") return [left];
    const before = run.opaqueTests;
    if (isGuess(run, expr.left, value)) run.opaqueTests += 1;
    const yesMask = isNullish ? NULLISH : TRUTHY;
    const narrowed = (mask: number): ValueAt => {
      const kept = values.unknown(value.site, mask, value.call);
      return { ...refine(run, expr.left, left, kept, frame), value: kept };
    };
    const yes = narrowed(value.mask & yesMask);
    const no = narrowed(value.mask & ~yesMask);
    const [toRight, past] = takesRight ? [yes, no] : [no, yes];
    const [right] = doubt(run, before, [expr.right], [toRight], frame);
    const [left2] = doubt(run, before, [expr.right], [past], frame);
    return [...evaluate(run, expr.right, right ?? toRight, frame), { ...(left2 ?? past), value: past.value }];
  });
  return dedupeValues(results);
}

function negation(run: Run, expr: Extract<Expr, { k: "not" }>, at: At, frame: Frame): ValueAt[] {
  const { values } = run.shared;
  const results = evaluate(run, expr.value, at, frame).flatMap((inner): ValueAt[] => {
    const known = truthiness(inner.value);
    if (known !== undefined) return [{ ...inner, value: values.boolean(!known) }];
    const { value } = inner;
    if (value.k !== "unknown") return [{ ...inner, value: values.unknown(value.id) }];
    const truthy = refine(run, expr.value, inner, values.unknown(value.site, TRUTHY, value.call), frame);
    const falsy = refine(run, expr.value, inner, values.unknown(value.site, value.mask & (FALSY | NULLISH), value.call), frame);
    return [{ ...truthy, value: values.false }, { ...falsy, value: values.true }];
  });
  return dedupeValues(results);
}

function template(run: Run, expr: Extract<Expr, { k: "template" }>, at: At, frame: Frame): ValueAt[] {
  const { values } = run.shared;
  const parts = expr.parts.filter((part): part is Expr => typeof part !== "string");
  return evaluateAll(run, parts, at, frame).map(({ values: found, core, trace }) => {
    let text: string | undefined = "";
    let next = 0;
    for (const part of expr.parts) {
      const value = typeof part === "string" ? values.const(part) : found[next++];
      text = text !== undefined && value?.k === "const" ? text + String(value.value) : undefined;
    }
    return { core, trace, value: text === undefined ? values.computed(expr.site, found) : values.const(text) };
  });
}

function objectLiteral(run: Run, expr: ObjectExpr, at: At, frame: Frame): ValueAt[] {
  const { values, cores } = run.shared;
  const struct = expr.type !== undefined && STRUCTS.has(expr.type);
  // Of a large literal, only what can matter is kept; the rest is not known.
  const isLarge = expr.properties.length > MAX_ELEMENTS;
  const others = struct ? values.null : isLarge ? undefined : values.undefined;
  const made = makeObject(run, expr.site, frame.path, at.core, { type: expr.type }, others);
  let states: At[] = [{ core: made.core, trace: at.trace }];
  for (const part of expr.properties) {
    const key = part.k === "property" ? part.key : undefined;
    const evaluated = key === undefined
      ? states.flatMap((next) => evaluate(run, part.value, next, frame).map((found) => ({ ...found, key: undefined })))
      : states.flatMap((next) => evaluateAll(run, [key, part.value], next, frame).map(({ core, trace, values: [name, value] }) => ({ core, trace, value: value ?? values.undefined, key: name })));
    states = evaluated.map(({ value, core, trace, key: computed }) => {
        if (part.k === "accessor") return { core: writeField(run, made.value, part.name, value, core), trace };
        if (part.k === "spread") return { core: copyFields(run, value, made.value, core), trace };
        if (part.name === undefined) {
          const name = computed && propertyName(computed);
          if (name !== undefined) return { core: writeField(run, made.value, name, value, core), trace };
          if (computed && isForeign(run, computed)) return { core: writeForeign(run, made.value, computed, value, core), trace };
          return { core: made.value.k === "object" ? forgetElements(run, made.value, reaches(run, value, core) ? giveAway(run, core) : core) : core, trace };
        }
        const held = value.k === "fn" && value.fn.container === expr && !value.self ? values.fn(value.fn, made.value, value.bound, value.captured) : value;
        if (isLarge && isPlain(held) && !run.keeps(part.field)) return { core, trace };
        // What a literal spells is told without regard to what the run keeps: it is the same on every path.
        const isSpelled = run.tracked.keepObjects && (part.value.k === "const" || part.value.k === "status");
        const written = isSpelled ? setField(run, made.value, part.name, held, core) : writeField(run, made.value, part.name, held, core);
        return { core: noteFieldSet(run, made.value, part.name, held, written, part.node, "the literal"), trace };
    });
  }
  if (struct && expr.properties.length === 0 && made.value.k === "object") {
    const cell = fieldCell(run, made.value.object, INITIALISED);
    states = states.map((next) => ({ ...next, core: cores.set(next.core, cell, values.false) }));
  }
  return states.map((next) => ({ ...next, value: made.value }));
}

function arrayLiteral(run: Run, expr: Extract<Expr, { k: "array" }>, at: At, frame: Frame): ValueAt[] {
  const { values, cores } = run.shared;
  const made = makeObject(run, expr.site, frame.path, at.core, { isArray: true }, values.undefined);
  if (made.value.k !== "object") return [];
  const { object } = made.value;
  let states: (At & { length: number | undefined })[] = [{ core: made.core, trace: at.trace, length: 0 }];
  for (const item of expr.items) {
    if (!item.value) {
      states = states.map((next) => ({ ...next, length: next.length === undefined ? undefined : next.length + 1 }));
      continue;
    }
    const { value: itemExpr } = item;
    states = states.flatMap((next) =>
      evaluate(run, itemExpr, next, frame).flatMap((found) => (item.spread ? spreadable(run, found, frame, expr.site) : [found])).map(({ value, core, trace }) => {
        const elements = item.spread ? elementsOf(run, value, core) : [value];
        if (!elements || expr.items.length > MAX_ELEMENTS || next.length === undefined) return { core: reaches(run, value, core) ? giveAway(run, core) : core, trace, length: undefined };
        let written = core;
        for (const [offset, element] of elements.entries()) written = writeField(run, made.value, String(next.length + offset), element, written);
        return { core: written, trace, length: next.length + elements.length };
      }),
    );
  }
  return states.map(({ core, trace, length }) => ({
    core: cores.set(core, fieldCell(run, object, "length"), length === undefined ? undefined : values.const(length)),
    trace,
    value: made.value,
  }));
}

/** The elements of an array whose length is known; of a set, its members; of a text, its characters. */
export function elementsOf(run: Run, value: Value, core: Core): Value[] | undefined {
  if (value.k === "const" && typeof value.value === "string" && value.value.length <= MAX_ELEMENTS) return Array.from(value.value, (character) => run.shared.values.const(character));
  if (value.k !== "object") return undefined;
  const info = run.shared.values.objectInfo(value.object);
  if (info?.type === "Set") return membersOf(run, value.object, core);
  if (info?.isArray !== true) return undefined;
  const length = readField(run, value, "length", core);
  if (length.k !== "const" || typeof length.value !== "number" || length.value > MAX_ELEMENTS) return undefined;
  return Array.from({ length: length.value }, (_, index) => readField(run, value, String(index), core));
}

/** What a set holds, where all of it is known. */
export function membersOf(run: Run, object: number, core: Core): Value[] | undefined {
  const { values } = run.shared;
  if (core.cells.get(fieldCell(run, object, OTHERS)) !== values.undefined) return undefined;
  const members = fieldsOf(run, object, core).filter(([, value, name]) => name.startsWith(KEY) && value !== values.undefined).map(([, value]) => value);
  // Of a member that is no object it is only known that it is there.
  return members.length > MAX_ELEMENTS || members.includes(values.true) ? undefined : members;
}

/** A class is evaluated where it stands: what it extends is known then, and its static fields are set. */
function classValue(run: Run, declared: ClassInfo, at: At, frame: Frame): ValueAt[] {
  if (!declared.superclass) return classOf(run, declared, at, frame);
  return evaluate(run, declared.superclass, at, frame).flatMap((found) => classOf(run, found.value.k === "class" ? extended(run, declared, found.value.info) : declared, found, frame));
}

/** A class with the parent that a run told. */
function extended(run: Run, declared: ClassInfo, parent: ClassInfo): ClassInfo {
  const { extendedClasses, names } = run.shared;
  const key = `${String(declared.id)}:${String(parent.id)}`;
  const known = extendedClasses.get(key);
  if (known) return known;
  const made: ClassInfo = { ...declared, id: names.fresh(), parent, superclass: undefined, declared, isOpen: parent.isOpen };
  extendedClasses.set(key, made);
  return made;
}

function classOf(run: Run, info: ClassInfo, at: At, frame: Frame): ValueAt[] {
  const value = run.shared.values.class(info);
  let states: At[] = [at];
  for (const field of info.staticFields) {
    const { value: init, name, block } = field;
    if (block) {
      const entering = states.map((next) => ({ ...next, core: run.shared.cores.set(next.core, info.thisCell, value) }));
      states = run.machine.execute(block, entering, frame).map((next) => ({ ...next, core: run.shared.cores.set(next.core, info.thisCell, undefined) }));
    }
    if (!init || name === undefined) continue;
    states = states.flatMap((next) =>
      evaluate(run, init, { ...next, core: run.shared.cores.set(next.core, info.thisCell, value) }, frame).map((found) => ({
        core: run.shared.cores.set(writeField(run, value, name, found.value, found.core), info.thisCell, undefined),
        trace: found.trace,
      })),
    );
  }
  return states.map((next) => ({ ...next, value }));
}

/** Takes a value apart into the targets of a pattern. */
export function bind(run: Run, pattern: Pattern, value: Value, at: At, frame: Frame, source?: Extract<Expr, { k: "assign" }>): At[] {
  const { values } = run.shared;
  if (pattern.fallback) {
    const plain = { ...pattern, fallback: undefined };
    const isAbsent = value.k === "const" ? value.value === undefined : value.k === "unknown" ? undefined : false;
    const { fallback } = pattern;
    const absent = isAbsent === false ? [] : evaluate(run, fallback, at, frame).flatMap((found) => bind(run, plain, found.value, found, frame, source));
    return isAbsent === true ? absent : [...absent, ...bind(run, plain, value, at, frame, source)];
  }
  switch (pattern.k) {
    case "target":
      return assign(run, pattern.target, value, at, frame, source);
    case "object": {
      let states: At[] = [at];
      for (const { name, pattern: inner } of pattern.properties) {
        states = states.flatMap((next) => {
          return property(run, value, name, next, frame).flatMap((found) => bind(run, inner, found.value, found, frame, source));
        });
      }
      const { rest } = pattern;
      return rest ? states.flatMap((next) => bindRest(run, rest, value, next, frame)) : states;
    }
    case "array": {
      const elements = elementsOf(run, value, at.core);
      const given = elements || !reaches(run, value, at.core) ? at : { ...at, core: giveAway(run, at.core) };
      let states: At[] = [given];
      for (const [index, item] of pattern.items.entries()) {
        if (!item) continue;
        const element = elements ? (elements[index] ?? values.undefined) : partOf(run, value, value.id);
        states = states.flatMap((next) => bind(run, item, element, next, frame, source));
      }
      const { rest } = pattern;
      return rest ? states.flatMap((next) => bindRest(run, rest, value, next, frame)) : states;
    }
  }
}

/** Something of a value: of what the language made in a way that is not followed, no more is known than of that. */
export function partOf(run: Run, value: Value, site: number): Value {
  const { values } = run.shared;
  return value.k === "unknown" && value.opaque ? values.opaque(site) : values.unknown(site);
}

/** A property that a pattern takes out of a value: a getter runs. */
function property(run: Run, value: Value, name: string | undefined, at: At, frame: Frame): ValueAt[] {
  if (name === undefined) return [{ ...at, value: partOf(run, value, value.id) }];
  const getter = accessorOf(run, value, getterName(name), at.core);
  return getter ? run.machine.call(getter, value, [], at, frame, { ...NOWHERE, id: value.id }) : [{ ...at, value: readField(run, value, name, at.core) }];
}

/** What is left of a destructured value: if the handle can be in it, it is not followed further. */
function bindRest(run: Run, rest: Pattern, value: Value, at: At, frame: Frame): At[] {
  const core = reaches(run, value, at.core) ? giveAway(run, at.core) : at.core;
  return bind(run, rest, partOf(run, value, value.id), { ...at, core }, frame);
}

function assign(run: Run, target: Target, value: Value, at: At, frame: Frame, source: Extract<Expr, { k: "assign" }> | undefined): At[] {
  switch (target.k) {
    case "var":
      return [{ ...at, core: writeVariable(run, target.ref, value, at.core, isAnswer(source)) }];
    case "none":
      return [{ ...at, core: reaches(run, value, at.core) ? giveAway(run, at.core) : at.core }];
    case "member":
      return evaluate(run, target.object, at, frame).flatMap((base) => {
        const made = objectOf(run, base.value) === undefined ? materialise(run, target.object, base, frame.path) : undefined;
        const object = made ? { ...base, ...made } : base;
        const setter = target.name === undefined ? undefined : accessorOf(run, object.value, setterName(target.name), object.core);
        if (setter) return run.machine.call(setter, object.value, [value], object, frame, NOWHERE);
        if (target.name !== undefined) return [writeMember(run, object, target, target.name, value, source)];
        if (!target.index) return [object];
        return evaluate(run, target.index, object, frame).map((index) => {
          const name = propertyName(index.value);
          if (name !== undefined) return writeMember(run, { ...object, ...index, value: object.value }, target, name, value, source);
          if (isForeign(run, index.value)) return { trace: index.trace, core: writeForeign(run, object.value, index.value, value, index.core) };
          const core = reaches(run, value, index.core) ? giveAway(run, index.core) : index.core;
          return { trace: index.trace, core: forgetElements(run, object.value, core) };
        });
      });
  }
}

/** What is assigned is no constant. */
function isAnswer(source: Extract<Expr, { k: "assign" }> | undefined): boolean {
  return source !== undefined && source.value.k !== "const" && source.value.k !== "status";
}

function writeMember(run: Run, base: ValueAt, target: Extract<Target, { k: "member" }>, name: string, value: Value, source: Extract<Expr, { k: "assign" }> | undefined): At {
  let core = writeField(run, base.value, name, value, base.core, isAnswer(source));
  core = growArray(run, base.value, name, core);
  const struct = target.object.k === "var" ? target.object.ref.name : target.object.k === "member" ? (target.object.name ?? "the struct") : "the struct";
  return { trace: base.trace, core: source ? noteFieldSet(run, base.value, name, value, core, source.node, struct) : core };
}

function growArray(run: Run, base: Value, name: string, core: Core): Core {
  if (base.k !== "object" || !isIndex(name) || run.shared.values.objectInfo(base.object)?.isArray !== true) return core;
  const cell = fieldCell(run, base.object, "length");
  const length = core.cells.get(cell);
  const index = Number(name);
  return length?.k === "const" && typeof length.value === "number" && length.value <= index
    ? run.shared.cores.set(core, cell, run.shared.values.const(index + 1))
    : core;
}

function writeForeign(run: Run, base: Value, key: Extract<Value, { k: "unknown" }>, value: Value, core: Core): Core {
  const object = objectOf(run, base);
  if (object === undefined) return core;
  return setField(run, base, foreignName(key), value, run.shared.cores.with(core, [[fieldCell(run, object, "length"), undefined], [fieldCell(run, object, OTHERS), undefined]]));
}

/** Some element was written, and it is not known which. */
function forgetElements(run: Run, base: Value, core: Core): Core {
  const object = objectOf(run, base);
  if (object === undefined) return core;
  const safe = reaches(run, base, core) ? giveAway(run, core) : core;
  return run.shared.cores.with(safe, [[fieldCell(run, object, "length"), undefined], [fieldCell(run, object, OTHERS), undefined]]);
}
