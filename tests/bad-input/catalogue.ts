/** Names that the rules know: of calls that mean something to them, of roles that functions play, of values. */
import { EFFECTS } from "../../lib/api/calls.ts";
import { PAIRS, REGISTRATIONS } from "../../lib/api/pairs.ts";

/** Every catalogue call, those that the article's drivers make more than once. */
export const calls: readonly string[] = [
  ...new Set([
    ...Object.keys(EFFECTS),
    ...REGISTRATIONS,
    ...PAIRS.flatMap(({ acquire, release }) => [...acquire, ...release.map(({ call }) => call)]),
  ]),
  ...["WdfDriverCreate", "ExAllocatePoolWithTag", "ExFreePoolWithTag", "WPP_INIT_TRACING", "WPP_CLEANUP", "NT_SUCCESS", "StorPortInitialize", "WDF_OBJECT_ATTRIBUTES_INIT", "WDF_DRIVER_CONFIG_INIT", "WdfMemoryCreate", "IoCreateDevice", "IoDeleteDevice", "out"].flatMap(
    (name) => Array.from({ length: 12 }, () => name),
  ),
];

/** Names of functions that something calls. */
export const roles: readonly string[] = ["DriverUnload", "EvtDriverUnload", "EvtDriverCleanup", "EvtCleanupCallback", "Cleanup", "setUp"];

/** Names of properties that the rules follow. */
export const fields: readonly string[] = [
  "DriverUnload", "EvtCleanupCallback", "EvtDestroyCallback", "EvtDriverUnload", "DriverInitFlags", "ParentObject",
  "DeviceObject", "NextDevice", "Buffer", "Length", "value", "status", "ok", "length", "constructor", "__proto__", "prototype", "bind", "call", "apply", "then",
];

/** Values that the rules know. */
export const values: readonly string[] = [
  "STATUS_SUCCESS", "STATUS_UNSUCCESSFUL", "STATUS_INSUFFICIENT_RESOURCES", "STATUS_PENDING", "WDF_NO_HANDLE",
  "WDF_NO_OBJECT_ATTRIBUTES", "WDF_NO_EVENT_CALLBACK", "WdfDriverInitNonPnpDriver", "WdfDriverInitNoDispatchOverride",
  "PagedPool", "DriverObject", "RegistryPath", "Driver",
];
