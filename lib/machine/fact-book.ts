/** Collects what the runs find into the facts of a file: named, merged, in source order. */
import type { TSESTree } from "@typescript-eslint/utils";
import { unwrap } from "../source/syntax.ts";
import { Crossings } from "./crossings.ts";
import type { DriverFile } from "./file.ts";
import type { DriverState, EarlyCall, Facts, FailureLeak, LostField, MissingCleanup, Place, Resource, Routines, Step, UnloadLeak, UnloadOnlyRelease, Witness } from "./facts.ts";
import { lineNumber, moduleNumber, type Line } from "./lines.ts";
import type { CallExpr, CallSite, ExitSite, FunctionInfo } from "./regions.ts";
import type { StructLog, Tracked } from "./run.ts";
import type { ScrutinyBook } from "./scrutiny.ts";
import { lengthOf, stepsOf, type Trace } from "./state.ts";
import type { Value } from "./values.ts";

interface Unclean {
  readonly call: CallExpr;
  readonly why: MissingCleanup["why"];
  readonly held: Map<number, Resource>;
  readonly leaked: Map<number, Resource>;
}

/** With the length of its path: the shortest one is kept. */
interface Measured {
  readonly length: number;
}

/** The facts of a file in the making. */
export class FactBook {
  readonly #file: DriverFile;
  readonly #crossings: Crossings;
  readonly #failureLeaks = new Map<string, FailureLeak & Measured>();
  readonly #unloadLeaks = new Map<number, UnloadLeak & Measured>();
  readonly #early = new Map<string, { readonly tracked: Tracked; readonly create: CallSite; held: boolean }>();
  readonly #heldBeforeCreation = new Map<number, boolean>();
  readonly #unclean = new Map<string, Unclean>();
  readonly #unloadOnly = new Map<string, UnloadOnlyRelease>();
  readonly #lost = new Map<number, LostField>();
  readonly #resources = new Map<CallExpr, Resource>();
  readonly #callsById = new Map<number, CallExpr>();
  /** Names of the calls of the API that the file makes. */
  readonly #called = new Set<string>();

  /** Where a repair asks for more. */
  readonly scrutiny: ScrutinyBook | undefined;

  constructor(file: DriverFile, scrutiny?: ScrutinyBook) {
    this.#file = file;
    this.#crossings = new Crossings(file);
    this.scrutiny = scrutiny;
    for (const { call } of file.shared.dependences.records) {
      this.#callsById.set(call.site.id, call);
      if (call.api) this.#called.add(call.api.name);
    }
  }

  /** The place of a call or an exit in the file under lint. */
  placeOf(site: CallSite | ExitSite): Place {
    return this.#crossings.placeOf(site);
  }

  /** A start succeeded and has acquired a resource, whatever became of it. */
  acquired(tracked: Tracked): void {
    const resource = this.#resource(tracked);
    if (resource) this.scrutiny?.acquired(resource);
  }

  /** The entry has released it on a way to success. */
  shortLived(tracked: Tracked, release: number): void {
    const resource = this.#resource(tracked);
    if (resource && tracked.call) this.scrutiny?.shortLived(resource, release);
  }

