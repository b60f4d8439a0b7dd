/** `jiti tests/hosts/commands.ts TARBALL`: ESLint's own flags, other parsers and helpers, other plugins' fixers, other versions of Node. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ESLint } from "eslint";
import { drawAll, examples, expected, folder } from "../examples.ts";
import { Temporary, asDeveloped } from "./temporary.ts";

/** The newest version of ESLint, and the oldest that the plugin says it works with. */
const ESLINTS = ["10", "9.34.0"];
const NODES = ["22", "24"];

const PLAIN = `import parser from "@typescript-eslint/parser";
import wdf from "eslint-plugin-wdf";
export default [{ ...wdf.configs.strict, files: ["**/*.ts"], languageOptions: { parser } }];
`;
/** typescript-eslint's helper, with its strict rules. */
const HELPER = `import tseslint from "typescript-eslint";
import wdf from "eslint-plugin-wdf";
export default tseslint.config({ files: ["**/*.ts"], extends: [tseslint.configs.base, wdf.configs.strict] });
`;
/** Fixers that move and rewrite on their own. */
const TOGETHER = `import importX from "eslint-plugin-import-x";
import perfectionist from "eslint-plugin-perfectionist";
import tseslint from "typescript-eslint";
import wdf from "eslint-plugin-wdf";
export default tseslint.config({
  files: ["**/*.ts"],
  extends: [...tseslint.configs.strict, ...tseslint.configs.stylistic, perfectionist.configs["recommended-natural"], importX.flatConfigs.recommended, wdf.configs.strict],
  rules: { "import-x/no-unresolved": "off", "import-x/order": "error", "import-x/newline-after-import": "error", "import-x/first": "error", "perfectionist/sort-imports": "off" },
});
`;

const [tarball] = process.argv.slice(2);
if (tarball === undefined) throw new Error("Give the packed tarball: npx jiti tests/hosts/commands.ts TARBALL");
const temporary = new Temporary(tarball);

try {
  for (const version of ESLINTS) {
    const project = temporary.install(`commands-${version}`, [`eslint@${version}`, ...asDeveloped("@typescript-eslint/parser", "typescript", "typescript-eslint")]);
    cpSync(folder, path.join(project, "drivers"), { recursive: true, filter: (file) => !file.endsWith("tsconfig.json") });
    write(project, "eslint.config.js", PLAIN);
    flags(project, `ESLint ${version}`);
    write(project, "eslint.config.js", HELPER);
    isKnown(project, eslint(project, []), `ESLint ${version}, the helper of typescript-eslint`);
    plainJavaScript(project, `ESLint ${version}`);
  }
  together();
  for (const version of NODES) underNode(version);
} finally {
  temporary.remove();
}

/** What ESLint can be told to do. */
function flags(project: string, title: string): void {
  isKnown(project, eslint(project, []), title);
  isKnown(project, eslint(project, ["--concurrency", "2"]), `${title} --concurrency 2`);
  const cache = ["--cache", "--cache-location", ".cache"];
  const first = eslint(project, cache);
  isKnown(project, first, `${title} --cache`);
  if (!existsSync(path.join(project, ".cache"))) throw new Error(`${title} keeps no cache.`);
  same(eslint(project, cache), first, `${title} --cache, from the cache`);

  const stats = results(eslint(project, ["--stats"]));
  const timed = stats.flatMap(({ stats: of }) => Object.keys(of?.times.passes[0]?.rules ?? {}));
  if (!timed.includes("wdf/no-leak-on-failure")) throw new Error(`${title} --stats tells no time of wdf/no-leak-on-failure.`);
  ok(`${title} --stats`);

  const fixedBy = new Map(results(eslint(project, ["--fix-dry-run"])).map(({ filePath, output }) => [path.basename(filePath), output]));
  const copy = path.join(project, "copy");
  cpSync(path.join(project, "drivers"), copy, { recursive: true });
  run(project, "eslint/bin/eslint.js", ["--fix", "copy"]);
  const fixed = examples().filter(({ name, code }) => readFileSync(path.join(copy, name), "utf8") !== code);
  for (const { name, code } of examples()) same(fixedBy.get(name) ?? code, readFileSync(path.join(copy, name), "utf8"), `${title} --fix-dry-run, ${name}`);
  if (fixed.length === 0) throw new Error(`${title} --fix mends no example.`);
  const again = new Map(examples().map(({ name }) => [name, readFileSync(path.join(copy, name), "utf8")]));
  run(project, "eslint/bin/eslint.js", ["--fix", "copy"]);
  for (const [name, text] of again) same(readFileSync(path.join(copy, name), "utf8"), text, `${title} --fix, once more, ${name}`);
  rmSync(copy, { recursive: true });
  ok(`${title} --fix and --fix-dry-run: ${String(fixed.length)} examples`);

  run(project, "eslint/bin/eslint.js", ["--suppress-all", "drivers"]);
  const suppressed = run(project, "eslint/bin/eslint.js", ["drivers"]);
  if (suppressed.status !== 0 || suppressed.stdout.trim() !== "") throw new Error(`${title}: bulk suppressions leave\n${suppressed.stdout}${suppressed.stderr}`);
  rmSync(path.join(project, "eslint-suppressions.json"));
  ok(`${title}, bulk suppressions`);
}

