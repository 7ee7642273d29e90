"""Which regular expressions are plainly well formed, told without a parser of their whole grammar."""

import re

_ESCAPE = r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[pP]\{\w+\}|[^\n])"
_ATOM = re.compile(rf"{_ESCAPE}|\[(?:[^\]\\]|\\.)*\]", re.DOTALL)
_MEMBER = re.compile(rf"{_ESCAPE}|.", re.DOTALL)
_GROUP = re.compile(r"\((?:\?(?:[:=!]|<[=!]|<([A-Za-z_$][\w$]*)>))?", re.ASCII)
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(?:(\d{1,9})(?:,(\d{1,9})?)?)\})\??", re.ASCII)
_PROPERTY = re.compile(r"\\[pP]\{(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfson]?)\}")
_CONTROLS = {"b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13}


def regex_is_plain(literal: str) -> bool:
    """Whether a regular expression literal is surely valid; False calls for a closer look, not for a complaint."""
    end = literal.rfind("/")
    pattern, flags = literal[1:end], literal[end + 1 :]
    if len(set(flags)) != len(flags) or not set(flags) <= set("dgimsuy"):
        return False
    names: set[str] = set()
    groups: list[bool] = []  # whether each open group may be repeated
    position, repeatable = 0, False
    while position < len(pattern):
        match: re.Match[str] | None
        character = pattern[position]
        if character == "(":
            match = _GROUP.match(pattern, position)
            if match is None or pattern.startswith("?", match.end()) or match[1] in names:
                return False
            if match[1] is not None:
                names.add(match[1])
            groups.append(match[0] in ("(", "(?:") or match[1] is not None)
            repeatable = False
        elif character == ")":
            if not groups:
                return False
            repeatable = groups.pop()
        elif character in "*+?{":
            match = _QUANTIFIER.match(pattern, position)
            if match is None or not repeatable or (match[2] and int(match[2]) < int(match[1])):
                return False
            repeatable = False
        elif character in "\\[":
            match = _ATOM.match(pattern, position)
            if match is None or not _atom_is_plain(match[0], "u" in flags):
                return False
            repeatable = match[0] not in ("\\b", "\\B")
        elif character in "]}":
            return False
        else:
            repeatable = character not in "^$|"
        position = match.end() if character in "(*+?{\\[" and match is not None else position + 1
    return not groups


def _atom_is_plain(atom: str, unicode: bool) -> bool:
    if atom.startswith("\\"):
        return _escape_is_plain(atom, unicode, inside=False)
    members: list[str] = _MEMBER.findall(atom[2 if atom.startswith("[^") else 1 : -1])
    if not all(_escape_is_plain(member, unicode, inside=True) for member in members if member.startswith("\\")):
        return False
    at = 1
    while at < len(members) - 1:
        if members[at] == "-":
            low, high = _value(members[at - 1]), _value(members[at + 1])
            if low is None or high is None or low > high:
                return False
            at += 2
        at += 1
    return True


def _escape_is_plain(escape: str, unicode: bool, *, inside: bool) -> bool:
    character = escape[1]
    if len(escape) > 2 and character in "pP":
        return unicode and _PROPERTY.fullmatch(escape) is not None
    if len(escape) > 2 or character in "dDwWsSbfnrtv/^$.*+?()[]{}|\\":
        return True
    if inside and character == "-":
        return True
    return not inside if character == "B" else not unicode and not character.isalnum()


def _value(member: str) -> int | None:
    """The code point of a class member, None for a class of its own (`\\\\d`)."""
    if not member.startswith("\\"):
        return ord(member)
    if member[1] in "dDwWsSpP":
        return None
    if len(member) > 2:
        return int(member[2:], 16)
    return _CONTROLS.get(member[1], ord(member[1]))
