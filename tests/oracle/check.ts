/** `npx jiti tests/oracle/check.ts FILE…`: one driver's text under both judges. */
import { readFileSync } from "node:fs";
import { examine } from "./examine.ts";
import type { External } from "./program.ts";

const KINDS: Readonly<Record<string, External["returns"]>> = { NTSTATUS: "status", "object | null": "pointer", boolean: "boolean", void: "void", number: "mode" };

for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8");
  const externals = [...text.matchAll(/^declare function (?<name>\w+)\(.*\): (?<type>.*);$/gmu)].map(({ groups }): External => {
    const name = groups?.["name"] ?? "";
    return { name, returns: name.includes('More') ? "more" : (KINDS[groups?.["type"] ?? ""] ?? "void") };
  });
  const isResult = /\.status\b|\{ status/u.test(text);
  const examination = await examine({ text, entry: entryOf(text), dialect: isResult ? "result" : "status", externals, features: new Set() });
  const { disagreements, replays, truth, verdict } = examination;
  const words = [
    ...disagreements.map(({ kind, rule, what }) => `${kind} ${rule} (${what})`),
    ...(verdict.crash === null ? [] : [`crash: ${verdict.crash}`]),
    ...replays.flatMap(({ isShown, words: path }) => (isShown ? [] : [`a path that no run shows:\n${path}`])),
  ];
  console.log(`${file}: ${words.join(", ") || (truth.undecided?.how === "broken" ? "not judged" : "agree")}${truth.undecided === null ? "" : ` [${truth.undecided.why}]`}`);
}

/** The expression that gives the entry, in each form that the generator writes. */
function entryOf(text: string): string {
  const { object, value } = /^export const (?:(?<object>\w+) = \{$[^]*?\bDriverEntry\b|(?<value>\w+) = (?:async )?\()/mu.exec(text)?.groups ?? {};
  const inClass = /^export class (?<name>\w+) \{$[^]*?\bDriverEntry\(/mu.exec(text)?.groups?.["name"];
  if (inClass !== undefined) return `(driver, path) => new exports.${inClass}().DriverEntry(driver, path)`;
  if (object !== undefined) return `exports.${object}.DriverEntry`;
  if (value !== undefined) return `exports.${value}`;
  return text.includes("function InitializeDriver(") ? "InitializeDriver" : "DriverEntry";
}
