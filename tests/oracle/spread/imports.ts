/** How the files of a spread driver name each other: specifiers, imports, what is written where a name stood. */
import path from "node:path";
import { fail, type Choose, type Item, type Plan, type SourceFile } from "./plan.ts";
import type { Parts } from "./units.ts";

/** What a file imports. */
export interface Imports {
  readonly lines: readonly string[];
  /** What is written in the file for an item of another one. */
  wordsFor(item: Item): string;
}

/** What all files take from each other. */
export class Exchange {
  readonly #plan: Plan;
  readonly #parts: Parts;
  readonly #choose: Choose;
  /** By asking file: what it takes. */
  readonly #needs = new Map<SourceFile, Set<Item>>();
  readonly #reached = new Map<SourceFile, ReadonlySet<SourceFile>>();

  constructor(plan: Plan, parts: Parts, choose: Choose) {
    this.#plan = plan;
    this.#parts = parts;
    this.#choose = choose;
    for (const file of plan.files) this.#needs.set(file, new Set());
    for (const name of parts.names) for (const use of name.uses) this.#need(plan.fileOf(use.unit), plan.itemOf(name, use));
    for (const { made, file } of plan.items) if (typeof made === "object") this.#need(file, made.calls);
    for (const file of plan.files) this.#reached.set(file, this.#reachedFrom(file));
  }

  /** What others take of a file. */
  exportsOf(file: SourceFile): Item[] {
    return this.#plan.items.filter((item) => item.file === file && this.#plan.files.some((other) => this.#needs.get(other)?.has(item) === true));
  }

  /** Whether a file imports itself over others. */
  isInCycle(file: SourceFile): boolean {
    return this.#reached.get(file)?.has(file) === true;
  }

