"""A value that the option does not take."""

from sigmalint import Extension, Level, Report, Role, Rule, nearest

from ._sources import DESK_REQUEST, REQUEST

META = Rule(code="SIG115", name="invalid-option-value", level=Level.ERROR, tags=("request",), sources=(REQUEST, DESK_REQUEST))


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        for option, case in request.written:
            allowed = (*option.values, *option.also)
            if not option.values or case.text is None or case.text in allowed or option.name == request.option_of(Role.METHOD):
                continue
            near = nearest(case.text, option.values)
            report(
                case.span,
                case.said(f'"{case.text}" is not a value of "{option.name}"'),
                hint=f'did you mean "{near}"?' if near else f"it takes {', '.join(option.values)}",
                related=request.related(case),
                definite=case.definite,
            )
