/** Writes releases: asked for or not, in place or by a local function, and what is owed at a way out. */
import type { Frame } from "./frame.ts";
import { Text, type Module, type Resource } from "./module.ts";

/** Where a release stands decides how it names the driver object. */
export type Place = "entry" | "wdm-unload" | "driver-callback";

/** Whether the cleanup callback takes care of a resource once the driver object exists. */
export function isInCleanup({ plan }: Module, { where, isGlobal }: Resource): boolean {
  const works = ["set", "returned", "literal", "assigned", "built"].includes(plan.creation.attributes);
  return plan.model !== "wdm" && works && isGlobal && where !== "unload";
}

/** What a failing exit of this function has to release. */
export function owedAtFailure(frame: Frame): Resource[] {
  const { module, state } = frame;
  return module.resources
    .filter((resource) => {
      const { index } = resource;
      if (state.held[index] === "no" || !frame.reaches(resource) || frame.deferred.has(index)) return false;
      if (!frame.isEntry && !frame.own.has(index)) return false;
      if (state.owned[index] === true && (state.driver === "yes" || state.driver === "maybe")) return module.plan.releasesTwice && state.held[index] === "yes" && resource.guard === "and";
      return state.driver !== "yes" || !isInCleanup(module, resource) || module.plan.releasesTwice;
    })
    .reverse();
}

/** Writes the release of a resource that may be held here; afterwards it is not. */
export function writeRelease(frame: Frame, resource: Resource): void {
  const { module, state } = frame;
  const isCertain = state.held[resource.index] === "yes" && frame.deferred.size === 0;
  frame.forget(resource.index);
  if (!module.writesRelease(resource)) return;
  release(module, frame.text, resource, isCertain, "entry");
}

/** Writes a release into any text. */
export function release(module: Module, text: Text, resource: Resource, isCertain: boolean, place: Place): void {
  const { data, name, releaseBy, isGlobal } = resource;
  if (releaseBy === "helper" && isGlobal && data.kind !== "wpp") {
    module.features.add("release by helper");
    module.addFunction(`Release${name}`, () => {
      const body = new Text();
      body.open(`function Release${name}(): void {`);
      guarded(module, body, resource, false, place, true);
      body.close();
      return body.lines;
    });
    text.line(`Release${name}();`);
    return;
  }
  guarded(module, text, resource, isCertain, place, false);
}

function guarded(module: Module, text: Text, resource: Resource, isCertain: boolean, place: Place, isAlone: boolean): void {
  const { data, handle, isFlagged, guard, name } = resource;
  const driver = place === "driver-callback" ? "WdfDriverWdmGetDriverObject(Driver)" : "DriverObject";
  const call = data.free.replace("@", handle ?? "").replace("%", driver);
  const flag = `have${name}`;
  const isOwnName = data.handle === "argument" || data.handle === "global";
  if (isOwnName && !isFlagged) {
    text.line(`${call};`);
    return;
  }
  const reset = isFlagged ? `${flag} = false;` : `${handle ?? ""} = null;`;
  module.features.add(isCertain ? "release without a test" : `guard ${isFlagged ? "flag" : guard}`);
  if (isCertain) {
    text.line(`${call};`);
    text.line(reset);
    return;
  }
  const tests = { null: `${handle ?? ""} !== null`, truthy: handle ?? "", loose: `${handle ?? ""} != null`, flag };
  const test = isFlagged ? flag : guard === "truthy" || guard === "loose" ? tests[guard] : tests.null;
  if (guard === "early-out" && isAlone) {
    text.open(isFlagged ? `if (!${flag}) {` : `if (${handle ?? ""} === null) {`);
    text.line("return;");
    text.close();
    text.line(`${call};`);
    text.line(reset);
  } else if (guard === "and") {
    text.line(`${test} && ${call};`);
    text.line(reset);
  } else {
    text.open(`if (${test}) {`);
    text.line(`${call};`);
    text.line(reset);
    text.close();
  }
}
