/** What a statement does, as far as its order among others goes: what it reads and writes, which calls it makes, how it leaves. */
import type { TSESTree } from "@typescript-eslint/utils";
import { isTraceName } from "../api/calls.ts";
import type { CallMeaning, Vocabulary } from "../api/vocabulary.ts";
import { createBinder, type Binder } from "../source/binding.ts";
import type { Scopes, Variable } from "../source/scopes.ts";
import { findMember, functionName, isFunction, memberName, parametersOf, thisContainer, unwrap, type FunctionNode } from "../source/syntax.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import { scopesAround } from "../machine/loader.ts";
import { vocabularyOf } from "../mention.ts";
import type { Source } from "./statements.ts";

/** A variable, or something that has none: the driver object's existence, tracing, what lies outside. */
export type Root = Variable | "driver" | "tracing" | "outside" | "this" | `global ${string}`;

/** A variable or a part of what it holds. */
export interface Access {
  readonly root: Root;
  /** Property names; "*" stands for any. Empty: the variable itself, and all that it holds where it is read. */
  readonly path: readonly string[];
  readonly isWrite: boolean;
  /** The branch of the statement it happens in: "" where it always happens, "/1/4" in a branch of a branch. */
  readonly branch: string;
}

/** A call of the API. */
export interface ApiUse {
  readonly meaning: CallMeaning;
  readonly node: TSESTree.CallExpression | TSESTree.NewExpression;
  /** What the arguments name, in terms of the statement's own variables; undefined for what has no name. */
  readonly args: readonly (Place | undefined)[];
}

/** A variable with a path. */
export type Place = Pick<Access, "root" | "path">;

/** A call of which nothing is known but its arguments. */
export interface UnknownCall {
  readonly name: string;
  /** The callee is the user's own code that is not followed: it may do anything. */
  readonly isLocal: boolean;
  readonly isAwaited: boolean;
  readonly branch: string;
  readonly args: readonly (Place | undefined)[];
}

/** What a statement does, in the order in which it does it. */
export interface Effects {
  readonly accesses: readonly Access[];
  readonly uses: readonly ApiUse[];
  readonly unknown: readonly UnknownCall[];
  /** Statements that leave it. */
  readonly exits: readonly TSESTree.Node[];
  /** Declared in it, for its list. */
  readonly declared: readonly Variable[];
  /** Mentioned by functions in it that do not run with it. */
  readonly captured: ReadonlySet<Variable>;
}

interface Collector {
  accesses: Access[];
  uses: ApiUse[];
  unknown: UnknownCall[];
  exits: TSESTree.Node[];
  declared: Variable[];
  captured: Set<Variable>;
}

/** Where in a statement the walk is. */
interface Context {
  readonly branch: string;
  /** Loops, switches and labels around it, inside the statement: what jumps can stay within. */
  readonly targets: readonly TSESTree.Node[];
  /** A function that is called, not the statement itself. */
  readonly callee: FunctionNode | undefined;
  readonly isAwaited?: boolean;
  /** Inside of a `try` with a handler: a throw does not leave. */
  readonly isCaught?: boolean;
}

const MAX_DEPTH = 12;

/** Answers what statements of one file do. */
export class EffectsOf {
  readonly scopes: Scopes;
  readonly binder: Binder;
  readonly vocabulary: Vocabulary;
  /** Calls that fail throw, instead of giving a status. */
  readonly throws: boolean;
  readonly #sourceCode: Source;
  readonly #functions = new Map<FunctionNode, Effects>();
  readonly #active = new Set<FunctionNode>();
  #branches = 0;

  constructor({ sourceCode, settings }: LintedFile) {
    this.#sourceCode = sourceCode;
    this.scopes = scopesAround(sourceCode, settings);
    this.binder = createBinder(this.scopes, settings);
    this.vocabulary = vocabularyOf(settings);
    this.throws = settings.failure === "throw";
  }

