/** When there are colours and links, and when not. */
import { describe, expect, test } from "vitest";
import { brushFor, plainText } from "../../lib/report/terminal.ts";

type Env = Readonly<Record<string, string>>;

function show(env: Env, isTerminal: boolean, color?: boolean): { readonly colors: boolean; readonly links: boolean } {
  const brush = brushFor({ env, isTerminal }, color);
  expect(brush.hasLinks).toBe(brush.link("u", "t") === "\u001b]8;;u\u001b\\t\u001b]8;;\u001b\\");
  return { colors: brush.paint("red", "t") === "\u001b[31mt\u001b[39m", links: brush.hasLinks };
}

describe("colours", () => {
  test.each<[Env, boolean, boolean | undefined, boolean]>([
    [{}, true, undefined, true],
    [{}, false, undefined, false],
    [{ NO_COLOR: "1" }, true, undefined, false],
    [{ NO_COLOR: "" }, true, undefined, true],
    [{ TERM: "dumb" }, true, undefined, false],
    [{ FORCE_COLOR: "1" }, false, undefined, true],
    [{ FORCE_COLOR: "" }, false, undefined, true],
    [{ FORCE_COLOR: "0" }, true, undefined, false],
    [{ FORCE_COLOR: "false" }, true, undefined, false],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, false, undefined, true],
    [{ FORCE_COLOR: "1" }, true, false, false],
    [{ NO_COLOR: "1" }, false, true, true],
  ])("%o, a terminal: %s, --color: %s", (env, isTerminal, color, expected) => {
    expect(show(env, isTerminal, color).colors).toBe(expected);
  });
});

describe("links", () => {
  test.each<[Env, boolean, boolean]>([
    [{}, true, true],
    [{}, false, false],
    [{ FORCE_COLOR: "1" }, false, false],
    [{ CI: "true" }, true, false],
    [{ NO_COLOR: "1" }, true, false],
    [{ FORCE_HYPERLINK: "1" }, false, true],
    [{ FORCE_HYPERLINK: "0" }, true, false],
  ])("%o, a terminal: %s", (env, isTerminal, expected) => {
    expect(show(env, isTerminal).links).toBe(expected);
  });
});

test("control characters are shown, not sent", () => {
  expect(plainText("a\tb\nc\rd\u001b[1me\u009b\u202e")).toBe("a b\nc\uFFFDd\uFFFD[1me\uFFFD\uFFFD");
});
