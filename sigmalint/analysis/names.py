"""What a script says by its syntax alone: the global names it makes, the modules it imports, the calls that need no values.

For rules that must not depend on which functions the machine ran. Names are over-counted rather than missed.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sigmalint.sources.places import Name, matched, matches, named, places
from sigmalint.sources.script import Code, CodeKind
from sigmalint.sources.text import Span

_WRITTEN = """
(assignment_expression left: (identifier) @assigned)
(assignment_expression left: (member_expression property: (property_identifier) @member))
(assignment_expression left: (subscript_expression index: (string (string_fragment) @member)))
(variable_declarator name: (identifier) @own)
(function_declaration name: (identifier) @own)
(pair key: (property_identifier) @key)
(shorthand_property_identifier) @key
(method_definition name: (property_identifier) @key)
"""
_IMPORTS = """
(import_statement source: (string (string_fragment) @address))
(export_statement source: (string (string_fragment) @address))
"""
_CALLS = """
(call_expression function: (identifier) @callee arguments: (arguments) @arguments) @call
(call_expression function: (member_expression property: (property_identifier) @callee) arguments: (arguments) @arguments) @call
(new_expression constructor: (identifier) @class arguments: (arguments) @arguments) @call
"""
_HTML = """
(assignment_expression
  left: (member_expression property: (property_identifier) @name) @target right: (_) @value) @written
(augmented_assignment_expression
  left: (member_expression property: (property_identifier) @name) @target right: (_) @value) @written
