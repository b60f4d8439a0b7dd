/** Fields put where they have an effect. */
import { describe, expect, test } from "vitest";
import { fixes, refuses } from "./fixes.ts";
import { linted } from "./repairs.ts";

const rule = "no-lost-attributes";

const driver = (body: string): string => `export function DriverEntry(DriverObject, RegistryPath) {
${body}
  if (!NT_SUCCESS(status)) {
    return status;
  }
  WPP_INIT_TRACING(DriverObject, RegistryPath);
  return STATUS_SUCCESS;
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup(Driver) {
  WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));
}
`;

describe("a fix", () => {
  fixes({
    name: "moves all fields that an INIT wipes behind it, in their order",
    rule,
    code: driver(`  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  const attributes = new WDF_OBJECT_ATTRIBUTES();

  // Stops tracing.
  attributes.EvtCleanupCallback = EvtDriverCleanup; // also when DriverEntry fails
  attributes.ExecutionLevel = WdfExecutionLevelPassive;
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);

  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);`),
    output: driver(`  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  const attributes = new WDF_OBJECT_ATTRIBUTES();

  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  // Stops tracing.
  attributes.EvtCleanupCallback = EvtDriverCleanup; // also when DriverEntry fails
  attributes.ExecutionLevel = WdfExecutionLevelPassive;

  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);`),
  });

  fixes({
    name: "moves a field that is set after the creation to the others of its struct",
    rule,
    code: driver(`  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);

  const driver = out();
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, driver);
  attributes.EvtCleanupCallback = EvtDriverCleanup;`),
    output: driver(`  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.EvtCleanupCallback = EvtDriverCleanup;

  const driver = out();
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, driver);`),
  });
});


describe("one pass", () => {
  const code = driver(`  const config = new WDF_DRIVER_CONFIG();
  config.EvtDriverUnload = EvtDriverUnload;
  WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  attributes.EvtCleanupCallback = EvtDriverCleanup;
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  config.DriverPoolTag = "elpS";`);
  const unload = `
function EvtDriverUnload(Driver) {
  KdPrint("driver unloads\\n");
}
`;

  fixes({
    name: "sets all fields of several structs in time, the wiped ones before those that were set too late",
    rule,
    code: code + unload,
    output: driver(`  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);
  config.EvtDriverUnload = EvtDriverUnload;
  config.DriverPoolTag = "elpS";
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.EvtCleanupCallback = EvtDriverCleanup;
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);`) + unload,
  });

  // The unload routine is live again; that nothing else stops tracing comes to light with it.
  const helped = (attributes: string): string => `export function DriverEntry(DriverObject, RegistryPath) {
  const config = new WDF_DRIVER_CONFIG();
${attributes}
  const status = WdfDriverCreate(DriverObject, RegistryPath, MakeAttributes(), config, null);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  WPP_INIT_TRACING(DriverObject, RegistryPath);
  return STATUS_SUCCESS;
}
`;
  const routines = (attributes: string): string => `
function MakeAttributes() {
  const attributes = new WDF_OBJECT_ATTRIBUTES();
${attributes}
  return attributes;
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverUnload(Driver) {
  WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));
}
`;

  fixes({
    name: "makes a routine live again, whatever is to be said of its style, and mends each function by an edit of its own",
    rule,
    code: helped("  config.EvtDriverUnload = EvtDriverUnload;\n  WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);") + routines("  attributes.ExecutionLevel = WdfExecutionLevelPassive;\n  WDF_OBJECT_ATTRIBUTES_INIT(attributes);"),
    output: helped("  WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);\n  config.EvtDriverUnload = EvtDriverUnload;") + routines("  WDF_OBJECT_ATTRIBUTES_INIT(attributes);\n  attributes.ExecutionLevel = WdfExecutionLevelPassive;"),
  });

  test("the edits of two functions do not meet", () => {
    const found = linted(helped("  config.EvtDriverUnload = EvtDriverUnload;\n  WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);") + routines("  attributes.ExecutionLevel = WdfExecutionLevelPassive;\n  WDF_OBJECT_ATTRIBUTES_INIT(attributes);"));
    const [first, second] = found.repairs.filter((repair) => repair.rule === rule).map(({ edit: { range } }) => range);
    expect(first?.[1]).toBeLessThan(second?.[0] ?? 0);
  });
});

