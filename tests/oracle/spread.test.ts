/** Drivers in several files: what a text becomes, that it still means the same, and what is said of it on its own lines. */
import { describe, expect, test } from "vitest";
import { programOf } from "./cases.ts";
import { examine } from "./examine.ts";
import { fromSources } from "./plugin.ts";
import type { Program } from "./program.ts";
import { inFiles } from "./repair-cases.ts";
import { RepairOracle } from "./repair-oracle.ts";
import { spreadOut } from "./spread.ts";
import { truthOf, type Truth } from "./truth.ts";

const DRIVER: Program = {
  text: `let gBuffer: PoolBlock | null = null;

const TAG = "elpS";

export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  DriverObject.DriverUnload = DriverUnload;
  return Start(DriverObject, RegistryPath);
}

function Start(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  gBuffer = ExAllocatePool2(POOL_FLAG_PAGED, 64, TAG);
  if (gBuffer === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return StorPortInitialize(DriverObject, RegistryPath, {}, null);
}

function DriverUnload(): void {
  if (gBuffer !== null) {
    ExFreePoolWithTag(gBuffer, TAG);
  }
}
`,
  entry: "DriverEntry",
  dialect: "status",
  externals: [],
  features: new Set(),
};

/** What all runs of a driver did. */
function runsOf({ undecided, verification }: Truth): unknown {
  return [undecided, verification.runs.map(({ schedule, exit, trace, findings }) => [schedule, exit.outcome, trace.map(({ call }) => call), findings.map(({ kind, resource }) => [kind, resource?.kind])])];
}

describe("a driver in several files", () => {
  const spread = spreadOut(DRIVER, 179);

  test("has its functions, its variables and their ways between the files, line by line", () => {
    expect([spread.main, spread.count, spread.depth]).toEqual(["main.ts", 4, 3]);
    expect([...spread.files].map(([name, text]) => `--- ${name}\n${text}`).join("\n")).toMatchInlineSnapshot(`
      "--- package.json
      {}
      --- tsconfig.json
      {"compilerOptions":{"paths":{"@parts/*":["./*"]}}}
      --- main.ts
      const m1 = require("./m1");
      const m2 = require("./m2");

      function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
        DriverObject.DriverUnload = m2.DriverUnloadVia2;
        return m1.Start(DriverObject, RegistryPath);
      }

      function DriverUnloadVia1(): void {
        m1.DriverUnload();
      }

      exports.DriverEntry = DriverEntry;
      exports.DriverUnloadVia1 = DriverUnloadVia1;

      --- m1.ts
      const m3 = require("./m3.ts");

      const TAG = "elpS";

      function Start(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
        m3.setgBufferOn(ExAllocatePool2(POOL_FLAG_PAGED, 64, TAG));
        if (m3.gBuffer === null) {
          return STATUS_INSUFFICIENT_RESOURCES;
        }
        return StorPortInitialize(DriverObject, RegistryPath, {}, null);
      }

      function DriverUnload(): void {
        if (m3.gBuffer !== null) {
          ExFreePoolWithTag(m3.gBuffer, TAG);
        }
      }

      exports.Start = Start;
      exports.DriverUnload = DriverUnload;

      --- m2.ts
      import { DriverUnloadVia1 as DriverUnload } from "./main.js";

      export let gBuffer: PoolBlock | null = null;

      export function setgBuffer(value) {
        gBuffer = value;
      }

      export function DriverUnloadVia2(): void {
        return DriverUnload();
      }

      --- m3.ts
      import { gBuffer as gBufferOn, setgBuffer as setgBufferOn } from "./m2";
      export { gBufferOn as gBuffer, setgBufferOn };
      "
    `);
  });

  test("tells of each line which it was, and of each name", () => {
    // DriverEntry's return; the acquisition; a forwarder's line, which was none; a file that is none.
    expect([spread.lineOf(undefined, 6), spread.lineOf("m1.ts", 6), spread.lineOf(undefined, 10), spread.lineOf("m9.ts", 1)]).toEqual([7, 11, 0, 0]);
    expect(spread.restored("`m3.gBuffer === null` is true")).toBe("`gBuffer === null` is true");
  });

  test("is judged on the lines of its one text", async () => {
    const { verdict, disagreements, replays } = await examine({ ...DRIVER, spreadBy: 179 });
    expect(verdict.messages).toMatchInlineSnapshot(`
      [
        "7:13 wdf/no-leak-on-failure: what \`ExAllocatePool2\` acquired on line 11 is still held when \`Start\` returns on line 15 after \`StorPortInitialize\` fails on line 15: DriverUnload is not called when \`DriverEntry\` fails. Call \`ExFreePoolWithTag\` before this exit.",
      ]
    `);
    expect([disagreements, replays.map(({ isShown }) => isShown)]).toEqual([[], [true]]);
    const whole = await examine(DRIVER);
    expect(whole.verdict.reports).toEqual(verdict.reports);
  });

  test("does under every schedule what it does in one", { timeout: 60_000 }, async () => {
    const counts = new Set<number>();
    for (let index = 0; index < 40; index += 1) {
      const { spreadBy, ...program } = programOf(1, { kind: "program", index }, true) ?? DRIVER;
      counts.add(spreadOut(program, spreadBy ?? 0).count);
      expect(runsOf(await truthOf(inFiles(program, spreadBy))), program.text).toEqual(runsOf(await truthOf(program)));
    }
    expect([...counts].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

test("repairs of drivers in several files hold when these are run", { timeout: 120_000 }, async () => {
  const oracle = new RepairOracle(6, fromSources, true);
  const faults: string[] = [];
  let applied = 0;
  for (let index = 0; index < 24; index += 1) {
    const { files, broken, applications } = await oracle.outcome({ part: "generated", index });
    if (broken !== null) faults.push(broken);
    for (const { name, faults: found } of applications) faults.push(...found.map((how) => `${String(index)} ${name}: ${how}`));
    if (files > 1) applied += applications.length;
  }
  expect(faults).toEqual([]);
  expect(applied).toBeGreaterThan(10);
});

test("a driver in the throwing dialect catches what its calls throw", async () => {
  const program = programOf(7, { kind: "program", index: 196 }) ?? DRIVER;
  expect([program.dialect, program.spreadBy]).toEqual(["throw", undefined]);
  expect(program.text).toContain(`      try {
        key1 = ZwOpenKey(KEY_READ, null);
      } catch {
        status = STATUS_NO_MEMORY;
        break exit;
      }
`);
  const { verdict, truth, disagreements } = await examine(program);
  expect(disagreements).toEqual([]);
  expect(truth.verification.runs.map(({ schedule, exit }) => [schedule, exit.outcome])).toEqual([
    [{}, "success"],
    [{ "ZwOpenKey#1": "fails" }, "failure"],
    [{ "NdisFRegisterFilterDriver#1": "fails" }, "failure"],
  ]);
  expect(verdict.messages).toMatchInlineSnapshot(`
    [
      "29:5 wdf/no-leak-on-failure: \`gLwf0\` (acquired by \`NdisFRegisterFilterDriver\` on line 11) is still held when \`DriverEntry\` returns here after \`ZwOpenKey\` fails on line 17: DriverUnload is not called when \`DriverEntry\` fails. Call \`NdisFDeregisterFilterDriver\` before this exit.",
    ]
  `);
});
