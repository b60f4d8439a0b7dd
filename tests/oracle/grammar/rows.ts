/** The resources that generated drivers use: at least one row for each kind of the catalogue. */

/** One pair as text. In `args` and `free`, `@` stands for the box, the handle or the identifying object. */
export interface Row {
  readonly kind: string;
  readonly call: string;
  readonly args: string;
  readonly free: string;
  /** How success is seen. */
  readonly succeeds: "status" | "non-null" | "boolean" | "always" | "throws";
  /** Where the handle is. */
  readonly handle: "return" | "out" | "argument" | "global";
  /** What it is called in a driver. */
  readonly noun: string;
  readonly type: string;
  /** For `argument` rows: the initialiser of the identifying object. */
  readonly identity?: string;
  /** For `out` rows: the property that carries the handle in the result dialect. */
  readonly property?: string;
  /** For `out` rows with several boxes: the arguments in the result dialect. */
  readonly resultArgs?: string;
  /** Releasing what is not held stops the machine. */
  readonly isFatal: boolean;
  /** The framework releases it with the driver object. */
  readonly isOwned?: boolean;
  /** A device is created of it, which takes the duty over. */
  readonly isConsumed?: boolean;
  /** Usable only once the driver object exists, whose handle is `$`. */
  readonly needsDriver?: boolean;
}

type Spec = Partial<Row>;
const returned = (kind: string, call: string, args: string, free: string, noun: string, type: string, spec: Spec = {}): Row =>
  ({ kind, call, args, free, succeeds: "non-null", handle: "return", noun, type, isFatal: true, ...spec });
const boxed = (kind: string, call: string, args: string, free: string, noun: string, type: string, property: string, spec: Spec = {}): Row =>
  ({ kind, call, args, free, succeeds: "status", handle: "out", noun, type, property, isFatal: true, ...spec });
const named = (kind: string, call: string, args: string, free: string, noun: string, identity: string, spec: Spec = {}): Row =>
  ({ kind, call, args, free, succeeds: "status", handle: "argument", noun, type: "object", identity, isFatal: false, ...spec });

const HARMLESS = { isFatal: false };
const OWNED = { isOwned: true };

