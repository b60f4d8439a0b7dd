/** `jiti tests/hosts/scale.ts TARBALL`: a workspace of 200 packages, linted by several threads of ESLint, and by a task runner that keeps what it knows. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ESLint } from "eslint";
import { Temporary, asDeveloped } from "./temporary.ts";

const PACKAGES = 200;
/** Of so many packages, one is a driver. */
const DRIVERS = 10;
const TURBO = "turbo@2";

const guide = readFileSync(path.resolve(import.meta.dirname, "../../docs/guide/scale.md"), "utf8");

const CONFIG = `import parser from "@typescript-eslint/parser";
import wdf from "eslint-plugin-wdf";
export default [{ ...wdf.configs.strict, files: ["**/*.ts"], languageOptions: { parser } }];
`;

const [tarball] = process.argv.slice(2);
if (tarball === undefined) throw new Error("Give the packed tarball: npx jiti tests/hosts/scale.ts TARBALL");
const temporary = new Temporary(tarball);

try {
  const project = workspace();
  threads(project);
  taskRunner(project);
} finally {
  temporary.remove();
}

/** Packages in a row: each imports the one before it, drivers from the memory package as well; only the drivers have something to lint. */
function workspace(): string {
  const project = temporary.install("workspace", [TURBO, ...asDeveloped("eslint", "@typescript-eslint/parser", "typescript")]);
  const root = JSON.parse(readFileSync(path.join(project, "package.json"), "utf8")) as object;
  write(project, "package.json", JSON.stringify({ ...root, workspaces: ["packages/*"], packageManager: "npm@10.8.2" }));
  write(project, "eslint.config.js", CONFIG);
  write(project, "turbo.json", block("json", '"tasks"'));
  write(project, ".gitignore", "node_modules\n.turbo\n");
  for (let index = 0; index < PACKAGES; index += 1) {
    const isDriver = index % DRIVERS === DRIVERS - 1;
    const uses = isDriver ? memoryOf(index) : undefined;
    const manifest = {
      name: nameOf(index),
      version: "1.0.0",
      type: "module",
      exports: "./index.ts",
      ...(isDriver && { scripts: { lint: "eslint ." } }),
      ...(uses !== undefined && { dependencies: { [nameOf(uses)]: "*" } }),
    };
    write(project, `packages/p${String(index)}/package.json`, JSON.stringify(manifest));
    write(project, `packages/p${String(index)}/index.ts`, uses === undefined ? memory() : driver(nameOf(uses)));
  }
  execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: project, stdio: ["ignore", "ignore", "inherit"] });
  for (const args of [["init", "--quiet"], ["add", "--all"]]) execFileSync("git", args, { cwd: project });
  return project;
}

/** A driver takes its memory from the package before it. */
function memoryOf(index: number): number {
  return index - 1;
}

/** What the memory package does with memory: its release is a matter of one line. */
function memory(release = "ExFreePool(block);"): string {
  return `import { ExAllocatePool2, ExFreePool } from "wdf";
export const allocate = () => ExAllocatePool2(0, 64, "lbaT");
export function release(block) {
  ${release}
}
`;
}

function driver(from: string): string {
  return `import { NT_SUCCESS, StorPortInitialize } from "wdf";
import { allocate, release } from "${from}";
export function DriverEntry(DriverObject, RegistryPath) {
  const block = allocate();
  if (block === null) return STATUS_INSUFFICIENT_RESOURCES;
  DriverObject.DriverUnload = () => release(block);
  const status = StorPortInitialize(DriverObject, RegistryPath, {}, null);
  if (!NT_SUCCESS(status)) release(block);
  return status;
}
`;
}

/** One thread and two find the same. */
function threads(project: string): void {
  const found = ["off", "2"].map((concurrency) => eslint(project, ["--concurrency", concurrency]));
  const [one, two] = found.map((results) => results.map(({ filePath, messages }) => `${path.relative(project, filePath)}: ${messages.map(({ ruleId, line }) => `${String(line)} ${ruleId ?? ""}`).join()}`).sort().join("\n"));
  if (one !== two) throw new Error(`Two threads find\n${two ?? ""}\nand one\n${one ?? ""}`);
  if ((found[0]?.length ?? 0) !== PACKAGES) throw new Error(`${String(found[0]?.length)} files were linted, not ${String(PACKAGES)}.`);
  write(project, "packages/p8/index.ts", memory("void block;"));
  const leaking = eslint(project, ["--concurrency", "2"]).filter(({ messages }) => messages.length > 0);
  if (leaking.map(({ filePath }) => path.relative(project, filePath)).join() !== path.join("packages", "p9", "index.ts")) throw new Error(`A release that is gone from p8 is reported of ${leaking.map(({ filePath }) => filePath).join()}`);
  write(project, "packages/p8/index.ts", memory());
  console.log(`ok a workspace of ${String(PACKAGES)} packages: two threads find what one finds`);
}

/** The runner takes from its cache what nothing has changed for, and only that. */
function taskRunner(project: string): void {
  const drivers = PACKAGES / DRIVERS;
  expectRun(project, { isRight: true, cached: 0, of: drivers }, "first");
  expectRun(project, { isRight: true, cached: drivers, of: drivers }, "second");
  // A driver is in p9; what it imports is in p8.
  write(project, "packages/p8/index.ts", memory("void block;"));
  expectRun(project, { isRight: false, cached: drivers - 1, of: drivers }, "with a release that is gone from another package");
  write(project, "packages/p8/index.ts", memory());
  expectRun(project, { isRight: true, cached: drivers, of: drivers }, "with that release back");
  console.log("ok turbo: what is imported from another package makes no verdict stale");
}

function expectRun(project: string, wanted: { readonly isRight: boolean; readonly cached: number; readonly of: number }, title: string): void {
  const { status, stdout, stderr } = spawnSync(path.join(project, "node_modules/.bin/turbo"), ["run", "lint", "--continue", "--output-logs=errors-only"], {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", NO_COLOR: "1" },
  });
  // Of those in the cache, and of those that ran; the tasks that only pass changes on are not run.
  const tasks = /Tasks:\s+(?<done>\d+) successful, (?<of>\d+) total/u.exec(stdout)?.groups;
  const cached = /Cached:\s+(?<cached>\d+) cached/u.exec(stdout)?.groups?.["cached"];
  const found = { isRight: status === 0, cached: Number(cached), of: Number(tasks?.["of"]) };
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`The ${title} run: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}.\n${stdout}${stderr}`);
}

function eslint(project: string, args: readonly string[]): ESLint.LintResult[] {
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(project, "node_modules/eslint/bin/eslint.js"), ...args, "--format", "json", "packages"], { cwd: project, encoding: "utf8", maxBuffer: 100_000_000 });
  if (!stdout.startsWith("[")) throw new Error(`ESLint did not lint: ${stdout}${stderr}`);
  return JSON.parse(stdout) as ESLint.LintResult[];
}

function nameOf(index: number): string {
  return `@acme/p${String(index)}`;
}

function write(project: string, name: string, text: string): void {
  const file = path.join(project, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A block of the guide that holds a text. */
function block(language: string, holding: string): string {
  const blocks = [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "gu"))].map(([, text = ""]) => text);
  const found = blocks.find((text) => text.includes(holding));
  if (found === undefined) throw new Error(`docs/guide/scale.md has no ${language} block with ${holding}.`);
  return found;
}
