"""What stands around a cursor in code that is half typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pygls")

from sigmalint.lsp.cursor import Cursor, Piece, blocks, look


def at(marked: str) -> Cursor:
    return look(Piece(marked.replace("|", "", 1)), marked.index("|"))


def test_a_key_and_the_others_of_its_object() -> None:
    cursor = at('request({ url: "a|", type: f({ x: 1 }), headers: { "A": 1 } })')

    assert cursor.string is not None
    assert cursor.string.content == "a"
    assert cursor.frames[0].key == "url"
    assert set(cursor.frames[0].keys) == {"url", "type", "headers"}
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
    assert cursor.frames[0].keys == {"a": 4, "b": 10}


@pytest.mark.parametrize(
    ("marked", "content", "following"),
    [
        ('f({ a: "cr| })', "cr", "}"),
        ("f({ a: 'cr|m-x, b: {} })", "crm-x", ","),
        ("f({ a: '|, b: 'c' })", "", ","),
        ('{"url": "/app/|, "name": "x"}', "/app/", ","),
        ('f({ a: "|, b: "*/*" })', "", ","),
        ("f(`a|\n g(`b`)", "a", "g"),
    ],
)
def test_a_string_that_is_not_closed_on_its_line_ends_with_the_word(marked: str, content: str, following: str) -> None:
    cursor = at(marked)

    assert cursor.string is not None
    assert (cursor.string.content, cursor.follows) == (content, following)


@pytest.mark.parametrize(
    "marked", ['f("a| b", "c")', '{"a| b": 1}', 'x = "a| b" in c', 'f("a| b"\nc)', 'f("a| b" /* c */)', "f(`a| b`.c)"]
)
def test_a_string_that_is_closed(marked: str) -> None:
    cursor = at(marked)

    assert cursor.string is not None
    assert cursor.string.content == "a b"


def test_places_in_an_attribute_with_references() -> None:
    # onclick="f({ a: &quot;b&amp;c&quot;, d })" from the offset 100 on
    code = 'f({ a: "b&c", d })'
    piece = Piece(code, ((0, 100), (8, 113), (10, 119), (12, 126)), '"')

    assert [piece.place(offset) for offset in (2, 7, 8, 9, 10, 11, 12)] == [102, 107, 113, 114, 119, 120, 126]
    assert [piece.offset(place) for place in (102, 107, 109, 113, 114, 116, 119, 120, 126)] == [2, 7, 8, 8, 9, 10, 10, 11, 12]
    cursor = look(piece, 113)
    assert cursor.string is not None
    assert (cursor.string.content, cursor.string.inner) == ("b&c", (113, 120))
    assert (cursor.frames[0].start, cursor.frames[0].keys) == (102, {"a": 104, "d": 128})


@pytest.mark.parametrize(
    ("quote", "written"),
    [
        (None, 'a: "b&c"'),
        ('"', "a: 'b&amp;c'"),
        ("'", 'a: "b&amp;c"'),
        ("", "a:&#32;&#34;b&amp;c&#34;"),
    ],
)
def test_code_is_written_as_its_place_allows(quote: str | None, written: str) -> None:
    assert Piece("", quote=quote).written('a: "b&c"') == written


@pytest.mark.parametrize(
    ("marked", "key"),
    [
        ('f({ ["a"]: "|" })', "a"),
        ("f({ ['a']: '|', b })", "a"),
        ("f({ [`a`]: | })", "a"),
        ('const KEY = "a";\nf({ [KEY]: "|" })', "a"),
        ('const KEY: string = `a`;\nf({ b: 1, [KEY]: "|" })', "a"),
        ('let KEY = "a"; KEY = x;\nf({ [KEY]: "|" })', ""),
        ('f({ [KEY]: "|" })', ""),
        ('f({ ["a" + b]: "|" })', ""),
        ('f({ [a.b]: "|" })', ""),
    ],
)
def test_the_key_that_brackets_compute(marked: str, key: str) -> None:
    cursor = at(marked)

    assert (cursor.key, cursor.in_key) == (key, False)


@pytest.mark.parametrize(
    "marked",
    [
        "f({ a, b: 1, ['c']: 2, d() { e }, | })",
        "f({ | , a, b: 1, ['c']: { e }, d })",
        "f({ a, |\n b: `${{ e: 1 }}`, ['c']: 2, d })",
        "f({ a: `}`, b: 1, c: /}/, | , d })",
    ],
)
def test_keys_of_all_kinds(marked: str) -> None:
    assert set(at(marked).frames[0].keys) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    ("marked", "content"),
    [
        ("f({ a: `|` })", ""),
        ("f({ a: `b|c` })", "bc"),
        ("f({ a: `b|${c}` })", "b${c}"),
        ("f({ a: `${c}b|${d}e` })", "${c}b${d}e"),
        ("f({ a: `${`${c}`}|` })", "${`${c}`}"),
        ("f({ a: `${c('}')}|` })", "${c('}')}"),
        ("f({ a: `${{ b: `c` }}` + `|` })", ""),
    ],
)
def test_the_text_of_a_template(marked: str, content: str) -> None:
    cursor = at(marked)

    assert cursor.string is not None
    assert (cursor.string.content, cursor.frames[0].key) == (content, "a")


@pytest.mark.parametrize(
    "marked", ["`${x.y|}`", "`a${b}c${x.y|}${d}`", "`${`${x.y|}`}`", "`${{ a: { b: 1 } }}${x.y|", "`${f(`b`)}${x.y|}\n`"]
)
def test_the_expression_in_a_template(marked: str) -> None:
    cursor = at(f"f({{ a: {marked} }})")

    assert cursor.string is None
    assert (cursor.chain, cursor.frames[0].bracket, cursor.frames[-2].key) == ("x.y", "${", "a")
    assert cursor.key is None


@pytest.mark.parametrize(
    ("marked", "brackets"),
    [
        ("f({ ...{ | } })", [("{", True), ("{", False), ("(", False)]),
        ("f({ ...(a && { | }) })", [("{", False), ("(", True), ("{", False), ("(", False)]),
        ("x = { ...Object.assign(a, { | }) }", [("{", False), ("(", True), ("{", False)]),
    ],
)
def test_what_is_spread(marked: str, brackets: list[tuple[str, bool]]) -> None:
    assert [(frame.bracket, frame.spread) for frame in at(marked).frames] == brackets


def test_the_blocks_around_a_place() -> None:
    text = "function f() { g(() => { return { a: `${{}}` }; }); }"

    assert blocks(Piece(text), text.index("a:")) == [text.index("{ return"), text.index("{ g")]


@pytest.mark.parametrize(
    ("marked", "target", "key"),
    [
        ('o.a = "|"', "o.a", "a"),
        ('x.o["a"] = "|"', "x.o.a", "a"),
        ('o.a = b ? "c" : "|"', "o.a", "a"),
        ("o?.a = f.b|", "o.a", "a"),
        ('const o = "|"', "o", None),
        ('o.a == "|"', "", None),
        ('o.a = f("|")', "", None),
        ('o.a = 1; "|"', "", None),
        ('o.a = 1\n"|"', "", None),
        ('o = { a: "|" }', "", "a"),
    ],
)
def test_what_a_value_is_assigned_to(marked: str, target: str, key: str | None) -> None:
    cursor = at(marked)

    assert (cursor.target, cursor.key) == (target, key)


def test_what_an_object_is_assigned_to() -> None:
    assert at("o.headers = { | }").frames[0].target == "o.headers"
    assert at('o["|"]').frames[0].callee == "o"


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
    look(Piece(text), min(offset, len(text)))


@pytest.mark.parametrize(
    "piece", ["{", "(", "'", "/", "/[", "a.", "`", "`${", "`${}", "a:`${b}`,", "<!--", "/*", "\\", "a:{", "}"]
)
def test_long_text_is_looked_at_in_no_time(piece: str) -> None:
    text = piece * 100_000

    look(Piece(text), len(text) // 2)
