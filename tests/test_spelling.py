"""The nearest known word: distances against the definition, and which word is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmalint.spelling import distance, is_misspelling, nearest

WORDS = st.text(alphabet="abC_1", max_size=8)
METHODS = ("GET", "POST", "PUT", "DELETE")
OPTIONS = ("url", "type", "headers", "postBody", "data", "connectionLinkName", "responseType", "fileObj")


def defined(one: str, two: str) -> int:
    """The optimal string alignment distance, straight from its definition."""
    rows = [[max(i, j) if min(i, j) == 0 else 0 for j in range(len(two) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(two) + 1):
            choices = [rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] != two[j - 1])]
            if i > 1 and j > 1 and one[i - 1] == two[j - 2] and one[i - 2] == two[j - 1]:
                choices.append(rows[i - 2][j - 2] + 1)
            rows[i][j] = min(choices)
    return rows[-1][-1]


@given(WORDS, WORDS, st.integers(0, 6))
def test_the_distance_is_the_defined_one_up_to_the_limit(one: str, two: str, limit: int) -> None:
    assert distance(one, two, limit) == min(defined(one, two), limit + 1)


@given(WORDS, WORDS)
def test_the_distance_is_the_same_in_both_directions(one: str, two: str) -> None:
    assert distance(one, two, 9) == distance(two, one, 9)


@given(WORDS, st.lists(WORDS, max_size=5))
def test_the_nearest_word_is_a_known_one_and_the_order_does_not_matter(word: str, known: list[str]) -> None:
    found = nearest(word, known)
    assert found is None or found in known
    assert nearest(word, reversed(known)) == found


@given(st.text(alphabet="abcdefgh", min_size=3, max_size=12), st.data())
def test_a_known_word_with_one_letter_left_out_is_recognised(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    assert nearest(word[:at] + word[at + 1 :], [word, "0123456789"]) == word


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("DELTE", METHODS, "DELETE"),
        ("GTE", METHODS, "GET"),
        ("PSOT", METHODS, "POST"),
        ("PUST", METHODS, None),  # PUT and POST are as near
        ("FETCH", METHODS, None),
        ("", METHODS, None),
        ("heders", OPTIONS, "headers"),
        ("postbody", OPTIONS, "postBody"),
        ("post_body", OPTIONS, "postBody"),
        ("connection-link-name", OPTIONS, "connectionLinkName"),
        ("conectionLinkNam", OPTIONS, "connectionLinkName"),
        ("retries", OPTIONS, None),
        ("crm_mian", ("crm_main", "desk_main"), "crm_main"),
        ("crm main", ("crm_main",), "crm_main"),
        ("crm_main", (), None),
    ],
)
def test_the_nearest_word_is_what_was_meant(word: str, known: tuple[str, ...], expected: str | None) -> None:
    assert nearest(word, known) == expected


def test_long_words_that_differ_much_cost_little() -> None:
    assert distance("a" * 100_000, "b" * 100_000, 4) == 5


@pytest.mark.parametrize(
    ("word", "meant", "misspelt"),
    [
        ("crm_mian", "crm_main", True),
        ("crm_con", "crm_conn", True),
        ("CRM-main", "crm_main", True),
        ("salesforse", "salesforce", True),
        ("crm_eu", "crm_us", False),
        ("crm_a", "crm_b", False),
        ("sheet1", "sheet2", False),
        ("crm", "crm2", False),
        ("crm_dev", "crm_main", False),
    ],
)
def test_a_slip_of_the_fingers_is_no_other_name(word: str, meant: str, misspelt: bool) -> None:
    assert is_misspelling(word, meant) is misspelt
