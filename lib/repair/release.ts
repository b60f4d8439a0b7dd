/** Writes the release of a resource: the call that the catalogue names, on the place where the handle lives, asked for and reset as need be. */
import type { TSESTree } from "@typescript-eslint/utils";
import { PAIRS, type Pair, type Release } from "../api/pairs.ts";
import type { Resource } from "../machine/facts.ts";
import { isFunction, unwrap, type FunctionNode } from "../source/syntax.ts";
import { apiOf, callAt, functionAround, isVisible, meansTheSame, rootOf, type Call, type DriverCode } from "./code.ts";
import { isRefusal, type Edit } from "./edit.ts";
import { flagsOf, newFlag, resetBehind, type Flag } from "./flags.ts";
import { callsOf, homesOf, type Home } from "./homes.ts";
import { hoistsOf, isInLoop } from "./hoists.ts";
import { insertBefore } from "./lines.ts";
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
  /** It tells whether anything is held. */
  readonly isAsked?: boolean;
  /** What a loop has acquired before is released before it acquires anew. */
  readonly isRenewal?: boolean;
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
  /** Functions of the file that do nothing but release it, by name. */
  readonly releasers: ReadonlyMap<string, TSESTree.Identifier>;
}

const acquisitions = new WeakMap<Resource, Acquisition | Refusal>();

/** How a resource was acquired. */
export function acquisitionOf(code: DriverCode, resource: Resource): Acquisition | Refusal {
  const known = acquisitions.get(resource);
  if (known) return known;
  const pair = [...PAIRS, ...code.file.settings.resources].find(({ kind, acquire }) => kind === resource.kind && acquire.includes(resource.call));
  const call = callAt(code, resource.acquire);
  const made = pair && call ? acquisitionBy(code, resource, pair, call) : refuse("spelling", resource.call);
  acquisitions.set(resource, made);
  return made;
}

function acquisitionBy(code: DriverCode, resource: Resource, pair: Pair, call: Call): Acquisition {
  const homes = homesOf(code, call, pair);
  return { resource, pair, call, homes, releasers: releasersOf(code, pair, homes) };
}

/** The ways to release a resource at a place, the one to prefer first. */
export function writingsOf(code: DriverCode, acquisition: Acquisition, spot: Spot): Writing[] | Refusal {
  const writings = singleWritings(code, acquisition, spot);
  const renewal = isRefusal(writings) ? undefined : renewalOf(code, acquisition);
  if (isRefusal(writings) || !renewal) return writings;
  // What an acquisition that failed anew has overwritten is asked for.
  const asked = writings.find(({ isAsked }) => isAsked === true);
  const others = writings.filter((way) => way !== asked);
  const renewing = [{ lines: [], edit: [] }, ...(asked ? [asked] : []), ...others].map((way): Writing => ({ lines: way.lines, edit: [...way.edit, ...renewal], isRenewal: true }));
  return [...writings.slice(0, 1), ...renewing.slice(0, 2), ...writings.slice(1), ...renewing.slice(2)];
}

/** Releases what a loop has acquired before, before it acquires anew. */
function renewalOf(code: DriverCode, acquisition: Acquisition): Edit | undefined {
  const site = siteInLoop(code, acquisition.call, 0);
  const statement = site && listedStatement(site);
  if (!statement || acquisition.pair.handle.from === "global") return undefined;
  const at = { at: statement, driverObject: undefined, isUncertain: true };
  const [home] = acquisition.homes.filter((each) => reaches(code, each, statement) && !isInLoop(declarationIn(code, each)));
  const call = home && releaseOf(code, acquisition, home.text, at);
  if (!home || !call || isRefusal(call)) return undefined;
  const held: Held = { text: home.text, startsAsNull: startsAsNull(code, home), isKept: true, edit: [] };
  const [way] = writingsFor(code, acquisition, held, call, at);
  const inserted = way && insertBefore(code.sourceCode, statement, way.lines);
  return !inserted || isRefusal(inserted) ? undefined : [...inserted, ...way.edit];
}

/** The call, or the call of the helper that makes it, that a loop repeats. */
function siteInLoop(code: DriverCode, call: Call, depth: number): Call | undefined {
  if (isInLoop(call)) return call;
  const fn = depth < MAX_DEPTH ? functionAround(call) : undefined;
  const [caller, ...others] = fn ? callsOf(code, fn) : [];
  return caller && others.length === 0 ? siteInLoop(code, caller, depth + 1) : undefined;
}

