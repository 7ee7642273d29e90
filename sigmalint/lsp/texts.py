"""The editor's texts, and positions as its protocol counts them: 0-based lines, columns in the units that were agreed on.

The library's own documents split lines wherever Python does (at U+2028, form feeds and more), which the protocol does not: an
edit behind such a character would go wrong. So the texts are kept here.
"""

from bisect import bisect_right
from collections.abc import Iterable

from lsprotocol import types

from sigmalint.sources.text import LiveFile, SourceFile, Span, utf16_length

_BOM = "\ufeff"


class Document(LiveFile):
    """A file for as long as the server lives, on disk or open in the editor.

    `lead` is a byte order mark that the editor's text begins with and `text` does not.
    """

    lead = ""

    def take(self, text: str) -> None:
        """Hold what the editor says."""
        self.lead = _BOM if text.startswith(_BOM) else ""
        self.become(SourceFile(self.path, text[len(self.lead) :], bom=bool(self.lead)))

    def read(self, file: SourceFile) -> None:
        """Hold what is on disk."""
        self.lead = ""
        self.become(file)


class Positions:
    """Offsets to the protocol's positions and back, columns in UTF-8, UTF-16 or UTF-32 units."""

    def __init__(self, encoding: types.PositionEncodingKind | str) -> None:
        self._encoding = types.PositionEncodingKind(encoding)

    def position(self, file: SourceFile, offset: int) -> types.Position:
        """The position of an offset."""
        offset = max(0, min(offset, len(file.text)))
        line = bisect_right(file.line_starts, offset) - 1
        before = file.text[file.line_starts[line] : offset]
        if line == 0:
            before = _lead(file) + before
        return types.Position(line, self._length(before))

    def offset(self, file: SourceFile, position: types.Position) -> int:
        """The offset of a position; one past its line's end is that end, one past the last line the text's end."""
        if position.line >= len(file.line_starts):
            return len(file.text)
        start = file.line_starts[position.line]
        line = file.line_text(position.line + 1)
        units = position.character
        if position.line == 0:
            units = max(0, units - self._length(_lead(file)))
        if line.isascii() or self._encoding is types.PositionEncodingKind.Utf32:
            return start + min(units, len(line))
        for index, character in enumerate(line):
            units -= self._length(character)
            if units < 0:
                return start + index
        return start + len(line)

    def range(self, span: Span) -> types.Range:
        """The range of a span."""
        return types.Range(self.position(span.file, span.start), self.position(span.file, span.end))

    def span(self, file: SourceFile, where: types.Range) -> Span:
        """The span of a range."""
        start = self.offset(file, where.start)
        return file.span(start, max(start, self.offset(file, where.end)))

    def change(self, document: Document, changes: Iterable[types.TextDocumentContentChangeEvent]) -> None:
        """Change a text; each of the changes counts on the one before it."""
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangeWholeDocument):
                document.take(change.text)
                continue
            start, end = self.offset(document, change.range.start), self.offset(document, change.range.end)
            if start:
                document.replace(start, max(start, end), change.text)
            else:
                at_mark = change.range.start == types.Position(0, 0) != change.range.end
                document.take(f"{'' if at_mark else document.lead}{change.text}{document.text[end:]}")

    def _length(self, text: str) -> int:
        if text.isascii() or self._encoding is types.PositionEncodingKind.Utf32:
            return len(text)
        if self._encoding is types.PositionEncodingKind.Utf8:
            return len(text.encode("utf-8", "surrogatepass"))
        return utf16_length(text)


def _lead(file: SourceFile) -> str:
    return file.lead if isinstance(file, Document) else ""
