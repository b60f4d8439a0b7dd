/** What the formatter prints, held line by line; the guide shows some of it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ESLint } from "eslint";
import { describe, expect, test, vi } from "vitest";
import format from "../../lib/formatter.ts";
import { lintFiles, lintText, root, type Linted } from "./linted.ts";

/** Without colours, whatever the terminal of the test is. */
const print = ({ results, context }: Linted): string => format(results, { ...context, color: false });

const URL = "https://github.com/eslint-plugin-wdf/eslint-plugin-wdf/blob/main/docs/rules/no-leak-on-failure.md";

test("the guide shows what is printed of the first example", async () => {
  const printed = print(await lintFiles("docs/examples/wdm-leak.ts"));
  const guide = readFileSync(path.join(root, "docs/guide/reports.md"), "utf8");
  expect(guide).toContain(`\`\`\`text\n${printed}\`\`\`\n`);
  expect(printed).toBe(`docs/examples/wdm-leak.ts:19:5  error  \`gRegistryPath.Buffer\` is still held when \`DriverEntry\` fails  wdf/no-leak-on-failure

  1  \`ExAllocatePoolWithTag\` acquires \`gRegistryPath.Buffer\`  docs/examples/wdm-leak.ts:10:26
     10 |   gRegistryPath.Buffer = ExAllocatePoolWithTag(PagedPool, RegistryPath.Length, TAG);
        |                          ^~~~~~~~~~~~~~~~~~~~~
  2  \`StorPortInitialize\` fails  docs/examples/wdm-leak.ts:17:18
     17 |   const status = StorPortInitialize(DriverObject, RegistryPath, hwInitializationData, null);
        |                  ^~~~~~~~~~~~~~~~~~
  3  \`DriverEntry\` returns, and \`gRegistryPath.Buffer\` is still held  docs/examples/wdm-leak.ts:19:5
     19 |     return status;
        |     ^~~~~~~~~~~~~~

         why  DriverUnload is not called when \`DriverEntry\` fails.
  what to do  Call \`ExFreePoolWithTag\` before this exit.
  in editors  Release \`gRegistryPath.Buffer\` before this exit.

The rules:
  wdf/no-leak-on-failure  ${URL}

1 problem (1 error, 0 warnings) in 1 file; 1 can be repaired by a suggestion in an editor.
`);
});

test("the README shows its frames", async () => {
  const printed = print(await lintFiles("docs/examples/wdm-leak.ts"));
  const [frames = ""] = /^ {2}1 [^]*?(?=\n {9}why)/mu.exec(printed) ?? [];
  expect(frames.split("\n").length).toBe(10);
  expect(readFileSync(path.join(root, "README.md"), "utf8")).toContain(`\`\`\`text\n${frames}\`\`\`\n`);
});

test("a path goes through other files", async () => {
  const printed = print(await lintFiles("docs/examples/multi-file/wrong/entry.ts"));
  expect(printed).toContain(`
  1  \`ExAllocatePoolWithTag\` acquires \`state.table\`  docs/examples/multi-file/wrong/device.ts:7:17
      7 |   state.table = ExAllocatePoolWithTag(NonPagedPoolNx, 512, TAG);
        |                 ^~~~~~~~~~~~~~~~~~~~~
  2  \`WdfControlDeviceInitAllocate\` fails  docs/examples/multi-file/wrong/device.ts:12:16
     12 |   const init = WdfControlDeviceInitAllocate(Driver, "D:P(A;;GA;;;SY)(A;;GA;;;BA)");
        |                ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
  3  \`createDevice\` returns  docs/examples/multi-file/wrong/device.ts:14:5
     14 |     return STATUS_INSUFFICIENT_RESOURCES;
        |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  4  back here, \`state.table\` is still held  docs/examples/multi-file/wrong/entry.ts:24:10
     24 |   return createDevice(driver.value);
        |          ^~~~~~~~~~~~
`);
  expect(printed).toContain(`
  1  this leads to \`trace.ts\`  docs/examples/multi-file/wrong/entry.ts:7:3
      7 |   startTracing(DriverObject, RegistryPath);
        |   ^~~~~~~~~~~~
  2  \`WPP_INIT_TRACING\` is called  docs/examples/multi-file/wrong/trace.ts:3:3
`);
});

const SEVERAL = `export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  const a = out<HANDLE>();
  const b = out<HANDLE>();
  const ok = NT_SUCCESS(ZwCreateEvent(a)) && NT_SUCCESS(ZwOpenKey(b)) && NT_SUCCESS(StorPortInitialize(DriverObject, RegistryPath, {}, null));
  if (!ok) return STATUS_UNSUCCESSFUL;
  return STATUS_SUCCESS;
}
`;

