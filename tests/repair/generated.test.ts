/** A thousand repairs of generated drivers, each judged by the simulator under every schedule. */
import { expect, test } from "vitest";
import { applyRepairs } from "../oracle/repairs.ts";

test("no repair breaks a driver", { timeout: 300_000 }, async () => {
  const { totals, told } = await applyRepairs({
    seed: 20,
    first: 0,
    programs: 10_000,
    applications: 1000,
    seconds: 280,
    parts: ["generated"],
    forced: 0,
    show: 3,
    patience: 20,
    only: "",
    workers: 2,
    isBuilt: false,
  });
  expect(told.join("\n")).toBe("");
  expect(totals.failures).toBe(0);
  expect(totals.applicationsTo("generated")).toBeGreaterThanOrEqual(1000);
});
