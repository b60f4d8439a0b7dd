/** The sums of a run of the oracle, and what of them is no pass. */
import { LEAK_RULES, type Outcome } from "./outcome.ts";
import { RULES, type Rule } from "./reports.ts";

/** From so many programs on, shares mean something. */
const ENOUGH = 2000;
/** The least share of a construct or a kind of resource. */
const RARE = 0.02;
/** Between these shares of the programs leak. */
const LEAKY = [0.35, 0.65] as const;
/** Decided programs to one false report. */
const TO_ONE_FALSE = 10_000;
/** The least share of paths that show their leak. */
const SHOWN = 0.999;
/** The least share of the leaks of mutants that is reported. */
const MUTANT_LEAKS = 0.99;

export class Totals {
  #programs = 0;
  #decided = 0;
  #leaky = 0;
  #runs = 0;
  #slowest = 0;
  #paths = 0;
  #lostPaths = 0;
  #handed = 0;
  #handedReported = 0;
  readonly #spread = new Map<number, number>();
  readonly #depths = new Map<number, number>();
  readonly #dialects = new Map<string, { all: number; spread: number }>();
  readonly #undecided = new Map<string, number>();
  readonly #reasons = new Map<string, number>();
  readonly #features = new Map<string, number>();
  readonly #facts = new Map<string, number>();
  readonly #wrong = new Map<string, number>();

  /** @param expected the constructs and kinds that a run should be made of */
  constructor(expected: readonly string[] = []) {
    for (const feature of expected) this.#features.set(feature, 0);
  }

  get programs(): number {
    return this.#programs;
  }

  /** Programs with a disagreement. */
  get wrong(): number {
    return this.#wrong.get("programs") ?? 0;
  }

