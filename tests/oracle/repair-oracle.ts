/** Applies what is offered for the drivers of one seed, and what is refused, and judges what comes of it. */
import type { Place } from "../../lib/machine/facts.ts";
import type { Considered, Reported } from "../../lib/repair/ledger.ts";
import { difference } from "../diff.ts";
import { faultsOf, faultsOfAllFixes, faultsOfText, judged, type Fault, type Judged } from "../repair/judge.ts";
import { applied, changed, Repairer, type Linted, type Repair } from "../repair/repairs.ts";
import path from "node:path";
import { planOf, scattered, spreadOf } from "./cases.ts";
import { Folder } from "./folder.ts";
import { writeDriver } from "./grammar/driver.ts";
import type { DriverPlan } from "./grammar/plan.ts";
import { within } from "./limit.ts";
import { naiveEdits } from "./naive.ts";
import type { Judged as Plugin } from "./plugin.ts";
import type { Program } from "./program.ts";
import { inFiles, laidOut, nameOf, repairProgram, type RepairCase } from "./repair-cases.ts";
import { brokenRepairs, type ForcedOutcome, type Offered, type RefusalCount, type RepairOutcome } from "./repair-outcome.ts";
import { shrunk } from "./shrink.ts";

/** How long the linter may take over one driver with its repairs, in milliseconds. */
const LIMIT = 60_000;

/** A repair with what is wrong with it; null for all fixes together. */
interface Tried {
  readonly repair: Repair | null;
  readonly faults: readonly Fault[];
}

export class RepairOracle {
  readonly #seed: number;
  readonly #plugin: Plugin;
  readonly #isSpread: boolean;
  readonly #repairer: Repairer;
  #folder: Folder | undefined;

  /** @param isSpread all generated drivers are spread over several files */
  constructor(seed: number, plugin: Plugin, isSpread = false) {
    this.#seed = seed;
    this.#plugin = plugin;
    this.#isSpread = isSpread;
    this.#repairer = new Repairer(plugin);
  }

