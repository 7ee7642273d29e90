"""What broken code leaves open, closed where its indentation says, so that the code around it means what it did before.

Somebody who has typed `function f() {` has not put everything below into that function, though a parser must take it so.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple


class Insertion(NamedTuple):
    """A text that belongs at an offset."""

    at: int
    text: str


@lru_cache(maxsize=4)
def insertions(text: str) -> tuple[Insertion, ...]:
    """What closes the strings, templates and brackets that broken code leaves open, and what stands for values that it lacks.

    They are in order, one at an offset. This is for code that is known to be broken: sound code may be misread here.
    """
    first = _FIRST_LINE.match(text)
    marks = _marks(first[1] if first else "")
    plain = _Reader(text, marks)
    plain.read(0, [])
    found = plain.found
    if plain.first is not None or plain.surplus:
        closing = _Reader(text, marks, closes=True, by_lines=_is_indented(text))
        stack = [] if plain.surplus or plain.first is None else plain.first
        start = stack[-1].at + len(stack[-1].kind) if stack else 0
        closing.read(start, stack)
        found = {at: put for at, put in found.items() if at < start} | closing.found
    return tuple(Insertion(at, found[at]) for at in sorted(found))


def complete(text: str, inserted: Iterable[Insertion]) -> str:
    """A text with what belongs into it."""
    pieces: list[str] = []
    last = 0
    for at, more in inserted:
        pieces += text[last:at], more
        last = at
    return "".join((*pieces, text[last:]))


def must_be_broken(text: str, inserted: Iterable[Insertion]) -> bool:
    """Whether code that the parser takes with what is inserted cannot be taken without: fewer brackets end than begin, and all
    other tokens are the same. (A string without an end is one with the next lines in it to the parser.)"""
    balance = 0
    for at, more in inserted:
        if not _QUOTES.isdisjoint(more) or _SLASH.match(text, at):
            return False
        balance += sum(map(more.count, ")]}")) - sum(map(more.count, "([{"))
    return balance > 0


_QUOTES = frozenset("\"'`")
_SLASH = re.compile(r"(?:\s++|//.*+|/\*[\s\S]*?\*/)*+/")
_TOKENS = r"""(?:[^\n\r/"'`{}()\[\]f]++|f(?!unction\b)|[\r\n](?![ \t]*+\S)LINE
    | "[^"\\\r\n]*+"|'[^'\\\r\n]*+'
    | [(\[](?:[^\n/"'`{}()\[\]]++|"[^"\\\r\n]*+"|'[^'\\\r\n]*+'|\([^\n/"'`{}()\[\]]*+(?<=[\w$(,])\))*+(?<=[\w$"'(\[,)])[)\]]
    | \{(?:[^\n/"'`{}()\[\]]++|"[^"\\\r\n]*+"|'[^'\\\r\n]*+')*+(?:(?<=[\w$"';,{])|(?<=[\w$"';,{]\ ))\})*+
    (?:[\r\n](?P<line>[\ \t]*+)
    | //(?P<comment>[^\r\n]*+)
    | (?P<block>/\*[\s\S]*?(?:\*/|\Z))
    | (?P<string>(?:"(?:[^"\\\r\n]++|\\(?:\r\n|[\s\S]))*+"|'(?:[^'\\\r\n]++|\\(?:\r\n|[\s\S]))*+')
        |(?P<cut>"(?:[^"\\\r\n]++|\\(?:\r\n|[\s\S]))*+|'(?:[^'\\\r\n]++|\\(?:\r\n|[\s\S]))*+))
    | (?P<template>`(?:[^`\\$]++|\\[\s\S]|\$(?!\{)|\$\{[^`{}]*+\})*+`)
    | (?P<header>(?<![\w$.])function\b[\ \t]*\*?[\ \t]*[\w$]*[\ \t]*(?:\([^()\n]*\))?)(?=[\ \t\r]*(?:\n\s*[^\s({]|\s*\Z))
    | (?P<mark>[`/{}()\[\]])
    | function)"""
"""What may be skipped, and what counts."""
_TOKEN = re.compile(_TOKENS.replace("LINE", ""), re.VERBOSE)
_TOKEN_IN_SHORT = re.compile(_TOKENS.replace("LINE", r"|(?<![=*%&|^<?~>+\-.tr()\[\ \t])[\r\n]\s*+"), re.VERBOSE)
"""The same without lines before which neither a value nor a body can lack, for where brackets are not closed by lines."""
_BLOCK = re.compile(r"^([ \t]*+).*[{(\[][ \t]*\r?\n(?:[ \t\r]*\n)*+([ \t]*+)", re.MULTILINE)
_FIRST_LINE = re.compile(r"(?:[^\S\n]*\n)*([ \t]*)")
_CHUNK = re.compile(r"(?:[^`\\$]|\\[\s\S]|\$(?!\{))*")
_BEGINS = re.compile(r"[\w$/<{#]")
_PRECEDES = re.compile(r"(?:[=(:+,?]|=>|\breturn)\s*\Z")
"""What stands behind a back quote that begins a template, what before it; and not where one ends."""
_REGEX = re.compile(r"/(?:[^/\\\[\r\n]|\\[^\r\n]|\[(?:[^\]\\\r\n]|\\[^\r\n])*\])+/")
_OPERAND = re.compile(r"""[\w$)\]}"'`]\s*\Z""")
_OPERATOR = re.compile(r"(?<![\w$.])(?:return|typeof|case|do|else|in|of|void|delete|throw|new|yield|await)\s*\Z")
_LACKS_VALUE = re.compile(
    r"""(?:[=*%&|^<?~] | (?<!default): | => | (?<!\+)\+ | (?<!-)- | (?<![\d.])\. | (?<=[\w$)\]])\[
    | (?<![\w$.])(?:const|let|var|(?:catch|if|switch|while)\s*\())\Z""",
    re.VERBOSE,
)
_MAY_LACK = frozenset("=*%&|^<?:~>+-.tr([")
_STATEMENT = re.compile(r"(?:const|do|export|for|if|let|return|switch|throw|try|var|while)\b")
_DECLARATION = re.compile(r"(?:async|class|function|import)\b")
"""What begins a statement, and what may be a value as well."""
_ASSIGNS = frozenset("=.tr")
_HEADER = re.compile(r"(?<![\w$.])(?:function\s*\*?\s*[\w$]*|if|for|while|switch|catch)\s*\Z")
"""What stands before the parenthesis behind which a block comes."""
_MEMBER = re.compile(r"[ \t]*(?:(?:async|get|set|static)[ \t]+)*\*?[ \t]*#?[\w$]+[ \t]*(?:\([^()\n]*\))?\Z")
"""What stands on a line before the parenthesis or the body of a class's method."""
_CLASS = re.compile(r"(?<![\w$.])class\b[^{}();]*\Z")
"""What stands before a class's brace."""
_CONTINUES = re.compile(r"[.?:&|+*,=<>%^]|(?:case|default|in|instanceof)\b")
"""What a line begins with that goes on with what is before it, or is a part of the block around at the block's indentation."""
_WORD = 12
_NEAR = 80
"""How many characters before an offset may tell what it is, and which word stands there."""
_TAB = 4
_LARGE = 4_000
"""Characters beyond which few pieces are remembered."""
_UNFINISHED, _OTHERS = 2, 0.1
"""How many blocks, or what part of all, may have a first line that is not indented, for indentation to tell anything."""
_MOST_TRIALS, _MOST_LEFT_OPEN = 10, 20
_ENDS = {"{": "}", "(": ")", "[": "]", "${": "}`"}
_VALUE = " _"
_BODY = " {}"


class _Open(NamedTuple):
    """A bracket that is open: its text, and where it is."""

    kind: str
    at: int


class _Piece(NamedTuple):
    """What a piece of code lacks, where its last comment to the end of a line is, and whether it closes what it opens."""

    found: tuple[tuple[int, str], ...]
    comment: tuple[int, int]
    is_closed: bool


def _piece(text: str) -> _Piece | None:
    """What is known of a piece of code; None where it is not known where it ends."""
    return (_large_piece if len(text) > _LARGE else _small_piece)(text)


def _read_piece(text: str) -> _Piece | None:
    reader = _Reader(text)
    reader.read(0, [])
    if reader.torn:
        return None
    end = _behind(text, len(text))
    found = ((at, put) for at, put in reader.found.items() if (at, put) != (end, _VALUE))  # what follows may be the value
    return _Piece(tuple(found), reader.comment, reader.first is None and not reader.surplus)


_small_piece, _large_piece = lru_cache(maxsize=1024)(_read_piece), lru_cache(maxsize=16)(_read_piece)


class _Marks(NamedTuple):
    """Pieces begin with lines of the code's least indentation: what may stand before one behind another, and its line end."""

    gap: re.Pattern[str]
    begin: re.Pattern[str]


@lru_cache(maxsize=64)
def _marks(indent: str) -> _Marks:
    """The marks of code of an indentation."""
    return _Marks(
        re.compile(rf"(?:\(\))?;?\s*(?:(?<=\n{indent})|(?<![\s\S]))(?=[\w$@/])"), re.compile(rf"\n{indent}(?=[\w$@/])")
    )


class _Reader:
    """Reads code bracket by bracket.

    `found` are the ends of strings and templates that have none and values that lack. Brackets that are left open: `first` is
    the first one, behind those around it; where it `closes`, they are closed, `by_lines` before the next line that is
    indented no more than theirs. `surplus`: there is an end too many. `torn`: a template or comment has no end. `comment`:
    where the last comment to the end of a line is. Where pieces begin with `marks`, those that are known are passed over.
    """

    def __init__(self, text: str, marks: "_Marks | None" = None, *, closes: bool = False, by_lines: bool = False) -> None:
        self.text = text
        self.found: dict[int, str] = {}
        self.first: list[_Open] | None = None
        self.surplus = self.torn = False
        self.comment = -1, -1
        self._closes, self._by_lines = closes, by_lines
        self._marks = marks
        self._is_done = self._has_ended_template = False
        self._trials = 0

    def read(self, position: int, stack: list[_Open]) -> None:
        """Read code from an offset on, with the brackets that are open there."""
        text = self.text
        token = _TOKEN if self._by_lines else _TOKEN_IN_SHORT
        position, limit = self._pass_pieces(position, stack)
        while not self._is_done:
            match = token.match(text, position, limit)
            if match is None:
                if limit == len(text):
                    break
                position, limit = self._pass_pieces(limit, stack)
                continue
            position = match.end()
            kind = match.lastgroup
            if kind is None:
                continue
            at = match.start(kind)
            if kind == "mark":
                position = self._mark(text[at], at, position, stack)
            elif kind == "line":
                self._begin_line(at, position, stack)
            elif kind == "string":
                if match["cut"] is not None:
                    self._put(_behind(text, position), text[at])
            elif kind == "template":
                if "\n" in match["template"] and self._begins_template(position - 1):
                    position = self._end_template(at)
            elif kind == "header":
                self._complete_header(match["header"], at, position, stack)
            elif kind == "comment":
                self.comment = at, position
            elif kind == "block":
                self.torn |= not match["block"].endswith("*/")
            if self._has_ended_template:
                self._has_ended_template = False
                limit = self._limit(position)
        if not self._is_done:
            self._stand_in(_behind(text, len(text)))
            self._close(stack, 0, len(text))

    def _pass_pieces(self, position: int, stack: list[_Open]) -> tuple[int, int]:
        """Pass over the pieces from an offset on of which it is known what they lack; gives where to read, and up to where."""
        text, size = self.text, len(self.text)
        begin = self._marks and self._marks.gap.match(text, position)
        if self._marks is None or begin is None:
            return position, size
        while not self._is_done:
            if begin.start() < begin.end() and begin.end() > 0:
                self._begin_line(text.rfind("\n", 0, begin.end()) + 1, begin.end(), stack)
            position = begin.end()
            following = self._marks.begin.search(text, position)
            end = following.start() if following else size
            piece = _piece(text[position:end])
            if piece is None or not piece.is_closed:
                return position, size if piece is None else end
            self.found.update((position + at, put) for at, put in piece.found)
            self.comment = position + piece.comment[0], position + piece.comment[1]
            position = end
            if following is None:
                break
            begin = following
        return position, size

    def _limit(self, position: int) -> int:
        """Up to where the piece goes that an offset is in, if that is known."""
        following = self._marks and self._marks.begin.search(self.text, position)
        return following.start() if following and _piece(self.text[position : following.start()]) else len(self.text)

    def _begin_line(self, start: int, position: int, stack: list[_Open]) -> None:
        """Go on with a line, which starts at one offset, and its code at another."""
        last = _behind(self.text, start)
        end = self.text[last - 1 : last]
        if (end != ":" and _STATEMENT.match(self.text, position)) or (
            end in _ASSIGNS
            and _DECLARATION.match(self.text, position)
            and _indent(self.text, position) <= _indent(self.text, last)  # else it is the value
        ):
            self._stand_in(last)
        if end == ")" and self.text[position : position + 1] != "{" and stack and self._is_member(last, stack[-1]):
            self._put(last, _BODY)
        if self._by_lines:
            self._end_by_line(start, last, position, stack)

    def _mark(self, mark: str, at: int, position: int, stack: list[_Open]) -> int:
        """Read a bracket, slash or back quote; gives where to go on."""
        if mark in "{([":
            stack.append(_Open(mark, at))
        elif mark == "`":
            return self._chunk(at, position, stack)
        elif mark == "/":
            behind = _behind(self.text, at)
            before = "" if self.comment[0] <= behind <= self.comment[1] else self.text[max(0, at - _NEAR) : at]
            if not _OPERAND.search(before) or _OPERATOR.search(before):
                regex = _REGEX.match(self.text, at)
                return regex.end() if regex else position
        else:
            return self._end(mark, at, position, stack)
        return position

    def _end(self, mark: str, at: int, position: int, stack: list[_Open]) -> int:
        """Read the end of a bracket: of the last one, or of one around it where those inside are left open."""
        self._stand_in(_behind(self.text, at))
        depth = len(stack) if stack and _ENDS[stack[-1].kind][0] == mark else self._begin_of(mark, stack)
        if not depth:
            self.surplus = True
            return position
        if self._by_lines and mark == "}" and self._is_surplus(stack[depth - 1], at) and self._is_sound(position, stack):
            self._put(at, "{")
            return position
        self._close(stack, depth, at)
        return self._chunk(position, position, stack) if stack.pop().kind == "${" else position

    def _begin_of(self, mark: str, stack: list[_Open]) -> int:
        """How many brackets there are up to the one that a mark ends; 0 for none."""
        for depth in range(len(stack), max(0, len(stack) - _MOST_LEFT_OPEN), -1):
            kind = stack[depth - 1].kind
            if _ENDS[kind][0] == mark:
                return depth
            if mark != "}" and kind in ("{", "${"):  # no parenthesis ends what is outside of a block
                return 0
        return 0

    def _end_by_line(self, start: int, last: int, position: int, stack: list[_Open]) -> None:
        """Close what ends before a line.

        The ends stand at the beginning of the line, so that whatever is typed behind the last line is inside.
        """
        if not stack or _CONTINUES.match(self.text, position):
            return
        mark, indent = self.text[position], _indent(self.text, position)
        depth = len(stack)
        while depth > max(0, len(stack) - _MOST_LEFT_OPEN) and self._is_over(
            stack[max(0, depth - _MOST_LEFT_OPEN) : depth], mark, indent
        ):
            depth -= 1
        if depth < len(stack):
            self._stand_in(last)
            self._close(stack, depth, start)
            self.found[start] += "\n"
            self._is_sound(position, stack)

    def _is_surplus(self, opened: _Open, at: int) -> bool:
        """Whether a bracket does not end at an offset: that line is indented more than its own."""
        return "\n" in self.text[opened.at : at] and _indent(self.text, at) > _indent(self.text, opened.at)

    def _is_sound(self, position: int, stack: list[_Open]) -> bool:
        """Whether nothing from an offset on is left open, with the brackets that are open there: then this is done.

        It is tried a few times only: each takes a reading of all that follows.
        """
        self._trials += 1
        if self._trials > _MOST_TRIALS:
            return False
        rest = _Reader(self.text, self._marks)
        rest.read(position, list(stack))
        if rest.first is not None or rest.surplus:
            return False
        self.found |= rest.found
        self._is_done = True
        return True

    def _is_over(self, stack: list[_Open], mark: str, indent: int) -> bool:
        """Whether the last bracket ends before a line that is indented so far and begins with a mark."""
        own = _indent(self.text, stack[-1].at)
        if own != indent or mark not in ")]}":
            return own >= indent
        ends = [_ENDS[opened.kind][0] for opened in stack if _indent(self.text, opened.at) == indent]
        return mark != ends[-1] and mark in ends

    def _close(self, stack: list[_Open], depth: int, at: int) -> None:
        """Note, or close, brackets beyond a depth."""
        if not self._closes and len(stack) > depth and (self.first is None or stack[depth].at < self.first[-1].at):
            self.first = stack[: depth + 1]
        ends = []
        while len(stack) > depth:
            opened = stack.pop()
            is_header = opened.kind == "(" and (
                _HEADER.search(self.text[max(0, opened.at - _NEAR) : opened.at])
                or (stack and self._is_member(opened.at, stack[-1]))
            )
            ends.append(")" + _BODY if is_header else _ENDS[opened.kind])
        if self._closes and ends:
            self._put(at, "".join(ends))

    def _is_member(self, at: int, around: _Open) -> bool:
        """Whether a method of a class goes up to an offset, and lacks its body; `around` is the bracket that it is in."""
        if around.kind != "{" or self.comment[0] <= at <= self.comment[1]:
            return False
        is_alone = _MEMBER.match(self.text, self.text.rfind("\n", 0, at) + 1, at)
        return bool(is_alone and _CLASS.search(self.text[max(0, around.at - _NEAR) : around.at]))

    def _put(self, at: int, text: str) -> None:
        self.found[at] = self.found.get(at, "") + text

    def _stand_in(self, at: int) -> None:
        """Stand in for a value that lacks at an offset."""
        if (
            self.text[at - 1 : at] in _MAY_LACK
            and not self.comment[0] <= at <= self.comment[1]
            and _LACKS_VALUE.search(self.text[max(0, at - _WORD) : at])
        ):
            self.found.setdefault(at, _VALUE)

    def _complete_header(self, header: str, at: int, position: int, stack: list[_Open]) -> None:
        """Give a function without a body one; what follows is its body where it is indented."""
        behind = _behind(self.text, position)
        is_named = header.removeprefix("function").strip(" \t*") != ""
        missing = "" if "(" in header else "()" if is_named else " _()"
        line = _TOKEN.match(self.text, position)
        if line and line.lastgroup == "line" and _indent(self.text, line.end()) > _indent(self.text, at):
            stack.append(_Open("{", at))
            self._put(behind, missing + " {")
        else:
            self._put(behind, missing + _BODY)

    # --- templates -------------------------------------------------------------------------------------------------------

    def _chunk(self, start: int, position: int, stack: list[_Open]) -> int:
        """Read the text of a template up to a substitution or its end; gives where to go on."""
        chunk = _CHUNK.match(self.text, position)
        end = chunk.end() if chunk else position
        if self.text.startswith("${", end):
            stack.append(_Open("${", end))
            return end + 2
        if end == len(self.text) or ("\n" in self.text[start:end] and self._begins_template(end)):
            return self._end_template(start)
        return end + 1

    def _begins_template(self, quote: int) -> bool:
        """Whether the back quote at an offset looks like the begin of a template."""
        before = self.text[max(0, quote - _NEAR) : quote]
        return _BEGINS.match(self.text, quote + 1) is not None or _PRECEDES.search(before) is not None

    def _end_template(self, start: int) -> int:
        """End the template around an offset with the line."""
        line_end = self.text.find("\n", start)
        end = _behind(self.text, line_end if line_end >= 0 else len(self.text))
        self.torn = self._has_ended_template = True
        is_in_substitution = self.text.rfind("${", start, end) > self.text.rfind("}", start, end)
        self._put(end, "}`" if is_in_substitution else "`")
        return end


def _is_indented(text: str) -> bool:
    """Whether code is indented as its brackets are nested, all but what is being written."""
    blocks = [_width(inner) > _width(outer) for outer, inner in _BLOCK.findall(text)]
    indented = sum(blocks)
    others = len(blocks) - indented
    return indented > others and others <= max(_UNFINISHED, _OTHERS * len(blocks))


def _behind(text: str, at: int) -> int:
    """Where the text before an offset ends, white space aside."""
    while at and text[at - 1].isspace():
        at -= 1
    return at


def _indent(text: str, at: int) -> int:
    """How far the line of an offset is indented."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return _width(line[: len(line) - len(line.lstrip(" \t"))])


def _width(blank: str) -> int:
    return len(blank.expandtabs(_TAB))
