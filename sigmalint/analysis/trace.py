"""Traces: what a part of a program hung on when it ran, and what came of it.

A root (a function that runs by itself: a handler, a timer, a function that nothing calls) reads a little of what was there
before it and leaves a little behind. While what it read, the functions that it entered and what was asked about them are the
same, running it again would do the same: its trace stands for it.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sigmalint.analysis.scopes import Key, Layer
from sigmalint.analysis.values import Const, Obj, Symbol, Text, Value
from sigmalint.sources.text import Span

if TYPE_CHECKING:
    from sigmalint import model
    from sigmalint.analysis.calls import Event
    from sigmalint.sources import syntax as s

Fate = tuple[Obj, "str | Obj"]
"""A promise, and what happens to its rejection: `calls.CAUGHT` and the like, or the promise that it goes on to."""


@dataclass(slots=True, eq=False)
class Trace:
    """One run of a root."""

    # What it hung on.
    given: set[Obj] = field(default_factory=set)
    """The objects that it was started with."""
    reads: dict[Key, Value | None] = field(default_factory=dict)
    joined: dict[Key, Value | None] = field(default_factory=dict)
    """What it left as it was on some of its paths: that matters only to who reads it."""
    notes: dict[Hashable, object] = field(default_factory=dict)
    names: dict[str, bool] = field(default_factory=dict)
    """The variables that it named, and whether there was a global of the name."""
    bodies: "dict[s.Function, s.Body]" = field(default_factory=dict)
    matters: "dict[s.Function, bool]" = field(default_factory=dict)
    shown: set[Span] = field(default_factory=set)
    """What it quotes."""
    is_read: dict[str, bool] = field(default_factory=dict)
    # What came of it.
    changes: Layer = field(default_factory=dict)
    writes_symbols: bool = False
    """Whether properties of unknown objects are among the changes."""
    grounded: Layer = field(default_factory=dict)
    noted: dict[Hashable, object] = field(default_factory=dict)
    created: "list[tuple[s.Function, Obj | None]]" = field(default_factory=list)
    """Functions that were made and that nothing has called (None: something has)."""
    requests: "list[model.Request]" = field(default_factory=list)
    answers: list[Obj] = field(default_factory=list)
    sdk_calls: "list[model.SdkCall]" = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)
    pending: "list[Event]" = field(default_factory=list)
    """The events that it leads to."""
    steps: int = 0
    guards: int = 0
    # What it did to what it did not make.
    entries: list[tuple[dict[str, Any], str, object]] = field(default_factory=list)
    """What it added to their names, and to the globals, unless it was there."""
    added: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    """What of that was not there."""
    lasting: bool = False
    """It changed an object in a way that is not undone."""
    scarce: bool = False
    """It came near a bound, so that it might end otherwise in another place."""
    _hangs_on: set[Obj] | None = None

    def hangs_on(self, objects: set[Obj]) -> bool:
        """Whether any of some objects stands in what it read."""
        if self._hangs_on is None:
            bases = {key[0] for key in self.reads if isinstance(key, tuple)}
            atoms = {case.atom for value in self.reads.values() for case in value or ()}
            self._hangs_on = self.given | {atom for atom in bases | atoms if isinstance(atom, Obj)}
        return not objects.isdisjoint(self._hangs_on)

    def differs(self, other: "Trace") -> set[Hashable] | None:
        """What has another value or note behind this run than behind another in its place; None where they differ in more."""
        if self.lasting or other.lasting or self.entries != other.entries:
            return None
        layers = (self.changes, other.changes), (self.grounded, other.grounded)
        values = {key for one, two in layers for key in one.keys() | two.keys() if not same(one.get(key), two.get(key))}
        return values | {key for key in self.noted.keys() | other.noted if self.noted.get(key) != other.noted.get(key)}

    def reads_none_of(self, keys: set[Hashable]) -> bool:
        """Whether it hung on none of some values and notes."""
        return keys.isdisjoint(self.reads) and keys.isdisjoint(self.joined) and keys.isdisjoint(self.notes)

    def enter(self, entries: dict[str, Any], name: str, entry: object) -> None:
        """Add to what it did not make, if it is not there."""
        if name not in entries:
            entries[name] = entry
            self.added.append((entries, name))

    def take_back(self) -> None:
        """Take back what it added to what it did not make."""
        for entries, name in self.added:
            entries.pop(name, None)
        self.added.clear()


_PARTS = ("key", "span", "reason", "path", "kind", "name", "fixed")


def same(one: Value | None, other: Value | None) -> bool:
    """Whether two values are the same in every way, what is said of them too."""
    if one is other:
        return True
    if one is None or other is None or len(one) != len(other):
        return False
    for left, right in zip(one, other, strict=True):
        if left.guard is not right.guard or left.way != right.way:
            return False
        a, b = left.atom, right.atom
        if a is b:
            continue
        if isinstance(a, Symbol) and isinstance(b, Symbol):
            if any(getattr(a, part) != getattr(b, part) for part in _PARTS):
                return False
        elif not (isinstance(a, (Const, Text)) and a == b):
            return False
    return True
