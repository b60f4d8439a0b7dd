/** The difference of two texts, line by line, as people read it. */

/** A line of both texts, of the first only, or of the second only. */
interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

/** The changed lines with so many around them; three dots stand for lines left out. */
export function difference(before: string, after: string, around = 3): string {
  const lines = aligned(before.split(/\r?\n/u), after.split(/\r?\n/u));
  const isNear = lines.map((_, index) => lines.slice(Math.max(0, index - around), index + around + 1).some(({ mark }) => mark !== " "));
  const shown = lines.flatMap(({ mark, text }, index) => {
    if (isNear[index] === true) return [`${mark} ${text}`.trimEnd()];
    return isNear[index - 1] === true || index === 0 ? ["  …"] : [];
  });
  return shown.join("\n");
}

/** The lines of both in order, as many as can be taken to be the same. */
function aligned(before: readonly string[], after: readonly string[]): Line[] {
  // How many lines are common from a line of the one and a line of the other on.
  const common = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  const at = (left: number, right: number): number => common[left]?.[right] ?? 0;
  for (let left = before.length - 1; left >= 0; left -= 1) {
    const row = common[left];
    if (row === undefined) continue;
    for (let right = after.length - 1; right >= 0; right -= 1) row[right] = before[left] === after[right] ? at(left + 1, right + 1) + 1 : Math.max(at(left + 1, right), at(left, right + 1));
  }
  const lines: Line[] = [];
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    const [old = "", made = ""] = [before[left], after[right]];
    if (left < before.length && right < after.length && old === made) {
      lines.push({ mark: " ", text: old });
      left += 1;
      right += 1;
    } else if (right >= after.length || (left < before.length && at(left + 1, right) >= at(left, right + 1))) {
      lines.push({ mark: "-", text: old });
      left += 1;
    } else {
      lines.push({ mark: "+", text: made });
      right += 1;
    }
  }
  return lines;
}
