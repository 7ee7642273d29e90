"""The literals of a script with their surroundings, from its syntax tree.

Strings, templates and comments come from one query; few of them are worth a look at what is around them. The ancestors of
those are found in one walk from the top (asking a node for its parent costs as much as the tree is deep). Every loop is
bounded, so that time stays linear in the code: what is nested or chained beyond the bounds is looked at less closely.

Each literal that was looked at says what its result hangs on: see `searches`.
"""

import base64
import binascii
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from sigmalint.credentials.candidate import Candidate, Place
from sigmalint.credentials.formats import Hit, scan
from sigmalint.credentials.gates import noise, token_like
from sigmalint.credentials.judge import Judged, judged
from sigmalint.credentials.names import Meaning, is_credential_header, meaning, split, words
from sigmalint.credentials.texts import SCHEME, comment_candidates, unescape
from sigmalint.credentials.urls import UNKNOWN, may_have_parts, parts
from sigmalint.sources.script import Code

if TYPE_CHECKING:
    from tree_sitter import Node, Query

_ENCODED = "\uf8fe"
"""Stands before what the code encodes as base64 (`btoa`)."""

_CLIMB = 48
_PIECES = 48
_FOLDS = 4
_USES = 8
ALL_USES = 200
_DEEPEST = 10_000
_LONG = 1_000
_READINGS = 20
"""How often the text of a script may be read on the whole before longer literals in it are passed over."""
_NEAR = 200
"""Characters between two pieces of a string that are marked as one stretch."""
MOST_SHIFT = 2_000
"""By how many characters an edit may change a function's length and leave what is beside it as it was found."""

_PLAIN = re.compile(r"(?:[A-Za-z]{1,15}+[^A-Za-z0-9=@]++)*+[A-Za-z]{0,15}+")
"""Words and separators: nothing that could be a token."""
_NOISY = 4
_TWO_WORDS = re.compile(r"[\w-]{2,20} \S{20,}")
_NAMED_BEFORE = re.compile(r"(?:pass\w{0,8}|pwd|secret)[\"'\]]?\s{0,4}(?::|={1,3}|,|\|\||\?\?)\s{0,4}\Z", re.IGNORECASE)
_PARAMETER_END = re.compile(r"[?&][\w.-]{1,40}=\Z|\A[\w.-]{1,40}=\Z")
_ASSIGNED = re.compile(r"=\s{0,4}([\"'`])([^\"'`\\\n$]{1,2000})\1")
_NAME_BEFORE = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$]{0,60})\s{0,4}\Z")
_LONGEST_NAME = 70

_TRANSPARENT = words(
    "parenthesized_expression as_expression satisfies_expression non_null_expression await_expression jsx_expression"
    " type_assertion"
)
_WRAPPERS = words(
    "btoa atob encodeURIComponent encodeURI decodeURIComponent decodeURI escape unescape String parse encode decode from"
    " Base64 b64 stringify freeze base64Encode base64encode encodeBase64 utf8_to_b64 b64EncodeUnicode toBase64"
)
"""Functions that give back their argument in another form."""
_ENCODERS = words("btoa encode Base64 b64 base64Encode base64encode encodeBase64 utf8_to_b64 b64EncodeUnicode toBase64 from")
_METHODS = words("trim toString concat normalize valueOf join toLowerCase toUpperCase reverse")
_READERS = words(
    "get fetch find load has have remove delete is validate check test verify log t translate i18n require import"
    " query select closest getitem contains includes indexof startswith endswith match replace split describe it"
    " expect warn error info debug alert confirm prompt on off emit trigger dispatch listen subscribe html show"
    " hide toggle read assert throw new format print write display render parse search exec compare equals item"
)
_SETTERS = words("set with use add configure init initialize setup put store save update create make sign append define")
_FUNCTIONS = words(
    "arrow_function function_expression function_declaration method_definition generator_function_declaration"
    " generator_function function"
)
_STATEMENTS = words(
    "statement_block if_statement else_clause try_statement catch_clause switch_case switch_default switch_body"
)


@cache
def _query(language: str) -> "Query":
    import tree_sitter

    from sigmalint.sources.script import parser

    grammar = parser(language).language
    assert grammar is not None
    return tree_sitter.Query(grammar, "[(string) (template_string) (comment)] @literal")


class _Piece(NamedTuple):
    """A part of a folded string: its text, and the offsets of what writes it (-1 for what is not known)."""

    text: str
    start: int
    end: int


class _Around(NamedTuple):
    """What surrounds an expression: where its value goes, and `prefix`, what stands before it in a longer string."""

    place: Place
    names: tuple[str, ...]
    sinks: tuple[str, ...]
    top: "Node"
    prefix: str
    joined: bool
    constant: str | None


