/** The reports in real projects: the packed tarball's formatters under ESLint 9 and 10, and what docs/guide/ci.md says to paste. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Log } from "sarif";

const root = path.resolve(import.meta.dirname, "../..");
const guides = { reports: readFileSync(path.join(root, "docs/guide/reports.md"), "utf8"), ci: readFileSync(path.join(root, "docs/guide/ci.md"), "utf8") };

/** The versions of ESLint that are tried; the further packages are installed beside the first. */
const ESLINTS = ["10", "9", "9.34.0"] as const;

/** Judges a SARIF log by the standard; its schema is built in. */
const VALIDATOR = "@microsoft/sarif-multitool@5.7.0";

const CONFIG = `import parser from "@typescript-eslint/parser";
import wdf from "eslint-plugin-wdf";

export default [wdf.configs.recommended, { files: ["**/*.ts"], languageOptions: { parser } }];
`;

/** A consumer of both formatters, for the compiler: what the guide shows, and the second one beside it. */
const CONSUMER = `${block(guides.reports, "js", "eslint-plugin-wdf/formatter")}
import sarif from "eslint-plugin-wdf/sarif";

export const log: Promise<string> = sarif(results, { cwd: process.cwd(), rulesMeta: eslint.getRulesMetaForResults(results) });
`;

const TSCONFIG = { compilerOptions: { target: "es2022", module: "nodenext", strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, types: ["node"], noEmit: true }, files: ["consumer.ts"] };

/** What a program printed, and how it ended. */
interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const [tarball] = process.argv.slice(2);
if (tarball === undefined) throw new Error("Give the packed tarball: npx jiti tests/hosts/reports.ts TARBALL");
const own = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { readonly devDependencies: Readonly<Record<string, string>> };
const temporary = mkdtempSync(path.join(tmpdir(), "eslint-plugin-wdf-reports-"));

