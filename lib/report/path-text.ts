/**
 * The path of a finding as prose in its message, written and read back in this one place.
 *
 * ESLint's messages have no field for a path, and its cache keeps nothing but messages. So the sentences that people read
 * carry it: rules build them from the fragments written here, and the formatters read them back. What is carried are
 * calls, names, lines, files, who leaves and how, and in which order. What is not: columns, the outcomes of tests, and
 * calls on the way whose outcome does not matter.
 */

/** A line, from 1: of the file that the message is about, or of another, by its path from the folder of that one. */
export interface Spot {
  readonly file: string | undefined;
  readonly line: number;
}

/** Something acquired. */
export interface Held {
  /** Tracing is started, not acquired, and has no name. */
  readonly isTracing: boolean;
  /** Where it is kept, as written. */
  readonly name: string | undefined;
  readonly call: string;
  readonly at: Spot;
}

/** A call that fails. */
export interface Failure {
  readonly call: string;
  readonly at: Spot;
  /** It had failed before what is held was acquired. */
  readonly isEarlier: boolean;
}

/** How a function is left. */
export interface Leaving {
  /** Empty for a function without a name. */
  readonly functionName: string;
  readonly how: "return" | "throw" | "end";
  /** Undefined: where the message stands. */
  readonly at: Spot | undefined;
}

/** One way to an exit: what is held there after which failure. */
export interface Way {
  readonly held: readonly Held[];
  /** Undefined where no single call failed. */
  readonly failure: Failure | undefined;
}

/** What a message tells, by its rule. A spot that is undefined is where the message stands. */
export type Story =
  | { readonly rule: "no-leak-on-failure"; readonly ways: readonly Way[]; readonly exit: Leaving }
  | { readonly rule: "no-leak-on-unload"; readonly held: Omit<Held, "at" | "call"> & { readonly call: string | undefined; readonly at: Spot | undefined } }
  | { readonly rule: "no-unmatched-wpp-init"; readonly call: string; readonly at: Spot | undefined; readonly release: string; readonly exits: readonly TracedExit[] }
  | { readonly rule: "driver-create-first"; readonly call: string; readonly at: Spot | undefined; readonly create: Spot }
  | { readonly rule: "no-lost-attributes"; readonly field: string; readonly at: Spot | undefined; readonly how: Loss; readonly call: string; readonly callAt: Spot }
  | { readonly rule: "require-driver-cleanup"; readonly at: Spot | undefined; readonly held: readonly Held[] }
  | { readonly rule: "prefer-cleanup-callback"; readonly call: string; readonly at: Spot | undefined; readonly held: Held };

/** A way out on which tracing goes on: an exit, or the unload. */
export type TracedExit = { readonly exit: Leaving & { readonly at: Spot }; readonly failure: Failure | undefined } | "unload";

/** How a field loses its effect. */
export type Loss = "wiped" | "dead" | "unpassed";

