/** A process of the oracle's: does what `Crew` asks it to, one thing after the other. */
import type { Answer, Orders, Task } from "./crew.ts";
import { Oracle } from "./oracle.ts";
import { fromBuild, fromSources } from "./plugin.ts";
import { judgeOf } from "./verdict.ts";

const { seed, isBuilt } = JSON.parse(process.argv[2] ?? "") as Orders;
const oracle = new Oracle(seed, judgeOf(isBuilt ? fromBuild() : fromSources));

function tell(answer: Answer): void {
  process.send?.(answer);
}

async function work(task: Task): Promise<void> {
  if (task.do === "show") {
    tell({ say: "text", text: await oracle.shown(task.of, task.cause, task.milliseconds) });
    return;
  }
  for (const of of task.cases) tell({ say: "outcomes", outcomes: await oracle.outcomes(of, task.withMutants && of.kind === "program") });
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
