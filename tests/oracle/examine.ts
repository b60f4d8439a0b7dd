/** One program under both judges. */
import { compare, type Disagreement } from "./reports.ts";
import type { Program } from "./program.ts";
import { truthOf, type Truth } from "./truth.ts";
import { verdictOn, type Verdict } from "./verdict.ts";

/** What the two judges say of a program. */
export class Examination {
  readonly program: Program;
  readonly truth: Truth;
  readonly verdict: Verdict;
  /** How long the linter took. */
  readonly milliseconds: number;
  readonly disagreements: readonly Disagreement[];

  constructor(program: Program, truth: Truth, verdict: Verdict, milliseconds: number) {
    this.milliseconds = milliseconds;
    this.program = program;
    this.truth = truth;
    this.verdict = verdict;
    const isEntry = program.entry !== "InitializeDriver" || program.text.includes("DriverCreate(");
    const found = verdict.crash === null && !truth.isBroken && isEntry ? compare(truth.reports, verdict.reports) : [];
    // Behind a bug check or a bound the simulator has not looked: there only what it saw counts.
    this.disagreements = truth.undecided === null ? found : found.filter(({ kind }) => kind === "missed" && truth.isComplete);
  }

  /** One word for each way in which they disagree. */
  get causes(): string[] {
    const causes = this.disagreements.map(({ kind, rule }) => `${kind} ${rule}`);
    return [...new Set([...causes, ...(this.verdict.crash === null ? [] : ["crash"])])];
  }

  get isLeaky(): boolean {
    return (["no-leak-on-failure", "no-leak-on-unload", "no-unmatched-wpp-init"] as const).some((rule) => this.truth.reports[rule].size > 0);
  }

  toString(cause: string): string {
    const { program, truth, verdict } = this;
    const numbered = program.text.trimEnd().split("\n").map((line, index) => `${String(index + 1).padStart(3)} ${line}`);
    const leaks = truth.verification.findings.flatMap(({ kind, message, schedule, call, lost }) =>
      ["leak-on-failure", "leak-on-unload", "unmatched-wpp", "order", "lost-attribute"].includes(kind)
        ? [`  ${kind} at ${String(call?.position?.line ?? "?")}${lost === null ? "" : ` ${lost.field} ${lost.reason}`}: ${message} ${JSON.stringify(schedule)}`]
        : [],
    );
    const lines = [
      `=== ${cause}: ${this.disagreements.map(({ kind, rule, what }) => `${kind} ${rule} (${what})`).join(", ")}`,
      ...numbered,
      "simulator:",
      ...leaks,
      ...(truth.undecided === null ? [] : [`  undecided: ${truth.undecided}`]),
      "linter:",
      ...verdict.messages.map((message) => `  ${message}`),
      ...(verdict.crash === null ? [] : [`  crash: ${verdict.crash}`]),
      "",
    ];
    return lines.join("\n");
  }
}

export async function examine(program: Program): Promise<Examination> {
  let truth: Truth;
  try {
    truth = await truthOf(program);
  } catch (error) {
    throw new Error(`cannot run:\n${program.text}`, { cause: error });
  }
  const start = Date.now();
  const verdict = verdictOn(program.text);
  return new Examination(program, truth, verdict, Date.now() - start);
}
