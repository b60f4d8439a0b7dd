/** Misuse: answered by findings, as the kernel's verifier would, and never by a crash of the simulator. */
import { describe, expect, test } from "vitest";
import * as wdf from "../../lib/sim/index.ts";
import { kinds, kmdf, link, spinLock } from "./parts.ts";

const during = (body: () => void): wdf.RunRecord => wdf.loadDriver(() => body()).run;
const allocate = (tag = "Test"): wdf.PoolBlock | null => wdf.ExAllocatePoolWithTag(wdf.PagedPool, 8, tag);

describe("what stops the machine", () => {
  test("freeing twice", () => {
    const run = during(() => {
      const block = allocate();
      wdf.ExFreePool(block);
      wdf.ExFreePool(block);
    });
    expect(run.findings).toMatchObject([
      { kind: "double-release", harmless: false, resource: { label: "pool 'Test' of 8 bytes" } },
    ]);
    expect(run.exit.outcome).toBe("stopped");
  });

  test("freeing a part of a block, or what was never allocated", () => {
    expect(kinds(during(() => wdf.ExFreePool(allocate()?.subarray(4))).findings)).toEqual(["double-release"]);
    expect(kinds(during(() => wdf.ExFreePool(new Uint8Array(8))).findings)).toEqual(["double-release"]);
  });

  test("the wrong tag, the wrong call", () => {
    expect(kinds(during(() => wdf.ExFreePoolWithTag(allocate(), "Tset")).findings)).toEqual(["mismatched-release"]);
    expect(kinds(during(() => wdf.ExFreePoolWithTag(allocate(), "Test")).findings)).toEqual([]);
    expect(kinds(during(() => wdf.ExFreePoolWithTag(allocate(), 0)).findings)).toEqual([]);
    expect(kinds(during(() => wdf.MmFreeContiguousMemory(allocate())).findings)).toEqual(["mismatched-release"]);
  });

  test("using what was freed, by the kernel's own calls", () => {
    const run = during(() => {
      const block = allocate();
      wdf.ExFreePool(block);
      wdf.RtlCopyMemory(block, new Uint8Array(8), 8);
    });
    expect(run.findings).toMatchObject([{ kind: "use-after-release", resource: { kind: "pool" } }]);
  });

  test("deleted framework objects, null handles and handles that are none", () => {
    const twice = kmdf({
      after: () => {
        const lock = spinLock();
        wdf.WdfObjectDelete(lock);
        wdf.WdfObjectDelete(lock);
      },
    });
    expect(kinds(wdf.loadDriver(twice).findings)).toEqual(["double-release"]);
    expect(kinds(during(() => void wdf.WdfDriverWdmGetDriverObject(null)).findings)).toEqual(["use-after-release"]);
    const wild = {} as wdf.WDFDRIVER;
    expect(kinds(during(() => void wdf.WdfDriverWdmGetDriverObject(wild)).findings)).toEqual(["use-after-release"]);
  });

  test("writing beyond memory", () => {
    expect(kinds(during(() => wdf.RtlCopyMemory(allocate(), new Uint8Array(64), 64)).findings)).toEqual([
      "refused-call",
    ]);
  });

  test("arguments that no compiler lets through", () => {
    const junk: unknown[] = [
      null,
      undefined,
      -1,
      "x",
      Symbol("x"),
      1n,
      true,
      {},
      [],
      () => undefined,
      new Uint8Array(2),
    ];
    const names = [
      ...wdf.pairs.flatMap(({ acquire, release }) => [...acquire, ...release.map(({ call }) => call)]),
      "WdfDriverCreate",
    ];
    for (const name of names) {
      for (const value of junk) {
        const { exit } = wdf.loadDriver(() => {
          Reflect.apply(
            Reflect.get(wdf, name) as () => void,
            null,
            Array.from({ length: 9 }, () => value),
          );
        });
        if (!(exit.thrown instanceof wdf.NtStatusError)) expect([name, exit.thrown]).toEqual([name, null]);
      }
    }
  });

  test("code that catches the stop does not start the machine again", () => {
    const log: string[] = [];
    const run = during(() => {
      try {
        wdf.ExFreePool(null);
      } catch {
        log.push("caught");
      }
      try {
        wdf.KdPrint("still here");
        log.push("went on");
      } finally {
        log.push("finally");
      }
    });
    expect(log).toEqual(["caught", "finally"]);
    expect(run).toMatchObject({ exit: { outcome: "stopped" }, unload: "not-started" });
    expect(run.stopped).toContain("ExFreePool");
  });

  test("a loop that never ends", () => {
    const run = wdf.loadDriver(
      () => {
        for (;;) wdf.KdPrint("again");
      },
      { maxCalls: 50 },
    ).run;
    expect(kinds(run.findings)).toEqual(["endless"]);
    expect(run.trace).toHaveLength(51);
  });
});

