"""All credentials of an extension: every source is read once, every literal judged once."""

import posixpath
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sigmalint.credentials.candidate import Candidate, Credential
from sigmalint.credentials.data import LARGE, data_candidates, is_left_out, large_candidates, may_tell
from sigmalint.credentials.formats import Hit, scan
from sigmalint.credentials.judge import ORDER, Verdict, judge
from sigmalint.credentials.masking import fingerprint
from sigmalint.credentials.pages import page_candidates
from sigmalint.credentials.requests import request_candidates
from sigmalint.credentials.scripts import script_candidates
from sigmalint.credentials.texts import environment_candidates, free_candidates, private_keys
from sigmalint.sources.script import Code
from sigmalint.sources.text import SourceFile, Span

if TYPE_CHECKING:
    from sigmalint.model import Request

_RANK = {code: rank for rank, code in enumerate(ORDER)}


@dataclass(frozen=True, slots=True)
class Material:
    """What is searched.

    `scripts` are pairs of code and whether it is read for formats, private keys and addresses only (minified, vendored);
    code of a page stands among them, and the page in `pages`. `data` are JSON files, `texts` any others. `remember` gives what
    was made for a key before, or makes it: an editor asks again and again.
    """

    scripts: Sequence[tuple[Code, bool]]
    pages: Sequence[SourceFile]
    data: Sequence[SourceFile]
    texts: Sequence[SourceFile]
    remember: Callable[[Hashable, Callable[[], Any]], Any] = lambda key, make: make()


def find(material: Material, requests: Sequence["Request"] = ()) -> list[Credential]:
    """The credentials, by file and place; each stretch of a file gives one. `requests` are calls of the SDK, resolved."""
    found: dict[str, list[_Judged]] = {}
    values: set[str] = set()
    for key, candidates in _units(material):
        for judged in material.remember(("credentials", *key), partial(_judged, candidates)):
            values.add(judged.candidate.value)
            found.setdefault(judged.candidate.span.file.path, []).append(judged)
    for candidate in request_candidates(requests):
        verdict = None if candidate.value in values else judge(candidate)
        if verdict is not None:
            found.setdefault(candidate.span.file.path, []).append(_Judged(candidate, verdict))
    seen: Counter[tuple[str, str, str]] = Counter()
    credentials = []
    for path in sorted(found):
        for candidate, verdict in _distinct(found[path]):
            key = (verdict.code, path, candidate.value)
            credentials.append(_credential(candidate, verdict, fingerprint(*key, seen[key])))
            seen[key] += 1
    return credentials


def _judged(candidates: Callable[[], Iterator[Candidate]]) -> "list[_Judged]":
    return [_Judged(candidate, verdict) for candidate in candidates() if (verdict := judge(candidate)) is not None]


class _Judged(NamedTuple):
    candidate: Candidate
    verdict: Verdict

    @property
    def extent(self) -> Span:
        return self.candidate.extent or self.candidate.span


def _credential(candidate: Candidate, verdict: Verdict, fingerprint: str) -> Credential:
    return Credential(
        code=verdict.code,
        message=verdict.message,
        span=candidate.span,
        name=verdict.name,
        fingerprint=fingerprint,
        value=candidate.value,
        extent=candidate.extent or candidate.span,
    )


def _distinct(judged: list[_Judged]) -> Iterator[_Judged]:
    """Of credentials that overlap the one of the first rule; of one rule the shortest stretch."""
    judged.sort(key=lambda item: (item.extent.start, item.extent.end))
    group: list[_Judged] = []
    end = -1
    for item in judged:
        if group and item.extent.start >= end:
            yield _best(group)
            group = []
            end = -1
        group.append(item)
        end = max(end, item.extent.end)
    if group:
        yield _best(group)


def _best(group: list[_Judged]) -> _Judged:
    return min(group, key=lambda item: (_RANK[item.verdict.code], item.extent.end - item.extent.start))


_Unit = tuple[tuple[Hashable, ...], Callable[[], Iterator[Candidate]]]


def _units(material: Material) -> Iterator[_Unit]:
    """What is searched by itself: what makes it what it is, and how its candidates are found."""
    inline: dict[str, list[Code]] = {}
    for code, vendored in material.scripts:
        if code.text is not code.file.text:
            inline.setdefault(code.file.path, []).append(code)
        yield (code, vendored), partial(_script, code, vendored)
    for page in material.pages:
        stretches = sorted((code.place(0), code.place(len(code.text))) for code in inline.get(page.path, ()))
        yield (page, *stretches), partial(_page, page, stretches)
    for file in material.data:
        yield (file,), partial(_data, file)
    for file in material.texts:
        yield (file,), partial(_text, file)


def _page(page: SourceFile, scripts: Sequence[tuple[int, int]]) -> Iterator[Candidate]:
    yield from private_keys(page)
    yield from page_candidates(page, scan(page.text), scripts)


def _script(code: Code, vendored: bool) -> Iterator[Candidate]:
    if code.text is code.file.text:
        yield from private_keys(code.file)
    hits = scan(code.text)
    if vendored:
        yield from free_candidates(hits, code.text, code.span)
    else:
        yield from script_candidates(code, hits)


def _data(file: SourceFile) -> Iterator[Candidate]:
    from sigmalint.sources.json_text import read_json

    yield from private_keys(file)
    hits = scan(file.text)
    if is_left_out(file.path) or not (hits or may_tell(file.text)):
        yield from free_candidates(hits, file.text, lambda start, end: file.span(start, end))
    elif len(file.text) >= LARGE:
        yield from large_candidates(file, hits)
    else:
        yield from data_candidates(read_json(file), hits)


def _text(file: SourceFile) -> Iterator[Candidate]:
    def locate(start: int, end: int) -> Span:
        return file.span(start, end)

    yield from private_keys(file)
    hits: Iterable[Hit] = scan(file.text)
    yield from free_candidates(hits, file.text, locate)
    if posixpath.basename(file.path).startswith(".env") or file.path.endswith((".env", ".properties", ".ini")):
        yield from environment_candidates(file.text, locate)
