/** What must not compile: mixed-up slots, missing boxes, one kind of handle for another. Checked by the compiler. */
import { expect, test } from "vitest";
import * as wdf from "../../lib/sim/index.ts";
import * as result from "../../lib/sim/result.ts";
import * as throwing from "../../lib/sim/throwing.ts";

/** Compiled, never run. */
export function compiled(
  DriverObject: wdf.DRIVER_OBJECT,
  RegistryPath: wdf.UNICODE_STRING,
  driver: wdf.WDFDRIVER,
): unknown[] {
  const config = new wdf.WDF_DRIVER_CONFIG();
  const attributes = new wdf.WDF_OBJECT_ATTRIBUTES();
  return [
    wdf.WdfDriverCreate(DriverObject, RegistryPath, wdf.WDF_NO_OBJECT_ATTRIBUTES, config, wdf.WDF_NO_HANDLE),
    wdf.WdfDriverCreate(DriverObject, RegistryPath, null, { EvtDriverUnload: () => undefined }, null),
    // @ts-expect-error: the two nulls are in each other's slot
    wdf.WdfDriverCreate(DriverObject, RegistryPath, wdf.WDF_NO_HANDLE, config, null),
    // @ts-expect-error: the two nulls are in each other's slot
    wdf.WdfDriverCreate(DriverObject, RegistryPath, null, config, wdf.WDF_NO_OBJECT_ATTRIBUTES),
    // @ts-expect-error: no attributes is no event callback
    wdf.WDF_DRIVER_CONFIG_INIT(config, wdf.WDF_NO_OBJECT_ATTRIBUTES),
    // @ts-expect-error: config and attributes in each other's slot
    wdf.WdfDriverCreate(DriverObject, RegistryPath, config, attributes, null),
    // @ts-expect-error: the out box is missing
    wdf.WdfDriverCreate(DriverObject, RegistryPath, attributes, config),
    // @ts-expect-error: a handle is no box
    wdf.WdfDriverCreate(DriverObject, RegistryPath, attributes, config, driver),
    // @ts-expect-error: a box of another kind
    wdf.WdfDriverCreate(DriverObject, RegistryPath, attributes, config, wdf.out<wdf.WDFDEVICE>()),
    // @ts-expect-error: the out box is missing
    wdf.WdfSpinLockCreate(attributes),
    // @ts-expect-error: the box is wanted
    wdf.IoCreateDevice(DriverObject, 0, null, 0, 0, false, null),
    // @ts-expect-error: a WDFDRIVER is no DRIVER_OBJECT
    wdf.WPP_CLEANUP(driver),
    // @ts-expect-error: a WDFDRIVER is no DRIVER_OBJECT
    wdf.WdfDriverCreate(driver, RegistryPath, attributes, config, null),
    // @ts-expect-error: a DRIVER_OBJECT is no WDFDRIVER
    wdf.WdfDriverWdmGetDriverObject(DriverObject),
    // @ts-expect-error: a device is not freed as pool
    wdf.ExFreePool(DriverObject.DeviceObject),
    // @ts-expect-error: a plain number is no status
    ((): wdf.NTSTATUS => 0)(),
    // @ts-expect-error: the result dialect has no out parameters
    result.WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null),
    result.WdfDriverCreate(DriverObject, RegistryPath, attributes, config).driver satisfies wdf.WDFDRIVER | null,
    throwing.WdfDriverCreate(DriverObject, RegistryPath, attributes, config) satisfies wdf.WDFDRIVER,
    // @ts-expect-error: nothing is returned where there is no handle
    throwing.IoCreateSymbolicLink(RegistryPath, RegistryPath).status,
    wdf.loadDriver(() => wdf.STATUS_SUCCESS).status satisfies wdf.NTSTATUS,
    // @ts-expect-error: an awaiting entry gives a promise
    wdf.loadDriver(async () => Promise.resolve(wdf.STATUS_SUCCESS)).status,
    // @ts-expect-error: an entry gives a status, not a boolean
    wdf.loadDriver(() => true),
  ];
}

test("entries may be annotated as DRIVER_INITIALIZE, callbacks may name their handle", () => {
  const entry = ((DriverObject, RegistryPath) => {
    const attributes = wdf.WDF_OBJECT_ATTRIBUTES_INIT();
    attributes.EvtCleanupCallback = (Driver: wdf.WDFDRIVER) => void wdf.WdfDriverWdmGetDriverObject(Driver);
    return wdf.WdfDriverCreate(
      DriverObject,
      RegistryPath,
      attributes,
      wdf.WDF_DRIVER_CONFIG_INIT(wdf.WDF_NO_EVENT_CALLBACK),
      null,
    );
  }) satisfies wdf.DRIVER_INITIALIZE;
  expect(wdf.verify(entry).ok).toBe(true);
  expect(typeof compiled).toBe("function");
});