try {
  for (const version of ESLINTS) {
    const project = install(version);
    const title = `ESLint ${version}`;
    printsPaths(project, title);
    readsItsCache(project, title);
    saysWhatIsMissing(project, title);
    const sarif = ["node-sarif-builder"].map((name) => `${name}@${own.devDependencies[name] ?? "latest"}`);
    npm(project, version === ESLINTS[0] ? [...sarif, VALIDATOR, "lint-staged@16", "eslint-formatter-gitlab@7"] : sarif);
    givesSarif(project, title);
    isTyped(project, title);
    if (version === ESLINTS[0]) {
      isValid(project);
      runsInPipelines(project);
      runsBeforeCommits(project);
    }
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/** A project in a repository of its own, with the tarball and the drivers of the examples. */
function install(version: string): string {
  const project = path.join(temporary, `eslint-${version}`);
  mkdirSync(project);
  writeFileSync(path.join(project, "package.json"), JSON.stringify({ name: "host", private: true, type: "module" }));
  writeFileSync(path.join(project, "eslint.config.js"), CONFIG);
  writeFileSync(path.join(project, ".gitignore"), "node_modules\n.eslintcache\n");
  const tools = ["@typescript-eslint/parser", "typescript", "@types/node"].map((name) => `${name}@${own.devDependencies[name] ?? "latest"}`);
  npm(project, [`eslint@${version}`, ...tools, path.resolve(tarball ?? "")]);
  mkdirSync(path.join(project, "drivers"));
  for (const name of ["wdm-leak.ts", "wdm-common-exit.ts"]) cpSync(path.join(root, "docs/examples", name), path.join(project, "drivers", name));
  cpSync(path.join(root, "docs/examples/multi-file/wrong"), path.join(project, "drivers/several"), { recursive: true });
  git(project, "init", "--quiet");
  return project;
}

function npm(project: string, packages: readonly string[]): void {
  const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
  execFileSync("npm", ["install", ...flags, ...packages], { cwd: project, stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" });
}

/** The commands of the guide, from the project and from a folder below it. */
function printsPaths(project: string, title: string): void {
  const [plain = "", elsewhere = ""] = ["npx eslint -f node_modules", 'npx eslint -f "$('].map((start) => block(guides.reports, "sh", start).trim().split("\n").find((line) => line.startsWith(start)));
  // The guide's picture, of the same driver in another folder; ESLint prints a line break after every report.
  const picture = `${block(guides.reports, "text", "wdf/no-leak-on-failure").replaceAll("docs/examples/", "")}\n`;
  expectEqual(shell(path.join(project), plain.replace(/ \.$/u, " drivers/wdm-leak.ts")), { status: 1, stdout: picture.replaceAll("wdm-leak.ts:", "drivers/wdm-leak.ts:"), stderr: "" }, `${title}: ${plain}`);
  expectEqual(shell(path.join(project, "drivers"), elsewhere.replace(/ \.$/u, " wdm-leak.ts")), { status: 1, stdout: picture, stderr: "" }, `${title}: from a folder below`);
  expectEqual(shell(project, plain.replace(/ \.$/u, " drivers/wdm-common-exit.ts")), { status: 0, stdout: "", stderr: "" }, `${title}: nothing is printed of a driver that is right`);
  const coloured = shell(project, plain, { FORCE_COLOR: "1" });
  if (!coloured.stdout.includes("\u001b[31merror\u001b[39m")) throw new Error(`${title}: no colours by FORCE_COLOR.\n${coloured.stdout}${coloured.stderr}`);
  console.log(`ok ${title}: FORCE_COLOR`);
}

/** A second run prints the same from the cache alone: what stands in the cache is what is printed. */
function readsItsCache(project: string, title: string): void {
  const command = `${block(guides.reports, "sh", "npx eslint -f node_modules").trim()} --cache`;
  const cache = path.join(project, ".eslintcache");
  const first = shell(project, command);
  if (!first.stdout.includes("  4  back here, `state.table` is still held  ")) throw new Error(`${title}: no path through several files.\n${first.stdout}${first.stderr}`);
  expectEqual(shell(project, command), first, `${title}: the same from --cache`);
  const words = readFileSync(cache, "utf8");
  writeFileSync(cache, words.replaceAll("before this exit", "before this way out").replaceAll("on line 10)", "on line 11)"));
  const changed = first.stdout.replaceAll("before this exit.\n  in", "before this way out.\n  in");
  const [frame = ""] = changed.split("\n").filter((line) => line.includes("acquires `gRegistryPath.Buffer`"));
  const second = shell(project, command).stdout;
  if (frame === "" || !second.includes(frame.replace(":10:26", ":11:3")) || !second.includes("before this way out.")) throw new Error(`${title}: the path is not read from the cache.\n${second}`);
  rmSync(cache);
  console.log(`ok ${title}: what the cache says is what is drawn`);
}

function saysWhatIsMissing(project: string, title: string): void {
  const { status, stderr } = shell(project, "npx eslint -f node_modules/eslint-plugin-wdf/dist/lib/sarif.js drivers");
  if (status !== 2 || !stderr.includes("npm install --save-dev node-sarif-builder")) throw new Error(`${title}: it is not said what SARIF needs.\n${String(status)} ${stderr}`);
  console.log(`ok ${title}: without node-sarif-builder it is said what to install`);
}

function givesSarif(project: string, title: string): void {
  const command = block(guides.reports, "sh", "sarif.js").trim().split("\n").find((line) => line.startsWith("npx eslint")) ?? "";
  const { status, stderr } = shell(project, command);
  const { runs } = JSON.parse(readFileSync(path.join(project, "eslint.sarif"), "utf8")) as Log;
  const results = runs.flatMap(({ results: found = [] }) => found);
  const flows = results.map(({ codeFlows = [] }) => codeFlows.flatMap(({ threadFlows }) => threadFlows.map(({ locations }) => locations.length)).join());
  if (status !== 1 || stderr !== "" || flows.join(" ") !== "3 4 4 4 3 3") throw new Error(`${title}: other code flows in the log: ${flows.join(" ")}, exit code ${String(status)}\n${stderr}`);
  console.log(`ok ${title}: ${command}`);
}

/** The compiler takes both, `node-sarif-builder`'s types aside. */
function isTyped(project: string, title: string): void {
  writeFileSync(path.join(project, "consumer.ts"), CONSUMER);
  writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify(TSCONFIG));
  demand(shell(project, "npx tsc"), `${title}: the types of both`);
  rmSync(path.join(project, "consumer.ts"));
}

/** The validator finds nothing to object to in the log, by the standard and by what GitHub asks for, and something in one that is broken. */
function isValid(project: string): void {
  const platform = { win32: "win32", darwin: "darwin" }[process.platform as string] ?? "linux";
  const validator = path.join(project, `node_modules/@microsoft/sarif-multitool-${platform}/Sarif.Multitool${platform === "win32" ? ".exe" : ""}`);
  chmodSync(validator, 0o755);
  const objections = (file: string): string[] => {
    const { stdout, stderr } = spawnSync(validator, ["validate", file, "--rule-kind", "Sarif;Ghas"], { cwd: project, encoding: "utf8" });
    // It says nothing of a file that it cannot read; of one that it has read it says that the list of files is of little use.
    if (!stdout.includes("Analysis completed successfully.") || !stdout.includes("warning SARIF2004")) throw new Error(`The validator did not judge.\n${stdout}${stderr}`);
    return stdout.split("\n").filter((line) => /: error [A-Z]+\d+: /u.test(line));
  };
  const log = readFileSync(path.join(project, "eslint.sarif"), "utf8");
  writeFileSync(path.join(project, "broken.sarif"), log.replace('"ruleId"', '"ruleid"'));
  if (objections("broken.sarif").length === 0) throw new Error("The validator has nothing to object to in a broken log.");
  expectEqual(objections("eslint.sarif"), [], "sarif-multitool validate");
}

/** The commands of the pipelines, as they stand in their files. */
function runsInPipelines(project: string): void {
  for (const [name, start, listed] of [["GitHub", "github/codeql-action", "      - run: "], ["GitLab", ".gitlab-ci.yml", "    - "]] as const) {
    const file = block(guides.ci, "yaml", start);
    const commands = file.split("\n").flatMap((line) => (line.startsWith(`${listed}npx `) ? [line.slice(listed.length)] : []));
    if (commands.length !== 2) throw new Error(`docs/guide/ci.md: two commands for ${name}, not ${String(commands.length)}`);
    if (name === "GitLab") writeFileSync(path.join(project, ".gitlab-ci.yml"), file);
    for (const command of commands) {
      const { status, stdout, stderr } = shell(project, command, { CI_JOB_NAME: "eslint", CI_PROJECT_DIR: project });
      const expected = command.endsWith("|| [ $? -eq 1 ]") ? 0 : 1;
      if (status !== expected) throw new Error(`${name}: ${command} ends with ${String(status)}, not ${String(expected)}.\n${stdout}${stderr}`);
      console.log(`ok ${name}: ${command}`);
    }
  }
  const quality = JSON.parse(readFileSync(path.join(project, "gl-codequality.json"), "utf8")) as readonly { readonly description: string; readonly location: { readonly path: string } }[];
  const told = quality.filter(({ description, location }) => location.path === "drivers/wdm-leak.ts" && description.includes("(acquired by `ExAllocatePoolWithTag` on line 10)"));
  expectEqual(told.length, 1, "GitLab: the path is in the text of the finding");
}

/** lint-staged and the hook, configured from the guide: what leaks is not committed, and what is right is. */
function runsBeforeCommits(project: string): void {
  const file = path.join(project, "package.json");
  const before = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, JSON.stringify({ ...before, ...(JSON.parse(block(guides.ci, "json", "lint-staged")) as object) }));
  mkdirSync(path.join(project, ".githooks"));
  writeFileSync(path.join(project, ".githooks/pre-commit"), block(guides.ci, "sh", ".githooks/pre-commit"), { mode: 0o755 });
  git(project, "add", "package.json", ".gitignore", "eslint.config.js");
  commit(project, "the project");
  // A name with a space is one file to all of them.
  cpSync(path.join(project, "drivers/wdm-leak.ts"), path.join(project, "drivers/leak in it.ts"));
  git(project, "add", "drivers/leak in it.ts");
  refuses(shell(project, "npx lint-staged"), "lint-staged");
  git(project, "config", "core.hooksPath", ".githooks");
  refuses(commit(project, "leaks"), "the hook");
  git(project, "rm", "--quiet", "--cached", "-f", "drivers/leak in it.ts");
  git(project, "add", "drivers/wdm-common-exit.ts");
  demand(shell(project, "npx lint-staged"), "lint-staged lets pass what is right");
  demand(commit(project, "right"), "the hook lets pass what is right");
}

function refuses({ status, stdout, stderr }: Ran, title: string): void {
  const isTold = `${stdout}${stderr}`.includes("  3  `DriverEntry` returns, and `gRegistryPath.Buffer` is still held  drivers/leak in it.ts:19:5");
  if (status !== 1 || !isTold) throw new Error(`${title}: does not refuse a leak with its path.\n${String(status)} ${stdout}${stderr}`);
  console.log(`ok ${title} refuses a leak, with its path`);
}

function commit(project: string, message: string): Ran {
  return spawnSync("git", ["-c", "user.name=host", "-c", "user.email=host@example.com", "commit", "--quiet", "-m", message], { cwd: project, encoding: "utf8" });
}

function git(project: string, ...args: readonly string[]): void {
  execFileSync("git", [...args], { cwd: project, stdio: ["ignore", "ignore", "inherit"] });
}

/** Runs a line as a shell does, without colours unless they are asked for. */
function shell(cwd: string, line: string, env: Readonly<Record<string, string>> = {}): Ran {
  const around = Object.fromEntries(Object.entries(process.env).filter(([name]) => !["FORCE_COLOR", "NO_COLOR", "CI"].includes(name)));
  const { status, stdout, stderr } = spawnSync(line, { cwd, encoding: "utf8", shell: true, env: { ...around, npm_config_loglevel: "silent", ...env } });
  return { status, stdout, stderr };
}

/** The first code block of a page in a language that holds some text. */
function block(page: string, language: string, holding: string): string {
  const blocks = [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "gu"))].map(([, text = ""]) => text);
  const found = blocks.find((text) => text.includes(holding));
  if (found === undefined) throw new Error(`The guide has no ${language} block with ${holding}`);
  return found;
}

function expectEqual(found: unknown, expected: unknown, title: string): void {
  const [left, right] = [found, expected].map((value) => JSON.stringify(value, undefined, 1));
  if (left !== right) throw new Error(`${title}: found\n${left ?? ""}\nexpected\n${right ?? ""}`);
  console.log(`ok ${title}`);
}

function demand({ status, stdout, stderr }: Ran, title: string): void {
  if (status !== 0) throw new Error(`${title}: failed.\n${stdout}${stderr}`);
  console.log(`ok ${title}`);
}
