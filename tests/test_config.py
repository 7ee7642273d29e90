"""What configuration files may say, where they are found, and what they come to."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sigmalint.config import ConfigError, Configuration, Configurations
from sigmalint.registry import LoadedRule
from sigmalint.rule import Level, Rule


def rule(code: str, name: str, *, default: bool = True) -> LoadedRule:
    return LoadedRule(Rule(code=code, name=name, level=Level.ERROR, default=default), lambda: None, f"rules.{name}")


RULES = [
    rule("SIG101", "missing-connection"),
    rule("SIG102", "missing-type"),
    rule("SIG113", "body-missing", default=False),
    rule("SIG201", "unknown-connection"),
]

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)

    def files(**texts: str) -> Path:
        for name, text in texts.items():
            path = tmp_path / name.replace("__", "/").replace("_toml", ".toml").replace("_json", ".json")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return files


def configuration(root: Path, folder: str = "", **options: Any) -> Configuration:
    return Configurations(RULES, str(root), **options).at(folder)


def codes(configuration: Configuration, path: str = "app/a.html") -> set[str]:
    return set(configuration.at(path).enabled)


def error(root: Path, **options: Any) -> str:
    with pytest.raises(ConfigError) as raised:
        configuration(root, **options)
    return str(raised.value)


class TestDiscovery:
    def test_without_a_file_the_defaults_hold(self, write: Write) -> None:
        here = configuration(write()).at("app/a.html")
        assert here.enabled == {"SIG101", "SIG102", "SIG201"}
        assert (here.levels, here.fail_on, here.connection_required) == ({}, Level.ERROR, True)
        assert here.methods == here.globals == frozenset()

    def test_the_nearest_file_above_wins_alone(self, write: Write) -> None:
        root = write(sigmalint_toml='ignore = ["SIG101"]', x__sigmalint_toml='fail-on = "note"')
        configurations = Configurations(RULES, str(root))
        assert codes(configurations.at("x/deep/er")) == {"SIG101", "SIG102", "SIG201"}
        assert codes(configurations.at("y")) == {"SIG102", "SIG201"}
        assert configurations.at("x") is configurations.at("x/deep")

    def test_pyproject_and_package_json_count_where_they_have_a_table(self, write: Write) -> None:
        root = write(
            a__pyproject_toml='[tool.sigmalint]\nselect = ["SIG101"]\n',
            b__package_json=json.dumps({"name": "b", "sigmalint": {"select": ["SIG102"]}}),
            c__pyproject_toml='[project]\nname = "sigmalint-extension"\n',
            c__package_json='{"devDependencies": {"sigmalint": "1"}}',
            d__package_json='{"sigmalint": ',
            sigmalint_toml='select = ["SIG201"]',
        )
        assert [codes(configuration(root, folder)) for folder in "abcd"] == [{"SIG101"}, {"SIG102"}, {"SIG201"}, {"SIG201"}]

    def test_in_one_folder_sigmalint_toml_is_the_strongest(self, write: Write) -> None:
        root = write(
            sigmalint_toml='select = ["SIG101"]',
            pyproject_toml='[tool.sigmalint]\nselect = ["SIG102"]',
            package_json='{"sigmalint": {"select": ["SIG201"]}}',
        )
        assert codes(configuration(root)) == {"SIG101"}

    def test_another_file_or_none_can_be_asked_for(self, write: Write) -> None:
        root = write(sigmalint_toml='select = ["SIG101"]', other_toml='select = ["SIG102"]')
        assert codes(configuration(root, file="other.toml")) == {"SIG102"}
        assert codes(configuration(root, isolated=True)) == {"SIG101", "SIG102", "SIG201"}

    def test_a_named_file_has_its_patterns_below_the_working_folder(self, write: Write) -> None:
        root = write(ci__other_toml='exclude = ["/app"]')
        assert configuration(root, file="ci/other.toml").excludes("app/a.html")


class TestSelection:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('select = ["SIG1"]', {"SIG101", "SIG102", "SIG113"}),
            ('select = ["SIG"]', {"SIG101", "SIG102", "SIG113", "SIG201"}),
            ('extend-select = ["body-missing"]', {"SIG101", "SIG102", "SIG113", "SIG201"}),
            ('ignore = ["SIG1"]', {"SIG201"}),
            ('select = ["SIG1"]\nignore = ["SIG101"]', {"SIG102", "SIG113"}),
            ('select = ["SIG101"]\nignore = ["SIG1"]', {"SIG101"}),
            ('ignore = ["SIG1"]\nextend-select = ["SIG102"]', {"SIG102", "SIG201"}),
            ('select = ["SIG101"]\nignore = ["missing-connection"]', set()),
            ("select = []", set()),
        ],
    )
    def test_the_closest_selector_decides(self, write: Write, text: str, expected: set[str]) -> None:
        assert codes(configuration(write(sigmalint_toml=text))) == expected

    def test_the_command_line_is_stronger_than_the_file(self, write: Write) -> None:
        root = write(sigmalint_toml='select = ["SIG101"]\nextend-select = ["SIG102"]\nignore = ["SIG201"]\nfail-on = "note"')
        assert codes(configuration(root, command_line={"select": ["SIG2"]})) == {"SIG201"}
        assert codes(configuration(root, command_line={"ignore": ["SIG101"]})) == {"SIG102"}
        assert codes(configuration(root, command_line={"extend-select": ["SIG201"]})) == {"SIG101", "SIG102", "SIG201"}
        assert configuration(root, command_line={"fail-on": "never"}).at("a").fail_on is None

    def test_per_file_ignores_hold_against_the_command_line(self, write: Write) -> None:
        root = write(
            x__sigmalint_toml='[per-file-ignores]\n"app/legacy/" = ["SIG1"]\n"*.min.js" = ["SIG101", "unknown-connection"]'
        )
        here = configuration(root, "x", command_line={"select": ["SIG101", "SIG201"]})
        assert codes(here, "x/app/new.html") == {"SIG101", "SIG201"}
        assert codes(here, "x/app/legacy/a.html") == {"SIG201"}
        assert codes(here, "x/app/legacy/a.min.js") == set()
        assert codes(here, "app/legacy/outside.html") == {"SIG101", "SIG201"}

    def test_overrides_hold_for_their_paths_the_last_one_first(self, write: Write) -> None:
        root = write(
            sigmalint_toml="""
                ignore = ["SIG101"]
                levels = {SIG201 = "note", SIG102 = "note"}
                [[overrides]]
                paths = ["old/"]
                select = ["SIG2"]
                fail-on = "never"
                levels = {SIG201 = "warning"}
                [[overrides]]
                paths = ["*.ts"]
                extend-select = ["SIG101"]
                request = {connection-required = false}
            """
        )
        here = configuration(root)
        assert codes(here, "old/a.html") == {"SIG201"}
        assert codes(here, "old/a.ts") == {"SIG101", "SIG201"}
        assert here.at("old/a.html").levels == {"SIG201": Level.WARNING, "SIG102": Level.NOTE}
        assert (here.at("old/a.ts").fail_on, here.at("a.ts").fail_on) == (None, Level.ERROR)
        assert (here.at("a.ts").connection_required, here.at("a.js").connection_required) == (False, True)


class TestValues:
    def test_every_key_reaches_the_settings(self, write: Write) -> None:
        root = write(
            x__sigmalint_toml="""
                levels = {SIG1 = "warning", missing-type = "note"}
                request.connection-required = false
                request.methods = ["PATCH"]
                globals = ["jQuery", "$", "_app1"]
                per-file-ignores = {"a.js" = ["SIG101"]}
            """
        )
        settings = configuration(root, "x").settings("x/plugin-manifest.json")
        assert settings.levels == {"SIG101": Level.WARNING, "SIG102": Level.NOTE, "SIG113": Level.WARNING}
        assert settings.connection_required is False
        assert settings.methods == {"PATCH"}
        assert settings.globals == {"jQuery", "$", "_app1"}
        assert settings.enabled("SIG101", "x/b.js")
        assert not settings.enabled("SIG101", "x/a.js")

    def test_exclude_leaves_out_files_and_folders(self, write: Write) -> None:
        here = configuration(write(x__sigmalint_toml='exclude = ["vendor/", "*.gen.js", "!keep.gen.js"]'), "x")
        assert [here.excludes(f"x/{path}") for path in ("vendor/a.js", "app/vendor/b.html", "a.gen.js")] == [True] * 3
        assert [here.excludes(path) for path in ("x/keep.gen.js", "x/a.js", "vendor/a.js")] == [False] * 3

    def test_extend_inherits_and_what_is_said_again_replaces(self, write: Write) -> None:
        root = write(
            base__pyproject_toml="""
                [tool.sigmalint]
                ignore = ["SIG101"]
                exclude = ["a"]
                fail-on = "warning"
                [tool.sigmalint.levels]
                SIG102 = "note"
                SIG201 = "note"
            """,
            middle_json='{"extend": "base/pyproject.toml", "exclude": ["b"], "levels": {"SIG201": "warning"}}',
            sigmalint_toml='extend = "middle.json"\nextend-select = ["SIG113"]',
        )
        here = configuration(root)
        assert codes(here) == {"SIG102", "SIG113", "SIG201"}
        assert here.at("x").levels == {"SIG102": Level.NOTE, "SIG201": Level.WARNING}
        assert here.at("x").fail_on == Level.WARNING
        assert (here.excludes("a"), here.excludes("b")) == (False, True)


class TestErrors:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("# one\n\nselct = []", '3: selct: unknown key; did you mean "select"?'),
            ("per_file_ignores = {}", '1: per_file_ignores: unknown key; did you mean "per-file-ignores"?'),
            ("quux = 1", "1: quux: unknown key"),
            (
                "[request]\nmethods = []\nconnection_required = true",
                '3: request.connection_required: unknown key; did you mean "connection-required"?',
            ),
            ("request.metods = []", '1: request.metods: unknown key; did you mean "methods"?'),
            ("globals = []\n[reqest]\nmethods = []", '2: reqest: unknown key; did you mean "request"?'),
            ('request = "GET"', '1: request: must be a table, not "GET"'),
            ("request.connection-required = 0", "1: request.connection-required: must be true or false, not 0"),
            ('request.methods = ["patch"]', '1: request.methods: must be an HTTP method in capitals, not "patch"'),
            ('globals = ["a b"]', '1: globals: must be the name of a variable, not "a b"'),
            ('globals = "a"', '1: globals: must be an array of strings, not "a"'),
            ("exclude = [\n  'a',\n  3,\n]", "3: exclude: must be a string, not 3"),
            ("select = [\n  'SIG101', # SIG9\n  'SIG999',\n]", '3: select: no rule has the code, name or prefix "SIG999"'),
            (
                'ignore = ["missing-conection"]',
                '1: ignore: no rule has the code, name or prefix "missing-conection"; did you mean "missing-connection"?',
            ),
            (
                'fail-on = "errors"',
                '1: fail-on: must be one of error, warning, note, never, not "errors"; did you mean "error"?',
            ),
            (
                "[levels]\nSIG101 = 'note'\nSIG102 = 'warnin'",
                '3: levels.SIG102: must be one of note, warning, error, not "warnin"; did you mean "warning"?',
            ),
            ("[levels]\nSIG999 = 'note'", '2: levels.SIG999: no rule has the code, name or prefix "SIG999"'),
            (
                "[per-file-ignores]\n'a' = ['SIG1']\n'b' = ['SIG101', 'SIG9']",
                '3: per-file-ignores.b: no rule has the code, name or prefix "SIG9"',
            ),
            (
                "[[overrides]]\npaths = ['a']\n\n[[overrides]]\nselect = []",
                "4: overrides: needs paths, the patterns of the files it is for",
            ),
            ("[[overrides]]\npaths = ['a']\n[[overrides]]\npaths = ['b']\nexclude = []", "5: overrides.exclude: unknown key"),
            ("overrides = {}", "1: overrides: must be an array of tables"),
            ('extend = "none.toml"', '1: extend: there is no file "none.toml"'),
            ('extend = "sigmalint.toml"', '1: extend: "sigmalint.toml" extends this file in turn'),
        ],
    )
    def test_they_name_file_line_and_the_nearest_key(self, write: Write, text: str, message: str) -> None:
        assert error(write(sigmalint_toml=text)) == f"sigmalint.toml:{message}"

    @pytest.mark.parametrize("text", ["select = [\n", "globals = []\nb == 2", "globals = []\nglobals = []"])
    def test_what_is_not_toml_is_named_with_its_line(self, write: Write, text: str) -> None:
        assert error(write(sigmalint_toml=text)).startswith("sigmalint.toml:2: ")

    def test_the_line_is_right_whatever_stands_around_it(self, write: Write) -> None:
        text = '''
            [project]
            description = """
            [tool.sigmalint]
            ignore = ["SIG9"]
            """
            # [tool.sigmalint] ignore = ["SIG9"]
            [tool.other]
            ignore = ["SIG9"]
            [tool."sigmalint"]
            exclude = ["""
            ignore = ["SIG9"]
            """]
            [tool.sigmalint.request]
            methods = ["PUT"]
            [tool.sigmalint.levels]
            ignore = "note"
        '''
        root = write(pyproject_toml=text)
        assert error(root).startswith("pyproject.toml:17: levels.ignore: no rule")

    def test_a_file_of_many_lines_is_searched_quickly(self, write: Write) -> None:
        text = "".join(f"# {line}\n" for line in range(20_000))
        root = write(sigmalint_toml=f"{text}exclude = [\n{text}]\nselct = 1\n{text}")
        assert error(root).startswith("sigmalint.toml:")

    def test_package_json_has_lines_too(self, write: Write) -> None:
        root = write(package_json='{\n  "name": "x",\n  "sigmalint": {\n    "select": ["SIG101",\n      "SIG9"]\n  }\n}')
        assert error(root) == 'package.json:5: select: no rule has the code, name or prefix "SIG9"'

    def test_extended_files_are_named_themselves(self, write: Write) -> None:
        root = write(base__sigmalint_toml="selct = []", x__sigmalint_toml='extend = "../base/sigmalint.toml"')
        assert error(root / "x") == 'base/sigmalint.toml:1: selct: unknown key; did you mean "select"?'

    def test_circles_end(self, write: Write) -> None:
        root = write(a_toml='extend = "b.toml"', b_toml='\nextend = "./a.toml"')
        assert error(root, file="a.toml") == 'b.toml:2: extend: "./a.toml" extends this file in turn'

    def test_a_file_without_the_table_cannot_be_asked_for(self, write: Write) -> None:
        assert error(write(pyproject_toml=""), file="pyproject.toml") == "pyproject.toml: has no tool.sigmalint"
        assert error(write(package_json='{"sigmalint": []}')) == "package.json:1: must be a table"

    def test_a_file_that_cannot_be_used_is_named(self, write: Write) -> None:
        root = write(deep_json="[" * 100_000, long_toml="# " + "x" * 1_000_000)
        (root / "folder").mkdir()
        assert error(root, file="deep.json") == "deep.json: nested too deeply"
        assert error(root, file="long.toml") == "long.toml: larger than 1 MB"
        assert error(root, file="folder") == "folder: cannot be read: Is a directory"

    def test_options_are_named(self, write: Write) -> None:
        message = error(write(), command_line={"extend-select": ["missing-typ"]})
        assert message == '--extend-select: no rule has the code, name or prefix "missing-typ"; did you mean "missing-type"?'


class TestDescription:
    def test_each_value_comes_with_its_origin(self, write: Write) -> None:
        root = write(
            base_toml='select = ["SIG1"]\nignore = ["SIG101"]\nfail-on = "note"\n',
            sigmalint_toml="""extend = "base.toml"
