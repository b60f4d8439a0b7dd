/** Puts the creation of the driver object before what is acquired too early: one edit of one stretch. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { EarlyCall } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import { scrutinise, type Scrutinised } from "../machine/loader.ts";
import { questions, type Asking, type Plan, type Posed } from "./creation.ts";
import { editFor } from "./creation-edit.ts";
import { attempted, isRefusal, type Edit, type Repair } from "./edit.ts";
import { EffectsOf } from "./effects.ts";
import { noteRefusals, renamed } from "./ledger.ts";
import { creationFirst, type Order } from "./order.ts";
import { proveGuarding } from "./guard.ts";
import { furtherWrongRelease, type Edited } from "./proof.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { callOn, itemOf, meetingOf } from "./sites.ts";
import { listOf, listedStatement, type Source, type Statement } from "./statements.ts";
import { Ways } from "./ways.ts";

/** Finds, for the early calls of a file, the edits that repair them: calls that one edit moves share it. */
export function driverFirst(file: LintedFile, calls: readonly EarlyCall[]): ReadonlyMap<EarlyCall, Repair | Refusal> {
  const results = new Map<EarlyCall, Repair | Refusal>();
  const effects = new EffectsOf(file);
  const asking: Asking = { file, effects, ways: new Ways(file) };
  const plans: Plan[] = [];
  for (const call of calls) {
    const found = attempted(() => planFor(file.sourceCode, effects, call));
    if (isRefusal(found)) {
      results.set(call, found);
      continue;
    }
    const plan = plans.find(({ list, creationCall }) => list === found.list && creationCall === found.creationCall);
    if (!plan) plans.push(found);
    else for (const [each, statement] of found.early) plan.early.set(each, statement);
  }
  for (const group of grouped(plans)) {
    const [outer] = group;
    const together: Plan = { ...outer, early: new Map(group.flatMap(({ early }) => [...early])) };
    const repair = attempted(() => repaired(asking, together));
    for (const call of together.early.keys()) results.set(call, repair);
    if (!isRefusal(repair) || group.length === 1) continue;
    // Where they cannot be moved together, some of them may.
    for (const plan of group) {
      const alone = attempted(() => repaired(asking, plan));
      for (const call of plan.early.keys()) results.set(call, alone);
    }
  }
  noteRefusals(file, "driver-create-first", results);
  return results;
}

/** Plans for one creation, that of the outermost list first. */
function grouped(plans: readonly Plan[]): [Plan, ...Plan[]][] {
  const groups: [Plan, ...Plan[]][] = [];
  for (const plan of [...plans].sort((left, right) => right.path.length - left.path.length)) {
    const group = groups.find(([{ creationCall, fn }]) => creationCall === plan.creationCall && fn === plan.fn);
    if (group) group.push(plan);
    else groups.push([plan]);
  }
  return groups;
}

function planFor(sourceCode: Source, { scopes }: EffectsOf, call: EarlyCall): Plan | Refusal {
  // What leads to another file can be moved as well as what does it.
  const [early, creation] = [callOn(sourceCode, call.place.range), callOn(sourceCode, call.create.range)];
  if (!early || !creation) return refuse("shape", "the call is not spelt out");
  const meeting = meetingOf(scopes, early, creation);
  if (isRefusal(meeting)) return meeting;
  const path: Statement[] = [];
  for (let node = listedStatement(meeting.creation); node; node = listedStatement(node.parent)) {
    if (path[0] === node || !isWithin(node, meeting.fn)) break;
    path.unshift(node);
    const list = listOf(node);
    const statement = list && itemOf(list, meeting.early);
    if (!list || !statement) continue;
    if (statement === node) return refuse("same-statement", statement.loc.start.line);
    return { fn: meeting.fn, list, path, creationCall: meeting.creation, early: new Map([[call, statement]]) };
  }
  return refuse("other-block", creation.loc.start.line);
}

function isWithin(inner: TSESTree.Node, outer: TSESTree.Node): boolean {
  return outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1];
}

function repaired(asking: Asking, plan: Plan): Repair | Refusal {
  const { file } = asking;
  const scrutinised = scrutinise(file.sourceCode, file.settings);
  if (!scrutinised) return refuse("unproved", "the file could not be followed");
  let refusal: Refusal | undefined;
  // An order that was found and not proved says more than one that was not found.
  let unproved: Refusal | undefined;
  for (const posed of questions(asking, plan)) {
    for (const order of isRefusal(posed) ? [posed] : creationFirst(posed.question)) {
      if (isRefusal(posed) || isRefusal(order)) {
        if (isRefusal(order) && (!refusal || refusal.reason === "other-block")) refusal = order;
        continue;
      }
      const moved = [...plan.early.values()].filter((statement) => order.after.some((index) => posed.question.items[index]?.statement === statement)).length;
      const made = bestOf(file, scrutinised, waysToWrite(file, posed, order), moved);
      if (!isRefusal(made)) return { edit: made, doubt: order.doubts[0] };
      unproved ??= inWords(made, plan);
    }
  }
  return unproved ?? refusal ?? refuse("shape", "nothing could be moved");
}

/** Names what would be released wrongly; an object of the framework has a parent then, which takes it along. */
function inWords(refusal: Refusal, { early }: Plan): Refusal {
  if (refusal.reason !== "untested-release") return refusal;
  const call = [...early.keys()].find(({ resource }) => resource && refusal.words.includes(`\`${resource.kind}\``));
  return call ? renamed(refusal, refuse(call.what === "object" ? "double-release" : "untested-release", call.resource?.name ?? call.call)) : refusal;
}

/** How an order can be written: with as few releases gone as can be. */
function waysToWrite({ sourceCode }: LintedFile, posed: Posed, order: Order): (Edit | Refusal)[] {
  const ways = [{ byHand: false, later: false }, { byHand: true, later: false }];
  if (posed.later.length > 0) ways.push({ byHand: false, later: true }, { byHand: true, later: true });
  return ways.map((without) => editFor(sourceCode, posed, order, without));
}

/**
 * The first of some edits that is right, in the order given; one after which something is released twice, if harmlessly,
 * gives way to one after which it is not. Where a callback needs a test, it gets one.
 */
function bestOf(file: LintedFile, { facts, scrutiny }: Scrutinised, edits: readonly (Edit | Refusal)[], moved: number): Edit | Refusal {
  const isRepaired = (edited: Edited): boolean => edited.facts.earlyCalls.length === facts.earlyCalls.length - Math.max(1, moved);
  let refusal: Refusal | undefined;
  let second: Edit | undefined;
  for (const edit of edits) {
    const proven = isRefusal(edit) ? edit : proveGuarding(file, { edit, isRepaired, isRevealing: true, keepsExits: true });
    if (isRefusal(proven)) refusal ??= proven;
    else if (furtherWrongRelease(file.sourceCode, scrutiny, proven.edited, "harmless") === undefined) return proven.edit;
    else second ??= proven.edit;
  }
  return second ?? refusal ?? refuse("shape", "nothing could be moved");
}
