/** Writes the steps of a body: acquisitions, other work, and every form of control flow around them. */
import { writeAcquisition } from "./acquire.ts";
import { statusCall, writeChecked } from "./checks.ts";
import { writeFailure, writeShape, writeSuccess } from "./exits.ts";
import { Frame, type Breakable } from "./frame.ts";
import type { Condition, Step } from "./plan.ts";
import { writeRelease } from "./releases.ts";
import { blur, join, type State } from "./tracker.ts";

/** Writes steps one after the other; `rest` follows them, and may end up nested. */
export function writeSteps(frame: Frame, steps: readonly Step[], rest: () => void = () => undefined): void {
  if (!frame.isLive) return;
  const [step, ...others] = steps;
  if (step === undefined) { rest(); return; }
  writeStep(frame, step, () => {
    writeSteps(frame, others, rest);
  });
}

let turn = 0;
const next = (): number => {
  turn += 1;
  return turn;
};

/** External names and turns start anew with each program. */
export function startTurns(): void {
  turn = 0;
}

function writeStep(frame: Frame, step: Step, rest: () => void): void {
  const { module, text } = frame;
  switch (step.do) {
    case "acquire":
      { writeAcquisition(frame, step.check, rest); return; }
    case "work":
      { writeWork(frame, step, rest); return; }
    case "release": {
      const held = module.resources.filter((resource) => frame.state.held[resource.index] !== "no" && frame.reaches(resource) && frame.state.owned[resource.index] !== true);
      const resource = held[step.pick % Math.max(held.length, 1)];
      if (resource !== undefined && !frame.deferred.has(resource.index)) {
        module.features.add("early release");
        writeRelease(frame, resource);
      }
      rest(); return;
    }
    case "hand":
      { writeHanding(frame, step, rest); return; }
    case "fail":
      text.open(`if (${conditionText(frame, step.condition)}) {`);
      frame.fork(
        () => {
          writeFailure(frame, "STATUS_NOT_SUPPORTED");
          text.close();
        },
        () => undefined,
      );
      { rest(); return; }
    case "succeed":
      if (frame.breakables.length > 0 || frame.catchers.length > 0) { rest(); return; }
      module.features.add("early success");
      text.open(`if (${conditionText(frame, step.condition)}) {`);
      frame.fork(
        () => {
          writeSuccess(frame);
          text.close();
        },
        () => undefined,
      );
      { rest(); return; }
    case "leave": {
      const target = frame.breakables.at(-1);
      if (target === undefined) { rest(); return; }
      module.features.add("leave");
      text.open(`if (${conditionText(frame, step.condition)}) {`);
      frame.fork(
        () => {
          frame.line(target.label === null ? "break;" : `break ${target.label};`);
          target.states.push(frame.state);
          frame.isLive = false;
          text.close();
        },
        () => undefined,
      );
      rest(); return;
    }
    case "if":
      module.features.add("if");
      text.open(`if (${conditionText(frame, step.condition)}) {`);
      frame.fork(
        () => {
          writeSteps(frame, step.then);
        },
        () => {
          if (step.otherwise === null) return;
          text.middle("} else {");
          writeSteps(frame, step.otherwise);
        },
      );
      text.close();
      { rest(); return; }
    case "switch":
      writeSwitch(frame, step);
      { rest(); return; }
    case "loop":
      writeLoop(frame, step);
      { rest(); return; }
    case "block": {
      module.features.add(`block ${step.form}`);
      const label = step.form === "labelled" ? module.fresh("block") : null;
      text.open(label === null ? "do {" : `${label}: {`);
      const target = within(frame, { label, states: [] }, () => {
        writeSteps(frame, step.body);
      });
      text.close(label === null ? "} while (false);" : "}");
      frame.arrive([...(frame.isLive ? [frame.state] : []), ...target.states]);
      rest(); return;
    }
    case "try":
      writeTry(frame, step);
      { rest(); return; }
    case "helper":
      { writeHelper(frame, step, rest); return; }
  }
}

function within(frame: Frame, target: Breakable, body: () => void): Breakable {
  frame.breakables.push(target);
  body();
  frame.breakables.pop();
  return target;
}

/** A condition that the linter cannot know; what must stand before it is written first. */
function conditionText(frame: Frame, form: Condition): string {
  const { module } = frame;
  module.features.add(`condition ${form}`);
  const boolean = (): string => `${module.external("boolean", next())}()`;
  const pointer = (): string => `${module.external("pointer", next())}()`;
  switch (form) {
    case "call":
      return boolean();
    case "not":
      return `!${boolean()}`;
    case "variable": {
      const name = module.fresh("wanted");
      frame.line(`const ${name} = ${boolean()};`);
      return name;
    }
    case "and":
      return `${boolean()} && ${boolean()}`;
    case "or":
      return `${boolean()} || !${boolean()}`;
    case "pointer":
      return `${pointer()} !== null`;
    case "coalesce":
      return `(${pointer()} ?? null) === null`;
    case "chain":
      return `${pointer()}?.from === undefined`;
  }
}

