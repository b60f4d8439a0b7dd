/** The small language that code is lowered to: regions for control flow, expressions for values. No syntax appears past it. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { CallMeaning } from "../api/vocabulary.ts";
import type { Origin } from "../source/binding.ts";
import type { Place } from "./facts.ts";
import type { Line } from "./lines.ts";
import { isLanguageGlobal } from "../source/globals.ts";

export type Scalar = string | number | bigint | boolean | null | undefined;

/** A variable of the file. `id` numbers its cell and its node in the dependence graph. */
export interface VariableRef {
  readonly id: number;
  readonly name: string;
  /** What it holds before anything ran: a hoisted function, a class. */
  hoisted: FunctionInfo | ClassInfo | undefined;
  /** Imported from the user's own code that is not followed, or from elsewhere. */
  readonly imported: Origin | undefined;
  readonly isModuleLevel: boolean;
  /** The number of the module that declares it: 0 for the file under lint. */
  readonly module: number;
  /** Visible to other files. */
  isExported: boolean;
  readonly isCaptured: boolean;
  readonly isConstant: boolean;
  /** Where each call of the function that declares it has one of its own, for the closures made there: the site of that. */
  shared: { readonly owner: FunctionInfo; readonly site: number } | undefined;
}

/** A place to ask about: a statement, or the way past an `if` whose test is not met. */
export interface Watched {
  readonly node: TSESTree.Node;
  readonly isElse: boolean;
}

/** What a test with a way out is about: a variable, or a field of what it holds. */
export interface Decided {
  readonly ref: VariableRef;
  readonly field: string | undefined;
}

/** A function with a body. */
export interface FunctionInfo {
  readonly id: number;
  readonly name: string;
  readonly node: TSESTree.Node;
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  /** Something in it runs however it is left: `finally`, `using`. */
  hasFinalizer: boolean;
  /** Binds the parameters, then runs. */
  body: Region;
  /** The cells its arguments arrive in. */
  readonly argumentCells: number[];
  /** The cell of its `this`; an arrow function has that of the function around it. */
  thisCell: number;
  readonly isArrow: boolean;
  readonly restFrom: number | undefined;
  /** Cells of its own variables that no closure can see: dropped when it is left. */
  readonly locals: number[];
  /** Its own variables that closures see and that change. */
  readonly shared: VariableRef[];
  /** Variables of functions around it that it reads and that are never written again: bound when it is created. */
  readonly captures: VariableRef[];
  /** Every variable of an outer scope that it mentions, itself or in a function inside it. */
  readonly outer: Set<VariableRef>;
  /** Those of them that it writes. */
  readonly writes: Set<VariableRef>;
  /** The class or literal whose `this` it sees, as an object. */
  readonly container: ClassInfo | ObjectExpr | undefined;
  /** Some `return` gives a value. */
  returnsValue: boolean;
  /** Some `return` gives a status, or the declared type is NTSTATUS. */
  returnsStatus: boolean;
  /** Its own place, for the exit at its closing brace. */
  readonly end: ExitSite;
  /** An arrow function that mentions the `this` around it, itself or in an arrow function inside it. */
  usesThis: boolean;
  /** Filled in when all is lowered. */
  touched: Touched | undefined;
  /** Reads `arguments`: what it does with them is not followed. */
  readsArguments: boolean;
  /** Direct calls of it: in all, and whether one stands in a loop. */
  callSites: number;
  /** Used as a value, so that it may be called from anywhere. */
  escapes: boolean;
  /** May run more than once in one start of the driver. */
  isRepeated: boolean;
}

/** A class: its members by name. */
export interface ClassInfo {
  readonly id: number;
  readonly name: string;
  readonly site: number;
  /** The class of this file that it extends. */
  parent: ClassInfo | undefined;
  /** What gives the class that it extends, where only a run tells. */
  superclass: Expr | undefined;
  /** The class as it is declared: of one whose parent a run told, that without it. */
  readonly declared: ClassInfo | undefined;
  /** It extends, itself or further up, what this file does not show: it may have members that are not known. */
  isOpen: boolean;
  construct: FunctionInfo | undefined;
  readonly methods: Map<string, FunctionInfo>;
  readonly fields: { readonly name: string; readonly value: Expr | undefined }[];
  readonly statics: Map<string, FunctionInfo>;
  /** Static fields and, without a name, static blocks, in order. */
  readonly staticFields: { readonly name: string | undefined; readonly value: Expr | undefined; readonly block: Region | undefined }[];
  /** The cell of `this` in field initialisers. */
  readonly thisCell: number;
}

/** Where a function is left. */
export interface ExitSite {
  readonly id: number;
  readonly place: Place;
  readonly how: "return" | "throw" | "end";
  readonly line: Line;
  fn: FunctionInfo | undefined;
  /** For a throw in another file: the call in the file under lint that it came out of. */
  readonly via?: CallSite;
}

