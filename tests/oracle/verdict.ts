/** What the linter says of a driver, by rule. */
import * as parser from "@typescript-eslint/parser";
import { Linter, type Rule } from "eslint";
import type { Facts, FailureLeak, UnloadLeak } from "../../lib/machine/facts.ts";
import { TooLong, within } from "./limit.ts";
import { fromSources, type Judged } from "./plugin.ts";
import { emptyReports, entryLines, RULES, type Reports, type Rule as RuleName } from "./reports.ts";

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
}

/** How long the linter may take over one program, in milliseconds. */
export const LIMIT = 10_000;

/** Says what a plugin reports in a driver. */
export type Judge = (text: string, limit?: number) => Verdict;

/** A judge of drivers: every rule of a plugin, and a look at its facts. */
export function judgeOf({ plugin, onFacts }: Judged): Judge {
  const linter = new Linter();
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
  return (text, limit = LIMIT) => {
    facts = undefined;
    try {
      const messages = within(limit, () => linter.verify(text, [config], { filename: "driver.ts" }));
      return verdictOf(text, messages, facts === undefined ? [] : leaksOf(facts));
    } catch (error) {
      const crash = error instanceof TooLong ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { reports: emptyReports(), messages: [], leaks: [], crash, isHanging: error instanceof TooLong };
    }
  };
}

/** What the plugin's sources say of a driver. */
export const verdictOn: Judge = judgeOf(fromSources);

function leaksOf({ failureLeaks, unloadLeaks }: Facts): Leak[] {
  return [...failureLeaks, ...unloadLeaks];
}

function verdictOf(text: string, messages: readonly Linter.LintMessage[], leaks: readonly Leak[]): Verdict {
  const reports = emptyReports();
  const entry = entryLines(text);
  for (const { ruleId, line, message } of messages) {
    const rule = RULES.find((name) => ruleId === `wdf/${name}`);
    if (rule === undefined) continue;
    for (const what of subjects(rule, line, message)) {
      reports[rule].add(what);
      if (rule === "no-leak-on-failure" && entry.has(Number(what)) && entry.has(line)) reports["leaking-exit"].add(`${what}>${String(line)}`);
    }
  }
  const crash = messages.find(({ fatal, ruleId, message }) => fatal === true || ruleId === null || message.startsWith("Internal error"));
  return {
    reports,
    messages: messages.map(({ ruleId, line, column, message }) => `${String(line)}:${String(column)} ${ruleId ?? "parser"}: ${message}`),
    leaks,
    crash: crash?.message ?? null,
    isHanging: false,
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
  return [String(line)];
}
