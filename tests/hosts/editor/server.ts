/** A real ESLint language server in a process of its own, and an editor's side of the talk with it. */
import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import {
  ApplyWorkspaceEditRequest,
  CodeActionRequest,
  ConfigurationRequest,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExecuteCommandRequest,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  LogMessageNotification,
  MessageType,
  RegistrationRequest,
  ShowMessageNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentEdit,
  createProtocolConnection,
  type CodeAction,
  type Diagnostic,
  type ProtocolConnection,
  type ShowMessageParams,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver-protocol/node.js";

const script = path.join(path.dirname(createRequire(import.meta.url).resolve("vscode-langservers-extracted/package.json")), "lib/eslint-language-server/eslintServer.js");

/** By these requests of its own the server tells that it cannot lint. */
const FAILURES = ["eslint/noConfig", "eslint/noLibrary", "eslint/probeFailed", "eslint/confirmESLintExecution"];

/** What the server asks of an editor's settings: those of the extension, as they are without any. */
function settingsFor(folder: string): Readonly<Record<string, unknown>> {
  return {
    validate: "on",
    run: "onType",
    experimental: {},
    problems: {},
    quiet: false,
    onIgnoredFiles: "off",
    options: {},
    format: false,
    codeAction: { disableRuleComment: { enable: true, location: "separateLine" }, showDocumentation: { enable: true } },
    codeActionOnSave: { mode: "all" },
    rulesCustomizations: [],
    nodePath: null,
    workingDirectory: { mode: "location" },
    workspaceFolder: { uri: pathToFileURL(folder).href, name: path.basename(folder) },
  };
}

/** The language server of one project. */
export class Server {
  readonly #child: ChildProcess;
  readonly #connection: ProtocolConnection;
  /** What the server has said on its error stream, or asked for in vain. */
  readonly errors: string[] = [];
  readonly #buffers = new Map<string, Buffer>();
  readonly folder: string;

  private constructor(folder: string, nodeFlags: readonly string[]) {
    this.folder = folder;
    const child = spawn(process.execPath, [...nodeFlags, script, "--stdio"], { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    child.stderr.on("data", (data: globalThis.Buffer) => this.errors.push(data.toString()));
    this.#connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
    this.#connection.onRequest(ConfigurationRequest.type, ({ items }) => items.map(() => settingsFor(folder)));
    this.#connection.onRequest(RegistrationRequest.type, () => undefined);
    this.#connection.onRequest(ApplyWorkspaceEditRequest.type, ({ edit }) => ({ applied: this.#apply(edit) }));
    for (const method of FAILURES) {
      this.#connection.onRequest(method, () => {
        this.errors.push(method);
        return {};
      });
    }
    for (const { method } of [LogMessageNotification.type, ShowMessageNotification.type]) {
      this.#connection.onNotification(method, (parameters: ShowMessageParams) => {
        if (parameters.type === MessageType.Error || /error/iu.test(parameters.message)) this.errors.push(parameters.message);
      });
    }
    this.#connection.listen();
  }

  /** Starts the server of a project. */
  static async start(folder: string, nodeFlags: readonly string[] = []): Promise<Server> {
    const server = new Server(folder, nodeFlags);
    const uri = pathToFileURL(folder).href;
    await server.#connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      // The protocol requires it, and prefers the folders.
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- its type has it as a duty
      rootUri: uri,
      workspaceFolders: [{ uri, name: path.basename(folder) }],
      capabilities: {
        workspace: { configuration: true, applyEdit: true, workspaceFolders: true, workspaceEdit: { documentChanges: true }, executeCommand: {} },
        textDocument: {
          diagnostic: { dynamicRegistration: true },
          codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source.fixAll.eslint"] } } },
        },
      },
    });
    await server.#connection.sendNotification(InitializedNotification.type, {});
    return server;
  }

  /** Opens a file that need not be on the disk. */
  async open(name: string, text: string): Promise<Buffer> {
    const buffer = new Buffer(this.#connection, pathToFileURL(path.join(this.folder, name)).href, text);
    this.#buffers.set(buffer.uri, buffer);
    await this.#connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri: buffer.uri, languageId: "typescript", version: 1, text } });
    return buffer;
  }

  #apply({ documentChanges = [], changes = {} }: WorkspaceEdit): boolean {
    for (const [uri, edits] of Object.entries(changes)) this.#buffers.get(uri)?.take(edits);
    for (const change of documentChanges) {
      if (TextDocumentEdit.is(change)) this.#buffers.get(change.textDocument.uri)?.take(change.edits);
    }
    return true;
  }

  /** The process that serves, for what it uses. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    await this.#connection.sendRequest(ShutdownRequest.type);
    await this.#connection.sendNotification(ExitNotification.type);
    this.#connection.end();
    await ended;
    this.#connection.dispose();
  }
}

/** A file that is open in the editor. */
export class Buffer {
  readonly #connection: ProtocolConnection;
  readonly uri: string;
  #text: string;
  #version = 1;

  constructor(connection: ProtocolConnection, uri: string, text: string) {
    this.#connection = connection;
    this.uri = uri;
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  /** The whole text is another one now. */
  async change(text: string): Promise<void> {
    this.#text = text;
    this.#version += 1;
    const textDocument = { uri: this.uri, version: this.#version };
    await this.#connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument, contentChanges: [{ text }] });
  }

  /** Edits that the server makes. The server is told of the text only once it is looked at again. */
  take(edits: readonly TextEdit[]): void {
    this.#text = edited(this.#text, edits);
  }

  /** The squiggles, and how many milliseconds they took. */
  async diagnostics(): Promise<{ readonly items: Diagnostic[]; readonly ms: number }> {
    const start = performance.now();
    const report = await this.#connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri: this.uri } });
    const ms = performance.now() - start;
    if (report.kind !== "full") throw new Error(`The server reports ${report.kind}, not all it finds.`);
    return { items: report.items, ms };
  }

  /** What is offered about some squiggles. */
  async actions(diagnostics: readonly Diagnostic[], only?: string): Promise<CodeAction[]> {
    const [first] = diagnostics;
    const range = first?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    const context = { diagnostics: [...diagnostics], ...(only !== undefined && { only: [only] }) };
    const offered = await this.#connection.sendRequest(CodeActionRequest.type, { textDocument: { uri: this.uri }, range, context });
    return (offered ?? []).filter((each): each is CodeAction => "kind" in each || "edit" in each);
  }

  /** Takes what is offered. */
  async choose({ command, edit }: CodeAction): Promise<string> {
    const before = this.#text;
    if (command) await this.#connection.sendRequest(ExecuteCommandRequest.type, { command: command.command, arguments: command.arguments ?? [] });
    for (const change of edit?.documentChanges ?? []) if (TextDocumentEdit.is(change)) this.take(change.edits);
    for (const edits of Object.values(edit?.changes ?? {})) this.take(edits);
    const after = this.#text;
    if (after !== before) await this.change(after);
    return after;
  }
}

function edited(text: string, edits: readonly TextEdit[]): string {
  const starts = [0, ...[...text.matchAll(/\r\n|\n|\r/gu)].map((match) => match.index + match[0].length)];
  const at = ({ line, character }: { readonly line: number; readonly character: number }): number => (starts[line] ?? text.length) + character;
  return edits
    .map(({ range, newText }) => ({ start: at(range.start), end: at(range.end), newText }))
    .sort((left, right) => right.start - left.start || right.end - left.end)
    .reduce((whole, { start, end, newText }) => whole.slice(0, start) + newText + whole.slice(end), text);
}
