"""What an editor offers to type: connections, options, methods, events, headers; in manifests keys and values."""

import os
import re
from collections.abc import Collection, Iterator, Sequence

from lsprotocol import types

from sigmalint.lsp import words
from sigmalint.lsp.cursor import Cursor
from sigmalint.lsp.manifest_keys import described
from sigmalint.lsp.view import View, connection_options
from sigmalint.model import Request
from sigmalint.project import MANIFEST
from sigmalint.registry import load_rules
from sigmalint.sdk import Call, Parameter, Product, Role

_Kind = types.CompletionItemKind
_MOST_FILES = 500
_DIRECTIVE = re.compile(r"sigmalint-(?:disable|enable)[\w-]*\s[^\n]*\Z")
_PAGES = (".html", ".htm", ".xhtml")
_IMAGES = (".png", ".svg", ".jpg", ".jpeg", ".gif", ".ico", ".webp")
_TYPED = re.compile(r"[\w$-]{0,100}\Z"), re.compile(r"[\w$-]*+")
_TYPED_IN_JSON = re.compile(r"[\w$./-]{0,100}\Z"), re.compile(r"[\w$./-]*+")
"""What is typed without quotes before and behind the cursor."""
_LITERALS = ("true", "false")
_NAMING = frozenset(("class", "const", "function", "let", "var"))
"""The words behind which something gets a name."""


def complete(view: View, offset: int, *, snippets: bool) -> list[types.CompletionItem]:
    """What may stand at an offset, the likeliest first."""
    text = view.file.text
    line = text.rfind("\n", 0, offset) + 1
    if _DIRECTIVE.search(text, line, offset):
        return list(_rules())
    cursor = view.cursor(offset)
    if cursor is None or cursor.comment is not None or cursor.is_behind_value:
        return []
    if cursor.piece.place(cursor.offset) != offset or (cursor.string is not None and not cursor.string.is_simple):
        return []  # inside a reference, or a text that no item stands for
    writer = _Writer(view, cursor, offset, snippets=snippets)
    items = writer.manifest() if view.is_manifest else writer.code()
    return _sorted(items)


def _sorted(items: Iterator[types.CompletionItem]) -> list[types.CompletionItem]:
    found = {item.label: item for item in items}
    for index, item in enumerate(found.values()):
        item.sort_text = f"{index:04}"
    return list(found.values())


def _rules() -> Iterator[types.CompletionItem]:
    for rule in load_rules():
        yield types.CompletionItem(
            rule.meta.code,
            kind=_Kind.Constant,
            detail=rule.meta.name,
            documentation=_markdown(words.brief(rule)),
        )


def _markdown(text: str) -> types.MarkupContent:
    return types.MarkupContent(types.MarkupKind.Markdown, text)


