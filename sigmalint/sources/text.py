"""Text, offsets and positions: the one place that converts between them.

Offsets are 0-based indices of code points in `SourceFile.text`, ends exclusive. Positions are what people and reports see:
1-based lines and 1-based columns in UTF-16 code units. Lines end at LF, CRLF or CR and nowhere else (not at U+2028), as in
SARIF, LSP and browsers' HTML; a byte order mark is not part of the text.
"""

import codecs
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any, NamedTuple, TypeVar

_LINE_END = re.compile(r"\r\n|\n|\r")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Position(NamedTuple):
    """A place as people count it: `line` and `column` are 1-based, the column in UTF-16 code units."""

    line: int
    column: int


class Embedded(NamedTuple):
    """A stretch of a page that is code: offsets, the language, and for an attribute's value its quote ("" for none)."""

    start: int
    end: int
    language: str
    quote: str | None


class SourceFile:
    """One file of an extension, decoded.

    `path` is what reports print: relative to the report's root, forward slashes. `invalid_at` is the offset of the first
    byte sequence that is not valid in the file's encoding (it reads as U+FFFD), None for a sound file; `encoding` is the
    encoding's name. `embedded` are the stretches of code in a page, ascending, once it was read.
    """

    def __init__(
        self, path: str, text: str, *, bom: bool = False, invalid_at: int | None = None, encoding: str = "utf-8"
    ) -> None:
        self.path = path
        self.text = text
        self.bom = bom
        self.invalid_at = invalid_at
        self.encoding = encoding
        self.embedded: tuple[Embedded, ...] = ()

    @classmethod
    def decode(cls, path: str, data: bytes, *, fallback: str | None = None) -> "SourceFile":
        """Decode by byte order mark, else as UTF-8, else as `fallback` (a page's declared charset) where Python knows it."""
        for bom, encoding in _BOMS:
            if data.startswith(bom):
                return cls._decode(path, data[len(bom) :], encoding, bom=True)
        if fallback is not None:
            try:
                data.decode("utf-8")
            except UnicodeDecodeError:
                try:
                    return cls(path, data.decode(fallback), encoding=fallback)
                except (LookupError, UnicodeError):
                    pass
        return cls._decode(path, data, "utf-8", bom=False)

    @classmethod
    def _decode(cls, path: str, data: bytes, encoding: str, *, bom: bool) -> "SourceFile":
        try:
            return cls(path, data.decode(encoding), bom=bom, encoding=encoding)
        except UnicodeDecodeError as error:
            invalid_at = len(data[: error.start].decode(encoding))
            return cls(path, data.decode(encoding, errors="replace"), bom=bom, invalid_at=invalid_at, encoding=encoding)

    def __repr__(self) -> str:
        return f"SourceFile({self.path!r})"

    @property
    def state(self) -> object:
        """What is another object once the text has changed."""
        return self

    @property
    def anchors(self) -> "Anchors | None":
        """Of a live file: which characters its text has."""
        return None

    def span(self, start: int, end: int) -> "Span":
        """The stretch between two offsets."""
        return Span(self, start, end)

    @property
    def spans(self) -> "Callable[[int, int], Span]":
        """`span` for offsets of the text as it is now, also when it is asked later."""
        return partial(Span, self)

    def embedded_at(self, offset: int) -> "Embedded | None":
        """The stretch of code that an offset lies in."""
        index = bisect_right(self.embedded, offset, key=lambda stretch: stretch.start) - 1
        return self.embedded[index] if index >= 0 and offset <= self.embedded[index].end else None

    def encode(self, text: str) -> bytes:
        """Another text as bytes of this file: in its encoding, with its byte order mark; UnicodeEncodeError if it cannot be."""
        mark = next((bom for bom, encoding in _BOMS if encoding == self.encoding), b"") if self.bom else b""
        return mark + text.encode(self.encoding)

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset at which each line begins; the first is 0."""
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    def position(self, offset: int) -> Position:
        """The position of an offset; an offset past the end is the end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.line_starts, offset)
        return Position(line, utf16_length(self.text[self.line_starts[line - 1] : offset]) + 1)

    def offset(self, position: Position) -> int:
        """The offset of a position; a column past its line's end is that end, the inner half of a surrogate pair its start."""
        start = self.line_starts[min(position.line, len(self.line_starts)) - 1]
        units = position.column - 1
        line = self.line_text(position.line)
        if line.isascii():
            return start + min(units, len(line))
        for index, character in enumerate(line):
            units -= 2 if character > "\uffff" else 1
            if units < 0:
                return start + index
        return start + len(line)

    def line_text(self, line: int) -> str:
        """The text of a 1-based line without its end; empty past the last line."""
        if not 1 <= line <= len(self.line_starts):
            return ""
        end = self.line_starts[line] if line < len(self.line_starts) else len(self.text)
        return self.text[self.line_starts[line - 1] : end].rstrip("\r\n")


