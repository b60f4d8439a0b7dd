/** The acquire/release pairs and registrations the simulated kernel knows: rows of data that drive every such call. */

/** How a caller sees that an acquisition succeeded. */
export type Success = "status" | "non-null" | "boolean" | "always" | "throws";

/** What identifies an acquired resource: the result, an out box, an argument, or nothing (there is only one). */
export type HandleSource =
  { readonly from: "return" | "global" } | { readonly from: "out" | "argument"; readonly argument: number };

/** A condition on an argument: such a call acquires (or releases) only where it holds. */
export interface Condition {
  readonly argument: number;
  readonly is: boolean;
}

/** A call that releases, and which argument names the resource (null: the call needs no handle). */
export interface Release {
  readonly call: string;
  readonly argument: number | null;
  readonly when?: Condition;
}

/** One row: calls that acquire the same kind of resource, and calls that release it. */
export interface Pair {
  readonly kind: string;
  readonly acquire: readonly string[];
  readonly succeeds: Success;
  readonly handle: HandleSource;
  readonly release: readonly Release[];
  /** Who releases it when nothing else does: nobody, or the framework with the parent object. */
  readonly owner: "driver" | "framework";
  /** What releasing something not held does. */
  readonly unheld: "fatal" | "harmless";
  readonly acquireWhen?: Condition;
  readonly transfer?: { readonly call: string; readonly argument: number };
}

const result: HandleSource = { from: "return" };
const global: HandleSource = { from: "global" };
const box = (argument: number): HandleSource => ({ from: "out", argument });
const argument = (index: number): HandleSource => ({ from: "argument", argument: index });

function fatal(
  kind: string,
  succeeds: Success,
  handle: HandleSource,
  acquire: readonly string[],
  release: readonly (string | Release)[],
  extra: Partial<Pair> = {},
): Pair {
  const releases = release.map((entry) => (typeof entry === "string" ? { call: entry, argument: 0 } : entry));
  return { kind, acquire, succeeds, handle, release: releases, owner: "driver", unheld: "fatal", ...extra };
}

function harmless(...row: Parameters<typeof fatal>): Pair {
  return { ...fatal(...row), unheld: "harmless" };
}

/** Calls that hand the driver to a port or class driver: they acquire nothing, but they can fail. */
export const registrations: readonly string[] = [
  "ScsiPortInitialize",
  "StorPortInitialize",
  "ClassInitialize",
  "HidRegisterMinidriver",
  "KsInitializeDriver",
  "PcInitializeAdapterDriver",
  "VideoPortInitialize",
  "DxgkInitialize",
];

