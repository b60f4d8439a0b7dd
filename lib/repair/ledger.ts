/** Who is told of the repairs that were considered and not offered, and whether any are wanted: for the figures of the oracle. */
import type { Edit, Repair } from "./edit.ts";
import type { Refusal } from "./refusal.ts";

/** A repair that was not offered. */
export interface Considered {
  /** The rule that asked for it, without the `wdf/`. */
  readonly rule: string;
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
export function noteRefusals(rule: string, results: Iterable<Repair | Refusal>): void {
  for (const result of results) if ("reason" in result) note({ rule, refusal: result, edit: tried.get(result) });
}

/** Notes a repair that is not offered. */
export function note(considered: Considered): void {
  listener?.(considered);
}
