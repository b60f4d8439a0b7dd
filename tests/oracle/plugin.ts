/** The plugin that is judged: its sources, or what `npm run build` made of them. */
import { createRequire } from "node:module";
import path from "node:path";
import sources, { type WdfPlugin } from "../../lib/index.ts";
import { onFacts } from "../../lib/create-rule.ts";
import * as ledger from "../../lib/repair/ledger.ts";
import "../engine.ts";

/** What of a plugin the oracle asks. */
export interface Judged {
  readonly plugin: WdfPlugin;
  readonly onFacts: typeof onFacts;
  /** Where its repairs say what they do not offer. */
  readonly ledger: Pick<typeof ledger, "tellRefusals" | "withoutRepairs">;
}

/** The sources, as they stand. */
export const fromSources: Judged = { plugin: sources, onFacts, ledger };

/** The plugin as a project gets it. */
export function fromBuild(): Judged {
  const dist = path.resolve(import.meta.dirname, "../../dist/lib");
  const load = createRequire(import.meta.url) as (file: string) => unknown;
  const part = (name: string): unknown => load(path.join(dist, name));
  return {
    plugin: (part("index.js") as { readonly default: WdfPlugin }).default,
    onFacts: (part("create-rule.js") as Pick<Judged, "onFacts">).onFacts,
    ledger: part("repair/ledger.js") as Judged["ledger"],
  };
}
