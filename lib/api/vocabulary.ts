/** The catalogue under the settings in force: what a call of a given API name acquires, releases, takes over and does. */
import { EFFECTS, isTraceName, type Effect } from "./calls.ts";
import { PAIRS, REGISTRATIONS, type Pair, type Release } from "./pairs.ts";

/** All that is known of the calls of one name. */
export interface CallMeaning {
  readonly name: string;
  readonly acquires: readonly Pair[];
  readonly releases: readonly { readonly pair: Pair; readonly release: Release }[];
  readonly transfers: readonly Pair[];
  readonly effect: Effect | undefined;
}

/** Looks names up in the catalogue. */
export interface Vocabulary {
  /** The meaning of an API name; undefined where the catalogue does not have it. */
  meaning(name: string): CallMeaning | undefined;
  /** Every name whose presence makes a file worth a look. */
  readonly triggers: ReadonlySet<string>;
}

interface Draft {
  name: string;
  acquires: Pair[];
  releases: { pair: Pair; release: Release }[];
  transfers: Pair[];
  effect: Effect | undefined;
}

/** Builds the catalogue from the built-in rows and the user's. */
export function buildVocabulary(resources: readonly Pair[]): Vocabulary {
  const drafts = new Map<string, Draft>();
  const draft = (name: string): Draft => {
    const known = drafts.get(name);
    if (known) return known;
    const made: Draft = { name, acquires: [], releases: [], transfers: [], effect: undefined };
    drafts.set(name, made);
    return made;
  };
  const triggers = new Set<string>(["WdfDriverCreate", "WdfDriverMiniportUnload"]);
  for (const [name, effect] of Object.entries(EFFECTS)) draft(name).effect = effect;
  for (const name of REGISTRATIONS) draft(name).effect = "registration";
  for (const pair of [...PAIRS, ...resources]) {
    for (const name of pair.acquire) {
      draft(name).acquires.push(pair);
      triggers.add(name);
    }
    for (const release of pair.release) draft(release.call).releases.push({ pair, release });
    if (pair.transfer) draft(pair.transfer.call).transfers.push(pair);
  }
  const traces = new Map<string, CallMeaning>();
  return {
    triggers,
    meaning(name) {
      const known = drafts.get(name) ?? traces.get(name);
      if (known || !isTraceName(name)) return known;
      const trace: CallMeaning = { name, acquires: [], releases: [], transfers: [], effect: "borrow" };
      traces.set(name, trace);
      return trace;
    },
  };
}
