"""A name that nothing defines: reading it throws before the request is sent."""

from sigmalint import Extension, Level, Report, Rule, Undeclared

from ._sources import REQUEST

META = Rule(code="SIG120", name="undeclared-value", level=Level.ERROR, tags=("request",), sources=(REQUEST,))


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        for _, case in request.written:
            if isinstance(case.what, Undeclared):
                report(
                    case.span,
                    case.said(f'"{case.what.name}" is not defined'),
                    hint="no script of the page, import or browser global has this name",
                    related=request.related(case),
                    definite=case.definite,
                )
