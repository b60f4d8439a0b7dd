/** The framework's calls for the driver object and the objects it owns. */
import type { Memory, POOL_TYPE } from "./api-memory.ts";
import { benign, call, outcome, overwriting, special } from "./calls.ts";
import type { Kernel } from "./kernel.ts";
import { create, given, numbered } from "./objects.ts";
import type { Attributes } from "./objects.ts";
import { isBox } from "./resources.ts";
import type { CallSite } from "./records.ts";
import { NT_SUCCESS, STATUS_INVALID_PARAMETER } from "./status.ts";
import type { NTSTATUS } from "./status.ts";
import type { ContextType, WDF_DRIVER_CONFIG } from "./structs.ts";
import { characters, encode, PoolBlock, WDFDRIVER, WDFOBJECT } from "./values.ts";
import type {
  DRIVER_OBJECT,
  Maybe,
  Out,
  OutOrNone,
  UNICODE_STRING,
  WDFCOLLECTION,
  WDFDPC,
  WDFKEY,
  WDFLOOKASIDE,
  WDFMEMORY,
  WDFSPINLOCK,
  WDFSTRING,
  WDFTIMER,
  WDFWAITLOCK,
  WDFWORKITEM,
} from "./values.ts";

/** Creates the framework's driver object (facts 3, 6, 9, 10, 19). */
export const WdfDriverCreate = overwriting<
  (
    DriverObject: DRIVER_OBJECT,
    RegistryPath: UNICODE_STRING,
    attributes: Attributes,
    config: WDF_DRIVER_CONFIG,
    driver: OutOrNone<WDFDRIVER>,
  ) => NTSTATUS
>("WdfDriverCreate", (kernel, site, driverObject, registryPath, attributes, config, driver) =>
  kernel.framework.createDriver(
    site,
    driverObject,
    registryPath,
    given(attributes),
    config,
    driver as Out<WDFDRIVER> | null,
  ),
);

/** The DRIVER_OBJECT behind the framework's driver object. */
export const WdfDriverWdmGetDriverObject = special<(driver: Maybe<WDFDRIVER>) => DRIVER_OBJECT>(
  "WdfDriverWdmGetDriverObject",
  (kernel, site, driver) => {
    kernel.framework.tree.require(site, driver, "WDFDRIVER");
    return kernel.driverObject;
  },
);

/** The framework's own copy of RegistryPath, valid as long as the driver object (fact 13). */
export const WdfDriverGetRegistryPath = special<(driver: Maybe<WDFDRIVER>) => string>(
  "WdfDriverGetRegistryPath",
  (kernel, site, driver) => {
    kernel.framework.tree.require(site, driver, "WDFDRIVER");
    return kernel.framework.registryPath;
  },
);

/** The driver object of this driver. */
export const WdfGetDriver = special<() => WDFDRIVER | null>(
  "WdfGetDriver",
  (kernel) => (kernel.framework.driver?.handle ?? null) as WDFDRIVER | null,
);

/** Deletes the driver object of a miniport, which the framework does not unload (fact 11). */
export const WdfDriverMiniportUnload = special<(driver: Maybe<WDFDRIVER>) => void>(
  "WdfDriverMiniportUnload",
  (kernel, site, driver) => {
    kernel.framework.tree.require(site, driver, "WDFDRIVER");
    kernel.runNow(kernel.framework.unload());
  },
);

/** An object whose creation takes attributes and an out box, in this order. */
function simple<Kind extends string>(
  name: string,
  kind: Kind,
): (attributes: Attributes, box: Out<WDFOBJECT<Kind>>) => NTSTATUS {
  return special<(attributes: Attributes, box: Out<WDFOBJECT<Kind>>) => NTSTATUS>(
    name,
    (kernel, site, attributes, box) =>
      create(kernel, site, new WDFOBJECT(kind), attributes, box, numbered(kernel, kind)),
  );
}

/** An object whose creation takes a config, attributes and an out box, in this order. */
function configured<Kind extends string>(
  name: string,
  kind: Kind,
): (config: object, attributes: Attributes, box: Out<WDFOBJECT<Kind>>) => NTSTATUS {
  return special<(config: object, attributes: Attributes, box: Out<WDFOBJECT<Kind>>) => NTSTATUS>(
    name,
    (kernel, site, _config, attributes, box) =>
      create(kernel, site, new WDFOBJECT(kind), attributes, box, numbered(kernel, kind)),
  );
}

export const WdfObjectCreate = simple("WdfObjectCreate", "WDFOBJECT");
export const WdfSpinLockCreate: (attributes: Attributes, lock: Out<WDFSPINLOCK>) => NTSTATUS = simple(
  "WdfSpinLockCreate",
  "WDFSPINLOCK",
);
export const WdfWaitLockCreate: (attributes: Attributes, lock: Out<WDFWAITLOCK>) => NTSTATUS = simple(
  "WdfWaitLockCreate",
  "WDFWAITLOCK",
);
export const WdfCollectionCreate: (attributes: Attributes, collection: Out<WDFCOLLECTION>) => NTSTATUS = simple(
  "WdfCollectionCreate",
  "WDFCOLLECTION",
);
export const WdfTimerCreate: (config: object, attributes: Attributes, timer: Out<WDFTIMER>) => NTSTATUS = configured(
  "WdfTimerCreate",
  "WDFTIMER",
);
export const WdfWorkItemCreate: (config: object, attributes: Attributes, item: Out<WDFWORKITEM>) => NTSTATUS =
  configured("WdfWorkItemCreate", "WDFWORKITEM");
