/** The driver object put first among statements of one list: what moves, and what stays where it is. */
import { describe } from "vitest";
import { fixesAs, suggestsAs } from "./fixes.ts";

const rule = "driver-create-first";

describe("what moves", () => {
  fixesAs({
    name: "tracing with what is told, each comment with its statement",
    rule,
    diff: String.raw`
 import { KdPrint, NT_SUCCESS, STATUS_SUCCESS, WDF_DRIVER_CONFIG, WDF_DRIVER_CONFIG_INIT, WDF_NO_HANDLE, WDF_OBJECT_ATTRIBUTES, WDF_OBJECT_ATTRIBUTES_INIT, WPP_CLEANUP, WPP_INIT_TRACING, WdfDriverCreate, WdfDriverWdmGetDriverObject } from "eslint-plugin-wdf/sim";

 /**
  * Called once, when the driver is loaded.
  */
 export function DriverEntry(DriverObject, RegistryPath) {
-  // Tracing first, so that the rest can be seen.
-  WPP_INIT_TRACING(DriverObject, RegistryPath); // stopped in EvtDriverCleanup
-  TraceInfo("starting");
-
   /* The driver object: one device per adapter. */
   const config = new WDF_DRIVER_CONFIG();
   WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);

   const attributes = new WDF_OBJECT_ATTRIBUTES();
   WDF_OBJECT_ATTRIBUTES_INIT(attributes);
   attributes.EvtCleanupCallback = EvtDriverCleanup; // also when the start fails

   const status = WdfDriverCreate(
     DriverObject,
     RegistryPath,
     attributes, // not null: see above
     config,
     WDF_NO_HANDLE,
   );
   if (!NT_SUCCESS(status)) {
-    // Nothing runs by itself here.
-    WPP_CLEANUP(DriverObject);
     return status;
   }

+  // Tracing first, so that the rest can be seen.
+  WPP_INIT_TRACING(DriverObject, RegistryPath); // stopped in EvtDriverCleanup
+  TraceInfo("starting");
+
   KdPrint("started\n");
   return STATUS_SUCCESS;
 }

 function TraceInfo(text) {
   KdPrint(text);
 }

 function EvtDeviceAdd(_Driver, _DeviceInit) {
   return STATUS_SUCCESS;
 }

 function EvtDriverCleanup(Driver) {
   WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));
 }
 `,
  });

  fixesAs({
    name: "three acquisitions with their tests, in an arrow function with tabs; a helper that releases all goes from the failed creation",
    rule,
    diff: String.raw`
 let gTable = null;
 const gCookie = out();
 let gTimer = null;

 export const DriverEntry = (driverObject, registryPath) => {
 	const size = 16 * 4;

+	// 4. the driver object
+	const attributes = WDF_OBJECT_ATTRIBUTES_INIT();
+	attributes.EvtCleanupCallback = cleanup;
+	let status = WdfDriverCreate(driverObject, registryPath, attributes, WDF_DRIVER_CONFIG_INIT(add), null);
+	if (!NT_SUCCESS(status)) {
+		KdPrint("no driver object: 0x%x\n", status);
+		return status;
+	}
+
 	// 1. the table
 	gTable = ExAllocatePool2(POOL_FLAG_NON_PAGED, size, "lbaT");
 	if (gTable === null) return STATUS_INSUFFICIENT_RESOURCES;
 	RtlZeroMemory(gTable, size);

 	// 2. the registry callback
-	let status = CmRegisterCallback(OnRegistry, null, gCookie);
+	status = CmRegisterCallback(OnRegistry, null, gCookie);
 	if (!NT_SUCCESS(status)) {
 		ExFreePool(gTable);
 		gTable = null;
 		return status;
 	}

 	// 3. the timer
 	gTimer = ExAllocateTimer(null, null, 0);
 	if (gTimer === null) {
 		CmUnRegisterCallback(gCookie.value);
 		gCookie.value = null;
 		ExFreePool(gTable);
 		gTable = null;
 		return STATUS_INSUFFICIENT_RESOURCES;
 	}

-	// 4. the driver object
-	const attributes = WDF_OBJECT_ATTRIBUTES_INIT();
-	attributes.EvtCleanupCallback = cleanup;
-	status = WdfDriverCreate(driverObject, registryPath, attributes, WDF_DRIVER_CONFIG_INIT(add), null);
-	if (!NT_SUCCESS(status)) {
-		cleanup();
-		KdPrint("no driver object: 0x%x\n", status);
-		return status;
-	}
-
 	return STATUS_SUCCESS;
 };

 const add = () => STATUS_SUCCESS;

 function OnRegistry() {
 	return STATUS_SUCCESS;
 }

 function cleanup() {
 	if (gTimer !== null) {
 		ExDeleteTimer(gTimer, true, false, null);
 		gTimer = null;
 	}
 	if (gCookie.value !== null) {
 		CmUnRegisterCallback(gCookie.value);
 		gCookie.value = null;
 	}
 	if (gTable !== null) {
 		ExFreePool(gTable);
 		gTable = null;
 	}
 }
 `,
  });

  fixesAs({
    name: "what the creation needs, from where it is spread over the early ones",
    rule,
    diff: String.raw`
 const gLock = {};
 let gHaveLock = false;
 let gMdl = null;

 export function DriverEntry(DriverObject, RegistryPath) {
   const config = new WDF_DRIVER_CONFIG();
-  let status = ExInitializeResourceLite(gLock);
-  if (!NT_SUCCESS(status)) {
-    return status;
-  }
-  gHaveLock = true;
-
   WDF_DRIVER_CONFIG_INIT(config, WDF_NO_EVENT_CALLBACK);
   const attributes = new WDF_OBJECT_ATTRIBUTES();
   config.DriverInitFlags |= WdfDriverInitNonPnpDriver;

-  gMdl = IoAllocateMdl(null, 4096, false, false, null);
-  if (gMdl === null) {
-    Release();
-    return STATUS_INSUFFICIENT_RESOURCES;
-  }
-
   WDF_OBJECT_ATTRIBUTES_INIT(attributes);
   config.EvtDriverUnload = EvtDriverUnload;
   attributes.EvtCleanupCallback = Release;
-  status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
+  let status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
   if (!NT_SUCCESS(status)) {
+    return status;
+  }
+
+  status = ExInitializeResourceLite(gLock);
+  if (!NT_SUCCESS(status)) {
+    return status;
+  }
+  gHaveLock = true;
+
+  gMdl = IoAllocateMdl(null, 4096, false, false, null);
+  if (gMdl === null) {
     Release();
+    return STATUS_INSUFFICIENT_RESOURCES;
   }
   return status;
 }

 function EvtDriverUnload() {
   KdPrint("unload\n");
 }

 function Release() {
   if (gMdl !== null) {
     IoFreeMdl(gMdl);
     gMdl = null;
   }
   if (gHaveLock) {
     ExDeleteResourceLite(gLock);
     gHaveLock = false;
   }
 }
 `,
  });

  fixesAs({
    name: "calls inside of their tests, in a method of an object",
    rule,
    run: { entry: "exports.driver.DriverEntry" },
    diff: String.raw`
 const gCallback = out();

 export const driver = {
   DriverEntry(DriverObject, RegistryPath) {
     let status;
-    if (!NT_SUCCESS((status = ExCreateCallback(gCallback, null, true, true)))) {
+    if (!NT_SUCCESS((status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null)))) {
       return status;
     }
-    if (!NT_SUCCESS((status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null)))) {
-      Release();
+    if (!NT_SUCCESS((status = ExCreateCallback(gCallback, null, true, true)))) {
       return status;
     }
     if (!NT_SUCCESS((status = StorPortInitialize(DriverObject, RegistryPath, {}, null)))) {
       return status;
     }
     return status;
   },
 };

 function Release() {
   if (gCallback.value !== null) {
     ObDereferenceObject(gCallback.value);
     gCallback.value = null;
   }
 }
 `,
  });

  fixesAs({
    name: "statuses that a switch tests",
    rule,
    diff: String.raw`
 const gCallback = out();

 export function DriverEntry(DriverObject, RegistryPath) {
-  let status = ExCreateCallback(gCallback, null, true, true);
+  let status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
   switch (status) {
     case STATUS_SUCCESS:
       break;
     default:
       return status;
   }

-  status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
+  status = ExCreateCallback(gCallback, null, true, true);
   switch (status) {
     case STATUS_SUCCESS:
       break;
     default:
-      Release();
       return status;
   }
   return status;
 }

 function Release() {
   if (gCallback.value !== null) {
     ObDereferenceObject(gCallback.value);
     gCallback.value = null;
   }
 }
 `,
  });

  fixesAs({
    name: "an awaited creation, in an async arrow function without semicolons",
    rule,
    diff: String.raw`
 import * as wdf from 'eslint-plugin-wdf/sim'

 const gDriver = wdf.out()
 let gMdl = null

 export const DriverEntry = async (DriverObject, RegistryPath) => {
-  gMdl = wdf.IoAllocateMdl(null, 4096, false, false, null)
-  if (gMdl === null) return wdf.STATUS_INSUFFICIENT_RESOURCES
-
   const config = wdf.WDF_DRIVER_CONFIG_INIT(null)
   const attributes = wdf.WDF_OBJECT_ATTRIBUTES_INIT()
   attributes.EvtCleanupCallback = freeMdl
   const status = await wdf.WdfDriverCreate(DriverObject, RegistryPath, attributes, config, gDriver)
   if (!wdf.NT_SUCCESS(status)) {
-    freeMdl()
     return status
   }

+  gMdl = wdf.IoAllocateMdl(null, 4096, false, false, null)
+  if (gMdl === null) return wdf.STATUS_INSUFFICIENT_RESOURCES
+
   return wdf.STATUS_SUCCESS
 }

 function freeMdl() {
   if (gMdl !== null) wdf.IoFreeMdl(gMdl)
   gMdl = null
 }
 `,
  });

  fixesAs({
    name: "a registration, past a creation that only gives its status back",
    rule,
    diff: String.raw`
 export function DriverEntry(DriverObject, RegistryPath) {
   const data = { AdapterInterfaceType: 5 };
+  const config = new WDF_DRIVER_CONFIG();
+  WDF_DRIVER_CONFIG_INIT(config, null);
+  config.DriverInitFlags |= WdfDriverInitNoDispatchOverride;
+  const status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, config, WDF_NO_HANDLE);
+  if (!NT_SUCCESS(status)) {
+    return status;
+  }
+
   const registered = StorPortInitialize(DriverObject, RegistryPath, data, null);
   if (!NT_SUCCESS(registered)) {
     return registered;
   }
-
-  const config = new WDF_DRIVER_CONFIG();
-  WDF_DRIVER_CONFIG_INIT(config, null);
-  config.DriverInitFlags |= WdfDriverInitNoDispatchOverride;
-  return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, config, WDF_NO_HANDLE);
+  return status;
 }
 `,
  });

  fixesAs({
    name: "an object of the framework, which has a parent then",
    rule,
    diff: String.raw`
 const gMemory = out();

 export function DriverEntry(DriverObject, RegistryPath) {
-  let status = WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, PagedPool, "htaP", 64, gMemory, null);
+  let status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, WDF_DRIVER_CONFIG_INIT(null), null);
   if (!NT_SUCCESS(status)) {
     return status;
   }
-  status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, WDF_DRIVER_CONFIG_INIT(null), null);
+  status = WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, PagedPool, "htaP", 64, gMemory, null);
   if (!NT_SUCCESS(status)) {
-    WdfObjectDelete(gMemory.value);
     return status;
   }
   return STATUS_SUCCESS;
 }
 `,
  });

  fixesAs({
    name: "an acquisition with what a stack defers",
    rule,
    diff: String.raw`
 let gPool = null;

 export function DriverEntry(DriverObject, RegistryPath) {
   using undo = new DisposableStack();

+  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
+  const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: EvtDriverCleanup }, config, null);
+  if (!NT_SUCCESS(status)) return status;
+
   gPool = ExAllocatePool2(POOL_FLAG_PAGED, 64, "looP");
   if (gPool === null) return STATUS_INSUFFICIENT_RESOURCES;
   undo.defer(() => {
     if (gPool !== null) ExFreePool(gPool);
     gPool = null;
   });

-  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
-  const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: EvtDriverCleanup }, config, null);
-  if (!NT_SUCCESS(status)) return status;
-
   undo.move();
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

  fixesAs({
    name: "branches that stand on one line",
    rule,
    diff: String.raw`
 let gTable = null;

 export function DriverEntry(DriverObject, RegistryPath) {
+  const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
+  if (!NT_SUCCESS(status)) { return status; }
   gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
   if (!gTable) { KdPrint("no table\n"); return STATUS_INSUFFICIENT_RESOURCES; }
-  const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
-  if (!NT_SUCCESS(status)) { ExFreePool(gTable); gTable = null; return status; }
   return STATUS_SUCCESS;
 }

 function Release() {
   if (gTable !== null) {
     ExFreePool(gTable);
     gTable = null;
   }
 }
 `,
  });

  fixesAs({
    name: "directives for the next line",
    rule,
    diff: String.raw`
 let gTable = null;

 export function DriverEntry(DriverObject, RegistryPath) {
-  // eslint-disable-next-line no-undef -- of another module
-  gTable = ExAllocatePool2(POOL_FLAG_PAGED, TABLE_SIZE, "lbaT");
-  if (gTable === null) {
-    return STATUS_INSUFFICIENT_RESOURCES;
-  }
-
   // @ts-expect-error the typings lag behind
   const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
   if (!NT_SUCCESS(status)) {
-    Release();
     return status;
   }
+
+  // eslint-disable-next-line no-undef -- of another module
+  gTable = ExAllocatePool2(POOL_FLAG_PAGED, TABLE_SIZE, "lbaT");
+  if (gTable === null) {
+    return STATUS_INSUFFICIENT_RESOURCES;
+  }
   return STATUS_SUCCESS;
 }

 const TABLE_SIZE = 64;

 function Release() {
   if (gTable !== null) {
     ExFreePool(gTable);
     gTable = null;
   }
 }
 `,
  });
});

describe("what is added", () => {
  fixesAs({
    name: "a test of the creation, spelt as the file spells the API, with carriage returns",
    rule,
    as: (text) => text.replaceAll("\n", "\r\n"),
    diff: String.raw`
-import { ExAllocatePool2, ExFreePool, POOL_FLAG_PAGED, STATUS_INSUFFICIENT_RESOURCES, WDF_DRIVER_CONFIG_INIT, WdfDriverCreate as create } from "eslint-plugin-wdf/sim"
+import { ExAllocatePool2, ExFreePool, POOL_FLAG_PAGED, STATUS_INSUFFICIENT_RESOURCES, WDF_DRIVER_CONFIG_INIT, WdfDriverCreate as create, NT_SUCCESS } from "eslint-plugin-wdf/sim"

 let gTable = null

 export const DriverEntry = (DriverObject, RegistryPath) => {
+	// Everything else is the framework's.
+	const status = create(DriverObject, RegistryPath, { EvtCleanupCallback: release }, WDF_DRIVER_CONFIG_INIT(null), null)
+	if (!NT_SUCCESS(status)) {
+		return status
+	}
+
 	// The table.
 	gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT")
 	if (gTable === null) return STATUS_INSUFFICIENT_RESOURCES
-
-	// Everything else is the framework's.
-	return create(DriverObject, RegistryPath, { EvtCleanupCallback: release }, WDF_DRIVER_CONFIG_INIT(null), null)
+	return status
 }

 function release() {
 	if (gTable !== null) {
 		ExFreePool(gTable)
 		gTable = null
 	}
 }
 `,
  });

  fixesAs({
    name: "a test behind a helper that creates, under a name that is free",
    rule,
    diff: String.raw`
 let gTable = null;

 export function DriverEntry(DriverObject, RegistryPath) {
   const status = Start(DriverObject, RegistryPath);
   if (!NT_SUCCESS(status)) {
     KdPrint("no start\n");
   }
   return status;
 }

 function Start(DriverObject, RegistryPath) {
+  const created = CreateDriver(DriverObject, RegistryPath);
+  if (!NT_SUCCESS(created)) {
+    return created;
+  }
   const status = Allocate();
   if (!NT_SUCCESS(status)) return status;
-  return CreateDriver(DriverObject, RegistryPath);
+  return created;
 }

 function Allocate() {
   gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
   return gTable === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
 }

 function CreateDriver(DriverObject, RegistryPath) {
   const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
   if (!NT_SUCCESS(status)) Release();
   return status;
 }

 function Release() {
   if (gTable !== null) {
     ExFreePool(gTable);
     gTable = null;
   }
 }
 `,
  });

  fixesAs({
    name: "a way out, behind a byte order mark",
    rule,
    as: (text) => `\uFEFF${text.replaceAll("\n", "\r\n")}`,
    diff: String.raw`
 let gTable = null;

 export function DriverEntry(DriverObject, RegistryPath) {
-  WPP_INIT_TRACING(DriverObject, RegistryPath);
-
   /*
    * The driver object.
    */
   const attributes = {
     EvtCleanupCallback(Driver) {
       WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));
     },
   };
   const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, WDF_DRIVER_CONFIG_INIT(null), null);
-  if (!NT_SUCCESS(status)) WPP_CLEANUP(DriverObject);
+  if (!NT_SUCCESS(status)) return status;
+
+  WPP_INIT_TRACING(DriverObject, RegistryPath);
   return status;
 }
 `,
  });
});

describe("helpers", () => {
  fixesAs({
    name: "that do both are put into order inside",
    rule,
    diff: String.raw`
 let gTable = null;

 export function DriverEntry(DriverObject, RegistryPath) {
   return Create(DriverObject, RegistryPath);
 }

 function Create(DriverObject, RegistryPath) {
-  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
-  if (gTable === null) {
-    return STATUS_INSUFFICIENT_RESOURCES;
-  }
   const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
   if (!NT_SUCCESS(status)) {
-    Release();
     return status;
   }
+  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
+  if (gTable === null) {
+    return STATUS_INSUFFICIENT_RESOURCES;
+  }
   return STATUS_SUCCESS;
 }

 function Release() {
   if (gTable !== null) {
     ExFreePool(gTable);
     gTable = null;
   }
 }
 `,
  });
});

describe("what the user judges", () => {
  suggestsAs({
    name: "something that is awaited",
    rule,
    doubt: "line 9 awaits",
    diff: String.raw`
 declare function Settle(): NTSTATUS;
 let gTable = null;

 export async function DriverEntry(DriverObject, RegistryPath) {
+  let status = await WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
+  if (!NT_SUCCESS(status)) {
+    return status;
+  }
   gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
   if (gTable === null) {
     return STATUS_INSUFFICIENT_RESOURCES;
   }
-  let status = await Settle();
+  status = await Settle();
   if (!NT_SUCCESS(status)) {
     Release();
     return status;
   }
-  status = await WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
-  if (!NT_SUCCESS(status)) {
-    Release();
-  }
   return status;
 }

 function Release() {
   if (gTable !== null) {
     ExFreePool(gTable);
     gTable = null;
   }
 }
 `,
  });

  suggestsAs({
    name: "a function out of sight that is given the driver object",
    rule,
    doubt: "`AttachToBus` may depend on the order",
    diff: String.raw`
 declare function AttachToBus(driver): NTSTATUS;
 let gTable = null;

 export function DriverEntry(DriverObject, RegistryPath) {
+  let status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
+  if (!NT_SUCCESS(status)) {
+    return status;
+  }
   gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
   if (gTable === null) {
     return STATUS_INSUFFICIENT_RESOURCES;
   }
-  let status = AttachToBus(DriverObject, gTable);
+  status = AttachToBus(DriverObject, gTable);
   if (!NT_SUCCESS(status)) {
     Release();
     return status;
   }
-  status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
-  if (!NT_SUCCESS(status)) {
-    Release();
-  }
   return status;
 }

 function Release() {
   if (gTable !== null) {
     ExFreePool(gTable);
     gTable = null;
   }
 }
 `,
  });

  suggestsAs({
    name: "what a failed creation tells of an early value",
    rule,
    doubt: "`gVersion` is needed by both",
    diff: String.raw`
 let gTable = null;
 let gVersion = 0;

 export function DriverEntry(DriverObject, RegistryPath) {
   const entries = 16;
   const bytes = entries * 8;
   KdPrint("loading, %d entries\n", entries);

+  const tag = "sdrv";
+  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
+  config.DriverPoolTag = tag;
+  const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, config, null);
+  if (NT_ERROR(status)) {
+    KdPrint("no driver object, version %d\n", gVersion);
+    return status;
+  }
+
   gTable = ExAllocatePool2(POOL_FLAG_PAGED, bytes, "lbaT");
   if (gTable === null) {
     KdPrint("no memory\n");
     return STATUS_INSUFFICIENT_RESOURCES;
   }
   for (let entry = 0; entry < entries; entry += 1) {
     gTable[entry] = entry;
   }
   gVersion = gTable.length;

-  const tag = "sdrv";
-  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
-  config.DriverPoolTag = tag;
-  const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, config, null);
-  if (NT_ERROR(status)) {
-    KdPrint("no driver object, version %d\n", gVersion);
-    Release();
-    return status;
-  }
-
   KdPrint("loaded\n");
   return STATUS_SUCCESS;
 }

 function EvtDeviceAdd() {
   return STATUS_SUCCESS;
 }

 function Release() {
   if (gTable !== null) {
     ExFreePool(gTable);
     gTable = null;
   }
 }
 `,
  });
});