class _Writer:
    def __init__(self, view: View, cursor: Cursor, offset: int, *, snippets: bool) -> None:
        self.view = view
        self.cursor = cursor
        self.offset = offset
        self.snippets = snippets
        token = cursor.string or cursor.word
        self.replaced = view.range(*(token.inner if token is not None else (offset, offset)))
        """What is replaced by a word, or by the text of the string that the cursor is in."""

    # --- scripts ---------------------------------------------------------------------------------------------------------

    def code(self) -> Iterator[types.CompletionItem]:
        """In a script or handler."""
        cursor = self.cursor
        if cursor.string is None and "." in cursor.before:
            yield from self._members()
        elif cursor.in_key:
            yield from self._keys()
        elif (key := self.view.key_at(cursor)) is not None:
            yield from self._values(key)
            yield from self._reaching()
        else:
            yield from self._arguments()
            yield from self._reaching()
        if not cursor.in_key:
            yield from self._roots()

    def _roots(self) -> Iterator[types.CompletionItem]:
        """The global variables of SDKs that begin with the word that is typed, where it may stand for a value."""
        cursor = self.cursor
        if cursor.word is None or "." in cursor.before or (cursor.previous is not None and cursor.previous.text in _NAMING):
            return
        for product in self.view.own_products:
            if product.root.lower().startswith(cursor.before.lower()):
                yield self._item(product.root, _Kind.Module, product.root, detail=product.title)

    def _values(self, key: str) -> Iterator[types.CompletionItem]:
        if key in connection_options(self.view.products):
            yield from self._connections()
        found = self.view.option_at(self.cursor)
        if found is not None:
            _, call, option = found
            for value in _allowed(call, option):
                yield self._value(value, _Kind.EnumMember, option.description)
            yield from self._booleans(option)
        elif (holder := self.view.option_around(self.cursor.frames)) is not None and _plays(*holder[1:], Role.HEADERS):
            for name, values in words.HEADERS.items():
                for value in values if name.lower() == key.lower() else ():
                    yield self._value(value, _Kind.Value, "")

    def _booleans(self, parameter: Parameter) -> Iterator[types.CompletionItem]:
        if "boolean" in parameter.types and self.cursor.string is None:
            for literal in _LITERALS:
                yield self._item(literal, _Kind.Keyword, literal, documentation=parameter.description)

    def _arguments(self) -> Iterator[types.CompletionItem]:
        """Between parentheses and brackets."""
        frame = self.cursor.frames[0] if self.cursor.frames else None
        if frame is not None and frame.bracket == "[" and self.cursor.string is not None:
            outer = self.cursor.frames[1:]
            found = self.view.options_named(frame.callee, outer) if frame.callee else self.view.options_at(outer)
            yield from self._options(*found) if found is not None else ()
        elif frame is not None and frame.bracket == "(":
            for product in self.view.products:
                if (
                    product.dispatch_path
                    and self.view.is_call(frame.callee, product, product.dispatch_path)
                    and frame.index == 0
                ):
                    for event in product.events:
                        yield self._value(event.name, _Kind.Event, words.event(product, event))
                for call in product.calls:
                    if self.view.is_call(frame.callee, product, call.path):
                        for role, access in call.roles.items():
                            if access.option is None and access.argument == frame.index:
                                if role is Role.CONNECTION:
                                    yield from self._connections()
                                elif role is Role.METHOD:
                                    for value in call.methods:
                                        yield self._value(value, _Kind.EnumMember, "")

    def _reaching(self) -> Iterator[types.CompletionItem]:
        """In a string that becomes an option's value elsewhere."""
        if self._requests(Role.CONNECTION):
            yield from self._connections()
        for request in self._requests(Role.METHOD):
            for value in request.form.methods:
                yield self._value(value, _Kind.EnumMember, "")

    def _requests(self, role: Role) -> list[Request]:
        """The requests whose value for a role is the string that the cursor is in."""
        start = -1 if self.cursor.string is None else self.cursor.string.start
        found = self.view.requests_at(self.offset, role)
        return [request for request, case in found if case.text is not None and case.span.start == start]

    def _connections(self) -> Iterator[types.CompletionItem]:
        extension = self.view.extension
        if extension is None or extension.manifest is None:
            return
        for connection in extension.connections:
            if connection.link_name:
                item = self._value(connection.link_name, _Kind.Value, "")
                scopes = [scope.text for scope in connection.scopes]
                item.detail = (
                    " · ".join(filter(None, (words.service_of(connection), ", ".join(scopes)))) or connection.display_name
                )
                item.documentation = _markdown(words.connection(connection, _uses(self.view, connection.link_name), MANIFEST))
                yield item

    def _value(self, text: str, kind: types.CompletionItemKind, documentation: str) -> types.CompletionItem:
        """A string; in quotes where the cursor is in none."""
        return self._item(text, kind, self._quoted(text), documentation=documentation, whole=True)

    def _quoted(self, text: str) -> str:
        return text if self.cursor.string is not None else f'"{text}"'

    def _item(
        self,
        label: str,
        kind: types.CompletionItemKind,
        new: str,
        *,
        documentation: str = "",
        detail: str | None = None,
        whole: bool = False,
        snippet: bool = False,
    ) -> types.CompletionItem:
        """An item; `new` is code. `whole`: it may replace more than a word of the language (`Content-T`)."""
        replaced = self.replaced
        if whole and self.cursor.string is None:
            text, offset = self.view.file.text, self.offset
            head, tail = _TYPED_IN_JSON if self.view.is_manifest else _TYPED
            before, behind = head.search(text, max(0, offset - 100), offset), tail.match(text, offset)
            replaced = self.view.range(before.start() if before else offset, behind.end() if behind else offset)
        return types.CompletionItem(
            label,
            kind=kind,
            detail=detail,
            documentation=_markdown(documentation) if documentation else None,
            insert_text_format=types.InsertTextFormat.Snippet if snippet else None,
            text_edit=types.TextEdit(replaced, self.cursor.piece.written(new)),
        )

    def _keys(self) -> Iterator[types.CompletionItem]:
        frames = self.cursor.frames
        found = self.view.options_at(frames)
        if found is not None:
            yield from self._options(*found, given=frames[0].keys)
            return
        holder = self.view.option_around(frames)
        if holder is not None:
            _, call, option = holder
            given = {name.lower() for name in frames[0].keys}
            for name, values in words.HEADERS.items() if _plays(call, option, Role.HEADERS) else ():
                if name.lower() not in given:
                    yield self._key(name, _text(values), quoted=True)
            for inner in option.items.properties if option.items is not None else option.properties:
                if inner.name not in frames[0].keys:
                    documentation = words.parameter(inner.name, inner)
                    yield self._key(inner.name, _example(inner, inner.values), documentation, words.detail(inner))

    def _options(self, product: Product, call: Call, given: Collection[str] = ()) -> Iterator[types.CompletionItem]:
        """The options of a request, less those that are given."""
        for option in sorted(call.options, key=lambda option: not option.required):
            if option.name not in given:
                example = _example(option, _allowed(call, option))
                yield self._key(option.name, example, words.option(product, call, option), words.detail(option))

    def _key(
        self, name: str, example: str, documentation: str = "", detail: str | None = None, *, quoted: bool = False
    ) -> types.CompletionItem:
        """A key; where there is no colon behind it yet, with one and an example of the value, which is a snippet. `quoted`: it
        is written in quotes."""
        cursor, string = self.cursor, self.cursor.string
        if not cursor.in_key or cursor.follows == ":":
            new = self._quoted(name) if quoted else name
            return self._item(name, _Kind.Property, new, documentation=documentation, detail=detail, whole=quoted)
        quote = "" if string is None and not quoted else "'" if string is not None and string.text[0] == "'" else '"'
        new = f"{quote}{name}{quote}: {example if self.snippets else ''}"
        if self.view.is_manifest and cursor.follows not in ("", ",", "}"):
            new += ","
        item = self._item(
            name, _Kind.Property, new, documentation=documentation, detail=detail, whole=quoted, snippet=self.snippets
        )
        if string is not None:
            # The colon goes behind the quotes, and what is replaced decides what the client compares with the item.
            item.text_edit = types.TextEdit(self.view.range(string.start, string.end), cursor.piece.written(new))
            item.filter_text = self.view.file.text[string.start : string.inner[0]] + name
        return item

    def _members(self) -> Iterator[types.CompletionItem]:
        owner = self.cursor.before.rpartition(".")[0]
        if not owner:
            return
        found = self.view.options_named(owner, self.cursor.frames)
        if found is not None:
            yield from self._options(*found)
        path = self.view.path_of(owner)
        start = f"{path}." if path else ""
        for product in self.view.own_products:
            documented = {method.name: words.method(product, method) for method in (product.init, *product.methods)}
            documented |= {call.path: words.call(product, call) for call in product.calls}
            if product.dispatch_path:
                documented.setdefault(product.dispatch_path, words.dispatch(product))
            for name, text in documented.items():
                whole = f"{product.namespace}.{name}"
                if whole.startswith(start):
                    step, _, rest = whole[len(start) :].partition(".")
                    kind, text = (_Kind.Module, "") if rest else (_Kind.Method, text)
                    yield self._item(step, kind, step, documentation=text, detail=product.title)

    # --- manifests -------------------------------------------------------------------------------------------------------

    def manifest(self) -> Iterator[types.CompletionItem]:
        """In plugin-manifest.json."""
        cursor = self.cursor
        path = cursor.path
        if cursor.in_key:
            for name, found in described(self.view, path).items():
                if name not in cursor.frames[0].keys:
                    yield self._key(
                        name,
                        _example(found, found.values),
                        words.parameter(name, found),
                        words.detail(found),
                        quoted=True,
                    )
            return
        keys = path
        while keys and isinstance(keys[-1], int):
            keys = keys[:-1]
        if not keys:
            return
        key = str(keys[-1])
        facts = described(self.view, keys[:-1]).get(key)
        if facts is not None:
            booleans = list(self._booleans(facts))
            yield from booleans
            for value in () if booleans else facts.values:
                yield self._value(value, _Kind.EnumMember, facts.description)
        if keys[0] == "modules" and key in ("url", "icon", "logo"):
            for file in self._files(_PAGES if key == "url" else _IMAGES):
                yield self._value(file, _Kind.File, "")

    def _files(self, suffixes: tuple[str, ...]) -> list[str]:
        """The extension's files under `app/`, as a manifest names them; those of the whole extension where there is none."""
        held = self.view.held
        if held is None:
            return []
        base = held.folder.locate(held.files.base)
        top = os.path.join(base, "app")
        found: list[str] = []
        for folder, folders, names in os.walk(top if os.path.isdir(top) else base):
            folders[:] = sorted(name for name in folders if name != "node_modules" and not name.startswith("."))
            relative = os.path.relpath(folder, base).replace(os.sep, "/")
            start = "/" if relative == "." else f"/{relative}/"
            found += [start + name for name in sorted(names) if name.lower().endswith(suffixes)]
            if len(found) > _MOST_FILES:
                break
        return found[:_MOST_FILES]


def _plays(call: Call, option: Parameter, role: Role) -> bool:
    access = call.roles.get(role)
    return access is not None and access.option == option.name


def _allowed(call: Call, option: Parameter) -> tuple[str, ...]:
    """The values of an option, where it may not have any other."""
    return option.values or (call.methods if _plays(call, option, Role.METHOD) else ())


def _example(parameter: Parameter, values: Sequence[str]) -> str:
    """A value that a parameter may have, as a snippet."""
    if "string" in parameter.types and "object" not in parameter.types:
        return _text(values)
    if parameter.types[:1] == ("object",):
        return "{ $1 }"
    return {"array": "[$1]", "boolean": "${1|true,false|}"}.get(parameter.types[0] if parameter.types else "", "$1")


def _text(values: Sequence[str]) -> str:
    """A string as a snippet: one of some values, any where there are none."""
    choices = ",".join(re.sub(r"([\\,|])", r"\\\1", value) for value in values)
    return f'"${{1|{choices}|}}"' if choices else '"$1"'


def _uses(view: View, name: str) -> int:
    return len({request.callee for request in view.requests for case in request.role(Role.CONNECTION) if case.text == name})
