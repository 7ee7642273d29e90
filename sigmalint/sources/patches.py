"""Where two states of a piece of code differ: in a function, a comment, some statements. The rest of both means the same."""

from typing import TYPE_CHECKING

from sigmalint.sources.script import Code, Patch
from sigmalint.sources.text import common

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
    if before.text == after.text:
        moved = after.origins[0][1] - before.origins[0][1]
        alike = tuple((at, origin + moved) for at, origin in before.origins) == after.origins
        return Patch(before, 0, 0, 0) if alike else None
    if len(before.origins) > 1 or len(after.origins) > 1:
        return None
    start, end = common(before.text, after.text)
    written = start, len(after.text) - end
    edit = after.byte(start), before.byte(len(before.text) - end), after.byte(written[1])
    old, new = before.tree.root_node, after.tree.root_node
    found = _around(old, new, *edit)
    if not found:
        first, old_last, last = _changed(old.children, new.children, *edit)
        return Patch(
            before,
            after.offset(first),
            len(after.text) if last is None else after.offset(last),
            len(before.text) if old_last is None else before.offset(old_last),
            written,
        )
    (old, new), *_ = found
    around = [(after.offset(node.start_byte), after.offset(node.end_byte)) for _, node in found if node.type in FUNCTION_TYPES]
    return Patch(
        before,
        after.offset(new.start_byte),
        after.offset(new.end_byte),
        before.offset(old.end_byte),
        written,
        tuple(around),
        in_comment=new.type == "comment",
    )


def _changed(
    olds: "list[Node]", news: "list[Node]", start: int, old_end: int, new_end: int
) -> tuple[int, int | None, int | None]:
    """Between which bytes two lists of statements differ: the start, the end before, the end now (None: at their ends)."""
    most, shift = min(len(olds), len(news)), new_end - old_end
    first = last = 0
    while first < most and olds[first].end_byte <= start and _is_alike(olds[first], news[first], 0):
        first += 1
    while last < most - first and olds[-1 - last].start_byte >= old_end and _is_alike(olds[-1 - last], news[-1 - last], shift):
        last += 1
    begin = news[first - 1].end_byte if first else 0
    return (begin, olds[-last].start_byte, news[-last].start_byte) if last else (begin, None, None)


def _is_alike(old: "Node", new: "Node", shift: int) -> bool:
    return (
        old.type == new.type
        and new.start_byte == old.start_byte + shift
        and new.end_byte == old.end_byte + shift
        and old.has_error == new.has_error
    )


def _around(old: "Node", new: "Node", start: int, old_end: int, new_end: int) -> "list[tuple[Node, Node]]":
    """The comment and the functions that hold an edit, in both trees, innermost first, as far as all around them is alike."""
    found: list[tuple[Node, Node]] = []
    shift = new_end - old_end
    for _ in range(_DEEPEST):
        if old.type in FUNCTION_TYPES and _in_body(old, new, start, old_end, shift):
            found.append((old, new))
        elif old.type == "comment":
            if _in_comment(old, start, old_end):
                found.append((old, new))
            break
        inner = _only_difference(old.children, new.children, start, old_end, shift)
        if inner is None:
            break
        old, new = inner
    return found[::-1]


def _only_difference(
    olds: "list[Node]", news: "list[Node]", start: int, old_end: int, shift: int
) -> "tuple[Node, Node] | None":
    """The one pair of children that holds the edit, where all others are alike."""
    if len(olds) != len(news):
        return None
    found = None
    for old, new in zip(olds, news, strict=True):
        if old.type != new.type:
            return None
        if old.start_byte <= start and old_end <= old.end_byte and old.start_byte < old.end_byte:
            if found is not None or new.start_byte != old.start_byte or new.end_byte != old.end_byte + shift:
                return None
            found = old, new
        else:
            if not _is_alike(old, new, 0 if old.end_byte <= start else shift):
                return None
    return found


def _in_body(old: "Node", new: "Node", start: int, old_end: int, shift: int) -> bool:
    """Whether an edit is between the braces of a function's body."""
    before, after = old.child_by_field_name("body"), new.child_by_field_name("body")
    if before is None or after is None or before.type != "statement_block" or after.type != "statement_block":
        return False
    braces = after.child(after.child_count - 1)
    return (
        before.start_byte < start
        and old_end < before.end_byte
        and after.start_byte == before.start_byte
        and after.end_byte == before.end_byte + shift
        and braces is not None
        and braces.type == "}"
        and not braces.is_missing
    )


def _in_comment(old: "Node", start: int, old_end: int) -> bool:
    """Whether an edit is inside a comment's marks."""
    block = (old.text or b"").startswith(b"/*")
    return old.start_byte + 2 <= start and old_end <= old.end_byte - (2 if block else 0)
