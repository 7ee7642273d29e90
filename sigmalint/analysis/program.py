"""One program: the scripts that run together, in the order in which a browser runs them.

A program is a page (its classic scripts share one global scope in document order, deferred scripts and modules follow, then
everything that happens later), or a script that no page loads. The machine that runs it is the `Interpreter`.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from sigmalint import model
from sigmalint.analysis.browser import WINDOWS, browser_globals
from sigmalint.analysis.calls import DROPPED, PASSED, RESERVE, Event
from sigmalint.analysis.guards import TRUE, GuardOverflow
from sigmalint.analysis.machine import OutOfBudget
from sigmalint.analysis.relevance import Relevance, has_word
from sigmalint.analysis.scopes import Cell, Key, Layer, Scope
from sigmalint.analysis.snapshot import Snapshot
from sigmalint.analysis.statements import Statements
from sigmalint.analysis.trace import Fate, Trace, same
from sigmalint.analysis.values import (
    NEVER,
    UNDEFINED,
    Arguments,
    Const,
    Obj,
    Symbol,
    Value,
    only,
)
from sigmalint.sdk import Call, Product
from sigmalint.sources import syntax as s
from sigmalint.sources.script import Code, CodeKind
from sigmalint.sources.text import Span

STEPS = 120_000
"""The budget of one program, in evaluated expressions."""
EVENT_STEPS = 40_000
"""What every event may use of it at the most."""
GUARDS = 40_000
"""How many guards may be computed for one root."""
ALL_GUARDS = 15 * GUARDS
"""How many for one program."""
_NOTHING = Trace()
_KEPT = 10_000
"""How many more decisions and keys than thrice those of its first run an interpreter may keep."""
MAX_REQUESTS = 4_000
MAX_SAME = 100
"""How many requests one call gives, reached through the same calls (from the turns of a loop)."""
_OTHER_WINDOWS = frozenset(("parent", "top", "opener", "frames"))
_LIBRARIES = frozenset(("$", "jQuery", "_", "axios"))
NODE_GLOBALS = frozenset(("require", "module", "exports", "process", "global", "__dirname", "__filename", "Buffer"))


@dataclass(slots=True)
class Module:
    """A module: its scope, and what it exports by name. `exports` is None for one whose names are not known."""

    scope: Scope
    exports: dict[str, Cell] = field(default_factory=dict)
    everything: list["Module"] = field(default_factory=list)
    """The modules whose exports `export *` passes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What a program runs in.

    `load` gives a module's code by the address that the file at a path imports, None where the extension has none.
    `lower` gives a code's syntax. `globals` are names that exist beside the browser's; `closed` says that every script of
    the page is at hand, so that a name which none defines is defined nowhere.
    """

    products: tuple[Product, ...]
    load: Callable[[str, str], Code | None]
    lower: Callable[[Code], s.Body]
    globals: frozenset[str] = frozenset()
    closed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """All that one part of a program leaves to the next."""

    layer: Layer = field(default_factory=dict)
    notes: dict[Hashable, object] = field(default_factory=dict)
    created: dict[s.Function, Obj] = field(default_factory=dict)
    requests: list[model.Request] = field(default_factory=list)
    answers: list[Obj] = field(default_factory=list)
    sdk_calls: list[model.SdkCall] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)
    steps: int
    guards: int = ALL_GUARDS


class Interpreter(Statements):
    """Runs one program and collects its requests."""

    def __init__(self, environment: Environment, relevance: Relevance, steps: int = STEPS) -> None:
        super().__init__(steps)
        self.environment = environment
        self.relevance = relevance
        self.requests: list[model.Request] = []
        self.sdk_calls: list[model.SdkCall] = []
        self.unfinished: list[Span] = []
        self._answers: list[Obj] = []
        self._steps = steps
        self._guards_left = ALL_GUARDS
        self._seen: dict[tuple[Span, ...], int] = {}
        self._modules: dict[Code, Module] = {}
        self._codes: Sequence[Code] = ()
        self._handlers: Sequence[Code] = ()
        self._mentioning: list[Code] = []
        """The handlers that have to do with the SDK."""
        self._bodies: dict[Code, s.Body] = {}
        """What was run of the codes."""
        self._loading = Trace()
        """What happened while the page was loaded."""
        self._loaded: tuple[_World, list[Event]] = _World(steps=steps), []
        """What was there then, and the events that were to come."""
        self._traces: dict[tuple[Event, int], Trace] = {}
        self._last_traces: dict[tuple[Event, int], Trace] = {}
        """The traces of the last time, those that were dropped since among them; they were run in the order of the keys."""
        self._used: dict[tuple[Event, int], None] = {}
        """The events of this time, in order."""
        self._repeated: set[tuple[Event, int]] = set()
        """The events that happened more than once in a round."""
        self._last_order: dict[tuple[Event, int], int] = {}
        """Their places in that order."""
        self._next = 0
        """The place of the one that comes next if this time is like the last one."""
        self._is_as_before = False
        """Whether all that was run so far did to the rest of the program what it did the last time, but for `_different`."""
        self._different: set[Hashable] = set()
        self._read: set[Key] | None = None
        """What any root reads, once that was asked."""
        self._altered: set[Obj] = set()
        """Objects that are not what they were the last time."""
        self._renamed: set[str] = set()
        """Names that are other variables in some scope than the last time, or none."""
        self._stale: set[Key] = set()
        """What has another value than it should have; nobody reads it."""
        self._quoted: set[Span] = set()
        """What traces quote, and traces that are gone."""
        self._most_quoted = 0
        self._most_kept = 0
        self._uncalled_events: dict[Obj, Event] = {}
        self._texts: dict[s.Function, tuple[str, int, int]] = {}
        self._roots = 0
        self._handler_functions: dict[s.Body, s.Function] = {}
        self._calls: dict[str, tuple[Product, Call]] = {}
        self._inits: dict[str, Product] = {}
        self._namespaces: dict[str, Product] = {}
        self._clients: dict[str, str] = {}
        for product in environment.products:
            self._namespaces[product.root] = product
            self._inits[f"{product.namespace}.{product.init.name}"] = product
            self._clients |= dict.fromkeys(product.clients, product.namespace)
            for call in product.calls:
                self._calls[f"{product.namespace}.{call.path}"] = product, call

    # --- globals and the SDK ---------------------------------------------------------------------------------------------

    def global_name(self, name: str, span: Span) -> Value:
        if name in WINDOWS:
            return only(Symbol("window", span, "the global object", path="window", kind="object"))
        if name in self._clients:
            return self._namespace(self._clients[name], span)
        if name in self._namespaces:
            return only(Symbol(name, span, f"`{name}`", path=name, kind="object"))
        known = name in browser_globals() or name in self.environment.globals or name in self.relevance.probed
        known = known or not self.environment.closed
        reason = f"`{name}` is not defined in the scripts of the extension"
        return only(Symbol(name, span, reason, path=name, name=None if known else name))

    def _namespace(self, path: str, span: Span) -> Value:
        return only(Symbol(path, span, f"`{path}`", path=path, kind="object"))

    def is_host(self, path: str) -> bool:
        root = path.partition(".")[0]
        if root in _OTHER_WINDOWS:
            return False
        return root in browser_globals() or root in _LIBRARIES or root in self._namespaces

    def first_value(self, cell: Cell, span: Span) -> Value:
        if self.outermost.cells.get(cell.name) is cell and (self.is_host(cell.name) or cell.name in self._clients):
            return self.global_name(cell.name, span)
        return super().first_value(cell, span)

    def matters(self, function: s.Function) -> bool:
        return function.kind is CodeKind.HANDLER or self.relevance.matters(function.span)

    def is_read(self, name: str) -> bool:
        answer = self.relevance.is_read(name)
        if self.store.trace is not None:
            self.store.trace.is_read[name] = answer
        return answer

    def sdk_call(self, path: str, arguments: Arguments, span: Span) -> Value | None:
        if path.partition(".")[0] in self._namespaces and len(self.sdk_calls) < MAX_REQUESTS:
            loading = self.generation == 0
            self.sdk_calls.append(Snapshot(self).sdk_call(path, arguments, span, loading=loading))
        if path in self._calls:
            context = (span, *(frame.call for frame in self.stack))
            seen = self._seen[context] = self._seen.get(context, 0) + 1
            if len(self.requests) < MAX_REQUESTS and seen <= MAX_SAME:
                product, form = self._calls[path]
                self.requests.append(Snapshot(self).request(product, form, arguments, span))
                answer = self.make("promise", span)
                self.settle(answer, self.unknown(span, "the answer of a request"), span)
                self._answers.append(answer)
                return only(answer)
            return self.unknown(span, "the answer of a request")
        if path in self._inits:
            self.give(arguments, span, lose=False)
            product = self._inits[path]
            return self._namespace(product.namespace, span) if product.init.returns == "client" else None
        if path in ("require", "define"):
            return self._require(path, arguments, span)
        return None

    # --- running ---------------------------------------------------------------------------------------------------------

    def run(self, codes: Sequence[Code], handlers: Sequence[Code]) -> None:
        """Run scripts and modules in their order, then what happens later."""
        self._codes, self._handlers = codes, handlers
        self._load()
        self._run_events()
        self._most_kept = 3 * self._kept + _KEPT

    @property
    def _kept(self) -> int:
        """How many decisions and keys are kept, also those of states that are gone."""
        return len(self.guards.decisions) + len(self._derived)

    def move(self, environment: Environment, codes: dict[Code, Code]) -> bool:
        """Go on with later states of the codes; False where one that was run is not among them."""
        if not self._bodies.keys() <= codes.keys():
            return False
        self.environment = environment
        self._codes, self._handlers = [codes[code] for code in self._codes], [codes[code] for code in self._handlers]
        self._mentioning = [codes[code] for code in self._mentioning]
        self._bodies = {codes[code]: body for code, body in self._bodies.items()}
        self._modules = {codes[code]: module for code, module in self._modules.items()}
        return True

    def rerun(self, edits: Sequence[Span]) -> bool:
        """Run again after code has changed, as far as it is not known from the last time what happens.

        `edits` are the stretches that were written. False where everything has to be run anew, by another interpreter.
        """
        if self._kept > self._most_kept:
            return False
        known = self._last_traces = {key: self._traces[key] for key in self._used}
        self._last_order = {key: place for place, key in enumerate(known)}
        self._next = 0
        self._different.clear()
        changed = self.quotes(edits)
        for key, trace in known.items():
            if not self._is_current(trace) or not changed.isdisjoint(trace.shown):
                if trace.lasting:
                    return False
                self._drop(key)
        self.guards.begin()
        self._used.clear()
        self._altered.clear()
        self._renamed.clear()
        self._read = None
        self._stale.clear()
        for trace in self._traces.values():
            trace.take_back()
        self._is_as_before = True
        if self._is_loaded() and changed.isdisjoint(self._loading.shown):
            self._restore(self._loaded[0])
        elif any(trace.lasting for trace in self._traces.values()):
            return False
        else:
            before = self._loaded[0]
            self._load()
            self._different = self._changed_since(before)
        self._run_events()
        new = [trace for key, trace in self._traces.items() if known.get(key) is not trace]
        self._traces = {key: trace for key, trace in self._traces.items() if key in self._used}
        self._uncalled_events = {made: event for made, event in self._uncalled_events.items() if (event, 1) in self._used}
        roots = {0, *((event.number, number) for event, number in self._used)}
        self._made = {root: made for root, made in self._made.items() if root in roots}
        return not self.unfinished and all(self._stale.isdisjoint(trace.reads) for trace in new)

    def quotes(self, edits: Sequence[Span]) -> set[Span]:
        """The stretches that are quoted and in which something was written."""
        if len(self._quoted) > self._most_quoted:
            self._quoted = {span for trace in (self._loading, *self._traces.values()) for span in trace.shown}
            self._most_quoted = 2 * len(self._quoted)
        return {span for span in self._quoted if any(_touches(span, edit) for edit in edits)}

    def _is_loaded(self) -> bool:
        """Whether loading the page would do what it did."""
        return (
            all(code.lowered is body for code, body in self._bodies.items())
            and [code for code in self._handlers if self.relevance.mentions(code)] == self._mentioning
            and self._is_current(self._loading)
        )

    def _load(self) -> None:
        """Run what runs while the page is loaded."""
        self._restore(_World(steps=self._steps))
        self.begin(0)
        self._modules.clear()
        self.renew(self.outermost, None)
        codes = self._codes
        self._bodies.clear()
        self.outermost.this = self.global_name("window", codes[0].span(0, 0)) if codes else None
        loading = self.store.trace = Trace()
        for code in codes:
            self._guarded(partial(self._run_code, code), code.span(0, 0))
        self.store.trace = None
        self._loading = Trace(bodies=loading.bodies, matters=loading.matters, is_read=loading.is_read, shown=loading.shown)
        self._quoted |= loading.shown
        self._mentioning = [code for code in self._handlers if self.relevance.mentions(code)]
        events = [self._handler(code) for code in self._mentioning]
        self._loaded = self._world(), [*events, *self.pending]
        self._compare()

    def _world(self) -> "_World":
        return _World(
            layer=dict(self.store.layers[0]),
            notes=dict(self.store.notes),
            created=dict(self.created),
            requests=list(self.requests),
            answers=list(self._answers),
            sdk_calls=list(self.sdk_calls),
            fates=list(self.fates),
            steps=self.steps,
            guards=self._guards_left,
        )

    def _restore(self, world: "_World") -> None:
        self.store.layers = [dict(world.layer)]
        self.store.notes = dict(world.notes)
        self.created = dict(world.created)
        self.requests, self._answers, self.sdk_calls = [*world.requests], [*world.answers], [*world.sdk_calls]
        self.fates = [*world.fates]
        self.steps, self._guards_left = world.steps, world.guards

    def _run_code(self, code: Code) -> None:
        if code.kind is CodeKind.MODULE:
            self.module(code)
        else:
            self.run_body(self._body(code), self.outermost)

    def _body(self, code: Code) -> s.Body:
        body = self._bodies[code] = self.environment.lower(code)
        return body

    def _guarded(self, run: Callable[[], object], place: Span) -> bool:
        """Run a root; one that takes too long is given up, and what it was about to say is unknown."""
        self.call_counts.clear()
        if self.guards.are_many:
            self.guards.tidy()
        self.guards.budget = granted = min(GUARDS, self._guards_left)
        depth = self.store.depth
        finished = True
        try:
            run()
        except (OutOfBudget, GuardOverflow, RecursionError):
            self.unfinished.append(place)
            del self.store.layers[depth:]
            self.targets.clear()
            self.stack.clear()
            self._nesting = 0
            finished = False
        self._guards_left -= granted - max(self.guards.budget, 0)
        self.condition = TRUE
        return finished

    def _handler(self, code: Code) -> Event:
        span = code.span(0, len(code.text))
        body = self._body(code)
        function = self._handler_functions.get(body)
        if function is None:
            names: list[s.Node] = [s.Identifier(span, "event")]
            function = self._handler_functions[body] = s.Function(span, None, names, lambda: body, code.kind)
        return self.same_event(Event(self.closure(function, self.outermost), None, self.any_arguments(span), span, TRUE, 1))

    def _run_events(self) -> None:
        """Run what happens later: handlers, timers, `then`, and the functions that nothing in the program calls.

        Their order is not known. If one changes what was there before, all run a second time on what the first left.
        """
        before, calls = len(self.requests), len(self.sdk_calls)
        self._texts.clear()
        self.round = 1
        self.pending.clear()
        roots: list[Event] = []
        changed = self._run_all(self._loaded[1], roots)
        if changed and len(self.sdk_calls) > calls:  # requests among them
            del self.sdk_calls[calls:]
            first = self.requests[before:]
            del self.requests[before:], self._answers[before:]
            self.round = 2
            unfinished = len(self.unfinished)
            self.steps = max(self.steps, STEPS // 2)
            self._run_all(roots, [])
            if len(self.unfinished) > unfinished:
                seen = {request.callee for request in self.requests}
                self.requests += [request for request in first if request.callee not in seen]

    @property
    def dropped(self) -> set[Span]:
        """The calls whose answer's rejection nobody can handle, whichever way the call is reached."""
        fates: dict[Obj, list[str | Obj]] = {}
        for promise, what in self.fates:
            fates.setdefault(promise, []).append(what)
        ends: dict[Span, set[str]] = {}
        for request, answer in zip(self.requests, self._answers, strict=False):
            found = ends.setdefault(request.callee, set())
            seen: set[Obj] = set()
            stack = [answer]
            while stack:
                promise = stack.pop()
                if promise not in seen:
                    seen.add(promise)
                    for what in fates.get(promise, ()):
                        if isinstance(what, Obj):
                            stack.append(what)
                        else:
                            found.add(what)
        return {callee for callee, found in ends.items() if found == {DROPPED}}

    def _run_all(self, events: Sequence[Event], roots: list[Event]) -> bool:
        changed = False
        queue = [*events]
        while queue or self.created:
            event = queue.pop(0) if queue else self._uncalled()
            if event.generation == 1:
                roots.append(event)
            changed |= self._run_root(event)
            queue = [*self.pending, *queue]
            self.pending.clear()
        return changed

    def _run_root(self, event: Event) -> bool:
        """Run one event, or apply its trace; whether that changes what was there before it."""
        if not event.number:
            self._roots += 1
            event.number = self._roots
        key = event, self.round
        if key in self._used:
            self._repeated.add(key)
        self._is_as_before = self._is_as_before and key not in self._repeated and self._comes_in_order(key)
        self._used[key] = None
        trace = self._traces.get(key)
        if trace is not None and not self._holds(trace):
            self._drop(key)
            trace = None
        if trace is None:
            trace = self._traces[key] = self._traced(event)
            self._is_as_before = self._is_as_before and self._adds_to_different(trace, self._last_traces.get(key, _NOTHING))
        else:
            self._apply(trace)
        layer = self.store.layers[0]
        shared = trace.writes_symbols or not trace.changes.keys().isdisjoint(layer.keys())
        layer.update(trace.changes)
        return shared

    def _comes_in_order(self, key: tuple[Event, int]) -> bool:
        """Whether a root comes where it came the last time, or is new. What the roots between left the last time is missing."""
        place = self._last_order.get(key)
        if place is None:
            return True
        missing = islice(self._last_traces.values(), self._next, max(self._next, place))
        is_in_order = place >= self._next and all(self._adds_to_different(_NOTHING, trace) for trace in missing)
        self._next = place + 1
        return is_in_order

    def _adds_to_different(self, trace: Trace, last: Trace) -> bool:
        """Add to what is different what one trace leaves otherwise than the last one did; False where that is not all."""
        different = trace.differs(last)
        self._different |= different or set()
        return different is not None

    def _changed_since(self, before: "_World") -> set[Hashable]:
        """What has another value or note than it had, as far as any root reads it."""
        now, traces = self._loaded[0], self._traces.values()
        read = {key for trace in traces for key in (*trace.reads, *trace.joined)}
        values: set[Hashable] = {key for key in read if not same(before.layer.get(key), now.layer.get(key))}
        notes = {key for trace in traces for key in trace.notes}
        return values | {key for key in notes if before.notes.get(key) != now.notes.get(key)}

    def _traced(self, event: Event) -> Trace:
        self.begin((event.number, self.round))
        self._seen.clear()
        trace = self.store.trace = Trace(given=_objects(event), guards=self._guards_left)
        requests, calls, fates = len(self.requests), len(self.sdk_calls), len(self.fates)
        total = self.steps
        self.steps = allowed = min(total, EVENT_STEPS)
        self.reserve = int(allowed * RESERVE)
        self.store.push()
        finished = self._guarded(partial(self.run_event, event), event.span)
        changes = self.store.pop()
        self.store.trace = None
        if finished:
            trace.changes = changes
            trace.writes_symbols = any(isinstance(key, tuple) and isinstance(key[0], Symbol) for key in changes)
        self._settle()
        self._compare()
        self._quoted |= trace.shown
        trace.scarce = not finished or allowed < EVENT_STEPS or self.steps < self.reserve
        trace.steps = allowed - max(self.steps, 0)
        self.steps = total - trace.steps
        trace.guards -= self._guards_left
        trace.requests, trace.answers = self.requests[requests:], self._answers[requests:]
        trace.sdk_calls, trace.fates = self.sdk_calls[calls:], self.fates[fates:]
        trace.pending = [*self.pending]
        return trace

    def _is_current(self, trace: Trace) -> bool:
        """Whether the functions that were entered, and the search for functions that matter, are what they were."""
        return (
            all(function.known_body is body for function, body in trace.bodies.items())
            and all(self.matters(function) == answer for function, answer in trace.matters.items())
            and all(self.relevance.is_read(name) == answer for name, answer in trace.is_read.items())
        )

    def _compare(self) -> None:
        """Note which of the objects that were made again are not what they were."""
        self._altered.update(obj for obj, shape in self._shapes.items() if obj.shape != shape)
        self._shapes.clear()
        for scope, names in self._names.items():
            self._renamed |= {name for name in names | scope.cells if names.get(name) is not scope.cells.get(name)}
        self._names.clear()

    def _holds(self, trace: Trace) -> bool:
        """Whether running the root of a trace that is current again would do the same."""
        if trace.scarce or self.steps - trace.steps < EVENT_STEPS or self._guards_left - trace.guards < GUARDS:
            return False
        if self._is_as_before and self._differs_in_nothing_of(trace):
            return True
        layer, notes = self.store.layers[0], self.store.notes
        if not all(same(value, layer.get(key)) for key, value in trace.reads.items()):
            return False
        if not all(value == notes.get(key) for key, value in trace.notes.items()):
            return False
        globals_ = self.outermost.cells
        if any((name in globals_) != known for name, known in trace.names.items()) or not self._renamed.isdisjoint(trace.names):
            return False
        if self._altered and trace.hangs_on(self._altered):
            return False
        stale = {key for key, value in trace.joined.items() if not same(value, layer.get(key))}
        self._stale |= stale
        if stale and self._read is None:
            self._read = {key for known in self._last_traces.values() for key in known.reads}
        return not stale or stale.isdisjoint(self._read or ())

    def _differs_in_nothing_of(self, trace: Trace) -> bool:
        """Whether what a trace hangs on is nothing of what is different this time."""
        return (
            trace.reads_none_of(self._different)
            and trace.names.keys().isdisjoint(self._renamed)
            and not (self._altered and trace.hangs_on(self._altered))
        )

    def _apply(self, trace: Trace) -> None:
        """Do what a root did when it was traced, its changes aside."""
        self.store.layers[0].update(trace.grounded)
        for entry in trace.entries:
            trace.enter(*entry)
        self.store.notes.update(trace.noted)
        for function, made in trace.created:
            if made is None:
                self.created.pop(function, None)
            else:
                self.created[function] = made
        self.requests += trace.requests
        self._answers += trace.answers
        self.sdk_calls += trace.sdk_calls
        self.fates += trace.fates
        self.pending += trace.pending
        self.steps -= trace.steps
        self._guards_left -= trace.guards

    def _drop(self, key: tuple[Event, int]) -> None:
        """Forget a trace."""
        self._traces.pop(key).take_back()

    def _uncalled(self) -> Event:
        """The next function that nothing has called yet: one that no other such function calls, if there is one."""
        functions = list(self.created)
        chosen = functions[0]
        if len(functions) <= 60:
            for function in functions:
                if function.name is None or not any(self._calls_other(other, function) for other in functions):
                    chosen = function
                    break
        made = self.created.pop(chosen)
        if made not in self._uncalled_events:
            # Making an instance runs the constructor; the class itself is no event.
            this = only(Const(UNDEFINED, made.span)) if made.kind == "class" else None
            self._uncalled_events[made] = Event(made, this, self.any_arguments(made.span), made.span, TRUE, 1)
        return self._uncalled_events[made]

    def _calls_other(self, function: s.Function, other: s.Function) -> bool:
        """Whether a function may call another one that is not inside it, nor it inside that."""
        text, start, end = self._text(function)
        assert other.name is not None
        if other is function or not has_word(text, other.name):
            return False
        _, first, last = self._text(other)
        inside = (start <= first and last <= end) or (first <= start and end <= last)
        return not (inside and function.span.file is other.span.file)

    def _text(self, function: s.Function) -> tuple[str, int, int]:
        """The text of a function and where it stands now."""
        if function not in self._texts:
            self._texts[function] = function.span.text, function.span.start, function.span.end
        return self._texts[function]

    def _happen(self, event: Event) -> Value:
        if isinstance(event.function, Obj) and event.function.kind == "class":
            self.store.note(("executed", event.function.function), True)
            return self.instance(event.function)
        value = super()._happen(event)
        for case in value:
            # Whoever calls a function that nothing here calls gets its promise.
            if event.promise is None and isinstance(case.atom, Obj) and case.atom.kind == "promise":
                self.fate(case.atom, PASSED)
        return value

    # --- modules ---------------------------------------------------------------------------------------------------------

    def module(self, code: Code) -> Module:
        """A module, run on its first use."""
        known = self._modules.get(code)
        if known is not None:
            return known
        if self.store.trace is not None:
            self.store.trace.lasting = True
        place = code.span(0, 0)
        scope = self.scope("module", place, self.outermost, function=True, this=only(Const(UNDEFINED, place)))
        module = self._modules[code] = Module(scope)
        body = self._body(code)
        if _is_common(code):
            self._prepare_common(module, code)
        self._link(module, body, code)
        before = self.condition
        self.run_body(body, scope)
        self.condition = before
        return module

    def _link(self, module: Module, body: s.Body, code: Code) -> None:
        """Bind the imports, and note the exports, before the module runs."""
        for statement in body.statements:
            if isinstance(statement, s.ExportNames) and statement.address is None:
                for local, exported in statement.names:
                    module.exports[exported] = module.scope.declare(local, "let")
                if statement.value is not None:
                    module.exports["default"] = module.scope.declare("*default*", "const")
        for statement in body.statements:
            if isinstance(statement, s.ImportNames):
                other = self._resolve(statement.address, code.file.path)
                for imported, local in statement.names:
                    module.scope.cells[local] = self._import_cell(other, imported, statement)
            elif isinstance(statement, s.ExportNames) and statement.address is not None:
                other = self._resolve(statement.address, code.file.path)
                for imported, exported in statement.names:
                    if (imported, exported) == ("*", "*"):
                        module.everything += [other] if other is not None else []
                    else:
                        module.exports[exported] = self._import_cell(other, imported, statement)

    def _resolve(self, address: str, path: str) -> Module | None:
        code = self.environment.load(address, path)
        return None if code is None else self.module(code)

    def _import_cell(self, module: Module | None, name: str, place: s.ImportNames | s.ExportNames) -> Cell:
        if module is not None and name != "*":
            found = _exported(module, name, set())
            if found is not None:
                return found
        key = self.site("import", place.span, name)
        known = self._known.get(key)
        cell = self._making[key] = known if isinstance(known, Cell) else Cell(name, "import")
        if module is not None and name in ("*", "default"):
            value = self.namespace(module, place.span)
        else:
            reason = f'`{name}` is imported from "{place.address}", which is not in the extension'
            value = only(Symbol(("import", place.address, name), place.span, reason))
        self.store.ground(cell, value)
        return cell

    def namespace(self, module: Module, span: Span) -> Value:
        """The object of all that a module exports; what CommonJS exports, if it does."""
        common = module.scope.cells.get("module")
        if common is not None and not module.exports:
            value = self.store.get(common)
            if value is not None:
                return self.read(value, "exports", span)
        made = self.make("object", span)
        made.depth = 1
        for part in (module, *module.everything):
            for name, cell in part.exports.items():
                value = self.store.get(cell)
                if value is not None:
                    self.define(made, name, value)
        return only(made)

    def imported(self, address: str | None, span: Span) -> Value:
        module = None if address is None else self._resolve(address, span.file.path)
        if module is None:
            return self.unknown(span, "a module that is not in the extension")
        return only(self.make_promise(self.namespace(module, span), span))

    def _prepare_common(self, module: Module, code: Code) -> None:
        place = code.span(0, 0)
        exports = self.make("object", place)
        made = self.make("object", place)
        self.define(made, "exports", only(exports))
        self.store.set(module.scope.declare("module", "const"), only(made))
        self.store.set(module.scope.declare("exports", "const"), only(exports))

    def _require(self, path: str, arguments: Arguments, span: Span) -> Value | None:
        value = arguments.get(0)
        atom = value[0].atom if value is not None and len(value) == 1 else None
        if path != "require" or not isinstance(atom, Const) or not isinstance(atom.value, str):
            return None
        module = self._resolve(atom.value, span.file.path)
        if module is None:
            return self.unknown(span, f'"{atom.value}" is not in the extension', key=("import", atom.value, "*"))
        return self.namespace(module, span)


def _touches(span: Span, other: Span) -> bool:
    return span.file is other.file and span.start <= other.end and other.start <= span.end


def _objects(event: Event) -> set[Obj]:
    """The objects that an event is given."""
    values = [event.this or NEVER, *event.arguments.values]
    atoms = [event.function, event.promise, *(case.atom for value in values for case in value)]
    return {atom for atom in atoms if isinstance(atom, Obj)}


def _exported(module: Module, name: str, seen: set[int]) -> Cell | None:
    if id(module) in seen:
        return None
    seen.add(id(module))
    if name in module.exports:
        return module.exports[name]
    for other in module.everything:
        if name != "default" and (found := _exported(other, name, seen)) is not None:
            return found
    return None


def _is_common(code: Code) -> bool:
    text = code.text
    return ("module.exports" in text or "exports." in text) and "\nexport " not in text
