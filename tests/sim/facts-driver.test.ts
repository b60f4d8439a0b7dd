/** Facts 1 to 8 of the run-time contract: the entry, the driver object and its children. */
import { describe, expect, test } from "vitest";
import * as wdf from "../../lib/sim/index.ts";
import type { NTSTATUS, WDFDRIVER, WDFOBJECT } from "../../lib/sim/index.ts";
import { kinds, kmdf, link, logged, spinLock } from "./parts.ts";

describe("the entry and the driver object", () => {
  test("fact 1: a failing DriverEntry is never unloaded", () => {
    const log: string[] = [];
    const wdm = wdf.loadDriver((DriverObject) => {
      DriverObject.DriverUnload = () => void log.push("DriverUnload");
      return wdf.STATUS_UNSUCCESSFUL;
    });
    expect(wdm.unload().unload).toBe("not-started");
    wdf
      .loadDriver(kmdf({ unload: () => void log.push("EvtDriverUnload"), after: () => wdf.STATUS_UNSUCCESSFUL }))
      .unload();
    expect(log).toEqual([]);
  });

  test("fact 2: a failing DriverEntry with a WDFDRIVER runs its cleanup, then its destroy callback", () => {
    const log: string[] = [];
    const { run } = wdf.loadDriver(kmdf({ log, after: () => wdf.STATUS_UNSUCCESSFUL }));
    expect(log).toEqual(["cleanup", "destroy"]);
    expect(run.driver).toMatchObject({ existedAtExit: true, cleanupRan: true, destroyRan: true });
  });

  test("fact 3: a failed WdfDriverCreate runs neither callback, and what came before stays held", () => {
    const log: string[] = [];
    const entry = kmdf({ log, before: () => void wdf.ExAllocatePoolWithTag(wdf.PagedPool, 8, "Test") });
    const { findings, held } = wdf.loadDriver(entry, { schedule: { "WdfDriverCreate#1": "fails" } });
    expect(log).toEqual([]);
    expect(kinds(findings)).toEqual(["order", "leak-on-failure"]);
    expect(held.map(({ label }) => label)).toEqual(["pool 'Test' of 8 bytes"]);
  });

  test("fact 4: unload, then the children's cleanups, then the driver's cleanup, then destroy callbacks", () => {
    const log: string[] = [];
    const entry = kmdf({ log, after: () => void spinLock(logged(log, "lock")) });
    expect(wdf.loadDriver(entry).unload().unload).toBe("unloaded");
    expect(log).toEqual(["unload", "cleanup lock", "cleanup", "destroy lock", "destroy"]);
  });

  test("fact 4: children are alive in EvtDriverUnload and cleaned up in the driver's cleanup callback", () => {
    let lock: wdf.WDFSPINLOCK | null = null;
    const use = (): void => wdf.WdfSpinLockAcquire(lock);
    const make = (): void => void (lock = spinLock());
    expect(wdf.loadDriver(kmdf({ unload: use, after: make })).unload().findings).toEqual([]);
    const late = wdf.loadDriver(kmdf({ cleanup: use, after: make })).unload();
    expect(late.findings).toMatchObject([{ kind: "use-after-release", phase: "driver-cleanup" }]);
    expect(late.stopped).toBeNull();
  });

  test("fact 5: children depth first, siblings in creation order, each once; memory goes last", () => {
    const log: string[] = [];
    let block: Uint8Array | null = null;
    const entry = kmdf({
      log,
      cleanup: () => void log.push(`cleanup, memory ${String(block?.[0])}`),
      after: () => {
        const first = spinLock(logged(log, "first"));
        const buffer = wdf.out<Uint8Array>();
        wdf.WdfMemoryCreate(logged(log, "inner", first), wdf.PagedPool, "Test", 4, wdf.out(), buffer);
        block = buffer.value;
        block?.fill(7);
        const second = spinLock(logged(log, "second"));
        wdf.WdfObjectDelete(spinLock(logged(log, "gone")));
        expect(second).not.toBeNull();
        expect(log).toEqual(["cleanup gone", "destroy gone"]);
        log.length = 0;
      },
    });
    const run = wdf.loadDriver(entry).unload();
    expect(log).toEqual([
      "unload",
      "cleanup inner",
      "cleanup first",
      "cleanup second",
      "cleanup, memory 7",
      "destroy inner",
      "destroy first",
      "destroy second",
      "destroy",
    ]);
    expect(Array.from(block ?? [])).toEqual([0xdd, 0xdd, 0xdd, 0xdd]);
    expect(run.findings).toEqual([]);
  });

  test("fact 6: a second WdfDriverCreate fails and leaves the out box alone", () => {
    const marker = {} as WDFDRIVER;
    let status: NTSTATUS = wdf.STATUS_SUCCESS;
    const box = { value: marker as WDFDRIVER | null };
    const { findings } = wdf.loadDriver(
      kmdf({
        after: (_driver, DriverObject, RegistryPath) => {
          status = wdf.WdfDriverCreate(DriverObject, RegistryPath, null, wdf.WDF_DRIVER_CONFIG_INIT(null), box);
        },
      }),
    );
    expect(status).toBe(wdf.STATUS_DRIVER_INTERNAL_ERROR);
    expect(box.value).toBe(marker);
    expect(kinds(findings)).toEqual(["refused-call"]);
  });

  test("fact 7: framework objects made before the driver have no parent and are never released", () => {
    const make = (): void => {
      wdf.WdfMemoryCreate(null, wdf.PagedPool, "Test", 4, wdf.out(), null);
      wdf.WdfMemoryCreatePreallocated(null, new Uint8Array(4), 4, wdf.out());
      wdf.WdfLookasideListCreate(null, 4, wdf.PagedPool, null, "Test", wdf.out());
      spinLock();
      wdf.WdfWaitLockCreate(null, wdf.out());
      wdf.WdfCollectionCreate(null, wdf.out());
      wdf.WdfStringCreate(link, null, wdf.out());
      wdf.WdfObjectCreate(null, wdf.out());
      wdf.WdfRegistryOpenKey(null, link, wdf.KEY_READ, null, wdf.out());
    };
    const early = wdf.loadDriver(kmdf({ before: make })).unload();
    expect(early.resources.every(({ owner, released }) => owner === "driver" && released === null)).toBe(true);
    expect(kinds(early.findings).filter((kind) => kind === "order")).toHaveLength(9);
    expect(kinds(early.findings).filter((kind) => kind === "leak-on-unload")).toHaveLength(9);
    const late = wdf.loadDriver(kmdf({ after: make })).unload();
    expect(late.resources.map(({ released }) => released?.by)).toEqual(Array.from({ length: 9 }, () => "framework"));
    expect(late.findings).toEqual([]);
  });

  test("fact 8: parents that are refused", () => {
    const statuses: string[] = [];
    const note = (status: NTSTATUS): void => void statuses.push(wdf.statusName(status));
    const entry = kmdf({
      after: (driver) => {
        const withParent = (parent: WDFOBJECT | null): wdf.WDF_OBJECT_ATTRIBUTES => logged([], "x", parent);
        note(wdf.WdfTimerCreate({}, withParent(driver), wdf.out()));
        note(wdf.WdfWorkItemCreate({}, withParent(driver), wdf.out()));
        note(wdf.WdfDpcCreate({}, withParent(driver), wdf.out()));
        note(wdf.WdfTimerCreate({}, null, wdf.out()));
        const init = wdf.WdfControlDeviceInitAllocate(driver, wdf.SDDL_DEVOBJ_KERNEL_ONLY);
        const device = wdf.out<wdf.WDFDEVICE>();
        note(wdf.WdfDeviceCreate(init, withParent(driver), device));
        note(wdf.WdfDeviceCreate(init, null, device));
        note(wdf.WdfTimerCreate({}, withParent(device.value), wdf.out()));
        wdf.WdfControlFinishInitializing(device.value);
        wdf.WdfObjectDelete(driver);
      },
    });
    const run = wdf.loadDriver(entry).unload();
    expect(statuses).toEqual([
      "STATUS_INVALID_DEVICE_REQUEST",
      "STATUS_INVALID_DEVICE_REQUEST",
      "STATUS_INVALID_DEVICE_REQUEST",
      "STATUS_WDF_PARENT_NOT_SPECIFIED",
      "STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED",
      "STATUS_SUCCESS",
      "STATUS_SUCCESS",
    ]);
    expect(kinds(run.findings)).toEqual(Array.from({ length: 6 }, () => "refused-call"));
    expect(run.driver.cleanupRan).toBe(true);
  });

  test("fact 8: a driver object cannot be given a parent", () => {
    const { status } = wdf.loadDriver((DriverObject, RegistryPath) => {
      const attributes = logged([], "driver", spinLock());
      return wdf.WdfDriverCreate(DriverObject, RegistryPath, attributes, wdf.WDF_DRIVER_CONFIG_INIT(null), null);
    });
    expect(status).toBe(wdf.STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED);
  });
});