class Constant(NamedTuple):
    """A literal that the code gives a name, by its text alone: offsets without the quotes."""

    name: str
    text: str
    start: int
    end: int


class Literal(NamedTuple):
    """A literal whose surroundings were looked at, or a comment with credentials; offsets are those of the code.

    What was `found` hangs on the text of the stretches `reads`, on the constants called `names`, and on where the name `flow`
    is used, which was looked at `uses` times ("": nowhere), but on nothing in the functions beside the literal: these are no
    strings, whatever stands in them. `folded` is the expression that was folded first for this literal.
    """

    start: int
    end: int
    found: tuple[Judged, ...]
    reads: tuple[tuple[int, int], ...] = ()
    names: frozenset[str] = frozenset()
    flow: str = ""
    uses: int = 0
    folded: tuple[int, int] | None = None


def literal_nodes(code: Code, start: int = 0, end: int | None = None) -> "list[Node]":
    """The strings, templates and comments that a stretch of the code (offsets) touches, in any order."""
    import tree_sitter

    cursor = tree_sitter.QueryCursor(_query(code.language))
    if end is not None:
        cursor.set_byte_range(code.byte(start), code.byte(end))
    return cursor.captures(code.tree.root_node).get("literal", [])


class Walk:
    """A walk over literals of a script; `hits` are the formats in its text.

    `constants` are those of the text, where they are known: they are looked for when one is needed. `folded` are expressions
    that are not folded again. `used` are the beginnings of the formats that were found in literals.
    """

    def __init__(
        self,
        code: Code,
        hits: Sequence[Hit],
        constants: Sequence[Constant] | None = None,
        folded: Iterable[tuple[int, int]] = (),
    ) -> None:
        self._code = code
        self._text = code.text
        self._hits = hits
        self._hit_starts = [hit.start for hit in hits]
        self.constants = constants
        self.used: set[int] = set()
        self._unread = _READINGS * len(code.text)
        self._uses = 0
        self._folded = set(folded)
        self._first_folded: tuple[int, int] | None = None
        self._reads: list[tuple[int, int]] = []
        self._names: set[str] = set()
        self._flow = ""

    def look(self, nodes: "Iterable[Node]") -> list[Literal]:
        """Those of the literals that are worth a look, in order, with what they give."""
        looked: list[Literal] = []
        text, offset = self._text, self._code.offset
        for node in sorted(nodes, key=lambda node: node.start_byte):
            start, end = offset(node.start_byte), offset(node.end_byte)
            if node.type == "comment":
                if found := judged(self._comment(start, end)):
                    looked.append(Literal(start, end, found))
            elif self._code.is_inserted(node.end_byte - 1):
                continue  # nobody knows where it ends
            elif end - start >= 3 and self._is_worth(text[start + 1 : end - 1], start, end):
                looked.append(self._look(node, start, end))
        return looked

    def _look(self, node: "Node", start: int, end: int) -> Literal:
        self._reads, self._names, self._flow, self._first_folded = [(start, end)], set(), "", None
        uses = self._uses
        found = judged(self._literal(node, start, end))
        reads, names = tuple(self._reads), frozenset(self._names)
        return Literal(start, end, found, reads, names, self._flow, self._uses - uses, self._first_folded)

    @cached_property
    def _paths(self) -> "_Paths":
        return _Paths(self._code.tree.root_node)

    def _is_worth(self, raw: str, start: int, end: int) -> bool:
        """Whether a literal needs a look at its surroundings."""
        if self._hits and self._hits_in(start, end):
            return True
        self._unread -= len(raw)
        if self._unread < 0 and len(raw) > _LONG:  # templates within templates, each with the text of all in it
            return False
        if len(raw) < 6:
            return raw[-1:] == "=" and _PARAMETER_END.search(raw) is not None
        if not _PLAIN.fullmatch(raw):
            if may_have_parts(raw) or _PARAMETER_END.search(raw):
                return True
            if noise(raw) >= _NOISY and (" " not in raw or _TWO_WORDS.fullmatch(raw)):
                return True
        return SCHEME.match(raw) is not None or _NAMED_BEFORE.search(self._text, max(0, start - 24), start) is not None

    def _hits_in(self, start: int, end: int) -> list[Hit]:
        first = bisect_left(self._hit_starts, start)
        last = bisect_left(self._hit_starts, end)
        return list(self._hits[first:last])

    def _take(self, start: int, end: int) -> list[Hit]:
        found = self._hits_in(start, end)
        self.used.update(hit.start for hit in found)
        return found

    def _comment(self, start: int, end: int) -> Iterator[Candidate]:
        return comment_candidates(self._text[start:end], self._take(start, end), start)

    # --- one literal -----------------------------------------------------------------------------------------------------

    def _literal(self, node: "Node", start: int, end: int) -> Iterator[Candidate]:
        path = self._paths.of(node)
        if path is None:
            return
        around = self._around(node, path)
        hits = self._take(start, end)
        if around is None:
            for hit in hits:
                yield self._hit(hit, Place.FREE, (), ())
            return
        place, names, sinks = around.place, around.names, around.sinks
        pieces = self._fold(around.top)
        if around.prefix:
            pieces.insert(0, _Piece(around.prefix, -1, -1))
        text = "".join(piece.text for piece in pieces)
        whole = len(pieces) == 1
        if not whole:
            folded = self._offset(around.top.start_byte), self._offset(around.top.end_byte)
            if folded in self._folded:
                return
            self._folded.add(folded)
            self._first_folded = folded
            own = scan(text) if hits or _adjoin(pieces) else []
            for hit in own:
                yield from self._folded_hit(hit, pieces, around, text)
            if own:
                return
        header = place is Place.HEADER
        for hit in hits:
            value = text[: hit.start - start - 1]
            scheme = SCHEME.match(text)
            parameter = re.search(r"[?&]([\w.-]{1,60})=\Z", value[-64:])
            if parameter:
                yield self._hit(hit, Place.PARAMETER, (parameter[1], *names), sinks, host=_host(text))
            elif header or scheme:
                yield self._hit(hit, Place.HEADER, names if header else (), sinks)
            else:
                yield self._hit(hit, Place.BINDING if names else Place.FREE, names, sinks, host=_host(text))
        if hits:
            return
        found = list(self._values(text, pieces, around))
        yield from found
        if around.constant and not any(one.place is Place.HEADER for one in found):
            yield from self._flows(around.constant, text, pieces)

    def _values(self, text: str, pieces: list[_Piece], around: _Around) -> Iterator[Candidate]:
        """What a folded string gives: header values, addresses, named values."""
        place, names, sinks = around.place, around.names, around.sinks
        if may_have_parts(text):
            for part in parts(text):
                if UNKNOWN in part.value or _ENCODED in part.value:
                    continue
                found = self._located(pieces, part.start, part.end)
                kind = Place.PARAMETER if part.name else Place.USERINFO
                yield Candidate(part.value, *found, kind, (part.name, *names) if part.name else names, sinks, host=part.host)
        scheme = SCHEME.match(text)
        if scheme or place is Place.HEADER:
            begin = scheme.end() if scheme else 0
            value = text[begin:]
            encoded = value.startswith(_ENCODED)
            if encoded:
                begin += 1
                value = value[1:]
            if UNKNOWN not in value and _ENCODED not in value and value:
                word = scheme[1].lower() if scheme else ""
                if encoded and ":" in value:
                    begin += value.index(":") + 1
                yield Candidate(
                    value,
                    *self._located(pieces, begin, len(text)),
                    Place.HEADER,
                    names if place is Place.HEADER else (),
                    sinks,
                    word,
                )
            elif encoded and ":" in value and (password := value.rpartition(":")[2]) and UNKNOWN not in password:
                yield Candidate(
                    "\uf8fd:" + password,
                    *self._located(pieces, len(text) - len(password), len(text)),
                    Place.HEADER,
                    names if place is Place.HEADER else (),
                    sinks,
                    "basic",
                )
            return
        if place is not Place.BINDING or UNKNOWN in text or around.joined:
            return
        begin = 0
        if text.startswith(_ENCODED):
            begin = text.index(":") + 1 if ":" in text else 1
        value = text[begin:]
        if value and _ENCODED not in value:
            yield Candidate(value, *self._located(pieces, begin, len(text)), Place.BINDING, names, sinks)

    def _flows(self, name: str, text: str, pieces: list[_Piece]) -> Iterator[Candidate]:
        """A random constant is judged by the places that use it, too."""
        if UNKNOWN in text or not token_like(text, 12) or "://" in text or self._uses > ALL_USES:
            return
        self._flow = name
        seen = 0
        for start in uses_of(self._text, name):
            seen += 1
            self._uses += 1
            if seen > _USES or self._uses > ALL_USES:
                return
            self._reads.append((start, start + len(name)))
            node, path = self._paths.to(self._code.byte(start))
            if node is None or "identifier" not in node.type:
                continue
            while path and path[-1].type == "member_expression" and self._offset(path[-1].end_byte) == start + len(name):
                node = path.pop()
            around = self._around(node, path)
            if around is None or (around.place is Place.FREE and around.top == node):
                continue
            folded = self._fold(around.top, {name: pieces})
            if around.prefix:
                folded.insert(0, _Piece(around.prefix, -1, -1))
            whole = "".join(piece.text for piece in folded)
            if around.place is Place.FREE and whole == text:
                continue
            yield from self._values(whole, folded, around)

    def _hit(self, hit: Hit, place: Place, names: tuple[str, ...], sinks: tuple[str, ...], *, host: str = "") -> Candidate:
        value = self._text[hit.start : hit.end]
        return Candidate(value, hit.start, hit.end, place, names, sinks, host=host, format=hit.format)

    def _folded_hit(self, hit: Hit, pieces: list[_Piece], around: _Around, text: str) -> Iterator[Candidate]:
        found = self._located(pieces, hit.start, hit.end)
        place, names = around.place, around.names
        parameter = re.search(r"[?&]([\w.-]{1,60})=\Z", text[max(0, hit.start - 64) : hit.start])
        if parameter:
            place, names = Place.PARAMETER, (parameter[1], *names)
        elif SCHEME.match(text) and place is not Place.HEADER:
            place, names = Place.HEADER, ()
        yield Candidate(text[hit.start : hit.end], *found, place, names, around.sinks, host=_host(text), format=hit.format)

    def _located(self, pieces: list[_Piece], start: int, end: int) -> tuple[int, int]:
        """The stretch of the code that writes `text[start:end]` of folded pieces: the longest run of neighbours."""
        at = 0
        runs: list[tuple[int, int]] = []
        for piece in pieces:
            low, high = max(start, at), min(end, at + len(piece.text))
            if low < high and piece.start >= 0:
                exact = piece.end - piece.start == len(piece.text)
                first = piece.start + low - at if exact else piece.start
                last = piece.start + high - at if exact else piece.end
                gap = first - runs[-1][1] if runs else -1
                if 0 <= gap < _NEAR + MOST_SHIFT:
                    self._read(runs[-1][1], first)
                if 0 <= gap < _NEAR:
                    runs[-1] = (runs[-1][0], last)
                else:
                    runs.append((first, last))
            at += len(piece.text)
        return max(runs, key=lambda run: run[1] - run[0], default=(0, 0))

    # --- folding ---------------------------------------------------------------------------------------------------------

    def _fold(self, node: "Node", known: "dict[str, list[_Piece]] | None" = None, depth: int = 0) -> list[_Piece]:
        """A string expression as pieces in order; what is not constant is `UNKNOWN`."""
        pieces: list[_Piece] = []
        stack = [node]
        steps = 0
        while stack:
            current = stack.pop()
            steps += 1
            kind = current.type
            if steps > _PIECES:
                pieces.append(_Piece(UNKNOWN, -1, -1))
                break
            if kind == "string":
                pieces.append(self._string(current))
            elif kind == "template_string":
                stack += reversed(_first(current, _PIECES))
                if not current.named_child_count:
                    pieces.append(self._string(current))
            elif kind in ("string_fragment", "escape_sequence"):
                start, end = self._offset(current.start_byte), self._offset(current.end_byte)
                pieces.append(_Piece(unescape(self._text[start:end]), start, end))
            elif kind == "template_substitution" or kind in _TRANSPARENT:
                stack += _first(current, 1)
            elif kind == "binary_expression" and _operator(current) == "+":
                left, right = current.child_by_field_name("left"), current.child_by_field_name("right")
                stack += [side for side in (right, left) if side is not None]
            elif kind == "number":
                start, end = self._offset(current.start_byte), self._offset(current.end_byte)
                pieces.append(_Piece(self._text[start:end], start, end))
            elif kind in ("identifier", "member_expression"):
                name = self._slice(current)
                pieces += (known or {}).get(name) or [self._constant(name)]
            elif kind == "call_expression" and depth < _FOLDS:
                pieces += self._call(current, known, depth)
            else:
                pieces.append(_Piece(UNKNOWN, -1, -1))
        return pieces or [_Piece(UNKNOWN, -1, -1)]

    def _call(self, node: "Node", known: "dict[str, list[_Piece]] | None", depth: int) -> list[_Piece]:
        """What a call gives that only encodes, decodes or joins strings."""
        unknown = [_Piece(UNKNOWN, -1, -1)]
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or arguments is None:
            return unknown
        name = self._last_name(function)
        inner = [child for child in _first(arguments, 3) if child.type != "comment"]
        owner = function.child_by_field_name("object") if function.type == "member_expression" else None
        if owner is not None and name in _METHODS and owner.type not in ("identifier", "this", "member_expression"):
            if name == "join" and owner.type == "array":
                return [piece for item in _first(owner, _PIECES) for piece in self._fold(item, known, depth + 1)]
            return self._fold(owner, known, depth + 1) if name != "concat" else unknown
        if name not in _WRAPPERS or not inner or inner[0].type == "spread_element":
            return unknown
        folded = self._fold(inner[0], known, depth + 1)
        if name == "atob" or name == "decode":
            text = "".join(piece.text for piece in folded)
            try:
                decoded = base64.b64decode(text, validate=True).decode("utf-8")
            except (ValueError, binascii.Error):
                return unknown
            return [_Piece(decoded, folded[0].start, folded[-1].end)]
        if name in _ENCODERS:
            return [_Piece(_ENCODED, -1, -1), *folded]
        return folded

    def _string(self, node: "Node") -> _Piece:
        start, end = self._offset(node.start_byte + 1), self._offset(node.end_byte - 1)
        return _Piece(unescape(self._text[start:end]), start, end)

    def _constant(self, name: str) -> _Piece:
        """What a name stands for."""
        self._names.add(name)
        return self._constants.get(name) or _Piece(UNKNOWN, -1, -1)

    @cached_property
    def _constants(self) -> Mapping[str, _Piece]:
        """The names that the code gives one literal; two different ones make a name unknown."""
        if self.constants is None:
            self.constants = list(constants_in(self._text))
        found: dict[str, _Piece] = {}
        clashes = set()
        for name, text, start, end in self.constants:
            if found.setdefault(name, _Piece(text, start, end)).text != text:
                clashes.add(name)
        for name in clashes:
            del found[name]
        return found

    # --- surroundings ----------------------------------------------------------------------------------------------------

    def _around(self, node: "Node", path: "list[Node]") -> _Around | None:
        """Where the value of an expression goes; None where it is no value (a key, a module's name)."""
        child = top = node
        index = len(path) - 1
        prefix = ""
        chosen = joined = False
        instead: tuple[str, ...] = ()
        for _ in range(_CLIMB):
            if index < 0:
                break
            parent = path[index]
            kind = parent.type
            if kind in _TRANSPARENT:
                pass
            elif kind == "binary_expression":
                operator = _operator(parent)
                on_left = parent.child_by_field_name("left") == child
                if operator == "+":
                    if chosen:
                        other = parent.child_by_field_name("left")
                        if not on_left and other is not None and not prefix:
                            prefix = "".join(piece.text for piece in self._fold(other))[-200:]
                        elif on_left:
                            joined = True
                    else:
                        top = parent
                elif operator in ("||", "??") or (operator == "&&" and not on_left):
                    chosen = True
                    if operator != "&&" and not on_left:
                        instead = self._chain(parent.child_by_field_name("left"))[:1] or instead
                elif operator in ("==", "===", "!=", "!=="):
                    other = parent.child_by_field_name("right" if on_left else "left")
                    return self._made(Place.BINDING, self._chain(other), (), top, prefix, joined)
                else:
                    break
            elif kind == "ternary_expression":
                if parent.child_by_field_name("condition") == child:
                    break
                chosen = True
            elif kind == "template_substitution":
                index -= 1
                if index < 0:
                    break
                parent = path[index]
                if not chosen:
                    top = parent
                else:
                    joined = True
            elif kind == "arguments":
                call = path[index - 1] if index else None
                if call is None or call.type not in ("call_expression", "new_expression"):
                    break
                function = call.child_by_field_name("function") or call.child_by_field_name("constructor")
                name = self._last_name(function) if function is not None else ""
                if name in _WRAPPERS and _named(parent, 0) == child and call.type == "call_expression":
                    index -= 1
                    parent = call
                    if not chosen:
                        top = call
                else:
                    return _or_named(self._argument(child, parent, function, path, index - 1, top, prefix, joined), instead)
            elif kind == "member_expression":
                call = path[index - 1] if index else None
                name = self._last_name(parent)
                if call is None or call.type != "call_expression" or name not in _METHODS:
                    break
                index -= 1
                parent = call
                if not chosen:
                    top = call
            elif kind == "array":
                outer = path[index - 1] if index else None
                if outer is not None and outer.type == "member_expression":
                    if self._last_name(outer) != "join":
                        break
                    if not chosen:
                        top = path[index - 2] if index > 1 else parent
                    index -= 2
                    parent = path[index] if index >= 0 else parent
                else:
                    return _or_named(self._item(child, parent, path, index, top, prefix, joined), instead)
            else:
                bound = self._bound(child, parent, path, index, top, prefix, joined)
                return _or_named(bound, instead) if bound is not None else None
            child = parent
            index -= 1
        return _or_named(self._made(Place.FREE, (), (), top, prefix, joined), instead)

    def _made(
        self,
        place: Place,
        names: Sequence[str],
        sinks: Sequence[str],
        top: "Node",
        prefix: str,
        joined: bool,
        constant: str | None = None,
    ) -> _Around:
        if place is Place.BINDING and names and is_credential_header(names[0]) and _is_header(names, sinks):
            place = Place.HEADER
        return _Around(place, tuple(names), tuple(sinks), top, prefix, joined, constant)

    def _bound(
        self, child: "Node", parent: "Node", path: "list[Node]", index: int, top: "Node", prefix: str, joined: bool
    ) -> _Around | None:
        """What an expression is bound to by its parent."""
        kind = parent.type
        field = {
            "variable_declarator": ("name", "value"),
            "assignment_expression": ("left", "right"),
            "augmented_assignment_expression": ("left", "right"),
            "assignment_pattern": ("left", "right"),
            "object_assignment_pattern": ("left", "right"),
            "pair": ("key", "value"),
            "field_definition": ("property", "value"),
            "public_field_definition": ("name", "value"),
            "required_parameter": ("pattern", "value"),
            "optional_parameter": ("pattern", "value"),
            "enum_assignment": ("name", "value"),
        }.get(kind)
        if field is not None:
            if parent.child_by_field_name(field[1]) != child:
                return None
            target = parent.child_by_field_name(field[0])
            names = self._chain(target)
            constant = None
            if kind in ("variable_declarator", "assignment_expression", "assignment_pattern") and target is not None:
                constant = names[0] if names and target.type == "identifier" else None
            if kind == "pair":
                outer, sinks = self._outside(path, index)
                if names and split(names[0])[-1:] in (("value",), ("content",), ("default",), ("val",), ("data",)):
                    names = (*self._sibling_names(path, index), *names)
                holder = path[index - 2] if index > 1 else None
                if names and outer and holder is not None and holder.type == "variable_declarator":
                    constant = f"{outer[0]}.{names[0]}"
                return self._made(Place.BINDING, (*names, *outer), sinks, top, prefix, joined, constant)
            joined = joined or kind == "augmented_assignment_expression"
            return self._made(Place.BINDING, names, names[1:][-1:], top, prefix, joined, constant)
        if kind == "arrow_function" or kind == "return_statement":
            name = self._function_name(path, index)
            return self._made(Place.BINDING if name else Place.FREE, (name,) if name else (), (), top, prefix, joined)
        if kind == "switch_case":
            switch = next((node for node in reversed(path[max(0, index - 2) : index]) if node.type == "switch_statement"), None)
            subject = switch.child_by_field_name("value") if switch is not None else None
            if subject is None or parent.child_by_field_name("value") != child:
                return None
            return self._made(Place.BINDING, self._chain(_named(subject, 0)), (), top, prefix, joined)
        if kind == "jsx_attribute":
            name = self._slice(_named(parent, 0))
            if name in ("value", "defaultValue", "content"):
                others = _first(path[index - 1], 40) if index else []
                named = (self._jsx_value(other, ("name", "id")) for other in others if other.type == "jsx_attribute")
                name = next(filter(None, named), name)
            return self._made(Place.BINDING, (name,), (), top, prefix, joined)
        if kind in ("import_statement", "export_statement", "computed_property_name", "subscript_expression", "literal_type"):
            return None
        return self._made(Place.FREE, (), (), top, prefix, joined)

    def _argument(
        self,
        child: "Node",
        arguments: "Node",
        function: "Node | None",
        path: "list[Node]",
        index: int,
        top: "Node",
        prefix: str,
        joined: bool,
    ) -> _Around:
        """An argument: named by the string before it (`setItem("token", …)`), the one behind it, or the function."""
        called = self._chain(function)
        items = [item for item in _first(arguments, 12) if item.type != "comment"]
        position = next((number for number, item in enumerate(items) if item == child), 0)
        verbs = split(called[0]) if called else ()
        verb = verbs[0] if verbs else ""
        names: tuple[str, ...] = ()
        before = items[position - 1] if position else None
        if before is not None and before.type == "string":
            names = (self._string(before).text,)
        elif before is not None and before.type in ("identifier", "member_expression"):
            names = self._chain(before)[:1] if verb in _SETTERS or called[:1] == ("setItem",) else ()
        if not names or meaning(names[0]) <= Meaning.NOTHING:
            following = (self._string(item).text for item in items[position + 1 :] if item.type == "string")
            names = next(((text,) for text in following if meaning(text) >= Meaning.SECRET and " " not in text), names)
        if called[:1] == ("open",) and position == 4:
            names = ("password",)
        if not names and verb not in _READERS:
            names = called[:1]
            if verb in _SETTERS and len(verbs) > 1:
                names = ("_".join(verbs[1:]),)
        elif names and verb in ("getitem", "require", "translate", "t"):
            names = ()
        return self._made(Place.BINDING if names else Place.FREE, names, called, top, prefix, joined)

    def _item(
        self, child: "Node", array: "Node", path: "list[Node]", index: int, top: "Node", prefix: str, joined: bool
    ) -> _Around:
        """An element of an array: named by the first of two (`["Authorization", …]`), or by what holds the array."""
        items = [item for item in _first(array, 3) if item.type != "comment"]
        outer, sinks = self._outside(path, index + 1)
        if len(items) == 2 and items[1] == child and items[0].type == "string":
            return self._made(Place.BINDING, (self._string(items[0]).text, *outer), sinks, top, prefix, joined)
        return self._made(Place.BINDING if outer else Place.FREE, outer, sinks, top, prefix, joined)

    def _outside(self, path: "list[Node]", index: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names around a property, the closest first, and the functions and objects that it is given to."""
        names: list[str] = []
        sinks: list[str] = []
        child = path[index] if index < len(path) else None
        for position in range(index - 1, max(-1, index - 24), -1):
            node = path[position]
            kind = node.type
            if kind == "pair":
                names += self._chain(node.child_by_field_name("key"))
            elif kind in ("variable_declarator", "assignment_expression", "field_definition", "public_field_definition"):
                target = node.child_by_field_name("name" if kind == "variable_declarator" else "left") or _named(node, 0)
                chain = self._chain(target)
                names += chain
                sinks += chain[-1:]
                break
            elif kind in ("call_expression", "new_expression"):
                function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
                sinks += self._chain(function)
                names += self._chain(function)[:1] if self._last_name(function) == "Headers" else ()
                break
            elif kind in _FUNCTIONS or kind in _STATEMENTS or len(names) >= 5:
                break
            child = node
        del child
        return tuple(names), tuple(sinks)

    def _sibling_names(self, path: "list[Node]", index: int) -> tuple[str, ...]:
        """What names a `value` in an object: the string of `name`, `key`, `id`, ... beside it."""
        holder = path[index - 1] if index else None
        if holder is None or holder.type != "object":
            return ()
        for pair in _first(holder, 12):
            if pair.type == "pair":
                key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
                if value is not None and value.type == "string" and self._chain(key)[:1] in _NAMING_KEYS:
                    return (self._string(value).text,)
        return ()

    def _function_name(self, path: "list[Node]", index: int) -> str:
        """The name of the function that gives back a value."""
        for position in range(index, max(-1, index - 12), -1):
            kind = path[position].type
            if kind in _FUNCTIONS:
                name = path[position].child_by_field_name("name")
                if name is not None:
                    return self._slice(name)
                holder = path[position - 1] if position else None
                if holder is None:
                    return ""
                target = holder.child_by_field_name("name") or holder.child_by_field_name("key")
                target = target or holder.child_by_field_name("left")
                return next(iter(self._chain(target)), "")
            if kind not in _STATEMENTS and kind != "return_statement":
                break
        return ""

    def _chain(self, node: "Node | None") -> tuple[str, ...]:
        """The names of an expression, the last property first: `a.b["c"]` gives c, b, a."""
        names: list[str] = []
        for _ in range(8):
            if node is None:
                break
            kind = node.type
            if kind == "member_expression":
                names.append(self._slice(node.child_by_field_name("property")))
                node = node.child_by_field_name("object")
            elif kind == "subscript_expression":
                index = node.child_by_field_name("index")
                if index is not None and index.type == "string":
                    names.append(self._string(index).text)
                node = node.child_by_field_name("object")
            elif kind == "string":
                names.append(self._string(node).text)
                break
            elif kind in ("computed_property_name", "parenthesized_expression", "non_null_expression", "await_expression"):
                node = _named(node, 0)
            elif kind == "call_expression":
                node = node.child_by_field_name("function")
            elif "identifier" in kind:
                names.append(self._slice(node))
                break
            else:
                break
        return tuple(name for name in names if name)

    def _last_name(self, node: "Node | None") -> str:
        if node is None:
            return ""
        if node.type == "member_expression":
            return self._slice(node.child_by_field_name("property"))
        return self._slice(node) if node.type == "identifier" else ""

    def _jsx_value(self, attribute: "Node", names: tuple[str, ...]) -> str:
        value = _named(attribute, 1)
        if value is None or value.type != "string" or self._slice(_named(attribute, 0)) not in names:
            return ""
        return self._string(value).text

    def _slice(self, node: "Node | None") -> str:
        if node is None:
            return ""
        start = self._offset(node.start_byte)
        end = min(self._offset(node.end_byte), start + 200)
        self._read(start, end)
        return self._text[start:end]

    def _read(self, start: int, end: int) -> None:
        """Note that what is found hangs on a stretch in which a function may stand."""
        first, last = self._reads[-1]
        self._reads[-1] = min(first, start), max(last, end)

    def _offset(self, byte: int) -> int:
        return self._code.offset(byte)


_NAMING_KEYS = tuple((name,) for name in ("name", "key", "id", "header", "field", "param", "label", "property", "variable"))


def _is_header(names: Sequence[str], sinks: Sequence[str]) -> bool:
    """Whether something with a credential header's name is one: by its name alone, or by what is around it."""
    lower = names[0].lower()
    if "authorization" in lower or lower == "cookie":
        return True
    around = [word for name in (*names[1:], *sinks) for word in split(name)]
    return any(word in ("header", "headers") for word in around)


def _or_named(around: _Around, names: tuple[str, ...]) -> _Around:
    """Surroundings without a telling name take that of the value that a literal stands in for (`env.API_TOKEN || "…"`)."""
    if not names or around.place is Place.HEADER or (around.names and meaning(around.names[0]) is not Meaning.NOTHING):
        return around
    return around._replace(place=Place.BINDING, names=(*names, *around.names))


def uses_of(text: str, name: str) -> Iterator[int]:
    """Where a name stands in a text as a word of its own, and as nobody's property."""
    start = text.find(name)
    while start >= 0:
        before, after = text[max(0, start - 1) : start], text[start + len(name) : start + len(name) + 1]
        alone = not (in_name(before) or before == "." or in_name(after))
        if alone:
            yield start
        start = text.find(name, start + (len(name) if alone else 1))


def in_name(character: str) -> bool:
    """Whether a character can be part of a name."""
    return character.isalnum() or character in ("_", "$")


def constants_in(text: str, start: int = 0, end: int | None = None) -> Iterator[Constant]:
    """The constants in a stretch of a text, in order, none inside another."""
    while match := _ASSIGNED.search(text, start, len(text) if end is None else end):
        named = _NAME_BEFORE.search(text, max(start, match.start() - _LONGEST_NAME), match.start())
        if named:
            yield Constant(named[1], match[2], *match.span(2))
        start = match.end() if named else match.start() + 1


def _host(text: str) -> str:
    match = re.search(r"://([^/\s?#]{1,200})", text[:400])
    return match[1] if match else ""


def _operator(node: "Node") -> str:
    operator = node.child_by_field_name("operator")
    return operator.type if operator is not None else ""


def _adjoin(pieces: list[_Piece]) -> bool:
    """Whether constants stand side by side: only then can there be a format that no literal has by itself."""
    return any(UNKNOWN not in one.text and UNKNOWN not in other.text for one, other in pairwise(pieces))


def _first(node: "Node", count: int) -> "list[Node]":
    """The first children that are no punctuation; a node may have a hundred thousand."""
    return [child for index in range(min(count, node.named_child_count)) if (child := node.named_child(index)) is not None]


def _named(node: "Node", index: int) -> "Node | None":
    """A child that is no punctuation; None where there are not so many."""
    return node.named_child(index) if index < node.named_child_count else None


class _Paths:
    """The ancestors of nodes that are asked for in the order of the text: every node is opened at most once."""

    def __init__(self, root: "Node") -> None:
        self._stack: list[tuple[Node, list[Node], list[int]]] = [_opened(root)]

    def of(self, node: "Node") -> "list[Node] | None":
        """The nodes from the root to a node's parent; None where that is too deep."""
        start, end = node.start_byte, node.end_byte
        while len(self._stack) > 1 and self._stack[-1][0].end_byte < end:
            self._stack.pop()
        while len(self._stack) < _DEEPEST:
            _, children, starts = self._stack[-1]
            position = bisect_right(starts, start) - 1
            if position < 0:
                return None
            child = children[position]
            if child == node:
                return [entry[0] for entry in self._stack[-_CLIMB * 2 :]]
            if child.end_byte < end:
                return None
            self._stack.append(_opened(child))
        return None

    def to(self, byte: int) -> "tuple[Node | None, list[Node]]":
        """The smallest node at an offset in bytes, wherever it is, and its ancestors from the root."""
        path: list[Node] = []
        node, children, starts = self._stack[0]
        while len(path) < _DEEPEST:
            if not children:
                return node, path
            position = bisect_right(starts, byte) - 1
            if position < 0 or children[position].end_byte <= byte:
                return None, path
            path.append(node)
            node, children, starts = _opened(children[position])
        return None, path


_Opened = tuple["Node", "list[Node]", list[int]]


def _opened(node: "Node") -> _Opened:
    children = node.children
    return node, children, [child.start_byte for child in children]
