/** Stands in for lib/deferred.ts where the sources are tested: all is there from the beginning. */
import * as loaded from "../lib/engine.ts";
import * as facts from "../lib/read-facts.ts";

export function engine(): typeof loaded {
  return loaded;
}

/** There is nothing to give. */
export const provide = (): void => undefined;

export function reader(): typeof facts {
  return facts;
}
