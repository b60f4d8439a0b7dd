/** One file made ready for the machine: lowered, its dependences known, its entries found. */
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import { CONSTANTS, NULLS, statusOfName } from "../api/calls.ts";
import { buildVocabulary, type Vocabulary } from "../api/vocabulary.ts";
import { createBinder } from "../source/binding.ts";
import { isDeclaredEntry, isExportedFunction } from "../source/entries.ts";
import { programOf, type Module, type ModuleGraph } from "../source/modules.ts";
import { linkScopes, type Scopes } from "../source/scopes.ts";
import { isFunction } from "../source/syntax.ts";
import type { ResolvedSettings } from "../settings.ts";
import { Dependences } from "./dependence.ts";
import { Lowering } from "./lower.ts";
import { moduleNumber, type Line } from "./lines.ts";
import type { Mention } from "./lower-base.ts";
import type { FunctionInfo, Region, VariableRef, Watched } from "./regions.ts";
import { type Shared } from "./run.ts";
import { Slicer } from "./slice.ts";
import { Cores } from "./state.ts";
import { Values } from "./values.ts";

/** A file ready to be run. */
export interface DriverFile {
  readonly shared: Shared;
  readonly program: Region;
  readonly functions: readonly FunctionInfo[];
  readonly entries: readonly FunctionInfo[];
  readonly slicer: Slicer;
  /** Module variables by the name of an entry that hold no function the syntax shows. */
  readonly unresolvedEntries: readonly VariableRef[];
  /** The text of a node on a line, on one line. */
  readonly text: (node: TSESTree.Node, line: Line) => string;
  /** What the file under lint mentions of other modules. */
  readonly mentions: readonly Mention[];
  /** The modules it consists of, the file under lint first. */
  readonly modules: readonly Module[];
  /** Few enough variables and fields that objects are kept wherever they are. */
  readonly isSmall: boolean;
}

const SMALL = 400;
// A few seconds' worth of copied cells for any file, and more for one with many calls of the API.
const MIN_WORK = 12_000_000;
const WORK_PER_CALL = 60_000;
const WORK_PER_NAME = 600;
const WORK_PER_OTHER = 100;
// So many characters of a text make a name, at least.
const PER_NAME = 4;

/**
 * Lowers a file and finds its entries.
 * @param made functions that were found to be entries by running the module
 * @param watched a place that is to be marked
 */
export function prepare(
  sourceCode: Readonly<TSESLint.SourceCode>,
  settings: ResolvedSettings,
  vocabulary: Vocabulary,
  made: ReadonlySet<TSESTree.Node> = new Set(),
  watched?: Watched,
): DriverFile {
  const graph = graphOf(sourceCode, settings, vocabulary);
  const scopes = linkScopes(graph);
  const lowering = new Lowering({ graph, scopes, binder: createBinder(scopes, settings), vocabulary, names: settings.names, watched });
  const program = lowering.lowerProgram();
  const dependences = new Dependences({
    names: lowering.names,
    program,
    functions: lowering.functions,
    accessors: lowering.accessors,
    constantFunctions: lowering.constantFunctions,
    handed: lowering.handed,
  });
  const entries = findEntries(lowering.functions, dependences, settings, scopes, made);
  const named = new Set(lowering.functions.map((fn) => fn.name));
  dependences.markEntries(new Set(entries));
  const own = Math.min(lowering.names.size, Math.ceil(sourceCode.text.length / PER_NAME));
  const others = lowering.names.size - own;
  const correlatedBy = new Map<number, number[]>();
  for (const { cell, reads } of lowering.correlated) {
    for (const node of reads) correlatedBy.set(node, [...(correlatedBy.get(node) ?? []), cell]);
  }
  return {
    shared: {
      values: new Values(),
      cores: new Cores(),
      names: lowering.names,
      dependences,
      settings,
      entries: new Set(entries),
      constantFunctions: lowering.constantFunctions,
      extendedClasses: new Map(),
      outcomes: new Map(),
      fields: new Map(),
      fieldCells: new Map(),
      exitSites: new Map(),
      callSites: new Map(),
      setAt: new Map(),
      paths: new Map(),
      pathTails: new Map(),
      objectSites: lowering.objectSites,
      containers: new Set([...lowering.classes.map(({ site }) => site), ...lowering.functions.flatMap(({ container }) => (container ? [container.site] : []))]),
      makers: new WeakMap(),
      workLimit: MIN_WORK + WORK_PER_CALL * dependences.records.length + WORK_PER_NAME * own + WORK_PER_OTHER * others,
      size: { own, others },
      cannotLoad: false,
      fieldsByObject: new Map(),
      mentionsMiniportUnload: dependences.records.some(({ call }) => call.api?.effect === "miniport-unload"),
      soleSites: soleKinds(dependences),
      exported: [...lowering.variables].filter((ref) => ref.isModuleLevel && ref.isExported),
      transient: lowering.transient,
      answers: lowering.answers,
      flags: lowering.flags,
      foreign: new Set(lowering.foreign),
      assigned: lowering.assigned,
      answered: new Map(),
      aboutStatus: new Set(),
      correlatedBy,
    },
    program,
    functions: lowering.functions,
    entries,
    slicer: new Slicer(dependences, lowering.names, lowering.functions, entries),
    unresolvedEntries: [...lowering.variables].filter(({ name, isModuleLevel, module }) => isModuleLevel && module === 0 && settings.entryPoints.includes(name) && !named.has(name)),
    text: (node, line) => lowering.textIn(graph.modules[moduleNumber(line)] ?? graph.entry, node),
    mentions: lowering.mentions,
    modules: graph.modules,
    isSmall: dependences.cells.size <= SMALL,
  };
}

