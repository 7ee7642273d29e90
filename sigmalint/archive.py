"""Packed extensions: a `.zip` read in memory, nothing unpacked to disk.

An archive comes from whoever packed it. Its directory is read within a limit and judged before anything is decompressed, so
that what is absurd costs neither memory nor time: such an archive is refused as a whole.
"""

import io
import os
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from sigmalint.result import Skipped

LARGEST_DIRECTORY = 2_000_000
"""Bytes of an archive's directory."""
MOST_FILES = 10_000
"""The vendor takes 250."""
LARGEST_FILE = 10_000_000
"""Bytes, unpacked, of a file that is linted; the vendor takes 5 MB."""
LARGEST_SOURCES = 20_000_000
"""Bytes, unpacked, of all files that are linted."""
LARGEST_TOTAL = 500_000_000
"""Bytes, unpacked, of all files."""
HIGHEST_RATIO = 100
"""How many times larger than packed a file of more than `RATIO_COUNTS_FROM` bytes may be: no code comes near it."""
RATIO_COUNTS_FROM = 1_000_000

_LEFT_OUT = frozenset(("__MACOSX", "node_modules", ".git"))
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_DRIVE = re.compile(r"[A-Za-z]:")
_CHUNK = 1 << 16


class RefusedArchive(Exception):
    """An archive that is not read; the text says why, as the end of a sentence about it."""


class _Guarded(io.FileIO):
    """A file of which nobody reads more at a time than an archive's directory may have, as long as that is being read."""

    in_directory = True

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.in_directory:
            return super().read(size) or b""
        limit = LARGEST_DIRECTORY + 1
        data: bytes = super().read(limit if size is None or size < 0 else min(size, limit)) or b""
        if len(data) == limit:
            raise RefusedArchive("has a directory of absurd size")
        return data


class Archive:
    """The files of a `.zip`, by paths that go on behind its own; has what `project` asks of a disk.

    `path` is the archive's absolute path, `root` the one that reported paths are relative to, `suffixes` those of the files
    that will be read. RefusedArchive where it is damaged, or not what a packed extension can be.
    """

    def __init__(self, path: str, root: str, suffixes: Collection[str]) -> None:
        self.root = root
        self._path = path
        self._suffixes = suffixes
        self._kept: dict[str, bytes] = {}
        self.skipped: list[Skipped] = []
        try:
            file = _Guarded(path)
            self._zip = zipfile.ZipFile(file)
            file.in_directory = False
            self._members = self._judged(self._zip.infolist())
            self.files = {name: None for name in self._members if self._is_source(name)}
            for name in self.files:
                self._check(self._members[name])
        except RefusedArchive:
            raise
        except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
            raise RefusedArchive(f"cannot be read as a zip archive: {error}") from None
        except OSError as error:
            raise RefusedArchive(f"cannot be read: {error.strerror or error}") from None
        self._names: defaultdict[str, set[str]] = defaultdict(set)
        for name in self._members:
            while name != path:
                name, last = os.path.split(name)
                self._names[name].add(last)

    def __reduce__(self) -> tuple[type["Archive"], tuple[str, str, Collection[str]]]:
        return Archive, (self._path, self.root, self._suffixes)

    def _judged(self, infos: list[zipfile.ZipInfo]) -> Mapping[str, zipfile.ZipInfo]:
        """The files by absolute path, all of which are what they should be."""
        if len(infos) > MOST_FILES:
            raise RefusedArchive(f"has more than {MOST_FILES} files")
        members: dict[str, zipfile.ZipInfo] = {}
        total = sources = 0
        for info in infos:
            name = info.filename.replace("\\", "/")
            if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
                raise RefusedArchive(f'has a file "{_shown(info.filename)}", which leads out of it')
            if info.is_dir() or name.endswith("/"):
                continue
            path = f"{self._path}/{posixpath.normpath(name)}"
            left_out = next((part for part in name.split("/")[:-1] if part in _LEFT_OUT), None)
            total += info.file_size
            if info.file_size > RATIO_COUNTS_FROM and info.file_size > HIGHEST_RATIO * info.compress_size:
                raise RefusedArchive(f'has a file "{_shown(name)}" that unpacks to more than {HIGHEST_RATIO} times its size')
            if total > LARGEST_TOTAL:
                raise RefusedArchive(f"unpacks to more than {LARGEST_TOTAL // 1_000_000} MB")
            if left_out is not None or stat.S_ISLNK(info.external_attr >> 16):
                if left_out is None:
                    self.skipped.append(Skipped(path, "symbolic link"))
                continue
            if path in members:
                raise RefusedArchive(f'has two files "{_shown(name)}"')
            members[path] = info
            if self._is_source(path):
                sources += info.file_size
                if info.file_size > LARGEST_FILE or sources > LARGEST_SOURCES:
                    raise RefusedArchive(f"has more than {LARGEST_FILE // 1_000_000} MB in a file, or twice that in all")
                if info.flag_bits & _ENCRYPTED:
                    raise RefusedArchive("is encrypted")
                if info.compress_type not in _METHODS:
                    raise RefusedArchive("is packed by another method than deflate")
        return members

    def _is_source(self, name: str) -> bool:
        return os.path.splitext(name)[1].lower() in self._suffixes

    def _check(self, info: zipfile.ZipInfo) -> None:
        """Unpack a file for nothing: its size and checksum must be those of the directory."""
        with self._zip.open(info) as file:
            while file.read(_CHUNK):
                pass

    def report(self, path: str) -> str:
        """The reported path of an absolute one."""
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def locate(self, reported: str) -> str:
        """The absolute path of a reported one."""
        return os.path.normpath(os.path.join(self.root, reported)).replace(os.sep, "/")

    def read(self, path: str) -> bytes:
        """The bytes of a file; OSError where there is none, or it is too large."""
        if path in self._kept:
            return self._kept.pop(path)
        info = self._members.get(path)
        if info is None:
            raise FileNotFoundError("no such file in the archive")
        if info.file_size > LARGEST_FILE:
            raise OSError(f"larger than {LARGEST_FILE // 1_000_000} MB")
        try:
            return self._zip.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise OSError(str(error)) from None

    def keep(self, path: str, data: bytes) -> None:
        """Have the next `read` of a file give these bytes, which were read already."""
        self._kept[path] = data

    def exists(self, path: str) -> bool:
        """Whether there is a file of exactly this path."""
        return path in self._members

    def below(self, folder: str) -> Iterator[str]:
        """Every file below a folder."""
        return (path for path in self._members if path.startswith(folder.rstrip("/") + "/"))

    def size(self, path: str) -> int:
        """The size of a file in bytes, unpacked."""
        return self._members[path].file_size

    def names(self, folder: str) -> Collection[str]:
        """The names in a folder."""
        return self._names.get(folder, ())


def _shown(name: str) -> str:
    return name if len(name) <= 80 else name[:79] + "…"
