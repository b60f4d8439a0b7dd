/** In which orders the statements of a list may stand: which has to stay before which, and what an order is checked for. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { Variable } from "../source/scopes.ts";
import { meet, nameOf, type Access, type Effects, type Root } from "./effects.ts";
import { refuse, type Refusal } from "./refusal.ts";
import type { Statement } from "./statements.ts";

/** A statement with what it does. */
export interface Item {
  readonly statement: Statement;
  readonly effects: Effects;
}

/** What an order has to respect. */
export interface Question {
  /** Neighbouring statements, from the first early one to the one that tests the creation. */
  readonly items: readonly Item[];
  /** Those that have to come after the test. */
  readonly early: ReadonlySet<number>;
  /** Among them those whose blocks the creation goes out of: without them there is no order. */
  readonly heads: ReadonlySet<number>;
  /** The creation, and what tests it: the last item. */
  readonly creation: ReadonlySet<number>;
  /** The creation is a block with other things in it, which stays as it is. */
  readonly isBlock: boolean;
  /** The creation goes out of a block: what stands before it there belongs to it, wherever that can be. */
  readonly isLifted: boolean;
  /** What only passes on what the creation has given, before that is tested: `gDriver = result.driver`. */
  readonly followers: ReadonlySet<number>;
  /** The driver object, as the function calls it. */
  readonly driverObject: Root | undefined;
  /** Variables of the function that no closure sees, and that hold no object of their own: a status, say. */
  readonly isTemporary: (variable: Variable) => boolean;
  /** Whether what follows may read what a variable holds behind all of this. */
  readonly isReadBehind: (variable: Variable) => boolean;
  /** Whether every failure that a statement writes to a variable makes the function leave. */
  readonly isSettled: (variable: Variable, statement: Statement) => boolean;
  /** Whether an exit is taken by failing starts only. */
  readonly fails: (exit: TSESTree.Node) => boolean;
}

/** Why one statement has to stay before another. */
interface Edge {
  readonly from: number;
  readonly to: number;
  readonly why: Refusal;
  /** Only a call of which nothing is known stands in the way: where the user judges it, it may be passed. */
  readonly isSoft: boolean;
}

/** The order found: indexes of the items. */
export interface Order {
  /** What stands before the end of the test, the test last. */
  readonly before: readonly number[];
  /** What follows it. */
  readonly after: readonly number[];
  /** The order can be shown to change nothing but for these calls, of which too little is known. */
  readonly doubts: readonly Refusal[];
}

/**
 * Orders in which the creation and its test come first and the early statements after them, the one that moves less first;
 * or why there is none.
 */
export function creationFirst(question: Question): readonly (Order | Refusal)[] {
  const { items, early } = question;
  const all = edgesOf(question);
  const last = items.length - 1;
  const tested = [last, ...question.creation];
  const isStuck = (needed: ReadonlySet<number>): boolean => [...question.heads].some((index) => needed.has(index));
  const lateIn = (needed: ReadonlySet<number>): Set<number> => new Set(isStuck(needed) ? [] : [...early].filter((index) => !needed.has(index)));
  let edges = all;
  let needed = closure(tested, edges, "from");
  let late = lateIn(needed);
  const doubts: Refusal[] = [];
  if (late.size === 0) {
    // Calls of which nothing is known may be passed where the user judges it.
    edges = all.filter(({ isSoft }) => !isSoft);
    needed = closure(tested, edges, "from");
    late = lateIn(needed);
    if (isStuck(needed)) return [refuse("other-block", items[[...question.heads].find((index) => needed.has(index)) ?? 0]?.statement.loc.start.line ?? 0)];
    if (late.size === 0) return [obstacle(edges, early, tested)];
    const [reached, leading] = [closure(early, all, "to"), closure(tested, all, "from")];
    doubts.push(...all.filter(({ from, to, isSoft }) => isSoft && reached.has(from) && leading.has(to)).map(({ why }) => why));
  }
  const dependent = closure(late, edges, "to");
  for (const index of paragraphs(items, dependent, needed)) dependent.add(index);
  const down = split(items, (index) => !dependent.has(index));
  // What belongs to the creation goes with it, wherever nothing early is in it.
  const belonging = closure(needed, edges, "to");
  const up = split(items, (index) => needed.has(index) || (belonging.has(index) && !dependent.has(index)));
  const weight = (indexes: readonly number[]): number => indexes.reduce((sum, index) => sum + linesOf(items[index]), 0);
  const orders = question.isLifted || weight(down.after) <= weight(up.before) ? [down, up] : [up, down];
  return orders.map((order) => checked(question, order, doubts));
}

function split(items: readonly Item[], isBefore: (index: number) => boolean): Pick<Order, "before" | "after"> {
  const indexes = items.map((_, index) => index);
  return { before: indexes.filter(isBefore), after: indexes.filter((index) => !isBefore(index)) };
}

