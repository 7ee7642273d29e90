"""An empty body, written where none is sent: harmless, and noise to the reader."""

from sigmalint import Extension, Fix, Fixability, Level, ObjectValue, Report, Role, Rule

from ._options import is_nothing, without_body
from ._sources import CONNECTIONS, REQUEST_OLD

META = Rule(
    code="SIG106",
    name="empty-body",
    level=Level.NOTE,
    fix=Fixability.SAFE,
    tags=("request",),
    sources=(CONNECTIONS, REQUEST_OLD),
)


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        label = request.option_of(Role.BODY)
        for options in request.options:
            if label is None or not isinstance(options.what, ObjectValue) or label not in options.what.keys:
                continue
            key = options.what.keys[label]
            for body in options.what.properties[label]:
                written = (
                    body.span.file is key.file and body.span.file.text[key.end : body.span.start].strip("\"' \t\r\n") == ":"
                )
                if written and is_nothing(body) and any(request.together(method, body) for method in without_body(request)):
                    report(
                        body.span,
                        f'an empty "{label}" on a request that sends no body',
                        hint="leave it out",
                        fix=Fix.remove_member(key, body.span),
                    )
