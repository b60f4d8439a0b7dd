/** The tree of framework objects of one run: who owns whom, what is alive, and in which order deletion calls back. */
import type { Kernel } from "./kernel.ts";
import type { CallSite, ResourceRecord } from "./records.ts";
import type { ContextType, WDF_OBJECT_ATTRIBUTES } from "./structs.ts";
import { WDFDEVICE, WDFDRIVER } from "./values.ts";
import type { WDFOBJECT } from "./values.ts";

type State = "alive" | "deleting" | "cleaned" | "destroyed";
/** What may have to wait for a callback. */
export type Steps<R = void> = Generator<PromiseLike<unknown>, R, unknown>;
type ObjectCallback = (object: WDFOBJECT) => unknown;

/** What stands behind a handle. */
export interface FrameworkObject {
  readonly handle: WDFOBJECT;
  readonly parent: FrameworkObject | null;
  readonly children: FrameworkObject[];
  state: State;
  /** The tree's own reference and those of the driver: the object's memory stays until the last one goes. */
  references: number;
  isInTree: boolean;
  readonly cleanup: ObjectCallback | null;
  readonly destroy: ObjectCallback | null;
  readonly contexts: Map<ContextType, object>;
  resource: ResourceRecord | null;
  /** What the object's memory is, to be filled with rubbish when it goes. */
  memory: Uint8Array | null;
}

/** All framework objects of a run, by handle. */
export class ObjectTree {
  readonly #kernel: Kernel;
  readonly #objects = new Map<unknown, FrameworkObject>();
  /** Objects whose callbacks are running: in these they may still be used. */
  readonly #running: FrameworkObject[] = [];
  /** Whether the driver object's callbacks ran. */
  cleanupRan = false;
  destroyRan = false;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The live object behind a handle; anything else stops the machine, but for a child used after its cleanup. */
  require(site: CallSite, handle: unknown, kind?: string): FrameworkObject {
    if (handle === null || handle === undefined) {
      return this.#kernel.stop("use-after-release", `${site.call} was given a null handle`, site);
    }
    const object = this.#objects.get(handle);
    if (object === undefined) {
      this.#kernel.checkOwn(site, handle);
      return this.#kernel.stop(
        "use-after-release",
        `${site.call} was given something that is no framework handle of this run`,
        site,
      );
    }
    if (kind !== undefined && object.handle.kind !== kind) {
      return this.#kernel.stop("refused-call", `${site.call} wants a ${kind}, not a ${object.handle.kind}`, site);
    }
    if (object.state === "destroyed") {
      return this.#kernel.stop(
        "use-after-release",
        `${site.call} was given a deleted ${object.handle.kind}`,
        site,
        object.resource,
      );
    }
    if (object.state === "cleaned" && object.handle.kind !== "WDFDRIVER" && !this.#running.includes(object)) {
      const message = `${site.call} was given a ${object.handle.kind} that is already cleaned up`;
      this.#kernel.report("use-after-release", message, site, { resource: object.resource });
    }
    return object;
  }

  /** What is known of a handle, dead or alive. */
  find(handle: unknown): FrameworkObject | undefined {
    return this.#objects.get(handle);
  }

  /** WdfObjectReference: the object's memory stays until as many dereferences. */
  reference(site: CallSite, handle: unknown): void {
    this.require(site, handle).references += 1;
  }

  /** WdfObjectDereference. */
  dereference(handle: unknown): void {
    const object = this.#objects.get(handle);
    if (object === undefined) return;
    object.references -= 1;
    if (object.references <= 0 && object.state === "cleaned") this.#kernel.runNow(this.#finish(object));
  }

  /** The context of a type, or null where the attributes named another. */
  context(site: CallSite, handle: unknown, type: ContextType): object | null {
    return this.require(site, handle).contexts.get(type) ?? null;
  }

  /** Control devices that nobody finished (fact 12). */
  unfinishedDevices(): FrameworkObject[] {
    return [...this.#objects.values()].filter(
      ({ handle, state }) => handle instanceof WDFDEVICE && !handle.acceptsIo && state === "alive",
    );
  }

  /** Puts an object below its parent, with what its attributes carry. */
  make(handle: WDFOBJECT, parent: FrameworkObject | null, attributes: WDF_OBJECT_ATTRIBUTES | null): FrameworkObject {
    const contexts = new Map<ContextType, object>();
    const type = attributes?.ContextTypeInfo ?? null;
    if (type !== null) contexts.set(type, new type());
    const object: FrameworkObject = {
      handle,
      parent,
      children: [],
      state: "alive",
      references: 1,
      isInTree: true,
      cleanup: callback(attributes?.EvtCleanupCallback),
      destroy: callback(attributes?.EvtDestroyCallback),
      contexts,
      resource: null,
      memory: null,
    };
    parent?.children.push(object);
    this.#objects.set(handle, object);
    this.#kernel.made(handle);
    return object;
  }

  /** Gives an object its memory, which goes with it. */
  setMemory(handle: WDFOBJECT, memory: Uint8Array): void {
    const object = this.#objects.get(handle);
    if (object !== undefined) object.memory = memory;
  }

  /** Children first, in creation order, then the object's own cleanup; each once (fact 5). */
  *dispose(object: FrameworkObject, site: CallSite | null = null): Steps {
    if (object.state !== "alive") return;
    object.state = "deleting";
    for (const child of object.children) yield* this.dispose(child);
    if (object.resource !== null) this.#kernel.letGo(object.resource, site === null ? "framework" : "driver", site);
    const isDriver = object.handle instanceof WDFDRIVER;
    object.state = "cleaned";
    if (isDriver) this.cleanupRan = object.cleanup !== null;
    yield* this.#call(object, object.cleanup, isDriver ? "driver-cleanup" : "child-cleanup", "EvtCleanupCallback");
  }

  /** Gives up the tree's own references: children before their parent; referenced objects wait. */
  *release(object: FrameworkObject): Steps {
    for (const child of object.children) yield* this.release(child);
    if (!object.isInTree) return;
    object.isInTree = false;
    object.references -= 1;
    if (object.references <= 0) yield* this.#finish(object);
  }

  *#finish(object: FrameworkObject): Steps {
    if (object.state !== "cleaned") return;
    const isDriver = object.handle instanceof WDFDRIVER;
    if (isDriver) this.destroyRan = object.destroy !== null;
    yield* this.#call(object, object.destroy, isDriver ? "driver-destroy" : "child-destroy", "EvtDestroyCallback");
    object.state = "destroyed";
    if (object.memory !== null)
      this.#kernel.bury(object.memory, `the buffer of a deleted ${object.handle.kind}`, object.resource);
  }

  *#call(
    object: FrameworkObject,
    run: ObjectCallback | null,
    phase: Parameters<Kernel["callback"]>[0],
    name: string,
  ): Steps {
    if (run === null) return;
    this.#running.push(object);
    yield* this.#kernel.callback(phase, `${name} of the ${object.handle.kind}`, () => run(object.handle));
    this.#running.pop();
  }
}

/** True below the driver object: the framework will release it. */
export function isOwned(object: FrameworkObject): boolean {
  return object.parent === null ? object.handle instanceof WDFDRIVER : isOwned(object.parent);
}

/** True for a device and what stands below one. */
export function hasDevice(object: FrameworkObject | null): boolean {
  return object !== null && (object.handle instanceof WDFDEVICE || hasDevice(object.parent));
}

/** A callback that is one, or null. */
export function callback<T>(given: T): Extract<T, (...parameters: never[]) => unknown> | null {
  return typeof given === "function" ? (given as Extract<T, (...parameters: never[]) => unknown>) : null;
}