const MAX_DEPTH = 4;

function declarationIn({ scopes }: DriverCode, { root }: Home): TSESTree.Node {
  return (scopes.variableOf(root)?.defs[0]?.node as TSESTree.Node | undefined) ?? root;
}

function singleWritings(code: DriverCode, acquisition: Acquisition, spot: Spot): Writing[] | Refusal {
  const { pair, resource } = acquisition;
  if (pair.handle.from === "global") {
    const writing = releaseOf(code, acquisition, undefined, spot);
    return isRefusal(writing) ? writing : distinct(flaggedWritings(code, acquisition, writing, spot));
  }
  const [literal] = pair.handle.from === "argument" ? [acquisition.call.arguments[pair.handle.argument]] : [];
  if (literal && !rootOf(literal) && isConstant(code, literal, spot.at)) {
    const call = releaseOf(code, acquisition, code.sourceCode.getText(literal), spot);
    return isRefusal(call) ? call : distinct(flaggedWritings(code, acquisition, call, spot));
  }
  const writings: Writing[] = [];
  let refusal: Refusal | undefined;
  for (const held of placesOf(code, acquisition, spot)) {
    const call = releaseOf(code, acquisition, held.text, spot);
    if (isRefusal(call)) refusal = call;
    else writings.push(...writingsFor(code, acquisition, held, { text: call.text, edit: [...call.edit, ...held.edit] }, spot));
  }
  if (writings.length > 0) return distinct(writings);
  return refusal ?? refuse("out-of-reach", resource.name === undefined ? `what \`${resource.call}\` acquires` : `\`${resource.name}\``);
}

function distinct(writings: readonly Writing[]): Writing[] {
  return [...new Map(writings.map((writing) => [JSON.stringify([writing.lines, writing.edit]), writing])).values()];
}

/** A place that a handle can be taken from. */
interface Held {
  readonly text: string;
  /** Whether it is null, and not undefined, before anything is stored there. */
  readonly startsAsNull: boolean;
  /** Whether it outlives the function, so that it has to say that nothing is held any more. */
  readonly isKept: boolean;
  /** What makes it visible, where it is not. */
  readonly edit: Edit;
}

/** Where a handle can be taken from at a spot; where nothing holds it that can be seen there, places made for it. */
function placesOf(code: DriverCode, { homes, pair, call, resource }: Acquisition, { at }: Spot): Held[] {
  const near = homes.filter((home) => reaches(code, home, at));
  if (near.length > 0) return near.map((home) => ({ text: home.text, startsAsNull: startsAsNull(code, home), isKept: isKept(code, home), edit: [] }));
  const acquired = { call, isUntested: isUntested(pair), isNullable: pair.succeeds === "non-null", type: pair.handle.from === "return" ? HANDLE_TYPES[resource.kind] : undefined };
  return hoistsOf(code, homes, acquired).map(({ text, startsAsNull: isNull, edit }) => ({ text, startsAsNull: isNull, isKept: pair.handle.from !== "argument", edit }));
}

const isUntested = ({ succeeds }: Pair): boolean => succeeds === "always" || succeeds === "throws";

/** What the handles that a call answers are called. */
const HANDLE_TYPES: Readonly<Record<string, string>> = {
  pool: "PoolBlock",
  "pool-quota": "PoolBlock",
  "contiguous-memory": "PoolBlock",
  "io-mapping": "PoolBlock",
  "work-item": "IO_WORKITEM",
  irp: "IRP",
  mdl: "MDL",
};

interface CallText {
  readonly text: string;
  readonly edit: Edit;
}

function writingsFor(code: DriverCode, acquisition: Acquisition, held: Held, { text, edit }: CallText, spot: Spot): Writing[] {
  if (acquisition.pair.handle.from === "argument") return flaggedWritings(code, acquisition, { text, edit }, spot);
  const { semicolon, unit } = styleOf(code.sourceCode);
  const call = `${text}${semicolon}`;
  const copied = templatesOf(code, acquisition, held.text, spot.at);
  const reset = held.isKept ? [`${held.text} = null${semicolon}`] : [];
  const plain: Writing = { lines: [call, ...reset], edit };
  const asked = (test: string): Writing => ({ lines: [`if (${test}) {`, ...[call, ...reset].map((line) => unit + line), "}"], edit, isAsked: true });
  const [first, second] = [asked(`${held.text} !== null`), asked(held.text)];
  const guarded = held.startsAsNull ? [first, second] : [second, first];
  const helped = helpedWritings(code, acquisition, spot.at);
  if (!spot.isUncertain) return [plain, ...guarded, ...helped, ...copied];
  const resets = held.isKept ? resetsBehindOthers(code, acquisition, held.text, "null") : [];
  const kept = guarded.slice(0, 1).map((way): Writing => ({ ...way, edit: [...way.edit, ...resets] }));
  return [...helped, ...guarded.slice(0, 1), ...(resets.length > 0 ? kept : []), ...copied, ...guarded.slice(1), plain];
}

