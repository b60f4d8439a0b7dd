/** Judges a repair: what the simulator, the linter and the layout of a text say of it before and after. */
import ts from "typescript";
import type { CallSite, Finding, RunRecord, Verification } from "../../lib/sim/index.ts";
import type { Program } from "../oracle/program.ts";
import { truthOf } from "../oracle/truth.ts";
import { afterOnePass, applied, linted, settingsIn, type Linted, type Repair } from "./repairs.ts";

/** A driver under its judges. */
export interface Judged {
  readonly program: Program;
  readonly linted: Linted;
  /** Null where it does not run at all. */
  readonly verification: Verification | null;
  /** Its runs are all there and none is the program's own mistake: what they show can be compared. */
  readonly isDecided: boolean;
  /** The text that ran, line by line. */
  readonly lines: readonly string[];
}

/** A judged driver whose runs are all there. */
type Run = Judged & { readonly verification: Verification };

/** What is wrong with a repair; `how` is one of few words, to count by. */
export interface Fault {
  readonly how: string;
  readonly detail: string;
  /** Only how it looks is at fault. */
  readonly isLayout?: true;
}

/** Lints and runs a program. */
export async function judged(program: Program, found: Linted = linted(program.text)): Promise<Judged> {
  const text = canonical(program.text);
  const others = [...(program.beside?.others ?? [])].flatMap(([name, other]) => (name.endsWith(".ts") ? [other] : []));
  const lines = [text, ...others].flatMap((each) => each.split("\n")).map((line) => line.trim());
  const truth = settingsIn(program.text) === undefined ? await truthOf({ ...program, text }).catch(() => null) : null;
  if (truth === null) return { program, linted: found, verification: null, isDecided: false, lines };
  return { program, linted: found, verification: truth.verification, isDecided: truth.undecided === null || truth.undecided.how === "stopped", lines };
}

/** Everything that is wrong with one repair of a driver. */
export async function faultsOf(before: Judged, repair: Repair): Promise<Fault[]> {
  return faultsOfText(before, applied(before.program.text, repair.edit), repair);
}

/** Everything that is wrong with a text that is to mend one report of a rule. */
export async function faultsOfText(before: Judged, text: string, repair: Pick<Repair, "rule" | "kind">): Promise<Fault[]> {
  const after = await attempt(before, text);
  if ("how" in after) return [after];
  const wording = text === before.program.text ? [{ how: "changes nothing", detail: "" }] : [];
  return [...wording, ...missedReports(before.linted, after.linted, repair.rule), ...comparison(before, after, repair)];
}

/** Everything that is wrong with all fixes of a driver together, as `eslint --fix` applies them. */
export async function faultsOfAllFixes(before: Judged): Promise<Fault[]> {
  const { linted: found } = before;
  const rules = new Set(found.repairs.flatMap(({ kind, rule }) => (kind === "fix" ? [rule] : [])));
  if (rules.size === 0) return [];
  const faults: Fault[] = [];
  // The first pass is known: it applies the fixes that were found.
  const first = afterOnePass(found);
  const all = found.by.fixedFully(first);
  for (const rule of rules) {
    const once = afterOnePass(found, rule);
    const twice = once === all.text ? once : found.by.fixedOnce(once, rule);
    if (twice !== once) faults.push({ how: `${rule}: one pass is not enough`, detail: `${once}\n--- then\n${twice}` });
  }
  if (all.messages.some(({ fix }) => fix !== undefined)) faults.push({ how: "fixes never come to an end", detail: all.text });
  const after = await attempt(before, all.text);
  if ("how" in after) return [...faults, after];
  return [...faults, ...comparison(before, after, { rule: "all fixes", kind: "fix" })];
}

const attempts = new WeakMap<Judged, Map<string, Promise<Judged | Fault>>>();

/** The driver with another text, judged once; or that this does not parse. */
function attempt(before: Judged, text: string): Promise<Judged | Fault> {
  const known = attempts.get(before) ?? new Map<string, Promise<Judged | Fault>>();
  attempts.set(before, known);
  const result = known.get(text) ?? attempted(before, text);
  known.set(text, result);
  return result;
}

async function attempted(before: Judged, text: string): Promise<Judged | Fault> {
  try {
    return await judged({ ...before.program, text }, before.linted.by.reported(text));
  } catch (error) {
    return { how: "does not parse", detail: String(error) };
  }
}

