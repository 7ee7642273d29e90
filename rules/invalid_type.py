"""A method that the request method does not know."""

from sigmalint import Extension, Level, Report, Role, Rule, nearest

from ._sources import CONNECTIONS, REQUEST

META = Rule(code="SIG104", name="invalid-type", level=Level.ERROR, tags=("request",), sources=(CONNECTIONS, REQUEST))


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        known = {*request.form.methods, *request.form.methods_also, *extension.settings.methods}
        for case in request.role(Role.METHOD):
            if not case.text or case.text.upper() in known:
                continue
            near = nearest(case.text.strip().upper(), request.form.methods)
            report(
                case.span,
                case.said(f'"{case.text}" is not a method that {request.name} knows'),
                hint=f'did you mean "{near}"?' if near else f"it takes {', '.join(request.form.methods)}",
                related=request.related(case),
                definite=case.definite,
            )
