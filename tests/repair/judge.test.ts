/** The judge of repairs: what it has against texts that break something, and that it has nothing against one that does not. */
import { describe, expect, test } from "vitest";
import { fromSources } from "../oracle/plugin.ts";
import { nameOf, repairProgram, sizeOf } from "../oracle/repair-cases.ts";
import { RepairOracle } from "../oracle/repair-oracle.ts";
import { programOf } from "./fixes.ts";
import { faultsOfText, judged } from "./judge.ts";
import { changed } from "./repairs.ts";

const DRIVER = `let gTable = null;
let gLock = null;

export function DriverEntry(DriverObject, RegistryPath) {
  // The table of requests.
  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 512, "lbaT");
  if (gTable === null) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }

  gLock = ExAllocatePool2(POOL_FLAG_PAGED, 64, "kcoL");
  if (gLock === null) {
    return STATUS_INSUFFICIENT_RESOURCES; // the table is left
  }
  DriverObject.DriverUnload = DriverUnload;
  return STATUS_SUCCESS;
}

function DriverUnload(DriverObject) {
  ExFreePool(gLock);
  ExFreePool(gTable);
}
`;

const LEAVING = "    return STATUS_INSUFFICIENT_RESOURCES; // the table is left\n";
const release = (text: string, line = "    ExFreePool(gTable);\n"): string => text.replace(LEAVING, line + LEAVING);

async function faults(after: string, before = DRIVER, repair: { rule: string; kind: "fix" | "suggestion" } = { rule: "no-leak-on-failure", kind: "suggestion" }): Promise<string[]> {
  return (await faultsOfText(await judged(programOf(before)), after, repair)).map(({ how }) => how);
}

describe("a text", () => {
  test("with the release before the exit is right", async () => {
    expect(await faults(release(DRIVER))).toEqual([]);
  });

  test("that is the same changes nothing, and the report stays", async () => {
    expect(await faults(DRIVER)).toEqual(["changes nothing", "the report stays"]);
  });

  test("that does not parse", async () => {
    expect(await faults(release(DRIVER, "    ExFreePool(gTable;\n"))).toEqual(["does not parse"]);
  });

  test("that does not run", async () => {
    expect(await faults(release(DRIVER, "    ExFreePool(gTabel);\n"))).toContain("cannot be run to the end");
  });

  test("that releases twice", async () => {
    expect(await faults(release(DRIVER, "    ExFreePool(gTable);\n    ExFreePool(gTable);\n"))).toContain("new double-release");
  });

  test("that releases what the unload routine needs", async () => {
    const after = release(DRIVER).replace("  DriverObject.DriverUnload", "  ExFreePool(gTable);\n  DriverObject.DriverUnload");
    expect(await faults(after)).toContain("new double-release");
  });

  test("that leaks elsewhere", async () => {
    const after = release(DRIVER).replace("  ExFreePool(gLock);\n", "");
    expect(await faults(after)).toEqual(expect.arrayContaining(["more reports of wdf/no-leak-on-unload", "new leak-on-unload", "the successful run differs"]));
  });

  test("that ends otherwise", async () => {
    expect(await faults(release(DRIVER).replace("// the table is left", "").replace(/RESOURCES; \n/u, "RESOURCES;\n").replace(/return STATUS_INSUFFICIENT_RESOURCES;\n {2}\}\n {2}DriverObject/u, "return STATUS_SUCCESS;\n  }\n  DriverObject"))).toContain("the entry ends otherwise");
  });

  test("that acquires something else on the way to success", async () => {
    const after = release(DRIVER).replace("  DriverObject.DriverUnload", '  gTable = ExAllocatePool2(POOL_FLAG_PAGED, 8, "xtra");\n  DriverObject.DriverUnload');
    expect(await faults(after)).toEqual(expect.arrayContaining(["new leak-on-unload"]));
  });

  test("that loses a comment, or leaves it behind", async () => {
    expect(await faults(release(DRIVER).replace(" // the table is left", ""))).toEqual(["loses a comment"]);
    expect(await faults(release(DRIVER).replace("  // The table of requests.\n", "").replace("  gLock =", "  // The table of requests.\n  gLock ="))).toEqual(["moves a comment away from its statement"]);
  });

  test("that puts a statement under a test below its comment, or into braces with it, is right", async () => {
    const inBraces = (text: string): string => text.replace(/\) \{\n {4}(return STATUS_INSUFFICIENT_RESOURCES; \/\/ the table is left)\n {2}\}/u, ") $1");
    expect(inBraces(DRIVER)).toContain("(gLock === null) return");
    expect(await faults(release(DRIVER), inBraces(DRIVER))).toEqual([]);
    const remarked = DRIVER.replace("  ExFreePool(gTable);\n", "  // The table goes last.\n  ExFreePool(gTable);\n");
    const tested = release(remarked).replace("  ExFreePool(gTable);\n}", "  if (gTable !== null) {\n    ExFreePool(gTable);\n  }\n}");
    expect(await faults(tested, remarked)).toEqual([]);
  });

  const windows = DRIVER.replaceAll("\n", "\r\n");

  test.each<readonly [how: string, before: string, after: string]>([
    ["mixes line ends", windows, release(windows.replaceAll("\r\n", "\n")).replaceAll("\n", "\r\n").replace("(gTable);\r\n", "(gTable);\n")],
    ["brings carriage returns", DRIVER, release(DRIVER, "    ExFreePool(gTable);\r\n")],
    ["loses the byte order mark", `\uFEFF${DRIVER}`, release(DRIVER)],
    ["indents by tabs", DRIVER, release(DRIVER, "\tExFreePool(gTable);\n")],
    ["brings semicolons", DRIVER.replaceAll(";\n", "\n").replace("; //", " //"), release(DRIVER).replaceAll(";\n", "\n").replace("; //", " //").replace("ExFreePool(gTable)", "ExFreePool(gTable);")],
    ["leaves spaces at a line's end", DRIVER, release(DRIVER, "    ExFreePool(gTable); \n")],
    ["leaves two blank lines", DRIVER, release(DRIVER).replace("\n\n  gLock", "\n\n\n  gLock")],
    ["leaves a blank line inside a brace", DRIVER, release(DRIVER, "\n    ExFreePool(gTable);\n")],
  ])("that %s", async (how, before, after) => {
    const leaving = (text: string): string => text.replaceAll("\r\n", "\n");
    expect(leaving(before)).not.toBe(leaving(after));
    expect(await faults(after, before)).toContain(how);
  });

});

