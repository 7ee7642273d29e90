"""What several rules ask about the options of a request."""

from sigmalint import ArrayValue, Case, Constant, Instance, ObjectValue, PartialText, Request, Role

_BODIES = frozenset(("FormData", "URLSearchParams", "Blob", "File", "ArrayBuffer"))


def without_body(request: Request) -> list[Case]:
    """The cases of the method for which the request must not have a body, however they are written."""
    return [
        case
        for case in request.role(Role.METHOD)
        if case.text is not None and case.text.upper() in request.form.methods_without_body and case.certain
    ]


def is_filled(case: Case) -> bool:
    """Whether a body is certainly more than nothing."""
    what = case.what
    if isinstance(what, Constant):
        return isinstance(what.value, str) and what.value != ""
    if isinstance(what, PartialText):
        return what.filled
    if isinstance(what, ObjectValue):
        return any(all(not inner.empty and not inner.unknown for inner in cases) for cases in what.properties.values()) or any(
            not inner.empty and inner.certain for cases in what.properties.values() for inner in cases
        )
    if isinstance(what, ArrayValue):
        return bool(what.items)
    return isinstance(what, Instance) and what.class_name in _BODIES


def is_nothing(case: Case) -> bool:
    """Whether a body is certainly empty: `{}`, `[]`, `""` or `null`."""
    what = case.what
    if isinstance(what, Constant):
        return what.value is None or what.value == ""
    if isinstance(what, ObjectValue):
        return not what.properties and not what.open
    return isinstance(what, ArrayValue) and what.items == ()


def sends_body(request: Request, method: Case) -> bool:
    """Whether a method is one that sends a body."""
    return method.text in request.form.methods and method.text not in request.form.methods_without_body
