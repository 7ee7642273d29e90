"""A method in lower case: no vendor page says that it is taken."""

from sigmalint import Extension, Fix, Fixability, Level, Report, Role, Rule

from ._sources import CONNECTIONS, REQUEST

META = Rule(
    code="SIG118",
    name="method-case",
    level=Level.WARNING,
    fix=Fixability.SAFE,
    tags=("request",),
    sources=(CONNECTIONS, REQUEST),
)


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        known = {*request.form.methods, *extension.settings.methods}
        for case in request.role(Role.METHOD):
            if case.text and case.text not in known and case.text.upper() in known:
                report(
                    case.span,
                    case.said(f'"{case.text}" is not in capitals'),
                    hint=f'write "{case.text.upper()}"',
                    related=request.related(case),
                    fix=Fix.replace_string(case.span, case.text, case.text.upper()),
                    definite=case.definite,
                )
