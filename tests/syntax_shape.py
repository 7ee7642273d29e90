"""Lowered syntax as short text, for tests: `(call (member a "b") 1)`."""

import json

from sigmalint.sources import syntax as s
from sigmalint.sources.lowering import lower
from sigmalint.sources.script import Code, CodeKind
from sigmalint.sources.text import SourceFile


def lowered(text: str, language: str = "javascript", kind: CodeKind = CodeKind.SCRIPT) -> s.Body:
    """The program of a text."""
    return lower(Code(SourceFile("app/widget.js", text), text, kind=kind, language=language))


def program(text: str, language: str = "javascript") -> str:
    """The shapes of a program's statements, and before them what it declares."""
    body = lowered(text, language)
    return " ".join([*declared(body), *map(shape, body.statements)])


def expression(text: str, language: str = "javascript") -> str:
    """The shape of an expression."""
    (statement,) = lowered(f"({text});", language).statements
    assert isinstance(statement, s.Evaluate)
    return shape(statement.value)


def declared(body: s.Body) -> list[str]:
    """What a body declares: `var:a,b let:c function:f`."""
    functions = [function.name or "" for function in body.functions]
    kinds = (("var", body.names), ("let", body.lexical), ("function", functions))
    return [f"{kind}:{','.join(names)}" for kind, names in kinds if names]


def shape(node: s.Node | None) -> str:
    """A node and what is below it."""
    match node:
        case None:
            return "_"
        case s.Literal():
            return _value(node.value)
        case s.Identifier():
            return node.name
        case s.This():
            return "this"
        case s.Join():
            return _list("template" if node.template else "+", *node.parts)
        case s.Member():
            return _list("member?" if node.optional else "member", node.object, node.key)
        case s.Call():
            name = "new" if node.new else "call?" if node.optional else "call"
            return _list(name, node.callee, *node.arguments)
        case s.Spread():
            return _list("spread", node.value)
        case s.Property():
            head = f"static {node.kind}" if node.static else node.kind
            return _list(head, node.key, node.value) if node.key else _list(head, node.value)
        case s.Object():
            return _list("broken object" if node.broken else "object", *node.members)
        case s.Array():
            return _list("array", *node.elements)
        case s.Function():
            words = [word for word, said in (("async", node.is_async), ("=>" if node.arrow else "function", True)) if said]
            head = " ".join(words) + ("*" if node.generator else "") + (f" {node.name}" if node.name else "")
            body = node.body
            parts = [f"[{' '.join(map(shape, node.parameters))}]", *declared(body), *map(shape, body.statements)]
            return f"({' '.join([head, *parts])})"
        case s.Class():
            parent = f" extends {shape(node.parent)}" if node.parent else ""
            members = [node.constructor] if node.constructor else []
            return _list(f"class {node.name}{parent}" if node.name else f"class{parent}", *members, *node.members)
        case s.Unary():
            return _list(node.operator, node.operand)
        case s.Binary() | s.Logical():
            return _list(node.operator, node.left, node.right)
        case s.Conditional():
            return _list("?", node.test, node.then, node.otherwise)
        case s.Assign():
            return _list(node.operator, node.target, node.value)
        case s.Update():
            return _list(node.operator, node.target)
        case s.Sequence():
            return _list(",", *node.expressions)
        case s.Await():
            return _list("await", node.value)
        case s.Import():
            return f"(import {node.address})"
        case s.Opaque():
            return _list(f"opaque {node.kind}" if node.kind else "opaque", *node.parts)
        case s.Default():
            return _list("default", node.target, node.value)
        case s.ObjectPattern():
            members = [f"{shape(key)}:{shape(target)}" for key, target in node.members]
            return f"{{{' '.join([*members, *([f'...{shape(node.rest)}'] if node.rest else [])])}}}"
        case s.ArrayPattern():
            return f"[{' '.join(map(shape, node.elements))}]"
        case s.Body():
            return f"{{{' '.join([*declared(node), *map(shape, node.statements)])}}}"
        case s.Declare():
            items = [shape(target) if value is None else f"{shape(target)}={shape(value)}" for target, value in node.items]
            return f"({node.kind} {' '.join(items)})"
        case s.Evaluate():
            return shape(node.value)
        case s.DeclareClass():
            return shape(node.value)
        case s.If():
            return _list("chained if" if node.chained else "if", node.test, node.then, node.otherwise)
        case s.Loop():
            return _list("do" if node.first else "loop", node.start, node.test, node.step, node.body)
        case s.ForEach():
            return _list(f"for {node.kind or '_'} {'in' if node.keys else 'of'}", node.target, node.value, node.body)
        case s.Jump():
            head = f"{node.kind} {node.label}" if node.label else node.kind
            return _list(head, node.value) if node.value else f"({head})"
        case s.Try():
            return _list("try", node.block, node.parameter, node.handler, node.finalizer)
        case s.Switch():
            cases = [f"{'default' if test is None else shape(test)}:{shape(body)}" for test, body in node.cases]
            return f"({' '.join(['switch', shape(node.value), *declared(node.body), *cases])})"
        case s.Labelled():
            return _list(f"label {node.label}", node.body)
        case s.ImportNames():
            return f"(import {node.address}{_pairs(node.names)})"
        case s.ExportNames():
            head = "export" if node.address is None else f"export {node.address}"
            rest = [shape(part) for part in (node.value, node.declaration) if part is not None]
            return f"({' '.join([head + _pairs(node.names), *rest])})"
    raise AssertionError(node)


def _list(head: str, *parts: s.Node | None) -> str:
    return f"({' '.join([head, *map(shape, parts)])})"


def _pairs(names: list[tuple[str, str]]) -> str:
    return "".join(f" {first}>{second}" for first, second in names)


def _value(value: str | float | bool | None) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return json.dumps(value, ensure_ascii=False)