  failureLeak(tracked: Tracked, exit: ExitSite, trace: Trace | undefined, driver: DriverState, routines: Routines, entry: FunctionInfo, failing: CallSite | undefined): void {
    const resource = this.#resource(tracked);
    if (!resource) return;
    const key = `${String(exit.id)}:${String(tracked.call?.site.id)}`;
    const known = this.#failureLeaks.get(key);
    if (known && known.length <= lengthOf(trace)) return;
    const witness = (steps: Trace | undefined, last: CallSite | undefined): Witness => witnessOf(this.#file, steps, last);
    this.#failureLeaks.set(key, {
      length: lengthOf(trace),
      resource,
      exit: { place: this.#crossings.placeOf(exit), how: exit.how, functionName: exit.fn?.name ?? entry.name, inEntry: exit.fn === undefined || exit.fn === entry },
      // A long function has many exits, each with a long path: spelt out when asked for.
      get witness() {
        return witness(trace, failing);
      },
      failing: lastFailing(this.#file, trace, failing),
      failedEarlier: failing === undefined && failedEarlier(trace, tracked),
      driver,
      routines,
    });
  }

  unloadLeak(tracked: Tracked, trace: Trace | undefined, driver: DriverState, routines: Routines, unload: string | undefined): void {
    const resource = this.#resource(tracked);
    if (!resource || !tracked.call) return;
    const known = this.#unloadLeaks.get(tracked.call.site.id);
    if (known && known.length <= lengthOf(trace)) return;
    const witness = (steps: Trace | undefined, last: CallSite | undefined): Witness => witnessOf(this.#file, steps, last);
    this.#unloadLeaks.set(tracked.call.site.id, {
      length: lengthOf(trace),
      resource,
      get witness() {
        return witness(trace, undefined);
      },
      driver,
      routines,
      unload,
    });
  }

  early(tracked: Tracked, create: number): void {
    const site = this.#callsById.get(create)?.site;
    if (!tracked.call || !site) return;
    const key = String(tracked.call.site.id);
    const known = this.#early.get(key);
    if (known && known.create.line <= site.line) return;
    this.#early.set(key, { tracked, create: site, held: true });
  }

  /** In one of its entries' runs, a resource was never held at a failing exit before creation. */
  notHeldBeforeCreation(tracked: Tracked): void {
    if (tracked.call && !this.#heldBeforeCreation.has(tracked.call.site.id)) this.#heldBeforeCreation.set(tracked.call.site.id, false);
  }

  /** A creation that succeeds without a cleanup callback. */
  unclean(create: number, why: MissingCleanup["why"]): Unclean | undefined {
    const call = this.#callsById.get(create);
    if (!call) return undefined;
    const key = `${String(create)}:${why}`;
    const known = this.#unclean.get(key);
    if (known) return known;
    const made: Unclean = { call, why, held: new Map(), leaked: new Map() };
    this.#unclean.set(key, made);
    return made;
  }

  heldAtSuccess(create: number, tracked: Tracked): void {
    this.#add(create, tracked, "held");
  }

  leaked(create: number, tracked: Tracked): void {
    this.#add(create, tracked, "leaked");
  }

  #add(create: number, tracked: Tracked, list: "held" | "leaked"): void {
    const resource = this.#resource(tracked);
    if (!resource || !tracked.call) return;
    for (const entry of this.#unclean.values()) {
      if (entry.call.site.id === create) entry[list].set(tracked.call.site.id, resource);
    }
  }

