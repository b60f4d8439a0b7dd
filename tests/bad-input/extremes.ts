/** Files at the edges: empty, circular, long, wide, deep. */
import { growing, nesting } from "../bench/shapes.ts";

const BOM = "\uFEFF";
const acquire = 'gPool = ExAllocatePoolWithTag(PagedPool, 1, "tag");';

/** An entry with this in its body, before an exit that leaks. */
function driver(body: string, before = ""): string {
  return `${before}
let gPool = null;
function DriverEntry(DriverObject, RegistryPath) {
  ${acquire}
  if (gPool === null) return STATUS_INSUFFICIENT_RESOURCES;
  ${body}
  return STATUS_UNSUCCESSFUL;
}`;
}

const times = (n: number, text: (index: number) => string): string => Array.from({ length: n }, (_, index) => text(index)).join("\n");
const nest = (n: number, open: string, close: string, inner = ""): string => open.repeat(n) + inner + close.repeat(n);

type Case = readonly [name: string, code: string, leaks?: boolean];

const small: readonly Case[] = [
  ["nothing", ""],
  ["one line break", "\n"],
  ["a byte order mark", BOM],
  ["a byte order mark and a driver", BOM + driver(""), true],
  ["a comment", "// WdfDriverCreate"],
  ["a comment without an end of line, in a driver", `${driver("")}//`, true],
  ["line breaks of Windows", driver("").replaceAll("\n", "\r\n"), true],
  ["old line breaks", driver("").replaceAll("\n", "\r"), true],
  ["line separators", driver("").replaceAll("\n", "\u2028"), true],
  ["a hashbang", `#!/usr/bin/env node\n${driver("")}`, true],
  ["a byte order mark and a hashbang", `${BOM}#!/usr/bin/env node\n${driver("")}`, true],
  ["only a hashbang", "#!WdfDriverCreate"],
  ["only directives", '"use strict"; "WdfDriverCreate";'],
  ["escaped names", driver("").replace("ExAllocate", "\\u0045xAllocate")],
  ["names of Object.prototype", driver("constructor(toString, hasOwnProperty = __proto__, valueOf.call); ({ __proto__: null, constructor() {} }).__defineGetter__;"), true],
  ["the entry in itself", "function DriverEntry() { function DriverEntry() { return DriverEntry(DriverEntry); } return DriverEntry(); }"],
  ["an entry without a body's end", "function DriverEntry(DriverObject) { for (;;) { WPP_INIT_TRACING(DriverObject); } }"],
];

const circular: readonly Case[] = [
  ["aliases of each other", driver("b();", "const a = b; const b = a; const c = a.b, d = c.c; const { e } = e, [f] = f, { g: h } = h;")],
  ["aliases of each other and of the API", "const WdfDriverCreate = make; const make = WdfDriverCreate; function DriverEntry(o) { return make(o, make); }"],
  ["an alias of itself", "var ExAllocatePoolWithTag = ExAllocatePoolWithTag; function DriverEntry() { return ExAllocatePoolWithTag(1, 2, 3); }"],
  ["destructuring from itself", driver("let { x = x, ...y } = { y, ...y }, [z = z, [...w] = w] = [z, w]; ({ x, x: x = y, ...x } = x); [z, [z] = [z]] = z;")],
  ["defaults of each other", `function DriverEntry(a = b, b = a, { c = d, d = c } = a) { ${acquire} return helper(b); }\nfunction helper(x = helper(x), y = helper(x, y)) { return helper(y, helper); }`],
  ["classes that inherit from each other", driver("new A().m(); B.s(); new B().m();", "class A extends B { m() { super.m(); return this.m(); } static s() { return super.s(); } x = new A(); }\nclass B extends A { m() { return super.m(); } static { new this(); } }\nclass C extends C {}")],
  ["objects in themselves", driver("const o = {}; o.o = o; o.p = { o }; o.o.o.p.o.q = o; const l = [o]; l[0] = l; l.push(l); Object.assign(o, o, { ...o }); out(o); gPool.self = gPool; use(o, l);"), true],
  ["prototypes in circles", driver("const p = Object.create(p); p.__proto__ = p; Object.setPrototypeOf(p, p);")],
  ["recursion", `function DriverEntry(o, r) { ${acquire} return DriverEntry(o, DriverEntry(r, o)); }`],
  ["mutual recursion", driver("f(10); gPool = g(f);", "function f(n) { if (n) return g(n - 1); gPool = ExAllocatePoolWithTag(1, n, 2); return f; }\nfunction g(n) { try { return f(n); } finally { if (n) ExFreePoolWithTag(gPool, 2); } }")],
  ["recursion through callbacks", driver("y((f) => (x) => f(f)(x)); run(run, run);", "const y = (f) => ((x) => f((v) => x(x)(v)))((x) => f((v) => x(x)(v)));\nconst run = (g, h) => { g(h, g); h(g, h); return () => run(h, run(g, h)); };")],
  ["recursion that makes closures", driver("deep(() => gPool);", "function deep(get) { const pool = ExAllocatePoolWithTag(1, 2, 3); return deep(() => [pool, get()]); }")],
  ["bound to itself", driver("f.call.call.bind(f)(f); f.bind(f, f.bind).apply(f, [f]);", "let f = function () { f = f.bind(f, f); return f(...arguments, this); };")],
  ["a callback that calls the entry", `function DriverEntry(o) { o.DriverUnload = DriverEntry; ${acquire} return DriverEntry.call(o.DriverUnload, o); }`],
  ["getters of themselves", driver("use(o.a, new P().b);", "const o = { get a() { return this.a; }, set a(v) { this.a = v; } };\nclass P { get b() { return this.b; } static #c = P.#c; static get [P]() { return P[P]; } }")],
  ["generators that yield themselves", driver("for (const x of gen()) use(x);", "function* gen() { yield* gen(); const got = yield gen; for (const x of gen()) yield x; }")],
  ["jumps that fight", driver("outer: for (;;) { try { inner: for (;;) { try { continue outer; } finally { break inner; } } } finally { continue; } }")],
  ["completions that fight", "function DriverEntry() { try { return f(); } catch { return g(); } finally { try { throw 1; } finally { return STATUS_UNSUCCESSFUL; } } }"],
];

