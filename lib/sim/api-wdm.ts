/** The kernel's own calls beside memory: devices, links, notifications, threads, handles, timers, tracing, printing. */
import type { AnyRoutine, Memory } from "./api-memory.ts";
import { benign, call, overwriting, special } from "./calls.ts";
import { DRIVER_OBJECT } from "./values.ts";
import type { DEVICE_OBJECT, KernelObject, Maybe, Out, UNICODE_STRING } from "./values.ts";
import { kernelIfAny } from "./kernel.ts";
import { STATUS_SUCCESS } from "./status.ts";
import type { NTSTATUS } from "./status.ts";

/** Whatever the kernel takes and does not look into here. */
type Opaque = object | string | number | null;
/** What a callback is given back. */
type Context = unknown;

export const FILE_DEVICE_UNKNOWN = 0x22;
export const FILE_DEVICE_SECURE_OPEN = 0x100;
export const DO_BUFFERED_IO = 0x4;
export const DO_DEVICE_INITIALIZING = 0x80;
export const GENERIC_READ = 0x80000000;
export const GENERIC_ALL = 0x10000000;
export const KEY_READ = 0x20019;
export const KEY_ALL_ACCESS = 0xf003f;
export const KernelMode = 0;

export type IRP = KernelObject<"irp">;
export type IO_WORKITEM = KernelObject<"work-item">;
export type KINTERRUPT = KernelObject<"interrupt">;
export type FILE_OBJECT = KernelObject<"device-object-pointer">;
export type HANDLE = KernelObject<"handle">;
export type THREAD_HANDLE = KernelObject<"system-thread">;
export type EX_TIMER = KernelObject<"timer">;
export type CALLBACK_OBJECT = KernelObject<"callback-object">;

export const IoCreateDevice =
  call<
    (
      DriverObject: DRIVER_OBJECT,
      extensionSize: number,
      name: UNICODE_STRING | null,
      type: number,
      characteristics: number,
      exclusive: boolean,
      device: Out<DEVICE_OBJECT>,
    ) => NTSTATUS
  >("IoCreateDevice");
export const IoCreateDeviceSecure =
  call<
    (
      DriverObject: DRIVER_OBJECT,
      extensionSize: number,
      name: UNICODE_STRING | null,
      type: number,
      characteristics: number,
      exclusive: boolean,
      sddl: UNICODE_STRING | string,
      deviceClass: Opaque,
      device: Out<DEVICE_OBJECT>,
    ) => NTSTATUS
  >("IoCreateDeviceSecure");
export const IoDeleteDevice = call<(device: Maybe<DEVICE_OBJECT>) => void>("IoDeleteDevice");
export const IoCreateSymbolicLink =
  call<(link: UNICODE_STRING, device: UNICODE_STRING) => NTSTATUS>("IoCreateSymbolicLink");
export const IoDeleteSymbolicLink = call<(link: UNICODE_STRING) => NTSTATUS>("IoDeleteSymbolicLink");
export const IoRegisterShutdownNotification = call<(device: Maybe<DEVICE_OBJECT>) => NTSTATUS>(
  "IoRegisterShutdownNotification",
);
export const IoRegisterLastChanceShutdownNotification = call<(device: Maybe<DEVICE_OBJECT>) => NTSTATUS>(
  "IoRegisterLastChanceShutdownNotification",
);
export const IoUnregisterShutdownNotification = call<(device: Maybe<DEVICE_OBJECT>) => void>(
  "IoUnregisterShutdownNotification",
);
export const IoRegisterPlugPlayNotification = call<
  (
    category: number,
    flags: number,
    data: Opaque,
    DriverObject: DRIVER_OBJECT,
    routine: AnyRoutine,
    context: Context,
    entry: Out<KernelObject<"pnp-notification">>,
  ) => NTSTATUS
>("IoRegisterPlugPlayNotification");
export const IoUnregisterPlugPlayNotification = call<(entry: Maybe<KernelObject<"pnp-notification">>) => NTSTATUS>(
  "IoUnregisterPlugPlayNotification",
);
export const IoUnregisterPlugPlayNotificationEx = call<(entry: Maybe<KernelObject<"pnp-notification">>) => NTSTATUS>(
  "IoUnregisterPlugPlayNotificationEx",
);
export const IoRegisterBootDriverCallback =
  call<(routine: AnyRoutine, context: Context) => KernelObject<"boot-callback"> | null>("IoRegisterBootDriverCallback");
