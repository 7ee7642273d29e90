"""From the machine's values to the model's: what an SDK call gets, frozen at the moment of the call."""

from types import MappingProxyType

from sigmalint import model
from sigmalint.analysis.calls import Calls
from sigmalint.analysis.guards import FALSE, TRUE, Guard
from sigmalint.analysis.values import (
    ABSENT,
    UNDEFINED,
    Accessor,
    Arguments,
    Atom,
    Bound,
    Const,
    Method,
    Obj,
    Symbol,
    Text,
    Value,
    Way,
    only,
)
from sigmalint.finding import Related
from sigmalint.sdk import Call, Product
from sigmalint.sources.text import Span

MAX_DEPTH = 3
"""How deep objects in objects are shown to rules."""
MAX_STEPS = 12


class Snapshot:
    """Freezes values of one machine under its path condition."""

    def __init__(self, machine: Calls) -> None:
        self._machine = machine
        self._condition = machine.condition

    def request(self, product: Product, form: Call, arguments: Arguments, span: Span) -> model.Request:
        """The request that a call makes."""
        machine = self._machine
        calls = [frame.call for frame in machine.stack if frame.call.file is not None]
        return model.Request(
            product,
            form,
            span,
            arguments.callee or span,
            tuple(self.cases(value, span) for value in arguments.values),
            arguments.more is not None,
            tuple(Related(call, "called here") for call in calls),
            self._condition,
            machine.guards,
        )

    def sdk_call(self, path: str, arguments: Arguments, span: Span, *, loading: bool) -> model.SdkCall:
        """A call of anything of an SDK."""
        machine = self._machine
        return model.SdkCall(
            path,
            arguments.callee or span,
            tuple(self.cases(value, span) for value in arguments.values),
            arguments.more is not None,
            tuple(Related(frame.call, "called here") for frame in machine.stack if frame.call.file is not None),
            loading,
            self._condition is TRUE,
        )

    def cases(self, value: Value, span: Span, depth: int = 0) -> tuple[model.Case, ...]:
        """The cases of a value; `span` is where it is used, for what was written nowhere."""
        guards = self._machine.guards
        found: list[model.Case] = []
        for case in value:
            both = guards.both(self._condition, case.guard)
            if both is FALSE:
                continue
            guard = guards.given(case.guard, self._condition)
            found.append(self._case(case.atom, case.way, guard, span, depth))
        return tuple(found)

    def _case(self, atom: Atom, way: Way, guard: Guard, span: Span, depth: int) -> model.Case:
        guards = self._machine.guards
        place = span if atom is ABSENT or isinstance(atom, (Bound, Method, Accessor)) else atom.span  # type: ignore[union-attr]
        certain = guard is TRUE or not any(decision.weak for decision in guards.support(guard))
        words = [] if guard is TRUE else guards.words(guard)
        told = guard is TRUE or not any(decision.fixed for decision in guards.support(guard))
        return model.Case(
            self._what(atom, span, depth) if told else model.Unknown("it hangs on a computation that is not followed", None),
            place,
            self._steps(way, place),
            guard,
            definite=guard is TRUE,
            certain=certain,
            when=f"when {' and '.join(words)}" if words else "",
        )

    def _steps(self, way: Way, place: Span) -> tuple[Related, ...]:
        spans: list[Span] = []
        while way is not None:
            spans.append(way[0])
            way = way[1]
        steps = [Related(span, f"used as {self._machine.snippet(span)} here") for span in reversed(spans) if span != place]
        return tuple(steps[:MAX_STEPS])

    def _what(self, atom: Atom, span: Span, depth: int) -> model.What:
        if isinstance(atom, Const):
            return model.Constant(model.Undefined() if atom.value is UNDEFINED else atom.value)  # type: ignore[arg-type]
        if isinstance(atom, Text):
            return model.PartialText(atom.pieces, atom.filled or any(atom.pieces))
        if isinstance(atom, Symbol):
            return model.Undeclared(atom.name) if atom.name is not None else model.Unknown(atom.reason, atom.kind)
        if isinstance(atom, Obj):
            return self._object(atom, span, depth)
        return model.Absent() if atom is ABSENT else model.FunctionValue()

    def _object(self, obj: Obj, span: Span, depth: int) -> model.What:
        machine = self._machine
        if obj.kind in ("function", "class"):
            return model.FunctionValue()
        if obj.kind == "promise":
            return model.Promise()
        if obj.kind in ("instance", "set"):
            return model.Instance(obj.class_name)
        if depth >= MAX_DEPTH:
            return model.Unknown("nested too deep", "object")
        if obj.kind == "array":
            elements = machine.elements(obj)
            items = None if elements is None else tuple(self.cases(element, span, depth + 1) for element in elements)
            return model.ArrayValue(items)
        properties: dict[str, tuple[model.Case, ...]] = {}
        keys: dict[str, Span] = {}
        lacking = self.blamed(obj).first()
        for name in obj.names:
            value = machine.own(obj, name)
            if any(isinstance(case.atom, Accessor) for case in value):
                value = machine.read_atom(obj, name, span, only(obj))
            cases = self.cases(value, lacking, depth + 1)
            if cases:
                properties[name] = cases
                keys[name] = obj.keys.get(name, cases[0].span)
        open_ = machine.allows(machine.is_open(obj))
        if obj.proto is not None:
            for name in obj.proto.names:
                if name not in properties:
                    value = machine.read_atom(obj, name, span, only(obj))
                    properties[name] = self.cases(value, span, depth + 1)
                    keys[name] = obj.span
        return model.ObjectValue(MappingProxyType(properties), MappingProxyType(keys), open_, lacking)

    def blamed(self, obj: Obj) -> Span:
        """The object that a reader completes: one that a caller passed to be copied into it, or of which it is a mere copy."""
        for source in reversed(obj.sources):
            if any(source in frame.passed for frame in self._machine.stack) or _is_copy(obj):
                return self.blamed(source)
        return obj.span


def _is_copy(obj: Obj) -> bool:
    """Whether the literal brings nothing of its own to what is copied into it."""
    return len(obj.sources) == 1 and not any(
        key.file is obj.span.file and obj.span.start <= key.start < obj.span.end for key in obj.keys.values()
    )
