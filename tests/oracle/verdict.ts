/** What the linter says of a driver, by rule. */
import path from "node:path";
import * as parser from "@typescript-eslint/parser";
import { Linter, type Rule } from "eslint";
import type { Facts, FailureLeak, Place, UnloadLeak } from "../../lib/machine/facts.ts";
import { Folder } from "./folder.ts";
import { TooLong, within } from "./limit.ts";
import { fromSources, type Judged } from "./plugin.ts";
import type { Program } from "./program.ts";
import { emptyReports, entryLines, RULES, type Reports, type Rule as RuleName } from "./reports.ts";
import { spreadOut, type Spread } from "./spread.ts";

/** A leak with its path. */
export type Leak = FailureLeak | UnloadLeak;

/** The linter's reports, and their full texts for people. */
export interface Verdict {
  readonly reports: Reports;
  readonly messages: readonly string[];
  /** The leaks behind them. */
  readonly leaks: readonly Leak[];
  /** Set where it did not lint at all. */
  readonly crash: string | null;
  /** It did not come to an end in time. */
  readonly isHanging: boolean;
  /** The files that it was given, where the text is spread. */
  readonly spread: Spread | null;
}

/** How long the linter may take over one program, in milliseconds. */
export const LIMIT = 10_000;

/** Says what a plugin reports in a driver. */
export type Judge = (program: Judgeable, limit?: number) => Verdict;

/** What of a program the linter is given. */
export type Judgeable = Pick<Program, "text" | "entry" | "dialect" | "spreadBy">;

/** A judge of drivers: every rule of a plugin, and a look at its facts. */
export function judgeOf({ plugin, onFacts }: Judged): Judge {
  const linters = new Map<string | undefined, Linter>();
  const { strict } = plugin.configs;
  let facts: Facts | undefined;
  const spy: Rule.RuleModule = {
    create: (context) =>
      onFacts(context, (found) => {
        facts = found;
      }),
  };
  const config: Linter.Config = {
    ...strict,
    files: ["**"],
    plugins: { ...strict.plugins, spy: { rules: { facts: spy } } },
    rules: { ...strict.rules, "spy/facts": "error" },
    languageOptions: { parser, sourceType: "module" },
  };
  // The settings are told apart by their object: one for all programs of a dialect.
  const throwing = { ...config, settings: { wdf: { failure: "throw" } } };
  const lint = ({ dialect }: Judgeable, code: string, filename: string, cwd?: string): Linter.LintMessage[] => {
    const linter = linters.get(cwd) ?? new Linter(cwd === undefined ? {} : { cwd });
    linters.set(cwd, linter);
    return linter.verify(code, [dialect === "throw" ? throwing : config], { filename });
  };
  let folder: Folder | undefined;
  return (program, limit = LIMIT) => {
    facts = undefined;
    const spread = program.spreadBy === undefined ? null : spreadOut(program, program.spreadBy);
    try {
      const lintAll = (): Linter.LintMessage[] => {
        if (spread === null) return lint(program, program.text, "driver.ts");
        folder ??= new Folder();
        folder.write(spread.files);
        return lint(program, spread.files.get(spread.main) ?? "", path.join(folder.path, spread.main), folder.path);
      };
      const messages = within(limit, lintAll);
      const leaks = facts === undefined ? [] : leaksOf(facts);
      return verdictOf(program.text, spread === null ? messages : messages.map((message) => told(message, spread)), spread === null ? leaks : leaks.map((leak) => placed(leak, spread)), spread);
    } catch (error) {
      const crash = error instanceof TooLong ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { reports: emptyReports(), messages: [], leaks: [], crash, isHanging: error instanceof TooLong, spread };
    }
  };
}

/** What the plugin's sources say of a driver. */
export const verdictOn: Judge = judgeOf(fromSources);

