/** The order that a message tells is the one in which things happen, wherever their lines stand and whenever they are looked at. */
import { Linter } from "eslint";
import { expect, test } from "vitest";
import wdf from "../../lib/index.ts";
import { findingOf } from "../../lib/report/frames.ts";

/** An entry in which lines of some code stand from line 2 on. */
const entry = (...lines: readonly string[]): string => ["export function DriverEntry(driver, path) {", ...lines, "  return STATUS_SUCCESS;", "}"].join("\n");

const ACQUIRE = '  const table = ExAllocatePool2(64, 512, "lbaT"); if (table === null) return STATUS_INSUFFICIENT_RESOURCES;';
const CALL = "  const status = DoSomething(driver);";
const LOOK = "  if (!NT_SUCCESS(status)) return status;";

test.each<[string, string, string[][]]>([
  ["the call comes later", entry(ACQUIRE, CALL, LOOK), [["2 `ExAllocatePool2` acquires `table`", "3 `DoSomething` fails", "here `DriverEntry` returns, and `table` is still held"]]],
  ["the call was before, and is looked at later", entry(CALL, ACQUIRE, LOOK), [["2 `DoSomething` fails", "3 `ExAllocatePool2` acquires `table`", "here `DriverEntry` returns, and `table` is still held"]]],
  [
    "in a loop the call is on an earlier line, and comes later",
    entry("  let table = null;", "  for (let i = 0; i < 3; i++) {", "    if (i > 0) { const status = DoSomething(driver); if (!NT_SUCCESS(status)) return status; }", '    table = ExAllocatePool2(64, 512, "lbaT");', "    if (table === null) return STATUS_SUCCESS;", "  }"),
    [["5 `ExAllocatePool2` acquires `table`", "4 `DoSomething` fails", "here `DriverEntry` returns, and `table` is still held"]],
  ],
  [
    "tracing is started after the creation has failed",
    entry("  const status = WdfDriverCreate(driver, path, null, {}, null);", "  WPP_INIT_TRACING(driver, path);", LOOK, "  WPP_CLEANUP(driver);"),
    [["2 `WdfDriverCreate` fails", "here `WPP_INIT_TRACING` starts tracing", "4 `DriverEntry` returns without `WPP_CLEANUP`"]],
  ],
  [
    "tracing is started before it",
    entry("  WPP_INIT_TRACING(driver, path);", "  const status = WdfDriverCreate(driver, path, null, {}, null);", LOOK, "  WPP_CLEANUP(driver);"),
    [["here `WPP_INIT_TRACING` starts tracing", "3 `WdfDriverCreate` fails", "4 `DriverEntry` returns without `WPP_CLEANUP`"]],
  ],
])("%s", (_, code, expected) => {
  const messages = new Linter().verify(code, [wdf.configs.recommended]).filter(({ ruleId }) => ruleId === "wdf/no-leak-on-failure" || ruleId === "wdf/no-unmatched-wpp-init");
  const paths = messages.flatMap(({ ruleId, message }) => findingOf(ruleId, message)?.paths ?? []);
  const inWords = paths.map(({ frames }) => frames.map(({ words, where }) => `${where === undefined || where === "here" ? (where ?? "-") : String(where.line)} ${words}`));
  expect(inWords).toEqual(expected);
});
