"""Two widgets of one name."""

from sigmalint import Extension, Level, Related, Report, Rule, Text

from ._sources import WIDGETS

META = Rule(code="SIG402", name="duplicate-widget", level=Level.ERROR, tags=("manifest",), sources=(WIDGETS,))


def check(extension: Extension, report: Report) -> None:
    first: dict[str, Text] = {}
    for widget in extension.manifest.widgets if extension.manifest else ():
        if widget.name is None or not widget.name.text:
            continue
        known = first.setdefault(widget.name.text, widget.name)
        if known is not widget.name:
            report(
                widget.name.span,
                f'two widgets have the name "{widget.name.text}"',
                related=[Related(known.span, "the first one")],
            )
