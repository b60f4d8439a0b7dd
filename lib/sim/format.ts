/** A verification in words: a table of schedules and what stayed held, and what each finding says. */
import type { RunRecord, Schedule } from "./records.ts";
import { statusName } from "./status.ts";
import type { Verification } from "./verifier.ts";

export interface FormatOptions {
  /** Colours for a terminal. Default: where standard output is one and NO_COLOR is not set. */
  readonly color?: boolean;
  /** At most so many schedules in the table; those that show something come first. Default 40. */
  readonly maxRows?: number;
}

type Color = "red" | "green" | "yellow" | "dim" | "bold";
type Paint = (color: Color, text: string) => string;
const codes: Readonly<Record<Color, number>> = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 };

/** The table and the findings of a verification, for people. Ends without a line break. */
export function formatVerification(result: Verification, options: FormatOptions = {}): string {
  const coloured = options.color ?? isTerminal();
  const paint: Paint = (color, text) => (coloured ? `\u001b[${String(codes[color])}m${text}\u001b[0m` : text);
  const parts = [headline(result, paint), ...table(result.runs, options.maxRows ?? 40, paint)];
  if (result.findings.length > 0) parts.push("", ...findings(result, paint));
  return parts.join("\n");
}

function headline({ runs, complete, incomplete, findings: found, ok }: Verification, paint: Paint): string {
  const harmful = found.filter(({ harmless }) => !harmless).length;
  const what = harmful === 0 ? "nothing wrong" : count(harmful, "finding");
  const beside = found.length - harmful === 0 ? "" : `, ${String(found.length - harmful)} harmless`;
  const how = complete ? "every schedule" : `incomplete: ${incomplete ?? "stopped"}`;
  return `${paint(ok ? "green" : "red", paint("bold", what))}${beside} in ${count(runs.length, "run")} (${how})`;
}

function table(runs: readonly RunRecord[], most: number, paint: Paint): string[] {
  const telling = runs.filter(isTelling);
  const shown = runs.length <= most ? runs : [...telling, ...runs.filter((run) => !isTelling(run))].slice(0, most);
  const rows = shown.map((run) => [scheduleInWords(run.schedule), exitInWords(run), heldInWords(run)] as const);
  const header = ["what fails", "exit", "still held"] as const;
  const widths = [0, 1].map((column) => Math.max(...[header, ...rows].map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const lines = rows.map((row, index) => {
    const run = shown[index];
    const bad = run?.findings.some(({ harmless }) => !harmless) === true;
    return `  ${bad ? paint("red", line(row)) : line(row)}`;
  });
  const rest = runs.length - shown.length;
  if (rest > 0) lines.push(paint("dim", `  … and ${count(rest, "run")} more`));
  return ["", `  ${paint("dim", line(header))}`, ...lines];
}

function isTelling(run: RunRecord): boolean {
  return run.findings.length > 0;
}

function findings(result: Verification, paint: Paint): string[] {
  return result.findings.flatMap(({ kind, message, harmless, resource, call, schedule, runs }) => {
    const position = (call ?? resource?.acquired)?.position ?? null;
    const where = position === null ? "" : ` (${position.file}:${String(position.line)}:${String(position.column)})`;
    const often = runs === 1 ? "" : ` [${count(runs, "run")}]`;
    return [
      `${paint(harmless ? "yellow" : "red", kind)}: ${message}${where}${often}`,
      paint("dim", `  replay: loadDriver(entry, { schedule: ${JSON.stringify(schedule)} })`),
    ];
  });
}

function scheduleInWords(schedule: Schedule): string {
  const keys = Object.entries(schedule).map(([key, outcome]) => (outcome === "false" ? `${key} is false` : key));
  return keys.length === 0 ? "nothing" : keys.join(", ");
}

function exitInWords({ exit, unload }: RunRecord): string {
  if (exit.outcome === "stopped") return "the machine stopped";
  if (exit.outcome === "thrown") return `thrown (${statusName(exit.status)})`;
  if (exit.outcome === "failure") return statusName(exit.status);
  const after = {
    unloaded: "unloaded",
    impossible: "cannot be unloaded",
    pending: "still loaded",
    "not-started": "loaded",
  };
  return `success, ${after[unload]}`;
}

function heldInWords({ resources, unload, stopped }: RunRecord): string {
  if (stopped !== null) return stopped;
  const held = resources.filter(({ released, escapedTo }) => released === null && escapedTo === null);
  if (held.length === 0) return "-";
  return held.map(({ label }) => label).join(", ") + (unload === "impossible" ? " (no leak)" : "");
}

function count(number: number, what: string): string {
  return `${String(number)} ${what}${number === 1 ? "" : "s"}`;
}

/** Whether standard output is a terminal that wants colours. Asked carefully: there may be no process at all. */
function isTerminal(): boolean {
  const { process } = globalThis as {
    process?: { stdout?: { isTTY?: boolean }; env?: Record<string, string | undefined> };
  };
  return process?.stdout?.isTTY === true && (process.env?.["NO_COLOR"] ?? "") === "";
}
