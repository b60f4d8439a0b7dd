/** The packed tarball in real hosts: installed in empty projects, configured as the README says, holding the examples. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ESLint } from "eslint";
import { drawAll, expected, folder } from "../examples.ts";
import { guideBlock } from "../guide.ts";
import { Temporary, asDeveloped } from "./temporary.ts";

/** The versions of ESLint that are tried: the newest, and the newest and the oldest of the earlier major. */
const ESLINTS = ["10", "9", "9.34.0"];

/** What the plugin's dependencies come to: `enhanced-resolve`, `eslint-scope`, and what those need. */
const BROUGHT = ["@types", "enhanced-resolve", "eslint-scope", "esrecurse", "estraverse", "graceful-fs", "tapable"];

/** Configurations in the forms that the README shows. */
const CONFIGS: Readonly<Record<string, string>> = {
  "eslint.config.js": `import parser from "@typescript-eslint/parser";
import { defineConfig } from "eslint/config";
import wdf from "eslint-plugin-wdf";

export default defineConfig([{ files: ["**/*.ts"], plugins: { wdf }, extends: ["wdf/strict"], languageOptions: { parser } }]);
`,
  "eslint.config.ts": `import parser from "@typescript-eslint/parser";
import { defineConfig } from "eslint/config";
import wdf, { type WdfSettings } from "eslint-plugin-wdf";

const settings: WdfSettings = { failure: "status", entryPoints: ["DriverEntry"] };

export default defineConfig([
  wdf.configs.recommended,
  wdf.configs.strict,
  { files: ["**/*.ts"], plugins: { wdf }, extends: ["wdf/recommended"], languageOptions: { parser }, settings: { wdf: settings } },
]);
`,
};

/** An import of what is a tool of development: a name asked for at run time, where the linter lends no parser, is none. */
const IMPORTED = /(?:from|import|import\()\s*["']@typescript-eslint/u;

const TSCONFIG = {
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    skipLibCheck: false,
    types: [],
    noEmit: true,
  },
  files: ["eslint.config.ts"],
};

/** A consumer of the simulator: `driver.ts` beside it is the one of docs/guide/simulator.md, with and without its release. */
const SIM_CONSUMER = `import { formatVerification, verify, type Verification } from "eslint-plugin-wdf/sim";
import { STATUS_SUCCESS, WdfSpinLockCreate, verify as verifyResult } from "eslint-plugin-wdf/sim/result";
import { WdfSpinLockCreate as create, verify as verifyThrowing } from "eslint-plugin-wdf/sim/throwing";
import { createDriver } from "./driver.js";
import { createDriver as createLeakingDriver } from "./leaking.js";

const right: Verification = verify({ fresh: () => createDriver() });
const leaking = verify({ fresh: () => createLeakingDriver() });
if (!formatVerification(leaking, { color: false }).includes("RegisterWithPortDriver#1")) throw new Error("no such schedule");
const result = verifyResult(() => (WdfSpinLockCreate(null).ok ? STATUS_SUCCESS : undefined));
const throwing = verifyThrowing(() => void create(null));
export const shown = [right.ok, ...leaking.findings.map(({ kind, schedule }) => [kind, schedule]), result.complete, throwing.complete];
`;
const SIM_SHOWN = '[true,["leak-on-failure",{"RegisterWithPortDriver#1":"fails"}],true,true]';

/** Nothing but the language: no Node, no DOM, no other types. */
const SIM_TSCONFIG = {
  compilerOptions: { ...TSCONFIG.compilerOptions, lib: ["es2023"], noEmit: false },
  files: ["consumer.ts"],
};

/** Prints each file that is loaded, then what the consumer shows. */
const SIM_RUN = `import { register } from "node:module";
const hook = "export async function load(url, context, next) { console.log(url); return next(url, context); }";
register("data:text/javascript," + encodeURIComponent(hook));
const { shown } = await import("./consumer.js");
console.log(JSON.stringify(shown));
`;

const [tarball] = process.argv.slice(2);
if (tarball === undefined) throw new Error("Give the packed tarball: npx jiti tests/hosts/hosts.ts TARBALL");
const temporary = new Temporary(tarball);

try {
  const alone = temporary.install("alone", ["--omit=peer"]);
  importsAlone(alone);
  simulatesAlone(alone);
  for (const version of ESLINTS) {
    const project = temporary.install(`eslint-${version}`, [`eslint@${version}`, ...asDeveloped("@typescript-eslint/parser", "typescript", "jiti")]);
    cpSync(folder, path.join(project, "drivers"), { recursive: true, filter: (file) => !file.endsWith("tsconfig.json") });
    writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify(TSCONFIG));
    for (const [file, text] of Object.entries(CONFIGS)) {
      writeFileSync(path.join(project, file), text);
      findsWhatIsKnown(project, file, `ESLint ${version}, ${file}`);
      rmSync(path.join(project, file));
    }
    writeFileSync(path.join(project, "eslint.config.ts"), CONFIGS["eslint.config.ts"] ?? "");
    demand(runIn(project, "typescript/bin/tsc", []), `the types of eslint.config.ts under ESLint ${version}`);
  }
} finally {
  temporary.remove();
}

