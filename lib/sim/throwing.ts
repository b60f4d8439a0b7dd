/** The API in the throwing dialect: calls that give a status throw it where it is a failure, and return the handle. */
import { callWithBoxes } from "./dialects.ts";
import type { Handle, Inputs, StatusCall } from "./dialects.ts";
import { pairs } from "./pairs.ts";
import { NT_SUCCESS, NtStatusError } from "./status.ts";

export * from "./index.ts";
export type { Handle, Inputs, StatusCall } from "./dialects.ts";

/** The call `name`, throwing an NtStatusError where it fails. Calls that give a pointer or null still do, and releases never throw. */
function throwing<Name extends StatusCall>(name: Name): (...args: Inputs<Name>) => Handle<Name> {
  return (...args) => {
    const { status, values } = callWithBoxes(name, args);
    if (!NT_SUCCESS(status) && !takesBack(name, args)) throw new NtStatusError(name, status);
    return values[0]?.[1] as Handle<Name>;
  };
}

/** Whether a call that can acquire is a release by its arguments: `PsSetCreateProcessNotifyRoutine(routine, true)`. */
function takesBack(name: StatusCall, args: readonly unknown[]): boolean {
  return pairs.some(({ release }) => release.some(({ call, when }) => call === name && when !== undefined && args[when.argument] === when.is));
}

export const WdfDriverCreate = throwing("WdfDriverCreate");
export const WdfMemoryCreate = throwing("WdfMemoryCreate");
export const WdfMemoryCreatePreallocated = throwing("WdfMemoryCreatePreallocated");
export const WdfLookasideListCreate = throwing("WdfLookasideListCreate");
export const WdfSpinLockCreate = throwing("WdfSpinLockCreate");
export const WdfWaitLockCreate = throwing("WdfWaitLockCreate");
export const WdfCollectionCreate = throwing("WdfCollectionCreate");
export const WdfObjectCreate = throwing("WdfObjectCreate");
export const WdfStringCreate = throwing("WdfStringCreate");
export const WdfTimerCreate = throwing("WdfTimerCreate");
export const WdfWorkItemCreate = throwing("WdfWorkItemCreate");
export const WdfDpcCreate = throwing("WdfDpcCreate");
export const WdfDeviceCreate = throwing("WdfDeviceCreate");
export const WdfIoQueueCreate = throwing("WdfIoQueueCreate");
export const WdfRegistryOpenKey = throwing("WdfRegistryOpenKey");
export const WdfRegistryCreateKey = throwing("WdfRegistryCreateKey");
export const WdfDriverOpenParametersRegistryKey = throwing("WdfDriverOpenParametersRegistryKey");
export const WdfDeviceInitAssignName = throwing("WdfDeviceInitAssignName");
export const WdfDeviceCreateSymbolicLink = throwing("WdfDeviceCreateSymbolicLink");
export const WdfCollectionAdd = throwing("WdfCollectionAdd");
export const IoCreateDevice = throwing("IoCreateDevice");
export const IoCreateDeviceSecure = throwing("IoCreateDeviceSecure");
export const IoCreateSymbolicLink = throwing("IoCreateSymbolicLink");
export const IoRegisterShutdownNotification = throwing("IoRegisterShutdownNotification");
export const IoRegisterLastChanceShutdownNotification = throwing("IoRegisterLastChanceShutdownNotification");
export const IoRegisterPlugPlayNotification = throwing("IoRegisterPlugPlayNotification");
export const IoConnectInterrupt = throwing("IoConnectInterrupt");
export const IoConnectInterruptEx = throwing("IoConnectInterruptEx");
export const IoGetDeviceObjectPointer = throwing("IoGetDeviceObjectPointer");
export const IoOpenDriverRegistryKey = throwing("IoOpenDriverRegistryKey");
export const PsSetCreateProcessNotifyRoutine = throwing("PsSetCreateProcessNotifyRoutine");
export const PsSetCreateProcessNotifyRoutineEx = throwing("PsSetCreateProcessNotifyRoutineEx");
export const PsSetCreateProcessNotifyRoutineEx2 = throwing("PsSetCreateProcessNotifyRoutineEx2");
export const PsSetCreateThreadNotifyRoutine = throwing("PsSetCreateThreadNotifyRoutine");
export const PsSetCreateThreadNotifyRoutineEx = throwing("PsSetCreateThreadNotifyRoutineEx");
export const PsSetLoadImageNotifyRoutine = throwing("PsSetLoadImageNotifyRoutine");
export const PsSetLoadImageNotifyRoutineEx = throwing("PsSetLoadImageNotifyRoutineEx");
export const PsCreateSystemThread = throwing("PsCreateSystemThread");
export const ObRegisterCallbacks = throwing("ObRegisterCallbacks");
export const ObReferenceObjectByHandle = throwing("ObReferenceObjectByHandle");
export const ObReferenceObjectByPointer = throwing("ObReferenceObjectByPointer");
export const CmRegisterCallback = throwing("CmRegisterCallback");
export const CmRegisterCallbackEx = throwing("CmRegisterCallbackEx");
export const EtwRegister = throwing("EtwRegister");
export const TraceLoggingRegister = throwing("TraceLoggingRegister");
export const WppRecorderLogCreate = throwing("WppRecorderLogCreate");
export const ExInitializeLookasideListEx = throwing("ExInitializeLookasideListEx");
export const ExInitializeResourceLite = throwing("ExInitializeResourceLite");
export const ExCreateCallback = throwing("ExCreateCallback");
export const PoRegisterPowerSettingCallback = throwing("PoRegisterPowerSettingCallback");
export const ZwOpenKey = throwing("ZwOpenKey");
export const ZwCreateKey = throwing("ZwCreateKey");
export const ZwOpenFile = throwing("ZwOpenFile");
export const ZwCreateFile = throwing("ZwCreateFile");
export const ZwCreateSection = throwing("ZwCreateSection");
export const ZwOpenSection = throwing("ZwOpenSection");
export const ZwCreateEvent = throwing("ZwCreateEvent");
export const RtlAnsiStringToUnicodeString = throwing("RtlAnsiStringToUnicodeString");
export const FltRegisterFilter = throwing("FltRegisterFilter");
export const FltStartFiltering = throwing("FltStartFiltering");
export const FltCreateCommunicationPort = throwing("FltCreateCommunicationPort");
export const FwpmEngineOpen = throwing("FwpmEngineOpen");
export const FwpsCalloutRegister = throwing("FwpsCalloutRegister");
export const FwpsInjectionHandleCreate = throwing("FwpsInjectionHandleCreate");
export const WskRegister = throwing("WskRegister");
export const NdisMRegisterMiniportDriver = throwing("NdisMRegisterMiniportDriver");
export const NdisFRegisterFilterDriver = throwing("NdisFRegisterFilterDriver");
export const NdisRegisterProtocolDriver = throwing("NdisRegisterProtocolDriver");
export const GPIO_CLX_RegisterClient = throwing("GPIO_CLX_RegisterClient");
export const ScsiPortInitialize = throwing("ScsiPortInitialize");
export const StorPortInitialize = throwing("StorPortInitialize");
export const ClassInitialize = throwing("ClassInitialize");
export const HidRegisterMinidriver = throwing("HidRegisterMinidriver");
export const KsInitializeDriver = throwing("KsInitializeDriver");
export const PcInitializeAdapterDriver = throwing("PcInitializeAdapterDriver");
export const VideoPortInitialize = throwing("VideoPortInitialize");
export const DxgkInitialize = throwing("DxgkInitialize");
