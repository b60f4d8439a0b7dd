/** The oracle of one seed: judges its programs and their mutants, and shows disagreements in small. */
import { placedAs, planOf, programOf, type Case } from "./cases.ts";
import { examine, type Examination } from "./examine.ts";
import { writeDriver } from "./grammar/driver.ts";
import { outcomeOf, type Outcome } from "./outcome.ts";
import type { Program } from "./program.ts";
import { reduced } from "./reduce.ts";
import { shrunk } from "./shrink.ts";
import { verdictOn, type Judge } from "./verdict.ts";

/** While a hang is made smaller, each try that hangs costs this much: milliseconds. */
const SHORT_LIMIT = 1000;

export class Oracle {
  readonly #seed: number;
  readonly #judge: Judge;
  readonly #isSpread: boolean;

  constructor(seed: number, judge: Judge = verdictOn, isSpread = false) {
    this.#seed = seed;
    this.#judge = judge;
    this.#isSpread = isSpread;
  }

  /** Judges a case, and where that is asked for the mutant of a clean program. Mutants that do not run are none. */
  async outcomes(of: Case, withMutant = false): Promise<Outcome[]> {
    const program = programOf(this.#seed, of, this.#isSpread);
    if (program === null) return [];
    if (of.kind !== "program") {
      const mutant = await this.#examine(program).catch(() => null);
      return mutant === null ? [] : [outcomeOf(of, mutant)];
    }
    const examination = await this.#examine(program);
    const outcome = outcomeOf(of, examination);
    const isClean = !outcome.isLeaky && outcome.undecided === null && outcome.causes.length === 0;
    return withMutant && isClean ? [outcome, ...(await this.outcomes({ ...of, kind: "mutant" }))] : [outcome];
  }

  /** The smallest program found within some milliseconds that shows a cause, with what both say of it. */
  async shown(of: Case, cause: string, milliseconds: number): Promise<string> {
    const program = programOf(this.#seed, of, this.#isSpread);
    if (program === null) return "";
    const deadline = Date.now() + milliseconds;
    const tried = (candidate: Program): Promise<Examination> => this.#examine(candidate, cause === "hang" ? SHORT_LIMIT : undefined);
    let small = await this.#examine(program);
    if (of.kind === "program") {
      const found = await shrunk(planOf(this.#seed, of.index), async (plan) => {
        if (Date.now() > deadline) return null;
        const examination = await tried(placedAs(this.#seed, of.index, writeDriver(plan), this.#isSpread));
        return examination.causes.includes(cause) ? examination : null;
      });
      small = found ?? small;
    }
    const { program: last, causes, isRefused, truth } = small;
    const text = await reduced(last.text, async (candidate) => {
      if (Date.now() > deadline) return false;
      const found = await tried({ ...last, text: candidate });
      if (found.isRefused && !isRefused) return false;
      if (truth.undecided === null && found.truth.undecided !== null) return false;
      return found.causes.includes(cause) && found.causes.every((other) => causes.includes(other));
    });
    const name = `${of.kind} ${String(of.index)} of seed ${String(this.#seed)}`;
    return (await this.#examine({ ...last, text })).toString(`${cause} (${name})`);
  }

  #examine(program: Program, limit?: number): Promise<Examination> {
    return examine(program, this.#judge, limit);
  }
}
