/** What the generator hands over: a driver's text, how it is run, and what it is made of. */

/** A function that the driver declares and the linter cannot see into. */
export interface External {
  readonly name: string;
  /** "mode" gives 0, 1 or 2; "more" is true at most three times a run. */
  readonly returns: "status" | "pointer" | "boolean" | "void" | "mode" | "more";
}

/** Which of the API's dialects the text is written in. */
export type Dialect = "status" | "result" | "throw";

/** The files that a text is one of. */
export interface Beside {
  /** The path of the text itself, in the project that all lie in. */
  readonly main: string;
  /** The other files by their paths, manifests included. */
  readonly others: ReadonlyMap<string, string>;
}

/** One generated driver. */
export interface Program {
  readonly text: string;
  /** An expression over the module's names that gives the entry. */
  readonly entry: string;
  readonly dialect: Dialect;
  readonly externals: readonly External[];
  /** Constructs and resource kinds in it, for the shares. */
  readonly features: ReadonlySet<string>;
  /** Set where the linter sees the text spread over several files: how, by a seed of its own. */
  readonly spreadBy?: number;
  /** Set where the text is one of several files, with which it is run. */
  readonly beside?: Beside;
}
