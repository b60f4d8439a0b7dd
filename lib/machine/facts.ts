/** The facts that the machine proves about a file: what rules read, each with the place to report and its witness. */
import type { TSESTree } from "@typescript-eslint/utils";

/** A place in the file under lint. `line` and `column` are ESLint's (line from 1, column from 0). */
export interface Place {
  readonly loc: TSESTree.SourceLocation;
  readonly range: readonly [number, number];
  /** Where it is in fact, for what lies in another file: the place is then that of the call that leads there. */
  readonly origin?: Origin;
}

/** A line of a file that the one under lint imports. */
export interface Origin {
  /** Its path from the folder of the file under lint, with slashes: "device/trace.ts". */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** One decision on the way to a fact, in words: "`IoCreateDevice` fails (line 12)" without the line. */
export interface Step {
  readonly text: string;
  /** Line of the decision, from 1. */
  readonly line: number;
  /** Of which file, as `Origin` has it; undefined for the file under lint. */
  readonly file: string | undefined;
}

/** The shortest list of decisions that leads to a fact. */
export type Witness = readonly Step[];

/** A resource as people know it. */
export interface Resource {
  /** `kind` of the catalogue row: "pool", "device-object", "wpp", … */
  readonly kind: string;
  /** The acquiring call under its API name: "ExAllocatePoolWithTag". */
  readonly call: string;
  /** Where it is kept, as written: "gRegistryPath.Buffer"; undefined where it has no name. */
  readonly name: string | undefined;
  /** The callee name of the acquiring call. */
  readonly acquire: Place;
  /** Calls that release it, as the catalogue lists them; the first is the usual one. */
  readonly releases: readonly string[];
  /** True when the framework releases it with its parent. */
  readonly framework: boolean;
}

/** The routines of a driver that run after its start: functions of this file, by the range of their code; undefined where there is none, or none that is known. */
export interface Routines {
  /** The driver object's EvtCleanupCallback. */
  readonly cleanup: readonly [number, number] | undefined;
  /** EvtDriverUnload, or DriverUnload where there is no driver object. */
  readonly unload: readonly [number, number] | undefined;
}

/** How the frame that is reported leaves. */
export interface Exit {
  /** The `return` or `throw` statement, or the closing brace a function falls off. */
  readonly place: Place;
  readonly how: "return" | "throw" | "end";
  /** Name of the function that is left here. */
  readonly functionName: string;
  /** True when that function is the entry itself. */
  readonly inEntry: boolean;
}

/** Held after a failed start: at this exit of the entry (or of the helper that acquired it). */
export interface FailureLeak {
  readonly resource: Resource;
  readonly exit: Exit;
  readonly witness: Witness;
  /** The step whose failure leads to this exit; undefined where no single call failed. */
  readonly failing: Step | undefined;
  /** That step had failed before the resource was acquired. */
  readonly failedEarlier: boolean;
  /** How far the driver object had come. */
  readonly driver: DriverState;
  readonly routines: Routines;
}

/** What became of the driver object on a path. */
export type DriverState =
  /** The entry has not called WdfDriverCreate on this path. */
  | "none"
  /** WdfDriverCreate failed on this path: no callback runs (contract, fact 3). */
  | "failed"
  /** It exists, and its EvtCleanupCallback does not release the resource. */
  | "alive-with-cleanup"
  /** It exists and carries no EvtCleanupCallback. */
  | "alive-without-cleanup";

/** Still held when the unload of a successful start is over. */
export interface UnloadLeak {
  readonly resource: Resource;
  readonly witness: Witness;
  readonly driver: DriverState;
  /** The unload routine that ran, by name; undefined where none is known by name. */
  readonly unload: string | undefined;
  readonly routines: Routines;
}

/** Something done before WdfDriverCreate on a path that still reaches it. */
export interface EarlyCall {
  /** "acquire": a pair; "object": a WDF object; "wpp"; "registration". */
  readonly what: "acquire" | "object" | "wpp" | "registration";
  readonly call: string;
  readonly place: Place;
  readonly resource: Resource | undefined;
  /** The callee name of the WdfDriverCreate that it precedes. */
  readonly create: Place;
  /** Released on every way out before creation, and when the creation itself fails. */
  readonly releasedOnFailure: boolean;
}

/** A WdfDriverCreate whose attributes carry no EvtCleanupCallback on some path. */
export interface MissingCleanup {
  /** The attributes argument, or the callee where there is none. */
  readonly place: Place;
  /** "null": no attributes at all; "unset": attributes without the callback. */
  readonly why: "null" | "unset";
  /** What the driver must release and holds when the entry succeeds. */
  readonly held: readonly Resource[];
  /** Of all resources, those that a later failing exit or the unload leaks. */
  readonly leaked: readonly Resource[];
}

/** A release that stands only in EvtDriverUnload and could stand in EvtCleanupCallback. */
export interface UnloadOnlyRelease {
  readonly resource: Resource;
  /** The callee name of the release. */
  readonly place: Place;
  readonly call: string;
  /** The EvtCleanupCallback that is registered, by name, if there is one. */
  readonly cleanup: string | undefined;
  readonly hasCleanup: boolean;
  readonly routines: Routines;
}

/** A field of attributes or config that has no effect. */
export interface LostField {
  /** The assignment. */
  readonly place: Place;
  readonly field: string;
  /** The struct as written: "attributes". */
  readonly struct: string;
  /** "wiped": an INIT follows; "dead": set after the create call; "unpassed": null was passed instead. */
  readonly how: "wiped" | "dead" | "unpassed";
  /** The call that wiped it, copied before it, or was given null: its API name and place. */
  readonly by: { readonly call: string; readonly place: Place };
}

/** All facts of one file, each list in source order and without duplicates. */
export interface Facts {
  readonly failureLeaks: readonly FailureLeak[];
  readonly unloadLeaks: readonly UnloadLeak[];
  readonly earlyCalls: readonly EarlyCall[];
  readonly missingCleanups: readonly MissingCleanup[];
  readonly unloadOnlyReleases: readonly UnloadOnlyRelease[];
  readonly lostFields: readonly LostField[];
  /** A defect of the machine itself, in words; the other lists are empty then. */
  readonly internalError: string | undefined;
}

/** What a file without any driver code has. */
export const NO_FACTS: Facts = {
  failureLeaks: [],
  unloadLeaks: [],
  earlyCalls: [],
  missingCleanups: [],
  unloadOnlyReleases: [],
  lostFields: [],
  internalError: undefined,
};
