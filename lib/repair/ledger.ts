/** Who is told of the repairs that were considered and not offered, and whether any are wanted: for the figures of the oracle. */
import type { Facts } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import type { Edit, Repair } from "./edit.ts";
import type { Refusal } from "./refusal.ts";

/** A fact that a rule reports. */
export type Reported = Facts[keyof Omit<Facts, "internalError">][number];

/** Something moved; a release at an exit or in a routine, or both; a callback registered; attributes passed. */
export type Offer = "move" | "atExit" | "inCleanup" | "inUnload" | "stop" | "register" | "pass";

/** A repair that was not offered. */
export interface Considered {
  readonly file: LintedFile;
  /** The rule that asked for it, without the `wdf/`. */
  readonly rule: string;
  /** What one report speaks of. */
  readonly facts: readonly Reported[];
  /** What it was to be. */
  readonly offer: Offer;
  readonly refusal: Refusal;
  /** The edit that could not be shown to be right; undefined where none could be made. */
  readonly edit: Edit | undefined;
}

let isAsked = true;

/** Runs something that only wants reports: no repair is looked for meanwhile. */
export function withoutRepairs<Result>(work: () => Result): Result {
  isAsked = false;
  try {
    return work();
  } finally {
    isAsked = true;
  }
}

/** Whether repairs are wanted. */
export function wantsRepairs(): boolean {
  return isAsked;
}

let listener: ((considered: Considered) => void) | undefined;

/** Sets who is told, or nobody. */
export function tellRefusals(to: ((considered: Considered) => void) | undefined): void {
  listener = to;
}

const tried = new WeakMap<Refusal, Edit>();

/** Remembers which edit it is that could not be shown to be right. */
export function withEdit(refusal: Refusal, edit: Edit): Refusal {
  tried.set(refusal, edit);
  return refusal;
}

/** The same refusal in other words. */
export function renamed(refusal: Refusal, other: Refusal): Refusal {
  const edit = tried.get(refusal);
  return edit ? withEdit(other, edit) : other;
}

/** Notes those of several repairs that are not offered. */
export function noteRefusals(file: LintedFile, rule: string, results: Iterable<readonly [Reported, Repair | Refusal]>): void {
  for (const [fact, result] of results) if ("reason" in result) note({ file, rule, facts: [fact], offer: "move", refusal: result, edit: tried.get(result) });
}

/** Notes a repair that is not offered. */
export function note(considered: Considered): void {
  listener?.(considered);
}
