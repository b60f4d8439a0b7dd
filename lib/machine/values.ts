/** Abstract values, interned so that equal ones are identical. */
import type { CallMeaning } from "../api/vocabulary.ts";
import type { CallSite, ClassInfo, FunctionInfo, Scalar } from "./regions.ts";

/** What is still possible for a value that is not known. */
export const NULLISH = 1;
/** false, 0, "" and NaN. */
export const FALSY = 2;
export const TRUTHY = 4;
export const ANYTHING = NULLISH | FALSY | TRUTHY;

interface ValueKinds {
  const: { readonly value: Scalar };
  /** An NTSTATUS of which only the severity is known; `name` where it is one constant. */
  status: { readonly ok: boolean; readonly name: string | undefined };
  /** The answer of a catalogue call: a status, or an object with status, ok and the handle. */
  result: { readonly ok: boolean; readonly handle: Value };
  /** Not known. `site` tells apart where it came from; `call`, whose answer it is, if it may be a status. */
  /** `opaque`: computed from what is known, by an operation that is not modelled. */
  unknown: { readonly site: number; readonly mask: number; readonly call: CallSite | undefined; readonly opaque: boolean };
  /** The handle of the resource that the run tracks. */
  tracked: { readonly object: number };
  /** Some other handle, by the site that acquired it. */
  handle: { readonly object: number };
  /** The WDFDRIVER. */
  driver: object;
  /** An object made here, or one whose fields are kept. */
  object: { readonly object: number };
  fn: { readonly fn: FunctionInfo; readonly self: Value | undefined; readonly bound: readonly Value[]; readonly captured: readonly (readonly [number, Value])[] };
  class: { readonly info: ClassInfo };
  api: { readonly meaning: CallMeaning; readonly bound: readonly Value[] };
  /** Bookkeeping: a place in the code. */
  mark: { readonly n: number };
}

export type Value = { [K in keyof ValueKinds]: { readonly k: K; readonly id: number } & ValueKinds[K] }[keyof ValueKinds];

/** Where objects are numbered: by the site that makes them and the calls that led there. */
export interface ObjectInfo {
  readonly id: number;
  readonly site: number;
  /** The class it is an instance of. */
  readonly info: ClassInfo | undefined;
  /** Type name of its annotation. */
  readonly type: string | undefined;
  /** Belongs to code that is not followed. */
  readonly isForeign: boolean;
  readonly isArray: boolean;
  /** Nothing is known of the variable or field but that it was used as an object. */
  readonly isGuess?: boolean;
}

/** Makes values; equal ones are the same object. */
export class Values {
  readonly #byKey = new Map<string, Value>();
  readonly #byId: Value[] = [];
  readonly #objects = new Map<string, ObjectInfo>();
  readonly #objectsBySite = new Map<number, number[]>();
  readonly #objectsById: ObjectInfo[] = [];

  readonly null = this.const(null);
  readonly undefined = this.const(undefined);
  readonly true = this.const(true);
  readonly false = this.const(false);

  #intern(key: string, make: (id: number) => Value): Value {
    const known = this.#byKey.get(key);
    if (known) return known;
    const made = make(this.#byKey.size + 1);
    this.#byKey.set(key, made);
    this.#byId.push(made);
    return made;
  }

  /** The value with this number. */
  withId(id: number): Value | undefined {
    return this.#byId[id - 1];
  }

  const(value: Scalar): Value {
    return this.#intern(`c${typeof value}:${String(value)}`, (id) => ({ k: "const", id, value }));
  }

  boolean(value: boolean): Value {
    return value ? this.true : this.false;
  }

  status(ok: boolean, name?: string): Value {
    return this.#intern(`s${String(ok)}:${name ?? ""}`, (id) => ({ k: "status", id, ok, name }));
  }

  result(ok: boolean, handle: Value): Value {
    return this.#intern(`r${String(ok)}:${String(handle.id)}`, (id) => ({ k: "result", id, ok, handle }));
  }

  unknown(site: number, mask = ANYTHING, call?: CallSite): Value {
    return this.#intern(`u${String(site)}:${String(mask)}:${String(call?.id ?? "")}`, (id) => ({ k: "unknown", id, site, mask, call, opaque: false }));
  }

  /** What an operation that is not modelled makes of these operands: a guess at it would be no better than another. */
  computed(site: number, operands: readonly Value[]): Value {
    const isKnown = operands.length > 0 && operands.every((operand) => operand.k !== "unknown" || operand.opaque);
    if (!isKnown) return this.unknown(site);
    return this.opaque(site);
  }

  /** What a part of the language gives that is not followed: not a guess at either outcome. */
  opaque(site: number): Value {
    return this.#intern(`q${String(site)}`, (id) => ({ k: "unknown", id, site, mask: ANYTHING, call: undefined, opaque: true }));
  }

  tracked(object: number): Value {
    return this.#intern(`t${String(object)}`, (id) => ({ k: "tracked", id, object }));
  }

  handle(object: number): Value {
    return this.#intern(`h${String(object)}`, (id) => ({ k: "handle", id, object }));
  }

