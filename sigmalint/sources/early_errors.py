"""What tree-sitter reads without complaint although the specification forbids it, found on its tree.

Some of it breaks the grammar (a doubled comma, `a + b = c`), most is what the specification calls early errors: rules that
look at a construct's surroundings (`await` outside async code, a second `let` of a name). One query collects the places, one
pass over them in document order keeps the scopes. The time is linear in the code; code whose scopes are nested deeper than
`DEEPEST` is not judged.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sigmalint.sources.early_error_forms import RANKS, WRONG, queries
from sigmalint.sources.patches import FUNCTION_TYPES
from sigmalint.sources.regex import regex_is_plain
from sigmalint.sources.script import Code, CodeKind

if TYPE_CHECKING:
    from tree_sitter import Node, Query

DEEPEST = 250
"""Scopes within each other beyond which nothing is said about a piece of code."""
_DEEPEST_NODE = 500
"""Nodes within each other beyond which queries look at nothing: their time grows with the product of depth and length."""


class EarlyError(NamedTuple):
    """A forbidden form: `start` and `end` are bytes of the tree.

    `alone` says that esprima2 lets some of its cases pass, so that it need not agree; `piece` that esprima2 can judge the form
    by itself. An empty message stands for a form that is only suspicious: esprima2 knows the place and the reason.
    """

    start: int
    end: int
    message: str
    alone: bool = False
    piece: bool = False


def early_errors(code: Code, stretch: tuple[int, int] | None = None) -> list[EarlyError] | None:
    """The forbidden forms of a piece of code whose tree has no errors, in document order.

    `stretch` (offsets): no more is looked at than the function or class that it is, with the scopes around it, else than the
    code's own statements that it touches. None where the scopes are nested too deeply, and where that cannot be judged without
    the rest of the code.
    """
    if stretch is None:
        judged = _judged(code, _Place(code.tree.root_node, 0, len(code.text), ()))
        return None if judged is None else judged.errors
    unit = _unit_at(code, *stretch)
    if unit is None:
        return _of_statements(code, *stretch)
    judged = _judged(code, unit)
    return None if judged is None or judged.needs_others else judged.errors


class _Judged(NamedTuple):
    """What is wrong in a place, the names that it declares for all of the code, and whether it names what others declare."""

    errors: list[EarlyError]
    names: set[bytes]
    needs_others: bool


def _judged(code: Code, place: "_Place") -> _Judged | None:
    """What is found in a place; None where the scopes are nested too deeply."""
    checker = _Checker(code)
    events = []
    for name, nodes in (found for source in queries(code.text) for found in place.forms(source)):
        kind, _, detail = name.partition(".")
        if kind == "token":
            checker.errors += [_unexpected(node, alone=detail == "alone") for node in nodes]
        elif kind == "wrong":
            checker.errors += [EarlyError(node.start_byte, node.end_byte, *WRONG[detail]) for node in nodes]
        else:
            rank = RANKS.get(name, 2)
            handler = getattr(checker, f"on_{name}")
            events += [(node.start_byte, -node.end_byte, rank, handler, node) for node in nodes]
    events.sort(key=lambda event: event[:3])
    for start, _, _, handler, node in events:
        checker.close(start)
        if checker.depth > DEEPEST:
            return None
        handler(node)
    checker.finish()
    first, last = place.node.start_byte, place.node.end_byte
    errors = [error for error in checker.errors if not place.around or (first <= error.start and error.end <= last)]
    errors += _late_arrows(code, place)
    errors += _repeated_prototypes(code, place)
    errors += _odd_names(code, place)
    names = {*checker.program.lexical, *checker.program.variables}
    return _Judged(sorted(set(errors)), names, bool(checker.undeclared) or checker.ports)


_MOST_STATEMENTS = 30


def _of_statements(code: Code, start: int, end: int) -> list[EarlyError] | None:
    """The forbidden forms of the code's own statements that a stretch touches; None where they have to do with others."""
    root = code.tree.root_node
    first, last = code.byte(start), code.byte(end)
    statements = [child for child in root.children if child.is_named and child.type != "comment"]
    touched = [child for child in statements if child.end_byte > first and child.start_byte < last]
    before = [child for child in statements if child.end_byte <= first]
    if code.kind is CodeKind.MODULE or len(touched) > _MOST_STATEMENTS or not before or _may_be_directive(before[-1]):
        return None
    errors: list[EarlyError] = []
    names: set[bytes] = set()
    for statement in touched:
        place = _Place(statement, code.offset(statement.start_byte), code.offset(statement.end_byte), (root,))
        judged = _judged(code, place)
        if judged is None or judged.needs_others or not judged.names.isdisjoint(names):
            return None
        errors += judged.errors
        names |= judged.names
    others = (child for child in statements if child.end_byte <= first or child.start_byte >= last)
    if names and any(not names.isdisjoint(_may_declare(child)) for child in others):
        return None
    return sorted(set(errors))


