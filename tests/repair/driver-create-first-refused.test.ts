/** Where the driver object cannot be put first, and what the message says of it. */
import { describe } from "vitest";
import { refuses } from "./fixes.ts";

const rule = "driver-create-first";

describe("no fix", () => {
  refuses({
    name: "of what the creation needs",
    rule,
    words: "`size.value` is needed by both",
    code: String.raw`let gTable = null;

export function DriverEntry(DriverObject, RegistryPath) {
  const size = out();
  gTable = AllocateTable(size);
  const config = WDF_DRIVER_CONFIG_INIT(null);
  config.DriverPoolTag = size.value;
  const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, config, null);
  if (!NT_SUCCESS(status)) {
    Release();
    return status;
  }
  return STATUS_SUCCESS;
}

function AllocateTable(size) {
  size.value = 64;
  return ExAllocatePool2(POOL_FLAG_PAGED, size.value, "lbaT");
}

function Release() {
  if (gTable !== null) {
    ExFreePool(gTable);
    gTable = null;
  }
}
`,
  });

  refuses({
    name: "past a way to success without a driver object, behind which nothing would be acquired",
    rule,
    words: "line 10 may leave before",
    code: String.raw`declare function IsCrashDump(): boolean;
let gTable = null;

export function DriverEntry(DriverObject, RegistryPath) {
  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
  if (gTable === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  if (IsCrashDump()) {
    return STATUS_SUCCESS;
  }
  const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
  if (!NT_SUCCESS(status)) {
    Release();
    return status;
  }
  return STATUS_SUCCESS;
}

function Release() {
  if (gTable !== null) {
    ExFreePool(gTable);
    gTable = null;
  }
}
`,
  });

  refuses({
    name: "of a failure that is passed over: its status would be returned",
    rule,
    words: "`status` is needed by both",
    code: String.raw`const gCallback = out();

export function DriverEntry(DriverObject, RegistryPath) {
  let status = ExCreateCallback(gCallback, null, true, true);
  if (!NT_SUCCESS(status)) {
    KdPrint("nobody will be notified\n");
  }
  status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
  if (!NT_SUCCESS(status)) {
    Release();
  }
  return status;
}

function Release() {
  if (gCallback.value !== null) {
    ObDereferenceObject(gCallback.value);
    gCallback.value = null;
  }
}
`,
  });

  refuses({
    name: "where a status set before would no longer be the one returned",
    rule,
    words: "line 11 would end the start otherwise",
    code: String.raw`let gTable = null;

export function DriverEntry(DriverObject, RegistryPath) {
  let status = STATUS_INSUFFICIENT_RESOURCES;
  done: {
    if ((gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT")) === null) break done;
    if (!NT_SUCCESS((status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null)))) break done;
    return STATUS_SUCCESS;
  }
  Release();
  return status;
}

function Release() {
  if (gTable !== null) {
    ExFreePool(gTable);
    gTable = null;
  }
}
`,
  });

  refuses({
    name: "where a callback releases what cannot be tested",
    rule,
    words: "`gLock` would be released without having been acquired",
    code: String.raw`const gLock = {};

export function DriverEntry(DriverObject, RegistryPath) {
  let status = ExInitializeResourceLite(gLock);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback }, WDF_DRIVER_CONFIG_INIT(null), null);
  if (!NT_SUCCESS(status)) {
    ExDeleteResourceLite(gLock);
    return status;
  }
  return status;
}

function EvtCleanupCallback() {
  ExDeleteResourceLite(gLock);
}
`,
  });

  refuses({
    name: "of an object of the framework that a callback deletes: the framework does so by then",
    rule,
    words: "`gMemory` would be released twice",
    code: String.raw`const gMemory = out();

export function DriverEntry(DriverObject, RegistryPath) {
  let status = WdfMemoryCreate(null, PagedPool, "htaP", 64, gMemory, null);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: DeleteMemory }, WDF_DRIVER_CONFIG_INIT(null), null);
  if (!NT_SUCCESS(status)) {
    DeleteMemory();
  }
  return status;
}

function DeleteMemory() {
  if (gMemory.value !== null) {
    WdfObjectDelete(gMemory.value);
    gMemory.value = null;
  }
}
`,
  });

  refuses({
    name: "of steps in a list",
    rule,
    words: "the two stand in different blocks (line 7)",
    code: String.raw`const gProvider = {};

export function DriverEntry(DriverObject, RegistryPath) {
  const attributes = { EvtCleanupCallback: () => TraceLoggingUnregister(gProvider) };
  const steps = [
    () => TraceLoggingRegister(gProvider),
    () => WdfDriverCreate(DriverObject, RegistryPath, attributes, WDF_DRIVER_CONFIG_INIT(null), null),
  ];
  for (const step of steps) {
    const status = step();
    if (!NT_SUCCESS(status)) {
      TraceLoggingUnregister(gProvider);
      return status;
    }
  }
  return STATUS_SUCCESS;
}
`,
  });

  refuses({
    name: "of two parts of one statement",
    rule,
    words: "line 4 does both",
    code: String.raw`let gTable = null;

export function DriverEntry(DriverObject, RegistryPath) {
  const status = WdfDriverCreate(DriverObject, RegistryPath, AttributesOf((gTable = ExAllocatePool2(POOL_FLAG_PAGED, 8, "lbaT"))), WDF_DRIVER_CONFIG_INIT(null), null);
  if (!NT_SUCCESS(status)) {
    Release();
  }
  return status;
}

function AttributesOf(_table) {
  return { EvtCleanupCallback: Release };
}

function Release() {
  if (gTable !== null) {
    ExFreePool(gTable);
    gTable = null;
  }
}
`,
  });

  refuses({
    name: "of the second of two calls of the same function out of sight",
    rule,
    words: "`IsReady` may depend on the order",
    code: String.raw`declare function IsReady(): boolean;
let gTable = null;

export function DriverEntry(DriverObject, RegistryPath) {
  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
  if (gTable === null || !IsReady()) {
    Release();
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  const attributes = { EvtCleanupCallback: IsReady() ? Release : Release };
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, WDF_DRIVER_CONFIG_INIT(null), null);
  if (!NT_SUCCESS(status)) {
    Release();
  }
  return status;
}

function Release() {
  if (gTable !== null) {
    ExFreePool(gTable);
    gTable = null;
  }
}
`,
  });

  refuses({
    name: "where the creation is not tested, and more is done behind it",
    rule,
    words: "the creation on line 8 is not tested",
    code: String.raw`let gTable = null;

export function DriverEntry(DriverObject, RegistryPath) {
  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
  if (gTable === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
  KdPrint("created\n");
  return status;
}

function Release() {
  if (gTable !== null) {
    ExFreePool(gTable);
    gTable = null;
  }
}
`,
  });
});
