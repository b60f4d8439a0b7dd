/** Checks an edit before it is offered: makes it, parses the text again, and asks the machine what has become of the facts. */
import { createRequire } from "node:module";
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import type { Facts, Resource } from "../machine/facts.ts";
import type { LintedFile } from "../machine/linted-file.ts";
import { analyse } from "../machine/loader.ts";
import { applied, type Edit } from "./edit.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** The file as it would be. */
export interface Edited {
  readonly sourceCode: Readonly<TSESLint.SourceCode>;
  readonly facts: Facts;
}

/** What an edit is for. */
export interface Claim {
  readonly edit: Edit;
  /** Whether the report is gone, and the place would not be edited again. */
  readonly isRepaired: (edited: Edited) => boolean;
}

const results = new WeakMap<Readonly<TSESLint.SourceCode>, Map<string, Edited | Refusal>>();

/**
 * Whether an edit does what it is for and no harm: the report is gone, and nothing is reported more often than before.
 * The edited text is analysed once, whoever asks.
 */
export function prove(file: LintedFile, { edit, isRepaired }: Claim): Edited | Refusal {
  const after = edited(file, edit);
  if ("reason" in after) return after;
  if (!isRepaired(after)) return refuse("unproved", "the report would stay");
  // Kinds whose leaks are meant count here: an edit must not add to them either.
  const more = increase(analyse(file.sourceCode, file.settings), after.facts);
  return more === undefined ? after : refuse("unproved", more);
}

/** The file with an edit made: parsed as it was itself, and analysed. */
export function edited(file: LintedFile, edit: Edit): Edited | Refusal {
  const text = applied(file.sourceCode.text, edit);
  const known = results.get(file.sourceCode) ?? new Map<string, Edited | Refusal>();
  results.set(file.sourceCode, known);
  const result = known.get(text) ?? analysed(file, text);
  known.set(text, result);
  return result;
}

