/** Results of a real ESLint run for the formatters, from the examples and from texts. */
import path from "node:path";
import { ESLint, type Linter } from "eslint";
import wdf from "../../lib/index.ts";
import type { FormatterContext } from "../../lib/formatter.ts";
import { config } from "../examples.ts";

/** The root of the repository: paths in reports are counted from there. */
export const root = path.resolve(import.meta.dirname, "../..");

/** What ESLint hands to a formatter. */
export interface Linted {
  readonly results: ESLint.LintResult[];
  readonly context: FormatterContext & { readonly cwd: string; readonly rulesMeta: ReturnType<ESLint["getRulesMetaForResults"]> };
}

/** Rules of ESLint's own beside ours. */
export const OTHERS: Linter.RulesRecord = { "no-debugger": "warn", "prefer-const": "error" };

/** Some files of the repository, with every rule of ours and some of ESLint's own. */
export async function lintFiles(...files: readonly string[]): Promise<Linted> {
  const eslint = eslintFor({});
  return linted(eslint, await eslint.lintFiles([...files]));
}

/** A text as if it stood in a file of the repository. */
export async function lintText(text: string, filePath = "drivers/driver.ts", fix = false): Promise<Linted> {
  const eslint = eslintFor({ fix });
  return linted(eslint, await eslint.lintText(text, { filePath: path.join(root, filePath) }));
}

function eslintFor(options: ESLint.Options): ESLint {
  return new ESLint({ ...options, cwd: root, overrideConfigFile: true, overrideConfig: [...config(wdf), { files: ["**/*.ts"], rules: OTHERS }] });
}

function linted(eslint: ESLint, results: ESLint.LintResult[]): Linted {
  return { results, context: { cwd: root, rulesMeta: eslint.getRulesMetaForResults(results) } };
}
