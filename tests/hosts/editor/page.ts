/** A page that shows what an editor shows of the article's driver: its squiggles, one message, what is offered about it. */
import type { CodeAction, Diagnostic } from "vscode-languageserver-protocol/node.js";

const LINES = 22;

const STYLE = `body { margin: 0; background: #f3f3f3; font: 14px/1.5 "DejaVu Sans", sans-serif; color: #1f1f1f; }
main { position: relative; width: 1000px; height: 528px; background: #fff; overflow: hidden; }
pre { margin: 0; padding: 10px 0; font: 14px/23px "DejaVu Sans Mono", monospace; }
i { display: inline-block; width: 44px; padding-right: 16px; color: #8a8a8a; font-style: normal; text-align: right; }
u { text-decoration: underline wavy #e51400 1.5px; text-underline-offset: 3px; text-decoration-skip-ink: none; }
b { font-weight: normal; color: #0000c8; }
em { font-style: normal; color: #5a7a3a; }
aside, menu { position: absolute; margin: 0; background: #fbfbfb; border: 1px solid #c8c8c8; border-radius: 4px; box-shadow: 0 3px 10px rgba(0, 0, 0, 0.18); }
aside { left: 90px; top: 84px; width: 760px; padding: 10px 14px; }
aside p { margin: 0 0 6px; }
aside p + p { padding-top: 6px; border-top: 1px solid #e2e2e2; }
aside a { color: #0066bf; text-decoration: none; }
code { font: 13px "DejaVu Sans Mono", monospace; background: #ececec; border-radius: 3px; padding: 0 3px; }
menu { left: 90px; top: 258px; width: 470px; padding: 5px 0; list-style: none; }
menu li { padding: 3px 14px; }
menu li:first-child { background: #0060c0; color: #fff; }`;

/** The page, as HTML. */
export function page(text: string, diagnostics: readonly Diagnostic[], actions: readonly CodeAction[]): string {
  const lines = text.split("\n").slice(0, LINES).map((line, index) => `<i>${String(index + 1)}</i>${drawn(line, index, diagnostics)}`);
  const words = diagnostics.map(({ message, code, codeDescription }) => `<p>${worded(message)} <a href="${codeDescription?.href ?? ""}">${escaped(String(code))}</a></p>`);
  const items = actions.map(({ title }) => `<li>${worded(title)}</li>`);
  return `<!doctype html>\n<meta charset="utf-8">\n<title>A driver in an editor</title>\n<style>\n${STYLE}\n</style>\n<main>\n<pre>${lines.join("\n")}</pre>\n<aside>\n${words.join("\n")}\n</aside>\n<menu>\n${items.join("\n")}\n</menu>\n</main>\n`;
}

function drawn(line: string, index: number, diagnostics: readonly Diagnostic[]): string {
  const found = diagnostics.find(({ range }) => range.start.line === index && range.end.line === index);
  if (!found) return coloured(line);
  const { start, end } = found.range;
  return `${coloured(line.slice(0, start.character))}<u>${escaped(line.slice(start.character, end.character))}</u>${coloured(line.slice(end.character))}`;
}

function coloured(code: string): string {
  if (/^\s*(?:\/\/|\/\*)/u.test(code)) return `<em>${escaped(code)}</em>`;
  return escaped(code).replace(/\b(?:export|function|const|new|as|if|return)\b/gu, "<b>$&</b>");
}

function worded(message: string): string {
  return escaped(message).replace(/`([^`]*)`/gu, "<code>$1</code>");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
