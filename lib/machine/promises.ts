/** Chains of promises: `then`, `catch` and `finally` on what an async function gives. A rejection is what the function throws. */
import { evaluate, evaluateAll } from "./evaluate.ts";
import type { CallExpr, Expr } from "./regions.ts";
import { Sink, type Frame, type Leave, type Run } from "./run.ts";
import { plain, type At, type ValueAt } from "./state.ts";
import { shortest } from "./summaries.ts";
import type { Value } from "./values.ts";

const METHODS: ReadonlySet<string> = new Set(["then", "catch", "finally"]);
// Longer chains are not taken for one.
const MAX_CHAIN = 50;

/** A step of a chain: what becomes of the promise before it; undefined where a call is none. */
export function promiseStep(run: Run, call: CallExpr, at: At, frame: Frame): ValueAt[] | undefined {
  const { callee, method } = call;
  if (method === undefined || !METHODS.has(method) || callee?.k !== "member" || !isPromise(run, callee.object, 0)) return undefined;
  const sink = new Sink();
  const settled = evaluate(run, callee.object, at, { ...frame, sink });
  const kept = settled.flatMap((found) => onSettled(run, call, found, frame, found.value, undefined));
  const rejected = [...sink.throws.values()].flatMap((leave) => onSettled(run, call, { core: leave.core, trace: shortest(leave.exits) }, frame, leave.value, leave));
  return [...kept, ...rejected];
}

/** Whether an expression gives a promise, as far as it is spelt. */
function isPromise(run: Run, expr: Expr, depth: number): boolean {
  if (expr.k !== "call" || depth > MAX_CHAIN) return false;
  if (run.shared.dependences.calleeOf(expr)?.isAsync === true) return !expr.isNew;
  const { callee, method } = expr;
  if (callee?.k !== "member" || method === undefined) return false;
  if (METHODS.has(method)) return isPromise(run, callee.object, depth + 1);
  return method === "resolve" && callee.object.k === "var" && callee.object.ref.imported === "external" && callee.object.ref.name === "Promise";
}

/** What a step makes of a value; of a rejection, with how it was left. */
function onSettled(run: Run, call: CallExpr, at: At, frame: Frame, value: Value, leave: Leave | undefined): ValueAt[] {
  return evaluateAll(run, call.args, at, frame).flatMap(({ values: [first, second], core, trace }): ValueAt[] => {
    const here: At = { core, trace };
    if (call.method === "finally") {
      return called(run, call, first, [], here, frame).flatMap((next) => passedOn(frame, { ...next, value }, leave));
    }
    const handler = leave === undefined ? (call.method === "then" ? first : undefined) : call.method === "then" ? second : first;
    return handler?.k === "fn" || handler?.k === "api" ? called(run, call, handler, [value], here, frame) : passedOn(frame, { ...here, value }, leave);
  });
}

function called(run: Run, call: CallExpr, handler: Value | undefined, args: readonly Value[], at: At, frame: Frame): ValueAt[] {
  if (handler?.k !== "fn" && handler?.k !== "api") return [{ ...at, value: run.shared.values.undefined }];
  // What it gives is waited for where the chain is.
  return run.machine.call(handler, undefined, args, at, frame, call.site);
}

/** A value goes on as it is; a rejection leaves. */
function passedOn(frame: Frame, found: ValueAt, leave: Leave | undefined): ValueAt[] {
  if (!leave) return [found];
  frame.sink.leave("throws", { ...leave, ...plain(found), exits: leave.exits });
  return [];
}
