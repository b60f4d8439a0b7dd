/** A driver is typed, half a statement at a time: no error, and never a squiggle that is not of the text there is. */
import { article, asTyped, long } from "./drivers.ts";
import { end, ok, same } from "./checks.ts";
import { messagesOf, shownAs, shownOf } from "./linted.ts";
import { Server } from "./server.ts";

/** Types the article's driver and a long one. */
export async function typing(project: string): Promise<void> {
  const server = await Server.start(project);
  let texts = 0;
  let unfinished = 0;
  for (const [name, whole] of [["article.ts", article], ["long.ts", long(6, 2)]] as const) {
    const buffer = await server.open(name, "");
    for (const text of asTyped(whole)) {
      await buffer.change(text);
      const { items } = await buffer.diagnostics();
      const expected = messagesOf(text);
      // The server underlines a place that ESLint names without its end as it thinks fit.
      const [first] = expected;
      if (first?.fatal === true) {
        unfinished += 1;
        same([items.length, items[0]?.range.start.line], [1, first.line - 1], `A text that cannot be parsed:\n${text}`);
      } else same(items.map(shownAs), expected.map(shownOf), `The squiggles of\n${text}`);
      texts += 1;
    }
    same(buffer.text, whole, "What was typed");
  }
  await end(server);
  if (unfinished === 0 || unfinished === texts) throw new Error(`Of ${String(texts)} texts ${String(unfinished)} could not be parsed: some should, some should not.`);
  ok(`typing: ${String(texts)} texts, ${String(unfinished)} of which cannot be parsed yet`);
}
