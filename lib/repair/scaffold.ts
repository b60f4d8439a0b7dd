/** Gives a driver object its EvtCleanupCallback: attributes, their INIT, the function, and the argument that passes them. */
import type { TSESTree } from "@typescript-eslint/utils";
import { NULLS } from "../api/calls.ts";
import type { MissingCleanup } from "../machine/facts.ts";
import { unwrap } from "../source/syntax.ts";
import { freshName, rootOf, type Call, type DriverCode } from "./code.ts";
import { isRefusal, type Change, type Edit, type Outcome } from "./edit.ts";
import { insertAfter, insertBefore } from "./lines.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { annotationIn, appendToRoutine, parameterOf, type Routine } from "./routines.ts";
import { spell, spellType } from "./spelling.ts";
import { listedStatement, type Statement } from "./statements.ts";
import { styleOf } from "./style.ts";

// WdfDriverCreate's attributes; the config follows.
const ATTRIBUTES = 2;

/** What is to be built on. */
export interface Ground {
  readonly missing: MissingCleanup;
  readonly create: Call;
  /** The statement of the creation. */
  readonly statement: Statement;
  /** The creation's attributes argument. */
  readonly argument: TSESTree.Node;
  /** What the callback is to be called. */
  readonly name: string;
}

/** Where a callback can be registered; refused where the attributes are neither null nor a variable. */
export function groundFor(code: DriverCode, missing: MissingCleanup): Ground | Refusal {
  const create = code.calls.find(({ arguments: given }) => given[ATTRIBUTES]?.range[0] === missing.place.range[0] && given[ATTRIBUTES].range[1] === missing.place.range[1]);
  const argument = create?.arguments[ATTRIBUTES];
  const statement = create && listedStatement(create);
  if (!create || !argument || !statement) return refuse("shape", `the creation on line ${String(missing.place.loc.start.line)} is not followed`);
  const isSame = code.calls.filter(({ callee }) => code.binder.apiName(callee) === "WdfDriverCreate").length === 1;
  if (!isSame) return refuse("shape", "the driver object is created in several places");
  return { missing, create, statement, argument, name: freshName(code, "EvtDriverCleanup") };
}

/**
 * Registers a new callback and writes it.
 * @param body its lines
 * @param usesDriver the body names the callback's parameter
 * @param prepared attributes that are made already, and will be passed
 */
export function scaffold(code: DriverCode, ground: Ground, body: readonly string[], usesDriver: boolean, prepared?: string): Outcome {
  const isNew = prepared === undefined && isNull(code, ground.argument);
  const registered = isNew ? newAttributes(code, ground) : setOn(code, ground, prepared ?? code.sourceCode.getText(unwrap(ground.argument)), ground.statement);
  if (isRefusal(registered)) return registered;
  const written = callback(code, ground, body, usesDriver);
  return isRefusal(written) ? written : [...registered, ...written];
}

/** Registers a new callback before others are, which call it. */
export function withDefault(code: DriverCode, ground: Ground, place: Statement, others: readonly Routine[], body: readonly string[]): Outcome {
  const { semicolon } = styleOf(code.sourceCode);
  const outcomes = [setOn(code, ground, code.sourceCode.getText(unwrap(ground.argument)), place), callback(code, ground, body, body.some((line) => /\bDriver\b/u.test(line)))];
  for (const routine of others) {
    const parameter = parameterOf(code, routine, true);
    const called = appendToRoutine(code, routine, [`${ground.name}(${parameter?.text ?? ""})${semicolon}`]);
    outcomes.push(called, parameter?.edit ?? refuse("callback", "the cleanup callback"));
  }
  return outcomes.find(isRefusal) ?? outcomes.flatMap((outcome) => (isRefusal(outcome) ? [] : outcome));
}

/** Whether an argument is null, by any of its names. */
export function isNull({ binder }: DriverCode, argument: TSESTree.Node): boolean {
  const node = unwrap(argument);
  return (node.type === "Literal" && node.value === null) || NULLS.has(binder.apiName(node) ?? "");
}

/** Attributes that are there: the callback is set on them. */
function setOn(code: DriverCode, { argument, name }: Ground, struct: string, before: Statement): Outcome {
  if (rootOf(argument) === undefined) return refuse("shape", "the attributes are computed");
  const { semicolon } = styleOf(code.sourceCode);
  return insertBefore(code.sourceCode, before, [`${struct}.EvtCleanupCallback = ${name}${semicolon}`]);
}

