"""An option of the wrong kind."""

from sigmalint import (
    ArrayValue,
    Case,
    Constant,
    Extension,
    FunctionValue,
    Instance,
    Level,
    ObjectValue,
    PartialText,
    Promise,
    Report,
    Rule,
    Undefined,
    Unknown,
)

from ._sources import CONNECTIONS, REQUEST

META = Rule(code="SIG107", name="invalid-option-type", level=Level.ERROR, tags=("request",), sources=(CONNECTIONS, REQUEST))
_REMEDIES = {"promise": "await it first", "function": "call it"}


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        for option, case in request.written:
            kind = _kind(case)
            if kind is None or not option.types or kind in option.types or (kind == "number" and "integer" in option.types):
                continue
            report(
                case.span,
                case.said(f'"{option.name}" is {_article(kind)}, not {_article(" or ".join(option.types))}'),
                hint=_REMEDIES.get(kind),
                related=request.related(case),
                definite=case.definite,
            )


def _kind(case: Case) -> str | None:
    """The kind of a value in JSON's words; None where it is not known, and for what counts as missing."""
    match case.what:
        case Constant(value=bool()):
            return "boolean"
        case Constant(value=str()) | PartialText():
            return "string"
        case Constant(value=None | Undefined()):
            return None
        case Constant():
            return "number"
        case ObjectValue() | Instance():
            return "object"
        case ArrayValue():
            return "array"
        case FunctionValue():
            return "function"
        case Promise():
            return "promise"
        case Unknown(kind="number" | "boolean" as kind):
            return kind
    return None


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aio" else f"a {kind}"
