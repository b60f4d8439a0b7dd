import { cells } from "./matrix.ts";
import { examine } from "./examine.ts";
const by = new Map<string, string[]>();
let n = 0;
for (const c of cells()) {
  n++;
  const note = (what: string) => by.set(`${what}: ${c.template}`, [...(by.get(`${what}: ${c.template}`) ?? []), c.kind]);
  try {
    const e = await examine(c.program);
    if (e.truth.undecided) note(`UNDECIDED ${c.isBad ? "bad" : "good"} ${e.truth.undecided.why}`);
    if (e.isLeaky !== c.isBad) note(`WRONG CELL ${c.isBad ? "bad" : "good"}`);
    if (e.verdict.crash) note("CRASH " + e.verdict.crash);
    if (c.isBad && e.disagreements.some((d) => d.kind === "missed")) note("silent");
    if (e.verdict.messages.length && !c.isBad) note("FALSE " + e.verdict.messages[0]);
    else if (e.disagreements.some((d) => d.kind === "false")) note("FALSE2 " + e.verdict.messages[0]);
    if (c.isBad && e.causes.includes("witness")) note("witness");
    if (process.argv[2] && c.template === process.argv[2]) console.log(c.program.text, e.verdict.messages);
  } catch (e: any) { note("ERR " + e.message.slice(0, 30) + e.cause); }
}
console.log(n); for (const [k, v] of [...by].sort()) console.log(k, "|", v.join(", "));
