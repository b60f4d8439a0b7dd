/** The sums of a run over repairs: what reports were offered, what was refused, and what went wrong. */
import { noEditFor } from "./naive.ts";
import { PARTS, type Part } from "./repair-cases.ts";
import type { ForcedOutcome, RefusalCount, RepairOutcome } from "./repair-outcome.ts";

/** Of the reports of one rule, how many are offered what. */
interface Row {
  reports: number;
  fix: number;
  suggestion: number;
  none: number;
  applied: number;
  failed: number;
}

/** The drivers of a part. */
interface Drivers {
  seen: number;
  /** With something to repair. */
  reported: number;
  undecided: number;
  /** By the number of files, how many drivers are spread, and how many repairs were applied to them. */
  readonly spread: Map<number, { drivers: number; applied: number }>;
}

/** How often a reason was given, and what came of edits that were made all the same. */
interface Refusals {
  times: number;
  /** Of these, how often nothing else was offered about the report. */
  last: number;
  sampled: number;
  broke: number;
  /** Sampled ones for which nobody can write an edit. */
  unwritten: number;
}

/** Rules whose reports `--fix` answers. */
const FIXERS: readonly string[] = ["driver-create-first", "no-lost-attributes", "prefer-cleanup-callback"];

/** What is aimed at, in percent. */
const GOALS = { fixed: 75, offered: 95 };

export class RepairTotals {
  readonly #rows = new Map<Part, Map<string, Row>>(PARTS.map((part) => [part, new Map<string, Row>()]));
  /** Of the drivers that stand in one file. */
  readonly #single = new Map<Part, Map<string, Row>>(PARTS.map((part) => [part, new Map<string, Row>()]));
  readonly #drivers = new Map<Part, Drivers>(PARTS.map((part) => [part, { seen: 0, reported: 0, undecided: 0, spread: new Map<number, { drivers: number; applied: number }>() }]));
  readonly #faults = new Map<string, number>();
  readonly #refusals = new Map<string, Refusals>();

