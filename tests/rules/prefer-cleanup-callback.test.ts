/** Releases that stand in EvtDriverUnload only. */
import rule from "../../rules/prefer-cleanup-callback.ts";
import { run } from "./rule-tester.ts";

const kmdf = (last: string, unload: string): string => `
  let table = null;
  export function DriverEntry(driverObject, registryPath) {
    const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
    config.EvtDriverUnload = unload;
    const status = WdfDriverCreate(driverObject, registryPath, { EvtCleanupCallback: cleanup }, config, null);
    if (!NT_SUCCESS(status)) return status;
    table = ExAllocatePool2(0, 512, "lbaT");
    return table === null ? STATUS_INSUFFICIENT_RESOURCES : ${last};
  }
  function EvtDeviceAdd() { return STATUS_SUCCESS; }
  function unload() { ${unload} }
  function cleanup() { if (table !== null) ExFreePool(table); }
`;

run("prefer-cleanup-callback", rule, {
  valid: [
    { name: "released in the cleanup callback", code: kmdf("STATUS_SUCCESS", "") },
    { name: "released in both: the cleanup callback asks first", code: kmdf("STATUS_SUCCESS", "ExFreePool(table); table = null;") },
    {
      name: "released in both, by a helper that asks",
      code: `${kmdf("STATUS_SUCCESS", "release();").replace("if (table !== null) ExFreePool(table);", "release();")} function release() { if (table !== null) { ExFreePool(table); table = null; } }`,
    },
    {
      name: "released in both without asking, which another rule tells",
      code: kmdf("STATUS_SUCCESS", "ExFreePool(table);").replace("if (table !== null) ExFreePool(table);", "ExFreePool(table);"),
    },
    {
      name: "a failing exit needs it already, which another rule tells",
      code: kmdf("StorPortInitialize(driverObject, registryPath, {}, null)", "ExFreePool(table);").replace(
        "if (table !== null) ExFreePool(table);",
        "",
      ),
    },
  ],
  invalid: [
    {
      name: "released in the unload routine only",
      code: kmdf("STATUS_SUCCESS", "«ExFreePool»(table);").replace("if (table !== null) ExFreePool(table);", ""),
      errors: [
        {
          messageId: "unloadOnly",
          data: { call: "ExFreePool", elsewhere: "", resource: "`table` (acquired by `ExAllocatePool2` on line 8)", cleanup: "`cleanup`", obstacle: " (`--fix` leaves it: line 12 holds several statements)" },
        },
      ],
    },
  ],
});
