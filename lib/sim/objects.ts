/** How the creating functions of the framework hand over to it: attributes, out box, label. */
import type { Kernel } from "./kernel.ts";
import type { CallSite } from "./records.ts";
import { isBox, pairOf } from "./resources.ts";
import { NT_SUCCESS, STATUS_INVALID_PARAMETER } from "./status.ts";
import type { NTSTATUS } from "./status.ts";
import type { WDF_OBJECT_ATTRIBUTES } from "./structs.ts";
import type { WDF_NO_OBJECT_ATTRIBUTES, WDFOBJECT } from "./values.ts";

/** An attributes parameter. */
export type Attributes = WDF_OBJECT_ATTRIBUTES | WDF_NO_OBJECT_ATTRIBUTES | null;

/** Creates an object and puts its handle into the box. */
export function create(
  kernel: Kernel,
  site: CallSite,
  handle: WDFOBJECT,
  attributes: Attributes,
  box: unknown,
  label: string,
): NTSTATUS {
  if (!isBox(box)) {
    kernel.refuse(site, "it needs an out box for the handle");
    return STATUS_INVALID_PARAMETER;
  }
  box.value = null;
  const status = kernel.framework.create(site, pairOf(site.call), handle, given(attributes), label);
  if (NT_SUCCESS(status)) box.value = handle;
  return status;
}

/** Attributes without the typed null. */
export function given(attributes: Attributes): WDF_OBJECT_ATTRIBUTES | null {
  return attributes as WDF_OBJECT_ATTRIBUTES | null;
}

/** A label for an object that has no name. */
export function numbered(kernel: Kernel, kind: string): string {
  return `${kind} ${String(kernel.held.filter(({ record }) => record.label.startsWith(kind)).length + 1)}`;
}
