/** Syntax → regions: expressions, patterns and calls. */
import type { TSESTree } from "@typescript-eslint/utils";
import { CONSTANTS, NULLS, statusOfName } from "../api/calls.ts";
import { enumMember, enumTable } from "../source/enums.ts";
import { isRequire, type Module } from "../source/modules.ts";
import type { Variable } from "../source/scopes.ts";
import { tableMember } from "../source/tables.ts";
import { isFunction, isPresent, isSymbolText, keyName, memberName, symbolText, unwrap, wellKnownSymbol, type FunctionNode } from "../source/syntax.ts";
import { getterName, setterName } from "./classes.ts";
import { LoweringBase, RESULT_FIELDS, initialiserOf, type Context } from "./lower-base.ts";
import { handledBy, type CallExpr, type ClassInfo, type Expr, type ObjectExpr, type ObjectPart, type Pattern, type Region, type Scalar, type Target } from "./regions.ts";

const MAX_DEPTH = 150;
const MAX_CASES = 64;
const TESTS: ReadonlySet<string> = new Set(["==", "!=", "===", "!==", "<", ">", "<=", ">=", "instanceof", "in", "&"]);
const BUILTIN_ROOTS: ReadonlySet<string> = new Set([
  "console", "Math", "JSON", "Number", "String", "Boolean", "BigInt", "Symbol", "Date", "performance",
  "parseInt", "parseFloat", "isNaN", "isFinite",
]);

const COUNTS: ReadonlySet<string> = new Set(["length", "Length", "size"]);

/** Lowers expressions; statements and functions are the subclass's. */
export abstract class ExpressionLowering extends LoweringBase {
  readonly #classesByNode = new Map<TSESTree.Node, ClassInfo>();
  #depth = 0;
  readonly #readByMember = new Map<Variable, boolean>();
  readonly #objectsByNode = new Map<TSESTree.Node, ObjectExpr>();

  abstract staticBlock(node: TSESTree.StaticBlock, context: Context): Region;

  /** @param type the type name that an annotation or cast gives the value */
  expression(wrapped: TSESTree.Node, context: Context, type?: string): Expr {
    // What is nested deeper than anyone writes is not followed, so that it cannot exhaust the stack.
    if (this.#depth >= MAX_DEPTH) return this.unknown([]);
    this.#depth += 1;
    const lowered = this.#expression(wrapped, context, type);
    this.#depth -= 1;
    return lowered;
  }

  #expression(wrapped: TSESTree.Node, context: Context, type: string | undefined): Expr {
    let hint = type;
    for (let node = wrapped; "typeAnnotation" in node && "expression" in node; node = node.expression as TSESTree.Node) {
      hint = this.typeName(node.typeAnnotation) ?? hint;
    }
    const node = unwrap(wrapped);
    if (isFunction(node)) return this.#functionValue(node, context, undefined);
    switch (node.type) {
      case "Literal":
        return "regex" in node ? this.unknown([{ k: "const", value: node.raw }]) : { k: "const", value: node.value as Scalar };
      case "TemplateLiteral":
        return this.#template(node, context);
      case "Identifier":
        if (node.name === "arguments" && context.fn && (this.variableOf(node)?.defs.length ?? 0) === 0) context.fn.readsArguments = true;
        return this.#identifier(node);
      case "ThisExpression":
        this.#noteThis(node);
        return { k: "this", cell: context.thisCell };
      case "MemberExpression":
        return this.#member(node, context);
      case "CallExpression":
      case "NewExpression":
        return this.#call(node, context);
      case "AssignmentExpression":
        return this.#assignment(node, context);
      case "UpdateExpression": {
        const value = this.#binary(node.operator === "++" ? "+" : "-", this.expression(node.argument, context), { k: "const", value: 1 }, node);
        const assigned: Expr = { k: "assign", pattern: this.#targetPattern(node.argument, context), value, node };
        // `x--` is what x was before.
        return node.prefix ? assigned : this.#binary(node.operator === "++" ? "-" : "+", assigned, { k: "const", value: 1 }, node);
      }
      case "LogicalExpression":
        return this.#logic(node, context);
      case "ConditionalExpression":
        return { k: "cond", test: this.expression(node.test, context), then: this.expression(node.consequent, context), else: this.expression(node.alternate, context), text: this.text(node.test), line: this.lineOf(node.test) };
      case "UnaryExpression":
        return this.#unary(node, context);
      case "BinaryExpression":
        return this.#binaryExpression(node, context);
      case "AwaitExpression":
        return this.expression(node.argument, context);
      case "SequenceExpression":
        return { k: "seq", items: node.expressions.map((each) => this.expression(each, context)) };
      case "ObjectExpression":
        return this.objectExpression(node, context, hint);
      case "ArrayExpression":
        return {
          k: "array",
          site: this.objectSite(),
          items: node.elements.map((item) =>
            item?.type === "SpreadElement"
              ? { value: this.expression(item.argument, context), spread: true }
              : { value: item ? this.expression(item, context) : undefined, spread: false },
          ),
        };
      case "ClassExpression":
        return this.classExpression(node, context);
      case "Super":
        return this.#super(undefined, context);
      case "TaggedTemplateExpression":
        return this.unknown(node.quasi.expressions.map((each) => this.expression(each, context)), true);
      case "YieldExpression":
        return { k: "yield", value: node.argument ? this.expression(node.argument, context) : { k: "const", value: undefined }, isEach: node.delegate, site: this.names.fresh() };
      default:
        return this.unknown([]);
    }
  }

  /** The arrow functions around a `this` take it along. */
  #noteThis(node: TSESTree.Node): void {
    for (let outer = node.parent; outer && (!isFunction(outer) || outer.type === "ArrowFunctionExpression"); outer = outer.parent) {
      const fn = this.functionsByNode.get(outer);
      if (fn) fn.usesThis = true;
    }
  }

