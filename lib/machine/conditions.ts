/** Tests × states: which states pass, and what a test tells of the value tested. */
import { upwards } from "./classes.ts";
import { evaluate, evaluateAll } from "./evaluate.ts";
import type { Expr } from "./regions.ts";
import { NOWHERE, dedupe, dedupeValues, isPlain, outcome, step, type Frame, type Run } from "./run.ts";
import { extend, lengthOf, type At, type Core, type ValueAt } from "./state.ts";
import { answerObject, isForeign, isSame, materialise, objectOf, readField, readVariable, writeField, writeVariable } from "./store.ts";
import { FALSY, NULLISH, TRUTHY, equality, nullness, severity, truthiness, type ObjectInfo, type Value } from "./values.ts";

/** The states after a test. */
export interface Tested {
  readonly yes: At[];
  readonly no: At[];
}

type BinaryExpr = Extract<Expr, { k: "binary" }>;

/** Tests a condition. Where both outcomes are possible, each gets a step in words. */
export function condition(run: Run, expr: Expr, at: At, frame: Frame, text: string, line: number): Tested {
  switch (expr.k) {
    case "not": {
      const { yes, no } = condition(run, expr.value, at, frame, text.startsWith("!") ? text.slice(1).trimStart() : text, line);
      return { yes: no, no: yes };
    }
    case "logic":
      if (expr.op === "??") break;
      return connective(run, expr, at, frame, text, line);
    case "cond": {
      const { yes, no } = condition(run, expr.test, at, frame, text === "" ? "" : expr.text, line);
      const parts = [
        ...yes.map((next) => condition(run, expr.then, next, frame, "", line)),
        ...no.map((next) => condition(run, expr.else, next, frame, "", line)),
      ];
      return { yes: dedupe(parts.flatMap((part) => part.yes)), no: dedupe(parts.flatMap((part) => part.no)) };
    }
    case "seq": {
      const last = expr.items.at(-1);
      if (!last) break;
      const before = evaluateAll(run, expr.items.slice(0, -1), at, frame);
      return merge(before.map((next) => condition(run, last, next, frame, text, line)));
    }
    default:
  }
  const yes: At[] = [];
  const no: At[] = [];
  const results = evaluate(run, expr, at, frame);
  const isOpen = text !== "" && [true, false].every((outcome) => results.some(({ value }) => truthiness(value) === outcome));
  for (const found of results) {
    const known = truthiness(found.value);
    if (known !== undefined) {
      // Decided on the way, by something that left no step of its own.
      const isTold = !isOpen || lengthOf(found.trace) > lengthOf(at.trace);
      const trace = isTold ? found.trace : extend(found.trace, step(`\`${text}\` is ${known ? "true" : "false"}`, line));
      (known ? yes : no).push({ core: found.core, trace });
      continue;
    }
    const { value } = found;
    if (value.k !== "unknown") continue;
    if (isGuess(run, expr, value)) run.opaqueTests += 1;
    const narrowed = (mask: number, outcome: boolean): At => {
      const next = refine(run, expr, found, run.shared.values.unknown(value.site, value.mask & mask, value.call), frame);
      return text === "" ? next : { core: next.core, trace: extend(next.trace, step(`\`${text}\` is ${outcome ? "true" : "false"}`, line)) };
    };
    yes.push(narrowed(TRUTHY, true));
    no.push(narrowed(NULLISH | FALSY, false));
  }
  return { yes: dedupe(yes), no: dedupe(no) };
}

function merge(parts: readonly Tested[]): Tested {
  return { yes: dedupe(parts.flatMap((part) => part.yes)), no: dedupe(parts.flatMap((part) => part.no)) };
}

