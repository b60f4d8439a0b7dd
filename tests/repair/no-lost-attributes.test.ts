/** Fields put where they have an effect. */
import { describe } from "vitest";
import { fixes, refuses } from "./fixes.ts";

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
