"""What is remembered of code that was parsed before, for a host that parses the next state of it soon (see `packrat`)."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sigmalint.sources.packrat import Run, Stretch

_SHORTEST = 24
"""Characters below which a stretch is parsed as fast as it is looked up."""
_LARGEST = 2_000_000
"""Characters of all stretches together, which hold those in them once more; what nobody asked for longest goes first."""

_MOST_RUNS = 8
"""How many texts at most; each is as long as a script."""


class Memo:
    """The stretches of code that esprima2 read without complaint, by their text and the context that they were read in."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Any], Stretch] = {}
        self._size = 0
        self.runs: list[Run] = []
        """How the statements of whole texts were read."""
        self.full = False
        """Whether anything had to be forgotten."""

    def get(self, text: str, context: Any) -> "Stretch | None":
        """What is known of a stretch."""
        known = self._known.pop((text, context), None)
        if known is not None:
            self._known[text, context] = known
        return known

    def keep(self, run: "Run") -> None:
        """Remember how a text was read, in the place of those of which no other ends of statements are known."""
        others = [known for known in self.runs if not known.stretches.keys() <= run.stretches.keys()]
        self.runs = [*others, run][-_MOST_RUNS:]

    def put(self, text: str, context: Any, stretch: "Stretch") -> bool:
        """Remember a stretch; False where it is known, or too short."""
        if len(text) < _SHORTEST or (text, context) in self._known:
            return False
        self._known[text, context] = stretch
        self._size += len(text)
        while self._size > _LARGEST:
            self.full = True
            oldest = next(iter(self._known))
            del self._known[oldest]
            self._size -= len(oldest[0])
        return True
