"""esprima2's parser with a memo table: what it has once read without complaint it does not read again.

Two kinds of stretches are remembered, function bodies and statements that end with their own `}` or `;`: nothing behind them
decides where they end, and what is before them matters only through the parser's context, which is a part of the key. The
code's own statements are remembered as a run, too, so that those before the first difference are one stretch. To jump over a
stretch is to set the scanner behind its last token and to leave everything else as reading it left it, so that the
parser goes on, and complains, as it would have without the table. The syntax tree only guesses where a stretch ends: a wrong
guess is not in the table.

Each stretch has a number of Python frames of its own, so that nesting is too deep for the parser irrespective of what was
jumped over, and of who calls.
"""

import re
import sys
import time
from collections.abc import Callable, Hashable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, SupportsIndex

from sigmalint.sources import characters

sys.modules.setdefault("esprima.character", characters)

from esprima import nodes
from esprima.error_handler import Error
from esprima.parser import Parser
from esprima.scanner import RawToken, Scanner
from esprima.syntax import Syntax
from esprima.token import Token

from sigmalint.sources.script import Code, CodeKind
from sigmalint.sources.text import alike

__all__ = ["Error", "OutOfTimeError", "PackratParser"]

if TYPE_CHECKING:
    from types import FrameType

    from sigmalint.sources.memo import Memo

_FRAMES = 6_000
"""Python frames that one stretch may take, without the stretches in it."""
_DEEPEST = 12_000
"""Python frames below which no stretch may begin."""

_CONTEXT = (
    "isModule",
    "allowAwait",
    "allowIn",
    "allowStrictDirective",
    "allowYield",
    "isAssignmentTarget",
    "isBindingElement",
    "strict",
)
_OUTER = ("inFunctionBody", "inIteration", "inSwitch", "labelSet")
"""What a function body begins anew."""
_context = attrgetter(*_CONTEXT)
_outer = attrgetter(*_OUTER)

_BRACED = frozenset({Syntax.FunctionDeclaration, Syntax.ClassDeclaration, Syntax.BlockStatement})
"""Statements that end with their own `}`."""
_ENDED = frozenset(
    {
        Syntax.ExpressionStatement,
        Syntax.VariableDeclaration,
        Syntax.ReturnStatement,
        Syntax.ThrowStatement,
        Syntax.ImportDeclaration,
        Syntax.ExportAllDeclaration,
        Syntax.ExportDefaultDeclaration,
        Syntax.ExportNamedDeclaration,
    }
)
"""Statements that end with their own `;`, where they have one: the end of a loop's or a label's may be that of an `if`, which
looks for an `else`."""


class Stretch(NamedTuple):
    """How reading a stretch moves the parser's state.

    `lines`: line ends in it; `line_start`: where its last line begins, from its start; `braces`: what it leaves on the stack of
    open braces; `strict`: whether the token behind it is read as strict code; `context`: the values of `_CONTEXT` after it;
    `frames`: by how many Python frames the deepest stretch in it begins below it.
    """

    lines: int
    line_start: int
    braces: tuple[str, ...]
    strict: bool
    context: tuple[Any, ...]
    frames: int


class Run(NamedTuple):
    """A code's own statements, one after the other: the beginning of the first, and what reading up to the end of each did.

    `begin`: its offset, its line, and what it depends on. `floor` and `depth` are those of the open braces and Python frames.
    """

    source: str
    begin: tuple[int, int, Hashable]
    floor: int
    depth: int
    stretches: dict[int, Stretch]


class OutOfTimeError(Exception):
    """The time for reading ahead is over."""


