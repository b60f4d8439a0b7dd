/** Memory and strings: pool, mappings, lists, and the Rtl calls that copy and fill. */
import { benign, call, overwriting, special } from "./calls.ts";
import { characters, encode, setCharacters } from "./values.ts";
import type { KernelObject, Maybe, PoolBlock, UNICODE_STRING } from "./values.ts";
import { STATUS_BUFFER_TOO_SMALL, STATUS_SUCCESS } from "./status.ts";
import type { NTSTATUS } from "./status.ts";
import { kernelIfAny } from "./kernel.ts";

/** A pool type, with or without flags or-ed in. */
export type POOL_TYPE = number;
/** Pool flags of ExAllocatePool2 and 3. */
export type POOL_FLAGS = number;
/** Memory as drivers carry it: a block, a part of one, or nothing. */
export type Memory = Maybe<Uint8Array>;
type Tag = string | number;

export const NonPagedPool = 0;
export const PagedPool = 1;
export const NonPagedPoolNx = 512;
export { POOL_FLAG_RAISE_ON_FAILURE, POOL_QUOTA_FAIL_INSTEAD_OF_RAISE } from "./resources.ts";
export const POOL_FLAG_USE_QUOTA = 0x1;
export const POOL_FLAG_UNINITIALIZED = 0x2;
export const POOL_FLAG_CACHE_ALIGNED = 0x8;
export const POOL_FLAG_NON_PAGED = 0x40;
export const POOL_FLAG_NON_PAGED_EXECUTE = 0x80;
export const POOL_FLAG_PAGED = 0x100;
export const MmNonCached = 0;
export const MmCached = 1;

type Allocate = (type: POOL_TYPE, bytes: number, tag: Tag) => PoolBlock | null;
type AllocateOrThrow = Allocate;

export const ExAllocatePool = call<(type: POOL_TYPE, bytes: number) => PoolBlock | null>("ExAllocatePool");
export const ExAllocatePoolWithTag = call<Allocate>("ExAllocatePoolWithTag");
export const ExAllocatePoolZero = call<Allocate>("ExAllocatePoolZero");
export const ExAllocatePoolUninitialized = call<Allocate>("ExAllocatePoolUninitialized");
export const ExAllocatePool2 =
  call<(flags: POOL_FLAGS, bytes: number, tag: Tag) => PoolBlock | null>("ExAllocatePool2");
export const ExAllocatePool3 =
  call<(flags: POOL_FLAGS, bytes: number, tag: Tag, extended: object | null, count: number) => PoolBlock | null>(
    "ExAllocatePool3",
  );
export const ExAllocatePoolPriorityZero =
  call<(type: POOL_TYPE, bytes: number, tag: Tag, priority: number) => PoolBlock | null>("ExAllocatePoolPriorityZero");
/** Throws an NtStatusError on failure, unless POOL_QUOTA_FAIL_INSTEAD_OF_RAISE is or-ed into the type. */
export const ExAllocatePoolWithQuota =
  call<(type: POOL_TYPE, bytes: number) => PoolBlock | null>("ExAllocatePoolWithQuota");
/** Throws as ExAllocatePoolWithQuota does. */
export const ExAllocatePoolWithQuotaTag = call<AllocateOrThrow>("ExAllocatePoolWithQuotaTag");
/** Throws as ExAllocatePoolWithQuota does. */
export const ExAllocatePoolQuotaZero = call<AllocateOrThrow>("ExAllocatePoolQuotaZero");
/** Throws as ExAllocatePoolWithQuota does. */
export const ExAllocatePoolQuotaUninitialized = call<AllocateOrThrow>("ExAllocatePoolQuotaUninitialized");
export const ExFreePool = call<(block: Memory) => void>("ExFreePool");
/** The tag must be the one of the allocation, or 0. */
export const ExFreePoolWithTag = call<(block: Memory, tag: Tag) => void>("ExFreePoolWithTag");
export const ExFreePool2 =
  call<(block: Memory, tag: Tag, extended: object | null, count: number) => void>("ExFreePool2");

export const MmAllocateContiguousMemory =
  call<(bytes: number, highest: number) => PoolBlock | null>("MmAllocateContiguousMemory");
export const MmAllocateContiguousMemorySpecifyCache = call<
  (bytes: number, lowest: number, highest: number, boundary: number, cache: number) => PoolBlock | null
>("MmAllocateContiguousMemorySpecifyCache");
export const MmAllocateContiguousNodeMemory = call<
  (bytes: number, lowest: number, highest: number, boundary: number, protect: number, node: number) => PoolBlock | null
>("MmAllocateContiguousNodeMemory");
export const MmFreeContiguousMemory = call<(block: Memory) => void>("MmFreeContiguousMemory");
export const MmFreeContiguousMemorySpecifyCache = call<(block: Memory, bytes: number, cache: number) => void>(
  "MmFreeContiguousMemorySpecifyCache",
);
export const MmMapIoSpace = call<(address: number, bytes: number, cache: number) => PoolBlock | null>("MmMapIoSpace");
export const MmMapIoSpaceEx =
  call<(address: number, bytes: number, protect: number) => PoolBlock | null>("MmMapIoSpaceEx");
export const MmUnmapIoSpace = call<(block: Memory, bytes: number) => void>("MmUnmapIoSpace");

/** A memory descriptor list. */
export type MDL = KernelObject<"mdl">;
export const IoAllocateMdl =
  call<
    (address: Memory, bytes: number, secondary: boolean, charge: boolean, irp: KernelObject<"irp"> | null) => MDL | null
  >("IoAllocateMdl");
