"""The early errors of one function, or of some of the code's own statements: those that the whole code has in them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syntax_states import SAMPLES, code, edited, functions

from sigmalint.sources.early_errors import early_errors
from sigmalint.sources.script import Code
from sigmalint.sources.text import LiveFile, SourceFile


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
    place = min(functions(piece), key=lambda node: node.end_byte - node.start_byte, default=piece.tree.root_node)
    assert early_errors(piece, (place.start_byte, place.end_byte)) is None


@pytest.mark.parametrize(
    ("before", "after", "alone"),
    [
        ("let b; c(); d();", "let b; cc(); d();", True),
        ("let b; c(); d();", "let b; c(010); d();", True),
        ("let b; var c; d();", "let b; var b; d();", False),
        ("let b; var c; if (d) { var e; }", "let b; let e; if (d) { var e; }", False),
        ("let b; c(); function d() {}", "let b; class d {} function d() {}", False),
        ("let b; c(); d = function () { var e; };", "let b; let e; d = function () { var e; };", True),
        ("a; c(); d(010);", '"use strict"; c(); d(010);', False),
        ('"a"; c(); d(010);', '"a"; "use strict"; d(010);', False),
    ],
)
def test_statements_are_judged_by_themselves_where_they_have_nothing_to_do_with_others(
    before: str, after: str, alone: bool
) -> None:
    file = LiveFile("a.js", before)
    state = Code(file, before)
    assert not state.is_broken
    file.become(SourceFile("a.js", after))
    edited = Code(file, after)
    edited.follow(state)
    assert edited.patch is not None
    whole, found = early_errors(edited), early_errors(edited, (edited.patch.start, edited.patch.end))
    assert (found is not None) is alone
    if alone:
        assert found == whole
