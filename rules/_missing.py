"""What SIG101, SIG102 and SIG103 share: an option that every request needs."""

from sigmalint import Absent, Constant, Extension, Report, Request, Role, Undefined


def report_missing(extension: Extension, report: Report, role: Role) -> None:
    """Report each request in which a required role is certainly missing, and not only misspelt (SIG108 says that)."""
    for request in extension.requests:
        if not request.requires(role):
            continue
        label = request.label(role)
        if label in request.misspelt.values():
            continue
        for case in request.missing(role):
            if isinstance(case.what, Absent):
                message = f'the request has no "{label}"'
            elif isinstance(case.what, Constant) and case.what.value == "":
                message = f'"{label}" is empty'
            elif isinstance(case.what, Constant) and isinstance(case.what.value, Undefined):
                message = f'"{label}" is undefined'
            else:
                message = f'"{label}" is null'
            report(
                case.span,
                case.said(message),
                hint=_remedy(extension, request, role),
                related=request.related(case),
                definite=case.definite,
            )


def _remedy(extension: Extension, request: Request, role: Role) -> str | None:
    """What to write instead, as far as that is known."""
    if role is Role.METHOD:
        return f"it takes {', '.join(request.form.methods)}"
    if role is Role.CONNECTION:
        return extension.connections.listed
    return None
