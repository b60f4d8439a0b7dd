/** What calls and constants of the API mean that are not pairs: creation, INIT, status tests, borrowers. Data first. */

/** The effect of a call beyond acquiring and releasing. */
export type Effect =
  /** WdfDriverCreate(DriverObject, RegistryPath, attributes, config, out driver). */
  | "create-driver"
  /** WDF_DRIVER_CONFIG_INIT(config, EvtDriverDeviceAdd), or returning the config. */
  | "init-config"
  /** WDF_OBJECT_ATTRIBUTES_INIT(attributes), or returning them; also with a context type. Clears every field. */
  | "init-attributes"
  /** Keeps the fields of the struct it is given. */
  | "keep-attributes"
  /** NT_SUCCESS(status). */
  | "test-success"
  /** NT_ERROR(status): true for error severity; no catalogue call gives a warning. */
  | "test-error"
  /** WdfDriverWdmGetDriverObject(driver). */
  | "driver-object"
  /** WdfGetDriver(). */
  | "driver-handle"
  /** An object that belongs to its argument, the same at each call: WdfObjectGetTypedContext. */
  | "context-of"
  /** WdfDriverMiniportUnload(driver): deletes the driver object (contract, fact 11). */
  | "miniport-unload"
  /** out(): an empty box. */
  | "make-out"
  /** RtlInitUnicodeString(target, characters). */
  | "init-string"
  /** A constructor of strings: RTL_CONSTANT_STRING("…"). */
  | "make-string"
  /** RtlZeroMemory(target, …). */
  | "zero"
  /** Leaves by an exception. */
  | "raise"
  /** Does not come back at all. */
  | "bugcheck"
  /** The simulator's loadDriver(entry): runs the protocol on its own. */
  | "load-driver"
  /** Hands the driver to a port or class driver; its status can be a failure (contract, fact 16). */
  | "registration"
  /** Uses its arguments while it runs and keeps none of them. */
  | "borrow";

/** They give a status, which can be a failure; waits aside, which do not fail when a driver starts. */
const ANSWERERS: readonly string[] = [
  "RtlAppendUnicodeStringToString", "RtlAppendUnicodeToString", "RtlStringCbCopyW", "RtlStringCbPrintfW",
  "RtlStringCchCopyW", "RtlStringCchPrintfW", "RtlUnicodeStringCopy", "RtlUnicodeStringPrintf",
  "RtlUnicodeStringToInteger", "RtlIntegerToUnicodeString", "RtlHashUnicodeString", "RtlQueryRegistryValues",
  "RtlWriteRegistryValue", "RtlGetVersion", "ObOpenObjectByPointer", "ZwQueryValueKey", "ZwSetValueKey",
  "ZwEnumerateKey", "ZwEnumerateValueKey", "ZwQueryKey", "ZwDeleteKey", "ZwDeleteValueKey", "ZwFlushKey",
  "ZwReadFile", "ZwWriteFile", "ZwQueryInformationFile", "ZwSetInformationFile", "ZwDeviceIoControlFile",
  "ZwMapViewOfSection", "ZwUnmapViewOfSection", "ZwSetEvent", "IoInitializeTimer", "IoAttachDevice",
  "IoSetDeviceInterfaceState", "IoRegisterDeviceInterface", "IoReportTargetDeviceChange", "IoWMIRegistrationControl",
  "FltStartFiltering", "FltBuildDefaultSecurityDescriptor", "NdisMSetMiniportAttributes", "NdisSetOptionalHandlers",
  "WskCaptureProviderNPI", "FwpmTransactionBegin", "FwpmTransactionCommit", "FwpmTransactionAbort", "FwpmCalloutAdd",
  "FwpmSubLayerAdd", "FwpmFilterAdd", "FwpmFilterDeleteById", "WdfMemoryAssignBuffer", "WdfMemoryCopyFromBuffer",
  "WdfMemoryCopyToBuffer", "WdfMemoryCreateFromLookaside", "WdfCollectionAdd", "WdfRegistryQueryValue",
  "WdfRegistryQueryULong", "WdfRegistryQueryUnicodeString", "WdfRegistryQueryString", "WdfRegistryQueryMultiString",
  "WdfRegistryQueryMemory", "WdfRegistryAssignValue", "WdfRegistryAssignULong", "WdfRegistryAssignUnicodeString",
  "WdfRegistryAssignString", "WdfRegistryRemoveValue", "WdfRegistryRemoveKey", "WdfDriverRetrieveVersionString",
  "WdfDriverRegisterTraceInfo", "WdfDeviceCreateSymbolicLink", "WdfDeviceCreateDeviceInterface",
  "WdfDeviceConfigureRequestDispatching", "WdfDeviceInitAssignName", "WdfDeviceInitAssignSDDLString",
  "WdfIoQueueCreate", "WdfObjectQuery",
];

