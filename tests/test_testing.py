"""The tester of rule pages must not let anything pass."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pytest

from sigmalint.finding import Finding, Fix
from sigmalint.registry import LoadedRule
from sigmalint.result import Result
from sigmalint.rule import Fixability, Level, Rule
from sigmalint.sources.text import SourceFile, Span
from sigmalint.testing import CONNECTION, MANIFEST, Example, MemoryFiles, PageError, check, examples

NO_FOO = Rule(code="SIG901", name="no-foo", level=Level.ERROR, fix=Fixability.SAFE)
NO_QUX = Rule(code="SIG902", name="no-qux", level=Level.NOTE, default=False)
RULES = tuple(LoadedRule(meta, lambda *_: None, "tests") for meta in (NO_FOO, NO_QUX))

Find = Callable[[SourceFile], Iterator[Finding]]


def words(rule: Rule, word: str, by: str | None = None) -> Find:
    """A rule that finds a word and, maybe, replaces it."""

    def find(file: SourceFile) -> Iterator[Finding]:
        for match in re.finditer(rf"\b{word}\b", file.text):
            span = Span(file, *match.span())
            fix = None if by is None else Fix.replace(span, by)
            yield Finding(rule=rule, message=f'"{word}" is a bad word', span=span, level=rule.level, fix=fix)

    return find


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put an engine in place that knows only what the given functions find."""

    def install(*finds: Find) -> None:
        def lint(files: MemoryFiles, settings: Any, rules: Sequence[LoadedRule]) -> Result:
            sources = [SourceFile.decode(path, files.read(path)) for path in files.sources]
            found = [finding for file in sources for find in finds for finding in find(file)]
            return Result(findings=[finding for finding in found if settings.enabled(finding.rule.code, "")])

        monkeypatch.setitem(sys.modules, "sigmalint.engine", SimpleNamespace(lint=lint))

    install(words(NO_FOO, "foo", "bar"), words(NO_QUX, "qux"))
    return install


def one(body: str, rule: str = "no-foo") -> Example:
    """The only example of a page."""
    page = f"# {rule}\n## What it does\n`not/a/file.js`\n## Examples\n### One\n{dedent(body)}\n## Fix\n```js\nfoo\n```\n"
    (example,) = examples(page)
    return example


def test_marks_are_cut_off_and_expect_a_finding_on_their_line() -> None:
    example = one(
        """
        `a.js`
        ```js
        let a = "https://x"; // why // error: [no-foo] 'say "foo"'  // note: [no-qux] "x"
        b
        ```
        `b.html`

        ```html
        <p>foo</p>   <!-- warning: [no-foo] "foo" -->
        ```
        """
    )
    assert example.files == {"a.js": 'let a = "https://x"; // why\nb\n', "b.html": "<p>foo</p>\n"}
    assert [str(expected) for expected in example.expected] == [
        'a.js:1 error [no-foo] "say "foo""',
        'a.js:1 note [no-qux] "x"',
        'b.html:1 warning [no-foo] "foo"',
    ]
    assert [expected.at for expected in example.expected] == [9, 9, 15]


def test_a_findings_fence_expects_findings_at_exact_places() -> None:
    example = one('`x.json`\n```json\n"foo"\n```\n```findings\nx.json:1:2 error [no-foo] "foo"\n```')
    assert [str(expected) for expected in example.expected] == ['x.json:1:2 error [no-foo] "foo"']


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("```js\nfoo\n```", "line 6: no line with a path"),
        ("`a.js`\nprose\n```js\nfoo\n```", "line 8: no line with a path"),
        ("`a.js`\n```js\n```\n`a.js`\n```js\n```", "line 10: a second file a.js"),
        ("`a.js`\n```js\n  // error: [no-foo] 'x'\n```", "line 8: a mark on a line of its own"),
        ("`a.js`\n```js\nfoo // error: [no-foo] x\n```", "line 8: a mark that cannot be read: foo // error: [no-foo] x"),
        ("`a.js`\n```js\nfoo // error: [no-foo]\n```", "line 8: a mark that cannot be read"),
        ("```fixed\nfoo\n```", "line 6: `fixed` follows no file"),
        ('```findings\na.js:1 error [no-foo] "x"\n```', "line 7: not of the form"),
    ],
)
def test_a_page_that_breaks_the_format_is_refused_with_the_line(body: str, message: str) -> None:
    with pytest.raises(PageError, match=re.escape(message)):
        one(body)


@pytest.mark.usefixtures("engine")
def test_an_example_passes_when_exactly_the_expected_is_found() -> None:
    assert check(one("`a.js`\n```js\nfoo // error: [no-foo] 'bad word'\n```\n```fixed\nbar\n```"), RULES) == []
    assert check(one("`a.js`\n```js\nsilence\n```"), RULES) == []


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("foo", 'not expected: a.js:1:1 error [no-foo] ""foo" is a bad word"'),
        ("foo foo // error: [no-foo] 'foo'", 'not expected: a.js:1:5 error [no-foo] ""foo" is a bad word"'),
        ("silence // error: [no-foo] 'foo'", 'line 8: not found: a.js:1 error [no-foo] "foo"'),
        ("foo // warning: [no-foo] 'foo'", 'line 8: not found: a.js:1 warning [no-foo] "foo"'),
        ("foo // error: [no-foo] 'other text'", 'line 8: not found: a.js:1 error [no-foo] "other text"'),
        ("foo // error: [no-bar] 'foo'", 'line 8: not found: a.js:1 error [no-bar] "foo"'),
        ("foo\n// one below\nx // error: [no-foo] 'foo'", 'line 10: not found: a.js:3 error [no-foo] "foo"'),
    ],
)
def test_an_unmarked_finding_and_an_unused_mark_fail(code: str, failure: str) -> None:
    assert failure in check(one(f"`a.js`\n```js\n{code}\n```"), RULES)


