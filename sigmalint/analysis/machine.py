"""The abstract machine: state, path condition, branches and joins, questions. What runs on it is in the modules above.

The machine executes code once for all ways through it. Where a condition is not known, both arms run, each on a layer of the
store and under a path condition that says which answer it assumes; the join keeps every value under the guard of its arm.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sigmalint.analysis.guards import FALSE, TRUE, Decision, Guard, Guards
from sigmalint.analysis.scopes import Cell, Key, Layer, Scope
from sigmalint.analysis.store import Store
from sigmalint.analysis.values import (
    ABSENT,
    NEVER,
    UNDEFINED,
    Atom,
    Bound,
    Case,
    Const,
    Method,
    Obj,
    Primitive,
    Symbol,
    Text,
    Value,
    merge,
    only,
    truth,
)
from sigmalint.sources.text import Span

_Entry = TypeVar("_Entry")
Outcome = tuple[Guard, Layer, Value]
"""How an arm ended: under which path condition it goes on, what it changed, what it gave."""


class OutOfBudget(Exception):
    """The program takes more steps than the analysis gives it."""


@dataclass(slots=True)
class Target:
    """What a jump can leave: a function, loop, switch, labelled statement or try block.

    `depth` is the number of layers outside it; `exits` collects the states of the jumps that left.
    """

    kind: str
    depth: int
    labels: tuple[str, ...] = ()
    exits: list[Outcome] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was asked about one symbol so far: is it truthy, which constants is it equal to (with their types).

    `none` holds where it was none of the constants that were asked for; a new one is equal only there.
    """

    truthy: Guard | None = None
    none: Guard = TRUE
    equal: tuple[tuple[tuple[str, Primitive], Guard], ...] = ()


