/** Looks for a repair that can be shown to be right, among several ways to write it. */
import type { Facts, Resource } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import { type Edit, isRefusal, type Outcome, tidied } from "./edit.ts";
import { note, type Considered } from "./ledger.ts";
import { prove } from "./proof.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** A repair that was shown to be right. */
export interface Offer {
  readonly edit: Edit;
}

/** What is to be found out. */
export interface Search<Choice> {
  readonly file: LintedFile;
  /** For each part of the repair the ways to write it, the one to prefer first. */
  readonly choices: readonly (readonly Choice[])[];
  readonly build: (chosen: readonly Choice[]) => Outcome;
  /** What is released before it is acquired anew. */
  readonly renewed?: (chosen: readonly Choice[]) => readonly Resource[];
  /** Whether the report is gone, by the facts of the edited file. */
  readonly isRepaired: (facts: Facts) => boolean;
}

// So many ways are tried for one suggestion: each is an analysis of the file.
const MAX_TRIES = 8;

/** The first repair that holds: all parts as preferred, or else with one after the other written otherwise. */
export function search<Choice>(asked: Search<Choice>): Offer | Failed {
  const { choices, build, file, isRepaired, renewed } = asked;
  let failed: Failed | undefined;
  let tries = 0;
  for (const chosen of combinations(choices)) {
    if (tries === MAX_TRIES) break;
    tries += 1;
    const built = build(chosen);
    if (isRefusal(built)) {
      failed ??= { refusal: built, edit: undefined };
      continue;
    }
    const edit = tidied(file.sourceCode.text, built);
    const result = prove(file, { edit, isRepaired: ({ facts }) => isRepaired(facts), renewed: renewed?.(chosen) ?? [] });
    if (!isRefusal(result)) return { edit };
    failed = failed?.edit ? failed : { refusal: result, edit };
  }
  return failed ?? { refusal: refuse("shape", "there is nothing to write"), edit: undefined };
}

/** A search that came to nothing: why the way to prefer did not do. */
export interface Failed {
  readonly refusal: Refusal;
  readonly edit: Edit | undefined;
}

/** All parts as preferred; then each part in its other ways; then all others. */
function* combinations<Choice>(choices: readonly (readonly Choice[])[]): Generator<Choice[]> {
  if (choices.some((ways) => ways.length === 0)) return;
  const seen = new Set<string>();
  const pick = (indexes: readonly number[]): Choice[] | undefined => {
    const key = indexes.join();
    if (seen.has(key)) return undefined;
    seen.add(key);
    return choices.flatMap((ways, part) => {
      const way = ways[indexes[part] ?? 0];
      return way === undefined ? [] : [way];
    });
  };
  const first = choices.map(() => 0);
  for (let sum = 0; sum <= MAX_TRIES; sum += 1) {
    for (const indexes of withSum(choices, first, 0, sum)) {
      const chosen = pick(indexes);
      if (chosen) yield chosen;
    }
  }
}

/** Index lists that add up to a sum. */
function* withSum(choices: readonly (readonly unknown[])[], indexes: readonly number[], part: number, sum: number): Generator<readonly number[]> {
  const ways = choices[part];
  if (!ways) {
    if (sum === 0) yield indexes;
    return;
  }
  for (let index = 0; index < ways.length && index <= sum; index += 1) yield* withSum(choices, indexes.with(part, index), part + 1, sum - index);
}

/** Who asks for a suggestion, and about what. */
export type Asked = Omit<Considered, "refusal" | "edit">;

/** The offer, or nothing; what is not offered is noted. */
export function offered(asked: Asked, result: Offer | Failed | Refusal): Offer | undefined {
  if ("edit" in result && !("refusal" in result)) return result;
  note("refusal" in result ? { ...asked, ...result } : { ...asked, refusal: result, edit: undefined });
  return undefined;
}
