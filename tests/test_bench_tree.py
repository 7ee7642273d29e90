"""On the benchmark's tree, whose truth is known, every wrong call is found and nothing else."""

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from sigmalint import lint

MISSION = {"SIG101", "SIG102", "SIG103", "SIG104", "SIG105", "SIG201"}


def load_generator() -> ModuleType:
    path = Path(__file__).parent.parent / "benchmarks" / "make_tree.py"
    spec = importlib.util.spec_from_file_location("make_tree", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make_tree = load_generator()


def check_tree(count: int, folder: Path) -> None:
    calls = make_tree.write_tree(count, folder)
    result = lint(folder)
    assert result.failures == []
    assert result.requests == result.resolved == len(calls)
    spoken = [finding for finding in result.findings if finding.rule.code in MISSION]
    assert {finding.rule.code for finding in spoken} == {"SIG101"}
    expected = Counter((call.extension, call.path) for call in calls if call.wrong)
    reported = Counter(_split(finding.span.file.path) for finding in spoken)
    assert reported == expected
    # A finding stands at the options object: in the line where the call's function begins, or a few below.
    begins = {(call.extension, call.path, call.line + ahead) for call in calls if call.wrong for ahead in range(4)}
    astray = [f for f in spoken if (*_split(f.span.file.path), f.span.begin.line) not in begins]
    assert astray == []


def _split(path: str) -> tuple[str, str]:
    extension, _, rest = path.partition("/")
    return extension, rest


def test_every_wrong_call_of_twenty_extensions_is_found_and_no_other(tmp_path: Path) -> None:
    check_tree(20, tmp_path)


@pytest.mark.slow
def test_every_wrong_call_of_two_hundred_extensions_is_found_and_no_other(tmp_path: Path) -> None:
    check_tree(200, tmp_path)


def test_the_tree_is_the_same_every_time(tmp_path: Path) -> None:
    assert make_tree.write_tree(2, tmp_path / "one") == make_tree.write_tree(2, tmp_path / "two")
    assert (tmp_path / "one/ext001/app/js/app2.js").read_text() == (tmp_path / "two/ext001/app/js/app2.js").read_text()
