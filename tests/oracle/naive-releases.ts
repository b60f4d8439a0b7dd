/** Releases written as they come to mind: with whatever name the handle had where it was acquired. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { Resource } from "../../lib/machine/facts.ts";
import type { Call, NaiveText } from "./naive-text.ts";

/** The ways to write the releases of some resources, the last acquired first; each a list of statements. */
export function releasesOf(file: NaiveText, resources: readonly Resource[], driverObject: string): string[][] {
  const sorted = resources.toSorted((left, right) => right.acquire.range[0] - left.acquire.range[0]);
  const each = sorted.map((resource) => waysOf(file, resource, driverObject));
  const most = Math.max(0, ...each.map((ways) => ways.length));
  return Array.from({ length: most }, (_, way) => each.flatMap((ways) => ways[Math.min(way, ways.length - 1)] ?? []));
}

function waysOf(file: NaiveText, { acquire, call, name, releases }: Resource, driverObject: string): string[] {
  const made = file.callAt(acquire);
  const [release = ""] = releases.length > 1 && call === "ExAllocatePoolWithTag" ? releases.slice(1) : releases;
  if (made === undefined) return [];
  const spelt = spellingOf(file, file.of(made.callee), call, release);
  if (release === "WPP_CLEANUP") return [`${spelt}(${driverObject.replace(/^\w+(?=\()/u, (name) => spellingOf(file, file.of(made.callee), call, name))});`];
  const further = (FURTHER[release] ?? []).flatMap((index) => (made.arguments[index] ? [file.of(made.arguments[index])] : []));
  return homesOf(file, made, name).flatMap((home) => {
    const words = `${spelt}(${[home, ...further].join(", ")});`;
    return [words, `if (${home} !== null) { ${words} ${home} = null; }`, `if (${home}) { ${words} }`];
  });
}

/** What a release takes beside the handle: arguments of the acquiring call. */
const FURTHER: Readonly<Record<string, readonly number[]>> = { ExFreePoolWithTag: [2], MmUnmapIoSpace: [1] };

/** A name of the API as the file spells others. */
export function spellingOf(file: NaiveText, callee: string, call: string, name: string): string {
  const imported = new RegExp(`\\b${name}(?: as |: )(\\w+)|\\b(\\w+) = (?:\\w+\\.)?${name}\\b`, "u").exec(file.text);
  return imported?.[1] ?? imported?.[2] ?? (callee.endsWith(`.${call}`) ? callee.slice(0, -call.length) + name : name);
}

/** The places a handle may live in, in words. */
function homesOf(file: NaiveText, call: Call, name: string | undefined): string[] {
  const homes = new Set<string>(name === undefined ? [] : [name]);
  for (const argument of call.arguments) {
    if (argument.type !== "Identifier" && argument.type !== "MemberExpression") continue;
    const words = file.of(argument);
    if (file.text.includes(`${words}.value`)) homes.add(`${words}.value`);
    else if (name === words) homes.add(words);
  }
  for (const home of answersOf(file, call)) homes.add(home);
  return [...homes].slice(0, 3);
}

/** Where the value of a call goes. */
function answersOf(file: NaiveText, call: Call): string[] {
  let node: TSESTree.Node = call;
  while (node.parent && /^(?:AwaitExpression|TS\w+|MemberExpression|LogicalExpression|ConditionalExpression|ChainExpression)$/u.test(node.parent.type)) node = node.parent;
  const { parent } = node;
  const target = parent?.type === "VariableDeclarator" ? parent.id : parent?.type === "AssignmentExpression" ? parent.left : undefined;
  if (target === undefined) return [];
  if (target.type === "ObjectPattern") return target.properties.flatMap((property) => (property.type === "Property" && file.of(property.key) !== "status" ? [file.of(property.value)] : []));
  const words = file.of(target).replace(/:.*$/su, "").trim();
  const read = [...file.text.matchAll(new RegExp(`\\b${words.replace(/[^\w.]/gu, "")}\\.(\\w+)`, "gu"))].flatMap(([, property = ""]) => (/^(?:status|ok)$/u.test(property) ? [] : [`${words}.${property}`]));
  return read.length > 0 && !/^g[A-Z]/u.test(words) ? [...new Set(read)] : [words];
}
