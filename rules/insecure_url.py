"""An address by http: the proxy adds the connection's credentials to what anyone on the way can read."""

from sigmalint import Extension, Fix, Fixability, Level, Report, Role, Rule

from ._addresses import is_insecure
from ._sources import CONNECTIONS, REQUEST

META = Rule(
    code="SIG110",
    name="insecure-url",
    level=Level.ERROR,
    fix=Fixability.UNSAFE,
    cwe=319,
    security_severity=5.9,
    tags=("request", "security"),
    sources=(CONNECTIONS, REQUEST),
)


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        for case in request.role(Role.URL):
            if is_insecure(case):
                report(
                    case.span,
                    case.said(f'"{case.shown}" is sent without encryption'),
                    hint="use https:, as the connection's credentials travel with the request",
                    related=request.related(case),
                    fix=Fix.by_https(case.span),
                    definite=case.definite,
                )
