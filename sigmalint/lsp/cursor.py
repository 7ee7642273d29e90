"""What stands around a cursor, in code that may be half typed.

No parser is asked: a tree of broken code has gaps where one types. A window of the text is cut into tokens, and the brackets
that are open at the cursor are found from there backwards. It reads JavaScript, TypeScript and JSON.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import NamedTuple

from sigmalint.finding import in_attribute

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
_BEHIND_STRING = frozenset(",)]}:;+.?=!&|<>") | {"?.", "as", "in", "instanceof", "of", "satisfies", "with"}
_IN_VALUE = frozenset("?:|&.!")
_NAMING = ("string", "word")
_TYPED = re.compile(r"""[^\s,;:(){}\[\]<>"'`\\]*+""")
_CLOSING = {")": "(", "]": "[", "}": "{"}
_WINDOW = 6_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of code: its text, and where that stands in the file.

    In an attribute, `text` is without the references that stand for characters, and `quote` is the attribute's quote (""
    for none). `origins` is as in `Code`.
    """

    text: str
    origins: tuple[tuple[int, int], ...] = ((0, 0),)
    quote: str | None = None

    def place(self, offset: int) -> int:
        """The offset in the file of an offset in the text."""
        start, origin = self.origins[bisect_right(self.origins, offset, key=lambda pair: pair[0]) - 1]
        return origin + offset - start

    def offset(self, place: int) -> int:
        """The offset in the text of an offset in the file; of one inside a reference, that behind the character."""
        index = bisect_right(self.origins, place, key=lambda pair: pair[1]) - 1
        start, origin = self.origins[index]
        end = self.origins[index + 1][0] if index + 1 < len(self.origins) else len(self.text)
        return min(start + place - origin, end)

    def written(self, code: str) -> str:
        """Code with double quotes as it is written here: with single ones in an attribute that has double ones around it."""
        code = code.replace('"', "'") if self.quote == '"' else code
        return in_attribute(code, self.quote)


class Token(NamedTuple):
    """A token: `comment`, `string`, `word` or `mark`. Of a string, `inner` are the offsets of what is between its quotes."""

    kind: str
    start: int
    end: int
    text: str
    first: bool
    """Whether it is the first on its line."""
    inner: tuple[int, int]

    @property
    def is_closed(self) -> bool:
        """Whether a string has a quote at its end."""
        return len(self.text) > 1 and self.text[-1] == self.text[0]

    @property
    def content(self) -> str:
        """A string's text between its quotes; the text of any other token."""
        return self.text[1 : -1 if self.is_closed else None] if self.kind == "string" else self.text


@dataclass(frozen=True, slots=True)
class Frame:
    """A bracket that is open at the cursor.

    `start` is its offset. Of `{`: `key` is the key whose value the cursor is in, None where a key is expected; `keys` are
    the other keys; `target` is what the object is assigned to. Of `(` and `[`: `callee` is what is called or indexed. Both
    are dotted names. `index` counts commas before the cursor.
    """

    bracket: str
    start: int
    key: str | None
    keys: frozenset[str]
    callee: str
    index: int
    target: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a file: the token it is in or at the end of, and the brackets around it, innermost first.

    `chain` is the dotted name that ends with the word at the cursor, the whole word included; `before` the same up to the
    cursor; `target` that which the value at the cursor is assigned to. `previous` and `following` are the tokens around
    the cursor's, comments before it left out. Offsets are those of the file, `piece` is the code that the place is in.
    """

    piece: Piece
    offset: int
    """The offset in the piece."""
    token: Token | None
    frames: tuple[Frame, ...]
    chain: str
    before: str
    target: str
    previous: Token | None
    following: Token | None

    @property
    def follows(self) -> str:
        """The text of the token behind the cursor's."""
        return self.following.text if self.following is not None else ""

    @property
    def key(self) -> str | None:
        """The key whose value the cursor is in: of the innermost object, or the one that is assigned (`options.key = …`)."""
        if self.frames and self.frames[0].key is not None:
            return self.frames[0].key
        owner, _, key = self.target.rpartition(".")
        return key if owner else None

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
    def is_behind_value(self) -> bool:
        """Whether the cursor is behind a value, where nothing can stand before an operator or a comma."""
        before = self.previous
        return self.string is None and before is not None and (before.kind in _NAMING or before.text in _CLOSING)

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


