/** Holds the pages of the rules to their word: each before is fixed into its after. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { fixedOnce } from "./repairs.ts";

const folder = path.resolve(import.meta.dirname, "../../docs/rules");

/** A diff of a page, as the two texts that it stands for. */
interface Shown {
  readonly rule: string;
  readonly before: string;
  readonly after: string;
}

const shown = readdirSync(folder).flatMap((name): Shown[] => {
  const page = /\n## Repair\n(?<repair>[^]*?)\n## /u.exec(readFileSync(path.join(folder, name), "utf8"))?.groups?.["repair"] ?? "";
  return [...page.matchAll(/```diff\n(?<diff>[^]*?)```/gu)].map(({ groups }) => {
    const lines = (groups?.["diff"] ?? "").split("\n").slice(0, -1);
    const without = (mark: string): string => lines.filter((line) => !line.startsWith(mark)).map((line) => `${line.slice(1)}\n`).join("");
    return { rule: path.basename(name, ".md"), before: without("+"), after: without("-") };
  });
});

test("each rule that fixes shows one", () => {
  expect(shown.map(({ rule }) => rule)).toEqual(["driver-create-first", "no-lost-attributes", "prefer-cleanup-callback"]);
});

describe.each(shown)("$rule", ({ rule, before, after }) => {
  test("fixes what it shows, in one pass", () => {
    expect(fixedOnce(before, rule)).toBe(after);
    expect(fixedOnce(after, rule)).toBe(after);
  });
});