describe("changes at one place", () => {
  test("stay in their order", () => {
    expect(changed("ad", [{ range: [1, 1], text: "b" }, { range: [1, 1], text: "c" }])).toBe("abcd");
  });
});

describe("the oracle of repairs", () => {
  test("has drivers of every part, each with a name", () => {
    expect(sizeOf("examples")).toBeGreaterThan(25);
    expect(sizeOf("fixtures")).toBeGreaterThan(1000);
    expect(nameOf(1, { part: "examples", index: 0 })).toBe("docs/examples/kmdf-field-before-init.ts");
    expect(nameOf(1, { part: "generated", index: 7 })).toBe("generated 7 of seed 1");
    expect(repairProgram(1, { part: "generated", index: 7 }).text).toBe(repairProgram(1, { part: "generated", index: 7 }).text);
    expect(repairProgram(1, { part: "generated", index: 7 }).text).not.toBe(repairProgram(1, { part: "generated", index: 8 }).text);
  });

  /** A plugin whose suggestions release what they should once more. */
  const careless = (): RepairOracle => {
    const { plugin } = fromSources;
    const rule = plugin.rules["no-leak-on-failure"];
    if (rule === undefined) throw new Error("there is no such rule");
    const twice = {
      ...rule,
      create: (context: Parameters<typeof rule.create>[0]) => {
        const report: typeof context.report = (descriptor) => {
          const suggest = (descriptor.suggest ?? []).map((suggestion) => ({
            ...suggestion,
            fix: (fixer: Parameters<typeof suggestion.fix>[0]) => {
              const made = suggestion.fix(fixer);
              const edits = made === null ? [] : Symbol.iterator in made ? [...made] : [made];
              return edits.map(({ range, text }) => fixer.replaceTextRange(range, text.replace(/^.*\b\w*Free\w*\(.*\r?\n/mu, "$&$&")));
            },
          }));
          context.report({ ...descriptor, suggest });
        };
        return rule.create(Object.create(context, { report: { value: report } }) as typeof context);
      },
    };
    const rules = { ...plugin.rules, "no-leak-on-failure": twice };
    const strict = { ...plugin.configs.strict, plugins: { wdf: { ...plugin, rules } } };
    return new RepairOracle(20, { ...fromSources, plugin: { ...plugin, rules, configs: { ...plugin.configs, strict } } });
  };

  test("finds a plugin out whose suggestions release twice, and shows it by a small driver", { timeout: 120_000 }, async () => {
    const oracle = careless();
    const isFault = ({ name, faults: found }: { readonly name: string; readonly faults: readonly string[] }): boolean => name === "no-leak-on-failure" && found.includes("new double-release");
    let index = 0;
    while (index < 100 && !(await oracle.outcome({ part: "generated", index })).applications.some(isFault)) index += 1;
    const shown = await oracle.shown({ part: "generated", index }, { name: "no-leak-on-failure", how: "new double-release" }, 20_000);
    expect(shown).toMatch(/^=== no-leak-on-failure: new double-release \(generated \d+ of seed 20\)\n/u);
    expect(shown).toMatch(/^\+ .*Free.*\n\+ .*Free/mu);
    expect(shown.split("\n").length).toBeLessThan(repairProgram(20, { part: "generated", index }).text.split("\n").length + 40);
  });
});
