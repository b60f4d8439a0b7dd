/** Writes the ways out of a function: failing, succeeding, and what its shape puts around its body. */
import type { Frame } from "./frame.ts";
import { owedAtFailure, writeRelease } from "./releases.ts";
import { blur, join, type State } from "./tracker.ts";

/** Leaves the function as failed, with a status given as an expression. */
export function writeFailure(frame: Frame, status: string): void {
  const { module, shape } = frame;
  if (!frame.isLive) return;
  const leaves = frame.breakables.length > 0;
  frame.isLive = false;
  if (shape === "labelled" || (shape === "do-once" && !leaves)) {
    assign(frame, status);
    frame.line(shape === "labelled" ? "break exit;" : "break;");
    frame.exits.push({ ...frame.state, isStatusGood: false });
    return;
  }
  const catcher = frame.catchers.at(-1);
  if (shape === "catch" && catcher !== undefined) {
    assign(frame, status);
    frame.line('throw new Error("the driver cannot start");');
    catcher.push({ ...frame.state, isStatusGood: false });
    return;
  }
  if (shape === "finally") {
    assign(frame, status);
    frame.line(`return ${frame.status};`);
    frame.exits.push(frame.state);
    return;
  }
  if (shape === "ok-flag" || shape === "using") {
    frame.line(`return ${status};`);
    frame.exits.push(frame.state);
    return;
  }
  if (shape === "stack") {
    frame.line("stack.dispose();");
    for (const index of frame.deferred) frame.forget(index);
  }
  if (frame.isEntry && module.plan.failsByUnload && module.plan.model === "wdm" && module.plan.unload.form === "function" && module.plan.unload.placed !== "missing") {
    for (const resource of owedAtFailure(frame)) if (!resource.isGlobal) writeRelease(frame, resource);
    module.features.add("exit by unload");
    frame.line("DriverUnload(DriverObject);");
  } else {
    for (const resource of owedAtFailure(frame)) writeRelease(frame, resource);
  }
  const isConstant = module.plan.returns === "constant" && status !== "STATUS_UNSUCCESSFUL";
  if (isConstant) module.features.add("exit by constant");
  frame.line(`return ${isConstant ? "STATUS_UNSUCCESSFUL" : status};`);
  frame.failures.push(frame.state);
}

function assign(frame: Frame, status: string): void {
  if (status !== frame.status) frame.line(`${frame.status} = ${status};`);
}

/** Leaves the function as succeeded. */
export function writeSuccess(frame: Frame): void {
  if (!frame.isLive) return;
  const { shape, module } = frame;
  for (const resource of module.resources) {
    if (frame.own.has(resource.index) && !resource.isGlobal && frame.state.held[resource.index] !== "no" && !frame.deferred.has(resource.index)) {
      writeRelease(frame, resource);
    }
  }
  if (shape === "stack" || shape === "using") frame.line("stack.move();");
  if (shape === "ok-flag") frame.line("isDone = true;");
  const isByName = frame.usesStatus && frame.state.isStatusGood && shape !== "ok-flag";
  if (shape === "finally" && !frame.state.isStatusGood) frame.line(`${frame.status} = STATUS_SUCCESS;`);
  frame.line(isByName || shape === "finally" ? `return ${frame.status};` : "return STATUS_SUCCESS;");
  frame.successes.push(frame.state);
  frame.isLive = false;
}

