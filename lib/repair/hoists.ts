/** Gives what only the entry sees a place in the module, where the driver's routines see it as well. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { Variable } from "../source/scopes.ts";
import { isFunction, keyName, unwrap } from "../source/syntax.ts";
import { freshName, functionAround, isVisible, type Call, type DriverCode } from "./code.ts";
import { isRefusal, type Edit, type Outcome } from "./edit.ts";
import type { Home } from "./homes.ts";
import { insertAfter, insertBefore, remove } from "./lines.ts";
import { whereItSucceeded } from "./moments.ts";
import { refuse } from "./refusal.ts";
import { annotationIn, undented } from "./routines.ts";
import { spellType } from "./spelling.ts";
import { chunkOf, listOf, listedStatement, type Statement } from "./statements.ts";
import { styleOf } from "./style.ts";

/** A place in the module that holds what a local held, or the same as it. */
export interface Hoist {
  readonly text: string;
  /** What makes the place, and what fills it. */
  readonly edit: Edit;
  /** Whether it is null, and not undefined, before anything is stored there. */
  readonly startsAsNull: boolean;
  /** The local, where it stays and is copied. */
  readonly copyOf: Home | undefined;
}

/** What is known of an acquisition when its handle is to be kept in the module. */
export interface Acquired {
  readonly call: Call;
  readonly isUntested: boolean;
  /** Whether the call answers a handle or null, and so has a type that says both. */
  readonly isNullable: boolean;
  /** What the type of a handle is called, where that is known. */
  readonly type: string | undefined;
}

/** The places in the module that a handle could have, the one to prefer first. */
export function hoistsOf(code: DriverCode, homes: readonly Home[], acquired: Acquired): Hoist[] {
  const local = homes.filter(({ root }) => isLocal(code, root));
  const moved = local.flatMap((home) => listOfHoist(movedOut(code, home)));
  const split = local.flatMap((home) => listOfHoist(splitUp(code, home, acquired)));
  return [...moved, ...split, ...local.slice(0, 2).flatMap((home) => copied(code, home, acquired))];
}

/** A flag of the entry, moved into the module. */
export function hoistedFlag(code: DriverCode, home: Home): Hoist | undefined {
  return isLocal(code, home.root) ? movedOut(code, home) : undefined;
}

const listOfHoist = (hoist: Hoist | undefined): Hoist[] => (hoist ? [hoist] : []);

function isLocal({ scopes }: DriverCode, root: TSESTree.Identifier): boolean {
  const variable = scopes.variableOf(root);
  return variable !== undefined && variable.defs.length > 0 && !scopes.isModuleLevel(variable);
}

/** The whole declaration goes to the module: `let pool: PoolBlock | null = null`, `const box = out<HANDLE>()`. */
function movedOut(code: DriverCode, home: Home): Hoist | undefined {
  const { sourceCode } = code;
  const declared = declarationOf(code, home);
  if (!declared || !isOnly(code, declared.variable)) return undefined;
  const { statement, declarator } = declared;
  if (!isStartValue(code, declarator.init) || isInLoop(statement)) return undefined;
  const place = placeInModule(code, statement);
  const names = [declarator.init, declarator.id.typeAnnotation].filter((node) => node !== undefined && node !== null);
  if (!place || !names.every((node) => isKnownThere(code, node, place))) return undefined;
  const chunk = chunkOf(sourceCode, statement);
  const removed = remove(sourceCode, statement);
  if (isRefusal(chunk) || isRefusal(removed)) return undefined;
  const added = declare(code, place, undented(sourceCode.text.slice(chunk.range[0], chunk.range[1])));
  if (isRefusal(added)) return undefined;
  const startsAsNull = home.text !== home.root.name || declarator.init?.type === "Literal";
  return { text: home.text, edit: [...added, ...removed], startsAsNull, copyOf: undefined };
}

