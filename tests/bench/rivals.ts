/** The configurations that are timed against each other, each with the parser. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as parser from "@typescript-eslint/parser";
import type { Linter } from "eslint";
import ts from "typescript";
import { builtPlugin } from "./plugin.ts";

/** What is timed. */
export const RIVALS = ["floor", "plugin", "typescript-eslint recommended", "typescript-eslint recommended-type-checked", "react-hooks", "sonarjs", "import-x/no-cycle"] as const;
export type Rival = (typeof RIVALS)[number];

/** A text with the name that it is linted under. */
export interface Source {
  readonly name: string;
  readonly code: string;
}

/** A configuration, and the folder that its files are to stand in, where it reads more than the one under lint. */
export interface Ready {
  readonly config: Linter.Config[];
  readonly folder: string | undefined;
}

const base: Linter.Config = { files: ["**"], languageOptions: { parser, sourceType: "module" }, linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "off" } };
const nothing: Linter.Config = {
  plugins: { none: { rules: { none: { create: () => ({ Program: () => undefined }) } } } },
  rules: { "none/none": "error" },
};

export function isRival(name: string | undefined): name is Rival {
  return RIVALS.some((each) => each === name);
}

/** Makes a configuration ready; what it loads is not timed, what it reads of the files is. */
export async function readyFor(rival: Rival, sources: readonly Source[]): Promise<Ready> {
  switch (rival) {
    case "floor":
      return { config: [base, nothing], folder: undefined };
    case "plugin":
      return { config: [base, builtPlugin().configs.strict], folder: undefined };
    case "typescript-eslint recommended":
    case "typescript-eslint recommended-type-checked": {
      const { default: tseslint } = await import("typescript-eslint");
      if (rival === "typescript-eslint recommended") return { config: [base, ...anywhere(tseslint.configs.recommended)], folder: undefined };
      const folder = written(sources);
      const rules = anywhere(tseslint.configs.recommendedTypeChecked);
      return { config: [base, ...rules, { files: ["**"], languageOptions: { parserOptions: { programs: [programOf(folder, sources)] } } }], folder };
    }
    case "react-hooks": {
      const { default: hooks } = await import("eslint-plugin-react-hooks");
      // The seam: the plugin's own types are of another version of ESLint.
      return { config: [base, { plugins: { "react-hooks": hooks as never }, rules: { "react-hooks/rules-of-hooks": "error", "react-hooks/exhaustive-deps": "error" } }], folder: undefined };
    }
    case "sonarjs": {
      const { default: sonarjs } = await import("eslint-plugin-sonarjs");
      return { config: [base, sonarjs.configs.recommended], folder: undefined };
    }
    case "import-x/no-cycle": {
      const { default: importX } = await import("eslint-plugin-import-x");
      const resolver = importX.createNodeResolver({ extensions: [".ts", ".js"] });
      return {
        config: [base, { plugins: { "import-x": importX }, settings: { "import-x/parsers": { "@typescript-eslint/parser": [".ts"] }, "import-x/resolver-next": [resolver] }, rules: { "import-x/no-cycle": "error" } }],
        folder: written(sources),
      };
    }
  }
}

/** Configurations without the endings that they are for. */
function anywhere(configs: readonly Linter.Config[]): Linter.Config[] {
  return configs.map((config) => ({ ...config, files: ["**"] }));
}

/** The texts as files of a folder, which goes when the process ends. */
function written(sources: readonly Source[]): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "eslint-plugin-wdf-bench-")));
  process.on("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  for (const { name, code } of sources) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, code);
  }
  return folder;
}

function programOf(folder: string, sources: readonly Source[]): ts.Program {
  const files = sources.map(({ name }) => path.join(folder, name));
  return ts.createProgram(files, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, strict: true, noEmit: true, types: [], allowJs: false });
}
