/** Drivers as they are while somebody types them: cut off at any token, with and without what an editor closes by itself. */
import * as parser from "@typescript-eslint/parser";
import { describe, expect, test } from "vitest";
import { examples } from "../examples.ts";
import { lint } from "./lint.ts";

const CLOSES: Readonly<Record<string, string>> = { "{": "}", "(": ")", "[": "]", "${": "}" };

/** A driver in plain JavaScript, where ESLint's own parser is at work. */
const script = `let gPool = null;
exports.DriverEntry = async function (DriverObject, { Buffer = ExAllocatePoolWithTag(PagedPool, 1, "tag") } = {}) {
  DriverObject.DriverUnload = () => gPool?.[0] ?? ExFreePoolWithTag(gPool);
  gPool = Buffer;
  if (gPool === null) return STATUS_INSUFFICIENT_RESOURCES;
  for (const step of [first, second]) {
    try {
      const status = await step(DriverObject, \`a\${gPool}b\`, ...rest);
      if (!NT_SUCCESS(status)) { ExFreePoolWithTag(gPool, "tag"); return status; }
    } catch { continue; } finally { switch (gPool) { case null: break; default: WPP_INIT_TRACING(DriverObject); } }
  }
  return StorPortInitialize(DriverObject, class extends Base { static #a = gPool; static { this.#a?.(); } }, null);
};
`;

const drivers = [
  ...examples().filter(({ name }) => /nonpnp|miniport-leak|each-exit/u.test(name)).map(({ name, code }) => ({ name, code, dialect: "ts" as const })),
  { name: "script", code: script, dialect: "script" as const },
];

describe.each(drivers)("$name", ({ name, code, dialect }) => {
  const ends = tokens(code);

  test.each([
    ["as it stands", (text: string) => text],
    ["with brackets closed", closed],
    ["in the middle of what follows", (text: string, rest: string) => `${text}\n${rest.slice(rest.indexOf("\n") + 1)}`],
  ])("cut off at any token, %s", (how, finish) => {
    const outcomes = ends.map((end) => ({ end, ...lint(`${name} up to ${String(end)}, ${how}`, finish(code.slice(0, end), code.slice(end)), dialect) }));
    expect(outcomes.flatMap(({ end, defect }) => (defect === undefined ? [] : [`up to ${String(end)}: ${defect}`]))).toEqual([]);
    const wordy = outcomes.filter(({ parses, messages }) => !parses && messages.length !== 1);
    expect(wordy).toEqual([]);
    expect(outcomes.some(({ parses }) => parses)).toBe(true);
  });
});

/** Where each token of a text ends. */
function tokens(code: string): number[] {
  return [0, ...parser.parse(code, { range: true, tokens: true, sourceType: "module" }).tokens.map(({ range: [, end] }) => end)];
}

/** The text with its open brackets closed. */
function closed(text: string): string {
  const open: string[] = [];
  for (const [bracket] of text.matchAll(/\$\{|[{([\])}]/gu)) {
    const closing = CLOSES[bracket];
    if (closing === undefined) open.pop();
    else open.push(closing);
  }
  return text + open.reverse().join("");
}
