/** Statements that do nothing but release what was acquired before: what a failing creation no longer owes. */
import type { TSESTree } from "@typescript-eslint/utils";
import { isTold, meet, overlap, type Effects, type EffectsOf, type Place } from "./effects.ts";
import { listOf, type Source, type Statement } from "./statements.ts";

/** What was acquired, and by which statements. */
export interface Owed {
  readonly kinds: ReadonlySet<string>;
  readonly effects: readonly Effects[];
}

/** The releases inside some statements, neighbours together. */
export function releasesIn(sourceCode: Source, effects: EffectsOf, within: readonly TSESTree.Node[], owed: Owed): Statement[][] {
  // `if (failed) Release();`: the whole branch.
  const groups = within.flatMap((node): Statement[][] => (node.type === "ExpressionStatement" && releases(effects.of(node), owed) ? [[node]] : []));
  for (const list of listsIn(sourceCode, within)) {
    let group: Statement[] = [];
    for (const statement of list) {
      const isRelease = releases(effects.of(statement), owed) || (group.length > 0 && resets(effects, statement, owed));
      if (isRelease) group.push(statement);
      else if (group.length > 0) {
        groups.push(group);
        group = [];
      }
    }
    if (group.length > 0) groups.push(group);
  }
  // The inner ones go with the outer.
  return groups.filter((group) => !groups.some((other) => other !== group && other.some((outer) => group.every((inner) => isInside(inner, outer)))));
}

/** Nothing but releases of what is owed, and resets of what held it. */
function releases({ uses, unknown, exits, accesses }: Effects, owed: Owed): boolean {
  if (unknown.length > 0 || exits.length > 0) return false;
  let isRelease = false;
  // What is released along with it and was not acquired before: it holds nothing there.
  const idle: Place[] = [];
  for (const { meaning, args } of uses) {
    const way = meaning.releases.find(({ pair }) => owed.kinds.has(pair.kind));
    if (!way) {
      if (meaning.releases.length > 0 && !meaning.releases.some(({ pair }) => isAcquired(owed, pair.kind))) {
        idle.push(...args.flatMap((place) => place ?? []));
        continue;
      }
      if (meaning.releases.length > 0 || meaning.acquires.length > 0 || !(HARMLESS.has(meaning.effect) || isTold(meaning.name))) return false;
      continue;
    }
    const { argument } = way.release;
    const place = argument === null ? undefined : args[argument];
    if (place && !owed.effects.some((effects) => handles(effects, place))) return false;
    isRelease = true;
  }
  return isRelease && writesAreOwed(accesses.filter((access) => !idle.some((place) => overlap(place, access))), owed);
}

/** A release of some kinds, other than those that go, that finds nothing: what it is given, where nothing that stays has to do with that. */
export function orphanIn(effects: EffectsOf, within: readonly TSESTree.Node[], gone: readonly Statement[], kinds: ReadonlySet<string>, staying: readonly Effects[]): string | undefined {
  const without = new Set<TSESTree.Node>(gone);
  for (const { meaning, args } of within.flatMap((part) => (without.has(part) ? [] : effects.of(part, without).uses))) {
    const way = meaning.releases.find(({ pair }) => kinds.has(pair.kind));
    if (!way) continue;
    const place = way.release.argument === null ? undefined : args[way.release.argument];
    if (!place || !staying.some((each) => handles(each, place))) return meaning.name;
  }
  return undefined;
}

function isAcquired({ effects }: Owed, kind: string): boolean {
  return effects.some(({ uses }) => uses.some(({ meaning }) => meaning.acquires.some((pair) => pair.kind === kind)));
}

const HARMLESS: ReadonlySet<string | undefined> = new Set(["test-success", "test-error", "driver-object"]);

/** Writes a place, or hands it to an acquisition. */
function handles({ accesses, uses }: Effects, wanted: Place): boolean {
  return accesses.some((access) => access.isWrite && overlap(access, wanted)) || uses.some(({ meaning, args }) => meaning.acquires.length > 0 && args.some((place) => place !== undefined && overlap(place, wanted)));
}

function writesAreOwed(accesses: Effects["accesses"], owed: Owed): boolean {
  const written = owed.effects.flatMap((effects) => effects.accesses.filter(({ isWrite }) => isWrite));
  return accesses.every((access) => !access.isWrite || typeof access.root === "string" || written.some((other) => meet(access, other)));
}

/** `table = null;` behind a release. */
function resets(effects: EffectsOf, statement: Statement, owed: Owed): boolean {
  if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression") return false;
  const { right } = statement.expression;
  const isNothing = right.type === "Identifier" ? right.name === "undefined" : right.type === "Literal" && (right.value === null || right.value === false);
  if (!isNothing) return false;
  return writesAreOwed(effects.of(statement).accesses, owed);
}

function isInside(inner: TSESTree.Node, outer: TSESTree.Node): boolean {
  return outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1];
}

/** The lists of statements in some nodes, functions apart. */
function listsIn(sourceCode: Source, within: readonly TSESTree.Node[]): (readonly Statement[])[] {
  const lists = new Set<readonly Statement[]>();
  const pending: TSESTree.Node[] = [...within];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const list = listOf(node);
    if (list && !within.some((root) => list.includes(root as Statement))) lists.add(list);
    if (node.type.includes("Function")) continue;
    for (const key of sourceCode.visitorKeys[node.type] ?? []) {
      const child = (node as unknown as Record<string, TSESTree.Node | (TSESTree.Node | null)[] | null | undefined>)[key];
      if (Array.isArray(child)) pending.push(...child.filter((item) => item !== null));
      else if (child) pending.push(child);
    }
  }
  return [...lists];
}
