/** The cells of a state: a map from numbers that shares all that it can with the one it was made from. */
import type { Value } from "./values.ts";

// A tree over the bits of the cell's number, four at a time: changing one cell copies a node of each level.
const BITS = 4;
const WIDTH = 1 << BITS;
const MASK = WIDTH - 1;
// The cells of the protocol are negative.
const OFFSET = 32;

type Node = (Node | Value | undefined)[];

/** An immutable map from cells to values, in the order of the cells. */
export class Cells implements Iterable<[number, Value]> {
  static readonly EMPTY = new Cells(undefined, 0, 0);

  readonly #root: Node | undefined;
  /** Levels below the root. */
  readonly #depth: number;
  readonly size: number;

  private constructor(root: Node | undefined, depth: number, size: number) {
    this.#root = root;
    this.#depth = depth;
    this.size = size;
  }

  get(cell: number): Value | undefined {
    const key = cell + OFFSET;
    let shift = this.#depth * BITS;
    if (key >>> shift >= WIDTH) return undefined;
    let node = this.#root;
    for (; shift > 0 && node; shift -= BITS) node = node[(key >>> shift) & MASK] as Node | undefined;
    return node?.[key & MASK] as Value | undefined;
  }

  has(cell: number): boolean {
    return this.get(cell) !== undefined;
  }

  /** The map with other values in some cells; undefined empties a cell. Calls `changed` for each that differs. */
  with(changes: Iterable<readonly [number, Value | undefined]>, changed: (cell: number, old: Value | undefined, value: Value | undefined) => void): Cells {
    let root = this.#root;
    let depth = this.#depth;
    let size = this.size;
    // Nodes made for this change: they may be written to.
    const own = new Set<Node>();
    const writable = (node: Node | undefined): Node => {
      if (node && own.has(node)) return node;
      const made = node ? node.slice() : new Array<Node | Value | undefined>(WIDTH).fill(undefined);
      own.add(made);
      return made;
    };
    for (const [cell, value] of changes) {
      const key = cell + OFFSET;
      const old = read(root, depth, key);
      if (old === value) continue;
      changed(cell, old, value);
      size += Number(value !== undefined) - Number(old !== undefined);
      while (key >>> (depth * BITS) >= WIDTH) {
        if (root) {
          const above = writable(undefined);
          above[0] = root;
          root = above;
        }
        depth += 1;
      }
      let node = writable(root);
      root = node;
      for (let shift = depth * BITS; shift > 0; shift -= BITS) {
        const index = (key >>> shift) & MASK;
        const next = writable(node[index] as Node | undefined);
        node[index] = next;
        node = next;
      }
      node[key & MASK] = value;
    }
    return root === this.#root ? this : new Cells(root, depth, size);
  }

  [Symbol.iterator](): IterableIterator<[number, Value]> {
    return this.#list()[Symbol.iterator]();
  }

  keys(): number[] {
    return this.#list().map(([cell]) => cell);
  }

  values(): Value[] {
    return this.#list().map(([, value]) => value);
  }

  #list(): [number, Value][] {
    return entriesOf(this.#root, this.#depth * BITS, -OFFSET, []);
  }

  /** The cells in which another map differs, with what that holds; what both share is not looked at. */
  differences(other: Cells): [number, Value | undefined][] {
    if (this.#root === other.#root) return [];
    const found: [number, Value | undefined][] = [];
    if (this.#depth === other.#depth) compare(this.#root, other.#root, this.#depth * BITS, -OFFSET, found);
    else {
      for (const [cell] of this) if (!other.has(cell)) found.push([cell, undefined]);
      for (const [cell, value] of other) if (this.get(cell) !== value) found.push([cell, value]);
    }
    return found;
  }

  /** Whether two maps hold the same, what they share not being looked at. */
  equals(other: Cells): boolean {
    return this.size === other.size && (this.#depth === other.#depth ? isSame(this.#root, other.#root, this.#depth) : hasAll(this, other));
  }
}

function read(root: Node | undefined, depth: number, key: number): Value | undefined {
  let shift = depth * BITS;
  if (key >>> shift >= WIDTH) return undefined;
  let node = root;
  for (; shift > 0 && node; shift -= BITS) node = node[(key >>> shift) & MASK] as Node | undefined;
  return node?.[key & MASK] as Value | undefined;
}

function entriesOf(node: Node | undefined, shift: number, first: number, found: [number, Value][]): [number, Value][] {
  if (!node) return found;
  for (let index = 0; index < WIDTH; index += 1) {
    const child = node[index];
    if (child === undefined) continue;
    if (shift === 0) found.push([first + index, child as Value]);
    else entriesOf(child as Node, shift - BITS, first + (index << shift), found);
  }
  return found;
}

function isSame(left: Node | undefined, right: Node | undefined, depth: number): boolean {
  if (left === right) return true;
  for (let index = 0; index < WIDTH; index += 1) {
    const [one, other] = [left?.[index], right?.[index]];
    if (one !== other && (depth === 0 || !isSame(one as Node | undefined, other as Node | undefined, depth - 1))) return false;
  }
  return true;
}

function compare(left: Node | undefined, right: Node | undefined, shift: number, first: number, found: [number, Value | undefined][]): void {
  for (let index = 0; index < WIDTH; index += 1) {
    const [one, other] = [left?.[index], right?.[index]];
    if (one === other) continue;
    if (shift === 0) found.push([first + index, other as Value | undefined]);
    else compare(one as Node | undefined, other as Node | undefined, shift - BITS, first + (index << shift), found);
  }
}

function hasAll(left: Cells, right: Cells): boolean {
  for (const [cell, value] of left) if (right.get(cell) !== value) return false;
  return true;
}
