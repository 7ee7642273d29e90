"""A key of the manifest that is a misspelling of a known one."""

from collections.abc import Iterator

from sigmalint import Edit, Extension, Fix, Fixability, JsonArray, JsonObject, Level, Manifest, Report, Rule, nearest

from ._sources import DESK_MANIFEST, MANIFEST, REQUEST_OLD, SIGMA_MANIFEST

META = Rule(
    code="SIG405",
    name="unknown-manifest-key",
    level=Level.WARNING,
    fix=Fixability.UNSAFE,
    tags=("manifest",),
    sources=(MANIFEST, SIGMA_MANIFEST, DESK_MANIFEST, REQUEST_OLD),
)
_LISTS = (("modules", "widgets"), ("connectors",), ("usedConnections",))


def check(extension: Extension, report: Report) -> None:
    if extension.manifest is None:
        return
    for path, found in _objects(extension.manifest):
        known = extension.known_keys(*path)
        for member in found.members:
            if member.key in known or len(member.key) < 4:
                continue
            meant = nearest(member.key, known)
            if meant is not None and member.key[0].lower() == meant[0].lower():
                fix = Fix(f'Rename to "{meant}"', (Edit(member.key_span, f'"{meant}"'),), safe=False)
                report(
                    member.key_span,
                    f'"{member.key}" is not a key of the manifest',
                    hint=f'did you mean "{meant}"?',
                    fix=fix if found.get(meant) is None else None,
                )


def _objects(manifest: Manifest) -> Iterator[tuple[tuple[str | int, ...], JsonObject]]:
    """The objects whose keys are known, each with the path to it (0 for every index)."""
    tops: tuple[tuple[str, ...], ...] = ((), ("modules",))
    for path in tops:
        if isinstance(node := manifest.node(*path), JsonObject):
            yield path, node
    for path in _LISTS:
        if isinstance(node := manifest.node(*path), JsonArray):
            for item in node.items:
                if isinstance(item, JsonObject):
                    yield (*path, 0), item
