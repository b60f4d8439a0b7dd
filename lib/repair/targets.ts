/** The cleanup callback that releases are to go into: the one that is registered, one that takes a change to be, or a new one. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { LostField, MissingCleanup, Routines } from "../machine/facts.ts";
import { findMember, isFunction, keyName, memberName, unwrap, type FunctionNode } from "../source/syntax.ts";
import { callAt, functionAround, rootOf, type Call, type DriverCode } from "./code.ts";
import { isRefusal, type Edit, type Outcome } from "./edit.ts";
import { functionNamed } from "./homes.ts";
import { insertAfter, insertBefore, remove } from "./lines.ts";
import { refuse, type Refusal } from "./refusal.ts";
import type { Spot } from "./release.ts";
import { driverObjectIn, lastAcquiredFirst, routineOf, routineWith, undented, writeInto, type Entry, type Routine } from "./routines.ts";
import { groundFor, isNull, scaffold, withDefault, type Ground } from "./scaffold.ts";
import { spell } from "./spelling.ts";
import { chunkOf, listOf, listedStatement, type Statement } from "./statements.ts";
import { wrapped } from "./wrapped.ts";

/** Somewhere to put releases of what the driver object's end has to release. */
export interface Target {
  /** Where a release of what a call acquires is read. */
  readonly spot: (near: Call) => Spot;
  readonly write: (entries: readonly Entry[], acquired: (release: Call) => number | undefined) => Outcome;
  /** The unload routine, where releases may stand that are to be moved. */
  readonly unload: Routine | undefined;
  /** The function is written for this: what is not released in it, is not released there at all. */
  readonly isNew: boolean;
}

/** The callback of a driver object, by what is known of it. */
export function cleanupTarget(code: DriverCode, routines: Routines | undefined, missing = code.file.facts.missingCleanups[0]): Target | Refusal {
  const unload = unloadRoutine(code, routines);
  if (!missing) {
    const routine = routineWith(code, routines?.cleanup, "the cleanup callback");
    return isRefusal(routine) ? besideForeign(code, unload) : intoRoutine(code, routine, unload, []);
  }
  return becoming(code, missing, unload);
}

/** The callback of a driver object that has none, on some path or on any. */
function becoming(code: DriverCode, missing: MissingCleanup, unload: Routine | undefined): Target | Refusal {
  const ground = groundFor(code, missing);
  if (isRefusal(ground)) return ground;
  const { lostFields } = code.file.facts;
  const prepared = lostFields.find(({ how, by }) => how === "unpassed" && callAt(code, by.place) === ground.create);
  if (prepared) return passed(code, ground, prepared, unload);
  const struct = isNull(code, ground.argument) ? undefined : code.sourceCode.getText(unwrap(ground.argument));
  const lost = lostFields.find(({ how, field, struct: name }) => how !== "unpassed" && field === "EvtCleanupCallback" && name === struct);
  if (lost) return setInTime(code, lost, unload);
  const callbacks = struct === undefined ? [] : callbacksOf(code, struct);
  if (isRefusal(callbacks)) return callbacks;
  return callbacks.length > 0 ? asDefault(code, ground, callbacks, unload) : intoNew(code, ground, unload);
}

/* ---------- a callback that is there ---------- */

function intoRoutine(code: DriverCode, routine: Routine, unload: Routine | undefined, further: Edit): Target {
  return {
    unload: unload === routine ? undefined : unload,
    isNew: false,
    spot: (near) => ({ at: routine.body, driverObject: driverObjectIn(code, routine, near, true), isUncertain: true }),
    write: (entries, acquired) => tidied(code, unload, both(writeInto(code, routine, entries, acquired), further)),
  };
}

/** Beside the callback of another file that is registered. */
function besideForeign(code: DriverCode, unload: Routine | undefined): Target | Refusal {
  const beside = wrapped(code, "EvtCleanupCallback", "the cleanup callback");
  return isRefusal(beside) ? beside : { unload, isNew: true, spot: beside.spot, write: (entries) => tidied(code, unload, beside.write(entries)) };
}

/** Attributes that are prepared and not passed: they are, and their callback releases. */
function passed(code: DriverCode, ground: Ground, { struct }: LostField, unload: Routine | undefined): Target | Refusal {
  const further: Edit = [{ range: ground.argument.range, text: struct }];
  const callbacks = callbacksOf(code, struct);
  if (isRefusal(callbacks)) return callbacks;
  const [callback, ...others] = callbacks;
  if (others.length > 0) return refuse("callback", "the cleanup callback of some paths");
  if (!callback) return intoNew(code, ground, unload, { struct, edit: further });
  const routine = routineOf(code, callback.fn, "the cleanup callback");
  return isRefusal(routine) ? routine : intoRoutine(code, routine, unload, further);
}

