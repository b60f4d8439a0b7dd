/** Which declarations of a module need not run before they are asked for, and that the others do run. */
import { Linter } from "eslint";
import * as parser from "@typescript-eslint/parser";
import { describe, expect, onTestFinished, test } from "vitest";
import type { TSESLint } from "@typescript-eslint/utils";
import { Quiet } from "../../lib/source/quiet.ts";
import { indexScopes } from "../../lib/source/scopes.ts";
import { tableMember } from "../../lib/source/tables.ts";
import { Project } from "./project.ts";

/** A text as ESLint gives it to a rule. */
function sourceOf(text: string): Readonly<TSESLint.SourceCode> {
  const linter = new Linter();
  linter.verify(text, [{ files: ["**/*.ts"], languageOptions: { parser, sourceType: "module" } }], { filename: "module.ts" });
  return linter.getSourceCode() as unknown as Readonly<TSESLint.SourceCode>;
}

describe("the last statement of a module", () => {
  test.each([
    ["a literal", "let count = 0;", true],
    ["an object of lists and functions", "const table = { names: ['a', `b${1}`], read() { Stop(); }, size: -1 };", true],
    ["makers of the language", "export const seen = new Set(['a']), none = new Map(), key = Symbol('key');", true],
    ["an out box", "const box = out();", true],
    ["a call of a function that only answers", "const row = (name) => ({ name });\nconst rows = [row('a'), row('b')];", true],
    ["a function that fills what it makes", "function rows(n) { const list = []; let i = 0; while (i < n) { i += 1; list[i] = i; } return list; }\nconst ten = rows(10);", true],
    ["methods of lists", "const NAMES = ['a', 'b'];\nconst tags = NAMES.map((name) => `${name}!`).join();", true],
    ["a class, and an instance of it", "class Part { #size = 4; constructor(name) { this.name = name; } }\nconst part = new Part('a');", true],
    ["a call of the API", "const table = Acquire();", false],
    ["a call of a function that calls the API", "const make = () => ({ table: Acquire() });\nconst made = make();", false],
    ["a function that writes to a variable of the module", "let count = 0;\nfunction next() { count += 1; return count; }\nconst first = next();", false],
    ["an assignment in an initialiser", "let last;\nconst first = (last = 1);", false],
    ["a callback that writes", "let last;\nconst all = ['a'].map((name) => { last = name; return name; });", false],
    ["a function handed to code that is not seen", "import { watch } from 'watch';\nconst watcher = watch(() => 1);", false],
    ["what is waited for", "const text = await Read();", false],
    ["a static block", "class Part { static { Start(); } }", false],
    ["a decorated class", "@register class Part {}", false],
    ["a statement that is no declaration", "Start();", false],
  ])("%s", (_name, text, isQuiet) => {
    const sourceCode = sourceOf(text);
    const quiet = new Quiet(indexScopes(sourceCode), (callee) => (callee.type !== "Identifier" ? undefined : callee.name === "out" ? "quiet" : callee.name === "Acquire" ? "acts" : undefined));
    const last = sourceCode.ast.body.at(-1);
    expect(last && quiet.declaredBy(last) !== undefined).toBe(isQuiet);
  });
});

describe("a member of a table", () => {
  test.each([
    ["a literal", "const table = { size: 4 };\nuse(table.size);", 4],
    ["a negative number, as a constant", "export const table = { size: -4 } as const;", -4],
    ["frozen", "const table = Object.freeze({ size: 'x' });\nuse(table.size, table['size']);", "x"],
    ["exported, and so writable elsewhere", "export const table = { size: 4 };", undefined],
    ["written to", "const table = { size: 4 };\ntable.size = 5;", undefined],
    ["counted up", "const table = { size: 4 };\ntable.size++;", undefined],
    ["taken apart into", "const table = { size: 4 };\n[table.size] = [5];", undefined],
    ["handed on", "const table = { size: 4 };\nuse(table);", undefined],
    ["with a member that is computed", "const table = { [key]: 5, size: 4 };", undefined],
    ["spread into", "const table = { size: 4, ...others };", undefined],
    ["declared with let, and never set again", "let table = { size: 4 };\nuse(table.size);", 4],
    ["declared with let, and set again", "let table = { size: 4 };\ntable = { size: 5 };", undefined],
    ["declared with var, and so read before it is set", "var table = { size: 4 };", undefined],
  ])("%s", (_name, text, value) => {
    const sourceCode = sourceOf(text);
    const variable = sourceCode.scopeManager?.scopes.flatMap(({ variables }) => variables).find(({ name }) => name === "table");
    expect(tableMember(variable, "size", indexScopes(sourceCode))?.value).toBe(value);
  });
});

const DRIVER = `import { StorPortInitialize } from "wdf";
import { ready } from "./state";
export function DriverEntry(DriverObject, RegistryPath) {
  const table = ExAllocatePool2(0, 64, "lbaT");
  if (table === null) return STATUS_INSUFFICIENT_RESOURCES;
  if (ready()) ExFreePool(table);
  return STATUS_UNSUCCESSFUL;
}
`;

test.each([
  ["a statement that sets a variable runs before the driver", "let isReady = true;\nisReady = false;\nexport const ready = () => isReady;", 1],
  ["a call in a declaration does what it does", "let isReady = true;\nfunction disarm() { isReady = false; return 1; }\nconst armed = disarm();\nexport const ready = () => isReady;", 1],
  ["a declaration that nothing asks for changes nothing", "let isReady = true;\nconst table = Array.from({ length: 9 }, () => ({ isReady: false }));\nexport const ready = () => isReady;", 0],
  ["a table of constants decides", "const settings = { isReady: false };\nexport const ready = () => settings.isReady;", 1],
  ["a table that is written to does not", "const settings = { isReady: false };\nsettings.isReady = true;\nexport const ready = () => settings.isReady;", 0],
])("%s", async (_name, state, leaks) => {
  const project = new Project({ "package.json": "{}", "main.ts": DRIVER, "state.ts": state });
  onTestFinished(() => {
    project.remove();
  });
  const leak = "7:3 no-leak-on-failure: `table` (acquired by `ExAllocatePool2` on line 4) is still held when `DriverEntry` returns here: DriverUnload is not called when `DriverEntry` fails. Call `ExFreePool` before this exit.";
  expect(await project.lint("main.ts")).toEqual(Array.from({ length: leaks }, () => leak));
});
