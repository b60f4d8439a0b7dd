/** The module that is being written: its declarations, functions, externals, and what it is made of. */
import type { External } from "../program.ts";
import type { DriverPlan, ResourcePlan } from "./plan.ts";
import { ROWS, type Row } from "./rows.ts";

/** A resource of the program: its plan, its row, and its names. */
export interface Resource extends ResourcePlan {
  readonly index: number;
  readonly data: Row;
  readonly name: string;
  /** Module-level, so that callbacks reach it. */
  readonly isGlobal: boolean;
  /** Asked for by a flag of its own. */
  readonly isFlagged: boolean;
  /** How the handle is written; null where there is none. */
  readonly handle: string | null;
  /** What the acquiring call is given in place of `@`. */
  readonly box: string;
}

/** Lines of a function at some depth. */
export class Text {
  readonly lines: string[] = [];
  depth = 0;

  line(text: string): void {
    this.lines.push("  ".repeat(this.depth) + text);
  }

  open(text: string): void {
    this.line(text);
    this.depth += 1;
  }

  /** Ends a block and opens its other part: `} else {`. */
  middle(text: string): void {
    this.depth -= 1;
    this.open(text);
  }

  close(text = "}"): void {
    this.depth -= 1;
    this.line(text);
  }
}

export class Module {
  readonly plan: DriverPlan;
  readonly resources: readonly Resource[];
  readonly declarations: string[] = [];
  readonly functions: string[][] = [];
  readonly features = new Set<string>();
  readonly externals = new Map<string, External>();
  /** Members of the object that holds callbacks. */
  readonly methods: string[] = [];
  /** Fields of the context object. */
  readonly contextFields: string[] = [];
  /** Resources whose releases are never left out: acquired again under the same name, they would be held twice. */
  readonly forced = new Set<number>();
  /** The next resource to be acquired. */
  next = 0;
  #releases = 0;
  #names = 0;
  readonly #once = new Set<string>();

  constructor(plan: DriverPlan) {
    this.plan = plan;
    this.resources = plan.resources.map((resource, index) => resourceOf(resource, index, plan));
  }

  /** A status call gives an object. */
  get isResult(): boolean {
    return this.plan.dialect === "result";
  }

  /** A status call throws where it fails, and gives the handle. */
  get isThrowing(): boolean {
    return this.plan.dialect === "throw";
  }

  /** There are no out parameters. */
  get isBoxless(): boolean {
    return this.plan.dialect !== "status";
  }

  fresh(stem: string): string {
    this.#names += 1;
    return `${stem}${String(this.#names)}`;
  }

  /** Whether the next release is to be written, or one of those left out. */
  writesRelease({ index }: Resource): boolean {
    if (this.forced.has(index)) return true;
    const number = this.#releases;
    this.#releases += 1;
    const isWritten = !this.plan.omit.includes(number);
    if (!isWritten) this.features.add("release left out");
    return isWritten;
  }

  /** Declares something once. */
  declare(key: string, line: string): void {
    if (this.#once.has(key)) return;
    this.#once.add(key);
    this.declarations.push(line);
  }

  addFunction(key: string, lines: () => string[]): void {
    if (this.#once.has(key)) return;
    this.#once.add(key);
    this.functions.push(lines());
  }

  /** A function that the linter cannot see into. */
  external(returns: External["returns"], turn: number): string {
    const names = NAMES[returns];
    const name = names[turn % names.length] ?? "";
    this.externals.set(name, { name, returns });
    this.features.add(`external ${returns}`);
    return name;
  }
}

const NAMES: Readonly<Record<External["returns"], readonly string[]>> = {
  status: ["RegisterWithPort", "StartWorker", "QueryHardware"],
  pointer: ["FindAdapter", "OpenSession"],
  boolean: ["IsDebugBuild", "HasFirmware", "IsLegacyBus"],
  void: ["LogState", "Publish"],
  mode: ["GetMode"],
  more: ["HasMore"],
};

const isFramework = (row: Row | undefined): boolean => row?.isOwned === true || row?.needsDriver === true;
const WDM_ROWS = ROWS.filter((row) => !isFramework(row));

const lower = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1);

function resourceOf(plan: ResourcePlan, index: number, driver: DriverPlan): Resource {
  // Without a framework there are neither its objects nor device inits: another row, then.
  const isNone = driver.model === "wdm" && isFramework(ROWS[plan.row]);
  const data = (isNone ? WDM_ROWS[plan.row * 7 % WDM_ROWS.length] : ROWS[plan.row]) ?? ROWS[0];
  if (data === undefined) throw new Error("there are no rows");
  const id = `${data.noun}${String(index)}`;
  const isGiven = driver.dialect !== "status" && data.handle === "out";
  const storage = (isGiven || data.handle === "return") && plan.storage === "box" ? "global" : plan.storage;
  const isOwnName = data.handle === "argument" || data.handle === "global";
  const isFlagged = data.kind === "wpp" ? plan.guard === "flag" : isOwnName ? data.isFatal || plan.guard === "flag" : plan.guard === "flag";
  const isGlobal = isOwnName || storage !== "local";
  const name = isGlobal ? `g${id}` : lower(id);
  const holder = storage === "property" && !isOwnName ? `gContext.${lower(id)}` : name;
  const inBox = data.handle === "out" && !isGiven && (storage === "box" || storage === "local" || storage === "property");
  return {
    ...plan,
    storage,
    index,
    data,
    name,
    isGlobal,
    isFlagged,
    handle: data.handle === "global" ? null : data.handle === "argument" ? name : inBox ? `${holder}.value` : holder,
    box: data.handle === "argument" ? name : inBox ? holder : lower(id),
  };
}
