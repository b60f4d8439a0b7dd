/** The WDF-style API that the examples are written against, as ambient declarations. Names and meanings are the WDK's. */

declare namespace Brand {
  const key: unique symbol;

  /** A value that only the API makes. */
  interface Handle<Name extends string> {
    readonly [key]: Name;
  }

  /** One of the API's named nulls: null when it runs, but only good for its own slot. */
  interface Null<Slot extends string> {
    readonly [key]: `no ${Slot}`;
  }
}

// Statuses

/** A 32-bit status: success where it is not negative. */
type NTSTATUS = number & { readonly [Brand.key]: "NTSTATUS" };

declare const STATUS_SUCCESS: NTSTATUS;
declare const STATUS_UNSUCCESSFUL: NTSTATUS;
declare const STATUS_INSUFFICIENT_RESOURCES: NTSTATUS;
declare function NT_SUCCESS(status: NTSTATUS): boolean;

// Out parameters

/** A box that a call fills: the `&handle` of C. */
interface Out<T> {
  value: T | null;
}

declare function out<T>(): Out<T>;

// Strings and memory

type PoolBlock = Brand.Handle<"pool block">;
type POOL_TYPE = Brand.Handle<"pool type">;

interface UNICODE_STRING {
  /** In bytes. */
  Length: number;
  /** In bytes. */
  MaximumLength: number;
  Buffer: PoolBlock | null;
}

declare const PagedPool: POOL_TYPE;
declare const NonPagedPoolNx: POOL_TYPE;
declare function ExAllocatePoolWithTag(type: POOL_TYPE, bytes: number, tag: string): PoolBlock | null;
declare function ExFreePoolWithTag(block: PoolBlock, tag: string): void;
declare function RtlCopyUnicodeString(destination: UNICODE_STRING, source: UNICODE_STRING): void;

// The driver object of Windows, devices, port drivers

type DEVICE_OBJECT = Brand.Handle<"device object">;
type HW_INITIALIZATION_DATA = Brand.Handle<"hardware initialization data">;

interface DRIVER_OBJECT {
  DriverUnload: ((DriverObject: DRIVER_OBJECT) => void) | null;
  DeviceObject: DEVICE_OBJECT | null;
}

/** What the port driver is told of the hardware; its form is of no concern here. */
declare const hwInitializationData: HW_INITIALIZATION_DATA;
declare function StorPortInitialize(
  DriverObject: DRIVER_OBJECT,
  RegistryPath: UNICODE_STRING,
  data: HW_INITIALIZATION_DATA,
  context: null,
): NTSTATUS;

// Tracing

declare function WPP_INIT_TRACING(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): void;
declare function WPP_CLEANUP(DriverObject: DRIVER_OBJECT): void;
declare function KdPrint(format: string, ...values: readonly unknown[]): void;

// The framework: objects and their attributes

type WDFDRIVER = Brand.Handle<"WDFDRIVER">;
type WDFDEVICE = Brand.Handle<"WDFDEVICE">;
type WDFMEMORY = Brand.Handle<"WDFMEMORY">;
type WDFDEVICE_INIT = Brand.Handle<"WDFDEVICE_INIT">;
type WDFOBJECT = WDFDRIVER | WDFDEVICE | WDFMEMORY;

interface WDF_OBJECT_ATTRIBUTES {
  EvtCleanupCallback: ((object: WDFDRIVER) => void) | null;
  EvtDestroyCallback: ((object: WDFDRIVER) => void) | null;
  ParentObject: WDFOBJECT | null;
}

declare const WDF_NO_OBJECT_ATTRIBUTES: Brand.Null<"attributes">;
declare const WDF_NO_EVENT_CALLBACK: Brand.Null<"event callback">;
declare const WDF_NO_HANDLE: Brand.Null<"handle">;
declare function WDF_OBJECT_ATTRIBUTES_INIT(attributes: WDF_OBJECT_ATTRIBUTES): void;

// The framework: the driver

type EVT_WDF_DRIVER_UNLOAD = (Driver: WDFDRIVER) => void;
type EVT_WDF_DRIVER_DEVICE_ADD = (Driver: WDFDRIVER, DeviceInit: WDFDEVICE_INIT) => NTSTATUS;

declare class WDF_DRIVER_CONFIG {
  DriverInitFlags: number;
  EvtDriverDeviceAdd: EVT_WDF_DRIVER_DEVICE_ADD | null;
  EvtDriverUnload: EVT_WDF_DRIVER_UNLOAD | null;
}

declare const WdfDriverInitNonPnpDriver: number;
declare const WdfDriverInitNoDispatchOverride: number;
declare function WDF_DRIVER_CONFIG_INIT(
  config: WDF_DRIVER_CONFIG,
  EvtDriverDeviceAdd: EVT_WDF_DRIVER_DEVICE_ADD | Brand.Null<"event callback"> | null,
): void;
declare function WdfDriverCreate(
  DriverObject: DRIVER_OBJECT,
  RegistryPath: UNICODE_STRING,
  attributes: WDF_OBJECT_ATTRIBUTES | Brand.Null<"attributes"> | null,
  config: WDF_DRIVER_CONFIG,
  driver: Out<WDFDRIVER> | Brand.Null<"handle"> | null,
): NTSTATUS;
declare function WdfGetDriver(): WDFDRIVER;
declare function WdfDriverWdmGetDriverObject(Driver: WDFDRIVER): DRIVER_OBJECT;
declare function WdfDriverMiniportUnload(Driver: WDFDRIVER): void;

// The framework: control devices and memory

declare function WdfControlDeviceInitAllocate(Driver: WDFDRIVER | null, sddl: string): WDFDEVICE_INIT | null;
declare function WdfDeviceInitFree(DeviceInit: WDFDEVICE_INIT): void;
declare function WdfDeviceCreate(
  DeviceInit: WDFDEVICE_INIT,
  attributes: WDF_OBJECT_ATTRIBUTES | Brand.Null<"attributes"> | null,
  device: Out<WDFDEVICE>,
): NTSTATUS;
declare function WdfControlFinishInitializing(Device: WDFDEVICE | null): void;
declare function WdfMemoryCreate(
  attributes: WDF_OBJECT_ATTRIBUTES | Brand.Null<"attributes"> | null,
  type: POOL_TYPE,
  tag: string,
  bytes: number,
  memory: Out<WDFMEMORY>,
  buffer: Out<Uint8Array> | null,
): NTSTATUS;
