"""A request header carries a literal credential: every user of the extension can read it."""

from sigmalint import Extension, Level, Report, Rule

from ._credentials import HARDCODED, SOURCES, TAGS, report_credentials

META = Rule(
    code="SIG301",
    name="credential-in-header",
    level=Level.ERROR,
    cwe=HARDCODED,
    security_severity=8.8,
    tags=TAGS,
    sources=SOURCES,
)


def check(extension: Extension, report: Report) -> None:
    report_credentials(extension, report, META.code)
