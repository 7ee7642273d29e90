"""From a parser's tree to `syntax`, which the analysis evaluates without knowing a parser.

Function bodies are lowered when they are asked for, so that a script costs what is evaluated of it. What did not parse becomes
`Opaque`, what is nested deeper than `MAX_DEPTH` too: the input cannot exhaust the stack.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sigmalint.sources import syntax as s
from sigmalint.sources.script import Code, Patch
from sigmalint.sources.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_DEPTH = 250
_WRAPPERS = {
    "parenthesized_expression",
    "as_expression",
    "satisfies_expression",
    "non_null_expression",
    "instantiation_expression",
}
_FUNCTIONS = {
    "function_expression",
    "function",
    "generator_function",
    "arrow_function",
    "function_declaration",
    "generator_function_declaration",
    "method_definition",
}
_TORN = {
    "assignment_expression",
    "augmented_assignment_expression",
    "await_expression",
    "binary_expression",
    "member_expression",
    "subscript_expression",
    "template_string",
    "ternary_expression",
    "unary_expression",
}
"""Expressions that mean something else when a piece between their parts did not parse."""
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-3][0-7]{0,2}|[4-7][0-7]?)|(\r\n|[\s\S]))"
)
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "\n": "",
    "\r": "",
    "\r\n": "",
    "\u2028": "",
    "\u2029": "",
}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def lower(code: Code) -> s.Body:
    """The statements of a piece of code."""
    if code.lowered is None:
        code.lowered = _Lowering(code).program()
    body: s.Body = code.lowered
    return body


def follow(code: Code, patch: Patch) -> None:
    """Take over what was lowered of the code's earlier state and still holds."""
    before = patch.before
    if code.functions is before.functions:
        return
    code.functions = before.functions
    code.lowered, code.statements = before.lowered, before.statements
    if not patch.is_empty and patch.inside != "comment":
        _forget(code, patch)
    for function in code.functions.values():
        if isinstance(function, s.Function) and function.lower is not None:  # the earlier state need not be kept for it
            function.lower = partial(_lower_later, code, function)


def _forget(code: Code, patch: Patch) -> None:
    """Forget what was lowered of what was edited."""
    around = (code.functions.get(code.span(*place)) for place in patch.around)
    edited = next((known for known in around if isinstance(known, s.Function)), None)
    start, end = code.place(patch.edit[0]), code.place(patch.edit[1])
    for span, known in [*code.functions.items()]:
        if span.start <= end and start <= span.end and (edited is None or _is_inside(known, edited)):
            del code.functions[span]
    if edited is None:
        _keep_statements(code, patch)
        code.lowered = None
    else:
        _rewrite(code, edited)


def _keep_statements(code: Code, patch: Patch) -> None:
    """Keep the outermost statements before and behind those that were edited."""
    before, behind = code.statements
    if code.lowered is not None:
        behind = before
    nodes = code.tree.root_node.children
    first, last = (
        sum(map(_is_statement, alike)) for alike in (nodes[: patch.beside[0]], nodes[len(nodes) - patch.beside[1] :])
    )
    code.statements = before[:first], behind[max(0, len(behind) - last) :]


def _is_statement(node: "Node") -> bool:
    return node.is_named and node.type != "comment"


def _is_inside(inner: s.Function | s.Class, outer: s.Function) -> bool:
    return inner is not outer and outer.span.start <= inner.span.start and inner.span.end <= outer.span.end


def _node(code: Code, function: s.Function) -> "Node | None":
    """The node of a function of an earlier state."""
    start = function.span.start - code.place(0)
    return code.node_at(start, start + function.span.end - function.span.start, function.form)


def _lower_later(code: Code, function: s.Function) -> s.Body:
    node = _node(code, function)
    if node is None:  # nobody knows what it gives
        return s.Body(function.span, [s.Jump(function.span, "return", s.Opaque(function.span, []))])
    return lower_body(code, node, function.fields)


def _rewrite(code: Code, function: s.Function) -> None:
    """Give a function that was edited its new body."""
    node = _node(code, function)
    if node is None:  # it is read as something else now
        code.lowered, code.statements = None, ([], [])
        code.functions.clear()
    else:
        function.broken = node.has_error
        function.rewrite(partial(lower_body, code, node, function.fields))


def lower_body(code: Code, function: "Node", fields: Iterable[s.Node]) -> s.Body:
    """The body of a function; `fields` are statements that come first."""
    lowering = _Lowering(code)
    body = function.child_by_field_name("body")
    if body is None:
        return s.Body(code.node_span(function), [])
    if body.type == "statement_block":
        return lowering.body(body.children, body, fields)
    value = lowering.expression(body)
    return s.Body(code.node_span(body), [s.Jump(value.span, "return", value)])


def string_value(raw: str) -> str:
    """The value of the characters between the quotes of a string literal."""
    if "\\" not in raw:
        return raw
    value = _ESCAPE.sub(_unescape, raw)
    return _SURROGATES.sub(lambda pair: pair.group().encode("utf-16", "surrogatepass").decode("utf-16"), value)


def _unescape(match: re.Match[str]) -> str:
    braced, four, two, octal, other = match.groups()
    digits = braced or four or two
    if digits:
        point = int(digits, 16)
        return chr(point) if point <= 0x10FFFF else "\ufffd"
    if octal:
        return chr(int(octal, 8))
    return _ESCAPES.get(other, other)


