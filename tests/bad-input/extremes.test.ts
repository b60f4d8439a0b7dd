/** No file at the edges crashes the rules, hangs them, or overflows the stack. */
import { describe, expect, test, vi } from "vitest";
import { extremes } from "./extremes.ts";
import { lint, survives } from "./lint.ts";
import { seen } from "./observe.ts";
import type { Dialect } from "./odd.ts";

vi.mock(import("../../lib/machine/protocol.ts"), async (original) => {
  const { watched } = await import("./observe.ts");
  const real = await original();
  return { ...real, collectFacts: watched(real.collectFacts) };
});

describe.each<Dialect>(["ts", "js", "script"])("in %s", (dialect) => {
  describe.each(extremes)("$kind", ({ kind, cases }) => {
    test.each(cases)("$name", ({ name, code, leaks }) => {
      const isDeep = kind.endsWith("deep");
      // What ESLint and the parser cannot bear, the rules need not.
      if (isForeign(code, dialect) || (isDeep && !survives(code, dialect))) return;
      const overflows = seen.overflows.length;
      const { defect, parses, messages } = lint(`${name} in ${dialect}`, code, dialect);
      expect(defect).toBeUndefined();
      if (isDeep && !parses) return;
      expect(parses).toBe(true);
      if (kind !== "1,000 deep") expect(seen.overflows.slice(overflows)).toEqual([]);
      if (leaks) expect(messages.map(({ ruleId }) => ruleId)).toContain("wdf/no-leak-on-failure");
    });
  });
});

/** Written for another dialect. */
function isForeign(code: string, dialect: Dialect): boolean {
  if (dialect === "script" && /^export /mu.test(code)) return true;
  return (dialect !== "ts" && /: (?:DRIVER_OBJECT|unknown)\b/u.test(code)) || (dialect === "script" && /^export\b/mu.test(code));
}