class Machine:
    """State and control of one program's execution.

    `condition` is the path condition; FALSE means that the code at hand is never reached. `steps` is what remains of the
    budget.
    """

    def __init__(self, steps: int) -> None:
        self.guards = Guards()
        self.store = Store()
        self.condition = TRUE
        self.steps = steps
        self.targets: list[Target] = []
        self.outermost = Scope(None, function=True)
        """The scope of the program's globals."""
        self.root: Hashable = 0
        """What runs: keys that it makes are its own, and the same when it runs again."""
        self._derived: dict[Hashable, int] = {}
        self._running = object()
        """The run of the root at hand."""
        self._times: dict[Hashable, int] = {}
        self._made: dict[Hashable, dict[Hashable, object]] = {}
        """What each root made (objects, scopes, bindings, events), by the site."""
        self._known: dict[Hashable, object] = {}
        """What the root at hand made the last time."""
        self._making: dict[Hashable, object] = {}
        self._names: dict[Scope, dict[str, Cell]] = {}
        """What scopes declared that were begun again since, the last time."""
        self._shapes: dict[Obj, tuple[object, ...]] = {}
        """What objects were like that were made again since, when their root ran the last time."""
        self._implicit: dict[str, Cell] = {}
        self._above: list[Obj] = []
        """The objects that the lowest layer does not know, those of higher layers behind those of lower ones."""

    # --- symbols ---------------------------------------------------------------------------------------------------------

    def fresh(self, span: Span) -> Hashable:
        """A key that no other symbol has; `span` is what it comes from."""
        return self.derived(self.root, self.site("fresh", span))

    def derived(self, *parts: Hashable) -> Hashable:
        """The key of what is computed from parts, the same for the same parts; short, however often that is repeated."""
        return ("derived", self._derived.setdefault(parts, len(self._derived)))

    def unknown(self, span: Span, reason: str, *, key: Hashable = None, kind: str | None = None) -> Value:
        """The value that is one unknown; without a key it equals no other."""
        return only(Symbol(self.fresh(span) if key is None else key, span, reason, kind=kind))

    # --- what is made ----------------------------------------------------------------------------------------------------

    def begin(self, root: Hashable) -> None:
        """A root begins to run. What it makes at the same places as the last time is the same."""
        self.root = root
        self._running = object()
        self._times.clear()
        self._known = self._made.get(root, {})
        self._making = self._made[root] = {}

    def site(self, *site: Hashable) -> Hashable:
        """The key of what the root at hand makes at a place, one for each time."""
        turn = self._times[site] = self._times.get(site, 0) + 1
        return (turn, site)

    def make(self, kind: str, span: Span, proto: Obj | None = None) -> Obj:
        """A new object without properties."""
        key = self.site(kind, span)
        known = self._known.get(key)
        if isinstance(known, Obj):
            self._shapes.setdefault(known, known.shape)
            known.renew(self.store.depth, proto)
        else:
            known = Obj(kind, span, self.store.depth, proto)
        self._making[key] = known
        if known.depth > 1:
            self._above.append(known)
        return known

    def scope(self, site: str, span: Span, parent: Scope | None, *, function: bool = False, this: Value | None = None) -> Scope:
        """A new scope; `site` and `span` say what makes it."""
        key = self.site(site, span)
        known = self._known.get(key)
        if isinstance(known, Scope) and known.parent is parent:
            self.renew(known, this)
        else:
            known = Scope(parent, function=function, this=this)
        known.run = self._running
        self._making[key] = known
        return known

    def renew(self, scope: Scope, this: Value | None) -> None:
        """Begin a scope again, whose code is run again."""
        self._names.setdefault(scope, dict(scope.cells))
        scope.renew(this)

    # --- branches --------------------------------------------------------------------------------------------------------

    def allows(self, guard: Guard) -> bool:
        """Whether the guard can hold on the path at hand."""
        return self.guards.both(self.condition, guard) is not FALSE

    def cases(self, value: Value) -> Iterable[Case]:
        """The cases of a value that are possible on the path at hand."""
        if len(value) == 1:
            return value
        return [case for case in value if self.allows(case.guard)]

    def merged(self, arms: Iterable[tuple[Guard, Value]], span: Span) -> Value:
        """`values.merge` with the machine's guards."""
        return merge(self.guards, arms, Symbol(("many", span), span, "too many possible values"))

    def branch(self, arms: Sequence[tuple[Guard, Callable[[], Value]]], span: Span) -> Value:
        """Run the arms that are possible, each under its guard, and join their states and values.

        The guards exclude each other and together cover every case. An arm that is sure runs in place.
        """
        before = self.condition
        live = [(both, run) for guard, run in arms if (both := self.guards.both(before, guard)) is not FALSE]
        if len(live) == 1:
            self.condition = live[0][0]
            return live[0][1]()
        outcomes: list[Outcome] = []
        for guard, run in live:
            self.condition = guard
            self.store.push()
            try:
                value = run()
            except BaseException:
                self.store.pop()
                raise
            outcomes.append((self.condition, self.store.pop(), value))
        return self.join(outcomes, span)

    def region(self, target: Target, run: Callable[[], Value]) -> list[Outcome]:
        """Run code that jumps may leave; gives how each jump, and the normal end, left it."""
        target.depth = self.store.depth
        self.targets.append(target)
        self.store.push()
        try:
            value = run()
        finally:
            self.targets.pop()
            changes = self.store.pop()
        return [*target.exits, (self.condition, changes, value)]

    def leave(self, target: Target, value: Value) -> None:
        """Jump out of a target: what follows here is not reached."""
        if self.condition is not FALSE:
            target.exits.append((self.condition, self.store.flat(target.depth), value))
            self.condition = FALSE

    def join(self, outcomes: Iterable[Outcome], span: Span) -> Value:
        """Go on where several ways meet: their conditions, changes and values under the guard of each."""
        live = [outcome for outcome in outcomes if outcome[0] is not FALSE]
        if not live:
            self.condition = FALSE
            return NEVER
        if len(live) == 1:
            condition, changes, value = live[0]
            self._settle()
            self.store.layers[-1].update(changes)
            self.condition = condition
            return value
        guards = self.guards
        condition = FALSE
        for outcome in live:
            condition = guards.either(condition, outcome[0])
        arms = [(guards.given(guard, condition), changes, value) for guard, changes, value in live]
        keys = {key: None for _, changes, _ in arms for key in changes}
        depth = self.store.depth
        for key in keys:
            new = isinstance(key, tuple) and isinstance(key[0], Obj) and key[0].depth > depth
            old = None if new else self._before(key)
            values = [(guard, known) for guard, changes, _ in arms if (known := changes.get(key, old)) is not None]
            if any(known is not values[0][1] for _, known in values):
                self.store.set(key, self.merged(values, span))
            else:
                self.store.set(key, values[0][1])
        self._settle()
        self.condition = condition
        return self.merged(((guard, value) for guard, _, value in arms), span)

    def _before(self, key: Key) -> Value | None:
        """The value of a key outside the arms that are joined."""
        value = self.store.get(key, joined=True)
        if value is not None or isinstance(key, Cell):
            return value
        base, name = key
        if isinstance(base, Symbol):
            return None if name is None else only(property_symbol(base, name, base.span))
        if base.kind == "promise":
            return None
        if name is None:
            return only(ABSENT)
        rest = self.store.get((base, None))
        return only(ABSENT) if rest is None else rest

    def _settle(self) -> None:
        """Objects made in layers that have ended belong to the one below."""
        depth = self.store.depth
        ended = len(self._above)
        while ended and self._above[ended - 1].depth > depth:
            ended -= 1
            self._above[ended].depth = depth
        if depth == 1:
            del self._above[ended:]

    def snippet(self, span: Span) -> str:
        """`snippet`, remembered with what shows it."""
        if self.store.trace is not None:
            self.store.trace.shown.add(span)
        return snippet(span)

    # --- questions -------------------------------------------------------------------------------------------------------

    def truthy(self, value: Value) -> Guard:
        """The guard under which the value counts as true."""
        guards = self.guards
        result = FALSE
        for case in self.cases(value):
            result = guards.either(result, guards.both(case.guard, self.atom_truth(case.atom)))
        return result

    def atom_truth(self, atom: Atom) -> Guard:
        """The guard under which an atom counts as true."""
        if isinstance(atom, Const):
            return TRUE if truth(atom.value) else FALSE
        if isinstance(atom, Text):
            return TRUE if atom.filled or any(atom.pieces) else self._symbol_truth(Symbol(atom, atom.span, ""))
        if isinstance(atom, Symbol):
            return TRUE if atom.kind in ("object", "function") else self._symbol_truth(atom)
        return FALSE if atom is ABSENT else TRUE

    def _symbol_truth(self, symbol: Symbol) -> Guard:
        facts = self.facts(symbol)
        if facts.truthy is not None:
            return facts.truthy
        guards = self.guards
        words = self.snippet(symbol.span)
        truthy = guards.decide(("truthy", symbol.key), Decision(f"{words} is true", f"{words} is false", fixed=symbol.fixed))
        for (_, value), equal in facts.equal:
            truthy = guards.either(truthy, equal) if truth(value) else guards.without(truthy, equal)
        self.store.note(("facts", symbol.key), replace(facts, truthy=truthy))
        return truthy

    def facts(self, symbol: Symbol) -> _Facts:
        """What was asked about a symbol."""
        known: _Facts | None = self.store.noted(("facts", symbol.key))
        return known or _Facts()

    def equals(self, symbol: Symbol, value: Primitive) -> Guard:
        """The guard under which an unknown equals a constant; a symbol equals at most one."""
        if symbol.kind in ("object", "function") or (
            symbol.kind in ("string", "number", "boolean") and (value is None or value is UNDEFINED)
        ):
            return FALSE
        facts = self.facts(symbol)
        constant = (type(value).__name__, value)
        known = next((guard for asked, guard in facts.equal if asked == constant), None)
        if known is None:
            guards = self.guards
            words = self.snippet(symbol.span)
            shown = f'"{value}"' if isinstance(value, str) else str(value)
            optional = value is UNDEFINED and isinstance(symbol.key, tuple) and symbol.key[0] == "parameter"
            asked = guards.decide(
                ("equals", symbol.key, constant),
                Decision(f"{words} is {shown}", f"{words} is not {shown}", weak=optional, fixed=symbol.fixed),
            )
            known = guards.both(asked, facts.none)
            none = guards.without(facts.none, asked)
            if facts.truthy is not None:
                known = guards.both(known, facts.truthy) if truth(value) else guards.without(known, facts.truthy)
            self.store.note(("facts", symbol.key), replace(facts, none=none, equal=(*facts.equal, (constant, known))))
        return known

    def nullish(self, value: Value) -> Guard:
        """The guard under which the value is null or undefined."""
        guards = self.guards
        result = FALSE
        for case in self.cases(value):
            atom = case.atom
            if isinstance(atom, Const):
                nullish = TRUE if atom.value is None or atom.value is UNDEFINED else FALSE
            elif isinstance(atom, Symbol):
                nullish = guards.either(self.equals(atom, None), self.equals(atom, UNDEFINED))
            else:
                nullish = FALSE
            result = guards.either(result, guards.both(case.guard, nullish))
        return result

    def undefined(self, value: Value) -> Guard:
        """The guard under which the value is undefined."""
        guards = self.guards
        result = FALSE
        for case in self.cases(value):
            atom = case.atom
            if isinstance(atom, Const):
                missing = TRUE if atom.value is UNDEFINED else FALSE
            else:
                missing = self.equals(atom, UNDEFINED) if isinstance(atom, Symbol) else FALSE
            result = guards.either(result, guards.both(case.guard, missing))
        return result

    def same(self, left: Atom, right: Atom, span: Span, *, loose: bool) -> Guard:
        """The guard under which two atoms are equal (`===`, or `==` when `loose`)."""
        if isinstance(left, Symbol) and isinstance(right, Const):
            left, right = right, left
        if isinstance(left, Const) and isinstance(right, Const):
            if loose and (left.value in (None, UNDEFINED) or right.value in (None, UNDEFINED)):
                return TRUE if left.value in (None, UNDEFINED) and right.value in (None, UNDEFINED) else FALSE
            if type(left.value) is not type(right.value) and loose:
                return TRUE if to_number(left.value) == to_number(right.value) else FALSE
            return TRUE if type(left.value) is type(right.value) and left.value == right.value else FALSE
        if isinstance(left, Const) and isinstance(right, Symbol):
            if loose and (left.value is None or left.value is UNDEFINED):
                return self.nullish(only(right))
            return self.equals(right, left.value)
        if left is right and not isinstance(left, Text):
            return TRUE
        if isinstance(left, Obj) and isinstance(right, (Obj, Const)):
            return FALSE
        if isinstance(right, Obj) and isinstance(left, Const):
            return FALSE
        if isinstance(left, Symbol) and isinstance(right, Symbol) and left.key == right.key:
            return TRUE
        return self.ask(("same", frozenset((left, right))), span)

    def ask(self, key: Hashable, span: Span, *, weak: bool = False, fixed: bool = False) -> Guard:
        """The guard "the expression at `span` is true"; the same key is the same question."""
        words = self.snippet(span)
        return self.guards.decide(key, Decision(f"{words} is true", f"{words} is false", weak=weak, fixed=fixed))

    def happens(self, key: Hashable) -> Guard:
        """The guard of a weak decision: whether something happens that the code does not decide. One key is one decision."""
        return self.guards.decide(("happens", key), Decision("", "", weak=True))

    def may_happen(self, span: Span) -> Guard:
        """The guard of a weak decision of its own: whether what stands at a place happens this time."""
        return self.happens(self.fresh(span))

    # --- names -----------------------------------------------------------------------------------------------------------

    def assign(self, scope: Scope, name: str, value: Value) -> None:
        """Assign a variable; a name that nothing declares becomes a global."""
        self.store.set(self.given(self.find(scope, name), name), value)

    def find(self, scope: Scope, name: str) -> Cell | None:
        """The variable that a name means in a scope, None for a name that nothing declares."""
        around: Scope | None = scope
        while around is not None and around.run is self._running and name not in around.cells:
            around = around.parent
        is_own = around is not None and around.run is self._running  # what a root declares itself depends on nothing else
        if self.store.trace is not None and not is_own:
            self.store.trace.names[name] = name in self.outermost.cells
        return None if around is None else around.find(name)

    def given(self, cell: Cell | None, name: str) -> Cell:
        """What an assignment gives a value to: the variable of the name, or the global that it makes of a name without one."""
        if cell is None or cell.kind == "implicit":
            cell = self._implicit.setdefault(name, Cell(name, "implicit"))
            self.enter(self.outermost.cells, name, cell)
        return cell

    def enter(self, entries: dict[str, _Entry], name: str, entry: _Entry) -> None:
        """Add to something that a root did not make itself, if it is not there yet."""
        if self.store.trace is None:
            entries.setdefault(name, entry)
        else:
            self.store.trace.entries.append((entries, name, entry))
            self.store.trace.enter(entries, name, entry)


def is_fixed(atom: object) -> bool:
    """Whether constants alone decide what the atom is."""
    return isinstance(atom, Const) or (isinstance(atom, Symbol) and atom.fixed)


def property_symbol(base: Symbol, name: str, span: Span) -> Symbol:
    """The unknown that a property of an unknown is."""
    path = None if base.path is None else name if base.path == "window" else f"{base.path}.{name}"
    return Symbol(path if path is not None else ("property", base.key, name), span, base.reason, path=path, fixed=base.fixed)


def to_number(value: Primitive) -> float:
    """The number that JavaScript makes of a primitive."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        try:
            return float(value.strip() or 0)
        except ValueError:
            return float("nan")
    return 0.0 if value is None else float("nan")


def snippet(span: Span) -> str:
    """The source text of a condition, short enough for a message."""
    text = " ".join(span.text.split())
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"


def callable_atom(atom: Atom) -> bool:
    """Whether the atom is sure to be a function."""
    return isinstance(atom, (Bound, Method)) or (isinstance(atom, Obj) and atom.kind in ("function", "class"))
