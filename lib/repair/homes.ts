/** Where the handle of a resource lives: the variables, fields and boxes that an acquisition's answer goes to. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { Pair } from "../api/pairs.ts";
import { functionName, isFunction, keyName, parametersOf, unwrap, type FunctionNode } from "../source/syntax.ts";
import { functionAround, rootOf, type Call, type DriverCode } from "./code.ts";

/** One place a handle lives. */
export interface Home {
  /** As the file spells it: `gContext.buffer`, `gDevice.value`. */
  readonly text: string;
  /** The identifier that it begins with. */
  readonly root: TSESTree.Identifier;
}

// A handle is followed through so many places.
const MAX_HOMES = 12;
// And through so many helpers within each other.
const MAX_DEPTH = 4;

/** Where the handle of what a call acquires lives, the first place first. */
export function homesOf(code: DriverCode, call: Call, pair: Pair): Home[] {
  const homes = new Map<string, Home>();
  const add = (home: Home | undefined): void => {
    if (home && homes.size < MAX_HOMES && !homes.has(home.text)) homes.set(home.text, home);
  };
  firstHomes(code, call, pair.handle, 0).forEach(add);
  // A map goes on to what is added to it on the way.
  for (const home of homes.values()) copiesOf(code, home).forEach(add);
  return [...homes.values()];
}

function firstHomes(code: DriverCode, call: Call, handle: Pair["handle"], depth: number): Home[] {
  switch (handle.from) {
    case "global":
      return [];
    case "argument":
      return listOf(pathHome(code, call.arguments[handle.argument], ""));
    case "return":
      return answersOf(code, call, false, depth);
    case "out": {
      if (code.file.settings.failure === "throw") return answersOf(code, call, false, depth);
      const answers = answersOf(code, call, true, depth);
      // With the handle in the answer there is no box among the arguments.
      return answers.length > 0 ? answers : boxHomes(code, call.arguments[handle.argument], call, depth);
    }
  }
}

const listOf = (home: Home | undefined): Home[] => (home ? [home] : []);

/** A path as a home; `suffix` is what is read of it. */
function pathHome({ sourceCode }: DriverCode, node: TSESTree.Node | undefined, suffix: string): Home | undefined {
  const root = node && rootOf(node);
  return node && root?.type === "Identifier" ? { text: sourceCode.getText(unwrap(node)) + suffix, root } : undefined;
}

/** The box that an acquiring call fills; that of the caller, where it is a parameter. */
function boxHomes(code: DriverCode, node: TSESTree.Node | undefined, call: Call, depth: number): Home[] {
  const home = pathHome(code, node, ".value");
  if (!home || depth > MAX_DEPTH || isForeign(code, home.root)) return [];
  const fn = functionAround(call);
  const index = fn ? parametersOf(fn).findIndex((parameter) => parameter.type === "Identifier" && code.scopes.variableOf(parameter) === code.scopes.variableOf(home.root)) : -1;
  if (!fn || index < 0) return [home];
  return [home, ...callsOf(code, fn).flatMap((caller) => boxHomes(code, caller.arguments[index], caller, depth + 1))];
}

/** Whether a name is another module's, or nobody's: a constant of the API, no box. */
function isForeign({ binder, scopes }: DriverCode, root: TSESTree.Identifier): boolean {
  const definitions = scopes.variableOf(root)?.defs ?? [];
  const isImported = definitions.some(({ node }) => (node as TSESTree.Node).type.startsWith("Import"));
  return definitions.length === 0 || (isImported && binder.origin(root) === "external");
}