/** What must hold of any text and what a repair made of it. */
function comparison(before: Judged, after: Judged, { rule, kind }: Pick<Repair, "rule" | "kind">): Fault[] {
  // A fix puts statements elsewhere, and so does whatever creates the driver object earlier.
  const moves = kind === "fix" || rule === "driver-create-first";
  const layout = [...layoutFaults(before.program.text, after.program.text), ...commentFaults(before.linted, after.linted, moves)];
  return isRun(before) && before.isDecided ? [...layout, ...runFaults(before, after, moves)] : layout;
}

function isRun(judged: Judged): judged is Run {
  return judged.verification !== null;
}

/* ---------- what the linter says ---------- */

function missedReports(before: Linted, after: Linted, rule: string): Fault[] {
  const count = ({ messages }: Linted): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const { ruleId } of messages) counts.set(ruleId ?? "", (counts.get(ruleId ?? "") ?? 0) + 1);
    return counts;
  };
  const [was, is] = [count(before), count(after)];
  const gone = (is.get(`wdf/${rule}`) ?? 0) < (was.get(`wdf/${rule}`) ?? 0);
  const faults: Fault[] = gone ? [] : [{ how: "the report stays", detail: rule }];
  for (const [name, times] of is) {
    const known = was.get(name) ?? 0;
    // A field that has its effect again can bring the unload routine to life, and a creation that comes first no longer
    // needs its early releases: what only the unload routine releases then was there before.
    const isRevealed = (rule === "no-lost-attributes" || rule === "driver-create-first") && name === "wdf/prefer-cleanup-callback";
    if (times > known && !isRevealed && !(name === `wdf/${rule}` && !gone)) faults.push({ how: `more reports of ${name}`, detail: after.messages.filter(({ ruleId }) => ruleId === name).map(({ line, message }) => `${String(line)}: ${message}`).join("\n") });
  }
  return faults;
}

/* ---------- what the simulator says ---------- */

function runFaults(before: Run, after: Judged, moves: boolean): Fault[] {
  if (!isRun(after)) return [{ how: "does not run", detail: "" }];
  if (!after.isDecided) return [{ how: "cannot be run to the end", detail: after.verification.incomplete ?? crashesOf(after) }];
  const faults = [...newFindings(before, after)];
  const schedules = runsBySchedule(before.verification);
  for (const run of after.verification.runs) {
    const same = schedules.get(keyOf(run.schedule));
    if (same === undefined) continue;
    if (same.exit.outcome !== run.exit.outcome && same.exit.outcome !== "stopped") faults.push({ how: "the entry ends otherwise", detail: `${same.exit.outcome}, then ${run.exit.outcome}, with ${JSON.stringify(run.schedule)}` });
  }
  const first = before.verification.runs.find(({ exit }) => exit.outcome === "success");
  const second = first && runsBySchedule(after.verification).get(keyOf(first.schedule));
  if (second?.exit.outcome === "success") faults.push(...traceFaults(first?.trace ?? [], second.trace, moves));
  return faults;
}

function crashesOf({ verification }: Run): string {
  return verification.runs.map(({ exit: { thrown } }) => String(thrown)).find((word) => word.includes("Error")) ?? "an exception";
}

const keyOf = (schedule: object): string => JSON.stringify(Object.entries(schedule).sort(([left], [right]) => left.localeCompare(right)));

function runsBySchedule({ runs }: Verification): Map<string, RunRecord> {
  return new Map(runs.map((run) => [keyOf(run.schedule), run]));
}

/** Findings under a schedule that were not there before under it, or under any where it is a new one. */
function newFindings(before: Run, after: Run): Fault[] {
  const known = runsBySchedule(before.verification);
  const all = new Set(before.verification.runs.flatMap((run) => findingsOf(before, run).flatMap(({ keys }) => keys)));
  const faults = new Map<string, Fault>();
  for (const run of after.verification.runs) {
    const same = known.get(keyOf(run.schedule));
    const old = same === undefined ? all : new Set(findingsOf(before, same).flatMap(({ keys }) => keys));
    for (const { keys, finding } of findingsOf(after, run)) {
      // A lost field and a wrong order are defects of the code, under whichever schedule they are come to.
      const among = finding.kind === "lost-attribute" || finding.kind === "order" ? all : old;
      if (keys.some((key) => among.has(key))) continue;
      const how = `new ${finding.kind}`;
      if (!faults.has(how)) faults.set(how, { how, detail: `${finding.message}, with ${JSON.stringify(run.schedule)}` });
    }
    if (run.stopped !== null && same?.stopped === null) faults.set("stops", { how: "the machine stops", detail: `${run.stopped}, with ${JSON.stringify(run.schedule)}` });
  }
  return [...faults.values()];
}

