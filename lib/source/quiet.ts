/** Which declarations of a module do nothing but give values to what they declare: those need not run before a value is asked for. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { Scopes, Variable } from "./scopes.ts";
import { isFunction, memberName, unwrap, type FunctionNode } from "./syntax.ts";

// One declaration is looked at as far as so many nodes, those of the functions that it calls included.
const MAX_NODES = 5000;

/** Globals that make a value out of their arguments, and call none but functions among these. */
const MAKERS = new Set(["Array", "ArrayBuffer", "BigInt", "Boolean", "Date", "Error", "Map", "Number", "Object", "RangeError", "RegExp", "Set", "String", "Symbol", "TypeError", "Uint8Array", "WeakMap", "WeakSet"]);
const LIBRARIES = new Set(["Array", "JSON", "Math", "Number", "Object", "String", "Symbol"]);
const CHANGING = new Set(["assign", "defineProperties", "defineProperty", "setPrototypeOf"]);
/** Methods of arrays and texts that change neither. */
const READING = new Set(["at", "concat", "entries", "every", "filter", "find", "flat", "flatMap", "includes", "indexOf", "join", "keys", "map", "padEnd", "padStart", "reduce", "repeat", "replace", "replaceAll", "slice", "some", "split", "toLowerCase", "toString", "toUpperCase", "trim", "values"]);

/** What a call does, as far as the API says: nothing that outlasts it, something, or undefined where it is not of the API. */
export type ApiWord = (callee: TSESTree.Node) => "quiet" | "acts" | undefined;

/** Judges the declarations of modules. */
export class Quiet {
  readonly #scopes: Scopes;
  readonly #api: ApiWord;
  /** Functions that do nothing but answer, and those that may do more. */
  readonly #known = new Map<FunctionNode, boolean>();

  constructor(scopes: Scopes, api: ApiWord) {
    this.#scopes = scopes;
    this.#api = api;
  }

