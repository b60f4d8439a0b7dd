/** What a terminal can show: colours, links, and text that cannot drive it. */
import { pathToFileURL } from "node:url";

/** As far as `process` says what the output can take. */
export interface Screen {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}

export type Style = "red" | "yellow" | "green" | "cyan" | "dim" | "bold";

/** Puts colours and links into text, or leaves them out. */
export interface Brush {
  readonly paint: (style: Style, text: string) => string;
  /** Text that leads to an address; the text alone where links are not shown. */
  readonly link: (url: string, text: string) => string;
  readonly hasLinks: boolean;
}

const CODES: Readonly<Record<Style, number>> = { red: 31, yellow: 33, green: 32, cyan: 36, dim: 2, bold: 1 };

/** `color` is what ESLint's `--color` or `--no-color` says; it goes before FORCE_COLOR, that before NO_COLOR, that before what the output is. */
export function brushFor({ env, isTerminal }: Screen, color: boolean | undefined): Brush {
  const hasColors = color ?? forced(env["FORCE_COLOR"]) ?? (isTerminal && !env["NO_COLOR"] && env["TERM"] !== "dumb");
  const hasLinks = forced(env["FORCE_HYPERLINK"]) ?? (hasColors && isTerminal && env["TERM"] !== "dumb" && !env["CI"]);
  return {
    paint: (style, text) => (hasColors && text !== "" ? `\u001b[${String(CODES[style])}m${text}\u001b[${style === "dim" || style === "bold" ? "22" : "39"}m` : text),
    link: (url, text) => (hasLinks ? `\u001b]8;;${url}\u001b\\${text}\u001b]8;;\u001b\\` : text),
    hasLinks,
  };
}

/** FORCE_COLOR and its like: set to nothing or to a number they say yes, to 0 or false no. */
function forced(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : value !== "0" && value !== "false";
}

/** The address of a file for links; terminals that go to a line take it from the fragment. */
export function fileUrl(file: string, line: number | undefined): string {
  return `${pathToFileURL(file).href}${line === undefined ? "" : `#${String(line)}`}`;
}

/** Text from a file or a message: what would move the cursor, or start a sequence of the terminal's, is shown as a replacement character. */
export function plainText(text: string): string {
  return text.replace(/\t/gu, " ").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "\uFFFD");
}
