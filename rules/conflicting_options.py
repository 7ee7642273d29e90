"""An option that has no effect beside another, or without it."""

from sigmalint import Extension, Level, ObjectValue, Report, Request, Rule

from ._sources import DESK_REQUEST, REQUEST

META = Rule(code="SIG114", name="conflicting-options", level=Level.NOTE, tags=("request",), sources=(REQUEST, DESK_REQUEST))


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        for options in request.options:
            if not isinstance(options.what, ObjectValue):
                continue
            for name, key in options.what.keys.items():
                option = request.form.option(name)
                if option is None or not (option.ignores or option.needs) or not _is_given(request, name):
                    continue
                for other in option.ignores:
                    if other in options.what.keys and _is_given(request, other):
                        report(options.what.keys[other], f'"{other}" has no effect beside "{name}"')
                if option.needs is not None and not options.what.open and option.needs not in options.what.properties:
                    report(key, f'"{name}" has no effect without "{option.needs}"')


def _is_given(request: Request, name: str) -> bool:
    """Whether the option is there with something in it, on every path."""
    cases = request.option(name)
    return bool(cases) and all(
        not case.empty and not case.unknown and not (isinstance(case.what, ObjectValue) and not case.what.properties)
        for case in cases
    )