/** The ways to release what has no handle to ask: by a flag where there is one, or as it is, or by a new flag. */
function flaggedWritings(code: DriverCode, acquisition: Acquisition, { text, edit }: CallText, spot: Spot): Writing[] {
  const { pair, call, homes } = acquisition;
  const { semicolon, unit } = styleOf(code.sourceCode);
  const plain: Writing = { lines: [`${text}${semicolon}`], edit };
  const asked = (flag: Flag): Writing => ({ lines: [`if (${flag.text}) {`, `${unit}${text}${semicolon}`, `${unit}${flag.text} = false${semicolon}`, "}"], edit: [...edit, ...flag.edit], isAsked: true });
  const helped = helpedWritings(code, acquisition, spot.at);
  const copied = homes.flatMap((home) => templatesOf(code, acquisition, home.text, spot.at));
  if (pair.kind === "wpp") return [plain];
  const flags = flagsOf(code, call, spot.at);
  const flagged = flags.map(asked);
  if (!spot.isUncertain) return [plain, ...flagged, ...helped, ...copied];
  const kept = flags.slice(0, 1).map((flag) => ({ ...asked(flag), edit: [...edit, ...flag.edit, ...resetsBehindOthers(code, acquisition, flag.text, "false")] }));
  const added = flags.length === 0 ? newFlag(code, call, `has${capital(nameOf(acquisition))}`, isUntested(pair), releasesOf(code, pair, homes)) : undefined;
  return [...helped, ...flagged, ...copied, ...kept, plain, ...(added ? [asked(added)] : [])];
}

