"""Pages that use the SDK, and no manifest above them."""

from sigmalint import Extension, Level, Report, Rule

from ._sources import MANIFEST

META = Rule(code="SIG003", name="manifest-not-found", level=Level.ERROR, tags=("manifest",), sources=(MANIFEST,))


def check(extension: Extension, report: Report) -> None:
    if extension.manifest is None and not extension.manifest_exists and (mention := extension.mention()) is not None:
        report(
            mention,
            f'no "plugin-manifest.json" stands above this use of "{mention.text}"',
            hint="put it into the extension's top folder",
        )
