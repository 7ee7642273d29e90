"""Texts and positions of the language server."""

import pytest

pytest.importorskip("pygls")

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from sigmalint.lsp.texts import Document, Positions
from sigmalint.sources.text import SourceFile

ENCODINGS = ("utf-8", "utf-16", "utf-32")


def opened(text: str) -> Document:
    document = Document("a.js", "")
    document.take(text)
    return document


def change(start: tuple[int, int], end: tuple[int, int], text: str) -> types.TextDocumentContentChangePartial:
    return types.TextDocumentContentChangePartial(types.Range(types.Position(*start), types.Position(*end)), text)


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85"])
def test_only_the_protocols_line_ends_end_lines(separator: str) -> None:
    buffer = opened(f"var a = 'x{separator}y';\nvar b;")

    Positions("utf-16").change(buffer, [change((1, 0), (1, 0), "X")])

    assert buffer.text == f"var a = 'x{separator}y';\nXvar b;"


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 5), ("utf-16", 3), ("utf-32", 2)])
def test_columns_are_counted_in_the_agreed_units(encoding: str, column: int) -> None:
    buffer = opened("\n😀ax")

    assert Positions(encoding).offset(buffer, types.Position(1, column)) == 3
    assert Positions(encoding).position(buffer, 3) == types.Position(1, column)


def test_changes_count_on_each_other() -> None:
    buffer = opened("one\r\ntwo")
    Positions("utf-16").change(buffer, [change((0, 0), (0, 3), "1\n"), change((1, 0), (2, 1), "_"), change((1, 1), (9, 9), "")])

    assert buffer.text == "1\n_"


def test_a_whole_text_replaces_all() -> None:
    buffer = opened("a")
    Positions("utf-16").change(buffer, [types.TextDocumentContentChangeWholeDocument("b\ufeff")])

    assert buffer.text == "b\ufeff"


def test_a_byte_order_mark_is_no_text_but_counts_as_a_column() -> None:
    positions = Positions("utf-16")
    buffer = opened("\ufeffabc")

    assert buffer.text == "abc"
    assert positions.position(buffer, 1) == types.Position(0, 2)
    positions.change(buffer, [change((0, 2), (0, 3), "X")])
    assert (buffer.text, buffer.lead) == ("aXc", "\ufeff")
    positions.change(buffer, [change((0, 0), (0, 2), "")])
    assert (buffer.text, buffer.lead) == ("Xc", "")


TEXTS = st.text(st.sampled_from("ab\n\r😀é\u2028\x0c \ufeff"), max_size=12)


@given(TEXTS, st.sampled_from(ENCODINGS), st.data())
def test_any_edit_is_the_one_that_was_meant(text: str, encoding: str, data: st.DataObject) -> None:
    positions, buffer = Positions(encoding), opened(text)
    start = data.draw(st.integers(0, len(buffer.text)))
    end = data.draw(st.integers(start, len(buffer.text)))
    new = data.draw(TEXTS)
    inside = [offset for offset in (start, end) if buffer.text[offset - 1 : offset + 1] == "\r\n"]
    if inside:
        return  # between CR and LF is no position

    where = types.Range(positions.position(buffer, start), positions.position(buffer, end))
    expected = buffer.lead + buffer.text[:start] + new + buffer.text[end:]

    positions.change(buffer, [types.TextDocumentContentChangePartial(where, new)])

    if not (where.start == types.Position(0, 0) and start != end):
        assert buffer.lead + buffer.text == expected
    assert buffer.line_starts == SourceFile("a.js", buffer.text).line_starts


@given(TEXTS, st.sampled_from(ENCODINGS))
def test_every_offset_has_a_position_of_its_own(text: str, encoding: str) -> None:
    positions, buffer = Positions(encoding), opened(text)
    for offset in range(len(buffer.text) + 1):
        if buffer.text[offset - 1 : offset + 1] != "\r\n" or not offset:
            assert positions.offset(buffer, positions.position(buffer, offset)) == offset
