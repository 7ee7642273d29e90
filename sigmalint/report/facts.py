"""What several reports say in the same words: regions, counts and coverage as plain data."""

from collections import Counter
from typing import Any

from sigmalint.finding import Finding
from sigmalint.report import ReportContext
from sigmalint.result import Result
from sigmalint.rule import Level
from sigmalint.sources.text import Span, utf16_length


def region(span: Span) -> dict[str, int]:
    """A span as 1-based lines and columns in UTF-16 code units, the end exclusive."""
    begin, starts = span.begin, span.file.line_starts
    if begin.line == len(starts) or span.end < starts[begin.line]:
        line, column = begin.line, begin.column + utf16_length(span.text)
    else:
        line, column = span.finish
    return {"startLine": begin.line, "startColumn": begin.column, "endLine": line, "endColumn": column}


def sentences(finding: Finding) -> str:
    """What is wrong, and what to do, as sentences."""
    hint = finding.hint and finding.hint[:1].upper() + finding.hint[1:]
    return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in (finding.message, hint) if part)


def suppression(finding: Finding) -> str:
    """By what a finding is suppressed, in words; empty for one that is not."""
    if finding.suppression is None:
        return ""
    by = "in the baseline" if finding.suppression.kind == "external" else "suppressed"
    return f"({by}: {finding.suppression.reason})" if finding.suppression.reason else f"({by})"


def shown(result: Result, context: ReportContext) -> list[Finding]:
    """The findings of a report: with `context.suppressed` also those that are suppressed."""
    if not context.suppressed:
        return result.findings
    return sorted([*result.findings, *result.suppressed], key=lambda finding: finding.sort_key)


def counts(result: Result) -> Counter[Level]:
    """How many findings there are of each level."""
    return Counter(finding.level for finding in result.findings)


def summary(result: Result) -> dict[str, Any]:
    """Counts and coverage: how much was read, and what of it was understood."""
    levels = counts(result)
    return {
        "errors": levels[Level.ERROR],
        "warnings": levels[Level.WARNING],
        "notes": levels[Level.NOTE],
        "suppressed": len(result.suppressed),
        "extensions": result.extensions,
        "files": len(result.files),
        "skipped": [{"path": skipped.path, "reason": skipped.reason} for skipped in result.skipped],
        "requests": {
            "found": result.requests,
            "resolved": result.resolved,
            "unresolved": [
                {
                    "path": unresolved.span.file.path,
                    "region": region(unresolved.span),
                    "option": unresolved.option,
                    "reason": unresolved.reason,
                }
                for unresolved in result.unresolved
            ],
        },
        "failures": result.failures,
    }
