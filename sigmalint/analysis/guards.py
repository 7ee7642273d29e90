"""Under which conditions something holds: boolean functions of decisions, as reduced ordered binary decision diagrams.

A *decision* is a question that the analysis cannot answer (is the parameter `hard` true?). A *guard* is a boolean function of
decisions. Equal guards are the same object, so that "can both hold" and "does it hold always" are comparisons, and a value
written under `hard` never meets one written under `!hard`. (Bryant, Graph-Based Algorithms for Boolean Function
Manipulation, 1986; joined values under guards: Sen et al., MultiSE, 2015.)
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from weakref import ref


@dataclass(frozen=True, slots=True)
class Decision:
    """A question. `yes` and `no` are its answers in words ("`hard` is true").

    A *weak* decision stands for how the program happens to run (did that event come first, did the loop run at all):
    what holds only for one of its answers is no reason to say that something is missing. A *fixed* one has an answer that
    the program's constants decide, only the analysis cannot tell it: nothing at all may be said that hangs on it.
    """

    yes: str
    no: str
    weak: bool = False
    fixed: bool = False


class Guard:
    """A boolean function of decisions; made by `Guards` alone, compared by identity."""

    __slots__ = ("__weakref__", "high", "low", "variable")

    def __init__(self, variable: int, high: "Guard | None", low: "Guard | None") -> None:
        self.variable = variable
        self.high = high
        self.low = low


_LEAF = 1 << 60
TRUE = Guard(_LEAF, None, None)
FALSE = Guard(_LEAF, None, None)


_MOST = 4_000
"""How many guards may be kept before those that nobody holds are forgotten."""


class GuardOverflow(Exception):
    """The guards of one program have become too many to be worth their time."""


class Guards:
    """The guards and decisions of one program. `budget` is how many more may be computed before GuardOverflow is raised."""

    def __init__(self) -> None:
        self.decisions: list[Decision] = []
        self._by_key: dict[Hashable, int] = {}
        self._numbers: dict[Hashable, int] = {}
        self._nodes: dict[tuple[int, Guard, Guard], Guard] = {}
        self._both: dict[tuple[Guard, Guard], Guard] = {}
        self._either: dict[tuple[Guard, Guard], Guard] = {}
        self._negated: dict[Guard, Guard] = {}
        self._restricted: dict[tuple[Guard, Guard], Guard] = {}
        self._asked: list[int] = []
        self._run = 0
        self._most = _MOST
        self.budget = 0

    def begin(self) -> None:
        """The program is run again: a question is in the words of who asks it first."""
        self._run += 1

    @property
    def are_many(self) -> bool:
        """Whether it is time to tidy."""
        return len(self._nodes) > self._most

    def tidy(self) -> None:
        """Forget what was computed, and the guards that nobody holds."""
        for computed in (self._both, self._either, self._negated, self._restricted):
            computed.clear()
        held = list(map(ref, self._nodes.values()))
        self._nodes.clear()
        for one in held:
            if (node := one()) is not None and node.high is not None and node.low is not None:
                self._nodes[node.variable, node.high, node.low] = node
        self._most = max(_MOST, 3 * len(self._nodes))

    def _spend(self) -> None:
        self.budget -= 1
        if self.budget < 0:
            raise GuardOverflow

    def decide(self, key: Hashable, decision: Decision) -> Guard:
        """The guard "the answer is yes"; the same key is the same question."""
        variable = self._by_key.get(key)
        if variable is None:
            # The newest decision stands highest: adding one to a path condition is then one node on top of what there is.
            variable = self._by_key[key] = ~len(self.decisions)
            self.decisions.append(decision)
            self._asked.append(self._run)
        elif self._asked[~variable] != self._run:
            self.decisions[~variable] = decision
            self._asked[~variable] = self._run
        return self._node(variable, TRUE, FALSE)

    def number(self, key: Hashable) -> int:
        """A number for a key that would be long to compare; the same key has the same number."""
        return self._numbers.setdefault(key, len(self._numbers))

    def known(self, key: Hashable) -> bool:
        """Whether the question was asked before."""
        return key in self._by_key

    def both(self, left: Guard, right: Guard) -> Guard:
        """Left and right."""
        if left is TRUE or left is right:
            return right
        if right is TRUE:
            return left
        if left is FALSE or right is FALSE:
            return FALSE
        found = self._both.get((left, right))
        if found is None:
            self._spend()
            first, high, low, other_high, other_low = _split(left, right)
            found = self._node(first, self.both(high, other_high), self.both(low, other_low))
            self._both[left, right] = self._both[right, left] = found
        return found

    def either(self, left: Guard, right: Guard) -> Guard:
        """Left or right."""
        if left is FALSE or left is right:
            return right
        if right is FALSE:
            return left
        if left is TRUE or right is TRUE:
            return TRUE
        found = self._either.get((left, right))
        if found is None:
            self._spend()
            first, high, low, other_high, other_low = _split(left, right)
            found = self._node(first, self.either(high, other_high), self.either(low, other_low))
            self._either[left, right] = self._either[right, left] = found
        return found

    def negate(self, guard: Guard) -> Guard:
        """Not the guard."""
        if guard is TRUE:
            return FALSE
        if guard is FALSE:
            return TRUE
        found = self._negated.get(guard)
        if found is None:
            high, low = _branches(guard)
            found = self._negated[guard] = self._node(guard.variable, self.negate(high), self.negate(low))
            self._negated[found] = guard
        return found

    def without(self, left: Guard, right: Guard) -> Guard:
        """Left and not right."""
        return self.both(left, self.negate(right))

    def implies(self, left: Guard, right: Guard) -> bool:
        """Whether right holds wherever left does."""
        return right is TRUE or left is right or self.without(left, right) is FALSE

    def given(self, guard: Guard, care: Guard) -> Guard:
        """A simpler guard that agrees with `guard` wherever `care` holds (Coudert and Madre's restrict)."""
        if care is TRUE or guard is TRUE or guard is FALSE or care is FALSE:
            return guard
        if self.implies(care, guard):
            return TRUE
        return self._given(guard, care)

    def _given(self, guard: Guard, care: Guard) -> Guard:
        if care is TRUE or care is FALSE or guard.variable == _LEAF:
            return guard
        found = self._restricted.get((guard, care))
        if found is None:
            self._spend()
            found = self._restricted[guard, care] = self._restrict(guard, care)
        return found

    def _restrict(self, guard: Guard, care: Guard) -> Guard:
        care_high, care_low = _branches(care)
        high, low = _branches(guard)
        if care.variable < guard.variable:
            return self._given(guard, self.either(care_high, care_low))
        if care.variable > guard.variable:
            return self._node(guard.variable, self._given(high, care), self._given(low, care))
        if care_high is FALSE:
            return self._given(low, care_low)
        if care_low is FALSE:
            return self._given(high, care_high)
        return self._node(guard.variable, self._given(high, care_high), self._given(low, care_low))

    def support(self, guard: Guard) -> Iterator[Decision]:
        """The decisions that the guard depends on."""
        seen: set[Guard] = set()
        stack = [guard]
        while stack:
            node = stack.pop()
            if node.high is None or node.low is None or node in seen:
                continue
            seen.add(node)
            yield self.decisions[~node.variable]
            stack += (node.high, node.low)

    def words(self, guard: Guard) -> list[str]:
        """One way to fulfil the guard in as few answers as possible, weak ones unsaid."""
        if guard is TRUE or guard is FALSE:
            return []
        best: dict[Guard, tuple[int, list[str]] | None] = {TRUE: (0, []), FALSE: None}
        """The best answers, and how many of them are no."""
        stack = [guard]
        while stack:
            node = stack[-1]
            high, low = _branches(node)
            open_children = [child for child in (high, low) if child not in best]
            if open_children:
                stack += open_children
                continue
            stack.pop()
            decision = self.decisions[~node.variable]
            choices = []
            for child, answer, denies in ((high, decision.yes, 0), (low, decision.no, 1)):
                found = best[child]
                if found is not None:
                    choices.append(found if decision.weak else (found[0] + denies, [answer, *found[1]]))
            best[node] = min(choices, key=_length, default=None)
        chosen = best[guard]
        return [] if chosen is None else chosen[1]

    def _node(self, variable: int, high: Guard, low: Guard) -> Guard:
        if high is low:
            return high
        key = (variable, high, low)
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = Guard(variable, high, low)
        return node


def _length(answers: tuple[int, list[str]]) -> tuple[int, int, list[str], list[str]]:
    """By what answers are compared, the shortest first; equals by what does not hang on the order of the decisions."""
    denied, said = answers
    return len(said), denied, sorted(said), said


def _branches(guard: Guard) -> tuple[Guard, Guard]:
    """The guard where its first decision is answered yes, and where no."""
    assert guard.high is not None
    assert guard.low is not None
    return guard.high, guard.low


def _split(left: Guard, right: Guard) -> tuple[int, Guard, Guard, Guard, Guard]:
    """The first decision of two guards, and the branches of each of them there: high and low of left, then of right."""
    if left.variable < right.variable:
        return (left.variable, *_branches(left), right, right)
    if right.variable < left.variable:
        return (right.variable, left, left, *_branches(right))
    return (left.variable, *_branches(left), *_branches(right))
