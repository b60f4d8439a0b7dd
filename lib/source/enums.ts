/** The values of enum members, as far as the source spells them out. */
import type { TSESTree } from "@typescript-eslint/utils";
import { keyName, unwrap } from "./syntax.ts";
import type { Scopes, Variable } from "./scopes.ts";

type EnumValue = number | string;

const MAX_DEPTH = 50;

/** The value of `Enum.Member`; undefined where it is computed out of sight, or there is no such member. */
export function enumMember(variable: Variable | undefined, name: string, scopes: Scopes, depth = 0): EnumValue | undefined {
  for (const definition of variable?.defs ?? []) {
    const node = definition.node as TSESTree.Node;
    if (node.type !== "TSEnumDeclaration" || depth > MAX_DEPTH) continue;
    let previous: EnumValue | undefined = -1;
    for (const member of node.body.members) {
      const value: EnumValue | undefined = member.initializer
        ? constantOf(member.initializer, variable, scopes, depth + 1)
        : typeof previous === "number"
          ? previous + 1
          : undefined;
      if (keyName(member.id, false) === name) return value;
      previous = value;
    }
  }
  return undefined;
}

/** What `Enum[key]` gives by each key: members by name, and the names of numbers; undefined where a member is computed out of sight. */
export function enumTable(variable: Variable | undefined, scopes: Scopes): ReadonlyMap<string, EnumValue> | undefined {
  const table = new Map<string, EnumValue>();
  for (const definition of variable?.defs ?? []) {
    const node = definition.node as TSESTree.Node;
    if (node.type !== "TSEnumDeclaration") return undefined;
    for (const member of node.body.members) {
      const name = keyName(member.id, false);
      const value = name === undefined ? undefined : enumMember(variable, name, scopes);
      if (name === undefined || value === undefined) return undefined;
      table.set(name, value);
      if (typeof value === "number") table.set(String(value), name);
    }
  }
  return table.size === 0 ? undefined : table;
}

function constantOf(wrapped: TSESTree.Node, owner: Variable | undefined, scopes: Scopes, depth: number): EnumValue | undefined {
  const node = unwrap(wrapped);
  if (depth > MAX_DEPTH) return undefined;
  switch (node.type) {
    case "Literal":
      return typeof node.value === "number" || typeof node.value === "string" ? node.value : undefined;
    case "Identifier":
      return enumMember(owner, node.name, scopes, depth + 1);
    case "MemberExpression": {
      const name = keyName(node.property, node.computed);
      return name === undefined ? undefined : enumMember(scopes.variableOf(node.object), name, scopes, depth + 1);
    }
    case "UnaryExpression": {
      const value = constantOf(node.argument, owner, scopes, depth + 1);
      if (typeof value !== "number") return undefined;
      return node.operator === "-" ? -value : node.operator === "~" ? ~value : undefined;
    }
    case "BinaryExpression": {
      const left = constantOf(node.left, owner, scopes, depth + 1);
      const right = constantOf(node.right, owner, scopes, depth + 1);
      return typeof left === "number" && typeof right === "number" ? combined(node.operator, left, right) : undefined;
    }
    default:
      return undefined;
  }
}

function combined(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case "<<":
      return left << right;
    case "|":
      return left | right;
    case "&":
      return left & right;
    case "+":
      return left + right;
    case "-":
      return left - right;
    default:
      return undefined;
  }
}
