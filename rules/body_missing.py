"""A POST or PUT that sends nothing."""

from sigmalint import Absent, Extension, Level, Report, Role, Rule

from ._options import sends_body
from ._sources import REQUEST, REQUEST_OLD

META = Rule(
    code="SIG113", name="body-missing", level=Level.NOTE, default=False, tags=("request",), sources=(REQUEST, REQUEST_OLD)
)
_CARRIERS = ("fileObj", "includeContent")


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        others = [name for name in (*_CARRIERS, request.option_of(Role.QUERY)) if name is not None]
        for method in request.role(Role.METHOD):
            if not sends_body(request, method):
                continue
            for body in request.role(Role.BODY):
                alone = all(case.empty for name in others for case in request.option(name))
                if isinstance(body.what, Absent) and body.certain and alone and request.together(method, body):
                    report(
                        body.span,
                        body.said(f'a {method.text} request without "{request.label(Role.BODY)}"'),
                        related=[*request.related(body), *request.step(method, "the method is written here")],
                        definite=body.definite and method.definite,
                    )
