"""Candidates in text that is not parsed: comments, styles, libraries, environment files; and private keys anywhere."""

import re
from collections.abc import Iterable, Iterator, Sequence

from sigmalint.credentials.candidate import Candidate, Place
from sigmalint.credentials.formats import Hit
from sigmalint.credentials.gates import noise, placeholder
from sigmalint.credentials.names import Meaning, meaning
from sigmalint.credentials.urls import may_have_parts, parts

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


def unescape(raw: str) -> str:
    """What the inside of a JavaScript string literal means."""
    return raw if "\\" not in raw else _ESCAPE.sub(_escape, raw)


def _escape(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    return _ESCAPED.get(match[4], match[4])


def private_keys(text: str) -> Iterator[Candidate]:
    """The private keys with a body in a text, whatever it is written in."""
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
        marked_end = line_end.start() if line_end else stop
        yield Candidate(text[begin.start() : stop], begin.start(), marked_end, Place.PRIVATE_KEY, extent_end=stop)


def free_candidates(hits: Iterable[Hit], text: str, base: int = 0, *, comment: bool = False) -> Iterator[Candidate]:
    """Formats and addresses in a text of which nothing else is known.

    It begins at `base` in the text that is searched; `hits` have offsets in the latter, and so have the candidates.
    """
    taken: list[tuple[int, int]] = []
    for start, end, format in hits:
        taken.append((start, end))
        yield Candidate(text[start - base : end - base], start, end, Place.FREE, format=format, comment=comment)
    if may_have_parts(text):
        for part in parts(text, anywhere=True):
            first, last = base + part.start, base + part.end
            if not any(start < last and first < end for start, end in taken):
                kind = Place.PARAMETER if part.name else Place.USERINFO
                names = (part.name,) if part.name else ()
                yield Candidate(part.value, first, last, kind, names, host=part.host, comment=comment)


def comment_candidates(text: str, hits: Sequence[Hit], base: int) -> Iterator[Candidate]:
    """What a comment gives, which begins at `base`; offsets as in `free_candidates`."""
    if hits:
        for start, end, format in hits:
            yield Candidate(text[start - base : end - base], start, end, Place.FREE, format=format, comment=True)
        return
    if len(text) > 20_000:
        return
    yield from free_candidates((), text, base, comment=True)
    for match in _SCHEME_IN_TEXT.finditer(text):
        start, end = match.span(2)
        scheme = match[1].lower()
        yield Candidate(match[2], base + start, base + end, Place.HEADER, (), scheme=scheme, comment=True)
    if "=" not in text and ":" not in text:
        return
    for match in _NAMED.finditer(text):
        group = match.lastindex or 2
        said = meaning(match[1])
        if said >= (Meaning.TOKEN if group < 5 else Meaning.SECRET):
            start, end = match.span(group)
            yield Candidate(match[group], base + start, base + end, Place.BINDING, (match[1],), comment=True)


def environment_candidates(text: str) -> Iterator[Candidate]:
    """The variables of an environment file."""
    for match in _ENVIRONMENT.finditer(text):
        group = match.lastindex or 2
        yield Candidate(match[group], *match.span(group), Place.BINDING, (match[1],))