function connective(run: Run, expr: Extract<Expr, { k: "logic" }>, at: At, frame: Frame, text: string, line: number): Tested {
  // A long chain leans to the left: its parts are taken in turn.
  const parts: [Expr, string][] = [];
  let left: Expr = expr;
  let leftText = "";
  while (left.k === "logic" && left.op === expr.op) {
    parts.push([left.right, left.texts?.[1] ?? ""]);
    leftText = left.texts?.[0] ?? "";
    left = left.left;
  }
  parts.push([left, leftText]);
  parts.reverse();
  const isAnd = expr.op === "&&";
  let open: At[] = [at];
  const decided: At[] = [];
  for (const [part, own] of parts) {
    const { yes, no } = merge(open.map((next) => condition(run, part, next, frame, text === "" ? "" : own, line)));
    open = isAnd ? yes : no;
    decided.push(...(isAnd ? no : yes));
  }
  const rest = dedupe(open);
  const early = dedupe(decided);
  return isAnd ? { yes: rest, no: early } : { yes: early, no: rest };
}

/** NT_SUCCESS and NT_ERROR: the test of a status. */
export function testStatus(run: Run, arg: Expr | undefined, value: Value, at: At, frame: Frame, wantsSuccess: boolean): ValueAt[] {
  const { values } = run.shared;
  // Nothing at all is no failure: it counts as 0.
  const known = value.k === "const" && (value.value === undefined || value.value === null) ? true : severity(value);
  if (known !== undefined) return [{ ...at, value: values.boolean(known === wantsSuccess) }];
  if (value.k !== "unknown") return [{ ...at, value: values.unknown(value.id) }];
  return [true, false].map((ok) => ({ ...refineStatus(run, arg, { ...at, value }, ok, frame), value: values.boolean(ok === wantsSuccess) }));
}

function refineStatus(run: Run, expr: Expr | undefined, at: ValueAt, ok: boolean, frame: Frame): At {
  const next = refine(run, expr, at, run.shared.values.status(ok), frame);
  const call = at.value.k === "unknown" ? at.value.call : undefined;
  return call && call !== NOWHERE ? { core: next.core, trace: extend(next.trace, outcome(call, ok, { tested: true })) } : next;
}

/** A comparison, an `instanceof`, or arithmetic. */
export function compare(run: Run, expr: BinaryExpr, at: At, frame: Frame): ValueAt[] {
  const results = evaluate(run, expr.left, at, frame).flatMap((left) =>
    evaluate(run, expr.right, left, frame).flatMap((right) => compareValues(run, expr, left.value, right.value, right, frame)),
  );
  return dedupeValues(results);
}

function compareValues(run: Run, expr: BinaryExpr, left: Value, right: Value, at: At, frame: Frame): ValueAt[] {
  const { values } = run.shared;
  const whole = (value: Value): ValueAt[] => [{ ...at, value }];
  switch (expr.op) {
    case "===":
    case "!==":
    case "==":
    case "!=":
      return equal(run, expr, left, right, at, frame);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return relation(run, expr, left, right, at, frame);
    case "|":
    case ">>":
    case ">>>":
      // `status | 0`: the usual way to read a status as signed. Read as unsigned, it is a large number where it is a failure.
      if (right.k === "const" && right.value === 0 && left.k !== "const") return whole(expr.op === ">>>" ? unsigned(run, expr, left) : left);
      // Its sign alone.
      if (expr.op !== "|" && right.k === "const" && right.value === 31 && (left.k === "status" || left.k === "result")) {
        return whole(run.shared.values.const(left.ok ? 0 : expr.op === ">>" ? -1 : 1));
      }
      return whole(arithmetic(run, expr, left, right));
    case "instanceof":
      if (left.k !== "unknown") return whole(instanceOf(run, left, right, expr.right) ?? values.computed(expr.site, [left]));
      return remembered(run, expr, at, left);
    case "in":
      return right.k === "object" ? whole(hasField(run, left, right, at.core) ?? values.computed(expr.site, [left, right])) : remembered(run, expr, at, right);
    case "&": {
      const masked = maskedStatus(run, expr, left, right) ?? maskedStatus(run, expr, right, left);
      if (masked) return whole(masked);
      const value = arithmetic(run, expr, left, right);
      if (value.k !== "unknown") return whole(value);
      const isNothing = [left, right].some((side) => side.k === "const" && side.value === 0);
      if (isNothing) return whole(values.const(0));
      if (isForeign(run, right) && left.k === "unknown" && left.opaque) return whole(values.opaque(expr.site));
      return remembered(run, expr, at, left, right).map((each) => (each.value.k === "const" ? { ...each, value: each.value === values.true ? someBits(run, expr, left, right) : values.const(0) } : each));
    }
    default:
      return whole(arithmetic(run, expr, left, right));
  }
}

