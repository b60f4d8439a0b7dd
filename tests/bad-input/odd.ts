/** Odd syntax from a seed: every kind of statement and expression of ES2025 and TypeScript, nested at random, around catalogue calls. */
import { calls, fields, roles, values } from "./catalogue.ts";
import { Random } from "./random.ts";

/** What the text is written in: TypeScript, TypeScript with JSX, a JavaScript module, a sloppy script. */
export type Dialect = "ts" | "tsx" | "js" | "script";

/** What may stand where the text is written. */
interface Place {
  readonly depth: number;
  readonly inFunction: boolean;
  readonly inAsync: boolean;
  readonly inLoop: boolean;
  /** Labels in force. */
  readonly labels: readonly string[];
  /** Private names of the class around. */
  readonly privates: readonly string[];
  /** In a method of a class that extends another. */
  readonly mayCallSuper: boolean;
  /** In a function that is no arrow. */
  readonly mayBeNew: boolean;
  /** Not in a class, where `with` and the like are forbidden. */
  readonly isSloppy: boolean;
}

/** A driver full of odd syntax. */
export function oddDriver(seed: number, dialect: Dialect): string {
  return new Writer(new Random(seed), dialect).program();
}

const BINARY = ["+", "-", "*", "/", "%", "**", "<<", ">>", ">>>", "&", "|", "^", "==", "!=", "===", "!==", "<", "<=", ">", ">=", "in", "instanceof"];
const ASSIGN = ["=", "=", "=", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", ">>>=", "&=", "|=", "^=", "&&=", "||=", "??="];
const TYPES = ["unknown", "never", "NTSTATUS", "DRIVER_INITIALIZE", "WDFDRIVER | null", "{ readonly [K in keyof T]?: T[K] }", "T extends (infer U)[] ? U : never", "typeof gPool", "`a${string}`", "[a: number, ...rest: string[]]", "new () => void", "unique symbol", "asserts x is string", "keyof typeof gPool", "import('x').Y<Z>", "(this: void) => asserts x"];

class Writer {
  readonly #random: Random;
  readonly #dialect: Dialect;
  #count = 0;
  #names: string[] = ["gPool", "gDevice", "status"];

  constructor(random: Random, dialect: Dialect) {
    this.#random = random;
    this.#dialect = dialect;
  }

  get #typed(): boolean {
    return this.#dialect === "ts" || this.#dialect === "tsx";
  }

  program(): string {
    const top: Place = { depth: 0, inFunction: false, inAsync: false, inLoop: false, labels: [], privates: [], mayCallSuper: false, mayBeNew: false, isSloppy: this.#dialect === "script" };
    const parts = [
      "let gPool = null, gDevice = {}, status = 0;",
      ...this.#random.some(4, () => this.#topLevel(top)),
      this.#entry(top),
      ...this.#random.some(4, () => this.#topLevel(top)),
      ...this.#random.some(2, () => `function ${this.#random.pick(roles)}${this.#fresh()}${this.#function(top)}`),
    ];
    return parts.join("\n");
  }

  #entry(at: Place): string {
    const asyncly = this.#random.chance(0.2) ? "async " : "";
    const inside: Place = { ...at, depth: 1, inFunction: true, inAsync: asyncly !== "" };
    const body = `(DriverObject, RegistryPath${this.#random.chance(0.3) ? `, ${this.#pattern(inside)} = ${this.#expression(inside)}` : ""}) {\n${this.#driverBody(inside)}\n}`;
    const arrow = body.replace(") {", ") => {");
    return this.#random.pick([
      () => `${asyncly}function DriverEntry${body}`,
      () => `const DriverEntry = ${asyncly}${arrow};`,
      () => `const hooks = { ${asyncly}DriverEntry${body} };`,
      () => `class Driver extends ${this.#expression({ ...at, depth: 6 }, true)} { ${this.#random.chance(0.5) ? "static " : ""}${asyncly}DriverEntry(DriverObject) {\n${this.#driverBody({ ...inside, isSloppy: false })}\n}\n${this.#members({ ...at, depth: 3 }, true)} }`,
      () => (this.#typed ? `const start = (${asyncly}${arrow}) satisfies DRIVER_INITIALIZE;` : `var DriverEntry = ${asyncly}function DriverEntry${body}`),
      () => (this.#dialect === "script" ? `exports.DriverEntry = ${asyncly}function${body}` : `export ${asyncly}function DriverEntry${body}`),
    ])();
  }

  /** Like a driver, so that the machine has something to follow, with oddities between. */
  #driverBody(at: Place): string {
    const known = [
      () => "gPool = ExAllocatePoolWithTag(PagedPool, 1, 'tag');\nif (gPool === null) return STATUS_INSUFFICIENT_RESOURCES;",
      () => "status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, {}, gDevice);\nif (!NT_SUCCESS(status)) return status;",
      () => "WPP_INIT_TRACING(DriverObject, RegistryPath);",
      () => "if (!NT_SUCCESS(status = IoCreateDevice(DriverObject, 0, null, 0, 0, false, gDevice))) return status;",
      () => `DriverObject.DriverUnload = ${this.#expression(at)};`,
      () => "status = StorPortInitialize(DriverObject, RegistryPath, gDevice, null);",
      () => "ExFreePoolWithTag(gPool, 'tag');",
    ];
    const lines = this.#random.some(9, () => (this.#random.chance(0.45) ? this.#random.pick(known)() : this.#statement(at)));
    return ["gPool = ExAllocatePoolWithTag(PagedPool, 1, 'tag');", ...lines, `return ${this.#random.pick(["status", "STATUS_UNSUCCESSFUL", this.#expression(at)])};`].join("\n");
  }

  #fresh(): string {
    this.#count += 1;
    const name = `v${String(this.#count)}`;
    this.#names.push(name);
    return name;
  }

  #name(): string {
    return this.#random.chance(0.8) ? this.#random.pick(this.#names.slice(-12)) : this.#random.pick(values);
  }

  #topLevel(at: Place): string {
    const odd: (() => string)[] = [() => this.#statement(at), () => this.#statement(at)];
    if (this.#dialect !== "script") {
      odd.push(
        () => `export const ${this.#pattern(at)} = ${this.#expression(at)};`,
        () => `import ${this.#random.pick([this.#fresh(), `* as ${this.#fresh()}`, `{ ${this.#random.pick(calls)} as ${this.#fresh()} }`, `{ "string name" as ${this.#fresh()} }`, `${this.#fresh()}, { default as ${this.#fresh()} }`])} from "wdf";`,
        () => `import "side" with { type: "json" };`,
        () => `export { ${this.#random.pick(["status", "gPool", "gDevice"])} as ${this.#fresh()} };`,
        () => `export * ${this.#random.pick(["", `as ${this.#fresh()} `])}from "x";`,
        () => `export class ${this.#class(at, this.#fresh())}`,
        () => `await ${this.#expression({ ...at, inAsync: true })};`,
        () => `for await (const ${this.#pattern(at)} of ${this.#expression(at)}) ${this.#body({ ...at, inLoop: true })}`,
      );
    }
    if (this.#typed) {
      odd.push(
        () => `${this.#random.pick(["", "export ", "declare "])}${this.#random.pick(["", "const "])}enum ${this.#fresh()} { A, B = ${this.#random.pick(["1 << 2", "A", "'s'.length"])}, "c-d" = 3 }`,
        () => `${this.#random.pick(["", "export "])}namespace ${this.#fresh()}${this.#random.pick(["", ".Inner"])} {\n${this.#block({ ...at, depth: at.depth + 2 })}\nexport const ${this.#fresh()} = ${this.#call(at)};\n}`,
        () => `declare module "${this.#fresh()}" { export function ${this.#random.pick(calls)}(x: number): void; const y: string; export = y; }`,
        () => `declare global { var ${this.#fresh()}: ${this.#type()}; }`,
        () => `interface ${this.#fresh()}<T = unknown> extends Base<T> { (x: T): void; new (x: T): T; readonly [key: string]: ${this.#type()}; get a(): T; set a(v); m?(): void }`,
        () => `type ${this.#fresh()}<in out T extends object = {}> = ${this.#type()};`,
        () => `declare function ${this.#random.pick(calls)}(...args: unknown[]): unknown;`,
        () => `function over(x: string): void;\nfunction over(x: unknown): void;\nfunction over(x?: any) { ${this.#statement({ ...at, inFunction: true })} }`,
        () => `import ${this.#fresh()} = require("wdf");`,
        () => `import ${this.#fresh()} = Ns.Deep.Name;`,
        () => `import type { A as ${this.#fresh()} } from "wdf";`,
        () => `abstract class ${this.#fresh()} { abstract m(): void; abstract accessor a: number; protected abstract readonly b: string; constructor(private readonly x = ${this.#call(at)}, protected y?: number) { ${this.#statement({ ...at, inFunction: true })} } }`,
        () => `declare const ${this.#fresh()}: ${this.#type()};`,
      );
    }
    return this.#random.pick(odd)();
  }

  #type(): string {
    return this.#random.pick(TYPES);
  }

  #annotation(): string {
    return this.#typed && this.#random.chance(0.3) ? `: ${this.#random.pick(["unknown", "NTSTATUS", "any", "DRIVER_INITIALIZE", "Out<WDFDRIVER>"])}` : "";
  }

  #body(at: Place): string {
    return `{\n${this.#block(at)}\n}`;
  }

  #block(at: Place): string {
    return this.#random.some(at.depth > 4 ? 1 : 3, () => this.#statement({ ...at, depth: at.depth + 1 })).join("\n");
  }

  #statement(at: Place): string {
    if (at.depth > 6) return `${this.#expression(at)};`;
    const into: Place = { ...at, depth: at.depth + 1 };
    const loop: Place = { ...into, inLoop: true };
    const expression = (): string => this.#expression(into);
    const kinds: (() => string)[] = [
      () => this.#expressionStatement(into),
      () => this.#expressionStatement(into),
      () => `${this.#call(into)};`,
      () => `let ${this.#pattern(into)}${this.#annotation()} = ${expression()};`,
      () => `const ${this.#fresh()} = ${this.#call(into)}, ${this.#pattern(into)} = ${expression()};`,
      () => `var ${this.#fresh()};`,
      () => `if (${expression()}) ${this.#body(into)}${this.#random.chance(0.5) ? ` else ${this.#random.chance(0.5) ? this.#body(into) : "if (!NT_SUCCESS(status)) ;"}` : ""}`,
      () => `for (let ${this.#fresh()} = ${expression()}; ${expression()}; ${expression()}) ${this.#body(loop)}`,
      () => `for (${this.#random.pick(["", expression()])};;) ${this.#body(loop)}`,
      () => `for (${this.#random.pick([`const ${this.#pattern(into)}`, `var ${this.#fresh()}`, this.#target(into)])} of ${this.#callee(into)}) ${this.#body(loop)}`,
      () => `for (${this.#random.pick([`const ${this.#fresh()}`, `let ${this.#pattern(into)}`])} in ${expression()}) ${this.#body(loop)}`,
      () => `while (${expression()}) ${this.#body(loop)}`,
      () => `do ${this.#body(loop)} while (${this.#random.pick(["false", "0", expression()])});`,
      () => `switch (${expression()}) {\n${this.#random.some(3, () => `case ${expression()}: ${this.#random.chance(0.5) ? `${this.#expressionStatement(into)}${at.inLoop ? "break;" : ""}` : ""}`).join("\n")}\n${this.#random.pick(["", "default:", "default: break;"])}\ncase 0: { ${this.#block(into)} }\n}`,
      () => `try ${this.#body(into)} ${this.#random.pick([`catch ${this.#body(into)}`, `catch (${this.#pattern(into)}) ${this.#body(into)}`, `finally ${this.#body(into)}`, `catch { throw status; } finally ${this.#body(into)}`])}`,
      () => {
        const label = `L${this.#fresh()}`;
        const inside: Place = { ...into, labels: [...at.labels, label] };
        return `${label}: ${this.#random.pick([() => this.#body(inside), () => `for (;;) { ${this.#statement({ ...inside, inLoop: true })} break ${label}; }`, () => `if (status) break ${label};`])()}`;
      },
      () => `{ ${this.#block(into)} }`,
      () => ";",
      () => "debugger;",
      () => `throw ${expression()};`,
      () => `${this.#random.pick(["", "async "])}function ${this.#fresh()}${this.#function(into)}`,
      () => `class ${this.#class(into, this.#fresh())}`,
      () => `{ using ${this.#fresh()} = ${expression()}; ${this.#block(into)} }`,
    ];
    if (at.inFunction) kinds.push(() => `return ${this.#random.pick(["", "status", expression(), this.#call(into)])};`, () => "if (!NT_SUCCESS(status)) return status;");
    if (at.inLoop) kinds.push(() => "break;", () => "continue;");
    if (at.labels.length > 0) kinds.push(() => `break ${this.#random.pick(at.labels)};`);
    if (at.inAsync) kinds.push(() => `{ await using ${this.#fresh()} = ${expression()}; }`, () => `for await (const ${this.#pattern(into)} of ${expression()}) ${this.#body(loop)}`);
    if (at.isSloppy) kinds.push(() => `with (${expression()}) ${this.#body(into)}`, () => `if (status) function ${this.#fresh()}() {}`);
    if (this.#typed) kinds.push(() => `@dec() @(${this.#callee(into)}) class ${this.#class(into, this.#fresh())}`, () => `enum ${this.#fresh()} { A = 1, B = A }`, () => `type ${this.#fresh()} = ${this.#type()};`);
    return this.#random.pick(kinds)();
  }

  #expressionStatement(at: Place): string {
    const text = this.#expression(at);
    return /^(?:\{|function|class|async|let|@|<)/u.test(text) ? `(${text});` : `${text};`;
  }

  #function(at: Place): string {
    const inside: Place = { ...at, depth: at.depth + 1, inFunction: true, mayBeNew: true, inAsync: false, inLoop: false, labels: [] };
    return `(${this.#parameters(inside)})${this.#annotation()} {\n${this.#block(inside)}\n}`;
  }

  #parameters(at: Place): string {
    const list = this.#random.some(3, () => `${this.#pattern(at)}${this.#annotation()}${this.#random.chance(0.3) ? ` = ${this.#expression(at)}` : ""}`);
    if (this.#random.chance(0.2)) list.push(`...${this.#pattern(at)}`);
    return list.join(", ");
  }

  #pattern(at: Place): string {
    if (at.depth > 5 || this.#random.chance(0.6)) return this.#fresh();
    const into: Place = { ...at, depth: at.depth + 1 };
    const element = (): string => `${this.#pattern(into)}${this.#random.chance(0.4) ? ` = ${this.#expression(into)}` : ""}`;
    if (this.#random.chance(0.4)) return `[${this.#random.some(3, () => this.#random.pick(["", element()])).join(", ")}${this.#random.chance(0.3) ? `, ...${this.#pattern(into)}` : ""}]`;
    const property = (): string => this.#random.pick([() => `${this.#random.pick(fields)}: ${element()}`, () => `[${this.#expression(into)}]: ${element()}`, () => `${this.#fresh()} = ${this.#expression(into)}`, () => `"a-b": ${element()}`, () => `0: ${element()}`])();
    return `{ ${this.#random.some(3, property).map((text) => `${text}, `).join("")}${this.#random.chance(0.3) ? `...${this.#fresh()}` : ""} }`;
  }

  /** Something that can be assigned to. */
  #target(at: Place): string {
    return this.#random.pick([
      () => this.#random.pick(["gPool", "gDevice", "status"]),
      () => `gDevice.${this.#random.pick(fields)}`,
      () => `DriverObject.${this.#random.pick(fields)}`,
      () => `gDevice[${this.#expression(at)}]`,
      () => (at.inFunction ? `this.${this.#random.pick(fields)}` : "gPool"),
    ])();
  }

  #callee(at: Place): string {
    return this.#random.pick([
      () => this.#random.pick(calls),
      () => this.#random.pick(calls),
      () => `wdf.${this.#random.pick(calls)}`,
      () => `this.${this.#random.pick([...calls.slice(0, 5), ...roles])}`,
      () => this.#name(),
      () => `(${this.#expression({ ...at, depth: at.depth + 2 })})`,
      () => `gDevice[${this.#name()}]`,
      () => `(0, ${this.#random.pick(calls)})`,
    ])();
  }

  #arguments(at: Place): string {
    return this.#random.some(4, () => this.#random.pick([() => this.#name(), () => this.#expression(at), () => this.#random.pick(values), () => `...${this.#name()}`, () => "out()"])()).join(", ");
  }

  #call(at: Place): string {
    const into: Place = { ...at, depth: at.depth + 1 };
    return `${this.#random.chance(0.5) ? this.#random.pick(calls) : this.#callee(into)}${this.#random.pick(["", "", "?."])}(${this.#arguments(into)})`;
  }

  #expression(at: Place, isHeritage = false): string {
    const simple = [() => this.#name(), () => "null", () => "undefined", () => "0x1F", () => "10n", () => "'text'", () => "/re[/]g(?<n>x)/dgimsuy", () => "[]", () => "this", () => this.#random.pick(calls), () => this.#random.pick(values), () => "Symbol.dispose"];
    if (at.depth > 6 || isHeritage) return this.#random.pick(simple.filter((_, index) => !isHeritage || index === 0 || index === 1))();
    const into: Place = { ...at, depth: at.depth + 1 };
    const inner = (): string => `(${this.#expression(into)})`;
    const kinds: (() => string)[] = [
      ...simple.slice(0, 3),
      () => this.#call(into),
      () => this.#call(into),
      () => this.#call(into),
      () => this.#random.pick(simple)(),
      () => `\`a\${${inner()}}b\${${inner()}}\``,
      () => `${this.#random.pick(["String.raw", this.#random.pick(calls), "tag"])}\`\\unicode \${${inner()}}\``,
      () => `[${this.#random.some(4, () => this.#random.pick(["", inner(), `...${inner()}`])).join(", ")}]`,
      () => this.#object(into),
      () => `${this.#random.pick(["typeof ", "void ", "!", "-", "+", "~"])}${inner()}`,
      () => `delete gDevice.${this.#random.pick(fields)}`,
      () => `${this.#random.pick(["++", "--"])}${this.#target(into)}`,
      () => `${this.#target(into)}${this.#random.pick(["++", "--"])}`,
      () => `${inner()} ${this.#random.pick(BINARY)} ${inner()}`,
      () => `${inner()} ${this.#random.pick(["&&", "||"])} ${inner()}`,
      () => `${inner()} ?? ${inner()}`,
      () => `${this.#target(into)} ${this.#random.pick(ASSIGN)} ${inner()}`,
      () => `([${this.#target(into)}, ...${this.#target(into)}] = ${inner()})`,
      () => `({ ${this.#random.pick(fields)}: ${this.#target(into)} = ${inner()}, ...${this.#target(into)} } = ${inner()})`,
      () => `${inner()} ? ${inner()} : ${inner()}`,
      () => `(${inner()}, ${inner()})`,
      () => `new ${this.#random.pick(["DisposableStack", "WDF_DRIVER_CONFIG", this.#random.pick(calls), "(class {})"])}(${this.#arguments(into)})`,
      () => `${inner()}${this.#random.pick([".", "?."])}${this.#random.pick(fields)}`,
      () => `${inner()}${this.#random.pick(["", "?."])}[${inner()}]`,
      () => `${inner()}?.${this.#random.pick(fields)}?.[${inner()}]?.(${this.#arguments(into)})`,
      () => `(function ${this.#random.pick(["", "DriverEntry", this.#fresh()])}${this.#function(into)})`,
      () => `(function* ${this.#function(into).replace("{\n", `{\nyield* ${inner()};\nconst ${this.#fresh()} = yield;\n`)})`,
      () => `(async function ${this.#fresh()}() { await ${inner()};\n${this.#block({ ...into, inFunction: true, inAsync: true, inLoop: false, labels: [] })} })`,
      () => `((${this.#parameters(into)}) => ${inner()})`,
      () => `(async (${this.#parameters({ ...into, inAsync: false })}) => { ${this.#block({ ...into, inFunction: true, inAsync: true, inLoop: false, labels: [] })} })`,
      () => `(class ${this.#class(into, this.#fresh())})`,
      () => `import(${inner()})`,
    ];
    if (this.#dialect !== "script") kinds.push(() => "import.meta.url");
    if (at.mayBeNew) kinds.push(() => "new.target");
    if (at.inAsync) kinds.push(() => `await ${inner()}`, () => `await ${this.#call(into)}`);
    if (at.privates.length > 0) kinds.push(() => `#${this.#random.pick(at.privates)} in ${inner()}`, () => `this.#${this.#random.pick(at.privates)}`);
    if (at.mayCallSuper) kinds.push(() => `super.${this.#random.pick(fields)}`, () => `super[${inner()}](${this.#arguments(into)})`);
    if (this.#typed) kinds.push(() => `${inner()} as ${this.#random.pick(["unknown", "const", "NTSTATUS"])}`.replace(/\) as const$/u, ") as any"), () => `(${inner()} satisfies ${this.#random.pick(["unknown", "DRIVER_INITIALIZE"])})`, () => `${inner()}!`, () => `${this.#random.pick(calls)}<WDFDRIVER>(${this.#arguments(into)})`, () => `(${this.#random.pick(calls)}<number>)`);
    if (this.#dialect === "ts") kinds.push(() => `<any>${inner()}`, () => `(<T,>(x: T) => ${inner()})`);
    if (this.#dialect === "tsx") kinds.push(() => `<a b={${inner()}} {...${inner()}} c="d">text {${inner()}} {/* none */} <b.c /></a>`, () => `<>{...${inner()}}</>`);
    return this.#random.pick(kinds)();
  }

  #object(at: Place): string {
    const inner = (): string => this.#expression({ ...at, depth: at.depth + 1 });
    const key = (): string => this.#random.pick([this.#random.pick(fields), "'a-b'", "0", `[${inner()}]`, "DriverEntry"]).replace("__proto__", "proto");
    const property = (): string =>
      this.#random.pick([
        () => `${key()}: ${inner()}`,
        () => this.#random.pick(["gPool", "status"]),
        () => `...${inner()}`,
        () => `${key()}${this.#function(at)}`,
        () => `get ${key()}() { return ${inner()}; }`,
        () => `set ${key()}(x) { ${this.#block({ ...at, inFunction: true, inLoop: false, labels: [], inAsync: false })} }`,
        () => `*${key()}() { yield ${inner()}; }`,
        () => `async *${key()}() { yield* ${inner()}; }`,
      ])();
    return `({ ${this.#random.some(4, property).join(", ")} })`;
  }

  #class(at: Place, name: string): string {
    const isDerived = this.#random.chance(0.4);
    const heritage = isDerived ? ` extends ${this.#random.pick([name, this.#name(), `(${this.#expression({ ...at, depth: at.depth + 2 })})`, "null"])}` : "";
    return `${name}${heritage} { ${this.#members({ ...at, depth: at.depth + 1 }, isDerived)} }`;
  }

  #members(at: Place, isDerived: boolean): string {
    const privates = this.#random.some(2, () => this.#fresh());
    const inside: Place = { ...at, inFunction: true, inAsync: false, inLoop: false, labels: [], privates: [...at.privates, ...privates], mayCallSuper: isDerived, mayBeNew: true, isSloppy: false };
    const field: Place = { ...inside, inFunction: false };
    const key = (): string => this.#random.pick([this.#random.pick(fields).replace(/^(?:constructor|prototype)$/u, "m"), "'a-b'", "0", "[Symbol.dispose]", `[${this.#name()}]`]);
    const isStatic = (): string => this.#random.pick(["", "static "]);
    const decorator = (): string => (this.#typed && this.#random.chance(0.2) ? "@dec " : "");
    const members = [
      ...privates.map((name) => `${isStatic()}#${name}${this.#random.pick([";", ` = ${this.#expression(field)};`, `() { ${this.#block(inside)} }`])}`),
      ...this.#random.some(4, () =>
        this.#random.pick([
          () => `${decorator()}${isStatic()}${key()}${this.#function(inside)}`,
          () => `${decorator()}${isStatic()}${key()} = ${this.#expression(field)};`,
          () => `${isStatic()}get ${key()}() { return ${this.#expression(inside)}; }`,
          () => `${isStatic()}set ${key()}(${this.#pattern(inside)}) {}`,
          () => `static { ${this.#block({ ...inside, inFunction: false })} }`,
          () => `async *${key()}() { for await (const x of ${this.#expression(inside)}) yield x; }`,
          () => (this.#typed ? `${isStatic()}accessor ${key()} = ${this.#expression(field)};` : ";"),
          () => (this.#typed ? `declare readonly ${this.#fresh()}?: ${this.#random.pick(["unknown", "never"])};` : ";"),
        ])(),
      ),
    ];
    if (this.#random.chance(0.3)) members.push(`constructor(${this.#parameters(inside)}) { ${isDerived ? "super();" : ""} ${this.#block(inside)} }`);
    return members.join("\n");
  }
}
