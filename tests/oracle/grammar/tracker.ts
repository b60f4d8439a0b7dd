/** What the writer of a driver knows at a point of it: which resources may be held, and whether the driver object exists. */

export type Held = "no" | "yes" | "maybe";

/** Knowledge at a point of a function. */
export interface State {
  readonly held: readonly Held[];
  /** Created while the driver object existed: the framework's duty. */
  readonly owned: readonly boolean[];
  readonly driver: Held;
  /** Whether the status variable is known to be a success. */
  readonly isStatusGood: boolean;
}

export function startState(resources: number): State {
  return { held: Array<Held>(resources).fill("no"), owned: Array<boolean>(resources).fill(false), driver: "no", isStatusGood: true };
}

export function withHeld(state: State, index: number, value: Held, isOwned = state.owned[index] ?? false): State {
  return { ...state, held: state.held.with(index, value), owned: state.owned.with(index, isOwned) };
}

const joinHeld = (left: Held, right: Held): Held => (left === right ? left : "maybe");

/** What is known where several ways meet; undefined where none arrives. */
export function join(states: readonly State[]): State | undefined {
  return states.reduce<State | undefined>(
    (left, right) =>
      left === undefined
        ? right
        : {
            held: left.held.map((held, index) => joinHeld(held, right.held[index] ?? "no")),
            owned: left.owned.map((owned, index) => owned && right.owned[index] === true || owned && right.held[index] === "no" || right.owned[index] === true && left.held[index] === "no"),
            driver: joinHeld(left.driver, right.driver),
            isStatusGood: left.isStatusGood && right.isStatusGood,
          },
    undefined,
  );
}

/** Nothing is certain any more about what may be held. */
export function blur(state: State): State {
  return { ...state, held: state.held.map((held) => (held === "yes" ? "maybe" : held)) };
}