/** What `flags & mask` is where it is not zero. */
function someBits(run: Run, expr: BinaryExpr, ...operands: readonly Value[]): Value {
  const { values } = run.shared;
  const bit = operands.find((operand) => operand.k === "const" && typeof operand.value === "number" && Number.isInteger(Math.log2(operand.value)));
  return bit ?? values.unknown(expr.site, TRUTHY);
}

function unsigned(run: Run, expr: BinaryExpr, status: Value): Value {
  const { values } = run.shared;
  if (status.k === "unknown") return status.call ? values.opaque(expr.site) : status;
  if (status.k !== "status" && status.k !== "result") return status;
  return status.ok ? values.const(0) : values.unknown(expr.site, TRUTHY);
}

// The highest bit, which every failing status has.
const SIGN = -(2 ** 31);

/** `status & 0x80000000`: of a failure the highest bit is set, a success is taken to be zero. */
function maskedStatus(run: Run, expr: BinaryExpr, status: Value, mask: Value): Value | undefined {
  if ((status.k !== "status" && status.k !== "result") || mask.k !== "const" || typeof mask.value !== "number") return undefined;
  const { values } = run.shared;
  if (status.ok) return status.k === "status" && status.name !== undefined && status.name !== "STATUS_SUCCESS" ? undefined : values.const(0);
  const bits = mask.value | 0;
  if ((bits & SIGN) === 0) return undefined;
  return bits === SIGN ? values.const(SIGN) : values.unknown(expr.site, TRUTHY);
}

function equal(run: Run, expr: BinaryExpr, left: Value, right: Value, at: At, frame: Frame): ValueAt[] {
  const { values } = run.shared;
  const isLoose = expr.op.length === 2;
  const wantsEqual = expr.op.startsWith("=");
  const answer = (same: boolean): Value => values.boolean(same === wantsEqual);
  const loosely = isLoose ? looseNull(left, right) : undefined;
  const known = loosely ?? equality(left, right);
  if (known !== undefined) return [{ ...at, value: answer(known) }];
  if (isSame(run, left, right)) return [{ ...at, value: answer(true) }];
  if (isElsewhere(run, expr.left, left) || isElsewhere(run, expr.right, right)) return [{ ...at, value: values.opaque(expr.site) }];
  // The unknown side, and what it is compared with.
  const isLeft = left.k === "unknown" && !(right.k === "unknown" && isForeign(run, left));
  const [tested, testedExpr, other] = isLeft ? [left, expr.left, right] : [right, expr.right, left];
  if (tested.k !== "unknown" || tested.opaque) return remembered(run, expr, at, left, right);
  const found: ValueAt = { ...at, value: tested };
  if (nullness(other) === true) {
    const yes = refine(run, testedExpr, found, values.unknown(tested.site, NULLISH, tested.call), frame);
    const no = refine(run, testedExpr, found, values.unknown(tested.site, tested.mask & ~NULLISH, tested.call), frame);
    return [
      { core: yes.core, trace: nullTrace(yes, tested, true), value: answer(true) },
      { core: no.core, trace: nullTrace(no, tested, false), value: answer(false) },
    ];
  }
  const status = other.k === "status" ? severity(other) : undefined;
  if (status === true) {
    return [true, false].map((ok) => ({ ...refineStatus(run, testedExpr, found, ok, frame), value: answer(ok) }));
  }
  if (status === false || (isForeign(run, other) && !isForeign(run, tested))) {
    const yes = refine(run, testedExpr, found, other, frame);
    return remembered(run, expr, at).map((each) => (truthiness(each.value) === wantsEqual ? { ...yes, value: each.value } : each));
  }
  if (other.k === "const") {
    const yes = refine(run, testedExpr, found, other, frame);
    const mask = typeof other.value === "boolean" ? (other.value ? FALSY | NULLISH : TRUTHY | NULLISH) : other.value === 0 ? TRUTHY | NULLISH : undefined;
    // Only booleans are compared with booleans, and numbers with 0: `flag === true` says of a flag what `flag` does.
    const no = mask !== undefined ? refine(run, testedExpr, found, values.unknown(tested.site, tested.mask & mask, tested.call), frame) : at;
    return remembered(run, expr, at).map((each) => (truthiness(each.value) === wantsEqual ? { ...yes, value: each.value } : { core: mergeCore(run, each.core, at.core, no.core), trace: each.trace, value: each.value }));
  }
  return remembered(run, expr, at);
}

