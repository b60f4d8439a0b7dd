/** Writes a fallible call and the look at its outcome, in every form. */
import { writeFailure } from "./exits.ts";
import type { Frame } from "./frame.ts";
import type { Check } from "./plan.ts";
import { owedAtFailure, writeRelease } from "./releases.ts";
import type { Module } from "./module.ts";
import type { Row } from "./rows.ts";

export interface Fallible {
  readonly succeeds: Row["succeeds"];
  /** The call. */
  readonly call: string;
  /** For pointers: the variable or property that takes the result. */
  readonly target?: string;
  /** In the result dialect, a status call gives an object: what carries the handle in it, if anything. */
  readonly result?: { readonly property: string | null; readonly target: string | null };
  /** The acquisition's own bookkeeping, where it succeeded. */
  readonly succeeded: () => void;
  /** Where the outcome is not looked at. */
  readonly ignored: () => void;
}

/** How the dialect tells of a call of the API that gives a status, and where its handle goes. */
export function statusCall({ isResult, isThrowing }: Module, result: NonNullable<Fallible["result"]> = { property: null, target: null }): Pick<Fallible, "succeeds" | "target" | "result"> {
  if (isThrowing) return { succeeds: "throws", ...(result.target === null ? {} : { target: result.target }) };
  return { succeeds: "status", ...(isResult ? { result } : {}) };
}

/** Writes the call; `rest` is what follows in the same block, and may be nested in the successful branch. */
export function writeChecked(frame: Frame, check: Check, fallible: Fallible, rest: () => void): void {
  frame.module.features.add(`check ${check}`);
  if (fallible.succeeds === "always") {
    frame.line(`${fallible.call};`);
    fallible.succeeded();
    rest(); return;
  }
  if (fallible.succeeds === "throws") {
    writeThrowing(frame, check, fallible);
    rest(); return;
  }
  const outcome = fallible.succeeds === "status" ? lookAtStatus(frame, check, fallible) : lookAtValue(frame, check, fallible);
  if (outcome === null) {
    fallible.ignored();
    rest(); return;
  }
  const { failed, good, status } = outcome;
  const fail = (): void => {
    writeFailure(frame, status);
  };
  const succeed = (): void => {
    if (status === "status") frame.setStatusGood(true);
    fallible.succeeded();
  };
  if (check === "nested" || check === "chain") {
    frame.text.open(`if (${good}) {`);
    frame.fork(
      () => {
        succeed();
        rest();
      },
      () => {
        if (check === "chain") {
          frame.setStatusGood(false);
          return;
        }
        frame.text.middle("} else {");
        fail();
      },
    );
    frame.text.close();
    return;
  }
  if (check === "switch" && status === "status") {
    frame.text.open(`switch (${frame.status}) {`);
    frame.line("case STATUS_SUCCESS:");
    frame.line("  break;");
    frame.text.open("default: {");
    // A bare `break` would leave the switch.
    frame.breakables.push({ label: null, states: [] });
    frame.fork(
      () => {
        fail();
        frame.breakables.pop();
        frame.text.close();
        frame.text.close();
      },
      succeed,
    );
    rest(); return;
  }
  frame.text.open(`if (${failed}) {`);
  frame.fork(
    () => {
      fail();
      frame.text.close();
    },
    succeed,
  );
  rest();
}

/** Checks with which an exception is left to whoever catches it around, and such with which it is thrown on. */
const LEAVES: ReadonlySet<Check> = new Set(["return", "const", "nested", "copy", "ignored", "helper", "sign", "inline", "compare", "failed-variable", "flag", "ok-variable", "chain", "switch"]);
const RETHROWS: ReadonlySet<Check> = new Set(["return", "failed-variable", "flag", "error", "ternary", "ok-variable", "compare"]);

/** A call that throws: caught on the spot, or by what is around the function's body. */
function writeThrowing(frame: Frame, check: Check, { call, target, succeeded }: Fallible): void {
  const { module, text, shape } = frame;
  const take = target === undefined ? `${call};` : `${target} = ${call};`;
  const catcher = frame.catchers.at(-1);
  if (module.isThrowing && catcher !== undefined && LEAVES.has(check)) {
    module.features.add("exception left to others");
    frame.line(take);
    catcher.push({ ...frame.state, isStatusGood: false });
    succeeded(); return;
  }
  const isNothingOwed = shape === "plain" && frame.isEntry && frame.catchers.length === 0 && owedAtFailure(frame).length === 0;
  if (shape === "ok-flag" || shape === "using" || isNothingOwed) {
    module.features.add("exception leaves");
    frame.line(take);
    frame.exits.push(frame.state);
    succeeded(); return;
  }
  if (module.isThrowing && shape === "plain" && catcher === undefined && RETHROWS.has(check)) {
    module.features.add("exception thrown on");
    text.open("try {");
    frame.line(take);
    text.middle("} catch (error) {");
    frame.fork(
      () => {
        for (const resource of owedAtFailure(frame)) writeRelease(frame, resource);
        frame.line("throw error;");
        frame.failures.push(frame.state);
        frame.isLive = false;
        text.close();
      },
      succeeded,
    );
    return;
  }
  module.features.add("exception caught");
  text.open("try {");
  frame.line(take);
  text.middle("} catch {");
  frame.fork(
    () => {
      writeFailure(frame, "STATUS_NO_MEMORY");
      text.close();
    },
    succeeded,
  );
}

interface Outcome {
  readonly failed: string;
  readonly good: string;
  /** The status of the failure. */
  readonly status: string;
}

