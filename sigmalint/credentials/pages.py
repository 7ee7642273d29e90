"""Candidates in the attributes, text, comments and styles of a page; its scripts are read apart."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sigmalint.credentials.candidate import Candidate, Place
from sigmalint.credentials.formats import Hit
from sigmalint.credentials.names import Meaning, meaning, words
from sigmalint.credentials.texts import SCHEME, comment_candidates, free_candidates
from sigmalint.credentials.urls import may_have_parts, parts
from sigmalint.sources.markup import Comment, Origins, StartTag, Text, tokenize, value
from sigmalint.sources.script import Code, CodeKind
from sigmalint.sources.text import SourceFile

if TYPE_CHECKING:
    from sigmalint.sources.markup import Attribute

_VALUES = words("value content defaultvalue data-value")
_NAMES = ("name", "id", "property", "data-name", "data-key", "for", "http-equiv")
_LEFT_OUT = words(
    "class style d points path viewbox transform integrity srcset sizes width height alt title placeholder label type rel role"
    " for id name method target lang dir nonce crossorigin xmlns tabindex aria-label aria-labelledby aria-describedby"
    " autocomplete pattern accept charset media colspan rowspan fill stroke data-sitekey data-callback"
)
_PUBLIC_CLASSES = re.compile(r"captcha|turnstile|stripe|mapbox|algolia", re.IGNORECASE)


def outline(page: SourceFile, codes: Sequence[Code]) -> tuple[Code, tuple[tuple[int, int], ...]]:
    """A page without the insides of its script elements, and the stretches of the rest of its `codes` in that.

    An edit in a script leaves it as it is: the markup behind a script does not depend on what stands in it.
    """
    text = page.text
    stretches = [(code.place(0), code.place(len(code.text)), code) for code in codes]
    rest: list[tuple[int, int]] = []
    parts: list[str] = []
    origins = [(0, 0)]
    length = position = 0
    for start, end, code in sorted(stretches, key=lambda stretch: stretch[:2]):
        if code.kind in (CodeKind.SCRIPT, CodeKind.MODULE) and text[start:end] == code.text:
            parts.append(text[position:start])
            length += start - position
            position = end
            origins.append((length, end))
        else:
            rest.append((start, end))
    parts.append(text[position:])

    def inside(offset: int) -> int:
        start, origin = origins[bisect_right(origins, offset, key=lambda pair: pair[1]) - 1]
        return start + offset - origin

    return Code(page, "".join(parts), origins=tuple(origins)), tuple((inside(start), inside(end)) for start, end in rest)


def page_candidates(text: str, hits: Sequence[Hit], skip: Sequence[tuple[int, int]]) -> Iterator[Candidate]:
    """The candidates of markup; `hits` are the formats in it, `skip` the stretches that are code, both in order."""
    starts = [hit.start for hit in hits]
    skipped = [start for start, _ in skip]

    def inside(start: int, end: int) -> list[Hit]:
        return list(hits[bisect_left(starts, start) : bisect_left(starts, end)])

    def is_skipped(start: int) -> bool:
        index = bisect_left(skipped, start + 1) - 1
        return index >= 0 and skip[index][0] <= start < skip[index][1]

    for token in tokenize(text):
        if isinstance(token, StartTag):
            if "=" in text[token.start : token.end]:
                for attribute in token.attributes.values():
                    if attribute.value_end - attribute.value_start >= 6 and not is_skipped(attribute.value_start):
                        yield from _attribute(text, token, attribute, inside(attribute.value_start, attribute.value_end))
        elif isinstance(token, Text):
            if is_skipped(token.start):
                continue
            found = inside(token.start, token.end)
            piece = text[token.start : token.end]
            if found or may_have_parts(piece):
                yield from free_candidates(found, piece, token.start)
        elif isinstance(token, Comment):
            yield from comment_candidates(text[token.start : token.end], inside(token.start, token.end), token.start)


def _attribute(page: str, tag: StartTag, attribute: "Attribute", hits: list[Hit]) -> Iterator[Candidate]:
    decoded = value(page, attribute)
    text = decoded.text
    names, sinks = _names(page, tag, attribute), _sinks(page, tag)
    for hit in hits:
        before = page[max(attribute.value_start, hit.start - 64) : hit.start]
        parameter = re.search(r"[?&;]([\w.-]{1,60})=\Z", before)
        kind, named = (Place.PARAMETER, (parameter[1],)) if parameter else (Place.BINDING, names)
        host = re.search(r"://([^/\s?#]{1,200})", text)
        yield Candidate(
            page[hit.start : hit.end],
            hit.start,
            hit.end,
            kind if named else Place.FREE,
            named,
            sinks,
            host=host[1] if host else "",
            format=hit.format,
        )
    if hits:
        return
    place = partial(_place, decoded.origins)
    if may_have_parts(text):
        for part in parts(text):
            kind = Place.PARAMETER if part.name else Place.USERINFO
            named = (part.name,) if part.name else ()
            yield Candidate(part.value, place(part.start), place(part.end), kind, named, sinks, host=part.host)
    scheme = SCHEME.match(text)
    if scheme:
        start, word = place(scheme.end()), scheme[1].lower()
        yield Candidate(text[scheme.end() :], start, place(len(text)), Place.HEADER, (), sinks, word)
    elif names and attribute.name not in _LEFT_OUT:
        yield Candidate(text, place(0), place(len(text)), Place.BINDING, names, sinks)


def _place(origins: Origins, offset: int) -> int:
    start, origin = origins[bisect_right(origins, offset, key=lambda pair: pair[0]) - 1]
    return origin + offset - start


def _names(text: str, tag: StartTag, attribute: "Attribute") -> tuple[str, ...]:
    """What an attribute's value is called: `value` and `content` by the element's name, others by their own."""
    if attribute.name in _VALUES:
        if tag.name in ("option", "li", "button", "progress", "meter", "data"):
            return ()
        if tag.name == "input":
            kind = tag.attributes.get("type")
            if kind is not None and value(text, kind).text.strip().lower() in (
                "submit",
                "button",
                "reset",
                "checkbox",
                "radio",
            ):
                return ()
        given = (tag.attributes.get(name) for name in _NAMES)
        named = [value(text, other).text for other in given if other is not None]
        telling = [name for name in named if meaning(name) is not Meaning.NOTHING]
        return tuple(telling or named)
    return (attribute.name.removeprefix("data-"),)


def _sinks(text: str, tag: StartTag) -> tuple[str, ...]:
    """What an element's classes say of a service whose keys are public."""
    sort = tag.attributes.get("class")
    found = _PUBLIC_CLASSES.search(value(text, sort).text) if sort is not None else None
    return (found[0].lower().replace("captcha", "recaptcha"),) if found else ()
