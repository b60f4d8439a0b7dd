/** Regions × states → completions. */
import { condition } from "./conditions.ts";
import { assignedIn, decidesRelease, doubt } from "./guards.ts";
import { bind, elementsOf, evaluate } from "./evaluate.ts";
import { dispose } from "./invoke.ts";
import { drive, iterated } from "./iterate.ts";
import type { Decided, LoopRegion, Region, TryRegion } from "./regions.ts";
import { IDENTITY, PROPERTY, Sink, WATCHED, dedupe, isPlain, type Exits, type Frame, type Run } from "./run.ts";
import { follow, plain, type At, type Core, type Trace, type ValueAt } from "./state.ts";
import { fieldCell, giveAway, keepsField, objectOf, propertyNames, readField, readVariable, walked } from "./store.ts";
import { executeMemo } from "./summaries.ts";
import { severity, type Value } from "./values.ts";

/** Executes a region from each of the states; gives those at its end. What leaves otherwise goes to the frame's sink. */
export function execute(run: Run, region: Region, states: readonly At[], frame: Frame): At[] {
  if (states.length === 0) return [];
  run.tick();
  switch (region.k) {
    case "eval":
      return dedupe(states.flatMap((at) => evaluate(run, region.value, at, frame)).map(plain));
    case "seq": {
      let current: readonly At[] = states;
      for (const item of region.items) {
        current = run.join(execute(run, item, current, frame));
        if (current.length === 0) return [];
      }
      return [...current];
    }
    case "if": {
      const yes: At[] = [];
      const no: At[] = [];
      for (const at of states) {
        const before = run.opaqueTests;
        const tested = condition(run, region.test, at, frame, region.text, region.line);
        yes.push(...doubt(run, before, [region.then, region.else], tested.yes, frame));
        no.push(...doubt(run, before, [region.then, region.else], tested.no, frame));
      }
      const then = execute(run, region.then, run.join(decided(run, region.decided, yes)), frame);
      const passed = decided(run, region.decided, no);
      const otherwise = region.else ? execute(run, region.else, run.join(passed), frame) : passed;
      return run.join([...then, ...otherwise]);
    }
    case "loop":
      return loop(run, region, states, frame);
    case "switch":
      return switched(run, region, states, frame);
    case "label": {
      const sink = new Sink();
      const normal = execute(run, region.body, states, { ...frame, sink });
      return run.join([...normal, ...settle(sink, frame, [region.breakId])]);
    }
    case "try":
      return tried(run, region, states, frame);
    case "jump":
      for (const at of states) frame.sink.jump(region.id, at);
      return [];
    case "return":
      for (const at of states) returned(run, region, at, frame);
      return [];
    case "throw":
      for (const at of states) {
        for (const { value, core, trace } of evaluate(run, region.value, at, frame)) {
          frame.sink.leave("throws", { value, core, exits: { k: "one", site: region.site, trace } });
        }
      }
      return [];
    case "drop": {
      const changes = region.cells.map((cell): [number, undefined] => [cell, undefined]);
      return dedupe(states.map((at) => ({ core: run.shared.cores.with(at.core, changes), trace: at.trace })));
    }
    case "watch":
      return dedupe(states.map((at) => ({ core: run.shared.cores.set(at.core, WATCHED, run.held), trace: at.trace })));
    case "dispose":
      return dedupe(states.flatMap((at) => dispose(run, readVariable(run, region.ref, at.core), at, frame, region.site)).map(plain));
    case "memo":
      return run.join(executeMemo(run, region, states, frame));
  }
}

/** Forgets what was kept for a test that is behind. */
function decided(run: Run, about: readonly Decided[], states: readonly At[]): readonly At[] {
  const kept = about.filter(({ ref, field }) => !run.shared.answers.has(ref.id) && !run.keeps(field === undefined ? ref.id : run.shared.names.field(field)));
  if (kept.length === 0) return states;
  return states.map((at) => {
    const changes: [number, Value | undefined][] = [];
    for (const { ref, field } of kept) {
      const object = field === undefined ? undefined : objectOf(run, readVariable(run, ref, at.core));
      if (field !== undefined && (object === undefined || keepsField(run, field, fieldCell(run, object, field)))) continue;
      const cell = field === undefined ? ref.id : fieldCell(run, object ?? 0, field);
      const held = at.core.cells.get(cell);
      if (held && isPlain(held)) changes.push([cell, field === undefined ? undefined : run.shared.values.unknown(cell)]);
    }
    return changes.length === 0 ? at : { core: run.shared.cores.with(at.core, changes), trace: at.trace };
  });
}