function analysed(file: LintedFile, text: string): Edited | Refusal {
  let sourceCode: Readonly<TSESLint.SourceCode>;
  try {
    sourceCode = parsed(file, text);
  } catch (error) {
    return refuse("unparsed", (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "");
  }
  const facts = analyse(sourceCode, file.settings);
  return facts.internalError === undefined ? { sourceCode, facts } : refuse("unproved", facts.internalError.split("\n", 1)[0] ?? "");
}

/** What is found of one kind, and how it is told apart from the rest wherever it stands. */
const LISTS: { readonly [List in keyof Omit<Facts, "internalError">]: (fact: Facts[List][number]) => readonly string[] } = {
  failureLeaks: ({ resource }) => [keyOf(resource)],
  unloadLeaks: ({ resource }) => [keyOf(resource)],
  earlyCalls: ({ what, call }) => [`${what} ${call}`],
  missingCleanups: ({ held, leaked }) => ["", ...held.map((resource) => `held ${keyOf(resource)}`), ...leaked.map((resource) => `leaked ${keyOf(resource)}`)],
  unloadOnlyReleases: ({ resource }) => [keyOf(resource)],
  lostFields: ({ struct, field, how }) => [`${how} ${struct}.${field}`],
  // A harmless one is a matter of taste.
  misreleases: ({ resource, how, harmless }) => (harmless ? [] : [`${how} ${keyOf(resource)}`]),
  shortLived: (resource) => [keyOf(resource)],
};

const WORDS: Record<keyof typeof LISTS, string> = {
  failureLeaks: "more would leak on failure",
  unloadLeaks: "more would leak on unload",
  earlyCalls: "more would stand before the creation",
  missingCleanups: "more would need a cleanup callback",
  unloadOnlyReleases: "more would be released on unload only",
  lostFields: "more fields would be lost",
  misreleases: "more would be released that is not held",
  shortLived: "more would be released on success",
};

function keyOf({ kind, call, name }: Resource): string {
  return `${kind} ${call} ${name ?? ""}`;
}

/** What is reported more often afterwards, in words; undefined where nothing is. */
export function increase(before: Facts, after: Facts): string | undefined {
  for (const list of Object.keys(LISTS) as (keyof typeof LISTS)[]) {
    const counts = counted(before, list);
    for (const [key, count] of counted(after, list)) {
      if (count > (counts.get(key) ?? 0)) return WORDS[list];
    }
  }
  return undefined;
}

function counted(facts: Facts, list: keyof typeof LISTS): Map<string, number> {
  const counts = new Map<string, number>();
  // One list at a time: its facts are those that its keys are for.
  const keys = LISTS[list] as (fact: Facts[typeof list][number]) => readonly string[];
  for (const key of facts[list].flatMap(keys)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** The parser as ESLint calls it. */
interface Parser {
  parseForESLint?(text: string, options: object): ParseResult;
  parse?(text: string, options: object): object;
}

interface ParseResult {
  readonly ast: object | undefined;
  readonly scopeManager?: object | null;
  readonly visitorKeys?: object;
}

/** What ESLint does to a source before rules see it; other hosts may not. */
interface Finished {
  applyLanguageOptions?(options: object): void;
  finalize?(): void;
}

/** What of `languageOptions` is read here. */
interface LanguageOptions {
  readonly parser?: Parser;
  readonly parserOptions?: Readonly<Record<string, unknown>> & { readonly ecmaFeatures?: { readonly globalReturn?: boolean; readonly impliedStrict?: boolean } };
  readonly ecmaVersion?: number;
  readonly sourceType?: "module" | "script" | "commonjs";
}

/** A text made into a SourceCode of the running ESLint's own class, without type information. */
function parsed({ sourceCode, filename, languageOptions }: LintedFile, text: string): Readonly<TSESLint.SourceCode> {
  const { parser, parserOptions, ecmaVersion, sourceType } = languageOptions as LanguageOptions;
  if (!parser) throw new TypeError("the parser is not known");
  const options = {
    ecmaVersion,
    sourceType,
    ...parserOptions,
    // The machine needs no types, and the program that has them knows the file as it is.
    project: null,
    projectService: false,
    programs: null,
    loc: true,
    range: true,
    raw: true,
    tokens: true,
    comment: true,
    eslintVisitorKeys: true,
    eslintScopeManager: true,
    filePath: filename,
  };
  const result: ParseResult = parser.parseForESLint ? parser.parseForESLint(text, options) : { ast: parser.parse?.(text, options) };
  const { ast, visitorKeys = sourceCode.visitorKeys } = result;
  if (!ast) throw new TypeError("the parser gives no tree");
  const scopeManager = result.scopeManager ?? scopesOf(ast, languageOptions, visitorKeys);
  const SourceCode = sourceCode.constructor as new (parts: object) => TSESLint.SourceCode;
  const made = new SourceCode({ text, ast, parserServices: {}, scopeManager, visitorKeys, hasBOM: sourceCode.hasBOM });
  linkParents(made.ast, visitorKeys as Readonly<Record<string, readonly string[]>>);
  // The globals of the configuration, as ESLint adds them.
  const finished: Finished = made;
  finished.applyLanguageOptions?.(languageOptions);
  finished.finalize?.();
  return made;
}

/** Tells each node its parent, as ESLint does when it first walks a tree. */
function linkParents(root: TSESTree.Node, visitorKeys: Readonly<Record<string, readonly string[]>>): void {
  const pending = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    for (const key of visitorKeys[node.type] ?? []) {
      for (const child of [(node as unknown as Record<string, unknown>)[key]].flat() as (TSESTree.Node | null | undefined)[]) {
        if (!child) continue;
        (child as { parent?: TSESTree.Node }).parent = node;
        pending.push(child);
      }
    }
  }
}

/** The variables of a tree, for parsers that leave them to ESLint. */
function scopesOf(ast: object, { ecmaVersion = 2022, sourceType = "module", parserOptions }: LanguageOptions, childVisitorKeys: object): object {
  const scope = createRequire(import.meta.url)("eslint-scope") as { analyze(ast: object, options: object): object };
  return scope.analyze(ast, {
    ignoreEval: true,
    nodejsScope: sourceType === "commonjs" || parserOptions?.ecmaFeatures?.globalReturn === true,
    impliedStrict: parserOptions?.ecmaFeatures?.impliedStrict === true,
    ecmaVersion,
    sourceType,
    childVisitorKeys,
    fallback: () => [],
  });
}