def _may_be_directive(statement: "Node") -> bool:
    first = statement.child(0)
    return statement.type == "expression_statement" and first is not None and first.type == "string"


_BYTES_WORD = re.compile(rb"[^\s!-#%-/:-@\[-^`{-~]+")


def _may_declare(statement: "Node") -> list[bytes]:
    """The names that a statement may declare for all of the code, and perhaps more."""
    if statement.type == "expression_statement":
        return []
    name = statement.child_by_field_name("name")
    if name is not None:
        return [name.text or b""]
    if statement.type in ("lexical_declaration", "variable_declaration"):
        named = (child.child_by_field_name("name") for child in statement.children)
        return [word for node in named if node is not None for word in _BYTES_WORD.findall(node.text or b"")]
    return _BYTES_WORD.findall(statement.text or b"")


class _Place(NamedTuple):
    """What is looked at: a node with its offsets, and those around it, the root first."""

    node: "Node"
    start: int
    end: int
    around: "Sequence[Node]"

    def captures(self, source: str) -> dict[str, list["Node"]]:
        """What a query captures, by capture, in the node."""
        return captures(self.node, source, _DEEPEST_NODE - len(self.around))

    def forms(self, source: str) -> Iterator[tuple[str, list["Node"]]]:
        """What a query captures in the node, and by patterns that begin at one of the nodes around it."""
        for node in self.around:
            yield from captures(node, source, 0).items()
        yield from self.captures(source).items()


def _unit_at(code: Code, start: int, end: int) -> _Place | None:
    """The function or class whose node has these offsets."""
    node = code.innermost(start, end)
    if node is None or node.type not in _UNITS:
        return None
    around: list[Node] = []
    parent = node.parent
    while parent is not None:
        around.append(parent)
        parent = parent.parent
    return _Place(node, start, end, around[::-1]) if len(around) <= _DEEPEST_NODE else None


_UNITS = FUNCTION_TYPES | {"class", "class_declaration"}


def captures(
    root: "Node", source: str, deepest: int = _DEEPEST_NODE, within: tuple[int, int] | None = None
) -> dict[str, list["Node"]]:
    """What a query on the JavaScript grammar captures, by capture.

    Its patterns begin at most `deepest` nodes below the root, at nodes that touch the bytes `within`.
    """
    from tree_sitter import QueryCursor

    cursor = QueryCursor(_query(source))
    cursor.set_max_start_depth(deepest)
    if within is not None:
        cursor.set_byte_range(*within)
    return cursor.captures(root)


@cache
def _query(source: str) -> "Query":
    import tree_sitter
    import tree_sitter_javascript

    return tree_sitter.Query(tree_sitter.Language(tree_sitter_javascript.language()), source)


def _text(node: "Node") -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _unexpected(node: "Node", *, alone: bool = False) -> EarlyError:
    return EarlyError(node.start_byte, node.end_byte, f"Unexpected token '{_text(node)}'", alone)


_LATE_ARROW = re.compile(r"[\n\r\u2028\u2029][^\S\n\r\u2028\u2029]*=>")


def _late_arrows(code: Code, place: _Place) -> Iterator[EarlyError]:
    """Arrows that begin a line: no line may end between the parameters and the arrow."""
    starts = {match.end() - 2 for match in _LATE_ARROW.finditer(code.text, place.start, place.end)}
    if starts:
        for node in place.captures('(arrow_function "=>" @arrow)').get("arrow", []):
            if code.offset(node.start_byte) in starts:
                yield _unexpected(node)