/** Where the value of an expression goes. With `isAnswer` it is an object that carries the handle beside its status. */
function answersOf(code: DriverCode, node: TSESTree.Node, isAnswer: boolean, depth: number): Home[] {
  const { parent } = node;
  if (!parent || depth > MAX_DEPTH) return [];
  switch (parent.type) {
    case "AssignmentExpression":
      return parent.right === node && parent.operator === "=" ? targetHomes(code, parent.left, isAnswer) : [];
    case "VariableDeclarator":
      return parent.init === node ? targetHomes(code, parent.id, isAnswer) : [];
    case "MemberExpression":
      // `WdfMemoryCreate(…).memory`
      return isAnswer && parent.object === node && !isStatusName(keyName(parent.property, parent.computed)) ? answersOf(code, parent, false, depth) : [];
    case "AwaitExpression":
    case "TSAsExpression":
    case "TSNonNullExpression":
    case "TSSatisfiesExpression":
    case "TSTypeAssertion":
    case "ChainExpression":
      return answersOf(code, parent, isAnswer, depth);
    // What is only tested goes nowhere.
    case "ConditionalExpression":
      return parent.test === node ? [] : answersOf(code, parent, isAnswer, depth);
    case "LogicalExpression":
      return parent.operator === "&&" && parent.left === node ? [] : answersOf(code, parent, isAnswer, depth);
    case "ReturnStatement":
    case "ArrowFunctionExpression": {
      const fn = parent.type === "ReturnStatement" ? functionAround(parent) : parent;
      return fn ? callsOf(code, fn).flatMap((caller) => answersOf(code, caller, isAnswer, depth + 1)) : [];
    }
    default:
      return [];
  }
}

/** What an assignment's or a declaration's target keeps of the handle. */
function targetHomes(code: DriverCode, target: TSESTree.Node, isAnswer: boolean): Home[] {
  const node = unwrap(target);
  if (!isAnswer) return listOf(pathHome(code, node, ""));
  if (node.type === "ObjectPattern") {
    return node.properties.flatMap((property) => {
      if (property.type !== "Property" || isStatusName(keyName(property.key, property.computed))) return [];
      return listOf(pathHome(code, property.value, ""));
    });
  }
  return propertiesRead(code, node).flatMap((name) => listOf(pathHome(code, node, `.${name}`)));
}

/** The properties that are read of a variable that holds an answer, but for its status. */
function propertiesRead({ scopes }: DriverCode, node: TSESTree.Node): string[] {
  const variable = node.type === "Identifier" ? scopes.variableOf(node) : undefined;
  const names = (variable?.references ?? []).flatMap(({ identifier: { parent } }) => {
    if (parent.type !== "MemberExpression") return [];
    const name = keyName(parent.property, parent.computed);
    return name === undefined || isStatusName(name) ? [] : [name];
  });
  return [...new Set(names)];
}

const isStatusName = (name: string | undefined): boolean => name === undefined || name === "status" || name === "ok";

/** Where a handle is copied to. */
function copiesOf(code: DriverCode, home: Home): Home[] {
  const variable = code.scopes.variableOf(home.root);
  return (variable?.references ?? []).flatMap(({ identifier }) => {
    const node = pathAround(identifier);
    if (code.sourceCode.getText(node) !== home.text) return [];
    return answersOf(code, node, false, MAX_DEPTH);
  });
}

/** The whole path that begins with a name. */
function pathAround(root: TSESTree.Node): TSESTree.Node {
  let node = root;
  while (node.parent?.type === "MemberExpression" && node.parent.object === node) node = node.parent;
  return node;
}

/** The calls of a function of the file by its name. */
export function callsOf({ scopes, calls }: DriverCode, fn: FunctionNode): Call[] {
  const name = functionName(fn);
  if (name === "") return [];
  return calls.filter(({ callee }) => {
    const node = unwrap(callee);
    return node.type === "Identifier" && node.name === name && scopes.variableOf(node)?.defs.some(({ node: definition }) => holds(definition, fn)) === true;
  });
}

/** Whether a definition is that of a function, or of a variable that holds it. */
function holds(definition: TSESTree.Node, fn: FunctionNode): boolean {
  return definition === fn || (definition.type === "VariableDeclarator" && definition.init !== null && unwrap(definition.init) === fn);
}

/** The function that an expression names: a declaration, or a variable that holds one for good. */
export function functionNamed({ scopes }: DriverCode, node: TSESTree.Node): FunctionNode | undefined {
  const variable = scopes.variableOf(unwrap(node));
  const definition = variable?.defs[0]?.node as TSESTree.Node | undefined;
  if (isFunction(definition)) return definition;
  if (!variable || definition?.type !== "VariableDeclarator" || !definition.init || !scopes.isConstant(variable)) return undefined;
  const value = unwrap(definition.init);
  return isFunction(value) ? value : undefined;
}
