/** `npx jiti tests/corpus-run.ts DIR [filter]`: what the rules say of a folder of marked drivers, file by file and in total. */
import path from "node:path";
import { rules } from "../rules/index.ts";
import { difference, judge, sourceFiles } from "./corpus.ts";

const [directory, filter] = process.argv.slice(2);
if (directory === undefined) throw new Error("Give a folder of drivers: npx jiti tests/corpus-run.ts DIR [filter]");
const folder = path.resolve(directory);

const verdicts = sourceFiles(folder, filter).map((file) => judge(file, folder));
const wrong = verdicts.filter(({ mismatches }) => mismatches.length > 0);
for (const verdict of wrong) console.log(`${difference(verdict)}\n`);

const mismatches = verdicts.flatMap((verdict) => verdict.mismatches);
const markers = verdicts.flatMap(({ expected }) => expected);
const names = new Set([...Object.keys(rules), ...markers.map(({ rule }) => rule), ...mismatches.map(({ rule }) => rule)]);
console.log(`${"rule".padEnd(26)}markers  missed   false`);
for (const name of names) {
  const count = (items: readonly { readonly rule: string }[]): string =>
    String(items.filter(({ rule }) => rule === name).length).padStart(8);
  const missed = mismatches.filter(({ kind }) => kind === "missed");
  const surplus = mismatches.filter(({ kind }) => kind === "false");
  console.log(`${name.padEnd(25)}${count(markers)}${count(missed)}${count(surplus)}`);
}
console.log(`${String(verdicts.length)} files, ${String(wrong.length)} with differences`);
process.exitCode = wrong.length > 0 ? 1 : 0;
