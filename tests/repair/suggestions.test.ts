/** Suggestions with their full outputs: drivers and what is made of them, in several layouts. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { applied, linted } from "./repairs.ts";

const folder = path.resolve(import.meta.dirname, "cases");

/** A driver, and each suggestion by its rule, line and words, with the driver that it makes. */
const cases = readdirSync(folder).sort().map((name) => {
  const [before = "", ...others] = readFileSync(path.join(folder, name), "utf8").split(/^=== (.*)\n/mu);
  const outputs = others.flatMap((title, index) => (index % 2 === 0 ? [{ title, after: others[index + 1] ?? "" }] : []));
  return { name: path.basename(name, ".txt"), before, outputs };
});

const LAYOUTS: Readonly<Record<string, (text: string) => string>> = {
  "as it stands": (text) => text,
  "line ends of Windows": (text) => text.replaceAll("\n", "\r\n"),
  tabs: (text) => text.replace(/^(?: {2})+/gmu, (spaces) => "\t".repeat(spaces.length / 2)),
  "four spaces": (text) => text.replace(/^ +/gmu, "$&$&"),
  "no semicolons": (text) => text.replace(/;$/gmu, ""),
  "a byte order mark": (text) => `\uFEFF${text}`,
};

describe.each(Object.entries(LAYOUTS))("%s", (_layout, lay) => {
  test.each(cases)("$name", ({ before, outputs }) => {
    const text = lay(before);
    const found = linted(text).repairs.filter(({ kind }) => kind === "suggestion");
    const made = found.map((repair) => ({ title: `wdf/${repair.rule}, line ${String(repair.line)}: ${repair.words}`, after: applied(text, repair.edit) }));
    expect(made).toEqual(outputs.map(({ title, after }) => ({ title, after: lay(after) })));
  });
});

test("every case has a suggestion", () => {
  expect(cases.length).toBeGreaterThanOrEqual(24);
  expect(cases.filter(({ outputs }) => outputs.length === 0)).toEqual([]);
});
