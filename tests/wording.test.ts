/** Facts in words. */
import { describe as group, expect, test } from "vitest";
import type { DriverState, FailureLeak, Place, Resource, Routines } from "../lib/machine/facts.ts";
import { afterEach, list } from "../lib/report/path-text.ts";
import { describe, releasesOf, waysOf, whyNotReleased, whyNotUnloaded } from "../lib/wording.ts";

const place = (line: number): Place => ({
  loc: { start: { line, column: 2 }, end: { line, column: 9 } },
  range: [line * 100, line * 100 + 7],
});

const NO_ROUTINES: Routines = { cleanup: undefined, unload: undefined };
const pool: Resource = {
  kind: "pool",
  call: "ExAllocatePool2",
  name: "table",
  acquire: place(10),
  releases: ["ExFreePool", "ExFreePool2"],
  framework: false,
};
const device: Resource = { ...pool, kind: "device-object", call: "IoCreateDevice", name: undefined, releases: ["IoDeleteDevice"] };
const wpp: Resource = { ...pool, kind: "wpp", call: "WPP_INIT_TRACING", name: undefined, releases: ["WPP_CLEANUP"] };

const leak = (changes: Partial<FailureLeak>): FailureLeak => ({
  resource: pool,
  exit: { place: place(14), how: "return", functionName: "StartDriver", inEntry: true },
  witness: [],
  failing: undefined,
  failedEarlier: false,
  driver: "none",
  routines: NO_ROUTINES,
  ...changes,
});

test("resources", () => {
  expect(describe(pool)).toBe("`table` (acquired by `ExAllocatePool2` on line 10)");
  expect(describe(device)).toBe("what `IoCreateDevice` acquired on line 10");
  expect(describe(wpp)).toBe("WPP tracing (started by `WPP_INIT_TRACING` on line 10)");
});

test("lists", () => {
  expect([list([]), list(["a"]), list(["a", "b"]), list(["a", "b", "c"])]).toEqual(["", "a", "a and b", "a, b and c"]);
});

test("releases, the last acquired first, each call once", () => {
  expect(releasesOf([pool, device, pool])).toBe("`ExFreePool` and `IoDeleteDevice`");
});

test("failing steps", () => {
  const failing = (line: number): Partial<FailureLeak> => ({ failing: { text: "`F` fails", line, file: undefined } });
  const inWords = (...leaks: FailureLeak[]): string => afterEach(waysOf(leaks));
  expect(inWords(leak({}))).toBe("");
  expect(inWords(leak(failing(3)), leak({ ...failing(3), resource: { ...pool, acquire: place(12) } }))).toBe(" after `F` fails on line 3");
  expect(inWords(leak({ ...failing(3), failedEarlier: true }))).toBe(" after `F` had already failed on line 3");
  expect(inWords(leak(failing(3)), leak({ ...failing(5), resource: { ...pool, name: "other", acquire: place(12) } }), leak({ resource: device }))).toBe(
    " after `F` fails on line 3, and `other` (acquired by `ExAllocatePool2` on line 12) when it does after `F` fails on line 5, and what `IoCreateDevice` acquired on line 10 when it does otherwise",
  );
});

group("why nothing releases", () => {
  test.each<[DriverState, string, string]>([
    ["none", "DriverUnload is not called when `StartDriver` fails", "`unload` does not release it"],
    ["failed", "no callback runs when WdfDriverCreate has failed", "`unload` does not release it"],
    [
      "alive-with-cleanup",
      "EvtDriverUnload is not called when `StartDriver` fails, and EvtCleanupCallback, which is, does not release it",
      "neither `unload` nor EvtCleanupCallback releases it",
    ],
    [
      "alive-without-cleanup",
      "EvtDriverUnload is not called when `StartDriver` fails, and the driver object has no EvtCleanupCallback",
      "`unload` does not release it, and the driver object has no EvtCleanupCallback",
    ],
  ])("driver %s", (driver, failure, unload) => {
    expect(whyNotReleased(leak({ driver }))).toBe(failure);
    expect(whyNotUnloaded({ resource: pool, witness: [], driver, unload: "unload", routines: NO_ROUTINES })).toBe(unload);
  });

  test("in a helper, where it is the entry that fails", () => {
    const exit = { ...leak({}).exit, functionName: "Helper", inEntry: false };
    expect(whyNotReleased(leak({ exit }))).toBe("DriverUnload is not called when `DriverEntry` fails");
  });

  test("an object without a parent", () => {
    const resource = { ...pool, framework: true };
    expect(whyNotReleased(leak({ resource }))).toContain("has no parent");
    expect(whyNotUnloaded({ resource, witness: [], driver: "none", unload: undefined, routines: NO_ROUTINES })).toContain("has no parent");
  });

  test("tracing", () => {
    expect(whyNotUnloaded({ resource: wpp, witness: [], driver: "none", unload: undefined, routines: NO_ROUTINES })).toBe("the unload routine does not stop it");
  });
});
