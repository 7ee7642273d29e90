"""The store: the current value of every variable and property, in layers.

A branch of the program runs on a layer of its own; joining two branches costs what they changed, not what there is. A key is a
`Cell`, or a pair (base, name): `base` an `Obj` or a `Symbol`, `name` a property's name, None for all names not written yet.
"""

from sigmalint.analysis.scopes import Cell
from sigmalint.analysis.values import Obj, Symbol, Value

Key = Cell | tuple[Obj | Symbol, str | None]
Layer = dict[Key, Value]


class Store:
    """Values by key, the last layer on top."""

    def __init__(self) -> None:
        self.layers: list[Layer] = [{}]

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return len(self.layers)

    def get(self, key: Key) -> Value | None:
        """The value of a key, None where none was ever set."""
        for layer in reversed(self.layers):
            value = layer.get(key)
            if value is not None:
                return value
        return None

    def set(self, key: Key, value: Value) -> None:
        """Set a value in the top layer."""
        self.layers[-1][key] = value

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
