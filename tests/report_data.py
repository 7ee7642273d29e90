"""A result with a bit of everything, for the tests of the reports."""

from types import SimpleNamespace
from typing import Any

from sigmalint.finding import Finding, Fix, Related
from sigmalint.report import ReportContext
from sigmalint.result import Result, Skipped, Unresolved
from sigmalint.rule import Confidence, Fixability, Level, Rule, Source
from sigmalint.sources.text import SourceFile, Span

PAGE = """# unknown-connection

## What it does
Finds a `connectionLinkName` that the [manifest](https://example.com/a) does not declare. It
says the nearest one.

## Why
The call **fails**.

## Examples
### One
`a.js`
```js
## no heading
```

## Fix
Use a declared name.

## When to turn it off
Never.
"""

UNKNOWN = Rule(
    code="SIG201",
    name="unknown-connection",
    level=Level.ERROR,
    fix=Fixability.SAFE,
    sources=(Source("https://www.zoho.com/writer/", "2026-11"),),
)
CASE = Rule(code="SIG118", name="method-case", level=Level.WARNING, confidence=Confidence.MEDIUM)
SECRET = Rule(
    code="SIG302", name="known-token", level=Level.ERROR, cwe=798, security_severity=8.0, tags=("credential",), default=False
)
SYNTAX = Rule(code="SIG001", name="syntax-error", level=Level.ERROR)

MANIFEST = SourceFile("ext/plugin-manifest.json", '{"connectors": [{"connectionLinkName": "crm_main"}]}')
WIDGET = SourceFile(
    "ext/app/my widget.html",
    '<script>\r\n\trequest({😀: "crm_mian", type: "get"});\r\n</script>\r\nconst key = "sk_live_x";\r\n',
    bom=True,
)


def at(file: SourceFile, text: str) -> Span:
    """Where a text stands in a file for the first time."""
    start = file.text.index(text)
    return Span(file, start, start + len(text))


def finding(rule: Rule, message: str, span: Span, **more: Any) -> Finding:
    """A finding at its rule's level."""
    return Finding(**{"rule": rule, "message": message, "span": span, "level": rule.level, **more})


def context(**more: Any) -> ReportContext:
    """All rules, the first with a page."""
    rules = [SimpleNamespace(meta=UNKNOWN, page=PAGE)]
    rules += [SimpleNamespace(meta=rule, page=f"# {rule.name}\n") for rule in (CASE, SECRET, SYNTAX)]
    return ReportContext(**{"rules": tuple(rules), "version": "0.1.0", **more})


def result() -> Result:
    """Three findings, one with everything, and an imperfect coverage."""
    wrong = at(WIDGET, '"crm_mian"')
    found = finding(
        UNKNOWN,
        'connection "crm_mian" is not declared in ext/plugin-manifest.json',
        wrong,
        hint='did you mean "crm_main"?',
        related=(
            Related(at(WIDGET, "request"), "the request [1]", step=True),
            Related(at(MANIFEST, '"crm_main"'), "declared here"),
        ),
        fix=Fix.replace(wrong, '"crm_main"'),
    )
    return Result(
        findings=[
            found,
            finding(CASE, 'type "get" is not upper case', at(WIDGET, '"get"'), definite=False),
            finding(SECRET, 'a live key "sk_l…"', at(WIDGET, '"sk_live_x"')),
        ],
        extensions=1,
        files=[WIDGET.path, MANIFEST.path],
        skipped=[Skipped("ext/app/lib.min.js", "minified")],
        requests=2,
        resolved=1,
        unresolved=[Unresolved(at(WIDGET, "request"), "url", "it comes from the network")],
    )