const BORROWERS: readonly string[] = [
  ...ANSWERERS,
  "DbgBreakPoint", "DbgPrint", "DbgPrintEx", "KdPrint", "KdPrintEx", "vDbgPrintEx", "RtlCopyMemory", "RtlMoveMemory",
  "RtlFillMemory", "RtlCompareMemory", "RtlEqualMemory", "RtlCopyUnicodeString", "RtlCompareUnicodeString",
  "RtlEqualUnicodeString", "RtlIsNtDdiVersionAvailable", "InitializeObjectAttributes", "KeInitializeEvent",
  "KeSetEvent", "KeClearEvent", "KeResetEvent", "KeWaitForSingleObject", "KeWaitForMultipleObjects",
  "KeDelayExecutionThread", "KeInitializeSpinLock", "KeAcquireSpinLock", "KeReleaseSpinLock", "KeInitializeDpc",
  "KeInsertQueueDpc", "KeRemoveQueueDpc", "KeInitializeTimer", "KeInitializeTimerEx", "KeSetTimer", "KeSetTimerEx",
  "KeCancelTimer", "KeFlushQueuedDpcs", "KeInitializeMutex", "KeReleaseMutex", "KeGetCurrentIrql",
  "KeQuerySystemTime", "KeQueryPerformanceCounter", "ExInitializeFastMutex", "ExAcquireFastMutex",
  "ExReleaseFastMutex", "ExAcquireResourceExclusiveLite", "ExAcquireResourceSharedLite", "ExReleaseResourceLite",
  "ExSetTimer", "ExCancelTimer", "ExNotifyCallback", "ExInitializeRundownProtection",
  "ExWaitForRundownProtectionRelease", "ExAllocateFromNPagedLookasideList", "ExAllocateFromPagedLookasideList",
  "ExFreeToNPagedLookasideList", "MmBuildMdlForNonPagedPool", "MmGetSystemAddressForMdl",
  "MmGetSystemAddressForMdlSafe", "MmGetPhysicalAddress", "MmProbeAndLockPages", "MmUnlockPages",
  "MmGetSystemRoutineAddress", "ObGetObjectType", "PsGetCurrentProcess", "PsGetCurrentProcessId", "PsGetProcessId",
  "PsTerminateSystemThread", "ZwWaitForSingleObject", "IoQueueWorkItem", "IoQueueWorkItemEx",
  "IoInitializeDpcRequest", "IoRequestDpc", "IoStartTimer", "IoStopTimer", "IoAttachDeviceToDeviceStack",
  "IoDetachDevice", "IoGetAttachedDevice", "IoCallDriver", "IofCallDriver", "IoInvalidateDeviceRelations",
  "IoGetConfigurationInformation", "IoRegisterDriverReinitialization", "IoRegisterBootDriverReinitialization",
  "IoInitializeRemoveLock", "IoSetCompletionRoutine", "IoReuseIrp", "IoInitializeIrp", "IoGetRequestorProcess",
  "FltFreeSecurityDescriptor", "WskReleaseProviderNPI", "EtwWrite", "EventWrite", "TraceLoggingWrite", "TraceEvents",
  "WppRecorderSetConfigure", "WPP_RECORDER_CONFIGURE_PARAMS_INIT", "WDF_MEMORY_DESCRIPTOR_INIT_BUFFER",
  "WDF_MEMORY_DESCRIPTOR_INIT_HANDLE", "WDF_IO_QUEUE_CONFIG_INIT", "WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE",
  "WDF_TIMER_CONFIG_INIT", "WDF_TIMER_CONFIG_INIT_PERIODIC", "WDF_WORKITEM_CONFIG_INIT", "WDF_DPC_CONFIG_INIT",
  "WDF_FILEOBJECT_CONFIG_INIT", "WDF_PNPPOWER_EVENT_CALLBACKS_INIT", "WDF_DRIVER_VERSION_AVAILABLE_PARAMS_INIT",
  "WDF_CLASS_EXTENSION_DESCRIPTOR_INIT", "WdfMemoryGetBuffer", "WdfObjectAcquireLock", "WdfObjectReleaseLock",
  "WdfObjectContextGetObject", "WdfSpinLockAcquire", "WdfSpinLockRelease", "WdfWaitLockAcquire", "WdfWaitLockRelease",
  "WdfTimerStart", "WdfTimerStop", "WdfTimerGetParentObject", "WdfWorkItemEnqueue", "WdfWorkItemFlush",
  "WdfWorkItemGetParentObject", "WdfDpcEnqueue", "WdfDpcCancel", "WdfDpcGetParentObject", "WdfCollectionRemove",
  "WdfCollectionRemoveItem", "WdfCollectionGetCount", "WdfCollectionGetItem", "WdfCollectionGetFirstItem",
  "WdfCollectionGetLastItem", "WdfStringGetUnicodeString", "WdfRegistryWdmGetHandle", "WdfDriverGetRegistryPath",
  "WdfDriverIsVersionAvailable", "WdfDeviceWdmGetDeviceObject", "WdfDeviceGetDriver", "WdfDeviceGetDefaultQueue",
  "WdfDeviceInitSetCharacteristics", "WdfDeviceInitSetDeviceClass", "WdfDeviceInitSetDeviceType",
  "WdfDeviceInitSetExclusive", "WdfDeviceInitSetFileObjectConfig", "WdfDeviceInitSetIoType",
  "WdfDeviceInitSetIoTypeEx", "WdfDeviceInitSetIoInCallerContextCallback", "WdfDeviceInitSetPnpPowerEventCallbacks",
  "WdfDeviceInitSetRequestAttributes", "WdfDeviceInitSetPowerPolicyOwnership",
  "WdfControlDeviceInitSetShutdownNotification", "WdfControlFinishInitializing", "WdfFdoInitSetFilter",
  "WdfIoQueueStart", "WdfIoQueueStop", "POOL_ZERO_DOWN_LEVEL_SUPPORT", "ExInitializeDriverRuntime",
  "UNREFERENCED_PARAMETER", "PAGED_CODE", "ASSERT", "NT_ASSERT", "NT_VERIFY",
];

