/** What a run of a driver leaves behind: schedules, calls, resources, findings, and the record that holds them. */
import type { NTSTATUS } from "./status.ts";

/** How one occurrence of a call went. For `choice` the two words are "true" and "false". */
export type Outcome = "succeeds" | "fails" | "true" | "false";

/**
 * Which occurrences fail, keyed by call and occurrence: `{ "ExAllocatePoolWithTag#2": "fails" }`. A key without a
 * number means every occurrence. What is not named succeeds.
 */
export type Schedule = Readonly<Record<string, Outcome>>;

/** Where in the protocol the driver's code was running; "framework" where it was not. */
export type Phase =
  | "framework"
  | "module"
  | "entry"
  | "device-add"
  | "unload"
  | "driver-cleanup"
  | "driver-destroy"
  | "child-cleanup"
  | "child-destroy";

/** A place in the driver's source. Lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One call of the API, of an external function or of a choice. */
export interface CallSite {
  /** The run's clock: every call ticks once. */
  readonly at: number;
  readonly call: string;
  /** The how-manieth call of this name in the run, from 1. */
  readonly occurrence: number;
  readonly phase: Phase;
  readonly position: Position | null;
  /** "fails" and "false" come from the schedule; "refused" from misuse; "dropped" is a trace that WPP did not take. */
  outcome: Outcome | "returns" | "refused" | "dropped";
}

/** A decision the schedule could make otherwise. */
export interface Decision {
  readonly key: string;
  readonly call: string;
  readonly occurrence: number;
  readonly outcome: Outcome;
}

/** How a resource stopped being held. */
export interface ReleaseRecord {
  /** "framework": with its parent object; "transfer": another call took the duty over. */
  readonly by: "driver" | "framework" | "transfer";
  readonly call: string | null;
  readonly occurrence: number;
  readonly at: number;
  readonly phase: Phase;
}

/** One acquired resource. */
export interface ResourceRecord {
  readonly id: number;
  /** The kind of the pair that acquired it: "pool", "symbolic-link", "wpp", … */
  readonly kind: string;
  /** What a person calls it: its tag, name or handle. */
  readonly label: string;
  readonly acquired: CallSite;
  /** "framework" only where the framework will release it: an object without a parent is the driver's. */
  readonly owner: "driver" | "framework";
  released: ReleaseRecord | null;
  /** The external function that was given the handle: whoever holds it now is unknown. */
  escapedTo: string | null;
  /** Acquired before a driver object existed. */
  readonly early: boolean;
  /** Released before the next WdfDriverCreate after its acquisition was called; null when none was called. */
  releasedBeforeCreate: boolean | null;
  /** Held when the entry was left. */
  heldAtExit: boolean;
  /** Held when the run was over. */
  heldAtEnd: boolean;
}

export type FindingKind =
  | "leak-on-failure"
  | "leak-on-unload"
  | "unmatched-wpp"
  | "double-release"
  | "mismatched-release"
  | "use-after-release"
  | "order"
  | "lost-attribute"
  | "refused-call"
  | "unfinished-device"
  | "exception"
  | "endless";

/** How the entry was left. */
export interface Exit {
  /** "stopped": the simulated machine stopped (a bug check, or too many calls). */
  readonly outcome: "success" | "failure" | "thrown" | "stopped";
  readonly status: NTSTATUS;
  readonly thrown: unknown;
  /** The last call that failed before the exit, or null. */
  readonly after: Decision | null;
}

/** Why a field's value never reached the framework. */
export type LostReason = "wiped-by-init" | "set-after-create" | "never-passed" | "overwritten-by-create" | "ignored";

/** One thing that went wrong in a run. */
export interface Finding {
  readonly kind: FindingKind;
  readonly message: string;
  /** True where the machine goes on as if nothing had happened: a second WPP_CLEANUP, say. */
  readonly harmless: boolean;
  readonly resource: ResourceRecord | null;
  /** The call at fault: the second release, the use, the early or refused call, the INIT that wiped. */
  readonly call: CallSite | null;
  /** For leaks and WPP, the way that left the resource held; else where the call stood. */
  readonly phase: "failure" | Phase;
  /** For a lost field: of what, which, why. */
  readonly lost: LostField | null;
  /** How the entry was left; null for what happened in an entry that was never left. */
  exit: Exit | null;
  /** What shows it: give it to `loadDriver(entry, { schedule })`. */
  schedule: Schedule;
}

/** A field whose value never reached the framework. */
export interface LostField {
  readonly struct: "attributes" | "config" | "driver-object";
  /** The how-manieth struct of its kind in the run, from 1. */
  readonly number: number;
  readonly field: string;
  readonly reason: LostReason;
  /** True where the dead assignment cleared the field. */
  readonly cleared: boolean;
}

/** One call of WdfDriverCreate. */
export interface CreateRecord {
  readonly site: CallSite;
  readonly succeeded: boolean;
  readonly status: NTSTATUS;
  /** What the attributes carried. */
  readonly attributes: "none" | "without-cleanup" | "with-cleanup";
}

/** What is known of the framework's driver object. */
export interface DriverRecord {
  readonly creates: readonly CreateRecord[];
  /** When the driver object began and ceased to exist, on the run's clock. */
  readonly createdAt: number | null;
  readonly deletedAt: number | null;
  readonly existedAtExit: boolean;
  readonly cleanupRan: boolean;
  readonly destroyRan: boolean;
}

/** Everything one run of the protocol showed. */
export interface RunRecord {
  /** The decisions that were not the default. Replays the run. */
  readonly schedule: Schedule;
  readonly decisions: readonly Decision[];
  /** Keys of the given schedule that named a call that never came. */
  readonly unused: readonly string[];
  readonly exit: Exit;
  /** "impossible": the driver cannot be unloaded. "pending": `unload()` was not called yet. */
  readonly unload: "not-started" | "pending" | "unloaded" | "impossible";
  readonly driver: DriverRecord;
  readonly resources: readonly ResourceRecord[];
  readonly findings: readonly Finding[];
  readonly trace: readonly CallSite[];
  /** The numbers of the attributes (counted as LostField.number counts) whose values some call took. */
  readonly passedAttributes: readonly number[];
  /** A handle of an earlier run came up: the driver's variables must start anew for each run. */
  readonly stale: boolean;
  /** The message of a bug check that stopped the machine, or null. */
  readonly stopped: string | null;
}
