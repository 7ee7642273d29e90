"""A token of a known format stands in the sources."""

from sigmalint import Extension, Level, Report, Rule

from ._credentials import HARDCODED, SOURCES, TAGS, report_credentials

META = Rule(
    code="SIG302",
    name="known-token",
    level=Level.ERROR,
    cwe=HARDCODED,
    security_severity=8.8,
    tags=TAGS,
    sources=SOURCES,
)


def check(extension: Extension, report: Report) -> None:
    report_credentials(extension, report, META.code)
