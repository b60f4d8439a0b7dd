/** The driver object put first where tests and other blocks stand around it. */
import { describe } from "vitest";
import { fixesAs } from "./fixes.ts";

const rule = "driver-create-first";

describe("chains of tests", () => {
  fixesAs({
    name: "are turned inside out",
    rule,
    diff: String.raw`
 const gCallback = out();
 let gTable = null;

 export function DriverEntry(DriverObject, RegistryPath) {
-  // Named, so that others can notify.
-  let status = ExCreateCallback(gCallback, null, true, true);
-  if (NT_SUCCESS(status)) {
-    const config = new WDF_DRIVER_CONFIG();
-    WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);
-    const attributes = new WDF_OBJECT_ATTRIBUTES();
-    WDF_OBJECT_ATTRIBUTES_INIT(attributes);
-    attributes.EvtCleanupCallback = EvtDriverCleanup;
+  const config = new WDF_DRIVER_CONFIG();
+  WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);
+  const attributes = new WDF_OBJECT_ATTRIBUTES();
+  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
+  attributes.EvtCleanupCallback = EvtDriverCleanup;

-    // The driver object.
-    status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
+  // The driver object.
+  let status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
+  if (NT_SUCCESS(status)) {
+    // Named, so that others can notify.
+    status = ExCreateCallback(gCallback, null, true, true);
     if (NT_SUCCESS(status)) {
       gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
       if (gTable === null) {
         status = STATUS_INSUFFICIENT_RESOURCES;
       }
-    } else {
-      // Nobody else would.
-      ObDereferenceObject(gCallback.value);
-      gCallback.value = null;
     }
   }
   return status;
 }

 function EvtDeviceAdd() {
   return STATUS_SUCCESS;
 }

 function EvtDriverCleanup() {
   if (gTable !== null) {
     ExFreePool(gTable);
     gTable = null;
   }
   if (gCallback.value !== null) {
     ObDereferenceObject(gCallback.value);
     gCallback.value = null;
   }
 }
 `,
  });

  fixesAs({
    name: "with an acquisition at each step",
    rule,
    diff: String.raw`
 const gCallback = out();
 let gTable = null;
 let gTimer = null;

 export function DriverEntry(DriverObject, RegistryPath) {
-  let status = ExCreateCallback(gCallback, null, true, true);
+  const attributes = WDF_OBJECT_ATTRIBUTES_INIT();
+  attributes.EvtCleanupCallback = Release;
+  let status = WdfDriverCreate(DriverObject, RegistryPath, attributes, WDF_DRIVER_CONFIG_INIT(null), null);

   if (NT_SUCCESS(status)) {
-    gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
-    status = gTable === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
+    status = ExCreateCallback(gCallback, null, true, true);

     if (NT_SUCCESS(status)) {
-      const attributes = WDF_OBJECT_ATTRIBUTES_INIT();
-      attributes.EvtCleanupCallback = Release;
-      status = WdfDriverCreate(DriverObject, RegistryPath, attributes, WDF_DRIVER_CONFIG_INIT(null), null);
+      gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
+      status = gTable === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;

       if (NT_SUCCESS(status)) {
         gTimer = ExAllocateTimer(null, null, 0);
         status = gTimer === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
       }
     }
   }

   if (!NT_SUCCESS(status)) {
     Release();
   }
   return status;
 }

 function Release() {
   if (gTimer !== null) ExDeleteTimer(gTimer, true, false, null);
   gTimer = null;
   if (gTable !== null) ExFreePool(gTable);
   gTable = null;
   if (gCallback.value !== null) ObDereferenceObject(gCallback.value);
   gCallback.value = null;
 }
 `,
  });

  fixesAs({
    name: "with other branches",
    rule,
    diff: String.raw`
 let gTable = null;

 export function DriverEntry(DriverObject, RegistryPath) {
   let status;
-  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
-  if (gTable !== null) {
-    status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
-    if (NT_SUCCESS(status)) {
+  status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
+  if (NT_SUCCESS(status)) {
+    gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
+    if (gTable !== null) {
       KdPrint("started\n");
     } else {
-      KdPrint("no driver object\n");
-      ExFreePool(gTable);
-      gTable = null;
+      status = STATUS_INSUFFICIENT_RESOURCES;
     }
   } else {
-    status = STATUS_INSUFFICIENT_RESOURCES;
+    KdPrint("no driver object\n");
   }
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
    name: "out of which the creation leaves",
    rule,
    diff: String.raw`
 const gCallback = out();
 const gEvent = out();

 export const DriverEntry = (DriverObject, RegistryPath) => {
   let status = STATUS_SUCCESS;
   do {
+    const attributes = WDF_OBJECT_ATTRIBUTES_INIT();
+    attributes.EvtCleanupCallback = release;
+    status = WdfDriverCreate(DriverObject, RegistryPath, attributes, WDF_DRIVER_CONFIG_INIT(null), null);
+    if (!NT_SUCCESS(status)) {
+      break;
+    }
+
     status = ExCreateCallback(gCallback, null, true, true);
     if (NT_SUCCESS(status)) {
-      const attributes = WDF_OBJECT_ATTRIBUTES_INIT();
-      attributes.EvtCleanupCallback = release;
-      status = WdfDriverCreate(DriverObject, RegistryPath, attributes, WDF_DRIVER_CONFIG_INIT(null), null);
-      if (!NT_SUCCESS(status)) {
-        break;
-      }
-
       status = ZwCreateEvent(gEvent, 0, null, 0, false);
     }
   } while (false);

   if (!NT_SUCCESS(status)) release();
   return status;
 };

 function release() {
   if (gEvent.value !== null) ZwClose(gEvent.value);
   gEvent.value = null;
   if (gCallback.value !== null) ObDereferenceObject(gCallback.value);
   gCallback.value = null;
 }
 `,
  });

  fixesAs({
    name: "in which the creation is optional, in a method of a class",
    rule,
    run: { entry: "(driver, path) => new exports.Driver().DriverEntry(driver, path)" },
    diff: String.raw`
 declare function HasHardware(): boolean;
 const gCallback = out();
 let gTable = null;

 export class Driver {
 	DriverEntry(DriverObject, RegistryPath) {
-		let status = ExCreateCallback(gCallback, null, true, true);
-		if (NT_SUCCESS(status)) {
-			if (HasHardware()) {
-				// The device stack.
-				const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
-				status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, config, null);
-				if (!NT_SUCCESS(status)) {
-					Release();
-					return status;
-				}
+		let status;
+		if (HasHardware()) {
+			// The device stack.
+			const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
+			status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, config, null);
+			if (!NT_SUCCESS(status)) {
+				return status;
 			}
+		}

+		status = ExCreateCallback(gCallback, null, true, true);
+		if (NT_SUCCESS(status)) {
 			gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
 			if (gTable === null) {
 				status = STATUS_INSUFFICIENT_RESOURCES;
 			}
 		}
 		if (!NT_SUCCESS(status)) {
 			Release();
 		}
 		return status;
 	}
 }

 function EvtDeviceAdd() {
 	return STATUS_SUCCESS;
 }

 function Release() {
 	if (gTable !== null) {
 		ExFreePool(gTable);
 		gTable = null;
 	}
 	if (gCallback.value !== null) {
 		ObDereferenceObject(gCallback.value);
 		gCallback.value = null;
 	}
 }
 `,
  });
});

describe("optional creations", () => {
  fixesAs({
    name: "are moved with their test",
    rule,
    diff: String.raw`
 declare function IsFilter(): boolean;
 let gTable = null;

 export function DriverEntry(DriverObject, RegistryPath) {
   let status = STATUS_SUCCESS;
   DriverObject.DriverUnload = Unload;

-  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
-  if (gTable === null) {
-    return STATUS_INSUFFICIENT_RESOURCES;
-  }
-
   // Only where there is hardware.
   if (!IsFilter()) {
     const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
     status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, config, null);
     if (!NT_SUCCESS(status)) {
-      Release();
       return status;
     }
   }
+
+  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
+  if (gTable === null) {
+    return STATUS_INSUFFICIENT_RESOURCES;
+  }
   return status;
 }

 function EvtDeviceAdd() {
   return STATUS_SUCCESS;
 }

 function Unload() {
   Release();
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
    name: "the failure of which is passed over",
    rule,
    run: { entry: "exports.driver.DriverEntry" },
    diff: String.raw`
 declare function HasHardware(): boolean;
 let gTable = null;
 let gStarted = false;

 export const driver = {
   DriverEntry: (DriverObject, RegistryPath) => {
     DriverObject.DriverUnload = Release;

-    gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
-    if (gTable === null) {
-      return STATUS_INSUFFICIENT_RESOURCES;
-    }
-
     // It does without, if need be.
     if (HasHardware()) {
       const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
       if (NT_SUCCESS(status)) {
         gStarted = true;
       }
     }

+    gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
+    if (gTable === null) {
+      return STATUS_INSUFFICIENT_RESOURCES;
+    }
+
     return STATUS_SUCCESS;
   },
 };

 function Release() {
   if (gTable !== null) {
     ExFreePool(gTable);
     gTable = null;
   }
 }
 `,
  });
});

