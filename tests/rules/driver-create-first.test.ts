/** What stands before WdfDriverCreate. */
import rule from "../../rules/driver-create-first.ts";
import { run } from "./rule-tester.ts";

const releasedOnFailure = (init: string): string => `
  import { NT_SUCCESS, WDF_DRIVER_CONFIG_INIT, WPP_CLEANUP, WPP_INIT_TRACING, WdfDriverCreate } from "wdf";
  export function DriverEntry(driverObject, registryPath) {
    ${init}(driverObject, registryPath);
    const config = WDF_DRIVER_CONFIG_INIT(null);
    const status = WdfDriverCreate(driverObject, registryPath, { EvtCleanupCallback: stop }, config, null);
    if (!NT_SUCCESS(status)) WPP_CLEANUP(driverObject);
    return status;
  }
  function stop() { WPP_CLEANUP(null); }
`;

run("driver-create-first", rule, {
  valid: [
    { name: "released on failure, where that is allowed", code: releasedOnFailure("WPP_INIT_TRACING"), options: [{ allowReleasedOnFailure: true }] },
    {
      name: "no driver object on the branch that acquires",
      code: `export function DriverEntry(driverObject, registryPath) {
      if (registryPath.Length > 100) {
        WPP_INIT_TRACING(driverObject, registryPath);
        return STATUS_SUCCESS;
      }
      return WdfDriverCreate(driverObject, registryPath, null, WDF_DRIVER_CONFIG_INIT(null), null);
    }`,
    },
    {
      name: "the user's own function of that name",
      code: `function WPP_INIT_TRACING() { count += 1; }
    let count = 0;
    export function DriverEntry(driverObject, registryPath) {
      WPP_INIT_TRACING();
      return WdfDriverCreate(driverObject, registryPath, null, WDF_DRIVER_CONFIG_INIT(null), null);
    }`,
    },
  ],
  invalid: [
    {
      name: "released on failure, and not allowed",
      code: releasedOnFailure("«WPP_INIT_TRACING»"),
      errors: [{ messageId: "wpp", data: { call: "WPP_INIT_TRACING", elsewhere: "", line: "line 6", obstacle: "" } }],
      output: `
  import { NT_SUCCESS, WDF_DRIVER_CONFIG_INIT, WPP_CLEANUP, WPP_INIT_TRACING, WdfDriverCreate } from "wdf";
  export function DriverEntry(driverObject, registryPath) {
    const config = WDF_DRIVER_CONFIG_INIT(null);
    const status = WdfDriverCreate(driverObject, registryPath, { EvtCleanupCallback: stop }, config, null);
    if (!NT_SUCCESS(status)) return status;
    WPP_INIT_TRACING(driverObject, registryPath);
    return status;
  }
  function stop() { WPP_CLEANUP(null); }
`,
    },
    {
      name: "each kind of early call",
      code: `export function DriverEntry(driverObject, registryPath) {
        table = «ExAllocatePool2»(0, 512, "lbaT");
        const status = «WdfMemoryCreate»(null, 0, "lbaT", 512, memory, null);
        const registered = «StorPortInitialize»(driverObject, registryPath, {}, null);
        return WdfDriverCreate(driverObject, registryPath, null, WDF_DRIVER_CONFIG_INIT(null), null);
      }
      let table = null;
      const memory = out();`,
      options: [{ allowReleasedOnFailure: true }],
      errors: [
        { messageId: "acquire", data: { call: "ExAllocatePool2", elsewhere: "", line: "line 5", obstacle: "" } },
        { messageId: "object", data: { call: "WdfMemoryCreate", elsewhere: "", line: "line 5", obstacle: "" } },
        { messageId: "registration", data: { call: "StorPortInitialize", elsewhere: "", line: "line 5", obstacle: "" } },
      ],
      output: `export function DriverEntry(driverObject, registryPath) {
        const created = WdfDriverCreate(driverObject, registryPath, null, WDF_DRIVER_CONFIG_INIT(null), null);
        if (!NT_SUCCESS(created)) {
                return created;
        }
        table = ExAllocatePool2(0, 512, "lbaT");
        const status = WdfMemoryCreate(null, 0, "lbaT", 512, memory, null);
        const registered = StorPortInitialize(driverObject, registryPath, {}, null);
        return created;
      }
      let table = null;
      const memory = out();`,
    },
  ],
});
