/** Holds a fix to its full text, to one pass of ESLint, to a fixed point, and to what the driver does before and after. */
import { expect, test } from "vitest";
import type { Program } from "../oracle/program.ts";
import { faultsOfText, judged } from "./judge.ts";
import { applied, fixedFully, fixedOnce, linted, settingsIn } from "./repairs.ts";

/** A driver, what the fixes of one rule make of it, and why it is shown. */
export interface Fixed {
  readonly name: string;
  readonly rule: string;
  readonly code: string;
  readonly output: string;
  /** How it is run, where that is not as usual. */
  readonly run?: Partial<Pick<Program, "entry" | "dialect">>;
}

/** The same as one difference of the whole text: lines that stay begin with a space, others with `-` or `+`. */
export interface Shown extends Omit<Fixed, "code" | "output"> {
  readonly diff: string;
  /** Rewrites both texts: for line ends and marks that cannot be seen. */
  readonly as?: (text: string) => string;
}

/** A driver of which a rule reports something that it does not fix. */
export interface Refused {
  readonly name: string;
  readonly rule: string;
  readonly code: string;
  /** What stands in the way, in the words of the message. */
  readonly words: string;
}

/** Tests a driver that is fixed; the simulator runs both texts under every schedule. */
export function fixes({ name, rule, code, output, run }: Fixed): void {
  test(name, async () => {
    const isOwn = ({ ruleId }: { readonly ruleId: string | null }): boolean => ruleId === `wdf/${rule}`;
    const once = fixedOnce(code, rule);
    expect(once).toBe(output);
    expect(linted(once).messages.filter(isOwn)).toEqual([]);
    expect(fixedOnce(once, rule)).toBe(once);
    expect(fixedFully(code).messages.filter(({ fix }) => fix !== undefined)).toEqual([]);
    await holds({ rule, code, output, run }, "fix");
  });
}

/** Tests a driver that is fixed, shown as a difference. */
export function fixesAs({ diff, as = (text) => text, ...shown }: Shown): void {
  fixes({ ...shown, code: as(sideOf(diff, "+")), output: as(sideOf(diff, "-")) });
}

/** Tests a driver for which a suggestion is made, the words of which end with a doubt, shown as a difference. */
export function suggestsAs({ name, rule, diff, as = (text) => text, run, doubt }: Shown & { readonly doubt: string }): void {
  test(name, async () => {
    const [code, output] = [as(sideOf(diff, "+")), as(sideOf(diff, "-"))];
    const own = linted(code).repairs.filter((repair) => repair.rule === rule);
    expect(own.map(({ kind }) => kind)).toEqual(own.map(() => "suggestion"));
    expect([...new Set(own.map(({ edit }) => applied(code, edit)))]).toEqual([output]);
    expect([...new Set(own.map(({ words }) => /: (?<doubt>[^:]*)\.$/u.exec(words)?.groups?.["doubt"]))]).toEqual([doubt]);
    await holds({ rule, code, output, run }, "suggestion");
  });
}

/** One side of a difference: without the lines of the other. */
function sideOf(diff: string, other: "+" | "-"): string {
  const lines = diff.replace(/^\n/u, "").split("\n");
  return lines.filter((line) => !line.startsWith(other)).map((line) => line.slice(1)).join("\n");
}

/** The simulator runs both texts under every schedule, where it knows the dialect. */
async function holds({ rule, code, output, run }: Pick<Fixed, "rule" | "code" | "output"> & { readonly run: Fixed["run"] | undefined }, kind: "fix" | "suggestion"): Promise<void> {
  const before = await judged({ ...programOf(code), ...run });
  expect(before.isDecided).toBe(settingsIn(code) === undefined);
  if (before.isDecided) expect(before.verification?.runs.length).toBeGreaterThan(1);
  expect(await faultsOfText(before, output, { rule, kind })).toEqual([]);
}

/** Tests a driver that is reported and left alone, with the reason. */
export function refuses({ name, rule, code, words }: Refused): void {
  test(name, () => {
    const own = linted(code).messages.filter(({ ruleId }) => ruleId === `wdf/${rule}`);
    expect(own.map(({ fix }) => fix)).toEqual(own.map(() => undefined));
    expect([...new Set(own.map(({ message }) => /\(`--fix` leaves it: (?<words>.*)\)\.$/u.exec(message)?.groups?.["words"]))]).toEqual([words]);
  });
}

const RETURNS = { NTSTATUS: "status", boolean: "boolean", void: "void" } as const;

/** A driver's text as the simulator takes it: what it declares comes from outside. */
export function programOf(text: string): Program {
  const externals = [...text.matchAll(/^declare function (?<name>\w+)\(.*\): (?<type>NTSTATUS|boolean|void);?\r?$/gmu)].map(({ groups }) => ({
    name: groups?.["name"] ?? "",
    returns: RETURNS[(groups?.["type"] ?? "void") as keyof typeof RETURNS],
  }));
  return { text, entry: "exports.DriverEntry", dialect: "status", externals, features: new Set() };
}
