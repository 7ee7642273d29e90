"""What the README shows is what a reader gets."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sigmalint.config import Configurations
from sigmalint.registry import load_rules

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The repository as its reader has it, as far as the examples need it."""
    shutil.copytree(ROOT / "fixtures/use-connections", tmp_path / "fixtures/use-connections")
    return tmp_path


def block(language: str, start: str) -> str:
    """The fence in a language that begins with some text."""
    found = re.search(rf"^```{language}\n({re.escape(start)}.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def python(*arguments: str, cwd: Path) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, encoding="utf-8", timeout=60, check=False).stdout


def test_the_first_run_prints_what_is_shown(clone: Path) -> None:
    command, shown = block("console", "$ sigmalint ").split("\n", 1)
    assert python("-m", *command.removeprefix("$ ").split(), cwd=clone) == shown


def test_the_python_example_runs(clone: Path) -> None:
    printed = python("-c", block("python", "import sigmalint"), cwd=clone)
    assert printed.startswith("fixtures/use-connections/app/fetch-data.html:20:21: SIG201 connection ")
    assert len(printed.splitlines()) == 1


def test_the_configuration_is_one(tmp_path: Path) -> None:
    (tmp_path / "sigmalint.toml").write_text(block("toml", "ignore"), encoding="utf-8")
    configuration = Configurations(load_rules(), str(tmp_path)).at("")
    assert {str(level) for level in configuration.at("app/w.html").levels.values()} >= {"error"}


@pytest.mark.parametrize("link", re.findall(r"\]\(([^):#]+)\)", README))
def test_links_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