/** A message on the one text's lines. */
function told(message: Linter.LintMessage, spread: Spread): Linter.LintMessage {
  const words = message.message.replace(/(?<=\bline )(?<own>\d+)|(?:\bat )?(?<file>[\w./]+\.ts):(?<line>\d+)/gu, (...match) => {
    const { own, file, line } = match.at(-1) as Readonly<Record<string, string | undefined>>;
    return own === undefined ? `on line ${String(spread.lineOf(file, Number(line)))}` : String(spread.lineOf(undefined, Number(own)));
  });
  return { ...message, message: words, line: spread.lineOf(undefined, message.line) };
}

/** A leak on the one text's lines. */
function placed(leak: Leak, spread: Spread): Leak {
  const place = ({ loc, range, origin }: Place): Place => {
    const lineOf = (line: number): number => (origin === undefined ? spread.lineOf(undefined, line) : spread.lineOf(origin.file, origin.line));
    return { range, loc: { start: { ...loc.start, line: lineOf(loc.start.line) }, end: { ...loc.end, line: lineOf(loc.end.line) } } };
  };
  const shared = {
    resource: { ...leak.resource, acquire: place(leak.resource.acquire) },
    witness: leak.witness.map(({ text, line, file }) => ({ text: spread.restored(text), line: spread.lineOf(file, line), file: undefined })),
  };
  return "exit" in leak ? { ...leak, ...shared, exit: { ...leak.exit, place: place(leak.exit.place) } } : { ...leak, ...shared };
}

function leaksOf({ failureLeaks, unloadLeaks }: Facts): Leak[] {
  return [...failureLeaks, ...unloadLeaks];
}

function verdictOf(text: string, messages: readonly Linter.LintMessage[], leaks: readonly Leak[], spread: Spread | null): Verdict {
  const reports = emptyReports();
  const entry = entryLines(text);
  for (const { ruleId, line, message } of messages) {
    const rule = RULES.find((name) => ruleId === `wdf/${name}`);
    if (rule === undefined) continue;
    for (const what of subjects(rule, line, message)) {
      reports[rule].add(what);
      if (rule === "no-leak-on-failure" && entry.has(Number(what)) && entry.has(exitLine(line, message))) reports["leaking-exit"].add(`${what}>${String(exitLine(line, message))}`);
    }
  }
  const crash = messages.find(({ fatal, ruleId, message }) => fatal === true || ruleId === null || message.startsWith("Internal error"));
  return {
    reports,
    messages: messages.map(({ ruleId, line, column, message }) => `${String(line)}:${String(column)} ${ruleId ?? "parser"}: ${message}`),
    leaks,
    crash: crash?.message ?? null,
    isHanging: false,
    spread,
  };
}

/** What a report speaks of: for a leaking exit the acquisitions it names, else where it stands. */
function subjects(rule: RuleName, line: number, message: string): string[] {
  if (rule === "no-leak-on-failure") {
    return [...message.matchAll(/acquired (?:by `\w+` )?on line (?<line>\d+)/gu)].map(({ groups }) => groups?.["line"] ?? "");
  }
  if (rule === "no-lost-attributes") {
    const field = /^`[^`]*\.(?<field>\w+)`/u.exec(message)?.groups?.["field"] ?? message;
    const how = message.includes(" is lost:") ? "wiped" : message.includes("already copied") ? "dead" : "unpassed";
    return [`${field} ${how}`];
  }
  return [ELSEWHERE.exec(message)?.groups?.["line"] ?? String(line)];
}

/** What a report says of its subject where that lies in another file than the report. */
const ELSEWHERE = /^(?:`[^`]*` \(|(?:`[^`]*` \(acquired by `\w+`|what `\w+` acquired) |The driver object is created \()on line (?<line>\d+)/u;

/** The line of the exit that a leak is reported at. */
function exitLine(line: number, message: string): number {
  return Number(/ (?:returns|throws|ends) on line (?<line>\d+)/u.exec(message)?.groups?.["line"] ?? line);
}
