/** Projects of several files, written to a folder of their own and linted there as ESLint does it. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as parser from "@typescript-eslint/parser";
import { ESLint, type Linter } from "eslint";
import wdf from "../../lib/index.ts";
import type { WdfSettings } from "../../lib/settings.ts";

/** The files of a project: their texts by their paths. */
export type Files = Readonly<Record<string, string>>;

/** A project on the disk. */
export class Project {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), "eslint-plugin-wdf-project-")));

  constructor(files: Files) {
    this.write(files);
  }

  write(files: Files): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(this.at(name)), { recursive: true });
      writeFileSync(this.at(name), text);
    }
  }

  at(name: string): string {
    return path.join(this.folder, name);
  }

  /** What is reported of a file: "15:3 no-leak-on-failure: …", one line each. */
  async lint(name: string, { settings = {}, cwd = this.folder, languageOptions = { parser } }: { settings?: WdfSettings; cwd?: string; languageOptions?: Linter.LanguageOptions } = {}): Promise<string[]> {
    const overrideConfig: Linter.Config = { ...wdf.configs.strict, files: ["**/*.{ts,mts,cts,js,mjs,cjs}"], settings: { wdf: settings }, languageOptions };
    const eslint = new ESLint({ cwd, overrideConfigFile: true, overrideConfig });
    const [result] = await eslint.lintText(await import("node:fs").then(({ readFileSync }) => readFileSync(this.at(name), "utf8")), { filePath: this.at(name) });
    return (result?.messages ?? []).map(({ line, column, ruleId, message }) => `${String(line)}:${String(column)} ${(ruleId ?? "").replace("wdf/", "")}: ${message}`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
