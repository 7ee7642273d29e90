"""Syntax errors from one state of code to the next: the same as from scratch, and only what changed is looked at."""

import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from esprima.error_handler import Error
from esprima.parser import Parser
from hypothesis import given, settings
from hypothesis import strategies as st
from syntax_states import MODULE, SAMPLES, SOFT, code, edited, functions, mutated

from sigmalint.memory import Memory
from sigmalint.sources import memo as memos
from sigmalint.sources import syntax_errors
from sigmalint.sources.early_errors import early_errors
from sigmalint.sources.memo import Memo
from sigmalint.sources.packrat import PackratParser
from sigmalint.sources.script import Code, CodeKind, Patch
from sigmalint.sources.syntax_errors import read_ahead, verdict_on
from sigmalint.sources.text import SourceFile


def complaint(text: str, kind: CodeKind, memo: Memo | None = None) -> Any:
    """Where and why the parser stops: offset, line, column, message; or the type of another error."""
    return stopped(lambda: PackratParser(text, code(text, kind), memo).read(kind))


def by_esprima(text: str, kind: CodeKind) -> Any:
    """The same of esprima2's own parser."""

    def parse() -> None:
        parser = Parser(text, options={"classProperties": True})
        parser.context.inFunctionBody = kind is CodeKind.HANDLER
        (parser.parseModule if kind is CodeKind.MODULE else parser.parseScript)()

    return stopped(parse)


def stopped(parse: Callable[[], None]) -> Any:
    try:
        parse()
    except Error as error:
        return error.index, error.lineNumber, error.column, error.message
    except Exception as error:
        return type(error)
    return None


def told(complaint: Any) -> Any:
    """A complaint without its line and column, which say nothing that its offset does not."""
    return (complaint[0], complaint[3].partition(": ")[2]) if isinstance(complaint, tuple) else complaint


def function_patch(before: Code, end: int, old_end: int) -> Patch:
    return Patch(before, 0, end, old_end, body=(0, end))


SEEDS = st.integers(0, 2**32)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_the_verdict_on_every_state_while_somebody_types_is_that_from_scratch(seed: int) -> None:
    rng = random.Random(seed)
    piece = code(*rng.choice(SAMPLES))
    memo = Memo()
    verdict = verdict_on(piece, None, memo)
    for _ in range(5):
        piece = edited(piece, rng)
        if not functions(piece):
            break
        verdict = verdict_on(piece, verdict if piece.patch else None, memo)
        assert verdict.problem == verdict_on(code(piece.text, piece.kind)).problem


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_the_memo_changes_no_complaint_of_esprima2(seed: int) -> None:
    rng = random.Random(seed)
    original, kind = rng.choice(SAMPLES)
    memo, text = Memo(), original
    if rng.random() < 0.5:
        complaint(text, kind, memo)
    for _ in range(8):
        text = mutated(rng.choice((text, original)), rng)
        found = complaint(text, kind, memo)
        assert found == complaint(text, kind)
        expected = by_esprima(text, kind)
        assert expected is RecursionError or told(found) == told(expected)


