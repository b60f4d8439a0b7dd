/** `eslint-plugin-wdf/formatter`: a formatter for ESLint that prints each finding of this plugin as a path through the code. */
import path from "node:path";
import process from "node:process";
import type { ESLint, Linter } from "eslint";
import { findingOf, type Finding, type Frame, type Path } from "./report/frames.ts";
import { Places, type Place } from "./report/places.ts";
import { brushFor, fileUrl, plainText, type Brush, type Style } from "./report/terminal.ts";

/** What ESLint tells a formatter, as far as this one asks. */
export interface FormatterContext {
  readonly cwd?: string;
  /** `--color` and `--no-color`; ESLint 9 does not tell. */
  readonly color?: boolean | undefined;
  readonly rulesMeta?: Readonly<Record<string, { readonly docs?: { readonly url?: string | undefined } | undefined } | undefined>>;
}

/** What is the same for a whole report. */
interface Report {
  readonly brush: Brush;
  readonly places: Places;
  readonly cwd: string;
  readonly rulesMeta: NonNullable<FormatterContext["rulesMeta"]>;
}

/** The results in words, for people; nothing where there are no messages. Ends with a line break. */
export default function format(results: readonly ESLint.LintResult[], context: FormatterContext = {}): string {
  const told = results.filter(({ messages }) => messages.length > 0);
  if (told.length === 0) return "";
  const brush = brushFor({ env: process.env, isTerminal: process.stdout.isTTY }, context.color);
  const report: Report = { brush, places: new Places(results), cwd: context.cwd ?? process.cwd(), rulesMeta: context.rulesMeta ?? {} };
  const blocks = told.flatMap(({ filePath, messages }) => messages.map((message) => blockOf(report, filePath, message)));
  return `${joined(blocks)}\n${[...pagesOf(report, told), summaryOf(report, told)].join("\n\n")}\n`;
}

/** One message as lines; a path takes several. */
type Block = readonly string[];

/** Paths have room around them; what takes one line stands together. */
function joined(blocks: readonly Block[]): string {
  const text = blocks.map((block, index) => {
    const next = blocks[index + 1];
    return next !== undefined && block.length === 1 && next.length === 1 ? block.join("\n") : `${block.join("\n")}\n`;
  });
  return text.join("\n");
}

function blockOf(report: Report, file: string, message: Linter.LintMessage): Block {
  const finding = findingOf(message.ruleId, message.message);
  const [first = "", ...further] = plainText(finding?.headline ?? message.message).split("\n");
  const { brush, places } = report;
  const severity = message.severity === 2 ? brush.paint("red", "error") : brush.paint("yellow", "warning");
  const heading = [located(report, file, places.ofMessage(file, message)), severity, finding ? brush.paint("bold", first) : first, ruleOf(report, message)];
  const lines = [heading.filter((part) => part !== "").join("  "), ...further.map((line) => `  ${line}`)];
  return finding === undefined ? lines : [...lines, ...pathsOf(report, finding, file, message), ...reasonsOf(report, finding, message)];
}

/** "driver.ts:10:3", to click on. */
function located({ brush, cwd }: Report, file: string, place: Place | undefined): string {
  const shown = shownAs(cwd, place?.file ?? file);
  const text = plainText(place === undefined ? shown : `${shown}:${String(place.line)}:${String(place.column)}`);
  return brush.link(fileUrl(place?.file ?? file, place?.line), text);
}

/** The path from the working directory; what stood in standard input has none. */
function shownAs(cwd: string, file: string): string {
  const relative = path.relative(cwd, file);
  return relative === "" || path.isAbsolute(relative) ? file : relative;
}

function ruleOf({ brush, rulesMeta }: Report, { ruleId, fatal }: Linter.LintMessage): string {
  if (ruleId === null) return fatal === true ? brush.paint("dim", "(parser)") : "";
  const url = rulesMeta[ruleId]?.docs?.url;
  const name = brush.paint("dim", plainText(ruleId));
  return url === undefined ? name : brush.link(url, name);
}

function pathsOf(report: Report, { paths }: Finding, file: string, message: Linter.LintMessage): string[] {
  return paths.flatMap((each, index) => {
    const title = paths.length === 1 ? [] : ["", `  ${report.brush.paint("bold", `Way ${String(index + 1)} of ${String(paths.length)}`)}`];
    return [...title, "", ...framesOf(report, each, file, message)];
  });
}

