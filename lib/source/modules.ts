/** The modules that a file imports from its own project: read, parsed as it was itself, and what they export. */
import fs from "node:fs";
import path from "node:path";
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import { parsedModule, type ParsedFile, type ParsedModule } from "./parse.ts";
import { ImportResolver, projectRoots, real } from "./resolve.ts";
import { globalReferences, isWrittenOnce, type Variable } from "./scopes.ts";
import { keyName, memberName, unwrap } from "./syntax.ts";

/** One module of a program: the file under lint, or one that it imports. */
export interface Module extends ParsedModule {
  /** Its path; that of the file under lint as ESLint names it. */
  readonly file: string;
  /** Counts the modules of a program; 0 is the file under lint. */
  readonly number: number;
  /** As messages name it: relative to the file under lint; undefined for that file itself. */
  readonly shownAs: string | undefined;
}

/** What a name that a module exports means. */
export type Exported =
  | { readonly k: "variable"; readonly variable: Variable }
  /** All that another module exports. */
  | { readonly k: "namespace"; readonly module: Module };

/** What one module says of its exports. */
interface ExportTable {
  readonly names: ReadonlyMap<string, Entry>;
  /** `export * from`. */
  readonly stars: readonly string[];
  /** `module.exports = …`, `export = …`. */
  readonly whole: Variable | undefined;
  /** Of a module of CommonJS that does more with its exports than to set them: the variable that holds them all. */
  readonly object: Variable | undefined;
}

type Entry =
  | { readonly k: "own"; readonly variable: Variable }
  /** `export { name } from source`; all of it without a name. */
  | { readonly k: "from"; readonly source: string; readonly name: string | undefined; readonly node: TSESTree.Node };

/** How the file under lint was parsed, and where ESLint runs. */
export interface LintedSource extends ParsedFile {
  readonly cwd: string;
}

/** What decides which imports are followed. */
export interface Rules {
  readonly followImports: boolean;
  /** Modules that are the API itself. */
  readonly modules: readonly string[] | undefined;
  /** Names that are the API's wherever they come from. */
  readonly isApi: (name: string) => boolean;
  /** Names of calls that only the API, or a simulation of it, has reason to define. */
  readonly isSimulated: (name: string) => boolean;
}

// The simulator that comes with the rules is the API itself, wherever it lies.
const SIMULATOR = /^eslint-plugin-wdf\/sim(?:\/|$)/u;
// A longer file is no code that somebody wrote.
const MAX_LENGTH = 2_000_000;
const MAX_MODULES = 5000;
// Names passed on from module to module: so far.
const MAX_HOPS = 50;

/** The program around one file under lint: its modules as they are asked for. */
export class ModuleGraph {
  readonly entry: Module;
  readonly #linted: LintedSource;
  readonly #rules: Rules;
  readonly #modules = new Map<string, Module | undefined>();
  readonly #order: Module[] = [];
  readonly #exports = new Map<Module, ExportTable>();
  readonly #byTree = new Map<TSESTree.Node, Module>();
  readonly #links = new Map<Variable, Exported | undefined>();
  readonly #files: FileSystem | undefined;

  constructor(linted: LintedSource, rules: Rules) {
    this.#linted = linted;
    this.#rules = rules;
    const file = path.resolve(linted.cwd, linted.filename);
    this.entry = { ...moduleOf(linted.sourceCode), file, number: 0, shownAs: undefined };
    this.#adopt(this.entry);
    this.#files = rules.followImports ? new FileSystem(file, linted.cwd) : undefined;
  }

  /** The modules that were followed, the file under lint first. */
  get modules(): readonly Module[] {
    return this.#order;
  }

  /** Whether a name is the API's wherever it comes from. */
  isApi(name: string): boolean {
    return this.#rules.isApi(name);
  }

  /** The module that a variable is declared in; undefined for globals. */
  moduleOf(variable: Variable): Module | undefined {
    let scope: TSESLint.Scope.Scope = variable.scope;
    while (scope.upper) scope = scope.upper;
    return this.#byTree.get(scope.block);
  }

