/** The first cure: every way out of DriverEntry passes one common exit, which releases on failure. */
const TAG = "htaP";

/** A copy of RegistryPath for as long as the driver is loaded. */
const gRegistryPath: UNICODE_STRING = { Length: 0, MaximumLength: 0, Buffer: null };

export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  let status: NTSTATUS = STATUS_SUCCESS;
  DriverObject.DriverUnload = DriverUnload;

  exit: {
    gRegistryPath.Buffer = ExAllocatePoolWithTag(PagedPool, RegistryPath.Length, TAG);
    if (gRegistryPath.Buffer === null) {
      status = STATUS_INSUFFICIENT_RESOURCES;
      break exit;
    }
    gRegistryPath.MaximumLength = RegistryPath.Length;
    RtlCopyUnicodeString(gRegistryPath, RegistryPath);

    status = StorPortInitialize(DriverObject, RegistryPath, hwInitializationData, null);
    if (!NT_SUCCESS(status)) {
      break exit;
    }
  }

  if (!NT_SUCCESS(status) && gRegistryPath.Buffer !== null) {
    ExFreePoolWithTag(gRegistryPath.Buffer, TAG);
    gRegistryPath.Buffer = null;
  }
  return status;
}

function DriverUnload(_DriverObject: DRIVER_OBJECT): void {
  if (gRegistryPath.Buffer !== null) {
    ExFreePoolWithTag(gRegistryPath.Buffer, TAG);
    gRegistryPath.Buffer = null;
  }
}
