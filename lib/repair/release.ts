/** Writes the release of a resource: the call that the catalogue names, on the place where the handle lives, asked for and reset as need be. */
import type { TSESTree } from "@typescript-eslint/utils";
import { PAIRS, type Pair, type Release } from "../api/pairs.ts";
import type { Resource } from "../machine/facts.ts";
import { unwrap } from "../source/syntax.ts";
import { apiOf, callAt, functionAround, isVisible, rootOf, type Call, type DriverCode } from "./code.ts";
import { isRefusal, type Edit } from "./edit.ts";
import { homesOf, type Home } from "./homes.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { spell } from "./spelling.ts";
import { listedStatement } from "./statements.ts";
import { styleOf } from "./style.ts";

/** One way to write a release. */
export interface Writing {
  /** Without indentation; further steps of it as the file has them. */
  readonly lines: readonly string[];
  /** What has to be added to the imports. */
  readonly edit: Edit;
}

/** A place for a release. */
export interface Spot {
  /** A node whose scope it will have. */
  readonly at: TSESTree.Node;
  /** How the driver object is named there, for WPP; undefined where it has no name. */
  readonly driverObject: { readonly text: string; readonly edit: Edit } | undefined;
  /** Whether the resource may not be held there: it has to be asked for first. */
  readonly isUncertain: boolean;
}

/** The catalogue row and the call that acquired a resource. */
export interface Acquisition {
  readonly resource: Resource;
  readonly pair: Pair;
  readonly call: Call;
  readonly homes: readonly Home[];
}

const acquisitions = new WeakMap<Resource, Acquisition | Refusal>();

/** How a resource was acquired. */
export function acquisitionOf(code: DriverCode, resource: Resource): Acquisition | Refusal {
  const known = acquisitions.get(resource);
  if (known) return known;
  const pair = [...PAIRS, ...code.file.settings.resources].find(({ kind, acquire }) => kind === resource.kind && acquire.includes(resource.call));
  const call = callAt(code, resource.acquire);
  const made = pair && call ? { resource, pair, call, homes: homesOf(code, call, pair) } : refuse("spelling", resource.call);
  acquisitions.set(resource, made);
  return made;
}

/** The ways to release a resource at a place, the one to prefer first. */
export function writingsOf(code: DriverCode, acquisition: Acquisition, spot: Spot): Writing[] | Refusal {
  const { pair, homes, resource } = acquisition;
  if (pair.handle.from === "global") {
    const writing = releaseOf(code, acquisition, undefined, spot);
    return isRefusal(writing) ? writing : [{ lines: [`${writing.text}${styleOf(code.sourceCode).semicolon}`], edit: writing.edit }];
  }
  const reachable = homes.filter(({ root }) => isVisible(code, root, spot.at));
  if (reachable.length === 0) return refuse("out-of-reach", resource.name === undefined ? `what \`${resource.call}\` acquires` : `\`${resource.name}\``);
  const writings: Writing[] = [];
  let refusal: Refusal | undefined;
  for (const home of reachable) {
    const call = releaseOf(code, acquisition, home, spot);
    if (isRefusal(call)) refusal = call;
    else writings.push(...writingsFor(code, acquisition, home, call, spot));
  }
  return writings.length === 0 && refusal ? refusal : distinct(writings);
}

function distinct(writings: readonly Writing[]): Writing[] {
  return [...new Map(writings.map((writing) => [writing.lines.join("\n"), writing])).values()];
}

interface CallText {
  readonly text: string;
  readonly edit: Edit;
}

function writingsFor(code: DriverCode, acquisition: Acquisition, home: Home, { text, edit }: CallText, { isUncertain, at }: Spot): Writing[] {
  const { semicolon, unit } = styleOf(code.sourceCode);
  const call = `${text}${semicolon}`;
  const copied = templatesOf(code, acquisition, home, at);
  if (acquisition.pair.handle.from === "argument") return [...copied, { lines: [call], edit }];
  const reset = isKept(code, home) ? [`${home.text} = null${semicolon}`] : [];
  const plain: Writing = { lines: [call, ...reset], edit };
  const asked: Writing = { lines: [`if (${home.text} !== null) {`, `${unit}${call}`, ...reset.map((line) => unit + line), "}"], edit };
  const truthy: Writing = { ...asked, lines: [`if (${home.text}) {`, ...asked.lines.slice(1)] };
  const guarded = startsAsNull(code, home) ? [asked, truthy] : [truthy, asked];
  return isUncertain ? [...guarded, ...copied, plain] : [plain, ...guarded, ...copied];
}

/** Whether others see the place after the function is left, so that it has to say that nothing is held any more. */
function isKept({ scopes }: DriverCode, { root, text }: Home): boolean {
  const variable = scopes.variableOf(root);
  if (!variable || !scopes.isModuleLevel(variable)) return false;
  return text !== root.name || variable.defs.some(({ node }) => (node as TSESTree.Node).parent?.type === "VariableDeclaration" && ((node as TSESTree.VariableDeclarator).parent).kind !== "const");
}

/** Whether a place is null, and not undefined, before anything is stored there. */
function startsAsNull({ scopes }: DriverCode, { root, text }: Home): boolean {
  if (text !== root.name) return true;
  const definition = scopes.variableOf(root)?.defs[0]?.node as TSESTree.Node | undefined;
  return definition?.type === "VariableDeclarator" && definition.init !== null;
}

