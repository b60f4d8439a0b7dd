/** How the rules put facts into words: resources, steps, exits, and why nothing releases what is held. */
import type { DriverState, Exit, FailureLeak, Place, Resource, Step, UnloadLeak } from "./machine/facts.ts";

/** "on line 10", or "at trace.ts:10" where that is in another file. */
export function at(place: Place | Step): string {
  const { file, line } = "loc" in place ? (place.origin ?? { file: undefined, line: place.loc.start.line }) : place;
  return file === undefined ? `on line ${String(line)}` : `at ${file}:${String(line)}`;
}

/** " (at trace.ts:10)" for what a report stands for that lies in another file; nothing for what it stands on. */
export function elsewhere(place: Place): string {
  return place.origin ? ` (${at(place)})` : "";
}

/** "`gRegistryPath.Buffer` (acquired by `ExAllocatePoolWithTag` on line 10)". */
export function describe(resource: Resource): string {
  const where = at(resource.acquire);
  if (resource.kind === "wpp") return `WPP tracing (started by \`${resource.call}\` ${where})`;
  return resource.name === undefined
    ? `what \`${resource.call}\` acquired ${where}`
    : `\`${resource.name}\` (acquired by \`${resource.call}\` ${where})`;
}

/** The same without the line, for what is to be released. */
export function nameOf(resource: Resource): string {
  if (resource.kind === "wpp") return "WPP tracing";
  return resource.name === undefined ? `what \`${resource.call}\` acquires` : `\`${resource.name}\``;
}

/** The same without the line, for a report that stands on the acquisition. */
export function acquiredHere(resource: Resource): string {
  if (resource.acquire.origin) return describe(resource);
  return resource.name === undefined ? `what \`${resource.call}\` acquires here` : `\`${resource.name}\`, acquired here,`;
}

/** "a", "a and b", "a, b and c". */
export function list(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** The usual releasing calls of some resources, the last acquired first. */
export function releasesOf(resources: readonly Resource[]): string {
  // Some calls take back what they did, if another argument says so.
  const calls = resources.flatMap(({ call, releases }) => releases.slice(0, 1).map((release) => `\`${release}\`${release === call ? " to take it back" : ""}`));
  return list([...new Set(calls.reverse())]);
}

/** " after `ScsiPortInitialize` fails on line 14", or nothing where no single step failed. */
export function after(leaks: readonly FailureLeak[]): string {
  const steps = leaks.flatMap(({ failing }) => (failing === undefined ? [] : [`${failing.text} ${at(failing)}`]));
  return steps.length === 0 ? "" : ` after ${[...new Set(steps)].join(" or ")}`;
}

/** "`DriverEntry` returns here", or "`start` returns at device.ts:20". */
export function leavesHere(exit: Exit): string {
  return `${leaves(exit)} ${exit.place.origin ? at(exit.place) : "here"}`;
}

/** "`DriverEntry` returns": who leaves, and how. */
export function leaves({ functionName, how }: Exit): string {
  const who = functionName === "" ? "a function without a name" : `\`${functionName}\``;
  return `${who} ${{ return: "returns", throw: "throws", end: "ends" }[how]}`;
}

/** Why no callback releases what a failing entry holds. */
export function whyNotReleased({ resource, exit, driver }: FailureLeak): string {
  if (resource.framework) return ORPHAN;
  const fails = `when \`${exit.inEntry ? exit.functionName : "DriverEntry"}\` fails`;
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
  const routine = unload === undefined ? "the unload routine" : `\`${unload}\``;
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
