/** Makes a plan smaller as long as it still shows what it showed. */
import type { DriverPlan } from "./grammar/plan.ts";

/** Tries ever smaller plans; gives what the smallest accepted one showed. */
export async function shrunk<Result>(plan: DriverPlan, shows: (plan: DriverPlan) => Promise<Result | null>): Promise<Result | null> {
  let best = plan;
  let result = await shows(plan);
  if (result === null) return null;
  for (let isSmaller = true, tries = 0; isSmaller && tries < 1500; ) {
    isSmaller = false;
    for (const candidate of smaller(best)) {
      tries += 1;
      const shown = await shows(candidate as DriverPlan).catch(() => null);
      if (shown === null) continue;
      best = candidate as DriverPlan;
      result = shown;
      isSmaller = true;
      break;
    }
  }
  return result;
}

/** The simplest word of each field. */
const PLAIN: Readonly<Record<string, unknown>> = {
  model: "wdm",
  entry: "export",
  dialect: "status",
  isAsync: false,
  imports: "ambient",
  shape: "plain",
  check: "return",
  by: "call",
  attributes: "set",
  config: "set",
  extra: "none",
  placed: "first",
  cleanup: "function",
  storage: "global",
  guard: "null",
  where: "cleanup",
  acquireBy: "call",
  releaseBy: "call",
  condition: "call",
  throws: null,
  otherwise: null,
  failsByUnload: false,
  releasesTwice: false,
  fallsThrough: false,
  pick: 0,
};

/** Values that are a little smaller than this one. */
function* smaller(value: unknown): Generator {
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    for (const [index, item] of items.entries()) {
      yield items.toSpliced(index, 1);
      if (typeof item === "object" && item !== null) for (const inside of blocks(item)) yield items.toSpliced(index, 1, ...inside);
    }
    for (const [index, item] of items.entries()) for (const less of smaller(item)) yield items.with(index, less);
    return;
  }
  if (typeof value !== "object" || value === null) {
    if (typeof value === "number" && value > 0) {
      yield 0;
      yield value - 1;
    }
    return;
  }
  for (const [key, field] of Object.entries(value)) {
    const plain = PLAIN[key];
    if (plain !== undefined && typeof field !== "object" && field !== plain) yield { ...value, [key]: plain };
    if (key === "form" && "placed" in value && field !== "function") yield { ...value, form: "function" };
    if ((key === "throws" || key === "otherwise") && field !== null) yield { ...value, [key]: null };
  }
  for (const [key, field] of Object.entries(value)) {
    if (typeof field === "object" && field !== null) for (const less of smaller(field)) yield { ...value, [key]: less };
  }
}

/** The steps inside a step, to stand in its place. */
function blocks(step: object): unknown[][] {
  return Object.entries(step).flatMap(([key, field]): unknown[][] => {
    if (!Array.isArray(field)) return [];
    const items: unknown[] = field;
    if (key === "cases") return items.filter((item) => Array.isArray(item));
    return ["then", "otherwise", "body"].includes(key) ? [items] : [];
  });
}
