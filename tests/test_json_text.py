"""The tolerant JSON reader: strict about what is right, and reading on past what is wrong."""

import json
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sigmalint.finding import Edit
from sigmalint.sources.json_text import JsonArray, JsonDocument, JsonNode, JsonObject, JsonScalar, read_json
from sigmalint.sources.text import SourceFile


def read(text: str, *, bom: bool = False) -> JsonDocument:
    return read_json(SourceFile("plugin-manifest.json", text, bom=bom))


def messages(text: str) -> list[tuple[str, str]]:
    return [(problem.span.text, problem.message) for problem in read(text).problems]


def fixed(text: str) -> str:
    """The text with all fixes applied; every problem must have one."""
    edits: list[Edit] = []
    for problem in read(text).problems:
        assert problem.fix is not None, problem.message
        assert problem.fix.safe
        edits += problem.fix.edits
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end), reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def refuse_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


def refuse_constant(name: str) -> object:
    raise ValueError(name)


def is_strict(text: str) -> bool:
    try:
        json.loads(text, object_pairs_hook=refuse_duplicates, parse_constant=refuse_constant)
    except ValueError:
        return False
    return True


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
PIECES = st.sampled_from(
    [
        *("{", "}", "[", "]", ",", ":", '"', "'", "\\", '"a"', '"b":', "1", "-", "0", ".5", "e3", "true", "nul", "NaN"),
        *("//", "/*", "*/", "#", "\u20ac", "\\u00e9", "\\ud83d", "\\ude00", "\\u12", "\\x"),
        *(" ", "\n", "\t", "\x00", "\x1f", "\u00a0", "\ufeff"),
    ]
)


@given(VALUES, st.booleans())
def test_sound_json_has_no_problems_and_reads_as_python_reads_it(value: object, ascii_only: bool) -> None:
    document = read(json.dumps(value, ensure_ascii=ascii_only, indent=1))
    assert document.problems == ()
    assert document.complete
    assert document.plain() == value


@settings(max_examples=250)
@given(st.lists(PIECES, max_size=12).map("".join))
@example('"\\ud83d\\ude00\\ud83d"')
@example('"\\ud83d\\ud83d\\ude00"')
@example("[1]\x0c")
@example("-")
@example("01")
@example("1.")
@example('{"a":1,"\\u0061":2}')
def test_problems_are_reported_exactly_where_a_strict_reader_refuses(text: str) -> None:
    document = read(text)
    assert (not document.problems) == is_strict(text)
    if not document.problems:
        assert document.plain() == json.loads(text)


@settings(max_examples=200)
@given(VALUES, st.data())
def test_every_mistake_in_sound_json_is_seen_and_every_place_is_in_the_file(value: object, data: st.DataObject) -> None:
    text = json.dumps(value)
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(PIECES) + text[at + data.draw(st.integers(0, 2)) :]
    document = read(text)
    assert (not document.problems) == is_strict(text)
    waiting: list[JsonNode] = [document.root] if document.root is not None else []
    spans = [problem.span for problem in document.problems]
    while waiting:
        node = waiting.pop()
        spans.append(node.span)
        if isinstance(node, JsonObject):
            waiting += [member.value for member in node.members]
            spans += [member.key_span for member in node.members]
        elif isinstance(node, JsonArray):
            waiting += node.items
    assert all(0 <= span.start <= span.end <= len(text) for span in spans)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('{"a": 1,}', ",", 'trailing comma before "}"'),
        ("[1, 2,\n]", ",", 'trailing comma before "]"'),
        ("[1,, 2]", ",", "unexpected comma"),
        ("[, 1]", ",", "unexpected comma"),
        ('{"a": 1 "b": 2}', '"b"', 'missing comma before "b"'),
        ('[{"a": 1}\n{"a": 2}]', "{", 'missing comma before "{"'),
        ('{"a" 1}', "1", 'missing colon before "1"'),
        ("{'a': 1}", "'a'", 'single quotes around "a"'),
        ("['it\\'s \"so\"']", "'it\\'s \"so\"'", 'single quotes around "it\'s "so""'),
        ("{“a”: 1}", "“a”", 'typographic quotes around "a"'),
        ("[`a`]", "`a`", 'wrong quotes around "a"'),
        ("{service: 1}", "service", 'key "service" without quotes'),
        ("[True]", "True", '"True" is not JSON'),
        ("[None]", "None", '"None" is not JSON'),
        ('[""a"]', '"', "doubled quote"),
        ('["a""]', '"', "doubled quote"),
        ('{"a"": 1}', '"', "doubled quote"),
        ('{"a": 1}}', "}", 'text after the end: "}"'),
        ('{"a": 1};\n', ";", 'text after the end: ";"'),
        ('["a\tb"]', "\t", "control character U+0009 in a string"),
        ('["it\\\'s"]', "\\'", 'unknown escape "\\\'"'),
        ("[1,\u00a02]", "\u00a0", "U+00A0 is no white space in JSON"),
        ("[1] // why", "// why", "comment in JSON"),
        ("// why\r\n[1]", "// why", "comment in JSON"),
        ("[1, /* two\n   lines */ 2]", "/* two", "comment in JSON"),
        ("[1/**/,2]", "/**/", "comment in JSON"),
        ("# why\n[1]", "# why", "comment in JSON"),
    ],
)
def test_misspelt_json_is_told_at_its_place_read_in_full_and_fixed(text: str, place: str, message: str) -> None:
    document = read(text)
    assert messages(text) == [(place, message)]
    assert document.complete
    assert json.loads(fixed(text)) == document.plain()


