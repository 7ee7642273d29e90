"""The command line: options, exit statuses, and what goes where. Findings come from an engine that looks for words."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from sigmalint import __version__, cli
from sigmalint.finding import Finding
from sigmalint.registry import LoadedRule, load_rules
from sigmalint.result import Files, Result, Unresolved
from sigmalint.rule import Level, Rule
from sigmalint.settings import Settings
from sigmalint.sources.text import SourceFile, Span

RULES = tuple(
    LoadedRule(Rule(code=code, name=name, level=level), lambda: None, "some.module")
    for code, name, level in (
        ("SIG101", "bad-thing", Level.ERROR),
        ("SIG118", "odd-thing", Level.WARNING),
        ("SIG202", "small-thing", Level.NOTE),
    )
)


def lint(files: Files, settings: Settings, rules: Sequence[LoadedRule], memory: object = None) -> Result:
    """Every rule reports its level's word; `unknown` is an unresolved request, `crash` a crash."""
    result = Result(extensions=1)
    for path in files.sources:
        source = SourceFile.decode(path, files.read(path))
        result.files.append(path)
        for match in re.finditer(r"error|warning|note|unknown|crash|boom|stop", source.text):
            span = Span(source, *match.span())
            if match[0] == "boom":
                raise RuntimeError("out of\ncheese")
            if match[0] == "stop":
                raise KeyboardInterrupt
            if match[0] == "crash":
                result.failures.append("a rule crashed")
            if match[0] == "unknown":
                result.requests += 1
                result.unresolved.append(Unresolved(span, "url", "it is a parameter"))
            result.findings += [
                Finding(
                    rule=rule.meta,
                    message=f"a {rule.meta.name}",
                    span=span,
                    level=settings.levels.get(rule.meta.code, rule.meta.level),
                )
                for rule in rules
                if str(rule.meta.level) == match[0] and settings.enabled(rule.meta.code, path)
            ]
    return result


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Sigmalint = Callable[..., Ran]
Tree = Callable[[dict[str, str]], Path]


