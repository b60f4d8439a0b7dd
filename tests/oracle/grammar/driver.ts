/** Writes a whole driver: entry, callbacks, declarations, and how it is run. */
import type { Program } from "../program.ts";
import { declareCallback, writeCreation } from "./creation.ts";
import { writeShape } from "./exits.ts";
import { Frame } from "./frame.ts";
import { Module, Text } from "./module.ts";
import type { DriverPlan } from "./plan.ts";
import { isInCleanup, release } from "./releases.ts";
import { withImports } from "./imports.ts";
import { prologue, startTurns, writeSteps } from "./steps.ts";
import { join, startState } from "./tracker.ts";

/** The driver that a plan describes. */
export function writeDriver(plan: DriverPlan): Program {
  startTurns();
  const module = new Module(plan);
  const isKmdf = plan.model !== "wdm";
  module.features.add(`model ${plan.model}`);
  module.features.add(`dialect ${plan.dialect}`);
  if (plan.isAsync) module.features.add("async");
  const frame = new Frame(module, plan.shape, true, startState(module.resources.length));
  frame.text.depth = 1;
  if (!isKmdf && plan.unload.placed === "first") frame.line(unloadAssignment(plan));
  writeShape(frame, () => {
    writeSteps(frame, plan.early, () => {
      const go = (): void => {
        writeSteps(frame, plan.body, () => {
          if (!isKmdf && plan.unload.placed === "last") frame.line(unloadAssignment(plan));
        });
      };
      if (isKmdf) writeCreation(frame, go);
      else go();
    });
  });
  writeCallbacks(module, frame);
  const { text, entry } = assemble(module, frame);
  return { text: withImports(text, module), entry, dialect: plan.dialect, externals: [...module.externals.values()], features: module.features };
}

const unloadAssignment = ({ unload }: DriverPlan): string =>
  `DriverObject.DriverUnload = ${{ function: "DriverUnload", arrow: "DriverUnload", literal: "(driver: DRIVER_OBJECT) => { DoDriverUnload(driver); }", bound: "DriverUnload.bind(null)", wrapped: "(driver) => DriverUnload(driver)", method: "callbacks.DriverUnload" }[unload.form]};`;

/** The unload routine and the cleanup callback release what the entry left. */
function writeCallbacks(module: Module, frame: Frame): void {
  const { plan } = module;
  const end = join(frame.successes);
  const isKmdf = plan.model !== "wdm";
  const lasting = module.resources.filter(({ index, isGlobal, data }) => isGlobal && data.call !== "" && (end?.held[index] ?? "no") !== "no" && end?.owned[index] !== true).reverse();
  const parameter = isKmdf ? "Driver: WDFDRIVER" : "DriverObject: DRIVER_OBJECT";
  const unload = new Text();
  unload.depth = 1;
  for (const resource of lasting) {
    if (isKmdf && isInCleanup(module, resource) && resource.where === "cleanup") continue;
    if (module.writesRelease(resource)) release(module, unload, resource, false, isKmdf ? "driver-callback" : "wdm-unload");
  }
  if (unload.lines.length === 0) unload.line('KdPrint("unload\\n");');
  if (!isKmdf) {
    if (plan.unload.placed !== "missing") declareCallback(module, "DriverUnload", plan.unload.form, parameter, unload.lines);
    else module.features.add("no unload routine");
    return;
  }
  if (plan.config !== "no-unload") declareCallback(module, "EvtUnload", plan.unload.form, parameter, unload.lines);
  if (plan.creation.attributes === "null" || plan.creation.attributes === "unset") return;
  const cleanup = new Text();
  cleanup.depth = 1;
  const reached = [...module.resources].reverse().filter((resource) => isInCleanup(module, resource) && frame.own.has(resource.index) && resource.data.isOwned !== true);
  for (const resource of reached) if (module.writesRelease(resource)) release(module, cleanup, resource, false, "driver-callback");
  if (cleanup.lines.length === 0) cleanup.line('KdPrint("cleanup\\n");');
  declareCallback(module, "EvtCleanup", plan.cleanup, parameter, cleanup.lines);
}