describe("a fix across blocks", () => {
  const branched = (before: string, inside: string): string => `export function DriverEntry(DriverObject, RegistryPath) {
  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
${before}  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
${inside}  return status;
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup(Driver) {
  WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));
}
`;
  const SET = "attributes.EvtCleanupCallback = EvtDriverCleanup; // stops tracing\n";

  fixes({
    name: "takes a field out of the branch of success",
    rule,
    code: branched("", `  if (NT_SUCCESS(status)) {\n    ${SET}    WPP_INIT_TRACING(DriverObject, RegistryPath);\n  }\n`),
    output: branched(`  ${SET}`, `  if (NT_SUCCESS(status)) {\n    WPP_INIT_TRACING(DriverObject, RegistryPath);\n  }\n`),
  });

  fixes({
    name: "takes a branch along that is left empty",
    rule,
    code: branched("", `  if (NT_SUCCESS(status)) {\n    config.DriverPoolTag = "elpS";\n    ${SET}  }\n`),
    output: branched(`  ${SET}`, "").replace("EvtDeviceAdd);\n", `EvtDeviceAdd);\n  config.DriverPoolTag = "elpS";\n`),
  });

  fixes({
    name: "turns a branch round that is left empty beside another",
    rule,
    code: branched("", `  if (NT_SUCCESS(status)) {\n    ${SET}  } else {\n    KdPrint("no driver\\n");\n  }\n`),
    output: branched(`  ${SET}`, `  if (!NT_SUCCESS(status)) {\n    KdPrint("no driver\\n");\n  }\n`),
  });

  fixes({
    name: "moves an if that does nothing else as a whole",
    rule,
    code: branched("", `  // Only where it counts.\n  if (RegistryPath.Length > 0) {\n    attributes.ExecutionLevel = WdfExecutionLevelPassive;\n  }\n`),
    output: branched(`  // Only where it counts.\n  if (RegistryPath.Length > 0) {\n    attributes.ExecutionLevel = WdfExecutionLevelPassive;\n  }\n`, ""),
  });

  fixes({
    name: "follows the INIT into the block in which it stands",
    rule,
    code: `export function DriverEntry(DriverObject, RegistryPath) {
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  attributes.EvtCleanupCallback = EvtDriverCleanup;
  let status = STATUS_UNSUCCESSFUL;
  if (RegistryPath.Length > 0) {
    WDF_OBJECT_ATTRIBUTES_INIT(attributes);

    status = WdfDriverCreate(DriverObject, RegistryPath, attributes, WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd), null);
  }
  return status;
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup() {
  KdPrint("driver object goes\\n");
}
`,
    output: `export function DriverEntry(DriverObject, RegistryPath) {
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  let status = STATUS_UNSUCCESSFUL;
  if (RegistryPath.Length > 0) {
    WDF_OBJECT_ATTRIBUTES_INIT(attributes);
    attributes.EvtCleanupCallback = EvtDriverCleanup;

    status = WdfDriverCreate(DriverObject, RegistryPath, attributes, WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd), null);
  }
  return status;
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup() {
  KdPrint("driver object goes\\n");
}
`,
  });
});

