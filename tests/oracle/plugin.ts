/** The plugin that is judged: its sources, or what `npm run build` made of them. */
import { createRequire } from "node:module";
import path from "node:path";
import sources, { type WdfPlugin } from "../../lib/index.ts";
import { onFacts } from "../../lib/create-rule.ts";

/** What of a plugin the oracle asks. */
export interface Judged {
  readonly plugin: WdfPlugin;
  readonly onFacts: typeof onFacts;
}

/** The sources, as they stand. */
export const fromSources: Judged = { plugin: sources, onFacts };

/** The plugin as a project gets it. */
export function fromBuild(): Judged {
  const dist = path.resolve(import.meta.dirname, "../../dist/lib");
  const load = createRequire(import.meta.url) as (file: string) => unknown;
  const { default: plugin } = load(path.join(dist, "index.js")) as { readonly default: WdfPlugin };
  return { plugin, onFacts: (load(path.join(dist, "create-rule.js")) as { readonly onFacts: typeof onFacts }).onFacts };
}
