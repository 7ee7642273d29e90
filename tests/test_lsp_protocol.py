"""The language server over its protocol, as the clients of six editors speak it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pytest_lsp")

import lsp_extension
import pytest_asyncio
from lsp_extension import MANIFEST, PAGE, SCRIPT, applied
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

COMMAND = [sys.executable, "-m", "sigmalint", "lsp"]
HELIX = types.ClientCapabilities(
    general=types.GeneralClientCapabilities(
        position_encodings=[
            types.PositionEncodingKind.Utf8,
            types.PositionEncodingKind.Utf32,
            types.PositionEncodingKind.Utf16,
        ]
    ),
    workspace=types.WorkspaceClientCapabilities(
        configuration=True,
        workspace_folders=True,
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
    ),
)
ALE = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True)
    )
)
EGLOT = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        configuration=True,
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
    )
)
PROFILES = {
    "neovim 0.7": client_capabilities("neovim@v0.7"),
    "neovim 0.10": client_capabilities("neovim@v0.10"),
    "neovim 0.11": client_capabilities("neovim@v0.11"),
    "helix": HELIX,
    "eglot 1.9": EGLOT,
    "emacs": client_capabilities("emacs"),
    "ale": ALE,
    "vs code": client_capabilities("visual-studio-code"),
}
"""What the clients of editors can do, as they say it. VS Code's is an old one, which does not pull (see `PULLING`)."""
UNITS = {"helix": "utf-8", "neovim 0.11": "utf-8", "emacs": "utf-32"}
"""The encodings that clients wish for first; the others count UTF-16."""


def edits(edit: types.WorkspaceEdit, client: types.ClientCapabilities) -> dict[tuple[str, int | None], list[types.TextEdit]]:
    """The edits of each file, with the version that they are of; 1 where the client asks for no versions."""
    workspace = client.workspace.workspace_edit if client.workspace else None
    if workspace is None or not workspace.document_changes:
        assert edit.document_changes is None
        return {(uri, 1): list(one) for uri, one in (edit.changes or {}).items()}
    assert edit.changes is None
    found: dict[tuple[str, int | None], list[types.TextEdit]] = {}
    for change in edit.document_changes or ():
        assert isinstance(change, types.TextDocumentEdit)
        found[change.text_document.uri, change.text_document.version] = [
            one for one in change.edits if isinstance(one, types.TextEdit)
        ]
    return found


class Editor:
    """A client of one server, and the folder that it works in."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str, version: int = 1) -> None:
        document = types.TextDocumentItem(self.uri(name), "html", version, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def change(self, name: str, text: str, version: int) -> None:
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(version, self.uri(name)),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def close(self, name: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(self.uri(name))))

    async def pull(self, name: str, known: str | None = None) -> types.DocumentDiagnosticReport:
        return await self.client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(types.TextDocumentIdentifier(self.uri(name)), previous_result_id=known)
        )

    async def pull_all(self, known: dict[str, str]) -> dict[str, types.WorkspaceDocumentDiagnosticReport]:
        """What is reported of the workspace's files, by name; `known` are ids by name."""
        ids = [types.PreviousResultId(self.uri(name), value) for name, value in known.items()]
        answer = await self.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(ids))
        return {one.uri.removeprefix(self.folder.as_uri() + "/"): one for one in answer.items}

    async def diagnostics(self, name: str, version: int | None, contains: str = "") -> list[types.Diagnostic]:
        """What was published for a file with a version, and has a word in its messages."""
        async with asyncio.timeout(30):
            while True:
                if name in self.versions and (version is None or self.versions[name] == version):
                    found = self.published[name]
                    if contains in " ".join(one.message for one in found):
                        return found
                self.arrived.clear()
                await self.arrived.wait()

    async def gone(self, name: str, code: str | None = None) -> None:
        """Wait until a code, or anything at all, is published for a file no more."""
        async with asyncio.timeout(20):
            while code in codes(self.published[name]) if code else self.published[name]:
                self.arrived.clear()
                await self.arrived.wait()

    def changed_on_disk(self, path: Path) -> None:
        self.client.workspace_did_change_watched_files(
            types.DidChangeWatchedFilesParams([types.FileEvent(path.as_uri(), types.FileChangeType.Changed)])
        )

    async def start(self, capabilities: types.ClientCapabilities, **more: Any) -> types.InitializeResult:
        self.arrived = asyncio.Event()
        self.versions: dict[str, int | None] = {}
        self.published: dict[str, list[types.Diagnostic]] = {}
        handler = self.client.protocol.fm.features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS]

        def published(params: types.PublishDiagnosticsParams) -> None:
            handler(params)
            name = params.uri.removeprefix(self.folder.as_uri() + "/")
            self.versions[name], self.published[name] = params.version, list(params.diagnostics)
            self.arrived.set()

        self.client.protocol.fm.features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = published
        folder = types.WorkspaceFolder(self.folder.as_uri(), "extension")
        params = types.InitializeParams(capabilities, root_uri=self.folder.as_uri(), workspace_folders=[folder], **more)
        return await self.client.initialize_session(params)


