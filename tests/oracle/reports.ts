/** What is compared: for each rule, the lines of what it speaks of (for lost fields, the field and how it is lost). */

export const RULES = [
  "no-leak-on-failure",
  "no-leak-on-unload",
  "no-unmatched-wpp-init",
  "driver-create-first",
  "no-lost-attributes",
  "require-driver-cleanup",
  // Not a rule of its own: the exits at which no-leak-on-failure stands, "acquisition>exit", both in the entry.
  "leaking-exit",
] as const;
export type Rule = (typeof RULES)[number];

/** For leaks the acquiring lines, for early calls and creations their own, for lost fields "field how". */
export type Reports = Readonly<Record<Rule, Set<string>>>;

export function emptyReports(): Reports {
  return Object.fromEntries(RULES.map((rule) => [rule, new Set<string>()])) as Record<Rule, Set<string>>;
}

/** One thing on which the two disagree. */
export interface Disagreement {
  readonly kind: "missed" | "false";
  readonly rule: Rule;
  readonly what: string;
}

/** Everything the simulator shows and the linter does not say, and the other way round; each cause once. */
export function compare(truth: Reports, verdict: Reports): Disagreement[] {
  const all = RULES.flatMap((rule): Disagreement[] => [
    ...[...truth[rule]].filter((what) => !verdict[rule].has(what)).map((what) => ({ kind: "missed", rule, what }) as const),
    ...[...verdict[rule]].filter((what) => !truth[rule].has(what)).map((what) => ({ kind: "false", rule, what }) as const),
  ]);
  const said = new Set(all.flatMap(({ kind, rule, what }) => (rule === "no-leak-on-failure" ? [`${kind} ${what}`] : [])));
  return all.filter(({ kind, rule, what }) => rule !== "leaking-exit" || !said.has(`${kind} ${what.split(">")[0] ?? ""}`));
}

/** The lines of the entry's own body. */
export interface EntryLines {
  /** Where it begins: the line of its name. */
  readonly first: number;
  has(line: number): boolean;
}

export function entryLines(text: string): EntryLines {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => /function (?:DriverEntry|InitializeDriver)\(|^\s*(?:export const )?(?:async )?DriverEntry(?:: | = )?(?:async )?\(|^\s*(?:export const start = )/u.test(line));
  const depth = (line: string): number => line.length - line.trimStart().length;
  const last = lines.findIndex((line, index) => index > first && line.trimStart().startsWith("}") && depth(line) === depth(lines[first] ?? ""));
  return { first: first + 1, has: (line) => line > first + 1 && line <= last + 1 };
}
