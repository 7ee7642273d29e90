"""Pieces of code, and what they become while somebody types."""

import random
from typing import Any

from tree_sitter import Node

from sigmalint.sources.script import Code, CodeKind, Patch
from sigmalint.sources.text import SourceFile

CONTEXTS = r"""
class A extends B { #p = 1; constructor() { super(); const f = () => { g(this.#p) } } static s() { return () => { h(1) } }
  get q() { x(2) } field = function () { y(3) }; arrow = () => { z(4) }; static { k(function () { l(5) }) }
  #m() { a(6) } async *gen() { b(7) } e = () => c(8) }
async function o() { for await (const x of y) { const g = function* () { yield 1 } } outer: for (;;) { (() => { p(8) })() } }
if (a) { function inner(a, b) { q(9) } }
try { } catch ({ e }) { (function () { r(10) })() }
const t = `${[1].map(function (x) { return x })} ${(() => { s(11) })()}`;
const obj = { __proto__: null, get g() { t(12) }, set s(v) { u(13) }, async m() { v(14) }, *n() { w(15) }, f(a, b) { y(17) } };
label: for (;;) { function lf() { a(19) } break label }
"""
SLOPPY = r"""
function dup(a, a) { b(1); return function (c, c) { d(2) } }
var x = function arguments() { e(3) };
if (q) function r() { f(4) }
with (o) { (function () { g(5) })() }
function h(a = () => { i(6) }, {b} = {}) { j(7) }
"""
QUIRKS = r"""
var a = function () { let { b } = c; let [d] = e; async
 (); return function () { let { f } = g; return `${(() => { let { h } = i; return h })()}` } };
function k() { x = { get y() { return 1 }, z() { yield = 1 } }; function l() { var yield = 2; return yield * 3 } class M {} }
const r = { s: () => { t(1); u(2); }, async v() { await w; await (x); }, *y() { yield 1; } };
(async () => { for await (const z of a) { b(z); } c(() => { d(`a ${e} b`); }); })();
f((g) => { h(); }, i); (j => { k; }).l = 1; a = (b => { }) ;
label: for (;;) { function m() { n(`multi
line ${ o }`); return `x
` } continue label; }
if (p) { q(); } else r(function () { s("con\
tinued"); });
switch (t) { case 1: u(/[}]/.test(v)); break; default: w({ x }); }
other = function () { return { a: function () { b(); /* } */ }, /* c */ d } // e }
}
[1].map(({ a = 1 }) => { b(a); }); ({ c = 2 } = d); ({ e: function () { f({ g = 3 } = h); } });
async function n() { /* \r\n c */ r(); // d
 <!-- e
 s(`f\
 g`); }
function v() { return w /* x
 */ } function y() { z(); /* 1 */ }
async function q() { const m = { n() { await o; } }; }
class P { q() {} } var static = 2;
function w() { "use strict"; return 1 } last = 1; interface = 3;
"""
SOFT = (
    r"""
class A extends B { static = 1; get; set = 2; async; static static = 3; async *gen() { yield 1 } get
 x = super.y; static { super.z; (function () { new.target })() } t = () => new . target; async /* c */ * h() { b() }
 m() { super.m(`\u{zz}`) } q = { n() { super.n } } }
@dec class C { @a.b(1) m() {} @d f = 1 }
y = (-1) ** 2; z = (a + b) ** (c) ** d; i = import('a', { with: {} }); i2 = import("b", import('c', { d: 1 }) ); import(x)
String.raw`C:\users\xavier`; w = f`\u` + `a${g`\x${h`\1`}`}`; em = 'a@b.c'; x = { async *[y]() {}, async *z() {} };
"""
    "s = '\u2028' + \"a\u2029b\" + `\u2028`; var \U00020bb7 = 1, \u00fcn\u00ef = 2;\n"
)
MODULE = (
    "import a, { 'd e' as f, g as h } from './x.js' with { type: 'json' };\nimport defer * as l from 'm';\n"
    "export { a as 'x y', b }; export { 'p q' as 'r s' } from 'k'; export { 'u' } from 'v';\n"
    "await using r = f(); import.source('x');\nexport function s(t) { return u(t); }\nlet b;\n"
    "export default class { v() { w(); } }\n"
)
SAMPLES = [
    (CONTEXTS, CodeKind.SCRIPT),
    ('"use strict";' + CONTEXTS, CodeKind.HANDLER),
    (CONTEXTS, CodeKind.MODULE),
    (SLOPPY, CodeKind.SCRIPT),
    (QUIRKS, CodeKind.SCRIPT),
    (QUIRKS, CodeKind.HANDLER),
    (SOFT, CodeKind.SCRIPT),
    (MODULE, CodeKind.MODULE),
    ("{" * 190 + "function deep() { x() }" + "}" * 190, CodeKind.SCRIPT),
]
FRAGMENTS = [
    *('"use strict";', "await x;", "yield 1;", "super.x;", "super();", "new.target;", "arguments;", "this.#p;", "this.#zz;"),
    *("break;", "continue;", "break outer;", "return 1;", "let a = 1;", "let b; let b;", "var e;", "with (a) {}", "delete a;"),
    *("010;", '"\\07";', "x = { __proto__: 1, __proto__: 2 };", "const q;", "a?.b = 1;", "a ?? b || c;", "a\n=> 1;"),
    *("class K { #r; m() { this.#r } n() { o.#p } }", "let é\u2014 = 1;", "/(/;", "export { x };", "import a from 'b';"),
    *("try {}", "a + b = c;", "eval = 1;", "static = 1;", "function* gg() { yield 1; await 2 }", "({ a = 1 });"),
    *(
        "#p = 1;",
        "#p() {}",
        "constructor() { super(); }",
        "static { var q; await; }",
        "get x() { return super.x; }",
        "static prototype() {}",
    ),
    *("((a, a) => 1);", "{ function ff() {} function ff() {} }", "{" * 60 + "}" * 60, "let x1 = ", "let y1 = 0; "),
]
TOKENS = [
    *("{", "}", "(", ")", "`", '"', "'", "/", "*", "**", "@", "${", "=>", ";", ",", "=", "\n", "//", "/*", "*/", "<!--", "-->"),
    *("super", "async", "static", "get", "import", "export", "#x", "\\u", "new.target", "class X {", "function f() {", "let "),
    *("\u2028", "\U0001f600", "é", "0", "a", "b "),
]