  /** A file that passes on what others hold. */
  barrelLines(barrel: SourceFile): string[] {
    const byFile = grouped(this.#passedOn(), ({ file }) => file);
    return [...byFile].flatMap(([file, items]) => {
      const source = this.#quoted(barrel, file);
      switch (this.#barrelForm(file)) {
        case "star": {
          const further = items.filter(({ exported }) => exported === "default");
          return [`export * from ${source};`, ...further.map((item) => `export { default as ${this.#passedAs(item)} } from ${source};`)];
        }
        case "namespace":
          return [`export * as ns${String(file.number)} from ${source};`];
        case "list":
          return [`export { ${items.map((item) => renamed(item.exported, this.#passedAs(item))).join(", ")} } from ${source};`];
        case "two steps":
          return [
            `import { ${items.map((item) => renamed(item.exported, `${item.local}On`)).join(", ")} } from ${source};`,
            `export { ${items.map((item) => renamed(`${item.local}On`, this.#passedAs(item))).join(", ")} };`,
          ];
      }
    });
  }

  importsOf(asking: SourceFile): Imports {
    const words = new Map<Item, string>();
    const lines: string[] = [];
    const needs = [...(this.#needs.get(asking) ?? [])];
    const taken = new Set([...this.#parts.names.filter(({ unit }) => this.#plan.fileOf(unit) === asking).map(({ name }) => name), ...this.#plan.items.filter(({ file }) => file === asking).map(({ local }) => local)]);
    for (const [provider, items] of grouped(needs, (item) => this.#plan.providerOf(asking, item))) {
      lines.push(...this.#importLines(asking, provider, items, { taken, words }));
    }
    return { lines, wordsFor: (item) => words.get(item) ?? fail(`${item.local} is not imported`) };
  }

  #importLines(asking: SourceFile, provider: SourceFile, items: readonly Item[], { taken, words }: { taken: Set<string>; words: Map<Item, string> }): string[] {
    const source = this.#quoted(asking, provider);
    const whole = this.#fresh(`m${String(provider.number)}`);
    const paths = items.map((item) => ({ item, path: this.#pathOf(provider, item) }));
    const form = this.#form(asking, provider, items);
    if (form === "destructured" || form === "named") {
      const bound = new Map<string, string>();
      for (const { item, path: [first = "", ...rest] } of paths) {
        const local = bound.get(first) ?? (rest.length > 0 ? this.#fresh(first) : this.#localFor(item, taken));
        bound.set(first, local);
        taken.add(local);
        words.set(item, [local, ...rest].join("."));
      }
      const list = [...bound];
      if (form === "destructured") return [`const { ${list.map(([name, local]) => (name === local ? name : `${name}: ${local}`)).join(", ")} } = require(${source});`];
      const [standard] = list.filter(([name]) => name === "default");
      const others = list.filter(([name]) => name !== "default").map(([name, local]) => renamed(name, local));
      const parts = [...(standard === undefined ? [] : [standard[1]]), ...(others.length > 0 ? [`{ ${others.join(", ")} }`] : [])];
      return [`import ${parts.join(", ")} from ${source};`];
    }
    for (const { item, path: names } of paths) words.set(item, [whole, ...names].join("."));
    switch (form) {
      case "namespace":
        return [`import * as ${whole} from ${source};`];
      case "whole":
        return [`import ${whole} from ${source};`];
      case "import require":
        return [`import ${whole} = require(${source});`];
      case "require":
        return [`const ${whole} = require(${source});`];
    }
  }

  #form(asking: SourceFile, provider: SourceFile, items: readonly Item[]): "named" | "namespace" | "whole" | "destructured" | "require" | "import require" {
    const turn = this.#choose(`import ${String(asking.number)} ${String(provider.number)}`, 6);
    if (asking.isCommon) {
      // In a cycle the other module may not be there yet.
      const isThere = this.#reached.get(provider)?.has(asking) !== true && items.every(({ isLive }) => !isLive);
      return isThere && turn < 4 ? "destructured" : "require";
    }
    // A file with such an import is no CommonJS to TypeScript, whatever it does with `exports`.
    if (turn === 5) return "import require";
    if (provider.isCommon) return turn < 2 ? "named" : turn === 2 ? "namespace" : "whole";
    return turn < 4 ? "named" : "namespace";
  }

  /** Under which names a provider gives an item. */
  #pathOf(provider: SourceFile, item: Item): string[] {
    if (provider === item.file) return [item.exported];
    if (this.#barrelForm(item.file) === "namespace") return [`ns${String(item.file.number)}`, item.exported];
    return [this.#passedAs(item)];
  }

  #barrelForm(file: SourceFile): "star" | "list" | "two steps" | "namespace" {
    const forms = ["star", "star", "list", "two steps", "namespace"] as const;
    return forms[this.#choose(`barrel form ${String(file.number)}`, forms.length)] ?? "star";
  }

  #passedAs({ exported, local, file }: Item): string {
    if (exported === "default") return `${local}On`;
    return this.#barrelForm(file) !== "star" && this.#choose(`passed ${local}`, 3) === 0 ? `${local}On` : exported;
  }

  #passedOn(): Item[] {
    const { files, items } = this.#plan;
    return items.filter((item) => files.some((file) => this.#needs.get(file)?.has(item) === true && this.#plan.providerOf(file, item).isBarrel));
  }

  /** What an imported item is called: as it was in the one text, where nothing else is. */
  #localFor({ name, local }: Item, taken: ReadonlySet<string>): string {
    const own = this.#choose(`import as ${local}`, 4) === 0 ? [] : [name.name, local];
    return own.find((candidate) => !taken.has(candidate)) ?? this.#fresh(`${local}In`);
  }

  #need(asking: SourceFile, item: Item): void {
    if (item.file !== asking) this.#needs.get(asking)?.add(item);
  }

  /** The files that are loaded with a file; itself where they lead back to it. */
  #reachedFrom(start: SourceFile): Set<SourceFile> {
    const reached = new Set<SourceFile>();
    const pending = [start];
    for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
      const asked = file.isBarrel ? this.#passedOn().map((item) => item.file) : [...(this.#needs.get(file) ?? [])].map((item) => this.#plan.providerOf(file, item));
      for (const next of asked) {
        if (reached.has(next)) continue;
        reached.add(next);
        pending.push(next);
      }
    }
    return reached;
  }

  #quoted(from: SourceFile, to: SourceFile): string {
    const bare = to.path.replace(/\.ts$/u, "");
    const relative = path.posix.relative(path.posix.dirname(from.path), bare);
    const dotted = relative.startsWith(".") ? relative : `./${relative}`;
    const forms = [dotted.replace(/\/index$/u, ""), dotted, `${dotted}.js`, `${dotted}.ts`, `@parts/${bare}`];
    return JSON.stringify(forms[this.#choose(`specifier ${String(from.number)} ${String(to.number)}`, forms.length)]);
  }

  #fresh(word: string): string {
    let name = word;
    while (this.#parts.words.has(name)) name += "_";
    return name;
  }
}

export const renamed = (name: string, as: string): string => (name === as ? name : `${name} as ${as}`);

function grouped<Value, Key>(values: readonly Value[], keyOf: (value: Value) => Key): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}
