/** Functions outside the API that a driver calls, and inputs nobody knows: both take part in the schedule. */
import { currentKernel } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";
import { NtStatusError, STATUS_SUCCESS, STATUS_UNSUCCESSFUL } from "./status.ts";
import type { NTSTATUS } from "./status.ts";
import { characters, KernelObject, UNICODE_STRING, WDFOBJECT } from "./values.ts";

/** What an external function gives: on success and, where the schedule says so, on failure. */
export interface ExternalResults {
  /** STATUS_SUCCESS or a failure. */
  readonly status: NTSTATUS;
  /** `{ status, ok }`. */
  readonly result: { readonly status: NTSTATUS; readonly ok: boolean };
  /** An object or null. */
  readonly pointer: object | null;
  /** True or false. */
  readonly boolean: boolean;
  /** Nothing, or an NtStatusError thrown. */
  readonly throws: undefined;
  /** Nothing; it cannot fail. */
  readonly void: undefined;
}

export interface ExternalOptions<Returns extends keyof ExternalResults> {
  readonly returns: Returns;
  /** The status of a failure. Default STATUS_UNSUCCESSFUL. */
  readonly failure?: NTSTATUS;
  /** Runs on success, with the arguments. */
  readonly effect?: (...args: readonly unknown[]) => void;
  /** Whether it may keep the handles it is given, so that their owner is unknown afterwards. Default true. */
  readonly escapes?: boolean;
}

/**
 * A function of the test that the driver calls, and that the schedule can make fail: `external("RegisterWithPort",
 * { returns: "status" })` fails where the schedule says `"RegisterWithPort#1": "fails"`. A resource whose handle it is
 * given, itself or inside an object, is nobody's leak from then on; DRIVER_OBJECT and RegistryPath are no such handles.
 */
export function external<Returns extends keyof ExternalResults>(
  name: string,
  options: ExternalOptions<Returns>,
): (...args: readonly unknown[]) => ExternalResults[Returns];
export function external(
  name: string,
  options: ExternalOptions<keyof ExternalResults>,
): (...args: readonly unknown[]) => unknown {
  const { returns, failure = STATUS_UNSUCCESSFUL, effect, escapes = true } = options;
  return (...args) => {
    const kernel = currentKernel(name);
    const site = kernel.begin(name);
    const good = returns === "void" || kernel.decide(site);
    if (escapes) markEscaped(kernel, name, args, 0, new Set());
    if (good) effect?.(...args);
    switch (returns) {
      case "status":
        return good ? STATUS_SUCCESS : failure;
      case "result":
        return { status: good ? STATUS_SUCCESS : failure, ok: good };
      case "pointer":
        return good ? { from: name } : null;
      case "boolean":
        return good;
      case "throws":
        if (!good) throw new NtStatusError(name, failure);
        return undefined;
      case "void":
        return undefined;
    }
  };
}

/** An input nobody knows. True unless the schedule says `"name#1": "false"`; `verify` tries both, at every call. */
export function choice(name: string): boolean {
  const kernel = currentKernel(name);
  return kernel.decide(kernel.begin(name), ["true", "false"]);
}

/** How deep handles are looked for inside the objects that an external function is given. */
const DEPTH = 4;

function markEscaped(kernel: Kernel, name: string, value: unknown, depth: number, seen: Set<object>): void {
  if (typeof value === "function" || (typeof value === "object" && value !== null)) {
    if (value === kernel.driverObject || value === kernel.registryPath || seen.has(value)) return;
    seen.add(value);
    kernel.structs.forget(value);
    const keys: unknown[] = [value];
    if (value instanceof UNICODE_STRING) keys.push(`link ${characters(value).toLowerCase()}`);
    for (const key of keys) {
      for (const { record } of kernel.byKey.get(key) ?? []) if (record.released === null) record.escapedTo ??= name;
    }
    const opaque = value instanceof KernelObject || value instanceof WDFOBJECT || ArrayBuffer.isView(value);
    if (opaque || depth >= DEPTH) return;
    const inside = value instanceof Map || value instanceof Set ? [...value.values()] : Object.values(value);
    for (const part of inside) markEscaped(kernel, name, part, depth + 1, seen);
  }
}
