"""An address carries a literal password, key or signature."""

from sigmalint import Extension, Level, Report, Rule

from ._credentials import HARDCODED, SOURCES, TAGS, report_credentials

META = Rule(
    code="SIG303",
    name="credential-in-url",
    level=Level.ERROR,
    cwe=HARDCODED,
    security_severity=8.2,
    tags=TAGS,
    sources=SOURCES,
)


def check(extension: Extension, report: Report) -> None:
    report_credentials(extension, report, META.code)
