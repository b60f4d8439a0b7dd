/** Every pair of the catalogue, acquired and released through the API by its row alone. */
import { describe, expect, test } from "vitest";
import * as wdf from "../../lib/sim/index.ts";
import type { Pair, Release } from "../../lib/sim/index.ts";
import { outs } from "../../lib/sim/dialects.ts";
import { kinds } from "./parts.ts";

type Loose = (...args: unknown[]) => unknown;

/** A call of the API by its name, without its types. */
function named(name: string): Loose {
  const call: unknown = Reflect.get(wdf, name);
  if (typeof call !== "function") throw new Error(`the API has no ${name}`);
  return call as Loose;
}

/** What arguments a call needs beside its handle, where nothing at all would be refused. */
function plausible(call: string, driver: wdf.WDFDRIVER, DriverObject: wdf.DRIVER_OBJECT): unknown[] {
  const args: unknown[] = Array.from({ length: 11 }, () => null);
  if (/^(ExAllocatePool|IoAllocateMdl|MmMapIoSpace)/.test(call)) args[1] = 16;
  if (call.startsWith("MmAllocate")) args[0] = 16;
  if (call.startsWith("IoCreateDevice") || call.startsWith("WPP_")) args[0] = DriverObject;
  if (call === "WdfMemoryCreate") args.splice(1, 3, 0, "Test", 16);
  if (call === "WdfMemoryCreatePreallocated") args[1] = new Uint8Array(8);
  if (call.startsWith("WdfDriver") || call.startsWith("WdfControl")) args[0] = driver;
  if (/^Wdf(Timer|WorkItem|Dpc)Create/.test(call)) {
    const attributes = wdf.WDF_OBJECT_ATTRIBUTES_INIT();
    attributes.ParentObject = device(driver);
    args[1] = attributes;
  }
  if (call === "WdfDeviceCreate") args[0] = wdf.WdfControlDeviceInitAllocate(driver, "D:P");
  return args;
}

function device(driver: wdf.WDFDRIVER): wdf.WDFDEVICE | null {
  const made = wdf.out<wdf.WDFDEVICE>();
  wdf.WdfDeviceCreate(wdf.WdfControlDeviceInitAllocate(driver, "D:P"), null, made);
  wdf.WdfControlFinishInitializing(made.value);
  return made.value;
}

/** Runs a body in an entry whose driver object exists. */
function within(
  body: (driver: wdf.WDFDRIVER, DriverObject: wdf.DRIVER_OBJECT) => void,
  schedule: wdf.Schedule = {},
): wdf.LoadedDriver {
  return wdf.loadDriver(
    (DriverObject, RegistryPath) => {
      const box = wdf.out<wdf.WDFDRIVER>();
      wdf.WdfDriverCreate(DriverObject, RegistryPath, null, wdf.WDF_DRIVER_CONFIG_INIT(null), box);
      if (box.value !== null) body(box.value, DriverObject);
      return wdf.STATUS_SUCCESS;
    },
    { schedule },
  );
}

/** Acquires by a row; gives the result and what identifies the resource. */
function acquire(
  pair: Pair,
  call: string,
  driver: wdf.WDFDRIVER,
  DriverObject: wdf.DRIVER_OBJECT,
): { result: unknown; handle: unknown } {
  const args = plausible(call, driver, DriverObject);
  const { handle } = pair;
  const box = wdf.out<unknown>();
  if (handle.from === "out") args[handle.argument] = box;
  if (handle.from === "argument") args[handle.argument] = argumentFor(pair, driver);
  if (pair.acquireWhen !== undefined) args[pair.acquireWhen.argument] = pair.acquireWhen.is;
  const result = named(call)(...args);
  if (pair.kind === "wpp") return { result, handle: DriverObject };
  return {
    result,
    handle: handle.from === "out" ? box.value : handle.from === "argument" ? args[handle.argument] : result,
  };
}

function argumentFor(pair: Pair, driver: wdf.WDFDRIVER): unknown {
  if (pair.kind === "wdf-reference" || pair.kind === "gpio-client") return driver;
  if (pair.kind === "symbolic-link") return wdf.RTL_CONSTANT_STRING("\\DosDevices\\Test");
  return pair.kind === "unicode-string" ? new wdf.UNICODE_STRING() : { for: pair.kind };
}

function release({ call, argument, when }: Release, handle: unknown): unknown {
  const args: unknown[] = [];
  args[argument ?? 0] = handle;
  if (when !== undefined) args[when.argument] = when.is;
  return named(call)(...args);
}

function succeeded(pair: Pair, result: unknown): boolean {
  if (pair.succeeds === "status") return wdf.NT_SUCCESS(result as number);
  return pair.succeeds === "always" || (pair.succeeds === "boolean" ? result === true : result !== null);
}

const rows = wdf.pairs.flatMap((pair) => pair.acquire.map((call) => ({ pair, call, name: `${call} (${pair.kind})` })));

describe.each(rows)("$name", ({ pair, call }) => {
  test("is held when it succeeds, and by nobody when it fails", () => {
    let good: unknown;
    const held = within((driver, object) => void (good = acquire(pair, call, driver, object).result)).run.resources;
    expect(succeeded(pair, good)).toBe(true);
    expect(held.filter(({ kind, released }) => kind === pair.kind && released === null).length).toBeGreaterThan(0);
    if (pair.succeeds === "always") return;
    const failing = within(
      (driver, object) => {
        if (pair.succeeds === "throws") expect(() => acquire(pair, call, driver, object)).toThrow(wdf.NtStatusError);
        else expect(succeeded(pair, acquire(pair, call, driver, object).result)).toBe(false);
      },
      { [call]: "fails" },
    );
    expect(failing.exit.thrown).toBeNull();
    expect(failing.run.resources.filter(({ acquired }) => acquired.call === call)).toEqual([]);
  });

  test.each(pair.release.map((way) => [way.call, way] as const))("is released by %s", (_name, way) => {
    const { findings, held, exit } = within(
      (driver, object) => void release(way, acquire(pair, call, driver, object).handle),
    );
    expect(exit.thrown).toBeNull();
    expect(findings).toEqual([]);
    expect(held.filter(({ acquired }) => acquired.call === call)).toEqual([]);
  });

  test(`released twice is ${pair.unheld}`, () => {
    const way = pair.release[0];
    const { findings, exit } = within((driver, object) => {
      const { handle } = acquire(pair, call, driver, object);
      if (way === undefined) return;
      release(way, handle);
      release(way, handle);
    });
    expect(kinds(findings)).toEqual(["double-release"]);
    expect(findings[0]?.harmless).toBe(pair.unheld === "harmless");
    expect(exit.outcome).toBe(pair.unheld === "harmless" ? "success" : "stopped");
  });
});

test("each call that gives a status is in the table of the other dialects, with its handle", () => {
  const table = new Map<string, readonly (readonly [string, number])[]>(Object.entries(outs));
  for (const { pair, call } of rows) {
    if (pair.succeeds !== "status") continue;
    const expected = pair.handle.from === "out" ? pair.handle.argument : undefined;
    expect([call, table.get(call)?.[0]?.[1]]).toEqual([call, expected]);
    expect(table.has(call)).toBe(true);
  }
  for (const call of wdf.registrations) expect(table.get(call)).toEqual([]);
});
