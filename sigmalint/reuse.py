"""Whether what the analysis of a program found still holds after an edit, and where in the new text it stands.

It does where the edit is in markup, in a comment, or in a function that has nothing to do with any request; then only
places move. Whatever is not sure to be such an edit is analysed anew.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from sigmalint.analysis.guards import Guard, Guards
from sigmalint.analysis.relevance import FUNCTION_TYPES, Relevance, written_in
from sigmalint.sources.script import Code, CodeKind, common
from sigmalint.sources.text import SourceFile, Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from sigmalint.model import Request, SdkCall

_WORD = re.compile(r"[\w$]+")
_TELLING = re.compile(r"\b(?:typeof|declare|assign|extend|defineProperty|eval)\b")
"""Words that mean something to the search for relevant functions wherever they stand."""


class Found(NamedTuple):
    """What the analysis of one program found."""

    requests: "list[Request]"
    sdk_calls: "list[SdkCall]"
    unfinished: list[Span]


@dataclass(eq=False)
class Analysed:
    """A program as it was analysed: all its code in order, what else the result hangs on, and what was found."""

    codes: Sequence[Code]
    facts: object
    relevance: Relevance
    found: Found

    def after(self, codes: Sequence[Code], facts: object) -> Found | None:
        """What holds for the program as it is now; None where it has to be analysed."""
        if len(codes) != len(self.codes) or facts != self.facts:
            return None
        moves: dict[SourceFile, _Move] = {}
        for old, new in zip(self.codes, codes, strict=True):
            if old is new:
                continue
            if old.kind is not new.kind or old.language != new.language or old.file.path != new.file.path:
                return None
            move = moves.setdefault(old.file, _Move.between(old.file, new.file))
            if move.new is not new.file or not self._is_alike(old, new, move):
                return None
        if moves and self.found.unfinished:
            return None
        found: Found = _Mover(moves).move(self.found) if moves else self.found
        return found

    def _is_alike(self, old: Code, new: Code, move: "_Move") -> bool:
        """Whether a piece of code means the same to the analysis."""
        first, last = old.place(0), old.place(len(old.text))
        if move.old_end <= first or last <= move.start:
            # An edit that touches the code from outside leaves it as it is, if the page is still read alike.
            shift = 0 if last <= move.start else move.shift
            return new.text == old.text and new.origins == tuple((at, origin + shift) for at, origin in old.origins)
        if not first <= move.start <= move.old_end <= last or len(old.origins) != 1 or new.origins != old.origins:
            return False
        return old.kind in (CodeKind.SCRIPT, CodeKind.MODULE) and self._is_beside(old, new, move, first)

    def _is_beside(self, old: Code, new: Code, move: "_Move", first: int) -> bool:
        """Whether an edit is in a comment or a function that does not matter."""
        if not (old.text.isascii() and new.text.isascii()):
            return False
        if old.tree.root_node.has_error or new.tree.root_node.has_error:
            return False
        start, old_end, new_end = move.start - first, move.old_end - first, move.new_end - first
        while start and (old.text[start - 1].isalnum() or old.text[start - 1] in "_$"):
            start -= 1
        while old_end < len(old.text) and (old.text[old_end].isalnum() or old.text[old_end] in "_$"):
            old_end, new_end = old_end + 1, new_end + 1
        within = False
        befores, afters = _around(old.tree.root_node, start, old_end), _around(new.tree.root_node, start, new_end)
        for before, after in zip(befores, afters, strict=False):
            alike = before.type == after.type and before.start_byte == after.start_byte
            if not alike or after.end_byte - before.end_byte != move.shift:
                return False
            if before.type == "comment":
                texts = old.text[before.start_byte : before.end_byte], new.text[after.start_byte : after.end_byte]
                inside = before.start_byte + 2 <= start and (texts[0].startswith("//") or old_end <= before.end_byte - 2)
                words = {*_WORD.findall(old.text[start:old_end]), *_WORD.findall(new.text[start:new_end])}
                called = "(" in old.text[start : old_end + 1] or "(" in new.text[start : new_end + 1]
                silent = not any(map(_TELLING.search, texts))
                return inside and silent and not called and self.relevance.written.isdisjoint(words)
            if before.type in FUNCTION_TYPES and not within:
                within = self.relevance.matters(old.node_span(before))
                if not within:
                    return _in_body(before, after, start, old_end) and self._has_nothing(old, before, new, after)
        return False

    def _has_nothing(self, old: Code, before: "Node", new: Code, after: "Node") -> bool:
        """Whether a function, before and after an edit, has nothing to do with what the analysis follows."""
        for code, function in ((old, before), (new, after)):
            text = code.text[function.start_byte : function.end_byte]
            if _TELLING.search(text) or not self.relevance.names.isdisjoint(_WORD.findall(text)):
                return False
        return self.relevance.reads.isdisjoint(written_in(new, after))


class _Move(NamedTuple):
    """Where the places of one state of a file are in another: up to `start` the same, from `old_end` on by `shift` further."""

    new: SourceFile
    start: int
    old_end: int
    new_end: int

    @classmethod
    def between(cls, old: SourceFile, new: SourceFile) -> "_Move":
        """What makes one text of the other."""
        start, end = common(old.text, new.text)
        return cls(new, start, len(old.text) - end, len(new.text) - end)

    @property
    def shift(self) -> int:
        return self.new_end - self.old_end


class _Mover:
    """Copies a model into the new texts. What stands in no file that has changed stays what it is."""

    def __init__(self, moves: Mapping[SourceFile, _Move]) -> None:
        self._moves = moves
        self._known: dict[int, Any] = {}

    def move(self, value: Any) -> Any:
        """The copy of a value, whose depth the model bounds."""
        kind = type(value)
        if kind is Span:
            return self._span(value)
        if kind in _PLAIN:
            return value
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = self._copy(value, kind)
        return known

    def _span(self, span: Span) -> Span:
        move = self._moves.get(span.file)
        if move is None:
            return span
        start = span.start if span.start < move.old_end else span.start + move.shift
        end = span.end if span.end <= move.start else span.end + move.shift
        return Span(move.new, start, end)

    def _copy(self, value: Any, kind: Any) -> Any:
        if issubclass(kind, tuple):
            return tuple(map(self.move, value)) if kind is tuple else kind(*map(self.move, value))
        if kind is list:
            return list(map(self.move, value))
        if issubclass(kind, Mapping):
            return MappingProxyType({key: self.move(item) for key, item in value.items()})
        names = _names(kind)
        if not names:
            return value
        return kind(*(self.move(getattr(value, name)) if moves else getattr(value, name) for name, moves in names))


_PLAIN: frozenset[type] = frozenset((str, int, float, bool, type(None), Guard, Guards))
_MOVED = re.compile(r"Span|Case|Related|What|ObjectValue")


@cache
def _names(kind: type) -> tuple[tuple[str, bool], ...]:
    """The fields of a class of the model, and which of them hold places; none where none does."""
    if not is_dataclass(kind) or kind.__module__ != "sigmalint.model":
        return ()
    found = tuple((one.name, _MOVED.search(str(one.type)) is not None) for one in fields(kind))
    return found if any(moves for _, moves in found) else ()


def _around(root: "Node", start: int, end: int) -> "Iterator[Node]":
    """The nodes around a stretch of bytes, outermost first."""
    cursor = root.walk()
    while True:
        node = cursor.node
        if node is None or node.start_byte > start or node.end_byte < end:
            return
        yield node
        if cursor.goto_first_child_for_byte(start) is None:
            return
        while (here := cursor.node) is not None and here.end_byte <= start and cursor.goto_next_sibling():
            pass


def _in_body(before: "Node", after: "Node", start: int, end: int) -> bool:
    """Whether an edit is inside the braces of a function, which begin at the same place before and after it."""
    old, new = before.child_by_field_name("body"), after.child_by_field_name("body")
    if old is None or new is None or old.type != "statement_block" or new.type != "statement_block":
        return False
    return old.start_byte == new.start_byte and old.start_byte < start and end < old.end_byte