"""
_ANSWERS = """
(call_expression function: (member_expression property: (property_identifier) @then)
  arguments: (arguments . [(arrow_function parameter: (identifier) @answer)
    (arrow_function parameters: (formal_parameters . PARAMETER))
    (function_expression parameters: (formal_parameters . PARAMETER))]) (#eq? @then "then"))
(variable_declarator name: (identifier) @answer value: (await_expression))
(assignment_expression left: (identifier) @answer right: (await_expression))
"""
_PARAMETERS = {"javascript": "(identifier) @answer"}
_TYPED_PARAMETER = "(required_parameter pattern: (identifier) @answer)"
_MADE = """
(variable_declarator name: (identifier) @name value: (_) @value) @made
(assignment_expression left: (identifier) @name right: (_) @value) @made
"""
_NAMED = frozenset(("function_declaration", "generator_function_declaration", "class_declaration"))
_CLOSED = frozenset(("function_expression", "generator_function", "arrow_function", "class", "object", "template_string"))
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_LOOKED_AT = 2_000
"""Of a value so many characters are searched for names."""
_GIVES_TO_WINDOW = re.compile(r"\b(?:Object\.assign|defineProperty|defineProperties|extend)\s*\(\s*(window|self|globalThis)\b")


class CallSite(NamedTuple):
    """A call by its syntax: the name that is called (the last of a dotted way), and the source of its arguments.

    `span` is the whole call. `owner` is the last name before the name's dot, `…` for anything else that stands there and empty
    without a dot; `kinds` are the grammar's names of the arguments; `new` says that it is made with `new`.
    """

    span: Span
    name: str
    owner: str
    callee: Span
    arguments: tuple[Span, ...]
    kinds: tuple[str, ...]
    new: bool


class WrittenHtml(NamedTuple):
    """Where a script writes text into the page as HTML: the whole expression, the place that is written to, what is written."""

    span: Span
    target: Span
    value: Span


class _Made(NamedTuple):
    """Where a name is given a value."""

    span: Span
    name: str
    value: Span


def global_names(code: Code) -> frozenset[str]:
    """The names that a script may give to the global object, whether or not the code that does so runs."""
    kinds = {"assigned", "member", *(["key"] if matched(code, _GIVES_TO_WINDOW) else [])}
    written = {name.text for name in named(code, _WRITTEN) if name.kind in kinds}
    return frozenset(written if code.kind is CodeKind.MODULE else written | declared_names(code))


def declared_names(code: Code) -> frozenset[str]:
    """The names that a script declares outside of its functions."""
    return frozenset(name.text for name in places(code, "declared", _declared))


def _declared(code: Code, start: int, end: int) -> Iterator[Name]:
    """What a classic script declares outside of functions: a block keeps only its `let`, `const` and classes."""
    first, last = code.byte(start), code.byte(end)
    stack = [(code.tree.root_node, True)]
    while stack:
        node, outermost = stack.pop()
        if node.end_byte < first or node.start_byte > last:
            continue
        if node.type in _NAMED or node.type == "variable_declarator":
            name = node.child_by_field_name("name")
            if name is not None and (outermost or node.type != "class_declaration"):
                yield from (Name("declared", code.node_span(name), word) for word in _WORD.findall(code.node_text(name)))
        elif node.type not in _CLOSED and (outermost or node.type != "lexical_declaration"):
            inside = outermost and node.type in ("program", "lexical_declaration", "variable_declaration")
            stack += [(child, inside) for child in node.children if child.is_named]


def imports(code: Code) -> Iterator[tuple[str, Span]]:
    """The addresses of the modules that a script imports, each with the text between its quotes."""
    for name in named(code, _IMPORTS):
        yield name.text, name.span


def calls(code: Code) -> list[CallSite]:
    """Every call in a script that names what it calls."""
    return places(code, CallSite, _calls)


def _calls(code: Code, start: int, end: int) -> Iterator[CallSite]:
    for match in matches(code, _CALLS, start, end):
        new = "class" in match
        callee = match["class" if new else "callee"][0]
        listed = [node for node in match["arguments"][0].children if node.is_named and node.type != "comment"]
        yield CallSite(
            code.node_span(match["call"][0]),
            code.node_text(callee),
            _owner(code, code.offset(callee.start_byte)),
            code.node_span(callee),
            tuple(code.node_span(node) for node in listed),
            tuple(node.type for node in listed),
            new,
        )


def _owner(code: Code, start: int) -> str:
    """What stands before the dot before a name (see `CallSite`)."""
    before = code.text[max(0, start - 80) : start]
    owner = before[:-1].rstrip("?") if before.endswith(".") else ""
    words = _WORD.findall(owner)
    return words[-1] if words and owner.endswith(words[-1]) else ("…" if owner else "")


def written_html(code: Code) -> Iterator[WrittenHtml]:
    """Where a script writes text into the page as HTML."""
    yield from places(code, WrittenHtml, _written_html)
    for site in calls(code):
        if site.arguments and (
            site.name == "insertAdjacentHTML" or (site.name in ("write", "writeln") and site.owner == "document")
        ):
            yield WrittenHtml(site.span, site.callee, site.arguments[-1])
        elif site.name == "html" and site.owner and len(site.arguments) == 1:
            yield WrittenHtml(site.span, site.callee, site.arguments[0])


def _written_html(code: Code, start: int, end: int) -> Iterator[WrittenHtml]:
    for match in matches(code, _HTML, start, end):
        if code.node_text(match["name"][0]) in ("innerHTML", "outerHTML"):
            yield WrittenHtml(*(code.node_span(match[name][0]) for name in ("written", "target", "value")))


def answer_names(code: Code) -> frozenset[str]:
    """The names under which a script has what a promise gave it, or something that was made of that."""
    source = _ANSWERS.replace("PARAMETER", _PARAMETERS.get(code.language, _TYPED_PARAMETER))
    names = {name.text for name in named(code, source) if name.kind == "answer"}
    if not names:
        return frozenset()
    pairs = [(made.name, _words(made.value.text[:_LOOKED_AT])) for made in places(code, _Made, _made)]
    while more := {name for name, words in pairs if name not in names and not words.isdisjoint(names)}:
        names |= more
    return frozenset(names)


def _made(code: Code, start: int, end: int) -> Iterator[_Made]:
    for match in matches(code, _MADE, start, end):
        yield _Made(code.node_span(match["made"][0]), code.node_text(match["name"][0]), code.node_span(match["value"][0]))


@lru_cache(maxsize=4_096)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


def handler_calls(code: Code) -> Iterator[tuple[str, Span]]:
    """The functions that a handler calls by a plain name, as its own parameters and variables do not define it."""
    if code.is_broken:
        return
    own = {name.text for name in named(code, _WRITTEN)}
    for site in calls(code):
        if not site.new and site.owner == "" and site.name not in own:
            yield site.name, site.callee
