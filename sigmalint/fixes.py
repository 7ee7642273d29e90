"""Applying fixes: to texts in memory, round by round, until none is left; then, file by file, to the disk.

A round lints what the round before has made, so that fixes which overlap take turns. A file whose text would parse worse than
before keeps what it had. Bytes outside of the edits stay as they are.
"""

import os
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from sigmalint.atomic import write_whole
from sigmalint.finding import Edit, Finding, Fix
from sigmalint.sources.script import LANGUAGES, Code, CodeKind
from sigmalint.sources.text import SourceFile

if TYPE_CHECKING:
    from sigmalint.result import Result
    from sigmalint.runner import Run

ROUNDS = 10
"""After how many rounds fixing ends in any case."""
_MOST_SINGLE = 100
"""How many fixes of a file are tried one by one in a round, when all of them together break it."""


class Change(NamedTuple):
    """A file that fixes change: its absolute and reported path, its bytes before and after, in its encoding."""

    path: str
    shown: str
    before: bytes
    after: bytes
    encoding: str


@dataclass(slots=True)
class Fixed:
    """What fixing came to: the last run and its result, the files to write, how many fixes are in them, and what was not
    fixed, and why."""

    run: "Run"
    result: "Result"
    changes: list[Change] = field(default_factory=list)
    applied: int = 0
    refused: dict[str, str] = field(default_factory=dict)


_Lint = Callable[[Mapping[str, bytes]], tuple["Run", "Result"]]


def fix(lint: _Lint, unsaved: Mapping[str, bytes] = MappingProxyType({}), *, unsafe: bool) -> Fixed:
    """Fix in memory what `lint` finds. It is given what files are to be taken for, by absolute path: at first `unsaved`."""
    overlay = dict(unsaved)
    fixed = Fixed(*lint(overlay))
    before: dict[str, bytes] = {}
    encodings: dict[str, str] = {}
    for _ in range(ROUNDS):
        progress = 0
        for path, fixes in _by_file(_wanted(fixed.result.findings, fixed.run, unsafe=unsafe)):
            file = fixes[0].edits[0].span.file
            absolute = fixed.run.project.locate(path)
            known = overlay.get(absolute)
            data = known if known is not None else _read(absolute)
            if data is None or not _is_faithful(file, data):
                fixed.refused[path] = "it is no plain file" if data is None else "it is not sound text, or changed meanwhile"
                continue
            text, count = _improved(file, fixes)
            if count:
                try:
                    overlay[absolute] = file.encode(text)
                except UnicodeEncodeError:
                    fixed.refused[path] = f"its encoding, {file.encoding}, cannot say it"
                    continue
                before.setdefault(absolute, data)
                encodings[absolute] = file.encoding
                progress += count
        if not progress:
            break
        fixed.applied += progress
        fixed.run, fixed.result = lint(overlay)
    for absolute, data in sorted(before.items()):
        if overlay[absolute] != data:
            shown = fixed.run.project.report(absolute)
            fixed.changes.append(Change(absolute, shown, data, overlay[absolute], encodings[absolute]))
    return fixed


def write(changes: Iterable[Change]) -> Iterator[tuple[str, str]]:
    """Write files, each whole or not at all; yields the reported paths of those that were not written, and why."""
    for change in changes:
        if _read(change.path) != change.before:
            yield change.shown, "it changed meanwhile"
            continue
        try:
            write_whole(change.path, change.after)
        except OSError as error:
            yield change.shown, error.strerror or str(error)


def diff(changes: Iterable[Change]) -> str:
    """The changes as a unified diff that `git apply` and `patch -p1` take; line ends are kept."""
    parts: list[str] = []
    for change in changes:
        old, new = (_lines(data.decode(change.encoding, "replace")) for data in (change.before, change.after))
        parts += (
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in unified_diff(old, new, f"a/{change.shown}", f"b/{change.shown}")
        )
    return "".join(parts)


def _lines(text: str) -> list[str]:
    """Lines as `git` sees them: ended by LF alone."""
    return [line + "\n" for line in text.split("\n")[:-1]] + [line for line in text.split("\n")[-1:] if line]


# --- choosing ----------------------------------------------------------------------------------------------------------------


