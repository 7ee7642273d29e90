"""From one place to others: definitions, references, renaming, links."""

import os
import re
from collections.abc import Iterator

from lsprotocol import types

from sigmalint.errors import UserError
from sigmalint.finding import Edit, is_plain
from sigmalint.lsp.view import View, inner
from sigmalint.sdk import Role
from sigmalint.sources.script import LANGUAGES
from sigmalint.sources.text import Span

_IMPORT = re.compile(r"""(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*(["'])([^"'\n]+)\1""")
_SRC = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*?\s(?:src|href)\s*=\s*(["'])([^"'\n]*)\1""", re.IGNORECASE)
_LINKED = ("url", "icon", "logo")
_SUFFIXES = ("", *LANGUAGES, *(f"/index{suffix}" for suffix in LANGUAGES))


class NotPossible(UserError):
    """A renaming that cannot be done; the text says why."""


def definition(view: View, offset: int) -> list[types.Location]:
    """Where the connection or file that is named at a place is declared, or is."""
    named = view.connection_meant(offset)
    if named is not None and view.extension is not None:
        name, _ = named
        return [view.location(one.span) for one in view.extension.connections if one.link_name == name]
    for start, end, path in _links(view):
        if start <= offset <= end:
            return [types.Location(view.uris.of(path), types.Range(types.Position(0, 0), types.Position(0, 0)))]
    return []


def references(view: View, offset: int, *, declaration: bool) -> list[types.Location]:
    """Where the connection that is named at a place is used, and declared."""
    named = view.connection_meant(offset)
    if named is None:
        return []
    return [view.location(span) for span in _mentions(view, named[0], declaration=declaration)]


def renamable(view: View, offset: int) -> tuple[str, types.Range] | None:
    """The connection's name at a place and its range; None where there is nothing to rename."""
    named = view.connection_at(offset)
    return None if named is None or not named[0] else (named[0], view.positions.range(named[1]))


def rename(view: View, offset: int, name: str) -> types.WorkspaceEdit | None:
    """The edits that rename a connection. NotPossible where a use is not written out, or the name is none."""
    named = view.connection_at(offset)
    extension = view.extension
    if named is None or extension is None:
        return None
    old, _ = named
    if not extension.connections.accepts(name):
        raise NotPossible(f'"{name}" is no link name: it is empty, or has white space in it')
    if not is_plain(name):
        raise NotPossible(f'"{name}" has a character that cannot be written everywhere as it is')
    if name != old and name in extension.connections:
        raise NotPossible(f'"{name}" is declared already')
    edits: list[Edit] = []
    for span in _mentions(view, old, declaration=True):
        if span.text != old:
            at = f"{span.file.path}:{span.begin.line}"
            raise NotPossible(f'"{old}" is put together in {at}, it has to be renamed there by hand')
        edits.append(Edit(span, name))
    return view.edit(edits)


def links(view: View) -> list[types.DocumentLink]:
    """The files that a file names."""
    return [
        types.DocumentLink(view.range(start, end), target=view.uris.of(path), tooltip=os.path.basename(path))
        for start, end, path in _links(view)
    ]


def _mentions(view: View, name: str, *, declaration: bool) -> Iterator[Span]:
    extension = view.extension
    assert extension is not None
    spans = [one.span for one in extension.connections if one.link_name == name] if declaration else []
    for request in extension.requests:
        spans += (inner(case) for case in request.role(Role.CONNECTION) if case.text == name)
    yield from dict.fromkeys(sorted(spans, key=lambda span: (span.file.path, span.start)))


def _links(view: View) -> Iterator[tuple[int, int, str]]:
    """Stretches that name files, and the files."""
    text = view.file.text
    if view.is_manifest:
        extension = view.extension
        for widget in extension.manifest.widgets if extension is not None and extension.manifest is not None else ():
            for key in _LINKED:
                named = getattr(widget, key)
                path = view.find(named.text) if named is not None else None
                if path is not None:
                    yield named.span.start, named.span.end, path
        return
    for pattern in (_IMPORT, _SRC):
        for match in pattern.finditer(text):
            if pattern is _SRC or view.code_at(match.start()):
                path = view.find(match[2], suffixes=_SUFFIXES if pattern is _IMPORT else ("",))
                if path is not None:
                    yield *match.span(2), path