/** Whether an expression names a constant of other code: asked again, it is answered alike. */
function isSpelled(run: Run, expr: Expr): boolean {
  let root = expr;
  while (root.k === "member") root = root.object;
  return root.k === "var" && run.shared.foreign.has(root.ref.id);
}

/** Whether no outcome of a test is a better guess than the other, though what is tested is known. */
export function isGuess(run: Run, expr: Expr, value: Value): boolean {
  return (value.k === "unknown" && value.opaque) || isElsewhere(run, expr, value);
}

/** A constant of other code that went through variables, or what code out of sight says of a status: there it is known which it is. */
function isElsewhere(run: Run, expr: Expr, value: Value): boolean {
  return value.k === "unknown" && (run.shared.aboutStatus.has(value.site) || (isForeign(run, value) && !isSpelled(run, expr)));
}

function mergeCore(run: Run, core: Core, before: Core, after: Core): Core {
  const changes: [number, Value | undefined][] = [];
  for (const [cell, value] of after.cells) if (before.cells.get(cell) !== value) changes.push([cell, value]);
  return run.shared.cores.with(core, changes);
}

function nullTrace(at: At, tested: Extract<Value, { k: "unknown" }>, isNull: boolean): At["trace"] {
  const { call } = tested;
  return call && call !== NOWHERE ? extend(at.trace, outcome(call, !isNull, { tested: true })) : at.trace;
}

function looseNull(left: Value, right: Value): boolean | undefined {
  const a = nullness(left);
  const b = nullness(right);
  if (a === undefined || b === undefined) return undefined;
  return a || b ? a === b : undefined;
}

function relation(run: Run, expr: BinaryExpr, left: Value, right: Value, at: At, frame: Frame): ValueAt[] {
  const { values } = run.shared;
  if (left.k === "const" && right.k === "const" && typeof left.value === typeof right.value) {
    return [{ ...at, value: values.boolean(related(expr.op, left.value ?? 0, right.value ?? 0)) }];
  }
  if ((left.k === "unknown" && left.opaque) || (right.k === "unknown" && right.opaque)) return remembered(run, expr, at, left, right);
  if (isSame(run, left, right)) return [{ ...at, value: values.boolean(expr.op.endsWith("=")) }];
  if (isElsewhere(run, expr.left, left) || isElsewhere(run, expr.right, right)) return [{ ...at, value: values.opaque(expr.site) }];
  const isZero = (value: Value): boolean => value.k === "const" && value.value === 0;
  const [status, statusExpr, op] = isZero(right) ? [left, expr.left, expr.op] : [right, expr.right, mirrored(expr.op)];
  if (!isZero(right) && !isZero(left)) {
    const told = toldBy(expr.op, left, right);
    return told === undefined ? remembered(run, expr, at, left, right) : [{ ...at, value: values.boolean(told) }];
  }
  // A failing status is negative; a success is taken to be zero.
  const answer = (ok: boolean): Value => values.boolean(ok ? op === ">=" || op === "<=" : op === "<" || op === "<=");
  const known = severity(status);
  if (known !== undefined && status.k !== "const") return [{ ...at, value: answer(known) }];
  if (expr.isCount === true && status.k === "unknown" && (op === ">" || op === "<=")) {
    const narrowed = (mask: number): At => refine(run, statusExpr, { ...at, value: status }, values.unknown(status.site, status.mask & mask, status.call), frame);
    const isSome = op === ">";
    const outcomes = [{ mask: TRUTHY, value: values.boolean(isSome) }, { mask: FALSY | NULLISH, value: values.boolean(!isSome) }];
    return outcomes.filter(({ mask }) => (status.mask & mask) !== 0).map(({ mask, value }) => ({ ...narrowed(mask), value }));
  }
  if (status.k !== "unknown" || !status.call) return remembered(run, expr, at);
  if (op === ">" || op === "<=") {
    // What the user's own code gives can be any number: more than zero is no failure, and nothing else is told.
    const above = { ...refineStatus(run, statusExpr, { ...at, value: status }, true, frame), value: values.boolean(op === ">") };
    return [above, { ...at, value: values.boolean(op !== ">") }];
  }
  return [true, false].map((ok) => ({ ...refineStatus(run, statusExpr, { ...at, value: status }, ok, frame), value: answer(ok) }));
}