def number_value(text: str) -> float | None:
    """The value of a number literal, None for a BigInt."""
    text = text.replace("_", "").lower()
    if text.endswith("n"):
        return None
    try:
        if text[:2] in ("0x", "0o", "0b"):
            return float(int(text, 0))
        if len(text) > 1 and text[0] == "0" and text.isdigit():
            return float(int(text, 8 if all(digit < "8" for digit in text) else 10))
        return float(text)
    except (ValueError, OverflowError):
        return float("nan")


class _Outermost(NamedTuple):
    """An outermost statement, and what it declares (see `syntax.Body`)."""

    node: s.Node
    names: list[str]
    lexical: list[str]
    functions: list[s.Function]


class _Lowering:
    """Lowers one piece of code; `names` and `lexical` collect what the current function and block declare."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.depth = 0
        self.names: dict[str, None] = {}
        self.lexical: dict[str, None] = {}
        self.functions: list[s.Function] = []

    def span(self, node: "Node") -> Span:
        return self.code.node_span(node)

    def is_missing(self, node: "Node") -> bool:
        """Whether the code has nothing there."""
        return node.is_missing or (self.code.is_broken and self.code.is_inserted(node.start_byte))

    def is_open(self, node: "Node") -> bool:
        """Whether the code does not say where it ends."""
        return self.code.is_broken and self.code.is_inserted(node.end_byte - 1)

    def opaque(self, node: "Node", *parts: s.Node, kind: str | None = None) -> s.Opaque:
        return s.Opaque(self.span(node), list(parts), kind)

    # --- bodies and statements -------------------------------------------------------------------------------------------

    def program(self) -> s.Body:
        """All of the code. Statements that were lowered before are taken over."""
        before, behind = self.code.statements
        nodes = [*filter(_is_statement, self.code.tree.root_node.children)]
        edited = map(self._outermost, nodes[len(before) : len(nodes) - len(behind)])
        statements: list[_Outermost] = [*before, *edited, *behind]
        self.code.statements = statements, []
        return s.Body(
            self.span(self.code.tree.root_node),
            [known.node for known in statements],
            [*dict.fromkeys(name for known in statements for name in known.names)],
            [*dict.fromkeys(name for known in statements for name in known.lexical)],
            [function for known in statements for function in known.functions],
        )

    def _outermost(self, node: "Node") -> "_Outermost":
        self.names, self.lexical, self.functions = {}, {}, []
        statement = self.statement(node)
        return _Outermost(statement, [*self.names], [*self.lexical], self.functions)

    def body(self, nodes: "Iterable[Node]", node: "Node", before: Iterable[s.Node] = ()) -> s.Body:
        """A function's or program's own body: a new scope for `var`."""
        outer, self.names = self.names, {}
        body = self.block(nodes, node, before)
        body.names = list(self.names)
        self.names = outer
        return body

    def block(self, nodes: "Iterable[Node]", node: "Node", before: Iterable[s.Node] = ()) -> s.Body:
        """A block: a new scope for `let`, `const`, `class` and functions."""
        outer = self.lexical, self.functions
        self.lexical, self.functions = {}, []
        statements = [*before, *(self.statement(child) for child in filter(_is_statement, nodes))]
        body = s.Body(self.span(node), statements, [], list(self.lexical), self.functions)
        self.lexical, self.functions = outer
        return body

    def statement(self, node: "Node") -> s.Node:
        lower = _STATEMENTS.get(node.type)
        if self.depth >= MAX_DEPTH or self.is_missing(node):
            return self.opaque(node)
        self.depth += 1
        try:
            if lower is not None:
                return lower(self, node)
            return s.Evaluate(self.span(node), self.expression(node))
        finally:
            self.depth -= 1

    def optional_statement(self, node: "Node | None") -> s.Node | None:
        return None if node is None else self.statement(node)

    def _error(self, node: "Node") -> s.Node:
        return s.Body(self.span(node), [self.statement(child) for child in node.children if child.is_named])

    def _nothing(self, node: "Node") -> s.Node:
        return self.opaque(node)

    def _expression_statement(self, node: "Node") -> s.Node:
        inner = _named(node)
        if inner and inner[0].type == "internal_module":
            return self._namespace(inner[0])
        return s.Evaluate(self.span(node), self.expression(inner[0]) if inner else self.opaque(node))

    def _block_statement(self, node: "Node") -> s.Node:
        return self.block(node.children, node)

    def _declaration(self, node: "Node") -> s.Node:
        keyword = node.child(0)
        kind = "using" if node.type == "using_declaration" else keyword.type if keyword is not None else "var"
        items: list[tuple[s.Node, s.Node | None]] = []
        for child in node.children:
            if child.type == "variable_declarator":
                name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                if name is None:
                    continue
                target = self.pattern(name)
                self.declare(target, kind)
                items.append((target, None if value is None else self.whole(child, value, target)))
        return s.Declare(self.span(node), kind, items)

    def declare(self, pattern: s.Node, kind: str) -> None:
        """Note the names that a pattern declares."""
        scope = self.names if kind == "var" else self.lexical
        scope.update(dict.fromkeys(bound_names(pattern)))

    def _function_declaration(self, node: "Node") -> s.Node:
        function = self._function(node)
        if function.name is not None:
            self.functions.append(function)
            self.names.setdefault(function.name)
        return self.opaque(node)

    def _class_declaration(self, node: "Node") -> s.Node:
        value = self._class(node)
        if value.name is not None:
            self.lexical.setdefault(value.name)
        return s.DeclareClass(self.span(node), value)

    def _if(self, node: "Node") -> s.Node:
        test, then = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
        clause = node.child_by_field_name("alternative")
        otherwise = _named(clause)[0] if clause is not None and _named(clause) else None
        lowered = s.If(
            self.span(node),
            self.maybe(test, node),
            self.statement(then) if then is not None else self.opaque(node),
            self.optional_statement(otherwise),
            chained=False,
        )
        if isinstance(lowered.otherwise, s.If) and lowered.otherwise.otherwise is None:
            lowered.otherwise.chained = True
        return lowered

    def _for(self, node: "Node") -> s.Node:
        start, test, step = (node.child_by_field_name(name) for name in ("initializer", "condition", "increment"))
        return self.loop_scope(
            node,
            lambda: s.Loop(
                self.span(node),
                None if start is None or start.type == "empty_statement" else self.statement(start),
                None if test is None or test.type == "empty_statement" else self.loop_test(test),
                None if step is None else self.expression(step),
                self.maybe_statement(node.child_by_field_name("body"), node),
            ),
        )

    def loop_test(self, node: "Node") -> s.Node:
        return self.expression(_named(node)[0] if node.type == "expression_statement" else node)

    def _for_each(self, node: "Node") -> s.Node:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        kind, operator = node.child_by_field_name("kind"), node.child_by_field_name("operator")

        def build() -> s.Node:
            target = self.pattern(left) if left is not None else self.opaque(node)
            if kind is not None:
                self.declare(target, kind.type)
            return s.ForEach(
                self.span(node),
                None if kind is None else kind.type,
                target,
                self.maybe(right, node),
                self.maybe_statement(node.child_by_field_name("body"), node),
                keys=operator is not None and operator.type == "in",
            )

        return self.loop_scope(node, build)

    def loop_scope(self, node: "Node", build: Callable[[], s.Node]) -> s.Node:
        """A loop in a block of its own, for the names that its head declares."""
        outer = self.lexical, self.functions
        self.lexical, self.functions = {}, []
        loop = build()
        body = s.Body(self.span(node), [loop], [], list(self.lexical), self.functions)
        self.lexical, self.functions = outer
        return body if body.lexical else loop

    def _while(self, node: "Node") -> s.Node:
        return s.Loop(
            self.span(node),
            None,
            self.maybe(node.child_by_field_name("condition"), node),
            None,
            self.maybe_statement(node.child_by_field_name("body"), node),
            first=node.type == "do_statement",
        )

    def _jump(self, node: "Node") -> s.Node:
        kind = node.type.removesuffix("_statement")
        label = node.child_by_field_name("label")
        values = [] if kind in ("break", "continue") else _named(node)
        return s.Jump(
            self.span(node),
            kind,
            self.expression(values[0]) if values else None,
            None if label is None else self.code.node_text(label),
        )

    def _try(self, node: "Node") -> s.Node:
        block, handler, finalizer = (node.child_by_field_name(name) for name in ("body", "handler", "finalizer"))
        parameter = handler.child_by_field_name("parameter") if handler is not None else None
        caught: s.Node | None = None
        target: s.Node | None = None
        if handler is not None:
            inner = handler.child_by_field_name("body")
            target = None if parameter is None else self.pattern(parameter)
            caught = self.block(inner.children if inner is not None else (), handler)
        closing = finalizer.child_by_field_name("body") if finalizer is not None else None
        return s.Try(
            self.span(node),
            self.maybe_statement(block, node),
            target,
            caught,
            None if closing is None else self.statement(closing),
        )

    def _switch(self, node: "Node") -> s.Node:
        outer = self.lexical, self.functions
        self.lexical, self.functions = {}, []
        cases: list[tuple[s.Node | None, s.Body]] = []
        body = node.child_by_field_name("body")
        for case in body.children if body is not None else ():
            if case.type in ("switch_case", "switch_default"):
                test = case.child_by_field_name("value")
                nodes = case.children_by_field_name("body")
                statements = [self.statement(child) for child in nodes if child.is_named and child.type != "comment"]
                cases.append((None if test is None else self.expression(test), s.Body(self.span(case), statements)))
        scope = s.Body(self.span(node), [], [], list(self.lexical), self.functions)
        self.lexical, self.functions = outer
        return s.Switch(self.span(node), self.maybe(node.child_by_field_name("value"), node), cases, scope)

    def _labelled(self, node: "Node") -> s.Node:
        label = node.child_by_field_name("label")
        return s.Labelled(
            self.span(node),
            self.code.node_text(label) if label is not None else "",
            self.maybe_statement(node.child_by_field_name("body"), node),
        )

    def _import(self, node: "Node") -> s.Node:
        source = node.child_by_field_name("source")
        names: list[tuple[str, str]] = []
        for clause in node.children:
            if clause.type == "type":
                return self.opaque(node)
            if clause.type == "import_require_clause":
                source = clause.child_by_field_name("source")
                names += [("*", self.code.node_text(child)) for child in clause.children if child.type == "identifier"]
            if clause.type != "import_clause":
                continue
            for child in clause.children:
                if child.type == "identifier":
                    names.append(("default", self.code.node_text(child)))
                elif child.type == "namespace_import" and _named(child):
                    names.append(("*", self.code.node_text(_named(child)[0])))
                elif child.type == "named_imports":
                    names += [self.specifier(item) for item in child.children if item.type == "import_specifier"]
        return s.ImportNames(self.span(node), "" if source is None else self.string(source), names)

    def specifier(self, node: "Node") -> tuple[str, str]:
        """`name as alias` as a pair; without an alias the name twice."""
        name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
        first = "" if name is None else self.code.node_text(name).strip("\"'")
        return first, first if alias is None else self.code.node_text(alias).strip("\"'")

    def _export(self, node: "Node") -> s.Node:
        source, value, declaration = (node.child_by_field_name(name) for name in ("source", "value", "declaration"))
        kinds = [child.type for child in node.children]
        names: list[tuple[str, str]] = []
        for child in node.children:
            if child.type == "export_clause":
                names += [self.specifier(item) for item in child.children if item.type == "export_specifier"]
            elif child.type == "namespace_export" and _named(child):
                names.append(("*", self.code.node_text(_named(child)[0])))
        if "*" in kinds:
            names.append(("*", "*"))
        exported = s.ExportNames(self.span(node), None if source is None else self.string(source), names)
        if value is not None:
            exported.value = self.expression(value)
        elif declaration is not None:
            exported.declaration = self.statement(declaration)
            if "default" in kinds:
                name = declaration.child_by_field_name("name")
                if name is not None:
                    names.append((self.code.node_text(name), "default"))
                elif declaration.type in _EXPRESSIONS:
                    exported.value, exported.declaration = self.expression(declaration), None
            else:
                names += [(name, name) for name in self.declared(exported.declaration, declaration)]
        return exported

    def declared(self, lowered: s.Node, node: "Node") -> list[str]:
        if isinstance(lowered, s.Declare):
            return [name for target, _ in lowered.items for name in bound_names(target)]
        name = node.child_by_field_name("name")
        return [] if name is None else [self.code.node_text(name)]

    def _namespace(self, node: "Node") -> s.Node:
        """TypeScript's `namespace N {}`: a function that runs at once and gives what it exports."""
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is None or name.type != "identifier" or body is None:
            return self._parts(node)
        target = self._identifier(name)
        self.declare(target, "const")
        span = self.span(body)

        def lower_body() -> s.Body:
            inner = _Lowering(self.code)
            lowered = inner.body(body.children, body)
            exported = [
                s.Property(span, "init", s.Literal(span, outside), s.Identifier(span, local))
                for statement in lowered.statements
                if isinstance(statement, s.ExportNames)
                for local, outside in statement.names
            ]
            lowered.statements.append(s.Jump(span, "return", s.Object(span, exported)))
            return lowered

        function = s.Function(span, None, [], lower_body, self.code.kind)
        return s.Declare(self.span(node), "const", [(target, s.Call(span, function, [], optional=False))])

    def _enum(self, node: "Node") -> s.Node:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is None or body is None:
            return self.opaque(node)
        members: list[s.Property] = []
        following = 0.0
        for child in _named(body):
            key = child.child_by_field_name("name") if child.type == "enum_assignment" else child
            given = child.child_by_field_name("value") if child.type == "enum_assignment" else None
            if key is None:
                continue
            span, named = self.span(child), self.key(key)
            value = s.Literal(span, following) if given is None else self.expression(given)
            members.append(s.Property(span, "init", named, value))
            if isinstance(value, s.Literal) and isinstance(value.value, float):
                # A number leads back to the name: `Method[0]`.
                members.append(s.Property(span, "init", s.Literal(span, str(int(value.value))), named))
                following = value.value + 1
        target = s.Identifier(self.span(name), self.code.node_text(name))
        self.lexical.setdefault(target.name)
        return s.Declare(self.span(node), "const", [(target, s.Object(self.span(body), members))])

    # --- expressions -----------------------------------------------------------------------------------------------------

    def maybe(self, node: "Node | None", parent: "Node") -> s.Node:
        return self.opaque(parent) if node is None else self.expression(node)

    def maybe_statement(self, node: "Node | None", parent: "Node") -> s.Node:
        return self.opaque(parent) if node is None else self.statement(node)

    def whole(self, node: "Node", value: "Node", target: s.Node) -> s.Node:
        """The value of a declarator or property; unknown where a piece before it did not parse, and it may not be all."""
        return self._parts(node) if node.has_error and _is_torn(node) else self.named(value, target)

    def named(self, value: "Node", target: s.Node) -> s.Node:
        """An expression that is bound to a name: an anonymous function takes the name."""
        lowered = self.expression(value)
        if isinstance(lowered, s.Function) and lowered.name is None and isinstance(target, s.Identifier):
            lowered.name = target.name
        return lowered

    def expression(self, node: "Node") -> s.Node:
        while node.type in _WRAPPERS:
            inner = _named(node)
            if not inner:
                return self.opaque(node)
            node = inner[0]
        lower = _EXPRESSIONS.get(node.type)
        if self.depth >= MAX_DEPTH or self.is_missing(node):
            return self.opaque(node)
        self.depth += 1
        try:
            if lower is None or (node.has_error and node.type in _TORN and _is_torn(node)):
                return self._parts(node)
            return lower(self, node)
        finally:
            self.depth -= 1

    def _parts(self, node: "Node", kind: str | None = None) -> s.Node:
        """A form without a meaning of its own here (JSX among others): what it evaluates, in order."""
        parts: list[s.Node] = []
        stack = list(reversed(node.children))
        while stack:
            child = stack.pop()
            if child.is_named and child.type in _EXPRESSIONS:
                if child.type not in ("identifier", "string"):
                    parts.append(self.expression(child))
            elif child.is_named and not child.type.startswith("type_"):
                stack += reversed(child.children)
        return self.opaque(node, *parts, kind=kind)

    def string(self, node: "Node") -> str:
        return string_value(self.code.node_text(node)[1:-1])

    def _string(self, node: "Node") -> s.Node:
        if self.is_open(node):
            return self.opaque(node)
        return s.Literal(self.span(node), self.string(node))

    def _number(self, node: "Node") -> s.Node:
        value = number_value(self.code.node_text(node))
        return self.opaque(node, kind="bigint") if value is None else s.Literal(self.span(node), value)

    def _constant(self, node: "Node") -> s.Node:
        return s.Literal(self.span(node), {"true": True, "false": False, "null": None}[node.type])

    def _identifier(self, node: "Node") -> s.Node:
        return s.Identifier(self.span(node), self.code.node_text(node))

    def _this(self, node: "Node") -> s.Node:
        return s.This(self.span(node))

    def _template(self, node: "Node") -> s.Node:
        parts: list[s.Node] = []
        position = node.start_byte + 1
        for child in node.children:
            if child.type == "template_substitution":
                self.chunk(parts, position, child.start_byte)
                inner = _named(child)
                parts.append(self.expression(inner[0]) if inner and not _is_torn(child) else self._parts(child))
                position = child.end_byte
        self.chunk(parts, position, node.end_byte - 1)
        if self.is_open(node):
            parts.append(self.opaque(node))
        return s.Join(self.span(node), parts, template=True)

    def chunk(self, parts: list[s.Node], start: int, end: int) -> None:
        """The text between two substitutions (the grammar has no node for all of it); templates have LF for CRLF."""
        if end > start:
            first, last = self.code.offset(start), self.code.offset(end)
            raw = self.code.text[first:last].replace("\r\n", "\n").replace("\r", "\n")
            parts.append(s.Literal(self.code.span(first, last), string_value(raw)))

    def _member(self, node: "Node") -> s.Node:
        target, key = node.child_by_field_name("object"), node.child_by_field_name("property")
        if target is None or key is None:
            return self._parts(node)
        base = None if target.type == "super" else self.expression(target)
        named = s.Literal(self.span(key), self.code.node_text(key))
        optional = node.child_by_field_name("optional_chain") is not None
        if isinstance(base, s.Await) and base.misread:
            return s.Await(self.span(node), s.Member(self.span(node), base.value, named, optional), misread=True)
        return s.Member(self.span(node), base, named, optional)

    def _subscript(self, node: "Node") -> s.Node:
        target, index = node.child_by_field_name("object"), node.child_by_field_name("index")
        if target is None or index is None:
            return self._parts(node)
        return s.Member(
            self.span(node),
            None if target.type == "super" else self.expression(target),
            self.expression(index),
            optional=node.child_by_field_name("optional_chain") is not None,
        )

    def _call(self, node: "Node") -> s.Node:
        callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if callee is None or arguments is None:
            return self._parts(node)
        if arguments.type == "template_string":
            return self.opaque(node, self.expression(callee), self.expression(arguments))
        if callee.type == "await_expression" and node.child_by_field_name("type_arguments") is not None and _named(callee):
            # The TypeScript grammar reads `await f<T>()` as `(await f)<T>()`.
            call = s.Call(self.span(node), self.expression(_named(callee)[0]), self.arguments(arguments), optional=False)
            return s.Await(self.span(node), call, misread=True)
        if callee.type == "import":
            first = _named(arguments)
            return s.Import(self.span(node), self.string(first[0]) if first and first[0].type == "string" else None)
        optional = any(child.type in ("optional_chain", "?.") for child in node.children)
        function = None if callee.type == "super" else self.expression(callee)
        if isinstance(function, s.Await) and function.misread:
            call = s.Call(self.span(node), function.value, self.arguments(arguments), optional)
            return s.Await(self.span(node), call, misread=True)
        call = s.Call(self.span(node), function, self.arguments(arguments), optional)
        # Of a call that does not end nobody knows what becomes of its value.
        return self.opaque(node, call) if self.is_open(node) else call

    def _new(self, node: "Node") -> s.Node:
        callee, arguments = node.child_by_field_name("constructor"), node.child_by_field_name("arguments")
        return s.Call(
            self.span(node),
            self.maybe(callee, node),
            [] if arguments is None else self.arguments(arguments),
            optional=False,
            new=True,
        )

    def arguments(self, node: "Node") -> list[s.Node]:
        known = [
            s.Spread(self.span(child), self.opaque(child))
            if child.type == "ERROR" or self.is_missing(child)
            else self.expression(child)
            for child in node.children
            if child.is_named and child.type != "comment"
        ]
        return [*known, *self.rest(node)]

    def rest(self, node: "Node") -> list[s.Node]:
        """What may come in a list that does not end."""
        return [s.Spread(self.span(node), self.opaque(node))] if self.is_open(node) else []

    def _spread(self, node: "Node") -> s.Node:
        inner = _named(node)
        return s.Spread(self.span(node), self.expression(inner[0]) if inner else self.opaque(node))

    def key(self, node: "Node") -> s.Node:
        """The key of a member: a Literal for a name, string or number, else the computed expression."""
        if node.type == "computed_property_name":
            inner = _named(node)
            return self.expression(inner[0]) if inner else self.opaque(node)
        if node.type == "string":
            return self._string(node)
        if node.type == "number":
            return self._number(node)
        return s.Literal(self.span(node), self.code.node_text(node))

    def _object(self, node: "Node") -> s.Node:
        members: list[s.Property] = []
        broken = self.is_open(node)
        before, last = "", ""
        for child in node.children:
            if child.type == "comment":
                continue
            before, last = last, child.type
            span = self.span(child) if child.is_named else None
            if span is None:
                continue
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if child.type == "pair" and key is not None and value is not None:
                members.append(s.Property(span, "init", self.key(key), self.whole(child, value, self.key_name(key))))
                broken = broken or (child.has_error and _is_torn(child))
            elif child.type in ("shorthand_property_identifier", "identifier"):
                name = self.code.node_text(child)
                members.append(s.Property(span, "init", s.Literal(span, name), s.Identifier(span, name)))
            elif child.type == "spread_element":
                spread = self._spread(child)
                assert isinstance(spread, s.Spread)
                members.append(s.Property(span, "spread", None, spread.value))
            elif child.type == "method_definition":
                members.append(self.method(child))
            else:
                broken = True
                if before == "pair":  # without a comma between them, the value may go on here
                    members[-1].value = self.opaque(child)
        return s.Object(self.span(node), members, broken)

    def key_name(self, key: "Node") -> s.Node:
        return s.Identifier(self.span(key), self.code.node_text(key))

    def method(self, node: "Node") -> s.Property:
        name = node.child_by_field_name("name")
        words = {child.type for child in node.children}
        function = self._function(node)
        kind = "get" if "get" in words else "set" if "set" in words else "init"
        return s.Property(self.span(node), kind, self.maybe_key(name, node), function, static="static" in words)

    def maybe_key(self, node: "Node | None", parent: "Node") -> s.Node:
        return self.opaque(parent) if node is None else self.key(node)

    def _array(self, node: "Node") -> s.Node:
        elements: list[s.Node | None] = []
        expected = True
        for child in node.children[1:]:
            if child.type == ",":
                if expected:
                    elements.append(None)
                expected = True
            elif child.is_named and child.type != "comment":
                elements.append(self.expression(child))
                expected = False
        return s.Array(self.span(node), [*elements, *self.rest(node)])

    def known(self, node: "Node") -> s.Function | s.Class | None:
        """What was lowered of an earlier state of a function or class; its name may be that of what it was assigned to."""
        known: s.Function | s.Class | None = self.code.functions.get(self.span(node))
        is_same = known is not None and known.form == node.type and not known.broken and not node.has_error
        return known if is_same else None

    def _function(self, node: "Node") -> s.Function:
        written = node.child_by_field_name("name")
        name = self.code.node_text(written) if written is not None and written.type != "computed_property_name" else None
        known = self.known(node)
        if isinstance(known, s.Function):
            known.name = name
            return known
        words = {child.type for child in node.children if not child.is_named}
        single = node.child_by_field_name("parameter")
        many = node.child_by_field_name("parameters")
        listed = [single] if single is not None else _named(many) if many is not None else []
        parameters: list[s.Node] = []
        fields: list[s.Node] = []
        for parameter in listed:
            if parameter.type == "comment":
                continue
            pattern = self.parameter(parameter)
            if isinstance(pattern, s.This):  # only a type
                continue
            parameters.append(pattern)
            if any(child.type in ("accessibility_modifier", "readonly") for child in parameter.children):
                fields += [self.parameter_field(parameter, name) for name in bound_names(pattern)]

        function = s.Function(
            self.span(node),
            name,
            parameters,
            partial(lower_body, self.code, node, fields),
            self.code.kind,
            arrow=node.type == "arrow_function",
            is_async="async" in words,
            generator="*" in words,
            own_name=name is not None and node.type in ("function_expression", "generator_function"),
            fields=fields,
            form=node.type,
            broken=node.has_error,
        )
        self.code.functions[function.span] = function
        return function

    def parameter_field(self, node: "Node", name: str) -> s.Node:
        """`constructor(private x)`: TypeScript writes `this.x = x`."""
        span = self.span(node)
        target = s.Member(span, s.This(span), s.Literal(span, name), optional=False)
        return s.Evaluate(span, s.Assign(span, "=", target, s.Identifier(span, name)))

    def parameter(self, node: "Node") -> s.Node:
        if node.type in ("required_parameter", "optional_parameter"):
            target, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
            if target is None:
                return self.opaque(node)
            pattern = self.pattern(target)
            return pattern if value is None else s.Default(self.span(node), pattern, self.named(value, pattern))
        return self.pattern(node)

    def _class(self, node: "Node") -> s.Class:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        written = None if name is None else self.code.node_text(name)
        known = self.known(node)
        if isinstance(known, s.Class):
            known.name = written
            return known
        parent: s.Node | None = None
        for child in node.children:
            if child.type == "class_heritage":
                clause = next((part for part in child.children if part.type == "extends_clause"), child)
                value = clause.child_by_field_name("value") or next(iter(_named(clause)), None)
                parent = None if value is None or value.type == "implements_clause" else self.expression(value)
        constructor: s.Function | None = None
        members: list[s.Property] = []
        for child in body.children if body is not None else ():
            if child.type == "method_definition":
                key = child.child_by_field_name("name")
                if key is not None and self.code.node_text(key) == "constructor":
                    constructor = self._function(child)
                else:
                    members.append(self.method(child))
            elif child.type in ("field_definition", "public_field_definition"):
                key = child.child_by_field_name("property") or child.child_by_field_name("name")
                value = child.child_by_field_name("value")
                static = any(part.type == "static" for part in child.children)
                lowered = None if value is None else self.expression(value)
                if lowered is None and self.code.language != "javascript":
                    lowered = self.opaque(child)  # what only a type declares is set by a framework
                members.append(s.Property(self.span(child), "init", self.maybe_key(key, child), lowered, static))
            elif child.type == "class_static_block":
                block = child.child_by_field_name("body")
                if block is not None:
                    members.append(s.Property(self.span(child), "block", None, self.block_function(block), static=True))
        made = s.Class(self.span(node), written, parent, constructor, members, form=node.type, broken=node.has_error)
        self.code.functions[made.span] = made
        return made

    def block_function(self, node: "Node") -> s.Function:
        return s.Function(
            self.span(node), None, [], lambda: _Lowering(self.code).body(node.children, node), self.code.kind, arrow=False
        )

    def _unary(self, node: "Node") -> s.Node:
        operator, operand = node.child_by_field_name("operator"), node.child_by_field_name("argument")
        return s.Unary(self.span(node), operator.type if operator is not None else "", self.maybe(operand, node))

    def _update(self, node: "Node") -> s.Node:
        operator, operand = node.child_by_field_name("operator"), node.child_by_field_name("argument")
        return s.Update(self.span(node), self.maybe(operand, node), operator.type if operator is not None else "++")

    def _binary(self, node: "Node") -> s.Node:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None or operator is None:
            return self._parts(node)
        if operator.type in ("||", "&&", "??"):
            return s.Logical(self.span(node), operator.type, self.expression(left), self.expression(right))
        if operator.type == "+":
            return self.chain(node)
        return s.Binary(self.span(node), operator.type, self.expression(left), self.expression(right))

    def chain(self, node: "Node") -> s.Node:
        """`a + b + c` as one Join, however long: built sources concatenate by the thousand."""
        parts: list[s.Node] = []
        current: Node | None = node
        while current is not None and current.type == "binary_expression":
            operator = current.child_by_field_name("operator")
            if operator is None or operator.type != "+":
                break
            right = current.child_by_field_name("right")
            parts.append(self.maybe(right, current))
            current = current.child_by_field_name("left")
        parts.append(self.maybe(current, node))
        return s.Join(self.span(node), parts[::-1], template=False)

    def _conditional(self, node: "Node") -> s.Node:
        test, then, otherwise = (node.child_by_field_name(name) for name in ("condition", "consequence", "alternative"))
        return s.Conditional(self.span(node), self.maybe(test, node), self.maybe(then, node), self.maybe(otherwise, node))

    def _assignment(self, node: "Node") -> s.Node:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None:
            return self._parts(node)
        target = self.pattern(left)
        return s.Assign(self.span(node), operator.type if operator is not None else "=", target, self.named(right, target))

    def _sequence(self, node: "Node") -> s.Node:
        flat: list[s.Node] = []
        stack = [node]
        while stack:
            child = stack.pop()
            if child.type == "sequence_expression":
                stack += reversed(_named(child))
            else:
                flat.append(self.expression(child))
        return s.Sequence(self.span(node), flat)

    def _await(self, node: "Node") -> s.Node:
        inner = _named(node)
        return s.Await(self.span(node), self.expression(inner[0]) if inner else self.opaque(node))

    def _type_assertion(self, node: "Node") -> s.Node:
        inner = _named(node)
        return self.expression(inner[-1]) if inner else self.opaque(node)

    def _regex(self, node: "Node") -> s.Node:
        return self.opaque(node, kind="object")

    # --- patterns --------------------------------------------------------------------------------------------------------

    def pattern(self, node: "Node") -> s.Node:
        while node.type in _WRAPPERS and _named(node):
            node = _named(node)[0]
        lower = _PATTERNS.get(node.type)
        if self.depth >= MAX_DEPTH:
            return self.opaque(node)
        self.depth += 1
        try:
            return lower(self, node) if lower is not None else self.expression(node)
        finally:
            self.depth -= 1

    def _object_pattern(self, node: "Node") -> s.Node:
        members: list[tuple[s.Node, s.Node]] = []
        rest: s.Node | None = None
        for child in node.children:
            span = self.span(child) if child.is_named else None
            if span is None:
                continue
            if child.type in ("shorthand_property_identifier_pattern", "shorthand_property_identifier"):
                name = self.code.node_text(child)
                members.append((s.Literal(span, name), s.Identifier(span, name)))
            elif child.type in ("pair_pattern", "pair"):
                key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                if key is not None and value is not None:
                    members.append((self.key(key), self.pattern(value)))
            elif child.type in ("object_assignment_pattern", "assignment_pattern"):
                left, right = child.child_by_field_name("left"), child.child_by_field_name("right")
                if left is not None and right is not None:
                    name = self.code.node_text(left)
                    target = s.Identifier(self.span(left), name)
                    default = s.Default(span, target, self.named(right, target))
                    members.append((s.Literal(target.span, name), default))
            elif child.type in ("rest_pattern", "spread_element") and _named(child):
                rest = self.pattern(_named(child)[0])
        return s.ObjectPattern(self.span(node), members, rest)

    def _array_pattern(self, node: "Node") -> s.Node:
        elements: list[s.Node | None] = []
        expected = True
        for child in node.children[1:]:
            if child.type == ",":
                if expected:
                    elements.append(None)
                expected = True
            elif child.is_named and child.type != "comment":
                elements.append(self.pattern(child))
                expected = False
        return s.ArrayPattern(self.span(node), elements)

    def _rest_pattern(self, node: "Node") -> s.Node:
        inner = _named(node)
        return s.Spread(self.span(node), self.pattern(inner[0]) if inner else self.opaque(node))

    def _default_pattern(self, node: "Node") -> s.Node:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return self.opaque(node)
        target = self.pattern(left)
        return s.Default(self.span(node), target, self.named(right, target))


