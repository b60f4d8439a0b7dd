/** The third cure: DriverEntry calls the unload routine itself where it fails. */
const TAG = "htaP";

/** A copy of RegistryPath for as long as the driver is loaded. */
const gRegistryPath: UNICODE_STRING = { Length: 0, MaximumLength: 0, Buffer: null };

export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  DriverObject.DriverUnload = DriverUnload;

  gRegistryPath.Buffer = ExAllocatePoolWithTag(PagedPool, RegistryPath.Length, TAG);
  if (gRegistryPath.Buffer === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  gRegistryPath.MaximumLength = RegistryPath.Length;
  RtlCopyUnicodeString(gRegistryPath, RegistryPath);

  const status = StorPortInitialize(DriverObject, RegistryPath, hwInitializationData, null);
  if (!NT_SUCCESS(status)) {
    DriverUnload(DriverObject);
  }
  return status;
}

function DriverUnload(_DriverObject: DRIVER_OBJECT): void {
  if (gRegistryPath.Buffer !== null) {
    ExFreePoolWithTag(gRegistryPath.Buffer, TAG);
    gRegistryPath.Buffer = null;
  }
}
