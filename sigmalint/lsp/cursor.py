"""What stands around a cursor, in code that may be half typed.

No parser is asked: a tree of broken code has gaps where one types. A window of the text is cut into tokens, and the brackets
that are open at the cursor are found from there backwards. It reads JavaScript, TypeScript and JSON.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
      (?P<comment>//[^\r\n]*+|/\*[\s\S]*?(?:\*/|\Z)|<!--[\s\S]*?(?:-->|\Z))
    | (?P<string>"(?:[^"\\\r\n]|\\.)*+(?:"|(?=[\r\n])|\Z)
                |'(?:[^'\\\r\n]|\\.)*+(?:'|(?=[\r\n])|\Z)
                |`(?:[^`\\]|\\[\s\S])*+(?:`|\Z))
    | (?P<word>[\w$]++)
    | (?P<mark>\?\.|=>|[^\s\w$])
    """,
    re.VERBOSE,
)
_REGEX = re.compile(r"/(?![*/])(?:[^/\\\[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.){0,100}+\]){1,200}+/[a-z]*+")
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%<>~^") | {"return", "typeof", "=>", "case", "in", "of"}
_BEFORE_OBJECT = frozenset("(,=:[?&|") | {"return", "default", "yield", "await"}
_CLOSING = {")": "(", "]": "[", "}": "{"}
_WINDOW = 6_000


class Token(NamedTuple):
    """A token: `comment`, `string`, `word` or `mark`; offsets in the file."""

    kind: str
    start: int
    end: int
    text: str
    first: bool
    """Whether it is the first on its line."""

    @property
    def inner(self) -> tuple[int, int]:
        """The offsets of what a string has between its quotes."""
        closed = len(self.text) > 1 and self.text[-1] == self.text[0]
        return self.start + 1, self.end - closed

    @property
    def content(self) -> str:
        """A string's text between its quotes as it is written; the text of any other token."""
        return self.text[1 : self.inner[1] - self.start] if self.kind == "string" else self.text


@dataclass(frozen=True, slots=True)
class Frame:
    """A bracket that is open at the cursor.

    `start` is its offset. Of `{`: `key` is the key whose value the cursor is in, None where a key is expected; `keys` are
    the other keys. Of `(`: `callee` is what is called, as written without blanks. `index` counts commas before the cursor.
    """

    bracket: str
    start: int
    key: str | None
    keys: frozenset[str]
    callee: str
    index: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a text: the token it is in or at the end of, and the brackets around it, innermost first.

    `chain` is the dotted name that ends with the word at the cursor, the whole word included; `before` the same up to the
    cursor. `follows` is the text of the token behind the cursor's.
    """

    token: Token | None
    frames: tuple[Frame, ...]
    chain: str
    before: str
    follows: str

    @property
    def string(self) -> Token | None:
        """The string that the cursor is in."""
        return self.token if self.token is not None and self.token.kind == "string" else None

    @property
    def word(self) -> Token | None:
        """The word that the cursor is in."""
        return self.token if self.token is not None and self.token.kind == "word" else None

    @property
    def comment(self) -> Token | None:
        """The comment that the cursor is in."""
        return self.token if self.token is not None and self.token.kind == "comment" else None

    @property
    def in_key(self) -> bool:
        """Whether the cursor is where an object's key stands or could."""
        return bool(self.frames) and self.frames[0].bracket == "{" and self.frames[0].key is None

    @property
    def path(self) -> tuple[str | int, ...]:
        """Keys and indices that lead to the cursor, outermost first; of JSON."""
        steps: list[str | int] = []
        for frame in reversed(self.frames):
            if frame.bracket == "[":
                steps.append(frame.index)
            elif frame.key is not None:
                steps.append(frame.key)
        return tuple(steps)


def look(text: str, offset: int, start: int = 0, end: int | None = None) -> Cursor:
    """What stands around an offset of a text, of which the code is `text[start:end]`."""
    end = len(text) if end is None else end
    tokens = _tokens(text, _window(text, offset, start), min(end, offset + _WINDOW))
    at = next((index for index, token in enumerate(tokens) if token.end >= offset), len(tokens))
    token = None
    if at < len(tokens) and _holds(tokens[at], offset):
        token = tokens[at]
    elif at + 1 < len(tokens) and tokens[at + 1].start <= offset and _holds(tokens[at + 1], offset):
        at += 1
        token = tokens[at]
    elif at < len(tokens) and tokens[at].end == offset:
        at += 1
    following = at + (token is not None)
    frames = tuple(_frames(tokens, at, following))
    chain = _chain(tokens, following) if token is not None and token.kind == "word" else ""
    before = _chain(tokens, at)
    if token is not None and token.kind == "word":
        before = (before if before.endswith(".") else "") + token.text[: offset - token.start]
    follows = tokens[following].text if following < len(tokens) else ""
    return Cursor(token, frames, chain, before, follows)


