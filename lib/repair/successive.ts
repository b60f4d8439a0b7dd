/** Edits that are made one after another, and what they come to as one. */
import type { LintedFile } from "../machine/linted-file.ts";
import { contiguous, isRefusal, type Edit } from "./edit.ts";
import { edited } from "./proof.ts";
import type { Refusal } from "./refusal.ts";

/** The file with an edit made, to be repaired further; nothing is shown about the edit by that. */
export function made(file: LintedFile, edit: Edit): LintedFile | Refusal {
  const after = edited(file, edit);
  return isRefusal(after) ? after : { ...file, sourceCode: after.sourceCode, facts: after.facts };
}

/** What was done to a file altogether, as one change. */
export function difference({ sourceCode: { text } }: LintedFile, after: LintedFile): Edit {
  const change = contiguous(text, [{ range: [0, text.length], text: after.sourceCode.text }]);
  return change ? [change] : [];
}