  /**
   * What a statement does, or an expression.
   * @param without parts that are taken to be gone
   */
  of(node: TSESTree.Node, without: ReadonlySet<TSESTree.Node> = new Set()): Effects {
    const found = empty();
    this.#walk(node, found, { branch: "", targets: [], callee: undefined }, without);
    return found;
  }

  /** The API call that an expression is. */
  meaningOf(node: TSESTree.Node): CallMeaning | undefined {
    if (node.type !== "CallExpression" && node.type !== "NewExpression") return undefined;
    const name = this.binder.apiName(node.callee);
    return name === undefined ? undefined : this.vocabulary.meaning(name);
  }

  /** The function that an expression denotes for certain, be it in a module that the file imports. */
  functionOf(wrapped: TSESTree.Node): FunctionNode | undefined {
    const node = unwrap(wrapped);
    if (isFunction(node)) return node;
    const name = node.type === "MemberExpression" ? memberName(node) : undefined;
    const exported = node.type === "MemberExpression" && name !== undefined ? this.scopes.memberOf(node.object, name) : undefined;
    if (node.type === "MemberExpression" && !exported) return this.#methodOf(node);
    if (node.type !== "Identifier" && !exported) return undefined;
    const variable = exported ?? this.scopes.variableOf(node);
    const definition = variable?.defs.length === 1 ? (variable.defs[0]?.node as TSESTree.Node) : undefined;
    if (!variable || !definition) return undefined;
    if (isFunction(definition)) return definition;
    if (definition.type !== "VariableDeclarator" || !definition.init || definition.id.type !== "Identifier" || !this.scopes.isConstant(variable)) return undefined;
    const init = unwrap(definition.init);
    return isFunction(init) ? init : undefined;
  }

  /** The functions of this file that go by a name. */
  functionsNamed(name: string): FunctionNode[] {
    const found: FunctionNode[] = [];
    for (const { block } of this.#sourceCode.scopeManager?.scopes ?? []) {
      if (isFunction(block) && functionName(block) === name && !found.includes(block)) found.push(block);
    }
    return found;
  }

