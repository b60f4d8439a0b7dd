/** The control device, and the table that its requests are answered from. */
const TAG = "lbaT";

const state: { table: PoolBlock | null } = { table: null };

export function createDevice(Driver: WDFDRIVER | null): NTSTATUS {
  state.table = ExAllocatePoolWithTag(NonPagedPoolNx, 512, TAG);
  if (state.table === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }

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

export function freeTable(): void {
  if (state.table !== null) {
    ExFreePoolWithTag(state.table, TAG);
    state.table = null;
  }
}
