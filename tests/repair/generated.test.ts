/** Repairs of generated drivers, each judged by the simulator under every schedule; `npm test` makes a thousand more of the built plugin. */
import { expect, test } from "vitest";
import { applyRepairs, type Amount } from "../oracle/repairs.ts";

const AMOUNT: Amount = {
  seed: 20,
  first: 0,
  programs: 10_000,
  applications: 60,
  seconds: 250,
  parts: ["generated"],
  forced: 2,
  show: 3,
  patience: 20,
  only: "",
  workers: 2,
  isBuilt: false,
  isSpread: false,
};

test("no repair breaks a driver, and one process finds what several find", { timeout: 300_000 }, async () => {
  const together = await applyRepairs(AMOUNT);
  expect(together.totals.failureTable()).toEqual(["failures: 0"]);
  expect(together.totals.applicationsTo("generated")).toBeGreaterThanOrEqual(AMOUNT.applications);
  expect(together.isShort).toBe(false);
  const alone = await applyRepairs({ ...AMOUNT, workers: 1 });
  expect(alone.totals.toString()).toBe(together.totals.toString());
  expect(alone.told).toEqual(together.told);
});
