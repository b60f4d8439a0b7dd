/** Drivers with markers: `//! rule[, rule]` at the end of a line says which rules report there, and no others do. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import wdf from "../lib/index.ts";
import "./engine.ts";

/** A report as far as a marker speaks of it. */
interface Report {
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

/** What a file should have and has not, or has and should not. */
export interface Mismatch {
  readonly kind: "missed" | "false";
  readonly line: number;
  readonly rule: string;
  /** Empty for a missed report. */
  readonly message: string;
}

/** The verdict on one file. */
export interface Verdict {
  readonly file: string;
  readonly expected: readonly Omit<Report, "message">[];
  readonly actual: readonly Report[];
  readonly mismatches: readonly Mismatch[];
}

/** Every source file below a folder, sorted. `filter` is a part of its path. */
export function sourceFiles(folder: string, filter = ""): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((file) => /(?<!\.d)\.[cm]?[jt]sx?$/u.test(file) && file.includes(filter) && statSync(file).isFile())
    .sort();
}

/**
 * Lints one file with every rule and holds it to its markers.
 * A first line of the form `//@ {"failure":"throw"}` gives `settings.wdf`; rule options are given in an ESLint comment.
 */
export function judge(file: string, folder: string): Verdict {
  const code = readFileSync(file, "utf8");
  const expected = markersOf(code);
  const actual = lint(code, file, folder);
  return { file, expected, actual, mismatches: compare(expected, actual) };
}

/** The differences of some verdicts, for people to read. */
export function difference({ file, mismatches }: Verdict): string {
  const lines = mismatches.map(({ kind, line, rule, message }) =>
    kind === "missed" ? `  - ${String(line)}: ${rule}` : `  + ${String(line)}: ${rule}: ${message}`,
  );
  return [`${file} (- expected and missed, + reported and not expected)`, ...lines].join("\n");
}

/** The reports that the markers of a source ask for. */
export function markersOf(code: string): Omit<Report, "message">[] {
  return code.split(/\r?\n/u).flatMap((text, index) => {
    const marked = /\/\/!\s*(?<rules>[\w/-]+(?:\s*,\s*[\w/-]+)*)\s*$/u.exec(text)?.groups?.["rules"];
    const rules = marked?.split(",") ?? [];
    return rules.map((rule) => ({ line: index + 1, rule: rule.trim().replace(/^wdf\//u, "") }));
  });
}

function lint(code: string, file: string, folder: string): Report[] {
  const linter = new Linter({ cwd: folder });
  const settings = /^\/\/@\s*(?<json>\{.*\})\s*$/mu.exec(code.slice(0, code.indexOf("\n")))?.groups?.["json"];
  const config: Linter.Config = {
    ...wdf.configs.strict,
    files: ["**"],
    languageOptions: { parser, sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "off" },
    settings: { wdf: settings === undefined ? undefined : (JSON.parse(settings) as unknown) },
  };
  try {
    return linter
      .verify(code, [config], { filename: file })
      .map(({ line, ruleId, message }) => ({ line, rule: (ruleId ?? "parser").replace(/^wdf\//u, ""), message }));
  } catch (error) {
    return [{ line: 1, rule: "crash", message: error instanceof Error ? (error.stack ?? error.message) : String(error) }];
  }
}

function compare(expected: Verdict["expected"], actual: readonly Report[]): Mismatch[] {
  const left = [...actual];
  const missed = expected.flatMap(({ line, rule }): Mismatch[] => {
    const found = left.findIndex((report) => report.line === line && report.rule === rule);
    if (found < 0) return [{ kind: "missed", line, rule, message: "" }];
    left.splice(found, 1);
    return [];
  });
  const surplus = left.map((report): Mismatch => ({ kind: "false", ...report }));
  return [...missed, ...surplus].sort((a, b) => a.line - b.line);
}
