/** Takes one release, guard, check or registration away from a driver, or puts it elsewhere. */
import { takesDeclaration, without } from "./reduce.ts";

/** Lines whose loss changes what a driver owes: releases, tests, resets, callbacks. */
const WEIGHTY = /Free|Delete|Unregister|UnRegister|Deregister|Close\(|Disconnect|Destroy|Dereference|Release|CLEANUP|DriverUnload =|EvtCleanupCallback|EvtDriverUnload|^\s*(?:if|\} else|switch|try|while|for)\b|= null;|= false;|= true;|^\s*break|stack\.|= status|status =|^\s*return/u;

/** How many lines away a statement is put. */
const FARTHEST = 3;

/** The places of a text that a mutant begins at, as indices of lines. */
function placesOf(lines: readonly string[]): number[] {
  return lines.flatMap((line, index) => (WEIGHTY.test(line) && !/^(?:import|declare|export|function|async)/u.test(line) ? [index] : []));
}

/** The texts without what stands at a place: all of it, or its test only. */
function shorter(lines: readonly string[], place: number): string[] {
  return [...without(lines, place)].filter((candidate) => !takesDeclaration(lines, candidate)).map((candidate) => candidate.join("\n"));
}

/** The texts with the statement of a place a few lines away in the same block. */
function moved(lines: readonly string[], place: number): string[] {
  const line = lines[place] ?? "";
  const isPlain = (candidate: string | undefined): boolean => candidate !== undefined && candidate.endsWith(";") && !/^\s*(?:return|break|throw|const|let|using)\b/u.test(candidate) && depthOf(candidate) === depthOf(line);
  if (!isPlain(line)) return [];
  const texts: string[] = [];
  for (const way of [1, -1]) {
    for (let target = place + way; Math.abs(target - place) <= FARTHEST && isPlain(lines[target]); target += way) {
      texts.push(lines.toSpliced(place, 1).toSpliced(target, 0, line).join("\n"));
    }
  }
  return texts;
}

const depthOf = (line: string): number => line.length - line.trimStart().length;

/** Every mutant of a text. */
export function mutantsOf(text: string): string[] {
  const lines = text.split("\n");
  return placesOf(lines).flatMap((place) => [...shorter(lines, place), ...moved(lines, place)]);
}

/** One mutant of a text; null where it has none. `choose` gives a number below its argument. */
export function mutantOf(text: string, choose: (below: number) => number): string | null {
  const lines = text.split("\n");
  const places = placesOf(lines);
  const place = places[choose(Math.max(places.length, 1))];
  if (place === undefined) return null;
  const away = moved(lines, place);
  const candidates = away.length > 0 && choose(3) === 0 ? away : shorter(lines, place);
  return candidates[choose(Math.max(candidates.length, 1))] ?? null;
}
