/** The protocol by which Windows loads and unloads a driver, run once on real values. */
import { describe, enter, Kernel } from "./kernel.ts";
import type { RunOptions } from "./kernel.ts";
import { Framework } from "./framework.ts";
import type { CallSite, Decision, Exit, Finding, ResourceRecord, RunRecord, Schedule } from "./records.ts";
import {
  NT_SUCCESS,
  NtStatusError,
  STATUS_INVALID_DEVICE_REQUEST,
  STATUS_SUCCESS,
  STATUS_UNSUCCESSFUL,
  statusName,
  toStatus,
} from "./status.ts";
import type { NTSTATUS } from "./status.ts";
import { StructLedger } from "./structs.ts";
import { isThenable, WDFDEVICE_INIT, WDFDRIVER } from "./values.ts";
import type { DRIVER_OBJECT, UNICODE_STRING } from "./values.ts";

/** A driver's entry. Falling off its end is success. */
export type DriverEntry = (DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING) => NTSTATUS | void;
/** An entry that awaits. Its callbacks may await, too. */
export type AsyncDriverEntry = (DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING) => Promise<NTSTATUS | void>;
/** An entry, or what makes one anew for each run, so that the driver's variables start anew. */
export type EntrySource = DriverEntry | { readonly fresh: () => DriverEntry };
/** As EntrySource, where the entry awaits or is waited for (`fresh: () => import("./driver.js?1")…`). */
export type AsyncEntrySource =
  AsyncDriverEntry | { readonly fresh: () => AsyncDriverEntry | Promise<DriverEntry | AsyncDriverEntry> };

type AnyEntry = DriverEntry | AsyncDriverEntry;
type AnySource = EntrySource | AsyncEntrySource;
type Steps<R = void> = Generator<PromiseLike<unknown>, R, unknown>;

/** A driver after its entry ran: loaded, or failed. */
interface Loaded {
  /** What the entry returned. */
  readonly status: NTSTATUS;
  readonly exit: Exit;
  readonly driverObject: DRIVER_OBJECT;
  /** What is held now, with the call that acquired it. */
  readonly held: readonly ResourceRecord[];
  readonly findings: readonly Finding[];
  readonly trace: readonly CallSite[];
  /** What was printed and traced. */
  readonly messages: readonly { readonly text: string; readonly dropped: boolean }[];
  /** Everything known of the run so far. */
  readonly run: RunRecord;
}

/** A driver whose entry does not await. */
export interface LoadedDriver extends Loaded {
  /** Unloads the driver, once; gives the finished run. A driver that failed or cannot be unloaded is left as it is. */
  unload(): RunRecord;
  /** Has the driver add a device: EvtDriverDeviceAdd with an init that the framework owns (fact 10). */
  addDevice(): NTSTATUS;
}

/** A driver whose entry awaits. */
export interface AsyncLoadedDriver extends Loaded {
  unload(): Promise<RunRecord>;
  addDevice(): Promise<NTSTATUS>;
}

/**
 * Runs an entry once. `options.schedule` says which calls fail; by default all succeed. After a failing entry the
 * driver object, if one exists, is deleted with its cleanup callback (fact 2) and the run is over; after success the
 * driver stays loaded until `unload()`.
 */
export function loadDriver(entry: EntrySource, options?: RunOptions): LoadedDriver;
export function loadDriver(entry: AsyncEntrySource, options?: RunOptions): Promise<AsyncLoadedDriver>;
export function loadDriver(entry: AnySource, options: RunOptions = {}): LoadedDriver | Promise<AsyncLoadedDriver> {
  const run = new Run(options);
  const started = run.drive(run.start(entry));
  if (!isThenable(started)) return new Handle(run) as LoadedDriver;
  return Promise.resolve(started).then(() => new Handle(run) as AsyncLoadedDriver);
}

/** Runs the whole protocol once: entry, and unload where it succeeded. */
export function runProtocol(entry: AnySource, options: RunOptions): RunRecord | Promise<RunRecord> {
  const run = new Run(options);
  const done = run.drive(run.startAndUnload(entry));
  return isThenable(done) ? Promise.resolve(done).then(() => run.record()) : run.record();
}

/** True while an asynchronous run holds the machine between its awaits. */
let awaiting = false;

class Run {
  readonly kernel: Kernel;
  unloading: RunRecord["unload"] = "not-started";
  #waits = false;
  #over = false;

  constructor(options: RunOptions) {
    this.kernel = new Kernel(options);
    this.kernel.framework = new Framework(this.kernel);
    this.kernel.structs = new StructLedger(this.kernel);
  }

  /** Takes steps with this run's machine running; becomes a promise at the first one that must be waited for. */
  drive<R>(steps: Steps<R>): R | Promise<R> {
    const before = enter(this.kernel);
    let step: IteratorResult<PromiseLike<unknown>, R>;
    try {
      step = steps.next();
    } finally {
      enter(before);
    }
    return step.done === true ? step.value : this.#await(steps, step.value);
  }

