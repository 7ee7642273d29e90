"""Syntax errors: what is reported, where and in which words, and that valid code stays silent."""

import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sigmalint.sources.regex import regex_is_plain
from sigmalint.sources.script import Code, CodeKind
from sigmalint.sources.syntax_errors import SyntaxProblem, syntax_problem
from sigmalint.sources.text import Position, SourceFile


def problem(text: str, kind: CodeKind = CodeKind.SCRIPT, language: str = "javascript") -> SyntaxProblem | None:
    return syntax_problem(Code(SourceFile("a.js", text), text, kind, language))


def told(text: str, kind: CodeKind = CodeKind.SCRIPT) -> tuple[str, int, str] | None:
    """The marked text, its offset and the message."""
    found = problem(text, kind)
    return None if found is None else (found.span.text, found.span.start, found.message)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("const f = () => { g() }}", ("}", 23, "Unexpected token '}'")),
        ('send({ a: 1 b: "x" })', ("b", 12, "Unexpected identifier 'b'")),
        ('send("a" "b")', ('"b"', 9, "Unexpected string")),
        ("send(1 2)", ("2", 7, "Unexpected number")),
        ("x = 'abc\ny = 1", ("'abc", 4, "Invalid or unexpected token")),
        ("function f() {\n  g(\n", ("(", 18, "Unexpected end of input")),
        ("if (a) {\n}\n}\n\n", ("}", 11, "Unexpected token '}'")),
        ("f(\U0001f600)", ("\U0001f600", 2, "Invalid or unexpected token")),
    ],
)
def test_an_error_both_parsers_see_has_the_reason_and_the_token(text: str, expected: tuple[str, int, str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = { a: 1,, b: 2 }", (",", 11, "Unexpected token ','")),
        ("f(a,, b)", (",", 4, "Unexpected token ','")),
        ("x = { url: “https” }", ("“", 11, "Invalid or unexpected token")),
        ("return 1", ("return", 0, "Illegal return statement")),
        ("if (a) { return }", ("return", 9, "Illegal return statement")),
        ("const a", ("a", 6, "Missing initializer in const declaration")),
        ("let a; let a", ("a", 11, "Identifier 'a' has already been declared")),
        ("function f(a) { let a }", ("a", 20, "Identifier 'a' has already been declared")),
        ("let a; { var a }", ("a", 13, "Identifier 'a' has already been declared")),
        ("function () { a() }", ("(", 9, "Unexpected token '('")),
        ("switch (a) { default: default: }", ("default", 22, "More than one default clause in switch statement")),
        ("function f() { break }", ("break", 15, "Illegal break statement")),
        ("for (;;) { list.map(x => { continue }) }", ("continue", 27, "Illegal continue statement")),
        ("for (;;) { break outer }", ("outer", 17, "Undefined label 'outer'")),
        ("a + b = c", ("=", 6, "Invalid left-hand side in assignment")),
        ("a?.b = c", ("a?.b", 0, "Invalid left-hand side in assignment")),
        ("try { a() }\nb()", ("try", 0, "Missing catch or finally after try")),
        ("(a, a) => 1", ("a", 4, "Strict mode function may not have duplicate parameter names")),
        ("x = /(/", ("/(/", 4, "Invalid regular expression")),
        ("class A { m() { o.#x } }", ("#x", 18, "Private field '#x' must be declared in an enclosing class")),
        ("function f() { super.x }", ("super", 15, "'super' keyword unexpected here")),
        ("import a from 'b'", ("import", 0, "Cannot use import statement outside a module")),
        ("'use strict'; with (a) {}", ("with", 14, "Strict mode code may not include a with statement")),
        ("a ?? b || c", ("||", 7, "Unexpected token '||'")),
        (
            "({ __proto__: a, '__proto__': b })",
            ("'__proto__'", 17, "Duplicate __proto__ fields are not allowed in object literals"),
        ),
    ],
)
def test_what_tree_sitter_lets_pass_is_reported(text: str, expected: tuple[str, int, str]) -> None:
    assert told(text) == expected


AWAIT = "await is only valid in async functions and the top level bodies of modules"


def test_await_is_reported_outside_async_code_of_classic_scripts_and_handlers() -> None:
    assert told("const a = await send()") == ("await", 10, AWAIT)
    assert told("await send()", CodeKind.HANDLER) == ("await", 0, AWAIT)
    assert told("function f() { return await g() }", CodeKind.MODULE) == ("await", 22, AWAIT)
    assert told("const a = await send()", CodeKind.MODULE) is None
    assert told("async () => { await send() }") is None
    assert told("await (send())") is None, "a call of a function of that name"


def test_a_handler_is_the_body_of_a_function_with_the_parameter_event() -> None:
    assert told("send(this); return false", CodeKind.HANDLER) is None
    assert told("let event = 1", CodeKind.HANDLER) == ("event", 4, "Identifier 'event' has already been declared")
    assert told("a() }); (function () { b()", CodeKind.HANDLER) == ("}", 4, "Unexpected token '}'")
    assert told("return false", CodeKind.URL) == ("return", 0, "Illegal return statement")


