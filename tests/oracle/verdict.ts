/** What the linter says of a driver, by rule. */
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import wdf from "../../lib/index.ts";
import { emptyReports, entryLines, RULES, type Reports, type Rule } from "./reports.ts";

/** The linter's reports, and their full texts for people. */
export interface Verdict {
  readonly reports: Reports;
  readonly messages: readonly string[];
  /** Set where it did not lint at all. */
  readonly crash: string | null;
}

const linter = new Linter();
const config: Linter.Config = {
  ...wdf.configs.strict,
  files: ["**"],
  languageOptions: { parser, sourceType: "module" },
};

export function verdictOn(text: string): Verdict {
  const reports = emptyReports();
  const isInEntry = entryLines(text);
  let messages: Linter.LintMessage[];
  try {
    messages = linter.verify(text, [config], { filename: "driver.ts" });
  } catch (error) {
    return { reports, messages: [], crash: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  for (const { ruleId, line, message } of messages) {
    const rule = RULES.find((name) => ruleId === `wdf/${name}`);
    if (rule === undefined) continue;
    for (const what of subjects(rule, line, message)) {
      reports[rule].add(what);
      if (rule === "no-leak-on-failure" && isInEntry(Number(what)) && isInEntry(line)) reports["leaking-exit"].add(`${what}>${String(line)}`);
    }
  }
  const crash = messages.find(({ fatal, ruleId }) => fatal === true || ruleId === null);
  return {
    reports,
    messages: messages.map(({ ruleId, line, column, message }) => `${String(line)}:${String(column)} ${ruleId ?? "parser"}: ${message}`),
    crash: crash?.message ?? null,
  };
}

/** What a report speaks of: for a leaking exit the acquisitions it names, else where it stands. */
function subjects(rule: Rule, line: number, message: string): string[] {
  if (rule === "no-leak-on-failure") {
    return [...message.matchAll(/acquired (?:by `\w+` )?on line (?<line>\d+)/gu)].map(({ groups }) => groups?.["line"] ?? "");
  }
  if (rule === "no-lost-attributes") {
    const field = /^`\w+(?:\.\w+)*\.(?<field>\w+)`/u.exec(message)?.groups?.["field"] ?? message;
    const how = message.includes(" is lost:") ? "wiped" : message.includes("already copied") ? "dead" : "unpassed";
    return [`${field} ${how}`];
  }
  return [String(line)];
}
