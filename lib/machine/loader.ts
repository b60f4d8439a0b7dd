/** The loader protocol, run on abstract values; yields the facts of a file. */
import type { TSESLint } from "@typescript-eslint/utils";
import { vocabularyOf } from "../mention.ts";
import { linkScopes, type Scopes } from "../source/scopes.ts";
import type { ResolvedSettings } from "../settings.ts";
import { NO_FACTS, type Facts } from "./facts.ts";
import { graphOf, prepare } from "./file.ts";
import { collectFacts, collectOutcomes, entriesMade } from "./protocol.ts";
import type { Watched } from "./regions.ts";
import { ScrutinyBook, type Outcome, type Scrutiny } from "./scrutiny.ts";

/** Told what an analysis did: for tests of its cost. */
export interface Observer {
  /** A file was lowered. */
  lowered?(): void;
}

const cache = new WeakMap<object, WeakMap<ResolvedSettings, Facts>>();

/** The facts of one file: computed once for a source and its settings, whoever asks. Never throws. */
export function analyse(sourceCode: Readonly<TSESLint.SourceCode>, settings: ResolvedSettings, observer: Observer = {}): Facts {
  const bySettings = cache.get(sourceCode) ?? new WeakMap<ResolvedSettings, Facts>();
  cache.set(sourceCode, bySettings);
  const known = bySettings.get(settings);
  if (known) return known;
  const facts = compute(sourceCode, settings, observer);
  bySettings.set(settings, facts);
  return facts;
}

const scrutinies = new WeakMap<object, WeakMap<ResolvedSettings, Scrutinised | undefined>>();

/** The facts of a file together with what a repair has to know beyond them. */
export interface Scrutinised {
  readonly facts: Facts;
  readonly scrutiny: Scrutiny;
}

/** Looks at a file as a repair does; undefined where the machine fails. Computed once for a source and its settings. */
export function scrutinise(sourceCode: Readonly<TSESLint.SourceCode>, settings: ResolvedSettings): Scrutinised | undefined {
  const bySettings = scrutinies.get(sourceCode) ?? new WeakMap<ResolvedSettings, Scrutinised | undefined>();
  scrutinies.set(sourceCode, bySettings);
  if (!bySettings.has(settings)) bySettings.set(settings, look(sourceCode, settings));
  return bySettings.get(settings);
}

function look(sourceCode: Readonly<TSESLint.SourceCode>, settings: ResolvedSettings): Scrutinised | undefined {
  const vocabulary = vocabularyOf(settings);
  try {
    const file = prepare(sourceCode, settings, vocabulary);
    const made = entriesMade(file);
    const book = new ScrutinyBook();
    const facts = collectFacts(made.size > 0 ? prepare(sourceCode, settings, vocabulary, made) : file, book);
    return { facts, scrutiny: book.scrutiny() };
  } catch {
    return undefined;
  }
}

/** How starts can end that pass a place; none where nothing gets there, undefined where the machine fails. */
export function outcomesPast(sourceCode: Readonly<TSESLint.SourceCode>, settings: ResolvedSettings, watched: Watched): readonly Outcome[] | undefined {
  const vocabulary = vocabularyOf(settings);
  try {
    const file = prepare(sourceCode, settings, vocabulary, undefined, watched);
    const made = entriesMade(file);
    const book = new ScrutinyBook();
    const isComplete = collectOutcomes(made.size > 0 ? prepare(sourceCode, settings, vocabulary, made, watched) : file, book);
    return isComplete ? book.scrutiny().outcomes.filter(({ isPast }) => isPast) : undefined;
  } catch {
    return undefined;
  }
}

function compute(sourceCode: Readonly<TSESLint.SourceCode>, settings: ResolvedSettings, observer: Observer): Facts {
  const vocabulary = vocabularyOf(settings);
  observer.lowered?.();
  try {
    const file = prepare(sourceCode, settings, vocabulary);
    const made = entriesMade(file);
    return collectFacts(made.size > 0 ? prepare(sourceCode, settings, vocabulary, made) : file);
  } catch (error) {
    // Code nested deeper than the stack is code that cannot be followed: silence.
    if (error instanceof RangeError) return NO_FACTS;
    return { ...NO_FACTS, internalError: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** The variables of a file and of the modules that it imports. */
export function scopesAround(sourceCode: Readonly<TSESLint.SourceCode>, settings: ResolvedSettings): Scopes {
  return linkScopes(graphOf(sourceCode, settings, vocabularyOf(settings)));
}
