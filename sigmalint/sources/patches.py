"""Where two states of a piece of code differ: in some statements of one block. The rest of both means the same."""

from collections.abc import Iterator
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Literal

from sigmalint.sources.script import Code, Patch

if TYPE_CHECKING:
    from tree_sitter import Node

FUNCTION_TYPES = frozenset(
    (
        "function_declaration",
        "function_expression",
        "generator_function",
        "generator_function_declaration",
        "arrow_function",
        "method_definition",
    )
)
_DEEPEST = 500


def patch(before: Code, after: Code) -> Patch | None:
    """How `after` came from `before`; None where they are not two states of one piece of code."""
    if before.kind is not after.kind or before.language != after.language or before.file is not after.file:
        return None
    start, end = after.alike(before)
    if start + end == _size(after) == _size(before):
        return Patch(before, 0, 0, 0)
    if len(before.origins) > 1 or len(after.origins) > 1 or "_parsed" not in before.__dict__:
        return None
    edited = after.difference(before)
    edit = min(start, after.offset(edited[0])), max(len(after.text) - end, after.offset(edited[2]))
    roots = before.tree.root_node, after.tree.root_node
    if roots[0].type != roots[1].type:  # an error at the top
        return Patch(before, 0, len(after.text), len(before.text), edit)
    path = list(_path(*roots, *edited))
    block = max(index for index, (old, _) in enumerate(path) if old.type == "statement_block" or not index)
    old, new = path[block]
    olds, news = old.children, new.children
    first, last = _beside(olds, news, *edited)
    start = news[first - 1].end_byte if first else 0
    ends = (olds[-last].start_byte, news[-last].start_byte) if last else (old.end_byte, new.end_byte) if block else None
    outermost = roots[1].children
    index = outermost.index(path[1][1]) if block else first
    beside = index, len(outermost) - index - 1 if block else last
    around = [new for _, new in reversed(path[:block]) if new.type in FUNCTION_TYPES]
    classes = (new for (_, new), (_, inner) in reversed([*pairwise(path)]) if inner.type == "class_body")
    units = [*around[:1], *islice(classes, 1)]
    body = max(units, key=lambda node: node.start_byte, default=None)
    return Patch(
        before,
        after.offset(start),
        len(after.text) if ends is None else after.offset(ends[1]),
        len(before.text) if ends is None else before.offset(ends[0]),
        edit,
        beside,
        tuple((after.offset(node.start_byte), after.offset(node.end_byte)) for node in around),
        None if body is None else (after.offset(body.start_byte), after.offset(body.end_byte)),
        _inside(path[-1][0], *edited[:2]),
    )


def _size(code: Code) -> int:
    first, last = code.stretch
    return last - first


def _path(old: "Node", new: "Node", start: int, old_end: int, new_end: int) -> "Iterator[tuple[Node, Node]]":
    """The nodes around an edit in both trees, outermost first, as far as all beside them is alike."""
    for _ in range(_DEEPEST):
        yield old, new
        inner = _only_difference(old.children, new.children, start, old_end, new_end - old_end)
        if inner is None:
            return
        old, new = inner


def _only_difference(
    olds: "list[Node]", news: "list[Node]", start: int, old_end: int, shift: int
) -> "tuple[Node, Node] | None":
    """The one pair of children that holds the edit, where all others are alike."""
    if len(olds) != len(news):
        return None
    found = None
    for old, new in zip(olds, news, strict=True):
        if old.start_byte <= start and old_end <= old.end_byte and old.start_byte < old.end_byte:
            if found is not None or old.type != new.type:
                return None
            if new.start_byte != old.start_byte or new.end_byte != old.end_byte + shift:
                return None
            found = old, new
        elif not _is_alike(old, new, 0 if old.end_byte <= start else shift):
            return None
    return found


def _beside(olds: "list[Node]", news: "list[Node]", start: int, old_end: int, new_end: int) -> tuple[int, int]:
    """How many statements two lists begin and end with alike."""
    most, shift = min(len(olds), len(news)), new_end - old_end
    first = last = 0
    while first < most and olds[first].end_byte <= start and _is_alike(olds[first], news[first], 0):
        first += 1
    while last < most - first and olds[-1 - last].start_byte >= old_end and _is_alike(olds[-1 - last], news[-1 - last], shift):
        last += 1
    return first, last


def _is_alike(old: "Node", new: "Node", shift: int) -> bool:
    """Whether two nodes that have the same text mean the same: what is made of errors in them depends on what is around."""
    stack = [(old, new)]
    while stack:
        old, new = stack.pop()
        if (
            old.type != new.type
            or new.start_byte != old.start_byte + shift
            or new.end_byte != old.end_byte + shift
            or old.has_error != new.has_error
            or old.is_missing != new.is_missing
        ):
            return False
        if old.has_error:
            olds, news = old.children, new.children
            if len(olds) != len(news):
                return False
            stack += zip(olds, news, strict=True)
    return True


def _inside(old: "Node", start: int, old_end: int) -> Literal["code", "comment", "string"]:
    """Of what an edit is no more than the text; it is in the node."""
    if old.type == "string_fragment" or (old.type == "string" and old.start_byte < start and old_end < old.end_byte):
        return "string"
    is_block = old.type == "comment" and (old.text or b"").startswith(b"/*")
    if old.type == "comment" and old.start_byte + 2 <= start and old_end <= old.end_byte - 2 * is_block:
        return "comment"
    return "code"
