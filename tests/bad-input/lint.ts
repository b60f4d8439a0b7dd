/** Lints any text with every rule, and says in words what went wrong where something did. */
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import wdf from "../../lib/index.ts";
import type { Dialect } from "./odd.ts";
import { watch } from "./watchdog.ts";

/** What became of one text. */
export interface Outcome {
  /** The parser accepts it. */
  readonly parses: boolean;
  /** What must not be: a throw, an internal error, more than the parser's word on what it does not accept. Undefined where all is well. */
  readonly defect: string | undefined;
  readonly messages: readonly Linter.LintMessage[];
}

const linter = new Linter();

/** Lints one text; `name` is what a hang is told by. */
export function lint(name: string, code: string, dialect: Dialect): Outcome {
  const done = watch(name);
  try {
    const messages = linter.verify(code, configs[dialect], { filename: `file.${dialect === "script" ? "js" : dialect}` });
    const isFatal = messages.some(({ fatal }) => fatal === true);
    const internal = messages.find(({ message }) => message.startsWith("Internal error"));
    const defect = internal?.message ?? (isFatal && messages.length > 1 ? "It does not parse, and yet there are reports." : undefined);
    return { parses: !isFatal, defect, messages };
  } catch (error) {
    return { parses: true, defect: error instanceof Error ? (error.stack ?? error.message) : String(error), messages: [] };
  } finally {
    done();
  }
}

/** Whether ESLint itself, without the plugin, gets through a text. */
export function survives(code: string, dialect: Dialect): boolean {
  const nothing: Linter.Config = { plugins: { none: { rules: { none: { create: () => ({ Program: () => undefined }) } } } }, rules: { "none/none": "error" } };
  try {
    const messages = linter.verify(code, [...configs[dialect].map(({ languageOptions = {}, files = ["**"] }) => ({ languageOptions, files })), nothing], { filename: `file.${dialect === "script" ? "js" : dialect}` });
    return messages.length === 0;
  } catch {
    return false;
  }
}

const configs: Readonly<Record<Dialect, Linter.Config[]>> = {
  ts: config({ parser, sourceType: "module" }),
  tsx: config({ parser, sourceType: "module", parserOptions: { ecmaFeatures: { jsx: true } } }),
  js: config({ ecmaVersion: "latest", sourceType: "module" }),
  script: config({ ecmaVersion: "latest", sourceType: "script" }),
};

function config(languageOptions: Linter.LanguageOptions): Linter.Config[] {
  return [
    { ...wdf.configs.strict, files: ["**"], languageOptions, linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "off" } },
  ];
}