def _repeated_prototypes(code: Code, place: _Place) -> Iterator[EarlyError]:
    """The second `__proto__: value` of an object literal."""
    if code.text.count("__proto__", place.start, place.end) < 2:
        return
    found = place.captures("(object) @object (object (pair key: [(property_identifier) (string)] @key))")
    events = [(node.start_byte, -node.end_byte, node) for nodes in found.values() for node in nodes]
    events.sort(key=lambda event: event[:2])
    enclosing: list[tuple[int, list[int]]] = []
    for start, end, node in events:
        while enclosing and enclosing[-1][0] <= start:
            enclosing.pop()
        if node.type == "object":
            enclosing.append((-end, []))
        elif _text(node).strip("'\"") == "__proto__":
            seen = enclosing[-1][1]
            if seen:
                yield EarlyError(start, -end, "Duplicate __proto__ fields are not allowed in object literals")
            seen.append(start)


_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_NAMES = """
[(identifier) (property_identifier) (shorthand_property_identifier) (shorthand_property_identifier_pattern)
 (statement_identifier) (private_property_identifier)] @name
"""


def _odd_names(code: Code, place: _Place) -> Iterator[EarlyError]:
    """Characters that no name may hold, but tree-sitter's names do: typographic quotes, dashes, emoji."""
    odd = {
        character
        for character in set("".join(_BEYOND_ASCII.findall(code.text, place.start, place.end)))
        if not f"a{character}".isidentifier() and character not in "\u200c\u200d"
    }
    if not odd:
        return
    for node in place.captures(_NAMES).get("name", []):
        if node.end_byte - node.start_byte > len(name := _text(node)):
            at = next((index for index, character in enumerate(name) if character in odd), None)
            if at is not None:
                start = node.start_byte + len(name[:at].encode())
                yield EarlyError(start, start + len(name[at].encode()), "Invalid or unexpected token")


_INNER_PATTERN = {"pair_pattern": "value", "assignment_pattern": "left", "object_assignment_pattern": "left"}


def _names(pattern: "Node") -> Iterator["Node"]:
    """The identifiers that a declaration's pattern binds, in document order."""
    stack = [pattern]
    while stack:
        node = stack.pop()
        kind = node.type
        if kind in ("identifier", "shorthand_property_identifier_pattern"):
            yield node
        elif kind in ("object_pattern", "array_pattern", "rest_pattern"):
            stack += reversed(node.named_children)
        elif kind in _INNER_PATTERN and (inner := node.child_by_field_name(_INNER_PATTERN[kind])) is not None:
            stack.append(inner)


_FUNCTIONS = {"arrow_function": "arrow", "method_definition": "method"}
_LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})
_STRICT_FUNCTION = "In strict mode code, functions can only be declared at top level or inside a block"
_OWNERS = frozenset({"program", "handler", "function", "arrow", "method", "field", "static"})
_BODIED = frozenset({"function", "arrow", "method", "static", "catch"})


class _Scope:
    """An open scope. `owner` is the function, field initialiser, static block or program whose code it belongs to.

    `lexical` maps names to whether they are plain functions of a block, which sloppy code may repeat; `variables` are the
    names that `var` declares here or further in; `flags` say what a function is (async, generator, static, derived, …).
    """

    __slots__ = (
        "bodiless",
        "breakable",
        "end",
        "flags",
        "kind",
        "labels",
        "lexical",
        "loop",
        "name",
        "owner",
        "parameters",
        "parent",
        "private",
        "repeated",
        "simple",
        "strict",
        "uses",
        "variables",
    )

    def __init__(self, kind: str, end: int, parent: "_Scope | None") -> None:
        self.kind = kind
        self.end = end
        self.parent = parent
        self.bodiless = kind in _BODIED
        self.lexical: dict[bytes, bool] = {}
        self.variables: set[bytes] = set()
        self.parameters: set[bytes] = set()
        self.simple = True
        self.strict: bool = parent is not None and parent.strict
        self.name = ""
        if parent is None or kind in _OWNERS:
            self.owner = self
            self.flags: set[str] = set()
            self.loop = self.breakable = False
            self.labels: dict[bytes, bool] = {}
            self.repeated: Node | None = None
        else:
            self.owner = parent.owner
            self.loop = parent.loop
            self.breakable = parent.breakable
            self.labels = parent.labels
        if kind == "class":
            self.flags = set()
            self.private: dict[str, str] = {}
            self.uses: list[Node] = []

    @property
    def receiver(self) -> "_Scope":
        """The owner whose `this`, `super`, `arguments` and `new.target` are meant here: arrow functions have none."""
        scope = self.owner
        while scope.kind == "arrow" and scope.parent is not None:
            scope = scope.parent.owner
        return scope


