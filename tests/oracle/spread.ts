/** Spreads a driver's text over several files that mean the same. */
import path from "node:path";
import type { Program } from "./program.ts";
import { planOf, type Choose } from "./spread/plan.ts";
import { partsOf } from "./spread/units.ts";
import { written } from "./spread/write.ts";

/** A driver in several files. */
export interface Spread {
  /** The texts by their paths in the project, manifests included. */
  readonly files: ReadonlyMap<string, string>;
  /** The file with the entry. */
  readonly main: string;
  /** How many files hold code, or pass it on. */
  readonly count: number;
  /** The longest way of calls over files that one function's call is made. */
  readonly depth: number;
  /** The line of the one text that a line of a file is; 0 for one that is none. `file` is relative to the main file, which none is. */
  lineOf(file: string | undefined, line: number): number;
  /** A piece of code as the one text has it. */
  restored(code: string): string;
}

const TSCONFIG = JSON.stringify({ compilerOptions: { paths: { "@parts/*": ["./*"] } } });

/** The files of a program. The same seed spreads what is left of a text as it did the whole. */
export function spreadOut({ text, entry }: Pick<Program, "text" | "entry">, seed: number): Spread {
  const choose = chooserOf(seed);
  const parts = partsOf(text);
  const plan = planOf(parts, /exports\.(?<name>\w+)/u.exec(entry)?.groups?.["name"] ?? entry, choose);
  const all = written(plan, parts, choose).filter(({ lines, file }) => lines.length > 0 || file.number === 0);
  const main = all[0]?.file.path ?? "";
  const linesOf = new Map(all.map(({ file, lines }) => [path.posix.relative(path.posix.dirname(main), file.path), lines]));
  const words = new Map(all.flatMap((each) => [...each.words]));
  const pattern = words.size === 0 ? undefined : new RegExp(`(?<![\\w.$])(?:${[...words.keys()].sort((left, right) => right.length - left.length).map(escaped).join("|")})(?![\\w$])`, "gu");
  return {
    files: new Map([["package.json", "{}"], ["tsconfig.json", TSCONFIG], ...all.map(({ file, lines }) => [file.path, `${lines.map((line) => line.text).join("\n")}\n`] as const)]),
    main,
    count: all.length,
    depth: 1 + Math.max(0, ...plan.depths),
    lineOf: (file, line) => linesOf.get(file ?? path.posix.basename(main))?.[line - 1]?.from ?? 0,
    restored: (code) => (pattern === undefined ? code : code.replace(pattern, (found) => words.get(found) ?? found)),
  };
}

const escaped = (word: string): string => word.replace(/[.$]/gu, "\\$&");

/** Answers each question from the seed and the question alone. */
function chooserOf(seed: number): Choose {
  return (key, below) => {
    let hash = seed | 0;
    for (const character of key) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) % below;
  };
}
