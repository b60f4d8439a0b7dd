/** What a driver is made of before it is text: small records that fast-check draws, and shrinks towards nothing. */
import fc from "fast-check";
import { KINDS, ROWS } from "./rows.ts";

/** Where a handle lives. "published": in a local until the acquisition is known to have succeeded. */
export const STORAGES = ["global", "property", "local", "published", "box"] as const;
export type Storage = (typeof STORAGES)[number];

/** How a release asks whether the resource is held. */
export const GUARDS = ["null", "truthy", "loose", "flag", "early-out", "and"] as const;
export type Guard = (typeof GUARDS)[number];

/** How the outcome of a fallible call is looked at. */
export const CHECKS = [
  "return",
  "const",
  "inline",
  "failed-variable",
  "flag",
  "ok-variable",
  "sign",
  "compare",
  "error",
  "nested",
  "chain",
  "copy",
  "ternary",
  "switch",
  "helper",
  "ignored",
] as const;
export type Check = (typeof CHECKS)[number];

/** How a function leaves when a step has failed. */
export const SHAPES = ["plain", "labelled", "do-once", "finally", "ok-flag", "catch", "stack", "using"] as const;
export type Shape = (typeof SHAPES)[number];

export const CONDITIONS = ["call", "not", "variable", "and", "or", "pointer", "coalesce", "chain"] as const;
export type Condition = (typeof CONDITIONS)[number];

export const LOOPS = ["for-literal", "retry", "while-more", "do-more", "for-of", "for-ever"] as const;
export type Loop = (typeof LOOPS)[number];

/** How a handle is given to a function that nobody can see into. */
export const HANDINGS = ["itself", "object", "closure", "box"] as const;
export type Handing = (typeof HANDINGS)[number];

export interface ResourcePlan {
  readonly row: number;
  readonly storage: Storage;
  readonly guard: Guard;
  /** Which callback releases it in a KMDF driver that has both. */
  readonly where: "cleanup" | "unload" | "both";
  /** Acquired by a local function of its own; released by one. */
  readonly acquireBy: "call" | "helper" | "alias";
  readonly releaseBy: "call" | "helper";
}

export type Work = "status" | "pointer" | "boolean" | "register" | "print" | "borrow";

export type Step =
  | { readonly do: "acquire"; readonly check: Check }
  | { readonly do: "work"; readonly what: Work; readonly check: Check }
  | { readonly do: "release"; readonly pick: number }
  | { readonly do: "hand"; readonly how: Handing; readonly to: "void" | "status"; readonly check: Check; readonly isKept: boolean; readonly pick: number }
  | { readonly do: "fail"; readonly condition: Condition }
  | { readonly do: "succeed"; readonly condition: Condition }
  | { readonly do: "leave"; readonly condition: Condition }
  | { readonly do: "if"; readonly condition: Condition; readonly then: readonly Step[]; readonly otherwise: readonly Step[] | null }
  | { readonly do: "switch"; readonly cases: readonly (readonly Step[])[]; readonly fallsThrough: boolean }
  | { readonly do: "loop"; readonly form: Loop; readonly body: readonly Step[] }
  | { readonly do: "block"; readonly form: "labelled" | "do-once"; readonly body: readonly Step[] }
  | { readonly do: "try"; readonly form: "catch" | "finally" | "both"; readonly throws: Condition | null; readonly body: readonly Step[]; readonly handler: readonly Step[] }
  | { readonly do: "helper"; readonly shape: Shape; readonly check: Check; readonly body: readonly Step[] };

/** In what state the attributes reach the creation. */
export const ATTRIBUTES = [
  "set",
  "null",
  "unset",
  "before-init",
  "after-create",
  "not-passed",
  "returned",
  "literal",
  "assigned",
  "built",
  "conditional",
] as const;
export type Attributes = (typeof ATTRIBUTES)[number];

/** How a callback is given. */
export const CALLBACKS = ["function", "arrow", "literal", "bound", "wrapped", "method"] as const;
export type CallbackForm = (typeof CALLBACKS)[number];

export const ENTRIES = ["function", "export", "arrow", "method", "class", "property", "satisfies", "helper-named"] as const;
export type EntryForm = (typeof ENTRIES)[number];

export const MODELS = ["wdm", "nonpnp", "pnp"] as const;
export const DIALECTS = ["status", "result", "throw"] as const;
export const IMPORTS = ["ambient", "named", "namespace", "renamed"] as const;
export const CREATIONS = ["call", "helper", "branch"] as const;
export const CONFIGS = ["set", "returned", "before-init", "after-create", "no-unload"] as const;
/** A further field that is lost, or not. */
export const EXTRAS = ["none", "tag", "tag-late", "level", "level-early", "context", "context-late"] as const;

export interface DriverPlan {
  readonly model: (typeof MODELS)[number];
  readonly entry: EntryForm;
  readonly dialect: (typeof DIALECTS)[number];
  readonly isAsync: boolean;
  readonly imports: (typeof IMPORTS)[number];
  readonly shape: Shape;
  readonly resources: readonly ResourcePlan[];
  /** Before the driver object is created (WDM: simply first). */
  readonly early: readonly Step[];
  readonly body: readonly Step[];
  readonly creation: { readonly check: Check; readonly by: (typeof CREATIONS)[number]; readonly attributes: Attributes };
  readonly extra: (typeof EXTRAS)[number];
  readonly config: (typeof CONFIGS)[number];
  readonly unload: { readonly form: CallbackForm; readonly placed: "first" | "last" | "missing" };
  readonly cleanup: CallbackForm;
  /** Releases that are left out, by number as they are written. */
  readonly omit: readonly number[];
  /** Failing exits return the status of what failed, or one and the same. */
  readonly returns: "status" | "constant";
  /** Failing exits call the unload routine instead of releasing themselves. */
  readonly failsByUnload: boolean;
  /** Failing exits release also what the cleanup callback would. */
  readonly releasesTwice: boolean;
}

