"""Text, offsets and positions: the one place that converts between them.

Offsets are 0-based indices of code points in `SourceFile.text`, ends exclusive. Positions are what people and reports see:
1-based lines and 1-based columns in UTF-16 code units. Lines end at LF, CRLF or CR and nowhere else (not at U+2028), as in
SARIF, LSP and browsers' HTML; a byte order mark is not part of the text.
"""

import codecs
import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

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
        return Span(self.file, self.start, min(self.end, self.start + length))


def utf16_length(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)
