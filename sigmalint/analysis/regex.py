"""Regular expressions of JavaScript on constants: the simple ones, through Python's own."""

import re
import warnings
from functools import cache

MAX_SUBJECT = 400
MAX_QUANTIFIERS = 4
"""More of them could take longer than a constant is worth; so could a quantifier on a group that has one inside."""
_TOKEN = re.compile(
    r"\\.|\[\^?(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|\)|[*+?]\??|\{\d+(?:,\d*)?\}\??|\$|.", re.DOTALL
)


@cache
def compiled(literal: str) -> re.Pattern[str] | None:
    """The pattern of a regular expression literal; None where it is not simple, or means something else to Python."""
    pattern, _, flags = literal[1:].rpartition("/")
    if not set(flags) <= set("gimsu") or "[]" in pattern or "[^]" in pattern or "[[" in pattern:
        return None
    parts: list[str] = []
    quantified: list[bool] = [False]
    count, closed = 0, False
    for token in _TOKEN.findall(pattern):
        if token[0] == "(":
            quantified.append(False)
            parts.append(token.replace("(?<", "(?P<") if token.startswith("(?<") and token[-1] == ">" else token)
        elif token == ")":
            if len(quantified) < 2:
                return None
            inside = quantified.pop()
            closed = inside
            quantified[-1] |= inside
            parts.append(token)
            continue
        elif token[0] in "*+?" or (token[0] == "{" and len(token) > 1):
            count += 1
            if closed or count > MAX_QUANTIFIERS:
                return None
            quantified[-1] = True
            parts.append(token)
        elif token[0] == "\\" and token[1] in "cpPkxu0123456789":
            return None
        else:
            parts.append(r"\Z" if token == "$" and "m" not in flags else token)
        closed = False
    options = re.ASCII | (re.IGNORECASE if "i" in flags else 0) | (re.MULTILINE if "m" in flags else 0)
    options |= re.DOTALL if "s" in flags else 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return re.compile("".join(parts), options)
        except (re.error, FutureWarning, DeprecationWarning, OverflowError):
            return None


def search(literal: str, subject: str) -> re.Match[str] | bool | None:
    """The first match, False where there is none; None where that is not known."""
    pattern = compiled(literal) if len(subject) <= MAX_SUBJECT and subject.isascii() else None
    return None if pattern is None else (pattern.search(subject) or False)
