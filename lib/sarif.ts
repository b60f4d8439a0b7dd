/** `eslint-plugin-wdf/sarif`: a formatter for ESLint that gives SARIF 2.1.0, with the path of each finding of this plugin as a code flow. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { ESLint, Linter } from "eslint";
import type * as Builder from "node-sarif-builder";
import type { ArtifactLocation, CodeFlow, Location, Notification, Region, ReportingDescriptor, Result, ThreadFlowLocation } from "sarif";
import { findingOf, type Frame } from "./report/frames.ts";
import { Places, type Place } from "./report/places.ts";

/** What ESLint tells of a rule, as far as SARIF has a place for it. */
interface RuleMeta {
  readonly type?: string | undefined;
  readonly docs?: { readonly description?: string | undefined; readonly url?: string | undefined } | undefined;
}

/** What ESLint tells a formatter, as far as this one asks. */
export interface SarifContext {
  readonly cwd?: string;
  readonly rulesMeta?: Readonly<Record<string, RuleMeta | undefined>>;
}

/** What is the same for a whole report. */
interface Report {
  readonly places: Places;
  /** Where the addresses of files begin: the root of the repository, or else the working directory. */
  readonly root: string;
}

/** A finding, and whether and how it is suppressed. */
type Message = Linter.LintMessage & Partial<Pick<Linter.SuppressedLintMessage, "suppressions">>;

/** The results as a SARIF log in JSON. It needs the package `node-sarif-builder`, which is an optional peer. */
export default async function format(results: readonly ESLint.LintResult[], context: SarifContext = {}): Promise<string> {
  const { SarifBuilder, SarifRunBuilder, SarifResultBuilder, SarifRuleBuilder } = await library();
  const report: Report = { places: new Places(results), root: rootOf(context.cwd ?? process.cwd()) };
  const all = results.flatMap(({ filePath, messages, suppressedMessages }) => [...messages, ...suppressedMessages].map((message: Message) => ({ filePath, message })));
  const run = new SarifRunBuilder();
  run.setToolDriverName("ESLint");
  run.setToolDriverUri("https://eslint.org");
  const version = eslintVersion(context.cwd ?? process.cwd());
  if (version !== undefined) run.setToolDriverVersion(version);
  const rules = [...new Set(all.flatMap(({ message: { ruleId } }) => (ruleId === null ? [] : [ruleId])))].sort();
  for (const id of rules) {
    const rule = new SarifRuleBuilder();
    rule.rule = ruleOf(id, context.rulesMeta?.[id]);
    run.addRule(rule);
  }
  for (const { filePath, message } of all) {
    if (message.ruleId === null) continue;
    const result = new SarifResultBuilder();
    result.result = resultOf(report, filePath, message, message.ruleId);
    run.addResult(result);
  }
  const told = all.filter(({ message }) => message.ruleId === null);
  // With their base, which the library would leave out.
  run.run.artifacts = [...new Set(all.map(({ filePath }) => filePath))].map((file) => ({ location: artifact(report, file) }));
  run.run.columnKind = "utf16CodeUnits";
  run.run.originalUriBaseIds = { [BASE]: { uri: `${pathToFileURL(report.root).href}/` } };
  run.run.invocations = [{ executionSuccessful: told.every(({ message }) => message.fatal !== true), toolExecutionNotifications: told.map(({ filePath, message }) => notificationOf(report, filePath, message)) }];
  const log = new SarifBuilder({ $schema: "https://json.schemastore.org/sarif-2.1.0.json" });
  log.addRun(run);
  return JSON.stringify(log.buildSarifOutput(), null, 2);
}

/** The library that makes the log. */
async function library(): Promise<typeof Builder> {
  try {
    return await import("node-sarif-builder");
  } catch (error) {
    throw new Error("eslint-plugin-wdf/sarif needs the package node-sarif-builder, which is not installed: npm install --save-dev node-sarif-builder", { cause: error });
  }
}

/** The version of the ESLint that a project has; a formatter is not told it. */
function eslintVersion(cwd: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(createRequire(path.join(cwd, "package.json")).resolve("eslint/package.json"), "utf8")) as { version?: string };
    return version;
  } catch {
    // Installed elsewhere: the log is as good without it.
    return undefined;
  }
}

/** Code scanning sites count from the root of the repository, wherever in it ESLint runs. */
function rootOf(cwd: string): string {
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, ".git"))) return folder;
    if (folder === path.dirname(folder)) return cwd;
  }
}

