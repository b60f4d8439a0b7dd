/** Facts 9 to 12 of the run-time contract: structs, and the kinds of framework drivers. */
import { describe, expect, test } from "vitest";
import * as wdf from "../../lib/sim/index.ts";
import type { DriverEntry, NTSTATUS } from "../../lib/sim/index.ts";
import { deviceName, kinds, kmdf, logged, spinLock } from "./parts.ts";

describe("structs", () => {
  const lostOf = (entry: DriverEntry): unknown[] =>
    wdf.loadDriver(entry).findings.map(({ lost }) => [lost?.field, lost?.reason]);

  test("fact 9: INIT wipes what was set before it", () => {
    const entry: DriverEntry = (DriverObject, RegistryPath) => {
      const config = new wdf.WDF_DRIVER_CONFIG();
      config.EvtDriverUnload = () => undefined;
      wdf.WDF_DRIVER_CONFIG_INIT(config, null);
      const attributes = new wdf.WDF_OBJECT_ATTRIBUTES();
      attributes.EvtCleanupCallback = () => undefined;
      wdf.WDF_OBJECT_ATTRIBUTES_INIT(attributes);
      expect([config.EvtDriverUnload, attributes.EvtCleanupCallback]).toEqual([null, null]);
      return wdf.WdfDriverCreate(DriverObject, RegistryPath, attributes, config, wdf.WDF_NO_HANDLE);
    };
    expect(lostOf(entry)).toEqual([
      ["EvtDriverUnload", "wiped-by-init"],
      ["EvtCleanupCallback", "wiped-by-init"],
    ]);
  });

  test("fact 9: what is set after the create call does nothing", () => {
    const log: string[] = [];
    const entry: DriverEntry = (DriverObject, RegistryPath) => {
      const attributes = wdf.WDF_OBJECT_ATTRIBUTES_INIT();
      const status = wdf.WdfDriverCreate(
        DriverObject,
        RegistryPath,
        attributes,
        wdf.WDF_DRIVER_CONFIG_INIT(null),
        null,
      );
      attributes.EvtCleanupCallback = () => void log.push("cleanup");
      return status;
    };
    expect(lostOf(entry)).toEqual([["EvtCleanupCallback", "set-after-create"]]);
    wdf.loadDriver(entry).unload();
    expect(log).toEqual([]);
  });

  test("fact 9: attributes that are never passed while null is", () => {
    const entry: DriverEntry = (DriverObject, RegistryPath) => {
      const attributes = wdf.WDF_OBJECT_ATTRIBUTES_INIT();
      attributes.EvtCleanupCallback = () => undefined;
      const config = wdf.WDF_DRIVER_CONFIG_INIT(null);
      return wdf.WdfDriverCreate(DriverObject, RegistryPath, wdf.WDF_NO_OBJECT_ATTRIBUTES, config, null);
    };
    expect(lostOf(entry)).toEqual([["EvtCleanupCallback", "never-passed"]]);
  });

  test("fact 9: attributes that serve two creates in turn lose nothing", () => {
    const entry = kmdf({
      after: () => {
        const attributes = wdf.WDF_OBJECT_ATTRIBUTES_INIT();
        const parent = spinLock(attributes);
        attributes.ParentObject = parent;
        spinLock(attributes);
      },
    });
    expect(lostOf(entry)).toEqual([]);
  });

  test("fact 9: a struct that was never initialised", () => {
    const create = (attributes: wdf.WDF_OBJECT_ATTRIBUTES | null, config: wdf.WDF_DRIVER_CONFIG): NTSTATUS =>
      wdf.loadDriver((DriverObject, RegistryPath) =>
        wdf.WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null),
      ).status;
    expect(create(null, new wdf.WDF_DRIVER_CONFIG())).toBe(wdf.STATUS_INFO_LENGTH_MISMATCH);
    expect(create(null, {})).toBe(wdf.STATUS_INFO_LENGTH_MISMATCH);
    expect(create(new wdf.WDF_OBJECT_ATTRIBUTES(), wdf.WDF_DRIVER_CONFIG_INIT(null))).toBe(
      wdf.STATUS_INFO_LENGTH_MISMATCH,
    );
    expect(create(null, { EvtDriverUnload: () => undefined })).toBe(wdf.STATUS_SUCCESS);
  });

  test("fact 9: INIT_CONTEXT_TYPE clears, SET_CONTEXT_TYPE does not; contexts are made with the object", () => {
    class Context {
      count = 3;
    }
    class Other {
      name = "other";
    }
    const { exit } = wdf.loadDriver(
      kmdf({
        after: () => {
          const attributes = logged([], "lock");
          wdf.WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE(attributes, Context);
          expect(attributes.EvtCleanupCallback).not.toBeNull();
          const lock = spinLock(attributes);
          expect(wdf.WdfObjectGetTypedContext(lock, Context)?.count).toBe(3);
          expect(wdf.WdfObjectGetTypedContext(lock, Other)).toBeNull();
          wdf.WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(attributes, Context);
          expect(attributes.EvtCleanupCallback).toBeNull();
        },
      }),
    );
    expect(exit.thrown).toBeNull();
    expect.assertions(5);
  });
});

