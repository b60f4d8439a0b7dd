/** Which file an import means, by the rules of TypeScript and Node; nothing outside of the project is looked at. */
import fs from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import type enhancedResolve from "enhanced-resolve";

/** What was found, and what has to stay as it is for the answer to hold. */
interface Resolution {
  readonly file: string | undefined;
  /** Directories and files that were looked at. */
  readonly watched: readonly string[];
  /** Their time stamps then. */
  readonly stamps: readonly number[];
}

type Resolver = ReturnType<typeof enhancedResolve.ResolverFactory.createResolver>;

const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];
// More resolutions than this are not remembered.
const MAX_REMEMBERED = 20_000;

const resolvers = new Map<string, Resolver>();
const resolutions = new Map<string, Resolution>();

/** Resolves imports for one lint run of one file: what it has looked at once stays as it is meanwhile. */
export class ImportResolver {
  readonly #roots: readonly string[];
  readonly #stamps = new Map<string, number>();

  /** @param roots folders in which files may be looked at */
  constructor(roots: readonly string[]) {
    this.#roots = roots;
  }

  /** The file of the project that an import in a folder means; undefined for packages, and for what cannot be found. */
  resolve(folder: string, specifier: string): string | undefined {
    if (isBuiltin(specifier)) return undefined;
    const key = [...this.#roots, folder, specifier].join("\0");
    const known = resolutions.get(key);
    if (known?.watched.every((each, index) => this.stamp(each) === known.stamps[index]) === true) return known.file;
    const made = this.#resolved(folder, specifier);
    resolutions.delete(key);
    resolutions.set(key, made);
    const [oldest] = resolutions.keys();
    if (resolutions.size > MAX_REMEMBERED && oldest !== undefined) resolutions.delete(oldest);
    return made.file;
  }

  /** When a file or folder was last changed, in milliseconds; -1 where there is none, or it lies outside of the project. */
  stamp(file: string): number {
    const known = this.#stamps.get(file);
    if (known !== undefined) return known;
    const stamp = isWithin(this.#roots, file) ? stampOf(file) : -1;
    this.#stamps.set(file, stamp);
    return stamp;
  }

  #resolved(folder: string, specifier: string): Resolution {
    const files = new Set<string>();
    const missing = new Set<string>();
    const context = { fileDependencies: files, missingDependencies: missing };
    let file: string | undefined;
    try {
      const found = resolverFor(this.#roots).resolveSync({}, folder, specifier, context);
      file = found === false ? undefined : found.replace(/[?#].*$/u, "");
    } catch {
      file = undefined;
    }
    if (file !== undefined && !isFollowed(this.#roots, file)) file = undefined;
    const watched = [...new Set([...files, ...[...missing, ...files].map((each) => path.dirname(each))])].filter((each) => isWithin(this.#roots, each));
    return { file, watched, stamps: watched.map((each) => this.stamp(each)) };
  }
}

/** Own code of the project, in a language that the parser may read. */
function isFollowed(roots: readonly string[], file: string): boolean {
  return isWithin(roots, file) && !file.split(path.sep).includes("node_modules") && EXTENSIONS.includes(path.extname(file)) && !/\.d\.[cm]?ts$/u.test(file);
}

function isWithin(roots: readonly string[], file: string): boolean {
  return roots.some((root) => {
    const relative = path.relative(root, file);
    return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
  });
}

function stampOf(file: string): number {
  try {
    return fs.statSync(file).mtimeMs;
  } catch {
    return -1;
  }
}

function resolverFor(roots: readonly string[]): Resolver {
  const key = roots.join("\0");
  const known = resolvers.get(key);
  if (known) return known;
  const { ResolverFactory } = createRequire(import.meta.url)("enhanced-resolve") as typeof enhancedResolve;
  const made = ResolverFactory.createResolver({
    fileSystem: fenced(roots) as unknown as Parameters<typeof ResolverFactory.createResolver>[0]["fileSystem"],
    useSyncFileSystemCalls: true,
    extensions: EXTENSIONS,
    extensionAlias: { ".js": [".ts", ".tsx", ".js", ".jsx"], ".jsx": [".tsx", ".jsx"], ".mjs": [".mts", ".mjs"], ".cjs": [".cts", ".cjs"] },
    conditionNames: ["source", "development", "import", "require", "node", "default"],
    mainFields: ["source", "module", "main"],
    tsconfig: { references: "auto" },
  });
  resolvers.set(key, made);
  return made;
}

/** The file system as far as some folders: nothing else is there. */
function fenced(roots: readonly string[]): object {
  const inside = <Result>(read: (file: string) => Result) => (file: string): Result => {
    if (!isWithin(roots, file)) throw Object.assign(new Error(`ENOENT: ${file} lies outside of the project`), { code: "ENOENT" });
    return read(file);
  };
  return {
    statSync: inside((file) => fs.statSync(file)),
    lstatSync: inside((file) => fs.lstatSync(file)),
    readFileSync: inside((file) => fs.readFileSync(file)),
    readlinkSync: inside((file) => fs.readlinkSync(file)),
    readdirSync: inside((file) => fs.readdirSync(file)),
  };
}

/** The folders that belong to the project of a file: its package or workspace, and the folder that ESLint runs in. */
export function projectRoots(file: string, cwd: string): string[] {
  const nearest = rootAbove(path.dirname(file));
  const isAround = path.dirname(cwd) !== cwd && isWithin([cwd], file);
  const roots = [...new Set([...(nearest === undefined ? [cwd] : [nearest]), ...(isAround ? [cwd] : [])].map(real))];
  return roots.filter((root) => !roots.some((other) => other !== root && isWithin([other], root)));
}

/** A path without symbolic links; as it is where there is no such file. */
export function real(folder: string): string {
  try {
    return fs.realpathSync(folder);
  } catch {
    return path.resolve(folder);
  }
}

/** The outermost workspace above a folder, else the nearest package. */
function rootAbove(folder: string): string | undefined {
  let nearest: string | undefined;
  for (let current = folder, above = path.dirname(folder); ; current = above, above = path.dirname(current)) {
    const manifest = path.join(current, "package.json");
    if (stampOf(manifest) !== -1) {
      nearest ??= current;
      if (hasWorkspaces(manifest)) return current;
    }
    if (stampOf(path.join(current, "pnpm-workspace.yaml")) !== -1) return current;
    if (above === current) return nearest;
  }
}

function hasWorkspaces(manifest: string): boolean {
  try {
    const read: unknown = JSON.parse(fs.readFileSync(manifest, "utf8"));
    return typeof read === "object" && read !== null && "workspaces" in read;
  } catch {
    return false;
  }
}