const pick = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
const nat = (max: number): fc.Arbitrary<number> => fc.nat({ max });

/** Kinds of which there should be more than one part: what drivers hold most, and what not every driver can hold. */
const WEIGHTS: Readonly<Partial<Record<string, number>>> = { pool: 4, "pool-quota": 4, wpp: 4, "wdf-object": 3, "wdf-registry-key": 2, "wdf-device-init": 4, "interrupt-ex": 2 };

const resource: fc.Arbitrary<ResourcePlan> = fc.record({
  row: fc.oneof(...KINDS.map((kind) => ({ weight: WEIGHTS[kind] ?? 1, arbitrary: pick(...ROWS.flatMap((row, index) => (row.kind === kind ? (row.succeeds === "throws" ? [index, index] : [index]) : []))) }))),
  storage: pick(...STORAGES),
  guard: pick(...GUARDS),
  where: pick("cleanup", "cleanup", "cleanup", "unload", "both"),
  acquireBy: pick("call", "call", "call", "call", "helper", "alias"),
  releaseBy: pick("call", "call", "call", "helper"),
});

const check: fc.Arbitrary<Check> = pick<Check>(...CHECKS.filter((form) => form !== "ignored"), "return", "return", "return", "ignored");
const condition = pick(...CONDITIONS);
const shape: fc.Arbitrary<Shape> = pick<Shape>("plain", "plain", "plain", ...SHAPES);

/** Steps to a depth: blocks hold shallower steps. */
function steps(depth: number, maxLength: number): fc.Arbitrary<readonly Step[]> {
  return fc.array(step(depth), { maxLength, size: "max" });
}

function step(depth: number): fc.Arbitrary<Step> {
  const simple: fc.WeightedArbitrary<Step>[] = [
    { weight: 24, arbitrary: fc.record({ do: fc.constant("acquire" as const), check }) },
    { weight: 7, arbitrary: fc.record({ do: fc.constant("work" as const), what: pick<Work>("status", "status", "pointer", "boolean", "register", "print", "borrow"), check }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("release" as const), pick: nat(3) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("hand" as const), how: pick(...HANDINGS, "box" as const), to: pick("void" as const, "status" as const), check, isKept: fc.boolean(), pick: nat(3) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("fail" as const), condition }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("succeed" as const), condition }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("leave" as const), condition }) },
  ];
  if (depth === 0) return fc.oneof(...simple);
  const inner = steps(depth - 1, 3);
  return fc.oneof(
    { withCrossShrink: true },
    ...simple,
    { weight: 3, arbitrary: fc.record({ do: fc.constant("if" as const), condition, then: inner, otherwise: fc.option(inner) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("switch" as const), cases: fc.array(inner, { minLength: 1, maxLength: 3 }), fallsThrough: fc.boolean() }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("loop" as const), form: pick(...LOOPS), body: inner }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("block" as const), form: pick("labelled" as const, "do-once" as const), body: inner }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("try" as const), form: pick("catch" as const, "finally" as const, "both" as const), throws: fc.option(condition), body: inner, handler: steps(0, 1) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("helper" as const), shape, check, body: inner }) },
  );
}

/** Every driver the grammar knows. */
export const driverPlan: fc.Arbitrary<DriverPlan> = fc.record({
  model: pick("wdm", "wdm", "nonpnp", "nonpnp", "pnp"),
  entry: pick("export", "export", "function", ...ENTRIES),
  dialect: pick("status", "status", "status", "result", "throw"),
  isAsync: pick(false, false, false, false, false, true),
  imports: pick("ambient", "ambient", "named", "namespace", "renamed"),
  shape,
  resources: fc.array(resource, { minLength: 3, maxLength: 5, size: "max" }),
  early: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 2, arbitrary: steps(1, 2) }),
  body: fc.tuple(fc.record({ do: fc.constant("acquire" as const), check }), steps(2, 5)).map(([first, others]) => [first, ...others]),
  creation: fc.record({ check, by: pick("call", "call", "call", "call", "helper", "branch"), attributes: pick("set", "set", "set", "set", ...ATTRIBUTES) }),
  config: pick("set", "set", "set", "set", "returned", "before-init", "after-create", "no-unload"),
  extra: pick("none", "none", "none", "none", "tag", "tag-late", "level", "level-early", "context", "context-late"),
  unload: fc.record({ form: pick("function", "function", ...CALLBACKS), placed: pick("first", "first", "first", "last", "missing") }),
  cleanup: pick("function", "function", ...CALLBACKS),
  omit: fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: 4, arbitrary: fc.array(nat(5), { minLength: 1, maxLength: 3 }) }),
  returns: pick("status", "status", "status", "constant"),
  failsByUnload: pick(true, true, false),
  releasesTwice: pick(false, false, true),
});
