/** Writes acquisitions: the call, where its handle goes, and the bookkeeping of success. */
import { statusCall, writeChecked } from "./checks.ts";
import type { Frame } from "./frame.ts";
import { Text, type Resource } from "./module.ts";
import type { Check } from "./plan.ts";
import { release } from "./releases.ts";
import { withHeld } from "./tracker.ts";

/** Writes the acquisition of the next resource; without one, nothing. */
export function writeAcquisition(frame: Frame, check: Check, rest: () => void): void {
  const { module } = frame;
  const resource = module.resources[module.next];
  const needs = resource?.data.needsDriver === true && frame.state.driver !== "yes";
  const unsure = resource?.data.isOwned === true && frame.state.driver === "maybe";
  const isWdm = resource?.data.isOwned === true && module.plan.model === "wdm";
  if (resource === undefined) { rest(); return; }
  module.next += 1;
  if (needs || unsure || isWdm) { rest(); return; }
  const { data } = resource;
  // What a failing call leaves in a box that held something is nobody's promise; nor is a second start of what there is once.
  if (frame.loops > 0 && data.handle === "out" && resource.handle?.endsWith(".value") === true) { rest(); return; }
  if (data.handle === "global" && module.resources.some((other) => other.index < resource.index && other.data.kind === data.kind)) { rest(); return; }
  if (frame.loops > 0 && (data.handle === "argument" || data.handle === "global")) {
    if (frame.shape === "stack" || frame.shape === "using") { rest(); return; }
    module.forced.add(resource.index);
  }
  module.features.add(`kind ${data.kind}`);
  module.features.add(`storage ${resource.storage}`);
  declare(frame, resource);
  // A flag says that it is held: without a look at the outcome it would lie.
  const isBlind = resource.isFlagged || data.needsDriver === true || data.kind === "wdf-object";
  writeChecked(frame, check === "ignored" && isBlind ? "return" : check, fallible(frame, resource), data.isConsumed === true ? () => {
    writeControlDevice(frame, resource, check, rest);
  } : rest);
}

/** Makes a control device of its init, which takes the duty over. */
function writeControlDevice(frame: Frame, resource: Resource, check: Check, rest: () => void): void {
  const { module } = frame;
  const { handle, isFlagged, name, index } = resource;
  const init = handle ?? "";
  module.features.add("control device");
  if (frame.state.held[index] !== "yes" || frame.deferred.has(index)) { rest(); return; }
  const device = module.fresh("control");
  const seen = check === "ignored" ? "return" : check;
  const settle = (): void => {
    frame.line(isFlagged ? `have${name} = false;` : `${init} = null;`);
    frame.forget(index);
    if (!module.isBoxless) frame.line(`WdfControlFinishInitializing(${device}.value);`);
  };
  const naming = { ...statusCall(module), call: `WdfDeviceInitAssignName(${init}, DEVICE_NAME)`, succeeded: () => undefined, ignored: () => undefined };
  const create = (): void => {
    if (!module.isBoxless) frame.line(`const ${device} = out<WDFDEVICE>();`);
    const call = module.isBoxless ? `WdfDeviceCreate(${init}, WDF_NO_OBJECT_ATTRIBUTES)` : `WdfDeviceCreate(${init}, WDF_NO_OBJECT_ATTRIBUTES, ${device})`;
    writeChecked(frame, seen, { ...naming, call, succeeded: settle }, rest);
  };
  if (resource.where === "both") { create(); return; }
  writeChecked(frame, "return", naming, create);
}

