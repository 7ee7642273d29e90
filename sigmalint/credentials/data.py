"""Candidates in JSON: every string with the keys that lead to it."""

import posixpath
import re
from collections.abc import Iterator, Sequence

from sigmalint.credentials.candidate import Candidate, Place
from sigmalint.credentials.formats import Hit
from sigmalint.credentials.names import Meaning, is_credential_header, meaning, split
from sigmalint.credentials.texts import SCHEME, free_candidates
from sigmalint.credentials.urls import may_have_parts, parts
from sigmalint.sources.json_text import JsonArray, JsonDocument, JsonNode, JsonObject, JsonScalar

_LOCKS = frozenset({"package-lock.json", "npm-shrinkwrap.json", "composer.lock", "yarn.lock", "tsconfig.json"})
_TRANSLATIONS = re.compile(
    r"(?:\A|/)(?:i18n|l10n|locales?|lang|languages?|translations?)/|(?:\A|/)[a-z]{2}(?:[-_][A-Z]{2})?\.json\Z"
)
_NAMING = ("name", "key", "id", "header", "field", "param", "label", "property")
_VALUE = ("value", "default", "defaultValue", "defaultvalue", "content")


def is_left_out(path: str) -> bool:
    """Whether names in a JSON file say nothing: locks, translations."""
    return posixpath.basename(path) in _LOCKS or _TRANSLATIONS.search(path) is not None


_TELLING = re.compile(
    r"secret|token|pass|pwd|key|auth|cred|bearer|basic |cookie|senha|session|signature|jwt|\"d\"|://[^\s\"]{0,200}@",
    re.IGNORECASE,
)


LARGE = 200_000
"""Characters from which on a JSON file is no configuration: its members are looked at one by one, unparsed."""

_MEMBER = re.compile(r"\"([^\"\\\n]{2,60})\"\s{0,8}:\s{0,8}\"([^\"\\\n]{6,4000})\"")


def large_candidates(text: str, hits: Sequence[Hit]) -> Iterator[Candidate]:
    """The candidates of a large JSON file, from its text alone."""
    for match in _MEMBER.finditer(text):
        name, value = match.groups()
        if meaning(name) >= Meaning.TOKEN or is_credential_header(name):
            scheme = SCHEME.match(value)
            begin = scheme.end() if scheme else 0
            place = Place.HEADER if scheme else Place.BINDING
            word = scheme[1].lower() if scheme else ""
            yield Candidate(value[begin:], match.start(2) + begin, match.end(2), place, (name,), (), word, data=True)
    yield from free_candidates(hits, text)


def may_tell(text: str) -> bool:
    """Whether a JSON file needs reading at all: whether any of its keys could be the name of a secret."""
    return _TELLING.search(text) is not None


def data_candidates(document: JsonDocument, hits: Sequence[Hit]) -> Iterator[Candidate]:
    """The candidates of a JSON file; `hits` are the formats in its text."""
    text = document.file.text
    open_hits = {hit.start: hit for hit in hits}
    waiting: list[tuple[JsonNode, tuple[str, ...]]] = [(document.root, ())] if document.root is not None else []
    while waiting:
        node, names = waiting.pop()
        if isinstance(node, JsonObject):
            yield from _web_key(node)
            sibling = _named(node)
            for member in node.members:
                key = (sibling,) if sibling and member.key in _VALUE else ()
                waiting.append((member.value, (*key, member.key, *names)[:6]))
        elif isinstance(node, JsonArray):
            waiting += [(item, names) for item in node.items]
        elif isinstance(node.value, str) and len(node.value) >= 6:
            yield from _string(text, node, names, open_hits)
    rest = list(open_hits.values())
    for candidate in free_candidates(rest, text if rest else ""):
        if candidate.format is not None:
            yield candidate


def _named(node: JsonObject) -> str:
    for key in _NAMING:
        member = node.get(key)
        if member is not None and isinstance(member.value, JsonScalar) and isinstance(member.value.value, str):
            return member.value.value
    return ""


def _string(source: str, node: JsonScalar, names: tuple[str, ...], open_hits: dict[int, Hit]) -> Iterator[Candidate]:
    text = str(node.value)
    first, last = node.inner.start, node.inner.end
    exact = last - first == len(text)

    def located(start: int, end: int) -> tuple[int, int]:
        return (first + start, first + end) if exact else (first, last)

    own = [hit for start, hit in open_hits.items() if first <= start < last] if open_hits else []
    for hit in own:
        del open_hits[hit.start]
        before = source[max(first, hit.start - 64) : hit.start]
        parameter = re.search(r"[?&]([\w.-]{1,60})=\Z", before)
        named = (parameter[1], *names) if parameter else names
        kind = Place.PARAMETER if parameter else Place.BINDING if names else Place.FREE
        yield Candidate(source[hit.start : hit.end], hit.start, hit.end, kind, named, format=hit.format, data=True)
    if own:
        return
    if may_have_parts(text):
        for part in parts(text):
            kind = Place.PARAMETER if part.name else Place.USERINFO
            found = (part.name, *names) if part.name else names
            yield Candidate(part.value, *located(part.start, part.end), kind, found, host=part.host, data=True)
    scheme = SCHEME.match(text)
    header = bool(names) and is_credential_header(names[0]) and _is_header(names)
    if scheme or header:
        begin = scheme.end() if scheme else 0
        word = scheme[1].lower() if scheme else ""
        kept = names if header else ()
        yield Candidate(text[begin:], *located(begin, len(text)), Place.HEADER, kept, (), word, data=True)
    elif names:
        yield Candidate(text, first, last, Place.BINDING, names, data=True)


def _is_header(names: tuple[str, ...]) -> bool:
    if names[0].lower() in ("authorization", "proxy-authorization", "cookie"):
        return True
    return any(word in ("header", "headers") for name in names[1:] for word in split(name))


def _web_key(node: JsonObject) -> Iterator[Candidate]:
    """A private JSON Web Key: `kty` and `d`."""
    kind, secret = node.get("kty"), node.get("d")
    if kind is None or secret is None or not isinstance(secret.value, JsonScalar):
        return
    value = secret.value.value
    if isinstance(value, str) and len(value) >= 40:
        inner = secret.value.inner
        yield Candidate(value, inner.start, inner.end, Place.PRIVATE_KEY, ("d",), data=True)
