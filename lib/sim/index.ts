/** The WDF-style API, runnable: drivers run against it, `loadDriver` once and `verify` under every failing schedule. */
export * from "./api-devices.ts";
export * from "./api-memory.ts";
export * from "./api-ports.ts";
export * from "./api-wdf.ts";
export * from "./api-wdm.ts";
export * from "./external.ts";
export * from "./status.ts";
export type * from "./records.ts";
export {
  DEVICE_OBJECT,
  DRIVER_OBJECT,
  KernelObject,
  out,
  PoolBlock,
  RTL_CONSTANT_STRING,
  UNICODE_STRING,
  WDF_NO_CONTEXT,
  WDF_NO_EVENT_CALLBACK,
  WDF_NO_HANDLE,
  WDF_NO_OBJECT_ATTRIBUTES,
  WDFDEVICE,
  WDFDEVICE_INIT,
  WDFDRIVER,
  WDFOBJECT,
} from "./values.ts";
export type {
  DRIVER_DISPATCH,
  DRIVER_INITIALIZE,
  DRIVER_UNLOAD,
  Maybe,
  Out,
  OutOrNone,
  WDFCOLLECTION,
  WDFDPC,
  WDFKEY,
  WDFLOOKASIDE,
  WDFMEMORY,
  WDFQUEUE,
  WDFSPINLOCK,
  WDFSTRING,
  WDFTIMER,
  WDFWAITLOCK,
  WDFWORKITEM,
} from "./values.ts";
export {
  WDF_DRIVER_CONFIG,
  WDF_DRIVER_CONFIG_INIT,
  WDF_OBJECT_ATTRIBUTES,
  WDF_OBJECT_ATTRIBUTES_INIT,
  WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE,
  WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE,
  WdfDriverInitNoDispatchOverride,
  WdfDriverInitNonPnpDriver,
  WdfExecutionLevelDispatch,
  WdfExecutionLevelInheritFromParent,
  WdfExecutionLevelPassive,
  WdfSynchronizationScopeDevice,
  WdfSynchronizationScopeInheritFromParent,
  WdfSynchronizationScopeNone,
  WdfSynchronizationScopeQueue,
} from "./structs.ts";
export type {
  ContextType,
  EVT_WDF_DRIVER_DEVICE_ADD,
  EVT_WDF_DRIVER_UNLOAD,
  EVT_WDF_OBJECT_CONTEXT_CALLBACK,
  EVT_WDF_OBJECT_CONTEXT_CLEANUP,
  EVT_WDF_OBJECT_CONTEXT_DESTROY,
} from "./structs.ts";
export { BugCheck } from "./kernel.ts";
export type { RunOptions } from "./kernel.ts";
export { loadDriver } from "./loader.ts";
export type {
  AsyncDriverEntry,
  AsyncEntrySource,
  AsyncLoadedDriver,
  DriverEntry,
  EntrySource,
  LoadedDriver,
} from "./loader.ts";
export { verify } from "./verifier.ts";
export type { Progress, Verification, VerifiedFinding, VerifyOptions } from "./verifier.ts";
export { pairs, registrations } from "./pairs.ts";
export type { Condition, HandleSource, Pair, Release, Success } from "./pairs.ts";
export { formatVerification } from "./format.ts";
export type { FormatOptions } from "./format.ts";
