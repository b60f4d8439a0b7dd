/** Small questions about syntax that every part of the linter asks: wrappers, static names, function nodes. */
import type { TSESTree } from "@typescript-eslint/utils";

export type FunctionNode =
  | TSESTree.FunctionDeclaration
  | TSESTree.FunctionExpression
  | TSESTree.ArrowFunctionExpression;

/** Whether a node is a function with a body. */
export function isFunction(node: TSESTree.Node | null | undefined): node is FunctionNode {
  if (!node) return false;
  return (
    (node.type === "FunctionDeclaration" && isPresent(node.body)) ||
    (node.type === "FunctionExpression" && isPresent(node.body)) ||
    node.type === "ArrowFunctionExpression"
  );
}

/** Whether a part of a node is there: parsers other than typescript-eslint's leave out what it sets to null. */
export function isPresent<Part>(value: Part | null | undefined): value is Part {
  return value !== null && value !== undefined;
}

/** The expression inside casts, assertions, `!`, chains and instantiations: what runs. */
export function unwrap(node: TSESTree.Node): TSESTree.Node {
  let current = node;
  for (;;) {
    switch (current.type) {
      case "TSAsExpression":
      case "TSTypeAssertion":
      case "TSNonNullExpression":
      case "TSSatisfiesExpression":
      case "TSInstantiationExpression":
      case "ChainExpression":
        current = current.expression;
        break;
      default:
        return current;
    }
  }
}

/** The name of a property key where it is known: `a`, `"a"`, `0`, `#a`; undefined for a computed one. */
export function keyName(key: TSESTree.Node, computed: boolean): string | undefined {
  if (key.type === "Literal") return key.value === null ? undefined : String(key.value);
  if (key.type === "PrivateIdentifier") return `#${key.name}`;
  if (key.type === "Identifier" && !computed) return key.name;
  if (key.type === "TemplateLiteral" && key.expressions.length === 0) return key.quasis[0]?.value.cooked ?? undefined;
  return computed ? wellKnownSymbol(key) : undefined;
}

const SYMBOL = "[Symbol.";

const WELL_KNOWN = new Set([
  "asyncDispose", "asyncIterator", "dispose", "hasInstance", "isConcatSpreadable", "iterator", "match", "matchAll", "metadata",
  "replace", "search", "species", "split", "toPrimitive", "toStringTag", "unscopables",
]);

/** `Symbol.dispose` is known by its own text. */
export function wellKnownSymbol(node: TSESTree.Node): string | undefined {
  return node.type === "MemberExpression" &&
    node.object.type === "Identifier" &&
    node.object.name === "Symbol" &&
    node.property.type === "Identifier" &&
    WELL_KNOWN.has(node.property.name)
    ? `${SYMBOL}${node.property.name}]`
    : undefined;
}

/** The text that a symbol of this description is known by; of symbols that are made anew, each has a number. */
export function symbolText(description: string, index: number | undefined): string {
  return `${SYMBOL}for ${description}${index === undefined ? "" : `#${String(index)}`}]`;
}

/** Whether a text stands for a symbol. */
export function isSymbolText(text: string): boolean {
  return text.startsWith(SYMBOL);
}

/** The property a member expression reads, where its name is known. */
export function memberName(node: TSESTree.MemberExpression): string | undefined {
  return keyName(node.property, node.computed);
}

/** The property of an object literal, or member of a class, with this name. */
export function findMember(
  members: readonly TSESTree.Node[],
  name: string,
): TSESTree.Property | TSESTree.MethodDefinition | TSESTree.PropertyDefinition | undefined {
  for (const member of members) {
    if (member.type !== "Property" && member.type !== "MethodDefinition" && member.type !== "PropertyDefinition") continue;
    if (keyName(member.key, member.computed) === name) return member;
  }
  return undefined;
}

/** The class body or object literal whose `this` a node sees; undefined outside of any. */
export function thisContainer(node: TSESTree.Node): TSESTree.ClassBody | TSESTree.ObjectExpression | undefined {
  let current: TSESTree.Node | undefined = node;
  while (current) {
    const parent: TSESTree.Node | undefined = current.parent;
    if (current.type === "FunctionDeclaration") return undefined;
    if (parent?.type === "PropertyDefinition" && parent.value === current) return classBodyOf(parent);
    if (current.type === "FunctionExpression") {
      if (parent?.type === "MethodDefinition") return classBodyOf(parent);
      return parent?.type === "Property" && parent.parent.type === "ObjectExpression" ? parent.parent : undefined;
    }
    current = parent;
  }
  return undefined;
}

function classBodyOf(member: TSESTree.Node): TSESTree.ClassBody | undefined {
  return member.parent?.type === "ClassBody" ? member.parent : undefined;
}

/** The name a function goes by: its own, or that of the variable, property or method that holds it; "" where it has none. */
export function functionName(node: FunctionNode): string {
  if (node.type !== "ArrowFunctionExpression" && node.id) return node.id.name;
  let value: TSESTree.Node = node;
  let parent: TSESTree.Node | undefined = value.parent;
  while (parent && unwrap(parent) === node) {
    value = parent;
    parent = value.parent;
  }
  switch (parent?.type) {
    case "VariableDeclarator":
      return parent.id.type === "Identifier" ? parent.id.name : "";
    case "AssignmentExpression":
      if (parent.left.type === "Identifier") return parent.left.name;
      return parent.left.type === "MemberExpression" ? (memberName(parent.left) ?? "") : "";
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return keyName(parent.key, parent.computed) ?? "";
    default:
      return "";
  }
}

/** The parameters that take arguments: `this: void` takes none. */
export function parametersOf({ params }: FunctionNode): TSESTree.Parameter[] {
  return params.filter((param) => param.type !== "Identifier" || param.name !== "this");
}
