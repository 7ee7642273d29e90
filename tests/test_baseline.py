"""Baselines: what is known stays out, what is new shows, what is gone is told."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from extension_data import request, write

from sigmalint.baseline import BaselineError, load


class Ran(NamedTuple):
    status: int
    out: str
    err: str


def sigmalint(folder: Path, *args: str) -> Ran:
    command = [sys.executable, "-m", "sigmalint", "--root", ".", "--format", "concise", *args, "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """An extension with two equal defects, all of which are known."""
    folder = write(tmp_path, {"a.js": f"{request()}\n{request()}\n", "b.js": request("crm_main")})
    ran = sigmalint(folder, "--write-baseline", "known.json")
    assert (ran.status, ran.err) == (0, "sigmalint: known.json: 2 known findings\n")
    assert ran.out.startswith("0 errors, 0 warnings, 0 notes (2 more suppressed); ")
    return folder


def test_what_is_known_is_left_out_also_after_it_moved(known: Path) -> None:
    (known / "a.js").write_text(f"\n\n  {request()}\n// new\n\t{request()}\n")
    assert sigmalint(known, "--baseline", "known.json") == (0, sigmalint(known, "--baseline", "known.json").out, "")


def test_only_what_is_new_is_shown(known: Path) -> None:
    (known / "a.js").write_text(f"{request()}\n{request()}\n{request()}\n{request('crm_mein')}\n")
    ran = sigmalint(known, "--baseline", "known.json")
    assert ran.status == 1
    assert [line.partition(" ")[0] for line in ran.out.splitlines()[:-1]] == ["a.js:3:87:", "a.js:4:87:"]


def test_what_no_longer_occurs_is_told_and_can_be_taken_out(known: Path) -> None:
    (known / "a.js").write_text(f"{request()}\n{request('new_one')}\n")
    ran = sigmalint(known, "--baseline", "known.json", "--verbose")
    assert "sigmalint: known.json: 1 finding fewer than known; --write-baseline takes them out\n" in ran.err
    assert "no longer occurs: a.js: SIG201" in ran.err
    pruned = sigmalint(known, "--baseline", "known.json", "--write-baseline", "known.json")
    assert (pruned.status, pruned.err) == (1, "sigmalint: known.json: 1 known finding\n")
    assert "new_one" in pruned.out
    assert [entry.code for entry in load(str(known / "known.json"))] == ["SIG201"]


def test_nothing_is_said_of_files_and_rules_that_were_not_looked_at(known: Path) -> None:
    (known / "a.js").write_text("f();\n")
    assert sigmalint(known, "--baseline", "known.json", "--select", "SIG1").err == ""
    command = [sys.executable, "-m", "sigmalint", "--baseline", "known.json", "b.js"]
    assert subprocess.run(command, cwd=known, capture_output=True, check=False).stderr == b""


def test_known_findings_are_shown_on_request_and_marked(known: Path) -> None:
    ran = sigmalint(known, "--baseline", "known.json", "--show-suppressed")
    assert ran.status == 0
    assert ran.out.count("[unknown-connection] (in the baseline)\n") == 2
    sarif = json.loads(sigmalint(known, "--baseline", "known.json", "--show-suppressed", "--format=sarif").out)
    assert [found["suppressions"] for found in sarif["runs"][0]["results"]] == [[{"kind": "external"}]] * 2


def test_fingerprints_are_those_of_the_reports(known: Path) -> None:
    findings = json.loads(sigmalint(known, "--format", "json").out)["findings"]
    assert {entry.fingerprint for entry in load(str(known / "known.json"))} == {found["fingerprint"] for found in findings}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2, "findings": []}', '{"version": 1, "findings": [{}]}', "[" * 99999]
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "known.json").write_text(text)
    with pytest.raises(BaselineError, match=r"known\.json: "):
        load(str(tmp_path / "known.json"))
    assert sigmalint(tmp_path, "--baseline", "known.json").status == 2