/** `const pool = ExAllocatePool(…)`: declared in the module, and assigned here. */
function splitUp(code: DriverCode, home: Home, acquired: Acquired): Hoist | undefined {
  const declared = declarationOf(code, home);
  if (!declared || home.text !== home.root.name || !isOnly(code, declared.variable)) return undefined;
  const { statement, declarator } = declared;
  const place = placeInModule(code, statement);
  const isWhole = declarator.init !== null && unwrapAwait(declarator.init) === acquired.call;
  if (!place || !isWhole || isInLoop(statement)) return undefined;
  const type = typeOf(code, home, acquired, place);
  const { semicolon } = styleOf(code.sourceCode);
  const added = declare(code, place, [`let ${home.text}${type.text === "" ? "" : `: ${type.text}`} = null${semicolon}`]);
  if (isRefusal(added)) return undefined;
  const end = declarator.id.range[1];
  const changed: Edit = [
    { range: [statement.range[0], declarator.id.range[0]], text: "" },
    { range: [declarator.id.range[0] + home.text.length, end], text: "" },
  ];
  return { text: home.text, edit: [...added, ...changed.filter(({ range }) => range[0] < range[1]), ...type.edit], startsAsNull: true, copyOf: undefined };
}

/** A new variable of the module, which is given what the local holds once the acquisition has succeeded. */
function copied(code: DriverCode, home: Home, acquired: Acquired): Hoist[] {
  const place = placeInModule(code, acquired.call);
  // What is declared behind the acquisition is no place to take the handle from there.
  const declared = code.scopes.variableOf(home.root)?.defs[0]?.node as TSESTree.Node | undefined;
  if (!place || (declared?.type === "VariableDeclarator" && declared.range[0] > acquired.call.range[1])) return [];
  const { semicolon } = styleOf(code.sourceCode);
  const name = freshName(code, nameFor(code, home));
  const type = typeOf(code, home, acquired, place);
  const added = declare(code, place, [`let ${name}${type.text === "" ? "" : `: ${type.text}`} = null${semicolon}`]);
  if (isRefusal(added)) return [];
  const assignment = [`${name} = ${home.text}${semicolon}`];
  const statement = listedStatement(acquired.call);
  const ways = [whereItSucceeded(code, acquired.call, assignment, acquired.isUntested), statement ? insertAfter(code.sourceCode, statement, assignment) : refuse("shape", "")];
  return ways.flatMap((way) => (isRefusal(way) ? [] : [{ text: name, edit: [...added, ...way, ...type.edit], startsAsNull: true, copyOf: home }]));
}

/** `handle` as the module would call it: `gHandle` where its variables are called so. */
function nameFor(code: DriverCode, { text, root }: Home): string {
  const own = text === root.name ? root.name : text.endsWith(".value") ? root.name : (text.split(".").at(-1) ?? root.name);
  const names = code.sourceCode.scopeManager?.scopes.flatMap(({ type, variables }) => (type === "module" || type === "global" ? variables.filter(({ defs }) => (defs[0]?.node as TSESTree.Node | undefined)?.type === "VariableDeclarator").map(({ name }) => name) : [])) ?? [];
  const prefixed = names.filter((name) => /^g[A-Z]/u.test(name)).length;
  if (prefixed * 2 >= names.length && prefixed > 0 && !/^g[A-Z]/u.test(own)) return `g${own.charAt(0).toUpperCase()}${own.slice(1)}`;
  return text === root.name || text.endsWith(".value") ? `held${own.charAt(0).toUpperCase()}${own.slice(1)}` : own;
}

/* ---------- declarations ---------- */

interface Declared {
  readonly variable: Variable;
  readonly statement: Statement;
  readonly declarator: TSESTree.VariableDeclarator & { readonly id: TSESTree.Identifier };
}

