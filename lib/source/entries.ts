/** What makes a function an entry: its name, its type, or being handed to the loader. */
import type { TSESTree } from "@typescript-eslint/utils";
import { functionName, unwrap, type FunctionNode } from "./syntax.ts";
import type { Scopes } from "./scopes.ts";

const ENTRY_TYPE = "DRIVER_INITIALIZE";

/** Whether a function is an entry by its name or its type. */
export function isDeclaredEntry(node: FunctionNode, entryPoints: readonly string[]): boolean {
  return entryPoints.includes(functionName(node)) || hasEntryType(node);
}

/** `const x: DRIVER_INITIALIZE = …`, `… satisfies DRIVER_INITIALIZE`, `… as DRIVER_INITIALIZE`. */
function hasEntryType(node: FunctionNode): boolean {
  let parent: TSESTree.Node | undefined = node.parent;
  let value: TSESTree.Node = node;
  while (parent && unwrap(parent) === node) {
    if ("typeAnnotation" in parent && isEntryType(parent.typeAnnotation as TSESTree.Node | undefined)) return true;
    value = parent;
    parent = value.parent;
  }
  if (parent?.type === "VariableDeclarator" && parent.init === value) return isEntryType(parent.id.typeAnnotation?.typeAnnotation);
  if (parent?.type === "PropertyDefinition" && parent.value === value) return isEntryType(parent.typeAnnotation?.typeAnnotation);
  return false;
}

function isEntryType(node: TSESTree.Node | undefined): boolean {
  if (node?.type !== "TSTypeReference") return false;
  const { typeName } = node;
  const last = typeName.type === "TSQualifiedName" ? typeName.right : typeName;
  return last.type === "Identifier" && last.name === ENTRY_TYPE;
}

/** Whether other files can call a function. */
export function isExportedFunction(node: FunctionNode, scopes: Scopes): boolean {
  for (const current of upwards(node)) {
    const { type } = current;
    if (type === "ExportNamedDeclaration" || type === "ExportDefaultDeclaration" || type === "TSExportAssignment") return true;
    if (type === "AssignmentExpression" && isExportsTarget(current.left)) return true;
    const declared: TSESTree.Node | null | undefined = type === "VariableDeclarator" || type === "FunctionDeclaration" || type === "ClassDeclaration" ? current.id : undefined;
    const variable = declared ? scopes.variableOf(declared) : undefined;
    if (variable?.references.some((reference) => isExportReference(reference.identifier))) return true;
    if (current !== node && (type === "FunctionDeclaration" || type === "FunctionExpression" || type === "ArrowFunctionExpression")) return false;
  }
  return false;
}

/** A node and those around it, innermost first. */
function* upwards(node: TSESTree.Node): Generator<TSESTree.Node> {
  for (let current: TSESTree.Node | undefined = node.parent, inner = node; ; inner = current, current = inner.parent) {
    yield inner;
    if (!current) return;
  }
}

function isExportReference(node: TSESTree.Node): boolean {
  const { parent } = node;
  return parent?.type === "ExportSpecifier" || parent?.type === "ExportDefaultDeclaration" || (parent?.type === "AssignmentExpression" && isExportsTarget(parent.left));
}

/** `module.exports = …`, `exports.x = …`. */
function isExportsTarget(node: TSESTree.Node): boolean {
  let root: TSESTree.Node = node;
  while (root.type === "MemberExpression") root = unwrap(root.object);
  return root !== node && root.type === "Identifier" && (root.name === "exports" || root.name === "module");
}
