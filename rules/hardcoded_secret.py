"""A name that says secret, password or API key is bound to a literal."""

from sigmalint import Extension, Level, Report, Rule

from ._credentials import HARDCODED, SOURCES, TAGS, report_credentials

META = Rule(
    code="SIG304",
    name="hardcoded-secret",
    level=Level.ERROR,
    cwe=HARDCODED,
    security_severity=8.2,
    tags=TAGS,
    sources=SOURCES,
)


def check(extension: Extension, report: Report) -> None:
    report_credentials(extension, report, META.code)