describe("kinds of drivers", () => {
  test("fact 10: the non-PnP flag and EvtDriverDeviceAdd exclude each other", () => {
    expect(wdf.loadDriver(kmdf({ add: () => wdf.STATUS_SUCCESS })).status).toBe(wdf.STATUS_INVALID_PARAMETER);
  });

  test("fact 10: a PnP driver adds devices only through EvtDriverDeviceAdd", () => {
    expect(wdf.loadDriver(kmdf({ flags: 0 })).addDevice()).toBe(wdf.STATUS_UNSUCCESSFUL);
    const driver = wdf.loadDriver(
      kmdf({ flags: 0, add: (_driver, init) => wdf.WdfDeviceCreate({ value: init }, null, wdf.out()) }),
    );
    expect(driver.addDevice()).toBe(wdf.STATUS_SUCCESS);
    expect(driver.unload().findings).toEqual([]);
    expect(wdf.loadDriver(kmdf()).addDevice()).toBe(wdf.STATUS_INVALID_DEVICE_REQUEST);
  });

  test("fact 10: a non-PnP driver without EvtDriverUnload stays; its cleanup runs only on a failed load", () => {
    const log: string[] = [];
    expect(wdf.loadDriver(kmdf({ log, unload: null })).unload().unload).toBe("impossible");
    expect(log).toEqual([]);
    wdf.loadDriver(kmdf({ log, unload: null, after: () => wdf.STATUS_UNSUCCESSFUL }));
    expect(log).toEqual(["cleanup", "destroy"]);
  });

  test("fact 11: under NoDispatchOverride only WdfDriverMiniportUnload deletes the driver object", () => {
    const load = (miniportUnload: boolean): { log: string[]; found: string[]; deleted: boolean } => {
      const log: string[] = [];
      const entry = kmdf({
        log,
        flags: wdf.WdfDriverInitNoDispatchOverride,
        after: (_driver, DriverObject) => {
          spinLock();
          DriverObject.DriverUnload = () => {
            log.push("DriverUnload");
            if (miniportUnload) wdf.WdfDriverMiniportUnload(wdf.WdfGetDriver());
          };
        },
      });
      const { findings, driver } = wdf.loadDriver(entry).unload();
      return { log, found: kinds(findings), deleted: driver.deletedAt !== null };
    };
    expect(load(true)).toEqual({
      log: ["DriverUnload", "cleanup", "destroy"],
      found: ["lost-attribute"],
      deleted: true,
    });
    expect(load(false)).toEqual({ log: ["DriverUnload"], found: ["lost-attribute", "leak-on-unload"], deleted: false });
  });

  test("fact 12: a control device's init is the driver's until WdfDeviceCreate succeeds", () => {
    const entry = (free: boolean): DriverEntry =>
      kmdf({
        after: (driver) => {
          const init = wdf.WdfControlDeviceInitAllocate(driver, wdf.SDDL_DEVOBJ_KERNEL_ONLY);
          if (init === null) return wdf.STATUS_INSUFFICIENT_RESOURCES;
          const device = wdf.out<wdf.WDFDEVICE>();
          let status = wdf.WdfDeviceInitAssignName(init, deviceName);
          if (wdf.NT_SUCCESS(status)) status = wdf.WdfDeviceCreate(init, null, device);
          if (!wdf.NT_SUCCESS(status)) {
            if (free) wdf.WdfDeviceInitFree(init);
            return status;
          }
          expect(device.value?.acceptsIo).toBe(false);
          wdf.WdfControlFinishInitializing(device.value);
          expect(device.value?.acceptsIo).toBe(true);
          return status;
        },
      });
    expect(wdf.verify({ fresh: () => entry(true) })).toMatchObject({ ok: true, complete: true });
    const leaky = wdf.verify({ fresh: () => entry(false) });
    expect(leaky.findings.map(({ kind, exit }) => [kind, exit?.after?.call])).toEqual([
      ["leak-on-failure", "WdfDeviceCreate"],
      ["leak-on-failure", "WdfDeviceInitAssignName"],
    ]);
    expect(leaky.runs[0]?.resources[0]?.released?.by).toBe("transfer");
  });

  test("fact 12: a consumed init must not be freed, and an unfinished control device takes no requests", () => {
    const entry = kmdf({
      after: (driver) => {
        const init = wdf.WdfControlDeviceInitAllocate(driver, wdf.SDDL_DEVOBJ_KERNEL_ONLY);
        wdf.WdfDeviceCreate(init, null, wdf.out());
        if (wdf.choice("free")) wdf.WdfDeviceInitFree(init);
      },
    });
    expect(kinds(wdf.loadDriver(entry).findings)).toEqual(["double-release"]);
    expect(kinds(wdf.loadDriver(entry, { schedule: { "free#1": "false" } }).findings)).toEqual(["unfinished-device"]);
  });
});