def look(piece: Piece, place: int) -> Cursor:
    """What stands around an offset of the file that a piece of code is in."""
    text, offset = piece.text, piece.offset(place)
    end = min(len(text), offset + _WINDOW)
    tokens = _tokens(text, _window(text, offset), end)
    at = next((index for index, token in enumerate(tokens) if token.end >= offset), len(tokens))
    token = None
    if at < len(tokens) and _holds(tokens[at], offset):
        token = tokens[at]
    elif at + 1 < len(tokens) and tokens[at + 1].start <= offset and _holds(tokens[at + 1], offset):
        at += 1
        token = tokens[at]
    elif at < len(tokens) and tokens[at].end == offset:
        at += 1
    if token is not None and _is_open(tokens, at):
        typed = _TYPED.match(text, offset)
        stop = typed.end() if typed else offset
        token = token._replace(end=stop, text=text[token.start : stop], inner=(token.start + 1, stop))
        tokens[at:] = [token, *_tokens(text, stop, end)]
    following = at + (token is not None)
    frames = tuple(replace(frame, start=piece.place(frame.start)) for frame in _frames(tokens, at, following))
    chain = _chain(tokens, following) if token is not None and token.kind == "word" else ""
    before = _chain(tokens, at)
    if token is not None and token.kind == "word":
        before = (before if before.endswith(".") else "") + token.text[: offset - token.start]
    previous = next((one for one in reversed(tokens[:at]) if one.kind != "comment"), None)
    behind = tokens[following] if following < len(tokens) else None
    return Cursor(
        piece=piece,
        offset=offset,
        token=_placed(piece, token),
        frames=frames,
        chain=chain,
        before=before,
        target=_target(tokens, at),
        previous=_placed(piece, previous),
        following=_placed(piece, behind),
    )


def _placed(piece: Piece, token: Token | None) -> Token | None:
    """A token with the file's offsets."""
    if token is None:
        return None
    start, end = token.inner
    return token._replace(
        start=piece.place(token.start), end=piece.place(token.end), inner=(piece.place(start), piece.place(end))
    )


def _is_open(tokens: list[Token], at: int) -> bool:
    """Whether a token is a string that is not closed where it should be: it goes to the end of its line or of the code, or up
    to the quote that begins another string, as what is behind it shows."""
    token, behind = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
    if token.kind != "string" or not token.is_closed:
        return token.kind == "string"
    return behind is not None and not behind.first and behind.kind != "comment" and behind.text not in _BEHIND_STRING


def _window(text: str, offset: int) -> int:
    """Where to begin reading: at a line that begins something, as far as that can be told, not too far above."""
    if offset <= _WINDOW:
        return 0
    lowest = max(0, offset - 2 * _WINDOW)
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
        found = Token(kind, match.start(), position, token, "\n" in text[behind : match.start()], match.span())
        if kind == "string":
            found = found._replace(inner=(found.start + 1, found.end - found.is_closed))
        tokens.append(found)
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
    callee = target = ""
    if opener.text == "{":
        target = _target(tokens, at)
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
    else:
        callee = _chain(tokens, at)
    return Frame(opener.text, opener.start, key, frozenset(keys), callee, len(items) - 1, target)


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


def _target(tokens: list[Token], end: int) -> str:
    """The dotted name that the value which a token is in is assigned to: `a.b` in `a.b = x ? "`; "" where it is not."""
    index, is_operand = end - 1, True
    while index >= 0 and not tokens[index].first:
        token = tokens[index]
        if token.text not in _IN_VALUE and (is_operand or token.kind not in _NAMING):
            break
        is_operand = token.kind in _NAMING
        index -= 1
    return _chain(tokens, index) if index >= 0 and tokens[index].text == "=" else ""


def _chain(tokens: list[Token], end: int) -> str:
    """The dotted name that ends before a token, blanks and `?` left out; `a["b"]` reads as `a.b`."""
    parts: list[str] = []
    index = end - 1
    while index >= 0:
        token = tokens[index]
        if token.text == "]" and index > 1 and tokens[index - 1].kind == "string" and tokens[index - 2].text == "[":
            if parts and parts[-1] != ".":
                break
            parts += (tokens[index - 1].content, ".")
            index -= 3
            continue
        dot = token.text in (".", "?.")
        if not dot and (token.kind != "word" or (parts and parts[-1] != ".")):
            break
        parts.append("." if dot else token.text)
        index -= 1
        if token.first and not dot:
            break  # where a line ends in a dot, a name is being typed, and the next line is another matter
    return "".join(reversed(parts))
