/** Tracing that is started and not stopped on every way out. */
import rule from "../../rules/no-unmatched-wpp-init.ts";
import { run } from "./rule-tester.ts";

const wdm = (init: string, onFailure: string, unload: string): string => `
  export function DriverEntry(driverObject, registryPath) {
    driverObject.DriverUnload = unload;
    ${init}(driverObject, registryPath);
    const status = StorPortInitialize(driverObject, registryPath, {}, null);
    if (!NT_SUCCESS(status)) { ${onFailure} }
    return STATUS_SUCCESS;
  }
  function unload(driverObject) { ${unload} }
`;

run("no-unmatched-wpp-init", rule, {
  valid: [
    {
      name: "stopped both ways",
      code: wdm("WPP_INIT_TRACING", "WPP_CLEANUP(driverObject); return status;", "WPP_CLEANUP(driverObject);"),
    },
  ],
  invalid: [
    {
      name: "stopped neither way",
      code: wdm("«WPP_INIT_TRACING»", "return status;", ""),
      errors: [
        {
          messageId: "unmatched",
          data: {
            call: "WPP_INIT_TRACING",
            elsewhere: "",
            release: "WPP_CLEANUP",
            exits: "when `DriverEntry` returns on line 6 after `StorPortInitialize` fails on line 5 and when the driver is unloaded",
            why: "DriverUnload is not called when `DriverEntry` fails; `unload` does not stop it",
          },
        },
      ],
    },
  ],
});
