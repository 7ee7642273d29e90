"""A request whose failure nobody handles."""

from sigmalint import Extension, Level, Report, Rule

from ._sources import PUBLISHING, REQUEST

META = Rule(code="SIG112", name="unhandled-rejection", level=Level.NOTE, tags=("request",), sources=(REQUEST, PUBLISHING))


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        if request.dropped:
            report(
                request.callee,
                f'nothing handles a failure of "{request.name}"',
                hint="add .catch(…), await it in a try, or return the promise to code that does",
                related=request.way,
            )
