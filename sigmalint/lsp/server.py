"""The protocol's side of the language server: what clients send, what they get, and when."""

import asyncio
import ctypes
import gc
import importlib.resources
import json
import logging
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from sigmalint import __version__
from sigmalint.finding import Finding
from sigmalint.lsp import actions, completion, hover, navigation, settings, words
from sigmalint.lsp.diagnostics import SOURCE, Writer, result_id
from sigmalint.lsp.protocol import Protocol, standard_streams
from sigmalint.lsp.texts import Positions
from sigmalint.lsp.view import Uris, View
from sigmalint.lsp.workspace import ClientSettings, Workspace
from sigmalint.registry import load_rules

PAUSE = 0.002
"""Seconds without a change after which the changes so far are linted. What the client asks with a change is answered first."""
LONGEST_WAIT = 0.100
"""Seconds after which changes are linted though more keep coming."""
SLOW, LONG_PAUSE = 0.300, 0.300
"""A lint is slow that takes so many seconds; after two such there is a longer pause, so as not to lint while somebody types."""
GIVE_WAY = 0.300
"""Seconds after a change during which extensions without an open file are not linted: more changes are likely."""
READ_AFTER, READING = 0.020, 0.008
"""Seconds without a lint after which code is read ahead, and for how long at a time."""
COLLECT_AFTER = 2.0
"""Seconds without a message of the client after which garbage is collected, which takes longer than a letter may."""
MANY_OBJECTS = 200_000
"""How many new objects are too many to look for garbage among them before the client rests."""
SECOND, THIRD = 8, 200
"""After how many lints garbage is looked for among what is no longer new, and among all since the client rested."""

_WATCHED = "**/*.{html,htm,xhtml,js,mjs,cjs,jsx,ts,mts,cts,tsx,vue,svelte,json,toml}"
_PLACE = re.compile(r"(?P<path>.+?):(?P<line>\d+): (?P<message>.*)\Z", re.DOTALL)


