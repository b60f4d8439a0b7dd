/** What is written of a path is what is read back: for invented paths, and for every message about the drivers at hand. */
import { readFileSync } from "node:fs";
import path from "node:path";
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import wdf from "../../lib/index.ts";
import { afterEach, at, bare, code, describe as describeHeld, elsewhere, leaves, list, readPath, wayOut, type Failure, type Held, type Leaving, type Spot, type Story, type Way } from "../../lib/report/path-text.ts";
import { rules } from "../../rules/index.ts";
import { sourceFiles } from "../corpus.ts";
import { findingsOf, projects } from "../multi-file.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** A message of a rule, filled in; what a placeholder has no data for says something of no concern. */
function say(rule: keyof typeof rules, messageId: string, data: Readonly<Record<string, string>>): string {
  const template = Object.entries(rules[rule].meta?.messages ?? {}).find(([id]) => id === messageId)?.[1] ?? "";
  return template.replace(/\{\{(?<name>\w+)\}\}/gu, (_, name: string) => data[name] ?? "`A` does not, and `b`");
}

/** The message that tells a story, as the rule's own file puts it together. */
const WRITERS: { readonly [Rule in Story["rule"]]: (story: Extract<Story, { rule: Rule }>) => string } = {
  "no-leak-on-failure": ({ rule, ways, exit }) =>
    say(rule, ways[0]?.held.length === 1 ? "one" : "several", { resources: list((ways[0]?.held ?? []).map(describeHeld)), exit: leaves(exit), after: afterEach(ways) }),
  "no-leak-on-unload": ({ rule, held }) => {
    const { name, call = "", at: spot } = held;
    const here = name === undefined ? `what ${code(call)} acquires here` : `${code(name)}, acquired here,`;
    return say(rule, "held", { resource: spot === undefined ? here : describeHeld({ ...held, call, at: spot }) });
  },
  "no-unmatched-wpp-init": ({ rule, call, at: spot, release, exits }) => say(rule, "unmatched", { call, elsewhere: elsewhere(spot), release, exits: list(exits.map(wayOut)) }),
  "driver-create-first": ({ rule, call, at: spot, create }) => say(rule, "acquire", { call, elsewhere: elsewhere(spot), line: bare(create) }),
  "no-lost-attributes": ({ rule, field, at: spot, how, call, callAt }) => {
    const [struct = "", name = ""] = field.split(".");
    return say(rule, how, { struct, field: name, elsewhere: elsewhere(spot), call, at: at(callAt) });
  },
  "require-driver-cleanup": ({ rule, at: spot, held }) =>
    say(rule, held.length === 0 ? "always" : "leaking", { elsewhere: elsewhere(spot), how: "without attributes, and so without an EvtCleanupCallback", resources: list(held.map(describeHeld)) }),
  "prefer-cleanup-callback": ({ rule, call, at: spot, held }) => say(rule, "unloadOnly", { call, elsewhere: elsewhere(spot), resource: describeHeld(held) }),
};

