"""A request of which it cannot be said what it sends."""

from sigmalint import MISSION, Extension, Level, Report, Rule

META = Rule(code="SIG116", name="unresolved-request", level=Level.NOTE, default=False, tags=("request",))


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        reasons = dict(request.open_ends())
        if len(reasons) == len(MISSION):
            why = "; ".join(dict.fromkeys(reasons.values()))
            report(request.callee, f'nothing is known of what "{request.name}" sends: {why}', related=request.way)
