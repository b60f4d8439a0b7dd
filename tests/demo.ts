/** `npm run demo`: lints the drivers of docs/examples with the built plugin and shows what it finds. */
import path from "node:path";
import { ESLint } from "eslint";
import type { WdfPlugin } from "../lib/index.ts";
import { config, drawAll, folder } from "./examples.ts";

// By a computed address: the types come from the sources, so that they check before the first build.
const built = new URL("../dist/lib/index.js", import.meta.url).href;
const { default: wdf } = (await import(built)) as { default: WdfPlugin };

const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: config(wdf) });
const results = await eslint.lintFiles("*.ts");
process.stdout.write(drawAll(new Map(results.map(({ filePath, messages }) => [path.basename(filePath), messages]))));
