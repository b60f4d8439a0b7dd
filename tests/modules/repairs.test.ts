/** Repairs of a driver in several files: proved over all of them, made in the linted one. */
import { readFileSync } from "node:fs";
import * as parser from "@typescript-eslint/parser";
import { ESLint } from "eslint";
import { describe, expect, onTestFinished, test } from "vitest";
import wdf from "../../lib/index.ts";
import { Project } from "./project.ts";

const TRACE = `import { WPP_CLEANUP, WPP_INIT_TRACING, WdfDriverWdmGetDriverObject } from "wdf";
export const start = (driverObject, path) => WPP_INIT_TRACING(driverObject, path);
export const stop = (driver) => WPP_CLEANUP(WdfDriverWdmGetDriverObject(driver));
`;

const entry = (early: string, late: string): string => `import { NT_SUCCESS, WDF_DRIVER_CONFIG, WDF_DRIVER_CONFIG_INIT, WDF_OBJECT_ATTRIBUTES, WDF_OBJECT_ATTRIBUTES_INIT, WdfDriverCreate } from "wdf";
import * as trace from "./trace";

export function DriverEntry(driverObject, path) {
${early}  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, null);
  config.DriverInitFlags = WdfDriverInitNonPnpDriver;
  config.EvtDriverUnload = () => {};
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.EvtCleanupCallback = trace.stop;
  const status = WdfDriverCreate(driverObject, path, attributes, config, null);
  if (!NT_SUCCESS(status)) return status;
${late}  return StorPortInitialize(driverObject, path, {}, null);
}
`;

async function fixed(files: Record<string, string>): Promise<{ output: string | undefined; left: string[]; others: string[] }> {
  const project = new Project({ "package.json": "{}", ...files });
  onTestFinished(() => {
    project.remove();
  });
  const eslint = new ESLint({ cwd: project.folder, fix: true, overrideConfigFile: true, overrideConfig: { ...wdf.configs.strict, files: ["**/*.ts"], languageOptions: { parser } } });
  const results = await eslint.lintFiles(["main.ts"]);
  await ESLint.outputFixes(results);
  const others = Object.keys(files).filter((name) => name !== "main.ts");
  return {
    output: results[0]?.output,
    left: results[0]?.messages.map(({ ruleId, message }) => `${ruleId ?? ""}: ${message}`) ?? [],
    others: others.map((name) => readFileSync(project.at(name), "utf8")),
  };
}

test("what another file starts too early is moved behind the creation", async () => {
  const call = "  trace.start(driverObject, path);\n";
  expect(await fixed({ "main.ts": entry(call, ""), "trace.ts": TRACE })).toEqual({ output: entry("", call), left: [], others: [TRACE] });
});

test("what another file does that the creation needs stays", async () => {
  const needed = TRACE.replace("=> WPP_INIT_TRACING(driverObject, path)", "=> { WPP_INIT_TRACING(driverObject, path); return { mode: 1 }; }");
  const main = entry("  const options = trace.start(driverObject, path);\n", "").replace("WdfDriverInitNonPnpDriver", "WdfDriverInitNonPnpDriver | options.mode");
  const { output, left, others } = await fixed({ "main.ts": main, "trace.ts": needed });
  expect([output, others]).toEqual([undefined, [needed]]);
  expect(left[0]).toContain("`WPP_INIT_TRACING` (at trace.ts:2) is called before `WdfDriverCreate` (line 13)");
  expect(left[0]).toContain("(`--fix` leaves it: `options.mode` is needed by both)");
});

