"""Candidates in the attributes, text, comments and styles of a page; its scripts are read apart."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sigmalint.credentials.candidate import Candidate, Place
from sigmalint.credentials.formats import Hit
from sigmalint.credentials.names import Meaning, meaning, words
from sigmalint.credentials.texts import SCHEME, Locate, comment_candidates, free_candidates
from sigmalint.credentials.urls import may_have_parts, parts
from sigmalint.sources.markup import Comment, StartTag, Text, tokenize, value
from sigmalint.sources.script import Code
from sigmalint.sources.text import SourceFile, Span

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


def page_candidates(file: SourceFile, hits: Sequence[Hit], skip: Sequence[tuple[int, int]]) -> Iterator[Candidate]:
    """The candidates of a page; `hits` are the formats in its text, `skip` the stretches of its scripts, both in order."""
    text = file.text
    starts = [hit.start for hit in hits]
    skipped = [start for start, _ in skip]

    def inside(start: int, end: int) -> list[Hit]:
        return list(hits[bisect_left(starts, start) : bisect_left(starts, end)])

    def is_skipped(start: int) -> bool:
        index = bisect_left(skipped, start + 1) - 1
        return index >= 0 and skip[index][0] <= start < skip[index][1]

    def locate(start: int, end: int) -> Span:
        return file.span(start, end)

    for token in tokenize(text):
        if isinstance(token, StartTag):
            if "=" in text[token.start : token.end]:
                for attribute in token.attributes.values():
                    if attribute.value_end - attribute.value_start >= 6 and not is_skipped(attribute.value_start):
                        yield from _attribute(file, token, attribute, inside(attribute.value_start, attribute.value_end))
        elif isinstance(token, Text):
            if is_skipped(token.start):
                continue
            found = inside(token.start, token.end)
            piece = text[token.start : token.end]
            if found or may_have_parts(piece):
                here = [Hit(hit.start - token.start, hit.end - token.start, hit.format) for hit in found]
                yield from free_candidates(here, piece, lambda a, b, base=token.start: locate(base + a, base + b))  # type: ignore[misc]
        elif isinstance(token, Comment):
            base = token.start
            located: Locate = lambda a, b, base=base: locate(base + a, base + b)  # type: ignore[misc]  # noqa: E731
            yield from comment_candidates(text[token.start : token.end], inside(token.start, token.end), located, base)


def _attribute(file: SourceFile, tag: StartTag, attribute: "Attribute", hits: list[Hit]) -> Iterator[Candidate]:
    decoded = value(file.text, attribute)
    place = Code(file, decoded.text, origins=decoded.origins)
    text = decoded.text
    names, sinks = _names(file.text, tag, attribute), _sinks(file.text, tag)
    for hit in hits:
        found = file.span(hit.start, hit.end)
        before = file.text[max(attribute.value_start, hit.start - 64) : hit.start]
        parameter = re.search(r"[?&;]([\w.-]{1,60})=\Z", before)
        kind, named = (Place.PARAMETER, (parameter[1],)) if parameter else (Place.BINDING, names)
        host = re.search(r"://([^/\s?#]{1,200})", text)
        yield Candidate(
            found.text, found, kind if named else Place.FREE, named, sinks, host=host[1] if host else "", format=hit.format
        )
    if hits:
        return
    if may_have_parts(text):
        for part in parts(text):
            kind = Place.PARAMETER if part.name else Place.USERINFO
            yield Candidate(
                part.value, place.span(part.start, part.end), kind, (part.name,) if part.name else (), sinks, host=part.host
            )
    scheme = SCHEME.match(text)
    if scheme:
        yield Candidate(text[scheme.end() :], place.span(scheme.end(), len(text)), Place.HEADER, (), sinks, scheme[1].lower())
    elif names and attribute.name not in _LEFT_OUT:
        yield Candidate(text, place.span(0, len(text)), Place.BINDING, names, sinks)


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
