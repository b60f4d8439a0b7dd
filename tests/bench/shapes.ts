/** Drivers of any size, each large in one way only, and what is to be found in them: a run that gave up finds less. */

/** A way in which a driver can be large. */
export interface Shape {
  readonly name: string;
  /** The driver of size `n`. */
  readonly source: (n: number) => string;
  /** Leaks on failure (an exit and a resource each) and on unload that the driver of size `n` has. */
  readonly leaks: (n: number) => { readonly failure: number; readonly unload: number };
}

const none = { failure: 0, unload: 0 };

/** One function that leaks what it allocated at its last exit, and correctly releases it on unload, around other code. */
function leaking(body: string, rest = "", before = ""): string {
  return `${before}
let gPool = null;
export function DriverEntry(DriverObject, RegistryPath) {
  DriverObject.DriverUnload = DriverUnload;
  gPool = ExAllocatePoolWithTag(PagedPool, RegistryPath.Length, "htaP");
  if (gPool === null) return STATUS_INSUFFICIENT_RESOURCES;
${body}
  const last = StorPortInitialize(DriverObject, RegistryPath, hwInitializationData, null);
  if (!NT_SUCCESS(last)) return last;
  return STATUS_SUCCESS;
}
function DriverUnload(DriverObject) {
  if (gPool !== null) {
    ExFreePoolWithTag(gPool, "htaP");
    gPool = null;
  }
}
${rest}`;
}

const once = (): Leaks => ({ failure: 1, unload: 0 });

type Leaks = ReturnType<Shape["leaks"]>;

/** The text of items 0 to n - 1. */
function each(n: number, line: (index: string) => string): string {
  return Array.from({ length: n }, (_, index) => line(String(index))).join("\n");
}

const statements: Shape = {
  name: "statements",
  source: (n) => leaking(`  let x = 0;\n${each(n, (i) => `  x = x + ${i};\n  note(x, RegistryPath.Length);`)}`),
  leaks: once,
};

const branches: Shape = {
  name: "branches",
  source: (n) => leaking(each(n, (i) => `  if (options[${i}]) {\n    note(${i});\n  } else {\n    skip(${i});\n  }`)),
  leaks: once,
};

/** Each branch returns a failure: an exit that leaks, each with its path. */
const exits: Shape = {
  name: "branches that leave",
  source: (n) => leaking(each(n, (i) => `  if (broken(${i})) {\n    return STATUS_UNSUCCESSFUL;\n  }`)),
  leaks: (n) => ({ failure: n + 1, unload: 0 }),
};

const flags: Shape = {
  name: "independent flags",
  source: (n) =>
    leaking(
      [
        each(n, (i) => `  let flag${i} = false;`),
        each(n, (i) => `  if (probe(${i})) flag${i} = true;`),
        each(n, (i) => `  if (flag${i}) use(${i});`),
      ].join("\n"),
    ),
  leaks: once,
};

/** Flags that say of a resource each whether it is held; all are released at a common exit. */
const heldFlags: Shape = {
  name: "flags of resources",
  source: (n) => `export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  let status = STATUS_SUCCESS;
${each(n, (i) => `  let held${i} = false;\n  let pool${i} = null;`)}
  do {
${each(n, (i) => `    pool${i} = ExAllocatePoolWithTag(PagedPool, ${i}, "gTag");\n    if (pool${i} === null) {\n      status = STATUS_INSUFFICIENT_RESOURCES;\n      break;\n    }\n    held${i} = true;`)}
  } while (false);
${each(n, (i) => `  if (held${i}) {\n    ExFreePoolWithTag(pool${i}, "gTag");\n  }`)}
  return status;
}`,
  leaks: () => none,
};

/** Each in its own module variable, with an early return, freed in the cleanup callback if it is not null. */
const resources: Shape = {
  name: "resources",
  source: (n) => `${each(n, (i) => `let gPool${i}: unknown = null;`)}
export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, WDF_NO_EVENT_CALLBACK);
  config.DriverInitFlags |= WdfDriverInitNonPnpDriver;
  config.EvtDriverUnload = EvtDriverUnload;
  const attributes = {} as WDF_OBJECT_ATTRIBUTES;
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.EvtCleanupCallback = EvtDriverCleanup;
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, WDF_NO_HANDLE);
  if (!NT_SUCCESS(status)) return status;
${each(n, (i) => `  gPool${i} = ExAllocatePoolWithTag(PagedPool, ${i}, "gTag");\n  if (gPool${i} === null) {\n    return STATUS_INSUFFICIENT_RESOURCES;\n  }`)}
  gLost = ExAllocatePoolWithTag(PagedPool, 1, "lost");
  if (gLost === null) return STATUS_INSUFFICIENT_RESOURCES;
  return STATUS_UNSUCCESSFUL;
}
let gLost = null;
function EvtDriverUnload(Driver: WDFDRIVER): void {}
function EvtDriverCleanup(Driver: WDFDRIVER): void {
${each(n, (i) => `  if (gPool${i} !== null) {\n    ExFreePoolWithTag(gPool${i}, "gTag");\n    gPool${i} = null;\n  }`)}
}`,
  leaks: once,
};