/** "`name`", in a longer fence where the name has backticks, as Markdown does it. */
export function code(text: string): string {
  const runs = text.match(/`+/gu) ?? [];
  const longest = Math.max(0, ...runs.map(({ length }) => length));
  const fence = "`".repeat(runs.length === 0 ? 1 : longest + 1);
  const pad = text === "" || /^[` ]|[` ]$/u.test(text) ? " " : "";
  return fence + pad + text + pad + fence;
}

/** "on line 10", or "at trace.ts:10" where that is in another file. */
export function at({ file, line }: Spot): string {
  return file === undefined ? `on line ${String(line)}` : `at ${inFile(file, line)}`;
}

/** "line 10", or "trace.ts:10". */
export function bare({ file, line }: Spot): string {
  return file === undefined ? `line ${String(line)}` : inFile(file, line);
}

function inFile(file: string, line: number): string {
  const spot = `${file}:${String(line)}`;
  return /^[^\s`:,()]+$/u.test(file) ? spot : code(spot);
}

/** " (at trace.ts:10)" for what a message stands for that lies in another file; nothing for what it stands on. */
export function elsewhere(spot: Spot | undefined): string {
  return spot === undefined ? "" : ` (${at(spot)})`;
}

/** "`gRegistryPath.Buffer` (acquired by `ExAllocatePoolWithTag` on line 10)". */
export function describe({ isTracing, name, call, at: spot }: Held): string {
  if (isTracing) return `WPP tracing (started by ${code(call)} ${at(spot)})`;
  return name === undefined ? `what ${code(call)} acquired ${at(spot)}` : `${code(name)} (acquired by ${code(call)} ${at(spot)})`;
}

/** "a", "a and b", "a, b and c". */
export function list(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** " after `ScsiPortInitialize` fails on line 14", or nothing where no single call failed. */
export function after(failure: Failure | undefined): string {
  return failure === undefined ? "" : ` after ${code(failure.call)} ${failure.isEarlier ? "had already failed" : "fails"} ${at(failure.at)}`;
}

/** "`DriverEntry` returns here", or "`start` returns at device.ts:20". */
export function leaves({ functionName, how, at: spot }: Leaving): string {
  const who = functionName === "" ? "a function without a name" : code(functionName);
  return `${who} ${HOW[how]} ${spot === undefined ? "here" : at(spot)}`;
}

const HOW = { return: "returns", throw: "throws", end: "ends" } as const;

/** The failure of the first way to an exit, then each further way: ", and `b` (…) when it does after `F` fails on line 3". */
export function afterEach([first, ...further]: readonly Way[]): string {
  const others = further.map(({ held, failure }) => `, and ${list(held.map(describe))} when it does${after(failure) || " otherwise"}`);
  return after(first?.failure) + others.join("");
}

/** "when the driver is unloaded", or "when `DriverEntry` returns on line 20 after `WdfDriverCreate` fails on line 15". */
export function wayOut(way: TracedExit): string {
  return way === "unload" ? "when the driver is unloaded" : `when ${leaves(way.exit)}${after(way.failure)}`;
}

/** A story read back, with the rest of its message: why that is so, and what to do. */
export interface Told {
  readonly story: Story;
  /** Without what separates it from the story. */
  readonly rest: string;
}

/**
 * Reads the path out of a message. `rule` is the rule's name without the plugin's; the text of another rule, or one that
 * tells of no path, gives nothing.
 */
export function readPath(rule: string, message: string): Told | undefined {
  if (!Object.hasOwn(READERS, rule)) return undefined;
  // The line above is what makes it one of the keys.
  const read = READERS[rule as Story["rule"]];
  const text = new Text(message);
  try {
    return { story: read(text), rest: text.rest() };
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

/** Thrown inside, where a text does not go on as it must. */
class Unread extends Error {}

/** A text that is read from left to right. */
class Text {
  readonly #text: string;
  #index = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Goes past one of some words; tells which. */
  maybe<const Words extends string>(...choices: readonly Words[]): Words | undefined {
    const found = choices.find((words) => this.#text.startsWith(words, this.#index));
    if (found !== undefined) this.#index += found.length;
    return found;
  }

  must<const Words extends string>(...choices: readonly Words[]): Words {
    const found = this.maybe(...choices);
    if (found === undefined) throw new Unread();
    return found;
  }

  /** Goes past what matches from here on; gives its first group. */
  match(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern.source, "uy");
    sticky.lastIndex = this.#index;
    const found = sticky.exec(this.#text);
    if (found === null) return undefined;
    this.#index = sticky.lastIndex;
    return found[1] ?? "";
  }

  /** What a code span holds. */
  code(): string {
    const fence = this.match(/(`+)/u);
    if (fence === undefined) throw new Unread();
    for (let end = this.#index; end < this.#text.length; end += 1) {
      const run = /^`+/u.exec(this.#text.slice(end))?.[0].length ?? 0;
      if (run === fence.length) {
        const held = this.#text.slice(this.#index, end);
        this.#index = end + run;
        // Nothing else begins with a space.
        return held.startsWith(" ") ? held.slice(1, -1) : held;
      }
      end += Math.max(0, run - 1);
    }
    throw new Unread();
  }

  /** What `at` writes. */
  spot(): Spot {
    return this.must("on line ", "at ") === "at " ? this.#inFile() : { file: undefined, line: this.number() };
  }

  /** What `bare` writes. */
  bareSpot(): Spot {
    return this.maybe("line ") === undefined ? this.#inFile() : { file: undefined, line: this.number() };
  }

  #inFile(): Spot {
    const plain = this.match(/([^\s`:,()]+:\d+)/u) ?? this.code();
    const parts = /^(?<file>[^]*):(?<line>\d+)$/u.exec(plain)?.groups;
    if (parts?.["file"] === undefined) throw new Unread();
    return { file: parts["file"], line: Number(parts["line"]) };
  }

  number(): number {
    const digits = this.match(/(\d+)/u);
    if (digits === undefined) throw new Unread();
    return Number(digits);
  }

  /** What `elsewhere` writes. */
  elsewhere(): Spot | undefined {
    if (this.maybe(" (") === undefined) return undefined;
    const spot = this.spot();
    this.must(")");
    return spot;
  }

  /** The separator is dropped. */
  rest(): string {
    return this.#text.slice(this.#index).replace(/^(?:: |\. |, (?:and )?)/u, "");
  }
}

function held(text: Text): Held {
  if (text.maybe("WPP tracing (started by ") !== undefined) return { isTracing: true, name: undefined, ...acquired(text, ")") };
  if (text.maybe("what ") !== undefined) {
    const call = text.code();
    text.must(" acquired ");
    return { isTracing: false, name: undefined, call, at: text.spot() };
  }
  const name = text.code();
  text.must(" (acquired by ");
  return { isTracing: false, name, ...acquired(text, ")") };
}

function acquired(text: Text, end: string): Pick<Held, "call" | "at"> {
  const call = text.code();
  text.must(" ");
  const spot = text.spot();
  text.must(end);
  return { call, at: spot };
}

/** What `list` writes, of items that begin in a way of their own. */
function listOf<Item>(text: Text, item: (text: Text) => Item, begins: (text: Text) => boolean): Item[] {
  const items = [item(text)];
  while (begins(text)) items.push(item(text));
  return items;
}

