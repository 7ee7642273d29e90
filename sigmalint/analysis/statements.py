"""Executing statements: declarations, branches, loops, jumps."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sigmalint.analysis.calls import DROPPED, Calls
from sigmalint.analysis.guards import FALSE, TRUE, Guard
from sigmalint.analysis.machine import Outcome, Target
from sigmalint.analysis.scopes import Cell, Key, Layer, Scope
from sigmalint.analysis.values import (
    NEVER,
    UNDEFINED,
    Const,
    Obj,
    Symbol,
    Value,
    only,
)
from sigmalint.sources import syntax as s
from sigmalint.sources.text import Span

MAX_TURNS = 24
"""How many turns of a loop whose test is known are run one by one."""


class Statements(Calls):
    """What statements do. A statement that is not reached is not run."""

    def __init__(self, steps: int) -> None:
        super().__init__(steps)
        self._labels: tuple[str, ...] = ()
        self._statements: dict[type, Callable[[Any, Scope], None]] = {
            s.Body: self._block,
            s.Declare: self._declare,
            s.Evaluate: self._evaluate,
            s.DeclareClass: self._declare_class,
            s.If: self._if,
            s.Loop: self._loop,
            s.ForEach: self._for_each,
            s.Jump: self._jump,
            s.Try: self._try,
            s.Switch: self._switch,
            s.Labelled: self._labelled,
            s.ImportNames: self._nothing,
            s.ExportNames: self._export,
        }

    def execute(self, node: s.Node, scope: Scope) -> None:
        """Run a statement, if it is reached."""
        if self.condition is FALSE:
            return
        run = self._statements.get(type(node))
        if run is not None:
            run(node, scope)
        else:
            self.evaluate(node, scope)

    def run_body(self, body: s.Body, scope: Scope) -> None:
        self.hoist(body, scope)
        for statement in body.statements:
            self.execute(statement, scope)

    def hoist(self, body: s.Body, scope: Scope) -> None:
        """Declare what a body declares, before it runs: `var` as undefined, functions as what they are."""
        for name in body.names:
            if name not in scope.cells:
                cell = scope.declare(name, "var")
                self.store.set(cell, self.first_value(cell, body.span))
        for name in body.lexical:
            scope.declare(name, "let")
        for function in body.functions:
            assert function.name is not None
            value = only(self.closure(function, scope))
            self.store.set(scope.declare(function.name, "function"), value)
            owner = scope.owner()
            if owner is not scope and function.name in owner.cells:
                self.store.set(owner.cells[function.name], value)

    def first_value(self, cell: Cell, span: Span) -> Value:
        """What a `var` is before anything is assigned to it."""
        return only(Const(UNDEFINED, span.file.span(span.start, span.start)))

    def _block(self, node: s.Body, scope: Scope) -> None:
        inner = self.scope("block", node.span, scope) if node.lexical or node.functions else scope
        self.run_body(node, inner)

    def _nothing(self, node: s.Node, scope: Scope) -> None:
        pass

    def _evaluate(self, node: s.Evaluate, scope: Scope) -> None:
        for case in self.evaluate(node.value, scope):
            if isinstance(case.atom, Obj) and case.atom.kind == "promise":
                self.fate(case.atom, DROPPED)

    def _declare(self, node: s.Declare, scope: Scope) -> None:
        target = scope.owner() if node.kind == "var" else scope
        for pattern, value in node.items:
            if value is not None:
                self.bind_declared(pattern, self.place(value, scope), scope, target, node.kind)
            elif node.kind != "var":
                self.bind(pattern, only(Const(UNDEFINED, pattern.span)), target, node.kind)
            elif isinstance(pattern, s.Identifier) and (cell := target.cells.get(pattern.name)) is not None:
                known = self.store.get(cell)
                atom = known[0].atom if known is not None and len(known) == 1 else None
                if isinstance(atom, Const) and atom.value is UNDEFINED and atom.span.start == atom.span.end:
                    # Still as it was hoisted: where the value is missing from is this declaration.
                    self.store.set(cell, only(Const(UNDEFINED, pattern.span)))

    def bind_declared(self, pattern: s.Node, value: Value, scope: Scope, target: Scope, kind: str) -> None:
        """Bind a declaration. The names of `var` belong to the function, defaults in a pattern are evaluated in the block."""
        if kind == "var" and target is not scope:
            self.bind(pattern, value, scope, None)
        else:
            self.bind(pattern, value, target, kind)

    def _declare_class(self, node: s.DeclareClass, scope: Scope) -> None:
        value = self.make_class(node.value, scope)
        if node.value.name is not None:
            self.store.set(scope.declare(node.value.name, "class"), value)

    def _export(self, node: s.ExportNames, scope: Scope) -> None:
        if node.declaration is not None:
            self.execute(node.declaration, scope)
        elif node.value is not None:
            self.store.set(scope.declare("*default*", "const"), self.place(node.value, scope))

    # --- branches --------------------------------------------------------------------------------------------------------

    def _arm(self, node: s.Node | None, scope: Scope) -> Value:
        if node is not None:
            self.execute(node, scope)
        return NEVER

    def _if(self, node: s.If, scope: Scope) -> None:
        test = self.truthy(self.evaluate(node.test, scope))
        other = self.guards.negate(test)
        if node.chained and self.allows(test) and self.allows(other):
            # Who writes a chain of cases and no `else` has named them all: that none holds is no more than possible.
            other = self.guards.both(other, self.happens(("else", node.span)))
        self.branch(
            [(test, partial(self._arm, node.then, scope)), (other, partial(self._arm, node.otherwise, scope))], node.span
        )

    def _switch(self, node: s.Switch, scope: Scope) -> None:
        inner = self.scope("switch", node.span, scope)
        self.hoist(node.body, inner)
        value = self.evaluate(node.value, scope)
        entries = self._entries(node, value, inner)
        target = Target("switch", 0)
        outcomes = self.region(target, lambda: self._run_cases(node, entries, inner))
        self.join(outcomes, node.span)

    def _entries(self, node: s.Switch, value: Value, scope: Scope) -> list[Guard]:
        """Under which guard each case is entered from the top; the last is that none is."""
        guards = self.guards
        remaining, entries, default = TRUE, [], None
        for index, (test, _) in enumerate(node.cases):
            entry = FALSE
            if test is None:
                default = index
            else:
                for one in self.cases(value):
                    for two in self.cases(self.evaluate(test, scope)):
                        both = guards.both(guards.both(one.guard, two.guard), remaining)
                        if both is not FALSE:
                            same = self.same(one.atom, two.atom, test.span, loose=False)
                            entry = guards.either(entry, guards.both(both, same))
                remaining = guards.without(remaining, entry)
            entries.append(entry)
        if default is not None:
            entries[default], remaining = remaining, FALSE
        elif self.allows(remaining) and any(self.allows(entry) for entry in entries):
            remaining = guards.both(remaining, self.happens(("switch", node.span)))
        return [*entries, remaining]

    def _run_cases(self, node: s.Switch, entries: list[Guard], scope: Scope) -> Value:
        before = self.condition
        carried: Outcome = (FALSE, {}, NEVER)
        for entry, (_, body) in zip(entries, node.cases, strict=False):
            entered: Outcome = (self.guards.both(before, entry), {}, NEVER)
            self.store.push()
            self.join([carried, entered], node.span)
            for statement in body.statements:
                self.execute(statement, scope)
            carried = (self.condition, self.store.pop(), NEVER)
        self.join([carried, (self.guards.both(before, entries[-1]), {}, NEVER)], node.span)
        return NEVER

    # --- jumps -----------------------------------------------------------------------------------------------------------

    def _jump(self, node: s.Jump, scope: Scope) -> None:
        value = NEVER if node.value is None else self.place(node.value, scope)
        if node.kind == "return" and node.value is None:
            value = only(Const(UNDEFINED, node.span))
        for target in reversed(self.targets):
            if node.kind == "return":
                found = target.kind == "function"
            elif node.kind == "throw":
                found = target.kind == "try"
            elif node.label is not None:
                found = node.label in target.labels and (node.kind == "break") == (target.kind != "turn")
            else:
                found = target.kind == "turn" if node.kind == "continue" else target.kind in ("loop", "switch")
            if found:
                self.leave(target, value)
                return
            if target.kind == "function" and node.kind != "throw":
                break
        self.condition = FALSE

    def _labelled(self, node: s.Labelled, scope: Scope) -> None:
        body = node.body
        while isinstance(body, s.Body) and len(body.statements) == 1 and isinstance(body.statements[0], (s.Loop, s.ForEach)):
            body = body.statements[0]
        if isinstance(body, (s.Loop, s.ForEach)):
            self._labels = (*self._labels, node.label)
            self.execute(node.body, scope)
            return
        target = Target("label", 0, (node.label,))
        self.join(self.region(target, partial(self._arm, node.body, scope)), node.span)

    def _try(self, node: s.Try, scope: Scope) -> None:
        guards = self.guards
        before = self.condition
        failed = self.may_happen(node.span) if node.handler is not None else FALSE
        target = Target("try", 0)
        self.condition = guards.without(before, failed)
        *thrown, (after, changes, _) = self.region(target, partial(self._arm, node.block, scope))
        outcomes: list[Outcome] = [(after, changes, NEVER)]
        if node.handler is not None:
            outcomes += self._handle(node, thrown, changes, guards.both(before, failed), scope)
        self.join(outcomes, node.span)
        if node.finalizer is not None:
            if self.condition is not FALSE:
                self.execute(node.finalizer, scope)
            else:
                # What is thrown or returned goes through the finalizer too: what it sends is sent.
                self.condition = before
                self.store.push()
                self.execute(node.finalizer, scope)
                self.store.pop()
                self.condition = FALSE

    def _handle(self, node: s.Try, thrown: list[Outcome], changes: Layer, failed: Guard, scope: Scope) -> list[Outcome]:
        """The `catch` block, after a `throw`, and after a failure anywhere in the block (some changes made, some not)."""
        assert node.handler is not None
        halfway = self.may_happen(node.span)
        guards = self.guards
        entries: list[Outcome] = [
            *thrown,
            (guards.both(failed, halfway), changes, NEVER),
            (guards.without(failed, halfway), {}, NEVER),
        ]
        self.store.push()
        self.join(entries, node.span)
        inner = self.scope("catch", node.span, scope)
        if node.parameter is not None:
            self.bind(node.parameter, self.unknown(node.parameter.span, "a caught error"), inner, "let")
        self.execute(node.handler, inner)
        return [(self.condition, self.store.pop(), NEVER)]

    # --- loops -----------------------------------------------------------------------------------------------------------

    def _take_labels(self) -> tuple[str, ...]:
        labels, self._labels = self._labels, ()
        return labels

    def _for_each(self, node: s.ForEach, scope: Scope) -> None:
        labels = self._take_labels()
        value = self.evaluate(node.value, scope)
        elements = self._iterated(node, value)
        target = Target("loop", 0, labels)

        def turn(element: Value) -> None:
            inner = scope if node.kind is None or node.kind == "var" else self.scope("turn", node.span, scope)
            if node.kind is not None and node.kind != "var":
                self.bind(node.target, element, inner, node.kind)
            else:
                self.bind(node.target, element, inner, None)
            self._turn(node.body, inner, labels)

        def run() -> Value:
            if elements is not None:
                for element in elements:
                    turn(element)
            else:
                key = ("element", value[0].atom if len(value) == 1 else node.span)
                kind = "string" if node.keys else None
                element = self.unknown(node.target.span, "an element of an unknown list", key=key, kind=kind)
                self._some_turns(lambda: turn(element), node.span)
            return NEVER

        self.join(self.region(target, run), node.span)

    def _iterated(self, node: s.ForEach, value: Value) -> list[Value] | None:
        if len(value) != 1:
            return None
        atom = value[0].atom
        if not node.keys:
            return self.elements(atom)
        if isinstance(atom, Obj) and atom.kind == "object" and not self.allows(self.is_open(atom)) and len(atom.names) <= 40:
            return [only(Const(name, node.target.span)) for name in atom.names]
        return None

    def _turn(self, body: s.Node, scope: Scope, labels: tuple[str, ...]) -> None:
        """One turn of a loop, which `continue` ends."""
        self.join(self.region(Target("turn", 0, labels), partial(self._arm, body, scope)), body.span)

    def _loop(self, node: s.Loop, scope: Scope) -> None:
        labels = self._take_labels()
        if node.start is not None:
            self.execute(node.start, scope)
        target = Target("loop", 0, labels)
        self.join(self.region(target, lambda: self._turns(node, scope, labels)), node.span)

    def _turns(self, node: s.Loop, scope: Scope, labels: tuple[str, ...]) -> Value:
        def turn() -> None:
            self._turn(node.body, scope, labels)
            if node.step is not None and self.condition is not FALSE:
                self.evaluate(node.step, scope)

        if node.first:
            turn()
        for _ in range(MAX_TURNS >> 2 * sum(target.kind == "turn" for target in self.targets)):
            if self.condition is FALSE or node.test is None or isinstance(node.test, s.Literal):
                break
            test = self.guards.both(self.condition, self.truthy(self.evaluate(node.test, scope)))
            if test is FALSE:
                return NEVER
            if test is not self.condition:
                break
            turn()

        def tested_turn() -> None:
            if node.test is None:
                turn()
                return
            test = self.truthy(self.evaluate(node.test, scope))
            self.branch([(test, partial(self._nothing_after, turn)), (self.guards.negate(test), lambda: NEVER)], node.span)

        endless = node.test is None or (isinstance(node.test, s.Literal) and node.test.value is True)
        self._some_turns(tested_turn, node.span, endless=endless)
        return NEVER

    def _nothing_after(self, run: Callable[[], None]) -> Value:
        run()
        return NEVER

    def _some_turns(self, turn: Callable[[], None], span: Span, *, endless: bool = False) -> None:
        """Any number of turns: none, one, and a second on what the first left; what changes in both is then unknown."""
        first = self._maybe_turn(turn, span, sure=endless)
        second = self._maybe_turn(turn, span, sure=False)
        for key in first:
            if key in second and first[key] != second[key]:
                self._forget(key, span)

    def _maybe_turn(self, turn: Callable[[], None], span: Span, *, sure: bool) -> Layer:
        """A turn that may take place; gives what it changed."""
        if self.condition is FALSE:
            return {}
        happens = TRUE if sure else self.may_happen(span)
        before = self.condition
        self.condition = self.guards.both(before, happens)
        self.store.push()
        turn()
        changes = self.store.pop()
        self.join([(self.condition, changes, NEVER), (self.guards.without(before, happens), {}, NEVER)], span)
        return changes

    def _forget(self, key: Key, span: Span) -> None:
        symbol = Symbol(self.fresh(span), span, "a value that changes from turn to turn of a loop")
        if self.store.holds(key):
            self.store.set(key, only(symbol))