async def _editor(folder: Path) -> Editor:
    config = ClientServerConfig(server_command=COMMAND, client_factory=make_test_lsp_client)
    return Editor(await config.start(), folder)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lsp_extension.write(tmp_path / "an extension é")


@pytest_asyncio.fixture
async def editor(folder: Path) -> AsyncIterator[Editor]:
    editor = await _editor(folder)
    yield editor
    await editor.client.shutdown_session()
    await editor.client.stop()


def codes(diagnostics: list[types.Diagnostic]) -> list[object]:
    return [one.code for one in diagnostics]


@pytest.mark.asyncio
@pytest.mark.parametrize("profile", PROFILES)
async def test_every_client_gets_findings_and_a_fix_that_lands_where_it_should(editor: Editor, profile: str) -> None:
    result = await editor.start(PROFILES[profile])
    encoding = UNITS.get(profile, "utf-16")
    assert result.capabilities.position_encoding == encoding
    name = "app/widget.html"

    closed = await editor.diagnostics(name, None)
    editor.open(name, PAGE)
    opened = await editor.diagnostics(name, 1)
    assert codes(closed) == codes(opened)
    wrong = next(one for one in opened if "crm_mian" in one.message)
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(editor.uri(name)), wrong.range, types.CodeActionContext([wrong])
    )
    found = await editor.client.text_document_code_action_async(params)

    fix = next(action for action in found or () if action.title == 'Replace by "crm_main"')
    assert isinstance(fix, types.CodeAction)
    assert fix.edit is not None
    fixed = applied(PAGE, edits(fix.edit, PROFILES[profile])[editor.uri(name), 1], encoding)
    assert fixed == PAGE.replace("crm_mian", "crm_main")
    editor.change(name, fixed, 2)
    assert "crm_mian" not in " ".join(one.message for one in await editor.diagnostics(name, 2))
    before = PAGE.splitlines()[8].partition("crm_")[0]
    column = {"utf-8": len(before.encode()), "utf-32": len(before)}.get(encoding, len(before) + 1)
    hover = await editor.client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(editor.uri(name)), types.Position(8, column))
    )
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.value.startswith("**crm_main** - connection “CRM”")
    assert hover.range == types.Range(types.Position(8, column - 1), types.Position(8, column + len('crm_main"')))


@pytest.mark.asyncio
async def test_a_finding_says_where_to_read_on_and_what_belongs_to_it(editor: Editor) -> None:
    await editor.start(PROFILES["vs code"])
    editor.open("app/widget.html", PAGE)

    found = await editor.diagnostics("app/widget.html", 1)
    wrong = next(one for one in found if "crm_mian" in one.message)
    assert (wrong.source, wrong.code, wrong.severity) == ("sigmalint", "SIG201", types.DiagnosticSeverity.Error)
    assert wrong.message == 'connection "crm_mian" is not declared in plugin-manifest.json\ndid you mean "crm_main"?'
    assert wrong.code_description is not None
    assert wrong.code_description.href.startswith("https://")
    related = [(one.location.uri, one.message) for one in wrong.related_information or ()]
    assert (editor.uri("plugin-manifest.json"), '"crm_main" is declared here') in related
    assert editor.uri("app/js/send.js") in {uri for uri, _ in related}


