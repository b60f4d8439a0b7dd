/** One program under both judges. */
import { compare, type Disagreement } from "./reports.ts";
import type { Program } from "./program.ts";
import type { Spread } from "./spread.ts";
import { truthOf, type Truth } from "./truth.ts";
import { verdictOn, type Judge, type Verdict } from "./verdict.ts";
import { replays, type Replay } from "./witness.ts";

/** What the two judges say of a program. */
export class Examination {
  readonly program: Program;
  readonly truth: Truth;
  readonly verdict: Verdict;
  /** How long the linter took. */
  readonly milliseconds: number;
  readonly disagreements: readonly Disagreement[];
  readonly replays: readonly Replay[];

  constructor(program: Program, truth: Truth, verdict: Verdict, milliseconds: number, paths: readonly Replay[]) {
    this.milliseconds = milliseconds;
    this.program = program;
    this.truth = truth;
    this.verdict = verdict;
    this.replays = paths;
    const isEntry = program.entry !== "InitializeDriver" || program.text.includes("DriverCreate(");
    const found = verdict.crash === null && truth.undecided?.how !== "broken" && isEntry ? compare(truth.reports, verdict.reports) : [];
    // Behind a bug check the simulator has not looked: there only what it saw counts; under the bound nothing does.
    this.disagreements = truth.undecided === null ? found : truth.undecided.how === "stopped" ? found.filter(({ kind }) => kind === "missed") : [];
  }

  /** One word for each way in which they disagree. */
  get causes(): string[] {
    const { crash, isHanging } = this.verdict;
    const causes = this.disagreements.map(({ kind, rule }) => `${kind} ${rule}`);
    const breaks = isHanging ? ["hang"] : crash === null ? [] : ["crash"];
    // The path of a false report is false, too.
    const isLost = !causes.some((cause) => cause.startsWith("false")) && this.replays.some(({ isShown }) => !isShown);
    return [...new Set([...causes, ...breaks, ...(isLost ? ["witness"] : [])])];
  }

  get isLeaky(): boolean {
    return (["no-leak-on-failure", "no-leak-on-unload", "no-unmatched-wpp-init"] as const).some((rule) => this.truth.reports[rule].size > 0);
  }

  /** Some call was given what it does not take: a struct that was never initialised, say. */
  get isRefused(): boolean {
    return this.truth.verification.findings.some(({ kind }) => kind === "refused-call");
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
      ...filesInWords(verdict.spread),
      "simulator:",
      ...leaks,
      ...(truth.undecided === null ? [] : [`  undecided: ${truth.undecided.why}`]),
      "linter:",
      ...verdict.messages.map((message) => `  ${message}`),
      ...(verdict.crash === null ? [] : [`  crash: ${verdict.crash}`]),
      ...this.replays.flatMap(({ isShown, words }) => (isShown ? [] : [`path that no run shows:\n${words}`])),
      "",
    ];
    return lines.join("\n");
  }
}

/** The files that the linter was given. */
function filesInWords(spread: Spread | null): string[] {
  if (spread === null) return [];
  return [...spread.files].flatMap(([file, text]) => (file.endsWith(".json") ? [] : [`--- ${file}`, ...text.trimEnd().split("\n")]));
}

/** Has a program judged by both: the linter by `judge`, within `limit` milliseconds. */
export async function examine(program: Program, judge: Judge = verdictOn, limit?: number): Promise<Examination> {
  let truth: Truth;
  try {
    truth = await truthOf(program);
  } catch (error) {
    throw new Error(`cannot run:\n${program.text}`, { cause: error });
  }
  const start = Date.now();
  const verdict = judge(program, limit);
  const milliseconds = Date.now() - start;
  return new Examination(program, truth, verdict, milliseconds, await replays(program, truth, verdict));
}
