/** A driver's text taken apart: its top-level statements, the names that they declare, and who uses which. */
import * as parser from "@typescript-eslint/parser";
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";

type Range = readonly [number, number];

/** One top-level statement. */
export interface Unit {
  readonly node: TSESTree.ProgramStatement;
  /** From 1. */
  readonly line: number;
  readonly range: Range;
  /** "shared" goes to every file: the API's imports, what is declared only, types. "fixed" stays with the entry. */
  readonly kind: "shared" | "movable" | "fixed";
}

/** A name that a text declares at its top. */
export interface Name {
  readonly name: string;
  readonly unit: Unit;
  /** "let" also stands for what is declared by several statements. */
  readonly kind: "function" | "let" | "const" | "class";
  readonly uses: readonly Use[];
}

/** One place that names it, outside of its own declaration. */
export interface Use {
  readonly unit: Unit;
  readonly range: Range;
  /** `{ name }`, which is to become `{ name: other }`. */
  readonly isShorthand: boolean;
  readonly isWrite: boolean;
  /** For a statement `name = value;`: where the value stands. */
  readonly value: Range | undefined;
  /** It is looked at when the module is loaded, not when some function runs. */
  readonly isAtLoad: boolean;
}

/** A text in its parts. */
export interface Parts {
  readonly text: string;
  readonly units: readonly Unit[];
  readonly names: readonly Name[];
  /** Every word of the text: new names are none of these. */
  readonly words: ReadonlySet<string>;
}

/** Takes a text apart. */
export function partsOf(text: string): Parts {
  const { ast, scopeManager, visitorKeys } = parser.parseForESLint(text, { range: true, loc: true, sourceType: "module" });
  const units = ast.body.map((node): Unit => ({ node, line: node.loc.start.line, range: node.range, kind: kindOf(node) }));
  const places = new Places(ast, visitorKeys as Readonly<Record<string, readonly string[]>>);
  const around = (at: number): Unit | undefined => units.find(({ range: [start, end] }) => at >= start && at < end);
  const top = scopeManager.scopes.find(({ type }) => (type as string) === "module");
  const names = (top?.variables ?? []).flatMap((variable): Name[] => {
    const at = variable.identifiers[0]?.range[0];
    const unit = at === undefined ? undefined : around(at);
    if (unit === undefined || unit.kind === "shared") return [];
    const uses = variable.references.flatMap((reference) => {
      const where = around(reference.identifier.range[0]);
      return where === undefined || reference.init === true ? [] : [places.useOf(reference, where)];
    });
    return [{ name: variable.name, unit, kind: nameKind(unit.node), uses }];
  });
  return { text, units, names, words: new Set(text.match(/[A-Za-z_$][\w$]*/gu)) };
}

function kindOf(node: TSESTree.ProgramStatement): Unit["kind"] {
  switch (node.type) {
    case "ImportDeclaration":
    case "TSDeclareFunction":
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
      return "shared";
    case "VariableDeclaration":
      return node.declare ? "shared" : "movable";
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return "movable";
    default:
      return "fixed";
  }
}

function nameKind(statement: TSESTree.ProgramStatement): Name["kind"] {
  const node = statement.type === "ExportNamedDeclaration" && statement.declaration !== null ? statement.declaration : statement;
  if (node.type === "FunctionDeclaration") return "function";
  if (node.type === "ClassDeclaration") return "class";
  return node.type === "VariableDeclaration" && node.kind === "const" ? "const" : "let";
}

/** What of a tree is told by where it stands. */
class Places {
  readonly #shorthands = new Set<number>();
  readonly #assigned = new Map<number, Range>();
  readonly #keys: Readonly<Record<string, readonly string[]>>;

  constructor(root: TSESTree.Node, keys: Readonly<Record<string, readonly string[]>>) {
    this.#keys = keys;
    this.#visit(root);
  }

  useOf(reference: TSESLint.Scope.Reference, unit: Unit): Use {
    const { range } = reference.identifier;
    return {
      unit,
      range,
      isShorthand: this.#shorthands.has(range[0]),
      isWrite: reference.isWrite(),
      value: this.#assigned.get(range[0]),
      isAtLoad: (reference.from.variableScope.type as string) === "module",
    };
  }

  #visit(node: TSESTree.Node): void {
    if (node.type === "Property" && node.shorthand) this.#shorthands.add(node.value.range[0]);
    if (node.type === "ExpressionStatement" && node.expression.type === "AssignmentExpression") {
      const { left, operator, right } = node.expression;
      if (left.type === "Identifier" && operator === "=") this.#assigned.set(left.range[0], right.range);
    }
    for (const key of this.#keys[node.type] ?? []) {
      for (const child of [(node as unknown as Record<string, unknown>)[key]].flat()) if (isNode(child)) this.#visit(child);
    }
  }
}

function isNode(value: unknown): value is TSESTree.Node {
  return typeof value === "object" && value !== null && "type" in value;
}
