/** Edits that were refused, made all the same: what they are, and what the judge says of them. */
import { describe, expect, test } from "vitest";
import { difference } from "../diff.ts";
import { programOf } from "../repair/fixes.ts";
import { faultsOfText, judged } from "../repair/judge.ts";
import { changed } from "../repair/repairs.ts";
import { naiveEdits, noEditFor } from "./naive.ts";

const driver = (body: string, rest = ""): string => `export function DriverEntry(DriverObject, RegistryPath) {
  const config = WDF_DRIVER_CONFIG_INIT(EvtDeviceAdd);
${body}
  return STATUS_SUCCESS;
}

function EvtDeviceAdd() {
  return STATUS_SUCCESS;
}
${rest}`;

/** The first refusal of a rule with the edits that it could have been, each as a difference, and what is wrong with each. */
async function forced(rule: string, text: string): Promise<{ readonly words: string; readonly edits: string[]; readonly faults: string[][] }> {
  const before = await judged(programOf(text));
  const considered = before.linted.refusals.find((each) => each.rule === rule);
  if (considered === undefined) throw new Error(`${rule} refuses nothing`);
  const texts = naiveEdits(considered).map((edit) => changed(text, edit));
  const faults = await Promise.all(texts.map(async (after) => (await faultsOfText(before, after, { rule, kind: "fix" })).map(({ how }) => how)));
  return { words: considered.refusal.words, edits: texts.map((after) => difference(text, after, 0).split("\n").filter((line) => !line.includes("…")).join("\n")), faults };
}

describe("a refused edit", () => {
  test("moves a field before what it is made of", async () => {
    const { words, edits, faults } = await forced(
      "no-lost-attributes",
      driver(`  const attributes = new WDF_OBJECT_ATTRIBUTES();
  WDF_OBJECT_ATTRIBUTES_INIT(attributes);
  const status = WdfDriverCreate(DriverObject, RegistryPath, attributes, config, null);
  const stop = EvtCleanup.bind(null);
  attributes.EvtCleanupCallback = stop;
  if (!NT_SUCCESS(status)) {
    return status;
  }`, "\nfunction EvtCleanup() {}\n"),
    );
    expect(words).toBe("`stop` is needed by both");
    expect(edits).toEqual(["+   attributes.EvtCleanupCallback = stop;\n-   attributes.EvtCleanupCallback = stop;"]);
    expect(faults).toEqual([["cannot be run to the end"]]);
  });

  test("moves an early call without what it needs", async () => {
    const { edits, faults } = await forced(
      "driver-create-first",
      driver(`  const table = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");
  config.DriverPoolTag = nameOf(table);
  const status = WdfDriverCreate(DriverObject, RegistryPath, null, config, null);
  if (!NT_SUCCESS(status)) {
    return status;
  }`, "\nfunction nameOf(table) {\n  return table === null ? \"none\" : \"some\";\n}\n"),
    );
    expect(edits[0]).toBe('-   const table = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");\n+   const table = ExAllocatePool2(POOL_FLAG_PAGED, 64, "lbaT");');
    expect(edits.length).toBe(2);
    expect(faults.every((found) => found.length > 0)).toBe(true);
    expect(faults[0]).toEqual(["cannot be run to the end"]);
  });
});

test("where nobody can write an edit it is said why", () => {
  expect(noEditFor("prefer-cleanup-callback: shape")).toBe("no function of the file could take the release");
  expect(noEditFor("no-leak-on-failure: spelling")).toBe("what is to be released or moved is not spelt out in the file");
});
