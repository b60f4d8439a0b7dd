/** The file under lint as a rule is handed it: its source, how it was parsed, the settings, and the facts. */
import type { TSESLint } from "@typescript-eslint/utils";
import type { ResolvedSettings } from "../settings.ts";
import type { Facts } from "./facts.ts";

/** What a repair starts from. */
export interface LintedFile {
  readonly sourceCode: Readonly<TSESLint.SourceCode>;
  readonly filename: string;
  /** ESLint's `languageOptions`: the parser and its options, the kind of source, the globals. */
  readonly languageOptions: Readonly<Record<string, unknown>>;
  readonly settings: ResolvedSettings;
  readonly facts: Facts;
}