/** The statement that declares a home's root and nothing else. */
function declarationOf({ scopes }: DriverCode, { root }: Home): Declared | undefined {
  const variable = scopes.variableOf(root);
  const [definition, ...others] = variable?.defs ?? [];
  const declarator = definition?.node as TSESTree.Node | undefined;
  if (!variable || others.length > 0 || declarator?.type !== "VariableDeclarator" || declarator.id.type !== "Identifier") return undefined;
  const { parent } = declarator;
  if (parent.declarations.length !== 1 || (parent.kind !== "let" && parent.kind !== "const") || !listOf(parent)) return undefined;
  return { variable, statement: parent as Statement, declarator: declarator as Declared["declarator"] };
}

/** Whether nothing else in the file goes by a variable's name, but for parameters of what is only declared. */
function isOnly({ sourceCode }: DriverCode, { name, defs }: Variable): boolean {
  const scopes = (sourceCode.scopeManager?.scopes ?? []).filter(({ block }) => block.type !== "TSDeclareFunction" && block.type !== "TSFunctionType");
  return scopes.every((scope) => (scope.set.get(name)?.defs ?? []).every((definition) => defs.includes(definition)) && scope.through.every(({ identifier, resolved }) => resolved !== null || identifier.name !== name));
}

/** What a variable can begin with anywhere: nothing, a literal, an empty structure or box of the API. */
function isStartValue(code: DriverCode, init: TSESTree.Node | null): boolean {
  if (init === null) return true;
  const node = unwrap(init);
  switch (node.type) {
    case "Literal":
      return true;
    case "Identifier":
      return node.name === "undefined";
    case "ObjectExpression":
      return node.properties.every((property) => property.type === "Property" && !property.computed && isStartValue(code, property.value));
    case "ArrayExpression":
      return node.elements.length === 0;
    case "NewExpression":
      return node.arguments.every((argument) => isStartValue(code, argument)) && code.binder.apiName(node.callee) !== undefined;
    case "CallExpression":
      return node.arguments.length === 0 && code.binder.apiName(node.callee) === "out";
    default:
      return false;
  }
}

/** Whether a loop of its function repeats a node. */
export function isInLoop(node: TSESTree.Node): boolean {
  for (let current: TSESTree.Node | undefined = node; current && !isFunction(current); current = current.parent) {
    if (/^(?:For|While|DoWhile)/u.test(current.type) && current.type !== "DoWhileStatement") return true;
    if (current.type === "DoWhileStatement" && !(current.test.type === "Literal" && current.test.value === false)) return true;
  }
  return false;
}

/** Whether every name in a node means the same at a place of the module, and has its value there. */
function isKnownThere(code: DriverCode, node: TSESTree.Node, place: ModulePlace): boolean {
  return code.sourceCode.getTokens(node).every((token, index, tokens) => {
    if (token.type !== "Identifier" || tokens[index - 1]?.value === ".") return true;
    const name = code.sourceCode.getNodeByRangeIndex(token.range[0]);
    if (name?.type !== "Identifier") return true;
    if (name.parent.type === "Property" && name.parent.key === name) return true;
    const variable = code.scopes.variableOf(name);
    const definition = variable?.defs[0]?.node as TSESTree.Node | undefined;
    return isVisible(code, name, code.sourceCode.ast) && (definition?.type !== "VariableDeclarator" || definition.range[1] <= place.statement.range[1]);
  });
}

/* ---------- the module ---------- */

/** Where the module declares one more variable: behind a statement, or before one. */
interface ModulePlace {
  readonly statement: Statement;
  readonly isBehind: boolean;
}

/** Behind the last variable that is declared before a function, or before that function. */
function placeInModule({ sourceCode: { ast } }: DriverCode, node: TSESTree.Node): ModulePlace | undefined {
  const index = ast.body.findIndex(({ range }) => range[0] <= node.range[0] && node.range[1] <= range[1]);
  const around = ast.body[index];
  if (!around || !functionAround(node)) return undefined;
  const last = ast.body.slice(0, index).findLast((statement) => {
    const declared = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    return declared?.type === "VariableDeclaration" && declared.declarations.every(({ init }) => init === null || !isFunction(unwrap(init)));
  });
  return last ? { statement: last, isBehind: true } : { statement: around, isBehind: false };
}

