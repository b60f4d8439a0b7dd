/** Moves releases from EvtDriverUnload to the cleanup callback, which runs when the start fails as well. */
import type { Facts, UnloadOnlyRelease } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import { codeOf } from "./code.ts";
import { attempted, isRefusal, type Edit, type Outcome, type Repair } from "./edit.ts";
import { EffectsOf } from "./effects.ts";
import { groupsOf, movesOf } from "./field-moves.ts";
import { proveGuarding } from "./guard.ts";
import { noteRefusals, wantsRepairs } from "./ledger.ts";
import { refuse, type Reason, type Refusal } from "./refusal.ts";
import { movedReleases } from "./release-moves.ts";
import { difference, made } from "./successive.ts";
import { moveToCleanup } from "./suggestions.ts";
import { cleanupTarget } from "./targets.ts";

type Results = Map<UnloadOnlyRelease, Repair | Refusal>;

/** The releases that are reported: where a failing exit needs one already, no-leak-on-failure tells it. */
export function unloadOnly({ unloadOnlyReleases, failureLeaks }: Facts): UnloadOnlyRelease[] {
  const leaked = new Set(failureLeaks.map(({ resource }) => resource.acquire.range.join()));
  return unloadOnlyReleases.filter(({ resource }) => !leaked.has(resource.acquire.range.join()));
}

/** The edits for the releases of a file that stand in EvtDriverUnload only, and can go into a callback that there is; those that one edit moves share it. */
export function intoCleanup(file: LintedFile, releases: readonly UnloadOnlyRelease[]): ReadonlyMap<UnloadOnlyRelease, Repair | Refusal> {
  const results: Results = wantsRepairs() ? moved(file, releases) : new Map(releases.map((release) => [release, refuse("unproved", "nobody has asked")]));
  noteRefusals(file, "prefer-cleanup-callback", results);
  return results;
}

/** All together, so that one pass does; where that cannot be, as many as go together. */
function moved(file: LintedFile, releases: readonly UnloadOnlyRelease[]): Results {
  const all = intoExisting(file, releases);
  if (!isRefusal(all)) return new Map(releases.map((release) => [release, all]));
  const results: Results = new Map();
  let taken: readonly UnloadOnlyRelease[] = [];
  let repair: Repair | undefined;
  for (const release of releases) {
    const further = releases.length === 1 ? all : intoExisting(file, [...taken, release]);
    if (isRefusal(further)) results.set(release, further);
    else [taken, repair] = [[...taken, release], further];
  }
  for (const release of taken) if (repair) results.set(release, repair);
  return results;
}

/** Into a callback that has an effect, or that has one once it is set in time. */
function intoExisting(file: LintedFile, releases: readonly UnloadOnlyRelease[]): Repair | Refusal {
  if (releases.every(({ hasCleanup }) => hasCleanup)) return attempted(() => written(file, file, releases));
  const prepared = attempted(() => withCallbackInTime(file));
  if (isRefusal(prepared)) return prepared;
  const same = unloadOnly(prepared.facts).filter((release) => releases.some((other) => isSame(release, other)));
  return same.length < releases.length ? refuse("shape", "there is no EvtCleanupCallback") : attempted(() => written(file, prepared, same));
}

/** The edit that moves a release, and what goes with it, to a callback that there is not yet. */
export function intoNewCleanup(file: LintedFile, release: UnloadOnlyRelease): Repair | Refusal {
  const prepared = wantsRepairs() ? attempted(() => withCallback(file, release)) : refuse("unproved", "nobody has asked");
  const together = isRefusal(prepared) ? prepared : attempted(() => written(file, prepared, unloadOnly(prepared.facts)));
  // What the callback does already it does not do once more.
  if (!isRefusal(together) || together.reason === "double-release") return together;
  const alone = attempted(() => editBy(moveToCleanup(file, [release])));
  return isRefusal(alone) ? together : { edit: alone, doubt: undefined };
}

const isSame = (one: UnloadOnlyRelease, other: UnloadOnlyRelease): boolean => one.call === other.call && one.resource.call === other.resource.call && one.resource.name === other.resource.name;

/** What stands in the way however it is written: what the callback does already it does not do once more, and others need the release where it is, or a directive holds it there. */
const STAYS: ReadonlySet<Reason> = new Set<Reason>(["double-release", "needed-by-both", "exit", "directive"]);

/** The releases moved as they stand, before what the callback does; or, where that does not do, written where they belong in it. */
function written(file: LintedFile, prepared: LintedFile, releases: readonly UnloadOnlyRelease[]): Repair | Refusal {
  if (releases.length === 0) return refuse("shape", "nothing is left to be moved");
  const asTheyStand = attempted(() => shown(file, prepared, releases, movedReleases(prepared, releases)));
  if (!isRefusal(asTheyStand) || STAYS.has(asTheyStand.reason)) return asTheyStand;
  const inTheirPlaces = attempted(() => shown(file, prepared, releases, editBy(moveToCleanup(prepared, releases))));
  return isRefusal(inTheirPlaces) ? asTheyStand : inTheirPlaces;
}

/** An edit of a prepared file, shown to be right together with what prepared it. */
function shown(file: LintedFile, prepared: LintedFile, releases: readonly UnloadOnlyRelease[], outcome: Outcome): Repair | Refusal {
  if (isRefusal(outcome)) return outcome;
  const after = made(prepared, outcome);
  if (isRefusal(after)) return after;
  const count = file.facts.unloadOnlyReleases.length - releases.length;
  const edit = prepared === file ? outcome : difference(file, after);
  const proven = proveGuarding(file, { edit, isRepaired: ({ facts }) => facts.unloadOnlyReleases.length <= count });
  return isRefusal(proven) ? proven : { edit: proven.edit, doubt: undefined };
}

function editBy(result: ReturnType<typeof moveToCleanup>): Edit | Refusal {
  if ("refusal" in result) return result.refusal;
  return isRefusal(result) ? result : result.edit;
}

/* ---------- the callback ---------- */

/** The file with its callback set in time. */
function withCallbackInTime(file: LintedFile): LintedFile | Refusal {
  const lost = file.facts.lostFields.filter(({ how, field }) => how !== "unpassed" && field === "EvtCleanupCallback");
  const effects = new EffectsOf(file);
  const { groups } = groupsOf(file.sourceCode, effects, lost);
  if (groups.length === 0) return refuse("shape", "there is no EvtCleanupCallback");
  const stretches = movesOf(file.sourceCode, effects, groups);
  return isRefusal(stretches) ? stretches : made(file, stretches.map(({ change }) => change));
}

/** The file with a callback that releases nothing yet. */
function withCallback(file: LintedFile, { routines }: UnloadOnlyRelease): LintedFile | Refusal {
  const target = cleanupTarget(codeOf(file), routines);
  if (isRefusal(target)) return target;
  const outcome = target.write([], () => undefined);
  return isRefusal(outcome) ? outcome : made(file, outcome);
}
