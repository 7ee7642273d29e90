"""The examples of rule pages as tests; public, so that users test rules of their own.

A page is Markdown. Under `## Examples` every `### title` is one example, a whole extension in memory:

- A line that is nothing but a path in backticks stands before each fence, which is that file.
- `// error: [rule-name] "text"` (or `warning`, `note`; in HTML also `<!-- error: [rule-name] "text" -->`) at the **end of
  the line on which the finding begins** expects that finding; the text, in double or single quotes, is a part of its message.
  Several marks may follow each other. Marks are cut off, with the blanks before them, before anything is linted.
- A fence `findings` is for files without comments, one finding a line: `plugin-manifest.json:3:5 error [rule-name] "text"`.
- A fence `fixed` is what the fixes of the page's own rule, safe or not, make of the file before it (or of the one that a
  path line names).
- Without a `plugin-manifest.json` there is one that declares the connection `crm_main` and a widget for each page; what is
  found in it does not count. An empty fence of that name says that there is none.

Everything that is not expected fails, of the page's own rule and of all that are on by default: an example without marks is
one on which all of them are silent.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from sigmalint.report.rule_page import Fence, Heading, blocks
from sigmalint.rule import Fixability
from sigmalint.settings import Settings
from sigmalint.sources.script import COMPONENTS, LANGUAGES
from sigmalint.sources.text import Span

if TYPE_CHECKING:
    from sigmalint.finding import Finding, Fix
    from sigmalint.registry import LoadedRule
    from sigmalint.result import Result

MANIFEST = "plugin-manifest.json"
CONNECTION = "crm_main"
"""The link name that the default manifest declares."""

_PAGES = (".html", ".htm")
_SOURCES = (*_PAGES, *LANGUAGES, *COMPONENTS, ".json")
_TEXTS = (".css", ".pem", ".key")
_PASSES = 10
"""After how many rounds fixes must have come to rest."""

_PATH = re.compile(r"`([^`\s]+)`\s*")
_CLAIM = r"""(?P<level>error|warning|note):?\s+\[(?P<rule>[\w-]+)\]\s+(?P<quote>["'])(?P<text>.+?)(?P=quote)"""
_MARK = re.compile(rf"(?P<code>.*?)\s*(?://|<!--)\s*{_CLAIM}\s*(?:-->)?\s*(?P<more>(?://|<!--).*)?")
_MARK_LIKE = re.compile(r"(?://|<!--)\s*(?:error|warning|note)\b\s*:?\s*\[")
_LISTED = re.compile(rf"(?P<path>\S+?):(?P<line>\d+):(?P<column>\d+):?\s+{_CLAIM}\s*")


class PageError(ValueError):
    """A page breaks the format; the message says where."""


class Expected(NamedTuple):
    """A finding that must come: `column` is None for a mark, `at` is the line of the page that says so."""

    path: str
    line: int
    column: int | None
    level: str
    rule: str
    text: str
    at: int

    def __str__(self) -> str:
        column = "" if self.column is None else f":{self.column}"
        return f'{self.path}:{self.line}{column} {self.level} [{self.rule}] "{self.text}"'


@dataclass(slots=True)
class Example:
    """One example: the page's `rule`, its `title`, and by path its `files` (marks cut off) and what they are when `fixed`."""

    rule: str
    title: str
    files: dict[str, str] = field(default_factory=dict)
    expected: list[Expected] = field(default_factory=list)
    fixed: dict[str, str] = field(default_factory=dict)


def examples(page: str) -> list[Example]:
    """The examples of a page; PageError where it breaks the format."""
    found: list[Example] = []
    rule = section = ""
    path: str | None = None
    for block in blocks(page):
        if isinstance(block, Heading):
            path = None
            if block.depth == 1:
                rule = block.title
            elif block.depth == 2:
                section = block.title
            elif section == "Examples" and block.depth == 3:
                found.append(Example(rule, block.title))
        elif section != "Examples":
            continue
        elif isinstance(block, Fence):
            if not found:
                raise PageError(f"line {block.line - 1}: a fence before the first example's title")
            _read(block, path, found[-1])
            path = None
        elif named := _PATH.fullmatch(block.text):
            path = named[1]
        elif block.text.strip():
            path = None
    return found


def _read(fence: Fence, path: str | None, example: Example) -> None:
    if fence.info == "findings":
        example.expected += _listed(fence)
    elif fence.info == "fixed":
        target = path or next(reversed(example.files), None)
        if target not in example.files:
            raise PageError(f"line {fence.line - 1}: `fixed` follows no file")
        example.fixed[target] = fence.text
    elif path is None:
        raise PageError(f"line {fence.line - 1}: no line with a path in backticks before the fence")
    elif path in example.files:
        raise PageError(f"line {fence.line - 1}: a second file {path}")
    else:
        example.files[path] = "".join(_unmarked(fence, path, example.expected))


def _unmarked(fence: Fence, path: str, expected: list[Expected]) -> Iterator[str]:
    for number, line in enumerate(fence.text.split("\n")[:-1], start=1):
        at, rest = fence.line + number - 1, line
        mark = _MARK.fullmatch(line)
        code = mark["code"] if mark else line
        while mark:
            expected.append(Expected(path, number, None, mark["level"], mark["rule"], mark["text"], at))
            rest = mark["more"] or ""
            mark = _MARK.fullmatch(rest)
            if mark and mark["code"]:
                break
        if _MARK_LIKE.search(rest):
            raise PageError(f"line {at}: a mark that cannot be read: {rest.strip()}")
        if code != line and not code:
            raise PageError(f"line {at}: a mark on a line of its own; it belongs to the end of the line at fault")
        yield f"{code}\n"


def _listed(fence: Fence) -> Iterator[Expected]:
    for at, line in enumerate(fence.text.split("\n"), start=fence.line):
        if not line.strip():
            continue
        claim = _LISTED.fullmatch(line.strip())
        if claim is None:
            raise PageError(f'line {at}: not of the form `path:line:column level [rule-name] "text"`')
        place = int(claim["line"]), int(claim["column"])
        yield Expected(claim["path"], *place, claim["level"], claim["rule"], claim["text"], at)


def check(example: Example, rules: Sequence["LoadedRule"]) -> list[str]:
    """What is wrong with an example, or with the rules, in words; nothing when they agree."""
    if all(rule.meta.name != example.rule for rule in rules):
        return [f'no rule is named "{example.rule}"']
    files = dict(example.files)
    invented = _add_manifest(files)
    result = _lint(files, example, rules)
    failures = list(result.failures)
    findings = [finding for finding in result.findings if not (invented and finding.span.file.path == MANIFEST)]
    open_expectations = list(example.expected)
    for finding in findings:
        met = next((expected for expected in open_expectations if _meets(finding, expected)), None)
        if met:
            open_expectations.remove(met)
        else:
            failures.append(f"not expected: {_described(finding)}")
        failures += _misplaced(finding, files)
    failures += [f"line {expected.at}: not found: {expected}" for expected in open_expectations]
    return failures or list(_check_fixes(example, rules, files, findings))


def _meets(finding: "Finding", expected: Expected) -> bool:
    begin = finding.span.begin
    return (
        (finding.span.file.path, begin.line) == (expected.path, expected.line)
        and expected.column in (None, begin.column)
        and (str(finding.level), finding.rule.name) == (expected.level, expected.rule)
        and expected.text in finding.message
    )


def _described(finding: "Finding") -> str:
    line, column = finding.span.begin
    return f'{finding.span.file.path}:{line}:{column} {finding.level} [{finding.rule.name}] "{finding.message}"'


def _misplaced(finding: "Finding", files: Mapping[str, str]) -> Iterator[str]:
    edits = finding.fix.edits if finding.fix else ()
    spans = [finding.span, *(related.span for related in finding.related), *(edit.span for edit in edits)]
    for span in spans:
        text = files.get(span.file.path)
        if text is None or not 0 <= span.start <= span.end <= len(text):
            yield f"a region outside the files ({span.file.path}, {span.start} to {span.end}): {_described(finding)}"
    if finding.span.start == finding.span.end and finding.span.file.text:
        yield f"an empty region: {_described(finding)}"


def _check_fixes(
    example: Example, rules: Sequence["LoadedRule"], files: dict[str, str], findings: Sequence["Finding"]
) -> Iterator[str]:
    promised = next(rule.meta.fix for rule in rules if rule.meta.name == example.rule)
    fixes = _fixes(findings, example)
    for fix in fixes:
        kind = Fixability.SAFE if fix.safe else Fixability.UNSAFE
        if kind is not promised:
            yield f'META says that fixes are "{promised}", this one is {kind}: {fix.description}'
    before = Counter((finding.rule.name, finding.message) for finding in findings)
    after = dict(files)
    for _ in range(_PASSES):
        if not fixes:
            break
        after = _applied(fixes, after)
        result = _lint(after, example, rules)
        fixes = _fixes(result.findings, example)
        for name, message in Counter((finding.rule.name, finding.message) for finding in result.findings) - before:
            if not (name == example.rule and fixes):
                yield f'the fix leads to [{name}] "{message}"'
    if fixes:
        yield f"a fix is not idempotent: {fixes[0].description}"
    for path, text in example.fixed.items():
        if text == example.files[path]:
            yield f"{path}: `fixed` changes nothing"
        if text != after[path]:
            difference = unified_diff(text.splitlines(), after[path].splitlines(), "expected", "fixed", lineterm="")
            yield "\n".join([f"{path} is fixed otherwise:", *difference])


def _fixes(findings: Sequence["Finding"], example: Example) -> list["Fix"]:
    return [finding.fix for finding in findings if finding.fix and finding.rule.name == example.rule]


def _applied(fixes: Sequence["Fix"], files: Mapping[str, str]) -> dict[str, str]:
    """The files with fixes applied; of two that overlap the first, the other's turn is the next round."""
    taken: list[tuple[Span, str]] = []
    for fix in fixes:
        if not any(_overlap(edit.span, span) for edit in fix.edits for span, _ in taken):
            taken += fix.edits
    fixed = dict(files)
    for span, text in sorted(taken, key=lambda edit: (edit[0].start, edit[0].end), reverse=True):
        path = span.file.path
        fixed[path] = fixed[path][: span.start] + text + fixed[path][span.end :]
    return fixed


def _overlap(one: Span, other: Span) -> bool:
    if one.file.path != other.file.path:
        return False
    return (one.start, one.end) == (other.start, other.end) or (one.start < other.end and other.start < one.end)


def _add_manifest(files: dict[str, str]) -> bool:
    """Complete an example that has no manifest; an empty one is taken out."""
    given = [path for path in files if PurePosixPath(path).name == MANIFEST]
    for path in given:
        if not files[path]:
            del files[path]
    if given:
        return False
    widgets = [
        {"name": path, "location": "writer.extensions", "url": f"/{path}"} for path in files if path.lower().endswith(_PAGES)
    ]
    manifest = {
        "service": "WRITER",
        "modules": {"widgets": widgets},
        "connectors": [{"connectionLinkName": CONNECTION}],
    }
    files[MANIFEST] = json.dumps(manifest, indent=2) + "\n"
    return True


def _lint(files: Mapping[str, str], example: Example, rules: Sequence["LoadedRule"]) -> "Result":
    from sigmalint.engine import lint

    spoken = {rule.meta.code for rule in rules if rule.meta.default or rule.meta.name == example.rule}
    return lint(MemoryFiles(files), Settings(enabled=lambda code, path: code in spoken), tuple(rules))


class MemoryFiles:
    """An extension in memory, for `sigmalint.engine.lint`: its folder is the root, its manifest wherever one stands."""

    folder = ""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        manifests = [path for path in files if PurePosixPath(path).name == MANIFEST]
        self.manifest = min(manifests, key=lambda path: path.count("/"), default=None)
        self.base = self.manifest.rpartition("/")[0] if self.manifest else ""
        self.sources: Sequence[str] = sorted(path for path in files if path.lower().endswith(_SOURCES))
        self.texts: Sequence[str] = sorted(
            path for path in files if path.lower().endswith(_TEXTS) or PurePosixPath(path).name.startswith(".env")
        )

    def read(self, path: str) -> bytes:
        """A file as UTF-8; FileNotFoundError (an OSError) where there is none."""
        if path not in self._files:
            raise FileNotFoundError(path)
        return self._files[path].encode()

    def exists(self, path: str) -> bool:
        """Whether there is a file of exactly this path."""
        return path in self._files

    def packed(self) -> Iterator[tuple[str, int]]:
        """The files below `app/`, each with its size in bytes."""
        top = f"{self.base}/app/".lstrip("/")
        return ((path, len(text.encode())) for path, text in self._files.items() if path.startswith(top))
