"""A scope that gives a connection everything."""

from sigmalint import Extension, Level, Report, Rule

from ._sources import EXTENSION_CONNECTIONS

META = Rule(
    code="SIG207",
    name="broad-scope",
    level=Level.NOTE,
    default=False,
    cwe=250,
    security_severity=3.0,
    tags=("connection", "manifest", "security"),
    sources=(EXTENSION_CONNECTIONS,),
)


def check(extension: Extension, report: Report) -> None:
    for connection in extension.connections:
        for scope in connection.scopes:
            if scope.text.upper().endswith(".ALL"):
                report(scope.span, f'the scope "{scope.text}" of connection "{connection.link_name}" allows everything')