function fallible(frame: Frame, resource: Resource): Parameters<typeof writeChecked>[2] {
  const { module } = frame;
  const { data, index, isFlagged, handle, name, storage } = resource;
  const isOwned = data.isOwned === true && frame.state.driver === "yes";
  const isPublished = storage === "published" && data.handle === "return";
  const local = `${data.noun.charAt(0).toLowerCase()}${data.noun.slice(1)}${String(index)}`;
  const isLateBox = data.handle === "out" && !module.isBoxless && !resource.box.startsWith("gContext") && (storage === "global" || storage === "published");
  if (isLateBox) frame.line(`const ${local} = out<${data.type}>();`);
  const succeeded = (): void => {
    if (isLateBox) frame.line(`${handle ?? ""} = ${local}.value;`);
    if (isPublished) frame.line(`${handle ?? ""} = ${local};`);
    if (isFlagged) frame.line(`have${name} = true;`);
    frame.state = withHeld(frame.state, index, "yes", isOwned);
    defer(frame, resource);
  };
  const ignored = (): void => {
    if (isLateBox) frame.line(`${handle ?? ""} = ${local}.value;`);
    if (isPublished) frame.line(`${handle ?? ""} = ${local};`);
    frame.state = withHeld(frame.state, index, "maybe", isOwned);
    defer(frame, resource);
  };
  const call = callOf(frame, resource, isLateBox ? local : resource.box);
  if (data.succeeds === "status" && module.isThrowing) {
    return { succeeds: "throws", call, ...(data.handle === "out" ? { target: handle ?? "" } : {}), succeeded, ignored };
  }
  if (data.succeeds === "status" && module.isResult) {
    const property = data.handle === "out" ? (data.property ?? null) : null;
    return { succeeds: "status", call, result: { property, target: property === null ? null : handle }, succeeded, ignored };
  }
  if (data.handle !== "return") return { succeeds: data.succeeds, call, succeeded, ignored };
  if (!isPublished) return { succeeds: data.succeeds, call, target: handle ?? "", succeeded, ignored };
  frame.locals.add(`let ${local}: ${data.type} | null = null;`);
  return { succeeds: data.succeeds, call, target: local, succeeded, ignored };
}

function callOf(frame: Frame, { data, acquireBy, name, isGlobal }: Resource, box: string): string {
  const { module } = frame;
  const isOut = data.handle === "out";
  const driver = module.isBoxless ? "gDriver" : "gDriver.value";
  const args = (given: string): string => {
    const list = isOut && module.isBoxless ? (data.resultArgs ?? data.args.split(", ").filter((argument) => argument !== "@").join(", ")) : data.args.replace("@", given);
    return list.replace("$", driver);
  };
  if (acquireBy === "alias" && module.plan.imports === "ambient") {
    const alias = `${data.call.charAt(0).toLowerCase()}${data.call.slice(1)}`;
    module.features.add("call by alias");
    module.declare(`alias ${alias}`, `const ${alias} = ${data.call};`);
    return `${alias}(${args(box)})`;
  }
  if (acquireBy !== "helper" || (isOut && !module.isBoxless && !isGlobal) || data.kind === "wpp") return `${data.call}(${args(box)})`;
  module.features.add("acquire by helper");
  const needsBox = isOut && !module.isBoxless;
  module.addFunction(`Acquire${name}`, () => {
    const body = new Text();
    const parameters = `DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING${needsBox ? `, box: Out<${data.type}>` : ""}`;
    body.open(`function Acquire${name}(${parameters}) {`);
    body.line(`${data.succeeds === "always" ? "" : "return "}${data.call}(${args(needsBox ? "box" : box)});`);
    body.close();
    return body.lines;
  });
  return `Acquire${name}(DriverObject, RegistryPath${needsBox ? `, ${box}` : ""})`;
}

/** Puts the release on the function's stack. */
function defer(frame: Frame, resource: Resource): void {
  const { module, shape } = frame;
  if (shape !== "stack" && shape !== "using") return;
  if (frame.state.owned[resource.index] === true || frame.deferred.has(resource.index)) return;
  if (!module.writesRelease(resource)) return;
  frame.deferred.add(resource.index);
  module.features.add("deferred release");
  frame.text.open("stack.defer(() => {");
  release(module, frame.text, resource, false, "entry");
  frame.text.close("});");
}

/** Declares the variables of a resource where they belong. */
function declare(frame: Frame, resource: Resource): void {
  const { module } = frame;
  const { data, name, storage, isFlagged, isGlobal, index, handle } = resource;
  frame.own.add(index);
  const isOwnName = data.handle === "argument" || data.handle === "global";
  const isBox = handle?.endsWith(".value") === true;
  const initial = isBox ? `out<${data.type}>()` : "null";
  if (data.handle === "argument") {
    module.declare(name, `const ${name} = ${(data.identity ?? "{}").replace("#", String(index))};`);
  } else if (!isOwnName) {
    if (storage === "property") module.contextFields.push(`${name.charAt(1).toLowerCase()}${name.slice(2)}: ${initial}${isBox ? "" : ` as ${data.type} | null`}`);
    else if (isGlobal) module.declare(name, isBox ? `const ${name} = ${initial};` : `let ${name}: ${data.type} | null = null;`);
    else frame.locals.add(isBox ? `const ${name} = ${initial};` : `let ${name}: ${data.type} | null = null;`);
  }
  if (isFlagged) {
    const line = `let have${name} = false;`;
    if (isGlobal) module.declare(`have${name}`, line);
    else frame.locals.add(line);
  }
}