/** The findings of a run, each known by its call's number and by the words of its line, one of which a move keeps. */
function findingsOf({ verification, lines }: Run, run: RunRecord): { readonly keys: string[]; readonly finding: Finding }[] {
  const passed = new Set(verification.runs.flatMap(({ passedAttributes }) => passedAttributes));
  const findings = run.findings.filter(({ lost, harmless }) => !harmless && (lost?.reason !== "never-passed" || !passed.has(lost.number)));
  return findings.map((finding) => {
    const { kind, resource, call, lost } = finding;
    const what = [kind, resource?.kind, lost?.struct, lost?.field, lost?.reason].join("|");
    if (kind === "exception") return { keys: [`${kind}|${finding.message}`], finding };
    const site = resource?.acquired ?? call;
    // The call beside what is never passed is the last one before the entry ended, whichever that is.
    const struct = lost?.reason === "never-passed" ? [`${what}|${String(lost.number)}`] : [];
    const keys = [...struct, `${what}|${site?.call ?? ""}#${String(site?.occurrence ?? "")}`, `${what}|${lines[(site?.position?.line ?? 0) - 1] ?? ""}`];
    return { keys, finding };
  });
}

/** The successful run makes the same calls, with others added; where nothing moves, the entry makes them in the same order. */
function traceFaults(before: readonly CallSite[], after: readonly CallSite[], moves: boolean): Fault[] {
  const words = (trace: readonly CallSite[], isMeant: (site: CallSite) => boolean = () => true): string[] => trace.filter(isMeant).map(({ call }) => call);
  const detail = (): string => `${words(before).join(" ")}\nthen\n${words(after).join(" ")}`;
  const isEntry = ({ phase }: CallSite): boolean => phase === "entry";
  if (!moves) {
    const isSame = isWithin(words(before, isEntry), words(after, isEntry)) && isWithin(words(before).sort(), words(after).sort());
    return isSame ? [] : [{ how: "the successful run differs", detail: detail() }];
  }
  const sorted = (trace: readonly CallSite[]): string[] => words(trace, isEntry).sort();
  const isSame = isWithin(words(before).sort(), words(after).sort()) && sorted(before).join() === sorted(after).join();
  return isSame ? [] : [{ how: "the successful run differs", detail: detail() }];
}

/** Whether the words of one list stand in another, in order. */
function isWithin(few: readonly string[], many: readonly string[]): boolean {
  let next = 0;
  for (const word of many) if (word === few[next]) next += 1;
  return next === few.length;
}

/** A text without comments, one statement a line: what a run is placed in. */
function canonical(text: string): string {
  const file = ts.createSourceFile("driver.ts", text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  return ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed }).printFile(file);
}

/* ---------- how it looks ---------- */

function layoutFaults(before: string, after: string): Fault[] {
  const faults: Fault[] = [];
  const check = (how: string, isSo: (text: string) => boolean): void => {
    if (isSo(before) && !isSo(after)) faults.push({ how, detail: "", isLayout: true });
  };
  check("mixes line ends", (text) => !/(?<!\r)\n/u.test(text));
  check("brings carriage returns", (text) => !text.includes("\r"));
  check("loses the byte order mark", (text) => text.startsWith("\uFEFF"));
  check("doubles the byte order mark", (text) => text.lastIndexOf("\uFEFF") < 1);
  check("indents by spaces among tabs", (text) => /^\t/mu.test(text) && !/^ {2}/mu.test(text));
  check("indents by tabs", (text) => !/^\t/mu.test(text));
  check("brings semicolons", (text) => !/;[ \t]*\r?$/mu.test(text));
  check("leaves spaces at a line's end", (text) => !/[ \t]\r?$/mu.test(text));
  check("leaves two blank lines", (text) => !/\n[ \t]*\r?\n[ \t]*\r?\n/u.test(text));
  check("leaves a blank line inside a brace", (text) => !/\{[ \t]*\r?\n[ \t]*\r?\n/u.test(text));
  check("leaves a blank line before a brace", (text) => !/\n[ \t]*\r?\n[ \t]*\}/u.test(text));
  return faults;
}

