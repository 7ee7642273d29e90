"""Which functions matter: those that may show a request, or change what one sends. The rest is never run.

The search begins at the SDK's name in the text and follows names outwards: a function in which a known name stands matters,
and what it is bound to is a known name too, until nothing new is found. Names are compared as words of the text: taking too
many functions for relevant costs time, missing one would cost findings.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from typing import TYPE_CHECKING

from sigmalint.sources.patches import FUNCTION_TYPES
from sigmalint.sources.script import Code
from sigmalint.sources.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node, Query

_FUNCTIONS = """
[(function_declaration) (function_expression) (generator_function) (generator_function_declaration) (arrow_function)
 (method_definition)] @function
"""
_WRITES = """
(assignment_expression left: [(identifier) @name (member_expression property: (property_identifier) @name)
  (subscript_expression index: (string (string_fragment) @name))])
(augmented_assignment_expression left: [(identifier) @name (member_expression property: (property_identifier) @name)])
"""
_ASSIGN = re.compile(r"\b(?:Object\.assign|extend|defineProperty)\s*\(\s*(?:true\s*,\s*)?([\w$.]+)")
_TYPEOF = re.compile(r"\btypeof\s*\(?\s*([A-Za-z_$][\w$]*)")
_DECLARED = re.compile(r"\bdeclare\s+(?:const|let|var|function|class|namespace|enum)\s+([A-Za-z_$][\w$]*)")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_NAMED = frozenset(("variable_declarator", "assignment_expression", "pair", "field_definition", "public_field_definition"))
_COMMON = frozenset(("then", "catch", "constructor", "default", "exports", "module", "window", "prototype", "undefined"))
_DOM = frozenset(
    (
        "textContent",
        "innerHTML",
        "innerText",
        "outerHTML",
        "className",
        "cssText",
        "scrollTop",
        "disabled",
        "checked",
        "display",
    )
)
"""Properties of elements: functions of a page's surface write them by the hundred, and no request is made of them."""
MAX_DEPTH = 500
MAX_NAMES = 400


class Relevance:
    """The relevant functions of the codes of one program. `roots` are the SDK's global names."""

    def __init__(self, codes: Iterable[Code], roots: Iterable[str]) -> None:
        self._units = [_Unit(code) for code in codes]
        self._spans: set[tuple[object, int, int]] = set()
        self.names: set[str] = set()
        self.probed = {name for unit in self._units for name in _TYPEOF.findall(unit.code.text)}
        """The names that code asks the type of before it uses them: they may be defined nowhere."""
        for unit in self._units:
            if unit.code.language != "javascript":  # TypeScript's `declare const API_URL: string`
                self.probed.update(_DECLARED.findall(unit.code.text))
        self._roots = set(roots)
        self._follow(self._roots)
        self._writers()

    def matters(self, span: Span) -> bool:
        """Whether the function at a span is relevant."""
        return (span.file, span.start, span.end) in self._spans

    @cached_property
    def reads(self) -> frozenset[str]:
        """The words of the relevant functions."""
        return frozenset(word for unit in self._units for word in unit.words_of_marked())

    @cached_property
    def written(self) -> frozenset[str]:
        """Every name or property that is assigned anywhere."""
        return frozenset(name for unit in self._units for name, _ in unit.writes())

    def mentions(self, code: Code) -> bool:
        """Whether a relevant name stands in a piece of code."""
        return any(has_word(code.text, name) for name in self.names)

    def _follow(self, names: set[str]) -> None:
        while names:
            self.names |= names
            found: set[str] = set()
            for unit in self._units:
                for name in names & self._roots if unit.dense else names:
                    for offset in _occurrences(unit.code.text, name):
                        bound = self._mention(unit, offset)
                        found |= set() if unit.dense else bound
            names = found - self.names - _COMMON
            if len(self.names) > MAX_NAMES:
                return

    def _mention(self, unit: "_Unit", offset: int) -> set[str]:
        """Mark the functions around a place, and give the names that its value may be bound to."""
        names: set[str] = set()
        flows = True
        for node, child in unit.path(offset):
            kind = node.type
            if kind in FUNCTION_TYPES:
                if not unit.mark(node):
                    break  # what is around it was followed when it was marked
                span = unit.code.node_span(node)
                self._spans.add((span.file, span.start, span.end))
                flows = True
                own = node.child_by_field_name("name")
                if own is not None:
                    names.add(unit.text(own))
            elif kind == "class_declaration":
                own = node.child_by_field_name("name")
                if own is not None:
                    names.add(unit.text(own))
            elif not flows:
                continue
            elif kind in _NAMED:
                target = node.child(0)
                if target is not None and target.start_byte != child.start_byte:
                    names |= unit.bound(target)
            elif kind == "call_expression":
                callee = node.child_by_field_name("function")
                if callee is not None and callee.start_byte == child.start_byte and callee.end_byte == child.end_byte:
                    flows = not unit.text(callee).endswith("request")
                else:
                    names |= unit.parameters(callee)
                    flows = callee is not None and callee.type == "parenthesized_expression"
        return names

    def _writers(self) -> None:
        """Functions that write what relevant functions read matter too, though no request is in them."""
        reads: set[str] = set()
        for unit in (unit for unit in self._units if not unit.dense):
            reads |= unit.words_of_marked()
        if not reads:
            return
        for unit in (unit for unit in self._units if not unit.dense):
            for name, offset in unit.writes():
                if name in reads and name not in _COMMON and name not in _DOM:
                    for node in unit.around(offset):
                        if unit.mark(node):
                            span = unit.code.node_span(node)
                            self._spans.add((span.file, span.start, span.end))


