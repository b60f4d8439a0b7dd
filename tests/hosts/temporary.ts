/** Projects of users, made for a while: each a folder of its own in which the packed tarball is installed. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const own = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../package.json"), "utf8")) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** Packages at the versions that this repository develops with. */
export function asDeveloped(...names: readonly string[]): string[] {
  return names.map((name) => `${name}@${own.devDependencies[name] ?? "latest"}`);
}

/** Folders that go once they have served. */
export class Temporary {
  readonly #folder = realpathSync(mkdtempSync(path.join(tmpdir(), "eslint-plugin-wdf-hosts-")));
  readonly #tarball: string;

  constructor(tarball: string) {
    this.#tarball = path.resolve(tarball);
  }

  /** An empty project with the tarball and more packages; returns its folder. Their install scripts run only where they have to. */
  install(name: string, further: readonly string[], { scripts = false } = {}): string {
    const project = path.join(this.#folder, name);
    mkdirSync(project);
    writeFileSync(path.join(project, "package.json"), JSON.stringify({ name: "host", private: true, type: "module" }));
    const flags = ["--prefer-offline", "--no-audit", "--no-fund", ...(scripts ? [] : ["--ignore-scripts"])];
    execFileSync("npm", ["install", ...flags, ...further, this.#tarball], {
      cwd: project,
      stdio: ["ignore", "ignore", "inherit"],
      shell: process.platform === "win32",
    });
    return project;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
