"""The command line on real trees, with the real engine: what a user does, and what hostile or broken trees do."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from sigmalint import cli
from sigmalint.project import Disk

SDK = '<script src="https://static.zohocdn.com/sigma/client/sdk/v3/sigma-sdk.min.js"></script>'
INIT = "SigmaSDK.WRITER.init();"
BAD = "nowhere"
"""A connection that no manifest declares."""

Tree = Callable[[Mapping[str, str | bytes]], Path]


class Ran(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def findings(self) -> list[str]:
        """`path:line CODE` of each finding of a concise report."""
        lines = [line.split(": ", 2) for line in self.out.splitlines() if ": " in line]
        return [f"{place.rsplit(':', 1)[0]} {rest.split()[1]}" for place, rest, *_ in lines if " SIG" in f" {rest}"]


Sigmalint = Callable[..., Ran]


def manifest(*links: str, **more: object) -> str:
    connectors = [{"connectionLinkName": link, "connectionName": link, "serviceName": link} for link in links]
    widget = {"name": "w", "location": "writer.extensions", "url": "/app/w.html"}
    return json.dumps(
        {"service": "WRITER", "modules": {"widgets": [widget]}, "connectors": connectors, **more}, ensure_ascii=False
    )


def call(connection: str = "crm", type: str = "GET") -> str:
    options = f'connectionLinkName: "{connection}", type: "{type}", url: "https://crm.example.com/"'
    return f"SigmaSDK.WRITER.request({{ {options} }}).catch(console.error);"


def page(*scripts: str) -> str:
    """A page with each script on a line of its own, from line 3."""
    return "\n".join(["<!DOCTYPE html>", SDK, *(f"<script>{INIT} {script}</script>" for script in scripts)]) + "\n"


@pytest.fixture
def sigmalint(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Sigmalint:
    for variable in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)

    def run(*arguments: str | Path) -> Ran:
        with pytest.raises(SystemExit) as exit:
            cli.main([str(argument) for argument in arguments])
        assert isinstance(exit.value.code, int)
        ran = Ran(exit.value.code, *capsys.readouterr())
        assert "Traceback" not in ran.out + ran.err
        assert "sigmalint failed at" not in ran.out
        return ran

    return run


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    monkeypatch.chdir(tmp_path)

    def write(files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return write


ONE = {"plugin-manifest.json": manifest("crm"), "app/w.html": page(call(), call(BAD)), "app/other.js": call(BAD)}


class TestExitStatus:
    @pytest.mark.parametrize(
        ("connection", "type", "arguments", "status"),
        [
            ("crm", "GET", [], 0),
            (BAD, "GET", [], 1),
            (BAD, "GET", ["--exit-zero"], 0),
            (BAD, "GET", ["--fail-on", "never"], 0),
            (BAD, "GET", ["--ignore", "SIG201"], 0),
            (BAD, "GET", ["--ignore", "unknown-connection"], 0),
            (BAD, "GET", ["--select", "SIG1"], 0),
            (BAD, "GET", ["--select", "SIG2"], 1),
            ("crm", "get", [], 0),
            ("crm", "get", ["--fail-on", "warning"], 1),
            ("crm", "get", ["--fail-on", "warning", "--ignore", "SIG118"], 0),
            ("crm", "get", ["--select", "SIG1", "--fail-on", "note"], 1),
        ],
    )
    def test_it_is_1_for_findings_from_the_limit_on(
        self, sigmalint: Sigmalint, tree: Tree, connection: str, type: str, arguments: list[str], status: int
    ) -> None:
        tree({"plugin-manifest.json": manifest("crm"), "app/w.html": page(call(connection, type), call())})
        assert sigmalint(*arguments).status == status

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["missing"], "missing"),
            (["--format", "xml"], "xml"),
            (["--fail-on", "fatal"], "fatal"),
            (["--select", "SIG2O1"], "SIG2O1"),
            (["--config", "no.toml"], "no.toml"),
            (["--frobnicate"], "--frobnicate"),
            (["--root", "missing"], "missing"),
        ],
    )
    def test_it_is_2_when_the_work_cannot_be_done(
        self, sigmalint: Sigmalint, tree: Tree, arguments: list[str], message: str
    ) -> None:
        tree(ONE)
        ran = sigmalint(*arguments)
        assert (ran.status, ran.out) == (2, "")
        assert message in ran.err

    def test_what_could_not_be_resolved_fails_only_when_asked_to(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree({"plugin-manifest.json": manifest("crm"), "app/w.html": page(call().replace('"GET"', "prompt()"), call())})
        assert sigmalint().status == 0
        ran = sigmalint("--require-resolved", "--verbose")
        assert ran.status == 1
        assert "app/w.html:3" in ran.out
        assert "type is not known" in ran.out

    def test_a_tree_without_an_extension_is_a_warning_and_a_valid_report(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree({"readme.txt": "SigmaSDK"})
        ran = sigmalint("--format", "json")
        assert (ran.status, json.loads(ran.out)["findings"]) == (0, [])
        assert "no extension" in ran.err
        assert json.loads(sigmalint("--format", "sarif").out)["runs"][0]["results"] == []
        assert sigmalint("--require-extension").status == 2


class TestPaths:
    def test_a_file_is_linted_with_the_extension_around_it_and_reported_alone(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree(ONE)
        assert sigmalint("--format", "concise", "app/w.html").findings == ["app/w.html:4 SIG201"]
        assert sigmalint("--format", "concise", "app/other.js").findings == ["app/other.js:1 SIG201"]
        assert sigmalint("--format", "concise", "plugin-manifest.json").findings == []
        assert sigmalint("--format", "concise", "app").findings == ["app/other.js:1 SIG201", "app/w.html:4 SIG201"]

    def test_extensions_of_one_tree_and_inside_each_other_have_connections_of_their_own(
        self, sigmalint: Sigmalint, tree: Tree
    ) -> None:
        tree(
            {
                "a/plugin-manifest.json": manifest("crm"),
                "a/app/w.html": page(call("crm"), call("mail")),
                "a/inner/plugin-manifest.json": manifest("mail"),
                "a/inner/app/w.html": page(call("crm"), call("mail")),
                "b/plugin-manifest.json": manifest("crm", "mail"),
                "b/app/w.html": page(call("crm"), call("mail")),
            }
        )
        ran = sigmalint("--format", "concise")
        assert ran.findings == ["a/app/w.html:4 SIG201", "a/inner/app/w.html:3 SIG201"]
        assert "3 extensions, 6 files read" in ran.out

    def test_a_page_that_calls_the_sdk_without_a_manifest_is_one_finding_a_folder(
        self, sigmalint: Sigmalint, tree: Tree
    ) -> None:
        tree({"x/app/w.html": page(call(BAD)), "x/app/v.html": page(call(BAD, "PULL")), "x/index.html": "<p>Nothing</p>"})
        codes = [finding.split()[1] for finding in sigmalint("--format", "concise").findings]
        assert sorted(codes) == ["SIG003", "SIG104"]

    def test_the_manifest_of_another_system_is_passed_over(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree({"media/plugin-manifest.json": '{"guid": "a", "version": 1,}', "media/index.html": "<script>(</script>"})
        ran = sigmalint()
        assert (ran.status, "no extension" in ran.err) == (0, True)
        assert "media/plugin-manifest.json" in sigmalint("--show-files").out

    def test_ignored_folders_are_left_out_unless_named(self, sigmalint: Sigmalint, tree: Tree) -> None:
        files = {f"{folder}/w.html": page(call(BAD)) for folder in ("app", "node_modules/x", "dist", "build", ".git")}
        tree({"plugin-manifest.json": manifest("crm"), ".gitignore": "/build/\n", **files})
        ran = sigmalint("--format", "concise", "--verbose")
        assert ran.findings == ["app/w.html:3 SIG201"]
        assert "skipped" in ran.out
        for folder in ("dist", "build", "node_modules/x"):
            assert sigmalint("--format", "concise", folder).findings == [f"{folder}/w.html:3 SIG201"]
        shown = sigmalint("--show-files").out
        assert "build/: ignored by .gitignore" in shown
        assert "node_modules/: node_modules is left out unless named" in shown

    def test_reported_paths_are_relative_to_the_checkout_or_the_root_that_is_asked_for(
        self, sigmalint: Sigmalint, tree: Tree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        top = tree({".git/HEAD": "ref: refs/heads/main\n", **{f"pkg/{name}": content for name, content in ONE.items()}})
        monkeypatch.chdir(top / "pkg/app")
        assert sigmalint("--format", "concise", "w.html").findings == ["pkg/app/w.html:4 SIG201"]
        assert sigmalint("--format", "concise", "--root", "..", "w.html").findings == ["app/w.html:4 SIG201"]
        log = json.loads(sigmalint("--format", "sarif", "--root", "..", "w.html").out)
        location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        assert (location["uri"], location["uriBaseId"]) == ("app/w.html", "SRCROOT")


class TestOutputFile:
    def test_the_report_is_in_the_file_and_one_line_on_the_terminal(self, sigmalint: Sigmalint, tree: Tree) -> None:
        top = tree(ONE)
        ran = sigmalint("--format", "sarif", "--output-file", "out.sarif")
        assert (ran.status, len(ran.out.splitlines()), ran.err) == (1, 1, "")
        assert len(json.loads((top / "out.sarif").read_text("utf-8"))["runs"][0]["results"]) == 2

    @pytest.mark.parametrize("arguments", [["missing"], ["--select", "nothing"]])
    def test_a_run_that_fails_leaves_the_old_file(self, sigmalint: Sigmalint, tree: Tree, arguments: list[str]) -> None:
        top = tree({**ONE, "out.txt": "old"})
        assert sigmalint("--output-file", "out.txt", *arguments).status == 2
        assert (top / "out.txt").read_text() == "old"

    def test_a_folder_that_is_not_there_is_2_and_leaves_nothing_behind(self, sigmalint: Sigmalint, tree: Tree) -> None:
        top = tree(ONE)
        ran = sigmalint("--output-file", "no/such/out.txt")
        assert (ran.status, "out.txt" in ran.err) == (2, True)
        assert sorted(path.name for path in top.iterdir()) == ["app", "plugin-manifest.json"]


class TestConfiguration:
    @pytest.mark.parametrize(
        ("name", "text", "line", "near"),
        [
            ("sigmalint.toml", 'select = ["SIG1"]\n\nignroe = ["SIG106"]\n', 3, "ignore"),
            ("sigmalint.toml", "[request]\n# a word\nconection-required = false\n", 3, "connection-required"),
            ("pyproject.toml", '[project]\nname = "x"\n\n[tool.sigmalint]\nfail_on = "error"\n', 5, "fail-on"),
            ("package.json", '{\n  "name": "x",\n  "sigmalint": {\n    "levls": {}\n  }\n}\n', 4, "levels"),
            ("sigmalint.toml", '\nselect = ["unknown-conection"]\n', 2, "unknown-connection"),
        ],
    )
    def test_a_faulty_key_is_2_with_file_line_and_the_nearest(
        self, sigmalint: Sigmalint, tree: Tree, name: str, text: str, line: int, near: str
    ) -> None:
        tree({**ONE, name: text})
        ran = sigmalint()
        assert (ran.status, ran.out) == (2, "")
        assert f"{name}:{line}" in ran.err
        assert near in ran.err
        assert sigmalint("--isolated").status == 1

    def test_each_extension_has_the_nearest_file_above_it(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree(
            {
                "sigmalint.toml": 'levels = {SIG201 = "note"}\n',
                "a/plugin-manifest.json": manifest("crm"),
                "a/app/w.html": page(call(BAD)),
                "b/plugin-manifest.json": manifest("crm"),
                "b/app/w.html": page(call(BAD), call("crm", "PATCH")),
                "b/sigmalint.toml": '[request]\nmethods = ["PATCH"]\n',
            }
        )
        ran = sigmalint("--format", "concise", "--select", "SIG1,SIG2")
        assert "a/app/w.html:3:" in ran.out
        assert "note SIG201" in ran.out
        assert ran.findings == ["a/app/w.html:3 SIG201", "b/app/w.html:3 SIG201"]
        assert sigmalint("a").status == 0
        shown = sigmalint("--show-config").out
        assert "PATCH" in shown
        assert "b/sigmalint.toml" in shown


class TestHostileTrees:
    """Whatever stands in a tree: a report, a proper status, and no traceback (the fixture `sigmalint` sees to that)."""

    def test_a_file_that_is_no_utf_8_is_a_finding_and_hides_no_other(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree({**ONE, "app/latin.js": b"// \xe4\xff\n" + call(BAD).encode()})
        ran = sigmalint("--format", "concise")
        assert ran.status == 1
        assert "app/latin.js:1 SIG002" in ran.findings
        assert "app/w.html:4 SIG201" in ran.findings

    def test_a_manifest_that_is_no_utf_8_says_so_and_makes_no_connection_unknown(
        self, sigmalint: Sigmalint, tree: Tree
    ) -> None:
        tree({"plugin-manifest.json": manifest("crm", title="Größe").encode("latin-1"), "app/w.html": page(call(), call(BAD))})
        assert sigmalint("--format", "concise").findings == ["plugin-manifest.json:1 SIG002"]

    def test_a_file_without_the_right_to_read_it_is_a_finding(
        self, sigmalint: Sigmalint, tree: Tree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read = Disk.read

        def refuse(disk: Disk, path: str) -> bytes:
            # Root may read everything: the refusal has to be played.
            if path.endswith("locked.js"):
                raise PermissionError(13, "Permission denied", path)
            return read(disk, path)

        monkeypatch.setattr(Disk, "read", refuse)
        tree({**ONE, "app/locked.js": call(BAD)})
        assert "app/locked.js:1 SIG002" in sigmalint("--format", "concise").findings

    @pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"   \r\n\r"])
    def test_empty_files_are_read(self, sigmalint: Sigmalint, tree: Tree, content: bytes) -> None:
        tree({**ONE, "app/e.html": content, "app/e.js": content, "app/e.mjs": content, "app/e.ts": content})
        assert sigmalint("--format", "concise", "--ignore", "SIG407").findings == [
            "app/other.js:1 SIG201",
            "app/w.html:4 SIG201",
        ]

    @pytest.mark.parametrize("content", [b"", b"{", b"null", b"[]", b'"x"', b"{}", b"\x00", b"\xef\xbb\xbf"])
    def test_a_manifest_that_is_none_is_reported_once_or_more_but_never_as_an_unknown_connection(
        self, sigmalint: Sigmalint, tree: Tree, content: bytes
    ) -> None:
        tree({"plugin-manifest.json": content, "app/w.html": page(call())})
        codes = {finding.split()[1] for finding in sigmalint("--format", "concise").findings}
        assert codes
        assert codes <= {"SIG002", "SIG004", "SIG005", "SIG201", "SIG401"}
        assert "SIG201" not in codes or content in (b"null", b"[]", b'"x"', b"{}")

    def test_an_empty_folder_and_one_of_folders_only_are_no_extension(self, sigmalint: Sigmalint, tree: Tree) -> None:
        top = tree({})
        (top / "a/b/c").mkdir(parents=True)
        for format in ("text", "concise", "json", "sarif"):
            assert sigmalint("--format", format).status == 0

    @pytest.mark.parametrize(
        ("opening", "closing"),
        [("[", "]"), ("(", ")"), ("{", "}"), ("f(", ")"), ("!", ""), ("x=>", "0"), ("a?", ":0"), ("if(a)", ";"), ("`${", "}`")],
    )
    def test_deep_nesting_ends(self, sigmalint: Sigmalint, tree: Tree, opening: str, closing: str) -> None:
        deep = opening * 20_000 + "0" + closing * 20_000
        before = f"{call(BAD)}\nSigmaSDK.WRITER.request({deep});\n"
        tree({**ONE, "app/deep.js": before, "app/deep.html": page(deep, call(BAD))})
        assert "app/deep.html:4 SIG201" in sigmalint("--format", "concise").findings

    def test_deeply_nested_elements_and_json_end(self, sigmalint: Sigmalint, tree: Tree) -> None:
        elements = "<div>" * 50_000
        tree({"plugin-manifest.json": '{"a":' * 50_000, "app/w.html": elements + page(call(BAD)), "app/x.json": "[" * 50_000})
        assert sigmalint("--format", "concise").status == 1

    def test_a_huge_minified_file_is_read_for_its_requests_in_seconds(self, sigmalint: Sigmalint, tree: Tree) -> None:
        filler = "".join(f"function f{i}(a,b){{return a?b[{i}]:f{i - 1}(b,a)}};" for i in range(1, 10_000))
        tree({**ONE, "app/bundle.min.js": f"!function(){{{filler}{call(BAD)}}}();"})
        start = time.monotonic()
        findings = sigmalint("--format", "text").out
        assert "app/bundle.min.js:1:" in findings
        assert max(map(len, findings.splitlines())) < 500
        assert time.monotonic() - start < 20

    def test_nul_bytes_controls_and_lone_surrogates_reach_no_terminal(self, sigmalint: Sigmalint, tree: Tree) -> None:
        script = 'SigmaSDK.WRITER.request({connectionLinkName: "a\\u0000\\u001b[31m\\ud800b", type: "G\x1bE", url: "https://x.example/"})'
        tree({**ONE, "app/n.html": page("\x00" + script + ".catch(alert)"), "app/n.js": b"\x00\x00" + script.encode()})
        for format in ("text", "concise", "json", "sarif"):
            ran = sigmalint("--format", format)
            assert ran.status == 1
            assert not {"\x00", "\x1b"} & set(ran.out)

    def test_names_of_files_and_folders_may_be_anything(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree({"plugin-manifest.json": manifest("crm"), "app/ä 😀 #%?/[x]*.html": page(call(BAD)), "app/-v.js": call(BAD)})
        found = sigmalint("--format", "concise", "--ignore", "SIG4").findings
        assert found == ["app/-v.js:1 SIG201", "app/ä 😀 #%?/[x]*.html:3 SIG201"]
        assert "%C3%A4%20%F0%9F%98%80%20%23%25%3F" in sigmalint("--format", "sarif").out

    def test_folders_named_like_files_are_folders(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree({**ONE, "app/dir.js/x.js": call(BAD), "other/plugin-manifest.json/w.html": page(call(BAD))})
        assert "app/dir.js/x.js:1 SIG201" in sigmalint("--format", "concise").findings


class TestProcess:
    """What only a process of its own shows."""

    def run(self, *arguments: str, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "-m", "sigmalint", *arguments]
        return subprocess.run(command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, timeout=60, check=False)

    def test_two_runs_print_the_same_bytes(self, tree: Tree) -> None:
        top = tree({**ONE, "b/plugin-manifest.json": manifest("x"), "b/w.html": page(call(BAD, "PULL"))})
        runs = [self.run("--format", "sarif", cwd=top, PYTHONHASHSEED=seed) for seed in ("1", "2")]
        assert runs[0].stdout == runs[1].stdout
        assert [run.returncode for run in runs] == [1, 1]

    def test_nothing_in_the_tree_is_run_or_written(self, tree: Tree) -> None:
        trap = "raise SystemExit('the tree was run')"
        top = tree({**ONE, "sigmalint/__init__.py": trap, "click.py": trap, "rules/x.py": trap, "conftest.py": trap})
        before = {path: path.read_bytes() for path in top.rglob("*") if path.is_file()}
        run = self.run("--format", "concise", ".", cwd=top, PYTHONSAFEPATH="1")
        assert (run.returncode, run.stderr) == (1, b"")
        assert {path: path.read_bytes() for path in top.rglob("*") if path.is_file()} == before

    def test_a_terminal_without_unicode_gets_utf_8_all_the_same(self, tree: Tree) -> None:
        top = tree({"plugin-manifest.json": manifest("crm"), "app/w.html": page(call("größe 😀"))})
        run = self.run(cwd=top, LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
        assert run.returncode == 1
        assert "größe 😀" in run.stdout.decode("utf-8")