test("several ways to one exit are told one by one", async () => {
  const printed = print(await lintText(SEVERAL));
  const ways = printed.slice(printed.indexOf("  Way 1 of 2"), printed.indexOf("         why"));
  expect(ways).toBe(`  Way 1 of 2

  1  \`ZwCreateEvent\` acquires \`a\`  drivers/driver.ts:4:25
     4 |   const ok = NT_SUCCESS(ZwCreateEvent(a)) && NT_SUCCESS(ZwOpenKey(b)) && NT_SUCCESS(StorPortInitialize(DriverO…
       |                         ^~~~~~~~~~~~~
  2  \`ZwOpenKey\` fails  drivers/driver.ts:4:57
     4 | …eateEvent(a)) && NT_SUCCESS(ZwOpenKey(b)) && NT_SUCCESS(StorPortInitialize(DriverObject, RegistryPath, {}, nul…
       |                              ^~~~~~~~~
  3  \`DriverEntry\` returns, and \`a\` is still held  drivers/driver.ts:5:12
     5 |   if (!ok) return STATUS_UNSUCCESSFUL;
       |            ^~~~~~~~~~~~~~~~~~~~~~~~~~~

  Way 2 of 2

  1  \`ZwOpenKey\` acquires \`b\`  drivers/driver.ts:4:57
     4 | …eateEvent(a)) && NT_SUCCESS(ZwOpenKey(b)) && NT_SUCCESS(StorPortInitialize(DriverObject, RegistryPath, {}, nul…
       |                              ^~~~~~~~~
  2  \`StorPortInitialize\` fails  drivers/driver.ts:4:85
     4 | …Event(a)) && NT_SUCCESS(ZwOpenKey(b)) && NT_SUCCESS(StorPortInitialize(DriverObject, RegistryPath, {}, null));
       |                                                      ^~~~~~~~~~~~~~~~~~
  3  \`DriverEntry\` returns, and \`b\` is still held  drivers/driver.ts:5:12
     5 |   if (!ok) return STATUS_UNSUCCESSFUL;
       |            ^~~~~~~~~~~~~~~~~~~~~~~~~~~

`);
});

test("a failure before the acquisition comes first", async () => {
  const { results, context } = await lintFiles("tests/fixtures/control-flow/kmdf-acquired-before-status-check.ts");
  const words = [...print({ results, context }).matchAll(/^ {2}\d {2}(?<words>.*?) {2}/gmu)].map(({ groups }) => groups?.["words"]);
  expect(words).toEqual(["`WdfDriverCreate` fails", "`ExAllocatePoolWithTag` acquires `g.block`", "`DriverEntry` returns, and `g.block` is still held"]);
});

describe("messages of others", () => {
  test("take a line each, beside the paths", async () => {
    const printed = print(await lintText("let a = 1;\ndebugger;\nexport { a };\n"));
    expect(printed).toBe(`drivers/driver.ts:1:5  error  'a' is never reassigned. Use 'const' instead.  prefer-const
drivers/driver.ts:2:1  warning  Unexpected 'debugger' statement.  no-debugger

2 problems (1 error, 1 warning) in 1 file; 1 can be repaired by \`--fix\`.
`);
  });

  test("a file that cannot be parsed", async () => {
    expect(print(await lintText("let = ;"))).toBe("drivers/driver.ts:1:6  error  Parsing error: Expression expected.  (parser)\n\n1 problem (1 error, 0 warnings) in 1 file.\n");
  });

  test("about a whole file, without a line or a rule", () => {
    const message = { ruleId: null, severity: 1, message: "File ignored because of a matching ignore pattern." };
    // As ESLint hands it over, whatever its types promise.
    const result = { filePath: path.join(root, "a.js"), messages: [message], suppressedMessages: [], errorCount: 0, warningCount: 1, fixableErrorCount: 0, fixableWarningCount: 0 } as unknown as ESLint.LintResult;
    expect(format([result], { cwd: root, color: false })).toBe("a.js  warning  File ignored because of a matching ignore pattern.\n\n1 problem (0 errors, 1 warning) in 1 file.\n");
  });

  test("a rule of the same name with another text is printed as it is", () => {
    const message = { ruleId: "other/no-leak-on-failure", severity: 2 as const, message: "Leaks.", line: 1, column: 2 };
    const result = { filePath: path.join(root, "gone.ts"), messages: [message], suppressedMessages: [], errorCount: 1, fatalErrorCount: 0, warningCount: 0, fixableErrorCount: 0, fixableWarningCount: 0, usedDeprecatedRules: [] };
    expect(format([result], { cwd: root, color: false })).toBe("gone.ts:1:2  error  Leaks.  other/no-leak-on-failure\n\n1 problem (1 error, 0 warnings) in 1 file.\n");
  });

  test("nothing at all where there are none", async () => {
    expect(print(await lintFiles("docs/examples/wdm-common-exit.ts"))).toBe("");
  });
});

