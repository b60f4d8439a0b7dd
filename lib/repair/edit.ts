/** Edits: what they are, what they make of a text, and how ESLint takes them. */
import type { Rule } from "eslint";
import { refuse, type Refusal } from "./refusal.ts";

/** One stretch of the text and what stands in its place afterwards. */
export interface Change {
  readonly range: readonly [number, number];
  readonly text: string;
}

/** Changes that are made together; no two of them overlap. */
export type Edit = readonly Change[];

/** An edit, or why there is none. */
export type Outcome = Edit | Refusal;

/** What can be done about a report. */
export interface Repair {
  readonly edit: Edit;
  /** What could not be shown about it: then it is for the user to judge. */
  readonly doubt: Refusal | undefined;
}

/** Whether an outcome is a refusal. */
export function isRefusal(outcome: object): outcome is Refusal {
  return "reason" in outcome;
}

/** The text with an edit made. */
export function applied(text: string, edit: Edit): string {
  let result = "";
  let end = 0;
  for (const { range, text: inserted } of sorted(edit)) {
    if (range[0] < end) throw new RangeError(`overlapping changes at ${String(range[0])}`);
    result += text.slice(end, range[0]) + inserted;
    end = range[1];
  }
  return result + text.slice(end);
}

/** The edit as one change of one contiguous stretch, no longer than it has to be. */
export function contiguous(text: string, edit: Edit): Change | undefined {
  const changes = sorted(edit);
  const start = changes[0]?.range[0];
  const end = changes.at(-1)?.range[1];
  if (start === undefined || end === undefined) return undefined;
  const made = applied(text.slice(0, end), changes).slice(start);
  return trimmed(text, { range: [start, end], text: made });
}

/** Leaves out what a change keeps at its beginning and its end. */
function trimmed(text: string, { range: [start, end], text: made }: Change): Change {
  const old = text.slice(start, end);
  let head = 0;
  while (head < old.length && head < made.length && old[head] === made[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < made.length - head && old[old.length - 1 - tail] === made[made.length - 1 - tail]) tail += 1;
  return { range: [start + head, end - tail], text: made.slice(head, made.length - tail) };
}

/** The edit as the `fix` of a report or of a suggestion. */
export function fixOf(edit: Edit): (fixer: Rule.RuleFixer) => Rule.Fix[] {
  return (fixer) => edit.map(({ range, text }) => fixer.replaceTextRange([range[0], range[1]], text));
}

/** Makes something, or refuses where it cannot: a defect of a repair costs the edit, not the lint run. */
export function attempted<Made>(make: () => Made): Made | Refusal {
  try {
    return make();
  } catch (error) {
    return refuse("defect", error instanceof Error ? error.message : String(error));
  }
}

function sorted(edit: Edit): Change[] {
  return [...edit].sort((left, right) => left.range[0] - right.range[0] || left.range[1] - right.range[1]);
}
