/** How long an answer takes while a long driver is edited, against the same file in a project without the plugin. */
import { long } from "./drivers.ts";
import { end, ok } from "./checks.ts";
import { Server, type Buffer } from "./server.ts";

/** The plugin's answers should take so many times those without it; that is told, and missed as yet. */
const GOAL = 1.3;
/** Beyond this, something has become slow that was not. */
const LIMIT = 3.5;
const WARM_UP = 40;
const ROUNDS = 60;

/** Edits the same file in both projects by turns, so that whatever else the machine does slows both. */
export async function speed(project: string, floor: string): Promise<void> {
  const text = long();
  const servers = [await Server.start(project), await Server.start(floor)] as const;
  const [buffer, bare] = [await servers[0].open("long.ts", text), await servers[1].open("long.ts", text)];
  const own: number[] = [];
  const others: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const next = text.replace("0 * 16", `${String(round + 1)} * 16`);
    const [ours, theirs] = [await answered(buffer, next), await answered(bare, next)];
    if (round < WARM_UP) continue;
    own.push(ours);
    others.push(theirs);
  }
  for (const server of servers) await end(server);
  const [ours, theirs] = [middle(own), middle(others)];
  const figures = `a driver of ${String(text.split("\n").length)} lines: an answer in ${ours.toFixed(1)} ms, ${(ours / theirs).toFixed(2)} times that without the plugin (${theirs.toFixed(1)} ms)`;
  if (ours / theirs > LIMIT) throw new Error(`${figures}: more than ${String(LIMIT)} times.`);
  ok(ours / theirs > GOAL ? `${figures}; the goal of ${String(GOAL)} is missed` : figures);
}

async function answered(buffer: Buffer, text: string): Promise<number> {
  await buffer.change(text);
  return (await buffer.diagnostics()).ms;
}

function middle(figures: readonly number[]): number {
  return [...figures].sort((left, right) => left - right)[figures.length >> 1] ?? Number.NaN;
}
