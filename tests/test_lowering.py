"""What the analysis reads of a script: every form, TypeScript and JSX, broken code, deep nesting, values of literals."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syntax_shape import declared, expression, lowered, program, shape

from sigmalint.sources import syntax as s
from sigmalint.sources.lowering import MAX_DEPTH, bound_names, number_value, string_value


@contextmanager
def engine_stack() -> Iterator[None]:
    """The stack that the engine gives the analysis, which `MAX_DEPTH` is made for."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(12_000)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a" + b + `c${d}e`', '(+ "a" b (template "c" d "e"))'),
        ("`${a}`", "(template a)"),
        ("``", "(template)"),
        ("-1", "(- 1)"),
        ("typeof a", "(typeof a)"),
        ("delete a.b", '(delete (member a "b"))'),
        ("a ? b : c", "(? a b c)"),
        ("a || b && c", "(|| a (&& b c))"),
        ("a ?? b", "(?? a b)"),
        ("a === b", "(=== a b)"),
        ("a, b, c", "(, a b c)"),
        ("((a))", "a"),
        ("a.b", '(member a "b")'),
        ("a?.b", '(member? a "b")'),
        ('a["b"]', '(member a "b")'),
        ("a?.[b]", "(member? a b)"),
        ("this.#b", '(member this "#b")'),
        ("f(a, ...b)", "(call f a (spread b))"),
        ("f(/* none */ a /* more */)", "(call f a)"),
        ("a.b?.(c)", '(call? (member a "b") c)'),
        ("(0, a.b)(c)", '(call (, 0 (member a "b")) c)'),
        ("new F", "(new F)"),
        ("new a.F(b)", '(new (member a "F") b)'),
        ('import("./a.js")', "(import ./a.js)"),
        ("import(a)", "(import None)"),
        ("tag`a${b}`", '(opaque tag (template "a" b))'),
        ("/a/g", "(opaque object)"),
        ("12n", "(opaque bigint)"),
        ("[a, , ...b]", "(array a _ (spread b))"),
        ("[,]", "(array _)"),
        (
            '{a: 1, "b": 2, [c]: d, e, ...f}',
            '(object (init "a" 1) (init "b" 2) (init c d) (init "e" e) (spread f))',
        ),
        (
            "{get a() { return 1 }, set a(v) {}, async b() {}, *c() {}}",
            '(object (get "a" (function a [] (return 1))) (set "a" (function a [v]))'
            ' (init "b" (async function b [])) (init "c" (function* c [])))',
        ),
        ("{a: function () {}, b: () => 1}", '(object (init "a" (function a [])) (init "b" (=> b [] (return 1))))'),
        ("async (a) => { await a }", "(async => [a] (await a))"),
        ("a => b => c", "(=> [a] (return (=> [b] (return c))))"),
        (
            "function f(a, b = 1, {c, d: e = 2, ...g}, [h, , i], ...j) { return a }",
            '(function f [a (default b 1) {"c":c "d":(default e 2) ...g} [h _ i] (spread j)] (return a))',
        ),
        ("function* () { yield f(a) }", "(function* [] (opaque (call f a)))"),
        (
            "class A extends B { constructor(a) { super(a) } #x = 1; static y = 2; z; m() {} get g() { return super.g } }",
            '(class A extends B (function constructor [a] (call _ a)) (init "#x" 1) (static init "y" 2) (init "z" _)'
            ' (init "m" (function m [])) (get "g" (function g [] (return (member _ "g")))))',
        ),
        ("class { static { f() } }", "(class (static block (function [] (call f))))"),
        ("a = b", "(= a b)"),
        ("a.b += c", '(+= (member a "b") c)'),
        ("a ??= b", "(??= a b)"),
        ("[a, b] = c", "(= [a b] c)"),
        ("{a, b: c.d} = e", '(= {"a":a "b":(member c "d")} e)'),
        ("a++", "(++ a)"),
        ("await a", "(await a)"),
    ],
)
def test_an_expression_keeps_what_it_means(text: str, expected: str) -> None:
    assert expression(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("var a, b = 1; let c; const d = e;", "var:a,b let:c,d (var a b=1) (let c) (const d=e)"),
        ("const {a, b: [c]} = d; var [e = 1] = f;", 'var:e let:a,c (const {"a":a "b":[c]}=d) (var [(default e 1)]=f)'),
        ("using a = b; await using c = d;", "let:a,c (using a=b) (using c=d)"),
        ("function f() {} async function g() {}", "var:f,g function:f,g (opaque) (opaque)"),
        ("class A {}", "let:A (class A)"),
        ("if (a) b(); else if (c) d();", "(if a (call b) (chained if c (call d) _))"),
        ("if (a) b(); else if (c) d(); else e();", "(if a (call b) (if c (call d) (call e)))"),
        ("if (a) { let b; } else { var c; }", "var:c (if a {let:b (let b)} {(var c)})"),
        ("for (let i = 0; i < 3; i++) f(i);", "{let:i (loop (let i=0) (< i 3) (++ i) (call f i))}"),
        ("for (;;) {}", "(loop _ _ _ {})"),
        ("for (const a of b) f(a);", "{let:a (for const of a b (call f a))}"),
        ("for (var a in b) {}", "var:a (for var in a b {})"),
        ("for (a of b) {}", "(for _ of a b {})"),
        ("while (a) b();", "(loop _ a _ (call b))"),
        ("do { a() } while (b);", "(do _ b _ {(call a)})"),
        ("try { a() } catch (e) { b(e) } finally { c() }", "(try {(call a)} e {(call b e)} {(call c)})"),
        ("try { a() } catch { b() }", "(try {(call a)} _ {(call b)} _)"),
        (
            'switch (a) { case 1: b(); break; case "x": default: let c; d() }',
            '(switch a let:c 1:{(call b) (break)} "x":{} default:{(let c) (call d)})',
        ),
        ("l: for (;;) { break l; continue l; }", "(label l (loop _ _ _ {(break l) (continue l)}))"),
        ("throw a;", "(throw a)"),
        (
            'import a, {b as c, default as d, "e f" as g} from "x"; import * as h from "y"; import "z";',
            "(import x default>a b>c default>d e f>g) (import y *>h) (import z)",
        ),
        ("export default a;", "(export a)"),
        ("export default () => 1;", "(export (=> [] (return 1)))"),
        ("export default function () {}", "(export (function []))"),
        ("export default function f() {}", "var:f function:f (export f>default (opaque))"),
        ("export const a = 1, {b} = c;", 'let:a,b (export a>a b>b (const a=1 {"b":b}=c))'),
        ("export {a, b as c, d as default};", "(export a>a b>c d>default)"),
        (
            'export * from "x"; export * as n from "y"; export {a as b} from "z";',
            "(export x *>*) (export y *>n) (export z a>b)",
        ),
        ("#!/usr/bin/env node\na();", "(opaque) (call a)"),
        ("<!-- hidden from old browsers\na(); // b()", "(opaque) (call a)"),
    ],
)
def test_a_statement_keeps_what_it_does_and_declares(text: str, expected: str) -> None:
    assert program(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = <any>b; a = c!; a = d as string; a = e satisfies T;", "(= a b) (= a c) (= a d) (= a e)"),
        ("f<string>(a); new F<T>(b);", "(call f a) (new F b)"),
        ("const a = b?.c!.d;", 'let:a (const a=(member (member? b "c") "d"))'),
        ("interface A { x: string } type B = A; declare const c: A;", "(opaque) (opaque) (opaque)"),
        ('enum E { A, B = "x" }', 'let:E (const E=(object (init "A" 0) (init "0" "A") (init "B" "x")))'),
        ("export enum E { A }", 'let:E (export E>E (const E=(object (init "A" 0) (init "0" "A"))))'),
        ("namespace N { f(); }", "let:N (const N=(call (function [] (call f) (return (object)))))"),
        ("export namespace N { f(); }", "let:N (export N>N (const N=(call (function [] (call f) (return (object))))))"),
        ("const f = function (this: A, a?: string, b: number = 1) {};", "let:f (const f=(function f [a (default b 1)]))"),
        (
            "class A<T> extends B<T> implements C { constructor(private a: string) { super() } y!: number = 1 }",
            'let:A (class A extends B (function constructor [a] (= (member this "a") a) (call _)) (init "y" 1))',
        ),
        ("@dec class A { @dec() m() {} }", 'let:A (class A (init "m" (function m [])))'),
        ('import type { A } from "a"; import { type B, c } from "b";', "(opaque) (import b B>B c>c)"),
        ('import d = require("./e");', "(import ./e *>d)"),
        ("function f(a: string): void; function f(a: any) {}", "var:f function:f (opaque) (opaque)"),
    ],
)
def test_types_leave_nothing_behind(text: str, expected: str) -> None:
    assert program(text, "typescript") == expected


