/** How a name of the API is spelt at a place of a file: as the file spells its neighbours, and imported where they are. */
import type { TSESTree } from "@typescript-eslint/utils";
import { vocabularyOf } from "../mention.ts";
import { unwrap } from "../source/syntax.ts";
import { isVisible, resolved, rootOf, type DriverCode } from "./code.ts";
import { isRefusal, type Edit } from "./edit.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { indentationAt, styleOf } from "./style.ts";

/** A name as it is spelt, and what has to be added elsewhere for it to mean what it should. */
export interface Spelling {
  readonly text: string;
  readonly edit: Edit;
}

/**
 * Spells a name of the API.
 * @param near a neighbour of it: the callee of a call of the API
 * @param at where it will stand
 */
export function spell(code: DriverCode, name: string, near: TSESTree.Node, at: TSESTree.Node): Spelling | Refusal {
  const same = asElsewhere(code, name, at);
  if (same) return same;
  const own = ownName(code, name);
  const spelt = likeNeighbour(code, own, near, at, 0);
  if (!isRefusal(spelt)) return spelt;
  // The neighbour may be a name of the driver's own for a call of the API: others are not.
  for (const { callee } of code.calls) {
    const other = isOfApi(code, callee) ? likeNeighbour(code, own, callee, at, 0) : spelt;
    if (!isRefusal(other)) return other;
  }
  return spelt;
}

function isOfApi({ binder, file: { settings } }: DriverCode, callee: TSESTree.Node): boolean {
  const name = binder.apiName(callee);
  return name !== undefined && vocabularyOf(settings).meaning(name) !== undefined;
}

/** As another call of the same function spells it. */
function asElsewhere(code: DriverCode, name: string, at: TSESTree.Node): Spelling | undefined {
  const same = code.calls.find(({ callee }) => code.binder.apiName(callee) === name && isVisible(code, callee, at));
  return same && { text: code.sourceCode.getText(unwrap(same.callee)), edit: [] };
}

/** What the settings call it in this project. */
function ownName({ file: { settings } }: DriverCode, name: string): string {
  return Object.entries(settings.names).find(([, meant]) => meant === name)?.[0] ?? name;
}

const MAX_ALIASES = 10;

function likeNeighbour(code: DriverCode, name: string, near: TSESTree.Node, at: TSESTree.Node, depth: number): Spelling | Refusal {
  const node = unwrap(near);
  if (depth > MAX_ALIASES || isElsewhere(code, node, name)) return refuse("spelling", name);
  if (node.type === "MemberExpression") {
    const root = rootOf(node.object);
    if (!root || node.computed || !isVisible(code, root, at)) return refuse("spelling", name);
    return { text: `${code.sourceCode.getText(node.object)}.${name}`, edit: [] };
  }
  if (node.type !== "Identifier") return refuse("spelling", name);
  const variable = code.scopes.variableOf(node);
  const definition = variable?.defs[0]?.node as TSESTree.Node | undefined;
  switch (definition?.type) {
    case undefined:
      return resolved(code, name, at) === null ? { text: name, edit: [] } : refuse("spelling", name);
    case "ImportSpecifier":
      return imported(code, name, definition, at);
    case "VariableDeclarator":
      if (!definition.init) return refuse("spelling", name);
      if (definition.id.type === "ObjectPattern") return destructured(code, name, definition.id, at);
      return likeNeighbour(code, name, definition.init, at, depth + 1);
    default:
      return refuse("spelling", name);
  }
}

/** Whether a neighbour comes from a module of the driver that does not give the name as well. */
function isElsewhere(code: DriverCode, node: TSESTree.Node, name: string): boolean {
  const root = rootOf(node);
  return root?.type === "Identifier" && code.linked().exportsAlso(root, name) === false;
}

