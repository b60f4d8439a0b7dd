/** Holds the findings in docs/examples to those committed beside them, and to what the drivers do when they run. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Linter } from "eslint";
import { describe, expect, test } from "vitest";
import wdf from "../lib/index.ts";
import * as sim from "../lib/sim/index.ts";
import { config, drawAll, examples, expected } from "./examples.ts";
import { drawRepairs } from "./repair-examples.ts";
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

test("the demo repairs them: every schedule of the last text is clean", () => {
  const [, ...drawn] = drawRepairs(sim, wdf).split(/^(?=docs\/examples\/)/mu);
  const titles = drawn.map((text) => text.split("\n", 1)[0]);
  expect(titles).toEqual([...findings].flatMap(([name, found]) => (found.length === 0 ? [] : [`docs/examples/${name}`])));
  for (const text of drawn) {
    const words = text.split("\n").filter((line) => /^ {2}[✓✗]/u.test(line));
    expect(words[0], text).toMatch(/^ {2}✗ \d+ runs, every schedule that there is: \d+ of them go wrong\. /u);
    expect(words.at(-1), text).toMatch(/^ {2}✓ \d+ runs, every schedule that there is: nothing leaks, nothing is lost\.$/u);
    expect(text).toMatch(/^ {2}Nothing is left to report\.$/mu);
  }
  // The article's driver.
  expect(drawn.find((text) => text.startsWith("docs/examples/wdm-leak.ts"))).toBe(`docs/examples/wdm-leak.ts
  ✗ 3 runs, every schedule that there is: 1 of them go wrong. pool 'htaP' of 122 bytes (ExAllocatePoolWithTag, call 1) is still held after DriverEntry failed (STATUS_UNSUCCESSFUL after StorPortInitialize failed).

  wdf/no-leak-on-failure, line 19, suggests: Release \`gRegistryPath.Buffer\` before this exit.

      …

        const status = StorPortInitialize(DriverObject, RegistryPath, hwInitializationData, null);
        if (!NT_SUCCESS(status)) {
    +     ExFreePoolWithTag(gRegistryPath.Buffer, TAG);
    +     gRegistryPath.Buffer = null;
          return status;
        }

      …

  ✓ 3 runs, every schedule that there is: nothing leaks, nothing is lost.

  Nothing is left to report.
`);
});

test("the README shows one of them", () => {
  const readme = readFileSync(path.join(import.meta.dirname, "../README.md"), "utf8");
  const picture = /```text\n(?<text>[^]*?)```/u.exec(readme)?.groups?.["text"] ?? "none";
  const inOneLine = (text: string): string => text.replace(/\s+/gu, " ");
  expect(inOneLine(expected)).toContain(inOneLine(picture).trim());
});