export const IoUnregisterBootDriverCallback = call<(handle: Maybe<KernelObject<"boot-callback">>) => void>(
  "IoUnregisterBootDriverCallback",
);
export const IoAllocateWorkItem = call<(device: Maybe<DEVICE_OBJECT>) => IO_WORKITEM | null>("IoAllocateWorkItem");
export const IoFreeWorkItem = call<(item: Maybe<IO_WORKITEM>) => void>("IoFreeWorkItem");
export const IoAllocateIrp = call<(stackSize: number, chargeQuota: boolean) => IRP | null>("IoAllocateIrp");
export const IoFreeIrp = call<(irp: Maybe<IRP>) => void>("IoFreeIrp");
export const IoConnectInterrupt =
  call<
    (
      interrupt: Out<KINTERRUPT>,
      routine: AnyRoutine,
      context: Context,
      lock: object | null,
      vector: number,
      irql: number,
      synchronizeIrql: number,
      mode: number,
      share: boolean,
      affinity: number,
      floatingSave: boolean,
    ) => NTSTATUS
  >("IoConnectInterrupt");
export const IoDisconnectInterrupt = call<(interrupt: Maybe<KINTERRUPT>) => void>("IoDisconnectInterrupt");
export const IoConnectInterruptEx = call<(parameters: object) => NTSTATUS>("IoConnectInterruptEx");
export const IoDisconnectInterruptEx = call<(parameters: object) => void>("IoDisconnectInterruptEx");
/** The file object is what must be dereferenced; the device lives as long as it. */
export const IoGetDeviceObjectPointer =
  call<(name: UNICODE_STRING, access: number, file: Out<FILE_OBJECT>, device: Out<DEVICE_OBJECT>) => NTSTATUS>(
    "IoGetDeviceObjectPointer",
  );
export const IoOpenDriverRegistryKey =
  call<(DriverObject: DRIVER_OBJECT, type: number, access: number, flags: number, key: Out<HANDLE>) => NTSTATUS>(
    "IoOpenDriverRegistryKey",
  );
export const IoRegisterDriverReinitialization = benign<
  (DriverObject: DRIVER_OBJECT, routine: AnyRoutine, context: Context) => void
>("IoRegisterDriverReinitialization");

type ProcessNotify = (routine: AnyRoutine, remove: boolean) => NTSTATUS;
export const PsSetCreateProcessNotifyRoutine = call<ProcessNotify>("PsSetCreateProcessNotifyRoutine");
export const PsSetCreateProcessNotifyRoutineEx = call<ProcessNotify>("PsSetCreateProcessNotifyRoutineEx");
export const PsSetCreateProcessNotifyRoutineEx2 = call<
  (type: number, routine: AnyRoutine, remove: boolean) => NTSTATUS
>("PsSetCreateProcessNotifyRoutineEx2");
export const PsSetCreateThreadNotifyRoutine = call<(routine: AnyRoutine) => NTSTATUS>("PsSetCreateThreadNotifyRoutine");
export const PsSetCreateThreadNotifyRoutineEx = call<(type: number, routine: AnyRoutine) => NTSTATUS>(
  "PsSetCreateThreadNotifyRoutineEx",
);
export const PsRemoveCreateThreadNotifyRoutine = call<(routine: AnyRoutine) => NTSTATUS>(
  "PsRemoveCreateThreadNotifyRoutine",
);
export const PsSetLoadImageNotifyRoutine = call<(routine: AnyRoutine) => NTSTATUS>("PsSetLoadImageNotifyRoutine");
export const PsSetLoadImageNotifyRoutineEx = call<(routine: AnyRoutine, flags: number) => NTSTATUS>(
  "PsSetLoadImageNotifyRoutineEx",
);
export const PsRemoveLoadImageNotifyRoutine = call<(routine: AnyRoutine) => NTSTATUS>("PsRemoveLoadImageNotifyRoutine");
export const PsCreateSystemThread =
  call<
    (
      thread: Out<THREAD_HANDLE>,
      access: number,
      attributes: object | null,
      process: HANDLE | null,
      client: object | null,
      start: AnyRoutine,
      context: Context,
    ) => NTSTATUS
  >("PsCreateSystemThread");

export const ObRegisterCallbacks =
  call<(registration: object, handle: Out<KernelObject<"object-callbacks">>) => NTSTATUS>("ObRegisterCallbacks");
export const ObUnRegisterCallbacks =
  call<(handle: Maybe<KernelObject<"object-callbacks">>) => void>("ObUnRegisterCallbacks");
export const ObReferenceObjectByHandle =
  call<
    (
      handle: Maybe<HANDLE | THREAD_HANDLE>,
      access: number,
      type: object | null,
      mode: number,
      object: Out<KernelObject<"object-reference">>,
      information: object | null,
    ) => NTSTATUS
  >("ObReferenceObjectByHandle");
export const ObReferenceObjectByPointer =
  call<(object: Maybe<object>, access: number, type: object | null, mode: number) => NTSTATUS>(
    "ObReferenceObjectByPointer",
  );