  #methodOf(node: TSESTree.MemberExpression): FunctionNode | undefined {
    const name = memberName(node);
    const object = unwrap(node.object);
    if (name === undefined) return undefined;
    const container = object.type === "ThisExpression" ? thisContainer(object) : this.#literalOf(object);
    const members = container?.type === "ClassBody" ? container.body : container?.properties;
    const member = members && findMember(members, name);
    return member?.value && isFunction(member.value) ? (member.value) : undefined;
  }

  #literalOf(node: TSESTree.Node): TSESTree.ObjectExpression | undefined {
    const variable = this.scopes.variableOf(node);
    const definition = variable?.defs.length === 1 ? (variable.defs[0]?.node as TSESTree.Node) : undefined;
    if (!variable || definition?.type !== "VariableDeclarator" || !definition.init || !this.scopes.isConstant(variable)) return undefined;
    const init = unwrap(definition.init);
    return init.type === "ObjectExpression" ? init : undefined;
  }

  /** What an expression names: a variable, or a property of what it holds. */
  placeOf(wrapped: TSESTree.Node): Place | undefined {
    const node = unwrap(wrapped);
    if (node.type === "Identifier") {
      const variable = this.scopes.variableOf(node);
      return { root: variable && variable.defs.length > 0 ? variable : `global ${node.name}`, path: [] };
    }
    if (node.type === "ThisExpression") return { root: "this", path: [] };
    if (node.type !== "MemberExpression") return undefined;
    const object = this.placeOf(node.object);
    return object && { root: object.root, path: [...object.path, memberName(node) ?? "*"] };
  }

  #walk(node: TSESTree.Node, into: Collector, context: Context, without: ReadonlySet<TSESTree.Node>): void {
    if (without.has(node)) return;
    const walk = (child: TSESTree.Node | null | undefined, more: Partial<Context> = {}): void => {
      if (child) this.#walk(child, into, { ...context, isAwaited: false, ...more }, without);
    };
    const inBranch = (child: TSESTree.Node | null | undefined, more: Partial<Context> = {}): void => {
      walk(child, { ...more, branch: this.#branchOf(context) });
    };
    switch (node.type) {
      case "Identifier":
        this.#access(node, false, into, context);
        return;
      case "MemberExpression":
        this.#member(node, into, walk, context);
        return;
      case "AssignmentExpression":
        if (node.operator !== "=") walk(node.left);
        if (/^(?:\|\||&&|\?\?)=$/u.test(node.operator)) {
          const maybe = { ...context, branch: this.#branchOf(context) };
          walk(node.right, maybe);
          this.#assign(node.left, into, walk, maybe);
          return;
        }
        walk(node.right);
        this.#assign(node.left, into, walk, context);
        return;
      case "UpdateExpression":
        walk(node.argument);
        this.#assign(node.argument, into, walk, context);
        return;
      case "UnaryExpression":
        walk(node.argument);
        if (node.operator === "delete") this.#assign(node.argument, into, walk, context);
        return;
      case "VariableDeclarator":
        walk(node.init);
        this.#declare(node, into, walk, context);
        return;
      case "CallExpression":
      case "NewExpression":
        this.#call(node, into, context, walk, without);
        return;
      case "TaggedTemplateExpression":
        walk(node.tag);
        walk(node.quasi);
        into.unknown.push({ name: this.#textOf(node.tag), isLocal: true, isAwaited: false, branch: context.branch, args: [] });
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        this.#capture(node, into);
        return;
      case "ClassDeclaration":
      case "ClassExpression":
        this.#capture(node, into);
        walk(node.superClass);
        return;
      case "AwaitExpression":
        walk(node.argument, { isAwaited: true });
        return;
      case "YieldExpression":
        into.unknown.push({ name: "yield", isLocal: true, isAwaited: true, branch: context.branch, args: [] });
        walk(node.argument);
        return;
      case "IfStatement":
      case "ConditionalExpression":
        walk(node.test);
        inBranch(node.consequent);
        inBranch(node.alternate);
        return;
      case "LogicalExpression":
        walk(node.left);
        inBranch(node.right);
        return;
      case "SwitchStatement": {
        const targets = [...context.targets, node];
        walk(node.discriminant);
        for (const entry of node.cases) {
          inBranch(entry.test);
          const branch = this.#branchOf(context);
          for (const item of entry.consequent) walk(item, { branch, targets });
        }
        return;
      }
      case "DoWhileStatement":
        walk(node.body, { targets: [...context.targets, node] });
        walk(node.test);
        return;
      case "ForStatement":
      case "WhileStatement":
      case "ForInStatement":
      case "ForOfStatement": {
        if ("init" in node) walk(node.init);
        if ("right" in node) walk(node.right);
        if ("left" in node) inBranch(node.left);
        if ("await" in node && node.await) into.unknown.push({ name: "for await", isLocal: true, isAwaited: true, branch: context.branch, args: [] });
        if ("test" in node) walk(node.test);
        inBranch(node.body, { targets: [...context.targets, node] });
        if ("update" in node) inBranch(node.update);
        return;
      }
      case "LabeledStatement":
        walk(node.body, { targets: [...context.targets, node] });
        return;
      case "TryStatement":
        inBranch(node.block, { isCaught: context.isCaught === true || node.handler !== null });
        inBranch(node.handler?.body);
        walk(node.finalizer);
        return;
      case "ReturnStatement":
        walk(node.argument);
        if (!context.callee) into.exits.push(node);
        return;
      case "ThrowStatement":
        walk(node.argument);
        if (context.isCaught !== true) into.exits.push(node);
        return;
      case "BreakStatement":
      case "ContinueStatement":
        if (!context.callee && !staysInside(node, context.targets)) into.exits.push(node);
        return;
      case "Property":
        if (node.computed) walk(node.key);
        walk(node.value);
        return;
      case "TSAsExpression":
      case "TSTypeAssertion":
      case "TSNonNullExpression":
      case "TSSatisfiesExpression":
      case "TSInstantiationExpression":
        walk(node.expression, context);
        return;
      default:
        if (node.type.startsWith("TS")) return;
        for (const child of this.#children(node)) walk(child);
    }
  }

  /** A branch of its own. */
  #branchOf({ branch }: Context): string {
    this.#branches += 1;
    return `${branch}/${String(this.#branches)}`;
  }

  #children(node: TSESTree.Node): TSESTree.Node[] {
    return (this.#sourceCode.visitorKeys[node.type] ?? []).flatMap((key) => {
      const child = (node as unknown as Record<string, TSESTree.Node | (TSESTree.Node | null)[] | null | undefined>)[key];
      return Array.isArray(child) ? child.filter((item) => item !== null) : child ? [child] : [];
    });
  }

  #access(node: TSESTree.Node, isWrite: boolean, into: Collector, { branch }: Context): void {
    const place = this.placeOf(node);
    if (place) into.accesses.push({ ...place, isWrite, branch });
  }

  #member(node: TSESTree.MemberExpression, into: Collector, walk: (child: TSESTree.Node | null | undefined) => void, context: Context): void {
    if (node.computed) walk(node.property);
    if (this.placeOf(node)) this.#access(node, false, into, context);
    else walk(node.object);
    for (let object = unwrap(node.object); object.type === "MemberExpression"; object = unwrap(object.object)) if (object.computed) walk(object.property);
  }

  #assign(target: TSESTree.Node, into: Collector, walk: (child: TSESTree.Node | null | undefined) => void, context: Context): void {
    const node = unwrap(target);
    switch (node.type) {
      case "Identifier":
        this.#access(node, true, into, context);
        return;
      case "MemberExpression":
        if (node.computed) walk(node.property);
        if (this.placeOf(node)) this.#access(node, true, into, context);
        else walk(node.object);
        return;
      case "ObjectPattern":
        for (const property of node.properties) {
          if (property.type === "Property" && property.computed) walk(property.key);
          this.#assign(property.type === "Property" ? property.value : property.argument, into, walk, context);
        }
        return;
      case "ArrayPattern":
        for (const element of node.elements) if (element) this.#assign(element, into, walk, context);
        return;
      case "AssignmentPattern":
        walk(node.right);
        this.#assign(node.left, into, walk, context);
        return;
      case "RestElement":
        this.#assign(node.argument, into, walk, context);
        return;
      default:
    }
  }

  #declare(node: TSESTree.VariableDeclarator, into: Collector, walk: (child: TSESTree.Node | null | undefined) => void, context: Context): void {
    for (const variable of this.#sourceCode.getDeclaredVariables(node)) into.declared.push(variable);
    if (node.init) this.#assign(node.id, into, walk, context);
  }

  /** A function that is made, but does not run with the statement. */
  #capture(node: TSESTree.Node, into: Collector): void {
    for (const scope of this.#sourceCode.scopeManager?.scopes ?? []) {
      if (scope.block !== node) continue;
      for (const { resolved } of scope.through) if (resolved) into.captured.add(resolved);
    }
  }

  #call(
    node: TSESTree.CallExpression | TSESTree.NewExpression,
    into: Collector,
    context: Context,
    walk: (child: TSESTree.Node | null | undefined) => void,
    without: ReadonlySet<TSESTree.Node>,
  ): void {
    const args = node.arguments.map((argument) => this.placeOf(argument));
    const meaning = this.meaningOf(node);
    if (meaning) {
      walk(node.callee);
      this.#walkArguments(node, into, walk, context, without, true);
      into.uses.push({ meaning, node, args });
      this.#apply(meaning, node, args, into, context);
      return;
    }
    const fn = node.type === "CallExpression" ? this.functionOf(node.callee) : undefined;
    if (fn) {
      if (unwrap(node.callee).type === "MemberExpression") walk(node.callee);
      this.#walkArguments(node, into, walk, context, without, false);
      this.#callLocal(fn, args, node.callee, into, context);
      return;
    }
    const callee = unwrap(node.callee);
    if (node.type === "NewExpression") {
      walk(callee);
      this.#walkArguments(node, into, walk, context, without, true);
      const own = callee.type === "Identifier" ? (this.scopes.variableOf(callee)?.defs ?? []).find((definition) => definition.type === ("ClassName" as typeof definition.type)) : undefined;
      if (own && !isPlainError(own.node)) into.unknown.push({ name: this.#textOf(callee), isLocal: true, isAwaited: false, branch: context.branch, args });
      return;
    }
    const isMethod = callee.type === "MemberExpression";
    if (isMethod) walk(callee.object);
    else walk(callee);
    if (isMethod && this.#isBuiltin(callee, args, into, context)) {
      this.#walkArguments(node, into, walk, context, without, memberName(callee) === "bind");
      return;
    }
    // `list.push(x)`, `stack.defer(f)`: what it is called on changes, and functions it is given may run.
    this.#walkArguments(node, into, walk, context, without, !isMethod);
    const { branch } = context;
    const touched = [...(isMethod ? [this.placeOf(callee.object)] : []), ...args];
    for (const place of touched) {
      if (place && !isDriverObjectLike(place)) into.accesses.push({ root: place.root, path: [...place.path, "*"], isWrite: true, branch });
    }
    if (isMethod && isOnOwnObject(this.placeOf(callee.object)?.root)) return;
    into.accesses.push({ root: "outside", path: [], isWrite: true, branch });
    const isLocal = this.binder.origin(node.callee) === "local" || (callee.type !== "Identifier" && callee.type !== "MemberExpression");
    into.unknown.push({ name: this.#textOf(node.callee), isLocal, isAwaited: context.isAwaited === true, branch, args });
  }

  /** A method of the language: it binds a function, or works on what it is given. */
  #isBuiltin(callee: TSESTree.MemberExpression, args: readonly (Place | undefined)[], into: Collector, { branch }: Context): boolean {
    const name = memberName(callee);
    if (name === "bind") return true;
    const root = this.placeOf(callee.object)?.root;
    if (typeof root !== "string" || !BUILTINS.has(root)) return false;
    const [target] = args;
    if (root === "global Object" && name === "assign" && target) into.accesses.push({ root: target.root, path: [...target.path, "*"], isWrite: true, branch });
    return true;
  }

  /** The arguments; functions among them run now or later, where they are not only kept. */
  #walkArguments(
    node: TSESTree.CallExpression | TSESTree.NewExpression,
    into: Collector,
    walk: (child: TSESTree.Node | null | undefined) => void,
    context: Context,
    without: ReadonlySet<TSESTree.Node>,
    isKept: boolean,
  ): void {
    for (const argument of node.arguments) {
      const fn = isKept ? undefined : unwrap(argument);
      if (fn && isFunction(fn)) this.#walk(fn.body, into, { branch: this.#branchOf(context), targets: context.targets, callee: fn }, without);
      walk(argument);
    }
  }

  /** What a call of the API does to what it is given. */
  #apply(meaning: CallMeaning, node: TSESTree.Node, args: readonly (Place | undefined)[], into: Collector, { branch, isCaught }: Context): void {
    const write = (place: Place | undefined, ...more: string[]): void => {
      if (place) into.accesses.push({ root: place.root, path: [...place.path, ...more], isWrite: true, branch });
    };
    const mark = (root: Root, isWrite: boolean): void => {
      into.accesses.push({ root, path: [], isWrite, branch });
    };
    for (const { handle, kind } of meaning.acquires) {
      if (handle.from === "out") write(args[handle.argument], "value");
      if (kind === "wpp") mark("tracing", true);
    }
    for (const { pair } of meaning.releases) if (pair.kind === "wpp") mark("tracing", true);
    for (const { transfer } of meaning.transfers) write(transfer && args[transfer.argument], "value");
    if (this.throws && isCaught !== true && mayThrow(meaning)) into.exits.push(node);
    switch (meaning.effect) {
      case "create-driver":
        write(args[0], "DriverUnload");
        write(args[0], "MajorFunction");
        write(args[4], "value");
        mark("driver", true);
        return;
      case "driver-handle":
      case "miniport-unload":
        mark("driver", meaning.effect === "miniport-unload");
        return;
      case "init-config":
        // With one argument it gives the struct back.
        if (args.length > 1) write(args[0], "*");
        return;
      case "init-attributes":
      case "keep-attributes":
      case "init-string":
      case "zero":
        write(args[0], "*");
        return;
      case "borrow":
        if (isTraceName(meaning.name)) mark("tracing", false);
        else for (const place of changedBy(meaning.name, args)) if (place && !isDriverObjectLike(place)) write(place, "*");
        return;
      case "raise":
      case "bugcheck":
        into.exits.push(node);
        return;
      default:
    }
  }

  /** A function of this file, in terms of the caller's variables. */
  #callLocal(fn: FunctionNode, args: readonly (Place | undefined)[], callee: TSESTree.Node, into: Collector, context: Context): void {
    const inner = this.#inside(fn, callee);
    const parameters = new Map<Root, Place | undefined>();
    for (const [index, parameter] of parametersOf(fn).entries()) {
      const variable = parameter.type === "Identifier" ? this.scopes.variableOf(parameter) : undefined;
      if (variable) parameters.set(variable, args[index]);
    }
    const own = (root: Root): boolean => typeof root === "object" && isDeclaredIn(root, fn);
    const translate = (place: Place | undefined): Place | undefined => {
      if (!place) return undefined;
      if (!parameters.has(place.root)) return own(place.root) ? undefined : place;
      const argument = parameters.get(place.root);
      return argument && { root: argument.root, path: [...argument.path, ...place.path] };
    };
    for (const access of inner.accesses) {
      const place = translate(access);
      // Writing a parameter itself is its own affair.
      if (!place || (access.isWrite && access.path.length === 0 && parameters.has(access.root))) continue;
      into.accesses.push({ ...access, ...place, branch: context.branch + access.branch });
    }
    for (const use of inner.uses) into.uses.push({ ...use, args: use.args.map(translate) });
    for (const call of inner.unknown) into.unknown.push({ ...call, branch: context.branch + call.branch, args: call.args.map(translate) });
    // An exit of another file is that of the call.
    if (context.isCaught !== true) into.exits.push(...(this.#isOwn(fn) ? inner.exits : inner.exits.slice(0, 1).map(() => callee)));
    for (const variable of inner.captured) if (!own(variable)) into.captured.add(variable);
  }

  #isOwn(node: TSESTree.Node): boolean {
    let root = node;
    while (root.parent) root = root.parent;
    return root === this.#sourceCode.ast;
  }

  #textOf(node: TSESTree.Node): string {
    return this.#isOwn(node) ? this.#sourceCode.getText(node) : "a function of another file";
  }

  #inside(fn: FunctionNode, callee: TSESTree.Node): Effects {
    const known = this.#functions.get(fn);
    if (known) return known;
    const found = empty();
    if (this.#active.has(fn) || this.#active.size > MAX_DEPTH) {
      found.unknown.push({ name: this.#textOf(callee), isLocal: true, isAwaited: false, branch: "", args: [] });
      return found;
    }
    this.#active.add(fn);
    for (const parameter of fn.params) if (parameter.type === "AssignmentPattern") this.#walk(parameter.right, found, { branch: "/0", targets: [], callee: fn }, new Set());
    this.#walk(fn.body, found, { branch: "", targets: [], callee: fn }, new Set());
    this.#active.delete(fn);
    this.#functions.set(fn, found);
    return found;
  }
}

