/** Holds the drivers of several files to the findings committed beside them, and to what they do when they run. */
import { describe, expect, test } from "vitest";
import wdf from "../lib/index.ts";
import * as sim from "../lib/sim/index.ts";
import { drawProject, expectedOfProjects, findingsOf, projects, runnableProject, verifyProject } from "./multi-file.ts";
import { proofOf } from "./run-examples.ts";

test("they have the findings of expected.txt", async () => {
  const drawn = await Promise.all(projects().map(async (project) => drawProject(project, await findingsOf(wdf, project))));
  expect(drawn.join("\n")).toBe(expectedOfProjects);
});

describe.each(projects())("$name runs", (project) => {
  const verification = verifyProject(sim, project);

  test("under every schedule, and a schedule proves each finding", async () => {
    expect(verification.incomplete).toBeNull();
    expect(verification.runs.length).toBeGreaterThan(1);
    const found = [...(await findingsOf(wdf, project)).values()].flat();
    expect(verification.ok).toBe(found.length === 0);
    expect(verification.ok).toBe(project.name === "right");
    for (const finding of found) {
      const proof = proofOf(finding, verification);
      expect(proof, finding.message).toBeDefined();
      const driver = sim.loadDriver(runnableProject(sim, project), { schedule: proof?.schedule ?? {} });
      driver.unload();
      expect(driver.findings.map(({ kind }) => kind)).toContain(proof?.kind);
    }
  });
});
