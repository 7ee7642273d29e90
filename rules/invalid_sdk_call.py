"""Another documented method of the SDK, called against its contract."""

from collections.abc import Iterator, Sequence

from sigmalint import (
    Absent,
    ArrayValue,
    Case,
    Constant,
    Extension,
    Level,
    Method,
    ObjectValue,
    Parameter,
    PartialText,
    Product,
    Report,
    Rule,
    SdkCall,
    Span,
    Undefined,
    nearest,
)

from ._sdk import path_of
from ._sources import EVENTS, SHOW_MESSAGE, STORAGE

META = Rule(code="SIG505", name="invalid-sdk-call", level=Level.WARNING, tags=("sdk",), sources=(STORAGE, EVENTS, SHOW_MESSAGE))


def check(extension: Extension, report: Report) -> None:
    calls = [call for program in extension.programs for call in program.calls]
    for call in [*calls, *extension.loose_calls]:
        product = extension.product_of(call)
        if product is None or call.more:
            continue
        path = path_of(call, product)
        for case, place, message, hint in _faults(product, path, call):
            said = message if case is None else case.said(message)
            report(place, said, hint=hint, related=call.way, definite=case is None or case.definite)


_Fault = tuple[Case | None, Span, str, str | None]


def _faults(product: Product, path: str, call: SdkCall) -> Iterator[_Fault]:
    if path == product.dispatch_path:
        yield from _dispatch(product, call)
    elif (method := product.method(path)) is not None:
        yield from _arguments(method, call.path, call.arguments, call.callee)


def _dispatch(product: Product, call: SdkCall) -> Iterator[_Fault]:
    """An event that is a misspelling of a documented one, or data that breaks its contract."""
    names = {event.name: event for event in product.events}
    for case in call.arguments[0] if call.arguments else ():
        if case.text is None:
            continue
        event = names.get(case.text)
        if event is None:
            meant = nearest(case.text, names)
            if meant is not None:
                yield case, case.span, f'"{case.text}" is not an event', f'did you mean "{meant}"?'
        elif len(call.arguments) > 1 or any(parameter.required for parameter in event.parameters):
            for data in call.arguments[1] if len(call.arguments) > 1 else ():
                if isinstance(data.what, ObjectValue):
                    yield from _properties(event.parameters, data, f'"{event.name}"')
            if len(call.arguments) < 2:
                wanted = next(parameter.name for parameter in event.parameters if parameter.required)
                yield None, call.callee, f'"{event.name}" is dispatched without "{wanted}"', None


def _arguments(method: Method, name: str, given: Sequence[tuple[Case, ...]], callee: Span) -> Iterator[_Fault]:
    for index, parameter in enumerate(method.parameters):
        cases = given[index] if index < len(given) else ()
        if not cases:
            if parameter.required and index >= len(given):
                yield None, callee, f'"{name}" is called without its argument "{parameter.name}"', None
            continue
        for case in cases:
            yield from _value(parameter, case, f'the argument "{parameter.name}" of "{name}"')


def _value(parameter: Parameter, case: Case, what: str) -> Iterator[_Fault]:
    if not case.certain:
        return
    kind = _kind(case)
    if isinstance(case.what, Constant) and (case.what.value is None or isinstance(case.what.value, Undefined)):
        if parameter.required:
            yield case, case.span, f"{what} is {'null' if case.what.value is None else 'undefined'}", None
    elif (
        kind is not None
        and parameter.types
        and kind not in parameter.types
        and not (kind == "number" and "integer" in parameter.types)
    ):
        yield case, case.span, f"{what} is {_article(kind)}, not {_article(' or '.join(parameter.types))}", None
    elif case.text is not None and parameter.values and case.text not in (*parameter.values, *parameter.also):
        near = nearest(case.text, parameter.values)
        hint = f'did you mean "{near}"?' if near else f"it takes {', '.join(parameter.values)}"
        yield case, case.span, f'"{case.text}" is not a value of "{parameter.name}"', hint
    elif isinstance(case.what, ObjectValue):
        yield from _properties(parameter.properties, case, what)


def _properties(parameters: tuple[Parameter, ...], case: Case, what: str) -> Iterator[_Fault]:
    assert isinstance(case.what, ObjectValue)
    for parameter in parameters:
        cases = case.what.properties.get(parameter.name)
        if cases is None or all(isinstance(inner.what, Absent) for inner in cases):
            if parameter.required and not case.what.open:
                yield case, case.what.brace, f'{what} has no "{parameter.name}"', None
            continue
        for inner in cases:
            if not isinstance(inner.what, Absent):
                yield from _value(parameter, inner, f'"{parameter.name}"')


def _kind(case: Case) -> str | None:
    match case.what:
        case Constant(value=bool()):
            return "boolean"
        case Constant(value=str()) | PartialText():
            return "string"
        case Constant(value=int() | float()):
            return "number"
        case ObjectValue():
            return "object"
        case ArrayValue():
            return "array"
    return None


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aio" else f"a {kind}"
