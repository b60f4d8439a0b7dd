/** `jiti tests/bench/floor-worker.ts FILES CONFIG`: lints one set of files once, in a process of its own, and prints how long it took. */
import { readFileSync } from "node:fs";
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { stopwatch, type Measured } from "./clock.ts";
import { inputs } from "./inputs.ts";
import { builtPlugin } from "./plugin.ts";

/** What is printed. */
export interface Timing extends Measured {
  readonly files: number;
  readonly lines: number;
  readonly reports: number;
}

const nothing: Linter.Config = {
  plugins: { none: { rules: { none: { create: () => ({ Program: () => undefined }) } } } },
  rules: { "none/none": "error" },
};

const [set, what] = process.argv.slice(2);
if (set !== "drivers" && set !== "others") throw new Error("Give drivers or others.");
const rules = what === "plugin" ? builtPlugin().configs.strict : nothing;
const config: Linter.Config[] = [
  { files: ["**"], languageOptions: { parser, sourceType: "module" }, linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "off" } },
  rules,
];

const texts = inputs(set).map((file) => ("code" in file ? file : { name: file.name, code: readFileSync(file.path, "utf8") }));
const linter = new Linter();
const stop = stopwatch();
const reports = texts.flatMap(({ name, code }) => linter.verify(code, config, { filename: name })).filter(({ ruleId }) => ruleId !== null).length;
const measured = stop();
const timing: Timing = {
  ...measured,
  files: texts.length,
  lines: texts.reduce((sum, { code }) => sum + code.split("\n").length, 0),
  reports,
};
console.log(JSON.stringify(timing));
