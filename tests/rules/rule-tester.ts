/** ESLint's RuleTester under vitest, with expected ranges marked in the code: `«return status;»`. */
import * as parser from "@typescript-eslint/parser";
import { RuleTester, type Rule } from "eslint";
import { describe, it } from "vitest";

/** An expected report; they belong to the marks of the code in their order. */
interface Expected {
  readonly messageId: string;
  readonly data: Readonly<Record<string, string>>;
  readonly suggestions?: readonly { readonly messageId: string; readonly data: Readonly<Record<string, string>>; readonly output: string }[];
}

/** A driver, under the name of what it shows. */
interface Case {
  readonly name: string;
  readonly code: string;
  readonly options?: unknown[];
}

/** A driver with the reports that it gets, and what `--fix` makes of it in one pass: null where nothing. */
interface Invalid extends Case {
  readonly errors: readonly Expected[];
  readonly output?: string | null;
}

/** Drivers that are right, and drivers with the reports that they get. */
interface Cases {
  readonly valid: readonly Case[];
  readonly invalid: readonly Invalid[];
}

RuleTester.describe = describe;
RuleTester.it = it;
RuleTester.itOnly = it.only;

const tester = new RuleTester({ languageOptions: { parser } });

/** Runs the cases of one rule; every range and every placeholder of a message has to be stated. */
export function run(name: string, rule: unknown, { valid, invalid }: Cases): void {
  // ESLint's own type of a rule leaves the options open; a rule that states them is still one.
  tester.run(name, rule as Rule.RuleModule, {
    valid: valid.map((driver) => ({ ...driver })),
    invalid: invalid.map(({ code, errors, output = null, ...rest }) => {
      const places = marks(code);
      if (places.length !== errors.length) throw new Error(`${String(places.length)} marks for ${String(errors.length)} errors`);
      return {
        ...rest,
        output,
        code: code.replace(/[«»]/gu, ""),
        errors: errors.map(({ messageId, data, suggestions }, index) => ({ messageId, data: { ...data }, ...places[index], ...(suggestions && { suggestions: suggestions.map((each) => ({ ...each, data: { ...each.data } })) }) })),
      };
    }),
    assertionOptions: { requireMessage: "messageId", requireLocation: true, requireData: true },
  });
}

/** Where the marked ranges lie, as ESLint counts, once the marks are gone. */
function marks(code: string): { line: number; column: number; endLine: number; endColumn: number }[] {
  return [...code.matchAll(/«[^»]*»/gu)].map((match) => {
    const start = position(code.slice(0, match.index));
    const end = position(code.slice(0, match.index + match[0].length));
    return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  });
}

function position(before: string): { line: number; column: number } {
  const lines = before.replace(/[«»]/gu, "").split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}
