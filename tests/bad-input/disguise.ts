/** Turns any source into something like a driver: names of its own give way to names of the catalogue. */
import { calls, roles, values } from "./catalogue.ts";
import { Random } from "./random.ts";

const DECLARED = /\bfunction\s*\*?\s*(?<name>[A-Za-z_$][\w$]*)|\b(?:const|let|var)\s+(?<held>[A-Za-z_$][\w$]*)\s*=\s*(?:async\s*)?(?:function\b|\([^()]*\)\s*=>)|^\s+(?:static\s+|async\s+)?(?<method>[A-Za-z_$][\w$]*)\s*\([^()]*\)\s*\{/gmu;
const CALLED = /(?<name>[A-Za-z_$][\w$]*)\s*(?:\?\.)?\(/gu;
const IDENTIFIER = /[A-Za-z_$][\w$]*/gu;

// What must stay: keywords, and names that have a meaning where they stand.
const KEPT = new Set(
  `abstract accessor any arguments as asserts async await bigint boolean break case catch class const constructor continue debugger
  declare default delete do else enum eval export extends false finally for from function get global if implements import in infer
  instanceof interface intrinsic is keyof let module namespace never new null number object of out override package private protected
  prototype public readonly require return satisfies set static string super switch symbol this throw true try type typeof undefined
  unique unknown using var void while with yield`.split(/\s+/u),
);

/** The text with catalogue names for some of what it calls and declares; one of its functions becomes the entry. */
export function disguise(code: string, seed: number): string {
  const random = new Random(seed);
  const names = new Map<string, string>();
  const declared = found(DECLARED, code);
  if (declared.length > 0) names.set(random.pick(declared), "DriverEntry");
  give(names, declared, roles, random, 0.15);
  give(names, found(CALLED, code), calls, random, 0.6);
  give(names, found(IDENTIFIER, code), values, random, 0.05);
  return code.replace(IDENTIFIER, (word) => names.get(word) ?? word);
}

function found(pattern: RegExp, code: string): string[] {
  const names = [...code.matchAll(pattern)].flatMap(({ 0: all, groups }): (string | undefined)[] => (groups === undefined ? [all] : Object.values(groups)));
  return [...new Set(names)].filter((name): name is string => name !== undefined && !KEPT.has(name));
}

/** Gives some names a disguise each, no two the same, so that nothing comes to be declared twice. */
function give(names: Map<string, string>, from: readonly string[], to: readonly string[], random: Random, share: number): void {
  const taken = new Set(names.values());
  for (const name of from) {
    if (names.has(name) || !random.chance(share)) continue;
    const disguised = random.pick(to);
    if (taken.has(disguised)) continue;
    taken.add(disguised);
    names.set(name, disguised);
  }
}