function returned(run: Run, region: Extract<Region, { k: "return" }>, at: At, frame: Frame): void {
  const found = region.value ? evaluate(run, region.value, at, frame) : [{ ...at, value: run.shared.values.undefined }];
  for (const { value, core, trace } of found) {
    frame.sink.leave("returns", { value: frame.isEntry ? verdict(run, value) : value, core, exits: { k: "one", site: region.site, trace } });
  }
}

/** Of what an entry returns, only whether it is a failure matters. */
function verdict(run: Run, value: Value): Value {
  const ok = severity(value);
  return ok === undefined ? value : run.shared.values.status(ok);
}

/** Passes on what left a construct, but for the jumps that end in it: their states are given. */
function settle(inner: Sink, frame: Frame, ids: readonly number[]): At[] {
  const ended: At[] = [];
  for (const into of ["returns", "throws"] as const) for (const leave of inner[into].values()) frame.sink.leave(into, leave);
  for (const [id, states] of inner.jumps) {
    if (ids.includes(id)) ended.push(...states.values());
    else for (const at of states.values()) frame.sink.jump(id, at);
  }
  return ended;
}

/* ---------- loops ---------- */

function loop(run: Run, region: LoopRegion, states: readonly At[], frame: Frame): At[] {
  const sink = new Sink();
  const inner: Frame = { ...frame, sink };
  const out: At[] = [];
  if (region.each) out.push(...eachLoop(run, region, region.each, states, inner, sink));
  else {
    let heads: readonly At[] = states;
    if (!region.testFirst) heads = turn(run, region, states, inner, sink);
    out.push(...fixpoint(run, heads, (head) => {
      const before = run.opaqueTests;
      const tested = region.test ? test(run, region, head, inner) : { yes: [head], no: [] };
      const isDoubted = tested.yes.length > 0 && tested.no.length > 0;
      if (isDoubted) {
        const [yes, no] = [tested.yes, tested.no].map((each) => doubt(run, before, [region.body], each, inner));
        return { next: turn(run, region, yes ?? [], inner, sink), done: no ?? [] };
      }
      return { next: turn(run, region, tested.yes, inner, sink), done: tested.no };
    }));
  }
  const broken = settle(sink, frame, [region.breakId]);
  return run.join([...out, ...broken]);
}

function test(run: Run, region: LoopRegion, at: At, frame: Frame): { yes: At[]; no: At[] } {
  return region.test ? condition(run, region.test, at, frame, region.text, region.line) : { yes: [at], no: [] };
}

/** One turn: the body, then the update. */
function turn(run: Run, region: LoopRegion, states: readonly At[], frame: Frame, sink: Sink): At[] {
  const ended = execute(run, region.body, run.join(states), frame);
  const continued = sink.jumps.get(region.continueId)?.values() ?? [];
  sink.jumps.delete(region.continueId);
  const joined = run.join([...ended, ...continued]);
  const { update } = region;
  return update ? run.join(joined.flatMap((at) => evaluate(run, update, at, frame)).map(plain)) : joined;
}

// So many states at the head of a loop are told apart before some of what makes them differ is forgotten.
const MAX_HEADS = 96;
const KEPT_HEADS = 64;
// So many turns in a row may each be the last: from then on nobody counts them, nor what a list has grown to.
const MAX_OPEN_TURNS = 6;

/** Takes turns until no new state comes up. Where too many do, what makes them differ is forgotten for good. */
function fixpoint(run: Run, heads: readonly At[], takeTurn: (head: At) => { next: readonly At[]; done: readonly At[] }): At[] {
  const seen = new Map<number, At>();
  const forgotten: number[] = [];
  const counters = new Set<number>();
  const done: At[] = [];
  let bound = MAX_HEADS;
  let openTurns = 0;
  let pending = dedupe(heads);
  while (pending.length > 0) {
    const fresh = pending.filter((at) => !seen.has(at.core.id));
    for (const at of fresh) seen.set(at.core.id, at);
    const next: At[] = [];
    let isOpen = false;
    for (const head of fresh) {
      const turned = takeTurn(head);
      if (turned.done.length > 0 && turned.next.length > 0) isOpen = true;
      done.push(...turned.done);
      next.push(...turned.next);
    }
    const reduced = (states: readonly At[]): At[] => dedupe(states.map((at) => ({ core: run.forgetAll(at.core, forgotten, counters), trace: at.trace })));
    pending = forgotten.length > 0 ? reduced(next) : dedupe(next);
    openTurns = isOpen ? openTurns + 1 : 0;
    if (openTurns >= MAX_OPEN_TURNS && pending.length > 0) {
      const grown = run.countersIn([...seen.values(), ...pending]).filter((cell) => !counters.has(cell));
      for (const cell of grown) counters.add(cell);
      forgotten.push(...grown);
      pending = reduced(pending);
    }
    if (seen.size + pending.length <= bound) continue;
    const more = run.cellsToForget(dedupe([...seen.values(), ...pending]), KEPT_HEADS);
    for (const cell of more.counters) counters.add(cell);
    forgotten.push(...more.cells);
    pending = reduced(pending);
    bound = seen.size + MAX_HEADS;
  }
  return done;
}

