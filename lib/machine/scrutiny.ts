/** What a repair has to know beyond the facts: how the entry ends, and where something is released that is not held. */
import type { Place, Resource } from "./facts.ts";
import type { ExitSite } from "./regions.ts";

/** How a start of the driver can end. */
export interface Outcome {
  /** The exit; undefined where the entry falls off its end without a value. */
  readonly place: Place | undefined;
  readonly result: "succeeds" | "fails";
  /** Whether the driver object exists then. */
  readonly hasDriver: boolean;
  /** The place that is watched has been passed. */
  readonly isPast: boolean;
}

/** A release of what is not held, on the way to an exit or in a callback after it. */
export interface WrongRelease {
  readonly kind: string;
  /** What such a release does: nothing, or it stops the machine. */
  readonly unheld: "harmless" | "fatal";
  /** The callee name of the release. */
  readonly release: Place;
  readonly exit: Place | undefined;
  /** In a callback, after the entry. */
  readonly isLater: boolean;
  /** The resource had been acquired on the way there, and was released or handed over before. */
  readonly wasAcquired: boolean;
  /** What failed on the way, in words. */
  readonly failing: string | undefined;
}

/** All of it, for one file. */
export interface Scrutiny {
  /** Resources that a successful start has acquired, by kind, call and name. */
  readonly acquired: ReadonlySet<string>;
  /** What the entry itself releases on a way to success, once for each call that does: needed only while it runs. */
  readonly shortLived: readonly Resource[];
  readonly outcomes: readonly Outcome[];
  readonly wrongReleases: readonly WrongRelease[];
}

/** Collects them. */
export class ScrutinyBook {
  readonly #outcomes = new Map<string, Outcome>();
  readonly #acquired = new Set<string>();
  readonly #shortLived = new Map<string, Resource>();
  readonly #wrong = new Map<string, WrongRelease>();

  outcome(site: ExitSite | undefined, outcome: Omit<Outcome, "place">): void {
    const { result, hasDriver, isPast } = outcome;
    this.#outcomes.set(`${String(site?.id)}:${result}:${String(hasDriver)}:${String(isPast)}`, { place: site?.place, ...outcome });
  }

  acquired({ kind, call, name }: Resource): void {
    this.#acquired.add(`${kind} ${call} ${name ?? ""}`);
  }

  shortLived(resource: Resource, release: number): void {
    this.#shortLived.set(`${String(resource.acquire.range[0])} ${resource.kind} ${String(release)}`, resource);
  }

  wrongRelease(wrong: WrongRelease): void {
    const { kind, release, exit, isLater, wasAcquired, failing } = wrong;
    this.#wrong.set(`${kind}:${String(release.range[0])}:${String(exit?.range[0])}:${String(isLater)}:${String(wasAcquired)}:${failing ?? ""}`, wrong);
  }

  scrutiny(): Scrutiny {
    return { acquired: this.#acquired, shortLived: [...this.#shortLived.values()], outcomes: [...this.#outcomes.values()], wrongReleases: [...this.#wrong.values()] };
  }
}
