"""The search of a script, and how it is brought up to date after an edit inside one function.

Each literal that was looked at says what its result hangs on (`scripts.Literal`). After an edit only the literals in the
function and those that hang on it are looked at again; the others move. What comes out is what a new search finds.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sigmalint.credentials.candidate import Candidate, Place
from sigmalint.credentials.formats import Hit, scan
from sigmalint.credentials.judge import Judged, judged
from sigmalint.credentials.scripts import (
    ALL_USES,
    MOST_SHIFT,
    Constant,
    Literal,
    Walk,
    constants_in,
    in_name,
    literal_nodes,
)
from sigmalint.sources.script import Code, Patch

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMED_LITERAL = re.compile(r"[\"'\]]?\s{0,4}(?:[:,]|={1,3}|\|\||\?\?)?\s{0,4}[\"'`]")
"""What leads from a name to the literal that it names (see `scripts`)."""
_BLANK = 16
"""More white space than there is around the `=` of a constant."""


@dataclass(frozen=True, slots=True)
class ScriptSearch:
    """What a search of a script found, and what it takes to bring that up to date. Offsets are those of the code.

    `hits` are the formats in the text, `free` the beginnings of those outside of literals and comments. `constants` are None as
    long as nothing asked for them. All are in the order of the text.
    """

    hits: Sequence[Hit]
    literals: Sequence[Literal]
    free: frozenset[int]
    free_found: Sequence[Judged]
    constants: Sequence[Constant] | None = field(compare=False)

    @property
    def credentials(self) -> list[Judged]:
        """The credentials."""
        return [*(one for literal in self.literals for one in literal.found), *self.free_found]

    @property
    def uses(self) -> int:
        """How many uses of constants were looked at."""
        return sum(literal.uses for literal in self.literals)


def search(code: Code) -> ScriptSearch:
    """Search a script."""
    hits = scan(code.text)
    walk = Walk(code, hits)
    literals = walk.look(literal_nodes(code))
    return _made(code, hits, literals, (hit.start for hit in hits if hit.start not in walk.used), walk.constants)


def search_after(before: ScriptSearch, code: Code, patch: Patch) -> ScriptSearch | None:
    """What `search` finds, made from what it found before an edit; None where the edit may reach out of its function."""
    edit = _edit(code.text, patch)
    if edit is None or before.uses > ALL_USES:
        return None
    hits = _hits(before.hits, edit)
    if hits is None:
        return None
    constants = _constants(before.constants, edit)
    changed = _changed(before, constants, edit)
    kept: list[Literal] = []
    nodes = [node for node in literal_nodes(code, edit.start, edit.end) if _touches(code, node, edit)]
    for literal in before.literals:
        if edit.is_beside(literal.start, literal.end):
            if not edit.concerns(literal, changed):
                kept.append(edit.literal(literal))
            elif (node := _node(code, edit.at(literal.start), edit.at(literal.end))) is not None:
                nodes.append(node)
            else:
                return None
    walk = Walk(code, hits, constants, (literal.folded for literal in kept if literal.folded is not None))
    literals = sorted([*kept, *walk.look(nodes)], key=lambda literal: literal.start)
    free = [edit.at(start) for start in before.free if edit.is_beside(start, start + 1)]
    free += [hit.start for hit in hits if edit.start <= hit.start < edit.end and hit.start not in walk.used]
    found = _made(code, hits, literals, free, walk.constants)
    return found if found.uses <= ALL_USES else None


def _made(
    code: Code, hits: Sequence[Hit], literals: Sequence[Literal], free: Iterable[int], constants: Sequence[Constant] | None
) -> ScriptSearch:
    starts = frozenset(free)
    alone = [hit for hit in hits if hit.start in starts]
    found = judged(Candidate(code.text[start:end], start, end, Place.FREE, format=format) for start, end, format in alone)
    return ScriptSearch(hits, literals, starts, found, constants)


@dataclass(frozen=True, slots=True)
class _Edit:
    """An edit of the text `old` inside a function, which has the offsets `start` and `old_end` there, `start` and `end` now.

    `first` and `last` are the offsets of lines around it: no format and no constant reaches over these.
    """

    old: str
    new: str
    start: int
    end: int
    old_end: int
    first: int
    last: int

    @property
    def shift(self) -> int:
        return self.end - self.old_end

    @property
    def old_last(self) -> int:
        return self.last - self.shift

    def is_beside(self, start: int, end: int) -> bool:
        """Whether a stretch of the old text is outside of the function."""
        return end <= self.start or start >= self.old_end

    def at(self, offset: int) -> int:
        """Where an offset beside the function in the old text is now."""
        return offset if offset <= self.start else offset + self.shift

    def hit(self, hit: Hit) -> Hit:
        return Hit(self.at(hit.start), self.at(hit.end), hit.format)

    def constant(self, constant: Constant) -> Constant:
        return constant._replace(start=self.at(constant.start), end=self.at(constant.end))

    def literal(self, literal: Literal) -> Literal:
        if not self.shift:
            return literal
        at = self.at
        return literal._replace(
            start=at(literal.start),
            end=at(literal.end),
            found=tuple(Judged(replace(one, start=at(one.start), end=at(one.end)), said) for one, said in literal.found),
            reads=tuple((at(start), at(end)) for start, end in literal.reads),
            folded=literal.folded and (at(literal.folded[0]), at(literal.folded[1])),
        )

    def concerns(self, literal: Literal, changed: frozenset[str]) -> bool:
        """Whether what a literal beside the function gives may hang on it; `changed` are the constants that mean another."""
        if not all(self.is_beside(start, end) for start, end in literal.reads) or not changed.isdisjoint(literal.names):
            return True
        name = literal.flow
        around = len(name) + 1
        return name != "" and (
            name in self.old[max(0, self.start - around) : self.old_end + around]
            or name in self.new[max(0, self.start - around) : self.end + around]
        )


def _edit(text: str, patch: Patch) -> _Edit | None:
    start, end, old_end = patch.start, patch.end, patch.old_end
    if abs(end - old_end) > MOST_SHIFT or not (_is_apart(text, end) and _is_apart(patch.before.text, old_end)):
        return None
    first = text.rfind("\n", 0, start) + 1
    while first and _goes_on(text, first):
        first = text.rfind("\n", 0, first - 1) + 1
    last = text.find("\n", end) + 1
    while last and _goes_on(text, last):
        last = text.find("\n", last) + 1
    return _Edit(patch.before.text, text, start, end, old_end, first, last or len(text))


def _is_apart(text: str, end: int) -> bool:
    """Whether what stands before an offset cannot name a literal behind it: a brace ends it, or no literal follows."""
    return text[end - 1 : end] == "}" or not _NAMED_LITERAL.match(text, end)


def _goes_on(text: str, line: int) -> bool:
    """Whether a constant may begin before a line and end in it: its name or `=` is what stands last."""
    before = text[max(0, line - _BLANK) : line].rstrip()[-1:]
    return before == "=" or in_name(before)


def _hits(known: Sequence[Hit], edit: _Edit) -> list[Hit] | None:
    """The formats in the new text; None where the edit has to do with one beside the function."""
    old = [hit for hit in known if edit.first <= hit.start < edit.old_last]
    new = [Hit(edit.first + start, edit.first + end, format) for start, end, format in scan(edit.new[edit.first : edit.last])]
    beside = [edit.hit(hit) for hit in old if edit.is_beside(hit.start, hit.end)]
    inside = sum(edit.start <= hit.start and hit.end <= edit.old_end for hit in old)
    if len(beside) + inside != len(old):
        return None
    if beside != [hit for hit in new if not (edit.start <= hit.start and hit.end <= edit.end)]:
        return None
    earlier = [hit for hit in known if hit.start < edit.first]
    return [*earlier, *new, *(edit.hit(hit) for hit in known if hit.start >= edit.old_last)]


def _constants(known: Sequence[Constant] | None, edit: _Edit) -> list[Constant] | None:
    """The constants in the new text; None where those of the old one are not known."""
    if known is None:
        return None
    earlier = [one for one in known if one.start < edit.first]
    later = [edit.constant(one) for one in known if one.start >= edit.old_last]
    return [*earlier, *constants_in(edit.new, edit.first, edit.last), *later]


def _changed(before: ScriptSearch, constants: Sequence[Constant] | None, edit: _Edit) -> frozenset[str]:
    """The names that literals asked for and that do not mean the same literal at the same place as before."""
    if before.constants is None or constants is None:
        return frozenset()
    names = {one.name for one in before.constants if edit.first <= one.start < edit.old_last}
    names |= {one.name for one in constants if edit.first <= one.start < edit.last}
    names &= set().union(*(literal.names for literal in before.literals))
    changed = set()
    for name in names:
        old, new = _meant(before.constants, name), _meant(constants, name)
        if old is not None and edit.is_beside(old.start, old.end):
            old = edit.constant(old)
        elif old is not None:
            changed.add(name)
        if old != new:
            changed.add(name)
    return frozenset(changed)


def _meant(constants: Sequence[Constant], name: str) -> Constant | None:
    found = [one for one in constants if one.name == name]
    return found[0] if found and all(one.text == found[0].text for one in found) else None


def _touches(code: Code, node: "Node", edit: _Edit) -> bool:
    """Whether a literal of the new code is in the function, or around it."""
    return code.offset(node.start_byte) < edit.end and edit.start < code.offset(node.end_byte)


def _node(code: Code, start: int, end: int) -> "Node | None":
    """The literal at a stretch of the code."""
    node = code.innermost(start, end)
    return node if node is not None and node.type in ("string", "template_string") else None