// The largest and the least of the numbers that say failure.
const FAILURES: readonly [number, number] = [-1, -(2 ** 31)];

/** What a known outcome says of a comparison with a number: a failure is negative, a success is taken to be zero. */
function toldBy(op: string, left: Value, right: Value): boolean | undefined {
  if (right.k !== "const") return left.k === "const" && (right.k === "status" || right.k === "result") ? toldBy(mirrored(op), right, left) : undefined;
  const number = right.value;
  if ((left.k !== "status" && left.k !== "result") || typeof number !== "number") return undefined;
  const answers = (left.ok ? [0] : FAILURES).map((value) => related(op, value, number));
  return answers.every((answer) => answer === answers[0]) ? answers[0] : undefined;
}

function mirrored(op: string): string {
  return op.startsWith("<") ? op.replace("<", ">") : op.replace(">", "<");
}

function related(op: string, left: number | string | bigint | boolean, right: number | string | bigint | boolean): boolean {
  if (op === "<") return left < right;
  if (op === "<=") return left <= right;
  return op === ">" ? left > right : left >= right;
}

/** A condition of which nothing is known: its outcome is remembered, if it can matter to the resource. */
function remembered(run: Run, expr: BinaryExpr, at: At, ...operands: readonly Value[]): ValueAt[] {
  const { values, cores } = run.shared;
  const { key } = expr;
  if (operands.some((operand) => operand.k === "unknown" && operand.opaque)) return [{ ...at, value: values.computed(expr.site, operands) }];
  if (!key?.reads.some((node) => run.keeps(node))) return [{ ...at, value: values.unknown(expr.site) }];
  const isOpposite = expr.isOpposite === true;
  const known = at.core.cells.get(key.cell);
  if (known) return [{ ...at, value: isOpposite ? values.boolean(known === values.false) : known }];
  return [true, false].map((outcome) => ({
    core: cores.set(at.core, key.cell, values.boolean(outcome !== isOpposite)),
    trace: extend(at.trace, step(`\`${expr.text}\` is ${String(outcome)}`, expr.line)),
    value: values.boolean(outcome),
  }));
}

function arithmetic(run: Run, expr: BinaryExpr, left: Value, right: Value): Value {
  const { values } = run.shared;
  const isCombined = [[left, right] as const, [right, left] as const].some(([one, other]) => isForeign(run, one) && (other.k === "const" || (other.k === "unknown" && other.opaque)));
  // `state | OPENED`: a question about it is no better guessed than others.
  if (isCombined && expr.op !== "&") return values.opaque(expr.site);
  if (left.k !== "const" || right.k !== "const") return values.computed(expr.site, [left, right]);
  const [a, b] = [left, right].map(({ value }) => (typeof value === "boolean" ? Number(value) : value));
  if (expr.op === "+" && (typeof a === "string" || typeof b === "string")) return values.const(String(a) + String(b));
  if (typeof a !== "number" || typeof b !== "number") return values.computed(expr.site, [left, right]);
  switch (expr.op) {
    case "+":
      return values.const(a + b);
    case "-":
      return values.const(a - b);
    case "*":
      return values.const(a * b);
    case "/":
      return values.const(a / b);
    case "%":
      return values.const(a % b);
    case "**":
      return values.const(a ** b);
    case "|":
      return values.const(a | b);
    case "&":
      return values.const(a & b);
    case "^":
      return values.const(a ^ b);
    case "<<":
      return values.const(a << b);
    case ">>":
      return values.const(a >> b);
    case ">>>":
      return values.const(a >>> b);
    default:
      return values.computed(expr.site, [left, right]);
  }
}

