/** `npm run hosts`: packs the plugin and tries the tarball in every program that uses it; one line each. `-- NAME …` runs only those. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** What is tried, by name: a script of this folder, which is given the tarball. */
const HOSTS: Readonly<Record<string, string>> = {
  eslint: "hosts.ts",
  commands: "commands.ts",
  editor: "editor/main.ts",
  oxlint: "oxlint.ts",
  reports: "reports.ts",
  scale: "scale.ts",
};
/** What is run when it is asked for. */
const FURTHER: Readonly<Record<string, string>> = { picture: "editor/picture.ts" };
const scripts = { ...HOSTS, ...FURTHER };

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(scripts, name));
if (unknown !== undefined) throw new Error(`There is no host "${unknown}", but these: ${Object.keys(scripts).join(", ")}.`);

const root = path.resolve(import.meta.dirname, "../..");
const packs = mkdtempSync(path.join(tmpdir(), "eslint-plugin-wdf-pack-"));
const shell = process.platform === "win32";
try {
  execFileSync("npm", ["run", "build", "--silent"], { cwd: root, stdio: ["ignore", "ignore", "inherit"], shell });
  execFileSync("npm", ["pack", "--silent", "--pack-destination", packs], { cwd: root, stdio: ["ignore", "ignore", "inherit"], shell });
  const tarball = path.join(packs, readdirSync(packs)[0] ?? "");
  const names = asked.length > 0 ? asked : Object.keys(HOSTS);
  process.exitCode = names.filter((name) => !holds(name, tarball)).length;
} finally {
  rmSync(packs, { recursive: true, force: true });
}

function holds(name: string, tarball: string): boolean {
  const script = path.join(import.meta.dirname, scripts[name] ?? "");
  if (!existsSync(script)) throw new Error(`${script} is missing.`);
  const start = performance.now();
  const { status } = spawnSync(path.join(root, "node_modules/.bin/jiti"), [script, tarball], { cwd: root, stdio: "inherit", shell });
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return status === 0;
}
