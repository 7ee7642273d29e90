"""What a script says by its syntax alone: the global names it makes, the modules it imports, the calls that need no values.

For rules that must not depend on which functions the machine ran. Names are over-counted rather than missed.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sigmalint.sources.places import captures, matched, named, query
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
(call_expression function: (identifier) @callee arguments: (arguments) @arguments)
(call_expression function: (member_expression property: (property_identifier) @callee) arguments: (arguments) @arguments)
(new_expression constructor: (identifier) @class arguments: (arguments) @arguments)
"""
_HTML = """
(assignment_expression left: (member_expression property: (property_identifier) @name) @target right: (_) @value)
(augmented_assignment_expression left: (member_expression property: (property_identifier) @name) @target right: (_) @value)
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
(variable_declarator name: (identifier) @name value: (_) @value)
(assignment_expression left: (identifier) @name right: (_) @value)
"""
_NAMED = frozenset(("function_declaration", "generator_function_declaration", "class_declaration"))
_CLOSED = frozenset(("function_expression", "generator_function", "arrow_function", "class", "object", "template_string"))
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_GIVES_TO_WINDOW = re.compile(r"\b(?:Object\.assign|defineProperty|defineProperties|extend)\s*\(\s*(window|self|globalThis)\b")


class CallSite(NamedTuple):
    """A call by its syntax: the name that is called (the last of a dotted way), and the source of its arguments.

    `owner` is the text before the name's dot, empty without one; `new` says that it is made with `new`.
    """

    name: str
    owner: str
    callee: Span
    arguments: tuple[Span, ...]
    kinds: tuple[str, ...]
    new: bool


def global_names(code: Code) -> frozenset[str]:
    """The names that a script may give to the global object, whether or not the code that does so runs."""
    kinds = {"assigned", "member", *(["key"] if matched(code, _GIVES_TO_WINDOW) else [])}
    written = {name.text for name in named(code, _WRITTEN) if name.kind in kinds}
    return frozenset(written if code.kind is CodeKind.MODULE else written | declared_names(code))


def declared_names(code: Code) -> frozenset[str]:
    """The names that a script declares outside of its functions."""
    patch = code.patch
    before: frozenset[str] | None = None
    if patch is not None and (patch.is_empty or patch.unit):
        before = patch.before.places.get(_declared)
    known: frozenset[str] = code.places.get(_declared) or before or frozenset(_declared(code))
    code.places[_declared] = known
    return known


def _declared(code: Code) -> Iterator[str]:
    """What a classic script declares outside of functions: a block keeps only its `let`, `const` and classes."""
    stack = [(code.tree.root_node, True)]
    while stack:
        node, outermost = stack.pop()
        if node.type in _NAMED:
            name = node.child_by_field_name("name")
            if name is not None and (outermost or node.type != "class_declaration"):
                yield code.node_text(name)
        elif node.type == "variable_declarator":
            name = node.child_by_field_name("name")
            if name is not None:
                yield from _WORD.findall(code.node_text(name))
        elif node.type not in _CLOSED and (outermost or node.type != "lexical_declaration"):
            inside = outermost and node.type in ("program", "lexical_declaration", "variable_declaration")
            stack += [(child, inside) for child in node.children if child.is_named]


def imports(code: Code) -> Iterator[tuple[str, Span]]:
    """The addresses of the modules that a script imports, each with the text between its quotes."""
    for name in named(code, _IMPORTS):
        yield name.text, name.span


def calls(code: Code) -> Iterator[CallSite]:
    """Every call in a script that names what it calls."""
    from tree_sitter import QueryCursor

    for _, match in QueryCursor(query(code.language, _CALLS)).matches(code.tree.root_node):
        new = "class" in match
        callee = match["class" if new else "callee"][0]
        listed = [node for node in match["arguments"][0].children if node.is_named and node.type != "comment"]
        text = code.node_text(callee)
        start = code.offset(callee.start_byte)
        before = code.text[max(0, start - 80) : start]
        owner = before[:-1].rstrip("?") if before.endswith(".") else ""
        words = _WORD.findall(owner)
        yield CallSite(
            text,
            words[-1] if words and owner.endswith(words[-1]) else ("…" if owner else ""),
            code.node_span(callee),
            tuple(code.node_span(node) for node in listed),
            tuple(node.type for node in listed),
            new,
        )


def written_html(code: Code) -> Iterator[tuple[Span, Span]]:
    """Where a script writes text into the page as HTML: the place that is written to, and what is written."""
    from tree_sitter import QueryCursor

    for _, match in QueryCursor(query(code.language, _HTML)).matches(code.tree.root_node):
        if code.node_text(match["name"][0]) in ("innerHTML", "outerHTML"):
            yield code.node_span(match["target"][0]), code.node_span(match["value"][0])
    for site in calls(code):
        if site.arguments and (
            site.name == "insertAdjacentHTML" or (site.name in ("write", "writeln") and site.owner == "document")
        ):
            yield site.callee, site.arguments[-1]
        elif site.name == "html" and site.owner and len(site.arguments) == 1:
            yield site.callee, site.arguments[0]


def answer_names(code: Code) -> frozenset[str]:
    """The names under which a script has what a promise gave it, or something that was made of that."""
    names = {
        code.node_text(node)
        for node in captures(code, _ANSWERS.replace("PARAMETER", _PARAMETERS.get(code.language, _TYPED_PARAMETER))).get(
            "answer", []
        )
    }
    pairs: list[tuple[str, set[str]]] = []
    from tree_sitter import QueryCursor

    for _, match in QueryCursor(query(code.language, _MADE)).matches(code.tree.root_node):
        words = set(_WORD.findall(code.node_text(match["value"][0])[:2_000]))
        pairs.append((code.node_text(match["name"][0]), words))
    while names and (more := {name for name, words in pairs if name not in names and not words.isdisjoint(names)}):
        names |= more
    return frozenset(names)


def handler_calls(code: Code) -> Iterator[tuple[str, Span]]:
    """The functions that a handler calls by a plain name, as its own parameters and variables do not define it."""
    if code.is_broken:
        return
    own = {name.text for name in named(code, _WRITTEN)}
    for site in calls(code):
        if not site.new and site.owner == "" and site.name not in own:
            yield site.name, site.callee