class Span(NamedTuple):
    """A stretch of a file's text: offsets `start` to `end`, end exclusive."""

    file: SourceFile
    start: int
    end: int

    @property
    def text(self) -> str:
        """The text of the stretch."""
        return self.file.text[self.start : self.end]

    @property
    def begin(self) -> Position:
        """The position of the first character."""
        return self.file.position(self.start)

    @property
    def finish(self) -> Position:
        """The position behind the last character."""
        return self.file.position(self.end)

    def first(self, length: int = 1) -> "Span":
        """The stretch's first characters, for a finding that should mark no more than an opening brace."""
        return self.file.span(self.start, min(self.end, self.start + length))


class Anchors:
    """Which anchor each character of one state of a live file has.

    `pieces` are triples (offset, anchor, length) by offset: stretches whose anchors follow each other. `gone` are those that
    were removed, each with the offset where it was, the last one last.
    """

    def __init__(self, pieces: list[tuple[int, int, int]], gone: Sequence[tuple[int, int, int]] = ()) -> None:
        self.pieces = pieces
        self._gone = gone
        self._offsets = [offset for offset, _, _ in pieces]
        self._ordered = sorted(pieces, key=_anchor)
        self._anchors = [anchor for _, anchor, _ in self._ordered]

    def at(self, offset: int) -> int:
        """The anchor of the character at an offset."""
        start, anchor, _ = self.pieces[bisect_right(self._offsets, offset) - 1]
        return anchor + offset - start

    def offset(self, anchor: int, behind: int = 0) -> int:
        """The offset of the character that has an anchor, or `behind` it (1); of one that is gone, where it was."""
        index = bisect_right(self._anchors, anchor) - 1
        if index >= 0:
            start, first, length = self._ordered[index]
            if anchor - first < length:
                return start + anchor - first + behind
        return self._where_it_was(anchor, index)

    def _where_it_was(self, anchor: int, index: int) -> int:
        gone = self._gone_by_anchor
        last = bisect_right(gone, anchor, key=_anchor) - 1
        if last >= 0:
            start, first, length = gone[last]
            if anchor - first < length:
                return start
        start, _, length = self._ordered[max(index, 0)]
        return start + length if index >= 0 else start

    @cached_property
    def _gone_by_anchor(self) -> list[tuple[int, int, int]]:
        return sorted(self._gone, key=_anchor)

    def alike(self, stretch: tuple[int, int], other: "Anchors", others: tuple[int, int]) -> tuple[int, int]:
        """How many of the characters that a stretch begins and ends with are those of a stretch of another state.

        Characters are the same only if nobody wrote them again. The two do not overlap.
        """
        one, two = self._between(*stretch), other._between(*others)
        first, last = common(one, two)
        start = sum(length for _, length in one[:first])
        end = sum(length for _, length in one[len(one) - last :])
        if first + last < min(len(one), len(two)):
            (left, size), (right, length) = one[first], two[first]
            start += min(size, length) if left == right else 0
            (left, size), (right, length) = one[-1 - last], two[-1 - last]
            end += min(size, length) if left + size == right + length else 0
        most = min(stretch[1] - stretch[0], others[1] - others[0])
        return start, min(end, most - start)

    def _between(self, start: int, end: int) -> list[tuple[int, int]]:
        """The anchors and lengths of the pieces of a stretch."""
        if start == end:
            return []
        first, last = bisect_right(self._offsets, start) - 1, bisect_left(self._offsets, end)
        found = [(anchor, length) for _, anchor, length in self.pieces[first:last]]
        offset, anchor, _ = self.pieces[last - 1]
        found[-1] = anchor, end - offset
        offset, anchor, _ = self.pieces[first]
        found[0] = anchor + start - offset, found[0][1] - start + offset
        return found

    def edited(self, start: int, end: int, length: int, anchor: int) -> "Anchors":
        """What `length` characters, anchored from `anchor` on, in the place of those from `start` to `end` make of them."""
        before, after, shift = [], [], start + length - end
        gone = [
            (offset if offset <= start else start if offset <= end else offset + shift, first, size)
            for offset, first, size in self._gone
        ]
        for offset, first, size in self.pieces:
            if offset < end and start < offset + size:
                cut = max(0, start - offset)
                gone.append((start, first + cut, min(offset + size, end) - offset - cut))
            if offset < start:
                before.append((offset, first, min(size, start - offset)))
            if offset + size > end:
                cut = max(0, end - offset)
                after.append((offset + cut + shift, first + cut, size - cut))
        if before and before[-1][1] + before[-1][2] == anchor:
            offset, first, size = before.pop()
            before.append((offset, first, size + length))
        elif length or not (before or after):
            before.append((start, anchor, length))
        return Anchors([*before, *after], gone[-_MOST_GONE:])


