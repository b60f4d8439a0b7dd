import { Project, type Files } from "./project.ts";
const main = (imports: string, start: string, more = "") => `import { ExFreePool, NT_SUCCESS, StorPortInitialize } from "wdf";
${imports}
export function DriverEntry(DriverObject, RegistryPath) {
  const table = ${start};
  if (table === null) return 0xc000009a;
  DriverObject.DriverUnload = () => ExFreePool(table);
  return StorPortInitialize(DriverObject, RegistryPath, {}, null);
}
${more}`;
const helper = `import { ExAllocatePool2 } from "wdf";\nexport function allocate() {\n  return ExAllocatePool2(0, 64, "lbaT");\n}\n`;
const pkg = { "package.json": "{}" };
const cases: Record<string, Files> = {
  ts: { ...pkg, "main.ts": main(`import { allocate } from "./helper";`, "allocate()"), "helper.ts": helper },
  "js means ts": { ...pkg, "main.ts": main(`import { allocate } from "./helper.js";`, "allocate()"), "helper.ts": helper },
  index: { ...pkg, "main.ts": main(`import { allocate } from "./lib";`, "allocate()"), "lib/index.ts": helper },
  reexport: { ...pkg, "main.ts": main(`import { get as allocate } from "./lib";`, "allocate()"), "lib/index.ts": `export { allocate as get } from "./a";`, "lib/a.ts": helper },
  star: { ...pkg, "main.ts": main(`import { allocate } from "./lib";`, "allocate()"), "lib/index.ts": `export * from "./b";\nexport * from "./a";`, "lib/a.ts": helper, "lib/b.ts": "export const b = 1;" },
  "star as": { ...pkg, "main.ts": main(`import { pool } from "./lib";`, "pool.allocate()"), "lib/index.ts": `export * as pool from "./a";`, "lib/a.ts": helper },
  "imported and exported": { ...pkg, "main.ts": main(`import { allocate } from "./lib";`, "allocate()"), "lib/index.ts": `import { allocate } from "./a"; export { allocate };`, "lib/a.ts": helper },
  namespace: { ...pkg, "main.ts": main(`import * as pool from "./helper";`, "pool.allocate()"), "helper.ts": helper },
  "namespace destructured": { ...pkg, "main.ts": main(`import * as pool from "./helper";\nconst { allocate } = pool;`, "allocate()"), "helper.ts": helper },
  "namespace as value": { ...pkg, "main.ts": main(`import * as pool from "./helper";\nfunction run(api) { return api.allocate(); }`, "run(pool)"), "helper.ts": helper },
  "default function": { ...pkg, "main.ts": main(`import allocate from "./helper";`, "allocate()"), "helper.ts": helper.replace("export function allocate", "export default function") },
  "default arrow": { ...pkg, "main.ts": main(`import allocate from "./helper";`, "allocate()"), "helper.ts": `import { ExAllocatePool2 } from "wdf";\nexport default () => ExAllocatePool2(0, 64, "lbaT");` },
  "default object": { ...pkg, "main.ts": main(`import pool from "./helper";`, "pool.allocate()"), "helper.ts": `import { ExAllocatePool2 } from "wdf";\nexport default { allocate: () => ExAllocatePool2(0, 64, "lbaT") };` },
  "default class": { ...pkg, "main.ts": main(`import Pool from "./helper";`, "new Pool().allocate()"), "helper.ts": `import { ExAllocatePool2 } from "wdf";\nexport default class { allocate() { return ExAllocatePool2(0, 64, "lbaT"); } }` },
  "class": { ...pkg, "main.ts": main(`import { Pool } from "./helper";`, "new Pool().allocate()"), "helper.ts": `import { ExAllocatePool2 } from "wdf";\nexport class Pool { allocate() { return ExAllocatePool2(0, 64, "lbaT"); } }` },
  "class extends": { ...pkg, "main.ts": main(`import { Base } from "./helper";\nclass Pool extends Base {}`, "new Pool().allocate()"), "helper.ts": `import { ExAllocatePool2 } from "wdf";\nexport class Base { allocate() { return ExAllocatePool2(0, 64, "lbaT"); } }` },
  "object instance": { ...pkg, "main.ts": main(`import { pool } from "./helper";`, "pool.allocate()"), "helper.ts": `import { ExAllocatePool2 } from "wdf";\nclass Pool { allocate() { return ExAllocatePool2(0, 64, "lbaT"); } }\nexport const pool = new Pool();` },
  "api renamed through a module": { ...pkg, "main.ts": main(`import { take } from "./api";`, `take(0, 64, "lbaT")`), "api.ts": `export { ExAllocatePool2 as take } from "wdf";` },
  "api through star": { ...pkg, "main.ts": main(`import { ExAllocatePool2 } from "./api";`, `ExAllocatePool2(0, 64, "lbaT")`), "api.ts": `export * from "wdf";` },
  "api implemented here": { ...pkg, "main.ts": main(`import { ExAllocatePool2 } from "./api";`, `ExAllocatePool2(0, 64, "lbaT")`), "api.ts": `export function ExAllocatePool2(a, b, c) { return {}; }` },
  "api implemented here, namespace": { ...pkg, "main.ts": main(`import * as k from "./api";`, `k.ExAllocatePool2(0, 64, "lbaT")`), "api.ts": `export function ExAllocatePool2(a, b, c) { return {}; }` },
  "api implemented here, default": { ...pkg, "main.ts": main(`import k from "./api";`, `k.ExAllocatePool2(0, 64, "lbaT")`), "api.ts": `function ExAllocatePool2(a, b, c) { return {}; }\nexport default { ExAllocatePool2 };` },
  "tsconfig paths": { ...pkg, "tsconfig.json": `{ // paths\n "compilerOptions": { "paths": { "@pool/*": ["./src/pool/*"] } } }`, "main.ts": main(`import { allocate } from "@pool/helper";`, "allocate()"), "src/pool/helper.ts": helper },
  "package imports": { "package.json": `{ "imports": { "#pool": "./src/pool.ts" } }`, "main.ts": main(`import { allocate } from "#pool";`, "allocate()"), "src/pool.ts": helper },
  "self": { "package.json": `{ "name": "me", "exports": { "./pool": "./src/pool.ts" } }`, "main.ts": main(`import { allocate } from "me/pool";`, "allocate()"), "src/pool.ts": helper },
  "cjs exports": { ...pkg, "main.cjs": main("", "allocate()").replace(/import (\{.*\}) from ("wdf");/, `const $1 = require($2);\nconst { allocate } = require("./helper");`).replace("export function", "exports.DriverEntry = DriverEntry;\nfunction"), "helper.cjs": `const { ExAllocatePool2 } = require("wdf");\nexports.allocate = () => ExAllocatePool2(0, 64, "lbaT");` },
  "cjs module.exports": { ...pkg, "main.cjs": main("", "pool.allocate()").replace(/import (\{.*\}) from ("wdf");/, `const $1 = require($2);\nconst pool = require("./helper");`).replace("export function", "exports.DriverEntry = DriverEntry;\nfunction"), "helper.cjs": `const { ExAllocatePool2 } = require("wdf");\nfunction allocate() { return ExAllocatePool2(0, 64, "lbaT"); }\nmodule.exports = { allocate };` },
  "cjs module.exports function": { ...pkg, "main.cjs": main("", "allocate()").replace(/import (\{.*\}) from ("wdf");/, `const $1 = require($2);\nconst allocate = require("./helper");`).replace("export function", "exports.DriverEntry = DriverEntry;\nfunction"), "helper.cjs": `const { ExAllocatePool2 } = require("wdf");\nmodule.exports = function () { return ExAllocatePool2(0, 64, "lbaT"); };` },
  "cjs inline method": { ...pkg, "main.cjs": main("", "pool.allocate()").replace(/import (\{.*\}) from ("wdf");/, `const $1 = require($2);\nconst pool = require("./helper");`).replace("export function", "exports.DriverEntry = DriverEntry;\nfunction"), "helper.cjs": `const { ExAllocatePool2 } = require("wdf");\nmodule.exports = { allocate() { return ExAllocatePool2(0, 64, "lbaT"); } };` },
  "esm from cjs": { ...pkg, "main.ts": main(`import { allocate } from "./helper.cjs";`, "allocate()"), "helper.cjs": `const { ExAllocatePool2 } = require("wdf");\nfunction allocate() { return ExAllocatePool2(0, 64, "lbaT"); }\nmodule.exports = { allocate };` },
  "esm default from cjs": { ...pkg, "main.ts": main(`import pool from "./helper.cjs";`, "pool.allocate()"), "helper.cjs": `const { ExAllocatePool2 } = require("wdf");\nexports.allocate = function () { return ExAllocatePool2(0, 64, "lbaT"); };` },
  "export =": { ...pkg, "main.ts": main(`import allocate = require("./helper");`, "allocate()"), "helper.ts": `import { ExAllocatePool2 } from "wdf";\nfunction allocate() { return ExAllocatePool2(0, 64, "lbaT"); }\nexport = allocate;` },
  "dynamic": { ...pkg, "main.ts": main(``, "pool.allocate()").replace("export function", "export async function").replace("  const table", `  const pool = await import("./helper");\n  const table`), "helper.ts": helper },
  "cycle": { ...pkg, "main.ts": main(`import { allocate } from "./helper";\nexport const tag = "lbaT";`, "allocate()"), "helper.ts": helper.replace("export", `import { tag } from "./main";\nexport`).replace(`"lbaT"`, "tag") },
  "constant callee": { ...pkg, "main.ts": main(`import { allocate } from "./helper";`, "allocate()"), "helper.ts": `import { ExAllocatePool2 } from "wdf";\nexport const allocate = () => ExAllocatePool2(0, 64, "lbaT");` },
  "local then exported": { ...pkg, "main.ts": main(`import { allocate } from "./helper";`, "allocate()"), "helper.ts": `import { ExAllocatePool2 } from "wdf";\nconst take = () => ExAllocatePool2(0, 64, "lbaT");\nexport { take as allocate };` },
  "workspace": { "package.json": `{ "workspaces": ["packages/*"] }`, "packages/pool/package.json": `{ "name": "pool", "exports": "./src/index.ts" }`, "packages/pool/src/index.ts": helper, "packages/driver/package.json": "{}", "packages/driver/main.ts": main(`import { allocate } from "pool";`, "allocate()") },
};
import { symlinkSync, mkdirSync } from "node:fs";
for (const [name, files] of Object.entries(cases)) {
  if (process.argv[2] && !name.includes(process.argv[2])) continue;
  const p = new Project(files);
  if (name === "workspace") { mkdirSync(p.at("node_modules")); symlinkSync(p.at("packages/pool"), p.at("node_modules/pool")); }
  const entry = Object.keys(files).find((f) => f.includes("main."))!;
  const found = await p.lint(entry);
  const ok = found.some((m) => m.includes("no-leak-on-failure"));
  console.log(ok ? "ok  " : "MISS", name, ok && process.argv[2] === undefined ? "" : found.join("\n     "));
  p.remove();
}
