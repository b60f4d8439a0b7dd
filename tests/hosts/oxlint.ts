/** `jiti tests/hosts/oxlint.ts TARBALL`: oxlint says of every driver of the corpus what ESLint says, at the same places; its `--fix` does what ESLint's does; TypeScript 7 beside it. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { builtPlugin } from "../bench/plugin.ts";
import { sourceFiles } from "../corpus.ts";
import { examples } from "../examples.ts";
import { Temporary, asDeveloped } from "./temporary.ts";

/** The version that docs/guide/oxlint.md speaks of. */
const OXLINT = "oxlint@1.94.0";
const FIXTURES = path.resolve(import.meta.dirname, "../fixtures");

/** A report of either linter, in one form. */
type Said = string;

/** What oxlint prints of a report. */
interface Diagnostic {
  readonly message: string;
  readonly code?: string;
  readonly filename: string;
  readonly labels: readonly { readonly span: { readonly offset: number; readonly length: number } }[];
}

const [tarball] = process.argv.slice(2);
if (tarball === undefined) throw new Error("Give the packed tarball: npx jiti tests/hosts/oxlint.ts TARBALL");
const plugin = builtPlugin();
const rules = Object.fromEntries(Object.keys(plugin.configs.strict.rules ?? {}).map((rule) => [rule, "error"]));
const temporary = new Temporary(tarball);

try {
  const project = temporary.install("oxlint", [OXLINT, ...asDeveloped("@typescript-eslint/parser", "typescript", "eslint")]);
  corpus(project);
  fixes(project);
  besideTypeScript7(temporary);
} finally {
  temporary.remove();
}

/** Every driver of the fixtures, with the settings that its first line states. */
function corpus(project: string): void {
  const files = sourceFiles(FIXTURES).map((file) => path.relative(FIXTURES, file));
  cpSync(FIXTURES, path.join(project, "corpus"), { recursive: true });
  const bySettings = new Map<string, string[]>();
  for (const file of files) {
    const settings = settingsOf(readFileSync(path.join(FIXTURES, file), "utf8"));
    bySettings.set(settings, [...(bySettings.get(settings) ?? []), path.join("corpus", file)]);
  }
  let reports = 0;
  const differences: string[] = [];
  for (const [settings, group] of bySettings) {
    const found = oxlint(project, settings, group);
    for (const file of group) {
      const [ours, theirs] = [eslint(project, settings, file), found.get(file) ?? []];
      reports += ours.length;
      if (ours.join("\n") !== theirs.join("\n")) differences.push(`${file}: ESLint says\n${ours.join("\n")}\nand oxlint\n${theirs.join("\n")}`);
    }
  }
  if (differences.length > 0) throw new Error(`${String(differences.length)} of ${String(files.length)} drivers get other findings:\n${differences.slice(0, 5).join("\n\n")}`);
  console.log(`ok oxlint: ${String(files.length)} drivers, ${String(reports)} findings, at the same places and in the same words`);
}

/** `oxlint --fix` on the examples: one pass, as ESLint's first. */
function fixes(project: string): void {
  const folder = path.join(project, "examples");
  mkdirSync(folder);
  for (const { name, code } of examples()) writeFileSync(path.join(folder, name), code);
  configure(project, "undefined");
  spawnSync(bin(project, "oxlint"), ["-c", "oxlintrc.json", "--fix", "examples"], { cwd: project, encoding: "utf8" });
  let fixed = 0;
  for (const { name, code } of examples()) {
    const { output } = new Linter({ cwd: project }).verifyAndFix(code, configOf("undefined"), { filename: path.join(folder, name) });
    const found = readFileSync(path.join(folder, name), "utf8");
    if (found !== output) throw new Error(`${name} is fixed otherwise by oxlint:\n${found}`);
    if (output !== code) fixed += 1;
  }
  if (fixed === 0) throw new Error("No example has anything to fix.");
  console.log(`ok oxlint --fix: ${String(fixed)} examples are fixed as by ESLint`);
}