const SIGNATURE = "DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING";
const TYPES = { status: "NTSTATUS", pointer: "object | null", boolean: "boolean", void: "void", mode: "number", more: "boolean" };

function assemble(module: Module, frame: Frame): { text: string; entry: string } {
  const { plan } = module;
  const type = plan.isAsync ? "Promise<NTSTATUS>" : "NTSTATUS";
  const async = plan.isAsync ? "async " : "";
  const body = [...prologue(frame), ...frame.text.lines];
  const deeper = body.map((line) => `  ${line}`);
  const { lines, entry } = entryText(plan, type, async, body, deeper);
  module.features.add(`entry ${plan.entry}`);
  const words = new Set([...module.declarations, ...module.functions.flat(), ...module.methods, ...body, ...module.contextFields].join("\n").match(/\w+/gu));
  const constants = [
    ["TAG", 'const TAG = "elpS";'],
    ["DEVICE_NAME", 'const DEVICE_NAME = RTL_CONSTANT_STRING("\\\\Device\\\\Sample");'],
    ["ALTITUDE", 'const ALTITUDE = RTL_CONSTANT_STRING("360000");'],
  ].flatMap(([name = "", line = ""]) => (words.has(name) ? [line] : []));
  if (words.has("OnEvent")) module.functions.push(["function OnEvent(): void {", '  KdPrint("event\\n");', "}"]);
  const externals = [...module.externals.values()].map(({ name, returns }) => `declare function ${name}(...parameters: unknown[]): ${TYPES[returns]};`);
  const context = module.contextFields.length === 0 ? [] : [`const gContext = { ${module.contextFields.join(", ")} };`];
  const methods = module.methods.length === 0 ? [] : ["const callbacks = {", ...module.methods, "};"];
  const blocks = [externals, constants, [...context, ...module.declarations], lines, ...module.functions, methods];
  return { text: `${blocks.filter((block) => block.length > 0).map((block) => block.join("\n")).join("\n\n")}\n`, entry };
}

function entryText(plan: DriverPlan, type: string, async: string, body: string[], deeper: string[]): { lines: string[]; entry: string } {
  switch (plan.entry) {
    case "function":
    case "export":
      return { lines: [`${plan.entry === "export" ? "export " : ""}${async}function DriverEntry(${SIGNATURE}): ${type} {`, ...body, "}"], entry: "DriverEntry" };
    case "arrow":
      return { lines: [`export const DriverEntry = ${async}(${SIGNATURE}): ${type} => {`, ...body, "};"], entry: "exports.DriverEntry" };
    case "method":
      return { lines: ["export const driver = {", `  ${async}DriverEntry(${SIGNATURE}): ${type} {`, ...deeper, "  },", "};"], entry: "exports.driver.DriverEntry" };
    case "property":
      return { lines: ["export const driver = {", `  DriverEntry: ${async}(${SIGNATURE}): ${type} => {`, ...deeper, "  },", "};"], entry: "exports.driver.DriverEntry" };
    case "class":
      return { lines: ["export class Driver {", `  ${async}DriverEntry(${SIGNATURE}): ${type} {`, ...deeper, "  }", "}"], entry: "(driver, path) => new exports.Driver().DriverEntry(driver, path)" };
    case "satisfies":
      return { lines: [`export const start = (${async}(DriverObject, RegistryPath) => {`, ...body, "}) satisfies DRIVER_INITIALIZE;"], entry: "exports.start" };
    case "helper-named": {
      const name = plan.model === "wdm" || plan.creation.by === "branch" ? "DriverEntry" : "InitializeDriver";
      return { lines: [`${async}function ${name}(${SIGNATURE}): ${type} {`, ...body, "}"], entry: name };
    }
  }
}
