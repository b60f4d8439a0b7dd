/** Which variable an identifier means, and what can be said of a variable without running anything. */
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import type { Module, ModuleGraph } from "./modules.ts";
import { markedVariable } from "./parse.ts";
import { memberName, unwrap } from "./syntax.ts";

export type Variable = TSESLint.Scope.Variable;

/** The variables of a file, and of the modules that it imports as far as they are followed. */
export interface Scopes {
  /**
   * The variable that an identifier declares, reads or writes: for an imported one, that of the module it comes from.
   * Undefined for a global one without a declaration.
   */
  variableOf(node: TSESTree.Node): Variable | undefined;
  /** The variable of another module that `space.name` means, where all of that module was imported as `space`. */
  memberOf(object: TSESTree.Node, name: string): Variable | undefined;
  /** Whether `object.name` is of the API, however the module that `object` was imported from says so. */
  isApiMember(object: TSESTree.Node, name: string): boolean;
  /** The module whose exports an expression holds. */
  namespaceOf(node: TSESTree.Node): Module | undefined;
  /** Whether the module that a name was imported from exports another one; undefined where that is no module of the driver's. */
  exportsAlso(node: TSESTree.Identifier, name: string): boolean | undefined;
  /** Written at most once, so that its initialiser is its value for good. */
  isConstant(variable: Variable): boolean;
  /** Read or written by a function other than the one that declares it. */
  isCaptured(variable: Variable): boolean;
  /** Declared outside of every function. */
  isModuleLevel(variable: Variable): boolean;
}

/** Indexes the scopes that ESLint has built for a file. */
export function indexScopes(sourceCode: Readonly<TSESLint.SourceCode>): Scopes {
  const byNode = new Map<TSESTree.Node, Variable>();
  index(sourceCode.scopeManager, byNode);
  return { variableOf: (node) => byNode.get(node), memberOf: () => undefined, isApiMember: () => false, namespaceOf: () => undefined, exportsAlso: () => undefined, ...judgements() };
}

/** Indexes the scopes of a file and of the modules that it imports, as they are met. */
export function linkScopes(graph: ModuleGraph): Scopes {
  const byNode = new Map<TSESTree.Node, Variable>();
  index(graph.entry.scopeManager, byNode);
  const raw = (node: TSESTree.Node): Variable | undefined => markedVariable(node) ?? byNode.get(node);
  const namespaceOf = (wrapped: TSESTree.Node, depth = 0): Module | undefined => {
    const node = unwrap(wrapped);
    if (depth > MAX_DEPTH) return undefined;
    if (node.type === "Identifier") {
      const variable = raw(node);
      const link = variable && graph.linkOf(variable);
      return link?.k === "namespace" ? link.module : undefined;
    }
    if (node.type === "MemberExpression") {
      const [space, name] = [namespaceOf(node.object, depth + 1), memberName(node)];
      const exported = space && name !== undefined ? graph.exported(space, name) : undefined;
      return exported?.k === "namespace" ? exported.module : undefined;
    }
    if (node.type !== "CallExpression" && node.type !== "AwaitExpression" && node.type !== "ImportExpression") return undefined;
    const module = graph.required(node);
    return module && !graph.wholeOf(module) ? module : undefined;
  };
  return {
    variableOf(node) {
      const variable = raw(node);
      const link = variable && graph.linkOf(variable);
      return link?.k === "variable" ? link.variable : variable;
    },
    memberOf(object, name) {
      const module = graph.isApi(name) ? undefined : namespaceOf(object);
      const exported = module && graph.exported(module, name);
      return exported?.k === "variable" ? exported.variable : undefined;
    },
    isApiMember(object, name) {
      const root = unwrap(object);
      const variable = graph.isApi(name) && root.type === "Identifier" ? raw(root) : undefined;
      return variable !== undefined && graph.linkOf(variable) !== undefined;
    },
    namespaceOf,
    exportsAlso(node, name) {
      const variable = raw(node);
      const module = variable && graph.sourceOf(variable);
      return module && graph.exported(module, name) !== undefined;
    },
    ...judgements(),
  };
}

const MAX_DEPTH = 50;

function index(scopeManager: TSESLint.Scope.ScopeManager | null, byNode: Map<TSESTree.Node, Variable>): void {
  for (const scope of scopeManager?.scopes ?? []) {
    for (const variable of scope.variables) {
      for (const identifier of variable.identifiers) byNode.set(identifier, variable);
    }
    for (const reference of scope.references) {
      if (reference.resolved) byNode.set(reference.identifier, reference.resolved);
    }
  }
}

/** What can be said of a variable by itself. */
function judgements(): Pick<Scopes, "isConstant" | "isCaptured" | "isModuleLevel"> {
  const constant = new Map<Variable, boolean>();
  return {
    isConstant(variable) {
      let known = constant.get(variable);
      if (known === undefined) {
        known = isWrittenOnce(variable);
        constant.set(variable, known);
      }
      return known;
    },
    isCaptured,
    isModuleLevel,
  };
}

/** A variable of a namespace can be written as its member, too. */
function isOfNamespace(variable: Variable): boolean {
  return (variable.scope.type as string) === "tsModule";
}

/** Whether a variable is set where it is declared, or never. */
export function isWrittenOnce(variable: Variable): boolean {
  const [definition] = variable.defs;
  const declaration = definition?.parent as TSESTree.Node | null | undefined;
  if (isOfNamespace(variable) && declaration?.type === "VariableDeclaration" && declaration.kind !== "const") return false;
  const writes = variable.references.filter((reference) => reference.isWrite());
  // Declared without a value, it changes with its one assignment.
  return writes.length === 0 || (writes.length === 1 && writes[0]?.init === true);
}

function isCaptured(variable: Variable): boolean {
  const home = variable.scope.variableScope;
  return isOfNamespace(variable) || variable.references.some((reference) => reference.from.variableScope !== home);
}

function isModuleLevel(variable: Variable): boolean {
  const { type, block } = variable.scope.variableScope;
  // The scope of a file in CommonJS is that of a function.
  return type === "global" || type === "module" || block.type === "Program";
}

const undeclared = new WeakMap<TSESLint.Scope.ScopeManager, Map<string, TSESLint.Scope.Reference[]>>();

/** Where a file names what it does not declare: a configuration may do so. */
export function globalReferences(scopeManager: TSESLint.Scope.ScopeManager | null, name: string): readonly TSESLint.Scope.Reference[] {
  if (!scopeManager) return [];
  let byName = undeclared.get(scopeManager);
  if (!byName) {
    byName = new Map<string, TSESLint.Scope.Reference[]>();
    for (const reference of scopeManager.globalScope?.through ?? []) {
      const { name: named } = reference.identifier;
      const known = byName.get(named);
      if (known) known.push(reference);
      else byName.set(named, [reference]);
    }
    undeclared.set(scopeManager, byName);
  }
  const declared = scopeManager.globalScope?.set.get(name);
  return [...(byName.get(name) ?? []), ...(declared?.defs.length === 0 ? declared.references : [])];
}
