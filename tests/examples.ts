/** The drivers of docs/examples, and how a project that holds such drivers configures ESLint. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as parser from "@typescript-eslint/parser";
import type { Linter } from "eslint";
import type { WdfPlugin } from "../lib/index.ts";
import { draw } from "./frame.ts";

/** The folder of the examples. */
export const folder = path.resolve(import.meta.dirname, "../docs/examples");

/** The findings of all examples, drawn. The demo prints them with their proofs. */
export const expected = readFileSync(path.join(folder, "expected.txt"), "utf8");

/** The examples by file name, sorted. */
export function examples(): { readonly name: string; readonly code: string }[] {
  return readdirSync(folder)
    .filter((name) => /(?<!\.d)\.ts$/u.test(name))
    .sort()
    .map((name) => ({ name, code: readFileSync(path.join(folder, name), "utf8") }));
}

/** All examples drawn, with the findings that each has by its file name. */
export function drawAll(findings: ReadonlyMap<string, readonly Linter.LintMessage[]>): string {
  return examples()
    .map(({ name, code }) => draw(`docs/examples/${name}`, code, findings.get(name) ?? []))
    .join("\n");
}

/** Every rule, on TypeScript. */
export function config(wdf: WdfPlugin): Linter.Config[] {
  return [wdf.configs.strict, { files: ["**/*.ts"], languageOptions: { parser } }];
}
