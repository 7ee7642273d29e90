"""Values: merged by condition, moved along their way, and written as JavaScript writes them."""

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmalint.analysis.guards import FALSE, TRUE, Decision, Guard, Guards
from sigmalint.analysis.values import (
    MAX_CASES,
    NEVER,
    UNDEFINED,
    Arguments,
    Case,
    Const,
    Primitive,
    Symbol,
    Text,
    Value,
    merge,
    moved,
    only,
    to_text,
    truth,
)
from sigmalint.sources.text import SourceFile, Span

FILE = SourceFile("app/widget.js", "const one = 'a', two = 'b', three = 'c';")
ATOMS = tuple(Const(text, Span(FILE, start, start + 3)) for text, start in (("a", 12), ("b", 23), ("c", 36)))
PLACE = Span(FILE, 0, 5)
TOO_MANY = Symbol("too many", PLACE, "too many possibilities")
DECISIONS = 3
ROWS = list(product((False, True), repeat=DECISIONS))

CUBES = st.dictionaries(st.integers(0, DECISIONS - 1), st.booleans(), max_size=DECISIONS)
"""A condition: answers to some of the decisions."""
CASES = st.lists(st.tuples(CUBES, st.sampled_from(ATOMS)), max_size=4)
ARMS = st.lists(st.tuples(CUBES, CASES), max_size=5)


def fresh() -> Guards:
    """Guards without decisions, which may compute what the tests need."""
    guards = Guards()
    guards.budget = 30_000
    return guards


def condition(guards: Guards, answers: dict[int, bool]) -> Guard:
    guard = TRUE
    for number, answer in answers.items():
        decision = guards.decide(number, Decision("yes", "no"))
        guard = guards.both(guard, decision if answer else guards.negate(decision))
    return guard


def meets(answers: dict[int, bool], row: tuple[bool, ...]) -> bool:
    return all(row[number] == answer for number, answer in answers.items())


def arriving(guards: Guards, value: Value, row: tuple[bool, ...]) -> set[Const]:
    """What arrives when the decisions are answered as in a row."""
    path = condition(guards, dict(enumerate(row)))
    return {case.atom for case in value if guards.both(case.guard, path) is not FALSE and isinstance(case.atom, Const)}


@given(ARMS)
def test_a_merged_value_gives_in_each_row_what_its_arms_give(
    arms: list[tuple[dict[int, bool], list[tuple[dict[int, bool], Const]]]],
) -> None:
    guards = fresh()
    values = [
        (condition(guards, arm), tuple(Case(condition(guards, answers), atom) for answers, atom in cases))
        for arm, cases in arms
    ]
    merged = merge(guards, values, TOO_MANY)
    given_in = [
        {atom for arm, cases in arms if meets(arm, row) for answers, atom in cases if meets(answers, row)} for row in ROWS
    ]
    everything = set().union(*given_in)
    assert [case.atom for case in merged if case.guard is FALSE] == []
    assert len({case.atom for case in merged}) == len(merged)
    assert {case.atom for case in merged} == everything
    if len(everything) > 1:
        assert [arriving(guards, merged, row) for row in ROWS] == given_in


@given(ARMS)
def test_what_is_written_first_stands_first(
    arms: list[tuple[dict[int, bool], list[tuple[dict[int, bool], Const]]]],
) -> None:
    guards = fresh()
    values = [(TRUE, tuple(Case(TRUE, atom) for _, atom in cases)) for _, cases in arms]
    expected = list(dict.fromkeys(atom for _, cases in arms for _, atom in cases))
    assert [case.atom for case in merge(guards, values, TOO_MANY)] == expected


def test_a_value_that_is_the_same_on_both_branches_holds_always() -> None:
    guards = fresh()
    hard = guards.decide("hard", Decision("`hard` is true", "`hard` is false"))
    arms = [(hard, only(ATOMS[0])), (guards.negate(hard), only(ATOMS[0]))]
    assert merge(guards, arms, TOO_MANY) == only(ATOMS[0])


