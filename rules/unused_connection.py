"""A connection that is declared and used by no request."""

from sigmalint import Extension, Level, Report, Role, Rule

from ._sources import DELETE_CONNECTIONS

META = Rule(
    code="SIG202",
    name="unused-connection",
    level=Level.WARNING,
    tags=("connection", "manifest", "unnecessary"),
    sources=(DELETE_CONNECTIONS,),
)


def check(extension: Extension, report: Report) -> None:
    connections, manifest = extension.connections, extension.manifest
    if manifest is None or not (connections.complete and extension.whole and extension.speaks_its_service):
        return
    if any(True for request in extension.requests for _ in request.unknown(Role.CONNECTION)):
        return
    used = {case.text for request in extension.requests for case in request.role(Role.CONNECTION)}
    if all(name in connections for name in used):  # a wrong or missing name may stand for the unused one
        for connection in connections:
            if connection.link_name and connection.link_name not in used:
                report(connection.span, f'connection "{connection.link_name}" is used by no request')
