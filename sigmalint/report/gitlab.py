"""GitLab's code quality report."""

import json
from typing import Any

from sigmalint.finding import Finding
from sigmalint.report import ReportContext
from sigmalint.report.facts import region, sentences
from sigmalint.report.fingerprints import fingerprints
from sigmalint.result import Result
from sigmalint.rule import Level

_SEVERITIES = {Level.ERROR: "major", Level.WARNING: "minor", Level.NOTE: "info"}


def write(result: Result, context: ReportContext) -> str:
    """A JSON array, one line a finding. GitLab does not show the rule, so the description begins with its code."""
    items = (
        "\n" + json.dumps(_item(finding, fingerprint), ensure_ascii=False)
        for finding, fingerprint in zip(result.findings, fingerprints(result.findings), strict=True)
    )
    return f"[{','.join(items)}\n]\n"


def _item(finding: Finding, fingerprint: str) -> dict[str, Any]:
    place = region(finding.span)
    return {
        "description": f"{finding.rule.code}: {sentences(finding)}",
        "check_name": finding.rule.name,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.level],
        "location": {
            "path": finding.span.file.path,
            "positions": {
                "begin": {"line": place["startLine"], "column": place["startColumn"]},
                "end": {"line": place["endLine"], "column": place["endColumn"]},
            },
        },
    }
