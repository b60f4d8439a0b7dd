/** The same driver with tracing started too early: if WdfDriverCreate fails, no callback stops it. */
export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  WPP_INIT_TRACING(DriverObject, RegistryPath);

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

  return STATUS_SUCCESS;
}

function EvtDriverUnload(_Driver: WDFDRIVER): void {
  KdPrint("driver unloads\n");
}

/** Runs when DriverEntry fails after the creation as well as when the driver is unloaded. */
function EvtDriverCleanup(Driver: WDFDRIVER): void {
  WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));
}
