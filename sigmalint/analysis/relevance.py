"""Which functions matter: those that may show a request, or change what one sends. The rest is never run.

The search begins at the SDK's name in the text and follows names outwards: a function in which a known name stands matters,
and what it is bound to is a known name too, until nothing new is found. Names are compared as words of the text: taking too
many functions for relevant costs time, missing one would cost findings.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

from sigmalint.sources.patches import FUNCTION_TYPES
from sigmalint.sources.places import Place, captures, matched, named, places
from sigmalint.sources.script import Code
from sigmalint.sources.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS = """
[(function_declaration) (function_expression) (generator_function) (generator_function_declaration) (arrow_function)
 (method_definition)] @function
"""
_WRITES = """
(assignment_expression left: [(identifier) @name (member_expression property: (property_identifier) @name)
  (subscript_expression index: (string (string_fragment) @name))])
(augmented_assignment_expression left: [(identifier) @name (member_expression property: (property_identifier) @name)])
"""
_TARGETS = "(assignment_expression left: (member_expression property: (property_identifier) @name))"
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
_LARGE = 4_000
"""Characters beyond which the words of a function are not remembered."""
MAX_DEPTH = 500
MAX_NAMES = 400


class Relevance:
    """The relevant functions of the codes of one program. `roots` are the SDK's global names."""

    def __init__(self, codes: Iterable[Code], roots: Iterable[str]) -> None:
        self._units = [_Unit(code) for code in codes]
        self._spans: set[Span] = set()
        self.names: set[str] = set()
        self.probed = self._probed()
        """The names that code asks the type of before it uses them: they may be defined nowhere."""
        self._read: dict[str, bool] = {}
        self._roots = set(roots)
        self._follow(self._roots)
        self._written = {name for unit in self._units if not unit.dense for name, _ in unit.writes()}
        self._writers()

    def follows(self, codes: Mapping[Code, Code], words: set[str]) -> bool:
        """Go on to later states of the codes, in which words of comments and strings are others; False where that matters."""
        if not (words.isdisjoint(self.names) and words.isdisjoint(self._written) and words.isdisjoint(self._read)):
            return False
        for unit in self._units:
            unit.code = codes[unit.code]
        if not words:
            return True
        written = {name for unit in self._units if not unit.dense for name, _ in unit.writes()}
        return self._probed() == self.probed and written == self._written

    def _probed(self) -> set[str]:
        probed = {place.span.text for unit in self._units for place in matched(unit.code, _TYPEOF)}
        for unit in self._units:
            if unit.code.language != "javascript":  # TypeScript's `declare const API_URL: string`
                probed.update(place.span.text for place in matched(unit.code, _DECLARED))
        return probed

    def matters(self, span: Span) -> bool:
        """Whether the function at a span is relevant."""
        return span in self._spans

    def mentions(self, code: Code) -> bool:
        """Whether a relevant name stands in a piece of code."""
        return any(has_word(code.text, name) for name in self.names)

    def is_read(self, name: str) -> bool:
        """Whether any code may read a property of this name: whether the name stands anywhere but in `x.name = …`."""
        if name not in self._read:
            self._read[name] = name == "" or sum(len(unit.words(name)) for unit in self._units) > self._assigned[name]
        return self._read[name]

    @cached_property
    def _assigned(self) -> Counter[str]:
        """How often properties are assigned, by name."""
        return Counter(name.text for unit in self._units for name in named(unit.code, _TARGETS))

    def _follow(self, names: set[str]) -> None:
        while names:
            self.names |= names
            found: set[str] = set()
            for unit in self._units:
                for name in names & self._roots if unit.dense else names:
                    for mention in unit.mentions(name):
                        bound = self._mention(unit, mention)
                        found |= set() if unit.dense else bound
            names = found - self.names - _COMMON
            if len(self.names) > MAX_NAMES:
                return

    def _mention(self, unit: "_Unit", mention: "_Mention") -> set[str]:
        """Mark the functions around a place, and give the names that its value may be bound to."""
        names: set[str] = set()
        for level in unit.levels(mention):
            names |= level.names
            names.update(name for callee in level.callees for name in unit.parameters_of(callee))
            if level.function is None or not self._mark(unit, level.function):
                break  # what is around it was followed when it was marked
        return names

    def _mark(self, unit: "_Unit", function: Span) -> bool:
        """Note a relevant function; whether that is new."""
        if function in self._spans:
            return False
        self._spans.add(function)
        unit.marked.append(function)
        return True

    def _writers(self) -> None:
        """Functions that write what relevant functions read matter too, though no request is in them."""
        own = [unit for unit in self._units if not unit.dense]
        reads = {word for unit in own for word in unit.words_of_marked()}
        if not reads:
            return
        for unit in own:
            for name, span in unit.writes():
                if name in reads and name not in _COMMON and name not in _DOM:
                    for function in unit.around(span.start):
                        self._mark(unit, function)