def test_the_place_is_the_file_s_where_the_code_stands_in_it() -> None:
    source = SourceFile("a.html", '<a onclick="f(&quot;x&quot; y)">')
    code = Code(source, 'f("x" y)', CodeKind.HANDLER, origins=((0, 12), (2, 14), (3, 20), (4, 21), (5, 27)))
    found = syntax_problem(code)
    assert found is not None
    assert (found.span.text, found.span.begin, found.message) == ("y", Position(1, 29), "Unexpected identifier 'y'")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n",
        "var a; var a; function a() {} function f(b, b) { var b }",
        "{ function f() {} function f() {} }",
        "let f; if (a) function f() {}",
        "try {} catch (e) { var e; { let e } }",
        "for (let i = 0; i < 1; i++) { let i }",
        "switch (a) { case 1: { let b } case 2: let b }",
        "<!-- old\na()\n--> b",
        "#!/usr/bin/env node\na()",
        "class A { #x; static #y = 1; get #z() {} set #z(v) {} m(o) { return #x in o && this.#x + A.#y + (this.#z = 1) } }",
        "class A extends B { constructor() { (() => super())() } x = super.y; static { super.z } t = () => new.target }",
        "outer: for (const a of b) { for (;;) { if (a) continue outer; break outer } }",
        "a\nb\n++c\nlet\nd",
        "var yield_, await, let_, async; await(1); async(2); async\nfunction f() {}",
        "x = { async *[y]() {}, get: 1, set() {}, async, static: 2, ...z }; y = (-1) ** 2; z = import('a', { with: {} })",
        "String.raw`C:\\users\\xavier`",
        "x = '\u2028' + \"\U0001f600\"; var \U00020bb7 = 1, \u00fcn\u00ef = 2",
        "x = [/[\\w-]+/g, /(?<y>\\d{4})-\\k<y>/u, /\\p{L}/u, /(?<!a)b(?=c)/, /a{2}?|^$/, /[\\u00e0-\\u00ff]/i, /[[a-z]--b]/v]",
        "({ a, b: [c = 1, , ...d], ...e } = f); [(g), (h.i)] = j",
        "010; '\\07'; with (a) { delete b }",
        "a?.b?.[c]?.(d); e ??= f; g ||= h; 1_000n; x = a ?? (b || c)",
    ],
)
def test_valid_code_is_silent(text: str) -> None:
    assert told(text) is None


def test_valid_modules_are_silent() -> None:
    text = (
        "import a, { b as c, 'd e' as f } from './x.js' with { type: 'json' };\nimport * as g from 'y';\n"
        "export { a as default, c }; export * as h from 'z'; export class I {}\n"
        "for await (const j of await g.k) import.meta.url;\nimport defer * as l from 'm';\n"
    )
    assert told(text, CodeKind.MODULE) is None
    assert told("export default class extends A {}", CodeKind.MODULE) is None


def test_typescript_and_jsx_are_not_judged() -> None:
    assert problem("let a: = 1", language="typescript") is None
    assert told("x = <a>{b}</a>") is None


def test_a_span_stays_within_one_line_and_is_never_empty() -> None:
    for text in ("f(\n\n", "x = `a\nb${", "/* a\nb", "(a,\nb) = 1", "x = {\n"):
        found = problem(text)
        assert found is not None, text
        assert found.span.text.strip(), text
        assert "\n" not in found.span.text, text


def test_sound_code_does_not_load_esprima(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "esprima.parser", None)
    assert told("const a = async (b) => { await b?.c; return /\\d+(?:x|y)/g }") is None


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000,
        "{" * 20_000 + "}" * 20_000,
        "[" * 20_000 + " a b " + "]" * 20_000,
        "x=" + "{a:" * 20_000 + "1" + "}" * 20_000,
        "a+" * 20_000 + "b",
        "a" + "?.b" * 20_000 + "=1",
        "let " + "[" * 20_000 + "a" + "]" * 20_000 + "=b",
        "a:" * 20_000 + "x",
        "`${" * 10_000,
        "{" * 200 + "".join(f"var a{i};" for i in range(10_000)) + "}" * 200,
        "f(" + " " * 200_000,
        "x=/" + "(" * 20_000 + ")" * 20_000 + "/",
        "\n" * 200_000 + "=>",
        "\0\ufffd\ud800" * 1_000,
    ],
    ids=range(14),
)
def test_hostile_code_takes_linear_time_and_raises_nothing(text: str) -> None:
    start = time.perf_counter()
    problem(text)
    assert time.perf_counter() - start < 4


TOKENS = [
    "a",
    "b",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    ";",
    "=",
    "=>",
    ":",
    "?",
    ".",
    "?.",
    "...",
    "`",
    "'",
    "/",
    "\n",
    "1",
    "*",
]
TOKENS += [
    "let",
    "const",
    "function",
    "async",
    "await",
    "class",
    "super",
    "#x",
    "return",
    "for",
    "of",
    "import",
    "export",
    "yield",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=25), st.sampled_from(CodeKind))
def test_any_tokens_give_a_place_or_nothing(tokens: list[str], kind: CodeKind) -> None:
    text = " ".join(tokens)
    found = problem(text, kind)
    if found is not None:
        assert 0 <= found.span.start < found.span.end <= len(text)


@pytest.mark.parametrize("literal", ["/a/gi", "/[a-z\\d]+(?:b|c)*?/", "/^\\s*$/", "/(?<n>a)/u", "/\\u00e0{2}/", "/[/]-/"])
def test_plain_regular_expressions_are_known(literal: str) -> None:
    assert regex_is_plain(literal)


@pytest.mark.parametrize(
    "literal", ["/(/", "/)/", "/a**/", "/[b-a]/", "/a{2,1}/", "/a/gg", "/(?<a>)(?<a>)/", "/]/u", "/*/", "/(?a)/"]
)
def test_other_regular_expressions_need_a_closer_look(literal: str) -> None:
    assert not regex_is_plain(literal)
