/** The values drivers hold: out boxes, strings, pool blocks, driver and device objects, framework handles, typed nulls. */
import type { NTSTATUS } from "./status.ts";

declare const slot: unique symbol;

/** What `&variable` is in C: a box that a call fills. */
export interface Out<T> {
  value: T | null;
}

/** Makes an empty out box. */
export function out<T>(): Out<T> {
  return { value: null };
}

/** "No handle wanted", for an out parameter. Null at run time. */
export interface WDF_NO_HANDLE {
  readonly [slot]: "handle";
}
export const WDF_NO_HANDLE = null as unknown as WDF_NO_HANDLE;
/** "No attributes", for an attributes parameter. Null at run time. */
export interface WDF_NO_OBJECT_ATTRIBUTES {
  readonly [slot]: "attributes";
}
export const WDF_NO_OBJECT_ATTRIBUTES = null as unknown as WDF_NO_OBJECT_ATTRIBUTES;
/** "No callback", for an event callback. Null at run time. */
export interface WDF_NO_EVENT_CALLBACK {
  readonly [slot]: "callback";
}
export const WDF_NO_EVENT_CALLBACK = null as unknown as WDF_NO_EVENT_CALLBACK;
/** "No context", for a context parameter. Null at run time. */
export interface WDF_NO_CONTEXT {
  readonly [slot]: "context";
}
export const WDF_NO_CONTEXT = null as unknown as WDF_NO_CONTEXT;

/** A box, or either way of saying that none is wanted. */
export type OutOrNone<T> = Out<T> | WDF_NO_HANDLE | null;

/** A handle as drivers carry it: possibly still null, which the call then judges. */
export type Maybe<T> = T | null | undefined;

/** A counted string of UTF-16 code units. Lengths are in bytes. */
export class UNICODE_STRING {
  Length = 0;
  MaximumLength = 0;
  Buffer: Uint8Array | null = null;
}

/** Fills a counted string with characters in memory of its own. */
export function setCharacters(target: UNICODE_STRING, text: string): void {
  target.Buffer = encode(text);
  target.Length = target.Buffer.length;
  target.MaximumLength = target.Buffer.length;
}

/** A counted string of the given characters, as a static initialiser makes it. */
export function RTL_CONSTANT_STRING(text: string): UNICODE_STRING {
  const made = new UNICODE_STRING();
  setCharacters(made, text);
  return made;
}

/** The characters of a counted string; a plain string stands for itself. */
export function characters(text: unknown): string {
  if (typeof text === "string") return text;
  if (typeof text !== "object" || text === null) return "";
  const { Buffer, Length } = text as Partial<UNICODE_STRING>;
  if (!(Buffer instanceof Uint8Array)) return "";
  let decoded = "";
  const end = Math.min(Length ?? Buffer.length, Buffer.length);
  for (let index = 0; index + 1 < end; index += 2) {
    decoded += String.fromCharCode((Buffer[index] ?? 0) | ((Buffer[index + 1] ?? 0) << 8));
  }
  return decoded;
}

/** UTF-16 little-endian bytes. */
export function encode(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    bytes[index * 2] = unit & 0xff;
    bytes[index * 2 + 1] = unit >> 8;
  }
  return bytes;
}

/** A block of memory that must be given back. Views of it (`subarray`) are plain byte arrays. */
export class PoolBlock extends Uint8Array {
  declare readonly [slot]: "pool block";
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array;
  }
}

/** An opaque kernel handle or object of one kind. Made by the simulator. */
export class KernelObject<Kind extends string = string> {
  readonly kind: Kind;
  readonly name: string;
  constructor(kind: Kind, name: string) {
    this.kind = kind;
    this.name = name;
  }
}

/** A device, linked to its driver's further devices by NextDevice. */
export class DEVICE_OBJECT extends KernelObject<"device-object"> {
  NextDevice: DEVICE_OBJECT | null = null;
  Flags = 0;
  DeviceExtension: object | null = null;
  readonly DriverObject: DRIVER_OBJECT;
  constructor(name: string, driver: DRIVER_OBJECT) {
    super("device-object", name);
    this.DriverObject = driver;
  }
}

/** A WDM unload routine. */
export type DRIVER_UNLOAD = (DriverObject: DRIVER_OBJECT) => void | PromiseLike<void>;
/** A WDM dispatch routine. */
export type DRIVER_DISPATCH = (device: DEVICE_OBJECT, irp: KernelObject<"irp">) => NTSTATUS;

/** The kernel's object for a loaded driver image. */
export class DRIVER_OBJECT extends KernelObject<"driver-object"> {
  DeviceObject: DEVICE_OBJECT | null = null;
  DriverUnload: DRIVER_UNLOAD | null = null;
  readonly MajorFunction: (DRIVER_DISPATCH | null)[] = [];
  readonly DriverExtension: { AddDevice: ((...parameters: never[]) => NTSTATUS) | null } = { AddDevice: null };
  constructor(name = "\\Driver\\Simulated") {
    super("driver-object", name);
  }
}

/** Any framework object's handle. */
export class WDFOBJECT<Kind extends string = string> {
  readonly kind: Kind;
  constructor(kind: Kind) {
    this.kind = kind;
  }
}

/** The framework's driver object: not a DRIVER_OBJECT. */
export class WDFDRIVER extends WDFOBJECT<"WDFDRIVER"> {
  constructor() {
    super("WDFDRIVER");
  }
}

/** The framework's device object. */
export class WDFDEVICE extends WDFOBJECT<"WDFDEVICE"> {
  /** False for a control device until WdfControlFinishInitializing. */
  acceptsIo = false;
  constructor() {
    super("WDFDEVICE");
  }
}

/** What a device is made of: given by the framework, or allocated for a control device and then the driver's duty. */
export class WDFDEVICE_INIT extends KernelObject<"wdf-device-init"> {
  readonly control: boolean;
  deviceName: string | null = null;
  constructor(control: boolean) {
    super("wdf-device-init", control ? "control device init" : "device init");
    this.control = control;
  }
}

export type WDFMEMORY = WDFOBJECT<"WDFMEMORY">;
export type WDFLOOKASIDE = WDFOBJECT<"WDFLOOKASIDE">;
export type WDFSPINLOCK = WDFOBJECT<"WDFSPINLOCK">;
export type WDFWAITLOCK = WDFOBJECT<"WDFWAITLOCK">;
export type WDFCOLLECTION = WDFOBJECT<"WDFCOLLECTION">;
export type WDFSTRING = WDFOBJECT<"WDFSTRING">;
export type WDFTIMER = WDFOBJECT<"WDFTIMER">;
export type WDFWORKITEM = WDFOBJECT<"WDFWORKITEM">;
export type WDFDPC = WDFOBJECT<"WDFDPC">;
export type WDFQUEUE = WDFOBJECT<"WDFQUEUE">;
export type WDFKEY = WDFOBJECT<"WDFKEY">;

/** A driver's entry: gives success or failure; an exception that leaves it is a failure. */
export type DRIVER_INITIALIZE = (DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING) => NTSTATUS;

/** True for promises and their like. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
