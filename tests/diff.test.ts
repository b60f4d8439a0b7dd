/** The difference of two texts. */
import { expect, test } from "vitest";
import { difference } from "./diff.ts";

test("marks what went and what came, with the lines around", () => {
  expect(difference("a\nb\nc\nd\ne\nf", "a\nb\nx\nd\ne\nf\ng", 1)).toBe("  …\n  b\n- c\n+ x\n  d\n  …\n  f\n+ g");
});

test("takes what moves for gone and come again, whatever the line ends", () => {
  expect(difference("a\r\nb\r\nc", "b\nc\na")).toBe("- a\n  b\n  c\n+ a");
});

test("of a text and itself is nothing but dots", () => {
  expect(difference("a\nb", "a\nb")).toBe("  …");
});