/** A project on TypeScript 7: nothing is in conflict, and the plugin brings no other TypeScript along. */
function besideTypeScript7(made: Temporary): void {
  const project = made.install("typescript-7", [OXLINT, "typescript@7"]);
  const { version } = JSON.parse(readFileSync(path.join(project, "node_modules/typescript/package.json"), "utf8")) as { readonly version: string };
  const copies = execFileSync("npm", ["ls", "typescript", "--all", "--parseable"], { cwd: project, encoding: "utf8", shell: process.platform === "win32" }).trim().split("\n");
  if (!version.startsWith("7.") || copies.length !== 1) throw new Error(`There should be TypeScript 7 and no other, not ${version}: ${copies.join(", ")}`);
  if (existsSync(path.join(project, "node_modules/@typescript-eslint"))) throw new Error("The plugin brings a parser along.");
  const [leaking] = examples().filter(({ name }) => name === "kmdf-wpp-first.ts");
  writeFileSync(path.join(project, "driver.ts"), leaking?.code ?? "");
  const found = oxlint(project, "undefined", ["driver.ts"]).get("driver.ts") ?? [];
  // Without a parser in the project nothing can be repaired: the message says so.
  const reason = "(`--fix` leaves it: the result could not be parsed: this linter lends no parser, and `@typescript-eslint/parser` is not installed)";
  if (found.length !== 2 || !found.some((each) => each.includes(reason))) throw new Error(`On TypeScript 7 oxlint says\n${found.join("\n")}`);
  console.log("ok oxlint on TypeScript 7: no conflict, no second TypeScript");
}

function settingsOf(code: string): string {
  return /^\/\/@\s*(?<json>\{.*\})\s*$/u.exec(/^.*/u.exec(code)?.[0] ?? "")?.groups?.["json"] ?? "undefined";
}

function configOf(settings: string): Linter.Config[] {
  const wdf = settings === "undefined" ? {} : { settings: { wdf: JSON.parse(settings) as unknown } };
  return [{ ...plugin.configs.strict, files: ["**"], languageOptions: { parser, sourceType: "module" }, linterOptions: { reportUnusedDisableDirectives: "off" }, ...wdf }];
}

/** What ESLint says of a file: its place as offsets, the rule, the message. */
function eslint(project: string, settings: string, file: string): Said[] {
  const text = readFileSync(path.join(project, file), "utf8");
  const starts = [0, ...[...text.matchAll(/\r\n|[\n\r\u2028\u2029]/gu)].map((match) => match.index + match[0].length)];
  const at = (line: number, column: number): number => (starts[line - 1] ?? 0) + column - 1;
  const messages = new Linter({ cwd: project }).verify(text, configOf(settings), { filename: path.join(project, file) });
  return messages.map(({ line, column, endLine = line, endColumn = column, ruleId, message }) => `${String(at(line, column))}-${String(at(endLine, endColumn))} ${ruleId ?? "cannot be parsed"} ${message}`).sort();
}

function configure(project: string, settings: string): void {
  const wdf = settings === "undefined" ? {} : { settings: { wdf: JSON.parse(settings) as unknown } };
  const config = { jsPlugins: [{ name: "wdf", specifier: "eslint-plugin-wdf" }], plugins: [], categories: { correctness: "off" }, rules, ...wdf };
  writeFileSync(path.join(project, "oxlintrc.json"), JSON.stringify(config));
}

/** What oxlint says of files, in the same form. */
function oxlint(project: string, settings: string, files: readonly string[]): Map<string, Said[]> {
  configure(project, settings);
  const { stdout, stderr } = spawnSync(bin(project, "oxlint"), ["-c", "oxlintrc.json", "--format", "json", ...files], { cwd: project, encoding: "utf8", maxBuffer: 100_000_000 });
  if (!stdout.trimStart().startsWith("{")) throw new Error(`oxlint did not lint.\n${stdout}${stderr}`);
  const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly Diagnostic[] };
  const found = new Map<string, Said[]>();
  for (const { message, code = "", filename, labels } of diagnostics) {
    const file = filename.replaceAll("\\", "/");
    const bytes = readFileSync(path.join(project, file));
    const { offset, length } = labels[0]?.span ?? { offset: 0, length: 0 };
    const [start, end] = [bytes.subarray(0, offset).toString().length, bytes.subarray(0, offset + length).toString().length];
    const rule = /^wdf\((?<name>.*)\)$/u.exec(code)?.groups?.["name"];
    found.set(file, [...(found.get(file) ?? []), `${String(start)}-${String(end)} ${rule === undefined ? "cannot be parsed" : `wdf/${rule}`} ${message}`]);
  }
  return new Map([...found].map(([file, said]) => [file, said.sort()]));
}

function bin(project: string, name: string): string {
  return path.join(project, "node_modules/.bin", name);
}
