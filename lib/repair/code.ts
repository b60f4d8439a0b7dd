/** A file as repairs look at it: which calls of the API it makes, and what a name means at a place. */
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import type { Place } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import { scopesAround } from "../machine/loader.ts";
import { createBinder, type Binder } from "../source/binding.ts";
import { indexScopes, type Scopes, type Variable } from "../source/scopes.ts";
import { isFunction, unwrap, type FunctionNode } from "../source/syntax.ts";
import type { Source } from "./statements.ts";

/** A call, or a `new`. */
export type Call = TSESTree.CallExpression | TSESTree.NewExpression;

/** What repairs ask of a file. */
export interface DriverCode {
  readonly file: LintedFile;
  readonly sourceCode: Source;
  readonly scopes: Scopes;
  /** With the modules that the file imports. */
  readonly linked: () => Scopes;
  readonly binder: Binder;
  /** Every call of the file, in the order of the text. */
  readonly calls: readonly Call[];
}

const known = new WeakMap<Source, DriverCode>();

/** The code of a file: looked at once. */
export function codeOf(file: LintedFile): DriverCode {
  const { sourceCode, settings } = file;
  const found = known.get(sourceCode);
  if (found?.file.settings === settings) return found;
  const scopes = indexScopes(sourceCode);
  let linked: Scopes | undefined;
  const code: DriverCode = { file, sourceCode, scopes, linked: () => (linked ??= scopesAround(sourceCode, settings)), binder: createBinder(scopes, settings), calls: callsIn(sourceCode) };
  known.set(sourceCode, code);
  return code;
}

function callsIn(sourceCode: Source): Call[] {
  const calls: Call[] = [];
  const pending: TSESTree.Node[] = [sourceCode.ast];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === "CallExpression" || node.type === "NewExpression") calls.push(node);
    pending.push(...childrenOf(sourceCode, node));
  }
  return calls.sort((left, right) => left.range[0] - right.range[0]);
}

/** The nodes directly inside a node. */
function childrenOf({ visitorKeys }: Source, node: TSESTree.Node): TSESTree.Node[] {
  return (visitorKeys[node.type] ?? []).flatMap((key) => {
    const child = (node as unknown as Record<string, unknown>)[key];
    const children: readonly unknown[] = Array.isArray(child) ? child : [child];
    return children.filter((item): item is TSESTree.Node => typeof item === "object" && item !== null);
  });
}

/** The call whose callee name stands at a place. */
export function callAt({ calls }: DriverCode, { range: [start, end], origin }: Place): Call | undefined {
  // A repair never edits another file.
  return origin ? undefined : calls.findLast(({ callee }) => callee.range[0] <= start && callee.range[1] >= end);
}

/** The API name that a call is bound to. */
export function apiOf({ binder }: DriverCode, { callee }: Call): string | undefined {
  return binder.apiName(callee);
}

/** The innermost function around a node. */
export function functionAround(node: TSESTree.Node): FunctionNode | undefined {
  let current = node.parent;
  while (current && !isFunction(current)) current = current.parent;
  return current;
}

/** The function whose code has exactly this range. */
export function functionWith({ sourceCode }: DriverCode, [start, end]: readonly [number, number]): FunctionNode | undefined {
  let node: TSESTree.Node | null | undefined = sourceCode.getNodeByRangeIndex(start);
  while (node && (node.range[1] < end || !isFunction(node))) node = node.parent;
  return isFunction(node) && node.range[0] === start && node.range[1] === end ? node : undefined;
}

/** The variable that a name means at a node; null for a name that nothing declares. */
export function resolved({ sourceCode }: DriverCode, name: string, at: TSESTree.Node): Variable | null {
  for (let scope: TSESLint.Scope.Scope | null = scopeAt(sourceCode, at); scope; scope = scope.upper) {
    const variable = scope.set.get(name);
    if (variable) return variable.defs.length > 0 ? variable : null;
  }
  return null;
}

/** The scope of a node; of the whole file that of the module, not the one around it. */
function scopeAt(sourceCode: Source, at: TSESTree.Node): TSESLint.Scope.Scope {
  const scope = sourceCode.getScope(at);
  const [module] = scope.childScopes;
  return at.type === "Program" && module?.block === at ? module : scope;
}

/** Whether an identifier, or the root of a path, means the same at another node. */
export function isVisible(code: DriverCode, path: TSESTree.Node, at: TSESTree.Node): boolean {
  const root = rootOf(path);
  if (root?.type !== "Identifier") return false;
  const variable = code.scopes.variableOf(root);
  if (!variable || variable.defs.length === 0) return resolved(code, root.name, at) === null;
  return resolved(code, root.name, at) === variable && isDeclaredFor(variable, at);
}

/** Whether a variable has been declared whenever a node is come to: an inner function may run before a `let` further down. */
function isDeclaredFor(variable: Variable, at: TSESTree.Node): boolean {
  const [definition] = variable.defs;
  const declaration = definition?.node as TSESTree.Node | undefined;
  const isHoisted = declaration?.type !== "VariableDeclarator" || declaration.parent.kind === "var";
  const { block } = variable.scope.variableScope;
  if (isHoisted || block.type === "Program") return true;
  // In its own function the order of the statements says it.
  let inner: TSESTree.Node | undefined = at;
  for (let current: TSESTree.Node | undefined = at; current && current !== block; current = current.parent) if (isFunction(current)) inner = current;
  return declaration.range[1] <= inner.range[0];
}

/** Whether every name in a node means the same at another. */
export function meansTheSame(code: DriverCode, node: TSESTree.Node, at: TSESTree.Node): boolean {
  const { sourceCode } = code;
  return sourceCode.getTokens(node).every((token, index, tokens) => {
    if (token.type !== "Identifier" || tokens[index - 1]?.value === ".") return true;
    const name = sourceCode.getNodeByRangeIndex(token.range[0]);
    const isKey = name?.parent?.type === "Property" && name.parent.key === name && !name.parent.shorthand;
    return isKey || (name?.type === "Identifier" && isVisible(code, name, at));
  });
}

/** Where a path begins: the identifier of `a.b.c` or `a[0].b`; undefined for what is no path. */
export function rootOf(node: TSESTree.Node): TSESTree.Identifier | TSESTree.ThisExpression | undefined {
  const inner = unwrap(node);
  if (inner.type === "Identifier" || inner.type === "ThisExpression") return inner;
  return inner.type === "MemberExpression" && (!inner.computed || inner.property.type === "Literal") ? rootOf(inner.object) : undefined;
}

/** A name that nothing in the file has yet: the given one, or with a number. */
export function freshName({ sourceCode }: DriverCode, wanted: string): string {
  const taken = new Set(sourceCode.ast.tokens.map(({ value }) => value));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}${String(number)}`;
    if (!taken.has(name)) return name;
  }
}