class Server(LanguageServer):
    """The language server of one client."""

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__(
            "sigmalint",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
        )
        self.uris = Uris()
        self.files = Workspace()
        self.positions = Positions(types.PositionEncodingKind.Utf16)
        self._versions: dict[str, int | None] = {}
        self._published: dict[str, list[types.Diagnostic]] = {}
        self._answered: dict[str, int | None] = {}
        self._changes: Counter[str] = Counter()
        """How often the diagnostics of a file became others."""
        self._pulls = False
        """Whether the client asks for diagnostics. Else they are pushed."""
        self._outdated = False
        """Whether the client, if it asks, was not yet told that other diagnostics are there."""
        self._settled = asyncio.Event()
        """Set while what has to do with open files is linted as it is now."""
        self._finished = asyncio.Event()
        """Set while everything is."""
        self._timer: asyncio.TimerHandle | None = None
        self._rest: asyncio.TimerHandle | None = None
        self._asked = self._changed = 0.0
        self._linted = 0.0
        self._slow = 0
        """How many of the last lints were slow."""
        self._lints = 0
        self._collection: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None
        self._complained: set[str] = set()
        self._ready = False
        self._given: object = None
        self._manifest_schema = False
        """Whether the client says itself what the manifest's schema says."""
        self._register()

    def serve(self) -> int:
        """Serve on standard input and output until the client leaves; its exit status."""
        streams = standard_streams()
        logging.getLogger("pygls").setLevel(logging.ERROR)
        logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_failure)
        load_rules()
        # What a lint leaves is collected between two lints, not amid one.
        gc.disable()
        collect()
        return asyncio.run(self.protocol.converse(*streams))

    # --- texts -----------------------------------------------------------------------------------------------------------

    def did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Take over a text."""
        document = params.text_document
        path = self.uris.path_of(document.uri)
        if path is None:
            self._publish_nothing(document.uri, document.version)
            return
        if (known := self.uris.of(path)) != document.uri and self._published.pop(path, []):
            self._publish_nothing(known)
        self.uris.keep(path, document.uri)
        self._versions[path] = document.version
        self._answered.pop(path, None)
        self.files.open(path, document.text)
        self._schedule()

    def did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Take over changes of a text."""
        document = params.text_document
        path = self.uris.path_of(document.uri)
        if path is None:
            self._publish_nothing(document.uri, document.version)
        elif path in self.files.buffers:
            self._versions[path] = document.version
            self.files.change(path, lambda text: self.positions.change(text, params.content_changes))
            self._schedule()

    def did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Go back to the file on disk."""
        path = self.uris.path_of(params.text_document.uri)
        if path is not None and path in self.files.buffers:
            self._versions.pop(path, None)
            self.files.close(path)
            self._schedule()

    # --- linting ---------------------------------------------------------------------------------------------------------

    def _schedule(self) -> None:
        """Lint when changes stop coming."""
        self._settled.clear()
        self._finished.clear()
        if not self._ready:
            return
        self._changed = now = time.monotonic()
        loop = asyncio.get_running_loop()
        if self._timer is None:
            self._asked = now
        else:
            self._timer.cancel()
        delay = LONG_PAUSE if self._slow > 1 else min(PAUSE, max(0.0, self._asked + LONGEST_WAIT - now))
        self._timer = loop.call_later(delay, self.lint)

    def lint(self, path: str | None = None) -> None:
        """Lint what has changed, and say so: what has to do with open files or a path now, the others later, one by one."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        begun = time.monotonic()
        changed = self.files.refresh(path, whole=False) | self._complain()
        changed |= self._published.keys() - self._still_known()
        edited = {path for path, version in self._versions.items() if self._answered.get(path, -1) != version}
        if self._pulls:
            self._invalidate(changed, edited)
        else:
            for path in sorted(changed | edited):
                self._publish(path)
        self._linted = time.monotonic()
        self._slow = self._slow + 1 if self._linted - begun > SLOW else 0
        self._settled.set()
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        if self.files.is_outdated():
            delay = max(0.0, self._changed + GIVE_WAY - self._linted)
            self._rest = asyncio.get_running_loop().call_later(delay, self.lint)
        else:
            self._finished.set()
        self._lints += 1
        asyncio.get_running_loop().call_soon(self._collect_new)
        self._collect_later()
        if self._reading is not None:
            self._reading.cancel()
        self._reading = asyncio.get_running_loop().call_later(READ_AFTER, self._read_ahead)

    def _read_ahead(self) -> None:
        """Use a pause to read sound code, so that its syntax errors are soon found once it is broken."""
        self._reading = None
        if not self.files.read_ahead(READING):
            self._reading = asyncio.get_running_loop().call_later(READ_AFTER, self._read_ahead)

    def _collect_new(self) -> None:
        """Collect what a lint left; this is short, as what is older is mostly passed over."""
        if self.files.is_littered():
            collect()
        elif gc.get_count()[0] > MANY_OBJECTS:
            gc.freeze()
        else:
            gc.collect(2 if self._lints % THIRD == 0 else 1 if self._lints % SECOND == 0 else 0)
        if self._lints % SECOND == 0:
            _trim()

    def _collect_later(self) -> None:
        """Collect garbage when the client rests."""
        if self._collection is not None:
            self._collection.cancel()
        self._collection = asyncio.get_running_loop().call_later(COLLECT_AFTER, self._collect)

    def _collect(self) -> None:
        """The client rests: forget what many edits left, and collect garbage."""
        self._collection = None
        if self.files.renew():
            self.lint()
        collect()

    def _still_known(self) -> set[str]:
        return {path for held in self.files.extensions() for path in held.findings}

    def _diagnostics(self, path: str) -> list[types.Diagnostic]:
        writer = self._writer(path)
        return [*map(writer.write, self.files.findings(path)), *self._configuration_errors(path)]

    def _publish(self, path: str) -> None:
        diagnostics = self._diagnostics(path)
        is_open = path in self._versions
        version = self._versions.get(path)
        if diagnostics == self._published.get(path, []) and (not is_open or self._answered.get(path, -1) == version):
            return
        self._note(path, diagnostics)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(self.uris.of(path), diagnostics, version=version))

    def _publish_nothing(self, uri: str, version: int | None = None) -> None:
        """Say that nothing is found in a text that is no file, or under another spelling of a file's address."""
        if not self._pulls:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, [], version=version))

    def _invalidate(self, changed: set[str], edited: set[str]) -> None:
        """Have the client ask anew where other files than those it has edited have other diagnostics, once all are known."""
        for path in changed | edited:
            diagnostics = self._diagnostics(path)
            self._outdated |= path not in edited and diagnostics != self._published.get(path, [])
            self._note(path, diagnostics)
        if self._outdated and not self.files.is_outdated():
            self._outdated = False
            self.workspace_diagnostic_refresh(None)

    def _note(self, path: str, diagnostics: list[types.Diagnostic]) -> None:
        """Remember what the client knows of a file, and of which version."""
        if path in self._versions:
            self._answered[path] = self._versions[path]
        else:
            self._answered.pop(path, None)
        if diagnostics != self._published.get(path, []):
            self._changes[path] += 1
        if diagnostics:
            self._published[path] = diagnostics
        else:
            self._published.pop(path, None)

    async def pull(self, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        """`textDocument/diagnostic`."""
        await self._settled.wait()
        path = self.uris.path_of(params.text_document.uri)
        diagnostics = [] if path is None else self._diagnostics(path)
        if (result := self._result_id(path, diagnostics)) == params.previous_result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(result)
        return types.RelatedFullDocumentDiagnosticReport(diagnostics, result_id=result)

    async def pull_all(self, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        """`workspace/diagnostic`: of files with diagnostics, those that had some, and open ones."""
        await self._finished.wait()
        known = {path: one.value for one in params.previous_result_ids if (path := self.uris.path_of(one.uri)) is not None}
        items: list[types.WorkspaceDocumentDiagnosticReport] = []
        for path in sorted({*self._published, *known, *self._versions}):
            diagnostics = self._diagnostics(path)
            uri, version, result = self.uris.of(path), self._versions.get(path), self._result_id(path, diagnostics)
            if known.get(path) == result:
                items.append(types.WorkspaceUnchangedDocumentDiagnosticReport(uri, result, version=version))
            else:
                items.append(types.WorkspaceFullDocumentDiagnosticReport(uri, diagnostics, version=version, result_id=result))
        return types.WorkspaceDiagnosticReport(items)

    def _result_id(self, path: str | None, diagnostics: list[types.Diagnostic]) -> str:
        """What tells diagnostics from those before, also where they are as they were once.

        VS Code may show what it asked of a file and name as known what it was told of the workspace before that.
        """
        return f"{result_id(diagnostics)}-{self._changes[path or '']}"

    def _configuration_errors(self, path: str) -> list[types.Diagnostic]:
        found = []
        for folder in self.files.folders.values():
            match = None if folder.error is None else _PLACE.match(str(folder.error))
            if match and os.path.abspath(match["path"]).replace(os.sep, "/") == path:
                line = int(match["line"]) - 1
                where = types.Range(types.Position(line, 0), types.Position(line + 1, 0))
                found.append(types.Diagnostic(where, match["message"], severity=types.DiagnosticSeverity.Error, source=SOURCE))
        return found

    def _complain(self) -> set[str]:
        """Say once what is wrong with the configuration and the settings; the files of which that is said, or was."""
        errors = {str(folder.error) for folder in self.files.folders.values() if folder.error is not None}
        errors |= {*self.files.settings.faults}
        for error in sorted(errors - self._complained):
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"sigmalint: {error}"))
        matches = [match for error in errors ^ self._complained if (match := _PLACE.match(error))]
        self._complained = errors
        return {os.path.abspath(match["path"]).replace(os.sep, "/") for match in matches}

    def _writer(self, path: str) -> Writer:
        def locate(finding: Finding, reported: str) -> str:
            held = self.files.extension_of(path) or next(self.files.extensions(), None)
            return self.uris.of(path if held is None else held.folder.locate(reported))

        document = self.client_capabilities.text_document
        diagnostics = None if document is None else document.publish_diagnostics
        tags = diagnostics.tag_support.value_set if diagnostics and diagnostics.tag_support else ()
        related = bool(diagnostics and diagnostics.related_information)
        return Writer(self.positions, locate, related=related, tags=tags)

    # --- what a client asks ----------------------------------------------------------------------------------------------

    def view(self, uri: str) -> View | None:
        """A file as it is now, its extension linted as it is now."""
        path = self.uris.path_of(uri)
        if path is None:
            return None
        if self.files.is_outdated(path):
            self.lint(path)
        return self._view(path)

    def _view(self, path: str) -> View | None:
        self._collect_later()
        file = self.files.file(path)
        if file is None:
            return None
        held = self.files.extension_of(path)
        workspace = self.client_capabilities.workspace
        versioned = workspace is not None and workspace.workspace_edit and workspace.workspace_edit.document_changes
        return View(
            self.files,
            self.positions,
            self.uris,
            path,
            file,
            held,
            manifest_schema=self._manifest_schema,
            versions=self._versions if versioned else None,
        )

    def complete(self, params: types.CompletionParams) -> types.CompletionList | None:
        """`textDocument/completion`: of the text as it is now, of the extension as it was linted last."""
        path = self.uris.path_of(params.text_document.uri)
        view = None if path is None else self._view(path)
        if view is not None and view.extension is None:
            view = self.view(params.text_document.uri)
        if view is None:
            return None
        document = self.client_capabilities.text_document
        item = document.completion.completion_item if document and document.completion else None
        snippets = bool(item and item.snippet_support)
        items = completion.complete(view, view.offset(params.position), snippets=snippets)
        for one in items:
            if isinstance(one.documentation, types.MarkupContent):
                one.documentation = _content(one.documentation.value, item.documentation_format if item else None)
        return types.CompletionList(False, items)

    def hover(self, params: types.HoverParams) -> types.Hover | None:
        """`textDocument/hover`."""
        view = self.view(params.text_document.uri)
        found = None if view is None else hover.hover(view, view.offset(params.position))
        document = self.client_capabilities.text_document
        formats = document.hover.content_format if document and document.hover else None
        return None if found is None else types.Hover(_content(found[0], formats), found[1])

    def definition(self, params: types.DefinitionParams) -> list[types.Location]:
        """`textDocument/definition`."""
        view = self.view(params.text_document.uri)
        return [] if view is None else navigation.definition(view, view.offset(params.position))

    def references(self, params: types.ReferenceParams) -> list[types.Location]:
        """`textDocument/references`."""
        view = self.view(params.text_document.uri)
        if view is None:
            return []
        declaration = params.context.include_declaration
        return navigation.references(view, view.offset(params.position), declaration=declaration)

    def prepare_rename(self, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        """`textDocument/prepareRename`."""
        view = self.view(params.text_document.uri)
        found = None if view is None else navigation.renamable(view, view.offset(params.position))
        return None if found is None else types.PrepareRenamePlaceholder(range=found[1], placeholder=found[0])

    def rename(self, params: types.RenameParams) -> types.WorkspaceEdit | None:
        """`textDocument/rename`."""
        view = self.view(params.text_document.uri)
        if view is None:
            return None
        try:
            return navigation.rename(view, view.offset(params.position), params.new_name)
        except navigation.NotPossible as error:
            raise JsonRpcInvalidParams(str(error)) from None

    def links(self, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        """`textDocument/documentLink`."""
        view = self.view(params.text_document.uri)
        return [] if view is None else navigation.links(view)

    def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """`textDocument/codeAction`."""
        view = self.view(params.text_document.uri)
        if view is None:
            return []
        only = None if params.context.only is None else [getattr(kind, "value", kind) for kind in params.context.only]
        findings = self.files.findings(view.path)
        where = self.positions.span(view.file, params.range)
        return list(actions.actions(view, self._writer(view.path), findings, where, only))

    def explain(self, code: str) -> str | None:
        """The command that shows a rule's page: in the editor where it can, else the first sentences as a message."""
        rule = next((rule for rule in load_rules() if code.lower() in (rule.meta.code.lower(), rule.meta.name)), None)
        if rule is None:
            return None
        window = self.client_capabilities.window
        if window is None or window.show_document is None or not window.show_document.support:
            self.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"{rule.meta.code}: {words.brief(rule)}"))
        else:
            package, _, stem = rule.module.rpartition(".")
            page = str(importlib.resources.files(package).joinpath(f"{stem}.md"))
            self.window_show_document(types.ShowDocumentParams(self.uris.of(page), take_focus=True))
        return rule.page

    # --- folders and settings --------------------------------------------------------------------------------------------

    def initialize(self, params: types.InitializeParams) -> None:
        """Take over the client's folders, position encoding and options."""
        if params.process_id is not None:
            self.protocol.leave_after(params.process_id)
        self.positions = Positions(self.workspace.position_encoding or types.PositionEncodingKind.Utf16)
        uris = [folder.uri for folder in params.workspace_folders or ()]
        if not uris and (root := params.root_uri or (params.root_path and f"file://{params.root_path}")):
            uris = [root]
        for uri in uris:
            self._add_folder(uri)
        if _asks(params.capabilities):
            self._pulls = True
            self._register_pull()
        self._given = params.initialization_options
        self._manifest_schema = isinstance(self._given, dict) and self._given.get("manifestSchema") is True
        self.files.configure(settings.read(self._given) or ClientSettings())

    async def initialized(self) -> None:
        """Ask for the settings, have files watched, and lint everything."""
        workspace = self.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace else None
        registrations = []
        if watched is not None and watched.dynamic_registration:
            watchers = [types.FileSystemWatcher(_WATCHED), types.FileSystemWatcher("**/.gitignore")]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            registrations.append(types.Registration("watch", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
        changes = workspace.did_change_configuration if workspace else None
        if changes is not None and changes.dynamic_registration:
            section = types.DidChangeConfigurationRegistrationOptions(settings.SECTION)
            registrations.append(types.Registration("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
        if registrations:
            self.client_register_capability(types.RegistrationParams(registrations))
        await self._fetch_settings()
        self._ready = True
        self.lint()

    async def _fetch_settings(self) -> bool:
        """Take over the settings that the client has, if it can say so."""
        workspace = self.client_capabilities.workspace
        if workspace is None or not workspace.configuration:
            return False
        item = types.ConfigurationItem(section=settings.SECTION)
        try:
            answer = await asyncio.wait_for(self.workspace_configuration_async(types.ConfigurationParams([item])), timeout=5)
        except Exception:
            return False
        read = settings.read(_plain(answer[0]) if answer else None)
        if read is not None and read != ClientSettings():
            self.files.configure(read)
        else:
            self.files.configure(settings.read(self._given) or ClientSettings())
        return True

    async def configured(self, params: types.DidChangeConfigurationParams) -> None:
        """Take over changed settings."""
        if not await self._fetch_settings():
            self.files.configure(settings.read(_plain(params.settings)) or ClientSettings())
        self._schedule()

    def saved(self, params: types.DidSaveTextDocumentParams) -> None:
        """A file was saved: where the client does not watch files, others may have come or gone too."""
        path = self.uris.path_of(params.text_document.uri)
        if path is None:
            return
        if self.files.decides(path) or not self._watches():
            self.files.find_anew(path)
        self.files.save(path)
        self._schedule()

    def watched(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Files have changed on disk."""
        for change in params.changes:
            path = self.uris.path_of(change.uri)
            if path is None:
                continue
            if change.type is not types.FileChangeType.Changed or self.files.decides(path):
                self.files.find_anew(path)
            self.files.touch(path)
        self._schedule()

    def moved(self, uris: Iterable[str]) -> None:
        """Files were created, renamed or deleted in the editor."""
        for uri in uris:
            path = self.uris.path_of(uri)
            if path is not None:
                self.files.find_anew(path)
                self.files.touch(path)
        self._schedule()

    def changed_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Folders were added or removed."""
        for folder in params.event.removed:
            path = self.uris.path_of(folder.uri)
            if path is not None:
                self.files.remove_folder(path)
        for folder in params.event.added:
            self._add_folder(folder.uri)
        self._schedule()

    def _add_folder(self, uri: str) -> None:
        path = self.uris.path_of(uri)
        if path is not None and os.path.isdir(path):
            self.files.add_folder(path)

    def _watches(self) -> bool:
        workspace = self.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace else None
        return bool(watched and watched.dynamic_registration)

    # --- registration ----------------------------------------------------------------------------------------------------

    def _register(self) -> None:
        feature = self.feature
        feature(types.INITIALIZE)(lambda params: self.initialize(params))

        @feature(types.INITIALIZED)
        async def initialized(params: types.InitializedParams) -> None:
            await self.initialized()

        @feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
        async def configured(params: types.DidChangeConfigurationParams) -> None:
            await self.configured(params)

        triggers = ['"', "'", "`", ".", "{", ",", "/", " "]
        feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=triggers))(
            lambda params: self.complete(params)
        )
        feature(types.TEXT_DOCUMENT_HOVER)(lambda params: self.hover(params))
        feature(types.TEXT_DOCUMENT_DEFINITION)(lambda params: self.definition(params))
        feature(types.TEXT_DOCUMENT_REFERENCES)(lambda params: self.references(params))
        feature(types.TEXT_DOCUMENT_PREPARE_RENAME)(lambda params: self.prepare_rename(params))
        feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))(lambda params: self.rename(params))
        feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)(lambda params: self.links(params))
        kinds = [types.CodeActionKind.QuickFix, actions.FIX_ALL]
        feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds))(
            lambda params: self.actions(params)
        )
        feature(types.TEXT_DOCUMENT_DID_SAVE)(lambda params: self.saved(params))
        feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(lambda params: self.watched(params))
        feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(lambda params: self.changed_folders(params))
        filters = types.FileOperationRegistrationOptions(
            [types.FileOperationFilter(types.FileOperationPattern("**"), scheme="file")]
        )
        feature(types.WORKSPACE_DID_CREATE_FILES, filters)(lambda params: self.moved(file.uri for file in params.files))
        feature(types.WORKSPACE_DID_DELETE_FILES, filters)(lambda params: self.moved(file.uri for file in params.files))
        feature(types.WORKSPACE_DID_RENAME_FILES, filters)(
            lambda params: self.moved(uri for file in params.files for uri in (file.old_uri, file.new_uri))
        )

        @self.command(actions.EXPLAIN)
        def explain(code: str = "") -> str | None:
            return self.explain(code)

    def _register_pull(self) -> None:
        options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier=SOURCE)

        @self.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
        async def pull(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
            return await self.pull(params)

        @self.feature(types.WORKSPACE_DIAGNOSTIC)
        async def pull_all(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
            return await self.pull_all(params)


def _asks(client: types.ClientCapabilities) -> bool:
    """Whether a client asks for diagnostics, and again when it is told that a change elsewhere made them others."""
    diagnostics = client.workspace.diagnostics if client.workspace is not None else None
    return bool(
        client.text_document is not None
        and client.text_document.diagnostic is not None
        and diagnostics is not None
        and diagnostics.refresh_support
    )


def _is_failure(record: logging.LogRecord) -> bool:
    """Whether the library has a failure to log. Words that refuse a request are its answer, and none."""
    return record.exc_info is None or not isinstance(record.exc_info[1], JsonRpcException)


def _content(markdown: str, formats: Sequence[types.MarkupKind] | None) -> types.MarkupContent:
    """A text in the first of the formats that a client names; Markdown for one that names none."""
    if formats and formats[0] == types.MarkupKind.PlainText:
        return types.MarkupContent(types.MarkupKind.PlainText, words.plain(markdown))
    return types.MarkupContent(types.MarkupKind.Markdown, markdown)


def collect() -> None:
    """Collect all garbage. What is left is not looked at again by collections in haste, and memory goes back to the system."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    _trim()


def _trim() -> None:
    """Give free memory back to the system."""
    if sys.platform == "linux":
        # Only the GNU library's allocator keeps what is free between two pieces in use until it is asked.
        with suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def _plain(value: Any) -> Any:
    """A JSON value as Python's own types: the library makes objects of what it has no type for."""
    if value is None or isinstance(value, (dict, list, str, int, float, bool)):
        return value
    return json.loads(json.dumps(value, default=lambda item: getattr(item, "_asdict", lambda: vars(item))()))
