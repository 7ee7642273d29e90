"""Objects on the abstract machine: reading, writing and losing track of properties."""

from collections.abc import Iterable
from functools import partial

from sigmalint.analysis.guards import FALSE, TRUE, Guard
from sigmalint.analysis.machine import Machine, property_symbol
from sigmalint.analysis.values import (
    ABSENT,
    MAX_CASES,
    UNDEFINED,
    Accessor,
    Arguments,
    Atom,
    Bound,
    Case,
    Const,
    Method,
    Obj,
    Symbol,
    Text,
    Value,
    only,
    to_text,
)
from sigmalint.sources.text import Span

ARRAY_METHODS = frozenset(
    (
        "at",
        "concat",
        "entries",
        "every",
        "fill",
        "filter",
        "find",
        "findIndex",
        "findLast",
        "flat",
        "flatMap",
        "forEach",
        "includes",
        "indexOf",
        "join",
        "keys",
        "lastIndexOf",
        "map",
        "pop",
        "push",
        "reduce",
        "reduceRight",
        "reverse",
        "shift",
        "slice",
        "some",
        "sort",
        "splice",
        "unshift",
        "values",
    )
)
STRING_METHODS = frozenset(
    (
        "at",
        "charAt",
        "charCodeAt",
        "concat",
        "endsWith",
        "includes",
        "indexOf",
        "lastIndexOf",
        "localeCompare",
        "match",
        "normalize",
        "padEnd",
        "padStart",
        "repeat",
        "replace",
        "replaceAll",
        "search",
        "slice",
        "split",
        "startsWith",
        "substr",
        "substring",
        "toLocaleLowerCase",
        "toLocaleUpperCase",
        "toLowerCase",
        "toString",
        "toUpperCase",
        "trim",
        "trimEnd",
        "trimLeft",
        "trimRight",
        "trimStart",
        "valueOf",
    )
)
FUNCTION_METHODS = frozenset(("call", "apply", "bind"))
PROMISE_METHODS = frozenset(("then", "catch", "finally"))
OBJECT_METHODS = frozenset(("hasOwnProperty", "toString", "valueOf", "isPrototypeOf", "propertyIsEnumerable"))
_METHODS = {
    "array": ARRAY_METHODS | OBJECT_METHODS,
    "function": FUNCTION_METHODS | OBJECT_METHODS,
    "class": FUNCTION_METHODS | OBJECT_METHODS,
    "promise": PROMISE_METHODS,
    "set": frozenset(("has", "add", "delete", "forEach")),
    "object": OBJECT_METHODS,
}


