/** What is counted of one program: plain data, as it comes from another process. */
import type { Case } from "./cases.ts";
import type { Examination } from "./examine.ts";
import type { Dialect } from "./program.ts";
import { RULES, type Disagreement, type Rule } from "./reports.ts";
import type { Undecided } from "./truth.ts";

/** One program's part of the totals. */
export interface Outcome {
  readonly of: Case;
  readonly features: readonly string[];
  /** How many things the simulator has each rule say. */
  readonly facts: Readonly<Record<Rule, number>>;
  readonly disagreements: readonly Pick<Disagreement, "kind" | "rule">[];
  readonly causes: readonly string[];
  readonly undecided: Undecided | null;
  readonly isLeaky: boolean;
  /** Schedules run. */
  readonly runs: number;
  /** How long the linter took. */
  readonly milliseconds: number;
  /** Paths that were replayed, and those of them that showed no leak. */
  readonly paths: number;
  readonly lostPaths: number;
  /** Acquisitions whose handle was given away, and those of them that the linter reports. */
  readonly handed: number;
  readonly handedReported: number;
  readonly dialect: Dialect;
  /** Over how many files it was spread, and by how many functions its longest call is made; null where it stood in one text. */
  readonly spread: { readonly files: number; readonly depth: number } | null;
}

/** Rules whose reports are leaks. */
export const LEAK_RULES = ["no-leak-on-failure", "no-leak-on-unload", "no-unmatched-wpp-init"] as const;

/** The part of an examined program. */
export function outcomeOf(of: Case, { program, truth, verdict, causes, disagreements, isLeaky, milliseconds, replays }: Examination): Outcome {
  const reported = (line: string): boolean => LEAK_RULES.some((rule) => verdict.reports[rule].has(line));
  return {
    of,
    features: [...program.features],
    facts: Object.fromEntries(RULES.map((rule) => [rule, truth.reports[rule].size])) as Record<Rule, number>,
    disagreements: disagreements.map(({ kind, rule }) => ({ kind, rule })),
    causes,
    undecided: truth.undecided,
    isLeaky,
    runs: truth.verification.runs.length,
    milliseconds,
    paths: replays.length,
    lostPaths: replays.filter(({ isShown }) => !isShown).length,
    handed: truth.handed.size,
    handedReported: [...truth.handed].filter(reported).length,
    dialect: program.dialect,
    spread: verdict.spread === null ? null : { files: verdict.spread.count, depth: verdict.spread.depth },
  };
}
