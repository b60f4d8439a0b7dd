/** `npx jiti tests/oracle/run.ts --programs N --seed S`: generated drivers, the simulator's word against the linter's. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { writeDriver } from "./grammar/driver.ts";
import { driverPlan, type DriverPlan } from "./grammar/plan.ts";
import { examine, type Examination } from "./examine.ts";
import { mutantOf } from "./mutate.ts";
import { reduced } from "./reduce.ts";
import { main as applyRepairs } from "./repairs.ts";
import { shrunk } from "./shrink.ts";
import { Totals } from "./totals.ts";

if (process.argv.includes("--repairs")) {
  await applyRepairs(process.argv.slice(2));
  process.exit();
}

const { values } = parseArgs({
  options: {
    programs: { type: "string", default: "500" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    show: { type: "string", default: "5" },
    seconds: { type: "string", default: "600" },
    print: { type: "boolean", default: false },
    only: { type: "string" },
    avoid: { type: "string", default: "" },
    mutants: { type: "boolean", default: false },
    keep: { type: "string" },
    shares: { type: "boolean", default: false },
  },
});
const programs = Number(values.programs);
const seed = Number(values.seed);
const avoided = values.avoid.split(",");
const deadline = Date.now() + Number(values.seconds) * 1000;

console.log(`seed ${String(seed)}`);
const totals = new Totals();
const shown = new Map<string, number>();
const mutants = new Totals();
const mutantTexts: string[] = [];
const samples = fc.sample(fc.noShrink(driverPlan), { seed, numRuns: programs });
const interesting: { plan: DriverPlan; cause: string; index: number }[] = [];
for (const [index, plan] of samples.entries()) {
  if (Date.now() > deadline) {
    console.log(`stopped after ${String(index)} programs: out of time`);
    break;
  }
  const program = writeDriver(plan);
  if (avoided.some((feature) => program.features.has(feature))) continue;
  if (values.print) console.log(`${program.text}\n// ${program.entry} ---------------------------------\n`);
  if (values.keep !== undefined) writeFileSync(values.keep, program.text);
  const examination = await examine(program);
  totals.add(examination);
  await mutate(examination, index);
  for (const cause of examination.causes) {
    if (values.only !== undefined && !cause.includes(values.only)) continue;
    const count = shown.get(cause) ?? 0;
    shown.set(cause, count + 1);
    if (count < 3) interesting.push({ plan, cause, index });
  }
  if (process.stderr.isTTY && index % 20 === 0) process.stderr.write(`\r${String(index)}/${String(programs)} `);
}
console.log(totals.toString(values.shares));
if (values.mutants) console.log(`mutants of clean drivers:\n${mutants.toString(false)}`);
for (const text of mutantTexts.slice(0, Number(values.show))) console.log(text);

const causes = new Set<string>();
const distinct: Examination[] = [];
for (const { plan, cause } of interesting) {
  if (distinct.length >= Number(values.show) || Date.now() > deadline) break;
  const small = await shrink(plan, cause);
  const key = `${cause}${small.program.text.replace(/\d+/gu, "")}`;
  if (causes.has(key)) continue;
  causes.add(key);
  distinct.push(small);
  console.log(small.toString(cause));
}

/** The smallest program that still shows a cause. */
async function shrink(plan: DriverPlan, cause: string): Promise<Examination> {
  const small = await shrunk(plan, async (candidate) => {
    if (Date.now() > deadline) return null;
    const examination = await examine(writeDriver(candidate));
    return examination.causes.includes(cause) ? examination : null;
  });
  if (small === null) return examine(writeDriver(plan));
  const { program } = small;
  const withText = (text: string): Promise<Examination> => examine({ ...program, text });
  const text = await reduced(program.text, async (candidate) => {
    if (Date.now() > deadline) return false;
    const examination = await withText(candidate);
    const { causes } = examination;
    if (isRefused(examination) && !isRefused(small)) return false;
    return examination.truth.undecided === null && causes.includes(cause) && causes.every((other) => small.causes.includes(other));
  });
  return withText(text);
}

/** Judges a mutant of a clean driver. */
async function mutate(original: Examination, turn: number): Promise<void> {
  if (!values.mutants || original.isLeaky || original.truth.undecided !== null || original.causes.length > 0) return;
  let state = (seed + turn * 7919) >>> 0;
  const choose = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
  const text = mutantOf(original.program.text, choose);
  if (text === null) return;
  const judge = async (candidate: string): Promise<Examination | null> => examine({ ...original.program, text: candidate }).catch(() => null);
  const mutant = await judge(text);
  if (mutant === null) return;
  mutants.add(mutant);
  const [cause] = mutant.causes;
  if (cause === undefined || mutantTexts.length >= Number(values.show)) return;
  const small = await reduced(text, async (candidate) => {
    if (Date.now() > deadline) return false;
    const found = await judge(candidate);
    return found !== null && found.truth.undecided === null && found.causes.includes(cause) && found.causes.every((other) => mutant.causes.includes(other)) && (isRefused(mutant) || !isRefused(found));
  });
  mutantTexts.push((await judge(small))?.toString(`mutant: ${cause}`) ?? "");
}

/** Some call was given what it does not take: a struct that was never initialised, say. */
function isRefused({ truth }: Examination): boolean {
  return truth.verification.findings.some(({ kind }) => kind === "refused-call");
}