class Properties(Machine):
    """The machine's heap. `outermost` is the scope of the program's globals."""

    def __init__(self, steps: int) -> None:
        super().__init__(steps)

    # --- what later layers add -------------------------------------------------------------------------------------------

    def call(self, callee: Value, this: Value, arguments: Arguments, span: Span) -> Value:
        """Call whatever the value may be."""
        raise NotImplementedError

    def global_name(self, name: str, span: Span) -> Value:
        """The value of a name that no scope declares."""
        raise NotImplementedError

    def is_read(self, name: str) -> bool:
        """Whether any code may read a property of this name."""
        raise NotImplementedError

    # --- making ----------------------------------------------------------------------------------------------------------

    def make_array(self, elements: list[Value], span: Span) -> Obj:
        """A new array of known length."""
        array = self.make("array", span)
        for index, element in enumerate(elements):
            self.define(array, str(index), element)
        self.define(array, "length", only(Const(float(len(elements)), span)))
        return array

    def define(self, obj: Obj, name: str, value: Value) -> None:
        """Set an own property, whatever was there."""
        self.name(obj, name)
        self.store.set((obj, name), value)

    def name(self, obj: Obj, name: str) -> None:
        """Note that a property of this name was written."""
        if obj.depth > 1:
            obj.names.setdefault(name)
        else:
            self.enter(obj.names, name, None)

    def key(self, obj: Obj, name: str, span: Span) -> None:
        """Note where the first assignment of a property writes its name, if no literal does."""
        if obj.depth > 1:
            obj.keys.setdefault(name, span)
        else:
            self.enter(obj.keys, name, span)

    def mark(self, obj: Obj) -> None:
        """Note that the object itself, not its properties, is changed."""
        if obj.depth <= 1 and self.store.trace is not None:
            self.store.trace.lasting = True

    # --- reading ---------------------------------------------------------------------------------------------------------

    def own(self, obj: Obj, name: str) -> Value:
        """An own property as it is kept: ABSENT and Accessor atoms among its cases."""
        value = self.store.get((obj, name))
        return self.rest(obj, name) if value is None else value

    def rest(self, obj: Obj, name: str) -> Value:
        """What a name that was never written to the object is."""
        rest = self.store.get((obj, None))
        if rest is None:
            return only(ABSENT)
        return tuple(
            Case(case.guard, property_symbol(case.atom, name, case.atom.span), case.way)
            if isinstance(case.atom, Symbol)
            else case
            for case in rest
        )

    def is_open(self, obj: Obj) -> Guard:
        """The guard under which the object may have properties that are not known."""
        rest = self.store.get((obj, None))
        result = FALSE
        for case in rest or ():
            if isinstance(case.atom, Symbol):
                result = self.guards.either(result, case.guard)
        return result

    def read(self, value: Value, name: str, span: Span) -> Value:
        """The property `name` of a value; `span` is the expression that reads it."""
        if len(value) == 1:
            return self.read_atom(value[0].atom, name, span, value)
        arms = [(case.guard, self.read_atom(case.atom, name, span, only(case.atom))) for case in self.cases(value)]
        return arms[0][1] if len(arms) == 1 else self.merged(arms, span)

    def read_atom(self, atom: Atom, name: str, span: Span, this: Value) -> Value:
        """The property of one atom; `this` is the receiver that getters see."""
        if isinstance(atom, Obj):
            return self._read_object(atom, name, span, this)
        if isinstance(atom, Symbol):
            if atom.path == "window":
                return self._read_window(name, span)
            stored = self.store.get((atom, name))
            return only(property_symbol(atom, name, span)) if stored is None else stored
        if isinstance(atom, Const):
            if isinstance(atom.value, str):
                if name == "length":
                    return only(Const(float(len(atom.value)), span))
                if name in STRING_METHODS:
                    return only(Method(atom, name))
                if is_index(name) and int(name) < len(atom.value):
                    return only(Const(atom.value[int(name)], span))
            return self.unknown(span, f"property of {to_text(atom.value)}")
        if isinstance(atom, Text) and name in STRING_METHODS:
            return only(Method(atom, name))
        if isinstance(atom, (Bound, Method)) and name in FUNCTION_METHODS:
            return only(Method(atom, name))
        return self.unknown(span, "property of a built-in value")

    def _read_window(self, name: str, span: Span) -> Value:
        cell = self.outermost.cells.get(name)
        if cell is not None and cell.kind in ("var", "function", "implicit"):
            value = self.store.get(cell)
            if value is not None:
                return value
        value = self.global_name(name, span)
        atom = value[0].atom
        if isinstance(atom, Symbol) and atom.name is not None:
            stored = Symbol(atom.key, span, atom.reason, path=atom.path)
            return only(stored)
        return value

    def _read_object(self, obj: Obj, name: str, span: Span, this: Value) -> Value:
        own = self.own(obj, name)
        if len(own) == 1 and not isinstance(own[0].atom, Accessor) and own[0].atom is not ABSENT:
            return own
        arms: list[tuple[Guard, Value]] = []
        for case in self.cases(own):
            if case.atom is ABSENT:
                arms.append((case.guard, self._inherited(obj, name, span, this)))
            elif isinstance(case.atom, Accessor):
                getter = case.atom.getter
                arms.append((case.guard, self._get(getter, this, span)))
            else:
                arms.append((TRUE, (case,)))
        return self.merged(arms, span)

    def _get(self, getter: Obj | None, this: Value, span: Span) -> Value:
        if getter is None:
            return only(Const(UNDEFINED, span))
        return self.call(only(getter), this, Arguments([]), span)

    def _inherited(self, obj: Obj, name: str, span: Span, this: Value) -> Value:
        if obj.proto is not None:
            return self._read_object(obj.proto, name, span, this)
        if name in _METHODS.get(obj.kind, ()):
            return only(Method(obj, name))
        if obj.kind in ("function", "class") and name == "prototype":
            return only(self.prototype(obj))
        if obj.kind in ("function", "class", "instance", "promise", "set") or name in ("constructor", "__proto__"):
            return self.unknown(span, "property of a built-in value", key=("builtin", obj.kind, id(obj), name))
        # What is missing is missing from the object, and that is where a reader adds it.
        return only(Const(UNDEFINED, obj.span.first() if obj.kind == "object" else span))

    def prototype(self, function: Obj) -> Obj:
        """The object that instances of a function or class inherit from."""
        own = self.store.get((function, "prototype"))
        if own is not None and isinstance(own[0].atom, Obj):
            return own[0].atom
        made = self.make("object", function.span)
        made.depth = function.depth
        self.store.ground((function, "prototype"), only(made))
        self.name(function, "prototype")
        return made

    def read_computed(self, value: Value, key: Value, span: Span) -> Value:
        """`value[key]`: by each constant that the key may be; by an unknown key, each property that the object has."""
        arms: list[tuple[Guard, Value]] = []
        for case in self.cases(key):
            if isinstance(case.atom, Const):
                arms.append((case.guard, self.read(value, to_text(case.atom.value), span)))
            elif isinstance(case.atom, Symbol):
                arms.append((case.guard, self._read_by_symbol(value, case.atom, span)))
            else:
                arms.append((case.guard, self.unknown(span, "a property whose name is not known")))
        return arms[0][1] if len(arms) == 1 else self.merged(arms, span)

    def _read_by_symbol(self, value: Value, key: Symbol, span: Span) -> Value:
        arms: list[tuple[Guard, Value]] = []
        for case in self.cases(value):
            atom = case.atom
            if not isinstance(atom, Obj) or len(atom.names) > MAX_CASES or atom.kind not in ("object", "array"):
                base = atom.key if isinstance(atom, Symbol) else id(atom)
                arms.append((case.guard, self.unknown(span, "a property whose name is not known", key=("at", base, key.key))))
                continue
            other = case.guard
            for name in atom.names:
                if atom.kind == "array" and name == "length":
                    continue
                chosen = self.equals(key, float(name) if atom.kind == "array" and is_index(name) else name)
                here = self.guards.both(other, chosen)
                if here is not FALSE:
                    arms.append((here, self.read_atom(atom, name, span, only(atom))))
                other = self.guards.without(other, chosen)
            arms.append((other, self.unknown(span, "a property whose name is not known", key=("at", id(atom), key.key))))
        return self.merged(arms, span)

    # --- writing ---------------------------------------------------------------------------------------------------------

    def write(self, base: Value, name: str | None, value: Value, span: Span) -> None:
        """`base.name = value`; a name None is one that is not known."""
        cases = list(self.cases(base))
        for case in cases:
            sure = len(cases) == 1
            atom = case.atom
            if isinstance(atom, Obj):
                if atom.frozen:
                    continue
                if name is None:
                    self.lose(atom, span, "a property was written whose name is not known")
                else:
                    self._write_object(atom, name, value, TRUE if sure else case.guard, span)
            elif isinstance(atom, Symbol):
                if atom.path == "window" and name is not None:
                    self.store.set(self.given(self.outermost.cells.get(name), name), value)
                elif name is not None and self.is_read(name):
                    self.store.set((atom, name), value)

    def _write_object(self, obj: Obj, name: str, value: Value, guard: Guard, span: Span) -> None:
        if obj.kind == "array" and is_index(name):
            self._grow(obj, int(name), span)
        old = self.own(obj, name)
        accessor = self._accessor(obj, name)
        if accessor is not None:
            if accessor.setter is not None:
                self.call(only(accessor.setter), only(obj), Arguments([value]), span)
            return
        if guard is not TRUE:
            value = self.merged([(guard, value), (self.guards.negate(guard), old)], span)
        self.define(obj, name, value)

    def _accessor(self, obj: Obj, name: str) -> Accessor | None:
        """The accessor that a write to the property goes to, its own or an inherited one."""
        holder: Obj | None = obj
        seen: set[Obj] = set()
        while holder is not None and holder not in seen:
            seen.add(holder)
            own = self.own(holder, name)
            for case in own:
                if isinstance(case.atom, Accessor):
                    return case.atom
            if any(case.atom is not ABSENT for case in own):
                return None
            holder = holder.proto
        return None

    def _grow(self, array: Obj, index: int, span: Span) -> None:
        length = self.length(array)
        if length is not None and index >= length:
            self.define(array, "length", only(Const(float(index + 1), span)))

    def length(self, array: Obj) -> int | None:
        """The length of an array, None where it is not one known number."""
        value = self.own(array, "length")
        if len(value) == 1 and isinstance(value[0].atom, Const) and isinstance(value[0].atom.value, float):
            return int(value[0].atom.value)
        return None

    def elements(self, atom: Atom, limit: int = 40) -> list[Value] | None:
        """The elements of a known array, None for anything else."""
        if not isinstance(atom, Obj) or atom.kind != "array" or self.allows(self.is_open(atom)):
            return None
        length = self.length(atom)
        if length is None or length > limit:
            return None
        return [self.read_atom(atom, str(index), atom.span, only(atom)) for index in range(length)]

    def remove(self, base: Value, name: str | None, span: Span) -> None:
        """`delete base.name`."""
        for case in self.cases(base):
            if isinstance(case.atom, Obj) and not case.atom.frozen:
                if name is None:
                    self.lose(case.atom, span, "a property was deleted whose name is not known")
                else:
                    sure = TRUE if len(base) == 1 else case.guard
                    self._write_object(case.atom, name, only(ABSENT), sure, span)

    def copy_into(self, target: Obj, source: Value, span: Span) -> None:
        """Spread, `Object.assign`: copy the own properties of whatever the source may be."""
        self.branch([(case.guard, partial(self._copy_atom, target, case.atom, span)) for case in self.cases(source)], span)

    def _copy_atom(self, target: Obj, atom: Atom, span: Span) -> Value:
        if isinstance(atom, Obj) and atom.kind != "instance":
            self.mark(target)
            target.sources[atom] = None
            for name in list(atom.names):
                if atom.kind == "array" and name == "length":
                    continue
                value = self.own(atom, name)
                if any(isinstance(case.atom, Accessor) for case in value):
                    value = self.read_atom(atom, name, span, only(atom))
                if any(case.atom is ABSENT for case in value):
                    kept = [case for case in value if case.atom is not ABSENT]
                    missing = FALSE
                    for case in value:
                        if case.atom is ABSENT:
                            missing = self.guards.either(missing, case.guard)
                    value = self.merged([(TRUE, tuple(kept)), (missing, self.own(target, name))], span)
                self._write_object(target, name, value, TRUE, span)
            opened = self.is_open(atom)
            if self.allows(opened):
                self.branch(
                    [
                        (opened, lambda: self._open(target, span, atom.names)),
                        (self.guards.negate(opened), lambda: only(target)),
                    ],
                    span,
                )
        elif isinstance(atom, Symbol):
            nullish = self.nullish(only(atom)) if atom.kind is None and self._asked(atom) else FALSE
            self.branch(
                [
                    (nullish, lambda: only(target)),
                    (self.guards.negate(nullish), lambda: self._open(target, span, (), atom)),
                ],
                span,
            )
        elif not isinstance(atom, (Const, Text)):
            self._open(target, span, ())
        return only(target)

    def _asked(self, symbol: Symbol) -> bool:
        """Whether the program asked if the symbol is there at all."""
        return self.store.noted(("facts", symbol.key)) is not None

    def _open(self, target: Obj, span: Span, spare: Iterable[str], source: Symbol | None = None) -> Value:
        """Unknown properties were copied into the object: any but the spared ones may have changed."""
        symbol = source or Symbol(self.fresh(span), span, "properties of an unknown object were copied into it")
        spared = set(spare)
        for name in target.names:
            if name not in spared:
                self.store.set((target, name), only(property_symbol(symbol, name, span)))
        self.store.set((target, None), only(Symbol(symbol.key, span, symbol.reason)))
        return only(target)

    def lose(self, obj: Obj, span: Span, reason: str) -> None:
        """From here on the object's properties may be anything, its functions aside."""
        if obj.frozen:
            return
        symbol = Symbol(self.fresh(span), span, reason)
        for name in obj.names:
            value = self.own(obj, name)
            if not all(isinstance(case.atom, (Obj, Bound, Method)) and _is_function(case.atom) for case in value):
                self.store.set((obj, name), only(property_symbol(symbol, name, span)))
        self.store.set((obj, None), only(symbol))


def is_index(name: str) -> bool:
    """Whether a property's name is an index of an array or string."""
    return name.isascii() and name.isdigit() and len(name) < 10


def _is_function(atom: Atom) -> bool:
    return isinstance(atom, (Bound, Method)) or (isinstance(atom, Obj) and atom.kind in ("function", "class"))
