/** Takes one release, guard, check or registration away from a driver, or puts it elsewhere. */
import { takesDeclaration, without } from "./reduce.ts";

/** Lines whose loss changes what a driver owes: releases, tests, resets, callbacks. */
const WEIGHTY = /Free|Delete|Unregister|UnRegister|Deregister|Close\(|Disconnect|Destroy|Dereference|Release|CLEANUP|DriverUnload =|EvtCleanupCallback|EvtDriverUnload|^\s*(?:if|\} else|switch|try|while|for)\b|= null;|= false;|= true;|^\s*break|stack\.|= status|status =|^\s*return/u;

/** Texts with one weighty line or block less, or two neighbouring lines exchanged. `choose` gives a number below its argument. */
export function mutantOf(text: string, choose: (below: number) => number): string | null {
  const lines = text.split("\n");
  const places = lines.flatMap((line, index) => (WEIGHTY.test(line) && !/^(?:import|declare|export|function|async)/u.test(line) ? [index] : []));
  const place = places[choose(Math.max(places.length, 1))];
  if (place === undefined) return null;
  const line = lines[place] ?? "";
  const next = lines[place + 1] ?? "";
  const isPlain = (candidate: string): boolean => candidate.endsWith(";") && !/^\s*(?:return|break|const|let)/u.test(candidate);
  if (choose(4) === 0 && isPlain(line) && isPlain(next)) return lines.toSpliced(place, 2, next, line).join("\n");
  const candidates = [...without(lines, place)].filter((candidate) => !takesDeclaration(lines, candidate));
  return candidates[choose(Math.max(candidates.length, 1))]?.join("\n") ?? null;
}
