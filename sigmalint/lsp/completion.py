"""What an editor offers to type: connections, options, methods, events, headers; in manifests keys and values."""

import os
import re
from collections.abc import Iterator

from lsprotocol import types

from sigmalint.lsp import words
from sigmalint.lsp.cursor import Cursor
from sigmalint.lsp.manifest_keys import described
from sigmalint.lsp.view import View, connection_options
from sigmalint.project import MANIFEST
from sigmalint.registry import load_rules
from sigmalint.sdk import Call, Parameter, Role

_Kind = types.CompletionItemKind
_MOST_FILES = 500
_DIRECTIVE = re.compile(r"sigmalint-(?:disable|enable)[\w-]*\s[^\n]*\Z")
_PAGES = (".html", ".htm", ".xhtml")
_IMAGES = (".png", ".svg", ".jpg", ".jpeg", ".gif", ".ico", ".webp")


def complete(view: View, offset: int, *, snippets: bool) -> list[types.CompletionItem]:
    """What may stand at an offset, the likeliest first."""
    text = view.file.text
    line = text.rfind("\n", 0, offset) + 1
    if _DIRECTIVE.search(text, line, offset):
        return list(_rules())
    cursor = view.cursor(offset)
    if cursor is None or cursor.comment is not None:
        return []
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
        token = cursor.token
        start, end = token.inner if token is not None and token.kind == "string" else (offset, offset)
        if token is not None and token.kind == "word":
            start, end = token.start, token.end
        self.replaced = view.range(start, end)

    # --- scripts ---------------------------------------------------------------------------------------------------------

    def code(self) -> Iterator[types.CompletionItem]:
        """In a script or handler."""
        cursor = self.cursor
        if cursor.string is not None and not cursor.in_key:
            yield from self._strings()
        elif "." in cursor.before:
            yield from self._members()
        elif cursor.in_key:
            yield from self._keys()
        elif cursor.frames and cursor.frames[0].bracket == "{":
            yield from self._strings()

    def _strings(self) -> Iterator[types.CompletionItem]:
        frames = self.cursor.frames
        if not frames:
            return
        frame = frames[0]
        if frame.bracket == "{" and frame.key is not None:
            if frame.key in connection_options(self.view.products):
                yield from self._connections()
            found = self.view.options_at(frames)
            if found is not None:
                _, call, _ = found
                option = call.option(frame.key) or call.option(call.synonyms.get(frame.key, ""))
                if option is not None:
                    values = option.values or (call.methods if _plays(call, option, Role.METHOD) else ())
                    for value in values:
                        yield self._value(value, _Kind.EnumMember, option.description)
        elif frame.bracket == "(":
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
        new = text if self.cursor.string is not None else f'"{text}"'
        return types.CompletionItem(
            text,
            kind=kind,
            filter_text=new,
            documentation=_markdown(documentation) if documentation else None,
            text_edit=types.TextEdit(self.replaced, new),
        )

    def _keys(self) -> Iterator[types.CompletionItem]:
        frames = self.cursor.frames
        found = self.view.options_at(frames)
        if found is not None:
            product, call, frame = found
            for option in sorted(call.options, key=lambda option: not option.required):
                if option.name not in frame.keys:
                    yield self._key(option, words.option(product, call, option), self._example(call, option))
        elif len(frames) > 1 and frames[1].bracket == "{":
            outer = self.view.options_at(frames[1:])
            holder = outer and outer[1].option(frames[1].key or "")
            if outer is not None and holder is not None:
                if _plays(outer[1], holder, Role.HEADERS):
                    for name in words.HEADERS:
                        if name not in frames[0].keys:
                            yield self._header(name)
                for inner in holder.properties:
                    if inner.name not in frames[0].keys:
                        yield self._key(inner, words.parameter(inner.name, inner), "$1")

    def _example(self, call: Call, option: Parameter) -> str:
        if "string" in option.types and "object" not in option.types:
            values = option.values or (call.methods if _plays(call, option, Role.METHOD) else ())
            return f'"${{1|{",".join(values)}|}}"' if values else '"$1"'
        if option.types[:1] == ("object",):
            return "{ $1 }"
        return {"array": "[$1]", "boolean": "${1|true,false|}"}.get(option.types[0] if option.types else "", "$1")

    def _key(self, option: Parameter, documentation: str, example: str) -> types.CompletionItem:
        bare = self.cursor.string is not None or self.cursor.follows == ":"
        new = option.name if bare else f"{option.name}: "
        item = types.CompletionItem(
            option.name,
            kind=_Kind.Property,
            detail=" or ".join(option.types) + (", required" if option.required else ""),
            documentation=_markdown(documentation),
            filter_text=option.name,
        )
        if self.snippets and not bare:
            item.insert_text_format = types.InsertTextFormat.Snippet
            new = f"{option.name}: {example}"
        item.text_edit = types.TextEdit(self.replaced, new)
        return item

    def _header(self, name: str) -> types.CompletionItem:
        new = name if self.cursor.string is not None else f'"{name}"'
        if self.cursor.string is None and self.cursor.follows != ":":
            new += ": "
        return types.CompletionItem(name, kind=_Kind.Property, filter_text=new, text_edit=types.TextEdit(self.replaced, new))

    def _members(self) -> Iterator[types.CompletionItem]:
        before = self.cursor.before.rpartition(".")[0].removeprefix("window.")
        for product in self.view.own_products:
            names = self.view.names_of(product)
            root = next((name for name in names if before == name or before.startswith(f"{name}.")), None)
            if root is None:
                if product.namespace.startswith(f"{before}."):
                    yield self._member(product.namespace[len(before) + 1 :].partition(".")[0], _Kind.Module, product.title, "")
                continue
            start = before[len(root) + 1 :] + "." if len(before) > len(root) else ""
            documented = {method.name: words.method(product, method) for method in (product.init, *product.methods)}
            documented |= {call.path: words.call(product, call) for call in product.calls}
            if product.dispatch_path:
                documented.setdefault(product.dispatch_path, "")
            for name, text in documented.items():
                if name.startswith(start):
                    step, _, rest = name[len(start) :].partition(".")
                    yield self._member(step, _Kind.Module if rest else _Kind.Method, product.title, "" if rest else text)

    def _member(self, name: str, kind: types.CompletionItemKind, detail: str, documentation: str) -> types.CompletionItem:
        return types.CompletionItem(
            name,
            kind=kind,
            detail=detail,
            documentation=_markdown(documentation) if documentation else None,
            text_edit=types.TextEdit(self.replaced, name),
        )

    # --- manifests -------------------------------------------------------------------------------------------------------

    def manifest(self) -> Iterator[types.CompletionItem]:
        """In plugin-manifest.json."""
        cursor = self.cursor
        path = cursor.path
        if cursor.in_key:
            for name, found in described(self.view, path).items():
                if name not in cursor.frames[0].keys:
                    yield self._json_key(found)
            return
        keys = path
        while keys and isinstance(keys[-1], int):
            keys = keys[:-1]
        if not keys:
            return
        key = str(keys[-1])
        facts = described(self.view, keys[:-1]).get(key)
        for value in facts.values if facts is not None else ():
            yield self._value(value, _Kind.EnumMember, facts.description if facts is not None else "")
        if keys[0] == "modules" and key in ("url", "icon", "logo"):
            for file in self._files(_PAGES if key == "url" else _IMAGES):
                yield self._value(file, _Kind.File, "")

    def _json_key(self, found: Parameter) -> types.CompletionItem:
        quoted = self.cursor.string is not None
        new = found.name if quoted else f'"{found.name}"'
        if not quoted and self.cursor.follows != ":":
            new += ": "
        return types.CompletionItem(
            found.name,
            kind=_Kind.Property,
            detail=" or ".join(found.types) + (", required" if found.required else ""),
            documentation=_markdown(words.parameter(found.name, found)),
            filter_text=new,
            text_edit=types.TextEdit(self.replaced, new),
        )

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


def _uses(view: View, name: str) -> int:
    extension = view.extension
    requests = extension.requests if extension is not None else ()
    return len({request.callee for request in requests for case in request.role(Role.CONNECTION) if case.text == name})