function eachLoop(run: Run, region: LoopRegion, each: NonNullable<LoopRegion["each"]>, states: readonly At[], frame: Frame, sink: Sink): At[] {
  const out: At[] = [];
  for (const at of states) {
    for (const found of evaluate(run, each.value, at, frame).flatMap((value) => (each.keys ? [value] : iterated(run, value, frame, region.continueId)))) {
      const driven = each.keys ? undefined : eachYielded(run, region, each, found, frame, sink);
      if (driven) {
        out.push(...driven);
        continue;
      }
      const list = elementsOf(run, found.value, found.core);
      const keys = each.keys ? (list?.map((_, index) => String(index)) ?? propertyNames(run, found.value, found.core)) : undefined;
      const elements = each.keys ? keys?.map((key) => run.shared.values.const(key)) : list;
      if (elements) out.push(...eachKnown(run, region, each, elements, found, frame, sink));
      else out.push(...eachUnknown(run, region, each, found.value, found, frame, sink));
    }
  }
  return out;
}

/** `for (const x of steps())`: one turn for each value that the generator yields, at the moment it does so. */
function eachYielded(run: Run, region: LoopRegion, each: NonNullable<LoopRegion["each"]>, found: ValueAt, frame: Frame, sink: Sink): At[] | undefined {
  const ends = drive(run, found.value, plain(found), frame, region.continueId, (element, at, site) => {
    const inner: Frame = { ...frame, path: run.pathInto(frame.path, run.turnOf(region.continueId, site)) };
    return turn(run, region, bind(run, each.pattern, element, at, inner), inner, sink);
  });
  return ends?.map(plain);
}

/** `for (const x of [a, b])`: one turn for each element. */
function eachKnown(run: Run, region: LoopRegion, each: NonNullable<LoopRegion["each"]>, elements: readonly Value[], at: At, frame: Frame, sink: Sink): At[] {
  let current: At[] = [plain(at)];
  for (const [index, element] of elements.entries()) {
    const inner: Frame = { ...frame, path: run.pathInto(frame.path, run.turnOf(region.continueId, index)) };
    const bound = current.flatMap((next) => bind(run, each.pattern, element, next, inner));
    current = turn(run, region, bound, inner, sink);
  }
  return current;
}

function eachUnknown(run: Run, region: LoopRegion, each: NonNullable<LoopRegion["each"]>, value: Value, at: At, frame: Frame, sink: Sink): At[] {
  // The handle may be any of the elements: it is not followed further.
  const core = unnamed(run, region, walked(run, value, at.core), frame);
  return fixpoint(run, [{ core, trace: at.trace }], (head) => {
    const bound = bind(run, each.pattern, run.shared.values.opaque(region.continueId), head, frame);
    return { next: turn(run, region, bound, frame, sink), done: [head] };
  });
}

/** Of a resource that goes by an argument of which nothing is known: a list of which nothing is known either may well name it. */
function unnamed(run: Run, region: LoopRegion, core: Core, frame: Frame): Core {
  const { pair } = run.tracked;
  const identity = core.cells.get(IDENTITY);
  if (pair?.handle.from !== "argument" || !identity || core.cells.get(PROPERTY) !== run.held) return core;
  const text = identity.k === "object" ? readField(run, identity, "Buffer", core) : identity;
  return text.k === "unknown" && decidesRelease(run, pair.kind, [region.body], frame) ? giveAway(run, core) : core;
}

/* ---------- switch ---------- */

