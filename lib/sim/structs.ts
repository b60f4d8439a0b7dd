/** The structs a driver fills for the framework, their INIT calls, and the ledger of fields that never arrived. */
import { kernelIfAny } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";
import type { CallSite, LostField, LostReason } from "./records.ts";
import type { NTSTATUS } from "./status.ts";
import type { WDF_NO_CONTEXT, WDF_NO_EVENT_CALLBACK, WDFDEVICE_INIT, WDFDRIVER, WDFOBJECT } from "./values.ts";

/** A function type that also takes functions of narrower parameters, as C's callbacks are cast. */
type Callback<Parameter, Result> = { bivariant(parameter: Parameter): Result }["bivariant"];

/** EvtCleanupCallback and EvtDestroyCallback. */
export type EVT_WDF_OBJECT_CONTEXT_CALLBACK = Callback<WDFOBJECT, void | PromiseLike<void>>;
export type EVT_WDF_OBJECT_CONTEXT_CLEANUP = EVT_WDF_OBJECT_CONTEXT_CALLBACK;
export type EVT_WDF_OBJECT_CONTEXT_DESTROY = EVT_WDF_OBJECT_CONTEXT_CALLBACK;
export type EVT_WDF_DRIVER_UNLOAD = (Driver: WDFDRIVER) => void | PromiseLike<void>;
export type EVT_WDF_DRIVER_DEVICE_ADD = (
  Driver: WDFDRIVER,
  DeviceInit: WDFDEVICE_INIT,
) => NTSTATUS | PromiseLike<NTSTATUS>;

/** A context is an object of a class that needs no arguments. */
export type ContextType<T extends object = object> = new () => T;

declare const struct: unique symbol;

const ATTRIBUTES_SIZE = 56;
const CONFIG_SIZE = 32;

/** What a framework object is created with. Not initialised until WDF_OBJECT_ATTRIBUTES_INIT. */
export class WDF_OBJECT_ATTRIBUTES {
  /** Tells the structs apart; never there. */
  declare readonly [struct]?: "attributes";
  Size?: number = 0;
  EvtCleanupCallback?: EVT_WDF_OBJECT_CONTEXT_CALLBACK | WDF_NO_EVENT_CALLBACK | null = null;
  EvtDestroyCallback?: EVT_WDF_OBJECT_CONTEXT_CALLBACK | WDF_NO_EVENT_CALLBACK | null = null;
  ExecutionLevel?: number = 0;
  SynchronizationScope?: number = 0;
  ParentObject?: WDFOBJECT | null = null;
  ContextSizeOverride?: number = 0;
  ContextTypeInfo?: ContextType | null = null;
  constructor() {
    kernelIfAny()?.structs.meet(this, "attributes");
  }
}

/** What the driver object is created with. Not initialised until WDF_DRIVER_CONFIG_INIT. */
export class WDF_DRIVER_CONFIG {
  /** Tells the structs apart; never there. */
  declare readonly [struct]?: "config";
  Size?: number = 0;
  EvtDriverDeviceAdd?: EVT_WDF_DRIVER_DEVICE_ADD | WDF_NO_EVENT_CALLBACK | null = null;
  EvtDriverUnload?: EVT_WDF_DRIVER_UNLOAD | WDF_NO_EVENT_CALLBACK | null = null;
  DriverInitFlags?: number = 0;
  DriverPoolTag?: string | number = 0;
  constructor() {
    kernelIfAny()?.structs.meet(this, "config");
  }
}

export const WdfDriverInitNonPnpDriver = 0x1;
export const WdfDriverInitNoDispatchOverride = 0x2;
export const WdfExecutionLevelInheritFromParent = 0x1;
export const WdfExecutionLevelPassive = 0x2;
export const WdfExecutionLevelDispatch = 0x3;
export const WdfSynchronizationScopeInheritFromParent = 0x1;
export const WdfSynchronizationScopeDevice = 0x2;
export const WdfSynchronizationScopeQueue = 0x3;
export const WdfSynchronizationScopeNone = 0x4;

