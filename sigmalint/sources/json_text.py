"""JSON with the place of every key and value, read on past its mistakes.

`read_json` accepts strictly what `json.loads` accepts, less `NaN` and `Infinity`, byte order marks and duplicate keys, and
says of everything else what is wrong and where. It reads on after each mistake, so that one comma does not cost the rest.
It keeps its own stack and looks at each character a bounded number of times: nesting and size are no danger.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sigmalint.finding import Edit, Fix, Related
from sigmalint.sources.text import SourceFile, Span

Scalar = str | int | float | bool | None
Plain = Scalar | list["Plain"] | dict[str, "Plain"]


class Problem(NamedTuple):
    """A mistake of a file: where, what (a finding's message), how to remedy it where that is certain, what belongs to it."""

    span: Span
    message: str
    fix: Fix | None = None
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class JsonScalar:
    """A string, number, `true`, `false` or `null`. One that is not `readable` has no known value (`value` is None)."""

    span: Span
    value: Scalar
    readable: bool = True

    @property
    def inner(self) -> Span:
        """The text between a string's quotes; all of any other value."""
        file, start, end = self.span.file, self.span.start, self.span.end
        text = self.span.text
        if text[:1] not in _CLOSING:
            return self.span
        return file.span(start + 1, end - (len(text) > 1 and text[-1] in _CLOSING[text[0]]))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class JsonArray:
    """An array; `span` includes its brackets."""

    span: Span
    items: tuple["JsonNode", ...]


class Member(NamedTuple):
    """A member of an object; `key_span` includes the key's quotes."""

    key: str
    key_span: Span
    value: "JsonNode"


@dataclass(frozen=True, eq=False, repr=False)
class JsonObject:
    """An object; `span` includes its braces, `members` are all of them in order, also where a key stands twice."""

    span: Span
    members: tuple[Member, ...]

    @cached_property
    def _by_key(self) -> Mapping[str, tuple[Member, ...]]:
        members: dict[str, list[Member]] = {}
        for member in self.members:
            members.setdefault(member.key, []).append(member)
        return {key: tuple(found) for key, found in members.items()}

    def all(self, key: str) -> tuple[Member, ...]:
        """The members of a key: one, none, or several where it stands twice."""
        return self._by_key.get(key, ())

    def get(self, key: str) -> Member | None:
        """The member of a key that counts: the last one, as for every JSON reader."""
        found = self.all(key)
        return found[-1] if found else None


JsonNode = JsonScalar | JsonArray | JsonObject


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class JsonDocument:
    """What a file says.

    `root` is None where there is no value at all. `complete` says that every key and value was read and is in its place:
    True also where JSON is only misspelt (comments, trailing, doubled or missing commas, duplicate keys, quotes).
    """

    file: SourceFile
    root: JsonNode | None
    problems: tuple[Problem, ...]
    complete: bool

    def plain(self, depth: int | None = None) -> Plain:
        """The document as Python's own types, None where it has no value.

        Of duplicate keys the last counts; unreadable values are None; arrays and objects nested deeper than `depth` are empty
        (Python's own functions cannot compare, print or write what is nested deeper than a thousand).
        """
        return plain(self.root, depth) if self.root is not None else None


def plain(node: JsonNode, depth: int | None = None) -> Plain:
    """A node as Python's own types; see `JsonDocument.plain`."""
    top: list[Plain] = []
    waiting: list[tuple[JsonNode, list[Plain] | dict[str, Plain], str, int]] = [(node, top, "", 0)]
    while waiting:
        current, parent, key, level = waiting.pop()
        value: Plain
        if isinstance(current, JsonScalar):
            value = current.value
        elif depth is not None and level > depth:
            value = {} if isinstance(current, JsonObject) else []
        elif isinstance(current, JsonObject):
            value = {member.key: None for member in current.members}
            waiting += [(member.value, value, member.key, level + 1) for member in current.members[::-1]]
        else:
            value = []
            waiting += [(item, value, "", level + 1) for item in current.items[::-1]]
        if isinstance(parent, list):
            parent.append(value)
        else:
            parent[key] = value
    return top[0]


def read_json(file: SourceFile) -> JsonDocument:
    """Read a file as JSON; see the module for what is a problem and `JsonDocument` for what is kept."""
    return _Reader(file).read()


_CLOSING = {'"': '"', "'": "'", "`": "`", "“": '”“"', "”": '”“"', "„": '”“"'}
"""What may close a string that begins with a quote; only the first is JSON, the last ones are a word processor's."""
_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n]++)
    | (?P<mark>[{}\[\]:,])
    | (?P<string>"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+")
    | (?P<quote>["'`“„])
    | (?P<comment>//[^\r\n]*+ | /\*(?s:.*?)\*/ | \#[^\r\n]*+)
    | (?P<open>/\*(?s:.*+))
    | (?P<blank>[\s\ufeff\u200b\u2060]++)
    | (?P<word>/*+[^\s{}\[\]:,"'`“„/\#\ufeff\u200b\u2060]*+)
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WHITE = " \t\r\n"
_SPACE = re.compile(rf"[{_WHITE}]*+")
_CHUNK = {quote: re.compile(rf"[^\\\x00-\x1f{closing}]++") for quote, closing in _CLOSING.items()}
_LONGEST_REPAIR = 500
"""A string longer than this is taken as it stands: what lacks a quote is read a second time."""
_UNCLOSED_KEY = re.compile(r'("[\w$-]+)[ \t]*+:')
_UNCLOSED_VALUE = re.compile(r'("[^"\\]*?[^\s,{}\[\]"\\])[ \t]*+[,}\]][\s,{}\[\]]*+"')
_UNOPENED_KEY = re.compile(r'[\w$-]++"(?=[ \t]*+:)')
_UNOPENED_VALUE = re.compile(r'[^"\\\s{}\[\],]++"(?=\s*+(?:[,}\]]|$))')
_UNICODE = re.compile(r"u[0-9a-fA-F]{4}")
_ONLY_CLOSERS = re.compile(r"[\s}\],;]*+")
_CONSTANTS: Mapping[str, Scalar] = {"true": True, "false": False, "null": None}
_FOREIGN = {"True": "true", "TRUE": "true", "False": "false", "FALSE": "false", "None": "null", "NULL": "null", "nil": "null"}
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LONGEST_INTEGER = 4000
"""Python refuses to convert integers of more digits than 4300."""

_SYNTAX = frozenset('{}[]:"')
"""What makes sense of the text around it: where one of these is out of place, so may be all that follows."""

_FIRST, _COLON, _VALUE, _AFTER, _NEXT = range(5)
"""What a frame waits for: its first key or value, a colon, a member's value, a comma, the key or value behind a comma."""


class _Frame:
    """An array or object whose end has not been read; the outermost one is an array that holds the document's value."""

    __slots__ = ("comma", "is_object", "items", "junk", "key", "keys", "members", "start", "state")

    def __init__(self, start: int, is_object: bool) -> None:
        self.start = start
        self.is_object = is_object
        self.state = _FIRST
        self.items: list[JsonNode] = []
        self.members: list[Member] = []
        self.keys: dict[str, Span] = {}
        self.key: tuple[str, Span] | None = None
        self.comma = -1
        self.junk = False
        """Something here made no sense; what follows up to the next comma is part of the same mistake."""

    @property
    def needs_key(self) -> bool:
        return self.is_object and self.state in (_FIRST, _NEXT, _AFTER)


class _Reader:
    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.text = file.text
        self.problems: list[Problem] = []
        self.complete = file.invalid_at is None
        self.root = _Frame(0, is_object=False)
        self.stack = [self.root]
        self.open = {True: 0, False: 0}
        """How many objects (True) and arrays (False) are open."""
        self.last_end = 0
        """Behind the last token that is neither white space nor a comment."""
        self.reopened = False
        """Whether a document that had ended was taken up again; that is done once."""
        self.lost = False
        """Whether a mistake left open how the rest is meant: it is read, as well as can be, and no more is reported."""
        self.position = 0
        """Where the next token is looked for."""

    def read(self) -> JsonDocument:
        if self.file.bom:
            self.problem(0, min(1, len(self.text)), "byte order mark at the start of the file")
        for kind, start, end in self.tokens():
            token = self.text[start:end]
            if self.root.state == _AFTER and len(self.stack) == 1 and not self.read_on(start, end, kind == "string"):
                break
            if kind == "word":
                self.word(token, start, end)
            elif kind == "string" or kind in _CLOSING:
                if kind not in ("string", '"') or not self.misquoted(token, start, end):
                    self.string(JsonScalar(self.span(start, end), self.string_value(token, start, end, kind)))
            elif token == "{" or token == "[":
                self.opener(token, start)
            elif token == ",":
                self.comma(start)
            elif token == ":":
                self.colon(start)
            else:
                self.closer(token, start)
            self.last_end = self.position
        self.finish()
        return JsonDocument(self.file, self.root.items[0] if self.root.items else None, tuple(self.problems), self.complete)

    # Tokens ---------------------------------------------------------------------------------------------------------------

    def tokens(self) -> Iterator[tuple[str, int, int]]:
        """Kind, start and end of each token that means something: `mark`, `word`, `string`, or a quote for a loose string."""
        while self.position < len(self.text):
            match = _TOKEN.match(self.text, self.position)
            assert match is not None
            kind, start, self.position = match.lastgroup or "", match.start(), match.end()
            if kind == "space":
                continue
            if kind == "comment":
                self.comment(start, self.position)
            elif kind == "open":
                self.problem(start, start + 2, "comment is never closed")
                self.lose()
            elif kind == "blank":
                self.problem(start, self.position, f"{_code_points(match[0])} is no white space in JSON", " ")
            elif kind == "quote":
                self.position = self.loose_end(start, match[0])
                yield match[0], start, self.position
            else:
                yield kind, start, self.position

    def loose_end(self, start: int, quote: str) -> int:
        """The end of a string that is not strict JSON: behind its closing quote, else where its line ends."""
        position, chunk = start + 1, _CHUNK[quote]
        while position < len(self.text):
            if match := chunk.match(self.text, position):
                position = match.end()
                continue
            character = self.text[position]
            if character in _CLOSING[quote]:
                return position + 1
            if character in "\r\n":
                break
            position += 2 if character == "\\" and self.text[position + 1 : position + 2] not in ("\r", "\n") else 1
        # What ends the line is more likely the next comma or bracket than a part of the text.
        line = self.text[start + 1 : position].rstrip(_WHITE + ",]}")
        return start + 1 + len(line)

    def comment(self, start: int, end: int) -> None:
        text = self.text
        before = start
        while before and text[before - 1] in " \t":
            before -= 1
        own_line = before == 0 or text[before - 1] in "\r\n"
        at_line_end = text[end : end + 1] in ("", "\r", "\n")
        if own_line and at_line_end and end < len(text):
            # It has the line to itself: the line goes.
            edit = Edit(self.span(before, end + (2 if text.startswith("\r\n", end) else 1)), "")
        elif at_line_end:
            edit = Edit(self.span(before, end), "")
        else:
            edit = Edit(self.span(start, end), "" if text[end] in " \t{}[]:," else " ")
        fix = Fix("Remove the comment", (edit,))
        first_line = min((at for at in (text.find("\n", start, end), text.find("\r", start, end)) if at > 0), default=end)
        self.report(Problem(self.span(start, first_line), "comment in JSON", fix))

    def string_value(self, token: str, start: int, end: int, quote: str) -> str:
        """The value of a string token, whose mistakes are reported."""
        if quote == "string":
            return token[1:-1] if "\\" not in token else _unescape(token[1:-1])
        closed = end - start > 1 and token[-1] in _CLOSING[quote] and not _ends_in_escape(token[:-1])
        value = _unescape(token[1:-1] if closed else token[1:])
        if not closed:
            self.problem(start, end, "string is not closed on its line")
            self.lose()
        elif quote != '"':
            name = "single" if quote == "'" else "typographic" if quote in "“„" else "wrong"
            self.problem(start, end, f"{name} quotes around {_quoted(value)}", _write_string(value))
        else:
            self.string_mistakes(start + 1, end - 1)
        return value

    def misquoted(self, token: str, start: int, end: int) -> bool:
        """Whether a string has a quote too many or lacks one: then that is reported, and it is read as it must be meant.

        Where text stands against a string's last quote, that quote is another string's first, or one too many.
        """
        follows = self.text[end : end + 1]
        if len(token) > _LONGEST_REPAIR or (follows == "/" and self.text[end : end + 2] in ("//", "/*")):
            return False
        closed = len(token) > 1 and token[-1] == '"' and not _ends_in_escape(token[:-1])
        if closed and (not follows or follows in _WHITE or follows in ",:]}#"):
            return False
        if match := _UNCLOSED_KEY.match(token):
            if not self.stack[-1].needs_key:
                return False
            behind = start + match.end(1)
            self.problem(start, behind, f"key {_quoted(match[1][1:])} without its last quote", token[: match.end(1)] + '"')
            self.complete = False
            self.position = behind
            self.key(match[1][1:], start, behind)
        elif token == '""':
            self.problem(start, start + 1, "doubled quote", "")
            self.position = start + 1
        elif closed and follows == '"':
            self.problem(end, end + 1, "doubled quote", "")
            self.string(JsonScalar(self.span(start, end), self.string_value(token, start, end, '"')))
            self.position = end + 1
        elif closed and (match := _UNCLOSED_VALUE.fullmatch(token)):
            behind = start + match.end(1)
            self.problem(start, behind, f"string {_quoted(match[1][1:])} without its last quote", match[1] + '"')
            self.complete = False
            self.position = behind
            self.string(JsonScalar(self.span(start, behind), _unescape(match[1][1:])))
        else:
            return False
        return True

    def string_mistakes(self, start: int, end: int) -> None:
        """Report control characters and unknown escapes between a string's quotes."""
        position = start
        while position < end:
            character = self.text[position]
            length = 1
            if character < " ":
                escape = json.dumps(character)[1:-1]
                self.problem(position, position + 1, f"control character {_code_points(character)} in a string", escape)
            elif character == "\\":
                escaped = self.text[position + 1]
                length = 2
                if escaped == "u" and not _UNICODE.match(self.text, position + 1, end):
                    self.problem(position, position + 2, 'unknown escape "\\u" without four hexadecimal digits')
                    self.complete = False
                elif escaped not in '"\\/bfnrtu':
                    self.problem(position, position + 2, f'unknown escape "\\{escaped}"', "'" if escaped == "'" else None)
            position += length

    # The grammar ----------------------------------------------------------------------------------------------------------

    def read_on(self, start: int, end: int, is_string: bool) -> bool:
        """The document has ended and more follows: report it; whether reading goes on, because a brace closed too much."""
        if _ONLY_CLOSERS.fullmatch(self.text, start):
            rest = self.span(start, len(self.text.rstrip()))
            fix = Fix("Remove what follows the end", (Edit(rest, ""),))
            self.report(Problem(self.span(start, end), f"text after the end: {_quoted(rest.text)}", fix))
            return False
        self.problem(start, end, f"text after the end: {_quoted(self.text[start:end])}")
        self.lose()
        root = self.root.items[0]
        if self.reopened or not isinstance(root, JsonObject) or not (is_string or self.text[start:end] == ","):
            return False
        self.reopened = True
        frame = _Frame(root.span.start, is_object=True)
        frame.members = list(root.members)
        frame.keys = {member.key: member.key_span for member in root.members}
        frame.state = _NEXT if is_string else _AFTER
        self.root.items, self.root.state = [], _VALUE
        self.stack.append(frame)
        self.open[True] += 1
        return True

    def word(self, word: str, start: int, end: int) -> None:
        """A number, a constant, or something that has no quotes."""
        top = self.stack[-1]
        unopened = _UNOPENED_KEY if top.needs_key else _UNOPENED_VALUE
        if top is not self.root and (match := unopened.match(self.text, start)):
            value, self.position = match[0][:-1], match.end()
            name = "key" if top.needs_key else "string"
            self.problem(start, self.position, f"{name} {_quoted(value)} without its first quote", f'"{match[0]}')
            self.complete = False
            self.string(JsonScalar(self.span(start, self.position), value))
        elif top.needs_key:
            if self.colon_follows(end):
                self.problem(start, end, f"key {_quoted(word)} without quotes", _write_string(word))
                self.key(word, start, end, unquoted=True)
            else:
                self.junk(start, end)
                if word in _CONSTANTS or _NUMBER.fullmatch(word):
                    self.lose()
        elif word in _CONSTANTS:
            self.scalar(start, end, _CONSTANTS[word])
        elif match := _NUMBER.fullmatch(word):
            self.scalar(start, end, _number(word, whole=match[1] is None and match[2] is None))
        elif word in _FOREIGN:
            self.scalar(start, end, _CONSTANTS[_FOREIGN[word]])
            self.problem(start, end, f"{_quoted(word)} is not JSON", _FOREIGN[word])
        elif top is self.root or (not top.is_object and top.state == _AFTER):
            self.junk(start, end)
        else:
            self.slot(start, end)
            self.add(JsonScalar(self.span(start, end), None, readable=False))
            self.junk(start, end, "is not JSON")

    def string(self, scalar: JsonScalar) -> None:
        top = self.stack[-1]
        start, end = scalar.span.start, scalar.span.end
        if not top.needs_key:
            self.slot(start, end)
            self.add(scalar)
        elif top.state == _AFTER and not self.colon_follows(end):
            self.junk(start, end)
        else:
            self.key(str(scalar.value), start, end)

    def key(self, key: str, start: int, end: int, *, unquoted: bool = False) -> None:
        """Take a token as the key of the object on top."""
        top = self.stack[-1]
        if top.state == _AFTER:
            self.missing(",", start, end)
        span = self.span(start, end)
        if key in top.keys:
            related = (Related(top.keys[key], "the first one is here"),)
            self.report(Problem(span, f"duplicate key {_quoted(key)}", None, related))
        else:
            top.keys[key] = span
        top.key = (key, span)
        top.junk = False
        top.state = _COLON

    def scalar(self, start: int, end: int, value: Scalar) -> None:
        self.slot(start, end)
        self.add(JsonScalar(self.span(start, end), value))

    def opener(self, token: str, start: int) -> None:
        """An opening bracket; where a key should be, one bracket before it is missing or this one is too many."""
        top, outer = self.stack[-1], self.stack[-2] if len(self.stack) > 1 else self.root
        if top.needs_key:
            last = top.members[-1] if top.members else None
            if token == "{" and top.state == _FIRST:
                self.junk(start, start + 1)
                return
            if token == "{" and not outer.is_object and outer is not self.root:
                self.unclosed(top, self.span(start, start + 1), 'missing "}" before "{"')
                self.stack[-1].state = _NEXT
            elif token == "{" and last and isinstance(last.value, JsonObject) and top.state == _NEXT:
                # `"list": {…}, {…}]`
                self.problem(start, start + 1, f'missing "[" before the items of {_quoted(last.key)}')
                self.lose()
                top.key, top.state = (last.key, last.key_span), _VALUE
                top.members.pop()
                self.push(last.value.span.start, is_object=False)
                self.add(last.value)
                self.stack[-1].state = _NEXT
            else:
                # Read, and not kept.
                self.junk(start, start + 1)
                top.key, top.state = None, _VALUE
        self.slot(start, start + 1)
        self.push(start, is_object=token == "{")

    def push(self, start: int, *, is_object: bool) -> None:
        self.stack.append(_Frame(start, is_object))
        self.open[is_object] += 1

    def slot(self, start: int, end: int) -> None:
        """Make the frame on top ready to take a value that begins here."""
        top = self.stack[-1]
        if top.state == _COLON:
            self.missing(":", start, end)
        elif top.state == _AFTER:
            self.missing(",", start, end)
        top.state = _VALUE

    def add(self, node: JsonNode) -> None:
        """Give the frame on top the value it waits for."""
        top = self.stack[-1]
        if not top.is_object:
            top.items.append(node)
        elif top.key is not None:
            top.members.append(Member(*top.key, node))
            top.key = None
        top.state = _AFTER

    def comma(self, start: int) -> None:
        top = self.stack[-1]
        if top.state in (_COLON, _VALUE):
            self.no_value(top)
        elif top.state != _AFTER:
            if not top.junk:
                self.problem(start, start + 1, "unexpected comma", "")
            top.junk = False
            return
        top.state, top.comma, top.junk = _NEXT, start, False

    def colon(self, start: int) -> None:
        top = self.stack[-1]
        if top.state == _COLON:
            top.state = _VALUE
            return
        values = [top.members[-1].value] if top.members else top.items[-1:]
        key = values[0] if values and top.state == _AFTER and top is not self.root else None
        if not isinstance(key, JsonScalar) or not isinstance(key.value, str) or key.span.end != self.last_end or top.junk:
            self.junk(start, start + 1)
            return
        # The string before the colon was a key: a bracket is missing before it.
        start, end = key.span.start, key.span.end
        if top.is_object:
            member = top.members.pop()
            top.key, top.state = (member.key, member.key_span), _VALUE
        else:
            top.items.pop()
        if top.is_object or not top.items:
            self.problem(start, end, f'missing "{{" before the key {_quoted(key.value)}')
            self.lose()
            self.push(start, is_object=True)
        elif self.stack[-2].is_object:
            self.unclosed(top, key.span, f'missing "]" before the key {_quoted(key.value)}')
            self.stack[-1].state = _NEXT
        else:
            self.junk(start, end)
            return
        self.key(key.value, start, end)
        self.stack[-1].state = _VALUE

    def closer(self, token: str, start: int) -> None:
        """A closing bracket: of the frame on top, else of the nearest one that it fits."""
        is_object = token == "}"
        at_end = _behind_space(self.text, start + 1) == len(self.text)
        if not self.open[is_object]:
            if len(self.stack) > 1 and at_end:
                self.misspelt_closer(token, start)
            else:
                self.junk(start, start + 1)
            return
        top = self.stack[-1]
        if top.is_object != is_object:
            only = self.open[is_object] == 1 and self.stack[1].is_object == is_object
            if only and not at_end:
                # It would close the whole document, and there is more to come.
                self.misspelt_closer(token, start)
                return
            missing = "]" if is_object else "}"
            span = self.span(start, start + 1)
            message = f'missing "{missing}" before "{token}"'
            while (top := self.stack[-1]).is_object != is_object:
                self.unclosed(top, span, message)
        self.close(start + 1)

    def misspelt_closer(self, token: str, start: int) -> None:
        top = self.stack[-1]
        opener, closer = ("{", "}") if top.is_object else ("[", "]")
        related = (Related(self.span(top.start, top.start + 1), "the bracket that it closes"),)
        message = f'"{token}" closes "{opener}", which needs "{closer}"'
        self.report(Problem(self.span(start, start + 1), message, None, related))
        self.lose()
        self.close(start + 1)

    def unclosed(self, frame: _Frame, span: Span, message: str) -> None:
        """Close the frame on top, whose bracket is missing, and say so at the span."""
        related = (Related(self.span(frame.start, frame.start + 1), "the bracket that is not closed"),)
        self.report(Problem(span, message, None, related))
        self.lose()
        self.close(self.last_end)

    def close(self, end: int) -> None:
        """End the frame on top and give its value to the one around it."""
        frame = self.stack.pop()
        self.open[frame.is_object] -= 1
        if frame.state in (_COLON, _VALUE) and frame.is_object:
            self.stack.append(frame)
            self.no_value(frame)
            self.stack.pop()
        elif frame.state == _NEXT and frame.comma >= 0 and not frame.junk:
            closer = '"}"' if frame.is_object else '"]"'
            self.problem(frame.comma, frame.comma + 1, f"trailing comma before {closer}", "")
        span = self.span(frame.start, max(end, frame.start + 1))
        self.add(JsonObject(span, tuple(frame.members)) if frame.is_object else JsonArray(span, tuple(frame.items)))

    def finish(self) -> None:
        unclosed = len(self.stack) - 1
        if unclosed:
            top = self.stack[-1]
            what = f'"{"}" if top.is_object else "]"}"' if unclosed == 1 else f"{unclosed} closing brackets"
            last = self.span(max(self.last_end - 1, 0), self.last_end)
            message = f"missing {what} at the end of the file"
            while len(self.stack) > 1:
                self.unclosed(self.stack[-1], last, message)
        elif not self.root.items:
            self.complete = False
            if not self.root.junk:
                self.problem(0, min(1, len(self.text)), "empty file" if not self.text.strip() else "no value in the file")

    # Problems -------------------------------------------------------------------------------------------------------------

    def span(self, start: int, end: int) -> Span:
        return self.file.span(start, end)

    def report(self, problem: Problem) -> None:
        if not self.lost:
            self.problems.append(problem)

    def lose(self) -> None:
        """What was just reported leaves open what the text means; what seems wrong behind it is mostly its consequence."""
        self.complete = False
        self.lost = True

    def problem(self, start: int, end: int, message: str, replacement: str | None = None) -> None:
        span = self.span(start, end)
        fix = Fix.replace(span, replacement) if replacement is not None else None
        self.report(Problem(span, message, fix))

    def missing(self, mark: str, start: int, end: int) -> None:
        """A comma or colon is missing before the token that begins here; it belongs behind the token before."""
        name = "comma" if mark == "," else "colon"
        token = self.text[start:end]
        fix = Fix(f"Insert a {name}", (Edit(self.span(self.last_end, self.last_end), mark),))
        shown = _quoted(token.strip("\"'"))
        self.report(Problem(self.span(start, end), f"missing {name} before {shown}", fix))

    def no_value(self, frame: _Frame) -> None:
        """The object on top has a key and nothing for it."""
        assert frame.key is not None
        key, span = frame.key
        self.report(Problem(span, f"key {_quoted(key)} without a value"))
        self.complete = False
        self.add(JsonScalar(self.span(span.end, span.end), None, readable=False))

    def junk(self, start: int, end: int, what: str = "") -> None:
        """Something that makes no sense here: reported once up to the next comma of the frame on top."""
        top = self.stack[-1]
        self.complete = False
        if not top.junk:
            shown = _quoted(self.text[start:end])
            self.problem(start, end, f"{shown} {what}" if what else f"unexpected {shown}")
        top.junk = True
        if self.text[start] in _SYNTAX or self.text[end : end + 1] in _CLOSING:
            self.lose()

    def colon_follows(self, position: int) -> bool:
        return self.text.startswith(":", _behind_space(self.text, position))


def _behind_space(text: str, position: int) -> int:
    """The offset of the first character from a position on that is no white space."""
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _number(word: str, *, whole: bool) -> int | float:
    return int(word) if whole and len(word) <= _LONGEST_INTEGER else float(word)


def _quoted(text: str) -> str:
    """A text as messages show it: in quotes, on one line, shortened."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= 40 else f'"{line[:37]}..."'


def _code_points(characters: str) -> str:
    return f"U+{ord(characters[0]):04X}"


def _ends_in_escape(text: str) -> bool:
    """Whether a text ends in an odd number of backslashes."""
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _write_string(value: str) -> str:
    lone_surrogate = any("\ud800" <= character <= "\udfff" for character in value)
    return json.dumps(value, ensure_ascii=lone_surrogate)


_ESCAPE = re.compile(r"((?:\\u[0-9a-fA-F]{4})+)|\\(.)", re.DOTALL)


def _unescape(text: str) -> str:
    """The text between a string's quotes without its escapes; an unknown one stands for its character, as in JavaScript."""
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        # Two surrogates that follow one another are one character.
        units = bytes.fromhex("".join(match[1].split("\\u")))
        return units.decode("utf-16-be", "surrogatepass")
    return _ESCAPES.get(match[2], match[2])
