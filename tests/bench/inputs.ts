/** What is linted for the comparison with the floor: drivers, and other published TypeScript. */
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { growing } from "./shapes.ts";

type Input = { readonly name: string; readonly path: string } | { readonly name: string; readonly code: string };

const root = path.resolve(import.meta.dirname, "../..");

/** Enough lines that a run takes seconds, few enough that ten runs do not take minutes. */
const MAX_BYTES = 2_500_000;

/** The files of a set, always the same ones as long as the same packages are installed. */
export function inputs(set: "drivers" | "others"): readonly Input[] {
  if (set === "drivers") {
    const generated = growing.map(({ name, source }) => ({ name: `${name.replaceAll(" ", "-")}.ts`, code: source(10) }));
    return [...sources(path.join(root, "tests/fixtures")), ...sources(path.join(root, "docs/examples")), ...generated];
  }
  let bytes = 0;
  return sources(path.join(root, "node_modules")).filter((file) => {
    if (bytes > MAX_BYTES) return false;
    bytes += statSync(file.path).size;
    return true;
  });
}

/** TypeScript below a folder, declarations left out. */
function sources(folder: string): { readonly name: string; readonly path: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /(?<!\.d)\.[cm]?tsx?$/u.test(name) && !name.includes(".cache"))
    .sort()
    .map((name) => ({ name: `${name.replaceAll(/\W+/gu, "-")}.ts`, path: path.join(folder, name) }));
}
