/** Rewrites a generated driver the way people lay code out: comments, blank lines, tabs, CRLF, no semicolons. Its meaning stays. */

/** A number below its argument. */
type Choose = (below: number) => number;

/** A text in other clothes, and what was done to it. */
export interface LaidOut {
  readonly text: string;
  readonly features: readonly string[];
}

/** A source of numbers from a seed. */
export function chooser(seed: number): Choose {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
}

/** Lays a text out anew. Every third text stays as it is. */
export function layOut(text: string, choose: Choose): LaidOut {
  if (choose(3) === 0) return { text, features: ["layout plain"] };
  const features: string[] = [];
  const some = (feature: string, times: number): boolean => {
    const isChosen = choose(times) === 0;
    if (isChosen) features.push(`layout ${feature}`);
    return isChosen;
  };
  let lines = text.split("\n");
  // Before the comments: a line is told by how it ends.
  if (some("no semicolons", 3)) lines = withoutSemicolons(lines);
  else if (some("shared line", 12)) lines = withSharedLine(lines, choose);
  if (some("directive", 12)) lines = withDirective(lines, choose);
  if (!some("no comments", 4)) lines = withComments(lines, choose);
  if (some("blank lines", 3)) lines = lines.flatMap((line) => (isStatement(line) && choose(4) === 0 ? [line, ""] : [line]));
  if (some("tabs", 3)) lines = lines.map((line) => indented(line, "\t"));
  else if (some("four spaces", 3)) lines = lines.map((line) => indented(line, "    "));
  let result = lines.join("\n");
  if (some("no final line break", 6)) result = result.trimEnd();
  if (some("CRLF", 3)) result = result.replace(/\n/gu, "\r\n");
  if (some("BOM", 8)) result = `\uFEFF${result}`;
  return { text: result, features };
}

/** A statement that is a line of its own and does not lead anywhere else. */
const isStatement = (line: string): boolean => /^\s+(?!return|throw|break|continue|case|default|\}).*;$/u.test(line);

/** Lines that a comment may be put above: the beginnings of statements. */
const isBeginning = (line: string, before: string): boolean =>
  /^\s*(?:const|let|if|return|throw|break|do|try|for|while|function|export|[\w.]+\(|[\w.]+ \|?=)/u.test(line) && /[;{}]$|^$|:$/u.test(before);

const REMARKS = ["// Nothing else holds it.", "// see the notes on start-up", "/* once only */", "// TODO: shorten", "/* first, since\n * the rest needs it */", "// 1) here; 2) there {"];

function withComments(lines: readonly string[], choose: Choose): string[] {
  let count = 0;
  // Numbered, so that each is known again.
  const remark = (turn: number): string => {
    count += 1;
    const text = REMARKS[turn % REMARKS.length] ?? "";
    return text.startsWith("/*") ? text.replace("/*", `/* ${String(count)}`) : `${text} ${String(count)}`;
  };
  return lines.flatMap((line, index) => {
    const depth = /^\s*/u.exec(line)?.[0] ?? "";
    const above = isBeginning(line, lines[index - 1] ?? "") && choose(5) === 0 ? remark(choose(REMARKS.length)).split("\n").map((part) => depth + part) : [];
    const trails = line.endsWith(";") && !/^(?:import|declare|export \{)/u.test(line) && choose(7) === 0;
    return [...above, trails ? `${line} ${remark(choose(2))}` : line];
  });
}

/** One line that holds two statements. */
function withSharedLine(lines: readonly string[], choose: Choose): string[] {
  const depth = (line: string | undefined): number => (line?.length ?? 0) - (line?.trimStart().length ?? 0);
  const places = lines.flatMap((line, index) => (isStatement(line) && isStatement(lines[index + 1] ?? "") && depth(line) === depth(lines[index + 1]) ? [index] : []));
  const place = places[choose(Math.max(places.length, 1))];
  return place === undefined ? [...lines] : lines.toSpliced(place, 2, `${lines[place] ?? ""} ${(lines[place + 1] ?? "").trimStart()}`);
}

const DIRECTIVES = ["// eslint-disable-next-line no-undef -- declared elsewhere", "// @ts-expect-error not in the declarations yet", "// prettier-ignore"];

/** One statement with a word to a tool above it. */
function withDirective(lines: readonly string[], choose: Choose): string[] {
  const places = lines.flatMap((line, index) => (isStatement(line) && isBeginning(line, lines[index - 1] ?? "") ? [index] : []));
  const place = places[choose(Math.max(places.length, 1))];
  if (place === undefined) return [...lines];
  const depth = /^\s*/u.exec(lines[place] ?? "")?.[0] ?? "";
  return lines.toSpliced(place, 0, depth + (DIRECTIVES[choose(DIRECTIVES.length)] ?? ""));
}

/** Ends that need no semicolon: none before a line that would go on. */
function withoutSemicolons(lines: readonly string[]): string[] {
  return lines.map((line, index) => {
    const next = lines.slice(index + 1).find((candidate) => candidate.trim() !== "")?.trimStart() ?? "";
    if (!line.endsWith(";") || /^[([`+\-*/.,?]/u.test(next) || /^\s*for\b/u.test(line)) return line;
    return line.slice(0, -1);
  });
}

function indented(line: string, unit: string): string {
  const [spaces = ""] = /^ */u.exec(line) ?? [];
  return unit.repeat(spaces.length >> 1) + (spaces.length % 2 === 1 ? " " : "") + line.slice(spaces.length);
}
