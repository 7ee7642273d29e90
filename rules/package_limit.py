"""A file below `app/` that the vendor's packer refuses or leaves out."""

import posixpath
import re

from sigmalint import Extension, Level, Report, Rule

from ._sources import TOOLKIT

META = Rule(code="SIG407", name="package-limit", level=Level.NOTE, tags=("package",), sources=(TOOLKIT,))
MOST_FILES = 250
LARGEST = 5_000_000
LONGEST = 50
_FILE = re.compile(r"[A-Za-z0-9_.$-]+")
_FOLDER = re.compile(r"[A-Za-z0-9_$-]+")
_PACKED = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".png",
        ".gif",
        ".svg",
        ".css",
        ".woff",
        ".woff2",
        ".ttf",
        ".eot",
        ".webm",
        ".js",
        ".mp3",
        ".mp4",
        ".json",
        ".txt",
        ".md",
        ".xml",
        ".dre",
        ".html",
    ]
)


def check(extension: Extension, report: Report) -> None:
    manifest = extension.manifest
    if manifest is None or manifest.root is None or extension.built:
        return
    place = manifest.root.span.first()
    files = sorted(extension.packed())
    faults = [(path, fault) for path, size in files if (fault := _fault(_below(extension, path), size)) is not None]
    if faults:
        path, fault = faults[0]
        more = f" (and {len(faults) - 1} more files)" if len(faults) > 1 else ""
        report(place, f'"{_below(extension, path)}" {fault}{more}')
    elif len(files) > MOST_FILES:
        report(place, f'"app" has {len(files)} files; the packer takes {MOST_FILES}')


def _below(extension: Extension, path: str) -> str:
    return posixpath.relpath(path, extension.base or ".")


def _fault(path: str, size: int) -> str | None:
    *folders, name = path.split("/")
    if size > LARGEST:
        return f"has {size:,} bytes; the packer takes {LARGEST:,}"
    if name.startswith("."):
        return "is a hidden file; the packer refuses it"
    if len(name) > LONGEST:
        return f"has a name of {len(name)} characters; the packer takes {LONGEST}"
    if not _FILE.fullmatch(name) or not all(_FOLDER.fullmatch(folder) for folder in folders):
        return "has a character in its path that the packer refuses"
    if posixpath.splitext(name)[1] not in _PACKED:
        return "is left out by the packer, which does not know its kind"
    return None
