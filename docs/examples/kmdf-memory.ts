/** Global memory done right: created after the driver object, it has the driver as its parent and goes with it. */
const gBuffer = out<WDFMEMORY>();

export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, WDF_NO_EVENT_CALLBACK);
  config.DriverInitFlags |= WdfDriverInitNonPnpDriver;
  config.EvtDriverUnload = EvtDriverUnload;

  const driver = out<WDFDRIVER>();
  let status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, config, driver);
  if (!NT_SUCCESS(status)) {
    return status;
  }

  status = WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, NonPagedPoolNx, "fuBg", 4096, gBuffer, null);
  if (!NT_SUCCESS(status)) {
    return status;
  }

  return CreateControlDevice(driver.value);
}

/** The rest of the start, which can fail as well: a control device for requests from applications. */
function CreateControlDevice(Driver: WDFDRIVER | null): NTSTATUS {
  const init = WdfControlDeviceInitAllocate(Driver, "D:P(A;;GA;;;SY)(A;;GA;;;BA)");
  if (init === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }

  const device = out<WDFDEVICE>();
  const status = WdfDeviceCreate(init, WDF_NO_OBJECT_ATTRIBUTES, device);
  if (!NT_SUCCESS(status)) {
    WdfDeviceInitFree(init);
    return status;
  }

  WdfControlFinishInitializing(device.value);
  return STATUS_SUCCESS;
}

function EvtDriverUnload(_Driver: WDFDRIVER): void {
  KdPrint("driver unloads\n");
}
