/** Applies what is offered for the drivers of one seed, and what is refused, and judges what comes of it. */
import type { Place } from "../../lib/machine/facts.ts";
import type { Considered, Reported } from "../../lib/repair/ledger.ts";
import { difference } from "../diff.ts";
import { faultsOf, faultsOfAllFixes, faultsOfText, judged, type Fault, type Judged } from "../repair/judge.ts";
import { applied, changed, Repairer, type Linted, type Repair } from "../repair/repairs.ts";
import { planOf, scattered } from "./cases.ts";
import { writeDriver } from "./grammar/driver.ts";
import type { DriverPlan } from "./grammar/plan.ts";
import { within } from "./limit.ts";
import { naiveEdits } from "./naive.ts";
import type { Judged as Plugin } from "./plugin.ts";
import type { Program } from "./program.ts";
import { laidOut, nameOf, repairProgram, type RepairCase } from "./repair-cases.ts";
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
  readonly #repairer: Repairer;

  constructor(seed: number, plugin: Plugin) {
    this.#seed = seed;
    this.#repairer = new Repairer(plugin);
  }

  /** Applies all that is offered for a driver. */
  async outcome(of: RepairCase): Promise<RepairOutcome> {
    const program = repairProgram(this.#seed, of);
    let found: Linted;
    try {
      found = this.#linted(program);
    } catch (error) {
      return brokenRepairs(of, error instanceof Error ? error.message : String(error));
    }
    const offers = found.messages.map((message) => ({ rule: ruleOf(message.ruleId), offered: offeredIn(message) }));
    const refusals = found.refusals.map((considered) => refusalOf(considered, found));
    // Most drivers have nothing to repair: these are not run.
    if (found.messages.length === 0) return { of, broken: null, isDecided: null, offers, refusals, applications: [] };
    const before = await judged(program, found);
    const tried = await triedOn(before);
    const applications = tried.map(({ repair, faults }) => ({ name: repair?.rule ?? "all fixes", faults: faults.map(({ how }) => how) }));
    return { of, broken: null, isDecided: before.isDecided, offers, refusals, applications };
  }

  /** Makes refused repairs of a driver all the same, in every way there is to write them. */
  async forced(of: RepairCase, numbers: readonly number[]): Promise<ForcedOutcome[]> {
    const program = repairProgram(this.#seed, of);
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
      const lay: ((plan: DriverPlan) => Program)[] = [writeDriver, (smaller): Program => laidOut(smaller, layout)];
      for (const write of lay) {
        const small = await shrunk(plan, (candidate) => show(write(candidate)));
        if (small !== null) return small;
      }
    }
    return (await show(repairProgram(this.#seed, of))) ?? `=== ${title}: not seen again\n`;
  }

  #linted({ text }: Program): Linted {
    return within(LIMIT, () => this.#repairer.linted(text));
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
  const after = repair === null ? [] : [`--- ${repair.words}`, difference(program.text, applied(program.text, repair.edit))];
  const lines = [`=== ${title}`, `entry ${program.entry}, ${program.dialect} dialect`, program.text.trimEnd(), ...after, `--- ${fault.how}: ${fault.detail}`, ""];
  return lines.join("\n").replaceAll("\r", "");
}