def code(text: str, kind: CodeKind = CodeKind.SCRIPT, patch: Patch | None = None) -> Code:
    return Code(SourceFile("a.js", text), text, kind, patch=patch)


def functions(piece: Code) -> list[Node]:
    """The nodes of the functions that have a body in braces, and of the classes."""
    found, stack = [], [piece.tree.root_node]
    while stack:
        node = stack.pop()
        stack += node.children
        body = node.child_by_field_name("body")
        if (
            body is not None
            and body.type in ("statement_block", "class_body")
            and ("function" in node.type or node.type == "method_definition" or "class" in node.type)
        ):
            found.append(node)
    return found


def outline(node: Node, hole: tuple[int, int]) -> Any:
    """The shape of a tree without what is in a stretch of bytes."""
    return node.type, [] if node.byte_range == hole else [outline(child, hole) for child in node.children]


def edited(before: Code, rng: random.Random) -> Code:
    """The code after an edit inside a function's body, with a patch where that left everything around it as it was."""
    function = rng.choice(functions(before))
    body = function.child_by_field_name("body")
    assert body is not None
    start, end = before.offset(body.start_byte) + 1, before.offset(body.end_byte) - 1
    inside = before.text[start:end]
    at = rng.choice([0, len(inside), *(index for index, letter in enumerate(inside) if letter in ";{} ")])
    if rng.random() < 0.3:
        inside = inside[:at] + inside[at + rng.randint(1, 12) :]
    else:
        inside = f"{inside[:at]} {rng.choice(FRAGMENTS)}{inside[at:]}"
    after = code(before.text[:start] + inside + before.text[end:], before.kind)
    first, last = before.offset(function.start_byte), before.offset(function.end_byte)
    behind = last + len(after.text) - len(before.text)
    new = next((node for node in functions(after) if span(after, node) == (first, behind)), None)
    if new is None or outline(after.tree.root_node, new.byte_range) != outline(before.tree.root_node, function.byte_range):
        return after
    return code(after.text, after.kind, Patch(before, first, behind, last, body=(first, behind)))


def span(piece: Code, node: Node) -> tuple[int, int]:
    return piece.offset(node.start_byte), piece.offset(node.end_byte)


def mutated(text: str, rng: random.Random) -> str:
    for _ in range(rng.randint(0, 2)):
        at, kind = rng.randrange(len(text) + 1), rng.random()
        if kind < 0.5:
            text = text[:at] + rng.choice(TOKENS) + text[at:]
        elif kind < 0.8:
            text = text[:at] + text[at + rng.randint(1, 4) :]
        else:
            origin = rng.randrange(len(text) + 1)
            text = text[:at] + text[origin : origin + rng.randint(1, 40)] + text[at:]
    return text