@pytest.mark.asyncio
async def test_a_manifest_that_is_not_saved_counts_for_pages_that_are_not_open(editor: Editor) -> None:
    await editor.start(PROFILES["neovim 0.7"])
    await editor.diagnostics("app/widget.html", None)

    editor.open("plugin-manifest.json", MANIFEST)
    editor.change("plugin-manifest.json", MANIFEST.replace("crm_main", "crm_new"), 2)
    await editor.diagnostics("app/js/send.js", None, contains="crm_main")
    await editor.diagnostics("plugin-manifest.json", 2)
    editor.close("plugin-manifest.json")
    await editor.gone("app/js/send.js")


PULLING = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities()),
    workspace=types.WorkspaceClientCapabilities(diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)),
)


@pytest.mark.asyncio
async def test_a_client_that_can_refresh_asks_and_is_told_when_to_ask_again(editor: Editor) -> None:
    refreshed = asyncio.Event()

    editor.client.protocol.fm.features[types.WORKSPACE_DIAGNOSTIC_REFRESH] = lambda params: refreshed.set()
    result = await editor.start(PULLING)
    assert result.capabilities.diagnostic_provider == types.DiagnosticOptions(True, True, identifier="sigmalint")
    page, script, manifest = "app/widget.html", "app/js/send.js", "plugin-manifest.json"
    first = await editor.pull(page)
    assert isinstance(first, types.RelatedFullDocumentDiagnosticReport)
    assert codes(list(first.items)) == ["SIG112", "SIG102", "SIG201", "SIG112", "SIG201"]
    again = await editor.pull(page, first.result_id)
    assert again == types.RelatedUnchangedDocumentDiagnosticReport(first.result_id or "")
    known = await editor.pull_all({})
    assert list(known) == [page]

    refreshed.clear()
    editor.open(manifest, MANIFEST, 1)
    editor.change(manifest, MANIFEST.replace("crm_main", "crm_new"), 2)
    own = await editor.pull(manifest)
    assert isinstance(own, types.RelatedFullDocumentDiagnosticReport)
    assert codes(list(own.items)) == []
    await asyncio.wait_for(refreshed.wait(), 10)
    known = await editor.pull_all({page: first.result_id or ""})
    assert {name: (one.version, codes(list(one.items))) for name, one in known.items() if one.kind == "full"} == {
        page: (None, ["SIG112", "SIG102", "SIG201", "SIG201", "SIG112", "SIG201"]),
        script: (None, ["SIG201"]),
        manifest: (2, []),
    }

    refreshed.clear()
    editor.close(manifest)
    await asyncio.wait_for(refreshed.wait(), 10)
    after = await editor.pull_all({name: one.result_id or "" for name, one in known.items()})
    assert {name: codes(list(one.items)) for name, one in after.items() if one.kind == "full"} == {
        page: codes(list(first.items)),
        script: [],
    }
    assert after[manifest].kind == "unchanged"
    assert editor.published == {}


@pytest.mark.asyncio
async def test_what_is_found_again_is_not_unchanged_to_a_client_that_was_told_otherwise_meanwhile(editor: Editor) -> None:
    await editor.start(PULLING)
    name = "app/widget.html"
    editor.open(name, PAGE, 1)
    known = {name: (await editor.pull_all({}))[name].result_id or ""}

    editor.change(name, PAGE.replace("crm_mian", "crm_main"), 2)
    assert "SIG201" in codes(list((await editor.pull(name)).items))
    editor.close(name)
    after = await editor.pull_all(known)
    assert after[name].kind == "full"
    assert (await editor.pull_all({name: after[name].result_id or ""}))[name].kind == "unchanged"


