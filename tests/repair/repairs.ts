/** What the linter offers to do about a text: its fixes and suggestions, and the texts they make. */
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import type { Considered } from "../../lib/repair/ledger.ts";
import { fromSources, type Judged } from "../oracle/plugin.ts";

/** A text edit as ESLint states it. */
export interface Edit {
  readonly range: readonly [number, number];
  readonly text: string;
}

/** A comment; its range is counted without the byte order mark. */
export interface Comment {
  readonly value: string;
  readonly range: readonly [number, number];
}

/** One thing that the linter offers to do. */
export interface Repair {
  /** Without the `wdf/`. */
  readonly rule: string;
  readonly kind: "fix" | "suggestion";
  /** The suggestion's own words; the message for a fix. */
  readonly words: string;
  /** The report it answers, in words. */
  readonly message: string;
  readonly line: number;
  readonly edit: Edit;
}

/** What the linter says of a text. */
export interface Linted {
  readonly text: string;
  /** Who says it. */
  readonly by: Repairer;
  readonly messages: readonly Linter.LintMessage[];
  readonly comments: readonly Comment[];
  readonly repairs: readonly Repair[];
  /** What was considered and not offered. */
  readonly refusals: readonly Considered[];
}

/** Where a text stands, and how it is read. */
export interface Setting {
  /** The project's folder. */
  readonly cwd?: string;
  readonly filename: string;
  /** `settings.wdf`, where the text does not state it. */
  readonly settings?: unknown;
}

/** Lints with every rule of a plugin, and applies what it offers. */
export class Repairer {
  readonly #linter: Linter;
  readonly #ledger: Judged["ledger"];
  readonly #plugin: Judged["plugin"];
  readonly #setting: Setting;

  constructor({ plugin, ledger }: Judged, setting: Setting = { filename: "driver.ts" }) {
    this.#linter = new Linter(setting.cwd === undefined ? {} : { cwd: setting.cwd });
    this.#plugin = plugin;
    this.#ledger = ledger;
    this.#setting = setting;
  }

  /** Lints a text, by one rule or by all; throws where it cannot be parsed, or a rule fails. */
  linted(text: string, rule?: string): Linted {
    const refusals: Considered[] = [];
    this.#ledger.tellRefusals((considered) => refusals.push(considered));
    try {
      const messages = this.#linter.verify(text, this.#configs(text, (name) => rule === undefined || name === rule), { filename: this.#setting.filename });
      const broken = messages.find(({ fatal, ruleId, message }) => fatal === true || ruleId === null || message.startsWith("Internal error"));
      if (broken !== undefined) throw new Error(`line ${String(broken.line)}: ${broken.message}`);
      const comments = this.#linter.getSourceCode().getAllComments().map(({ value, range: [start, end] = [0, 0] }): Comment => ({ value, range: [start, end] }));
      return { text, by: this, messages, comments, repairs: messages.flatMap(repairsOf), refusals };
    } finally {
      this.#ledger.tellRefusals(undefined);
    }
  }

  /** Lints a text for its reports only: nothing is offered about them. */
  reported(text: string): Linted {
    return this.#ledger.withoutRepairs(() => this.linted(text));
  }

  /** A text after ESLint's own fixer has made one pass over it, by one rule or by all. */
  fixedOnce(text: string, rule?: string): string {
    return afterOnePass(this.linted(text, rule));
  }

  /** A text after `eslint --fix`. Rules that fix nothing change nothing about it: they need not run. */
  fixedFully(text: string, configs = this.#configs(text, (name) => this.#plugin.rules[name]?.meta?.fixable !== undefined)): { readonly text: string; readonly messages: readonly Linter.LintMessage[] } {
    const { output, messages } = this.#linter.verifyAndFix(text, configs, { filename: this.#setting.filename });
    return { text: output, messages };
  }

  #configs(text: string, isMeant: (rule: string) => boolean): Linter.Config[] {
    const { strict } = this.#plugin.configs;
    const settings = settingsIn(text) ?? this.#setting.settings;
    const rules = Object.entries(strict.rules ?? {}).filter(([name]) => isMeant(name.replace(/^wdf\//u, "")));
    return [
      {
        ...strict,
        files: ["**"],
        rules: Object.fromEntries(rules),
        languageOptions: { parser, sourceType: "module" },
        linterOptions: { reportUnusedDisableDirectives: "off" },
        ...(settings !== undefined && { settings: { wdf: settings } }),
      },
    ];
  }
}

/** By the sources. */
const sources = new Repairer(fromSources);

export const linted = (text: string): Linted => sources.linted(text);
export const fixedOnce = (text: string, rule?: string): string => sources.fixedOnce(text, rule);
export const fixedFully: Repairer["fixedFully"] = (text, configs) => sources.fixedFully(text, configs);

/** The `settings.wdf` that a fixture states in its first line: `//@ {"failure":"throw"}`. */
export function settingsIn(text: string): unknown {
  const json = /^\/\/@\s*(?<json>\{.*\})\s*$/u.exec(/^.*/u.exec(text)?.[0] ?? "")?.groups?.["json"];
  return json === undefined ? undefined : (JSON.parse(json) as unknown);
}

function repairsOf({ ruleId, message, line, fix, suggestions }: Linter.LintMessage): Repair[] {
  const rule = (ruleId ?? "").replace(/^wdf\//u, "");
  const repairs: Repair[] = (suggestions ?? []).map(({ desc, fix: edit }) => ({ rule, kind: "suggestion", words: desc, message, line, edit }));
  return fix === undefined ? repairs : [{ rule, kind: "fix", words: message, message, line, edit: fix }, ...repairs];
}

/** A text after several changes; of those at one place, the first comes first. */
export function changed(text: string, changes: readonly Edit[]): string {
  const inOrder = [...changes].sort((left, right) => left.range[0] - right.range[0] || left.range[1] - right.range[1]);
  return inOrder.reduceRight(applied, text);
}

/** A text after an edit. ESLint counts its ranges without the byte order mark. */
export function applied(text: string, { range: [start, end], text: replacement }: Edit): string {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const rest = text.slice(mark.length);
  return mark + rest.slice(0, Math.max(start, 0)) + replacement + rest.slice(end);
}

/** A text after the fixes of one rule or of all, as ESLint makes them in one pass: those that meet others wait. */
export function afterOnePass({ text, repairs }: Linted, rule?: string): string {
  const edits = repairs.flatMap(({ kind, edit, ...repair }) => (kind === "fix" && (rule ?? repair.rule) === repair.rule ? [edit] : []));
  edits.sort((left, right) => left.range[0] - right.range[0] || left.range[1] - right.range[1]);
  let last = Number.NEGATIVE_INFINITY;
  const taken = edits.filter(({ range: [start, end] }) => {
    if (start <= last) return false;
    last = end;
    return true;
  });
  return taken.reverse().reduce(applied, text);
}
