/** The calls that give a status, with their out parameters by name: what the result and throwing dialects are made of. */
import * as api from "./index.ts";
import type { NTSTATUS } from "./status.ts";
import type { Out } from "./values.ts";

/** Name and argument number of each out parameter; the first is the handle. */
export const outs = {
  WdfDriverCreate: [["driver", 4]],
  WdfMemoryCreate: [
    ["memory", 4],
    ["buffer", 5],
  ],
  WdfMemoryCreatePreallocated: [["memory", 3]],
  WdfLookasideListCreate: [["list", 5]],
  WdfSpinLockCreate: [["lock", 1]],
  WdfWaitLockCreate: [["lock", 1]],
  WdfCollectionCreate: [["collection", 1]],
  WdfObjectCreate: [["object", 1]],
  WdfStringCreate: [["string", 2]],
  WdfTimerCreate: [["timer", 2]],
  WdfWorkItemCreate: [["workItem", 2]],
  WdfDpcCreate: [["dpc", 2]],
  WdfDeviceCreate: [["device", 2]],
  WdfIoQueueCreate: [["queue", 3]],
  WdfRegistryOpenKey: [["key", 4]],
  WdfRegistryCreateKey: [
    ["key", 6],
    ["disposition", 4],
  ],
  WdfDriverOpenParametersRegistryKey: [["key", 3]],
  WdfDeviceInitAssignName: [],
  WdfDeviceCreateSymbolicLink: [],
  WdfCollectionAdd: [],
  IoCreateDevice: [["device", 6]],
  IoCreateDeviceSecure: [["device", 8]],
  IoCreateSymbolicLink: [],
  IoRegisterShutdownNotification: [],
  IoRegisterLastChanceShutdownNotification: [],
  IoRegisterPlugPlayNotification: [["entry", 6]],
  IoConnectInterrupt: [["interrupt", 0]],
  IoConnectInterruptEx: [],
  IoGetDeviceObjectPointer: [
    ["file", 2],
    ["device", 3],
  ],
  IoOpenDriverRegistryKey: [["key", 4]],
  PsSetCreateProcessNotifyRoutine: [],
  PsSetCreateProcessNotifyRoutineEx: [],
  PsSetCreateProcessNotifyRoutineEx2: [],
  PsSetCreateThreadNotifyRoutine: [],
  PsSetCreateThreadNotifyRoutineEx: [],
  PsSetLoadImageNotifyRoutine: [],
  PsSetLoadImageNotifyRoutineEx: [],
  PsCreateSystemThread: [["thread", 0]],
  ObRegisterCallbacks: [["handle", 1]],
  ObReferenceObjectByHandle: [["object", 4]],
  ObReferenceObjectByPointer: [],
  CmRegisterCallback: [["cookie", 2]],
  CmRegisterCallbackEx: [["cookie", 4]],
  EtwRegister: [["handle", 3]],
  TraceLoggingRegister: [],
  WppRecorderLogCreate: [["log", 1]],
  ExInitializeLookasideListEx: [],
  ExInitializeResourceLite: [],
  ExCreateCallback: [["object", 0]],
  PoRegisterPowerSettingCallback: [["handle", 4]],
  ZwOpenKey: [["handle", 0]],
  ZwCreateKey: [
    ["handle", 0],
    ["disposition", 6],
  ],
  ZwOpenFile: [["handle", 0]],
  ZwCreateFile: [["handle", 0]],
  ZwCreateSection: [["handle", 0]],
  ZwOpenSection: [["handle", 0]],
  ZwCreateEvent: [["handle", 0]],
  RtlAnsiStringToUnicodeString: [],
  FltRegisterFilter: [["filter", 2]],
  FltStartFiltering: [],
  FltCreateCommunicationPort: [["port", 1]],
  FwpmEngineOpen: [["engine", 4]],
  FwpsCalloutRegister: [["id", 2]],
  FwpsInjectionHandleCreate: [["handle", 2]],
  WskRegister: [],
  NdisMRegisterMiniportDriver: [["handle", 4]],
  NdisFRegisterFilterDriver: [["handle", 3]],
  NdisRegisterProtocolDriver: [["handle", 2]],
  GPIO_CLX_RegisterClient: [],
  ScsiPortInitialize: [],
  StorPortInitialize: [],
  ClassInitialize: [],
  HidRegisterMinidriver: [],
  KsInitializeDriver: [],
  PcInitializeAdapterDriver: [],
  VideoPortInitialize: [],
  DxgkInitialize: [],
} as const;

/** A call that gives a status. */
export type StatusCall = keyof typeof outs;
type Outs<Name extends StatusCall> = (typeof outs)[Name];
type Argument<Name extends StatusCall, Index extends number> = Parameters<(typeof api)[Name]>[Index];
type Content<Parameter> = Extract<Parameter, { value: unknown }> extends Out<infer Value> ? Value : never;

/** A parameter list without the parameters of the given numbers. */
type Without<List extends readonly unknown[], Index, Passed extends unknown[] = []> = List extends readonly [
  unknown,
  ...infer Rest,
]
  ? List extends readonly [...infer First, ...Rest]
    ? [...(Passed["length"] extends Index ? [] : First), ...Without<Rest, Index, [...Passed, unknown]>]
    : []
  : [];

/** The parameters that are left where results are returned: later ones have moved up. */
export type Inputs<Name extends StatusCall> = Without<Parameters<(typeof api)[Name]>, Outs<Name>[number][1]>;

/** What such a call returns in the result dialect. */
export type Result<Name extends StatusCall> = { readonly status: NTSTATUS; readonly ok: boolean } & {
  readonly [Entry in Outs<Name>[number] as Entry[0]]: Content<Argument<Name, Entry[1]>> | null;
};

/** The handle that such a call gives, or nothing. */
export type Handle<Name extends StatusCall> =
  Outs<Name> extends readonly [readonly [string, infer Index extends number], ...unknown[]]
    ? Content<Argument<Name, Index>>
    : void;

/** Calls the API with boxes put in where they belong; gives its status and what the boxes hold, in the table's order. */
export function callWithBoxes(
  name: StatusCall,
  args: readonly unknown[],
): { status: NTSTATUS; values: [string, unknown][] } {
  const table: readonly (readonly [string, number])[] = outs[name];
  const boxes = table.map(([out, index]) => ({ out, index, box: api.out<unknown>() }));
  const all = [...args];
  for (const { index, box } of boxes.toSorted((left, right) => left.index - right.index)) all.splice(index, 0, box);
  const call = api[name] as unknown as (...all: unknown[]) => NTSTATUS;
  const status = call(...all);
  return { status, values: boxes.map(({ out, box }) => [out, box.value]) };
}
