/** Runs a driver's files as modules, which are made anew for each run. */
import path from "node:path";

/** A file as code that runs. */
export interface Code {
  /** Runs it with its module, its exports, its `require`, and the values; gives what is asked of it. */
  readonly make: (...values: unknown[]) => unknown;
  /** What else it is given. */
  readonly values: () => readonly unknown[];
}

interface Module {
  exports: object;
}

export class Loader {
  readonly #main: string;
  readonly #files: ReadonlyMap<string, Code>;
  readonly #api: object;

  /** @param api what everything but a file of the driver gives */
  constructor(main: string, files: ReadonlyMap<string, Code>, api: object) {
    this.#main = main;
    this.#files = files;
    this.#api = api;
  }

  /** Loads the main file and all that it imports; gives what is asked of it. */
  load(): unknown {
    const modules = new Map<string, Module>();
    const run = (file: string): unknown => {
      const code = this.#files.get(file);
      if (code === undefined) throw new Error(`there is no ${file}`);
      const module: Module = { exports: {} };
      modules.set(file, module);
      return code.make(module, module.exports, (specifier: string) => required(file, specifier), ...code.values());
    };
    const required = (from: string, specifier: string): object => {
      const file = this.#resolved(from, specifier);
      if (file === undefined) return this.#api;
      if (!modules.has(file)) run(file);
      return withDefault(modules.get(file)?.exports ?? {});
    };
    return run(this.#main);
  }

  /** The file that a specifier means: with or without its ending, a folder's index, or by the project's alias. */
  #resolved(from: string, specifier: string): string | undefined {
    const isOwn = /^(?:\.|@parts\/)/u.test(specifier);
    if (!isOwn) return undefined;
    const named = specifier.startsWith("@parts/") ? specifier.slice("@parts/".length) : path.posix.join(path.posix.dirname(from), specifier);
    const found = [named, `${named}.ts`, named.replace(/\.js$/u, ".ts"), `${named}/index.ts`].find((each) => this.#files.has(each));
    if (found === undefined) throw new Error(`${from} imports ${specifier}, which is no file`);
    return found;
  }
}

/** What a CommonJS module exports is what others import as its default. */
function withDefault(exports: object): object {
  if (!("__esModule" in exports) && !("default" in exports)) Object.defineProperty(exports, "default", { value: exports, configurable: true, writable: true });
  return exports;
}
