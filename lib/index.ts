/** The plugin: its name and version, its rules, its presets. */
import type { ESLint } from "eslint";
import { rules } from "../rules/index.ts";
import { createConfigs, type Configs } from "./configs.ts";

export type { Pair } from "./api/pairs.ts";
export type { WdfSettings } from "./settings.ts";

/** `eslint-plugin-wdf` as a flat configuration takes it. */
export interface WdfPlugin extends ESLint.Plugin {
  meta: { name: string; version: string; namespace: string };
  rules: NonNullable<ESLint.Plugin["rules"]>;
  configs: Configs;
}

const plugin: Omit<WdfPlugin, "configs"> = {
  // A test holds the version equal to that of package.json.
  meta: { name: "eslint-plugin-wdf", version: "0.1.0", namespace: "wdf" },
  rules,
};

const wdf: WdfPlugin = Object.assign(plugin, { configs: createConfigs(plugin, rules) });

export default wdf;