  /** The variables of a statement that only declares; undefined for one that may do more. */
  declaredBy(statement: TSESTree.Node): readonly Variable[] | undefined {
    const node = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (node?.type === "ClassDeclaration") return node.id && this.#isQuiet(node) ? this.#variablesOf([node.id]) : undefined;
    if (node?.type !== "VariableDeclaration" || node.kind === "using" || node.kind === "await using") return undefined;
    const names = node.declarations.map(({ id }) => id);
    return names.every((id) => id.type === "Identifier") && node.declarations.every(({ init }) => !init || this.#isQuiet(init)) ? this.#variablesOf(names) : undefined;
  }

  #variablesOf(names: readonly TSESTree.Node[]): Variable[] | undefined {
    const found = names.flatMap((name) => outside(this.#scopes.variableOf(name), name) ?? []);
    return found.length === names.length ? found : undefined;
  }

  /** Whether evaluating an expression, or a class, does nothing but make a value. */
  #isQuiet(root: TSESTree.Node): boolean {
    const called = new Set<FunctionNode>();
    const survey: Survey = { left: MAX_NODES, called, inside: undefined };
    if (!this.#looksQuiet(root, survey)) return false;
    // A set grows while it is gone through.
    for (const fn of called) {
      if (this.#known.get(fn) === true) continue;
      if (this.#known.get(fn) === false || !this.#bodyLooksQuiet(fn, { left: survey.left, called, inside: fn })) {
        this.#known.set(fn, false);
        return false;
      }
    }
    for (const fn of called) this.#known.set(fn, true);
    return true;
  }

  #bodyLooksQuiet(fn: FunctionNode, survey: Survey): boolean {
    if (fn.async || fn.generator) return false;
    return [...fn.params, fn.body].every((each) => this.#looksQuiet(each, survey));
  }

  #looksQuiet(node: TSESTree.Node, survey: Survey): boolean {
    survey.left -= 1;
    if (survey.left < 0) return false;
    switch (node.type) {
      case "AwaitExpression":
      case "YieldExpression":
      case "ImportExpression":
      case "TaggedTemplateExpression":
      case "ThrowStatement":
      case "WithStatement":
        return false;
      case "UnaryExpression":
        return node.operator !== "delete" && this.#looksQuiet(node.argument, survey);
      case "UpdateExpression":
        return this.#isOwnTarget(node.argument, survey);
      case "AssignmentExpression":
        return this.#isOwnTarget(node.left, survey) && this.#looksQuiet(node.right, survey);
      case "ForInStatement":
      case "ForOfStatement":
        return node.left.type === "VariableDeclaration" && this.#childrenLookQuiet(node, survey);
      case "VariableDeclaration":
        return node.kind !== "using" && node.kind !== "await using" && this.#childrenLookQuiet(node, survey);
      case "CallExpression":
      case "NewExpression":
        return this.#callLooksQuiet(node, survey);
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        // A function is made; whoever calls it looks into it.
        return true;
      case "ClassDeclaration":
      case "ClassExpression":
        return this.#classLooksQuiet(node, survey);
      default:
        return this.#childrenLookQuiet(node, survey);
    }
  }

  #childrenLookQuiet(node: TSESTree.Node, survey: Survey): boolean {
    return childrenOf(node).every((child) => this.#looksQuiet(child, survey));
  }

  #classLooksQuiet(node: TSESTree.ClassDeclaration | TSESTree.ClassExpression, survey: Survey): boolean {
    const { superClass, body } = node;
    if ((superClass && unwrap(superClass).type !== "Identifier") || isDecorated(node)) return false;
    return body.body.every((member) => {
      if (member.type === "StaticBlock" || isDecorated(member)) return false;
      if ("computed" in member && member.computed && !this.#looksQuiet(member.key, survey)) return false;
      return (member.type !== "PropertyDefinition" && member.type !== "AccessorProperty") || !member.static || !member.value || this.#looksQuiet(member.value, survey);
    });
  }

  /** Calls of what the file shows are looked into; of functions that they are given, too. */
  #callLooksQuiet(node: TSESTree.CallExpression | TSESTree.NewExpression, survey: Survey): boolean {
    const word = this.#api(node.callee);
    if (word === "acts" || !node.arguments.every((each) => this.#looksQuiet(each, survey))) return false;
    if (!node.arguments.every((each) => this.#enter(each, survey))) return false;
    return word === "quiet" || this.#calleeLooksQuiet(node, survey);
  }

  #calleeLooksQuiet(node: TSESTree.CallExpression | TSESTree.NewExpression, survey: Survey): boolean {
    const callee = unwrap(node.callee);
    if (isFunction(callee)) {
      survey.called.add(callee);
      return true;
    }
    if (callee.type === "MemberExpression") return this.#methodLooksQuiet(callee, survey);
    if (callee.type !== "Identifier") return false;
    const variable = this.#scopes.variableOf(callee);
    if (!variable || variable.defs.length === 0) return MAKERS.has(callee.name);
    const value = this.#valueOf(variable);
    if (isFunction(value)) {
      survey.called.add(value);
      return node.type === "CallExpression";
    }
    return node.type === "NewExpression" && value !== undefined && isClass(value) && this.#instanceLooksQuiet(value, survey);
  }

  #methodLooksQuiet(callee: TSESTree.MemberExpression, survey: Survey): boolean {
    const name = memberName(callee);
    const object = unwrap(callee.object);
    if (name === undefined) return false;
    const exported = this.#scopes.memberOf(object, name);
    const fn = exported && this.#valueOf(exported);
    if (isFunction(fn)) {
      survey.called.add(fn);
      return true;
    }
    if (object.type === "Identifier" && (this.#scopes.variableOf(object)?.defs.length ?? 0) === 0) return LIBRARIES.has(object.name) && !CHANGING.has(name);
    return READING.has(name) && this.#isPlainData(object) && this.#looksQuiet(object, survey);
  }

  /** An array or a text that is written where it is used, or held by a constant; or made from one by a method. */
  #isPlainData(wrapped: TSESTree.Node): boolean {
    const node = unwrap(wrapped);
    if (node.type === "ArrayExpression" || node.type === "TemplateLiteral" || node.type === "Literal") return true;
    if (node.type === "CallExpression") {
      const callee = unwrap(node.callee);
      return callee.type === "MemberExpression" && (this.#isPlainData(callee.object) || isLibrary(callee.object));
    }
    const variable = node.type === "Identifier" ? this.#scopes.variableOf(node) : undefined;
    const value = variable && this.#valueOf(variable);
    return value?.type === "ArrayExpression" || value?.type === "TemplateLiteral" || value?.type === "Literal";
  }

  #instanceLooksQuiet(node: TSESTree.ClassDeclaration | TSESTree.ClassExpression, survey: Survey): boolean {
    if (node.superClass) {
      const parent = unwrap(node.superClass);
      const variable = parent.type === "Identifier" ? this.#scopes.variableOf(parent) : undefined;
      const value = variable && this.#valueOf(variable);
      const isKnown = variable?.defs.length === 0 ? parent.type === "Identifier" && MAKERS.has(parent.name) : value !== undefined && isClass(value) && value !== node && this.#instanceLooksQuiet(value, survey);
      if (!isKnown) return false;
    }
    return node.body.body.every((member) => {
      survey.left -= 1;
      if (survey.left < 0) return false;
      if (member.type === "MethodDefinition" && member.kind === "constructor" && isFunction(member.value)) survey.called.add(member.value);
      return member.type !== "PropertyDefinition" || member.static || !member.value || this.#looksQuiet(member.value, survey);
    });
  }

  /** Notes the functions that an argument hands over: they may be called. */
  #enter(argument: TSESTree.Node, survey: Survey): boolean {
    const node = unwrap(argument);
    survey.left -= 1;
    if (survey.left < 0) return false;
    if (isFunction(node)) {
      survey.called.add(node);
      return true;
    }
    if (node.type === "Identifier") {
      const variable = this.#scopes.variableOf(node);
      const value = variable && this.#valueOf(variable);
      if (isFunction(value)) survey.called.add(value);
      return this.#api(node) === undefined;
    }
    return isClass(node) ? false : childrenOf(node).every((child) => this.#enter(child, survey));
  }

  /** What a variable is for good: a function, a class, or a constant's initialiser. */
  #valueOf(variable: Variable): TSESTree.Node | undefined {
    const node = variable.defs[0]?.node as TSESTree.Node | undefined;
    if (!node || !this.#scopes.isConstant(variable)) return undefined;
    if (isFunction(node) && variable.defs[0]?.type === ("FunctionName" as never)) return node;
    if (isClass(node)) return node;
    return node.type === "VariableDeclarator" && node.init && node.id.type === "Identifier" ? unwrap(node.init) : undefined;
  }

  /** A variable of the function itself, a field of an object that it has made, or of `this` in a constructor. */
  #isOwnTarget(target: TSESTree.Node, survey: Survey): boolean {
    const { inside } = survey;
    if (!inside) return false;
    const node = unwrap(target);
    if (node.type === "Identifier") return this.#isDeclaredIn(node, inside);
    if (node.type !== "MemberExpression" || (node.computed && !this.#looksQuiet(node.property, survey))) return false;
    const object = unwrap(node.object);
    if (object.type === "ThisExpression") return inside.parent.type === "MethodDefinition" && inside.parent.kind === "constructor";
    if (object.type !== "Identifier" || !this.#isDeclaredIn(object, inside)) return false;
    const variable = this.#scopes.variableOf(object);
    const value = variable && this.#valueOf(variable);
    return value?.type === "ObjectExpression" || value?.type === "ArrayExpression";
  }

  #isDeclaredIn(node: TSESTree.Identifier, { range }: FunctionNode): boolean {
    const block = this.#scopes.variableOf(node)?.scope.block;
    return block !== undefined && block.range[0] >= range[0] && block.range[1] <= range[1];
  }
}

/** How far one question has got. */
interface Survey {
  left: number;
  readonly called: Set<FunctionNode>;
  /** The function that is looked into. */
  readonly inside: FunctionNode | undefined;
}

function isClass(node: TSESTree.Node): node is TSESTree.ClassDeclaration | TSESTree.ClassExpression {
  return node.type === "ClassDeclaration" || node.type === "ClassExpression";
}

// Parsers of plain JavaScript have no such list.
function isDecorated(node: TSESTree.Node): boolean {
  return ((node as { readonly decorators?: readonly unknown[] }).decorators ?? []).length > 0;
}

function isLibrary(node: TSESTree.Node): boolean {
  return node.type === "Identifier" && LIBRARIES.has(node.name);
}

/** The nodes below a node that run: no types. */
function childrenOf(node: TSESTree.Node): TSESTree.Node[] {
  const found: TSESTree.Node[] = [];
  for (const [key, value] of Object.entries(node) as [string, unknown][]) {
    if (key === "parent" || key === "loc" || key === "range" || key === "typeAnnotation" || key === "typeArguments" || key === "returnType" || key === "typeParameters") continue;
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof each === "object" && each !== null && "type" in each && typeof each.type === "string") found.push(each as TSESTree.Node);
    }
  }
  return found;
}

/** In a class its name is another variable than outside of it. */
function outside(variable: Variable | undefined, { parent }: TSESTree.Node): Variable | undefined {
  return variable && variable.scope.block === parent ? variable.scope.upper?.set.get(variable.name) : variable;
}
