"""What stands around a cursor in code that is half typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pygls")

from sigmalint.lsp.cursor import Cursor, look


def at(marked: str) -> Cursor:
    return look(marked.replace("|", "", 1), marked.index("|"))


def test_a_key_and_the_others_of_its_object() -> None:
    cursor = at('request({ url: "a|", type: f({ x: 1 }), headers: { "A": 1 } })')

    assert cursor.string is not None
    assert cursor.string.content == "a"
    assert cursor.frames[0].key == "url"
    assert cursor.frames[0].keys == {"type", "headers"}
    assert cursor.frames[1].callee == "request"


@pytest.mark.parametrize("marked", ["f({ | })", "f({ a: 1, | })", "f({ a: 1, b| })", "f({ a: 1, |: 2 })", "f({ 'b|': 2 })"])
def test_where_a_key_stands_or_could(marked: str) -> None:
    assert at(marked).in_key


@pytest.mark.parametrize("marked", ["if (x) { | }", "() => { | }", "f({ a: | })", "f({ a() { | } })", "|", "class A { | }"])
def test_where_no_key_stands(marked: str) -> None:
    assert not at(marked).in_key


def test_a_string_that_is_not_closed_ends_with_its_line() -> None:
    cursor = at("f({ a: '|\n b: 1 })")

    assert cursor.string is not None
    assert cursor.string.content == ""
    assert cursor.frames[0].keys == {"b"}


@pytest.mark.parametrize("marked", ["// a|b", "/* | */ x", "x // |"])
def test_comments(marked: str) -> None:
    assert at(marked).comment is not None


def test_a_regular_expression_is_no_string() -> None:
    cursor = at('x = /["{(]/g; f({ a: "|" })')

    assert cursor.frames[0].key == "a"
    assert len(cursor.frames) == 2


def test_a_dotted_name() -> None:
    assert at("a.b?.c|d.e").chain == "a.b.cd"
    assert at("a.b?.c|d.e").before == "a.b.c"
    assert at("a\n  .then(f).cat|ch").chain == ".catch"
    assert at("a.b.|").before == "a.b."
    assert at("a.\nb.c|").before == "b.c"


def test_arguments_are_counted() -> None:
    assert at("f(a, [1, 2], '|')").frames[0].index == 2


def test_paths_of_json() -> None:
    assert at('{"modules": {"widgets": [{}, {"url": "|"}]}}').path == ("modules", "widgets", 1, "url")
    assert at('{"modules": {"widgets": [{}, {"|"}]}}').path == ("modules", "widgets", 1)


@given(st.text(st.sampled_from("ab{}()[]\"'`/*\\,:.\n<!-->?$ "), max_size=40), st.integers(0, 40))
def test_any_text_can_be_looked_at(text: str, offset: int) -> None:
    look(text, min(offset, len(text)))


@pytest.mark.parametrize("piece", ["{", "(", "'", "/", "/[", "a.", "`", "<!--", "/*", "\\", "a:{", "}"])
def test_long_text_is_looked_at_in_no_time(piece: str) -> None:
    text = piece * 100_000

    look(text, len(text) // 2)
