"""A body on a request that sends none."""

from sigmalint import Extension, Level, Report, Request, Role, Rule

from ._options import is_filled, without_body
from ._sources import CONNECTIONS, REQUEST_OLD

META = Rule(code="SIG105", name="body-not-allowed", level=Level.ERROR, tags=("request",), sources=(CONNECTIONS, REQUEST_OLD))


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        for method in without_body(request):
            for body in request.role(Role.BODY):
                if is_filled(body) and body.certain and request.together(method, body):
                    label = request.label(Role.BODY)
                    conditions = body.when or method.when
                    message = f'"{label}" on a {(method.text or "").upper()} request, which sends no body'
                    report(
                        body.span,
                        f"{message}, {conditions}" if conditions else message,
                        hint=_remedy(request),
                        related=[*request.related(body), *request.step(method, "the method is written here")],
                        definite=body.definite and method.definite,
                    )


def _remedy(request: Request) -> str | None:
    """Where the values belong instead, if the call has a place for them."""
    query = request.option_of(Role.QUERY)
    return f'"{query}" becomes the query string' if query else None
