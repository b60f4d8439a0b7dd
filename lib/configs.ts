/** The presets, derived from what each rule says of itself. */
import type { ESLint, Linter } from "eslint";

/** A rule as far as presets care. */
interface PresetRule {
  readonly meta?: { readonly docs?: { readonly recommended: boolean } | undefined };
}

/** The presets of the plugin: the rules that nearly every driver wants, and every rule. */
export type Configs = Record<"recommended" | "strict", Linter.Config>;

/** Builds the presets; the plugin itself is part of them, so that a preset works alone. */
export function createConfigs(plugin: ESLint.Plugin, rules: Readonly<Record<string, PresetRule>>): Configs {
  const preset = (name: string, belongs: (rule: PresetRule) => boolean): Linter.Config => ({
    name: `wdf/${name}`,
    plugins: { wdf: plugin },
    rules: Object.fromEntries(
      Object.entries(rules)
        .filter(([, rule]) => belongs(rule))
        .map(([rule]) => [`wdf/${rule}`, "error"]),
    ),
  });
  return {
    recommended: preset("recommended", (rule) => rule.meta?.docs?.recommended === true),
    strict: preset("strict", () => true),
  };
}
