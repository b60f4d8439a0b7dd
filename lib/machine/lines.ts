/** Lines of a program of several files: one number that tells the file as well. */

/** The line, from 1, of a file, by the number of its module; those of the file under lint are just its lines. */
export type Line = number;

// No file is longer.
const FILE = 2 ** 24;

export function lineIn(module: number, line: number): Line {
  return module * FILE + line;
}

/** The number of the module that a line is of: 0 for the file under lint. */
export function moduleNumber(line: Line): number {
  return Math.floor(line / FILE);
}

/** The line in its own file. */
export function lineNumber(line: Line): number {
  return line % FILE;
}
