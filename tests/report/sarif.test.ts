/** The SARIF log: held to the types of the standard, with paths as code flows. tests/hosts/reports.ts has a validator judge it. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ESLint } from "eslint";
import type { Location, Log, Result, Run } from "sarif";
import ts from "typescript";
import { expect, test } from "vitest";
import format from "../../lib/sarif.ts";
import { lintFiles, lintText, root, type Linted } from "./linted.ts";

/** The run of a log, which the types of the standard accept, without a key more or less. */
async function runOf({ results, context }: Linted): Promise<Run> {
  const json = await format(results, context);
  expect(problemsOf(json)).toEqual([]);
  const { runs, version } = JSON.parse(json) as Log;
  expect([version, runs.length]).toEqual(["2.1.0", 1]);
  const [run] = runs;
  if (run === undefined) throw new Error("no run");
  return run;
}

/** What the compiler says where the log is written down as a value of the standard's type. */
function problemsOf(json: string): string[] {
  const file = path.join(root, "tests/report/log.ts");
  const text = `import type { Log } from "sarif";\nexport const log: Log = ${json};\n`;
  const options: ts.CompilerOptions = { strict: true, noEmit: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, types: [], skipLibCheck: true };
  const host = ts.createCompilerHost(options);
  host.readFile = (name) => (path.normalize(name) === file ? text : ts.sys.readFile(name));
  host.fileExists = (name) => path.normalize(name) === file || ts.sys.fileExists(name);
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

const inWords = ({ physicalLocation, message }: Location): string =>
  `${physicalLocation?.artifactLocation?.uri ?? "?"}:${Object.values(physicalLocation?.region ?? {}).join(":")} ${message?.text ?? ""}`;

const flowsOf = ({ codeFlows = [] }: Result): string[][] => codeFlows.map(({ threadFlows }) => threadFlows.flatMap(({ locations }) => locations.map(({ location }) => inWords(location ?? {}))));

test("the type of the standard is a judge", () => {
  expect(problemsOf('{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{"level":"bad","message":{"text":""}}]}]}')).toEqual([expect.stringContaining("level")]);
  expect(problemsOf('{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"codeflows":[]}]}')).toEqual([expect.stringContaining("codeflows")]);
});

test("a finding, its rule and its path", async () => {
  const { results = [], tool, artifacts, originalUriBaseIds, invocations } = await runOf(await lintFiles("docs/examples/wdm-leak.ts"));
  const uri = "docs/examples/wdm-leak.ts";
  expect(results.map(({ codeFlows, ...result }) => [codeFlows?.length, result])).toEqual([
    [
      1,
      {
        ruleId: "wdf/no-leak-on-failure",
        ruleIndex: 0,
        level: "error",
        message: {
          text: "`gRegistryPath.Buffer` (acquired by `ExAllocatePoolWithTag` on line 10) is still held when `DriverEntry` returns here after `StorPortInitialize` fails on line 17: DriverUnload is not called when `DriverEntry` fails. Call `ExFreePoolWithTag` before this exit.",
        },
        locations: [{ physicalLocation: { artifactLocation: { uri, uriBaseId: "%SRCROOT%", index: 0 }, region: { startLine: 19, startColumn: 5, endLine: 19, endColumn: 19 } } }],
      },
    ],
  ]);
  expect(results.flatMap(flowsOf)).toEqual([
    [
      `${uri}:10:26:47 \`ExAllocatePoolWithTag\` acquires \`gRegistryPath.Buffer\``,
      `${uri}:17:18:36 \`StorPortInitialize\` fails`,
      `${uri}:19:5:19 \`DriverEntry\` returns, and \`gRegistryPath.Buffer\` is still held`,
    ],
  ]);
  const helpUri = "https://github.com/eslint-plugin-wdf/eslint-plugin-wdf/blob/main/docs/rules/no-leak-on-failure.md";
  expect(tool.driver.rules).toEqual([
    {
      id: "wdf/no-leak-on-failure",
      shortDescription: { text: "Disallow a failing exit of the entry that leaves a resource held." },
      fullDescription: { text: "Disallow a failing exit of the entry that leaves a resource held." },
      helpUri,
      help: { text: `See ${helpUri}`, markdown: `See [wdf/no-leak-on-failure](${helpUri}).` },
      defaultConfiguration: { level: "error" },
      properties: { tags: ["problem"] },
    },
  ]);
  expect(tool.driver).toMatchObject({ name: "ESLint", version: ESLint.version });
  expect(artifacts).toEqual([{ location: { uri, uriBaseId: "%SRCROOT%" } }]);
  expect(originalUriBaseIds).toEqual({ "%SRCROOT%": { uri: `${pathToFileURL(root).href}/` } });
  expect(invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
});

test("paths through other files, and what happens outside the code", async () => {
  const { results = [] } = await runOf(await lintFiles("docs/examples/multi-file/wrong/entry.ts"));
  const folder = "docs/examples/multi-file/wrong";
  const unloaded = results.find(({ ruleId }) => ruleId === "wdf/no-leak-on-unload");
  expect(flowsOf(unloaded ?? { message: {} })).toEqual([
    [
      `${folder}/entry.ts:24:10:22 this leads to \`device.ts\``,
      `${folder}/device.ts:7:17:38 \`ExAllocatePoolWithTag\` acquires \`state.table\``,
      `${folder}/entry.ts:24:10:22 the driver starts, and is unloaded: \`state.table\` is still held`,
    ],
  ]);
});

test("what is in no known order is related", async () => {
  const { results = [] } = await runOf(await lintFiles("docs/examples/kmdf-unload-only.ts"));
  const [missing] = results.filter(({ ruleId }) => ruleId === "wdf/require-driver-cleanup");
  expect(missing?.codeFlows).toBeUndefined();
  expect(missing?.relatedLocations?.map(inWords)).toEqual([
    "docs/examples/kmdf-unload-only.ts:9:60:84 the driver object is created without an EvtCleanupCallback",
    "docs/examples/kmdf-unload-only.ts:15:3:19 `WPP_INIT_TRACING` starts tracing",
  ]);
});

test("warnings, messages of others, and suppressed ones", async () => {
  const { results = [] } = await runOf(await lintText("debugger;\n// eslint-disable-next-line no-debugger -- while we look\ndebugger;\n", "drivers/a b.ts"));
  expect(results.map(({ level, locations, suppressions }) => [level, locations?.map(inWords), suppressions])).toEqual([
    ["warning", ["drivers/a%20b.ts:1:1:1:10 "], undefined],
    ["warning", ["drivers/a%20b.ts:3:1:3:10 "], [{ kind: "inSource", justification: "while we look" }]],
  ]);
});

test("what ESLint says for itself is a notification", async () => {
  const { results, invocations } = await runOf(await lintText("let = ;"));
  expect(results).toEqual([]);
  expect(invocations?.[0]?.executionSuccessful).toBe(false);
  expect(invocations?.[0]?.toolExecutionNotifications?.map(({ level, message, locations = [] }) => [level, message.text, locations.map(inWords)])).toEqual([
    ["error", "Parsing error: Expression expected.", [expect.stringMatching(/^drivers\/driver\.ts:1:6/u)]],
  ]);
});

test("files are counted from the root of the repository, and have whole addresses outside of it", async () => {
  const { results, context } = await lintFiles("docs/examples/wdm-leak.ts");
  const repository = mkdtempSync(path.join(tmpdir(), "eslint-plugin-wdf-sarif-"));
  const cwd = path.join(repository, "packages/driver");
  const located = async (filePath: string): Promise<unknown> => {
    const { artifacts } = await runOf({ results: results.map((result) => ({ ...result, filePath })), context: { ...context, cwd } });
    return artifacts?.[0]?.location;
  };
  try {
    mkdirSync(path.join(repository, ".git"));
    mkdirSync(cwd, { recursive: true });
    expect(await located(path.join(cwd, "entry.ts"))).toEqual({ uri: "packages/driver/entry.ts", uriBaseId: "%SRCROOT%" });
    const outside = path.resolve(repository, "../elsewhere.ts");
    expect(await located(outside)).toEqual({ uri: pathToFileURL(outside).href });
  } finally {
    rmSync(repository, { recursive: true });
  }
});
