/** An editor session of 500 edits keeps no memory: the heap of the language server, after collection, stays what it was. */
import { cpSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { article, long } from "./drivers.ts";
import { end, ok } from "./checks.ts";
import { Server } from "./server.ts";

/** The heap may grow by so much. */
const GOAL = 1.05;
const WARM_UP = 200;
const EDITS = 500;

const multi = path.resolve(import.meta.dirname, "../../../docs/examples/multi-file/wrong");
/** Loaded into the server: collects its garbage and tells what is in use, when asked. */
const PROBE = `process.on("SIGUSR2", () => { globalThis.gc(); globalThis.gc(); process.stderr.write("heap " + process.memoryUsage().heapUsed + "\\n"); });`;

/** Edits three drivers by turns, one of which imports others that change on the disk. */
export async function memory(project: string): Promise<void> {
  cpSync(multi, path.join(project, "multi"), { recursive: true });
  const server = await Server.start(project, ["--expose-gc", "--import", `data:text/javascript,${encodeURIComponent(PROBE)}`]);
  const [entry, helper] = [path.join(project, "multi/entry.ts"), path.join(project, "multi/trace.ts")];
  const helperText = readFileSync(helper, "utf8");
  const texts = [article, long(6, 6), readFileSync(entry, "utf8")];
  const buffers = [await server.open("article.ts", article), await server.open("long.ts", long(6, 6)), await server.open("multi/entry.ts", texts[2] ?? "")];
  const edit = async (round: number): Promise<void> => {
    const which = round % buffers.length;
    if (round % 30 === 0) {
      writeFileSync(helper, `${helperText}// ${String(round)}\n`);
      utimesSync(helper, new Date(), new Date(Date.now() + 1000 * round));
    }
    await buffers[which]?.change(`${texts[which] ?? ""}// edit ${String(round)}\nconst edited${String(round)} = ${String(round)};\n`);
    await buffers[which]?.diagnostics();
  };
  for (let round = 0; round < WARM_UP; round += 1) await edit(round);
  const before = await heapOf(server);
  for (let round = WARM_UP; round < WARM_UP + EDITS; round += 1) await edit(round);
  const after = await heapOf(server);
  await end(server);
  const figures = `${String(EDITS)} edits: the server's heap is ${(after / 1e6).toFixed(1)} MB, ${(after / before).toFixed(3)} times what it was (${(before / 1e6).toFixed(1)} MB)`;
  if (after / before > GOAL) throw new Error(`${figures}: more than ${String(GOAL)} times.`);
  ok(figures);
}

/** Bytes in use in a server once its garbage is collected. */
async function heapOf(server: Server): Promise<number> {
  process.kill(server.pid, "SIGUSR2");
  for (let wait = 0; wait < 100; wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const told = /heap (?<bytes>\d+)/u.exec(server.errors.join(""))?.groups?.["bytes"];
    if (told === undefined) continue;
    server.errors.length = 0;
    return Number(told);
  }
  throw new Error("The language server does not tell of its heap.");
}
