/** Puts releases into a routine of the driver: its cleanup callback, or its unload routine. */
import type { TSESTree } from "@typescript-eslint/utils";
import { isFunction, parametersOf, unwrap, type FunctionNode } from "../source/syntax.ts";
import { apiOf, functionAround, functionWith, meansTheSame, resolved, type Call, type DriverCode } from "./code.ts";
import { isRefusal, type Edit, type Outcome } from "./edit.ts";
import { functionNamed } from "./homes.ts";
import { appendTo, insertBefore, remove } from "./lines.ts";
import { refuse, type Refusal } from "./refusal.ts";
import type { Acquisition, Writing } from "./release.ts";
import { spell, spellType } from "./spelling.ts";
import { chunkOf, commentsIn, type Statement } from "./statements.ts";
import { indentationAt, styleOf } from "./style.ts";

/** A function of the file that the framework or the kernel calls. */
export type Routine = FunctionNode;

/** The routine whose code has a range; where that only calls another function of the file, the other. */
export function routineWith(code: DriverCode, range: readonly [number, number] | undefined, what: string): Routine | Refusal {
  return routineOf(code, range && functionWith(code, range), what);
}

/** A function as a routine; where it only calls another function of the file, the other. */
export function routineOf(code: DriverCode, given: FunctionNode | undefined, what: string): Routine | Refusal {
  let fn = given;
  for (let target = fn && passedTo(code, fn); target; target = passedTo(code, target)) fn = target;
  return fn && !fn.generator ? fn : refuse("callback", what);
}

/** `(driver) => EvtCleanup(driver)`: the function that all is passed on to. */
function passedTo(code: DriverCode, fn: FunctionNode): FunctionNode | undefined {
  const { body } = fn;
  const params = parametersOf(fn);
  const statement = body.type === "BlockStatement" && body.body.length === 1 ? body.body[0] : undefined;
  const expression = body.type === "BlockStatement" ? (statement?.type === "ExpressionStatement" ? statement.expression : undefined) : body;
  const call = expression && unwrap(expression);
  if (call?.type !== "CallExpression" || call.arguments.length !== params.length) return undefined;
  const isPassedOn = call.arguments.every((argument, index) => {
    const parameter = params[index];
    return argument.type === "Identifier" && parameter?.type === "Identifier" && argument.name === parameter.name;
  });
  const target = isPassedOn ? functionNamed(code, call.callee) : undefined;
  return target?.body === body ? undefined : target;
}

/** How the driver object is named in a routine, and what makes it have a name. */
export function driverObjectIn(code: DriverCode, routine: Routine, near: Call, isFramework: boolean): { readonly text: string; readonly edit: Edit } | undefined {
  const parameter = parameterOf(code, routine, isFramework);
  if (!parameter || !isFramework) return parameter;
  const call = spell(code, "WdfDriverWdmGetDriverObject", near.callee, routine.body);
  return isRefusal(call) ? undefined : { text: `${call.text}(${parameter.text})`, edit: [...parameter.edit, ...call.edit] };
}

/** The routine's first parameter. One that its name calls unused is used from now on. */
export function parameterOf(code: DriverCode, routine: Routine, isFramework: boolean): { readonly text: string; readonly edit: Edit } | undefined {
  // TypeScript's `this` is none.
  const [first] = parametersOf(routine);
  if (first === undefined && routine.params.length > 0) return undefined;
  if (first === undefined) return newParameter(code, routine, isFramework ? "Driver" : "DriverObject", isFramework ? "WDFDRIVER" : "DRIVER_OBJECT");
  if (first.type !== "Identifier") return undefined;
  const wanted = first.name.replace(/^_+/u, "");
  const isFree = wanted !== "" && wanted !== first.name && resolved(code, wanted, routine.body) === null && !code.sourceCode.getText(routine.body).includes(wanted);
  const uses = code.scopes.variableOf(first)?.references.length ?? 0;
  if (!isFree || uses > 0) return { text: first.name, edit: [] };
  return { text: wanted, edit: [{ range: [first.range[0], first.range[0] + first.name.length], text: wanted }] };
}

function newParameter(code: DriverCode, routine: Routine, name: string, type: string): { readonly text: string; readonly edit: Edit } | undefined {
  const open = code.sourceCode.getFirstToken(routine, { filter: ({ value }) => value === "(" });
  // `this: void` stays the first.
  const [self] = routine.params;
  if (!open || self || resolved(code, name, routine.body) !== null) return undefined;
  const spelt = spellType(code, type, annotationIn(code), routine);
  return { text: name, edit: [{ range: [open.range[1], open.range[1]], text: spelt ? `${name}: ${spelt.text}` : name }, ...(spelt?.edit ?? [])] };
}

