/** A process of the oracle's: does what `Crew` asks it to, one thing after the other. */
import type { Answer, Orders, Task } from "./crew.ts";
import { Oracle } from "./oracle.ts";
import { fromBuild, fromSources } from "./plugin.ts";
import { RepairOracle } from "./repair-oracle.ts";
import { judgeOf } from "./verdict.ts";

const { seed, isBuilt, isSpread } = JSON.parse(process.argv[2] ?? "") as Orders;
const plugin = isBuilt ? fromBuild() : fromSources;
const oracle = new Oracle(seed, judgeOf(plugin), isSpread);
const repairs = new RepairOracle(seed, plugin, isSpread);

function tell(answer: Answer): void {
  process.send?.(answer);
}

async function work(task: Task): Promise<void> {
  switch (task.do) {
    case "show":
      tell({ say: "text", text: await oracle.shown(task.of, task.cause, task.milliseconds) });
      return;
    case "show repair":
      tell({ say: "text", text: await repairs.shown(task.of, task.fault, task.milliseconds) });
      return;
    case "judge":
      for (const of of task.cases) tell({ say: "outcomes", outcomes: await oracle.outcomes(of, task.withMutants && of.kind === "program") });
      break;
    case "repair":
      for (const of of task.cases) tell({ say: "repaired", outcome: await repairs.outcome(of) });
      break;
    case "force":
      for (const { of, numbers } of task.cases) tell({ say: "forced", outcomes: await repairs.forced(of, numbers) });
      break;
  }
  tell({ say: "done" });
}

process.on("message", (task: Task) => {
  work(task).catch((error: unknown) => {
    tell({ say: "broken", why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});
// Without its master a worker has nothing to do.
process.on("disconnect", () => {
  process.exit();
});
