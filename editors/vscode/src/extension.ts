// A thin client of `sigmalint lsp`: finds and starts it, hands over settings, and has commands to restart it and show its log.
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions, State, Trace } from "vscode-languageclient/node";

import { candidates, choose } from "./find";

const section = "sigmalint";
const languages = ["html", "javascript", "javascriptreact", "typescript", "typescriptreact", "vue", "svelte"];
const files = ["**/plugin-manifest.json", "**/package.json"];
const configuration = ["**/sigmalint.toml", "**/pyproject.toml"];
// What is offered inside of an option that was just completed; `auto`: without a word where there is nothing.
const suggest = { command: "editor.action.triggerSuggest", title: "Suggest", arguments: [{ auto: true }] };

let client: LanguageClient | undefined;
let log: vscode.LogOutputChannel;
let readme: vscode.Uri;
let starting: Promise<void> = Promise.resolve();

export function activate(context: vscode.ExtensionContext): void {
  log = vscode.window.createOutputChannel("sigmalint", { log: true });
  readme = vscode.Uri.joinPath(context.extensionUri, "readme.md"); // as it is named in the package
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand("sigmalint.restart", restart),
    vscode.commands.registerCommand("sigmalint.showLogs", () => log.show()),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (["enable", "path", "interpreter", "importStrategy"].some((key) => change.affectsConfiguration(`${section}.${key}`))) {
        void restart();
      } else if (change.affectsConfiguration(`${section}.trace`)) {
        void client?.setTrace(trace());
      }
    }),
  );
  void restart();
}

export async function deactivate(): Promise<void> {
  await starting;
  await stop();
}

/** Stop what runs and start anew; calls take turns. */
function restart(): Promise<void> {
  starting = starting.then(stop).then(start).catch((error: unknown) => {
    log.error(error instanceof Error ? error : String(error));
  });
  return starting;
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  if (running !== undefined && running.state !== State.Stopped) await running.dispose();
}

async function start(): Promise<void> {
  const settings = vscode.workspace.getConfiguration(section);
  if (!settings.get<boolean>("enable", true)) return;
  const commands = candidates({
    paths: settings.get<string[]>("path", []),
    interpreter: settings.get<string>("interpreter", ""),
    strategy: settings.get<"fromEnvironment" | "uvx">("importStrategy", "fromEnvironment"),
    folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
    trusted: vscode.workspace.isTrusted,
  });
  const { command, complaints } = await choose(commands);
  for (const complaint of complaints) log.warn(complaint);
  if (command === undefined) {
    void complain(complaints);
    return;
  }
  log.info(`starting ${command.command} ${command.args.join(" ")}`);
  const server: ServerOptions = { command: command.command, args: [...command.args] };
  const options: LanguageClientOptions = {
    documentSelector: [
      ...languages.map((language) => ({ scheme: "file", language })),
      ...[...files, ...configuration].map((pattern) => ({ scheme: "file", pattern })),
    ],
    outputChannel: log,
    traceOutputChannel: log,
    initializationOptions: { settings: settingsForServer(), manifestSchema: readsSchemas() },
    middleware: {
      workspace: {
        configuration: () => [settingsForServer()],
        // What makes this client stop is nothing to tell its server any more.
        didChangeConfiguration: async (sections, next) => {
          await starting;
          if (client === started) await next(sections);
        },
      },
      provideCompletionItem: async (document, position, context, token, next) => {
        const found = await next(document, position, context, token);
        for (const item of Array.isArray(found) ? found : (found?.items ?? [])) {
          if (item.insertText instanceof vscode.SnippetString && item.insertText.value.includes("$1")) item.command = suggest;
        }
        return found;
      },
    },
  };
  const started = new LanguageClient(section, "sigmalint", server, options);
  client = started;
  await started.setTrace(trace());
  await started.start();
}

/** Say why nothing is started. Nobody waits for the answer: what is tried next must not either. */
async function complain(complaints: readonly string[]): Promise<void> {
  const install = "How to install";
  const where = vscode.workspace.isTrusted ? "" : " outside of this workspace, which is not trusted";
  const answer = await vscode.window.showErrorMessage(
    complaints.length === 0
      ? `sigmalint was not found${where}. Install it with: pipx install "sigmalint[lsp]"`
      : `sigmalint cannot be started. ${complaints[0]}`,
    install,
    "Show the log",
  );
  if (answer === install) await vscode.commands.executeCommand("markdown.showPreview", readme);
  else if (answer !== undefined) log.show();
}

/** What the server is told; VS Code leaves out the workspace's values of restricted settings where it is not trusted. */
function settingsForServer(): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration(section);
  const keys = ["config", "baseline", "isolated", "select", "extendSelect", "ignore"];
  return Object.fromEntries(keys.map((key) => [key, settings.get(key)]));
}

/** Whether VS Code's own JSON support, which a user may disable, tells what the manifest's schema says; else the server does. */
function readsSchemas(): boolean {
  return vscode.extensions.getExtension("vscode.json-language-features") !== undefined;
}

function trace(): Trace {
  return Trace.fromString(vscode.workspace.getConfiguration(section).get<string>("trace.server", "off"));
}
