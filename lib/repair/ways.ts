/** Asks the machine how a start ends that passes a place: whether a way out is taken by failing starts only. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { LintedFile } from "../machine/linted-file.ts";
import { outcomesPast } from "../machine/loader.ts";
import type { Outcome } from "../machine/scrutiny.ts";
import { isFunction } from "../source/syntax.ts";

/** Answers for one file, each asked for once. */
export class Ways {
  readonly #file: LintedFile;
  readonly #passing = new Map<TSESTree.Node, readonly Outcome[] | undefined>();
  readonly #otherwise = new Map<TSESTree.Node, readonly Outcome[] | undefined>();

  constructor(file: LintedFile) {
    this.#file = file;
  }

  /** Whether every start that comes by a place fails; for a call, every start in which it throws. */
  fails(node: TSESTree.Node): boolean {
    if (node.type === "CallExpression" && this.#file.settings.failure === "throw") return this.#failsByThrowing(node);
    return this.#outcomes(this.#passing, statementAround(node), false)?.every(({ result }) => result === "fails") ?? false;
  }

  /** Whether every start fails for which the test of an `if` is not met. */
  failsOtherwise(node: TSESTree.Node): boolean {
    return this.#outcomes(this.#otherwise, node, true)?.every(({ result }) => result === "fails") ?? false;
  }

  /** Whether any start comes by a place. */
  isReached(node: TSESTree.Node): boolean {
    return this.#outcomes(this.#passing, statementAround(node), false)?.length !== 0;
  }

  /** Whether a start may come by a place and end without a driver object. */
  isReachedWithoutDriver(node: TSESTree.Node): boolean {
    return this.#outcomes(this.#passing, statementAround(node), false)?.some(({ hasDriver }) => !hasDriver) ?? true;
  }

  #failsByThrowing(call: TSESTree.Node): boolean {
    let node = call;
    for (let around = call.parent; around && !isFunction(node); [node, around] = [around, around.parent]) {
      if (around.type !== "TryStatement" || around.block !== node || !around.handler) continue;
      const [first] = around.handler.body.body;
      return first !== undefined && this.fails(first);
    }
    return true;
  }

  #outcomes(known: Map<TSESTree.Node, readonly Outcome[] | undefined>, node: TSESTree.Node, isElse: boolean): readonly Outcome[] | undefined {
    if (!known.has(node)) known.set(node, outcomesPast(this.#file.sourceCode, this.#file.settings, { node, isElse }));
    return known.get(node);
  }
}

function statementAround(node: TSESTree.Node): TSESTree.Node {
  let current = node;
  while (current.parent && !current.type.endsWith("Statement") && current.type !== "VariableDeclaration") current = current.parent;
  return current;
}