const LINES = 10_000;
const long: readonly Case[] = [
  ["a function of 10,000 lines", growing.find(({ name }) => name === "statements")?.source(LINES / 2) ?? "", true],
  ["10,000 variables", driver(times(LINES, (i) => `let v${String(i)} = v${String(Math.max(0, i - 1))};`)), true],
  ["10,000 elements", driver(`use([${times(LINES, (i) => `f(${String(i)}),`)}]);`), true],
  ["10,000 arguments", driver(`use(${times(LINES, (i) => `x.y${String(i)},`)} 0);`), true],
  ["10,000 properties", driver(`const o = { ${times(LINES, (i) => `p${String(i)}: ${String(i)},`)} }; use(o); o.p1 = gPool;`)],
  // More work than a file may cost: the verdict is silence, in bounded time.
  ["10,000 members", driver("new Big().m1();", `class Big { ${times(LINES, (i) => `m${String(i)}() { return this.m${String(i + 1)}(); }`)} }`)],
  ["10,000 cases", driver(`switch (RegistryPath.Length) { ${times(LINES, (i) => `case ${String(i)}: f(${String(i)}); ${i % 3 === 0 ? "break;" : ""}`)} }`), true],
  ["10,000 functions", driver("f0();", times(LINES, (i) => `function f${String(i)}() { return ${String(i)}; }`)), true],
  ["a line of 300,000 characters", driver(`use(${"a.b, ".repeat(LINES * 6)} 0);`.replace(/(?:a\.b, ){59000}/u, "")), true],
];

const wide: readonly Case[] = [
  ["30 choices in one call", driver(`use(${times(30, (i) => `c${String(i)} ? f(${String(i)}) : gPool,`)} 0);`)],
  ["30 acquisitions in one call", driver(`use(${times(30, (i) => `IoCreateDevice(DriverObject, 0, null, 0, 0, false, g.a${String(i)}),`)} 0);`)],
  ["30 releases in one call", driver(`use(${times(30, (i) => `c${String(i)} ? ExFreePoolWithTag(gPool) : 0,`)} 0);`)],
  ["30 functions, each one of two", driver(`${times(30, (i) => `let f${String(i)}; if (c${String(i)}) f${String(i)} = function () {}; else f${String(i)} = () => 1;`)}\n${times(30, (i) => `use(f${String(i)});`)}`), true],
  // More work than a file may cost: the verdict is silence, in bounded time.
  ["30 objects, each one of two", driver(`${times(30, (i) => `let f${String(i)}; if (c${String(i)}) f${String(i)} = {}; else f${String(i)} = { a: 1 };`)}\n${times(30, (i) => `use(f${String(i)});`)}`)],
  ["30 properties, each one of two", driver(`const o = { ${times(30, (i) => `f${String(i)}: c${String(i)} ? function () {} : d${String(i)},`)} }; use(o);`)],
  ["30 helpers that call two each", driver("f0();", times(30, (i) => `function f${String(i)}() { if (f${String(i + 1)}()) return f${String(i + 1)}(); return f${String(i + 1)}(c${String(i)}); }`)), true],
  ["30 loops in loops", driver(nest(30, "while (c()) { try { f(); ", " } finally { g(); } }", acquire))],
  ["30 flags and a loop", driver(`${times(30, (i) => `let f${String(i)} = false;`)} while (c()) { ${times(30, (i) => `if (d(${String(i)})) f${String(i)} = !f${String((i + 7) % 30)};`)} }`), true],
];