def test_what_jsx_evaluates_is_kept() -> None:
    text = "const A = () => <div a={b()} {...c}>{d.map(e => <F key={e} onClick={() => g(e)} />)}</div>;"
    element = '(opaque (call b) (spread c) (call (member d "map") (=> [e] (return (opaque (=> [] (return (call g e))))))))'
    for language in ("javascript", "tsx"):
        assert program(text, language) == f"let:A (const A=(=> A [] (return {element})))"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('f({a: "x"\n b: "y", c: d})', '(call f (broken object (init "a" (opaque)) (init "c" d)))'),
        ("f({a: b c})", '(call f (broken object (init "a" (opaque))))'),
        ("f({a: , b: 1})", '(call f (object (init "a" (opaque)) (init "b" 1)))'),
        ("f({a: {b: 'c' d: 'e'}, g: h})", '(call f (object (init "a" (broken object (init "b" (opaque)))) (init "g" h)))'),
        ("f({...})", "(call f (broken object))"),
        ("f(a b)", "(call f a (spread (opaque)))"),
        ("f(a, ]);", "(call f a (spread (opaque)))"),
        ('const a = "x" "y";', "let:a (const a=(opaque))"),
        ('a = b + "x" "y"', "(= a (opaque))"),
        ("f(a ? b c : d)", "(call f (opaque))"),
        ("f(`a${b c}d`)", '(call f (template "a" (opaque) "d"))'),
        ("a.b c.d(e)", '(call (opaque (member a "b")) e)'),
        ("}}} a();", "{} (call a)"),
        ("a(); function f( { b(); }", "var:f function:f (call a) (opaque)"),
    ],
)
def test_of_broken_code_the_sound_parts_stay_and_the_torn_ones_are_unknown(text: str, expected: str) -> None:
    assert program(text) == expected


