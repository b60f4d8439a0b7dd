/** Makes the functions of the API: each enters the running machine, ticks its clock and does what its name means. */
import { BugCheck, currentKernel, describe } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";
import { registrations } from "./pairs.ts";
import type { CallSite } from "./records.ts";
import { catalogueCall } from "./resources.ts";
import { NtStatusError, STATUS_SUCCESS } from "./status.ts";
import type { NTSTATUS } from "./status.ts";

type AnyFunction = (...parameters: never[]) => unknown;

/** A call of the catalogue, typed as the driver sees it. Its meaning comes from the rows of data alone. */
export function call<F extends AnyFunction>(name: string): F {
  return wrap<F>(name, catalogueCall(name));
}

/** A call that hands the driver to a port or class driver: it can fail, and acquires nothing. */
export function registration<F extends AnyFunction>(name: string): F {
  if (!registrations.includes(name)) throw new Error(`${name} is no registration of the catalogue`);
  return wrap<F>(name, (kernel, site, args) => {
    kernel.noteEarly(site, "registration");
    kernel.checkAlive(site, args);
    return outcome(kernel, site);
  });
}

/** A call with a meaning of its own. What it is given must be alive. */
export function special<F extends AnyFunction>(
  name: string,
  run: (kernel: Kernel, site: CallSite, ...args: Parameters<F>) => ReturnType<F>,
): F {
  return wrap<F>(name, (kernel, site, args) => {
    kernel.checkAlive(site, args);
    return run(kernel, site, ...(args as Parameters<F>));
  });
}

/** As `special`, for calls that overwrite what they are given: nothing is asked of it. */
export function overwriting<F extends AnyFunction>(
  name: string,
  run: (kernel: Kernel, site: CallSite, ...args: Parameters<F>) => ReturnType<F>,
): F {
  return wrap<F>(name, (kernel, site, args) => run(kernel, site, ...(args as Parameters<F>)));
}

/** A call without an effect that matters here: it may be given anything that is alive. */
export function benign<F extends (...parameters: never[]) => void>(name: string): F {
  return wrap<F>(name, (kernel, site, args) => {
    kernel.checkAlive(site, args);
  });
}

/** The status of a call that only the schedule makes fail. */
export function outcome(kernel: Kernel, site: CallSite): NTSTATUS {
  return kernel.decide(site) ? STATUS_SUCCESS : kernel.failure(site.call);
}

/** The one place where the untyped machine meets the typed API. */
function wrap<F extends AnyFunction>(
  name: string,
  run: (kernel: Kernel, site: CallSite, args: readonly unknown[]) => unknown,
): F {
  const made = (...args: unknown[]): unknown => {
    const kernel = currentKernel(name);
    const site = kernel.begin(name);
    try {
      return run(kernel, site, args);
    } catch (error) {
      if (error instanceof BugCheck || error instanceof NtStatusError) throw error;
      // Arguments that no compiler lets through: a crash of the machine, not of the simulator.
      return kernel.stop("refused-call", `${name} was given what it cannot use (${describe(error)})`, site);
    }
  };
  Object.defineProperty(made, "name", { value: name });
  return made as unknown as F;
}
