/** Large drivers get the verdict of small ones, or none. */
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { expect, test } from "vitest";
import wdf from "../../lib/index.ts";
import { growing } from "../bench/shapes.ts";

test("a leak below a chain of 3,000 helpers is reported once, at the exit of the entry", () => {
  const code = growing.find(({ name }) => name === "helpers in a chain")?.source(3000) ?? "";
  const messages = new Linter().verify(code, [{ ...wdf.configs.strict, files: ["**"], languageOptions: { parser } }], { filename: "driver.ts" });
  expect(messages.map(({ ruleId, line, column }) => `${String(line)}:${String(column)} ${String(ruleId)}`)).toEqual(["7:26 wdf/no-leak-on-failure"]);
});
