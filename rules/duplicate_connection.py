"""One link name, declared twice."""

from sigmalint import Connection, Extension, Level, Related, Report, Rule

from ._sources import CREATE_CONNECTIONS

META = Rule(
    code="SIG203",
    name="duplicate-connection",
    level=Level.ERROR,
    tags=("connection", "manifest"),
    sources=(CREATE_CONNECTIONS,),
)


def check(extension: Extension, report: Report) -> None:
    first: dict[tuple[str, str], Connection] = {}
    for connection in extension.connections:
        key = connection.declared_in, connection.link_name
        known = first.setdefault(key, connection)
        if known is not connection and connection.link_name:
            report(
                connection.span,
                f'connection "{connection.link_name}" is declared twice',
                related=[Related(known.span, "first declared here")],
            )
