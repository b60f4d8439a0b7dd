/** Adds the test that a creation lacks whose status is returned as it is: what follows it now must not run when it has failed. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { LintedFile } from "../machine/linted-file.ts";
import type { Variable } from "../source/scopes.ts";
import { memberName, unwrap } from "../source/syntax.ts";
import type { Check } from "./check.ts";
import { codeOf } from "./code.ts";
import { isRefusal, type Change } from "./edit.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { spell } from "./spelling.ts";
import { chunkOf, type Chunk, type Statement } from "./statements.ts";
import { styleOf } from "./style.ts";

/** The test of `return WdfDriverCreate(…)`, or of `status = WdfDriverCreate(…); return status`; undefined for other creations. */
export function addedCheck(file: LintedFile, list: readonly Statement[], creation: Statement, call: TSESTree.Node): Check | Refusal | undefined {
  const { sourceCode, settings } = file;
  const chunk = chunkOf(sourceCode, creation);
  if (isRefusal(chunk)) return chunk;
  if (settings.failure === "throw" || sourceCode.text.slice(chunk.end, chunk.range[1]).trim() !== "") return undefined;
  const held = statusOf(list, creation, call);
  if (held === undefined) return undefined;
  const isReturned = creation.type === "ReturnStatement";
  const status = isReturned ? NAMES.find((name) => !isTaken(file, creation, name)) : held;
  if (status === undefined) return refuse("needed-by-both", held);
  const code = codeOf(file);
  const near = call.type === "CallExpression" ? code.calls.find(({ callee }) => code.binder.apiName(callee) === "WdfDriverCreate")?.callee : undefined;
  const spelt = near ? spell(code, "NT_SUCCESS", near, creation) : refuse("spelling", "NT_SUCCESS");
  if (isRefusal(spelt)) return spelt;
  return {
    statement: creation,
    failing: [],
    inside: undefined,
    leaves: true,
    elsewhere: spelt.edit,
    ...(isReturned && { end: lineOf(file, chunk, `return ${status}`) }),
    strip: () => [...(isReturned ? [declaring(creation, status)] : []), testing(file, chunk, spelt.text, status)],
  };
}

/** What a status is called that had no name. */
const NAMES = ["status", "created", "creationStatus"];

/** What holds the status, or can: a variable, or its `.status`. */
function statusOf(list: readonly Statement[], creation: Statement, call: TSESTree.Node): string | undefined {
  const isCall = (value: TSESTree.Node | null | undefined): boolean => {
    const node = value ? unwrap(value) : undefined;
    return node === call || (node?.type === "AwaitExpression" && unwrap(node.argument) === call);
  };
  if (creation.type === "ReturnStatement") return isCall(creation.argument) ? "status" : undefined;
  const next = list[list.indexOf(creation) + 1];
  const returned = next?.type === "ReturnStatement" && next.argument ? spelt(next.argument) : undefined;
  const given = returned === undefined ? [] : givenTo(creation, isCall);
  return returned !== undefined && given.includes(returned) ? returned : undefined;
}

/** `name`, or `name.status`. */
function spelt(wrapped: TSESTree.Node): string | undefined {
  const node = unwrap(wrapped);
  if (node.type === "Identifier") return node.name;
  return node.type === "MemberExpression" && node.object.type === "Identifier" && memberName(node) === "status" ? `${node.object.name}.status` : undefined;
}

/** How a status can be called that a statement takes from a call. */
function givenTo(statement: Statement, isCall: (value: TSESTree.Node | null | undefined) => boolean): string[] {
  const [declarator] = statement.type === "VariableDeclaration" && statement.declarations.length === 1 ? statement.declarations : [];
  const assignment = statement.type === "ExpressionStatement" && statement.expression.type === "AssignmentExpression" ? statement.expression : undefined;
  const target = declarator ? declarator.id : assignment?.left;
  if (!target || !isCall(declarator ? declarator.init : assignment?.right)) return [];
  if (target.type === "Identifier") return [target.name, `${target.name}.status`];
  if (target.type !== "ObjectPattern") return [];
  return target.properties.flatMap((property) => (property.type === "Property" && property.key.type === "Identifier" && property.key.name === "status" && property.value.type === "Identifier" ? [property.value.name] : []));
}

/** Whether a name means something in the function, or is used there. */
function isTaken({ sourceCode }: LintedFile, at: TSESTree.Node, name: string): boolean {
  for (let scope: Variable["scope"] | null = sourceCode.getScope(at); scope; scope = scope.upper) {
    if (scope.set.has(name) || scope.through.some(({ identifier }) => identifier.name === name)) return true;
    if (scope.type === "function") break;
  }
  return false;
}

/** `return` becomes `const status =`. */
function declaring(creation: Statement, status: string): Change {
  const start = creation.range[0];
  return { range: [start, start + "return".length], text: `const ${status} =` };
}

/** The test, behind the creation. */
function testing(file: LintedFile, chunk: Chunk, test: string, status: string): Change {
  const { unit, eol, semicolon } = styleOf(file.sourceCode);
  const { indentation } = chunk;
  const lines = [`if (!${test}(${status})) {`, `${unit}return ${status}${semicolon}`, "}"];
  return { range: [chunk.range[1], chunk.range[1]], text: lines.map((line) => eol + indentation + line).join("") };
}

function lineOf({ sourceCode }: LintedFile, { indentation }: Chunk, text: string): string {
  const { eol, semicolon } = styleOf(sourceCode);
  return `${eol}${indentation}${text}${semicolon}`;
}