const BASE = "%SRCROOT%";

/** What is known of a rule. Its level is what a result says: configurations set it by file. */
function ruleOf(id: string, meta: RuleMeta | undefined): ReportingDescriptor {
  const { description = id, url } = meta?.docs ?? {};
  const text = `${description.slice(0, 1).toUpperCase()}${description.slice(1)}.`;
  return {
    id,
    // GitHub asks for both.
    shortDescription: { text },
    fullDescription: { text },
    ...(url !== undefined && { helpUri: url, help: { text: `See ${url}`, markdown: `See [${id}](${url}).` } }),
    ...(meta?.type !== undefined && { defaultConfiguration: { level: meta.type === "problem" ? "error" : "warning" }, properties: { tags: [meta.type] } }),
  };
}

function resultOf(report: Report, file: string, message: Message, ruleId: string): Result {
  const place = report.places.ofMessage(file, message);
  const finding = findingOf(ruleId, message.message);
  const flows = finding?.paths.filter(({ isOrdered }) => isOrdered) ?? [];
  const related = finding?.paths.filter(({ isOrdered }) => !isOrdered).flatMap(({ frames }) => frames) ?? [];
  return {
    ruleId,
    level: message.severity === 2 ? "error" : "warning",
    message: { text: message.message },
    locations: [{ physicalLocation: { artifactLocation: artifact(report, file), ...(place && { region: regionOf(place, message) }) } }],
    ...(flows.length > 0 && { codeFlows: flows.map(({ frames }) => flowOf(report, frames, file, message)) }),
    ...(related.length > 0 && { relatedLocations: related.map((frame, id) => ({ id, ...locationOf(report, frame, file, message) })) }),
    ...(message.suppressions && { suppressions: message.suppressions.map(({ kind, justification }) => ({ kind: kind === "directive" ? "inSource" : "external", ...(justification && { justification }) })) }),
  };
}

function flowOf(report: Report, frames: readonly Frame[], file: string, message: Linter.LintMessage): CodeFlow {
  const locations = frames.map((frame, index): ThreadFlowLocation => ({ location: locationOf(report, frame, file, message), executionOrder: index + 1, importance: "essential", kinds: KINDS[frame.kind] }));
  return { threadFlows: [{ locations }] };
}

/** The standard's words for what happens at a station. */
const KINDS: Readonly<Record<Frame["kind"], string[]>> = {
  acquire: ["acquire", "resource"],
  release: ["release", "resource"],
  fail: ["call", "function"],
  call: ["call", "function"],
  leave: ["exit", "function"],
  unload: ["exit", "scope"],
};

/** Where a frame lies; what happens outside the code is shown where the message stands, as viewers want a place for each. */
function locationOf(report: Report, frame: Frame, file: string, message: Linter.LintMessage): Location {
  const place = report.places.ofFrame(frame, file, message) ?? report.places.ofMessage(file, message);
  return { physicalLocation: { artifactLocation: artifact(report, place?.file ?? file), ...(place && { region: regionOf(place) }) }, message: { text: frame.words } };
}

/** `message` where its own range counts, which may be of several lines. */
function regionOf({ line, column, endColumn, text }: Place, message?: Linter.LintMessage): Region {
  const { endLine, endColumn: last } = message ?? {};
  if (endLine !== undefined && last !== undefined) return { startLine: line, startColumn: column, endLine, endColumn: last };
  return text === undefined ? { startLine: line } : { startLine: line, startColumn: column, endColumn };
}

/** From the root of the repository; what lies outside of it has its whole address. */
function artifact({ root }: Report, file: string): ArtifactLocation {
  const relative = path.relative(root, file);
  if (relative.startsWith("..") || path.isAbsolute(relative)) return { uri: pathToFileURL(file).href };
  return { uri: relative.split(path.sep).map(encodeURIComponent).join("/"), uriBaseId: BASE };
}

/** What ESLint says for itself: a file that cannot be parsed, a directive that is of no use. */
function notificationOf(report: Report, file: string, message: Message): Notification {
  const place = report.places.ofMessage(file, message);
  return {
    level: message.severity === 2 ? "error" : "warning",
    message: { text: message.message },
    locations: [{ physicalLocation: { artifactLocation: artifact(report, file), ...(place && { region: regionOf(place, message) }) } }],
  };
}