export const ROWS: readonly Row[] = [
  returned("pool", "ExAllocatePoolWithTag", "NonPagedPoolNx, 512, TAG", "ExFreePoolWithTag(@, TAG)", "Buffer", "PoolBlock"),
  returned("pool", "ExAllocatePool2", "POOL_FLAG_PAGED, 64, TAG", "ExFreePool(@)", "Table", "PoolBlock"),
  returned("pool", "ExAllocatePoolZero", "PagedPool, RegistryPath.Length, TAG", "ExFreePool(@)", "Path", "PoolBlock"),
  returned("pool-quota", "ExAllocatePoolWithQuotaTag", "PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE, 32, TAG", "ExFreePool(@)", "Quota", "PoolBlock"),
  returned("pool-quota", "ExAllocatePoolQuotaZero", "PagedPool, 32, TAG", "ExFreePool(@)", "Charge", "PoolBlock", { succeeds: "throws" }),
  returned("contiguous-memory", "MmAllocateContiguousMemory", "4096, 0xffffffff", "MmFreeContiguousMemory(@)", "Common", "PoolBlock"),
  returned("io-mapping", "MmMapIoSpace", "0xfee00000, 256, MmNonCached", "MmUnmapIoSpace(@, 256)", "Registers", "PoolBlock"),
  returned("mdl", "IoAllocateMdl", "null, 256, false, false, null", "IoFreeMdl(@)", "Mdl", "MDL"),
  boxed("device-object", "IoCreateDevice", "DriverObject, 0, null, FILE_DEVICE_UNKNOWN, 0, false, @", "IoDeleteDevice(@)", "Device", "DEVICE_OBJECT", "device"),
  boxed("device-object", "IoCreateDeviceSecure", 'DriverObject, 0, null, FILE_DEVICE_UNKNOWN, 0, false, "D:P", null, @', "IoDeleteDevice(@)", "Secure", "DEVICE_OBJECT", "device"),
  named("symbolic-link", "IoCreateSymbolicLink", "@, DEVICE_NAME", "IoDeleteSymbolicLink(@)", "Link", 'RTL_CONSTANT_STRING("\\\\DosDevices\\\\Sample#")'),
  named("shutdown-notification", "IoRegisterShutdownNotification", "@", "IoUnregisterShutdownNotification(@)", "Target", "{} as DEVICE_OBJECT"),
  boxed("pnp-notification", "IoRegisterPlugPlayNotification", "2, 0, null, DriverObject, OnEvent, null, @", "IoUnregisterPlugPlayNotificationEx(@)", "Notification", "object", "entry"),
  returned("boot-callback", "IoRegisterBootDriverCallback", "OnEvent, null", "IoUnregisterBootDriverCallback(@)", "Boot", "object"),
  returned("work-item", "IoAllocateWorkItem", "null", "IoFreeWorkItem(@)", "WorkItem", "IO_WORKITEM"),
  returned("irp", "IoAllocateIrp", "1, false", "IoFreeIrp(@)", "Irp", "IRP"),
  boxed("interrupt", "IoConnectInterrupt", "@, OnEvent, null, null, 9, 5, 5, 0, true, 1, false", "IoDisconnectInterrupt(@)", "Interrupt", "KINTERRUPT", "interrupt"),
  { kind: "interrupt-ex", call: "IoConnectInterruptEx", args: "{ Version: 1 }", free: "IoDisconnectInterruptEx({ Version: 1 })", succeeds: "status", handle: "global", noun: "Vector", type: "object", isFatal: true },
  boxed("process-notify", "PsSetCreateProcessNotifyRoutine", "@, false", "PsSetCreateProcessNotifyRoutine(@, true)", "OnProcess", "object", "", { handle: "argument", identity: "() => undefined", isFatal: false }),
  named("thread-notify", "PsSetCreateThreadNotifyRoutine", "@", "PsRemoveCreateThreadNotifyRoutine(@)", "OnThread", "() => undefined"),
  named("image-notify", "PsSetLoadImageNotifyRoutine", "@", "PsRemoveLoadImageNotifyRoutine(@)", "OnImage", "() => undefined"),
  boxed("system-thread", "PsCreateSystemThread", "@, GENERIC_ALL, null, null, null, OnEvent, null", "ZwClose(@)", "Thread", "THREAD_HANDLE", "thread"),
  boxed("device-object-pointer", "IoGetDeviceObjectPointer", "DEVICE_NAME, GENERIC_READ, @, out<DEVICE_OBJECT>()", "ObDereferenceObject(@)", "File", "FILE_OBJECT", "file", { resultArgs: "DEVICE_NAME, GENERIC_READ" }),
  boxed("object-callbacks", "ObRegisterCallbacks", "{ Version: 1 }, @", "ObUnRegisterCallbacks(@)", "Callbacks", "object", "handle"),
  named("object-reference", "ObReferenceObjectByPointer", "@, 0, null, KernelMode", "ObDereferenceObject(@)", "Process", "{}", { isFatal: true }),
  named("object-reference", "ObReferenceObject", "@", "ObDereferenceObject(@)", "Section", "{}", { isFatal: true, succeeds: "always" }),
  boxed("registry-callback", "CmRegisterCallbackEx", "OnEvent, ALTITUDE, DriverObject, null, @, null", "CmUnRegisterCallback(@)", "Cookie", "object", "cookie", HARMLESS),
  boxed("registry-callback", "CmRegisterCallback", "OnEvent, null, @", "CmUnRegisterCallback(@)", "Filter", "object", "cookie", HARMLESS),
  boxed("etw-provider", "EtwRegister", '"{guid}", null, null, @', "EtwUnregister(@)", "Provider", "object", "handle", HARMLESS),
  named("tracelogging-provider", "TraceLoggingRegister", "@", "TraceLoggingUnregister(@)", "Logging", "{}"),
  boxed("wpp-recorder-log", "WppRecorderLogCreate", "null, @", "WppRecorderLogDelete(@)", "Log", "object", "log"),
  named("lookaside-list", "ExInitializeNPagedLookasideList", "@, null, null, 0, 64, TAG, 0", "ExDeleteNPagedLookasideList(@)", "List", "{}", { isFatal: true, succeeds: "always" }),
  named("lookaside-list-ex", "ExInitializeLookasideListEx", "@, null, null, NonPagedPoolNx, 0, 64, TAG, 0", "ExDeleteLookasideListEx(@)", "Cache", "{}", { isFatal: true }),
  named("eresource", "ExInitializeResourceLite", "@", "ExDeleteResourceLite(@)", "Lock", "{}", { isFatal: true }),
  returned("timer", "ExAllocateTimer", "null, null, 0", "ExDeleteTimer(@, true, false, null)", "Timer", "EX_TIMER"),
  named("bugcheck-callback", "KeRegisterBugCheckCallback", '@, OnEvent, null, 0, "sample"', "KeDeregisterBugCheckCallback(@)", "Record", "{}", { succeeds: "boolean" }),
  named("bugcheck-reason-callback", "KeRegisterBugCheckReasonCallback", '@, OnEvent, 1, "sample"', "KeDeregisterBugCheckReasonCallback(@)", "Reason", "{}", { succeeds: "boolean" }),
  returned("nmi-callback", "KeRegisterNmiCallback", "OnEvent, null", "KeDeregisterNmiCallback(@)", "Nmi", "object"),
  returned("processor-change-callback", "KeRegisterProcessorChangeCallback", "OnEvent, null, 0", "KeDeregisterProcessorChangeCallback(@)", "Processors", "object"),
  boxed("callback-object", "ExCreateCallback", "@, null, true, true", "ObDereferenceObject(@)", "PowerState", "CALLBACK_OBJECT", "object"),
  returned("callback-registration", "ExRegisterCallback", "null, OnEvent, null", "ExUnregisterCallback(@)", "Registration", "object"),
  boxed("power-setting-callback", "PoRegisterPowerSettingCallback", 'null, "{guid}", OnEvent, null, @', "PoUnregisterPowerSettingCallback(@)", "Power", "object", "handle"),
  boxed("handle", "ZwOpenKey", "@, KEY_READ, null", "ZwClose(@)", "Key", "HANDLE", "handle", HARMLESS),
  boxed("handle", "ZwCreateEvent", "@, GENERIC_ALL, null, 0, false", "ZwClose(@)", "Event", "HANDLE", "handle", HARMLESS),
  named("unicode-string", "RtlCreateUnicodeString", '@, "sample"', "RtlFreeUnicodeString(@)", "Name", "new UNICODE_STRING()", { succeeds: "boolean" }),
  named("unicode-string", "RtlAnsiStringToUnicodeString", '@, "sample", true', "RtlFreeUnicodeString(@)", "Title", "new UNICODE_STRING()"),
  boxed("minifilter", "FltRegisterFilter", "DriverObject, { Version: 1 }, @", "FltUnregisterFilter(@)", "FilterHandle", "FLT_FILTER", "filter"),
  boxed("minifilter-port", "FltCreateCommunicationPort", "null, @, null, null, OnEvent, OnEvent, null, 1", "FltCloseCommunicationPort(@)", "Port", "FLT_PORT", "port"),
  boxed("wfp-engine", "FwpmEngineOpen", "null, 10, null, null, @", "FwpmEngineClose(@)", "Engine", "WFP_ENGINE", "engine", HARMLESS),
  boxed("wfp-callout", "FwpsCalloutRegister", "null, { flags: 0 }, @", "FwpsCalloutUnregisterById(@)", "Callout", "WFP_CALLOUT", "id", HARMLESS),
  boxed("wfp-injection", "FwpsInjectionHandleCreate", "0, 0, @", "FwpsInjectionHandleDestroy(@)", "Injection", "WFP_INJECTION", "handle"),
  named("winsock-kernel", "WskRegister", "{ Version: 1 }, @", "WskDeregister(@)", "Wsk", "{}", { isFatal: true }),
  boxed("ndis-miniport", "NdisMRegisterMiniportDriver", "DriverObject, RegistryPath, null, { Major: 6 }, @", "NdisMDeregisterMiniportDriver(@)", "Miniport", "NDIS_MINIPORT", "handle"),
  boxed("ndis-filter", "NdisFRegisterFilterDriver", "DriverObject, null, { Major: 6 }, @", "NdisFDeregisterFilterDriver(@)", "Lwf", "NDIS_FILTER", "handle"),
  boxed("ndis-protocol", "NdisRegisterProtocolDriver", "null, { Major: 6 }, @", "NdisDeregisterProtocolDriver(@)", "Protocol", "NDIS_PROTOCOL", "handle"),
  boxed("wdf-object", "WdfMemoryCreate", "null, NonPagedPoolNx, TAG, 256, @, null", "WdfObjectDelete(@)", "Memory", "WDFMEMORY", "memory", { ...OWNED, resultArgs: "null, NonPagedPoolNx, TAG, 256" }),
  boxed("wdf-object", "WdfSpinLockCreate", "null, @", "WdfObjectDelete(@)", "SpinLock", "WDFSPINLOCK", "lock", OWNED),
  boxed("wdf-object", "WdfCollectionCreate", "WDF_NO_OBJECT_ATTRIBUTES, @", "WdfObjectDelete(@)", "Collection", "WDFCOLLECTION", "collection", OWNED),
  boxed("wdf-object", "WdfStringCreate", "DEVICE_NAME, null, @", "WdfObjectDelete(@)", "String", "WDFSTRING", "string", OWNED),
  boxed("wdf-registry-key", "WdfRegistryOpenKey", "null, DEVICE_NAME, KEY_READ, null, @", "WdfRegistryClose(@)", "Parameters", "WDFKEY", "key", OWNED),
  boxed("wdf-registry-key", "WdfDriverOpenParametersRegistryKey", "$, KEY_READ, null, @", "WdfRegistryClose(@)", "Settings", "WDFKEY", "key", { ...OWNED, needsDriver: true }),
  returned("wdf-device-init", "WdfControlDeviceInitAllocate", '$, "D:P"', "WdfDeviceInitFree(@)", "Init", "WDFDEVICE_INIT", { needsDriver: true }),
  returned("wdf-device-init", "WdfControlDeviceInitAllocate", '$, "D:P"', "WdfDeviceInitFree(@)", "ControlInit", "WDFDEVICE_INIT", { needsDriver: true, isConsumed: true }),
  { kind: "wpp", call: "WPP_INIT_TRACING", args: "DriverObject, RegistryPath", free: "WPP_CLEANUP(%)", succeeds: "always", handle: "global", noun: "Tracing", type: "object", isFatal: false },
];

/** The kinds of the rows. */
export const KINDS: readonly string[] = [...new Set(ROWS.map(({ kind }) => kind))];