/** Releases that the file has elsewhere, under a test that can be asked here as well. */
function templatesOf(code: DriverCode, { pair }: Acquisition, home: Home, at: TSESTree.Node): Writing[] {
  const names = new Set(pair.release.map(({ call }) => call));
  return code.calls.flatMap((call): Writing[] => {
    if (!names.has(apiOf(code, call) ?? "") || !call.arguments.some((argument) => code.sourceCode.getText(unwrap(argument)) === home.text)) return [];
    const block = listedStatement(call)?.parent;
    const branch = block?.type === "BlockStatement" && block.body.length < 3 ? block.parent : undefined;
    if (branch?.type !== "IfStatement" || branch.alternate || branch.consequent !== block) return [];
    return isUnderstood(code, branch, at) ? [{ lines: linesOf(code, branch), edit: [] }] : [];
  });
}

/** Whether every name in a statement means the same elsewhere. */
function isUnderstood(code: DriverCode, statement: TSESTree.Node, at: TSESTree.Node): boolean {
  const tokens = code.sourceCode.getTokens(statement);
  if (code.sourceCode.getCommentsInside(statement).length > 0) return false;
  return tokens.every((token, index) => {
    if (token.type !== "Identifier" || tokens[index - 1]?.value === ".") return true;
    const node = code.sourceCode.getNodeByRangeIndex(token.range[0]);
    return node?.type === "Identifier" && isVisible(code, node, at);
  });
}

/** The lines of a statement without its indentation. */
function linesOf({ sourceCode }: DriverCode, statement: TSESTree.Node): string[] {
  const [first = "", ...others] = sourceCode.getText(statement).split(/\r?\n/u);
  const depth = Math.min(...others.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length));
  return [first, ...others.map((line) => line.slice(Number.isFinite(depth) ? depth : 0))];
}

/* ---------- the call ---------- */

/** The releasing call of a resource, spelt as the file spells the API. */
function releaseOf(code: DriverCode, { pair, call, resource }: Acquisition, home: Home | undefined, spot: Spot): CallText | Refusal {
  const release = chosen(code, pair, resource);
  const args = argumentsOf(code, release, call, home?.text, spot);
  if (isRefusal(args)) return args;
  const spelt = spell(code, release.call, call.callee, spot.at);
  if (isRefusal(spelt)) return spelt;
  const isAwaited = call.parent.type === "AwaitExpression" && functionAround(spot.at)?.async === true;
  return { text: `${isAwaited ? "await " : ""}${spelt.text}(${args.texts.join(", ")})`, edit: [...spelt.edit, ...args.edit] };
}

/** Of several releases, the one that the file uses for this kind already, or the counterpart of the acquiring call. */
function chosen(code: DriverCode, { release }: Pair, { call }: Resource): Release {
  const used = new Set(code.calls.map((each) => apiOf(code, each)));
  const counterpart = release.find(({ call: name }) => name === COUNTERPARTS[call] || name === call);
  const found = counterpart ?? release.find(({ call: name }) => used.has(name)) ?? release[0];
  if (!found) throw new TypeError(`nothing releases what ${call} acquires`);
  return found;
}

/** Where the first release of a row is not the one that goes with an acquiring call. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  ExAllocatePoolWithTag: "ExFreePoolWithTag",
  ExAllocatePoolWithQuotaTag: "ExFreePoolWithTag",
  ExInitializePagedLookasideList: "ExDeletePagedLookasideList",
};

/** What a release takes beside the handle: words, or the argument of the acquiring call with this number. */
const FURTHER: Readonly<Record<string, readonly (string | number)[]>> = {
  ExFreePoolWithTag: [2],
  MmUnmapIoSpace: [1],
  MmFreeContiguousMemorySpecifyCache: [0, 4],
  ExDeleteTimer: ["true", "false", "null"],
};

function argumentsOf(code: DriverCode, release: Release, acquire: Call, handle: string | undefined, { driverObject, at }: Spot): { readonly texts: string[]; readonly edit: Edit } | Refusal {
  if (release.call === "WPP_CLEANUP") {
    return driverObject ? { texts: [driverObject.text], edit: driverObject.edit } : refuse("out-of-reach", "the driver object");
  }
  const texts: string[] = [];
  const take = (index: number): Refusal | undefined => {
    const argument = acquire.arguments[index];
    if (!argument || !isConstant(code, argument, at)) return refuse("out-of-reach", argument ? `\`${code.sourceCode.getText(argument)}\`` : `an argument of \`${release.call}\``);
    texts.push(code.sourceCode.getText(argument));
    return undefined;
  };
  const count = Math.max(release.argument ?? 0, release.when?.argument ?? 0) + 1;
  for (let index = 0; index < count; index += 1) {
    if (index === release.argument && handle !== undefined) texts.push(handle);
    else if (index === release.when?.argument) texts.push(JSON.stringify(release.when.is));
    else {
      const missing = take(index);
      if (missing) return missing;
    }
  }
  for (const further of FURTHER[release.call] ?? []) {
    const missing = typeof further === "string" ? undefined : take(further);
    if (missing) return missing;
    if (typeof further === "string") texts.push(further);
  }
  return { texts, edit: [] };
}

/** Whether an expression is the same wherever it is evaluated. */
function isConstant(code: DriverCode, expression: TSESTree.Node, at: TSESTree.Node): boolean {
  const node = unwrap(expression);
  switch (node.type) {
    case "Literal":
      return true;
    case "ObjectExpression":
      return node.properties.every((property) => property.type === "Property" && !property.computed && isConstant(code, property.value, at));
    case "Identifier":
    case "MemberExpression": {
      const root = rootOf(node);
      const variable = root && code.scopes.variableOf(root);
      return root !== undefined && isVisible(code, root, at) && (!variable || variable.defs.length === 0 || code.scopes.isConstant(variable));
    }
    default:
      return false;
  }
}
