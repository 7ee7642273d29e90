"""All credentials of an extension: every source is read once, every literal judged once."""

import posixpath
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from sigmalint.credentials.candidate import Credential
from sigmalint.credentials.data import LARGE, data_candidates, is_left_out, large_candidates, may_tell
from sigmalint.credentials.formats import scan
from sigmalint.credentials.judge import ORDER, Judged, Verdict, judge, judged
from sigmalint.credentials.masking import fingerprint
from sigmalint.credentials.pages import outline, page_candidates
from sigmalint.credentials.requests import request_candidates
from sigmalint.credentials.searches import ScriptSearch, search, search_after
from sigmalint.credentials.texts import environment_candidates, free_candidates, private_keys
from sigmalint.sources.script import Code
from sigmalint.sources.text import SourceFile, Span

if TYPE_CHECKING:
    from sigmalint.model import Request

_RANK = {code: rank for rank, code in enumerate(ORDER)}
_Remember = Callable[[Hashable, Callable[[], Any]], Any]


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
    remember: _Remember = lambda key, make: make()


def find(material: Material, requests: Sequence["Request"] = ()) -> list[Credential]:
    """The credentials, by file and place; each stretch of a file gives one. `requests` are calls of the SDK, resolved."""
    found: dict[str, list[_Placed]] = {}
    values: set[str] = set()
    for judgements, locate in _searched(material):
        for one in judgements:
            placed = _placed(one, locate)
            values.add(placed.value)
            found.setdefault(placed.span.file.path, []).append(placed)
    for file, candidate in request_candidates(requests):
        verdict = None if candidate.value in values else judge(candidate)
        if verdict is not None:
            found.setdefault(file.path, []).append(_placed(Judged(candidate, verdict), file.span))
    seen: Counter[tuple[str, str, str]] = Counter()
    credentials = []
    for path in sorted(found):
        for value, verdict, span, extent in _distinct(found[path]):
            key = (verdict.code, path, value)
            mark = fingerprint(*key, seen[key])
            credentials.append(Credential(verdict.code, verdict.message, span, verdict.name, mark, value, extent))
            seen[key] += 1
    return credentials


class _Placed(NamedTuple):
    """A credential with its places in the file."""

    value: str
    verdict: Verdict
    span: Span
    extent: Span


def _placed(one: Judged, locate: Callable[[int, int], Span]) -> _Placed:
    candidate, verdict = one
    span = locate(candidate.start, candidate.end)
    extent = span if candidate.extent_end is None else locate(candidate.start, candidate.extent_end)
    return _Placed(candidate.value, verdict, span, extent)


def _distinct(found: list[_Placed]) -> Iterator[_Placed]:
    """Of credentials that overlap the one of the first rule; of one rule the shortest stretch."""
    found.sort(key=lambda item: (item.extent.start, item.extent.end))
    group: list[_Placed] = []
    end = -1
    for item in found:
        if group and item.extent.start >= end:
            yield _best(group)
            group = []
            end = -1
        group.append(item)
        end = max(end, item.extent.end)
    if group:
        yield _best(group)


def _best(group: list[_Placed]) -> _Placed:
    return min(group, key=lambda item: (_RANK[item.verdict.code], item.extent.end - item.extent.start))


def _searched(material: Material) -> Iterator[tuple[Sequence[Judged], Callable[[int, int], Span]]]:
    """What is in each text that is searched by itself, and how its offsets become stretches of a file.

    All that is remembered is known by the texts it was found in and has offsets in them: what has moved is not searched again.
    """
    remember = material.remember
    inline: dict[str, list[Code]] = {}
    for code, vendored in material.scripts:
        if code.text is code.file.text:
            yield _keys(code.text, remember), code.span
        else:
            inline.setdefault(code.file.path, []).append(code)
        yield _script(code, vendored, remember), code.span
    for page in material.pages:
        yield _keys(page.text, remember), page.span
        markup, skip = outline(page, inline.get(page.path, ()))
        key: Hashable = ("credentials of markup", markup.text, skip)
        yield remember(key, partial(_markup, markup.text, skip)), markup.span
    for file in material.data:
        key = ("credentials of data", file.path, file.text)
        yield remember(key, partial(_data, file)), file.span
    for file in material.texts:
        key = ("credentials of text", file.path, file.text)
        yield remember(key, partial(_text, file)), file.span


def _keys(text: str, remember: _Remember) -> Sequence[Judged]:
    found: Sequence[Judged] = remember(("private keys", text), lambda: judged(private_keys(text)))
    return found


def _script(code: Code, vendored: bool, remember: _Remember) -> Sequence[Judged]:
    text = code.text
    if vendored:
        formats: Sequence[Judged] = remember(("formats", text), lambda: judged(free_candidates(scan(text), text)))
        return formats
    found: ScriptSearch = remember(_script_key(code), lambda: _search(code, remember))
    return found.credentials


def _script_key(code: Code) -> Hashable:
    return "credentials of a script", code.text, code.language


def _search(code: Code, remember: _Remember) -> ScriptSearch:
    """The search of a script: that of its earlier state, brought up to date, where that can be done."""
    patch = code.patch
    if patch is None:
        return search(code)
    before: ScriptSearch = remember(_script_key(patch.before), lambda: search(patch.before))
    return search_after(before, code, patch) or search(code)


def _markup(text: str, skip: Sequence[tuple[int, int]]) -> Sequence[Judged]:
    return judged(page_candidates(text, scan(text), skip))


def _data(file: SourceFile) -> Sequence[Judged]:
    from sigmalint.sources.json_text import read_json

    text = file.text
    hits = scan(text)
    if is_left_out(file.path) or not (hits or may_tell(text)):
        found = free_candidates(hits, text)
    elif len(text) >= LARGE:
        found = large_candidates(text, hits)
    else:
        found = data_candidates(read_json(file), hits)
    return judged(chain(private_keys(text), found))


def _text(file: SourceFile) -> Sequence[Judged]:
    text = file.text
    variables = posixpath.basename(file.path).startswith(".env") or file.path.endswith((".env", ".properties", ".ini"))
    named = environment_candidates(text) if variables else ()
    return judged(chain(private_keys(text), free_candidates(scan(text), text), named))
