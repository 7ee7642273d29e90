"""Files that an editor changes: spans stay with their text, lines are those of the text as it is."""

from hypothesis import given
from hypothesis import strategies as st

from sigmalint.sources.text import LiveFile, SourceFile, common

TEXTS = st.text(st.sampled_from("ab\n\r😀"), max_size=12)


@given(st.data())
def test_every_character_keeps_its_span_until_it_is_gone(data: st.DataObject) -> None:
    file = LiveFile("a.js", data.draw(TEXTS))
    alive = [file.span(at, at + 1) for at in range(len(file.text))]
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(file.text)))
        end = data.draw(st.integers(start, len(file.text)))
        new = data.draw(TEXTS)
        first, last = common(file.text[start:end], new)
        file.replace(start, end, new)
        start, end, new = start + first, end - last, new[first : len(new) - last]
        written = [file.span(start + at, start + at + 1) for at in range(len(new))]
        gone, alive = alive[start:end], [*alive[:start], *written, *alive[end:]]

        assert [span.start for span in alive] == list(range(len(file.text)))
        assert "".join(span.text for span in alive) == file.text
        assert [file.span(at, at + 1) for at in range(len(file.text))] == alive
        assert all(span.text == "" for span in gone)
        assert file.line_starts == SourceFile("a.js", file.text).line_starts


@given(st.data())
def test_stretches_of_two_states_have_in_common_what_nobody_wrote_again(data: st.DataObject) -> None:
    file = LiveFile("a.js", data.draw(TEXTS))
    before, old = file.anchors, [file.span(at, at + 1) for at in range(len(file.text))]
    for _ in range(data.draw(st.integers(0, 4))):
        start = data.draw(st.integers(0, len(file.text)))
        end = data.draw(st.integers(start, len(file.text)))
        file.replace(start, end, data.draw(TEXTS))
    new = [file.span(at, at + 1) for at in range(len(file.text))]
    first, last = (
        sorted((data.draw(st.integers(0, len(state))), data.draw(st.integers(0, len(state))))) for state in (old, new)
    )

    start, end = file.anchors.alike((last[0], last[1]), before, (first[0], first[1]))

    one, two = old[slice(*first)], new[slice(*last)]
    assert one[:start] == two[:start]
    assert one[len(one) - end :] == two[len(two) - end :]
    assert start + end <= min(len(one), len(two))
    if start + end < min(len(one), len(two)):
        assert one[start] != two[start]
        assert one[-1 - end] != two[-1 - end]


def test_a_span_grows_with_what_is_written_inside_it_and_not_beside_it() -> None:
    file = LiveFile("a.js", "f(); g(1); h();")
    call, empty = file.span(5, 9), file.span(5, 5)

    file.replace(7, 8, "1, 2")
    file.replace(5, 5, "await ")
    file.replace(0, 0, "let x; ")
    file.replace(len(file.text), len(file.text), "\n")

    assert call.text == "g(1, 2)"
    assert tuple(call) == (file, 18, 25)
    assert (empty.start, empty.end) == (18, 18)
    assert call.begin == (1, 19)


def test_spans_taken_for_an_earlier_state_are_those_of_then() -> None:
    file = LiveFile("a.js", "one two")
    span = file.spans
    file.replace(0, 0, "zero ")

    assert span(4, 7) == file.span(9, 12)
    assert span(4, 7).text == "two"


def test_a_file_becomes_another_by_the_stretch_that_differs() -> None:
    file = LiveFile("a.js", "const a = 1;\nconst b = 2;\n")
    second, state = file.span(13, 25), file.state

    file.become(SourceFile("a.js", "const a = 1;\nlet c;\nconst b = 2;\n", bom=True))

    assert second.text == "const b = 2;"
    assert second.begin == (3, 1)
    assert file.bom
    assert file.state is not state
