"""The classes of characters that JavaScript knows, in the form in which esprima2 asks for them.

It stands in the place of `esprima.character`, of which the tables list every character of the Basic Multilingual Plane: they
take 12 MB and 36 ms, and lack all others. Source: ECMA-262, sections 12.2, 12.3 and 12.7, and Unicode Standard Annex 31.
"""

import unicodedata
from string import ascii_letters, digits, hexdigits, octdigits

HEX_CONV = {digit: int(digit, 16) for digit in hexdigits}
_BLANKS = frozenset("\t\v\f \xa0\ufeff") | {chr(code) for code in range(0x2000, 0x200B)} | set("\u1680\u180e\u202f\u205f\u3000")
_LINE_ENDS = frozenset("\n\r\u2028\u2029")
_STARTS = frozenset(ascii_letters + "$_\\\u1885\u1886\u2118\u212e\u309b\u309c")
"""Letters of ASCII, what stands for letters, and Unicode's Other_ID_Start."""
_PARTS = _STARTS | set(digits) | set("\u200c\u200d\xb7\u0387\u19da\u30fb\uff65") | {chr(code) for code in range(0x1369, 0x1372)}
"""These, digits, joiners, and Unicode's Other_ID_Continue."""
_LETTERS = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Nl"))
_IN_NAMES = _LETTERS | {"Mn", "Mc", "Nd", "Pc"}


class Character:
    """What esprima2's scanner asks; each `ch` is one character, or empty at the end of the text."""

    fromCodePoint = staticmethod(chr)
    isWhiteSpace = staticmethod(_BLANKS.__contains__)
    isLineTerminator = staticmethod(_LINE_ENDS.__contains__)
    isDecimalDigit = staticmethod(frozenset(digits).__contains__)
    isHexDigit = staticmethod(frozenset(hexdigits).__contains__)
    isOctalDigit = staticmethod(frozenset(octdigits).__contains__)

    @staticmethod
    def isIdentifierStart(ch: str) -> bool:
        """Whether a name may begin with it."""
        return ch in _STARTS or (ch > "\x7f" and unicodedata.category(ch) in _LETTERS)

    @staticmethod
    def isIdentifierPart(ch: str) -> bool:
        """Whether it may stand in a name."""
        return ch in _PARTS or (ch > "\x7f" and unicodedata.category(ch) in _IN_NAMES)
