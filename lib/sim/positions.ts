/** Where in the driver's source a call stands, read from a stack. */
import type { Position } from "./records.ts";

const home = import.meta.url.slice(0, import.meta.url.lastIndexOf("/") + 1);
const homePath = home.startsWith("file://") ? decodeURIComponent(home.slice("file://".length)) : home;

/**
 * The position of the nearest caller outside this folder.
 * `locate` (if given) is asked instead, with an error whose stack it may read; no stack is taken where it has no
 * parameter for it.
 */
export function capturePosition(
  call: string,
  locate: ((call: string, error: Error) => Position | null) | undefined,
): Position | null {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = locate === undefined || locate.length > 1 ? 30 : 0;
  const error = new Error(call);
  Error.stackTraceLimit = limit;
  return locate === undefined ? positionOf(error.stack ?? "") : locate(call, error);
}

/** The first position in a stack that is not of this folder. */
export function positionOf(stack: string): Position | null {
  for (const line of stack.split("\n")) {
    const found = /((?:[a-z-]+:\/\/)?[^\s()@]*):(\d+):(\d+)\)?$/i.exec(line);
    const [, file, row, column] = found ?? [];
    if (
      file === undefined ||
      file === "" ||
      file.startsWith(home) ||
      file.startsWith(homePath) ||
      file.startsWith("node:")
    )
      continue;
    return { file, line: Number(row), column: Number(column) };
  }
  return null;
}