const attributeFields = [
  "EvtCleanupCallback",
  "EvtDestroyCallback",
  "ExecutionLevel",
  "SynchronizationScope",
  "ParentObject",
  "ContextSizeOverride",
  "ContextTypeInfo",
] as const;
const configFields = ["EvtDriverDeviceAdd", "EvtDriverUnload", "DriverInitFlags", "DriverPoolTag"] as const;

type StructKind = "attributes" | "config";
type Fields = Readonly<Record<string, unknown>>;

const defaults: Fields = {
  ExecutionLevel: WdfExecutionLevelInheritFromParent,
  SynchronizationScope: WdfSynchronizationScopeInheritFromParent,
};

/** Clears the attributes and marks them initialised (fact 9). Without an argument it makes new ones. */
export function WDF_OBJECT_ATTRIBUTES_INIT(attributes?: WDF_OBJECT_ATTRIBUTES): WDF_OBJECT_ATTRIBUTES {
  return initialise(attributes ?? new WDF_OBJECT_ATTRIBUTES(), "attributes", "WDF_OBJECT_ATTRIBUTES_INIT");
}

/** As WDF_OBJECT_ATTRIBUTES_INIT, and sets the context type: it clears, too. */
export function WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(
  attributes: WDF_OBJECT_ATTRIBUTES,
  type: ContextType | WDF_NO_CONTEXT | null,
): WDF_OBJECT_ATTRIBUTES {
  initialise(attributes, "attributes", "WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE");
  attributes.ContextTypeInfo = type as ContextType | null;
  return attributes;
}

/** Sets the context type and nothing else. */
export function WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE(
  attributes: WDF_OBJECT_ATTRIBUTES,
  type: ContextType | WDF_NO_CONTEXT | null,
): void {
  attributes.ContextTypeInfo = type as ContextType | null;
}

type DeviceAdd = EVT_WDF_DRIVER_DEVICE_ADD | WDF_NO_EVENT_CALLBACK | null;

/** Clears the config, sets EvtDriverDeviceAdd and marks it initialised; without a config it makes a new one. */
export function WDF_DRIVER_CONFIG_INIT(config: WDF_DRIVER_CONFIG, add: DeviceAdd): WDF_DRIVER_CONFIG;
export function WDF_DRIVER_CONFIG_INIT(add: DeviceAdd): WDF_DRIVER_CONFIG;
export function WDF_DRIVER_CONFIG_INIT(first: WDF_DRIVER_CONFIG | DeviceAdd, add?: DeviceAdd): WDF_DRIVER_CONFIG {
  const inPlace = typeof first === "object" && first !== null;
  const config = inPlace ? (first as WDF_DRIVER_CONFIG) : new WDF_DRIVER_CONFIG();
  initialise(config, "config", "WDF_DRIVER_CONFIG_INIT");
  config.EvtDriverDeviceAdd = inPlace ? (add ?? null) : first;
  return config;
}

function initialise<T extends object>(struct: T, kind: StructKind, call: string): T {
  const kernel = kernelIfAny();
  const site = kernel?.begin(call) ?? null;
  if (typeof struct !== "object" || struct === null) {
    if (kernel === null || site === null) throw new TypeError(`${call} wants the struct it is to clear`);
    return kernel.stop("refused-call", `${call} was given no struct`, site);
  }
  if (kernel !== null && site !== null) kernel.structs.clear(struct, kind, site);
  for (const field of fieldsOf(kind)) {
    const empty =
      field === "DriverInitFlags" || field === "DriverPoolTag" || field === "ContextSizeOverride" ? 0 : null;
    Reflect.set(struct, field, kind === "attributes" ? (defaults[field] ?? empty) : empty);
  }
  Reflect.set(struct, "Size", kind === "attributes" ? ATTRIBUTES_SIZE : CONFIG_SIZE);
  return struct;
}

/**
 * Whether a call may take the struct: its INIT marked it, or it is a literal with fields of its own. `{} as …` that was
 * filled field by field cannot be told from such a literal.
 */
export function isInitialised(struct: object): boolean {
  const size: unknown = Reflect.get(struct, "Size");
  if (size !== undefined) return typeof size === "number" && size > 0;
  return Object.keys(struct).length > 0;
}

function fieldsOf(kind: StructKind): readonly string[] {
  return kind === "attributes" ? attributeFields : configFields;
}

