"""What the tests of the analysis share: lint a few files in memory, and say what was found where."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sigmalint.engine import lint
from sigmalint.registry import load_rules
from sigmalint.result import Result
from sigmalint.rule import Level
from sigmalint.settings import Settings
from sigmalint.testing import MANIFEST, MemoryFiles

SDK = '<script src="https://static.zohocdn.com/sigma/client/sdk/v3/sigma-sdk.min.js"></script>'
CONNECTIONS = ("crm_main", "books_main", "other_conn")
BY_DEFAULT = frozenset(rule.meta.code for rule in load_rules() if rule.meta.default)
_MARK = re.compile(r"⟦(SIG\d{3})⟧")


class Found(NamedTuple):
    """One finding: its code, and where it begins."""

    code: str
    path: str
    line: int
    column: int


def page(*scripts: str, body: str = "") -> str:
    """A page that loads the SDK and scripts: by address, as a module where the address ends in `.mjs`."""
    tags = "".join(f'<script src="{src}"{" type=module" if src.endswith(".mjs") else ""}></script>\n' for src in scripts)
    head = f"<title>t</title>\n{SDK}\n<script>SigmaSDK.WRITER.init();</script>"
    return f"<!DOCTYPE html>\n<html><head>{head}\n</head><body>\n{body}\n{tags}</body></html>\n"


def manifest(pages: Iterable[str], connections: Iterable[str] = CONNECTIONS) -> str:
    """A manifest that declares a widget for each page, and connections."""
    widgets = [{"name": path, "location": "writer.extensions", "url": f"/{path}"} for path in pages]
    connectors = [{"connectionLinkName": name} for name in connections]
    return json.dumps({"service": "WRITER", "modules": {"widgets": widgets}, "connectors": connectors})


def lint_files(files: Mapping[str, str]) -> Result:
    """Lint an extension; without a manifest of its own it gets one."""
    completed = dict(files)
    completed.setdefault(MANIFEST, manifest(path for path in files if path.endswith(".html")))
    return lint(MemoryFiles(completed), Settings(enabled=lambda code, path: code in BY_DEFAULT), load_rules())


def lint_script(source: str) -> Result:
    """Lint one classic script, `app/a.js`, with the page that loads it."""
    return lint_files({"app/a.html": page("a.js"), "app/a.js": source})


def found(result: Result, *, notes: bool = False) -> list[Found]:
    """What was found, in order: errors and warnings about requests. The page's own and unused connections are other tests'."""
    assert result.failures == []
    return [
        Found(finding.rule.code, finding.span.file.path, finding.span.begin.line, finding.span.begin.column)
        for finding in result.findings
        if (notes or finding.level is not Level.NOTE) and finding.rule.code < "SIG3" and finding.rule.code != "SIG202"
    ]


def read_marks(files: Mapping[str, str]) -> tuple[dict[str, str], list[Found]]:
    """Files without the marks `⟦SIG201⟧` in them, and the findings that the marks promise, each where its mark stood."""
    plain: dict[str, str] = {}
    expected: list[Found] = []
    for path, text in files.items():
        before, clean = 0, ""
        for mark in _MARK.finditer(text):
            clean += text[before : mark.start()]
            before = mark.end()
            expected.append(Found(mark[1], path, clean.count("\n") + 1, len(clean) - clean.rfind("\n")))
        plain[path] = clean + text[before:]
    return plain, sorted(expected, key=lambda each: (each.path, each.line, each.column, each.code))
