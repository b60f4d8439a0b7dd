/** How this repository is linted: strictly, with types, as a plugin, and with its own rules. */
import { defineConfig, globalIgnores } from "eslint/config";
import eslintPlugin from "eslint-plugin-eslint-plugin";
import tseslint from "typescript-eslint";
import wdf from "./lib/index.ts";
import "./tests/engine.ts";

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
  {
    files: ["lib/sim/**/*.ts", "tests/sim/**/*.ts"],
    rules: {
      // Drivers may be JavaScript: what they pass is looked at again when they run.
      "@typescript-eslint/no-unnecessary-condition": "off",
      // Handles and structs are told apart by their marks, not by the constructors that made them.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      // An entry may fall off its end, which is success.
      "@typescript-eslint/no-invalid-void-type": "off",
    },
  },
  // Stands in for the engine's own DisposableStack, and asks again what callbacks may have changed.
  { files: ["tests/oracle/**/*.ts"], rules: { "@typescript-eslint/no-unnecessary-condition": "off" } },
  // The types of the API are stated where its functions are made.
  { files: ["lib/sim/calls.ts"], rules: { "@typescript-eslint/no-unnecessary-type-parameters": "off" } },
  {
    files: ["tests/sim/**/*.ts"],
    rules: {
      // Drivers with defects, and misuse that the types would forbid, are what these tests are about.
      ...Object.fromEntries(Object.keys(wdf.rules).map((rule) => [`wdf/${rule}`, "off"])),
      "@typescript-eslint/await-thenable": "off",
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-misused-promises": "off",
      "@typescript-eslint/no-misused-spread": "off",
    },
  },
]);
