"""Whole extensions: library, command line and SARIF say of each exactly what stands beside it.

`SIGMALINT_UPDATE_EXPECTED=1` writes the expected reports anew.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft7Validator

from sigmalint import Level, __version__, lint
from sigmalint.registry import load_rules
from sigmalint.report import ReportContext, render
from sigmalint.result import Result

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
NAMES = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())
UPDATE = bool(os.environ.get("SIGMALINT_UPDATE_EXPECTED"))
SCHEMA = json.loads((ROOT / "tests/data/sarif-schema-2.1.0.json").read_text("utf-8"))
LINE = re.compile(
    r"(?P<path>.+?):(?P<line>\d+):(?P<column>\d+): (?P<level>error|warning|note) (?P<code>SIG\d{3}) (?P<message>.*)"
)


class Place(NamedTuple):
    """A finding, as every report states it."""

    path: str
    line: int
    column: int
    level: str
    code: str


@cache
def result(name: str) -> Result:
    return lint(FIXTURES / name, root=FIXTURES)


def report(format: str, result: Result) -> str:
    return render(format, result, ReportContext(rules=load_rules(), version=__version__, root=str(FIXTURES)))


def expected(name: str) -> str:
    path = FIXTURES / f"{name}.expected.txt"
    if UPDATE:
        path.write_text(report("concise", result(name)), encoding="utf-8", newline="\n")
    return path.read_text("utf-8")


def places(concise: str) -> list[Place]:
    """The findings of a concise report."""
    found = [LINE.fullmatch(line) for line in concise.splitlines()[:-1]]
    return [
        Place(one["path"], int(one["line"]), int(one["column"]), one["level"], one["code"]) for one in found if one is not None
    ]


def command_line(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "sigmalint", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def runs() -> "dict[str, subprocess.CompletedProcess[str]]":
    """What the command line says of every fixture."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        arguments = (("--format", "concise", "--root", "fixtures", f"fixtures/{name}") for name in NAMES)
        return dict(zip(NAMES, pool.map(lambda given: command_line(*given), arguments), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_the_library_finds_what_is_expected(name: str) -> None:
    assert report("concise", result(name)) == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_command_line_finds_the_same(name: str, runs: "dict[str, subprocess.CompletedProcess[str]]") -> None:
    run = runs[name]
    assert (run.stdout, run.stderr) == (expected(name), "")
    assert run.returncode == any(place.level == "error" for place in places(run.stdout))


@pytest.mark.parametrize("name", NAMES)
def test_sarif_is_valid_and_finds_the_same(name: str) -> None:
    log = json.loads(report("sarif", result(name)))
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(log)] == []
    assert [_sarif_place(one) for one in log["runs"][0]["results"]] == places(expected(name))


@pytest.mark.parametrize("name", NAMES)
def test_json_finds_the_same_and_its_regions_cut_the_code_out_of_the_file(name: str) -> None:
    findings = json.loads(report("json", result(name)))["findings"]
    assert [_json_place(one) for one in findings] == places(expected(name))
    for one, finding in zip(findings, result(name).findings, strict=True):
        assert _cut(one["path"], one["region"]) == finding.span.text


def test_all_fixtures_at_once_give_what_each_gives_alone() -> None:
    together = report("concise", lint(FIXTURES, root=FIXTURES)).splitlines()[:-1]
    assert sorted(together) == sorted(line for name in NAMES for line in report("concise", result(name)).splitlines()[:-1])


def test_nothing_is_reported_of_the_clean_extensions() -> None:
    clean = result("clean")
    assert clean.findings == []
    assert clean.extensions == len(list((FIXTURES / "clean").iterdir()))
    assert clean.requests >= 13


def test_the_vendors_sample_has_one_finding_and_with_the_name_corrected_none(tmp_path: Path) -> None:
    assert [finding.rule.code for finding in result("use-connections").findings if finding.level > Level.NOTE] == ["SIG201"]
    copy = shutil.copytree(FIXTURES / "use-connections", tmp_path / "use-connections")
    page = copy / "app/fetch-data.html"
    page.write_bytes(page.read_bytes().replace(b"my_salesforce_connection", b"my_connection"))
    corrected = lint(copy, root=tmp_path)
    assert [finding for finding in corrected.findings if finding.level > Level.NOTE] == []
    assert (corrected.requests, corrected.resolved) == (2, 2)


def test_every_expected_report_belongs_to_a_fixture() -> None:
    assert sorted(path.name.removesuffix(".expected.txt") for path in FIXTURES.glob("*.expected.txt")) == NAMES


def _sarif_place(found: Any) -> Place:
    physical = found["locations"][0]["physicalLocation"]
    region = physical["region"]
    return Place(
        physical["artifactLocation"]["uri"], region["startLine"], region["startColumn"], found["level"], found["ruleId"]
    )


def _json_place(found: Any) -> Place:
    region = found["region"]
    return Place(found["path"], region["startLine"], region["startColumn"], found["level"], found["code"])


def _cut(path: str, region: Any) -> str:
    """The text of a region, by lines and UTF-16 columns of the file's bytes, without sigmalint's own arithmetic."""
    text = (FIXTURES / path).read_bytes().decode("utf-8-sig")
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)

    def offset(line: int, column: int) -> int:
        before = lines[line - 1].encode("utf-16-le")[: 2 * (column - 1)]
        return sum(map(len, lines[: line - 1])) + len(before.decode("utf-16-le"))

    return text[offset(region["startLine"], region["startColumn"]) : offset(region["endLine"], region["endColumn"])]
