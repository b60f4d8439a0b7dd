/** A callback of another file is given company: a function of this file releases, and calls it. */
import type { TSESTree } from "@typescript-eslint/utils";
import { keyName, unwrap } from "../source/syntax.ts";
import { freshName, isVisible, rootOf, type Call, type DriverCode } from "./code.ts";
import { isRefusal, type Outcome } from "./edit.ts";
import { refuse, type Refusal } from "./refusal.ts";
import type { Spot } from "./release.ts";
import { lastAcquiredFirst, type Entry } from "./routines.ts";
import { newRoutine } from "./scaffold.ts";
import { spell } from "./spelling.ts";
import { styleOf } from "./style.ts";

/** The callbacks that are set by a field. */
const CALLBACKS = {
  EvtCleanupCallback: { name: "EvtDriverCleanup", parameter: "Driver", type: "WDFDRIVER" },
  DriverUnload: { name: "UnloadDriver", parameter: "DriverObject", type: "DRIVER_OBJECT" },
} as const;

/** Where releases can be written beside a callback of another file. */
export interface Wrapped {
  readonly spot: (near: Call) => Spot;
  readonly write: (entries: readonly Entry[]) => Outcome;
}

/** A function around the callback that the one assignment to a field sets; refused where there is no such assignment. */
export function wrapped(code: DriverCode, field: keyof typeof CALLBACKS, what: string): Wrapped | Refusal {
  const [value, ...others] = settingsOf(code, field);
  if (!value || others.length > 0 || !isForeign(code, value)) return refuse("callback", what);
  const { name, parameter, type } = CALLBACKS[field];
  const { sourceCode } = code;
  const { ast } = sourceCode;
  return {
    spot: (near) => {
      if (field === "DriverUnload") return { at: ast, driverObject: { text: parameter, edit: [] }, isUncertain: true };
      const call = spell(code, "WdfDriverWdmGetDriverObject", near.callee, ast);
      return { at: ast, driverObject: isRefusal(call) ? undefined : { text: `${call.text}(${parameter})`, edit: call.edit }, isUncertain: true };
    },
    write: (entries) => {
      const own = freshName(code, name);
      const linesOf = (some: readonly Entry[]): string[] => lastAcquiredFirst(some).flatMap(({ writing }) => writing.lines);
      // Tracing stops when all else is done.
      const isTracing = ({ acquisition: { pair } }: Entry): boolean => pair.kind === "wpp";
      const called = `${sourceCode.getText(value)}(${parameter})${styleOf(sourceCode).semicolon}`;
      const body = [...linesOf(entries.filter((entry) => !isTracing(entry))), called, ...linesOf(entries.filter(isTracing))];
      const written = newRoutine(code, value, own, { name: parameter, type }, body);
      return isRefusal(written) ? written : [{ range: value.range, text: own }, ...written, ...entries.flatMap(({ writing }) => writing.edit)];
    },
  };
}

/** What is set as a field, anywhere in the file. */
function settingsOf({ sourceCode }: DriverCode, field: string): TSESTree.Node[] {
  return sourceCode.ast.tokens.flatMap((token) => {
    const node = token.value === field ? sourceCode.getNodeByRangeIndex(token.range[0]) : null;
    const parent = node?.parent;
    if (parent?.type === "Property" && parent.key === node && keyName(parent.key, parent.computed) === field && parent.parent.type === "ObjectExpression") return [parent.value];
    const isTarget = parent?.type === "MemberExpression" && parent.property === node && parent.parent.type === "AssignmentExpression" && parent.parent.left === parent;
    return isTarget && parent.parent.type === "AssignmentExpression" && parent.parent.operator === "=" ? [parent.parent.right] : [];
  });
}

/** Whether a value is a function of another file, by its name or as a member of what the file is imported as. */
function isForeign(code: DriverCode, node: TSESTree.Node): boolean {
  if (unwrap(node) !== node || (node.type !== "Identifier" && node.type !== "MemberExpression")) return false;
  const root = rootOf(node);
  const own = root?.type === "Identifier" ? code.scopes.variableOf(root) : undefined;
  if (!root || !own || !isVisible(code, node, code.sourceCode.ast)) return false;
  const linked = code.linked();
  return linked.namespaceOf(root) !== undefined || linked.variableOf(root) !== own;
}
