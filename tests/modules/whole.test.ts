/** Drivers of several files, one bundle each: `tests/modules/whole/*.txt`, held to their markers file by file. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { difference, judge } from "../corpus.ts";
import { Project, type Files } from "./project.ts";

const folder = path.join(import.meta.dirname, "whole");
const bundles = readdirSync(folder).sort();

/** The files of a bundle: the first is `main.ts`, each further one follows a line `-- its name`. */
function filesOf(bundle: string): Files {
  const [main = "", ...rest] = bundle.split(/^-- /mu);
  const settings = /^\/\/@.*\n/u.exec(main)?.[0] ?? "";
  const others = rest.map((part): [string, string] => {
    const end = part.indexOf("\n");
    return [part.slice(0, end), settings + part.slice(end + 1)];
  });
  return { "package.json": "{}", "main.ts": main, ...Object.fromEntries(others) };
}

describe("drivers of several files", () => {
  test("are there", () => {
    expect(bundles).not.toHaveLength(0);
  });

  test.each(bundles)("%s", (name) => {
    const files = filesOf(readFileSync(path.join(folder, name), "utf8"));
    const project = new Project(files);
    onTestFinished(() => {
      project.remove();
    });
    const sources = Object.keys(files).filter((file) => file !== "package.json");
    const verdicts = sources.map((file) => judge(project.at(file), project.folder));
    expect(sources.length).toBeGreaterThan(1);
    expect(verdicts.flatMap(({ mismatches }) => mismatches), verdicts.map(difference).join("\n")).toEqual([]);
  });
});
