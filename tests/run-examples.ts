/** Runs the drivers of docs/examples in the simulator, and tells for each finding of the linter the schedule that proves it. */
import { SourceMap } from "node:module";
import type { SourceMapPayload } from "node:module";
import vm from "node:vm";
import type { Linter } from "eslint";
import ts from "typescript";
import type * as Simulator from "../lib/sim/index.ts";
import { examples } from "./examples.ts";
import { draw } from "./frame.ts";

type Position = Simulator.Position;
type Proof = Simulator.VerifiedFinding;

/** What the simulator calls that which a rule reports. */
const PROOFS: Readonly<Record<string, (finding: Proof) => boolean>> = {
  "wdf/driver-create-first": ({ kind }) => kind === "order",
  "wdf/no-leak-on-failure": ({ kind }) => kind === "leak-on-failure",
  "wdf/no-leak-on-unload": ({ kind }) => kind === "leak-on-unload",
  "wdf/no-lost-attributes": ({ kind }) => kind === "lost-attribute",
  "wdf/no-unmatched-wpp-init": ({ kind }) => kind === "unmatched-wpp",
  // It asks for the callback that would have run when the start failed.
  "wdf/require-driver-cleanup": ({ phase }) => phase === "failure",
};

/** All examples drawn as `drawAll` does, each finding with its proof below it, or that no schedule leaks. */
export function drawWithProofs(sim: typeof Simulator, findings: ReadonlyMap<string, readonly Linter.LintMessage[]>): string {
  return examples()
    .map(({ name, code }) => {
      const verification = verifyExample(sim, name, code);
      const file = `docs/examples/${name}`;
      const found = findings.get(name) ?? [];
      if (found.length > 0) return found.map((one) => draw(file, code, [one]) + proofInWords(proofOf(one, verification))).join("\n");
      return draw(file, code, []) + cleanInWords(verification);
    })
    .join("\n");
}

/** An example as code that runs: made anew for each run, its calls placed in the source. */
interface Runnable {
  readonly fresh: () => Simulator.DriverEntry;
  readonly locate: (call: string, error: Error) => Position | null;
}

/** Transpiles an example; what it knows by ambient declarations becomes the simulator's. */
export function runnable(sim: typeof Simulator, name: string, code: string): Runnable {
  const { outputText, sourceMapText = "{}" } = ts.transpileModule(code, {
    fileName: name,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, sourceMap: true },
  });
  const map = new SourceMap(JSON.parse(sourceMapText) as SourceMapPayload);
  const ambient: Readonly<Record<string, unknown>> = { ...sim, hwInitializationData: {} };
  const load = vm.compileFunction(outputText, ["exports", ...Object.keys(ambient)], { filename: name }) as (...values: unknown[]) => void;
  return {
    fresh() {
      const exports: { DriverEntry?: Simulator.DriverEntry } = {};
      load(exports, ...Object.values(ambient));
      if (exports.DriverEntry === undefined) throw new Error(`${name} exports no DriverEntry`);
      return exports.DriverEntry;
    },
    locate(_call, { stack = "" }) {
      const [, line, column] = /^(\d+):(\d+)/u.exec(stack.split(`${name}:`)[1] ?? "") ?? [];
      if (line === undefined) return null;
      const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
      return "originalLine" in entry ? { file: name, line: entry.originalLine + 1, column: entry.originalColumn + 1 } : null;
    },
  };
}

/** Runs one example under every schedule. */
export function verifyExample(sim: typeof Simulator, name: string, code: string): Simulator.Verification {
  const { fresh, locate } = runnable(sim, name, code);
  return sim.verify({ fresh }, { positions: true, locate });
}

/** The finding of the simulator that proves one of the linter: of its rule, and the one that agrees most with its words. */
export function proofOf({ ruleId, line, message }: Linter.LintMessage, { findings }: Simulator.Verification): Proof | undefined {
  const fit = findings.filter((finding) => PROOFS[ruleId ?? ""]?.(finding) === true);
  const named = new Set([line, ...[...message.matchAll(/\bline (\d+)/gu)].map(([, number]) => Number(number))]);
  const agreement = ({ call, resource, exit }: Proof): number =>
    (named.has((call ?? resource?.acquired)?.position?.line ?? 0) ? 2 : 0) +
    (message.includes(`after \`${exit?.after?.call ?? ""}\` fails`) ? 1 : 0);
  return fit.toSorted((left, right) => agreement(right) - agreement(left))[0];
}

export function proofInWords(proof: Proof | undefined): string {
  if (proof === undefined) return "  No schedule shows it.\n";
  return `  Shown by running it with ${scheduleInWords(proof.schedule)}: ${proof.message}.\n`;
}

function scheduleInWords(schedule: Simulator.Schedule): string {
  const steps = Object.entries(schedule).map(([call, outcome]) => `${call} ${outcome}`);
  return steps.length === 0 ? "nothing failing" : `{ ${steps.join(", ")} }`;
}

export function cleanInWords({ runs, complete, ok }: Simulator.Verification): string {
  if (!complete || !ok) return "  But the simulator finds something.\n";
  return `  No schedule leaks: all ${String(runs.length)} were run.\n`;
}
