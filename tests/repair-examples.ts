/** Repairs the drivers of docs/examples step by step, and has the simulator say what each step has brought. */
import { Linter } from "eslint";
import type { WdfPlugin } from "../lib/index.ts";
import type * as Simulator from "../lib/sim/index.ts";
import { difference } from "./diff.ts";
import { config, examples } from "./examples.ts";
import { applied } from "./repair/repairs.ts";
import { verifyExample } from "./run-examples.ts";

/** So many suggestions are taken one after the other: an example has few defects. */
const MOST_STEPS = 5;

/** What is done to a driver, and what it is then. */
interface Step {
  readonly how: string;
  readonly before: string;
  readonly after: string;
}

/** Every example that something can be done about: as it stands, after `--fix`, and after each first suggestion. */
export function drawRepairs(sim: typeof Simulator, wdf: WdfPlugin): string {
  const linter = new Linter();
  const heading = "What the plugin does about them: fixes first, then one suggestion after the other.\n";
  const drawn = examples().flatMap(({ name, code }) => {
    const steps = stepsFor(linter, wdf, name, code);
    if (steps.length === 0) return [];
    const rows = steps.flatMap(({ how, before, after }) => [`  ${how}`, "", indented(difference(before, after)), "", `  ${inWords(verifyExample(sim, name, after))}`, ""]);
    const left = linter.verify(steps.at(-1)?.after ?? code, config(wdf), name).length;
    return [[`docs/examples/${name}`, `  ${inWords(verifyExample(sim, name, code))}`, "", ...rows, `  ${left === 0 ? "Nothing is left to report." : `${String(left)} of its findings are left to its author.`}`, ""].join("\n")];
  });
  return [heading, ...drawn].join("\n");
}

function stepsFor(linter: Linter, wdf: WdfPlugin, name: string, code: string): Step[] {
  const steps: Step[] = [];
  const { output } = linter.verifyAndFix(code, config(wdf), name);
  if (output !== code) steps.push({ how: "eslint --fix makes of it:", before: code, after: output });
  for (let text = output, taken = 0; taken < MOST_STEPS; taken += 1) {
    const message = linter.verify(text, config(wdf), name).find(({ suggestions = [] }) => suggestions.length > 0);
    const [suggestion] = message?.suggestions ?? [];
    if (message === undefined || suggestion === undefined) break;
    const after = applied(text, suggestion.fix);
    steps.push({ how: `${message.ruleId ?? ""}, line ${String(message.line)}, suggests: ${suggestion.desc}`, before: text, after });
    text = after;
  }
  return steps;
}

const indented = (lines: string): string => lines.replace(/^(?=.)/gmu, "    ");

/** What the simulator says of a driver, in one line. */
function inWords({ runs, findings, complete }: Simulator.Verification): string {
  const bad = runs.filter(({ findings: found }) => found.some(({ harmless }) => !harmless)).length;
  const all = `${String(runs.length)} runs, ${complete ? "every schedule that there is" : "but not every schedule"}`;
  const first = findings.find(({ harmless }) => !harmless);
  if (bad === 0 || first === undefined) return `✓ ${all}: nothing leaks, nothing is lost.`;
  return `✗ ${all}: ${String(bad)} of them go wrong. ${first.message}.`;
}
