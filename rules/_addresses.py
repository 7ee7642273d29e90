"""What SIG109 and SIG110 ask about an address."""

import re

from sigmalint import Case, PartialText

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\$\{.*?\}|\{[\w.-]+\}|<[\w .-]+>")
_SPACE = re.compile(r"\s")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_WEB = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_PARTIAL_WEB = re.compile(r"https?://", re.IGNORECASE)
_LOCAL = re.compile(r"http://(?:localhost|[\w.-]+\.localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1\])(?:[:/?#]|$)", re.IGNORECASE)

BLANK = "has white space in it"


def known_start(case: Case) -> str | None:
    """What an address is sure to begin with; None where nothing of it is known, or a placeholder writes its beginning."""
    text = case.text if case.text is not None else case.what.prefix if isinstance(case.what, PartialText) else None
    if not text:
        return None
    placeholder = _PLACEHOLDER.search(text)
    return text if placeholder is None else text[: placeholder.start()] or None


def fault(case: Case) -> str | None:
    """What keeps an address from being one that a request can be sent to; None where nothing certain does."""
    start = known_start(case)
    if start is None:
        return None
    whole = case.text is not None and start == case.text
    if _SPACE.search(start) is not None:
        return BLANK
    scheme = _SCHEME.match(start)
    if scheme is None:
        if start.startswith("//"):
            return "has no scheme"
        if start.startswith(("/", "./", "../", "?", "#")):
            return "is relative"
        if not whole and not any(mark in start for mark in "/?#"):
            return None
        host = re.split(r"[/?#]", start, maxsplit=1)[0]
        return "has no scheme" if "." in host else "is not an address"
    if scheme.group(1).lower() not in ("http", "https"):
        after = start[scheme.end() :]
        return "has no scheme" if after[:1].isdigit() else None
    if whole:
        return None if _WEB.match(start) else "is not an address"
    return (
        None
        if _PARTIAL_WEB.match(start) or "https://".startswith(start.lower()) or "http://".startswith(start.lower())
        else "is not an address"
    )


def is_insecure(case: Case) -> bool:
    """Whether an address is sure to begin with `http:`, on another machine than the developer's own."""
    start = known_start(case)
    return start is not None and start.lower().startswith("http://") and _LOCAL.match(start) is None


def host_of(case: Case) -> str | None:
    """The host that an address names, with its port if it has one; None where it is not sure."""
    start = known_start(case) or ""
    match = re.match(r"https?://(?:[^/?#@]*@)?([^/?#\s]+)(.?)", start, re.IGNORECASE)
    if match is None or (start != case.text and not match.group(2)):
        return None
    return match.group(1).lower()


def lists(entry: str, host: str) -> bool:
    """Whether an entry of a list of domains allows a host; `*.` stands for any subdomain."""
    name = re.sub(r"^[a-z]+://", "", entry.strip().lower())
    name = re.split(r"[/?#]", name, maxsplit=1)[0]
    if ":" not in name:
        host = host.partition(":")[0]
    return host.endswith(name[1:]) if name.startswith("*.") else host == name