  /** What an imported variable stands for in another module; undefined for what is not imported, or not followed. */
  linkOf(variable: Variable): Exported | undefined {
    if (this.#links.has(variable)) return this.#links.get(variable);
    // What leads back to itself stands for nothing.
    this.#links.set(variable, undefined);
    const found = this.#linkOf(variable);
    this.#links.set(variable, found);
    return found;
  }

  /** The module that an import with this specifier means. */
  imported(from: Module, specifier: string): Module | undefined {
    const file = this.#fileOf(from, specifier);
    if (file === undefined || !this.#files) return undefined;
    if (file === this.#files.entry) return this.entry;
    if (this.#modules.has(file)) return this.#modules.get(file);
    const module = this.#modules.size < MAX_MODULES ? this.#files.read(file, this.#linted) : undefined;
    const isOfDriver = module !== undefined && !definedNames(module).some((name) => this.#rules.isSimulated(name));
    const made = isOfDriver ? { ...module, file, number: this.#order.length, shownAs: shownAs(this.entry.file, file) } : undefined;
    this.#modules.set(file, made);
    if (made) this.#adopt(made);
    return made;
  }

  #fileOf(from: Module, specifier: string): string | undefined {
    if (SIMULATOR.test(specifier) || this.#rules.modules?.includes(specifier) === true) return undefined;
    return this.#files?.resolve(path.dirname(from.file), specifier);
  }

  /** What a module exports under a name. */
  exported(module: Module, name: string, hops = 0): Exported | undefined {
    if (hops > MAX_HOPS) return undefined;
    const { names, stars, whole } = this.#tableOf(module);
    const entry = names.get(name);
    if (entry?.k === "own") return this.linkOf(entry.variable) ?? { k: "variable", variable: entry.variable };
    if (entry) return this.#passedOn(module, entry, hops);
    if (name === "default" && whole) return { k: "variable", variable: whole };
    // A package's default is not among what `export *` passes on.
    if (name === "default") return undefined;
    const passed = stars.flatMap((source) => {
      const next = this.imported(module, source);
      const found = next ? this.exported(next, name, hops + 1) : undefined;
      return found ? [found] : [];
    });
    if (passed.length > 0) return passed[0];
    const [foreign] = stars.filter((source) => !this.imported(module, source));
    // What cannot be seen may well export it.
    return foreign === undefined ? undefined : { k: "variable", variable: importing(module, foreign, name) };
  }

  /** The modules whose statements run before those of a module: what it imports, in order. */
  importsOf(module: Module): Module[] {
    return [...sourcesOf(module).flatMap((source) => this.imported(module, source) ?? []), ...this.#requiredBefore(module)];
  }

  /** Those of them that are read already: what a module only passes on is there without it. */
  knownImportsOf(module: Module): Module[] {
    return sourcesOf(module).flatMap((source) => {
      const file = this.#fileOf(module, source);
      return (file === this.#files?.entry ? this.entry : this.#modules.get(file ?? "")) ?? [];
    });
  }

  #requiredBefore({ ast, scopeManager }: Module): Module[] {
    const declared = ast.body.flatMap((node) => (node.type === "VariableDeclaration" ? node.declarations.flatMap(({ init }) => init ?? []) : []));
    const called = globalReferences(scopeManager, "require").flatMap(({ from, identifier }) => (from.variableScope.block === ast && identifier.parent.type === "CallExpression" ? identifier.parent : []));
    return [...declared, ...called].flatMap((node) => this.required(node) ?? []);
  }

  /** The modules that a module imports for what they do alone. */
  effectsOf(module: Module): Module[] {
    return module.ast.body.flatMap((node) => (node.type === "ImportDeclaration" && node.specifiers.length === 0 ? (this.imported(module, node.source.value) ?? []) : []));
  }

  /** The names that a module exports, those of `export *` included. */
  namesOf(module: Module, seen = new Set<Module>()): Set<string> {
    if (seen.has(module)) return new Set();
    seen.add(module);
    const { names, stars } = this.#tableOf(module);
    const found = new Set(names.keys());
    for (const source of stars) {
      const next = this.imported(module, source);
      for (const name of next ? this.namesOf(next, seen) : []) if (name !== "default") found.add(name);
    }
    return found;
  }

  /** Whether `__esModule` of a module is set: what compilers write asks for it. */
  isMarked({ isCommon, scopeManager }: Module): boolean {
    return !isCommon || exportsUsed(scopeManager).some(isMarked);
  }

  /** What a module is as a value, where it says so by `module.exports = …`. */
  wholeOf(module: Module): Variable | undefined {
    return this.#tableOf(module).whole;
  }

  /** The variable that `module.exports` is in a module of CommonJS that does more with it than to set it. */
  exportsObject(module: Module): Variable | undefined {
    return this.#tableOf(module).object;
  }

  /** The variable that stands for an assignment to `exports`, or for `export default` of an expression. */
  exportVariable(module: Module, node: TSESTree.Node): Variable | undefined {
    this.#tableOf(module);
    return this.#madeFor.get(node);
  }

  readonly #madeFor = new Map<TSESTree.Node, Variable>();

  #adopt(module: Module): void {
    this.#order.push(module);
    this.#byTree.set(module.ast, module);
  }

  #tableOf(module: Module): ExportTable {
    const known = this.#exports.get(module);
    if (known) return known;
    const made = exportsOf(module, this.#madeFor);
    this.#exports.set(module, made);
    return made;
  }

  #passedOn(module: Module, { source, name, node }: Extract<Entry, { k: "from" }>, hops: number): Exported | undefined {
    const next = this.imported(module, source);
    if (!next) return { k: "variable", variable: importing(module, source, name, node) };
    return name === undefined ? this.#asValue(next) : this.exported(next, name, hops + 1);
  }

  #asValue(module: Module): Exported {
    const whole = this.wholeOf(module);
    return whole ? { k: "variable", variable: whole } : { k: "namespace", module };
  }

  #linkOf(variable: Variable): Exported | undefined {
    const [definition] = variable.defs;
    const node = definition?.node as TSESTree.Node | undefined;
    const module = node && this.moduleOf(variable);
    if (!module) return undefined;
    switch (node.type) {
      case "ImportSpecifier": {
        const name = node.imported.type === "Identifier" ? node.imported.name : node.imported.value;
        return this.#rules.isApi(name) ? undefined : this.#importedName(module, node.parent, name);
      }
      case "ImportDefaultSpecifier":
        return this.#importedName(module, node.parent, "default");
      case "ImportNamespaceSpecifier": {
        const next = sourceOf(node.parent);
        const target = next === undefined ? undefined : this.imported(module, next);
        return target && this.#asValue(target);
      }
      case "TSImportEqualsDeclaration": {
        const target = node.moduleReference.type === "TSExternalModuleReference" ? this.imported(module, node.moduleReference.expression.value) : undefined;
        return target && this.#asValue(target);
      }
      case "VariableDeclarator":
        return this.#requiredBy(variable, node);
      default:
        return undefined;
    }
  }

  /** The module that a variable was imported from, by its name or as a whole; undefined for one that is not followed. */
  sourceOf(variable: Variable): Module | undefined {
    const node = variable.defs[0]?.node as TSESTree.Node | undefined;
    const module = node && this.moduleOf(variable);
    if (!module) return undefined;
    if (node.type === "VariableDeclarator") return node.init ? this.required(node.init) : undefined;
    const specifier = node.type === "TSImportEqualsDeclaration" ? (node.moduleReference.type === "TSExternalModuleReference" ? node.moduleReference.expression.value : undefined) : sourceOf(node.parent);
    return specifier === undefined ? undefined : this.imported(module, specifier);
  }

  #importedName(module: Module, declaration: TSESTree.Node | undefined, name: string): Exported | undefined {
    const source = sourceOf(declaration);
    const target = source === undefined ? undefined : this.imported(module, source);
    if (!target) return undefined;
    return this.exported(target, name) ?? this.#memberOfWhole(target, name);
  }

  /** `import { start } from "./trace.cjs"` where that says `module.exports = { start }`; and its default is all of it. */
  #memberOfWhole(module: Module, name: string): Exported | undefined {
    const isCommon = this.#tableOf(module).names.size > 0 && module.isCommon;
    return name === "default" && isCommon ? this.#asValue(module) : undefined;
  }

  /** `const trace = require("./trace")`, `const { start } = require("./trace")`. */
  #requiredBy(variable: Variable, { init, id, parent }: TSESTree.VariableDeclarator): Exported | undefined {
    const target = init && this.required(init);
    if (!target || (parent.kind !== "const" && !isWrittenOnce(variable))) return undefined;
    if (id.type === "Identifier") return this.#asValue(target);
    const name = id.type === "ObjectPattern" ? boundName(id, variable) : undefined;
    return name === undefined || this.#rules.isApi(name) ? undefined : this.exported(target, name);
  }