  add(outcome: Outcome): void {
    const { undecided, causes } = outcome;
    this.#programs += 1;
    this.#runs += outcome.runs;
    this.#slowest = Math.max(this.#slowest, outcome.milliseconds);
    this.#paths += outcome.paths;
    this.#lostPaths += outcome.lostPaths;
    this.#handed += outcome.handed;
    this.#handedReported += outcome.handedReported;
    const dialect = this.#dialects.get(outcome.dialect) ?? { all: 0, spread: 0 };
    this.#dialects.set(outcome.dialect, { all: dialect.all + 1, spread: dialect.spread + (outcome.spread === null ? 0 : 1) });
    if (outcome.spread !== null) {
      count(this.#spread, outcome.spread.files);
      count(this.#depths, outcome.spread.depth);
    }
    if (undecided === null) this.#decided += 1;
    else {
      count(this.#undecided, undecided.how);
      count(this.#reasons, undecided.why.replace(/'[^']*'|\d+/gu, "…").slice(0, 110));
    }
    if (outcome.isLeaky) this.#leaky += 1;
    for (const feature of outcome.features) count(this.#features, feature);
    for (const rule of RULES) count(this.#facts, rule, outcome.facts[rule]);
    for (const { kind, rule } of outcome.disagreements) {
      count(this.#wrong, `${kind} ${rule}`);
      count(this.#wrong, kind);
    }
    for (const cause of ["crash", "hang"]) if (causes.includes(cause)) count(this.#wrong, cause);
    if (causes.length > 0) count(this.#wrong, "programs");
  }

  /** The sums, line by line. */
  toString(withShares = false): string {
    const { missed, wrong } = this.#sums();
    const lines = [
      `programs ${String(this.#programs)}, decided ${String(this.#decided)} (${this.#share(this.#decided)}), leaky ${this.#share(this.#leaky)}, runs ${String(this.#runs)}`,
      `not decided: over the bound ${this.#of("bound")}, stopped by a bug check ${this.#of("stopped")}, broken ${this.#of("broken")}`,
      ...[...this.#reasons].sort(([, left], [, right]) => right - left).slice(0, 5).map(([why, times]) => `  ${String(times)}: ${why}`),
      `with a disagreement: ${String(this.wrong)}; missed ${String(missed)}, false ${String(wrong)}, crashes ${this.#wrongs("crash")}, hangs ${this.#wrongs("hang")}`,
      `${"rule".padEnd(26)}facts  missed  false`,
      ...RULES.map((rule) => `${rule.padEnd(26)}${String(this.#facts.get(rule) ?? 0).padStart(5)}${this.#wrongs(`missed ${rule}`).padStart(8)}${this.#wrongs(`false ${rule}`).padStart(7)}`),
      `paths of findings replayed ${String(this.#paths)}, showing the leak ${String(this.#paths - this.#lostPaths)} (${percent(this.#shownShare(), 2)})`,
      `handles given to unknown functions ${String(this.#handed)}, reported ${String(this.#handedReported)}; slowest lint ${String(this.#slowest)} ms`,
      `dialects (in several files) ${[...this.#dialects].sort(([left], [right]) => left.localeCompare(right)).map(([dialect, { all, spread }]) => `${dialect} ${String(all)} (${String(spread)})`).join(", ")}`,
      `spread over files ${inOrder(this.#spread)}; calls through functions ${inOrder(this.#depths)}`,
      ...this.#shares(withShares),
    ];
    return lines.join("\n");
  }

  /** The sums of mutants, where features mean nothing. */
  inBrief(): string {
    const leaks = this.#leaks();
    const { wrong } = this.#sums();
    return `mutants ${String(this.#programs)}, decided ${String(this.#decided)}, leaky ${this.#share(this.#leaky)}; leaks ${String(leaks.all)}, reported ${String(leaks.all - leaks.missed)} (${percent(leaks.share, 2)}); false reports ${String(wrong)}, crashes ${this.#wrongs("crash")}, hangs ${this.#wrongs("hang")}`;
  }

  /** What is no pass, in words; empty where all is well. */
  problems(allowed = 0): string[] {
    const { missed, wrong } = this.#sums();
    const most = Math.floor(this.#decided / TO_ONE_FALSE);
    const problems = this.#breaks();
    if (this.wrong > 0 && this.wrong <= allowed) return problems;
    if (missed > 0) problems.push(`${String(missed)} missed, where none may be`);
    if (wrong > most) problems.push(`${String(wrong)} false, where in ${String(this.#decided)} decided programs ${most === 0 ? "none" : `at most ${String(most)}`} may be`);
    if (this.#shownShare() < SHOWN) problems.push(`${String(this.#lostPaths)} of ${String(this.#paths)} paths show no leak: at least ${percent(SHOWN)} must`);
    if (this.#programs < ENOUGH) return problems;
    const leaky = this.#leaky / this.#programs;
    if (leaky < LEAKY[0] || leaky > LEAKY[1]) problems.push(`${this.#share(this.#leaky)} of the programs leak: it should be ${percent(LEAKY[0], 0)} to ${percent(LEAKY[1], 0)}`);
    const rare = this.#rare();
    if (rare.length > 0) problems.push(`under ${percent(RARE, 0)}: ${rare.join(", ")}`);
    return problems;
  }

  /** The same of mutants. */
  problemsOfMutants(): string[] {
    const { all, missed, share } = this.#leaks();
    const problems = this.#breaks().map((problem) => `of mutants: ${problem}`);
    if (share < MUTANT_LEAKS) problems.push(`${String(missed)} of ${String(all)} leaks of mutants missed: at least ${percent(MUTANT_LEAKS, 0)} must be reported`);
    return problems;
  }

  #breaks(): string[] {
    return ["crash", "hang"].flatMap((cause) => (this.#wrong.has(cause) ? [`${cause}: ${this.#wrongs(cause)}`] : []));
  }

  #sums(): { missed: number; wrong: number } {
    return { missed: this.#wrong.get("missed") ?? 0, wrong: this.#wrong.get("false") ?? 0 };
  }

  #leaks(): { all: number; missed: number; share: number } {
    const sum = (numbers: readonly number[]): number => numbers.reduce((left, right) => left + right, 0);
    const all = sum(LEAK_RULES.map((rule: Rule) => this.#facts.get(rule) ?? 0));
    const missed = sum(LEAK_RULES.map((rule) => this.#wrong.get(`missed ${rule}`) ?? 0));
    return { all, missed, share: all === 0 ? 1 : (all - missed) / all };
  }

  #shownShare(): number {
    return this.#paths === 0 ? 1 : (this.#paths - this.#lostPaths) / this.#paths;
  }

  #rare(): string[] {
    return this.#sorted().flatMap(([name, times]) => (times / this.#programs < RARE ? [`${name} ${this.#share(times)}`] : []));
  }

  #shares(all: boolean): string[] {
    if (all) return [`shares: ${this.#sorted().map(([name, times]) => `${name} ${this.#share(times)}`).join(", ")}`];
    const rare = this.#rare();
    const [least] = this.#sorted().toSorted(([, left], [, right]) => left - right);
    if (rare.length > 0) return [`constructs and kinds ${String(this.#features.size)}; under ${percent(RARE, 0)}: ${rare.join(", ")}`];
    return [`constructs and kinds ${String(this.#features.size)}, the rarest: ${least?.[0] ?? "none"} ${this.#share(least?.[1] ?? 0)}`];
  }

  #sorted(): [string, number][] {
    return [...this.#features].sort(([left], [right]) => left.localeCompare(right));
  }

  #of(how: string): string {
    return String(this.#undecided.get(how) ?? 0);
  }

  #wrongs(what: string): string {
    return String(this.#wrong.get(what) ?? 0);
  }

  #share(part: number): string {
    return percent(part / Math.max(this.#programs, 1));
  }
}

function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}

function inOrder(counts: ReadonlyMap<number, number>): string {
  if (counts.size === 0) return "none";
  return [...counts].sort(([left], [right]) => left - right).map(([number, times]) => `${String(number)}: ${String(times)}`).join(", ");
}

function count<Key>(map: Map<Key, number>, key: Key, by = 1): void {
  map.set(key, (map.get(key) ?? 0) + by);
}