export const ObReferenceObject = call<(object: Maybe<object>) => void>("ObReferenceObject");
export const ObDereferenceObject = call<(object: Maybe<object>) => void>("ObDereferenceObject");

type Cookie = KernelObject<"registry-callback">;
export const CmRegisterCallback =
  call<(routine: AnyRoutine, context: Context, cookie: Out<Cookie>) => NTSTATUS>("CmRegisterCallback");
export const CmRegisterCallbackEx =
  call<
    (
      routine: AnyRoutine,
      altitude: UNICODE_STRING,
      DriverObject: DRIVER_OBJECT,
      context: Context,
      cookie: Out<Cookie>,
      reserved: null,
    ) => NTSTATUS
  >("CmRegisterCallbackEx");
export const CmUnRegisterCallback = call<(cookie: Maybe<Cookie>) => NTSTATUS>("CmUnRegisterCallback");

type Provider = KernelObject<"etw-provider">;
export const EtwRegister =
  call<(guid: Opaque, routine: AnyRoutine | null, context: Context, handle: Out<Provider>) => NTSTATUS>("EtwRegister");
export const EtwUnregister = call<(handle: Maybe<Provider>) => NTSTATUS>("EtwUnregister");
export const TraceLoggingRegister = call<(provider: object) => NTSTATUS>("TraceLoggingRegister");
export const TraceLoggingUnregister = call<(provider: object) => void>("TraceLoggingUnregister");
type RecorderLog = KernelObject<"wpp-recorder-log">;
export const WppRecorderLogCreate =
  call<(parameters: object | null, log: Out<RecorderLog>) => NTSTATUS>("WppRecorderLogCreate");
export const WppRecorderLogDelete = call<(log: Maybe<RecorderLog>) => void>("WppRecorderLogDelete");

export const ExInitializeResourceLite = call<(resource: object) => NTSTATUS>("ExInitializeResourceLite");
export const ExDeleteResourceLite = call<(resource: object) => NTSTATUS>("ExDeleteResourceLite");
export const ExAllocateTimer =
  call<(routine: AnyRoutine | null, context: Context, attributes: number) => EX_TIMER | null>("ExAllocateTimer");
export const ExDeleteTimer =
  call<(timer: Maybe<EX_TIMER>, cancel: boolean, wait: boolean, parameters: object | null) => boolean>("ExDeleteTimer");
export const ExCreateCallback =
  call<(object: Out<CALLBACK_OBJECT>, attributes: object | null, create: boolean, allowMultiple: boolean) => NTSTATUS>(
    "ExCreateCallback",
  );
type CallbackRegistration = KernelObject<"callback-registration">;
export const ExRegisterCallback =
  call<(object: Maybe<CALLBACK_OBJECT>, routine: AnyRoutine, context: Context) => CallbackRegistration | null>(
    "ExRegisterCallback",
  );
export const ExUnregisterCallback = call<(registration: Maybe<CallbackRegistration>) => void>("ExUnregisterCallback");

export const KeRegisterBugCheckCallback =
  call<(record: object, routine: AnyRoutine, buffer: Memory, length: number, component: string) => boolean>(
    "KeRegisterBugCheckCallback",
  );
export const KeDeregisterBugCheckCallback = call<(record: object) => boolean>("KeDeregisterBugCheckCallback");
export const KeRegisterBugCheckReasonCallback = call<
  (record: object, routine: AnyRoutine, reason: number, component: string) => boolean
>("KeRegisterBugCheckReasonCallback");
export const KeDeregisterBugCheckReasonCallback = call<(record: object) => boolean>(
  "KeDeregisterBugCheckReasonCallback",
);
type Nmi = KernelObject<"nmi-callback">;
export const KeRegisterNmiCallback =
  call<(routine: AnyRoutine, context: Context) => Nmi | null>("KeRegisterNmiCallback");
export const KeDeregisterNmiCallback = call<(handle: Maybe<Nmi>) => NTSTATUS>("KeDeregisterNmiCallback");
type ProcessorChange = KernelObject<"processor-change-callback">;
export const KeRegisterProcessorChangeCallback = call<
  (routine: AnyRoutine, context: Context, flags: number) => ProcessorChange | null
>("KeRegisterProcessorChangeCallback");
export const KeDeregisterProcessorChangeCallback = call<(handle: Maybe<ProcessorChange>) => void>(
  "KeDeregisterProcessorChangeCallback",
);
type PowerSetting = KernelObject<"power-setting-callback">;
export const PoRegisterPowerSettingCallback = call<
  (
    device: DEVICE_OBJECT | null,
    guid: Opaque,
    routine: AnyRoutine,
    context: Context,
    handle: Out<PowerSetting>,
  ) => NTSTATUS
>("PoRegisterPowerSettingCallback");
export const PoUnregisterPowerSettingCallback = call<(handle: Maybe<PowerSetting>) => NTSTATUS>(
  "PoUnregisterPowerSettingCallback",
);