function linesOf(item: Item | undefined): number {
  return item ? item.statement.loc.end.line - item.statement.loc.start.line + 1 : 0;
}

/** What follows a moved statement without a blank line belongs to it, where nothing needs it earlier. */
function paragraphs(items: readonly Item[], moved: ReadonlySet<number>, needed: ReadonlySet<number>): Set<number> {
  const found = new Set<number>();
  for (const [index, { statement }] of items.entries()) {
    const previous = items[index - 1]?.statement;
    const isMoved = moved.has(index - 1) || found.has(index - 1);
    if (isMoved && previous && !needed.has(index) && statement.loc.start.line === previous.loc.end.line + 1) found.add(index);
  }
  return found;
}

/** All that an item leads to along the edges, or that leads to it. */
function closure(start: Iterable<number>, edges: readonly Edge[], towards: "from" | "to"): Set<number> {
  const seen = new Set(start);
  const pending = [...seen];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    for (const edge of edges) {
      const [here, there] = towards === "from" ? [edge.to, edge.from] : [edge.from, edge.to];
      if (here !== index || seen.has(there)) continue;
      seen.add(there);
      pending.push(there);
    }
  }
  return seen;
}

/** Why an early statement has to stay before the test: of the shortest way there, the step that is not about values alone, or the first. */
function obstacle(edges: readonly Edge[], early: ReadonlySet<number>, tested: readonly number[]): Refusal {
  const ways = new Map<number, readonly Edge[]>([...early].map((index) => [index, []]));
  const pending = [...early];
  for (let index = pending.shift(); index !== undefined; index = pending.shift()) {
    const way = ways.get(index) ?? [];
    if (way.length > 0 && tested.includes(index)) return (way.find(({ why }) => why.reason !== "needed-by-both") ?? way[0])?.why ?? NO_WAY;
    for (const edge of edges) {
      if (edge.from !== index || ways.has(edge.to)) continue;
      ways.set(edge.to, [...way, edge]);
      pending.push(edge.to);
    }
  }
  return NO_WAY;
}

const NO_WAY = refuse("shape", "the creation depends on it");

function edgesOf(question: Question): Edge[] {
  const { items } = question;
  const edges: Edge[] = [];
  const indexes = items.map((_, index) => index);
  for (const [to, later] of items.entries()) {
    for (let from = 0; from < to; from += 1) {
      const earlier = items[from];
      const why = earlier && reasonFor(question, earlier, to, later);
      if (why) edges.push({ from, to, why, isSoft: why.reason === "unknown-call" && !isRepeated(earlier, later) });
    }
    for (const { variable, from } of sourcesOf(question, indexes, to)) {
      if (from !== undefined && from !== to) edges.push({ from, to, why: refuse("needed-by-both", variable.name), isSoft: false });
    }
  }
  return edges;
}

/** The same function, of which nothing is known, is called by both: the second call may well depend on the first. */
function isRepeated(earlier: Item, later: Item): boolean {
  return earlier.effects.unknown.some(({ name }) => later.effects.unknown.some((other) => other.name === name));
}

function reasonFor(question: Question, earlier: Item, to: number, later: Item): Refusal | undefined {
  const isCreation = isTest(question, to);
  const met = meeting(question, earlier.effects.accesses, later.effects.accesses, isCreation);
  if (met && met.root !== "outside") return refuse("needed-by-both", nameOf(met));
  const declared = earlier.effects.declared.find((variable) => mentions(later, variable) && !isMovable(question, earlier, variable));
  if (declared) return refuse("needed-by-both", declared.name);
  const isExempt = isCreation || question.followers.has(to);
  for (const exit of earlier.effects.exits) {
    if (!isExempt && reachesOutside(question, later)) return refuse("exit", exit.loc.start.line);
    if (doesSomething(later) && !question.fails(exit)) return refuse("exit", exit.loc.start.line);
  }
  // On failing, a creation leaves; a block with other things in it may leave otherwise.
  for (const exit of isCreation && !question.isBlock ? [] : later.effects.exits) {
    if ((reachesOutside(question, earlier) || earlier.effects.unknown.length > 0) && !question.fails(exit)) return refuse("exit", exit.loc.start.line);
  }
  // What is only doubtful comes after what is certain.
  if (met) return refuse("unknown-call", (later.effects.unknown[0] ?? earlier.effects.unknown[0])?.name ?? "");
  if (isExempt || earlier.effects.exits.length === 0) return undefined;
  // What is given nothing does nothing to the driver (contract, end of section 2): it can run before a start that fails.
  const called = later.effects.unknown.find(({ isLocal: isUnseen, isAwaited, args }) => isUnseen || isAwaited || args.length > 0);
  return called && refuse("unknown-call", called.name);
}

