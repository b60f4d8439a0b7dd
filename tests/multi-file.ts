/** The drivers of docs/examples/multi-file: each a folder of modules, linted at its entry and run as a whole. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import vm from "node:vm";
import { ESLint, type Linter } from "eslint";
import ts from "typescript";
import type { WdfPlugin } from "../lib/index.ts";
import type * as Simulator from "../lib/sim/index.ts";
import { config, folder } from "./examples.ts";
import { draw } from "./frame.ts";
import { cleanInWords, proofInWords, proofOf } from "./run-examples.ts";

/** Where each driver begins. */
const ENTRY = "entry.ts";
const root = path.join(folder, "multi-file");

/** A driver of several files. */
export interface Project {
  /** The folder's name. */
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
}

/** The findings of all of them, drawn. */
export const expectedOfProjects = readFileSync(path.join(root, "expected.txt"), "utf8");

export function projects(): Project[] {
  const names = readdirSync(root, { withFileTypes: true }).filter((each) => each.isDirectory()).map(({ name }) => name);
  return names.sort().map((name) => ({ name, files: new Map(readdirSync(path.join(root, name)).sort().map((file) => [file, readFileSync(path.join(root, name, file), "utf8")])) }));
}

/** What the linter says of each file of a project; nothing where it says nothing. */
export async function findingsOf(wdf: WdfPlugin, { name }: Project): Promise<Map<string, readonly Linter.LintMessage[]>> {
  const eslint = new ESLint({ cwd: path.join(root, name), overrideConfigFile: true, overrideConfig: config(wdf) });
  const results = await eslint.lintFiles("*.ts");
  return new Map(results.flatMap(({ filePath, messages }) => (messages.length > 0 ? [[path.basename(filePath), messages]] : [])));
}

/** The findings of a project, or that there are none; with `sim` each with its proof. */
export function drawProject({ name, files }: Project, findings: ReadonlyMap<string, readonly Linter.LintMessage[]>, sim?: typeof Simulator): string {
  const shown = `docs/examples/multi-file/${name}`;
  const verification = sim && verifyProject(sim, { name, files });
  if (findings.size === 0) return draw(shown, "", []) + (verification ? cleanInWords(verification) : "");
  return [...findings]
    .flatMap(([file, messages]) => messages.map((message) => draw(`${shown}/${file}`, files.get(file) ?? "", [message]) + (verification ? proofInWords(proofOf(message, verification)) : "")))
    .join("\n");
}

/** Runs a project under every schedule. */
export function verifyProject(sim: typeof Simulator, project: Project): Simulator.Verification {
  return sim.verify(runnableProject(sim, project), { positions: true });
}

/** A project as code that runs, made anew for each run. */
export function runnableProject(sim: typeof Simulator, { name, files }: Project): { readonly fresh: () => Simulator.DriverEntry } {
  const loaders = new Map([...files].map(([file, code]) => [file, loader(`${name}/${file}`, code, sim)]));
  return {
    fresh() {
      const loaded = new Map<string, Record<string, unknown>>();
      const load = (file: string): Record<string, unknown> => {
        const known = loaded.get(file);
        if (known) return known;
        const exports = {};
        loaded.set(file, exports);
        loaders.get(file)?.(exports, (specifier) => load(path.posix.normalize(specifier)));
        return exports;
      };
      const { DriverEntry } = load(ENTRY) as { DriverEntry?: Simulator.DriverEntry };
      if (DriverEntry === undefined) throw new Error(`${name}/${ENTRY} exports no DriverEntry`);
      return DriverEntry;
    },
  };
}

type Loader = (exports: object, require: (specifier: string) => unknown) => void;

function loader(file: string, code: string, sim: typeof Simulator): Loader {
  const { outputText } = ts.transpileModule(code, { fileName: file, compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS } });
  const compiled = vm.compileFunction(outputText, ["exports", "require", ...Object.keys(sim)], { filename: file }) as (...values: unknown[]) => void;
  return (exports, require) => {
    compiled(exports, require, ...Object.values(sim));
  };
}
