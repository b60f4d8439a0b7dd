/** Tells what hangs: a thread of its own looks after the lint in progress, since nothing else runs while it hangs. */
import { Worker } from "node:worker_threads";

/** Milliseconds that one lint may take. */
const LIMIT = 20_000;
const NAME_BYTES = 1000;

const shared = new SharedArrayBuffer(16 + NAME_BYTES);
const times = new Float64Array(shared, 0, 1);
const lengths = new Int32Array(shared, 8, 1);
const name = new Uint8Array(shared, 16);

// Names what hangs and ends the process, which is the only way out of an endless loop.
const program = `
const { workerData: { shared, limit } } = require("node:worker_threads");
const times = new Float64Array(shared, 0, 1);
setInterval(() => {
  if (times[0] === 0 || Date.now() - times[0] < limit) return;
  const length = new Int32Array(shared, 8, 1)[0];
  require("node:fs").writeSync(2, "Hangs for more than " + limit / 1000 + " s: " + Buffer.from(shared, 16, length).toString() + "\\n");
  process.kill(process.pid, "SIGKILL");
}, 500);
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
