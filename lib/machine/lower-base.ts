/** What all lowering shares: numbers for variables and sites, where in a function it stands, names in messages. */
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import type { Vocabulary } from "../api/vocabulary.ts";
import type { Binder } from "../source/binding.ts";
import { isAllExports, type Exported, type Module, type ModuleGraph } from "../source/modules.ts";
import { markedScopes } from "../source/parse.ts";
import { globalReferences, type Scopes, type Variable } from "../source/scopes.ts";
import { isFunction, memberName, unwrap, type FunctionNode } from "../source/syntax.ts";
import type { Place } from "./facts.ts";
import { Names } from "./names.ts";
import { lineIn, type Line } from "./lines.ts";
import type { CallSite, ClassInfo, Correlated, Decided, Expr, FunctionInfo, ObjectExpr, Region, VariableRef, Watched } from "./regions.ts";

/** Where in a function the lowering stands. */
export interface Context {
  readonly fn: FunctionInfo | undefined;
  readonly thisCell: number;
  readonly inLoop: boolean;
  /** In the initialiser of a class's field. */
  readonly inField?: boolean;
  readonly breakId: number | undefined;
  readonly continueId: number | undefined;
  readonly labels: ReadonlyMap<string, { readonly breakId: number; readonly continueId: number | undefined }>;
}

/** A name in the file under lint that means something of another module. */
export interface Mention {
  readonly ref: VariableRef;
  readonly place: Place;
}

/** The parts of a file that lowering needs. */
export interface LoweringInput {
  readonly graph: ModuleGraph;
  readonly scopes: Scopes;
  readonly binder: Binder;
  readonly vocabulary: Vocabulary;
  /** Renamed functions: the user's name → the API's. */
  readonly names: Readonly<Record<string, string>>;
  /** What a question is about, where one is asked. */
  readonly watched?: Watched | undefined;
}

const TEXT_LIMIT = 60;

/** The ground that lowering stands on. */
export abstract class LoweringBase {
  readonly names = new Names();
  readonly functions: FunctionInfo[] = [];
  readonly classes: ClassInfo[] = [];
  readonly objectSites: number[] = [];
  /** Names of properties that have a getter or a setter. */
  readonly accessors = new Set<string>();
  /** Constants that hold a function for good, by variable. */
  readonly constantFunctions = new Map<VariableRef, FunctionInfo>();
  protected readonly input: LoweringInput;
  readonly #refs = new Map<Variable, VariableRef>();
  readonly #globals = new Map<string, VariableRef>();
  protected readonly functionsByNode = new Map<TSESTree.Node, FunctionInfo>();
  /** Variables that some test with a way out is about. */
  readonly transient = new Set<number>();
  /** Those of them that a function returns. */
  readonly answers = new Set<number>();
  /** Those of them that are set to constants behind tests: the constants are kept, too. */
  readonly flags = new Set<number>();
  /** Variables that other code sets: imports that are not followed, ambient constants, globals. */
  readonly foreign = new Set<number>();
  /** The names of all fields that something sets by a member expression. */
  readonly assigned = new Set<string>();
  /** Variables, and fields of `this`, whose code out of sight was given functions, and those. */
  readonly handed = new Map<number, Expr[]>();
  readonly #correlated = new Map<string, Correlated>();
  readonly #scopesByBlock = new Map<TSESTree.Node, TSESLint.Scope.Scope[]>();

  /** The module that is being lowered. */
  protected module: Module;

  constructor(input: LoweringInput) {
    this.input = input;
    this.module = input.graph.entry;
  }

  /** Lowers something of another module. */
  protected inModule<Result>(module: Module, work: () => Result): Result {
    const outer = this.module;
    this.module = module;
    const result = work();
    this.module = outer;
    return result;
  }

  /** The line of a node, with its module. */
  protected lineOf(node: { readonly loc: TSESTree.SourceLocation }): Line {
    return lineIn(this.module.number, node.loc.start.line);
  }