SCRIPT = """
const host = "https://api.example.com", names = ["a", `b${1}`];
export async function load({ id, ...rest } = {}, retry = 3) {
  if (id?.length > 1 && !rest.done) { for (const name of names) { await send(name, { ...rest, [id]: host + "/x" }); } }
  else if (retry) return load({ id }, retry - 1); else throw new Error("no");
  switch (retry) { case 1: break; default: label: while (true) { break label; } }
  try { return class extends Base { static #n = 1; get x() { return this.#n ?? 0; } }; } catch { } finally { done(); }
}
"""


@given(st.integers(0, len(SCRIPT)), st.integers(0, 8), st.text("(){}[]<>`'\"=>,;:.?!#$\\/*+ a1\n", max_size=4))
def test_no_edit_of_a_script_makes_the_lowering_fail(start: int, length: int, inserted: str) -> None:
    text = SCRIPT[:start] + inserted + SCRIPT[start + length :]
    for language in ("javascript", "tsx"):
        body = lowered(text, language)
        for part in (*declared(body), *map(shape, (*body.statements, *body.functions))):
            assert isinstance(part, str)


@given(st.integers(0, len(SCRIPT)), st.integers(0, 8))
def test_every_node_stands_within_its_text(start: int, length: int) -> None:
    text = "/* é 😀 */" + SCRIPT[:start] + SCRIPT[start + length :]
    for statement in lowered(text).statements:
        assert 0 <= statement.span.start <= statement.span.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "a" + "[" * 100_000 + "1" + "]" * 100_000,
        "(" * 100_000 + "1" + ")" * 100_000,
        "x=" + "{a:" * 100_000 + "1" + "}" * 100_000,
        "f(" * 100_000 + ")" * 100_000,
        "a" + ".b()" * 100_000,
        "!" * 100_000 + "a",
        "await " * 100_000 + "a",
        "*".join(["a"] * 100_000),
        "||".join(["a"] * 100_000),
        ",".join(["a"] * 100_000),
        "=".join(["a"] * 100_000),
        "a+(" * 100_000 + "1" + ")" * 100_000,
        "a?b:" * 100_000 + "c",
        "a?" * 100_000 + "b" + ":c" * 100_000,
        "if(a)b();else " * 100_000 + "c();",
        "if(a)" * 100_000 + "b()",
        "{" * 100_000 + "}" * 100_000,
        "function f(){" * 100_000 + "}" * 100_000,
        "a=>" * 100_000 + "b",
        "`${" * 100_000 + "1" + "}`" * 100_000,
        "let " + "[" * 100_000 + "a" + "]" * 100_000 + "=b",
        "class A extends " * 100_000 + "B{}",
        "<a>" * 100_000 + "</a>" * 100_000,
        "f({a:[" * 20_000,
        "'" * 100_000,
        "}" * 100_000,
    ],
    ids=lambda text: text[:12],
)
def test_deep_nesting_neither_crashes_nor_takes_long(text: str) -> None:
    start = time.perf_counter()
    with engine_stack():
        assert lowered(text).statements
    assert time.perf_counter() - start < 10


