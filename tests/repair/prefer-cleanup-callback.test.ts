/** Releases moved from EvtDriverUnload to the cleanup callback. */
import { describe } from "vitest";
import { fixes, refuses } from "./fixes.ts";

const rule = "prefer-cleanup-callback";

const driver = (unload: string, cleanup: string): string => `let gTable = null;

export function DriverEntry(DriverObject, RegistryPath) {
  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  config.EvtDriverUnload = EvtDriverUnload;
  const attributes = { EvtCleanupCallback: EvtDriverCleanup };
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  WPP_INIT_TRACING(DriverObject, RegistryPath);
  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 512, "lbaT");
  return gTable === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverUnload(Driver) {
${unload}}

function EvtDriverCleanup(self) {
${cleanup}}
`;

const STOP = "  WPP_CLEANUP(WdfDriverWdmGetDriverObject(self));\n";

describe("a fix", () => {
  fixes({
    name: "puts what the unload routine did before what the callback does, and tests it there",
    rule,
    code: driver('  KdPrint("unload\\n");\n  // The table of requests.\n  ExFreePool(gTable);\n  gTable = null;\n', STOP),
    output: driver('  KdPrint("unload\\n");\n', `  if (gTable !== null) {\n    // The table of requests.\n    ExFreePool(gTable);\n    gTable = null;\n  }\n${STOP}`),
  });

  const tracing = (unload: string, cleanup: string): string =>
    driver(unload, cleanup).replace(/ {2}gTable = .*\n.*\n/u, "  return STATUS_SUCCESS;\n");

  fixes({
    name: "calls the driver by the callback's own name for it",
    rule,
    code: tracing("  WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));\n", '  KdPrint("cleanup\\n");\n'),
    output: tracing("", '  WPP_CLEANUP(WdfDriverWdmGetDriverObject(self));\n  KdPrint("cleanup\\n");\n').replace("(Driver) {\n}", "(Driver) {}"),
  });

  const RELEASE = "  if (gTable !== null) {\n    ExFreePool(gTable);\n    gTable = null;\n  }\n";
  fixes({
    name: "passes what only looks at the handle before",
    rule,
    code: driver(`  KdPrint("%p\\n", gTable);\n${RELEASE}`, STOP),
    output: driver('  KdPrint("%p\\n", gTable);\n', `${RELEASE}${STOP}`),
  });
});

describe("no fix", () => {
  refuses({
    name: "where the unload routine goes on to use what is released",
    rule,
    code: driver('  if (gTable !== null) {\n    ExFreePool(gTable);\n    gTable = null;\n  }\n  KdPrint("%p\\n", gTable);\n', STOP),
    words: "`gTable` is needed by both",
  });
});
