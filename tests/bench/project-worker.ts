/** `jiti tests/bench/project-worker.ts FOLDER MODULES`: writes a driver of many modules, lints it, changes modules and lints again; prints the times. */
import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { builtPlugin } from "./plugin.ts";

/** What is printed: milliseconds and megabytes. */
export interface ProjectTiming {
  readonly lines: number;
  /** Parsing every module once. */
  readonly parse: number;
  readonly first: number;
  /** Median of the lints after a change of one module, and of parsing that and the linted file. */
  readonly again: number;
  readonly leaf: number;
  readonly changes: number;
  readonly heap: number;
  readonly later: number;
}

const CHILDREN = 10;
const HELPERS = 14;
// Of so many modules, one acquires something.
const ACQUIRING = 20;
const CHANGES = 3;

const [folder = "", count = "1000"] = process.argv.slice(2);
const modules = Number(count);
const file = (index: number): string => path.join(folder, index === 0 ? "main.ts" : `m${String(index)}.ts`);
const texts = Array.from({ length: modules }, (_, index) => (index === 0 ? entry() : helperModule(index, "first")));
for (const [index, text] of texts.entries()) writeFileSync(file(index), text);
writeFileSync(path.join(folder, "package.json"), "{}");

const OPTIONS = { loc: true, range: true, sourceType: "module", lib: [] as never[], tokens: false, comment: false } satisfies parser.ParserOptions;
const linter = new Linter({ cwd: folder });
const config: Linter.Config[] = [{ files: ["**/*.ts"], languageOptions: { parser, sourceType: "module" } }, builtPlugin().configs.strict];

// The parser's own code gets warm on another text, the linter's on a driver of one file.
timed(() => {
  for (let round = 0; round < 50; round += 1) parser.parseForESLint(texts[1] ?? "", OPTIONS);
});
linter.verify(entry().replace(/^import \{ s.*\n|^ +(?:status = start|stop)\d.*\n/gmu, ""), config, { filename: path.join(folder, "alone.ts") });

const parse = timed(() => {
  for (const text of texts) parser.parseForESLint(text, OPTIONS);
});
const first = timed(lint);
const heap = heapUsed();
const changes = Array.from({ length: CHANGES }, (_, round) => {
  const index = modules - 1 - round;
  const text = helperModule(index, `change ${String(round)}`);
  writeFileSync(file(index), text);
  // Time stamps of some file systems are coarse.
  utimesSync(file(index), new Date(), new Date(Date.now() + 2000 * (round + 1)));
  const again = timed(lint);
  const leaf = timed(() => {
    parser.parseForESLint(text, OPTIONS);
    parser.parseForESLint(texts[0] ?? "", { ...OPTIONS, tokens: true, comment: true });
  });
  return { again, leaf };
});
const timing: ProjectTiming = {
  lines: texts.reduce((sum, text) => sum + text.split("\n").length, 0),
  parse,
  first,
  again: middle(changes.map(({ again }) => again)),
  leaf: middle(changes.map(({ leaf }) => leaf)),
  changes: CHANGES,
  heap,
  later: heapUsed(),
};
console.log(JSON.stringify(timing));

function lint(): void {
  const messages = linter.verify(readFileSync(file(0), "utf8"), config, { filename: file(0) });
  if (messages.length > 0) throw new Error(`The driver is right, and is reported: ${messages[0]?.message ?? ""}`);
}

function timed(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function middle(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
}

/** Megabytes that are in use once all garbage is collected. */
function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}

/** The modules that a module imports: a tree. */
function childrenOf(index: number): number[] {
  return Array.from({ length: CHILDREN }, (_, child) => CHILDREN * index + child + 1).filter((child) => child < modules);
}

function importsOf(index: number): string {
  return childrenOf(index).map((child) => `import { start${String(child)}, stop${String(child)} } from "./m${String(child)}";\n`).join("");
}

/** An entry that creates the driver object, then starts what it imports; the cleanup callback stops it. */
function entry(): string {
  return `import * as wdf from "eslint-plugin-wdf/sim";
${importsOf(0)}
export function DriverEntry(DriverObject: wdf.DRIVER_OBJECT, RegistryPath: wdf.UNICODE_STRING): wdf.NTSTATUS {
  const config = new wdf.WDF_DRIVER_CONFIG();
  wdf.WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);
  const attributes = new wdf.WDF_OBJECT_ATTRIBUTES();
  wdf.WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.EvtCleanupCallback = EvtCleanup;
  let status = wdf.WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  if (!wdf.NT_SUCCESS(status)) return status;
${childrenOf(0).map((child) => `  status = start${String(child)}();\n  if (!wdf.NT_SUCCESS(status)) return status;\n`).join("")}  return status;
}

function EvtDeviceAdd(): wdf.NTSTATUS {
  return wdf.STATUS_SUCCESS;
}

function EvtCleanup(): void {
${childrenOf(0).map((child) => `  stop${String(child)}();\n`).join("")}}
`;
}

/** A module of about 200 lines, all of which run when the driver starts. */
function helperModule(index: number, version: string): string {
  const name = String(index);
  const helpers = Array.from({ length: HELPERS }, (_, helper) => helperText(`${name}_${String(helper)}`, helper)).join("\n");
  const acquires = index % ACQUIRING === 0;
  const acquired = acquires ? `  gBlock${name} = wdf.ExAllocatePool2(wdf.POOL_FLAG_PAGED, 64, "lbaT");\n  if (gBlock${name} === null) return wdf.STATUS_INSUFFICIENT_RESOURCES;\n` : "";
  const released = acquires ? `  if (gBlock${name} !== null) {\n    wdf.ExFreePool(gBlock${name});\n    gBlock${name} = null;\n  }\n` : "";
  return `import * as wdf from "eslint-plugin-wdf/sim";
${importsOf(index)}
/** Settings of part ${name}: ${version}. */
const settings${name} = { name: "part ${name}", version: "${version}", sizes: [16, 32, 64, 128], isEnabled: true };
const state${name} = { total: 0, isStarted: false };
${acquires ? `let gBlock${name}: wdf.PoolBlock | null = null;\n` : ""}
${helpers}
export function start${name}(): wdf.NTSTATUS {
  let total = 0;
${Array.from({ length: HELPERS }, (_, helper) => `  total += helper${name}_${String(helper)}(total, settings${name}.name);\n`).join("")}  state${name}.total = total;
  state${name}.isStarted = settings${name}.isEnabled;
  wdf.KdPrint("part ${name}: %d", total);
${acquired}${childrenOf(index).map((child) => `  if (!wdf.NT_SUCCESS(start${String(child)}())) return wdf.STATUS_UNSUCCESSFUL;\n`).join("")}  return wdf.STATUS_SUCCESS;
}

export function stop${name}(): void {
${childrenOf(index).toReversed().map((child) => `  stop${String(child)}();\n`).join("")}${released}}
`;
}

function helperText(name: string, kind: number): string {
  return `/** Counts what part ${name} is given. */
function helper${name}(seed: number, label: string): number {
  const parts = label.split(" ");
  let count = seed;
  for (const part of parts) {
    if (part.length > ${String(kind)}) count += part.length;
    else count -= 1;
  }
  return count % ${String(97 + kind)};
}
`;
}
