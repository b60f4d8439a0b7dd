/** How the rules put facts into words: resources, steps, exits, and why nothing releases what is held. */
import type { DriverState, Exit, FailureLeak, Place, Resource, UnloadLeak } from "./machine/facts.ts";
import { code, describe as describeHeld, list, type Failure, type Held, type Leaving, type Spot, type Way } from "./report/path-text.ts";

/** The line of a place, in the file where it lies in fact. */
export function spotOf({ loc, origin }: Place): Spot {
  return origin ?? { file: undefined, line: loc.start.line };
}

/** The same for what a report stands for: nothing where it stands on it. */
export function originOf({ origin }: Place): Spot | undefined {
  return origin;
}

/** "`gRegistryPath.Buffer` (acquired by `ExAllocatePoolWithTag` on line 10)". */
export function describe(resource: Resource): string {
  return describeHeld(heldOf(resource));
}

/** The same without the line, for what is to be released. */
export function nameOf(resource: Resource): string {
  if (resource.kind === "wpp") return "WPP tracing";
  return resource.name === undefined ? `what ${code(resource.call)} acquires` : code(resource.name);
}

/** The same without the line, for a report that stands on the acquisition. */
export function acquiredHere(resource: Resource): string {
  if (resource.acquire.origin) return describe(resource);
  return resource.name === undefined ? `what ${code(resource.call)} acquires here` : `${code(resource.name)}, acquired here,`;
}

/** The usual releasing calls of some resources, the last acquired first. */
export function releasesOf(resources: readonly Resource[]): string {
  // Some calls take back what they did, if another argument says so.
  const calls = resources.flatMap(({ call, releases }) => releases.slice(0, 1).map((release) => `\`${release}\`${release === call ? " to take it back" : ""}`));
  return list([...new Set(calls.reverse())]);
}

/** The ways to one exit: by the call that failed, each with what is held then, in source order. */
export function waysOf(leaks: readonly FailureLeak[]): readonly Way[] {
  return groupBy(leaks, failureKey).map((way) => ({
    held: groupBy(way, ({ resource }) => placeKey(resource.acquire))
      .map(([{ resource }]) => resource)
      .sort((left, right) => left.acquire.range[0] - right.acquire.range[0])
      .map(heldOf),
    failure: failureOf(way[0]),
  }));
}

/** The call that failed on the way to an exit. */
export function failureOf({ failing, failedEarlier }: FailureLeak): Failure | undefined {
  if (failing === undefined) return undefined;
  const { text, file, line } = failing;
  return { call: text.replace(/^`|` fails$/gu, ""), at: { file, line }, isEarlier: failedEarlier };
}

/** How an exit leaves; its spot only where that is in another file. */
export function leavingOf({ place, how, functionName }: Exit): Leaving {
  return { functionName, how, at: originOf(place) };
}

function heldOf({ kind, name, call, acquire }: Resource): Held {
  const isTracing = kind === "wpp";
  return { isTracing, name: isTracing ? undefined : name, call, at: spotOf(acquire) };
}

function failureKey({ failing, failedEarlier }: FailureLeak): string {
  return failing === undefined ? "" : [failing.text, failing.file, failing.line, failedEarlier].join(" ");
}

/** Why no callback releases what a failing entry holds. */
export function whyNotReleased({ resource, exit, driver }: FailureLeak): string {
  if (resource.framework) return ORPHAN;
  const fails = `when ${code(exit.inEntry ? exit.functionName : "DriverEntry")} fails`;
  const reasons: Record<DriverState, string> = {
    none: `DriverUnload is not called ${fails}`,
    failed: "no callback runs when WdfDriverCreate has failed",
    "alive-with-cleanup": `EvtDriverUnload is not called ${fails}, and EvtCleanupCallback, which is, does not ${verb(resource)} it`,
    "alive-without-cleanup": `EvtDriverUnload is not called ${fails}, and the driver object has no EvtCleanupCallback`,
  };
  return reasons[driver];
}

/** Why neither routine of a graceful unload releases what the entry left held. */
export function whyNotUnloaded({ resource, driver, unload }: UnloadLeak): string {
  if (resource.framework) return ORPHAN;
  const routine = unload === undefined ? "the unload routine" : code(unload);
  const does = verb(resource);
  const reasons: Record<DriverState, string> = {
    none: `${routine} does not ${does} it`,
    failed: `${routine} does not ${does} it`,
    "alive-with-cleanup": `neither ${routine} nor EvtCleanupCallback ${does}s it`,
    "alive-without-cleanup": `${routine} does not ${does} it, and the driver object has no EvtCleanupCallback`,
  };
  return reasons[driver];
}

const verb = ({ kind }: Resource): string => (kind === "wpp" ? "stop" : "release");

const ORPHAN = "an object created before the driver object has no parent, so the framework never deletes it";

/** Items that belong together: at least one. */
type Group<Item> = [Item, ...Item[]];

/** Groups in the order of their first members. */
export function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): readonly Group<Item>[] {
  const groups = new Map<string, Group<Item>>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** A key that tells places apart. */
export function placeKey({ range, origin }: Pick<Place, "range" | "origin">): string {
  return [...range, ...(origin ? [origin.file, origin.line] : [])].join("-");
}
