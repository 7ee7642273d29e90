"""Abstract values: what may arrive at a place of the program, and under which conditions.

A `Value` is a tuple of `Case`s whose guards cover the ways to that place; the empty tuple is what code that never runs gives.
An atom is one possible value: a constant, a partly known text, an object of the heap, a function that is bound or built in,
or a `Symbol`, which is unknown but equal to itself.
"""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sigmalint.analysis.guards import FALSE, TRUE, Guard, Guards
from sigmalint.sources.text import Span

if TYPE_CHECKING:
    from sigmalint.analysis.scopes import Scope
    from sigmalint.sources import syntax as s

MAX_CASES = 24
MANY_UNKNOWN = 3
"""From how many values on, all of them unknown, one stands for all."""
"""How many possibilities a value keeps apart; with more it is unknown."""


class _Undefined:
    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = _Undefined()
Primitive = str | float | bool | None | _Undefined


class Const:
    """A primitive, and where it was written."""

    __slots__ = ("span", "value")

    def __init__(self, value: Primitive, span: Span) -> None:
        self.value = value
        self.span = span

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Const)
            and type(other.value) is type(self.value)
            and other.value == self.value
            and other.span == self.span
        )

    def __hash__(self) -> int:
        return hash((self.value, self.span))

    def __repr__(self) -> str:
        return f"Const({self.value!r})"


@dataclass(frozen=True, slots=True)
class Text:
    """A string of which a part is unknown: its pieces in order, None for an unknown one. `filled`: it is sure not empty.

    `json` is the object whose JSON it is.
    """

    pieces: tuple[str | None, ...]
    span: Span
    filled: bool = False
    json: "Obj | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """An unknown value. Two symbols of one `key` are the same value.

    `path` is the dotted way from the global object where there is one ("JSON.stringify"), `kind` the type where it is sure
    ("string", "number", "boolean", "object", "function"), `reason` says in words why more is not known. `name` is the name
    of a global that nothing defines.
    """

    key: Hashable
    span: Span
    reason: str
    path: str | None = None
    kind: str | None = None
    name: str | None = None
    fixed: bool = False
    """It is computed from constants alone, in a way that is not modelled."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Symbol) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)


class Obj:
    """An object of the heap: identity and what never changes of it. Its properties live in the store.

    `kind` is object, array, function, class, promise or instance (of a class that is not known: `class_name`). `names` are
    the property names that were ever written, in order, `keys` where their literal writes them. `depth` is how many layers
    the store had when it was made. `sources` are the objects whose properties were copied into it. A `pending` promise waits
    for an event that has not run, or for another promise.
    """

    __slots__ = (
        "class_name",
        "depth",
        "frozen",
        "function",
        "keys",
        "kind",
        "members",
        "names",
        "pending",
        "proto",
        "scope",
        "sources",
        "span",
        "this",
    )

    def __init__(self, kind: str, span: Span, depth: int, proto: "Obj | None" = None) -> None:
        self.kind = kind
        self.span = span
        self.names: dict[str, None] = {}
        self.keys: dict[str, Span] = {}
        self.renew(depth, proto)

    def renew(self, depth: int, proto: "Obj | None") -> None:
        """Begin again, when the code that makes the object is run again."""
        self.depth = depth
        self.proto = proto
        self.names.clear()
        self.keys.clear()
        self.frozen = False
        self.class_name: str | None = None
        self.function: s.Function | None = None
        self.members: s.Class | None = None
        self.scope: Scope | None = None
        self.this: Value | None = None
        self.sources: dict[Obj, None] = {}
        self.pending: object = None

    @property
    def shape(self) -> tuple[object, ...]:
        """What is known of it beside the values of its properties."""
        parts = (self.proto, self.frozen, self.class_name, self.function, self.members, self.scope, self.this)
        return (*parts, tuple(self.names), tuple(self.keys.items()), tuple(self.sources))

    def __repr__(self) -> str:
        return f"Obj({self.kind})"


@dataclass(frozen=True, slots=True)
class Bound:
    """A function with its receiver and first arguments fixed."""

    target: "Atom"
    this: "Value"
    arguments: "tuple[Value, ...]"


