/** Unit tests: everything below tests/ that ends in .test.ts. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["tests/**/*.test.ts"], testTimeout: 300_000, coverage: { include: ["lib/**", "rules/**"] } },
});