/** A call of the API, or one that cannot be followed. */
export interface CallSite {
  readonly id: number;
  /** The callee name: what a report underlines. */
  readonly place: Place;
  readonly line: Line;
  /** As messages name it. */
  readonly label: string;
  /** In a loop of its function. */
  readonly inLoop: boolean;
  /** In the initialiser of a class's field: it runs with each `new` of the class. */
  readonly inField: boolean;
  /** What it gives is not waited for on the spot: of an async function, a promise. */
  readonly isPending: boolean;
  fn: FunctionInfo | undefined;
}

export type Target =
  | { readonly k: "var"; readonly ref: VariableRef }
  | { readonly k: "member"; readonly object: Expr; readonly name: string | undefined; readonly index: Expr | undefined; readonly field: number }
  | { readonly k: "none"; readonly children: readonly Expr[] };

export type Pattern =
  | { readonly k: "target"; readonly target: Target; readonly fallback: Expr | undefined }
  | { readonly k: "object"; readonly properties: readonly { readonly name: string | undefined; readonly pattern: Pattern }[]; readonly rest: Pattern | undefined; readonly fallback: Expr | undefined }
  | { readonly k: "array"; readonly items: readonly (Pattern | undefined)[]; readonly rest: Pattern | undefined; readonly fallback: Expr | undefined };

export interface ObjectExpr {
  readonly k: "object";
  readonly site: number;
  readonly properties: readonly ObjectPart[];
  /** Type name of an annotation or cast: "WDF_OBJECT_ATTRIBUTES". */
  readonly type: string | undefined;
}

export type ObjectPart =
  /** With a `key` where the name is computed. */
  | { readonly k: "property"; readonly name: string | undefined; readonly key?: Expr; readonly field: number; readonly value: Expr; readonly node: TSESTree.Node }
  | { readonly k: "accessor"; readonly name: string; readonly value: Extract<Expr, { k: "fn" }> }
  | { readonly k: "spread"; readonly value: Expr };

export interface CallExpr {
  readonly k: "call";
  readonly node: TSESTree.CallExpression | TSESTree.NewExpression;
  readonly site: CallSite;
  readonly callee: Expr | undefined;
  /** The API that it is bound to. */
  readonly api: CallMeaning | undefined;
  readonly args: readonly Expr[];
  /** Index of the first spread argument: arguments from there on are not known by number. */
  readonly spreadFrom: number | undefined;
  readonly isNew: boolean;
  readonly isOptional: boolean;
  readonly origin: Origin;
  /** Name of the called member: "push" of `list.push(x)`. */
  readonly method: string | undefined;
  /** Its answer is read as an object: `const { status, driver } = …`, `….status`. */
  readonly isResult: boolean;
  /** A language built-in that keeps nothing: console.log, Number(…). */
  readonly isBuiltin: boolean;
  /** A question that a method of the language answers alike, as long as what it reads stays as it is. */
  readonly same?: Correlated | undefined;
  /** Text of the first argument, for names in messages. */
  readonly argTexts: readonly string[];
}

export type Expr =
  | { readonly k: "const"; readonly value: Scalar }
  | { readonly k: "status"; readonly ok: boolean; readonly name: string }
  | { readonly k: "api"; readonly meaning: CallMeaning }
  | { readonly k: "var"; readonly ref: VariableRef; readonly site: number }
  | { readonly k: "arg"; readonly cell: number; readonly rest: boolean; readonly site: number }
  | { readonly k: "this"; readonly cell: number }
  | { readonly k: "member"; readonly object: Expr; readonly name: string | undefined; readonly index: Expr | undefined; readonly field: number; readonly site: number; readonly isOptional: boolean }
  /** An enum by a key that is computed. */
  | { readonly k: "lookup"; readonly table: ReadonlyMap<string, Scalar>; readonly index: Expr; readonly site: number }
  | { readonly k: "assign"; readonly pattern: Pattern; readonly value: Expr; readonly node: TSESTree.Node }
  | CallExpr
  | { readonly k: "cond"; readonly test: Expr; readonly then: Expr; readonly else: Expr; readonly text: string; readonly line: Line }
  | { readonly k: "logic"; readonly op: "&&" | "||" | "??"; readonly left: Expr; readonly right: Expr; readonly texts?: readonly [left: string, right: string] }
  | { readonly k: "not"; readonly value: Expr }
  | { readonly k: "typeof"; readonly value: Expr; readonly site: number }
  | { readonly k: "binary"; readonly op: string; readonly left: Expr; readonly right: Expr; readonly key: Correlated | undefined; /** The remembered outcome is that of the opposite. */ readonly isOpposite?: boolean; /** Of a number that is never below zero with zero. */ readonly isCount?: boolean; readonly site: number; readonly text: string; readonly line: Line }
  | { readonly k: "template"; readonly parts: readonly (string | Expr)[]; readonly site: number }
  | ObjectExpr
  | { readonly k: "array"; readonly site: number; readonly items: readonly { readonly value: Expr | undefined; readonly spread: boolean }[] }
  | { readonly k: "fn"; readonly fn: FunctionInfo }
  /** `super.name`, or `super` itself (its constructor) where there is no name. */
  | { readonly k: "super"; readonly container: ClassInfo; readonly name: string | undefined; readonly cell: number; readonly site: number }
  | { readonly k: "class"; readonly info: ClassInfo }
  | { readonly k: "seq"; readonly items: readonly Expr[] }
  /** `yield value`, or `yield* value` for each of its elements. */
  | { readonly k: "yield"; readonly value: Expr; readonly isEach: boolean; readonly site: number }
  /** Evaluates its parts; its own value is not known. `yields` parts may be handed out of sight. */
  | { readonly k: "unknown"; readonly children: readonly Expr[]; readonly leaks: boolean; readonly site: number };

