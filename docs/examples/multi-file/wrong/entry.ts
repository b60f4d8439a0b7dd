/** The same driver with two mistakes: tracing starts too early here, and the cleanup forgets the table. */
import { EvtDriverCleanup } from "./cleanup.ts";
import { createDevice } from "./device.ts";
import { startTracing } from "./trace.ts";

export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  startTracing(DriverObject, RegistryPath);

  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, WDF_NO_EVENT_CALLBACK);
  config.DriverInitFlags |= WdfDriverInitNonPnpDriver;
  config.EvtDriverUnload = EvtDriverUnload;

  const attributes = {} as WDF_OBJECT_ATTRIBUTES;
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.EvtCleanupCallback = EvtDriverCleanup;

  const driver = out<WDFDRIVER>();
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, driver);
  if (!NT_SUCCESS(status)) {
    return status;
  }

  return createDevice(driver.value);
}

function EvtDriverUnload(_Driver: WDFDRIVER): void {
  KdPrint("driver unloads\n");
}
