/** The driver object put first: the full text that each situation comes to. */
import { describe } from "vitest";
import { fixes, refuses } from "./fixes.ts";

const rule = "driver-create-first";

/** The callbacks of the drivers below. */
const CALLBACKS = `
function EvtDriverUnload(_Driver) {
  KdPrint("driver unloads\\n");
}

function EvtDriverCleanup(Driver) {
  if (gTable !== null) {
    ExFreePool(gTable);
    gTable = null;
  }
  WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));
}
`;

/** What a creation needs. */
const CONFIG = `const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, WDF_NO_EVENT_CALLBACK);
  config.DriverInitFlags |= WdfDriverInitNonPnpDriver;
  config.EvtDriverUnload = EvtDriverUnload;

  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.EvtCleanupCallback = EvtDriverCleanup;`;

const driver = (body: string): string => `let gTable = null;

export function DriverEntry(DriverObject, RegistryPath) {
  ${body}
}
${CALLBACKS}`;

describe("a fix", () => {
  fixes({
    name: "moves tracing behind the test of the creation",
    rule,
    code: driver(`WPP_INIT_TRACING(DriverObject, RegistryPath);

  ${CONFIG}

  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  if (!NT_SUCCESS(status)) {
    KdPrint("WdfDriverCreate failed: 0x%x\\n", status);
    return status;
  }

  return STATUS_SUCCESS;`),
    output: driver(`${CONFIG}

  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  if (!NT_SUCCESS(status)) {
    KdPrint("WdfDriverCreate failed: 0x%x\\n", status);
    return status;
  }

  WPP_INIT_TRACING(DriverObject, RegistryPath);

  return STATUS_SUCCESS;`),
  });

  fixes({
    name: "moves several acquisitions with their tests, and takes away what the failed creation no longer owes",
    rule,
    code: driver(`let status = STATUS_SUCCESS;

  // Tracing comes first.
  WPP_INIT_TRACING(DriverObject, RegistryPath);

  // The table of requests.
  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 512, "lbaT"); // freed by the cleanup callback
  if (gTable === null) {
    WPP_CLEANUP(DriverObject);
    return STATUS_INSUFFICIENT_RESOURCES;
  }

  ${CONFIG}

  // The driver object.
  status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  if (!NT_SUCCESS(status)) {
    // Nobody else would.
    ExFreePool(gTable);
    gTable = null;
    KdPrint("WdfDriverCreate failed: 0x%x\\n", status);
    WPP_CLEANUP(DriverObject);
    return status;
  }

  return status;`),
    output: driver(`let status = STATUS_SUCCESS;

  ${CONFIG}

  // The driver object.
  status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  if (!NT_SUCCESS(status)) {
    KdPrint("WdfDriverCreate failed: 0x%x\\n", status);
    return status;
  }

  // Tracing comes first.
  WPP_INIT_TRACING(DriverObject, RegistryPath);

  // The table of requests.
  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 512, "lbaT"); // freed by the cleanup callback
  if (gTable === null) {
    WPP_CLEANUP(DriverObject);
    return STATUS_INSUFFICIENT_RESOURCES;
  }

  return status;`),
  });
});
