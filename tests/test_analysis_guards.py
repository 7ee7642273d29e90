"""Guards against truth tables: whatever is built of decisions means what the same formula means row by row."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmalint.analysis.guards import FALSE, TRUE, Decision, Guard, GuardOverflow, Guards

STRONG, WEAK = 3, 2
ROWS = list(product((False, True), repeat=STRONG + WEAK))

Formula = tuple  # type: ignore[type-arg]
"""A decision's number, or an operator and its operands."""

FORMULAS: st.SearchStrategy[Formula] = st.recursive(
    st.tuples(st.just("decide"), st.integers(0, STRONG + WEAK - 1)) | st.tuples(st.sampled_from(["true", "false"])),
    lambda inner: st.tuples(st.just("not"), inner) | st.tuples(st.sampled_from(["both", "either", "without"]), inner, inner),
    max_leaves=12,
)


def fresh(budget: int = 30_000) -> Guards:
    """Guards without decisions, of which so many more may be computed."""
    guards = Guards()
    guards.budget = budget
    return guards


def decide(guards: Guards, number: int) -> Guard:
    return guards.decide(number, Decision(f"{number} yes", f"{number} no", weak=number >= STRONG))


def build(guards: Guards, formula: Formula) -> Guard:
    match formula:
        case ("decide", number):
            return decide(guards, number)
        case ("true",):
            return TRUE
        case ("false",):
            return FALSE
        case ("not", inner):
            return guards.negate(build(guards, inner))
        case ("both", left, right):
            return guards.both(build(guards, left), build(guards, right))
        case ("either", left, right):
            return guards.either(build(guards, left), build(guards, right))
        case ("without", left, right):
            return guards.without(build(guards, left), build(guards, right))
    raise AssertionError(formula)


def holds(formula: Formula, row: tuple[bool, ...]) -> bool:
    match formula:
        case ("decide", number):
            return row[number]
        case ("true",):
            return True
        case ("false",):
            return False
        case ("not", inner):
            return not holds(inner, row)
        case ("both", left, right):
            return holds(left, row) and holds(right, row)
        case ("either", left, right):
            return holds(left, row) or holds(right, row)
        case ("without", left, right):
            return holds(left, row) and not holds(right, row)
    raise AssertionError(formula)


def table(formula: Formula) -> list[bool]:
    return [holds(formula, row) for row in ROWS]


def numbered() -> Guards:
    """Guards in which every decision has been asked for, in order."""
    guards = fresh()
    for number in range(STRONG + WEAK):
        decide(guards, number)
    return guards


def meets(guards: Guards, guard: Guard, row: tuple[bool, ...]) -> bool:
    """Whether a guard holds for the answers of a row, asked of the guards themselves."""
    for number, answer in enumerate(row):
        decision = decide(guards, number)
        guard = guards.both(guard, decision if answer else guards.negate(decision))
    return guard is not FALSE


@given(FORMULAS)
def test_a_guard_holds_in_exactly_the_rows_of_its_formula(formula: Formula) -> None:
    guards = numbered()
    guard = build(guards, formula)
    assert [meets(guards, guard, row) for row in ROWS] == table(formula)


@given(FORMULAS, FORMULAS)
def test_equal_guards_are_one_object(one: Formula, other: Formula) -> None:
    guards = fresh()
    assert (build(guards, one) is build(guards, other)) == (table(one) == table(other))


@given(FORMULAS)
def test_what_always_holds_is_true_and_what_never_does_is_false(formula: Formula) -> None:
    guard = build(fresh(), formula)
    assert (guard is TRUE) == all(table(formula))
    assert (guard is FALSE) == (not any(table(formula)))


@given(FORMULAS, FORMULAS)
def test_one_guard_implies_another_when_no_row_speaks_against_it(one: Formula, other: Formula) -> None:
    guards = fresh()
    expected = all(right or not left for left, right in zip(table(one), table(other), strict=True))
    assert guards.implies(build(guards, one), build(guards, other)) == expected