@pytest.mark.asyncio
async def test_asking_amid_a_burst_of_edits(editor: Editor) -> None:
    await editor.start(PULLING)
    name = "app/js/send.js"
    editor.open(name, SCRIPT)
    asked = []
    for version in range(2, 12):
        editor.change(name, SCRIPT.replace("crm_main", f"crm_{version}"), version)
        asked.append(asyncio.ensure_future(editor.pull(name)))

    reports = await asyncio.gather(*asked)
    assert isinstance(reports[-1], types.RelatedFullDocumentDiagnosticReport)
    assert '"crm_11"' in reports[-1].items[0].message


@pytest.mark.asyncio
async def test_a_client_that_cannot_refresh_is_sent_everything(editor: Editor) -> None:
    capabilities = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities())
    )
    result = await editor.start(capabilities)

    assert result.capabilities.diagnostic_provider is None
    await editor.diagnostics("app/widget.html", None, contains="crm_mian")


@pytest.mark.asyncio
@pytest.mark.parametrize(("profile", "shown"), [("vs code", [types.DiagnosticTag.Unnecessary]), ("ale", [])])
async def test_an_unused_connection_is_shown_as_unnecessary_where_the_client_can(
    editor: Editor, profile: str, shown: list[types.DiagnosticTag]
) -> None:
    page = PAGE.replace("crm_mian", "crm_main").replace("stock", "crm_main")
    (editor.folder / "app/widget.html").write_text(page, "utf-8")
    await editor.start(PROFILES[profile])
    unused = MANIFEST.replace('"connectors": [', '"connectors": [{"connectionLinkName": "spare", "scope": []},')
    editor.open("plugin-manifest.json", unused)

    found = await editor.diagnostics("plugin-manifest.json", 1, contains="spare")
    (tags,) = [one.tags for one in found if '"spare" is used by no' in one.message]
    assert list(tags or ()) == shown


@pytest.mark.asyncio
async def test_every_change_is_answered_also_when_nothing_is_found(editor: Editor) -> None:
    await editor.start(PROFILES["neovim 0.7"])
    editor.open("app/js/send.js", SCRIPT)
    assert await editor.diagnostics("app/js/send.js", 1) == []
    for version in range(2, 5):
        editor.change("app/js/send.js", SCRIPT + "\n" * version, version)
        assert await editor.diagnostics("app/js/send.js", version) == []


@pytest.mark.asyncio
async def test_settings_come_with_initialization_or_are_asked_for_and_may_change(editor: Editor) -> None:
    editor.client.set_configuration({"sigmalint": {"ignore": ["SIG201"]}})
    await editor.start(PROFILES["helix"])
    editor.open("app/widget.html", PAGE)
    assert "SIG201" not in codes(await editor.diagnostics("app/widget.html", 1))

    editor.client.set_configuration({"sigmalint": {"ignore": ["SIG102"]}})
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    assert "SIG102" not in codes(await editor.diagnostics("app/widget.html", 1, contains="crm_mian"))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "options", [{"ignore": ["SIG201"]}, {"settings": {"ignore": ["SIG201"]}}, {"sigmalint": {"ignore": ["SIG201"]}}]
)
async def test_initialization_options(editor: Editor, options: dict[str, Any]) -> None:
    await editor.start(ALE, initialization_options=options)
    editor.open("app/widget.html", PAGE)

    assert "SIG201" not in codes(await editor.diagnostics("app/widget.html", 1))


@pytest.mark.asyncio
async def test_a_setting_that_is_misspelt_is_said_and_one_of_the_client_s_own_is_not(editor: Editor) -> None:
    await editor.start(ALE, initialization_options={"selct": ["SIG"], "requst": {}, "trace": {"server": "off"}, "cmd": []})
    await editor.diagnostics("app/widget.html", None)

    assert [message.message for message in editor.client.messages] == [
        'sigmalint: there is no setting "requst"; did you mean "request"?',
        'sigmalint: there is no setting "selct"; did you mean "select"?',
    ]