def _window(text: str, offset: int, start: int) -> int:
    """Where to begin reading: at a line that begins something, as far as that can be told, not too far above."""
    if offset - start <= _WINDOW:
        return start
    lowest = max(start, offset - 2 * _WINDOW)
    line = offset - _WINDOW
    while (line := text.rfind("\n", lowest, line)) >= 0:
        if text[line + 1 : line + 2] not in (" ", "\t", "\r", "\n", "}", ")", "*"):
            return line + 1
    return lowest


def _tokens(text: str, start: int, end: int) -> list[Token]:
    tokens: list[Token] = []
    position = start
    previous = ";"
    while position < end:
        match = _TOKEN.search(text, position, end)
        if match is None:
            break
        kind, token = match.lastgroup or "", match[0]
        if token == "/" and previous in _BEFORE_REGEX and (regex := _REGEX.match(text, match.start(), end)):
            position = regex.end()
            previous = "/"
            continue
        position = match.end()
        behind = tokens[-1].end if tokens else start
        tokens.append(Token(kind, match.start(), position, token, "\n" in text[behind : match.start()]))
        if kind != "comment":
            previous = token
    return tokens


def _holds(token: Token, offset: int) -> bool:
    if token.kind == "word":
        return token.start <= offset <= token.end
    if token.kind == "string":
        start, end = token.inner
        return start <= offset <= end
    if token.kind == "comment":
        return token.start < offset and (offset < token.end or token.text.startswith("//"))
    return False


def _frames(tokens: list[Token], before: int, after: int) -> "list[Frame]":
    frames: list[Frame] = []
    closed: list[str] = []
    inside: list[int] = []
    for index in range(before - 1, -1, -1):
        token = tokens[index]
        if token.kind == "mark" and token.text in _CLOSING:
            closed.append(_CLOSING[token.text])
        elif token.kind == "mark" and token.text in "([{":
            if closed:
                if closed[-1] == token.text:
                    closed.pop()
                continue
            items = inside[::-1]
            # The keys behind the cursor are those of the innermost object alone.
            frames.append(_frame(tokens, index, items, after if not frames else None))
            inside = []
            continue
        if not closed and token.kind != "comment":
            inside.append(index)
    return frames


def _frame(tokens: list[Token], at: int, inside: list[int], after: int | None) -> Frame:
    """A frame whose bracket is the token `at`; `inside` are the tokens between it and the cursor, less what is closed there."""
    opener = tokens[at]
    items: list[list[int]] = [[]]
    for index in inside:
        if tokens[index].text == ",":
            items.append([])
        else:
            items[-1].append(index)
    key = None
    keys: set[str] = set()
    callee = ""
    if opener.text == "{":
        for item in items:
            if len(item) > 1 and tokens[item[1]].text == ":" and tokens[item[0]].kind in ("word", "string"):
                keys.add(tokens[item[0]].content)
        last = items[-1]
        if len(last) > 1 and tokens[last[1]].text == ":":
            key = tokens[last[0]].content
            keys.discard(key)
        if after is not None:
            keys |= _keys_behind(tokens, after)
        before = at - 1
        while before >= 0 and tokens[before].kind == "comment":
            before -= 1
        if before >= 0 and tokens[before].text not in _BEFORE_OBJECT:
            return Frame("block", opener.start, None, frozenset(), "", 0)
    elif opener.text == "(":
        callee = _chain(tokens, at)
    return Frame(opener.text, opener.start, key, frozenset(keys), callee, len(items) - 1)


def _keys_behind(tokens: list[Token], after: int) -> set[str]:
    keys: set[str] = set()
    depth = 0
    for index in range(after, len(tokens) - 1):
        token = tokens[index]
        if token.kind == "mark" and token.text in "([{":
            depth += 1
        elif token.kind == "mark" and token.text in ")]}":
            depth -= 1
            if depth < 0:
                break
        elif depth == 0 and token.kind in ("word", "string") and tokens[index + 1].text == ":":
            keys.add(token.content)
    return keys


def _chain(tokens: list[Token], end: int) -> str:
    """The dotted name that ends before a token, blanks and `?` left out."""
    parts: list[str] = []
    index = end - 1
    while index >= 0:
        token = tokens[index]
        dot = token.text in (".", "?.")
        if not dot and (token.kind != "word" or (parts and parts[-1] != ".")):
            break
        parts.append("." if dot else token.text)
        index -= 1
        if token.first and not dot:
            break  # where a line ends in a dot, a name is being typed, and the next line is another matter
    return "".join(reversed(parts))