/** Calls of which nothing else is to be said than what they do. */
export const EFFECTS: Readonly<Record<string, Effect>> = {
  ...Object.fromEntries(BORROWERS.map((name): [string, Effect] => [name, "borrow"])),
  WdfDriverCreate: "create-driver",
  WDF_DRIVER_CONFIG_INIT: "init-config",
  WDF_OBJECT_ATTRIBUTES_INIT: "init-attributes",
  WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE: "init-attributes",
  WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE: "keep-attributes",
  NT_SUCCESS: "test-success",
  NT_ERROR: "test-error",
  WdfDriverWdmGetDriverObject: "driver-object",
  WdfGetDriver: "driver-handle",
  WdfObjectGetTypedContext: "context-of",
  WdfObjectGetTypedContextWorker: "context-of",
  WdfDriverMiniportUnload: "miniport-unload",
  out: "make-out",
  RtlInitUnicodeString: "init-string",
  RtlInitEmptyUnicodeString: "init-string",
  RtlUnicodeStringInit: "init-string",
  RTL_CONSTANT_STRING: "make-string",
  DECLARE_CONST_UNICODE_STRING: "make-string",
  RtlZeroMemory: "zero",
  RtlSecureZeroMemory: "zero",
  ExRaiseStatus: "raise",
  ExRaiseAccessViolation: "raise",
  ExRaiseDatatypeMisalignment: "raise",
  RtlRaiseException: "raise",
  RtlRaiseStatus: "raise",
  KeBugCheck: "bugcheck",
  KeBugCheckEx: "bugcheck",
  RtlFailFast: "bugcheck",
  loadDriver: "load-driver",
};

const ANSWERS: ReadonlySet<string> = new Set(ANSWERERS);

/** Whether a call of which nothing else is to be said gives a status that can be a failure: where failures throw, it throws. */
export function givesStatus(name: string): boolean {
  return ANSWERS.has(name);
}

