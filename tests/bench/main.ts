/** `npm run bench [-- --quick] [-- FILTER]`: what the plugin costs, as ratios within one run. Fails where a goal is missed. */
import { floor } from "./floor.ts";
import { growth, type Effort } from "./growth.ts";
import { importing } from "./import.ts";
import { project } from "./project.ts";

const args = process.argv.slice(2);
const isQuick = args.includes("--quick");
const filter = args.find((arg) => !arg.startsWith("-")) ?? "";

const effort: Effort = isQuick
  ? { sizes: [1000], depths: [100, 500], rounds: 2, limit: 20_000 }
  : { sizes: [1000, 2000, 5000, 10_000], depths: [12, 50, 100, 200, 500], rounds: 3, limit: 600_000 };

const missed = "floor".includes(filter) ? await floor(isQuick ? 1 : 5) : [];
if ("import".includes(filter)) missed.push(...importing(isQuick ? 5 : 15));
missed.push(...(await growth(effort, filter)));
if ("project".includes(filter)) missed.push(...(await project(isQuick ? 100 : 1000, isQuick ? 1 : 3)));
if (missed.length > 0) console.log(`\nMissed:\n${missed.map((goal) => `  ${goal}`).join("\n")}`);
process.exitCode = missed.length > 0 ? 1 : 0;