  #functionValue(node: FunctionNode, context: Context, container: ClassInfo | ObjectExpr | undefined): Expr {
    const fn = this.lowerFunction(node, context, container);
    return { k: "fn", fn };
  }

  #template(node: TSESTree.TemplateLiteral, context: Context): Expr {
    const parts: (string | Expr)[] = [];
    for (const [index, quasi] of node.quasis.entries()) {
      parts.push(quasi.value.cooked ?? quasi.value.raw);
      const expression = node.expressions[index];
      if (expression) parts.push(this.expression(expression, context));
    }
    return { k: "template", parts, site: this.names.fresh() };
  }

  /** A name of the API that is a value of its own: a null, a constant, a status, a function. */
  apiValue(node: TSESTree.Node): Expr | undefined {
    const name = this.input.binder.apiName(node);
    if (name === undefined) return undefined;
    // A property of the file's own that holds a constant of the API can be set anew: it is read like any other.
    const isOwn = node.type === "MemberExpression" && memberName(node) !== name && !Object.hasOwn(this.input.names, memberName(node) ?? "");
    return isOwn ? undefined : this.#apiNamed(name);
  }

  #apiNamed(name: string): Expr | undefined {
    if (NULLS.has(name)) return { k: "const", value: null };
    if (Object.hasOwn(CONSTANTS, name)) return { k: "const", value: CONSTANTS[name] };
    const status = statusOfName(name);
    if (status) return { k: "status", ok: status.ok, name };
    const meaning = this.input.vocabulary.meaning(name);
    // Ordinary words are read as the API only where they are called.
    return meaning && meaning.effect !== "make-out" && meaning.effect !== "load-driver" ? { k: "api", meaning } : undefined;
  }

  #identifier(node: TSESTree.Identifier): Expr {
    const variable = this.variableOf(node);
    if (!variable || variable.defs.length === 0) {
      if (node.name === "undefined") return { k: "const", value: undefined };
      if (node.name === "NaN" || node.name === "Infinity") return { k: "const", value: Number(node.name) };
    }
    const api = this.apiValue(node);
    if (api) return api;
    const space = this.input.scopes.namespaceOf(node);
    if (space) return this.#namespace(space);
    const ref = variable ? this.noted(this.refOf(variable), node) : (this.exportsObject(node) ?? this.globalRef(node.name));
    // `const LINK = "\\DosDevices\\X"`
    const init = variable && this.#constant(variable);
    if (init?.type === "Literal" && !("regex" in init)) return { k: "const", value: init.value as Scalar };
    const symbol = init && this.#symbol(init);
    return symbol === undefined ? { k: "var", ref, site: this.names.fresh() } : { k: "const", value: symbol };
  }

  /** What a variable is set to where it is declared, if nothing else sets it. */
  #constant(variable: Variable): TSESTree.Node | undefined {
    return this.input.scopes.isConstant(variable) ? initialiserOf(variable) : undefined;
  }

  readonly #symbols = new Map<TSESTree.Node, string>();

  /** The text of the symbol that `Symbol("name")` makes, or that `Symbol.for("name")` and `Symbol.dispose` give. */
  #symbol(node: TSESTree.Node): string | undefined {
    if (node.type === "LogicalExpression") return node.operator === "&&" ? undefined : this.#symbol(unwrap(node.left));
    if (node.type !== "CallExpression") return wellKnownSymbol(node);
    const known = this.#symbols.get(node);
    if (known !== undefined) return known;
    const { callee, arguments: [first] } = node;
    const isShared = callee.type === "MemberExpression" && memberName(callee) === "for";
    const named = isShared ? callee.object : callee;
    const isGlobal = named.type === "Identifier" && named.name === "Symbol" && (this.variableOf(named)?.defs.length ?? 0) === 0;
    if (!isGlobal || (isShared && (first?.type !== "Literal" || typeof first.value !== "string"))) return undefined;
    const description = first?.type === "Literal" ? String(first.value) : "";
    const text = symbolText(description, isShared ? undefined : this.names.fresh());
    this.#symbols.set(node, text);
    return text;
  }

  readonly #namespaces = new Map<Module, ObjectExpr>();

  /** All that a module exports, as an object. */
  #namespace(module: Module): Expr {
    const known = this.#namespaces.get(module);
    if (known) return known;
    const properties: ObjectPart[] = [];
    const made: ObjectExpr = { k: "object", site: this.objectSite(), properties, type: undefined };
    this.#namespaces.set(module, made);
    const { graph } = this.input;
    for (const name of graph.namesOf(module)) {
      const api = graph.isApi(name) ? this.#apiNamed(this.input.names[name] ?? name) : undefined;
      if (api) properties.push({ k: "property", name, field: this.names.field(name), value: api, node: module.ast });
      const exported = api ? undefined : graph.exported(module, name);
      if (!exported) continue;
      const value: Expr = exported.k === "namespace" ? this.#namespace(exported.module) : { k: "var", ref: this.refOf(exported.variable), site: this.names.fresh() };
      properties.push({ k: "property", name, field: this.names.field(name), value, node: module.ast });
    }
    const mark = "__esModule";
    if (graph.isMarked(module)) properties.push({ k: "property", name: mark, field: this.names.field(mark), value: { k: "const", value: true }, node: module.ast });
    return made;
  }

  #member(node: TSESTree.MemberExpression, context: Context): Expr {
    const api = this.apiValue(node);
    if (api) return api;
    const symbol = wellKnownSymbol(node);
    if (symbol !== undefined) return { k: "const", value: symbol };
    const name = memberName(node);
    const exports = this.exportsObject(node);
    if (exports) return { k: "var", ref: exports, site: this.names.fresh() };
    if (node.object.type === "Super") return this.#super(name, context);
    const named = this.named(unwrap(node.object));
    const enumerated = name === undefined ? undefined : enumMember(named, name, this.input.scopes);
    if (enumerated !== undefined) return { k: "const", value: enumerated };
    const tabled = name === undefined ? undefined : tableMember(named, name, this.input.scopes);
    if (tabled) return { k: "const", value: tabled.value };
    const table = name === undefined ? enumTable(named, this.input.scopes) : undefined;
    if (table) return { k: "lookup", table, index: this.expression(node.property, context), site: this.names.fresh() };
    const exported = name === undefined ? undefined : this.namespaceMember(node, name);
    if (exported) return { k: "var", ref: this.noted(this.refOf(exported), node.property), site: this.names.fresh() };
    if (name !== undefined && this.input.scopes.namespaceOf(node.object)) {
      // One name of a module says nothing of its others.
      const space = this.input.scopes.namespaceOf(node);
      return space ? this.#namespace(space) : { k: "unknown", children: [], leaks: false, site: this.names.fresh() };
    }
    return {
      k: "member",
      object: this.expression(node.object, context),
      name,
      index: name === undefined ? this.expression(node.property, context) : undefined,
      field: this.names.field(name ?? "[]"),
      site: this.names.fresh(),
      isOptional: node.optional,
    };
  }

  #logic(node: TSESTree.LogicalExpression, context: Context): Expr {
    const left = this.expression(node.left, context);
    const right = this.expression(node.right, context);
    // `Symbol.dispose ?? Symbol.for("dispose")`
    if (left.k === "const" && typeof left.value === "string" && isSymbolText(left.value)) return node.operator === "&&" ? right : left;
    return { k: "logic", op: node.operator, left, right, texts: [this.text(node.left), this.text(node.right)] };
  }

  #unary(node: TSESTree.UnaryExpression, context: Context): Expr {
    const value = this.expression(node.argument, context);
    switch (node.operator) {
      case "!":
        return { k: "not", value };
      case "typeof":
        return { k: "typeof", value, site: this.names.fresh() };
      case "~":
        return this.#binary("^", value, { k: "const", value: -1 }, node);
      case "void":
        return value.k === "const" ? { k: "const", value: undefined } : { k: "seq", items: [value, { k: "const", value: undefined }] };
      case "-":
      case "+":
        if (value.k === "const" && typeof value.value === "number") return { k: "const", value: node.operator === "-" ? -value.value : value.value };
        // `+flag` is the number of it, as `flag - 0` is.
        return node.operator === "-" ? this.#binary("-", { k: "const", value: 0 }, value, node) : this.#binary("-", value, { k: "const", value: 0 }, node);
      case "delete":
        return value.k === "member" && value.name !== undefined
          ? { k: "seq", items: [{ k: "assign", pattern: { k: "target", target: { k: "member", object: value.object, name: value.name, index: undefined, field: value.field }, fallback: undefined }, value: { k: "const", value: undefined }, node }, { k: "const", value: true }] }
          : this.unknown([value]);
      default:
        return this.unknown([value]);
    }
  }

  /** Long chains of an operator lean to the left: they are taken apart in a loop, not by recursion. */
  #binaryExpression(node: TSESTree.BinaryExpression, context: Context): Expr {
    const spine: TSESTree.BinaryExpression[] = [];
    let left: TSESTree.Node = node;
    while (left.type === "BinaryExpression") {
      spine.push(left);
      left = unwrap(left.left);
    }
    let value = this.#operand(left, context);
    for (const each of spine.reverse()) {
      value = this.#binary(each.operator, value, this.expression(each.right, context), each);
    }
    return value;
  }

  /** `#name in object` names a field. */
  #operand(node: TSESTree.Node, context: Context): Expr {
    return node.type === "PrivateIdentifier" ? { k: "const", value: `#${node.name}` } : this.expression(node, context);
  }

  #binary(op: string, left: Expr, right: Expr, node: TSESTree.Node): Expr {
    const isTest = TESTS.has(op);
    const asked = isTest && node.range[1] - node.range[0] < 200 ? this.correlate(node) : undefined;
    const isCount = node.type === "BinaryExpression" && (this.#isCount(node.left) || this.#isCount(node.right));
    return { k: "binary", op, left, right, key: asked?.key, isOpposite: asked?.isOpposite === true, isCount, site: this.names.fresh(), text: isTest ? this.text(node) : "", line: this.lineOf(node) };
  }

  /** `list.length`, `text.Length`, `set.size`, or a constant that was set to it. */
  #isCount(wrapped: TSESTree.Node, depth = 0): boolean {
    const node = unwrap(wrapped);
    if (node.type === "MemberExpression") return COUNTS.has(memberName(node) ?? "");
    const variable = node.type === "Identifier" && depth === 0 ? this.variableOf(node) : undefined;
    const init = variable && this.#constant(variable);
    return init ? this.#isCount(init, 1) : false;
  }

  /** `left === right` of a switch and its case. Of very many cases, none is remembered: each would tell a state from all others. */
  comparison(left: Expr, right: Expr, { discriminant, cases }: TSESTree.SwitchStatement, node: TSESTree.Node): Expr {
    const key = cases.length > MAX_CASES ? undefined : this.correlateCase(discriminant, node);
    return { k: "binary", op: "===", left, right, key, site: this.names.fresh(), text: this.text(node), line: this.lineOf(node) };
  }

  #assignment(node: TSESTree.AssignmentExpression, context: Context): Expr {
    if (node.operator === "=") {
      const exported = this.exportedBy(node);
      const value = this.expression(node.right, context);
      if (!exported) return { k: "assign", pattern: this.pattern(node.left, context), value, node };
      const set: Expr = { k: "assign", pattern: { k: "target", target: { k: "var", ref: exported }, fallback: undefined }, value, node };
      // What is imported by name is that; by a member of all, the other.
      return this.input.graph.exportsObject(this.module) ? { k: "assign", pattern: this.pattern(node.left, context), value: set, node } : set;
    }
    const pattern = this.#targetPattern(node.left, context);
    const left = this.expression(node.left, context);
    const right = this.expression(node.right, context);
    const operator = node.operator.slice(0, -1);
    if (operator === "&&" || operator === "||" || operator === "??") {
      return { k: "logic", op: operator, left, right: { k: "assign", pattern, value: right, node } };
    }
    return { k: "assign", pattern, value: this.#binary(operator, left, right, node), node };
  }

  #targetPattern(node: TSESTree.Node, context: Context): Pattern {
    return { k: "target", target: this.#target(node, context), fallback: undefined };
  }

  #target(wrapped: TSESTree.Node, context: Context): Target {
    const node = unwrap(wrapped);
    if (node.type === "Identifier") {
      const variable = this.variableOf(node);
      const ref = variable ? this.refOf(variable) : (this.exportsObject(node) ?? this.globalRef(node.name));
      this.foreign.delete(ref.id);
      return { k: "var", ref };
    }
    if (node.type === "MemberExpression") {
      const exports = this.exportsObject(node);
      if (exports) return { k: "var", ref: exports };
      const name = memberName(node);
      const exported = name === undefined ? undefined : this.namespaceMember(node, name);
      if (exported) return { k: "var", ref: this.refOf(exported) };
      if (name !== undefined) this.assigned.add(name);
      return {
        k: "member",
        object: this.expression(node.object, context),
        name,
        index: name === undefined ? this.expression(node.property, context) : undefined,
        field: this.names.field(name ?? "[]"),
      };
    }
    return { k: "none", children: [] };
  }

  pattern(wrapped: TSESTree.Node, context: Context, fallback?: Expr): Pattern {
    const node = unwrap(wrapped);
    switch (node.type) {
      case "AssignmentPattern":
        return this.pattern(node.left, context, this.expression(node.right, context));
      case "ObjectPattern": {
        const rest = node.properties.find((each) => each.type === "RestElement");
        return {
          k: "object",
          properties: node.properties.flatMap((each) =>
            each.type === "Property" ? [{ name: this.#key(each, context), pattern: this.pattern(each.value, context) }] : [],
          ),
          rest: rest && this.pattern(rest.argument, context),
          fallback,
        };
      }
      case "ArrayPattern": {
        const rest = node.elements.find((each) => each?.type === "RestElement");
        return {
          k: "array",
          items: node.elements.filter((each) => each?.type !== "RestElement").map((each) => (each ? this.pattern(each, context) : undefined)),
          rest: rest?.type === "RestElement" ? this.pattern(rest.argument, context) : undefined,
          fallback,
        };
      }
      default:
        return { k: "target", target: this.#target(node, context), fallback };
    }
  }

  objectExpression(node: TSESTree.ObjectExpression, context: Context, type: string | undefined): ObjectExpr {
    const known = this.#objectsByNode.get(node);
    if (known) return known;
    const properties: ObjectPart[] = [];
    const object: ObjectExpr = { k: "object", site: this.objectSite(), properties, type };
    this.#objectsByNode.set(node, object);
    for (const each of node.properties) {
      if (each.type === "SpreadElement") {
        properties.push({ k: "spread", value: this.expression(each.argument, context) });
        continue;
      }
      const name = this.#key(each, context);
      const isMethod = each.method && isFunction(each.value);
      let value: Expr;
      if (each.kind !== "init") {
        // A getter or setter: reading or writing it is not a plain read or write.
        if (isFunction(each.value)) {
          const fn = this.lowerFunction(each.value, context, object);
          if (name !== undefined) {
            properties.push({ k: "accessor", name: each.kind === "get" ? getterName(name) : setterName(name), value: { k: "fn", fn } });
            this.accessors.add(name);
          }
        }
        continue;
      } else if (isFunction(each.value)) {
        value = this.#functionValue(each.value, context, isMethod || each.value.type === "FunctionExpression" ? object : undefined);
      } else value = this.expression(each.value, context);
      const field = this.names.field(name ?? "[]");
      properties.push(name === undefined ? { k: "property", name, key: this.expression(each.key, context), field, value, node: each } : { k: "property", name, field, value, node: each });
    }
    return object;
  }

  /** The name of a property: of `[Kind.Timer]`, the value of a member of an enum, say. */
  #key({ key, computed }: { readonly key: TSESTree.Node; readonly computed: boolean }, context: Context): string | undefined {
    const name = keyName(key, computed);
    if (name !== undefined || !computed) return name;
    const value = this.expression(key, context);
    return value.k === "const" && (typeof value.value === "string" || typeof value.value === "number") ? String(value.value) : undefined;
  }

  classExpression(node: TSESTree.ClassDeclaration | TSESTree.ClassExpression, context: Context): Expr {
    return { k: "class", info: this.classInfo(node, context) };
  }

  override classInfo(node: TSESTree.ClassDeclaration | TSESTree.ClassExpression, context: Context): ClassInfo {
    const known = this.#classesByNode.get(node);
    if (known) return known;
    const info: ClassInfo = {
      id: this.names.fresh(),
      name: node.id?.name ?? "",
      site: this.names.fresh(),
      parent: undefined,
      superclass: undefined,
      declared: undefined,
      isOpen: false,
      construct: undefined,
      methods: new Map(),
      fields: [],
      statics: new Map(),
      staticFields: [],
      thisCell: this.names.fresh(),
    };
    this.#classesByNode.set(node, info);
    this.classes.push(info);
    info.parent = node.superClass ? this.#classOf(node.superClass) : undefined;
    if (isPresent(node.superClass)) {
      info.isOpen = !info.parent || info.parent.isOpen;
      if (!info.parent || info.parent.superclass) info.superclass = this.expression(node.superClass, context);
    }
    const inner: Context = { ...context, thisCell: info.thisCell, breakId: undefined, continueId: undefined };
    for (const member of node.body.body) {
      if ("key" in member && member.computed && this.#key(member, context) === undefined) info.isOpen = true;
      if (member.type === "MethodDefinition" && isFunction(member.value)) {
        const fn = this.lowerFunction(member.value, inner, info);
        const name = this.#key(member, context);
        if (member.kind === "constructor") info.construct = fn;
        else if ((member.kind === "get" || member.kind === "set") && name !== undefined) {
          (member.static ? info.statics : info.methods).set(member.kind === "get" ? getterName(name) : setterName(name), fn);
          this.accessors.add(name);
        }
        else if (member.kind === "method" && name !== undefined) (member.static ? info.statics : info.methods).set(name, fn);
      } else if (member.type === "PropertyDefinition" || member.type === "AccessorProperty") {
        const name = this.#key(member, context);
        const type = this.typeName(member.typeAnnotation?.typeAnnotation);
        const value = member.value
          ? isFunction(member.value)
            ? this.#functionValue(member.value, inner, info)
            : this.expression(member.value, { ...inner, inField: !member.static }, type)
          : undefined;
        if (name === undefined) continue;
        if (member.static) info.staticFields.push({ name, value, block: undefined });
        else info.fields.push({ name, value });
      } else if (member.type === "StaticBlock") {
        info.staticFields.push({ name: undefined, value: undefined, block: this.staticBlock(member, inner) });
      }
    }
    return info;
  }

  /** The class of this file that a name means. */
  #classOf(wrapped: TSESTree.Node): ClassInfo | undefined {
    const node = unwrap(wrapped);
    if (node.type === "ClassExpression") return this.classInfo(node, this.rootContext());
    const variable = node.type === "Identifier" ? this.variableOf(node) : undefined;
    if (!variable) return undefined;
    const { hoisted } = this.refOf(variable);
    if (hoisted) return "methods" in hoisted ? hoisted : undefined;
    const [definition] = variable.defs;
    const init = definition?.node.type === "VariableDeclarator" && this.input.scopes.isConstant(variable) ? (definition.node.init as TSESTree.Node | null) : null;
    if (!init || unwrap(init).type !== "ClassExpression") return undefined;
    return this.inModule(this.input.graph.moduleOf(variable) ?? this.module, () => this.#classOf(init));
  }

  /** `super`, or a member of it, in a method of a class. */
  #super(name: string | undefined, context: Context): Expr {
    const container = context.fn?.container;
    if (context.fn?.isArrow) context.fn.usesThis = true;
    if (!container || !("methods" in container)) return this.unknown([]);
    return { k: "super", container, name, cell: context.thisCell, site: this.names.fresh() };
  }

  #call(node: TSESTree.CallExpression | TSESTree.NewExpression, context: Context): Expr {
    const symbol = context.fn ? undefined : this.#symbol(node);
    if (symbol !== undefined) return { k: "const", value: symbol };
    const callee = unwrap(node.callee);
    const space = this.input.scopes.namespaceOf(node);
    if (space) return this.#namespace(space);
    const required = this.input.graph.required(node);
    const whole = required && this.input.graph.wholeOf(required);
    if (whole) return { k: "var", ref: this.refOf(whole), site: this.names.fresh() };
    const { binder, vocabulary } = this.input;
    // As with an import: a package is there, and nothing is known of what it gives.
    if (!required && node.type === "CallExpression" && isRequire(node) && binder.origin(node) === "external") return { k: "unknown", children: [], leaks: false, site: this.names.fresh() };
    const name = binder.apiName(callee);
    const api = name === undefined ? undefined : vocabulary.meaning(name);
    const isNew = node.type === "NewExpression";
    const spreadFrom = node.arguments.findIndex((each) => each.type === "SpreadElement");
    const call: CallExpr = {
      k: "call",
      node,
      site: this.callSite(node, api ? api.name : this.text(callee), context, callee),
      callee: api && callee.type !== "MemberExpression" ? undefined : this.expression(callee, context),
      api: isNew ? undefined : api,
      args: node.arguments.map((each) => this.expression(each.type === "SpreadElement" ? each.argument : each, context)),
      spreadFrom: spreadFrom === -1 ? undefined : spreadFrom,
      isNew,
      isOptional: !isNew && (node.optional || (callee.type === "MemberExpression" && callee.optional)),
      origin: binder.origin(callee),
      method: callee.type === "MemberExpression" ? memberName(callee) : undefined,
      isResult: this.#isReadAsObject(node),
      isBuiltin: this.#isBuiltin(callee, isNew, name),
      same: !api && callee.type === "MemberExpression" ? this.correlate(node)?.key : undefined,
      argTexts: node.arguments.map((each) => this.text(unwrap(each))),
    };
    if (isNew || api?.effect === "make-out" || api?.effect === "make-string" || api?.effect === "init-config" || api?.effect === "init-attributes") {
      this.objectSites.push(call.site.id);
    }
    if (!api && !call.isBuiltin) this.#noteHanded(call, node);
    return call;
  }

  /** `bus.on("stop", close)` hands `close` to `bus`, `const stop = once(close)` hands it to `stop`: they may call it. */
  #noteHanded(call: CallExpr, node: TSESTree.Node): void {
    const given = call.args.filter(({ k }) => k === "fn" || k === "var" || k === "object" || k === "array");
    if (given.length === 0) return;
    const holder = call.callee && handledBy(call.callee);
    let { parent } = node;
    while (parent && TRANSPARENT.has(parent.type)) ({ parent } = parent);
    const named = parent?.type === "VariableDeclarator" ? parent.id : parent?.type === "AssignmentExpression" ? parent.left : undefined;
    const variable = named?.type === "Identifier" ? this.variableOf(named) : undefined;
    for (const cell of [holder, variable && this.refOf(variable).id]) {
      if (cell !== undefined) this.handed.set(cell, [...(this.handed.get(cell) ?? []), ...given]);
    }
  }

  /** The result dialect shows in how the answer is read. */
  #isReadAsObject(call: TSESTree.Node): boolean {
    let node = call;
    for (let parent = node.parent; parent; node = parent, parent = node.parent) {
      switch (parent.type) {
        case "AwaitExpression":
        case "TSAsExpression":
        case "TSNonNullExpression":
        case "TSSatisfiesExpression":
        case "ChainExpression":
        case "ConditionalExpression":
          continue;
        case "MemberExpression":
          return parent.object === node;
        case "VariableDeclarator":
          return parent.id.type === "ObjectPattern" || this.#isReadByMember(parent.id);
        case "AssignmentExpression":
          return parent.right === node && (parent.left.type === "ObjectPattern" || this.#isReadByMember(parent.left));
        default:
          return false;
      }
    }
    return false;
  }

  #isReadByMember(name: TSESTree.Node): boolean {
    const variable = this.variableOf(name);
    if (!variable) return false;
    const known = this.#readByMember.get(variable) ?? variable.references.some(({ identifier: { parent } }) => parent.type === "MemberExpression" && RESULT_FIELDS.has(memberName(parent) ?? ""));
    this.#readByMember.set(variable, known);
    return known;
  }

  #isBuiltin(callee: TSESTree.Node, isNew: boolean, apiName: string | undefined): boolean {
    const root = callee.type === "MemberExpression" ? unwrap(callee.object) : callee;
    if (root.type !== "Identifier" || (this.variableOf(root)?.defs.length ?? 0) > 0) return false;
    if (isNew) return apiName !== undefined && /^(?:[A-Z][A-Z0-9_]+|Uint8Array|Array|Error|TypeError|RangeError|Date|ArrayBuffer)$/u.test(root.name);
    return BUILTIN_ROOTS.has(root.name);
  }
}

// What stands between a call and the variable that is set to its answer.
const TRANSPARENT: ReadonlySet<string> = new Set(["AwaitExpression", "ChainExpression", "TSAsExpression", "TSNonNullExpression", "TSSatisfiesExpression", "TSTypeAssertion"]);