const word = fc.stringMatching(/^[A-Za-z_]\w{0,8}$/u);
const name = fc.oneof(word, fc.string({ minLength: 1, maxLength: 6 }), fc.stringMatching(/^[ `.a[\]]{1,8}$/u), fc.constantFrom("a and `b`", "x (acquired by `y` on line 3)", "` `", "gRegistryPath.Buffer"));
const line = fc.integer({ min: 1, max: 99_999 });
const file = fc.oneof(fc.constantFrom("trace.ts", "../common/device.ts", "a b/c (1).ts", "D:/x.ts", "a`b.ts", "x:10 or y.ts", "größe.ts", "here.ts"), name);
const own: fc.Arbitrary<Spot> = fc.record({ file: fc.constant(undefined), line });
const foreign: fc.Arbitrary<Spot> = fc.record({ file, line });
const spot = fc.oneof(own, foreign);
const maybeForeign = fc.option(foreign, { nil: undefined });
const held: fc.Arbitrary<Held> = fc.oneof(
  fc.record({ isTracing: fc.constant(false), name: fc.option(name, { nil: undefined }), call: name, at: spot }),
  fc.record({ isTracing: fc.constant(true), name: fc.constant(undefined), call: name, at: spot }),
);
const failure: fc.Arbitrary<Failure | undefined> = fc.option(fc.record({ call: name, at: spot, isEarlier: fc.boolean() }), { nil: undefined });
const how = fc.constantFrom("return", "throw", "end");
const functionName = fc.oneof(fc.constant(""), name);
const way: fc.Arbitrary<Way> = fc.record({ held: fc.array(held, { minLength: 1, maxLength: 4 }), failure });
const exit: fc.Arbitrary<Leaving> = fc.record({ functionName, how, at: maybeForeign });
const tracedExit = fc.oneof(fc.constant("unload" as const), fc.record({ exit: fc.record({ functionName, how, at: spot }), failure }));

/** Stories of each rule. Calls of the API that a template sets in backticks itself have names without any. */
const STORIES: { readonly [Rule in Story["rule"]]: fc.Arbitrary<Extract<Story, { rule: Rule }>> } = {
  "no-leak-on-failure": fc.record({ rule: fc.constant("no-leak-on-failure"), ways: fc.array(way, { minLength: 1, maxLength: 3 }), exit }),
  "no-leak-on-unload": fc.record({
    rule: fc.constant("no-leak-on-unload"),
    held: fc.oneof(
      fc.record({ isTracing: fc.constant(false), name: fc.option(name, { nil: undefined }), call: name, at: foreign }),
      fc.record({ isTracing: fc.constant(false), name, call: fc.constant(undefined), at: fc.constant(undefined) }),
      fc.record({ isTracing: fc.constant(false), name: fc.constant(undefined), call: name, at: fc.constant(undefined) }),
    ),
  }),
  "no-unmatched-wpp-init": fc.record({ rule: fc.constant("no-unmatched-wpp-init"), call: word, at: maybeForeign, release: word, exits: fc.array(tracedExit, { minLength: 1, maxLength: 4 }) }),
  "driver-create-first": fc.record({ rule: fc.constant("driver-create-first"), call: word, at: maybeForeign, create: spot }),
  "no-lost-attributes": fc.record({ rule: fc.constant("no-lost-attributes"), field: fc.tuple(word, word).map((parts) => parts.join(".")), at: maybeForeign, how: fc.constantFrom("wiped", "dead", "unpassed"), call: word, callAt: spot }),
  "require-driver-cleanup": fc.record({ rule: fc.constant("require-driver-cleanup"), at: maybeForeign, held: fc.array(held, { maxLength: 4 }) }),
  "prefer-cleanup-callback": fc.record({ rule: fc.constant("prefer-cleanup-callback"), call: word, at: maybeForeign, held }),
};

/** The writer of the story's own rule. */
function write(story: Story): string {
  // One key of both: TypeScript does not follow that.
  return (WRITERS[story.rule] as (story: Story) => string)(story);
}

describe("what is written is read back", () => {
  test("for every rule of the plugin", () => {
    expect(Object.keys(STORIES).sort()).toEqual(Object.keys(rules).sort());
  });

  test.each(Object.entries(STORIES))("%s", (rule, stories) => {
    fc.assert(
      fc.property(stories as fc.Arbitrary<Story>, (story) => {
        expect(readPath(rule, write(story))?.story).toEqual(story);
      }),
      { numRuns: 2000 },
    );
  });

  test("the rest says why and what to do", () => {
    const message = "`t` (acquired by `A` on line 3) is still held when `F` returns here: DriverUnload is not called. Call `R` before this exit.";
    expect(readPath("no-leak-on-failure", message)?.rest).toBe("DriverUnload is not called. Call `R` before this exit.");
  });
});

describe("anything else is no path", () => {
  test.each([
    ["no-leak-on-failure", "`a"],
    ["no-leak-on-failure", "`a` (acquired by `B` on line x) is still held when `F` returns here: why."],
    ["no-leak-on-failure", "`a` (acquired by `B` on line 3) is still held when `F` returns here"],
    ["no-leak-on-failure", "Internal error in eslint-plugin-wdf: x. The file was not checked; please report this."],
    ["driver-create-first", "`a` (acquired by `B` on line 3) is still held when `F` returns here: why."],
    ["no-undef", "'a' is not defined."],
    ["toString", "x"],
  ])("%s: %s", (rule, message) => {
    expect(readPath(rule, message)).toBeUndefined();
  });

  test("whatever it is, and as quickly", () => {
    const rule = fc.constantFrom(...Object.keys(rules));
    fc.assert(fc.property(rule, fc.stringMatching(/^[` :(),\na-z0-9]{0,60}$/u), (name, text) => readPath(name, text) === undefined));
    const start = performance.now();
    expect(readPath("no-leak-on-failure", "`a` (acquired by `B` on line 3) and ".repeat(20_000))).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe("every message of this repository's drivers", () => {
  const folders = ["docs/examples", "tests/fixtures"].map((folder) => path.join(root, folder));
  const messages = folders.flatMap((folder) => sourceFiles(folder).flatMap((source) => lint(readFileSync(source, "utf8"), source)));

  test("is read, and told again in the same words", async () => {
    const followed = await Promise.all(projects().map(async (project) => [...(await findingsOf(wdf, project)).values()].flat()));
    const all = [...messages, ...followed.flat()];
    expect(all.length).toBeGreaterThan(800);
    expect(all.filter(({ ruleId, message }) => !isTold(ruleId, message)).map(({ message }) => message)).toEqual([]);
  });

  test("among them are failures before the acquisition, and several ways to one exit", () => {
    const texts = messages.map(({ message }) => message);
    expect(texts.filter((text) => text.includes(" had already failed ")).length).toBeGreaterThan(5);
    expect(texts.filter((text) => text.includes(" when it does")).length).toBeGreaterThan(5);
  });
});

/** The path that is read begins, written again, as the message does; settings that are not valid tell of none. */
function isTold(ruleId: string | null, message: string): boolean {
  const rule = (ruleId ?? "").replace(/^wdf\//u, "");
  const told = readPath(rule, message);
  if (told === undefined) return message.startsWith("Invalid ") || message.includes("settings.wdf");
  const written = write(told.story);
  let same = 0;
  while (same < message.length && message[same] === written[same]) same += 1;
  return same >= message.length - told.rest.length - 2 || rule === "require-driver-cleanup" || rule === "no-lost-attributes";
}

function lint(text: string, source: string): Linter.LintMessage[] {
  const settings = /^\/\/@\s*(?<json>\{.*\})\s*$/mu.exec(text.slice(0, text.indexOf("\n")))?.groups?.["json"];
  const config: Linter.Config = {
    ...wdf.configs.strict,
    files: ["**"],
    languageOptions: { parser },
    linterOptions: { reportUnusedDisableDirectives: "off" },
    settings: { wdf: settings === undefined ? undefined : (JSON.parse(settings) as unknown) },
  };
  return new Linter({ cwd: path.dirname(source) }).verify(text, [config], { filename: source }).filter(({ ruleId }) => ruleId?.startsWith("wdf/"));
}
