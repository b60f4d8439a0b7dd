/** How long Node takes to import the built plugin, in fresh processes. */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

const entry = pathToFileURL(path.resolve(import.meta.dirname, "../../dist/lib/index.js")).href;
const script = `const start = performance.now(); await import(${JSON.stringify(entry)}); console.log(performance.now() - start);`;

const GOAL = 20;

/** Prints the least and the middle of some imports, in milliseconds, and gives the goal if it is missed. */
export function importing(runs: number): string[] {
  const times = Array.from({ length: runs }, () => Number(execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" }))).sort((a, b) => a - b);
  const middle = times[Math.floor(times.length / 2)] ?? Number.NaN;
  console.log(`\nImport of the plugin: ${middle.toFixed(1)} ms (least ${String(times[0]?.toFixed(1))}); the goal is ${String(GOAL)}`);
  return middle > GOAL ? [`the plugin is imported in ${middle.toFixed(1)} ms, not ${String(GOAL)}`] : [];
}
