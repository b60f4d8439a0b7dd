/** Every construct and kind of resource that generated drivers are to be made of. */
import { ATTRIBUTES, CALLBACKS, CHECKS, CONDITIONS, CONFIGS, CREATIONS, DIALECTS, ENTRIES, EXTRAS, GUARDS, HANDINGS, IMPORTS, LOOPS, MODELS, SHAPES, STORAGES } from "./plan.ts";
import { KINDS } from "./rows.ts";

const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  kind: KINDS,
  model: MODELS,
  entry: ENTRIES,
  dialect: DIALECTS,
  imports: IMPORTS,
  shape: SHAPES,
  storage: STORAGES,
  guard: GUARDS,
  check: CHECKS,
  condition: CONDITIONS,
  loop: LOOPS,
  block: ["labelled", "do-once"],
  try: ["catch", "finally", "both"],
  attributes: ATTRIBUTES,
  config: CONFIGS,
  extra: EXTRAS,
  callback: CALLBACKS,
  "creation by": CREATIONS,
  external: ["status", "pointer", "boolean", "void", "mode", "more"],
  handed: HANDINGS,
};

const ALONE = [
  "acquire by helper",
  "async",
  "call by alias",
  "control device",
  "deferred release",
  "early release",
  "early success",
  "exception caught",
  "exception leaves",
  "exception left to others",
  "exception thrown on",
  "exit by constant",
  "exit by unload",
  "if",
  "leave",
  "local helper",
  "no unload routine",
  "registration",
  "release by helper",
  "release left out",
  "release without a test",
  "result destructured",
  "result dialect",
  "switch",
  "switch falling through",
  "throw",
];

/** Their names, as programs carry them. */
export function expectedFeatures(): string[] {
  return [...ALONE, ...Object.entries(FAMILIES).flatMap(([family, members]) => members.map((member) => `${family} ${member}`))];
}
