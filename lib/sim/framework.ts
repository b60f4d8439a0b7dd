/** The framework of one run: the driver object, and how objects are created and deleted. */
import type { Kernel } from "./kernel.ts";
import type { Pair } from "./pairs.ts";
import type { CallSite, CreateRecord, DriverRecord } from "./records.ts";
import type { NTSTATUS } from "./status.ts";
import {
  NT_SUCCESS,
  STATUS_DELETE_PENDING,
  STATUS_DRIVER_INTERNAL_ERROR,
  STATUS_INFO_LENGTH_MISMATCH,
  STATUS_INVALID_DEVICE_REQUEST,
  STATUS_INVALID_PARAMETER,
  STATUS_SUCCESS,
  STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED,
  STATUS_WDF_PARENT_NOT_SPECIFIED,
  statusName,
} from "./status.ts";
import { isInitialised, WdfDriverInitNoDispatchOverride, WdfDriverInitNonPnpDriver } from "./structs.ts";
import type { WDF_DRIVER_CONFIG, WDF_OBJECT_ATTRIBUTES } from "./structs.ts";
import { callback, hasDevice, isOwned, ObjectTree } from "./tree.ts";
import type { FrameworkObject, Steps } from "./tree.ts";
import { characters, DRIVER_OBJECT, WDFDRIVER, WDFOBJECT } from "./values.ts";
import type { DRIVER_UNLOAD, Out } from "./values.ts";

interface Driver {
  readonly object: FrameworkObject;
  readonly registryPath: string;
  readonly unloadCallback: ((driver: WDFDRIVER) => unknown) | null;
  readonly addCallback: WDF_DRIVER_CONFIG["EvtDriverDeviceAdd"];
}

/** Kinds that need a parent with a device among its ancestors (fact 8). */
const needDevice = new Set(["WDFTIMER", "WDFWORKITEM", "WDFDPC"]);

