"""A request without an HTTP method."""

from sigmalint import Extension, Level, Report, Role, Rule

from ._missing import report_missing
from ._sources import CONNECTIONS, REQUEST

META = Rule(code="SIG102", name="missing-type", level=Level.ERROR, tags=("request",), sources=(CONNECTIONS, REQUEST))


def check(extension: Extension, report: Report) -> None:
    report_missing(extension, report, Role.METHOD)