export const WdfDpcCreate: (config: object, attributes: Attributes, dpc: Out<WDFDPC>) => NTSTATUS = configured(
  "WdfDpcCreate",
  "WDFDPC",
);

/** Memory that its parent owns: by default the driver (fact 7). */
export const WdfMemoryCreate = special<
  (
    attributes: Attributes,
    type: POOL_TYPE,
    tag: string | number,
    bytes: number,
    memory: Out<WDFMEMORY>,
    buffer: Out<Uint8Array> | null,
  ) => NTSTATUS
>("WdfMemoryCreate", (kernel, site, attributes, _type, tag, bytes, memory, buffer) => {
  if (!(bytes > 0 && bytes <= 1 << 26)) {
    kernel.refuse(site, `${String(bytes)} is no number of bytes that can be had`);
    return STATUS_INVALID_PARAMETER;
  }
  const label = `WDFMEMORY '${String(tag)}' of ${String(bytes)} bytes`;
  const status = create(kernel, site, new WDFOBJECT("WDFMEMORY"), attributes, memory, label);
  const made = isBox(memory) ? memory.value : null;
  if (NT_SUCCESS(status) && made !== null) {
    const block = new PoolBlock(bytes);
    memories.set(made, block);
    kernel.framework.tree.setMemory(made, block);
    if (buffer !== null && buffer !== undefined) buffer.value = block;
  }
  return status;
});
const memories = new WeakMap<WDFOBJECT, Uint8Array>();

/** A memory object around a buffer that stays the driver's. */
export const WdfMemoryCreatePreallocated = special<
  (attributes: Attributes, buffer: Memory, bytes: number, memory: Out<WDFMEMORY>) => NTSTATUS
>("WdfMemoryCreatePreallocated", (kernel, site, attributes, buffer, _bytes, memory) => {
  if (!(buffer instanceof Uint8Array))
    return kernel.stop("use-after-release", `${site.call} was given no buffer`, site);
  const status = create(kernel, site, new WDFOBJECT("WDFMEMORY"), attributes, memory, numbered(kernel, "WDFMEMORY"));
  const made = isBox(memory) ? memory.value : null;
  if (NT_SUCCESS(status) && made !== null) memories.set(made, buffer);
  return status;
});

/** The bytes of a memory object. */
export const WdfMemoryGetBuffer = special<(memory: Maybe<WDFMEMORY>, size: Out<number> | null) => Uint8Array | null>(
  "WdfMemoryGetBuffer",
  (kernel, site, memory, size) => {
    const { handle } = kernel.framework.tree.require(site, memory, "WDFMEMORY");
    const bytes = memories.get(handle) ?? null;
    if (size !== null && size !== undefined) size.value = bytes?.length ?? 0;
    return bytes;
  },
);

export const WdfLookasideListCreate = special<
  (
    attributes: Attributes,
    bytes: number,
    type: POOL_TYPE,
    memoryAttributes: Attributes,
    tag: string | number,
    list: Out<WDFLOOKASIDE>,
  ) => NTSTATUS
>("WdfLookasideListCreate", (kernel, site, attributes, _bytes, _type, _memoryAttributes, _tag, list) =>
  create(kernel, site, new WDFOBJECT("WDFLOOKASIDE"), attributes, list, numbered(kernel, "WDFLOOKASIDE")),
);

export const WdfStringCreate = special<
  (text: UNICODE_STRING | null, attributes: Attributes, string: Out<WDFSTRING>) => NTSTATUS
>("WdfStringCreate", (kernel, site, text, attributes, string) => {
  const status = create(kernel, site, new WDFOBJECT("WDFSTRING"), attributes, string, numbered(kernel, "WDFSTRING"));
  const made = isBox(string) ? string.value : null;
  if (NT_SUCCESS(status) && made !== null) memories.set(made, encode(characters(text)));
  return status;
});

/** Points a counted string at the characters of a string object. */
export const WdfStringGetUnicodeString = overwriting<(string: Maybe<WDFSTRING>, target: UNICODE_STRING) => void>(
  "WdfStringGetUnicodeString",
  (kernel, site, string, target) => {
    const bytes = memories.get(kernel.framework.tree.require(site, string, "WDFSTRING").handle) ?? new Uint8Array();
    Object.assign(target, { Buffer: bytes, Length: bytes.length, MaximumLength: bytes.length });
  },
);

