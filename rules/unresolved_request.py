"""A request of which it cannot be said what it sends."""

from sigmalint import Extension, Level, Report, Role, Rule

META = Rule(code="SIG116", name="unresolved-request", level=Level.NOTE, default=False, tags=("request",))
_MISSION = (Role.CONNECTION, Role.METHOD, Role.URL)


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        reasons = {
            request.label(role): reason for role in _MISSION if role in request.form.roles for reason in request.unknown(role)
        }
        if len(reasons) == len(_MISSION):
            why = "; ".join(dict.fromkeys(reasons.values()))
            report(request.callee, f'nothing is known of what "{request.name}" sends: {why}', related=request.way)