def test_a_chain_of_plus_is_one_join_however_long() -> None:
    statement = lowered("+".join(['"a"'] * 100_000)).statements[0]
    assert isinstance(statement, s.Evaluate)
    assert isinstance(statement.value, s.Join)
    assert len(statement.value.parts) == 100_000


def test_what_is_nested_too_deeply_is_opaque_and_what_is_around_it_is_not() -> None:
    with engine_stack():
        text = shape(lowered("!" * (2 * MAX_DEPTH) + "f(); g();").statements[0])
        assert program("!" * (2 * MAX_DEPTH) + "a; g();").endswith("(call g)")
    assert text.count("(!") < MAX_DEPTH
    assert "(opaque)" in text


def test_a_function_is_lowered_when_its_body_is_asked_for() -> None:
    (function,) = lowered("function f(a) { return a }").functions
    assert function.known_body is None
    assert shape(function) == "(function f [a] (return a))"
    assert function.body is function.body


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("plain", "plain"),
        (r"\n\t\r\b\f\v", "\n\t\r\b\f\v"),
        (r"\'\"\\\`", "'\"\\`"),
        (r"\x41\u0042\u{43}\u{1F600}", "ABC😀"),
        (r"\ud83d\ude00", "😀"),
        (r"\ud83d", "\ud83d"),
        (r"\u{110000}", "\ufffd"),
        (r"\0", "\0"),
        (r"\101\7", "A\a"),
        (r"\400", " 0"),
        (r"\8\q", "8q"),
        ("one\\\ntwo\\\r\nthree\\\u2028", "onetwothree"),
    ],
)
def test_an_escape_is_the_character_it_stands_for(raw: str, value: str) -> None:
    assert string_value(raw) == value


@given(st.text())
def test_a_string_without_backslashes_is_its_own_value(text: str) -> None:
    assert string_value(text.replace("\\", "")) == text.replace("\\", "")


@given(st.text())
def test_an_escaped_string_reads_back(text: str) -> None:
    utf16 = text.encode("utf-16-be", "surrogatepass")
    units = [int.from_bytes(utf16[at : at + 2], "big") for at in range(0, len(utf16), 2)]
    assert string_value("".join(f"\\u{unit:04x}" for unit in units)) == text


def test_templates_have_lf_for_crlf_and_keep_their_escapes() -> None:
    (statement,) = lowered("`a\r\nb\rc\\n${d}\\u0041`").statements
    assert isinstance(statement, s.Evaluate)
    assert shape(statement.value) == '(template "a\\nb\\nc\\n" d "A")'


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("1_000", 1000.0),
        ("0x1F", 31.0),
        ("0b101", 5.0),
        ("0O17", 15.0),
        ("017", 15.0),
        ("089", 89.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1e999", float("inf")),
        ("12n", None),
    ],
)
def test_a_number_literal_has_its_value(text: str, value: float | None) -> None:
    assert number_value(text) == value


def test_a_pattern_binds_its_names_in_order() -> None:
    (declaration,) = lowered("const {a, b: [c, ...d], e = f, ...g} = h;").statements
    assert isinstance(declaration, s.Declare)
    assert bound_names(declaration.items[0][0]) == ["a", "c", "d", "e", "g"]


def test_a_place_in_code_beyond_ascii_is_counted_in_characters() -> None:
    (statement,) = lowered("/* é😀 */ f('東');").statements
    assert isinstance(statement, s.Evaluate)
    assert isinstance(statement.value, s.Call)
    assert [argument.span.text for argument in statement.value.arguments] == ["'東'"]