function isEmpty(value: unknown, field: string): boolean {
  return value === null || value === undefined || value === 0 || value === defaults[field];
}

interface Known {
  readonly kind: StructKind;
  readonly number: number;
  /** The fields as they were last passed to a call, null before. */
  passed: Fields | null;
  /** Given to code that cannot be seen. */
  isForgotten: boolean;
}

/** Watches the structs of one run: which fields were wiped, set too late, or never passed (facts 9, 19). */
export class StructLedger {
  readonly #kernel: Kernel;
  readonly #known = new Map<object, Known>();
  /** The first call that was given null where attributes could have stood. */
  #withoutAttributes: CallSite | null = null;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Numbers a struct the first time it is seen. */
  meet(struct: object, kind: StructKind): Known {
    const known = this.#known.get(struct);
    if (known !== undefined) return known;
    let number = 1;
    for (const other of this.#known.values()) if (other.kind === kind) number += 1;
    const made: Known = { kind, number, passed: null, isForgotten: false };
    this.#known.set(struct, made);
    return made;
  }

  /** An INIT is about to clear the struct. */
  clear(struct: object, kind: StructKind, site: CallSite): void {
    const known = this.meet(struct, kind);
    this.#compare(struct, known, "wiped-by-init", site);
    known.passed = null;
  }

  /** A call takes the struct's values. A copy (a spread, say) passes what it was copied from. */
  pass(struct: object, kind: StructKind): void {
    const isNew = !this.#known.has(struct);
    const known = this.meet(struct, kind);
    const fields = read(struct, kind);
    known.passed = fields;
    if (!isNew) return;
    for (const [other, original] of this.#known) {
      if (original.kind !== kind || original.passed !== null) continue;
      const source = read(other, kind);
      if (fieldsOf(kind).every((field) => isEmpty(source[field], field) || source[field] === fields[field]))
        original.passed = source;
    }
  }

  /** The struct was given away: what becomes of its fields is unknown. */
  forget(struct: object): void {
    const known = this.#known.get(struct);
    if (known !== undefined) known.isForgotten = true;
  }

  /** A call takes null where attributes could have stood. */
  passNone(site: CallSite): void {
    this.#withoutAttributes ??= site;
  }

  /**
   * The entry is over: what was set since the last create is lost, and so is what was set on attributes that were never
   * passed although null was. A failing entry may simply not have come to them.
   */
  close(succeeded: boolean): void {
    for (const [struct, known] of this.#known) {
      if (known.passed !== null) this.#compare(struct, known, "set-after-create", null);
      else if (succeeded && known.kind === "attributes" && this.#withoutAttributes !== null) {
        this.#compare(struct, known, "never-passed", this.#withoutAttributes);
      }
    }
  }

  /** The numbers of the attributes that were passed to some call. */
  passedNumbers(): number[] {
    return [...this.#known.values()]
      .filter((known) => known.passed !== null && known.kind === "attributes")
      .map((known) => known.number);
  }

  #compare(struct: object, known: Known, reason: LostReason, site: CallSite | null): void {
    if (known.isForgotten) return;
    const now = read(struct, known.kind);
    for (const field of fieldsOf(known.kind)) {
      const before = known.passed?.[field];
      const cleared = isEmpty(now[field], field);
      const same = known.passed === null ? cleared : before === now[field] || (cleared && isEmpty(before, field));
      if (same || (cleared && reason !== "set-after-create")) continue;
      const lost: LostField = { struct: known.kind, number: known.number, field, reason, cleared };
      this.#kernel.report(
        "lost-attribute",
        `${field} of ${known.kind} ${String(known.number)} is lost: ${words[reason]}`,
        site,
        { lost },
      );
    }
  }
}

const words: Readonly<Record<LostReason, string>> = {
  "wiped-by-init": "its INIT cleared it afterwards",
  "set-after-create": "it was set after the call that copies it",
  "never-passed": "these attributes were never passed, and null was",
  "overwritten-by-create": "WdfDriverCreate sets it itself",
  ignored: "the framework does not store it for such a driver",
};

function read(struct: object, kind: StructKind): Fields {
  return Object.fromEntries(fieldsOf(kind).map((field) => [field, Reflect.get(struct, field) as unknown]));
}