class _Checker:
    """Goes through the captures of `FORMS` in document order; a method `on_x` handles the capture `x`."""

    def __init__(self, code: Code) -> None:
        self.errors: list[EarlyError] = []
        self.source = code.text.encode("utf-8", "surrogatepass")
        self.module = code.kind is CodeKind.MODULE
        self.program = self.top = _Scope("handler" if code.kind is CodeKind.HANDLER else "program", len(self.source) + 1, None)
        self.program.strict = self.module
        if code.kind is CodeKind.HANDLER:
            self.program.parameters = {b"event"}
        self.depth = 0
        self.undeclared: list[Node] = []
        self.branches: set[int] = set()
        self.ports = False
        self.exports: list[Node] = []
        self.exported: set[str] = set()

    def error(self, node: "Node", message: str, *, alone: bool = False) -> None:
        """Note a forbidden form that covers a node."""
        self.errors.append(EarlyError(node.start_byte, node.end_byte, message, alone))

    def close(self, start: int) -> None:
        """Leave the scopes that end at or before a byte."""
        while self.top.end <= start and self.top.parent is not None:
            if self.top.kind == "class":
                self._close_class(self.top)
            self.top = self.top.parent
            self.depth -= 1

    def _close_class(self, scope: _Scope) -> None:
        unknown = [use for use in scope.uses if _text(use) not in scope.private]
        outer = scope.parent
        while outer is not None and outer.kind != "class":
            outer = outer.parent
        (self.undeclared if outer is None else outer.uses).extend(unknown)

    def finish(self) -> None:
        """Note what only the end of the code tells."""
        self.close(self.program.end)
        for node in self.undeclared:
            self.error(node, f"Private field '{_text(node)}' must be declared in an enclosing class", alone=True)
        for node in self.exports:
            if node.text not in self.program.lexical and node.text not in self.program.variables:
                self.error(node, f"Export '{_text(node)}' is not defined in module", alone=True)

    def _open(self, kind: str, end: int) -> _Scope:
        self.top = _Scope(kind, end, self.top)
        self.depth += 1
        return self.top

    # Scopes.

    def on_function(self, node: "Node") -> None:
        kind = node.type
        self._open(_FUNCTIONS.get(kind, "function"), node.end_byte)
        if node.start_byte in self.branches:
            self.top.flags.add("branch")
        if kind.startswith("generator"):
            self.top.flags.add("generator")

    def on_field(self, node: "Node") -> None:
        self._open("field", node.end_byte)

    def on_static_block(self, node: "Node") -> None:
        self._open("static", node.end_byte)

    def on_class(self, node: "Node") -> None:
        self._open("class", node.end_byte).strict = True

    def on_block(self, node: "Node") -> None:
        if self.top.bodiless:  # a function's parameters and its body's declarations share one scope
            self.top.bodiless = False
        else:
            self._open("block", node.end_byte)

    def on_catch(self, node: "Node") -> None:
        self._open("catch", node.end_byte)

    def on_switch(self, node: "Node") -> None:
        self._open("block", node.end_byte).breakable = True

    def on_loop(self, node: "Node") -> None:
        scope = self._open("block", node.end_byte)
        scope.loop = scope.breakable = True

    def on_label(self, node: "Node") -> None:
        name = node.child_by_field_name("label")
        body = node.child_by_field_name("body")
        while body is not None and body.type == "labeled_statement":
            body = body.child_by_field_name("body")
        scope = self._open("label", node.end_byte)
        if name is not None and name.text is not None:
            if name.text in scope.labels:
                self.error(name, f"Label '{_text(name)}' has already been declared")
            scope.labels = {**scope.labels, name.text: body is not None and body.type in _LOOPS}

    # What functions and classes are.

    def on_async(self, node: "Node") -> None:
        self.top.flags.add("async")

    def on_generator(self, node: "Node") -> None:
        self.top.flags.add("generator")

    def on_static(self, node: "Node") -> None:
        self.top.flags.add("static")

    def on_accessor(self, node: "Node") -> None:
        self.top.flags.add(_text(node))

    def on_heritage(self, node: "Node") -> None:
        self.top.flags.add("derived")

    def on_method_name(self, node: "Node") -> None:
        method, scope = self.top, self.top.parent
        if scope is None or scope.kind != "class" or method.kind != "method":
            return
        name = method.name = _text(node).strip("'\"")
        if name.startswith("#") and node.type == "private_property_identifier":
            self._declare_private(node, scope, " ".join(sorted(method.flags & {"get", "set", "static"})))
        elif name == "constructor" and "static" not in method.flags:
            if method.flags & {"get", "set", "generator"}:
                self.error(node, "Class constructor may not be an accessor")
            elif "async" in method.flags:
                self.error(node, "Class constructor may not be an async method")
            elif "constructor" in scope.private:
                self.error(node, "A class may only have one constructor")
            scope.private["constructor"] = ""
        elif name == "prototype" and "static" in method.flags:
            self.error(node, "Classes may not have static property named prototype")

    def on_field_name(self, node: "Node") -> None:
        if self.top.kind != "class":
            return
        name = _text(node).strip("'\"")
        if node.type == "private_property_identifier":
            self._declare_private(node, self.top, "")
        elif name == "constructor":
            self.error(node, "Classes may not have a field named 'constructor'")

    def _declare_private(self, node: "Node", scope: _Scope, kind: str) -> None:
        name = _text(node)
        pair = {scope.private.get(name), kind}
        if name == "#constructor":
            self.error(node, "Classes may not have a private field named '#constructor'", alone=True)
        elif name in scope.private and pair not in ({"get", "set"}, {"get static", "set static"}):
            self.error(node, f"Identifier '{name}' has already been declared", alone=True)
        scope.private[name] = kind if name not in scope.private else "both"

    def on_private(self, node: "Node") -> None:
        scope: _Scope | None = self.top
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        (self.undeclared if scope is None else scope.uses).append(node)

    def on_directive(self, node: "Node") -> None:
        owner = self.top
        if owner.owner is not owner or _text(node)[1:-1] != "use strict":
            return
        owner.strict = True
        if owner.repeated is not None:
            self.error(owner.repeated, "Strict mode function may not have duplicate parameter names")
        if not owner.simple:
            self.error(node, "Illegal 'use strict' directive in function with non-simple parameter list")

    # Declarations.

    def _redeclared(self, node: "Node") -> None:
        self.error(node, f"Identifier '{_text(node)}' has already been declared", alone=True)

    def _declare_lexical(self, node: "Node", scope: _Scope, *, function: bool = False) -> None:
        name = node.text or b""
        if name in scope.variables or name in scope.parameters:
            self._redeclared(node)
        elif name in scope.lexical:
            if not (function and scope.lexical[name] and not scope.strict):
                self._redeclared(node)
        else:
            scope.lexical[name] = function

    def _check_name(self, node: "Node") -> None:
        if self.top.strict and node.text in (b"eval", b"arguments"):
            self.error(node, "Unexpected eval or arguments in strict mode", alone=True)

    def on_lexical(self, node: "Node") -> None:
        for name in _names(node):
            self._check_name(name)
            if name.text == b"let":
                self.error(name, "let is disallowed as a lexically bound name")
            self._declare_lexical(name, self.top)

    def on_imported(self, node: "Node") -> None:
        self._declare_lexical(node, self.program)

    def on_class_name(self, node: "Node") -> None:
        if self.top.parent is not None:
            self._declare_lexical(node, self.top.parent)

    def on_var(self, node: "Node") -> None:
        for name in _names(node):
            self._check_name(name)
            text = name.text or b""
            scope: _Scope | None = self.top
            while scope is not None and text not in scope.variables:
                if text in scope.lexical or (scope.kind == "catch" and not scope.simple and text in scope.parameters):
                    self._redeclared(name)
                    break
                scope.variables.add(text)
                if scope.owner is scope:
                    break
                scope = scope.parent

    def on_branch(self, node: "Node") -> None:
        self.branches.add(node.start_byte)
        if self.top.strict:
            self.error(node, _STRICT_FUNCTION)

    def on_function_name(self, node: "Node") -> None:
        self._check_name(node)
        function, scope = self.top, self.top.parent
        while scope is not None and scope.kind == "label":
            scope = scope.parent
        if scope is None or "branch" in function.flags:
            return
        if scope.owner is scope and not (scope is self.program and self.module):
            if node.text in scope.lexical:
                self._redeclared(node)
            else:
                scope.variables.add(node.text or b"")
        else:
            self._declare_lexical(node, scope, function=not function.flags & {"async", "generator"})

    def on_parameter(self, node: "Node") -> None:
        owner = self.top.owner
        simple = node.type == "identifier"
        owner.simple = owner.simple and simple
        for name in _names(node):
            self._check_name(name)
            text = name.text or b""
            if text in owner.parameters:
                owner.repeated = name
            if owner.repeated is not None and (owner.kind != "function" or owner.strict or not owner.simple):
                self.error(owner.repeated, "Strict mode function may not have duplicate parameter names", alone=True)
            owner.parameters.add(text)

    def on_caught(self, node: "Node") -> None:
        self.top.simple = node.type == "identifier"
        names: set[bytes] = set()
        for name in _names(node):
            self._check_name(name)
            if name.text in names:
                self.error(name, f"Duplicate binding {_text(name)}")
            names.add(name.text or b"")
        self.top.parameters = names

    # Forms that need their surroundings.

    def on_await(self, node: "Node") -> None:
        owner = self.top.owner
        if "async" in owner.flags or (self.module and owner is self.program):
            return
        if self.module or _JOINED.match(self.source, node.start_byte + len("await"), node.end_byte):
            # Elsewhere `await` may be a name: `await (x)` calls it, `await` before a line's end is a statement.
            self.errors.append(EarlyError(node.start_byte, node.start_byte + len("await"), _AWAIT, True))

    def on_for_await(self, node: "Node") -> None:
        owner = self.top.owner
        if "async" not in owner.flags and not (self.module and owner is self.program):
            self.error(node, _AWAIT)

    def on_yield(self, node: "Node") -> None:
        if "generator" in self.top.owner.flags:
            return
        if self.top.strict:
            self.errors.append(EarlyError(node.start_byte, node.start_byte + len("yield"), _RESERVED, True))
        elif _JOINED.match(self.source, node.start_byte + len("yield"), node.end_byte):
            self.error(node.named_children[0], "Unexpected token", alone=True)

    def on_yield_operand(self, node: "Node") -> None:
        if "generator" in self.top.owner.flags:
            self.errors.append(EarlyError(node.start_byte, node.start_byte + len("yield"), "Unexpected token 'yield'", True))

    def on_return(self, node: "Node") -> None:
        if self.top.owner.kind in ("program", "field", "static"):
            self.errors.append(EarlyError(node.start_byte, node.start_byte + len("return"), "Illegal return statement"))

    def on_break(self, node: "Node") -> None:
        self._jump(node, "Illegal break statement", self.top.breakable)

    def on_continue(self, node: "Node") -> None:
        self._jump(node, "Illegal continue statement", self.top.loop)

    def _jump(self, node: "Node", message: str, allowed: bool) -> None:
        label = node.child_by_field_name("label")
        if label is None:
            if not allowed:
                self.errors.append(EarlyError(node.start_byte, node.start_byte + len(node.type.split("_")[0]), message))
        elif label.text not in self.top.labels:
            self.error(label, f"Undefined label '{_text(label)}'")
        elif node.type == "continue_statement" and not self.top.labels[label.text]:
            self.error(label, f"{message}: '{_text(label)}' does not denote an iteration statement", alone=True)

    def on_super(self, node: "Node") -> None:
        receiver = self.top.receiver
        use = _AFTER_SUPER.match(self.source, node.end_byte)
        if use is not None and use[1] == b"(":
            holder = receiver.parent
            allowed = (
                receiver.kind == "method"
                and receiver.name == "constructor"
                and "static" not in receiver.flags
                and holder is not None
                and holder.kind == "class"
                and "derived" in holder.flags
            )
        else:
            allowed = use is not None and receiver.kind in ("method", "field", "static")
        if not allowed:
            self.error(node, "'super' keyword unexpected here", alone=True)

    def on_meta(self, node: "Node") -> None:
        if _text(node).startswith("import"):
            if not self.module:
                self.error(node, "Cannot use 'import.meta' outside a module", alone=True)
        elif self.top.receiver.kind == "program":
            self.error(node, "new.target expression is not allowed here")

    def on_port(self, node: "Node") -> None:
        word = node.children[0]
        if not self.module or self.top is not self.program:
            verb = _text(word)
            message = f"Unexpected token '{verb}'" if self.module else f"Cannot use {verb} statement outside a module"
            self.error(word, message, alone=True)
            self.ports = True

    def on_export(self, node: "Node") -> None:
        self.exports.append(node)

    def on_exported_as(self, node: "Node") -> None:
        name = _text(node)
        if name in self.exported:
            self.error(node, f"Duplicate export of '{name}'", alone=True)
        self.exported.add(name)

    def on_with(self, node: "Node") -> None:
        if self.top.strict:
            self.error(node, "Strict mode code may not include a with statement")

    def on_delete(self, node: "Node") -> None:
        if self.top.strict:
            self.error(node, "Delete of an unqualified identifier in strict mode.")

    def on_word(self, node: "Node") -> None:
        word, owner = _text(node), self.top.owner
        if word == "arguments":
            if self.top.receiver.kind in ("field", "static"):
                message = "'arguments' is not allowed in class field initializer or static initialization block"
                self.error(node, message, alone=True)
        elif word == "enum":
            self.error(node, "Unexpected reserved word")
        elif word == "await":
            if self.module or "async" in owner.flags:
                self.error(node, "Unexpected reserved word")
        elif self.top.strict:
            self.error(node, _RESERVED, alone=True)
        elif word == "yield" and "generator" in owner.flags:
            self.error(node, "Unexpected token 'yield'")

    def on_for_word(self, node: "Node") -> None:
        if node.text in (b"let", b"async"):
            self.error(node, f"The left-hand side of a for-of loop may not be '{_text(node)}'")

    def on_html_comment(self, node: "Node") -> None:
        if self.module:
            self.error(node, "HTML comments are not allowed in modules", alone=True)

    def on_hash_bang(self, node: "Node") -> None:
        if node.start_byte:
            self.errors.append(EarlyError(node.start_byte, node.start_byte + 1, "Invalid or unexpected token"))

    def on_number(self, node: "Node") -> None:
        text = _text(node)
        if not _PLAIN_LEGACY.fullmatch(text):
            self.error(node, "Invalid or unexpected token")
        elif self.top.strict:
            self.error(node, "Octal literals are not allowed in strict mode.", alone=True)

    def on_octal(self, node: "Node") -> None:
        if self.top.strict and not self._plain_nul(node):
            self.error(node, "Octal literals are not allowed in strict mode.", alone=True)

    def on_octal_template(self, node: "Node") -> None:
        if not self._plain_nul(node):
            self.error(node, "Octal literals are not allowed in template strings.")

    def _plain_nul(self, node: "Node") -> bool:
        return node.text == b"\\0" and not self.source[node.end_byte : node.end_byte + 1].isdigit()

    def on_regex(self, node: "Node") -> None:
        if not regex_is_plain(_text(node)):
            self.errors.append(EarlyError(node.start_byte, node.end_byte, "Invalid regular expression", False, True))

    def on_assigned(self, node: "Node") -> None:
        if self.top.strict:
            self.error(node, "Assignment to eval or arguments is not allowed in strict mode", alone=True)

    def on_statement(self, node: "Node") -> None:
        if _NO_EXPRESSION.match(self.source, node.start_byte):
            self.error(node, "")

    def on_shorthand(self, node: "Node") -> None:
        word = _text(node)
        if word in _KEYWORDS:
            self.error(node, f"Unexpected token '{word}'")

    def on_target(self, node: "Node") -> None:
        inner: Node | None = node
        while inner is not None and inner.type == "parenthesized_expression":
            inner = next((child for child in inner.named_children if child.type != "comment"), None)
        if inner is not None and inner.type not in _TARGETS:
            self.error(node, "Invalid left-hand side in assignment")


_AWAIT = "await is only valid in async functions and the top level bodies of modules"
_RESERVED = "Use of future reserved word in strict mode"
_JOINED = re.compile(rb"[ \t]+(?!(?:in|of|instanceof)\b)[A-Za-z_$\"'0-9\x80-\xff]")
"""What cannot follow a name in its line: after it, `await` and `yield` are operators."""
_NO_EXPRESSION = re.compile(rb"\{|(?:async[ \t]+)?function\b|class\b")
"""What no expression statement begins with."""
_AFTER_SUPER = re.compile(rb"\s*([.\[(/])")
_PLAIN_LEGACY = re.compile(r"0[0-7]+|0[0-9]*[89][0-9]*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
_KEYWORDS = frozenset(
    {
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "import",
        "in",
        "instanceof",
        "new",
        "null",
        "return",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "var",
        "void",
        "while",
        "with",
    }
)
_TARGETS = frozenset({"identifier", "undefined", "member_expression", "subscript_expression", "call_expression"})