class PackratParser(Parser):  # type: ignore[misc]
    """Reads the text of a piece of code, or one as long that was changed for esprima2; remembers nothing without the code.

    With `seconds`, `read` raises OutOfTimeError that long after something new was remembered.
    """

    scanner: Any

    def __init__(self, text: str, code: Code | None, memo: "Memo | None", seconds: float | None = None) -> None:
        self._ends = None if code is None else _Ends(code)
        self._memo = memo
        self._seconds = seconds
        self._until: float | None = None
        self._frame: FrameType | None = None
        self._base = self._depth = self._deepest = 0
        self._braces = _Braces()
        self._nesting = 0
        self._run: Run | None = None
        """The code's own statements, in no function or block."""
        super().__init__(text, options={"classProperties": True})
        begun = self.scanner
        self._braces += begun.curlyStack
        self.scanner = _Scanner(text, self.errorHandler)
        self.scanner.curlyStack = self._braces
        self.scanner.restoreState(begun.saveState())

    def read(self, kind: CodeKind) -> None:
        """Parse the text. esprima2's Error where it complains, RecursionError where it is nested too deeply."""
        self.context.inFunctionBody = kind is CodeKind.HANDLER
        self._base = _frames_between(sys._getframe(), None)
        try:
            self._framed(self.parseModule if kind is CodeKind.MODULE else self.parseScript)
        finally:
            if self._memo is not None and self._run is not None:
                self._memo.keep(self._run)

    def parseStatementListItem(self) -> Any:
        inner = self.context
        own = (inner.inFunctionBody, inner.inIteration, inner.inSwitch, *inner.labelSet)
        if self._run is None and self._memo is not None and self._ends is not None and self._begin(self._memo, own):
            return nodes.BlockStatement([])
        node = self._framed(lambda: self._stretch(super(PackratParser, self).parseStatementListItem, own, self._is_ended))
        if self._run is not None and not self._nesting and self._is_ended(node):
            self._note(self._run)
        return node

    def _begin(self, memo: "Memo", own: Hashable) -> bool:
        """Begin the code's own statements: jump over those that it has in common with a text that was read, if any."""
        first, line, source = self.lookahead, self.scanner.lineNumber, self.scanner.source
        context = own, first.type, self.hasLineTerminator, _context(self.context)
        run = self._run = Run(source, (first.start, line, context), self._floor(), self._depth, {})
        for known in memo.runs:
            if known.begin == run.begin:
                last = alike(source, known.source)
                found = {end: stretch for end, stretch in known.stretches.items() if end <= last}
                if len(found) > len(run.stretches):
                    run.stretches.update(found)
        end = max(run.stretches, default=0)
        return end > 0 and self._leap(first.start, end, run.stretches[end], run.floor)

    def _note(self, run: "Run") -> None:
        """Note that the code's own statements were read up to here."""
        left, _, strict = self._before_last
        if self.context.firstCoverInitializedNameError is None:
            start, line, _ = run.begin
            stretch = self._since(start, line, tuple(left[run.floor :]), strict, self._deepest - run.depth)
            run.stretches[self.lastMarker.index] = stretch

    def parseFunctionSourceElements(self) -> Any:
        return self._framed(lambda: self._stretch(super(PackratParser, self).parseFunctionSourceElements, None, _is_plain))

    def parseDirective(self) -> Any:
        node = super().parseDirective()
        node.isPrologue = True
        return node

    def nextToken(self) -> Any:
        self._before_last = self._braces.copy(), self._braces.low, self.context.strict
        return super().nextToken()

    def _framed(self, parse: Callable[[], Any]) -> Any:
        """Parse with Python frames of its own."""
        outer, depth, limit = self._frame, self._depth, sys.getrecursionlimit()
        self._frame = sys._getframe()
        self._depth += _frames_between(self._frame, outer)
        self._deepest = max(self._deepest, self._depth)
        if self._depth - self._base > _DEEPEST:
            raise RecursionError
        sys.setrecursionlimit(self._depth + _FRAMES)
        try:
            return parse()
        finally:
            sys.setrecursionlimit(limit)
            self._frame, self._depth = outer, depth

    def _stretch(self, parse: Callable[[], Any], own: Hashable, is_closed: Callable[[Any], bool]) -> Any:
        """Parse a stretch that begins at the next token, or jump over it; `own` is what it depends on beside `_CONTEXT`."""
        memo, ends, scanner, braces = self._memo, self._ends, self.scanner, self._braces
        if memo is None or ends is None or self.context.firstCoverInitializedNameError is not None:
            return parse()
        first = self.lookahead
        start, line = first.start, scanner.lineNumber
        context = own, first.type, self.hasLineTerminator, _context(self.context)
        floor = self._floor()
        end = ends.behind(start)
        known = memo.get(scanner.source[start:end], context)
        if known is not None and self._leap(start, end, known, floor):
            return nodes.BlockStatement([])
        if self._until is not None and time.perf_counter() > self._until:
            raise OutOfTimeError
        low, deepest = braces.low, self._deepest
        braces.low, self._deepest = len(braces), self._depth
        self._nesting += 1
        node = parse()
        self._nesting -= 1
        left, lowest, strict = self._before_last
        frames = self._deepest - self._depth
        braces.low, self._deepest = min(low, braces.low), max(deepest, self._deepest)
        self._before_last = left, min(low, lowest), strict
        if lowest >= floor and is_closed(node) and self.context.firstCoverInitializedNameError is None:
            stretch = self._since(start, line, tuple(left[floor:]), strict, frames)
            is_new = memo.put(scanner.source[start : self.lastMarker.index], context, stretch)
            if is_new and self._seconds is not None and self._until is None:
                self._until = time.perf_counter() + self._seconds
        return node

    def _floor(self) -> int:
        """The height of the stack of open braces before the next token."""
        return len(self._braces) - (self.lookahead.type is Token.Punctuator and self.lookahead.value == "{")

    def _since(self, start: int, line: int, braces: tuple[str, ...], strict: bool, frames: int) -> Stretch:
        """What was read from an offset and line to the last token."""
        last = self.lastMarker
        line_start = last.index - last.column - start
        return Stretch(last.line - line, line_start, braces, strict, _context(self.context), frames)

    def _leap(self, start: int, end: int, stretch: Stretch, floor: int) -> bool:
        """Jump over a stretch that is known, unless it is nested too deeply for where it is."""
        if self._depth + stretch.frames - self._base > _DEEPEST:
            return False
        braces = self._braces
        del braces[floor:]
        braces.low = min(braces.low, floor)
        braces += stretch.braces
        self._deepest = max(self._deepest, self._depth + stretch.frames)
        self._jump(start, end, stretch)
        return True

    def _jump(self, start: int, end: int, stretch: Stretch) -> None:
        """Put the scanner behind a stretch, and read the token that comes there."""
        scanner = self.scanner
        scanner.index = end
        if stretch.lines:
            scanner.lineNumber += stretch.lines
            scanner.lineStart = start + stretch.line_start
        self.lookahead = RawToken(
            type=Token.Punctuator,
            value=scanner.source[end - 1],
            lineNumber=scanner.lineNumber,
            lineStart=scanner.lineStart,
            start=end - 1,
            end=end,
        )
        self.context.strict = stretch.strict
        self.nextToken()
        for name, value in zip(_CONTEXT, stretch.context, strict=True):
            setattr(self.context, name, value)

    def _is_ended(self, statement: Any) -> bool:
        """Whether nothing behind a statement can belong to it. (What was jumped over is a block.)"""
        return statement.type in _BRACED or (statement.type in _ENDED and self.scanner.source[self.lastMarker.index - 1] == ";")