@pytest.mark.usefixtures("engine")
def test_a_rule_that_is_off_speaks_on_its_own_page_only() -> None:
    body = "`a.js`\n```js\nqux\n```"
    assert check(one(body), RULES) == []
    assert check(one(body, "no-qux"), RULES) == ['not expected: a.js:1:1 note [no-qux] ""qux" is a bad word"']


@pytest.mark.usefixtures("engine")
def test_a_page_of_no_rule_fails() -> None:
    assert check(one("`a.js`\n```js\nx\n```", "no-such"), RULES) == ['no rule is named "no-such"']


def test_a_region_outside_the_file_and_an_empty_one_fail(engine: Callable[..., None]) -> None:
    def wrong(file: SourceFile) -> Iterator[Finding]:
        for span in (Span(file, 0, 99), Span(SourceFile("other.js", "foo"), 0, 3), Span(file, 1, 1)):
            yield Finding(rule=NO_FOO, message="foo", span=span, level=NO_FOO.level)

    engine(wrong)
    manifest = f"`{MANIFEST}`\n```json\n```\n"
    failures = check(one(f"{manifest}`a.js`\n```js\nfoo // error: [no-foo] 'foo'\n```"), RULES)
    assert 'a region outside the files (a.js, 0 to 99): a.js:1:1 error [no-foo] "foo"' in failures
    assert 'a region outside the files (other.js, 0 to 3): other.js:1:1 error [no-foo] "foo"' in failures
    assert 'an empty region: a.js:1:2 error [no-foo] "foo"' in failures


MARKED = "`a.js`\n```js\nfoo; foo // error: [no-foo] 'foo' // error: [no-foo] 'foo'\n```\n"


@pytest.mark.usefixtures("engine")
def test_a_fixed_fence_must_be_what_all_fixes_make_of_the_file() -> None:
    assert check(one(f"{MARKED}```fixed\nbar; bar\n```"), RULES) == []
    (failure,) = check(one(f"{MARKED}```fixed\nbar; foo\n```"), RULES)
    assert failure.splitlines() == [
        "a.js is fixed otherwise:",
        "--- expected",
        "+++ fixed",
        "@@ -1 +1 @@",
        "-bar; foo",
        "+bar; bar",
    ]


def test_a_fix_that_does_not_come_to_rest_fails(engine: Callable[..., None]) -> None:
    engine(words(NO_FOO, "foo", "foo foo"))
    assert "a fix is not idempotent: Replace by foo foo" in check(one(MARKED), RULES)


def test_a_fix_that_leads_to_another_finding_fails(engine: Callable[..., None]) -> None:
    syntax = Rule(code="SIG001", name="syntax-error", level=Level.ERROR)
    rules = (*RULES, LoadedRule(syntax, lambda *_: None, "tests"))
    engine(words(NO_FOO, "foo", "brace"), words(syntax, "brace"))
    assert check(one(MARKED), rules) == ['the fix leads to [syntax-error] ""brace" is a bad word"']


def test_a_fix_must_be_what_the_rule_promises(engine: Callable[..., None]) -> None:
    engine(words(NO_QUX, "qux", "x"))
    body = "`a.js`\n```js\nqux // note: [no-qux] 'qux'\n```"
    assert check(one(body, "no-qux"), RULES) == ['META says that fixes are "none", this one is safe: Replace by x']


def test_an_example_without_a_manifest_gets_one_that_does_not_count(engine: Callable[..., None]) -> None:
    engine(words(NO_FOO, CONNECTION))
    body = "`app/widget.html`\n```html\n<p>\n```\n"
    assert check(one(body), RULES) == []
    assert check(one(f'`{MANIFEST}`\n```json\n{{"name": "{CONNECTION}"}}\n```\n{body}'), RULES) == [
        f'not expected: {MANIFEST}:1:11 error [no-foo] ""{CONNECTION}" is a bad word"'
    ]


def test_an_empty_manifest_fence_says_that_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[MemoryFiles] = []

    def lint(files: MemoryFiles, *_: Any) -> Result:
        seen.append(files)
        return Result()

    monkeypatch.setitem(sys.modules, "sigmalint.engine", SimpleNamespace(lint=lint))
    page = "`app/a.html`\n```html\n<p>\n```\n"
    check(one(page), RULES)
    check(one(f"`{MANIFEST}`\n```json\n```\n{page}"), RULES)
    check(one(f"`public/{MANIFEST}`\n```json\n{{}}\n```\n{page}"), RULES)
    assert [(files.manifest, files.base) for files in seen] == [(MANIFEST, ""), (None, ""), (f"public/{MANIFEST}", "public")]
    assert seen[1].sources == ["app/a.html"]
    assert seen[0].exists("app/a.html")
    assert not seen[1].exists(MANIFEST)
    with pytest.raises(OSError, match="missing"):
        seen[0].read("missing.js")