/** Puts what the shape asks for around a body, and the function's last exit. */
export function writeShape(frame: Frame, body: () => void): void {
  const { shape, text } = frame;
  frame.module.features.add(`shape ${shape}`);
  switch (shape) {
    case "plain":
      body();
      { writeEnd(frame); return; }
    case "stack":
    case "using":
      frame.line(`${shape === "using" ? "using" : "const"} stack = new DisposableStack();`);
      body();
      writeEnd(frame);
      for (const state of frame.exits) frame.failures.push(withoutDeferred(frame, state));
      return;
    case "labelled":
    case "do-once":
      text.open(shape === "labelled" ? "exit: {" : "do {");
      body();
      text.close(shape === "labelled" ? "}" : "} while (false);");
      { writeCommonExit(frame); return; }
    case "finally":
    case "ok-flag":
      if (shape === "ok-flag") frame.line("let isDone = false;");
      text.open("try {");
      body();
      writeEnd(frame);
      text.middle("} finally {");
      { writeFinalizer(frame, shape === "finally" ? `!NT_SUCCESS(${frame.status})` : "!isDone"); return; }
    case "catch": {
      const caught: State[] = [];
      frame.catchers.push(caught);
      text.open("try {");
      body();
      writeEnd(frame);
      frame.catchers.pop();
      text.middle("} catch {");
      frame.arrive(caught);
      if (frame.isLive) for (const resource of owedAtFailure(frame)) writeRelease(frame, resource);
      const usesStatus = frame.isLive && !frame.module.isThrowing;
      frame.line(usesStatus ? `return ${frame.status};` : "return STATUS_UNSUCCESSFUL;");
      if (frame.isLive) frame.failures.push(frame.state);
      frame.isLive = false;
      text.close();
    }
  }
}

function withoutDeferred(frame: Frame, state: State): State {
  return { ...state, held: state.held.map((held, index) => (frame.deferred.has(index) ? "no" : held)) };
}

/** The end of a body that is reached. */
function writeEnd(frame: Frame): void {
  if (!frame.isLive) return;
  if (!frame.state.isStatusGood) {
    frame.text.open(`if (!NT_SUCCESS(${frame.status})) {`);
    const { state } = frame;
    writeFailure(frame, frame.status);
    frame.text.close();
    frame.state = state;
    frame.isLive = true;
    frame.setStatusGood(true);
  }
  writeSuccess(frame);
}

/** Where the breaks of a common exit arrive. */
function writeCommonExit(frame: Frame): void {
  const normal = frame.isLive ? [frame.state] : [];
  const failed = join([...frame.exits, ...normal.filter(({ isStatusGood }) => !isStatusGood)]);
  if (failed !== undefined) {
    const before = frame.state;
    frame.state = { ...failed, isStatusGood: false };
    frame.isLive = true;
    frame.text.open(`if (!NT_SUCCESS(${frame.status})) {`);
    for (const resource of owedAtFailure(frame)) writeRelease(frame, resource);
    const isLast = frame.module.plan.releasesTwice || !frame.isEntry;
    if (isLast) frame.line(`return ${frame.status};`);
    frame.text.close();
    frame.failures.push(frame.state);
    frame.state = before;
  }
  frame.arrive(normal);
  if (normal.length === 0) {
    frame.line(`return ${frame.status};`);
    return;
  }
  // On the normal way the status is a success behind the test above, or a failure that the test did not keep from the end.
  const locals = frame.module.resources.filter(({ index, isGlobal }) => !isGlobal && frame.own.has(index) && frame.state.held[index] !== "no");
  if (locals.length > 0) frame.state = blur(frame.state);
  for (const resource of locals) writeRelease(frame, resource);
  frame.line(`return ${frame.status};`);
  frame.successes.push(frame.state);
  frame.isLive = false;
}

/** A finalizer that releases where the function fails. */
function writeFinalizer(frame: Frame, test: string): void {
  const failed = join([...frame.exits, ...frame.failures]);
  frame.failures.length = 0;
  if (failed === undefined) {
    frame.line("KdPrint(\"done\\n\");");
  } else {
    frame.state = blur(failed);
    frame.isLive = true;
    frame.text.open(`if (${test}) {`);
    for (const resource of owedAtFailure(frame)) writeRelease(frame, resource);
    frame.text.close();
    frame.failures.push(frame.state);
  }
  frame.isLive = false;
  frame.text.close();
}
