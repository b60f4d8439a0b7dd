/** A folder of its own for a driver's files, written anew for each driver. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** When the first file was written, in seconds; each later one is a second younger. */
const FIRST = 1_700_000_000;

export class Folder {
  readonly path = realpathSync(mkdtempSync(path.join(tmpdir(), "eslint-plugin-wdf-oracle-")));
  #names = new Set<string>();
  #time = FIRST;

  constructor() {
    process.on("exit", () => {
      rmSync(this.path, { recursive: true, force: true });
    });
  }

  /** Leaves these files in the folder, and no others. Nothing keeps its time stamp: two drivers are faster than the clock of some disks. */
  write(files: ReadonlyMap<string, string>): void {
    this.#time += 1;
    for (const name of this.#names) if (!files.has(name)) rmSync(path.join(this.path, name));
    const folders = new Set([...this.#names, ...files.keys()].map((name) => path.dirname(path.join(this.path, name))));
    for (const [name, text] of files) {
      const file = path.join(this.path, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      utimesSync(file, this.#time, this.#time);
    }
    for (const folder of folders) if (statSync(folder, { throwIfNoEntry: false })) utimesSync(folder, this.#time, this.#time);
    this.#names = new Set(files.keys());
  }
}
