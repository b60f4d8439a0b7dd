/** Writes the creation of the driver object: its config and attributes, in every state. */
import { statusCall, writeChecked } from "./checks.ts";
import type { Frame } from "./frame.ts";
import { Text, type Module } from "./module.ts";
import type { CallbackForm } from "./plan.ts";

/** Writes the creation where it belongs; `rest` follows it. */
export function writeCreation(frame: Frame, rest: () => void): void {
  const { module } = frame;
  const { creation } = module.plan;
  module.features.add(`creation by ${creation.by}`);
  module.features.add(`attributes ${creation.attributes}`);
  module.features.add(`config ${module.plan.config}`);
  module.declare("gDriver", module.isBoxless ? "let gDriver: WDFDRIVER | null = null;" : "const gDriver = out<WDFDRIVER>();");
  if (creation.by === "branch") {
    frame.text.open(`if (${module.external("boolean", 1)}()) {`);
    frame.fork(
      () => {
        create(frame, () => undefined);
      },
      () => undefined,
    );
    frame.text.close();
    rest(); return;
  }
  create(frame, rest);
}

function create(frame: Frame, rest: () => void): void {
  const { module } = frame;
  const { creation } = module.plan;
  const late: string[] = [];
  let call: string;
  if (creation.by === "helper") {
    const body = new Text();
    body.open("function CreateDriver(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING) {");
    const args = writeStructs(module, body, late);
    body.line(`return WdfDriverCreate(${args});`);
    body.close();
    module.functions.push(body.lines);
    call = "CreateDriver(DriverObject, RegistryPath)";
    late.length = 0;
  } else {
    call = `WdfDriverCreate(${writeStructs(module, frame.text, late)})`;
  }
  const settle = (driver: "yes" | "maybe"): void => {
    frame.state = { ...frame.state, driver };
    for (const line of late) frame.line(line);
  };
  const check = creation.check === "ignored" ? "return" : creation.check;
  writeChecked(
    frame,
    check,
    {
      ...statusCall(module, { property: "driver", target: "gDriver" }),
      call,
      succeeded: () => {
        settle("yes");
      },
      ignored: () => {
        settle("maybe");
      },
    },
    rest,
  );
}

/** Writes config and attributes; gives the creation's arguments. */
function writeStructs(module: Module, text: Text, late: string[]): string {
  const { plan } = module;
  const box = module.isBoxless ? "" : ", gDriver";
  const config = writeConfig(module, text, late);
  const attributes = plan.creation.attributes === "null" ? "WDF_NO_OBJECT_ATTRIBUTES" : writeAttributes(module, text, late);
  return `DriverObject, RegistryPath, ${attributes}, ${config}${box}`;
}

function writeConfig(module: Module, text: Text, late: string[]): string {
  const { plan } = module;
  const isPnp = plan.model === "pnp";
  const add = isPnp ? "EvtDeviceAdd" : "WDF_NO_EVENT_CALLBACK";
  if (isPnp) {
    module.addFunction("EvtDeviceAdd", () => [
      "function EvtDeviceAdd(_Driver: WDFDRIVER, _DeviceInit: WDFDEVICE_INIT): NTSTATUS {",
      "  return STATUS_SUCCESS;",
      "}",
    ]);
  }
  const unload = `config.EvtDriverUnload = ${callback(module, "EvtUnload", plan.unload.form)};`;
  if (plan.config === "returned") text.line(`const config = WDF_DRIVER_CONFIG_INIT(${add});`);
  else {
    text.line("const config = new WDF_DRIVER_CONFIG();");
    if (plan.config === "before-init") text.line(unload);
    text.line(`WDF_DRIVER_CONFIG_INIT(config, ${add});`);
  }
  if (!isPnp) text.line("config.DriverInitFlags |= WdfDriverInitNonPnpDriver;");
  if (plan.config === "set" || plan.config === "returned") text.line(unload);
  if (plan.config === "after-create") late.push(unload);
  module.features.add(`extra ${plan.extra}`);
  if (plan.extra === "tag") text.line('config.DriverPoolTag = "elpS";');
  if (plan.extra === "tag-late") late.push('config.DriverPoolTag = "elpS";');
  return "config";
}

