"""What commit of which repository is linted: read from git's files, since git itself may run what a repository configures."""

import os
import re
from urllib.parse import urlsplit, urlunsplit

from sigmalint.report import Checkout

_LARGEST = 10_000_000
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_BRANCH = "refs/heads/"
_REMOTE = re.compile(r"""\[remote\s+"origin"\](?P<body>[^\[]*)""")
_URL = re.compile(r"^\s*url\s*=\s*(\S+)\s*$", re.MULTILINE)
_SHORT = re.compile(r"(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>[^/].*)")


def read_checkout(folder: str) -> Checkout | None:
    """The state of the checkout whose top is a folder; None for any other folder, and where address or commit is not known."""
    git = _git_folder(folder)
    if git is None:
        return None
    common = os.path.normpath(os.path.join(git, _read(os.path.join(git, "commondir")).strip()))
    remote = _REMOTE.search(_read(os.path.join(common, "config")))
    url = _URL.search(remote["body"]) if remote else None
    repository = _address(url[1]) if url else None
    head = _read(os.path.join(git, "HEAD")).strip()
    reference = head.removeprefix("ref: ")
    revision = head if reference == head else _resolve(reference, git, common)
    if repository is None or not _COMMIT.fullmatch(revision):
        return None
    return Checkout(repository, revision, reference.removeprefix(_BRANCH) if reference.startswith(_BRANCH) else None)


def _git_folder(folder: str) -> str | None:
    path = os.path.join(folder, ".git")
    if os.path.isdir(path):
        return path
    pointer = _read(path)
    return os.path.join(folder, pointer[8:].strip()) if pointer.startswith("gitdir: ") else None


def _resolve(reference: str, git: str, common: str) -> str:
    """The commit of a reference; empty where it is not known."""
    if not reference.startswith("refs/") or ".." in reference:
        return ""
    for folder in (git, common):
        if loose := _read(os.path.join(folder, reference)).strip():
            return loose
    packed = re.search(rf"^([0-9a-f]+) {re.escape(reference)}$", _read(os.path.join(common, "packed-refs")), re.MULTILINE)
    return packed[1] if packed else ""


def _address(url: str) -> str | None:
    """A remote's address as people open it, without credentials; None for a local one."""
    if "://" not in url and (short := _SHORT.fullmatch(url)):
        url = f"https://{short['host']}/{short['path']}"
    try:
        parts = urlsplit(url)
        port = parts.port if parts.scheme in ("http", "https") else None
    except ValueError:
        return None
    if parts.scheme not in ("http", "https", "ssh", "git") or not parts.hostname:
        return None
    host = f"{parts.hostname}:{port}" if port else parts.hostname
    scheme = parts.scheme if parts.scheme in ("http", "https") else "https"
    return urlunsplit((scheme, host, parts.path.removesuffix("/").removesuffix(".git"), "", ""))


def _read(path: str) -> str:
    """The text of one of git's files; empty where there is none."""
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > _LARGEST:
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (OSError, ValueError):
        return ""
