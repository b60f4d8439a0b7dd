/** Where the frames of a path lie: their file, and on their line the text that they are about. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { ESLint, Linter } from "eslint";
import type { Frame } from "./frames.ts";

/** A range of one line. Line and columns from 1; the end is the column behind. */
export interface Place {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  /** The line itself; undefined where the file cannot be read, or has no such line. */
  readonly text: string | undefined;
}

/** The lines of the files that messages and paths are about. */
export class Places {
  readonly #texts = new Map<string, readonly string[] | undefined>();

  /** The text that was linted comes first: what `--fix` made of it, or what came through standard input, or what is on the disk. */
  constructor(results: readonly ESLint.LintResult[]) {
    for (const { filePath, output, source } of results) {
      const text = output ?? source;
      if (text !== undefined) this.#texts.set(filePath, linesOf(text));
    }
  }

  /** Where a message stands, as far as its first line. A message about a whole file stands on no line: then nothing. */
  ofMessage(file: string, { line, column, endLine, endColumn }: Linter.LintMessage): Place | undefined {
    // ESLint's types promise a line; messages about a file as a whole have none, or 0.
    if (!((line as number | undefined) ?? 0)) return undefined;
    const text = this.#line(file, line);
    const start = Math.max(1, column);
    const length = text?.trimEnd().length ?? 0;
    const end = endLine === undefined || endColumn === undefined ? start + 1 : endLine === line ? endColumn : length + 1;
    return { file, line, column: start, endColumn: Math.max(start + 1, end), text };
  }

  /** Where a frame lies; undefined where it lies nowhere in the code. */
  ofFrame({ where, mark }: Frame, file: string, message: Linter.LintMessage): Place | undefined {
    if (where === "here") return this.ofMessage(file, message);
    if (where === undefined) return undefined;
    const target = where.file === undefined ? file : path.resolve(path.dirname(file), where.file);
    const text = this.#line(target, where.line);
    return { file: target, line: where.line, text, ...columnsOf(text ?? "", mark) };
  }

  #line(file: string, line: number): string | undefined {
    if (!this.#texts.has(file)) this.#texts.set(file, read(file));
    return this.#texts.get(file)?.[line - 1];
  }
}

function read(file: string): readonly string[] | undefined {
  try {
    return linesOf(readFileSync(file, "utf8"));
  } catch {
    // Gone since, or never a file: the path is told without its lines.
    return undefined;
  }
}

/** Lines as JavaScript and ESLint count them. */
function linesOf(text: string): readonly string[] {
  return text.replace(/^\uFEFF/u, "").split(/\r\n|[\n\r\u2028\u2029]/u);
}

/** The columns of a name that stands once on a line, and otherwise of all that stands there. */
function columnsOf(text: string, mark: string | undefined): Pick<Place, "column" | "endColumn"> {
  const first = mark === undefined ? undefined : standsOnce(text, mark);
  if (first !== undefined && mark !== undefined) return { column: first + 1, endColumn: first + 1 + mark.length };
  const column = text.length - text.trimStart().length + 1;
  return { column, endColumn: Math.max(column + 1, text.trimEnd().length + 1) };
}

function standsOnce(text: string, mark: string): number | undefined {
  const found: number[] = [];
  for (let index = text.indexOf(mark); index >= 0; index = text.indexOf(mark, index + mark.length)) {
    const isWhole = !/[\w$]$/u.test(text.slice(0, index)) && !/^[\w$]/u.test(text.slice(index + mark.length));
    if (isWhole) found.push(index);
  }
  return found.length === 1 ? found[0] : undefined;
}
