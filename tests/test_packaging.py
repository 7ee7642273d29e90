"""A wheel ships every module and every data file that the repository has."""

import fnmatch
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
FOLDERS = {
    "sigmalint.rules": ROOT / "rules",
    **{".".join(path.parent.relative_to(ROOT).parts): path.parent for path in (ROOT / "sigmalint").rglob("__init__.py")},
}


def test_every_package_is_listed() -> None:
    assert sorted(SETUPTOOLS["packages"]) == sorted(FOLDERS)


@pytest.mark.parametrize("package", sorted(FOLDERS))
def test_every_data_file_is_listed(package: str) -> None:
    folder = FOLDERS[package]
    inner = [other for other in FOLDERS.values() if other != folder]
    data = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix not in (".py", ".pyc")
        and not any(path.is_relative_to(other) and other.is_relative_to(folder) for other in inner)
    ]
    patterns = SETUPTOOLS["package-data"].get(package, [])
    assert [name for name in data if not any(fnmatch.fnmatch(name, pattern) for pattern in patterns)] == []
