"""What two states of a piece of code have in common, and what is kept of the one for the other."""

import random
from collections.abc import Callable

import pytest
from syntax_shape import shape

from sigmalint.sources.lowering import follow, lower
from sigmalint.sources.places import named, places
from sigmalint.sources.script import Code, Patch
from sigmalint.sources.text import LiveFile

SCRIPT = """// äöü 😀
const base = "https://example.com";
function first(a) {
  if (a) { a.name = "x"; }
  return () => { a.other = base; };
}
class Store {
  put(key) { this.key = key; }
  get() { return this.key; }
}
/* the end */
document.title = first(new Store());
"""
NAMES = "(assignment_expression left: (member_expression property: (property_identifier) @name))"


class Session:
    """A script in an editor."""

    def __init__(self, text: str) -> None:
        self.file = LiveFile("a.js", text)
        self.code = Code(self.file, text)
        assert self.code.tree is not None

    def edit(self, old: str, new: str) -> Patch:
        at = self.file.text.index(old)
        return self.replace(at, at + len(old), new)

    def replace(self, start: int, end: int, new: str) -> Patch:
        self.file.replace(start, end, new)
        code = Code(self.file, self.file.text)
        code.follow(self.code)
        self.code = code
        assert code.patch is not None
        return code.patch


def test_an_edit_in_a_function_is_some_statements_of_its_body() -> None:
    session = Session(SCRIPT)

    patch = session.edit('"x"', '"xyz"')

    text = session.code.text
    assert text[patch.start : patch.end].strip() == 'a.name = "xyz";'
    assert [text[start:end].split("(")[0] for start, end in patch.around] == ["function first"]
    assert (patch.before.text[patch.start : patch.old_end].strip(), patch.inside) == ('a.name = "x";', "string")


@pytest.mark.parametrize("broken", ['function half(a) {\n  const name = "cr\n', "half(\n", "if (half) {\n"])
@pytest.mark.parametrize("above", [True, False])
def test_broken_code_elsewhere_leaves_an_edit_what_it_is(broken: str, above: bool) -> None:
    session = Session(f"{broken}{SCRIPT}" if above else f"{SCRIPT}{broken}")

    patch = session.edit('"x"', '"xyz"')

    text = session.code.text
    assert session.code.is_broken
    assert (text[patch.start : patch.end].strip(), patch.inside) == ('a.name = "xyz";', "string")
    assert text[patch.edit[0] : patch.edit[1]] == "yz"


def test_an_edit_in_a_comment_says_so() -> None:
    patch = Session(SCRIPT).edit("the end", "the very end")

    assert patch.inside == "comment"
    assert patch.around == ()


@pytest.mark.parametrize(
    ("old", "new", "inside", "words"),
    [
        ("the end", "the very end", "comment", {"very", "end"}),
        ("/* the end */", "the end", "code", {"the", "end"}),
        ('"x"', '"a-x"', "string", {"a", "x"}),
        ('"x"', '"x" + "y"', "code", {"y"}),
        ('"x"', '""', "string", {"x"}),
        ("a.name", "a.names", "code", {"name", "names"}),
    ],
)
def test_of_what_an_edit_is_no_more_than_the_text(old: str, new: str, inside: str, words: set[str]) -> None:
    session = Session(SCRIPT)

    patch = session.edit(old, new)

    assert patch.inside == inside
    assert patch.words(session.code.text) >= words


def test_a_new_statement_at_the_top_leaves_the_others_alone() -> None:
    session = Session(SCRIPT)

    patch = session.edit("class Store", "let added = 1;\nclass Store")

    assert session.code.text[patch.start : patch.end].strip() == "let added = 1;"
    assert patch.before.text[patch.start : patch.old_end].strip() == ""


