"""A request that is called with something else than one options object."""

from sigmalint import ArrayValue, Constant, Extension, FunctionValue, Level, PartialText, Promise, Report, Rule

from ._sources import CONNECTIONS, REQUEST

META = Rule(code="SIG111", name="invalid-arguments", level=Level.ERROR, tags=("request",), sources=(CONNECTIONS, REQUEST))
_HINT = "pass one object with everything in it"


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        if len(request.arguments) < request.form.least and not request.more:
            report(request.callee, f'"{request.name}" is called without its options object', hint=_HINT, related=request.way)
            continue
        wrong = [
            case
            for case in request.options
            if isinstance(case.what, (Constant, PartialText, ArrayValue, FunctionValue, Promise)) and case.certain
        ]
        for case in wrong:
            message = case.said(f'"{request.name}" is called without an options object')
            report(case.span, message, hint=_HINT, related=request.related(case), definite=case.definite)
        if not wrong and len(request.arguments) > request.form.most:
            extra = request.arguments[request.form.most]
            place = extra[0].span if extra else request.callee
            if extra and extra[0].way:
                place = extra[0].way[-1].span
            report(place, f'"{request.name}" takes one options object; this argument is ignored', related=request.way)
