/** The code blocks of docs/guide/simulator.md. */
import { readFileSync } from "node:fs";
import path from "node:path";

const page = readFileSync(path.resolve(import.meta.dirname, "../docs/guide/simulator.md"), "utf8");

/** The first block of a language that holds the given text. */
export function guideBlock(language: "ts" | "text", holding: string): string {
  const blocks = [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "gu"))].map(([, block = ""]) => block);
  const found = blocks.find((block) => block.includes(holding));
  if (found === undefined) throw new Error(`docs/guide/simulator.md has no ${language} block with ${holding}`);
  return found;
}