function writeAttributes(module: Module, text: Text, late: string[]): string {
  const { plan } = module;
  const set = `attributes.EvtCleanupCallback = ${callback(module, "EvtCleanup", plan.cleanup)};`;
  const init = (): void => {
    text.line("const attributes = new WDF_OBJECT_ATTRIBUTES();");
    if (plan.extra === "level-early") text.line("attributes.ExecutionLevel = WdfExecutionLevelPassive;");
    if (plan.extra === "context") text.line("WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(attributes, DriverContext);");
    else text.line("WDF_OBJECT_ATTRIBUTES_INIT(attributes);");
    if (plan.extra === "level") text.line("attributes.ExecutionLevel = WdfExecutionLevelPassive;");
    if (plan.extra === "context-late") text.line("WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE(attributes, DriverContext);");
    if (plan.extra.startsWith("context")) module.declare("DriverContext", "class DriverContext {}");
  };
  switch (plan.creation.attributes) {
    case "set":
      init();
      text.line(set);
      break;
    case "unset":
      init();
      break;
    case "before-init":
      text.line("const attributes = new WDF_OBJECT_ATTRIBUTES();");
      text.line(set);
      text.line("WDF_OBJECT_ATTRIBUTES_INIT(attributes);");
      break;
    case "after-create":
      init();
      late.push(set);
      break;
    case "not-passed":
      init();
      text.line(set);
      return "WDF_NO_OBJECT_ATTRIBUTES";
    case "returned":
      text.line("const attributes = WDF_OBJECT_ATTRIBUTES_INIT();");
      text.line(set);
      break;
    case "literal":
      text.line(`const attributes: WDF_OBJECT_ATTRIBUTES = { EvtCleanupCallback: ${callback(module, "EvtCleanup", plan.cleanup)} };`);
      break;
    case "assigned":
      init();
      text.line(`Object.assign(attributes, { EvtCleanupCallback: ${callback(module, "EvtCleanup", plan.cleanup)} });`);
      break;
    case "built":
      module.addFunction("MakeAttributes", () => [
        "function MakeAttributes(): WDF_OBJECT_ATTRIBUTES {",
        "  const attributes = new WDF_OBJECT_ATTRIBUTES();",
        "  WDF_OBJECT_ATTRIBUTES_INIT(attributes);",
        `  ${set}`,
        "  return attributes;",
        "}",
      ]);
      text.line("const attributes = MakeAttributes();");
      break;
    case "conditional":
      init();
      text.open(`if (${module.external("boolean", 0)}()) {`);
      text.line(set);
      text.close();
      break;
    case "null":
  }
  return "attributes";
}

/** How a callback is named where it is given. */
function callback(module: Module, name: string, form: CallbackForm): string {
  module.features.add(`callback ${form}`);
  if (form === "literal") return `(Driver: WDFDRIVER) => { Do${name}(Driver); }`;
  if (form === "bound") return `${name}.bind(null)`;
  if (form === "wrapped") return `(driver) => ${name}(driver)`;
  if (form === "method") return `callbacks.${name}`;
  return name;
}

/** Declares a callback's function as its form asks. */
export function declareCallback(module: Module, name: string, form: CallbackForm, parameter: string, body: readonly string[]): void {
  if (form === "arrow") module.declare(name, [`const ${name} = (${parameter}): void => {`, ...body, "};"].join("\n"));
  else if (form === "method") module.methods.push(`  ${name}(${parameter}): void {`, ...body.map((line) => `  ${line}`), "  },");
  else module.functions.push([`function ${form === "literal" ? "Do" : ""}${name}(${parameter}): void {`, ...body, "}"]);
}