describe("a fix around other code", () => {
  fixes({
    name: "moves the INIT up where the assignment cannot move down",
    rule,
    code: driver(`  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  let callback = EvtDriverCleanup;
  attributes.EvtCleanupCallback = callback;
  callback = null;
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, callback);`),
    output: driver(`  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  let callback = EvtDriverCleanup;
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.EvtCleanupCallback = callback;
  callback = null;
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, callback);`),
  });

  const prepared = (attributes: string): string => `${driver(`  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  const attributes = new WDF_OBJECT_ATTRIBUTES();
${attributes}
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);`)}
function Prepare(attributes) {
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.ExecutionLevel = WdfExecutionLevelPassive;
}
`;

  fixes({
    name: "goes behind the call of a helper that clears the struct",
    rule,
    code: prepared("  attributes.EvtCleanupCallback = EvtDriverCleanup;\n  Prepare(attributes);"),
    output: prepared("  Prepare(attributes);\n  attributes.EvtCleanupCallback = EvtDriverCleanup;"),
  });

  const late = (before: string, behind: string): string => `${driver(`  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  const attributes = WDF_OBJECT_ATTRIBUTES_INIT();
${before}  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);${behind}`)}
function Decorate(attributes) {
  attributes.EvtCleanupCallback = EvtDriverCleanup;
}
`;

  fixes({
    name: "moves the call of a helper that sets the field",
    rule,
    code: late("", "\n  Decorate(attributes);"),
    output: late("  Decorate(attributes);\n", ""),
  });

  fixes({
    name: "stands before the creation itself where the struct is set up before what is assigned is made",
    rule,
    code: driver(`  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);

  const stop = EvtDriverCleanup.bind(null);
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  attributes.EvtCleanupCallback = stop;`),
    output: driver(`  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);

  const stop = EvtDriverCleanup.bind(null);
  attributes.EvtCleanupCallback = stop;
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);`),
  });
});

describe("a fix among statements that share a line", () => {
  const shared = (config: string, rest: string): string => driver(`  ${config}
  const attributes = new WDF_OBJECT_ATTRIBUTES();
${rest}`);

  fixes({
    name: "takes an assignment out of its line and puts it on its own",
    rule,
    code: shared("const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);", "  attributes.EvtCleanupCallback = EvtDriverCleanup; WDF_OBJECT_ATTRIBUTES_INIT(attributes);\n  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);"),
    output: shared("const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);", "  WDF_OBJECT_ATTRIBUTES_INIT(attributes);\n  attributes.EvtCleanupCallback = EvtDriverCleanup;\n  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);"),
  });

  fixes({
    name: "puts an assignment behind an INIT on whose line others follow",
    rule,
    code: shared("const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);", "  attributes.EvtCleanupCallback = EvtDriverCleanup;\n  WDF_OBJECT_ATTRIBUTES_INIT(attributes); attributes.ExecutionLevel = WdfExecutionLevelPassive;\n  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);"),
    output: shared("const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);", "  WDF_OBJECT_ATTRIBUTES_INIT(attributes); attributes.EvtCleanupCallback = EvtDriverCleanup; attributes.ExecutionLevel = WdfExecutionLevelPassive;\n  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);"),
  });

  fixes({
    name: "parts a line where a comment comes along",
    rule,
    code: shared("const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);", "  // Stops tracing.\n  attributes.EvtCleanupCallback = EvtDriverCleanup;\n  WDF_OBJECT_ATTRIBUTES_INIT(attributes); attributes.ExecutionLevel = WdfExecutionLevelPassive;\n  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);"),
    output: shared("const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);", "  WDF_OBJECT_ATTRIBUTES_INIT(attributes);\n  // Stops tracing.\n  attributes.EvtCleanupCallback = EvtDriverCleanup;\n  attributes.ExecutionLevel = WdfExecutionLevelPassive;\n  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);"),
  });

  fixes({
    name: "goes before the creation where the other fields share their line",
    rule,
    code: shared("const config = new WDF_DRIVER_CONFIG(); WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);", "  const status = WdfDriverCreate(DriverObject, RegistryPath, null, config, null);\n  // Ours.\n  config.DriverPoolTag = \"elpS\";").replace("  const attributes = new WDF_OBJECT_ATTRIBUTES();\n", "").replace("  WPP_INIT_TRACING(DriverObject, RegistryPath);\n", ""),
    output: shared("const config = new WDF_DRIVER_CONFIG(); WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);", "  // Ours.\n  config.DriverPoolTag = \"elpS\";\n  const status = WdfDriverCreate(DriverObject, RegistryPath, null, config, null);").replace("  const attributes = new WDF_OBJECT_ATTRIBUTES();\n", "").replace("  WPP_INIT_TRACING(DriverObject, RegistryPath);\n", ""),
  });
});

describe("no fix", () => {
  refuses({
    name: "where what is assigned is made in between",
    rule,
    code: driver(`  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  const stop = EvtDriverCleanup.bind(null);
  attributes.EvtCleanupCallback = stop;`),
    words: "`stop` is needed by both",
  });
});
