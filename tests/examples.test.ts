/** Holds the findings in docs/examples to those committed beside them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Linter } from "eslint";
import { expect, test } from "vitest";
import wdf from "../lib/index.ts";
import { config, drawAll, examples, expected } from "./examples.ts";

test("the examples have the findings of expected.txt", () => {
  const linter = new Linter();
  const findings = examples().map(({ name, code }) => [name, linter.verify(code, config(wdf), name)] as const);
  expect(drawAll(new Map(findings))).toBe(expected);
});

test("the README shows one of them", () => {
  const readme = readFileSync(path.join(import.meta.dirname, "../README.md"), "utf8");
  const picture = /```text\n(?<text>[^]*?)```/u.exec(readme)?.groups?.["text"] ?? "none";
  const inOneLine = (text: string): string => text.replace(/\s+/gu, " ");
  expect(inOneLine(expected)).toContain(inOneLine(picture).trim());
});
