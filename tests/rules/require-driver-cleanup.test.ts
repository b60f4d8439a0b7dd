/** Driver objects without an EvtCleanupCallback, under each value of the option. */
import rule from "../../rules/require-driver-cleanup.ts";
import { run } from "./rule-tester.ts";

const WITHOUT = "without attributes, and so without an EvtCleanupCallback";

const bare = (attributes: string): string => `export function DriverEntry(driverObject, registryPath) {
  return WdfDriverCreate(driverObject, registryPath, ${attributes}, WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd), null);
}`;

const acquiring = (attributes: string): string => `
  let table = null;
  export function DriverEntry(driverObject, registryPath) {
    const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
    config.EvtDriverUnload = unload;
    const status = WdfDriverCreate(driverObject, registryPath, ${attributes}, config, null);
    if (!NT_SUCCESS(status)) return status;
    table = ExAllocatePool2(0, 512, "lbaT");
    return table === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
  }
  function EvtDeviceAdd() { return STATUS_SUCCESS; }
  function unload() {
    if (table !== null) ExFreePool(table);
  }
`;

/** What holds the release now also runs when the start fails. */
const REGISTERED = `
  let table = null;
  export function DriverEntry(driverObject, registryPath) {
    const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
    config.EvtDriverUnload = unload;
    const attributes = WDF_OBJECT_ATTRIBUTES_INIT();
    attributes.EvtCleanupCallback = EvtDriverCleanup;
    const status = WdfDriverCreate(driverObject, registryPath, attributes, config, null);
    if (!NT_SUCCESS(status)) return status;
    table = ExAllocatePool2(0, 512, "lbaT");
    return table === null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
  }

  function EvtDriverCleanup() {
    if (table !== null) ExFreePool(table);
  }
  function EvtDeviceAdd() { return STATUS_SUCCESS; }
  function unload() {}
`;

const leaking = (attributes: string): string =>
  acquiring(attributes).replace(": STATUS_SUCCESS;", ": StorPortInitialize(driverObject, registryPath, {}, null);");

run("require-driver-cleanup", rule, {
  valid: [
    { name: "nothing to release", code: bare("null") },
    { name: "nothing leaks, and that is all that is asked", code: acquiring("null"), options: [{ when: "leaking" }] },
    { name: "with the callback", code: acquiring("{ EvtCleanupCallback: unload }") },
    { name: "always, and there it is", code: bare("{ EvtCleanupCallback() {} }"), options: [{ when: "always" }] },
  ],
  invalid: [
    {
      name: "always",
      code: bare("«null»"),
      options: [{ when: "always" }],
      errors: [{ messageId: "always", data: { elsewhere: "", how: WITHOUT } }],
    },
    {
      name: "something is held when the entry succeeds",
      code: acquiring("«null»"),
      errors: [
        {
          messageId: "acquiring",
          data: { elsewhere: "", how: WITHOUT, resources: "`table` (acquired by `ExAllocatePool2` on line 8)" },
          suggestions: [{ messageId: "register", data: { resources: "`table`" }, output: REGISTERED }],
        },
      ],
    },
    {
      name: "something leaks at a later failing exit",
      code: leaking("«{}»"),
      options: [{ when: "leaking" }],
      errors: [
        {
          messageId: "leaking",
          data: {
            elsewhere: "", how: "with attributes that carry no EvtCleanupCallback",
            resources: "`table` (acquired by `ExAllocatePool2` on line 8)",
          },
        },
      ],
    },
  ],
});
