"""The store: the current value of every variable and property, in layers, and what else a part of a program leaves to the next.

A branch of the program runs on a layer of its own; joining two branches costs what they changed, not what there is. A key is a
`Cell`, or a pair (base, name): `base` an `Obj` or a `Symbol`, `name` a property's name, None for all names not written yet.
Notes are facts that hold on every path: which functions have run, what was asked of a symbol.
"""

from collections.abc import Hashable
from typing import Any

from sigmalint.analysis.scopes import Key, Layer
from sigmalint.analysis.trace import Trace
from sigmalint.analysis.values import Obj, Value


class Store:
    """Values by key, the last layer on top. While there is a `trace`, it learns what is read of and written to the lowest."""

    def __init__(self) -> None:
        self.layers: list[Layer] = [{}]
        self.notes: dict[Hashable, Any] = {}
        self.trace: Trace | None = None

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return len(self.layers)

    def get(self, key: Key, *, joined: bool = False) -> Value | None:
        """The value of a key, None where none was ever set. `joined`: it only stays what it is on some paths."""
        layers, trace = self.layers, self.trace
        for index in range(len(layers) - 1, 0, -1):
            value = layers[index].get(key)
            if value is not None:
                if trace is not None and trace.joined and not joined and key in trace.joined:
                    trace.reads.setdefault(key, trace.joined[key])
                return value
        value = layers[0].get(key)
        if trace is not None and not _is_made_above(key):
            (trace.joined if joined else trace.reads).setdefault(key, value)
        return value

    def holds(self, key: Key) -> bool:
        """Whether a key has a value; this is not traced."""
        return any(key in layer for layer in self.layers)

    def set(self, key: Key, value: Value) -> None:
        """Set a value in the top layer."""
        self.layers[-1][key] = value

    def ground(self, key: Key, value: Value) -> None:
        """Set a value in the lowest layer: it holds on every path."""
        self.layers[0][key] = value
        if self.trace is not None:
            self.trace.grounded[key] = value

    def push(self) -> None:
        """Begin a layer."""
        self.layers.append({})

    def pop(self) -> Layer:
        """End the top layer and give what changed in it."""
        return self.layers.pop()

    def flat(self, depth: int) -> Layer:
        """What changed since there were `depth` layers."""
        changes: Layer = {}
        for layer in self.layers[depth:]:
            changes.update(layer)
        return changes

    def noted(self, key: Hashable) -> Any:
        """The note of a key, None where there is none."""
        value = self.notes.get(key)
        if self.trace is not None and key not in self.trace.noted:
            self.trace.notes.setdefault(key, value)
        return value

    def note(self, key: Hashable, value: object) -> None:
        """Note something."""
        self.notes[key] = value
        if self.trace is not None:
            self.trace.noted[key] = value


def _is_made_above(key: Key) -> bool:
    """Whether it is a property of an object that the lowest layer cannot know."""
    return isinstance(key, tuple) and isinstance(key[0], Obj) and key[0].depth > 1
