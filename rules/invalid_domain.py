"""An entry of `whiteListedDomains` or `cspDomains` that is not an origin."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from sigmalint import Extension, JsonArray, JsonObject, JsonScalar, Level, Manifest, Related, Report, Rule, Span

from ._sources import CSP, MANIFEST_DOMAINS, REQUEST_OLD, SIGMA_MANIFEST

META = Rule(
    code="SIG406",
    name="invalid-domain",
    level=Level.WARNING,
    tags=("manifest", "security"),
    sources=(REQUEST_OLD, MANIFEST_DOMAINS, SIGMA_MANIFEST, CSP),
)
MOST = 10
"""Entries of a directive that the vendor's toolkit takes."""
_PLACEHOLDER = re.compile(r"\{\{|\$\{|<[\w -]+>")
_KEYWORD = re.compile(r"'[\w+/=-]+'|(?:blob|data|mediastream|filesystem):")
_SCHEMES = ("https", "http", "wss", "ws")


def check(extension: Extension, report: Report) -> None:
    if extension.manifest is None:
        return
    for where, entries, policy in _lists(extension.manifest):
        first: dict[str, Span] = {}
        for index, (text, span) in enumerate(entries):
            known = first.setdefault(text.rstrip("/").lower(), span)
            if known is not span:
                report(span, f'"{text}" stands twice in "{where}"', related=[Related(known, "the first one")])
            elif (fault := _fault(text, policy)) is not None:
                report(span, f'"{text}" {fault[0]}', hint=fault[1])
            elif policy and index == MOST:
                report(span, f'"{where}" has more than {MOST} entries')


def _lists(manifest: Manifest) -> Iterator[tuple[str, list[tuple[str, Span]], bool]]:
    """The lists of origins by name, and whether each belongs to the content security policy."""
    yield "whiteListedDomains", _strings(manifest.node("whiteListedDomains")), False
    policy = manifest.node("cspDomains")
    for member in policy.members if isinstance(policy, JsonObject) else ():
        yield member.key, _strings(member.value), True


def _strings(node: object) -> list[tuple[str, Span]]:
    items = node.items if isinstance(node, JsonArray) else ()
    return [(item.value, item.inner) for item in items if isinstance(item, JsonScalar) and isinstance(item.value, str)]


def _fault(text: str, policy: bool) -> tuple[str, str | None] | None:
    """What keeps an entry from being an origin, and a hint; None for an origin."""
    if _PLACEHOLDER.search(text) or (policy and _KEYWORD.fullmatch(text)):
        return None
    if not text.strip():
        return "is empty", None
    if text != text.strip() or any(letter.isspace() for letter in text):
        return "has white space in it", None
    scheme, colon, _ = text.partition("://")
    if not colon:
        return "has no scheme", f"write https://{text.lstrip('/')}"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return "is not an origin", None
    if scheme.lower() not in _SCHEMES or not host:
        return "is not an origin", "write scheme and host, such as https://api.example.com"
    if _is_private(host):
        return "is a private address", "users of the extension cannot reach it"
    if scheme.lower() in ("http", "ws"):
        return "is not encrypted", f"write {scheme.lower()}s:"
    if parts.fragment or parts.query or parts.path not in ("", "/"):
        return "is more than an origin", f"write {parts.scheme}://{parts.netloc}"
    return None


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private or address.is_loopback or address.is_link_local
