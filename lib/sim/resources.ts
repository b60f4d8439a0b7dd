/** How any pair is acquired and released: one implementation, driven by the rows of data. */
import type { Held, Kernel } from "./kernel.ts";
import type { Condition, Pair, Release } from "./pairs.ts";
import { pairs } from "./pairs.ts";
import type { CallSite } from "./records.ts";
import {
  NtStatusError,
  STATUS_INVALID_HANDLE,
  STATUS_INVALID_PARAMETER,
  STATUS_OBJECT_NAME_COLLISION,
  STATUS_OBJECT_NAME_NOT_FOUND,
  STATUS_SUCCESS,
} from "./status.ts";
import type { NTSTATUS } from "./status.ts";
import { characters, DEVICE_OBJECT, DRIVER_OBJECT, encode, KernelObject, PoolBlock, WDFDEVICE_INIT } from "./values.ts";
import type { UNICODE_STRING } from "./values.ts";

type Arguments = readonly unknown[];

/** The largest allocation that the simulated machine has room for, in bytes. */
const MOST_BYTES = 1 << 26;

export const POOL_QUOTA_FAIL_INSTEAD_OF_RAISE = 8;
export const POOL_FLAG_RAISE_ON_FAILURE = 0x20;

/** Which argument says how many bytes, and which the tag. */
const sizes = new Map<string, number>([
  ["IoAllocateMdl", 1],
  ["MmMapIoSpace", 1],
  ["MmMapIoSpaceEx", 1],
]);
const tagged = new Set(["ExFreePoolWithTag", "ExFreePool2"]);

/** Releases whose result is a boolean, and those that give nothing; all others give a status. */
const booleanReleases = new Set([
  "KeDeregisterBugCheckCallback",
  "KeDeregisterBugCheckReasonCallback",
  "ExDeleteTimer",
]);

interface ReleaseRow {
  readonly pair: Pair;
  readonly release: Release;
}

const acquires = new Map<string, Pair>();
const releases = new Map<string, ReleaseRow[]>();
for (const pair of pairs) {
  for (const call of pair.acquire) acquires.set(call, pair);
  for (const release of pair.release) {
    const rows = releases.get(release.call) ?? [];
    rows.push({ pair, release });
    releases.set(release.call, rows);
  }
}

/** The row that a call acquires by, if it does. */
export function pairOf(call: string): Pair {
  const pair = acquires.get(call);
  if (pair === undefined) throw new Error(`no pair of the catalogue is acquired by ${call}`);
  return pair;
}

/** What a call of the catalogue does: acquire, release, or either, by its arguments. */
export function catalogueCall(call: string): (kernel: Kernel, site: CallSite, args: Arguments) => unknown {
  const pair = acquires.get(call);
  const rows = releases.get(call) ?? [];
  if (pair === undefined && rows.length === 0) throw new Error(`${call} is no call of the catalogue`);
  return (kernel, site, args) => {
    const matching = rows.filter(({ release }) => holds(release.when, args));
    if (matching.length > 0) return releaseBy(kernel, site, args, matching);
    if (pair === undefined || !holds(pair.acquireWhen, args)) return withoutAcquiring(kernel, site, args);
    return acquireBy(kernel, site, args, pair);
  };
}

function holds(condition: Condition | undefined, args: Arguments): boolean {
  return condition === undefined || Boolean(args[condition.argument]) === condition.is;
}

/** RtlAnsiStringToUnicodeString into the caller's own buffer. */
function withoutAcquiring(kernel: Kernel, site: CallSite, args: Arguments): NTSTATUS {
  kernel.checkAlive(site, args);
  if (!kernel.decide(site)) return kernel.failure(site.call);
  const [target, source] = args;
  if (isString(target) && target.Buffer !== null) {
    const bytes = encode(characters(source)).subarray(0, target.Buffer.length);
    target.Buffer.set(bytes);
    target.Length = bytes.length;
  }
  return STATUS_SUCCESS;
}

