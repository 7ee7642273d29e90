"""What the server knows: the workspace's folders, the extensions in them, unsaved texts, and what is found in each file.

Paths are absolute with forward slashes, except where they are called *reported* (see `result.Files`).
"""

import os
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from sigmalint.errors import UserError
from sigmalint.finding import Finding
from sigmalint.lsp.texts import Document
from sigmalint.memory import Memory
from sigmalint.model import Extension
from sigmalint.project import MANIFEST, ExtensionFiles, default_root, extension_around, stamp
from sigmalint.runner import Options, Run
from sigmalint.sdk import all_mentions
from sigmalint.sources.manifest import looks_like_extension
from sigmalint.sources.text import SourceFile

MOST_RUNS = 5_000
"""How often an extension is linted on what was made of it before; each time leaves a little that is of no use any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSettings:
    """What the editor's user has set: another configuration file, none at all, a baseline, values as on the command line.

    Paths are relative to the folder of the workspace.
    """

    config: str | None = None
    baseline: str | None = None
    isolated: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    """What is wrong with the settings, in words."""


class Held:
    """One extension, as it was linted last."""

    def __init__(self, folder: "Folder", files: ExtensionFiles, memory: Memory) -> None:
        self.folder = folder
        self.files = files
        self.memory = memory
        self.dirty = True
        self.saved = False
        """Whether one of its files was saved since it was read anew."""
        self.findings: dict[str, list[Finding]] = {}
        """What was found, by path."""

    @property
    def extension(self) -> Extension | None:
        """The extension's model; None where reading it crashed."""
        return self.memory.extension

    @cached_property
    def sources(self) -> frozenset[str]:
        """The paths of its files."""
        own = set(self.files.sources)
        if self.files.manifest is not None:
            own.add(self.files.manifest)
        return frozenset(map(self.folder.locate, own))

    def may_read(self, path: str) -> bool:
        """Whether it may read a file: one that it does not list it may still load."""
        return path in self.sources or _below(path, self.home)

    @property
    def home(self) -> str:
        """Its folder."""
        return self.folder.locate(self.files.folder)


