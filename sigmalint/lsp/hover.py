"""What an editor shows about the word under the cursor."""

import os
import re

from lsprotocol import types

from sigmalint.config import FILES
from sigmalint.lsp import words
from sigmalint.lsp.cursor import Cursor
from sigmalint.lsp.manifest_keys import described
from sigmalint.lsp.view import View
from sigmalint.registry import LoadedRule, load_rules
from sigmalint.sdk import Call, Parameter, Product, Role
from sigmalint.sources.json_text import JsonObject, read_json
from sigmalint.sources.text import Span

_NAME = re.compile(r"[A-Za-z][\w-]*")
_LINE_END = re.compile(r"[\r\n]")
_HEADER = re.compile(r"^\s*\[\[?\s*([^\]\n]+)", re.MULTILINE)
_QUOTES = "\"'`"


def hover(view: View, offset: int) -> tuple[str, types.Range] | None:
    """The Markdown about the place, and the range that it is about; None where there is nothing to say."""
    found = _rule_at(view, offset)
    if found is not None:
        return words.rule(found[0]), view.range(*found[1])
    connection = view.connection_meant(offset)
    if connection is not None and view.extension is not None:
        name, span = connection
        where = _with_quotes(view, span)
        declared = next((one for one in view.extension.connections if one.link_name == name), None)
        if declared is not None and view.extension.manifest is not None:
            uses = {
                request.callee
                for request in view.extension.requests
                for case in request.role(Role.CONNECTION)
                if case.text == name
            }
            return words.connection(declared, len(uses), view.extension.manifest.file.path), where
        if not view.is_manifest:
            return f"**{name}** - connection that the manifest does not declare", where
    cursor = view.cursor(offset)
    if cursor is None or cursor.token is None:
        return None
    text = _in_manifest(view, cursor) if view.is_manifest else _in_code(view, cursor)
    return None if text is None else (text, view.range(cursor.token.start, cursor.token.end))


def _with_quotes(view: View, span: Span) -> types.Range:
    """The range of a string's text, with the quotes around it."""
    text, start, end = span.file.text, span.start, span.end
    quoted = start > 0 and text[start - 1] in _QUOTES and text[end : end + 1] == text[start - 1]
    return view.range(start - quoted, end + quoted)


def _in_code(view: View, cursor: Cursor) -> str | None:
    assert cursor.token is not None
    name = cursor.token.content
    if cursor.in_key and cursor.follows in (":", ",", "}"):
        return _option(view.option_of(cursor, name))
    if cursor.string is not None and cursor.frames and cursor.frames[0].bracket == "(":
        for product in view.products:
            if product.dispatch_path and view.is_call(cursor.frames[0].callee, product, product.dispatch_path):
                event = next((one for one in product.events if one.name.lower() == name.lower()), None)
                if event is not None:
                    return words.event(product, event)
    if cursor.word is not None:
        for product in view.products:
            for method in (product.init, *product.methods):
                if view.is_call(cursor.chain, product, method.name):
                    return words.method(product, method)
            for call in product.calls:
                if view.is_call(cursor.chain, product, call.path):
                    return words.call(product, call)
            if product.dispatch_path and view.is_call(cursor.chain, product, product.dispatch_path):
                return words.dispatch(product)
            if cursor.chain and view.path_of(cursor.chain) in (product.namespace, product.root):
                return f"**{product.namespace}** - SDK of {product.title}"
    return _option(view.option_at(cursor) or view.option_named(cursor))


def _option(found: tuple[Product, Call, Parameter] | None) -> str | None:
    return None if found is None else words.option(*found)


def _in_manifest(view: View, cursor: Cursor) -> str | None:
    assert cursor.token is not None
    path = cursor.path
    if cursor.in_key:
        path = (*path, cursor.token.content)
    while path and isinstance(path[-1], int):
        path = path[:-1]
    if not path:
        return None
    schema = described(view, path[:-1])
    found = schema.get(str(path[-1]))
    return None if found is None else words.parameter(str(path[-1]), found)


def _rule_at(view: View, offset: int) -> tuple[LoadedRule, tuple[int, int]] | None:
    """The rule that a suppression comment or a configuration names at an offset."""
    text = view.file.text
    line = text.rfind("\n", 0, offset) + 1
    ending = _LINE_END.search(text, offset)
    end = ending.start() if ending else len(text)
    if "sigmalint-" not in text[line:end] and not _configures(view, offset):
        return None
    for match in _NAME.finditer(text, line, end):
        if match.start() <= offset <= match.end():
            name = match[0].lower()
            for rule in load_rules():
                if name in (rule.meta.code.lower(), rule.meta.name):
                    return rule, match.span()
    return None


def _configures(view: View, offset: int) -> bool:
    """Whether a place configures sigmalint."""
    match os.path.basename(view.path):
        case "package.json":
            root = read_json(view.file).root
            table = root.get("sigmalint") if isinstance(root, JsonObject) else None
            return table is not None and table.value.span.start <= offset <= table.value.span.end
        case "pyproject.toml":
            headers = _HEADER.findall(view.file.text, 0, offset)
            return bool(headers) and headers[-1].startswith("tool.sigmalint")
        case name:
            return name in FILES
