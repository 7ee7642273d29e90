"""A widget without a location, or with a misspelt one."""

from sigmalint import Extension, Fix, Fixability, Level, Report, Rule

from ._locations import documented, meant
from ._sources import WIDGETS

META = Rule(
    code="SIG403", name="invalid-location", level=Level.ERROR, fix=Fixability.SAFE, tags=("manifest",), sources=(WIDGETS,)
)


def check(extension: Extension, report: Report) -> None:
    widgets = extension.manifest.widgets if extension.manifest else ()
    written = {widget.location.span.start - 1 for widget in widgets if widget.location}
    for problem in extension.problems_for(META.code):
        if problem.span.start not in written:  # what a location says is judged below, in better words
            report(problem.span, problem.message)
    known = documented(extension)
    for widget in widgets if known else ():
        location = widget.location
        if location is None or location.text in known:
            continue
        wanted = meant(location.text, known)
        if wanted is not None:
            report(
                location.span,
                f'"{location.text}" is not a location',
                hint=f'did you mean "{wanted}"?',
                fix=Fix.replace(location.span, wanted),
            )
        elif not location.text.strip():
            report(widget.span.first(), 'the widget\'s "location" is empty', hint=f'such as "{known[0]}"')
