/** What a graceful unload leaves held. */
import rule from "../../rules/no-leak-on-unload.ts";
import { run } from "./rule-tester.ts";

const wdm = (call: string, unload: string): string => `
  let table = null;
  export function DriverEntry(driverObject) {
    driverObject.DriverUnload = unload;
    table = ${call}(0, 512, "lbaT");
    return table === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
  }
  function unload() { ${unload} }
`;

run("no-leak-on-unload", rule, {
  valid: [
    { name: "released", code: wdm("ExAllocatePool2", "ExFreePool(table);") },
    {
      name: "a driver that cannot be unloaded",
      code: wdm("ExAllocatePool2", "").replace("driverObject.DriverUnload = unload;", ""),
    },
  ],
  invalid: [
    {
      name: "forgotten",
      code: wdm("«ExAllocatePool2»", "table = null;"),
      errors: [{ messageId: "held", data: { resource: "`table`, acquired here,", why: "`unload` does not release it", releases: "`ExFreePool`" } }],
    },
    {
      name: "a box that is made on the spot has no name, and the status is not what is held",
      code: `
  export function DriverEntry(driverObject) {
    driverObject.DriverUnload = unload;
    const status = «IoCreateDevice»(driverObject, 0, null, 34, 0, false, out());
    return status;
  }
  function unload() { KdPrint("unload"); }
`,
      errors: [{ messageId: "held", data: { resource: "what `IoCreateDevice` acquires here", why: "`unload` does not release it", releases: "`IoDeleteDevice`" } }],
    },
  ],
});
