/** With the fixers of other plugins on, ESLint comes to an end, and what it leaves has nothing more to fix. */
import tseslint from "typescript-eslint";
import type { Linter } from "eslint";
import { expect, test } from "vitest";
import wdf from "../../lib/index.ts";
import { repairProgram } from "../oracle/repair-cases.ts";
import { fixedFully, fixedOnce } from "./repairs.ts";

const CODE = `
const TAG = "elpS", NOTHING = null
let gTable: PoolBlock | null = null
export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  let status: NTSTATUS = STATUS_SUCCESS
  // The table comes first.
  gTable = ExAllocatePoolWithTag(NonPagedPoolNx, 512, TAG)
  if (!(gTable !== NOTHING)) return STATUS_INSUFFICIENT_RESOURCES
  let config = new WDF_DRIVER_CONFIG()
  config.EvtDriverUnload = EvtDriverUnload
  WDF_DRIVER_CONFIG_INIT(config, WDF_NO_EVENT_CALLBACK)
  let attributes: WDF_OBJECT_ATTRIBUTES = {} as WDF_OBJECT_ATTRIBUTES
  WDF_OBJECT_ATTRIBUTES_INIT(attributes)
  attributes['EvtCleanupCallback'] = EvtDriverCleanup
  status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, WDF_NO_HANDLE)
  if (!NT_SUCCESS(status)) {
    ExFreePoolWithTag(gTable, TAG)
    return status
  }
  return status
}
function EvtDriverUnload(_Driver: WDFDRIVER): void {}
function EvtDriverCleanup(_Driver: WDFDRIVER): void {
  if (gTable !== null) { ExFreePoolWithTag(gTable, TAG); gTable = null }
}
`;

const OTHERS: Linter.Config = {
  files: ["**"],
  rules: {
    "prefer-const": "error",
    curly: "error",
    "one-var": ["error", "never"],
    "no-extra-boolean-cast": "error",
    "dot-notation": "error",
    "padding-line-between-statements": ["error", { blankLine: "always", prev: "block-like", next: "*" }],
  },
};

const configs = [
  { ...wdf.configs.strict, files: ["**"] },
  ...(tseslint.configs.strict as Linter.Config[]).map((config) => ({ ...config, files: ["**"] })),
  ...(tseslint.configs.stylistic as Linter.Config[]).map((config) => ({ ...config, files: ["**"] })),
  OTHERS,
];

test("fixes of all rules come to an end", () => {
  const { text, messages } = fixedFully(CODE, configs);
  expect(messages.filter(({ fix, ruleId }) => fix !== undefined || ruleId === "wdf/driver-create-first" || ruleId === "wdf/no-lost-attributes")).toEqual([]);
  expect(text).toMatchInlineSnapshot(`
    "
    const TAG = "elpS"; const NOTHING = null
    let gTable: PoolBlock | null = null
    export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
      let status: NTSTATUS = STATUS_SUCCESS
      const config = new WDF_DRIVER_CONFIG()
      WDF_DRIVER_CONFIG_INIT(config, WDF_NO_EVENT_CALLBACK)
      config.EvtDriverUnload = EvtDriverUnload
      const attributes: WDF_OBJECT_ATTRIBUTES = {} as WDF_OBJECT_ATTRIBUTES
      WDF_OBJECT_ATTRIBUTES_INIT(attributes)
      attributes.EvtCleanupCallback = EvtDriverCleanup
      status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, WDF_NO_HANDLE)
      if (!NT_SUCCESS(status)) {
        return status
      }

      // The table comes first.
      gTable = ExAllocatePoolWithTag(NonPagedPoolNx, 512, TAG)
      if (!(gTable !== NOTHING)) {return STATUS_INSUFFICIENT_RESOURCES}

      return status
    }

    function EvtDriverUnload(_Driver: WDFDRIVER): void {}

    function EvtDriverCleanup(_Driver: WDFDRIVER): void {
      if (gTable !== null) { ExFreePoolWithTag(gTable, TAG); gTable = null }
    }
    "
  `);
  // A further run finds nothing to do.
  expect(fixedFully(text, configs).text).toBe(text);
});

test("and so they do on generated drivers that have something to fix", () => {
  let fixed = 0;
  for (let index = 0; index < 50; index += 1) {
    const { text: before } = repairProgram(20, { part: "generated", index });
    if (fixedOnce(before) === before) continue;
    fixed += 1;
    const { text, messages } = fixedFully(before, configs);
    expect(messages.filter(({ fix }) => fix !== undefined), before).toEqual([]);
    // With the others' fixes done there is nothing left that ours alone would have done.
    expect(fixedOnce(text), before).toBe(text);
  }
  expect(fixed).toBeGreaterThan(5);
});