function writeWork(frame: Frame, { what, check }: Extract<Step, { do: "work" }>, rest: () => void): void {
  const { module } = frame;
  const nothing = (): void => undefined;
  const simple = { succeeded: nothing, ignored: nothing };
  switch (what) {
    case "print":
      frame.line('KdPrint("step\\n");');
      { rest(); return; }
    case "borrow":
      frame.line("RtlCopyUnicodeString(new UNICODE_STRING(), RegistryPath);");
      { rest(); return; }
    case "status":
      { writeChecked(frame, check, { succeeds: "status", call: `${module.external("status", next())}(DriverObject)`, ...simple }, rest); return; }
    case "pointer": {
      const target = module.fresh("found");
      frame.locals.add(`let ${target}: object | null = null;`);
      writeChecked(frame, check, { succeeds: "non-null", target, call: `${module.external("pointer", next())}()`, ...simple }, rest); return;
    }
    case "boolean":
      { writeChecked(frame, check, { succeeds: "boolean", call: `${module.external("boolean", next())}()`, ...simple }, rest); return; }
    case "register": {
      module.features.add("registration");
      const call = "StorPortInitialize(DriverObject, RegistryPath, {}, null)";
      writeChecked(frame, check, { ...statusCall(module), call, ...simple }, rest); return;
    }
  }
}

/** Gives a handle to a function that nobody can see into: from then on it may be its. */
function writeHanding(frame: Frame, { how, to, check, isKept, pick }: Extract<Step, { do: "hand" }>, rest: () => void): void {
  const { module } = frame;
  const held = module.resources.filter(({ index, handle }) => handle !== null && frame.state.held[index] !== "no");
  const reachable = held.filter((resource) => frame.reaches(resource) && !frame.deferred.has(resource.index));
  const boxed = reachable.filter((candidate) => candidate.handle?.endsWith(".value") === true);
  const candidates = how === "box" && boxed.length > 0 ? boxed : reachable;
  const resource = candidates[pick % Math.max(candidates.length, 1)];
  // In a loop it would be asked what becomes of the next one under the same name.
  if (resource === undefined || frame.loops > 0) { rest(); return; }
  const handle = resource.handle ?? "";
  const isBox = handle.endsWith(".value");
  // A closure over the context gives away all that the context holds.
  const form = how === "box" && !isBox ? "itself" : how === "closure" && handle.startsWith("gContext.") ? "object" : how;
  const given = { itself: handle, object: `{ handle: ${handle} }`, closure: `() => ${handle}`, box: handle.replace(/\.value$/u, "") }[form];
  module.features.add(`handed ${form}`);
  if (!isKept) frame.forget(resource.index);
  if (to === "void") {
    frame.line(`${module.external("void", next())}(${given});`);
    rest(); return;
  }
  const nothing = (): void => undefined;
  writeChecked(frame, check, { succeeds: "status", call: `${module.external("status", next())}(DriverObject, ${given})`, succeeded: nothing, ignored: nothing }, rest);
}

function writeSwitch(frame: Frame, { cases, fallsThrough }: Extract<Step, { do: "switch" }>): void {
  const { module, text } = frame;
  module.features.add(fallsThrough ? "switch falling through" : "switch");
  text.open(`switch (${module.external("mode", 0)}()) {`);
  const before = frame.state;
  const ends: State[] = [];
  let falling: State[] = [];
  const target = within(frame, { label: null, states: [] }, () => {
    cases.forEach((steps, index) => {
      const isDefault = index === 2;
      text.open(isDefault ? "default: {" : `case ${String(index)}: {`);
      frame.arrive([before, ...falling]);
      writeSteps(frame, steps);
      falling = [];
      if (frame.isLive && fallsThrough && index < cases.length - 1) falling = [frame.state];
      else if (frame.isLive) {
        frame.line("break;");
        ends.push(frame.state);
      }
      text.close();
    });
  });
  text.close();
  frame.arrive([...ends, ...target.states, ...(cases.length < 3 ? [before] : [])]);
}

