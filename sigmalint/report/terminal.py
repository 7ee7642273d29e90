"""Text as a terminal shows it: harmless, and with a known width."""

import re
import unicodedata

TAB = 4

_UNPRINTABLE = re.compile("[\0-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def printable(text: str) -> str:
    """One line without control characters: what a hostile source says cannot colour, move or reorder the report.

    Line ends and tabs become blanks, other controls their pictures (as `␛`) or U+FFFD.
    """
    return text if text.isascii() and text.isprintable() else _UNPRINTABLE.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code in (0x09, 0x0A, 0x0D):
        return " "
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def cells(text: str, column: int = 0) -> str:
    """The text with tabs expanded, as if it began in a 0-based terminal column, and printable."""
    if "\t" not in text:
        return printable(text)
    pieces = []
    for index, piece in enumerate(text.split("\t")):
        if index:
            blanks = TAB - column % TAB
            pieces.append(" " * blanks)
            column += blanks
        pieces.append(printable(piece))
        column += width(pieces[-1])
    return "".join(pieces)


def width(text: str) -> int:
    """How many terminal columns a printable text takes: two for wide characters and emoji, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(character) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )
