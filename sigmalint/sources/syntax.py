"""The syntax that the analysis reads: JavaScript and TypeScript reduced to what can be evaluated.

`lowering` builds it from a parser's tree. Parentheses, type annotations, `as` and `!` are gone; a form that has no meaning for
the analysis is `Opaque`, with the parts that still run. Every node carries the stretch of the file it was written in.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sigmalint.sources.script import CodeKind
from sigmalint.sources.text import Span


@dataclass(slots=True, eq=False)
class Node:
    """A piece of syntax and where it stands."""

    span: Span


# --- expressions ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Literal(Node):
    """A string, number, boolean or null."""

    value: str | float | bool | None


@dataclass(slots=True, eq=False)
class Join(Node):
    """A template literal, or a chain of `+`: its operands in order."""

    parts: list[Node]
    template: bool


@dataclass(slots=True, eq=False)
class Identifier(Node):
    name: str


@dataclass(slots=True, eq=False)
class This(Node):
    pass


@dataclass(slots=True, eq=False)
class Member(Node):
    """`object.key`, `object[key]`; a named key is a Literal. `super.x` has no object."""

    object: Node | None
    key: Node
    optional: bool


@dataclass(slots=True, eq=False)
class Call(Node):
    """A call, or `new`; a callee None is `super(…)`."""

    callee: Node | None
    arguments: list[Node]
    optional: bool
    new: bool = False


@dataclass(slots=True, eq=False)
class Spread(Node):
    value: Node


@dataclass(slots=True, eq=False)
class Property(Node):
    """A member of an object literal or class. `kind`: init, get, set, spread (then the key is None)."""

    kind: str
    key: Node | None
    value: Node | None
    static: bool = False


@dataclass(slots=True, eq=False)
class Object(Node):
    """An object literal; `broken` when a part of it did not parse."""

    members: list[Property]
    broken: bool = False


@dataclass(slots=True, eq=False)
class Array(Node):
    """An array literal; a hole is None."""

    elements: list[Node | None]


@dataclass(slots=True, eq=False)
class Function(Node):
    """A function of any kind. Its body is lowered when it is first asked for. `own_name`: its name is bound inside it alone.

    `fields` are statements that the parameters stand for, before the body's own (TypeScript's `constructor(private x)`).
    """

    name: str | None
    parameters: list[Node]
    lower: Callable[[], "Body"] | None
    kind: CodeKind
    arrow: bool = False
    is_async: bool = False
    generator: bool = False
    own_name: bool = False
    fields: list[Node] = field(default_factory=list)
    form: str = ""
    """The type of its node in the tree, and whether that has errors: another state's node of the place is the same function."""
    broken: bool = False
    known_body: "Body | None" = None
    """The body if it was asked for."""

    @property
    def body(self) -> "Body":
        if self.known_body is None:
            assert self.lower is not None
            self.known_body, self.lower = self.lower(), None
        return self.known_body

    def rewrite(self, lower: "Callable[[], Body]") -> None:
        """Take another body."""
        self.lower = lower
        self.known_body = None


@dataclass(slots=True, eq=False)
class Class(Node):
    name: str | None
    parent: Node | None
    constructor: Function | None
    members: list[Property]
    form: str = ""
    broken: bool = False
    """As those of a function."""


@dataclass(slots=True, eq=False)
class Unary(Node):
    operator: str
    operand: Node


@dataclass(slots=True, eq=False)
class Binary(Node):
    operator: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False)
class Logical(Node):
    """`||`, `&&`, `??`."""

    operator: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False)
class Conditional(Node):
    test: Node
    then: Node
    otherwise: Node


@dataclass(slots=True, eq=False)
class Assign(Node):
    """`target operator value`; the operator is `=`, or `+=`, `||=`, …"""

    operator: str
    target: Node
    value: Node


@dataclass(slots=True, eq=False)
class Update(Node):
    """`++` or `--`."""

    target: Node
    operator: str


@dataclass(slots=True, eq=False)
class Sequence(Node):
    expressions: list[Node]


@dataclass(slots=True, eq=False)
class Await(Node):
    """`await value`. `misread`: the parser took it for the beginning of a chain whose whole value is awaited."""

    value: Node
    misread: bool = False


@dataclass(slots=True, eq=False)
class Import(Node):
    """`import("address")`, with the address where it is a literal."""

    address: str | None


@dataclass(slots=True, eq=False)
class Opaque(Node):
    """A value that the analysis does not follow (`kind` says what it is, where that is sure); its parts still run."""

    parts: list[Node]
    kind: str | None = None


# --- patterns (an Identifier or Member is one too) -------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Default(Node):
    """`target = value` in a pattern."""

    target: Node
    value: Node


@dataclass(slots=True, eq=False)
class ObjectPattern(Node):
    """`{key: target, …rest}`."""

    members: list[tuple[Node, Node]]
    rest: Node | None


@dataclass(slots=True, eq=False)
class ArrayPattern(Node):
    """`[target, , …rest]`; the rest is a Spread."""

    elements: list[Node | None]


# --- statements ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Body(Node):
    """A program, function body or block: its statements, and the names that they declare in it.

    `names` are the `var` names of the whole function (of a program or function body), `lexical` the `let`, `const`
    and `class` names of this block, `functions` its function declarations, which exist before it runs.
    """

    statements: list[Node]
    names: list[str] = field(default_factory=list)
    lexical: list[str] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Declare(Node):
    """`kind` is var, let, const or using."""

    kind: str
    items: list[tuple[Node, Node | None]]


@dataclass(slots=True, eq=False)
class Evaluate(Node):
    """An expression statement."""

    value: Node


@dataclass(slots=True, eq=False)
class DeclareClass(Node):
    value: Class


@dataclass(slots=True, eq=False)
class If(Node):
    """`chained`: the last `if` of an `else if` chain that has no `else`."""

    test: Node
    then: Node
    otherwise: Node | None
    chained: bool


@dataclass(slots=True, eq=False)
class Loop(Node):
    """`for (;;)`, `while`, `do`: `first` says that the body runs before the test."""

    start: Node | None
    test: Node | None
    step: Node | None
    body: Node
    first: bool = False


@dataclass(slots=True, eq=False)
class ForEach(Node):
    """`for (target of value)`, or `in` with `keys`; `kind` is None when the target is not declared by the loop."""

    kind: str | None
    target: Node
    value: Node
    body: Node
    keys: bool


@dataclass(slots=True, eq=False)
class Jump(Node):
    """`return`, `throw`, `break` or `continue` (`kind`)."""

    kind: str
    value: Node | None = None
    label: str | None = None


@dataclass(slots=True, eq=False)
class Try(Node):
    block: Node
    parameter: Node | None
    handler: Node | None
    finalizer: Node | None


@dataclass(slots=True, eq=False)
class Switch(Node):
    """The cases in order; the default's test is None."""

    value: Node
    cases: list[tuple[Node | None, "Body"]]
    body: Body


@dataclass(slots=True, eq=False)
class Labelled(Node):
    label: str
    body: Node


@dataclass(slots=True, eq=False)
class ImportNames(Node):
    """`import …  from "address"`: pairs (imported, local); imported `*` is the namespace, `default` the default."""

    address: str
    names: list[tuple[str, str]]


@dataclass(slots=True, eq=False)
class ExportNames(Node):
    """`export {local as exported} [from "address"]`; `("*", "*")` re-exports all, `("*", name)` a namespace.

    `value` is the expression of `export default`, `declaration` what `export` stands before.
    """

    address: str | None
    names: list[tuple[str, str]]
    value: Node | None = None
    declaration: Node | None = None
