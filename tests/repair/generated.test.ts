/** A thousand repairs of generated drivers, each judged by the simulator under every schedule. */
import { expect, test } from "vitest";
import { applyRepairs } from "../oracle/repairs.ts";

test("no repair breaks a driver", { timeout: 300_000 }, async () => {
  const { totals, told } = await applyRepairs({ programs: 10_000, applications: 1000, seed: 20, seconds: 250, show: 3, byHand: false, maxLines: 60, forced: 0 });
  expect(told.join("\n")).toBe("");
  expect(totals.failures).toBe(0);
  expect(totals.applicationsTo("generated")).toBeGreaterThanOrEqual(1000);
});
