/** Holds the findings in docs/examples to those committed beside them, and to what the drivers do when they run. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Linter } from "eslint";
import { describe, expect, test } from "vitest";
import wdf from "../lib/index.ts";
import * as sim from "../lib/sim/index.ts";
import { config, drawAll, examples, expected } from "./examples.ts";
import { drawWithProofs, proofOf, runnable, verifyExample } from "./run-examples.ts";

const linter = new Linter();
const findings = new Map(examples().map(({ name, code }) => [name, linter.verify(code, config(wdf), name)]));

test("the examples have the findings of expected.txt", () => {
  expect(drawAll(findings)).toBe(expected);
});

describe.each(examples())("$name runs", ({ name, code }) => {
  const verification = verifyExample(sim, name, code);
  const found = findings.get(name) ?? [];

  test("under every schedule", () => {
    expect(verification.incomplete).toBeNull();
    expect(verification.runs.length).toBeGreaterThan(1);
  });

  test("and a schedule proves each finding; without findings none shows anything", () => {
    expect(verification.ok).toBe(found.length === 0);
    for (const finding of found) {
      const proof = proofOf(finding, verification);
      expect(proof, finding.message).toBeDefined();
      const driver = sim.loadDriver(runnable(sim, name, code), { schedule: proof?.schedule ?? {} });
      driver.unload();
      expect(driver.findings.map(({ kind }) => kind)).toContain(proof?.kind);
    }
  });
});

test("the demo shows the proofs", () => {
  const shown = drawWithProofs(sim, findings);
  expect(shown).not.toContain("No schedule shows it");
  expect(shown).toContain("  Shown by running it with { StorPortInitialize#1 fails }: pool 'htaP'");
  expect(shown).toContain("docs/examples/wdm-common-exit.ts: nothing found\n  No schedule leaks: all 3 were run.");
});

test("the README shows one of them", () => {
  const readme = readFileSync(path.join(import.meta.dirname, "../README.md"), "utf8");
  const picture = /```text\n(?<text>[^]*?)```/u.exec(readme)?.groups?.["text"] ?? "none";
  const inOneLine = (text: string): string => text.replace(/\s+/gu, " ");
  expect(inOneLine(expected)).toContain(inOneLine(picture).trim());
});