/** How some function of the file annotates its first parameter with a type of the API; undefined in JavaScript. */
export function annotationIn({ sourceCode: { ast, visitorKeys } }: DriverCode): TSESTree.TypeNode | undefined {
  const pending: TSESTree.Node[] = [ast];
  for (let node = pending.shift(); node; node = pending.shift()) {
    const [first] = isFunction(node) ? parametersOf(node) : [];
    const type = first?.type === "Identifier" ? first.typeAnnotation?.typeAnnotation : undefined;
    if (type?.type === "TSTypeReference" && /(?:^|\.)(?:DRIVER_OBJECT|WDFDRIVER)$/u.test(nameOf(type))) return type;
    for (const key of visitorKeys[node.type] ?? []) {
      const child = (node as unknown as Record<string, unknown>)[key];
      pending.push(...(Array.isArray(child) ? (child as (TSESTree.Node | null)[]) : [child as TSESTree.Node | null | undefined]).filter((item) => item !== null && item !== undefined));
    }
  }
  return undefined;
}

function nameOf({ typeName }: TSESTree.TSTypeReference): string {
  if (typeName.type === "TSQualifiedName") return `.${typeName.right.name}`;
  return typeName.type === "Identifier" ? typeName.name : "";
}

/** What is written into a routine, and of which resource it is. */
export interface Entry {
  readonly acquisition: Acquisition;
  readonly writing: Writing;
}

/** Puts releases into a routine: each before what releases something that was acquired earlier, else at the end. */
export function writeInto(code: DriverCode, routine: Routine, entries: readonly Entry[], acquired: (release: Call) => number | undefined): Outcome {
  const edits: Edit[] = [];
  const atEnd: string[] = [];
  const before = new Map<Statement, string[]>();
  for (const { acquisition, writing } of lastAcquiredFirst(entries)) {
    edits.push(writing.edit);
    const place = statementsOf(routine).find((statement) => releasesEarlier(code, statement, acquisition, acquired) || overwritten(code, statement, acquisition) !== undefined || mayLeave(code, statement));
    const reset = place && overwritten(code, place, acquisition);
    const lines = reset === undefined ? writing.lines : writing.lines.filter((line) => !line.trim().startsWith(`${reset} = null`));
    if (place) before.set(place, [...(before.get(place) ?? []), ...lines]);
    else atEnd.push(...writing.lines);
  }
  const outcomes = [...before].map(([statement, lines]) => insertBefore(code.sourceCode, statement, lines));
  if (atEnd.length > 0) outcomes.push(appendToRoutine(code, routine, atEnd));
  const refusal = outcomes.find(isRefusal);
  return refusal ?? [...outcomes.flatMap((outcome) => (isRefusal(outcome) ? [] : outcome)), ...edits.flat()];
}

const statementsOf = ({ body }: Routine): readonly Statement[] => (body.type === "BlockStatement" ? body.body : []);

/** Lines at the end of a routine, before a `return` that ends it. A body that is an expression becomes a block. */
export function appendToRoutine(code: DriverCode, routine: Routine, lines: readonly string[]): Outcome {
  const { body } = routine;
  const { sourceCode } = code;
  if (body.type === "BlockStatement") {
    const last = body.body.at(-1);
    return last?.type === "ReturnStatement" ? insertBefore(sourceCode, last, lines) : appendTo(sourceCode, body, lines);
  }
  const arrow = sourceCode.getTokenBefore(body, { filter: ({ value }) => value === "=>" });
  if (!arrow || sourceCode.commentsExistBetween(arrow, body)) return refuse("comment", body.loc.start.line);
  const { eol, unit, semicolon } = styleOf(sourceCode);
  const outer = indentationAt(sourceCode.text, routine.range[0]);
  const own = hasEffect(body) ? [`${sourceCode.text.slice(arrow.range[1], routine.range[1]).trim()}${semicolon}`] : [];
  const inner = [...own, ...lines].map((line) => (line === "" ? "" : outer + unit + line) + eol).join("");
  return [{ range: [arrow.range[1], routine.range[1]], text: ` {${eol}${inner}${outer}}` }];
}

/** Whether an expression does anything. */
function hasEffect(expression: TSESTree.Expression): boolean {
  const node = unwrap(expression);
  return node.type !== "Literal" && node.type !== "Identifier" && !(node.type === "UnaryExpression" && node.argument.type === "Literal") && !(node.type === "ObjectExpression" && node.properties.length === 0);
}

/** The last acquired is released first; tracing stops when all else is done. */
export function lastAcquiredFirst(entries: readonly Entry[]): Entry[] {
  const rank = ({ acquisition: { pair, call } }: Entry): number => (pair.kind === "wpp" ? -1 : call.range[0]);
  return [...entries].sort((left, right) => rank(right) - rank(left));
}

