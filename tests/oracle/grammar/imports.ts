/** Turns a text that takes the API to be ambient into one that imports it. */
import * as api from "../../../lib/sim/index.ts";
import type { Module } from "./module.ts";

/** Every value that the API exports; types stay ambient. */
const VALUES = new Set(Object.keys(api));
/** A value's name, where it is neither a property nor a key nor in quotes. */
const NAME = /(?<![\w$."])[A-Za-z_]\w*(?![\w"])(?!\s*:(?! ))/gu;

/** The text with the API imported as the plan says. */
export function withImports(text: string, module: Module): string {
  const { imports, dialect } = module.plan;
  module.features.add(`imports ${imports}`);
  if (imports === "ambient") return text;
  const source = { status: "eslint-plugin-wdf/sim", result: "eslint-plugin-wdf/sim/result", throw: "eslint-plugin-wdf/sim/throwing" }[dialect];
  if (imports === "namespace") return `import * as wdf from "${source}";\n\n${text.replace(NAME, (name) => (VALUES.has(name) ? `wdf.${name}` : name))}`;
  const used = [...new Set(text.match(NAME) ?? [])].filter((name) => VALUES.has(name));
  const renamed = new Map(imports === "renamed" ? used.filter((name) => /^(?:Ex|Io|Zw|WdfDriverCreate|NT_SUCCESS|WPP)/u.test(name)).map((name) => [name, `my${name}`]) : []);
  const list = used.map((name) => (renamed.has(name) ? `${name} as ${renamed.get(name) ?? ""}` : name));
  return `import { ${list.join(", ")} } from "${source}";\n\n${text.replace(NAME, (name) => renamed.get(name) ?? name)}`;
}
