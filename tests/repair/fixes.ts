/** Holds a fix to its full text, to one pass of ESLint, to a fixed point, and to what the driver does before and after. */
import { expect, test } from "vitest";
import type { Program } from "../oracle/program.ts";
import { faultsOfText, judged } from "./judge.ts";
import { fixedFully, fixedOnce, linted } from "./repairs.ts";

/** A driver, what the fixes of one rule make of it, and why it is shown. */
export interface Fixed {
  readonly name: string;
  readonly rule: string;
  readonly code: string;
  readonly output: string;
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
export function fixes({ name, rule, code, output }: Fixed): void {
  test(name, async () => {
    const isOwn = ({ ruleId }: { readonly ruleId: string | null }): boolean => ruleId === `wdf/${rule}`;
    const once = fixedOnce(code, rule);
    expect(once).toBe(output);
    expect(linted(once).messages.filter(isOwn)).toEqual([]);
    expect(fixedOnce(once, rule)).toBe(once);
    expect(fixedFully(code).messages.filter(({ fix }) => fix !== undefined)).toEqual([]);
    const before = await judged(programOf(code));
    expect(before.isDecided).toBe(true);
    expect(before.verification?.runs.length).toBeGreaterThan(1);
    expect(await faultsOfText(before, output, { rule, kind: "fix" })).toEqual([]);
  });
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
