/** Repairs of a driver in several files: proved over all of them, made in the linted one. */
import { readFileSync } from "node:fs";
import * as parser from "@typescript-eslint/parser";
import { ESLint } from "eslint";
import { expect, onTestFinished, test } from "vitest";
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