/** Every pair. Rows of one kind may differ in where the handle is found. */
export const pairs: readonly Pair[] = [
  harmless("wpp", "always", global, ["WPP_INIT_TRACING"], [{ call: "WPP_CLEANUP", argument: null }]),
  fatal(
    "pool",
    "non-null",
    result,
    [
      "ExAllocatePool",
      "ExAllocatePoolWithTag",
      "ExAllocatePoolZero",
      "ExAllocatePoolUninitialized",
      "ExAllocatePool2",
      "ExAllocatePool3",
      "ExAllocatePoolPriorityZero",
    ],
    ["ExFreePool", "ExFreePoolWithTag", "ExFreePool2"],
  ),
  fatal(
    "pool-quota",
    "throws",
    result,
    [
      "ExAllocatePoolWithQuota",
      "ExAllocatePoolWithQuotaTag",
      "ExAllocatePoolQuotaZero",
      "ExAllocatePoolQuotaUninitialized",
    ],
    ["ExFreePool", "ExFreePoolWithTag"],
  ),
  fatal(
    "contiguous-memory",
    "non-null",
    result,
    ["MmAllocateContiguousMemory", "MmAllocateContiguousMemorySpecifyCache", "MmAllocateContiguousNodeMemory"],
    ["MmFreeContiguousMemory", "MmFreeContiguousMemorySpecifyCache"],
  ),
  fatal("io-mapping", "non-null", result, ["MmMapIoSpace", "MmMapIoSpaceEx"], ["MmUnmapIoSpace"]),
  fatal("mdl", "non-null", result, ["IoAllocateMdl"], ["IoFreeMdl"]),
  fatal("device-object", "status", box(6), ["IoCreateDevice"], ["IoDeleteDevice"]),
  fatal("device-object", "status", box(8), ["IoCreateDeviceSecure"], ["IoDeleteDevice"]),
  harmless("symbolic-link", "status", argument(0), ["IoCreateSymbolicLink"], ["IoDeleteSymbolicLink"]),
  harmless(
    "shutdown-notification",
    "status",
    argument(0),
    ["IoRegisterShutdownNotification", "IoRegisterLastChanceShutdownNotification"],
    ["IoUnregisterShutdownNotification"],
  ),
  fatal(
    "pnp-notification",
    "status",
    box(6),
    ["IoRegisterPlugPlayNotification"],
    ["IoUnregisterPlugPlayNotification", "IoUnregisterPlugPlayNotificationEx"],
  ),
  fatal("boot-callback", "non-null", result, ["IoRegisterBootDriverCallback"], ["IoUnregisterBootDriverCallback"]),
  fatal("work-item", "non-null", result, ["IoAllocateWorkItem"], ["IoFreeWorkItem"]),
  fatal("irp", "non-null", result, ["IoAllocateIrp"], ["IoFreeIrp"]),
  fatal("interrupt", "status", box(0), ["IoConnectInterrupt"], ["IoDisconnectInterrupt"]),
  fatal(
    "interrupt-ex",
    "status",
    global,
    ["IoConnectInterruptEx"],
    [{ call: "IoDisconnectInterruptEx", argument: null }],
  ),
  fatal("device-object-pointer", "status", box(2), ["IoGetDeviceObjectPointer"], ["ObDereferenceObject"]),
  harmless(
    "process-notify",
    "status",
    argument(0),
    ["PsSetCreateProcessNotifyRoutine", "PsSetCreateProcessNotifyRoutineEx"],
    [
      { call: "PsSetCreateProcessNotifyRoutine", argument: 0, when: { argument: 1, is: true } },
      { call: "PsSetCreateProcessNotifyRoutineEx", argument: 0, when: { argument: 1, is: true } },
    ],
    { acquireWhen: { argument: 1, is: false } },
  ),
  harmless(
    "process-notify",
    "status",
    argument(1),
    ["PsSetCreateProcessNotifyRoutineEx2"],
    [{ call: "PsSetCreateProcessNotifyRoutineEx2", argument: 1, when: { argument: 2, is: true } }],
    { acquireWhen: { argument: 2, is: false } },
  ),
  harmless(
    "thread-notify",
    "status",
    argument(0),
    ["PsSetCreateThreadNotifyRoutine"],
    ["PsRemoveCreateThreadNotifyRoutine"],
  ),
  harmless(
    "thread-notify",
    "status",
    argument(1),
    ["PsSetCreateThreadNotifyRoutineEx"],
    ["PsRemoveCreateThreadNotifyRoutine"],
  ),
  harmless(
    "image-notify",
    "status",
    argument(0),
    ["PsSetLoadImageNotifyRoutine", "PsSetLoadImageNotifyRoutineEx"],
    ["PsRemoveLoadImageNotifyRoutine"],
  ),
  fatal("system-thread", "status", box(0), ["PsCreateSystemThread"], ["ZwClose"]),
  fatal("object-callbacks", "status", box(1), ["ObRegisterCallbacks"], ["ObUnRegisterCallbacks"]),
  fatal("object-reference", "status", box(4), ["ObReferenceObjectByHandle"], ["ObDereferenceObject"]),
  fatal("object-reference", "status", argument(0), ["ObReferenceObjectByPointer"], ["ObDereferenceObject"]),
  fatal("object-reference", "always", argument(0), ["ObReferenceObject"], ["ObDereferenceObject"]),
  harmless("registry-callback", "status", box(2), ["CmRegisterCallback"], ["CmUnRegisterCallback"]),
  harmless("registry-callback", "status", box(4), ["CmRegisterCallbackEx"], ["CmUnRegisterCallback"]),
  harmless("etw-provider", "status", box(3), ["EtwRegister"], ["EtwUnregister"]),
  harmless("tracelogging-provider", "status", argument(0), ["TraceLoggingRegister"], ["TraceLoggingUnregister"]),
  fatal("wpp-recorder-log", "status", box(1), ["WppRecorderLogCreate"], ["WppRecorderLogDelete"]),
  fatal(
    "lookaside-list",
    "always",
    argument(0),
    ["ExInitializeNPagedLookasideList", "ExInitializePagedLookasideList"],
    ["ExDeleteNPagedLookasideList", "ExDeletePagedLookasideList"],
  ),
  fatal("lookaside-list-ex", "status", argument(0), ["ExInitializeLookasideListEx"], ["ExDeleteLookasideListEx"]),
  fatal("eresource", "status", argument(0), ["ExInitializeResourceLite"], ["ExDeleteResourceLite"]),
  fatal("timer", "non-null", result, ["ExAllocateTimer"], ["ExDeleteTimer"]),
  harmless(
    "bugcheck-callback",
    "boolean",
    argument(0),
    ["KeRegisterBugCheckCallback"],
    ["KeDeregisterBugCheckCallback"],
  ),
  harmless(
    "bugcheck-reason-callback",
    "boolean",
    argument(0),
    ["KeRegisterBugCheckReasonCallback"],
    ["KeDeregisterBugCheckReasonCallback"],
  ),
  fatal("nmi-callback", "non-null", result, ["KeRegisterNmiCallback"], ["KeDeregisterNmiCallback"]),
  fatal(
    "processor-change-callback",
    "non-null",
    result,
    ["KeRegisterProcessorChangeCallback"],
    ["KeDeregisterProcessorChangeCallback"],
  ),
  fatal("callback-registration", "non-null", result, ["ExRegisterCallback"], ["ExUnregisterCallback"]),
  fatal("callback-object", "status", box(0), ["ExCreateCallback"], ["ObDereferenceObject"]),
  fatal(
    "power-setting-callback",
    "status",
    box(4),
    ["PoRegisterPowerSettingCallback"],
    ["PoUnregisterPowerSettingCallback"],
  ),
  harmless(
    "handle",
    "status",
    box(0),
    ["ZwOpenKey", "ZwCreateKey", "ZwOpenFile", "ZwCreateFile", "ZwCreateSection", "ZwOpenSection", "ZwCreateEvent"],
    ["ZwClose"],
  ),
  harmless("handle", "status", box(4), ["IoOpenDriverRegistryKey"], ["ZwClose"]),
  harmless("unicode-string", "boolean", argument(0), ["RtlCreateUnicodeString"], ["RtlFreeUnicodeString"]),
  harmless("unicode-string", "status", argument(0), ["RtlAnsiStringToUnicodeString"], ["RtlFreeUnicodeString"], {
    acquireWhen: { argument: 2, is: true },
  }),
  fatal("minifilter", "status", box(2), ["FltRegisterFilter"], ["FltUnregisterFilter"]),
  fatal("minifilter-port", "status", box(1), ["FltCreateCommunicationPort"], ["FltCloseCommunicationPort"]),
  harmless("wfp-engine", "status", box(4), ["FwpmEngineOpen"], ["FwpmEngineClose"]),
  harmless(
    "wfp-callout",
    "status",
    box(2),
    ["FwpsCalloutRegister"],
    ["FwpsCalloutUnregisterById", { call: "FwpsCalloutUnregisterByKey", argument: null }],
  ),
  fatal("wfp-injection", "status", box(2), ["FwpsInjectionHandleCreate"], ["FwpsInjectionHandleDestroy"]),
  fatal("winsock-kernel", "status", argument(1), ["WskRegister"], ["WskDeregister"]),
  fatal("ndis-miniport", "status", box(4), ["NdisMRegisterMiniportDriver"], ["NdisMDeregisterMiniportDriver"]),
  fatal("ndis-filter", "status", box(3), ["NdisFRegisterFilterDriver"], ["NdisFDeregisterFilterDriver"]),
  fatal("ndis-protocol", "status", box(2), ["NdisRegisterProtocolDriver"], ["NdisDeregisterProtocolDriver"]),
  fatal("gpio-client", "status", argument(0), ["GPIO_CLX_RegisterClient"], ["GPIO_CLX_UnregisterClient"]),
  fatal("wdf-device-init", "non-null", result, ["WdfControlDeviceInitAllocate"], ["WdfDeviceInitFree"], {
    transfer: { call: "WdfDeviceCreate", argument: 0 },
  }),
  fatal(
    "wdf-reference",
    "always",
    argument(0),
    ["WdfObjectReference", "WdfObjectReferenceWithTag"],
    ["WdfObjectDereference", "WdfObjectDereferenceWithTag"],
  ),
  fatal("wdf-object", "status", box(4), ["WdfMemoryCreate"], ["WdfObjectDelete"], { owner: "framework" }),
  fatal("wdf-object", "status", box(3), ["WdfMemoryCreatePreallocated"], ["WdfObjectDelete"], { owner: "framework" }),
  fatal("wdf-object", "status", box(5), ["WdfLookasideListCreate"], ["WdfObjectDelete"], { owner: "framework" }),
  fatal(
    "wdf-object",
    "status",
    box(1),
    ["WdfSpinLockCreate", "WdfWaitLockCreate", "WdfCollectionCreate", "WdfObjectCreate"],
    ["WdfObjectDelete"],
    { owner: "framework" },
  ),
  fatal("wdf-object", "status", box(2), ["WdfStringCreate"], ["WdfObjectDelete"], { owner: "framework" }),
  fatal("wdf-object", "status", box(2), ["WdfTimerCreate", "WdfWorkItemCreate", "WdfDpcCreate"], ["WdfObjectDelete"], {
    owner: "framework",
  }),
  fatal("wdf-object", "status", box(2), ["WdfDeviceCreate"], ["WdfObjectDelete"], { owner: "framework" }),
  fatal("wdf-registry-key", "status", box(4), ["WdfRegistryOpenKey"], ["WdfRegistryClose"], { owner: "framework" }),
  fatal("wdf-registry-key", "status", box(6), ["WdfRegistryCreateKey"], ["WdfRegistryClose"], { owner: "framework" }),
  fatal("wdf-registry-key", "status", box(3), ["WdfDriverOpenParametersRegistryKey"], ["WdfRegistryClose"], {
    owner: "framework",
  }),
];
