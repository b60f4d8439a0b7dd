/** The control-flow matrix: the classic ways in which a release is reached or not, for resources of every form, each good and bad. */
import type { Program } from "./program.ts";

/** A resource as text; `handle` is the variable that names it. */
interface Kind {
  readonly name: string;
  /** Declares `handle`. */
  readonly holder: string;
  /** Acquires it; leaves the function with a failing status where that fails. */
  readonly acquire: readonly string[];
  /** What the release is given. */
  readonly value: string;
  readonly type: string;
  readonly release: (value: string) => string;
}

const RETURN_STATUS = ["if (!NT_SUCCESS(status)) {", "  return status;", "}"];

/** One kind for each way in which success is seen and the handle is given. */
export const KINDS: readonly Kind[] = [
  {
    name: "pool block",
    holder: "let handle: PoolBlock | null = null;",
    acquire: ['handle = ExAllocatePool2(POOL_FLAG_PAGED, 64, "elpS");', "if (handle === null) {", "  return STATUS_INSUFFICIENT_RESOURCES;", "}"],
    value: "handle",
    type: "PoolBlock",
    release: (value) => `ExFreePool(${value});`,
  },
  {
    name: "key",
    holder: "const handle = out<HANDLE>();",
    acquire: ["status = ZwOpenKey(handle, KEY_READ, null);", ...RETURN_STATUS],
    value: "handle.value",
    type: "HANDLE",
    release: (value) => `ZwClose(${value});`,
  },
  {
    name: "link",
    holder: 'const handle = RTL_CONSTANT_STRING("link");',
    acquire: ["status = IoCreateSymbolicLink(handle, TARGET);", ...RETURN_STATUS],
    value: "handle",
    type: "UNICODE_STRING",
    release: (value) => `IoDeleteSymbolicLink(${value});`,
  },
  {
    name: "bug check callback",
    holder: "const handle = {} as KBUGCHECK_CALLBACK_RECORD;",
    acquire: ['if (!KeRegisterBugCheckCallback(handle, OnBugCheck, null, 0, "sample")) {', "  return STATUS_UNSUCCESSFUL;", "}"],
    value: "handle",
    type: "KBUGCHECK_CALLBACK_RECORD",
    release: (value) => `KeDeregisterBugCheckCallback(${value});`,
  },
  {
    name: "lookaside list",
    holder: "const handle = {} as NPAGED_LOOKASIDE_LIST;",
    acquire: ['ExInitializeNPagedLookasideList(handle, null, null, 0, 64, "elpS", 0);'],
    value: "handle",
    type: "NPAGED_LOOKASIDE_LIST",
    release: (value) => `ExDeleteNPagedLookasideList(${value});`,
  },
];

/** What a variant puts into the driver. */
interface Parts {
  /** Beside the entry. */
  readonly module?: readonly string[];
  /** In place of the plain acquisition. */
  readonly acquire?: readonly string[];
  /** Between the acquisition and the step that fails. */
  readonly after?: readonly string[];
  /** Where that step has failed. */
  readonly undo: readonly string[];
  /** `handle` is declared beside the entry, not in it. */
  readonly isModule?: boolean;
}