type OpenHandle = (handle: Out<HANDLE>, access: number, attributes: object | null) => NTSTATUS;
export const ZwOpenKey = call<OpenHandle>("ZwOpenKey");
export const ZwOpenSection = call<OpenHandle>("ZwOpenSection");
export const ZwCreateKey =
  call<
    (
      handle: Out<HANDLE>,
      access: number,
      attributes: object | null,
      titleIndex: number,
      keyClass: UNICODE_STRING | null,
      options: number,
      disposition: Out<number> | null,
    ) => NTSTATUS
  >("ZwCreateKey");
export const ZwOpenFile =
  call<
    (
      handle: Out<HANDLE>,
      access: number,
      attributes: object | null,
      ioStatus: object,
      share: number,
      options: number,
    ) => NTSTATUS
  >("ZwOpenFile");
export const ZwCreateFile =
  call<
    (
      handle: Out<HANDLE>,
      access: number,
      attributes: object | null,
      ioStatus: object,
      allocationSize: number | null,
      fileAttributes: number,
      share: number,
      disposition: number,
      options: number,
      extended: Memory,
      extendedLength: number,
    ) => NTSTATUS
  >("ZwCreateFile");
export const ZwCreateSection =
  call<
    (
      handle: Out<HANDLE>,
      access: number,
      attributes: object | null,
      maximumSize: number | null,
      protection: number,
      allocation: number,
      file: HANDLE | null,
    ) => NTSTATUS
  >("ZwCreateSection");
export const ZwCreateEvent =
  call<(handle: Out<HANDLE>, access: number, attributes: object | null, type: number, initial: boolean) => NTSTATUS>(
    "ZwCreateEvent",
  );
export const ZwClose = call<(handle: Maybe<HANDLE | THREAD_HANDLE>) => NTSTATUS>("ZwClose");

export const WPP_INIT_TRACING =
  call<(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING) => void>("WPP_INIT_TRACING");

const cleanup = call<(DriverObject: DRIVER_OBJECT) => void>("WPP_CLEANUP");
/** Ends WPP tracing. Wants the DRIVER_OBJECT (fact 14): given anything else it still ends it, and is a finding. */
export const WPP_CLEANUP: typeof cleanup = (DriverObject) => {
  cleanup(DriverObject);
  checkDriverObject(DriverObject);
};

function checkDriverObject(given: unknown): void {
  const kernel = kernelIfAny();
  const site = kernel?.trace.at(-1);
  if (given instanceof DRIVER_OBJECT || kernel === null || site === undefined) return;
  kernel.report("refused-call", "WPP_CLEANUP was given something that is no DRIVER_OBJECT", site);
}

/** Prints to the simulated debugger: text goes into the run's messages. */
type Print = (...values: unknown[]) => void;
const print = (name: string): Print =>
  overwriting<Print>(name, (kernel, _site, ...values) => {
    kernel.messages.push({ text: values.map(String).join(" "), dropped: false });
  });
export const KdPrint = print("KdPrint");
export const KdPrintEx = print("KdPrintEx");
export const DbgPrint = print("DbgPrint");
export const DbgPrintEx = print("DbgPrintEx");

/** A WPP trace: dropped before WPP_INIT_TRACING and after WPP_CLEANUP (fact 14). */
export const TraceEvents = overwriting<(level: number, flag: number, message: string, ...values: unknown[]) => void>(
  "TraceEvents",
  (kernel, site, _level, _flag, ...values) => {
    const dropped = !kernel.held.some(({ record }) => record.kind === "wpp" && record.released === null);
    if (dropped) site.outcome = "dropped";
    kernel.messages.push({ text: values.map(String).join(" "), dropped });
  },
);
export const TRACE_LEVEL_ERROR = 2;
export const TRACE_LEVEL_WARNING = 3;
export const TRACE_LEVEL_INFORMATION = 4;
export const TRACE_LEVEL_VERBOSE = 5;

/** What names an object to be opened. */
export interface OBJECT_ATTRIBUTES {
  ObjectName?: UNICODE_STRING | null;
  Attributes?: number;
}
export const OBJ_KERNEL_HANDLE = 0x200;
export const OBJ_CASE_INSENSITIVE = 0x40;

/** Fills object attributes for the Zw calls. */
export function InitializeObjectAttributes(
  target: OBJECT_ATTRIBUTES,
  name: UNICODE_STRING | null,
  attributes: number,
): void {
  target.ObjectName = name;
  target.Attributes = attributes;
}

/** Waits no time at all: simulated threads have always ended. */
export const KeWaitForSingleObject = special<(object: Maybe<object>) => NTSTATUS>(
  "KeWaitForSingleObject",
  () => STATUS_SUCCESS,
);
