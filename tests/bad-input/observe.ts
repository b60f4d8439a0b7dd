/** Looks over the machine's shoulder: whether it ran, and whether it gave up. */
import type { DriverFile } from "../../lib/machine/file.ts";
import type { Facts } from "../../lib/machine/facts.ts";

/** What happened since the start of the test file. */
export const seen = { files: 0, withEntry: 0, overflows: [] as string[] };

/** `collectFacts` of the machine, watched. */
export function watched(collectFacts: (file: DriverFile) => Facts): (file: DriverFile) => Facts {
  return (file) => {
    seen.files += 1;
    if (file.entries.length > 0) seen.withEntry += 1;
    try {
      return collectFacts(file);
    } catch (error) {
      if (error instanceof RangeError) seen.overflows.push(error.stack ?? error.message);
      throw error;
    }
  };
}
