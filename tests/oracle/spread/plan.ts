/** Who goes where: the files that a driver is spread over, what each holds, and what each takes from the others. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { Name, Parts, Unit, Use } from "./units.ts";

/** A number below its argument; the same for the same key. What one question is answered does not depend on the others. */
export type Choose = (key: string, below: number) => number;

/** One file of the spread driver. */
export interface SourceFile {
  readonly number: number;
  /** Its path in the project, with slashes. */
  readonly path: string;
  readonly isCommon: boolean;
  /** It only passes on what others export. */
  readonly isBarrel: boolean;
}

/** Something that a file can give to others. */
export interface Item {
  readonly file: SourceFile;
  /** What it is called in its own file. */
  readonly local: string;
  /** What it is exported as; "default" too. */
  readonly exported: string;
  /** Its value changes. */
  readonly isLive: boolean;
  readonly made: "declared" | Forwarder | "setter";
  readonly name: Name;
}

/** A function that only calls another one. */
export interface Forwarder {
  readonly calls: Item;
}

/** A driver's files, with all that is in them but its text. */
export interface Plan {
  /** The file with the entry first. */
  readonly files: readonly SourceFile[];
  readonly items: readonly Item[];
  /** By how many forwarders each forwarded function is called. */
  readonly depths: readonly number[];
  fileOf(unit: Unit): SourceFile;
  /** What a use stands for, seen from where it is. */
  itemOf(name: Name, use: Use): Item;
  /** The file that is asked for an item by a file that does not hold it. */
  providerOf(asking: SourceFile, item: Item): SourceFile;
}

const MOST_FILES = 6;
const MOST_FORWARDERS = 5;

/** Decides all of it. `entry` is the name of what holds the entry. */
export function planOf(parts: Parts, entry: string, choose: Choose): Plan {
  const count = 1 + choose("files", MOST_FILES);
  const hasBarrel = count > 2 && choose("barrel", 2) === 0;
  const places = new Places(parts, entry, count - (hasBarrel ? 1 : 0), choose);
  const numbers = Array.from({ length: count }, (_, number) => number);
  const common = commonFiles(parts, places, choose);
  const folder = choose("main folder", 3) === 0 ? "src/" : "";
  const files = numbers.map((number): SourceFile => {
    const isBarrel = hasBarrel && number === count - 1;
    const path = number === 0 ? `${folder}main.ts` : [`m${String(number)}.ts`, `m${String(number)}/index.ts`, `parts/m${String(number)}.ts`, `${folder}m${String(number)}.ts`][choose(`path ${String(number)}`, 4)] ?? "";
    return { number, path, isCommon: !isBarrel && common.has(number), isBarrel };
  });
  const barrel = files.find(({ isBarrel }) => isBarrel);
  const code = files.filter(({ isBarrel }) => !isBarrel);
  const fileOf = (unit: Unit): SourceFile => files[places.numberOf(unit)] ?? fail("no file");
  const items = new Items(parts, fileOf, places, code, choose);
  return {
    files,
    items: items.all,
    depths: items.depths,
    fileOf,
    itemOf: (name, use) => items.itemOf(name, use),
    providerOf: (asking, item) => (barrel !== undefined && !item.file.isCommon && choose(`by barrel ${String(asking.number)} ${item.local}`, 2) === 0 ? barrel : item.file),
  };
}

export function fail(why: string): never {
  throw new Error(why);
}

/** Which statements stay together, and in which file. */
class Places {
  readonly #groups = new Map<Unit, Unit>();
  readonly #numbers = new Map<Unit, number>();
  /** Variables that other files write by calling a function. */
  readonly set = new Set<Name>();

  constructor({ units, names }: Parts, entry: string, count: number, choose: Choose) {
    const how = choose("setters", 3);
    for (const name of names) {
      const writes = name.uses.filter(({ isWrite, unit }) => isWrite && unit !== name.unit);
      const isSet = writes.length > 0 && name.unit.kind === "movable" && writes.every(({ value }) => value !== undefined) && (how === 0 || (how === 1 && choose(`set ${name.name}`, 2) === 0));
      if (isSet) this.set.add(name);
      else for (const { unit } of writes) this.#join(unit, name.unit);
      for (const { isAtLoad, unit } of name.uses) if (isAtLoad) this.#join(unit, name.unit);
    }
    const home = names.find(({ name }) => name === entry)?.unit;
    const fixed = units.filter((unit) => unit.kind === "fixed" || unit === home).map((unit) => this.#root(unit));
    for (const unit of units) {
      const root = this.#root(unit);
      const key = names.find((name) => name.unit === root)?.name ?? "";
      // Seldom back with the entry, where all of it was.
      const number = fixed.includes(root) || count === 1 ? 0 : 1 + choose(`file of ${key}`, count - 1);
      this.#numbers.set(unit, choose(`home ${key}`, 6) === 0 ? 0 : number);
    }
  }

  numberOf(unit: Unit): number {
    return this.#numbers.get(unit) ?? 0;
  }

  #root(unit: Unit): Unit {
    const above = this.#groups.get(unit);
    return above === undefined ? unit : this.#root(above);
  }

