"""The credentials in addresses: `user:password@` and parameters. Works on text in which unknown parts are `UNKNOWN`."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

UNKNOWN = "\uf8ff"
"""Stands for a part of a text that is not known."""

_USERINFO = re.compile(
    r"[a-zA-Z][a-zA-Z0-9+.-]{0,20}://([^\s/?#\"'<>`@:\\]{1,80}):([^\s/?#\"'<>`@\\]{1,200})@([^\s/?#\"'<>`@\\]{1,200})"
)
_PARAMETER = re.compile(r"(?:(?<=[?&])|\A)([A-Za-z_][\w.\-]{0,60}(?:\[\w*\])?)=([^&#\s\"'<>`;\\)]{6,2000})")
_HOST = re.compile(r"://(?:[^/\s\"'`@]{0,100}@)?([A-Za-z0-9.\-]{1,200})")


_CONNECTION = re.compile(
    r"(?:;|\A)\s?((?:Password|Pwd|AccountKey|SharedAccessKey|SharedSecret|AccessKey|Secret))\s?=\s?([^;\s\"'<>`]{6,300})(?=;|\Z)",
    re.IGNORECASE,
)
_CONNECTION_SIGN = re.compile(
    r"(?:Server|Data Source|Host|Endpoint|Initial Catalog|Database|User Id|Uid|AccountName)\s?=", re.IGNORECASE
)


class Part(NamedTuple):
    """A value in an address: offsets in the text, its name ("" for a password before the host), and the host."""

    start: int
    end: int
    name: str
    value: str
    host: str


def may_have_parts(text: str) -> bool:
    """Whether a text is worth a look: cheap."""
    if "=" in text:
        return "?" in text or "&" in text or ";" in text or ("://" in text and "@" in text)
    return "://" in text and "@" in text


def parts(text: str, *, anywhere: bool = False) -> Iterator[Part]:
    """The passwords and parameters of the addresses in a text; `anywhere`: also where the text holds more than an address."""
    if "://" in text and "@" in text:
        for match in _USERINFO.finditer(text):
            yield Part(match.start(2), match.end(2), "", unquote(match[2]), match[3].rpartition(":")[0] or match[3])
    if "=" not in text:
        return
    if ";" in text and _CONNECTION_SIGN.search(text[:4_000]):
        for match in _CONNECTION.finditer(text[:4_000]):
            yield Part(match.start(2), match.end(2), match[1], match[2], "")
    host = ""
    previous = 0
    for match in _PARAMETER.finditer(text):
        if anywhere or not host:
            hosts = _HOST.findall(text, max(previous, match.start() - 600), match.start())
            host = hosts[-1] if hosts else host
        previous = match.start()
        yield Part(match.start(2), match.end(2), match[1], unquote(match[2]), host)
