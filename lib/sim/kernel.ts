/** The simulated machine of one run: its clock, its schedule, what is held, what went wrong, and when it stops. */
import { capturePosition } from "./positions.ts";
import type { Pair } from "./pairs.ts";
import type {
  CallSite,
  Decision,
  Exit,
  Finding,
  FindingKind,
  LostField,
  Outcome,
  Phase,
  Position,
  ReleaseRecord,
  ResourceRecord,
  Schedule,
} from "./records.ts";
import type { NTSTATUS } from "./status.ts";
import { STATUS_INSUFFICIENT_RESOURCES, STATUS_UNSUCCESSFUL } from "./status.ts";
import { registrations } from "./pairs.ts";
import { DRIVER_OBJECT, encode, isThenable, KernelObject, PoolBlock, UNICODE_STRING } from "./values.ts";
import type { Framework } from "./framework.ts";
import type { StructLedger } from "./structs.ts";

/** Options of one run. */
export interface RunOptions {
  /** Which calls fail. Default: none. */
  readonly schedule?: Schedule;
  /** Record the source position of every call (slow: it takes a stack each time). Default false. */
  readonly positions?: boolean;
  /** Finds the position yourself, given the call's name and an error whose stack begins at the caller (empty where it takes no second parameter). */
  readonly locate?: (call: string, error: Error) => Position | null;
  /** After so many calls a run is taken to be endless and is stopped. Default 2000. */
  readonly maxCalls?: number;
  /** The status a failing call gives. Default: what such a call usually gives. */
  readonly failureStatus?: (call: string) => NTSTATUS | undefined;
  /** The characters of RegistryPath. */
  readonly registryPath?: string;
}

/** Leaves driver code when the machine has stopped. Catching it does not start the machine again. */
export class BugCheck extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BugCheck";
  }
}

/** A resource with what the kernel needs beside its record. */
export interface Held {
  readonly record: ResourceRecord;
  readonly pair: Pair;
  readonly key: unknown;
  readonly tag: unknown;
}

let current: Kernel | null = null;

/** The machine that is running, or a clear error where there is none. */
export function currentKernel(call: string): Kernel {
  if (current === null) {
    throw new Error(
      `${call} was called while no driver was running. Call it from code that loadDriver(entry) or verify(entry) runs;` +
        " an asynchronous run must be awaited before the next one begins.",
    );
  }
  return current;
}

/** The machine that is running, or null. */
export function kernelIfAny(): Kernel | null {
  return current;
}

/** Makes a machine the running one; gives back the one before, to be restored. */
export function enter(kernel: Kernel | null): Kernel | null {
  const before = current;
  current = kernel;
  return before;
}

/** Which machine made a handle: one that outlives its run, in a module variable, is told from a wild one. */
const makers = new WeakMap<object, Kernel>();

const usualFailure = new Map(registrations.map((name) => [name, STATUS_UNSUCCESSFUL]));

export class Kernel {
  readonly options: RunOptions;
  readonly driverObject = new DRIVER_OBJECT();
  readonly registryPath: UNICODE_STRING;
  readonly trace: CallSite[] = [];
  readonly decisions: Decision[] = [];
  readonly held: Held[] = [];
  readonly findings: Finding[] = [];
  readonly messages: { text: string; dropped: boolean }[] = [];
  /** Every resource a key ever named, oldest first. */
  readonly byKey = new Map<unknown, Held[]>();
  /** Values that must not be used any more, with what they were. */
  readonly dead = new Map<unknown, { what: string; resource: ResourceRecord | null }>();
  readonly early: { site: CallSite; kind: string; reported: boolean; resource: ResourceRecord | null }[] = [];
  /** Set by the loader: the parts that know framework objects and struct fields. */
  declare framework: Framework;
  declare structs: StructLedger;
  phases: Phase[] = [];
  stopped: BugCheck | null = null;
  exit: Exit | null = null;
  registryPathDead = false;
  /** A handle of an earlier run came up. */
  stale = false;
  readonly usedKeys = new Set<string>();
  readonly #counts = new Map<string, number>();
  readonly #schedule: Schedule;

  constructor(options: RunOptions) {
    this.options = options;
    this.#schedule = options.schedule ?? {};
    this.registryPath = new RegistryPathString(this, options.registryPath);
  }

  get phase(): Phase {
    return this.phases.at(-1) ?? (this.exit === null ? "module" : "framework");
  }

