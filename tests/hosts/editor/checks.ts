/** What the editor's tests say and how they fail. */
import { isDeepStrictEqual, inspect } from "node:util";
import type { Server } from "./server.ts";

/** Says that something holds; throws, with both sides, where it does not. */
export function same(found: unknown, expected: unknown, title: string): void {
  if (isDeepStrictEqual(found, expected)) return;
  const shown = (value: unknown): string => (typeof value === "string" ? value : inspect(value, { depth: 6 }));
  throw new Error(`${title}: found\n${shown(found)}\nwhere there should be\n${shown(expected)}`);
}

export function ok(title: string): void {
  console.log(`ok editor: ${title}`);
}

/** Ends a server; throws where it has told of an error on the way. */
export async function end(server: Server): Promise<void> {
  // What it says once it is told to stop is of no interest: it may have no one to say it to.
  const told = [...server.errors];
  await server.stop();
  if (told.length > 0) throw new Error(`The language server told of errors:\n${told.join("\n")}`);
}
