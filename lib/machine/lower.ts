/** Syntax → regions: statements, blocks, functions and classes of one file. */
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import type { Module } from "../source/modules.ts";
import { functionName, isFunction, keyName, memberName, parametersOf, type FunctionNode } from "../source/syntax.ts";
import { Quiet } from "../source/quiet.ts";
import type { Variable } from "../source/scopes.ts";
import { tableMember } from "../source/tables.ts";
import { setsFlags, type Context } from "./lower-base.ts";
import { lineIn } from "./lines.ts";
import { ExpressionLowering } from "./lower-expressions.ts";
import { NOTHING, targetsOf, type ClassInfo, type ExitSite, type Expr, type FunctionInfo, type ObjectExpr, type Pattern, type Region, type TryRegion } from "./regions.ts";

// Longer statement lists become trees of remembered segments.
const SEGMENT = 8;
// So deep a nesting starts a remembered region of its own, from which execution can be resumed.
const NESTING = 15;

interface UsingDeclaration {
  readonly declaration: TSESTree.VariableDeclaration;
  readonly variables: readonly Variable[];
}

/** Lowers one file. */
export class Lowering extends ExpressionLowering {
  #nesting = 0;

  /** Functions that are known by name and not lowered yet: one at a time, so that a long chain of helpers takes no stack. */
  readonly #pending: (() => void)[] = [];

  readonly #programs = new Map<Module, Region>();

  /** The statements of the file under lint, after those of the modules that it uses; every function in them is lowered too. */
  lowerProgram(): Region {
    const { graph } = this.input;
    this.metModule(graph.entry);
    for (let next = this.#pending.pop(); next; next = this.#pending.pop()) next();
    const ordered = this.#inOrder(graph.entry);
    return ordered.length === 1 && ordered[0] ? ordered[0] : this.sequence(ordered.map((region) => this.memo(region)));
  }

  protected override metModule(module: Module): void {
    if (this.#programs.has(module)) return;
    this.#programs.set(module, NOTHING);
    this.#pending.push(() => {
      this.inModule(module, () => {
        const isWhole = module === this.input.graph.entry || module.ast.body.some((statement) => this.#usingOf(statement));
        if (isWhole) this.#programs.set(module, this.sequence([this.#emptyExports(module), this.#unset(module.ast, module.ast), this.#statements(module.ast.body, this.rootContext(), [])]));
        else this.#lowerByNeed(module);
      });
      for (const each of this.input.graph.effectsOf(module)) this.metModule(each);
    });
  }

  /** Of another module, what only declares is lowered once it is mentioned. */
  #lowerByNeed(module: Module): void {
    const { body } = module.ast;
    const regions: Region[] = [this.sequence([this.#emptyExports(module), this.#unset(module.ast, module.ast)]), ...body.map(() => NOTHING)];
    this.#byNeed.set(module, regions);
    for (const [index, statement] of body.entries()) {
      let isDone = false;
      const lower = (): void => {
        if (isDone) return;
        isDone = true;
        this.inModule(module, () => {
          regions[index + 1] = this.statement(statement, this.rootContext());
        });
      };
      const declared = this.#quiet.declaredBy(statement);
      if (!declared || declared.some((variable) => this.isMentioned(variable))) lower();
      else for (const variable of declared) this.#awaited.set(variable, lower);
    }
  }

  /** `module.exports` is an object with nothing in it, before anything else is done. */
  #emptyExports(module: Module): Region {
    const { graph } = this.input;
    const variable = module === graph.entry ? undefined : graph.exportsObject(module);
    if (!variable) return NOTHING;
    const target = { k: "target", target: { k: "var", ref: this.refOf(variable) }, fallback: undefined } as const;
    return this.evaluated({ k: "assign", pattern: target, value: { k: "object", site: this.objectSite(), properties: [], type: undefined }, node: module.ast });
  }

  readonly #byNeed = new Map<Module, Region[]>();
  /** What is to be done once a variable of another module is mentioned. */
  readonly #awaited = new Map<Variable, () => void>();

  readonly #quiet = new Quiet(this.input.scopes, (callee) => {
    const name = this.input.binder.apiName(callee);
    const meaning = name === undefined ? undefined : this.input.vocabulary.meaning(name);
    return meaning && (meaning.effect === "make-out" || meaning.effect === "make-string" ? "quiet" : "acts");
  });

