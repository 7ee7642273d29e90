"""Evaluating expressions and binding patterns."""

from collections.abc import Callable
from functools import partial
from math import fmod, inf, nan
from typing import Any

from sigmalint.analysis.guards import FALSE, TRUE, Guard
from sigmalint.analysis.machine import OutOfBudget, is_fixed, to_number
from sigmalint.analysis.properties import Properties
from sigmalint.analysis.scopes import Scope
from sigmalint.analysis.values import (
    ABSENT,
    NEVER,
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
    moved,
    only,
    to_text,
)
from sigmalint.sources import syntax as s
from sigmalint.sources.text import Span

MAX_PAIRS = 64
MAX_PIECES = 200
MAX_TEXT = 20_000
"""How long a text that is built may become before it is unknown."""
MAX_NESTING = 900
"""How deep evaluation may nest, calls and expressions together, before a value is left unknown."""
_LITERALS = (s.Literal, s.Object, s.Array, s.Function, s.Class, s.Join)


class Expressions(Properties):
    """What expressions are worth. `scope` is passed along: the machine runs many functions at once."""

    def __init__(self, steps: int) -> None:
        super().__init__(steps)
        self._nesting = 0
        self._expressions: dict[type, Callable[[Any, Scope], Value]] = {
            s.Literal: self._literal,
            s.Join: self._join,
            s.Identifier: self._identifier,
            s.This: self._this,
            s.Member: self._member,
            s.Call: self._call,
            s.Object: self._object,
            s.Array: self._array,
            s.Function: self._function,
            s.Class: self._class,
            s.Unary: self._unary,
            s.Binary: self._binary,
            s.Logical: self._logical,
            s.Conditional: self._conditional,
            s.Assign: self._assign,
            s.Update: self._update,
            s.Sequence: self._sequence,
            s.Await: self._await,
            s.Import: self._import,
            s.Opaque: self._opaque,
            s.Spread: self._opaque_spread,
        }

    # --- what later layers add -------------------------------------------------------------------------------------------

    def closure(self, function: s.Function, scope: Scope) -> Obj:
        """The function object that a function expression makes."""
        raise NotImplementedError

    def make_class(self, node: s.Class, scope: Scope) -> Value:
        """The class object that a class makes."""
        raise NotImplementedError

    def call_super(self, arguments: Arguments, scope: Scope, span: Span) -> Value:
        """`super(…)`."""
        raise NotImplementedError

    def construct(self, callee: Value, arguments: Arguments, span: Span) -> Value:
        """`new callee(…)`."""
        raise NotImplementedError

    def await_value(self, value: Value, span: Span) -> Value:
        """What `await value` gives."""
        raise NotImplementedError

    def escape(self, value: Value, span: Span, *, lose: bool) -> None:
        """Code that is not known gets the value: it may call its functions and, if `lose`, change its objects."""
        raise NotImplementedError

    def imported(self, address: str | None, span: Span) -> Value:
        """The namespace of a module, by the address as it is written."""
        raise NotImplementedError

    # --- the dispatcher --------------------------------------------------------------------------------------------------

    def evaluate(self, node: s.Node, scope: Scope) -> Value:
        """The value of an expression."""
        self.steps -= 1
        if self.steps < 0:
            raise OutOfBudget
        if self._nesting >= MAX_NESTING:
            return self.unknown(node.span, "nested too deep")
        self._nesting += 1
        try:
            return self._expressions[type(node)](node, scope)
        finally:
            self._nesting -= 1

    def place(self, node: s.Node, scope: Scope) -> Value:
        """An expression whose value is put somewhere: an argument, an option, a variable. The way of the value goes on."""
        value = self.evaluate(node, scope)
        return value if isinstance(node, _LITERALS) else moved(value, node.span)

    # --- leaves ----------------------------------------------------------------------------------------------------------

    def _literal(self, node: s.Literal, scope: Scope) -> Value:
        return only(Const(node.value, node.span))

    def _identifier(self, node: s.Identifier, scope: Scope) -> Value:
        cell = self.find(scope, node.name)
        if cell is not None:
            value = self.store.get(cell)
            if value is None:
                return self.unknown(node.span, f"`{node.name}` is used before it is set", key=("unset", cell))
            return value
        if node.name == "undefined":
            return only(Const(UNDEFINED, node.span))
        if node.name == "arguments":
            owner = scope.owner()
            if owner.arguments is not None:
                return owner.arguments
        return self.global_name(node.name, node.span)

    def _this(self, node: s.This, scope: Scope) -> Value:
        this = scope.owner().this
        return self.unknown(node.span, "`this` of a function that unknown code calls", key="this") if this is None else this

    def _opaque(self, node: s.Opaque, scope: Scope) -> Value:
        for part in node.parts:
            self.escape(self.evaluate(part, scope), part.span, lose=False)
        if node.kind == "object" and not node.parts and node.span.text.startswith("/"):
            return self.unknown(node.span, "a regular expression", key=("regex", node.span.text), kind="object")
        return self.unknown(node.span, "a form that is not followed", kind=node.kind)

    def _opaque_spread(self, node: s.Spread, scope: Scope) -> Value:
        self.evaluate(node.value, scope)
        return self.unknown(node.span, "a form that is not followed")

    def _import(self, node: s.Import, scope: Scope) -> Value:
        return self.imported(node.address, node.span)

    # --- strings and operators -------------------------------------------------------------------------------------------

    def _join(self, node: s.Join, scope: Scope) -> Value:
        return self.concatenate([self.evaluate(part, scope) for part in node.parts], node.span, text=node.template)

    def concatenate(self, values: list[Value], span: Span, *, text: bool) -> Value:
        """The values one after the other: as a string if `text` or if one of them is a string, else their sum."""
        results: list[tuple[Guard, list[Atom]]] = [(TRUE, [])]
        for value in values:
            cases = list(self.cases(value))
            if len(cases) == 1:
                for _, atoms in results:
                    atoms.append(cases[0].atom)
                continue
            results = [
                (guard, [*atoms, case.atom])
                for before, atoms in results
                for case in cases
                if (guard := self.guards.both(before, case.guard)) is not FALSE
            ]
            if len(results) > MAX_PAIRS:
                return self.unknown(span, "too many possible values", kind="string" if text else None)
        arms = [(guard, only(self._joined(atoms, span, text=text))) for guard, atoms in results]
        return arms[0][1] if len(arms) == 1 else self.merged(arms, span)

    def _joined(self, atoms: list[Atom], span: Span, *, text: bool) -> Atom:
        numbers = [atom.value for atom in atoms if isinstance(atom, Const) and isinstance(atom.value, (float, bool))]
        if not text and len(numbers) == len(atoms):
            return Const(float(sum(numbers)), span)
        if not text and not any(
            isinstance(atom, Text) or (isinstance(atom, Const) and isinstance(atom.value, str)) or _stringly(atom)
            for atom in atoms
        ):
            keys = tuple(atom.key if isinstance(atom, Symbol) else atom for atom in atoms)
            return Symbol(self.derived("sum", keys), span, "a sum of unknown values")
        pieces: list[str | None] = []
        for atom in atoms:
            for piece in _pieces(atom):
                if pieces and piece is not None and pieces[-1] is not None:
                    pieces[-1] += piece
                elif not (pieces and piece is None and pieces[-1] is None):
                    pieces.append(piece)
        if not pieces:
            return Const("", span)
        if len(pieces) > MAX_PIECES or sum(len(piece) for piece in pieces if piece is not None) > MAX_TEXT:
            return Text((None,), span, filled=True)
        if len(pieces) == 1 and pieces[0] is not None:
            return Const(pieces[0], span)
        return Text(tuple(pieces), span)

    def _unary(self, node: s.Unary, scope: Scope) -> Value:
        if node.operator == "delete" and isinstance(node.operand, s.Member) and node.operand.object is not None:
            base = self.evaluate(node.operand.object, scope)
            self.remove(base, self._single_key(node.operand.key, scope), node.span)
            return only(Const(True, node.span))
        value = self.evaluate(node.operand, scope)
        if node.operator == "void":
            return only(Const(UNDEFINED, node.span))
        if node.operator == "!":
            return self.boolean(self.guards.negate(self.truthy(value)), node.span)
        return self.merged([(case.guard, only(self._unary_atom(node, case.atom))) for case in self.cases(value)], node.span)

    def _unary_atom(self, node: s.Unary, atom: Atom) -> Atom:
        if node.operator == "typeof":
            kind = _type_of(atom)
            if kind is not None:
                return Const(kind, node.span)
            return Symbol(self.derived("typeof", atom), node.span, "the type of an unknown value", kind="string")
        if isinstance(atom, Const) and node.operator in ("+", "-", "~"):
            number = to_number(atom.value)
            return Const({"+": number, "-": -number, "~": float(~_whole(number))}[node.operator], node.span)
        return Symbol(self.derived(node.operator, atom), node.span, "a computed number", kind="number")

    def boolean(self, guard: Guard, span: Span) -> Value:
        """True where the guard holds, else false."""
        if guard is TRUE or guard is FALSE:
            return only(Const(guard is TRUE, span))
        return (Case(guard, Const(True, span)), Case(self.guards.negate(guard), Const(False, span)))

    def _binary(self, node: s.Binary, scope: Scope) -> Value:
        if node.operator in ("===", "==", "!==", "!="):
            return self._equality(node, scope)
        return self._computed(node, self.evaluate(node.left, scope), self.evaluate(node.right, scope))

    def _computed(self, node: s.Binary, left: Value, right: Value) -> Value:
        arms: list[tuple[Guard, Value]] = []
        for one in self.cases(left):
            for two in self.cases(right):
                guard = self.guards.both(one.guard, two.guard)
                if guard is not FALSE and self.allows(guard):
                    arms.append((guard, self._binary_atoms(node, one.atom, two.atom)))
            if len(arms) > MAX_PAIRS:
                return self.unknown(node.span, "too many possible values")
        return self.merged(arms, node.span)

    def _binary_atoms(self, node: s.Binary, left: Atom, right: Atom) -> Value:
        operator = node.operator
        if isinstance(left, Const) and isinstance(right, Const) and operator in _ARITHMETIC:
            if isinstance(left.value, str) and isinstance(right.value, str) and operator in _COMPARISONS:
                return only(Const(_COMPARISONS[operator](left.value, right.value), node.span))
            result = _ARITHMETIC[operator](to_number(left.value), to_number(right.value))
            return only(Const(result, node.span))
        if operator == "in" and isinstance(left, Const) and isinstance(right, Obj) and right.kind in ("object", "array"):
            return self._has(right, to_text(left.value), node.span)
        if operator == "instanceof" and (known := self._is_instance(left, right)) is not None:
            return only(Const(known, node.span))
        if operator in _PREDICATES:
            fixed = is_fixed(left) and is_fixed(right)
            return self.boolean(self.ask((operator, left, right), node.span, fixed=fixed), node.span)
        key, fixed = self.derived(operator, left, right), is_fixed(left) and is_fixed(right)
        return only(Symbol(key, node.span, "a computed number", kind="number", fixed=fixed))

    def _is_instance(self, left: Atom, right: Atom) -> bool | None:
        """Whether `left instanceof right`, as far as that is known."""
        if isinstance(left, (Const, Text)):
            return False
        if not isinstance(left, Obj) or left.kind == "instance":
            return None
        if isinstance(right, Symbol):
            return left.kind == "array" if right.path == "Array" else None
        if not isinstance(right, Obj) or right.kind not in ("class", "function"):
            return None
        sought, seen, proto = self.prototype(right), {left}, left.proto
        while proto is not None and proto not in seen:
            if proto is sought:
                return True
            seen.add(proto)
            proto = proto.proto
        return False

    def _has(self, obj: Obj, name: str, span: Span) -> Value:
        """Whether the object has a property of its own."""
        arms: list[tuple[Guard, Value]] = []
        for case in self.own(obj, name):
            if case.atom is ABSENT:
                arms.append((case.guard, only(Const(False, span))))
            elif isinstance(case.atom, Symbol) and name not in obj.names:
                arms.append((case.guard, self.boolean(self.ask(("in", case.atom.key), span), span)))
            else:
                arms.append((case.guard, only(Const(True, span))))
        return self.merged(arms, span)

    def _equality(self, node: s.Binary, scope: Scope) -> Value:
        guard = self._typeof_undefined(node, scope)
        if guard is None:
            left, right = self.evaluate(node.left, scope), self.evaluate(node.right, scope)
            guard = FALSE
            loose = len(node.operator) == 2
            for one in self.cases(left):
                for two in self.cases(right):
                    both = self.guards.both(one.guard, two.guard)
                    if both is not FALSE:
                        same = self.same(one.atom, two.atom, node.span, loose=loose)
                        guard = self.guards.either(guard, self.guards.both(both, same))
        return self.boolean(self.guards.negate(guard) if node.operator[0] == "!" else guard, node.span)

    def _typeof_undefined(self, node: s.Binary, scope: Scope) -> Guard | None:
        """`typeof x == "undefined"` asks the same as `x === undefined`."""
        left, right = node.left, node.right
        if isinstance(left, s.Literal):
            left, right = right, left
        if (
            isinstance(left, s.Unary)
            and left.operator == "typeof"
            and isinstance(right, s.Literal)
            and right.value == "undefined"
        ):
            return self.undefined(self.evaluate(left.operand, scope))
        return None

    def _logical(self, node: s.Logical, scope: Scope) -> Value:
        left = self.evaluate(node.left, scope)
        return self.choose(node.operator, left, lambda: self.place(node.right, scope), node.span)

    def choose(self, operator: str, left: Value, right: Callable[[], Value], span: Span) -> Value:
        """`left || right`, `left && right`, `left ?? right`."""
        guards = self.guards
        if operator == "??":
            second = self.nullish(left)
        else:
            second = self.truthy(left) if operator == "&&" else guards.negate(self.truthy(left))
        return self.branch([(guards.negate(second), lambda: left), (second, right)], span)

    def _conditional(self, node: s.Conditional, scope: Scope) -> Value:
        test = self.truthy(self.evaluate(node.test, scope))
        return self.branch(
            [
                (test, lambda: self.place(node.then, scope)),
                (self.guards.negate(test), lambda: self.place(node.otherwise, scope)),
            ],
            node.span,
        )

    def _sequence(self, node: s.Sequence, scope: Scope) -> Value:
        value = NEVER
        for expression in node.expressions:
            value = self.evaluate(expression, scope)
        return value

    def _await(self, node: s.Await, scope: Scope) -> Value:
        return self.await_value(self.evaluate(node.value, scope), node.span)

    # --- objects ---------------------------------------------------------------------------------------------------------

    def _object(self, node: s.Object, scope: Scope) -> Value:
        obj = self.make("object", node.span)
        if node.broken:
            self.store.set((obj, None), self.unknown(node.span, "the object literal does not parse"))
        for member in node.members:
            if member.key is None:
                assert member.value is not None
                self.copy_into(obj, self.evaluate(member.value, scope), member.span)
                continue
            name = self._single_key(member.key, scope)
            value = self._member_value(member, scope, obj, name)
            if name == "__proto__" and not isinstance(member.value, s.Function) and member.kind == "init":
                self._inherit(obj, value)
                continue
            if name is None:
                self.write_computed(only(obj), self.evaluate(member.key, scope), value, member.span)
            else:
                self.define(obj, name, value)
                obj.keys[name] = member.key.span
        return only(obj)

    def _inherit(self, obj: Obj, parent: Value) -> None:
        """`__proto__: parent` in an object literal."""
        atom = parent[0].atom if len(parent) == 1 else None
        if isinstance(atom, Obj):
            obj.proto = atom
        elif not (isinstance(atom, Const) and atom.value is None):
            self.lose(obj, obj.span, "a prototype that is not known")

    def _member_value(self, member: s.Property, scope: Scope, home: Obj, name: str | None) -> Value:
        assert member.value is not None
        if isinstance(member.value, s.Function):
            function = self.closure(member.value, scope)
            if not member.value.arrow:
                function.this = only(home)
            if member.kind == "init":
                return only(function)
            known = () if name is None else self.own(home, name)
            other = known[0].atom if known and isinstance(known[0].atom, Accessor) else Accessor(None)
            if member.kind == "get":
                return only(Accessor(function, other.setter))
            return only(Accessor(other.getter, function))
        return self.place(member.value, scope)

    def _single_key(self, key: s.Node, scope: Scope) -> str | None:
        """The name of a key that is a literal or one constant, else None."""
        if isinstance(key, s.Literal):
            return to_text(key.value)
        value = self.evaluate(key, scope)
        if len(value) == 1 and isinstance(value[0].atom, Const):
            return to_text(value[0].atom.value)
        return None

    def write_computed(self, base: Value, key: Value, value: Value, span: Span) -> None:
        """`base[key] = value`, each constant that the key may be under its guard."""
        cases = list(self.cases(key))
        if not all(isinstance(case.atom, Const) for case in cases):
            self.write(base, None, value, span)
            return
        arms: list[tuple[Guard, Callable[[], Value]]] = []
        for case in cases:
            assert isinstance(case.atom, Const)
            name = to_text(case.atom.value)
            arms.append((case.guard, partial(self._write_arm, base, name, value, span)))
        self.branch(arms, span)

    def _write_arm(self, base: Value, name: str, value: Value, span: Span) -> Value:
        self.write(base, name, value, span)
        return value

    def _array(self, node: s.Array, scope: Scope) -> Value:
        arguments = self.arguments([element for element in node.elements if element is not None], scope)
        if len(node.elements) != sum(element is not None for element in node.elements):
            return self.unknown(node.span, "an array with holes", kind="object")
        array = self.make_array(arguments.values, node.span)
        if arguments.more is not None:
            self.store.set((array, None), only(arguments.more))
            self.define(array, "length", self.unknown(node.span, "the length of an unknown array", kind="number"))
        return only(array)

    def _function(self, node: s.Function, scope: Scope) -> Value:
        return only(self.closure(node, scope))

    def _class(self, node: s.Class, scope: Scope) -> Value:
        return self.make_class(node, scope)

    def _member(self, node: s.Member, scope: Scope) -> Value:
        if node.object is None:
            return self.super_member(node, scope)
        base = self.evaluate(node.object, scope)
        return self._optional(node, base, lambda known: self.member(node, known, scope))

    def member(self, node: s.Member, base: Value, scope: Scope) -> Value:
        """`base.key` of a base that is already evaluated."""
        if isinstance(node.key, s.Literal) and isinstance(node.key.value, str):
            return self.read(base, node.key.value, node.span)
        return self.read_computed(base, self.evaluate(node.key, scope), node.span)

    def super_member(self, node: s.Member, scope: Scope) -> Value:
        """`super.key`: looked up in the parent's prototype."""
        home = scope.owner().home
        parent = home.proto if isinstance(home, Obj) else None
        if parent is None or not isinstance(node.key, s.Literal):
            return self.unknown(node.span, "a member of an unknown parent class")
        this = scope.owner().this or only(parent)
        return self.read_atom(parent, to_text(node.key.value), node.span, this)

    def _optional(self, node: s.Member | s.Call, base: Value, run: Callable[[Value], Value]) -> Value:
        """`base?.…`: undefined where the base is null or undefined."""
        if not node.optional:
            return run(base)
        nullish = FALSE
        for case in self.cases(base):
            if isinstance(case.atom, Const) and (case.atom.value is None or case.atom.value is UNDEFINED):
                nullish = self.guards.either(nullish, case.guard)
        return self.branch(
            [
                (self.guards.negate(nullish), lambda: run(base)),
                (nullish, lambda: only(Const(UNDEFINED, node.span))),
            ],
            node.span,
        )

    # --- calls -----------------------------------------------------------------------------------------------------------

    def _call(self, node: s.Call, scope: Scope) -> Value:
        callee = node.callee
        if callee is None:
            return self.call_super(self.arguments(node.arguments, scope), scope, node.span)
        if node.new:
            return self.construct(self.evaluate(callee, scope), self.arguments(node.arguments, scope), node.span)
        if not isinstance(callee, s.Member):
            return self._optional(node, self.evaluate(callee, scope), lambda known: self.invoke(node, known, None, scope))
        if callee.object is None:
            this = scope.owner().this or self.unknown(node.span, "`this` of an unknown function")
            return self.invoke(node, self.super_member(callee, scope), this, scope)
        return self._optional(
            callee, self.evaluate(callee.object, scope), lambda base: self._call_member(node, callee, base, scope)
        )

    def _call_member(self, node: s.Call, callee: s.Member, base: Value, scope: Scope) -> Value:
        return self._optional(node, self.member(callee, base, scope), lambda known: self.invoke(node, known, base, scope))

    def invoke(self, node: s.Call, callee: Value, this: Value | None, scope: Scope) -> Value:
        """Evaluate the arguments and call."""
        arguments = self.arguments(node.arguments, scope)
        arguments.spans = [argument.span for argument in node.arguments]
        arguments.callee = node.callee.span if node.callee is not None else node.span
        return self.call(callee, only(Const(UNDEFINED, node.span)) if this is None else this, arguments, node.span)

    def arguments(self, nodes: list[s.Node], scope: Scope) -> Arguments:
        """The arguments of a call, known spreads laid out."""
        arguments = Arguments([])
        for node in nodes:
            if not isinstance(node, s.Spread):
                value = self.place(node, scope)
                if arguments.more is None:
                    arguments.values.append(value)
                continue
            spread = self.evaluate(node.value, scope)
            elements = self.elements(spread[0].atom) if len(spread) == 1 else None
            if elements is None:
                arguments.more = arguments.more or Symbol(self.fresh(node.span), node.span, "spread of an unknown array")
            elif arguments.more is None:
                arguments.values += elements
        return arguments

    # --- assignment ------------------------------------------------------------------------------------------------------

    def _assign(self, node: s.Assign, scope: Scope) -> Value:
        if node.operator == "=":
            value = self.place(node.value, scope)
            self.bind(node.target, value, scope, None)
            return value
        old = self.evaluate(node.target, scope)
        operator = node.operator[:-1]
        if operator in ("||", "&&", "??"):
            value = self.choose(operator, old, lambda: self.place(node.value, scope), node.span)
        elif operator == "+":
            value = self.concatenate([old, self.evaluate(node.value, scope)], node.span, text=False)
        else:
            binary = s.Binary(node.span, operator, node.target, node.value)
            value = self._computed(binary, old, self.evaluate(node.value, scope))
        self.bind(node.target, value, scope, None)
        return value

    def _update(self, node: s.Update, scope: Scope) -> Value:
        old = self.evaluate(node.target, scope)
        prefix = node.span.start < node.target.span.start
        change = only(Const(1.0 if node.operator == "++" else -1.0, node.span))
        if all(isinstance(case.atom, Const) and isinstance(case.atom.value, float) for case in old):
            new = self.concatenate([old, change], node.span, text=False)
        else:
            new = self.unknown(node.span, "a counter", kind="number")
        self.bind(node.target, new, scope, None)
        return new if prefix else old

    def bind(self, pattern: s.Node, value: Value, scope: Scope, kind: str | None) -> None:
        """Bind a pattern: declare its names in `scope` when `kind` is given, else assign them."""
        if isinstance(pattern, s.Identifier):
            if kind is None:
                self.assign(scope, pattern.name, value)
            else:
                self.store.set(scope.declare(pattern.name, kind), value)
        elif isinstance(pattern, s.Member):
            self._assign_member(pattern, value, scope)
        elif isinstance(pattern, s.Default):
            missing = self.undefined(value)
            value = self.branch(
                [(self.guards.negate(missing), lambda: value), (missing, lambda: self.place(pattern.value, scope))],
                pattern.span,
            )
            self.bind(pattern.target, value, scope, kind)
        elif isinstance(pattern, s.ObjectPattern):
            self._bind_object(pattern, value, scope, kind)
        elif isinstance(pattern, s.ArrayPattern):
            self._bind_array(pattern, value, scope, kind)

    def _assign_member(self, target: s.Member, value: Value, scope: Scope) -> None:
        if target.object is None:
            return
        base = self.evaluate(target.object, scope)
        if isinstance(target.key, s.Literal):
            self.write(base, to_text(target.key.value), value, target.span)
            for case in base:
                if isinstance(case.atom, Obj):
                    self.key(case.atom, to_text(target.key.value), target.key.span)
        else:
            self.write_computed(base, self.evaluate(target.key, scope), value, target.span)
        if any(isinstance(case.atom, Symbol) and case.atom.path != "window" for case in base):
            self.escape(value, target.span, lose=False)

    def _bind_object(self, pattern: s.ObjectPattern, value: Value, scope: Scope, kind: str | None) -> None:
        taken: list[str] = []
        for key, target in pattern.members:
            name = self._single_key(key, scope)
            if name is None:
                part = self.read_computed(value, self.evaluate(key, scope), key.span)
            else:
                taken.append(name)
                part = self.read(value, name, key.span)
            self.bind(target, part, scope, kind)
        if pattern.rest is not None:
            rest = self.make("object", pattern.span)
            self.copy_into(rest, value, pattern.span)
            for name in taken:
                self.remove(only(rest), name, pattern.span)
            self.bind(pattern.rest, only(rest), scope, kind)

    def _bind_array(self, pattern: s.ArrayPattern, value: Value, scope: Scope, kind: str | None) -> None:
        for index, target in enumerate(pattern.elements):
            if isinstance(target, s.Spread):
                elements = self.elements(value[0].atom) if len(value) == 1 else None
                if elements is None:
                    part = self.unknown(target.span, "the rest of an unknown array", kind="object")
                else:
                    part = only(self.make_array(elements[index:], target.span))
                self.bind(target.value, part, scope, kind)
            elif target is not None:
                self.bind(target, self.read(value, str(index), target.span), scope, kind)


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}
_ARITHMETIC: dict[str, Callable[[float, float], float | bool]] = {
    **_COMPARISONS,
    "%": lambda left, right: fmod(left, right) if right and abs(left) != inf else nan,
    "**": lambda left, right: _power(left, right),
    "&": lambda left, right: float(_whole(left) & _whole(right)),
    "|": lambda left, right: float(_whole(left) | _whole(right)),
    "^": lambda left, right: float(_whole(left) ^ _whole(right)),
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right if right else float("nan"),
}


