"""A request without a connection: Zoho's proxy has nothing to authorise it with."""

from sigmalint import Extension, Level, Report, Role, Rule

from ._missing import report_missing
from ._sources import CONNECTIONS, REQUEST

META = Rule(
    code="SIG101", name="missing-connection", level=Level.ERROR, tags=("request", "connection"), sources=(CONNECTIONS, REQUEST)
)


def check(extension: Extension, report: Report) -> None:
    if extension.settings.connection_required:
        report_missing(extension, report, Role.CONNECTION)
