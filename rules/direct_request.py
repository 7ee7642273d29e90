"""A request past the SDK, to a host that the manifest's policy does not list."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from sigmalint import CallSite, Extension, JsonArray, JsonObject, JsonScalar, Level, Report, Rule, Span, calls

from ._sources import CSP

META = Rule(
    code="SIG604",
    name="direct-request",
    level=Level.NOTE,
    default=False,
    tags=("security", "manifest"),
    sources=(CSP,),
)
_ADDRESS = re.compile(r"""["'`]((?:https?|wss?)://[^"'`$\s]+)""", re.IGNORECASE)


def check(extension: Extension, report: Report) -> None:
    listed = list(_listed(extension))
    for script in extension.scripts:
        if script.vendored:
            continue
        for site in calls(script.code):
            place = _address(site)
            if place is None:
                continue
            match = _ADDRESS.match(place.text)
            host = _host(match.group(1)) if match else None
            if host is not None and not any(_covers(entry, host) for entry in listed):
                report(
                    place,
                    f'the host "{host}" is not in the manifest\'s "cspDomains"',
                    hint="list it under connect-src, or send the request through the SDK",
                )


def _address(site: CallSite) -> Span | None:
    """The argument that says where a request goes; None for what is no request."""
    if site.name == "fetch" and site.owner in ("", "window", "self", "globalThis") and site.arguments:
        return site.arguments[0]
    if site.new and site.name in ("WebSocket", "EventSource") and site.arguments:
        return site.arguments[0]
    if site.name == "open" and site.owner and len(site.arguments) > 1:
        return site.arguments[1]
    if site.owner in ("$", "jQuery", "axios") and site.name in ("get", "post", "getJSON", "put", "delete", "patch"):
        return site.arguments[0] if site.arguments else None
    return None


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _listed(extension: Extension) -> Iterator[str]:
    policy = extension.manifest.node("cspDomains") if extension.manifest else None
    for member in policy.members if isinstance(policy, JsonObject) else ():
        if member.key in ("connect-src", "default-src") and isinstance(member.value, JsonArray):
            for item in member.value.items:
                if isinstance(item, JsonScalar) and isinstance(item.value, str):
                    yield item.value


def _covers(entry: str, host: str) -> bool:
    pattern = (_host(entry) if "://" in entry else entry.partition("/")[0]) or ""
    return pattern == "*" or host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]))
