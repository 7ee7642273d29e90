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

  // The JSON service needs its time to start, and is the only one to ask.
  await until("help in the manifest", async () => (await hovers(declared, "service")).length > 0);
  const sound = declared.getText();
  const begin = sound.indexOf('"title"');
  const fields = sound.slice(begin, sound.indexOf("}", begin));
  const broken = '"title": 5, "location": "nowhere", "location": "nowhere"';
  await replace(declared, fields, broken);
  await until("problems of the manifest", () => finds(manifest, "nowhere") && isValidated(manifest));
  seen.problems = problems(manifest);
  await replace(declared, broken, fields);
  seen.manifest = await help(declared);
  seen.pages = await labels(declared, place(declared, "/app/"));
  seen.declared = await hovers(declared, "crm_new");

  seen.others = [];
  for (const name of ["none", "other"]) {
    const uri = at(second, `${name}/plugin-manifest.json`);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document); // else the JSON service does not look
    await until("look at the manifest of another program", () => isValidated(uri));
    const keys = await labels(document, document.positionAt(1));
    seen.others.push({ hovers: await hovers(document, "widgets"), keys, problems: problems(uri) });
  }
  const empty = await vscode.workspace.openTextDocument(at(second, "empty/plugin-manifest.json"));
  const skeletons = await executeCommand("vscode.executeCompletionItemProvider", empty.uri, empty.positionAt(0));
  seen.skeletons = skeletons.items.map((item) => item.insertText.value);

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
  seen.manifestAlone = await help(declared);
  await set("enable", undefined);
  await until("new server", () => finds(page, "stock"));
  await executeCommand("sigmalint.restart");
  await until("server after its restart", () => finds(page, "stock") && finds(otherPage, "stock"));

  vscode.workspace.updateWorkspaceFolders(1, 1);
  await replace(saved, '"stock"', '"stack"');
  await until("answer in an open file whose folder was removed", () => finds(otherPage, "stack") && finds(page, "stock"));

  await replace(document, "WriterClient.dispatch", "SigmaSDK.WRITER.request({  });\nWriterClient.dispatch");
  const inside = place(document, "{  }").translate(0, 1);
  const options = await executeCommand("vscode.executeCompletionItemProvider", page, inside);
  seen.next = options.items.find((item) => item.label === "connectionLinkName").command.command;
  await executeCommand("sigmalint.explain", "SIG201");
  await until("page of a rule", () => vscode.window.activeTextEditor?.document.fileName.endsWith("unknown_connection.md"));
  return seen;
}

/** What is told about a manifest: of keys the hovers' texts, and what is offered beside a key, in a widget and as a value. */
async function help(document) {
  const told = { hovers: {} };
  for (const key of ["service", "modules", "widgets", "location", "whiteListedDomains", "connectors", "scope"]) {
    told.hovers[key] = await hovers(document, key);
  }
  const behind = (piece) => document.positionAt(document.getText().indexOf(piece) + piece.length);
  told.keys = await labels(document, behind('"WRITER",'));
  told.widget = await labels(document, behind('"Leads",'));
  told.locations = await labels(document, place(document, "writer.extensions"));
  return told;
}

async function hovers(document, key) {
  const found = await executeCommand("vscode.executeHoverProvider", document.uri, place(document, `"${key}"`));
  return found.flatMap((hover) => hover.contents.map((content) => content.value)).filter((text) => text !== "");
}

async function labels(document, position) {
  const found = await executeCommand("vscode.executeCompletionItemProvider", document.uri, position);
  return found.items.map((item) => item.label.label ?? item.label);
}

/** The problems of a file, whoever found them; sorted, as the finders are not in turn. */
function problems(uri) {
  return vscode.languages.getDiagnostics(uri).map((one) => `${one.source}: ${one.message}`).sort();
}

/** Whether VS Code's JSON service has looked: it finds a key that is given twice with and without a schema. */
function isValidated(uri) {
  return problems(uri).some((problem) => problem.startsWith("json: "));
}

async function until(what, test) {
  for (const end = Date.now() + PATIENCE; !(await test()); ) {
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
