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
    output: tracing("", '  WPP_CLEANUP(WdfDriverWdmGetDriverObject(self));\n  KdPrint("cleanup\\n");\n').replace("EvtDriverUnload(Driver) {\n}", "EvtDriverUnload(Driver) {}"),
  });
});

describe("a fix by what the callback is", () => {
  /** A driver that sets its callback by some lines, and has the routines as they are. */
  const set = (attributes: string, routines: string): string => `let gEvent = null;

export function DriverEntry(DriverObject, RegistryPath) {
  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);
  config.EvtDriverUnload = (driver) => EvtDriverUnload(driver);
  const attributes = new WDF_OBJECT_ATTRIBUTES();
${attributes}
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  WPP_INIT_TRACING(DriverObject, RegistryPath);
  return STATUS_SUCCESS;
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

${routines}`;
  const IN_TIME = "  WDF_OBJECT_ATTRIBUTES_INIT(attributes);\n  attributes.EvtCleanupCallback = EvtDriverCleanup;\n";
  const UNLOAD = "function EvtDriverUnload(Driver) {\n  // Nothing is traced any more.\n  WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));\n}\n\n";
  const EMPTY = "function EvtDriverUnload(Driver) {}\n\n";

  fixes({
    name: "sets a callback in time that has no effect yet",
    rule,
    code: set("  attributes.EvtCleanupCallback = EvtDriverCleanup;\n  WDF_OBJECT_ATTRIBUTES_INIT(attributes);\n", `${UNLOAD}function EvtDriverCleanup(_Driver) {\n  KdPrint("cleanup\\n");\n}\n`),
    output: set(IN_TIME, `${EMPTY}function EvtDriverCleanup(Driver) {\n  // Nothing is traced any more.\n  WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));\n  KdPrint("cleanup\\n");\n}\n`),
  });

  fixes({
    name: "makes a block of a callback that is an expression",
    rule,
    code: set(IN_TIME, `${UNLOAD}const EvtDriverCleanup = (Driver) => KdPrint("cleanup\\n");\n`),
    output: set(IN_TIME, `${EMPTY}const EvtDriverCleanup = (Driver) => {\n  // Nothing is traced any more.\n  WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));\n  KdPrint("cleanup\\n");\n};\n`),
  });

  fixes({
    name: "goes into the function that a callback passes its argument on to",
    rule,
    code: set("  WDF_OBJECT_ATTRIBUTES_INIT(attributes);\n  attributes.EvtCleanupCallback = (Driver) => { Clean(Driver); };\n", `${UNLOAD}function Clean(self) {\n  KdPrint("cleanup\\n");\n}\n`),
    output: set("  WDF_OBJECT_ATTRIBUTES_INIT(attributes);\n  attributes.EvtCleanupCallback = (Driver) => { Clean(Driver); };\n", `${EMPTY}function Clean(self) {\n  // Nothing is traced any more.\n  WPP_CLEANUP(WdfDriverWdmGetDriverObject(self));\n  KdPrint("cleanup\\n");\n}\n`),
  });

  fixes({
    name: "moves neighbours of several kinds as they stand, in their order",
    rule,
    code: driver("  // The table first.\n  if (gTable !== null) {\n    ExFreePool(gTable);\n    gTable = null;\n  }\n\n  WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver)); // then tracing\n", '  KdPrint("cleanup\\n");\n').replace("return gTable === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;", "return STATUS_SUCCESS;"),
    output: driver("", '  // The table first.\n  if (gTable !== null) {\n    ExFreePool(gTable);\n    gTable = null;\n  }\n  WPP_CLEANUP(WdfDriverWdmGetDriverObject(self)); // then tracing\n  KdPrint("cleanup\\n");\n')
      .replace("return gTable === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;", "return STATUS_SUCCESS;")
      .replace("function EvtDriverUnload(Driver) {\n}", "function EvtDriverUnload(Driver) {}"),
  });

  fixes({
    name: "comes after what the unload routine does before",
    rule,
    code: driver('  KdPrint("%p\\n", gTable);\n  if (gTable !== null) {\n    ExFreePool(gTable);\n    gTable = null;\n  }\n', STOP),
    output: driver('  KdPrint("%p\\n", gTable);\n', `  if (gTable !== null) {\n    ExFreePool(gTable);\n    gTable = null;\n  }\n${STOP}`),
  });
});

describe("no fix", () => {
  const free = "  if (gTable !== null) {\n    ExFreePool(gTable);\n    gTable = null;\n  }\n";

  refuses({
    name: "where the unload routine goes on to use what is released",
    rule,
    code: driver(`${free}  KdPrint("%p\\n", gTable);\n`, STOP),
    words: "`gTable` is needed by both",
  });

  refuses({
    name: "where the unload routine may be left before",
    rule,
    code: driver(`  if (gTable === null) {\n    return;\n  }\n${free}`, STOP),
    words: "line 22 may leave before",
  });
});