export const IoFreeMdl = call<(mdl: Maybe<MDL>) => void>("IoFreeMdl");

type InitLookaside = (
  list: object,
  allocate: AnyRoutine | null,
  free: AnyRoutine | null,
  flags: number,
  size: number,
  tag: Tag,
  depth: number,
) => void;
/** A routine whose parameters do not matter here. */
export type AnyRoutine = (...parameters: never[]) => unknown;
export const ExInitializeNPagedLookasideList = call<InitLookaside>("ExInitializeNPagedLookasideList");
export const ExInitializePagedLookasideList = call<InitLookaside>("ExInitializePagedLookasideList");
export const ExDeleteNPagedLookasideList = call<(list: object) => void>("ExDeleteNPagedLookasideList");
export const ExDeletePagedLookasideList = call<(list: object) => void>("ExDeletePagedLookasideList");
export const ExInitializeLookasideListEx =
  call<
    (
      list: object,
      allocate: AnyRoutine | null,
      free: AnyRoutine | null,
      type: POOL_TYPE,
      flags: number,
      size: number,
      tag: Tag,
      depth: number,
    ) => NTSTATUS
  >("ExInitializeLookasideListEx");
export const ExDeleteLookasideListEx = call<(list: object) => void>("ExDeleteLookasideListEx");

export const RtlCreateUnicodeString =
  call<(target: UNICODE_STRING, source: string) => boolean>("RtlCreateUnicodeString");
export const RtlFreeUnicodeString = call<(target: UNICODE_STRING) => void>("RtlFreeUnicodeString");
export const RtlAnsiStringToUnicodeString =
  call<(target: UNICODE_STRING, source: UNICODE_STRING | string, allocate: boolean) => NTSTATUS>(
    "RtlAnsiStringToUnicodeString",
  );

const copy = (name: string): ((target: Memory, source: Memory, bytes: number) => void) =>
  special<(target: Memory, source: Memory, bytes: number) => void>(name, (kernel, site, target, source, bytes) => {
    if (bytes === 0) return;
    if (!(target instanceof Uint8Array) || !(source instanceof Uint8Array)) {
      return kernel.stop("use-after-release", `${name} was given no memory`, site);
    }
    if (!(bytes <= target.length && bytes <= source.length)) {
      return kernel.stop("refused-call", `${name} of ${String(bytes)} bytes from ${String(source.length)} into ${String(target.length)}`, site);
    }
    target.set(source.subarray(0, bytes));
  });

export const RtlCopyMemory = copy("RtlCopyMemory");
export const RtlMoveMemory = copy("RtlMoveMemory");

export const RtlFillMemory = special<(target: Memory, bytes: number, fill: number) => void>(
  "RtlFillMemory",
  (kernel, site, target, bytes, fill) => {
    if (!(target instanceof Uint8Array))
      return kernel.stop("use-after-release", "RtlFillMemory was given no memory", site);
    target.fill(fill, 0, bytes);
  },
);

/** Clears memory, or every own field of a struct. */
export const RtlZeroMemory = overwriting<(target: Memory | object, bytes?: number) => void>(
  "RtlZeroMemory",
  (kernel, site, target, bytes) => {
    if (target === null || target === undefined)
      return kernel.stop("use-after-release", "RtlZeroMemory was given no memory", site);
    if (target instanceof Uint8Array) {
      kernel.checkAlive(site, [target]);
      target.fill(0, 0, bytes);
    } else
      for (const [field, value] of Object.entries(target))
        Reflect.set(target, field, typeof value === "number" ? 0 : null);
  },
);

/** Points a counted string at characters. Null makes it empty. Also callable where no driver runs. */
export function RtlInitUnicodeString(target: UNICODE_STRING, source: string | null): void {
  kernelIfAny()?.begin("RtlInitUnicodeString");
  setCharacters(target, source ?? "");
  if (source === null) target.Buffer = null;
}

/** Copies as many characters as the target has room for. */
export const RtlCopyUnicodeString = special<(target: UNICODE_STRING, source: UNICODE_STRING | null) => void>(
  "RtlCopyUnicodeString",
  (_kernel, _site, target, source) => {
    const bytes = encode(characters(source)).subarray(0, Math.min(target.MaximumLength, target.Buffer?.length ?? 0));
    target.Buffer?.set(bytes);
    target.Length = bytes.length;
  },
);

/** True where two counted strings have the same characters. */
export const RtlEqualUnicodeString = special<
  (first: UNICODE_STRING, second: UNICODE_STRING, ignoreCase: boolean) => boolean
>("RtlEqualUnicodeString", (_kernel, _site, first, second, ignoreCase) => {
  const [left, right] = [characters(first), characters(second)];
  return ignoreCase ? left.toLowerCase() === right.toLowerCase() : left === right;
});

export const RtlAppendUnicodeToString = special<(target: UNICODE_STRING, source: string) => NTSTATUS>(
  "RtlAppendUnicodeToString",
  (_kernel, _site, target, source) => {
    const bytes = encode(source);
    if (target.Buffer === null || target.Length + bytes.length > target.Buffer.length) return STATUS_BUFFER_TOO_SMALL;
    target.Buffer.set(bytes, target.Length);
    target.Length += bytes.length;
    return STATUS_SUCCESS;
  },
);

/** Marks a parameter as unused on purpose. */
export const UNREFERENCED_PARAMETER: (...parameters: unknown[]) => void = () => undefined;

/** Asserts that paging is possible here. */
export const PAGED_CODE = benign<() => void>("PAGED_CODE");
