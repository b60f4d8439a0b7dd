/** What the linter offers to do about a text: its fixes and suggestions, and the texts they make. */
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import wdf from "../../lib/index.ts";
import { tellRefusals, type Considered } from "../../lib/repair/ledger.ts";

/** A text edit as ESLint states it. */
export interface Edit {
  readonly range: readonly [number, number];
  readonly text: string;
}

/** One thing that the linter offers to do. */
export interface Repair {
  /** Without the `wdf/`. */
  readonly rule: string;
  readonly kind: "fix" | "suggestion";
  /** The suggestion's own words; the message for a fix. */
  readonly words: string;
  /** The report it answers, in words. */
  readonly message: string;
  readonly line: number;
  readonly edit: Edit;
}

/** What the linter says of a text. */
export interface Linted {
  readonly text: string;
  readonly messages: readonly Linter.LintMessage[];
  readonly repairs: readonly Repair[];
  /** What was considered and not offered. */
  readonly refusals: readonly Considered[];
}

const linter = new Linter();

/** Every rule of the plugin, on TypeScript. */
export const config: Linter.Config = {
  ...wdf.configs.strict,
  files: ["**"],
  languageOptions: { parser, sourceType: "module" },
  linterOptions: { reportUnusedDisableDirectives: "off" },
};

/** Lints a text; throws where it cannot be parsed, or a rule fails. */
export function linted(text: string, configs: Linter.Config[] = [config]): Linted {
  const refusals: Considered[] = [];
  tellRefusals((considered) => refusals.push(considered));
  const messages = linter.verify(text, configs, { filename: "driver.ts" });
  tellRefusals(undefined);
  const broken = messages.find(({ fatal, ruleId, message }) => fatal === true || ruleId === null || message.startsWith("Internal error"));
  if (broken !== undefined) throw new Error(`line ${String(broken.line)}: ${broken.message}`);
  return { text, messages, repairs: messages.flatMap(repairsOf), refusals };
}

function repairsOf({ ruleId, message, line, fix, suggestions }: Linter.LintMessage): Repair[] {
  const rule = (ruleId ?? "").replace(/^wdf\//u, "");
  const repairs: Repair[] = (suggestions ?? []).map(({ desc, fix: edit }) => ({ rule, kind: "suggestion", words: desc, message, line, edit }));
  return fix === undefined ? repairs : [{ rule, kind: "fix", words: message, message, line, edit: fix }, ...repairs];
}

/** A text after several changes. */
export function changed(text: string, changes: readonly Edit[]): string {
  return [...changes].sort((left, right) => right.range[0] - left.range[0] || right.range[1] - left.range[1]).reduce(applied, text);
}

/** A text after an edit. ESLint counts its ranges without the byte order mark. */
export function applied(text: string, { range: [start, end], text: replacement }: Edit): string {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const rest = text.slice(mark.length);
  return mark + rest.slice(0, Math.max(start, 0)) + replacement + rest.slice(end);
}

/** A text after ESLint's own fixer has made one pass over it; `rules` alone, or all. */
export function fixedOnce(text: string, isMeant: (message: Linter.LintMessage) => boolean = () => true): string {
  const { messages } = linted(text);
  const edits = messages.filter(isMeant).flatMap(({ fix }) => (fix === undefined ? [] : [fix])).sort((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1]);
  let result = text;
  let last = Number.NEGATIVE_INFINITY;
  const taken = edits.filter(({ range: [start, end] }) => {
    if (start <= last) return false;
    last = end;
    return true;
  });
  for (const edit of taken.reverse()) result = applied(result, edit);
  return result;
}

/** A text after `eslint --fix`, all rules on. */
export function fixedFully(text: string, configs: Linter.Config[] = [config]): { readonly text: string; readonly messages: readonly Linter.LintMessage[] } {
  const { output, messages } = linter.verifyAndFix(text, configs, { filename: "driver.ts" });
  return { text: output, messages };
}