test("a leak of another file is told, and no file is edited", async () => {
  const pool = `import { ExAllocatePool2 } from "wdf";
export const table = { block: null };
export const allocate = () => { table.block = ExAllocatePool2(0, 64, "lbaT"); };
`;
  const main = entry("", "  allocate();\n").replace('from "./trace";', 'from "./trace";\nimport { allocate } from "./pool";').replace("trace.stop", "() => {}");
  const { output, left, others } = await fixed({ "main.ts": main, "trace.ts": TRACE, "pool.ts": pool });
  expect([output, others]).toEqual([undefined, [TRACE, pool]]);
  expect(left.map((each) => /^(?<rule>[^:]*): (?<subject>`[^`]*` \([^)]*\))/u.exec(each)?.groups?.["subject"])).toEqual([
    "`table.block` (acquired by `ExAllocatePool2` at pool.ts:3)",
    "`table.block` (acquired by `ExAllocatePool2` at pool.ts:3)",
  ]);
});

const OWN = `import { NT_SUCCESS, StorPortInitialize } from "wdf";
IMPORT

let table = null;

export function DriverEntry(driverObject, path) {
  table = OPEN(4096, 8, "lbaT");
  if (table === null) return STATUS_INSUFFICIENT_RESOURCES;
  driverObject.DriverUnload = unload;
  const status = StorPortInitialize(driverObject, path, {}, null);
  if (!NT_SUCCESS(status)) {
    unload(driverObject);
    return status;
  }
  return STATUS_SUCCESS;
}

function unload(driverObject) {
}
`;

test.each([
  { name: "by name", imported: 'import { allocate } from "./own";', open: "allocate" },
  { name: "as a member", imported: 'import * as own from "./own";', open: "own.allocate" },
  { name: "by destructuring", imported: 'const { allocate } = require("./own");', open: "allocate" },
  { name: "by an alias of the project", imported: 'import { allocate } from "@own";', open: "allocate" },
])("a name of the API is not taken from a module of the driver that only has another, $name", async ({ imported, open }) => {
  const text = OWN.replace("IMPORT", imported).replace("OPEN", open);
  const project = new Project({
    "package.json": "{}",
    "tsconfig.json": JSON.stringify({ compilerOptions: { paths: { "@own": ["./own.ts"] } } }),
    "own.ts": 'import { ExAllocatePoolWithTag } from "wdf";\nexport const allocate = ExAllocatePoolWithTag;\n',
    "main.ts": text,
  });
  onTestFinished(() => {
    project.remove();
  });
  const eslint = new ESLint({ cwd: project.folder, overrideConfigFile: true, overrideConfig: { ...wdf.configs.strict, files: ["**/*.ts"], languageOptions: { parser } } });
  const [result] = await eslint.lintFiles(["main.ts"]);
  const offered = result?.messages.flatMap(({ suggestions = [] }) => suggestions.map(({ fix: { range: [start, end], text: by } }) => text.slice(0, start) + by + text.slice(end))) ?? [];
  const imports = text.replace("StorPortInitialize }", "StorPortInitialize, ExFreePoolWithTag }");
  const atExit = imports.replace("unload(driverObject);\n", 'unload(driverObject);\n    ExFreePoolWithTag(table, "lbaT");\n    table = null;\n');
  const inUnload = imports.replace("unload(driverObject) {\n", 'unload(driverObject) {\n  if (table !== null) {\n    ExFreePoolWithTag(table, "lbaT");\n    table = null;\n  }\n');
  expect(offered.toSorted()).toEqual([atExit, inUnload].toSorted());
});

/** What is suggested about a driver in several files, as the linted file is then. */
async function suggested(files: Record<string, string>): Promise<string[]> {
  const project = new Project({ "package.json": "{}", ...files });
  onTestFinished(() => {
    project.remove();
  });
  const eslint = new ESLint({ cwd: project.folder, overrideConfigFile: true, overrideConfig: { ...wdf.configs.strict, files: ["**/*.ts"], languageOptions: { parser } } });
  const [result] = await eslint.lintFiles(["main.ts"]);
  const text = files["main.ts"] ?? "";
  return result?.messages.flatMap(({ suggestions = [] }) => suggestions.map(({ desc, fix: { range: [start, end], text: by } }) => `${desc}\n${text.slice(0, start)}${by}${text.slice(end)}`)) ?? [];
}

describe("a callback of another file is called by one of this file, which releases", () => {
  const kmdf = (callback: string, rest: string): string => `import { DRIVER_OBJECT, ExAllocatePool2, NT_SUCCESS, NTSTATUS, UNICODE_STRING, WDF_DRIVER_CONFIG, WDF_DRIVER_CONFIG_INIT, WDF_OBJECT_ATTRIBUTES, WDF_OBJECT_ATTRIBUTES_INIT, WDFDRIVER, WdfDriverCreate, WPP_INIT_TRACING } from "wdf";
import * as trace from "./trace";

let table: object | null = null;

export function DriverEntry(driverObject: DRIVER_OBJECT, path: UNICODE_STRING): NTSTATUS {
  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, null);
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.EvtCleanupCallback = ${callback};
  const status = WdfDriverCreate(driverObject, path, attributes, config, null);
  if (!NT_SUCCESS(status)) return status;
  WPP_INIT_TRACING(driverObject, path);
  table = ExAllocatePool2(64, 512, "lbaT");
  return table === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}
${rest}`;

  test("the driver object's cleanup callback", async () => {
    const routine = `
function EvtDriverCleanup(Driver: WDFDRIVER): void {
  if (table !== null) {
    ExFreePool(table);
    table = null;
  }
  trace.stop(Driver);
}
`;
    const after = kmdf("EvtDriverCleanup", routine).replace("WPP_INIT_TRACING }", "WPP_INIT_TRACING, ExFreePool }");
    expect(await suggested({ "main.ts": kmdf("trace.stop", ""), "trace.ts": TRACE })).toEqual([`Release \`table\` in EvtCleanupCallback.\n${after}`]);
  });

  const wdm = (callback: string, rest: string): string => `import { DRIVER_OBJECT, ExAllocatePool2, NTSTATUS, UNICODE_STRING } from "wdf";
import { Unload } from "./unload";

let table: object | null = null;

export function DriverEntry(driverObject: DRIVER_OBJECT, path: UNICODE_STRING): NTSTATUS {
  table = ExAllocatePool2(64, 512, "lbaT");
  if (table === null) return STATUS_INSUFFICIENT_RESOURCES;
  driverObject.DriverUnload = ${callback};
  return STATUS_SUCCESS;
}
${rest}`;

  test("the unload routine of a driver without a driver object", async () => {
    const routine = `
function UnloadDriver(DriverObject: DRIVER_OBJECT): void {
  if (table !== null) {
    ExFreePool(table);
    table = null;
  }
  Unload(DriverObject);
}
`;
    const after = wdm("UnloadDriver", routine).replace("UNICODE_STRING }", "UNICODE_STRING, ExFreePool }");
    const unload = 'import { KdPrint } from "wdf";\nexport function Unload(driverObject) {\n  KdPrint("unload\\n");\n}\n';
    expect(await suggested({ "main.ts": wdm("Unload", ""), "unload.ts": unload })).toEqual([`Release \`table\` in the unload routine.\n${after}`]);
  });
});

