/** The same driver with its cleanup in EvtDriverUnload only, which does not run when DriverEntry fails. */
export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, WDF_NO_EVENT_CALLBACK);
  config.DriverInitFlags |= WdfDriverInitNonPnpDriver;
  config.EvtDriverUnload = EvtDriverUnload;

  const driver = out<WDFDRIVER>();
  let status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, config, driver);
  if (!NT_SUCCESS(status)) {
    KdPrint("WdfDriverCreate failed: 0x%x\n", status);
    return status;
  }

  WPP_INIT_TRACING(DriverObject, RegistryPath);

  status = CreateControlDevice(driver.value);
  if (!NT_SUCCESS(status)) {
    KdPrint("no control device: 0x%x\n", status);
    return status;
  }

  return STATUS_SUCCESS;
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

function EvtDriverUnload(Driver: WDFDRIVER): void {
  WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));
}
