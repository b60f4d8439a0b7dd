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
    return STATUS_INSUFFICIENT_RESOURCES;
  }

  return status;`),
  });

  fixes({
    name: "passes the declaration of a shared status on, and leaves the release of a later exit",
    rule,
    code: `export function DriverEntry(DriverObject, RegistryPath) {
  let status = ExCreateCallback(gCallback, null, true, true);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.EvtCleanupCallback = EvtDriverCleanup;
  status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  if (!NT_SUCCESS(status)) {
    ObDereferenceObject(gCallback.value);
    gCallback.value = null;
    return status;
  }
  status = StorPortInitialize(DriverObject, RegistryPath, {}, null);
  if (!NT_SUCCESS(status)) {
    ObDereferenceObject(gCallback.value);
    gCallback.value = null;
    return status;
  }
  return status;
}

const gCallback = out();

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup() {
  if (gCallback.value !== null) {
    ObDereferenceObject(gCallback.value);
    gCallback.value = null;
  }
}
`,
    output: `export function DriverEntry(DriverObject, RegistryPath) {
  const config = new WDF_DRIVER_CONFIG();
  WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);
  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  attributes.EvtCleanupCallback = EvtDriverCleanup;
  let status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  status = ExCreateCallback(gCallback, null, true, true);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  status = StorPortInitialize(DriverObject, RegistryPath, {}, null);
  if (!NT_SUCCESS(status)) {
    ObDereferenceObject(gCallback.value);
    gCallback.value = null;
    return status;
  }
  return status;
}

const gCallback = out();

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup() {
  if (gCallback.value !== null) {
    ObDereferenceObject(gCallback.value);
    gCallback.value = null;
  }
}
`,
  });

  fixes({
    name: "lifts the creation out of a chain of tests",
    rule,
    code: `const gTimer = { timer: null };

export function DriverEntry(DriverObject, RegistryPath) {
  gTimer.timer = ExAllocateTimer(null, null, 0);
  let status = gTimer.timer === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
  if (NT_SUCCESS(status)) {
    const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
    const attributes = { EvtCleanupCallback: EvtDriverCleanup };
    status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
    if (!NT_SUCCESS(status)) {
      ExDeleteTimer(gTimer.timer, true, false, null);
      return status;
    }
    status = StorPortInitialize(DriverObject, RegistryPath, {}, null);
  }
  return status;
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup() {
  if (gTimer.timer !== null) {
    ExDeleteTimer(gTimer.timer, true, false, null);
    gTimer.timer = null;
  }
}
`,
    output: `const gTimer = { timer: null };

export function DriverEntry(DriverObject, RegistryPath) {
  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  const attributes = { EvtCleanupCallback: EvtDriverCleanup };
  let status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  gTimer.timer = ExAllocateTimer(null, null, 0);
  status = gTimer.timer === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
  if (NT_SUCCESS(status)) {
    status = StorPortInitialize(DriverObject, RegistryPath, {}, null);
  }
  return status;
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup() {
  if (gTimer.timer !== null) {
    ExDeleteTimer(gTimer.timer, true, false, null);
    gTimer.timer = null;
  }
}
`,
  });

  fixes({
    name: "moves into the branch of a successful creation, with tabs, carriage returns and no semicolons",
    rule,
    code: `export function DriverEntry(DriverObject, RegistryPath) {
	let tracing = false

	WPP_INIT_TRACING(DriverObject, RegistryPath)
	tracing = true

	const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd)
	const attributes = { EvtCleanupCallback: EvtDriverCleanup }
	const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null)
	if (NT_SUCCESS(status)) {
		;[1, 2].forEach((step) => KdPrint("step %d", step))
	} else {
		WPP_CLEANUP(DriverObject)
	}
	return status
}

function EvtDeviceAdd() {
	return STATUS_SUCCESS
}