describe("what the machine survives", () => {
  test("a block written after it was freed", () => {
    const run = wdf
      .loadDriver((DriverObject) => {
        const block = allocate();
        wdf.ExFreePool(block);
        DriverObject.DriverUnload = () => void block?.fill(1);
      })
      .unload();
    expect(run.findings).toMatchObject([
      { kind: "use-after-release", message: expect.stringContaining("written") as string },
    ]);
  });

  test("deleting the driver object is refused", () => {
    const run = wdf.loadDriver(kmdf({ after: (driver) => wdf.WdfObjectDelete(driver) })).unload();
    expect(kinds(run.findings)).toEqual(["refused-call"]);
    expect(run.driver.cleanupRan).toBe(true);
  });

  test("WPP_CLEANUP of something that is no DRIVER_OBJECT", () => {
    const entry = kmdf({
      after: (driver, DriverObject, RegistryPath) => {
        wdf.WPP_INIT_TRACING(DriverObject, RegistryPath);
        wdf.WPP_CLEANUP(driver as unknown as wdf.DRIVER_OBJECT);
      },
    });
    const run = wdf.loadDriver(entry).unload();
    expect(kinds(run.findings)).toEqual(["refused-call"]);
  });

  test("impossible sizes, missing boxes, a taken name", () => {
    const run = during(() => {
      expect(wdf.ExAllocatePoolWithTag(wdf.PagedPool, -1, "Test")).toBeNull();
      expect(wdf.ExAllocatePoolWithTag(wdf.PagedPool, Number.NaN, "Test")).toBeNull();
      const none = null as unknown as wdf.Out<wdf.FLT_FILTER>;
      expect(wdf.FltRegisterFilter(new wdf.DRIVER_OBJECT(), {}, none)).toBe(wdf.STATUS_INVALID_PARAMETER);
      wdf.IoCreateSymbolicLink(link, link);
      expect(wdf.IoCreateSymbolicLink(link, link)).toBe(wdf.STATUS_OBJECT_NAME_COLLISION);
      wdf.IoDeleteSymbolicLink(link);
    });
    expect(run.exit.thrown).toBeNull();
    expect(kinds(run.findings)).toEqual(["refused-call", "refused-call", "refused-call", "refused-call"]);
  });

  test("callbacks that throw, and the rest of the protocol goes on", () => {
    const log: string[] = [];
    const entry = kmdf({
      log,
      unload: () => {
        throw new Error("no");
      },
    });
    const run = wdf.loadDriver(entry).unload();
    expect(run.findings).toMatchObject([{ kind: "exception", phase: "unload" }]);
    expect(log).toEqual(["cleanup", "destroy"]);
  });

  test("an entry that returns what is no status, or is no function", () => {
    const odd = (() => "yes") as unknown as wdf.DriverEntry;
    expect(wdf.loadDriver(odd)).toMatchObject({ exit: { outcome: "failure" }, findings: [{ kind: "refused-call" }] });
    expect(() => wdf.loadDriver(null as unknown as wdf.DriverEntry)).toThrow(TypeError);
    expect(() => wdf.loadDriver({ fresh: () => 3 as unknown as wdf.DriverEntry })).toThrow(TypeError);
  });

  test("calls where no driver runs say so", () => {
    expect(() => allocate()).toThrow(/loadDriver/);
    expect(() => wdf.choice("x")).toThrow(/no driver was running/);
  });

  test("references keep an object's memory until the last one goes, and must go", () => {
    const log: string[] = [];
    const entry = (dereference: boolean): wdf.DriverEntry =>
      kmdf({
        after: () => {
          const attributes = wdf.WDF_OBJECT_ATTRIBUTES_INIT();
          attributes.EvtDestroyCallback = () => void log.push("destroyed");
          const lock = spinLock(attributes);
          wdf.WdfObjectReference(lock);
          wdf.WdfObjectDelete(lock);
          expect(log).toEqual([]);
          if (dereference) wdf.WdfObjectDereference(lock);
        },
      });
    expect(kinds(wdf.loadDriver(entry(false)).unload().findings)).toEqual(["leak-on-unload"]);
    expect(log).toEqual([]);
    expect(kinds(wdf.loadDriver(entry(true)).unload().findings)).toEqual([]);
    expect(log).toEqual(["destroyed"]);
  });
});
