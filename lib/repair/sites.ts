/** Where calls stand that belong together: the function in which both are reached, and the statements there. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { Place } from "../machine/facts.ts";
import type { Scopes } from "../source/scopes.ts";
import { isFunction, unwrap, type FunctionNode } from "../source/syntax.ts";
import { refuse, type Refusal } from "./refusal.ts";
import type { Source, Statement } from "./statements.ts";

/** A call in a function: the call itself, or the call of a helper that leads to it. */
export interface Site {
  readonly fn: FunctionNode;
  readonly node: TSESTree.Node;
}

/** The call whose callee stands at a place. */
export function callAt(sourceCode: Source, { range, origin }: Place): TSESTree.CallExpression | TSESTree.NewExpression | undefined {
  // A repair never edits another file.
  return origin ? undefined : callOn(sourceCode, range);
}

/** The call whose callee ends where a range does; that which leads to another file, too. */
export function callOn(sourceCode: Source, range: readonly [number, number]): TSESTree.CallExpression | TSESTree.NewExpression | undefined {
  let node: TSESTree.Node | null | undefined = sourceCode.getNodeByRangeIndex(range[0]);
  while (node && !((node.type === "CallExpression" || node.type === "NewExpression") && node.callee.range[1] === range[1])) node = node.parent;
  return node ?? undefined;
}

/** The function around a node. */
export function functionAround(node: TSESTree.Node): FunctionNode | undefined {
  let current = node.parent;
  while (current && !isFunction(current)) current = current.parent;
  return current;
}

/** A call, and the calls of helpers that lead to it, as long as there is but one. */
export function sitesOf(scopes: Scopes, call: TSESTree.Node): Site[] {
  const sites: Site[] = [];
  let node: TSESTree.Node | undefined = call;
  while (node) {
    const fn = functionAround(node);
    if (!fn || sites.some((site) => site.fn === fn)) break;
    sites.push({ fn, node });
    node = onlyCallOf(scopes, fn);
  }
  return sites;
}

/** The one call of a function, where it is used for nothing else. */
function onlyCallOf(scopes: Scopes, fn: FunctionNode): TSESTree.Node | undefined {
  const name = fn.type === "FunctionDeclaration" ? fn.id : nameOfHolder(fn);
  const variable = name ? scopes.variableOf(name) : undefined;
  const uses = (variable?.references ?? []).filter((reference) => reference.isRead());
  const [use] = uses;
  if (uses.length !== 1 || !use) return undefined;
  const { parent } = use.identifier;
  return parent.type === "CallExpression" && unwrap(parent.callee) === use.identifier ? parent : undefined;
}

function nameOfHolder(fn: FunctionNode): TSESTree.Node | undefined {
  const { parent } = fn;
  return parent.type === "VariableDeclarator" && parent.id.type === "Identifier" ? parent.id : undefined;
}

/** Two sites in one function. */
export interface Meeting {
  readonly fn: FunctionNode;
  readonly early: TSESTree.Node;
  readonly creation: TSESTree.Node;
}

/** The innermost function in which both are reached. */
export function meetingOf(scopes: Scopes, early: TSESTree.Node, creation: TSESTree.Node): Meeting | Refusal {
  const creations = sitesOf(scopes, creation);
  for (const { fn, node } of sitesOf(scopes, early)) {
    const site = creations.find((candidate) => candidate.fn === fn);
    if (site) return { fn, early: node, creation: site.node };
  }
  return refuse("other-block", creation.loc.start.line);
}

/** The item of a list in which a node stands. */
export function itemOf(list: readonly Statement[], node: TSESTree.Node): Statement | undefined {
  return list.find(({ range }) => range[0] <= node.range[0] && node.range[1] <= range[1]);
}
