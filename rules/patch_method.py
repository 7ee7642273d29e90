"""PATCH: of three vendor pages one lists it, one does not, and one wants a POST with a `header-override` header."""

from sigmalint import Extension, Level, Report, Role, Rule

from ._sources import CONNECTIONS, REQUEST, REQUEST_OLD

META = Rule(
    code="SIG119", name="patch-method", level=Level.WARNING, tags=("request",), sources=(CONNECTIONS, REQUEST, REQUEST_OLD)
)


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        doubtful = set(request.form.methods_also) - set(extension.settings.methods)
        for case in request.role(Role.METHOD):
            if case.text and case.text.upper() in doubtful:
                report(
                    case.span,
                    case.said(f'"{case.text}" may not be taken'),
                    hint="the vendor's pages contradict each other: send POST with the header header-override: PATCH, "
                    "or allow it with `request.methods`",
                    related=request.related(case),
                    definite=case.definite,
                )
