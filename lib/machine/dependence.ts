/** What depends on what in a file, without regard to order: the ground for slices and for what a region may touch. */
import { handledBy, type CallExpr, type CallSite, type Expr, type FunctionInfo, type Pattern, type Region, type Target, type Touched, type VariableRef } from "./regions.ts";
import { closeReaches, isNativeMethod, markRepeated, mayBeLocal, noReach, type Reach } from "./call-graph.ts";
import type { Names } from "./names.ts";
import type { CallMeaning } from "../api/vocabulary.ts";
import { constructorOf, getterName, methodOf, setterName } from "./classes.ts";

/** A lowered file, as far as dependences need it. */
export interface LoweredParts {
  readonly names: Names;
  readonly program: Region;
  readonly functions: readonly FunctionInfo[];
  /** Names of properties that some object or class has a getter or a setter for. */
  readonly accessors: ReadonlySet<string>;
  readonly constantFunctions: ReadonlyMap<VariableRef, FunctionInfo>;
  /** What code out of sight was given, by the variables and fields that stand for it. */
  readonly handed: ReadonlyMap<number, readonly Expr[]>;
}

/** A catalogue call with what decides whether it runs. */
export interface CallRecord {
  readonly call: CallExpr;
  readonly guard: number;
  readonly args: readonly (readonly number[])[];
}

// The method that says how to iterate over an object.
const ITERATOR = "[Symbol.iterator]";
// A call that so many functions may answer tells nothing of any.
const MANY_CANDIDATES = 50;

/** Builds the dependences of a file and fills in what functions and remembered regions touch. */
export class Dependences {
  /** Backwards: what a node's value, or its being reached, depends on. */
  readonly backward = new Map<number, Set<number>>();
  /** Backwards again, but for values alone. */
  readonly inputs = new Map<number, Set<number>>();
  /** Forwards: where a value goes. */
  readonly forward = new Map<number, Set<number>>();
  /** Nodes that stand for variables and fields. */
  readonly cells = new Set<number>();
  /** Variables of other modules than the file under lint, with their numbers. */
  readonly modules = new Map<number, number>();
  readonly records: CallRecord[] = [];
  readonly returns = new Map<FunctionInfo, number>();
  /** What any test reads that decides whether a function, a loop or a block is left. */
  readonly leavingTests = new Set<number>();
  /** Of each function, the guards of its returns and what they test. */
  readonly exitTests = new Map<FunctionInfo, Map<number, number>>();
  /** The node of all calls that create or ask for the driver object. */
  readonly driver: number;
  /** Variables that choose among the elements of an array or the fields of an object. */
  readonly indexes = new Set<number>();
  /** Calls whose answer no function of this file gives. */
  readonly answered = new Set<number>();
  /** Calls of functions of this file: what they give is what these return. */
  readonly followed = new Set<number>();
  /** Variables with more than one assignment. */
  readonly reassigned = new Set<number>();
  readonly #assigned = new Set<number>();
  /** The node of whatever is thrown and caught. */
  readonly #thrown: number;
  readonly #parts: LoweredParts;
  readonly #entered = new Map<FunctionInfo, number>();
  readonly #jumps = new Map<FunctionInfo | undefined, number>();
  readonly #reaches = new Map<Region | FunctionInfo, Reach>();
  readonly #callers = new Map<FunctionInfo, Set<FunctionInfo | undefined>>();
  readonly #calls = new Map<FunctionInfo, CallSite[]>();
  readonly #guesses = new Map<FunctionInfo, CallSite[]>();
  readonly #dynamicCalls: { readonly name: string | undefined; readonly args: readonly (readonly number[])[]; readonly site: number; readonly guard: number; readonly call: CallSite | undefined }[] = [];
  readonly #generators: readonly FunctionInfo[];
  readonly #namesakes = new Map<string, number>();
  /** Functions that properties hold by other names than their own. */
  readonly #held = new Map<string, Set<FunctionInfo>>();
  readonly #returnGuards: [FunctionInfo, number][] = [];
  readonly #guardTests = new Map<number, readonly number[]>();
  readonly #guardParents = new Map<number, number>();
  #stack: Reach[] = [];
  #fn: FunctionInfo | undefined;

