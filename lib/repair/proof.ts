/** Checks an edit before it is offered: makes it, parses the text again, and asks the machine what has become of the facts. */
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import type { Facts, Place, Resource } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import { analyse, scrutinise, type Scrutinised } from "../machine/loader.ts";
import type { Scrutiny } from "../machine/scrutiny.ts";
import { placeSource, sourcePlace } from "../source/modules.ts";
import { parsed } from "../source/parse.ts";
import { applied, attempted, isRefusal, type Edit } from "./edit.ts";
import { wantsRepairs } from "./ledger.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** The file as it would be. */
export interface Edited extends Scrutinised {
  readonly sourceCode: Readonly<TSESLint.SourceCode>;
}

/** What an edit is for. */
export interface Claim {
  readonly edit: Edit;
  /** Whether the report is gone, and the place would not be edited again. */
  readonly isRepaired: (edited: Edited) => boolean;
  /** What the edit means to release once more on the way to success: acquired anew there. */
  readonly renewed?: readonly Resource[];
  /** A routine runs again that did not: what is released in it only is a matter of style that comes to light with it. */
  readonly isRevealing?: boolean;
  /** The exits stay as they are: one leak less does not make up for one at another exit. */
  readonly keepsExits?: boolean;
}

type Source = Readonly<TSESLint.SourceCode>;

const results = new WeakMap<Readonly<TSESLint.SourceCode>, Map<string, Edited | Refusal>>();

/**
 * Whether an edit does what it is for and no harm: the report is gone, nothing is reported more often than before, the
 * entry ends as it did, and nothing is released that is not held. The edited text is analysed once, whoever asks.
 */
export function prove(file: LintedFile, { edit, isRepaired, renewed = [], isRevealing = false, keepsExits = false }: Claim): Edited | Refusal {
  if (!wantsRepairs()) return refuse("unproved", "nobody has asked");
  const before = scrutinise(file.sourceCode, file.settings);
  if (!before) return refuse("unproved", "the file could not be followed");
  const after = edited(file, edit);
  if ("reason" in after) return after;
  if (!isRepaired(after)) return refuse("unproved", "the report would stay");
  // Kinds whose leaks are meant count here: an edit must not add to them either.
  const more = increase(before.facts, isRevealing ? { ...after.facts, unloadOnlyReleases: [] } : after.facts);
  if (more !== undefined) return refuse("unproved", more);
  const elsewhere = keepsExits ? leakedElsewhere(file.sourceCode, before.facts, after) : undefined;
  if (elsewhere !== undefined) return refuse("unproved", `${WORDS.failureLeaks}: \`${elsewhere}\``);
  const wrong = furtherWrongRelease(file.sourceCode, before.scrutiny, after, "fatal");
  if (wrong !== undefined) return refuse("untested-release", wrong);
  const early = furtherShortLived(before.scrutiny, after.scrutiny, new Set(renewed.map(keyOf)));
  if (early !== undefined) return refuse("unproved", `\`${early}\` would be released on the way to success`);
  const lost = [...before.scrutiny.acquired].find((key) => !after.scrutiny.acquired.has(key));
  if (lost !== undefined) return refuse("unproved", `${lost} would not be acquired`);
  if (succeeds(before.scrutiny) && !succeeds(after.scrutiny)) return refuse("unproved", "the driver could not start any more");
  const changed = changedOutcome(file.sourceCode, before.scrutiny, after);
  if (changed !== undefined) return refuse("outcome", changed);
  // The rules look less closely than a repair does: what they say has to be better, too.
  return isRepaired({ ...after, facts: analyse(after.sourceCode, file.settings) }) ? after : refuse("unproved", "the report would stay");
}

/** The file with an edit made: parsed as it was itself, and analysed. */
export function edited(file: LintedFile, edit: Edit): Edited | Refusal {
  const text = attempted(() => ({ after: applied(file.sourceCode.text, edit) }));
  if (isRefusal(text)) return text;
  const { after } = text;
  const known = results.get(file.sourceCode) ?? new Map<string, Edited | Refusal>();
  results.set(file.sourceCode, known);
  const result = known.get(after) ?? attempted(() => analysed(file, after));
  known.set(after, result);
  return result;
}