  /** Counts a driver. */
  add({ of: { part }, files, broken, isDecided, offers, applications, refusals }: RepairOutcome): void {
    const drivers = this.#drivers.get(part);
    if (drivers === undefined) return;
    drivers.seen += 1;
    const spread = drivers.spread.get(files) ?? { drivers: 0, applied: 0 };
    drivers.spread.set(files, { drivers: spread.drivers + 1, applied: spread.applied + applications.length });
    if (isDecided !== null) drivers.reported += 1;
    if (isDecided === false) drivers.undecided += 1;
    if (broken !== null) this.#fail("the linter fails");
    for (const { rule, offered } of offers) {
      for (const row of [this.#row(part, rule), ...(files === 1 ? [this.#row(part, rule, this.#single)] : [])]) {
        row.reports += 1;
        row[offered] += 1;
      }
    }
    for (const { name, faults } of applications) {
      const row = this.#row(part, name);
      row.applied += 1;
      if (faults.length > 0) row.failed += 1;
      for (const how of faults) this.#fail(`${name}: ${how}`);
    }
    for (const refusal of refusals) {
      const counts = this.#refusalsOf(refusal);
      counts.times += 1;
      if (refusal.isLast) counts.last += 1;
    }
  }

  /** Counts an edit that was refused and made all the same. */
  force(refusal: RefusalCount, { tried, held }: ForcedOutcome): void {
    const counts = this.#refusalsOf(refusal);
    counts.sampled += 1;
    if (tried === 0) counts.unwritten += 1;
    else if (held === null) counts.broke += 1;
  }

  /** How many repairs were applied to the drivers of a part. */
  applicationsTo(part: Part): number {
    return sum([...(this.#rows.get(part)?.values() ?? [])].map(({ applied }) => applied));
  }

  /** How often something went wrong. */
  get failures(): number {
    return sum([...this.#faults.values()]);
  }

  /** How many refused edits were made and broke nothing. */
  get tooCareful(): number {
    return sum([...this.#refusals.values()].map(({ sampled, broke, unwritten }) => sampled - broke - unwritten));
  }

  toString(): string {
    return [...PARTS.flatMap((part) => this.#table(part)), ...this.#refusalTable(), ...this.failureTable()].join("\n");
  }

  /** Each part in a line, for those who only want to know how far it has come. */
  inBrief(): string {
    return PARTS.filter((part) => this.#drivers.get(part)?.seen !== 0).map((part) => `${part}: ${this.#shares(part)}`).join("\n");
  }

  #table(part: Part): string[] {
    const { seen = 0, reported = 0, undecided = 0, spread = new Map<number, { drivers: number; applied: number }>() } = this.#drivers.get(part) ?? {};
    if (seen === 0) return [];
    const byFiles = [...spread].sort(([left], [right]) => left - right).map(([files, { drivers, applied }]) => `${String(files)}: ${String(drivers)} (${String(applied)})`);
    const rows = [...(this.#rows.get(part) ?? [])].sort(([left], [right]) => left.localeCompare(right));
    const together = rows.filter(([rule]) => rule === ALL_FIXES);
    const own = rows.filter(([rule]) => rule !== ALL_FIXES);
    const head = ["reports", "fix", "", "suggest", "", "none", "", "applied", "failed"];
    return [
      `${part}: ${String(seen)} drivers, ${String(reported)} with something to repair${undecided === 0 ? "" : `, ${String(undecided)} of which cannot be run to the end`}`,
      `  ${"rule".padEnd(WIDTH)}${head.map((word) => word.padStart(COLUMN)).join("")}`,
      ...own.map(([rule, row]) => `  ${rule.padEnd(WIDTH)}${cells(row)}`),
      `  ${"all".padEnd(WIDTH)}${cells(total(own.map(([, row]) => row)))}`,
      ...together.map(([rule, row]) => `  ${rule.padEnd(WIDTH)}${" ".repeat(7 * COLUMN)}${column(row.applied)}${column(row.failed)}`),
      `  ${this.#shares(part)}`,
      ...(byFiles.length > 1 ? [`  in one file: ${this.#shares(part, this.#single)}`] : []),
      ...(byFiles.length > 1 ? [`  drivers by number of files (repairs applied to them) ${byFiles.join(", ")}`] : []),
      "",
    ];
  }

  #shares(part: Part, counted = this.#rows): string {
    const rows = [...(counted.get(part) ?? [])].filter(([rule]) => rule !== ALL_FIXES);
    const fixers = total(rows.filter(([rule]) => FIXERS.includes(rule)).map(([, row]) => row));
    const all = total(rows.map(([, row]) => row));
    const fixed = `${percent(fixers.fix, fixers.reports)} fixed of what the rules with a fix report (goal ${String(GOALS.fixed)} %)`;
    return `${fixed}, ${percent(all.fix + all.suggestion, all.reports)} fix or suggestion of all (goal ${String(GOALS.offered)} %)`;
  }

  #refusalTable(): string[] {
    const refusals = [...this.#refusals].sort(([, left], [, right]) => right.times - left.times);
    if (refusals.length === 0) return [];
    const words = ({ sampled, broke, unwritten }: Refusals, key: string): string => {
      const made = sampled - unwritten;
      const parts = [...(made > 0 ? [`${String(broke)} of ${String(made)} broke`] : []), ...(unwritten > 0 ? [`${String(unwritten)} without an edit: ${noEditFor(key)}`] : [])];
      return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
    };
    return [
      "refusals: how often, how often nothing else was offered, and of edits made all the same, how many broke something",
      ...refusals.map(([key, counts]) => `  ${String(counts.times).padStart(6)}${String(counts.last).padStart(6)}  ${key}${words(counts, key)}`),
      "",
    ];
  }

  /** What went wrong how often, in lines. */
  failureTable(): string[] {
    const faults = [...this.#faults].sort(([, left], [, right]) => right - left);
    return [`failures: ${String(this.failures)}`, ...faults.map(([how, times]) => `  ${String(times).padStart(6)}  ${how}`)];
  }

  #fail(how: string): void {
    this.#faults.set(how, (this.#faults.get(how) ?? 0) + 1);
  }

  #row(part: Part, rule: string, counted = this.#rows): Row {
    const rows = counted.get(part);
    const known = rows?.get(rule) ?? empty();
    rows?.set(rule, known);
    return known;
  }

  #refusalsOf({ rule, reason }: Pick<RefusalCount, "rule" | "reason">): Refusals {
    const key = `${rule}: ${reason}`;
    const known = this.#refusals.get(key) ?? { times: 0, last: 0, sampled: 0, broke: 0, unwritten: 0 };
    this.#refusals.set(key, known);
    return known;
  }
}

const ALL_FIXES = "all fixes";
const WIDTH = 26;
const COLUMN = 9;

const empty = (): Row => ({ reports: 0, fix: 0, suggestion: 0, none: 0, applied: 0, failed: 0 });
const column = (value: number | string): string => String(value).padStart(COLUMN);
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const percent = (part: number, whole: number): string => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`);

function cells({ reports, fix, suggestion, none, applied, failed }: Row): string {
  return [reports, fix, percent(fix, reports), suggestion, percent(suggestion, reports), none, percent(none, reports), applied, failed].map(column).join("");
}

function total(rows: readonly Row[]): Row {
  const all = empty();
  for (const row of rows) for (const key of Object.keys(all) as (keyof Row)[]) all[key] += row[key];
  return all;
}
