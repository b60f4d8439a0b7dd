/** Facts 13 to 22 of the run-time contract: lifetimes, exits, unloading and releases. */
import { describe, expect, test } from "vitest";
import * as wdf from "../../lib/sim/index.ts";
import type { DriverEntry, UNICODE_STRING, WDFDRIVER } from "../../lib/sim/index.ts";
import { kmdfDriver, wdmDriver } from "./drivers.ts";
import { deviceName, kinds, kmdf, link } from "./parts.ts";

describe("lifetimes", () => {
  test("fact 13: RegistryPath and its buffer are dead after DriverEntry, the framework's copy is not", () => {
    let path: UNICODE_STRING | null = null;
    let buffer: Uint8Array | null = null;
    let copy = "";
    const during = (unload: (driver: WDFDRIVER) => void): string[] => {
      const entry = kmdf({
        unload,
        after: (_driver, _object, RegistryPath) => {
          path = RegistryPath;
          buffer = RegistryPath.Buffer;
        },
      });
      return kinds(wdf.loadDriver(entry, { registryPath: "\\Test" }).unload().findings);
    };
    expect(during(() => path?.Length)).toEqual(["use-after-release"]);
    expect(during(() => wdf.RtlCopyMemory(new Uint8Array(4), buffer, 4))).toEqual(["use-after-release"]);
    expect(during((driver) => void (copy = wdf.WdfDriverGetRegistryPath(driver)))).toEqual([]);
    expect(copy).toBe("\\Test");
  });

  test("fact 14: WPP wants one CLEANUP on both ways; a second one is harmless; traces outside are dropped", () => {
    const entry = (cleanups: number): DriverEntry =>
      kmdf({
        before: () => wdf.TraceEvents(wdf.TRACE_LEVEL_ERROR, 1, "early"),
        after: (_driver, DriverObject, RegistryPath) => {
          wdf.WPP_INIT_TRACING(DriverObject, RegistryPath);
          wdf.TraceEvents(wdf.TRACE_LEVEL_ERROR, 1, "on time");
          return wdf.choice("go on") ? wdf.STATUS_SUCCESS : wdf.STATUS_UNSUCCESSFUL;
        },
        cleanup: (driver) => {
          for (let index = 0; index < cleanups; index += 1) wdf.WPP_CLEANUP(wdf.WdfDriverWdmGetDriverObject(driver));
          wdf.TraceEvents(wdf.TRACE_LEVEL_ERROR, 1, "late");
        },
      });
    const none = wdf.verify({ fresh: () => entry(0) });
    expect(none.findings.map(({ kind, phase }) => [kind, phase])).toEqual([
      ["unmatched-wpp", "unload"],
      ["unmatched-wpp", "failure"],
    ]);
    expect(wdf.verify({ fresh: () => entry(1) })).toMatchObject({ ok: true, findings: [] });
    expect(wdf.verify({ fresh: () => entry(2) })).toMatchObject({
      ok: true,
      findings: [{ kind: "double-release", harmless: true }],
    });
    const driver = wdf.loadDriver(entry(1));
    driver.unload();
    expect(driver.messages).toEqual([
      { text: "early", dropped: true },
      { text: "on time", dropped: false },
      { text: "late", dropped: true },
    ]);
  });

  test("fact 15: WDM has no framework: every failing exit must release", () => {
    const { findings, complete } = wdf.verify({ fresh: () => wdmDriver("none") });
    expect(complete).toBe(true);
    expect(findings).toMatchObject([
      {
        kind: "leak-on-failure",
        resource: { kind: "pool", acquired: { call: "ExAllocatePoolWithTag", occurrence: 1 } },
        exit: { outcome: "failure", after: { key: "RegisterWithPortDriver#1" } },
        schedule: { "RegisterWithPortDriver#1": "fails" },
      },
    ]);
    for (const cure of ["common exit", "at each point", "unload routine"] as const) {
      expect(wdf.verify({ fresh: () => wdmDriver(cure) })).toMatchObject({ ok: true, complete: true, findings: [] });
    }
  });

  test("fact 16: registrations bring failure into DriverEntry", () => {
    const entry: DriverEntry = (DriverObject, RegistryPath) => {
      DriverObject.DriverUnload = () => undefined;
      const results = [
        wdf.ScsiPortInitialize(DriverObject, RegistryPath, {}, null),
        wdf.StorPortInitialize(DriverObject, RegistryPath, {}, null),
        wdf.ClassInitialize(DriverObject, RegistryPath, {}),
        wdf.HidRegisterMinidriver({}),
        wdf.KsInitializeDriver(DriverObject, RegistryPath, null),
        wdf.PcInitializeAdapterDriver(DriverObject, RegistryPath, () => undefined),
        wdf.VideoPortInitialize(DriverObject, RegistryPath, {}, null),
        wdf.DxgkInitialize(DriverObject, RegistryPath, {}),
      ];
      return results.find((status) => !wdf.NT_SUCCESS(status)) ?? wdf.STATUS_SUCCESS;
    };
    const { runs, complete } = wdf.verify(entry);
    expect(complete).toBe(true);
    expect(runs).toHaveLength(2 ** wdf.registrations.length);
    expect(runs.filter(({ exit }) => exit.outcome === "failure")).toHaveLength(runs.length - 1);
    const pairs = wdf.verify((DriverObject) => wdf.FltRegisterFilter(DriverObject, {}, wdf.out()));
    expect(pairs.runs.map(({ exit }) => exit.outcome)).toEqual(["success", "failure"]);
  });

  test("fact 17: an exception that leaves DriverEntry is a failing return", () => {
    const log: string[] = [];
    const entry = kmdf({
      log,
      after: () => {
        throw new RangeError("no");
      },
    });
    const { exit, findings, status } = wdf.loadDriver(entry);
    expect([exit.outcome, wdf.NT_SUCCESS(status), log]).toEqual(["thrown", false, ["cleanup", "destroy"]]);
    expect(kinds(findings)).toEqual(["exception"]);
    const quota = wdf.loadDriver(() => void wdf.ExAllocatePoolWithQuotaTag(wdf.PagedPool, 8, "Test"), {
      schedule: { ExAllocatePoolWithQuotaTag: "fails" },
    });
    expect(quota.exit).toMatchObject({ outcome: "thrown", status: wdf.STATUS_INSUFFICIENT_RESOURCES });
  });

  test("fact 18: what a driver holds that cannot be unloaded is no leak", () => {
    const allocate: DriverEntry = () => void wdf.ExAllocatePoolWithTag(wdf.PagedPool, 8, "Test");
    expect(wdf.loadDriver(allocate).unload()).toMatchObject({
      unload: "impossible",
      findings: [],
      resources: [{ heldAtEnd: true }],
    });
    const unloadable: DriverEntry = (DriverObject, RegistryPath) => {
      DriverObject.DriverUnload = () => undefined;
      return allocate(DriverObject, RegistryPath);
    };
    expect(kinds(wdf.loadDriver(unloadable).unload().findings)).toEqual(["leak-on-unload"]);
  });

  test("fact 18: after a failed creation that is called a success the WDM rule holds", () => {
    const entry: DriverEntry = (DriverObject, RegistryPath) => {
      wdf.WdfDriverCreate(DriverObject, RegistryPath, null, wdf.WDF_DRIVER_CONFIG_INIT(null), null);
      wdf.ExAllocatePoolWithTag(wdf.PagedPool, 8, "Test");
      return wdf.STATUS_SUCCESS;
    };
    const run = wdf.loadDriver(entry, { schedule: { WdfDriverCreate: "fails" } }).unload();
    expect(run).toMatchObject({ unload: "impossible", findings: [] });
    expect(kinds(wdf.loadDriver(entry).unload().findings)).toEqual(["leak-on-unload"]);
  });

  test("fact 19: WdfDriverCreate sets DriverUnload itself; NoDispatchOverride leaves it and skips fact 10's refusals", () => {
    const mine = (): void => undefined;
    const load = (flags: number, add: wdf.EVT_WDF_DRIVER_DEVICE_ADD | null): wdf.LoadedDriver =>
      wdf.loadDriver(kmdf({ flags, add, before: (DriverObject) => void (DriverObject.DriverUnload = mine) }));
    const usual = load(wdf.WdfDriverInitNonPnpDriver, null);
    expect(usual.driverObject.DriverUnload).not.toBe(mine);
    expect(usual.findings).toMatchObject([
      { kind: "lost-attribute", lost: { field: "DriverUnload", reason: "overwritten-by-create" } },
    ]);
    const both = wdf.WdfDriverInitNonPnpDriver | wdf.WdfDriverInitNoDispatchOverride;
    const miniport = load(both, () => wdf.STATUS_SUCCESS);
    expect(miniport.status).toBe(wdf.STATUS_SUCCESS);
    expect(miniport.driverObject.DriverUnload).toBe(mine);
  });

  test("fact 20: devices are linked to the driver object, links are known by their characters", () => {
    const entry: DriverEntry = (DriverObject) => {
      const first = wdf.out<wdf.DEVICE_OBJECT>();
      const second = wdf.out<wdf.DEVICE_OBJECT>();
      wdf.IoCreateDevice(DriverObject, 0, deviceName, wdf.FILE_DEVICE_UNKNOWN, 0, false, first);
      wdf.IoCreateDeviceSecure(DriverObject, 0, null, wdf.FILE_DEVICE_UNKNOWN, 0, false, "D:P", null, second);
      expect(DriverObject.DeviceObject).toBe(second.value);
      expect(DriverObject.DeviceObject?.NextDevice).toBe(first.value);
      wdf.IoCreateSymbolicLink(link, deviceName);
      expect(wdf.IoCreateSymbolicLink(wdf.RTL_CONSTANT_STRING("\\dosdevices\\TEST"), deviceName)).toBe(
        wdf.STATUS_OBJECT_NAME_COLLISION,
      );
      DriverObject.DriverUnload = () => {
        wdf.IoDeleteSymbolicLink(wdf.RTL_CONSTANT_STRING("\\DosDevices\\Test"));
        while (DriverObject.DeviceObject !== null) wdf.IoDeleteDevice(DriverObject.DeviceObject);
      };
    };
    const run = wdf.loadDriver(entry).unload();
    expect(kinds(run.findings)).toEqual(["refused-call"]);
    expect(run.resources.map(({ released }) => released?.phase)).toEqual(["unload", "unload", "unload"]);
    expect.assertions(5);
  });

  test("fact 21: WdfDeviceCreate empties the box of its init on success only", () => {
    const entry = kmdf({
      after: (driver) => {
        const init = { value: wdf.WdfControlDeviceInitAllocate(driver, wdf.SDDL_DEVOBJ_KERNEL_ONLY) };
        const device = wdf.out<wdf.WDFDEVICE>();
        const status = wdf.WdfDeviceCreate(init, null, device);
        expect(init.value === null).toBe(wdf.NT_SUCCESS(status));
        if (init.value !== null) wdf.WdfDeviceInitFree(init.value);
        else wdf.WdfControlFinishInitializing(device.value);
        return status;
      },
    });
    expect(kinds(wdf.loadDriver(entry).unload().findings)).toEqual([]);
    expect(kinds(wdf.loadDriver(entry, { schedule: { WdfDeviceCreate: "fails" } }).findings)).toEqual([]);
    expect.assertions(4);
  });

  test("fact 22: releasing what is not held is fatal or harmless, by the row", () => {
    const during = (release: () => void): wdf.RunRecord => wdf.loadDriver(() => release()).run;
    expect(during(() => wdf.ExFreePool(null))).toMatchObject({
      exit: { outcome: "stopped" },
      findings: [{ kind: "double-release" }],
    });
    expect(during(() => void wdf.IoDeleteSymbolicLink(link))).toMatchObject({
      exit: { outcome: "success" },
      findings: [{ harmless: true }],
    });
    expect(during(() => void wdf.ZwClose(null)).stopped).toBeNull();
    expect(during(() => wdf.IoDeleteDevice(null)).stopped).toContain("IoDeleteDevice");
  });

  test("fact 22: a cleanup callback also runs when the acquisition itself failed after creation", () => {
    const entry = (careful: boolean): DriverEntry => {
      let block: Uint8Array | null = null;
      return kmdf({
        after: () => {
          block = wdf.ExAllocatePoolWithTag(wdf.PagedPool, 8, "Test");
          return block === null ? wdf.STATUS_INSUFFICIENT_RESOURCES : wdf.STATUS_SUCCESS;
        },
        cleanup: () => {
          if (!careful || block !== null) wdf.ExFreePool(block);
        },
      });
    };
    expect(wdf.verify({ fresh: () => entry(true) }).ok).toBe(true);
    expect(wdf.verify({ fresh: () => entry(false) }).findings).toMatchObject([
      { kind: "double-release", phase: "driver-cleanup", schedule: { "ExAllocatePoolWithTag#1": "fails" } },
    ]);
  });
});

test("the article's KMDF driver is right under every schedule", () => {
  const result = wdf.verify({ fresh: kmdfDriver });
  expect(result).toMatchObject({ ok: true, complete: true, incomplete: null, findings: [] });
  expect(result.runs.map(({ exit }) => exit.outcome)).toEqual(["success", "failure", "failure"]);
});