@pytest.mark.parametrize(
    ("text", "place", "message", "plain"),
    [
        ('{"a": 1, "a": 2}', '"a"', 'duplicate key "a"', {"a": 2}),
        ('["C:\\path"]', "\\p", 'unknown escape "\\p"', ["C:path"]),
    ],
)
def test_what_has_no_certain_remedy_is_read_in_full_without_a_fix(text: str, place: str, message: str, plain: object) -> None:
    document = read(text)
    assert messages(text) == [(place, message)]
    assert document.problems[0].fix is None
    assert document.complete
    assert document.plain() == plain


@pytest.mark.parametrize(
    ("text", "place", "message", "plain"),
    [
        ("", "", "empty file", None),
        (" \n", " ", "empty file", None),
        ('{"a": }', '"a"', 'key "a" without a value', {"a": None}),
        ('{"a", "b": 1}', '"a"', 'key "a" without a value', {"a": None, "b": 1}),
        ('{"a": [ ... ], "b": 1}', "...", '"..." is not JSON', {"a": [None], "b": 1}),
        ('{"a": NaN, "b": 1}', "NaN", '"NaN" is not JSON', {"a": None, "b": 1}),
        ("[01]", "01", '"01" is not JSON', [None]),
        ('{"a": WRITER}', "WRITER", '"WRITER" is not JSON', {"a": None}),
        ('{..., "b": 1}', "...", 'unexpected "..."', {"b": 1}),
        ('{"a": "My "big" one", "b": 1}', "big", 'unexpected "big"', {"a": "My ", "b": 1}),
        ('{"a": "x\n, "b": 1}', '"x', "string is not closed on its line", {"a": "x", "b": 1}),
        ('{"a": "x,\n "b": 1}', '"x', "string is not closed on its line", {"a": "x", "b": 1}),
        ('["\\u12"]', "\\u", 'unknown escape "\\u" without four hexadecimal digits', ["u12"]),
        ('{"a": [1, 2}', "}", 'missing "]" before "}"', {"a": [1, 2]}),
        ('{"a": [1, 2}, "b": 3}', "}", '"}" closes "[", which needs "]"', {"a": [1, 2], "b": 3}),
        ('{"a": [{"b": 1], "c": 2}', "]", 'missing "}" before "]"', {"a": [{"b": 1}], "c": 2}),
        ('{"a": [1, "b": [2]}', '"b"', 'missing "]" before the key "b"', {"a": [1], "b": [2]}),
        ('{"a": {"b": 2}', "}", 'missing "}" at the end of the file', {"a": {"b": 2}}),
        ('{"a": [1', "1", "missing 2 closing brackets at the end of the file", {"a": [1]}),
        ('{"a": 1}, "b": 2}', ",", 'text after the end: ","', {"a": 1, "b": 2}),
        ('{"a": 1}\n{"b": 2}', "{", 'text after the end: "{"', {"a": 1}),
        ('{"a": 1], "b": 2}', "]", 'unexpected "]"', {"a": 1, "b": 2}),
        ('{"a": {"b": 1}, {"b": 2}], "c": 3}', "{", 'missing "[" before the items of "a"', {"a": [{"b": 1}, {"b": 2}], "c": 3}),
        ('{"a": [{"b": 1, {"b": 2}]}', "{", 'missing "}" before "{"', {"a": [{"b": 1}, {"b": 2}]}),
        ('{"a": "b": 1}, "c": 2}', '"b"', 'missing "{" before the key "b"', {"a": {"b": 1}, "c": 2}),
        ('{"a": ["b": 1}], "c": 2}', '"b"', 'missing "{" before the key "b"', {"a": [{"b": 1}], "c": 2}),
        ('{{"a": 1}', "{", 'unexpected "{"', {"a": 1}),
        ('{"a": 1, {"b": 2}}', "{", 'unexpected "{"', {"a": 1}),
        ('{"a": 1: 2, "b": 3}', ":", 'unexpected ":"', {"a": 1, "b": 3}),
        ('{"a": 1 /* open', "/*", "comment is never closed", {"a": 1}),
        ('module.exports = {"a": 1}', "module.exports", 'unexpected "module.exports"', {"a": 1}),
    ],
)
def test_what_is_lost_is_told_once_and_the_rest_is_read(text: str, place: str, message: str, plain: object) -> None:
    document = read(text)
    assert messages(text) == [(place, message)]
    assert not document.complete
    assert document.plain() == plain