class _Function(NamedTuple):
    """A function: where it stands, its name and its parameters."""

    span: Span
    name: Span | None
    parameters: Span | None


class _Level(NamedTuple):
    """What a value may be bound to on its way out to the function around it (None for the outermost code): `names`, and the
    parameters of functions that are called `callees`."""

    names: frozenset[str]
    callees: frozenset[str]
    function: Span | None


class _Mention(NamedTuple):
    """A place at which a word stands, with the functions around it, innermost first, as far as they were asked for."""

    span: Span
    levels: list[_Level]


class _Unit:
    """A piece of code with its functions, found when a name of interest stands in it."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.dense = len(code.text) > 300 * (code.text.count("\n") + 1)
        """Whether the code is minified: its names mean something else in every function, and are not followed."""
        self.marked: list[Span] = []
        """Its relevant functions."""

    def words(self, word: str) -> list[Place]:
        """Where a word stands."""

        def find(code: Code, start: int, end: int) -> Iterator[Place]:
            for offset in _occurrences(code.text, word, start, end):
                yield Place(code.span(offset, offset + len(word)))

        return places(self.code, ("word", word), find)

    def mentions(self, word: str) -> list[_Mention]:
        """Where the code, not its comments and texts, has a word."""

        def find(code: Code, start: int, end: int) -> Iterator[_Mention]:
            for offset in _occurrences(code.text, word, start, end):
                # Where a code has more than one origin no span leads back to an offset, and all is found at once.
                known = [*islice(_levels(code, offset), None if len(code.origins) > 1 else 1)]
                if known:
                    yield _Mention(code.span(offset, offset + len(word)), known)

        return places(self.code, ("mention", word), find)

    def levels(self, mention: _Mention) -> Iterator[_Level]:
        """The functions around a mention, innermost first."""
        yield from mention.levels
        if mention.levels[-1].function is not None:
            offset = mention.span.start - self.code.place(0)
            for level in islice(_levels(self.code, offset), len(mention.levels), None):
                mention.levels.append(level)
                yield level

    def parameters_of(self, name: str) -> Iterator[str]:
        """The parameters of the functions of a name."""
        for function in self._by_name.get(name, ()):
            if function.parameters is not None:
                yield from _WORD.findall(function.parameters.text)

    @cached_property
    def _by_name(self) -> dict[str, list[_Function]]:
        named: dict[str, list[_Function]] = {}
        for function in self._functions:
            if function.name is not None:
                named.setdefault(function.name.text, []).append(function)
        return named

    @property
    def _functions(self) -> list[_Function]:
        """All functions, by place."""
        return places(self.code, _FUNCTIONS, _find_functions)

    @cached_property
    def _ends(self) -> tuple[list[int], list[int]]:
        """Where the functions begin, and where they end."""
        spans = [function.span for function in self._functions]
        return [span.start for span in spans], [span.end for span in spans]

    def around(self, offset: int) -> Iterator[Span]:
        """The functions around an offset of the file."""
        starts, ends = self._ends
        last = bisect_right(starts, offset) - 1
        for index in range(last, max(-1, last - 400), -1):
            if ends[index] > offset:
                yield self._functions[index].span

    def words_of_marked(self) -> set[str]:
        """The words of the relevant functions."""
        words: set[str] = set()
        covered = -1
        for function in sorted(self.marked, key=lambda span: span.start):
            if function.end > covered:
                text = function.text
                words |= _words(text) if len(text) < _LARGE else set(_WORD.findall(text))
                covered = function.end
        return words

    def writes(self) -> Iterator[tuple[str, Span]]:
        """Every name or property that is assigned, with the place."""
        for name in named(self.code, _WRITES):
            yield name.text, name.span
        for place in matched(self.code, _ASSIGN):
            for word in _WORD.findall(place.span.text):
                yield word, place.span


@lru_cache(maxsize=512)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


def _levels(code: Code, offset: int) -> Iterator[_Level]:
    """What a value at an offset may be bound to, function by function; nothing for a comment or a text."""
    path = _path(code, offset)
    names: set[str] = set()
    callees: set[str] = set()
    flows = True
    for child, node in pairwise(path):
        kind = node.type
        if kind in FUNCTION_TYPES:
            yield _Level(frozenset(names), frozenset(callees), code.node_span(node))
            names, callees, flows = _named(code, node), set(), True
        elif kind == "class_declaration":
            names |= _named(code, node)
        elif not flows:
            continue
        elif kind in _NAMED:
            target = node.child(0)
            if target is not None and target.start_byte != child.start_byte:
                names |= _bound(code, target)
        elif kind == "call_expression" and (callee := node.child_by_field_name("function")) is not None:
            if (callee.start_byte, callee.end_byte) == (child.start_byte, child.end_byte):
                flows = not code.node_text(callee).endswith("request")
            elif callee.type == "parenthesized_expression":
                names |= _parameters(code, callee)
            else:
                callees |= _last_word(code, callee)
                flows = False
    if path:
        yield _Level(frozenset(names), frozenset(callees), None)


def _path(code: Code, offset: int) -> "list[Node]":
    """The nodes around an offset, innermost first; none in a comment or a text."""
    nodes = [*islice(code.around(offset), MAX_DEPTH)]
    return [] if nodes[-1].type in ("comment", "string_fragment") else nodes[::-1]


def _named(code: Code, node: "Node") -> set[str]:
    """The name of a function or class."""
    own = node.child_by_field_name("name")
    return set() if own is None else {code.node_text(own)}


def _bound(code: Code, target: "Node") -> set[str]:
    """The names that a target binds: all of a pattern's, the last of a member's."""
    if target.type in ("object_pattern", "array_pattern"):
        return set(_WORD.findall(code.node_text(target)))
    return _last_word(code, target)


def _last_word(code: Code, node: "Node") -> set[str]:
    return set(_WORD.findall(code.node_text(node))[-1:])


def _parameters(code: Code, callee: "Node") -> set[str]:
    """The parameters of a function that is called where it stands."""
    inner = next((child for child in callee.children if child.is_named), None)
    parameters = None if inner is None else _function(code, inner).parameters
    return set() if parameters is None else set(_WORD.findall(parameters.text))


def _find_functions(code: Code, start: int, end: int) -> "Iterator[_Function]":
    for node in captures(code, _FUNCTIONS, start, end).get("function", []):
        yield _function(code, node)


def _function(code: Code, node: "Node") -> _Function:
    name = node.child_by_field_name("name")
    listed = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
    return _Function(
        code.node_span(node),
        None if name is None else code.node_span(name),
        None if listed is None else code.node_span(listed),
    )


def _occurrences(text: str, name: str, first: int = 0, last: int | None = None) -> Iterator[int]:
    """The offsets at which a word stands, all of it between two offsets; nowhere an empty one."""
    start = text.find(name, first, last) if name else -1
    while start >= 0:
        end = start + len(name)
        before, after = text[start - 1 : start], text[end : end + 1]
        if not (_is_word(before) or _is_word(after)):
            yield start
        start = text.find(name, end, last)


def has_word(text: str, name: str) -> bool:
    """Whether a name stands in a text as a word of its own."""
    return next(_occurrences(text, name), None) is not None


def _is_word(character: str) -> bool:
    return character.isalnum() or character in ("_", "$") if character else False
