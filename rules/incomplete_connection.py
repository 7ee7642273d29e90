"""An entry of the manifest that is meant as a connection, but that no request can use."""

from collections.abc import Iterator

from sigmalint import Declaration, Extension, JsonArray, JsonObject, Level, Report, Rule

from ._sources import CREATE_CONNECTIONS, DESK_MANIFEST

META = Rule(
    code="SIG205",
    name="incomplete-connection",
    level=Level.ERROR,
    tags=("connection", "manifest"),
    sources=(CREATE_CONNECTIONS, DESK_MANIFEST),
)
_LISTS = ("connectors", "usedConnections")


def check(extension: Extension, report: Report) -> None:
    for problem in extension.problems_for(META.code):
        report(problem.span, problem.message.replace("is too long", "is longer than 50 characters"))
    for declaration, entry in _entries(extension):
        names = [member for key in declaration.link_name for member in entry.all(key)]
        if not names:
            report(
                entry.span.first(),
                f'the entry of "{declaration.key}" has no "{declaration.link_name[0]}"',
                hint="copy the connection's JSON from Sigma",
            )


def _entries(extension: Extension) -> Iterator[tuple[Declaration, JsonObject]]:
    """The entries of lists that hold nothing but connections."""
    manifest = extension.manifest
    if manifest is None or not manifest.document.complete:
        return
    seen: set[str] = set()
    for product in extension.own_products:
        for declaration in product.manifest.declarations:
            if declaration.key not in _LISTS or declaration.key in seen:
                continue
            seen.add(declaration.key)
            node = manifest.node(declaration.key)
            for item in node.items if isinstance(node, JsonArray) else ():
                if isinstance(item, JsonObject):
                    yield declaration, item
