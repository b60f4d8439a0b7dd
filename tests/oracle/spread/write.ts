/** Writes the files of a spread driver. Each line of the one text stays one line. */
import type { TSESTree } from "@typescript-eslint/utils";
import { Exchange, renamed, type Imports } from "./imports.ts";
import type { Choose, Item, Plan, SourceFile } from "./plan.ts";
import type { Parts, Unit } from "./units.ts";

/** A line of a file, and the line of the one text that it is; undefined for those between. */
export interface Line {
  readonly text: string;
  readonly from: number | undefined;
}

/** A file that is written. */
export interface Written {
  readonly file: SourceFile;
  readonly lines: readonly Line[];
  /** What stands there for names of the one text. */
  readonly words: ReadonlyMap<string, string>;
}

/** A change of a text: what a range becomes. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** Writes all files. */
export function written(plan: Plan, parts: Parts, choose: Choose): Written[] {
  const exchange = new Exchange(plan, parts, choose);
  return plan.files.map((file) => {
    if (file.isBarrel) return { file, lines: exchange.barrelLines(file).map(between), words: new Map() };
    return new Writer(file, plan, parts, exchange, choose).written();
  });
}

const between = (text: string): Line => ({ text, from: undefined });

class Writer {
  readonly #file: SourceFile;
  readonly #plan: Plan;
  readonly #parts: Parts;
  readonly #imports: Imports;
  readonly #given: readonly Item[];
  readonly #choose: Choose;
  readonly #isInCycle: boolean;
  readonly #words = new Map<string, string>();
  /** Exports that no declaration carries. */
  readonly #further = new Map<string, string>();

  constructor(file: SourceFile, plan: Plan, parts: Parts, exchange: Exchange, choose: Choose) {
    this.#file = file;
    this.#plan = plan;
    this.#parts = parts;
    this.#choose = choose;
    this.#imports = exchange.importsOf(file);
    this.#given = exchange.exportsOf(file);
    this.#isInCycle = exchange.isInCycle(file);
  }

