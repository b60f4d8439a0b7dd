/** Gives fields that are lost their effect: all those of a file together, so that one pass does. */
import type { LostField } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import { attempted, isRefusal, type Edit, type Repair } from "./edit.ts";
import { EffectsOf } from "./effects.ts";
import { groupsOf, movesOf, type Group, type Stretch } from "./field-moves.ts";
import { proveGuarding } from "./guard.ts";
import { noteRefusals, wantsRepairs } from "./ledger.ts";
import { prove } from "./proof.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { difference, made } from "./successive.ts";

type Results = Map<LostField, Repair | Refusal>;

/** The edits for the lost fields of a file, but for those that are not passed; those that one edit moves share it. */
export function setInTime(file: LintedFile, fields: readonly LostField[]): ReadonlyMap<LostField, Repair | Refusal> {
  const results: Results = wantsRepairs() ? repaired(file, fields) : new Map(late(fields).map((field) => [field, refuse("unproved", "nobody has asked")]));
  noteRefusals(file, "no-lost-attributes", results);
  return results;
}

const late = (fields: readonly LostField[]): LostField[] => fields.filter(({ how }) => how !== "unpassed");

function repaired(file: LintedFile, fields: readonly LostField[]): Results {
  const round = attempted(() => roundOf(file, late(fields)));
  if (isRefusal(round)) return new Map(late(fields).map((field) => [field, round]));
  const results: Results = new Map(round.refused);
  if (!round.step) return results;
  const further = furtherRounds(file, round.step);
  const repairs = further ? undefined : apart(file, round.step);
  const whole = further ?? (repairs ? undefined : round.step.edit);
  const fixed = further ? gone(file, further) : round.step.fields;
  for (const field of fixed) {
    const edit = whole ?? repairs?.get(field);
    if (edit) results.set(field, { edit, doubt: undefined });
  }
  return results;
}

/* ---------- one round ---------- */

/** What one pass does. */
interface Step {
  readonly stretches: readonly Stretch[];
  readonly edit: Edit;
  readonly fields: readonly LostField[];
}

interface Round {
  /** Undefined where nothing can be moved. */
  readonly step: Step | undefined;
  readonly refused: ReadonlyMap<LostField, Refusal>;
}

/** All fields that can be moved at once: all of them, or as many as can be shown to be right together. */
function roundOf(file: LintedFile, fields: readonly LostField[]): Round {
  const effects = new EffectsOf(file);
  const { groups, refused } = groupsOf(file.sourceCode, effects, fields);
  const refusals = new Map(refused);
  const attempt = (some: readonly Group[]): Step | Refusal => attempted(() => stepWith(file, effects, some));
  let step: Step | undefined;
  let taken: readonly Group[] = [];
  for (const some of groups.length > 1 ? [groups, ...unitsOf(groups)] : unitsOf(groups)) {
    const added = some.filter((group) => ![...group.fields.keys()].some((field) => step?.fields.includes(field)));
    if (added.length === 0) continue;
    const made = attempt([...taken, ...added]);
    if (!isRefusal(made)) {
      taken = [...taken, ...added];
      step = made;
      continue;
    }
    const alone = taken.length === 0 ? made : attempt(added);
    for (const field of fieldsOf(added)) refusals.set(field, isRefusal(alone) ? alone : made);
  }
  for (const field of step?.fields ?? []) refusals.delete(field);
  return { step, refused: refusals };
}

/** Each group, and each field of those that have several. */
function unitsOf(groups: readonly Group[]): Group[][] {
  return groups.flatMap((group) => [[group], ...(group.fields.size > 1 ? [...group.fields].map(([field, statement]) => [{ ...group, fields: new Map([[field, statement]]) }]) : [])]);
}

const fieldsOf = (groups: readonly Group[]): LostField[] => groups.flatMap(({ fields }) => [...fields.keys()]);

function stepWith(file: LintedFile, effects: EffectsOf, groups: readonly Group[]): Step | Refusal {
  const stretches = movesOf(file.sourceCode, effects, merged(groups));
  if (isRefusal(stretches)) return stretches;
  const fields = fieldsOf(groups);
  const proven = proveGuarding(file, { edit: stretches.map(({ change }) => change), ...claimFor(file, fields.length) });
  return isRefusal(proven) ? proven : { stretches, edit: proven.edit, fields };
}

/** Fields of one group that were looked at one by one. */
function merged(groups: readonly Group[]): Group[] {
  const result: Group[] = [];
  for (const group of groups) {
    const index = result.findIndex(({ call, isBefore, struct, list }) => call === group.call && isBefore === group.isBefore && struct === group.struct && list === group.list);
    const same = result[index];
    if (same) result[index] = { ...same, fields: new Map([...same.fields, ...group.fields]) };
    else result.push(group);
  }
  return result;
}

function claimFor({ facts }: LintedFile, count: number): Pick<Parameters<typeof prove>[1], "isRepaired" | "isRevealing"> {
  const before = facts.lostFields.length;
  return { isRepaired: (after) => after.facts.lostFields.length <= before - count, isRevealing: true };
}

/* ---------- several edits ---------- */

/** The edits of a step each for itself, where any number of them is right; undefined where they need each other. */
function apart(file: LintedFile, { stretches, edit, fields }: Step): ReadonlyMap<LostField, Edit> | undefined {
  const isAsMade = edit.length === stretches.length && stretches.every(({ change }) => edit.includes(change));
  if (!isAsMade || stretches.length > MOST_APART) return undefined;
  for (let set = 1; set < 2 ** stretches.length - 1; set += 1) {
    const some = stretches.filter((_, index) => (set & (2 ** index)) !== 0);
    const proof = prove(file, { edit: some.map(({ change }) => change), ...claimFor(file, some.flatMap((stretch) => stretch.fields).length) });
    if (isRefusal(proof)) return undefined;
  }
  return new Map(fields.flatMap((field) => stretches.filter((stretch) => stretch.fields.includes(field)).map(({ change }) => [field, [change]])));
}

// Every choice of them is looked at.
const MOST_APART = 3;

// So many passes are made into one.
const MOST_ROUNDS = 4;

/** What a step and those after it make of the file, where there are any: as one edit. */
function furtherRounds(file: LintedFile, first: Step): Edit | undefined {
  let current = made(file, first.edit);
  let rounds = 1;
  for (; rounds < MOST_ROUNDS && !isRefusal(current); rounds += 1) {
    const { step } = roundOf(current, late(current.facts.lostFields));
    if (!step) break;
    current = made(current, step.edit);
  }
  if (rounds === 1 || isRefusal(current)) return undefined;
  const edit = difference(file, current);
  const count = file.facts.lostFields.length - current.facts.lostFields.length;
  const proof = prove(file, { edit, ...claimFor(file, count) });
  return isRefusal(proof) ? undefined : edit;
}

/** The fields that an edit gives their effect: those that are not lost afterwards. */
function gone(file: LintedFile, edit: Edit): LostField[] {
  const after = made(file, edit);
  const left = !isRefusal(after) ? after.facts.lostFields.map((field) => wordsOf(after, field)) : [];
  return late(file.facts.lostFields).filter((field) => {
    const index = left.indexOf(wordsOf(file, field));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

const wordsOf = ({ sourceCode: { text } }: LintedFile, { place, struct, field }: LostField): string => `${struct} ${field} ${text.slice(place.range[0], place.range[1])}`;
