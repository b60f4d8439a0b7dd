/** Gives a lost field its effect together with what the driver then needs: attributes that are passed, releases of what it would leave behind. */
import type { Facts, LostField, Resource } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import { attempted, isRefusal, type Edit } from "./edit.ts";
import { EffectsOf } from "./effects.ts";
import { groupsOf, movesOf } from "./field-moves.ts";
import { wantsRepairs } from "./ledger.ts";
import { prove } from "./proof.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { difference, made } from "./successive.ts";
import { passAttributes, releaseInCleanup, stopTracing, type Suggested } from "./suggestions.ts";

/** An edit of several parts, and what they are besides the field's own. */
export interface Completed {
  readonly edit: Edit;
  readonly passes: boolean;
  readonly releases: readonly Resource[];
}

// So many parts are put together.
const MOST_PARTS = 4;

/** The field moved or passed, and whatever else makes that right. */
export function completed(file: LintedFile, lost: LostField): Completed | Refusal {
  if (!wantsRepairs()) return refuse("unproved", "nobody has asked");
  return attempted(() => partByPart(file, lost));
}

function partByPart(file: LintedFile, lost: LostField): Completed | Refusal {
  const first = lost.how === "unpassed" ? passed(file, lost) : moved(file, lost);
  if (isRefusal(first)) return first;
  let current = first;
  let done: Omit<Completed, "edit"> = { passes: lost.how === "unpassed", releases: [] };
  for (let parts = 1; parts < MOST_PARTS; parts += 1) {
    const part = nextPart(file, current, lost);
    if (!part) break;
    const next = isRefusal(part.outcome) ? part.outcome : made(current, part.outcome.edit);
    if (isRefusal(next)) return next;
    current = next;
    done = { passes: done.passes || part.passes, releases: distinct([...done.releases, ...part.releases]) };
  }
  const edit = difference(file, current);
  const before = file.facts.lostFields.length;
  const proof = prove(file, { edit, isRepaired: ({ facts }) => facts.lostFields.length < before, isRevealing: true });
  return isRefusal(proof) ? proof : { edit, ...done };
}

/** The file with the field where it belongs, whatever comes of that. */
function moved(file: LintedFile, lost: LostField): LintedFile | Refusal {
  const effects = new EffectsOf(file);
  const { groups, refused } = groupsOf(file.sourceCode, effects, [lost]);
  const stretches = movesOf(file.sourceCode, effects, groups);
  if (isRefusal(stretches)) return stretches;
  return refused.get(lost) ?? made(file, stretches.map(({ change }) => change));
}

/** The file with the attributes passed, whatever comes of that. */
function passed(file: LintedFile, lost: LostField): LintedFile | Refusal {
  const result = passAttributes(file, lost);
  if ("edit" in result && result.edit) return made(file, result.edit);
  return "refusal" in result ? result.refusal : refuse("shape", "the attributes are not passed");
}

/** What is to be done next. */
interface Part {
  readonly outcome: { readonly edit: Edit } | Refusal;
  readonly passes: boolean;
  readonly releases: readonly Resource[];
}

/** What an edited file needs that the file did not; undefined where it needs nothing more. */
function nextPart(file: LintedFile, current: LintedFile, lost: LostField): Part | undefined {
  const { facts } = current;
  const unpassed = facts.lostFields.find(({ how, struct, field }) => how === "unpassed" && struct === lost.struct && field === lost.field);
  if (unpassed) return { outcome: madeBy(passAttributes(current, unpassed)), passes: true, releases: [] };
  const unloaded = further(file.facts.unloadLeaks, facts.unloadLeaks);
  const failing = further(file.facts.failureLeaks, facts.failureLeaks);
  // Tracing is stopped when all else is released.
  for (const leaks of [unloaded, failing]) {
    const plain = leaks.filter(({ resource }) => resource.kind !== "wpp");
    if (plain.length > 0) return { outcome: madeBy(releaseInCleanup(current, plain)), passes: false, releases: resourcesOf(plain) };
  }
  const tracing = [...unloaded, ...failing];
  return tracing.length > 0 ? { outcome: madeBy(stopTracing(current, tracing)), passes: false, releases: resourcesOf(tracing) } : undefined;
}

const resourcesOf = (leaks: readonly Leak[]): Resource[] => leaks.map(({ resource }) => resource);

function madeBy(result: Suggested): { readonly edit: Edit } | Refusal {
  if ("refusal" in result) return result.refusal;
  return result;
}

type Leak = Facts["unloadLeaks"][number] | Facts["failureLeaks"][number];

/** Leaks of what did not leak before. */
function further<Each extends Leak>(before: readonly Each[], after: readonly Each[]): Each[] {
  const known = new Set(before.map(({ resource }) => keyOf(resource)));
  return after.filter(({ resource }) => !known.has(keyOf(resource)));
}

const distinct = (resources: readonly Resource[]): Resource[] => [...new Map(resources.map((resource) => [keyOf(resource), resource])).values()];

const keyOf = ({ kind, call, name }: Resource): string => `${kind} ${call} ${name ?? ""}`;
