/** Repairs of texts that nobody would keep: cut off while they are typed, full of odd syntax, with words missing. */
import * as parser from "@typescript-eslint/parser";
import type { Linter } from "eslint";
import { describe, expect, test } from "vitest";
import { tellRefusals } from "../../lib/repair/ledger.ts";
import { lint, survives } from "../bad-input/lint.ts";
import { oddDriver, type Dialect } from "../bad-input/odd.ts";
import { Random } from "../bad-input/random.ts";

/** A KMDF driver that every rule with a repair has something to say of. */
const KMDF = `import { out } from "eslint-plugin-wdf/sim";
let gTable = null;
const gCookie = out();
export function DriverEntry(DriverObject, RegistryPath) {
  let status = STATUS_SUCCESS;
  WPP_INIT_TRACING(DriverObject, RegistryPath); // first
  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
  if (gTable === null) return STATUS_INSUFFICIENT_RESOURCES;
  const config = new WDF_DRIVER_CONFIG();
  config.EvtDriverUnload = EvtDriverUnload;
  WDF_DRIVER_CONFIG_INIT(config, EvtDeviceAdd);
  const attributes = { ...defaults };
  attributes.EvtCleanupCallback = EvtDriverCleanup;
  /* the driver object */
  status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  if (!NT_SUCCESS(status)) {
    ExFreePool(gTable);
    return status;
  }
  status = CmRegisterCallback(() => 0, null, gCookie);
  return status;
}
function EvtDeviceAdd() { return 0; }
function EvtDriverUnload() { CmUnRegisterCallback(gCookie.value); }
const EvtDriverCleanup = (Driver) => { ExFreePool(gTable); };
`;

/** One with blocks of all kinds, and none of the habits of the first. */
const NESTED = `let gPool: PoolBlock | null = null
class Driver { static async DriverEntry(driver: DRIVER_OBJECT, path: UNICODE_STRING): Promise<NTSTATUS> {
  using stack = new DisposableStack()
  exit: do {
    try {
      if ((gPool = ExAllocatePoolWithTag(NonPagedPoolNx, 8, \`\${1}\`)) === null) break exit
      stack.defer(() => { if (gPool) ExFreePoolWithTag(gPool, "tag"); gPool = null })
      if (await Ready(driver)) {
        const { status, ...rest } = await wdf.WdfDriverCreate(driver, path, null, { EvtDriverUnload() { ExFreePool(gPool) } })
        switch (status) { case STATUS_SUCCESS: break; default: return status }
        ;[rest].forEach((each) => KdPrint(each))
      }
    } catch { return STATUS_UNSUCCESSFUL } finally { KdPrint("done") }
  } while (false)
  stack.move()
  return STATUS_SUCCESS
} }
`;

/** A WDM driver. */
const WDM = `const gDevice = out(), gLink = RTL_CONSTANT_STRING("x");
exports.DriverEntry = function (DriverObject, RegistryPath) {
  WPP_INIT_TRACING(DriverObject, RegistryPath);
  let status = IoCreateDevice(DriverObject, 0, null, 0, 0, false, gDevice);
  if (!NT_SUCCESS(status)) { return status; }
  status = IoCreateSymbolicLink(gLink, gLink);
  if (status < 0) throw new Error("no link");
  DriverObject.DriverUnload = function () { WPP_CLEANUP(DriverObject); };
  return StorPortInitialize(DriverObject, RegistryPath, {}, null);
};
`;

const drivers: readonly { readonly name: string; readonly code: string; readonly dialect: Dialect }[] = [
  { name: "KMDF", code: KMDF, dialect: "ts" },
  { name: "nested", code: NESTED, dialect: "ts" },
  { name: "WDM", code: WDM, dialect: "script" },
];

describe.each(drivers)("a driver ($name)", ({ name, code, dialect }) => {
  const tokens = parser.parse(code, { range: true, tokens: true, sourceType: "module" }).tokens.map(({ range }) => range);

  test("cut off behind each word, as an editor closes it", () => {
    const found = tokens.map(([, end]) => looked(`${name} up to ${String(end)}`, closed(code.slice(0, end)), dialect));
    expect(found.flatMap(({ defects }) => defects)).toEqual([]);
    expect(sum(found.map(({ edits }) => edits))).toBeGreaterThan(0);
  });

  test("with words missing", () => {
    const random = new Random(tokens.length);
    const found = Array.from({ length: MISSING }, (_, index) => {
      const gone = new Set(Array.from({ length: 1 + random.below(3) }, () => random.pick(tokens)));
      return looked(`${name} without ${String(index)}`, without(code, gone), dialect);
    });
    expect(found.flatMap(({ defects }) => defects)).toEqual([]);
    expect(sum(found.map(({ edits }) => edits))).toBeGreaterThan(0);
  });
});

test.each<Dialect>(["ts", "tsx", "js", "script"])("odd syntax in %s", (dialect) => {
  const found = Array.from({ length: ODD }, (_, seed) => looked(`odd ${String(seed)}`, oddDriver(seed + 1, dialect), dialect));
  expect(found.flatMap(({ defects }) => defects)).toEqual([]);
  expect(sum(found.map(({ edits }) => edits))).toBeGreaterThan(0);
});

/** So many texts with words missing, of each driver; and so many odd ones, of each dialect. */
const MISSING = 400;
const ODD = 40;

/** What came of one text. */
interface Looked {
  /** In words, each with the text that it is about. */
  readonly defects: string[];
  readonly edits: number;
}

/** Lints a text with all rules, and looks at everything that they offer. */
function looked(name: string, code: string, dialect: Dialect): Looked {
  const defects: string[] = [];
  const note = (what: string): void => {
    defects.push(`${name}: ${what}\n${code}`);
  };
  tellRefusals(({ rule, refusal }) => {
    if (refusal.reason === "defect") note(`${rule}: ${refusal.words}`);
  });
  const { defect, parses, messages } = lint(name, code, dialect);
  tellRefusals(undefined);
  if (defect !== undefined) note(defect);
  const edits = parses ? messages.flatMap(editsOf) : [];
  const results = new Set(edits.map(({ range: [start, end], text }) => {
    if (start < 0 || end < start || end > code.length) note(`an edit of ${String(start)} to ${String(end)}`);
    return code.slice(0, start) + text + code.slice(end);
  }));
  for (const result of results) if (!survives(result, dialect)) note(`what comes of it does not parse:\n${result}`);
  return { defects, edits: edits.length };
}

function editsOf({ fix, suggestions = [] }: Linter.LintMessage): { readonly range: readonly [number, number]; readonly text: string }[] {
  return [...(fix === undefined ? [] : [fix]), ...suggestions.map((suggestion) => suggestion.fix)];
}

const CLOSES: Readonly<Record<string, string>> = { "{": "}", "(": ")", "[": "]", "${": "}" };

/** The text with its open brackets closed. */
function closed(text: string): string {
  const open: string[] = [];
  for (const [bracket] of text.matchAll(/\$\{|[{([\])}]/gu)) {
    const closing = CLOSES[bracket];
    if (closing === undefined) open.pop();
    else open.push(closing);
  }
  return text + open.reverse().join("");
}

function without(code: string, gone: ReadonlySet<readonly [number, number]>): string {
  let text = "";
  let from = 0;
  for (const [start, end] of [...gone].sort(([left], [right]) => left - right)) {
    text += code.slice(from, start);
    from = end;
  }
  return text + code.slice(from);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
