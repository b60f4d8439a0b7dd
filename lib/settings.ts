/** The shared settings of all rules, `settings.wdf`: their type, their defaults, and one clear error for a bad one. */
import { PAIRS, type Pair } from "./api/pairs.ts";

/** `settings.wdf` of an ESLint configuration, as a user writes it. */
export interface WdfSettings {
  /** Modules whose exports are the API. Without it, any binding with a known name is. */
  readonly modules?: readonly string[];
  /** Renamed functions: your name → the WDF name. */
  readonly names?: Readonly<Record<string, string>>;
  /** How a failing call tells: by its status (the default), or by throwing. */
  readonly failure?: "status" | "throw";
  /** Names of entry functions, further to `DriverEntry`. */
  readonly entryPoints?: readonly string[];
  /** Further acquire/release pairs, in the form of the built-in ones. */
  readonly resources?: readonly Pair[];
  /** Whether imported local modules are read; true by default. */
  readonly followImports?: boolean;
  /** Kinds of resources whose leaks are meant: "pool", "wpp", … */
  readonly ignore?: readonly string[];
}

/** The settings with every default filled in. */
export interface ResolvedSettings {
  /** Undefined: any binding with a known name is the API. */
  readonly modules: readonly string[] | undefined;
  /** Without a prototype, so that any name can be looked up. */
  readonly names: Readonly<Record<string, string>>;
  readonly failure: "status" | "throw";
  /** `DriverEntry` and the user's own. */
  readonly entryPoints: readonly string[];
  readonly resources: readonly Pair[];
  readonly followImports: boolean;
  readonly ignore: readonly string[];
}

/** What is wrong with a value: where it stands, what was given, what is allowed, how to mend it. */
type Problem = string;

/** Judges the value at a path such as `wdf.resources[0].kind`. */
type Check = (value: unknown, path: string) => Problem | undefined;

/**
 * Reads `settings.wdf`.
 * @param raw the value as configured; undefined where there is none
 * @returns the settings with defaults, or the first problem in words for the user
 */
export function readSettings(raw: unknown): { settings: ResolvedSettings } | { error: string } {
  const error = raw === undefined ? undefined : checkSettings(raw, "wdf");
  if (error !== undefined) return { error };
  // Every key was checked above, so the value has the shape that the type promises.
  const given = (raw ?? {}) as WdfSettings;
  return {
    settings: {
      modules: given.modules,
      names: Object.assign(Object.create(null) as Record<string, string>, given.names),
      failure: given.failure ?? "status",
      entryPoints: [...new Set(["DriverEntry", ...(given.entryPoints ?? [])])],
      resources: given.resources ?? [],
      followImports: given.followImports ?? true,
      ignore: given.ignore ?? [],
    },
  };
}

function checkSettings(raw: unknown, path: string): Problem | undefined {
  const shape = fields({
    modules: listOf(text("a module name as it is imported")),
    names: mapOf(text("the WDF name that it stands for")),
    failure: oneOf("status", "throw"),
    entryPoints: listOf(text("the name of an entry function")),
    resources: listOf(pair),
    followImports: flag,
    ignore: listOf(text("a kind of resource")),
  });
  const problem = shape(raw, path);
  if (problem !== undefined) return problem;
  const { ignore = [], resources = [] } = raw as WdfSettings;
  const kinds = [...new Set([...PAIRS, ...resources].map((row) => row.kind))];
  const known = oneOf(...kinds);
  return firstProblem(ignore.map((kind, index) => known(kind, `${path}.ignore[${String(index)}]`)));
}

const text = (what: string): Check => (value, path) =>
  typeof value === "string" && value !== "" ? undefined : bad(path, value, `${what} (a string that is not empty)`);

const flag: Check = (value, path) => (typeof value === "boolean" ? undefined : bad(path, value, "true or false"));

const argumentNumber: Check = (value, path) =>
  Number.isInteger(value) && Number(value) >= 0 ? undefined : bad(path, value, "the number of an argument, counted from 0");

const literal: Check = (value, path) =>
  value === null || ["boolean", "number", "string"].includes(typeof value)
    ? undefined
    : bad(path, value, "a boolean, a number, a string or null");

function oneOf(...allowed: readonly string[]): Check {
  return (value, path) => {
    if (typeof value === "string" && allowed.includes(value)) return undefined;
    return bad(path, value, allowed.map(quote).join(", "), nearest(value, allowed));
  };
}

function listOf(check: Check, least = 0): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return bad(path, value, "an array");
    if (value.length < least) return bad(path, value, "an array with at least one element");
    return firstProblem(value.map((element, index) => check(element, `${path}[${String(index)}]`)));
  };
}

