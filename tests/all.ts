/** `npm test`: every check of the project, one progress line each; stops at the first that fails and shows its output. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const packs = mkdtempSync(path.join(tmpdir(), "eslint-plugin-wdf-pack-"));

/** A program of node_modules with its arguments, under the name it is shown by. */
type Step = readonly [name: string, program: string, ...args: string[]];

/**
 * Generated programs, judged by the simulator and the linter: always the same ones, with mutants, and ones never seen before.
 * Of the latter two may show a disagreement, as rare as that is: it is printed, to be mended.
 */
const oracles: readonly Step[] = [
  ["oracle, a fixed seed", "jiti", "tests/oracle/run.ts", "--built", "--programs", "2000", "--seed", "20261107", "--mutants", "600", "--show", "3", "--patience", "20"],
  ["oracle, a fresh seed", "jiti", "tests/oracle/run.ts", "--built", "--programs", "500", "--allow", "2", "--show", "3", "--patience", "20"],
];

/** What is offered about generated drivers and about those of the documentation, made and judged. */
const repairs: Step = ["oracle, repairs", "jiti", "tests/oracle/run.ts", "--repairs", "--built", "--documented", "--applications", "1000", "--seed", "20261107", "--forced", "0", "--show", "3", "--patience", "20"];

const checks: readonly Step[] = [
  ["build", "npm", "run", "build"],
  ["types", "tsc"],
  ["types of the examples", "tsc", "-p", "docs/examples"],
  ["lint", "eslint", "."],
  ["unit tests", "vitest", "run", "--reporter=minimal"],
  ...oracles,
  repairs,
  ["docs", "eslint-doc-generator", "--check"],
  ["knip", "knip"],
  ["publint", "publint", "--strict"],
  ["pack", "npm", "pack", "--pack-destination", packs],
];

try {
  process.exitCode = checks.every(run) && afterPack().every(run) ? 0 : 1;
} finally {
  rmSync(packs, { recursive: true, force: true });
}

/** What looks at the tarball. */
function afterPack(): readonly Step[] {
  const tarball = path.join(packs, readdirSync(packs)[0] ?? "");
  return [
    ["attw", "attw", tarball, "--profile", "esm-only"],
  ];
}

function run([name, program, ...args]: Step): boolean {
  const start = performance.now();
  const bin = path.join(root, "node_modules", ".bin");
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env["PATH"] ?? ""}` };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, env, encoding: "utf8", shell: process.platform === "win32" });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (status !== 0) console.log([stdout, stderr].join("\n"));
  // The seed and the figures, and so what the verdict rests on, are told of a success, too.
  else if (name.startsWith("oracle")) console.log(stdout.trimEnd().replace(/^/gmu, "       "));
  return status === 0;
}
