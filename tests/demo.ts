/** `npm run demo`: lints the drivers of docs/examples, of one file and of several, shows the failing calls that prove each finding, and repairs those of one. */
import path from "node:path";
import { ESLint } from "eslint";
import type { WdfPlugin } from "../lib/index.ts";
import type * as Simulator from "../lib/sim/index.ts";
import { config, folder } from "./examples.ts";
import { drawProject, findingsOf, projects } from "./multi-file.ts";
import { drawRepairs } from "./repair-examples.ts";
import { drawWithProofs } from "./run-examples.ts";

// By computed addresses: the types come from the sources, so that they check before the first build.
const built = (file: string): string => new URL(`../dist/lib/${file}`, import.meta.url).href;
const { default: wdf } = (await import(built("index.js"))) as { default: WdfPlugin };
const sim = (await import(built("sim/index.js"))) as typeof Simulator;

const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: config(wdf) });
const results = await eslint.lintFiles("*.ts");
process.stdout.write(drawWithProofs(sim, new Map(results.map(({ filePath, messages }) => [path.basename(filePath), messages]))));
for (const project of projects()) process.stdout.write(`\n${drawProject(project, await findingsOf(wdf, project), sim)}`);
process.stdout.write(`\n${drawRepairs(sim, wdf)}`);