/** Trace calls carry names of the driver's own making: by convention they begin like these. */
const TRACE_NAME = /^(?:Trace(?:Events|Error|Warning|Info|Information|Verbose|Enter|Exit|Fatal|Message|Func\w*)|DoTrace\w*|WPP_(?!INIT_TRACING$|CLEANUP$)\w+|EventWrite\w+)$/u;

/** Whether a function of this name only writes a trace or a log. */
export function isTraceName(name: string): boolean {
  return TRACE_NAME.test(name);
}

/** Names that stand for NULL in a typed slot. */
export const NULLS: ReadonlySet<string> = new Set([
  "WDF_NO_OBJECT_ATTRIBUTES", "WDF_NO_EVENT_CALLBACK", "WDF_NO_HANDLE", "WDF_NO_CONTEXT", "WDF_NO_SEND_OPTIONS",
]);

/** Constants whose value matters to a verdict. */
export const CONSTANTS: Readonly<Record<string, number | boolean>> = {
  WdfDriverInitNonPnpDriver: 1,
  WdfDriverInitNoDispatchOverride: 2,
  TRUE: true,
  FALSE: false,
  // Makes a quota allocation answer with null instead of raising.
  POOL_QUOTA_FAIL_INSTEAD_OF_RAISE: 8,
};

/** STATUS_* names of success or informational severity; every other STATUS_* name is a failure. */
const SUCCESS_STATUSES: ReadonlySet<string> = new Set([
  "STATUS_SUCCESS", "STATUS_WAIT_0", "STATUS_WAIT_1", "STATUS_WAIT_2", "STATUS_WAIT_3", "STATUS_WAIT_63",
  "STATUS_ABANDONED", "STATUS_ABANDONED_WAIT_0", "STATUS_ABANDONED_WAIT_63", "STATUS_USER_APC", "STATUS_KERNEL_APC",
  "STATUS_ALERTED", "STATUS_TIMEOUT", "STATUS_PENDING", "STATUS_REPARSE", "STATUS_MORE_ENTRIES",
  "STATUS_NOT_ALL_ASSIGNED", "STATUS_SOME_NOT_MAPPED", "STATUS_OPLOCK_BREAK_IN_PROGRESS", "STATUS_VOLUME_MOUNTED",
  "STATUS_NOTIFY_CLEANUP", "STATUS_NOTIFY_ENUM_DIR", "STATUS_NO_QUOTAS_FOR_ACCOUNT", "STATUS_CRASH_DUMP",
  "STATUS_REPARSE_OBJECT", "STATUS_PROCESS_NOT_IN_JOB", "STATUS_PROCESS_IN_JOB", "STATUS_WAIT_FOR_OPLOCK",
  "STATUS_OBJECT_NAME_EXISTS", "STATUS_THREAD_WAS_SUSPENDED", "STATUS_WORKING_SET_LIMIT_RANGE",
  "STATUS_IMAGE_NOT_AT_BASE", "STATUS_RXACT_STATE_CREATED", "STATUS_SEGMENT_NOTIFICATION",
  "STATUS_REGISTRY_RECOVERED", "STATUS_ALREADY_WIN32", "STATUS_RESOURCE_REQUIREMENTS_CHANGED",
]);

/** What a STATUS_* name says; undefined for other names. */
export function statusOfName(name: string): { readonly ok: boolean } | undefined {
  return /^STATUS_[A-Z0-9_]+$/u.test(name) ? { ok: SUCCESS_STATUSES.has(name) } : undefined;
}

/** Where the attributes stand among a creating call's arguments: the calls whose object has a parent. */
export const ATTRIBUTES_ARGUMENT: Readonly<Record<string, number>> = {
  WdfDriverCreate: 2,
  WdfDeviceCreate: 1,
  WdfMemoryCreate: 0,
  WdfMemoryCreatePreallocated: 0,
  WdfLookasideListCreate: 0,
  WdfSpinLockCreate: 0,
  WdfWaitLockCreate: 0,
  WdfCollectionCreate: 0,
  WdfObjectCreate: 0,
  WdfStringCreate: 1,
  WdfTimerCreate: 1,
  WdfWorkItemCreate: 1,
  WdfDpcCreate: 1,
  WdfRegistryOpenKey: 3,
  WdfRegistryCreateKey: 5,
  WdfDriverOpenParametersRegistryKey: 2,
};
