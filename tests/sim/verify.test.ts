/** Every schedule: the search, its bounds, externals and choices, replay, positions, waiting entries, and the report. */
import { describe, expect, test } from "vitest";
import * as wdf from "../../lib/sim/index.ts";
import { kmdfDriver, wdmDriver } from "./drivers.ts";
import { kinds, kmdf } from "./parts.ts";

const allocate = (): wdf.PoolBlock | null => wdf.ExAllocatePoolWithTag(wdf.PagedPool, 8, "Test");

describe("schedules", () => {
  test("depth first: all succeed, then the last call fails, and so on", () => {
    const Register = wdf.external("Register", { returns: "status" });
    const { runs, complete } = wdf.verify(() => {
      allocate();
      return wdf.choice("fast") ? wdf.STATUS_SUCCESS : Register();
    });
    expect(complete).toBe(true);
    expect(runs.map(({ schedule }) => schedule)).toEqual([
      {},
      { "fast#1": "false" },
      { "fast#1": "false", "Register#1": "fails" },
      { "ExAllocatePoolWithTag#1": "fails" },
      { "ExAllocatePoolWithTag#1": "fails", "fast#1": "false" },
      { "ExAllocatePoolWithTag#1": "fails", "fast#1": "false", "Register#1": "fails" },
    ]);
  });

  test("occurrences are told apart, and a bare name means all of them", () => {
    const entry: wdf.DriverEntry = () => {
      for (let count = 0; count < 3; count += 1) allocate();
    };
    const failing = (schedule: wdf.Schedule): number[] =>
      wdf
        .loadDriver(entry, { schedule })
        .trace.filter(({ outcome }) => outcome === "fails")
        .map(({ occurrence }) => occurrence);
    expect(failing({ "ExAllocatePoolWithTag#2": "fails" })).toEqual([2]);
    expect(failing({ ExAllocatePoolWithTag: "fails" })).toEqual([1, 2, 3]);
    expect(wdf.loadDriver(entry, { schedule: { "ZwClose#1": "fails" } }).run.unused).toEqual(["ZwClose#1"]);
  });

  test("every finding can be replayed", () => {
    for (const cure of ["none", "unload routine"] as const) {
      for (const finding of wdf.verify({ fresh: () => wdmDriver(cure) }).findings) {
        const driver = wdf.loadDriver(wdmDriver(cure), { schedule: finding.schedule });
        driver.unload();
        expect(kinds(driver.findings)).toContain(finding.kind);
      }
    }
  });

  test("bounds are stated: too many schedules, endless runs, kept state", () => {
    const many = wdf.verify(() => void Array.from({ length: 8 }, allocate), { maxRuns: 10 });
    expect(many).toMatchObject({
      complete: false,
      ok: false,
      incomplete: "there are more than 10 schedules: raise maxRuns",
    });
    const endless = wdf.verify(
      () => {
        while (wdf.choice("again"));
      },
      { maxCalls: 5 },
    );
    expect(endless).toMatchObject({ complete: false, findings: [{ kind: "endless" }] });
    let kept: wdf.PoolBlock | null = null;
    const stale = wdf.verify(() => {
      if (kept !== null) wdf.ExFreePool(kept);
      kept = allocate();
    });
    expect(stale.incomplete).toContain("fresh");
    let runs = 0;
    const moody = wdf.verify(() => {
      runs += 1;
      allocate();
      if (runs === 1) allocate();
    });
    expect(moody.incomplete).toContain("ExAllocatePoolWithTag#2");
  });

  test("fresh may be an option, and progress is told", () => {
    const progress: number[] = [];
    const entry = wdmDriver("common exit");
    const result = wdf.verify(entry, {
      fresh: () => wdmDriver("common exit"),
      progressEvery: 1,
      onProgress: ({ runs }) => progress.push(runs),
    });
    expect(result.ok).toBe(true);
    expect(progress).toEqual([0, 1, 2, 3]);
  });

  test("the same cause is one finding, with its shortest schedule", () => {
    const { findings } = wdf.verify((DriverObject) => {
      DriverObject.DriverUnload = () => undefined;
      wdf.choice("colour");
      allocate();
    });
    expect(findings).toMatchObject([{ kind: "leak-on-unload", runs: 2, schedule: {} }]);
  });
});