function switched(run: Run, region: Extract<Region, { k: "switch" }>, states: readonly At[], frame: Frame): At[] {
  const sink = new Sink();
  const inner: Frame = { ...frame, sink };
  const entering: At[][] = region.cases.map(() => []);
  const bodies = region.cases.map(({ body }) => body);
  let open: At[] = states.flatMap((at) => evaluate(run, region.value, at, inner)).map(plain);
  for (const [index, entry] of region.cases.entries()) {
    const { test: caseTest } = entry;
    if (!caseTest) continue;
    const unmatched: At[] = [];
    for (const at of open) {
      const before = run.opaqueTests;
      const tested = condition(run, caseTest, at, inner, entry.text, entry.line);
      entering[index]?.push(...doubt(run, before, bodies, tested.yes, inner));
      unmatched.push(...doubt(run, before, bodies, tested.no, inner));
    }
    open = run.join(unmatched);
  }
  const fallback = region.cases.findIndex((entry) => !entry.test);
  if (fallback !== -1) entering[fallback]?.push(...open);
  let falling: At[] = [];
  for (const [index, entry] of region.cases.entries()) {
    falling = execute(run, entry.body, run.join([...falling, ...(entering[index] ?? [])]), inner);
  }
  const broken = settle(sink, frame, [region.breakId]);
  return run.join([...falling, ...(fallback === -1 ? open : []), ...broken]);
}

/* ---------- try ---------- */

function tried(run: Run, region: TryRegion, states: readonly At[], outer: Frame): At[] {
  const { handler, finalizer } = region;
  // Everything that leaves the block or the handler passes the finalizer first.
  const passing = finalizer ? new Sink() : outer.sink;
  const frame: Frame = { ...outer, sink: passing };
  const block = new Sink();
  const normal = execute(run, region.body, states, { ...outer, sink: handler ? block : passing });
  if (handler) {
    for (const leave of block.returns.values()) passing.leave("returns", leave);
    for (const [id, jumps] of block.jumps) for (const at of jumps.values()) passing.jump(id, at);
    const caught: At[] = [];
    for (const leave of block.throws.values()) {
      const at: At = { core: leave.core, trace: firstTrace(leave.exits) };
      caught.push(...(handler.pattern ? bind(run, handler.pattern, leave.value, at, frame) : [at]));
    }
    normal.push(...execute(run, handler.body, run.join(caught), frame));
  }
  const ended = run.join(normal);
  return finalizer ? finalised(run, finalizer, ended, passing, outer) : ended;
}

/** Runs the finalizer once for each state that comes to it, whatever is pending, and lets the pending go on from where it ends. */
function finalised(run: Run, finalizer: Region, normal: readonly At[], passing: Sink, outer: Frame): At[] {
  const done = new Map<number, At[]>();
  const finish = (core: Core): At[] => {
    const known = done.get(core.id);
    if (known) return known;
    const ends = execute(run, finalizer, [{ core, trace: undefined }], outer);
    done.set(core.id, ends);
    return ends;
  };
  for (const into of ["returns", "throws"] as const) {
    for (const leave of passing[into].values()) {
      for (const end of finish(leave.core)) outer.sink.leave(into, { value: toldSince(run, leave.value, finalizer, leave.core, end.core), core: end.core, exits: later(leave.exits, end.trace) });
    }
  }
  for (const [id, jumps] of passing.jumps) {
    for (const at of jumps.values()) for (const end of finish(at.core)) outer.sink.jump(id, { core: end.core, trace: follow(at.trace, end.trace) });
  }
  return run.join(normal.flatMap((at) => finish(at.core).map((end): At => ({ core: end.core, trace: follow(at.trace, end.trace) }))));
}

/** A value that is on its way out, after a finalizer has tested the variable that holds it. */
function toldSince(run: Run, value: Value, finalizer: Region, before: Core, after: Core): Value {
  if (value.k !== "unknown") return value;
  const assigned = assignedIn(finalizer);
  for (const cell of run.shared.cores.holders(before, value)) {
    const now = cell > 0 && !assigned.has(cell) && !run.shared.fieldCells.has(cell) ? after.cells.get(cell) : undefined;
    if (now && now !== value && (now.k === "status" || now.k === "const" || (now.k === "unknown" && now.site === value.site))) return now;
  }
  return value;
}

/** Exits whose paths go on through a finalizer. */
function later(exits: Exits, trace: Trace | undefined): Exits {
  if (!trace) return exits;
  switch (exits.k) {
    case "one":
      return { ...exits, trace: follow(exits.trace, trace) };
    case "two":
      return { k: "two", left: later(exits.left, trace), right: later(exits.right, trace) };
    case "after":
      return { k: "after", trace: exits.trace, exits: later(exits.exits, trace) };
  }
}

function firstTrace(exits: Exits): Trace | undefined {
  let before: Trace | undefined;
  let part = exits;
  while (part.k !== "one") {
    if (part.k === "after") {
      before = follow(before, part.trace);
      part = part.exits;
    } else part = part.left;
  }
  return follow(before, part.trace);
}
