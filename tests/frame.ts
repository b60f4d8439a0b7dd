/** Draws findings the way a terminal shows them: the lines around, a squiggle below, then the message. */
import type { Linter } from "eslint";

/** The findings of one file, or that there are none. Ends with a line break. */
export function draw(file: string, code: string, findings: readonly Linter.LintMessage[]): string {
  if (findings.length === 0) return `${file}: nothing found\n`;
  return findings.map((finding) => drawOne(file, code.split(/\r?\n/u), finding)).join("\n");
}

function drawOne(file: string, lines: readonly string[], finding: Linter.LintMessage): string {
  const { line, column, endLine = line, endColumn = column + 1, ruleId, message } = finding;
  const end = endLine === line ? endColumn : (lines[line - 1] ?? "").length + 1;
  const width = String(line + 1).length;
  const row = (number: number): string => ` ${String(number).padStart(width)} | ${lines[number - 1] ?? ""}`.trimEnd();
  return [
    `${file}:${String(line)}:${String(column)}  ${ruleId ?? "(parser)"}`,
    ...(line > 1 ? [row(line - 1)] : []),
    row(line),
    ` ${" ".repeat(width)} | ${" ".repeat(column - 1)}^${"~".repeat(Math.max(0, end - column - 1))}`,
    ...(line < lines.length ? [row(line + 1)] : []),
    `${message}\n`,
  ].join("\n");
}