test("what is only tested for being there does not hold the handle", async () => {
  const main = `import { DRIVER_OBJECT, ExAllocatePool2, NT_SUCCESS, NTSTATUS, UNICODE_STRING, WDF_DRIVER_CONFIG, WDF_DRIVER_CONFIG_INIT, WDFDRIVER, WdfDriverCreate } from "wdf";
import * as pool from "./pool";

export function DriverEntry(driverObject: DRIVER_OBJECT, path: UNICODE_STRING): NTSTATUS {
  let status: NTSTATUS = STATUS_SUCCESS;
  let table: object | null = null;
  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, null);
  config.EvtDriverUnload = pool.unload;
  status = WdfDriverCreate(driverObject, path, null, config, null);
  if (!NT_SUCCESS(status)) return status;
  table = ExAllocatePool2(64, 512, "lbaT");
  status = table ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
  if (NT_SUCCESS(status)) pool.keep(table);
  return status;
}
`;
  const pool = `import { ExFreePool } from "wdf";
let kept = null;
export function keep(block) {
  kept = block;
}
export function unload(driver: WDFDRIVER) {
  if (kept !== null) ExFreePool(kept);
}
`;
  const texts = await suggested({ "main.ts": main, "pool.ts": pool });
  expect(texts.filter((text) => /ExFreePool\w*\(\w*status/iu.test(text))).toEqual([]);
});

test("what the creation's failing branch releases of another field stays there", async () => {
  const driver = (early: string, late: string, released: string): string => `import { ExAllocatePool2, ExFreePool, IoAllocateMdl, IoFreeMdl, NT_SUCCESS, WDF_DRIVER_CONFIG, WDF_DRIVER_CONFIG_INIT, WDF_OBJECT_ATTRIBUTES, WDF_OBJECT_ATTRIBUTES_INIT, WdfDriverCreate } from "wdf";
import * as context from "./context";

let table = null;

export function DriverEntry(driverObject, path) {
  context.state.mdl = context.map();
  if (context.state.mdl === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
${early}  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, context.addDevice);
  config.DriverPoolTag = context.state.mdl;
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.EvtCleanupCallback = cleanup;
  const status = WdfDriverCreate(driverObject, path, attributes, config, null);
  if (!NT_SUCCESS(status)) {
${released}    IoFreeMdl(context.state.mdl);
    context.state.mdl = null;
    return status;
  }
${late}  return status;
}

function cleanup(driver) {
  if (table !== null) {
    IoFreeMdl(table);
    table = null;
  }
  if (context.state.mdl !== null) {
    IoFreeMdl(context.state.mdl);
    context.state.mdl = null;
  }
}
`;
  const context = `import { IoAllocateMdl } from "wdf";
export const state = { mdl: null };
export const map = () => IoAllocateMdl(null, 256, false, false, null);
export const addDevice = () => STATUS_SUCCESS;
`;
  const table = `  table = IoAllocateMdl(null, 256, false, false, null);
  if (table === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
`;
  const { output } = await fixed({ "main.ts": driver(table, "", "    IoFreeMdl(table);\n    table = null;\n"), "context.ts": context });
  expect(output).toBe(driver("", table, ""));
});