ignore = ["SIG102"]
fail-on = "warning"

[levels]
SIG201 = "note"

[[overrides]]
paths = ["a"]
request.methods = ["PATCH"]
""",
        )
        assert list(configuration(root, command_line={"extend-select": ["SIG2"]}).describe()) == [
            ("extend", '"base.toml"', "sigmalint.toml:1"),
            ("select", '["SIG1"]', "base.toml:1"),
            ("extend-select", '["SIG2"]', "command line"),
            ("ignore", '["SIG101"]', "base.toml:2"),
            ("ignore", '["SIG102"]', "sigmalint.toml:2"),
            ("levels.SIG201", '"note"', "sigmalint.toml:6"),
            ("fail-on", '"warning"', "sigmalint.toml:3"),
            ("request.connection-required", "true", "default"),
            ("request.methods", "[]", "default"),
            ("manifest.locations", "[]", "default"),
            ("sdk.hosts", "[]", "default"),
            ("globals", "[]", "default"),
            ("exclude", "[]", "default"),
            ("secrets.allow", "[]", "default"),
            ("overrides[0].paths", '["a"]', "sigmalint.toml:9"),
            ("overrides[0].request.methods", '["PATCH"]', "sigmalint.toml:10"),
        ]

    def test_what_a_later_select_made_void_is_not_shown(self, write: Write) -> None:
        root = write(sigmalint_toml='select = ["SIG1"]\nignore = ["SIG101"]')
        rows = [row for row in configuration(root, command_line={"select": ["SIG2"]}).describe() if row[2] != "default"]
        assert rows == [("select", '["SIG2"]', "command line")]