  constructor(parts: LoweredParts) {
    this.#parts = parts;
    this.driver = parts.names.fresh();
    this.#generators = parts.functions.filter(({ isGenerator }) => isGenerator);
    this.#thrown = parts.names.fresh();
    for (const { name } of parts.functions) this.#namesakes.set(name, (this.#namesakes.get(name) ?? 0) + 1);
    this.#walk(undefined, parts.program);
    for (const fn of parts.functions) this.#walk(fn, fn.body);
    this.#linkDynamicCalls();
    this.#linkApiValues();
    this.#openOwnMethods();
    closeReaches(parts.functions, this.#reaches);
    markRepeated(parts.functions, this.#callers);
  }

  /** What a function or remembered region touches, the functions it calls included. */
  touched(of: Region | FunctionInfo): Touched {
    const reach = this.#reaches.get(of);
    if (!reach) return { nodes: new Set(), makes: new Set(), open: true };
    const nodes = new Set(reach.nodes);
    let open = reach.open;
    for (const callee of reach.callees) {
      const inner = this.#reaches.get(callee);
      if (!inner || inner.open) open = true;
      else for (const node of inner.nodes) nodes.add(node);
    }
    return { nodes, makes: nodes, open };
  }

  #walk(fn: FunctionInfo | undefined, body: Region): void {
    this.#fn = fn;
    const reach: Reach = { ...noReach(), open: fn?.isGenerator === true };
    this.#stack = [reach];
    if (fn) {
      this.#reaches.set(fn, reach);
      for (const { id, shared } of fn.shared) this.#touch(id, shared?.site ?? id);
    }
    const root = this.#parts.names.fresh();
    this.#depend(root, [this.#jumpsOf(fn)]);
    if (fn) this.#depend(root, [this.#enteredOf(fn)]);
    this.#region(body, root);
  }

  #enteredOf(fn: FunctionInfo): number {
    return numbered(this.#entered, fn, this.#parts.names);
  }

  #jumpsOf(fn: FunctionInfo | undefined): number {
    return numbered(this.#jumps, fn, this.#parts.names);
  }

  returnOf(fn: FunctionInfo): number {
    return numbered(this.returns, fn, this.#parts.names);
  }

  #depend(node: number, on: readonly number[]): void {
    addAll(this.backward, node, on);
  }

  #flow(to: number, from: readonly number[], guard: number | undefined): void {
    this.#depend(to, from);
    addAll(this.inputs, to, from);
    if (guard !== undefined) this.#depend(to, [guard]);
    for (const source of from) addAll(this.forward, source, [to]);
  }

