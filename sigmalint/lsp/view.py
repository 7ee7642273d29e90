"""One file as a request of the editor sees it: its text, its extension, and how places are written for the client."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types

from sigmalint.finding import Edit, Fix
from sigmalint.lsp.cursor import Cursor, Frame, Piece, blocks, look
from sigmalint.lsp.names import canonical, declares, given_names
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
_GIVING_BACK = frozenset(("", "return", "Object.assign", "Object.freeze", "Object.seal", "structuredClone"))
"""What gives back the value in the parentheses behind it, or one that has all of its properties."""
_TAG = 4_000
_MOST_TAGS = 10
_NAME = 100
_MOST_USES = 4
"""How many uses of a name are looked at for one that is the same variable, the nearest first."""
_CALLEE = re.compile(r"[\w$.?]*\Z")
_ARGUMENTS = re.compile(r"\s*\(([^()\n]{1,200})")


@dataclass(frozen=True)
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
    versions: Mapping[str, int | None] | None = None
    """The versions of the texts that are open, by path; None for an editor that takes no edits of versions."""

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

    @cached_property
    def names(self) -> dict[str, str]:
        """What stands for an SDK or a part of it in the file, each with its path from the global object on."""
        found = given_names(self.file.text, self.products)
        for call in self._sdk_calls():
            written, path = canonical(call.callee.text.replace("?", ""), {}).split("."), call.path.split(".")
            while len(path) > 1 and len(written) > 1 and written[-1] == path[-1]:
                del written[-1], path[-1]
            found.setdefault(".".join(written), ".".join(path))
        return found

    def path_of(self, written: str) -> str:
        """The path from the global object on of a dotted name; the name itself where it stands for nothing known."""
        return canonical(written, self.names)

    def _sdk_calls(self) -> Iterator[SdkCall]:
        extension = self.extension
        if extension is not None:
            yield from extension.loose_calls
            for program in extension.programs:
                yield from program.calls

    def is_call(self, callee: str, product: Product, path: str) -> bool:
        """Whether what is called, as it is written, may be a product's member of this path."""
        return self.path_of(callee) == f"{product.namespace}.{path}" or ("." in path and f".{callee}".endswith(f".{path}"))

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

    def edit(self, edits: Iterable[Edit]) -> types.WorkspaceEdit:
        """Edits of the extension's files, as the editor takes them."""
        assert self.held is not None
        changes: dict[str, list[types.TextEdit]] = {}
        for span, text in edits:
            path = self.held.folder.locate(span.file.path)
            changes.setdefault(path, []).append(types.TextEdit(self.positions.range(span), text))
        if self.versions is None:
            return types.WorkspaceEdit(changes={self.uris.of(path): one for path, one in changes.items()})
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(self.uris.of(path), self.versions.get(path)), one
                )
                for path, one in changes.items()
            ]
        )

    def location(self, span: Span) -> types.Location:
        """Where a span of the extension stands."""
        assert self.held is not None
        path = self.held.folder.locate(span.file.path)
        return types.Location(self.uris.of(path), self.positions.range(span))

    def key_at(self, cursor: Cursor) -> str | None:
        """The key whose value a cursor is in; of one that is computed, what it came to when the extension was linted."""
        key = cursor.key
        place = cursor.frames[0].keys.get("") if key == "" and cursor.frames else None
        if place is not None:
            for options in self._option_objects():
                key = next((name for name, span in options.keys.items() if span.start == place and self._is_own(span)), key)
        return key

    def option_at(self, cursor: Cursor) -> tuple[Product, Call, Parameter] | None:
        """The option of a request whose value a cursor is in."""
        key = self.key_at(cursor)
        return None if key is None else self.option_of(cursor, key)

    def option_of(self, cursor: Cursor, key: str) -> tuple[Product, Call, Parameter] | None:
        """The option that a key, or a synonym, is of the options object that a cursor is in or assigns to."""
        frames, (owner, _, _) = cursor.frames, cursor.target.rpartition(".")
        found = self.options_at(frames) if frames and frames[0].bracket == "{" else self.options_named(owner, frames)
        return None if found is None else _option(*found, key)

    def option_named(self, cursor: Cursor) -> tuple[Product, Call, Parameter] | None:
        """The option that a cursor names as a property of an options object: `options.type`, `options["type"]`."""
        owner, _, key = cursor.chain.rpartition(".")
        if cursor.string is not None and cursor.frames and cursor.frames[0].bracket == "[":
            owner, key = cursor.frames[0].callee, cursor.string.content
        found = self.options_named(owner, cursor.frames)
        return None if found is None else _option(*found, key)

    def option_around(self, frames: tuple[Frame, ...]) -> tuple[Product, Call, Parameter] | None:
        """The option of a request whose value is, or has as an element, the object that is the innermost of some frames."""
        if not frames or frames[0].bracket != "{":
            return None
        frame, outer = frames[0], frames[1:]
        if outer and outer[0].bracket == "[":
            outer = outer[1:]
        if outer and outer[0].key is not None:
            found, key = self.options_at(outer), outer[0].key
        else:
            owner, _, key = frame.target.rpartition(".")
            found = self.options_named(owner, frames)
        if found is not None:
            return _option(*found, key)
        for request in self.requests:
            for option, case in request.written:
                if self._is_object(case, frame):
                    return request.product, request.form, option
        return None

    def options_named(self, name: str, frames: tuple[Frame, ...]) -> tuple[Product, Call] | None:
        """The request whose options object has a name inside of some frames: what is passed to the call as it is written, or
        what reaches it."""
        if not name:
            return None
        place = frames[0].start if frames else 0
        found = [*self._passed(name)]
        for request in self.requests:
            found += ((offset, request.product, request.form) for case in request.options for offset in self._uses(case, name))
        found.sort(key=lambda use: abs(use[0] - place))
        return next(((product, call) for at, product, call in found[:_MOST_USES] if self._is_same(name, frames, at)), None)

    def _passed(self, name: str) -> Iterator[tuple[int, Product, Call]]:
        """The calls, each with its offset, whose options have a name as they are written."""
        text = self.file.text
        for product, call in self._calls():
            whole = f"{product.namespace}.{call.path}"
            for spelling in (call.path, *(alias for alias, path in self.names.items() if path == whole)):
                start = text.find(spelling)
                while start >= 0:
                    end = start + len(spelling)
                    given = _ARGUMENTS.match(text, end)
                    arguments = given[1].split(",") if given else []
                    if name in (argument.strip() for argument in arguments[call.options_argument : call.options_argument + 1]):
                        callee = _CALLEE.search(text, max(0, start - _NAME), start)
                        if self.is_call(f"{callee[0] if callee else ''}{spelling}".replace("?", ""), product, call.path):
                            yield start, product, call
                    start = text.find(spelling, end)

    def _uses(self, case: Case, name: str) -> list[int]:
        """Where a value goes, on its way, by a name."""
        return [step.span.start for step in case.way if step.span.text == name and self._is_own(step.span)]

    def _is_same(self, name: str, frames: tuple[Frame, ...], offset: int) -> bool:
        """Whether a name inside of some frames may be the same variable as at an offset: no block declares it that is around
        only one of the two places."""
        code = self.code_at(offset)
        variable = name.partition(".")[0]
        here = {frame.start: frames[0].start for frame in frames if frame.bracket == "block"}
        there = {} if code is None else dict.fromkeys(blocks(code, offset), offset)
        return not any(
            declares(self.file.text, variable, start, end)
            for own, other in ((here, there), (there, here))
            for start, end in own.items()
            if start not in other
        )

    def _option_objects(self) -> Iterator[ObjectValue]:
        for request in self.requests:
            yield from (case.what for case in request.options if isinstance(case.what, ObjectValue))

    def _calls(self) -> Iterator[tuple[Product, Call]]:
        for product in self.products:
            for call in product.calls:
                yield product, call

    @property
    def requests(self) -> Sequence[Request]:
        """The requests of the extension, as it was linted last."""
        return self.extension.requests if self.extension is not None else ()

    def _is_object(self, case: Case, frame: Frame) -> bool:
        """Whether a value is the object of a frame."""
        what = case.what
        return isinstance(what, ObjectValue) and what.brace.start == frame.start and self._is_own(what.brace)

    def _is_merged(self, case: Case, frame: Frame) -> bool:
        """Whether an object has a property from the object of a frame, which was copied into it."""
        if not isinstance(case.what, ObjectValue):
            return False
        for name, start in frame.keys.items():
            # The key of what is copied stands for where its value is written.
            span = case.what.keys.get(name)
            if span is not None and start <= span.start < frame.end and self._is_own(span):
                return not any(start < other <= span.start for other in frame.keys.values())
        return False

    def options_at(self, frames: tuple[Frame, ...]) -> tuple[Product, Call] | None:
        """The request whose options object, or one that is merged into it, is the innermost of some frames."""
        if not frames or frames[0].bracket != "{":
            return None
        frame = frames[0]
        for request in self.requests:
            if any(self._is_object(case, frame) or self._is_merged(case, frame) for case in request.options):
                return request.product, request.form
        if found := self._options_expected(frames):
            return found
        for product, call in self._calls():
            connection = call.roles.get(Role.CONNECTION)
            if connection is not None and connection.option is not None and connection.option in frame.keys:
                return product, call
        return None

    def _options_expected(self, frames: tuple[Frame, ...]) -> tuple[Product, Call] | None:
        """The request whose options are what the innermost of some frames is, or is in: an argument, parentheses, a copy."""
        value, outer = frames[0], frames[1:]
        around = outer[0] if outer else None
        if value.spread:
            return self.options_at(outer)
        if around is not None and around.bracket == "(":
            for product, call in self._calls():
                if around.index == call.options_argument and self.is_call(around.callee, product, call.path):
                    return product, call
            if around.callee in _GIVING_BACK:
                return self._options_expected(outer)
        return self.options_named(value.target, frames)

    def requests_at(self, offset: int, role: Role) -> list[tuple[Request, Case]]:
        """The requests whose value for a role is written around an offset of the file."""
        return [
            (request, case)
            for request in self.requests
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
            if (cursor.frames and self._is_object(options, cursor.frames[0])) or self._uses(options, owner)
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
