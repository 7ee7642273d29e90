"""JavaScript and TypeScript: pieces of code, their trees, and where each character of them stands in its file."""

import enum
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, TypeVar

from sigmalint.sources.text import SourceFile, Span

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


@dataclass(frozen=True, slots=True)
class Patch:
    """How a piece of code came from an earlier state of it: by an edit inside the body of one function, nothing else.

    `start` and `end` are the offsets (code points of `text`) of that function's node in the new code, `old_end` is its end in
    `before.text` (its start is the same). The tree outside of the function's node has the same shape; both trees may have
    errors inside it.
    """

    before: "Code"
    start: int
    end: int
    old_end: int


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
    patch: Patch | None = field(default=None, repr=False)
    """None: no such earlier state is known."""
    _starts: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._starts = [start for start, _ in self.origins]

    def place(self, offset: int) -> int:
        """The offset in `file.text` of an offset in `text`."""
        start, origin = self.origins[bisect_right(self._starts, offset) - 1]
        return origin + offset - start

    def span(self, start: int, end: int) -> Span:
        """The stretch of the file that holds `text[start:end]`; the end stays behind the last character's whole reference."""
        return Span(self.file, self.place(start), self.place(end))

    @cached_property
    def tree(self) -> "Tree":
        """The syntax tree; its offsets are bytes of `text` in UTF-8 (see `offset`)."""
        return parser(self.language).parse(self._bytes)

    @cached_property
    def _bytes(self) -> bytes:
        return self.text.encode("utf-8", "surrogatepass")

    def parse_after(self, before: "Code") -> None:
        """Take the tree from that of an earlier state of the code, where that was parsed and gives the same as a new one.

        What the parser makes of broken code depends on what it knows of the code around: that is parsed anew.
        """
        tree = before.__dict__.get("tree")
        if tree is None or before.language != self.language or "tree" in self.__dict__:
            return
        old, new = before._bytes, self._bytes
        if old != new:
            start, end = common(old, new)
            while start and old[start : start + 1] and old[start] & 0xC0 == 0x80:
                start -= 1
            while end and old[-end] & 0xC0 == 0x80:
                end -= 1
            tree = tree.copy()
            ends = len(old) - end, len(new) - end
            tree.edit(start, *ends, _point(old, start), _point(old, ends[0]), _point(new, ends[1]))
            tree = parser(self.language).parse(new, tree)
            if tree.root_node.has_error:
                return
        self.__dict__["tree"] = tree

    def offset(self, byte: int) -> int:
        """The offset in `text` of a byte offset of the tree."""
        return byte if self._wide is None else byte - self._wide[1][bisect_right(self._wide[0], byte)]

    @cached_property
    def _wide(self) -> tuple[list[int], list[int]] | None:
        """For text beyond ASCII: byte offsets behind each wider character, and by how much bytes lead from there on."""
        if self.text.isascii():
            return None
        ends, leads, lead = [], [0], 0
        for index, character in enumerate(self.text):
            if character > "\x7f":
                lead += 1 + (character > "\u07ff") + (character > "\uffff")
                ends.append(index + lead + 1)
                leads.append(lead)
        return ends, leads

    @cached_property
    def _shift(self) -> int | None:
        """By how much the tree's bytes lead to offsets of the file, where that is the same for all of them."""
        return self.origins[0][1] if len(self.origins) == 1 and self._wide is None else None

    def node_span(self, node: "Node") -> Span:
        """The stretch of the file that a tree's node covers."""
        if self._shift is not None:
            return Span(self.file, node.start_byte + self._shift, node.end_byte + self._shift)
        return self.span(self.offset(node.start_byte), self.offset(node.end_byte))


_Text = TypeVar("_Text", str, bytes)


def common(one: _Text, other: _Text) -> tuple[int, int]:
    """The lengths of what two texts begin and end with alike; the two stretches do not overlap."""
    start = _alike(one, other)
    shortest = min(len(one), len(other)) - start
    return start, _alike(one[: -shortest - 1 : -1], other[: -shortest - 1 : -1]) if shortest else 0


def _alike(one: _Text, other: _Text) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


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