  written(): Written {
    const { units } = this.#parts;
    const shared = units.filter(({ kind }) => kind === "shared");
    const own = units.filter((unit) => unit.kind !== "shared" && this.#plan.fileOf(unit) === this.#file);
    const made = this.#plan.items.filter(({ file, made: how }) => file === this.#file && how !== "declared");
    if (own.length === 0 && made.length === 0) return { file: this.#file, lines: [], words: this.#words };
    const blocks: Line[][] = [
      ...shared.filter(({ node }) => node.type === "ImportDeclaration").map((unit) => this.#shared(unit)),
      [...this.#imports.lines.map(between)],
      ...shared.filter(({ node }) => node.type !== "ImportDeclaration").map((unit) => this.#shared(unit)),
      ...own.map((unit) => this.#unit(unit)),
      ...made.map((item) => this.#madeLines(item).map(between)),
    ];
    const lines = [...blocks, this.#exports().map(between)].filter((block) => block.length > 0).flatMap((block, index) => (index === 0 ? block : [between(""), ...block]));
    return { file: this.#file, lines, words: this.#words };
  }

  #shared(unit: Unit): Line[] {
    const text = this.#parts.text.slice(...unit.range);
    return numbered(this.#file.isCommon && unit.node.type === "ImportDeclaration" ? asRequire(unit.node) : text, unit.line);
  }

  #unit(unit: Unit): Line[] {
    const { node } = unit;
    const isExported = node.type === "ExportNamedDeclaration" && node.declaration !== null;
    const declared = this.#parts.names.filter((name) => name.unit === unit).map(({ name }) => name);
    const start = isExported && this.#file.isCommon ? (node.declaration?.range[0] ?? unit.range[0]) : unit.range[0];
    const text = changed(this.#parts.text, [start, unit.range[1]], this.#edits(unit));
    if (isExported && this.#file.isCommon) for (const name of declared) this.#further.set(name, name);
    const [item, ...others] = this.#given.filter(({ made, local }) => made === "declared" && declared.includes(local));
    if (item === undefined) return numbered(text, unit.line);
    const isAlone = others.length === 0 && declared.length === 1;
    return numbered(isAlone ? this.#exported(text, item, isExported) : this.#listed(text, [item, ...others]), unit.line);
  }

  /** A declaration with its export, where that can be said in place. */
  #exported(text: string, item: Item, isExported: boolean): string {
    const { exported, local, name } = item;
    if (isExported && exported === local) return text;
    const isPlain = exported === local || (exported === "default" && name.kind === "function");
    const inPlace = !this.#file.isCommon && !isExported && isPlain && this.#choose(`in place ${local}`, 3) > 0;
    if (!inPlace) return this.#listed(text, [item]);
    return `export ${exported === "default" ? "default " : ""}${text}`;
  }

  #listed(text: string, items: readonly Item[]): string {
    for (const { exported, local } of items) this.#further.set(exported, local);
    return text;
  }

  /** The places of a statement that name something in another file. */
  #edits(unit: Unit): Edit[] {
    return this.#parts.names.flatMap((name) =>
      name.uses.filter((use) => use.unit === unit).flatMap((use): Edit[] => {
        const item = this.#plan.itemOf(name, use);
        const [start, end] = use.range;
        if (item.made === "setter") {
          if (item.file === this.#file || use.value === undefined) return [];
          return [
            { start, end: use.value[0], by: `${this.#imports.wordsFor(item)}(` },
            { start: use.value[1], end: use.value[1], by: ")" },
          ];
        }
        const words = this.#wordsFor(item);
        if (words === name.name) return [];
        this.#words.set(words, name.name);
        return [{ start, end, by: use.isShorthand ? `${name.name}: ${words}` : words }];
      }),
    );
  }

  #wordsFor(item: Item): string {
    return item.file === this.#file ? item.local : this.#imports.wordsFor(item);
  }

  /** A forwarder, or a function that sets a variable. */
  #madeLines(item: Item): string[] {
    const { made, local, name } = item;
    const isGiven = this.#given.includes(item);
    const text = made === "setter" ? [`function ${local}(value) {`, `  ${name.name} = value;`, "}"] : typeof made === "object" ? this.#forwarder(item, made.calls) : [];
    const [first = "", ...rest] = text;
    return isGiven ? [...this.#exported(first, item, false).split("\n"), ...rest] : text;
  }

  #forwarder({ local, name }: Item, calls: Item): string[] {
    const { node } = name.unit;
    if (node.type !== "FunctionDeclaration") return [];
    const slice = (part: TSESTree.Node): string => this.#parts.text.slice(...part.range);
    const names = node.params.map((parameter) => (parameter.type === "Identifier" ? parameter.name : ""));
    const call = `${this.#wordsFor(calls)}(${names.join(", ")})`;
    const type = node.returnType === undefined ? "" : slice(node.returnType);
    const isVoid = /^:\s*void$/u.test(type);
    const how = this.#choose(`forwards ${local}`, 3);
    const body = isVoid && how === 0 ? `${call};` : node.async && how > 0 ? `return await ${call};` : `return ${call};`;
    const isAsync = node.async && (how > 0 || this.#choose(`async ${local}`, 2) === 0);
    return [`${isAsync ? "async " : ""}function ${local}(${node.params.map(slice).join(", ")})${type} {`, `  ${body}`, "}"];
  }

  /** What is exported below the declarations. */
  #exports(): string[] {
    const list = [...this.#further];
    if (list.length === 0) return [];
    if (!this.#file.isCommon) return [`export { ${list.map(([exported, local]) => renamed(local, exported)).join(", ")} };`];
    const how = this.#choose(`exports ${String(this.#file.number)}`, 3);
    if (how === 0 && !this.#isInCycle) return [`module.exports = { ${list.map(([exported, local]) => (exported === local ? local : `${exported}: ${local}`)).join(", ")} };`];
    return list.map(([exported, local]) => `${how === 1 ? "module." : ""}exports.${exported} = ${local};`);
  }
}

function numbered(text: string, first: number): Line[] {
  return text.split("\n").map((line, index) => ({ text: line, from: first + index }));
}

function changed(text: string, [from, to]: readonly [number, number], edits: readonly Edit[]): string {
  let result = "";
  let at = from;
  for (const { start, end, by } of [...edits].sort((left, right) => left.start - right.start || left.end - right.end)) {
    result += text.slice(at, start) + by;
    at = end;
  }
  return result + text.slice(at, to);
}

/** An import as CommonJS has it. */
function asRequire({ specifiers, source }: TSESTree.ImportDeclaration): string {
  const [first] = specifiers;
  if (first?.type === "ImportNamespaceSpecifier") return `const ${first.local.name} = require(${source.raw});`;
  const names = specifiers.flatMap((specifier) => {
    if (specifier.type !== "ImportSpecifier") return [];
    const name = specifier.imported.type === "Identifier" ? specifier.imported.name : specifier.imported.value;
    return [name === specifier.local.name ? name : `${name}: ${specifier.local.name}`];
  });
  return `const { ${names.join(", ")} } = require(${source.raw});`;
}
