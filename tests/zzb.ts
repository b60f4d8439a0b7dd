import * as parser from "@typescript-eslint/parser";
import { ESLint } from "eslint";
import { readFileSync, writeFileSync, readdirSync } from "node:fs";
import wdf from "../lib/index.ts";
const cwd = process.argv[2]!;
const eslint = () => new ESLint({ cwd, overrideConfigFile: true, overrideConfig: { ...wdf.configs.strict, files: ["**/*.ts"], languageOptions: { parser } } });
let s = performance.now();
for (const f of readdirSync(cwd)) if (f.endsWith(".ts")) parser.parseForESLint(readFileSync(cwd + "/" + f, "utf8"), { range: true, loc: true, sourceType: "module" });
console.log("parse all", (performance.now() - s).toFixed(0));
for (let i = 0; i < 4; i++) {
  if (i === 3) { const leaf = readdirSync(cwd).filter((f) => f.startsWith("m") && f !== "main.ts").at(-1)!; writeFileSync(cwd + "/" + leaf, readFileSync(cwd + "/" + leaf, "utf8") + "// x\n"); }
  s = performance.now();
  const r = await eslint().lintFiles(["main.ts"]);
  console.log(i === 3 ? "leaf changed" : "lint", (performance.now() - s).toFixed(0), r[0]!.messages.length, r[0]!.messages[0]?.message, (process.memoryUsage().heapUsed / 1e6).toFixed(0) + " MB");
}