function EvtDriverCleanup(Driver) {
	WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver))
}
`.replaceAll("\n", "\r\n"),
    output: `export function DriverEntry(DriverObject, RegistryPath) {
	let tracing = false

	const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd)
	const attributes = { EvtCleanupCallback: EvtDriverCleanup }
	const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null)
	if (NT_SUCCESS(status)) {
		WPP_INIT_TRACING(DriverObject, RegistryPath)
		tracing = true
		;[1, 2].forEach((step) => KdPrint("step %d", step))
	}
	return status
}

function EvtDeviceAdd() {
	return STATUS_SUCCESS
}

function EvtDriverCleanup(Driver) {
	WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver))
}
`.replaceAll("\n", "\r\n"),
  });

  fixes({
    name: "moves an early helper behind the helper that creates",
    rule,
    code: `let gPool = null;

export function DriverEntry(DriverObject, RegistryPath) {
  const allocated = Allocate();
  if (!NT_SUCCESS(allocated)) {
    return allocated;
  }
  const created = CreateDriver(DriverObject, RegistryPath);
  if (!NT_SUCCESS(created)) {
    Release();
    return created;
  }
  return STATUS_SUCCESS;
}

function Allocate() {
  gPool = ExAllocatePool2(POOL_FLAG_PAGED, 64, "looP");
  return gPool === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

function Release() {
  if (gPool !== null) {
    ExFreePool(gPool);
    gPool = null;
  }
}

function CreateDriver(DriverObject, RegistryPath) {
  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  return WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, config, null);
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}
`,
    output: `let gPool = null;

export function DriverEntry(DriverObject, RegistryPath) {
  const created = CreateDriver(DriverObject, RegistryPath);
  if (!NT_SUCCESS(created)) {
    return created;
  }
  const allocated = Allocate();
  if (!NT_SUCCESS(allocated)) {
    return allocated;
  }
  return STATUS_SUCCESS;
}

function Allocate() {
  gPool = ExAllocatePool2(POOL_FLAG_PAGED, 64, "looP");
  return gPool === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

function Release() {
  if (gPool !== null) {
    ExFreePool(gPool);
    gPool = null;
  }
}

function CreateDriver(DriverObject, RegistryPath) {
  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  return WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, config, null);
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}
`,
  });

  fixes({
    name: "reorders inside of a try block",
    rule,
    code: `declare function StartWorker(pool): NTSTATUS;
let gPool = null;

export function DriverEntry(DriverObject, RegistryPath) {
  let status = STATUS_UNSUCCESSFUL;
  try {
    // What the worker writes to.
    gPool = ExAllocatePool2(POOL_FLAG_PAGED, 64, "looP");
    if (gPool === null) {
      throw new Error("no pool");
    }
    status = StartWorker(gPool);
    if (!NT_SUCCESS(status)) {
      return status;
    }

    const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
    const created = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: EvtDriverCleanup }, config, null);
    if (!NT_SUCCESS(created)) {
      status = created;
      return created;
    }
    return STATUS_SUCCESS;
  } catch {
    return STATUS_INSUFFICIENT_RESOURCES;
  } finally {
    KdPrint("0x%x\\n", status);
  }
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup() {
  if (gPool !== null) {
    ExFreePool(gPool);
    gPool = null;
  }
}
`,
    output: `declare function StartWorker(pool): NTSTATUS;
let gPool = null;

export function DriverEntry(DriverObject, RegistryPath) {
  let status = STATUS_UNSUCCESSFUL;
  try {
    const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
    const created = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: EvtDriverCleanup }, config, null);
    if (!NT_SUCCESS(created)) {
      status = created;
      return created;
    }

    // What the worker writes to.
    gPool = ExAllocatePool2(POOL_FLAG_PAGED, 64, "looP");
    if (gPool === null) {
      throw new Error("no pool");
    }
    status = StartWorker(gPool);
    if (!NT_SUCCESS(status)) {
      return status;
    }
    return STATUS_SUCCESS;
  } catch {
    return STATUS_INSUFFICIENT_RESOURCES;
  } finally {
    KdPrint("0x%x\\n", status);
  }
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup() {
  if (gPool !== null) {
    ExFreePool(gPool);
    gPool = null;
  }
}
`,
  });

  fixes({
    name: "reorders before a common exit",
    rule,
    code: `let gPool = null;

