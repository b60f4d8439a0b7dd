/** The drivers that are opened in the editor. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { examples } from "../../examples.ts";

const documentation = path.resolve(import.meta.dirname, "../../../docs/examples");

/** The driver of the article, with tracing started too early. */
export const article = readFileSync(path.join(documentation, "kmdf-wpp-first.ts"), "utf8");

const TRACING = "  WPP_INIT_TRACING(DriverObject, RegistryPath);\n\n";
const SUCCESS = "  return STATUS_SUCCESS;\n";

/** The same as somebody would mend it by hand. */
export const repaired = article.replace(TRACING, "").replace(SUCCESS, `${TRACING}${SUCCESS}`);

/** The examples of the documentation that something is found in. */
export const faulty = examples().filter(({ name }) => /before|leak|null|only|first/u.test(name));

/**
 * A right driver: every step acquires something, and the cleanup callback releases what there is; then as many functions
 * that serve requests. Eight of each, and sixteen more of the latter, come to about 500 lines.
 */
export function long(steps = 8, requests = 24): string {
  const numbers = Array.from({ length: steps }, (_, index) => String(index));
  return `${numbers.map((each) => `let gBlock${each}: PoolBlock | null = null;\n`).join("")}
export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.EvtCleanupCallback = EvtDriverCleanup;
  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);
  let status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, WDF_NO_HANDLE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
${numbers.map((each) => `  status = start${each}(${each} * 16);\n  if (!NT_SUCCESS(status)) {\n    return status;\n  }\n`).join("")}
  return STATUS_SUCCESS;
}

function EvtDeviceAdd(): NTSTATUS {
  return STATUS_SUCCESS;
}
${numbers
  .map(
    (each) => `
/** Step ${each}. */
function start${each}(size: number): NTSTATUS {
  gBlock${each} = ExAllocatePool2(POOL_FLAG_PAGED, size, "lbaT");
  if (gBlock${each} === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return STATUS_SUCCESS;
}
`,
  )
  .join("")}
function EvtDriverCleanup(_Driver: WDFDRIVER): void {
${numbers
  .toReversed()
  .map((each) => `  if (gBlock${each} !== null) {\n    ExFreePool(gBlock${each});\n    gBlock${each} = null;\n  }\n`)
  .join("")}}
${Array.from({ length: requests }, (_, index) => request(String(index))).join("")}`;
}

function request(each: string): string {
  return `
/** Serves request ${each}: sums up what it is given, as far as there is room. */
export function serve${each}(input: readonly number[], output: number[], room: number): NTSTATUS {
  if (input.length > room) {
    return STATUS_BUFFER_TOO_SMALL;
  }
  let sum = 0;
  for (const [index, value] of input.entries()) {
    sum += value * ${each} + index;
    output[index] = sum % 256;
  }
  KdPrint("request ${each}: %d\\n", sum);
  return STATUS_SUCCESS;
}
`;
}

/** A text as it is typed: after every half statement and every whole one, without and with the braces that an editor closes by itself. */
export function asTyped(text: string): string[] {
  const ends = [...text.matchAll(/[;{}]\n/gu)].map((match) => match.index + match[0].length);
  return ends.flatMap((end, index) => {
    const start = ends[index - 1] ?? 0;
    const [half, whole] = [text.slice(0, (start + end) >> 1), text.slice(0, end)];
    return [half, whole, closed(half), closed(whole)];
  });
}

function closed(text: string): string {
  const open = text.split("{").length - text.split("}").length;
  return text + "}\n".repeat(Math.max(0, open));
}