  driver(): Value {
    return this.#intern("d", (id) => ({ k: "driver", id }));
  }

  object(object: number): Value {
    return this.#intern(`o${String(object)}`, (id) => ({ k: "object", id, object }));
  }

  fn(fn: FunctionInfo, self?: Value, bound: readonly Value[] = [], captured: readonly (readonly [number, Value])[] = []): Value {
    const key = `f${String(fn.id)}:${String(self?.id ?? "")}:${bound.map((value) => value.id).join()}:${captured.map(([cell, value]) => `${String(cell)}=${String(value.id)}`).join()}`;
    return this.#intern(key, (id) => ({ k: "fn", id, fn, self, bound, captured }));
  }

  class(info: ClassInfo): Value {
    return this.#intern(`k${String(info.id)}`, (id) => ({ k: "class", id, info }));
  }

  api(meaning: CallMeaning, bound: readonly Value[] = []): Value {
    return this.#intern(`a${meaning.name}:${bound.map((value) => value.id).join()}`, (id) => ({ k: "api", id, meaning, bound }));
  }

  mark(n: number): Value {
    return this.#intern(`m${String(n)}`, (id) => ({ k: "mark", id, n }));
  }

  /** The number of the object that a site makes when reached through these calls. */
  objectOf(key: string, info: Omit<ObjectInfo, "id">): number {
    const known = this.#objects.get(key);
    if (known) return known.id;
    const made: ObjectInfo = { ...info, id: this.#objectsById.length + 1 };
    this.#objects.set(key, made);
    this.#objectsById.push(made);
    const list = this.#objectsBySite.get(info.site);
    if (list) list.push(made.id);
    else this.#objectsBySite.set(info.site, [made.id]);
    return made.id;
  }

  /** The objects that a site makes; of 0, those that no site does. */
  objectsOf(site: number): readonly number[] {
    return this.#objectsBySite.get(site) ?? [];
  }

  objectInfo(object: number): ObjectInfo | undefined {
    return this.#objectsById[object - 1];
  }
}

/** Whether a value is true in a condition; undefined where both can be. */
export function truthiness(value: Value): boolean | undefined {
  switch (value.k) {
    case "const":
      return Boolean(value.value);
    case "status":
      // Success is 0 for every call of the catalogue; other successes are not.
      return value.ok ? (value.name === "STATUS_SUCCESS" || value.name === undefined ? false : true) : true;
    case "result":
      return !value.ok;
    case "unknown":
      if ((value.mask & TRUTHY) === 0) return false;
      return value.mask === TRUTHY ? true : undefined;
    default:
      return true;
  }
}

/** Whether a value is null or undefined. */
export function nullness(value: Value): boolean | undefined {
  switch (value.k) {
    case "const":
      return value.value === null || value.value === undefined;
    case "unknown":
      if ((value.mask & NULLISH) === 0) return false;
      return value.mask === NULLISH ? true : undefined;
    default:
      return false;
  }
}

/** Whether a value, read as an NTSTATUS, is a success; undefined where that is not known. */
export function severity(value: Value): boolean | undefined {
  switch (value.k) {
    case "status":
    case "result":
      return value.ok;
    case "const":
      return typeof value.value === "number" ? (value.value | 0) >= 0 : undefined;
    default:
      return undefined;
  }
}

/** Whether two values are equal (`===`); undefined where that is not known. */
export function equality(left: Value, right: Value): boolean | undefined {
  if (left.k === "unknown" || right.k === "unknown") return unknownEquality(left, right);
  const a = severity(left);
  const b = severity(right);
  if (isStatus(left) || isStatus(right)) {
    if (a === undefined || b === undefined) return false;
    if (a !== b) return false;
    return a ? sameSuccess(left, right) : sameFailure(left, right);
  }
  return left.id === right.id;
}

function unknownEquality(left: Value, right: Value): boolean | undefined {
  const a = nullness(left);
  const b = nullness(right);
  if (a !== undefined && b !== undefined && a !== b) return false;
  const x = truthiness(left);
  const y = truthiness(right);
  return x !== undefined && y !== undefined && x !== y ? false : undefined;
}

function isStatus(value: Value): boolean {
  return value.k === "status" || value.k === "result";
}

function statusName(value: Value): string | undefined {
  return value.k === "status" ? value.name : undefined;
}

// A catalogue call that succeeds answers STATUS_SUCCESS.
function sameSuccess(left: Value, right: Value): boolean | undefined {
  const name = (value: Value): string | undefined =>
    value.k === "const" ? (value.value === 0 ? "STATUS_SUCCESS" : undefined) : (statusName(value) ?? "STATUS_SUCCESS");
  const a = name(left);
  const b = name(right);
  return a === undefined || b === undefined ? undefined : a === b;
}

function sameFailure(left: Value, right: Value): boolean | undefined {
  const a = statusName(left);
  const b = statusName(right);
  if (a !== undefined && b !== undefined) return a === b;
  return left.k === "const" && right.k === "const" ? left.value === right.value : undefined;
}