@pytest.mark.parametrize(
    ("text", "place", "message", "plain"),
    [
        ('{"a: "x", "b": 1}', '"a', 'key "a" without its last quote', {"a": "x", "b": 1}),
        ('{"a: "/x"}', '"a', 'key "a" without its last quote', {"a": "/x"}),
        ('{"a: {\n"b": 1}}', '"a', 'key "a" without its last quote', {"a": {"b": 1}}),
        ('{a": "x", "b": 1}', 'a"', 'key "a" without its first quote', {"a": "x", "b": 1}),
        ('{"a": "x, "b": 1}', '"x', 'string "x" without its last quote', {"a": "x", "b": 1}),
        ('[{"a": "x}, {"a": "y"}]', '"x', 'string "x" without its last quote', [{"a": "x"}, {"a": "y"}]),
        ('{"a": x", "b": 1}', 'x"', 'string "x" without its first quote', {"a": "x", "b": 1}),
        ('[https://a.example/b"]', 'https://a.example/b"', 'string "https://a.example/b" without its first quote', None),
    ],
)
def test_a_missing_quote_is_told_and_fixed_and_the_rest_is_read(text: str, place: str, message: str, plain: object) -> None:
    assert messages(text) == [(place, message)]
    assert read(text).plain() == plain or plain is None
    assert json.loads(fixed(text)) == read(text).plain()


def test_what_follows_from_a_mistake_is_not_told_as_another() -> None:
    base = json.dumps({"a": "x", "list": [{"b": "y", "c": [1, 2]}, {"b": "z"}], "d": ["https://a.example"]}, indent=1)
    for at, character in enumerate(base):
        if character in '{}[],:"':
            for text in (base[:at] + base[at + 1 :], base[:at] + character + base[at:]):
                assert len(read(text).problems) == (0 if is_strict(text) else 1), text


def test_a_byte_order_mark_is_told_at_the_first_character_and_costs_nothing() -> None:
    document = read('{"a": 1}', bom=True)
    assert [(problem.span.start, problem.span.text, problem.message) for problem in document.problems] == [
        (0, "{", "byte order mark at the start of the file")
    ]
    assert document.complete
    assert document.plain() == {"a": 1}


def test_text_that_could_not_be_decoded_leaves_the_document_incomplete() -> None:
    document = read_json(SourceFile.decode("plugin-manifest.json", b'{"a": "\xff"}'))
    assert document.problems == ()
    assert not document.complete


def test_a_duplicate_key_points_at_the_first_one_and_both_values_are_kept() -> None:
    text = '{"a": 1,\n "a": 2}'
    document = read(text)
    (problem,) = document.problems
    assert problem.span.begin == (2, 2)
    assert [(related.span.begin, related.message) for related in problem.related] == [((1, 2), "the first one is here")]
    assert isinstance(document.root, JsonObject)
    assert [member.value.span.text for member in document.root.all("a")] == ["1", "2"]


def test_keys_and_values_have_their_places_through_emoji_and_windows_line_ends() -> None:
    text = '{\r\n  "\U0001f600": {"k": "v"},\r\n  "list": [1, "two"]\r\n}'
    root = read(text).root
    assert isinstance(root, JsonObject)
    first, second = root.members
    assert first.key_span.begin == (2, 3)
    assert first.value.span.text == '{"k": "v"}'
    assert first.value.span.begin == (2, 9)
    assert isinstance(second.value, JsonArray)
    assert second.value.items[1].span.begin == (3, 15)


@pytest.mark.parametrize(
    ("text", "inner"), [('"abc"', "abc"), ('""', ""), ("'abc'", "abc"), ('"abc', "abc"), ('"', ""), ("12", "12")]
)
def test_the_inside_of_a_string_is_what_its_quotes_hold(text: str, inner: str) -> None:
    root = read(text).root
    assert isinstance(root, JsonScalar)
    assert root.inner.text == inner


def test_removing_a_comment_takes_its_line_or_the_blanks_before_it() -> None:
    assert fixed('{\n  // one\n  "a": 1, // two\n  "b": /* three */ 2\n}') == '{\n  "a": 1,\n  "b":  2\n}'


def test_nothing_deeper_than_asked_for_is_converted() -> None:
    document = read('{"a": [{"b": [1]}]}')
    assert document.plain(2) == {"a": [{"b": []}]}
    assert document.plain() == {"a": [{"b": [1]}]}


@pytest.mark.parametrize(
    "unit",
    [
        *("[", "{", '{"a":', "}", "[}", '"', "'", "/*", "//", "\\", '"\\', ",", ":", '{"a":1}', "[1 ", "a ", "[{]"),
        *('[1,"a":', '{"a":[1,"b":', "} ", '{"a"\n', " ", '{"a":1},"b":2}', "\u201c", "\u00a0"),
        *('"k:\\"', '{"k: "v,', '{"k:\x01', '["v,"w', '{k"', '[v"', '""a'),
    ],
)
def test_hostile_text_takes_linear_time_and_exhausts_no_stack(unit: str) -> None:
    start = time.process_time()
    read(unit * 10_000).plain()
    assert time.process_time() - start < 1


def test_a_hundred_thousand_brackets_are_one_problem() -> None:
    document = read("[" * 100_000)
    assert [problem.message for problem in document.problems] == ["missing 100000 closing brackets at the end of the file"]
    document.plain()