type OpenKey = (
  parent: WDFKEY | null,
  name: UNICODE_STRING,
  access: number,
  attributes: Attributes,
  key: Out<WDFKEY>,
) => NTSTATUS;
export const WdfRegistryOpenKey = special<OpenKey>(
  "WdfRegistryOpenKey",
  (kernel, site, parent, name, _access, attributes, key) =>
    openKey(kernel, site, parent, characters(name), attributes, key),
);
export const WdfRegistryCreateKey = special<
  (
    parent: WDFKEY | null,
    name: UNICODE_STRING,
    access: number,
    options: number,
    disposition: Out<number> | null,
    attributes: Attributes,
    key: Out<WDFKEY>,
  ) => NTSTATUS
>("WdfRegistryCreateKey", (kernel, site, parent, name, _access, _options, _disposition, attributes, key) =>
  openKey(kernel, site, parent, characters(name), attributes, key),
);
export const WdfDriverOpenParametersRegistryKey = special<
  (driver: Maybe<WDFDRIVER>, access: number, attributes: Attributes, key: Out<WDFKEY>) => NTSTATUS
>("WdfDriverOpenParametersRegistryKey", (kernel, site, driver, _access, attributes, key) => {
  kernel.framework.tree.require(site, driver, "WDFDRIVER");
  return openKey(kernel, site, null, "Parameters", attributes, key);
});

function openKey(
  kernel: Kernel,
  site: CallSite,
  parent: WDFKEY | null,
  name: string,
  attributes: Attributes,
  key: unknown,
): NTSTATUS {
  if (parent !== null && parent !== undefined) kernel.framework.tree.require(site, parent, "WDFKEY");
  return create(kernel, site, new WDFOBJECT("WDFKEY"), attributes, key, `registry key ${name}`);
}

type DeleteObject = (object: Maybe<WDFOBJECT>) => void;
/** Deletes an object with its children. The driver object cannot be deleted so (fact 8). */
export const WdfObjectDelete = overwriting<DeleteObject>("WdfObjectDelete", (kernel, site, object) => { kernel.framework.delete(site, object); },
);
export const WdfRegistryClose = overwriting<(key: Maybe<WDFKEY>) => void>("WdfRegistryClose", (kernel, site, key) => { kernel.framework.delete(site, key); },
);
export const WdfObjectReference = call<DeleteObject>("WdfObjectReference");
export const WdfObjectDereference = call<DeleteObject>("WdfObjectDereference");
export const WdfObjectReferenceWithTag =
  call<(object: Maybe<WDFOBJECT>, tag: unknown) => void>("WdfObjectReferenceWithTag");
export const WdfObjectDereferenceWithTag =
  call<(object: Maybe<WDFOBJECT>, tag: unknown) => void>("WdfObjectDereferenceWithTag");

/** The object's context of a class, or null where its attributes named another. */
export function WdfObjectGetTypedContext<T extends object>(object: Maybe<WDFOBJECT>, type: ContextType<T>): T | null {
  return typedContext(object, type) as T | null;
}
const typedContext = special<(object: Maybe<WDFOBJECT>, type: ContextType) => object | null>(
  "WdfObjectGetTypedContext",
  (kernel, site, object, type) => kernel.framework.tree.context(site, object, type),
);

/** Fills a struct that the framework reads and that carries nothing to release. */
function init(name: string): (config: object, ...values: unknown[]) => void {
  return benign<(config: object, ...values: unknown[]) => void>(name);
}
export const WDF_IO_QUEUE_CONFIG_INIT = init("WDF_IO_QUEUE_CONFIG_INIT");
export const WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE = init("WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE");
export const WDF_TIMER_CONFIG_INIT = init("WDF_TIMER_CONFIG_INIT");
export const WDF_WORKITEM_CONFIG_INIT = init("WDF_WORKITEM_CONFIG_INIT");
export const WDF_DPC_CONFIG_INIT = init("WDF_DPC_CONFIG_INIT");

/** A call that needs a live handle of a kind and does nothing that matters here. */
function using<Handle extends WDFOBJECT>(name: string): (handle: Maybe<Handle>) => void {
  return special<(handle: Maybe<Handle>) => void>(
    name,
    (kernel, site, handle) => void kernel.framework.tree.require(site, handle),
  );
}
export const WdfSpinLockAcquire = using<WDFSPINLOCK>("WdfSpinLockAcquire");
export const WdfSpinLockRelease = using<WDFSPINLOCK>("WdfSpinLockRelease");
export const WdfWaitLockAcquire = using<WDFWAITLOCK>("WdfWaitLockAcquire");
export const WdfWaitLockRelease = using<WDFWAITLOCK>("WdfWaitLockRelease");
export const WdfWorkItemEnqueue = using<WDFWORKITEM>("WdfWorkItemEnqueue");
export const WdfWorkItemFlush = using<WDFWORKITEM>("WdfWorkItemFlush");
export const WdfTimerStart = using<WDFTIMER>("WdfTimerStart");
export const WdfTimerStop = using<WDFTIMER>("WdfTimerStop");

export const WdfCollectionAdd = special<(collection: Maybe<WDFCOLLECTION>, object: Maybe<WDFOBJECT>) => NTSTATUS>(
  "WdfCollectionAdd",
  (kernel, site, collection, object) => {
    kernel.framework.tree.require(site, collection, "WDFCOLLECTION");
    kernel.framework.tree.require(site, object);
    return outcome(kernel, site);
  },
);
