"""JavaScript and TypeScript: pieces of code, their trees, and where each character of them stands in its file."""

import enum
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sigmalint.sources.recovery import Insertion, complete, insertions, must_be_broken
from sigmalint.sources.text import Anchors, SourceFile, Span, common

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

LANGUAGES = {
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".jsx": "javascript",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
}
"""The grammar that reads a file, by its suffix in lower case (the JavaScript grammar reads JSX)."""
COMPONENTS = (".vue", ".svelte")
"""The suffixes of files whose scripts a build tool takes out of markup (see `page.read_component`)."""


class CodeKind(enum.Enum):
    """How a browser runs a piece of code."""

    SCRIPT = "script"
    MODULE = "module"
    HANDLER = "handler"
    """The value of an `on…` attribute: the body of a function with the parameter `event`."""
    URL = "url"
    """What follows `javascript:` in an address: a script of its own."""


@dataclass(eq=False)
class Code:
    """One piece of code: a script file, an inline script, a handler attribute, a `javascript:` address.

    `text` is the code itself; `origins` says where it stands: pairs (offset in `text`, offset in `file.text`), ascending,
    each good for the stretch up to the next pair (one pair for a script; one more behind every character reference of an
    attribute). `language` is a value of `LANGUAGES`.
    """

    file: SourceFile
    text: str
    kind: CodeKind = CodeKind.SCRIPT
    language: str = "javascript"
    origins: tuple[tuple[int, int], ...] = ((0, 0),)
    patch: "Patch | None" = field(default=None, repr=False)
    """How it came from an earlier state, where that is known (see `patches`)."""
    places: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    """What was searched for and found in it (see `places`)."""
    outdated: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    """What was found in earlier states and not asked for since (see `places`)."""
    lowered: Any = field(default=None, repr=False)
    """Its statements, if they were lowered (see `lowering`)."""
    statements: tuple[list[Any], list[Any]] = field(default_factory=lambda: ([], []), repr=False)
    """Its first and last outermost statements that were lowered, of an earlier state too."""
    functions: dict[Span, Any] = field(default_factory=dict, repr=False)
    """The functions and classes that were lowered, by place; the states of a code share what they have in common."""
    _starts: list[int] = field(init=False, repr=False)
    _spans: Callable[[int, int], Span] = field(init=False, repr=False)
    _anchors: Anchors | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._starts = [start for start, _ in self.origins]
        self._spans = self.file.spans
        self._anchors = self.file.anchors

    def place(self, offset: int) -> int:
        """The offset in `file.text` of an offset in `text`."""
        start, origin = self.origins[bisect_right(self._starts, offset) - 1]
        return origin + offset - start

    def span(self, start: int, end: int) -> Span:
        """The stretch of the file that holds `text[start:end]`; the end stays behind the last character's whole reference."""
        return self._spans(self.place(start), self.place(end))

    @property
    def tree(self) -> "Tree":
        """The syntax tree, of broken code as `recovery` completes it; its offsets are bytes (see `offset`)."""
        return self._parsed.tree

    @property
    def is_broken(self) -> bool:
        """Whether the code does not parse as it stands."""
        return self._parsed.is_broken

    @property
    def is_torn(self) -> bool:
        """Whether the tree has errors: pieces of the code that nobody can tell the meaning of."""
        return self._parsed.is_torn

    @cached_property
    def _parsed(self) -> "_Parsed":
        return self._parse(None)

    def follow(self, before: "Code") -> None:
        """Learn from an earlier state of the code: take over what of it still holds, and where the two differ."""
        from sigmalint.sources.patches import patch
        from sigmalint.sources.places import keep

        before.patch = None  # states further back need not be kept
        known = before.__dict__.get("_parsed")
        if known is not None and before.language == self.language and "_parsed" not in self.__dict__:
            self.__dict__["_parsed"] = known if self.text == before.text else self._parse(known)
        self.patch = patch(before, self)
        keep(self)

    def _parse(self, before: "_Parsed | None") -> "_Parsed":
        """Parse, on what was made of an earlier state where that gives the same."""
        if before is not None and before.is_broken:  # it mostly still is, and parsing it as it stands takes longest
            inserted = insertions(self.text)
            if must_be_broken(self.text, inserted) and not (completed := self._completed(inserted, before)).is_torn:
                return completed
        data = self.text.encode("utf-8", "surrogatepass")
        tree = self._tree(data, before)
        return self._completed(insertions(self.text), before) if tree.root_node.has_error else _Parsed(tree, data)

    def _completed(self, inserted: Sequence[Insertion], before: "_Parsed | None") -> "_Parsed":
        """Parse broken code with what belongs into it."""
        data = complete(self.text, inserted).encode("utf-8", "surrogatepass")
        tree = self._tree(data, before)
        if before is not None and tree.root_node.has_error:
            # What the parser makes of an error depends on what it knows of the code around.
            tree = self._tree(data, None)
        return _Parsed(tree, data, inserted, is_broken=True)

    def _tree(self, data: bytes, before: "_Parsed | None") -> "Tree":
        if before is None:
            return parser(self.language).parse(data)
        start, old_end, end = _difference(before.data, data)
        tree = before.tree.copy()
        tree.edit(start, old_end, end, _point(data, start), _point(before.data, old_end), _point(data, end))
        return parser(self.language).parse(data, tree)

    @property
    def stretch(self) -> tuple[int, int]:
        """Where the code begins and ends in its file."""
        return self.place(0), self.place(len(self.text))

    def alike(self, before: "Code") -> tuple[int, int]:
        """How many characters of the file it begins and ends with that are also an earlier state's (see `Anchors.alike`)."""
        if self._anchors is None or before._anchors is None:
            return 0, 0
        return self._anchors.alike(self.stretch, before._anchors, before.stretch)

    def difference(self, before: "Code") -> tuple[int, int, int]:
        """Outside of which bytes its tree and that of an earlier state are of the same text: start, end before, end now."""
        start, end = self.alike(before)
        one, other = before._parsed.data, self._parsed.data
        first = min(before.byte(start), self.byte(start))
        last = min(len(code._parsed.data) - code._behind(code.byte(len(code.text) - end)) for code in (before, self))
        if one != other:
            differs, old_last, _ = _difference(one, other)
            first, last = min(first, differs), min(last, len(one) - old_last)
        # What was inserted and what is in the text may be the same bytes.
        ours, theirs = self._insertions(), before._insertions()
        while ours and theirs and ours[0][:2] == theirs[0][:2] and ours[0].at + len(ours[0].text) <= first:
            del ours[0], theirs[0]
        while ours and theirs and ours[-1].behind == theirs[-1].behind and ours[-1].text == theirs[-1].text:
            del ours[-1], theirs[-1]
        for inserted in (*ours, *theirs):
            first, last = min(first, inserted.at), min(last, inserted.behind)
        return first, len(one) - last, len(other) - last

    def _insertions(self) -> "list[_Inserted]":
        size, places = len(self._parsed.data), ((self.byte(at), text) for at, text in self._parsed.inserted)
        return [_Inserted(at, text, size - at - len(text)) for at, text in places]

    def byte(self, offset: int) -> int:
        """The byte offset of the tree of an offset in `text`; what is inserted there comes behind it."""
        return offset if self._wide is None else offset + self._wide.leads[bisect_left(self._wide.offsets, offset)]

    def offset(self, byte: int) -> int:
        """The offset in `text` of a byte offset of the tree."""
        return byte if self._wide is None else byte - self._wide.leads[bisect_right(self._wide.ends, byte)]

    def is_inserted(self, byte: int) -> bool:
        """Whether a byte of the tree is not in the text."""
        return bool(self._parsed.inserted) and self.offset(byte) == self.offset(byte + 1)

    def _behind(self, byte: int) -> int:
        while self.is_inserted(byte):
            byte += 1
        return byte

    @cached_property
    def _wide(self) -> "_Wide | None":
        """The characters beyond ASCII and what is inserted, where there is any."""
        inserted = self._parsed.inserted
        if not inserted and self.text.isascii():
            return None
        places = [(at, 0, len(text)) for at, text in inserted]
        places += (
            (match.start(), 1, len(match[0].encode("utf-8", "surrogatepass"))) for match in _BEYOND_ASCII.finditer(self.text)
        )
        wide = _Wide([], [], [0])
        for offset, length, size in sorted(places):
            # Offsets are asked for inside of what is inserted, and not inside of a character.
            for more in [size - 1] if length else [1] * size:
                lead = wide.leads[-1] + more
                wide.offsets.append(offset)
                wide.ends.append(offset + length + lead)
                wide.leads.append(lead)
        return wide

    @cached_property
    def _shift(self) -> int | None:
        """By how much the tree's bytes lead to offsets of the file, where that is the same for all of them."""
        return self.origins[0][1] if len(self.origins) == 1 and self._wide is None else None

    def innermost(self, start: int, end: int) -> "Node | None":
        """The innermost node that is all of the text between two offsets, and nothing else."""
        first, last = self.byte(start), self.byte(end)
        node = self.tree.root_node.descendant_for_byte_range(first, last)
        return node if node is not None and (node.start_byte, node.end_byte) == (first, last) else None

    def around(self, offset: int) -> "Iterator[Node]":
        """The nodes around an offset of the text, outermost first."""
        byte = self.byte(offset)
        cursor = self.tree.walk()
        while (node := cursor.node) is not None:
            yield node
            if cursor.goto_first_child_for_byte(byte) is None:
                return
            while (here := cursor.node) is not None and here.end_byte <= byte and cursor.goto_next_sibling():
                pass

    def node_at(self, start: int, end: int, kind: str) -> "Node | None":
        """The node of a type between two offsets of the text."""
        for node in self.around(start):
            if node.type == kind and (self.offset(node.start_byte), self.offset(node.end_byte)) == (start, end):
                return node
        return None

    def node_text(self, node: "Node") -> str:
        """The text that a tree's node covers."""
        return self.text[self.offset(node.start_byte) : self.offset(node.end_byte)]

    def node_span(self, node: "Node") -> Span:
        """The stretch of the file that a tree's node covers."""
        if self._shift is not None:
            return self._spans(node.start_byte + self._shift, node.end_byte + self._shift)
        return self.span(self.offset(node.start_byte), self.offset(node.end_byte))


