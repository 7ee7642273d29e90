"""An address to which no request can be sent."""

from sigmalint import Extension, Level, Report, Role, Rule

from ._addresses import BLANK, fault
from ._sources import CONNECTIONS, REQUEST

META = Rule(code="SIG109", name="invalid-url", level=Level.ERROR, tags=("request",), sources=(CONNECTIONS, REQUEST))


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        for case in request.role(Role.URL):
            if wrong := fault(case):
                report(
                    case.span,
                    case.said(f'"{case.shown}" {wrong}'),
                    hint="remove it, or write %20"
                    if wrong is BLANK
                    else "Zoho's proxy needs the whole address: https://host/path",
                    related=request.related(case),
                    definite=case.definite,
                )