def _frames_between(frame: "FrameType | None", outer: "FrameType | None") -> int:
    """The number of frames from one to another around it, which is not counted."""
    number = 0
    while frame is not outer and frame is not None:
        frame = frame.f_back
        number += 1
    return number


def _is_plain(body: Any) -> bool:
    """Whether a function's body has no directives, which are read in the context of the function around it."""
    return not (body.body and body.body[0].isPrologue)


class _Braces(list[str]):
    """The scanner's stack of open braces; `low` is its least height since that was last set."""

    low = 0

    def pop(self, index: SupportsIndex = -1) -> str:
        value = super().pop(index)
        self.low = min(self.low, len(self) if index == -1 else int(index))
        return value


_LINE_END = re.compile(r"\r\n|[\n\r\u2028\u2029]")
_OPEN_TEMPLATE = re.compile(r"(?:[^`\\$]++|\\[^ux0-7]|\$(?!\{))*+\Z")


class _Scanner(Scanner):  # type: ignore[misc]
    """Passes over what may be long at once, not character by character."""

    def skipSingleLineComment(self, offset: int) -> list[Any]:
        end = _LINE_END.search(self.source, self.index, self.length)
        if end is None:
            self.index: int = self.length
        else:
            self.index = self.lineStart = end.end()
            self.lineNumber += 1
        return []

    def skipMultiLineComment(self) -> list[Any]:
        end = self.source.find("*/", self.index, self.length)
        behind = self.length if end < 0 else end + 2
        for match in _LINE_END.finditer(self.source, self.index, behind):
            self.lineNumber += 1
            self.lineStart = match.end()
        self.index = behind
        if end < 0:
            self.tolerateUnexpectedToken()
        return []

    def scanTemplate(self) -> Any:
        if _OPEN_TEMPLATE.match(self.source, self.index + 1, self.length):
            self.index = self.length
            self.throwUnexpectedToken()
        return super().scanTemplate()


class _Ends:
    """Where the syntax tree has the ends of stretches."""

    def __init__(self, code: Code) -> None:
        self._root = code.tree.root_node
        self._code = code

    def behind(self, start: int) -> int:
        """The end of the largest node that begins at an offset."""
        byte = self._code.byte(start)
        node = self._root.descendant_for_byte_range(byte, byte + 1)
        if node is None:
            return start
        while (outer := node.parent) is not None and outer.start_byte == byte and outer != self._root:
            node = outer
        return self._code.offset(node.end_byte)