@given(FORMULAS, FORMULAS)
def test_a_guard_given_another_agrees_with_it_wherever_that_one_holds(formula: Formula, care: Formula) -> None:
    guards = fresh()
    guard, known = build(guards, formula), build(guards, care)
    simpler = guards.given(guard, known)
    assert guards.both(simpler, known) is guards.both(guard, known)
    if guards.implies(known, guard):
        assert known is FALSE or simpler is TRUE


@given(FORMULAS)
def test_the_support_is_the_decisions_that_make_a_difference(formula: Formula) -> None:
    guards = numbered()
    rows = dict(zip(ROWS, table(formula), strict=True))
    expected = {
        guards.decisions[number]
        for number in range(STRONG + WEAK)
        if any(value != rows[(*row[:number], not row[number], *row[number + 1 :])] for row, value in rows.items())
    }
    assert set(guards.support(build(guards, formula))) == expected


@given(FORMULAS)
def test_the_words_name_strong_answers_that_lead_to_the_guard(formula: Formula) -> None:
    guards = numbered()
    guard = build(guards, formula)
    words = guards.words(guard)
    answers = {int(word.split()[0]): word.endswith("yes") for word in words}
    assert len(answers) == len(words)
    assert all(number < STRONG for number in answers)
    if guard is FALSE:
        assert words == []
        return
    agreeing = [row for row in ROWS if all(row[number] == answer for number, answer in answers.items())]
    strong_parts = {row[:STRONG] for row in agreeing}
    assert all(any(holds(formula, (*part, *weak)) for weak in product((False, True), repeat=WEAK)) for part in strong_parts)


def test_the_words_of_a_conjunction_are_its_answers() -> None:
    guards = numbered()
    guard = guards.both(decide(guards, 0), guards.both(guards.negate(decide(guards, 1)), decide(guards, STRONG)))
    assert sorted(guards.words(guard)) == ["0 yes", "1 no"]


def test_of_several_ways_the_words_say_the_shortest() -> None:
    guards = numbered()
    long = guards.both(decide(guards, 0), decide(guards, 1))
    assert guards.words(guards.either(long, decide(guards, 2))) == ["2 yes"]


def test_the_same_key_is_the_same_question() -> None:
    guards = fresh()
    assert not guards.known("a")
    first = guards.decide("a", Decision("yes", "no"))
    assert guards.known("a")
    assert guards.decide("a", Decision("in other words", "no")) is first
    assert guards.decide("b", Decision("yes", "no")) is not first
    assert [decision.yes for decision in guards.decisions] == ["yes", "yes"]


def test_a_branch_within_a_branch_never_meets_the_other_one() -> None:
    guards = fresh()
    hard = guards.decide("hard", Decision("`hard` is true", "`hard` is false"))
    soft = guards.decide("soft", Decision("`soft` is true", "`soft` is false"))
    inner = guards.both(hard, soft)
    assert guards.both(inner, guards.negate(hard)) is FALSE
    assert guards.either(inner, guards.both(hard, guards.negate(soft))) is hard


def test_too_many_guards_are_refused_and_what_there_is_stays_sound() -> None:
    guards = fresh()
    decisions = [guards.decide(number, Decision("yes", "no")) for number in range(10)]
    guards.budget = 5
    pairs = [(one, other) for one in decisions for other in decisions]
    with pytest.raises(GuardOverflow):
        [guards.both(one, other) for one, other in pairs]
    guards.budget = 5
    assert guards.both(decisions[0], guards.negate(decisions[0])) is FALSE


def test_a_path_of_thousands_of_decisions_costs_one_guard_each() -> None:
    guards = fresh()
    path = TRUE
    for number in range(5_000):
        path = guards.both(path, guards.decide(number, Decision("yes", "no")))
    assert len(list(guards.support(path))) == 5_000
    assert len(guards.words(path)) == 5_000