@pytest.fixture
def sigmalint(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sigmalint:
    engine = ModuleType("sigmalint.engine")
    engine.lint = lint  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sigmalint.engine", engine)
    monkeypatch.setattr("sigmalint.runner.load_rules", lambda: RULES)
    for variable in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)

    def run(*args: str) -> Ran:
        with pytest.raises(SystemExit) as exit:
            cli.main(args)
        assert isinstance(exit.value.code, int)
        return Ran(exit.value.code, *capsys.readouterr())

    return run


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    monkeypatch.chdir(tmp_path)

    def write(files: dict[str, str]) -> Path:
        for name, text in {"x/plugin-manifest.json": '{"service": "WRITER"}', **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


class TestStatus:
    @pytest.mark.parametrize(
        ("text", "args", "status"),
        [
            ("", [], 0),
            ("error", [], 1),
            ("warning note", [], 0),
            ("warning", ["--fail-on", "warning"], 1),
            ("note", ["--fail-on", "warning"], 0),
            ("note", ["--fail-on", "note"], 1),
            ("error", ["--fail-on", "never"], 0),
            ("error", ["--exit-zero"], 0),
            ("error", ["--ignore", "SIG101"], 0),
            ("error", ["--select", "small-thing,odd-thing", "--select", "SIG2"], 0),
            ("error", ["--select", "SIG2", "--extend-select", "SIG101"], 1),
            ("unknown", [], 0),
            ("unknown", ["--require-resolved"], 1),
            ("unknown", ["--require-resolved", "--exit-zero"], 0),
            ("crash", [], 2),
            ("crash error", ["--exit-zero"], 2),
        ],
    )
    def test_it_says_whether_something_is_at_or_above_the_limit(
        self, sigmalint: Sigmalint, tree: Tree, text: str, args: list[str], status: int
    ) -> None:
        tree({"x/a.js": text})
        assert sigmalint(*args).status == status

    def test_without_an_extension_there_is_a_warning_and_an_empty_report(
        self, sigmalint: Sigmalint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        ran = sigmalint("--format", "json")
        assert (ran.status, ran.err) == (0, "sigmalint: warning: there is no extension to lint\n")
        assert json.loads(ran.out)["findings"] == []
        assert sigmalint("--quiet").err == ""
        assert sigmalint("--require-extension").status == 2

    @pytest.mark.parametrize(
        ("args", "message"),
        [
            (["nowhere"], "Path 'nowhere' does not exist"),
            ([""], "Path '' does not exist"),
            (["--form", "json"], "No such option"),
            (["--format", "yaml"], "'yaml' is not one of"),
            (["--config", "none.toml"], "File 'none.toml' does not exist"),
            (["--root", "none"], "Directory 'none' does not exist"),
            (["--config", "x/plugin-manifest.json", "--isolated"], "exclude each other"),
            (
                ["--select", "odd-thin"],
                'sigmalint: --select: no rule has the code, name or prefix "odd-thin"; did you mean "odd-thing"?',
            ),
            (["--output-file", "no/such/folder"], "no/such/folder cannot be written: No such file or directory"),
            (["--output-file", "x"], "x cannot be written: Is a directory"),
            (["explain", "SIG000"], 'there is no rule "SIG000"'),
        ],
    )
    def test_what_the_user_can_put_right_is_2_and_one_message(
        self, sigmalint: Sigmalint, tree: Tree, args: list[str], message: str
    ) -> None:
        tree({})
        ran = sigmalint(*args)
        assert ran.status == 2
        assert message in ran.err
        assert "Traceback" not in ran.err

    def test_a_faulty_configuration_is_2_with_file_and_line(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree({"x/sigmalint.toml": "\nselct = []"})
        assert sigmalint() == (2, "", 'sigmalint: x/sigmalint.toml:2: selct: unknown key; did you mean "select"?\n')
        assert sigmalint("--isolated").status == 0

    def test_an_internal_error_is_2_in_one_line_and_a_traceback_only_when_asked_for(
        self, sigmalint: Sigmalint, tree: Tree
    ) -> None:
        tree({"x/a.js": "boom"})
        assert sigmalint() == (2, "", "sigmalint: internal error: RuntimeError: out of cheese (--verbose shows where)\n")
        assert "Traceback" in sigmalint("--verbose").err

    def test_an_interrupt_is_130_and_silent(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree({"x/a.js": "stop"})
        ran = sigmalint()
        assert (ran.status, ran.out, ran.err.strip()) == (130, "", "")


class TestPaths:
    def test_check_is_the_default_command(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree({"x/a.js": "error"})
        assert sigmalint() == sigmalint(".") == sigmalint("check", ".") == sigmalint("x")

    def test_a_file_is_linted_with_its_extension_and_reported_alone(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree({"x/a.js": "note", "x/b.js": "error unknown"})
        ran = sigmalint("x/a.js", "--format", "concise", "--require-resolved")
        assert (ran.status, ran.out.splitlines()[0]) == (0, "x/a.js:1:1: note SIG202 a small-thing [small-thing]")
        assert "b.js" not in ran.out

    def test_one_finding_of_a_shared_place_is_reported_once(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree({"x/a.js": "error"})
        report = json.loads(sigmalint("x", "x/a.js", ".", "--format", "json").out)
        assert len(report["findings"]) == 1

    def test_paths_are_relative_to_the_root(self, sigmalint: Sigmalint, tree: Tree) -> None:
        root = tree({"x/a.js": "error", "x/app/none.txt": ""})
        for args, expected in (((".",), "x/a.js"), (("x",), "x/a.js"), (("x", "--root", "x"), "a.js")):
            (finding,) = json.loads(sigmalint(*args, "--format", "json").out)["findings"]
            assert finding["path"] == expected
        os.chdir(root / "x/app")
        assert json.loads(sigmalint("--format", "json", "../a.js").out)["findings"][0]["path"] == "a.js"

    def test_a_file_name_that_is_no_text_is_shown_escaped(self, sigmalint: Sigmalint, tree: Tree) -> None:
        root = tree({})
        (root / os.fsdecode(b"x/a\xff.js")).write_text("error")
        assert sigmalint("--format", "concise").status == 1
        assert sigmalint("--show-files").status == 0


class TestConfiguration:
    def test_files_select_levels_and_limits(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree(
            {
                "x/sigmalint.toml": 'fail-on = "warning"\nlevels = {SIG118 = "note"}\n'
                '[[overrides]]\npaths = ["b.js"]\nlevels = {SIG118 = "error"}\n',
                "x/a.js": "warning",
                "x/b.js": "warning",
            }
        )
        ran = sigmalint("--format", "json")
        assert [(finding["path"], finding["level"]) for finding in json.loads(ran.out)["findings"]] == [
            ("x/a.js", "note"),
            ("x/b.js", "error"),
        ]
        assert (ran.status, sigmalint("x/a.js").status) == (1, 0)

    def test_show_config_says_what_holds_and_where_it_comes_from(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree({"x/sigmalint.toml": 'ignore = ["SIG101"]', "y/plugin-manifest.json": '{"service": "WRITER"}'})
        lines = [re.sub(" +", " ", line) for line in sigmalint("--show-config", "--fail-on", "never").out.splitlines()]
        assert lines[0] == "# x"
        assert 'ignore = ["SIG101"] # x/sigmalint.toml:1' in lines
        assert lines.count('fail-on = "never" # command line') == 2
        assert "# y" in lines

    def test_show_files_says_what_is_linted_and_why_the_rest_is_not(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree({"x/a.js": "error", "x/dist/b.js": "", "c.js": ""})
        assert sigmalint("--show-files") == (
            0,
            "x: x/plugin-manifest.json\n"
            "  x/a.js\n"
            "  x/plugin-manifest.json\n"
            "skipped:\n"
            "  x/dist/: dist is left out unless named\n"
            "of no extension:\n"
            "  c.js: no manifest above it, and no SDK in it\n",
            "",
        )


class TestOutput:
    def test_a_report_goes_to_its_file_and_a_summary_to_the_terminal(self, sigmalint: Sigmalint, tree: Tree) -> None:
        root = tree({"x/a.js": "error"})
        ran = sigmalint("x", "--format", "json", "--output-file", "report.json")
        assert (ran.status, ran.err) == (1, "")
        assert ran.out.startswith("report.json: 1 error, 0 warnings, 0 notes; 1 extension")
        assert ran.out.count("\n") == 1
        assert json.loads((root / "report.json").read_text())["findings"][0]["path"] == "x/a.js"
        assert sigmalint("x", "--quiet", "--output-file", "report.json").out == ""
        assert sorted(path.name for path in root.iterdir()) == ["report.json", "x"]

    def test_a_report_that_cannot_be_written_leaves_the_old_one(
        self, sigmalint: Sigmalint, tree: Tree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = tree({"x/a.js": "error", "report": "old"})

        def full(*args: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", full)
        assert sigmalint("x", "--output-file", "report").err == "Error: report cannot be written: No space left on device\n"
        assert (root / "report").read_text() == "old"
        assert sorted(path.name for path in root.iterdir()) == ["report", "x"]

    def test_a_device_is_written_and_not_replaced(self, sigmalint: Sigmalint, tree: Tree) -> None:
        tree({})
        assert sigmalint("--output-file", os.devnull).status == 0
        assert not os.path.isfile(os.devnull)

    @pytest.mark.parametrize(
        ("args", "variables", "colored"),
        [
            ([], {}, False),
            (["--color", "always"], {"NO_COLOR": "1"}, True),
            ([], {"FORCE_COLOR": "1"}, True),
            ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
            (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ],
    )
    def test_colours_are_as_asked_for(
        self,
        sigmalint: Sigmalint,
        tree: Tree,
        monkeypatch: pytest.MonkeyPatch,
        args: list[str],
        variables: dict[str, str],
        colored: bool,
    ) -> None:
        tree({"x/a.js": "error"})
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert ("\x1b[" in sigmalint(*args).out) == colored


class TestOtherCommands:
    def test_version(self, sigmalint: Sigmalint) -> None:
        assert sigmalint("--version") == (0, f"sigmalint {__version__}\n", "")

    def test_rules_lists_them_as_text_and_json(self, sigmalint: Sigmalint) -> None:
        lines = sigmalint("rules").out.splitlines()
        rows = json.loads(sigmalint("rules", "--format", "json").out)
        codes = [rule.meta.code for rule in load_rules()]
        assert [line[:6] for line in lines] == [row["code"] for row in rows] == codes

    def test_explain_shows_a_rules_page_by_code_or_name(self, sigmalint: Sigmalint, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(LoadedRule, "page", "# odd-thing\nWhy ✓.\n")
        monkeypatch.setattr("sigmalint.registry.load_rules", lambda: RULES)
        assert sigmalint("explain", "sig118").out == "SIG118 · warning\n\n# odd-thing\nWhy ✓.\n"
        assert sigmalint("explain", "odd-thing") == sigmalint("explain", "SIG118")
        assert 'did you mean "odd-thing"?' in sigmalint("explain", "odd-thig").err

    def test_schema_prints_that_of_the_manifest(self, sigmalint: Sigmalint) -> None:
        assert json.loads(sigmalint("schema", "manifest").out)["$schema"] == "http://json-schema.org/draft-07/schema#"


class TestProcess:
    """What only a process of its own can show."""

    COMMAND = (sys.executable, "-m", "sigmalint")

    def test_output_is_utf_8_whatever_the_locale(self, tmp_path: Path) -> None:
        env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"}
        ran = subprocess.run([*self.COMMAND, "nowhere✓"], capture_output=True, env=env, cwd=tmp_path, check=False)
        assert ran.returncode == 2
        assert "nowhere✓" in ran.stderr.decode("utf-8")

    def test_a_reader_that_leaves_is_no_error(self, tmp_path: Path) -> None:
        command, pipe = [*self.COMMAND, "schema", "manifest"], subprocess.PIPE
        with subprocess.Popen(command, stdout=pipe, stderr=pipe, cwd=tmp_path) as process:
            assert process.stdout
            assert process.stderr
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 0

    def test_nothing_heavy_is_imported_to_start(self, tmp_path: Path) -> None:
        code = "import sys, sigmalint.cli, sigmalint.runner; print(*sys.modules)"
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=tmp_path, text=True)
        heavy = {"bs4", "esprima", "jsonschema", "pathspec", "rich", "sarif_om", "tomllib", "tree_sitter"}
        assert heavy.isdisjoint(ran.stdout.split())