@pytest.mark.asyncio
async def test_a_baseline_and_an_extended_configuration_that_change_on_disk(editor: Editor) -> None:
    baseline, common = editor.folder / "known.json", editor.folder / "common.toml"
    (editor.folder / "sigmalint.toml").write_text('extend = "common.toml"\n')
    common.write_text("")
    command = [sys.executable, "-m", "sigmalint", "--write-baseline", baseline.name]
    subprocess.run([*command, "--select", "SIG102"], cwd=editor.folder, check=True, capture_output=True)
    await editor.start(PROFILES["vs code"], initialization_options={"baseline": baseline.name})
    assert "SIG201" in codes(await editor.diagnostics("app/widget.html", None))

    common.write_text('extend-select = ["SIG116"]\nignore = ["SIG201"]\n')
    editor.changed_on_disk(common)
    await editor.gone("app/widget.html", "SIG201")
    assert editor.published["app/widget.html"]
    subprocess.run(command, cwd=editor.folder, check=True, capture_output=True)
    editor.changed_on_disk(baseline)
    await editor.gone("app/widget.html")


@pytest.mark.asyncio
@pytest.mark.parametrize("has", [False, True])
async def test_what_the_manifest_s_schema_says_is_left_to_an_editor_that_has_it(editor: Editor, has: bool) -> None:
    await editor.start(PROFILES["vs code"], initialization_options={"settings": {}, "manifestSchema": has})
    editor.open("plugin-manifest.json", MANIFEST)
    document = types.TextDocumentIdentifier(editor.uri("plugin-manifest.json"))

    async def about(piece: str) -> str:
        found = await editor.client.text_document_hover_async(types.HoverParams(document, place(piece)))
        return found.contents.value if found is not None and isinstance(found.contents, types.MarkupContent) else ""

    async def offered(piece: str) -> list[str]:
        found = await editor.client.text_document_completion_async(types.CompletionParams(document, place(piece)))
        return [item.label for item in (found.items if isinstance(found, types.CompletionList) else found or ())]

    def place(piece: str) -> types.Position:
        before = MANIFEST[: MANIFEST.index(piece) + 1]
        return types.Position(before.count("\n"), len(before.rpartition("\n")[2]))

    assert (await about('"location"') == "") == has
    assert (await offered('"location"') == []) == has
    assert (await offered("writer.extensions") == []) == has
    assert (await about('"crm_main"')).startswith("**crm_main** - connection")
    assert await offered("/app/widget") == ["/app/widget.html"]


@pytest.mark.asyncio
async def test_a_faulty_configuration_is_shown_in_it_and_what_was_known_stays(editor: Editor) -> None:
    await editor.start(PROFILES["vs code"])
    before = await editor.diagnostics("app/widget.html", None)
    (editor.folder / "sigmalint.toml").write_text('\nignor = ["SIG201"]\n')
    editor.client.text_document_did_save(
        types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(editor.uri("sigmalint.toml")))
    )

    (error,) = await editor.diagnostics("sigmalint.toml", None)
    assert error.range.start.line == 1
    assert 'did you mean "ignore"?' in error.message
    assert editor.published["app/widget.html"] == before


@pytest.mark.asyncio
async def test_files_that_come_and_go(editor: Editor) -> None:
    await editor.start(PROFILES["vs code"])
    await editor.diagnostics("app/widget.html", None)
    new = editor.folder / "app/new.html"
    new.write_text(PAGE.replace("stock", "nowhere"), "utf-8")
    watched = types.DidChangeWatchedFilesParams([types.FileEvent(new.as_uri(), types.FileChangeType.Created)])
    editor.client.workspace_did_change_watched_files(watched)
    await editor.diagnostics("app/new.html", None, contains="nowhere")

    new.unlink()
    watched = types.DidChangeWatchedFilesParams([types.FileEvent(new.as_uri(), types.FileChangeType.Deleted)])
    editor.client.workspace_did_change_watched_files(watched)
    await editor.gone("app/new.html")