def _is_torn(node: "Node") -> bool:
    """Whether a piece between the parts of a node did not parse."""
    return any(child.type == "ERROR" for child in node.children)


def _named(node: "Node") -> "list[Node]":
    return [child for child in node.children if child.is_named and child.type != "comment"]


def bound_names(pattern: s.Node) -> list[str]:
    """The names that a pattern binds, in order."""
    names: list[str] = []
    stack: list[s.Node | None] = [pattern]
    while stack:
        node = stack.pop()
        if isinstance(node, s.Identifier):
            names.append(node.name)
        elif isinstance(node, s.Default):
            stack.append(node.target)
        elif isinstance(node, s.Spread):
            stack.append(node.value)
        elif isinstance(node, s.ObjectPattern):
            stack += (node.rest, *(target for _, target in reversed(node.members)))
        elif isinstance(node, s.ArrayPattern):
            stack += reversed(node.elements)
    return names


_Lower = Callable[[_Lowering, "Node"], s.Node]

_STATEMENTS: dict[str, _Lower] = {
    "ERROR": _Lowering._error,
    "abstract_class_declaration": _Lowering._class_declaration,
    "ambient_declaration": _Lowering._nothing,
    "break_statement": _Lowering._jump,
    "class_declaration": _Lowering._class_declaration,
    "continue_statement": _Lowering._jump,
    "do_statement": _Lowering._while,
    "empty_statement": _Lowering._nothing,
    "enum_declaration": _Lowering._enum,
    "export_statement": _Lowering._export,
    "expression_statement": _Lowering._expression_statement,
    "for_in_statement": _Lowering._for_each,
    "for_statement": _Lowering._for,
    "function_declaration": _Lowering._function_declaration,
    "function_signature": _Lowering._nothing,
    "generator_function_declaration": _Lowering._function_declaration,
    "hash_bang_line": _Lowering._nothing,
    "if_statement": _Lowering._if,
    "import_statement": _Lowering._import,
    "interface_declaration": _Lowering._nothing,
    "internal_module": _Lowering._namespace,
    "labeled_statement": _Lowering._labelled,
    "lexical_declaration": _Lowering._declaration,
    "return_statement": _Lowering._jump,
    "statement_block": _Lowering._block_statement,
    "switch_statement": _Lowering._switch,
    "throw_statement": _Lowering._jump,
    "try_statement": _Lowering._try,
    "type_alias_declaration": _Lowering._nothing,
    "using_declaration": _Lowering._declaration,
    "variable_declaration": _Lowering._declaration,
    "while_statement": _Lowering._while,
}

