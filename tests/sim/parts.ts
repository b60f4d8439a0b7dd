/** Drivers in parts: what the tests of the simulator build their entries from. */
import * as wdf from "../../lib/sim/index.ts";
import type {
  DRIVER_OBJECT,
  DriverEntry,
  NTSTATUS,
  UNICODE_STRING,
  WDFDRIVER,
  WDFOBJECT,
} from "../../lib/sim/index.ts";

/** What a framework driver under test is made of. */
export interface Parts {
  readonly log?: string[];
  readonly flags?: number;
  readonly add?: wdf.EVT_WDF_DRIVER_DEVICE_ADD | null;
  readonly unload?: ((driver: WDFDRIVER) => void) | null;
  readonly cleanup?: (driver: WDFDRIVER) => void;
  readonly destroy?: (driver: WDFDRIVER) => void;
  readonly before?: (DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING) => void;
  readonly after?: (driver: WDFDRIVER, DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING) => NTSTATUS | void;
}

/** An entry that creates the driver object, with the given parts around it. */
export function kmdf(parts: Parts = {}): DriverEntry {
  const { log = [], flags = wdf.WdfDriverInitNonPnpDriver, add = null, unload = () => void log.push("unload") } = parts;
  return (DriverObject, RegistryPath) => {
    parts.before?.(DriverObject, RegistryPath);
    const config = wdf.WDF_DRIVER_CONFIG_INIT(add);
    config.DriverInitFlags = flags;
    config.EvtDriverUnload = unload;
    const attributes = wdf.WDF_OBJECT_ATTRIBUTES_INIT();
    attributes.EvtCleanupCallback = parts.cleanup ?? (() => void log.push("cleanup"));
    attributes.EvtDestroyCallback = parts.destroy ?? (() => void log.push("destroy"));
    const box = wdf.out<WDFDRIVER>();
    const status = wdf.WdfDriverCreate(DriverObject, RegistryPath, attributes, config, box);
    if (!wdf.NT_SUCCESS(status) || box.value === null) return status;
    return parts.after?.(box.value, DriverObject, RegistryPath) ?? wdf.STATUS_SUCCESS;
  };
}

/** The kinds of some findings, in order. */
export const kinds = (findings: readonly wdf.Finding[]): string[] => findings.map(({ kind }) => kind);

/** Attributes whose cleanup and destruction are written down. */
export function logged(log: string[], name: string, parent?: WDFOBJECT | null): wdf.WDF_OBJECT_ATTRIBUTES {
  const attributes = wdf.WDF_OBJECT_ATTRIBUTES_INIT();
  attributes.EvtCleanupCallback = () => void log.push(`cleanup ${name}`);
  attributes.EvtDestroyCallback = () => void log.push(`destroy ${name}`);
  if (parent !== undefined) attributes.ParentObject = parent;
  return attributes;
}

/** A spin lock of the framework. */
export function spinLock(attributes: wdf.WDF_OBJECT_ATTRIBUTES | null = null): wdf.WDFSPINLOCK | null {
  const lock = wdf.out<wdf.WDFSPINLOCK>();
  wdf.WdfSpinLockCreate(attributes, lock);
  return lock.value;
}

export const link = wdf.RTL_CONSTANT_STRING("\\DosDevices\\Test");
export const deviceName = wdf.RTL_CONSTANT_STRING("\\Device\\Test");