def _wanted(findings: Iterable[Finding], run: "Run", *, unsafe: bool) -> Iterator[Fix]:
    """The fixes to apply: of one file each, and of a file that was asked for."""
    for finding in findings:
        fix = finding.fix
        if fix is None or not fix.edits or not (fix.safe or unsafe):
            continue
        paths = {edit.span.file.path for edit in fix.edits}
        if len(paths) == 1 and run.project.is_named(*paths):
            yield fix


def _by_file(fixes: Iterable[Fix]) -> Iterator[tuple[str, list[Fix]]]:
    """The fixes of each file; of fixes that overlap the first."""

    def path(fix: Fix) -> str:
        return fix.edits[0].span.file.path

    for shown, group in groupby(sorted(fixes, key=path), path):
        yield shown, list(apart(group))


def apart(fixes: Iterable[Fix]) -> Iterator[Fix]:
    """Of the fixes of one file those that can be applied together: of those that overlap the first."""
    taken: list[tuple[int, int]] = []
    for fix in fixes:
        places = sorted((edit.span.start, edit.span.end) for edit in fix.edits)
        if not any(_overlaps(taken, place) for place in places):
            for place in places:
                insort(taken, place)
            yield fix


def _overlaps(taken: Sequence[tuple[int, int]], place: tuple[int, int]) -> bool:
    """Whether a stretch meets one of those that are taken (sorted, apart from each other), or is the same insertion."""
    start, end = place
    index = bisect_left(taken, (start, start))
    if index > 0 and taken[index - 1][1] > start:
        return True
    return index < len(taken) and (taken[index][0] < end or taken[index] == place)


# --- applying ----------------------------------------------------------------------------------------------------------------


def _improved(file: SourceFile, fixes: Sequence[Fix]) -> tuple[str, int]:
    """The text with fixes applied, and how many: all of them, or those with which it parses as well as without."""
    standard = _health(file)
    text = applied(file.text, [edit for fix in fixes for edit in fix.edits])
    if _health(SourceFile(file.path, text)).is_as_good_as(standard):
        return text, len(fixes)
    kept: list[Fix] = []
    for fix in fixes[:_MOST_SINGLE] if len(fixes) > 1 else ():
        trial = applied(file.text, [edit for one in (*kept, fix) for edit in one.edits])
        if _health(SourceFile(file.path, trial)).is_as_good_as(standard):
            kept.append(fix)
    return applied(file.text, [edit for fix in kept for edit in fix.edits]), len(kept)


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits that do not overlap."""
    parts: list[str] = []
    position = 0
    for span, new in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        parts += (text[position : span.start], new)
        position = span.end
    return "".join((*parts, text[position:]))


class _Health(NamedTuple):
    """How well a file parses: the number of its faulty parts, and for a page which pieces of code it has."""

    faults: int
    shape: tuple[str, ...]

    def is_as_good_as(self, other: "_Health") -> bool:
        return self.faults <= other.faults and self.shape == other.shape


def _health(file: SourceFile) -> _Health:
    suffix = os.path.splitext(file.path)[1].lower()
    if suffix == ".json":
        from sigmalint.sources.json_text import read_json

        return _Health(len(read_json(file).problems), ())
    if suffix in LANGUAGES:
        return _Health(_is_broken(file), ())
    from sigmalint.sources.page import ScriptElement, read_page
    from sigmalint.sources.syntax_errors import syntax_problem

    units = read_page(file).units
    codes = [unit.code for unit in units if unit.code is not None and not unit.templated]
    shape = tuple("script" if isinstance(unit, ScriptElement) else f"{unit.element} {unit.attribute}" for unit in units)
    return _Health(sum(syntax_problem(code) is not None for code in codes), shape)


def _is_broken(file: SourceFile) -> bool:
    """Whether a script parses neither as a script nor as a module."""
    from sigmalint.sources.syntax_errors import syntax_problem

    language = LANGUAGES[os.path.splitext(file.path)[1].lower()]
    codes = (Code(file, file.text, kind, language) for kind in (CodeKind.SCRIPT, CodeKind.MODULE))
    return all(syntax_problem(code) is not None for code in codes)


# --- files -------------------------------------------------------------------------------------------------------------------


def _is_faithful(file: SourceFile, data: bytes) -> bool:
    """Whether these are the bytes of the text, all of which is known."""
    if file.invalid_at is not None:
        return False
    try:
        return file.encode(file.text) == data
    except UnicodeEncodeError:
        return False


def _read(path: str) -> bytes | None:
    try:
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None