def test_code_that_never_runs_gives_no_value() -> None:
    guards = fresh()
    assert merge(guards, [], TOO_MANY) == NEVER
    assert merge(guards, [(FALSE, only(ATOMS[0])), (TRUE, NEVER)], TOO_MANY) == NEVER


def test_of_equal_values_the_first_way_is_kept() -> None:
    guards = fresh()
    hard = guards.decide("hard", Decision("yes", "no"))
    first, second = moved(only(ATOMS[0]), Span(FILE, 1, 2)), moved(only(ATOMS[0]), Span(FILE, 3, 4))
    merged = merge(guards, [(hard, first), (guards.negate(hard), second)], TOO_MANY)
    assert [case.way for case in merged] == [(Span(FILE, 1, 2), None)]


@pytest.mark.parametrize(("count", "apart"), [(MAX_CASES, True), (MAX_CASES + 1, False)])
def test_more_possibilities_than_are_kept_apart_are_unknown(count: int, apart: bool) -> None:
    guards = fresh()
    arms = [(guards.decide(number, Decision("yes", "no")), only(Const(float(number), PLACE))) for number in range(count)]
    merged = merge(guards, arms, TOO_MANY)
    assert (len(merged) == count) if apart else (merged == only(TOO_MANY))


def test_a_constant_is_equal_by_value_type_and_place() -> None:
    place = Span(FILE, 12, 15)
    assert Const("a", place) == Const("a", place)
    assert hash(Const("a", place)) == hash(Const("a", place))
    assert Const(1.0, place) != Const(True, place)
    assert Const("a", place) != Const("a", Span(FILE, 23, 26))
    assert Const("a", place) != "a"


def test_symbols_of_one_key_are_the_same_value() -> None:
    assert Symbol("key", PLACE, "one reason") == Symbol("key", Span(FILE, 6, 9), "another")
    assert Symbol("key", PLACE, "reason") != Symbol("other", PLACE, "reason")


def test_a_value_remembers_the_expressions_it_passes_once_each() -> None:
    one, two = Span(FILE, 1, 2), Span(FILE, 3, 4)
    value = moved(moved(moved(only(ATOMS[0]), one), one), two)
    assert [case.way for case in value] == [(two, (one, None))]
    both = (Case(TRUE, ATOMS[0]), Case(TRUE, ATOMS[1]))
    assert [case.way for case in moved(both, one)] == [(one, None), (one, None)]
    assert moved(NEVER, one) == NEVER


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", False),
        ("0", True),
        ("false", True),
        (0.0, False),
        (-0.0, False),
        (math.nan, False),
        (math.inf, True),
        (1.5, True),
        (True, True),
        (False, False),
        (None, False),
        (UNDEFINED, False),
    ],
)
def test_truth_is_javascripts(value: Primitive, expected: bool) -> None:
    assert truth(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        (None, "null"),
        (UNDEFINED, "undefined"),
        (True, "true"),
        (False, "false"),
        (1.0, "1"),
        (-0.0, "0"),
        (1.5, "1.5"),
        (123456789012345680000.0, "123456789012345680000"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (1e-7, "1e-7"),
        (0.000001, "0.000001"),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (100.0, "100"),
        (-0.05, "-0.05"),
        (0.1 + 0.2, "0.30000000000000004"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (-1.25e-9, "-1.25e-9"),
    ],
)
def test_a_primitive_becomes_the_text_that_javascript_makes_of_it(value: Primitive, expected: str) -> None:
    assert to_text(value) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_reads_back_as_the_number(value: float) -> None:
    assert float(to_text(value)) == value


def test_an_argument_that_the_call_does_not_pass_is_none_and_one_behind_a_spread_unknown() -> None:
    arguments = Arguments([only(ATOMS[0])])
    assert arguments.get(0) == only(ATOMS[0])
    assert arguments.get(1) is None
    assert Arguments([only(ATOMS[0])], more=TOO_MANY).get(7) == only(TOO_MANY)


def test_texts_are_equal_by_pieces_and_place() -> None:
    assert Text(("https://", None), PLACE) == Text(("https://", None), PLACE)
    assert Text(("https://", None), PLACE) != Text(("http://", None), PLACE)
