"""The early errors of one function: those that the whole code has in it."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syntax_states import SAMPLES, code, edited, functions

from sigmalint.sources.early_errors import early_errors


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_the_early_errors_of_a_function_are_those_of_the_whole_code_in_it(seed: int) -> None:
    rng = random.Random(seed)
    before = code(*rng.choice(SAMPLES))
    after = edited(before, rng)
    if after.patch is None or after.tree.root_node.has_error:
        return
    found = early_errors(after, (after.patch.start, after.patch.end))
    if found is not None:
        everything = early_errors(after)
        assert everything is not None
        start, end = (len(after.text[:offset].encode()) for offset in (after.patch.start, after.patch.end))
        assert found == [error for error in everything if start <= error.start and error.end <= end]


@pytest.mark.parametrize(
    "text",
    [
        "class A { #a; m() { () => this.#a } }",
        "function f() { export { a } }",
        "function f() {" + "{" * 260 + "}" * 260 + "}",
        "a",
    ],
)
def test_a_function_that_hangs_on_more_than_the_scopes_around_it_is_not_judged_by_itself(text: str) -> None:
    piece = code(text)
    place = next(iter(functions(piece)), piece.tree.root_node)
    assert early_errors(piece, (place.start_byte, place.end_byte)) is None