def _whole(number: float) -> int:
    """The number as the 32 bits that bitwise operators see."""
    if number != number or abs(number) == inf:
        return 0
    return (int(number) + 2**31) % 2**32 - 2**31


def _power(left: float, right: float) -> float:
    try:
        result = left**right
    except (OverflowError, ZeroDivisionError):
        return nan
    return result if isinstance(result, float) else nan


_PREDICATES = {"in", "instanceof", "<", ">", "<=", ">="}


def _pieces(atom: Atom) -> tuple[str | None, ...]:
    if isinstance(atom, Const) and atom.value is not UNDEFINED:
        return (to_text(atom.value),) if to_text(atom.value) else ()
    return atom.pieces if isinstance(atom, Text) else (None,)


def _stringly(atom: Atom) -> bool:
    return isinstance(atom, Symbol) and atom.kind == "string"


def _type_of(atom: Atom) -> str | None:
    if isinstance(atom, Const):
        if isinstance(atom.value, str):
            return "string"
        if isinstance(atom.value, bool):
            return "boolean"
        if isinstance(atom.value, float):
            return "number"
        return "object" if atom.value is None else "undefined"
    if isinstance(atom, Text):
        return "string"
    if isinstance(atom, Obj):
        return "function" if atom.kind in ("function", "class") else "object"
    if isinstance(atom, (Bound, Method)):
        return "function"
    return atom.kind if isinstance(atom, Symbol) else None