// Errors that the language throws, not the API.
const OTHER_ERRORS: ReadonlySet<string> = new Set(["AggregateError", "EvalError", "RangeError", "ReferenceError", "SuppressedError", "SyntaxError", "TypeError", "URIError"]);

/** `value instanceof Class`, for the classes of this file, and for what a failing call throws. */
function instanceOf(run: Run, value: Value, type: Value, spelled: Expr): Value | undefined {
  const { values } = run.shared;
  if (value.k === "result" && type.k === "class") return values.false;
  if (value.k === "result" && spelled.k === "var" && spelled.ref.imported === "external") return values.boolean(!OTHER_ERRORS.has(spelled.ref.name));
  if (value.k === "const" || value.k === "status") return values.false;
  const made = value.k === "object" ? values.objectInfo(value.object) : undefined;
  const error = made && errorBelow(made);
  if (type.k === "class" && made?.info) return values.boolean(upwards(made.info).includes(type.info));
  if (error === undefined) return undefined;
  if (type.k === "class") return values.false;
  const asked = languageError(spelled);
  return asked === undefined ? undefined : values.boolean(asked === "Error" || asked === error);
}

/** Of an object that is an error: the class of the language that it is one of, or that its class extends. */
function errorBelow({ info, type }: ObjectInfo): string | undefined {
  if (!info) return type !== undefined && isError(type) ? type : undefined;
  const root = upwards(info).at(-1)?.superclass;
  return root && languageError(root);
}

function languageError(spelled: Expr): string | undefined {
  return spelled.k === "var" && spelled.ref.imported === "external" && isError(spelled.ref.name) ? spelled.ref.name : undefined;
}

function isError(name: string): boolean {
  return name === "Error" || OTHER_ERRORS.has(name);
}

/** `name in object`, where the object shows it. */
function hasField(run: Run, name: Value, object: Value, core: Core): Value | undefined {
  if (name.k !== "const") return undefined;
  const held = readField(run, object, String(name.value), core);
  return held.k === "unknown" ? undefined : run.shared.values.boolean(held !== run.shared.values.undefined);
}

/**
 * What a test has told of a value: wherever the same unknown value is held, it is now the narrower one;
 * and so is the place it was read from.
 */
export function refine(run: Run, expr: Expr | undefined, at: ValueAt, narrower: Value, frame: Frame): At {
  const { cores } = run.shared;
  const core = cores.with(at.core, cores.holders(at.core, at.value).map((cell): [number, Value] => [cell, narrower]));
  return { trace: at.trace, core: expr ? refinePlace(run, expr, at.value, narrower, { core, trace: at.trace }, frame) : core };
}

/** What code out of sight answered, once something is told of a field of it. */
function answer(run: Run, expr: Expr, at: At, frame: Frame): ValueAt | undefined {
  if (expr.k !== "var" && expr.k !== "member") return undefined;
  const [found, ...others] = evaluate(run, expr, at, frame);
  return found && others.length === 0 && answerObject(run, found.value) !== undefined ? found : undefined;
}

function refinePlace(run: Run, expr: Expr, old: Value, narrower: Value, at: At, frame: Frame): Core {
  const { core } = at;
  if (!isPlain(old)) return core;
  switch (expr.k) {
    case "var":
      // Writing would forget the outcomes of other tests of it: they stay true.
      return run.keeps(expr.ref.id) && !core.cells.has(expr.ref.id) ? run.shared.cores.set(core, expr.ref.id, narrower) : core;
    case "assign": {
      const { pattern } = expr;
      if (pattern.k !== "target" || pattern.target.k !== "var") return core;
      return readVariable(run, pattern.target.ref, core) === old ? writeVariable(run, pattern.target.ref, narrower, core) : core;
    }
    case "member": {
      if (expr.name === undefined || !run.keeps(expr.field)) return core;
      const base = materialise(run, expr.object, at, frame.path) ?? answer(run, expr.object, at, frame);
      const object = base && objectOf(run, base.value);
      if (!base || object === undefined) return core;
      return writeField(run, base.value, expr.name, narrower, base.core);
    }
    default:
      return core;
  }
}