describe("other blocks", () => {
  fixesAs({
    name: "a labelled one with a common way out, which gets a test",
    rule,
    diff: String.raw`
 let gPool = null
 const gEvent = out()

 export function DriverEntry(DriverObject, RegistryPath) {
   let status = STATUS_SUCCESS

   exit: {
+    const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd)
+    const attributes = { EvtCleanupCallback: EvtDriverCleanup }
+    status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null)
+    if (!NT_SUCCESS(status)) break exit
+
     gPool = ExAllocatePoolWithTag(NonPagedPoolNx, 64, "looP")
     if (!gPool) {
       status = STATUS_INSUFFICIENT_RESOURCES
       break exit
     }

     status = ZwCreateEvent(gEvent, 0, null, 0, false)
     if (!NT_SUCCESS(status)) break exit

-    const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd)
-    const attributes = { EvtCleanupCallback: EvtDriverCleanup }
-    status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null)
-    if (!NT_SUCCESS(status)) break exit
-
     status = StorPortInitialize(DriverObject, RegistryPath, {}, null)
   }

   if (!NT_SUCCESS(status)) {
     if (gEvent.value) ZwClose(gEvent.value)
     gEvent.value = null
-    ExFreePoolWithTag(gPool, "looP")
-    gPool = null
+    if (gPool !== null) {
+      ExFreePoolWithTag(gPool, "looP")
+      gPool = null
+    }
   }
   return status
 }

 function EvtDeviceAdd() {
   return STATUS_SUCCESS
 }

 function EvtDriverCleanup() {
   if (gEvent.value) ZwClose(gEvent.value)
   gEvent.value = null
   if (gPool) ExFreePoolWithTag(gPool, "looP")
   gPool = null
 }
 `,
  });

  fixesAs({
    name: "one that runs once; the common way out goes, for the callback does as much",
    rule,
    diff: String.raw`
 let gThing = null;

 export function DriverEntry(DriverObject, RegistryPath) {
   let status;
   do {
-    WPP_INIT_TRACING(DriverObject, RegistryPath);
-
-    gThing = IoAllocateWorkItem(null);
-    if (gThing === null) {
-      status = STATUS_INSUFFICIENT_RESOURCES;
-      break;
-    }
-
     const config = new WDF_DRIVER_CONFIG();
     WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);
     const attributes = new WDF_OBJECT_ATTRIBUTES();
     WDF_OBJECT_ATTRIBUTES_INIT(attributes);
     attributes.EvtCleanupCallback = EvtDriverCleanup;
     status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
     if (!NT_SUCCESS(status)) {
       KdPrint("WdfDriverCreate: 0x%x\n", status);
       break;
     }
-  } while (false);

-  if (!NT_SUCCESS(status)) {
-    if (gThing !== null) {
-      IoFreeWorkItem(gThing);
-      gThing = null;
+    WPP_INIT_TRACING(DriverObject, RegistryPath);
+
+    gThing = IoAllocateWorkItem(null);
+    if (gThing === null) {
+      status = STATUS_INSUFFICIENT_RESOURCES;
+      break;
     }
-    WPP_CLEANUP(DriverObject);
-  }
+  } while (false);
+
   return status;
 }

 function EvtDeviceAdd() {
   return STATUS_SUCCESS;
 }

 function EvtDriverCleanup(Driver) {
   if (gThing !== null) {
     IoFreeWorkItem(gThing);
     gThing = null;
   }
   WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));
 }
 `,
  });

  fixesAs({
    name: "a finalizer that releases",
    rule,
    diff: String.raw`
 import * as wdf from "eslint-plugin-wdf/sim";

 const g = { pool: null, cookie: wdf.out() };

 export function DriverEntry(DriverObject, RegistryPath) {
   let status = wdf.STATUS_UNSUCCESSFUL;
   let done = false;
   try {
-    g.pool = wdf.ExAllocatePool2(wdf.POOL_FLAG_PAGED, 128, "looP");
-    if (g.pool === null) {
-      status = wdf.STATUS_INSUFFICIENT_RESOURCES;
-      return status;
-    }
-
     const config = wdf.WDF_DRIVER_CONFIG_INIT(() => wdf.STATUS_SUCCESS);
     status = wdf.WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback }, config, null);
     if (!wdf.NT_SUCCESS(status)) {
       return status;
     }

+    g.pool = wdf.ExAllocatePool2(wdf.POOL_FLAG_PAGED, 128, "looP");
+    if (g.pool === null) {
+      status = wdf.STATUS_INSUFFICIENT_RESOURCES;
+      return status;
+    }
+
     status = wdf.CmRegisterCallback(() => wdf.STATUS_SUCCESS, null, g.cookie);
     if (!wdf.NT_SUCCESS(status)) {
       return status;
     }
     done = true;
     return status;
   } finally {
     if (!done) {
-      wdf.ExFreePool(g.pool);
-      g.pool = null;
+      if (g.pool !== null) {
+        wdf.ExFreePool(g.pool);
+        g.pool = null;
+      }
     }
   }
 }

 function EvtCleanupCallback() {
   if (g.cookie.value !== null) {
     wdf.CmUnRegisterCallback(g.cookie.value);
     g.cookie.value = null;
   }
   if (g.pool !== null) {
     wdf.ExFreePool(g.pool);
     g.pool = null;
   }
 }
 `,
  });

  fixesAs({
    name: "a finalizer that looks at the status",
    rule,
    diff: String.raw`
 let gTable = null;

 export function DriverEntry(DriverObject, RegistryPath) {
   let status = STATUS_UNSUCCESSFUL;
   try {
+    status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
+    if (!NT_SUCCESS(status)) {
+      return status;
+    }
     gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
     if (gTable === null) {
       return (status = STATUS_INSUFFICIENT_RESOURCES);
     }
-    status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
     return status;
   } finally {
     if (!NT_SUCCESS(status)) {
       Release();
     }
   }
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
    name: "a handler that releases",
    rule,
    diff: String.raw`
 let gTable = null;
 class Failed extends Error {}

 export function DriverEntry(DriverObject, RegistryPath) {
   let status = STATUS_SUCCESS;
   try {
+    status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
+    if (!NT_SUCCESS(status)) {
+      throw new Failed("driver");
+    }
+
     gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
     if (gTable === null) {
       status = STATUS_INSUFFICIENT_RESOURCES;
       throw new Failed("table");
     }

-    status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
-    if (!NT_SUCCESS(status)) {
-      throw new Failed("driver");
-    }
-
     status = StorPortInitialize(DriverObject, RegistryPath, {}, null);
     if (!NT_SUCCESS(status)) throw new Failed("port");
   } catch {
     KdPrint("failed: 0x%x\n", status);
     Release();
   }
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
    name: "a creation in a try block, out of which it goes",
    rule,
    diff: String.raw`
 declare function Probe(): boolean;
 let gTable = null;

 export function DriverEntry(DriverObject, RegistryPath) {
   let status = STATUS_UNSUCCESSFUL;

+  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
+  status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, config, null);
+  if (!NT_SUCCESS(status)) {
+    return status;
+  }
+
   gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
   if (gTable === null) {
     return STATUS_INSUFFICIENT_RESOURCES;
   }

   try {
-    const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
-    status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, config, null);
-    if (!NT_SUCCESS(status)) {
-      Release();
-      return status;
-    }
     if (!Probe()) {
       throw new Error("no hardware");
     }
   } catch (error) {
     KdPrint("%s\n", String(error));
     status = STATUS_NOT_SUPPORTED;
   }
   return status;
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
