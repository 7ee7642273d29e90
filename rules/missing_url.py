"""A request without an address."""

from sigmalint import Extension, Level, Report, Role, Rule

from ._missing import report_missing
from ._sources import CONNECTIONS, REQUEST

META = Rule(code="SIG103", name="missing-url", level=Level.ERROR, tags=("request",), sources=(CONNECTIONS, REQUEST))


def check(extension: Extension, report: Report) -> None:
    report_missing(extension, report, Role.URL)