class Folder:
    """A folder of the workspace.

    `root` is what reported paths are relative to, `error` what is wrong with its configuration. `stale`: what is in it has to
    be found anew.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.root = default_root([Path(path)], path)
        self.run: Run | None = None
        self.held: dict[str, Held] = {}
        self.stale = True
        self.error: UserError | None = None

    def locate(self, reported: str) -> str:
        """The path of a reported one."""
        return os.path.normpath(os.path.join(self.root, reported)).replace(os.sep, "/")

    def report(self, path: str) -> str:
        """The reported path of one."""
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def has(self, path: str) -> bool:
        """Whether a path is the folder or in it."""
        return path == self.path or path.startswith(self.path.rstrip("/") + "/")


class Workspace:
    """Folders, unsaved texts and findings. What changes is noted; `refresh` works it out."""

    def __init__(self) -> None:
        self.folders: dict[str, Folder] = {}
        self._own: dict[str, None] = {}
        """The client's folders."""
        self.buffers: dict[str, Document] = {}
        """The texts that are open."""
        self._documents: dict[str, Document] = {}
        self._stamps: dict[str, Hashable] = {}
        """When the documents of files on disk were read."""
        self.settings = ClientSettings()

    # --- what changes ----------------------------------------------------------------------------------------------------

    def add_folder(self, path: str) -> None:
        """Take in a folder of the client's."""
        self._own[path] = None
        self._arrange()

    def remove_folder(self, path: str) -> None:
        """Forget a folder of the client's."""
        self._own.pop(path, None)
        self._arrange()

    def _arrange(self, opened: Iterable[str] = ()) -> None:
        """Hold the client's folders, and of open files (and those `opened` now) in none of them the extensions around them."""
        tops = _outermost(self._own)
        outside = [path for path in (*self.buffers, *opened) if not any(_below(path, top) for top in tops)]
        around = (extension_around(os.path.dirname(path)) for path in outside)
        tops = _outermost([*tops, *(folder for folder in around if folder is not None)])
        self.folders = {top: self.folders.get(top) or Folder(top) for top in tops}
        for path, document in [*self._documents.items()]:
            reported = self._reported(path)
            if document.path != reported:  # it is in another folder now
                del self._documents[path]
                self._stamps.pop(path, None)
                if path in self.buffers:
                    self._documents[path] = self.buffers[path] = Document(reported, "")
                    self.buffers[path].take(document.lead + document.text)

    def configure(self, settings: ClientSettings) -> None:
        """Take over the editor's settings."""
        if settings != self.settings:
            self.settings = settings
            self.find_anew()

    def find_anew(self, path: str | None = None) -> None:
        """Find the extensions anew: of the folders that a path is in, or of all."""
        for folder in self.folders.values():
            folder.stale |= path is None or folder.has(path) or _below(folder.path, os.path.dirname(path))

    def open(self, path: str, text: str) -> None:
        """A text stands for a file from now on."""
        self._arrange([path])
        document = self._documents.get(path)
        if document is None:
            document = self._documents[path] = Document(self._reported(path), "")
        document.take(text)
        self._stamps.pop(path, None)
        self.buffers[path] = document
        if not any(path in held.sources for held in self.extensions()) or self._kind(path) is not self._kind_on_disk(path):
            self.find_anew(path)
        self.touch(path)

    def change(self, path: str, change: Callable[[Document], None]) -> None:
        """Change the text that stands for a file."""
        before = self._kind(path)
        change(self.buffers[path])
        if self._kind(path) is not before:
            self.find_anew(path)
        self.touch(path)

    def close(self, path: str) -> None:
        """The file on disk counts again."""
        self.buffers.pop(path, None)
        self._arrange()
        # What was found last was found with the text in the file's place.
        self.find_anew(path)
        self.touch(path)

    def touch(self, path: str) -> None:
        """A file has changed: check the extensions that may read it."""
        for held in self.extensions():
            held.dirty |= held.may_read(path)

    def save(self, path: str) -> None:
        """A file was saved."""
        self.touch(path)
        for held in self.extensions():
            held.saved |= path in held.sources

    def decides(self, path: str) -> bool:
        """Whether a file may decide what is linted, and how: a manifest, configuration, what that extends, a baseline, and what
        is below no manifest, which counts if it names an SDK."""
        if path.endswith((".json", ".toml", "/.gitignore")):
            return True
        named = (self.settings.config, self.settings.baseline)
        if any(path == self._setting(folder, setting) for folder in self.folders.values() for setting in named):
            return True
        return not any(held.files.manifest is not None and held.may_read(path) for held in self.extensions())

    @staticmethod
    def _setting(folder: Folder, path: str | None) -> str | None:
        """The path of a file that the settings name."""
        return None if path is None else os.path.normpath(os.path.join(folder.path, os.path.expanduser(path)))

    # --- what is known ---------------------------------------------------------------------------------------------------

    def extensions(self) -> Iterator[Held]:
        """All extensions."""
        for folder in self.folders.values():
            yield from folder.held.values()

    def extension_of(self, path: str) -> Held | None:
        """The extension that a file belongs to: one that lists it, else one that has findings in it, else the innermost."""

        def nearness(held: Held) -> tuple[bool, bool, int]:
            return path in held.sources, path in held.findings, len(held.home) if _below(path, held.home) else 0

        return max(filter(lambda held: any(nearness(held)), self.extensions()), key=nearness, default=None)

    def findings(self, path: str) -> list[Finding]:
        """What was found in a file, each once, in order."""
        found = {
            (finding.span.start, finding.span.end, finding.rule.code): finding
            for held in self.extensions()
            for finding in held.findings.get(path, ())
        }
        return sorted(found.values(), key=lambda finding: finding.sort_key)

    def file(self, path: str) -> SourceFile | None:
        """A file's text as it counts now; None where it cannot be read."""
        if path in self.buffers:
            return self.buffers[path]
        try:
            return SourceFile.decode(path, Path(path).read_bytes())
        except (OSError, ValueError):
            return None

    def is_outdated(self, path: str | None = None) -> bool:
        """Whether there is something to work out, or something that a file has to do with."""
        if any(folder.stale for folder in self.folders.values()):
            return True
        return any(held.dirty for held in self.extensions() if path is None or held.may_read(path))

    def read_ahead(self, seconds: float) -> bool:
        """Read sound code for about so long (see `Memory.read_ahead`); False while there is more to do."""
        return all(held.memory.read_ahead(seconds) for held in self.extensions() if not held.dirty)

    def is_littered(self) -> bool:
        """Whether much garbage was left since this was asked last."""
        littered = [held for held in self.extensions() if held.memory.has_replaced]
        for held in littered:
            held.memory.has_replaced = False
        return bool(littered)

    def renew(self) -> bool:
        """Forget what is of no use any more, and all of extensions that were saved or linted very often, which are read anew
        then. Whether there were any of these."""
        worn = [held for held in self.extensions() if (held.saved and held.memory.runs > 1) or held.memory.runs > MOST_RUNS]
        for held in self.extensions():
            held.memory.tidy()
        for held in worn:
            held.memory.forget()
            held.dirty, held.saved = True, False
        return bool(worn)

    # --- working it out --------------------------------------------------------------------------------------------------

    def refresh(self, path: str | None = None, *, whole: bool = True) -> set[str]:
        """Find and lint what has changed; the files of which findings may be others now.

        Not `whole`: lint the extensions of open files and that of a path, where there are none another one.
        """
        changed: set[str] = set()
        for folder in self.folders.values():
            if folder.stale:
                changed |= self._find(folder)
        dirty = [held for held in self.extensions() if held.dirty]
        if not whole:
            asked = (*self.buffers, *([] if path is None else [path]))
            dirty = [held for held in dirty if any(map(held.may_read, asked))] or dirty[:1]
        for held in dirty:
            changed |= self._lint(held)
        return changed

    def _find(self, folder: Folder) -> set[str]:
        folder.stale = False
        overlay = {
            path: (buffer.lead + buffer.text).encode("utf-8", "surrogatepass")
            for path, buffer in self.buffers.items()
            if folder.has(path)
        }
        settings = self.settings
        options = Options(
            root=folder.root,
            config=self._setting(folder, settings.config),
            isolated=settings.isolated,
            baseline=self._setting(folder, settings.baseline),
            command_line=settings.values,
            overlay=overlay,
        )
        try:
            folder.run = Run([Path(folder.path)], options)
            folder.error = None
        except UserError as error:
            folder.error = error
            return set()
        before = folder.held
        folder.held = {}
        for files in folder.run.project.extensions:
            known = before.get(files.folder)
            memory = known.memory if known else Memory(partial(self._document, folder))
            folder.held[files.folder] = held = Held(folder, files, memory)
            if known:
                held.findings = known.findings
        return {path for files, held in before.items() if files not in folder.held for path in held.findings}

    def _lint(self, held: Held) -> set[str]:
        held.dirty = False
        run = held.folder.run
        assert run is not None
        before = held.findings
        held.findings = {}
        result = run.lint_extension(held.files, held.memory)
        if result.failures and held.memory.runs > 1:  # what was kept may be at fault
            held.memory.forget()
            result = run.lint_extension(held.files, held.memory)
        for finding in self._new(run, [*result.findings, *result.suppressed]):
            path = held.folder.locate(finding.span.file.path)
            if held.folder.has(path) or path in self.buffers:
                held.findings.setdefault(path, []).append(finding)
        return {*before, *held.findings}

    def _new(self, run: Run, findings: list[Finding]) -> Iterator[Finding]:
        """The findings that neither a comment nor the baseline hides."""
        if run.known is None:
            yield from (finding for finding in findings if finding.suppression is None)
            return
        from sigmalint.report.fingerprints import fingerprints

        known = {entry.fingerprint for entry in run.known}
        findings.sort(key=lambda finding: finding.sort_key)
        for finding, fingerprint in zip(findings, fingerprints(findings), strict=True):
            if finding.suppression is None and fingerprint not in known:
                yield finding

    def _document(self, folder: Folder, reported: str, read: Callable[[], SourceFile]) -> Document:
        """A file of a folder: as the editor has it, else as it is on disk. OSError as `read` has it."""
        path = folder.locate(reported)
        if path in self.buffers:
            return self.buffers[path]
        now = stamp(path)
        document = self._documents.get(path)
        if document is None or now is None or self._stamps.get(path) != now:
            file = read()
            if document is None:
                document = self._documents[path] = Document(reported, "")
            document.read(file)
            self._stamps[path] = now
        return document

    def _folder_of(self, path: str) -> Folder | None:
        return next((folder for folder in self.folders.values() if folder.has(path)), None)

    def _reported(self, path: str) -> str:
        """The reported path of one; the path itself where no extension may have it."""
        folder = self._folder_of(path)
        return path if folder is None else folder.report(path)

    def _kind(self, path: str) -> object:
        """What decides whether a file makes an extension of the files around it, or is one's."""
        buffer = self.buffers.get(path)
        return self._kind_of(path, buffer.text) if buffer is not None else self._kind_on_disk(path)

    def _kind_on_disk(self, path: str) -> object:
        try:
            return self._kind_of(path, Path(path).read_text("utf-8", "replace"))
        except (OSError, ValueError):
            return None

    def _kind_of(self, path: str, text: str) -> object:
        if os.path.basename(path) == MANIFEST:
            return looks_like_extension(text)
        return any(name in text for name in all_mentions())


def _below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")


def _outermost(folders: Collection[str]) -> list[str]:
    """The folders that are in no other."""
    return [folder for folder in dict.fromkeys(folders) if not any(_below(folder, other) for other in folders)]