  /** A call begins: it ticks the clock, unless the machine has stopped. */
  begin(call: string): CallSite {
    if (this.stopped !== null) throw this.stopped;
    const occurrence = (this.#counts.get(call) ?? 0) + 1;
    this.#counts.set(call, occurrence);
    const at = this.trace.length + 1;
    const { positions, locate } = this.options;
    const position = positions === true || locate !== undefined ? capturePosition(call, locate) : null;
    const site: CallSite = { at, call, occurrence, phase: this.phase, position, outcome: "returns" };
    this.trace.push(site);
    const bound = this.options.maxCalls ?? 2000;
    if (at > bound) {
      this.stop("endless", `the run made more than ${String(bound)} calls: a loop that never ends, or raise maxCalls`, site);
    }
    return site;
  }

  /** Whether this call succeeds, by the schedule. */
  decide(site: CallSite, words: readonly [Outcome, Outcome] = ["succeeds", "fails"]): boolean {
    const key = `${site.call}#${String(site.occurrence)}`;
    const exact = this.#schedule[key];
    const planned = exact ?? this.#schedule[site.call];
    if (planned !== undefined) this.usedKeys.add(exact === undefined ? site.call : key);
    const good = planned !== "fails" && planned !== "false";
    const outcome = words[good ? 0 : 1];
    site.outcome = outcome;
    this.decisions.push({ key, call: site.call, occurrence: site.occurrence, outcome });
    return good;
  }

  /** The status with which the schedule makes this call fail. */
  failure(call: string): NTSTATUS {
    return this.options.failureStatus?.(call) ?? usualFailure.get(call) ?? STATUS_INSUFFICIENT_RESOURCES;
  }

  /** Remembers something wrong; the machine goes on. */
  report(kind: FindingKind, message: string, call: CallSite | null, more: FindingDetails = {}): Finding {
    const finding: Finding = {
      kind,
      message,
      call,
      harmless: more.harmless ?? false,
      resource: more.resource ?? null,
      phase: more.phase ?? call?.phase ?? this.phase,
      lost: more.lost ?? null,
      exit: this.exit,
      schedule: {},
    };
    this.findings.push(finding);
    return finding;
  }

  /** Remembers something fatal and stops the machine: leaves driver code by an exception. */
  stop(kind: FindingKind, message: string, call: CallSite, resource: ResourceRecord | null = null): never {
    this.report(kind, message, call, { resource });
    call.outcome = "refused";
    this.stopped = new BugCheck(`the machine stopped in ${call.call}: ${message}`);
    throw this.stopped;
  }

  /** A call that the kernel declines: a finding, and the machine goes on. */
  refuse(site: CallSite, message: string, harmless = false): void {
    site.outcome = "refused";
    this.report("refused-call", `${site.call}: ${message}`, site, { harmless });
  }

  /** Remembers a resource as held from now on. */
  hold(pair: Pair, site: CallSite, key: unknown, label: string, more: HoldDetails = {}): ResourceRecord {
    const record: ResourceRecord = {
      id: this.held.length + 1,
      kind: pair.kind,
      label,
      acquired: site,
      owner: more.owner ?? pair.owner,
      released: null,
      escapedTo: null,
      early: !this.framework.driverEverExisted,
      releasedBeforeCreate: null,
      heldAtExit: false,
      heldAtEnd: false,
    };
    const held: Held = { record, pair, key, tag: more.tag };
    this.held.push(held);
    if (pair.handle.from !== "argument") this.made(key);
    const known = this.byKey.get(key);
    if (known === undefined) this.byKey.set(key, [held]);
    else known.push(held);
    const early = this.early.at(-1);
    if (early?.site === site) early.resource = record;
    return record;
  }

  /** Remembers that this machine made a handle. */
  made(handle: unknown): void {
    if (typeof handle === "object" && handle !== null) makers.set(handle, this);
  }

  /** Stops where a handle was made by another run's machine: the driver's variables did not start anew. */
  checkOwn(site: CallSite, handle: unknown): void {
    const maker = typeof handle === "object" && handle !== null ? makers.get(handle) : undefined;
    if (maker === undefined || maker === this) return;
    this.stale = true;
    this.stop(
      "refused-call",
      `${site.call} was given a handle of an earlier run: start the driver's variables anew with { fresh }`,
      site,
    );
  }

  /** The resource is no longer held. */
  letGo(record: ResourceRecord, by: ReleaseRecord["by"], site: CallSite | null): void {
    record.released = {
      by,
      call: site?.call ?? null,
      occurrence: site?.occurrence ?? 0,
      at: site?.at ?? this.trace.length,
      phase: site?.phase ?? this.phase,
    };
  }

  /** A call that should come after the driver's creation, should one follow. */
  noteEarly(site: CallSite, kind: string): void {
    if (!this.framework.driverEverExisted) this.early.push({ site, kind, reported: false, resource: null });
  }

  /** WdfDriverCreate is called: whatever came before it was early. */
  creationCalled(): void {
    for (const { record } of this.held) record.releasedBeforeCreate ??= record.released !== null;
    for (const early of this.early) {
      if (early.reported) continue;
      early.reported = true;
      const { call, occurrence } = early.site;
      const message = `${call} (call ${String(occurrence)}, ${early.kind}) came before WdfDriverCreate`;
      this.report("order", message, early.site, { resource: early.resource });
    }
  }

  /** Stops the machine where a call is given what has been released. */
  checkAlive(site: CallSite, values: readonly unknown[]): void {
    if (this.dead.size === 0) return;
    for (const value of values) {
      if (typeof value !== "object" || value === null) continue;
      const inner = value instanceof Uint8Array || value instanceof KernelObject ? undefined : bufferOf(this, value);
      const grave = this.dead.get(value) ?? (inner === undefined ? undefined : this.dead.get(inner));
      if (grave !== undefined) {
        this.stop(
          "use-after-release",
          `${site.call} was given ${grave.what}, which is no longer there`,
          site,
          grave.resource,
        );
      }
    }
  }

  /** Fills memory with rubbish and remembers that it is gone. */
  bury(value: unknown, what: string, resource: ResourceRecord | null): void {
    this.dead.set(value, { what, resource });
    if (value instanceof Uint8Array) value.fill(POISON);
  }

  /** What the entry leaves behind becomes invalid: RegistryPath (fact 13). */
  buryRegistryPath(): void {
    const buffer = this.registryPath.Buffer;
    this.bury(buffer, "RegistryPath's buffer after DriverEntry", null);
    this.dead.set(this.registryPath, { what: "RegistryPath after DriverEntry", resource: null });
    this.registryPathDead = true;
  }

  /** Blocks that were written after they were freed. */
  reportScribbles(): void {
    for (const [value, grave] of this.dead) {
      if (!(value instanceof PoolBlock) || grave.resource === null || value.length > 0x10000) continue;
      if (value.some((byte) => byte !== POISON)) {
        this.report("use-after-release", `${grave.what} was written after it was freed`, null, {
          resource: grave.resource,
        });
      }
    }
  }

  /** Runs a callback of the driver in a phase of its own; an exception that leaves it is a finding. */
  *callback(phase: Phase, name: string, run: () => unknown): Generator<PromiseLike<unknown>, unknown, unknown> {
    this.phases.push(phase);
    try {
      const result = run();
      return isThenable(result) ? yield result : result;
    } catch (error) {
      if (this.stopped !== null) throw this.stopped;
      this.report("exception", `${name} threw: ${describe(error)}`, this.trace.at(-1) ?? null, { phase });
      return undefined;
    } finally {
      this.phases.pop();
    }
  }

  /** Runs steps that cannot wait: a promise they give is nobody's to await, which is a finding. */
  runNow<R>(steps: Generator<PromiseLike<unknown>, R, unknown>): R {
    let step = steps.next();
    while (step.done !== true) {
      step.value.then(undefined, () => undefined);
      this.report(
        "exception",
        "a callback gave a promise where nothing waits for it: what follows its first await is lost",
        null,
      );
      step = steps.next();
    }
    return step.value;
  }
}

const POISON = 0xdd;

/** What a finding may add to its message. */
export interface FindingDetails {
  readonly resource?: ResourceRecord | null;
  readonly harmless?: boolean;
  readonly phase?: Finding["phase"];
  readonly lost?: LostField;
}

interface HoldDetails {
  readonly owner?: ResourceRecord["owner"];
  readonly tag?: unknown;
}

const usualPath = encode("\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Simulated");

/** RegistryPath: its fields stop the machine once DriverEntry is over. */
class RegistryPathString extends UNICODE_STRING {
  constructor(kernel: Kernel, text?: string) {
    super();
    const bytes = text === undefined ? usualPath.slice() : encode(text);
    const fields = { Length: bytes.length, MaximumLength: bytes.length, Buffer: bytes };
    for (const [field, value] of Object.entries(fields)) {
      const get = (): unknown => {
        if (kernel.registryPathDead && current === kernel && kernel.stopped === null) {
          const message = `RegistryPath.${field} was read after DriverEntry, when it is no longer there`;
          kernel.stop("use-after-release", message, kernel.begin("RegistryPath"));
        }
        return value;
      };
      Object.defineProperty(this, field, { get, enumerable: true });
    }
  }
}

/** The memory a counted string points at, without waking a dead RegistryPath. */
function bufferOf(kernel: Kernel, value: object): unknown {
  return value === kernel.registryPath || !("Buffer" in value) ? undefined : value.Buffer;
}

/** An unknown thrown value in words. */
export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