export function DriverEntry(DriverObject, RegistryPath) {
  let status = STATUS_SUCCESS;
  exit: {
    gPool = ExAllocatePool2(POOL_FLAG_PAGED, 64, "looP");
    if (gPool === null) {
      status = STATUS_INSUFFICIENT_RESOURCES;
      break exit;
    }
    const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
    status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: EvtDriverCleanup }, config, null);
    if (!NT_SUCCESS(status)) {
      break exit;
    }
    status = StorPortInitialize(DriverObject, RegistryPath, {}, null);
  }
  if (!NT_SUCCESS(status) && gPool !== null) {
    ExFreePool(gPool);
    gPool = null;
  }
  return status;
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup() {
  if (gPool !== null) {
    ExFreePool(gPool);
    gPool = null;
  }
}
`,
    output: `let gPool = null;

export function DriverEntry(DriverObject, RegistryPath) {
  let status = STATUS_SUCCESS;
  exit: {
    const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
    status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: EvtDriverCleanup }, config, null);
    if (!NT_SUCCESS(status)) {
      break exit;
    }
    gPool = ExAllocatePool2(POOL_FLAG_PAGED, 64, "looP");
    if (gPool === null) {
      status = STATUS_INSUFFICIENT_RESOURCES;
      break exit;
    }
    status = StorPortInitialize(DriverObject, RegistryPath, {}, null);
  }
  if (!NT_SUCCESS(status) && gPool !== null) {
    ExFreePool(gPool);
    gPool = null;
  }
  return status;
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup() {
  if (gPool !== null) {
    ExFreePool(gPool);
    gPool = null;
  }
}
`,
  });

  fixes({
    name: "adds the test of the creation and those of the callback, and leaves each release to the callback",
    rule,
    code: `let gTable = null;
let gLock = null;

export function DriverEntry(DriverObject, RegistryPath) {
  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 512, "lbaT");
  if (gTable === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  gLock = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, "kcoL");
  if (gLock === null) {
    ExFreePool(gTable);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  return WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: EvtDriverCleanup }, config, null);
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup() {
  ExFreePool(gLock);
  ExFreePool(gTable);
}
`,
    output: `let gTable = null;
let gLock = null;

export function DriverEntry(DriverObject, RegistryPath) {
  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
  const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: EvtDriverCleanup }, config, null);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 512, "lbaT");
  if (gTable === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  gLock = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, "kcoL");
  if (gLock === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return status;
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup() {
  if (gLock !== null) {
    ExFreePool(gLock);
  }
  if (gTable !== null) {
    ExFreePool(gTable);
  }
}
`,
  });
});

describe("no fix", () => {
  const early = (before: string, between: string, after = ""): string => `let gTable = null;

export function DriverEntry(DriverObject, RegistryPath) {
  ${before}gTable = ExAllocatePool2(POOL_FLAG_PAGED, 512, "lbaT");${between}
  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);${after}
  const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: EvtDriverCleanup }, config, null);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return STATUS_SUCCESS;
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}

function EvtDriverCleanup() {
  if (gTable !== null) {
    ExFreePool(gTable);
    gTable = null;
  }
}
`;

  refuses({ name: "where the creation needs what is acquired", rule, code: early("", "", "\n  config.DriverPoolTag = gTable === null ? 0 : 1;"), words: "`gTable` is needed by both" });
  refuses({ name: "past a comment of which it is not clear what it belongs to", rule, code: early("", "\n\n  // Now for the driver object.\n"), words: "it is not clear what the comment on line 6 belongs to" });
  refuses({
    name: "of what a directive governs",
    rule,
    code: early("/* eslint-disable no-undef */\n  ", ""),
    words: "the directive on line 4 holds what it governs in place",
  });
  refuses({ name: "past a way to success without a driver object", rule, code: early("", "\n  if (RegistryPath.Length === 0) {\n    return STATUS_SUCCESS;\n  }"), words: "line 6 may leave before" });
  refuses({ name: "of statements that share a line", rule, code: early("KdPrint('start'); ", ""), words: "line 4 holds several statements" });
});
