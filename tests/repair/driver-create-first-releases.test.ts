/** The driver object put first: the releases that go, those that stay, and those that get a test. */
import { describe } from "vitest";
import { fixesAs } from "./fixes.ts";

const rule = "driver-create-first";

describe("releases", () => {
  fixesAs({
    name: "at a later exit stay",
    rule,
    diff: String.raw`
 let gTable = null;
 const gLink = RTL_CONSTANT_STRING("\\DosDevices\\Sample");
 const gName = RTL_CONSTANT_STRING("\\Device\\Sample");

 export function DriverEntry(DriverObject, RegistryPath) {
-  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
-  if (gTable === null) {
-    return STATUS_INSUFFICIENT_RESOURCES;
-  }
-
   const config = WDF_DRIVER_CONFIG_INIT(WDF_NO_EVENT_CALLBACK);
   config.DriverInitFlags |= WdfDriverInitNonPnpDriver;
   config.EvtDriverUnload = EvtDriverUnload;
   let status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, config, null);
   if (!NT_SUCCESS(status)) {
-    ExFreePool(gTable);
     return status;
   }

+  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
+  if (gTable === null) {
+    return STATUS_INSUFFICIENT_RESOURCES;
+  }
+
   status = IoCreateSymbolicLink(gLink, gName);
   if (!NT_SUCCESS(status)) {
     ExFreePool(gTable); // no callback does
     return status;
   }
   return status;
 }

 function EvtDriverUnload() {
   IoDeleteSymbolicLink(gLink);
   ExFreePool(gTable);
 }
 `,
  });

  fixesAs({
    name: "under a test of status and flag go with the flag",
    rule,
    diff: String.raw`
 let gTracing = false;

 export function DriverEntry(DriverObject, RegistryPath) {
+  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
+  const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback }, config, null);
+  if (!NT_SUCCESS(status)) {
+    return status;
+  }
+
   if (RegistryPath.Length > 0) {
     WPP_INIT_TRACING(DriverObject, RegistryPath);
     gTracing = true;
   }
-
-  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
-  const status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback }, config, null);
-  if (!NT_SUCCESS(status) && gTracing) {
-    WPP_CLEANUP(DriverObject);
-    gTracing = false;
-  }
   return status;
 }

 function EvtDeviceAdd() {
   return STATUS_SUCCESS;
 }

 function EvtCleanupCallback(Driver) {
   if (gTracing) {
     WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));
     gTracing = false;
   }
 }
 `,
  });

  fixesAs({
    name: "behind a second test go, where they have no handle to be tested",
    rule,
    diff: String.raw`
 const gLock = {};
 let gHaveLock = false;
 let gTable = null;

 export function DriverEntry(DriverObject, RegistryPath) {
-  let status = ExInitializeResourceLite(gLock);
-  if (!NT_SUCCESS(status)) {
-    return status;
-  }
-  gHaveLock = true;
-
-  status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
+  let status = WdfDriverCreate(DriverObject, RegistryPath, { EvtCleanupCallback: Release }, WDF_DRIVER_CONFIG_INIT(null), null);
   if (NT_SUCCESS(status)) {
+    status = ExInitializeResourceLite(gLock);
+    if (!NT_SUCCESS(status)) {
+      return status;
+    }
+    gHaveLock = true;
     gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
     if (gTable === null) {
       status = STATUS_INSUFFICIENT_RESOURCES;
     }
   }

-  if (!NT_SUCCESS(status)) {
-    ExDeleteResourceLite(gLock);
-    gHaveLock = false;
-  }
   return status;
 }

 function Release() {
   if (gTable !== null) {
     ExFreePool(gTable);
     gTable = null;
   }
   if (gHaveLock) {
     ExDeleteResourceLite(gLock);
     gHaveLock = false;
   }
 }
 `,
  });

  fixesAs({
    name: "in a callback get a test",
    rule,
    diff: String.raw`
 let gTable = null;
 const gLock = {};

 export function DriverEntry(DriverObject, RegistryPath) {
   let status;

-  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
-  if (!gTable) {
-    return STATUS_INSUFFICIENT_RESOURCES;
-  }
-
   const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
   const attributes = { EvtCleanupCallback };
   status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
   if (!NT_SUCCESS(status)) {
-    ExFreePool(gTable);
     return status;
   }
+
+  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
+  if (!gTable) {
+    return STATUS_INSUFFICIENT_RESOURCES;
+  }
   return STATUS_SUCCESS;
 }

 function EvtDeviceAdd() {
   return STATUS_SUCCESS;
 }

 function EvtCleanupCallback() {
-  // Freed last.
-  ExFreePool(gTable); // never null
-  gTable = null;
+  if (gTable !== null) {
+    // Freed last.
+    ExFreePool(gTable); // never null
+    gTable = null;
+  }
 }
 `,
  });
});
