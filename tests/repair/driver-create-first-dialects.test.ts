/** The driver object put first in the other dialects. */
import { describe } from "vitest";
import { fixesAs } from "./fixes.ts";

const rule = "driver-create-first";

describe("results", () => {
  fixesAs({
    name: "are taken apart, and stored right behind the test",
    rule,
    run: { entry: "(driver, path) => new exports.Driver().DriverEntry(driver, path)", dialect: "result" },
    diff: String.raw`
 import * as wdf from "eslint-plugin-wdf/sim/result";

 export class Driver {
   table = null;

   async DriverEntry(driverObject, registryPath) {
-    this.table = wdf.ExAllocatePool2(wdf.POOL_FLAG_PAGED, 256, "lbaT");
-    if (this.table === null) {
-      return wdf.STATUS_INSUFFICIENT_RESOURCES;
-    }
-
     const attributes = wdf.WDF_OBJECT_ATTRIBUTES_INIT();
     attributes.EvtCleanupCallback = () => this.cleanup();
     const { status, driver } = await wdf.WdfDriverCreate(driverObject, registryPath, attributes, wdf.WDF_DRIVER_CONFIG_INIT(this.add));
     if (!wdf.NT_SUCCESS(status)) {
-      this.cleanup();
       return status;
     }
     this.driver = driver;
+
+    this.table = wdf.ExAllocatePool2(wdf.POOL_FLAG_PAGED, 256, "lbaT");
+    if (this.table === null) {
+      return wdf.STATUS_INSUFFICIENT_RESOURCES;
+    }
     return wdf.STATUS_SUCCESS;
   }

   add() {
     return wdf.STATUS_SUCCESS;
   }

   cleanup() {
     if (this.table !== null) {
       wdf.ExFreePool(this.table);
       this.table = null;
     }
   }
 }
 `,
  });
});

describe("exceptions", () => {
  fixesAs({
    name: "are a test of their own",
    rule,
    diff: String.raw`
 //@ {"failure":"throw"}
 let gCookie = null;

 export function DriverEntry(DriverObject, RegistryPath) {
   const attributes = WDF_OBJECT_ATTRIBUTES_INIT();
   attributes.EvtCleanupCallback = EvtDriverCleanup;

+  WdfDriverCreate(DriverObject, RegistryPath, attributes, WDF_DRIVER_CONFIG_INIT(null));
+
   // Before anybody changes anything.
   gCookie = CmRegisterCallback(OnRegistry, null);
-
-  WdfDriverCreate(DriverObject, RegistryPath, attributes, WDF_DRIVER_CONFIG_INIT(null));
   return STATUS_SUCCESS;
 }

 function OnRegistry() {
   return STATUS_SUCCESS;
 }

 function EvtDriverCleanup() {
   if (gCookie !== null) {
     CmUnRegisterCallback(gCookie);
     gCookie = null;
   }
 }
 `,
  });

  fixesAs({
    name: "are caught where they were",
    rule,
    diff: String.raw`
 //@ {"failure":"throw"}
 let gCookie = null;

 export function DriverEntry(DriverObject, RegistryPath) {
   try {
-    gCookie = CmRegisterCallback(OnRegistry, null);
     const attributes = WDF_OBJECT_ATTRIBUTES_INIT();
     attributes.EvtCleanupCallback = EvtDriverCleanup;
     WdfDriverCreate(DriverObject, RegistryPath, attributes, WDF_DRIVER_CONFIG_INIT(null));
+    gCookie = CmRegisterCallback(OnRegistry, null);
     return STATUS_SUCCESS;
   } catch (error) {
     EvtDriverCleanup();
     return STATUS_UNSUCCESSFUL;
   }
 }

 function OnRegistry() {
   return STATUS_SUCCESS;
 }

 function EvtDriverCleanup() {
   if (gCookie !== null) {
     CmUnRegisterCallback(gCookie);
     gCookie = null;
   }
 }
 `,
  });

  fixesAs({
    name: "of a helper are caught where they were: its `try` goes along",
    rule,
    diff: String.raw`
 //@ {"failure":"throw"}
 let gCookie = null;

 export function DriverEntry(DriverObject, RegistryPath) {
-  gCookie = CmRegisterCallback(OnRegistry, null);
   try {
     createDriver(DriverObject, RegistryPath);
   } catch {
     CmUnRegisterCallback(gCookie);
     gCookie = null;
     return STATUS_NO_MEMORY;
   }
+  gCookie = CmRegisterCallback(OnRegistry, null);
   return STATUS_SUCCESS;
 }

 function createDriver(DriverObject, RegistryPath) {
   const attributes = WDF_OBJECT_ATTRIBUTES_INIT();
   attributes.EvtCleanupCallback = EvtDriverCleanup;
   WdfDriverCreate(DriverObject, RegistryPath, attributes, WDF_DRIVER_CONFIG_INIT(null));
 }

 function OnRegistry() {
   return STATUS_SUCCESS;
 }

 function EvtDriverCleanup() {
   if (gCookie !== null) {
     CmUnRegisterCallback(gCookie);
     gCookie = null;
   }
 }
 `,
  });
});
