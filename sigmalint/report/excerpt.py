"""The line around a span, cropped: minified files have lines of megabytes, and nobody reads those."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from sigmalint.result import Result
from sigmalint.sources.text import SourceFile, Span

_LINE_END = re.compile(r"[\r\n]")
_SHOWN = re.compile(r"[^\r\n]")


class Masked:
    """The files of a result as a report may show them: with `*` in the place of every credential. Offsets and lines stay."""

    def __init__(self, result: Result) -> None:
        self._secrets = {path: list(stretches) for path, stretches in result.secrets.items()}
        for finding in (*result.findings, *result.suppressed):
            if "credential" in finding.rule.tags:
                file, start, end = finding.span.file, finding.span.start, finding.span.end
                self._secrets.setdefault(file.path, []).append((start, end))
        self._files: dict[SourceFile, SourceFile] = {}

    def span(self, span: Span) -> Span:
        """A stretch, in the masked file."""
        file, start, end = span.file, span.start, span.end
        if file.path not in self._secrets:
            return span
        if file not in self._files:
            self._files[file] = _masked(file, self._secrets[file.path])
        return self._files[file].span(start, end)


def _masked(file: SourceFile, stretches: Iterable[tuple[int, int]]) -> SourceFile:
    text = file.text
    pieces: list[str] = []
    position = 0
    for start, end in sorted(stretches):
        start = max(start, position)
        if start < end:
            pieces += (text[position:start], _SHOWN.sub("*", text[start:end]))
            position = end
    return SourceFile(file.path, "".join([*pieces, text[position:]]), bom=file.bom)


class Excerpt(NamedTuple):
    """The first line of a span: what stands before it, its own part of that line, what follows; and what was cut off."""

    before: str
    marked: str
    after: str
    cut_before: bool
    cut_after: bool


def excerpt(span: Span, reach: int) -> Excerpt:
    """The line on which a span begins, at most `reach` characters before it, of it and behind it."""
    text = span.file.text
    line_start = span.file.line_starts[span.begin.line - 1]
    first = max(line_start, span.start - reach)
    stop = min(span.end, span.start + reach)
    marked = _line(text[span.start : stop])
    behind = span.start + len(marked)
    whole = behind < stop or stop == span.end
    after = _line(text[behind : behind + reach + 1]) if whole else ""
    return Excerpt(
        text[first : span.start],
        marked,
        after[:reach],
        cut_before=first > line_start,
        cut_after=not whole or len(after) > reach,
    )


def _line(text: str) -> str:
    end = _LINE_END.search(text)
    return text[: end.start()] if end else text