/** Whether a variable is a function's own, or that of a block or function in it. */
function isDeclaredIn(variable: Variable, fn: FunctionNode): boolean {
  for (let scope: Variable["scope"] | null = variable.scope; scope; scope = scope.upper) if (scope.block === fn) return true;
  return false;
}

function empty(): Collector {
  return { accesses: [], uses: [], unknown: [], exits: [], declared: [], captured: new Set() };
}

/** `class Failed extends Error {}`: making one does nothing else. */
function isPlainError(node: TSESTree.Node): boolean {
  if (node.type !== "ClassDeclaration" || node.superClass?.type !== "Identifier" || !/^(?:\w*Error|DOMException)$/u.test(node.superClass.name)) return false;
  return node.body.body.every((member) => member.type === "MethodDefinition" && member.kind !== "constructor" && !member.computed);
}

/** Whether a statement may read what a root held before it. */
export function isExposed({ accesses }: Pick<Effects, "accesses">, root: Root): boolean {
  const written: string[] = [];
  for (const { root: own, isWrite, path, branch } of accesses) {
    if (own !== root) continue;
    if (!isWrite && !written.some((known) => branch === known || branch.startsWith(`${known}/`) || known === "")) return true;
    if (isWrite && path.length === 0) written.push(branch);
  }
  return false;
}

