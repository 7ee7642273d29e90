"""A literal that may be a credential: its name, value or place leaves a doubt."""

from sigmalint import Confidence, Extension, Level, Report, Rule

from ._credentials import HARDCODED, SOURCES, TAGS, report_credentials

META = Rule(
    code="SIG308",
    name="possible-secret",
    level=Level.WARNING,
    confidence=Confidence.MEDIUM,
    cwe=HARDCODED,
    security_severity=5.3,
    tags=TAGS,
    sources=SOURCES,
)

HINT = "if it is a credential, let a connection hold it and replace it; if not, allow it by its fingerprint in `secrets.allow`"


def check(extension: Extension, report: Report) -> None:
    report_credentials(extension, report, META.code, HINT)
