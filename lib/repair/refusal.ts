/** Why an edit is not made: every refusal has a reason, in words for the user and by a name for counting. */

/** What can stand in the way, in words. The argument names what it is: a variable, a function, a line. */
export const REASONS = {
  /** A comment of which it is not clear what it speaks of. */
  comment: (line) => `it is not clear what the comment on line ${line} belongs to`,
  /** `eslint-disable`, `@ts-expect-error` and the like. */
  directive: (line) => `the directive on line ${line} holds what it governs in place`,
  /** Several statements share a line, or a block stands on one line. */
  line: (line) => `line ${line} holds several statements`,
  /** Without a semicolon, the two lines would become one statement. */
  semicolon: (line) => `without a semicolon, line ${line} would be read on`,
  /** The creation and the early call need the same thing. */
  "needed-by-both": (name) => `\`${name}\` is needed by both`,
  /** A call of which nothing is known stands in between. */
  "unknown-call": (name) => `\`${name}\` may depend on the order`,
  /** A way out that would change what it does. */
  exit: (line) => `line ${line} may leave before`,
  /** A way out that would say otherwise how the start ended. */
  outcome: (line) => `line ${line} would end the start otherwise`,
  await: (line) => `line ${line} awaits`,
  /** The two stand in different blocks. */
  "other-block": (line) => `the two stand in different blocks (line ${line})`,
  /** Parts of one statement. */
  "same-statement": (line) => `line ${line} does both`,
  /** A callback would release what was never acquired. */
  "untested-release": (name) => `\`${name}\` would be released without having been acquired`,
  /** A release on a way out, and the callback releases too. */
  "double-release": (name) => `\`${name}\` would be released twice`,
  /** The API cannot be named there as the file names it elsewhere. */
  spelling: (name) => `it is not clear how \`${name}\` is spelt there`,
  /** What is to be released has no name there. */
  "out-of-reach": (name) => `${name} cannot be reached from there`,
  /** A callback that is computed, or stands in another file. */
  callback: (what) => `${what} is not a function of this file with a body of its own`,
  /** Checked again, the edited text is no better. */
  unproved: (what) => `the result could not be shown to be right: ${what}`,
  /** The repair has thrown. */
  defect: (what) => `the repair failed: ${what}`,
  /** The edited text could not be parsed. */
  unparsed: (what) => `the result could not be parsed: ${what}`,
  /** The shape of the code is not one that is understood. */
  shape: (what) => what,
} satisfies Record<string, (argument: string) => string>;

/** The name of a reason. */
export type Reason = keyof typeof REASONS;

/** Why an edit was not made. */
export interface Refusal {
  readonly reason: Reason;
  /** For the user; it follows a colon. */
  readonly words: string;
}

/** Refuses an edit. */
export function refuse(reason: Reason, what: string | number): Refusal {
  return { reason, words: REASONS[reason](String(what)) };
}
