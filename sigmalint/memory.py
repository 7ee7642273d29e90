"""What a host that lints again and again keeps between two runs: everything that was made of text that has not changed."""

import time
from collections.abc import Callable, Hashable
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


class Memory:
    """What was made of the files of one extension; what a run does not ask for is forgotten after the next.

    `buffer(path)` is the text of a file (reported path) that an editor holds, `stamp(path)` changes when the file on disk
    does; None where there is none. `extension` is the extension as the last run read it, None when that run crashed.
    """

    def __init__(self, buffer: Callable[[str], SourceFile | None], stamp: Callable[[str], Hashable]) -> None:
        self._buffer = buffer
        self._stamp = stamp
        self._before: dict[Hashable, Any] = {}
        self._now: dict[Hashable, Any] = {}
        self._pages: dict[str, MarkupPage] = {}
        self._codes: dict[str, Code] = {}
        self._memo = Memo()
        self._unread: list[Code] | None = None
        self.extension: Extension | None = None
        self.programs: dict[int, Analysed] = {}
        """What the analysis of each program found, by the program's number in the extension."""

    def begin(self) -> None:
        """A new run begins."""
        self._before, self._now = self._now, {}
        self._unread = None

    def get(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What was made for a key in the run before or in this one, else what `make` makes now."""
        if key not in self._now:
            self._now[key] = self._before[key] if key in self._before else make()
        return cast(_Made, self._now[key])

    def file(self, path: str, read: Callable[[], SourceFile]) -> SourceFile:
        """A file: the editor's text of it, else what was read of it unless it has changed. OSError as `read` has it."""
        return self._buffer(path) or self.get(("file", path, self._stamp(path)), read)

    def page(self, file: SourceFile, read: Callable[[SourceFile], "MarkupPage"]) -> "MarkupPage":
        """A page; its scripts are parsed from the trees of the page's earlier state."""

        def make() -> "MarkupPage":
            page = read(file)
            before = self._pages.get(file.path)
            if before is not None and len(before.units) == len(page.units):
                for old, new in zip(before.units, page.units, strict=True):
                    if old.code is not None and new.code is not None:
                        new.code.parse_after(old.code)
            return page

        page = self._pages[file.path] = self.get(("page", file), make)
        return page

    def code(self, file: SourceFile, make: Callable[[], Code]) -> Code:
        """The code of a script file, parsed from the tree of its earlier state."""
        before = self._codes.get(file.path)
        code = make()
        code = self.get(("code", file, code.kind), lambda: code)
        if before is not None and before is not code:
            code.parse_after(before)
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
