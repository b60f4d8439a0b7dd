/** The sums of a run of the oracle. */
import type { Examination } from "./examine.ts";
import { RULES } from "./reports.ts";

export class Totals {
  #programs = 0;
  #decided = 0;
  #leaky = 0;
  #runs = 0;
  readonly #undecided = new Map<string, number>();
  readonly #features = new Map<string, number>();
  readonly #facts = new Map<string, number>();
  readonly #wrong = new Map<string, number>();

  add(examination: Examination): void {
    const { truth, program, causes, disagreements } = examination;
    this.#programs += 1;
    this.#runs += truth.runs;
    if (truth.undecided === null) this.#decided += 1;
    else count(this.#undecided, truth.undecided.replace(/'[^']*'|\d+/gu, "…").slice(0, 110));
    if (examination.isLeaky) this.#leaky += 1;
    for (const feature of program.features) count(this.#features, feature);
    for (const rule of RULES) count(this.#facts, rule, truth.reports[rule].size);
    for (const { kind, rule } of disagreements) count(this.#wrong, `${kind} ${rule}`);
    if (causes.includes("crash")) count(this.#wrong, "crash");
    if (causes.length > 0) count(this.#wrong, "programs");
  }

  toString(withShares: boolean): string {
    const share = (part: number): string => `${((100 * part) / Math.max(this.#programs, 1)).toFixed(1)} %`;
    const features = [...this.#features].sort(([left], [right]) => left.localeCompare(right));
    const lines = [
      `programs ${String(this.#programs)}, decided ${String(this.#decided)} (${share(this.#decided)}), leaky ${share(this.#leaky)}, runs ${String(this.#runs)}`,
      ...[...this.#undecided].sort(([, left], [, right]) => right - left).slice(0, 8).map(([why, times]) => `  undecided ${String(times)}: ${why}`),
      `with a disagreement: ${String(this.#wrong.get("programs") ?? 0)}, crashes ${String(this.#wrong.get("crash") ?? 0)}`,
      `${"rule".padEnd(26)}facts  missed  false`,
      ...RULES.map((rule) => `${rule.padEnd(26)}${[rule, `missed ${rule}`, `false ${rule}`].map((key, index) => String((index === 0 ? this.#facts : this.#wrong).get(key) ?? 0).padStart(5)).join("  ")}`),
      `shares under 2 %: ${features.filter(([, times]) => times / this.#programs < 0.02).map(([name, times]) => `${name} ${share(times)}`).join(", ")}`,
      ...(withShares ? [`shares: ${features.map(([name, times]) => `${name} ${share(times)}`).join(", ")}`] : []),
    ];
    return lines.join("\n");
  }
}

function count(map: Map<string, number>, key: string, by = 1): void {
  map.set(key, (map.get(key) ?? 0) + by);
}