/** Whether two accesses meet: one writes what the other reads or writes. */
export function meet(left: Access, right: Access): boolean {
  return (left.isWrite || right.isWrite) && overlap(left, right);
}

/** Whether two places can be the same, or one a part of the other. */
export function overlap(left: Pick<Access, "root" | "path">, right: Pick<Access, "root" | "path">): boolean {
  if (left.root !== right.root) return false;
  const length = Math.min(left.path.length, right.path.length);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [left.path[index], right.path[index]];
    if (one === "*" || other === "*") return true;
    if (one !== other) return false;
  }
  return true;
}

function staysInside(node: TSESTree.BreakStatement | TSESTree.ContinueStatement, targets: readonly TSESTree.Node[]): boolean {
  if (node.label) {
    const { name } = node.label;
    return targets.some((target) => target.type === "LabeledStatement" && target.label.name === name);
  }
  return targets.some((target) => target.type !== "LabeledStatement" && (node.type === "BreakStatement" || target.type !== "SwitchStatement"));
}

/** Works on what it is given, and on nothing else. */
const BUILTINS: ReadonlySet<string> = new Set(["Object", "Array", "Math", "Number", "String", "JSON", "console", "Date"].map((name) => `global ${name}`));

const PRINTS = new Set(["DbgPrint", "DbgPrintEx", "KdPrint", "KdPrintEx", "vDbgPrintEx"]);

