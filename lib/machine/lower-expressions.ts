/** Syntax → regions: expressions, patterns and calls. */
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import { CONSTANTS, NULLS, statusOfName } from "../api/calls.ts";
import type { Vocabulary } from "../api/vocabulary.ts";
import type { Binder } from "../source/binding.ts";
import { enumMember } from "../source/enums.ts";
import type { Scopes, Variable } from "../source/scopes.ts";
import { isFunction, keyName, memberName, unwrap, type FunctionNode } from "../source/syntax.ts";
import { getterName, setterName } from "./classes.ts";
import { Names } from "./names.ts";
import type { CallExpr, CallSite, ClassInfo, Correlated, Expr, FunctionInfo, ObjectExpr, ObjectPart, Pattern, Region, Scalar, Target, VariableRef } from "./regions.ts";

/** Where in a function the lowering stands. */
export interface Context {
  readonly fn: FunctionInfo | undefined;
  readonly thisCell: number;
  readonly inLoop: boolean;
  readonly breakId: number | undefined;
  readonly continueId: number | undefined;
  readonly labels: ReadonlyMap<string, { readonly breakId: number; readonly continueId: number | undefined }>;
}

/** The parts of a file that lowering needs. */
export interface LoweringInput {
  readonly sourceCode: Readonly<TSESLint.SourceCode>;
  readonly scopes: Scopes;
  readonly binder: Binder;
  readonly vocabulary: Vocabulary;
  /** Renamed functions: the user's name → the API's. */
  readonly names: Readonly<Record<string, string>>;
}

const BUILTIN_ROOTS: ReadonlySet<string> = new Set([
  "console", "Math", "JSON", "Number", "String", "Boolean", "BigInt", "Symbol", "Date", "performance",
]);
const TEXT_LIMIT = 60;

/** Lowers expressions; statements and functions are the subclass's. */
export abstract class ExpressionLowering {
  readonly names = new Names();
  readonly functions: FunctionInfo[] = [];
  readonly classes: ClassInfo[] = [];
  readonly objectSites: number[] = [];
  /** Names of properties that have a getter or a setter. */
  readonly accessors = new Set<string>();
  /** Constants that hold a function for good, by variable. */
  readonly constantFunctions = new Map<VariableRef, FunctionInfo>();
  readonly #input: LoweringInput;
  readonly #refs = new Map<Variable, VariableRef>();
  readonly #globals = new Map<string, VariableRef>();
  readonly #correlated = new Map<string, Correlated>();
  readonly #classesByNode = new Map<TSESTree.Node, ClassInfo>();
  readonly #scopesByBlock = new Map<TSESTree.Node, readonly TSESLint.Scope.Scope[]>();
  readonly #objectsByNode = new Map<TSESTree.Node, ObjectExpr>();

  constructor(input: LoweringInput) {
    this.#input = input;
  }

  abstract staticBlock(node: TSESTree.StaticBlock, context: Context): Region;
  abstract lowerFunction(node: FunctionNode, context: Context, container: ClassInfo | ObjectExpr | undefined): FunctionInfo;

  rootContext(): Context {
    return { fn: undefined, thisCell: this.names.fresh(), inLoop: false, breakId: undefined, continueId: undefined, labels: new Map() };
  }

  functionContext(fn: FunctionInfo, outer: Context): Context {
    return { fn, thisCell: fn.isArrow ? outer.thisCell : fn.thisCell, inLoop: false, breakId: undefined, continueId: undefined, labels: new Map() };
  }

  labelContext(context: Context, labels: readonly string[], breakId: number, continueId?: number): Context {
    const merged = new Map(context.labels);
    for (const label of labels) merged.set(label, { breakId, continueId });
    return { ...context, labels: merged };
  }

  loopContext(context: Context, labels: readonly string[], breakId: number, continueId: number): Context {
    return { ...this.labelContext(context, labels, breakId, continueId), inLoop: true, breakId, continueId };
  }

  switchContext(context: Context, breakId: number): Context {
    return { ...context, breakId };
  }

  /** Every variable of the file that was met. */
  get variables(): Iterable<VariableRef> {
    return this.#refs.values();
  }

  /** Every condition whose repeated tests agree. */
  get correlated(): Iterable<Correlated> {
    return this.#correlated.values();
  }

