"""A private key stands in the sources."""

from sigmalint import Extension, Level, Report, Rule

from ._credentials import SOURCES, TAGS, report_credentials

META = Rule(
    code="SIG305",
    name="private-key",
    level=Level.ERROR,
    cwe=321,
    security_severity=9.1,
    tags=TAGS,
    sources=SOURCES,
)

HINT = "whoever installs the extension can read it: keep it on a server, and replace the pair of keys"


def check(extension: Extension, report: Report) -> None:
    report_credentials(extension, report, META.code, HINT)
