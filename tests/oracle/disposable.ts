/** DisposableStack for engines that do not have it yet: what a driver's clean-up needs of it. */

type Disposal = () => unknown;

/** Runs what was deferred to it, the last first, when it is disposed of. */
class Stack {
  #disposals: Disposal[] = [];
  disposed = false;

  defer(disposal: Disposal): void {
    this.#disposals.push(disposal);
  }

  use<Value extends Disposable | null | undefined>(value: Value): Value {
    if (value !== null && value !== undefined) this.#disposals.push(() => { value[Symbol.dispose](); });
    return value;
  }

  adopt<Value>(value: Value, disposal: (value: Value) => unknown): Value {
    this.#disposals.push(() => disposal(value));
    return value;
  }

  move(): Stack {
    const moved = new Stack();
    moved.#disposals = this.#disposals;
    this.#disposals = [];
    this.disposed = true;
    return moved;
  }

  dispose(): void {
    this.disposed = true;
    const disposals = this.#disposals.reverse();
    this.#disposals = [];
    let failure: { readonly error: unknown } | null = null;
    for (const disposal of disposals) {
      try {
        disposal();
      } catch (error) {
        failure = { error };
      }
    }
    if (failure !== null) throw failure.error;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** The engine's own, or the one above. */
export const disposableStack: unknown = Reflect.get(globalThis, "DisposableStack") ?? Stack;
