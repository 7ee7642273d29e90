"""Places of interest in a piece of code, found by queries on its tree or patterns on its text, and kept from state to state.

What was found in an earlier state outside of the statements that were edited is still there (see `Patch`): only these are
searched again.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from sigmalint.sources.script import Code
from sigmalint.sources.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node, Query, QueryCursor


class Place(NamedTuple):
    """A place of the text."""

    span: Span


class Name(NamedTuple):
    """A name that a query found, and its text."""

    kind: str
    span: Span
    text: str


class _Placed(Protocol):
    @property
    def span(self) -> Span: ...


_Found = TypeVar("_Found", bound=_Placed)


class _Outdated(NamedTuple):
    """What was found so many edits ago; from `start` to `end` of the code it has to be searched again."""

    found: list[Any]
    start: int
    end: int
    edits: int


_MOST_EDITS = 200
"""What was not asked for during so many edits is forgotten."""


def places(code: Code, key: Hashable, find: Callable[[Code, int, int], Iterable[_Found]]) -> list[_Found]:
    """What `find` finds in the code, by place; it gets the code and a stretch of its text. One key is one search."""
    known: list[_Found] | None = code.places.get(key)
    if known is None:
        known = code.places[key] = _places(code, code.outdated.pop(key, None), find)
    return known


def keep(code: Code) -> None:
    """Keep what was found in the earlier state that the code comes from."""
    patch = code.patch
    if patch is None:
        return
    before = patch.before
    if patch.is_empty:
        code.places, code.outdated = before.places, before.outdated
        return
    start, end, shift = patch.start, patch.end, patch.end - patch.old_end
    code.outdated = {key: _Outdated(found, start, end, 1) for key, found in before.places.items()}
    for key, old in before.outdated.items():
        if old.edits < _MOST_EDITS:
            code.outdated[key] = _Outdated(old.found, min(old.start, start), max(old.end + shift, end), old.edits + 1)


def _places(code: Code, known: _Outdated | None, find: Callable[[Code, int, int], Iterable[_Found]]) -> list[_Found]:
    if known is None:
        return sorted(_found(find, code, 0, len(code.text)), key=_order)
    before: list[_Found] = known.found
    start, end = code.place(known.start), code.place(known.end)
    # What an edit has removed that began before the code is now where that edit began.
    lowest = bisect_left(before, code.place(0), key=_start)
    first, last = bisect_left(before, start, key=_start), bisect_right(before, end, key=_start)
    around = [place for place in before[first:last] if place.span.end > end]
    found = _found(find, code, known.start, known.end)
    inside = [place for place in found if start <= place.span.start and place.span.end <= end]
    return [*before[lowest:first], *sorted((*around, *inside), key=_order), *before[last:]]


def _found(find: Callable[[Code, int, int], Iterable[_Found]], code: Code, start: int, end: int) -> Iterator[_Found]:
    """What is found in a stretch; what the parser only supposes to be there has no text."""
    return (place for place in find(code, start, end) if place.span.start < place.span.end)


def _start(place: _Placed) -> int:
    return place.span.start


def _order(place: _Placed) -> tuple[int, int]:
    return place.span.start, -place.span.end


def named(code: Code, source: str) -> list[Name]:
    """What a query captures in the code, where all that it captures are single names."""
    return places(code, ("named", source), lambda code, start, end: _named(code, source, start, end))


def _named(code: Code, source: str, start: int, end: int) -> Iterator[Name]:
    for kind, nodes in captures(code, source, start, end).items():
        for node in nodes:
            yield Name(kind, code.node_span(node), (node.text or b"").decode("utf-8", "surrogatepass"))


def captures(code: Code, source: str, start: int, end: int) -> "dict[str, list[Node]]":
    """The nodes that a query captures in a stretch of the code, and around it."""
    return _cursor(code, source, start, end).captures(code.tree.root_node)


def matches(code: Code, source: str, start: int, end: int) -> "Iterator[dict[str, list[Node]]]":
    """What a query captures in a stretch of the code, and around it, match by match."""
    return (match for _, match in _cursor(code, source, start, end).matches(code.tree.root_node))


def _cursor(code: Code, source: str, start: int, end: int) -> "QueryCursor":
    from tree_sitter import QueryCursor

    cursor = QueryCursor(query(code.language, source))
    if end - start < len(code.text):
        cursor.set_byte_range(code.byte(start), code.byte(end))
    return cursor


def matched(code: Code, pattern: re.Pattern[str]) -> list[Place]:
    """The first groups that a pattern finds in the code's text."""

    def find(code: Code, start: int, end: int) -> Iterator[Place]:
        for match in pattern.finditer(code.text, start, end):
            yield Place(code.span(*match.span(1)))

    return places(code, pattern, find)


@cache
def query(language: str, source: str) -> "Query":
    """A query on the trees of a language."""
    from tree_sitter import Query

    from sigmalint.sources.script import parser

    grammar = parser(language).language
    assert grammar is not None
    return Query(grammar, source)
