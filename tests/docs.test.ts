/** Holds every example of docs/rules to its heading: it type-checks, errs under Incorrect, and is right elsewhere. */
import { readFileSync } from "node:fs";
import path from "node:path";
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import wdf from "../lib/index.ts";
import { rules } from "../rules/index.ts";

/** A code block of a page. */
interface Example {
  readonly rule: string;
  /** The headings above it, outermost first. */
  readonly headings: readonly string[];
  readonly line: number;
  readonly code: string;
}

const folder = path.resolve(import.meta.dirname, "../docs");

const examples = Object.keys(rules).flatMap(examplesOf);

describe.each(Object.keys(rules))("%s", (rule) => {
  const own = examples.filter((example) => example.rule === rule);

  test("has examples of both kinds, and says what it cannot see", () => {
    const headings = new Set(own.flatMap((example) => example.headings));
    expect(headings).toContain("Incorrect");
    expect(headings).toContain("Correct");
    expect(readFileSync(path.join(folder, "rules", `${rule}.md`), "utf8")).toContain("\n## What this rule cannot see\n");
  });

  test.each(own.map((example) => ({ ...example, heading: example.headings.join(" > ") })))("$heading, line $line", (example) => {
    const reports = lint(example);
    if (example.headings.includes("Incorrect")) expect(reports).toContain(`wdf/${rule}`);
    else expect(reports).toEqual([]);
  });
});

test("the examples type-check", () => {
  const files = new Map(examples.map(({ rule, line, code }) => [path.join(folder, "examples", `${rule}-${String(line)}.ts`), code]));
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleDetection: ts.ModuleDetectionKind.Force,
    strict: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    noEmit: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  host.readFile = (file) => files.get(path.normalize(file)) ?? ts.sys.readFile(file);
  host.fileExists = (file) => files.has(path.normalize(file)) || ts.sys.fileExists(file);
  const program = ts.createProgram([path.join(folder, "examples", "wdf.d.ts"), ...files.keys()], options, host);
  const problems = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
    return `${file?.fileName ?? ""}:${String(line)} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
  expect(problems).toEqual([]);
});

/** The recommended rules and the page's own that report. */
function lint({ rule, code }: Example): (string | null)[] {
  const config: Linter.Config[] = [
    { files: ["**/*.ts"], languageOptions: { parser } },
    wdf.configs.recommended,
    { rules: { [`wdf/${rule}`]: "error" } },
  ];
  return new Linter().verify(code, config, "driver.ts").map(({ ruleId, message }) => ruleId ?? message);
}

function examplesOf(rule: string): Example[] {
  const found: Example[] = [];
  const headings: string[] = [];
  let block: { line: number; code: string[] } | undefined;
  for (const [index, line] of readFileSync(path.join(folder, "rules", `${rule}.md`), "utf8").split("\n").entries()) {
    const heading = /^(?<marks>#+) (?<title>.*)$/u.exec(line)?.groups;
    if (block !== undefined && line === "```") {
      found.push({ rule, headings: [...headings], line: block.line, code: block.code.join("\n") });
      block = undefined;
    } else if (block !== undefined) block.code.push(line);
    else if (line === "```ts") block = { line: index + 2, code: [] };
    else if (heading !== undefined) {
      const depth = heading["marks"]?.length ?? 1;
      headings.splice(depth - 1, headings.length, heading["title"] ?? "");
    }
  }
  return found;
}