/** A callback that an INIT wipes, or that is set when the attributes were copied: it is set in time, and releases. */
function setInTime(code: DriverCode, { place, struct, by, how }: LostField, unload: Routine | undefined): Target | Refusal {
  const { sourceCode } = code;
  const node = sourceCode.getNodeByRangeIndex(place.range[0]);
  const statement = node && listedStatement(node);
  const call = callAt(code, by.place);
  const other = call && listedStatement(call);
  const callbacks = callbacksOf(code, struct);
  if (isRefusal(callbacks)) return callbacks;
  const callback = callbacks.find(({ statement: setting }) => setting === statement);
  if (!statement || !other || !callback) return refuse("other-block", place.loc.start.line);
  const routine = routineOf(code, callback.fn, "the cleanup callback");
  if (isRefusal(routine)) return routine;
  // A function that is written out there goes along: what is written into it would not.
  if (statement.range[0] <= routine.range[0] && routine.range[1] <= statement.range[1]) return refuse("same-statement", statement.loc.start.line);
  const chunk = chunkOf(sourceCode, statement);
  const removed = remove(sourceCode, statement);
  if (isRefusal(chunk)) return chunk;
  if (isRefusal(removed)) return removed;
  const lines = undented(sourceCode.text.slice(chunk.range[0], chunk.range[1]));
  const inserted = how === "dead" ? insertBefore(sourceCode, other, lines) : insertAfter(sourceCode, other, lines);
  return isRefusal(inserted) ? inserted : intoRoutine(code, routine, unload, [...removed, ...inserted]);
}

/* ---------- a new callback ---------- */

function intoNew(code: DriverCode, ground: Ground, unload: Routine | undefined, given?: { readonly struct: string; readonly edit: Edit }): Target {
  return {
    unload,
    isNew: true,
    spot: () => newSpot(code, ground),
    write: (entries) => {
      const lines = linesOf(entries);
      const usesDriver = lines.some((line) => /\bDriver\b/u.test(line));
      return tidied(code, unload, withEdits(scaffold(code, ground, lines, usesDriver, given?.struct), entries, given?.edit ?? []));
    },
  };
}

/** A callback for the paths that have none; those that others have call it. */
function asDefault(code: DriverCode, ground: Ground, callbacks: readonly Callback[], unload: Routine | undefined): Target | Refusal {
  const routines: Routine[] = [];
  for (const { fn } of callbacks) {
    const routine = routineOf(code, fn, "the cleanup callback");
    if (isRefusal(routine)) return routine;
    if (!routines.includes(routine)) routines.push(routine);
  }
  const [first] = callbacks;
  const place = first && beforeSettings(first.statement, ground.statement);
  if (!place) return refuse("other-block", first?.statement.loc.start.line ?? 0);
  return {
    unload,
    isNew: true,
    spot: () => newSpot(code, ground),
    write: (entries) => tidied(code, unload, withEdits(withDefault(code, ground, place, routines, linesOf(entries)), entries, [])),
  };
}

/** The statement of the creation's list in which a callback is set. */
function beforeSettings(setting: Statement, creation: Statement): Statement | undefined {
  return listOf(creation)?.find(({ range }) => range[0] <= setting.range[0] && setting.range[1] <= range[1]);
}

/** Where a new callback's lines are read. */
function newSpot(code: DriverCode, { create }: Ground): Spot {
  const { ast } = code.sourceCode;
  const call = spell(code, "WdfDriverWdmGetDriverObject", create.callee, ast);
  return { at: ast, driverObject: isRefusal(call) ? undefined : { text: `${call.text}(Driver)`, edit: call.edit }, isUncertain: true };
}

const linesOf = (entries: readonly Entry[]): string[] => lastAcquiredFirst(entries).flatMap(({ writing }) => writing.lines);

function withEdits(outcome: Outcome, entries: readonly Entry[], further: Edit): Outcome {
  return both(outcome, [...entries.flatMap(({ writing }) => writing.edit), ...further]);
}

