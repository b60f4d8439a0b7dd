/** Which functions call which: what they touch together, which may run twice. */
import type { Expr, FunctionInfo, Region } from "./regions.ts";

/** What a region or function touches by itself, and which functions it may run. */
export interface Reach {
  readonly nodes: Set<number>;
  readonly callees: Set<FunctionInfo>;
  /** Methods that it calls and that are the language's own, unless the program has some of that name. */
  readonly methods: Set<string>;
  open: boolean;
}

export function noReach(): Reach {
  return { nodes: new Set(), callees: new Set(), methods: new Set(), open: false };
}

/** Methods of texts, lists and numbers that call no function and keep what they are given, if anything, in their receiver. */
const NATIVE_METHODS: ReadonlySet<string> = new Set([
  "add", "at", "charAt", "charCodeAt", "codePointAt", "concat", "endsWith", "entries", "fill", "has", "includes", "indexOf", "join", "keys", "lastIndexOf",
  "localeCompare", "match", "normalize", "padEnd", "padStart", "pop", "push", "repeat", "reverse", "shift", "slice", "splice", "split", "startsWith",
  "substring", "toFixed", "toLowerCase", "toPrecision", "toReversed", "toString", "toUpperCase", "trim", "trimEnd", "trimStart", "unshift", "values",
]);

export function isNativeMethod(name: string): boolean {
  return NATIVE_METHODS.has(name);
}

// A function that touches more than this, with those it calls, is simply taken to touch everything; less where many do.
const MANY = 100_000;
const FEW = 200;
// So many in all before that.
const ALL = 2_000_000;

/** Adds to each function's reach that of the functions it calls, callees first; cycles reach everything. */
export function closeReaches(functions: readonly FunctionInfo[], reaches: ReadonlyMap<Region | FunctionInfo, Reach>): void {
  let all = 0;
  const done = new Set<FunctionInfo>();
  const active = new Set<FunctionInfo>();
  for (const start of functions) {
    const pending = [start];
    while (pending.length > 0) {
      const fn = pending.at(-1);
      if (!fn || done.has(fn)) {
        pending.pop();
        continue;
      }
      const reach = reaches.get(fn);
      if (!reach) {
        pending.pop();
        continue;
      }
      if (!active.has(fn)) {
        active.add(fn);
        for (const callee of reach.callees) {
          if (active.has(callee) && !done.has(callee)) reach.open = true;
          else if (!done.has(callee)) pending.push(callee);
        }
        continue;
      }
      for (const callee of reach.callees) {
        const inner = reaches.get(callee);
        if (!inner || inner.open) reach.open = true;
        if (reach.open) break;
        for (const node of inner?.nodes ?? []) reach.nodes.add(node);
      }
      all += reach.nodes.size;
      if (reach.nodes.size > (all < ALL ? MANY : FEW)) reach.open = true;
      done.add(fn);
      pending.pop();
    }
  }
}

/** A function runs more than once if it is called twice, in a loop, from one that does, or as a value. */
export function markRepeated(functions: readonly FunctionInfo[], callersOf: ReadonlyMap<FunctionInfo, ReadonlySet<FunctionInfo | undefined>>): void {
  const pending = functions.filter((fn) => fn.callSites > 1 || fn.escapes);
  const callees = new Map<FunctionInfo, FunctionInfo[]>();
  for (const [callee, callers] of callersOf) {
    for (const caller of callers) if (caller) callees.set(caller, [...(callees.get(caller) ?? []), callee]);
  }
  for (let fn = pending.pop(); fn; fn = pending.pop()) {
    if (fn.isRepeated) continue;
    fn.isRepeated = true;
    pending.push(...(callees.get(fn) ?? []));
  }
}

/** Whether a callee may be a function of this file that only the values at hand tell. */
export function mayBeLocal(callee: Expr): boolean {
  switch (callee.k) {
    case "var":
      return callee.ref.imported === undefined;
    case "member":
      return mayBeLocal(callee.object);
    case "unknown":
    case "api":
      return false;
    default:
      return true;
  }
}
