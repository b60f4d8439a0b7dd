/** What ESLint itself says of a text, to hold the editor's answers against: the plugin is the built one, as in the tarball. */
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import type { Diagnostic } from "vscode-languageserver-protocol/node.js";
import { builtPlugin } from "../../bench/plugin.ts";

const linter = new Linter();
const config: Linter.Config[] = [{ ...builtPlugin().configs.strict, files: ["**/*.ts"], languageOptions: { parser } }];

/** The messages about a text. */
export function messagesOf(text: string): Linter.LintMessage[] {
  return linter.verify(text, config, { filename: "driver.ts" });
}

/** The text after `eslint --fix`. */
export function fixed(text: string): string {
  return linter.verifyAndFix(text, config, { filename: "driver.ts" }).output;
}

/** A message as an editor is to show it. */
export function shownOf({ line, column, endLine = line, endColumn = column, ruleId, message }: Linter.LintMessage): string {
  return `${String(line)}:${String(column)}-${String(endLine)}:${String(endColumn)} ${ruleId ?? ""} ${message}`;
}

/** A squiggle in the same form. */
export function shownAs({ range: { start, end }, code, message }: Diagnostic): string {
  return `${String(start.line + 1)}:${String(start.character + 1)}-${String(end.line + 1)}:${String(end.character + 1)} ${code === undefined ? "" : String(code)} ${message}`;
}
