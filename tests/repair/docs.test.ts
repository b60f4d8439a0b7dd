/** Holds the pages to their word: each before is repaired into its after, and each reason for a refusal is told. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { REASONS } from "../../lib/repair/refusal.ts";
import { programOf } from "./fixes.ts";
import { faultsOfText, judged } from "./judge.ts";
import { applied, fixedOnce, linted } from "./repairs.ts";

const docs = path.resolve(import.meta.dirname, "../../docs");
const folder = path.join(docs, "rules");

/** A diff of a page, as the two texts that it stands for. */
interface Shown {
  readonly rule: string;
  readonly before: string;
  readonly after: string;
}

function shownUnder(heading: string): Shown[] {
  return readdirSync(folder).flatMap((name): Shown[] => {
    const part = new RegExp(`\\n## ${heading}\\n(?<part>[^]*?)\\n## `, "u").exec(readFileSync(path.join(folder, name), "utf8"))?.groups?.["part"] ?? "";
    return [...part.matchAll(/```diff\n(?<diff>[^]*?)```/gu)].map(({ groups }) => {
      const lines = (groups?.["diff"] ?? "").split("\n").slice(0, -1);
      const without = (mark: string): string => lines.filter((line) => !line.startsWith(mark)).map((line) => `${line.slice(1)}\n`).join("");
      return { rule: path.basename(name, ".md"), before: without("+"), after: without("-") };
    });
  });
}

const fixes = shownUnder("Repair");
const suggestions = shownUnder("Suggestion");

test("each rule that repairs shows it", () => {
  expect(fixes.map(({ rule }) => rule)).toEqual(["driver-create-first", "no-lost-attributes", "prefer-cleanup-callback"]);
  expect(suggestions.map(({ rule }) => rule)).toEqual(["no-leak-on-failure", "no-leak-on-failure", "no-leak-on-unload", "no-lost-attributes", "no-unmatched-wpp-init", "prefer-cleanup-callback", "require-driver-cleanup"]);
});

async function faults({ rule, before, after }: Shown, kind: "fix" | "suggestion"): Promise<unknown> {
  const driver = await judged(programOf(before));
  expect(driver.isDecided).toBe(true);
  return faultsOfText(driver, after, { rule, kind });
}

describe.each(fixes)("$rule", (shown) => {
  test("fixes what it shows, in one pass, and breaks nothing", async () => {
    const { rule, before, after } = shown;
    expect(fixedOnce(before, rule)).toBe(after);
    expect(fixedOnce(after, rule)).toBe(after);
    expect(await faults(shown, "fix")).toEqual([]);
  });
});

describe.each(suggestions)("$rule", (shown) => {
  test("suggests what it shows, and breaks nothing", async () => {
    const { rule, before, after } = shown;
    const [first] = linted(before).repairs.filter((repair) => repair.rule === rule && repair.kind === "suggestion");
    expect(first && applied(before, first.edit)).toBe(after);
    expect(await faults(shown, "suggestion")).toEqual([]);
  });
});

test("the page on repairs tells every reason, and no other", () => {
  const page = readFileSync(path.join(docs, "guide/repairs.md"), "utf8");
  const table = /\| Reason \|[^]*?\n\n/u.exec(page)?.[0] ?? "";
  const reasons = [...table.matchAll(/^\| `(?<reason>[\w-]+)` \|/gmu)].map(({ groups }) => groups?.["reason"]);
  expect(reasons).toEqual(Object.keys(REASONS));
});