/** The plugin is imported without ESLint, TypeScript and even its own dependencies: those are loaded when they are needed. */
function importsAlone(project: string): void {
  const modules = path.join(project, "node_modules");
  const beside = readdirSync(modules).filter((name) => !name.startsWith(".") && name !== "eslint-plugin-wdf");
  if (beside.join() !== BROUGHT.join()) throw new Error(`The plugin brought these packages along, not ${BROUGHT.join(", ")}: ${beside.join(", ")}`);
  for (const name of beside) rmSync(path.join(modules, name), { recursive: true });
  const program = 'import wdf from "eslint-plugin-wdf"; console.log(Object.keys(wdf.configs).join());';
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", program], { cwd: project, encoding: "utf8" });
  if (printed.trim() !== "recommended,strict") throw new Error(`The imported plugin has other presets: ${printed}`);
  const published = path.join(project, "node_modules", "eslint-plugin-wdf");
  const files = readdirSync(published, { recursive: true, encoding: "utf8" }).filter((file) => /\.(?:js|ts)$/u.test(file));
  const bound = files.find((file) => IMPORTED.test(readFileSync(path.join(published, file), "utf8")));
  if (bound !== undefined) throw new Error(`${bound} is published and imports of @typescript-eslint.`);
  console.log("ok imported alone");
}

/** The simulator in a type-checked project without any other package: it runs, and loads nothing of the linter. */
function simulatesAlone(project: string): void {
  const driver = guideBlock("ts", "export function createDriver");
  const leaking = driver.replace(/^ +if \(!NT_SUCCESS.*\n/mu, "");
  const files = { "consumer.ts": SIM_CONSUMER, "driver.ts": driver, "leaking.ts": leaking, "run.js": SIM_RUN };
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(project, file), text);
  writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify(SIM_TSCONFIG));
  // The compiler is this repository's: the project has none.
  const compiler = path.join(import.meta.dirname, "../../node_modules/typescript/bin/tsc");
  demand(spawnSync(process.execPath, [compiler], { cwd: project, encoding: "utf8" }), "the simulator's types, with nothing but es2023");
  const printed = execFileSync(process.execPath, ["run.js"], { cwd: project, encoding: "utf8" }).trim().split("\n");
  if (printed.pop() !== SIM_SHOWN) throw new Error(`The simulator shows something else than ${SIM_SHOWN}.`);
  const own = /^node:|\/(?:consumer|driver|leaking)\.js$|\/eslint-plugin-wdf\/dist\/lib\/sim\//u;
  const others = printed.filter((url) => !own.test(url));
  if (others.length > 0) throw new Error(`The simulator loads more than itself: ${others.join(", ")}`);
  console.log(`ok simulates alone (${String(printed.length)} files loaded)`);
}

function findsWhatIsKnown(project: string, configFile: string, title: string): void {
  const { stdout, stderr } = runIn(project, "eslint/bin/eslint.js", ["--config", configFile, "--format", "json", "drivers"]);
  if (!stdout.startsWith("[")) throw new Error(`${title}: ESLint did not lint.\n${stdout}${stderr}`);
  const results = JSON.parse(stdout) as ESLint.LintResult[];
  const drawn = drawAll(new Map(results.map(({ filePath, messages }) => [path.basename(filePath), messages])));
  if (drawn !== expected) throw new Error(`${title}: other findings than docs/examples/expected.txt.\n${drawn}`);
  console.log(`ok ${title}`);
}

function runIn(project: string, script: string, args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [path.join(project, "node_modules", script), ...args], { cwd: project, encoding: "utf8" });
}

function demand({ status, stdout, stderr }: ReturnType<typeof runIn>, title: string): void {
  if (status !== 0) throw new Error(`${title}: failed.\n${stdout}${stderr}`);
  console.log(`ok ${title}`);
}