/** Declares something in the module for the function around a node. */
export function declaredFor(code: DriverCode, node: TSESTree.Node, lines: readonly string[]): Outcome {
  const place = placeInModule(code, node);
  return place ? declare(code, place, lines) : refuse("shape", "the acquisition stands in no function");
}

const HAZARD = /^[([`/+-]/u;

function declare({ sourceCode }: DriverCode, { statement, isBehind }: ModulePlace, lines: readonly string[]): Outcome {
  const next = isBehind ? sourceCode.getTokenAfter(statement) : sourceCode.getFirstToken(statement);
  if (styleOf(sourceCode).semicolon === "" && next && HAZARD.test(next.value)) return refuse("semicolon", statement.loc.start.line);
  if (isBehind) return insertAfter(sourceCode, statement, lines);
  const declared = insertBefore(sourceCode, statement, lines);
  const blank = insertBefore(sourceCode, statement, [""]);
  return isRefusal(declared) || isRefusal(blank) ? declared : [...declared, ...blank];
}

/* ---------- types ---------- */

/** What a variable for a handle is annotated with; nothing in JavaScript. */
function typeOf(code: DriverCode, home: Home, { call, isNullable, type }: Acquired, { statement }: ModulePlace): { readonly text: string; readonly edit: Edit } {
  if (!isTyped(code)) return { text: "", edit: [] };
  const own = annotationOf(code, home);
  if (own !== undefined) return { text: /\bnull\b/u.test(own) ? own : `${own} | null`, edit: [] };
  const spelt = type === undefined ? undefined : spellType(code, type, annotationIn(code), code.sourceCode.ast);
  if (spelt) return { text: `${spelt.text} | null`, edit: spelt.edit };
  const callee = unwrap(call.callee);
  if (!isVisible(code, callee, statement)) return { text: "unknown", edit: [] };
  const answer = `ReturnType<typeof ${code.sourceCode.getText(callee)}>`;
  const whole = call.parent.type === "AwaitExpression" ? `Awaited<${answer}>` : answer;
  const property = home.text === home.root.name ? keyIn(code, home) : (home.text.split(".").at(-1) ?? "");
  if (property === "value") return { text: "unknown", edit: [] };
  return { text: `${whole}${property === "" ? "" : `["${property}"]`}${isNullable && property === "" ? "" : " | null"}`, edit: [] };
}

/** The type that a local is declared with: its own, or that of what its box holds. */
function annotationOf({ scopes, sourceCode }: DriverCode, { root, text }: Home): string | undefined {
  const definition = scopes.variableOf(root)?.defs[0]?.node as TSESTree.Node | undefined;
  if (definition?.type !== "VariableDeclarator" || definition.id.type !== "Identifier") return undefined;
  const annotation = definition.id.typeAnnotation?.typeAnnotation;
  if (text === root.name) return annotation && sourceCode.getText(annotation);
  if (!text.endsWith(".value") || text.split(".").length !== 2) return undefined;
  const made = definition.init && unwrap(definition.init);
  const given = made?.type === "CallExpression" ? made.typeArguments : annotation?.type === "TSTypeReference" ? annotation.typeArguments : undefined;
  const [first] = given?.params ?? [];
  return first && sourceCode.getText(first);
}

/** The property of an answer that a local was destructured from; "" where it was not. */
function keyIn({ scopes }: DriverCode, { root }: Home): string {
  const { parent } = scopes.variableOf(root)?.identifiers[0] ?? root;
  return parent.type === "Property" && parent.parent.type === "ObjectPattern" ? (keyName(parent.key, parent.computed) ?? "") : "";
}

function isTyped(code: DriverCode): boolean {
  return /\.[cm]?tsx?$/u.test(code.file.filename) || annotationIn(code) !== undefined;
}

function unwrapAwait(init: TSESTree.Expression): TSESTree.Node {
  const node = unwrap(init);
  return node.type === "AwaitExpression" ? unwrap(node.argument) : node;
}
