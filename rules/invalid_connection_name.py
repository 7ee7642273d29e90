"""A link name that no connection can have."""

from sigmalint import Extension, Level, Report, Rule, Span

from ._sources import CREATE_CONNECTIONS

META = Rule(
    code="SIG204",
    name="invalid-connection-name",
    level=Level.ERROR,
    tags=("connection", "manifest"),
    sources=(CREATE_CONNECTIONS,),
)


def check(extension: Extension, report: Report) -> None:
    for connection in extension.connections:
        if extension.connections.accepts(connection.link_name):
            continue
        wrong = "has white space in it" if connection.link_name else "is empty"
        report(
            connection.span if connection.link_name else _quoted(connection.span),
            f'the link name "{connection.link_name}" {wrong}',
            hint="Sigma makes the link name, without spaces; copy it from there",
        )


def _quoted(empty: Span) -> Span:
    """An empty string with its quotes, so that there is something to mark."""
    return empty.file.span(max(0, empty.start - 1), min(len(empty.file.text), empty.end + 1))
