"""Rules are found by listing a package, and held to its conventions."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sigmalint.registry import LoadedRule, RegistryError, load_rules, matches, nearest_selector, specificity
from sigmalint.rule import Level, Rule

RULE = """
from sigmalint.rule import Level, Rule
META = Rule(code="{code}", name="{name}", level=Level.ERROR)
def check(extension, report): ...
"""

Package = Callable[[dict[str, str]], str]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    def write(files: dict[str, str]) -> str:
        folder = tmp_path / "some_rules"
        folder.mkdir()
        for name, text in {"__init__.py": "", **files}.items():
            (folder / name).write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        return "some_rules"

    yield write
    load_rules.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "some_rules"]:
        del sys.modules[name]


def test_every_public_module_is_a_rule_and_they_come_by_code(package: Package) -> None:
    name = package(
        {
            "later_one.py": RULE.format(code="SIG102", name="later-one"),
            "sooner.py": RULE.format(code="SIG101", name="sooner"),
            "_helper.py": "raise AssertionError",
            "sooner.md": "# sooner ✓\n",
        }
    )
    rules = load_rules(name)
    assert [rule.meta.name for rule in rules] == ["sooner", "later-one"]
    assert rules[0].page == "# sooner ✓\n"
    with pytest.raises(FileNotFoundError):
        assert rules[1].page


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a_b.py": RULE.format(code="SIG101", name="a_b")}, r'some_rules.a_b is named "a_b", not "a-b"'),
        ({"a.py": "def check(): ..."}, "some_rules.a has no META"),
        ({"a.py": RULE.format(code="SIG101", name="a").replace("check", "chek")}, "some_rules.a has no check"),
        (
            {"a.py": RULE.format(code="SIG1", name="a")},
            r'some_rules.a has the code "SIG1", which is not letters and three digits',
        ),
        (
            {f"{name}.py": RULE.format(code="SIG101", name=name) for name in "ab"},
            "some_rules.a and some_rules.b have the same code SIG101",
        ),
    ],
)
def test_a_module_that_breaks_the_conventions_is_named(package: Package, files: dict[str, str], message: str) -> None:
    with pytest.raises(RegistryError, match=f"^{message}$"):
        load_rules(package(files))


def test_the_projects_own_rules_load() -> None:
    assert all(rule.module.startswith("sigmalint.rules.") for rule in load_rules())


def rule(code: str, name: str) -> LoadedRule:
    return LoadedRule(Rule(code=code, name=name, level=Level.ERROR), lambda: None, "some.module")


class TestSelectors:
    @pytest.mark.parametrize(
        ("selector", "expected"),
        [
            ("SIG101", 6),
            ("sig101", 6),
            ("missing-connection", 6),
            ("Missing-Connection", 6),
            ("SIG10", 5),
            (" SIG1 ", 4),
            ("SIG", 3),
        ],
    )
    def test_codes_names_and_prefixes_match_the_closer_the_longer(self, selector: str, expected: int) -> None:
        assert specificity(selector, rule("SIG101", "missing-connection").meta) == expected

    @pytest.mark.parametrize("selector", ["", " ", "S", "SI", "SIG2", "SIG1011", "missing", "missing-", "101"])
    def test_anything_else_does_not(self, selector: str) -> None:
        assert not matches(selector, rule("SIG101", "missing-connection").meta)

    def test_the_nearest_is_found_among_codes_and_names(self) -> None:
        rules = [rule("SIG101", "missing-connection"), rule("SIG102", "missing-type")]
        assert nearest_selector("missing-conection", rules) == "missing-connection"
        assert nearest_selector("SIG1011", [rule("SIG101", "a"), rule("SIG201", "b")]) == "SIG101"
        assert nearest_selector("quux", rules) is None