  /** The module that `require("./trace")`, or `await import("./trace")`, gives. */
  required(wrapped: TSESTree.Node): Module | undefined {
    const node = unwrap(wrapped);
    if (node.type === "AwaitExpression") return this.required(node.argument);
    const [source] = node.type === "CallExpression" && isRequire(node) ? node.arguments : node.type === "ImportExpression" ? [node.source] : [];
    if (source?.type !== "Literal") return undefined;
    const module = this.#moduleAround(node);
    return module && this.imported(module, String(source.value));
  }

  #moduleAround(node: TSESTree.Node): Module | undefined {
    let root = node;
    while (root.parent) root = root.parent;
    return this.#byTree.get(root);
  }
}

const contexts = new WeakMap<object, LintedSource>();

/** Notes where a source comes from: without that, its imports are not followed. */
export function placeSource(linted: LintedSource): void {
  contexts.set(linted.sourceCode, linted);
}

/** Where a source comes from, as it was noted. */
export function sourcePlace(sourceCode: Readonly<TSESLint.SourceCode>): LintedSource | undefined {
  return contexts.get(sourceCode);
}

/** The program around a file under lint. */
export function programOf(sourceCode: Readonly<TSESLint.SourceCode>, rules: Rules): ModuleGraph {
  const linted = contexts.get(sourceCode);
  return linted ? new ModuleGraph(linted, rules) : new ModuleGraph({ sourceCode, filename: "", languageOptions: {}, cwd: "" }, { ...rules, followImports: false });
}