  /** Applies all that is offered for a driver. */
  async outcome(of: RepairCase): Promise<RepairOutcome> {
    const program = repairProgram(this.#seed, of, this.#isSpread);
    let found: Linted;
    try {
      found = this.#linted(program);
    } catch (error) {
      return brokenRepairs(of, error instanceof Error ? error.message : String(error));
    }
    const offers = found.messages.map((message) => ({ rule: ruleOf(message.ruleId), offered: offeredIn(message) }));
    const refusals = found.refusals.map((considered) => refusalOf(considered, found));
    // Most drivers have nothing to repair: these are not run.
    const files = filesOf(program);
    if (found.messages.length === 0) return { of, files, broken: null, isDecided: null, offers, refusals, applications: [] };
    const before = await judged(program, found);
    const tried = await triedOn(before);
    const applications = tried.map(({ repair, faults }) => ({ name: repair?.rule ?? "all fixes", faults: faults.map(({ how }) => how) }));
    return { of, files, broken: null, isDecided: before.isDecided, offers, refusals, applications };
  }

  /** Makes refused repairs of a driver all the same, in every way there is to write them. */
  async forced(of: RepairCase, numbers: readonly number[]): Promise<ForcedOutcome[]> {
    const program = repairProgram(this.#seed, of, this.#isSpread);
    const before = await judged(program, this.#linted(program));
    const outcomes: ForcedOutcome[] = [];
    for (const number of numbers) {
      const considered = before.linted.refusals[number];
      if (considered !== undefined) outcomes.push({ of, number, ...(await this.#forced(before, considered, nameOf(this.#seed, of))) });
    }
    return outcomes;
  }

  async #forced(before: Judged, considered: Considered, name: string): Promise<{ readonly tried: number; readonly held: string | null }> {
    const { rule, refusal, offer } = considered;
    const { text } = before.program;
    const edits = naiveEdits(considered);
    for (const each of edits) {
      const after = changed(text, each);
      // Blank lines and indentation are not what it was refused for.
      const faults = await faultsOfText(before, after, { rule, kind: offer === "move" ? "fix" : "suggestion" });
      if (faults.some(({ isLayout }) => isLayout !== true)) continue;
      const words = [`=== too careful: ${rule}: ${refusal.reason} (${name})`, `--- ${refusal.words}`, text.trimEnd(), "--- breaks nothing:", difference(text, after), ""];
      return { tried: edits.length, held: words.join("\n").replaceAll("\r", "") };
    }
    return { tried: edits.length, held: null };
  }

  /** The smallest driver found within some milliseconds of which a repair of a rule goes wrong in one way, in full. */
  async shown(of: RepairCase, { name, how }: { readonly name: string; readonly how: string }, milliseconds: number): Promise<string> {
    const deadline = Date.now() + milliseconds;
    const title = `${name}: ${how} (${nameOf(this.#seed, of)})`;
    const show = async (program: Program): Promise<string | null> => {
      if (Date.now() > deadline) return null;
      const before = await judged(program, this.#linted(program));
      for (const { repair, faults } of await triedOn(before, name)) {
        const fault = faults.find((each) => each.how === how);
        if (fault !== undefined) return failureInWords(title, before, repair, fault);
      }
      return null;
    };
    if (of.part === "generated") {
      const plan = planOf(this.#seed, of.index);
      const layout = scattered(this.#seed, of.index);
      const spreadBy = spreadOf(this.#seed, of.index, this.#isSpread);
      const plain = (smaller: DriverPlan): Program => inFiles(writeDriver(smaller), spreadBy);
      const lay = [...(spreadBy === undefined ? [] : [writeDriver]), plain, (smaller: DriverPlan): Program => laidOut(plain(smaller), layout)];
      for (const write of lay) {
        const small = await shrunk(plan, (candidate) => show(write(candidate)));
        if (small !== null) return small;
      }
    }
    return (await show(repairProgram(this.#seed, of, this.#isSpread))) ?? `=== ${title}: not seen again\n`;
  }

  #linted(program: Program): Linted {
    const repairer = this.#repairerOf(program);
    return within(LIMIT, () => repairer.linted(program.text));
  }

  /** Who lints a program: where its files are, by its dialect. The files stay until the next program's are written. */
  #repairerOf({ text, dialect, beside }: Program): Repairer {
    const settings = dialect === "throw" ? { settings: { failure: "throw" } } : {};
    if (beside === undefined) return dialect === "throw" ? new Repairer(this.#plugin, { filename: "driver.ts", ...settings }) : this.#repairer;
    this.#folder ??= new Folder();
    this.#folder.write(new Map([...beside.others, [beside.main, text]]));
    return new Repairer(this.#plugin, { cwd: this.#folder.path, filename: path.join(this.#folder.path, beside.main), ...settings });
  }
}

/** What is offered for a driver, by a rule or by all, each with what is wrong with it; the last is all fixes together. */
async function triedOn(before: Judged, name?: string): Promise<Tried[]> {
  const results: Tried[] = [];
  const known = new Map<string, readonly Fault[]>();
  const { repairs } = before.linted;
  for (const repair of repairs.filter(({ rule }) => name === undefined || rule === name)) {
    // Several reports may offer the same edit: it is run once.
    const key = `${repair.rule} ${repair.kind} ${applied(before.program.text, repair.edit)}`;
    const faults = known.get(key) ?? (await faultsOf(before, repair));
    known.set(key, faults);
    results.push({ repair, faults });
  }
  const isAll = name === undefined || name === "all fixes";
  if (isAll && repairs.some(({ kind }) => kind === "fix")) results.push({ repair: null, faults: await faultsOfAllFixes(before) });
  return results;
}

/** Over how many files a driver is spread. */
const filesOf = ({ beside }: Program): number => 1 + [...(beside?.others.keys() ?? [])].filter((name) => name.endsWith(".ts")).length;

const ruleOf = (ruleId: string | null): string => (ruleId ?? "").replace(/^wdf\//u, "");

function offeredIn({ fix, suggestions = [] }: Linted["messages"][number]): Offered {
  return fix !== undefined ? "fix" : suggestions.length > 0 ? "suggestion" : "none";
}

function refusalOf({ rule, facts, refusal: { reason, words } }: Considered, { messages }: Linted): RefusalCount {
  const places = facts.map((fact) => placeOf(rule, fact).loc.start);
  const message = messages.find(({ ruleId, line, column }) => ruleOf(ruleId) === rule && places.some((place) => place.line === line && place.column === column - 1));
  return {
    rule,
    reason: reason === "unproved" ? words.replace(/`[^`]*`|\([^)]*\)|\d+/gu, "…") : reason,
    isLast: message !== undefined && offeredIn(message) === "none",
  };
}

/** Where a rule reports a fact. */
function placeOf(rule: string, fact: Reported): Place {
  if ("place" in fact) return fact.place;
  return rule === "no-leak-on-failure" && "exit" in fact ? fact.exit.place : fact.resource.acquire;
}

function failureInWords(title: string, { program }: Judged, repair: Repair | null, fault: Fault): string {
  const others = [...(program.beside?.others ?? [])].flatMap(([name, text]) => (name.endsWith(".ts") ? [`--- ${name}`, text.trimEnd()] : []));
  const after = repair === null ? [] : [`--- ${repair.words}`, difference(program.text, applied(program.text, repair.edit))];
  const lines = [`=== ${title}`, `entry ${program.entry}, ${program.dialect} dialect`, program.text.trimEnd(), ...others, ...after, `--- ${fault.how}: ${fault.detail}`, ""];
  return lines.join("\n").replaceAll("\r", "");
}
