"""Functions, classes and calls: what is called with what, and what unknown code may do later."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from sigmalint.analysis.expressions import Expressions
from sigmalint.analysis.guards import FALSE, TRUE, Guard
from sigmalint.analysis.library import FUNCTIONS, METHODS, SET, call_back_of_unknown, regex_test
from sigmalint.analysis.machine import Target, is_fixed
from sigmalint.analysis.scopes import Scope
from sigmalint.analysis.trace import Fate, same
from sigmalint.analysis.values import (
    NEVER,
    UNDEFINED,
    Accessor,
    Arguments,
    Atom,
    Bound,
    Const,
    Method,
    Obj,
    Symbol,
    Value,
    only,
)
from sigmalint.sources import syntax as s
from sigmalint.sources.text import Span

MAX_CALLS = 24
"""How deep known functions are followed into one another."""
MAX_RECURSION = 4
"""How often one function may be on the stack."""
MAX_CALLS_OF_ONE = 250
"""How often one function is followed from one root."""
MAX_GENERATION = 3
"""How many events may lead to one another."""
MAX_RUNS = 24
"""How often one function is run as an event."""
RESERVE = 0.15
"""The share of the budget below which known functions are no longer followed, so that every root is still visited."""
CAUGHT, PASSED, DROPPED = "caught", "passed", "dropped"
_VALUE = "[[value]]"


_PURE = frozenset(("Math", "Number", "String", "isFinite", "isNaN", "parseFloat", "parseInt"))
"""Globals whose functions give the same result for the same arguments."""


@dataclass(slots=True, eq=False)
class Event:
    """A function that runs later, at an unknown moment: a handler, a timer, a `then`.

    `condition` is the path condition under which it was registered; `promise` is the promise that its result settles.
    """

    function: Atom
    this: Value | None
    arguments: Arguments
    span: Span
    condition: Guard
    generation: int
    promise: Obj | None = None
    number: int = 0
    """Tells the roots of one program apart."""

    def is_like(self, other: "Event") -> bool:
        """Whether running the one is running the other."""
        mine, others = self.arguments, other.arguments
        return (
            self.condition is other.condition
            and self.promise is other.promise
            and same(self.this, other.this)
            and mine.more == others.more
            and len(mine.values) == len(others.values)
            and all(map(same, mine.values, others.values))
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """A function that is running, the call that started it, and the objects that the call passed."""

    function: s.Function
    call: Span
    passed: frozenset[Obj]
    awaits: list[Obj]
    """The promises whose rejection ends the function."""


class Calls(Expressions):
    """Calls on the machine. `pending` are the events to come, `created` the functions that nothing has called yet."""

    def __init__(self, steps: int) -> None:
        super().__init__(steps)
        self.reserve = int(steps * RESERVE)
        self.stack: list[Frame] = []
        self.pending: list[Event] = []
        self.created: dict[s.Function, Obj] = {}
        self.fates: list[Fate] = []
        self.call_counts: dict[s.Function, int] = {}
        self.generation = 0
        self.round = 1
        """Which time it is that the events are run."""

    # --- what later layers add -------------------------------------------------------------------------------------------

    def run_body(self, body: s.Body, scope: Scope) -> None:
        """Execute a function's body; a `return` leaves the innermost function target."""
        raise NotImplementedError

    def matters(self, function: s.Function) -> bool:
        """Whether running the function could show a request, or change what one sends."""
        raise NotImplementedError

    def sdk_call(self, path: str, arguments: Arguments, span: Span) -> Value | None:
        """A call of the SDK: recorded, if it is a request; None when the path is no call that the SDK documents."""
        raise NotImplementedError

    # --- functions and classes -------------------------------------------------------------------------------------------

    def closure(self, function: s.Function, scope: Scope) -> Obj:
        made = self.make("function", function.span)
        made.function = function
        if function.own_name and function.name is not None:
            scope = self.scope("name", function.span, scope)
            self.store.set(scope.declare(function.name, "const"), only(made))
        made.scope = scope
        self._note(function, made)
        return made

    def _note(self, function: s.Function, made: Obj) -> None:
        if not self.store.noted(("executed", function)) and self.relevant(function):
            self._create(function, made)

    def _create(self, function: s.Function, made: Obj | None) -> None:
        """Note that a function was made, or (None) that it was called."""
        if made is not None:
            self.created[function] = made
        else:
            self.created.pop(function, None)
        if self.store.trace is not None:
            self.store.trace.created.append((function, made))

    def relevant(self, function: s.Function) -> bool:
        """`matters`, remembered with what hangs on it."""
        answer = self.matters(function)
        if self.store.trace is not None:
            self.store.trace.matters[function] = answer
        return answer

    def fate(self, promise: Obj, what: "str | Obj") -> None:
        """Note what happens to a promise's rejection."""
        self.fates.append((promise, what))

    def make_class(self, node: s.Class, scope: Scope) -> Value:
        made = self.make("class", node.span)
        made.members = node
        made.scope = self.scope("class", node.span, scope)
        made.function = node.constructor
        value = only(made)
        if node.name is not None:
            self.store.set(made.scope.declare(node.name, "class"), value)
        prototype = self.prototype(made)
        if node.parent is not None:
            parent = self.evaluate(node.parent, scope)
            known = parent[0].atom if len(parent) == 1 else None
            if isinstance(known, Obj) and known.kind in ("class", "function"):
                made.proto = known
                prototype.proto = self.prototype(known)
            else:
                self.store.set((prototype, None), self.unknown(node.parent.span, "members of an unknown parent class"))
        for member in node.members:
            owner = made if member.static else prototype
            if member.kind == "block":
                assert isinstance(member.value, s.Function)
                block = self.closure(member.value, made.scope)
                self.run_closure(block, value, Arguments([]), member.span)
            elif isinstance(member.value, s.Function) and not member.value.arrow and member.key is not None:
                name = self._single_key(member.key, scope)
                if name is not None:
                    function = self._member_value(member, made.scope, owner, name)
                    self._class_home(function, owner, made)
                    self.define(owner, name, function)
            elif member.static and member.key is not None:
                name = self._single_key(member.key, scope)
                if name is not None:
                    inner = self.scope("static", member.span, made.scope, function=True, this=value)
                    written = only(Const(UNDEFINED, member.span)) if member.value is None else self.place(member.value, inner)
                    self.define(made, name, written)
        if node.constructor is not None:
            self._note(node.constructor, made)
        return value

    def _class_home(self, value: Value, home: Obj, made: Obj) -> None:
        """A method run by unknown code runs on some instance: the class stands for it."""
        for case in value:
            atom = case.atom
            for function in (atom.getter, atom.setter) if isinstance(atom, Accessor) else (atom,):
                if isinstance(function, Obj):
                    function.this = only(made) if home is not made else only(home)

    def receiver(self, function: Obj) -> Value | None:
        """The `this` that a function has when unknown code calls it, as far as its place says."""
        home = function.this
        if home is None:
            return None
        atom = home[0].atom
        if isinstance(atom, Obj) and atom.kind == "class" and function.function is not None:
            methods = (member for member in atom.members.members if member.value is function.function) if atom.members else ()
            if not any(member.static for member in methods):
                return self.instance(atom)
        return home

    def instance(self, made: Obj) -> Value:
        """Some instance of a class, made with unknown arguments; one for the whole program."""
        known: Value | None = self.store.noted(("instance", made))
        if known is None:
            symbol = Symbol(("constructed", id(made)), made.span, "an argument of a constructor that unknown code calls")
            known = self.construct(only(made), Arguments([], symbol), made.span)
            self.store.note(("instance", made), known)
        return known

    def construct(self, callee: Value, arguments: Arguments, span: Span) -> Value:
        arms: list[tuple[Guard, Callable[[], Value]]] = [
            (case.guard, partial(self._construct_atom, case.atom, arguments, span)) for case in self.cases(callee)
        ]
        return self.branch(arms, span)

    def _construct_atom(self, atom: Atom, arguments: Arguments, span: Span) -> Value:
        if isinstance(atom, Bound):
            return self._construct_atom(atom.target, arguments, span)
        if isinstance(atom, Obj) and atom.kind in ("class", "function"):
            instance = only(self.make("object", span, self.prototype(atom)))
            returned = self._initialise(atom, instance, arguments, span)
            objects = [case for case in returned if isinstance(case.atom, Obj)]
            return returned if objects and len(objects) == len(returned) else instance
        path = atom.path if isinstance(atom, Symbol) else None
        if path == "Promise":
            return self.new_promise(arguments, span)
        if path == "Object":
            return only(self.make("object", span))
        if path == "Array" and not arguments.values and arguments.more is None:
            return only(self.make_array([], span))
        if path == "Set" and len(arguments.values) == 1 and arguments.more is None:
            made = self.make("set", span)
            made.class_name = path
            self.store.set((made, SET), arguments.values[0])
            return only(made)
        if path in ("Map", "WeakMap", "Set"):
            return self.unknown(span, f"an entry of a {path}", kind="object")
        made = self.make("instance", span)
        made.class_name = path
        self.store.set((made, None), self.unknown(span, "a property of an object made by unknown code"))
        self.give(arguments, span, lose=path is None or not self.is_host(path))
        return only(made)

    def _initialise(self, made: Obj, this: Value, arguments: Arguments, span: Span) -> Value:
        """Run a constructor on a new instance: the parent's, the fields, the body, in their order."""
        if made.members is None:
            return self.run_closure(made, this, arguments, span)
        node = made.members
        if node.parent is None:
            self._fields(made, this)
        if node.constructor is not None:
            return self.run_closure(made, this, arguments, span)
        if node.parent is not None:
            self._parent(made, this, arguments, span)
        return NEVER

    def _parent(self, made: Obj, this: Value, arguments: Arguments, span: Span) -> None:
        if made.proto is not None:
            self._initialise(made.proto, this, arguments, span)
        else:
            self.give(arguments, span, lose=True)
            self._lose_all(this, span, "an unknown parent class may have set it")
        self._fields(made, this)

    def _fields(self, made: Obj, this: Value) -> None:
        assert made.members is not None
        scope = self.scope("fields", made.span, made.scope, function=True, this=this)
        for member in made.members.members:
            method = isinstance(member.value, s.Function) and not member.value.arrow
            if member.static or member.key is None or method:
                continue
            name = self._single_key(member.key, scope)
            if name is not None:
                value = only(Const(UNDEFINED, member.span)) if member.value is None else self.place(member.value, scope)
                self.write(this, name, value, member.span)

    def call_super(self, arguments: Arguments, scope: Scope, span: Span) -> Value:
        owner = scope.owner()
        made = owner.home
        this = owner.this
        if isinstance(made, Obj) and made.members is not None and this is not None:
            self._parent(made, this, arguments, span)
        return only(Const(UNDEFINED, span)) if this is None else this

    def run_closure(self, function: Obj, this: Value, arguments: Arguments, span: Span) -> Value:
        """Call a known function: bind its parameters, run its body, join its returns."""
        node = function.function
        assert node is not None
        recursion = sum(frame.function is node for frame in self.stack)
        calls = self.call_counts[node] = self.call_counts.get(node, 0) + 1
        if recursion >= MAX_RECURSION or len(self.stack) >= MAX_CALLS or calls > MAX_CALLS_OF_ONE or self.steps < self.reserve:
            self.give(arguments, span, lose=True)
            return self.unknown(span, "calls nested too deep")
        self.store.note(("executed", node), True)
        self._create(node, None)
        scope = self.scope("function", node.span, function.scope, function=not node.arrow, this=None if node.arrow else this)
        if not node.arrow:
            home = self._home(function)
            scope.home = home
            scope.arguments = self._arguments_object(arguments, span)
        target = Target("function", 0)
        passed = frozenset(case.atom for value in arguments.values for case in value if isinstance(case.atom, Obj))
        self.stack.append(Frame(node, span, passed, []))
        try:
            outcomes = self.region(target, lambda: self._run(node, scope, arguments, span))
        finally:
            frame = self.stack.pop()
        value = self.join(outcomes, span)
        if node.generator:
            return self.unknown(span, "values of a generator", kind="object")
        if not node.is_async:
            return value
        promise = self.make_promise(value, span)
        for awaited in frame.awaits:
            self.fate(awaited, promise)
        return only(promise)

    def _home(self, function: Obj) -> Obj | None:
        if function.kind == "class":
            return function
        if function.this is None:
            return None
        atom = function.this[0].atom
        if isinstance(atom, Obj) and atom.kind == "class":
            return self.prototype(atom)
        return atom if isinstance(atom, Obj) else None

    def _arguments_object(self, arguments: Arguments, span: Span) -> Value:
        if arguments.more is not None:
            return only(arguments.more)
        return only(self.make_array(arguments.values, span))

    def _run(self, node: s.Function, scope: Scope, arguments: Arguments, span: Span) -> Value:
        callee = arguments.callee or span
        for index, parameter in enumerate(node.parameters):
            if isinstance(parameter, s.Spread):
                rest = Arguments(arguments.values[index:], arguments.more)
                self.bind(parameter.value, self._arguments_object(rest, parameter.span), scope, "parameter")
                break
            value = arguments.get(index)
            if value is not None and index >= len(arguments.values):
                value = self._parameter(parameter, arguments)
            self.bind(parameter, only(Const(UNDEFINED, callee)) if value is None else value, scope, "parameter")
        body = node.body
        if self.store.trace is not None:
            self.store.trace.bodies[node] = body
        self.run_body(body, scope)
        return only(Const(UNDEFINED, span))

    def _parameter(self, parameter: s.Node, arguments: Arguments) -> Value:
        """What unknown code passes for a parameter: unknown, but the same wherever it is used."""
        assert arguments.more is not None
        name = parameter.target if isinstance(parameter, s.Default) else parameter
        words = f"parameter {name.span.text.splitlines()[0][:40]!r} comes from code that is not known"
        return only(Symbol(("parameter", arguments.more.key, name.span), name.span, words))

    # --- calls -----------------------------------------------------------------------------------------------------------

    def call(self, callee: Value, this: Value, arguments: Arguments, span: Span) -> Value:
        if len(callee) == 1 and callee[0].guard is TRUE:
            return self.call_atom(callee[0].atom, this, arguments, span)
        arms: list[tuple[Guard, Callable[[], Value]]] = [
            (case.guard, partial(self.call_atom, case.atom, this, arguments, span)) for case in self.cases(callee)
        ]
        return self.branch(arms, span)

    def call_atom(self, atom: Atom, this: Value, arguments: Arguments, span: Span) -> Value:
        """Call one possible function."""
        if isinstance(atom, Obj) and atom.kind == "function":
            return self.run_closure(atom, this, arguments, span)
        if isinstance(atom, Bound):
            joined = Arguments([*atom.arguments, *arguments.values], arguments.more, callee=arguments.callee)
            return self.call_atom(atom.target, atom.this, joined, span)
        if isinstance(atom, Method):
            return self._call_method(atom, arguments, span)
        if isinstance(atom, Symbol):
            return self._call_symbol(atom, this, arguments, span)
        self.give(arguments, span, lose=True)
        return self.unknown(span, "the result of something that is no function")

    def _call_method(self, method: Method, arguments: Arguments, span: Span) -> Value:
        model = METHODS.get(method.name)
        if model is not None:
            result = model(self, method.receiver, arguments, span)
            if result is not None:
                return result
        self.give(arguments, span, lose=False)
        words = f"the result of `{method.name}()`"
        if is_fixed(method.receiver) and all_fixed(arguments):
            atoms = tuple(value[0].atom for value in arguments.values)
            return only(Symbol(self.derived(method.receiver, method.name, atoms), span, words, fixed=True))
        return self.unknown(span, words)

    def _call_symbol(self, symbol: Symbol, this: Value, arguments: Arguments, span: Span) -> Value:
        if symbol.path is not None:
            result = self.sdk_call(symbol.path, arguments, span)
            if result is None and (model := FUNCTIONS.get(symbol.path)) is not None:
                result = model(self, arguments, span)
            if result is not None:
                return result
            receiver, _, name = symbol.path.rpartition(".")
            if receiver.endswith(".prototype") and self.is_host(receiver) and name in METHODS:
                result = METHODS[name](self, self._receiver_of(this, symbol), arguments, span)
                if result is not None:
                    return result
        else:
            name = symbol.key[2] if isinstance(symbol.key, tuple) and symbol.key[0] == "property" else ""
            receiver = ""
        if name in ("call", "apply", "bind"):
            result = METHODS[name](self, self._receiver_of(this, symbol), arguments, span)
            if result is not None:
                return result
        match symbol.key:
            case ("property", ("regex", str(literal)), "test"):
                tested = regex_test(self, literal, arguments, span)
                if tested is not None:
                    return tested
        if name in ("then", "catch", "finally"):
            return self.chain(None, name, arguments, span)
        if (result := call_back_of_unknown(self, name, arguments, span)) is not None:
            return result
        host = symbol.path is not None and self.is_host(receiver or symbol.path)
        self.give(arguments, span, lose=not host)
        if not host:
            self._lose_all(this, span, "unknown code had the object")
        return self._result(symbol, arguments, span)

    def _receiver_of(self, this: Value, symbol: Symbol) -> Atom:
        return this[0].atom if len(this) == 1 else symbol

    def _result(self, symbol: Symbol, arguments: Arguments, span: Span) -> Value:
        """The result of unknown code: the same for the same constants, so that two questions to it do not contradict."""
        name = " ".join((arguments.callee or span).text.split())
        words = f"the result of `{name if len(name) <= 40 else name[:39] + '…'}()`"
        atoms = tuple(value[0].atom for value in arguments.values if len(value) == 1)
        if arguments.more is None and len(atoms) == len(arguments.values) and not any(isinstance(atom, Obj) for atom in atoms):
            plain = tuple(atom.value if isinstance(atom, Const) else atom for atom in atoms)
            pure = symbol.path is not None and symbol.path.partition(".")[0] in _PURE and symbol.path != "Math.random"
            key = self.derived("call", symbol.key, plain)
            return only(Symbol(key, span, words, fixed=pure and all_fixed(arguments)))
        return self.unknown(span, words)

    def is_host(self, path: str) -> bool:
        """Whether a global belongs to the browser, whose functions leave the objects they get as they are."""
        raise NotImplementedError

    # --- unknown code ----------------------------------------------------------------------------------------------------

    def give(self, arguments: Arguments, span: Span, *, lose: bool) -> None:
        """Unknown code gets the arguments."""
        for value in arguments.values:
            self.escape(value, span, lose=lose)

    def escape(self, value: Value, span: Span, *, lose: bool) -> None:
        seen: set[Obj] = set()
        stack = [(case.atom, 0) for case in self.cases(value)]
        while stack:
            atom, depth = stack.pop()
            if isinstance(atom, Bound):
                self.later(atom, None, span)
                continue
            if not isinstance(atom, Obj) or atom in seen:
                continue
            seen.add(atom)
            if atom.kind in ("function", "class"):
                self.later(atom, None, span)
            elif atom.kind == "promise":
                self.fate(atom, PASSED)
            else:
                if depth < 4:
                    owners = (atom,) if atom.proto is None else (atom, atom.proto)
                    for owner in owners:
                        for name in owner.names:
                            stack += [(case.atom, depth + 1) for case in self.own(owner, name)]
                if lose:
                    self.lose(atom, span, "an object was handed to code that is not known")

    def _lose_all(self, value: Value, span: Span, reason: str) -> None:
        for case in self.cases(value):
            if isinstance(case.atom, Obj) and case.atom.kind in ("object", "array"):
                self.lose(case.atom, span, reason)

    def later(
        self, function: Atom, arguments: Arguments | None, span: Span, promise: Obj | None = None, this: Value | None = None
    ) -> None:
        """Run a function at an unknown moment, with unknown arguments if none are given."""
        if isinstance(function, Obj):
            node = function.function
            if node is None or function.kind == "class" or not (self.relevant(node) or promise is not None):
                return
            if arguments is None and (self._runs(node) or any(event.function is function for event in self.pending)):
                return
        if self.generation >= MAX_GENERATION or self.condition is FALSE:
            return
        if arguments is None:
            arguments = self.any_arguments(span)
        event = Event(function, this, arguments, span, self.condition, self.generation + 1, promise)
        self.pending.append(self.same_event(event))

    def same_event(self, event: Event) -> Event:
        """The event itself, or the same one of the last time that the root ran."""
        key = self.site("event", event.span, event.function)
        known = self._known.get(key)
        if isinstance(known, Event) and event.is_like(known):
            event = known
        self._making[key] = event
        return event

    def any_arguments(self, span: Span) -> Arguments:
        """Arguments of which nothing is known."""
        return Arguments([], Symbol(("arguments", span), span, "an argument that unknown code passes"))

    def run_event(self, event: Event) -> None:
        """Run an event now, in a world where it happened."""
        function = event.function
        if isinstance(function, Obj) and function.function is not None:
            runs = self._runs(function.function)
            if runs >= MAX_RUNS:
                return
            self.store.note(("runs", self.round, function.function), runs + 1)
        before, self.generation = self.generation, event.generation
        happened = self.guards.both(event.condition, self.may_happen(event.span))
        try:
            self.branch(
                [
                    (happened, partial(self._happen, event)),
                    (self.guards.negate(happened), lambda: NEVER),
                ],
                event.span,
            )
        finally:
            self.generation = before
            self.condition = TRUE

    def _runs(self, function: s.Function) -> int:
        """How often a function was run as an event in this round."""
        runs: int | None = self.store.noted(("runs", self.round, function))
        return runs or 0

    def _happen(self, event: Event) -> Value:
        this = event.this
        if this is None and isinstance(event.function, Obj):
            this = self.receiver(event.function)
        if this is None:
            this = self.unknown(event.span, "`this` of a function that unknown code calls", key="this")
        arguments = event.arguments
        if event.promise is not None:
            arguments = Arguments([self.awaited(value, event.span) for value in arguments.values], arguments.more)
        value = self.call_atom(event.function, this, arguments, event.span)
        if event.promise is not None:
            self.settle(event.promise, value, event.span)
        return value

    # --- promises --------------------------------------------------------------------------------------------------------

    def make_promise(self, value: Value, span: Span) -> Obj:
        """A promise that is settled with a value."""
        promise = self.make("promise", span)
        self.settle(promise, value, span)
        return promise

    def settle(self, promise: Obj, value: Value, span: Span) -> None:
        """Settle a promise with a value, or with what the promise in that value is settled with."""
        for case in value:
            if isinstance(case.atom, Obj) and case.atom.kind == "promise":
                self.fate(case.atom, promise)
        self.store.set((promise, _VALUE), self.awaited(value, span))
        promise.pending = None

    def await_value(self, value: Value, span: Span) -> Value:
        for case in self.cases(value):
            if isinstance(case.atom, Obj) and case.atom.kind == "promise":
                if any(target.kind == "try" for target in self.targets):
                    self.fate(case.atom, CAUGHT)
                elif self.stack:
                    self.stack[-1].awaits.append(case.atom)
                else:
                    self.fate(case.atom, DROPPED)
        return self.awaited(value, span)

    def awaited(self, value: Value, span: Span) -> Value:
        """What a promise is settled with, as far as that is known; any other value as it is."""
        arms: list[tuple[Guard, Value]] = []
        for case in self.cases(value):
            atom = case.atom
            if isinstance(atom, Obj) and atom.kind == "promise":
                if isinstance(atom.pending, Event) and atom.pending in self.pending:
                    self.pending.remove(atom.pending)
                    event, atom.pending = atom.pending, None
                    self.settle(atom, self._happen(event), span)
                if isinstance(atom.pending, Obj):
                    # `catch` and `finally` pass on what the promise before them is settled with.
                    arms.append((case.guard, self.awaited(only(atom.pending), span)))
                    continue
                settled = self.store.get((atom, _VALUE))
                arms.append((case.guard, self.unknown(span, "the result of a promise") if settled is None else settled))
            elif isinstance(atom, Symbol):
                arms.append((case.guard, self.unknown(span, atom.reason, key=self.derived("awaited", atom.key))))
            else:
                arms.append((TRUE, (case,)))
        return arms[0][1] if len(arms) == 1 else self.merged(arms, span)

    def chain(self, receiver: Obj | None, name: str, arguments: Arguments, span: Span) -> Value:
        """`receiver.then(…)`, `.catch(…)`, `.finally(…)`: the callbacks run later; gives the next promise."""
        promise = self.make("promise", span)
        if receiver is not None:
            if name == "catch" or (name == "then" and len(arguments.values) > 1) or arguments.more is not None:
                self.fate(receiver, CAUGHT)
            else:
                self.fate(receiver, promise)
        event: Event | None = None
        for index, value in enumerate(arguments.values):
            for case in self.cases(value):
                function = case.atom
                if not (isinstance(function, (Bound, Method)) or (isinstance(function, Obj) and function.kind == "function")):
                    if isinstance(function, Symbol) and function.path is not None:
                        self.later(function, self.any_arguments(span), span)
                    continue
                success = name == "then" and index == 0
                passed = Arguments([only(receiver)]) if success and receiver else self.any_arguments(span)
                before = len(self.pending)
                self.later(function, passed, span, promise if success else None)
                if success and len(self.pending) > before:
                    event = self.pending[-1]
        promise.pending = receiver if event is None and name != "then" else event
        return only(promise)

    def new_promise(self, arguments: Arguments, span: Span) -> Value:
        """`new Promise(executor)`: the executor runs at once; what it passes to `resolve` settles the promise."""
        promise = self.make("promise", span)
        executor = arguments.get(0)
        if executor is not None:
            functions = [only(Method(promise, name)) for name in ("[[resolve]]", "[[reject]]")]
            self.call(executor, only(Const(UNDEFINED, span)), Arguments(functions), span)
        return only(promise)

    # --- helpers of the library ------------------------------------------------------------------------------------------

    def call_back(self, function: Value, values: Iterable[Value], span: Span) -> Value:
        """Call a callback now."""
        return self.call(function, only(Const(UNDEFINED, span)), Arguments(list(values)), span)

    def maybe_call_back(self, function: Value, arguments: Arguments, span: Span) -> None:
        """Call a callback that may run any number of times, and may not run at all."""
        runs = self.may_happen(span)
        self.branch(
            [
                (runs, lambda: self.call(function, only(Const(UNDEFINED, span)), arguments, span)),
                (self.guards.negate(runs), lambda: NEVER),
            ],
            span,
        )


def all_fixed(arguments: Arguments) -> bool:
    """Whether constants alone decide all arguments."""
    return arguments.more is None and all(len(value) == 1 and is_fixed(value[0].atom) for value in arguments.values)