  #join(left: Unit, right: Unit): void {
    const [a, b] = [this.#root(left), this.#root(right)];
    if (a !== b) this.#groups.set(a, b);
  }
}

/** Numbers of the files that export as CommonJS does: none of whose variables is looked at from outside while it changes. */
function commonFiles({ names }: Parts, places: Places, choose: Choose): Set<number> {
  const how = choose("modules", 4);
  const isLive = (number: number): boolean =>
    names.some(({ kind, unit, uses }) => kind === "let" && places.numberOf(unit) === number && uses.some((use) => !use.isWrite && places.numberOf(use.unit) !== number));
  const numbers = Array.from({ length: MOST_FILES }, (_, number) => number);
  return new Set(numbers.filter((number) => (how === 0 || (how === 1 && choose(`common ${String(number)}`, 2) === 0)) && !isLive(number)));
}

/** Everything that is passed between files. */
class Items {
  readonly all: Item[] = [];
  readonly depths: number[] = [];
  readonly #declared = new Map<Name, Item>();
  readonly #last = new Map<Name, Item>();
  readonly #setters = new Map<Name, Item>();
  readonly #defaults = new Set<SourceFile>();
  readonly #parts: Parts;
  readonly #choose: Choose;

  constructor(parts: Parts, fileOf: (unit: Unit) => SourceFile, places: Places, code: readonly SourceFile[], choose: Choose) {
    this.#parts = parts;
    this.#choose = choose;
    for (const name of parts.names) {
      const file = fileOf(name.unit);
      const item = this.#item(file, name.name, name, "declared");
      this.#declared.set(name, item);
      this.#last.set(name, this.#forwarded(item, code));
      if (places.set.has(name)) this.#setters.set(name, this.#item(file, this.#fresh(`set${name.name}`), name, "setter"));
    }
  }

  itemOf(name: Name, use: Use): Item {
    const own = this.#declared.get(name) ?? fail(`no item for ${name.name}`);
    if (use.unit === name.unit) return own;
    const setter = use.isWrite ? this.#setters.get(name) : undefined;
    return setter ?? this.#last.get(name) ?? own;
  }

  #item(file: SourceFile, local: string, name: Name, made: Item["made"]): Item {
    const how = this.#choose(`export ${local}`, 8);
    const mayBeDefault = !file.isCommon && !this.#defaults.has(file) && name.kind !== "let" && name.unit.kind === "movable";
    const exported = how === 0 && mayBeDefault ? "default" : how < 3 ? this.#fresh(`${local}Out`) : local;
    if (exported === "default") this.#defaults.add(file);
    const item = { file, local, exported, isLive: name.kind === "let" && made === "declared", made, name };
    this.all.push(item);
    return item;
  }

  /** The last of the functions that call a function for others; itself where there are none. */
  #forwarded(item: Item, code: readonly SourceFile[]): Item {
    const { name, local } = item;
    const depth = code.length > 1 && isForwardable(name) ? Math.max(0, this.#choose(`depth ${local}`, 2 * MOST_FORWARDERS) - MOST_FORWARDERS + 1) : 0;
    if (depth === 0) return item;
    this.depths.push(depth);
    let last = item;
    for (let number = 1; number <= depth; number += 1) {
      const others = code.filter((file) => file !== last.file);
      const file = others[this.#choose(`forwarder ${String(number)} ${local}`, others.length)] ?? fail("no other file");
      last = this.#item(file, this.#fresh(`${local}Via${String(number)}`), name, { calls: last });
    }
    return last;
  }

  #fresh(word: string): string {
    let name = word;
    while (this.#parts.words.has(name)) name += "_";
    return name;
  }
}

/** A plain function with plain parameters, that others name. */
function isForwardable({ kind, unit, uses }: Name): boolean {
  const { node } = unit;
  return kind === "function" && node.type === "FunctionDeclaration" && !node.generator && node.params.every(isPlain) && uses.some((use) => use.unit !== unit);
}

function isPlain(parameter: TSESTree.Parameter): boolean {
  return parameter.type === "Identifier";
}
