/** Tables of constants: object literals that nothing writes to, whose members are known where they are read. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { Scopes, Variable } from "./scopes.ts";
import { keyName, memberName, unwrap } from "./syntax.ts";

/** What a member of a table is. */
export interface Entry {
  readonly value: string | number | boolean | null;
}

type Table = ReadonlyMap<string, Entry>;

const tables = new WeakMap<Variable, Table | "none">();

/** The literal that `table.name` stands for; undefined where the file does not show that it is always that. */
export function tableMember(variable: Variable | undefined, name: string, scopes: Scopes): Entry | undefined {
  if (!variable) return undefined;
  let table = tables.get(variable);
  if (!table) {
    table = tableOf(variable, scopes) ?? "none";
    tables.set(variable, table);
  }
  return table === "none" ? undefined : table.get(name);
}

function tableOf(variable: Variable, scopes: Scopes): Table | undefined {
  const node = variable.defs[0]?.node as TSESTree.Node | undefined;
  if (node?.type !== "VariableDeclarator" || node.id.type !== "Identifier" || !node.init || node.parent.kind === "var" || !scopes.isConstant(variable)) return undefined;
  const literal = literalIn(node.init);
  if (!literal) return undefined;
  // Other files may write to what is exported, unless its type says otherwise; a made-up declaration stands for such.
  const around = node.parent.parent as TSESTree.Node | undefined;
  if (!around || around.type === "ExportNamedDeclaration") return isReadonly(node.init) ? entriesIfRead(variable, literal) : undefined;
  return entriesIfRead(variable, literal);
}

function entriesIfRead(variable: Variable, literal: TSESTree.ObjectExpression): Table | undefined {
  return variable.references.every(({ identifier, init }) => init === true || isRead(identifier as TSESTree.Node)) ? entriesOf(literal) : undefined;
}

/** `{ … }`, `{ … } as const`, `Object.freeze({ … })`. */
function literalIn(wrapped: TSESTree.Node): TSESTree.ObjectExpression | undefined {
  const node = unwrap(wrapped);
  if (node.type === "ObjectExpression") return node;
  const [first] = node.type === "CallExpression" && isFreeze(node.callee) ? node.arguments : [];
  return first && literalIn(first);
}

function isFreeze(callee: TSESTree.Node): boolean {
  return callee.type === "MemberExpression" && callee.object.type === "Identifier" && callee.object.name === "Object" && memberName(callee) === "freeze";
}

function isReadonly(node: TSESTree.Expression): boolean {
  if (node.type === "CallExpression") return isFreeze(node.callee);
  return node.type === "TSAsExpression" && node.typeAnnotation.type === "TSTypeReference" && node.typeAnnotation.typeName.type === "Identifier" && node.typeAnnotation.typeName.name === "const";
}

/** `table.name`, read and not called, written or deleted. */
function isRead(identifier: TSESTree.Node): boolean {
  let node = identifier;
  const member = node.parent;
  // What is said of its type reads nothing.
  if (member?.type === "TSTypeQuery") return true;
  if (member?.type !== "MemberExpression" || member.object !== node || memberName(member) === undefined) return false;
  node = member;
  let parent: TSESTree.Node | undefined = node.parent;
  while (parent && unwrap(parent) === member) [node, parent] = [parent, parent.parent];
  switch (parent?.type) {
    case "AssignmentExpression":
      return parent.left !== node;
    case "CallExpression":
    case "NewExpression":
      return parent.callee !== node;
    case "UnaryExpression":
      return parent.operator !== "delete";
    case "UpdateExpression":
    case "TaggedTemplateExpression":
    case "AssignmentPattern":
    case "RestElement":
    case "ArrayPattern":
    case "ForInStatement":
    case "ForOfStatement":
      return false;
    case "Property":
      return parent.parent.type !== "ObjectPattern";
    default:
      return parent !== undefined;
  }
}

function entriesOf({ properties }: TSESTree.ObjectExpression): Table | undefined {
  const found = new Map<string, Entry>();
  for (const property of properties) {
    if (property.type !== "Property") return undefined;
    const name = keyName(property.key, property.computed);
    // A key that is computed may be any of them.
    if (name === undefined || name === "__proto__") return undefined;
    const entry = property.kind === "init" ? entryOf(unwrap(property.value)) : undefined;
    if (entry) found.set(name, entry);
    else found.delete(name);
  }
  return found;
}

function entryOf(node: TSESTree.Node): Entry | undefined {
  if (node.type === "TemplateLiteral") return node.expressions.length === 0 ? { value: node.quasis[0]?.value.cooked ?? "" } : undefined;
  if (node.type === "UnaryExpression" && node.operator === "-") {
    const value = entryOf(node.argument)?.value;
    return typeof value === "number" ? { value: -value } : undefined;
  }
  if (node.type !== "Literal" || "regex" in node || "bigint" in node) return undefined;
  const { value } = node;
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? { value } : undefined;
}