/** espree, ESLint's own parser, on plain JavaScript. */
function plainJavaScript(project: string, title: string): void {
  write(project, "eslint.config.js", 'import wdf from "eslint-plugin-wdf";\nexport default [{ ...wdf.configs.strict, files: ["**/*.js"] }];\n');
  mkdirSync(path.join(project, "plain"), { recursive: true });
  write(
    project,
    "plain/driver.js",
    `export function DriverEntry(DriverObject, RegistryPath) {
  WPP_INIT_TRACING(DriverObject, RegistryPath);
  const attributes = { EvtCleanupCallback: EvtDriverCleanup };
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, WDF_DRIVER_CONFIG_INIT(null), null);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return STATUS_SUCCESS;
}

function EvtDriverCleanup(Driver) {
  WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));
}
`,
  );
  const [result] = results(run(project, "eslint/bin/eslint.js", ["--format", "json", "plain"]).stdout);
  const found = (result?.messages ?? []).map(({ line, column, endColumn, ruleId }) => `${String(line)}:${String(column)}-${String(endColumn)} ${ruleId ?? ""}`);
  same(found.join("\n"), "2:3-19 wdf/driver-create-first\n2:3-19 wdf/no-unmatched-wpp-init", `${title}, espree`);
  ok(`${title}, espree on plain JavaScript`);
}

/** Every fixer at once: ESLint comes to an end, nothing more is to be fixed, and ours have done what they do alone. */
function together(): void {
  const project = temporary.install("together", [...asDeveloped("eslint", "typescript", "typescript-eslint"), "eslint-plugin-perfectionist@5", "eslint-plugin-import-x@4"]);
  cpSync(folder, path.join(project, "drivers"), { recursive: true, filter: (file) => !file.endsWith("tsconfig.json") && !file.endsWith(".d.ts") });
  write(project, "eslint.config.js", TOGETHER);
  const first = run(project, "eslint/bin/eslint.js", ["--fix", "--format", "json", "drivers"]);
  if (/circular/iu.test(first.stderr)) throw new Error(`The fixers go round in circles.\n${first.stderr}`);
  const left = results(first.stdout);
  const fixable = left.flatMap(({ filePath, messages }) => messages.flatMap(({ fix, ruleId }) => (fix ? [`${path.basename(filePath)}: ${ruleId ?? ""}`] : [])));
  same(fixable.join("\n"), "", "What could still be fixed with all fixers on");
  const texts = examples().map(({ name }) => [name, readFileSync(path.join(project, "drivers", name), "utf8")] as const);
  run(project, "eslint/bin/eslint.js", ["--fix", "drivers"]);
  for (const [name, text] of texts) same(readFileSync(path.join(project, "drivers", name), "utf8"), text, `${name}, fixed once more`);
  const ours = left.flatMap(({ messages }) => messages.filter(({ ruleId }) => ruleId === "wdf/driver-create-first"));
  same(ours.length, 0, "Reports of driver-create-first that are left, with all fixers on");
  ok("typescript-eslint strict and stylistic, perfectionist and import-x: no loop, nothing left to fix");
}

/** Another version of Node. */
function underNode(version: string): void {
  const project = temporary.install(`node-${version}`, [`node@${version}`, ...asDeveloped("eslint", "@typescript-eslint/parser", "typescript", "typescript-eslint")], { scripts: true });
  cpSync(folder, path.join(project, "drivers"), { recursive: true, filter: (file) => !file.endsWith("tsconfig.json") });
  write(project, "eslint.config.js", PLAIN);
  const node = path.join(project, "node_modules/.bin/node");
  const { stdout: told } = spawnSync(node, ["--version"], { encoding: "utf8" });
  if (!told.startsWith(`v${version}.`)) throw new Error(`This should be Node ${version}, not ${told}.`);
  isKnown(project, run(project, "eslint/bin/eslint.js", ["--format", "json", "drivers"], node).stdout, `Node ${told.trim()}`);
}

/* ---------- what all of these do ---------- */

function eslint(project: string, further: readonly string[]): string {
  return run(project, "eslint/bin/eslint.js", ["--format", "json", ...further, "drivers"]).stdout;
}

function run(project: string, script: string, args: readonly string[], node = process.execPath): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(node, [path.join(project, "node_modules", script), ...args], { cwd: project, encoding: "utf8", maxBuffer: 100_000_000 });
}

function results(stdout: string): ESLint.LintResult[] {
  if (!stdout.startsWith("[")) throw new Error(`ESLint did not lint: ${stdout}`);
  return JSON.parse(stdout) as ESLint.LintResult[];
}

/** The findings are those of docs/examples/expected.txt. */
function isKnown(project: string, stdout: string, title: string): void {
  const drivers = path.join(project, "drivers");
  const own = results(stdout).filter(({ filePath }) => path.dirname(filePath) === drivers);
  same(drawAll(new Map(own.map(({ filePath, messages }) => [path.basename(filePath), messages]))), expected, title);
  ok(title);
}

function write(project: string, name: string, text: string): void {
  writeFileSync(path.join(project, name), text);
}

function same(found: string | number, wanted: string | number, title: string): void {
  if (found !== wanted) throw new Error(`${title}: found\n${String(found)}\nwhere there should be\n${String(wanted)}`);
}

function ok(title: string): void {
  console.log(`ok ${title}`);
}
