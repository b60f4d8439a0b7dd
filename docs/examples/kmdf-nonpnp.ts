/** A non-PnP KMDF driver done right: the driver object first, and its EvtCleanupCallback releases. */
export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
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
    KdPrint("WdfDriverCreate failed: 0x%x\n", status);
    return status;
  }

  WPP_INIT_TRACING(DriverObject, RegistryPath);

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

/** Runs when DriverEntry fails after the creation as well as when the driver is unloaded. */
function EvtDriverCleanup(Driver: WDFDRIVER): void {
  WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));
}
