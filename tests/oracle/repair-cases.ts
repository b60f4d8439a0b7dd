/** The drivers that repairs are applied to, by number: examples, fixtures, generated ones. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { sourceFiles } from "../corpus.ts";
import { examples } from "../examples.ts";
import { planOf, scattered, spreadOf } from "./cases.ts";
import { writeDriver } from "./grammar/driver.ts";
import { chooser, layOut } from "./layout.ts";
import type { External, Program } from "./program.ts";
import { spreadOut } from "./spread.ts";

/** Where drivers come from: docs/examples and the pages; tests/fixtures; the generator. */
export const PARTS = ["examples", "fixtures", "generated"] as const;
export type Part = (typeof PARTS)[number];

/** One driver. */
export interface RepairCase {
  readonly part: Part;
  readonly index: number;
}

/** The driver of a case. Each generated one has its plan, its layout and its files from a seed of its own; all are spread over files where that is asked for. */
export function repairProgram(seed: number, { part, index }: RepairCase, isSpread = false): Program {
  if (part === "generated") return laidOut(inFiles(writeDriver(planOf(seed, index)), spreadOf(seed, index, isSpread)), scattered(seed, index));
  const text = textsOf(part)[index]?.text;
  if (text === undefined) throw new RangeError(`there is no ${part} ${String(index)}`);
  return programOf(text);
}

/** What a case is called. */
export function nameOf(seed: number, { part, index }: RepairCase): string {
  return part === "generated" ? `generated ${String(index)} of seed ${String(seed)}` : (textsOf(part)[index]?.name ?? "");
}

/** How many drivers a part has that people wrote. */
export function sizeOf(part: "examples" | "fixtures"): number {
  return textsOf(part).length;
}

/** A driver in several files: its text is that of the one with the entry. */
export function inFiles(program: Program, spreadBy: number | undefined): Program {
  if (spreadBy === undefined) return program;
  const { files, main } = spreadOut(program, spreadBy);
  return { ...program, text: files.get(main) ?? "", beside: { main, others: new Map([...files].filter(([name]) => name !== main)) } };
}

/** A driver laid out by a number. */
export function laidOut(program: Program, layout: number): Program {
  const { text, features } = layOut(program.text, chooser(layout));
  return { ...program, text, features: new Set([...program.features, ...features]) };
}

/* ---------- what people wrote ---------- */

interface Text {
  readonly name: string;
  readonly text: string;
}

const root = path.resolve(import.meta.dirname, "../..");
const texts = new Map<Part, readonly Text[]>();

function textsOf(part: Part): readonly Text[] {
  const known = texts.get(part) ?? (part === "examples" ? documented() : fixtures());
  texts.set(part, known);
  return known;
}

function fixtures(): Text[] {
  const folder = path.join(root, "tests/fixtures");
  return sourceFiles(folder).filter((file) => file.endsWith(".ts")).map((file) => ({ name: path.relative(root, file), text: readFileSync(file, "utf8") }));
}

/** The examples, and every driver that a page shows: as it stands, or before a diff. */
function documented(): Text[] {
  const files = readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md")).sort();
  const pages = ["README.md", ...files.map((name) => `docs/${name}`)];
  const shown = pages.flatMap((name) => blocksOf(readFileSync(path.join(root, name), "utf8")).map(({ text, line }) => ({ name: `${name}:${String(line)}`, text })));
  const known = new Set<string>();
  return [...examples().map(({ name, code }) => ({ name: `docs/examples/${name}`, text: code })), ...shown].filter(({ text }) => {
    const isNew = !known.has(text);
    known.add(text);
    return isNew;
  });
}

/** The blocks of a page that hold an entry. */
function blocksOf(page: string): { readonly text: string; readonly line: number }[] {
  return [...page.matchAll(/^```(?<language>ts|diff)\n(?<block>[^]*?)^```/gmu)].flatMap(({ groups, index }) => {
    const block = groups?.["block"] ?? "";
    const text = groups?.["language"] === "diff" ? block.replace(/^\+.*\n/gmu, "").replace(/^./gmu, "") : block;
    return /function DriverEntry\b/u.test(text) ? [{ text, line: page.slice(0, index).split("\n").length + 1 }] : [];
  });
}

const KINDS: Readonly<Record<string, External["returns"]>> = { NTSTATUS: "status", "object | null": "pointer", boolean: "boolean", void: "void", number: "mode" };

/** A text as a program; one that the simulator cannot run is linted all the same. */
export function programOf(text: string): Program {
  const declared = [...text.matchAll(/^declare function (?<name>\w+)\(.*\): (?<type>.*?);?$/gmu)];
  const externals = declared.map(({ groups }): External => ({ name: groups?.["name"] ?? "", returns: KINDS[groups?.["type"] ?? ""] ?? "void" }));
  return {
    text,
    entry: "DriverEntry",
    dialect: /\.status\b|\{ status/u.test(text) ? "result" : "status",
    // The examples know it by an ambient declaration.
    externals: /\bhwInitializationData\b/u.test(text) ? [...externals, { name: "hwInitializationData", returns: "void" }] : externals,
    features: new Set(),
  };
}
