"""What a host that lints again and again keeps between two runs: everything that was made of text that has not changed."""

import time
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sigmalint.sources.memo import Memo
from sigmalint.sources.script import Code
from sigmalint.sources.text import SourceFile

if TYPE_CHECKING:
    from sigmalint.model import Extension
    from sigmalint.reuse import Analysed
    from sigmalint.sources.page import MarkupPage
    from sigmalint.sources.syntax_errors import SyntaxProblem

_Made = TypeVar("_Made")
Files = Callable[[str, Callable[[], SourceFile]], SourceFile]
"""Gives a file by its reported path and the way to read it from disk; OSError as that has it."""


def _read(path: str, read: Callable[[], SourceFile]) -> SourceFile:
    return read()


class Memory:
    """What was made of the files of one extension; what a run does not ask for is forgotten after the next.

    `file` gives the files; a host hands out one live file for a path as long as it lives. `extension` is the extension as the
    last run read it, None when that run crashed.
    """

    def __init__(self, file: Files = _read) -> None:
        self.file = file
        self._memo = Memo()
        self._unread: list[Code] | None = None
        self.extension: Extension | None = None
        self.has_replaced = False
        """Whether analyses were replaced by others, which leaves much garbage."""
        self.forget()

    def forget(self) -> None:
        """Forget what was made of the files."""
        self.runs = 0
        """How many runs there were since."""
        self._before: dict[Hashable, Any] = {}
        self._now: dict[Hashable, Any] = {}
        self._pages: dict[str, MarkupPage] = {}
        self._codes: dict[str, Code] = {}
        self.programs: dict[int, Analysed] = {}
        """What the analysis of each program found, by the program's number in the extension."""

    def tidy(self) -> None:
        """Forget what only saves time."""
        for program in self.programs.values():
            program.interpreter.guards.tidy()

    def begin(self) -> None:
        """A new run begins."""
        self.runs += 1
        self._before, self._now = self._now, {}
        self._unread = None

    def get(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What was made for a key in the run before or in this one, else what `make` makes now."""
        if key not in self._now:
            self._now[key] = self._before[key] if key in self._before else make()
        return cast(_Made, self._now[key])

    def page(self, file: SourceFile, read: Callable[[SourceFile], "MarkupPage"]) -> "MarkupPage":
        """A page; its scripts follow those of the page's earlier state."""
        before = self._pages.get(file.path)
        page = self.get(("page", file.path, file.state), lambda: (before and before.edited(file)) or read(file))
        if before is not None and before is not page:
            _follow_all([unit.code for unit in before.units], [unit.code for unit in page.units])
        self._pages[file.path] = page
        return page

    def code(self, file: SourceFile, make: Callable[[], Code]) -> Code:
        """The code of a script file; it follows that of the file's earlier state."""
        before = self._codes.get(file.path)
        code = make()
        code = self.get(("code", file.path, file.state, code.kind), lambda: code)
        if before is not None and before is not code:
            code.follow(before)
        self._codes[file.path] = code
        return code

    def syntax_problem(self, code: Code) -> "SyntaxProblem | None":
        """The first syntax error of a piece of code (see `syntax_errors`): only what an edit changed is looked at again."""
        from sigmalint.sources.syntax_errors import verdict_on

        before = None
        if code.patch is not None:
            key = _syntax(code.patch.before)
            before = self._now.get(key) or self._before.get(key)
        return self.get(_syntax(code), lambda: verdict_on(code, before, self._memo)).at(code)

    def read_ahead(self, seconds: float) -> bool:
        """Read sound code, so that its syntax error is soon found once it is broken; False while there is more to do.

        It takes about so many seconds, and must not be called while a run is under way.
        """
        from sigmalint.sources.syntax_errors import read_ahead

        if self._unread is None:
            scripts = () if self.extension is None else self.extension.scripts
            self._unread = [script.code for script in scripts if script.is_checked]
        end = time.perf_counter() + seconds
        while self._unread and read_ahead(self._unread[-1], self._memo, seconds):
            self._unread.pop()
            if time.perf_counter() > end:
                break
        return not self._unread


def _syntax(code: Code) -> Hashable:
    """What the verdict on a piece of code is remembered by: it does not depend on the place of the code."""
    return "syntax", code.text, code.kind, code.language


def _follow_all(before: Sequence[Code | None], after: Sequence[Code | None]) -> None:
    """Pair the scripts of two states of a page: from the first on and from the last on as far as their texts are the same,
    what is between them in turn."""
    olds, news = [code for code in before if code is not None], [code for code in after if code is not None]
    while olds and news and olds[0] is news[0]:
        olds.pop(0)
        news.pop(0)
    while olds and news and olds[0].text == news[0].text:
        news.pop(0).follow(olds.pop(0))
    while olds and news and olds[-1].text == news[-1].text:
        news.pop().follow(olds.pop())
    if len(olds) == len(news):
        for old, new in zip(olds, news, strict=True):
            new.follow(old)
