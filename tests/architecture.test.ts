/** Holds the arrows between the rooms of the house: what may import what, and what no file may load when it runs. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "..");

/** What each room may import, further to itself: rules → create-rule → deferred → engine → repair → machine → source → api; the simulator apart, and the formatters, which know nothing but messages. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  api: [],
  settings: ["api"],
  source: ["api"],
  mention: ["settings", "api"],
  machine: ["mention", "settings", "source", "api"],
  repair: ["machine", "mention", "settings", "source", "api"],
  report: [],
  formatter: ["report"],
  sarif: ["report"],
  wording: ["report", "machine", "source", "api"],
  engine: ["wording", "report", "repair", "machine", "source"],
  "read-facts": ["deferred", "machine", "mention", "settings"],
  deferred: ["engine", "read-facts"],
  "create-rule": ["deferred", "machine", "read-facts"],
  rules: ["create-rule", "deferred", "repair", "machine"],
  configs: [],
  index: ["rules", "configs", "create-rule", "settings", "api"],
  sim: [],
};

/** One import, or one re-export, of a file. */
interface Import {
  readonly file: string;
  readonly from: string;
  /** Erased before the file runs. */
  readonly typeOnly: boolean;
}

const imports = ["lib", "rules"].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => importsOf(path.join(root, folder, name))),
);

test("every room is known, and imports only where an arrow leads", () => {
  const wrong = imports.filter(({ file, from }) => {
    const target = from.startsWith(".") ? path.resolve(path.dirname(file), from) : null;
    if (target === null) return false;
    const [here, there] = [roomOf(file), roomOf(target)];
    return here !== there && ARROWS[here]?.includes(there) !== true;
  });
  expect(wrong.map(inWords)).toEqual([]);
  expect([...new Set(imports.map(({ file }) => roomOf(file)))].filter((room) => ARROWS[room] === undefined)).toEqual([]);
});

describe("the simulator", () => {
  const own = imports.filter(({ file }) => roomOf(file) === "sim");

  test("imports nothing but itself, types included", () => {
    expect(own.length).toBeGreaterThan(20);
    expect(own.filter(({ file, from }) => !from.startsWith(".") || roomOf(path.resolve(path.dirname(file), from)) !== "sim").map(inWords)).toEqual([]);
  });

  test("is imported by nothing of the linter", () => {
    const others = imports.filter(({ file }) => roomOf(file) !== "sim");
    expect(others.filter(({ from }) => /(?:^|\/)sim(?:\/|$)/u.test(from)).map(inWords)).toEqual([]);
  });
});

test("when it runs, the package loads nothing but itself, Node's own modules, the two dependencies where modules are found and read, and the optional one where it is asked for", () => {
  const loaded = imports.filter(({ from, typeOnly }) => !typeOnly && !from.startsWith("."));
  expect(loaded.filter(({ from }) => !from.startsWith("node:")).map(inWords)).toEqual(["lib/sarif.ts imports node-sarif-builder", "lib/source/parse.ts imports eslint", "lib/source/parse.ts imports eslint-scope", "lib/source/resolve.ts imports enhanced-resolve"]);
});

test("what a configuration imports is little: rules and presets, and of all else only types", () => {
  const early = imports.filter(({ file, typeOnly }) => !typeOnly && ["index", "rules", "configs", "create-rule", "deferred"].includes(roomOf(file)));
  const rooms = new Set(early.flatMap(({ file, from }) => (from.startsWith(".") ? [roomOf(path.resolve(path.dirname(file), from))] : [])));
  expect([...rooms].sort()).toEqual(["configs", "create-rule", "deferred", "rules"]);
});

test("the machine knows nothing of repairs, nor do the frames of the rules", () => {
  const others = imports.filter(({ file }) => !["repair", "rules", "engine"].includes(roomOf(file)));
  expect(others.filter(({ file, from }) => from.startsWith(".") && roomOf(path.resolve(path.dirname(file), from)) === "repair").map(inWords)).toEqual([]);
});

/** The folder of lib that a file stands in, or its own name where it stands in lib itself; "rules" for all of rules. */
function roomOf(file: string): string {
  const [first = "", second = ""] = path.relative(root, file).split(path.sep);
  return first === "lib" ? second.replace(/\.ts$/u, "") : first;
}

function inWords({ file, from }: Import): string {
  return `${path.relative(root, file)} imports ${from}`;
}

function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && loads(node) && node.arguments[0] !== undefined) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  const add = (specifier: ts.Node, typeOnly: boolean): void => {
    const from = ts.isStringLiteralLike(specifier) ? specifier.text : `(computed) ${specifier.getText()}`;
    found.push({ file, from, typeOnly });
  };
  visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true));
  return found;
}

/** `import(…)`, `require(…)`, or `createRequire(…)(…)`. */
function loads({ expression }: ts.CallExpression): boolean {
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression) && expression.text === "require") ||
    (ts.isCallExpression(expression) && ts.isIdentifier(expression.expression) && expression.expression.text === "createRequire")
  );
}