/** A pure condition whose repeated tests agree, while the variables and fields it reads stay as they are. */
export interface Correlated {
  /** The cell that remembers its outcome. */
  readonly cell: number;
  readonly reads: readonly number[];
}

export interface LoopRegion {
  readonly k: "loop";
  /** `for (x of value)`: elements are taken one by one where they are known. */
  readonly each: { readonly value: Expr; readonly pattern: Pattern; readonly keys: boolean; readonly dispose: VariableRef | undefined } | undefined;
  readonly test: Expr | undefined;
  readonly body: Region;
  readonly update: Expr | undefined;
  /** False for `do … while`. */
  readonly testFirst: boolean;
  readonly breakId: number;
  readonly continueId: number;
  readonly text: string;
  readonly line: Line;
}

export interface TryRegion {
  readonly k: "try";
  readonly body: Region;
  readonly handler: { readonly pattern: Pattern | undefined; readonly body: Region } | undefined;
  readonly finalizer: Region | undefined;
}

/** A region whose outcome is remembered for each state it is entered with. */
export interface MemoRegion {
  readonly k: "memo";
  readonly id: number;
  readonly body: Region;
  touched: Touched | undefined;
}

export type Region =
  | { readonly k: "eval"; readonly value: Expr }
  | { readonly k: "seq"; readonly items: readonly Region[] }
  | { readonly k: "if"; readonly test: Expr; readonly then: Region; readonly else: Region | undefined; readonly decided: readonly Decided[]; readonly text: string; readonly line: Line }
  | LoopRegion
  | { readonly k: "switch"; readonly value: Expr; readonly cases: readonly { readonly test: Expr | undefined; readonly body: Region; readonly text: string; readonly line: Line }[]; readonly breakId: number }
  | { readonly k: "label"; readonly breakId: number; readonly body: Region }
  | TryRegion
  | { readonly k: "jump"; readonly id: number }
  | { readonly k: "return"; readonly value: Expr | undefined; readonly site: ExitSite }
  | { readonly k: "throw"; readonly value: Expr; readonly site: ExitSite }
  /** Forgets cells: of a block that is left, or of variables that nothing mentions any more. */
  | { readonly k: "drop"; readonly cells: readonly number[] }
  | { readonly k: "dispose"; readonly ref: VariableRef; readonly site: CallSite }
  /** The place that a question is about. */
  | { readonly k: "watch" }
  | MemoRegion;

/** What a region may read or write, as nodes of the dependence graph. */
export interface Touched {
  readonly nodes: ReadonlySet<number>;
  /** Sites at which it makes objects. */
  readonly makes: ReadonlySet<number>;
  /** Reaches code that only the values at hand decide: any cell may be touched. */
  readonly open: boolean;
}

export const NOTHING: Region = { k: "seq", items: [] };

/** The cells of the variables that a pattern sets. */
export function targetsOf(pattern: Pattern): number[] {
  switch (pattern.k) {
    case "target":
      return pattern.target.k === "var" ? [pattern.target.ref.id] : [];
    case "object":
      return [...pattern.properties.flatMap((property) => targetsOf(property.pattern)), ...(pattern.rest ? targetsOf(pattern.rest) : [])];
    case "array":
      return [...pattern.items.flatMap((item) => (item ? targetsOf(item) : [])), ...(pattern.rest ? targetsOf(pattern.rest) : [])];
  }
}

/** The variable, or field of `this`, whose code a callee is: of `bus.on`, and of `bus.on(…).on`, `bus`; undefined for what the language brings. */
export function handledBy(callee: Expr): number | undefined {
  let root = callee;
  let field: number | undefined;
  for (;;) {
    if (root.k === "member") {
      ({ field } = root);
      root = root.object;
    } else if (root.k === "call" && root.callee) root = root.callee;
    else break;
  }
  if (root.k === "this") return field;
  return root.k === "var" && !isLanguageGlobal(root.ref.name) ? root.ref.id : undefined;
}
