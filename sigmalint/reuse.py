"""What the analysis of a program found, and how much of it still holds after an edit.

The interpreter that ran the program is kept, and runs again only what hangs on what was edited; places move by themselves (see
`LiveFile`). What cannot be told apart like this needs a new interpreter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from sigmalint.analysis.program import Environment, Interpreter
from sigmalint.analysis.relevance import Relevance
from sigmalint.sources.lowering import follow
from sigmalint.sources.script import Code, Patch
from sigmalint.sources.text import Span

if TYPE_CHECKING:
    from sigmalint.model import Request, SdkCall


class Found(NamedTuple):
    """What the analysis of one program found."""

    requests: "list[Request]"
    sdk_calls: "list[SdkCall]"
    unfinished: list[Span]


class Parts(NamedTuple):
    """A program: what runs in its order, the handlers, all its code, and the part of that which may matter."""

    codes: Sequence[Code]
    handlers: Sequence[Code]
    whole: Sequence[Code]
    relevant: Sequence[Code]


@dataclass(eq=False)
class Analysed:
    """A program as it was analysed. `facts` are what else the result hangs on."""

    parts: Parts
    facts: object
    roots: Sequence[str]
    interpreter: Interpreter
    _told: "dict[Request, Request]" = field(default_factory=dict)

    @classmethod
    def now(cls, parts: Parts, facts: object, roots: Sequence[str], environment: Environment) -> "Analysed":
        """Analyse a program."""
        interpreter = Interpreter(environment, Relevance(parts.relevant, roots))
        interpreter.run(parts.codes, parts.handlers)
        return cls(parts, facts, roots, interpreter)

    @property
    def found(self) -> Found:
        """What was found. A request that was found before is the same object."""
        dropped = self.interpreter.dropped
        told: dict[Request, Request] = {}
        for request in self.interpreter.requests:
            known, is_dropped = self._told.get(request), request.callee in dropped
            told[request] = known if known and known.dropped == is_dropped else replace(request, dropped=is_dropped)
        self._told = told
        return Found([*told.values()], self.interpreter.sdk_calls, self.interpreter.unfinished)

    def follows(self, parts: Parts, facts: object, environment: Environment) -> bool:
        """Go on to the program as it is now; False where it has to be analysed anew."""
        if facts != self.facts or len(parts.whole) != len(self.parts.whole):
            return False
        patches: list[tuple[Code, Patch]] = []
        for old, new in zip(self.parts.whole, parts.whole, strict=True):
            if new is not old:
                if new.patch is None or new.patch.before is not old:
                    return False
                patches.append((new, new.patch))
        codes = dict(zip(self.parts.whole, parts.whole, strict=True))
        if not self.interpreter.move(environment, codes):
            return False
        self.parts = parts
        for code, patch in patches:
            follow(code, patch)
        edited = [(code, patch) for code, patch in patches if not patch.is_empty]
        edits = [code.span(*patch.edit) for code, patch in edited]
        inside = {patch.inside for _, patch in edited}
        words = {word for code, patch in edited for word in patch.words(code.text)}
        if "code" not in inside and self.interpreter.relevance.follows(codes, words):
            return (inside <= {"comment"} and not self.interpreter.quotes(edits)) or self.interpreter.rerun(edits)
        relevance = Relevance(parts.relevant, self.roots)
        if relevance.probed != self.interpreter.relevance.probed:
            return False
        self.interpreter.relevance = relevance
        return self.interpreter.rerun(edits)