/** Syntax nested in itself, `depth` times, that parsers bear at any depth that people write. */
function deep(depth: number): readonly Case[] {
  return [
    ["blocks", driver(nest(depth, "{", "}", "f();")), true],
    ["ifs", driver(nest(depth, "if (c()) {", "}", "f();")), true],
    ["else ifs", driver(`${times(depth, (i) => `if (c(${String(i)})) f(); else`)} g();`), true],
    ["loops", driver(nest(depth, "while (c()) {", "}", "f();")), true],
    ["a chain of calls", driver(`f${".g()".repeat(depth)};`)],
    ["members", driver(`f${".g".repeat(depth)};`)],
    ["sums", driver(`f(${"1 + ".repeat(depth)}1);`)],
    ["conditions", driver(`if (${"a && ".repeat(depth)}b) f();`)],
    ["alternatives", driver(`if (${"a || b && ".repeat(depth / 2)}b) f();`)],
    ["ternaries", driver(`f(${"a ? b : ".repeat(depth)}c);`)],
    ["labels", driver(`${times(depth, (i) => `l${String(i)}:`)} f();`)],
    ["functions that call each other", growing.find(({ name }) => name.startsWith("helpers"))?.source(depth) ?? "", true],
  ];
}

/** Syntax whose nesting costs the parsers most: so deep that they still bear it. */
function deepest(depth: number): readonly Case[] {
  return [
    ["parentheses", driver(`${nest(depth, "(", ")", "f")}();`)],
    ["calls", driver(`${nest(depth, "f(", ")")};`)],
    ["sums to the right", driver(`f(${nest(depth, "(1 + ", ")", "1")});`)],
    ["assignments", driver(`${"x = ".repeat(depth)}f();`)],
    ["functions", driver(nest(depth, "(() => {", "})();", "f();"))],
    ["arrows", driver(`f(${"() => ".repeat(depth)}0);`)],
    ["objects", driver(`f(${nest(depth, "{ a: ", " }", "0")});`)],
    ["arrays", driver(`f(${nest(depth, "[", "]")});`)],
    ["templates", driver(`f(${nest(depth, "`${", "}`", "0")});`)],
    ["patterns", driver(`const ${nest(depth, "[", "]", "x")} = f();`)],
    ["negations", driver(`if (${"!".repeat(depth)}c()) f();`)],
    ["classes", driver(nest(depth / 10, "class A { static { ", " } }", "f();"))],
    ["finally in finally", nesting[0]?.source(12) ?? "", true],
    ["finally around try", nesting[1]?.source(12) ?? "", true],
  ];
}

/** A text by name, and whether it is a driver whose leak is found. */
export interface Extreme {
  readonly name: string;
  readonly code: string;
  readonly leaks: boolean;
}

const named = (cases: readonly Case[]): readonly Extreme[] => cases.map(([name, code, leaks = false]) => ({ name, code, leaks }));

/** All of them by what is special about them. */
export const extremes: readonly { readonly kind: string; readonly cases: readonly Extreme[] }[] = [
  { kind: "small", cases: named(small) },
  { kind: "circular", cases: named(circular) },
  { kind: "long", cases: named(long) },
  { kind: "wide", cases: named(wide) },
  { kind: "250 deep", cases: named([...deep(250), ...deepest(250)]) },
  // How much of the stack is left here depends on what the engine has compiled by then: no crash is owed, no verdict.
  { kind: "1,000 deep", cases: named(deep(1000).map(([name, code]) => [name, code])) },
];
