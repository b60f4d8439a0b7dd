/** The article's drivers, written for the simulator: factories, so that module variables start anew for each run. */
import {
  ExAllocatePoolWithTag,
  ExFreePool,
  external,
  KdPrint,
  NT_SUCCESS,
  out,
  PagedPool,
  RtlCopyMemory,
  STATUS_INSUFFICIENT_RESOURCES,
  UNICODE_STRING,
  WDF_DRIVER_CONFIG,
  WDF_DRIVER_CONFIG_INIT,
  WDF_NO_EVENT_CALLBACK,
  WDF_OBJECT_ATTRIBUTES,
  WDF_OBJECT_ATTRIBUTES_INIT,
  WdfDriverCreate,
  WdfDriverInitNonPnpDriver,
  WdfDriverWdmGetDriverObject,
  WPP_CLEANUP,
  WPP_INIT_TRACING,
} from "../../lib/sim/index.ts";
import type { DRIVER_OBJECT, DriverEntry, NTSTATUS, WDFDRIVER } from "../../lib/sim/index.ts";

export const RegisterWithPortDriver = external("RegisterWithPortDriver", { returns: "status" });

/** How the WDM driver cleans up when it fails. */
export type Cure = "none" | "common exit" | "at each point" | "unload routine";

/** The article's WDM driver: it keeps RegistryPath in paged pool, then registers with a port driver. */
export function wdmDriver(cure: Cure): DriverEntry {
  const gRegistryPath = new UNICODE_STRING();

  function DriverUnload(): void {
    if (gRegistryPath.Buffer !== null) {
      ExFreePool(gRegistryPath.Buffer);
      gRegistryPath.Buffer = null;
    }
  }

  return function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
    DriverObject.DriverUnload = DriverUnload;
    gRegistryPath.Buffer = ExAllocatePoolWithTag(PagedPool, RegistryPath.Length, "Path");
    if (gRegistryPath.Buffer === null) return STATUS_INSUFFICIENT_RESOURCES;
    gRegistryPath.Length = RegistryPath.Length;
    gRegistryPath.MaximumLength = RegistryPath.Length;
    RtlCopyMemory(gRegistryPath.Buffer, RegistryPath.Buffer, RegistryPath.Length);
    let status: NTSTATUS;
    exit: {
      status = RegisterWithPortDriver(DriverObject, RegistryPath);
      if (!NT_SUCCESS(status)) {
        if (cure === "at each point") ExFreePool(gRegistryPath.Buffer);
        if (cure === "unload routine") DriverUnload();
        break exit;
      }
      return status;
    }
    if (cure === "common exit") ExFreePool(gRegistryPath.Buffer);
    return status;
  };
}

/** The article's non-PnP KMDF driver: creation first, everything else after it, released by the cleanup callback. */
export function kmdfDriver(): DriverEntry {
  function EvtDriverUnload(): void {
    KdPrint("unloading");
  }
  function EvtDriverContextCleanup(Driver: WDFDRIVER): void {
    WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));
  }

  return function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
    const config = new WDF_DRIVER_CONFIG();
    WDF_DRIVER_CONFIG_INIT(config, WDF_NO_EVENT_CALLBACK);
    config.DriverInitFlags = (config.DriverInitFlags ?? 0) | WdfDriverInitNonPnpDriver;
    config.EvtDriverUnload = EvtDriverUnload;
    const attributes = new WDF_OBJECT_ATTRIBUTES();
    WDF_OBJECT_ATTRIBUTES_INIT(attributes);
    attributes.EvtCleanupCallback = EvtDriverContextCleanup;
    const hDriver = out<WDFDRIVER>();
    const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, hDriver);
    if (!NT_SUCCESS(status)) {
      KdPrint("WdfDriverCreate failed", status);
      return status;
    }
    WPP_INIT_TRACING(DriverObject, RegistryPath);
    return RegisterWithPortDriver(DriverObject, RegistryPath);
  };
}
