/** Holds every driver below tests/fixtures to its markers. */
import path from "node:path";
import { describe, expect, test } from "vitest";
import { difference, judge, sourceFiles } from "./corpus.ts";

const fixtures = path.join(import.meta.dirname, "fixtures");

describe("fixtures", () => {
  const files = sourceFiles(fixtures);

  test("are there", () => {
    expect(files).not.toHaveLength(0);
  });

  test.each(files.map((file) => [path.relative(fixtures, file), file]))("%s", (_name, file) => {
    const verdict = judge(file, fixtures);
    expect(verdict.mismatches, difference(verdict)).toEqual([]);
  });
});