def _anchor(piece: tuple[int, int, int]) -> int:
    return piece[1]


_MOST_GONE = 1_000
"""How many removed pieces are remembered: what was found in them is soon asked for, or never."""


class LiveFile(SourceFile):
    """A file that an editor changes. Its spans stay with their text: what is found in one state holds in the next.

    Every character has an anchor for as long as it is there, and spans are kept as anchors.
    """

    def __init__(
        self, path: str, text: str, *, bom: bool = False, invalid_at: int | None = None, encoding: str = "utf-8"
    ) -> None:
        super().__init__(path, text, bom=bom, invalid_at=invalid_at, encoding=encoding)
        self._anchors = Anchors([(0, 0, len(text))])
        self._fresh = len(text) + 1
        self._state = object()

    @property
    def state(self) -> object:
        return self._state

    @property
    def anchors(self) -> Anchors:
        return self._anchors

    def span(self, start: int, end: int) -> "Span":
        return _live_span(self, self._anchors, start, end)

    @property
    def spans(self) -> "Callable[[int, int], Span]":
        return partial(_live_span, self, self._anchors)

    def become(self, other: SourceFile) -> None:
        """Take over what another file holds."""
        if other.text != self.text:
            self.replace(0, len(self.text), other.text)
        if (other.bom, other.invalid_at, other.encoding) != (self.bom, self.invalid_at, self.encoding):
            self.bom, self.invalid_at, self.encoding = other.bom, other.invalid_at, other.encoding
            self._state = object()

    def replace(self, start: int, end: int, text: str) -> None:
        """Replace the text between two offsets; what it begins and ends with alike stays what it was."""
        first, last = common(self.text[start:end], text)
        start, end, text = start + first, end - last, text[first : len(text) - last]
        starts = self.line_starts
        self.text = f"{self.text[:start]}{text}{self.text[end:]}"
        self._anchors = self._anchors.edited(start, end, len(text), self._fresh)
        self._fresh += len(text)
        self._state = object()
        # A line that begins at an offset depends on the two characters before it.
        first = max(1, bisect_left(starts, start))
        last, shift = bisect_right(starts, end + 1), start + len(text) - end
        stop = start + len(text) + 1
        found = [match.end() for match in _LINE_END.finditer(self.text, starts[first - 1], min(len(self.text), stop + 1))]
        while found and found[-1] > stop:
            found.pop()
        self.line_starts = [*starts[:first], *found, *(line + shift for line in starts[last:])]


_EMPTY = -1


class LiveSpan(Span):
    """A stretch of a live file, kept as the anchors of its first character and behind its last (`_EMPTY` without any)."""

    @property
    def start(self) -> int:
        file: LiveFile = self[0]  # type: ignore[assignment]
        return file._anchors.offset(self[1])

    @property
    def end(self) -> int:
        file: LiveFile = self[0]  # type: ignore[assignment]
        return file._anchors.offset(self[1]) if self[2] == _EMPTY else file._anchors.offset(self[2] - 1, 1)

    def __iter__(self) -> Iterator[Any]:
        return iter((self.file, self.start, self.end))


def _live_span(file: LiveFile, anchors: Anchors, start: int, end: int) -> LiveSpan:
    return LiveSpan(file, anchors.at(start), anchors.at(end - 1) + 1 if end > start else _EMPTY)


_Text = TypeVar("_Text", str, bytes, list[tuple[int, int]])


def common(one: _Text, other: _Text) -> tuple[int, int]:
    """The lengths of what two texts begin and end with alike; the two stretches do not overlap."""
    start, first, second = alike(one, other), len(one), len(other)
    most = min(first, second) - start
    return start, _longest(most, lambda low, high: one[first - high : first - low] == other[second - high : second - low])


def alike(one: _Text, other: _Text) -> int:
    """The length of what two texts begin with alike."""
    return _longest(min(len(one), len(other)), lambda low, high: one[low:high] == other[low:high])


def _longest(high: int, is_alike: Callable[[int, int], bool]) -> int:
    """How far two texts are alike, up to `high`; `is_alike` compares them from one distance to another."""
    low = 0
    while low < high:
        middle = (low + high + 1) // 2
        if is_alike(low, middle):
            low = middle
        else:
            high = middle - 1
    return low


def utf16_length(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)
