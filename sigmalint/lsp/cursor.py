"""What stands around a cursor, in code that may be half typed.

No parser is asked: a tree of broken code has gaps where one types. A window of the text is cut into tokens, and the brackets
that are open at the cursor are found from there backwards. It reads JavaScript, TypeScript and JSON.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sigmalint.finding import in_attribute

_TOKEN = re.compile(
    r"""
      (?P<comment>//[^\r\n]*+|/\*[\s\S]*?(?:\*/|\Z)|<!--[\s\S]*?(?:-->|\Z))
    | (?P<string>"(?:[^"\\\r\n]|\\.)*+(?:"|(?=[\r\n])|\Z)
                |'(?:[^'\\\r\n]|\\.)*+(?:'|(?=[\r\n])|\Z))
    | (?P<word>[\w$]++)
    | (?P<mark>\?\.|=>|[^\s\w$])
    """,
    re.VERBOSE,
)
_CHUNK = re.compile(r"(?:[^`\\$]|\\[\s\S]?+|\$(?!\{))*+(?P<end>`|\$\{|\Z)")
"""A template's text up to its end, or to an expression in it."""
_REGEX = re.compile(r"/(?![*/])(?:[^/\\\[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.){0,100}+\]){1,200}+/[a-z]*+")
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%<>~^") | {"${", "return", "typeof", "=>", "case", "in", "of"}
_BEFORE_OBJECT = frozenset("(,=:[?&|") | {"return", "default", "yield", "await"}
_BEHIND_STRING = frozenset(",)]}:;+.?=!&|<>") | {"?.", "as", "in", "instanceof", "of", "satisfies", "with"}
_IN_VALUE = frozenset("?:|&.!")
_NAMING = ("string", "word")
_TYPED = re.compile(r"""[^\s,;:(){}\[\]<>"'`\\]*+""")
_CLOSING = {")": "(", "]": "[", "}": "{"}
_OPENING = frozenset((*_CLOSING.values(), "${"))
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
    def is_simple(self) -> bool:
        """Whether a string has one line, and no expression in it."""
        return "\n" not in self.content and not (self.text.startswith("`") and "${" in self.content)

    @property
    def content(self) -> str:
        """A string's text between its quotes; the text of any other token."""
        return self.text[1 : -1 if self.is_closed else None] if self.kind == "string" else self.text


@dataclass(frozen=True, slots=True)
class Frame:
    """A bracket that is open at the cursor: `(`, `[`, the `{` of an object, the `${` of a template, `block` for any other `{`.

    `start` is its offset, `end` that of the bracket that closes it: known of the innermost alone, of others the cursor's. Of an
    object: `key` is the key whose value the cursor is in, None where a key is expected and "" for one that is computed and not
    known; `keys` are the keys with their offsets, less one that is being typed. Of `(` and `[`: `callee` is what is called or
    indexed, a dotted name. `index` counts commas before the cursor. `target` is the dotted name that the value in brackets, or
    of the call, is assigned to. `spread`: it stands behind `...`.
    """

    bracket: str
    start: int
    end: int
    key: str | None = None
    keys: Mapping[str, int] = field(default_factory=dict)
    callee: str = ""
    index: int = 0
    target: str = ""
    spread: bool = False


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
    tokens = _tokens(text, _window(text, offset), end, offset)
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
        tokens[at:] = [token, *_tokens(text, stop, end, offset)]
    following = at + (token is not None)
    frames = tuple(_placed_frame(piece, frame) for frame in _frames(text, tokens, at, following))
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


def blocks(piece: Piece, place: int) -> list[int]:
    """Where the blocks around an offset of the file begin, innermost first."""
    text, offset = piece.text, piece.offset(place)
    tokens = _tokens(text, _window(text, offset), offset, offset)
    frames = _frames(text, tokens, len(tokens), len(tokens))
    return [piece.place(frame.start) for frame in frames if frame.bracket == "block"]


def _placed(piece: Piece, token: Token | None) -> Token | None:
    """A token with the file's offsets."""
    if token is None:
        return None
    start, end = token.inner
    return token._replace(
        start=piece.place(token.start), end=piece.place(token.end), inner=(piece.place(start), piece.place(end))
    )


def _placed_frame(piece: Piece, frame: Frame) -> Frame:
    """A frame with the file's offsets."""
    return replace(
        frame,
        start=piece.place(frame.start),
        end=piece.place(frame.end),
        keys={name: piece.place(start) for name, start in frame.keys.items()},
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


def _tokens(text: str, start: int, end: int, offset: int) -> list[Token]:
    """The tokens of a stretch. A template is one, a string, but for the expression in it that has the offset inside."""
    tokens: list[Token] = []
    templates: list[_Template] = []
    position = start
    previous = ";"
    while position < end:
        match = _TOKEN.search(text, position, end)
        if match is None:
            break
        kind, token = match.lastgroup or "", match[0]
        begin, position = match.span()
        behind = tokens[-1].end if tokens else start
        if token == "/" and previous in _BEFORE_REGEX and (regex := _REGEX.match(text, begin, end)):
            position = regex.end()
        elif token == "`" or (token == "}" and templates and not templates[-1].depth):
            inside = position
            if token == "}":
                template = templates.pop()
                if template.expression <= offset <= begin:
                    tokens.append(_token(text, begin, "mark", begin, position))
                    begin = position
                else:
                    del tokens[template.first :]
                    begin, behind = template.start, tokens[-1].end if tokens else start
            # The template, or what is left of it.
            chunk = _CHUNK.match(text, inside, end)
            assert chunk is not None
            position = chunk.end()
            if chunk["end"] == "${":
                templates.append(_Template(len(tokens), begin, position))
                tokens.append(_token(text, behind, "string", begin, chunk.start("end")))
                tokens.append(_token(text, position, "mark", chunk.start("end"), position))
                token = "${"
            else:
                tokens.append(_token(text, behind, "string", begin, position))
        else:
            tokens.append(_token(text, behind, kind, begin, position))
            if templates and kind == "mark":
                templates[-1].depth += (token == "{") - (token == "}")
        if kind != "comment":
            previous = token
    return tokens


def _token(text: str, behind: int, kind: str, start: int, end: int) -> Token:
    """A token; `behind` is where the one before it ends."""
    own = text[start:end]
    inner = (start + 1, end - (len(own) > 1 and own[-1] == own[0])) if kind == "string" else (start, end)
    return Token(kind, start, end, own, "\n" in text[behind:start], inner)


@dataclass(slots=True)
class _Template:
    """A template in one of whose expressions the tokens are: the index of its first token, the offsets where it and the
    expression begin, and how many braces are open in that."""

    first: int
    start: int
    expression: int
    depth: int = 0


def _holds(token: Token, offset: int) -> bool:
    if token.kind == "word":
        return token.start <= offset <= token.end
    if token.kind == "string":
        start, end = token.inner
        return start <= offset <= end
    if token.kind == "comment":
        return token.start < offset and (offset < token.end or token.text.startswith("//"))
    return False


def _frames(text: str, tokens: list[Token], before: int, after: int) -> list[Frame]:
    frames: list[Frame] = []
    closed: list[str] = []
    inside: list[int] = []
    for index in range(before - 1, -1, -1):
        token = tokens[index]
        if token.kind == "mark" and token.text in _CLOSING:
            closed.append(_CLOSING[token.text])
        elif token.kind == "mark" and token.text in _OPENING:
            if closed:
                if closed[-1] == token.text:
                    closed.pop()
                continue
            items = inside[::-1]
            # What is behind the cursor is read for the innermost object alone.
            frames.append(_frame(text, tokens, index, items, range(after, after if frames else _end(tokens, after))))
            inside = []
            continue
        if not closed and token.kind != "comment":
            inside.append(index)
    return frames


def _end(tokens: list[Token], after: int) -> int:
    """The index of the bracket that closes the innermost one which is open before a token."""
    depth = 0
    for index in range(after, len(tokens)):
        if tokens[index].kind == "mark":
            depth += (tokens[index].text in _OPENING) - (tokens[index].text in _CLOSING)
            if depth < 0:
                return index
    return len(tokens)


def _frame(text: str, tokens: list[Token], at: int, inside: list[int], behind: range) -> Frame:
    """A frame whose bracket is the token `at`; `inside` are the tokens between it and the cursor, less what is closed there,
    and `behind` those from there on to its end."""
    opener = tokens[at]
    items: list[list[int]] = [[]]
    for index in inside:
        if tokens[index].text == ",":
            items.append([])
        else:
            items[-1].append(index)
    before = at - 1
    while before >= 0 and tokens[before].kind == "comment":
        before -= 1
    lead = _chain(tokens, at)
    frame = Frame(
        opener.text,
        opener.start,
        tokens[behind.stop].start if behind.stop < len(tokens) else tokens[-1].end,
        callee=lead.removeprefix("...") if opener.text in ("(", "[") else "",
        index=len(items) - 1,
        target=_target(tokens, at),
        spread=lead.startswith("..."),
    )
    if opener.text != "{":
        return frame
    if before >= 0 and not frame.spread and tokens[before].text not in _BEFORE_OBJECT:
        return replace(frame, bracket="block")
    keys: dict[str, int] = {}
    for item in items[:-1]:
        if (colon := _colon(tokens, item)) is not None:
            start, name = _key(text, tokens, colon)
            keys[name] = start
        elif item and tokens[item[0]].kind == "word" and (len(item) == 1 or tokens[item[0] + 1].text == "("):
            keys[tokens[item[0]].content] = tokens[item[0]].start
    key = None
    if (colon := _colon(tokens, items[-1])) is not None:
        start, key = _key(text, tokens, colon)
        keys[key] = start
    for start, name in _keys_behind(text, tokens, behind):
        keys.setdefault(name, start)
    return replace(frame, key=key, keys=keys)


def _colon(tokens: list[Token], item: list[int]) -> int | None:
    """The index of the colon behind the key of an object's member; `item` are its tokens, less what is in brackets."""
    first = item[:1] if item and tokens[item[0]].kind == "mark" else item[1:2]
    return first[0] if first and tokens[first[0]].text == ":" else None


def _key(text: str, tokens: list[Token], colon: int) -> tuple[int, str]:
    """The offset of the key before a colon, and the key; "" for one that is computed and not known."""
    last = tokens[colon - 1]
    if last.text != "]":
        return last.start, last.content
    first = colon - 1
    while first > 0 and tokens[first - 1].text != "[":
        first -= 1
    name = tokens[first]
    if first == colon - 2 and name.kind in _NAMING:
        return name.start, name.content if name.kind == "string" else _constant(text, name.text)
    return name.start, ""


def _constant(text: str, name: str) -> str:
    """The string that a name is given in the code; "" where it is given something else, or more than once."""
    found = re.findall(rf"(?<![\w$.]){re.escape(name)}\s*(?::\s*\w+\s*)?=(?![=>])\s*(?:([\"'`])([^\"'`\\\n]*)\1)?", text)
    return found[0][1] if len(found) == 1 else ""


def _keys_behind(text: str, tokens: list[Token], behind: range) -> Iterator[tuple[int, str]]:
    """The keys among tokens of an object, each with its offset."""
    depth = 0
    for index in behind:
        token, following = tokens[index], tokens[index + 1].text if index + 1 < len(tokens) else ""
        if token.kind == "mark":
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth == 0 and following == ":" and (token.kind in _NAMING or token.text == "]"):
            yield _key(text, tokens, index + 1)
        elif depth == 0 and token.kind == "word" and tokens[index - 1].text == "," and following in (",", "}"):
            yield token.start, token.content


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
