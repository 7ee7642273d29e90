"""What the functions of JavaScript's own library, and of jQuery, do to values: a table of small models.

A model returns None where it has nothing to say; the call is then one of unknown code.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from sigmalint.analysis.guards import FALSE, TRUE, Guard
from sigmalint.analysis.machine import to_number
from sigmalint.analysis.regex import search
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
    moved,
    only,
    to_text,
)
from sigmalint.sources.text import SourceFile, Span

if TYPE_CHECKING:
    from sigmalint.analysis.calls import Calls

_FAR = 1e9
"""Past every index that a constant has."""

NOTHING = Symbol("nothing", SourceFile("", "").span(0, 0), "one of several values")
"""Stands for a receiver that is not one value."""

SET = "[[set]]"
"""The property that keeps the array from which a Set was made."""
FunctionModel = Callable[["Calls", Arguments, Span], Value | None]
MethodModel = Callable[["Calls", Atom, Arguments, Span], Value | None]


# --- functions -----------------------------------------------------------------------------------------------------------


def _assign(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    target = arguments.get(0)
    if target is None:
        return None
    for case in machine.cases(target):
        if isinstance(case.atom, Obj):
            for source in arguments.values[1:]:
                machine.copy_into(case.atom, source, span)
            if arguments.more is not None:
                machine.copy_into(case.atom, only(arguments.more), span)
    return target


def _extend(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    """`$.extend([deep,] target, …)`."""
    first = arguments.get(0)
    if first is not None and len(first) == 1 and isinstance(first[0].atom, Const) and isinstance(first[0].atom.value, bool):
        return _assign(machine, Arguments(arguments.values[1:], arguments.more), span)
    return _assign(machine, arguments, span)


def _first(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    return arguments.get(0)


def _freeze(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    value = arguments.get(0)
    for case in value or ():
        if isinstance(case.atom, Obj) and len(value or ()) == 1:
            machine.mark(case.atom)
            case.atom.frozen = True
    return value


def _own_names(machine: "Calls", value: Value | None) -> tuple[Obj, list[str]] | None:
    """The object and names of what is one object with known properties."""
    if value is None or len(value) != 1 or not isinstance(value[0].atom, Obj):
        return None
    obj = value[0].atom
    if obj.kind not in ("object", "array") or machine.allows(machine.is_open(obj)) or len(obj.names) > 40:
        return None
    names = [name for name in obj.names if not (obj.kind == "array" and name == "length")]
    if any(case.atom is ABSENT for name in names for case in machine.cases(machine.own(obj, name))):
        return None
    return obj, names


def _keys(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    known = _own_names(machine, arguments.get(0))
    return None if known is None else only(machine.make_array([only(Const(name, span)) for name in known[1]], span))


def _values(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    known = _own_names(machine, arguments.get(0))
    if known is None:
        return None
    return only(machine.make_array([machine.read(only(known[0]), name, span) for name in known[1]], span))


def _entries(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    known = _own_names(machine, arguments.get(0))
    if known is None:
        return None
    pairs = [[only(Const(name, span)), machine.read(only(known[0]), name, span)] for name in known[1]]
    return only(machine.make_array([only(machine.make_array(pair, span)) for pair in pairs], span))


def _from_entries(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    value = arguments.get(0)
    pairs = machine.elements(value[0].atom) if value is not None and len(value) == 1 else None
    if pairs is None:
        return None
    made = machine.make("object", span)
    for pair in pairs:
        parts = machine.elements(pair[0].atom) if len(pair) == 1 else None
        if parts is None or len(parts) != 2:
            return None
        machine.write_computed(only(made), parts[0], parts[1], span)
    return only(made)


def _create(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    proto = arguments.get(0)
    parent = proto[0].atom if proto is not None and len(proto) == 1 else None
    made = machine.make("object", span, parent if isinstance(parent, Obj) else None)
    if isinstance(parent, Symbol) or len(arguments.values) > 1:
        machine.store.set((made, None), machine.unknown(span, "properties of an unknown prototype"))
    return only(made)


def _define_property(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    target, key, descriptor = (arguments.get(index) for index in range(3))
    if target is None or key is None or descriptor is None:
        return None
    getter = machine.read(descriptor, "get", span)
    if len(getter) == 1 and isinstance(getter[0].atom, Obj):
        machine.write_computed(target, key, only(Accessor(getter[0].atom)), span)
    else:
        machine.write_computed(target, key, machine.read(descriptor, "value", span), span)
    return target


def _stringify(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    value = arguments.get(0)
    if value is None:
        return None
    single = value[0].atom if len(value) == 1 and isinstance(value[0].atom, Obj) else None
    missing = machine.undefined(value) if not any(isinstance(case.atom, Symbol) for case in value) else FALSE
    return machine.branch(
        [
            (machine.guards.negate(missing), lambda: only(Text((None,), span, filled=True, json=single))),
            (missing, lambda: only(Const(UNDEFINED, span))),
        ],
        span,
    )


def _parse(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    """`JSON.parse(JSON.stringify(value))` copies; what any other text holds is unknown."""
    value = arguments.get(0)
    atom = value[0].atom if value is not None and len(value) == 1 else None
    if isinstance(atom, Text) and atom.json is not None:
        return _clone(machine, Arguments([only(atom.json)]), span)
    return machine.unknown(span, "the contents of a JSON text")


def _as_string(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    value = arguments.get(0)
    return only(Const("", span)) if value is None else machine.concatenate([value], span, text=True)


def _as_boolean(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    value = arguments.get(0)
    return only(Const(False, span)) if value is None else machine.boolean(machine.truthy(value), span)


def _as_number(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    value = arguments.get(0)
    if value is not None and len(value) == 1 and isinstance(value[0].atom, Const):
        return only(Const(to_number(value[0].atom.value), span))
    return machine.unknown(span, "a computed number", kind="number")


def _opaque_string(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    return only(Text((None,), span))


def _encode(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    from urllib.parse import quote

    value = arguments.get(0)
    if value is not None and len(value) == 1 and isinstance(value[0].atom, Const):
        text = to_text(value[0].atom.value)
        return only(Const(quote(text, safe="!'()*-._~", errors="replace"), span))
    return only(Text((None,), span))


def _resolve(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    value = arguments.get(0)
    return only(machine.make_promise(only(Const(UNDEFINED, span)) if value is None else value, span))


def _all(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    value = arguments.get(0)
    elements = machine.elements(value[0].atom) if value is not None and len(value) == 1 else None
    if elements is None:
        return machine.unknown(span, "the results of several promises", kind="object")
    promise = machine.make_promise(only(machine.make_array([machine.awaited(e, span) for e in elements], span)), span)
    for case in (case for element in elements for case in element):
        if isinstance(case.atom, Obj) and case.atom.kind == "promise":
            machine.fate(case.atom, promise)
    return only(promise)


def _settled(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    """Promises whose rejections are looked at, or whose order decides: what they give is not followed."""
    machine.give(arguments, span, lose=False)
    return machine.unknown(span, "the results of several promises", kind="object")


def _array_from(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    value, function = arguments.get(0), arguments.get(1)
    elements = machine.elements(value[0].atom) if value is not None and len(value) == 1 else None
    if elements is None:
        if function is not None:
            machine.maybe_call_back(function, machine.any_arguments(span), span)
        return machine.unknown(span, "an array of unknown elements", kind="object")
    if function is not None:
        elements = [machine.call_back(function, [element], span) for element in elements]
    return only(machine.make_array(elements, span))


def _array_of(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    return None if arguments.more is not None else only(machine.make_array(arguments.values, span))


def _is_array(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    value = arguments.get(0)
    if value is None or any(isinstance(case.atom, Symbol) for case in value):
        return None
    arrays = FALSE
    for case in value:
        if isinstance(case.atom, Obj) and case.atom.kind == "array":
            arrays = machine.guards.either(arrays, case.guard)
    return machine.boolean(arrays, span)


def _clone(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    value = arguments.get(0)
    if value is None or not any(isinstance(case.atom, Obj) for case in value):
        return value
    made = machine.make("object", value[0].atom.span if isinstance(value[0].atom, Obj) else span)
    machine.copy_into(made, value, span)
    return only(made)


def _define_properties(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    target, known = arguments.get(0), _own_names(machine, arguments.get(1))
    if target is None:
        return None
    if known is None:
        _lose_all(machine, target, span)
        return target
    for name in known[1]:
        descriptor = machine.read(only(known[0]), name, span)
        _define_property(machine, Arguments([target, only(Const(name, span)), descriptor]), span)
    return target


def _reflect_set(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    target, key, value = (arguments.get(index) for index in range(3))
    if target is None or key is None or value is None:
        return None
    machine.write_computed(target, key, value, span)
    return only(Const(True, span))


def _set_prototype(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    """What is not found in the object itself may now be anything."""
    target = arguments.get(0)
    if target is not None:
        _lose_all(machine, target, span)
    return target


def _lose_all(machine: "Calls", target: Value, span: Span) -> None:
    for case in machine.cases(target):
        if isinstance(case.atom, Obj):
            machine.lose(case.atom, span, "the object was changed in a way that is not followed")


def _object_has_own(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    target = arguments.get(0)
    if target is None or len(target) != 1:
        return None
    return _has_own(machine, target[0].atom, Arguments(arguments.values[1:]), span)


def _reflect_apply(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    function, this, values = (arguments.get(index) for index in range(3))
    if function is None or this is None or values is None:
        return None
    return machine.call(function, this, _listed(machine, values, span), span)


def _each(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    """`$.each(array, (index, element) => …)`, and `$.map(array, (element, index) => …)` alike."""
    collection, function = arguments.get(0), arguments.get(1)
    if collection is None or function is None:
        return None
    elements = machine.elements(collection[0].atom) if len(collection) == 1 else None
    if elements is None:
        machine.maybe_call_back(function, machine.any_arguments(span), span)
    else:
        for index, element in enumerate(elements):
            machine.call_back(function, [only(Const(float(index), span)), element], span)
    return collection


def _listed(machine: "Calls", values: Value, span: Span) -> Arguments:
    """The arguments that an array stands for."""
    elements = machine.elements(values[0].atom) if len(values) == 1 else None
    if elements is not None:
        return Arguments(elements)
    if len(values) == 1 and isinstance(values[0].atom, Const) and values[0].atom.value in (None, UNDEFINED):
        return Arguments([])
    return Arguments([], Symbol(machine.fresh(span), span, "arguments in an unknown array"))


def _in_array(machine: "Calls", arguments: Arguments, span: Span) -> Value | None:
    """`$.inArray(value, array)`: an index, or -1."""
    value, array = arguments.get(0), arguments.get(1)
    if value is None or array is None or len(array) != 1:
        return None
    return _index_of(machine, array[0].atom, Arguments([value]), span)


FUNCTIONS: dict[str, FunctionModel] = {
    "Object.assign": _assign,
    "Object.freeze": _freeze,
    "Object.seal": _first,
    "Object.preventExtensions": _first,
    "Object.keys": _keys,
    "Object.values": _values,
    "Object.entries": _entries,
    "Object.fromEntries": _from_entries,
    "Object.create": _create,
    "Object.defineProperty": _define_property,
    "Object.defineProperties": _define_properties,
    "Object.setPrototypeOf": _set_prototype,
    "Object.hasOwn": _object_has_own,
    "Reflect.has": _object_has_own,
    "Reflect.set": _reflect_set,
    "Reflect.defineProperty": _define_property,
    "Reflect.setPrototypeOf": _set_prototype,
    "Reflect.apply": _reflect_apply,
    "Array.from": _array_from,
    "Array.of": _array_of,
    "Array.isArray": _is_array,
    "JSON.parse": _parse,
    "JSON.stringify": _stringify,
    "String": _as_string,
    "Boolean": _as_boolean,
    "Number": _as_number,
    "encodeURIComponent": _encode,
    "encodeURI": _opaque_string,
    "btoa": _opaque_string,
    "atob": _opaque_string,
    "escape": _opaque_string,
    "Promise.resolve": _resolve,
    "Promise.all": _all,
    "Promise.allSettled": _settled,
    "Promise.any": _settled,
    "Promise.race": _settled,
    "structuredClone": _clone,
    "$.extend": _extend,
    "jQuery.extend": _extend,
    "_.extend": _assign,
    "_.assign": _assign,
    "_.merge": _assign,
    "$.inArray": _in_array,
    "jQuery.inArray": _in_array,
    "$.each": _each,
    "jQuery.each": _each,
}


# --- methods -------------------------------------------------------------------------------------------------------------


def _borrowed(receiver: Atom, this: Value | None) -> Atom:
    """`[].slice.call(list)`: a method of something built in, called on something else."""
    if not isinstance(receiver, Method) or receiver.name.startswith("[[") or this is None:
        return receiver
    return Method(this[0].atom if len(this) == 1 else NOTHING, receiver.name)


def _receiver_call(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    this = arguments.get(0)
    rest = Arguments(arguments.values[1:], arguments.more, arguments.spans[1:], arguments.callee)
    receiver = _borrowed(receiver, this)
    return machine.call_atom(receiver, only(Const(UNDEFINED, span)) if this is None else this, rest, span)


def _receiver_apply(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    this, values = arguments.get(0), arguments.get(1)
    listed = Arguments([]) if values is None else _listed(machine, values, span)
    listed.callee = arguments.callee
    receiver = _borrowed(receiver, this)
    return machine.call_atom(receiver, only(Const(UNDEFINED, span)) if this is None else this, listed, span)


def _receiver_bind(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    if arguments.more is not None:
        return None
    this = arguments.get(0)
    return only(Bound(receiver, only(Const(UNDEFINED, span)) if this is None else this, tuple(arguments.values[1:])))


def _promise(name: str) -> MethodModel:
    def model(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
        known = receiver if isinstance(receiver, Obj) and receiver.kind == "promise" else None
        return machine.chain(known, name, arguments, span)

    return model


def _text_model(compute: Callable[[str, list[str]], str | None], *, pieces: bool = False) -> MethodModel:
    """A string method on constants; with `pieces` it may be applied to the known pieces of a text one by one."""

    def model(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
        if isinstance(receiver, Text):
            if pieces and not arguments.values:
                changed = tuple(None if piece is None else compute(piece, []) for piece in receiver.pieces)
                return only(Text(changed, receiver.span))
            return only(Text((None,), span))
        if not (isinstance(receiver, Const) and isinstance(receiver.value, str)):
            return None
        constants = [value[0].atom for value in arguments.values if len(value) == 1]
        plain = [atom for atom in constants if isinstance(atom, Const)]
        if arguments.more is not None or len(plain) != len(arguments.values):
            return only(Text((None,), span))
        result = compute(receiver.value, [to_text(atom.value) for atom in plain])
        return only(Text((None,), span)) if result is None else moved(only(Const(result, receiver.span)), span)

    return model


def _resolve_promise(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    value = arguments.get(0)
    if isinstance(receiver, Obj):
        machine.settle(receiver, only(Const(UNDEFINED, span)) if value is None else value, span)
    return only(Const(UNDEFINED, span))


def _nothing(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    return only(Const(UNDEFINED, span))


def _concat(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    if isinstance(receiver, (Const, Text)) and arguments.more is None:
        return machine.concatenate([only(receiver), *arguments.values], span, text=True)
    elements = machine.elements(receiver)
    if elements is None:
        return None
    for value in arguments.values:
        more = machine.elements(value[0].atom) if len(value) == 1 else None
        if more is None and not (len(value) == 1 and isinstance(value[0].atom, Const)):
            return machine.unknown(span, "an array of unknown elements", kind="object")
        elements = [*elements, *(more if more is not None else [value])]
    return only(machine.make_array(elements, span))


def _replace(text: str, arguments: list[str]) -> str | None:
    return text.replace(arguments[0], arguments[1], 1) if len(arguments) == 2 and "$" not in arguments[1] else None


def _replace_all(text: str, arguments: list[str]) -> str | None:
    return text.replace(arguments[0], arguments[1]) if len(arguments) == 2 and "$" not in arguments[1] else None


def _bounds(arguments: Arguments) -> list[int] | None:
    """The arguments as whole numbers, None where they are not all known."""
    bounds: list[int] = []
    for value in arguments.values:
        atom = value[0].atom if len(value) == 1 else None
        if not isinstance(atom, Const) or not isinstance(atom.value, float):
            return None
        bounds.append(0 if atom.value != atom.value else int(max(min(atom.value, _FAR), -_FAR)))
    return bounds if arguments.more is None else None


def _slicer(between: Callable[[int, list[int]], tuple[int, int]]) -> MethodModel:
    """A part of a string or array: `between` gives its begin and end from the length and the arguments."""

    def model(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
        bounds = _bounds(arguments)
        if bounds is not None and isinstance(receiver, Const) and isinstance(receiver.value, str):
            begin, end = between(len(receiver.value), bounds)
            return moved(only(Const(receiver.value[begin:end], receiver.span)), span)
        elements = machine.elements(receiver)
        if bounds is not None and elements is not None:
            begin, end = between(len(elements), bounds)
            return only(machine.make_array(elements[begin:end], span))
        return only(Text((None,), span)) if isinstance(receiver, (Const, Text)) else None

    return model


def _slice(length: int, bounds: list[int]) -> tuple[int, int]:
    begin, end, _ = slice(*[*bounds, None, None][:2]).indices(length)
    return begin, end


def _substring(length: int, bounds: list[int]) -> tuple[int, int]:
    whole = [*bounds, length] if bounds else [0, length]
    begin, end = (min(max(bound, 0), length) for bound in whole[:2])
    return min(begin, end), max(begin, end)


def _substr(length: int, bounds: list[int]) -> tuple[int, int]:
    begin = _slice(length, bounds[:1])[0]
    return begin, begin + max(bounds[1], 0) if len(bounds) > 1 else length


def _char_at(length: int, bounds: list[int]) -> tuple[int, int]:
    begin = bounds[0] if bounds else 0
    return (begin, begin + 1) if 0 <= begin < length else (0, 0)


def _split(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    separator = arguments.get(0)
    if isinstance(receiver, Const) and isinstance(receiver.value, str) and separator is not None and len(separator) == 1:
        atom = separator[0].atom
        if isinstance(atom, Const) and isinstance(atom.value, str) and atom.value and len(arguments.values) == 1:
            parts = receiver.value.split(atom.value)[:40]
            return only(machine.make_array([only(Const(part, receiver.span)) for part in parts], span))
    return None


def _test(compute: Callable[[str, str], bool]) -> MethodModel:
    """A question about a string, or about the elements of an array."""

    def model(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
        value = arguments.get(0)
        atom = value[0].atom if value is not None and len(value) == 1 else None
        alone = len(arguments.values) == 1 and arguments.more is None
        if alone and isinstance(receiver, Const) and isinstance(receiver.value, str) and isinstance(atom, Const):
            return only(Const(compute(receiver.value, to_text(atom.value)), span))
        return machine.boolean(machine.ask(("test", receiver, atom, span), span), span)

    return model


def _includes(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    elements, value = machine.elements(receiver), arguments.get(0)
    if elements is None or value is None:
        return _test(lambda text, part: part in text)(machine, receiver, arguments, span)
    found = FALSE
    for element in elements:
        for one in machine.cases(element):
            for two in machine.cases(value):
                both = machine.guards.both(one.guard, two.guard)
                if both is not FALSE:
                    same = machine.same(one.atom, two.atom, span, loose=False)
                    found = machine.guards.either(found, machine.guards.both(both, same))
    return machine.boolean(found, span)


def _push(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    if not isinstance(receiver, Obj):
        return None
    length = machine.length(receiver)
    if length is None or arguments.more is not None or receiver.frozen:
        machine.lose(receiver, span, "an unknown number of elements was added")
        return machine.unknown(span, "the length of an unknown array", kind="number")
    for offset, value in enumerate(arguments.values):
        machine.define(receiver, str(length + offset), value)
    grown = only(Const(float(length + len(arguments.values)), span))
    machine.define(receiver, "length", grown)
    return grown


def _lose_array(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    if isinstance(receiver, Obj):
        machine.lose(receiver, span, "the array was changed in place")
    return machine.unknown(span, "an element of a changed array")


def _take(index: int) -> MethodModel:
    """`shift` and `pop`: the first or last element of a known array, which then lacks it."""

    def model(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
        elements = machine.elements(receiver)
        if elements is None or not isinstance(receiver, Obj) or receiver.frozen:
            return _lose_array(machine, receiver, arguments, span)
        if not elements:
            return only(Const(UNDEFINED, span))
        taken = elements.pop(index)
        for position, element in enumerate(elements):
            machine.define(receiver, str(position), element)
        machine.define(receiver, str(len(elements)), only(ABSENT))
        machine.define(receiver, "length", only(Const(float(len(elements)), span)))
        return taken

    return model


def _set_has(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    """`set.has(value)` of a set that was made from a known array."""
    listed = machine.store.get((receiver, SET)) if isinstance(receiver, Obj) else None
    return None if listed is None else _includes(machine, listed[0].atom, arguments, span)


def _set_change(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    """`set.add` and `set.delete`: from here on its elements are not known."""
    if isinstance(receiver, Obj) and receiver.kind == "set":
        machine.store.set((receiver, SET), machine.unknown(span, "the elements of a changed set"))
    return None


def _join(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    elements, separator = machine.elements(receiver), arguments.get(0)
    if elements is None:
        return only(Text((None,), span))
    glue = only(Const(",", span)) if separator is None else separator
    parts = [part for element in elements for part in (glue, element)][1:]
    return machine.concatenate(parts, span, text=True)


def _callbacks(name: str) -> MethodModel:
    """`forEach`, `map` and the other methods that call back for each element, in order."""

    def model(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
        function = arguments.get(0)
        if function is None:
            return None
        elements = machine.elements(receiver)
        if elements is None:
            machine.maybe_call_back(function, machine.any_arguments(span), span)
            return machine.unknown(span, "the elements of an unknown array")
        results = [
            machine.call_back(function, [element, only(Const(float(index), span)), only(receiver)], span)
            for index, element in enumerate(elements)
        ]
        if name == "forEach":
            return only(Const(UNDEFINED, span))
        if name == "map":
            return only(machine.make_array(results, span))
        if name == "find":
            return _found(machine, elements, results, span)
        if name == "filter":
            return _filtered(machine, elements, results, span)
        return machine.unknown(span, f"the result of `{name}`")

    return model


def _found(machine: "Calls", elements: list[Value], results: list[Value], span: Span) -> Value:
    """The first element for which the callback is true."""
    arms: list[tuple[Guard, Value]] = []
    other = machine.condition
    for element, result in zip(elements, results, strict=True):
        chosen = machine.guards.both(other, machine.truthy(result))
        arms.append((machine.guards.given(chosen, machine.condition), element))
        other = machine.guards.without(other, chosen)
    # That none is found is no reason to say that something is missing: the author looks for what is there.
    if other is machine.condition:
        return only(Const(UNDEFINED, span))
    arms.append((machine.guards.given(other, machine.condition), machine.unknown(span, "an element that may not be there")))
    return machine.merged(arms, span)


def _filtered(machine: "Calls", elements: list[Value], results: list[Value], span: Span) -> Value:
    kept: list[Value] = []
    for element, result in zip(elements, results, strict=True):
        guard = machine.guards.given(machine.truthy(result), machine.condition)
        if not machine.allows(guard):
            continue
        if machine.allows(machine.guards.negate(guard)):
            return machine.unknown(span, "the elements that a filter leaves", kind="object")
        kept.append(element)
    return only(machine.make_array(kept, span))


def _reduce(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    function, start = arguments.get(0), arguments.get(1)
    elements = machine.elements(receiver)
    if function is None:
        return None
    if elements is None or (start is None and not elements):
        machine.maybe_call_back(function, machine.any_arguments(span), span)
        return machine.unknown(span, "the result of `reduce`")
    if start is None:
        start, elements = elements[0], elements[1:]
    for index, element in enumerate(elements):
        start = machine.call_back(function, [start, element, only(Const(float(index), span))], span)
    return start


def _has_own(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    name = arguments.get(0)
    if isinstance(receiver, Obj) and name is not None and len(name) == 1 and isinstance(name[0].atom, Const):
        return machine._has(receiver, to_text(name[0].atom.value), span)
    return machine.boolean(machine.ask(("has", receiver, span), span), span)


def _to_string(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    if isinstance(receiver, Const) and isinstance(receiver.value, str):
        return moved(only(receiver), span)
    return machine.concatenate([only(receiver)], span, text=True) if isinstance(receiver, (Const, Text)) else None


def _constant_array(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    elements = machine.elements(receiver)
    return None if elements is None else only(machine.make_array(elements, span))


def _repeat(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    bounds = _bounds(arguments)
    if bounds is None or len(bounds) != 1 or not isinstance(receiver, (Const, Text)):
        return only(Text((None,), span))
    return machine.concatenate([only(receiver)] * max(min(bounds[0], 100), 0), span, text=True)


def _index_of(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    """The index of a part or element, as far as all that is compared is constant; whether there is one, in any case."""
    value = arguments.get(0)
    atom = value[0].atom if value is not None and len(value) == 1 and len(arguments.values) == 1 else None
    if isinstance(receiver, Const) and isinstance(receiver.value, str):
        return only(Const(float(receiver.value.find(to_text(atom.value))), span)) if isinstance(atom, Const) else None
    elements = machine.elements(receiver)
    if elements is None or value is None or len(arguments.values) != 1:
        return None
    arms: list[tuple[Guard, Value]] = []
    other = machine.condition
    for index, element in enumerate(elements):
        same = FALSE
        for one in machine.cases(element):
            for two in machine.cases(value):
                both = machine.guards.both(one.guard, two.guard)
                if both is not FALSE:
                    same = machine.guards.either(
                        same, machine.guards.both(both, machine.same(one.atom, two.atom, span, loose=False))
                    )
        chosen = machine.guards.both(other, same)
        if chosen is not FALSE:
            arms.append((machine.guards.given(chosen, machine.condition), only(Const(float(index), span))))
        other = machine.guards.without(other, chosen)
    if other is not FALSE:
        arms.append((machine.guards.given(other, machine.condition), only(Const(-1.0, span))))
    return machine.merged(arms, span)


def _regex(value: Value | None) -> str | None:
    """The literal of a regular expression."""
    atom = value[0].atom if value is not None and len(value) == 1 else None
    return atom.key[1] if isinstance(atom, Symbol) and isinstance(atom.key, tuple) and atom.key[0] == "regex" else None


def _found_by(machine: "Calls", receiver: Atom, arguments: Arguments) -> "re.Match[str] | bool | None":
    literal = _regex(arguments.get(0))
    if literal is None or not isinstance(receiver, Const) or not isinstance(receiver.value, str):
        return None
    return search(literal, receiver.value)


def _search(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    match = _found_by(machine, receiver, arguments)
    if match is None:
        return None
    return only(Const(-1.0 if isinstance(match, bool) else float(match.start()), span))


def _match(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
    match = _found_by(machine, receiver, arguments)
    if match is None:
        return None
    return (
        only(Const(None, span)) if match is False else machine.unknown(span, "the match of a regular expression", kind="object")
    )


def regex_test(machine: "Calls", literal: str, arguments: Arguments, span: Span) -> Value | None:
    """`/…/.test(value)`, each constant that the value may be by itself."""
    value = arguments.get(0)
    if value is None:
        return None
    result = FALSE
    for case in machine.cases(value):
        text = to_text(case.atom.value) if isinstance(case.atom, Const) else None
        match = None if text is None else search(literal, text)
        answer = machine.ask(("regex", literal, case.atom), span) if match is None else TRUE if match else FALSE
        result = machine.guards.either(result, machine.guards.both(case.guard, answer))
    return machine.boolean(result, span)


def _quantifier(name: str) -> MethodModel:
    """`some`, `every` and `findIndex` over known elements."""

    def model(machine: "Calls", receiver: Atom, arguments: Arguments, span: Span) -> Value | None:
        function, elements = arguments.get(0), machine.elements(receiver)
        if function is None or elements is None:
            return _callbacks(name)(machine, receiver, arguments, span)
        guards = machine.guards
        results = [
            machine.truthy(machine.call_back(function, [element, only(Const(float(index), span)), only(receiver)], span))
            for index, element in enumerate(elements)
        ]
        if name == "findIndex":
            arms: list[tuple[Guard, Value]] = []
            other = machine.condition
            for index, result in enumerate(results):
                chosen = guards.both(other, result)
                arms.append((guards.given(chosen, machine.condition), only(Const(float(index), span))))
                other = guards.without(other, chosen)
            arms.append((guards.given(other, machine.condition), only(Const(-1.0, span))))
            return machine.merged(arms, span)
        total = FALSE if name == "some" else TRUE
        for result in results:
            total = guards.either(total, result) if name == "some" else guards.both(total, result)
        return machine.boolean(guards.given(total, machine.condition), span)

    return model


_upper = _text_model(lambda text, _: text.upper(), pieces=True)
_lower = _text_model(lambda text, _: text.lower(), pieces=True)
_strip = _text_model(lambda text, _: text.strip())

METHODS: dict[str, MethodModel] = {
    "call": _receiver_call,
    "apply": _receiver_apply,
    "bind": _receiver_bind,
    "then": _promise("then"),
    "catch": _promise("catch"),
    "finally": _promise("finally"),
    "[[resolve]]": _resolve_promise,
    "[[reject]]": _nothing,
    "toUpperCase": _upper,
    "toLocaleUpperCase": _upper,
    "toLowerCase": _lower,
    "toLocaleLowerCase": _lower,
    "trim": _strip,
    "trimStart": _text_model(lambda text, _: text.lstrip()),
    "trimEnd": _text_model(lambda text, _: text.rstrip()),
    "concat": _concat,
    "replace": _text_model(_replace),
    "replaceAll": _text_model(_replace_all),
    "repeat": _repeat,
    "toString": _to_string,
    "valueOf": _to_string,
    "slice": _slicer(_slice),
    "substring": _slicer(_substring),
    "substr": _slicer(_substr),
    "charAt": _slicer(_char_at),
    "indexOf": _index_of,
    "search": _search,
    "match": _match,
    "split": _split,
    "startsWith": _test(str.startswith),
    "endsWith": _test(str.endswith),
    "includes": _includes,
    "push": _push,
    "pop": _take(-1),
    "shift": _take(0),
    "unshift": _lose_array,
    "splice": _lose_array,
    "sort": _lose_array,
    "reverse": _lose_array,
    "fill": _lose_array,
    "join": _join,
    "values": _constant_array,
    "has": _set_has,
    "add": _set_change,
    "delete": _set_change,
    "forEach": _callbacks("forEach"),
    "map": _callbacks("map"),
    "filter": _callbacks("filter"),
    "find": _callbacks("find"),
    "some": _quantifier("some"),
    "every": _quantifier("every"),
    "flatMap": _callbacks("flatMap"),
    "findIndex": _quantifier("findIndex"),
    "reduce": _reduce,
    "hasOwnProperty": _has_own,
}
_SYNCHRONOUS = frozenset(("forEach", "map", "filter", "find", "some", "every", "flatMap", "findIndex", "reduce"))


def call_back_of_unknown(machine: "Calls", name: str, arguments: Arguments, span: Span) -> Value | None:
    """`unknown.forEach(f)`: the callback runs before the call returns, as often as there are elements."""
    function = arguments.get(0)
    if name not in _SYNCHRONOUS or function is None:
        return None
    known = [case.atom for case in function if isinstance(case.atom, (Obj, Bound, Method))]
    if not known:
        return None
    machine.maybe_call_back(function, machine.any_arguments(span), span)
    return machine.unknown(span, f"the result of `{name}` on an unknown array")