@pytest.mark.parametrize(("text", "kind"), [(SOFT, CodeKind.SCRIPT), (MODULE + SOFT, CodeKind.MODULE)])
@pytest.mark.parametrize("broken", ["", "{", ")", "function f( {", "a b"])
def test_what_is_replaced_for_esprima2_is_found_where_it_can_be(
    text: str, kind: CodeKind, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = text.split("\n")
    states = ["\n".join([*lines[:number], broken, *lines[number:]]) for number in range(len(lines))]
    found = [syntax_errors._softened(code(state, kind)) for state in states]
    monkeypatch.setattr(syntax_errors, "_construct", lambda root, byte: (root, root.byte_range))
    assert [syntax_errors._softened(code(state, kind)) for state in states] == found
    assert all(len(new) == len(state) for new, state in zip(found, states, strict=True))


def page(count: int = 60) -> str:
    """Functions as an author writes them."""
    return "".join(
        f"/** Shows row {n}. */\nfunction show{n}(row) {{\n  const cell = row.insertCell();\n"
        f"  cell.addEventListener('click', function () {{\n    open{n}(cell, {{ part: {n} }});\n  }});\n}}\n"
        for n in range(count)
    )


def tokens_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The offsets of the tokens that esprima2 reads from now on."""
    read: list[int] = []
    original = Parser.nextToken

    def recorded(parser: Parser) -> Any:
        read.append(parser.scanner.index)
        return original(parser)

    monkeypatch.setattr(Parser, "nextToken", recorded)
    return read


@pytest.mark.parametrize("typed", ["let x1 = 1 1", "{", "(", "open(", ")", "if (a) {", "async function f() {", "`"])
def test_only_what_changed_is_read_again(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, memo = page(), Memo()
    assert read_ahead(code(text), memo, 60)
    at = text.index("  cell.addEventListener", len(text) // 2)
    for state in (f"{text[:at]}{typed} {text[at:]}", f"{text[:at]}{typed}  {text[at:]}"):
        piece = code(state)
        expected = verdict_on(code(state)).problem
        assert expected is not None
        with monkeypatch.context() as patch:
            read = tokens_read(patch)
            assert verdict_on(piece, None, memo).problem == expected
    assert len(read) < 120, "a token for each of 60 functions, and those of the function that changed"


def test_code_is_read_ahead_in_slices() -> None:
    memory = Memory()
    assert memory.read_ahead(0.01), "no extension"
    scripts = [SimpleNamespace(code=code(page(count)), is_checked=count > 2) for count in (1, 20, 30)]
    memory.extension = cast(Any, SimpleNamespace(scripts=scripts))
    memory.begin()
    slices = 1
    while not memory.read_ahead(1e-9):
        slices += 1
    assert slices > 30
    assert read_ahead(scripts[1].code, memory._memo, 0.0), "nothing is left to read"
    size = len(memory._memo._known)
    memory.begin()
    assert memory.read_ahead(60)
    assert len(memory._memo._known) == size


def test_statements_too_short_to_be_remembered_do_not_keep_it_from_its_end() -> None:
    assert read_ahead(code("a();\n" * 500), Memo(), 0.0)


def test_what_is_broken_or_no_javascript_is_not_read_ahead() -> None:
    memo = Memo()
    assert read_ahead(code("function f() { return [1, 2, 3, 4].map(a => a * }"), memo, 0.0)
    text = "let a: number = 1; function f(): string { return 'abcdefghijklmnopq'; }"
    assert read_ahead(Code(SourceFile("a.ts", text), text, language="typescript"), memo, 0.0)
    assert memo._known == {}


def test_the_memo_is_bounded_and_forgets_what_nobody_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memos, "_LARGEST", 2_000)
    piece, memo = code(page()), Memo()
    while not read_ahead(piece, memo, 0.0):
        pass
    assert memo.full
    assert sum(len(text) for text, _ in memo._known) == memo._size <= 2_000
    text, context = next(iter(memo._known))
    assert memo.get(text, context) is not None
    assert list(memo._known)[-1] == (text, context)


@pytest.mark.parametrize(
    ("opening", "closing", "count", "expected"),
    [
        ("function f(){", "}", 700, None),
        ("function f(){", "}", 1_200, RecursionError),
        ("a=[", "]", 100, None),
        ("a=[", "]", 1_000, RecursionError),
    ],
)
def test_how_deep_code_may_be_nested_does_not_hang_on_what_is_known_of_it(
    opening: str, closing: str, count: int, expected: Any
) -> None:
    memo = Memo()
    inner, text = (opening * number + closing * number for number in (count // 2, count))
    complaint(inner, CodeKind.SCRIPT, memo)
    assert complaint(text, CodeKind.SCRIPT, memo) is complaint(text, CodeKind.SCRIPT) is expected


def test_memory_looks_at_the_function_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int] | None] = []

    def recorded(piece: Code, function: tuple[int, int] | None = None) -> Any:
        asked.append(function)
        return early_errors(piece, function)

    monkeypatch.setattr(syntax_errors, "early_errors", recorded)
    memory = Memory()
    text = "function f() { a(); }\nfunction g() { b(); }\n"
    states = [text, text.replace("a()", "a("), text.replace("a()", "c()"), text.replace("a()", "let c; let c")]
    before: Code | None = None
    found = []
    for state in states:
        patch = None if before is None else function_patch(before, state.index("\n"), before.text.index("\n"))
        before = code(state, patch=patch)
        memory.begin()
        found.append(memory.syntax_problem(before))
    assert [problem and problem.message for problem in found] == [
        None,
        "Unexpected token ';'",
        None,
        "Identifier 'c' has already been declared",
    ]
    assert asked == [None, (0, 21), (0, 30)]


def test_a_function_is_judged_by_itself_only_where_the_rest_is_known_to_be_sound() -> None:
    text = "function f() { a(); }\nlet b; let b;\n"
    before = code(text)
    known = verdict_on(before)
    assert known.problem == (33, 34, "Identifier 'b' has already been declared")
    assert known.unsure == (0, len(text))
    after = code(text.replace("a()", "c()"), patch=function_patch(before, 21, 21))
    assert verdict_on(after, known) == known
