/** Global memory created before the driver object: it has no parent, and the framework never deletes it. */
const gBuffer = out<WDFMEMORY>();

export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  let status = WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, NonPagedPoolNx, "fuBg", 4096, gBuffer, null);
  if (!NT_SUCCESS(status)) {
    return status;
  }

  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, WDF_NO_EVENT_CALLBACK);
  config.DriverInitFlags |= WdfDriverInitNonPnpDriver;
  config.EvtDriverUnload = EvtDriverUnload;

  status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, config, WDF_NO_HANDLE);
  if (!NT_SUCCESS(status)) {
    return status;
  }

  return STATUS_SUCCESS;
}

function EvtDriverUnload(_Driver: WDFDRIVER): void {
  KdPrint("driver unloads\n");
}
