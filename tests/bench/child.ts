/** A part of the bench in a process of its own, so that no part warms up or litters another. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";

/**
 * Runs a worker of this folder.
 * @param args its name without the ending, and what it is given
 * @param limit milliseconds after which it is stopped
 * @param line called with each line that it prints
 * @returns why it ended before its work was done; empty where it did not
 */
export function runWorker([name, ...args]: readonly [name: string, ...args: string[]], limit: number, line: (text: string) => void): Promise<string> {
  const jiti = path.join(path.dirname(createRequire(import.meta.url).resolve("jiti/package.json")), "lib/jiti-cli.mjs");
  const worker = path.join(import.meta.dirname, `${name}.ts`);
  const child = spawn(process.execPath, ["--expose-gc", jiti, worker, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  createInterface({ input: child.stdout }).on("line", line);
  return new Promise((resolve) => {
    let isStopped = false;
    const timer = setTimeout(() => {
      isStopped = true;
      child.kill("SIGKILL");
    }, limit);
    child.on("close", (code) => {
      clearTimeout(timer);
      if (isStopped) resolve(`took more than ${String(limit / 1000)} s`);
      else resolve(code === 0 ? "" : `broke: ${errors.trim().split("\n").slice(0, 8).join("\n")}`);
    });
  });
}
