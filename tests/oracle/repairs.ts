/** `npm run oracle -- --repairs`: every fix and suggestion on generated drivers, the examples and the fixtures, applied and judged. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { sourceFiles } from "../corpus.ts";
import { examples } from "../examples.ts";
import { faultsOf, faultsOfAllFixes, faultsOfText, judged, type Fault, type Judged } from "../repair/judge.ts";
import { applied, changed, linted, type Linted, type Repair } from "../repair/repairs.ts";
import { writeDriver } from "./grammar/driver.ts";
import { driverPlan, type DriverPlan } from "./grammar/plan.ts";
import { chooser, layOut } from "./layout.ts";
import type { External, Program } from "./program.ts";
import { RepairTotals } from "./repair-totals.ts";
import { shrunk } from "./shrink.ts";

/** How much is to be done. */
export interface Amount {
  /** At most so many generated drivers. */
  readonly programs: number;
  /** It ends once so many repairs were applied to generated drivers. */
  readonly applications: number;
  readonly seed: number;
  readonly seconds: number;
  /** So many different failures are made small and told in full. */
  readonly show: number;
  /** The examples and the fixtures come first. */
  readonly byHand: boolean;
  /** Longer drivers are left out: they take longer. */
  readonly maxLines?: number;
  /** Of each reason, so many refused edits are made all the same: 50 where nothing is said. */
  readonly forced?: number;
}

/** One repair that went wrong. */
interface Failure {
  readonly plan: DriverPlan | null;
  readonly layout: number;
  readonly judged: Judged;
  /** Null where all fixes together are meant. */
  readonly repair: Repair | null;
  readonly fault: Fault;
}

/** Runs as the command line says; the exit code tells whether something went wrong. */
export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      repairs: { type: "boolean" },
      programs: { type: "string", default: "1000000" },
      applications: { type: "string", default: "1000" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
      show: { type: "string", default: "5" },
      seconds: { type: "string", default: "36000" },
      only: { type: "string" },
      generated: { type: "boolean", default: false },
      lines: { type: "string", default: "Infinity" },
    },
  });
  const amount: Amount = {
    programs: Number(values.programs),
    applications: Number(values.applications),
    seed: Number(values.seed),
    seconds: Number(values.seconds),
    show: Number(values.show),
    byHand: !values.generated,
    maxLines: Number(values.lines),
  };
  console.log(`seed ${String(amount.seed)}`);
  const { totals, told } = await applyRepairs(amount, values.only);
  console.log(totals.toString());
  for (const text of told) console.log(text);
  process.exitCode = totals.failures === 0 ? 0 : 1;
}

/** Applies what is offered, and tells what went wrong: in sums, and some of it in full. `only` is a part of the rule or the fault. */
export async function applyRepairs(amount: Amount, only = ""): Promise<{ readonly totals: RepairTotals; readonly told: string[] }> {
  const deadline = Date.now() + amount.seconds * 1000;
  const totals = new RepairTotals();
  const failures = new Map<string, Failure>();
  const refusals = new Map<string, string[]>();
  const look = async (program: Program, plan: DriverPlan | null, layout: number): Promise<void> => {
    const found = lintedOrNull(program);
    // Most drivers have nothing to repair: these are not run.
    if (found === null) {
      totals.crash();
      return;
    }
    const before = found.repairs.length + found.refusals.length > 0 ? await judgedOrNull(program, found) : null;
    if (before === null) {
      totals.see(found, false);
      return;
    }
    totals.see(before.linted, before.isDecided);
    for (const considered of before.linted.refusals) {
      totals.refuse(considered);
      const { edit, refusal, rule } = considered;
      const key = `refused ${rule}: ${refusal.reason === "unproved" ? refusal.words : refusal.reason}`;
      if (only.startsWith("refused") && key.includes(only) && (refusals.get(key)?.length ?? 0) < amount.show) refusals.set(key, [...(refusals.get(key) ?? []), `=== ${key}: ${refusal.words}\n${program.text.replaceAll("\r", "")}${edit ? `--- would be\n${changed(program.text, edit).replaceAll("\r", "")}` : ""}`]);
      if (edit === undefined || !before.isDecided || totals.triesOf(considered) >= (amount.forced ?? MOST_FORCED)) continue;
      totals.force(considered, await faultsOfText(before, changed(program.text, edit), { rule, kind: "suggestion" }));
    }
    for (const { repair, faults } of await allFaults(before)) {
      totals.apply(repair, faults);
      for (const fault of faults) {
        const key = `${repair?.rule ?? "all fixes"}: ${fault.how}`;
        if (key.includes(only) && !failures.has(key)) failures.set(key, { plan, layout, judged: before, repair, fault });
      }
    }
  };
  if (amount.byHand) for (const program of programsByHand()) await look(program, null, 0);
  totals.endOfHandCases();
  const plans = fc.sample(fc.noShrink(driverPlan), { seed: amount.seed, numRuns: 1 });
  for (let index = 0; index < amount.programs && totals.applicationsTo("generated") < amount.applications && Date.now() < deadline; index += 1) {
    // A few hundred at a time: all of them at once would take their room.
    if (plans.length === 0 || index % BATCH === 0) plans.splice(0, plans.length, ...fc.sample(fc.noShrink(driverPlan), { seed: amount.seed + index, numRuns: BATCH }));
    const plan = plans[index % BATCH];
    const program = plan && written(plan, amount.seed + index);
    if (program && program.text.split("\n").length <= (amount.maxLines ?? Infinity)) await look(program, plan, amount.seed + index);
    if (process.stderr.isTTY && index % 20 === 0) process.stderr.write(`\r${String(index)} drivers, ${String(totals.applicationsTo("generated"))} repairs `);
  }
  const told: string[] = [];
  for (const [key, failure] of [...failures].slice(0, amount.show)) told.push(tell(key, await made(failure, deadline)));
  return { totals, told: [...told, ...[...refusals.values()].flat()] };
}

