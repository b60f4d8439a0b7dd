/** Fields that are set where they have no effect. */
import rule from "../../rules/no-lost-attributes.ts";
import { run } from "./rule-tester.ts";

const entry = (before: string, between: string, passed: string, after: string): string => `
  export function DriverEntry(driverObject, registryPath) {
    const attributes = {};
    ${before}
    WDF_OBJECT_ATTRIBUTES_INIT(attributes);
    ${between}
    const status = WdfDriverCreate(driverObject, registryPath, ${passed}, WDF_DRIVER_CONFIG_INIT(null), null);
    ${after}
    return status;
  }
  function cleanup() {}
`;

const SET = "attributes.EvtCleanupCallback = cleanup";
const data = { struct: "attributes", field: "EvtCleanupCallback" };

run("no-lost-attributes", rule, {
  valid: [{ name: "between INIT and create", code: entry("", `${SET};`, "attributes", "") }],
  invalid: [
    {
      name: "before INIT",
      code: entry(`«${SET}»;`, "", "attributes", ""),
      errors: [{ messageId: "wiped", data: { ...data, call: "WDF_OBJECT_ATTRIBUTES_INIT", elsewhere: "", at: "on line 5", obstacle: "" } }],
      output: `
  export function DriverEntry(driverObject, registryPath) {
    const attributes = {};
    WDF_OBJECT_ATTRIBUTES_INIT(attributes);
    ${SET};
    
    const status = WdfDriverCreate(driverObject, registryPath, attributes, WDF_DRIVER_CONFIG_INIT(null), null);
    
    return status;
  }
  function cleanup() {}
`,
    },
    {
      name: "after create",
      code: entry("", "", "attributes", `«${SET}»;`),
      errors: [{ messageId: "dead", data: { ...data, call: "WdfDriverCreate", elsewhere: "", at: "on line 7", obstacle: "" } }],
      output: `
  export function DriverEntry(driverObject, registryPath) {
    const attributes = {};
    
    WDF_OBJECT_ATTRIBUTES_INIT(attributes);
    ${SET};

    const status = WdfDriverCreate(driverObject, registryPath, attributes, WDF_DRIVER_CONFIG_INIT(null), null);
    return status;
  }
  function cleanup() {}
`,
    },
    {
      name: "null passed instead",
      code: entry("", `«${SET}»;`, "null", ""),
      errors: [
        {
          messageId: "unpassed",
          data: { ...data, call: "WdfDriverCreate", elsewhere: "", at: "on line 7" },
          suggestions: [{ messageId: "pass", data: { struct: "attributes", call: "WdfDriverCreate" }, output: entry("", `${SET};`, "attributes", "") }],
        },
      ],
    },
  ],
});