function lookAtStatus(frame: Frame, check: Check, fallible: Fallible): Outcome | null {
  const { module } = frame;
  let { call } = fallible;
  if (fallible.result !== undefined) {
    const { property, target } = fallible.result;
    if (check === "ignored" && target === null) {
      frame.line(`${call};`);
      return null;
    }
    const result = module.fresh("result");
    if (property !== null && target !== null && (check === "const" || check === "ternary")) {
      const handle = module.fresh("handle");
      frame.line(`const { status: ${result}, ${property}: ${handle} } = ${call};`);
      frame.line(`${target} = ${handle};`);
      call = result;
      module.features.add("result destructured");
    } else {
      frame.line(`const ${result} = ${call};`);
      if (target !== null && property !== null) frame.line(`${target} = ${result}.${property};`);
      if (check === "ok-variable") return { failed: `!${result}.ok`, good: `${result}.ok`, status: `${result}.status` };
      call = `${result}.status`;
    }
    module.features.add("result dialect");
    if (check === "ignored") return null;
  }
  const set = (): string => {
    frame.line(`${frame.status} = ${call};`);
    return frame.status;
  };
  switch (check) {
    case "ignored":
      frame.line(`${call};`);
      return null;
    case "const": {
      const name = module.fresh("result");
      frame.line(`const ${name} = ${call};`);
      return { failed: `!NT_SUCCESS(${name})`, good: `NT_SUCCESS(${name})`, status: name };
    }
    case "inline":
      return { failed: `!NT_SUCCESS((${frame.status} = ${call}))`, good: "", status: frame.status };
    case "failed-variable": {
      const name = module.fresh("failed");
      frame.line(`const ${name} = !NT_SUCCESS(${set()});`);
      return { failed: name, good: `!${name}`, status: frame.status };
    }
    case "flag": {
      const name = module.fresh("broken");
      frame.line(`let ${name} = false;`);
      frame.line(`if (!NT_SUCCESS(${set()})) ${name} = true;`);
      return { failed: name, good: `!${name}`, status: frame.status };
    }
    case "ok-variable": {
      const name = module.fresh("ok");
      frame.line(`const ${name} = NT_SUCCESS(${call});`);
      return { failed: `!${name}`, good: name, status: "STATUS_UNSUCCESSFUL" };
    }
    case "sign":
      return { failed: `${set()} < 0`, good: "", status: frame.status };
    case "compare":
      return { failed: `${set()} !== STATUS_SUCCESS`, good: "", status: frame.status };
    case "error":
      return { failed: `NT_ERROR(${set()})`, good: "", status: frame.status };
    case "copy": {
      const name = module.fresh("result");
      frame.line(`const ${name} = ${call};`);
      frame.line(`${frame.status} = ${name};`);
      return { failed: `!NT_SUCCESS(${name})`, good: "", status: frame.status };
    }
    case "ternary": {
      const name = module.fresh("step");
      frame.line(`const ${name} = NT_SUCCESS(${set()}) ? 1 : 0;`);
      return { failed: `${name} === 0`, good: "", status: frame.status };
    }
    case "helper":
      module.addFunction("Failed", () => ["function Failed(status: NTSTATUS): boolean {", "  return !NT_SUCCESS(status);", "}"]);
      return { failed: `Failed(${set()})`, good: "", status: frame.status };
    default:
      return { failed: `!NT_SUCCESS(${set()})`, good: `NT_SUCCESS(${frame.status})`, status: frame.status };
  }
}

function lookAtValue(frame: Frame, check: Check, { call, target, succeeds }: Fallible): Outcome | null {
  const { module } = frame;
  const isPointer = succeeds === "non-null";
  const status = "STATUS_INSUFFICIENT_RESOURCES";
  if (check === "ignored") {
    frame.line(target === undefined ? `${call};` : `${target} = ${call};`);
    return null;
  }
  const value = target ?? module.fresh("given");
  const give = target === undefined ? `const ${value} = ${call};` : `${value} = ${call};`;
  const bad = isPointer ? `${value} === null` : `!${value}`;
  const good = isPointer ? `${value} !== null` : value;
  if (check === "inline") {
    return target === undefined
      ? { failed: isPointer ? `${call} === null` : `!${call}`, good: "", status }
      : { failed: `(${value} = ${call}) === null`, good: "", status };
  }
  frame.line(give);
  switch (check) {
    case "failed-variable": {
      const name = module.fresh("failed");
      frame.line(`const ${name} = ${bad};`);
      return { failed: name, good: `!${name}`, status };
    }
    case "flag": {
      const name = module.fresh("broken");
      frame.line(`let ${name} = false;`);
      frame.line(`if (${bad}) ${name} = true;`);
      return { failed: name, good: `!${name}`, status };
    }
    case "ok-variable": {
      const name = module.fresh("ok");
      frame.line(`const ${name} = ${good};`);
      return { failed: `!${name}`, good: name, status };
    }
    case "sign":
      return { failed: `!${value}`, good: value, status };
    case "error":
      return { failed: isPointer ? `${value} == null` : `${value} === false`, good, status };
    case "copy": {
      const name = module.fresh("copy");
      frame.line(`const ${name} = ${value};`);
      return { failed: isPointer ? `${name} === null` : `!${name}`, good: name, status };
    }
    case "chain":
    case "ternary":
    case "switch":
      frame.line(`${frame.status} = ${value} ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;`);
      return { failed: `!NT_SUCCESS(${frame.status})`, good: `NT_SUCCESS(${frame.status})`, status: frame.status };
    default:
      return { failed: bad, good, status };
  }
}
