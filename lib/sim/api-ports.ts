/** Drivers' partners: port and class drivers, the filter manager, filtering platform, NDIS, Winsock Kernel, GPIO. */
import type { AnyRoutine } from "./api-memory.ts";
import { call, outcome, registration, special } from "./calls.ts";
import type { NTSTATUS } from "./status.ts";
import type { DEVICE_OBJECT, DRIVER_OBJECT, KernelObject, Maybe, Out, UNICODE_STRING, WDFDRIVER } from "./values.ts";

type Context = unknown;
type PortInitialize = (
  DriverObject: DRIVER_OBJECT,
  RegistryPath: UNICODE_STRING,
  initializationData: object,
  context: Context,
) => NTSTATUS;

export const ScsiPortInitialize = registration<PortInitialize>("ScsiPortInitialize");
export const StorPortInitialize = registration<PortInitialize>("StorPortInitialize");
export const VideoPortInitialize = registration<PortInitialize>("VideoPortInitialize");
export const ClassInitialize =
  registration<(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING, initializationData: object) => NTSTATUS>(
    "ClassInitialize",
  );
export const HidRegisterMinidriver = registration<(minidriver: object) => NTSTATUS>("HidRegisterMinidriver");
export const KsInitializeDriver =
  registration<(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING, descriptor: object | null) => NTSTATUS>(
    "KsInitializeDriver",
  );
export const PcInitializeAdapterDriver =
  registration<(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING, addDevice: AnyRoutine) => NTSTATUS>(
    "PcInitializeAdapterDriver",
  );
export const DxgkInitialize =
  registration<(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING, initializationData: object) => NTSTATUS>(
    "DxgkInitialize",
  );

export type FLT_FILTER = KernelObject<"minifilter">;
export type FLT_PORT = KernelObject<"minifilter-port">;
export const FltRegisterFilter =
  call<(DriverObject: DRIVER_OBJECT, registration: object, filter: Out<FLT_FILTER>) => NTSTATUS>("FltRegisterFilter");
export const FltUnregisterFilter = call<(filter: Maybe<FLT_FILTER>) => void>("FltUnregisterFilter");
export const FltStartFiltering = special<(filter: Maybe<FLT_FILTER>) => NTSTATUS>("FltStartFiltering", outcome);
export const FltCreateCommunicationPort =
  call<
    (
      filter: Maybe<FLT_FILTER>,
      port: Out<FLT_PORT>,
      attributes: object | null,
      cookie: Context,
      connect: AnyRoutine,
      disconnect: AnyRoutine,
      message: AnyRoutine | null,
      maximum: number,
    ) => NTSTATUS
  >("FltCreateCommunicationPort");
export const FltCloseCommunicationPort = call<(port: Maybe<FLT_PORT>) => void>("FltCloseCommunicationPort");

export type WFP_ENGINE = KernelObject<"wfp-engine">;
export type WFP_CALLOUT = KernelObject<"wfp-callout">;
export type WFP_INJECTION = KernelObject<"wfp-injection">;
export const FwpmEngineOpen =
  call<
    (
      server: string | null,
      authentication: number,
      identity: object | null,
      session: object | null,
      engine: Out<WFP_ENGINE>,
    ) => NTSTATUS
  >("FwpmEngineOpen");
export const FwpmEngineClose = call<(engine: Maybe<WFP_ENGINE>) => NTSTATUS>("FwpmEngineClose");
export const FwpsCalloutRegister =
  call<(device: Maybe<DEVICE_OBJECT>, callout: object, id: Out<WFP_CALLOUT>) => NTSTATUS>("FwpsCalloutRegister");
export const FwpsCalloutUnregisterById = call<(id: Maybe<WFP_CALLOUT>) => NTSTATUS>("FwpsCalloutUnregisterById");
/** Unregisters the latest callout: keys are not told apart. */
export const FwpsCalloutUnregisterByKey = call<(key: object | string) => NTSTATUS>("FwpsCalloutUnregisterByKey");
export const FwpsInjectionHandleCreate =
  call<(family: number, flags: number, handle: Out<WFP_INJECTION>) => NTSTATUS>("FwpsInjectionHandleCreate");
export const FwpsInjectionHandleDestroy =
  call<(handle: Maybe<WFP_INJECTION>) => NTSTATUS>("FwpsInjectionHandleDestroy");

export const WskRegister = call<(client: object, registration: object) => NTSTATUS>("WskRegister");
export const WskDeregister = call<(registration: object) => void>("WskDeregister");

export type NDIS_MINIPORT = KernelObject<"ndis-miniport">;
export type NDIS_FILTER = KernelObject<"ndis-filter">;
export type NDIS_PROTOCOL = KernelObject<"ndis-protocol">;
export const NdisMRegisterMiniportDriver =
  call<
    (
      DriverObject: DRIVER_OBJECT,
      RegistryPath: UNICODE_STRING,
      context: Context,
      characteristics: object,
      handle: Out<NDIS_MINIPORT>,
    ) => NTSTATUS
  >("NdisMRegisterMiniportDriver");
export const NdisMDeregisterMiniportDriver = call<(handle: Maybe<NDIS_MINIPORT>) => void>(
  "NdisMDeregisterMiniportDriver",
);
export const NdisFRegisterFilterDriver =
  call<(DriverObject: DRIVER_OBJECT, context: Context, characteristics: object, handle: Out<NDIS_FILTER>) => NTSTATUS>(
    "NdisFRegisterFilterDriver",
  );
export const NdisFDeregisterFilterDriver = call<(handle: Maybe<NDIS_FILTER>) => void>("NdisFDeregisterFilterDriver");
export const NdisRegisterProtocolDriver =
  call<(context: Context, characteristics: object, handle: Out<NDIS_PROTOCOL>) => NTSTATUS>(
    "NdisRegisterProtocolDriver",
  );
export const NdisDeregisterProtocolDriver =
  call<(handle: Maybe<NDIS_PROTOCOL>) => void>("NdisDeregisterProtocolDriver");

/** The client is identified by the driver's handle. */
export const GPIO_CLX_RegisterClient =
  call<(driver: Maybe<WDFDRIVER>, packet: object, RegistryPath: UNICODE_STRING) => NTSTATUS>("GPIO_CLX_RegisterClient");
export const GPIO_CLX_UnregisterClient = call<(driver: Maybe<WDFDRIVER>) => NTSTATUS>("GPIO_CLX_UnregisterClient");
