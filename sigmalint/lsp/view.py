"""One file as a request of the editor sees it: its text, its extension, and how places are written for the client."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types

from sigmalint.lsp.cursor import Cursor, Frame, look
from sigmalint.lsp.texts import Positions
from sigmalint.lsp.workspace import Held, Workspace
from sigmalint.model import Case, Extension, ObjectValue, Request, SdkCall
from sigmalint.project import MANIFEST
from sigmalint.sdk import Call, Parameter, Product, Role, load_products
from sigmalint.sources.script import LANGUAGES
from sigmalint.sources.text import SourceFile, Span

_SCRIPT = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
_HANDLER = re.compile(
    r"""[\s"'](?:on[a-z]+\s*=\s*|[a-z]+\s*=\s*(?=["']\s*javascript:))(["'])([^"']*(?:(?!\1)["'][^"']*)*)\Z""", re.IGNORECASE
)
_TAG = 4_000
_GIVEN = re.compile(r"([\w$]+(?:\.[\w$]+)*)\s*=\s*(?:await\s+)?(?:window\.)?\Z")
_NAME = 100
_WHOLE = re.compile(r"\s*(?:\.\s*init\s*\(|[^\s.\w$(\[]|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class View:
    """A file (absolute path) and its text; `held` is the extension it belongs to, None for a file of none."""

    workspace: Workspace
    positions: Positions
    uris: "Uris"
    path: str
    file: SourceFile
    held: Held | None

    @property
    def extension(self) -> Extension | None:
        """The extension's model."""
        return None if self.held is None else self.held.extension

    @property
    def products(self) -> tuple[Product, ...]:
        """All products, those of the manifest's service first."""
        return tuple(sorted(load_products(), key=lambda product: self.service not in product.manifest.services))

    @property
    def own_products(self) -> tuple[Product, ...]:
        """The products of the manifest's service; all where that is not known."""
        return tuple(one for one in load_products() if self.service in one.manifest.services) or load_products()

    @property
    def service(self) -> str | None:
        """The manifest's service."""
        extension = self.extension
        service = extension.manifest.service if extension is not None and extension.manifest is not None else None
        return None if service is None else service.text

    @property
    def is_manifest(self) -> bool:
        """Whether the file is a plugin-manifest.json."""
        return os.path.basename(self.path) == MANIFEST

    def offset(self, position: types.Position) -> int:
        """The offset of a position."""
        return self.positions.offset(self.file, position)

    def range(self, start: int, end: int) -> types.Range:
        """The range between two offsets."""
        return self.positions.range(self.file.span(start, end))

    def names_of(self, product: Product) -> tuple[str, ...]:
        """What stands for a product's namespace in the file: itself, its usual names, and what code gives it."""
        own: dict[str, None] = {}
        text = self.file.text
        start = text.find(product.namespace)
        while start >= 0:
            end = start + len(product.namespace)
            given = _GIVEN.search(text, max(0, start - _NAME), start)
            if given and _WHOLE.match(text, end):
                own[given[1]] = None
            start = text.find(product.namespace, end)
        for call in self._sdk_calls():
            path, callee = call.path.removeprefix(f"{product.namespace}."), call.callee.text
            if path != call.path and callee.endswith(f".{path}"):
                own[callee.removesuffix(f".{path}")] = None
        short = product.namespace.rpartition(".")[2]
        return tuple(dict.fromkeys((product.namespace, *product.clients, short, *own)))

    def _sdk_calls(self) -> Iterator[SdkCall]:
        extension = self.extension
        if extension is not None:
            yield from extension.loose_calls
            for program in extension.programs:
                yield from program.calls

    def is_call(self, callee: str, product: Product, path: str) -> bool:
        """Whether what is called, as it is written, may be a product's member of this path."""
        if callee == path:
            return "." in path
        prefix = callee.removesuffix(f".{path}")
        return prefix != callee and ("." in path or prefix.removeprefix("window.") in self.names_of(product))

    def code_at(self, offset: int) -> tuple[int, int] | None:
        """The stretch of code around an offset: a script file, a script or handler of a page, a manifest; None for markup."""
        text = self.file.text
        suffix = os.path.splitext(self.path)[1].lower()
        if suffix in LANGUAGES or suffix == ".json":
            return 0, len(text)
        opened = max(text.rfind("<script", 0, offset), text.rfind("<SCRIPT", 0, offset))
        if opened >= 0:
            tag = _SCRIPT.match(text, opened)
            if tag and tag.end() <= offset:
                closing = _SCRIPT_END.search(text, tag.end())
                end = closing.start() if closing else len(text)
                if offset <= end:
                    return tag.end(), end
        start = text.rfind("<", max(0, offset - _TAG), offset)
        handler = _HANDLER.search(text, start, offset) if start >= 0 else None
        if handler:
            end = text.find(handler[1], offset)
            return handler.start(2), len(text) if end < 0 else end
        return None

    def cursor(self, offset: int) -> Cursor | None:
        """What stands around an offset of code; None in markup."""
        code = self.code_at(offset)
        return None if code is None else look(self.file.text, offset, *code)

    def location(self, span: Span) -> types.Location:
        """Where a span of the extension stands."""
        assert self.held is not None
        path = self.held.folder.locate(span.file.path)
        return types.Location(self.uris.of(path), self.positions.range(span))

    def options_at(self, frames: tuple[Frame, ...]) -> tuple[Product, Call, Frame] | None:
        """The request whose options object is the innermost of some frames."""
        if not frames or frames[0].bracket != "{":
            return None
        frame = frames[0]
        for request in self.extension.requests if self.extension is not None else ():
            for case in request.options:
                if isinstance(case.what, ObjectValue) and case.what.brace.start == frame.start and self._is_own(case.span):
                    return request.product, request.form, frame
        around = frames[1] if len(frames) > 1 and frames[1].bracket == "(" else None
        calls = [(product, call) for product in self.products for call in product.calls]
        if around is not None:
            for product, call in calls:
                if around.index == call.options_argument and self.is_call(around.callee, product, call.path):
                    return product, call, frame
        given = {*frame.keys, frame.key}
        for product, call in calls:
            connection, url = (call.roles.get(role) for role in (Role.CONNECTION, Role.URL))
            if connection is not None and connection.option is not None and connection.option in given:
                return product, call, frame
            if url is not None and url.option in given and len(given & {option.name for option in call.options}) > 1:
                return product, call, frame
        return None

    def requests_at(self, offset: int, role: Role) -> list[tuple[Request, Case]]:
        """The requests whose value for a role is written around an offset of the file."""
        extension = self.extension
        if extension is None:
            return []
        return [
            (request, case)
            for request in extension.requests
            for case in request.role(role)
            if case.span.start <= offset <= case.span.end and self._is_own(case.span)
        ]

    def _is_own(self, span: Span) -> bool:
        """Whether a span of the extension stands in this file."""
        return self.held is not None and self.held.folder.locate(span.file.path) == self.path

    def connection_at(self, offset: int) -> tuple[str, Span] | None:
        """The connection that is named at an offset, and the stretch that names it."""
        extension = self.extension
        if extension is None:
            return None
        if self.is_manifest:
            for connection in extension.connections:
                if connection.span.start <= offset <= connection.span.end:
                    return connection.link_name, connection.span
            return None
        for _, case in self.requests_at(offset, Role.CONNECTION):
            if case.text:
                return case.text, inner(case)
        cursor = self.cursor(offset)
        if cursor is not None and cursor.string is not None and cursor.frames:
            name, key = cursor.string.content, cursor.frames[0].key
            if name and (key in connection_options(self.products) or name in extension.connections):
                return name, self.file.span(*cursor.string.inner)
        return None

    def connection_meant(self, offset: int) -> tuple[str, Span] | None:
        """The connection that is named at an offset, or that the name of a variable there stands for; None for several."""
        named = self.connection_at(offset)
        cursor = self.cursor(offset) if named is None else None
        if cursor is None or cursor.word is None or not cursor.frames or self.extension is None:
            return named
        frame = cursor.frames[0]
        meant = {
            case.text
            for request in self.extension.requests
            for options in request.options
            if frame.key is not None and frame.key == request.option_of(Role.CONNECTION)
            if isinstance(options.what, ObjectValue) and options.what.brace.start == frame.start and self._is_own(options.span)
            for case in request.role(Role.CONNECTION)
        }
        name = meant.pop() if len(meant) == 1 else None
        return (name, self.file.span(cursor.word.start, cursor.word.end)) if name else None

    def find(self, address: str, *, suffixes: tuple[str, ...] = ("",)) -> str | None:
        """The file that an address in the file means; None where it is elsewhere or not there."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        if parts.scheme or parts.netloc or not parts.path or self.held is None:
            return None
        path = unquote(parts.path)
        if path.startswith("/") or self.is_manifest:
            base = self.held.folder.locate(self.held.files.base)
            tops = [base, os.path.join(base, "public"), self.held.home]
        else:
            tops = [os.path.dirname(self.path)]
        for top in tops:
            for suffix in suffixes:
                found = os.path.normpath(os.path.join(top, path.lstrip("/") + suffix)).replace(os.sep, "/")
                if found in self.workspace.buffers or os.path.isfile(found):
                    return found
        return None


class Uris:
    """Paths and addresses: a client gets back the spelling that it sent."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def keep(self, path: str, uri: str) -> None:
        """Remember how the client spells a path's address."""
        self._known[path] = uri

    @staticmethod
    def path_of(uri: str) -> str | None:
        """The path of a file's address; None for what is no file."""
        try:
            parts = urlsplit(uri)
        except ValueError:
            return None
        if parts.scheme != "file":
            return None
        path = unquote(parts.path)
        if parts.netloc and parts.netloc != "localhost":
            path = f"//{parts.netloc}{path}"
        elif re.match(r"/[A-Za-z]:", path):
            path = path[1:]
        return os.path.abspath(path).replace(os.sep, "/")

    def of(self, path: str) -> str:
        """The address of a path."""
        return self._known.get(path) or Path(path).as_uri()


def connection_options(products: tuple[Product, ...]) -> set[str]:
    """The names of the options that take a connection."""
    return {
        access.option
        for product in products
        for call in product.calls
        if (access := call.roles.get(Role.CONNECTION)) is not None and access.option is not None
    }


def inner(case: Case) -> Span:
    """The text between the quotes of a case that is a string literal; all of any other."""
    text = case.span.text
    if case.text is not None and len(text) == len(case.text) + 2 and text[1:-1] == case.text:
        return case.span.file.span(case.span.start + 1, case.span.end - 1)
    return case.span


def parameter_of(parameters: tuple[Parameter, ...], name: str) -> Parameter | None:
    """The parameter of a name."""
    return next((parameter for parameter in parameters if parameter.name == name), None)