function acquireBy(kernel: Kernel, site: CallSite, args: Arguments, pair: Pair): unknown {
  kernel.noteEarly(site, pair.kind);
  const { handle } = pair;
  const keyed = handle.from === "argument" ? args[handle.argument] : undefined;
  kernel.checkAlive(site, pair.kind === "unicode-string" ? args.slice(1) : args);
  if (handle.from === "argument" && (keyed === null || keyed === undefined)) {
    return kernel.stop("use-after-release", `${site.call} was given nothing where it needs an object`, site);
  }
  if (handle.from === "out" && !isBox(args[handle.argument])) {
    kernel.refuse(site, `argument ${String(handle.argument)} must be an out box`);
    return STATUS_INVALID_PARAMETER;
  }
  const key = handle.from === "argument" ? keyOf(pair, keyed) : undefined;
  if (pair.kind === "symbolic-link" && heldBy(kernel, key).length > 0) {
    kernel.refuse(site, `the name ${characters(keyed)} is taken`);
    return STATUS_OBJECT_NAME_COLLISION;
  }
  const size = byteCount(site.call, args);
  if (size !== null && !(Number.isFinite(size) && size >= 0 && size <= MOST_BYTES)) {
    kernel.refuse(site, `${String(size)} is no number of bytes that can be had`);
    return failed(kernel, site, args, pair);
  }
  if (
    handle.from === "global" &&
    kernel.held.some(({ record }) => record.kind === pair.kind && record.released === null)
  ) {
    kernel.refuse(site, "it is already in effect", true);
    return pair.succeeds === "status" ? STATUS_SUCCESS : undefined;
  }
  if (pair.succeeds !== "always" && !kernel.decide(site)) return failed(kernel, site, args, pair);

  const made = handle.from === "argument" ? keyed : makeHandle(kernel, site, args, pair, size ?? 0);
  const tag = pair.kind === "pool" || pair.kind === "pool-quota" ? args[2] : undefined;
  kernel.hold(pair, site, handle.from === "argument" ? key : made, labelOf(kernel, pair, site, made, tag), { tag });
  if (handle.from === "out") (args[handle.argument] as { value: unknown }).value = made;
  if (pair.kind === "unicode-string") fillString(kernel, keyed, args[1]);
  if (pair.kind === "wdf-reference") kernel.framework.tree.reference(site, keyed);
  if (pair.succeeds === "status") return STATUS_SUCCESS;
  if (pair.succeeds === "boolean") return true;
  return handle.from === "return" ? made : undefined;
}

function failed(kernel: Kernel, site: CallSite, args: Arguments, pair: Pair): unknown {
  const { handle } = pair;
  if (handle.from === "out") {
    const box = args[handle.argument];
    if (isBox(box)) box.value = null;
  }
  if (pair.succeeds === "status") return kernel.failure(site.call);
  if (pair.succeeds === "boolean") return false;
  const flags = Number(args[0]);
  const raises =
    pair.succeeds === "throws"
      ? (flags & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE) === 0
      : /^ExAllocatePool[23]$/.test(site.call) && (flags & POOL_FLAG_RAISE_ON_FAILURE) !== 0;
  if (raises) throw new NtStatusError(site.call, kernel.failure(site.call));
  return null;
}

function releaseBy(kernel: Kernel, site: CallSite, args: Arguments, rows: readonly ReleaseRow[]): unknown {
  const found = find(kernel, args, rows);
  if (found === null) return unheld(kernel, site, args, rows);
  const { record, pair, key, tag } = found;
  if (tagged.has(site.call) && tag !== undefined && args[1] !== undefined && args[1] !== 0 && args[1] !== tag) {
    kernel.stop(
      "mismatched-release",
      `${site.call} was given tag ${inWords(args[1])} for ${record.label}`,
      site,
      record,
    );
  }
  kernel.letGo(record, "driver", site);
  if (pair.handle.from === "return" || pair.handle.from === "out") kernel.bury(key, record.label, record);
  if (key instanceof DEVICE_OBJECT && pair.kind === "device-object") unlink(kernel.driverObject, key);
  if (pair.kind === "unicode-string") emptyString(kernel, key, found);
  if (pair.kind === "wdf-reference") kernel.framework.tree.dereference(key);
  return booleanReleases.has(site.call) ? true : STATUS_SUCCESS;
}

/** The held resource that a release means: the latest one under its key. */
function find(kernel: Kernel, args: Arguments, rows: readonly ReleaseRow[]): Held | null {
  for (const { pair, release } of rows) {
    const given = release.argument === null ? undefined : args[release.argument];
    const candidates =
      release.argument === null
        ? kernel.held.filter((held) => held.record.released === null && held.pair.kind === pair.kind)
        : heldBy(kernel, keyOf(pair, given)).filter((held) => held.pair.kind === pair.kind);
    const wanted = candidates.at(-1);
    if (wanted !== undefined) return wanted;
    const string = pair.kind === "unicode-string" ? kernel.held.findLast((held) => ownsBuffer(held, given)) : undefined;
    if (string !== undefined) return string;
  }
  // RtlFreeUnicodeString is ExFreePool of the buffer, so that the buffer may also be freed as pool.
  return rows.some(({ pair }) => pair.kind === "pool")
    ? (kernel.held.findLast(
        (held) => held.record.released === null && held.record.kind === "unicode-string" && bufferIs(held, args[0]),
      ) ?? null)
    : null;
}

function unheld(kernel: Kernel, site: CallSite, args: Arguments, rows: readonly ReleaseRow[]): unknown {
  const index = rows[0]?.release.argument ?? null;
  const given = index === null ? null : args[index];
  kernel.checkOwn(site, given);
  const keys = rows.map(({ pair }) => keyOf(pair, given));
  const other = keys.flatMap((key) => heldBy(kernel, key)).find(({ pair }) => pair.handle.from !== "argument");
  if (other !== undefined && given !== null && given !== undefined) {
    return kernel.stop(
      "mismatched-release",
      `${site.call} does not release ${other.record.label} (${other.record.kind})`,
      site,
      other.record,
    );
  }
  const before =
    index === null
      ? kernel.held.findLast(({ record }) => record.kind === rows[0]?.pair.kind)
      : keys
          .flatMap((key) => kernel.byKey.get(key) ?? [])
          .findLast(({ pair }) => rows.some((row) => row.pair.kind === pair.kind));
  const row = before?.pair ?? rows.find(({ pair }) => pair.unheld === "harmless")?.pair;
  const what = before === undefined ? "what is not held" : `${before.record.label}, released before`;
  const message = `${site.call} releases ${given === null || given === undefined ? (index === null ? "what is not held" : "null") : what}`;
  if (row?.unheld !== "harmless") return kernel.stop("double-release", message, site, before?.record ?? null);
  site.outcome = "refused";
  kernel.report("double-release", message, site, { harmless: true, resource: before?.record ?? null });
  if (booleanReleases.has(site.call)) return false;
  return row.kind === "symbolic-link" ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_INVALID_HANDLE;
}