/** Whether a call of the API only tells what goes on. */
export function isTold(name: string): boolean {
  return PRINTS.has(name) || isTraceName(name);
}

/** Those of its arguments that a call may change: what strings and memory are copied from stays as it is. */
function changedBy(name: string, args: readonly (Place | undefined)[]): readonly (Place | undefined)[] {
  if (isTold(name) || /^Rtl(?:Compare|Equal)/u.test(name)) return [];
  return /^Rtl(?:Copy|Move|Fill|Append|String|UnicodeStringCopy|UnicodeStringPrintf)/u.test(name) ? args.slice(0, 1) : args;
}

/** Whether a call throws when it fails, in the dialect in which calls do. */
function mayThrow({ acquires, effect }: CallMeaning): boolean {
  return acquires.length > 0 || effect === "create-driver" || effect === "registration";
}

/** Whether a root is a parameter of a function. */
export function isParameter(root: Root): boolean {
  return typeof root === "object" && root.defs.some((definition) => definition.type === ("Parameter" as typeof definition.type));
}

/** A parameter that is handed on: the driver object, the registry path. Those whom it is given leave it as it is. */
function isDriverObjectLike({ root, path }: Place): boolean {
  return path.length === 0 && isParameter(root);
}

/** A variable of a function: what its methods do stays with it. */
function isOnOwnObject(root: Root | undefined): boolean {
  return typeof root === "object" && root.scope.variableScope.type === "function" && !isParameter(root);
}

/** The name of a place, for messages. */
export function nameOf({ root, path }: Place): string {
  const name = typeof root === "object" ? root.name : root.replace(/^global /u, "");
  return [name, ...path.filter((part) => part !== "*")].join(".");
}