@dataclass(frozen=True, slots=True)
class Method:
    """A built-in method, taken from its receiver but not called yet."""

    receiver: "Atom"
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Accessor:
    """A property that calls functions when it is read and written; stands only in properties."""

    getter: "Obj | None"
    setter: "Obj | None" = None


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()
"""Stands only in properties: the object has none of that name."""

Atom = Const | Text | Symbol | Obj | Bound | Method | Accessor | _Absent
Way = tuple[Span, "Way"] | None
"""Through which expressions a value came, the last one first."""


class Case(NamedTuple):
    """One possible value, under which condition, and how it came there."""

    guard: Guard
    atom: Atom
    way: "Way" = None


Value = tuple[Case, ...]
NEVER: Value = ()


def only(atom: Atom) -> Value:
    """The value that is always this."""
    return (Case(TRUE, atom),)


def merge(guards: Guards, arms: Iterable[tuple[Guard, Value]], overflow: Symbol) -> Value:
    """One value from several, each under a guard; equal atoms become one case. `overflow` stands for too many."""
    found: dict[Atom, Case] = {}
    for guard, value in arms:
        for case in value:
            both = guards.both(guard, case.guard)
            if both is FALSE:
                continue
            known = found.get(case.atom)
            found[case.atom] = (
                Case(both, case.atom, case.way)
                if known is None
                else Case(guards.either(known.guard, both), known.atom, known.way)
            )
    if len(found) > MAX_CASES:
        return only(overflow)
    if len(found) >= MANY_UNKNOWN and (unknown := _all_unknown(guards, found.values(), overflow.span)) is not None:
        return only(unknown)
    if len(found) == 1:
        [case] = found.values()
        return (Case(TRUE, case.atom, case.way),)
    return tuple(found.values())


def _all_unknown(guards: Guards, cases: Collection[Case], span: Span) -> Symbol | None:
    """One unknown value for several that are all unknown: which of them it is tells nothing, and asking each costs guards."""
    symbols: list[Symbol] = []
    for case in cases:
        atom = case.atom
        if not isinstance(atom, Symbol) or atom.path is not None or atom.name is not None:
            return None
        symbols.append(atom)
    which = tuple((case.guard, symbol.key) for case, symbol in zip(cases, symbols, strict=True))
    key = ("one of", span, guards.number(which))
    kinds = {symbol.kind for symbol in symbols}
    return Symbol(key, symbols[0].span, symbols[0].reason, kind=kinds.pop() if len(kinds) == 1 else None)


def moved(value: Value, span: Span) -> Value:
    """The value, seen to pass through the expression at `span`."""
    if len(value) == 1:
        case = value[0]
        if case.way is not None and case.way[0] == span:
            return value
        return (Case(case.guard, case.atom, (span, case.way)),)
    return tuple(Case(case.guard, case.atom, (span, case.way)) for case in value)


def truth(value: Primitive) -> bool:
    """Whether JavaScript takes the primitive for true."""
    return bool(value) and value == value and value is not UNDEFINED


def to_text(value: Primitive) -> str:
    """The primitive as JavaScript writes it into a string."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value:
            return "NaN"
        if value in (float("inf"), float("-inf")):
            return "Infinity" if value > 0 else "-Infinity"
        return _number_text(value)
    return "undefined"


def _number_text(value: float) -> str:
    """A finite number in decimal: the fewest digits that name it, as Python finds them, placed as JavaScript does."""
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    sign = "-" if value < 0 else ""
    if not -6 < point <= 21:
        return f"{sign}{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e{point - 1:+}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    return f"{sign}{digits[:point].ljust(point, '0')}{'.' if digits[point:] else ''}{digits[point:]}"


@dataclass(slots=True)
class Arguments:
    """The arguments of a call: the known ones in order; `more` says that unknown ones may follow.

    `spans` are the expressions that write them, `callee` the one that names the function, where the call has them.
    """

    values: list[Value]
    more: Symbol | None = None
    spans: list[Span] = field(default_factory=list)
    callee: Span | None = None

    def get(self, index: int) -> Value | None:
        """The argument at a 0-based index, None where the call passes none."""
        if index < len(self.values):
            return self.values[index]
        return None if self.more is None else only(self.more)