/** Whether a statement has a `return` of its routine in it: what stands behind may not be come to. */
function mayLeave({ sourceCode }: DriverCode, statement: Statement): boolean {
  if (statement.type === "ReturnStatement") return true;
  if (statement.type === "FunctionDeclaration" || statement.type === "ExpressionStatement" || statement.type === "VariableDeclaration") return false;
  return sourceCode.getTokens(statement).some((token) => {
    const node = token.value === "return" ? sourceCode.getNodeByRangeIndex(token.range[0]) : null;
    return node?.type === "ReturnStatement" && functionAround(node) === functionAround(statement);
  });
}

/** The handle of a resource, where a statement of the routine sets it to null by itself. */
function overwritten(code: DriverCode, statement: Statement, { homes }: Acquisition): string | undefined {
  if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression") return undefined;
  const { left, right } = statement.expression;
  const text = code.sourceCode.getText(unwrap(left));
  const value = unwrap(right);
  return value.type === "Literal" && value.value === null && homes.some((home) => home.text === text) ? text : undefined;
}

/** Whether a statement of the routine releases what was acquired before something. */
function releasesEarlier(code: DriverCode, { range: [start, end] }: Statement, { pair, call }: Acquisition, acquired: (release: Call) => number | undefined): boolean {
  if (pair.kind === "wpp") return false;
  return code.calls.some((each) => {
    if (each.range[0] < start || each.range[1] > end) return false;
    // Tracing stops when all else is done.
    if (apiOf(code, each) === "WPP_CLEANUP") return true;
    const place = acquired(each);
    return place !== undefined && place < call.range[0];
  });
}

/** A release that stands in the unload routine by itself. */
export interface Movable {
  /** With the comments that are its own. */
  readonly lines: readonly string[];
  /** Comments above it. */
  readonly remarks: readonly string[];
  /** Takes it out. */
  readonly edit: Edit;
  /** It is asked for before it is released. */
  readonly isAsked: boolean;
  /** A comment stands behind it, or in it. */
  readonly hasInnerComment: boolean;
}

/** Releases that stand in the unload routine by themselves, to be moved to where they also run when the start fails. */
export function movable(code: DriverCode, unload: Routine, { pair, homes, releasers }: Acquisition, at: TSESTree.Node): Movable[] {
  const { sourceCode } = code;
  const names = new Set(pair.release.map(({ call }) => call));
  const texts = new Set(homes.map(({ text }) => text));
  const statements = statementsOf(unload);
  return statements.flatMap((statement, index) => {
    if (statement.type !== "ExpressionStatement" && (statement.type !== "IfStatement" || statement.alternate)) return [];
    const inside = code.calls.filter(({ range }) => range[0] >= statement.range[0] && range[1] <= statement.range[1]);
    const [release] = inside.filter((call) => code.binder.apiName(call.callee) !== "WdfDriverWdmGetDriverObject");
    if (!release || inside.length > 2) return [];
    const isHelper = release.arguments.length === 0 && release.callee.type === "Identifier" && releasers.has(release.callee.name);
    const isSame = names.has(apiOf(code, release) ?? "") && (pair.handle.from === "global" || release.arguments.some((argument) => texts.has(sourceCode.getText(unwrap(argument)))));
    if (!isHelper && !isSame) return [];
    const rest = statements.slice(index + 1);
    const end = rest.findIndex((next) => !isReset(code, next, texts));
    const run = [statement, ...rest.slice(0, end < 0 ? rest.length : end)];
    const chunks = run.map((each) => chunkOf(sourceCode, each));
    const [chunk] = chunks;
    const last = chunks.at(-1);
    const removed = remove(sourceCode, ...run);
    if (!chunk || !last || isRefusal(chunk) || isRefusal(last) || isRefusal(removed)) return [];
    const above = sourceCode.text.slice(chunk.range[0], chunk.start).trimEnd();
    return [
      {
        lines: undented(sourceCode.text.slice(chunk.range[0], last.range[1])),
        remarks: above === "" ? [] : undented(above),
        edit: removed,
        isAsked: isHelper || ((statement.type === "IfStatement" || statement.expression.type === "LogicalExpression") && run.every((each) => meansTheSame(code, each, at))),
        hasInnerComment: commentsIn(sourceCode, chunk.start, last.range[1]).length > 0,
      },
    ];
  });
}

/** `handle = null;`, or a flag that is taken back. */
function isReset({ sourceCode }: DriverCode, statement: Statement, homes: ReadonlySet<string>): boolean {
  if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression") return false;
  const { left, right } = statement.expression;
  const value = unwrap(right);
  return value.type === "Literal" && (value.value === false || (value.value === null && homes.has(sourceCode.getText(unwrap(left)))));
}

/** Lines without the indentation of the first. */
export function undented(text: string): string[] {
  const depth = text.length - text.trimStart().length;
  return text.split(/\r?\n/u).map((line) => (line.slice(0, depth).trim() === "" ? line.slice(depth) : line));
}
