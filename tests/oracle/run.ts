/** `npx jiti tests/oracle/run.ts --programs N --seed S`: generated drivers, the simulator's word against the linter's. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { exampleMutants, programOf, type Case } from "./cases.ts";
import { Crew } from "./crew.ts";
import { expectedFeatures } from "./grammar/features.ts";
import type { Outcome } from "./outcome.ts";
import { main as applyRepairs } from "./repairs.ts";
import { Totals } from "./totals.ts";

if (process.argv.includes("--repairs")) {
  process.exit((await applyRepairs(process.argv.slice(2))) ? 0 : 1);
}

const { values } = parseArgs({
  options: {
    /** How many programs, and the number of the first. */
    programs: { type: "string", default: "500" },
    first: { type: "string", default: "0" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    /** How many processes share the work. */
    workers: { type: "string", default: String(availableParallelism()) },
    /** The plugin of dist/ is judged, not the sources. */
    built: { type: "boolean", default: false },
    /** Clean programs below this number are judged with a mutant; where it is not 0, so are all mutants of docs/examples. */
    mutants: { type: "string", default: "0" },
    /** In so many programs a disagreement is shown, and no failure. */
    allow: { type: "string", default: "0" },
    /** How many disagreements are shown in small, each within so many seconds. */
    show: { type: "string", default: "5" },
    patience: { type: "string", default: "60" },
    /** When no more programs are begun. */
    seconds: { type: "string", default: "36000" },
    /** Shown are causes that contain this only, of drivers without constructs that begin with this. */
    only: { type: "string", default: "" },
    without: { type: "string" },
    /** Every generated program is spread over several files, not a third of them. */
    spread: { type: "boolean", default: false },
    /** All shares, not the rarest only. */
    shares: { type: "boolean", default: false },
    /** Only prints the programs. */
    print: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const count = Number(values.programs);
const first = Number(values.first);
const mutants = Number(values.mutants);

if (values.print) {
  for (let index = first; index < first + count; index += 1) {
    const program = programOf(seed, { kind: "program", index });
    console.log(`${program?.text ?? ""}\n// ${String(index)}: ${program?.entry ?? ""} ---------------------------------\n`);
  }
} else process.exitCode = (await judge()) ? 0 : 1;

async function judge(): Promise<boolean> {
  console.log(`seed ${String(seed)}, programs ${String(first)} to ${String(first + count - 1)}`);
  const start = performance.now();
  const crew = new Crew(Number(values.workers), { seed, isBuilt: values.built, isSpread: values.spread });
  const totals = new Totals(expectedFeatures());
  const mutantTotals = new Totals();
  const interesting: { of: Case; cause: string }[] = [];
  const progress = progressLine(count);
  const take = (outcome: Outcome): void => {
    (outcome.of.kind === "program" ? totals : mutantTotals).add(outcome);
    if (!outcome.features.some((feature) => values.without !== undefined && feature.startsWith(values.without))) {
      for (const cause of outcome.causes) if (cause.includes(values.only)) interesting.push({ of: outcome.of, cause });
    }
    progress(totals);
  };
  const examplesOf = mutants > 0 ? exampleMutants().map((_, index): Case => ({ kind: "example", index })) : [];
  const cases = [...Array.from({ length: count }, (_, index): Case => ({ kind: "program", index: first + index })), ...examplesOf];
  const judged = await crew.judge({ cases, mutants, deadline: Date.now() + Number(values.seconds) * 1000, take });
  const told = new Set<string>();
  await crew.show(chosen(interesting), (text) => {
    // Names and numbers aside, one is enough.
    const key = text.replace(/^=== (.*) \(.*/u, "$1").replace(/\d+/gu, "");
    if (!told.has(key)) console.log(text);
    told.add(key);
  });
  console.log(totals.toString(values.shares));
  const problems = totals.problems(Number(values.allow));
  if (mutants > 0) {
    console.log(mutantTotals.inBrief());
    problems.push(...mutantTotals.problemsOfMutants());
  }
  if (judged < cases.length) problems.push(`out of time: ${String(cases.length - judged)} were not judged`);
  const seconds = (performance.now() - start) / 1000;
  console.log(`${(judged / seconds).toFixed(0)} a second, ${values.workers} processes, ${seconds.toFixed(0)} s`);
  console.log(`seed ${String(seed)}: ${problems.length === 0 ? (totals.wrong === 0 ? "the simulator and the linter agree" : `NOT right in ${String(totals.wrong)}, as many as are allowed`) : `NOT right: ${problems.join("; ")}`}`);
  return problems.length === 0;
}

/** The first three of each cause, as many as are to be shown; by number, whoever found them first. */
function chosen(interesting: readonly { of: Case; cause: string }[]): { do: "show"; of: Case; cause: string; milliseconds: number }[] {
  const shown = new Map<string, number>();
  const sorted = interesting.toSorted((left, right) => left.of.kind.localeCompare(right.of.kind) || left.of.index - right.of.index);
  const kept = sorted.filter(({ cause, of }) => {
    const key = `${cause} ${of.kind}`;
    shown.set(key, (shown.get(key) ?? 0) + 1);
    return (shown.get(key) ?? 0) <= 3;
  });
  return kept.slice(0, Number(values.show)).map(({ of, cause }) => ({ do: "show", of, cause, milliseconds: Number(values.patience) * 1000 }));
}

/** Tells on the error stream how far a run is: all the time on a terminal, else once a minute. */
function progressLine(programs: number): (totals: Totals) => void {
  const { stderr } = process;
  let last = Date.now();
  return (totals) => {
    const now = Date.now();
    if (now - last < (stderr.isTTY ? 200 : 60_000)) return;
    last = now;
    stderr.write(`${stderr.isTTY ? "\r" : ""}${String(totals.programs)} of ${String(programs)} programs, ${String(totals.wrong)} with a disagreement ${stderr.isTTY ? "" : "\n"}`);
  };
}
