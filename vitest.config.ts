/** Unit tests: everything below tests/ that ends in .test.ts. */
import path from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The engine is loaded like any other module: nothing is built.
  resolve: { alias: [{ find: /^.*\/deferred\.ts$/u, replacement: path.resolve(import.meta.dirname, "tests/undeferred.ts") }] },
  test: { include: ["tests/**/*.test.ts"], testTimeout: 300_000, coverage: { include: ["lib/**", "rules/**"] } },
});
