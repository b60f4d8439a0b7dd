/** What is linted for the comparison with the floor: drivers, and other published TypeScript. */
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { programOf } from "../oracle/cases.ts";
import type { Source } from "./rivals.ts";
import { growing } from "./shapes.ts";

/** What is linted: published TypeScript, drivers written at random, those of the tests. */
export const SETS = ["others", "generated", "drivers"] as const;
export type FileSet = (typeof SETS)[number];

export function isSet(name: string | undefined): name is FileSet {
  return SETS.some((each) => each === name);
}

/** A file on the disk. */
interface File {
  readonly name: string;
  readonly path: string;
}

const root = path.resolve(import.meta.dirname, "../..");

/** Enough lines that a run takes seconds, few enough that ten runs do not take minutes. */
const MAX_BYTES = 2_500_000;

/** So many drivers written at random, of this seed. */
const GENERATED = 5000;
const SEED = 1;

/** The files of a set, always the same ones as long as the same packages are installed. */
export function inputs(set: FileSet): readonly Source[] {
  if (set === "generated") return generated();
  if (set === "drivers") {
    const growingOnes = growing.map(({ name, source }) => ({ name: `${name.replaceAll(" ", "-")}.ts`, code: source(10) }));
    return [...read(sources(path.join(root, "tests/fixtures"))), ...read(sources(path.join(root, "docs/examples"))), ...growingOnes];
  }
  let bytes = 0;
  const files = sources(path.join(root, "node_modules")).filter((file) => {
    if (bytes > MAX_BYTES) return false;
    bytes += statSync(file.path).size;
    return true;
  });
  return read(files);
}

/** Drivers of one file each, right and wrong ones. */
function generated(): Source[] {
  return Array.from({ length: GENERATED }, (_, index) => programOf(SEED, { kind: "program", index })).flatMap((program, index) =>
    program === null ? [] : [{ name: `driver-${String(index)}.ts`, code: program.text }],
  );
}

function read(files: readonly File[]): Source[] {
  return files.map(({ name, path: file }) => ({ name, code: readFileSync(file, "utf8") }));
}

/** TypeScript below a folder, declarations left out. Under other names than they have: ESLint leaves installed packages alone. */
function sources(folder: string): File[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /(?<!\.d)\.[cm]?tsx?$/u.test(name) && !name.includes(".cache"))
    .sort()
    .map((name) => ({ name: name.replaceAll("node_modules", "modules"), path: path.join(folder, name) }));
}
