"""What a host that lints again and again keeps between two runs: everything that was made of text that has not changed."""

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sigmalint.sources.script import Code
from sigmalint.sources.text import SourceFile

if TYPE_CHECKING:
    from sigmalint.model import Extension
    from sigmalint.reuse import Analysed
    from sigmalint.sources.page import MarkupPage

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
        self._before: dict[Hashable, Any] = {}
        self._now: dict[Hashable, Any] = {}
        self._pages: dict[str, MarkupPage] = {}
        self._codes: dict[str, Code] = {}
        self.extension: Extension | None = None
        self.programs: dict[int, Analysed] = {}
        """What the analysis of each program found, by the program's number in the extension."""

    def begin(self) -> None:
        """A new run begins."""
        self._before, self._now = self._now, {}

    def get(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What was made for a key in the run before or in this one, else what `make` makes now."""
        if key not in self._now:
            self._now[key] = self._before[key] if key in self._before else make()
        return cast(_Made, self._now[key])

    def page(self, file: SourceFile, read: Callable[[SourceFile], "MarkupPage"]) -> "MarkupPage":
        """A page; its scripts follow those of the page's earlier state."""
        page = self.get(("page", file.path, file.state), lambda: read(file))
        before = self._pages.get(file.path)
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


def _follow_all(before: Sequence[Code | None], after: Sequence[Code | None]) -> None:
    """Pair the scripts of two states of a page: from the first on and from the last on as far as their texts are the same,
    what is between them in turn."""
    olds, news = [code for code in before if code is not None], [code for code in after if code is not None]
    while olds and news and olds[0].text == news[0].text:
        news.pop(0).follow(olds.pop(0))
    while olds and news and olds[-1].text == news[-1].text:
        news.pop().follow(olds.pop())
    if len(olds) == len(news):
        for old, new in zip(olds, news, strict=True):
            new.follow(old)