function mapOf(check: Check): Check {
  return (value, path) => {
    if (!isObject(value)) return bad(path, value, "an object");
    return firstProblem(Object.entries(value).map(([key, element]) => check(element, `${path}[${quote(key)}]`)));
  };
}

/** An object with these keys and no others; `required` ones must be there. A key set to undefined counts as absent. */
function fields(checks: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  return (value, path) => {
    if (!isObject(value)) return bad(path, value, `an object with the keys ${Object.keys(checks).join(", ")}`);
    for (const [key, element] of Object.entries(value)) {
      const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
      if (check === undefined) return unknownKey(path, key, Object.keys(checks));
      const problem = element === undefined ? undefined : check(element, `${path}.${key}`);
      if (problem !== undefined) return problem;
    }
    const missing = required.find((key) => value[key] === undefined);
    return missing === undefined
      ? undefined
      : `Invalid setting: ${quote(`${path}.${missing}`)} is missing. Required are ${required.join(", ")}.`;
  };
}

const condition = fields({ argument: argumentNumber, is: literal }, ["argument", "is"]);

const release = fields(
  {
    call: text("the name of the releasing call"),
    argument: (value, path) => (value === null ? undefined : argumentNumber(value, path)),
    when: condition,
  },
  ["call", "argument"],
);

const handle: Check = (value, path) => {
  const from = oneOf("return", "out", "argument", "global");
  const needsArgument = isObject(value) && (value["from"] === "out" || value["from"] === "argument");
  return needsArgument
    ? fields({ from, argument: argumentNumber }, ["from", "argument"])(value, path)
    : fields({ from }, ["from"])(value, path);
};

const pair = fields(
  {
    kind: text('what the resource is, as "device-object"'),
    acquire: listOf(text("the name of an acquiring call"), 1),
    succeeds: oneOf("status", "non-null", "boolean", "always", "throws"),
    acquireWhen: condition,
    handle,
    release: listOf(release, 1),
    owner: oneOf("driver", "framework"),
    unheld: oneOf("harmless", "fatal"),
    transfer: fields(
      { call: text("the name of the call that takes the duty over"), argument: argumentNumber, on: oneOf("success", "always") },
      ["call", "argument", "on"],
    ),
    alsoAt: text('another place that names the resource, as "DriverObject.DeviceObject"'),
    note: text("a remark"),
  },
  ["kind", "acquire", "succeeds", "handle", "release", "owner", "unheld"],
);

function bad(path: string, given: unknown, allowed: string, meant?: string): Problem {
  const hint = meant === undefined ? "" : ` Did you mean ${quote(meant)}?`;
  return `Invalid setting: ${quote(path)} is ${show(given)}. Allowed: ${allowed}.${hint}`;
}

function unknownKey(path: string, key: string, known: readonly string[]): Problem {
  const meant = nearest(key, known);
  const hint = meant === undefined ? "Remove it." : `Did you mean ${quote(meant)}?`;
  return `Invalid setting: ${quote(`${path}.${key}`)} is not a setting. Allowed in ${quote(path)}: ${known.join(", ")}. ${hint}`;
}

function firstProblem(problems: readonly (Problem | undefined)[]): Problem | undefined {
  return problems.find((problem) => problem !== undefined);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const quote = (word: string): string => `"${word}"`;

/** A value in a few words: as JSON where that is short, else what it is. */
function show(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (Array.isArray(value) && value.length > 0) return "an array";
  if (isObject(value) && Object.keys(value).length > 0) return "an object";
  if (typeof value === "bigint" || typeof value === "symbol") return `a ${typeof value}`;
  const words = value === undefined || typeof value === "number" ? String(value) : JSON.stringify(value);
  return words.length > 60 ? `${words.slice(0, 60)}…` : words;
}

/** The allowed word that a misspelt one most likely stands for. */
function nearest(given: unknown, allowed: readonly string[]): string | undefined {
  if (typeof given !== "string" || given.length > 60) return undefined;
  const ranked = allowed
    .map((word) => ({ word, distance: editDistance(given.toLowerCase(), word.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(best.word.length / 3)) ? best.word : undefined;
}

/** Levenshtein's distance: insertions, deletions and replacements of one letter. */
function editDistance(left: string, right: string): number {
  const letters = Array.from(right);
  let previous = Array.from({ length: letters.length + 1 }, (_, column) => column);
  for (const [row, letter] of Array.from(left).entries()) {
    const current = [row + 1];
    for (const [column, other] of letters.entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
