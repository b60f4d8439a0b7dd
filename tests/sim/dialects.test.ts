/** The result and throwing dialects, over the same machine. */
import { expect, test } from "vitest";
import * as result from "../../lib/sim/result.ts";
import * as throwing from "../../lib/sim/throwing.ts";
import { kinds } from "./parts.ts";

function resultEntry(cleanup: boolean): result.DriverEntry {
  return (DriverObject, RegistryPath) => {
    const attributes = result.WDF_OBJECT_ATTRIBUTES_INIT();
    if (cleanup)
      attributes.EvtCleanupCallback = (Driver: result.WDFDRIVER) =>
        result.WPP_CLEANUP(result.WdfDriverWdmGetDriverObject(Driver));
    const { status, ok, driver } = result.WdfDriverCreate(
      DriverObject,
      RegistryPath,
      attributes,
      result.WDF_DRIVER_CONFIG_INIT(null),
    );
    if (!ok) return status;
    expect(result.WdfDriverWdmGetDriverObject(driver)).toBe(DriverObject);
    result.WPP_INIT_TRACING(DriverObject, RegistryPath);
    const memory = result.WdfMemoryCreate(null, result.PagedPool, "Test", 8);
    if (!memory.ok) return memory.status;
    expect(memory.buffer?.length).toBe(8);
    expect(result.WdfMemoryGetBuffer(memory.memory, null)).toBe(memory.buffer);
    return result.IoCreateSymbolicLink(result.RTL_CONSTANT_STRING("a"), result.RTL_CONSTANT_STRING("b")).status;
  };
}

test("results: status, ok and the handle, no out parameters", () => {
  const { findings, complete, runs } = result.verify({ fresh: () => resultEntry(true) });
  expect(complete).toBe(true);
  expect(runs.map(({ exit }) => exit.outcome)).toEqual(["success", "failure", "failure", "failure"]);
  expect(kinds(findings)).toEqual(["leak-on-unload"]);
  expect(kinds(result.verify({ fresh: () => resultEntry(false) }).findings)).toContain("unmatched-wpp");
});

test("throwing: the handle is returned, failures are thrown, pointers still are null", () => {
  const entry: throwing.DriverEntry = (DriverObject, RegistryPath) => {
    const config = throwing.WDF_DRIVER_CONFIG_INIT(null);
    const driver = throwing.WdfDriverCreate(DriverObject, RegistryPath, null, config);
    expect(throwing.WdfDriverWdmGetDriverObject(driver)).toBe(DriverObject);
    const device = throwing.IoCreateDevice(DriverObject, 0, null, throwing.FILE_DEVICE_UNKNOWN, 0, false);
    try {
      throwing.IoCreateSymbolicLink(throwing.RTL_CONSTANT_STRING("a"), throwing.RTL_CONSTANT_STRING("b"));
    } finally {
      throwing.IoDeleteDevice(device);
    }
    const block = throwing.ExAllocatePoolWithTag(throwing.PagedPool, 8, "Test");
    if (block !== null) throwing.ExFreePool(block);
  };
  const { runs, findings } = throwing.verify({ fresh: () => entry });
  expect(runs.map(({ exit }) => exit.outcome)).toEqual(["success", "success", "thrown", "thrown", "thrown"]);
  expect(findings.filter(({ harmless }) => !harmless).map(({ kind, resource }) => [kind, resource?.kind])).toEqual([
    ["leak-on-unload", "symbolic-link"],
  ]);
  expect(findings.filter(({ kind }) => kind === "exception").every(({ harmless }) => harmless)).toBe(true);
});

test("throwing: a release does not throw, though it finds nothing to release", () => {
  const onProcess = (): void => undefined;
  const entry: throwing.DriverEntry = (DriverObject) => {
    throwing.PsSetCreateProcessNotifyRoutine(onProcess, true);
    throwing.PsSetCreateProcessNotifyRoutine(onProcess, false);
    DriverObject.DriverUnload = () => {
      throwing.PsSetCreateProcessNotifyRoutine(onProcess, true);
    };
  };
  const { runs, findings } = throwing.verify({ fresh: () => entry });
  expect(runs.map(({ exit }) => exit.outcome)).toEqual(["success", "thrown"]);
  expect(findings.filter(({ harmless }) => !harmless)).toEqual([]);
});
