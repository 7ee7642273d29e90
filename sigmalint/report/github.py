"""GitHub Actions' workflow commands: annotations on a pull request's lines, where there is no code scanning.

GitHub shows ten of each kind a step, so the most severe come first. Everything from the linted sources is escaped: a line of
theirs can end no command and begin none.
"""

import re

from sigmalint.finding import Finding
from sigmalint.report import ReportContext
from sigmalint.report.coverage import coverage
from sigmalint.report.facts import region, sentences
from sigmalint.result import Result
from sigmalint.rule import Level

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}
_ESCAPED = {"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"}


def write(result: Result, context: ReportContext) -> str:
    """One command a finding, then the line of counts and coverage."""
    findings = sorted(result.findings, key=lambda finding: -finding.level)
    return "".join(f"{_command(finding)}\n" for finding in findings) + coverage(result) + "\n"


def _command(finding: Finding) -> str:
    place = region(finding.span)
    values = {
        "title": f"{finding.rule.code} {finding.rule.name}",
        "file": finding.span.file.path,
        "line": place["startLine"],
        "endLine": place["endLine"],
    }
    if place["startLine"] == place["endLine"]:  # GitHub drops an annotation with columns on several lines
        values |= {"col": place["startColumn"], "endColumn": place["endColumn"]}
    properties = ",".join(f"{name}={_escape(str(value), '%:,')}" for name, value in values.items())
    return f"::{_COMMANDS[finding.level]} {properties}::{_escape(sentences(finding), '%')}"


def _escape(text: str, marks: str) -> str:
    return re.sub(f"[{marks}\r\n]", lambda match: _ESCAPED[match[0]], text)
