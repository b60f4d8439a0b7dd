/** The miniport done right: the driver object's EvtCleanupCallback frees the table, whichever way the driver goes. */
const TAG = "lbaT";

let gTable: PoolBlock | null = null;

export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, WDF_NO_EVENT_CALLBACK);
  config.DriverInitFlags |= WdfDriverInitNoDispatchOverride;

  const attributes = {} as WDF_OBJECT_ATTRIBUTES;
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.EvtCleanupCallback = EvtDriverCleanup;

  let status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, WDF_NO_HANDLE);
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
  WdfDriverMiniportUnload(WdfGetDriver());
}

function EvtDriverCleanup(_Driver: WDFDRIVER): void {
  if (gTable !== null) {
    ExFreePoolWithTag(gTable, TAG);
    gTable = null;
  }
}