  abstract classInfo(node: TSESTree.ClassDeclaration | TSESTree.ClassExpression, context: Context): ClassInfo;
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
    return this.textIn(this.module, node);
  }

  textIn(module: Module, node: TSESTree.Node): string {
    const text = module.text.slice(...node.range).replace(/\s+/gu, " ");
    return text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT - 1)}…` : text;
  }

  variableOf(node: TSESTree.Node): Variable | undefined {
    return this.input.scopes.variableOf(node);
  }

  /** What a test with a way out is about, and what that comes from: worth keeping until then. */
  decidedBy(test: TSESTree.Node): Decided[] {
    const found = new Map<string, Decided>();
    const pending: TSESTree.Node[] = [test];
    const note = (variable: Variable | undefined, field: string | undefined): void => {
      const ref = variable && variable.defs.length > 0 ? this.refOf(variable) : undefined;
      const key = `${String(ref?.id)}.${field ?? ""}`;
      if (!variable || !ref || ref.hoisted || found.has(key) || found.size >= MAX_DECIDED) return;
      found.set(key, { ref, field });
      this.transient.add(field === undefined ? ref.id : this.names.field(field));
      if (field !== undefined) return;
      const written = variable.references.flatMap(({ writeExpr }) => writeExpr ?? []);
      if (written.length <= MAX_WRITTEN) pending.push(...written);
      const behind = variable.references.flatMap(({ identifier }) => testBehind(identifier) ?? []);
      if (behind.length === 0 || behind.length > MAX_FLAGGED) return;
      this.flags.add(ref.id);
      pending.push(...behind);
    };
    for (let node = pending.pop(); node; node = pending.pop()) {
      switch (node.type) {
        case "Identifier":
          note(this.variableOf(node), undefined);
          break;
        case "MemberExpression": {
          const name = memberName(node);
          const exported = this.named(node);
          if (exported) note(exported, undefined);
          else if (name !== undefined) note(this.named(node.object), name);
          // What a call answers in the result dialect is as good as its status.
          if (name !== undefined && RESULT_FIELDS.has(name)) note(this.named(node.object), undefined);
          break;
        }
        case "UnaryExpression":
        case "AwaitExpression":
          pending.push(node.argument);
          break;
        case "BinaryExpression":
        case "LogicalExpression":
          pending.push(node.right, node.left);
          break;
        case "CallExpression":
          pending.push(...node.arguments);
          break;
        case "ConditionalExpression":
          pending.push(node.test, node.consequent, node.alternate);
          break;
        case "AssignmentExpression":
          pending.push(node.left);
          break;
        case "TSAsExpression":
        case "TSNonNullExpression":
        case "ChainExpression":
          pending.push(node.expression);
          break;
        default:
      }
    }
    return [...found.values()];
  }

  /** What a function answers with a variable is for its callers to test: worth keeping to its end; constants, where it is set to nothing else. */
  protected answeredBy(node: TSESTree.Identifier): void {
    for (const { ref } of this.decidedBy(node)) this.answers.add(ref.id);
    const variable = this.variableOf(node);
    const written = variable?.references.flatMap(({ writeExpr }) => writeExpr ?? []) ?? [];
    if (variable && written.length > 0 && written.every(isPlainlyWritten)) this.flags.add(this.refOf(variable).id);
  }

  /** The variable of a namespace of this file that `Space.name` means. */
  namespaceMember(node: TSESTree.MemberExpression, name: string): Variable | undefined {
    const imported = this.input.scopes.memberOf(node.object, name);
    if (imported) return imported;
    const object = unwrap(node.object);
    const inner = object.type === "MemberExpression" ? memberName(object) : undefined;
    const space = object.type === "MemberExpression" ? (inner === undefined ? undefined : this.namespaceMember(object, inner)) : this.variableOf(object);
    for (const definition of space?.defs ?? []) {
      const declaration = definition.node as TSESTree.Node;
      const variable = declaration.type === "TSModuleDeclaration" && !declaration.declare ? this.scopeOf(declaration)?.set.get(name) : undefined;
      if (variable) return variable;
    }
    return undefined;
  }

  /** The variables that a name leads to: in the module it is imported from; where that is a whole module, the member that is named there, or all. */
  protected meantBy(identifier: TSESTree.Node): Variable[] {
    const { scopes, graph } = this.input;
    let node = identifier;
    for (let space = scopes.namespaceOf(node); space; space = scopes.namespaceOf(node)) {
      const { parent } = node;
      const name = parent?.type === "MemberExpression" && parent.object === node ? memberName(parent) : undefined;
      if (parent === undefined || name === undefined) return [...graph.namesOf(space)].flatMap((each) => variableOf(graph.exported(space, each)));
      const member = scopes.memberOf(node, name);
      if (member) return [member];
      node = parent;
    }
    const variable = node === identifier ? this.variableOf(identifier) : undefined;
    return variable ? [variable] : [];
  }

  /** The variable that an expression is: by its name, or as a member of what was imported as a whole. */
  protected named(node: TSESTree.Node): Variable | undefined {
    if (node.type === "Identifier") return this.variableOf(node);
    const name = node.type === "MemberExpression" ? memberName(node) : undefined;
    return node.type === "MemberExpression" && name !== undefined ? this.namespaceMember(node, name) : undefined;
  }

  /** The innermost scope that a node makes. */
  scopeOf(node: TSESTree.Node): TSESLint.Scope.Scope | undefined {
    return this.scopesOf(node).at(-1);
  }

  scopesOf(node: TSESTree.Node): readonly TSESLint.Scope.Scope[] {
    const marked = markedScopes(node);
    if (marked) return marked;
    if (this.#scopesByBlock.size === 0) {
      for (const scope of this.input.graph.entry.scopeManager?.scopes ?? []) {
        const known = this.#scopesByBlock.get(scope.block);
        if (known) known.push(scope);
        else this.#scopesByBlock.set(scope.block, [scope]);
      }
    }
    return this.#scopesByBlock.get(node) ?? [];
  }

  /** The scopes of a function and of the blocks in it, functions inside it included. */
  scopesWithin(node: TSESTree.Node): TSESLint.Scope.Scope[] {
    const found = new Set<TSESLint.Scope.Scope>();
    const pending = [...this.scopesOf(node)];
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
    const { scopes, binder } = this.input;
    const [definition] = variable.defs;
    const isImport = definition?.type === ("ImportBinding" as TSESLint.Scope.Definition["type"]);
    const ref: VariableRef = {
      id: this.names.fresh(),
      name: variable.name,
      hoisted: undefined,
      imported: isImport && variable.identifiers[0] ? binder.origin(variable.identifiers[0]) : definition ? undefined : "external",
      isModuleLevel: scopes.isModuleLevel(variable),
      module: this.input.graph.moduleOf(variable)?.number ?? 0,
      isExported: isExported(variable),
      isCaptured: scopes.isCaptured(variable),
      isConstant: scopes.isConstant(variable),
      shared: undefined,
    };
    this.#refs.set(variable, ref);
    if (isImport || !definition || isAmbientConstant(definition.node)) this.foreign.add(ref.id);
    this.mentioned(variable);
    // A parameter's definition names the function, too.
    const node = variable.defs.find((each) => isNamed(each.type) && !isBodiless(each.node as TSESTree.Node))?.node as TSESTree.Node | undefined;
    const home = this.input.graph.moduleOf(variable) ?? this.module;
    this.#meet(home);
    this.inModule(home, () => {
      if (isFunction(node) && node.type === "FunctionDeclaration") ref.hoisted = this.lowerFunction(node, this.#outerContext(), undefined);
      else if (node?.type === "ClassDeclaration") ref.hoisted = this.classInfo(node, this.#outerContext());
      const fn = this.isOnDemand(variable) ? initialiserOf(variable) : undefined;
      if (isFunction(fn)) ref.hoisted = this.lowerFunction(fn, this.#outerContext(), undefined);
    });
    return ref;
  }

  /** Modules of which something is used: their statements run before those of the module that imports them. */
  readonly #met = new Set<Module>();

  #meet(module: Module): void {
    if (this.#met.has(module)) return;
    this.#met.add(module);
    this.metModule(module);
  }

  readonly mentions: Mention[] = [];

  /** Notes where the file under lint names something of another module. */
  protected noted(ref: VariableRef, node: TSESTree.Node): VariableRef {
    if (ref.module > 0 && this.module === this.input.graph.entry) this.mentions.push({ ref, place: { loc: node.loc, range: node.range } });
    return ref;
  }

  /** The constant that stands for what `exports.name = …`, `export default …` or `export = …` of another module assigns. */
  protected exportedBy(node: TSESTree.Node): VariableRef | undefined {
    const { graph } = this.input;
    const variable = this.module === graph.entry ? undefined : graph.exportVariable(this.module, node);
    return variable && this.refOf(variable);
  }

  /** `exports`, or `module.exports`, of a module of CommonJS that does more with it than to set it. */
  protected exportsObject(node: TSESTree.Node): VariableRef | undefined {
    const { graph } = this.input;
    if (this.module === graph.entry) return undefined;
    const isNamed = node.type === "Identifier" ? node.name === "exports" && (this.variableOf(node)?.defs.length ?? 0) === 0 : node.type === "MemberExpression" && isAllExports(node);
    const variable = isNamed ? graph.exportsObject(this.module) : undefined;
    return variable && this.refOf(variable);
  }

  protected abstract metModule(module: Module): void;

  /** Told of each variable when it is first mentioned. */
  protected abstract mentioned(variable: Variable): void;

  /** Whether anything that was lowered mentions a variable. */
  protected isMentioned(variable: Variable): boolean {
    return this.#refs.has(variable);
  }

  /** Whether a variable is a module's constant that holds a function: of another module, it is lowered once it is mentioned. */
  protected isOnDemand(variable: Variable): boolean {
    const { graph, scopes } = this.input;
    const home = graph.moduleOf(variable);
    return home !== undefined && home !== graph.entry && scopes.isModuleLevel(variable) && scopes.isConstant(variable) && isFunction(initialiserOf(variable));
  }

  /** A hoisted function is no arrow: it sees nothing of the statement that first names it. */
  #outerContext(): Context {
    return this.rootContext();
  }

  protected globalRef(name: string): VariableRef {
    const known = this.#globals.get(name);
    if (known) return known;
    const ref: VariableRef = {
      id: this.names.fresh(), name, hoisted: undefined, imported: "external",
      isModuleLevel: true, module: 0, isExported: false, isCaptured: true, isConstant: false, shared: undefined,
    };
    this.#globals.set(name, ref);
    this.foreign.add(ref.id);
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

  protected objectSite(): number {
    const site = this.names.fresh();
    this.objectSites.push(site);
    return site;
  }

  protected unknown(children: readonly Expr[], leaks = false): Expr {
    return { k: "unknown", children, leaks, site: this.names.fresh() };
  }

  /** A variable that the code does not spell. */
  temporary(name: string): VariableRef {
    return {
      id: this.names.fresh(), name, hoisted: undefined, imported: undefined,
      isModuleLevel: false, module: 0, isExported: false, isCaptured: false, isConstant: false, shared: undefined,
    };
  }

  /** The cell of a pure condition; the same for every place that asks the same of the same variables, or the opposite. */
  protected correlate(node: TSESTree.Node): { readonly key: Correlated; readonly isOpposite: boolean } | undefined {
    const reads = new Set<number>();
    const asked = node.type === "BinaryExpression" ? this.#question(node, reads) : { text: this.#pureText(node, reads), isOpposite: false };
    const key = this.#correlatedAs(asked.text, reads);
    return key && { key, isOpposite: asked.isOpposite };
  }

  /** As with `left === right`: of a switch and its case. */
  protected correlateCase(left: TSESTree.Node, right: TSESTree.Node): Correlated | undefined {
    const reads = new Set<number>();
    const asked = this.#question({ operator: "===", left, right }, reads);
    return asked.isOpposite ? undefined : this.#correlatedAs(asked.text, reads);
  }

  /** A comparison by what it asks: `a > b` is `b < a`, and `!(a <= b)`; one bit is set or it is not. */
  #question({ operator, left, right }: Compared, reads: Set<number>): { readonly text: string | undefined; readonly isOpposite: boolean } {
    const isUnequal = operator.startsWith("!");
    const bit = operator === "&" ? bitOf(left, right) : isEquality(operator) ? bitTested(left, right) : undefined;
    if (bit) {
      const text = this.#pureText(bit.of, reads);
      return { text: text === undefined ? undefined : `bit ${String(bit.mask)} of ${text}`, isOpposite: isUnequal !== bit.isClear };
    }
    const [one, other] = [this.#pureText(left, reads), this.#pureText(right, reads)];
    const asked = (text: string, isOpposite = false): { readonly text: string | undefined; readonly isOpposite: boolean } => ({ text: one === undefined || other === undefined ? undefined : text, isOpposite });
    switch (operator) {
      case "<":
        return asked(`(${String(one)} < ${String(other)})`);
      case ">":
        return asked(`(${String(other)} < ${String(one)})`);
      case "<=":
        return asked(`(${String(other)} < ${String(one)})`, true);
      case ">=":
        return asked(`(${String(one)} < ${String(other)})`, true);
      case "===":
      case "!==":
      case "==":
      case "!=":
        return asked(`(${[one, other].sort().join(operator.length === 3 ? " === " : " == ")})`, isUnequal);
      default:
        return asked(`(${String(one)} ${operator} ${String(other)})`);
    }
  }

  #correlatedAs(text: string | undefined, reads: ReadonlySet<number>): Correlated | undefined {
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
        const { id } = variable ? this.refOf(variable) : this.globalRef(node.name);
        reads.add(id);
        return `v${String(id)}`;
      }
      case "ThisExpression":
        return "this";
      case "MemberExpression": {
        const name = memberName(node);
        const exported = this.named(node);
        if (exported) {
          const { id } = this.refOf(exported);
          reads.add(id);
          return `v${String(id)}`;
        }
        const object = this.#pureText(node.object, reads);
        if (name === undefined || object === undefined) return undefined;
        reads.add(this.names.field(name));
        return `${object}.${name}`;
      }
      case "UnaryExpression": {
        const value = node.operator === "delete" ? undefined : this.#pureText(node.argument, reads);
        return value === undefined ? undefined : `${node.operator}(${value})`;
      }
      case "CallExpression": {
        const callee = unwrap(node.callee);
        const name = callee.type === "MemberExpression" ? memberName(callee) : undefined;
        if (callee.type !== "MemberExpression" || name === undefined || !ASKING.has(name) || !this.#isSteady(callee.object)) return undefined;
        const parts = [callee.object, ...node.arguments].map((part) => this.#pureText(part, reads));
        return parts.includes(undefined) ? undefined : `${name}(${parts.join()})`;
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

  /** Whether nothing in the file may change what a path leads to: all that is done with it is to read it, and to ask. */
  #isSteady(path: TSESTree.Node): boolean {
    let root = unwrap(path);
    while (root.type === "MemberExpression") root = unwrap(root.object);
    if (root.type === "Literal") return true;
    if (root.type !== "Identifier") return false;
    const variable = this.variableOf(root);
    const isDeclared = variable !== undefined && variable.defs.length > 0;
    if (isDeclared && !this.input.scopes.isConstant(variable)) return false;
    const references = isDeclared ? variable.references : globalReferences(this.module.scopeManager, root.name);
    return references.every((reference) => {
      const { identifier } = reference;
      if (!isDeclared && reference.isWrite()) return false;
      let node: TSESTree.Node = identifier;
      let { parent } = node;
      while (parent.type === "MemberExpression" && parent.object === node) [node, parent] = [parent, parent.parent];
      if (parent.type === "AssignmentExpression") return parent.right === node;
      if (parent.type !== "CallExpression") return parent.type !== "UpdateExpression" && parent.type !== "NewExpression" && parent.type !== "ArrayExpression" && parent.type !== "Property";
      return parent.callee === node && node.type === "MemberExpression" && STEADY.has(memberName(node) ?? "");
    });
  }

  callSite(node: TSESTree.Node, label: string, context: Context, callee?: TSESTree.Node): CallSite {
    const named = callee ? calleeName(callee) : node;
    return {
      id: this.names.fresh(),
      place: { loc: named.loc, range: named.range },
      line: this.lineOf(named),
      label,
      inLoop: context.inLoop,
      inField: context.inField === true,
      isPending: isPending(node),
      fn: context.fn,
    };
  }
}

/** The parts of a comparison. */
interface Compared {
  readonly operator: string;
  readonly left: TSESTree.Node;
  readonly right: TSESTree.Node;
}

// Methods of the language that only tell something.
const ASKING: ReadonlySet<string> = new Set(["at", "endsWith", "has", "hasOwnProperty", "includes", "indexOf", "lastIndexOf", "startsWith", "test", "toLowerCase", "toUpperCase", "trim"]);
// And those that leave what they are called on as it is.
const STEADY: ReadonlySet<string> = new Set([...ASKING, "concat", "entries", "every", "filter", "find", "findIndex", "flatMap", "forEach", "join", "keys", "map", "reduce", "slice", "some", "split", "values"]);

function isEquality(operator: string): boolean {
  return operator === "===" || operator === "!==" || operator === "==" || operator === "!=";
}

function numberIn(wrapped: TSESTree.Node): number | undefined {
  const node = unwrap(wrapped);
  return node.type === "Literal" && typeof node.value === "number" ? node.value : undefined;
}

/** `flags & 2`: one bit of something. */
function bitOf(left: TSESTree.Node, right: TSESTree.Node): { readonly of: TSESTree.Node; readonly mask: number; readonly isClear: boolean } | undefined {
  const mask = numberIn(right);
  return mask !== undefined && Number.isInteger(Math.log2(mask)) ? { of: left, mask, isClear: false } : undefined;
}

/** `(flags & 2) === 2`, or with 0. */
function bitTested(left: TSESTree.Node, right: TSESTree.Node): ReturnType<typeof bitOf> {
  const node = unwrap(left);
  const wanted = numberIn(right);
  const bit = node.type === "BinaryExpression" && node.operator === "&" ? bitOf(node.left, node.right) : undefined;
  return bit && (wanted === bit.mask || wanted === 0) ? { ...bit, isClear: wanted === 0 } : undefined;
}

const CHAINED: ReadonlySet<string> = new Set(["then", "catch", "finally"]);

/** Neither awaited nor returned where it is called. */
function isPending(node: TSESTree.Node): boolean {
  let current = node;
  for (let parent = current.parent; parent; current = parent, parent = current.parent) {
    switch (parent.type) {
      case "TSAsExpression":
      case "TSNonNullExpression":
      case "TSSatisfiesExpression":
      case "TSTypeAssertion":
      case "ChainExpression":
      case "ConditionalExpression":
      case "LogicalExpression":
      case "SequenceExpression":
        continue;
      case "ArrowFunctionExpression":
        return parent.body !== current;
      case "MemberExpression": {
        // `step().catch(…)`: the chain is what is waited for.
        const chain = parent.object === current && CHAINED.has(memberName(parent) ?? "") ? parent.parent : undefined;
        if (chain?.type !== "CallExpression" || chain.callee !== parent) return true;
        parent = chain;
        continue;
      }
      default:
        return parent.type !== "AwaitExpression" && parent.type !== "ReturnStatement";
    }
  }
  return true;
}

/** `declare const name: number` */
function isAmbientConstant(node: TSESTree.Node): boolean {
  return node.type === "VariableDeclarator" && node.parent.kind === "const" && !node.init;
}

/** An ambient class, or a signature before the function itself. */
function isBodiless(node: TSESTree.Node): boolean {
  return node.type === "TSDeclareFunction" || (node.type === "ClassDeclaration" && node.declare);
}

/** What `const name = …` sets a variable to, or `let` does. */
export function initialiserOf(variable: Variable): TSESTree.Node | undefined {
  const node = variable.defs[0]?.node as TSESTree.Node | undefined;
  const isPlain = node?.type === "VariableDeclarator" && node.id.type === "Identifier" && node.parent.kind !== "var";
  return isPlain && node.init ? unwrap(node.init) : undefined;
}

/** What the answer of a call in the result dialect is asked for. */
export const RESULT_FIELDS: ReadonlySet<string> = new Set(["status", "ok"]);

// Of one test, so many variables and fields; and of one variable, so many places that write it.
const MAX_DECIDED = 8;
const MAX_WRITTEN = 3;
// So often a flag is set.
const MAX_FLAGGED = 8;

/** The test that an assignment stands behind, where the branch does nothing else: `if (pool === null) failed = true;`. */
function testBehind(identifier: TSESTree.Node): TSESTree.Node | undefined {
  const assignment = identifier.parent;
  if (assignment?.type !== "AssignmentExpression" || assignment.left !== identifier) return undefined;
  const { parent: statement } = assignment;
  const branch = statement.parent?.type === "BlockStatement" ? statement.parent : statement;
  return branch.parent?.type === "IfStatement" && setsFlags(branch) ? branch.parent.test : undefined;
}

/** Whether all that a statement does is to set variables to what is written there. */
export function setsFlags(statement: TSESTree.Node): boolean {
  if (statement.type === "BlockStatement") return statement.body.length > 0 && statement.body.every(setsFlags);
  if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression") return false;
  const { left, right } = statement.expression;
  return left.type === "Identifier" && isPlainlyWritten(right);
}

/** `STATUS_NO_MEMORY`, `false`, `-1`. */
function isPlainlyWritten({ type }: TSESTree.Node): boolean {
  return type === "Literal" || type === "Identifier" || type === "UnaryExpression";
}

function isNamed(type: string): boolean {
  return type === "FunctionName" || type === "ClassName";
}

/** An exported variable; a whole module that is passed on is none. */
function variableOf(exported: Exported | undefined): Variable[] {
  return exported?.k === "variable" ? [exported.variable] : [];
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
