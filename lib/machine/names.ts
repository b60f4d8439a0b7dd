/** Numbers for everything the machine keeps cells or dependences for: variables, fields, guards, functions, sites. */

/** Hands out numbers; fields of the same name share one. */
export class Names {
  #next = 1;
  readonly #fields = new Map<string, number>();
  readonly #fieldNames = new Map<number, string>();

  /** A number nothing else has. */
  fresh(): number {
    const id = this.#next;
    this.#next += 1;
    return id;
  }

  /** The number of all fields of this name. */
  field(name: string): number {
    const known = this.#fields.get(name);
    if (known !== undefined) return known;
    const id = this.fresh();
    this.#fields.set(name, id);
    this.#fieldNames.set(id, name);
    return id;
  }

  /** How many numbers were handed out. */
  get size(): number {
    return this.#next;
  }
}
