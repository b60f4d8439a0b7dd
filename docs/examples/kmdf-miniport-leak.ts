/** A KMDF miniport: its registration with the port driver can fail, and then nothing frees the table. */
const TAG = "lbaT";

let gTable: PoolBlock | null = null;

export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, WDF_NO_EVENT_CALLBACK);
  config.DriverInitFlags |= WdfDriverInitNoDispatchOverride;

  let status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, config, WDF_NO_HANDLE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  DriverObject.DriverUnload = MiniportUnload;

  gTable = ExAllocatePoolWithTag(NonPagedPoolNx, 512, TAG);
  if (gTable === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }

  status = StorPortInitialize(DriverObject, RegistryPath, hwInitializationData, null);
  if (!NT_SUCCESS(status)) {
    return status;
  }

  return STATUS_SUCCESS;
}

/** A miniport's own unload routine: it has to tell the framework, which then deletes the driver object. */
function MiniportUnload(_DriverObject: DRIVER_OBJECT): void {
  if (gTable !== null) {
    ExFreePoolWithTag(gTable, TAG);
    gTable = null;
  }
  WdfDriverMiniportUnload(WdfGetDriver());
}
