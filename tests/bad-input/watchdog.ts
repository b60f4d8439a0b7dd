/** Tells what hangs: a thread of its own looks after the lint in progress, since nothing else runs while it hangs. */
import { Worker } from "node:worker_threads";

/** Milliseconds that one lint may take. */
const LIMIT = 60_000;
const NAME_BYTES = 1000;

const shared = new SharedArrayBuffer(16 + NAME_BYTES);
const times = new Float64Array(shared, 0, 1);
const lengths = new Int32Array(shared, 8, 1);
const name = new Uint8Array(shared, 16);

// Names what hangs, and where, and ends the process: there is no other way out of an endless loop.
const program = `
const { writeSync } = require("node:fs");
const { Session } = require("node:inspector");
const { workerData: { shared, limit } } = require("node:worker_threads");
const times = new Float64Array(shared, 0, 1);
// In turns of its own: while the whole machine stands still, nothing hangs.
const TURN = 500;
let since = 0;
let turns = 0;
const timer = setInterval(() => {
  turns = times[0] === since ? turns + 1 : 0;
  since = times[0];
  if (since === 0 || turns * TURN < limit) return;
  clearInterval(timer);
  const length = new Int32Array(shared, 8, 1)[0];
  writeSync(2, "Hangs for more than " + limit / 1000 + " s: " + Buffer.from(shared, 16, length).toString() + "\\n");
  const session = new Session();
  session.connectToMainThread();
  session.on("Debugger.paused", ({ params: { callFrames } }) => {
    for (const { functionName, url, location } of callFrames) writeSync(2, "    at " + functionName + " (" + url + ":" + (location.lineNumber + 1) + ")\\n");
    process.kill(process.pid, "SIGKILL");
  });
  session.post("Debugger.enable");
  session.post("Debugger.pause");
  setTimeout(() => process.kill(process.pid, "SIGKILL"), 2000);
}, TURN);
`;
new Worker(program, { eval: true, workerData: { shared, limit: LIMIT } }).unref();

/** Begins to look after something; call what it gives once that is done. */
export function watch(what: string): () => void {
  const { written } = new TextEncoder().encodeInto(what, name);
  Atomics.store(lengths, 0, written);
  times[0] = Date.now();
  return () => {
    times[0] = 0;
  };
}