/** The creation, or what tests it. */
function isTest({ creation, items }: Question, index: number): boolean {
  return creation.has(index) || index === items.length - 1;
}

/** Two accesses that have to stay in their order. */
function meeting(question: Question, earlier: readonly Access[], later: readonly Access[], isCreation: boolean): Access | undefined {
  for (const left of earlier) {
    for (const right of later) {
      if (!meet(left, right)) continue;
      if (left.path.length === 0 && right.path.length === 0 && typeof left.root === "object" && question.isTemporary(left.root)) continue;
      // What is done when the creation has failed finds nothing acquired; that this is right is for the proof to show.
      if (isCreation && (left.root === "tracing" || right.branch !== "")) continue;
      if (left.root === question.driverObject && (isIdentity(left) || isIdentity(right))) continue;
      return right.path.length >= left.path.length ? right : left;
    }
  }
  return undefined;
}

/** Handing the driver object on, not looking at what it holds. */
function isIdentity({ path, isWrite }: Access): boolean {
  return path.length === 0 && !isWrite;
}

function mentions({ effects }: Item, variable: Variable): boolean {
  return effects.captured.has(variable) || effects.accesses.some(({ root }) => root === variable);
}

/** A declaration that can pass its `let` on to another statement. */
function isMovable({ isTemporary }: Question, { statement }: Item, variable: Variable): boolean {
  return statement.type === "VariableDeclaration" && statement.kind === "let" && statement.declarations.length === 1 && statement.declarations[0]?.init !== null && isTemporary(variable);
}

function doesSomething({ effects }: Item): boolean {
  return effects.uses.length > 0 || effects.unknown.length > 0 || effects.accesses.some(({ isWrite }) => isWrite);
}

/** Does something that is still there when the function has been left. */
function reachesOutside({ isTemporary }: Question, { statement, effects }: Item): boolean {
  if (effects.uses.some(({ meaning }) => LASTING.has(meaning.effect) || meaning.acquires.length > 0 || meaning.releases.length > 0)) return true;
  return effects.accesses.some(({ root, isWrite }) => isWrite && root !== "outside" && !(typeof root === "object" && (isTemporary(root) || isLocal(root, statement))));
}

const LASTING: ReadonlySet<string | undefined> = new Set(["create-driver", "registration", "borrow", "miniport-unload", "raise", "bugcheck"]);

/** A variable of the function around a statement, that only it and its blocks declare. */
function isLocal(variable: Variable, statement: TSESTree.Node): boolean {
  const { block } = variable.scope.variableScope;
  const isParameter = variable.defs.some((definition) => definition.type === ("Parameter" as typeof definition.type));
  return !isParameter && block.type !== "Program" && block.range[0] <= statement.range[0] && statement.range[1] <= block.range[1];
}

/** Where the values come from that an item reads of temporaries: items before it, or undefined for what was there before. */
function sourcesOf(question: Question, order: readonly number[], index: number): { variable: Variable; from: number | undefined }[] {
  const { items, isTemporary } = question;
  const item = items[index];
  const sources: { variable: Variable; from: number | undefined }[] = [];
  for (const variable of item ? exposed(item, isTemporary, isTest(question, index)) : []) {
    let isOpen = true;
    for (let position = order.indexOf(index) - 1; position >= 0 && isOpen; position -= 1) {
      const from = order[position];
      const source = from === undefined ? undefined : items[from];
      if (from === undefined || !source) continue;
      const writes = writesOf(source, variable);
      if (writes.length > 0) sources.push({ variable, from });
      isOpen = !writes.some(({ branch }) => branch === "");
    }
    if (isOpen) sources.push({ variable, from: undefined });
  }
  return sources;
}

function writesOf({ effects }: Item, variable: Variable): Access[] {
  return effects.accesses.filter(({ root, path, isWrite }) => root === variable && path.length === 0 && isWrite);
}

/** Temporaries that an item may read before it has written them. */
function exposed({ effects }: Item, isTemporary: (variable: Variable) => boolean, isOfTest: boolean): Set<Variable> {
  const found = new Set<Variable>();
  const written = new Map<Variable, string[]>();
  for (const { root, isWrite, branch } of effects.accesses) {
    if (typeof root !== "object" || !isTemporary(root)) continue;
    const branches = written.get(root) ?? [];
    if (isWrite) written.set(root, [...branches, branch]);
    else if (isOfTest && branch !== "") continue;
    else if (!branches.some((known) => branch === known || branch.startsWith(`${known}/`))) found.add(root);
  }
  return found;
}

