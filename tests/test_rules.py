"""Every example of every rule page is a test."""

from pathlib import Path

import pytest

from sigmalint.registry import load_rules
from sigmalint.report.rule_page import Heading, blocks, sections
from sigmalint.rule import Fixability
from sigmalint.testing import Example, check, examples

NOT_SHOWN = frozenset({"unreadable-file", "internal-error"})
"""What no text can show: files that are no text, and a crash."""

PAGES = sorted((Path(__file__).parent.parent / "rules").glob("*.md"))
EXAMPLES = [
    pytest.param(example, id=f"{page.stem}/{example.title}")
    for page in PAGES
    for example in examples(page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_gives_exactly_the_findings_that_it_marks(example: Example) -> None:
    failures = check(example, load_rules())
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_what_a_reader_needs(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    titles = [block.title for block in blocks(text) if isinstance(block, Heading) and block.depth < 3]
    assert titles == [
        page.stem.replace("_", "-"),
        "What it does",
        "Why",
        "Examples",
        "Fix",
        "When to turn it off",
    ]
    prose = sections(text)
    assert [title for title in titles[1:] if not prose[title] and title != "Examples"] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_shows_the_rule_speaking_and_silent_and_its_fix(page: Path) -> None:
    shown = examples(page.read_text(encoding="utf-8"))
    (rule,) = (rule.meta for rule in load_rules() if rule.meta.name == page.stem.replace("_", "-"))
    assert any(expected.rule == rule.name for example in shown for expected in example.expected) != (rule.name in NOT_SHOWN)
    assert any(not example.expected for example in shown)
    assert any(example.fixed for example in shown) == (rule.fix is not Fixability.NONE)


def test_every_rule_has_a_page() -> None:
    assert [rule.meta.name.replace("-", "_") for rule in sorted(load_rules(), key=lambda rule: rule.meta.name)] == [
        page.stem for page in sorted(PAGES, key=lambda page: page.stem.replace("_", "-"))
    ]