describe("what records tell", () => {
  test("early resources, and whether they were given back before creation", () => {
    const entry = (): wdf.DriverEntry =>
      kmdf({
        before: () => {
          const temporary = allocate();
          if (temporary !== null) wdf.ExFreePool(temporary);
          allocate();
        },
      });
    const { runs, findings } = wdf.verify({ fresh: entry });
    expect(runs[0]?.resources).toMatchObject([
      { early: true, releasedBeforeCreate: true, heldAtExit: false },
      { early: true, releasedBeforeCreate: false, heldAtExit: true, heldAtEnd: true },
    ]);
    expect(findings.filter(({ kind }) => kind === "order").map(({ call }) => call?.occurrence)).toEqual([1, 2]);
    expect(runs[0]?.driver).toMatchObject({
      creates: [{ succeeded: true, attributes: "with-cleanup" }],
      existedAtExit: true,
    });
  });

  test("a branch that never creates the driver is not early", () => {
    const entry = (): wdf.DriverEntry => (DriverObject, RegistryPath) => {
      if (wdf.choice("old")) {
        DriverObject.DriverUnload = () => undefined;
        wdf.WPP_INIT_TRACING(DriverObject, RegistryPath);
        wdf.WPP_CLEANUP(DriverObject);
        return wdf.STATUS_SUCCESS;
      }
      return kmdf()(DriverObject, RegistryPath) ?? wdf.STATUS_SUCCESS;
    };
    expect(wdf.verify({ fresh: entry })).toMatchObject({ ok: true, findings: [] });
  });

  test("never-passed attributes are judged over all runs", () => {
    const entry = (): wdf.DriverEntry => (DriverObject, RegistryPath) => {
      const attributes = wdf.WDF_OBJECT_ATTRIBUTES_INIT();
      attributes.EvtCleanupCallback = () => undefined;
      wdf.WdfDriverCreate(DriverObject, RegistryPath, null, wdf.WDF_DRIVER_CONFIG_INIT(null), null);
      if (wdf.choice("lock")) wdf.WdfSpinLockCreate(attributes, wdf.out());
      return wdf.STATUS_SUCCESS;
    };
    expect(kinds(wdf.loadDriver(entry(), { schedule: { "lock#1": "false" } }).findings)).toEqual(["lost-attribute"]);
    expect(wdf.verify({ fresh: entry }).findings.filter(({ kind }) => kind === "lost-attribute")).toEqual([]);
  });

  test("attributes that are passed as a copy, or given to an external, are not lost", () => {
    const Fill = wdf.external("Fill", { returns: "void" });
    const entry =
      (how: "copy" | "external"): wdf.DriverEntry =>
      (DriverObject, RegistryPath) => {
        const attributes = wdf.WDF_OBJECT_ATTRIBUTES_INIT();
        attributes.EvtCleanupCallback = () => undefined;
        if (how === "external") Fill(attributes);
        const passed = how === "copy" ? { ...attributes } : null;
        const status = wdf.WdfDriverCreate(DriverObject, RegistryPath, passed, wdf.WDF_DRIVER_CONFIG_INIT(null), null);
        return wdf.NT_SUCCESS(status) ? wdf.WdfSpinLockCreate(null, wdf.out()) : status;
      };
    expect(wdf.loadDriver(entry("copy")).findings).toEqual([]);
    expect(wdf.loadDriver(entry("external")).findings).toEqual([]);
  });

  test("what a module does on the way in is part of the run", () => {
    const entry: wdf.DriverEntry = (DriverObject) => void (DriverObject.DriverUnload = () => undefined);
    const run = wdf.loadDriver({ fresh: () => (allocate(), entry) }).unload();
    expect(run.findings).toMatchObject([{ kind: "leak-on-unload", call: { phase: "module" } }]);
    const stopped = wdf.verify({ fresh: () => (wdf.ExFreePool(null), entry) });
    expect(stopped.runs).toMatchObject([{ exit: { outcome: "stopped" } }]);
    expect(() =>
      wdf.verify({
        fresh: () => {
          throw new SyntaxError("no such module");
        },
      }),
    ).toThrow(SyntaxError);
  });

  test("a handle that an external was given is nobody's leak", () => {
    const Keep = wdf.external("Keep", { returns: "void" });
    const Look = wdf.external("Look", { returns: "void", escapes: false });
    const load = (give: (block: object | null) => void): wdf.RunRecord =>
      wdf
        .loadDriver((DriverObject) => {
          DriverObject.DriverUnload = () => undefined;
          give(allocate());
        })
        .unload();
    expect(load((block) => Keep({ inside: [block] }))).toMatchObject({
      findings: [],
      resources: [{ escapedTo: "Keep", released: null }],
    });
    expect(kinds(load((block) => Look(block)).findings)).toEqual(["leak-on-unload"]);
  });

  test("externals of every sort succeed and fail", () => {
    const failure = wdf.STATUS_NOT_SUPPORTED;
    const results: unknown[] = [];
    const calls = [
      wdf.external("S", { returns: "status", failure }),
      wdf.external("R", { returns: "result", failure }),
      wdf.external("P", { returns: "pointer" }),
      wdf.external("B", { returns: "boolean" }),
      wdf.external("V", { returns: "void" }),
    ];
    const Throw = wdf.external("T", { returns: "throws", failure });
    const entry: wdf.DriverEntry = () => {
      for (const call of calls) results.push(call());
      Throw();
    };
    expect(wdf.loadDriver(entry).exit.outcome).toBe("success");
    const fails = Object.fromEntries(["S", "R", "P", "B", "V", "T"].map((name) => [name, "fails"] as const));
    expect(wdf.loadDriver(entry, { schedule: fails }).exit).toMatchObject({ outcome: "thrown", status: failure });
    expect(results).toEqual([
      wdf.STATUS_SUCCESS,
      { status: wdf.STATUS_SUCCESS, ok: true },
      { from: "P" },
      true,
      undefined,
      failure,
      { status: failure, ok: false },
      null,
      false,
      undefined,
    ]);
  });

  test("positions on demand", () => {
    const entry: wdf.DriverEntry = () => void allocate();
    expect(wdf.loadDriver(entry).trace[0]?.position).toBeNull();
    const position = wdf.loadDriver(entry, { positions: true }).trace[0]?.position;
    expect(position?.file).toContain("verify.test.ts");
    expect(position?.line).toBeGreaterThan(1);
    const mine = { file: "driver.ts", line: 3, column: 1 };
    expect(wdf.loadDriver(entry, { locate: () => mine }).trace[0]?.position).toBe(mine);
    const stacks: string[] = [];
    const locate = (_call: string, { stack = "" }: Error): null => {
      stacks.push(stack);
      return null;
    };
    expect(wdf.loadDriver(entry, { locate }).trace[0]?.position).toBeNull();
    expect(stacks[0]).toContain("verify.test.ts");
  });
});

