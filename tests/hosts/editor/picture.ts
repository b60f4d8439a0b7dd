/** `npm run picture`: asks the language server about the article's driver, and draws docs/guide/editor.png from its answers, in the Chromium that is installed. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { Server } from "./server.ts";
import { drawing, kept } from "./drawing.ts";
import { editorProject } from "./project.ts";

const { project, remove } = editorProject(process.argv.slice(2));
try {
  const server = await Server.start(project);
  const html = await drawing(server);
  await server.stop();
  writeFileSync(kept, html);
  const browser = await chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  const view = await browser.newPage({ viewport: { width: 1000, height: 528 }, deviceScaleFactor: 1.5 });
  await view.setContent(html);
  await view.screenshot({ path: path.resolve(import.meta.dirname, "../../../docs/guide/editor.png") });
  await browser.close();
} finally {
  remove();
}