/** Whether an order leaves every value where it was read; and what it cannot answer for. */
function checked(question: Question, { before, after }: Pick<Order, "before" | "after">, known: readonly Refusal[]): Order | Refusal {
  const old = question.items.map((_, index) => index);
  const order = [...before, ...after];
  for (const index of order) {
    const was = sourcesOf(question, old, index);
    const is = sourcesOf(question, order, index);
    const lost = [...was, ...is].find(({ variable, from }) => has(was, variable, from) !== has(is, variable, from));
    if (lost) return refuse("needed-by-both", lost.variable.name);
  }
  const unsettled = unsettledBy(question, after, order);
  if (unsettled) return refuse("needed-by-both", unsettled.name);
  const doubts = [...known];
  for (const mover of after) {
    const item = question.items[mover];
    const passes = before.some((index) => index > mover);
    if (!item || !passes) continue;
    doubts.push(...doubtsAbout(question, mover));
  }
  for (const index of before) {
    const item = question.items[index];
    if (!item || !after.some((mover) => mover < index)) continue;
    doubts.push(...doubtsAbout(question, index));
    const captured = after.flatMap((mover) => question.items[mover]?.effects.declared ?? []).find((variable) => item.effects.captured.has(variable));
    if (captured) return refuse("needed-by-both", captured.name);
  }
  return { before, after, doubts: [...doubts, ...toldOf(question, after)] };
}

/** What is told, where the creation has failed, of what the moved statements do: they have not been done then. */
function toldOf({ items, creation }: Question, after: readonly number[]): Refusal[] {
  const written = after.flatMap((index) => items[index]?.effects.accesses.filter(({ isWrite }) => isWrite) ?? []);
  const made = new Set([...creation].flatMap((index) => items[index]?.effects.accesses.flatMap(({ root, isWrite }) => (isWrite ? [root] : [])) ?? []));
  const { uses = [], unknown = [] } = items.at(-1)?.effects ?? {};
  const told = [...uses.filter(({ meaning }) => meaning.effect === "borrow"), ...unknown].flatMap(({ args }) => args);
  const stale = told.find((place) => place && !made.has(place.root) && written.some((access) => meet({ ...place, isWrite: false, branch: "" }, access)));
  return stale ? [refuse("needed-by-both", nameOf(stale))] : [];
}

/** A variable whose last value comes from a moved statement now: that, or the one in whose place it comes, may be a failure that nothing has looked at. */
function unsettledBy({ items, creation, heads, isTemporary, isSettled, isReadBehind }: Question, after: readonly number[], order: readonly number[]): Variable | undefined {
  const written = new Set(after.flatMap((index) => items[index]?.effects.accesses.flatMap(({ root, isWrite, path }) => (isWrite && path.length === 0 && typeof root === "object" && isTemporary(root) ? [root] : [])) ?? []));
  for (const variable of written) {
    const lastOld = items.findLastIndex((item) => writesOf(item, variable).length > 0);
    const lastNew = order.findLast((index) => items[index] !== undefined && writesOf(items[index], variable).length > 0);
    if (lastOld === lastNew || !isReadBehind(variable)) continue;
    // A status that something gave on one way only stays what it was.
    const isOwn = (index: number): boolean => creation.has(index) || heads.has(index) || index === items.length - 1 || after.includes(index);
    const others = items.filter((item, index) => index <= lastOld && !isOwn(index) && writesOf(item, variable).length > 0 && writesOf(item, variable).every(({ branch }) => branch !== ""));
    if (![...lastWriters(items, after, variable), ...others].every(({ statement }) => isSettled(variable, statement))) return variable;
  }
  return undefined;
}

/** The statements of which one has written a variable last: those behind the last one that always writes it, and that. */
function lastWriters(items: readonly Item[], order: readonly number[], variable: Variable): Item[] {
  const writers = order.flatMap((index) => (items[index] && writesOf(items[index], variable).length > 0 ? [items[index]] : []));
  const certain = writers.findLastIndex((item) => writesOf(item, variable).some(({ branch }) => branch === ""));
  return writers.slice(Math.max(certain, 0));
}

/** Calls of which too little is known for others to pass them: those that wait, that are not followed, or that are given the driver object. */
function doubtsAbout(question: Question, index: number): Refusal[] {
  const { statement, effects } = question.items[index] ?? {};
  return (effects?.unknown ?? []).flatMap(({ name, isLocal: isUnseen, isAwaited, branch, args }) => {
    if (branch !== "" && isTest(question, index)) return [];
    if (isAwaited) return [refuse("await", statement?.loc.start.line ?? 0)];
    return isUnseen || args.some((place) => place !== undefined && place.root === question.driverObject) ? [refuse("unknown-call", name)] : [];
  });
}

function has(sources: readonly { variable: Variable; from: number | undefined }[], variable: Variable, from: number | undefined): boolean {
  return sources.some((source) => source.variable === variable && source.from === from);
}
