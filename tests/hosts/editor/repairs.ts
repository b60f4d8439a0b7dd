/** Quick fixes, suggestions and "fix all": what is offered, and the text that comes of it. */
import type { CodeAction, Diagnostic } from "vscode-languageserver-protocol/node.js";
import type { Linter } from "eslint";
import { article, faulty, repaired } from "./drivers.ts";
import { end, ok, same } from "./checks.ts";
import { fixed, messagesOf } from "./linted.ts";
import { Server, type Buffer } from "./server.ts";

/** Takes everything that is offered about the article's driver and the other examples. */
export async function repairs(project: string): Promise<void> {
  const server = await Server.start(project);
  const buffer = await server.open("article.ts", article);
  const before = await buffer.diagnostics();
  const quick = titled(await buffer.actions(before.items), "Fix this wdf/driver-create-first problem");
  same(await buffer.choose(quick), repaired, "The article's driver after its quick fix");
  same((await buffer.diagnostics()).items, [], "What is left to say of the repaired driver");

  let suggestions = 0;
  let fixes = 0;
  for (const { name, code } of faulty) {
    const file = await server.open(name, code);
    for (const message of messagesOf(code)) {
      for (const { desc, fix } of message.suggestions ?? []) {
        suggestions += 1;
        await takes(file, code, message, `${desc} (${message.ruleId ?? ""})`, applied(code, fix));
      }
      if (message.fix === undefined) continue;
      fixes += 1;
      await takes(file, code, message, `Fix this ${message.ruleId ?? ""} problem`, applied(code, message.fix));
    }
    await file.change(code);
    await fixesAll(file, name, code);
  }
  await end(server);
  if (suggestions === 0 || fixes === 0) throw new Error("The examples show no suggestion, or no fix.");
  ok(`repairs: the article's quick fix, ${String(fixes)} fixes and ${String(suggestions)} suggestions, and "fix all" in ${String(faulty.length)} examples`);
}

/** Chooses what is offered about one squiggle under a title, from the driver as it was. */
async function takes(file: Buffer, code: string, message: Linter.LintMessage, title: string, expected: string): Promise<void> {
  await file.change(code);
  const { items } = await file.diagnostics();
  const squiggle = items.find((item) => isOf(item, message));
  if (squiggle === undefined) throw new Error(`There is no squiggle for ${message.message}`);
  same(await file.choose(titled(await file.actions([squiggle]), title)), expected, `"${title}" about\n${code}`);
}

function isOf({ code, message, range }: Diagnostic, { ruleId, message: words, line, column }: Linter.LintMessage): boolean {
  return code === ruleId && message === words && range.start.line === line - 1 && range.start.character === column - 1;
}

/** "Fix all" leaves what `eslint --fix` leaves, and has nothing to do then. */
async function fixesAll(file: Buffer, name: string, code: string): Promise<void> {
  const expected = fixed(code);
  await file.diagnostics();
  for (const round of ["once", "twice"]) {
    const [all] = await file.actions([], "source.fixAll.eslint");
    if (all) await file.choose(all);
    else if (file.text !== expected) throw new Error(`${name}: "fix all" is not offered.`);
    same(file.text, expected, `${name} after "fix all", chosen ${round}`);
  }
}

function titled(actions: readonly CodeAction[], title: string): CodeAction {
  const found = actions.find((action) => action.title === title);
  if (found === undefined) throw new Error(`"${title}" is not offered, only:\n${actions.map((action) => action.title).join("\n")}`);
  return found;
}

function applied(text: string, { range: [start, stop], text: replacement }: { readonly range: readonly [number, number] | readonly number[]; readonly text: string }): string {
  return text.slice(0, start) + replacement + text.slice(stop);
}
