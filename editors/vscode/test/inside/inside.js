// An extension that stands beside the client and asks VS Code for what a user would see. What it saw, or what went wrong, is
// written to the file SIGMALINT_RESULT; tests/test_vscode.py judges it.
const fs = require("node:fs");
const vscode = require("vscode");

const PATIENCE = 60_000;
const { executeCommand } = vscode.commands;

exports.activate = () => {
  void (vscode.workspace.workspaceFolders.length > 1 ? withServer() : withoutServer())
    .catch((error) => ({ error: error.stack }))
    .then((seen) => {
      // Whoever waits for the file must not find half of it.
      fs.writeFileSync(`${process.env.SIGMALINT_RESULT}.new`, JSON.stringify(seen));
      fs.renameSync(`${process.env.SIGMALINT_RESULT}.new`, process.env.SIGMALINT_RESULT);
    });
};

/** Nothing can be started: the command to try again has an end all the same, whether the message was answered or not. */
async function withoutServer() {
  await until("client", () => vscode.extensions.getExtension("sigmalint.sigmalint").isActive);
  await executeCommand("sigmalint.restart");
  return { trusted: vscode.workspace.isTrusted };
}

async function withServer() {
  const [first, second] = vscode.workspace.workspaceFolders.map((folder) => folder.uri);
  const [page, script, manifest] = ["app/widget.html", "app/js/send.js", "plugin-manifest.json"].map((name) => at(first, name));
  const otherPage = at(second, "app/widget.html");
  const seen = {};

  await until("findings in files that are not open", () => finds(page, "crm_mian") && finds(otherPage, "crm_mian"));
  seen.unopened = vscode.languages.getDiagnostics(page).map((one) => one.code.value);

  const discarded = await vscode.workspace.openTextDocument(page);
  await vscode.window.showTextDocument(discarded);
  await replace(discarded, "crm_mian", "crm_main");
  await until("answer to a change", () => !finds(page, "crm_mian"));
  await executeCommand("workbench.action.revertAndCloseActiveEditor");
  await until("findings in the file as it was saved", () => finds(page, "crm_mian"));

  const document = await vscode.workspace.openTextDocument(page);
  await vscode.window.showTextDocument(document);
  const ask = (command, marked, ...more) => executeCommand(command, page, place(document, marked), ...more);
  seen.hover = (await ask("vscode.executeHoverProvider", "crm_mian")).map((hover) => hover.contents[0].value);
  const connections = await ask("vscode.executeCompletionItemProvider", "crm_mian");
  seen.connections = connections.items.map((item) => item.label);

  const where = place(document, "crm_mian");
  const actions = await executeCommand("vscode.executeCodeActionProvider", page, new vscode.Range(where, where), "quickfix");
  await vscode.workspace.applyEdit(actions.find((action) => action.title === 'Replace by "crm_main"').edit);
  await until("answer to the fix", () => !finds(page, "crm_mian"));
  seen.fixed = document.getText();

  const declared = await vscode.workspace.openTextDocument(manifest);
  await replace(declared, '"crm_main"', '"stock"');
  await until("answer to the unsaved manifest", () => finds(page, '"crm_main" is not declared') && !finds(page, '"stock" is'));
  await replace(declared, '"stock"', '"crm_main"');
  await until("answer to the manifest as it was", () => finds(page, '"stock" is not declared'));

  const targets = await ask("vscode.executeDefinitionProvider", "crm_main");
  seen.definition = targets.map((target) => [target.uri.path, target.range.start.line, target.range.start.character]);
  await vscode.workspace.applyEdit(await ask("vscode.executeDocumentRenameProvider", "crm_main", "crm_new"));
  seen.renamed = {};
  for (const uri of [page, script, manifest]) {
    seen.renamed[vscode.workspace.asRelativePath(uri, false)] = (await vscode.workspace.openTextDocument(uri)).getText();
  }

  const service = place(declared, '"service"');
  seen.manifestHovers = (await executeCommand("vscode.executeHoverProvider", manifest, service)).length;
  const keys = await executeCommand("vscode.executeCompletionItemProvider", manifest, service.translate(0, -1));
  seen.manifestKeys = keys.items.map((item) => item.label);

  const editor = vscode.workspace.getConfiguration("editor");
  await editor.update("codeActionsOnSave", { "source.fixAll.sigmalint": "explicit" }, vscode.ConfigurationTarget.Workspace);
  const saved = await vscode.workspace.openTextDocument(otherPage);
  await vscode.window.showTextDocument(saved);
  await replace(saved, "Send</button>", "Sent</button>");
  await saved.save();
  seen.saved = fs.readFileSync(otherPage.fsPath, "utf-8");

  const settings = vscode.workspace.getConfiguration("sigmalint");
  const set = (key, value) => settings.update(key, value, vscode.ConfigurationTarget.Workspace);
  await set("ignore", ["SIG201"]);
  await until("findings without a rule", () => !finds(page, "stock") && finds(page, '"type"'));
  await set("ignore", undefined);
  await until("findings with the rule", () => finds(page, "stock"));
  await set("enable", false);
  await until("end of the server", () => !finds(page, ""));
  await set("enable", undefined);
  await until("new server", () => finds(page, "stock"));
  await executeCommand("sigmalint.restart");
  await until("server after its restart", () => finds(page, "stock") && finds(otherPage, "stock"));

  vscode.workspace.updateWorkspaceFolders(1, 1);
  await until("end of a folder", () => !finds(otherPage, "") && finds(page, "stock"));

  await replace(document, "WriterClient.dispatch", "SigmaSDK.WRITER.request({  });\nWriterClient.dispatch");
  const inside = place(document, "{  }").translate(0, 1);
  const options = await executeCommand("vscode.executeCompletionItemProvider", page, inside);
  seen.next = options.items.find((item) => item.label === "connectionLinkName").command.command;
  await executeCommand("sigmalint.explain", "SIG201");
  await until("page of a rule", () => vscode.window.activeTextEditor?.document.fileName.endsWith("unknown_connection.md"));
  return seen;
}

async function until(what, test) {
  for (const end = Date.now() + PATIENCE; !test(); ) {
    if (Date.now() > end) {
      const found = vscode.languages.getDiagnostics().flatMap(([uri, all]) => all.map((one) => `${uri.path}: ${one.message}`));
      throw new Error(`no ${what}. Found:\n${found.join("\n")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether something with these words is found in a file. */
function finds(uri, words) {
  return vscode.languages.getDiagnostics(uri).some((one) => one.source === "sigmalint" && one.message.includes(words));
}

function at(folder, name) {
  return vscode.Uri.joinPath(folder, name);
}

/** Behind the first letter of a piece of text. */
function place(document, piece) {
  return document.positionAt(document.getText().indexOf(piece) + 1);
}

async function replace(document, old, text) {
  const start = document.getText().indexOf(old);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(start + old.length)), text);
  await vscode.workspace.applyEdit(edit);
}