function writeLoop(frame: Frame, { form, body }: Extract<Step, { do: "loop" }>): void {
  const { module, text } = frame;
  module.features.add(`loop ${form}`);
  const more = (): string => `${module.external("more", 0)}()`;
  const index = module.fresh("i");
  const open = {
    "for-literal": `for (let ${index} = 0; ${index} < 2; ${index} += 1) {`,
    retry: `for (let ${index} = 0; ${index} < 3; ${index} += 1) {`,
    "while-more": `while (${more()}) {`,
    "do-more": "do {",
    "for-of": `for (const ${index} of ["first", "second"]) {`,
    "for-ever": "for (;;) {",
  };
  text.open(open[form]);
  frame.state = blur(frame.state);
  const before = frame.state;
  frame.loops += 1;
  const target = within(frame, { label: null, states: [] }, () => {
    if (form === "for-of") frame.line(`KdPrint(${index});`);
    writeSteps(frame, body, () => {
      if (!frame.isLive || form !== "retry") return;
      frame.line(`${frame.status} = ${module.external("status", next())}();`);
      frame.text.open(`if (NT_SUCCESS(${frame.status})) {`);
      frame.line("break;");
      frame.text.close();
      frame.breakables.at(-1)?.states.push({ ...frame.state, isStatusGood: true });
      frame.setStatusGood(false);
    });
    // What one turn acquires, it releases: the next would overwrite it.
    for (const resource of module.resources) {
      const { index: number } = resource;
      if (frame.isLive && before.held[number] === "no" && frame.state.held[number] !== "no" && frame.reaches(resource) && frame.state.owned[number] !== true) {
        writeRelease(frame, resource);
      }
    }
    if (form === "for-ever" && frame.isLive) {
      frame.text.open(`if (!${more()}) {`);
      frame.line("break;");
      frame.text.close();
      frame.breakables.at(-1)?.states.push(frame.state);
      frame.isLive = false;
    }
  });
  frame.loops -= 1;
  text.close(form === "do-more" ? `} while (${more()});` : "}");
  const end = frame.isLive ? [frame.state] : [];
  const skipped = form === "for-ever" || form === "do-more" ? [] : [before];
  frame.arrive([...end, ...target.states, ...skipped]);
  if (form === "retry") frame.setStatusGood(false);
}

function writeTry(frame: Frame, { form, throws, body, handler }: Extract<Step, { do: "try" }>): void {
  const { module, text } = frame;
  module.features.add(`try ${form}`);
  const caught: State[] = [];
  const catches = form !== "finally";
  const before = frame.state;
  text.open("try {");
  if (catches) frame.catchers.push(caught);
  writeSteps(frame, body, () => {
    const target = frame.catchers.at(-1);
    if (throws === null || target === undefined || !frame.isLive) return;
    module.features.add("throw");
    text.open(`if (${conditionText(frame, throws)}) {`);
    frame.line('throw new Error("not here");');
    target.push(frame.state);
    text.close();
  });
  if (catches) frame.catchers.pop();
  const normal = frame.isLive ? [frame.state] : [];
  if (catches) {
    text.middle("} catch {");
    const isReached = caught.length > 0;
    frame.arrive(isReached ? caught : [before]);
    if (handler.length > 0) {
      frame.line(`${frame.status} = STATUS_UNSUCCESSFUL;`);
      frame.setStatusGood(false);
    } else writeFailure(frame, "STATUS_UNSUCCESSFUL");
    if (isReached && frame.isLive) normal.push(frame.state);
  }
  if (form !== "catch") {
    text.middle("} finally {");
    frame.line('KdPrint("done\\n");');
  }
  text.close();
  frame.arrive(normal);
}

function writeHelper(frame: Frame, { shape, check, body }: Extract<Step, { do: "helper" }>, rest: () => void): void {
  const { module } = frame;
  module.features.add("local helper");
  const name = module.fresh("Start");
  const inner = new Frame(module, shape, false, { ...frame.state, isStatusGood: true });
  inner.text.depth = 1;
  inner.loops = frame.loops;
  writeShape(inner, () => {
    writeSteps(inner, body);
  });
  module.functions.push(functionLines(inner, module.plan.isAsync, name));
  const good = join(inner.successes);
  const bad = join(inner.failures);
  const call = `${module.plan.isAsync ? "await " : ""}${name}(DriverObject, RegistryPath)`;
  const visible = (state: State): State => ({ ...state, isStatusGood: frame.state.isStatusGood, held: state.held.map((held, index) => (inner.own.has(index) && module.resources[index]?.isGlobal === false ? "no" : held)) });
  for (const index of inner.own) if (module.resources[index]?.isGlobal === true) frame.own.add(index);
  const afterGood = good === undefined ? frame.state : visible(good);
  const afterBad = bad === undefined ? frame.state : visible(bad);
  const start = frame.state;
  frame.state = { ...afterBad, isStatusGood: start.isStatusGood };
  writeChecked(
    frame,
    check,
    {
      succeeds: "status",
      call,
      succeeded: () => {
        const { isStatusGood } = frame.state;
        frame.state = { ...afterGood, isStatusGood };
      },
      ignored: () => {
        frame.arrive([afterGood, afterBad]);
      },
    },
    rest,
  );
}

/** A finished function's lines. */
export function functionLines(frame: Frame, isAsync: boolean, name: string): string[] {
  const type = isAsync ? "Promise<NTSTATUS>" : "NTSTATUS";
  return [
    `${isAsync ? "async " : ""}function ${name}(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): ${type} {`,
    ...prologue(frame),
    ...frame.text.lines,
    "}",
  ];
}

/** The declarations at a function's top. */
export function prologue(frame: Frame): string[] {
  const lines = [...frame.locals].map((line) => `  ${line}`);
  return frame.usesStatus ? ["  let status: NTSTATUS = STATUS_SUCCESS;", ...lines] : lines;
}