_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


class _Parsed(NamedTuple):
    """What the parser made of a text: `data` is what it read, the text with what is `inserted`."""

    tree: "Tree"
    data: bytes
    inserted: Sequence[Insertion] = ()
    is_broken: bool = False

    @property
    def is_torn(self) -> bool:
        """Whether the tree has errors."""
        return self.tree.root_node.has_error


class _Inserted(NamedTuple):
    """A text that is inserted, and how many bytes of the tree are before it and behind it."""

    at: int
    text: str
    behind: int


class _Wide(NamedTuple):
    """The places at which bytes lead: their offsets, the byte offsets behind them, and by how much bytes lead before the first,
    between the first and the second, and so on."""

    offsets: list[int]
    ends: list[int]
    leads: list[int]


@dataclass(frozen=True, slots=True)
class Patch:
    """How a piece of code came from an earlier state of it.

    What is between `start` and `end` of the new text came in the place of what was between `start` and `old_end`: whole
    statements and comments of one block, or nothing. Outside of it the two trees have the same shape; both may have errors
    inside it. `beside` says how many of the outermost nodes are before it and behind it in both. `around` are the functions
    that it is in, innermost first: start and end in the new text; `body` is the innermost function or class whose body alone
    has it all. `edit` is what was written, start and end in the new text, `inside` says of what it is no more than the text.
    """

    before: Code
    start: int
    end: int
    old_end: int
    edit: tuple[int, int] = (0, 0)
    beside: tuple[int, int] = (0, 0)
    around: tuple[tuple[int, int], ...] = ()
    body: tuple[int, int] | None = None
    inside: Literal["code", "comment", "string"] = "code"

    @property
    def unit(self) -> tuple[int, int, int] | None:
        """The function or class that has it in its body: start, end, and end in `before.text`."""
        if self.body is None:
            return None
        start, end = self.body
        return start, end, end - self.end + self.old_end

    def words(self, text: str) -> set[str]:
        """The words that were written and those in the place of which they came; `text` is the new text."""
        start, end = self.edit
        old = self.before.text
        old_end = len(old) - len(text) + end
        return {word for one, last in ((text, end), (old, old_end)) for word in _words_at(one, start, last)}

    @property
    def is_empty(self) -> bool:
        """Whether the code is the same."""
        return self.start == self.end == self.old_end


