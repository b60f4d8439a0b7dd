/** What every rule shares: its documentation's address, and the listener that is handed the facts of the file. */
import type { JSRuleDefinition, Rule } from "eslint";
import { reader } from "./deferred.ts";
import type { Facts } from "./machine/facts.ts";
import type { LintedFile } from "./machine/linted-file.ts";
import type { FileContext } from "./read-facts.ts";

/** A rule as its file states it; `createRule` adds what is the same for all. */
interface RuleText<Options extends unknown[], MessageIds extends string> {
  /** Without the `wdf/`. */
  readonly name: string;
  readonly meta: {
    readonly type: "problem" | "suggestion";
    readonly docs: { readonly description: string; readonly recommended: boolean };
    readonly messages: Record<MessageIds, string>;
    readonly schema: NonNullable<Rule.RuleMetaData["schema"]>;
    readonly defaultOptions?: Options;
    /** Some of its reports carry a fix. */
    readonly fixable?: "code";
    /** Some of its reports carry suggestions. */
    readonly hasSuggestions?: true;
  };
  readonly create: (context: RuleContext<Options, MessageIds>) => Rule.RuleListener;
}

/** An ESLint rule of this plugin. */
export type WdfRule<Options extends unknown[] = unknown[], MessageIds extends string = string> = JSRuleDefinition<{
  RuleOptions: Options;
  MessageIds: MessageIds;
  ExtRuleDocs: { readonly recommended: boolean };
}>;

/** The context that ESLint hands to such a rule. */
type RuleContext<Options extends unknown[], MessageIds extends string> = Parameters<WdfRule<Options, MessageIds>["create"]>[0];

/** Completes a rule. */
export function createRule<Options extends unknown[], MessageIds extends string>({
  name,
  meta,
  create,
}: RuleText<Options, MessageIds>): WdfRule<Options, MessageIds> {
  return {
    meta: {
      ...meta,
      languages: ["js/js"],
      docs: {
        ...meta.docs,
        url: `https://github.com/eslint-plugin-wdf/eslint-plugin-wdf/blob/main/docs/rules/${name}.md`,
      },
    },
    create,
  };
}

/**
 * The listener of a rule that reads the facts of a file.
 * An invalid setting, or a defect of the machine, is reported once a file, by whichever rule asks first; `read` is not
 * called then. What it reports can be repaired from the file that it is handed as well.
 */
export function onFacts(context: FileContext, read: (facts: Facts, file: LintedFile) => void): Rule.RuleListener {
  return {
    Program() {
      reader().readFacts(context, read);
    },
  };
}