/** Reads the files of a project. */
class FileSystem {
  readonly entry: string;
  readonly #resolver: ImportResolver;

  constructor(file: string, cwd: string) {
    this.entry = real(file);
    this.#resolver = new ImportResolver(projectRoots(this.entry, cwd));
  }

  resolve(folder: string, specifier: string): string | undefined {
    return this.#resolver.resolve(folder, specifier);
  }

  /** A module as it stands on the disk; undefined where it cannot be read or parsed. */
  read(file: string, linted: LintedSource): ParsedModule | undefined {
    return parsedFiles.get(file, this.#resolver.stamp(file), linted);
  }
}

/** What is kept of the files read, for the next lint run: bounded by the length of their texts. */
class ParsedFiles {
  readonly #kept = new Map<string, { readonly stamp: number; readonly module: ParsedModule | undefined; readonly length: number }>();
  #length = 0;

  get(file: string, stamp: number, linted: LintedSource): ParsedModule | undefined {
    const key = `${file}\0${optionsKey(linted)}`;
    const known = this.#kept.get(key);
    if (known?.stamp === stamp) {
      // The last used is dropped last.
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.module;
    }
    if (known) this.#drop(key, known.length);
    const { module, length } = read(file, linted);
    this.#kept.set(key, { stamp, module, length });
    this.#length += length;
    for (const [oldest, { length: freed }] of this.#kept) {
      if (this.#length <= MAX_KEPT || oldest === key) break;
      this.#drop(oldest, freed);
    }
    return module;
  }

  #drop(key: string, length: number): void {
    this.#kept.delete(key);
    this.#length -= length;
  }
}

// Characters of source text that are kept as trees.
const MAX_KEPT = 8_000_000;
const parsedFiles = new ParsedFiles();

function read(file: string, linted: LintedSource): { readonly module: ParsedModule | undefined; readonly length: number } {
  try {
    if (fs.statSync(file).size > MAX_LENGTH) return { module: undefined, length: 0 };
    const text = fs.readFileSync(file, "utf8").replace(/^\uFEFF/u, "");
    return { module: withExports(parsedModule({ ...linted, filename: file }, text)), length: text.length };
  } catch {
    return { module: undefined, length: 0 };
  }
}

function withExports(module: ParsedTree): ParsedModule {
  return { ...module, isCommon: isCommon(module) };
}

const parserIds = new WeakMap<object, number>();
let parsers = 0;

/** Tells apart how files are parsed. */
function optionsKey({ languageOptions }: LintedSource): string {
  const { parser, parserOptions, ecmaVersion, sourceType } = languageOptions;
  let id = typeof parser === "object" && parser !== null ? parserIds.get(parser) : 0;
  if (id === undefined) {
    parsers += 1;
    id = parsers;
    parserIds.set(parser as object, id);
  }
  const plain = (key: string, value: unknown): unknown => (key === "programs" || typeof value === "function" ? undefined : value);
  return `${String(id)} ${JSON.stringify([parserOptions, ecmaVersion, sourceType], plain)}`;
}

/** The file under lint as a module. */
function moduleOf(sourceCode: Readonly<TSESLint.SourceCode>): ParsedModule {
  const { ast, text, scopeManager } = sourceCode;
  return { ast, text, scopeManager, isCommon: isCommon({ ast, text, scopeManager }) };
}

function shownAs(from: string, file: string): string {
  return path.relative(path.dirname(from), file).split(path.sep).join("/");
}

/** What the imports and exports of a module name, in order; types aside. */
function sourcesOf({ ast }: Module): string[] {
  return ast.body.flatMap((node): string[] => {
    switch (node.type) {
      case "ImportDeclaration":
        return node.importKind === "type" ? [] : [node.source.value];
      case "ExportNamedDeclaration":
        return node.source && node.exportKind !== "type" ? [node.source.value] : [];
      case "ExportAllDeclaration":
        return node.exportKind === "type" ? [] : [node.source.value];
      case "TSImportEqualsDeclaration":
        return node.moduleReference.type === "TSExternalModuleReference" && node.importKind !== "type" ? [node.moduleReference.expression.value] : [];
      default:
        return [];
    }
  });
}

function sourceOf(declaration: TSESTree.Node | undefined): string | undefined {
  return declaration?.type === "ImportDeclaration" && declaration.importKind !== "type" ? declaration.source.value : undefined;
}

/** `require("…")`. */
export function isRequire({ callee, arguments: given }: TSESTree.CallExpression): boolean {
  return callee.type === "Identifier" && callee.name === "require" && given.length === 1;
}

/** The property that a variable of a flat object pattern takes. */
function boundName(pattern: TSESTree.ObjectPattern, variable: Variable): string | undefined {
  for (const property of pattern.properties) {
    if (property.type !== "Property" || property.value.type !== "Identifier" || property.value !== variable.identifiers[0]) continue;
    return keyName(property.key, property.computed);
  }
  return undefined;
}

/* ---------- exports ---------- */

type ParsedTree = Omit<ParsedModule, "isCommon">;

const THIS = /\bthis\b/u;

/** Whether a file sets `exports` or `module.exports`, or does anything else with them. */
function isCommon(module: ParsedTree): boolean {
  return module.ast.body.some((node) => assignmentsIn(node).length > 0) || passesExports(module);
}

/**
 * Whether a module does more with its exports than to set them one by one, or all at once: `const api = module.exports`,
 * `Object.assign(exports, …)`, or reading what was set.
 */
function passesExports({ ast, text, scopeManager }: ParsedTree): boolean {
  const uses = exportsUsed(scopeManager);
  if (uses.length === 0) return false;
  const assignments = ast.body.flatMap(assignmentsIn);
  const isMixed = new Set(assignments.map(({ target }) => target === undefined)).size > 1;
  const set = new Set<TSESTree.Node>(assignments.map(({ assignment }) => assignment.left));
  // In a function that is called as a member of all, `this` is all.
  const isThis = assignments.some(({ assignment: { right } }) => right.type === "FunctionExpression" && THIS.test(text.slice(...right.range)));
  return isMixed || isThis || uses.some((node) => !set.has(node) && !(node.parent && set.has(node.parent)) && !isMarked(node));
}

/** Where a module of CommonJS names `exports`, or `module.exports`. */
function exportsUsed(scopeManager: ParsedModule["scopeManager"]): TSESTree.Node[] {
  const named = globalReferences(scopeManager, "exports").map(({ identifier }) => identifier);
  const members = globalReferences(scopeManager, "module").flatMap(({ identifier: { parent } }) => (parent.type === "MemberExpression" && isAllExports(parent) ? parent : []));
  return [...named, ...members];
}

/** `Object.defineProperty(exports, "__esModule", …)`, as compilers write it. */
function isMarked({ parent }: TSESTree.Node): boolean {
  const name = parent?.type === "CallExpression" ? parent.arguments[1] : undefined;
  return name?.type === "Literal" && name.value === "__esModule";
}

function exportsOf(module: Module, made: Map<TSESTree.Node, Variable>): ExportTable {
  const names = new Map<string, Entry>();
  const stars: string[] = [];
  let whole: Variable | undefined;
  const top = topVariables(module);
  const object = passesExports(module) ? exportsHolder(module) : undefined;
  const own = (exported: string, variable: Variable | undefined): void => {
    if (variable) names.set(exported, { k: "own", variable });
  };
  const valueOf = (node: TSESTree.Node, value: TSESTree.Expression, name: string): Variable | undefined => {
    const inner = unwrap(value);
    if (inner.type === "Identifier" && top.has(inner.name)) return top.get(inner.name);
    const variable = holding(module, name, value);
    made.set(node, variable);
    return variable;
  };
  for (const node of module.ast.body) {
    switch (node.type) {
      case "ExportNamedDeclaration":
        if (node.exportKind === "type") break;
        for (const name of node.declaration ? declaredNames(node.declaration) : []) own(name, top.get(name));
        for (const { local, exported } of node.specifiers) {
          const name = nameOf(exported);
          if (node.source) names.set(name, { k: "from", source: node.source.value, name: nameOf(local), node });
          else own(name, top.get(nameOf(local)));
        }
        break;
      case "ExportAllDeclaration":
        if (node.exportKind === "type") break;
        if (node.exported) names.set(nameOf(node.exported), { k: "from", source: node.source.value, name: undefined, node });
        else stars.push(node.source.value);
        break;
      case "ExportDefaultDeclaration": {
        const { declaration } = node;
        if ((declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") && declaration.id) own("default", top.get(declaration.id.name));
        else if (isExpression(declaration)) own("default", valueOf(node, declaration, "default"));
        break;
      }
      case "TSExportAssignment":
        whole = valueOf(node, node.expression, "exports");
        break;
      default:
        for (const { target, assignment } of assignmentsIn(node)) {
          if (target !== undefined) own(target, valueOf(assignment, assignment.right, target));
          else if (object) continue;
          else if (unwrap(assignment.right).type === "ObjectExpression") {
            whole = holding(module, "exports", assignment.right);
            made.set(assignment, whole);
            for (const property of (unwrap(assignment.right) as TSESTree.ObjectExpression).properties) {
              const name = property.type === "Property" ? keyName(property.key, property.computed) : undefined;
              const value = property.type === "Property" ? unwrap(property.value) : undefined;
              if (name !== undefined && value?.type === "Identifier") own(name, top.get(value.name));
            }
          } else whole = valueOf(assignment, assignment.right, "exports");
        }
    }
  }
  return { names, stars, whole: object ?? whole, object };
}

/** What a module exports by the statement that defines it. */
function definedNames({ ast }: ParsedModule): string[] {
  return ast.body.flatMap((node) => (node.type === "ExportNamedDeclaration" && node.exportKind !== "type" && node.declaration ? declaredNames(node.declaration) : []));
}

function isExpression(node: TSESTree.Node): node is TSESTree.Expression {
  return !/^TS(?:Interface|Enum|Module|TypeAlias)Declaration$|^TSDeclareFunction$|^VariableDeclaration$/u.test(node.type);
}

function nameOf(node: TSESTree.Identifier | TSESTree.StringLiteral): string {
  return node.type === "Identifier" ? node.name : node.value;
}

function declaredNames(node: TSESTree.Node): string[] {
  if (node.type === "VariableDeclaration") return node.declarations.flatMap(({ id }) => patternNames(id));
  return "id" in node && node.id && (node.id as TSESTree.Node).type === "Identifier" ? [(node.id as TSESTree.Identifier).name] : [];
}

function patternNames(pattern: TSESTree.Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((each) => patternNames(each.type === "Property" ? each.value : each.argument));
    case "ArrayPattern":
      return pattern.elements.flatMap((each) => (each ? patternNames(each) : []));
    case "AssignmentPattern":
      return patternNames(pattern.left);
    case "RestElement":
      return patternNames(pattern.argument);
    default:
      return [];
  }
}

/** The module's own variables by name. */
function topVariables({ scopeManager, ast }: ParsedModule): Map<string, Variable> {
  const found = new Map<string, Variable>();
  for (const scope of scopeManager?.scopes ?? []) {
    if (scope.block !== ast) continue;
    for (const variable of scope.variables) if (variable.defs.length > 0) found.set(variable.name, variable);
  }
  return found;
}

interface ExportAssignment {
  /** The exported name; undefined where all exports are assigned. */
  readonly target: string | undefined;
  readonly assignment: TSESTree.AssignmentExpression;
}

/** `exports.start = …`, `module.exports = …`, also one within another, and `const self = (module.exports = …)`. */
function assignmentsIn(statement: TSESTree.Node): ExportAssignment[] {
  if (statement.type === "ExpressionStatement") return assignmentsAlong(statement.expression);
  return statement.type === "VariableDeclaration" ? statement.declarations.flatMap(({ init }) => (init ? assignmentsAlong(init) : [])) : [];
}

function assignmentsAlong(expression: TSESTree.Expression): ExportAssignment[] {
  const found: ExportAssignment[] = [];
  let node: TSESTree.Node = unwrap(expression);
  while (node.type === "AssignmentExpression" && node.operator === "=") {
    const target = exportTarget(node.left);
    if (target) found.push({ target: target.name, assignment: node });
    node = unwrap(node.right);
  }
  return found;
}

/** Whether an assignment's target is an export, and which. */
function exportTarget(node: TSESTree.Node): { readonly name: string | undefined } | undefined {
  if (node.type !== "MemberExpression") return undefined;
  if (isAllExports(node)) return { name: undefined };
  const name = memberName(node);
  const object = unwrap(node.object);
  const isExports = (object.type === "Identifier" && object.name === "exports") || (object.type === "MemberExpression" && isAllExports(object));
  return isExports && name !== undefined ? { name } : undefined;
}

/** `module.exports` */
export function isAllExports(node: TSESTree.MemberExpression): boolean {
  const object = unwrap(node.object);
  return object.type === "Identifier" && object.name === "module" && memberName(node) === "exports";
}

/* ---------- variables that no declaration makes ---------- */

/** `export default …` is a constant that holds the expression. */
function holding(module: Module, name: string, init: TSESTree.Expression): Variable {
  const id = { type: "Identifier", name, range: init.range, loc: init.loc } as TSESTree.Identifier;
  const declarator = { type: "VariableDeclarator", id, init, range: init.range, loc: init.loc } as TSESTree.VariableDeclarator;
  const declaration = { type: "VariableDeclaration", kind: "const", declare: false, declarations: [declarator], range: init.range, loc: init.loc };
  Object.assign(declarator, { parent: declaration });
  return madeUp(module, name, { type: "Variable", name: id, node: declarator, parent: declaration });
}

/** `module.exports` as a variable that anything may be done with. */
function exportsHolder(module: Module): Variable {
  const { range, loc } = module.ast;
  const id = { type: "Identifier", name: "exports", range, loc } as TSESTree.Identifier;
  const declarator = { type: "VariableDeclarator", id, init: null, range, loc };
  const declaration = { type: "VariableDeclaration", kind: "let", declare: false, declarations: [declarator], range, loc };
  Object.assign(declarator, { parent: declaration });
  Object.assign(id, { parent: declarator });
  const made = madeUp(module, "exports", { type: "Variable", name: id, node: declarator, parent: declaration });
  // Functions read it and set it.
  made.references.push({ identifier: id, from: {}, isWrite: () => true, isRead: () => true } as unknown as TSESLint.Scope.Reference);
  return made;
}

/** `export { name } from "package"` is as good as an import of it. */
function importing(module: Module, source: string, name: string | undefined, at?: TSESTree.Node): Variable {
  const { range, loc } = at ?? module.ast;
  const local = { type: "Identifier", name: name ?? "*", range, loc } as TSESTree.Identifier;
  const declaration = { type: "ImportDeclaration", importKind: "value", source: { type: "Literal", value: source, range, loc }, specifiers: [], range, loc };
  const type = name === undefined ? "ImportNamespaceSpecifier" : name === "default" ? "ImportDefaultSpecifier" : "ImportSpecifier";
  const specifier = { type, local, imported: local, parent: declaration, range, loc };
  Object.assign(local, { parent: specifier });
  return madeUp(module, name ?? "*", { type: "ImportBinding", name: local, node: specifier, parent: declaration });
}

function madeUp({ scopeManager, ast }: ParsedModule, name: string, definition: object): Variable {
  const scope = scopeManager?.scopes.find(({ block }) => block === ast) ?? scopeManager?.scopes[0];
  return { name, defs: [definition], identifiers: [(definition as { name: TSESTree.Identifier }).name], references: [], scope } as unknown as Variable;
}