  jumpTarget(node: TSESTree.BreakStatement | TSESTree.ContinueStatement, context: Context): number | undefined {
    const isBreak = node.type === "BreakStatement";
    if (!node.label) return isBreak ? context.breakId : context.continueId;
    const label = context.labels.get(node.label.name);
    return isBreak ? label?.breakId : label?.continueId;
  }

  text(node: TSESTree.Node): string {
    const text = this.#input.sourceCode.getText(node).replace(/\s+/gu, " ");
    return text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT - 1)}…` : text;
  }

  variableOf(node: TSESTree.Node): Variable | undefined {
    return this.#input.scopes.variableOf(node);
  }

  scopeOf(node: TSESTree.Node): TSESLint.Scope.Scope | null {
    return this.#input.sourceCode.scopeManager?.acquire(node, true) ?? null;
  }

  /** The scopes of a function and of the blocks in it, functions inside it included. */
  scopesWithin(node: TSESTree.Node): TSESLint.Scope.Scope[] {
    if (this.#scopesByBlock.size === 0) {
      for (const scope of this.#input.sourceCode.scopeManager?.scopes ?? []) {
        this.#scopesByBlock.set(scope.block, [...(this.#scopesByBlock.get(scope.block) ?? []), scope]);
      }
    }
    const found = new Set<TSESLint.Scope.Scope>();
    const pending = [...(this.#scopesByBlock.get(node) ?? [])];
    for (let scope = pending.pop(); scope; scope = pending.pop()) {
      if (found.has(scope)) continue;
      found.add(scope);
      pending.push(...scope.childScopes);
    }
    return [...found];
  }

  declaredWithin(variable: Variable, node: TSESTree.Node): boolean {
    const { block } = variable.scope;
    return block.range[0] >= node.range[0] && block.range[1] <= node.range[1];
  }

  refOf(variable: Variable): VariableRef {
    const known = this.#refs.get(variable);
    if (known) return known;
    const { scopes, binder } = this.#input;
    const [definition] = variable.defs;
    const isImport = definition?.type === ("ImportBinding" as TSESLint.Scope.Definition["type"]);
    const ref: VariableRef = {
      id: this.names.fresh(),
      name: variable.name,
      hoisted: undefined,
      imported: isImport && variable.identifiers[0] ? binder.origin(variable.identifiers[0]) : definition ? undefined : "external",
      isModuleLevel: scopes.isModuleLevel(variable),
      isExported: isExported(variable),
      isCaptured: scopes.isCaptured(variable),
      isConstant: scopes.isConstant(variable),
    };
    this.#refs.set(variable, ref);
    // A parameter's definition names the function, too.
    const node = variable.defs.find((each) => isNamed(each.type) && !isAmbient(each.node as TSESTree.Node))?.node as TSESTree.Node | undefined;
    if (isFunction(node) && node.type === "FunctionDeclaration") ref.hoisted = this.lowerFunction(node, this.#outerContext(), undefined);
    else if (node?.type === "ClassDeclaration") ref.hoisted = this.classInfo(node, this.#outerContext());
    return ref;
  }

  /** A hoisted function is no arrow: it sees nothing of the statement that first names it. */
  #outerContext(): Context {
    return this.rootContext();
  }

  #globalRef(name: string): VariableRef {
    const known = this.#globals.get(name);
    if (known) return known;
    const ref: VariableRef = {
      id: this.names.fresh(), name, hoisted: undefined, imported: "external",
      isModuleLevel: true, isExported: false, isCaptured: true, isConstant: false,
    };
    this.#globals.set(name, ref);
    return ref;
  }

  typeName(node: TSESTree.Node | undefined): string | undefined {
    if (node?.type !== "TSTypeReference") return undefined;
    if (node.typeName.type === "Identifier") return node.typeName.name;
    return node.typeName.type === "TSQualifiedName" ? node.typeName.right.name : undefined;
  }

  evaluated(value: Expr): Region {
    return { k: "eval", value };
  }

  sequence(items: readonly Region[]): Region {
    const flat = items.flatMap((item) => (item.k === "seq" ? item.items : [item]));
    return flat.length === 1 && flat[0] ? flat[0] : { k: "seq", items: flat };
  }

  /** @param type the type name that an annotation or cast gives the value */
  expression(wrapped: TSESTree.Node, context: Context, type?: string): Expr {
    let hint = type;
    for (let node = wrapped; "typeAnnotation" in node && "expression" in node; node = node.expression as TSESTree.Node) {
      hint = this.typeName(node.typeAnnotation) ?? hint;
    }
    const node = unwrap(wrapped);
    if (isFunction(node)) return this.#functionValue(node, context, undefined);
    switch (node.type) {
      case "Literal":
        return "regex" in node ? this.#unknown([{ k: "const", value: node.raw }]) : { k: "const", value: node.value as Scalar };
      case "TemplateLiteral":
        return this.#template(node, context);
      case "Identifier":
        if (node.name === "arguments" && context.fn && (this.variableOf(node)?.defs.length ?? 0) === 0) context.fn.readsArguments = true;
        return this.#identifier(node);
      case "ThisExpression":
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
        return { k: "logic", op: node.operator, left: this.expression(node.left, context), right: this.expression(node.right, context) };
      case "ConditionalExpression":
        return { k: "cond", test: this.expression(node.test, context), then: this.expression(node.consequent, context), else: this.expression(node.alternate, context) };
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
          site: this.#objectSite(),
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
        return this.#unknown(node.quasi.expressions.map((each) => this.expression(each, context)), true);
      case "YieldExpression":
        return this.#unknown(node.argument ? [this.expression(node.argument, context)] : [], true);
      default:
        return this.#unknown([]);
    }
  }

  #objectSite(): number {
    const site = this.names.fresh();
    this.objectSites.push(site);
    return site;
  }

  #unknown(children: readonly Expr[], leaks = false): Expr {
    return { k: "unknown", children, leaks, site: this.names.fresh() };
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
  #apiValue(node: TSESTree.Node): Expr | undefined {
    const name = this.#input.binder.apiName(node);
    if (name === undefined) return undefined;
    // A property of the file's own that holds a constant of the API can be set anew: it is read like any other.
    const isOwn = node.type === "MemberExpression" && memberName(node) !== name && !Object.hasOwn(this.#input.names, memberName(node) ?? "");
    if (isOwn) return undefined;
    if (NULLS.has(name)) return { k: "const", value: null };
    if (Object.hasOwn(CONSTANTS, name)) return { k: "const", value: CONSTANTS[name] };
    const status = statusOfName(name);
    if (status) return { k: "status", ok: status.ok, name };
    const meaning = this.#input.vocabulary.meaning(name);
    // Ordinary words are read as the API only where they are called.
    return meaning && meaning.effect !== "make-out" && meaning.effect !== "load-driver" ? { k: "api", meaning } : undefined;
  }

  #identifier(node: TSESTree.Identifier): Expr {
    const variable = this.variableOf(node);
    if (!variable || variable.defs.length === 0) {
      if (node.name === "undefined") return { k: "const", value: undefined };
      if (node.name === "NaN" || node.name === "Infinity") return { k: "const", value: Number(node.name) };
    }
    const api = this.#apiValue(node);
    if (api) return api;
    const ref = variable ? this.refOf(variable) : this.#globalRef(node.name);
    const literal = variable && literalOf(variable, this.#input.scopes);
    return literal ? { k: "const", value: literal.value as Scalar } : { k: "var", ref, site: this.names.fresh() };
  }

  #member(node: TSESTree.MemberExpression, context: Context): Expr {
    const api = this.#apiValue(node);
    if (api) return api;
    const name = memberName(node);
    if (node.object.type === "Super") return this.#super(name, context);
    const enumerated = name === undefined ? undefined : enumMember(this.variableOf(unwrap(node.object)), name, this.#input.scopes);
    if (enumerated !== undefined) return { k: "const", value: enumerated };
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
        return { k: "seq", items: [value, { k: "const", value: undefined }] };
      case "-":
      case "+":
        if (value.k === "const" && typeof value.value === "number") return { k: "const", value: node.operator === "-" ? -value.value : value.value };
        return node.operator === "-" ? this.#binary("-", { k: "const", value: 0 }, value, node) : this.#unknown([value]);
      case "delete":
        return value.k === "member" && value.name !== undefined
          ? { k: "assign", pattern: { k: "target", target: { k: "member", object: value.object, name: value.name, index: undefined, field: value.field }, fallback: undefined }, value: { k: "const", value: undefined }, node }
          : this.#unknown([value]);
      default:
        return this.#unknown([value]);
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
    let value = this.expression(left, context);
    for (const each of spine.reverse()) {
      value = this.#binary(each.operator, value, this.expression(each.right, context), each);
    }
    return value;
  }

  #binary(op: string, left: Expr, right: Expr, node: TSESTree.Node): Expr {
    const isTest = /^(?:[!=]==?|[<>]=?|instanceof|in|&)$/u.test(op);
    const key = isTest && node.range[1] - node.range[0] < 200 ? this.#correlate(node) : undefined;
    return { k: "binary", op, left, right, key, site: this.names.fresh(), text: isTest ? this.text(node) : "", line: node.loc.start.line };
  }

  /** `left === right` of a switch and its case. */
  comparison(left: Expr, right: Expr, node: TSESTree.Node): Expr {
    return { k: "binary", op: "===", left, right, key: undefined, site: this.names.fresh(), text: this.text(node), line: node.loc.start.line };
  }

  /** A variable that the code does not spell. */
  temporary(name: string): VariableRef {
    return {
      id: this.names.fresh(), name, hoisted: undefined, imported: undefined,
      isModuleLevel: false, isExported: false, isCaptured: false, isConstant: false,
    };
  }

  /** The cell of a pure condition; the same for every place that spells it alike over the same variables. */
  #correlate(node: TSESTree.Node): Correlated | undefined {
    const reads = new Set<number>();
    const text = this.#pureText(node, reads);
    if (text === undefined || reads.size === 0) return undefined;
    const known = this.#correlated.get(text);
    if (known) return known;
    const made: Correlated = { cell: this.names.fresh(), reads: [...reads] };
    this.#correlated.set(text, made);
    return made;
  }

  #pureText(wrapped: TSESTree.Node, reads: Set<number>): string | undefined {
    const node = unwrap(wrapped);
    switch (node.type) {
      case "Literal":
        return node.raw;
      case "Identifier": {
        const variable = this.variableOf(node);
        const { id } = variable ? this.refOf(variable) : this.#globalRef(node.name);
        reads.add(id);
        return `v${String(id)}`;
      }
      case "ThisExpression":
        return "this";
      case "MemberExpression": {
        const name = memberName(node);
        const object = this.#pureText(node.object, reads);
        if (name === undefined || object === undefined) return undefined;
        reads.add(this.names.field(name));
        return `${object}.${name}`;
      }
      case "UnaryExpression": {
        const value = node.operator === "delete" ? undefined : this.#pureText(node.argument, reads);
        return value === undefined ? undefined : `${node.operator}(${value})`;
      }
      case "BinaryExpression": {
        const left = this.#pureText(node.left, reads);
        const right = this.#pureText(node.right, reads);
        return left === undefined || right === undefined ? undefined : `(${left} ${node.operator} ${right})`;
      }
      default:
        return undefined;
    }
  }

  #assignment(node: TSESTree.AssignmentExpression, context: Context): Expr {
    if (node.operator === "=") {
      const pattern = this.pattern(node.left, context);
      return { k: "assign", pattern, value: this.expression(node.right, context), node };
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
      return { k: "var", ref: variable ? this.refOf(variable) : this.#globalRef(node.name) };
    }
    if (node.type === "MemberExpression") {
      const name = memberName(node);
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
            each.type === "Property" ? [{ name: keyName(each.key, each.computed), pattern: this.pattern(each.value, context) }] : [],
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
    const object: ObjectExpr = { k: "object", site: this.#objectSite(), properties, type };
    this.#objectsByNode.set(node, object);
    for (const each of node.properties) {
      if (each.type === "SpreadElement") {
        properties.push({ k: "spread", value: this.expression(each.argument, context) });
        continue;
      }
      const name = keyName(each.key, each.computed);
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
      properties.push({ k: "property", name, field: this.names.field(name ?? "[]"), value, node: each });
    }
    return object;
  }

  classExpression(node: TSESTree.ClassDeclaration | TSESTree.ClassExpression, context: Context): Expr {
    return { k: "class", info: this.classInfo(node, context) };
  }

  classInfo(node: TSESTree.ClassDeclaration | TSESTree.ClassExpression, context: Context): ClassInfo {
    const known = this.#classesByNode.get(node);
    if (known) return known;
    const info: ClassInfo = {
      id: this.names.fresh(),
      name: node.id?.name ?? "",
      site: this.names.fresh(),
      parent: undefined,
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
    const inner: Context = { ...context, thisCell: info.thisCell, breakId: undefined, continueId: undefined };
    for (const member of node.body.body) {
      if (member.type === "MethodDefinition" && isFunction(member.value)) {
        const fn = this.lowerFunction(member.value, inner, info);
        const name = keyName(member.key, member.computed);
        if (member.kind === "constructor") info.construct = fn;
        else if ((member.kind === "get" || member.kind === "set") && name !== undefined && !member.static) {
          info.methods.set(member.kind === "get" ? getterName(name) : setterName(name), fn);
          this.accessors.add(name);
        }
        else if (member.kind === "method" && name !== undefined) (member.static ? info.statics : info.methods).set(name, fn);
      } else if (member.type === "PropertyDefinition") {
        const name = keyName(member.key, member.computed);
        const type = this.typeName(member.typeAnnotation?.typeAnnotation);
        const value = member.value
          ? isFunction(member.value)
            ? this.#functionValue(member.value, inner, info)
            : this.expression(member.value, inner, type)
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
    const variable = node.type === "Identifier" ? this.variableOf(node) : undefined;
    const hoisted = variable && this.refOf(variable).hoisted;
    return hoisted && "methods" in hoisted ? hoisted : undefined;
  }

  /** `super`, or a member of it, in a method of a class. */
  #super(name: string | undefined, context: Context): Expr {
    const container = context.fn?.container;
    if (!container || !("methods" in container)) return this.#unknown([]);
    return { k: "super", container, name, cell: context.thisCell, site: this.names.fresh() };
  }

  callSite(node: TSESTree.Node, label: string, context: Context, callee?: TSESTree.Node): CallSite {
    const named = callee ? calleeName(callee) : node;
    return {
      id: this.names.fresh(),
      place: { loc: named.loc, range: named.range },
      line: named.loc.start.line,
      label,
      inLoop: context.inLoop,
      fn: context.fn,
    };
  }

  #call(node: TSESTree.CallExpression | TSESTree.NewExpression, context: Context): Expr {
    const callee = unwrap(node.callee);
    const { binder, vocabulary } = this.#input;
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
      argTexts: node.arguments.map((each) => this.text(unwrap(each))),
    };
    if (isNew || api?.effect === "make-out" || api?.effect === "make-string" || api?.effect === "init-config" || api?.effect === "init-attributes") {
      this.objectSites.push(call.site.id);
    }
    return call;
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
    return variable?.references.some(({ identifier: { parent } }) => parent.type === "MemberExpression" && /^(?:status|ok)$/u.test(memberName(parent) ?? "")) === true;
  }

  #isBuiltin(callee: TSESTree.Node, isNew: boolean, apiName: string | undefined): boolean {
    const root = callee.type === "MemberExpression" ? unwrap(callee.object) : callee;
    if (root.type !== "Identifier" || (this.variableOf(root)?.defs.length ?? 0) > 0) return false;
    if (isNew) return apiName !== undefined && /^(?:[A-Z][A-Z0-9_]+|Uint8Array|Array|Error|TypeError|RangeError|Date|ArrayBuffer)$/u.test(root.name);
    return BUILTIN_ROOTS.has(root.name);
  }
}

function isAmbient(node: TSESTree.Node): boolean {
  return node.type === "ClassDeclaration" && node.declare;
}

function isNamed(type: string): boolean {
  return type === "FunctionName" || type === "ClassName";
}

function calleeName(callee: TSESTree.Node): TSESTree.Node {
  return callee.type === "MemberExpression" ? callee.property : callee;
}

function isExported(variable: Variable): boolean {
  return variable.defs.some((definition) => {
    const declaration = (definition.parent ?? definition.node) as TSESTree.Node;
    return declaration.parent?.type === "ExportNamedDeclaration" || declaration.type === "ExportNamedDeclaration";
  }) || variable.references.some((reference) => reference.identifier.parent.type === "ExportSpecifier");
}

/** `const LINK = "\\DosDevices\\X"`: the literal that a constant stands for. */
function literalOf(variable: Variable, scopes: Scopes): TSESTree.Literal | undefined {
  const definition = variable.defs[0]?.node as TSESTree.Node | undefined;
  if (definition?.type !== "VariableDeclarator" || definition.id.type !== "Identifier" || !definition.init) return undefined;
  if (definition.parent.kind !== "const") return undefined;
  const init = unwrap(definition.init);
  return init.type === "Literal" && !("regex" in init) && scopes.isConstant(variable) ? init : undefined;
}