describe("the text of the drivers", () => {
  const leak = (indent: string, end: string): string =>
    ["export function DriverEntry(DriverObject, RegistryPath) {", `${indent}const table = ExAllocatePool2(64, 512, "lbaT");`, `${indent}if (table === null) return STATUS_UNSUCCESSFUL;`, `${indent}return StorPortInitialize(DriverObject, RegistryPath, {}, null);`, "}", ""].join(end);

  test("tabs and line breaks of all kinds keep the marks under what they mark", async () => {
    const spaces = print(await lintText(leak(" ", "\n")));
    expect(spaces).toContain("     2 |  const table = ExAllocatePool2(64, 512, \"lbaT\");\n       |                ^~~~~~~~~~~~~~~\n");
    expect(print(await lintText(leak("\t", "\r\n")))).toBe(spaces);
    expect(print(await lintText(`\uFEFF${leak("\t", "\n")}`))).toBe(spaces);
  });

  test("nothing in them drives the terminal", async () => {
    const printed = print(await lintText(leak(" ", "\n").replace("512,", "512 /* \u001b[2J\u0007\u202e */,")));
    expect(printed).toContain("ExAllocatePool2(64, 512 /* \uFFFD[2J\uFFFD\uFFFD */, \"lbaT\");\n");
    expect(printed).not.toContain("\u001b");
  });

  test("after a fix, the lines are those that the fix has made", async () => {
    const linted = await lintText(leak(" ", "\n").replace("{\n", "{\n let unused = 1; use(unused);\n"), "drivers/driver.ts", true);
    expect(linted.results[0]?.output).toContain("const unused");
    expect(print(linted)).toContain('     3 |  const table = ExAllocatePool2(64, 512, "lbaT");\n');
  });

  test("without the text, as from a cache of a file that is gone, the path is still told", async () => {
    const { results, context } = await lintText(leak(" ", "\n"), "drivers/gone.ts");
    const bare = results.map((result) => {
      const { source, ...rest } = result;
      expect(source).toBeDefined();
      return rest;
    });
    const printed = format(bare, { ...context, color: false });
    expect(printed).toContain("\n\n  1  `ExAllocatePool2` acquires `table`  drivers/gone.ts:2:1\n  2  `StorPortInitialize` fails  drivers/gone.ts:4:1\n  3  `DriverEntry` returns, and `table` is still held  drivers/gone.ts:4:2\n\n");
  });
});

test("colours and links change nothing but themselves", async () => {
  const linted = await lintFiles("docs/examples/wdm-leak.ts");
  const coloured = format(linted.results, { ...linted.context, color: true });
  expect(coloured).toContain("\u001b[31merror\u001b[39m");
  expect(coloured.replace(/\u001b\[\d+m/gu, "")).toBe(print(linted));
});

test("links lead to lines and to the pages of the rules, which are not listed then", async () => {
  const linted = await lintFiles("docs/examples/wdm-leak.ts");
  const plain = print(linted);
  vi.stubEnv("FORCE_HYPERLINK", "1");
  try {
    const linked = print(linted);
    const [heading = ""] = linked.split("\n");
    const link = (url: string, text: string): string => `\u001b]8;;${url}\u001b\\${text}\u001b]8;;\u001b\\`;
    const file = pathToFileURL(path.join(root, "docs/examples/wdm-leak.ts")).href;
    expect(heading).toBe(`${link(`${file}#19`, "docs/examples/wdm-leak.ts:19:5")}  error  \`gRegistryPath.Buffer\` is still held when \`DriverEntry\` fails  ${link(URL, "wdf/no-leak-on-failure")}`);
    expect(linked.replace(/\u001b\]8;;[^\u001b]*\u001b\\/gu, "")).toBe(plain.replace(/The rules:\n.*\n\n/u, ""));
  } finally {
    vi.unstubAllEnvs();
  }
});
