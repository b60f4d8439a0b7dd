/** What is loaded when a file first needs it: a configuration that names the plugin does not wait for it. */
import { createRequire } from "node:module";
import type * as Engine from "./engine.ts";
import type * as Reader from "./read-facts.ts";

/** The modules, as far as they are loaded. */
interface Loaded {
  reader?: typeof Reader;
  engine?: typeof Engine;
}

const loaded: Loaded = {};
// A rule's listener cannot wait for a promise: what it needs is loaded at once.
const load = createRequire(import.meta.url);

/** What looks at a file first. */
export function reader(): typeof Reader {
  loaded.reader ??= load("./read-facts.js") as typeof Reader;
  return loaded.reader;
}

/** All that analyses a file that concerns the rules, puts what is found into words, and repairs it. */
export function engine(): typeof Engine {
  loaded.engine ??= load("./engine.js") as typeof Engine;
  return loaded.engine;
}

/** Gives both to whoever runs from the sources, of which nothing is built. */
export function provide(given: Required<Loaded>): void {
  Object.assign(loaded, given);
}
