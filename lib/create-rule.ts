/** What every rule shares: its documentation's address, the settings, the facts of the file, and errors told only once. */
import type { TSESLint } from "@typescript-eslint/utils";
import type { AST, JSRuleDefinition, Rule, SourceCode } from "eslint";
import type { Facts, Resource } from "./machine/facts.ts";
import type { LintedFile } from "./machine/linted-file.ts";
import { analyse } from "./machine/loader.ts";
import { placeSource } from "./source/modules.ts";
import { readSettings, type ResolvedSettings } from "./settings.ts";

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

/** What of a context serves for the facts of a file, whatever the rule's options and messages. */
type FileContext = Pick<Rule.RuleContext, "id" | "settings" | "sourceCode" | "report" | "cwd" | "filename" | "languageOptions">;

/** What is known of one file under one set of settings. */
interface FileState {
  /** `settings.wdf` as ESLint passed it: other settings need other facts. */
  readonly raw: unknown;
  readonly result: { readonly facts: Facts; readonly settings: ResolvedSettings } | { readonly error: string };
  /** The rule that reports the error. */
  readonly reporter: string;
}

const files = new WeakMap<SourceCode, FileState>();

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
      const { result, reporter } = stateOf(context);
      if ("facts" in result) read(result.facts, linted(context, result));
      // By name, not by "not yet reported": a host may lint the same source again.
      else if (reporter === context.id) context.report({ loc: firstToken(context.sourceCode), message: result.error });
    },
  };
}

function linted({ sourceCode, filename, languageOptions }: FileContext, { facts, settings }: { readonly facts: Facts; readonly settings: ResolvedSettings }): LintedFile {
  return { sourceCode: treeOf(sourceCode), filename, languageOptions: { ...languageOptions }, facts, settings };
}

/** The seam: ESLint types its tree as ESTree, the machine as the TypeScript parser's superset of it. The object is one. */
function treeOf(sourceCode: SourceCode): TSESLint.SourceCode {
  return sourceCode as unknown as TSESLint.SourceCode;
}

function stateOf({ id, settings, sourceCode, filename, languageOptions, cwd }: FileContext): FileState {
  const raw: unknown = settings["wdf"];
  const known = files.get(sourceCode);
  if (known !== undefined && known.raw === raw) return known;
  placeSource({ sourceCode: treeOf(sourceCode), filename, languageOptions: { ...languageOptions }, cwd });
  const state: FileState = { raw, reporter: id, result: resultOf(sourceCode, raw) };
  files.set(sourceCode, state);
  return state;
}

function resultOf(sourceCode: SourceCode, raw: unknown): FileState["result"] {
  const read = settingsOf(raw);
  if ("error" in read) return read;
  const facts = analyse(treeOf(sourceCode), read.settings);
  if (facts.internalError !== undefined) {
    return { error: `Internal error in eslint-plugin-wdf: ${facts.internalError}. The file was not checked; please report this.` };
  }
  return { facts: withoutKinds(facts, read.settings.ignore), settings: read.settings };
}

const DEFAULTS = readSettings(undefined);
const settingsByRaw = new WeakMap<object, ReturnType<typeof readSettings>>();

/** The settings that a configuration gives to all its files, read once. */
function settingsOf(raw: unknown): ReturnType<typeof readSettings> {
  if (raw === undefined) return DEFAULTS;
  if (typeof raw !== "object" || raw === null) return readSettings(raw);
  const known = settingsByRaw.get(raw) ?? readSettings(raw);
  settingsByRaw.set(raw, known);
  return known;
}

/** The facts less the leaks that are meant. */
function withoutKinds(facts: Facts, kinds: readonly string[]): Facts {
  if (kinds.length === 0) return facts;
  const counts = (resource: Resource): boolean => !kinds.includes(resource.kind);
  return {
    ...facts,
    failureLeaks: facts.failureLeaks.filter((leak) => counts(leak.resource)),
    unloadLeaks: facts.unloadLeaks.filter((leak) => counts(leak.resource)),
    missingCleanups: facts.missingCleanups.map((missing) => ({
      ...missing,
      held: missing.held.filter(counts),
      leaked: missing.leaked.filter(counts),
    })),
  };
}

/** Where an error about the whole file goes: its first token, or its beginning where it has none. */
function firstToken({ ast }: SourceCode): AST.SourceLocation {
  const start = { line: 1, column: 0 };
  return ast.tokens[0]?.loc ?? { start, end: start };
}