function analysed(file: LintedFile, text: string): Edited | Refusal {
  let sourceCode: Readonly<TSESLint.SourceCode>;
  try {
    sourceCode = parsed(file, text);
    const place = sourcePlace(file.sourceCode);
    if (place) placeSource({ ...place, sourceCode });
  } catch (error) {
    return refuse("unparsed", (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "");
  }
  const result = scrutinise(sourceCode, file.settings);
  return result ? { sourceCode, ...result } : refuse("unproved", "the result could not be followed");
}

/**
 * A kind that is released more often than before without being held: nothing of that sort may come with an edit. In the
 * entry and in the callbacks, twice and without ever having been acquired, and by calls that are given other things, are
 * told apart: one does not make up for another.
 */
export function furtherWrongRelease(sourceCode: Source, before: Scrutiny, after: Edited, unheld: "harmless" | "fatal"): string | undefined {
  const known = wrongReleases(sourceCode, before, unheld);
  const found = wrongReleases(after.sourceCode, after.scrutiny, unheld);
  const count = (keys: readonly { readonly key: string }[], like: string): number => keys.filter(({ key }) => key === like).length;
  return found.find(({ key }) => count(found, key) > count(known, key))?.kind;
}

function wrongReleases(sourceCode: Source, scrutiny: Scrutiny, unheld: "harmless" | "fatal"): { readonly kind: string; readonly key: string }[] {
  return scrutiny.wrongReleases
    .filter((wrong) => wrong.unheld === unheld)
    .map(({ kind, isLater, wasAcquired, release }) => ({ kind, key: `${kind} ${String(isLater)} ${String(wasAcquired)} ${argumentsAt(sourceCode, release)}` }));
}

/** What the call at a place is given, in its own text. */
function argumentsAt(sourceCode: Source, { range }: Place): string {
  let node: TSESTree.Node | null | undefined = sourceCode.getNodeByRangeIndex(range[0]);
  while (node && node.type !== "CallExpression") node = node.parent;
  return node?.type === "CallExpression" ? node.arguments.map((each) => sourceCode.getText(each)).join() : "";
}

/** Something that the entry would itself release on a way to success, and did not before. */
function furtherShortLived(before: Scrutiny, after: Scrutiny, renewed: ReadonlySet<string>): string | undefined {
  const count = ({ shortLived }: Scrutiny, key: string): number => shortLived.filter((resource) => keyOf(resource) === key).length;
  const found = after.shortLived.find((resource) => count(after, keyOf(resource)) > count(before, keyOf(resource)) + Number(renewed.has(keyOf(resource))));
  return found && (found.name ?? found.call);
}

function succeeds({ outcomes }: Scrutiny): boolean {
  return outcomes.some(({ result, hasDriver }) => result === "succeeds" && hasDriver);
}

/** The line of an exit that ends the start in another way than before. */
function changedOutcome(sourceCode: Source, before: Scrutiny, after: Edited): number | undefined {
  const known = new Map<string, Set<string>>();
  for (const { place, result, hasDriver } of before.outcomes) {
    const key = keyOfExit(sourceCode, place);
    known.set(key, (known.get(key) ?? new Set()).add(wordOf(result, hasDriver)));
  }
  for (const { place, result, hasDriver } of after.scrutiny.outcomes) {
    const outcomes = known.get(keyOfExit(after.sourceCode, place));
    if (outcomes?.has(wordOf(result, hasDriver)) === false) return place?.loc.start.line ?? 0;
  }
  return undefined;
}

/** A failing start may end with or without the driver object; a successful one may not change. */
function wordOf(result: "succeeds" | "fails", hasDriver: boolean): string {
  return result === "fails" ? "fails" : `succeeds ${String(hasDriver)}`;
}

/** An exit by its own text and that of the test that it depends on. */
function keyOfExit(sourceCode: Source, place: Place | undefined): string {
  if (!place) return "";
  const text = sourceCode.text.slice(place.range[0], place.range[1]);
  let node: TSESTree.Node | null | undefined = sourceCode.getNodeByRangeIndex(place.range[0]);
  while (node && node.type !== "IfStatement" && node.type !== "SwitchCase") node = node.parent;
  const test = node?.type === "IfStatement" ? sourceCode.getText(node.test) : "";
  return `${text} if ${test}`;
}

/** A resource that is left behind at an exit at which it was not before. */
function leakedElsewhere(sourceCode: Source, before: Facts, after: Edited): string | undefined {
  const keysOf = (of: Source, { failureLeaks }: Facts): { readonly key: string; readonly resource: Resource }[] => failureLeaks.map(({ resource, exit }) => ({ resource, key: `${keyOf(resource)} ${keyOfExit(of, exit.place)}` }));
  const known = new Set(keysOf(sourceCode, before).map(({ key }) => key));
  const found = keysOf(after.sourceCode, after.facts).find(({ key }) => !known.has(key));
  return found && (found.resource.name ?? found.resource.call);
}

/** What is found of one kind, and how it is told apart from the rest wherever it stands. */
const LISTS: { readonly [List in keyof Omit<Facts, "internalError">]: (fact: Facts[List][number]) => readonly string[] } = {
  failureLeaks: ({ resource }) => [keyOf(resource)],
  unloadLeaks: ({ resource }) => [keyOf(resource)],
  earlyCalls: ({ what, call }) => [`${what} ${call}`],
  // What is leaked there is counted as a leak.
  missingCleanups: ({ held }) => ["", ...held.map((resource) => `held ${keyOf(resource)}`)],
  unloadOnlyReleases: ({ resource }) => [keyOf(resource)],
  lostFields: ({ struct, field, how }) => [`${how} ${struct}.${field}`],
};

const WORDS: Record<keyof typeof LISTS, string> = {
  failureLeaks: "more would leak on failure",
  unloadLeaks: "more would leak on unload",
  earlyCalls: "more would stand before the creation",
  missingCleanups: "more would need a cleanup callback",
  unloadOnlyReleases: "more would be released on unload only",
  lostFields: "more fields would be lost",
};

function keyOf({ kind, call, name }: Resource): string {
  return `${kind} ${call} ${name ?? ""}`;
}

/** What is reported more often afterwards, in words; undefined where nothing is. */
export function increase(before: Facts, after: Facts): string | undefined {
  for (const list of Object.keys(LISTS) as (keyof typeof LISTS)[]) {
    const counts = counted(before, list);
    for (const [key, count] of counted(after, list)) {
      if (count > (counts.get(key) ?? 0)) return `${WORDS[list]}: \`${key.trim().split(" ").at(-1) ?? key}\``;
    }
  }
  return undefined;
}

function counted(facts: Facts, list: keyof typeof LISTS): Map<string, number> {
  const counts = new Map<string, number>();
  // One list at a time: its facts are those that its keys are for.
  const keys = LISTS[list] as (fact: Facts[typeof list][number]) => readonly string[];
  for (const key of facts[list].flatMap(keys)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
