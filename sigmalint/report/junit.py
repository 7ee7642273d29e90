"""JUnit's XML, which most CI servers show: a suite for each file, a case for each finding, one that passes for a clean file."""

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sigmalint.finding import Finding
from sigmalint.report import ReportContext
from sigmalint.report.coverage import coverage
from sigmalint.report.facts import sentences
from sigmalint.result import Result
from sigmalint.rule import Level

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(result: Result, context: ReportContext) -> str:
    """Errors and warnings fail; a note is the output of a case that passes."""
    by_file: dict[str, list[Finding]] = {path: [] for path in result.files}
    for finding in result.findings:
        by_file.setdefault(finding.span.file.path, []).append(finding)
    clean = sum(not own for own in by_file.values())
    root = Element("testsuites", {"name": "sigmalint", **_counts(result.findings, clean=clean)})
    for path, findings in sorted(by_file.items()):
        suite = SubElement(root, "testsuite", {"name": _clean(path), **_counts(findings, clean=not findings)})
        for finding in findings:
            _case(suite, finding)
        if not findings:
            SubElement(suite, "testcase", classname=_clean(path), name="no findings", time="0")
    summary = SubElement(root, "testsuite", {"name": "sigmalint", **_counts([], clean=0)})
    SubElement(summary, "system-out").text = coverage(result)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _counts(findings: list[Finding], *, clean: int) -> dict[str, str]:
    failures = sum(finding.level > Level.NOTE for finding in findings)
    return {"tests": str(len(findings) + clean), "failures": str(failures), "errors": "0", "time": "0"}


def _case(suite: Element, finding: Finding) -> None:
    rule, path = finding.rule, finding.span.file.path
    line, column = finding.span.begin
    case = SubElement(suite, "testcase", classname=_clean(path), name=f"{rule.code} {rule.name} ({line}:{column})", time="0")
    text = f"{_clean(path)}:{line}:{column}: {finding.level} {rule.code} {_clean(sentences(finding))}"
    if finding.level > Level.NOTE:
        failure = SubElement(case, "failure", type=str(finding.level), message=_clean(finding.message))
        failure.text = text
    else:
        SubElement(case, "system-out").text = text


def _clean(text: str) -> str:
    """Text without what XML cannot say."""
    return _NOT_XML.sub("\ufffd", text)