describe("entries that await", () => {
  const pause = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0));

  function waiting(log: string[], leak: boolean): wdf.AsyncDriverEntry {
    return async (DriverObject, RegistryPath) => {
      await pause();
      const attributes = wdf.WDF_OBJECT_ATTRIBUTES_INIT();
      attributes.EvtCleanupCallback = async (driver) => {
        await pause();
        log.push(`cleanup ${driver.kind}`);
      };
      const status = await wdf.WdfDriverCreate(
        DriverObject,
        RegistryPath,
        attributes,
        wdf.WDF_DRIVER_CONFIG_INIT(null),
        null,
      );
      if (!wdf.NT_SUCCESS(status)) return status;
      if (leak) allocate();
      await pause();
      return status;
    };
  }

  test("are loaded, unloaded and verified", async () => {
    const log: string[] = [];
    const driver = await wdf.loadDriver(waiting(log, false));
    const run = await driver.unload();
    expect([run.unload, log, run.findings]).toEqual(["unloaded", ["cleanup WDFDRIVER"], []]);
    const result = await wdf.verify({ fresh: () => waiting(log, true) });
    expect(result.complete).toBe(true);
    expect(kinds(result.findings)).toEqual(["leak-on-unload"]);
    const late = await wdf.verify({ fresh: async () => (await pause(), kmdfDriver()) });
    expect(late.ok).toBe(true);
  });

  test("must not overlap; what does not await may run in between", async () => {
    const first = wdf.loadDriver(waiting([], false));
    const second = wdf.loadDriver(waiting([], false));
    expect(wdf.loadDriver(wdmDriver("none")).exit.outcome).toBe("success");
    await expect(second).rejects.toThrow(/overlap/);
    expect((await first).exit.outcome).toBe("success");
  });

  test("rejections are failing exits", async () => {
    const { exit } = await wdf.loadDriver(async () => {
      await pause();
      throw new Error("no");
    });
    expect(exit.outcome).toBe("thrown");
  });

  test("a callback that awaits where the entry did not is a finding", () => {
    const run = wdf.loadDriver(kmdf({ cleanup: async () => pause() })).unload();
    expect(kinds(run.findings)).toEqual(["exception"]);
  });
});

describe("the report", () => {
  test("a plain table of schedules and what stayed held", () => {
    expect(wdf.formatVerification(wdf.verify({ fresh: () => wdmDriver("none") }), { color: false }))
      .toMatchInlineSnapshot(`
      "1 finding in 3 runs (every schedule)

        what fails                exit                           still held
        nothing                   success, unloaded              -
        RegisterWithPortDriver#1  STATUS_UNSUCCESSFUL            pool 'Path' of 122 bytes
        ExAllocatePoolWithTag#1   STATUS_INSUFFICIENT_RESOURCES  -

      leak-on-failure: pool 'Path' of 122 bytes (ExAllocatePoolWithTag, call 1) is still held after DriverEntry failed (STATUS_UNSUCCESSFUL after RegisterWithPortDriver failed)
        replay: loadDriver(entry, { schedule: {"RegisterWithPortDriver#1":"fails"} })"
    `);
  });

  test("colours, and long tables cut short with the telling runs first", () => {
    const result = wdf.verify(() => void Array.from({ length: 5 }, allocate));
    const text = wdf.formatVerification(result, { color: true, maxRows: 3 });
    expect(text).toContain("\u001b[");
    expect(text).toContain("and 29 runs more");
    expect(wdf.formatVerification(result)).not.toContain("\u001b[31m");
  });
});
