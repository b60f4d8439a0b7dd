/** Whether a file can concern the rules at all, told by its text alone. */
import { buildVocabulary, type Vocabulary } from "./api/vocabulary.ts";
import type { ResolvedSettings } from "./settings.ts";

/** The catalogue under some settings, and a test for text that mentions anything of it. */
interface Known {
  readonly vocabulary: Vocabulary;
  readonly mention: RegExp;
}

const vocabularies = new WeakMap<ResolvedSettings, Known>();

/** The catalogue under these settings. */
export function vocabularyOf(settings: ResolvedSettings): Vocabulary {
  return known(settings).vocabulary;
}

/** Whether a text mentions the API, or may hold an entry whose every step is imported. */
export function mayConcern(text: string, settings: ResolvedSettings): boolean {
  return known(settings).mention.test(text);
}

// What an entry is known by that has no name of the API in it.
const ENTRY_WORDS = ["DRIVER_INITIALIZE", "NT_SUCCESS", "STATUS_"];

function known(settings: ResolvedSettings): Known {
  const made = vocabularies.get(settings);
  if (made) return made;
  const { names, followImports, entryPoints, resources } = settings;
  const vocabulary = buildVocabulary(resources);
  const words = [...vocabulary.triggers, ...Object.keys(names), ...(followImports ? [...entryPoints, ...ENTRY_WORDS] : [])].map((name) => name.replace(/\W/gu, "\\$&"));
  const found = { vocabulary, mention: new RegExp(words.join("|"), "u") };
  vocabularies.set(settings, found);
  return found;
}
