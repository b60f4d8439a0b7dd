/** The sums of a run over repairs: what reports were offered, and what went wrong. */
import type { Considered } from "../../lib/repair/ledger.ts";
import type { Fault } from "../repair/judge.ts";
import type { Linted, Repair } from "../repair/repairs.ts";

/** Where the drivers come from. */
type Part = "by hand" | "generated";

/** Of the reports of one rule, how many are offered what. */
interface Offers {
  reports: number;
  fix: number;
  suggestion: number;
  none: number;
  applications: number;
  failures: number;
}

export class RepairTotals {
  readonly #offers: Record<Part, Map<string, Offers>> = { "by hand": new Map(), generated: new Map() };
  readonly #drivers: Record<Part, { seen: number; undecided: number }> = {
    "by hand": { seen: 0, undecided: 0 },
    generated: { seen: 0, undecided: 0 },
  };
  readonly #faults = new Map<string, number>();
  readonly #refusals = new Map<string, { times: number; tried: number; right: number }>();
  #part: Part = "by hand";

  endOfHandCases(): void {
    this.#part = "generated";
  }

  /** A driver that cannot be linted. */
  crash(): void {
    this.#faults.set("the linter fails", (this.#faults.get("the linter fails") ?? 0) + 1);
  }

  /** Counts the reports of a driver. */
  see({ messages }: Linted, isDecided: boolean): void {
    const drivers = this.#drivers[this.#part];
    drivers.seen += 1;
    if (!isDecided) drivers.undecided += 1;
    for (const { ruleId, fix, suggestions } of messages) {
      const offers = this.#of((ruleId ?? "").replace(/^wdf\//u, ""));
      offers.reports += 1;
      if (fix !== undefined) offers.fix += 1;
      else if ((suggestions ?? []).length > 0) offers.suggestion += 1;
      else offers.none += 1;
    }
  }

  /** Counts an applied repair; null for all fixes of a driver together. */
  apply(repair: Repair | null, faults: readonly Fault[]): void {
    const name = repair?.rule ?? "all fixes";
    const offers = this.#of(name);
    offers.applications += 1;
    if (faults.length > 0) offers.failures += 1;
    for (const { how } of faults) this.#faults.set(`${name}: ${how}`, (this.#faults.get(`${name}: ${how}`) ?? 0) + 1);
  }

  /** Counts a refusal. */
  refuse({ rule, refusal: { reason, words } }: Considered): void {
    this.#refusal(rule, keyOf(reason, words)).times += 1;
  }

  /** How often an edit that was refused for a reason was made all the same. */
  triesOf({ rule, refusal: { reason, words } }: Considered): number {
    return this.#refusal(rule, keyOf(reason, words)).tried;
  }

  /** Counts an edit that was refused and made all the same. */
  force({ rule, refusal: { reason, words } }: Considered, faults: readonly Fault[]): void {
    const entry = this.#refusal(rule, keyOf(reason, words));
    entry.tried += 1;
    if (faults.length > 0) entry.right += 1;
  }

  #refusal(rule: string, reason: string): { times: number; tried: number; right: number } {
    const key = `${rule}: ${reason}`;
    const known = this.#refusals.get(key) ?? { times: 0, tried: 0, right: 0 };
    this.#refusals.set(key, known);
    return known;
  }

  /** How many repairs were applied. */
  applicationsTo(part: Part): number {
    return sum([...this.#offers[part].values()].map(({ applications }) => applications));
  }

  get failures(): number {
    return sum([...this.#faults.values()]);
  }

  toString(): string {
    const faults = [...this.#faults].sort(([, left], [, right]) => right - left);
    const refusals = [...this.#refusals].sort(([, left], [, right]) => right.times - left.times);
    return [
      ...this.#table("by hand"),
      ...this.#table("generated"),
      "refusals, and of those whose edit was made all the same, how many broke something:",
      ...refusals.map(([reason, { times, tried, right }]) => `  ${String(times).padStart(5)} ${reason}${tried === 0 ? "" : ` (${String(right)} of ${String(tried)} broke)`}`),
      `failures: ${String(this.failures)}`,
      ...faults.map(([how, times]) => `  ${String(times).padStart(5)} ${how}`),
    ].join("\n");
  }

  #table(part: Part): string[] {
    const { seen, undecided } = this.#drivers[part];
    const rows = [...this.#offers[part]].sort(([left], [right]) => left.localeCompare(right));
    const total = rows.reduce((all, [, row]) => ({
      reports: all.reports + row.reports,
      fix: all.fix + row.fix,
      suggestion: all.suggestion + row.suggestion,
      none: all.none + row.none,
      applications: all.applications + row.applications,
      failures: all.failures + row.failures,
    }), empty());
    return [
      `${part}: ${String(seen)} drivers, ${String(undecided)} not run, or not decided`,
      `${"rule".padEnd(26)}${["reports", "fix", "suggest", "none", "offered", "applied", "failed"].map((word) => word.padStart(9)).join("")}`,
      ...[...rows, ["all", total] as const].map(([rule, row]) => `${rule.padEnd(26)}${[row.reports, row.fix, row.suggestion, row.none].map(column).join("")}${share(row)}${column(row.applications)}${column(row.failures)}`),
    ];
  }

  #of(rule: string): Offers {
    const known = this.#offers[this.#part].get(rule);
    if (known !== undefined) return known;
    const made = empty();
    this.#offers[this.#part].set(rule, made);
    return made;
  }
}

/** Refusals are counted by their reason; those that only the proof gave, by what it found. */
const keyOf = (reason: string, words: string): string => (reason === "unproved" ? words.replace(/`[^`]*`|\([^)]*\)|\d+/gu, "…") : reason);
const empty = (): Offers => ({ reports: 0, fix: 0, suggestion: 0, none: 0, applications: 0, failures: 0 });
const column = (value: number): string => String(value).padStart(9);
const share = ({ reports, none }: Offers): string => (reports === 0 ? "" : `${((100 * (reports - none)) / reports).toFixed(1)} %`).padStart(9);
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
