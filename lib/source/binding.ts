/** Which API name an expression is bound to: by import, alias, destructuring, member or ambient declaration, never by mere spelling. */
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import { findMember, isFunction, keyName, memberName, thisContainer, unwrap } from "./syntax.ts";
import type { Scopes, Variable } from "./scopes.ts";

type Definition = TSESLint.Scope.Definition;

/** Where something that this file does not define comes from. */
export type Origin =
  /** A relative import, or one by an alias of the project: code of the user's that is not followed. */
  | "local"
  /** A package, a global, a parameter. */
  | "external";

/** Answers what expressions of one file denote. */
export interface Binder {
  /** The API name that an expression denotes (a function or a constant); undefined for the file's own things. */
  apiName(node: TSESTree.Node): string | undefined;
  /** Where the root of an expression comes from. */
  origin(node: TSESTree.Node): Origin;
}

/** What of the settings a binder needs. */
export interface BindingSettings {
  readonly modules: readonly string[] | undefined;
  readonly names: Readonly<Record<string, string>>;
}

// An alias of an alias of … : longer chains, and cycles, are not followed.
// How the specifiers of a project's own modules begin.
const LOCAL: ReadonlySet<string> = new Set([".", "/", "#", "~"]);
const MAX_ALIASES = 20;

/** Builds the binder of a file. */
export function createBinder(scopes: Scopes, settings: BindingSettings): Binder {
  const cache = new Map<TSESTree.Node, string | undefined>();

  function apiName(node: TSESTree.Node): string | undefined {
    if (cache.has(node)) return cache.get(node);
    const name = denoted(node, 0);
    const mapped = name === undefined ? undefined : (settings.names[name] ?? name);
    cache.set(node, mapped);
    return mapped;
  }

  /** The foreign name that an expression denotes. */
  function denoted(wrapped: TSESTree.Node, depth: number): string | undefined {
    if (depth > MAX_ALIASES) return undefined;
    const node = unwrap(wrapped);
    if (node.type === "Identifier") return denotedByIdentifier(node, depth);
    if (node.type === "MemberExpression") {
      const name = memberName(node);
      return name === undefined ? undefined : denotedByMember(node.object, name, depth);
    }
    if (node.type === "SequenceExpression") {
      const last = node.expressions.at(-1);
      return last && denoted(last, depth + 1);
    }
    return undefined;
  }

  function denotedByIdentifier(node: TSESTree.Identifier, depth: number): string | undefined {
    const variable = scopes.variableOf(node);
    return variable && variable.defs.length > 0 ? denotedByVariable(variable, depth) : counts(undefined) ? node.name : undefined;
  }

  function denotedByVariable(variable: Variable, depth: number): string | undefined {
    const definitions = variable.defs;
    if (definitions.some(isOwn)) return undefined;
    for (const definition of definitions) {
      const name = denotedByDefinition(variable, definition, depth);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  function denotedByDefinition(variable: Variable, definition: Definition, depth: number): string | undefined {
    const node = definition.node as TSESTree.Node;
    switch (node.type) {
      case "ImportSpecifier": {
        const imported = node.imported.type === "Identifier" ? node.imported.name : node.imported.value;
        return counts(importSource(node)) ? imported : undefined;
      }
      case "ImportDefaultSpecifier":
        return counts(importSource(node)) ? variable.name : undefined;
      case "TSDeclareFunction":
        return counts(undefined) ? variable.name : undefined;
      case "VariableDeclarator":
        return denotedByDeclarator(variable, node, definition, depth);
      default:
        if (definition.type === ("Parameter" as Definition["type"])) {
          const path = patternPath(definition.name);
          return counts(undefined) ? (path === undefined ? variable.name : path.at(-1)) : undefined;
        }
        return undefined;
    }
  }

  function denotedByDeclarator(
    variable: Variable,
    node: TSESTree.VariableDeclarator,
    definition: Definition,
    depth: number,
  ): string | undefined {
    if (!node.init) {
      return node.parent.declare && counts(undefined) ? variable.name : undefined;
    }
    if (!scopes.isConstant(variable)) return undefined;
    if (node.id.type === "Identifier") return denoted(node.init, depth + 1);
    const path = patternPath(definition.name);
    const name = path?.at(-1);
    return path && name !== undefined ? denotedByPath(node.init, path, depth + 1) : undefined;
  }

  /** `const { wdf: { WdfDriverCreate } } = sim`: the last step names the function, the first ones where it is. */
  function denotedByPath(root: TSESTree.Node, path: readonly string[], depth: number): string | undefined {
    const [first] = path;
    if (path.length === 1 && first !== undefined) return denotedByMember(root, first, depth);
    return counts(moduleOf(root, depth)) ? path.at(-1) : undefined;
  }

  /** `object.name`: foreign unless the file itself says what the object's member is. */
  function denotedByMember(object: TSESTree.Node, name: string, depth: number): string | undefined {
    if (depth > MAX_ALIASES) return undefined;
    if (scopes.isApiMember(object, name)) return counts(undefined) ? name : undefined;
    const exported = scopes.memberOf(object, name);
    if (exported) return denotedByVariable(exported, depth + 1);
    const members = membersOf(object, depth + 1);
    const member = members && findMember(members, name);
    if (member) {
      if (member.type === "Property" || member.type === "PropertyDefinition") {
        return member.value && !isFunction(unwrap(member.value)) ? denoted(member.value, depth + 1) : undefined;
      }
      return undefined;
    }
    return counts(moduleOf(object, depth + 1)) ? name : undefined;
  }

  /** The literal or class whose members an expression's are, where the file shows it. */
  function membersOf(wrapped: TSESTree.Node, depth: number): readonly TSESTree.Node[] | undefined {
    if (depth > MAX_ALIASES) return undefined;
    const node = unwrap(wrapped);
    switch (node.type) {
      case "ObjectExpression":
        return node.properties;
      case "ClassExpression":
        return node.body.body;
      case "ThisExpression": {
        const container = thisContainer(node);
        return container?.type === "ClassBody" ? container.body : container?.properties;
      }
      case "NewExpression":
        return membersOf(node.callee, depth + 1);
      case "Identifier": {
        const definition = scopes.variableOf(node)?.defs[0]?.node as TSESTree.Node | undefined;
        if (definition?.type === "ClassDeclaration") return definition.body.body;
        return definition?.type === "VariableDeclarator" && definition.init && definition.id.type === "Identifier"
          ? membersOf(definition.init, depth + 1)
          : undefined;
      }
      default:
        return undefined;
    }
  }

  /** The module that an expression's root was imported or required from. */
  function moduleOf(wrapped: TSESTree.Node, depth: number): string | undefined {
    if (depth > MAX_ALIASES) return undefined;
    const node = unwrap(wrapped);
    switch (node.type) {
      case "MemberExpression":
        return moduleOf(node.object, depth + 1);
      case "AwaitExpression":
        return moduleOf(node.argument, depth + 1);
      case "ImportExpression":
        return node.source.type === "Literal" ? String(node.source.value) : undefined;
      case "CallExpression": {
        const [source] = node.arguments;
        if (node.callee.type === "Identifier" && node.callee.name === "require") {
          return source?.type === "Literal" ? String(source.value) : undefined;
        }
        return moduleOf(node.callee, depth + 1);
      }
      case "Identifier": {
        const definition = scopes.variableOf(node)?.defs[0]?.node as TSESTree.Node | undefined;
        if (!definition) return undefined;
        if (definition.type === "TSImportEqualsDeclaration") {
          const reference = definition.moduleReference;
          return reference.type === "TSExternalModuleReference" ? reference.expression.value : undefined;
        }
        if (definition.type === "VariableDeclarator") return definition.init ? moduleOf(definition.init, depth + 1) : undefined;
        return importSource(definition);
      }
      default:
        return undefined;
    }
  }

  /** With `settings.wdf.modules`, only what these modules export is the API. */
  function counts(module: string | undefined): boolean {
    return settings.modules === undefined || (module !== undefined && settings.modules.includes(module));
  }

  function origin(node: TSESTree.Node): Origin {
    const module = moduleOf(node, 0);
    // `#x`, `@/x` and `~/x` are the usual aliases of a project's own code.
    return module !== undefined && (LOCAL.has(module.charAt(0)) || module.startsWith("@/")) ? "local" : "external";
  }

  return { apiName, origin };
}

/** The file's own function, class, enum or namespace with a body. */
function isOwn(definition: Definition): boolean {
  const node = definition.node as TSESTree.Node;
  return isFunctionDefinition(definition, node) || node.type === "ClassDeclaration" || node.type === "ClassExpression" || node.type === "TSEnumDeclaration";
}

function isFunctionDefinition(definition: Definition, node: TSESTree.Node): boolean {
  return definition.type === ("FunctionName" as Definition["type"]) && isFunction(node);
}

function importSource(node: TSESTree.Node): string | undefined {
  return node.parent?.type === "ImportDeclaration" ? node.parent.source.value : undefined;
}

/** The property names that lead from a destructured value to a name in its pattern; undefined where it is the value itself. */
function patternPath(name: TSESTree.Node): string[] | undefined {
  const path: string[] = [];
  let current: TSESTree.Node = name;
  for (let parent = current.parent; parent; current = parent, parent = current.parent) {
    if (parent.type === "Property" && parent.value === current && parent.parent.type === "ObjectPattern") {
      const key = keyName(parent.key, parent.computed);
      if (key === undefined) return undefined;
      path.unshift(key);
    } else if (parent.type === "ArrayPattern" || parent.type === "RestElement") {
      return undefined;
    } else if (parent.type !== "ObjectPattern" && parent.type !== "AssignmentPattern") {
      break;
    }
  }
  return path.length > 0 ? path : undefined;
}
