/** A driver is opened: the squiggles, with their ranges, rules, messages and pages. */
import { faulty, article } from "./drivers.ts";
import { end, ok, same } from "./checks.ts";
import { messagesOf, shownAs, shownOf } from "./linted.ts";
import { Server } from "./server.ts";

const PAGES = "https://github.com/eslint-plugin-wdf/eslint-plugin-wdf/blob/main/docs/rules/";
const RANGE = { start: { line: 2, character: 2 }, end: { line: 2, character: 18 } };

/** What the article's driver shows. */
const EXPECTED = [
  {
    code: "wdf/driver-create-first",
    message: "`WPP_INIT_TRACING` is called before `WdfDriverCreate` (line 15): if the creation fails, no callback runs to stop tracing. Create the driver object first.",
  },
  {
    code: "wdf/no-unmatched-wpp-init",
    message:
      "`WPP_INIT_TRACING` is not followed by `WPP_CLEANUP` when `DriverEntry` returns on line 18 after `WdfDriverCreate` fails on line 15: no callback runs when WdfDriverCreate has failed.",
  },
];

/** Opens the article's driver and the other examples. */
export async function squiggles(project: string): Promise<void> {
  const server = await Server.start(project);
  const { items } = await (await server.open("article.ts", article)).diagnostics();
  const expected = EXPECTED.map(({ code, message }) => ({
    message,
    severity: 1,
    source: "eslint",
    range: RANGE,
    code,
    codeDescription: { href: `${PAGES}${code.replace("wdf/", "")}.md` },
  }));
  same(items, expected, "The squiggles of the article's driver");
  for (const { name, code } of faulty) {
    const { items: found } = await (await server.open(name, code)).diagnostics();
    const wanted = messagesOf(code).map(shownOf);
    if (wanted.length === 0) throw new Error(`${name} is an example with nothing to show.`);
    same(found.map(shownAs), wanted, `The squiggles of ${name}`);
  }
  await end(server);
  ok(`the squiggles of the article's driver and of ${String(faulty.length)} examples`);
}
