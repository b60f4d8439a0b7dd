/** `settings.wdf`: its defaults, and the one clear error for each bad value. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { PAIRS } from "../lib/api/pairs.ts";
import { readSettings } from "../lib/settings.ts";

const ROW = {
  kind: "acme-session",
  acquire: ["AcmeOpenSession"],
  succeeds: "status",
  handle: { from: "out", argument: 1 },
  release: [{ call: "AcmeCloseSession", argument: 0 }],
  owner: "driver",
  unheld: "fatal",
};

const row = (changes: object): object => ({ resources: [{ ...ROW, ...changes }] });

test("without settings there are defaults", () => {
  const defaults = {
    modules: undefined,
    names: {},
    failure: "status",
    entryPoints: ["DriverEntry"],
    resources: [],
    followImports: true,
    ignore: [],
  };
  expect(readSettings(undefined)).toEqual({ settings: defaults });
  expect(readSettings({})).toEqual({ settings: defaults });
  expect(readSettings({ failure: undefined })).toEqual({ settings: defaults });
});

test("every setting is taken", () => {
  const given = {
    modules: ["@acme/wdf"],
    names: { createDriver: "WdfDriverCreate" },
    failure: "throw",
    resources: [{ ...ROW, acquireWhen: { argument: 2, is: false }, transfer: { call: "Take", argument: 0, on: "always" }, note: "ours" }],
    followImports: false,
    ignore: ["pool", "acme-session"],
  };
  expect(readSettings({ ...given, entryPoints: ["StartDriver", "DriverEntry"] })).toEqual({
    settings: { ...given, entryPoints: ["DriverEntry", "StartDriver"] },
  });
});

test("names are looked up without a prototype", () => {
  const read = readSettings({ names: { a: "b" } });
  expect("settings" in read && read.settings.names.constructor).toBeUndefined();
});

test("the built-in rows are valid rows", () => {
  expect(readSettings({ resources: PAIRS })).not.toHaveProperty("error");
});

test("the guide lists the kinds of the catalogue", () => {
  const guide = readFileSync(path.join(import.meta.dirname, "../docs/guide/settings.md"), "utf8");
  const listed = /<!-- kinds: begin -->(?<kinds>[^]*)<!-- kinds: end -->/u.exec(guide)?.groups?.["kinds"] ?? "";
  expect(listed.match(/[\w-]+/gu)).toEqual([...new Set(PAIRS.map(({ kind }) => kind))].sort());
});

const TEXT = "(a string that is not empty)";
const KEYS = "modules, names, failure, entryPoints, resources, followImports, ignore";
const FIELDS = "kind, acquire, succeeds, acquireWhen, handle, release, owner, unheld, transfer, alsoAt, note";

describe("a bad value is told", () => {
  test.each<[string, unknown, string]>([
    ["the whole", "strict", `"wdf" is "strict". Allowed: an object with the keys ${KEYS}.`],
    ["null", null, `"wdf" is null. Allowed: an object with the keys ${KEYS}.`],
    ["a list", [1], `"wdf" is an array. Allowed: an object with the keys ${KEYS}.`],
    ["a misspelt key", { entrypoint: [] }, `"wdf.entrypoint" is not a setting. Allowed in "wdf": ${KEYS}. Did you mean "entryPoints"?`],
    ["an unknown key", { colour: 1 }, `"wdf.colour" is not a setting. Allowed in "wdf": ${KEYS}. Remove it.`],
    ["a key of Object", { toString: 1 }, `"wdf.toString" is not a setting. Allowed in "wdf": ${KEYS}. Remove it.`],
    ["modules", { modules: "wdf" }, '"wdf.modules" is "wdf". Allowed: an array.'],
    ["a module", { modules: ["wdf", 7] }, `"wdf.modules[1]" is 7. Allowed: a module name as it is imported ${TEXT}.`],
    ["names", { names: ["a"] }, '"wdf.names" is an array. Allowed: an object.'],
    ["a name", { names: { mk: "" } }, `"wdf.names["mk"]" is "". Allowed: the WDF name that it stands for ${TEXT}.`],
    ["failure", { failure: "throws" }, '"wdf.failure" is "throws". Allowed: "status", "throw". Did you mean "throw"?'],
    ["failure null", { failure: null }, '"wdf.failure" is null. Allowed: "status", "throw".'],
    ["entryPoints", { entryPoints: { a: 1 } }, '"wdf.entryPoints" is an object. Allowed: an array.'],
    ["an entry point", { entryPoints: [null] }, `"wdf.entryPoints[0]" is null. Allowed: the name of an entry function ${TEXT}.`],
    ["followImports", { followImports: "yes" }, '"wdf.followImports" is "yes". Allowed: true or false.'],
    ["ignore", { ignore: "pool" }, '"wdf.ignore" is "pool". Allowed: an array.'],
    ["resources", { resources: ROW }, '"wdf.resources" is an object. Allowed: an array.'],
    ["a row", { resources: [() => ROW] }, `"wdf.resources[0]" is a function. Allowed: an object with the keys ${FIELDS}.`],
    [
      "a key of a row",
      row({ aquire: ["A"] }),
      `"wdf.resources[0].aquire" is not a setting. Allowed in "wdf.resources[0]": ${FIELDS}. Did you mean "acquire"?`,
    ],
    [
      "a missing field",
      row({ owner: undefined }),
      '"wdf.resources[0].owner" is missing. Required are kind, acquire, succeeds, handle, release, owner, unheld.',
    ],
    ["kind", row({ kind: 1n }), `"wdf.resources[0].kind" is a bigint. Allowed: what the resource is, as "device-object" ${TEXT}.`],
    ["acquire", row({ acquire: [] }), '"wdf.resources[0].acquire" is []. Allowed: an array with at least one element.'],
    [
      "succeeds",
      row({ succeeds: "nonnull" }),
      '"wdf.resources[0].succeeds" is "nonnull". Allowed: "status", "non-null", "boolean", "always", "throws". Did you mean "non-null"?',
    ],
    ["handle.from", row({ handle: { from: "box" } }), '"wdf.resources[0].handle.from" is "box". Allowed: "return", "out", "argument", "global".'],
    ["handle.argument", row({ handle: { from: "out" } }), '"wdf.resources[0].handle.argument" is missing. Required are from, argument.'],
    [
      "a needless argument",
      row({ handle: { from: "return", argument: 1 } }),
      '"wdf.resources[0].handle.argument" is not a setting. Allowed in "wdf.resources[0].handle": from. Remove it.',
    ],
    [
      "a release",
      row({ release: [{ call: "F", argument: -1 }] }),
      '"wdf.resources[0].release[0].argument" is -1. Allowed: the number of an argument, counted from 0.',
    ],
    [
      "a condition",
      row({ acquireWhen: { argument: 1, is: {} } }),
      '"wdf.resources[0].acquireWhen.is" is {}. Allowed: a boolean, a number, a string or null.',
    ],
    ["unheld", row({ unheld: true }), '"wdf.resources[0].unheld" is true. Allowed: "harmless", "fatal".'],
    ["transfer.on", row({ transfer: { call: "T", argument: 0, on: "never" } }), '"wdf.resources[0].transfer.on" is "never". Allowed: "success", "always".'],
  ])("%s", (_what, raw, problem) => {
    expect(readSettings(raw)).toEqual({ error: `Invalid setting: ${problem}` });
  });

  test("a kind that no row has", () => {
    const read = readSettings({ ...row({}), ignore: ["acme-session", "pol"] });
    expect(read).toEqual({ error: expect.stringMatching(/^Invalid setting: "wdf\.ignore\[1\]" is "pol"\. .* Did you mean "pool"\?$/u) as string });
  });
});