  protected override mentioned(variable: Variable): void {
    const lower = this.#awaited.get(variable);
    if (lower) this.#pending.push(lower);
  }

  /** The statements of the modules that were met, those of what a module imports before its own. */
  #inOrder(entry: Module): Region[] {
    const done = new Set<Module>();
    const ordered: Region[] = [];
    const pending = [entry];
    for (let module = pending.at(-1); module; module = pending.at(-1)) {
      const before = done.has(module) ? [] : this.#before(module).filter((each) => !done.has(each));
      const isFirst = !done.has(module);
      done.add(module);
      if (isFirst && before.length > 0) {
        pending.push(...before.toReversed());
        continue;
      }
      pending.pop();
      const regions = this.#byNeed.get(module)?.filter((each) => each !== NOTHING);
      const region = regions ? this.#segmented(regions) : this.#programs.get(module);
      if (region && !this.#isOrdered.has(module)) ordered.push(region);
      this.#isOrdered.add(module);
    }
    return ordered;
  }

  /** What a module imports; of one whose own statements are not met, as it only passes on names, what is read of that. */
  #before(module: Module): Module[] {
    const { graph } = this.input;
    return this.#programs.has(module) ? graph.importsOf(module) : graph.knownImportsOf(module);
  }

  readonly #isOrdered = new Set<Module>();

  override lowerFunction(node: FunctionNode, context: Context, container: ClassInfo | ObjectExpr | undefined): FunctionInfo {
    const known = this.functionsByNode.get(node);
    if (known) return known;
    const isArrow = node.type === "ArrowFunctionExpression";
    const name = functionName(node);
    const end = this.exitSite(node, "end");
    const params = parametersOf(node);
    const rest = params.findIndex((param) => param.type === "RestElement");
    const fn: FunctionInfo = {
      id: this.names.fresh(),
      name,
      node,
      isAsync: node.async,
      isGenerator: node.generator,
      hasFinalizer: false,
      body: NOTHING,
      argumentCells: params.map(() => this.names.fresh()),
      thisCell: isArrow ? context.thisCell : this.names.fresh(),
      isArrow,
      restFrom: rest === -1 ? undefined : rest,
      locals: [],
      shared: [],
      captures: [],
      outer: new Set(),
      writes: new Set(),
      container: container ?? (isArrow ? context.fn?.container : undefined),
      returnsValue: false,
      returnsStatus: this.typeName(promised(node.returnType?.typeAnnotation)) === "NTSTATUS",
      end,
      usesThis: false,
      touched: undefined,
      readsArguments: false,
      callSites: 0,
      escapes: false,
      isRepeated: false,
    };
    end.fn = fn;
    this.functionsByNode.set(node, fn);
    this.functions.push(fn);
    const { module } = this;
    this.#pending.push(() => {
      this.inModule(module, () => {
        this.#lowerBody(node, fn, context);
      });
    });
    return fn;
  }

  #lowerBody(node: FunctionNode, fn: FunctionInfo, context: Context): void {
    this.#scopeVariables(node, fn);
    const inner = this.functionContext(fn, context);
    const saved = this.#nesting;
    this.#nesting = 0;
    const items: Region[] = parametersOf(node).map((param, index) => this.#parameter(param, index, fn, inner));
    if (fn.argumentCells.length > 0) items.push({ k: "drop", cells: fn.argumentCells });
    if (node.body.type === "BlockStatement") {
      items.push(this.#unset(node, node.body));
      items.push(this.#statements(node.body.body, inner, this.#dropsOf(node, node.body)));
    } else {
      fn.returnsValue = true;
      const value = this.expression(node.body, inner);
      items.push({ k: "return", value, site: this.exitSite(node.body, "return", fn) });
    }
    this.#nesting = saved;
    fn.body = this.sequence(items);
  }

  /** A `var` that may be read before its declaration sets it is `undefined` until then. */
  #unset(scopeNode: TSESTree.Node, body: TSESTree.Node): Region {
    const unset = this.scopesOf(scopeNode).flatMap(({ variables }) => variables.filter((variable) => isReadUnset(variable, body)));
    return this.sequence(
      unset.map((variable) => {
        const pattern: Pattern = { k: "target", target: { k: "var", ref: this.refOf(variable) }, fallback: undefined };
        return this.evaluated({ k: "assign", pattern, value: { k: "const", value: undefined }, node: body });
      }),
    );
  }

  /** Sorts the variables a function sees into its own and those around it. */
  #scopeVariables(node: FunctionNode, fn: FunctionInfo): void {
    for (const scope of this.scopesWithin(node)) {
      for (const variable of scope.variables) {
        if (variable.defs.length === 0) continue;
        const ref = this.refOf(variable);
        if (!ref.isCaptured) fn.locals.push(ref.id);
        else if (!ref.isConstant && !ref.isModuleLevel && scope.variableScope.block === node && !isOfTurn(variable)) {
          ref.shared = { owner: fn, site: this.objectSite() };
          fn.shared.push(ref);
        }
      }
      for (const reference of scope.references) {
        const variable = reference.resolved;
        if (!variable || variable.defs.length === 0 || this.declaredWithin(variable, node) || this.#isForeign(reference) || this.#isTabled(reference.identifier, variable)) continue;
        for (const meant of this.meantBy(reference.identifier)) {
          const ref = this.refOf(meant);
          fn.outer.add(ref);
          if (reference.isWrite()) fn.writes.add(ref);
          const isBound = (!ref.isModuleLevel && ref.isConstant) || isOfTurn(meant);
          if (isBound && !fn.captures.includes(ref)) fn.captures.push(ref);
        }
      }
    }
  }

  /** Whether a mention is of a type, or of what the API has by that name: nothing that a closure could hold another of. */
  #isForeign({ identifier, isTypeReference }: TSESLint.Scope.Reference): boolean {
    return isTypeReference || this.apiValue(identifier) !== undefined;
  }

  /** Whether a mention of a variable reads a member that is known without it. */
  #isTabled({ parent }: TSESTree.Node, variable: Variable): boolean {
    const name = parent?.type === "MemberExpression" ? memberName(parent) : undefined;
    return name !== undefined && tableMember(variable, name, this.input.scopes) !== undefined;
  }

  #parameter(param: TSESTree.Parameter, index: number, fn: FunctionInfo, context: Context): Region {
    const cell = fn.argumentCells[index] ?? 0;
    const isProperty = param.type === "TSParameterProperty";
    const inner = isProperty ? param.parameter : param;
    const pattern = this.pattern(inner.type === "RestElement" ? inner.argument : inner, context);
    const value: Expr = { k: "arg", cell, rest: inner.type === "RestElement", site: this.names.fresh() };
    const items: Region[] = [{ k: "eval", value: { k: "assign", pattern, value, node: param } }];
    const named = inner.type === "AssignmentPattern" ? inner.left : inner;
    if (isProperty && named.type === "Identifier") {
      const field = this.names.field(named.name);
      const target: Pattern = {
        k: "target",
        target: { k: "member", object: { k: "this", cell: fn.thisCell }, name: named.name, index: undefined, field },
        fallback: undefined,
      };
      items.push({ k: "eval", value: { k: "assign", pattern: target, value: this.expression(named, context), node: param } });
    }
    return this.sequence(items);
  }

  #block(node: TSESTree.Node, statements: readonly TSESTree.Statement[], context: Context): Region {
    return this.#statements(statements, context, this.#dropsOf(node, node));
  }

  /**
   * For each statement, the cells that nothing after it mentions.
   * Entries are by position in the source, so that a tail of the list can be lowered on its own.
   */
  #dropsOf(scopeNode: TSESTree.Node, block: TSESTree.Node): { after: number; cell: number }[] {
    const drops: { after: number; cell: number }[] = [];
    const scope = this.scopeOf(scopeNode);
    for (const variable of scope?.variables ?? []) {
      const [definition] = variable.defs;
      if (!definition) continue;
      const ref = this.refOf(variable);
      if (ref.isCaptured || ref.isModuleLevel || isUsing(definition.parent)) continue;
      let last = 0;
      for (const reference of variable.references) last = Math.max(last, reference.identifier.range[0]);
      if (last >= block.range[0]) drops.push({ after: last, cell: ref.id });
    }
    return drops.sort((a, b) => a.after - b.after);
  }

  #statements(statements: readonly TSESTree.Statement[], context: Context, drops: readonly { after: number; cell: number }[]): Region {
    const items: Region[] = [];
    let nextDrop = 0;
    for (const [index, statement] of statements.entries()) {
      const using = this.#usingOf(statement);
      if (using) {
        items.push(this.#declaration(using.declaration, context));
        const rest = this.#statements(statements.slice(index + 1), context, drops.slice(nextDrop));
        items.push(this.#disposing(using, rest, context, statement));
        return this.sequence(items);
      }
      items.push(this.statement(statement, context));
      const cells: number[] = [];
      for (let drop = drops[nextDrop]; drop && drop.after < statement.range[1]; drop = drops[nextDrop]) {
        cells.push(drop.cell);
        nextDrop += 1;
      }
      if (cells.length > 0) items.push({ k: "drop", cells });
    }
    return this.#segmented(items);
  }

  /** A long list as a balanced tree of remembered segments: what one resource's run does in a part that does not touch it, the next need not do again. */
  #segmented(items: readonly Region[]): Region {
    if (items.length <= 2 * SEGMENT) return this.sequence(items);
    const middle = items.length >> 1;
    const halves = [items.slice(0, middle), items.slice(middle)];
    return this.sequence(halves.map((half): Region => this.memo(this.#segmented(half))));
  }

  memo(body: Region): Region {
    return { k: "memo", id: this.names.fresh(), body, touched: undefined };
  }

  #usingOf(statement: TSESTree.Statement): UsingDeclaration | undefined {
    if (statement.type !== "VariableDeclaration" || !isUsing(statement)) return undefined;
    const variables = statement.declarations.flatMap((declarator) => this.variableOf(declarator.id) ?? []);
    return { declaration: statement, variables };
  }

  /** `using x = …; rest`: the rest in a try whose finalizer disposes, last declared first. */
  #disposing(using: UsingDeclaration, rest: Region, context: Context, node: TSESTree.Node): Region {
    if (context.fn) context.fn.hasFinalizer = true;
    const disposals = using.variables.map((variable): Region => ({
      k: "dispose",
      ref: this.refOf(variable),
      site: this.callSite(node, "dispose", context),
    }));
    return this.memoised({
      k: "try",
      body: rest,
      handler: undefined,
      finalizer: this.sequence(disposals.reverse()),
    });
  }

  override staticBlock(node: TSESTree.StaticBlock, context: Context): Region {
    return this.#statements(node.body, context, []);
  }

  statement(node: TSESTree.Node, context: Context): Region {
    this.#nesting += 1;
    const isDeep = this.#nesting % NESTING === 0;
    const region = this.#marked(node, false, this.#statement(node, context));
    this.#nesting -= 1;
    return isDeep ? this.memo(region) : region;
  }

  /** What a question is about gets a mark in front. */
  #marked(node: TSESTree.Node, isElse: boolean, region: Region): Region {
    const { watched } = this.input;
    return watched?.node === node && watched.isElse === isElse ? this.sequence([{ k: "watch" }, region]) : region;
  }

  #otherwise(node: TSESTree.IfStatement, context: Context): Region | undefined {
    const region = this.#marked(node, true, node.alternate ? this.statement(node.alternate, context) : NOTHING);
    return region === NOTHING ? undefined : region;
  }

  #statement(node: TSESTree.Node, context: Context): Region {
    switch (node.type) {
      case "ExpressionStatement":
        return this.evaluated(this.expression(node.expression, context));
      case "VariableDeclaration":
        return this.#declaration(node, context);
      case "BlockStatement":
        return this.#block(node, node.body, context);
      case "IfStatement":
        return {
          k: "if",
          test: this.expression(node.test, context),
          then: this.statement(node.consequent, context),
          else: this.#otherwise(node, context),
          decided: [node.consequent, ...(node.alternate ? [node.alternate] : [])].some((branch) => leaves(branch) || setsFlags(branch)) ? this.decidedBy(node.test) : [],
          text: this.text(node.test),
          line: this.lineOf(node.test),
        };
      case "ReturnStatement": {
        const fn = context.fn;
        if (fn && node.argument) fn.returnsValue = true;
        if (node.argument?.type === "Identifier") this.answeredBy(node.argument);
        const value = node.argument ? this.expression(node.argument, context) : undefined;
        if (fn && value?.k === "status") fn.returnsStatus = true;
        return { k: "return", value, site: this.exitSite(node, "return", fn) };
      }
      case "ThrowStatement":
        return { k: "throw", value: this.expression(node.argument, context), site: this.exitSite(node, "throw", context.fn) };
      case "ForStatement":
      case "WhileStatement":
      case "DoWhileStatement":
      case "ForOfStatement":
      case "ForInStatement":
        return this.#loop(node, context, []);
      case "LabeledStatement":
        return this.#labelled(node, context);
      case "BreakStatement":
      case "ContinueStatement": {
        const id = this.jumpTarget(node, context);
        return id === undefined ? NOTHING : { k: "jump", id };
      }
      case "SwitchStatement":
        return this.#switch(node, context);
      case "TryStatement":
        return this.#try(node, context);
      case "FunctionDeclaration":
        // Of another module, it is lowered once it is mentioned.
        if (isFunction(node) && (context.fn || this.module === this.input.graph.entry)) this.lowerFunction(node, context, undefined);
        return NOTHING;
      case "ClassDeclaration":
        return this.#classDeclaration(node, context);
      case "ExportNamedDeclaration":
        return node.declaration ? this.statement(node.declaration, context) : NOTHING;
      case "ExportDefaultDeclaration":
        return this.#defaultExport(node, context);
      case "WithStatement":
        return this.statement(node.body, context);
      case "TSModuleDeclaration":
        return node.body?.type === "TSModuleBlock" && !node.declare
          ? this.#statements(node.body.body, context, [])
          : NOTHING;
      case "TSExportAssignment":
        return this.#exporting(node, node.expression, context);
      default:
        return NOTHING;
    }
  }

  /** A class is known before it is reached; what a run tells that it extends, from then on. */
  #classDeclaration(node: TSESTree.ClassDeclaration, context: Context): Region {
    const value = this.classExpression(node, context);
    const named = value.k === "class" && value.info.superclass && node.id ? this.variableOf(node.id) : undefined;
    // In the class its name is another variable than outside of it.
    const variable = named?.scope.block === node ? named.scope.upper?.set.get(named.name) : named;
    if (!variable) return this.evaluated(value);
    return this.evaluated({ k: "assign", pattern: { k: "target", target: { k: "var", ref: this.refOf(variable) }, fallback: undefined }, value, node });
  }

  #defaultExport(exporting: TSESTree.ExportDefaultDeclaration, context: Context): Region {
    const node = exporting.declaration;
    switch (node.type) {
      case "FunctionDeclaration":
      case "ClassDeclaration":
        return node.id ? this.statement(node, context) : this.#exporting(exporting, node, context);
      case "TSInterfaceDeclaration":
      case "TSDeclareFunction":
      case "TSEnumDeclaration":
      case "TSModuleDeclaration":
      case "TSTypeAliasDeclaration":
      case "VariableDeclaration":
        return NOTHING;
      default:
        return this.#exporting(exporting, node, context);
    }
  }

  /** `export default …` and `export = …` set a constant, where that is used. */
  #exporting(exporting: TSESTree.Node, node: TSESTree.Node, context: Context): Region {
    const ref = this.exportedBy(exporting);
    const value = node.type === "ClassDeclaration" ? this.classExpression(node, context) : this.expression(node, context);
    if (!ref) return this.evaluated(value);
    if (value.k === "fn") this.constantFunctions.set(ref, value.fn);
    return this.evaluated({ k: "assign", pattern: { k: "target", target: { k: "var", ref }, fallback: undefined }, value, node: exporting });
  }

  #declaration(node: TSESTree.VariableDeclaration, context: Context): Region {
    if (node.declare) return NOTHING;
    const items: Region[] = [];
    for (const declarator of node.declarations) {
      if (!declarator.init && (node.kind !== "let" || declarator.id.type !== "Identifier" || declarator.definite)) continue;
      const variable = context.fn ? undefined : this.variableOf(declarator.id);
      if ((variable && this.isOnDemand(variable)) || this.#isImport(declarator)) continue;
      const type = this.typeName(declarator.id.typeAnnotation?.typeAnnotation);
      const value: Expr = declarator.init ? this.expression(declarator.init, context, type) : { k: "const", value: undefined };
      const pattern = this.pattern(declarator.id, context);
      // What other code makes once, for a constant, is as much a constant as what it exports.
      if (value.k === "call" && !context.fn && !context.inLoop && pattern.k === "target" && pattern.target.k === "var" && pattern.target.ref.isConstant) this.foreign.add(value.site.id);
      if (node.kind === "const" && this.#isOfForeign(value)) for (const ref of targetsOf(pattern)) this.foreign.add(ref);
      if (value.k === "fn" && pattern.k === "target" && pattern.target.k === "var" && pattern.target.ref.isConstant) {
        this.constantFunctions.set(pattern.target.ref, value.fn);
      }
      items.push(this.evaluated({ k: "assign", pattern, value, node: declarator }));
    }
    return this.sequence(items);
  }

  #isOfForeign(value: Expr): boolean {
    let root = value;
    while (root.k === "member") root = root.object;
    return root.k === "var" && this.foreign.has(root.ref.id);
  }

  /** Whether a declaration says no more than an import does: each name that it declares is one of another module, or of the API. */
  #isImport({ id, init }: TSESTree.VariableDeclarator): boolean {
    const { scopes, graph } = this.input;
    const module = init ? scopes.namespaceOf(init) : undefined;
    if (!module) return false;
    const isLinked = (name: TSESTree.Identifier): boolean => scopes.variableOf(name)?.identifiers.includes(name) === false;
    const isForeign =
      id.type === "Identifier"
        ? scopes.namespaceOf(id) !== undefined
        : id.type === "ObjectPattern" && id.properties.every((each) => {
            const name = each.type === "Property" ? keyName(each.key, each.computed) : undefined;
            return name !== undefined && each.value?.type === "Identifier" && (graph.isApi(name) || isLinked(each.value));
          });
    if (isForeign) this.metModule(module);
    return isForeign;
  }

  #labelled(node: TSESTree.LabeledStatement, context: Context): Region {
    const labels = [node.label.name];
    let body = node.body;
    while (body.type === "LabeledStatement") {
      labels.push(body.label.name);
      body = body.body;
    }
    switch (body.type) {
      case "ForStatement":
      case "WhileStatement":
      case "DoWhileStatement":
      case "ForOfStatement":
      case "ForInStatement":
        return this.#loop(body, context, labels);
      default: {
        const breakId = this.names.fresh();
        return { k: "label", breakId, body: this.statement(body, this.labelContext(context, labels, breakId)) };
      }
    }
  }

  #loop(
    node: TSESTree.ForStatement | TSESTree.WhileStatement | TSESTree.DoWhileStatement | TSESTree.ForOfStatement | TSESTree.ForInStatement,
    outer: Context,
    labels: readonly string[],
  ): Region {
    const breakId = this.names.fresh();
    const continueId = this.names.fresh();
    const context = this.loopContext(outer, labels, breakId, continueId);
    const items: Region[] = [];
    let test: Expr | undefined;
    let update: Expr | undefined;
    let each: Extract<Region, { k: "loop" }>["each"];
    let tested: TSESTree.Node = node;
    if (node.type === "ForOfStatement" || node.type === "ForInStatement") {
      const left = node.left.type === "VariableDeclaration" ? node.left.declarations[0].id : node.left;
      const variable = node.left.type === "VariableDeclaration" && isUsing(node.left) ? this.variableOf(left) : undefined;
      each = {
        value: this.expression(node.right, outer),
        pattern: this.pattern(left, context),
        keys: node.type === "ForInStatement",
        dispose: variable && this.refOf(variable),
      };
      tested = node.right;
    } else {
      if (node.type === "ForStatement") {
        if (node.init) items.push(node.init.type === "VariableDeclaration" ? this.#declaration(node.init, outer) : this.evaluated(this.expression(node.init, outer)));
        update = node.update ? this.expression(node.update, context) : undefined;
      }
      test = node.test ? this.expression(node.test, context) : undefined;
      tested = node.test ?? node;
    }
    let body = this.statement(node.body, context);
    if (each?.dispose) {
      if (context.fn) context.fn.hasFinalizer = true;
      const disposal: Region = { k: "dispose", ref: each.dispose, site: this.callSite(node, "dispose", context) };
      body = { k: "try", body, handler: undefined, finalizer: disposal };
    }
    items.push({
      k: "loop",
      each,
      test,
      body,
      update,
      testFirst: node.type !== "DoWhileStatement",
      breakId,
      continueId,
      text: this.text(tested),
      line: this.lineOf(tested),
    });
    const cells = node.type === "WhileStatement" || node.type === "DoWhileStatement" ? [] : this.#dropsOf(node, node).map(({ cell }) => cell);
    if (cells.length > 0) items.push({ k: "drop", cells });
    return this.sequence(items);
  }

  #switch(node: TSESTree.SwitchStatement, outer: Context): Region {
    const breakId = this.names.fresh();
    const context = this.switchContext(outer, breakId);
    let value = this.expression(node.discriminant, outer);
    let tested = value;
    if (value.k !== "var" && value.k !== "const" && value.k !== "this") {
      // Evaluated once, whatever it does: the cases test what it gave.
      const ref = this.temporary("the switched value");
      value = { k: "assign", pattern: { k: "target", target: { k: "var", ref }, fallback: undefined }, value, node: node.discriminant };
      tested = { k: "var", ref, site: this.names.fresh() };
    }
    return {
      k: "switch",
      value,
      breakId,
      cases: node.cases.map((entry) => ({
        test: entry.test ? this.comparison(tested, this.expression(entry.test, context), node, entry.test) : undefined,
        body: this.#statements(entry.consequent, context, []),
        text: entry.test ? `${this.text(node.discriminant)} === ${this.text(entry.test)}` : "",
        line: this.lineOf(entry),
      })),
    };
  }

  #try(node: TSESTree.TryStatement, context: Context): Region {
    if (context.fn && node.finalizer) context.fn.hasFinalizer = true;
    return {
      k: "try",
      body: this.#block(node.block, node.block.body, context),
      handler: node.handler
        ? {
            pattern: node.handler.param ? this.pattern(node.handler.param, context) : undefined,
            body: this.#block(node.handler.body, node.handler.body.body, context),
          }
        : undefined,
      finalizer: node.finalizer ? this.memo(this.#block(node.finalizer, node.finalizer.body, context)) : undefined,
    };
  }

  /** A disposal's try; its finalizer is remembered like any other. */
  memoised(region: TryRegion): Region {
    return region.finalizer ? { ...region, finalizer: this.memo(region.finalizer) } : region;
  }

  exitSite(node: TSESTree.Node, how: ExitSite["how"], fn?: FunctionInfo): ExitSite {
    return { id: this.names.fresh(), place: exitPlace(node, how), how, line: how === "end" ? lineIn(this.module.number, node.loc.end.line) : this.lineOf(node), fn };
  }
}

