"""Candidates in text that is not parsed: comments, styles, libraries, environment files; and private keys anywhere."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from sigmalint.credentials.candidate import Candidate, Place
from sigmalint.credentials.formats import Hit
from sigmalint.credentials.gates import noise, placeholder
from sigmalint.credentials.names import Meaning, meaning
from sigmalint.credentials.urls import may_have_parts, parts
from sigmalint.sources.text import SourceFile, Span

SCHEME = re.compile(
    r"(Bearer|Basic|Token|Zoho-oauthtoken|Zoho-enczapikey|Zoho-authtoken|OAuth|ApiKey|Api-Key|JWT|SSWS|GenieKey|Splunk|Key|"
    r"Apikey-v[0-9])(?: +token=|[ :=]+|%20)(?=\S)",
    re.IGNORECASE,
)
"""How the value of an `Authorization` header begins."""

_SCHEME_IN_TEXT = re.compile(
    r"\b(Bearer|Basic|Zoho-oauthtoken|Zoho-enczapikey|Zoho-authtoken)\s+([A-Za-z0-9+/=_.~-]{12,2000})", re.IGNORECASE
)
_NAMED = re.compile(
    r"([A-Za-z_$][\w$-]{0,60})[\"'\]]{0,2}[ \t]{0,4}(?:=>|:=|[:=])[ \t]{0,4}"
    r"(?:\"([^\"\s]{6,2000})\"|'([^'\s]{6,2000})'|`([^`\s]{6,2000})`|([^\s\"'`,;(){}\[\]<>]{8,400})(?=[\s,;]|\Z))"
)
_ENVIRONMENT = re.compile(
    r"^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]{0,80})[ \t]*[=:][ \t]*"
    r"(?:\"([^\"\r\n]{6,4000})\"|'([^'\r\n]{6,4000})'|([^\s#\"'][^\s#]{5,4000}))",
    re.MULTILINE,
)
_KEY_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(r"-----END [A-Z0-9 ]{0,60}PRIVATE KEY")
_KEY_LONGEST = 20_000
_KEY_SHORTEST = 60
_RSA_SHORTEST = 300
_NO_BASE64 = re.compile(r"\\[nrtfs]|[^A-Za-z0-9+/=]")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": "", "\r": ""}

Locate = Callable[[int, int], Span]
"""The stretch of the file for offsets in a text."""


def unescape(raw: str) -> str:
    """What the inside of a JavaScript string literal means."""
    return raw if "\\" not in raw else _ESCAPE.sub(_escape, raw)


def _escape(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    return _ESCAPED.get(match[4], match[4])


def private_keys(file: SourceFile) -> Iterator[Candidate]:
    """The private keys with a body in a file, whatever it is written in."""
    text = file.text
    if "PRIVATE KEY" not in text:
        return
    position = 0
    while begin := _KEY_BEGIN.search(text, position):
        end = _KEY_END.search(text, begin.end(), begin.end() + _KEY_LONGEST)
        stop = end.start() if end else min(len(text), begin.end() + 4_000)
        following = _KEY_BEGIN.search(text, begin.end(), stop)
        if following:
            stop = following.start()
        body = text[begin.end() : stop]
        position = stop
        digits = _NO_BASE64.sub("", body)
        shortest = _RSA_SHORTEST if "RSA" in begin[0] else _KEY_SHORTEST
        if len(digits) < shortest or "${" in body or "..." in body or placeholder(digits[:48]) or noise(digits[:400]) < 40:
            continue
        line_end = re.compile(r"[\r\n]").search(text, begin.start(), stop)
        shown_end = line_end.start() if line_end else stop
        yield Candidate(
            text[begin.start() : stop],
            file.span(begin.start(), shown_end),
            Place.PRIVATE_KEY,
            extent=file.span(begin.start(), stop),
        )


def free_candidates(hits: Iterable[Hit], text: str, locate: Locate, *, comment: bool = False) -> Iterator[Candidate]:
    """Formats and addresses in a text of which nothing else is known."""
    taken: list[tuple[int, int]] = []
    for hit in hits:
        taken.append((hit.start, hit.end))
        yield Candidate(text[hit.start : hit.end], locate(hit.start, hit.end), Place.FREE, format=hit.format, comment=comment)
    if may_have_parts(text):
        for part in parts(text, anywhere=True):
            if not any(start < part.end and part.start < end for start, end in taken):
                kind = Place.PARAMETER if part.name else Place.USERINFO
                names = (part.name,) if part.name else ()
                yield Candidate(part.value, locate(part.start, part.end), kind, names, host=part.host, comment=comment)


def comment_candidates(text: str, hits: Sequence[Hit], locate: Locate, base: int = 0) -> Iterator[Candidate]:
    """What a comment gives; `hits` have offsets in the text around it, in which the comment begins at `base`."""
    own = [Hit(hit.start - base, hit.end - base, hit.format) for hit in hits]
    for hit in own:
        yield Candidate(text[hit.start : hit.end], locate(hit.start, hit.end), Place.FREE, format=hit.format, comment=True)
    if len(text) > 20_000 or own:
        return
    yield from free_candidates((), text, locate, comment=True)
    for match in _SCHEME_IN_TEXT.finditer(text):
        start, end = match.span(2)
        yield Candidate(match[2], locate(start, end), Place.HEADER, (), scheme=match[1].lower(), comment=True)
    if "=" not in text and ":" not in text:
        return
    for match in _NAMED.finditer(text):
        group = match.lastindex or 2
        said = meaning(match[1])
        if said >= (Meaning.TOKEN if group < 5 else Meaning.SECRET):
            value = match[group]
            yield Candidate(value, locate(*match.span(group)), Place.BINDING, (match[1],), comment=True)


def environment_candidates(text: str, locate: Locate) -> Iterator[Candidate]:
    """The variables of an environment file."""
    for match in _ENVIRONMENT.finditer(text):
        group = match.lastindex or 2
        yield Candidate(match[group], locate(*match.span(group)), Place.BINDING, (match[1],))
