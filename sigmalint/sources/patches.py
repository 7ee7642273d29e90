"""Where two states of a piece of code differ: inside one function or comment, so that the rest of both means the same."""

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
    """How `after` came from `before`; None where more than one function's body or comment differs."""
    if before.kind is not after.kind or before.language != after.language or before.file is not after.file:
        return None
    moved = after.origins[0][1] - before.origins[0][1]
    if tuple((at, origin + moved) for at, origin in before.origins) != after.origins:
        return None
    if before.text == after.text:
        return Patch(before, 0, 0, 0)
    if len(after.origins) > 1:
        return None
    start, end = common(before.text, after.text)
    edit = after.byte(start), before.byte(len(before.text) - end), after.byte(len(after.text) - end)
    found = _around(before.tree.root_node, after.tree.root_node, *edit)
    if not found:
        return None
    (old, new), *_ = found
    around = [(after.offset(node.start_byte), after.offset(node.end_byte)) for _, node in found if node.type in FUNCTION_TYPES]
    return Patch(
        before,
        after.offset(new.start_byte),
        after.offset(new.end_byte),
        before.offset(old.end_byte),
        tuple(around),
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
            moved = 0 if old.end_byte <= start else shift
            if new.start_byte != old.start_byte + moved or new.end_byte != old.end_byte + moved:
                return None
            if old.has_error != new.has_error:
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