  unloadOnly(tracked: Tracked, release: number, cleanup: Value | undefined, routines: Routines): void {
    const resource = this.#resource(tracked);
    const call = this.#callsById.get(release);
    const site = this.#file.shared.callSites.get(release);
    if (!resource || !site) return;
    this.#unloadOnly.set(`${String(release)}:${String(tracked.call?.site.id)}`, {
      resource,
      place: this.#crossings.placeOf(site),
      call: call?.api?.name ?? site.label,
      cleanup: cleanup?.k === "fn" && cleanup.fn.name !== "" ? cleanup.fn.name : undefined,
      hasCleanup: cleanup !== undefined,
      routines,
    });
  }

  structs(log: StructLog): void {
    const note = (found: ReadonlyMap<number, CallSite>, how: LostField["how"], skipConsumed: boolean): void => {
      for (const [mark, site] of found) {
        const set = log.sets.get(mark);
        if (!set || this.#lost.has(mark) || (skipConsumed && log.consumed.has(mark))) continue;
        const call = this.#callsById.get(site.id)?.api?.name ?? site.label;
        this.#lost.set(mark, { place: this.#crossings.placeOfNode(set.node), field: set.field, struct: set.struct, how, by: { call, place: this.#crossings.placeOf(site) } });
      }
    };
    note(log.wiped, "wiped", false);
    note(log.dead, "dead", true);
    note(log.unpassed, "unpassed", true);
  }

  facts(): Facts {
    return {
      failureLeaks: [...this.#failureLeaks.values()].sort((a, b) => byPlace(a.exit.place, b.exit.place) || byPlace(a.resource.acquire, b.resource.acquire)),
      unloadLeaks: [...this.#unloadLeaks.values()].sort((a, b) => byPlace(a.resource.acquire, b.resource.acquire)),
      earlyCalls: this.#earlyCalls(),
      missingCleanups: this.#missingCleanups(),
      unloadOnlyReleases: [...this.#unloadOnly.values()].sort((a, b) => byPlace(a.place, b.place)),
      lostFields: [...this.#lost.values()].sort((a, b) => byPlace(a.place, b.place)),
      internalError: undefined,
    };
  }

  #earlyCalls(): EarlyCall[] {
    const calls: EarlyCall[] = [];
    for (const { tracked, create } of this.#early.values()) {
      const { call, pair } = tracked;
      if (!call) continue;
      const what = !pair ? "registration" : pair.kind === "wpp" ? "wpp" : pair.owner === "framework" ? "object" : "acquire";
      calls.push({
        what,
        call: call.api?.name ?? call.site.label,
        place: this.#crossings.placeOf(call.site),
        resource: pair && this.#resource(tracked),
        create: this.#crossings.placeOf(create),
        releasedOnFailure: pair !== undefined && this.#heldBeforeCreation.get(call.site.id) === false,
      });
    }
    return calls.sort((a, b) => byPlace(a.place, b.place));
  }

  #missingCleanups(): MissingCleanup[] {
    const byCall = new Map<CallExpr, MissingCleanup>();
    for (const { call, why, held, leaked } of this.#unclean.values()) {
      const sorted = (list: ReadonlyMap<number, Resource>): Resource[] => [...list.values()].sort((a, b) => byPlace(a.acquire, b.acquire));
      const fact: MissingCleanup = { place: this.#crossings.placeOf({ ...call.site, place: attributesPlace(call) }), why, held: sorted(held), leaked: sorted(leaked) };
      // Both ways on different paths: the one with attributes says more.
      if (!byCall.has(call) || why === "unset") byCall.set(call, fact);
    }
    return [...byCall.values()].sort((a, b) => byPlace(a.place, b.place));
  }

  #resource(tracked: Tracked): Resource | undefined {
    const { call, pair } = tracked;
    if (!call || !pair) return undefined;
    const known = this.#resources.get(call);
    if (known) return known;
    const made: Resource = {
      kind: pair.kind,
      call: call.api?.name ?? call.site.label,
      name: this.#holder(call, pair.handle),
      acquire: this.#crossings.placeOf(call.site),
      releases: this.#releasesOf(call.api?.name ?? "", pair.release.map((release) => release.call)),
      framework: pair.owner === "framework",
    };
    this.#resources.set(call, made);
    return made;
  }

  /** The releases of a row, first one that the file uses; then the one whose name is most like that of the acquiring call. */
  #releasesOf(acquire: string, releases: readonly string[]): readonly string[] {
    const rank = (release: string): number => (release !== acquire && this.#called.has(release) ? 1 : 0) + likeness(acquire, release) / 2;
    return releases.toSorted((a, b) => rank(b) - rank(a));
  }

  /** Where a resource is kept, as the code spells it. */
  #holder(call: CallExpr, handle: NonNullable<Tracked["pair"]>["handle"]): string | undefined {
    const { node } = call;
    if (handle.from === "global") return undefined;
    // With the handle in the answer there is no box among the arguments.
    const isAnswer = handle.from === "out" && (call.isResult || this.#file.shared.settings.failure === "throw");
    if (handle.from !== "return" && !isAnswer) {
      const argument = node.arguments[handle.argument];
      const text = argument && isPath(unwrap(argument)) ? this.#file.text(unwrap(argument), call.site.line) : undefined;
      // A box that is made on the spot has no name; what the call gives beside it is its status.
      if (argument || handle.from === "argument") return text;
    }
    return this.#assignedTo(node, call.site.line);
  }

  /** The target that a call's value is assigned to, through conditions and casts. */
  #assignedTo(node: TSESTree.Node, line: Line): string | undefined {
    let current: TSESTree.Node = node;
    for (let parent = current.parent; parent; current = parent, parent = current.parent) {
      switch (parent.type) {
        case "AssignmentExpression":
          return parent.right === current && isPath(unwrap(parent.left)) ? this.#file.text(parent.left, line) : undefined;
        case "VariableDeclarator":
          if (parent.id.type === "Identifier") return parent.id.name;
          return parent.id.type === "ObjectPattern" ? handleName(parent.id) : undefined;
        case "PropertyDefinition":
        case "Property":
          return parent.value === current && parent.key.type === "Identifier" ? parent.key.name : undefined;
        case "AwaitExpression":
        case "TSAsExpression":
        case "TSNonNullExpression":
        case "TSSatisfiesExpression":
        case "TSTypeAssertion":
        case "ConditionalExpression":
        case "LogicalExpression":
        case "ChainExpression":
          break;
        default:
          return undefined;
      }
    }
    return undefined;
  }
}

/** The name that a destructured answer gives its handle: any property but `status` and `ok`. */
function handleName(pattern: TSESTree.ObjectPattern): string | undefined {
  for (const property of pattern.properties) {
    if (property.type !== "Property" || property.key.type !== "Identifier") continue;
    if (property.key.name === "status" || property.key.name === "ok") continue;
    return property.value.type === "Identifier" ? property.value.name : property.key.name;
  }
  return undefined;
}

function isPath(node: TSESTree.Node): boolean {
  switch (node.type) {
    case "Identifier":
    case "ThisExpression":
      return true;
    case "MemberExpression":
      return isPath(unwrap(node.object));
    default:
      return false;
  }
}

/** The attributes argument of a creation, or its callee where there is none. */
function attributesPlace(call: CallExpr): Place {
  const argument = call.node.arguments[2];
  return argument ? { loc: argument.loc, range: argument.range } : call.site.place;
}

function byPlace(a: Place, b: Place): number {
  return a.range[0] - b.range[0];
}

function witnessOf(file: DriverFile, trace: Trace | undefined, failing: CallSite | undefined): Witness {
  const steps = stepsOf(trace).map(({ text, line }) => stepAt(file, text, line));
  return failing ? [...steps, stepAt(file, `\`${failing.label}\` fails`, failing.line)] : steps;
}

function lastFailing(file: DriverFile, trace: Trace | undefined, failing: CallSite | undefined): Step | undefined {
  if (failing) return stepAt(file, `\`${failing.label}\` fails`, failing.line);
  const last = trace?.failing;
  return last && stepAt(file, last.text, last.line);
}

/** Whether the last step that failed did so before the resource was acquired: as the path has it, or as the lines do where a test told only later. */
function failedEarlier(trace: Trace | undefined, { call }: Tracked): boolean {
  const tested = trace?.failing?.tested;
  const site = call?.site;
  if (tested && site && tested.fn === site.fn && !tested.inLoop && !site.inLoop) return tested.line < site.line;
  return trace?.failing !== undefined && trace.failingSince === undefined;
}

function stepAt({ modules }: DriverFile, text: string, line: Line): Step {
  return { text, line: lineNumber(line), file: modules[moduleNumber(line)]?.shownAs };
}

/** Of the words of two names, the share that both have: `ExFreePoolWithTag` is much like `ExAllocatePoolWithTag`. */
function likeness(left: string, right: string): number {
  const [a, b] = [left, right].map((name) => new Set(name.match(/[A-Z][a-z]*/gu) ?? []));
  if (!a || !b) return 0;
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / (a.size + b.size - shared);
}
