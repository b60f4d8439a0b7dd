/** The built plugin, loaded by Node itself: jiti must not translate what is measured. */
import { createRequire } from "node:module";
import path from "node:path";
import type { WdfPlugin } from "../../lib/index.ts";
import type * as Loader from "../../lib/machine/loader.ts";
import type * as Settings from "../../lib/settings.ts";

const dist = path.resolve(import.meta.dirname, "../../dist/lib");
// The types come from the sources, so that they check before the first build.
const load = createRequire(import.meta.url) as (file: string) => unknown;

/** The plugin as a project gets it. */
export const builtPlugin = (): WdfPlugin => (load(path.join(dist, "index.js")) as { readonly default: WdfPlugin }).default;

/** The machine's own interface. */
export const builtMachine = (): typeof Loader & typeof Settings => ({
  ...(load(path.join(dist, "machine/loader.js")) as typeof Loader),
  ...(load(path.join(dist, "settings.js")) as typeof Settings),
});