/** Another call takes the duty over. */
export function transfer(kernel: Kernel, site: CallSite, value: unknown, what: string): void {
  for (const held of heldBy(kernel, value)) kernel.letGo(held.record, "transfer", site);
  kernel.bury(value, what, kernel.byKey.get(value)?.at(-1)?.record ?? null);
}

function heldBy(kernel: Kernel, key: unknown): Held[] {
  return (kernel.byKey.get(key) ?? []).filter(({ record }) => record.released === null);
}

/** Links are found by their characters (fact 20), all else by identity. */
function keyOf(pair: Pair, given: unknown): unknown {
  return pair.kind === "symbolic-link" ? `link ${characters(given).toLowerCase()}` : given;
}

function byteCount(call: string, args: Arguments): number | null {
  const index = call.startsWith("ExAllocatePool") ? 1 : call.startsWith("MmAllocateContiguous") ? 0 : sizes.get(call);
  return index === undefined ? null : Number(args[index]);
}

function makeHandle(kernel: Kernel, site: CallSite, args: Arguments, pair: Pair, size: number): unknown {
  const name = `${pair.kind} ${site.call}#${String(site.occurrence)}`;
  switch (pair.kind) {
    case "pool":
    case "pool-quota":
    case "contiguous-memory":
    case "io-mapping":
      return new PoolBlock(Math.floor(size));
    case "device-object": {
      const driver = args[0] instanceof DRIVER_OBJECT ? args[0] : kernel.driverObject;
      const device = new DEVICE_OBJECT(characters(args[2]) || name, driver);
      device.NextDevice = driver.DeviceObject;
      driver.DeviceObject = device;
      return device;
    }
    case "wdf-device-init":
      return new WDFDEVICE_INIT(true);
    default:
      return new KernelObject(pair.kind, name);
  }
}

function labelOf(kernel: Kernel, pair: Pair, site: CallSite, made: unknown, tag: unknown): string {
  if (made instanceof PoolBlock)
    return `${pair.kind}${typeof tag === "string" ? ` '${tag}'` : ""} of ${String(made.length)} bytes`;
  if (pair.kind === "symbolic-link") return `symbolic link ${characters(made)}`;
  if (made instanceof DEVICE_OBJECT) return `device ${made.name}`;
  if (pair.kind === "wpp") return "WPP tracing";
  const count = kernel.held.filter(({ record }) => record.kind === pair.kind).length + 1;
  return count === 1 ? `${pair.kind} of ${site.call}` : `${pair.kind} ${String(count)} of ${site.call}`;
}

function unlink(driver: DRIVER_OBJECT, device: DEVICE_OBJECT): void {
  if (driver.DeviceObject === device) driver.DeviceObject = device.NextDevice;
  for (let link = driver.DeviceObject; link !== null; link = link.NextDevice) {
    if (link.NextDevice === device) link.NextDevice = device.NextDevice;
  }
}

const buffers = new WeakMap<object, Uint8Array>();

function fillString(kernel: Kernel, target: unknown, source: unknown): void {
  if (!isString(target)) return;
  const text = encode(characters(source));
  const block = new PoolBlock(text.length);
  block.set(text);
  Object.assign(target, { Buffer: block, Length: text.length, MaximumLength: text.length });
  const held = kernel.held.at(-1);
  if (held !== undefined) buffers.set(held, block);
}

function emptyString(kernel: Kernel, target: unknown, held: Held): void {
  const block = buffers.get(held);
  if (block !== undefined) kernel.bury(block, held.record.label, held.record);
  if (isString(target) && target.Buffer === block) Object.assign(target, { Buffer: null, Length: 0, MaximumLength: 0 });
}

function ownsBuffer(held: Held, given: unknown): boolean {
  return (
    held.record.released === null &&
    held.pair.kind === "unicode-string" &&
    isString(given) &&
    bufferIs(held, given.Buffer)
  );
}

function bufferIs(held: Held, buffer: unknown): boolean {
  return buffer instanceof Uint8Array && buffers.get(held) === buffer;
}

function isString(value: unknown): value is UNICODE_STRING {
  return typeof value === "object" && value !== null && "Buffer" in value;
}

/** True for anything that can be an out box. */
export function isBox(value: unknown): value is { value: unknown } {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}

/** A tag as it was given. */
function inWords(tag: unknown): string {
  return typeof tag === "string" || typeof tag === "number" ? String(tag) : "that is none";
}
