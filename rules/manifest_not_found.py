"""Pages that use the SDK, and no manifest above them."""

from sigmalint import Extension, Level, Report, Rule

from ._sources import MANIFEST

META = Rule(code="SIG003", name="manifest-not-found", level=Level.ERROR, tags=("manifest",), sources=(MANIFEST,))


def check(extension: Extension, report: Report) -> None:
    if extension.manifest is None and extension.mentions and not extension.manifest_exists:
        first = extension.mentions[0]
        report(
            first,
            f'no "plugin-manifest.json" stands above this use of "{first.text}"',
            hint="put it into the extension's top folder",
        )
