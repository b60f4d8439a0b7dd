/** Makes a program's text smaller, statement by statement, as long as it still shows what it showed. */

/** Tries to take lines and blocks out of a text; gives the smallest text that `shows` accepts. */
export async function reduced(text: string, shows: (text: string) => Promise<boolean>): Promise<string> {
  let lines = text.split("\n");
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (let index = 0; index < lines.length; index += 1) {
      for (const candidate of without(lines, index)) {
        if (takesDeclaration(lines, candidate)) continue;
        if (!(await shows(candidate.join("\n")).catch(() => false))) continue;
        lines = candidate;
        isSmaller = true;
        index -= 1;
        break;
      }
    }
  }
  return lines.join("\n");
}

/** The texts without what begins on a line: all of it, or only what is put around its inside. */
export function* without(lines: readonly string[], index: number): Generator<string[]> {
  const line = lines[index] ?? "";
  // A function that gives a value goes on giving one.
  if (/^\s*return\b/u.test(line) && /^\s{0,2}\}(?:;|,|\)|$)/u.test(lines[index + 1] ?? "")) return;
  if (/^\s*\}/u.test(line) && !line.endsWith("{")) return;
  if (!/[{[(]$|:$/u.test(line)) {
    yield lines.toSpliced(index, 1);
    return;
  }
  const depth = depthOf(line);
  let end = index + 1;
  while (end < lines.length && (lines[end] === "" || depthOf(lines[end] ?? "") > depth)) end += 1;
  const closing = lines[end] ?? "";
  if (/^\s*\} .*\{$/u.test(line)) {
    // `} else {`: without this part.
    yield lines.toSpliced(index, end - index);
    return;
  }
  if (closing.endsWith("{")) {
    // A block with another part behind it: the first part alone, or the second alone.
    let last = end + 1;
    while (last < lines.length && (lines[last] === "" || depthOf(lines[last] ?? "") > depth)) last += 1;
    if ((lines[last] ?? "").endsWith("{")) return;
    yield lines.toSpliced(index, last - index + 1);
    yield [...lines.slice(0, index), ...lines.slice(index + 1, end).map(dedent), ...lines.slice(last + 1)];
    yield [...lines.slice(0, index), ...lines.slice(end + 1, last).map(dedent), ...lines.slice(last + 1)];
    return;
  }
  yield lines.toSpliced(index, end - index + 1);
  yield [...lines.slice(0, index), ...lines.slice(index + 1, end).map(dedent), ...lines.slice(end + 1)];
}

const depthOf = (line: string): number => line.length - line.trimStart().length;
const dedent = (line: string): string => line.replace(/^ {2}/u, "");

/** Whether something was taken away that is still spoken of. */
export function takesDeclaration(before: readonly string[], after: readonly string[]): boolean {
  const left = new Set(after);
  const words = new Set(after.join("\n").match(/\w+/gu));
  return before.some((line) => {
    const name = /^\s*(?:const|let|using|(?:declare |async |export )*function) (?<name>\w+)/u.exec(line)?.groups?.["name"];
    return name !== undefined && !left.has(line) && words.has(name);
  });
}