/** The same without a framework: allocated one by one, and at each failing exit nothing is released. */
const leaks: Shape = {
  name: "resources that leak",
  source: (n) => `${each(n, (i) => `let gPool${i}: unknown = null;`)}
export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  DriverObject.DriverUnload = DriverUnload;
${each(n, (i) => `  gPool${i} = ExAllocatePoolWithTag(PagedPool, ${i}, "gTag");`)}
  return STATUS_UNSUCCESSFUL;
}
function DriverUnload(DriverObject: DRIVER_OBJECT): void {
${each(n, (i) => `  if (gPool${i} !== null) ExFreePoolWithTag(gPool${i}, "gTag");`)}
}`,
  leaks: (n) => ({ failure: n, unload: 0 }),
};

const locals: Shape = {
  name: "resources freed on the spot",
  source: (n) =>
    leaking(
      each(n, (i) =>
        [
          `  const pool${i} = ExAllocatePoolWithTag(PagedPool, ${i}, "gTag");`,
          `  if (pool${i} === null) {\n    ExFreePoolWithTag(gPool, "htaP");\n    return STATUS_INSUFFICIENT_RESOURCES;\n  }`,
          `  RtlZeroMemory(pool${i}, ${i});`,
          `  ExFreePoolWithTag(pool${i}, "gTag");`,
        ].join("\n"),
      ),
    ),
  leaks: once,
};

/** f0 calls f1 … calls the last, which allocates; each passes the status on. */
const helpers: Shape = {
  name: "helpers in a chain",
  source: (n) => `let gPool: unknown = null;
export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  DriverObject.DriverUnload = DriverUnload;
  const status = f0(RegistryPath);
  if (!NT_SUCCESS(status)) return status;
  const last = StorPortInitialize(DriverObject, RegistryPath, hwInitializationData, null);
  if (!NT_SUCCESS(last)) return last;
  return STATUS_SUCCESS;
}
${each(n, (i) => `function f${i}(path: UNICODE_STRING): NTSTATUS {\n  const status = f${String(Number(i) + 1)}(path);\n  if (!NT_SUCCESS(status)) {\n    return status;\n  }\n  return STATUS_SUCCESS;\n}`)}
function f${String(n)}(path: UNICODE_STRING): NTSTATUS {
  gPool = ExAllocatePoolWithTag(PagedPool, path.Length, "gTag");
  if (gPool === null) return STATUS_INSUFFICIENT_RESOURCES;
  return STATUS_SUCCESS;
}
function DriverUnload(DriverObject: DRIVER_OBJECT): void {
  if (gPool !== null) ExFreePoolWithTag(gPool, "gTag");
}`,
  leaks: once,
};

/** What grows: time for twice the size is to be little more than twice the time. */
export const growing: readonly Shape[] = [statements, branches, exits, flags, heldFlags, resources, leaks, locals, helpers];

/** `n` blocks with a finalizer, each in the finalizer of the one around it. */
const finalizers: Shape = {
  name: "finally in finally",
  source: (n) => leaking(nested(n, (inner, i) => `try {\n  work(${i});\n} finally {\n${inner}\n}`)),
  leaks: once,
};

/** `n` blocks with a finalizer, each in the block of the one around it, with a failing return innermost. */
const blocks: Shape = {
  name: "finally around try",
  source: (n) =>
    leaking(nested(n, (inner, i) => `try {\n${inner}\n} finally {\n  work(${i});\n}`, "if (broken()) return STATUS_UNSUCCESSFUL;")),
  leaks: () => ({ failure: 2, unload: 0 }),
};

/** What nests: in plain JavaScript. */
export const nesting: readonly Shape[] = [finalizers, blocks];

function nested(n: number, around: (inner: string, index: string) => string, innermost = "work();"): string {
  let text = innermost;
  for (let index = 0; index < n; index += 1) text = around(text, String(index));
  return text;
}