/** A way for a release to be reached. */
interface Template {
  readonly name: string;
  readonly good: (kind: Kind) => Parts;
  readonly bad: (kind: Kind) => Parts;
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
const block = (head: string, lines: readonly string[], tail = "}"): string[] => [head, ...indent(lines), tail];

/** A test around the release: one that holds, and one that does not. */
function guarded(name: string, holds: string, fails: string, module: readonly string[] = [], after: readonly string[] = []): Template {
  const parts =
    (condition: string) =>
    ({ release, value }: Kind): Parts => ({ module, after, undo: block(`if (${condition}) {`, [release(value)]) });
  return { name, good: parts(holds), bad: parts(fails) };
}

/** Two undoings that differ in how they are written only. */
function undone(name: string, good: (release: string, kind: Kind) => readonly string[], bad: (release: string, kind: Kind) => readonly string[]): Template {
  const parts =
    (undo: typeof good) =>
    (kind: Kind): Parts => ({ undo: undo(kind.release(kind.value), kind) });
  return { name, good: parts(good), bad: parts(bad) };
}

/** The handle on its way through a holder: what takes it, how it is released from there, and how it is not. */
function carried(name: string, take: (kind: Kind) => readonly string[], kept: string, bad: (kind: Kind) => readonly string[], module: (kind: Kind) => readonly string[] = () => []): Template {
  return {
    name,
    good: (kind) => ({ module: module(kind), after: take(kind), undo: [kind.release(kept)] }),
    bad: (kind) => ({ module: module(kind), after: take(kind), undo: bad(kind) }),
  };
}

/** The release in code of its own that is called. */
function called(name: string, module: (release: (value: string) => string, kind: Kind) => readonly string[], undo: (kind: Kind) => readonly string[], after: (kind: Kind) => readonly string[] = () => []): Template {
  const parts =
    (release: (kind: Kind) => (value: string) => string) =>
    (kind: Kind): Parts => ({ module: module(release(kind), kind), after: after(kind), undo: undo(kind) });
  return { name, good: parts(({ release }) => release), bad: parts(() => (value) => `KdPrint("kept", ${value === "" ? "0" : "1"});`) };
}

const nothing = (): string[] => ['KdPrint("kept\\n");'];
const lost =
  (name: string) =>
  ({ release }: Kind): string[] => [`${name} = null;`, ...block(`if (${name} !== null) {`, [release(name)])];

export const TEMPLATES: readonly Template[] = [
  undone("plainly", (release) => [release], nothing),
  // Guards that are constant.
  guarded("guarded by a literal", "true", "false"),
  guarded("guarded by a number", "1", "0"),
  guarded("guarded by a comparison of literals", "5 === 5", "5 !== 5"),
  guarded("guarded by a const", "YES", "NO", ["const YES = true;", "const NO = false;"]),
  guarded("guarded by a comparison with a const", "FIVE === 5", "FIVE !== 5", ["const FIVE = 5;"]),
  guarded("guarded by a member of an enum", "Mode.On === Mode.On", "Mode.On === Mode.Off", ["const Mode = { Off: 0, On: 1 } as const;"]),
  guarded("guarded by a module variable", "gYes", "gNo", ["let gYes = true;", "let gNo = false;"]),
  guarded("guarded by a module number", "gFive === 5", "gFive !== 5", ["let gFive = 5;"]),
  guarded("guarded by a local variable", "yes", "no", [], ["let yes = true;", "let no = false;"]),
  guarded("guarded by a function", "Yes()", "No()", ["function Yes(): boolean {", "  return true;", "}", "function No(): boolean {", "  return false;", "}"]),
  guarded("guarded by a function of an argument", "Same(true)", "Same(false)", ["function Same(value: boolean): boolean {", "  return value;", "}"]),
  guarded("guarded by an arrow function", "yes()", "no()", ["const yes = (): boolean => true;", "const no = (): boolean => false;"]),
  guarded("guarded by a static member", "Flags.yes", "Flags.no", ["class Flags {", "  static readonly yes = true;", "  static readonly no = false;", "}"]),
  guarded("guarded by a conjunction", "true && !NT_SUCCESS(status)", "true && NT_SUCCESS(status)"),
  guarded("guarded by a disjunction", "false || !NT_SUCCESS(status)", "false || NT_SUCCESS(status)"),
  guarded("guarded by the status", "!NT_SUCCESS(status)", "NT_SUCCESS(status)"),
  guarded("guarded by a flag set in a callee", "gNeeded", "!gNeeded", ["let gNeeded = false;", "function Need(): void {", "  gNeeded = true;", "}"], ["Need();"]),
  guarded("guarded by a flag that a callee sets in an object", "flags.needed", "!flags.needed", ["function Need(flags: { needed: boolean }): void {", "  flags.needed = true;", "}"], ["const flags = { needed: false };", "Need(flags);"]),
  guarded("guarded by what is unknown, twice", "debug || !debug", "debug", ["declare function IsDebugBuild(...parameters: unknown[]): boolean;"], ["const debug = IsDebugBuild();"]),
  guarded("guarded by a bit", "(done & 1) !== 0", "(done & 2) !== 0", [], ["let done = 0;", "done |= 1;"]),
  guarded("guarded by a count", "count > 0", "count > 1", [], ["let count = 0;", "count += 1;"]),
  guarded("guarded by a string", 'stage === "acquired"', 'stage === "started"', [], ['let stage = "none";', 'stage = "acquired";']),
  guarded("guarded by a property", "options.really", "!options.really", ["const options = { really: true };"]),
  guarded("guarded by an element", "steps[0] === true", "steps[1] === true", ["const steps = [true, false];"]),
  guarded("guarded by a default", "Really()", "Really(false)", ["function Really(value = true): boolean {", "  return value;", "}"]),
  guarded("guarded by a getter", "options.really", "!options.really", ["const options = {", "  get really(): boolean {", "    return true;", "  },", "};"]),
  guarded("guarded by a closure's variable", "yes()", "!yes()", ["function Give(value: boolean): () => boolean {", "  return () => value;", "}", "const yes = Give(true);"]),
  // Statements.
  undone("in the else of a constant", (release) => ["if (false) {", "} else {", `  ${release}`, "}"], (release) => ["if (true) {", "} else {", `  ${release}`, "}"]),
  undone("in a switch over a literal", (release) => ["switch (6) {", "  case 6:", `    ${release}`, "    break;", "  default:", "}"], (release) => ["switch (5) {", "  case 6:", `    ${release}`, "    break;", "  default:", "}"]),
  undone("in a switch that falls through", (release) => ["switch (5) {", "  case 5:", "  case 6:", `    ${release}`, "}"], (release) => ["switch (5) {", "  case 5:", "    break;", "  case 6:", `    ${release}`, "}"]),
  undone("in a default", (release) => ["switch (status) {", "  case STATUS_SUCCESS:", "    break;", "  default:", `    ${release}`, "}"], (release) => ["switch (status) {", "  case STATUS_SUCCESS:", `    ${release}`, "    break;", "  default:", "}"]),
  undone("in a switch over a string", (release) => ['switch ("on" as string) {', '  case "on":', `    ${release}`, "}"], (release) => ['switch ("off" as string) {', '  case "on":', `    ${release}`, "}"]),
  undone("in while (true)", (release) => ["while (true) {", `  ${release}`, "  break;", "}"], (release) => ["while (true) {", "  break;", `  ${release}`, "}"]),
  undone("in while (1), left in the middle", (release) => ["while (1) {", "  if (NT_SUCCESS(status)) {", "    break;", "  }", `  ${release}`, "  break;", "}"], (release) => ["while (1) {", "  if (!NT_SUCCESS(status)) {", "    break;", "  }", `  ${release}`, "  break;", "}"]),
  undone("in a loop of no turns", (release) => ["while (true) {", `  ${release}`, "  break;", "}"], (release) => ["while (false) {", `  ${release}`, "}"]),
  undone("in a for of one turn", (release) => ["for (let i = 0; i < 1; i += 1) {", `  ${release}`, "}"], (release) => ["for (let i = 0; i < 0; i += 1) {", `  ${release}`, "}"]),
  undone("in for (;;)", (release) => ["for (;;) {", `  ${release}`, "  break;", "}"], (release) => ["for (;;) {", "  break;", `  ${release}`, "}"]),
  undone("in do, once", (release) => ["do {", `  ${release}`, "} while (false);"], (release) => ["do {", "  if (!NT_SUCCESS(status)) {", "    continue;", "  }", `  ${release}`, "} while (false);"]),
  undone("in for of a list of one", (release) => ["for (const _ of [1]) {", `  ${release}`, "}"], (release) => ["for (const _ of []) {", `  ${release}`, "}"]),
  undone("before a labelled jump", (release) => ["exit: {", `  ${release}`, "  break exit;", "}"], (release) => ["exit: {", "  break exit;", `  ${release}`, "}"]),
  undone("beside a labelled jump out of two loops", (release) => ["outer: for (;;) {", "  for (;;) {", `    ${release}`, "    break outer;", "  }", "}"], (release) => ["outer: for (;;) {", "  for (;;) {", "    break outer;", "  }", `  ${release}`, "}"]),
  undone("in a finally", (release) => ["try {", '  KdPrint("failed\\n");', "} finally {", `  ${release}`, "}"], () => ["try {", '  KdPrint("failed\\n");', "} finally {", '  KdPrint("kept\\n");', "}"]),
  undone("in a catch", (release) => ["try {", '  throw new Error("failed");', "} catch {", `  ${release}`, "}"], (release) => ["try {", '  KdPrint("failed\\n");', "} catch {", `  ${release}`, "}"]),
  undone("in an arm of a conditional", (release) => [`false ? KdPrint("kept\\n") : ${release}`], (release) => [`true ? KdPrint("kept\\n") : ${release}`]),
  undone("in a catch of what a callee throws", (release) => ["try {", "  Throw(true);", "} catch {", `  ${release}`, "}"], (release) => ["try {", "  Throw(false);", "} catch {", `  ${release}`, "}"]),
  undone("in a loop that goes on elsewhere", (release) => ["outer: for (const turn of [0, 1]) {", "  for (;;) {", "    if (turn === 0) {", "      continue outer;", "    }", `    ${release}`, "    break outer;", "  }", "}"], (release) => ["outer: for (const turn of [0, 1]) {", "  for (;;) {", "    if (turn < 2) {", "      continue outer;", "    }", `    ${release}`, "    break outer;", "  }", "}"]),
  undone("in a machine of states", (release) => ["let state = 0;", "while (state !== 2) {", "  switch (state) {", "    case 0:", "      state = 1;", "      break;", "    case 1:", `      ${release}`, "      state = 2;", "      break;", "  }", "}"], (release) => ["let state = 0;", "while (state !== 2) {", "  switch (state) {", "    case 0:", "      state = 2;", "      break;", "    case 1:", `      ${release}`, "      state = 2;", "      break;", "  }", "}"]),
  undone("in a try that returns in its finally", (release) => ["try {", `  ${release}`, "} finally {", "  return status;", "}"], () => ["try {", '  KdPrint("kept\\n");', "} finally {", "  return status;", "}"]),
  undone("behind &&", (release) => [`true && ${release}`], (release) => [`false && ${release}`]),
  undone("behind ||", (release) => [`false || ${release}`], (release) => [`true || ${release}`]),
  undone("behind ??", (release) => [`null ?? ${release}`], (release) => [`1 ?? ${release}`]),
  undone("behind a comma", (release) => [`KdPrint("failed\\n"), ${release}`], () => ['KdPrint("failed\\n"), KdPrint("kept\\n");']),
  // The handle on its way.
  carried("through a copy", ({ value }) => [`const kept = ${value};`], "kept", nothing),
  carried("through a copy that is lost", ({ value, type }) => [`let kept: ${type} | null = ${value};`], "kept", lost("kept")),
  carried("through two copies", ({ value }) => [`const first = ${value};`, "const kept = first;"], "kept", nothing),
  carried("through a module variable", ({ value }) => [`gKept = ${value};`], "gKept", lost("gKept"), ({ type }) => [`let gKept: ${type} | null = null;`]),
  carried("through an argument and a return", ({ value }) => [`const kept = Same(${value});`], "kept", nothing, ({ type }) => [`function Same(value: ${type} | null): ${type} | null {`, "  return value;", "}"]),
  carried("through an out box", ({ value, type }) => [`const box = out<${type}>();`, `Put(${value}, box);`], "box.value", lost("box.value"), ({ type }) => [`function Put(value: ${type} | null, box: Out<${type}>): void {`, "  box.value = value;", "}"]),
  carried("through an object", ({ value, type }) => [`const holder: { kept: ${type} | null } = { kept: ${value} };`], "holder.kept", lost("holder.kept")),
  carried("through an object in an object", ({ value, type }) => [`const holder: { inner: { kept: ${type} | null } } = { inner: { kept: ${value} } };`], "holder.inner.kept", lost("holder.inner.kept")),
  carried("through an object of the module", ({ value }) => [`gHolder.kept = ${value};`], "gHolder.kept", lost("gHolder.kept"), ({ type }) => [`const gHolder: { kept: ${type} | null } = { kept: null };`]),
  carried("through an object passed on", ({ value, type }) => [`const holder: { kept: ${type} | null } = { kept: null };`, `Put(holder, ${value});`], "holder.kept", lost("holder.kept"), ({ type }) => [`function Put(holder: { kept: ${type} | null }, value: ${type} | null): void {`, "  holder.kept = value;", "}"]),
  carried("through a property and its destructuring", ({ value }) => [`const { kept } = { kept: ${value} };`], "kept", nothing),
  carried("through an array", ({ value, type }) => [`const list: (${type} | null)[] = [${value}];`], "list[0]", lost("list[0]")),
  carried("through an array and its destructuring", ({ value }) => [`const [kept] = [${value}];`], "kept", nothing),
  carried("through push and pop", ({ value, type }) => [`const list: (${type} | null)[] = [];`, `list.push(${value});`], "list.pop()", nothing),
  carried("through a spread", ({ value }) => [`const holder = { ...{ kept: ${value} } };`], "holder.kept", nothing),
  carried("through Object.assign", ({ value, type }) => [`const holder: { kept: ${type} | null } = { kept: null };`, `Object.assign(holder, { kept: ${value} });`], "holder.kept", lost("holder.kept")),
  carried("through a map", ({ value, type }) => [`const map = new Map<string, ${type} | null>();`, `map.set("kept", ${value});`], 'map.get("kept")', nothing),
  carried("through a closure", ({ value }) => [`const give = () => ${value};`], "give()", nothing),
  {
    name: "through a set",
    good: ({ value, type, release }) => ({ after: [`const set = new Set<${type} | null>();`, `set.add(${value});`], undo: block("for (const kept of set) {", [release("kept")]) }),
    bad: ({ value, type }) => ({ after: [`const set = new Set<${type} | null>();`, `set.add(${value});`], undo: block("for (const kept of set) {", ['KdPrint("kept", kept);']) }),
  },
  {
    name: "through an array in a loop",
    good: ({ value, release }) => ({ after: [`const list = [${value}];`], undo: block("for (const kept of list) {", [release("kept")]) }),
    bad: ({ value }) => ({ after: [`const list = [${value}];`], undo: block("for (const kept of list) {", ['KdPrint("kept", kept);']) }),
  },
  carried("through a computed key", ({ value, type }) => ['const key = "kept";', `const holder: Record<string, ${type} | null> = { [key]: ${value} };`], 'holder["kept"]', lost('holder["kept"]')),
  carried("through a getter", ({ value }) => ["const holder = {", "  get kept() {", `    return ${value};`, "  },", "};"], "holder.kept", nothing),
  carried("through a map by an object", ({ value, type }) => [`const map = new WeakMap<object, ${type} | null>();`, `map.set(DriverObject, ${value});`], "map.get(DriverObject)", nothing),
  {
    name: "through a map, asked for a key",
    good: ({ value, type, release }) => ({ after: [`const map = new Map<string, ${type} | null>();`, `map.set("kept", ${value});`], undo: ['const kept = map.get("kept");', ...block("if (kept) {", [release("kept")])] }),
    bad: ({ value, type, release }) => ({ after: [`const map = new Map<string, ${type} | null>();`, `map.set("kept", ${value});`], undo: ['const kept = map.get("other");', ...block("if (kept) {", [release("kept")])] }),
  },
  {
    name: "through a generator",
    good: ({ value, release }) => ({ after: ["function* give() {", `  yield ${value};`, "}"], undo: block("for (const kept of give()) {", [release("kept")]) }),
    bad: ({ value }) => ({ after: ["function* give() {", `  yield ${value};`, "}"], undo: block("for (const kept of give()) {", ['KdPrint("kept", kept);']) }),
  },
  {
    name: "through an array and forEach",
    good: ({ value, release }) => ({ after: [`const list = [${value}];`], undo: block("list.forEach((kept) => {", [release("kept")], "});") }),
    bad: ({ value }) => ({ after: [`const list = [${value}];`], undo: block("list.forEach((kept) => {", ['KdPrint("kept", kept);'], "});") }),
  },
  // The release elsewhere.
  called("in a callee", (release, { type }) => block(`function Free(value: ${type} | null): void {`, [release("value")]), ({ value }) => [`Free(${value});`]),
  called("in a callee of a callee", (release, { type }) => [...block(`function Free(value: ${type} | null): void {`, ["Really(value);"]), ...block(`function Really(value: ${type} | null): void {`, [release("value")])], ({ value }) => [`Free(${value});`]),
  called("in a callee that asks", (release, { type }) => block(`function Free(value: ${type} | null): void {`, ["if (value === null) {", "  return;", "}", release("value")]), ({ value }) => [`Free(${value});`]),
  called("in a callee with a default", (release, { type }) => block(`function Free(value: ${type} | null, really = true): void {`, ["if (really) {", `  ${release("value")}`, "}"]), ({ value }) => [`Free(${value});`]),
  called("in a callee with rest parameters", (release, { type }) => block(`function Free(...values: (${type} | null)[]): void {`, [release("values[0]")]), ({ value }) => [`Free(${value});`]),
  called("in a callee that gets an object", (release, { type }) => block(`function Free({ kept }: { kept: ${type} | null }): void {`, [release("kept")]), ({ value }) => [`Free({ kept: ${value} });`]),
  called("in a function value", (release, { type }) => [`const free = (value: ${type} | null): void => {`, `  ${release("value")}`, "};"], ({ value }) => [`free(${value});`]),
  called("in a function passed on", (release, { type }) => [...block(`function Free(value: ${type} | null): void {`, [release("value")]), ...block(`function Apply(what: (value: ${type} | null) => void, value: ${type} | null): void {`, ["what(value);"])], ({ value }) => [`Apply(Free, ${value});`]),
  called("in a function that a condition chooses", (release, { type }) => [...block(`function Free(value: ${type} | null): void {`, [release("value")]), ...block("function Keep(): void {", ['KdPrint("kept\\n");'])], ({ value }) => ["const undo = NT_SUCCESS(status) ? Keep : Free;", `undo(${value});`]),
  called("in a list of functions", (release, { value }) => block("const undos = [", [`() => { ${release(value === "" ? "" : "gKept")} },`], "];"), () => ["for (const undo of undos) {", "  undo();", "}"], ({ value }) => [`gKept = ${value};`]),
  called("in a method", (release, { type }) => block("const tools = {", block(`free(value: ${type} | null): void {`, [release("value")], "},"), "};"), ({ value }) => [`tools.free(${value});`]),
  called("in a static method", (release, { type }) => block("class Tools {", block(`static free(value: ${type} | null): void {`, [release("value")])), ({ value }) => [`Tools.free(${value});`]),
  called("in a method of a class that holds it", (release, { type }) => block("class Holder {", [`kept: ${type} | null = null;`, ...block("free(): void {", [release("this.kept")])]), () => ["holder.free();"], ({ value }) => ["const holder = new Holder();", `holder.kept = ${value};`]),
  called("in a method of a class that is constructed with it", (release, { type }) => block("class Holder {", [`readonly kept: ${type} | null;`, ...block(`constructor(kept: ${type} | null) {`, ["this.kept = kept;"]), ...block("free(): void {", [release("this.kept")])]), () => ["holder.free();"], ({ value }) => [`const holder = new Holder(${value});`]),
  called("in a constructor", (release, { type }) => block("class Freed {", block(`constructor(kept: ${type} | null) {`, [release("kept")])), ({ value }) => [`new Freed(${value});`]),
  called("in an inherited method", (release, { type }) => [...block("class Base {", block(`free(value: ${type} | null): void {`, [release("value")])), "class Derived extends Base {}"], ({ value }) => [`new Derived().free(${value});`]),
  called("in an overriding method", (release, { type }) => [...block("class Base {", block(`free(_value: ${type} | null): void {`, ['KdPrint("base\\n");'])), ...block("class Derived extends Base {", block(`override free(value: ${type} | null): void {`, [release("value")]))], ({ value }) => ["const undo: Base = new Derived();", `undo.free(${value});`]),
  called("in a virtual method that a base class calls", (release, { type }) => [...block("class Base {", [...block(`run(value: ${type} | null): void {`, ["this.free(value);"]), ...block(`free(_value: ${type} | null): void {`, ['KdPrint("base\\n");'])]), ...block("class Derived extends Base {", block(`override free(value: ${type} | null): void {`, [release("value")]))], ({ value }) => [`new Derived().run(${value});`]),
  called("in a disposal", (release, { type }) => block("class Holder {", [`readonly kept: ${type} | null;`, ...block(`constructor(kept: ${type} | null) {`, ["this.kept = kept;"]), ...block("[Symbol.dispose](): void {", [release("this.kept")])]), ({ value }) => [`using holder = new Holder(${value});`]),
  called("in a bound function", (release, { type }) => block(`function Free(value: ${type} | null): void {`, [release("value")]), ({ value }) => [`const free = Free.bind(null, ${value});`, "free();"]),
  called("in a function by call", (release, { type }) => block(`function Free(value: ${type} | null): void {`, [release("value")]), ({ value }) => [`Free.call(null, ${value});`]),
  called("in a function by apply", (release, { type }) => block(`function Free(value: ${type} | null): void {`, [release("value")]), ({ value }) => [`Free.apply(null, [${value}]);`]),
  called("in a recursive function", (release, { type }) => block(`function Free(value: ${type} | null, depth: number): void {`, [...block("if (depth > 0) {", ["Free(value, depth - 1);", "return;"]), release("value")]), ({ value }) => [`Free(${value}, 2);`]),
  called("in a table of functions", (release, { type }) => block("const table = {", [...block(`free(value: ${type} | null): void {`, [release("value")], "},"), ...block("keep(): void {", ['KdPrint("kept\\n");'], "},")], "};"), ({ value }) => [`table[NT_SUCCESS(status) ? "keep" : "free"](${value});`]),
  called("in a setter", (release, { type }) => block("const sink = {", block(`set kept(value: ${type} | null) {`, [release("value")], "},"), "};"), ({ value }) => [`sink.kept = ${value};`]),
  called("in a method with a private field", (release, { type }) => block("class Holder {", [`readonly #kept: ${type} | null;`, ...block(`constructor(kept: ${type} | null) {`, ["this.#kept = kept;"]), ...block("free(): void {", [release("this.#kept")])]), () => ["holder.free();"], ({ value }) => [`const holder = new Holder(${value});`]),
  called("in a method that calls its base's", (release, { type }) => [...block("class Base {", block(`free(value: ${type} | null): void {`, [release("value")])), ...block("class Derived extends Base {", block(`override free(value: ${type} | null): void {`, ["super.free(value);"]))], ({ value }) => [`new Derived().free(${value});`]),
  {
    name: "in a method of either of two classes",
    good: (kind) => either(kind, kind.release("value")),
    bad: (kind) => either(kind, 'KdPrint("kept\\n");'),
  },
  {
    name: "in a function inside the entry",
    good: ({ release, value }) => ({ after: block("function free(): void {", [release(value)]), undo: ["free();"] }),
    bad: () => ({ after: block("function free(): void {", nothing()), undo: ["free();"] }),
  },
  // The acquisition elsewhere.
  {
    name: "acquired in a callee",
    good: (kind) => ({ ...opened(kind), undo: [kind.release(kind.value)] }),
    bad: (kind) => ({ ...opened(kind), undo: nothing() }),
  },
  {
    name: "acquired and released in callees",
    good: (kind) => withFree(opened(kind), kind.release(kind.value)),
    bad: (kind) => withFree(opened(kind), 'KdPrint("kept\\n");'),
  },
  {
    name: "acquired in a branch, released in the same",
    good: (kind) => chosen(kind, "wanted"),
    bad: (kind) => chosen(kind, "wanted && NT_SUCCESS(status)"),
  },
];

/** The acquisition in a function, `handle` beside the entry. */
function opened({ acquire }: Kind): Omit<Parts, "undo"> {
  return {
    isModule: true,
    module: block("function Open(): NTSTATUS {", ["let status: NTSTATUS = STATUS_SUCCESS;", ...acquire, "return status;"]),
    acquire: ["status = Open();", ...RETURN_STATUS],
  };
}

function withFree(parts: Omit<Parts, "undo">, release: string): Parts {
  return { ...parts, module: [...(parts.module ?? []), ...block("function Free(): void {", [release])], undo: ["Free();"] };
}

/** Acquired where something unknown is wanted, and released under a condition. */
function chosen({ acquire, release, value }: Kind, condition: string): Parts {
  return {
    module: ["declare function IsWanted(...parameters: unknown[]): boolean;"],
    acquire: ["const wanted = IsWanted();", ...block("if (wanted) {", acquire)],
    undo: block(`if (${condition}) {`, [release(value)]),
  };
}

/** A method that one of two classes has, which one is unknown; the other class' releases. */
function either({ release, value, type }: Kind, other: string): Parts {
  const first = block("class First extends Base {", block(`override free(value: ${type} | null): void {`, [release("value")]));
  const second = block("class Second extends Base {", block(`override free(value: ${type} | null): void {`, [other]));
  return {
    module: ["declare function IsWanted(...parameters: unknown[]): boolean;", ...block("abstract class Base {", [`abstract free(value: ${type} | null): void;`]), ...first, ...second],
    undo: ["const undo: Base = IsWanted() ? new First() : new Second();", `undo.free(${value});`],
  };
}

/** One cell: a driver that is right, or one that is not. */
export interface Cell {
  readonly template: string;
  readonly kind: string;
  readonly isBad: boolean;
  readonly program: Program;
}

/** All cells. */
export function cells(): Cell[] {
  return TEMPLATES.flatMap((template) =>
    KINDS.flatMap((kind) =>
      [false, true].flatMap((isBad): Cell[] => {
        const parts = (isBad ? template.bad : template.good)(kind);
        return [{ template: template.name, kind: kind.name, isBad, program: { text: driver(kind, parts), entry: "DriverEntry", dialect: "status", externals: EXTERNALS, features: new Set() } }];
      }),
    ),
  );
}

const EXTERNALS: Program["externals"] = [
  { name: "Later", returns: "status" },
  { name: "IsDebugBuild", returns: "boolean" },
  { name: "IsWanted", returns: "boolean" },
];

function driver(kind: Kind, { module = [], acquire = kind.acquire, after = [], undo, isModule = false }: Parts): string {
  const words = [...kind.acquire].join("\n");
  const lines = [
    "declare function Later(...parameters: unknown[]): NTSTATUS;",
    ...(words.includes("TARGET") ? ['const TARGET = RTL_CONSTANT_STRING("target");'] : []),
    ...(after.some((line) => line.startsWith("gKept =")) && !module.some((line) => line.startsWith("let gKept")) ? [`let gKept: ${kind.type} | null = null;`] : []),
    ...(isModule ? [kind.holder] : []),
    ...module,
    ...block("export function DriverEntry(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): NTSTATUS {", [
      ...(isModule ? [] : [kind.holder]),
      "let status: NTSTATUS = STATUS_SUCCESS;",
      ...acquire,
      ...after,
      "status = Later(DriverObject, RegistryPath);",
      ...block("if (!NT_SUCCESS(status)) {", [...undo, "return status;"]),
      "return STATUS_SUCCESS;",
    ]),
    ...(undo.some((line) => line.includes("Throw(")) ? ["function Throw(really: boolean): void {", "  if (really) {", '    throw new Error("failed");', "  }", "}"] : []),
    ...(words.includes("OnBugCheck") ? ["function OnBugCheck(): void {}"] : []),
  ];
  return `${lines.join("\n")}\n`;
}