/** New attributes, made as the config is made. */
function newAttributes(code: DriverCode, ground: Ground): Outcome {
  const { statement, argument, name } = ground;
  const { semicolon } = styleOf(code.sourceCode);
  const variable = freshName(code, "attributes");
  const made = declared(code, ground, variable);
  if (isRefusal(made)) return made;
  const lines = [...made.lines, `${variable}.EvtCleanupCallback = ${name}${semicolon}`];
  const inserted = insertBefore(code.sourceCode, statement, hasBlankBefore(code, statement) ? [...lines, ""] : lines);
  if (isRefusal(inserted)) return inserted;
  const passed: Change = { range: argument.range, text: variable };
  return [...inserted, passed, ...made.edit];
}

/** A blank line stands above the statement. */
function hasBlankBefore({ sourceCode: { text } }: DriverCode, { range: [start] }: Statement): boolean {
  return /\n[^\S\n]*\r?\n\s*(?:(?:\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\/)\s*)*$/u.test(text.slice(0, start));
}

function declared(code: DriverCode, { create, statement }: Ground, variable: string): { readonly lines: string[]; readonly edit: Edit } | Refusal {
  const { semicolon } = styleOf(code.sourceCode);
  const init = spell(code, "WDF_OBJECT_ATTRIBUTES_INIT", create.callee, statement);
  if (isRefusal(init)) return init;
  const config = create.arguments[ATTRIBUTES + 1];
  const source = config && (config.type === "CallExpression" ? config : initialiserOf(code, config));
  if (source?.type === "CallExpression") return { lines: [`const ${variable} = ${init.text}()${semicolon}`], edit: init.edit };
  const value = emptyStruct(code, statement, source);
  if (isRefusal(value)) return value;
  return {
    lines: [`const ${variable} = ${value.text}${semicolon}`, `${init.text}(${variable})${semicolon}`],
    edit: [...init.edit, ...value.edit],
  };
}

/** What a variable was first given, casts and all. */
function initialiserOf({ scopes }: DriverCode, node: TSESTree.Node): TSESTree.Node | undefined {
  const variable = scopes.variableOf(unwrap(node));
  const definition = variable?.defs[0]?.node as TSESTree.Node | undefined;
  return definition?.type === "VariableDeclarator" ? (definition.init ?? undefined) : undefined;
}

/** `new WDF_OBJECT_ATTRIBUTES()`, or `{}` with the type's name where the config is made so. */
function emptyStruct(code: DriverCode, statement: Statement, source: TSESTree.Node | undefined): { readonly text: string; readonly edit: Edit } | Refusal {
  if (source?.type === "NewExpression") {
    const made = spell(code, "WDF_OBJECT_ATTRIBUTES", source.callee, statement);
    return isRefusal(made) ? made : { text: `new ${made.text}()`, edit: made.edit };
  }
  const type = source?.type === "TSAsExpression" ? spellType(code, "WDF_OBJECT_ATTRIBUTES", source.typeAnnotation, statement) : undefined;
  if (type) return { text: `{} as ${type.text}`, edit: type.edit };
  const typed = spellType(code, "WDF_OBJECT_ATTRIBUTES", annotationIn(code), statement);
  return typed ? { text: `{} as ${typed.text}`, edit: typed.edit } : { text: "{}", edit: [] };
}

/** The callback itself: behind the function that creates the driver object. */
function callback(code: DriverCode, { create, name }: Ground, body: readonly string[], usesDriver: boolean): Outcome {
  return newRoutine(code, create, name, { name: usesDriver ? "Driver" : "_Driver", type: "WDFDRIVER" }, body);
}

/**
 * A new function of the module, behind the statement of it that a node stands in.
 * @param parameter its one parameter; of a name that begins with `_`, only where it has a type
 */
export function newRoutine(code: DriverCode, near: TSESTree.Node, name: string, parameter: { readonly name: string; readonly type: string }, body: readonly string[]): Outcome {
  const { sourceCode } = code;
  const { unit } = styleOf(sourceCode);
  const place = topLevel(near);
  if (!place) return refuse("shape", "the creation stands in no statement of the module");
  const type = spellType(code, parameter.type, annotationIn(code), sourceCode.ast);
  const heading = type ? `function ${name}(${parameter.name}: ${type.text}): void {` : `function ${name}(${parameter.name.startsWith("_") ? "" : parameter.name}) {`;
  const lines = [heading, ...body.map((line) => (line === "" ? "" : unit + line)), "}"];
  const inserted = insertAfter(sourceCode, place, ["", ...lines]);
  return isRefusal(inserted) ? inserted : [...inserted, ...(type?.edit ?? [])];
}

/** The statement of the module that a node stands in. */
function topLevel(node: TSESTree.Node): Statement | undefined {
  let current: TSESTree.Node | undefined = node;
  while (current && current.parent?.type !== "Program") current = current.parent;
  return current as Statement | undefined;
}
