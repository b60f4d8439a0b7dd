/** What the rules and presets say of themselves, and that package and plugin agree. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Linter } from "eslint";
import { describe, expect, test } from "vitest";
import wdf from "../../lib/index.ts";
import { rules } from "../../rules/index.ts";

const root = path.resolve(import.meta.dirname, "../..");

test("the plugin has the name and version of the package", () => {
  const own = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { name: string; version: string };
  expect(wdf.meta).toEqual({ name: own.name, version: own.version, namespace: "wdf" });
});

test("every rule file is in the plugin, under its name", () => {
  const files = readdirSync(path.join(root, "rules")).filter((file) => file !== "index.ts");
  expect(Object.keys(rules)).toEqual(files.map((file) => path.basename(file, ".ts")));
});

describe.each(Object.entries(rules))("%s", (name, { meta }) => {
  test("has complete meta data", () => {
    expect(meta?.docs?.url).toBe(`https://github.com/eslint-plugin-wdf/eslint-plugin-wdf/blob/main/docs/rules/${name}.md`);
    expect(meta?.docs?.description).toMatch(/^(?:require|disallow) [^.]+$/u);
    expect(meta?.languages).toEqual(["js/js"]);
    expect(meta?.schema).toBeInstanceOf(Array);
    for (const message of Object.values(meta?.messages ?? {})) expect(message).toMatch(/\.$/u);
  });

  test("takes its default options, and no others than its schema allows", () => {
    const lint = (...options: unknown[]): Linter.LintMessage[] =>
      new Linter().verify("", { plugins: { wdf }, rules: { [`wdf/${name}`]: ["error", ...options] } });
    expect(lint(...(meta?.defaultOptions ?? []))).toEqual([]);
    expect(() => lint({ nonsense: true })).toThrow(/nonsense|should NOT have more than 0 items/u);
  });
});

describe("presets", () => {
  const severities = (names: readonly string[]): object => Object.fromEntries(names.map((name) => [`wdf/${name}`, "error"]));

  test("strict has every rule, recommended all but the opinions", () => {
    expect(wdf.configs.strict.rules).toEqual(severities(Object.keys(rules)));
    const opinions = ["prefer-cleanup-callback"];
    expect(wdf.configs.recommended.rules).toEqual(severities(Object.keys(rules).filter((name) => !opinions.includes(name))));
  });

  test.each(Object.entries(wdf.configs))("%s works alone", (name, config) => {
    expect(config.name).toBe(`wdf/${name}`);
    expect(new Linter().verify("f();", config)).toEqual([]);
  });
});
