/** Reads the facts of a file for its rules: the settings, the look at its text, the analysis, and errors told only once. */
import type { TSESLint } from "@typescript-eslint/utils";
import type { AST, Rule, SourceCode } from "eslint";
import { engine } from "./deferred.ts";
import { NO_FACTS, type Facts, type Resource } from "./machine/facts.ts";
import type { LintedFile } from "./machine/linted-file.ts";
import { mayConcern } from "./mention.ts";
import { readSettings, type ResolvedSettings } from "./settings.ts";

/** What of a context serves for the facts of a file, whatever the rule's options and messages. */
export type FileContext = Pick<Rule.RuleContext, "id" | "settings" | "sourceCode" | "report" | "cwd" | "filename" | "languageOptions">;

/** What is known of one file under one set of settings. */
interface FileState {
  /** `settings.wdf` as ESLint passed it: other settings need other facts. */
  readonly raw: unknown;
  readonly result: { readonly facts: Facts; readonly settings: ResolvedSettings } | { readonly error: string };
  /** The rule that reports the error. */
  readonly reporter: string;
}

const files = new WeakMap<SourceCode, FileState>();

/** Hands the facts of a file to a rule, where there can be any; tells what kept them from being known, once a file. */
export function readFacts(context: FileContext, read: (facts: Facts, file: LintedFile) => void): void {
  const { result, reporter } = stateOf(context);
  if ("facts" in result) {
    if (result.facts !== NO_FACTS) read(result.facts, linted(context, result));
  } else if (reporter === context.id) {
    // By name, not by "not yet reported": a host may lint the same source again.
    context.report({ loc: firstToken(context.sourceCode), message: result.error });
  }
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
  const state: FileState = { raw, reporter: id, result: resultOf({ sourceCode, filename, languageOptions, cwd }, raw) };
  files.set(sourceCode, state);
  return state;
}

function resultOf({ sourceCode, filename, languageOptions, cwd }: Pick<FileContext, "sourceCode" | "filename" | "languageOptions" | "cwd">, raw: unknown): FileState["result"] {
  const read = settingsOf(raw);
  if ("error" in read) return read;
  if (!mayConcern(sourceCode.text, read.settings)) return { facts: NO_FACTS, settings: read.settings };
  const { analyse, placeSource } = engine();
  placeSource({ sourceCode: treeOf(sourceCode), filename, languageOptions: { ...languageOptions }, cwd });
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
