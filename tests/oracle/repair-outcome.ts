/** What is counted of the repairs of one driver: plain data, as it comes from another process. */
import type { RepairCase } from "./repair-cases.ts";

/** What a report was offered. */
export type Offered = "fix" | "suggestion" | "none";

/** A repair that was made; of a rule, or all fixes together. */
export interface Application {
  readonly name: string;
  /** What went wrong, in few words each. */
  readonly faults: readonly string[];
}

/** A repair that was not offered. */
export interface RefusalCount {
  readonly rule: string;
  /** Its reason; one that only the proof gave, by what it found. */
  readonly reason: string;
  /** Nothing else was offered about the report either. */
  readonly isLast: boolean;
}

/** One driver's part of the totals. */
export interface RepairOutcome {
  readonly of: RepairCase;
  /** Over how many files it is spread. */
  readonly files: number;
  /** Why it could not be linted, or not in time. */
  readonly broken: string | null;
  /** Whether its runs can be compared; null where it has nothing to repair, and was not run. */
  readonly isDecided: boolean | null;
  readonly offers: readonly { readonly rule: string; readonly offered: Offered }[];
  readonly applications: readonly Application[];
  readonly refusals: readonly RefusalCount[];
}

/** What came of a refused repair that was made all the same. */
export interface ForcedOutcome {
  readonly of: RepairCase;
  /** Which of the driver's refusals. */
  readonly number: number;
  /** How many ways to write it were tried. */
  readonly tried: number;
  /** The driver and the first edit that broke nothing, to be shown. */
  readonly held: string | null;
}

/** The outcome of a driver that nobody came to the end of. */
export function brokenRepairs(of: RepairCase, why: string): RepairOutcome {
  return { of, files: 1, broken: why, isDecided: null, offers: [], applications: [], refusals: [] };
}
