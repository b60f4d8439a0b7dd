/** A limit on how long a piece of work may take, though nothing in it looks at the clock. */
import vm from "node:vm";

/** Work that was stopped. */
export class TooLong extends Error {
  constructor(milliseconds: number) {
    super(`took more than ${String(milliseconds / 1000)} s`);
    this.name = "TooLong";
  }
}

const sandbox = vm.createContext({ work: (): void => undefined });
const script = new vm.Script("work()");

/** Does some work; throws TooLong where it is not done in time. What the work leaves half done stays so. */
export function within<Result>(milliseconds: number, work: () => Result): Result {
  const results: Result[] = [];
  sandbox["work"] = (): void => {
    results.push(work());
  };
  try {
    script.runInContext(sandbox, { timeout: milliseconds });
  } catch (error) {
    // Of the sandbox, whose Error is not this one.
    if (typeof error === "object" && error !== null && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") throw new TooLong(milliseconds);
    throw error;
  }
  const [result] = results;
  return result as Result;
}