/** What a resource is called in the name of a flag. */
function nameOf({ resource, homes }: Acquisition): string {
  const [home] = homes;
  const own = home?.text.split(".").findLast((word) => word !== "value");
  return own?.replace(/^g(?=[A-Z])/u, "") ?? resource.kind.replace(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** The releases of a resource in the file. */
function releasesOf(code: DriverCode, pair: Pair, homes: readonly Home[]): Call[] {
  const names = new Set(pair.release.map(({ call }) => call));
  const texts = new Set(homes.map(({ text }) => text));
  return code.calls.filter((call) => names.has(apiOf(code, call) ?? "") && (pair.handle.from === "global" || call.arguments.some((argument) => texts.has(code.sourceCode.getText(unwrap(argument))))));
}

/** What makes the other releases say that nothing is held any more; nothing where one of them cannot. */
function resetsBehindOthers(code: DriverCode, { pair, homes }: Acquisition, text: string, value: "null" | "false"): Edit {
  const resets = releasesOf(code, pair, homes).map((call) => resetBehind(code, call, text, value));
  return resets.flatMap((reset) => reset ?? []);
}

/** Calls of the file's own functions that release this. */
function helpedWritings(code: DriverCode, { releasers }: Acquisition, at: TSESTree.Node): Writing[] {
  const visible = [...releasers.values()].filter((name) => isVisible(code, name, at) && name.parent !== at.parent);
  return visible.map(({ name }) => ({ lines: [`${name}()${styleOf(code.sourceCode).semicolon}`], edit: [], isAsked: true }));
}

function releasersOf(code: DriverCode, pair: Pair, homes: readonly Home[]): Map<string, TSESTree.Identifier> {
  const found = new Map<string, TSESTree.Identifier>();
  for (const call of releasesOf(code, pair, homes)) {
    const fn = functionAround(call);
    const name = fn && nameNodeOf(fn);
    if (!fn || !name || fn.params.length > 0 || fn.async || fn.generator) continue;
    const isAlone = code.calls.filter(({ range }) => fn.range[0] <= range[0] && range[1] <= fn.range[1]).length === 1;
    if (isAlone && onlyReleases(fn, call)) found.set(name.name, name);
  }
  return found;
}

function nameNodeOf(fn: FunctionNode): TSESTree.Identifier | undefined {
  if (fn.type === "FunctionDeclaration") return fn.id ?? undefined;
  return fn.parent.type === "VariableDeclarator" && fn.parent.id.type === "Identifier" ? fn.parent.id : undefined;
}

/** Whether a function's statements are a release, and assignments of `null` or `false` behind it. */
function onlyReleases({ body }: FunctionNode, release: Call): boolean {
  if (body.type !== "BlockStatement") return body.range[0] <= release.range[0] && release.range[1] <= body.range[1];
  return body.body.every((statement) => {
    if (statement.range[0] <= release.range[0] && release.range[1] <= statement.range[1]) return true;
    return statement.type === "ExpressionStatement" && statement.expression.type === "AssignmentExpression" && statement.expression.right.type === "Literal";
  });
}

/** Whether a home can be read at a node: it means the same there, and has its value whenever that runs. */
function reaches(code: DriverCode, { root }: Home, at: TSESTree.Node): boolean {
  if (!isVisible(code, root, at)) return false;
  const variable = code.scopes.variableOf(root);
  const definition = variable?.defs[0]?.node as TSESTree.Node | undefined;
  if (!variable || definition?.type !== "VariableDeclarator" || definition.parent.kind === "var" || code.scopes.isModuleLevel(variable)) return true;
  const routine = isFunction(at.parent) && at.parent.body === at ? at.parent : undefined;
  if (!routine) return functionAround(at) !== functionAround(definition) || definition.range[1] <= at.range[0];
  if (functionAround(definition) === routine) return true;
  // A callback inside the entry may run before a later declaration is come to.
  const around = functionAround(definition);
  const creation = code.calls.find((call) => apiOf(code, call) === "WdfDriverCreate" && functionAround(call) === around);
  return definition.range[1] <= Math.min(routine.range[0], creation?.range[0] ?? Infinity);
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
function templatesOf(code: DriverCode, { pair }: Acquisition, handle: string, at: TSESTree.Node): Writing[] {
  const names = new Set(pair.release.map(({ call }) => call));
  return code.calls.flatMap((call): Writing[] => {
    if (!names.has(apiOf(code, call) ?? "") || !call.arguments.some((argument) => code.sourceCode.getText(unwrap(argument)) === handle)) return [];
    const block = listedStatement(call)?.parent;
    const branch = block?.type === "BlockStatement" && block.body.length < 3 ? block.parent : undefined;
    if (branch?.type !== "IfStatement" || branch.alternate || branch.consequent !== block) return [];
    // A way out, or a question that does something, is that place's own.
    const inside = branch.consequent.type === "BlockStatement" ? branch.consequent.body : [];
    const isOwn = !inside.every(({ type }) => type === "ExpressionStatement") || code.calls.some(({ range }) => branch.test.range[0] <= range[0] && range[1] <= branch.test.range[1]);
    if (isOwn) return [];
    return code.sourceCode.getCommentsInside(branch).length === 0 && meansTheSame(code, branch, at) ? [{ lines: linesOf(code, branch), edit: [], isAsked: true }] : [];
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
function releaseOf(code: DriverCode, { pair, call, resource, homes }: Acquisition, handle: string | undefined, spot: Spot): CallText | Refusal {
  const release = chosen(code, pair, resource, homes);
  const args = argumentsOf(code, release, call, handle, spot);
  if (isRefusal(args)) return args;
  const spelt = spell(code, release.call, call.callee, spot.at);
  if (isRefusal(spelt)) return spelt;
  const isAwaited = call.parent.type === "AwaitExpression" && functionAround(spot.at)?.async === true;
  return { text: `${isAwaited ? "await " : ""}${spelt.text}(${args.texts.join(", ")})`, edit: [...spelt.edit, ...args.edit] };
}

/** Of several releases, the one that the file uses for this resource already, or the counterpart of the acquiring call, or one that it uses for others. */
function chosen(code: DriverCode, pair: Pair, { call }: Resource, homes: readonly Home[]): Release {
  const { release } = pair;
  const own = releasesOf(code, pair, homes).map((each) => apiOf(code, each));
  const known = release.find(({ call: name }) => own.includes(name));
  if (known) return known;
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
    case "CallExpression":
      return apiOf(code, node) === "RTL_CONSTANT_STRING" && isVisible(code, node.callee, at) && node.arguments.every((argument) => isConstant(code, argument, at));
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