function exitPlace(node: TSESTree.Node, how: ExitSite["how"]): ExitSite["place"] {
  if (how !== "end") return { loc: node.loc, range: node.range };
  const { end } = node.loc;
  return {
    loc: { start: { line: end.line, column: Math.max(0, end.column - 1) }, end },
    range: [node.range[1] - 1, node.range[1]],
  };
}

/** `for (let i = 0; …; i++)`: each turn has a variable of its own, where only the head of the loop writes it. */
function isOfTurn(variable: Variable): boolean {
  const declaration = (variable.defs[0]?.node as TSESTree.Node | undefined)?.parent;
  const loop = declaration?.type === "VariableDeclaration" && declaration.kind === "let" ? declaration.parent : undefined;
  if (loop?.type !== "ForStatement" || loop.init !== declaration) return false;
  const heads = [declaration, loop.update];
  return variable.references.every((reference) => !reference.isWrite() || heads.some((head) => head && head.range[0] <= reference.identifier.range[0] && reference.identifier.range[1] <= head.range[1]));
}

/**
 * Whether a variable is a `var` that can be read before it is set: one that is declared without a value,
 * or within a statement of the body that is not the only one to mention it.
 */
function isReadUnset(variable: Variable, body: TSESTree.Node): boolean {
  return variable.defs.length > 0 && variable.defs.every(({ node, parent }) => parent?.type === "VariableDeclaration" && parent.kind === "var" && isUnset(node as TSESTree.VariableDeclarator, variable, body));
}