@pytest.mark.asyncio
async def test_a_page_without_a_manifest_that_names_the_sdk_no_more(editor: Editor) -> None:
    (editor.folder / "plugin-manifest.json").unlink()
    (editor.folder / "app/js/send.js").unlink()
    await editor.start(PROFILES["vs code"])
    assert "SIG003" in codes(await editor.diagnostics("app/widget.html", None))

    (editor.folder / "app/widget.html").write_text("<script src=missing.js></script>", "utf-8")
    editor.changed_on_disk(editor.folder / "app/widget.html")
    await editor.gone("app/widget.html")


@pytest.mark.asyncio
async def test_a_second_folder(editor: Editor, tmp_path: Path) -> None:
    other = lsp_extension.write(tmp_path / "other")
    await editor.start(PROFILES["vs code"])
    await editor.diagnostics("app/widget.html", None)
    event = types.WorkspaceFoldersChangeEvent(added=[types.WorkspaceFolder(other.as_uri(), "other")], removed=[])
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    name = (other / "app/widget.html").as_uri()
    await editor.diagnostics(name, None, contains="crm_mian")

    event = types.WorkspaceFoldersChangeEvent(added=[], removed=[types.WorkspaceFolder(other.as_uri(), "other")])
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    await editor.gone(name)


@pytest.mark.asyncio
async def test_a_file_outside_of_the_workspace_counts_while_it_is_open(editor: Editor, tmp_path: Path) -> None:
    await editor.start(ALE)
    name = (lsp_extension.write(tmp_path / "other") / "app/widget.html").as_uri()
    document = types.TextDocumentItem(name, "html", 1, PAGE)
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    await editor.diagnostics(name, 1, contains="crm_mian")

    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(name)))
    await editor.gone(name)


@pytest.mark.asyncio
async def test_a_client_that_spells_an_address_in_its_own_way_gets_it_back(editor: Editor) -> None:
    await editor.start(ALE)
    usual = "app/widget.html"
    await editor.diagnostics(usual, None)
    own = editor.uri(usual).replace("%C3%A9", "é").replace("file:///", "file://localhost/")
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(own, "html", 1, PAGE)))

    found = await editor.diagnostics(own, 1, contains="crm_mian")
    assert editor.published[usual] == []
    wrong = next(one for one in found if "crm_mian" in one.message)
    actions = await editor.client.text_document_code_action_async(
        types.CodeActionParams(types.TextDocumentIdentifier(own), wrong.range, types.CodeActionContext([]))
    )
    (fix,) = [one for one in actions or () if one.title == 'Replace by "crm_main"']
    assert isinstance(fix, types.CodeAction)
    assert fix.edit is not None
    assert list(fix.edit.changes or ()) == [own]


@pytest.mark.asyncio
async def test_a_rule_is_explained(editor: Editor) -> None:
    await editor.start(ALE)
    params = types.ExecuteCommandParams("sigmalint.explain", ["SIG201"])

    page = await editor.client.workspace_execute_command_async(params)
    assert str(page).startswith("# unknown-connection")


@pytest.mark.parametrize("options", [[], ["--check"]])
def test_without_the_libraries_it_says_what_to_install(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "pygls.py").write_text("raise ModuleNotFoundError(\"No module named 'pygls'\", name='pygls')")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.path.insert(0, sys.argv.pop()); from sigmalint.cli import main; main(sys.argv[1:])",
            "lsp",
            *options,
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 2
    assert 'pip install "sigmalint[lsp]"' in done.stderr
    assert "Traceback" not in done.stderr


def test_check_says_that_it_can_be_started() -> None:
    done = subprocess.run([*COMMAND, "--check"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_it_ends_when_the_client_is_gone() -> None:
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}})
    framed = f"Content-Length: {len(message)}\r\n\r\n{message}".encode()

    done = subprocess.run(COMMAND, input=framed, capture_output=True, timeout=60)
    assert b'"capabilities"' in done.stdout
    assert b"Traceback" not in done.stderr
