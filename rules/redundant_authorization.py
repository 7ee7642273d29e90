"""A request that names a connection sets the `Authorization` header itself."""

from sigmalint import Absent, Constant, Extension, Level, ObjectValue, Report, Role, Rule

from ._credentials import SOURCES

META = Rule(
    code="SIG307",
    name="redundant-authorization",
    level=Level.NOTE,
    tags=("connection",),
    sources=SOURCES,
)


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        if not any(case.text for case in request.role(Role.CONNECTION)):
            continue
        for headers in request.option("headers"):
            if not isinstance(headers.what, ObjectValue):
                continue
            for name, cases in headers.what.properties.items():
                for case in cases if name.lower() == "authorization" else ():
                    if not isinstance(case.what, (Absent, Constant)):
                        report(
                            case.span,
                            case.said(f'header "{name}" is set on a request that names a connection'),
                            hint="the connection adds it; leave it out",
                            related=request.related(case),
                            definite=case.definite,
                        )
