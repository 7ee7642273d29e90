"""Scopes and their bindings: which variable a name means."""

from sigmalint.analysis.values import Obj, Symbol, Value


class Cell:
    """A binding: the place in the store where a variable's value is kept. `kind` is var, let, const, function, parameter, …"""

    __slots__ = ("kind", "name")

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind

    def __repr__(self) -> str:
        return f"Cell({self.name})"


Key = Cell | tuple[Obj | Symbol, str | None]
"""What the store keeps a value of."""
Layer = dict[Key, Value]


class Scope:
    """The names of one block or function, inside `parent`. A function's scope carries its `this` and its `home` object.

    `run` is what made it: the run of a root (see `Machine.begin`).
    """

    __slots__ = ("_spare", "arguments", "cells", "function", "home", "parent", "run", "this")

    def __init__(self, parent: "Scope | None", *, function: bool = False, this: Value | None = None) -> None:
        self.parent = parent
        self.cells: dict[str, Cell] = {}
        self.function = function
        self.this = this
        self.home: object = None
        self.arguments: Value | None = None
        self._spare: dict[str, Cell] = {}
        self.run: object = None

    def renew(self, this: Value | None) -> None:
        """Begin again, when the code of the scope is run again: a name that it declares again is the same binding."""
        self._spare |= self.cells
        self.cells.clear()  # traces add to it, and must find it again
        self.this = this
        self.home = None
        self.arguments = None

    def declare(self, name: str, kind: str) -> Cell:
        """The binding of a name in this very scope, made if there is none."""
        cell = self.cells.get(name)
        if cell is None:
            spare = self._spare.get(name)
            cell = self.cells[name] = spare if spare is not None and spare.kind == kind else Cell(name, kind)
        return cell

    def find(self, name: str) -> Cell | None:
        """The binding that a name means here."""
        scope: Scope | None = self
        while scope is not None:
            cell = scope.cells.get(name)
            if cell is not None:
                return cell
            scope = scope.parent
        return None

    def owner(self) -> "Scope":
        """The scope of the function (or program) around, which holds `this` of everything but arrow functions."""
        scope = self
        while not scope.function and scope.parent is not None:
            scope = scope.parent
        return scope