  async #await<R>(steps: Steps<R>, first: PromiseLike<unknown>): Promise<R> {
    if (awaiting) {
      first.then(undefined, () => undefined);
      throw new Error("two asynchronous runs overlap: await loadDriver(…) or verify(…) before starting the next one");
    }
    awaiting = true;
    const before = enter(this.kernel);
    try {
      let waited = first;
      for (;;) {
        let step: IteratorResult<PromiseLike<unknown>, R>;
        try {
          const value = await waited;
          step = steps.next(value);
        } catch (error) {
          step = steps.throw(error);
        }
        if (step.done === true) return step.value;
        waited = step.value;
      }
    } finally {
      enter(before);
      awaiting = false;
    }
  }

  *startAndUnload(source: AnySource): Steps {
    yield* this.start(source);
    yield* this.unload();
  }

  /** The entry, and what follows its failure. */
  *start(source: AnySource): Steps {
    const { kernel } = this;
    kernel.exit = yield* this.#enterEntry(source);
    kernel.framework.noteExit();
    for (const { record } of kernel.held) record.heldAtExit = record.released === null;
    if (kernel.stopped !== null) {
      this.#end();
      return;
    }
    kernel.structs.close(kernel.exit.outcome === "success");
    kernel.buryRegistryPath();
    if (kernel.exit.outcome === "success") {
      this.#checkDevices();
      this.unloading = typeof kernel.driverObject.DriverUnload === "function" ? "pending" : "impossible";
      if (this.unloading === "impossible") this.#end();
      return;
    }
    yield* this.#guarded(kernel.framework.deleteDriver());
    if (kernel.stopped === null) this.#reportLeaks("failure");
    this.#end();
  }

  /** The driver's module, where it is to be made anew: what it does on the way in is part of the run. */
  *#makeEntry(source: AnySource): Steps<AnyEntry | null> {
    try {
      const made = typeof source === "function" ? source : source.fresh();
      const entry = (isThenable(made) ? yield made : made) as AnyEntry;
      if (typeof entry === "function") return entry;
    } catch (error) {
      if (this.kernel.stopped !== null) return null;
      throw error;
    }
    throw new TypeError("the driver's entry must be a function; `fresh` must give one");
  }

  *#enterEntry(source: AnySource): Steps<Exit> {
    const { kernel } = this;
    const entry = yield* this.#makeEntry(source);
    if (entry === null) return { outcome: "stopped", status: STATUS_UNSUCCESSFUL, thrown: null, after: null };
    kernel.phases.push("entry");
    let returned: unknown;
    let thrown: unknown = null;
    let threw = false;
    try {
      const result = entry(kernel.driverObject, kernel.registryPath);
      this.#waits = isThenable(result);
      returned = isThenable(result) ? yield result : result;
    } catch (error) {
      thrown = error;
      threw = true;
    } finally {
      kernel.phases.pop();
    }
    const after = kernel.decisions.findLast(({ outcome }) => outcome === "fails") ?? null;
    if (kernel.stopped !== null) return { outcome: "stopped", status: STATUS_UNSUCCESSFUL, thrown: null, after };
    if (threw) {
      const status = thrown instanceof NtStatusError ? thrown.status : null;
      const harmless = status !== null;
      kernel.report("exception", `DriverEntry threw: ${describe(thrown)}`, kernel.trace.at(-1) ?? null, { harmless });
      return { outcome: "thrown", status: status ?? STATUS_UNSUCCESSFUL, thrown, after };
    }
    if (returned !== undefined && typeof returned !== "number") {
      kernel.report("refused-call", `DriverEntry returned ${describe(returned)}, which is no NTSTATUS`, null);
      return { outcome: "failure", status: STATUS_UNSUCCESSFUL, thrown: null, after };
    }
    const status = returned === undefined ? STATUS_SUCCESS : toStatus(returned);
    return { outcome: NT_SUCCESS(status) ? "success" : "failure", status, thrown: null, after };
  }

  /** The driver's unload, where it can be unloaded. */
  *unload(): Steps {
    const { kernel } = this;
    const routine = kernel.driverObject.DriverUnload;
    if (this.unloading !== "pending" || this.#over || routine === null) return;
    const { framework } = kernel;
    const steps =
      routine === framework.frameworkUnload
        ? framework.unload()
        : kernel.callback("unload", "DriverUnload", () => routine(kernel.driverObject));
    yield* this.#guarded(steps);
    this.unloading = "unloaded";
    if (kernel.stopped === null) this.#reportLeaks("unload");
    this.#end();
  }

  /** EvtDriverDeviceAdd, with an init that the framework owns. */
  *addDevice(): Steps<NTSTATUS> {
    const { kernel } = this;
    const { driver, addCallback } = kernel.framework;
    if (this.#over || driver === null || kernel.driverObject.DriverExtension.AddDevice === null)
      return STATUS_INVALID_DEVICE_REQUEST;
    if (typeof addCallback !== "function") return STATUS_UNSUCCESSFUL;
    const call = (): unknown => addCallback(driver.handle as WDFDRIVER, new WDFDEVICE_INIT(false));
    const status = yield* this.#guarded(kernel.callback("device-add", "EvtDriverDeviceAdd", call));
    return typeof status === "number" ? toStatus(status) : STATUS_UNSUCCESSFUL;
  }

  /** Steps after the entry: they may wait only where the entry did; a stopped machine ends them. */
  *#guarded<R>(steps: Steps<R>): Steps<R | undefined> {
    try {
      return this.#waits ? yield* steps : this.kernel.runNow(steps);
    } catch (error) {
      if (this.kernel.stopped === null) throw error;
      return undefined;
    }
  }

  #checkDevices(): void {
    for (const { handle, resource } of this.kernel.framework.tree.unfinishedDevices()) {
      const message = `a ${handle.kind} was never given to WdfControlFinishInitializing: it takes no requests`;
      this.kernel.report("unfinished-device", message, resource?.acquired ?? null, { resource });
    }
  }

  #reportLeaks(phase: "failure" | "unload"): void {
    const { kernel } = this;
    for (const { record } of kernel.held) {
      if (record.released !== null || record.escapedTo !== null) continue;
      const kind = record.kind === "wpp" ? "unmatched-wpp" : phase === "failure" ? "leak-on-failure" : "leak-on-unload";
      const when = phase === "failure" ? `DriverEntry failed (${this.#exitInWords()})` : "the driver was unloaded";
      const { call, occurrence } = record.acquired;
      const message = `${record.label} (${call}, call ${String(occurrence)}) is still held after ${when}`;
      kernel.report(kind, message, record.acquired, { resource: record, phase });
    }
    kernel.reportScribbles();
  }

  #exitInWords(): string {
    const exit = this.kernel.exit;
    if (exit === null) return "it was never left";
    const because = exit.after === null ? "" : ` after ${exit.after.call} failed`;
    return (exit.outcome === "thrown" ? `an exception left it` : statusName(exit.status)) + because;
  }

  #end(): void {
    this.#over = true;
    for (const { record } of this.kernel.held) record.heldAtEnd = record.released === null;
  }

  /** Everything known of the run so far. */
  record(): RunRecord {
    const { kernel, unloading: unload } = this;
    const schedule = deviations(kernel.decisions);
    for (const finding of kernel.findings) {
      finding.exit ??= kernel.exit;
      finding.schedule = schedule;
    }
    if (!this.#over) for (const { record } of kernel.held) record.heldAtEnd = record.released === null;
    const given = Object.keys(kernel.options.schedule ?? {});
    return {
      schedule,
      decisions: kernel.decisions,
      unused: given.filter((key) => !kernel.usedKeys.has(key)),
      exit: kernel.exit ?? { outcome: "stopped", status: STATUS_UNSUCCESSFUL, thrown: null, after: null },
      unload,
      driver: kernel.framework.record(),
      resources: kernel.held.map(({ record }) => record),
      findings: kernel.findings,
      trace: kernel.trace,
      passedAttributes: kernel.structs.passedNumbers(),
      stale: kernel.stale,
      stopped: kernel.stopped?.message ?? null,
    };
  }
}