/** The program around a file under lint. */
export function graphOf(sourceCode: Readonly<TSESLint.SourceCode>, settings: ResolvedSettings, vocabulary: Vocabulary): ModuleGraph {
  return programOf(sourceCode, { ...settings, isApi: (name) => isApiName(vocabulary, settings.names[name] ?? name), isSimulated });
}

/** Whether a name means something of the API: a call, a constant, a status. */
function isApiName(vocabulary: Vocabulary, name: string): boolean {
  return vocabulary.meaning(name) !== undefined || NULLS.has(name) || Object.hasOwn(CONSTANTS, name) || statusOfName(name) !== undefined;
}

const BUILT_IN = buildVocabulary([]);

/** Whether a name is that of a call that acquires or creates: a module that defines one is a simulation of the API. */
function isSimulated(name: string): boolean {
  const meaning = BUILT_IN.meaning(name);
  return meaning !== undefined && (meaning.acquires.length > 0 || meaning.effect === "create-driver");
}

/** Kinds of which there is one acquiring call. */
function soleKinds(dependences: Dependences): Set<string> {
  const counts = new Map<string, number>();
  for (const { call } of dependences.records) {
    for (const { kind } of call.api?.acquires ?? []) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count === 1).map(([kind]) => kind));
}

function findEntries(functions: readonly FunctionInfo[], dependences: Dependences, settings: ResolvedSettings, scopes: Scopes, made: ReadonlySet<TSESTree.Node>): FunctionInfo[] {
  const declared = functions.filter((fn) => made.has(fn.node) || (isOwn(fn) && isFunction(fn.node) && isDeclaredEntry(fn.node, settings.entryPoints)));
  const loaded = dependences.records.flatMap(({ call }) => {
    const [first] = call.api?.effect === "load-driver" ? call.args : [];
    const fn = first && dependences.functionOf(first);
    return fn && isOwn(fn) ? [fn] : [];
  });
  const found = new Set([...declared, ...loaded]);
  if (found.size > 0) return [...found];
  return outermostCreators(functions, dependences).filter((fn) => isOwn(fn) && isFunction(fn.node) && !isExportedFunction(fn.node, scopes));
}

/** A function of the file under lint. */
function isOwn({ end }: FunctionInfo): boolean {
  return moduleNumber(end.line) === 0;
}

/** The functions from which WdfDriverCreate is reached and that no other function calls. */
function outermostCreators(functions: readonly FunctionInfo[], dependences: Dependences): FunctionInfo[] {
  const reaching = new Set<FunctionInfo>();
  const pending = dependences.records.flatMap(({ call }) => (call.api?.effect === "create-driver" && call.site.fn ? [call.site.fn] : []));
  for (let fn = pending.pop(); fn; fn = pending.pop()) {
    if (reaching.has(fn)) continue;
    reaching.add(fn);
    for (const caller of dependences.callersOf(fn)) pending.push(caller);
  }
  return functions.filter((fn) => reaching.has(fn) && dependences.callersOf(fn).length === 0);
}
