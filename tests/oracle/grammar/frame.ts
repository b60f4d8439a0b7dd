/** A function that is being written: where it stands, what is known there, and how it leaves. */
import { Module, Text, type Resource } from "./module.ts";
import type { Shape } from "./plan.ts";
import { join, withHeld, type State } from "./tracker.ts";

/** Something that `break` leaves. */
export interface Breakable {
  readonly label: string | null;
  readonly states: State[];
}

/** One function under the writer's hands. */
export class Frame {
  readonly module: Module;
  readonly text = new Text();
  readonly shape: Shape;
  readonly isEntry: boolean;
  state: State;
  isLive = true;
  /** Where the ways out of the function have got to. */
  readonly successes: State[] = [];
  readonly failures: State[] = [];
  readonly breakables: Breakable[] = [];
  /** Where exceptions go, innermost last. */
  readonly catchers: State[][] = [];
  /** Declarations at the top of the function. */
  readonly locals = new Set<string>();
  /** Resources that a local of this function names. */
  readonly own = new Set<number>();
  /** Resources whose release is on the function's stack. */
  readonly deferred = new Set<number>();
  readonly exits: State[] = [];
  usesStatus = false;
  /** How many loops are around this place, those of callers too. */
  loops = 0;

  constructor(module: Module, shape: Shape, isEntry: boolean, state: State) {
    this.module = module;
    this.shape = shape;
    this.isEntry = isEntry;
    this.state = state;
  }

  line(text: string): void {
    this.text.line(text);
  }

  /** The status variable, declared at the function's top once it is used. */
  get status(): string {
    this.usesStatus = true;
    return "status";
  }

  setStatusGood(isStatusGood: boolean): void {
    this.state = { ...this.state, isStatusGood };
  }

  /** Runs alternatives from the same state and joins those that go on. */
  fork(...arms: readonly (() => void)[]): void {
    const before = this.state;
    const ends: State[] = [];
    for (const arm of arms) {
      this.state = before;
      this.isLive = true;
      arm();
      if (this.isLive) ends.push(this.state);
    }
    this.arrive(ends);
  }

  /** Goes on with whatever arrives here. */
  arrive(states: readonly State[]): void {
    const joined = join(states);
    this.isLive = joined !== undefined;
    if (joined !== undefined) this.state = joined;
  }

  /** Whether this function can name a resource. */
  reaches({ index, isGlobal }: Resource): boolean {
    return isGlobal || this.own.has(index);
  }

  forget(index: number): void {
    this.state = withHeld(this.state, index, "no");
  }
}