  #touch(...nodes: readonly number[]): void {
    const reach = this.#stack.at(-1);
    for (const node of nodes) reach?.nodes.add(node);
  }

  #guard(tests: readonly number[], parent: number): number {
    const guard = this.#parts.names.fresh();
    this.#depend(guard, tests);
    this.#depend(guard, [parent]);
    this.#guardTests.set(guard, tests);
    this.#guardParents.set(guard, parent);
    return guard;
  }

  /** What the tests around something read, from the innermost outwards; nothing where there is no test around it. */
  *testsAround(guard: number): Generator<number> {
    for (let each: number | undefined = guard; each !== undefined; each = this.#guardParents.get(each)) yield* this.#guardTests.get(each) ?? [];
  }

  #noteLeaving(guard: number): void {
    for (const node of this.testsAround(guard)) this.leavingTests.add(node);
  }

  #region(region: Region, guard: number): void {
    switch (region.k) {
      case "eval":
        this.#expr(region.value, guard);
        break;
      case "seq":
        for (const item of region.items) this.#region(item, guard);
        break;
      case "if": {
        const inner = this.#guard(this.#expr(region.test, guard), guard);
        this.#region(region.then, inner);
        if (region.else) this.#region(region.else, inner);
        break;
      }
      case "loop": {
        const tests = region.test ? this.#expr(region.test, guard) : [];
        if (region.each) {
          const from = this.#expr(region.each.value, guard);
          tests.push(...from);
          this.#bind(region.each.pattern, from, guard);
          this.#iterate(region.continueId, guard);
          if (region.each.dispose) this.#touch(region.each.dispose.id);
        }
        const inner = this.#guard(tests, guard);
        this.#region(region.body, inner);
        if (region.update) this.#expr(region.update, inner);
        break;
      }
      case "switch": {
        const tests = this.#expr(region.value, guard);
        for (const entry of region.cases) if (entry.test) tests.push(...this.#expr(entry.test, guard));
        const inner = this.#guard(tests, guard);
        for (const entry of region.cases) this.#region(entry.body, inner);
        break;
      }
      case "label":
        this.#region(region.body, guard);
        break;
      case "try":
        this.#region(region.body, guard);
        if (region.handler) {
          if (region.handler.pattern) this.#bind(region.handler.pattern, [this.#thrown], guard);
          this.#region(region.handler.body, guard);
        }
        if (region.finalizer) this.#region(region.finalizer, guard);
        break;
      case "jump":
        this.#depend(this.#jumpsOf(this.#fn), [guard]);
        this.#noteLeaving(guard);
        break;
      case "return": {
        const from = region.value ? this.#expr(region.value, guard) : [];
        this.#noteLeaving(guard);
        if (this.#fn) {
          this.#flow(this.returnOf(this.#fn), from, undefined);
          this.#noteExit(this.#fn, guard);
          this.#returnGuards.push([this.#fn, guard]);
        }
        break;
      }
      case "throw":
        this.#flow(this.#thrown, this.#expr(region.value, guard), guard);
        this.#depend(this.#jumpsOf(this.#fn), [guard]);
        this.#noteLeaving(guard);
        break;
      case "drop":
        this.#touch(...region.cells);
        break;
      case "watch":
        break;
      case "dispose":
        this.#touch(region.ref.id);
        this.#open();
        break;
      case "memo":
        this.#memo(region, guard);
    }
  }

  #memo(region: Extract<Region, { k: "memo" }>, guard: number): void {
    const outer = this.#stack.at(-1);
    const inner = noReach();
    this.#reaches.set(region, inner);
    this.#stack.push(inner);
    this.#region(region.body, guard);
    this.#stack.pop();
    if (!outer) return;
    for (const node of inner.nodes) outer.nodes.add(node);
    for (const callee of inner.callees) outer.callees.add(callee);
    for (const method of inner.methods) outer.methods.add(method);
    outer.open ||= inner.open;
  }

  #open(): void {
    const reach = this.#stack.at(-1);
    if (reach) reach.open = true;
  }

  #noteExit(fn: FunctionInfo, guard: number): void {
    const tests = this.exitTests.get(fn) ?? new Map<number, number>();
    this.exitTests.set(fn, tests);
    for (const node of new Set(this.#guardTests.get(guard) ?? [])) tests.set(node, (tests.get(node) ?? 0) + 1);
  }

  /** Records what an expression does, and gives the nodes that its value depends on. */
  #expr(expr: Expr, guard: number): number[] {
    switch (expr.k) {
      case "const":
      case "status":
        return [];
      case "api":
        this.#noteApi(expr.meaning.releases.length > 0 || expr.meaning.acquires.length > 0);
        if (expr.meaning.effect === undefined) this.#apiValues.add(expr.meaning);
        return [];
      case "var": {
        this.#noteVariable(expr.ref);
        const fn = this.#functionOf(expr.ref);
        if (fn) this.#mention(fn);
        // A class is an object of its own: its static fields.
        else if (expr.ref.hoisted && "site" in expr.ref.hoisted) this.#touch(expr.ref.hoisted.site);
        return [expr.ref.id];
      }
      case "arg":
        this.cells.add(expr.cell);
        this.#touch(expr.cell);
        return [expr.cell];
      case "this":
        this.#touch(expr.cell);
        return [expr.cell];
      case "member": {
        // A getter runs out of sight.
        if (expr.name !== undefined && this.#parts.accessors.has(expr.name)) this.#dynamic(getterName(expr.name), [], expr.site, guard);
        const from = this.#expr(expr.object, guard);
        if (expr.index) from.push(...this.#index(expr.index, guard));
        this.cells.add(expr.field);
        this.#touch(expr.field, expr.site);
        return [...from, expr.field];
      }
      case "lookup":
        return this.#index(expr.index, guard);
      case "assign": {
        const from = this.#expr(expr.value, guard);
        const { pattern } = expr;
        if (pattern.k === "target" && pattern.target.k === "member") this.#noteHeld(pattern.target.name, expr.value);
        this.#bind(expr.pattern, this.#isNamedFunction(expr.pattern) ? [] : from, guard);
        return from;
      }
      case "call":
        return this.#call(expr, guard);
      case "cond": {
        const tests = this.#expr(expr.test, guard);
        const inner = this.#guard(tests, guard);
        return [...tests, ...this.#expr(expr.then, inner), ...this.#expr(expr.else, inner)];
      }
      case "logic": {
        const left = this.#expr(expr.left, guard);
        return [...left, ...this.#expr(expr.right, this.#guard(left, guard))];
      }
      case "not":
      case "typeof":
        return this.#expr(expr.value, guard);
      case "binary":
        if (expr.key) this.#touch(expr.key.cell);
        return [...this.#expr(expr.left, guard), ...this.#expr(expr.right, guard)];
      case "template":
        return expr.parts.flatMap((part) => (typeof part === "string" ? [] : this.#expr(part, guard)));
      case "object": {
        this.#touch(expr.site);
        const all: number[] = [];
        for (const part of expr.properties) {
          const from = this.#expr(part.value, guard);
          if (part.k === "property") {
            if (part.key) from.push(...this.#index(part.key, guard));
            this.#noteHeld(part.name, part.value);
            this.cells.add(part.field);
            this.#touch(part.field);
            if (part.name !== undefined && part.value.k !== "const") this.#givenFields.add(part.name);
            this.#flow(part.field, from, guard);
          }
          all.push(...from);
        }
        return all;
      }
      case "array":
        this.#touch(expr.site);
        if (expr.items.some(({ spread }) => spread)) this.#iterate(expr.site, guard);
        return expr.items.flatMap((item) => (item.value ? this.#expr(item.value, guard) : []));
      case "fn":
        this.#mention(expr.fn);
        expr.fn.escapes = true;
        this.#touch(...expr.fn.captures.map((ref) => ref.id));
        return [...expr.fn.outer].map((ref) => ref.id);
      case "super":
        this.#touch(expr.cell);
        return [expr.cell];
      case "class":
        this.#touch(expr.info.site, expr.info.thisCell);
        if (expr.info.superclass) this.#expr(expr.info.superclass, guard);
        for (const { value } of [...expr.info.fields, ...expr.info.staticFields]) if (value) this.#expr(value, guard);
        for (const { block } of expr.info.staticFields) if (block) this.#region(block, guard);
        return [];
      case "seq": {
        let last: number[] = [];
        for (const item of expr.items) last = this.#expr(item, guard);
        return last;
      }
      case "yield": {
        const from = this.#expr(expr.value, guard);
        if (expr.isEach) this.#iterate(expr.site, guard);
        if (this.#fn) this.#flow(this.returnOf(this.#fn), from, guard);
        return from;
      }
      case "unknown":
        return expr.children.flatMap((child) => this.#expr(child, guard));
    }
  }

  #noteVariable({ id, isModuleLevel, module }: VariableRef): void {
    this.cells.add(id);
    if (isModuleLevel && module > 0) this.modules.set(id, module);
    this.#touch(id);
  }

  /** A property that holds a function by another name: `{ start: startTracing }`. */
  #noteHeld(name: string | undefined, value: Expr): void {
    const fn = name === undefined ? undefined : this.functionOf(value);
    if (name !== undefined && value.k === "api") this.#heldApis.set(name, (this.#heldApis.get(name) ?? new Set()).add(value.meaning));
    if (name !== undefined && fn && fn.name !== name) this.#held.set(name, (this.#held.get(name) ?? new Set()).add(fn));
  }

  /** A generator, or an object's own iterator, runs out of sight. */
  #iterate(site: number, guard: number): void {
    for (const fn of this.#generators) {
      this.#open();
      this.#depend(this.#enteredOf(fn), [guard]);
    }
    if (this.#namesakes.has(ITERATOR)) this.#dynamic(ITERATOR, [], site, guard);
  }

  #index(expr: Expr, guard: number): number[] {
    const nodes = this.#expr(expr, guard);
    for (const node of nodes) this.indexes.add(node);
    return nodes;
  }

  #noteApi(isPair: boolean): void {
    if (isPair) this.#open();
  }

  #mention(fn: FunctionInfo): void {
    this.#stack.at(-1)?.callees.add(fn);
  }

  /** `const start = () => …`: as with a declared function, what it mentions is no part of a value. */
  #isNamedFunction(pattern: Pattern): boolean {
    return pattern.k === "target" && pattern.target.k === "var" && this.#parts.constantFunctions.has(pattern.target.ref);
  }

  #functionOf(ref: VariableRef): FunctionInfo | undefined {
    return ref.hoisted && "body" in ref.hoisted ? ref.hoisted : this.#parts.constantFunctions.get(ref);
  }

  /** In a function other than an entry, an early return decides whether what follows it is reached. */
  markEntries(entries: ReadonlySet<FunctionInfo>): void {
    for (const [fn, guard] of this.#returnGuards) {
      if (entries.has(fn)) continue;
      this.#depend(this.#jumpsOf(fn), [guard]);
      this.#depend(this.returnOf(fn), [guard]);
    }
  }

  /** The functions that call this one by name. */
  callersOf(fn: FunctionInfo): FunctionInfo[] {
    return [...(this.#callers.get(fn) ?? [])].filter((caller): caller is FunctionInfo => caller !== undefined);
  }

  /**
   * The calls of a function, by its name or that of the method.
   * @param guesses also those of any value that may be the function
   */
  callsTo(fn: FunctionInfo, guesses: boolean): readonly CallSite[] {
    return [...(this.#calls.get(fn) ?? []), ...(guesses ? (this.#guesses.get(fn) ?? []) : [])];
  }

  #noteCall(fn: FunctionInfo, site: CallSite, into = this.#calls): void {
    const known = into.get(fn);
    if (known) known.push(site);
    else into.set(fn, [site]);
  }

  /** The functions that a function mentions, as callees or as values. */
  mentionedBy(fn: FunctionInfo): Iterable<FunctionInfo> {
    return this.#reaches.get(fn)?.callees ?? [];
  }

  /** Whether a function may run code that only the values at hand decide. */
  isOpen(fn: FunctionInfo): boolean {
    return this.#reaches.get(fn)?.open !== false;
  }

  /** The function that an expression names for certain. */
  functionOf(expr: Expr): FunctionInfo | undefined {
    if (expr.k === "fn") return expr.fn;
    return expr.k === "var" ? this.#functionOf(expr.ref) : undefined;
  }

  /** The functions that code out of sight was given, of which a callee is part. */
  handedTo(callee: Expr): readonly FunctionInfo[] {
    const holder = handledBy(callee);
    const given = holder === undefined ? undefined : this.#parts.handed.get(holder);
    return given ? given.flatMap((each) => this.#functionsIn(each)) : [];
  }

  #functionsIn(expr: Expr): FunctionInfo[] {
    if (expr.k === "object") return expr.properties.flatMap((part) => (part.k === "property" ? this.#functionsIn(part.value) : []));
    if (expr.k === "array") return expr.items.flatMap(({ value }) => (value ? this.#functionsIn(value) : []));
    const fn = this.functionOf(expr);
    return fn ? [fn] : [];
  }

  /** The function that a callee names for certain. */
  calleeOf(call: CallExpr): FunctionInfo | undefined {
    const { callee } = call;
    if (!callee) return undefined;
    if (call.isNew) {
      const info = callee.k === "class" ? callee.info : callee.k === "var" ? callee.ref.hoisted : undefined;
      return info && "construct" in info ? constructorOf(info) : this.functionOf(callee);
    }
    if (callee.k === "var") return this.#functionOf(callee.ref);
    if (callee.k === "fn") return callee.fn;
    if (callee.k === "member" && callee.object.k === "this" && callee.name !== undefined) {
      const container = this.#fn?.container;
      // With several methods of a name, the receiver decides.
      if (!container || !("methods" in container) || (this.#namesakes.get(callee.name) ?? 0) > 1) return undefined;
      return methodOf(container, callee.name) ?? container.statics.get(callee.name);
    }
    if (callee.k === "super") return callee.name === undefined ? constructorOf(callee.container.parent) : methodOf(callee.container.parent, callee.name);
    return undefined;
  }

  #call(call: CallExpr, guard: number): number[] {
    const args = call.args.map((arg) => this.#expr(arg, guard));
    const { site, api } = call;
    this.#touch(site.id);
    if (call.same) this.#touch(call.same.cell);
    if (call.spreadFrom !== undefined) this.#iterate(site.id, guard);
    this.#flow(site.id, args.flat(), guard);
    if (api) {
      this.answered.add(site.id);
      this.records.push({ call, guard, args });
      this.#apiCall(call, args, guard);
      return api.effect === "test-success" || api.effect === "test-error" ? args.flat() : [site.id];
    }
    const fn = this.calleeOf(call);
    const calleeNodes = call.callee ? this.#expr(call.callee, guard) : [];
    if (!fn) {
      this.answered.add(site.id);
      this.#flow(site.id, calleeNodes, guard);
      // `list.push(x)`: what is given may stay in the receiver.
      if (call.method !== undefined) for (const node of calleeNodes) this.#flow(node, args.flat(), guard);
      // `list.slice(0, count).forEach(undo)`: how often it is called is for the list to say.
      for (const callback of call.method === undefined ? [] : call.args.flatMap((arg) => this.functionOf(arg) ?? [])) this.#depend(this.#enteredOf(callback), calleeNodes);
      if (call.callee && !call.isBuiltin && (mayBeLocal(call.callee) || this.handedTo(call.callee).length > 0)) {
        this.#dynamic(call.method, args, site.id, guard, site);
        if (!call.isNew) this.#unseenCalls.push({ call, args, guard });
      }
      return [site.id];
    }
    this.followed.add(site.id);
    this.#noteCall(fn, site);
    fn.callSites += site.inLoop ? 2 : 1;
    const callers = this.#callers.get(fn) ?? new Set();
    callers.add(this.#fn);
    this.#callers.set(fn, callers);
    this.#mention(fn);
    this.#touch(...fn.argumentCells, fn.thisCell);
    for (const [index, cell] of fn.argumentCells.entries()) this.#flow(cell, args[index] ?? [], guard);
    this.#depend(this.#enteredOf(fn), [guard]);
    const result = call.isNew ? args.flat() : [this.returnOf(fn)];
    this.#flow(site.id, result, guard);
    return [...result, site.id];
  }

  /** A call of whatever function the values at hand decide: by its name, if it has one. */
  #dynamic(name: string | undefined, args: readonly (readonly number[])[], site: number, guard: number, call?: CallSite): void {
    if (name !== undefined && isNativeMethod(name)) this.#stack.at(-1)?.methods.add(name);
    else this.#open();
    this.#dynamicCalls.push({ name, args, site, guard, call });
  }

  /** A method that is named like one of the language's may be the program's own: then it may do anything. */
  #openOwnMethods(): void {
    const own = new Set([...this.#namesakes.keys(), ...this.#givenFields]);
    for (const reach of this.#reaches.values()) {
      for (const method of reach.methods) if (own.has(method)) reach.open = true;
    }
  }

  /** Names of fields that are given what may be a function. */
  readonly #givenFields = new Set<string>();

  /** What a dynamic call may run depends on whether it is reached, and gets its arguments. */
  #linkDynamicCalls(): void {
    const byName = new Map<string, FunctionInfo[]>();
    for (const fn of this.#parts.functions) byName.set(fn.name, [...(byName.get(fn.name) ?? []), fn]);
    for (const [name, fns] of this.#held) byName.set(name, [...(byName.get(name) ?? []), ...fns]);
    const values = this.#parts.functions.filter((fn) => fn.escapes);
    for (const { name, args, site, guard, call } of this.#dynamicCalls) {
      const plain = name?.replace(/^[gs]et /u, "");
      const named = plain === undefined ? undefined : byName.get(plain);
      const candidates = named ?? values;
      if (candidates.length > MANY_CANDIDATES) continue;
      for (const fn of candidates) {
        fn.callSites += 2;
        if (call) this.#noteCall(fn, call, named ? this.#calls : this.#guesses);
        this.#depend(this.#enteredOf(fn), [guard]);
        for (const [index, cell] of fn.argumentCells.entries()) this.#flow(cell, args[index] ?? [], guard);
        this.#flow(site, [this.returnOf(fn)], guard);
      }
    }
  }

  /** Functions of the API that are values somewhere; those that properties hold, by the name of the property. */
  readonly #apiValues = new Set<CallMeaning>();
  readonly #heldApis = new Map<string, Set<CallMeaning>>();
  /** Calls of which only the values at hand tell whom they call. */
  readonly #unseenCalls: CallRecord[] = [];

  /** `open(box)`, where `open` may be a function of the API: what that acquires is acquired there. */
  #linkApiValues(): void {
    const pairs = this.#unseenCalls.flatMap((record) => {
      const { method } = record.call;
      const meanings = method === undefined ? this.#apiValues : (this.#heldApis.get(method) ?? []);
      return [...meanings].flatMap((meaning): [CallRecord, CallMeaning][] => (meaning.acquires.length + meaning.releases.length > 0 ? [[record, meaning]] : []));
    });
    if (pairs.length > MANY_CANDIDATES) return;
    this.#stack = [noReach()];
    for (const [{ call, guard, args }, api] of pairs) {
      const made: CallExpr = { ...call, api };
      this.answered.add(call.site.id);
      this.records.push({ call: made, guard, args });
      this.#apiCall(made, args, guard);
    }
  }

  #apiCall(call: CallExpr, args: readonly (readonly number[])[], guard: number): void {
    const { api, site } = call;
    if (!api) return;
    for (const pair of api.acquires) {
      if (pair.handle.from === "global") this.#touch(kindNode(this.#parts.names, pair.kind));
      if (pair.alsoAt !== undefined) {
        for (const name of ["DeviceObject", "NextDevice"]) this.#flow(this.#parts.names.field(name), [site.id], guard);
      }
      if (pair.handle.from !== "out") continue;
      for (const node of args[pair.handle.argument] ?? []) this.#flow(node, [site.id], guard);
      this.#flow(this.#parts.names.field("value"), [site.id], guard);
    }
    for (const { pair, release } of api.releases) {
      if (release.argument === null || pair.handle.from === "argument" || pair.handle.from === "global") this.#touch(kindNode(this.#parts.names, pair.kind));
    }
    // An out box can have a setter.
    if (this.#parts.accessors.has("value")) this.#dynamic(setterName("value"), [[call.site.id]], call.site.id, guard);
    switch (api.effect) {
      case "miniport-unload":
        // Runs the callbacks that are registered, whatever they touch.
        this.#open();
        break;
      case "create-driver":
      case "driver-handle":
      case "driver-object":
      case "load-driver":
        this.#touch(this.driver);
        break;
      case "init-config":
      case "init-attributes":
      case "zero":
      case "init-string":
        for (const node of args[0] ?? []) this.#flow(node, args.slice(1).flat(), guard);
        break;
      default:
    }
  }

  #bind(pattern: Pattern, from: readonly number[], guard: number): void {
    if (pattern.fallback) {
      const extra = this.#expr(pattern.fallback, guard);
      this.#bind({ ...pattern, fallback: undefined }, [...from, ...extra], guard);
      return;
    }
    switch (pattern.k) {
      case "target":
        this.#assign(pattern.target, from, guard);
        break;
      case "object":
        for (const property of pattern.properties) {
          const field = property.name === undefined ? [] : [this.#parts.names.field(property.name)];
          this.#touch(...field);
          for (const node of field) {
            this.cells.add(node);
            if (property.name !== undefined && this.#parts.accessors.has(property.name)) this.#dynamic(getterName(property.name), [], node, guard);
          }
          this.#bind(property.pattern, [...from, ...field], guard);
        }
        if (pattern.rest) this.#bind(pattern.rest, from, guard);
        break;
      case "array":
        for (const item of pattern.items) if (item) this.#bind(item, from, guard);
        if (pattern.rest) this.#bind(pattern.rest, from, guard);
    }
  }

  #assign(target: Target, from: readonly number[], guard: number): void {
    switch (target.k) {
      case "var":
        this.#noteVariable(target.ref);
        if (this.#assigned.has(target.ref.id)) this.reassigned.add(target.ref.id);
        this.#assigned.add(target.ref.id);
        this.#flow(target.ref.id, from, guard);
        break;
      case "member": {
        if (target.name !== undefined && this.#parts.accessors.has(target.name)) this.#dynamic(setterName(target.name), [from], target.field, guard);
        const base = this.#expr(target.object, guard);
        const index = target.index ? this.#index(target.index, guard) : [];
        this.cells.add(target.field);
        this.#touch(target.field);
        if (target.name !== undefined) this.#givenFields.add(target.name);
        this.#flow(target.field, [...from, ...index], guard);
        // What an object holds is part of what it is worth keeping for.
        for (const node of base) this.#flow(node, from, guard);
        break;
      }
      case "none":
        for (const child of target.children) this.#expr(child, guard);
    }
  }

  /** The functions that, themselves or through others, call a release of a kind. */
  releasersOf(kind: string): ReadonlySet<FunctionInfo> {
    const known = this.#releasers.get(kind);
    if (known) return known;
    const releasers = new Set<FunctionInfo>();
    const mentions = new Map<FunctionInfo, FunctionInfo[]>();
    for (const fn of this.#parts.functions) {
      for (const callee of this.mentionedBy(fn)) mentions.set(callee, [...(mentions.get(callee) ?? []), fn]);
    }
    const pending = this.records.flatMap(({ call }) => (call.site.fn && call.api?.releases.some(({ pair }) => pair.kind === kind) ? [call.site.fn] : []));
    for (let fn = pending.pop(); fn; fn = pending.pop()) {
      if (releasers.has(fn)) continue;
      releasers.add(fn);
      pending.push(...(mentions.get(fn) ?? []));
    }
    this.#releasers.set(kind, releasers);
    return releasers;
  }

  readonly #releasers = new Map<string, ReadonlySet<FunctionInfo>>();
}

/** The node of all releases of a kind that name no handle. */
export function kindNode(names: Names, kind: string): number {
  return names.field(`release of ${kind}`);
}

function addAll(map: Map<number, Set<number>>, key: number, values: readonly number[]): void {
  let set = map.get(key);
  if (!set) {
    set = new Set();
    map.set(key, set);
  }
  for (const value of values) set.add(value);
}

function numbered<K>(map: Map<K, number>, key: K, names: Names): number {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = names.fresh();
  map.set(key, made);
  return made;
}
