/** Which variable an identifier means, and what can be said of a variable without running anything. */
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";

export type Variable = TSESLint.Scope.Variable;

/** The variables of one file. */
export interface Scopes {
  /** The variable that an identifier declares, reads or writes; undefined for a global one without a declaration. */
  variableOf(node: TSESTree.Node): Variable | undefined;
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
  for (const scope of sourceCode.scopeManager?.scopes ?? []) {
    for (const variable of scope.variables) {
      for (const identifier of variable.identifiers) byNode.set(identifier, variable);
    }
    for (const reference of scope.references) {
      if (reference.resolved) byNode.set(reference.identifier, reference.resolved);
    }
  }
  const constant = new Map<Variable, boolean>();
  return {
    variableOf: (node) => byNode.get(node),
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

function isWrittenOnce(variable: Variable): boolean {
  const [definition] = variable.defs;
  const declaration = definition?.parent as TSESTree.Node | null | undefined;
  if (isOfNamespace(variable) && declaration?.type === "VariableDeclaration" && declaration.kind !== "const") return false;
  let writes = 0;
  for (const reference of variable.references) {
    if (reference.isWrite()) writes += 1;
  }
  return writes <= 1;
}

function isCaptured(variable: Variable): boolean {
  const home = variable.scope.variableScope;
  return isOfNamespace(variable) || variable.references.some((reference) => reference.from.variableScope !== home);
}

function isModuleLevel(variable: Variable): boolean {
  const { type } = variable.scope.variableScope;
  return type === "global" || type === "module";
}