class _Unit:
    """A piece of code with its functions, found when a name of interest stands in it."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.dense = len(code.text) > 300 * (code.text.count("\n") + 1)
        """Whether the code is minified: its names mean something else in every function, and are not followed."""
        self._marked: dict[int, Node] = {}
        self._functions: list[Node] | None = None
        self._starts: list[int] = []

    def text(self, node: "Node") -> str:
        return self.code.text[self.code.offset(node.start_byte) : self.code.offset(node.end_byte)]

    def mark(self, node: "Node") -> bool:
        """Note a relevant function; whether that is new."""
        if node.id in self._marked:
            return False
        self._marked[node.id] = node
        return True

    def path(self, offset: int) -> "Iterator[tuple[Node, Node]]":
        """The nodes around an offset, innermost first, each with its child on the way."""
        byte = offset if self.code.text.isascii() else len(self.code.text[:offset].encode("utf-8", "surrogatepass"))
        cursor = self.code.tree.walk()
        nodes: list[Node] = []
        while len(nodes) < MAX_DEPTH:
            node = cursor.node
            if node is None or node.type == "comment" or node.type == "string_fragment":
                return iter(())
            nodes.append(node)
            if cursor.goto_first_child_for_byte(byte) is None:
                break
            while (here := cursor.node) is not None and here.end_byte <= byte and cursor.goto_next_sibling():
                pass
        return zip(reversed(nodes[:-1]), reversed(nodes[1:]), strict=True)

    def bound(self, target: "Node") -> set[str]:
        """The names that a target binds: all of a pattern's, the last of a member's."""
        text = self.text(target)
        if target.type in ("object_pattern", "array_pattern"):
            return set(_WORD.findall(text))
        words = _WORD.findall(text)
        return {words[-1]} if words else set()

    def parameters(self, callee: "Node | None") -> set[str]:
        """The parameters of a function that is called where it stands, or of the functions of a name."""
        if callee is None:
            return set()
        if callee.type == "parenthesized_expression":
            inner = next((child for child in callee.children if child.is_named), None)
            nodes = [] if inner is None else [inner]
        else:
            words = _WORD.findall(self.text(callee))
            nodes = self._by_name.get(words[-1], []) if words else []
        names: set[str] = set()
        for node in nodes:
            listed = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
            if listed is not None:
                names |= set(_WORD.findall(self.text(listed)))
        return names

    @cached_property
    def _by_name(self) -> "dict[str, list[Node]]":
        named: dict[str, list[Node]] = {}
        for node in self.functions:
            name = node.child_by_field_name("name")
            if name is not None:
                named.setdefault(self.text(name), []).append(node)
        return named

    @property
    def functions(self) -> "list[Node]":
        """All functions, by place."""
        if self._functions is None:
            found = _captures(self.code, _FUNCTIONS).get("function", [])
            self._functions = sorted(found, key=lambda node: (node.start_byte, -node.end_byte))
            self._starts = [node.start_byte for node in self._functions]
        return self._functions

    def around(self, byte: int) -> "Iterator[Node]":
        """The functions around a byte offset."""
        functions = self.functions
        for index in range(bisect_right(self._starts, byte) - 1, -1, -1):
            if functions[index].end_byte > byte:
                yield functions[index]
            elif index < bisect_right(self._starts, byte) - 400:
                return

    def words_of_marked(self) -> set[str]:
        """The words of the relevant functions."""
        words: set[str] = set()
        covered = -1
        for node in sorted(self._marked.values(), key=lambda node: node.start_byte):
            if node.end_byte > covered:
                words |= set(_WORD.findall(self.text(node)))
                covered = node.end_byte
        return words

    def writes(self) -> Iterator[tuple[str, int]]:
        """Every name or property that is assigned, with the byte offset of the place."""
        for node in _captures(self.code, _WRITES).get("name", []):
            yield self.text(node), node.start_byte
        for match in _ASSIGN.finditer(self.code.text):
            for word in _WORD.findall(match.group(1)):
                yield word, len(self.code.text[: match.start()].encode("utf-8", "surrogatepass"))


def written_in(code: Code, node: "Node") -> set[str]:
    """The names and properties that are assigned in a part of a tree."""
    found = _captures(code, _WRITES, node).get("name", [])
    return {code.text[code.offset(name.start_byte) : code.offset(name.end_byte)] for name in found}


def _captures(code: Code, source: str, node: "Node | None" = None) -> "dict[str, list[Node]]":
    from tree_sitter import QueryCursor

    return QueryCursor(_query(code.language, source)).captures(node or code.tree.root_node)


@cache
def _query(language: str, source: str) -> "Query":
    from tree_sitter import Query

    from sigmalint.sources.script import parser

    grammar = parser(language).language
    assert grammar is not None
    return Query(grammar, source)


def _occurrences(text: str, name: str) -> Iterator[int]:
    """The offsets at which a word stands."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        before, after = text[start - 1 : start], text[end : end + 1]
        if not (_is_word(before) or _is_word(after)):
            yield start
        start = text.find(name, end)


def has_word(text: str, name: str) -> bool:
    """Whether a name stands in a text as a word of its own."""
    return next(_occurrences(text, name), None) is not None


def _is_word(character: str) -> bool:
    return character.isalnum() or character in ("_", "$") if character else False