export class Framework {
  readonly #kernel: Kernel;
  readonly tree: ObjectTree;
  readonly #creates: CreateRecord[] = [];
  #driver: Driver | null = null;
  #createdAt: number | null = null;
  #deletedAt: number | null = null;
  #existedAtExit = false;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.tree = new ObjectTree(kernel);
  }

  /** The driver object while it exists. */
  get driver(): FrameworkObject | null {
    return this.#driver?.object ?? null;
  }

  get driverEverExisted(): boolean {
    return this.#createdAt !== null;
  }

  /** The framework's own copy of RegistryPath. */
  get registryPath(): string {
    return this.#driver?.registryPath ?? "";
  }

  get addCallback(): WDF_DRIVER_CONFIG["EvtDriverDeviceAdd"] {
    return this.#driver?.addCallback;
  }

  /** WdfDriverCreate (facts 3, 6, 8, 9, 10, 19). */
  createDriver(
    site: CallSite,
    driverObject: unknown,
    registryPath: unknown,
    attributes: WDF_OBJECT_ATTRIBUTES | null,
    config: WDF_DRIVER_CONFIG | null,
    box: Out<WDFDRIVER> | null,
  ): NTSTATUS {
    const kernel = this.#kernel;
    kernel.creationCalled();
    if (!(driverObject instanceof DRIVER_OBJECT) || typeof config !== "object" || config === null) {
      return kernel.stop("refused-call", "WdfDriverCreate needs the DRIVER_OBJECT and a config", site);
    }
    this.#checkStruct(site, attributes);
    kernel.structs.pass(config, "config");
    if (attributes === null || attributes === undefined) kernel.structs.passNone(site);
    else kernel.structs.pass(attributes, "attributes");
    const status = this.#tryCreateDriver(site, driverObject, registryPath, attributes ?? null, config, box ?? null);
    const callback = attributes?.EvtCleanupCallback ?? null;
    const carried =
      attributes === null || attributes === undefined ? "none" : callback === null ? "without-cleanup" : "with-cleanup";
    this.#creates.push({ site, succeeded: NT_SUCCESS(status), status, attributes: carried });
    return status;
  }

  #tryCreateDriver(
    site: CallSite,
    driverObject: DRIVER_OBJECT,
    registryPath: unknown,
    attributes: WDF_OBJECT_ATTRIBUTES | null,
    config: WDF_DRIVER_CONFIG,
    box: Out<WDFDRIVER> | null,
  ): NTSTATUS {
    const kernel = this.#kernel;
    const flags = config.DriverInitFlags ?? 0;
    const noOverride = (flags & WdfDriverInitNoDispatchOverride) !== 0;
    const nonPnp = (flags & WdfDriverInitNonPnpDriver) !== 0;
    const add = callback(config.EvtDriverDeviceAdd);
    const unload = callback(config.EvtDriverUnload);
    if (!isInitialised(config))
      return this.#refused(site, STATUS_INFO_LENGTH_MISMATCH, "the config was never initialised");
    if ((flags & ~(WdfDriverInitNonPnpDriver | WdfDriverInitNoDispatchOverride)) !== 0) {
      return this.#refused(site, STATUS_INVALID_PARAMETER, `DriverInitFlags ${String(flags)} holds unknown flags`);
    }
    if (this.#driver !== null)
      return this.#refused(site, STATUS_DRIVER_INTERNAL_ERROR, "the driver object exists already");
    if (box !== null) box.value = null;
    if (nonPnp && !noOverride && add !== null) {
      return this.#refused(site, STATUS_INVALID_PARAMETER, "a non-PnP driver must not have EvtDriverDeviceAdd");
    }
    const refusal = this.#checkAttributes(site, attributes, "WDFDRIVER");
    if (refusal !== null) return refusal;
    if (!kernel.decide(site)) return kernel.failure(site.call);

    const object = this.tree.make(new WDFDRIVER(), null, attributes);
    if (noOverride) {
      if (unload !== null) {
        const lost = {
          struct: "config",
          number: 1,
          field: "EvtDriverUnload",
          reason: "ignored",
          cleared: false,
        } as const;
        kernel.report(
          "lost-attribute",
          "EvtDriverUnload is ignored: WdfDriverInitNoDispatchOverride stores no callbacks",
          site,
          { lost },
        );
      }
    } else {
      if (driverObject.DriverUnload !== null) {
        const lost = {
          struct: "driver-object",
          number: 1,
          field: "DriverUnload",
          reason: "overwritten-by-create",
          cleared: false,
        } as const;
        kernel.report("lost-attribute", "DriverObject.DriverUnload is lost: WdfDriverCreate sets it itself", site, {
          lost,
        });
      }
      driverObject.DriverUnload = nonPnp && unload === null ? null : this.frameworkUnload;
      driverObject.DriverExtension.AddDevice = nonPnp ? null : () => STATUS_SUCCESS;
    }
    this.#driver = {
      object,
      registryPath: characters(registryPath),
      unloadCallback: noOverride ? null : unload,
      addCallback: noOverride ? null : add,
    };
    this.#createdAt ??= site.at;
    if (box !== null) box.value = object.handle as WDFDRIVER;
    return STATUS_SUCCESS;
  }

  /** The unload routine that the framework puts into the driver object: a driver may keep it and call it. */
  readonly frameworkUnload: DRIVER_UNLOAD = () => {
    this.#kernel.runNow(this.unload());
  };

  /** EvtDriverUnload, then the driver object's deletion (fact 4). */
  *unload(): Steps {
    const driver = this.#driver;
    if (driver === null) return;
    const { unloadCallback, object } = driver;
    if (unloadCallback !== null) {
      yield* this.#kernel.callback("unload", "EvtDriverUnload", () => unloadCallback(object.handle as WDFDRIVER));
    }
    yield* this.deleteDriver();
  }

  /** Deletes the driver object: children, EvtCleanupCallback, EvtDestroyCallback (facts 2, 4, 5). */
  *deleteDriver(): Steps {
    const driver = this.#driver;
    if (driver === null) return;
    yield* this.tree.dispose(driver.object);
    yield* this.tree.release(driver.object);
    this.#driver = null;
    this.#deletedAt = this.#kernel.trace.length;
  }

  /** Creates an object of the given kind below its parent, and holds it as a resource of the pair. */
  create(site: CallSite, pair: Pair, handle: WDFOBJECT, given: WDF_OBJECT_ATTRIBUTES | null, label: string): NTSTATUS {
    const kernel = this.#kernel;
    kernel.noteEarly(site, pair.kind);
    const attributes = given ?? null;
    this.#checkStruct(site, attributes);
    if (attributes === null) kernel.structs.passNone(site);
    else kernel.structs.pass(attributes, "attributes");
    const refusal = this.#checkAttributes(site, attributes, handle.kind);
    if (refusal !== null) return refusal;
    const wanted = attributes?.ParentObject ?? null;
    const parent = wanted === null ? this.driver : this.tree.require(site, wanted);
    if (parent !== null && parent.state !== "alive")
      return this.#refused(site, STATUS_DELETE_PENDING, "its parent is being deleted");
    if (needDevice.has(handle.kind)) {
      if (wanted === null)
        return this.#refused(site, STATUS_WDF_PARENT_NOT_SPECIFIED, `a ${handle.kind} needs a parent`);
      if (!hasDevice(parent)) {
        return this.#refused(site, STATUS_INVALID_DEVICE_REQUEST, `a ${handle.kind} needs a device among its parents`);
      }
    }
    if (!kernel.decide(site)) return kernel.failure(site.call);
    const object = this.tree.make(handle, parent, attributes);
    const owned = isOwned(object);
    object.resource = kernel.hold(pair, site, handle, label, { owner: owned ? "framework" : "driver" });
    return STATUS_SUCCESS;
  }

  /** WdfObjectDelete and WdfRegistryClose. */
  delete(site: CallSite, handle: unknown): void {
    const known = this.tree.find(handle);
    if (known !== undefined && known.state !== "alive") {
      this.#kernel.stop(
        "double-release",
        `${site.call} was given a ${known.handle.kind} that is already deleted`,
        site,
        known.resource,
      );
    }
    const object = this.tree.require(site, handle);
    if (object.handle instanceof WDFDRIVER) this.#kernel.refuse(site, "the driver object cannot be deleted by the driver");
    else this.#kernel.runNow(this.#deleteNow(object, site));
  }

  *#deleteNow(object: FrameworkObject, site: CallSite): Steps {
    yield* this.tree.dispose(object, site);
    yield* this.tree.release(object);
  }

  /** The entry is left. */
  noteExit(): void {
    this.#existedAtExit = this.#driver !== null;
  }

  /** Everything known of the driver object. */
  record(): DriverRecord {
    return {
      creates: this.#creates,
      createdAt: this.#createdAt,
      deletedAt: this.#deletedAt,
      existedAtExit: this.#existedAtExit,
      cleanupRan: this.tree.cleanupRan,
      destroyRan: this.tree.destroyRan,
    };
  }

  #refused(site: CallSite, status: NTSTATUS, why: string): NTSTATUS {
    this.#kernel.refuse(site, `${why} (${statusName(status)})`);
    return status;
  }

  /** Attributes that are no struct at all stop the machine. */
  #checkStruct(site: CallSite, attributes: unknown): void {
    if (attributes === null || attributes === undefined || typeof attributes === "object") return;
    this.#kernel.stop("refused-call", `${site.call} was given attributes that are no struct`, site);
  }

  #checkAttributes(site: CallSite, attributes: WDF_OBJECT_ATTRIBUTES | null, kind: string): NTSTATUS | null {
    if (attributes === null) return null;
    if (!isInitialised(attributes))
      return this.#refused(site, STATUS_INFO_LENGTH_MISMATCH, "the attributes were never initialised");
    if ((kind === "WDFDRIVER" || kind === "WDFDEVICE") && (attributes.ParentObject ?? null) !== null) {
      return this.#refused(site, STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED, `a ${kind} cannot be given a parent`);
    }
    return null;
  }
}
