/** The framework's devices: their inits, creation, links and queues. */
import { call, outcome, special } from "./calls.ts";
import type { Kernel } from "./kernel.ts";
import type { CallSite } from "./records.ts";
import { create, given } from "./objects.ts";
import type { Attributes } from "./objects.ts";
import { isBox, transfer } from "./resources.ts";
import { NT_SUCCESS } from "./status.ts";
import type { NTSTATUS } from "./status.ts";
import { characters, DEVICE_OBJECT, WDFDEVICE, WDFDEVICE_INIT, WDFOBJECT } from "./values.ts";
import type { Maybe, Out, UNICODE_STRING, WDFDRIVER, WDFQUEUE } from "./values.ts";

const allocateInit =
  call<(driver: Maybe<WDFDRIVER>, sddl: UNICODE_STRING | string) => WDFDEVICE_INIT | null>(
    "WdfControlDeviceInitAllocate",
  );
/** An init for a control device: the driver's until WdfDeviceCreate has succeeded with it (fact 12). */
export const WdfControlDeviceInitAllocate: typeof allocateInit = allocateInit;
export const WdfDeviceInitFree = call<(init: Maybe<WDFDEVICE_INIT>) => void>("WdfDeviceInitFree");
export const SDDL_DEVOBJ_SYS_ALL_ADM_ALL = "D:P(A;;GA;;;SY)(A;;GA;;;BA)";
export const SDDL_DEVOBJ_KERNEL_ONLY = "D:P";

export const WdfDeviceInitAssignName = special<(init: Maybe<WDFDEVICE_INIT>, name: UNICODE_STRING | null) => NTSTATUS>(
  "WdfDeviceInitAssignName",
  (kernel, site, init, name) => {
    needInit(kernel, site, init).deviceName = name === null ? null : characters(name);
    return outcome(kernel, site);
  },
);
export const WdfDeviceInitSetExclusive = special<(init: Maybe<WDFDEVICE_INIT>, exclusive: boolean) => void>(
  "WdfDeviceInitSetExclusive",
  (kernel, site, init) => void needInit(kernel, site, init),
);
export const WdfDeviceInitSetDeviceType = special<(init: Maybe<WDFDEVICE_INIT>, type: number) => void>(
  "WdfDeviceInitSetDeviceType",
  (kernel, site, init) => void needInit(kernel, site, init),
);

function needInit(kernel: Kernel, site: CallSite, init: unknown): WDFDEVICE_INIT {
  if (init instanceof WDFDEVICE_INIT) return init;
  return kernel.stop("use-after-release", `${site.call} was given no device init`, site);
}

/** Makes a device of an init, which it consumes on success; given in a box, the box is emptied (facts 12, 21). */
export const WdfDeviceCreate = special<
  (init: Out<WDFDEVICE_INIT> | Maybe<WDFDEVICE_INIT>, attributes: Attributes, device: Out<WDFDEVICE>) => NTSTATUS
>("WdfDeviceCreate", (kernel, site, init, attributes, device) => {
  const box = init instanceof WDFDEVICE_INIT || !isBox(init) ? null : init;
  const consumed = needInit(kernel, site, box === null ? init : box.value);
  kernel.checkAlive(site, [consumed]);
  const made = new WDFDEVICE();
  made.acceptsIo = !consumed.control;
  const status = create(kernel, site, made, attributes, device, `WDFDEVICE ${consumed.deviceName ?? "without a name"}`);
  if (NT_SUCCESS(status)) {
    transfer(kernel, site, consumed, "a device init that WdfDeviceCreate has consumed");
    if (box !== null) box.value = null;
  }
  return status;
});

/** A control device takes requests from now on (fact 12). */
export const WdfControlFinishInitializing = special<(device: Maybe<WDFDEVICE>) => void>(
  "WdfControlFinishInitializing",
  (kernel, site, device) => {
    const { handle } = kernel.framework.tree.require(site, device, "WDFDEVICE");
    if (handle instanceof WDFDEVICE) handle.acceptsIo = true;
  },
);

export const WdfDeviceCreateSymbolicLink = special<(device: Maybe<WDFDEVICE>, name: UNICODE_STRING) => NTSTATUS>(
  "WdfDeviceCreateSymbolicLink",
  (kernel, site, device) => {
    kernel.framework.tree.require(site, device, "WDFDEVICE");
    return outcome(kernel, site);
  },
);

export const WdfDeviceGetDriver = special<(device: Maybe<WDFDEVICE>) => WDFDRIVER | null>(
  "WdfDeviceGetDriver",
  (kernel, site, device) => {
    kernel.framework.tree.require(site, device, "WDFDEVICE");
    return (kernel.framework.driver?.handle ?? null) as WDFDRIVER | null;
  },
);

const wdmDevices = new WeakMap<WDFOBJECT, DEVICE_OBJECT>();
export const WdfDeviceWdmGetDeviceObject = special<(device: Maybe<WDFDEVICE>) => DEVICE_OBJECT>(
  "WdfDeviceWdmGetDeviceObject",
  (kernel, site, device) => {
    const { handle } = kernel.framework.tree.require(site, device, "WDFDEVICE");
    const known = wdmDevices.get(handle) ?? new DEVICE_OBJECT("a framework device", kernel.driverObject);
    wdmDevices.set(handle, known);
    return known;
  },
);

/** A queue belongs to its device, which deletes it. */
export const WdfIoQueueCreate = special<
  (device: Maybe<WDFDEVICE>, config: object, attributes: Attributes, queue: Out<WDFQUEUE> | null) => NTSTATUS
>("WdfIoQueueCreate", (kernel, site, device, _config, attributes, queue) => {
  kernel.framework.tree.require(site, device, "WDFDEVICE");
  const fields = given(attributes);
  if (fields === null) kernel.structs.passNone(site);
  else kernel.structs.pass(fields, "attributes");
  const status = outcome(kernel, site);
  if (isBox(queue)) queue.value = NT_SUCCESS(status) ? new WDFOBJECT("WDFQUEUE") : null;
  return status;
});

export const WdfIoQueueDispatchSequential = 1;
export const WdfIoQueueDispatchParallel = 2;
export const WdfIoQueueDispatchManual = 3;
