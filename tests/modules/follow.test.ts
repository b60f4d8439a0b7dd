/** Imports that are followed: every way to name a module, and to pass on what it exports. */
import { mkdirSync, symlinkSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { Project, type Files } from "./project.ts";

/** A WDM entry that leaks what a helper of another module acquires when the port driver refuses. */
const driver = (imports: string, acquire: string): string => `import { ExFreePool, StorPortInitialize } from "wdf";
${imports}
export function DriverEntry(DriverObject, RegistryPath) {
  const table = ${acquire};
  if (table === null) return STATUS_INSUFFICIENT_RESOURCES;
  DriverObject.DriverUnload = () => ExFreePool(table);
  return StorPortInitialize(DriverObject, RegistryPath, {}, null);
}
`;

/** The same as CommonJS has it. */
const commonDriver = (imports: string, acquire: string): string =>
  driver(imports, acquire).replace(/import (\{.*\}) from ("wdf");/u, "const $1 = require($2);").replace("export function", "exports.DriverEntry = DriverEntry;\nfunction");

const HELPER = `import { ExAllocatePool2 } from "wdf";
export function allocate() {
  return ExAllocatePool2(0, 64, "lbaT");
}
`;
const COMMON = HELPER.replace(/import (.*) from ("wdf");/u, "const $1 = require($2);").replace("export function", "function");
const ARROW = `import { ExAllocatePool2 } from "wdf";\n`;

/** A project, the file that is linted, and where the acquisition lies. */
interface Case {
  readonly name: string;
  readonly files: Files;
  readonly entry?: string;
  readonly at: string;
}

const inMain = (imports: string, acquire: string): Files => ({ "package.json": "{}", "main.ts": driver(imports, acquire) });

const cases: readonly Case[] = [
  { name: "a relative path", files: { ...inMain('import { allocate } from "./helper";', "allocate()"), "helper.ts": HELPER }, at: "helper.ts:3" },
  { name: "`.js` meaning `.ts`", files: { ...inMain('import { allocate } from "./helper.js";', "allocate()"), "helper.ts": HELPER }, at: "helper.ts:3" },
  { name: "`.mjs` meaning `.mts`", files: { ...inMain('import { allocate } from "./helper.mjs";', "allocate()"), "helper.mts": HELPER }, at: "helper.mts:3" },
  { name: "the extension itself", files: { ...inMain('import { allocate } from "./helper.ts";', "allocate()"), "helper.ts": HELPER }, at: "helper.ts:3" },
  { name: "an index file", files: { ...inMain('import { allocate } from "./pool";', "allocate()"), "pool/index.ts": HELPER }, at: "pool/index.ts:3" },
  { name: "JavaScript", files: { ...inMain('import { allocate } from "./helper.js";', "allocate()"), "helper.js": HELPER }, at: "helper.js:3" },
  { name: "a folder above", files: { "package.json": "{}", "src/main.ts": driver('import { allocate } from "../helper";', "allocate()"), "helper.ts": HELPER }, entry: "src/main.ts", at: "../helper.ts:3" },
  { name: "paths of tsconfig.json, with comments", files: { ...inMain('import { allocate } from "@pool/helper";', "allocate()"), "tsconfig.json": '{ // short names\n "compilerOptions": { "paths": { "@pool/*": ["./src/pool/*"], }, }, }', "src/pool/helper.ts": HELPER }, at: "src/pool/helper.ts:3" },
  { name: "imports of package.json", files: { ...inMain('import { allocate } from "#pool";', "allocate()"), "package.json": '{ "imports": { "#pool": "./src/pool.ts" } }', "src/pool.ts": HELPER }, at: "src/pool.ts:3" },
  { name: "the package's own name", files: { ...inMain('import { allocate } from "driver/pool";', "allocate()"), "package.json": '{ "name": "driver", "exports": { "./pool": "./src/pool.ts" } }', "src/pool.ts": HELPER }, at: "src/pool.ts:3" },
  { name: "a name exported under another", files: { ...inMain('import { get } from "./pool";', "get()"), "pool/index.ts": 'export { allocate as get } from "./a";', "pool/a.ts": HELPER }, at: "pool/a.ts:3" },
  { name: "a name imported under another", files: { ...inMain('import { allocate as get } from "./helper";', "get()"), "helper.ts": HELPER }, at: "helper.ts:3" },
  { name: "`export *`", files: { ...inMain('import { allocate } from "./pool";', "allocate()"), "pool/index.ts": 'export * from "./b";\nexport * from "./a";', "pool/a.ts": HELPER, "pool/b.ts": "export const b = 1;" }, at: "pool/a.ts:3" },
  { name: "`export * as`", files: { ...inMain('import { pool } from "./pool";', "pool.allocate()"), "pool/index.ts": 'export * as pool from "./a";', "pool/a.ts": HELPER }, at: "pool/a.ts:3" },
  { name: "imported, then exported", files: { ...inMain('import { allocate } from "./pool";', "allocate()"), "pool/index.ts": 'import { allocate } from "./a";\nexport { allocate };', "pool/a.ts": HELPER }, at: "pool/a.ts:3" },
  { name: "all of a module", files: { ...inMain('import * as pool from "./helper";', "pool.allocate()"), "helper.ts": HELPER }, at: "helper.ts:3" },
  { name: "all of a module, taken apart", files: { ...inMain('import * as pool from "./helper";\nconst { allocate } = pool;', "allocate()"), "helper.ts": HELPER }, at: "helper.ts:3" },
  { name: "all of a module as an argument", files: { ...inMain('import * as pool from "./helper";\nconst run = (api) => api.allocate();', "run(pool)"), "helper.ts": HELPER }, at: "helper.ts:3" },
  { name: "a default function", files: { ...inMain('import allocate from "./helper";', "allocate()"), "helper.ts": HELPER.replace("export", "export default") }, at: "helper.ts:3" },
  { name: "a default function without a name", files: { ...inMain('import allocate from "./helper";', "allocate()"), "helper.ts": HELPER.replace("export function allocate", "export default function") }, at: "helper.ts:3" },
  { name: "a default arrow function", files: { ...inMain('import allocate from "./helper";', "allocate()"), "helper.ts": `${ARROW}export default () => ExAllocatePool2(0, 64, "lbaT");` }, at: "helper.ts:2" },
  { name: "a default object", files: { ...inMain('import pool from "./helper";', "pool.allocate()"), "helper.ts": `${ARROW}export default { allocate: () => ExAllocatePool2(0, 64, "lbaT") };` }, at: "helper.ts:2" },
  { name: "a default class", files: { ...inMain('import Pool from "./helper";', "new Pool().allocate()"), "helper.ts": `${ARROW}export default class { allocate() { return ExAllocatePool2(0, 64, "lbaT"); } }` }, at: "helper.ts:2" },
  { name: "a class", files: { ...inMain('import { Pool } from "./helper";', "new Pool().allocate()"), "helper.ts": `${ARROW}export class Pool { allocate() { return ExAllocatePool2(0, 64, "lbaT"); } }` }, at: "helper.ts:2" },
  { name: "a base class", files: { ...inMain('import { Base } from "./helper";\nclass Pool extends Base {}', "new Pool().allocate()"), "helper.ts": `${ARROW}export class Base { allocate() { return ExAllocatePool2(0, 64, "lbaT"); } }` }, at: "helper.ts:2" },
  { name: "an instance", files: { ...inMain('import { pool } from "./helper";', "pool.allocate()"), "helper.ts": `${ARROW}class Pool { allocate() { return ExAllocatePool2(0, 64, "lbaT"); } }\nexport const pool = new Pool();` }, at: "helper.ts:2" },
  { name: "a cycle", files: { ...inMain('import { allocate } from "./helper";\nexport const TAG = "lbaT";', "allocate()"), "helper.ts": HELPER.replace("export", 'import { TAG } from "./main";\nexport').replace('"lbaT"', "TAG") }, at: "helper.ts:4" },
  { name: "`import()`", files: { "package.json": "{}", "main.ts": driver("", "pool.allocate()").replace("export function", "export async function").replace("  const table", '  const pool = await import("./helper");\n  const table'), "helper.ts": HELPER }, at: "helper.ts:3" },
  { name: "`export =`", files: { ...inMain('import allocate = require("./helper");', "allocate()"), "helper.ts": `${HELPER.replace("export ", "")}export = allocate;` }, at: "helper.ts:3" },
  { name: "`exports.name =`", files: { "package.json": "{}", "main.cjs": commonDriver('const { allocate } = require("./helper");', "allocate()"), "helper.cjs": `${COMMON}exports.allocate = allocate;` }, entry: "main.cjs", at: "helper.cjs:3" },
  { name: "`module.exports = { name }`", files: { "package.json": "{}", "main.cjs": commonDriver('const pool = require("./helper");', "pool.allocate()"), "helper.cjs": `${COMMON}module.exports = { allocate };` }, entry: "main.cjs", at: "helper.cjs:3" },
  { name: "`module.exports = function`", files: { "package.json": "{}", "main.cjs": commonDriver('const allocate = require("./helper");', "allocate()"), "helper.cjs": COMMON.replace("function allocate", "module.exports = function") }, entry: "main.cjs", at: "helper.cjs:3" },
  { name: "a module from CommonJS", files: { ...inMain('import { allocate } from "./helper.cjs";', "allocate()"), "helper.cjs": `${COMMON}module.exports = { allocate };` }, at: "helper.cjs:3" },
  { name: "all of CommonJS as a default", files: { ...inMain('import pool from "./helper.cjs";', "pool.allocate()"), "helper.cjs": `${COMMON}exports.allocate = allocate;` }, at: "helper.cjs:3" },
];

function project(files: Files): Project {
  const made = new Project(files);
  onTestFinished(() => {
    made.remove();
  });
  return made;
}

/** The leak of `driver`, whose entry's last return stands on the line that holds it. */
const leakOf = (text: string, where: string): string =>
  `${String(text.split("\n").findIndex((line) => line.includes("return StorPort")) + 1)}:3 no-leak-on-failure: \`table\` (acquired by \`ExAllocatePool2\` ${where}) is still held when \`DriverEntry\` returns here after \`StorPortInitialize\` fails on line ${String(text.split("\n").findIndex((line) => line.includes("return StorPort")) + 1)}: DriverUnload is not called when \`DriverEntry\` fails. Call \`ExFreePool\` before this exit.`;

describe("followed", () => {
  test.each(cases)("$name", async ({ files, entry = "main.ts", at }) => {
    const found = await project(files).lint(entry);
    expect(found.map((each) => each.replace(/what `ExAllocatePool2` acquired (?<at>at \S+)/u, "`table` (acquired by `ExAllocatePool2` $<at>)"))).toEqual([leakOf(files[entry] ?? "", `at ${at}`)]);
  });

  test("a package of the workspace", async () => {
    const made = project({
      "package.json": '{ "workspaces": ["packages/*"] }',
      "packages/pool/package.json": '{ "name": "pool", "exports": "./src/index.ts" }',
      "packages/pool/src/index.ts": HELPER,
      "packages/driver/package.json": "{}",
      "packages/driver/main.ts": driver('import { allocate } from "pool";', "allocate()"),
    });
    mkdirSync(made.at("node_modules"));
    symlinkSync(made.at("packages/pool"), made.at("node_modules/pool"));
    expect(await made.lint("packages/driver/main.ts", { cwd: made.at("packages/driver") })).toEqual([expect.stringContaining("at ../pool/src/index.ts:3")]);
  });
});

describe("the API through a module of the project", () => {
  const ACQUIRE = 'ExAllocatePool2(0, 64, "lbaT")';
  test.each([
    { name: "passed on", imports: 'import { ExAllocatePool2 } from "./api";', api: 'export { ExAllocatePool2 } from "wdf";', acquire: ACQUIRE },
    { name: "passed on under another name", imports: 'import { take } from "./api";', api: 'export { ExAllocatePool2 as take } from "wdf";', acquire: 'take(0, 64, "lbaT")' },
    { name: "passed on with all others", imports: 'import { ExAllocatePool2 } from "./api";', api: 'export * from "wdf";', acquire: ACQUIRE },
    { name: "written in the project", imports: 'import { ExAllocatePool2 } from "./api";', api: "export function ExAllocatePool2(flags, bytes, tag) { return {}; }", acquire: ACQUIRE },
    { name: "written in the project, as a whole", imports: 'import * as kernel from "./api";', api: "export function ExAllocatePool2(flags, bytes, tag) { return {}; }", acquire: `kernel.${ACQUIRE}` },
    { name: "written in the project, as a default", imports: 'import kernel from "./api";', api: "function ExAllocatePool2(flags, bytes, tag) { return {}; }\nexport default { ExAllocatePool2 };", acquire: `kernel.${ACQUIRE}` },
  ])("$name", async ({ imports, api, acquire }) => {
    const text = driver(imports, acquire);
    expect(await project({ "package.json": "{}", "main.ts": text, "api.ts": api }).lint("main.ts")).toEqual([leakOf(text, "on line 4")]);
  });
});

describe("a closure that is given away", () => {
  const text = (imports: string, name: string): string => `import { ExInitializeResourceLite } from "wdf";
import { Keep } from "package";
${imports}
export function DriverEntry(DriverObject, RegistryPath) {
  const status = ExInitializeResourceLite(${name});
  if (!NT_SUCCESS(status)) return status;
  return Keep(() => ${name});
}
`;
  test.each([
    { name: "names what another module declares", imports: 'import { lock } from "./lock";', as: "lock" },
    { name: "names it as a member of its module", imports: 'import * as locks from "./lock";', as: "locks.lock" },
    { name: "names it as a member of a module within another", imports: 'import * as all from "./all";', as: "all.locks.lock" },
    { name: "names it by `require`", imports: 'const locks = require("./lock");', as: "locks.lock" },
  ])("$name", async ({ imports, as }) => {
    const files = { "package.json": "{}", "lock.ts": "export const lock = {};", "all.ts": 'export * as locks from "./lock";' };
    expect(await project({ ...files, "main.ts": text(imports, as) }).lint("main.ts")).toEqual([]);
    const own = text(imports, as).replace(/Keep\(.*\)/u, "Keep(() => 1)");
    expect(await project({ ...files, "main.ts": own }).lint("main.ts")).toEqual([expect.stringContaining("is still held when `DriverEntry` returns here")]);
  });
});

describe("what another module holds", () => {
  const released = `export function release() {
  if (held.block !== null) ExFreePool(held.block);
}
`;
  const HELD = `import { ExFreePool } from "wdf";\nexport const held = { block: null };\n${released}`;
  const entry = (imports: string, held: string, release: string): string => `import { ExAllocatePool2, StorPortInitialize } from "wdf";
${imports}
export function DriverEntry(DriverObject, RegistryPath) {
  ${held}.block = ExAllocatePool2(0, 64, "lbaT");
  if (${held}.block === null) return STATUS_INSUFFICIENT_RESOURCES;
  DriverObject.DriverUnload = ${release};
  const status = StorPortInitialize(DriverObject, RegistryPath, {}, null);
  if (!NT_SUCCESS(status)) ${release}();
  return status;
}
`;
  test.each([
    { name: "by name", imports: 'import { held, release } from "./held";', space: "" },
    { name: "as members", imports: 'import * as all from "./held";', space: "all." },
    { name: "through a barrel", imports: 'import { held, release } from "./barrel";', space: "" },
    { name: "as members of a barrel", imports: 'import * as all from "./barrel";', space: "all." },
    { name: "as members of a module that a barrel passes on", imports: 'import { own } from "./barrel";', space: "own." },
    { name: "through a barrel in two steps", imports: 'import { held, release } from "./two-steps";', space: "" },
  ])("is released by it, $name", async ({ imports, space }) => {
    const files = {
      "package.json": "{}",
      "held.ts": HELD,
      "barrel.ts": 'export * from "./held";\nexport * as own from "./held";',
      "two-steps.ts": 'import { held, release } from "./held";\nexport { held, release };',
      "main.ts": entry(imports, `${space}held`, `${space}release`),
    };
    expect(await project(files).lint("main.ts")).toEqual([]);
    expect(await project({ ...files, "held.ts": HELD.replace("ExFreePool(held.block)", "held.block = null") }).lint("main.ts")).toEqual([
      expect.stringContaining(`4:${String(16 + space.length)} no-leak-on-unload: \`${space}held.block\``),
      expect.stringContaining(`9:3 no-leak-on-failure: \`${space}held.block\` (acquired by \`ExAllocatePool2\` on line 4)`),
    ]);
  });
});

test("variables of one module take no room from those of another", async () => {
  const numbers = Array.from({ length: 45 }, (_, number) => String(number));
  const files = {
    "package.json": "{}",
    "held.ts": `import { ExFreePool } from "wdf";
let table = null;
let isHeld = false;
export function hold(block) {
  table = block;
  isHeld = true;
}
export function release() {
  if (isHeld) ExFreePool(table);
}
`,
    "main.ts": `import { ExAllocatePool2 } from "wdf";
import { hold, release } from "./held";
${numbers.map((number) => `let isReady${number} = false;`).join("\n")}
export function DriverEntry(DriverObject, RegistryPath) {
  DriverObject.DriverUnload = release;
${numbers.map((number) => `  isReady${number} = isThere(${number});`).join("\n")}
  if (${numbers.map((number) => `isReady${number}`).join(" && ")}) {
    const block = ExAllocatePool2(0, 64, "lbaT");
    if (block !== null) hold(block);
  }
  return STATUS_SUCCESS;
}
`,
  };
  expect(await project(files).lint("main.ts")).toEqual([]);
  const kept = { ...files, "held.ts": files["held.ts"].replace("isHeld = true", "isHeld = false") };
  expect(await project(kept).lint("main.ts")).toEqual([expect.stringContaining("96:19 no-leak-on-unload: `block`, acquired here, is still held")]);
});