function isUnset({ init, parent: declaration }: TSESTree.VariableDeclarator, { references }: Variable, body: TSESTree.Node): boolean {
  const { parent } = declaration;
  const isOfLoop = (parent.type === "ForInStatement" || parent.type === "ForOfStatement") && parent.left === declaration;
  if (!init && !isOfLoop) return true;
  const holder = parent.type === "ExportNamedDeclaration" || isOfLoop ? parent.parent : parent;
  return holder !== body && references.some(({ identifier }) => identifier.range[0] < parent.range[0] || identifier.range[1] > parent.range[1]);
}

function isUsing(node: TSESTree.Node | null | undefined): boolean {
  return node?.type === "VariableDeclaration" && (node.kind === "using" || node.kind === "await using");
}

/** Whether a branch ends by leaving. */
function leaves(node: TSESTree.Statement): boolean {
  switch (node.type) {
    case "ReturnStatement":
    case "ThrowStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return true;
    case "BlockStatement": {
      const last = node.body.at(-1);
      return last !== undefined && leaves(last);
    }
    default:
      return false;
  }
}

/** `NTSTATUS` of `Promise<NTSTATUS>`. */
function promised(node: TSESTree.TypeNode | undefined): TSESTree.TypeNode | undefined {
  const isPromise = node?.type === "TSTypeReference" && node.typeName.type === "Identifier" && node.typeName.name === "Promise";
  return isPromise ? node.typeArguments?.params[0] : node;
}
