/** Failing exits that leave something held. */
import rule from "../../rules/no-leak-on-failure.ts";
import { run } from "./rule-tester.ts";

const wdm = (onFailure: string): string => `
  const g = { Buffer: null };
  export function DriverEntry(driverObject, registryPath) {
    driverObject.DriverUnload = unload;
    g.Buffer = ExAllocatePoolWithTag(PagedPool, registryPath.Length, "htaP");
    if (g.Buffer === null) return STATUS_INSUFFICIENT_RESOURCES;
    const status = StorPortInitialize(driverObject, registryPath, {}, null);
    if (!NT_SUCCESS(status)) { ${onFailure} }
    return STATUS_SUCCESS;
  }
  function unload() {
    if (g.Buffer !== null) ExFreePool(g.Buffer);
    g.Buffer = null;
  }
`;

const resultDialect = (release: string, exit: string): string => `
  export function DriverEntry(driverObject, registryPath) {
    const table = ExAllocatePool2(0, 512, "lbaT");
    if (table === null) return STATUS_INSUFFICIENT_RESOURCES;
    const list = ExInitializeLookasideListEx(table, null, null, NonPagedPoolNx, 0, 64, "tsiL", 0);
    const listed = list.status;
    if (!NT_SUCCESS(listed)) {
      ${release}${exit}
    }
    driverObject.DriverUnload = () => { ExDeleteLookasideListEx(table); ExFreePool(table); };
    return STATUS_SUCCESS;
  }
`;

const TWO = `
        export function DriverEntry(driverObject, registryPath) {
          const device = out();
          let status = IoCreateDevice(driverObject, 0, null, 34, 0, false, device);
          if (!NT_SUCCESS(status)) return status;
          status = IoCreateSymbolicLink(linkName, deviceName);
          if (!NT_SUCCESS(status)) {
            IoDeleteDevice(device.value);
            return status;
          }
          status = StorPortInitialize(driverObject, registryPath, {}, null);
          if (!NT_SUCCESS(status)) «throw new Error("no port");»
          return status;
        }
        const linkName = {}, deviceName = {};
      `;

const CREATED = `
        let table = null;
        export function DriverEntry(driverObject, registryPath) {
          const status = WdfDriverCreate(driverObject, registryPath, null, WDF_DRIVER_CONFIG_INIT(null), null);
          if (!NT_SUCCESS(status)) return status;
          table = ExAllocatePool2(0, 512, "lbaT");
          if (table === null) return STATUS_INSUFFICIENT_RESOURCES;
          «return StorPortInitialize(driverObject, registryPath, {}, null);»
        }
      `;

/** A driver after an edit: without the marks, and with other lines. */
const edited = (code: string, ...changes: [from: string, to: string][]): string =>
  changes.reduce((text, [from, to]) => text.replace(from, to), code.replace(/[«»]/gu, ""));

run("no-leak-on-failure", rule, {
  valid: [
    { name: "released at the exit", code: wdm("ExFreePool(g.Buffer); return status;") },
    { name: "the unload routine called by hand", code: wdm("unload(); return status;") },
    {
      name: "tracing is another rule's",
      code: `export function DriverEntry(driverObject, registryPath) {
      WPP_INIT_TRACING(driverObject, registryPath);
      return STATUS_UNSUCCESSFUL;
    }`,
    },
  ],
  invalid: [
    {
      name: "the port driver refuses",
      code: wdm("«return status;»"),
      errors: [
        {
          messageId: "one",
          data: {
            resources: "`g.Buffer` (acquired by `ExAllocatePoolWithTag` on line 5)",
            exit: "`DriverEntry` returns here",
            after: " after `StorPortInitialize` fails on line 7",
            why: "DriverUnload is not called when `DriverEntry` fails",
            releases: "`ExFreePool`",
            where: "before this exit",
          },
        },
      ],
    },
    {
      name: "a call that answers with an object is named, too",
      code: resultDialect("", "«return STATUS_UNSUCCESSFUL;»"),
      errors: [
        {
          messageId: "one",
          data: {
            resources: "`table` (acquired by `ExAllocatePool2` on line 3)",
            exit: "`DriverEntry` returns here",
            after: " after `ExInitializeLookasideListEx` fails on line 5",
            why: "DriverUnload is not called when `DriverEntry` fails",
            releases: "`ExFreePool`",
            where: "before this exit",
          },
          suggestions: [{ messageId: "atExit", data: { resources: "`table`" }, output: resultDialect("ExFreePool(table);\n      ", "return STATUS_UNSUCCESSFUL;") }],
        },
      ],
    },
    {
      name: "two resources, and a throw",
      code: TWO,
      errors: [
        {
          messageId: "several",
          data: {
            resources:
              "`device` (acquired by `IoCreateDevice` on line 4) and `linkName` (acquired by `IoCreateSymbolicLink` on line 6)",
            exit: "`DriverEntry` throws here",
            after: " after `StorPortInitialize` fails on line 11",
            why: "DriverUnload is not called when `DriverEntry` fails",
            releases: "`IoDeleteSymbolicLink` and `IoDeleteDevice`",
            where: "before this exit",
          },
          suggestions: [
            {
              messageId: "atExit",
              data: { resources: "`device` and `linkName`" },
              output: edited(TWO, [
                'if (!NT_SUCCESS(status)) throw new Error("no port");',
                `if (!NT_SUCCESS(status)) {
            IoDeleteSymbolicLink(linkName);
            IoDeleteDevice(device.value);
            throw new Error("no port");
          }`,
              ]),
            },
          ],
        },
      ],
    },
    {
      name: "a driver object without a cleanup callback",
      code: CREATED,
      errors: [
        {
          messageId: "one",
          data: {
            resources: "`table` (acquired by `ExAllocatePool2` on line 6)",
            exit: "`DriverEntry` returns here",
            after: " after `StorPortInitialize` fails on line 8",
            why: "EvtDriverUnload is not called when `DriverEntry` fails, and the driver object has no EvtCleanupCallback",
            releases: "`ExFreePool`",
            where: "in EvtCleanupCallback",
          },
          suggestions: [
            {
              messageId: "inCleanup",
              data: { resources: "`table`" },
              output: edited(
                CREATED,
                [
                  "const status = WdfDriverCreate(driverObject, registryPath, null,",
                  `const attributes = WDF_OBJECT_ATTRIBUTES_INIT();
          attributes.EvtCleanupCallback = EvtDriverCleanup;
          const status = WdfDriverCreate(driverObject, registryPath, attributes,`,
                ],
                [
                  "{}, null);\n        }",
                  `{}, null);
        }

        function EvtDriverCleanup() {
          if (table !== null) {
            ExFreePool(table);
            table = null;
          }
        }`,
                ],
              ),
            },
            {
              messageId: "atExit",
              data: { resources: "`table`" },
              output: edited(CREATED, [
                "return StorPortInitialize(driverObject, registryPath, {}, null);",
                `const lastStatus = StorPortInitialize(driverObject, registryPath, {}, null);
          if (!NT_SUCCESS(lastStatus)) {
            ExFreePool(table);
            table = null;
          }
          return lastStatus;`,
              ]),
            },
          ],
        },
      ],
    },
  ],
});