const heldList = (text: Text): Held[] => listOf(text, held, (rest) => rest.match(/(?:, | and )(?=`|what `|WPP tracing \()/u) !== undefined);

function failure(text: Text): Failure | undefined {
  if (text.maybe(" after ") === undefined) return undefined;
  const call = text.code();
  const isEarlier = text.must(" fails ", " had already failed ") === " had already failed ";
  return { call, isEarlier, at: text.spot() };
}

function leaving(text: Text): Leaving {
  const functionName = text.maybe("a function without a name") === undefined ? text.code() : "";
  const words = text.must(" returns ", " throws ", " ends ");
  const how = words === " returns " ? "return" : words === " throws " ? "throw" : "end";
  return { functionName, how, at: text.maybe("here") === undefined ? text.spot() : undefined };
}

/** By rule, what reads the beginning of its messages. Each throws `Unread` where it cannot. */
const READERS: { readonly [Rule in Story["rule"]]: (text: Text) => Extract<Story, { rule: Rule }> } = {
  "no-leak-on-failure"(text) {
    const first = heldList(text);
    text.must(" is still held when ", " are still held when ");
    const exit = leaving(text);
    const ways: Way[] = [{ held: first, failure: failure(text) }];
    while (text.maybe(", and ") !== undefined) {
      const further = heldList(text);
      text.must(" when it does");
      ways.push({ held: further, failure: text.maybe(" otherwise") === undefined ? failure(text) : undefined });
    }
    text.must(": ");
    return { rule: "no-leak-on-failure", ways, exit };
  },
  "no-leak-on-unload"(text) {
    const end = " is still held when the driver has been unloaded: ";
    const named = text.match(/(?=`)/u) === undefined ? undefined : text.code();
    if (named !== undefined && text.maybe(", acquired here,") !== undefined) {
      text.must(end);
      return { rule: "no-leak-on-unload", held: { isTracing: false, name: named, call: undefined, at: undefined } };
    }
    if (named !== undefined) {
      text.must(" (acquired by ");
      const found = { isTracing: false, name: named, ...acquired(text, ")") };
      text.must(end);
      return { rule: "no-leak-on-unload", held: found };
    }
    text.must("what ");
    const call = text.code();
    const spot = text.must(" acquires here", " acquired ") === " acquired " ? text.spot() : undefined;
    text.must(end);
    return { rule: "no-leak-on-unload", held: { isTracing: false, name: undefined, call, at: spot } };
  },
  "no-unmatched-wpp-init"(text) {
    const call = text.code();
    const spot = text.elsewhere();
    text.must(" is not followed by ");
    const release = text.code();
    text.must(" ");
    const exits = listOf(text, tracedExit, (rest) => rest.match(/(?:, | and )(?=when )/u) !== undefined);
    text.must(": ");
    return { rule: "no-unmatched-wpp-init", call, at: spot, release, exits };
  },
  "driver-create-first"(text) {
    const call = text.code();
    const spot = text.elsewhere();
    text.must(" is called before `WdfDriverCreate` (");
    const create = text.bareSpot();
    text.must("): ");
    return { rule: "driver-create-first", call, at: spot, create };
  },
  "no-lost-attributes"(text) {
    const field = text.code();
    const spot = text.elsewhere();
    const isWiped = text.must(" is lost: ", " has no effect: ") === " is lost: ";
    const call = text.code();
    text.must(" ");
    const callAt = text.spot();
    const how = isWiped ? "wiped" : text.must(" has already copied the structure", " is given null instead of ") === " is given null instead of " ? "unpassed" : "dead";
    if (isWiped) text.must(" clears the whole structure");
    if (how === "unpassed") text.code();
    text.must(". ");
    return { rule: "no-lost-attributes", field, at: spot, how, call, callAt };
  },
  "require-driver-cleanup"(text) {
    text.must("The driver object is created");
    const spot = text.elsewhere();
    text.must(" without attributes, and so without an EvtCleanupCallback", " with attributes that carry no EvtCleanupCallback");
    if (text.maybe(", and there are ways out on which nothing else releases ", ", but the driver has to release ") === undefined) {
      text.must(". ");
      return { rule: "require-driver-cleanup", at: spot, held: [] };
    }
    const found = heldList(text);
    text.must(". ", ", and ");
    return { rule: "require-driver-cleanup", at: spot, held: found };
  },
  "prefer-cleanup-callback"(text) {
    const call = text.code();
    const spot = text.elsewhere();
    text.must(" releases ");
    const found = held(text);
    text.must(" only in ");
    return { rule: "prefer-cleanup-callback", call, at: spot, held: found };
  },
};

function tracedExit(text: Text): TracedExit {
  text.must("when ");
  if (text.maybe("the driver is unloaded") !== undefined) return "unload";
  const { at: spot, ...exit } = leaving(text);
  if (spot === undefined) throw new Unread();
  return { exit: { ...exit, at: spot }, failure: failure(text) };
}
