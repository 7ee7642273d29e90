"""One line a finding, for editors' problem matchers and for grep: `path:line:col: level CODE message [name]`."""

from sigmalint.finding import Finding
from sigmalint.report import ReportContext
from sigmalint.report.coverage import coverage
from sigmalint.report.facts import shown, suppression
from sigmalint.report.terminal import printable
from sigmalint.result import Result
from sigmalint.sources.text import Span


def write(result: Result, context: ReportContext) -> str:
    """The findings, then one line of counts and coverage."""
    lines = [_line(finding) for finding in shown(result, context)]
    return "".join(f"{line}\n" for line in [*lines, coverage(result)])


def place(span: Span) -> str:
    """Where a span begins, as terminals make it clickable: `path:line:col`."""
    line, column = span.begin
    return f"{printable(span.file.path)}:{line}:{column}"


def _line(finding: Finding) -> str:
    rule = finding.rule
    line = f"{place(finding.span)}: {finding.level} {rule.code} {printable(finding.message)} [{rule.name}]"
    return f"{line} {printable(suppression(finding))}".rstrip()
