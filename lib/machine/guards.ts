/** Which tests decide whether the tracked resource is released. */
import { mayBeLocal } from "./call-graph.ts";
import { targetsOf, type Expr, type Pattern, type Region } from "./regions.ts";
import type { Frame, Run } from "./run.ts";
import type { At } from "./state.ts";
import { giveAway } from "./store.ts";

/**
 * Both ways of a test that the machine cannot decide although what it tests is known: where it decides over a release,
 * whether the resource is still held is not known. Silence, then.
 * @param before how many such tests there had been
 */
export function doubt(run: Run, before: number, guarded: readonly (Region | Expr | undefined)[], states: readonly At[], frame: Frame): At[] {
  const { pair } = run.tracked;
  if (run.opaqueTests === before || !pair || !decidesRelease(run, pair.kind, guarded, frame)) return [...states];
  return states.map((at) => ({ core: giveAway(run, at.core), trace: at.trace }));
}

/** Whether something in these parts may release a resource of a kind. */
export function decidesRelease(run: Run, kind: string, guarded: readonly (Region | Expr | undefined)[], frame: Frame): boolean {
  const releasers = run.shared.dependences.releasersOf(kind);
  const pending: (Region | Expr)[] = guarded.flatMap((each) => each ?? []);
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.k === "call") {
      const fn = run.shared.dependences.calleeOf(next);
      if (next.api?.releases.some(({ pair }) => pair.kind === kind) === true || (fn && releasers.has(fn))) return true;
      // `undo.pop()()`, `step.undo()`: any function that is a value somewhere.
      if (!fn && !next.api && (next.callee?.k === "member" || next.callee?.k === "call") && mayBeLocal(next.callee) && [...releasers].some(({ escapes }) => escapes)) return true;
    }
    // What follows an early exit is guarded by it.
    if ((next.k === "jump" || next.k === "return") && frame.fn && releasers.has(frame.fn)) return true;
    pending.push(...partsOf(next));
  }
  return false;
}

/** The variables that a region assigns, by their cells. */
export function assignedIn(region: Region): ReadonlySet<number> {
  const known = assigned.get(region);
  if (known) return known;
  const cells = new Set<number>();
  const pending: (Region | Expr)[] = [region];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.k === "assign") for (const cell of targetsOf(next.pattern)) cells.add(cell);
    pending.push(...partsOf(next));
  }
  assigned.set(region, cells);
  return cells;
}

const assigned = new WeakMap<Region, ReadonlySet<number>>();

/** The regions and expressions directly inside one. */
function partsOf(part: Region | Expr): (Region | Expr)[] {
  switch (part.k) {
    case "eval":
    case "throw":
    case "not":
    case "yield":
    case "typeof":
      return [part.value];
    case "return":
      return part.value ? [part.value] : [];
    case "seq":
      return [...part.items];
    case "if":
    case "cond":
      return [part.test, part.then, ...(part.else ? [part.else] : [])];
    case "loop":
      return [part.body, ...(part.test ? [part.test] : []), ...(part.update ? [part.update] : [])];
    case "switch":
      return part.cases.map((entry) => entry.body);
    case "label":
    case "memo":
      return [part.body];
    case "try":
      return [part.body, ...(part.handler ? [part.handler.body] : []), ...(part.finalizer ? [part.finalizer] : [])];
    case "assign":
      return [part.value, ...fallbacks(part.pattern)];
    case "call":
      return [...part.args, ...(part.callee ? [part.callee] : [])];
    case "logic":
    case "binary":
      return [part.left, part.right];
    case "member":
      return [part.object];
    case "unknown":
      return [...part.children];
    default:
      return [];
  }
}

function fallbacks(pattern: Pattern): Expr[] {
  return pattern.fallback ? [pattern.fallback] : [];
}