/** What was decided otherwise than by default: enough to replay the run. */
function deviations(decisions: readonly Decision[]): Schedule {
  const unusual = decisions.filter(({ outcome }) => outcome === "fails" || outcome === "false");
  return Object.fromEntries(unusual.map(({ key, outcome }) => [key, outcome]));
}

/** What `loadDriver` gives: sync or async, by its run. */
class Handle {
  readonly #run: Run;
  constructor(run: Run) {
    this.#run = run;
  }
  get status(): NTSTATUS {
    return this.exit.status;
  }
  get exit(): Exit {
    return this.run.exit;
  }
  get driverObject(): DRIVER_OBJECT {
    return this.#run.kernel.driverObject;
  }
  get held(): readonly ResourceRecord[] {
    return this.run.resources.filter(({ released }) => released === null);
  }
  get findings(): readonly Finding[] {
    return this.run.findings;
  }
  get trace(): readonly CallSite[] {
    return this.#run.kernel.trace;
  }
  get messages(): readonly { readonly text: string; readonly dropped: boolean }[] {
    return this.#run.kernel.messages;
  }
  get run(): RunRecord {
    return this.#run.record();
  }
  unload(): RunRecord | Promise<RunRecord> {
    const done = this.#run.drive(this.#run.unload());
    return isThenable(done) ? Promise.resolve(done).then(() => this.run) : this.run;
  }
  addDevice(): NTSTATUS | Promise<NTSTATUS> {
    return this.#run.drive(this.#run.addDevice());
  }
}