function framesOf(report: Report, { frames, isOrdered }: Path, file: string, message: Linter.LintMessage): string[] {
  const { brush, places } = report;
  const found = frames.map((frame) => places.ofFrame(frame, file, message));
  const width = Math.max(...found.map((place) => String(place?.line ?? 0).length));
  return frames.flatMap(({ words, kind }, index) => {
    const place = found[index];
    const number = brush.paint("cyan", isOrdered ? String(index + 1) : "•");
    const where = place === undefined ? "" : `  ${brush.paint("dim", located(report, file, place))}`;
    return [`  ${number}  ${plainText(words)}${where}`, ...excerpt(place, width, (text) => brush.paint(STYLES[kind], text), brush)];
  });
}

/** What helps is green, what hurts is red. */
const STYLES: Readonly<Record<Frame["kind"], Style>> = { acquire: "yellow", release: "green", call: "cyan", fail: "red", leave: "red", unload: "red" };

/** As much of a line as is shown around its mark. */
const LONGEST = 110;

/** The line with what it is about underlined. */
function excerpt(place: Place | undefined, width: number, mark: (text: string) => string, brush: Brush): string[] {
  if (place?.text === undefined) return [];
  const { line, text, column, endColumn } = place;
  const isLong = text.length > LONGEST;
  const from = isLong ? Math.max(0, Math.min(column - 1 - LONGEST / 4, text.length - LONGEST)) : 0;
  const start = Math.floor(from);
  const shown = plainText(text.slice(start, start + LONGEST)).trimEnd();
  const cut = { before: start > 0 ? "…" : "", after: start + LONGEST < text.length ? "…" : "" };
  const length = Math.max(1, Math.min(endColumn - column, start + LONGEST - column + 1));
  const indent = " ".repeat(column - 1 - start + cut.before.length);
  return [
    `     ${brush.paint("dim", `${String(line).padStart(width)} |`)} ${cut.before}${shown}${cut.after}`,
    `     ${brush.paint("dim", `${" ".repeat(width)} |`)} ${indent}${mark("^".padEnd(length, "~"))}`,
  ];
}

/** Why, what to do, and what does it by itself. */
function reasonsOf({ brush }: Report, { why, help }: Finding, { fix, suggestions }: Linter.LintMessage): string[] {
  const line = (label: string, text: string): string => `  ${brush.paint("cyan", label.padStart(10))}  ${plainText(text)}`;
  return [
    "",
    ...(why === undefined ? [] : [line("why", `${why.slice(0, 1).toUpperCase()}${why.slice(1)}`)]),
    ...(help === undefined ? [] : [line("what to do", help)]),
    ...(fix === undefined ? [] : [line("repair", "`eslint --fix` does it.")]),
    ...(suggestions ?? []).map(({ desc }) => line("in editors", desc)),
  ];
}

/** Where the rules of the paths are explained: for terminals without links. */
function pagesOf({ brush, rulesMeta }: Report, results: readonly ESLint.LintResult[]): string[] {
  if (brush.hasLinks) return [];
  const messages = results.flatMap(({ messages: own }) => own.filter(({ ruleId, message }) => findingOf(ruleId, message) !== undefined));
  const rules = [...new Set(messages.map(({ ruleId }) => ruleId ?? ""))].sort();
  const width = Math.max(0, ...rules.map(({ length }) => length));
  const lines = rules.flatMap((rule) => {
    const url = rulesMeta[rule]?.docs?.url;
    return url === undefined ? [] : [`  ${plainText(rule).padEnd(width)}  ${url}`];
  });
  return lines.length === 0 ? [] : [["The rules:", ...lines].join("\n")];
}

/** How much there is of everything. */
function summaryOf({ brush }: Report, results: readonly ESLint.LintResult[]): string {
  const sum = (key: "errorCount" | "warningCount" | "fixableErrorCount" | "fixableWarningCount"): number => results.reduce((total, result) => total + result[key], 0);
  const [errors, warnings, fixable] = [sum("errorCount"), sum("warningCount"), sum("fixableErrorCount") + sum("fixableWarningCount")];
  const suggested = results.flatMap(({ messages }) => messages).filter(({ fix, suggestions = [] }) => fix === undefined && suggestions.length > 0).length;
  const counts = `${count(errors + warnings, "problem")} (${count(errors, "error")}, ${count(warnings, "warning")}) in ${count(results.length, "file")}`;
  const repairs = [...(fixable === 0 ? [] : [`${String(fixable)} can be repaired by \`--fix\``]), ...(suggested === 0 ? [] : [`${String(suggested)} by a suggestion in an editor`])];
  const head = brush.paint("bold", brush.paint(errors > 0 ? "red" : "yellow", counts));
  if (repairs.length === 0) return `${head}.`;
  return `${head}; ${repairs.join(", ").replace(/^(?<number>\d+) by/u, "$<number> can be repaired by")}.`;
}

function count(number: number, what: string): string {
  return `${String(number)} ${what}${number === 1 ? "" : "s"}`;
}
