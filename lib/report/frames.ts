/** What a message tells as frames to walk through, one after the other: each a few words and the place they are about. */
import { code, list, readPath, type Failure, type Held, type Leaving, type Spot, type Story, type TracedExit, type Way } from "./path-text.ts";

/** A station of a path. */
export interface Frame {
  readonly kind: "acquire" | "release" | "fail" | "leave" | "unload" | "call";
  /** In words, with code in backticks. */
  readonly words: string;
  /** Undefined for what happens outside the code. */
  readonly where: Spot | "here" | undefined;
  /** What to look for on that line: the message does not tell the column. */
  readonly mark: string | undefined;
}

/** A path through the code. */
export interface Path {
  readonly frames: readonly Frame[];
  /** False where the frames are places that belong together, and the message does not tell which comes first. */
  readonly isOrdered: boolean;
}

/** A message taken apart. */
export interface Finding {
  /** What is wrong, without the places. */
  readonly headline: string;
  readonly paths: readonly Path[];
  /** Why that is so, and what to do; undefined where the message does not say. */
  readonly why: string | undefined;
  readonly help: string | undefined;
}

/** A message of this plugin, taken apart; nothing for any other. `ruleId` is as the configuration spells it. */
export function findingOf(ruleId: string | null, message: string): Finding | undefined {
  const told = readPath(ruleId?.replace(/^.*\//u, "") ?? "", message);
  if (told === undefined) return undefined;
  const sentences = told.rest.replace(/^EvtDriverUnload, which /u, "EvtDriverUnload ").split(/(?<=\.) (?=[A-Z])/u);
  // "There" is where the message has just been: at the unload.
  const help = told.story.rule === "no-unmatched-wpp-init" ? undefined : sentences.pop()?.replace(/ there\.$/u, " when the driver is unloaded.");
  return { ...partsOf(told.story), why: sentences.length === 0 ? undefined : sentences.join(" "), help };
}

function partsOf(story: Story): Pick<Finding, "headline" | "paths"> {
  switch (story.rule) {
    case "no-leak-on-failure":
      return { headline: `${areHeld(story.ways.flatMap(({ held }) => held))} when ${who(story.exit)} ${story.exit.how === "throw" ? "throws" : "fails"}`, paths: story.ways.map((way) => ordered(leakFrames(way, story.exit))) };
    case "no-leak-on-unload":
      return unloadParts(story);
    case "no-unmatched-wpp-init":
      return { headline: `${code(story.call)} is not followed by ${code(story.release)}`, paths: story.exits.map((exit) => ordered(tracingFrames(story, exit))) };
    case "driver-create-first": {
      const create: Frame = { kind: "call", words: "only here does `WdfDriverCreate` create the driver object", where: story.create, mark: "WdfDriverCreate" };
      return { headline: `${code(story.call)} is called before \`WdfDriverCreate\``, paths: [ordered([...placed(story.at, { kind: "acquire", words: `${code(story.call)} is called`, mark: story.call }), create])] };
    }
    case "no-lost-attributes":
      return lossParts(story);
    case "require-driver-cleanup": {
      const created = placed(story.at, { kind: "call", words: "the driver object is created without an EvtCleanupCallback", mark: undefined });
      return { headline: "The driver object has no EvtCleanupCallback", paths: [{ frames: [...created, ...story.held.map(acquireFrame)], isOrdered: false }] };
    }
    case "prefer-cleanup-callback": {
      const released = placed(story.at, { kind: "release", words: `${code(story.call)} releases it, in EvtDriverUnload`, mark: story.call });
      return { headline: `${subject(story.held)} is released only in EvtDriverUnload`, paths: [ordered([acquireFrame(story.held), ...released])] };
    }
  }
}

function unloadParts({ held }: Extract<Story, { rule: "no-leak-on-unload" }>): Pick<Finding, "headline" | "paths"> {
  const { call, name, at } = held;
  const it = name === undefined ? `what ${code(call ?? "")} acquires` : code(name);
  const words = call === undefined ? `${it} is acquired` : acquires(call, name);
  const unloaded: Frame = { kind: "unload", words: `the driver starts, and is unloaded: ${it} is still held`, where: undefined, mark: undefined };
  return { headline: `${it} is still held when the driver has been unloaded`, paths: [ordered([...placed(at, { kind: "acquire", words, mark: call }), unloaded])] };
}

function lossParts({ field, at, how, call, callAt }: Extract<Story, { rule: "no-lost-attributes" }>): Pick<Finding, "headline" | "paths"> {
  const set = placed(at, { kind: "call", words: how === "dead" ? `${code(field)} is set, too late` : `${code(field)} is set`, mark: undefined });
  const does = { wiped: "clears the whole structure", dead: "copies the structure", unpassed: "is given null instead of the structure" }[how];
  const other: Frame = { kind: "call", words: `${code(call)} ${does}`, where: callAt, mark: call };
  return { headline: `${code(field)} ${how === "wiped" ? "is lost" : "has no effect"}`, paths: [ordered(how === "dead" ? [other, ...set] : [...set, other])] };
}

const ordered = (frames: readonly Frame[]): Path => ({ frames, isOrdered: true });

/** A frame where the message stands, or in another file, which is reached from there. */
function placed(at: Spot | undefined, frame: Omit<Frame, "where">): Frame[] {
  if (at === undefined) return [{ ...frame, where: "here", mark: undefined }];
  return [{ kind: "call", words: `this leads to ${code(at.file ?? `line ${String(at.line)}`)}`, where: "here", mark: undefined }, { ...frame, where: at }];
}

/** What is held is acquired, a call fails, a function is left. */
function leakFrames({ held, failure }: Way, exit: Leaving): Frame[] {
  const left = leaveFrames(exit, areHeld(held));
  return between(held.map(acquireFrame), failure, left);
}

function tracingFrames({ call, at, release }: Extract<Story, { rule: "no-unmatched-wpp-init" }>, way: TracedExit): Frame[] {
  const started = placed(at, { kind: "acquire", words: `${code(call)} starts tracing`, mark: call });
  const end = `without ${code(release)}`;
  if (way === "unload") return [...started, { kind: "unload", words: `the driver starts, and is unloaded ${end}`, where: undefined, mark: undefined }];
  return between(started, way.failure, [{ kind: "leave", words: `${who(way.exit)} ${HOW[way.exit.how]} ${end}`, where: way.exit.at, mark: undefined }]);
}

function between(acquired: readonly Frame[], failure: Failure | undefined, left: readonly Frame[]): Frame[] {
  const failed: Frame[] = failure === undefined ? [] : [{ kind: "fail", words: `${code(failure.call)} fails`, where: failure.at, mark: failure.call }];
  return failure?.isEarlier === true ? [...failed, ...acquired, ...left] : [...acquired, ...failed, ...left];
}

/** A function of another file that is left comes back to where the message stands. */
function leaveFrames(exit: Leaving, held: string): Frame[] {
  const words = `${who(exit)} ${HOW[exit.how]}`;
  if (exit.at === undefined) return [{ kind: "leave", words: `${words}, and ${held}`, where: "here", mark: undefined }];
  return [
    { kind: "leave", words, where: exit.at, mark: undefined },
    { kind: "leave", words: `back here, ${held}`, where: "here", mark: undefined },
  ];
}

const HOW = { return: "returns", throw: "throws", end: "ends" } as const;

function acquireFrame(held: Held): Frame {
  return { kind: "acquire", words: held.isTracing ? `${code(held.call)} starts tracing` : acquires(held.call, held.name), where: held.at, mark: held.call };
}

function acquires(call: string, name: string | undefined): string {
  return `${code(call)} acquires ${name === undefined ? "what has to be released" : code(name)}`;
}

function who({ functionName }: Leaving): string {
  return functionName === "" ? "a function without a name" : code(functionName);
}

function subject({ isTracing, name, call }: Held): string {
  if (isTracing) return "WPP tracing";
  return name === undefined ? `what ${code(call)} acquired` : code(name);
}

function areHeld(held: readonly Held[]): string {
  const subjects = [...new Set(held.map(subject))];
  return `${list(subjects)} ${subjects.length === 1 ? "is" : "are"} still held`;
}