interface Remark {
  readonly text: string;
  /** The code it stands behind, or above. */
  readonly anchor: string;
  /** Where that is a test, what is done first when it is passed: a statement may have got a test, or lost it, below its comment. */
  readonly tested?: string | undefined;
  /** Where that is a closing brace, the line that opens the block, without the brace. */
  readonly opened?: string | undefined;
}

function commentFaults(before: Linted, after: Linted, moves: boolean): Fault[] {
  const [was, is] = [remarksOf(before), remarksOf(after)];
  const code = (text: string): string[] => text.split(/\r?\n/u).map((line) => line.trim());
  const [linesBefore, linesAfter] = [code(before.text), code(after.text)];
  const times = (lines: readonly string[], anchor: string): number => lines.filter((line) => line.includes(anchor)).length;
  const faults: Fault[] = [];
  for (const { text, anchor, tested } of was) {
    const same = is.filter((remark) => remark.text === text);
    const isRemoved = times(linesAfter, anchor) < times(linesBefore, anchor);
    if (same.length === 0) {
      // A statement that goes takes its comments along.
      if (!moves || !isRemoved) faults.push({ how: "loses a comment", detail: `${text} at ${anchor}` });
    } else if (!same.some((remark) => isPart(undeclared(anchor), undeclared(remark.anchor)) || remark.tested === anchor || (remark.opened !== undefined && anchor.startsWith(remark.opened)) || (isRemoved && tested === remark.anchor) || (isRemoved && isEdited(anchor, remark.anchor, linesBefore)))) {
      faults.push({ how: "moves a comment away from its statement", detail: `${text} at ${anchor}, then at ${same[0]?.anchor ?? ""}` });
    }
  }
  return faults;
}

/** Whether one line is the other, goes on where that ended, or is what that ended with: a block closed or opened. */
const isPart = (before: string, after: string): boolean =>
  before === after || (before !== "" && after !== "" && (after.startsWith(before) || before.endsWith(after) || (isClosing(before) && after.endsWith(before))));

/** A comment behind the brace of a function is still behind it where the function has become one line. */
const isClosing = (anchor: string): boolean => /^\}[)\];,]*$/u.test(anchor);

/** Whether one line may be what an edit made of another: it begins as that did, or was not there before. */
const isEdited = (before: string, after: string, lines: readonly string[]): boolean => beginning(before) === beginning(after) || !lines.includes(after);

const beginning = (line: string): string => /^\w*/u.exec(undeclared(line))?.[0] ?? "";

/** A line without the declaration that a move may pass on to it. */
const undeclared = (line: string): string => line.replace(/^(?:let|const) /u, "");

/** The last line before a closing one that is indented as that is and opens a block. */
function openedBy(before: string, closing: string): string | undefined {
  const indentation = /^\s*/u.exec(closing)?.[0] ?? "";
  const line = before.split(/\r?\n/u).findLast((each) => each.startsWith(indentation) && /^\S.*\{$/u.test(each.slice(indentation.length)));
  return line?.slice(indentation.length, -1).trim();
}

function remarksOf({ text, comments }: Linted): Remark[] {
  const body = text.replace(/^\uFEFF/u, "");
  const lineStart = (offset: number): number => body.lastIndexOf("\n", offset - 1) + 1;
  return comments.map(({ range: [start, end], value }) => {
    const behind = body.slice(lineStart(start), start).trim();
    // Comments of several lines are indented with their statements.
    const words = value.replace(/\s+/gu, " ");
    if (behind !== "") return { text: words, anchor: behind, opened: isClosing(behind) ? openedBy(body.slice(0, lineStart(start)), body.slice(lineStart(start), start)) : undefined };
    const next = comments.reduce((from, { range }) => (range[0] >= end && body.slice(from, range[0]).trim() === "" ? range[1] : from), end);
    const [first = "", second] = body.slice(next).trimStart().split("\n", 2).map((line) => line.replace(/\s*(?:\/\/|\/\*).*$/u, "").trim());
    // A block may have got empty, or no longer be so.
    return { text: words, anchor: first.replace(/ \{\}?$/u, ""), tested: /^if \(.*\) \{$/u.test(first) ? second : undefined };
  });
}
