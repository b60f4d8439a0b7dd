/** How this repository is linted: strictly, with types, as a plugin, and with its own rules. */
import { defineConfig, globalIgnores } from "eslint/config";
import eslintPlugin from "eslint-plugin-eslint-plugin";
import tseslint from "typescript-eslint";
import wdf from "./lib/index.ts";

export default defineConfig([
  // The examples and fixtures are drivers with defects: tests lint them.
  globalIgnores(["dist", "coverage", "docs/examples", "tests/fixtures"]),
  { files: ["**/*.ts"], extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked] },
  {
    files: ["**/*.ts"],
    // Nodes are told apart by the words of their types: the enum would have to be imported at run time.
    rules: { "@typescript-eslint/no-unsafe-enum-assignment": "off", "@typescript-eslint/no-unsafe-enum-comparison": "off" },
  },
  { languageOptions: { parserOptions: { projectService: true } }, linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["rules/*.ts", "tests/rules/*.ts"],
    extends: [eslintPlugin.configs["all-type-checked"]],
    rules: {
      // `createRule` adds both; tests/rules/meta.test.ts holds them.
      "eslint-plugin/require-meta-docs-url": "off",
      "eslint-plugin/require-meta-languages": "off",
    },
  },
  wdf.configs.strict,
]);
