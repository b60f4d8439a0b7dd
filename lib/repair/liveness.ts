/** Whether the value that a variable has behind a statement is read by what follows. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { Variable } from "../source/scopes.ts";
import { isFunction } from "../source/syntax.ts";
import { isExposed, type Effects, type EffectsOf } from "./effects.ts";
import { listOf, type Statement } from "./statements.ts";

/** Whether something may read what a variable holds when a statement has been done; false only where that is certain. */
export function isReadBehind(effects: EffectsOf, variable: Variable, statement: Statement): boolean {
  const list = listOf(statement) ?? [];
  for (const next of list.slice(list.indexOf(statement) + 1)) {
    const found = effects.of(next);
    if (isExposed(found, variable)) return true;
    const isOver = writes(next.type === "IfStatement" ? effects.of(next.test) : found, variable) && (next.type === "IfStatement" || found.exits.length === 0);
    if (isOver) return isReadOnTheWay(variable, statement, next);
    if (found.exits.some((exit) => exit.type !== "ReturnStatement")) return true;
  }
  return isReadOnTheWay(variable, statement, undefined) || isReadAfter(variable, statement);
}

/** Whether something always overwrites a variable. */
function writes({ accesses }: Effects, variable: Variable): boolean {
  return accesses.some(({ root, isWrite, path, branch }) => root === variable && isWrite && path.length === 0 && branch === "");
}

/** Whether a handler or a finalizer around reads it, or a loop comes back to where it is read. */
function isReadOnTheWay(variable: Variable, statement: Statement, until: Statement | undefined): boolean {
  for (let node: TSESTree.Node | undefined = statement.parent; node && !isFunction(node); node = node.parent) {
    const parts = node.type === "TryStatement" ? [node.handler, node.finalizer] : !until && /^(?:For|While|DoWhile)/u.test(node.type) ? [node] : [];
    if (parts.some((part) => part && isReadIn(variable, part))) return true;
  }
  return false;
}

function isReadAfter(variable: Variable, statement: Statement): boolean {
  return variable.references.some((reference) => reference.isRead() && reference.identifier.range[0] >= statement.range[1]);
}

function isReadIn(variable: Variable, part: TSESTree.Node): boolean {
  return variable.references.some((reference) => reference.isRead() && part.range[0] <= reference.identifier.range[0] && reference.identifier.range[1] <= part.range[1]);
}
