"""The nearest known word to a misspelt one."""

import re
from collections.abc import Iterable

_DIGITS = re.compile(r"[0-9]")
_SEPARATORS = re.compile(r"[_.\s-]+")


def distance(one: str, two: str, limit: int) -> int:
    """The number of insertions, deletions, substitutions and swaps of neighbours between two words, at most `limit + 1`."""
    if abs(len(one) - len(two)) > limit:
        return limit + 1
    before: list[int] = []
    current = list(range(len(two) + 1))
    for row, letter in enumerate(one, 1):
        older, before, current = before, current, [row]
        for column, other in enumerate(two, 1):
            cost = min(before[column] + 1, current[-1] + 1, before[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == two[column - 2] and one[row - 2] == other:
                cost = min(cost, older[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
    return min(current[-1], limit + 1)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one known word that `word` most likely means: the nearest within a third of its letters, if no other is as near."""
    limit = max(1, min(len(word) // 3, 4))
    plain = _plain(word)
    found = sorted((0 if _plain(other) == plain else distance(word, other, limit), other) for other in set(known))
    if not found or found[0][0] > limit or (len(found) > 1 and found[1][0] == found[0][0]):
        return None
    return found[0][1]


def is_misspelling(word: str, meant: str) -> bool:
    """Whether a word is the other with one slip of the fingers (a letter more, less, wrong or swapped), or in other case or
    with other separators. `crm_eu` is no misspelt `crm_us`, nor `sheet2` of `sheet1`: both may well be names."""
    if _plain(word) == _plain(meant):
        return True
    if distance(word, meant, 1) > 1 or _DIGITS.findall(word) != _DIGITS.findall(meant):
        return False
    parts, others = _SEPARATORS.split(word), _SEPARATORS.split(meant)
    return len(parts) != len(others) or all(
        part == other or max(len(part), len(other)) > 2 for part, other in zip(parts, others, strict=True)
    )


def _plain(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalnum())
