"""One file as a request of the editor sees it: its text, its extension, and how places are written for the client."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types

from sigmalint.finding import Fix
from sigmalint.lsp.cursor import Cursor, Frame, Piece, look
from sigmalint.lsp.texts import Positions
from sigmalint.lsp.workspace import Held, Workspace
from sigmalint.model import Case, Extension, ObjectValue, Request, SdkCall
from sigmalint.project import MANIFEST
from sigmalint.sdk import Call, Parameter, Product, Role, load_products
from sigmalint.sources.markup import StartTag, tokenize, value
from sigmalint.sources.script import LANGUAGES
from sigmalint.sources.text import SourceFile, Span

_SCRIPT = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
_JAVASCRIPT_URL = re.compile(r"\s*javascript:", re.IGNORECASE)
_TAG = 4_000
_MOST_TAGS = 10
_GIVEN = re.compile(r"([\w$]+(?:\.[\w$]+)*)\s*=\s*(?:await\s+)?(?:window\.)?\Z")
_NAME = 100
_CALLEE = re.compile(r"[\w$.?]*\Z")
_ARGUMENTS = re.compile(r"\s*\(([^()\n]{1,200})")
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
    manifest_schema: bool = False
    """Whether the editor has the manifest's schema, and itself says what follows from that."""

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

    def code_at(self, offset: int) -> Piece | None:
        """The code around an offset: a script file, a script or handler of a page, a manifest; None for markup."""
        text = self.file.text
        suffix = os.path.splitext(self.path)[1].lower()
        if suffix in LANGUAGES or suffix == ".json":
            return Piece(text)
        opened = max(text.rfind("<script", 0, offset), text.rfind("<SCRIPT", 0, offset))
        if opened >= 0:
            tag = _SCRIPT.match(text, opened)
            if tag and tag.end() <= offset:
                closing = _SCRIPT_END.search(text, tag.end())
                end = closing.start() if closing else len(text)
                if offset <= end:
                    return Piece(text[tag.end() : end], ((0, tag.end()),))
        return self._handler_at(offset)

    def _handler_at(self, offset: int) -> Piece | None:
        """The code of the attribute that an offset is in."""
        lowest = max(0, offset - _TAG)
        start = offset
        for _ in range(_MOST_TAGS):  # of those between the tag's beginning and the offset, which code may have too
            start = self.file.text.rfind("<", lowest, start)
            if start < 0:
                break
            text = self.file.text[start : offset + _TAG]
            # An attribute may have no end, or one that is further on.
            tags = (next(iter(tokenize(text + end)), None) for end in ("", ">", '">', "'>"))
            tag = next((tag for tag in tags if isinstance(tag, StartTag)), None)
            for attribute in tag.attributes.values() if tag is not None else ():
                if attribute.value_start <= offset - start <= attribute.value_end:
                    decoded = value(text, attribute)
                    if attribute.name.startswith("on") or _JAVASCRIPT_URL.match(decoded.text):
                        origins = tuple((at, start + origin) for at, origin in decoded.origins)
                        return Piece(decoded.text, origins, attribute.quote)
        return None

    def cursor(self, offset: int) -> Cursor | None:
        """What stands around an offset of code; None in markup."""
        code = self.code_at(offset)
        return None if code is None else look(code, offset)

    def location(self, span: Span) -> types.Location:
        """Where a span of the extension stands."""
        assert self.held is not None
        path = self.held.folder.locate(span.file.path)
        return types.Location(self.uris.of(path), self.positions.range(span))

    def option_at(self, cursor: Cursor) -> tuple[Product, Call, Parameter] | None:
        """The option of a request whose value a cursor is in."""
        return None if cursor.key is None else self.option_of(cursor, cursor.key)

    def option_of(self, cursor: Cursor, key: str) -> tuple[Product, Call, Parameter] | None:
        """The option that a key, or a synonym, is of the options object that a cursor is in or assigns to."""
        frames, (owner, _, _) = cursor.frames, cursor.target.rpartition(".")
        found = self.options_at(frames) if frames and frames[0].bracket == "{" else self.options_named(owner)
        return None if found is None else _option(*found, key)

    def option_named(self, cursor: Cursor) -> tuple[Product, Call, Parameter] | None:
        """The option that a cursor names as a property of an options object: `options.type`, `options["type"]`."""
        owner, _, key = cursor.chain.rpartition(".")
        if cursor.string is not None and cursor.frames and cursor.frames[0].bracket == "[":
            owner, key = cursor.frames[0].callee, cursor.string.content
        found = self.options_named(owner)
        return None if found is None else _option(*found, key)

    def option_around(self, frames: tuple[Frame, ...]) -> tuple[Product, Call, Parameter] | None:
        """The option of a request whose value is, or has as an element, the object that is the innermost of some frames."""
        frame, outer = frames[0], frames[1:]
        if outer and outer[0].bracket == "[":
            outer = outer[1:]
        if outer and outer[0].key is not None:
            found, key = self.options_at(outer), outer[0].key
        else:
            owner, _, key = frame.target.rpartition(".")
            found = self.options_named(owner)
        if found is not None:
            return _option(*found, key)
        for request in self.extension.requests if self.extension is not None else ():
            for option, case in request.written:
                if self._is_object(case, frame):
                    return request.product, request.form, option
        return None

    def options_named(self, name: str) -> tuple[Product, Call] | None:
        """The request whose options object has a name: what is passed to the call as it is written, or what reaches it."""
        if not name:
            return None
        text = self.file.text
        for product, call in self._calls():
            start = text.find(call.path)
            while start >= 0:
                end = start + len(call.path)
                given = _ARGUMENTS.match(text, end)
                arguments = given[1].split(",") if given else []
                if name in (argument.strip() for argument in arguments[call.options_argument : call.options_argument + 1]):
                    callee = _CALLEE.search(text, max(0, start - _NAME), start)
                    if self.is_call(f"{callee[0] if callee else ''}{call.path}".replace("?", ""), product, call.path):
                        return product, call
                start = text.find(call.path, end)
        for request in self.extension.requests if self.extension is not None else ():
            for case in request.options:
                if self._is_named(case, name):
                    return request.product, request.form
        return None

    def _calls(self) -> Iterator[tuple[Product, Call]]:
        for product in self.products:
            for call in product.calls:
                yield product, call

    def _is_named(self, case: Case, name: str) -> bool:
        """Whether a value goes by a name in this file on its way."""
        return name != "" and any(step.span.text == name and self._is_own(step.span) for step in case.way)

    def _is_object(self, case: Case, frame: Frame) -> bool:
        """Whether a value is the object of a frame."""
        what = case.what
        return isinstance(what, ObjectValue) and what.brace.start == frame.start and self._is_own(what.brace)

    def options_at(self, frames: tuple[Frame, ...]) -> tuple[Product, Call] | None:
        """The request whose options object is the innermost of some frames."""
        if not frames or frames[0].bracket != "{":
            return None
        frame = frames[0]
        for request in self.extension.requests if self.extension is not None else ():
            if any(self._is_object(case, frame) for case in request.options):
                return request.product, request.form
        around = frames[1] if len(frames) > 1 and frames[1].bracket == "(" else None
        if around is not None:
            for product, call in self._calls():
                if around.index == call.options_argument and self.is_call(around.callee, product, call.path):
                    return product, call
        if found := self.options_named(frame.target):
            return found
        given = {*frame.keys, frame.key}
        for product, call in self._calls():
            connection, url = (call.roles.get(role) for role in (Role.CONNECTION, Role.URL))
            if connection is not None and connection.option is not None and connection.option in given:
                return product, call
            if url is not None and url.option in given and len(given & {option.name for option in call.options}) > 1:
                return product, call
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
        if cursor is not None and cursor.string is not None:
            name = cursor.string.content
            known = cursor.frames and name in extension.connections
            if name and (known or cursor.key in connection_options(self.products)):
                return name, self.file.span(*cursor.string.inner)
        return None

    def connection_meant(self, offset: int) -> tuple[str, Span] | None:
        """The connection that is named at an offset, or that the name of a variable there stands for; None for several."""
        named = self.connection_at(offset)
        cursor = self.cursor(offset) if named is None else None
        if cursor is None or cursor.word is None or cursor.key is None or self.extension is None:
            return named
        owner = cursor.target.rpartition(".")[0]
        meant = {
            case.text
            for request in self.extension.requests
            if cursor.key == request.option_of(Role.CONNECTION)
            for options in request.options
            if (cursor.frames and self._is_object(options, cursor.frames[0])) or self._is_named(options, owner)
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
    # The quotes may be references of an attribute.
    literal = None if case.text is None else Fix.replace_string(case.span, case.text, "_")
    return case.span if literal is None else literal.edits[0].span


def _option(product: Product, call: Call, name: str) -> tuple[Product, Call, Parameter] | None:
    option = call.option(name) or call.option(call.synonyms.get(name, ""))
    return None if option is None else (product, call, option)