_EXPRESSIONS: dict[str, _Lower] = {
    "array": _Lowering._array,
    "assignment_expression": _Lowering._assignment,
    "augmented_assignment_expression": _Lowering._assignment,
    "await_expression": _Lowering._await,
    "binary_expression": _Lowering._binary,
    "call_expression": _Lowering._call,
    "class": _Lowering._class,
    "false": _Lowering._constant,
    "identifier": _Lowering._identifier,
    "member_expression": _Lowering._member,
    "new_expression": _Lowering._new,
    "null": _Lowering._constant,
    "number": _Lowering._number,
    "object": _Lowering._object,
    "regex": _Lowering._regex,
    "sequence_expression": _Lowering._sequence,
    "shorthand_property_identifier": _Lowering._identifier,
    "spread_element": _Lowering._spread,
    "string": _Lowering._string,
    "subscript_expression": _Lowering._subscript,
    "template_string": _Lowering._template,
    "ternary_expression": _Lowering._conditional,
    "this": _Lowering._this,
    "true": _Lowering._constant,
    "type_assertion": _Lowering._type_assertion,
    "unary_expression": _Lowering._unary,
    "undefined": _Lowering._identifier,
    "update_expression": _Lowering._update,
    **dict.fromkeys(_FUNCTIONS, _Lowering._function),
}

_PATTERNS: dict[str, _Lower] = {
    "array_pattern": _Lowering._array_pattern,
    "assignment_pattern": _Lowering._default_pattern,
    "object_pattern": _Lowering._object_pattern,
    "rest_pattern": _Lowering._rest_pattern,
}