def test_the_same_text_elsewhere_in_the_page_is_the_same_code() -> None:
    file = LiveFile("a.html", "<script>a()</script>")
    before = Code(file, "a()", origins=((0, 8),))
    file.replace(0, 0, "<p>")
    after = Code(file, "a()", origins=((0, 11),))

    after.follow(before)

    assert after.patch is not None
    assert after.patch.is_empty


def test_functions_and_classes_that_were_not_edited_are_the_same() -> None:
    session = Session(SCRIPT)
    lower(session.code)
    before = session.code
    known = {function.name: function for function in before.functions.values()}
    body = known["first"].body

    patch = session.edit("base;", "base + 1;")
    follow(session.code, patch)
    lower(session.code)

    again = {function.name: function for function in session.code.functions.values()}
    assert {name for name in known if again[name] is known[name]} >= {"first", "Store", "put", "get"}
    assert session.code.lowered is before.lowered
    assert known["first"].body is body  # the edit is in the arrow function inside it


PIECES = ("x", " ", "{", "}", "(", ")", '"', "`", "\n", "/*", "*/", "function g() { ", "a.b = 1; ", "é", ";", "class A { ")


def random_edit(session: Session, chance: random.Random) -> None:
    """Edit a script; every now and then in a way that writes again what is there."""
    start = chance.randrange(len(session.file.text) + 1)
    end = min(len(session.file.text), start + chance.choice((0, 0, 0, 1, 4, 20)))
    if chance.random() < 0.2:
        text = session.file.text
        session.file.replace(start, end, "")
        session.file.replace(start, start, text[start:end])
        start = end = chance.randrange(len(text) + 1)
    session.replace(start, end, chance.choice(PIECES) if chance.random() < 0.7 else "")


def check_places(seed: int) -> None:
    chance = random.Random(seed)
    session = Session(SCRIPT)
    for _ in range(12):
        random_edit(session, chance)
        if chance.random() < 0.4:  # nobody asks
            continue

        kept = named(session.code, NAMES)

        anew = named(Code(session.file, session.file.text), NAMES)
        assert [(name.span.start, name.span.end, name.text) for name in kept] == [
            (name.span.start, name.span.end, name.text) for name in anew
        ]


def check_statements(seed: int) -> None:
    chance = random.Random(seed)
    session = Session(SCRIPT)
    lower(session.code)
    for _ in range(12):
        random_edit(session, chance)
        assert session.code.patch is not None
        follow(session.code, session.code.patch)
        if chance.random() < 0.4:  # nobody asks
            continue

        kept, anew = lower(session.code), lower(Code(session.file, session.file.text))

        assert [shape(statement) for statement in kept.statements] == [shape(statement) for statement in anew.statements]
        assert [(*statement.span,) for statement in kept.statements] == [(*statement.span,) for statement in anew.statements]
        assert (kept.names, kept.lexical) == (anew.names, anew.lexical)
        assert [function.name for function in kept.functions] == [function.name for function in anew.functions]


@pytest.mark.parametrize("check", [check_places, check_statements])
@pytest.mark.parametrize("seed", range(20))
def test_what_is_kept_over_any_edits_is_what_is_found_anew(seed: int, check: Callable[[int], None]) -> None:
    check(seed)


@pytest.mark.slow
@pytest.mark.parametrize("check", [check_places, check_statements])
def test_what_is_kept_over_very_many_edits_is_what_is_found_anew(check: Callable[[int], None]) -> None:
    for seed in range(1000, 2000):
        check(seed)


def test_only_what_was_edited_is_searched_again() -> None:
    session = Session(SCRIPT)
    searched: list[str] = []

    def find(code: Code, start: int, end: int) -> list[object]:
        searched.append(code.text[start:end].strip())
        return []

    places(session.code, "test", find)  # type: ignore[arg-type, type-var]
    session.edit("return this.key", "return this.keys")
    places(session.code, "test", find)  # type: ignore[arg-type, type-var]

    assert searched == [SCRIPT.strip(), "return this.keys;"]
