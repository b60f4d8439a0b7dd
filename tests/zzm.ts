import * as parser from "@typescript-eslint/parser";
import { ESLint } from "eslint";
import wdf from "../lib/index.ts";
const [cwd, ...files] = process.argv.slice(2);
const eslint = new ESLint({ cwd, overrideConfigFile: true, overrideConfig: { ...wdf.configs.strict, files: ["**/*.{ts,js,cts,cjs,mts,mjs}"], languageOptions: { parser } } });
for (const r of await eslint.lintFiles(files)) for (const m of r.messages) console.log(`${r.filePath.replace(cwd!, "")}:${m.line}:${m.column} ${m.ruleId}: ${m.message}${m.fix ? " [FIX]" : ""}${m.suggestions?.length ? " [SUGGEST]" : ""}`);
