/** Imports that are not followed: silence, no crash, and nothing outside of the project is opened. */
import fs from "node:fs";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import wdf from "../../lib/index.ts";
import { Project, type Files } from "./project.ts";

const MAIN = `import { ExFreePool, StorPortInitialize } from "wdf";
import { allocate } from "./helper";
export function DriverEntry(DriverObject, RegistryPath) {
  const table = allocate();
  if (table === null) return STATUS_INSUFFICIENT_RESOURCES;
  DriverObject.DriverUnload = () => ExFreePool(table);
  return StorPortInitialize(DriverObject, RegistryPath, {}, null);
}
`;
const HELPER = `import { ExAllocatePool2 } from "wdf";
export const allocate = () => ExAllocatePool2(0, 64, "lbaT");
`;

function project(files: Files): Project {
  const made = new Project(files);
  onTestFinished(() => {
    made.remove();
  });
  return made;
}

test("the leak that all of these are about", async () => {
  expect(await project({ "package.json": "{}", "main.ts": MAIN, "helper.ts": HELPER }).lint("main.ts")).toEqual([expect.stringMatching(/^7:3 no-leak-on-failure: .* at helper\.ts:2 is still held/u)]);
});

describe("silence", () => {
  test.each<[string, Files]>([
    ["a missing file", {}],
    ["half-typed code", { "helper.ts": HELPER.replace("=>", "= >") }],
    ["bytes that are no text", { "helper.ts": "\u0000\uFFFD\u0001" }],
    ["a folder in its place", { "helper.ts/index.txt": "" }],
    ["a name that is not exported", { "helper.ts": HELPER.replace("export ", "") }],
    ["a name that leads back to itself", { "helper.ts": 'export { allocate } from "./other";', "other.ts": 'export { allocate } from "./helper";' }],
    ["all of each other", { "helper.ts": 'export * from "./other";', "other.ts": 'export * from "./helper";' }],
    ["more text than anyone writes", { "helper.ts": `${HELPER}// ${"x".repeat(2_000_000)}` }],
    ["declarations alone", { "helper.d.ts": "export function allocate(): object | null;" }],
    ["tsconfig.json that is broken", { "tsconfig.json": '{ "compilerOptions": { "paths": 5, }', "lib/helper.ts": HELPER }],
  ])("%s", async (_name, files) => {
    expect(await project({ "package.json": "{}", "main.ts": MAIN, ...files }).lint("main.ts")).toEqual([]);
  });

  test("`followImports: false`", async () => {
    expect(await project({ "package.json": "{}", "main.ts": MAIN, "helper.ts": HELPER }).lint("main.ts", { settings: { followImports: false } })).toEqual([]);
  });

  test("a package of node_modules", async () => {
    const files = { "package.json": "{}", "main.ts": MAIN.replace("./helper", "helper"), "node_modules/helper/package.json": '{ "exports": "./index.ts" }', "node_modules/helper/index.ts": HELPER };
    expect(await project(files).lint("main.ts")).toEqual([]);
  });
});

test("nothing outside of the project is opened", async () => {
  const made = project({ "secret.ts": HELPER, "tsconfig.json": '{ "compilerOptions": {} }', "own/package.json": "{}", "own/main.ts": MAIN.replace("./helper", "../secret"), "own/linked.ts": MAIN });
  symlinkSync(made.at("secret.ts"), made.at("own/helper.ts"));
  const opened: string[] = [];
  for (const name of ["readFileSync", "openSync"] as const) {
    const real = fs[name] as (file: fs.PathOrFileDescriptor, ...rest: never[]) => unknown;
    const spy = vi.spyOn(fs, name).mockImplementation(((file: fs.PathOrFileDescriptor, ...rest: never[]) => {
      opened.push(path.relative(made.folder, String(file)));
      return real(file, ...rest);
    }) as never);
    onTestFinished(() => {
      spy.mockRestore();
    });
  }
  const cwd = made.at("own");
  expect([await made.lint("own/main.ts", { cwd }), await made.lint("own/linked.ts", { cwd })]).toEqual([[], []]);
  expect(opened).toContain("own/package.json");
  expect(opened.filter((file) => !file.startsWith("own") && !file.startsWith(".."))).toEqual([]);
});

test("a changed module is seen at the next lint of a living process", async () => {
  const made = project({ "package.json": "{}", "main.ts": MAIN, "helper.ts": HELPER });
  const change = (text: string | null): void => {
    if (text === null) fs.rmSync(made.at("helper.ts"));
    else writeFileSync(made.at("helper.ts"), text);
    // Time stamps of the same instant would not tell.
    const time = new Date(Date.now() + 1000 * Math.ceil(Math.random() * 1000));
    fs.utimesSync(text === null ? made.folder : made.at("helper.ts"), time, time);
  };
  expect(await made.lint("main.ts")).toHaveLength(1);
  change("export const allocate = () => null;\n");
  expect(await made.lint("main.ts")).toEqual([]);
  change(HELPER);
  expect(await made.lint("main.ts")).toHaveLength(1);
  change(null);
  expect(await made.lint("main.ts")).toEqual([]);
  // Found elsewhere from now on.
  mkdirSync(made.at("helper"));
  made.write({ "helper/index.ts": HELPER });
  expect(await made.lint("main.ts")).toEqual([expect.stringContaining("at helper/index.ts:2")]);
});

test("a driver that imports a large program, the engine of this plugin, is linted all the same", () => {
  const root = path.resolve(import.meta.dirname, "../..");
  const driver = `import { ExAllocatePool2, StorPortInitialize } from "wdf";
import * as everything from "./lib/engine.ts";
export function DriverEntry(DriverObject, RegistryPath) {
  const table = ExAllocatePool2(0, 64, "lbaT");
  if (table === null) return STATUS_INSUFFICIENT_RESOURCES;
  return StorPortInitialize(DriverObject, RegistryPath, everything.analyse, null);
}
`;
  const configs: Linter.Config[] = [{ ...wdf.configs.strict, files: ["**/*.ts"], languageOptions: { parser } }];
  const start = performance.now();
  expect(new Linter({ cwd: root }).verify(driver, configs, { filename: path.join(root, "driver.ts") })).toEqual([]);
  // It took minutes once; a machine that does other work besides takes its time.
  expect(performance.now() - start).toBeLessThan(90_000);
});
