"""Packed extensions: read in memory, and refused where they are not what a packed extension can be."""

import os
import random
import resource
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from extension_data import MANIFEST, request

from sigmalint.api import lint
from sigmalint.archive import LARGEST_SOURCES, Archive, RefusedArchive
from sigmalint.result import Result

Fill = Callable[[zipfile.ZipFile], object]


def pack(path: Path, fill: Fill = lambda archive: None, folder: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{folder}plugin-manifest.json", MANIFEST)
        archive.writestr(f"{folder}app/a.js", request())
        fill(archive)
    return path


def shown(result: Result) -> list[tuple[str, str]]:
    return [(finding.rule.code, finding.span.file.path) for finding in result.findings]


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


@pytest.mark.parametrize("folder", ["", "my extension/"])
def test_findings_have_the_archives_path_before_their_own(tmp_path: Path, folder: str) -> None:
    pack(tmp_path / "x.zip", folder=folder)
    before = sorted(tmp_path.rglob("*"))
    result = lint(tmp_path / "x.zip", root=tmp_path)
    assert shown(result) == [("SIG201", f"x.zip/{folder}app/a.js")]
    assert (result.extensions, result.refused) == (1, [])
    assert sorted(tmp_path.rglob("*")) == before


def test_an_archive_gives_the_findings_of_its_folder(tmp_path: Path) -> None:
    archive = pack(tmp_path / "x.zip")
    zipfile.ZipFile(archive).extractall(tmp_path / "y")
    packed, unpacked = lint(archive, root=tmp_path), lint(tmp_path / "y", root=tmp_path / "y")
    assert [(code, path.removeprefix("x.zip/")) for code, path in shown(packed)] == shown(unpacked)
    assert packed.requests == unpacked.requests


def test_archives_and_folders_can_be_named_together_and_archives_in_folders_are_left_alone(tmp_path: Path) -> None:
    pack(tmp_path / "x.zip")
    zipfile.ZipFile(tmp_path / "x.zip").extractall(tmp_path / "y")
    command = [sys.executable, "-m", "sigmalint", "--format=concise", "--root=.", "y", "x.zip"]
    out = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert "2 extensions" in out
    assert lint(tmp_path).extensions == 1


def test_links_and_what_a_mac_adds_are_no_files_of_it(tmp_path: Path) -> None:
    def fill(archive: zipfile.ZipFile) -> None:
        archive.writestr(link("app/b.js"), "/etc/passwd")
        archive.writestr("__MACOSX/app/._a.js", b"\0\5\26\7")
        archive.writestr("node_modules/y/z.js", request())

    result = lint(pack(tmp_path / "x.zip", fill), root=tmp_path)
    assert [path for code, path in shown(result) if code != "SIG202"] == ["x.zip/app/a.js"]
    assert result.files == ["x.zip/app/a.js", "x.zip/plugin-manifest.json"]


def many(archive: zipfile.ZipFile) -> None:
    for number in range(30_000):
        archive.writestr(f"app/{number}.js", b"")


def large(archive: zipfile.ZipFile) -> None:
    line = random.Random(1).randbytes(20_000).hex().encode()
    for number in range(LARGEST_SOURCES // 4_000_000 + 1):
        archive.writestr(f"app/{number}.js", line * 100)


def locked(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        start = data.find(mark)
        while start >= 0:
            data[start + flags] |= 1
            start = data.find(mark, start + 1)
    path.write_bytes(data)


def lying(path: Path) -> None:
    data = bytearray(path.read_bytes())
    start = data.rfind(b"PK\1\2")
    data[start + 24 : start + 28] = struct.pack("<I", 10)
    path.write_bytes(data)


def counted(path: Path) -> None:
    data = bytearray(path.read_bytes())
    start = data.rfind(b"PK\5\6")
    data[start + 12 : start + 16] = struct.pack("<I", 0x7FFFFFFF)
    path.write_bytes(data)


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


REFUSED: dict[str, tuple[Fill, Callable[[Path], None] | None, str]] = {
    "traversal": (lambda archive: archive.writestr("../../evil.js", ""), None, "leads out of it"),
    "backslashes": (lambda archive: archive.writestr("app\\..\\..\\evil.js", ""), None, "leads out of it"),
    "absolute": (lambda archive: archive.writestr("/etc/evil.js", ""), None, "leads out of it"),
    "drive": (lambda archive: archive.writestr("C:/evil.js", ""), None, "leads out of it"),
    "bomb": (lambda archive: archive.writestr("app/b.js", bytes(100_000_000)), None, "100 times its size"),
    "bomb of an image": (lambda archive: archive.writestr("app/b.png", bytes(100_000_000)), None, "100 times its size"),
    "many small bombs": (lambda archive: [archive.writestr(f"{n}.js", bytes(999_999)) for n in range(40)], None, "MB in"),
    "many files": (many, None, "more than 10000 files"),
    "large files": (large, None, "MB in"),
    "encrypted": (lambda archive: None, locked, "encrypted"),
    "another method": (lambda archive: archive.writestr("b.js", "x", zipfile.ZIP_LZMA), None, "deflate"),
    "wrong sizes": (lambda archive: archive.writestr("b.js", b"x" * 500_000), lying, "cannot be read as a zip"),
    "absurd directory": (lambda archive: None, counted, "cannot be read as a zip"),
    "torn": (lambda archive: None, torn, "cannot be read as a zip"),
    "empty": (lambda archive: None, lambda path: path.write_bytes(b"") and None, "cannot be read as a zip"),
    "no archive": (lambda archive: None, lambda path: path.write_bytes(b"hello") and None, "cannot be read as a zip"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", REFUSED)
def test_what_no_packed_extension_is_gets_a_finding(tmp_path: Path, name: str) -> None:
    fill, spoil, reason = REFUSED[name]
    pack(tmp_path / "x.zip", fill)
    if spoil:
        spoil(tmp_path / "x.zip")
    started = time.perf_counter()
    result = lint(tmp_path / "x.zip", root=tmp_path)
    assert time.perf_counter() - started < 5
    assert shown(result) == [("SIG002", "x.zip")]
    assert result.findings[0].message.startswith('"x.zip" ')
    assert reason in result.findings[0].message
    assert result.refused == ["x.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    pack(tmp_path / "x.zip", lambda archive: archive.writestr("app/a.js", "other();"))
    with pytest.raises(RefusedArchive, match="two files"):
        Archive(str(tmp_path / "x.zip"), str(tmp_path), {".js"})


@pytest.mark.parametrize("fill", [REFUSED["bomb"][0], many], ids=["bomb", "many files"])
def test_a_refused_archive_costs_little_and_ends_with_status_2(tmp_path: Path, fill: Fill) -> None:
    pack(tmp_path / "x.zip", fill)
    limit = 600_000_000  # of address space, which counts libraries that are not in memory

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    command = [sys.executable, "-m", "sigmalint", "--format", "concise", "x.zip"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, preexec_fn=bound, check=False, timeout=20)
    assert done.returncode == 2
    assert done.stdout.startswith("x.zip:1:1: error SIG002 ")
    assert "Traceback" not in done.stderr


def test_the_fate_of_an_archive_does_not_change_that_of_others(tmp_path: Path) -> None:
    pack(tmp_path / "good.zip")
    (tmp_path / "bad.zip").write_bytes(b"")
    command = [sys.executable, "-m", "sigmalint", "--format=concise", "--root=.", "good.zip", "bad.zip"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "good.zip/app/a.js:1:87: error SIG201" in done.stdout
    assert os.listdir(tmp_path).count("app") == 0