def _words_at(text: str, start: int, end: int) -> list[str]:
    """The words that a stretch of a text touches."""
    while start and _WORD.match(text, start - 1):
        start -= 1
    last = _WORD.match(text, end)
    return _WORD.findall(text, start, last.end() if last else end)


_WORD = re.compile(r"[\w$]+")


def _difference(one: bytes, other: bytes) -> tuple[int, int, int]:
    """Where two encoded texts differ, in whole characters: the start, the end in the one and in the other."""
    start, end = common(one, other)
    while start and one[start : start + 1] and one[start] & 0xC0 == 0x80:
        start -= 1
    while end and one[-end] & 0xC0 == 0x80:
        end -= 1
    return start, len(one) - end, len(other) - end


def _point(data: bytes, offset: int) -> tuple[int, int]:
    """A byte offset as the parser's row and column."""
    return data.count(b"\n", 0, offset), offset - data.rfind(b"\n", 0, offset) - 1


@cache
def parser(language: str) -> "Parser":
    """The parser of a language, made once."""
    import tree_sitter

    if language == "javascript":
        import tree_sitter_javascript

        grammar = tree_sitter_javascript.language()
    else:
        import tree_sitter_typescript

        grammar = tree_sitter_typescript.language_tsx() if language == "tsx" else tree_sitter_typescript.language_typescript()
    return tree_sitter.Parser(tree_sitter.Language(grammar))