/** By a named import: the list gets one more. */
function imported(code: DriverCode, name: string, neighbour: TSESTree.ImportSpecifier, at: TSESTree.Node): Spelling | Refusal {
  const declaration = neighbour.parent as TSESTree.ImportDeclaration;
  const specifiers = declaration.specifiers.filter((specifier) => specifier.type === "ImportSpecifier");
  const same = specifiers.find((specifier) => (specifier.imported.type === "Identifier" ? specifier.imported.name : specifier.imported.value) === name);
  if (same) return isVisible(code, same.local, at) ? { text: same.local.name, edit: [] } : refuse("spelling", name);
  return added(code, name, specifiers, at);
}

/** By a destructured module: the pattern gets one more. */
function destructured(code: DriverCode, name: string, pattern: TSESTree.ObjectPattern, at: TSESTree.Node): Spelling | Refusal {
  const last = pattern.properties.at(-1);
  const [first] = pattern.properties;
  if (last?.type !== "Property" || first?.type !== "Property" || !isInReach(code, first.value, at)) return refuse("spelling", name);
  const same = pattern.properties.find((property) => property.type === "Property" && property.key.type === "Identifier" && property.key.name === name);
  if (same?.type === "Property") return same.value.type === "Identifier" ? { text: same.value.name, edit: [] } : refuse("spelling", name);
  return added(code, name, pattern.properties, at);
}

const isInReach = (code: DriverCode, value: TSESTree.Node, at: TSESTree.Node): boolean => value.type === "Identifier" && isVisible(code, value, at);

/** One more item at the end of a list of names. */
function added(code: DriverCode, name: string, items: readonly TSESTree.Node[], at: TSESTree.Node): Spelling | Refusal {
  const last = items.at(-1);
  const { sourceCode } = code;
  // A name that means something already, here or there, cannot be imported under it.
  if (!last || isTaken(code, name) || resolved(code, name, at) !== null) return refuse("spelling", name);
  const before = sourceCode.getTokenBefore(last);
  const isOwnLine = before !== null && before.loc.end.line < last.loc.start.line;
  const separator = isOwnLine ? `,${styleOf(sourceCode).eol}${indentationAt(sourceCode.text, last.range[0])}` : ", ";
  return { text: name, edit: [{ range: [last.range[1], last.range[1]], text: separator + name }] };
}

/** Whether any scope of the file has a variable of this name. */
function isTaken({ sourceCode }: DriverCode, name: string): boolean {
  return sourceCode.scopeManager?.scopes.some((scope) => (scope.set.get(name)?.defs.length ?? 0) > 0) ?? false;
}

/** Spells the name of a type as a neighbour's annotation is spelt; undefined where that tells nothing. */
export function spellType(code: DriverCode, name: string, near: TSESTree.TypeNode | undefined, at: TSESTree.Node): Spelling | undefined {
  if (near?.type !== "TSTypeReference") return undefined;
  if (near.typeName.type === "TSQualifiedName") return { text: `${code.sourceCode.getText(near.typeName.left)}.${name}`, edit: [] };
  if (near.typeName.type !== "Identifier") return undefined;
  const spelt = likeNeighbour(code, name, near.typeName, at, 0);
  return isRefusal(spelt) ? undefined : spelt;
}

/** Several additions to the file as one: what two of them add is added once, and what they add to one list stands in a row. */
export function together(edits: readonly Edit[]): Edit {
  const byPlace = new Map<string, { range: readonly [number, number]; texts: Set<string> }>();
  for (const { range, text } of edits.flat()) {
    const place = byPlace.get(range.join()) ?? { range, texts: new Set<string>() };
    place.texts.add(text);
    byPlace.set(range.join(), place);
  }
  return [...byPlace.values()].map(({ range, texts }) => ({ range, text: [...texts].sort((left, right) => isBlank(left) - isBlank(right)).join("") }));
}

/** A blank line parts all that is put in at a place from what follows. */
function isBlank(text: string): number {
  return Number(text !== "" && text.trim() === "");
}
