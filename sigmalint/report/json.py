"""The report for programs; `report.schema.json` beside this file is its contract."""

import json
from typing import Any

from sigmalint.finding import Finding
from sigmalint.report import ReportContext
from sigmalint.report.facts import region, shown, summary
from sigmalint.report.fingerprints import fingerprints
from sigmalint.result import Result
from sigmalint.sources.text import Span


def write(result: Result, context: ReportContext) -> str:
    """One JSON object, one line a finding, so that reports can be compared line by line."""
    head = {"version": 1, "tool": {"name": "sigmalint", "version": context.version}, "summary": summary(result)}
    found = shown(result, context)
    findings = ",".join(
        "\n" + _dump(_finding(finding, fingerprint)) for finding, fingerprint in zip(found, fingerprints(found), strict=True)
    )
    return f'{_dump(head)[:-1]},"findings":[{findings}]}}\n'


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _place(span: Span) -> dict[str, Any]:
    return {"path": span.file.path, "region": region(span)}


def _finding(finding: Finding, fingerprint: str) -> dict[str, Any]:
    fix = finding.fix and {
        "description": finding.fix.description,
        "safe": finding.fix.safe,
        "edits": [{**_place(edit.span), "text": edit.text} for edit in finding.fix.edits],
    }
    facts: dict[str, Any] = {
        "code": finding.rule.code,
        "name": finding.rule.name,
        "level": str(finding.level),
        "message": finding.message,
        **_place(finding.span),
        "related": [{**_place(related.span), "message": related.message} for related in finding.related],
        "fix": fix,
        "fingerprint": fingerprint,
        "definite": finding.definite,
    }
    if finding.suppression is not None:
        facts["suppression"] = {"kind": finding.suppression.kind, "reason": finding.suppression.reason}
    return facts
