"""An option that the SDK does not know, but that stands for one it knows."""

from sigmalint import Extension, Fix, Fixability, Level, ObjectValue, Report, Rule

from ._sources import CONNECTIONS, REQUEST

META = Rule(
    code="SIG108",
    name="unknown-option",
    level=Level.ERROR,
    fix=Fixability.SAFE,
    tags=("request",),
    sources=(CONNECTIONS, REQUEST),
)


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        meant = request.misspelt
        for options in request.options:
            if not isinstance(options.what, ObjectValue):
                continue
            for name, key in options.what.keys.items():
                if name in meant and any(not case.empty for case in options.what.properties[name]):
                    report(
                        key,
                        f'"{name}" is not an option of {request.name}',
                        hint=f'did you mean "{meant[name]}"?',
                        related=request.related(options),
                        fix=Fix.rename_key(key, name, meant[name]),
                        definite=options.definite,
                    )