/** What is taken out of the unload routine, statement by statement, is taken out as one; a body that nothing is left in becomes `{}`. */
function tidied({ sourceCode }: DriverCode, unload: Routine | undefined, outcome: Outcome): Outcome {
  if (isRefusal(outcome) || unload?.body.type !== "BlockStatement") return outcome;
  const { body } = unload;
  const removals = outcome.filter(({ range, text }) => text === "" && body.range[0] < range[0] && range[1] < body.range[1]);
  const isRemoved = ({ range: [start, end] }: TSESTree.Node | TSESTree.Comment): boolean => removals.some(({ range }) => range[0] <= start && end <= range[1]);
  if (removals.length === 0) return outcome;
  const others = outcome.filter((change) => !removals.includes(change));
  if (body.body.every(isRemoved) && sourceCode.getCommentsInside(body).every(isRemoved)) return [...others, { range: body.range, text: "{}" }];
  const runs: Statement[][] = [];
  for (const [index, statement] of body.body.entries()) {
    const before = body.body[index - 1];
    if (!isRemoved(statement)) continue;
    if (before && isRemoved(before)) runs.at(-1)?.push(statement);
    else runs.push([statement]);
  }
  const taken = runs.map((run) => remove(sourceCode, ...run));
  return taken.some(isRefusal) ? outcome : [...others, ...taken.flatMap((each) => (isRefusal(each) ? [] : each))];
}

function both(outcome: Outcome, further: Edit): Outcome {
  return isRefusal(outcome) ? outcome : [...outcome, ...further];
}

/* ---------- what is set ---------- */

/** A function that is set as EvtCleanupCallback. */
interface Callback {
  readonly statement: Statement;
  readonly fn: FunctionNode | undefined;
}

/** What is set as EvtCleanupCallback of a struct, by assignments to it; refused where it may also be set in other ways. */
function callbacksOf(code: DriverCode, struct: string): Callback[] | Refusal {
  const callbacks: Callback[] = [];
  for (const token of code.sourceCode.ast.tokens) {
    const node = token.value === "EvtCleanupCallback" ? code.sourceCode.getNodeByRangeIndex(token.range[0]) : null;
    if (!node) continue;
    const setting = settingAt(code, node, struct);
    if (setting === "other") return refuse("callback", "the cleanup callback of some paths");
    const statement = setting && listedStatement(setting);
    if (setting && statement) callbacks.push({ statement, fn: functionOf(code, setting) });
  }
  return callbacks;
}

/** The value of `struct.EvtCleanupCallback = …`, or of `Object.assign(struct, { EvtCleanupCallback: … })`; "other" where the struct may be meant. */
function settingAt({ sourceCode, scopes }: DriverCode, node: TSESTree.Node, struct: string): TSESTree.Node | "other" | undefined {
  const { parent } = node;
  if (parent?.type === "MemberExpression" && parent.property === node) {
    const root = rootOf(parent.object);
    const isParameter = root !== undefined && scopes.variableOf(root)?.defs.some(({ type }) => type === ("Parameter" as typeof type)) === true;
    if (sourceCode.getText(unwrap(parent.object)) !== struct) return isParameter || !root ? "other" : undefined;
    if (parent.parent.type !== "AssignmentExpression" || parent.parent.left !== parent) return undefined;
    return parent.parent.operator === "=" ? parent.parent.right : "other";
  }
  if (parent?.type !== "Property" || parent.key !== node) return undefined;
  const call = parent.parent.parent;
  const [first] = call.type === "CallExpression" ? call.arguments : [];
  return first && first !== parent.parent && sourceCode.getText(unwrap(first)) === struct ? parent.value : undefined;
}

/** The function that a value is: named, a member of an object of the file, bound, or written out. */
function functionOf(code: DriverCode, value: TSESTree.Node): FunctionNode | undefined {
  const node = unwrap(value);
  if (isFunction(node)) return node;
  if (node.type === "CallExpression" && node.callee.type === "MemberExpression" && memberName(node.callee) === "bind") return functionOf(code, node.callee.object);
  if (node.type !== "MemberExpression") return functionNamed(code, node);
  const name = keyName(node.property, node.computed);
  const members = name === undefined ? undefined : membersOf(code, node.object);
  const member = members && name !== undefined ? findMember(members, name) : undefined;
  return member?.value && member.value.type !== "TSEmptyBodyFunctionExpression" ? functionOf(code, member.value) : undefined;
}

function membersOf(code: DriverCode, object: TSESTree.Node): readonly TSESTree.Node[] | undefined {
  const root = rootOf(object);
  const definition = root && (code.scopes.variableOf(root)?.defs[0]?.node as TSESTree.Node | undefined);
  if (definition?.type === "ClassDeclaration") return definition.body.body;
  const value = definition?.type === "VariableDeclarator" && definition.init ? unwrap(definition.init) : undefined;
  return value?.type === "ObjectExpression" ? value.properties : undefined;
}

/** The unload routine: that of a leak, or the one that holds a release that stands only there. */
function unloadRoutine(code: DriverCode, routines: Routines | undefined): Routine | undefined {
  const [only] = code.file.facts.unloadOnlyReleases;
  const call = only && callAt(code, only.place);
  const range = routines?.unload ?? (call && functionAround(call)?.range);
  const routine = routineWith(code, range, "the unload routine");
  return isRefusal(routine) ? undefined : routine;
}
