/** Where in the file under lint something of another file is told: at the call, or the name, that leads there. */
import type { TSESTree } from "@typescript-eslint/utils";
import { isFunction } from "../source/syntax.ts";
import type { DriverFile } from "./file.ts";
import type { Place } from "./facts.ts";
import { lineIn, lineNumber, moduleNumber, type Line } from "./lines.ts";
import type { FunctionInfo } from "./regions.ts";

/** Something with a place in some file of the program. */
interface Placed {
  readonly place: Place;
  readonly line: Line;
  /** The function that it stands in; undefined for a module's own statements. */
  readonly fn?: FunctionInfo | undefined;
  /** The call in the file under lint that is known to lead there. */
  readonly via?: { readonly place: Place };
}

/** Finds the places of a program's calls and exits in the file under lint. */
export class Crossings {
  readonly #file: DriverFile;
  readonly #known = new Map<FunctionInfo | undefined, Place>();
  #mentioners: ReadonlyMap<FunctionInfo, readonly FunctionInfo[]> | undefined;

  constructor(file: DriverFile) {
    this.#file = file;
  }

  /** The place itself where it lies in the file under lint, else the one that leads there. */
  placeOf({ place, line, fn, via }: Placed): Place {
    const module = this.#file.modules[moduleNumber(line)];
    if (module?.shownAs === undefined) return place;
    const { loc, range } = via?.place ?? this.#leadingTo(fn);
    return { loc, range, origin: { file: module.shownAs, line: lineNumber(line) } };
  }

  /** The same for a piece of syntax. */
  placeOfNode(node: TSESTree.Node): Place {
    let root = node;
    let around: TSESTree.Node | undefined;
    for (; root.parent; root = root.parent) if (isFunction(root)) around ??= root;
    const number = this.#file.modules.find(({ ast }) => ast === root)?.number ?? 0;
    const fn = around && this.#file.functions.find((each) => each.node === around);
    return this.placeOf({ place: { loc: node.loc, range: node.range }, line: lineIn(number, node.loc.start.line), fn });
  }

  #leadingTo(fn: FunctionInfo | undefined): Place {
    const known = this.#known.get(fn) ?? this.#found(fn, false) ?? this.#found(fn, true) ?? this.#atImport();
    this.#known.set(fn, known);
    return known;
  }

  /** The nearest function, going from callee to caller, that the file under lint names: where it does so, a call first. */
  #found(start: FunctionInfo | undefined, guesses: boolean): Place | undefined {
    const { dependences } = this.#file.shared;
    const seen = new Set<FunctionInfo>();
    let level = start ? [start] : [];
    while (level.length > 0) {
      const next: FunctionInfo[] = [];
      const places: Place[] = [];
      for (const fn of level) {
        if (seen.has(fn)) continue;
        seen.add(fn);
        places.push(...dependences.callsTo(fn, guesses).filter(({ line }) => moduleNumber(line) === 0).map(({ place }) => place));
        next.push(...dependences.callersOf(fn), ...this.#mentionersOf(fn));
      }
      if (places.length === 0) places.push(...this.#file.mentions.filter(({ ref }) => level.some((fn) => ref.hoisted === fn || ref.hoisted === fn.container || this.#file.shared.constantFunctions.get(ref) === fn)).map(({ place }) => place));
      const [first] = places.sort((a, b) => a.range[0] - b.range[0]);
      if (first) return first;
      level = next;
    }
    return undefined;
  }

  #mentionersOf(fn: FunctionInfo): readonly FunctionInfo[] {
    this.#mentioners ??= this.#allMentioners();
    return this.#mentioners.get(fn) ?? [];
  }

  #allMentioners(): Map<FunctionInfo, FunctionInfo[]> {
    const found = new Map<FunctionInfo, FunctionInfo[]>();
    for (const fn of this.#file.functions) {
      for (const mentioned of this.#file.shared.dependences.mentionedBy(fn)) found.set(mentioned, [...(found.get(mentioned) ?? []), fn]);
    }
    return found;
  }

  /** What a module's own statements do is told at the first import. */
  #atImport(): Place {
    const body: readonly TSESTree.Node[] = this.#file.modules[0]?.ast.body ?? [];
    const node = body.find(({ type }) => type === "ImportDeclaration") ?? body[0];
    const at = node?.type === "ImportDeclaration" ? node.source : node;
    return at ? { loc: at.loc, range: at.range } : { loc: { start: { line: 1, column: 0 }, end: { line: 1, column: 0 } }, range: [0, 0] };
  }
}
