"""Credentials and public keys that are known by their format: `rules/formats/*.json`, compiled when a text has their prefix."""

import base64
import binascii
import importlib.resources
import json
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from sigmalint.credentials.gates import noise, placeholder

PACKAGE = "sigmalint.rules"
_SECRET_FILES = ("zoho.json", "providers.json")
_PUBLIC_FILE = "public.json"
_BEFORE = r"(?<![A-Za-z0-9_.~])"
_AFTER = r"(?![A-Za-z0-9_~])(?!\.(?:png|jpe?g|gif|svg|webp|js|css|html?|map)\b)(?![*#x\u2026]{3}|\.\.\.)"
_WHOLE_BEFORE = r"(?<=[\"'`])"
_WHOLE_AFTER = r"(?=[\"'`])"
_PREFIX_INSIDE = frozenset({"openai-key", "azure-client-secret", "mailchimp-key", "telegram-bot-token", "terraform-token"})
_FULL_NOISE = 0.4
_MOST_TRIES = 50_000
"""How often the beginning of one format is looked at in one text: more is no program."""


@dataclass(frozen=True)
class Format:
    """One format. `kind` says what it is ("GitHub token"), `prefixes` what every match contains, as fixed text.

    `use`: "" for a format that is certain, "doubtful" for one that may be public or something else, "whole" for one that
    counts only as a whole literal, "named" for one without a shape of its own, "jwt" for JSON Web Tokens.
    """

    id: str
    provider: str
    kind: str
    prefixes: tuple[str, ...]
    pattern: str
    example: str
    documentation: str
    use: str = ""

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The compiled pattern, bounded on both sides."""
        before, after = (_WHOLE_BEFORE, _WHOLE_AFTER) if self.use == "whole" else (_BEFORE, _AFTER)
        return re.compile(f"{before}(?:{self.pattern}){after}")

    @cached_property
    def starts_with_prefix(self) -> bool:
        """Whether every match begins with one of the prefixes."""
        return self.prefix_of(self.example) != "" and self.id not in _PREFIX_INSIDE

    @property
    def title(self) -> str:
        """What it is, with its provider."""
        return f"{self.provider} {self.kind}"

    def prefix_of(self, value: str) -> str:
        """The fixed beginning of a value, "" where it has none."""
        return max((prefix for prefix in self.prefixes if value.startswith(prefix)), key=len, default="")


class Hit(NamedTuple):
    """A stretch of a text that has a format: offsets in the text."""

    start: int
    end: int
    format: Format


@cache
def secret_formats() -> tuple[Format, ...]:
    """The formats of secrets, the vendor's own first."""
    return tuple(format for name in _SECRET_FILES for format in _read(name))


@cache
def public_formats() -> tuple[Format, ...]:
    """The formats of keys that are meant to be public."""
    return _read(_PUBLIC_FILE)


def _read(name: str) -> tuple[Format, ...]:
    text = importlib.resources.files(PACKAGE).joinpath("formats", name).read_text("utf-8")
    return tuple(_format(entry) for entry in json.loads(text)["formats"])


def _format(entry: dict[str, Any]) -> Format:
    values = {**entry, "prefixes": tuple(entry["prefixes"]), "example": "".join(entry["example"])}
    return Format(**values)


def scan(text: str) -> list[Hit]:
    """The stretches of a text that have the format of a secret, in order, none inside another."""
    found = [hit for format in _present(text) for hit in _hits(text, format)]
    if len(found) < 2:
        return found
    found.sort(key=lambda hit: (hit.start, -hit.end, hit.format.use))
    kept: list[Hit] = []
    for hit in found:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


_IN_TOKENS = string.ascii_letters + string.digits + "_-.+/=:$!~@%"
_SEPARATED = bytes(byte if chr(byte) in _IN_TOKENS else 0x20 for byte in range(256))
_SHORTEST = 18
"""No format is shorter."""


def _present(text: str) -> list[Format]:
    """The formats whose prefix stands in one of the text's long words: most of a program has none."""
    if len(text) < _SHORTEST:
        return []
    pieces = text.encode("utf-8", "replace").translate(_SEPARATED).split()
    long_words = b"\n".join([piece for piece in pieces if len(piece) >= _SHORTEST])
    if not long_words:
        return []
    return list(dict.fromkeys([format for prefix, format in _prefixes() if prefix in long_words]))


@cache
def _prefixes() -> tuple[tuple[bytes, Format], ...]:
    # A scheme is a short word of its own before the long one, and is looked for by the expression alone.
    return tuple(
        (b"" if " " in prefix else prefix.encode(), format) for format in secret_formats() for prefix in format.prefixes
    )


def _hits(text: str, format: Format) -> Iterator[Hit]:
    for prefix in format.prefixes:
        if not format.starts_with_prefix:
            matches = format.expression.finditer(text) if prefix in text else ()
        else:
            matches = _matches_at(text, prefix, format.expression)
        for match in matches:
            if is_secret(match[0], format):
                yield Hit(match.start(), match.end(), format)


def _matches_at(text: str, prefix: str, expression: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The matches that begin with a prefix: far faster than looking for the expression everywhere."""
    start = text.find(prefix)
    for _ in range(_MOST_TRIES):
        if start < 0:
            return
        match = expression.match(text, start)
        if match:
            yield match
        start = text.find(prefix, match.end() if match else start + 1)


def is_secret(value: str, format: Format) -> bool:
    """Whether a value of a format is more than its example: no placeholder, random, not known to be public."""
    prefix = format.prefix_of(value)
    body = value[len(prefix) :]
    if placeholder(value, prefix) or noise(body) < _FULL_NOISE * len(body):
        return False
    if format.use == "jwt":
        return not _is_public_jwt(value)
    if format.use == "whole" or len(prefix) <= 4:
        return any(map(str.isdigit, body)) or (len(body) >= 30 and noise(body) >= 0.8 * len(body))
    return True


def _is_public_jwt(value: str) -> bool:
    """The key of anonymous visitors (Supabase's `anon`), and the specimens of documentation."""
    payload = value.split(".")[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return False
    return isinstance(claims, dict) and (claims.get("role") == "anon" or claims.get("name") in ("John Doe", "Jane Doe"))


def is_public(value: str) -> bool:
    """Whether a value is, as a whole, a key that is meant to be public."""
    return any(
        any(prefix in value for prefix in format.prefixes) and re.fullmatch(format.pattern, value) is not None
        for format in public_formats()
    )