const BATCH = 250;
/** Of each reason, so many refused edits are made all the same. */
const MOST_FORCED = 50;

/** What is offered for a driver, each with what is wrong with it; the last is all fixes together. */
async function allFaults(before: Judged): Promise<{ readonly repair: Repair | null; readonly faults: readonly Fault[] }[]> {
  const results: { repair: Repair | null; faults: readonly Fault[] }[] = [];
  const known = new Map<string, readonly Fault[]>();
  for (const repair of before.linted.repairs) {
    // Several reports may offer the same edit: it is run once.
    const key = `${repair.rule} ${repair.kind} ${applied(before.program.text, repair.edit)}`;
    const faults = known.get(key) ?? (await faultsOf(before, repair));
    known.set(key, faults);
    results.push({ repair, faults });
  }
  if (before.linted.repairs.some(({ kind }) => kind === "fix")) results.push({ repair: null, faults: await faultsOfAllFixes(before) });
  return results;
}

/** The driver that a plan describes, laid out by a number. */
function written(plan: DriverPlan, layout: number): Program {
  const program = writeDriver(plan);
  const { text, features } = layOut(program.text, chooser(layout));
  return { ...program, text, features: new Set([...program.features, ...features]) };
}

function lintedOrNull({ text }: Program): Linted | null {
  try {
    return linted(text);
  } catch {
    return null;
  }
}

async function judgedOrNull(program: Program, found: Linted): Promise<Judged | null> {
  try {
    return await judged(program, found);
  } catch {
    return null;
  }
}

/* ---------- what people wrote ---------- */

const KINDS: Readonly<Record<string, External["returns"]>> = { NTSTATUS: "status", "object | null": "pointer", boolean: "boolean", void: "void", number: "mode" };

/** The examples of the documentation and the fixtures. */
function programsByHand(): Program[] {
  const fixtures = sourceFiles(path.resolve(import.meta.dirname, "../fixtures")).filter((file) => file.endsWith(".ts"));
  return [...examples().map(({ code }) => code), ...fixtures.map((file) => readFileSync(file, "utf8"))].map(programOf);
}

/** A text as a program; one that the simulator cannot run is linted all the same. */
export function programOf(text: string): Program {
  const declared = [...text.matchAll(/^declare function (?<name>\w+)\(.*\): (?<type>.*?);?$/gmu)];
  const externals = declared.map(({ groups }): External => ({ name: groups?.["name"] ?? "", returns: KINDS[groups?.["type"] ?? ""] ?? "void" }));
  return {
    text,
    entry: "DriverEntry",
    dialect: /\.status\b|\{ status/u.test(text) ? "result" : "status",
    // The examples know it by an ambient declaration.
    externals: /\bhwInitializationData\b/u.test(text) ? [...externals, { name: "hwInitializationData", returns: "void" }] : externals,
    features: new Set(),
  };
}

/* ---------- failures made small ---------- */

/** The smallest driver that shows a failure. */
async function made(failure: Failure, deadline: number): Promise<Failure> {
  const { plan, repair, fault } = failure;
  if (plan === null) return failure;
  for (const layout of [null, failure.layout]) {
    const small = await shrunk(plan, async (candidate) => {
      if (Date.now() > deadline) return null;
      const program = layout === null ? writeDriver(candidate) : written(candidate, layout);
      const found = lintedOrNull(program);
      const before = found && (await judgedOrNull(program, found));
      if (before === null) return null;
      for (const found of await allFaults(before)) {
        if (found.repair?.rule !== repair?.rule) continue;
        const same = found.faults.find(({ how }) => how === fault.how);
        if (same !== undefined) return { ...failure, plan: candidate, judged: before, repair: found.repair, fault: same };
      }
      return null;
    });
    if (small !== null) return small;
  }
  return failure;
}

function tell(key: string, { judged: { program }, repair, fault }: Failure): string {
  const after = repair === null ? [] : [`--- after: ${repair.words}`, applied(program.text, repair.edit).trimEnd()];
  const text = [`=== ${key}`, `entry ${program.entry}, ${program.dialect} dialect`, program.text.trimEnd(), ...after, `--- ${fault.how}: ${fault.detail}`, ""].join("\n");
  return text.replaceAll("\r", "");
}
